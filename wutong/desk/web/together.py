"""One firm with all that it can have at once: what is certain, what others take from it, what hangs on what is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from wutong.desk.web.worked import WorkedOut
from wutong.policy.certain import SUMS, added_up
from wutong.policy.feel.values import Value
from wutong.policy.hanging import hanging, without_others
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook
from wutong.policy.stack import stacked
from wutong.policy.subjects import dtype_of, held

KINDS: Final = ("firm", "project")
"""Subjects whose awards are shown as those of a firm; what a person gets is the person's."""

NOBODY: Final = "·"
"""Id and firm of somebody who stands in no table."""

_ROW: Final = ("kind", "subject", "measure")


@dataclass(frozen=True, slots=True)
class Together:
    """What one firm gets when measures have met.

    ``rows`` are those of the firm and its projects as ``wutong.policy.stack`` gives them; ``tables`` their facts by kind.
    In fen: ``alone``, what is certain of each by itself, added up; ``taken``, what others take of it for certain; ``certain``,
    what remains for certain; ``decisions`` and ``facts``, what these may add at most; and of how many rows no end is known.
    """

    rows: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    alone: int
    taken: int
    certain: int
    decisions: int
    facts: int
    no_end: int


def together(
    book: Rulebook, worked: WorkedOut, firm: str, kind: str, subject: str, told: Mapping[str, Value]
) -> Together:
    """Settle what one firm gets.

    Parameters
    ----------
    book : Rulebook
        The measures.
    worked : WorkedOut
        These for all subjects of the zone.
    firm, kind, subject : str
        Whose, and of which subject of it facts were told; ``NOBODY`` for one that is in no table.
    told : mapping of str to value
        Facts that take the place of those of the tables; none leaves all as it was worked out.

    Raises
    ------
    TableError
        If a fact is too large or too fine for a table.
    """
    settled, tables = worked.settled, worked.subjects
    if told or subject == NOBODY:
        tables = {**tables, kind: with_facts(book, tables[kind], firm, subject, told)}
        settled = _again(book, worked, tables, firm, kind, subject)
    kinds = KINDS if kind in KINDS else (kind,)
    ours = (pl.col("firm") == firm) & pl.col("kind").is_in(kinds)
    if kind not in KINDS:
        ours &= pl.col("subject") == subject
    rows = settled.filter(ours)
    own = sums_by(settled, ours, pl.lit("")).get("", dict.fromkeys(SUMS, 0))
    sure = rows.filter(pl.col("state") == "eligible")
    taken = sure.select(pl.col("amount") - pl.coalesce("paid", "paid_high", "amount")).to_series().sum()
    return Together(
        rows,
        {name: table.filter(pl.col("firm") == firm) for name, table in tables.items() if name in kinds},
        int(sure["amount"].sum()),
        int(taken),
        **own,
    )


def sums_by(settled: pl.DataFrame, ours: pl.Expr, by: pl.Expr) -> dict[str, dict[str, int]]:
    """Add up some rows by what they are, as ``wutong.policy.certain`` does.

    What hangs together with others' awards is bounded with theirs; all the rest is left aside.
    """
    ties = settled.filter(ours)["together"].drop_nulls().unique()
    some = settled.filter(ours | pl.col("together").is_in(ties.implode()))
    sums = added_up(some.with_columns(pl.when(ours).then(by).alias("·by")), "·by")
    rows = sums.filter(pl.col("·by").is_not_null()).iter_rows(named=True)
    return {str(row["·by"]): {name: int(row[name]) for name in SUMS} for row in rows}


def with_facts(
    book: Rulebook, table: pl.DataFrame, firm: str, subject: str, told: Mapping[str, Value]
) -> pl.DataFrame:
    """A table of subjects in which facts of one are told; one that it has not stands at its end.

    Raises
    ------
    TableError
        If a fact is too large or too fine for its column.
    """
    if subject not in table["subject"]:
        new = pl.DataFrame({"subject": [subject], "firm": [firm]})
        table = pl.concat([table, new], how="diagonal")
    here = pl.col("subject") == subject
    columns = []
    for name, value in told.items():
        dtype = dtype_of(book.fields[name])
        new_value = pl.lit(held(value, book.fields[name], subject), dtype=dtype)
        old = pl.col(name) if name in table.columns else pl.lit(None, dtype=dtype)
        columns.append(pl.when(here).then(new_value).otherwise(old).cast(dtype).alias(name))
    return table.with_columns(columns)


def _again(
    book: Rulebook,
    worked: WorkedOut,
    tables: Mapping[str, pl.DataFrame],
    firm: str,
    kind: str,
    subject: str,
) -> pl.DataFrame:
    """Settle again, with the facts of one subject changed: its firm's rows, and those on which they hang."""
    own = outcomes_by_hand(book, {kind: tables[kind].filter(pl.col("subject") == subject)})
    if kind not in KINDS:
        # others are not looked at where one is a person: their places would tell of them
        alone = without_others(book)
        return stacked(alone, {kind: tables[kind]}, own, worked.on.year).table
    shared = hanging(book, between_firms(book))
    wanted = (pl.col("firm") == firm) | pl.col("measure").is_in(sorted(shared))
    rows = worked.outcomes.with_row_index("·at").filter(wanted)
    mine = (pl.col("kind") == kind) & (pl.col("subject") == subject)
    places = rows.filter(mine).select("·at", *_ROW)
    own = own.join(places, on=_ROW, how="left", maintain_order="left")
    both = pl.concat([rows.filter(~mine), own.select(rows.columns)]).sort(
        "·at", nulls_last=True, maintain_order=True
    )
    return stacked(book, tables, both.drop("·at"), worked.on.year).table


def between_firms(book: Rulebook) -> Collection[str]:
    """Measures of which one firm's award may hang on another's: those with few places, and those under a budget."""
    return {one.id for one in book.measures if any(each.quota or each.budget for each in one.editions)}
