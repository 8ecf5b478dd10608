"""Which measures hang together through what holds between them: only these are settled again after a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import polars as pl

from wutong.policy.edition import Edition
from wutong.policy.reform import ROW, Stack, Subjects, Worked, put_in_place
from wutong.policy.rulebook import Rulebook
from wutong.policy.stack import stacked


def hanging(book: Rulebook, measures: Collection[str]) -> frozenset[str]:
    """Measures that hang together with some: through a group, a ceiling or a budget, or through others that do.

    Parameters
    ----------
    book : Rulebook
        The measures.
    measures : collection of str
        Ids of those that are asked for.

    Returns
    -------
    frozenset of str
        These and the others. What any other measure is paid does not hang on them.
    """
    found = set(measures)
    bonds = [set(bond) for bond in _bonds(book)]
    grows = True
    while grows:
        size = len(found)
        for bond in bonds:
            if not bond.isdisjoint(found):
                found |= bond
        grows = len(found) > size
    return frozenset(found)


def _bonds(book: Rulebook) -> Iterator[set[str]]:
    """Sets of measures of which one may take from another."""
    shared: dict[tuple[str, str], set[str]] = {}
    for measure in book.measures:
        for edition in measure.editions:
            for group in edition.exclusive:
                shared.setdefault(("group", group), set()).add(measure.id)
            if edition.budget:
                shared.setdefault(("budget", edition.budget), set()).add(measure.id)
            for limit in edition.limits:
                yield {measure.id, *limit.measures}
    yield from shared.values()
    for limit in book.limits:
        yield set(limit.measures)


def reached(before: Rulebook, later: Rulebook) -> frozenset[str]:
    """Measures that may be paid otherwise after a change.

    Parameters
    ----------
    before, later : Rulebook
        As it was, and as it is; a measure that is the very same object is not changed.

    Returns
    -------
    frozenset of str
        Measures that were changed, dropped or added, those under a group, ceiling or budget that was, and all that hang
        together with them before or after.
    """
    same = {one.id for one in before.measures} & {one.id for one in later.measures}
    old, new = ({one.id: one for one in book.measures} for book in (before, later))
    seeds = {name for name in (*old, *new) if name not in same or old[name] is not new[name]}
    for book in (before, later):
        seeds |= _under_what_differs(book, later if book is before else before)
    return frozenset(hanging(before, seeds) | hanging(later, seeds))


def _under_what_differs(book: Rulebook, other: Rulebook) -> set[str]:
    """Measures of a rulebook under a group, ceiling or budget that another has not, or has otherwise."""
    groups = {name for name, one in book.groups.items() if other.groups.get(name) != one}
    budgets = {name for name, one in book.budgets.items() if other.budgets.get(name) != one}
    found = {name for limit in book.limits if limit not in other.limits for name in limit.measures}
    for measure in book.measures:
        for edition in measure.editions:
            if edition.budget in budgets or not groups.isdisjoint(edition.exclusive):
                found.add(measure.id)
    # limits are settled in their order, so that one that moved is one that changed
    if [one.id for one in book.limits] != [one.id for one in other.limits]:
        found |= {name for limit in book.limits for name in limit.measures}
    return found


def part_of(book: Rulebook, measures: Collection[str]) -> Rulebook:
    """A rulebook of some of its measures, with what holds between them.

    Parameters
    ----------
    book : Rulebook
        The whole.
    measures : collection of str
        Ids, with all that hang together with them.
    """
    return replace(
        book,
        measures=tuple(one for one in book.measures if one.id in measures),
        limits=tuple(one for one in book.limits if not set(one.measures).isdisjoint(measures)),
        trials=(),
    )


def without_others(book: Rulebook) -> Rulebook:
    """A rulebook in which nobody competes with anybody: without places and budgets."""

    def bare(edition: Edition) -> Edition:
        return replace(edition, quota=None, budget="")

    measures = (replace(one, editions=tuple(map(bare, one.editions))) for one in book.measures)
    return replace(book, measures=tuple(measures), budgets={})


def settled_anew(base: Worked, year: int, changed: Collection[str] = ()) -> Stack:
    """What holds between measures after a change of a rulebook: as ``settled_in``, but only what the change reaches.

    Parameters
    ----------
    base : Worked
        As it was, with ``paid`` from ``settled_in`` of the same year.
    year : int
        Budgets of this year alone count.
    changed : collection of str
        Measures whose outcomes are otherwise than in the base though the measures are the same, such as those that are dropped.

    Returns
    -------
    callable
        As ``after`` takes it. Rows stand in the order of the outcomes; ``together`` tells apart what adds up together only
        within one settling, and so is left out.
    """

    def settled(book: Rulebook, subjects: Subjects, found: pl.DataFrame) -> pl.DataFrame:
        anew = reached(base.book, book) | hanging(book, changed) | hanging(base.book, changed)
        inside = pl.col("measure").is_in(sorted(anew))
        rows = found.filter(inside)
        before = base.paid.drop("together", strict=False)
        if rows.is_empty():
            return before.filter(~inside)
        fresh = stacked(part_of(book, anew), subjects, rows, year).table.select(before.columns)
        placed = put_in_place(before, fresh, inside)
        if placed is not None and placed.height == found.height:
            return placed
        both = pl.concat([before.filter(~inside), fresh])
        return found.select(ROW).join(both, on=ROW, how="left", maintain_order="left").select(before.columns)

    return settled
