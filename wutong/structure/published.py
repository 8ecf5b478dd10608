"""What is published of a region by industry, and what would be needed: for questions that find too little."""

from __future__ import annotations

import polars as pl

from wutong.errors import NoAnswer
from wutong.structure.names import called_region
from wutong.structure.totals import AMOUNTS, TOTALS, Parts, parts_of_zone
from wutong.words import Text
from wutong.zone.catalogue import TABLES


def zone_parts(
    region_industry: pl.DataFrame,
    document: pl.DataFrame,
    region: str,
    measure: str = "",
    *,
    level: int = 0,
    rows_left_out: int = 0,
) -> Parts:
    """Take a zone's table apart, as `wutong.structure.totals.parts_of_zone`, if it holds amounts of the region.

    Parameters
    ----------
    region_industry, document : polars.DataFrame
        Tables of the zone.
    region : str
        The region that is asked about.
    measure, level, rows_left_out
        As in `parts_of_zone`; where no measure is named, the first that the region has.

    Raises
    ------
    NoAnswer
        If it holds none: with what is published of the region, what was looked for in vain, and what is needed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wutong.zone.load import open_zone
    >>> tables = open_zone(Path("examples/jincheng")).tables
    >>> try:
    ...     zone_parts(tables["region_industry"], tables["document"], "140500")
    ... except NoAnswer as why:
    ...     print(why.text.en.split(". ")[0])
    No amounts by industry are published of Jincheng, so neither shares nor growth can be told
    """
    own = region_industry.filter((pl.col("region") == region) & ~pl.col("industry").is_in(TOTALS))
    amounts = own.filter(pl.col("value").is_not_null() & pl.col("measure").is_in(AMOUNTS))
    if measure:
        amounts = amounts.filter(pl.col("measure") == measure)
    if amounts.is_empty():
        raise NoAnswer(_nothing(own, region))
    there = set(amounts["measure"])
    return parts_of_zone(
        region_industry,
        document,
        measure or next(name for name in AMOUNTS if name in there),
        level=level,
        rows_left_out=rows_left_out,
    )


def _nothing(own: pl.DataFrame, region: str) -> Text:
    name = called_region(region)
    zh = f"{name.zh}没有公布按行业的数量，比重和增长都无从算起。"
    en = f"No amounts by industry are published of {name.en}, so neither shares nor growth can be told."
    words = {choice.word: choice.label for choice in TABLES["region_industry"].column("measure").choices}
    published = own.filter(pl.col("value").is_not_null())
    if published.height:
        told = [
            (industry, period, words[measure], f"{value:g}{unit or ''}")
            for industry, period, measure, value, unit in published.select(
                "industry", "period", "measure", "value", "unit"
            ).iter_rows()
        ]
        zh += "已公布的只有：" + "；".join(f"{i} {p} {m.zh} {v}" for i, p, m, v in told) + "。"
        en += " Published are only: " + "; ".join(f"{i} {p} {m.en.lower()} {v}" for i, p, m, v in told) + "."
    sought = own.filter(pl.col("value").is_null() & ~pl.col("suppressed").fill_null(value=False))
    if sought.height:
        gone = [
            (industry, period, words[measure])
            for industry, period, measure in sought.select("industry", "period", "measure").iter_rows()
        ]
        zh += "查过而没有公布：" + "；".join(f"{i} {p} {m.zh}" for i, p, m in gone) + "。"
        en += (
            " Looked for and not published: " + "; ".join(f"{i} {p} {m.en.lower()}" for i, p, m in gone) + "."
        )
    zh += (
        "需要：表 region_industry 中该地区各行业大类（GB/T 4754 两位代码）的产值、增加值或从业人员，至少一年（看增长要两年），"
        "连同合计（行业填“合计”）；以及用来对照的其他地区的同样的数。"
    )
    en += (
        " Needed: output, value added or employment of the region by division of industry (two digits of GB/T 4754) in table "
        "region_industry, for one year at least (two for growth), with its total (industry “合计”); and the same of other regions to "
        "hold it against."
    )
    return Text(zh, en)
