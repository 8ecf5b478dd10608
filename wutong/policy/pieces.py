"""An expression as a function of one fact: pieces that are each a ratio of polynomials, and the exact places between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Final

from wutong.policy.feel import exact
from wutong.policy.feel.signatures import ROUNDINGS
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Range,
    names_in,
    value_of,
)
from wutong.policy.feel.values import Value
from wutong.policy.forms import (
    Form,
    Ratio,
    UnevenError,
    arithmetic,
    at,
    both,
    difference,
    either,
    holds,
    negative,
    ratio_of,
    roots,
    sides_of,
    whole,
)

STEPS: Final = 200
"""How many steps of a rounding are followed before a function counts as too uneven."""

_SIGNS: Final = ("=", "!=", "<", "<=", ">", ">=")
_Spans = Iterable[tuple[Fraction | None, Form]]
"""Forms with the ends of their spans; the last has no end of its own."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A function between two numbers: ``forms`` hold on the open spans that ``cuts`` leave, one more than there are cuts.

    What it is at a cut itself only the expression can tell.
    """

    low: Fraction
    high: Fraction
    cuts: tuple[Fraction, ...]
    forms: tuple[Form, ...]

    def spans(self) -> Iterator[tuple[Fraction, Fraction, Form]]:
        """Each open span with its form."""
        ends = pairwise((self.low, *self.cuts, self.high))
        for (start, end), form in zip(ends, self.forms, strict=True):
            yield start, end, form


def pieces_of(
    tree: Expr,
    fact: str,
    known: Mapping[str, Value],
    definitions: Sequence[tuple[str, Expr]],
    low: Fraction,
    high: Fraction,
) -> Pieces:
    """Take an expression apart as a function of one fact.

    Parameters
    ----------
    tree : Expr
        The expression.
    fact : str
        The fact that moves; a number.
    known : mapping of str to Value
        All other facts.
    definitions : sequence of (str, Expr)
        Names that are worked out, each from facts and names before it.
    low, high : Fraction
        Between what the fact moves.

    Returns
    -------
    Pieces
        Between ``low`` and ``high``.

    Raises
    ------
    UnevenError
        If there are no few pieces that are ratios with rational places between.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> growth = parse("(a - b) / b >= 40%", ["a", "b"])
    >>> found = pieces_of(growth, "a", {"b": Fraction(400)}, (), Fraction(0), Fraction(10**6))
    >>> found.cuts, found.forms
    ((Fraction(560, 1),), (False, True))
    """
    made = _Pieces(fact, known, low, high)
    for name, one in definitions:
        if made.moving.intersection(names_in(one)):
            made.bound[name] = made.of(one)
            made.moving.add(name)
        else:
            made.known[name] = exact.evaluate(one, made.known)
    return made.of(tree)


def _step(call: Call) -> Fraction | None:
    """To what a call rounds; None where it is no rounding, or to digits that are worked out."""
    if call.function not in ROUNDINGS or call.names:
        return None
    match call.arguments:
        case (_,):
            return Fraction(1)
        case (_, Literal(unit=unit) as step) if unit:
            to = value_of(step)
            return to if isinstance(to, Fraction) and to > 0 else None
    return None


class _Pieces:
    def __init__(self, fact: str, known: Mapping[str, Value], low: Fraction, high: Fraction) -> None:
        self.fact, self.low, self.high = fact, low, high
        self.known: dict[str, Value] = {**known, fact: None}
        self.moving = {fact}
        self.bound: dict[str, Pieces] = {fact: self.one(Ratio((Fraction(0), Fraction(1))))}

    def one(self, form: Form) -> Pieces:
        return Pieces(self.low, self.high, (), (form,))

    def of(self, node: Expr) -> Pieces:
        if isinstance(node, Literal):
            return self.one(value_of(node))
        if not self.moving.intersection(names_in(node)):
            return self.one(exact.evaluate(node, self.known))
        match node:
            case Name(name=name):
                return self.bound[name]
            case Minus(value=value):
                return self.joined(negative, self.of(value))
            case Binary(operator="and" | "or" as word, left=left, right=right):
                return self.joined(both if word == "and" else either, self.of(left), self.of(right))
            case Binary(operator=sign, left=Call() as call, right=right) if (
                sign in _SIGNS and (to := _step(call)) and not self.moving.intersection(names_in(right))
            ):
                level = exact.evaluate(right, self.known)
                if not isinstance(level, Fraction):
                    return self.one(None)
                return self.against(call.function, self.of(call.arguments[0]), to, sign, level)
            case Binary(operator=sign, left=left, right=right) if sign in _SIGNS:
                if any(isinstance(side, Literal) and side.value is None for side in (left, right)):
                    raise UnevenError  # asks whether something is missing
                return self.compared(sign, self.of(left), self.of(right))
            case Binary(operator=sign, left=left, right=right):
                return self.arithmetic(sign, self.of(left), self.of(right))
            case If(condition=condition, then=then, otherwise=otherwise):
                return self.joined(
                    lambda held, one, other: one if held is True else other if held is False else None,
                    self.of(condition),
                    self.of(then),
                    self.of(otherwise),
                )
            case Between(value=value, low=low, high=high):
                return self.within(self.of(value), Range(low, high, True, True))
            case In(value=value, tests=tests) if all(
                isinstance(one, Compare | Range | Literal) for one in tests
            ):
                subject = self.of(value)
                found = self.one(False)
                for test in tests:
                    found = self.joined(either, found, self.test(subject, test))
                return found
            case Call(function="not", arguments=(inner,)):
                return self.joined(lambda held: None if held is None else not held, self.of(inner))
            case Call(function="min" | "max" as word, arguments=arguments):
                found, *others = map(self.of, arguments)
                for other in others:
                    found = self.extreme(found, other, least=word == "min")
                return found
            case Call(function="abs", arguments=(inner,)):
                one = self.of(inner)
                return self.extreme(one, self.joined(negative, one), least=False)
            case Call(function=word, arguments=arguments) if step := _step(node):
                return self.rounded(word, self.of(arguments[0]), step)
        raise UnevenError

    # ------------------------------------------------------------ joining

    def joined(self, join: Callable[..., Form], *parts: Pieces) -> Pieces:
        """Put forms together where none of them changes."""
        return self.split(lambda _, __, *forms: [(None, join(*forms))], *parts)

    def split(self, join: Callable[..., _Spans], *parts: Pieces) -> Pieces:
        """Put forms together, span by span; the span may fall apart."""
        cuts = sorted({cut for part in parts for cut in part.cuts})
        found: list[Fraction] = []
        forms: list[Form] = []
        for start, end in pairwise((self.low, *cuts, self.high)):
            here = [part.forms[bisect_right(part.cuts, start)] for part in parts]
            for until, form in join(start, end, *here):
                forms.append(form)
                found.append(end if until is None else until)
        if len(forms) > 50 * STEPS:
            raise UnevenError
        return Pieces(self.low, self.high, tuple(found[:-1]), tuple(forms))

    def arithmetic(self, sign: str, one: Pieces, other: Pieces) -> Pieces:
        def join(start: Fraction, end: Fraction, first: Form, second: Form) -> _Spans:
            if not isinstance(first, Ratio) and not isinstance(second, Ratio):
                return [(None, exact.arithmetic(sign, first, second))]
            a, b = ratio_of(first), ratio_of(second)
            if a is None or b is None:
                return [(None, None)]
            form = arithmetic(sign, a, b)
            # where the divisor is 0 there is no value
            cuts = roots(b.over, start, end) if sign == "/" else ()
            return [*((cut, form) for cut in cuts), (None, form)]

        return self.split(join, one, other)

    def compared(self, sign: str, one: Pieces, other: Pieces) -> Pieces:
        def join(start: Fraction, end: Fraction, first: Form, second: Form) -> _Spans:
            if not isinstance(first, Ratio) and not isinstance(second, Ratio):
                return [(None, exact.compared(sign, first, second, "measure"))]
            apart = difference(first, second)
            if apart is None:
                return [(None, None)]
            return [(until, holds(sign, side)) for until, side in sides_of(apart, start, end)]

        return self.split(join, one, other)

    def extreme(self, one: Pieces, other: Pieces, *, least: bool) -> Pieces:
        def join(start: Fraction, end: Fraction, first: Form, second: Form) -> _Spans:
            apart = difference(first, second)
            if apart is None:
                return [(None, None)]
            sides = sides_of(apart, start, end)
            return [(until, first if (side <= 0) is least else second) for until, side in sides]

        return self.split(join, one, other)

    def within(self, subject: Pieces, span: Range) -> Pieces:
        above = self.compared(">=" if span.low_closed else ">", subject, self.of(span.low))
        return self.joined(
            both, above, self.compared("<=" if span.high_closed else "<", subject, self.of(span.high))
        )

    def test(self, subject: Pieces, test: Expr) -> Pieces:
        if isinstance(test, Range):
            return self.within(subject, test)
        sign, value = (test.operator, test.value) if isinstance(test, Compare) else ("=", test)
        if isinstance(value, Literal) and value.value is None:
            raise UnevenError  # asks whether something is missing
        return self.compared(sign, subject, self.of(value))

    def against(self, function: str, inner: Pieces, step: Fraction, sign: str, level: Fraction) -> Pieces:
        """What is rounded, compared with a number: it turns only near the number, however many steps there are."""
        first = floor(level / step) * step
        levels = [first + step * n / 2 for n in range(-2, 5)]

        def join(start: Fraction, end: Fraction, form: Form) -> _Spans:
            if not isinstance(form, Ratio):
                return [(None, exact.compared(sign, whole(function, form, step), level, "measure"))]
            cuts = {
                cut
                for one in levels
                if (apart := difference(form, one))
                for cut in roots(apart.over, start, end)
            }
            cuts |= set(roots(form.under, start, end))
            middles = [(a + b) / 2 for a, b in pairwise((start, *sorted(cuts), end))]
            found = [
                exact.compared(sign, whole(function, at(form, one), step), level, "measure")
                for one in middles
            ]
            return list(zip([*sorted(cuts), None], found, strict=True))

        return self.split(join, inner)

    def rounded(self, function: str, inner: Pieces, step: Fraction) -> Pieces:
        def join(start: Fraction, end: Fraction, form: Form) -> _Spans:
            if not isinstance(form, Ratio):
                return [(None, None if form is None else whole(function, form, step))]
            if len(form.under) > 1 or len(form.over) > 2:
                raise UnevenError
            base, slope = form.over[0] / form.under[0], form.over[1] / form.under[0]
            ends = sorted(((base + slope * start) / step, (base + slope * end) / step))
            if ends[1] - ends[0] > STEPS:
                raise UnevenError
            # every way of rounding turns at whole steps or half way between them
            halves = range(floor(2 * ends[0]) + 1, ceil(2 * ends[1]))
            cuts = sorted((Fraction(n, 2) * step - base) / slope for n in halves)
            middles = [(a + b) / 2 for a, b in pairwise((start, *cuts, end))]
            values = [whole(function, base + slope * middle, step) for middle in middles]
            return list(zip([*cuts, None], values, strict=True))

        return self.split(join, inner)


# ------------------------------------------------------------ where a truth holds


def ranges_of(pieces: Pieces, truth: Callable[[Fraction], Value], unit: Fraction) -> list[tuple[int, int]]:
    """Where a truth holds, in whole units.

    Parameters
    ----------
    pieces : Pieces
        The truth as a function of the fact.
    truth : function of Fraction to Value
        The truth at one number, for the places between pieces.
    unit : Fraction
        The steps in which the fact can move; the pieces begin and end on one.

    Returns
    -------
    list of (int, int)
        First and last unit of each run in which it holds, ascending; runs that touch are one.

    Examples
    --------
    >>> found = Pieces(Fraction(0), Fraction(9), (Fraction(5, 2),), (False, True))
    >>> ranges_of(found, lambda x: x > Fraction(5, 2), Fraction(1))
    [(3, 9)]
    """
    runs: list[tuple[int, int]] = []

    def add(first: int, last: int) -> None:
        if first > last:
            return
        if runs and runs[-1][1] >= first - 1:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))

    def one(x: Fraction) -> None:
        if (x / unit).denominator == 1 and truth(x) is True:
            add(int(x / unit), int(x / unit))

    for start, end, form in pieces.spans():
        one(start)
        if form is True:
            add(floor(start / unit) + 1, ceil(end / unit) - 1)
    one(pieces.high)
    return runs
