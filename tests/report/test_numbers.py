from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.report.numbers import (
    MINUS,
    THIN,
    beside,
    exact,
    file_unit,
    known,
    say,
    scale,
    show,
    show_period,
    trimmed,
)
from wutong.words import Language

YI = 10_000_000_000  # fen in 1 亿元 = 100,000,000 yuan
WAN = 1_000_000  # fen in 1 万元 = 10,000 yuan


def test_unknown_is_never_written_as_zero_or_nothing() -> None:
    for unit in ("fen", "1", "count", "pp", ""):
        for value in (None, float("nan"), ""):
            assert show(value, unit, "zh") == "未知"
            assert show(value, unit, "en") == "not known"
            assert say(value, unit, "en") == "not known"
            assert exact(value, unit) == ""
    assert known(0)
    assert show(0, "fen", "zh") == "0"


def test_money_takes_the_scale_of_its_middle_value() -> None:
    assert scale([293 * YI, 700 * YI], "fen").label.zh == "亿元"
    assert scale([3 * WAN, 90 * WAN, 5 * YI], "fen").label.zh == "万元"
    assert scale([5_00, 99_99], "fen").label.zh == "元"
    assert scale([], "fen").label.en == "yuan"
    assert scale([None, None], "fen").power == 2


def test_one_column_has_one_scale_and_one_number_of_decimals() -> None:
    column = [293 * YI, 12_340_000_000, 5 * WAN, None, -YI]
    how = scale(column, "fen")
    assert [show(value, "fen", "zh", by=how) for value in column] == [
        "293.00",
        "1.23",
        "<0.01",
        "未知",
        f"{MINUS}1.00",
    ]


def test_a_value_too_small_for_its_column_is_not_written_as_zero() -> None:
    how = scale([293 * YI], "fen")
    assert show(1, "fen", by=how) == "<1"
    assert show(-1, "fen", by=how) == f">{MINUS}1"
    assert show(0, "fen", by=how) == "0"


def test_the_digits_of_a_table_are_the_same_in_both_languages() -> None:
    column = [293 * YI, 70_000 * WAN]
    how = scale(column, "fen")
    assert [show(v, "fen", "zh", by=how) for v in column] == [show(v, "fen", "en", by=how) for v in column]
    assert (how.label.zh, how.label.en) == ("亿元", "100 million yuan")


def test_a_sentence_says_billion_in_english() -> None:
    assert say(293 * YI, "fen", "en") == "29.3 billion yuan"
    assert say(5 * YI, "fen", "en") == "500 million yuan"
    assert say(99_50, "fen", "en") == "99.50 yuan"
    assert say(99_00, "fen", "en") == "99 yuan"
    assert say(293 * YI, "fen", "zh") == f"293{THIN}亿元"
    assert say(120_000_000, "fen", "zh") == f"120{THIN}万元"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1 + 0.2, "30%"),
        (0.07, "7%"),
        (0.425, "42.5%"),
        (1 / 3, "33.3%"),
        (0.0004, "0.04%"),
        (-0.05, f"{MINUS}5%"),
    ],
)
def test_shares_are_percent_without_float_noise(value: float, said: str) -> None:
    assert show(value, "1") == said


def test_percentage_points_are_told_from_percent() -> None:
    assert say(0.05, "pp", "en") == "+5 percentage points"
    assert say(-0.05, "pp", "zh") == f"{MINUS}5{THIN}个百分点"


def test_a_half_is_rounded_to_even() -> None:
    assert show(0.00125, "1", by=scale([0.5, 0.125], "1")) == "0.1%"
    assert show(2.125, "number", by=scale([2.12, 1.5], "number")) == "2.12"


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_no_fen_is_lost_between_the_memory_and_a_file(fen: int) -> None:
    assert Decimal(exact(fen, "fen")) * 100 == fen
    how = scale([1], "fen")
    assert Decimal(show(fen, "fen", by=how).replace(",", "").replace(MINUS, "-")) * 100 == fen


@given(st.floats(min_value=-1, max_value=1, allow_nan=False))
def test_a_share_in_a_file_is_the_share_in_memory(share: float) -> None:
    assert Decimal(exact(share, "1")) == Decimal(repr(share)) * 100


@given(st.lists(st.integers(min_value=-(10**17), max_value=10**17), min_size=1))
def test_a_column_is_off_by_at_most_half_of_its_last_digit(column: list[int]) -> None:
    how = scale(column, "fen")
    for value in column:
        text = show(value, "fen", by=how)
        if text[0] in "<>":
            assert 0 < abs(value) < 10**how.power
        else:
            written = Decimal(text.replace(",", "").replace(MINUS, "-")).scaleb(how.power)
            assert abs(written - value) <= Decimal(10) ** (how.power - how.decimals) / 2


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2024", "2024", "2024"),
        ("2024-03", "2024-03", "2024-03"),
        ("2024H2", "2024 年下半年", "H2 2024"),
        ("2024Q1", "2024 年一季度", "Q1 2024"),
        ("2024-01..02", "2024 年 1–2 月", "Jan–Feb 2024"),
        ("2021..2024", "2021–2024", "2021–2024"),
        ("2024-00..13", "2024-00..13", "2024-00..13"),
        ("since 2020", "since 2020", "since 2020"),
    ],
)
def test_periods_are_written_as_people_write_them(period: str, zh: str, en: str) -> None:
    assert show_period(period, "zh").replace(THIN, " ") == zh
    assert show_period(period, "en") == en


def test_dates_flags_and_senses() -> None:
    assert show(date(2026, 11, 22)) == "2026-11-22"
    assert (show(True, "", "zh"), show(False, "", "en")) == ("是", "no")
    assert (show("gt", "sense", "zh"), show("about", "sense", "en")) == ("超过", "≈")
    assert show(float("-inf")) == f"{MINUS}∞"


def test_beside_a_mark_a_number_has_no_more_decimals_than_it_needs() -> None:
    how = scale([293 * YI, 244_470_000_000_0], "fen")
    assert (trimmed(293 * YI, "zh", how), trimmed(244_470_000_000_0, "zh", how)) == ("293", "244.47")
    assert trimmed(None, "en", how) == "not known"


def test_files_say_percent_for_shares() -> None:
    assert file_unit("1").en == "%"
    assert file_unit("fen").zh == "元"


def test_a_percent_sign_stands_at_its_number_and_other_units_apart() -> None:
    for language in ("zh", "en"):
        assert say(70.0, "%", "zh" if language == "zh" else "en") == "70%"
    assert beside("12", "‰", "zh") == "12‰"
    assert beside("12", "km", "zh") == f"12{THIN}km"
    assert beside("12", "km", "en") == "12 km"


@pytest.mark.parametrize("unit", ["fen", "1", "pp", "count", "number", "%"])
@given(st.one_of(st.floats(), st.integers(min_value=-(10**320), max_value=10**320)))
def test_any_number_can_be_written(unit: str, value: float) -> None:
    for language in ("zh", "en"):
        said: Language = "zh" if language == "zh" else "en"
        assert 0 < len(show(value, unit, said)) <= 60
        assert show(value, unit, said) in say(value, unit, said) or unit == "fen"
        exact(value, unit)


def test_a_number_beyond_reading_is_written_in_powers_of_ten() -> None:
    assert show(2e40, "count") == "2.00×10^40"
    assert show(-1.5e300, "1") == f"{MINUS}1.50×10^302%"
    assert show(2 * 10**27 * YI, "fen") == "2,000,000,000,000,000,000,000,000,000"
