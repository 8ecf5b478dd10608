"""Decision tables: rules of cells, and a hit policy that says what holds when several rules match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from typing import Final, Literal

from wutong.policy.feel.exact import Given, equal, evaluate, evaluate_cell
from wutong.policy.feel.faults import Dialect
from wutong.policy.feel.library import extreme, total
from wutong.policy.feel.syntax import Cell, Expr
from wutong.policy.feel.values import Value

Hit = Literal["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"]
"""Unique, any, priority, first; rule order, output order, collect; collect and sum, least, greatest, number."""

SINGLE: Final = frozenset(("U", "A", "P", "F"))
"""Policies that give one rule's outputs."""

Outputs = Mapping[str, Value]
Result = Value | Outputs | tuple[Value, ...] | tuple[Outputs, ...]
"""A table with one output gives its value, one with several a mapping; some policies give one for each rule."""


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results: its name, its values from first to last priority, and what holds if no rule matches."""

    name: str
    values: tuple[Expr, ...] = ()
    default: Expr | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: a cell for each input, a result for each output."""

    cells: tuple[Cell, ...]
    results: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    hit: Hit
    inputs: tuple[Expr, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


def evaluate_table(table: Table, given: Given, dialect: Dialect = "measure") -> Result:
    """Work out a decision table.

    Parameters
    ----------
    table : Table
        The table.
    given : mapping of str to value
        Value of each name.
    dialect : {"measure", "feel"}
        In ``measure`` a rule that may match, for all that is known, makes the result unknown; in ``feel`` it
        does not match.

    Returns
    -------
    Result
        None where no rule matches and no output has a default, where rules contradict each other under
        ``U`` and ``A``, or where it is unknown.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> names = ["投资"]
    >>> rules = [("[1..3)", "5"), (">=3", "8")]
    >>> table = Table("U", (parse("投资", names),), (Output("比例"),), tuple(
    ...     Rule((parse_cell(cell, names),), (parse(result, names),)) for cell, result in rules))
    >>> evaluate_table(table, {"投资": Fraction(3)})
    Fraction(8, 1)
    """
    subjects = [evaluate(one, given, dialect) for one in table.inputs]
    matched: list[Rule] = []
    for rule in table.rules:
        held = _all(
            [
                evaluate_cell(cell, subject, given, dialect)
                for cell, subject in zip(rule.cells, subjects, strict=True)
            ]
        )
        if held is None and dialect == "measure":
            return None
        if held:
            matched.append(rule)
            if table.hit == "F":
                break
    if not matched:
        return _none_matched(table, given, dialect)
    rows = [tuple(evaluate(result, given, dialect) for result in rule.results) for rule in matched]
    if table.hit in SINGLE:
        row = _one(table, rows, given, dialect)
        return None if row is None else _shaped(table, row)
    if table.hit in ("C+", "C<", "C>", "C#"):
        return aggregated(table.hit, [row[0] for row in rows])
    if table.hit == "O":
        rows = _by_priority(table, rows, given, dialect)
    if len(table.outputs) == 1:
        return tuple(row[0] for row in rows)
    return tuple(dict(_named(table, row)) for row in rows)


def _all(held: Sequence[bool | None]) -> bool | None:
    return False if False in held else None if None in held else True


def _named(table: Table, row: Sequence[Value]) -> list[tuple[str, Value]]:
    return [(output.name, value) for output, value in zip(table.outputs, row, strict=True)]


def _shaped(table: Table, row: Sequence[Value]) -> Value | Outputs:
    return row[0] if len(table.outputs) == 1 else dict(_named(table, row))


def _none_matched(table: Table, given: Given, dialect: Dialect) -> Result:
    if table.hit == "C#":
        return Fraction(0)
    if all(output.default is None for output in table.outputs):
        return None
    row = [
        None if output.default is None else evaluate(output.default, given, dialect)
        for output in table.outputs
    ]
    return _shaped(table, row) if table.hit in SINGLE or len(table.hit) == 2 else (_shaped(table, row),)  # type: ignore[return-value]  # all of one shape


def _one(
    table: Table, rows: list[tuple[Value, ...]], given: Given, dialect: Dialect
) -> tuple[Value, ...] | None:
    match table.hit:
        case "U":
            return rows[0] if len(rows) == 1 else None
        case "A":
            same = all(
                equal(one, other, "feel") is True
                for row in rows[1:]
                for one, other in zip(rows[0], row, strict=True)
            )
            return rows[0] if same else None
        case "P":
            return _by_priority(table, rows, given, dialect)[0]
    return rows[0]


def _by_priority(
    table: Table, rows: list[tuple[Value, ...]], given: Given, dialect: Dialect
) -> list[tuple[Value, ...]]:
    """Sort by the place of each output in its list of values; what is not in the list comes last."""
    lists = [[evaluate(one, given, dialect) for one in output.values] for output in table.outputs]

    def place(values: list[Value], value: Value) -> int:
        return next((n for n, one in enumerate(values) if equal(one, value, "feel")), len(values))

    def order(one: tuple[Value, ...], other: tuple[Value, ...]) -> int:
        for values, first, second in zip(lists, one, other, strict=True):
            apart = place(values, first) - place(values, second)
            if apart:
                return apart
        return 0

    return sorted(rows, key=cmp_to_key(order))


def aggregated(hit: str, values: Sequence[Value]) -> Value:
    """Sum, least, greatest or number of what the matching rules give.

    Examples
    --------
    >>> aggregated("C+", [Fraction(1), Fraction(2)]), aggregated("C#", [None, None])
    (Fraction(3, 1), Fraction(2, 1))
    """
    match hit:
        case "C#":
            return Fraction(len(values))
        case "C+":
            return total(tuple(values))
    return extreme(tuple(values), hit == "C>")
