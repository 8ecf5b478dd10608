"""Rows of a zone's tables as facts ask for them: of whom, of which year, and whether they hold.

Whether a row holds is yes, no or not known (null), and stays so through every ``and``: a row whose year or whose compared
cell is empty may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from wutong.policy.fields import Field
from wutong.policy.subjects import stored
from wutong.policy.taken import Taken, beside, dated_by, is_yearly, unit_of
from wutong.zone.catalogue import TABLES
from wutong.zone.identity import bare_name, resolve
from wutong.zone.periods import bounds
from wutong.zone.schema import Column
from wutong.zone.units import factor

VALID: Final[Mapping[str, tuple[str, str]]] = {
    "certificate": ("granted", "expires"),
    "firm_name": ("start", "end"),
    "list_member": ("start", "end"),
    "owner": ("start", "end"),
    "related_party": ("start", "end"),
}
"""Tables whose rows hold from one day to another, with the columns of both."""

_UNKNOWN: Final = pl.lit(None, dtype=pl.Boolean)


def with_holds(
    frame: pl.DataFrame, taken: Taken, link: str, on: date, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Say of each row whether it is of the time asked for, and whether it holds.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of ``taken.table``.
    taken : Taken
        What is asked.
    link : str
        The column in which the subject, or its firm, stands.
    on : date
        The day for which the rulebook is run; its year is the year asked for.
    tables : mapping of name to polars.DataFrame
        All tables of the zone.

    Returns
    -------
    polars.DataFrame
        The rows that may be of the time, with ``·time`` and ``·holds``.
    """
    within = frame.with_columns(_time(frame, taken, on).alias("·time"))
    within = within.filter(pl.col("·time").fill_null(value=True))
    holds = pl.col("·time")
    for name, value in taken.where:
        holds &= _equal(TABLES[taken.table].column(name), value)
    if taken.take in ("any", "count", "first time", "years in a row") and taken.column:
        holds &= pl.col(taken.column)
    if "·sure" in frame.columns:
        holds &= pl.when("·sure").then(pl.lit(value=True)).otherwise(_UNKNOWN)
    if taken.unrelated:
        within = _with_related(within, taken, link, tables)
        holds &= ~pl.col("·related")
    return within.with_columns(holds.alias("·holds"))


def span(frame: pl.DataFrame, column: Column) -> tuple[pl.Expr, pl.Expr]:
    """First and last day of a column of dates or periods; null where it is empty.

    Examples
    --------
    >>> frame = pl.DataFrame({"period": ["2024Q1", None]})
    >>> frame.select(span(frame, TABLES["trade"].column("period"))[1].alias("last")).rows()
    [(datetime.date(2024, 3, 31),), (None,)]
    """
    name = column.name
    if column.kind == "date":
        return pl.col(name), pl.col(name)
    days = {period: bounds(period) for period in frame[name].drop_nulls().unique().to_list()}

    def end(at: int) -> pl.Expr:
        known = {period: both[at] for period, both in days.items()}
        return pl.col(name).replace_strict(known, default=None, return_dtype=pl.Date)

    return end(0), end(1)


# ------------------------------------------------------------ when


def _time(frame: pl.DataFrame, taken: Taken, on: date) -> pl.Expr:
    """Whether a row is of the time that is asked for."""
    table = TABLES[taken.table]
    history = taken.take in ("first time", "years in a row")
    valid = taken.table in VALID and not taken.dated
    if valid and taken.year is None and taken.take in ("value", "sum", "count", "any"):
        return in_force(frame, taken.table, on)
    by = dated_by(table, taken.dated)
    if not by:
        return pl.lit(value=True)
    year = on.year + (taken.year or 0)
    # what began before and still holds is cut by years, not by rows
    since = int(taken.since) if taken.since.isdigit() and not (history and valid) else None
    if is_yearly(table) and by == "period":
        # four digits in the order of their years: no day needs to be made of them
        if taken.year is not None and not history:
            return pl.col(by) == str(year)
        return pl.col(by).is_between(pl.lit(str(since or 0).zfill(4)), pl.lit(str(year)))
    first, last = span(frame, table.column(by))
    if taken.year is not None and not history:
        low, high = taken.months or (1, 12)
        start, end = bounds(f"{year}-{low:02d}")[0], bounds(f"{year}-{high:02d}")[1]
        if table.column(by).kind == "period" and (taken.take == "value" or taken.table == "firm_month"):
            # months and runs of months may stand beside the year: the one value is that of the whole time
            return (first == start) & (last == end)
        return _kleene((first >= start) & (last <= end), (last < start) | (first > end))
    end = date(year, 12, 31)
    late = first > end
    early = last < date(since, 1, 1) if since else pl.lit(value=False)
    # what was known by the end of the year had happened by then
    there = (last <= end) | (pl.col("as_of") <= end)
    if since:
        there &= first >= date(since, 1, 1)
    return _kleene(there & ~late.fill_null(value=False), late | early)


def in_force(frame: pl.DataFrame, table: str, on: date) -> pl.Expr:
    """Whether rows hold on a day.

    An empty beginning is the day from which the row was known. An empty end is none, save of a certificate: of one
    without its last day nobody knows whether it is still in force.
    """
    start, end = VALID[table]
    first, last = span(frame, TABLES[table].column(start))
    begun = _kleene(pl.coalesce(last, "as_of") <= on, pl.coalesce(first, "as_of") > on)
    until, over = span(frame, TABLES[table].column(end))
    lasts = _kleene(until >= on, over < on)
    if table != "certificate":
        lasts = pl.when(pl.col(end).is_null()).then(pl.lit(value=True)).otherwise(lasts)
    return begun & lasts


def _kleene(yes: pl.Expr, no: pl.Expr) -> pl.Expr:
    return pl.when(yes).then(pl.lit(value=True)).when(no).then(pl.lit(value=False)).otherwise(_UNKNOWN)


def _equal(column: Column, value: str) -> pl.Expr:
    match column.kind:
        case "flag":
            return pl.col(column.name) == (value == "true")
        case "date":
            return pl.col(column.name) == date.fromisoformat(value)
        case "count":
            return pl.col(column.name) == int(value)
    return pl.col(column.name) == value


# ------------------------------------------------------------ who


def with_members(frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Look up members of lists that nobody has resolved: by their name, or as firms that they may be.

    Returns
    -------
    polars.DataFrame
        With ``·sure``: false where a firm is one of those that a name may mean.
    """
    loose = frame.filter(pl.col("firm").is_null())
    known = frame.filter(pl.col("firm").is_not_null()).with_columns(pl.lit(value=True).alias("·sure"))
    if loose.is_empty():
        return known
    meant = resolve(loose["member"].unique(maintain_order=True), tables["firm"], tables["firm_name"])
    meant = meant.select("name", pl.col("firm").alias("·firm"), "candidates").explode("candidates")
    found = loose.join(meant, left_on="member", right_on="name").filter(pl.col("candidates").is_not_null())
    found = found.with_columns(
        pl.coalesce("·firm", "candidates").alias("firm"), pl.col("·firm").is_not_null().alias("·sure")
    )
    return pl.concat([known, found.select(known.columns).unique(maintain_order=True)])


def _with_related(
    frame: pl.DataFrame, taken: Taken, link: str, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Say of each row whether the two sides are related, in either direction, at any time of the row's period.

    Not known where the register of related parties is empty, or where the other side is no firm that is known.
    """
    register = tables["related_party"]
    if register.is_empty():
        return frame.with_columns(_UNKNOWN.alias("·related"))
    rows = _with_other(frame, taken, link, tables).with_row_index("·row")
    table = TABLES[taken.table]
    first, last = span(rows, table.column(dated_by(table, taken.dated)))
    rows = rows.with_columns(first.alias("·first"), last.alias("·last"))
    start, _ = span(register, TABLES["related_party"].column("start"))
    _, end = span(register, TABLES["related_party"].column("end"))
    one_way = register.select(
        pl.col("firm").alias("·a"), pl.col("other").alias("·b"), start.alias("·from"), end.alias("·to")
    )
    both = pl.concat(
        [one_way, one_way.select(pl.col("·b").alias("·a"), pl.col("·a").alias("·b"), "·from", "·to")]
    )
    apart = (pl.col("·to") < pl.col("·first")) | (pl.col("·from") > pl.col("·last"))
    always = pl.col("·from").is_null() & pl.col("·to").is_null()
    dated = pl.col("·first").is_not_null()
    pairs = (
        rows.join(both, left_on=[link, "·other"], right_on=["·a", "·b"])
        .select("·row", _kleene(always | (dated & ~apart.fill_null(value=False)), apart).alias("·tied"))
        .group_by("·row")
        .agg(pl.col("·tied").any(ignore_nulls=False))
    )
    joined = rows.join(pairs, on="·row", how="left", maintain_order="left")
    own = pl.col(link) == pl.col("·other")
    known = (
        pl.when(pl.col("·row").is_in(pairs["·row"].implode())).then("·tied").otherwise(pl.lit(value=False))
    )
    related = (
        pl.when(pl.col("·other").is_null()).then(_UNKNOWN).when(own).then(pl.lit(value=True)).otherwise(known)
    )
    return joined.with_columns(related.alias("·related"))


def _with_other(
    frame: pl.DataFrame, taken: Taken, link: str, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    if taken.table == "trade":
        return frame.with_columns(pl.col("buyer" if link == "seller" else "seller").alias("·other"))
    names = pl.concat([tables["firm"].select("firm", "name"), tables["firm_name"].select("firm", "name")])
    bare = names.select("firm", bare_name(pl.col("name")).alias("·bare")).unique()
    one = (
        bare.group_by("·bare")
        .agg(pl.col("firm").first().alias("·other"), pl.len())
        .filter(pl.col("len") == 1)
    )
    return frame.with_columns(bare_name(pl.col("other")).alias("·bare")).join(
        one.drop("len"), on="·bare", how="left", maintain_order="left"
    )


# ------------------------------------------------------------ what


def value_of(frame: pl.DataFrame, taken: Taken, field: Field) -> pl.Expr:
    """The value of a row as the column of a fact holds it: whole numbers, to the nearest unit of the fact's scale.

    A bound (more than, about) is no value. A unit that is not known, and a period that is longer than a day where the
    measure does not say which day is taken, leave it unknown.
    """
    table = TABLES[taken.table]
    column = table.column(taken.column)
    name = pl.col(taken.column)
    scale = stored(field).scale
    match column.kind:
        case "money":
            return name * scale
        case "count":
            return name * scale
        case "rate":
            return _whole(name * float(scale))
        case "number" if beside(column, table):
            base = unit_of(field.type)
            units = {unit: factor(unit, base) for unit in frame["unit"].drop_nulls().unique().to_list()}
            times = {unit: float(found * scale) for unit, found in units.items() if found is not None}
            number = name * pl.col("unit").replace_strict(times, default=None, return_dtype=pl.Float64)
            if any(one.name == "sense" for one in table.columns):
                number = pl.when(pl.col("sense").fill_null("eq") == "eq").then(number)
            return _whole(number)
        case "number":
            return _whole(name * float(scale))
        case "period" if field.type.kind == "date":
            first, last = span(frame, column)
            if taken.ends:
                return first if taken.ends == "first" else last
            return pl.when(first == last).then(first)
    return name


def _whole(number: pl.Expr) -> pl.Expr:
    rounded = number.round(mode="half_away_from_zero")
    return pl.when(rounded.abs() < 2.0**63).then(rounded).cast(pl.Int64)
