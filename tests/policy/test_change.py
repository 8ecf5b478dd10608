"""What would have to change: every value that is named is tried, and one unit less is not enough."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.drawn_books import books, facts
from tests.policy.test_rulebook import MORE, WITH_DATE
from wutong.policy.change import Change, Changes, asked_by, changes, clauses_of, moved_by
from wutong.policy.evaluate import evaluate
from wutong.policy.feel.parse import parse
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure
from wutong.policy.rulebook import rulebook_of

FOLDER: Final = ROOT / "examples" / "measures"
BOOK: Final = rulebook_of({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))})
MEASURES: Final = {measure.id: measure for measure in BOOK.measures}
YI: Final = 10_000_000_000
OUTPUT: Final[dict[str, Value]] = {"规上": True, "一企一策": False, "一季度已付": Fraction(0)}


def held_to(measure: Measure, subject: dict[str, Value], found: Changes) -> None:
    """Each claim is what the interpreter says of the changed facts."""
    assert found.now == evaluate(measure, subject)
    for missed in found.clauses:
        for change in missed.changes:
            moved = {**subject, change.field.name: change.reach.value}
            outcome = evaluate(measure, moved)
            assert outcome == change.outcome
            assert missed.clause not in outcome.failing
            if change.reach.before is not None and missed.clause not in ("in_force", "apply", "amount"):
                back = evaluate(measure, {**subject, change.field.name: change.reach.before})
                assert missed.clause in back.failing or back.state != "eligible"
    for change in found.alone:
        outcome = evaluate(measure, {**subject, change.field.name: change.reach.value})
        assert outcome.state in ("eligible", "needs decision")
        if change.reach.before is not None:
            back = evaluate(measure, {**subject, change.field.name: change.reach.before})
            assert back.state not in ("eligible", "needs decision")
    if found.together:
        moved = dict(subject)
        for change in found.together:
            moved[change.field.name] = change.reach.value
        assert evaluate(measure, moved) == found.then
        assert found.then is not None
        assert found.then.state != "not eligible"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_changes_of_random_measures_are_what_the_interpreter_says(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    subject = {name: data.draw(facts(field)) for name, field in measure.given.items()}
    held_to(measure, subject, changes(measure, subject))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_changes_of_the_examples_are_what_the_interpreter_says(data: st.DataObject) -> None:
    measure = data.draw(st.sampled_from(BOOK.measures))
    subject = dict(data.draw(st.sampled_from(measure.examples)).given)
    for name in data.draw(st.lists(st.sampled_from(list(measure.given)), max_size=2)):
        subject[name] = data.draw(facts(measure.given[name]))
    held_to(measure, subject, changes(measure, subject))


def one(found: tuple[Change, ...], name: str) -> Change:
    return next(change for change in found if change.field.name == name)


def test_g6_lacks_twenty_million_of_output() -> None:
    found = changes(MEASURES["M26"], {"产值": 54 * YI // 10, "上年产值": 4 * YI})
    (growth,) = found.clauses
    output = one(growth.changes, "产值")
    assert (growth.clause, output.gap) == ("growth", Fraction(20_000_000_00))
    assert (output.reach.value, output.reach.before) == (56 * YI // 10, 56 * YI // 10 - 1)
    assert output.relative == Fraction(1, 27)
    assert output.outcome.amount == 160_000_000
    assert "差2000万元（3.71%）" in output.line.zh


def test_where_two_clauses_fail_one_fact_is_enough_only_for_both() -> None:
    found = changes(
        MEASURES["M24"], {**OUTPUT, "产值": Fraction(205 * YI, 10), "上年产值": Fraction(20 * YI)}
    )
    assert [missed.clause for missed in found.clauses] == ["increment", "growth"]
    assert one(found.clauses[0].changes, "产值").reach.value == 21 * YI
    assert one(found.alone, "产值").reach.value == 21 * YI
    far = changes(MEASURES["M24"], {**OUTPUT, "产值": Fraction(31 * YI), "上年产值": Fraction(305 * YI, 10)})
    increment, growth = far.clauses
    assert one(increment.changes, "产值").reach.value == 315 * YI // 10
    assert one(growth.changes, "产值").reach.value == 32025 * YI // 1000
    assert one(far.alone, "产值").reach.value == 32025 * YI // 1000


def test_clauses_that_ask_for_different_facts_are_met_together() -> None:
    found = changes(MEASURES["M01"], {"土地": "old", "固定资产投资": 9 * YI // 10, "设备投资": YI})
    assert found.alone == ()
    assert [change.field.name for change in found.together] == ["土地", "固定资产投资"]
    assert [change.reach.value for change in found.together] == ["new", YI]
    assert found.then is not None
    assert found.then.amount == 500_000_000
    assert found.lines("zh")[-1] == "  → 可得 500万元"


def test_of_a_missing_fact_the_threshold_is_told_and_no_gap() -> None:
    found = changes(MEASURES["M01"], {"土地": "new", "设备投资": YI})
    (size,) = found.clauses
    (change,) = size.changes
    assert (size.state, change.now, change.gap) == ("unknown", None, None)
    assert (change.reach.value, change.reach.way) == (YI, "up")
    assert change.line.en.startswith("Fixed investment: now not known, needs at least 100 million yuan")


def test_who_has_the_measure_or_waits_for_a_decision_has_nothing_to_change() -> None:
    for name in ("M01", "M02"):
        measure = MEASURES[name]
        example = next(each for each in measure.examples if each.outcome in ("eligible", "needs decision"))
        found = changes(measure, example.given)
        assert (found.clauses, found.alone, found.together, found.then) == ((), (), (), None)
        assert found.lines("en") == []


def test_an_application_that_came_late_would_have_been_in_time() -> None:
    (measure,) = rulebook_of({"b.yaml": WITH_DATE.replace("MORE", MORE)}).measures
    found = changes(measure, {"投资": 100_000_000, "申请日": date(2026, 4, 2)})
    (apply,) = found.clauses
    assert apply.clause == "apply"
    assert [change.reach.value for change in apply.changes] == [date(2026, 3, 31)]
    assert apply.changes[0].outcome.open == ("quota",)


def test_below_the_lowest_tier_the_tier_is_what_is_needed() -> None:
    measure = MEASURES["M26"]
    field = measure.given["产值"]
    assert moved_by(field) in ("", "firm", "others", "past")
    assert asked_by(parse("a + b", ["a", "b"]), (("b", parse("c * 2", ["c"])),)) == ("a", "c")
    known = {"产值": Fraction(2 * YI), "上年产值": Fraction(YI)}
    assert list(clauses_of(measure, known)) == ["base", "growth", "amount"]


PAST: Final = """\
measure: p
title: {zh: 甲, en: A}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  上年: {type: money, zh: 上年, en: Before, from: {table: firm_year, column: output, year: -1}}
  投资: {type: money, zh: 投资, en: Investment}
  用电: {type: electricity, zh: 用电, en: Power, moved_by: firm}
  位次: {type: count, zh: 位次, en: Rank, moved_by: others}
editions:
  - source: {document: invented, grade: not graded}
    conditions:
      - {id: all, says: {zh: 合计, en: Sum}, when: 上年 / 1元 + 投资 / 1元 + 用电 / 1千瓦时 + 位次 / 1个 >= 100}
    amount: {fixed: {by: 投资, slab: {50元: 8元}}, round: {to: 1元, how: half up}}
examples: [{given: {上年: null}, expect: {outcome: unknown}}]
"""


def test_facts_that_the_firm_can_move_come_first_and_none_is_guessed_at() -> None:
    (measure,) = rulebook_of({"p.yaml": PAST}).measures
    firm: dict[str, Value] = {
        "上年": Fraction(20_00), "投资": Fraction(20_00), "用电": Fraction(20), "位次": Fraction(20)
    }  # fmt: skip
    found = changes(measure, firm)
    assert [(each.field.name, each.moved_by) for each in found.clauses[0].changes] == [
        ("用电", "firm"),
        ("投资", ""),
        ("位次", "others"),
        ("上年", "past"),
    ]
    assert [missed.clause for missed in found.clauses] == ["all", "amount"]
    assert one(found.clauses[1].changes, "投资").reach.value == 50_00
    assert [each.field.name for each in found.alone] == ["投资"]
    assert "以前年度" in found.clauses[0].changes[3].line.zh
