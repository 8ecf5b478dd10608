"""The year's cost keeps what is certain apart from what is open, and budgets against what is drawn."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

from tests.conftest import ROOT
from wutong.errors import NoAnswer
from wutong.policy.cost import cost
from wutong.policy.headroom import headroom, headroom_finding
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.report.table import spoken

HEAD: Final = (
    "rulebook: t\nformat: 1\ntitle: {zh: 试, en: T}\n"
    "budgets:\n  基金: {says: {zh: 基金, en: Fund}, year: 2026, amount: 5元, scale: none}\n"
    "  另一: {says: {zh: 另一, en: Other}, year: 2026, amount: 5元, scale: none}\n"
)


def book(head: str = HEAD) -> Rulebook:
    folder = ROOT / "examples" / "measures"
    names = ("m01-equipment.yaml", "m60-holiday-work.yaml")
    return rulebook_of({**{name: (folder / name).read_bytes() for name in names}, "rulebook.yaml": head})


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
    assert found.table.drop("title_zh", "title_en").rows() == [
        ("M01", 1, 750, 300, 40, 1),
        ("M60", 0, 0, 0, 0, 0),
    ]
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


def test_what_hangs_together_is_added_up_together_and_the_rows_say_what_they_leave_out() -> None:
    """Of 100 for certain and perhaps 150 one is paid: 100 are certain, and neither measure is."""
    rows = (
        paid()
        .filter(pl.col("subject").is_in(["a", "b"]))
        .with_columns(
            measure=pl.Series(["M01", "M60"]),
            state=pl.Series(["eligible", "unknown"]),
            paid=pl.Series([None, None], dtype=pl.Int64),
            paid_low=pl.Series([0, 0]),
            paid_high=pl.Series([10_000_00, 15_000_00]),
            sum_low=pl.Series([10_000_00, 0]),
            sum_high=pl.Series([0, 15_000_00]),
            together=pl.Series([4, 4]),
        )
    )
    found = cost(book(), rows)
    assert found.table.select("measure", "certain", "facts").rows() == [
        ("M01", 0, 10_000_00),
        ("M60", 0, 15_000_00),
    ]
    assert "0.01 million yuan are certain" in found.answer.en
    assert [text.en.split(";")[0].split("(")[0] for text in found.caveats[1:]] == [
        "0.01 million yuan more are certain, though not in which row",
        "Not all rows reach their most at once ",
    ]


def test_groups_of_firms_bring_their_english_words() -> None:
    sizes = pl.DataFrame({"firm": ["f", "g"], "size": ["小型", "小型"], "size_en": ["Small", "Small"]})
    found = cost(book(), paid(), "size", sizes)
    assert spoken(found, "en").table["size"].to_list() == ["Small", None]
    assert spoken(found, "zh").table["size"].to_list() == ["小型", None]
    assert found.labels["size"].zh == "企业规模"


def test_a_budget_shows_what_is_left_or_lacking() -> None:
    found = headroom(book(), paid())
    assert found.select("budget", "year", "amount", "certain", "left", "scale").rows() == [
        ("基金", 2026, 500, 750, -250, "none"),
        ("另一", 2026, 500, 0, 500, "none"),
    ]
    assert found.select("decisions", "facts", "no_end", "cut").rows() == [(300, 40, 1, 0), (0, 0, 0, 0)]


def test_budgets_of_other_years_are_left_aside() -> None:
    assert headroom(book(), paid(), 2026).height == 2
    with pytest.raises(NoAnswer, match="no budget for 2025"):
        headroom_finding(book(), paid(), 2025)


@pytest.mark.parametrize(
    ("scale", "zh", "en"),
    [
        ("none", "原文未说怎样分", "The paper names no rule"),
        ("pro rata", "按比例", "In proportion"),
        ("rank, by: 固定资产投资", "按名次：固定资产投资", "By rank: Fixed investment"),
    ],
)
def test_the_rule_of_scaling_is_named(scale: str, zh: str, en: str) -> None:
    found = headroom_finding(book(HEAD.replace("scale: none", f"scale: {scale}", 1)), paid(), 2026)
    row = found.table.row(by_predicate=pl.col("budget") == "基金", named=True)
    assert (row["rule_zh"], row["rule_en"]) == (zh, en)
    assert found.answer.en == "Budgets: 2. Surely not enough: 1; perhaps not enough: 0; amount not known: 0."


def test_what_a_budget_cuts_is_counted() -> None:
    text = (
        "measure: M\ntitle: {zh: 补, en: G}\naspect: a\nsubject: firm\nstatus: draft\nplace: {zh: 区, en: Z}\nyear: 2026\n"
        "given: {投资: {type: money, zh: 投资, en: Investment}}\neditions:\n"
        "  - {source: {document: invented, grade: not graded}, budget: 基金,\n"
        "     conditions: [{id: c, says: {zh: 有, en: Some}, when: 投资 > 0元}],\n"
        "     amount: {fixed: 投资, round: {to: 1元, how: half up}}}\n"
        "examples: [{given: {投资: 0元}, expect: {outcome: not eligible}}]\n"
    )
    short = rulebook_of({"m.yaml": text, "rulebook.yaml": HEAD.replace("scale: none", "scale: pro rata", 1)})
    subjects = {"firm": pl.DataFrame({"subject": ["a", "b"], "投资": [400, 600]})}
    table = headroom(short, stacked(short, subjects, outcomes(short, subjects), 2026).table, 2026)
    assert table.row(0) == ("基金", 2026, 500, 500, 0, "pro rata", 0, 0, 0, 2)
