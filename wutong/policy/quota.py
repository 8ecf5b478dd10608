"""Few places: who is certainly among the first, who certainly not, and for whom it hangs on what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final, Literal

import polars as pl

from wutong.policy.edition import Edition, Quota
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.per_subject import editions_of_subjects, ranks_of, values_of
from wutong.policy.rulebook import Rulebook

Place = Literal["in", "edge", "out"]
_HELD: Final = ("state", "low", "high", "clause")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may want a place.

    ``sure`` tells that nothing but the quota is open. ``rank`` counts from 0 for the first, equal ones have the same; None
    where it is not known. ``takes`` is how much of the quota it needs, 1 where there are places; None where not known.
    """

    sure: bool
    rank: int | None
    takes: Fraction | None


@dataclass(slots=True)
class _Sums:
    """What those of one rank take: at least, at most, and how many take nobody knows how much."""

    least: int = 0
    most: int = 0
    endless: int = 0


def placed(candidates: Sequence[Candidate], room: Fraction) -> list[tuple[Place, Place]]:
    """Place candidates at best and at worst.

    One is ``in`` if it finds room after all that are ahead of it and all others of its rank; ``out`` if it finds none even
    as the first of its rank; at the ``edge`` in between. At best only those are ahead that surely are, and take the least
    that they can; at worst all that may be. Both can come about, so that best and worst are exact.

    Parameters
    ----------
    candidates : sequence of Candidate
        In any order.
    room : Fraction
        Places, or how much there is in all.

    Returns
    -------
    list of (place, place)
        Best and worst of each.

    Examples
    --------
    >>> one, two, maybe = (Candidate(sure, rank, Fraction(1)) for sure, rank in ((True, 0), (True, 1), (False, 1)))
    >>> placed([one, two, maybe], Fraction(2))
    [('in', 'in'), ('in', 'edge'), ('edge', 'edge')]
    """
    # whole numbers are ten times as fast as fractions, and as exact
    scale = lcm(room.denominator, *{one.takes.denominator for one in candidates if one.takes is not None})
    whole = int(room * scale)
    takes = [
        None if one.takes is None else one.takes.numerator * (scale // one.takes.denominator)
        for one in candidates
    ]
    of_rank: dict[int | None, _Sums] = {}
    for one, own in zip(candidates, takes, strict=True):
        sums = of_rank.setdefault(one.rank, _Sums())
        if own is None:
            sums.endless += 1
        else:
            sums.most += own
            sums.least += own if one.sure else 0
    ahead: dict[int, _Sums] = {}
    nowhere = of_rank.get(None, _Sums())
    so_far = _Sums(0, nowhere.most, nowhere.endless)
    for rank in sorted(rank for rank in of_rank if rank is not None):
        ahead[rank] = so_far
        own_rank = of_rank[rank]
        so_far = _Sums(
            so_far.least + own_rank.least, so_far.most + own_rank.most, so_far.endless + own_rank.endless
        )
    alike: dict[tuple[bool, int | None, int | None], tuple[Place, Place]] = {}
    for one, own in zip(candidates, takes, strict=True):
        key = (one.sure, one.rank, own)
        if key not in alike:
            alike[key] = _placed(*key, of_rank, ahead, so_far, whole)
    return [alike[one.sure, one.rank, own] for one, own in zip(candidates, takes, strict=True)]


def _placed(
    sure: bool,
    rank: int | None,
    takes: int | None,
    of_rank: Mapping[int | None, _Sums],
    ahead: Mapping[int, _Sums],
    everybody: _Sums,
    room: int,
) -> tuple[Place, Place]:
    own, endless = takes or 0, takes is None
    if rank is None:
        best = _place(0, 0, own, room)
        if endless or everybody.endless:
            return best, "out"
        return best, _place(everybody.most - own, 0, own, room)
    before, beside = ahead[rank], of_rank[rank]
    best = _place(before.least, beside.least - (own if sure else 0), own, room)
    if endless or before.endless:
        return best, "out"
    worst = _place(before.most, beside.most - own, own, room)
    # somebody of its own rank may take all, but may also come after it
    return best, "edge" if beside.endless and worst == "in" else worst


def _place(before: int, beside: int, own: int, room: int) -> Place:
    if before + beside + own <= room:
        return "in"
    return "edge" if before + own <= room else "out"


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
    table = outcomes.with_row_index("·at")
    for measure in book.measures:
        if any(edition.quota is not None for edition in measure.editions):
            table = _settled(measure, subjects, table, book.fields)
    return table.drop("·at")


def _settled(
    measure: Measure, subjects: Mapping[str, pl.DataFrame], table: pl.DataFrame, fields: Mapping[str, Field]
) -> pl.DataFrame:
    own = table.filter(
        (pl.col("measure") == measure.id) & pl.col("state").is_in(["unknown", "needs decision"])
    )
    if own.is_empty():
        return table
    known = subjects[measure.subject]
    facts = known.with_columns(**{"·edition": editions_of_subjects(measure, known)})
    held = own.select("·at", "subject", *(pl.col(name).alias(f"·{name}") for name in _HELD))
    rows = held.join(facts, on="subject", how="left", maintain_order="left")
    changes: list[tuple[int, str, int | None, int | None, int | None, str]] = []
    for at, edition in enumerate(measure.editions):
        if edition.quota is not None:
            rivals = rows.filter((pl.col("·edition") == at) | pl.col("·edition").is_null())
            changes += _changes(edition, edition.quota, rivals, fields)
    new = pl.DataFrame(
        changes,
        schema={
            "·at": table.schema["·at"],
            "state": pl.String,
            "amount": pl.Int64,
            "low": pl.Int64,
            "high": pl.Int64,
            "clause": pl.String,
        },
        orient="row",
    )
    return table.update(new, on="·at", how="left", include_nulls=True) if len(changes) else table


def _changes(
    edition: Edition, quota: Quota, rows: pl.DataFrame, fields: Mapping[str, Field]
) -> list[tuple[int, str, int | None, int | None, int | None, str]]:
    first = quota.order == "highest first"
    rank = ranks_of(quota.by, edition.definitions, rows, fields, highest_first=first)
    if quota.of is None or quota.total is None:
        room = Fraction(quota.places or 0)
        takes: list[Value] = [Fraction(1)] * rows.height
    else:
        total = exact.evaluate(quota.total.tree, {})
        room = total if isinstance(total, Fraction) else Fraction(0)
        takes = values_of(quota.of, edition.definitions, rows, fields)
    sure = ((pl.col("·state") == "needs decision") & pl.col("·clause").is_in(["quota", "amount"])).alias(
        "sure"
    )
    candidates = [
        Candidate(certain, place, take if isinstance(take, Fraction) and take >= 0 else None)
        for certain, place, take in zip(rows.select(sure)["sure"], rank, takes, strict=True)
    ]
    found: list[tuple[int, str, int | None, int | None, int | None, str]] = []
    settled = {"all": "in", "none": "out", "decide": "edge"}[quota.ties]
    for row, one, places in zip(
        rows.select("·at", "·low", "·high", "·clause", "·edition").iter_rows(),
        candidates,
        placed(candidates, room),
        strict=True,
    ):
        at, low, high, clause, edition_at = row
        best, worst = (settled if place == "edge" else place for place in places)
        if edition_at is None:
            continue  # a rival here, but it may fall in another edition
        if best == worst == "out":
            found.append((at, "not eligible", None, None, None, "quota"))
        elif not one.sure:
            continue
        elif best == worst == "in":
            if clause == "quota":
                found.append((at, "eligible", low, low, high, ""))
        elif best == worst:
            found.append((at, "needs decision", None, low, high, clause))
        else:
            found.append((at, "unknown", None, low, high, "quota"))
    return found
