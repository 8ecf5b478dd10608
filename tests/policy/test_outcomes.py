"""A rulebook over a table of subjects, row by row, and what a table must be."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl
import pytest

from tests.conftest import ROOT
from wutong.errors import TableError
from wutong.policy.evaluate import evaluate
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Days, Months, Value
from wutong.policy.fields import TYPES, Field
from wutong.policy.outcomes import COLUMNS, outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.subjects import checked, facts_at, table_of
from wutong.words import Text

FILES: Final = sorted((ROOT / "examples" / "measures").glob("*.yaml"))


def book() -> Rulebook:
    return rulebook_of({path.name: path.read_bytes() for path in FILES})


def test_every_example_comes_out_of_a_table_as_it_comes_out_alone() -> None:
    found = book()
    for measure in found.measures:
        rows = [(f"s{at}", "f", example.given) for at, example in enumerate(measure.examples)]
        table = outcomes_by_hand(found, {measure.subject: table_of(rows, found.fields)})
        own = table.filter(pl.col("measure") == measure.id)
        assert own.schema == pl.Schema(dict(COLUMNS))
        if not measure.raising:  # a file's examples are of the measure alone
            assert own["state"].to_list() == [example.outcome for example in measure.examples]
            assert own["amount"].to_list() == [example.amount for example in measure.examples]
        for row, example in zip(own.iter_rows(named=True), measure.examples, strict=True):
            alone = evaluate(measure, example.given)
            assert row["clause"] == alone.clause
            assert (row["clause"] == "") == (alone.state == "eligible")
            assert (row["low"], row["high"]) == (
                (alone.possible[0], alone.possible[-1]) if alone.possible else (None,) * 2
            )


def test_what_is_not_known_beside_the_amount_leaves_the_amount_that_is_possible() -> None:
    m24 = next(measure for measure in book().measures if measure.id == "M24")
    yi = 10**10
    known: dict[str, Value] = {
        "产值": Fraction(28 * yi),
        "上年产值": Fraction(20 * yi),
        "一季度已付": Fraction(0),
        "规上": True,
    }
    found = evaluate(m24, known)
    assert (found.state, found.clause, found.possible) == ("unknown", "general", (200_000_000,))
    assert evaluate(m24, {"规上": False}).clause == "listed"
    assert evaluate(m24, {"规上": True}).possible == ()


VALUES: Final[dict[str, Value]] = {
    "number": Fraction(1, 8),
    "boolean": False,
    "text": "a",
    "date": date(2026, 2, 28),
    "days": Days(Fraction(86_400)),
    "months": Months(7),
}


@pytest.mark.parametrize(("word", "type_"), TYPES)
def test_a_fact_of_every_type_comes_back_from_its_column(word: str, type_: Type) -> None:
    field = Field(word, Text("", ""), type_)
    value: Value = VALUES[field.type.kind]
    if field.type.unit in ((("fen", 1),), (("cent", 1),), (("count", 1),), (("person", 1),)):
        value = Fraction(12)
    table = table_of([("a", "f", {word: value}), ("b", "f", {word: None})], {word: field})
    assert [facts_at(table, row, {word: field})[word] for row in (0, 1)] == [value, None]


def test_what_is_too_fine_for_a_column_is_refused_and_not_rounded() -> None:
    money = Field("m", Text("", ""), dict(TYPES)["money"])
    with pytest.raises(TableError, match="too fine"):
        table_of([("a", "a", {"m": Fraction(1, 2)})], {"m": money})
    with pytest.raises(TableError, match="too large"):
        table_of([("a", "a", {"m": Fraction(2**63)})], {"m": money})


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pl.DataFrame({"id": ["a"]}), "no column"),
        (pl.DataFrame({"subject": ["a", "a"]}), "repeated"),
        (pl.DataFrame({"subject": ["a", None]}), "empty"),
        (pl.DataFrame({"subject": ["a"], "产值": [1.5]}), "whole fen"),
        (pl.DataFrame({"subject": ["a"], "土地": ["neu"]}), "none of"),
    ],
)
def test_a_table_that_is_not_as_it_must_be_is_refused(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(TableError, match=says):
        checked(table, book().fields)


def test_a_table_may_lack_facts_and_hold_others() -> None:
    table = pl.DataFrame({"subject": ["a"], "产值": pl.Series([5], dtype=pl.Int32), "别的": [0.5]})
    found = checked(table, book().fields)
    assert found.row(0, named=True) == {"subject": "a", "firm": "a", "产值": 5, "别的": 0.5}
    with pytest.raises(TableError, match="上年产值"):
        checked(table, book().fields, ["上年产值"])
