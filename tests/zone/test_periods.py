"""Periods as offices write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.zone.periods import bounds, parse_day, parse_period, single_months


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2024", "2024"),
        ("2024年", "2024"),
        ("2024年度", "2024"),
        ("2024.0", "2024"),
        ("2024年下半年", "2024H2"),
        ("2024H1", "2024H1"),
        ("2024年第三季度", "2024Q3"),
        ("2024Q4", "2024Q4"),
        ("2024年前三季度", "2024-01..09"),
        ("2024年前两季度", "2024-01..06"),
        ("2024年1-2月", "2024-01..02"),
        ("2024年1月至8月", "2024-01..08"),
        ("2024年8月累计", "2024-01..08"),
        ("2024年8月", "2024-08"),
        ("2024.8", "2024-08"),
        ("2024/08", "2024-08"),
        ("202408", "2024-08"),
        ("2024年8月当月", "2024-08"),
        ("2021-2024年", "2021..2024"),
        ("2021..2024", "2021..2024"),
        ("2024年3月1日", "2024-03-01"),
        ("2024-01..08", "2024-01..08"),
    ],
)
def test_a_period_has_one_canonical_form(written: str, canonical: str) -> None:
    assert parse_period(written) == canonical
    assert parse_period(canonical) == canonical


@pytest.mark.parametrize(
    "wrong",
    ["2024-13", "2024-00", "2024-08..03", "2024Q5", "2024H3", "24", "去年", "2024-02-30", "2024..2021", ""],
)
def test_what_is_no_period_is_refused(wrong: str) -> None:
    assert parse_period(wrong) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_days_read_back(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert parse_day(text) == day
    assert bounds(day.isoformat()) == (day, day)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024H2", "2024-07-01", "2024-12-31"),
        ("2024Q1", "2024-01-01", "2024-03-31"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-01..08", "2024-01-01", "2024-08-31"),
        ("2021..2024", "2021-01-01", "2024-12-31"),
    ],
)
def test_bounds_include_both_ends(period: str, first: str, last: str) -> None:
    assert bounds(period) == (date.fromisoformat(first), date.fromisoformat(last))


def test_bounds_of_what_is_no_period_are_refused() -> None:
    with pytest.raises(ValueError, match="canonical"):
        bounds("2024-13")


@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=12))
def test_cumulative_months_come_apart_again(months: list[int]) -> None:
    cumulative: dict[str, int | float] = {f"2024-01..{last:02d}": sum(months[:last]) for last in range(2, 13)}
    single = single_months(cumulative)
    assert single["2024-01..02"] == months[0] + months[1]
    assert [single[f"2024-{month:02d}"] for month in range(3, 13)] == months[2:]
    assert len(single) == 11


def test_a_month_without_its_predecessor_is_not_taken_apart() -> None:
    assert single_months({"2024-01..02": 3, "2024-01..04": 9}) == {"2024-01..02": 3}
