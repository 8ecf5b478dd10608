"""Sums of terms under bounds, exactly: one term after the other is eliminated (Fourier 1826, Motzkin 1936)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

BOUNDS: Final = 400
"""Bounds that may arise on the way before nothing is said."""

_ZERO: Final = Fraction(0)


class TooMuchError(Exception):
    """More cases than are looked at; whoever asked says nothing."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A sum of terms times their factors is at most ``most``, or less if ``strict``."""

    sum: Mapping[str, Fraction]
    most: Fraction
    strict: bool = False


def solution(bounds: Sequence[Bound]) -> dict[str, Fraction] | None:
    """Find numbers within all bounds.

    Parameters
    ----------
    bounds : sequence of Bound
        Bounds from above.

    Returns
    -------
    dict of str to Fraction or None
        None where there are none: that is a proof.

    Raises
    ------
    TooMuchError
        If more than ``BOUNDS`` arise.

    Examples
    --------
    >>> one = Fraction(1)
    >>> below = Bound({"a": one, "b": -one}, Fraction(0), strict=True)  # a < b
    >>> solution([below, Bound({"b": one}, Fraction(3)), Bound({"a": -one}, Fraction(-4))]) is None  # b <= 3, a >= 4
    True
    >>> solution([below, Bound({"b": one}, Fraction(3))])
    {'a': Fraction(2, 1), 'b': Fraction(3, 1)}
    """
    steps: list[tuple[str, list[Bound]]] = []
    left = _tightest(bounds)
    while left is not None and (term := _next(left)) is not None:
        steps.append((term, [one for one in left if term in one.sum]))
        left = _without(term, left)
    if left is None:
        return None
    found: dict[str, Fraction] = {}
    for term, held in reversed(steps):
        for bound in held:  # a term that fell out with another one is free
            found |= dict.fromkeys((name for name in bound.sum if name != term and name not in found), _ZERO)
        found[term] = _between(term, held, found)
    return dict(sorted(found.items()))


def range_of(
    form: Mapping[str, Fraction], bounds: Sequence[Bound]
) -> tuple[Fraction | None, Fraction | None, bool, bool] | None:
    """How low and how high a sum of terms can be within bounds.

    Returns
    -------
    tuple or None
        Low, high, and whether each is left out; None where no numbers lie within the bounds.

    Raises
    ------
    TooMuchError
        If more than ``BOUNDS`` arise.

    Examples
    --------
    >>> one = Fraction(1)
    >>> range_of({"a": one, "b": one}, [Bound({"a": one}, Fraction(2)), Bound({"b": one}, Fraction(3), strict=True)])
    (None, Fraction(5, 1), False, True)
    """
    asked = "?"  # no term is called so
    same = {term: -factor for term, factor in form.items()}
    equal = [Bound({asked: Fraction(1)} | same, _ZERO), Bound({asked: Fraction(-1)} | dict(form), _ZERO)]
    left = _tightest([*equal, *bounds])
    while left is not None and (term := _next(left, asked)) is not None:
        left = _without(term, left)
    if left is None:
        return None
    low: Fraction | None = None
    high: Fraction | None = None
    open_low = open_high = False
    for one in left:
        end, up = one.most / one.sum[asked], one.sum[asked] > 0
        if up and (high is None or (end, not one.strict) < (high, not open_high)):
            high, open_high = end, one.strict
        if not up and (low is None or (end, one.strict) > (low, open_low)):
            low, open_low = end, one.strict
    if low is not None and high is not None and (low > high or (low == high and (open_low or open_high))):
        return None
    return low, high, open_low, open_high


def _tightest(bounds: Sequence[Bound]) -> list[Bound] | None:
    """One bound for each sum, those on no term held; None where one of these fails."""
    found: dict[tuple[tuple[str, Fraction], ...], Bound] = {}
    for bound in bounds:
        parts = sorted((term, factor) for term, factor in bound.sum.items() if factor)
        if not parts:
            if bound.most < 0 or (bound.strict and bound.most == 0):
                return None
            continue
        by = abs(parts[0][1])
        form = tuple((term, factor / by) for term, factor in parts)
        made = Bound(dict(form), bound.most / by, bound.strict)
        other = found.get(form)
        if other is None or (made.most, not made.strict) < (other.most, not other.strict):
            found[form] = made
    if len(found) > BOUNDS:
        raise TooMuchError
    return list(found.values())


def _next(bounds: Sequence[Bound], kept: str = "") -> str | None:
    """The term whose elimination makes the fewest bounds."""
    terms = sorted({term for bound in bounds for term in bound.sum if term != kept})
    best: tuple[int, str] | None = None
    for term in terms:
        above = sum(1 for bound in bounds if bound.sum.get(term, _ZERO) > 0)
        below = sum(1 for bound in bounds if bound.sum.get(term, _ZERO) < 0)
        if best is None or (above * below, term) < best:
            best = (above * below, term)
    return None if best is None else best[1]


def _without(term: str, bounds: Sequence[Bound]) -> list[Bound] | None:
    above = [bound for bound in bounds if bound.sum.get(term, _ZERO) > 0]
    below = [bound for bound in bounds if bound.sum.get(term, _ZERO) < 0]
    rest = [bound for bound in bounds if term not in bound.sum]
    if len(above) * len(below) + len(rest) > 4 * BOUNDS:
        raise TooMuchError
    for one in above:
        for other in below:
            by, against = 1 / one.sum[term], -1 / other.sum[term]
            made: dict[str, Fraction] = {}
            for bound, times in ((one, by), (other, against)):
                for name, factor in bound.sum.items():
                    if name != term:
                        made[name] = made.get(name, _ZERO) + factor * times
            rest.append(Bound(made, one.most * by + other.most * against, one.strict or other.strict))
    return _tightest(rest)


def _between(term: str, bounds: Sequence[Bound], found: Mapping[str, Fraction]) -> Fraction:
    """A number for one term once the later ones have theirs; the bound itself where it may be taken."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    for bound in bounds:
        others = sum((factor * found[name] for name, factor in bound.sum.items() if name != term), _ZERO)
        end = (bound.most - others) / bound.sum[term]
        if bound.sum[term] > 0:
            high = (end, not bound.strict) if high is None else min(high, (end, not bound.strict))
        else:
            low = (end, bound.strict) if low is None else max(low, (end, bound.strict))
    if low is None and high is None:
        return _ZERO
    if low is None or high is None:
        end, shift = (low[0], low[1]) if low else (high[0], not high[1]) if high else (_ZERO, False)
        return end + ((1 if low else -1) if shift else 0)
    return (low[0] + high[0]) / 2 if low[1] else low[0]
