"""Instalments make the award to the fen, on the days that the paper says; what must be kept is held against the facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.policy.feel.values import Value
from wutong.policy.payout import DUE, KEPT, instalments, obligations, split
from wutong.policy.rulebook import rulebook_of
from wutong.policy.subjects import table_of

WAN: Final = 1_000_000
FILE: Final = """\
measure: M
title: {zh: 补助, en: Grant}
aspect: 要素保障
subject: project
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  开工日: {type: date, zh: 开工日, en: Started on}
  验收日: {type: date, zh: 验收日, en: Accepted on}
  验收合格: {type: yes or no, zh: 验收合格, en: Accepted}
  在区: {type: yes or no, zh: 在区经营, en: Works in the zone}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: c, says: {zh: 开工, en: Started}, when: 开工日 != null}]
    amount: {fixed: 10万元, round: {to: 1元, how: half up}}
MORE
examples: [{given: {开工日: null}, expect: {outcome: not eligible}}]
"""
PAYOUT: Final = "    payout: [{share: 30%, on: started, day: 开工日}, {share: 70%, on: accepted, when: 验收合格, day: 验收日}]"
WAIT: Final = "    not_before: {says: {zh: 满一年, en: After a year}, day: 开工日 + 1年}"
KEEP: Final = (
    "    keep: [{says: {zh: 在区, en: Stays}, when: 在区, until: paid_on + 5年, else: recover, share: 50%},"
    " {says: {zh: 年审, en: Yearly review}, else: stop}]"
)
START: Final = date(2026, 3, 1)
END: Final = date(2027, 6, 1)


def due(more: str, facts: dict[str, Value], paid: int | None = 100_001) -> list[tuple[object, ...]]:
    book = rulebook_of({"m.yaml": FILE.replace("MORE", more)})
    subjects = {"project": table_of([("p", "f", facts)], book.fields)}
    table = pl.DataFrame(
        {"kind": ["project"], "subject": ["p"], "measure": ["M"], "paid": pl.Series([paid], dtype=pl.Int64)}
    )
    found = instalments(book, subjects, table)
    assert found.schema == pl.Schema(dict(DUE))
    return found.select("firm", "instalment", "on", "day", "amount", "state").rows()


def test_each_instalment_has_its_share_day_and_condition() -> None:
    facts: dict[str, Value] = {"开工日": START, "验收日": END, "验收合格": True}
    assert due(PAYOUT, facts) == [
        ("f", 1, "started", START, 30_000, "due"),
        ("f", 2, "accepted", END, 70_001, "due"),
    ]
    assert [row[-1] for row in due(PAYOUT, facts | {"验收合格": False})] == ["due", "waits"]
    assert [row[-3] for row in due(PAYOUT, {"开工日": START})] == [START, None]
    assert [row[-1] for row in due(PAYOUT, {"开工日": START})] == ["due", "unknown"]


def test_nothing_is_paid_before_the_day_that_is_waited_for() -> None:
    facts: dict[str, Value] = {"开工日": START, "验收日": END}
    assert [row[3] for row in due(f"{PAYOUT}\n{WAIT}", facts)] == [date(2027, 3, 1), END]
    assert due(WAIT, facts) == [("f", 1, "decided", date(2027, 3, 1), 100_001, "due")]


def test_without_instalments_all_is_paid_on_the_decision_and_nothing_where_nothing_is_certain() -> None:
    assert due("", {"开工日": START}) == [("f", 1, "decided", None, 100_001, "due")]
    assert due("", {"开工日": START}, 0) == []
    assert due("", {"开工日": START}, None) == []


@given(st.integers(0, 10**12), st.lists(st.integers(1, 50), min_size=1, max_size=7))
def test_parts_make_the_whole_and_none_is_a_fen_away_from_its_share(whole: int, weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    found = split(whole, shares)
    assert sum(found) == whole
    assert all(abs(part - whole * share) < 1 for part, share in zip(found, shares, strict=True))


@pytest.mark.parametrize(
    ("here", "on", "state", "recover"),
    [
        (True, date(2027, 1, 1), "kept", 0),
        (False, date(2027, 1, 1), "broken", 5 * WAN),
        (None, date(2027, 1, 1), "unknown", None),
        (False, date(2031, 5, 1), "broken", 5 * WAN),
        (False, date(2031, 5, 2), "over", 0),
    ],
)
def test_what_must_be_kept_is_held_against_the_facts_of_the_day(
    here: bool | None, on: date, state: str, recover: int | None
) -> None:
    book = rulebook_of({"m.yaml": FILE.replace("MORE", KEEP)})
    subjects = {"project": table_of([("p", "f", {"开工日": START, "在区": here})], book.fields)}
    paid = pl.DataFrame(
        {
            "kind": ["project"],
            "subject": ["p"],
            "measure": ["M"],
            "paid": [10 * WAN],
            "paid_on": [date(2026, 5, 1)],
        }
    )
    found = obligations(book, subjects, paid, on)
    assert found.schema == pl.Schema(dict(KEPT))
    assert found.row(0, named=True)["until"] == date(2031, 5, 1)
    assert found.select("state", "then", "recover").rows() == [
        (state, "recover", recover),
        ("look", "stop", 0),
    ]
