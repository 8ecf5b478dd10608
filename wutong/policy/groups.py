"""Exclusion where each line stands in one group: who wins, surely or perhaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wutong.policy.ledger import Bounds, Ints

Flags = npt.NDArray[np.bool_]
_LAST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Members:
    """Lines in groups, one place each.

    ``whole`` numbers the groups of each firm, ``key`` the events or expenses within it (-1: not known, any of the firm's).
    ``first``: the first of the rulebook is taken, else the highest. ``apart``: the lines of its group stand under different
    ceilings.
    """

    line: Ints
    order: Ints
    whole: Ints
    key: Ints
    low: Ints
    high: Ints
    first: Flags
    apart: Flags


def won(members: Members) -> tuple[Bounds, Ints]:
    """Settle groups, each line standing in one.

    Parameters
    ----------
    members : Members
        Lines that claim more than nothing at most.

    Returns
    -------
    (Bounds, array of int)
        New bounds: ``low`` and ``high`` are exact for claims that lie anywhere in their bounds whatever the others do, and
        keys that may be any. ``sum_low`` and ``sum_high`` add up over a firm to the exact bounds of what it gets from the
        group; where the first is taken, to bounds that are sure but may not be the nearest. And for each line that which
        wins at its key as things stand, or -1.

    Examples
    --------
    >>> two = np.array([0, 1])
    >>> none = np.zeros(2, np.int64)
    >>> found, winner = won(Members(two, two, none, none, np.array([100, 0]), np.array([100, 150]), none > 0, none > 0))
    >>> found.low.tolist(), found.high.tolist(), found.sum_low.tolist(), found.sum_high.tolist()
    ([0, 0], [100, 150], [100, 0], [0, 150])
    """
    found = np.empty((5, len(members.line)), np.int64)
    if not len(members.line):
        return Bounds(*found[:4]), found[4]
    places = np.lexsort((members.order, members.key, members.whole))
    ordered = Members(*(getattr(members, name)[places] for name in members.__slots__))
    bounds, winner = _won(ordered)
    found[:, places] = [bounds.low, bounds.high, bounds.sum_low, bounds.sum_high, winner]
    return Bounds(*found[:4]), found[4]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Stretches of lines: where each begins, and for each line which one it lies in."""

    begins: Ints
    run: Ints


def _runs(*names: Ints) -> _Runs:
    """Stretches in which none of these changes."""
    changes = np.zeros(len(names[0]), bool)
    changes[0] = True
    for name in names:
        changes[1:] |= name[1:] != name[:-1]
    return _Runs(np.flatnonzero(changes), np.cumsum(changes) - 1)


def _won(members: Members) -> tuple[Bounds, Ints]:
    """The same for lines that are sorted by group, key and order."""
    size = len(members.line)
    order, first, loose = members.order, members.first, members.key < 0
    # those without a key stand alone when winners of keys are looked for
    units = _runs(members.whole, np.where(loose, -1 - np.arange(size), members.key))
    everybody = np.ones(size, bool)
    most = _rival(units, members.high, order)
    least = _rival(units, members.low, order)
    sure = (members.low > 0) & _beats(members.low, order, members.high, order, most)
    possible = _beats(members.high, order, members.low, order, least)
    sure_first = _earliest(units, order, everybody) >= order
    possible_first = _earliest(units, order, members.low > 0) >= order
    wholes = _runs(members.whole)
    if loose.any():
        others = np.where(
            loose, _rival(wholes, members.high, order), _best_of(wholes, members.high, order, loose)
        )
        sure &= _beats(members.low, order, members.high, order, others)
        earlier = np.where(loose, _earliest(wholes, order, everybody), _earliest(wholes, order, loose))
        sure_first &= earlier >= order
    low = np.where(np.where(first, sure_first, sure), members.low, 0)
    high = np.where(np.where(first, possible_first, possible), members.high, 0)
    there = members.low > 0
    none = np.zeros(size, np.int64)
    winner = np.where(first, _best_of(units, none, order, there), _best_of(units, members.low, order, there))
    sum_low = _least_sums(members, wholes, winner, loose)
    top = _best_of(units, high, order, high > 0)
    sum_high = np.where((top == np.arange(size)) | (first & members.apart), high, 0)
    bounds = Bounds(low, high, np.where(first, low, sum_low), sum_high)
    return bounds, np.where(winner >= 0, members.line[winner], -1)


def _tops(runs: _Runs, value: Ints, order: Ints, among: Flags) -> Ints:
    """For each stretch the place of the highest among some, the first of those that are as high; -1 where there is none."""
    highest = np.maximum.reduceat(np.where(among, value, -1), runs.begins)
    best = among & (value == highest[runs.run])
    earliest = np.minimum.reduceat(np.where(best, order, _LAST), runs.begins)
    places = np.flatnonzero(best & (order == earliest[runs.run]))
    found = np.full(len(runs.begins), -1, np.int64)
    found[runs.run[places]] = places
    return found


def _best_of(runs: _Runs, value: Ints, order: Ints, among: Flags) -> Ints:
    """For each line the place of the highest of its stretch among some; -1 where there is none."""
    return _tops(runs, value, order, among)[runs.run]


def _rival(runs: _Runs, value: Ints, order: Ints) -> Ints:
    """For each line the place of the highest other one of its stretch; -1 where it stands alone."""
    everybody = np.ones(len(value), bool)
    tops = _tops(runs, value, order, everybody)
    rest = everybody
    rest[tops] = False
    seconds = _tops(runs, value, order, rest)
    return np.where(rest, tops[runs.run], seconds[runs.run])


def _earliest(runs: _Runs, order: Ints, among: Flags) -> Ints:
    """For each line the least order of its stretch among some; beyond all where there is none."""
    return np.minimum.reduceat(np.where(among, order, _LAST), runs.begins)[runs.run]


def _beats(value: Ints, order: Ints, others: Ints, orders: Ints, rival: Ints) -> Flags:
    """Whether each beats its rival among others; the first of the rulebook where both are equal."""
    there = others[rival]
    ahead: Flags = (rival < 0) | (value > there) | ((value == there) & (order < orders[rival]))
    return ahead


def _least_sums(members: Members, wholes: _Runs, winner: Ints, loose: Flags) -> Ints:
    """The highest of each key; what has no key counts as if it had the key with the highest award."""
    size = len(members.line)
    wins = (winner == np.arange(size)) & ~loose
    if loose.any():
        keyed = _best_of(wholes, members.low, members.order, wins)
        strongest = _best_of(wholes, members.low, members.order, loose & (members.low > 0))
        against = np.where(strongest >= 0, strongest, 0)
        ahead = (strongest >= 0) & _beats(
            members.low[against], members.order[against], members.low, members.order, keyed
        )
        wins = (wins & ~(ahead & (keyed == np.arange(size)))) | (ahead & (strongest == np.arange(size)))
    return np.where(wins, members.low, 0)
