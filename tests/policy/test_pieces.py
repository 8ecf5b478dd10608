"""Functions of one fact in pieces: each piece is the expression itself, and the nearest value is the nearest."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.drawn_books import books, facts
from wutong.policy.axis import Axis, axis_of
from wutong.policy.feel import exact
from wutong.policy.feel.parse import parse
from wutong.policy.feel.syntax import Binary, Call, Expr
from wutong.policy.feel.types import BOOLEAN, DATE, MONEY, NUMBER, RATE, TEXT, Type
from wutong.policy.feel.values import Months, Value
from wutong.policy.fields import Field
from wutong.policy.forms import UnevenError, at
from wutong.policy.measure import Measure
from wutong.policy.nearest import Question, Reach, codes_in, reaches
from wutong.policy.pieces import pieces_of, ranges_of
from wutong.words import Text

HIGH: Final = Fraction(10**12)


def trees_of(measure: Measure) -> list[tuple[Expr, tuple[tuple[str, Expr], ...]]]:
    """All expressions of a measure, each with the definitions of its edition."""
    found: list[tuple[Expr, tuple[tuple[str, Expr], ...]]] = []
    for edition in measure.editions:
        definitions = tuple((one.name, one.formula.tree) for one in edition.definitions)
        found += [(one.when.tree, definitions) for one in edition.conditions if one.when is not None]
        for reading in edition.amount.readings:
            found.append((reading.whole.tree.arguments[0], definitions))  # type: ignore[union-attr]  # before rounding
    return found


def field(name: str, type_: Type) -> Field:
    return Field(name, Text(name, name), type_)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_piece_gives_what_the_interpreter_gives(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    subject = {name: data.draw(facts(one)) for name, one in measure.given.items()}
    numbers = [one for one in measure.given.values() if one.type.kind == "number"]
    moving = data.draw(st.sampled_from(numbers))
    for tree, definitions in trees_of(measure):
        try:
            found = pieces_of(tree, moving.name, subject, definitions, Fraction(0), HIGH)
        except UnevenError:
            continue
        assert list(found.cuts) == sorted(found.cuts)
        for start, end, form in found.spans():
            x = start + (end - start) * data.draw(st.fractions(Fraction(1, 10**6), 1 - Fraction(1, 10**6)))
            if start == end:
                continue
            known = {**subject, moving.name: x}
            for name, one in definitions:
                known[name] = exact.evaluate(one, known)
            assert at(form, x) == exact.evaluate(tree, known)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_reached_holds_and_nothing_nearer_does(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    subject = {name: data.draw(facts(one)) for name, one in measure.given.items()}
    for tree, definitions in trees_of(measure):
        question = Question(tree, subject, definitions)
        if question.holds("", None) is True or not isinstance(tree, Binary | Call):
            continue
        for one in measure.given.values():
            found = reaches(question, one)
            for reach in found:
                assert question.holds(one.name, reach.value) is True
                assert reach.before is None or question.holds(one.name, reach.before) is not True
            axis, now = axis_of(one, subject[one.name]), subject[one.name]
            if axis is None or now is None or one.type.kind != "number":
                continue
            tries = data.draw(st.lists(facts(one), max_size=8))
            for way in ("up", "down"):
                reach = next((each for each in found if each.way == way), Reach(None, way))
                for other in tries:
                    if not isinstance(other, Fraction) or not isinstance(now, Fraction):
                        continue
                    if not axis.low <= axis.place(other) <= axis.high:
                        continue  # money does not come below zero
                    beyond = other > now if way == "up" else other < now
                    nearer = (
                        reach.value is None or (other < reach.value if way == "up" else other > reach.value)  # type: ignore[operator]
                    )
                    if beyond and nearer and reach.sure:
                        assert question.holds(one.name, other) is not True


@pytest.mark.parametrize(
    ("text", "now", "wanted"),
    [
        ("x >= 40", 39, [(40, 39)]),
        ("x > 40", 40, [(41, 40)]),
        ("x < 40", 40, [(39, 40)]),
        ("x = 7 or x >= 90", 30, [(90, 89), (7, 8)]),
        ("x in [50..60) and x != 50", 10, [(51, 50)]),
        ("x * x >= 100", 3, [(10, 9)]),
        ("100 / x <= 8", 3, [(13, 12)]),
        ("1 / (x - 5) > 0", 5, [(6, 5)]),
        ("min(x, 90) + max(x, 20) >= 100", 20, [(50, 49)]),
        ("abs(x - 50) <= 3", 10, [(47, 46)]),
        ("floor(x / 7) >= 3", 10, [(21, 20)]),
        ("if x > 30 then x <= 35 else x = 5", 20, [(31, 30), (5, 6)]),
        ("x >= 10 and x < 10", 3, []),
        ("x between 20 and 30", 40, [(30, 31)]),
        ("x in (3, >=50)", 20, [(50, 49), (3, 4)]),
    ],
)
def test_thresholds_are_exact(text: str, now: int, wanted: list[tuple[int, int]]) -> None:
    count = Type("number", (("count", 1),))
    question = Question(parse(text, ["x"]), {"x": Fraction(now)}, ())
    found = reaches(question, field("x", count))
    assert [(one.value, one.before) for one in found] == wanted
    assert all(one.sure for one in found)


def test_what_is_rounded_is_compared_exactly_however_many_steps_there_are() -> None:
    for way, least in (("half up", 995_000), ("half down", 995_001), ("down", 1_000_000), ("up", 990_001)):
        tree = parse(f"round {way}(x, 100元) >= 10000元", ["x"])
        (found,) = reaches(Question(tree, {"x": Fraction(1)}, ()), field("x", MONEY))
        assert (found.value, found.before, found.sure) == (least, least - 1, True)


def test_a_root_that_is_no_fraction_is_searched_and_says_so() -> None:
    tree = parse("x * x >= 200", ["x"])
    (found,) = reaches(Question(tree, {"x": Fraction(3)}, ()), field("x", Type("number", (("count", 1),))))
    assert (found.value, found.before, found.sure) == (15, 14, False)


def test_days_months_codes_and_answers_move_too() -> None:
    def found(text: str, type_: Type, now: Value) -> list[tuple[Value, str]]:
        question = Question(parse(text, ["x"]), {"x": now}, ())
        return [(one.value, one.way) for one in reaches(question, field("x", type_))]

    assert found('x >= @"2026-03-01"', DATE, date(2025, 1, 1)) == [(date(2026, 3, 1), "up")]
    assert found("x <= 2年", Type("months"), Months(25)) == [(Months(24), "down")]
    assert found("not(x)", BOOLEAN, True) == [(False, "other")]
    assert found('x in ("a", "b")', TEXT, "c") == [("a", "other"), ("b", "other")]
    assert found('x = "new"', Type("text", choices=("new", "old")), None) == [("new", "other")]
    assert codes_in(Question(parse('x = "a" and y = "b"', ["x", "y"]), {}, ()), "x") == ["a"]


def test_of_a_fact_that_is_not_known_the_threshold_is_told() -> None:
    def found(text: str) -> list[tuple[Value, str]]:
        question = Question(parse(text, ["x"]), {}, ())
        return [(one.value, one.way) for one in reaches(question, field("x", RATE))]

    assert found("x >= 5%") == [(Fraction(5, 100), "up")]
    assert found("x < 5%") == [(Fraction(49_999, 10**6), "down")]
    assert found("x > 2 * x and x < x") == []


def test_money_that_is_not_below_zero_does_not_come_there() -> None:
    question = Question(parse("x < 0元", ["x"]), {"x": Fraction(5)}, ())
    assert reaches(question, field("x", MONEY)) == ()
    down = Question(parse("x <= -9元", ["x"]), {"x": Fraction(-5)}, ())
    assert [one.value for one in reaches(down, field("x", MONEY))] == [Fraction(-900)]


def test_a_fact_finer_than_its_column_moves_to_a_place_of_the_column() -> None:
    question = Question(parse("x >= 5%", ["x"]), {"x": Fraction(1, 21)}, ())
    (found,) = reaches(question, field("x", RATE))
    assert (found.value, found.before) == (Fraction(1, 20), Fraction(49_999, 10**6))


def test_runs_that_touch_are_one() -> None:
    tree = parse("x <= 5 or x > 5 and x < 9", ["x"])
    question = Question(tree, {}, ())
    found = pieces_of(tree, "x", {}, (), Fraction(0), Fraction(20))
    assert ranges_of(found, lambda x: question.holds("x", x), Fraction(1)) == [(0, 8)]


def test_an_axis_is_wide_enough_for_what_is_there() -> None:
    wide = axis_of(field("x", NUMBER), Fraction(10**20))
    assert isinstance(wide, Axis)
    assert wide.low < 10**20 * wide.scale < wide.high


def test_definitions_move_along() -> None:
    definitions = (("g", parse("(a - b) / b", ["a", "b"])), ("h", parse("g * 2", ["g"])))
    question = Question(parse("h >= 80%", ["h"]), {"a": Fraction(540), "b": Fraction(400)}, definitions)
    (found,) = reaches(question, field("a", MONEY))
    assert (found.value, found.before) == (560, 559)
