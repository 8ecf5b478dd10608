"""What a cell says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.zone.catalogue import TABLES
from wutong.zone.cells import read_cells
from wutong.zone.schema import Column

OUTPUT = TABLES["firm_year"].column("output")
EMPLOYEES = TABLES["firm_year"].column("employees")
POWER = TABLES["firm_year"].column("power")
SHARE = TABLES["owner"].column("share")
AREA = TABLES["parcel"].column("area")


def read(
    column: Column, *cells: object, unit: str = "", dtype: pl.DataType | None = None
) -> tuple[list[object], list[object]]:
    found = read_cells(column, pl.Series("x", cells, dtype=dtype), unit)
    faults = [None] * len(cells) if found.faults is None else found.faults.to_list()
    return found.values.to_list(), faults


@pytest.mark.parametrize(
    ("cell", "unit", "fen"),
    [
        ("2.99亿元", "", 29_900_000_000),
        ("2.99亿元", "亿元", 29_900_000_000),
        ("1,234.56", "元", 123_456),
        ("1，234.56", "元", 123_456),
        ("１２３", "元", 12_300),
        ("0.01", "元", 1),
        ("1000000000000000", "元", 10**17),
        ("4.78", "亿元", 47_800_000_000),
        ("1e4", "元", 1_000_000),
        ("+5", "分", 5),
        (".5", "万元", 500_000),
        ("5.", "万元", 5_000_000),
        ("30 million yuan", "", 3_000_000_000),
    ],
)
def test_money_is_read_to_the_fen(cell: str, unit: str, fen: int) -> None:
    assert read(OUTPUT, cell, unit=unit) == ([fen], [None])


@pytest.mark.parametrize(
    ("cell", "unit", "fault"),
    [
        ("5", "", "no_unit"),
        ("三", "元", "not_a_number"),
        ("1.2.3", "元", "not_a_number"),
        ("1,23", "元", "not_a_number"),
        ("12abc", "元", "unknown_unit"),
        ("5台", "元", "wrong_unit"),
        ("5箱", "元", "unknown_unit"),
        ("0.001", "元", "too_fine"),
        ("92233720368547758.08", "元", "number_too_large"),
        ("1e999999999", "元", "number_too_large"),
        ("1e400", "元", "number_too_large"),
        ("1000000000000000.01", "元", "number_too_large"),
        ("99999999999999999999", "元", "number_too_large"),
        ("-5", "元", "below"),
        ("5", "箱", "unknown_unit"),
        ("5", "台", "wrong_unit"),
        ("=1+1", "元", "not_a_number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_unknown_and_named(cell: str, unit: str, fault: str) -> None:
    assert read(OUTPUT, cell, unit=unit) == ([None], [fault])


def test_a_unit_that_differs_from_the_heading_is_read_and_noted() -> None:
    assert read(OUTPUT, "1亿元", "1", unit="万元") == ([10_000_000_000, 1_000_000], ["mixed_unit", None])


def test_words_for_not_known_are_empty_cells() -> None:
    assert read(OUTPUT, "未知", "—", "1", unit="元") == ([None, None, 100], [None, None, None])


def test_a_share_must_say_percent_or_fraction() -> None:
    assert read(SHARE, "42%", "42", "4.2‰") == ([0.42, None, 0.0042], [None, "no_percent", None])
    assert read(SHARE, "42", unit="%") == ([0.42], [None])
    assert read(SHARE, "120%") == ([None], ["above"])


def test_counts_are_whole() -> None:
    assert read(EMPLOYEES, "1.2万人", "3.5", "1,000人", "7.0") == (
        [12_000, None, 1_000, 7],
        [None, "too_fine", None, None],
    )


def test_mu_are_two_thousand_thirds_of_a_square_metre() -> None:
    values, _ = read(AREA, "1,038亩", "3")
    assert values == [pytest.approx(692_000), 3.0]


def test_numbers_of_parquet_are_read_exactly() -> None:
    assert read(OUTPUT, 5, None, unit="fen") == ([5, None], [None, None])
    assert read(OUTPUT, 5, unit="万元") == ([5_000_000], [None])
    assert read(OUTPUT, 2.99, unit="亿元") == ([29_900_000_000], [None])
    assert read(OUTPUT, 5) == ([None], ["no_unit"])
    assert read(OUTPUT, 2**62, unit="元") == ([None], ["number_too_large"])
    assert read(POWER, 1.5, float("nan"), unit="万千瓦时") == ([15_000.0, None], [None, "not_a_number"])


def test_dates_and_periods_have_a_calendar() -> None:
    day = TABLES["certificate"].column("granted")
    period = TABLES["indicator"].column("period")
    assert [str(value) for value in read(day, "2024年3月1日", "20240301")[0]] == ["2024-03-01", "2024-03-01"]
    assert read(day, "2023-02-29")[1] == ["not_a_date"]
    assert read(period, "2024年", "2024-13", "2024年1-2月") == (
        ["2024", None, "2024-01..02"],
        [None, "not_a_period", None],
    )
    assert read(period, 2024) == (["2024"], [None])


def test_choices_are_read_in_both_languages() -> None:
    role = TABLES["firm"].column("role")
    assert read(role, "链主", "Chain leader", "leader", "boss") == (
        ["leader", "leader", "leader", None],
        [None, None, None, "unknown_word"],
    )


def test_industries_may_bear_the_letter_of_their_section() -> None:
    industry = TABLES["firm"].column("industry")
    assert read(industry, "C3971", "3971", "9999") == (["3971", "3971", None], [None, None, "unknown_code"])


def test_a_script_is_no_address() -> None:
    url = TABLES["document"].column("url")
    assert read(url, "javascript:alert(1)", "https://example.org/a") == (
        [None, "https://example.org/a"],
        ["not_an_address", None],
    )


def test_ids_hold_no_slash_or_space() -> None:
    firm = TABLES["firm"].column("firm")
    assert read(firm, "a/b", "晋-001.a", "a b") == ([None, "晋-001.a", None], ["bad_id", None, "bad_id"])


_UNITS = {"分": 1, "元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 10**6 - 1), st.sampled_from(sorted(_UNITS))),
        min_size=1,
        max_size=30,
    )
)
def test_fen_agree_with_exact_fractions(cells: list[tuple[int, int, str]]) -> None:
    texts = [f"{whole}.{part:06d}{unit}" for whole, part, unit in cells]
    values, faults = read(OUTPUT, *texts)
    for (whole, part, unit), value, fault in zip(cells, values, faults, strict=True):
        exact = (whole + Fraction(part, 10**6)) * _UNITS[unit]
        if exact.denominator == 1:
            assert (value, fault) == (int(exact), None)
        else:
            assert (value, fault) == (None, "too_fine")


def test_a_number_beyond_floats_is_a_fault_and_no_crash() -> None:
    assert read(POWER, "1e400", "2e3", "1e99999") == (
        [None, 2000.0, None],
        ["number_too_large", None, "number_too_large"],
    )


def test_a_table_by_year_takes_years_alone_and_one_by_month_months() -> None:
    year, month = TABLES["firm_year"].column("period"), TABLES["firm_month"].column("period")
    assert read(year, "2024", "2024-01..03", "2024-01-01")[1] == [None, "not_a_year", "not_a_year"]
    assert read(month, "2024-08", "2024-01..08", "2024-02..03", "2024")[1] == [
        None,
        None,
        "not_a_month",
        "not_a_month",
    ]


def test_an_instant_belongs_to_the_day_that_it_is_in_the_zone() -> None:
    day = TABLES["certificate"].column("granted")
    instant = datetime(2024, 2, 29, 16, 30, tzinfo=UTC)
    assert read(day, "2024-02-29T16:30:00Z")[0] == [date(2024, 3, 1)]
    assert read(day, instant)[0] == [date(2024, 3, 1)]
    assert read(day, "2024-02-29 23:59")[0] == [date(2024, 2, 29)]
    assert read(day, "2024-02-29Tgarbage")[1] == ["not_a_date"]


def test_dots_alone_are_no_id() -> None:
    firm = TABLES["firm"].column("firm")
    assert read(firm, ".", "..", "a.b")[1] == ["bad_id", "bad_id", None]
