"""From one list of codes to another: a grid through a concordance, with what could not be placed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import polars as pl

from wutong.errors import NoAnswer, TableError
from wutong.structure.frames import frame_of
from wutong.structure.grid import Grid, long_of, with_axes
from wutong.structure.intake import Columns, grid_of
from wutong.words import Text

NEAR_ONE: Final = 1e-6  # weights of a code that add up to 1 but for rounding

Axis = Literal["industry", "place"]


@dataclass(frozen=True, slots=True)
class Recoded:
    """A grid in other codes, and what was lost on the way.

    Parameters
    ----------
    grid : Grid
        In the new codes. A cell that rests on a value that is not known is not known.
    unplaced : polars.DataFrame
        ``code`` of the old list that the concordance does not have, ``cells``, ``unknown`` cells of these, the sum of its known ``value`` and that
        sum's ``share`` of all.
    split : tuple of str
        Old codes that went to several new ones by equal parts, since the concordance has no weights.
    """

    grid: Grid
    unplaced: pl.DataFrame
    split: tuple[str, ...]


def recoded(
    grid: Grid, concordance: object, *, old: str, new: str, weight: str = "", axis: Axis = "industry"
) -> Recoded:
    """Put the industries or the places of a grid into other codes, many to many.

    Parameters
    ----------
    grid : Grid
        As taken in.
    concordance : object
        A table, one row a pair of codes.
    old, new : str
        Its columns of codes.
    weight : str
        Its column of weights: which part of an old code goes to the new one. They add up to 1 for each old code. Empty to split by equal parts, which is
        told.
    axis : {"industry", "place"}
        Which codes are put into others; places for towns whose borders were redrawn.

    Returns
    -------
    Recoded
        What falls into one cell is added up. Names of the new codes are not known.

    Raises
    ------
    TableError
        If a column is not there, a weight is missing or negative, a pair stands twice, or the weights of a code do not add up to 1.
    NoAnswer
        If no code of the grid is in the concordance.

    Examples
    --------
    >>> table = pl.DataFrame({"region": ["a", "a", "a"], "trade": ["x", "y", "z"], "jobs": [10, 20, 5]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")
    >>> pairs = pl.DataFrame({"from": ["x", "y", "y"], "to": ["p", "p", "q"], "part": [1.0, 0.25, 0.75]})
    >>> found = recoded(grid, pairs, old="from", new="to", weight="part")
    >>> long_of(found.grid).select("industry", "value").rows(), found.unplaced.select("code", "value").rows()
    ([('p', 15.0), ('q', 15.0)], [('z', 5.0)])
    """
    pairs, split = _pairs(frame_of(concordance), old, new, weight)
    cells = long_of(grid).rename({axis: "old"})
    held = cells.join(pairs, on="old", how="inner")
    lost = cells.join(pairs, on="old", how="anti")
    if held.is_empty():
        raise NoAnswer(
            Text(
                "表中没有一个代码在对照表里。请核对两边用的是不是同一套代码。",
                "No code of the table is in the concordance. Check that both use the same list of codes.",
            )
        )
    other = "place" if axis == "industry" else "industry"
    moved = held.with_columns(
        # a part of what is withheld is withheld
        value=pl.col("value") * pl.col("weight"),
        suppressed=pl.col("suppressed") | pl.col("value").is_null(),
    ).select("year", other, pl.col("new").alias(axis), "old", "value", "suppressed")
    if grid.absent == "unknown":
        moved = _without_gaps(moved, pairs, getattr(grid, f"{_plural(axis)}"), other, axis)
    columns = Columns("place", "industry", "value", "year", "suppressed")
    found = grid_of(
        moved, columns, duplicates="sum", absent=grid.absent, measure=grid.measure, unit=grid.unit
    )
    found = with_axes(found, years=grid.years, **{_plural(other): getattr(grid, _plural(other))})
    names = {f"{other}_names": getattr(grid, f"{other}_names")}
    return Recoded(
        replace(
            found,
            problems=grid.problems,
            merged=grid.merged,
            sources=grid.sources,
            invented=grid.invented,
            **names,
        ),
        _unplaced(lost, cells),
        split,
    )


def _plural(axis: str) -> str:
    return "industries" if axis == "industry" else "places"


def _pairs(table: pl.DataFrame, old: str, new: str, weight: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    lacking = [name for name in (old, new, weight) if name and name not in table.columns]
    if lacking:
        raise TableError(
            Text(
                f"对照表中没有这些列：{'、'.join(lacking)}。",
                f"The concordance has no column {', '.join(lacking)}.",
            )
        )
    pairs = table.select(
        pl.col(old).cast(pl.String).alias("old"),
        pl.col(new).cast(pl.String).alias("new"),
        *([pl.col(weight).cast(pl.Float64, strict=False).alias("weight")] if weight else []),
    ).drop_nulls(["old", "new"])
    if not weight:
        several = pairs.group_by("old").len().filter(pl.col("len") > 1)["old"].sort().to_list()
        pairs = pairs.with_columns((1 / pl.len().over("old")).alias("weight"))
    else:
        several = []
    _refuse(
        pairs.filter(pl.struct("old", "new").is_duplicated()), "对照关系出现两次", "pairs that stand twice"
    )
    wrong = pl.col("weight").is_null() | pl.col("weight").is_nan() | (pl.col("weight") < 0)
    _refuse(pairs.filter(wrong), "权重缺失或为负", "weights that are missing or negative")
    sums = pairs.group_by("old").agg(pl.col("weight").sum())
    _refuse(
        sums.filter((pl.col("weight") - 1).abs() > NEAR_ONE),
        "权重之和不等于 1",
        "weights that do not add up to 1",
    )
    return pairs.filter(pl.col("weight") > 0), tuple(several)


def _refuse(rows: pl.DataFrame, zh: str, en: str) -> None:
    if rows.height:
        codes = rows["old"].unique().sort().to_list()
        shown = codes[:5]
        raise TableError(
            Text(
                f"对照表中{zh}，共 {len(codes)} 个代码：{'、'.join(shown)}。",
                f"The concordance has {en}, for {len(codes)} codes: {', '.join(shown)}.",
            )
        )


def _without_gaps(
    moved: pl.DataFrame, pairs: pl.DataFrame, codes: tuple[str, ...], other: str, axis: str
) -> pl.DataFrame:
    """A sum of which one part is absent is not known: name the cell, and say that it is withheld."""
    wanted = (
        pairs.filter(pl.col("old").is_in(list(codes))).group_by("new").len("wanted").rename({"new": axis})
    )
    key = ["year", other, axis]
    short = (
        moved.group_by(key)
        .agg(pl.len().alias("got"))
        .join(wanted, on=axis)
        .filter(pl.col("got") < pl.col("wanted"))
        .select(*key, short=pl.lit(value=True))
    )
    return (
        moved.join(short, on=key, how="left")
        .with_columns(
            value=pl.when(pl.col("short").is_null()).then("value"),
            suppressed=pl.col("suppressed") | pl.col("short").is_not_null(),
        )
        .drop("short")
    )


def _unplaced(lost: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    whole = float(cells["value"].sum())
    return (
        lost.group_by(pl.col("old").alias("code"))
        .agg(
            pl.len().alias("cells"),
            pl.col("value").is_null().sum().alias("unknown"),
            pl.col("value").sum(),
        )
        .with_columns(share=pl.col("value") / whole if whole > 0 else pl.lit(np.nan))
        .sort("value", "code", descending=[True, False])
    )
