"""Who is among the first, certainly or perhaps: held against every way in which what is open may turn out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any, Final, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.drawn_stacks import book_of, outcomes_of, table_of_rows
from wutong.policy.quota import EDGE, IN, OUT, Candidates, placed, ranked

Place = Literal["in", "edge", "out"]
SAYS: Final = "says: {zh: 名额, en: Places}"


def plain(ranks: list[int], takes: list[int], room: int) -> list[Place]:
    """Where all is known: in, out, or at the edge, one by one."""
    found: list[Place] = []
    for rank, own in zip(ranks, takes, strict=True):
        before = sum(need for other, need in zip(ranks, takes, strict=True) if other < rank)
        whole = before + sum(need for other, need in zip(ranks, takes, strict=True) if other == rank)
        found.append("in" if whole <= room else "edge" if before + own <= room else "out")
    return found


candidates = st.lists(
    st.tuples(st.booleans(), st.none() | st.integers(0, 2), st.sampled_from([1, 1, 2, 3, None])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=120, deadline=None)
@given(candidates, st.integers(0, 5))
def test_best_and_worst_are_what_can_come_about_at_best_and_at_worst(
    drawn: list[tuple[bool, int | None, int | None]], room: int
) -> None:
    sure = np.array([one for one, _, _ in drawn])
    rank = np.array([-1 if one is None else one for _, one, _ in drawn])
    numbers = [found.tolist() for found in placed(Candidates(sure, rank, [one for _, _, one in drawn]), room)]
    names: Final[dict[int, Place]] = {IN: "in", EDGE: "edge", OUT: "out"}
    found = [(names[best], names[worst]) for best, worst in zip(*numbers, strict=True)]
    order: Final = ["in", "edge", "out"]
    seen: list[set[Place]] = [set() for _ in drawn]
    # ranks between and around those that are known, and needs from none to more than there is
    choices = [
        list(
            product(
                [True] if sure else [True, False],
                [rank] if rank is not None else [-1, 0, 1, 2, 3],
                [takes] if takes is not None else [0, 1, room + 1],
            )
        )
        for sure, rank, takes in drawn
    ]
    for ways in product(*choices):
        there = [at for at, way in enumerate(ways) if way[0]]
        places = plain([ways[at][1] for at in there], [ways[at][2] for at in there], room)
        for at, place in zip(there, places, strict=True):
            seen[at].add(place)
    for (best, worst), possible in zip(found, seen, strict=True):
        assert best == min(possible, key=order.index)
        assert worst == max(possible, key=order.index)


def run(quota: str, rows: Sequence[tuple[str, int | None, int, str]]) -> list[tuple[str, int | None, str]]:
    """One measure with a quota; each firm with its points, amount and what else is open."""
    book = book_of({"A": ("firm", [f"quota: {{{SAYS}, {quota}}}"])})
    table = table_of_rows(
        book,
        [{"subject": name, "firm": name, "得分": points, "贷款": loan} for name, points, loan, _ in rows],
    )
    states: list[tuple[Any, ...]] = []
    for name, _, loan, clause in rows:
        state = "unknown" if clause == "?" else "needs decision"
        states.append((name, name, "firm", "A", state, loan, loan, "c" if clause == "?" else clause))
    return ranked(book, {"firm": table}, outcomes_of(states)).select("state", "amount", "clause").rows()


def test_the_first_get_it_and_the_others_do_not() -> None:
    found = run(
        "places: 2, by: 得分, order: highest first, ties: decide",
        [("a", 5, 9, "quota"), ("b", 7, 8, "quota"), ("c", 6, 7, "quota")],
    )
    assert found == [("not eligible", None, "quota"), ("eligible", 8, ""), ("eligible", 7, "")]


@pytest.mark.parametrize(
    ("ties", "state"), [("decide", "needs decision"), ("all", "eligible"), ("none", "not eligible")]
)
def test_who_is_tied_at_the_edge_is_decided_or_all_have_it_or_none(ties: str, state: str) -> None:
    rows = [("a", 9, 1, "quota"), ("b", 5, 1, "quota"), ("c", 5, 1, "quota"), ("d", 1, 1, "quota")]
    found = run(f"places: 2, by: 得分, order: highest first, ties: {ties}", rows)
    assert [one[0] for one in found] == ["eligible", state, state, "not eligible"]


def test_who_may_be_ahead_leaves_the_last_place_open() -> None:
    rows = [
        ("a", 9, 1, "quota"),
        ("b", 5, 1, "quota"),
        ("c", None, 1, "quota"),
        ("d", 7, 1, "?"),
        ("e", 1, 1, "quota"),
    ]
    found = run("places: 2, by: 得分, order: highest first, ties: decide", rows)
    assert [one[0] for one in found] == ["eligible", "unknown", "unknown", "unknown", "not eligible"]
    assert [one[2] for one in found] == ["", "quota", "quota", "c", "quota"]
    wide = run("places: 4, by: 得分, order: highest first, ties: decide", rows)
    assert [one[0] for one in wide] == ["eligible", "eligible", "unknown", "unknown", "unknown"]
    assert run("places: 3, by: 得分, order: highest first, ties: decide", rows)[0] == ("eligible", 1, "")


def test_who_certainly_finds_no_room_is_out_whatever_else_is_open() -> None:
    rows = [("a", 9, 1, "quota"), ("b", 5, 1, "?"), ("c", 4, 1, "panel")]
    found = run("places: 1, by: 得分, order: highest first, ties: decide", rows)
    assert [one[0] for one in found] == ["eligible", "not eligible", "not eligible"]


def test_an_amount_that_is_to_be_decided_holds_a_place() -> None:
    rows = [("a", 9, 1, "amount"), ("b", 5, 1, "quota")]
    found = run("places: 1, by: 得分, order: highest first, ties: decide", rows)
    assert found == [("needs decision", None, "amount"), ("not eligible", None, "quota")]


def test_first_come_first_served_ends_with_the_first_for_whom_it_does_not_suffice() -> None:
    rows = [("a", 1, 20, "quota"), ("b", 2, 15, "quota"), ("c", 3, 5, "quota")]
    found = run("total: 0.3元, of: 贷款, by: 得分, order: lowest first, ties: decide", rows)
    assert [one[0] for one in found] == ["eligible", "not eligible", "not eligible"]


def test_of_an_edition_that_is_not_known_somebody_may_stand_in_the_way() -> None:
    quota = f"quota: {{{SAYS}, places: 1, by: 得分, order: highest first, ties: decide}}"
    book = book_of({"A": ("firm", [quota, ""])})
    table = table_of_rows(
        book,
        [
            {"subject": "a", "firm": "a", "得分": 5, "入区日": date(2021, 1, 1)},
            {"subject": "b", "firm": "b", "得分": 9, "入区日": None},
        ],
    )
    rows = outcomes_of(
        [
            ("a", "a", "firm", "A", "needs decision", 3, 3, "quota"),
            ("b", "b", "firm", "A", "unknown", None, None, "in_force"),
        ]
    )
    found = ranked(book, {"firm": table}, rows)
    assert found.select("state", "clause").rows() == [("unknown", "quota"), ("unknown", "in_force")]
    alone = ranked(book, {"firm": table}, rows.head(1))
    assert alone["amount"].to_list() == [3]


def test_many_are_ranked_as_few_are() -> None:
    rows = [(f"f{at}", at // 2, at, "quota") for at in range(1001)]
    quota = "places: 400, by: 得分 / 7, order: lowest first, ties: none"
    many = run(quota, rows)
    assert [state for state, _, _ in many] == ["eligible"] * 400 + ["not eligible"] * 601
    unlike = run("places: 400, by: 得分 / (得分 + 1), order: lowest first, ties: none", rows)
    assert unlike == many


def test_other_measures_and_rows_stay_as_they_are() -> None:
    book = book_of({"A": ("firm", [""])})
    table = table_of_rows(book, [{"subject": "f", "firm": "f"}])
    rows = outcomes_of([("f", "f", "firm", "A", "unknown", 1, 2)])
    assert ranked(book, {"firm": table}, rows).equals(rows)
    assert pl.Series(rows["clause"]).to_list() == ["c"]
