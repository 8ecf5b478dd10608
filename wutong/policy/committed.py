"""Commitments: what is still to be paid of awards that were decided, and what the measures give beside them, in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from wutong.policy.certain import added_up
from wutong.policy.measure import Measure
from wutong.policy.payout import DECIDED, PAYEES, Located, Part, Payee, located, pieces, placed
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked
from wutong.words import Text

Subjects = Mapping[str, pl.DataFrame]

COMMITTED: Final[Mapping[str, pl.DataType]] = {
    **dict.fromkeys(("kind", "subject", "firm", "measure", "award"), pl.String()),
    "instalment": pl.Int64(),
    "on": pl.String(),
    "day": pl.Date(),
    "ready": pl.String(),
    **dict.fromkeys(("payee", "payee_zh", "payee_en", "state"), pl.String()),
    **dict.fromkeys(("paid", "paid_low", "paid_high", "sum_low", "sum_high", "together"), pl.Int64()),
}
"""One row an instalment and payee that is still to be paid.

``award`` is the award by which it was decided, null where nothing is decided yet. ``ready`` is ``due`` (nothing stands in its
way but the day), ``waits`` (its condition does not hold) or ``unknown``. ``paid`` is what is certain, null where that is open:
then it lies between ``paid_low`` and ``paid_high``; ``state`` says on what it hangs, as outcomes do, and ``sum_low``,
``sum_high`` and ``together`` are for ``wutong.policy.certain``."""

PERIODS: Final = ("month", "quarter", "year")

Row = tuple[object, ...]


def commitments(
    book: Rulebook, subjects: Subjects, paid: pl.DataFrame, awards: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Put together what is still to be paid.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind.
    paid : polars.DataFrame
        What stacking gave for the year.
    awards : polars.DataFrame or None
        What ``awards_of`` gave for the same year; None where there is no table of awards.

    Returns
    -------
    polars.DataFrame
        As ``COMMITTED``. Of an award that was granted, in any year, what was decided less what was paid: payments are set off
        against the earliest instalment first, unless the award names one. What the measures give for the year stands beside it
        only where no award of the year was decided for the same measure and subject (or instalment and payee); where an award
        may be the same, since it names no period or no project, what is due is open.

    Notes
    -----
    What is unknown stays so: an award whose payments are not known leaves anything from nothing to its whole.
    """
    decided = pl.DataFrame(schema=dict(COMMITTED))
    given = paid.filter(pl.col("paid").is_null() | (pl.col("paid") > 0))
    if awards is not None:
        rows = list(_decided(book, subjects, awards.filter(pl.col("outcome") == "granted")))
        decided = pl.DataFrame(rows, schema=dict(COMMITTED), orient="row")
        given = _not_decided(given, awards)
    plain = [one.id for one in book.measures if _is_plain(one)]
    worked = _worked_out(book, subjects, _untied(given, paid, plain), plain)
    if awards is not None:
        worked = _other_instalments(worked, awards)
    return pl.concat([decided, worked])


# ------------------------------------------------------------ awards that were decided


def _decided(book: Rulebook, subjects: Subjects, awards: pl.DataFrame) -> Iterator[Row]:
    """What is left of each award that was granted."""
    measures = {measure.id: measure for measure in book.measures}
    tables = {kind: checked(table, book.fields) for kind, table in subjects.items()}
    places = {kind: {one: at for at, one in enumerate(table["subject"])} for kind, table in tables.items()}
    for row in awards.iter_rows(named=True):
        kind, subject = row["kind"], row["subject"]
        at = places.get(kind, {}).get(subject)
        one = None if at is None else placed(measures[row["measure"]], tables[kind], at, row)
        yield from _left(row, one)


def _left(row: Mapping[str, Any], one: Located | None) -> Iterator[Row]:
    keys = (row["kind"], row["subject"] or row["firm"], row["firm"], row["measure"], row["award"])
    amount, paid = row["amount"], row["paid"]
    if amount is None:
        part = Part(row["instalment"], DECIDED, None, "unknown")
        yield _piece(keys, Payee(row["payee"], _said(row, one), 0), part, None, 0, None)
        return
    cut = _cut(row, one, amount)
    rest = min(paid or 0, amount)
    for payee, part, whole in sorted(cut, key=lambda piece: piece[1].number or 0):
        gone = min(rest, whole)
        rest -= gone
        left = whole - gone
        if left and paid is None:
            yield _piece(keys, payee, part, None, 0, left)
        elif left and part.ready == "unknown" and one is not None and one.edition is not None:
            yield _piece(keys, payee, part, None, 0, left)  # whether its condition holds is not known
        elif left:
            yield _piece(keys, payee, part, left, left, left)


def _cut(row: Mapping[str, Any], one: Located | None, amount: int) -> list[tuple[Payee, Part, int]]:
    """The instalments and payees of an award; those that it names, where it names them."""
    number = row["instalment"]
    if one is None or one.edition is None:  # its instalments are not known here, and so its days are not
        return [(Payee(row["payee"], _said(row, one), amount), Part(number, DECIDED, None, "due"), amount)]
    edition = one.edition
    if number is not None and edition.payout:
        own = edition.payout[number - 1 : number]
        if not own:  # the measure has fewer
            return [
                (Payee(row["payee"], _said(row, one), amount), Part(number, DECIDED, None, "due"), amount)
            ]
        edition = replace(edition, payout=(replace(own[0], share=Fraction(1)),))
    if row["payee"] is not None:
        edition = replace(edition, amount=replace(edition.amount, payees=()))
    found = pieces(replace(one, edition=edition), amount, row["decided"])
    if number is not None:
        found = [(payee, replace(part, number=number), whole) for payee, part, whole in found]
    if row["payee"] is not None:
        found = [
            (replace(payee, id=row["payee"], says=_said(row, one)), part, whole)
            for payee, part, whole in found
        ]
    return found


def _said(row: Mapping[str, Any], one: Located | None) -> Text:
    """Who gets an award, in words."""
    named = one.edition.amount.payees if one is not None and one.edition is not None else ()
    for payee in named:
        if payee.id == row["payee"]:
            return payee.says
    if row["payee"] is not None:
        return Text(row["payee"], row["payee"])
    return PAYEES.get(row["kind"] or "firm", PAYEES["firm"])


def _piece(
    keys: Row,
    payee: Payee,
    part: Part,
    certain: int | None,
    low: int,
    high: int | None,
    state: str = "",
) -> Row:
    state = state or ("eligible" if certain is not None else "unknown")
    return (
        *(*keys, part.number, part.on, part.day, part.ready, payee.id, payee.says.zh, payee.says.en, state),
        *(certain, low, high, low, high, None),
    )


# ------------------------------------------------------------ what the measures give beside them

_SAME: Final = ["kind", "subject", "measure"]


def _not_decided(given: pl.DataFrame, awards: pl.DataFrame) -> pl.DataFrame:
    """Leave out what was decided for the year; what may have been decided is open."""
    whole = pl.col("instalment").is_null() & pl.col("payee").is_null()
    settled = awards.filter(whole & pl.col("in_year") & pl.col("subject").is_not_null())
    kept = given.join(settled.select(_SAME), on=_SAME, how="anti", maintain_order="left")
    maybe = awards.filter(
        pl.col("kind").is_not_null() & (pl.col("in_year").is_null() | pl.col("subject").is_null())
    )
    maybe = maybe.filter(pl.col("in_year").fill_null(value=True))
    tied = [name for name in ("together",) if name in given.columns]
    for keys, own in (
        (_SAME, maybe.filter(pl.col("subject").is_not_null())),
        (["kind", "firm", "measure"], maybe.filter(pl.col("subject").is_null())),
    ):
        found = kept.join(
            own.select(keys).unique().with_columns(maybe=True), on=keys, how="left", maintain_order="left"
        )
        unsure = pl.col("maybe").is_not_null()
        kept = found.with_columns(
            pl.when(unsure).then(None).otherwise("paid").alias("paid"),
            pl.when(unsure).then(0).otherwise("paid_low").alias("paid_low"),
            pl.when(unsure & (pl.col("state") == "eligible"))
            .then(pl.lit("unknown"))
            .otherwise("state")
            .alias("state"),
            *(pl.when(~unsure).then("together").alias("together") for _ in tied),
        ).drop("maybe")
    return kept


def _untied(given: pl.DataFrame, paid: pl.DataFrame, plain: Sequence[str]) -> pl.DataFrame:
    """Let go what hangs together where a row of it was left out, changed or cut: then each row's own bounds alone are sure."""
    own = {"sum_low": pl.col("paid_low"), "sum_high": pl.col("paid_high")}
    if "together" not in paid.columns:
        return given.with_columns(**own, together=pl.lit(None, dtype=pl.Int64))
    open_ = pl.col("paid").is_null() | (pl.col("paid") > 0)
    before, after = (
        table.filter(pl.col("together").is_not_null())
        .group_by("together")
        .agg(pl.col("sum_low").sum(), pl.col("sum_high").sum(), rows=open_.sum())
        for table in (paid, given.filter(pl.col("measure").is_in(plain)))
    )
    same = before.join(after, on=before.columns, how="semi")
    tied = pl.col("together").is_in(same["together"].implode())
    return given.with_columns(
        *(pl.when(tied).then(name).otherwise(alone).alias(name) for name, alone in own.items()),
        pl.when(tied).then("together").alias("together"),
    )


def _worked_out(
    book: Rulebook, subjects: Subjects, given: pl.DataFrame, plain: Sequence[str]
) -> pl.DataFrame:
    """Cut what the measures give into instalments and payees."""
    whole = given.filter(pl.col("measure").is_in(plain))
    kinds = list(PAYEES)
    at_once = whole.select(
        *("kind", "subject", "firm", "measure"),
        award=pl.lit(None, dtype=pl.String),
        instalment=pl.lit(1, dtype=pl.Int64),
        on=pl.lit(DECIDED),
        day=pl.lit(None, dtype=pl.Date),
        ready=pl.lit("due"),
        payee=pl.when(pl.col("kind") == "person").then(pl.lit("person")).otherwise(pl.lit("firm")),
        payee_zh=pl.col("kind").replace_strict(
            kinds, [PAYEES[kind].zh for kind in kinds], return_dtype=pl.String
        ),
        payee_en=pl.col("kind").replace_strict(
            kinds, [PAYEES[kind].en for kind in kinds], return_dtype=pl.String
        ),
        **{name: pl.col(name) for name in list(COMMITTED)[12:]},
    )
    rows = [
        row
        for one in located(book, subjects, given.filter(~pl.col("measure").is_in(plain)))
        for row in _open_pieces(one)
    ]
    parted = pl.DataFrame(rows, schema=dict(COMMITTED), orient="row")
    return pl.concat([at_once.cast(pl.Schema(COMMITTED)), parted])


def _is_plain(measure: Measure) -> bool:
    """Paid in one sum to the subject itself, on the decision."""
    return not any(one.payout or one.wait or one.amount.payees for one in measure.editions)


def _open_pieces(one: Located) -> Iterator[Row]:
    """The instalments and payees of one row, what is certain of each and what it may be."""
    row = one.row
    keys = (row["kind"], row["subject"], one.firm, row["measure"], None)
    sure = row["paid"] is not None
    low, high = (row["paid"], row["paid"]) if sure else (row["paid_low"] or 0, row["paid_high"])
    state = "unknown" if not sure and row["state"] == "eligible" else row["state"]
    if high is None:  # how it is cut says nothing of an amount without an end
        nobody = Payee(None, Text("未知", "Not known"), low)
        yield _piece(keys, nobody, Part(None, DECIDED, None, "unknown"), None, low, None, state)
        return
    least = {(payee.id, part.number): amount for payee, part, amount in pieces(one, low)}
    for payee, part, most in pieces(one, high):
        ready = part.ready != "unknown"
        own = least.get((payee.id, part.number), 0) if ready else 0
        certain = most if sure and ready else None
        yield _piece(keys, payee, part, certain, own, most, "unknown" if sure and not ready else state)


def _other_instalments(worked: pl.DataFrame, awards: pl.DataFrame) -> pl.DataFrame:
    """Leave out instalments and payees that were decided one by one."""
    some = awards.filter(
        pl.col("in_year")
        & pl.col("subject").is_not_null()
        & (pl.col("instalment").is_not_null() | pl.col("payee").is_not_null())
    )
    for one in some.select(*_SAME, "instalment", "payee").unique().iter_rows(named=True):
        same = pl.lit(value=True)
        for name, value in one.items():
            if value is not None:
                same = same & pl.col(name).eq_missing(value)
        worked = worked.filter(~same)
    return worked


# ------------------------------------------------------------ in time


def in_periods(table: pl.DataFrame, by: str) -> pl.DataFrame:
    """Add up commitments by month, quarter or year, or by another column.

    Parameters
    ----------
    table : polars.DataFrame
        As ``COMMITTED``.
    by : str
        One of ``PERIODS``, else a column.

    Returns
    -------
    polars.DataFrame
        One row a period, the earliest first and null (the day is not known) last: ``decided`` (awards that were granted and are
        not paid yet), ``certain`` (what the measures give for certain beside them), ``waits`` (certain, but its condition does
        not hold yet), and what is open, ``decisions``, ``facts``, ``no_end``, as in ``wutong.policy.certain``.
    """
    keyed = table.with_columns(_period(by).alias(by)) if by in PERIODS else table
    certain = pl.col("paid").is_not_null()
    waits = certain & (pl.col("ready") == "waits")
    counted = keyed.filter(~waits)
    sums = added_up(counted, by)
    decided = certain & pl.col("award").is_not_null()
    also = keyed.group_by(by).agg(
        decided=pl.col("paid").filter(decided & ~waits).sum(), waits=pl.col("paid").filter(waits).sum()
    )
    return (
        also.join(sums, on=by, how="left", nulls_equal=True)
        .with_columns(pl.col("certain", "decisions", "facts", "no_end").fill_null(0))
        .with_columns(certain=pl.col("certain") - pl.col("decided"))
        .sort(by, nulls_last=True)
        .select(by, "decided", "certain", "waits", "decisions", "facts", "no_end")
    )


def _period(by: str) -> pl.Expr:
    """The canonical name of the period in which a day lies."""
    day = pl.col("day")
    match by:
        case "month":
            return day.dt.strftime("%Y-%m")
        case "quarter":
            return day.dt.year().cast(pl.String) + "Q" + day.dt.quarter().cast(pl.String)
    return day.dt.year().cast(pl.String)


def until(table: pl.DataFrame, after: date | None, last: date) -> int:
    """What is certain and due after a day, which is left out, up to another, in fen."""
    days = pl.col("day") <= last
    if after is not None:
        days = days & (pl.col("day") > after)
    return int(table.filter(days & (pl.col("ready") == "due"))["paid"].sum())
