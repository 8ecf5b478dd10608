"""What one piece of a function is: one polynomial over another, exact, or one value for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Final

from wutong.policy.feel.library import rounded
from wutong.policy.feel.values import Value

Poly = tuple[Fraction, ...]
"""Coefficients, the constant first; the last is not 0, and none at all is 0."""

DEGREE: Final = 2
"""Polynomials of higher degree are not followed: where they are 0 is seldom a fraction."""

_ONE: Final[Poly] = (Fraction(1),)


class UnevenError(Exception):
    """A function that has no few pieces of this kind; nothing is wrong with it, it has to be searched."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One polynomial over another."""

    over: Poly
    under: Poly = _ONE


Form = Ratio | Value


def at(form: Form, x: Fraction) -> Value:
    """Value of a form at a number; None where it has none.

    Examples
    --------
    >>> at(Ratio((Fraction(1), Fraction(2))), Fraction(5))
    Fraction(11, 1)
    """
    if not isinstance(form, Ratio):
        return form
    under = _value(form.under, x)
    return _value(form.over, x) / under if under else None


def _value(poly: Poly, x: Fraction) -> Fraction:
    found = Fraction(0)
    for part in reversed(poly):
        found = found * x + part
    return found


def both(one: Form, other: Form) -> Form:
    """Whether both truths hold."""
    if one is False or other is False:
        return False
    return True if one is True and other is True else None


def either(one: Form, other: Form) -> Form:
    """Whether one of two truths holds."""
    if one is True or other is True:
        return True
    return False if one is False and other is False else None


def whole(function: str, number: Value, step: Fraction) -> Value:
    """A number rounded to a step; None where there is none."""
    return rounded(function, number, step) if isinstance(number, Fraction) else None


def holds(sign: str, side: int) -> bool:
    """Whether a comparison holds where the left is below (-1), at (0) or above (1) the right."""
    return side in {"=": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]


def ratio_of(form: Form) -> Ratio | None:
    """A form as a ratio; None where there is no value."""
    if form is None or isinstance(form, Ratio):
        return form
    if not isinstance(form, Fraction):
        raise UnevenError
    return Ratio((form,) if form else ())


def _plain(over: Poly, under: Poly) -> Form:
    """A ratio, or a number where it is one for all."""
    if max(len(over), len(under)) > DEGREE + 1:
        raise UnevenError
    if len(under) > 1:
        return Ratio(over, under)
    over = tuple(part / under[0] for part in over)
    return Ratio(over) if len(over) > 1 else over[0] if over else Fraction(0)


def negative(form: Form) -> Form:
    """The negative of a form."""
    one = ratio_of(form)
    return None if one is None else _plain(tuple(-part for part in one.over), one.under)


def arithmetic(sign: str, one: Ratio, other: Ratio) -> Form:
    """Add, subtract, multiply or divide.

    Examples
    --------
    >>> x = Ratio((Fraction(0), Fraction(1)))
    >>> arithmetic("-", x, x), arithmetic("*", x, Ratio((Fraction(3),))).over
    (Fraction(0, 1), (Fraction(0, 1), Fraction(3, 1)))
    """
    match sign:
        case "+" | "-":
            second = other.over if sign == "+" else tuple(-part for part in other.over)
            if one.under == other.under:
                return _plain(_sum(one.over, second), one.under)
            over = _sum(_product(one.over, other.under), _product(second, one.under))
            return _plain(over, _product(one.under, other.under))
        case "*":
            return _plain(_product(one.over, other.over), _product(one.under, other.under))
        case "/":
            if not other.over:
                return None
            return _plain(_product(one.over, other.under), _product(one.under, other.over))
    raise UnevenError


def difference(first: Form, second: Form) -> Ratio | None:
    """What one form is above another; None where one of them has no value."""
    one, other = ratio_of(first), ratio_of(second)
    return None if one is None or other is None else ratio_of(arithmetic("-", one, other))


def _sum(one: Poly, other: Poly) -> Poly:
    nothing = (Fraction(0),)
    size = max(len(one), len(other))
    first, second = (poly + nothing * (size - len(poly)) for poly in (one, other))
    parts = [a + b for a, b in zip(first, second, strict=True)]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _product(one: Poly, other: Poly) -> Poly:
    if not one or not other:
        return ()
    parts = [Fraction(0)] * (len(one) + len(other) - 1)
    for n, a in enumerate(one):
        for m, b in enumerate(other):
            parts[n + m] += a * b
    return tuple(parts)


def roots(poly: Poly, start: Fraction, end: Fraction) -> list[Fraction]:
    """Where a polynomial is 0 between two numbers, these left out.

    Raises
    ------
    UnevenError
        If that is at no fraction.
    """
    match poly:
        case () | (_,):
            return []
        case (c, b):
            found = [-c / b]
        case (c, b, a):
            inside = b * b - 4 * a * c
            if inside < 0:
                return []
            root = _square_root(inside)
            found = sorted({(-b - root) / (2 * a), (-b + root) / (2 * a)})
        case _:
            raise UnevenError
    return [root for root in found if start < root < end]


def _square_root(number: Fraction) -> Fraction:
    over, under = isqrt(number.numerator), isqrt(number.denominator)
    if over * over != number.numerator or under * under != number.denominator:
        raise UnevenError
    return Fraction(over, under)


def sides_of(apart: Ratio, start: Fraction, end: Fraction) -> list[tuple[Fraction | None, int]]:
    """Where a ratio is below 0, 0 and above 0, span by span with its end; the last span has no end of its own."""
    if not apart.over:
        return [(None, 0)]
    cuts = sorted({*roots(apart.over, start, end), *roots(apart.under, start, end)})
    sides = []
    for one, other in pairwise((start, *cuts, end)):
        middle = (one + other) / 2
        over = _value(apart.over, middle) * _value(apart.under, middle)
        sides.append((over > 0) - (over < 0))
    return list(zip([*cuts, None], sides, strict=True))
