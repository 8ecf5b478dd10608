"""Columns of codes as positions in a sorted list of codes."""

from __future__ import annotations

import numpy as np
import polars as pl

from wutong.formulas.kinds import Codes


def as_code(column: pl.Series, name: str) -> pl.Series:
    """Codes as text, or as the whole numbers that they are: 11.0, as a table with gaps keeps whole numbers, is 11.

    Examples
    --------
    >>> as_code(pl.Series([11.0, None]), "code").to_list()
    [11, None]
    """
    if column.dtype.is_float() and bool((column.drop_nulls() == column.drop_nulls().round()).all()):
        column = column.cast(pl.Int64)
    whole = column.dtype.is_integer() or column.dtype == pl.String
    return (column if whole else column.cast(pl.String)).alias(name)


def coded(column: pl.Series) -> tuple[tuple[str, ...], Codes]:
    """Codes in order, as text, and the position of each row's.

    Examples
    --------
    >>> codes, place = coded(pl.Series([9, 10, 9]))
    >>> codes, place.tolist()
    (('10', '9'), [1, 0, 1])
    """
    found = column.unique()
    if column.dtype == pl.String:
        found = found.sort()
        codes = column.cast(pl.Enum(found)).to_physical().cast(pl.Int32)
        return tuple(found.to_list()), codes.to_numpy().copy()
    # whole numbers need not be read as text row by row
    numbers = found.sort()
    texts = numbers.cast(pl.String)
    place = np.empty(len(texts), dtype=np.int32)
    place[texts.arg_sort().to_numpy()] = np.arange(len(texts), dtype=np.int32)
    return tuple(texts.sort().to_list()), place[np.searchsorted(numbers.to_numpy(), column.to_numpy())]


def codes_of(column: pl.Series) -> list[str]:
    """All codes of a column, as text, in any order."""
    return as_code(column, "code").drop_nulls().unique().cast(pl.String).to_list()


def names_of(frame: pl.DataFrame, code: str, name: str) -> dict[str, str]:
    """Names by code; of several names of a code the first.

    Examples
    --------
    >>> names_of(pl.DataFrame({"code": [1, 1], "name": ["晋城", "其他"]}), "code", "name")
    {'1': '晋城'}
    """
    pairs = pl.DataFrame(
        [as_code(frame[code], "code").cast(pl.String), frame[name].cast(pl.String).alias("name")]
    )
    return dict(pairs.drop_nulls().unique("code", keep="first", maintain_order=True).iter_rows())
