"""One region's industries in one year: their shares, or between which bounds these lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.formulas.bounds import Withheld, herfindahl_bounds, share_bounds, top_share_bounds, withheld
from wutong.formulas.kinds import Bools, Floats
from wutong.structure.grid import in_year, suppressed_in
from wutong.structure.totals import Parts

ROUNDING = 0.005
"""By how much of the total parts may exceed it, since each is rounded."""


@dataclass(frozen=True, slots=True)
class YearShares:
    """Shares of one region's industries in one year, each between a least and a greatest.

    Parameters
    ----------
    low, high : float array, shape (industries,)
        Alike where the share is known.
    top, herfindahl : tuple of float
        Least and greatest share of the greatest industry, and Herfindahl index.
    total : float
        Sum of the parts, or the published total.
    exact : bool
        Whether every share is known.
    """

    low: Floats
    high: Floats
    top: tuple[float, float]
    herfindahl: tuple[float, float]
    total: float
    exact: bool


def year_shares(parts: Parts, year: str) -> dict[str, YearShares]:
    """Shares of every region of which they can be told or bounded.

    Parameters
    ----------
    parts : Parts
        With published totals where there are any. A region with suppressed cells and no total has no bounds and is
        not in the answer: what is suppressed could be anything.
    year : str
        One of the grid's.

    Returns
    -------
    dict of place to YearShares
        An industry without a row counts as none where nothing is suppressed, and as not known where a total is
        published that the rows do not reach.
    """
    values, unknown = in_year(parts.grid, year)
    suppressed = suppressed_in(parts.grid, year)
    totals = dict(parts.totals.filter(pl.col("year") == year).select("place", "total").iter_rows())
    most = _limits(parts, year, values)
    found = {}
    for at, place in enumerate(parts.grid.places):
        hidden = int(suppressed[at].sum())
        try:
            cells = _cells(values[at], unknown[at], hidden, totals.get(place), most[at])
        except NoAnswer:
            continue  # parts that do not agree with their total
        if cells is not None:
            found[place] = _shares_of(cells, values.shape[1])
    return found


def _cells(values: Floats, unknown: Bools, hidden: int, total: float | None, most: Floats) -> Withheld | None:
    known = float(np.nansum(values))
    if total is None:
        if hidden or not known > 0:
            return None
        return withheld(values, unknown, known)
    # what rows leave of the total lies in cells that are not known, or in industries that have no row at all
    beside = np.append(values, np.nan)
    elsewhere = not bool(unknown.any()) and total - known > ROUNDING * total
    free = np.append(most, np.inf if elsewhere else 0.0)
    return withheld(beside, np.append(unknown, True), total, free, rounding=ROUNDING * total)


def _shares_of(cells: Withheld, industries: int) -> YearShares:
    low, high = share_bounds(cells)
    top, index = top_share_bounds(cells), herfindahl_bounds(cells)
    if low.size > industries and high[-1] > 0:
        # the rest may be one industry or a thousand: at the least it adds nothing
        top = (float(low[:-1].max()), top[1])
        index = (float((low[:-1] ** 2).sum()), index[1])
    exact = bool(np.allclose(low, high, atol=1e-6))
    return YearShares(low[:industries], high[:industries], top, index, cells.total, exact)


def _limits(parts: Parts, year: str, values: Floats) -> Floats:
    """The most that each cell can be: the nation's value less what other regions are known to have."""
    nation = dict(parts.nation.filter(pl.col("year") == year).select("industry", "value").iter_rows())
    whole = np.array([nation.get(code, np.inf) for code in parts.grid.industries])
    others = np.nansum(values, axis=0)[None, :] - np.nan_to_num(values)
    return np.asarray(np.maximum(whole[None, :] - others, 0.0), dtype=np.float64)


def told(number: float) -> float | None:
    """Give a number as a cell of a Finding's table: none where it is not a number, since it is not known.

    Examples
    --------
    >>> told(0.5), told(float("nan"))
    (0.5, None)
    """
    return float(number) if np.isfinite(number) else None
