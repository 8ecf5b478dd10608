"""The best combination of a firm's awards, held against all of them."""

from __future__ import annotations

from itertools import product
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.policy.best import Contest, Cut, best, feasible, paid_of
from wutong.policy.sharing import portions

SUMS: Final = st.sampled_from([0, 1, 10, 10, 20, 35, 50, 100])


@st.composite
def contests(draw: st.DrawFn) -> Contest:
    size = draw(st.integers(1, 7))
    places = st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True).map(
        lambda one: tuple(sorted(one))
    )
    groups = tuple(draw(st.lists(places, max_size=3)))
    cuts = draw(
        st.lists(
            st.builds(Cut, places, st.integers(0, 150), st.sampled_from(["pro rata", "in order"])), max_size=3
        )
    )
    cuts.sort(key=lambda one: len(one.members))
    amounts = tuple(draw(st.lists(SUMS, min_size=size, max_size=size)))
    return Contest(amounts, groups, groups[: draw(st.integers(0, 1))], tuple(cuts))


def rivals(contest: Contest, at: int) -> set[int]:
    return {other for members in contest.groups if at in members for other in members} - {at}


def allowed(contest: Contest) -> list[bool]:
    found = [amount > 0 for amount in contest.amounts]
    for members in contest.in_order:
        for at in [at for at in members if contest.amounts[at] > 0][1:]:
            found[at] = False
    return found


def all_tried(contest: Contest) -> tuple[int, int, tuple[bool, ...]]:
    may = allowed(contest)
    found = []
    for chosen in product((True, False), repeat=len(may)):
        if any(held and not able for held, able in zip(chosen, may, strict=True)) or not feasible(
            contest, chosen
        ):
            continue
        if any(
            may[at] and not held and not any(chosen[other] for other in rivals(contest, at))
            for at, held in enumerate(chosen)
        ):
            continue
        claimed = sum(amount for amount, held in zip(contest.amounts, chosen, strict=True) if held)
        found.append((sum(paid_of(contest, chosen)), claimed, chosen))
    return max(found)


def nested(contest: Contest) -> bool:
    sets = [set(cut.members) for cut in contest.cuts]
    return all(one <= other or not one & other for at, other in enumerate(sets) for one in sets[:at])


@settings(max_examples=300, deadline=None)
@given(contests())
def test_the_search_finds_the_best_and_of_equals_the_first(contest: Contest) -> None:
    found = best(contest)
    paid, _, chosen = all_tried(contest)
    assert (sum(found.paid), found.chosen, found.gap, found.how) == (paid, chosen, 0, "all tried")


@settings(max_examples=100, deadline=None)
@given(contests().filter(lambda one: any(one.amounts)))
def test_the_solver_finds_as_much_where_ceilings_are_nested_and_names_its_gap_elsewhere(
    contest: Contest,
) -> None:
    found = best(contest, steps=0)
    paid, _, _ = all_tried(contest)
    assert found.how == "solver"
    assert feasible(contest, found.chosen)
    assert found.paid == paid_of(contest, found.chosen)
    assert sum(found.paid) <= paid <= sum(found.paid) + found.gap
    if nested(contest):
        assert (sum(found.paid), found.gap) == (paid, 0)
    assert best(contest, steps=0) == found


def test_a_large_contest_goes_to_the_solver_and_fills_its_ceilings() -> None:
    # 40 contracts, two measures on each; each measure has a ceiling of its own, so that who wins where is a puzzle
    size = 40
    amounts = tuple(1000 + 37 * at % 501 for at in range(2 * size))
    groups = tuple((at, size + at) for at in range(size))
    cuts = (
        Cut(tuple(range(size)), 20_000, "pro rata"),
        Cut(tuple(range(size, 2 * size)), 15_000, "in order"),
    )
    found = best(Contest(amounts, groups, (), cuts))
    assert found.how == "solver"
    assert (sum(found.paid), found.gap) == (35_000, 0)
    assert all(sum(found.chosen[at] for at in members) <= 1 for members in groups)


@given(st.lists(st.integers(0, 10**15), max_size=8), st.integers(-5, 10**16))
def test_portions_make_neither_more_nor_less_and_each_is_within_a_fen_of_its_share(
    claims: list[int], room: int
) -> None:
    found = portions(claims, room)
    total = sum(claims)
    assert sum(found) == min(total, max(room, 0))
    for claim, got in zip(claims, found, strict=True):
        assert 0 <= got <= claim
        if total > room > 0:
            assert abs(got * total - claim * room) < total
