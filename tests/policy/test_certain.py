"""What is certain and open, added up by group, holds whatever turns out, and is as narrow as what hangs together lets it be."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy.drawn_stacks import Drawn, drawn
from tests.policy.test_stack import completed, of_firm
from wutong.policy.certain import SUMS, added_up, whole
from wutong.policy.stack import stacked
from wutong.policy.stack_by_hand import stack_by_hand

HIGHEST = {"A": "exclusive: 就高", "B": "exclusive: 就高"}


def by_measure(*rows: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return added_up(of_firm(HIGHEST, list(rows)), "measure").rows()


def test_of_two_of_which_one_is_paid_the_money_is_certain_and_the_measure_is_not() -> None:
    rows = [("A", "eligible", 100, 100), ("B", "unknown", 0, 150)]
    assert by_measure(*rows) == [("A", 0, 0, 100, 0), ("B", 0, 0, 150, 0)]
    assert whole(of_firm(HIGHEST, rows)) == {"certain": 100, "decisions": 0, "facts": 50, "no_end": 0}


def test_what_a_decision_adds_stands_under_decisions_though_it_takes_from_what_was_certain() -> None:
    rows = [("A", "eligible", 100, 100), ("B", "needs decision", 0, 150)]
    assert whole(of_firm(HIGHEST, rows)) == {"certain": 100, "decisions": 50, "facts": 0, "no_end": 0}


def test_decisions_and_facts_together_make_no_more_than_can_be_paid() -> None:
    rows = [("A", "unknown", 0, 100), ("B", "needs decision", 0, 70)]
    assert whole(of_firm(HIGHEST, rows)) == {"certain": 0, "decisions": 70, "facts": 30, "no_end": 0}


def test_under_a_joint_ceiling_the_most_of_all_is_the_ceiling() -> None:
    head = "limits: [{id: L, says: {zh: 限, en: Limit}, measures: [A, B], per: firm and year, amount: 1元, cut: pro rata}]\n"
    found = of_firm({"A": "", "B": ""}, [("A", "unknown", 0, 90), ("B", "needs decision", 0, 80)], head=head)
    assert added_up(found, "measure").rows() == [("A", 0, 0, 90, 0), ("B", 0, 80, 0, 0)]
    assert whole(found) == {"certain": 0, "decisions": 80, "facts": 20, "no_end": 0}


def test_what_has_no_end_is_counted_and_takes_nothing_from_what_is_certain() -> None:
    rows = [("A", "eligible", 100, 100), ("B", "unknown", None, None)]
    assert whole(of_firm(HIGHEST, rows)) == {"certain": 100, "decisions": 0, "facts": 0, "no_end": 1}


def test_a_group_gets_what_all_get_for_certain_less_the_most_of_the_others() -> None:
    rows = pl.DataFrame(
        {
            "measure": ["A", "B", "C"],
            "state": ["unknown"] * 3,
            "paid": pl.Series([None] * 3, dtype=pl.Int64),
            "paid_low": [0, 0, 0],
            "paid_high": [100, 100, 30],
            "sum_low": [150, 0, 0],
            "sum_high": [150, 0, 0],
            "together": [-3, -3, -3],
        }
    )
    assert added_up(rows, "measure").rows() == [("A", 20, 0, 80, 0), ("B", 20, 0, 80, 0), ("C", 0, 0, 30, 0)]


def test_nothing_adds_up_to_nothing() -> None:
    rows = pl.DataFrame(
        schema={"state": pl.String, "paid": pl.Int64, "paid_low": pl.Int64, "paid_high": pl.Int64}
    )
    assert whole(rows) == dict.fromkeys(SUMS, 0)


@pytest.mark.parametrize("by", ["measure", "firm", "kind", "all"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn(), st.integers(0, 10**6))
def test_whatever_turns_out_each_group_lies_between_its_least_and_its_most(
    by: str, case: Drawn, seed: int
) -> None:
    named = pl.lit("all").alias("all")
    found = stacked(case.book, case.subjects, case.outcomes, 2026).table.with_columns(named)
    sums = {row[by]: row for row in added_up(found, by).iter_rows(named=True)}
    for turn in range(3):
        later = completed(case, Random(seed + turn))
        truth = stack_by_hand(case.book, later.subjects, later.outcomes, 2026).with_columns(named)
        if truth["paid"].null_count():
            continue  # who is tied at the edge of a quota is still to be decided
        for group, paid in truth.group_by(by).agg(pl.col("paid").sum()).iter_rows():
            own = sums[group]
            assert own["certain"] <= paid
            assert own["no_end"] or paid <= own["certain"] + own["decisions"] + own["facts"]
