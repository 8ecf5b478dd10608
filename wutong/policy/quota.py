"""Few places: who is certainly among the first, who certainly not, and for whom it hangs on what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
import polars as pl

from wutong.policy.edition import Edition, Quota
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.groups import Flags
from wutong.policy.ledger import Ints
from wutong.policy.measure import Measure
from wutong.policy.per_subject import asked_by, editions_of_subjects, ranks_of, values_of
from wutong.policy.rulebook import Rulebook

IN: Final = 0
EDGE: Final = 1
OUT: Final = 2
_HELD: Final = ("state", "low", "high", "clause")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Those who may want a place, one place each.

    ``sure`` tells that nothing but the quota is open. ``rank`` is lower for who comes first, equal ones have the same; -1
    where it is not known. ``takes`` is how much of the quota each needs, 1 where there are places; None where not known.
    """

    sure: Flags
    rank: Ints
    takes: Sequence[int | None]


def placed(candidates: Candidates, room: int) -> tuple[Ints, Ints]:
    """Place candidates at best and at worst.

    One is ``IN`` if it finds room after all that are ahead of it and all others of its rank; ``OUT`` if it finds none even
    as the first of its rank; at the ``EDGE`` in between. At best only those are ahead that surely are, and take the least
    that they can; at worst all that may be. Both can come about, so that best and worst are exact.

    Parameters
    ----------
    candidates : Candidates
        In any order.
    room : int
        Places, or how much there is in all.

    Returns
    -------
    (array of int, array of int)
        Best and worst of each.

    Examples
    --------
    >>> two = Candidates(np.array([True, True, False]), np.array([0, 1, 1]), [1, 1, 1])
    >>> [found.tolist() for found in placed(two, 2)]
    [[0, 0, 1], [0, 1, 1]]
    """
    sure, rank = candidates.sure, candidates.rank
    endless = np.array([one is None for one in candidates.takes], bool)
    # who needs more than there is stands for all that do, so that sums stay small
    bounded = [0 if one is None else min(one, room + 1) for one in candidates.takes]
    fits = (room + 1) * (len(bounded) + 2) < 2**62
    own = np.array(bounded, np.int64 if fits else object)
    ranked, nowhere = rank >= 0, rank < 0
    numbers, of_rank = np.unique(rank[ranked], return_inverse=True)

    def summed(values: Ints) -> tuple[Ints, Ints]:
        """Of each its own rank, and of those before it, with what has no rank."""
        sums = np.zeros(len(numbers), values.dtype)
        np.add.at(sums, of_rank, values[ranked])
        beside, before = np.zeros_like(values), np.zeros_like(values)
        beside[ranked] = sums[of_rank]
        before[ranked] = (np.cumsum(sums) - sums)[of_rank] + values[nowhere].sum()
        before[nowhere] = values.sum()
        return beside, before

    def place(before: Ints, beside: Ints) -> Ints:
        least = before + own
        return np.where(least + beside <= room, IN, np.where(least <= room, EDGE, OUT))

    surely = np.where(sure, own, 0)
    beside, before = summed(np.where(ranked, surely, 0))
    best = place(np.where(ranked, before, 0), np.where(ranked, beside - surely, 0))
    beside, before = summed(own)
    beside_endless, before_endless = summed(endless.astype(np.int64))
    worst = place(
        np.where(ranked, before, before - own),
        np.where(ranked, beside - own, 0),
    )
    # somebody of its own rank may take all, but may also come after it
    worst = np.where((beside_endless > 0) & (worst == IN), EDGE, worst)
    return best, np.where(endless | (before_endless > 0), OUT, worst)


def ranked(book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame) -> pl.DataFrame:
    """Settle quotas: who among all subjects of a measure finds room.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of all subjects, by kind.
    outcomes : polars.DataFrame
        Columns as in ``wutong.policy.outcomes``; of a measure with a quota each row is open.

    Returns
    -------
    polars.DataFrame
        The same columns. Who certainly finds room is eligible; who certainly does not, even if all that is open turns out
        well for it, is not eligible, with clause ``quota``; where ties are decided and it certainly stands at the edge
        it needs a decision; else it is unknown, with clause ``quota``. Who waits for more than the quota goes on waiting.
    """
    measures = {
        measure.id: measure
        for measure in book.measures
        if any(edition.quota is not None for edition in measure.editions)
    }
    if not measures:
        return outcomes
    candidates = outcomes.lazy().select("subject", "measure", *_HELD).with_row_index("·at")
    candidates = candidates.filter(pl.col("measure").is_in(list(measures)))
    rows = candidates.filter(pl.col("state").is_in(["unknown", "needs decision"])).collect()
    changes = [
        _settled(measure, subjects, own, book.fields)
        for measure in measures.values()
        if not (own := rows.filter(pl.col("measure") == measure.id)).is_empty()
    ]
    return _with(outcomes, pl.concat(changes)) if changes else outcomes


def _with(table: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The same table with other rows."""
    if changes.is_empty():
        return table
    at = changes["·at"].to_numpy()
    return table.with_columns(
        table[name].clone().scatter(at, changes[name].cast(table.schema[name]))
        for name in changes.columns
        if name != "·at"
    )


def _settled(
    measure: Measure, subjects: Mapping[str, pl.DataFrame], own: pl.DataFrame, fields: Mapping[str, Field]
) -> pl.DataFrame:
    known = subjects[measure.subject]
    asked = {
        name
        for edition in measure.editions
        if edition.quota is not None
        for formula in (edition.quota.by, edition.quota.of)
        if formula is not None
        for name in asked_by(formula, edition.definitions, fields)
    }
    facts = known.select(
        "subject",
        *(name for name in known.columns if name in asked),
        **{"·edition": editions_of_subjects(measure, known)},
    )
    held = own.select("·at", "subject", *(pl.col(name).alias(f"·{name}") for name in _HELD))
    rows = held.join(facts, on="subject", how="left", maintain_order="left")
    return pl.concat(
        _changes(
            edition,
            edition.quota,
            rows.filter((pl.col("·edition") == at) | pl.col("·edition").is_null()),
            fields,
        )
        for at, edition in enumerate(measure.editions)
        if edition.quota is not None
    )


def _changes(edition: Edition, quota: Quota, rows: pl.DataFrame, fields: Mapping[str, Field]) -> pl.DataFrame:
    first = quota.order == "highest first"
    rank = ranks_of(quota.by, edition.definitions, rows, fields, highest_first=first)
    sure = (pl.col("·state") == "needs decision") & pl.col("·clause").is_in(["quota", "amount"])
    rows = rows.with_columns(sure=sure)
    room = quota.places or 0
    takes: list[int | None] = [1] * rows.height
    if quota.of is not None and quota.total is not None:
        total = exact.evaluate(quota.total.tree, {})
        room, takes = _in_wholes(
            total if isinstance(total, Fraction) else Fraction(0),
            values_of(quota.of, edition.definitions, rows, fields),
        )
    candidates = Candidates(rows["sure"].to_numpy(), rank.fill_null(-1).to_numpy(), takes)
    settled = {"all": IN, "none": OUT, "decide": EDGE}[quota.ties]
    best, worst = (np.where(one == EDGE, settled, one) for one in placed(candidates, room))
    both = pl.col("best") == pl.col("worst")
    low, high = pl.col("·low"), pl.col("·high")
    state = (
        pl.when(both & (pl.col("best") == OUT))
        .then(pl.lit("not eligible"))
        .when(~pl.col("sure"))
        .then(None)
        .when(both & (pl.col("best") == IN))
        .then(pl.when(pl.col("·clause") == "quota").then(pl.lit("eligible")))
        .when(both)
        .then(pl.lit("needs decision"))
        .otherwise(pl.lit("unknown"))
    )
    out, granted = pl.col("state") == "not eligible", pl.col("state") == "eligible"
    return (
        rows.with_columns(best=pl.Series(best), worst=pl.Series(worst))
        .filter(pl.col("·edition").is_not_null())  # else a rival here, but it may fall in another edition
        .with_columns(state=state)
        .filter(pl.col("state").is_not_null())
        .select(
            "·at",
            "state",
            amount=pl.when(granted).then(low),
            low=pl.when(~out).then(low),
            high=pl.when(granted).then(low).when(~out).then(high),
            clause=pl.when(granted)
            .then(pl.lit(""))
            .when(pl.col("state") == "needs decision")
            .then("·clause")
            .otherwise(pl.lit("quota")),
        )
    )


def _in_wholes(total: Fraction, takes: Sequence[Value]) -> tuple[int, list[int | None]]:
    """A sum and what each needs of it, counted in one part of a unit that makes all of them whole; None where not known."""
    known = [one if isinstance(one, Fraction) and one >= 0 else None for one in takes]
    scale = lcm(total.denominator, *{one.denominator for one in known if one is not None})
    return int(total * scale), [
        None if one is None else one.numerator * (scale // one.denominator) for one in known
    ]
