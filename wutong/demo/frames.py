"""From drawn columns to a table exactly as it is declared, and the small steps that every family of tables needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.economy import GRAIN
from wutong.zone.catalogue import TABLES

ZONE: Final = "invented"
"""Id of an invented zone where none is asked for."""
MARK_ZH: Final = "虚构·"
MARK_EN: Final = "Invented "


def as_declared(name: str, frame: pl.DataFrame, *, zone: str, as_of: date) -> pl.DataFrame:
    """Give a frame the columns, types and order of its declaration.

    Parameters
    ----------
    name : str
        Name of the table.
    frame : polars.DataFrame
        Some columns of the table, ``as_of`` and ``source`` among them where known; the others stay empty.
    zone : str
        Id of the zone.
    as_of : date
        Rows that became known later are dropped.

    Returns
    -------
    polars.DataFrame
        All declared columns, ``invented`` true in each row.

    Raises
    ------
    KeyError
        If the frame has a column that is not declared.

    Examples
    --------
    >>> frame = pl.DataFrame({"product": ["lens"], "name": ["虚构·镜片"], "as_of": [date(2024, 1, 1)]})
    >>> as_declared("product", frame, zone="invented", as_of=date(2024, 12, 31)).select("product", "zone", "invented").row(0)
    ('lens', 'invented', True)
    """
    table = TABLES[name]
    strange = set(frame.columns) - {column.name for column in table.columns}
    if strange:
        raise KeyError(f"{name}: {sorted(strange)}")
    given = frame.with_columns(pl.lit(zone).alias("zone"), pl.lit(value=True).alias("invented"))
    return given.select(
        (pl.col(column.name) if column.name in given.columns else pl.lit(None))
        .cast(column.dtype)
        .alias(column.name)
        for column in table.columns
    ).filter(pl.col("as_of") <= as_of)


def ids(prefix: str, count: int, width: int = 6) -> pl.Series:
    """Ids of rows 0 to ``count`` − 1, counted from one.

    Examples
    --------
    >>> ids("f", 2).to_list()
    ['f000001', 'f000002']
    """
    return named(prefix, np.arange(count), width)


def named(prefix: str, rows: NDArray[np.int64], width: int = 6) -> pl.Series:
    """Ids of the given rows.

    Examples
    --------
    >>> named("f", np.array([41])).to_list()
    ['f000042']
    """
    numbers = pl.Series("id", rows + 1, dtype=pl.Int64).cast(pl.String).str.zfill(width)
    return (prefix + numbers).alias("id")


def firm_ids(rows: NDArray[np.int64]) -> pl.Series:
    """Ids of firms by their rows in the economy.

    Examples
    --------
    >>> firm_ids(np.array([0, 130])).to_list()
    ['inv0000001', 'inv0000131']
    """
    return named("inv", rows, 7)


def to_money(yuan: NDArray[np.float64]) -> NDArray[np.int64]:
    """Yuan to fen, rounded to the whole thousand yuan in which firms report.

    Examples
    --------
    >>> to_money(np.array([1_234_567.0])).tolist()
    [123500000]
    """
    return np.rint(yuan * 100 / GRAIN).astype(np.int64) * GRAIN


def days(start: date, offsets: NDArray[np.int64]) -> pl.Series:
    """Days so many days after a start.

    Examples
    --------
    >>> days(date(2024, 2, 28), np.array([0, 2])).to_list()
    [datetime.date(2024, 2, 28), datetime.date(2024, 3, 1)]
    """
    return pl.Series(np.datetime64(start, "D") + offsets.astype("timedelta64[D]")).cast(pl.Date)


def pick(words: Sequence[str], which: NDArray[np.int64]) -> pl.Series:
    """Take words by their places.

    Examples
    --------
    >>> pick(["a", "b"], np.array([1, 1, 0])).to_list()
    ['b', 'b', 'a']
    """
    return pl.Series(words, dtype=pl.String).gather(pl.Series(which, dtype=pl.Int64))


def on_days(years: NDArray[np.int64], months: NDArray[np.int64], of_month: NDArray[np.int64]) -> pl.Series:
    """Days from years, months and days of the month (28 at most).

    Examples
    --------
    >>> on_days(np.array([2024]), np.array([2]), np.array([28])).to_list()
    [datetime.date(2024, 2, 28)]
    """
    month = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    return pl.Series(month.astype("datetime64[D]") + (of_month - 1).astype("timedelta64[D]")).cast(pl.Date)


def repeated(value: str | date, count: int) -> pl.Series:
    """One word or day so many times.

    Examples
    --------
    >>> repeated("a", 2).to_list()
    ['a', 'a']
    """
    return pl.Series([value]).new_from_index(0, count)
