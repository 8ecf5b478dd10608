"""Firms by chain and size: at each border of the division, and not known where a zone does not know it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from wutong.policy.firm_groups import firm_groups
from wutong.zone.catalogue import TABLES

WAN = 1_000_000


def tables(industry: str | None, years: list[tuple[str, int | None, int | None]]) -> dict[str, pl.DataFrame]:
    firm = pl.DataFrame({"firm": ["f"], "industry": [industry], "chain": ["ai"]})
    rows = [
        {"firm": "f", "period": at, "employees": persons, "revenue": money} for at, persons, money in years
    ]
    schema = {"firm": pl.String, "period": pl.String, "employees": pl.Int64, "revenue": pl.Int64}
    made = {"firm": firm, "firm_year": pl.DataFrame(rows, schema=schema)}
    return {
        name: pl.concat(
            [TABLES[name].empty(), frame.cast(TABLES[name].empty().select(frame.columns).schema)],
            how="diagonal",
        )
        for name, frame in made.items()
    }


def size(industry: str | None, *years: tuple[str, int | None, int | None]) -> str | None:
    found: str | None = firm_groups(tables(industry, list(years)), date(2025, 12, 31))["size"][0]
    return found


@pytest.mark.parametrize(
    ("industry", "persons", "revenue", "is_"),
    [
        ("3976", 1000, 40_000, "大型"),
        ("3976", 999, 40_000, "中型"),
        ("3976", 5000, 39_999, "中型"),
        ("3976", 300, 2_000, "中型"),
        ("39", 299, 2_000, "小型"),
        ("3976", 20, 300, "小型"),
        ("3976", 20, 299, "微型"),
        ("6513", 300, 10_000, "大型"),
        ("6513", 10, 49, "微型"),
        ("5179", 20, 5_000, "中型"),
        ("5212", 10, 100, "小型"),
        ("7320", 100, 0, "中型"),
        ("4710", 5000, 90_000, None),  # builders are measured by their assets too
        (None, 5000, 90_000, None),
    ],
)
def test_the_size_goes_by_trade_persons_and_revenue(
    industry: str | None, persons: int, revenue: int, is_: str | None
) -> None:
    assert size(industry, ("2024", persons, revenue * WAN)) == is_


def test_the_latest_year_counts_of_which_both_are_known_and_none_later_than_the_day() -> None:
    early, late = ("2023", 20, 300 * WAN), ("2026", 1000, 40_000 * WAN)
    assert size("3976", early, ("2024", None, 9_000 * WAN), late) == "小型"
    assert size("3976", late) is None
    assert size("3976") is None


def test_chains_have_words_in_both_languages() -> None:
    found = firm_groups(tables("3976", []), date(2025, 12, 31))
    assert found.row(0) == ("f", "人工智能", "Artificial intelligence", None, None)
