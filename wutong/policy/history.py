"""What only a history can say: the first time, and how many years in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from wutong.policy.rows import VALID, span
from wutong.policy.taken import Taken, dated_by, is_yearly
from wutong.zone.catalogue import TABLES


@dataclass(frozen=True, slots=True)
class Years:
    """Whether the fact held in each year, for all subjects at once.

    ``states`` has for each year, the earliest first, one boolean a subject, null where that is not known; the last is
    the year asked for. ``earlier`` says the same of all years before the first of them.
    """

    states: tuple[pl.Series, ...]
    earlier: pl.Series


def first_time(years: Years) -> pl.Series:
    """Whether the last year is the first of all in which the fact held.

    Examples
    --------
    >>> no, yes, unknown = (pl.Series([one], dtype=pl.Boolean) for one in (False, True, None))
    >>> [first_time(Years((before, yes), no))[0] for before in (no, yes, unknown)]
    [True, False, None]
    """
    before = years.earlier
    for state in years.states[:-1]:
        before = before | state
    return years.states[-1] & ~before


def in_a_row(years: Years) -> pl.Series:
    """How many years up to the last the fact held without a gap; null where a year that decides it is not known.

    Examples
    --------
    >>> no, yes, unknown = (pl.Series([one], dtype=pl.Boolean) for one in (False, True, None))
    >>> [in_a_row(Years((before, no, yes, yes), unknown))[0] for before in (no, yes, unknown)]
    [2, 2, 2]
    >>> [in_a_row(Years((yes, yes), earlier))[0] for earlier in (no, unknown)]
    [2, None]
    """
    count = len(years.earlier)
    run = pl.Series([0], dtype=pl.Int64).new_from_index(0, count)
    unsure = pl.Series([False]).new_from_index(0, count)
    alive = pl.Series([True]).new_from_index(0, count)
    for state in reversed(years.states):
        alive = alive & state
        unsure = unsure | alive.is_null()
        alive = alive.fill_null(value=False)
        run = run + alive.cast(pl.Int64)
    unsure = unsure | (alive & years.earlier.is_null())
    return run.set(unsure, None)


def years_of(rows: pl.DataFrame, taken: Taken, year: int, owners: pl.DataFrame, *, complete: bool) -> Years:
    """Put rows in order by year.

    Parameters
    ----------
    rows : polars.DataFrame
        Of the table, with ``·at`` (place of the owner) and ``·holds``.
    taken : Taken
        What is asked.
    year : int
        The last year.
    owners : polars.DataFrame
        ``start``, the first year of which there can be rows, and ``entered``; both may be null.
    complete : bool
        Whether no row means that the fact did not hold. Else a year without a row is not known, from the first on.

    Returns
    -------
    Years
        For each owner in order.
    """
    held = _by_year(rows, taken, year)
    loose = held.filter(pl.col("·year").is_null() & pl.col("·holds").fill_null(value=True))["·at"].unique()
    known = held.filter(pl.col("·year").is_not_null() & (pl.col("·year") <= year))
    lowest = known["·year"].min()
    first = min(lowest, year) if isinstance(lowest, int) else year
    begins = owners["start"]
    if taken.since == "entered":
        begins = owners["entered"]
    elif taken.since:
        first = max(first, min(int(taken.since), year))
        begins = begins.fill_null(int(taken.since)).clip(int(taken.since))
    before_entry = begins.fill_null(first) if taken.since == "entered" else None
    states = tuple(_states(known, range(first, year + 1), begins, before_entry, complete=complete))
    nothing = pl.Series([None], dtype=pl.Boolean).new_from_index(0, len(begins))
    no = pl.Series([False]).new_from_index(0, len(begins))
    unsure = no.clone().scatter(loose, None)
    earlier = no if complete else no.zip_with((begins >= first).fill_null(value=False), nothing)
    # a row of an unknown year may be of the last one too
    return Years((*states[:-1], states[-1] | unsure), earlier | unsure)


def _states(
    known: pl.DataFrame, years: range, begins: pl.Series, entry: pl.Series | None, *, complete: bool
) -> Iterator[pl.Series]:
    of_year = known.partition_by("·year", as_dict=True)
    count = len(begins)
    nothing = pl.Series([None], dtype=pl.Boolean).new_from_index(0, count)
    no = pl.Series([False]).new_from_index(0, count)
    for year in years:
        state = no if complete else no.zip_with((begins > year).fill_null(value=False), nothing)
        rows = of_year.get((year,))
        if rows is not None:
            each = rows
            if rows["·at"].n_unique() < rows.height:
                each = rows.group_by("·at").agg(pl.col("·holds").any(ignore_nulls=False))
            state = state.clone().scatter(each["·at"], each["·holds"])
        yield state if entry is None else state.zip_with(entry <= year, no)


def _by_year(rows: pl.DataFrame, taken: Taken, year: int) -> pl.DataFrame:
    """One row for each owner and year in which a row of the table holds; a null year is not known."""
    table = TABLES[taken.table]
    by = dated_by(table, taken.dated)
    if is_yearly(table) and by == "period":
        return rows.select("·at", "·holds", pl.col(by).cast(pl.Int32).alias("·year"))
    first, last = span(rows, table.column(by))
    if taken.table in VALID and not taken.dated:
        return _spread(rows, taken.table, year)
    one = pl.when(first.dt.year() == last.dt.year()).then(first.dt.year())
    return rows.select("·at", "·holds", one.alias("·year"))


def _spread(rows: pl.DataFrame, table: str, year: int) -> pl.DataFrame:
    """Rows that hold from one day to another, once for each year; of a certificate without its last day that of its grant alone is known."""
    start, end = (TABLES[table].column(name) for name in VALID[table])
    first, last = (pl.coalesce(one, "as_of") for one in span(rows, start))
    until, over = (one.dt.year() for one in span(rows, end))
    begun = pl.when(first.dt.year() == last.dt.year()).then(first.dt.year())
    open_end = begun if table == "certificate" else pl.lit(year, dtype=pl.Int32)
    spread = rows.select(
        "·at",
        "·holds",
        begun.alias("·begun"),
        pl.coalesce(until, open_end).alias("·sure"),
        pl.min_horizontal(pl.coalesce(over, pl.lit(year)), pl.lit(year)).cast(pl.Int32).alias("·over"),
    )
    dated = spread.filter(pl.col("·begun").is_not_null() & (pl.col("·begun") <= year))
    each = dated.with_columns(
        pl.int_ranges("·begun", pl.col("·over") + 1, dtype=pl.Int32).alias("·year")
    ).explode("·year")
    unsure = pl.lit(None, dtype=pl.Boolean)
    return pl.concat(
        [
            each.filter(pl.col("·year").is_not_null()).select(
                "·at",
                pl.when(pl.col("·year") <= pl.col("·sure"))
                .then("·holds")
                .otherwise(pl.col("·holds") & unsure)
                .alias("·holds"),
                "·year",
            ),
            spread.filter(pl.col("·begun").is_null()).select(
                "·at", "·holds", pl.col("·begun").alias("·year")
            ),
        ]
    )
