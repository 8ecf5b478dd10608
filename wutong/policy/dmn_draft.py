"""Decisions of a ``.dmn`` file as a draft of a measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Final

from wutong.errors import RuleError
from wutong.policy.dmn import DataType, Decision, model_of
from wutong.policy.draft import Asked, Draft, Named, asked_by, held, type_of
from wutong.policy.feel.substitute import with_names
from wutong.policy.feel.syntax import Cell, Expr, Name, names_in
from wutong.policy.feel.table_expression import POLICIES
from wutong.policy.feel.tables import Output, Rule, Table
from wutong.policy.feel.types import Type
from wutong.policy.fields import are_words
from wutong.words import Text

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "number": "number",
        "text": "text",
        "boolean": "yes or no",
        "date": "date",
        "days": "days",
        "months": "months",
    }
)
_NULLS: Final = Text(
    "FEEL里未知的事实视为不符合；在措施里它使结果未知。",
    "In FEEL a fact that is not known does not match; in a measure it makes the result unknown.",
)


class _LeftError(RuleError):
    """A decision that no measure can say."""


@dataclass(slots=True)
class _Reading:
    """What was read so far: new names of facts and results, types, and decisions that were left out."""

    file: str
    names: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    define: list[Named] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)


def draft_of_dmn(data: bytes, file: str = "") -> Draft:
    """Read a ``.dmn`` file as a draft: tables and expressions, those that are required first.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for errors.

    Returns
    -------
    Draft
        A decision that no measure can say is left out with the reason, and so is what requires it.

    Raises
    ------
    RuleError
        If it is no DMN, or no decision can be said.
    """
    model = model_of(data, file)
    reading = _Reading(file)
    for name, kind in _flat(model.inputs):
        if (new := _renamed(reading, name)) is not None:
            reading.facts[new] = "" if kind.many else _WORDS.get(kind.kind, "")
    graph = {name: one.decisions for name, one in model.decisions.items()}
    for name in TopologicalSorter(graph).static_order():
        try:
            _read(reading, model.decisions[name])
        except RuleError as error:
            why = getattr(error, "what", error.text)
            reading.left_out.append(Text(f"没有读“{name}”：{why.zh}", f'"{name}" was left out: {why.en}'))
    if not reading.define:
        nothing = Text(f"{file}：没有能写成措施的决策。", f"{file}: no decision can be said in a measure.")
        said = [nothing, *reading.left_out]
        raise RuleError(Text("\n".join(one.zh for one in said), "\n".join(one.en for one in said)))
    asked = dict.fromkeys(name for named in reading.define for name in asked_by(named.value))
    given = tuple(Asked(name, word) for name, word in reading.facts.items() if name in asked)
    return Draft(file, given, tuple(reading.define), (_NULLS, *reading.notes), tuple(reading.left_out))


def _flat(inputs: Mapping[str, DataType], depth: int = 0) -> Iterator[tuple[str, DataType]]:
    for name, kind in inputs.items():
        if kind.kind == "record" and depth < 8:
            yield from _flat({f"{name}.{part}": inner for part, inner in kind.parts}, depth + 1)
        else:
            yield name, kind


def _renamed(reading: _Reading, name: str) -> str | None:
    """A name of words alone for a name; None where there is none that is free."""
    new = name if are_words(name) else " ".join(re.sub(r"\W+", " ", name).split())
    if not are_words(new) or new in reading.names.values():
        return None
    if new != name:
        reading.notes.append(Text(f"“{name}”改称“{new}”。", f'"{name}" is called "{new}" here.'))
    reading.names[name] = new
    return new


def _read(reading: _Reading, decision: Decision) -> None:
    if decision.fault is not None:
        raise decision.fault
    if decision.type.many:
        raise _LeftError(Text("它给出列表，措施里放不下。", "it gives a list, which a measure cannot hold."))
    logic = decision.logic
    assert logic is not None
    bindings = {name: _with(reading, value) for name, value in decision.bindings}
    if not isinstance(logic, Table):
        _define(reading, decision.name, _with(reading, logic))
        return
    if logic.hit not in POLICIES:
        raise _LeftError(
            Text(
                f"命中策略{logic.hit}给出一列结果，措施里放不下。",
                f"hit policy {logic.hit} gives a list of results, which a measure cannot hold.",
            )
        )
    if len(logic.outputs) > 1 and logic.hit not in ("U", "F"):
        raise _LeftError(
            Text("一表几个结果的，只能用U或F。", "several results in one table go with U or F alone.")
        )
    change = partial(with_names, values=bindings) if bindings else partial(_with, reading)
    for at, output in enumerate(logic.outputs):
        table = Table(
            logic.hit,
            tuple(map(change, logic.inputs)),
            (Output("", tuple(map(change, output.values)), output.default and change(output.default)),),
            tuple(
                Rule(tuple(_cell(cell, change) for cell in rule.cells), (change(rule.results[at]),))
                for rule in logic.rules
            ),
        )
        name = f"{decision.name}.{output.name}" if len(logic.outputs) > 1 else decision.name
        _define(reading, name, table)


def _cell(cell: Cell, change: Callable[[Expr], Expr]) -> Cell:
    return replace(cell, tests=tuple(map(change, cell.tests)))


def _with(reading: _Reading, node: Expr) -> Expr:
    """An expression with the new names; what it asks for must have been read."""
    for name in names_in(node):
        if name not in reading.names and name != "?":
            raise _LeftError(Text(f"它要用的“{name}”没有读到。", f'"{name}", which it needs, was not read.'))
    return with_names(node, {name: Name(new) for name, new in reading.names.items()})


def _define(reading: _Reading, name: str, value: Expr | Table) -> None:
    new = _renamed(reading, name)
    if new is None:
        raise _LeftError(
            Text("名称不能只用文字写，或已被占用。", "its name cannot be said in words alone, or is taken.")
        )
    names = dict(reading.types)
    names |= {fact: kind for fact, word in reading.facts.items() if (kind := type_of(Asked(fact, word)))}
    named = Named(new, value)
    try:
        kind = held(named, names)
    except RuleError:
        del reading.names[name]
        raise
    reading.define.append(named)
    if kind is not None:
        reading.types[new] = kind
