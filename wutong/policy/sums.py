"""Sums of terms, case by case: what an amount is where, as exact arithmetic on whole expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from wutong.policy.feel.types import Type
from wutong.policy.feel.units import COUNTS
from wutong.policy.feel.values import Days, Months, Value
from wutong.policy.reach import (
    ALWAYS,
    NEVER,
    Demand,
    Domains,
    Form,
    Known,
    Model,
    Stretch,
    Within,
    both,
    consistent,
    either,
    model_of,
)

LARGEST: Final = 256
"""Cases of one number; one with more is a term of its own."""

FIRST: Final = date(2000, 1, 1)
"""Days are counted from this one."""

_ONE: Final = Fraction(1)
OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Three:
    """What must be for an expression to be true, to be false, to be unknown."""

    yes: Demand
    no: Demand
    unknown: Demand


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sum of terms and a constant, known where all of ``needs`` are; ``whole`` if each term is a day."""

    form: Form
    constant: Fraction = Fraction(0)
    needs: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What a number is where ``path`` holds; None is null."""

    path: Demand
    leaf: Leaf | None


def constant(value: Value) -> tuple[Case, ...]:
    """A number, a day (counted) or a duration (seconds or months) that is always the same."""
    match value:
        case None:
            return (Case(ALWAYS, None),)
        case Fraction() as number:
            return (Case(ALWAYS, Leaf((), number)),)
        case date() as day:
            return (Case(ALWAYS, Leaf((), Fraction((day - FIRST).days), whole=True)),)
        case Days(seconds=seconds):
            return (Case(ALWAYS, Leaf((), Fraction(seconds))),)
        case Months(months=months):
            return (Case(ALWAYS, Leaf((), Fraction(months))),)
    return ()


def _sum(one: Leaf, other: Leaf, times: Fraction) -> Leaf:
    terms = dict(one.form)
    for name, factor in other.form:
        terms[name] = terms.get(name, Fraction(0)) + factor * times
    form = tuple(sorted((name, factor) for name, factor in terms.items() if factor))
    constant = one.constant + other.constant * times
    return Leaf(form, constant, one.needs | other.needs, one.whole and other.whole)


def plus(one: Leaf, other: Leaf) -> Leaf:
    """Add two sums."""
    return _sum(one, other, _ONE)


def minus(one: Leaf, other: Leaf) -> Leaf:
    """Take one sum from another."""
    return _sum(one, other, -_ONE)


def scaled(case: Case, times: Fraction) -> Case:
    """A case with its number times a constant."""
    return case if case.leaf is None else Case(case.path, _by(case.leaf, times))


def _by(leaf: Leaf, times: Fraction) -> Leaf:
    form = tuple((name, factor * times) for name, factor in leaf.form) if times else ()
    return Leaf(form, leaf.constant * times, leaf.needs)


def times(one: Leaf, other: Leaf) -> Leaf:
    """A product; of two that are not constant it is a term of its own."""
    needs = one.needs | other.needs
    for leaf, number in ((one, other), (other, one)):
        if not number.form:
            made = _by(leaf, number.constant)
            return Leaf(made.form, made.constant, needs)
    name = "=" + " * ".join(sorted((_said(one), _said(other))))
    return Leaf(((name, _ONE),), needs=needs)


def _said(leaf: Leaf) -> str:
    parts = [f"{factor} {name}" for name, factor in leaf.form]
    return f"({' + '.join([*parts, str(leaf.constant)])})"


def joined(
    one: tuple[Case, ...],
    other: tuple[Case, ...],
    change: Callable[[Leaf, Leaf], Leaf],
    domains: Domains,
) -> tuple[Case, ...]:
    """Every case of one number with every case of the other; nothing where they are too many."""
    if len(one) * len(other) > 4 * LARGEST:
        return ()
    found: list[Case] = []
    for first in one:
        for second in other:
            gone = first.leaf is None or second.leaf is None
            leaf = None if gone else change(first.leaf, second.leaf)  # type: ignore[arg-type]  # neither is None
            found.append(Case(both(first.path, second.path), leaf))
    return live(found, domains)


def live(cases: list[Case], domains: Domains) -> tuple[Case, ...]:
    """Cases that are not impossible at sight."""
    return tuple(one for one in cases if consistent(one.path, domains))


def divided(one: tuple[Case, ...], other: tuple[Case, ...], domains: Domains) -> tuple[Case, ...]:
    """One number by another; by zero there is no value."""
    if len(one) * len(other) > LARGEST:
        return ()
    found: list[Case] = []
    for first in one:
        for second in other:
            path = both(first.path, second.path)
            above, below = first.leaf, second.leaf
            if above is None or below is None:
                found.append(Case(path, None))
            elif not below.form:
                made = _by(above, 1 / below.constant) if below.constant else None
                found.append(Case(path, made))
            else:  # by zero there is no value
                zero = in_stretch(below, Stretch(Fraction(0), Fraction(0)))
                other_than = _compared_to_zero(below, "!=")
                name = f"={_said(above)} / {_said(below)}"
                found.append(Case(both(path, zero), None))
                found.append(
                    Case(both(path, other_than), Leaf(((name, _ONE),), needs=above.needs | below.needs))
                )
    return live(found, domains)


def extreme(
    one: tuple[Case, ...], other: tuple[Case, ...], least: bool, domains: Domains
) -> tuple[Case, ...]:
    """The lesser or greater of two numbers; null where one is."""
    if len(one) * len(other) > LARGEST:
        return ()
    found: list[Case] = []
    for first in one:
        for second in other:
            path = both(first.path, second.path)
            if first.leaf is None or second.leaf is None:
                found.append(Case(path, None))
                continue
            gap = minus(first.leaf, second.leaf)
            lower, upper = (first.leaf, second.leaf) if least else (second.leaf, first.leaf)
            for operator, leaf in (("<=", lower), (">", upper)):
                kept = Leaf(leaf.form, leaf.constant, gap.needs, leaf.whole)
                found.append(Case(both(path, _compared_to_zero(gap, operator)), kept))
    return live(found, domains)


def in_stretch(leaf: Leaf, stretch: Stretch) -> Demand:
    """A sum lies in a stretch; the first factor is made 1."""
    if not leaf.form:
        low, high = stretch.low, stretch.high
        above = low is None or leaf.constant > low or (leaf.constant == low and not stretch.open_low)
        below = high is None or leaf.constant < high or (leaf.constant == high and not stretch.open_high)
        return ALWAYS if above and below else NEVER
    by = leaf.form[0][1]
    form = tuple((name, factor / by) for name, factor in leaf.form)
    low = None if stretch.low is None else (stretch.low - leaf.constant) / by
    high = None if stretch.high is None else (stretch.high - leaf.constant) / by
    made = Stretch(low, high, stretch.open_low, stretch.open_high)
    if by < 0:
        made = Stretch(high, low, stretch.open_high, stretch.open_low)
    whole = leaf.whole and all(factor.denominator == 1 for _, factor in form)
    return Within(form, made, whole)


def _compared_to_zero(leaf: Leaf, operator: str) -> Demand:
    zero = Fraction(0)
    match operator:
        case "=":
            return in_stretch(leaf, Stretch(zero, zero))
        case "!=":
            return either(_compared_to_zero(leaf, "<"), _compared_to_zero(leaf, ">"))
        case "<" | "<=":
            return in_stretch(leaf, Stretch(high=zero, open_high=operator == "<"))
    return in_stretch(leaf, Stretch(low=zero, open_low=operator == ">"))


def known(needs: frozenset[str]) -> Demand:
    """All of these names are known."""
    return both(*(Known(name) for name in sorted(needs)))


def unknown_where(cases: tuple[Case, ...]) -> Demand:
    """Where a number is null."""
    return either(
        *(
            one.path
            if one.leaf is None
            else both(one.path, either(*(Known(name, known=False) for name in sorted(one.leaf.needs))))
            for one in cases
        )
    )


def cases_compared(cases: tuple[Case, ...], operator: str) -> Three:
    """When a number, case by case, compares with zero in a way."""
    yes, no = (
        either(
            *(
                both(one.path, known(one.leaf.needs), _compared_to_zero(one.leaf, asked))
                for one in cases
                if one.leaf is not None
            )
        )
        for asked in (operator, OPPOSITE[operator])
    )
    return Three(yes, no, unknown_where(cases))


def value_in(model: Model, name: str, type_: Type) -> Value:
    """What a model says of a name, as a value of its type; where it says nothing, something plain."""
    number = model.numbers.get(name)
    match type_.kind:
        case "number":
            return Fraction(1) if number is None else number
        case "date":
            return FIRST + timedelta(days=int(number or 0))
        case "days":
            return Days(number or Fraction(0))
        case "months":
            return Months(int(number or 0))
        case "boolean":
            return bool(model.codes.get(name, False))
    code = model.codes.get(name)
    return str(code) if code is not None else type_.choices[0] if type_.choices else "?"


def example_of(
    demands: Iterable[Demand], types: Mapping[str, Type], domains: Domains, *, zero: bool = False
) -> dict[str, Value] | None:
    """Facts that meet demands, as they might really be: all known, numbers above zero, counts whole.

    Parameters
    ----------
    demands : iterable of Demand
        What must hold.
    types : mapping of str to Type
        The facts.
    domains : mapping of str to frozenset
        Closed lists of values.
    zero : bool
        Whether a number may be zero.

    Returns
    -------
    dict of str to value, or None
        None where none was found. Terms that are not linear are not looked into, so whoever uses it puts it to the test.
    """
    held: list[Demand] = [Known(name) for name in types]
    for name, type_ in types.items():
        if type_.kind == "number":
            stretch = Stretch(low=Fraction(0), open_low=not zero)
            held.append(Within(((name, _ONE),), stretch, whole=_counts(type_)))
    model = model_of([*held, *demands], domains)
    if model is None:
        return None
    found = {name: value_in(model, name, type_) for name, type_ in types.items()}
    broken = any(
        isinstance(value := found[name], Fraction) and _counts(type_) and value.denominator != 1
        for name, type_ in types.items()
    )
    return None if broken else found


def _counts(type_: Type) -> bool:
    return bool(type_.unit) and type_.unit[0][0] in COUNTS
