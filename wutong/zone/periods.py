"""Periods: when a fact held. Written in many ways, held in one.

The canonical forms, from short to long::

    2024-03-15      a day
    2024-08         a month (当月)
    2024-01..08     January to August (累计); 2024-01..02 is the merged report of January and February
    2024Q3          a quarter
    2024H1          a half
    2024            a year
    2021..2024      several years

Days are days in Asia/Shanghai.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DASH = r"(?:\.\.|[-—–~～至到]+)"

_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$")
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_CANONICAL = re.compile(
    r"^\d{4}(?:|H[12]|Q[1-4]|-(?:0[1-9]|1[0-2])(?:\.\.(?:0[1-9]|1[0-2])|-(?:0[1-9]|[12]\d|3[01]))?|\.\.\d{4})$"
)


def parse_day(text: str) -> date | None:
    """Read a day.

    Parameters
    ----------
    text : str
        ``2024-03-01``, ``2024/3/1``, ``2024.3.1``, ``20240301``, ``2024年3月1日``, or an instant such as
        ``2024-02-29T16:30Z``, which is in 1 March in the zone.

    Returns
    -------
    date or None
        None where it is no day of the calendar.

    Examples
    --------
    >>> parse_day("2024年3月1日")
    datetime.date(2024, 3, 1)
    >>> parse_day("2024-13-01") is None
    True
    """
    text = text.strip()
    if len(text) > 10 and _INSTANT.match(text):
        return _day_of(text)
    found = _DAY.match(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_of(instant: str) -> date | None:
    """The day in Asia/Shanghai of an instant; one without a zone of time is taken as local."""
    try:
        moment = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return (moment.astimezone(_SHANGHAI) if moment.tzinfo else moment).date()


def _months(year: str, first: int, last: int) -> str | None:
    if not (1 <= first <= 12 and 1 <= last <= 12 and first <= last):
        return None
    return f"{year}-{first:02d}" if first == last else f"{year}-{first:02d}..{last:02d}"


def _year_span(first: str, last: str) -> str | None:
    return f"{first}..{last}" if int(first) < int(last) else None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (re.compile(r"^(\d{4})(?:年度?|\.0)?$"), lambda m: m[1]),
    (re.compile(r"^(\d{4})年?(?:[Hh]([12]))$"), lambda m: f"{m[1]}H{m[2]}"),
    (re.compile(r"^(\d{4})年?上半年$"), lambda m: f"{m[1]}H1"),
    (re.compile(r"^(\d{4})年?下半年$"), lambda m: f"{m[1]}H2"),
    (re.compile(r"^(\d{4})年?[-]?[Qq]([1-4])$"), lambda m: f"{m[1]}Q{m[2]}"),
    (re.compile(r"^(\d{4})年?第?([一二三四1-4])季度$"), lambda m: f"{m[1]}Q{_DIGITS[m[2]]}"),
    (
        re.compile(r"^(\d{4})年?前([二三两2-3])季度$"),
        lambda m: _months(m[1], 1, 3 * {"两": 2}.get(m[2], _DIGITS.get(m[2], 2))),
    ),
    (
        re.compile(r"^(\d{4})年(\d{1,2})月?" + _DASH + r"(\d{1,2})月(?:份|累计)?$"),
        lambda m: _months(m[1], int(m[2]), int(m[3])),
    ),
    (re.compile(r"^(\d{4})-(\d{2})\.\.(\d{2})$"), lambda m: _months(m[1], int(m[2]), int(m[3]))),
    (re.compile(r"^(\d{4})年(\d{1,2})月累计$"), lambda m: _months(m[1], 1, int(m[2]))),
    (
        re.compile(r"^(\d{4})(?:[-/.年Mm])(\d{1,2})月?(?:份|当月)?$"),
        lambda m: _months(m[1], int(m[2]), int(m[2])),
    ),
    (re.compile(r"^(\d{4})(\d{2})$"), lambda m: _months(m[1], int(m[2]), int(m[2]))),
    (re.compile(r"^(\d{4})年?" + _DASH + r"(\d{4})年?$"), lambda m: _year_span(m[1], m[2])),
)


def parse_period(text: str) -> str | None:
    """Read a period and give its canonical form.

    Parameters
    ----------
    text : str
        As an office writes it.

    Returns
    -------
    str or None
        None where it is no period: a thirteenth month, an end before its start.

    Examples
    --------
    >>> parse_period("2024年1—8月")
    '2024-01..08'
    >>> parse_period("2024年8月累计"), parse_period("2024年前三季度")
    ('2024-01..08', '2024-01..09')
    >>> parse_period("2024年上半年"), parse_period("2024年一季度"), parse_period("202403")
    ('2024H1', '2024Q1', '2024-03')
    >>> parse_period("2024-13") is None
    True
    """
    text = "".join(text.split())
    day = parse_day(text)
    if day is not None:
        return day.isoformat()
    for form, canonical in _FORMS:
        found = form.match(text)
        if found is not None:
            return canonical(found)
    return None


def bounds(period: str) -> tuple[date, date]:
    """First and last day of a canonical period, both included.

    Raises
    ------
    ValueError
        If the period is not canonical.

    Examples
    --------
    >>> bounds("2024-01..02")
    (datetime.date(2024, 1, 1), datetime.date(2024, 2, 29))
    """
    if _CANONICAL.match(period) is None:
        raise ValueError(f"not a canonical period: {period!r}")
    year = int(period[:4])
    rest = period[4:]
    if rest.startswith(".."):
        return date(year, 1, 1), date(int(rest[2:]), 12, 31)
    if rest.count("-") == 2:
        day = date.fromisoformat(period)
        return day, day
    if rest == "":
        first, last = 1, 12
    elif rest[0] == "H":
        last = 6 * int(rest[1])
        first = last - 5
    elif rest[0] == "Q":
        last = 3 * int(rest[1])
        first = last - 2
    else:
        first = int(rest[1:3])
        last = int(rest[5:7]) if ".." in rest else first
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def single_months(cumulative: Mapping[str, int | float]) -> dict[str, int | float]:
    """Take cumulative values of one year apart into single months.

    A published run begins with the merged January and February, so that these two stay together. A month whose
    predecessor is not known cannot be taken apart and is left out.

    Parameters
    ----------
    cumulative : mapping of period to number
        Cumulative values such as ``2024-01..08``; a plain January counts as cumulative.

    Returns
    -------
    dict
        Values by month, the merged first two as ``2024-01..02``.

    Examples
    --------
    >>> single_months({"2024-01..02": 30, "2024-01..03": 50, "2024-01..05": 90})
    {'2024-01..02': 30, '2024-03': 20}
    """
    by_last: dict[tuple[int, int], int | float] = {}
    for period, value in cumulative.items():
        first, last = bounds(period)
        if first.month == 1 and first.year == last.year:
            by_last[last.year, last.month] = value
    single: dict[str, int | float] = {}
    for (year, month), value in sorted(by_last.items()):
        before = by_last.get((year, month - 1))
        if month == 1:
            single[f"{year}-01"] = value
        elif before is not None:
            single[f"{year}-{month:02d}"] = value - before
        elif month == 2:
            single[f"{year}-01..02"] = value
    return single
