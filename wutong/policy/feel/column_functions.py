"""Texts and dates in columns, each as the interpreter has them."""

from __future__ import annotations

from datetime import date
from typing import Final

from wutong.policy.columns.node import LONGEST, Node, day_of, first, greatest, least, literal, null, when
from wutong.policy.feel.pattern import engine_pattern, replacing

DAY: Final = 86_400
_FIRST: Final = (date(1, 1, 1) - date(1970, 1, 1)).days
_LAST: Final = (date(9999, 12, 31) - date(1970, 1, 1)).days


# ------------------------------------------------------------------ texts


def substring(text: Node, start: Node, length: Node | None) -> Node:
    """Part of each text; null where the place is not in it."""
    size = text.length()
    place = _within_text(when(start > 0, start - 1, size + start))
    valid = (start != 0) & (abs(start) <= size)
    if length is None:
        return when(valid, text.slice(place))
    return when(valid & (length >= 1), text.slice(place, _within_text(length)))


def _within_text(place: Node) -> Node:
    return least(greatest(place, literal(0)), literal(LONGEST))


def matching(text: Node, pattern: str, flags: str | None) -> Node:
    """Whether each text has a pattern; null where the pattern is not valid."""
    found = engine_pattern(pattern, flags)
    return null("bool") if found is None else text.matches(found)


def replaced(text: Node, pattern: str, replacement: str, flags: str | None) -> Node:
    """Each text with the parts that have a pattern replaced."""
    found = replacing(pattern, replacement, flags)
    return null("text") if found is None else text.replace_all(*found)


# ------------------------------------------------------------------ dates


def made(year: Node, month: Node, number: Node) -> Node:
    """Day of year, month and number; null where there is no such day from year 1 to 9999."""
    fits = year.is_between(1, 9999) & month.is_between(1, 12) & number.is_between(1, 31)
    safe_year, safe_month = (when(fits, part.within(1, 9999), literal(1)) for part in (year, month))
    there = fits & (number <= last_day(safe_year, safe_month))
    day = when(there, number.within(1, 31), literal(1))
    return when(there, day_of(safe_year, safe_month, day))


def last_day(year: Node, month: Node) -> Node:
    """Number of days of each month."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = when(leap, literal(29), literal(28))
    return first([(month == 2, february), (month.is_in([4, 6, 9, 11]), literal(30))], literal(31))


def months_later(start: Node, months: Node) -> Node:
    """Day so many months later; a day that a month has not is its last day."""
    # no two dates of the calendar are further apart, so a wider number is no date either
    steps = months.within(-200_000, 200_000)
    total = start.part("year") * 12 + start.part("month") - 1 + steps
    year, month = total // 12, total % 12 + 1
    return made(year, month, least(start.part("day"), last_day(year, month)))


def days_later(start: Node, days: Node) -> Node:
    """Day so many whole days later; null before year 1 and after year 9999."""
    total = start.days() + days.within(-4_000_000, 4_000_000)
    return total.within(_FIRST, _LAST).from_days()


def whole_months(start: Node, end: Node) -> Node:
    """Whole months from one day to another."""

    def forward(one: Node, other: Node) -> Node:
        months = (other.part("year") - one.part("year")) * 12 + other.part("month") - one.part("month")
        return months - (other.part("day") < one.part("day")).cast("i64")

    return first([(end >= start, forward(start, end)), (end < start, -forward(end, start))])


def read(text: Node) -> Node:
    """Dates written as 2026-11-23; null where there is no such day."""
    shaped = when(text.matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~text.contains(literal("\n")), text)
    return made(*(shaped.slice(*at).digits() for at in ((0, 4), (5, 2), (8, 2))))
