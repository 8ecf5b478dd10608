"""How large a whole number can be: bounds of each operation from the bounds of what goes into it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

Bounds = tuple[int, int]
"""Least and largest value that a column can hold; nulls aside."""

INT64: Final = 2**63
INT128: Final = 2**127


class TooLargeError(ValueError):
    """A number that may be larger than Int128 holds."""


def width(bounds: Bounds) -> Literal["i64", "i128"]:
    """The narrowest whole number that holds all values between two bounds.

    Raises
    ------
    TooLargeError
        If none does.

    Examples
    --------
    >>> width((0, 2**63 - 1)), width((0, 2**63))
    ('i64', 'i128')
    """
    size = max(abs(bounds[0]), abs(bounds[1]))
    if size < INT64:
        return "i64"
    if size < INT128:
        return "i128"
    raise TooLargeError


def union(several: Iterable[Bounds]) -> Bounds:
    """Bounds of what is one of several."""
    lows, highs = zip(*several, strict=True)
    return min(lows), max(highs)


def result(op: str, one: Bounds, other: Bounds = (0, 0)) -> Bounds:
    """Bounds of an operation on whole numbers.

    Examples
    --------
    >>> result("sub", (0, 10), (0, 3)), result("floordiv", (-7, 10), (2, 3)), result("mod", (0, 9), (4, 4))
    ((-3, 10), (-4, 5), (0, 3))
    """
    (low, high), (least, most) = one, other
    match op:
        case "add":
            return low + least, high + most
        case "sub":
            return low - most, high - least
        case "mul":
            ends = (low * least, low * most, high * least, high * most)
            return min(ends), max(ends)
        case "floordiv":
            # what is under a number is above zero wherever the number is not null
            least, most = max(least, 1), max(most, 1)
            ends = (low // least, low // most, high // least, high // most)
            return min(ends), max(ends)
        case "mod" if low == high and least == most > 0:
            return low % most, low % most
        case "mod":
            return 0, min(max(most, 1) - 1, high) if low >= 0 else max(most, 1) - 1
        case "abs":
            return (low if low >= 0 else max(0, -high)), max(abs(low), abs(high))
        case "sign":
            return (low > 0) - (low < 0), (high > 0) - (high < 0)
        case "min":
            return min(low, least), min(high, most)
        case _:
            assert op == "max"
            return max(low, least), max(high, most)
