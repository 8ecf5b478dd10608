"""Decision tables whose rules overlap, leave holes or never come to their turn; each found by an example or a proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Final

from wutong.policy.cases import Reader
from wutong.policy.feel.exact import evaluate, evaluate_cell
from wutong.policy.feel.syntax import Cell, Expr, In, Name, names_in
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value
from wutong.policy.reach import (
    ALWAYS,
    NEVER,
    Demand,
    both,
    either,
    impossible,
)
from wutong.policy.sums import Three, example_of

_NONE: Final[Mapping[str, Expr]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Gap:
    """One fault of a table.

    Parameters
    ----------
    kind : str
        ``overlap``: two rules match one case, and the policy wants one alone; ``hole``: no rule matches; ``never``: a
        rule matches no case, or none that an earlier one leaves.
    rules : tuple of int
        Which rules, from 1.
    example : mapping of str to value
        A case that shows it, put to the test; empty for ``never``, which is a proof.
    """

    kind: str
    rules: tuple[int, ...]
    example: Mapping[str, Value]


def gaps_of(
    table: Table, types: Mapping[str, Type], definitions: Mapping[str, Expr] = _NONE
) -> tuple[Gap, ...]:
    """Find the faults of a decision table.

    Parameters
    ----------
    table : Table
        The table.
    types : mapping of str to Type
        The names that it asks for.
    definitions : mapping of str to Expr
        Those of them that are worked out of others, each of those above it.

    Returns
    -------
    tuple of Gap
        Overlaps of hit policy ``U``, one hole of a table without defaults, and rules that never match. What is neither
        proven nor shown by an example is not there.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> from wutong.policy.feel.tables import Output, Rule
    >>> from wutong.policy.feel.types import NUMBER
    >>> rules = [("[0..3]", "5"), ("[3..9)", "8")]
    >>> table = Table("U", (parse("x", ["x"]),), (Output("y"),), tuple(
    ...     Rule((parse_cell(cell),), (parse(result),)) for cell, result in rules))
    >>> [(gap.kind, gap.rules, str(gap.example["x"])) for gap in gaps_of(table, {"x": NUMBER})]
    [('overlap', (1, 2), '3'), ('hole', (), '9')]
    """
    reader = Reader(types, definitions)
    rules = [_matched(table.inputs, rule.cells, reader) for rule in table.rules]
    found: list[Gap] = []
    dead: set[int] = set()
    for at, rule in enumerate(rules):
        before = [other.no for other in rules[:at]] if table.hit == "F" else []
        if impossible([rule.yes, *before], reader.domains):
            found.append(Gap("never", (at + 1,), {}))
            dead.add(at)
    if table.hit == "U":
        for one, other in combinations([at for at in range(len(rules)) if at not in dead], 2):
            shown = _example(table, types, reader, both(rules[one].yes, rules[other].yes))
            if shown is not None and all(_matches(table, at, shown) is True for at in (one, other)):
                found.append(Gap("overlap", (one + 1, other + 1), shown))
    if table.hit != "C#" and all(output.default is None for output in table.outputs):
        shown = _example(table, types, reader, both(*(rule.no for rule in rules)))
        if shown is not None and all(_matches(table, at, shown) is False for at in range(len(rules))):
            found.append(Gap("hole", (), shown))
    return tuple(found)


def _matched(inputs: tuple[Expr, ...], cells: tuple[Cell, ...], reader: Reader) -> Three:
    found = Three(ALWAYS, NEVER, NEVER)
    for subject, cell in zip(inputs, cells, strict=True):
        if not cell.tests:
            continue
        one = reader.truth(In(subject, cell.tests))
        if cell.negated:
            one = Three(one.no, one.yes, one.unknown)
        found = Three(both(found.yes, one.yes), either(found.no, one.no), either(found.unknown, one.unknown))
    return found


def _matches(table: Table, at: int, facts: Mapping[str, Value]) -> bool | None:
    held = [
        evaluate_cell(cell, evaluate(subject, facts), facts)
        for subject, cell in zip(table.inputs, table.rules[at].cells, strict=True)
    ]
    return False if False in held else None if None in held else True


def _example(
    table: Table, types: Mapping[str, Type], reader: Reader, wanted: Demand
) -> dict[str, Value] | None:
    """Facts, all known and no number below zero, that meet a demand, with what definitions make of them."""
    waiting = [name for tree in table.inputs for name in names_in(tree)]
    for name in waiting:
        waiting.extend(
            other for other in names_in(reader.definitions.get(name, Name(name))) if other not in waiting
        )
    asked = {name: types[name] for name in types if name in waiting and name not in reader.definitions}
    found = example_of([wanted], asked, reader.domains, zero=True)
    if found is None:
        return None
    for name, tree in reader.definitions.items():
        if name in waiting:
            found[name] = evaluate(tree, found)
    return found
