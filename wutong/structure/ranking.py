"""By what candidates are ranked, and how the criteria become one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.scoring import percentiles
from wutong.structure.grid import in_year
from wutong.structure.totals import Parts
from wutong.words import Text

SPAN: Final = 5  # years over which a market's growth is counted, if the table has them

CRITERIA: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "density": Text("关联密度", "density"),
        "complexity": Text("行业复杂度", "complexity"),
        "size": Text("市场规模", "size of the market"),
        "growth": Text("市场增速", "growth of the market"),
        "demand": Text("本地需求", "demand in the region"),
    }
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts; only their ratios matter.

    Parameters
    ----------
    density, complexity, size, growth, demand : float
        None negative. What is not known of a candidate is left out of its score, and the others count for more.

    Examples
    --------
    >>> Weights(density=1, complexity=0, size=0, growth=0, demand=0).density
    1
    """

    density: float = 0.4
    complexity: float = 0.2
    size: float = 0.15
    growth: float = 0.15
    demand: float = 0.1


def said(weights: Weights) -> dict[str, float]:
    """Weights by criterion, as shares of their sum.

    Raises
    ------
    NoAnswer
        If one is negative, or all are 0.

    Examples
    --------
    >>> said(Weights(1, 1, 0, 0, 0))["density"]
    0.5
    """
    found = {one.name: float(getattr(weights, one.name)) for one in fields(weights)}
    whole = sum(found.values())
    if not whole > 0 or min(found.values()) < 0:
        raise NoAnswer(
            Text("权重不能为负，也不能全为零。", "Weights must not be negative, nor all of them 0.")
        )
    return {name: value / whole for name, value in found.items()}


def combined(criteria: Mapping[str, Floats], options: Bools, weights: Weights) -> Floats:
    """One score for each option of each place: the weighted mean of where it stands by each criterion.

    Parameters
    ----------
    criteria : mapping of str to float array, shape (places, industries) or (industries,)
        NaN where not known. Criteria that are not there are left out.
    options : bool array, shape (places, industries)
        What a place could take up.
    weights : Weights
        How much each counts.

    Returns
    -------
    float array, shape (places, industries)
        Between 0 and 1, NaN where there is no option, or nothing is known of it.

    Examples
    --------
    >>> scores = combined({"density": np.array([[0.1, 0.3, 0.2]])}, np.array([[True, True, False]]), Weights())
    >>> scores.tolist()
    [[0.0, 1.0, nan]]
    """
    total, weight = np.zeros(options.shape), np.zeros(options.shape)
    for name, share in said(weights).items():
        if name not in criteria or share == 0:
            continue
        stands = percentiles(np.broadcast_to(criteria[name], options.shape), options)
        known = ~np.isnan(stands)
        total[known] += share * stands[known]
        weight[known] += share
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)


def growth_of_markets(parts: Parts, year: str) -> tuple[Floats, str]:
    """How each industry has grown a year, over up to five years before.

    Parameters
    ----------
    parts : Parts
        Regions by industry and year.
    year : str
        Up to which.

    Returns
    -------
    tuple of (float array, shape (industries,), str)
        Growth a year, NaN where not known; and the first year, empty where there is none. Over the cells that are known in both years, so that what
        is withheld in one of them makes no growth; the nation's own numbers where they are published for both.

    Examples
    --------
    >>> import polars as pl
    >>> from wutong.structure.intake import Columns, grid_of
    >>> from wutong.structure.totals import parts_of
    >>> table = pl.DataFrame({"region": ["a", "a"], "trade": ["x", "x"], "y": [2022, 2024], "jobs": [100, 121]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs", "y"), duplicates="refuse", absent="zero")
    >>> growth, first = growth_of_markets(parts_of(grid), "2024")
    >>> growth.round(6).tolist(), first
    ([0.1], '2022')
    """
    grid = parts.grid
    before = [
        one for one in grid.years if one.isdecimal() and year.isdecimal() and 0 < int(year) - int(one) <= SPAN
    ]
    if not before:
        return np.full(len(grid.industries), np.nan), ""
    first = before[0]
    old, new = in_year(grid, first)[0], in_year(grid, year)[0]
    both = ~np.isnan(old) & ~np.isnan(new)
    start, end = np.where(both, old, 0).sum(axis=0), np.where(both, new, 0).sum(axis=0)
    nation = {
        (industry, at): value
        for industry, at, value in parts.nation.select("industry", "year", "value").iter_rows()
    }
    for column, industry in enumerate(grid.industries):
        pair = nation.get((industry, first)), nation.get((industry, year))
        if pair[0] is not None and pair[1] is not None:
            start[column], end[column] = pair
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(
            (start > 0) & (end > 0), (end / start) ** (1 / (int(year) - int(first))) - 1, np.nan
        )
    return growth, first
