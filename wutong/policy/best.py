"""The best lawful combination of one firm's awards where groups overlap or ceilings make the highest not the best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from wutong.policy.per_subject import NO_END
from wutong.policy.sharing import portions

STEPS: Final = 20_000
"""Combinations that are looked at one by one before the solver is asked."""

NODES: Final = 100_000
"""Steps of the solver; a limit of time would give another answer on another machine."""

DEEP: Final = 200
"""Awards that exclude others, up to which they are looked at one by one at all."""

Rank = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A ceiling: places of the awards under it, in their order, what there is, and whether it cuts all alike or the later."""

    members: tuple[int, ...]
    room: int
    how: str


@dataclass(frozen=True, slots=True)
class Contest:
    """Awards of one firm, in the order of the rulebook, in fen, none below zero.

    Of each of ``groups`` (places of awards) one may be had; in those of ``in_order`` it is the first that is above zero.
    ``cuts`` apply one after the other.
    """

    amounts: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    in_order: tuple[tuple[int, ...], ...] = ()
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """What is chosen and what it pays, in fen.

    ``gap`` is by how much another combination could pay more at most: 0 where all were looked at; else by the solver's own
    bound, which it counts in floats.
    """

    chosen: tuple[bool, ...]
    paid: tuple[int, ...]
    gap: int
    how: Literal["all tried", "solver"]


def best(contest: Contest, steps: int = STEPS) -> Pick:
    """Find the combination that pays most.

    Of those that pay the same, the one whose awards make more before ceilings; of those, the one that has the first award
    of the rulebook in which they differ. For large contests a solver of mixed-integer programmes (HiGHS) picks; its pick is
    worked out again in whole fen, and is never below what going from the highest award down gives.

    Parameters
    ----------
    contest : Contest
        Awards, groups and ceilings.
    steps : int
        After so many combinations the solver is asked.

    Returns
    -------
    Pick
        Feasible: of each group one at most, and no ceiling exceeded.

    Examples
    --------
    >>> found = best(Contest((90, 100, 60), ((0, 1), (1, 2))))
    >>> found.paid, found.gap
    ((90, 0, 60), 0)
    """
    allowed = [amount > 0 for amount in contest.amounts]
    for members in contest.in_order:
        there = [at for at in members if contest.amounts[at] > 0]
        for at in there[1:]:
            allowed[at] = False
    rivals = _rivals(contest)
    bound_by = _search(contest, allowed, rivals, steps)
    if bound_by is not None:
        return Pick(bound_by, paid_of(contest, bound_by), 0, "all tried")
    return _solved(contest, allowed, rivals)


def paid_of(contest: Contest, chosen: Sequence[bool]) -> tuple[int, ...]:
    """What a combination pays after ceilings."""
    paid = [amount if held else 0 for amount, held in zip(contest.amounts, chosen, strict=True)]
    for cut in contest.cuts:
        left = cut.room
        if cut.how == "pro rata":
            shares = portions([paid[at] for at in cut.members], left)
            for at, share in zip(cut.members, shares, strict=True):
                paid[at] = share
            continue
        for at in cut.members:
            paid[at] = min(paid[at], left)
            left -= paid[at]
    return tuple(paid)


def feasible(contest: Contest, chosen: Sequence[bool]) -> bool:
    """Whether of each group one at most is chosen."""
    return all(sum(chosen[at] for at in members) <= 1 for members in contest.groups)


def _rivals(contest: Contest) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in contest.amounts]
    for members in contest.groups:
        for at in members:
            found[at].update(other for other in members if other != at)
    return found


def _worth(contest: Contest, chosen: Sequence[bool]) -> Rank:
    claimed = sum(amount for amount, held in zip(contest.amounts, chosen, strict=True) if held)
    return sum(paid_of(contest, chosen)), claimed


@dataclass(slots=True)
class _Found:
    """What the search knows so far."""

    allowed: Sequence[bool]
    steps: int
    rank: Rank = (-1, -1)
    chosen: tuple[bool, ...] | None = None


def _search(
    contest: Contest, allowed: Sequence[bool], rivals: Sequence[set[int]], steps: int
) -> tuple[bool, ...] | None:
    """Look at combinations from the first award on, with it before without it; None where there are too many."""
    free = [held and not rivals[at] for at, held in enumerate(allowed)]
    order = [at for at, held in enumerate(allowed) if held and rivals[at]]
    if len(order) > DEEP:
        return None
    found = _Found(allowed, steps)
    _look(contest, rivals, _first_groups(contest, order), free, order, found)
    return found.chosen if found.steps > 0 else None


def _look(
    contest: Contest,
    rivals: Sequence[set[int]],
    in_group: Mapping[int, int],
    chosen: list[bool],
    rest: Sequence[int],
    found: _Found,
) -> None:
    """Look at what ``chosen`` and any of ``rest``, which nothing chosen excludes, come to."""
    found.steps -= 1
    if found.steps <= 0:
        return
    # no combination from here on claims more than the highest of each group that is left
    tops: dict[int, int] = {}
    for at in rest:
        tops[in_group[at]] = max(tops.get(in_group[at], 0), contest.amounts[at])
    claim = sum(tops.values()) + sum(
        amount for amount, held in zip(contest.amounts, chosen, strict=True) if held
    )
    if (min(claim, _most(contest, chosen, rest)), claim) <= found.rank:
        return
    if not rest:
        rank = _worth(contest, chosen)
        if rank > found.rank and _is_full(found.allowed, chosen, rivals):
            found.rank, found.chosen = rank, tuple(chosen)
        return
    first, *others = rest
    with_it = list(chosen)
    with_it[first] = True
    _look(contest, rivals, in_group, with_it, [at for at in others if at not in rivals[first]], found)
    _look(contest, rivals, in_group, chosen, others, found)


def _is_full(allowed: Sequence[bool], chosen: Sequence[bool], rivals: Sequence[set[int]]) -> bool:
    """Whether nothing is left out that nothing chosen excludes: an award that may be had is had."""
    return all(
        held or not allowed[at] or any(chosen[rival] for rival in rivals[at])
        for at, held in enumerate(chosen)
    )


def _first_groups(contest: Contest, order: Iterable[int]) -> dict[int, int]:
    return {
        at: next(number for number, members in enumerate(contest.groups) if at in members) for at in order
    }


def _most(contest: Contest, chosen: Sequence[bool], rest: Sequence[int]) -> int:
    """No combination pays more than all awards that are left, had together, under each ceiling alone."""
    left = set(rest)
    had = [
        amount if held or at in left else 0
        for at, (amount, held) in enumerate(zip(contest.amounts, chosen, strict=True))
    ]
    total, covered = 0, set[int]()
    # ceilings that share no award, the widest first: what they leave together is a bound
    for cut in sorted(contest.cuts, key=lambda one: -len(one.members)):
        if covered.isdisjoint(cut.members):
            covered.update(cut.members)
            total += min(cut.room, sum(had[at] for at in cut.members))
    return total + sum(amount for at, amount in enumerate(had) if at not in covered)


# ------------------------------------------------------------ large contests


def _greedy(contest: Contest, allowed: Sequence[bool], rivals: Sequence[set[int]]) -> tuple[bool, ...]:
    chosen = [False] * len(contest.amounts)
    for at in sorted(range(len(chosen)), key=lambda one: (-contest.amounts[one], one)):
        chosen[at] = allowed[at] and not any(chosen[rival] for rival in rivals[at])
    return tuple(chosen)


def _solved(contest: Contest, allowed: Sequence[bool], rivals: Sequence[set[int]]) -> Pick:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    size = len(contest.amounts)
    top = max(contest.amounts)
    # for each award whether it is had, and which part of the largest award it pays
    worth = [Fraction(amount, top) for amount in contest.amounts]
    rows: list[tuple[list[int], list[float], float]] = [
        ([size + at, at], [1.0, -float(worth[at])], 0.0) for at in range(size)
    ]
    rows += [(list(members), [1.0] * len(members), 1.0) for members in contest.groups]
    rows += [
        ([size + at for at in cut.members], [1.0] * len(cut.members), cut.room / top)
        for cut in contest.cuts
        if cut.room < NO_END
    ]
    entries = [
        (number, at, value)
        for number, (places, values, _) in enumerate(rows)
        for at, value in zip(places, values, strict=True)
    ]
    matrix = coo_array(
        (
            np.array([value for _, _, value in entries]),
            (np.array([number for number, _, _ in entries]), np.array([at for _, at, _ in entries])),
        ),
        shape=(len(rows), 2 * size),
    )
    found = milp(
        c=np.concatenate([np.zeros(size), -np.ones(size)]),
        constraints=LinearConstraint(matrix.tocsr(), -np.inf, np.array([most for _, _, most in rows])),
        integrality=np.concatenate([np.ones(size), np.zeros(size)]),
        bounds=Bounds(np.zeros(2 * size), np.concatenate([np.array(allowed, dtype=float), np.ones(size)])),
        options={"mip_rel_gap": 0.0, "node_limit": NODES},
    )
    greedy = _greedy(contest, allowed, rivals)
    picks = [greedy]
    most = _most(contest, [False] * size, [at for at, held in enumerate(allowed) if held])
    if found.x is not None:
        solver = _filled(contest, [value > 0.5 for value in found.x[:size]], allowed, rivals)
        picks.append(solver)
    bound = getattr(found, "mip_dual_bound", None)
    if bound is not None and np.isfinite(bound):
        most = min(most, round(-float(bound) * top))
    chosen = max((pick for pick in picks if feasible(contest, pick)), key=lambda pick: _worth(contest, pick))
    paid = paid_of(contest, chosen)
    return Pick(chosen, paid, max(0, most - sum(paid)), "solver")


def _filled(
    contest: Contest, chosen: list[bool], allowed: Sequence[bool], rivals: Sequence[set[int]]
) -> tuple[bool, ...]:
    """A combination with every further award that nothing excludes."""
    for at in range(len(chosen)):
        if allowed[at] and not chosen[at] and not any(chosen[rival] for rival in rivals[at]):
            chosen[at] = True
    return tuple(chosen)
