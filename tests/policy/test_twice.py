"""Who was paid twice, or would be: each way is found, and what is in order is not."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl
import pytest

from tests.policy.drawn_awards import awards, book, subjects
from wutong.errors import NoAnswer
from wutong.policy.awards import awards_of
from wutong.policy.kept import kept, kept_finding
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.policy.twice import paid_twice, twice_finding

WAN: Final = 1_000_000


def cases(*rows: dict[str, Any], excluding: bool = False) -> list[tuple[Any, ...]]:
    rules = book(excluding=excluding)
    tables = subjects(rules)
    paid = stacked(rules, tables, outcomes(rules, tables), year=2026).table
    found = paid_twice(rules, paid, awards_of(rules, tables, awards(*rows), 2026))
    return found.select("measure", "kind", "awards", "amount").rows()


def test_one_thing_granted_twice_is_too_much_by_the_smaller() -> None:
    two = ({"amount": 10 * WAN, "paid": 10 * WAN}, {"amount": 9 * WAN, "paid": 9 * WAN})
    assert cases(*two) == [("M", "same", "w0、w1", 9 * WAN)]
    assert cases(two[0], {**two[1], "period": "2025"}) == []
    assert cases(two[0], {**two[1], "instalment": 2}) == []
    assert cases(two[0], {**two[1], "outcome": "refused"}) == []
    assert cases(two[0], {"amount": None}) == [("M", "same", "w0、w1", None)]


def test_more_paid_than_decided_is_told_to_the_fen() -> None:
    assert cases({"amount": 10 * WAN, "paid": 10 * WAN + 1}) == [("M", "more", "w0", 1)]


def test_of_two_that_exclude_each_other_one_is_too_much() -> None:
    both = ({"amount": 10 * WAN, "paid": 10 * WAN}, {"measure": "N", "amount": 10 * WAN, "paid": 10 * WAN})
    assert [row[:3] for row in cases(*both, excluding=True)] == [("N", "excluded", "w1、w0")]
    assert cases(*both) == []


def test_an_award_without_a_period_may_be_what_is_due_now() -> None:
    assert cases({"period": None, "amount": 4 * WAN, "paid": 4 * WAN}) == [("M", "again", "w0", 4 * WAN)]


def test_the_answer_names_cases_and_sum_and_without_awards_there_is_none() -> None:
    rules = book()
    tables = subjects(rules)
    paid = stacked(rules, tables, outcomes(rules, tables), year=2026).table
    held = awards_of(rules, tables, awards({"amount": 10 * WAN, "paid": 11 * WAN}), 2026)
    finding = twice_finding(paid_twice(rules, paid, held), held)
    assert "Of 1 awards 1 cases" in finding.answer.en
    assert "10,000 yuan" in finding.answer.en
    with pytest.raises(NoAnswer):
        twice_finding(paid_twice(rules, paid, held.head(0)), held.head(0))


def held_against(on: date, *rows: dict[str, Any], here: bool | None = True) -> pl.DataFrame:
    rules = book()
    tables = subjects(rules)
    facts = tables["project"].with_columns(在区=pl.lit(here, dtype=tables["project"].schema["在区"]))
    return kept(rules, {"project": facts}, awards_of(rules, {"project": facts}, awards(*rows), 2026), on)


PAID: Final = {"amount": 10 * WAN, "paid": 10 * WAN, "paid_on": date(2026, 5, 1)}


@pytest.mark.parametrize(
    ("here", "on", "state", "recover"),
    [
        (True, date(2027, 1, 1), "kept", 0),
        (False, date(2027, 1, 1), "broken", 5 * WAN),
        (None, date(2027, 1, 1), "unknown", None),
        (False, date(2031, 5, 2), "over", 0),
    ],
)
def test_what_was_paid_is_held_against_the_facts_of_the_day(
    here: bool | None, on: date, state: str, recover: int | None
) -> None:
    first = held_against(on, PAID, here=here).row(0, named=True)
    assert (first["award"], first["state"], first["recover"]) == ("w0", state, recover)


def test_a_firm_that_is_gone_and_a_payment_that_is_not_known_stay_in_the_list() -> None:
    gone = held_against(date(2027, 1, 1), {**PAID, "firm": "left"})
    assert gone.select("state", "at_risk").rows() == [("unknown", 10 * WAN)]
    unsaid = held_against(date(2027, 1, 1), {"amount": 10 * WAN})
    assert unsaid["state"].to_list() == ["unknown"]
    # nothing was paid, or nothing is asked for it: nothing is to be kept
    assert held_against(date(2027, 1, 1), {**PAID, "paid": 0}, {**PAID, "measure": "N"}).is_empty()


def test_the_answer_adds_up_what_can_be_recovered_and_what_is_at_risk() -> None:
    finding = kept_finding(held_against(date(2027, 1, 1), PAID, here=False))
    assert "50,000 yuan to recover" in finding.answer.en
    assert finding.table["state"][0] == "broken"
    with pytest.raises(NoAnswer):
        kept_finding(held_against(date(2027, 1, 1), {**PAID, "measure": "N"}))
