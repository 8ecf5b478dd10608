"""Contests of a firm in which groups overlap, or ceilings decide what is best: found, and settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from wutong.policy.best import Contest, Cut, Pick, best, paid_of
from wutong.policy.claims import Claims, nested, overlapping
from wutong.policy.groups import Flags
from wutong.policy.ledger import Bounds, Ints, Ledger, note
from wutong.policy.parts import parts_of
from wutong.policy.per_subject import NO_END
from wutong.policy.untangled import Held, settle_alike


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contests were searched, how many of them a solver picked, and its gap in fen."""

    searched: int
    solved: int
    gap: int


@dataclass(frozen=True, slots=True)
class Untangled:
    """How contests were found, and for each line whether its groups are settled so, and its ceilings too."""

    counted: Counted
    grouped: Flags
    capped: Flags


@dataclass(frozen=True, slots=True)
class _Member:
    """One line in one group, by the line's place in its contest."""

    place: int
    group: int
    key: int
    first: bool


@dataclass(frozen=True, slots=True)
class _Room:
    """One line under one ceiling, by the line's place in its contest."""

    place: int
    ceiling: int
    low: int
    high: int
    surely: bool


@dataclass(frozen=True, slots=True)
class _Tangle:
    lines: Ints
    low: tuple[int, ...]
    high: tuple[int, ...]
    members: tuple[_Member, ...]
    rooms: tuple[_Room, ...]


def signs_of(size: int, under: pl.DataFrame) -> Ints:
    """A number for each line, the same for those that stand under the same ceilings; 0 for none."""
    found = np.zeros(size, np.int64)
    if under.is_empty():
        return found
    signs = under.sort("ceiling").group_by("line").agg(sign=pl.col("ceiling").cast(pl.String).str.join(","))
    found[signs["line"].to_numpy()] = signs["sign"].rank("dense").cast(pl.Int64).to_numpy()
    return found


def tangled(claims: Claims, members: pl.DataFrame, under: pl.DataFrame, signs: Ints) -> Flags:
    """Find lines for which the highest of a group need not be the best.

    Parameters
    ----------
    claims : Claims
        What is claimed.
    members, under : polars.DataFrame
        Memberships that exclude or may cut something.
    signs : array of int
        What ``signs_of`` gave.

    Returns
    -------
    array of bool
        True for lines in two groups or more; of groups whose members stand under different ceilings; and of groups under
        ceilings where ceilings overlap.
    """
    marked = np.zeros(claims.lines.height, bool)
    if members.is_empty():
        return marked
    counts = np.bincount(members["line"].to_numpy(), minlength=len(marked))
    marked |= counts > 1
    choice = members.filter(~pl.col("first"))
    signed = choice.select("line", "whole", "key", sign=pl.Series(signs[choice["line"].to_numpy()]))
    if signs.any():
        loose = (pl.col("key") < 0).any().over("whole")
        many = (
            pl.when(loose)
            .then(pl.col("sign").min().over("whole") != pl.col("sign").max().over("whole"))
            .otherwise(pl.col("sign").min().over("whole", "key") != pl.col("sign").max().over("whole", "key"))
        )
        marked[signed.filter(many)["line"].to_numpy()] = True
    for one, other in overlapping(claims.ceilings):
        crossed = under.filter(pl.col("ceiling").is_in([one, other]))
        firms = crossed.group_by("unit").agg(pl.col("ceiling").n_unique()).filter(pl.col("ceiling") == 2)
        units = claims.lines["unit"].to_numpy()[signed["line"].to_numpy()]
        both = np.isin(units, firms["unit"].to_numpy()) & (signed["sign"].to_numpy() > 0)
        marked[signed["line"].to_numpy()[both]] = True
    return marked


def untangle(
    claims: Claims, ledger: Ledger, members: pl.DataFrame, under: pl.DataFrame, marked: Flags
) -> Untangled:
    """Settle each contest with a marked line: those that are built alike together, what is left one by one.

    Parameters
    ----------
    claims : Claims
        What is claimed.
    ledger : Ledger
        Changed in place.
    members, under : polars.DataFrame
        Memberships that exclude or may cut something.
    marked : array of bool
        What ``tangled`` found.

    Returns
    -------
    Untangled
        How they were found, and which lines are settled so.
    """
    grouped, capped = np.zeros(len(marked), bool), np.zeros(len(marked), bool)
    if not marked.any():
        return Untangled(Counted(0, 0, 0), grouped, capped)
    unit = claims.lines["unit"].to_numpy()
    firms = np.zeros(int(unit.max()) + 1, bool)
    firms[unit[marked]] = True
    members = members.filter(pl.Series(firms[unit[members["line"].to_numpy()]]))
    under = under.filter(pl.Series(firms[unit[under["line"].to_numpy()]]))
    part = parts_of(members, under)
    tied = np.flatnonzero(part >= 0)
    wanted = np.zeros(len(part), bool)
    wanted[part[tied[marked[tied]]]] = True
    lines = tied[wanted[part[tied]]]
    order = claims.lines["order"].to_numpy()
    lines = lines[np.lexsort((order[lines], part[lines]))]
    place = np.full(len(part), -1, np.int64)
    place[lines] = np.arange(len(lines))
    held = Held(lines, part[lines], _of_lines(members, place), _of_lines(under, place))
    settled = settle_alike(claims, ledger, held)
    grouped[lines[settled.grouped]] = capped[lines[settled.capped]] = True
    solved = gap = 0
    for tangle in _tangles(ledger, held, ~settled.grouped):
        picks = _settled(claims, ledger, tangle)
        grouped[tangle.lines] = capped[tangle.lines] = True
        solved += any(pick.how == "solver" for pick in picks)
        gap += sum(pick.gap for pick in picks)
    return Untangled(Counted(len(np.unique(held.part)), solved, gap), grouped, capped)


def _of_lines(table: pl.DataFrame, place: Ints) -> pl.DataFrame:
    """Rows of lines that have a place, with it as ``at``."""
    return table.with_columns(at=pl.Series(place[table["line"].to_numpy()])).filter(pl.col("at") >= 0)


def _tangles(ledger: Ledger, held: Held, left: Flags) -> Iterable[_Tangle]:
    """Contests that are left, one by one."""
    at = np.flatnonzero(left)
    if not len(at):
        return
    begins = np.flatnonzero(np.diff(held.part[at], prepend=-1))
    place = np.zeros(len(left), np.int64)
    place[at] = np.arange(len(at)) - np.repeat(begins, np.diff(np.append(begins, len(at))))
    inside: dict[int, tuple[list[_Member], list[_Room]]] = {
        int(one): ([], []) for one in held.part[at[begins]]
    }
    for one, group, key, first in held.members.select("at", "group", "key", "first").iter_rows():
        if left[one]:
            inside[int(held.part[one])][0].append(_Member(int(place[one]), group, key, first))
    for one, ceiling, low, high, surely in held.under.select(
        "at", "ceiling", "room_low", "room_high", "surely"
    ).iter_rows():
        if left[one]:
            inside[int(held.part[one])][1].append(_Room(int(place[one]), ceiling, low, high, surely))
    for own in np.split(at, begins[1:]):
        groups, rooms = inside[int(held.part[own[0]])]
        lines = held.lines[own]
        yield _Tangle(
            lines,
            tuple(ledger.bounds.low[lines].tolist()),
            tuple(ledger.bounds.high[lines].tolist()),
            tuple(groups),
            tuple(rooms),
        )


# ------------------------------------------------------------ one contest


def _settled(claims: Claims, ledger: Ledger, tangle: _Tangle) -> list[Pick]:
    members, rooms = tangle.members, tangle.rooms
    least = _contest(claims, tangle, low=True)
    loose = any(member.key < 0 for member in members)
    known = tangle.low == tangle.high and all(room.low == room.high for room in rooms)
    if known and not loose:
        pick = best(least)
        _explain(claims, ledger, tangle, least, pick)
        _put(ledger, tangle.lines, pick.paid, pick.paid, pick.paid, pick.paid)
        return [pick]
    caps = list(tangle.high)
    for room in rooms:
        if room.surely:
            caps[room.place] = min(caps[room.place], room.high)
    covers = [claims.ceilings[at].covers for at in sorted({room.ceiling for room in rooms})]
    apart = all(nested(covers[one], covers[other]) for other in range(len(covers)) for one in range(other))
    nothing = [0] * len(caps)
    lows, highs, picks = nothing, caps, list[Pick]()
    if apart and not loose and not any(member.first for member in members):
        # more for one award is never less for all together, so that the sums are exact at both ends
        picks.append(best(least))
        lows = list(picks[0].paid)
        if max(tangle.high) < NO_END:
            picks.append(best(_contest(claims, tangle, low=False)))
            highs = list(picks[1].paid)
    whys: list[dict[str, None]] = [{} for _ in caps]
    for member in members:
        whys[member.place][f"group {claims.groups[member.group]}"] = None
    for room in rooms:
        whys[room.place][f"limit {claims.ceilings[room.ceiling].limit.id}"] = None
    for line, names in zip(tangle.lines, whys, strict=True):
        _note(ledger, ledger.hangs_on, line, "; ".join(names))
    _put(ledger, tangle.lines, nothing, caps, lows, highs)
    return picks


def _put(ledger: Ledger, at: Ints, *bounds: Sequence[int]) -> None:
    held = Bounds(*(np.array(one, np.int64) for one in bounds))
    ledger.bounds.low[at], ledger.bounds.high[at] = held.low, held.high
    ledger.bounds.sum_low[at], ledger.bounds.sum_high[at] = held.sum_low, held.sum_high


def _note(ledger: Ledger, codes: Ints, line: int, why: str) -> None:
    note(ledger, codes, np.array([line]), [why], np.zeros(1, np.int64))


def _contest(claims: Claims, tangle: _Tangle, *, low: bool) -> Contest:
    units: dict[tuple[int, int], list[int]] = {}
    in_order: set[tuple[int, int]] = set()
    for member in tangle.members:
        if member.key >= 0:
            units.setdefault((member.group, member.key), []).append(member.place)
            if member.first:
                in_order.add((member.group, member.key))
    cuts: dict[int, list[_Room]] = {}
    for room in tangle.rooms:
        cuts.setdefault(room.ceiling, []).append(room)
    return Contest(
        tangle.low if low else tangle.high,
        tuple(tuple(sorted(unit)) for unit in units.values()),
        tuple(tuple(sorted(units[unit])) for unit in units if unit in in_order),
        tuple(
            Cut(
                tuple(sorted(room.place for room in held)),
                held[0].low if low else held[0].high,
                claims.ceilings[at].limit.cut,
            )
            for at, held in sorted(cuts.items())
        ),
    )


def _explain(claims: Claims, ledger: Ledger, tangle: _Tangle, contest: Contest, pick: Pick) -> None:
    """Note why each line is paid less than it claims, and which line has what it may not have."""
    keys: dict[tuple[int, int], int] = {}
    for member in tangle.members:
        if pick.chosen[member.place]:
            keys[member.group, member.key] = member.place
    named: set[int] = set()
    for member in sorted(tangle.members, key=lambda one: (one.place, (one.group, one.key) not in keys)):
        if pick.chosen[member.place] or member.place in named:
            continue
        named.add(member.place)
        line = int(tangle.lines[member.place])
        _note(ledger, ledger.cut, line, f"group {claims.groups[member.group]}")
        winner = keys.get((member.group, member.key))
        if winner is not None:
            ledger.winner[line] = tangle.lines[winner]
    before = tuple(amount if held else 0 for amount, held in zip(contest.amounts, pick.chosen, strict=True))
    for upto, ceiling in enumerate(sorted({room.ceiling for room in tangle.rooms})):
        after = paid_of(Contest(contest.amounts, (), (), contest.cuts[: upto + 1]), pick.chosen)
        for line, was, now in zip(tangle.lines, before, after, strict=True):
            if now < was:
                _note(ledger, ledger.cut, line, f"limit {claims.ceilings[ceiling].limit.id}")
        before = after
