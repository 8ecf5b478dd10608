"""The year's cost keeps what is certain apart from what is open, and budgets against what is drawn."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

from tests.conftest import ROOT
from wutong.errors import NoAnswer
from wutong.policy.cost import cost, headroom
from wutong.policy.rulebook import Rulebook, rulebook_of

HEAD: Final = (
    "rulebook: t\nformat: 1\ntitle: {zh: 试, en: T}\n"
    "budgets:\n  基金: {says: {zh: 基金, en: Fund}, year: 2026, amount: 5元, scale: none}\n"
    "  另一: {says: {zh: 另一, en: Other}, year: 2026, amount: 5元, scale: none}\n"
)


def book() -> Rulebook:
    folder = ROOT / "examples" / "measures"
    names = ("m01-equipment.yaml", "m60-holiday-work.yaml")
    return rulebook_of({**{name: (folder / name).read_bytes() for name in names}, "rulebook.yaml": HEAD})


def paid() -> pl.DataFrame:
    rows = [
        ("a", "f", "project", "M01", "eligible", 700, 700, 700, "基金"),
        ("b", "g", "project", "M01", "needs decision", None, 0, 300, "基金"),
        ("c", "g", "project", "M01", "unknown", None, 50, 90, "基金"),
        ("d", "g", "project", "M01", "unknown", None, 0, None, "基金"),
        ("e", "h", "firm", "M60", "not eligible", 0, 0, 0, None),
    ]
    names = ("subject", "firm", "kind", "measure", "state", "paid", "paid_low", "paid_high", "budget")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def test_what_is_open_adds_its_least_to_what_is_certain_and_stands_apart_with_the_rest() -> None:
    found = cost(book(), paid())
    assert found.table.rows() == [("M01", 1, 750, 300, 40, 1), ("M60", 0, 0, 0, 0, 0)]
    assert found.units["certain"] == "fen"
    assert found.picture is not None


@pytest.mark.parametrize(
    ("by", "groups"),
    [("aspect", ["要素保障", "企业培育"]), ("kind", ["project", "firm"]), ("size", ["small", None])],
)
def test_cost_is_grouped_by_what_the_rulebook_or_the_firms_say(by: str, groups: list[str | None]) -> None:
    sizes = pl.DataFrame({"firm": ["f", "g"], "size": ["small", "small"]})
    found = cost(book(), paid(), by, sizes)
    assert found.table[by].to_list() == groups
    assert found.table["certain"].to_list() == [750, 0]


def test_there_is_no_cost_of_nothing_nor_by_what_is_not_there() -> None:
    with pytest.raises(NoAnswer, match="no subject"):
        cost(book(), paid().head(0))
    with pytest.raises(NoAnswer, match="no grouping"):
        cost(book(), paid(), "colour")


def test_a_budget_shows_what_is_left_or_lacking() -> None:
    assert headroom(book(), paid()).rows() == [
        ("基金", 2026, 500, 750, -250, "none"),
        ("另一", 2026, 500, 0, 500, "none"),
    ]
