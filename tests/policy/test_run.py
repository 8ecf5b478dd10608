"""A rulebook in columns gives what the interpreter gives, to the fen, for every state, amount and clause."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.drawn_books import books, facts, subjects
from wutong.policy.feel.types import MONEY
from wutong.policy.measure import STATES, SUBJECTS
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.run import bounds_of, in_duckdb, outcomes, planned, wide_of
from wutong.policy.subjects import table_of
from wutong.zone.store import answered

FILES: Final = {
    path.name: path.read_bytes() for path in sorted((ROOT / "examples" / "measures").glob("*.yaml"))
}
BOOK: Final = rulebook_of(FILES)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_rulebooks_over_random_subjects_agree_with_the_interpreter(data: st.DataObject) -> None:
    book = data.draw(books())
    table = table_of(data.draw(subjects(book.fields)), book.fields)
    assert outcomes(book, {"firm": table}).equals(outcomes_by_hand(book, {"firm": table}))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_duckdb_gives_what_polars_and_the_interpreter_give(data: st.DataObject) -> None:
    book = data.draw(books())
    table = table_of(data.draw(subjects(book.fields)), book.fields)
    found = outcomes(book, {"firm": table}, in_duckdb(answered))
    assert found.equals(outcomes_by_hand(book, {"firm": table}))


@pytest.mark.parametrize("kind", SUBJECTS)
def test_duckdb_gives_the_examples_of_the_example_rulebook(kind: str) -> None:
    rows = [
        (f"{measure.id} {at}", "f", example.given)
        for measure in BOOK.measures
        if measure.subject == kind
        for at, example in enumerate(measure.examples)
    ]
    table = table_of(rows, BOOK.fields)
    found = outcomes(BOOK, {kind: table}, in_duckdb(answered))
    assert found.equals(outcomes(BOOK, {kind: table}))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_example_rulebook_over_random_subjects_agrees_with_the_interpreter(data: st.DataObject) -> None:
    measure = data.draw(st.sampled_from(BOOK.measures))
    known = [dict(example.given) for example in measure.examples]
    rows = []
    for at in range(data.draw(st.integers(1, 8))):
        row = dict(data.draw(st.sampled_from(known)))
        for name in data.draw(st.lists(st.sampled_from(list(measure.given)), max_size=3)):
            row[name] = data.draw(facts(measure.given[name]))
        rows.append((f"s{at}", "f", row))
    table = {measure.subject: table_of(rows, BOOK.fields)}
    assert outcomes(BOOK, table).equals(outcomes_by_hand(BOOK, table))


@pytest.mark.parametrize("kind", SUBJECTS)
def test_every_measure_of_the_examples_is_given_by_columns(kind: str) -> None:
    found = planned(BOOK, kind, dict.fromkeys(BOOK.fields, (0, 2**40)))
    assert found.by_hand == ()
    assert [plan.measure for plan in found.plans] == [one.id for one in BOOK.measures if one.subject == kind]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-3, 3), max_size=4))
def test_the_bounds_of_a_column_hold_all_its_numbers(numbers: list[int | None]) -> None:
    name = next(name for name, field in BOOK.fields.items() if field.type == MONEY)
    found = bounds_of(pl.LazyFrame({name: pl.Series(numbers, dtype=pl.Int64)}), BOOK.fields)
    low, high = found[name]
    assert low <= 0 <= high
    assert all(low <= number <= high for number in numbers if number is not None)


ROOTED: Final = """\
measure: R
title: {zh: 根, en: Root}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  系数: {type: number, zh: 系数, en: Factor}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: size, says: {zh: 够大, en: Large}, when: 投资 >= 1万元}]
    amount: {rate: sqrt(系数) * 1%, base: 投资, round: {to: 1元, how: half up}}
examples: [{given: {投资: 1元}, expect: {outcome: not eligible}}]
"""


def test_a_measure_that_columns_cannot_give_exactly_is_left_to_the_interpreter() -> None:
    book = rulebook_of({**FILES, "r.yaml": ROOTED})
    table = table_of(
        [("a", "a", {"投资": Fraction(10**8), "系数": Fraction(4)}), ("b", "b", {})], book.fields
    )
    ready = planned(book, "firm", bounds_of(table.lazy(), book.fields))
    assert [measure.id for measure in ready.by_hand] == ["R"]
    found = outcomes(book, {"firm": table})
    assert found.equals(outcomes_by_hand(book, {"firm": table}))
    assert found.filter(pl.col("measure") == "R")["amount"].to_list() == [200_0000, None]


def test_the_wide_form_holds_codes_of_one_byte_and_streams() -> None:
    rows = [("a", "a", BOOK.measures[0].examples[0].given), ("b", "b", {})]
    table = table_of(rows, BOOK.fields)
    kind = BOOK.measures[0].subject
    ready = planned(BOOK, kind, bounds_of(table.lazy(), BOOK.fields))
    wide = wide_of(ready, table.lazy(), ("state", "amount", "clause"), ("subject",))
    found = wide.collect(engine="streaming")
    first = ready.plans[0]
    assert found.schema[f"{first.measure}.state"] == pl.UInt8
    assert found["subject"].to_list() == ["a", "b"]
    assert [STATES[code] for code in found[f"{first.measure}.state"]] == ["eligible", "unknown"]
    assert first.clauses[found[f"{first.measure}.clause"][0]] == ""


def test_no_subject_and_no_measure_give_an_empty_table() -> None:
    assert outcomes(BOOK, {}).is_empty()
    empty = table_of([], BOOK.fields)
    assert outcomes(BOOK, {"firm": empty, "person": empty}).is_empty()


def test_a_fact_without_a_column_is_not_known() -> None:
    table = pl.DataFrame({"subject": ["a"]})
    found = outcomes(BOOK, {"firm": table, "project": table})
    assert found.equals(outcomes_by_hand(BOOK, {"firm": table, "project": table}))
    assert set(found["state"]) == {"unknown"}


def test_book_is_not_empty() -> None:
    assert isinstance(BOOK, Rulebook)
    assert len(BOOK.measures) == len([name for name in FILES if name != "rulebook.yaml"])
