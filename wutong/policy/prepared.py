"""A measure made ready to be asked about many subjects: its expressions as functions, its sentences as forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wutong.policy.accounts import Comparison
from wutong.policy.amount import Payee
from wutong.policy.edition import Condition, Edition, Instalment
from wutong.policy.feel.ready import BITS, Ready
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Cell,
    Expr,
    In,
    Literal,
    Name,
    Range,
    names_in,
    value_of,
)
from wutong.policy.feel.types import Type, Typed
from wutong.policy.feel.units import DURATIONS, measured
from wutong.policy.layout import labels_of
from wutong.policy.measure import Measure
from wutong.policy.prose import quantity, said
from wutong.policy.sentences import Act
from wutong.policy.steps import Place, Sentence, Slot
from wutong.policy.working import Working
from wutong.words import Text

Names = tuple[str, ...]

_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_NEEDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ">=": ("须不低于", "needs at least "),
        ">": ("须高于", "needs more than "),
        "<=": ("须不超过", "needs at most "),
        "<": ("须低于", "needs less than "),
        "=": ("须为", "must be "),
        "!=": ("须不是", "must not be "),
    }
)
_MEASURED: Final = frozenset(("m2", "m3", "t", "kWh"))


@dataclass(frozen=True, slots=True)
class Sides:
    """A comparison, and what works out its two sides; None where a side is a fact or has a name already."""

    form: Comparison
    left: Ready | None
    right: Ready | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition: what tells whether it holds (None where only somebody decides), and the names that it asks for.

    ``either`` says that one of its comparisons is enough.
    """

    condition: Condition
    held: Ready | None
    names: Names
    sides: tuple[Sides, ...]
    either: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Worked:
    """One reading of the amount: its steps, the name of the amount and of each term, and the names that it asks for."""

    says: Text | None
    acts: tuple[Act, ...]
    name: str
    terms: tuple[tuple[str, str], ...]
    names: Names


@dataclass(frozen=True, slots=True)
class Paid:
    """Whom a share goes to; the last has none of its own."""

    payee: Payee
    share: Ready | None
    names: Names
    place: Place


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment, with what works out its day and its condition, where they are said."""

    instalment: Instalment
    day: Ready | None
    when: Ready | None
    place: Place


@dataclass(frozen=True, slots=True)
class PreparedEdition:
    """One edition of a measure; ``defined`` has the names that each definition asks for."""

    edition: Edition
    place: Place
    window: Place
    quota: Place
    definitions: tuple[Act, ...]
    defined: Mapping[str, Names]
    tests: tuple[Asked, ...]
    readings: tuple[Worked, ...]
    payees: tuple[Paid, ...]
    instalments: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A measure that is ready; facts may have up to ``bits`` bits above and below their line."""

    measure: Measure
    editions: tuple[PreparedEdition, ...]
    bits: int


def prepared(measure: Measure, bits: int = BITS) -> Prepared:
    """Make a measure ready; nothing is kept anywhere but in what is given back.

    Parameters
    ----------
    measure : Measure
        The measure.
    bits : int
        How many bits a fact may have.

    Returns
    -------
    Prepared
        For ``wutong.policy.explain.reasons``, as often as needed.
    """
    return Prepared(measure, tuple(_edition(measure, one, bits) for one in measure.editions), bits)


def _edition(measure: Measure, edition: Edition, bits: int) -> PreparedEdition:
    origin = edition.origin
    place = Place(origin.document, origin.article, measure.file, edition.line)
    types = {name: field.type for name, field in measure.given.items()} | dict(edition.names)
    work = Working(place, labels_of(measure, edition), types, edition.lines)
    work.sizes.update(dict.fromkeys(measure.given, bits))
    work.not_known = iter(edition.amount.not_known)
    definitions: list[Act] = []
    for one in edition.definitions:
        if f"define.{one.name}" not in edition.lines:
            work.raising[one.name] = one.label
        if one.table is not None:
            definitions += work.table(one.name, one.label, one.table, one.formula.typed)
        else:
            definitions += work.definition(one.name, one.label, one.formula.typed)
    labels = labels_of(measure, edition)
    tests = []
    for at, condition in enumerate(edition.conditions, start=1):
        typed = condition.when.typed if condition.when else None
        sides = tuple(_sides(work, labels, one) for one in compared_in(typed)) if typed else ()
        held = work.function(typed) if typed else None
        names = names_in(typed.node) if typed else ()
        either = typed is not None and isinstance(typed.node, Binary) and typed.node.operator == "or"
        tests.append(Asked(condition, held, names, sides, either, work.at(f"conditions.{at}")))
    return PreparedEdition(
        edition,
        place,
        work.at("apply"),
        work.at("quota"),
        tuple(definitions),
        {one.name: names_in(one.formula.tree) for one in edition.definitions},
        tuple(tests),
        tuple(_readings(work, edition)),
        tuple(
            Paid(
                one,
                work.function(one.share.typed) if one.share else None,
                names_in(one.share.tree) if one.share else (),
                work.at(f"amount.payees.{at}"),
            )
            for at, one in enumerate(edition.amount.payees, start=1)
        ),
        tuple(
            Due(
                one,
                work.function(one.day.typed) if one.day else None,
                work.function(one.when.typed) if one.when else None,
                work.at(f"payout.{at}"),
            )
            for at, one in enumerate(edition.payout, start=1)
        ),
    )


def _readings(work: Working, edition: Edition) -> Iterator[Worked]:
    several = "amount.readings" in edition.lines
    for at, reading in enumerate(edition.amount.readings, start=1):
        way = f"amount.readings.{at}" if several else "amount"
        parts = reading.parts
        terms = [(one.id, one.says or Text(one.id, one.id), one.formula.tree) for one in parts]
        acts, name = work.whole(reading.whole.typed, way, terms)
        found = dict(work.terms)
        for part in parts:
            if part.id not in found:  # not a step of its own
                result, act = work.silent(part.formula.typed)
                acts.append(act)
                found[part.id] = result
        names = names_in(reading.whole.tree)
        yield Worked(reading.says, tuple(acts), name, tuple((one.id, found[one.id]) for one in parts), names)


# ------------------------------------------------------------ comparisons


def compared_in(typed: Typed) -> Iterator[tuple[Typed, str, Typed]]:
    """Comparisons of a clause, joined by and, or; no deeper, where they would mean something else.

    A name stands on the left where only one side has one.
    """
    node, parts = typed.node, typed.parts
    match node:
        case Binary(operator="and" | "or"):
            for part in parts:
                yield from compared_in(part)
        case Binary(operator=operator) if operator in _NEEDS and len(parts) == 2:
            left, right = parts
            if names_in(right.node) and not names_in(left.node):
                left, right, turned = right, left, _TURNED[operator]
                yield left, turned, right
            else:
                yield left, operator, right
        case Between() if len(parts) == 3:
            yield parts[0], ">=", parts[1]
            yield parts[0], "<=", parts[2]
        case In() if len(parts) == 2 and isinstance(parts[1].node, Range) and len(parts[1].parts) == 2:
            span = parts[1].node
            yield parts[0], ">=" if span.low_closed else ">", parts[1].parts[0]
            yield parts[0], "<=" if span.high_closed else "<", parts[1].parts[1]


def _sides(work: Working, labels: Mapping[str, Text], one: tuple[Typed, str, Typed]) -> Sides:
    left, operator, right = one
    label = said(left.node, labels)
    # a bare 0 has the unit of what it is compared with
    types = [part.type if part.type.unit else other.type for part, other in ((left, right), (right, left))]
    unit = _unit(right.node) or _unit(left.node)
    slots: list[Slot] = []
    functions: list[Ready | None] = []
    for typed, type_ in zip((left, right), types, strict=True):
        name, function = (typed.node.name, None) if isinstance(typed.node, Name) else work.bare(typed)
        slots.append(Slot(name, type_, unit))
        functions.append(function)
    value, threshold = slots
    rows = work.rows.get(value.name, ())
    bound, needs = _bound(right.node, types[1], labels, threshold), _NEEDS[operator]
    form = Comparison(
        label,
        operator,
        value,
        threshold,
        (label.zh, *rows[:1], " ", value, f"，{needs[0]}", *bound[0]),
        (label.en, *rows[1:], " ", value, f", {needs[1]}", *bound[1]),
    )
    return Sides(form, functions[0], functions[1])


def _bound(
    node: Expr | Cell, type_: Type, labels: Mapping[str, Text], slot: Slot
) -> tuple[Sentence, Sentence]:
    """The threshold: as it is written, or worked out, with what it is worked out from."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return (node.value,), (node.value,)
    if isinstance(node, Literal):
        bare = node.value == 0 and not node.unit and not isinstance(node.value, bool)
        text = quantity(value_of(node), type_) if bare else said(node, labels)
        return (text.zh,), (text.en,)
    if isinstance(node, Name) or not names_in(node):
        return (slot,), (slot,)
    text = said(node, labels)
    return (f"{text.zh}（", slot, "）"), (f"{text.en} (", slot, ")")


def _unit(node: Expr | Cell) -> str:
    """The unit in which a document writes a number, where readers would not write it otherwise."""
    if not isinstance(node, Literal) or not node.unit or node.unit in DURATIONS:
        return ""
    unit, _ = measured(node.unit)
    return node.unit if len(unit) > 1 or unit[0][0] in _MEASURED else ""
