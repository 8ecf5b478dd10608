"""Several columns as one list of steps, in which what is the same is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wutong.policy.columns.node import SYMMETRIC, Datum, Dtype, Node

LEAVES: Final = frozenset(("column", "literal"))


@dataclass(frozen=True, slots=True)
class Step:
    """One operation; ``args`` are the places of the steps before it. For the rest see ``Node``."""

    op: str
    args: tuple[int, ...]
    data: Datum
    dtype: Dtype
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Program:
    """Steps, each behind those that it needs.

    ``outputs`` are the places of what is asked for; ``uses`` counts, for each step, the steps and outputs that ask for it.
    """

    steps: tuple[Step, ...]
    outputs: Mapping[str, int]
    uses: tuple[int, ...]


def program(outputs: Mapping[str, Node]) -> Program:
    """Put columns into one program.

    Parameters
    ----------
    outputs : mapping of str to Node
        The columns that are asked for. What is the same in several of them, or twice in one, becomes one step.

    Returns
    -------
    Program
        In time that grows with the number of nodes, however deep they are.

    Examples
    --------
    >>> from wutong.policy.columns.node import column
    >>> one, other = column("a", "i64", 0, 9), column("b", "i64", 0, 9)
    >>> made = program({"x": (one + other) * 2, "y": (other + one) * 2 > 5})
    >>> [step.op for step in made.steps], made.outputs, made.uses
    (['column', 'column', 'add', 'literal', 'mul', 'literal', 'gt'], {'x': 4, 'y': 6}, (1, 1, 1, 1, 2, 1, 1))
    """
    steps: list[Step] = []
    uses: list[int] = []
    places: dict[tuple[object, ...], int] = {}
    seen: dict[int, int] = {}  # by identity: a node that is reached twice is read once

    def add(node: Node) -> None:
        args = tuple(seen[id(part)] for part in node.args)
        if node.op in SYMMETRIC:
            args = tuple(sorted(args))
        key = (node.op, args, type(node.data), node.data, node.dtype, node.low, node.high)
        place = places.get(key)
        if place is None:
            place = places[key] = len(steps)
            steps.append(Step(node.op, args, node.data, node.dtype, node.low, node.high))
            uses.append(0)
            for arg in args:
                uses[arg] += 1
        seen[id(node)] = place

    found = {}
    for name, root in outputs.items():
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if id(node) in seen:
                waiting.pop()
                continue
            missing = [part for part in node.args if id(part) not in seen]
            if missing:
                waiting.extend(reversed(missing))
            else:
                add(waiting.pop())
        found[name] = seen[id(root)]
        uses[found[name]] += 1
    return Program(tuple(steps), found, tuple(uses))


def asked(one: Program) -> dict[str, Step]:
    """The columns of the table that a program reads, by name."""
    return {str(step.data): step for step in one.steps if step.op == "column"}
