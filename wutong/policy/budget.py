"""Budgets: what there is for the awards of a year, and who gets it where it does not suffice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.policy.claims import facts_of_lines
from wutong.policy.groups import Flags
from wutong.policy.ledger import Bounds, Ints, Ledger, settle
from wutong.policy.per_subject import NO_END
from wutong.policy.rulebook import Budget, Rulebook
from wutong.policy.sharing import shared
from wutong.policy.subjects import dtype_of

_SUMS: Final = ("low", "high", "sum_low", "sum_high")


@dataclass(frozen=True, slots=True)
class Drawn:
    """For each line the place of its budget, and a number of the lines with which its sums add up; -1 for none."""

    place: Ints
    together: Ints


def after_budgets(
    book: Rulebook,
    subjects: Mapping[str, pl.DataFrame],
    lines: pl.DataFrame,
    ledger: Ledger,
    knots: Ints,
    year: int | None,
) -> Drawn:
    """Scale what is paid to the budgets.

    Parameters
    ----------
    book : Rulebook
        The measures and budgets.
    subjects : mapping of str to polars.DataFrame
        Tables of all subjects, by kind.
    lines : polars.DataFrame
        As in ``wutong.policy.claims``.
    ledger : Ledger
        Changed in place.
    knots : array of int
        A number for lines that hang together through groups and ceilings; -1 for one that meets none.
    year : int or None
        Budgets of this year alone count; None for all.

    Returns
    -------
    Drawn
        Budgets of lines, and what adds up together.
    """
    table, possible = _budgets(book)
    placed = lines.select("measure", "edition").join(
        table, on=["measure", "edition"], how="left", nulls_equal=True, maintain_order="left"
    )
    place = placed["place"].fill_null(-1).cast(pl.Int64).to_numpy()
    unsure = lines["edition"].is_null().to_numpy() & (place < 0)
    measure = lines["measure"].to_numpy()
    drawing = {
        at: np.flatnonzero((place == at) | (unsure & np.isin(measure, possible[at])))
        for at, budget in enumerate(book.budgets.values())
        if budget.scale != "none" and (None in (year, budget.year) or budget.year == year)
    }
    budgets = list(book.budgets.values())
    scarce = {at: own for at, own in drawing.items() if _may_fail(ledger, own, budgets[at])}
    short = np.isin(place, list(scarce))
    draws = np.where(short, place, -1)
    for own in scarce.values():
        draws[own[place[own] < 0]] = -2  # it may draw on this one
    parted = _apart(ledger, knots, draws)
    for at, own in scarce.items():
        _share(book, subjects, lines, ledger, own, at, place[own] == at, year)
    together = np.where(short, -2 - place, np.where(parted, -1, knots))
    return Drawn(place, together)


def _share(
    book: Rulebook,
    subjects: Mapping[str, pl.DataFrame],
    lines: pl.DataFrame,
    ledger: Ledger,
    own: Ints,
    at: int,
    surely: Flags,
    year: int | None,
) -> None:
    budget = list(book.budgets.values())[at]
    held = lines.select("kind", "subject", "order")[own]
    found = shared(
        pl.DataFrame({name: getattr(ledger.bounds, name)[own] for name in _SUMS}).with_columns(
            order=held["order"],
            surely=pl.Series(surely),
            unit=pl.lit(at, dtype=pl.Int64),
            rank=_rank(budget, book, subjects, held),
            room_low=pl.lit(budget.amount or 0, dtype=pl.Int64),
            room_high=pl.lit(_most(budget, year), dtype=pl.Int64),
        )
    )
    settle(ledger, own, Bounds(*(found[name].to_numpy() for name in _SUMS)), [f"budget {budget.id}"])


def _budgets(book: Rulebook) -> tuple[pl.DataFrame, list[list[int]]]:
    """The place of the budget of each measure and edition, and for each budget the measures that may draw on it.

    Of an edition that is not known it is that of all editions, where they have one.
    """
    names = list(book.budgets)
    rows: list[tuple[int, int | None, int]] = []
    possible: list[list[int]] = [[] for _ in names]
    for at, measure in enumerate(book.measures):
        drawn = [names.index(edition.budget) if edition.budget else None for edition in measure.editions]
        rows += [(at, number, place) for number, place in enumerate(drawn) if place is not None]
        if len(set(drawn)) == 1 and drawn[0] is not None:
            rows.append((at, None, drawn[0]))
        for place in {place for place in drawn if place is not None}:
            possible[place].append(at)
    schema = {"measure": pl.Int32, "edition": pl.Int32, "place": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row"), possible


def _most(budget: Budget, year: int | None) -> int:
    """What there is at most: no known end where the amount is not known, or whether the budget is one of the year."""
    unsure = budget.amount is None or (budget.year is None and year is not None)
    return NO_END if unsure else budget.amount or 0


def _may_fail(ledger: Ledger, own: Ints, budget: Budget) -> bool:
    high = ledger.bounds.high[own]
    return bool((high >= NO_END).any()) or int(pl.Series(high).cast(pl.Int128).sum()) > (budget.amount or 0)


def _apart(ledger: Ledger, knots: Ints, draws: Ints) -> Flags:
    """Lines that hang together and draw on several budgets, one of them scarce: only each line's own bounds are sure."""
    inside = np.flatnonzero(knots >= 0)
    parted = np.zeros(len(knots), bool)
    if not len(inside) or not (draws != -1).any():
        return parted
    of_knot = pl.DataFrame({"knot": knots[inside], "draws": draws[inside]})
    several = of_knot.select(
        several=pl.col("draws").min().over("knot") != pl.col("draws").max().over("knot")
    )["several"]
    parted[inside[several.to_numpy()]] = True
    bounds = ledger.bounds
    bounds.sum_low[parted], bounds.sum_high[parted] = bounds.low[parted], bounds.high[parted]
    return parted


def _rank(
    budget: Budget, book: Rulebook, subjects: Mapping[str, pl.DataFrame], own: pl.DataFrame
) -> pl.Series:
    """In proportion all have one rank; else that of the field, null where it is not known."""
    if budget.scale == "pro rata":
        return pl.Series([0], dtype=pl.Int64).new_from_index(0, own.height)
    facts = facts_of_lines(own, subjects, budget.by, dtype_of(book.fields[budget.by]))
    return facts.rank("dense", descending=budget.scale == "rank").cast(pl.Int64)
