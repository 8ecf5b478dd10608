"""Region × industry × year: what the engine ``structure`` starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Source
from wutong.formulas.kinds import Bools, Codes, Floats, Ints
from wutong.words import Text

Absent = Literal["zero", "unknown"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Values by place, industry and year, one row a cell that the table names.

    Parameters
    ----------
    places, industries, years : tuple of str
        Sorted. A place with nothing but zeros, or with nothing known, stays.
    place, industry : int32 array, shape (cells,)
        Positions in ``places`` and ``industries``, ordered by year, place and industry; no cell twice.
    value : float array, shape (cells,)
        None negative; NaN where it is not known.
    suppressed : bool array, shape (cells,)
        True where the publisher withholds the value: it is not known, and it is not zero.
    starts : int array, shape (years + 1,)
        Where the cells of each year begin.
    absent : {"zero", "unknown"}
        What a cell is that the table does not name.
    measure, unit : str
        What is counted, and in what.
    place_names, industry_names : mapping of str to str
        Names for readers, where they are not the codes.
    problems : polars.DataFrame
        Rows that could not be used: ``row`` counted from 1, key, value as it stood, ````kind`` as in
        `wutong.structure.intake.PROBLEMS`.
    merged : int
        Rows that were added to another of the same place, industry and year.
    sources, invented
        As in a Finding.
    """

    places: tuple[str, ...]
    industries: tuple[str, ...]
    years: tuple[str, ...]
    place: Codes
    industry: Codes
    value: Floats
    suppressed: Bools
    starts: Ints
    absent: Absent
    measure: str
    unit: str
    problems: pl.DataFrame
    place_names: Mapping[str, str] = field(default_factory=dict)
    industry_names: Mapping[str, str] = field(default_factory=dict)
    merged: int = 0
    sources: tuple[Source, ...] = ()
    invented: bool = False


def in_year(grid: Grid, year: str = "") -> tuple[Floats, Bools]:
    """Give one year as a dense array.

    Parameters
    ----------
    grid : Grid
        As taken in.
    year : str
        One of its years; the last where it is empty.

    Returns
    -------
    tuple of (float array, bool array), each of shape (places, industries)
        Values, NaN where they are not known; and True where they are not known. Both are fresh copies.

    Raises
    ------
    NoAnswer
        If the grid has no such year.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["a", "b"], "trade": ["x", "y"], "jobs": [3, 4]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="unknown")
    >>> in_year(grid)[1].tolist()
    [[False, True], [True, False]]
    """
    at = year_at(grid, year)
    cells = slice(int(grid.starts[at]), int(grid.starts[at + 1]))
    shape = (len(grid.places), len(grid.industries))
    values = np.full(shape, 0.0 if grid.absent == "zero" else np.nan)
    flat = grid.place[cells].astype(np.int64) * shape[1] + grid.industry[cells]
    values.reshape(-1)[flat] = grid.value[cells]
    return values, np.isnan(values)


def suppressed_in(grid: Grid, year: str = "") -> Bools:
    """Say for each cell of a year whether its publisher withholds it.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["a", "b"], "trade": ["x", "x"], "jobs": [3, None], "hidden": [False, True]})
    >>> columns = Columns("region", "trade", "jobs", suppressed="hidden")
    >>> suppressed_in(grid_of(table, columns, duplicates="refuse", absent="zero")).tolist()
    [[False], [True]]
    """
    at = year_at(grid, year)
    cells = slice(int(grid.starts[at]), int(grid.starts[at + 1]))
    found = np.zeros((len(grid.places), len(grid.industries)), dtype=np.bool_)
    found[grid.place[cells], grid.industry[cells]] = grid.suppressed[cells]
    return found


def year_at(grid: Grid, year: str = "") -> int:
    """Give the position of a year, of the last where none is named.

    Raises
    ------
    NoAnswer
        If the grid has no such year.
    """
    if not year:
        return len(grid.years) - 1
    if year not in grid.years:
        raise NoAnswer(
            Text(
                f"表中没有 {year} 年。现有：{'、'.join(grid.years)}。",
                f"The table has no year {year}. It has: {', '.join(grid.years)}.",
            )
        )
    return grid.years.index(year)


def with_axes(
    grid: Grid,
    *,
    places: Sequence[str] = (),
    industries: Sequence[str] = (),
    years: Sequence[str] = (),
) -> Grid:
    """Add places, industries and years of which no cell is named, so that two grids can stand on the same axes.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["b"], "trade": ["x"], "jobs": [3]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")
    >>> wider = with_axes(grid, places=["a"])
    >>> wider.places, in_year(wider)[0].tolist()
    (('a', 'b'), [[0.0], [3.0]])
    """
    all_places = tuple(sorted({*grid.places, *places}))
    all_industries = tuple(sorted({*grid.industries, *industries}))
    all_years = tuple(sorted({*grid.years, *years}))
    counts = np.zeros(len(all_years), dtype=np.int64)
    counts[_moved(grid.years, all_years)] = np.diff(grid.starts)
    return replace(
        grid,
        places=all_places,
        industries=all_industries,
        years=all_years,
        place=_moved(grid.places, all_places)[grid.place],
        industry=_moved(grid.industries, all_industries)[grid.industry],
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
    )


def long_of(grid: Grid) -> pl.DataFrame:
    """Give a grid back as a long table, with the cells that it names.

    Returns
    -------
    polars.DataFrame
        Columns ``year``, ``place``, ``industry``, ``value`` (null where not known) and ``suppressed``.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["a"], "trade": ["x"], "jobs": [3]})
    >>> long_of(grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")).rows()
    [('', 'a', 'x', 3.0, False)]
    """
    years = np.repeat(np.arange(len(grid.years)), np.diff(grid.starts))
    return pl.DataFrame(
        {
            "year": pl.Series(grid.years, dtype=pl.String).gather(years),
            "place": pl.Series(grid.places, dtype=pl.String).gather(grid.place),
            "industry": pl.Series(grid.industries, dtype=pl.String).gather(grid.industry),
            "value": pl.Series(grid.value, nan_to_null=True),
            "suppressed": grid.suppressed,
        }
    )


def _moved(of: Sequence[str], to: Sequence[str]) -> Codes:
    at = {code: place for place, code in enumerate(to)}
    return np.array([at[code] for code in of], dtype=np.int32)
