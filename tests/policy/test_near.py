"""Near misses and cliffs of a zone agree with what is said of each subject alone."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, Final

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.drawn_books import books, subjects
from wutong.policy.change import changes
from wutong.policy.cliffs import cliffs, got
from wutong.policy.edges import parts_of, tiers_of, truths
from wutong.policy.evaluate import Outcome, applied_late, edition_of, evaluate, worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import Expr, Literal
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure, measure_of
from wutong.policy.near import COLUMNS, SHARE, near
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.sentences import expr_of
from wutong.policy.standing import counted, standing
from wutong.policy.subjects import facts_at, table_of, value_in

FOLDER: Final = ROOT / "examples" / "measures"
BOOK: Final = rulebook_of({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))})
MEASURES: Final = {measure.id: measure for measure in BOOK.measures}
YI: Final = 10_000_000_000


def failing(measure: Measure, facts: dict[str, Value]) -> list[tuple[str, bool]] | None:
    """The parts that fail, and whether one of their comparisons is near and would do; None where other things fail."""
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome) or applied_late(edition, facts):
        return None
    known = worked_out(edition, facts)
    found = []
    for part in parts_of(edition):
        if exact.evaluate(expr_of(part.typed), known) is not False:
            continue
        near_by = False
        for edge in part.edges:
            holds = exact.evaluate(expr_of(edge.typed), known)
            one, other = (exact.evaluate(expr_of(side), known) for side in (edge.left, edge.right))
            if holds is None or not isinstance(one, Fraction) or not isinstance(other, Fraction):
                continue
            turned = exact.evaluate(
                _with(expr_of(part.typed), expr_of(edge.typed), not holds),
                known,
            )
            near_by = near_by or (turned is True and other != 0 and abs(one - other) <= SHARE * abs(other))
        found.append((part.clause, near_by))
    return found


def _with(tree: Any, old: Expr, truth: bool) -> Any:
    """The tree with a comparison replaced, written apart from the module's own way."""
    if tree == old:
        return Literal(truth)
    if isinstance(tree, tuple):
        return tuple(_with(one, old, truth) for one in tree)
    if is_dataclass(tree) and not isinstance(tree, type):
        changed = {
            one.name: _with(getattr(tree, one.name), old, truth) for one in fields(tree) if one.name != "span"
        }
        return replace(tree, **changed)
    return tree


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_near_misses_of_a_table_are_those_of_each_subject_alone(data: st.DataObject) -> None:
    book = data.draw(books(2))
    table = table_of(data.draw(subjects(book.fields)), book.fields)
    fails = data.draw(st.integers(1, 2))
    found = near(book, {"firm": table}, fails=fails)
    wanted = []
    for row in range(table.height):
        for measure in book.measures:
            facts = facts_at(table, row, measure.given)
            parts = failing(measure, facts)
            if parts and len(parts) <= fails and all(near_by for _, near_by in parts):
                wanted += [(table["subject"][row], measure.id, clause) for clause, _ in parts]
    assert sorted(found.select("subject", "measure", "clause").rows()) == sorted(wanted)
    for one in found.iter_rows(named=True):
        assert float(one["lacking"]) <= 0.05 + 1e-12
        if one["fails"] > 1 or one["fact"] is None:
            continue
        (row,) = (at for at in range(table.height) if table["subject"][at] == one["subject"])
        measure = next(each for each in book.measures if each.id == one["measure"])
        field = measure.given[one["fact"]]
        facts = facts_at(table, row, measure.given)
        needed = value_in(one["needed"], field)
        outcome = evaluate(measure, {**facts, field.name: needed})
        assert outcome.state == one["state"]
        assert (outcome.possible[-1] if outcome.possible else None) == one["worth"]
        assert table[field.name][row] == one["now"]
        clause = next(each for each in changes(measure, facts).clauses if each.clause == one["clause"])
        alike = [each for each in clause.changes if each.field == field]
        # one comparison of several may be turned by less than what the clause as a whole needs
        assert (
            not alike
            or any(each.reach.value == needed for each in alike)
            or len(parts_of_clause(measure, facts, one["clause"])) > 1
        )


def parts_of_clause(measure: Measure, facts: dict[str, Value], clause: str) -> list[object]:
    edition = edition_of(measure, facts)
    assert not isinstance(edition, Outcome)
    return [edge for part in parts_of(edition) if part.clause == clause for edge in part.edges]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_cliffs_of_a_table_are_what_the_interpreter_gives_on_both_sides(data: st.DataObject) -> None:
    book = data.draw(books(2))
    table = table_of(data.draw(subjects(book.fields)), book.fields)
    found = standing(book, {"firm": table})
    assert found.equals(standing(book, {"firm": table}, ran=outcomes_by_hand))
    for one in found.iter_rows(named=True):
        (row,) = (at for at in range(table.height) if table["subject"][at] == one["subject"])
        measure = next(each for each in book.measures if each.id == one["measure"])
        field = measure.given[one["fact"]]
        facts = facts_at(table, row, measure.given)
        step = 1 if one["side"] == "above" else -1
        here, there = (
            got(evaluate(measure, {**facts, field.name: value_in(place, field)}))
            for place in (one["across"] + step, one["across"])
        )
        assert (here, there) == (one["here"], one["there"])
        assert one["jump"] == one["there"] - one["here"] != 0
    total = counted(found)
    assert int(total["below"].sum()) + int(total["above"].sum()) == found.height


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_the_next_cliff_of_a_subject_is_a_jump_and_none_is_nearer(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    table = table_of(data.draw(subjects(measure.given, 1)), measure.given)
    facts = facts_at(table, 0, measure.given)
    found = cliffs(measure, facts)
    for one in found.found:
        sides = [got(evaluate(measure, {**facts, one.field.name: value})) for value in (one.below, one.above)]
        assert sides == [one.before, one.after]
        assert one.after - one.before == one.jump != 0
        assert (one.above > one.now) if one.way == "up" else (one.below < one.now)
    # whoever stands near a cliff of the table has it, or a nearer one, as his next
    rows = standing(rulebook_of_one(measure), {"firm": table})
    limits = {each.field.name: (each.low, each.high) for each in found.looked}
    for row in rows.iter_rows(named=True):
        field = measure.given[row["fact"]]
        across = value_in(row["across"], field)
        way = "up" if row["side"] == "below" else "down"
        next_one = [each for each in found.found if each.field == field and each.way == way]
        assert isinstance(across, Fraction)
        low, high = limits.get(field.name, (across, across))
        if low <= across <= high:
            assert next_one
            assert next_one[0].above <= across if way == "up" else next_one[0].below >= across


def rulebook_of_one(measure: Measure) -> Rulebook:
    return replace(
        BOOK, measures=(measure,), groups={}, limits=(), budgets={}, fields=measure.given, trials=()
    )


# ------------------------------------------------------------ numbers by hand


def project(fixed: Fraction | int) -> dict[str, Value]:
    return {"土地": "new", "固定资产投资": Fraction(fixed), "设备投资": Fraction(2 * YI)}


def test_g1_is_a_cliff_of_six_million_a_million_away() -> None:
    found = cliffs(MEASURES["M01"], project(299 * YI // 100)).found
    up, down = (one for one in found if one.field.name == "固定资产投资")
    assert (int(up.below), int(up.above), up.jump, int(up.far)) == (
        3 * YI - 1,
        3 * YI,
        600_000_000,
        YI // 100,
    )
    assert (up.before, up.after, up.way, up.clause) == (1_000_000_000, 1_600_000_000, "up", "amount")
    assert up.gains
    assert not down.gains
    assert (int(down.above), down.clause, down.after) == (YI, "size", 1_000_000_000)
    assert up.line.zh == "固定资产投资再增加100万元（到3亿元），金额由1000万元变为1600万元，一步多600万元"
    assert (
        down.line.zh
        == "固定资产投资再减少199,000,000.01元（到99,999,999.99元），金额由1000万元变为0元，一步少1000万元"
    )


def test_scales_whose_parts_meet_and_caps_are_no_cliffs() -> None:
    found = cliffs(MEASURES["M26"], {"产值": 36 * YI // 10, "上年产值": 2 * YI}).found
    # the bands of M26 meet at 60 % growth, and its cap bends: only the gate of 40 % is a cliff of output
    assert [(int(one.below), one.way, one.clause) for one in found if one.field.name == "产值"] == [
        (28 * YI // 10 - 1, "down", "growth")
    ]


def test_steps_of_which_parts_do_not_count_are_cliffs_each() -> None:
    text = (FOLDER / "m01-equipment.yaml").read_text(encoding="utf-8")
    amount = text[text.index("      rate: {by") : text.index("      cap: ")]
    steps = "      each: 3万元\n      of: 设备投资\n      per: 100万元\n      part: whole only\n"
    measure = measure_of(text.replace(amount, steps))
    found = cliffs(measure, project(YI) | {"设备投资": Fraction(250_000_000)})
    one = [each for each in found.found if each.field.name == "设备投资"]
    assert [(int(each.above), each.jump) for each in one] == [
        (300_000_000, 3_000_000),
        (200_000_000, 3_000_000),
    ]
    assert [each.field.name for each in found.looked] == ["设备投资"]


def test_a_near_miss_says_what_it_would_be_worth() -> None:
    rows = [
        ("a", "f", project(96 * YI // 100)),
        ("b", "f", project(94 * YI // 100)),
        ("c", "f", project(99 * YI // 100) | {"土地": None}),
        ("d", "f", project(99 * YI // 100) | {"土地": "old"}),
        ("e", "f", project(YI)),
    ]
    book = rulebook_of_one(MEASURES["M01"])
    found = near(book, {"project": table_of(rows, book.fields)})
    assert found.schema == pl.Schema(dict(COLUMNS))
    assert found.select("subject", "clause", "fact", "needed", "others", "state", "worth").rows() == [
        ("a", "size", "固定资产投资", YI, "met", "eligible", 1_000_000_000),
        ("c", "size", "固定资产投资", YI, "unknown", "unknown", 1_000_000_000),
    ]
    assert found["lacking"].to_list() == [0.04, 0.01]
    wider = near(book, {"project": table_of(rows, book.fields)}, share=Fraction(6, 100))
    assert wider["subject"].to_list() == ["a", "b", "c"]


def test_two_comparisons_that_fail_by_little_are_near_only_where_two_may() -> None:
    firm: dict[str, Value] = {
        "规上": True, "一企一策": False, "一季度已付": Fraction(0), "产值": Fraction(20_960_000_000 * 10), "上年产值": Fraction(20 * YI),
    }  # fmt: skip
    book = rulebook_of_one(MEASURES["M24"])
    table = {"firm": table_of([("a", "a", firm)], book.fields)}
    assert near(book, table).is_empty()
    found = near(book, table, fails=2)
    assert found.select("clause", "fact", "needed", "fails", "worth").rows() == [
        ("increment", "产值", 21 * YI, 2, 30_000_000),
        ("growth", "产值", 21 * YI, 2, 30_000_000),
    ]


def test_who_stands_near_a_cliff_is_counted_on_both_sides() -> None:
    rows = [(f"p{at}", "f", project(at * YI // 100)) for at in (96, 290, 299, 301, 400, 490)]
    book = rulebook_of_one(MEASURES["M01"])
    found = standing(book, {"project": table_of(rows, book.fields)})
    assert sorted(found.select("subject", "what", "side", "jump").rows()) == [
        ("p290", "固定资产投资 ≥ 3亿元", "below", 600_000_000),
        ("p299", "固定资产投资 ≥ 3亿元", "below", 600_000_000),
        ("p301", "固定资产投资 ≥ 3亿元", "above", -600_000_000),
        ("p490", "固定资产投资 ≥ 5亿元", "below", 400_000_000),
        ("p96", "固定资产投资 ≥ 1亿元", "below", 1_000_000_000),
    ]
    assert counted(found).select("what", "below", "above", "total").rows()[0] == (
        "固定资产投资 ≥ 3亿元", 2, 1, 1_800_000_000
    )  # fmt: skip


ROOTED: Final = """\
measure: R
title: {zh: 根, en: Root}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  面积: {type: number, zh: 边长方, en: Square}
  投资: {type: money, zh: 投资, en: Investment}
editions:
  - source: {document: invented, grade: not graded}
    define: {边长: {zh: 边长, en: Side, is: sqrt(面积)}}
    conditions:
      - {id: side, says: {zh: 边长, en: Side}, when: 边长 >= 10}
      - {id: size, says: {zh: 投资, en: Size}, when: not(投资 < 100元) and 投资 between 1元 and 900元}
    amount: {fixed: {by: 投资, slab: {0元: 1元, 150元: 2元}}, round: {to: 1元, how: half up}}
examples: [{given: {投资: 1元}, expect: {outcome: not eligible}}]
"""


def test_what_columns_cannot_give_is_given_by_the_interpreter() -> None:
    measure = measure_of(ROOTED)
    rows: list[tuple[str, str, dict[str, Value]]] = [
        ("a", "a", {"面积": Fraction(99), "投资": Fraction(20_000)}),
        ("b", "b", {"面积": Fraction(101), "投资": Fraction(9_900)}),
        ("c", "c", {"面积": None, "投资": Fraction(9_900)}),
        ("d", "d", {"面积": Fraction(121), "投资": Fraction(91_000)}),
    ]
    book = rulebook_of_one(measure)
    table = table_of(rows, book.fields)
    found = near(book, {"firm": table})
    assert sorted(found.select("subject", "clause", "fact", "needed", "others").rows()) == [
        ("a", "side", "面积", 100_000_000, "met"),
        ("b", "size", "投资", 10_000, "met"),
        ("c", "size", "投资", 10_000, "unknown"),
        ("d", "size", "投资", 90_000, "met"),
    ]
    (edition,) = measure.editions
    assert [clause for clause, _ in tiers_of(edition)] == ["amount", "amount"]
    (part, *_) = parts_of(edition)
    assert truths(edition, {"side": part.typed}, table, measure.given)["side"].to_list() == [
        False,
        True,
        None,
        True,
    ]


def test_no_subject_gives_an_empty_table() -> None:
    assert near(BOOK, {}).is_empty()
    assert standing(BOOK, {"firm": table_of([], BOOK.fields)}).is_empty()
    assert counted(standing(BOOK, {})).is_empty()
