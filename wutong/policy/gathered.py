"""One value from the rows of each subject: the one there is, their sum, how many, whether any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from wutong.policy.fields import Field
from wutong.policy.rows import value_of
from wutong.policy.subjects import dtype_of, stored
from wutong.policy.taken import Taken, is_yearly
from wutong.zone.catalogue import TABLES


@dataclass(frozen=True, slots=True)
class Gathered:
    """A fact of all owners, and of how many of them several rows say different things."""

    values: pl.Series
    several: int


def gathered(
    held: pl.DataFrame,
    taken: Taken,
    asked: Mapping[str, Field],
    owners: pl.DataFrame,
    year: int,
    *,
    complete: bool,
) -> dict[str, Gathered]:
    """Take facts from the same rows.

    Parameters
    ----------
    held : polars.DataFrame
        Rows with ``·at`` (place of the owner), ``·time`` and ``·holds``.
    taken : Taken
        How the rows were chosen.
    asked : mapping of str to Field
        The facts; each says what it takes.
    owners : polars.DataFrame
        ``start``: the first year of which there can be rows.
    year : int
        The year asked for.
    complete : bool
        Whether no row is no. Else it is unknown: who has no row at all of the time asked for has told nothing.

    Returns
    -------
    dict of str to Gathered
        For each owner in order. A row that may hold leaves unknown all that it could change.
    """
    single = held["·at"].n_unique() == held.height
    each = (_one_each if single else _many_each)(
        held, {name: (field.taken or taken, field) for name, field in asked.items()}
    )
    told = _told(each, taken, held, owners, year)
    found = {}
    for name, field in asked.items():
        values = pl.Series([None], dtype=dtype_of(field)).new_from_index(0, owners.height)
        take = (field.taken or taken).take
        if take in ("any", "count", "sum"):
            nothing: bool | int = False if take == "any" else 0
            if complete:
                values = values.fill_null(nothing)
            values = values.clone().scatter(each["·at"], each[name])
            if not complete:
                # what is there is there; that nothing is there is known only of who has told
                sure = told if take != "any" else told | values
                values = values.set(~sure.fill_null(value=False), None)
        else:
            values = values.clone().scatter(each["·at"], each[name])
        several = f"·several {name}"
        found[name] = Gathered(values, int(each[several].sum()) if several in each.columns else 0)
    return found


def _told(each: pl.DataFrame, taken: Taken, held: pl.DataFrame, owners: pl.DataFrame, year: int) -> pl.Series:
    """Who has told of the time asked for: with a row at least, and of all years with one for each."""
    no = pl.Series([False]).new_from_index(0, owners.height)
    if not (is_yearly(TABLES[taken.table]) and taken.year is None and not taken.dated):
        return no.clone().scatter(each["·at"], each["·told"].fill_null(value=False))
    begins = owners["entered"] if taken.since == "entered" else owners["start"]
    if taken.since.isdigit():
        begins = begins.fill_null(int(taken.since)).clip(int(taken.since))
    years = held.select("·at", pl.col("period").cast(pl.Int32).alias("·year"))
    years = years.filter(years["·year"] >= begins.gather(years["·at"]))
    counted = years.group_by("·at").len("·years")
    whole = counted["·years"].cast(pl.Int32) == year - begins.gather(counted["·at"]) + 1
    return no.clone().scatter(counted["·at"], whole)


def _one_each(held: pl.DataFrame, asked: Mapping[str, tuple[Taken, Field]]) -> pl.DataFrame:
    """Facts of owners with one row each."""
    holds = pl.col("·holds")
    exprs = {}
    for name, (taken, field) in asked.items():
        match taken.take:
            case "any":
                exprs[name] = holds
            case "count":
                exprs[name] = holds.cast(pl.Int64) * stored(field).scale
            case "sum":
                exprs[name] = pl.when(holds).then(value_of(held, taken, field)).when(~holds).then(0)
            case _:
                exprs[name] = pl.when(holds).then(value_of(held, taken, field))
    return held.select("·at", pl.col("·time").alias("·told"), **exprs)


def _many_each(held: pl.DataFrame, asked: Mapping[str, tuple[Taken, Field]]) -> pl.DataFrame:
    """Facts of owners of whom some have several rows."""
    holds = pl.col("·holds")
    wide = held.select(
        "·at",
        "·time",
        "·holds",
        **{
            f"·{name}": pl.when(holds).then(value_of(held, taken, field))
            for name, (taken, field) in asked.items()
            if taken.take not in ("any", "count")
        },
    )
    unsure = holds.is_null().any()
    exprs = {"·told": pl.col("·time").any()}
    for name, (taken, field) in asked.items():
        value = pl.col(f"·{name}")
        whole = ~unsure & ~(holds & value.is_null()).any()
        match taken.take:
            case "any":
                exprs[name] = holds.any(ignore_nulls=False)
            case "count":
                exprs[name] = pl.when(~unsure).then(holds.sum().cast(pl.Int64) * stored(field).scale)
            case "sum":
                exprs[name] = pl.when(whole).then(value.sum())
            case "earliest":
                exprs[name] = pl.when(whole).then(value.min())
            case "latest":
                exprs[name] = pl.when(whole).then(value.max())
            case _:
                exprs[name] = pl.when(whole & (value.min() == value.max())).then(value.max())
                exprs[f"·several {name}"] = (value.min() != value.max()).fill_null(value=False)
    return wide.group_by("·at").agg(**exprs)
