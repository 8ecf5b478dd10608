"""What meeting a near miss is worth once measures have met: a firm that wins one award may lose another for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.policy.certain import added_up
from wutong.policy.hanging import without_others
from wutong.policy.outcomes import COLUMNS
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.policy.subjects import checked

_NEAR: Final = "·near"


def gained(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], found: pl.DataFrame, near: pl.DataFrame, year: int
) -> pl.Series:
    """What each near miss would give its firm in all, if it were met and nothing else changed.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind.
    found : polars.DataFrame
        Their outcomes, as ``wutong.policy.run.outcomes`` gives them.
    near : polars.DataFrame
        Near misses, as ``wutong.policy.near`` gives them.
    year : int
        As for ``wutong.policy.stack``.

    Returns
    -------
    polars.Series
        ``more``, in fen, for each row of ``near``: what the firm gets for certain with all its subjects, less what it gets
        now, after exclusion and ceilings. Places and budgets are left aside, for they hang on what all others do. Null where
        no one fact is enough.

    Notes
    -----
    Each near miss is worked out in a copy of its firm, all copies at once.
    """
    subjects = {kind: checked(table, book.fields) for kind, table in subjects.items()}
    rows = near.with_row_index(_NEAR).filter(pl.col("fact").is_not_null() & pl.col("needed").is_not_null())
    bare = without_others(book)
    size = near.height
    if rows.is_empty():
        return pl.Series("more", [None] * size, dtype=pl.Int64)
    moves = rows.select(_NEAR, "kind", "subject", "fact", "needed")
    firms = rows.select(_NEAR, "firm")
    tables = {kind: _copies(table, firms, moves.filter(kind=kind)) for kind, table in subjects.items()}
    now = stacked(bare, subjects, found, year).table
    kept = firms.join(found, on="firm").join(moves, on=[_NEAR, "kind", "subject"], how="anti")
    moved = {
        kind: table.join(_named(moves.filter(kind=kind)), on="subject", how="semi")
        for kind, table in tables.items()
    }
    # a place that few have stays a decision, whoever is looked at
    fresh = outcomes(book, {kind: table for kind, table in moved.items() if not table.is_empty()})
    both = pl.concat([_named(kept, "subject", "firm").select(list(COLUMNS)), fresh])
    then = stacked(bare, tables, both, year).table
    before = added_up(now, "firm").select("firm", before="certain")
    after = added_up(then, "firm").select("firm", after="certain")
    sums = (
        firms.with_columns(copy=_copy("firm"))
        .join(before, on="firm", how="left")
        .join(after, left_on="copy", right_on="firm", how="left")
        .select(_NEAR, more=pl.col("after").fill_null(0) - pl.col("before").fill_null(0))
    )
    return near.with_row_index(_NEAR).join(sums, on=_NEAR, how="left", maintain_order="left")["more"]


def _copies(table: pl.DataFrame, firms: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """The subjects of each firm, once for each of its near misses, with the one fact moved."""
    both = firms.join(table, on="firm").join(moves.drop("kind"), on=[_NEAR, "subject"], how="left")
    facts = [
        pl.when(pl.col("fact") == name)
        .then(pl.col("needed").cast(table.schema[name]))
        .otherwise(name)
        .alias(name)
        for name in moves["fact"].unique(maintain_order=True)
    ]
    return _named(both.with_columns(facts), "subject", "firm").select(table.columns)


def _named(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Rows under the names of their copies."""
    return rows.with_columns(_copy(name).alias(name) for name in names or ("subject",))


def _copy(name: str) -> pl.Expr:
    return pl.format("{}·{}", _NEAR, name)
