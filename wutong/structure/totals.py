"""Published totals in a table of regions by industry, apart from the parts that they are totals of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.structure.grid import Grid
from wutong.structure.intake import grid_of_zone
from wutong.words import Text

TOTALS: Final = ("合计", "总计", "全部行业", "total")
"""As industry: the row is the published total of its region."""

NATION: Final = ("全国", "000000", "100000")
"""As region: the row is the nation's."""

AMOUNTS: Final = ("output", "value_added", "employment", "firms", "exports")
"""Measures of ``region_industry`` that add up over industries, in the order in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts by region, industry and year, with the totals that are published beside them.

    Parameters
    ----------
    grid : Grid
        The parts; the nation is none of its places.
    totals : polars.DataFrame
        ``place``, ``year`` and ``total``: published totals of places, not negative.
    nation : polars.DataFrame
        ``industry``, ``year`` and ``value``: published values of the nation; empty where there are none.
    rows_left_out : int
        Rows that could not be used.
    """

    grid: Grid
    totals: pl.DataFrame
    nation: pl.DataFrame
    rows_left_out: int = 0


NO_TOTALS: Final = {"place": pl.String, "year": pl.String, "total": pl.Float64}
NO_NATION: Final = {"industry": pl.String, "year": pl.String, "value": pl.Float64}


def parts_of(grid: Grid, *, rows_left_out: int = 0) -> Parts:
    """Take a grid as parts without published totals.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["a"], "trade": ["x"], "jobs": [3]})
    >>> parts_of(grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")).totals.height
    0
    """
    return Parts(
        grid,
        pl.DataFrame(schema=NO_TOTALS),
        pl.DataFrame(schema=NO_NATION),
        rows_left_out + grid.problems.height,
    )


def parts_of_zone(
    region_industry: pl.DataFrame,
    document: pl.DataFrame,
    measure: str = "",
    *,
    level: int = 0,
    rows_left_out: int = 0,
) -> Parts:
    """Take one measure of a zone's table ``region_industry``, its totals and the nation's rows apart.

    Parameters
    ----------
    region_industry, document : polars.DataFrame
        Tables of the zone. A row whose industry is one of :data:`TOTALS` is the published total of its region; a
        row whose region is one of :data:`NATION` is the nation's.
    measure : str
        One of :data:`AMOUNTS`; the first of them that has rows where it is empty.
    level : int
        How many digits the codes of the industries taken have, where the table holds several levels: 2 for divisions.
        0 takes all, and refuses if they are of several.
    rows_left_out : int
        Rows of the table that were left out before.

    Raises
    ------
    NoAnswer
        If there is no row of such a measure, or its industries are of several levels.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> rows = TABLES["region_industry"].empty()
    >>> try:
    ...     parts_of_zone(rows, TABLES["document"].empty())
    ... except NoAnswer as why:
    ...     print(why.text.en)
    No amounts by region and industry are known. Needed: rows of output, value added, employment, firms or exports in table region_industry.
    """
    there = set(region_industry.filter(pl.col("value").is_not_null())["measure"].unique())
    measure = measure or next((name for name in AMOUNTS if name in there), "")
    if not measure:
        raise NoAnswer(
            Text(
                "没有按地区、行业的数量。需要：表 region_industry 中产值、增加值、从业人员、企业数或出口的行。",
                "No amounts by region and industry are known. Needed: rows of output, value added, employment, firms or exports in "
                "table region_industry.",
            )
        )
    rows = region_industry.filter(pl.col("measure") == measure)
    total, nation = pl.col("industry").is_in(TOTALS), pl.col("region").is_in(NATION)
    parts = rows.filter(~total & ~nation)
    if level:
        parts = parts.filter(pl.col("industry").str.len_chars() == level)
    levels = parts.filter(pl.col("industry").str.contains(r"^\d+$"))["industry"].str.len_chars().unique()
    if levels.len() > 1:
        told = "、".join(map(str, sorted(levels))), ", ".join(map(str, sorted(levels)))
        raise NoAnswer(
            Text(
                f"表中的行业有 {told[0]} 位代码，合计与其部分会重复计算。请选一级，如 2 位的大类。",
                f"The industries of the table have codes of {told[1]} digits, so that sums and their parts would count twice. Choose one "
                "level, such as divisions of 2 digits.",
            )
        )
    grid = grid_of_zone(parts, document, measure)
    known = rows.filter(pl.col("value") >= 0)
    return Parts(
        grid,
        known.filter(total & ~nation).select(
            pl.col("region").alias("place"), pl.col("period").alias("year"), pl.col("value").alias("total")
        ),
        known.filter(nation & ~total).select("industry", pl.col("period").alias("year"), "value"),
        rows_left_out + grid.problems.height,
    )
