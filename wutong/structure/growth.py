"""Where a region's growth came from: the nation, the mix of its industries, or itself."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.shift_share import dunn, esteban_marquillas
from wutong.structure.dependence import at_hand
from wutong.structure.grid import in_year, year_at
from wutong.structure.names import industry_name, measure_name, place_name
from wutong.structure.totals import Parts
from wutong.words import Text

QUESTION: Final = Text(
    "增长来自大势、行业结构，还是本地自身？",
    "Did growth come from the nation, the mix, or the region itself?",
)


def growth_parts(parts: Parts, region: str, first: str = "", last: str = "") -> Finding:
    """Split a region's growth, and say what it would have been at the growth of all regions.

    Parameters
    ----------
    parts : Parts
        From `wutong.structure.totals.parts_of_zone`. Amounts in current prices hold price changes too.
    region : str
        A place of the grid.
    first, last : str
        Years; the first and the last of the table where they are empty.

    Returns
    -------
    Finding
        One row an industry: both values, the change, its three parts (Dunn), the regional part on homothetic size and the
        allocation (Esteban-Marquillas), and growth here and everywhere.

    Raises
    ------
    NoAnswer
        If region or year is not in the table, there is one year only, or no industry of the region is known in both
        years.

    Notes
    -----
    Dunn (1960), Papers of the Regional Science Association 6; Esteban-Marquillas (1972), Regional and Urban Economics 2(3).
    All regions are the nation's rows where there are such, else the sum of the regions whose cell is known in both years.
    """
    grid = parts.grid
    at = at_hand(parts, region)
    years = grid.years[year_at(grid, first) if first else 0], grid.years[year_at(grid, last)]
    if years[0] >= years[1]:
        raise NoAnswer(
            Text(
                f"只有 {years[0]} 一个年份，看不出增长。需要：两个年份的数。",
                f"Only {years[0]} is there: no growth can be seen. Needed: numbers of two years.",
            )
        )
    before, after, all_before, all_after = _both_years(parts, years)
    own = ~np.isnan(before[at]) & ~np.isnan(after[at])
    used = own & ~np.isnan(all_before) & ~np.isnan(all_after)
    if not used.any() or not before[at][used].sum() > 0:
        raise NoAnswer(
            Text(
                f"{place_name(grid, region).zh}没有一个行业在 {years[0]} 年和 {years[1]} 年都有数。需要：两个年份都有的行业。",
                f"No industry of {place_name(grid, region).en} is known in both {years[0]} and {years[1]}. Needed: industries with "
                "numbers in both years.",
            )
        )
    lost = (~np.isnan(before[at]) | ~np.isnan(after[at])) & ~used
    four = (before[at][used], after[at][used], all_before[used], all_after[used])
    found, split = dunn(*four), esteban_marquillas(*four)
    table = _table(parts, used, four, found.national, found.mix, found.regional).with_columns(
        pl.Series("competitive", split.competitive, nan_to_null=True),
        pl.Series("allocation", split.allocation, nan_to_null=True),
    )
    sums = table.select(pl.col("first", "last", "national", "mix", "regional").sum()).row(0, named=True)
    return Finding(
        id="growth-parts",
        title=QUESTION,
        answer=_answer(parts, region, years, sums, table.height if lost.any() else 0),
        table=table.sort("regional", descending=True),
        labels=_labels(years),
        units={
            **dict.fromkeys(
                ("first", "last", "change", "national", "mix", "regional", "competitive", "allocation"),
                grid.unit,
            ),
            "growth": "1",
            "growth_everywhere": "1",
        },
        method=Text(
            "偏离份额分析：全国分量 = 期初 × 全部行业的增速；结构分量 = 期初 × （该行业增速 − 全部行业增速）；竞争力分量 = 期末 − 期初 × （1 + 该行业增速）"
            "（Dunn 1960）。竞争力按同构规模与配置再分（Esteban-Marquillas 1972）。增速取自"
            + ("全国的行。" if parts.nation.height else "两年都有数的各地区之和。"),
            "Shift-share: national part = first value × growth of everything; mix = first value × (growth of the industry − of everything); "
            "regional part = last value − first value × (1 + growth of the industry) (Dunn 1960). The regional part on homothetic size, "
            "and allocation: Esteban-Marquillas (1972). Growth is of "
            + ("the nation's rows." if parts.nation.height else "the regions known in both years, added up."),
        ),
        sources=grid.sources,
        caveats=_caveats(parts, lost),
        rows_left_out=parts.rows_left_out,
        invented=grid.invented,
        picture=Picture("bar", "industry", ("mix", "regional")),
    )


def _both_years(parts: Parts, years: tuple[str, str]) -> tuple[Floats, Floats, Floats, Floats]:
    before, after = (in_year(parts.grid, year)[0] for year in years)
    if parts.nation.height:
        nation = [
            dict(parts.nation.filter(pl.col("year") == year).select("industry", "value").iter_rows())
            for year in years
        ]
        whole = [np.array([row.get(code, np.nan) for code in parts.grid.industries]) for row in nation]
        return before, after, whole[0], whole[1]
    both: Bools = ~np.isnan(before) & ~np.isnan(after)
    return (
        before,
        after,
        np.where(both, before, 0.0).sum(axis=0),
        np.where(both, after, 0.0).sum(axis=0),
    )


def _table(
    parts: Parts,
    used: Bools,
    four: tuple[Floats, Floats, Floats, Floats],
    national: Floats,
    mix: Floats,
    regional: Floats,
) -> pl.DataFrame:
    codes = [code for code, is_used in zip(parts.grid.industries, used, strict=True) if is_used]
    names = [industry_name(parts.grid, code) for code in codes]
    before, after, all_before, all_after = four
    with np.errstate(divide="ignore", invalid="ignore"):
        here, everywhere = after / before - 1, all_after / all_before - 1
    return pl.DataFrame(
        {
            "code": codes,
            "industry": [name.zh for name in names],
            "industry_en": [name.en for name in names],
            "first": before,
            "last": after,
            "change": after - before,
            "national": national,
            "mix": mix,
            "regional": regional,
            "growth": pl.Series(np.where(before > 0, here, np.nan), nan_to_null=True),
            "growth_everywhere": pl.Series(np.where(all_before > 0, everywhere, np.nan), nan_to_null=True),
        }
    )


def _answer(parts: Parts, region: str, years: tuple[str, str], sums: dict[str, float], of: int) -> Text:
    change, first = sums["last"] - sums["first"], sums["first"]
    place, counted = place_name(parts.grid, region), measure_name(parts.grid)
    # where industries lack a year, what is told is not the growth of the whole
    only = (
        Text(f"两年都有数的 {of} 个行业的", f" in the {of} industries known in both years")
        if of
        else Text("", "")
    )
    # the mix is what the region's own industries did elsewhere
    as_elsewhere = (sums["national"] + sums["mix"]) / first
    return Text(
        f"{years[0]} 至 {years[1]} 年{place.zh}{only.zh}{counted.zh}变化 {change / first:+.1%}；若各行业都按全部地区的增速增长，则为 {as_elsewhere:+.1%}。"
        f"大势 {sums['national'] / first:+.1%}，行业结构 {sums['mix'] / first:+.1%}，本地自身 {sums['regional'] / first:+.1%}。",
        f"From {years[0]} to {years[1]} {counted.en.lower()} of {place.en}{only.en} changed by {change / first:+.1%}; had each of its industries grown "
        f"as in all regions, by {as_elsewhere:+.1%}. The nation {sums['national'] / first:+.1%}, the mix "
        f"{sums['mix'] / first:+.1%}, the region itself {sums['regional'] / first:+.1%}.",
    )


def _labels(years: tuple[str, str]) -> dict[str, Text]:
    return {
        "code": Text("代码", "Code"),
        "industry": Text("行业", "Industry"),
        "industry_en": Text("行业（英文）", "Industry"),
        "first": Text(f"{years[0]} 年", years[0]),
        "last": Text(f"{years[1]} 年", years[1]),
        "change": Text("变化", "Change"),
        "national": Text("全国分量", "National part"),
        "mix": Text("结构分量", "Mix"),
        "regional": Text("竞争力分量", "Regional part"),
        "growth": Text("本地增速", "Growth here"),
        "growth_everywhere": Text("全部地区增速", "Growth everywhere"),
        "competitive": Text("同构规模上的竞争力", "Regional part on homothetic size"),
        "allocation": Text("配置", "Allocation"),
    }


def _caveats(parts: Parts, lost: Bools) -> tuple[Text, ...]:
    caveats = []
    if lost.any():
        codes = [code for code, is_lost in zip(parts.grid.industries, lost, strict=True) if is_lost]
        names = [industry_name(parts.grid, code) for code in codes]
        caveats.append(
            Text(
                f"{len(names)} 个行业有一年没有数，不在其内：{'、'.join(name.zh for name in names)}。",
                f"{len(names)} industries lack one of the years and are not in this: {'; '.join(name.en for name in names)}.",
            )
        )
    if parts.grid.measure not in ("employment", "firms"):
        caveats.append(
            Text(
                "以金额计，含价格变动。", "These are amounts of money, so that changes of prices are in them."
            )
        )
    return tuple(caveats)
