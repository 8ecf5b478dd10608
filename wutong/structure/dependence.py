"""How much hangs on one industry."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.structure.grid import in_year, suppressed_in
from wutong.structure.names import industry_name, measure_name, place_name
from wutong.structure.shares import YearShares, year_shares
from wutong.structure.totals import Parts
from wutong.words import Text, nearest_words

QUESTION: Final = Text("对单一行业的依赖有多大？", "How much hangs on one industry?")

LIKE: Final = 10
"""How many regions of like size a region is held against."""


def industry_dependence(parts: Parts, region: str, industry: str = "") -> Finding:
    """How much of a region comes from one industry, year by year, and whether that is more than elsewhere.

    Parameters
    ----------
    parts : Parts
        Parts of one measure by region, industry and year, from `wutong.structure.totals.parts_of_zone`.
    region : str
        A place of the grid.
    industry : str
        An industry of it; the greatest of the last year that is published where it is empty.

    Returns
    -------
    Finding
        One row a year: share of the industry, which industry is the greatest, Herfindahl index and effective number of
        industries, each with the least and the greatest that published totals allow where cells are suppressed, and the
        middle top share of the regions of like size. Null where nothing can be told.

    Raises
    ------
    NoAnswer
        If the region or industry is not in the table, or in no year its shares can be told or bounded.

    Notes
    -----
    Hirschman (1964), The paternity of an index, American Economic Review 54(5), p. 761. Bounds:
    `wutong.formulas.bounds`.
    """
    grid = parts.grid
    at_hand(parts, region)
    found = {year: year_shares(parts, year) for year in grid.years}
    told = [year for year in grid.years if region in found[year]]
    if not told:
        raise NoAnswer(
            Text(
                f"{place_name(grid, region).zh}各年都有隐去的数，又没有公布合计，比重无法确定，也没有上下限。"
                "需要：表 region_industry 中该地区各年的合计（行业填“合计”）。",
                f"In every year some numbers of {place_name(grid, region).en} are suppressed and the total is not published: "
                "shares are not known, nor are their bounds. Needed: the region's totals in table region_industry (industry “合计”).",
            )
        )
    last = told[-1]
    followed = followed_in(parts, industry, found[last][region])
    like = _like(region, found[last])
    rows = [_row(parts, year, region, followed, like, found[year]) for year in grid.years]
    table = pl.DataFrame(rows, schema=_SCHEMA)
    own = found[last][region].top
    surely = sum(found[last][place].top[0] > own[1] + 1e-12 for place in like)
    perhaps = sum(found[last][place].top[1] > own[0] + 1e-12 for place in like) - surely
    return Finding(
        id="industry-dependence",
        title=QUESTION,
        answer=_answer(parts, region, followed, table, last, (surely, perhaps, len(like))),
        table=table,
        labels=_labels(industry_name(grid, grid.industries[followed])),
        units={
            "total": grid.unit,
            "suppressed": "count",
            **dict.fromkeys(("share", "share_low", "share_high", "like"), "1"),
            **dict.fromkeys(("herfindahl_low", "herfindahl_high"), "index"),
            **dict.fromkeys(("effective_low", "effective_high"), "number"),
        },
        method=Text(
            "比重 = 该行业 ÷ 本地区合计；赫芬达尔指数 = 各行业比重平方和；等效行业数 = 其倒数（Hirschman 1964）。有隐去的格子时，给出公布的合计所允许的下限和上限。"
            f"对照：规模最接近的 {len(like)} 个地区首位行业比重的中位数。",
            "Share = the industry ÷ all of the region; Herfindahl index = sum of squared shares; effective number = its inverse (Hirschman "
            "1964). Where cells are suppressed: the least and the greatest that the published total allows. Held against: the middle top share "
            f"of the {len(like)} regions nearest in size.",
        ),
        sources=grid.sources,
        caveats=_caveats(parts, region, found),
        rows_left_out=parts.rows_left_out,
        invented=grid.invented,
        picture=Picture("line", "year", ("share", "like"), low="share_low", high="share_high")
        if any(found[year][region].low[followed] < found[year][region].high[followed] for year in told)
        else Picture("line", "year", ("share", "like")),
    )


def at_hand(parts: Parts, region: str) -> int:
    """Give the position of a region in the grid.

    Raises
    ------
    NoAnswer
        If it is not there; the message names those most alike.
    """
    places = parts.grid.places
    if region in places:
        return places.index(region)
    near = nearest_words(region, places) or list(places[:3])
    raise NoAnswer(
        Text(
            f"表中没有地区“{region}”的数。最接近的有：{'、'.join(near)}。需要：表 region_industry 中该地区各行业的行。",
            f"The table has no numbers of region “{region}”. Nearest: {', '.join(near)}. Needed: rows of the region by industry in table "
            "region_industry.",
        )
    )


def followed_in(parts: Parts, industry: str, shares: YearShares) -> int:
    """Give the position of the industry that is asked about; of the greatest where none is named.

    Raises
    ------
    NoAnswer
        If the table has no such industry; the message names those most alike.
    """
    if not industry:
        # the greatest that is published: of a suppressed one nobody could say more than its bounds
        return int(np.argmax(shares.low if shares.low.max() > 0 else shares.high))
    if industry in parts.grid.industries:
        return parts.grid.industries.index(industry)
    near = nearest_words(industry, parts.grid.industries) or list(parts.grid.industries[:3])
    raise NoAnswer(
        Text(
            f"表中没有行业“{industry}”。最接近的有：{'、'.join(near)}。",
            f"The table has no industry “{industry}”. Nearest: {', '.join(near)}.",
        )
    )


def _like(region: str, found: dict[str, YearShares]) -> tuple[str, ...]:
    """Regions nearest in size, by the ratio of totals."""
    own = np.log(found[region].total)
    others = [(abs(np.log(shares.total) - own), place) for place, shares in found.items() if place != region]
    return tuple(place for _, place in sorted(others)[:LIKE])


_SCHEMA: Final = {
    "year": pl.String,
    "share": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "leading": pl.String,
    "leading_en": pl.String,
    "herfindahl_low": pl.Float64,
    "herfindahl_high": pl.Float64,
    "effective_low": pl.Float64,
    "effective_high": pl.Float64,
    "like": pl.Float64,
    "total": pl.Float64,
    "suppressed": pl.Int64,
}


def _row(
    parts: Parts, year: str, region: str, followed: int, like: tuple[str, ...], found: dict[str, YearShares]
) -> dict[str, object]:
    shares = found.get(region)
    bounds = [found[place].top for place in like if place in found]
    tops = [low for low, high in bounds if high - low < 1e-6]
    row: dict[str, object] = dict.fromkeys(_SCHEMA)
    hidden = int(suppressed_in(parts.grid, year)[parts.grid.places.index(region)].sum())
    row |= {"year": year, "like": float(np.median(tops)) if tops else None, "suppressed": hidden}
    if shares is None:
        return row
    low, high = float(shares.low[followed]), float(shares.high[followed])
    first = int(np.argmax(shares.low))
    # the greatest is known where no other can be greater
    sure = bool((np.delete(shares.high, first) <= shares.low[first] + 1e-12).all())
    name = industry_name(parts.grid, parts.grid.industries[first])
    return row | {
        "share": low if high - low < 1e-9 else None,
        "share_low": low,
        "share_high": high,
        "leading": name.zh if sure else None,
        "leading_en": name.en if sure else None,
        "herfindahl_low": shares.herfindahl[0],
        "herfindahl_high": shares.herfindahl[1],
        "effective_low": 1 / shares.herfindahl[1],
        "effective_high": 1 / shares.herfindahl[0] if shares.herfindahl[0] > 0 else None,
        "total": shares.total,
    }


def _range(low: float, high: float, form: str, words: Text) -> Text:
    if abs(high - low) < 1e-9:
        return Text(format(low, form), format(low, form))
    ends = format(low, form), format(high, form)
    return Text(words.zh.format(*ends), words.en.format(*ends))


_BETWEEN: Final = Text("{0} 至 {1} 之间", "between {0} and {1}")


def _answer(
    parts: Parts, region: str, followed: int, table: pl.DataFrame, last: str, against: tuple[int, int, int]
) -> Text:
    grid = parts.grid
    row = table.row(by_predicate=pl.col("year") == last, named=True)
    share = _range(row["share_low"], row["share_high"], ".1%", _BETWEEN)
    effective = _range(row["effective_low"], row["effective_high"] or float("inf"), ".1f", _BETWEEN)
    name, place, counted = (
        industry_name(grid, grid.industries[followed]),
        place_name(grid, region),
        measure_name(grid),
    )
    zh = f"{last} 年{place.zh}的{counted.zh}中{name.zh}占 {share.zh}"
    en = f"In {last} {name.en} made {share.en} of the {counted.en.lower()} of {place.en}"
    first = table.filter(pl.col("share").is_not_null() & (pl.col("year") < last)).head(1)
    if first.height:
        zh += f"（{first['year'][0]} 年 {first['share'][0]:.1%}）"
        en += f" ({first['share'][0]:.1%} in {first['year'][0]})"
    zh += f"，集中程度相当于 {effective.zh} 个同样大的行业。"
    en += f"; the region is as concentrated as {effective.en} industries of one size."
    if row["leading"] is None:
        zh += "有隐去的行业可能更大。"
        en += " A suppressed industry may be greater."
    more, perhaps, like = against
    if like:
        zh += f"规模相近的 {like} 个地区中，{more} 个更依赖单一行业" + (
            f"，{perhaps} 个可能更依赖。" if perhaps else "。"
        )
        en += f" Of {like} regions of like size {more} hang more on one industry" + (
            f" and {perhaps} may." if perhaps else "."
        )
    return Text(zh, en)


def _labels(name: Text) -> dict[str, Text]:
    return {
        "year": Text("年份", "Year"),
        "share": Text(f"{name.zh}比重", f"Share of {name.en}"),
        "share_low": Text("比重下限", "Least share"),
        "share_high": Text("比重上限", "Greatest share"),
        "leading": Text("首位行业", "Greatest industry"),
        "leading_en": Text("首位行业（英文）", "Greatest industry"),
        "herfindahl_low": Text("赫芬达尔指数下限", "Least Herfindahl index"),
        "herfindahl_high": Text("赫芬达尔指数上限", "Greatest Herfindahl index"),
        "effective_low": Text("等效行业数下限", "Least effective number of industries"),
        "effective_high": Text("等效行业数上限", "Greatest effective number of industries"),
        "like": Text("规模相近地区的首位比重", "Top share of regions of like size"),
        "total": Text("合计", "All industries"),
        "suppressed": Text("隐去的格子", "Suppressed cells"),
    }


def _caveats(parts: Parts, region: str, found: dict[str, dict[str, YearShares]]) -> tuple[Text, ...]:
    grid = parts.grid
    at = grid.places.index(region)
    untold = [year for year in grid.years if region not in found[year]]
    bounded = [year for year in grid.years if region in found[year] and not found[year][region].exact]
    caveats = []
    if untold:
        caveats.append(
            Text(
                f"{'、'.join(untold)} 年有隐去的数而没有公布合计，或与合计对不上，或没有数，比重不列。",
                f"Without shares: {', '.join(untold)}. Numbers are suppressed and the total is not published, or they do not agree with "
                "it, or there are none.",
            )
        )
    if bounded:
        caveats.append(
            Text(
                f"{'、'.join(bounded)} 年只有上下限：隐去的数不当作零。",
                f"Bounds alone: {', '.join(bounded)}. What is suppressed is not taken as zero.",
            )
        )
    last = next((year for year in reversed(grid.years) if region in found[year]), grid.years[-1])
    if grid.absent == "unknown" and bool(in_year(grid, last)[1][at].any()) and found[last][region].exact:
        caveats.append(
            Text(
                "没有行的行业按没有计；若是未报，比重会偏高。",
                "An industry without a row counts as none; if it was not reported, shares are too high.",
            )
        )
    return tuple(caveats)
