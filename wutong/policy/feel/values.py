"""What an expression can come to: exact numbers, texts, booleans, dates, two kinds of duration, ranges, null."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context
from fractions import Fraction
from typing import Final

DIGITS: Final = 34
"""Digits of what cannot be exact, such as a root, as in decimal128 of the DMN standard."""

CONTEXT: Final = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
DAY: Final = 86_400


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """A duration of days and time, in seconds."""

    seconds: Fraction


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months, in months."""

    months: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A range between two values of one kind; an end that is None is open without bound."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool


Value = Fraction | bool | str | date | Days | Months | Interval | None
Values = tuple["Value", ...]

_TIME: Final = r"(?:T(?=\d)(?:(\d{1,10})H)?(?:(\d{1,10})M)?(?:(\d{1,12}(?:\.\d{0,20})?)S)?)?"
_DAYS: Final = re.compile(rf"(-?)P(?=[\dT])(?:(\d{{1,10}})D)?{_TIME}", re.A)
_MONTHS: Final = re.compile(r"(-?)P(?=\d)(?:(\d{1,10})Y)?(?:(\d{1,10})M)?", re.A)
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.A)
_FAR: Final = re.compile(r"(-\d{4,9}|[1-9]\d{4,8}|0000)-(\d{2})-(\d{2})", re.A)
_TIMED: Final = re.compile(r"(?:-?\d{4,9}-\d{2}-\d{2}T)?\d{2}:\d{2}:\d{2}.*", re.A | re.S)


def kind_of(value: Value) -> str:
    """Name the kind of a value.

    Examples
    --------
    >>> kind_of(Fraction(1)), kind_of(True), kind_of(None)
    ('number', 'boolean', 'null')
    """
    if value is None:
        return "null"
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "boolean"),
        (Fraction, "number"),
        (str, "text"),
        (date, "date"),
        (Days, "days"),
        (Months, "months"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "range")


def day(text: str) -> date | None:
    """Read a date.

    Examples
    --------
    >>> day("2024-02-29"), day("2023-02-29")
    (datetime.date(2024, 2, 29), None)
    """
    found = _DATE.fullmatch(text)
    return made_day(*(int(part) for part in found.groups())) if found else None


def is_far(text: str) -> bool:
    """Tell whether a text is a date of a year before 1 or after 9999.

    Examples
    --------
    >>> is_far("999999999-12-31"), is_far("2026-11-23"), is_far("-0001-13-01")
    (True, False, False)
    """
    found = _FAR.fullmatch(text)
    return (
        found is not None and made_day(2024, int(found[2]), int(found[3])) is not None and day(text) is None
    )


def made_day(year: int, month: int, number: int) -> date | None:
    """Make a date of its parts; None where there is no such day from year 1 to 9999."""
    try:
        return date(year, month, number)
    except (ValueError, OverflowError):
        return None


def is_timed(text: str) -> bool:
    """Tell whether a text is a time of day or a date with one."""
    return _TIMED.fullmatch(text) is not None


def duration(text: str) -> Days | Months | None:
    """Read a duration of either kind.

    Examples
    --------
    >>> duration("P1Y2M"), duration("-PT36H"), duration("P1Y1D")
    (Months(months=14), Days(seconds=Fraction(-129600, 1)), None)
    """
    found = _MONTHS.fullmatch(text)
    if found is not None:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return Months(-months if found[1] else months)
    found = _DAYS.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (Fraction(part or 0) for part in found.groups()[1:])
    total = days * DAY + hours * 3600 + minutes * 60 + seconds
    return Days(-total if found[1] else total)


def after(start: date, length: Days | Months) -> date | None:
    """Day that lies a duration after a day; a day that a month has not is its last day.

    Examples
    --------
    >>> after(date(2024, 1, 31), Months(1)), after(date(2024, 1, 31), Days(Fraction(DAY)))
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 1))
    """
    if isinstance(length, Days):
        try:
            return start + timedelta(days=length.seconds // DAY)
        except OverflowError:
            return None
    years, month = divmod(start.year * 12 + start.month - 1 + length.months, 12)
    return next((d for n in range(start.day, 27, -1) if (d := made_day(years, month + 1, n))), None) or (
        made_day(years, month + 1, min(start.day, 28))
    )


def whole_months(start: date, end: date) -> int:
    """Whole months from one day to another, negative if the other lies before.

    Examples
    --------
    >>> whole_months(date(2023, 1, 31), date(2023, 3, 30)), whole_months(date(2023, 3, 30), date(2023, 1, 31))
    (1, -1)
    """
    if end < start:
        return -whole_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def written(value: Value) -> str | None:
    """Write a value as FEEL's ``string()`` does; None for null and ranges.

    Examples
    --------
    >>> written(Fraction(5, 2)), written(Months(26)), written(Days(Fraction(90061)))
    ('2.5', 'P2Y2M', 'P1DT1H1M1S')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Months):
        years, months = divmod(abs(value.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.months < 0 else "P") + body
    if isinstance(value, Days):
        return _days_written(value)
    return value if isinstance(value, str) else None


def _days_written(value: Days) -> str:
    days, rest = divmod(abs(value.seconds), DAY)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    time = "".join(f"{number}{mark}" for number, mark in ((hours, "H"), (minutes, "M")) if number)
    time += f"{plain(seconds)}S" if seconds or (not days and not time) else ""
    sign = "-P" if value.seconds < 0 else "P"
    return sign + (f"{days}D" if days else "") + (f"T{time}" if time else "")


def plain(number: Fraction) -> str:
    """Write a number in decimal digits without exponent, to 34 digits where it has no end.

    Examples
    --------
    >>> plain(Fraction(1, 8)), plain(Fraction(-1, 3)), plain(Fraction(10) ** 20)
    ('0.125', '-0.3333333333333333333333333333333333', '100000000000000000000')
    """
    twos = number.denominator
    power = 0
    while twos % 10 == 0:
        twos //= 10
        power += 1
    while twos % 2 == 0:
        twos //= 2
        power += 1
    while twos % 5 == 0:
        twos //= 5
        power += 1
    if twos == 1 and power <= 1_000:
        digits = str(abs(number.numerator) * 10**power // number.denominator).rjust(power + 1, "0")
        body = f"{digits[:-power]}.{digits[-power:]}".rstrip("0").rstrip(".") if power else digits
        return ("-" if number < 0 else "") + body
    return format(CONTEXT.divide(number.numerator, number.denominator), "f")
