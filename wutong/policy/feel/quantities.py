"""Exact numbers in columns: a whole number over a whole number, in Int64 where that holds it and Int128 where not.

What might be larger than Int128 is refused before anything runs, so no result is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from wutong.policy.columns import node as n
from wutong.policy.columns.bounds import width
from wutong.policy.columns.node import Node
from wutong.policy.feel.library import kept


@dataclass(frozen=True, slots=True)
class Quantity:
    """Numbers ``over / under``, row by row.

    ``under`` is above zero. Where ``over`` is null the number is null, whatever ``under`` is. ``constant`` is the number if
    it is one for all rows.
    """

    over: Node
    under: Node | int
    constant: Fraction | None = None


def constant(number: Fraction) -> Quantity:
    """One number for all rows."""
    width((0, number.denominator))  # refused if it is too large for a column
    return Quantity(n.literal(number.numerator), number.denominator, number)


def column(over: Node, under: int = 1) -> Quantity:
    """Whole numbers of a column, each ``under`` times too large."""
    return Quantity(over, under)


def missing() -> Quantity:
    """Null for all rows."""
    return Quantity(n.null("i64"), 1)


def difference(one: Quantity, other: Quantity) -> tuple[Node, Node]:
    """Two whole numbers that compare as the two numbers do."""
    first, second, _ = _both(one, other)
    return first, second


def _both(one: Quantity, other: Quantity) -> tuple[Node, Node, Node | int]:
    """Two numbers over one: both numerators, and what is under them."""
    if isinstance(one.under, int) and isinstance(other.under, int):
        under = lcm(one.under, other.under)
        return one.over * (under // one.under), other.over * (under // other.under), under
    return one.over * other.under, other.over * one.under, one.under * other.under


def added(one: Quantity, other: Quantity) -> Quantity:
    """Sum, row by row."""
    if one.constant is not None and other.constant is not None:
        return _folded(one.constant + other.constant)
    first, second, under = _both(one, other)
    return Quantity(first + second, under)


def subtracted(one: Quantity, other: Quantity) -> Quantity:
    """Difference, row by row."""
    if one.constant is not None and other.constant is not None:
        return _folded(one.constant - other.constant)
    first, second, under = _both(one, other)
    return Quantity(first - second, under)


def negative(one: Quantity) -> Quantity:
    """Less than nothing, row by row."""
    if one.constant is not None:
        return constant(-one.constant)
    return Quantity(-one.over, one.under)


def absolute(one: Quantity) -> Quantity:
    """Without sign, row by row."""
    if one.constant is not None:
        return constant(abs(one.constant))
    return Quantity(abs(one.over), one.under)


def multiplied(one: Quantity, other: Quantity) -> Quantity:
    """Product, row by row."""
    if one.constant is not None and other.constant is not None:
        return _folded(one.constant * other.constant)
    if one.constant is not None:
        one, other = other, one
    if other.constant is not None and isinstance(one.under, int):
        shared = gcd(other.constant.numerator, one.under) or 1
        number = other.constant.numerator // shared
        return Quantity(one.over * number, one.under // shared * other.constant.denominator)
    return Quantity(one.over * other.over, one.under * other.under)


def divided(one: Quantity, other: Quantity) -> Quantity:
    """Quotient, row by row; null where it is by zero."""
    if other.constant is not None:
        return multiplied(one, constant(1 / other.constant)) if other.constant else missing()
    over = one.over * other.under
    signed = over if other.over.low >= 0 else over * other.over.sign()
    return Quantity(n.when(other.over != 0, signed), one.under * abs(other.over))


def _folded(number: Fraction) -> Quantity:
    found = kept(number)
    return missing() if found is None else constant(found)


def chosen(cases: Sequence[tuple[Node, Quantity]]) -> Quantity:
    """The number of the first case that holds, and null where none does."""
    holds = [hold for hold, _ in cases]
    numbers = [number for _, number in cases]
    wholes = [number.under for number in numbers if isinstance(number.under, int)]
    if len(wholes) == len(numbers):
        under = lcm(*wholes)
        overs = [number.over * (under // whole) for number, whole in zip(numbers, wholes, strict=True)]
        return Quantity(n.first(list(zip(holds, overs, strict=True))), under)
    unders = [n.literal(one.under) if isinstance(one.under, int) else one.under for one in numbers]
    return Quantity(
        n.first([(hold, number.over) for hold, number in cases]),
        n.first(list(zip(holds, unders, strict=True))),
    )


def extreme(one: Quantity, other: Quantity, operator: str) -> Quantity:
    """The smaller (``<=``) or larger (``>=``) of two numbers; null if one is null."""
    first, second, under = _both(one, other)
    if isinstance(under, int):
        return Quantity((n.least if operator == "<=" else n.greatest)(first, second), under)
    better = first <= second if operator == "<=" else first >= second
    return chosen([(better, one), (~better, other)])


def power(one: Quantity, exponent: int) -> Quantity:
    """A whole power; null for zero to a power below zero."""
    if exponent < 0:
        return divided(constant(Fraction(1)), power(one, -exponent))
    if exponent == 0:
        return chosen([(one.over.is_not_null(), constant(Fraction(1)))])
    result = one
    for _ in range(exponent - 1):
        result = multiplied(result, one)
    return result


def rounded(function: str, one: Quantity, step: Fraction) -> Quantity:
    """Round to a multiple of a step, by whole numbers alone.

    Parameters
    ----------
    function : str
        Name of the function, such as ``round half up``.
    one : Quantity
        What is rounded.
    step : Fraction
        To multiples of what; above zero.
    """
    steps = multiplied(one, constant(1 / step))
    over, under = steps.over, steps.under
    if isinstance(under, int) and under == 1:
        found = over
    elif function == "floor":
        found = over // under
    elif function == "ceiling":
        found = -(-over // under)
    elif over.low >= 0:
        found = _sized(function, over, under)
    else:
        found = over.sign() * _sized(function, abs(over), under)
    return Quantity(found * step.numerator, step.denominator)


def _sized(function: str, size: Node, under: Node | int) -> Node:
    """Round what has no sign."""
    match function:
        case "round up":
            return (size + (under - 1)) // under
        case "round down":
            return size // under
        case "round half up" if isinstance(under, int):
            return (size + under // 2) // under
        case "round half up":
            return (2 * size + under) // (2 * under)
        case "round half down" if isinstance(under, int):
            return (size + (under - 1) // 2) // under
        case "round half down":
            return (2 * size + under - 1) // (2 * under)
    down = size // under
    rest = 2 * (size - down * under)
    up = (rest > under) | ((rest == under) & (down % 2 == 1))
    return down + up.cast("i64")


def is_whole(one: Quantity) -> Node:
    """Whether each number is a whole one."""
    if isinstance(one.under, int) and one.under == 1:
        return one.over == one.over
    return one.over % one.under == 0
