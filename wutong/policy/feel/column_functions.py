"""Texts and dates in columns, each as the interpreter has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from wutong.policy.feel.pattern import engine_pattern, replacing

Keep = Callable[[pl.Expr], pl.Expr]
"""Makes a column of an expression that is used more than once."""

DAY: Final = 86_400
_FIRST: Final = (date(1, 1, 1) - date(1970, 1, 1)).days
_LAST: Final = (date(9999, 12, 31) - date(1970, 1, 1)).days


def if_known(result: pl.Expr, *needed: pl.Expr) -> pl.Expr:
    """The result where nothing that it needs is null."""
    known = needed[0].is_not_null()
    for one in needed[1:]:
        known = known & one.is_not_null()
    return pl.when(known).then(result)


# ------------------------------------------------------------------ texts


def substring(text: pl.Expr, start: pl.Expr, length: pl.Expr | None) -> pl.Expr:
    """Part of each text; null where the place is not in it."""
    size = text.str.len_chars().cast(pl.Int64)
    at = start.cast(pl.Int64)
    first = pl.when(at > 0).then(at - 1).otherwise(size + at)
    valid = (at != 0) & (at.abs() <= size)
    if length is None:
        return pl.when(valid).then(text.str.slice(first.clip(0, None), None))
    long = length.cast(pl.Int64)
    part = text.str.slice(first.clip(0, None), long.clip(0, None))
    return pl.when(valid & (long >= 1)).then(part)


def divided(text: pl.Expr, match: pl.Expr, *, after: bool) -> pl.Expr:
    """What stands before, or after, the first place of another text; empty where it has none."""
    # one text for all rows is split wrongly where the first match is null (Polars 2.1), so it is made a column
    whole = pl.when(match.is_not_null()).then(text)
    parts = whole.str.splitn(match.fill_null(""), 2).struct
    part = parts.field("field_1") if after else parts.field("field_0")
    has = text.str.contains(match, literal=True)
    found = (
        pl.when(match == "").then(text if after else pl.lit("")).when(has).then(part).otherwise(pl.lit(""))
    )
    return if_known(found, text, match)


def matching(text: pl.Expr, pattern: str, flags: str | None) -> pl.Expr:
    """Whether each text has a pattern; null where the pattern is not valid."""
    found = engine_pattern(pattern, flags)
    return pl.lit(None, dtype=pl.Boolean) if found is None else text.str.contains(found)


def replaced(text: pl.Expr, pattern: str, replacement: str, flags: str | None) -> pl.Expr:
    """Each text with the parts that have a pattern replaced."""
    found = replacing(pattern, replacement, flags)
    return pl.lit(None, dtype=pl.String) if found is None else text.str.replace_all(found[0], found[1])


# ------------------------------------------------------------------ dates


def made(year: pl.Expr, month: pl.Expr, number: pl.Expr, keep: Keep) -> pl.Expr:
    """Day of year, month and number; null where there is no such day from year 1 to 9999."""
    year, month, number = keep(year), keep(month), keep(number)
    fits = year.is_between(1, 9999) & month.is_between(1, 12) & number.is_between(1, 31)
    safe = [keep(pl.when(fits).then(part).otherwise(pl.lit(1)).cast(pl.Int32)) for part in (year, month)]
    last = keep(last_day(safe[0], safe[1]))
    day = pl.when(fits & (number <= last)).then(number).otherwise(pl.lit(1)).cast(pl.Int32)
    return pl.when(fits & (number <= last)).then(pl.date(safe[0], safe[1], day))


def last_day(year: pl.Expr, month: pl.Expr) -> pl.Expr:
    """Number of days of each month."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return (
        pl.when(month == 2)
        .then(pl.when(leap).then(pl.lit(29)).otherwise(pl.lit(28)))
        .when(month.is_in([4, 6, 9, 11]))
        .then(pl.lit(30))
        .otherwise(pl.lit(31))
    )


def months_later(start: pl.Expr, months: pl.Expr, keep: Keep) -> pl.Expr:
    """Day so many months later; a day that a month has not is its last day."""
    # no two dates of the calendar are further apart, so a wider number is no date either
    near = months.is_between(-200_000, 200_000)
    steps = keep(pl.when(near).then(months).cast(pl.Int64))
    total = start.dt.year().cast(pl.Int64) * 12 + start.dt.month().cast(pl.Int64) - 1 + steps
    total = keep(total)
    year, month = keep(total // 12), keep(total % 12 + 1)
    number = pl.min_horizontal(start.dt.day().cast(pl.Int64), last_day(year, month).cast(pl.Int64))
    return if_known(made(year, month, number, keep), start, steps)


def days_later(start: pl.Expr, days: pl.Expr, keep: Keep) -> pl.Expr:
    """Day so many whole days later; null before year 1 and after year 9999."""
    near = pl.when(days.is_between(-4_000_000, 4_000_000)).then(days).cast(pl.Int64)
    total = keep(days_of(start) + near)
    return pl.when(total.is_between(_FIRST, _LAST)).then(total).cast(pl.Int32).cast(pl.Date)


def days_of(value: pl.Expr) -> pl.Expr:
    """Days from 1970-01-01."""
    return value.cast(pl.Int32).cast(pl.Int64)


def whole_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole months from one day to another."""

    def forward(first: pl.Expr, second: pl.Expr) -> pl.Expr:
        months = (second.dt.year() - first.dt.year()).cast(pl.Int64) * 12
        months = months + second.dt.month().cast(pl.Int64) - first.dt.month().cast(pl.Int64)
        return months - (second.dt.day() < first.dt.day()).cast(pl.Int64)

    return pl.when(end >= start).then(forward(start, end)).when(end < start).then(-forward(end, start))


def read(text: pl.Expr, keep: Keep) -> pl.Expr:
    """Dates written as 2026-11-23; null where there is no such day."""
    shaped = text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~text.str.contains("\n")
    shaped = keep(shaped)
    year, month, number = (
        pl.when(shaped).then(text).str.slice(*at).cast(pl.Int64, strict=False)
        for at in ((0, 4), (5, 2), (8, 2))
    )
    return made(year, month, number, keep)
