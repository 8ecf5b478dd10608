"""Rows of ``region_industry`` from a few lines, for tests of its questions."""

from __future__ import annotations

import polars as pl

from wutong.structure.totals import Parts, parts_of_zone
from wutong.zone.catalogue import TABLES

NONE = TABLES["document"].empty()
Row = tuple[str, str, str, float | None]


def rows_of(*rows: Row) -> pl.DataFrame:
    """Region, industry, year and persons; no number says that it is suppressed."""
    frame = pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row")
    return frame.with_columns(
        pl.col("value").cast(pl.Float64),
        pl.lit("employment").alias("measure"),
        pl.lit("人").alias("unit"),
        pl.col("value").is_null().alias("suppressed"),
        pl.lit("d1").alias("source"),
        pl.lit(value=False).alias("invented"),
    )


def parts(*rows: Row) -> Parts:
    """The same, taken apart."""
    return parts_of_zone(rows_of(*rows), NONE)
