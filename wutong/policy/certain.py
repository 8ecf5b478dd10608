"""What is certain and what is open, added up by group: never wider than it need be where rows hang together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.words import Text

LABELS: Final[Mapping[str, Text]] = {
    "certain": Text("确定", "Certain"),
    "decisions": Text("待决定", "On decisions"),
    "facts": Text("事实未明", "On facts"),
    "no_end": Text("上限未知", "No known end"),
}
UNITS: Final[Mapping[str, str]] = {"certain": "fen", "decisions": "fen", "facts": "fen", "no_end": "count"}

SUMS: Final = tuple(LABELS)
"""Columns that ``added_up`` gives beside the group."""

_WHOLE: Final = "·whole"


def added_up(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Add up what is paid, group by group.

    Parameters
    ----------
    rows : polars.DataFrame
        ``state``, ``paid``, ``paid_low`` and ``paid_high`` in fen as stacking gives them, and the column ``by``. With
        ``sum_low``, ``sum_high`` and ``together`` what hangs together is bounded together; without them each row stands alone.
    by : str
        What to group by; null is a group too.

    Returns
    -------
    polars.DataFrame
        One row a group, in the order in which they first stand: ``certain``, the least that is paid; ``decisions``, what
        decisions that are open may add at most; ``facts``, what facts that are not known may add beyond that; ``no_end``, of
        how many rows no end is known. Certain, decisions and facts make the most that can be paid, save for what has no end.

    Notes
    -----
    Of rows that hang together and lie in several groups, a group gets at least its own least, and at least what all get
    less the most of the others; and at most its own most, and what can be paid in all less the least of the others.

    Examples
    --------
    Of an award of 100 for certain and one of perhaps 150 one is paid: neither is certain, and 100 is.

    >>> rows = pl.DataFrame({"measure": ["A", "B"], "state": ["eligible", "unknown"], "paid": [None, None],
    ...     "paid_low": [0, 0], "paid_high": [100, 150], "sum_low": [100, 0], "sum_high": [0, 150], "together": [7, 7]})
    >>> added_up(rows, "measure").rows()
    [('A', 0, 0, 100, 0), ('B', 0, 0, 150, 0)]
    >>> whole(rows)
    {'certain': 100, 'decisions': 0, 'facts': 50, 'no_end': 0}
    """
    low = pl.coalesce(pl.col("paid").cast(pl.Int64), pl.col("paid_low").cast(pl.Int64), pl.lit(0))
    high = pl.coalesce(pl.col("paid").cast(pl.Int64), pl.col("paid_high").cast(pl.Int64))
    tied = {"sum_low", "sum_high", "together"} <= set(rows.columns)
    found = rows.select(
        group=pl.col(by),
        place=pl.int_range(pl.len()),
        together=pl.col("together") if tied else pl.lit(None, dtype=pl.Int64),
        low=low,
        high=high,
        sum_low=pl.col("sum_low").fill_null(0) if tied else low,
        sum_high="sum_high" if tied else high,
        decides=pl.col("state") == "needs decision",
    )
    alone = found.filter(pl.col("together").is_null()).select(
        *("group", "place", "decides", pl.col("low").alias("least"), pl.col("high").alias("most")),
        known=pl.col("high").fill_null(pl.col("low")),
        may=pl.when("decides").then(pl.col("high") - pl.col("low")).otherwise(0),
        endless=pl.col("high").is_null().cast(pl.Int64),
    )
    parts = pl.concat([alone.drop("decides"), _tied(found.filter(pl.col("together").is_not_null()))])
    gap = pl.coalesce("most", "known") - pl.col("least")
    return (
        parts.with_columns(gap=gap.clip(0, None))
        .with_columns(decisions=pl.min_horizontal("gap", "may"))  # a null is left aside: no end is known
        .group_by("group")
        .agg(
            pl.col("place").min(),
            pl.col("least").sum().alias("certain"),
            pl.col("decisions").sum(),
            (pl.col("gap") - pl.col("decisions")).sum().alias("facts"),
            pl.col("endless").filter(pl.col("most").is_null()).sum().alias("no_end"),
        )
        .sort("place")
        .select(pl.col("group").alias(by), *SUMS)
    )


def _tied(rows: pl.DataFrame) -> pl.DataFrame:
    """Of rows that hang together, what lies in one group: its least and its most."""
    ends = (pl.col("high").is_null().sum() == 0).alias("ends")
    all_of = rows.group_by("together").agg(
        pl.len().alias("all_rows"),
        pl.col("sum_low").sum().alias("all_least"),
        pl.when(pl.col("sum_high").is_null().sum() == 0).then(pl.col("sum_high").sum()).alias("all_most"),
        pl.col("low").sum().alias("all_low"),
        pl.col("high").sum().alias("all_high"),
        pl.col("high").is_null().sum().alias("all_endless"),
    )
    own = rows.group_by("group", "together").agg(
        pl.col("place").min(),
        pl.len().alias("rows"),
        pl.col("low").sum(),
        pl.col("high").sum().alias("bounded"),
        pl.coalesce("high", "low").sum().alias("known"),
        pl.col("high").is_null().sum().cast(pl.Int64).alias("endless"),
        (pl.col("high") - pl.col("low")).filter("decides").sum().alias("may"),
        pl.col("high").is_null().filter("decides").any().alias("may_endless"),
        ends,
    )
    both = own.join(all_of, on="together")
    in_one = pl.col("rows") == pl.col("all_rows")
    others_end = pl.col("endless") == pl.col("all_endless")
    others_most = pl.when(others_end).then(pl.col("all_high") - pl.col("bounded"))
    others_least = pl.col("all_low") - pl.col("low")
    rest = pl.when(in_one).then(0)
    return both.select(
        *("group", "place"),
        least=pl.max_horizontal("low", pl.col("all_least") - pl.coalesce(rest, others_most)),
        most=pl.min_horizontal(
            pl.when("ends").then("bounded"), pl.col("all_most") - pl.coalesce(rest, others_least)
        ),
        known="known",
        may=pl.when(~pl.col("may_endless")).then("may"),
        endless="endless",
    )


def whole(rows: pl.DataFrame) -> dict[str, int]:
    """Add up all rows: ``SUMS`` by name; all are 0 where there is no row."""
    sums = added_up(rows.with_columns(pl.lit(0).alias(_WHOLE)), _WHOLE)
    return {name: int(sums[name].sum()) for name in SUMS}


def plain_yuan(fen: int, *, signed: bool = False) -> str:
    """Write fen as yuan in a sentence, with cents only where there are any, and with a plus where that is asked for.

    Examples
    --------
    >>> plain_yuan(123_456_700), plain_yuan(-5)
    ('1,234,567', '-0.05')
    """
    return f"{fen / 100:{'+' if signed else ''},.2f}".removesuffix(".00")
