"""Exact numbers in columns: a whole number over a whole number, in Int64 where that holds it and Int128 where not.

What might be larger than Int128 is refused before anything runs, so no result is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

import polars as pl

from wutong.policy.feel.library import kept

_INT64: Final = 2**63
_INT128: Final = 2**127


class TooLargeError(ValueError):
    """A number that may be larger than Int128 holds."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Numbers ``over / under``, row by row.

    ``under`` is above zero. ``largest`` and ``most`` are bounds of what ``over``, without sign, and ``under`` can be. Where
    ``over`` is null the number is null, whatever ``under`` is. ``constant`` is the number if it is one for all rows.
    """

    over: pl.Expr
    under: pl.Expr | int
    largest: int
    most: int
    constant: Fraction | None = None


def _dtype(largest: int) -> type[pl.Int64] | type[pl.Int128]:
    if largest < _INT64:
        return pl.Int64
    if largest < _INT128:
        return pl.Int128
    raise TooLargeError


def whole(number: int, dtype: type[pl.DataType]) -> pl.Expr:
    """A whole number for all rows."""
    return pl.lit(number, dtype=dtype)


def constant(number: Fraction) -> Quantity:
    """One number for all rows."""
    over = abs(number.numerator)
    return Quantity(
        whole(number.numerator, _dtype(over)), number.denominator, over, number.denominator, number
    )


def column(over: pl.Expr, under: int, largest: int) -> Quantity:
    """Whole numbers of a column, each ``under`` times too large."""
    return Quantity(over.cast(_dtype(largest)), under, largest, under)


def missing() -> Quantity:
    """Null for all rows."""
    return Quantity(pl.lit(None, dtype=pl.Int64), 1, 0, 1)


def _times(one: pl.Expr | int, other: pl.Expr | int, largest: int) -> pl.Expr:
    """Product of two whole numbers of which one at least is a column."""
    dtype = _dtype(largest)
    if isinstance(one, int):
        one, other = other, one
    assert not isinstance(one, int)
    wide = one.cast(dtype)
    if isinstance(other, int):
        return wide if other == 1 else wide * whole(other, dtype)
    return wide * other.cast(dtype)


def _both(one: Quantity, other: Quantity) -> tuple[pl.Expr, int, pl.Expr, int, pl.Expr | int, int]:
    """Two numbers over one: both numerators with their bounds, and what is under them."""
    if isinstance(one.under, int) and isinstance(other.under, int):
        under = lcm(one.under, other.under)
        first, second = under // one.under, under // other.under
        tops = one.largest * first, other.largest * second
        return (
            _times(one.over, first, tops[0]),
            tops[0],
            _times(other.over, second, tops[1]),
            tops[1],
            under,
            under,
        )
    tops = one.largest * other.most, other.largest * one.most
    most = one.most * other.most
    over = _times(one.over, other.under, tops[0])
    return over, tops[0], _times(other.over, one.under, tops[1]), tops[1], _under(one, other, most), most


def _under(one: Quantity, other: Quantity, most: int) -> pl.Expr | int:
    if isinstance(one.under, int) and isinstance(other.under, int):
        return one.under * other.under
    return _times(one.under, other.under, most)


def added(one: Quantity, other: Quantity) -> Quantity:
    """Sum, row by row."""
    if one.constant is not None and other.constant is not None:
        return _folded(one.constant + other.constant)
    first, top, second, second_top, under, most = _both(one, other)
    dtype = _dtype(top + second_top)
    return Quantity(first.cast(dtype) + second.cast(dtype), under, top + second_top, most)


def negative(one: Quantity) -> Quantity:
    """Less than nothing, row by row."""
    if one.constant is not None:
        return constant(-one.constant)
    # Polars has no minus sign for Int128
    return Quantity(whole(0, _dtype(one.largest)) - one.over, one.under, one.largest, one.most)


def multiplied(one: Quantity, other: Quantity) -> Quantity:
    """Product, row by row."""
    if one.constant is not None and other.constant is not None:
        return _folded(one.constant * other.constant)
    if one.constant is not None:
        one, other = other, one
    if other.constant is not None and isinstance(one.under, int):
        shared = gcd(other.constant.numerator, one.under) or 1
        number = other.constant.numerator // shared
        top = one.largest * abs(number)
        under = one.under // shared * other.constant.denominator
        return Quantity(_times(one.over, number, top), under, top, under)
    top, most = one.largest * other.largest, one.most * other.most
    return Quantity(_times(one.over, other.over, top), _under(one, other, most), top, most)


def inverted(one: Quantity) -> Quantity:
    """One over each number; null for zero."""
    if one.constant is not None:
        return constant(1 / one.constant) if one.constant else missing()
    sign = one.over.sign()
    over = _times(sign, one.under, one.most)
    return Quantity(pl.when(one.over != 0).then(over), one.over.abs(), one.most, max(one.largest, 1))


def _folded(number: Fraction) -> Quantity:
    found = kept(number)
    return missing() if found is None else constant(found)


def difference(one: Quantity, other: Quantity) -> tuple[pl.Expr, pl.Expr]:
    """Two whole numbers that compare as the two numbers do."""
    first, top, second, second_top, _, _ = _both(one, other)
    dtype = _dtype(max(top, second_top))
    return first.cast(dtype), second.cast(dtype)


def chosen(cases: Sequence[tuple[pl.Expr, Quantity]]) -> Quantity:
    """The number of the first case that holds, and null where none does."""
    numbers = [number for _, number in cases]
    if all(isinstance(number.under, int) for number in numbers):
        under = lcm(*(number.under for number in numbers if isinstance(number.under, int)))
        factors = [under // number.under for number in numbers if isinstance(number.under, int)]
        top = max(number.largest * factor for number, factor in zip(numbers, factors, strict=True))
        overs = [_times(number.over, factor, top) for number, factor in zip(numbers, factors, strict=True)]
        return Quantity(_first([case for case, _ in cases], overs), under, top, under)
    top, most = max(number.largest for number in numbers), max(number.most for number in numbers)
    overs = [number.over.cast(_dtype(top)) for number in numbers]
    dtype = _dtype(most)
    unders = [
        whole(number.under, dtype) if isinstance(number.under, int) else number.under.cast(dtype)
        for number in numbers
    ]
    holds = [case for case, _ in cases]
    return Quantity(_first(holds, overs), _first(holds, unders), top, most)


def _first(holds: Sequence[pl.Expr], values: Sequence[pl.Expr]) -> pl.Expr:
    found = pl.lit(None)
    for hold, value in zip(reversed(holds), reversed(values), strict=True):
        found = pl.when(hold).then(value).otherwise(found)
    return found


def power(one: Quantity, exponent: int) -> Quantity:
    """A whole power; null for zero to a power below zero."""
    if exponent < 0:
        return inverted(power(one, -exponent))
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
    room = 2 * (steps.largest + steps.most)  # twice the number and once what is under it, for the halves
    dtype = _dtype(room)
    over = steps.over.cast(dtype)
    under = whole(steps.under, dtype) if isinstance(steps.under, int) else steps.under.cast(dtype)
    size, two, one_more, zero = over.abs(), whole(2, dtype), whole(1, dtype), whole(0, dtype)
    match function:
        case "floor":
            found = over // under
        case "ceiling":
            found = zero - (zero - over) // under
        case "round up":
            found = over.sign() * ((size + under - one_more) // under)
        case "round down":
            found = over.sign() * (size // under)
        case "round half up":
            found = over.sign() * ((two * size + under) // (two * under))
        case "round half down":
            found = over.sign() * ((two * size + under - one_more) // (two * under))
        case _:
            down = size // under
            rest = two * (size - down * under)
            up = (rest > under) | ((rest == under) & (down % two == one_more))
            found = over.sign() * (down + up.cast(dtype))
    top = (steps.largest + 1) * step.numerator
    return Quantity(_times(found, step.numerator, top), step.denominator, top, step.denominator)


def is_whole(one: Quantity) -> pl.Expr:
    """Whether each number is a whole one."""
    under = one.under
    if isinstance(under, int):
        return one.over % whole(under, _dtype(max(one.largest, one.most))) == 0
    dtype = _dtype(max(one.largest, one.most))
    return one.over.cast(dtype) % under.cast(dtype) == 0
