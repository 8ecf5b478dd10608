"""What a zone's table of awards says was decided and paid, held against the measures and their subjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.policy.rulebook import Rulebook

NAMED: Final = ("project", "person")
"""Kinds of subjects that an award may name beside its firm."""


def awards_of(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], table: pl.DataFrame, year: int
) -> pl.DataFrame:
    """Say of each award for what kind of subject it is, for which, and whether it is of the year.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind; where a firm has one project alone, an award that names none is for that one.
    table : polars.DataFrame
        The zone's table ``award``.
    year : int
        The year for which the measures are run.

    Returns
    -------
    polars.DataFrame
        The rows of the table with ``kind`` (null for a measure that is not in the rulebook), ``subject`` (null where it is not
        known which of the firm's it is) and ``in_year`` (null where the award names no period).

    Examples
    --------
    >>> from wutong.words import Text
    >>> from wutong.zone.catalogue import TABLES
    >>> nothing = Text("", "")
    >>> awards_of(Rulebook(nothing, False, nothing, (), {}, (), {}, {}, ()), {}, TABLES["award"].empty(), 2026).height
    0
    """
    kinds = pl.DataFrame(
        [(one.id, one.subject) for one in book.measures],
        schema={"measure": pl.String, "kind": pl.String},
        orient="row",
    )
    found = table.join(kinds, on="measure", how="left", maintain_order="left")
    named = []
    for kind in NAMED:
        found = found.join(_only(subjects.get(kind), kind), on="firm", how="left", maintain_order="left")
        named.append(pl.when(pl.col("kind") == kind).then(pl.coalesce(kind, f"·only {kind}")))
    first = pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False)
    last = pl.coalesce(pl.col("period").str.extract(r"^\d{4}\.\.(\d{4})$").cast(pl.Int64), first)
    return found.with_columns(
        subject=pl.coalesce(pl.when(pl.col("kind") == "firm").then("firm"), *named),
        in_year=(first <= year) & (last >= year),
    ).drop(f"·only {kind}" for kind in NAMED)


def _only(table: pl.DataFrame | None, kind: str) -> pl.DataFrame:
    """Firms with one subject of a kind, and which it is."""
    name = f"·only {kind}"
    if table is None or "firm" not in table.columns:
        return pl.DataFrame(schema={"firm": pl.String, name: pl.String})
    return (
        table.group_by(pl.col("firm").cast(pl.String))
        .agg(pl.len().alias("·many"), pl.col("subject").cast(pl.String).first().alias(name))
        .filter(pl.col("·many") == 1)
        .drop("·many")
    )
