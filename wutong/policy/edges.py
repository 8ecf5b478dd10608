"""Comparisons on which a measure turns: in its conditions, and between the tiers of its amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import polars as pl

from wutong.policy.columns.in_polars import worked_out
from wutong.policy.columns.node import Node
from wutong.policy.columns.program import program
from wutong.policy.edition import Edition
from wutong.policy.evaluate import worked_out as worked_out_by_hand
from wutong.policy.feel import exact
from wutong.policy.feel.check import check
from wutong.policy.feel.columns import column_of, compile_more, compiler
from wutong.policy.feel.faults import Source
from wutong.policy.feel.stages import RefusedError
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    If,
    In,
    Literal,
    Name,
    Operator,
    Range,
    names_in,
    show,
)
from wutong.policy.feel.types import BOOLEAN, Type, Typed
from wutong.policy.fields import Field
from wutong.policy.plan import fact_column
from wutong.policy.run import bounds_of
from wutong.policy.sentences import binary, can_be_rebuilt, expr_of, rebuilt
from wutong.policy.shapes import Band, Left, Tiers, shape_of
from wutong.policy.subjects import facts_at

TURNED: Final[Mapping[str, Operator]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Edge:
    """A comparison of two numbers, turned so that the side with names stands on the left.

    ``typed`` is the comparison as it stands. ``fact`` is the fact that alone is on the left, and ``level`` the number on
    the right where that hangs on nothing; else empty and None.
    """

    typed: Typed
    left: Typed
    operator: str
    right: Typed
    fact: str
    level: Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """What must hold of a condition by itself: a condition without ``and``, or one side of it; with its comparisons."""

    clause: str
    typed: Typed
    edges: tuple[Edge, ...]


def parts_of(edition: Edition) -> tuple[Part, ...]:
    """What must hold of an edition, one by one; what somebody decides is left out.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.edition import editions_of
    >>> from wutong.policy.feel.types import MONEY
    >>> from wutong.words import Text
    >>> text = '''
    ... - source: {document: invented, grade: not graded}
    ...   conditions: [{id: c, says: {zh: 条, en: C}, when: 投资 > 1元 and (投资 < 9元 or 投资 = 20元)}]
    ...   amount: {fixed: 1元, round: {to: 1元, how: half up}}
    ... '''
    >>> (edition,) = editions_of(document_of(text), {"投资": Field("投资", Text("", ""), MONEY)}, "m")
    >>> [(part.clause, [(edge.fact, edge.operator, int(edge.level)) for edge in part.edges]) for part in parts_of(edition)]
    [('c', [('投资', '>', 100)]), ('c', [('投资', '<', 900)])]
    """
    facts = set(edition.names) - {one.name for one in edition.definitions}
    return tuple(
        Part(condition.id, part, tuple(_edges(part, facts)))
        for condition in edition.conditions
        if condition.when is not None and not condition.decide
        for part in _conjuncts(_opened(condition.when.typed))
    )


def tiers_of(edition: Edition) -> tuple[tuple[str, Edge], ...]:
    """Comparisons between tiers and choices, of definitions and of the amount, each with the clause in which it stands."""
    facts = set(edition.names) - {one.name for one in edition.definitions}
    found: list[tuple[str, Edge]] = []
    for one in edition.definitions:
        found += [(one.name, edge) for edge in _choices(one.formula.typed, facts)]
    for reading in edition.amount.readings:
        found += [("amount", edge) for edge in _choices(reading.whole.typed, facts)]
    seen: dict[str, tuple[str, Edge]] = {}
    for clause, edge in found:
        seen.setdefault(show(edge.typed.node), (clause, edge))
    return tuple(seen.values())


# ------------------------------------------------------------ trees


def _opened(typed: Typed) -> Typed:
    """The same with ranges written as two comparisons, so that each can be told apart."""
    node, parts = typed.node, typed.parts
    match node:
        case Between() if len(parts) == 3:
            return binary("and", binary(">=", parts[0], parts[1]), binary("<=", parts[0], parts[2]))
        case In() if len(parts) == 2 and isinstance(parts[1].node, Range) and len(parts[1].parts) == 2:
            span, (low, high) = parts[1].node, parts[1].parts
            above = binary(">=" if span.low_closed else ">", parts[0], low)
            return binary("and", above, binary("<=" if span.high_closed else "<", parts[0], high))
        case Binary(operator="and" | "or") | Call(function="not") if can_be_rebuilt(typed):
            return rebuilt(typed, [_opened(part) for part in parts])
    return typed


def _conjuncts(typed: Typed) -> Iterator[Typed]:
    if isinstance(typed.node, Binary) and typed.node.operator == "and" and len(typed.parts) == 2:
        for part in typed.parts:
            yield from _conjuncts(part)
    else:
        yield typed


def _edges(typed: Typed, facts: set[str]) -> Iterator[Edge]:
    """Comparisons of numbers joined by and, or, not."""
    node, parts = typed.node, typed.parts
    match node:
        case Binary(operator="and" | "or") | Call(function="not"):
            for part in parts:
                yield from _edges(part, facts)
        case Binary(operator=sign) if sign in TURNED and [part.type.kind for part in parts] == ["number"] * 2:
            left, right = parts
            operator: str = sign
            if names_in(right.node) and not names_in(left.node):
                left, right, operator = right, left, TURNED[sign]
            if names_in(left.node):
                yield _edge(typed, left, operator, right, facts)


def _edge(typed: Typed, left: Typed, operator: str, right: Typed, facts: set[str]) -> Edge:
    fact = left.node.name if isinstance(left.node, Name) and left.node.name in facts else ""
    level = None
    if not names_in(right.node):
        found = exact.evaluate(expr_of(right), {})
        level = found if isinstance(found, Fraction) else None
    return Edge(typed, left, operator, right, fact, level)


def _choices(typed: Typed, facts: set[str]) -> Iterator[Edge]:
    """Comparisons by which an expression chooses, save where both sides meet: bands of a scale, what is left of a cap."""
    if not isinstance(typed.node, If):
        for part in typed.parts:
            yield from _choices(part, facts)
        return
    match shape_of(typed):
        case Tiers(by=by, upper=upper, bounds=bounds, values=values, below=below):
            for low in bounds:
                yield from _edges(binary(">" if upper else ">=", by, low), facts)
            for value in (by, *values, below):
                yield from _choices(value, facts)
        case Band(part=part, rate=rate):
            yield from _choices(part, facts)
            yield from _choices(rate, facts)
        case Left(cap=cap):
            yield from _choices(cap, facts)
        case _:
            test, *branches = typed.parts
            yield from _edges(_opened(test), facts)
            for branch in branches:
                yield from _choices(branch, facts)


def with_truth(typed: Typed, edge: Edge, truth: bool) -> Typed:
    """An expression in which a comparison holds, or does not."""
    if typed.node == edge.typed.node:
        return Typed(Literal(truth), BOOLEAN)
    match typed.node:
        case Binary(operator="and" | "or") | Call(function="not") if can_be_rebuilt(typed):
            return rebuilt(typed, [with_truth(part, edge, truth) for part in typed.parts])
    return typed


def close(edge: Edge, share: Fraction, names: Mapping[str, Type]) -> Typed:
    """Whether the two sides of a comparison are no further apart than this share of the right one, which is not 0."""
    left, right = expr_of(edge.left), expr_of(edge.right)
    allowed = Binary("*", Literal(share), Call("abs", (right,)))
    apart = Binary("<=", Call("abs", (Binary("-", left, right),)), allowed)
    tree = Binary("and", apart, Binary("!=", right, Literal(Fraction(0))))
    return check(tree, names, Source(show(tree)))


# ------------------------------------------------------------ over a table


def truths(
    edition: Edition, wanted: Mapping[str, Typed], table: pl.DataFrame, fields: Mapping[str, Field]
) -> pl.DataFrame:
    """Work out truths for all subjects of a table.

    Parameters
    ----------
    edition : Edition
        Its definitions may be asked for.
    wanted : mapping of str to Typed
        Expressions that are true, false or null.
    table : polars.DataFrame
        Subjects, as ``wutong.policy.subjects`` has them.
    fields : mapping of str to Field
        Their facts.

    Returns
    -------
    polars.DataFrame
        One column each; what columns cannot give exactly is given by the interpreter, row by row.
    """
    outputs: dict[str, Node] = {}
    by_hand: dict[str, Typed] = {}
    bounds = bounds_of(table.lazy(), fields)
    maker = compiler()
    bound: set[str] = set()
    for name, field in fields.items():
        maker.bind(name, fact_column(field, bounds))
        bound.add(name)
    for one in edition.definitions:
        try:
            maker.bind(one.name, column_of(compile_more(maker, one.formula.typed, one.formula.source)))
            bound.add(one.name)
        except RefusedError:
            continue
    for name, typed in wanted.items():
        try:
            if not bound.issuperset(names_in(typed.node)):
                by_hand[name] = typed
            else:
                outputs[name] = compile_more(maker, typed, Source(show(typed.node))).value
        except RefusedError:
            by_hand[name] = typed
    found = worked_out(program(outputs), table.lazy()).collect() if outputs else pl.DataFrame()
    hand = {
        name: pl.Series(values, dtype=pl.Boolean)
        for name, values in _by_hand(edition, by_hand, table, fields).items()
    }
    return pl.DataFrame({name: found[name] if name in outputs else hand[name] for name in wanted})


def _by_hand(
    edition: Edition, wanted: Mapping[str, Typed], table: pl.DataFrame, fields: Mapping[str, Field]
) -> dict[str, list[bool | None]]:
    found: dict[str, list[bool | None]] = {name: [] for name in wanted}
    for row in range(table.height if wanted else 0):
        known = worked_out_by_hand(edition, facts_at(table, row, fields))
        for name, typed in wanted.items():
            value = exact.evaluate(expr_of(typed), known)
            found[name].append(value if isinstance(value, bool) else None)
    return found
