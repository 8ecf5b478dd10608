"""Tables of other libraries, as Polars frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.errors import TableError
from wutong.words import Text


class _Column(Protocol):
    def to_numpy(self) -> NDArray[np.generic]: ...


class _Columns(Protocol):
    columns: Iterable[object]

    def __getitem__(self, name: object) -> _Column: ...


def frame_of(table: object) -> pl.DataFrame:
    """Give a table as a Polars frame.

    Parameters
    ----------
    table : object
        A Polars frame, eager or lazy; whatever hands out the Arrow C stream, as PyArrow does and pandas where PyArrow is
        there; or else a pandas frame, column by column. A pandas index is no column and is left behind: reset it first.

    Returns
    -------
    polars.DataFrame
        Its columns as they are. NaN and NaT of pandas mean “nothing there” in a column of text and are null.

    Raises
    ------
    TableError
        If it is none of these.

    Examples
    --------
    >>> frame_of(pl.LazyFrame({"place": ["a"]}))["place"].to_list()
    ['a']
    """
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if hasattr(table, "__arrow_c_stream__"):
        try:
            found = pl.DataFrame(table)
        except ImportError:  # pandas speaks the stream through PyArrow, which need not be there
            found = None
        if found is not None:
            return found.select(name for name in found.columns if not name.startswith("__index_level_"))
    if hasattr(table, "columns") and hasattr(table, "__getitem__"):
        held = cast(_Columns, table)
        return pl.DataFrame([_series(str(name), held[name].to_numpy()) for name in held.columns])
    kind = type(table).__name__
    raise TableError(
        Text(
            f"“{kind}”不是表格。需要：Polars 或 pandas 的数据框，或带 Arrow C 流接口的表。",
            f"“{kind}” is no table. Needed: a frame of Polars or pandas, or a table that hands out the Arrow C stream.",
        )
    )


def _series(name: str, values: NDArray[np.generic]) -> pl.Series:
    if values.dtype != np.object_:
        return pl.Series(name, values)
    # what is not equal to itself, or not to be compared, is how pandas writes a gap among objects
    cells = [None if one is None or not _same(one) else one for one in values.tolist()]
    return pl.Series(name, cells, strict=False)


def _same(one: object) -> bool:
    try:
        return bool(one == one)
    except TypeError:  # pandas.NA
        return False
