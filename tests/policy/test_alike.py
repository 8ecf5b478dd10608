"""Contests built alike, worked out together: held against the search of each by itself."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

from wutong.policy.alike import SAFE, Chosen, Contests, chosen
from wutong.policy.best import Contest, Cut, best

ROOMS: Final = {"at": pl.Int64, "ceiling": pl.Int32, "room": pl.Int64, "surely": pl.Boolean}
MEMBERS: Final = {"at": pl.Int64, "group": pl.Int32, "key": pl.Int64, "first": pl.Boolean}


def contests_of(drawn: list[Contest], surely: bool = True) -> Contests:
    """Many contests as one table; ceiling and group are counted within each contest."""
    part: list[int] = []
    amount: list[int] = []
    members, rooms = [], []
    for number, one in enumerate(drawn):
        begin = len(part)
        part += [number] * len(one.amounts)
        amount += one.amounts
        for group, places in enumerate(one.groups):
            members += [(begin + at, group, 7 * number, places in one.in_order) for at in places]
        for ceiling, cut in enumerate(one.cuts):
            rooms += [(begin + at, ceiling, cut.room, surely) for at in cut.members]
    return Contests(
        np.array(part, np.int64),
        np.array(amount, np.int64),
        pl.DataFrame(members, schema=MEMBERS, orient="row"),
        pl.DataFrame(rooms, schema=ROOMS, orient="row"),
    )


def taken(found: Chosen, contests: Contests, number: int) -> tuple[bool, ...]:
    return tuple(found.taken[contests.part == number].tolist())


def drawn_contest(chance: Random) -> Contest:
    size = chance.randint(2, 6)
    amounts = tuple(chance.choice([0, 1, 10, 10, 20, 35, 50]) for _ in range(size))
    groups: list[tuple[int, ...]] = []
    for _ in range(chance.randint(1, 3)):
        groups.append(tuple(sorted(chance.sample(range(size), chance.randint(2, size)))))
    in_order = tuple(one for one in dict.fromkeys(groups) if chance.random() < 0.3)
    cuts: list[Cut] = []
    inner = chance.sample(range(size), chance.randint(1, size))
    for members in (inner[: chance.randint(1, len(inner))], inner):
        if chance.random() < 0.7:
            room, how = chance.choice([0, 5, 30, 45, 2**62]), chance.choice(["pro rata", "in order"])
            cuts.append(Cut(tuple(sorted(members)), room, how))
    return Contest(amounts, tuple(dict.fromkeys(groups)), in_order, tuple(cuts))


@pytest.mark.parametrize("seed", range(6))
def test_many_together_are_as_each_by_itself(seed: int) -> None:
    chance = Random(seed)
    drawn = [drawn_contest(chance) for _ in range(150)]
    drawn += [
        Contest(tuple(chance.randint(0, 9) for _ in one.amounts), one.groups, one.in_order, one.cuts)
        for one in drawn[:50]
    ]
    contests = contests_of(drawn)
    found = chosen(contests)
    assert found.solved.all()
    for number, one in enumerate(drawn):
        assert taken(found, contests, number) == best(one).chosen, one


def test_who_has_it_stands_beside_what_is_not_taken() -> None:
    contests = contests_of([Contest((60, 90, 40, 5), ((0, 1), (1, 2), (2, 3)))])
    found = chosen(contests)
    assert found.taken.tolist() == [True, False, True, False]
    assert found.group.tolist() == [-1, 0, -1, 2]
    assert found.winner.tolist() == [-1, 0, -1, 2]


CROSSED: Final = Contest((5, 5, 5), ((0, 1),), (), (Cut((0, 1), 7, "pro rata"), Cut((1, 2), 7, "pro rata")))
LARGE: Final = Contest((SAFE // 2, 5), ((0, 1),), (), ())
MANY: Final = Contest((1,) * 40, tuple((2 * at, 2 * at + 1) for at in range(20)), (), ())


@pytest.mark.parametrize("one", [CROSSED, LARGE, MANY])
def test_what_cannot_be_worked_out_together_is_left(one: Contest) -> None:
    easy = Contest((1, 2), ((0, 1),))
    found = chosen(contests_of([easy, one, easy]))
    kept: list[Any] = found.solved.tolist()
    assert kept == [True] * 2 + [False] * len(one.amounts) + [True] * 2
    assert found.taken[[0, 1, -2, -1]].tolist() == [False, True] * 2


def test_what_may_not_stand_under_a_ceiling_is_left() -> None:
    one = Contest((1, 2), ((0, 1),), (), (Cut((0,), 1, "pro rata"),))
    assert not chosen(contests_of([one], surely=False)).solved.any()
