"""How much of a table of regions by industry is known."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.finding import Finding
from wutong.structure.grid import Grid, in_year, suppressed_in
from wutong.structure.intake import PROBLEMS
from wutong.words import Text

QUESTION: Final = Text("这张表里知道多少？", "How much does this table know?")


def coverage(grid: Grid) -> Finding:
    """Count, year by year, what of a grid is known, withheld, nothing at all, or not told.

    Parameters
    ----------
    grid : Grid
        As taken in.

    Returns
    -------
    Finding
        One row a year: cells, those above zero, zero, withheld and otherwise not known, and the sum of what is known.
        What is wrong with rows is counted in the caveats.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> table = pl.DataFrame({"region": ["a", "a", "b"], "trade": ["x", "y", "x"], "jobs": [3, 0, None],
    ...                       "hidden": [False, False, True]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs", suppressed="hidden"), duplicates="refuse", absent="zero")
    >>> coverage(grid).table.select("cells", "above_zero", "zero", "withheld", "unknown").rows()
    [(4, 1, 2, 1, 0)]
    """
    rows = []
    for year in grid.years:
        value, unknown = in_year(grid, year)
        withheld = suppressed_in(grid, year)
        rows.append(
            {
                "year": year or None,
                "cells": value.size,
                "above_zero": int((value > 0).sum()),
                "zero": int((value == 0).sum()),
                "withheld": int(withheld.sum()),
                "unknown": int((unknown & ~withheld).sum()),
                "known_sum": float(np.nansum(value)),
            }
        )
    table = pl.DataFrame(rows, schema_overrides={"year": pl.String})
    cells = int(table["cells"].sum())
    withheld_share = int(table["withheld"].sum()) / cells
    caveats = []
    for kind, count in grid.problems.group_by("kind").len().sort("len", descending=True).iter_rows():
        text = PROBLEMS[kind]
        caveats.append(Text(f"{count:,} 行未用：{text.zh}。", f"{count:,} rows left out: {text.en}."))
    if grid.merged:
        caveats.append(
            Text(
                f"{grid.merged:,} 行与同一地区、行业、年份的另一行相加。",
                f"{grid.merged:,} rows were added to another of the same region, industry and year.",
            )
        )
    if grid.absent == "zero":
        caveats.append(
            Text(
                "表中没有的格按零计；如果那是未公布，请用 --absent unknown。",
                "Cells that the table does not name count as zero; if they are unpublished, say --absent unknown.",
            )
        )
    return Finding(
        id="structure-coverage",
        title=QUESTION,
        answer=Text(
            f"{len(grid.places):,} 个地区、{len(grid.industries):,} 个行业、{len(grid.years)} 年，共 {cells:,} 格，其中隐去 {withheld_share:.1%}；"
            f"有问题的行 {grid.problems.height:,}。",
            f"{len(grid.places):,} regions, {len(grid.industries):,} industries, years: {len(grid.years)}; of {cells:,} cells {withheld_share:.1%} "
            f"are withheld; rows with problems: {grid.problems.height:,}.",
        ),
        table=table,
        labels={
            "year": Text("年份", "Year"),
            "cells": Text("格", "Cells"),
            "above_zero": Text("大于零", "Above zero"),
            "zero": Text("零", "Zero"),
            "withheld": Text("隐去", "Withheld"),
            "unknown": Text("其他未知", "Otherwise not known"),
            "known_sum": Text("已知合计", "Sum of what is known"),
        },
        units={
            **dict.fromkeys(("cells", "above_zero", "zero", "withheld", "unknown"), "count"),
            "known_sum": grid.unit or "number",
        },
        method=Text(
            "逐年计数。隐去不是零，也不当零算。",
            "Counted year by year. What is withheld is not zero and is never taken as zero.",
        ),
        sources=grid.sources,
        caveats=tuple(caveats),
        rows_left_out=grid.problems.height,
        invented=grid.invented,
        blanks=frozenset({"year"}) if grid.years == ("",) else frozenset(),
    )
