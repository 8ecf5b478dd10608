"""Contests of many firms that are built alike: every combination is written down once and worked out for all of them.

What is built alike has the same groups and ceilings over the same places; only sums differ. Which combination pays most
hangs on sums alone where ceilings lie one inside the other or apart: a ceiling pays the smaller of what is claimed under
it and what there is. What is not so is left to ``wutong.policy.best``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.policy.groups import Flags
from wutong.policy.ledger import Ints

MOST: Final = 512
"""Combinations of one contest up to which all of them are worked out."""

STEPS: Final = 4096
"""Steps in looking for them."""

ROOM: Final = 2**22
"""Numbers that are held at once while many contests are worked out."""

SAFE: Final = 2**62
"""Sums below this fit into a whole number of 64 bits."""


@dataclass(frozen=True, slots=True)
class Contests:
    """Lines of many contests, sorted by contest and, within it, by the order of the rulebook.

    ``part`` numbers the contest of each line, ``amount`` is what it claims, in fen. ``members``: ``at`` (place of the line),
    ``group``, ``key`` (0 or more), ``first`` (whether the first of the group is taken). ``rooms``: ``at``, ``ceiling``,
    ``room``, ``surely``, sorted by ceiling.
    """

    part: Ints
    amount: Ints
    members: pl.DataFrame
    rooms: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Chosen:
    """For each line whether its contest is ``solved`` here and it is ``taken``; if not, the ``group`` and ``winner`` that have it.

    ``group`` is -1 for what is taken, ``winner`` the place of a line, -1 for none.
    """

    solved: Flags
    taken: Flags
    group: Ints
    winner: Ints


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One way to be built: so many places, who is in which group and key, which places stand under which ceilings."""

    size: int
    members: tuple[tuple[int, int, int, bool], ...]
    ceilings: tuple[tuple[int, ...], ...]


def chosen(contests: Contests) -> Chosen:
    """Find in each contest the combination that pays most, as ``wutong.policy.best.best`` does.

    Parameters
    ----------
    contests : Contests
        Of which every key is known.

    Returns
    -------
    Chosen
        One place a line.

    Examples
    --------
    Of 90 and 100 in one group under no ceiling, with 60 that excludes the second:

    >>> rooms = pl.DataFrame(schema={"at": pl.Int64, "ceiling": pl.Int32, "room": pl.Int64, "surely": pl.Boolean})
    >>> members = pl.DataFrame({"at": [0, 1, 1, 2], "group": [0, 0, 1, 1], "key": [0] * 4, "first": [False] * 4})
    >>> found = chosen(Contests(np.zeros(3, np.int64), np.array([90, 100, 60]), members, rooms))
    >>> found.taken.tolist(), found.winner.tolist()
    ([True, False, True], [-1, 0, -1])
    """
    size = len(contests.part)
    none = np.full(size, -1, np.int64)
    found = Chosen(np.ones(size, bool), np.zeros(size, bool), none, none.copy())
    there = np.flatnonzero(contests.amount > 0)  # what claims nothing excludes nothing and takes no room
    if not len(there):
        return found
    part = contests.part[there]
    begins = np.flatnonzero(np.diff(part, prepend=part[0] - 1))
    sizes = np.diff(np.append(begins, len(part)))
    contest = np.full(size, -1, np.int64)
    contest[there] = np.repeat(np.arange(len(begins)), sizes)
    place = np.zeros(size, np.int64)
    place[there] = np.arange(len(there)) - np.repeat(begins, sizes)
    members = _placed(contests.members, contest, place).sort("contest", "place", maintain_order=True)
    members = members.with_columns(key=pl.col("place").min().over("contest", "group", "key"))
    rooms = _placed(contests.rooms, contest, place).sort("contest", "ceiling", "place", maintain_order=True)
    for pattern, own, first_room in _patterns(members, rooms, sizes):
        at = there[begins[own][:, None] + np.arange(pattern.size)]
        _settle(pattern, at, contests.amount[at], rooms["room"].to_numpy()[first_room], found)
    unsure = rooms.filter(~pl.col("surely"))["contest"].unique().to_numpy()
    found.solved[np.isin(contest, unsure)] = False
    left = np.unique(contests.part[~found.solved])
    found.solved[np.isin(contests.part, left)] = False
    return found


def _placed(table: pl.DataFrame, contest: Ints, place: Ints) -> pl.DataFrame:
    """Rows of lines that claim something, with their contest and their place in it."""
    at = table["at"].to_numpy()
    return table.with_columns(contest=pl.Series(contest[at]), place=pl.Series(place[at])).filter(
        pl.col("contest") >= 0
    )


def _patterns(members: pl.DataFrame, rooms: pl.DataFrame, sizes: Ints) -> list[tuple[_Pattern, Ints, Ints]]:
    """Each way to be built, with its contests and for each of them and each ceiling a row of ``rooms``."""
    tokens = pl.concat(
        [
            pl.DataFrame({"contest": np.arange(len(sizes)), "token": sizes}).cast({"token": pl.String}),
            members.select("contest", token=pl.concat_str("place", "group", "key", "first", separator=":")),
            rooms.select("contest", token=pl.concat_str("ceiling", "place", separator="<")),
        ]
    )
    built = (
        tokens.group_by("contest", maintain_order=True)
        .agg(built=pl.col("token").str.join(" "))
        .with_columns(kind=pl.col("built").rank("dense").cast(pl.Int64))
    )
    kinds = built.sort("kind", "contest")
    contest = kinds["contest"].to_numpy()
    places = members.select("place", "group", "key", "first")
    of_members, of_rooms = (_spans(table, len(sizes)) for table in (members, rooms))
    ceiling, under = rooms["ceiling"].to_numpy(), rooms["place"].to_numpy()
    found = []
    for own in np.split(contest, np.flatnonzero(np.diff(kinds["kind"].to_numpy())) + 1):
        one = int(own[0])
        rows = slice(of_rooms[one], of_rooms[one + 1])
        numbers, firsts = np.unique(ceiling[rows], return_index=True)
        covered = tuple(tuple(under[rows][ceiling[rows] == number].tolist()) for number in numbers)
        held = tuple(places[int(of_members[one]) : int(of_members[one + 1])].iter_rows())
        pattern = _Pattern(int(sizes[one]), held, covered)
        found.append((pattern, own, of_rooms[own][:, None] + firsts))
    return found


def _spans(table: pl.DataFrame, size: int) -> Ints:
    """Where the rows of each contest begin, and where the last ones end."""
    return np.searchsorted(table["contest"].to_numpy(), np.arange(size + 1)).astype(np.int64)


# ------------------------------------------------------------ one pattern


def _settle(pattern: _Pattern, at: Ints, amounts: Ints, rooms: Ints, found: Chosen) -> None:
    """Choose for all contests of one pattern; one row a contest."""
    ways = _ways(pattern)
    inside = _inside(pattern.ceilings)
    if ways is None or inside is None:
        found.solved[at] = False
        return
    fits = amounts.max(axis=1) < SAFE // pattern.size
    found.solved[at[~fits]] = False
    at, amounts, rooms = at[fits], amounts[fits], rooms[fits]
    groups, winners = _told(pattern, ways)
    step = max(1, ROOM // max(1, ways.size))
    for begin in range(0, len(at), step):
        now = slice(begin, begin + step)
        lines = at[now]
        best = _best(pattern, ways, inside, amounts[now], rooms[now])
        found.taken[lines] = ways[best]
        found.group[lines] = groups[best]
        who = winners[best]
        found.winner[lines] = np.where(who >= 0, np.take_along_axis(lines, np.maximum(who, 0), axis=1), -1)


def _best(pattern: _Pattern, ways: Flags, inside: Sequence[int], amounts: Ints, rooms: Ints) -> Ints:
    """The combination that pays most; of those, that which claims more; of those, the first."""
    held = ways.T.astype(np.int64)
    claimed = amounts @ held
    paid = np.zeros_like(claimed)
    free = np.ones(pattern.size, bool)
    under = [np.zeros_like(claimed) for _ in pattern.ceilings]
    for number, places in enumerate(pattern.ceilings):
        own = [place for place in places if free[place]]
        free[own] = False
        got = np.minimum(under[number] + amounts[:, own] @ held[own], rooms[:, number, None])
        outer = inside[number]
        if outer >= 0:
            under[outer] += got
        else:
            paid += got
    paid += amounts[:, free] @ held[free]
    most = paid == paid.max(axis=1, keepdims=True)
    return np.asarray(np.where(most, claimed, -1).argmax(axis=1), np.int64)


def _inside(ceilings: Sequence[Sequence[int]]) -> list[int] | None:
    """For each ceiling the next that holds all of it, -1 for none; None where two overlap."""
    sets = [set(places) for places in ceilings]
    found = []
    for at, one in enumerate(sets):
        later = sets[at + 1 :]
        if any(not one <= other and one & other for other in later):
            return None
        found.append(next((at + 1 + more for more, other in enumerate(later) if one <= other), -1))
    return found


def _ways(pattern: _Pattern) -> Flags | None:
    """All combinations to which nothing can be added, those with an earlier place first; None where there are too many."""
    rivals: list[set[int]] = [set() for _ in range(pattern.size)]
    sharing: dict[tuple[int, int], list[int]] = {}
    barred: set[int] = set()
    for place, group, key, first in pattern.members:
        others = sharing.setdefault((group, key), [])
        if first and others:
            barred.add(place)  # the first that claims something is taken
        for other in others:
            rivals[place].add(other)
            rivals[other].add(place)
        others.append(place)
    contested = [place for place in range(pattern.size) if rivals[place] and place not in barred]
    free = {place for place in range(pattern.size) if not rivals[place] and place not in barred}
    found: list[set[int]] = []
    waiting: list[tuple[set[int], list[int]]] = [(free, contested)]
    for _ in range(STEPS):
        if not waiting or len(found) > MOST:
            break
        taken, rest = waiting.pop()
        if not rest:
            if all(place in taken or rivals[place] & taken for place in contested):
                found.append(taken)
            continue
        place, *others = rest
        waiting.append((taken, others))
        waiting.append((taken | {place}, [other for other in others if other not in rivals[place]]))
    if waiting or len(found) > MOST:
        return None
    ways = np.zeros((len(found), pattern.size), bool)
    for way, taken in enumerate(found):
        ways[way, list(taken)] = True
    return ways


def _told(pattern: _Pattern, ways: Flags) -> tuple[Ints, Ints]:
    """For each combination and each place that is not taken: the group that excludes it, and the place that has it."""
    groups = np.full(ways.shape, -1, np.int64)
    winners = groups.copy()
    for way, taken in enumerate(ways):
        keys = {(group, key): place for place, group, key, _ in pattern.members if taken[place]}
        for place, group, key, _ in pattern.members:
            winner = keys.get((group, key), -1)
            # a group in which somebody has it explains more than one in which nobody has
            if not taken[place] and (groups[way, place] < 0 or winners[way, place] < 0 <= winner):
                groups[way, place], winners[way, place] = group, winner
    return groups, winners
