"""What can be said of shares where some parts are withheld: the least and the greatest that published totals allow.

A part that is withheld is not zero. Where the total is published, the parts withheld add up to what is left of it, and each
may be limited from other totals. Everything that these allow lies between the bounds, and both bounds can be reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Bools, Floats
from wutong.words import Text

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Withheld:
    """Parts of a published total, of which some are withheld.

    Parameters
    ----------
    known : float array, shape (n,)
        Parts; what stands where one is withheld has no say.
    hidden : bool array, shape (n,)
        Which parts are withheld.
    total : float
        Published sum of all parts.
    most : float array, shape (n,)
        The most that each part withheld can be, as from the total of its industry over all places; infinite where
        nothing is known.
    """

    known: Floats
    hidden: Bools
    total: float
    most: Floats


def withheld(
    known: Floats, hidden: Bools, total: float, most: Floats | None = None, rounding: float = 0.0
) -> Withheld:
    """Put parts, their published total and what limits them together, if they agree.

    Parameters
    ----------
    known : float array, shape (n,)
        Parts, not negative where they are not withheld.
    hidden : bool array, shape (n,)
        Which are withheld.
    total : float
        Published sum of all, above zero.
    most : float array, shape (n,), optional
        The most that each can be.
    rounding : float
        By how much the known parts may exceed the total, since each is rounded.

    Raises
    ------
    NoAnswer
        If the total is not above zero, the known parts exceed it, what is left cannot be held by the parts
        withheld, or something is left and nothing is withheld.

    Examples
    --------
    >>> withheld(np.array([60.0, 0.0, 0.0]), np.array([False, True, True]), 100.0).most.tolist()
    [60.0, 40.0, 40.0]
    """
    values = np.where(hidden, 0.0, known)
    if not bool(np.isfinite(values).all()) or bool((values < 0).any()) or not 0 < total < np.inf:
        raise NoAnswer(
            Text(
                "界限要求合计大于零，已公布的部分不为负。",
                "Bounds need a total above zero and published parts that are not negative.",
            )
        )
    left = total - float(values.sum())
    slack = rounding + _ROUNDING * total
    free = np.full(known.shape, np.inf) if most is None else np.maximum(most, 0.0)
    room = float(free[hidden].sum()) if hidden.any() else 0.0
    if left < -slack or left > room + slack:
        raise NoAnswer(
            Text(
                "各部分与公布的合计对不上：要么已公布的部分超过合计，要么剩下的没有地方放。",
                "The parts do not agree with the published total: either those published exceed it, or what is left has no place to be.",
            )
        )
    left = min(max(left, 0.0), room)
    return Withheld(values, hidden, total, np.where(hidden, np.minimum(free, left), values))


def share_bounds(cells: Withheld) -> tuple[Floats, Floats]:
    """Least and greatest share of each part in the total.

    Parameters
    ----------
    cells : Withheld
        As from :func:`withheld`.

    Returns
    -------
    tuple of float arrays, each of shape (n,)
        Least and greatest; alike for a part that is published.

    Examples
    --------
    >>> low, high = share_bounds(withheld(np.array([60.0, 0, 0]), np.array([False, True, True]), 100.0))
    >>> low.tolist(), high.tolist()
    ([0.6, 0.0, 0.0], [0.6, 0.4, 0.4])
    """
    left = _left(cells)
    others = float(cells.most[cells.hidden].sum()) - cells.most
    least = np.where(cells.hidden, np.clip(left - others, 0.0, cells.most), cells.known)
    return least / _whole(cells), cells.most / _whole(cells)


def top_share_bounds(cells: Withheld) -> tuple[float, float]:
    """Least and greatest share of the greatest part.

    Examples
    --------
    >>> top_share_bounds(withheld(np.array([30.0, 0, 0]), np.array([False, True, True]), 100.0))
    (0.35, 0.7)
    """
    most = max(float(cells.most.max()), 0.0)
    return float(_spread(cells).max()) / _whole(cells), most / _whole(cells)


def herfindahl_bounds(cells: Withheld) -> tuple[float, float]:
    """Least and greatest Herfindahl index.

    Parameters
    ----------
    cells : Withheld
        As from :func:`withheld`.

    Returns
    -------
    tuple of float
        Least, where what is left is spread as evenly as the limits allow; greatest, where it fills the parts with
        the highest limits one after the other. One over them bounds the effective number.

    Notes
    -----
    The index rises whenever something is moved from a smaller part to a greater one (Schur-convexity: Marshall, Olkin & Arnold,
    Inequalities: Theory of Majorization and Its Applications, chapter 3), so that no other arrangement goes beyond these two.

    Examples
    --------
    >>> low, high = herfindahl_bounds(withheld(np.array([60.0, 0, 0]), np.array([False, True, True]), 100.0))
    >>> round(low, 2), round(high, 2)
    (0.44, 0.52)
    """
    whole = _whole(cells)
    return float(((_spread(cells) / whole) ** 2).sum()), float(((_heaped(cells) / whole) ** 2).sum())


def quotient_bounds(cells: Withheld, reference: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Least and greatest location quotient of each part.

    Parameters
    ----------
    cells : Withheld
        As from :func:`withheld`.
    reference : tuple of float arrays, each of shape (n,)
        Least and greatest share of each part in the whole to compare with; alike where it is known.

    Returns
    -------
    tuple of float arrays, each of shape (n,)
        Infinite, or not a number for nothing over nothing, where the reference can be zero. Bounds of each by
        itself: where region and reference hang together they are wider than need be, never too narrow.

    Examples
    --------
    >>> all_ = np.array([0.5, 0.25, 0.25])
    >>> low, high = quotient_bounds(withheld(np.array([60.0, 0, 0]), np.array([False, True, True]), 100.0), (all_, all_))
    >>> low.tolist(), high.tolist()
    ([1.2, 0.0, 0.0], [1.2, 1.6, 1.6])
    """
    low, high = share_bounds(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        return low / reference[1], high / reference[0]


def _left(cells: Withheld) -> float:
    return min(max(cells.total - float(cells.known.sum()), 0.0), float(cells.most[cells.hidden].sum()))


def _whole(cells: Withheld) -> float:
    """Published total, or what the parts add up to where rounding makes that a little more."""
    return float(cells.known.sum()) + _left(cells)


def _spread(cells: Withheld) -> Floats:
    """Fill the parts withheld evenly, as water does, up to the limit of each."""
    parts = cells.known.copy()
    places = np.flatnonzero(cells.hidden)
    places = places[np.argsort(cells.most[places], kind="stable")]
    left = _left(cells)
    for at, place in enumerate(places):
        parts[place] = min(float(cells.most[place]), left / (places.size - at))
        left -= float(parts[place])
    return parts


def _heaped(cells: Withheld) -> Floats:
    """Fill the parts withheld one after the other, those with the highest limit first."""
    parts = cells.known.copy()
    places = np.flatnonzero(cells.hidden)
    left = _left(cells)
    for place in places[np.argsort(-cells.most[places], kind="stable")]:
        parts[place] = min(float(cells.most[place]), left)
        left -= float(parts[place])
    return parts
