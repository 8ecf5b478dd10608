"""A measure as columns: state, amount and clause of every subject at once, the same as the interpreter gives row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wutong.policy.amount import Amount
from wutong.policy.columns.bounds import Bounds
from wutong.policy.columns.node import Dtype, Node, column, first, greatest, least, literal, null, when
from wutong.policy.edition import Edition, Force
from wutong.policy.feel import quantities as q
from wutong.policy.feel.columns import column_of, compile_more, compiler
from wutong.policy.feel.quantities import Quantity
from wutong.policy.feel.stages import Column, Stages
from wutong.policy.feel.types import Typed
from wutong.policy.fields import Field
from wutong.policy.measure import STATES, Measure
from wutong.policy.subjects import stored

_DTYPES: Final[Mapping[str, Dtype]] = {"boolean": "bool", "text": "text", "date": "date"}
_ELIGIBLE, _REFUSED, _UNKNOWN, _OPEN = range(len(STATES))


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns of one measure.

    ``sure`` is the certain amount, and 0 where there is none: what totals add up. ``state`` counts in ``STATES``. ``amount`` is certain, in fen, and null save where the state is eligible; ``low`` and
    ``high`` as in ``wutong.policy.outcomes``. ``clause`` counts in ``clauses``, which begins with the empty one.
    """

    measure: str
    clauses: tuple[str, ...]
    state: Node
    amount: Node
    low: Node
    high: Node
    clause: Node
    sure: Node


def plans_of(
    measures: Sequence[Measure], fields: Mapping[str, Field], bounds: Mapping[str, Bounds]
) -> tuple[Plan, ...]:
    """Put measures into columns that share what they have in common.

    Parameters
    ----------
    measures : sequence of Measure
        Measures of one kind of subject.
    fields : mapping of str to Field
        Their facts.
    bounds : mapping of str to (int, int)
        Least and greatest number of each column, as it is held; a fact without a column is not known for any subject.

    Returns
    -------
    tuple of Plan
        One for each measure.

    Raises
    ------
    RefusedError
        If columns cannot give a measure exactly; then the interpreter can.
    """
    maker = compiler()
    facts = {name: fact_column(field, bounds) for name, field in fields.items()}
    return tuple(_plan(measure, maker, facts) for measure in measures)


def fact_column(field: Field, bounds: Mapping[str, Bounds]) -> Column:
    """The column of a fact, with its bounds; null for all where the table has none."""
    kind = field.type.kind
    if kind in _DTYPES:
        dtype = _DTYPES[kind]
        return column(field.name, dtype) if field.name in bounds else null(dtype)
    if field.name not in bounds:
        return q.missing()
    return q.column(column(field.name, "i64", *bounds[field.name]), stored(field).scale)


@dataclass(frozen=True, slots=True)
class _Case:
    """One edition: when it holds, and what it gives there; codes of clauses are places in the list of all."""

    holds: Node
    state: Node
    amount: Node
    low: Node
    high: Node
    clause: Node
    sure: Node


def _plan(measure: Measure, maker: Stages, facts: Mapping[str, Column]) -> Plan:
    names = ["", "in_force", "apply"]
    for edition in measure.editions:
        names += [one.id for one in edition.conditions if one.id not in names]
    clauses = (*names, "amount", "quota")
    cases = [_case(edition, maker, facts, clauses) for edition in measure.editions]
    if measure.editions[0].force is None:
        (one,) = cases
        return Plan(measure.id, clauses, one.state, one.amount, one.low, one.high, one.clause, one.sure)
    day = facts[measure.editions[0].force.by]
    assert isinstance(day, Node)
    unknown = day.is_null()
    in_force = clauses.index("in_force")

    def chosen(values: Sequence[Node], unknown_value: Node, otherwise: Node) -> Node:
        pairs = [(case.holds, value) for case, value in zip(cases, values, strict=True)]
        return first([(unknown, unknown_value), *pairs], otherwise)

    nothing = null("i64")
    return Plan(
        measure.id,
        clauses,
        chosen([one.state for one in cases], literal(_UNKNOWN), literal(_REFUSED)),
        chosen([one.amount for one in cases], nothing, nothing),
        chosen([one.low for one in cases], nothing, nothing),
        chosen([one.high for one in cases], nothing, nothing),
        chosen([one.clause for one in cases], literal(in_force), literal(in_force)),
        first([(one.holds, one.sure) for one in cases], literal(0)),
    )


def _within(force: Force, day: Node) -> Node:
    found = day >= force.start
    return found & (day <= force.end) if force.end is not None else found


def _case(edition: Edition, maker: Stages, facts: Mapping[str, Column], clauses: Sequence[str]) -> _Case:
    maker.bound.clear()
    for name, fact in facts.items():
        maker.bind(name, fact)
    for definition in edition.definitions:
        one = definition.formula
        maker.bind(definition.name, column_of(compile_more(maker, one.typed, one.source)))
    failing: list[tuple[Node, str]] = []
    unsure: list[tuple[Node, str]] = []
    waiting: list[tuple[Node, str]] = []
    if edition.window is not None:
        day = facts[edition.window.by]
        assert isinstance(day, Node)
        failing.append((~_within(edition.window, day), "apply"))
        unsure.append((day.is_null(), "apply"))
    for condition in edition.conditions:
        held = literal(True)
        if condition.when is not None:
            held = maker.truth(condition.when.typed)
            unsure.append((held.is_null(), condition.id))
        (waiting if condition.decide else failing).append((held if condition.decide else ~held, condition.id))
    wholes = [_whole(maker, reading.whole.typed) for reading in edition.amount.readings]
    low, high = wholes[0], wholes[0]
    for whole in wholes[1:]:
        low, high = least(low, whole), greatest(high, whole)
    unsure.append((low.is_null(), "amount"))
    negative = [(low < 0, "amount")] if low.low < 0 else []
    if len(wholes) > 1:
        waiting.append((low != high, "amount"))
    if edition.quota is not None:
        waiting.append((literal(True), "quota"))
    shares = [(_shares_fail(maker, edition.amount, low), "amount")] if edition.amount.payees else []

    stages = (
        (failing, _REFUSED),
        (unsure, _UNKNOWN),
        (negative, _REFUSED),
        (waiting, _OPEN),
        (shares, _UNKNOWN),
    )
    state = first([(_any(cases), literal(code)) for cases, code in stages if cases], literal(_ELIGIBLE))
    ordered = [(test, literal(clauses.index(name))) for cases, _ in stages for test, name in cases]
    clause = first(ordered, literal(0))
    # with an amount below zero nothing is possible, as nothing is where a condition fails
    hopeless = _any([*failing, *negative])
    # the shortest way to the certain amount alone: all must hold, so that nothing is asked of what is not known
    fine = literal(True)
    for test, _ in (*failing, *negative, *waiting, *shares):
        fine = fine & ~test
    holds = literal(True)
    if edition.force is not None:
        day = facts[edition.force.by]
        assert isinstance(day, Node)
        holds = _within(edition.force, day)
    return _Case(
        holds,
        state,
        when(state == _ELIGIBLE, low),
        when(hopeless, null("i64"), low),
        when(hopeless, null("i64"), high),
        clause,
        when(fine, low, literal(0)).fill_null(0),
    )


def _any(cases: Sequence[tuple[Node, str]]) -> Node:
    """Whether one of the tests is true, null counting as not true."""
    found = literal(False)
    for test, _ in cases:
        found = found | test
    return found


def _whole(maker: Stages, typed: Typed) -> Node:
    found = maker.number(typed)
    assert found.under == 1, "amounts are rounded to whole fen"
    return found.over


def _shares_fail(maker: Stages, amount: Amount, whole: Node) -> Node:
    """Whether a payee's share is not known, below zero, or the shares make more than the whole."""
    bad = literal(False)
    paid = Quantity(literal(0), 1)
    for payee in amount.payees:
        if payee.share is None:
            continue
        share = maker.number(payee.share.typed)
        cut = q.rounded(f"round {amount.way}", q.multiplied(Quantity(whole, 1), share), amount.step)
        paid = q.added(paid, cut)
        over, total = q.difference(paid, Quantity(whole, 1))
        bad = bad | share.over.is_null() | (share.over < 0) | (over > total)
    return bad
