"""Which industries leave which regions, who receives them, and which would fit here (产业转移)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.specialisation import location_quotient
from wutong.structure.dependence import at_hand
from wutong.structure.grid import in_year, suppressed_in, year_at
from wutong.structure.names import industry_name, measure_name, place_name
from wutong.structure.shares import told
from wutong.structure.space import totals_in
from wutong.structure.totals import Parts
from wutong.words import Text

QUESTION: Final = Text(
    "哪些行业正从哪些地区转出，谁在承接，哪些适合本地？",
    "Which industries leave which regions, who receives them, and which fit here?",
)
RECEIVERS: Final = 3
"""How many receivers are named."""
_NAMED: Final = 5

FITS: Final = {
    "strong": Text("本地已有优势", "strong here already"),
    "related": Text("与本地行业相关", "related to what is here"),
    "there": Text("本地有，尚弱", "here, and weak"),
    "none": Text("本地没有", "not here"),
    "unknown": Text("本地数值隐去", "suppressed here"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What counts as leaving, so that noise and dwarfs do not.

    Parameters
    ----------
    loss : float
        The least part of its first value that an industry lost there, net of what the industry did everywhere.
    size : float
        The least share of the industry that the region had at first.
    steady : float
        The least part of the steps from year to year in which its share of the industry fell.
    origins : tuple of str
        Regions that may lose; all where it is empty. Whoever gains is looked for everywhere.
    """

    loss: float = 0.2
    size: float = 0.02
    steady: float = 0.6
    origins: tuple[str, ...] = ()


PLAIN: Final = Filters()


@dataclass(frozen=True, slots=True)
class _Scan:
    """Two years, of cells known in both: values, net shifts, and how often shares fell from year to year."""

    before: Floats
    after: Floats
    known: Bools
    shift: Floats
    falls: Floats
    steps: Floats


def industry_transfer(
    parts: Parts,
    region: str,
    first: str = "",
    last: str = "",
    *,
    filters: Filters = PLAIN,
    density: pl.DataFrame | None = None,
) -> Finding:
    """Find the industries that lose ground in a region and gain it elsewhere, net of the industry's own growth.

    Parameters
    ----------
    parts : Parts
        From `wutong.structure.totals.parts_of_zone`.
    region : str
        For whom it is asked which of them fit.
    first, last : str
        Years; the first and the last of the table where they are empty.
    filters : Filters
        What counts.
    density : polars.DataFrame, optional
        ``industry`` and ``density``: how related each is to what the region has, from
        `wutong.formulas.relatedness`. Without it the location quotient alone says what fits.

    Returns
    -------
    Finding
        One row an industry and a region that loses it, the greatest loss × part of the whole industry that it is first, so that
        no large industry comes first of which little left: share of the industry then and now, what was lost net of the industry's growth, who gained most, and what the industry is here.

    Raises
    ------
    NoAnswer
        If region, origin or year is not there, there is one year only, no cell is known in both years, or nothing passes the
        filters.

    Notes
    -----
    Net shift = last value − first value × growth of the industry over all regions: the regional part of shift-share (Dunn
    1960), which adds up to nothing over the regions, so that what some lose others gain.
    """
    grid = parts.grid
    at = at_hand(parts, region)
    years = grid.years[year_at(grid, first) if first else 0], grid.years[year_at(grid, last)]
    if years[0] >= years[1]:
        raise NoAnswer(
            Text(
                f"只有 {years[0]} 一个年份，看不出转移。需要：两个年份各地区各行业的数。",
                f"Only {years[0]} is there: nothing can be seen to move. Needed: numbers of regions by industry in two years.",
            )
        )
    scan = _scan(parts, years)
    rows = _rows(parts, scan, at, years, filters, _densities(parts, density))
    if not rows:
        raise NoAnswer(
            Text(
                f"{years[0]} 至 {years[1]} 年没有哪个地区的行业达到筛选条件：净流失至少 {filters.loss:.0%}、起始占该行业至少 {filters.size:.0%}、"
                f"至少 {filters.steady:.0%} 的年份在下降。可放宽条件。",
                f"From {years[0]} to {years[1]} no industry of a region passes: a net loss of {filters.loss:.0%}, {filters.size:.0%} of the "
                f"industry at first, and a falling share in {filters.steady:.0%} of the steps. Ask with weaker filters.",
            )
        )
    table = pl.DataFrame(rows, schema=_SCHEMA).sort(pl.col("lost") * pl.col("left"), descending=True)
    return Finding(
        id="industry-transfer",
        title=QUESTION,
        answer=_answer(parts, region, years, table),
        table=table,
        labels=_labels(years, place_name(grid, region)),
        units={
            **dict.fromkeys(("share_first", "share_last", "lost_part", "left", "received_here"), "1"),
            "lost": grid.unit,
            "here_gain": grid.unit,
            "quotient": "index",
            "density": "index",
            "fell": "count",
            "steps": "count",
        },
        method=Text(
            "净流失 = 期初 × 该行业全部地区的增速因子 − 期末（偏离份额的竞争力分量，Dunn 1960），各地区合计为零，有失必有得。只取："
            f"净流失不低于期初的 {filters.loss:.0%}，期初占该行业不低于 {filters.size:.0%}，份额逐年变化中至少 {filters.steady:.0%} 为下降。"
            "按净流失 × 占该行业比重排序；承接方按净流入排列。",
            "Net loss = first value × the industry's growth over all regions − last value (regional part of shift-share, Dunn 1960). It adds up to "
            f"nothing over the regions: what some lose others gain. Taken: losses of {filters.loss:.0%} of the first value or more, by regions that had "
            f"{filters.size:.0%} of the industry or more, whose share fell in {filters.steady:.0%} of the steps or more. In the order of net loss × part of the industry; receivers by their net gain.",
        ),
        sources=grid.sources,
        caveats=_caveats(scan, density is not None, [place_name(grid, one) for one in filters.origins]),
        rows_left_out=parts.rows_left_out,
        invented=grid.invented,
        picture=Picture("bar", "what", ("lost",)),
        blanks=frozenset({"density"}) if density is None else frozenset(),
    )


_SCHEMA: Final = {
    "code": pl.String,
    "what": pl.String,
    "what_en": pl.String,
    "origin": pl.String,
    "origin_en": pl.String,
    "share_first": pl.Float64,
    "share_last": pl.Float64,
    "lost": pl.Float64,
    "lost_part": pl.Float64,
    "left": pl.Float64,
    "fell": pl.Int64,
    "steps": pl.Int64,
    "receivers": pl.String,
    "receivers_en": pl.String,
    "received_here": pl.Float64,
    "here_gain": pl.Float64,
    "quotient": pl.Float64,
    "density": pl.Float64,
    "fit": pl.String,
    "fit_en": pl.String,
}


def _scan(parts: Parts, years: tuple[str, str]) -> _Scan:
    grid = parts.grid
    span = [year for year in grid.years if years[0] <= year <= years[1]]
    values = np.stack([in_year(grid, year)[0] for year in span])
    before, after = values[0], values[-1]
    known: Bools = ~np.isnan(before) & ~np.isnan(after)
    old, new = np.where(known, before, 0.0), np.where(known, after, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(old.sum(axis=0) > 0, new.sum(axis=0) / old.sum(axis=0), np.nan)
        # a share is of the regions known in the two years of the step, so that no change of suppression moves it
        both = ~np.isnan(values[:-1]) & ~np.isnan(values[1:])
        one, two = (np.where(both, step, 0.0) for step in (values[:-1], values[1:]))
        fell = two / two.sum(axis=1, keepdims=True) < one / one.sum(axis=1, keepdims=True)
    return _Scan(
        before=old,
        after=new,
        known=known,
        shift=new - old * factor[None, :],
        falls=(fell & both).sum(axis=0).astype(np.float64),
        steps=both.sum(axis=0).astype(np.float64),
    )


def _rows(
    parts: Parts,
    scan: _Scan,
    here: int,
    years: tuple[str, str],
    filters: Filters,
    density: Floats,
) -> list[dict[str, object]]:
    grid = parts.grid
    values = in_year(grid, years[1])[0]
    place_totals, industry_totals = totals_in(parts, years[1], values)
    quotient = location_quotient(values, place_totals=place_totals, industry_totals=industry_totals)
    fits = _fits(quotient[here], values[here], suppressed_in(grid, years[1])[here], density)
    with np.errstate(divide="ignore", invalid="ignore"):
        then = scan.before / scan.before.sum(axis=0)
        now = scan.after / scan.after.sum(axis=0)
        part = -scan.shift / scan.before
    leaves = (
        scan.known
        & (then >= filters.size)
        & (part >= filters.loss)
        & (scan.falls >= filters.steady * scan.steps)
    )
    if filters.origins:
        leaves &= np.isin(np.arange(len(grid.places)), [at_hand(parts, one) for one in filters.origins])[
            :, None
        ]
    rows: list[dict[str, object]] = []
    for place, industry in np.argwhere(leaves).tolist():
        shift = np.nan_to_num(scan.shift[:, industry])
        gains = np.where(shift > 0, shift, 0.0)
        order = [int(one) for one in np.argsort(-gains, kind="stable")[:RECEIVERS] if gains[one] > 0]
        shares = [(place_name(grid, grid.places[one]), gains[one] / gains.sum()) for one in order]
        fit = FITS[fits[industry]]
        name, origin = industry_name(grid, grid.industries[industry]), place_name(grid, grid.places[place])
        rows.append(
            {
                "code": grid.industries[industry],
                "what": f"{name.zh} · {origin.zh}",
                "what_en": f"{name.en} · {origin.en}",
                "origin": origin.zh,
                "origin_en": origin.en,
                "share_first": then[place, industry],
                "share_last": now[place, industry],
                "lost": -scan.shift[place, industry],
                "lost_part": part[place, industry],
                "left": -scan.shift[place, industry] / scan.before[:, industry].sum(),
                "fell": int(scan.falls[place, industry]),
                "steps": int(scan.steps[place, industry]),
                "receivers": "、".join(f"{who.zh} {share:.0%}" for who, share in shares),
                "receivers_en": ", ".join(f"{who.en} {share:.0%}" for who, share in shares),
                "received_here": gains[here] / gains.sum() if scan.known[here, industry] else None,
                "here_gain": shift[here] if scan.known[here, industry] else None,
                "quotient": told(quotient[here, industry]),
                "density": told(density[industry]),
                "fit": fit.zh,
                "fit_en": fit.en,
            }
        )
    return rows


def _densities(parts: Parts, density: pl.DataFrame | None) -> Floats:
    given = dict(density.select("industry", "density").iter_rows()) if density is not None else {}
    return np.array([given.get(code, np.nan) for code in parts.grid.industries], dtype=np.float64)


def _fits(quotient: Floats, values: Floats, suppressed: Bools, density: Floats) -> list[str]:
    """Name for each industry of `FITS` what it is in the region."""
    given = density[np.isfinite(density)]
    middle = float(np.median(given)) if given.size else np.inf
    found = []
    for at in range(values.size):
        if quotient[at] >= 1:
            found.append("strong")
        elif density[at] >= middle:
            found.append("related")
        elif suppressed[at]:
            found.append("unknown")
        else:
            found.append("there" if values[at] > 0 else "none")
    return found


def _answer(parts: Parts, region: str, years: tuple[str, str], table: pl.DataFrame) -> Text:
    top, here = table.row(0, named=True), place_name(parts.grid, region)
    good = table.filter(pl.col("fit").is_in([FITS["strong"].zh, FITS["related"].zh]))
    names = [industry_name(parts.grid, code) for code in good["code"].unique(maintain_order=True)]
    counted = measure_name(parts.grid)
    zh = (
        f"{years[0]} 至 {years[1]} 年按{counted.zh}有 {table.height} 项净流失；最显著的是{top['what']}，占该行业由 {top['share_first']:.0%} 降到 "
        f"{top['share_last']:.0%}，净流入最多的是{top['receivers']}。"
    )
    en = (
        f"From {years[0]} to {years[1]} {table.height} industries of regions lost ground by {counted.en.lower()}; the most marked is "
        f"{top['what_en']}, from {top['share_first']:.0%} to {top['share_last']:.0%} of the industry. Most was gained by "
        f"{top['receivers_en']}."
    )
    if names:
        rest = len(names) - _NAMED
        zh += f"其中适合{here.zh}的：{'、'.join(name.zh for name in names[:_NAMED])}" + (
            f"，等 {len(names)} 个行业。" if rest > 0 else "。"
        )
        en += f" Of these fit {here.en}: {'; '.join(name.en for name in names[:_NAMED])}" + (
            f"; and {rest} more." if rest > 0 else "."
        )
    else:
        zh += f"其中没有{here.zh}已有优势或相关的行业。"
        en += f" None of these is strong in {here.en} or related to what it has."
    return Text(zh, en)


def _labels(years: tuple[str, str], here: Text) -> dict[str, Text]:
    return {
        "code": Text("代码", "Code"),
        "what": Text("行业与转出地", "Industry and origin"),
        "what_en": Text("行业与转出地（英文）", "Industry and origin"),
        "origin": Text("转出地", "Origin"),
        "origin_en": Text("转出地（英文）", "Origin"),
        "share_first": Text(f"{years[0]} 年占该行业", f"Share of the industry in {years[0]}"),
        "share_last": Text(f"{years[1]} 年占该行业", f"Share of the industry in {years[1]}"),
        "lost": Text("净流失", "Net loss"),
        "lost_part": Text("净流失占期初", "Net loss of the first value"),
        "left": Text("净流失占该行业", "Net loss of the whole industry"),
        "fell": Text("份额下降的年数", "Steps with a falling share"),
        "steps": Text("可比的年数", "Steps compared"),
        "receivers": Text("主要承接地及占净流入", "Who gained most, of all net gains"),
        "receivers_en": Text("主要承接地（英文）", "Who gained most, of all net gains"),
        "received_here": Text(f"{here.zh}占净流入", f"Part gained by {here.en}"),
        "here_gain": Text(f"{here.zh}净流入", f"Net gain of {here.en}"),
        "quotient": Text("本地区位商", "Location quotient here"),
        "density": Text("关联密度", "Density"),
        "fit": Text("适合本地与否", "What it is here"),
        "fit_en": Text("适合本地与否（英文）", "What it is here"),
    }


def _caveats(scan: _Scan, related: bool, origins: list[Text]) -> tuple[Text, ...]:
    lost = int((~scan.known).sum())
    caveats = [
        Text(
            "份额此消彼长不等于企业搬迁：要到转出地和企业核实。",
            "That one region loses what another gains does not say that plants moved: ask the firms and the region that they may leave.",
        )
    ]
    if origins:
        caveats.append(
            Text(
                f"只看从这些地区转出的：{'、'.join(name.zh for name in origins)}。",
                f"Only what leaves these regions is listed: {', '.join(name.en for name in origins)}.",
            )
        )
    if lost:
        caveats.append(
            Text(
                f"{lost} 个地区行业格子在首尾年份中隐去或没有数，不在其内；隐去的数不当作零。",
                f"{lost} cells of region and industry are suppressed or have no number in the first or the last year, and are not in this. "
                "What is suppressed is not taken as zero.",
            )
        )
    if not related:
        caveats.append(
            Text(
                "没有给出关联密度，适合与否只看区位商。",
                "No densities were given: what fits is told from the location quotient alone.",
            )
        )
    return tuple(caveats)
