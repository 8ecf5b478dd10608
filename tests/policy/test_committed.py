"""Commitments: of awards that were decided what is left, beside them what the measures give, in time and never twice."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.drawn_awards import END, START, awards, book, subjects
from wutong.errors import NoAnswer, TableError
from wutong.policy.awards import awards_of
from wutong.policy.committed import PERIODS, commitments, in_periods, until
from wutong.policy.due import BY, awards_caveats, due_finding, due_sums
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked

WAN: Final = 1_000_000
ON: Final = date(2026, 5, 20)
RULES: Final = book()
PROJECTS: Final = subjects(RULES)
NOTHING: Final = stacked(RULES, PROJECTS, outcomes(RULES, PROJECTS), year=2026).table.head(0)


def due(*rows: dict[str, Any], projects: dict[str, str] | None = None) -> pl.DataFrame:
    rules = book()
    tables = subjects(rules, **(projects or {}))
    paid = stacked(rules, tables, outcomes(rules, tables), year=2026).table
    held = awards_of(rules, tables, awards(*rows), 2026) if rows else None
    return commitments(rules, tables, paid, held)


def told(table: pl.DataFrame) -> list[tuple[Any, ...]]:
    return (
        table.select("measure", "award", "instalment", "day", "ready", "paid")
        .sort("measure", "instalment")
        .rows()
    )


def test_without_awards_each_measure_is_due_in_its_instalments() -> None:
    assert told(due()) == [
        ("M", None, 1, START, "due", 3 * WAN),
        ("M", None, 2, END, "due", 7 * WAN),
        ("N", None, 1, None, "due", 10 * WAN),
    ]


def test_an_award_of_the_year_stands_for_its_measure_and_what_was_paid_goes_against_the_first_instalment() -> (
    None
):
    found = due({"amount": 10 * WAN, "paid": 4 * WAN, "decided": date(2026, 4, 1)})
    assert told(found) == [
        ("M", "w0", 2, END, "due", 6 * WAN),
        ("N", None, 1, None, "due", 10 * WAN),
    ]
    # paid in full: nothing of it is left, and it is not worked out again
    assert [row[0] for row in told(due({"amount": 10 * WAN, "paid": 10 * WAN}))] == ["N"]


def test_nothing_is_due_before_the_decision() -> None:
    found = due({"amount": 10 * WAN, "paid": 0, "decided": date(2026, 4, 1)}).filter(measure="M")
    assert found["day"].to_list() == [date(2026, 4, 1), END]


def test_an_award_of_an_earlier_year_is_left_to_pay_and_the_year_is_due_beside_it() -> None:
    found = due({"amount": 10 * WAN, "paid": 3 * WAN, "period": "2024", "decided": date(2024, 5, 1)})
    left = found.filter(pl.col("award") == "w0")
    assert left.select("instalment", "paid").rows() == [(2, 7 * WAN)]
    assert int(found.filter((pl.col("measure") == "M") & pl.col("award").is_null())["paid"].sum()) == 10 * WAN


def test_what_was_paid_and_is_not_known_leaves_anything_open() -> None:
    found = due({"amount": 10 * WAN}).filter(pl.col("award") == "w0")
    assert found.select("paid", "paid_low", "paid_high").rows() == [(None, 0, 3 * WAN), (None, 0, 7 * WAN)]


def test_an_award_that_names_no_period_makes_what_is_due_open_and_not_double() -> None:
    found = due({"amount": 10 * WAN, "paid": 10 * WAN, "period": None})
    mine = found.filter((pl.col("measure") == "M") & pl.col("award").is_null())
    assert mine["paid"].to_list() == [None, None]
    assert mine["paid_low"].to_list() == [0, 0]
    assert int(mine["paid_high"].sum()) == 10 * WAN


def test_a_refused_award_is_neither_due_nor_worked_out_again() -> None:
    assert [row[0] for row in told(due({"outcome": "refused", "amount": 0}))] == ["N"]


def test_one_instalment_that_was_decided_leaves_the_other() -> None:
    found = due({"instalment": 1, "amount": 3 * WAN, "paid": 3 * WAN})
    assert told(found)[0] == ("M", None, 2, END, "due", 7 * WAN)
    assert found.filter(measure="M").height == 1


def test_which_project_an_award_is_for_is_known_only_where_the_firm_has_one_or_it_is_named() -> None:
    two = {"p": "f", "q": "f"}
    named = due({"project": "q", "amount": 10 * WAN, "paid": 10 * WAN}, projects=two)
    assert named.filter(measure="M")["subject"].unique().to_list() == ["p"]
    unnamed = due({"amount": 10 * WAN, "paid": 10 * WAN}, projects=two).filter(measure="M")
    assert unnamed["paid"].null_count() == unnamed.height
    assert set(unnamed["subject"]) == {"p", "q"}


def test_an_award_of_another_rulebook_stays_without_a_day() -> None:
    found = due({"measure": "X", "amount": 5 * WAN, "paid": 1 * WAN}).filter(pl.col("measure") == "X")
    assert found.select("day", "ready", "paid").rows() == [(None, "due", 4 * WAN)]


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_what_is_left_is_to_the_fen_what_was_decided_less_what_was_paid(amount: int, paid: int) -> None:
    held = awards_of(RULES, PROJECTS, awards({"amount": amount, "paid": paid}), 2026)
    found = commitments(RULES, PROJECTS, NOTHING, held)
    assert int(found["paid"].sum()) == max(0, amount - paid)
    assert (found["paid"] > 0).all()


@pytest.mark.parametrize("by", [*PERIODS, "measure", "payee"])
def test_sums_by_any_period_make_the_whole(by: str) -> None:
    table = due({"amount": 10 * WAN, "paid": 4 * WAN, "period": "2025"})
    sums = in_periods(table, by)
    assert int(sums.select("decided", "certain", "waits").sum_horizontal().sum()) == int(table["paid"].sum())
    finding = due_sums(table, by, ON)
    assert finding.id == f"policy-due-{by}"
    assert set(BY) >= {by}


def test_periods_are_named_in_order_and_what_has_no_day_is_the_last() -> None:
    table = due()
    assert in_periods(table, "month")["month"].to_list() == ["2026-03", "2027-06", None]
    assert in_periods(table, "quarter")["quarter"].to_list() == ["2026Q1", "2027Q2", None]
    rows = in_periods(table, "year").rows()
    assert rows == [
        ("2026", 0, 3 * WAN, 0, 0, 0, 0),
        ("2027", 0, 7 * WAN, 0, 0, 0, 0),
        (None, 0, 10 * WAN, 0, 0, 0, 0),
    ]
    assert until(table, None, date(2026, 12, 31)) == 3 * WAN
    assert until(table, date(2026, 3, 1), date(2027, 12, 31)) == 7 * WAN


def test_the_answer_says_month_quarter_three_years_and_what_has_no_day() -> None:
    finding = due_finding(due(), ON)
    assert "Due by 2026-05-31: 30,000 yuan" in finding.answer.en
    assert "after this month until 2029-05-20: 70,000" in finding.answer.en
    assert "certain without a known day: 100,000" in finding.answer.en
    assert finding.table.height == 3


def test_what_the_table_of_awards_does_not_tell_is_said() -> None:
    rules = book()
    tables = subjects(rules, p="f", q="f")
    vague = awards({"measure": "X", "amount": 1}, {"period": None}, {"amount": 1, "paid": 1})
    texts = " ".join(text.en for text in awards_caveats(awards_of(rules, tables, vague, 2026)))
    for said in (
        "not in this rulebook: X",
        "do not say what was paid",
        "do not say for what period",
        "which project",
    ):
        assert said in texts
    assert "nothing is set off" in awards_caveats(None)[0].en


def test_nothing_to_pay_is_no_answer_and_a_stranger_in_the_table_is_named() -> None:
    with pytest.raises(NoAnswer, match="Nothing is to be paid"):
        due_finding(due().head(0), ON)
    rules = book()
    tables = subjects(rules)
    paid = stacked(rules, tables, outcomes(rules, tables), year=2026).table
    with pytest.raises(TableError) as error:
        commitments(rules, tables, paid.with_columns(subject=pl.lit("ghost")))
    assert "ghost" in error.value.text.en
