"""Parts of dates, and dates of parts, on arrays of days from 1970-01-01, by NumPy's calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def _months(days: Array) -> tuple[Array, Array]:
    """Months from 1970-01 to each day, and the days of its first day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64), months.astype("datetime64[D]").astype(np.int64)


def _year(days: Array, out: Array) -> None:
    out[...] = _months(days)[0] // 12 + 1970


def _month(days: Array, out: Array) -> None:
    out[...] = _months(days)[0] % 12 + 1


def _day(days: Array, out: Array) -> None:
    out[...] = days - _months(days)[1] + 1


def _weekday(days: Array, out: Array) -> None:
    out[...] = (days + 3) % 7 + 1


def _ordinal(days: Array, out: Array) -> None:
    out[...] = _in_year(days)


def _in_year(days: Array) -> Array:
    years = days.astype("datetime64[D]").astype("datetime64[Y]")
    found: Array = days - years.astype("datetime64[D]").astype(np.int64) + 1
    return found


def _week(days: Array, out: Array) -> None:
    # a week belongs to the year of its Thursday
    out[...] = (_in_year(days - (days + 3) % 7 + 3) - 1) // 7 + 1


def _date(year: Array, month: Array, number: Array, out: Array) -> None:
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    out[...] = months.astype("datetime64[D]").astype(np.int64) + number - 1


CALENDAR: Final[Mapping[str, Callable[..., None]]] = MappingProxyType(
    {
        "year": _year,
        "month": _month,
        "day": _day,
        "weekday": _weekday,
        "ordinal": _ordinal,
        "week": _week,
        "date": _date,
    }
)
"""Each takes days, or year, month and number, and writes into the array that is given last."""
