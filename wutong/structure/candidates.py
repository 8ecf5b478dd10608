"""Which industries a region could take up next, why, and on what of its own they build."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Network
from wutong.formulas.complexity import ubiquity
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.relatedness import outlook_gain
from wutong.formulas.scoring import percentiles
from wutong.structure.back_test import Trial, verdict
from wutong.structure.complexity import caveats_of, named, of_another_table
from wutong.structure.names import industry_name, measure_name
from wutong.structure.ranking import CRITERIA, Weights, combined, growth_of_markets, said
from wutong.structure.space import Space, Standing
from wutong.words import Text

QUESTION: Final = Text("本地下一步可以发展哪些行业？", "Which industries could this region take up next?")
NEIGHBOURS: Final = 3

VIEWS: Final = {
    "near_complex": Text("近而复杂：先谈", "Near and complex: begin here"),
    "far_complex": Text("远而复杂：要搭桥", "Far and complex: needs a bridge"),
    "near_simple": Text("近而简单：顺手可做", "Near and simple: at hand"),
    "far_simple": Text("远而简单：不急", "Far and simple: can wait"),
}
"""Near: a density above the median of the region's options. Complex: above the region's own complexity, so that it would raise it."""

_LABELS: Final = {
    "rank": Text("位次", "Rank"),
    "industry": Text("行业代码", "Industry"),
    "industry_name": Text("行业", "Name"),
    "industry_name_en": Text("行业（英文）", "Name"),
    "view": Text("归类", "View"),
    "view_en": Text("归类（英文）", "View"),
    "score": Text("综合得分", "Score"),
    "density": Text("关联密度", "Density"),
    "complexity": Text("行业复杂度", "Complexity"),
    "gain": Text("前景增益", "Outlook gain"),
    "quotient": Text("现有区位商", "Location quotient now"),
    "growth": Text("市场年均增速", "Growth of the market a year"),
    "demand": Text("本地需求", "Demand in the region"),
    "ubiquity": Text("有此优势的地区数", "Regions with the strength"),
    "builds_on": Text("依托的本地优势行业", "Builds on"),
    "builds_on_en": Text("依托的本地优势行业（英文）", "Builds on"),
    "reason": Text("理由", "Reasons"),
    "reason_en": Text("理由（英文）", "Reasons"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of candidates is to hold.

    Parameters
    ----------
    weights : Weights
        How much each criterion counts.
    least_share : float
        Least share of an industry in everything: in a tiny one a single firm makes a strength.
    demand : polars.DataFrame or None
        ``industry`` and ``demand``: what firms and households of the region buy of it already, in one unit.
    demand_unit : str
        Its unit.

    Examples
    --------
    >>> Wanted().least_share
    0.0001
    """

    weights: Weights = field(default_factory=Weights)
    least_share: float = 1e-4
    demand: pl.DataFrame | None = None
    demand_unit: str = "number"


def candidates(
    space: Space, place: Standing, wanted: Wanted | None = None, trial: Trial | None = None
) -> Finding:
    """Rank the industries in which a region has no strength yet.

    Parameters
    ----------
    space : Space
        Fitted on the nation.
    place : Standing
        The region in it: `wutong.structure.space.standing`, or `applied` for a zone with its own table.
    wanted : Wanted, optional
        Weights, size filter, demand.
    trial : Trial, optional
        The back-test of this ranking: `wutong.structure.back_test.look_back`. Without it the answer says that it was not tested.

    Returns
    -------
    Finding
        One row an industry, the best first: score, its parts, the view, reasons, and the region's own industries that are nearest to it.
        Industries whose value is withheld come after all others, with their quotient not known: the region may have them already.

    Raises
    ------
    NoAnswer
        If the region has no strength to build on, or nothing is left to take up.
    """
    want = wanted or Wanted()
    grid = space.parts.grid
    if not place.present.any():
        raise NoAnswer(
            Text(
                f"{place.name.zh}没有一个行业达到门槛，无从依托。需要：更细或更全的行业数据。",
                f"{place.name.en} has no industry at the threshold to build on. Needed: finer or fuller numbers by industry.",
            )
        )
    whole = float(np.nansum(space.industry_totals))
    large = space.industry_totals >= want.least_share * whole
    option = ~place.present & large & ~np.isnan(space.industries) & ~np.isnan(place.density)
    if not option.any():
        raise NoAnswer(
            Text(
                f"{place.name.zh}在规模达到 {want.least_share:g} 的行业中已都有优势。",
                f"{place.name.en} has a strength in every industry of {want.least_share:g} of the whole or more.",
            )
        )
    growth, since = growth_of_markets(space.parts, space.year)
    demand = _demand(space, want.demand)
    criteria = {
        "density": place.density,
        "complexity": space.industries,
        "size": space.industry_totals,
        "growth": growth,
        "demand": demand,
    }
    used = {name: values for name, values in criteria.items() if not np.isnan(values[option]).all()}
    score = combined(used, option[None, :], want.weights)[0]
    nearness = percentiles(place.density[None, :], option[None, :])[0]
    near = place.density >= np.median(place.density[option])
    own = place.complexity if np.isfinite(place.complexity) else 0.0
    complicated = space.industries > own
    views = [
        ("near" if close else "far") + ("_complex" if hard else "_simple")
        for close, hard in zip(near.tolist(), complicated.tolist(), strict=True)
    ]
    hidden, worth = np.isnan(place.quotient), np.nan_to_num(score, nan=-1.0)
    order = sorted(
        np.flatnonzero(option).tolist(), key=lambda at: (hidden[at], -worth[at], grid.industries[at])
    )
    bases = [_bases(space, place.present, at) for at in order]
    reasons = [
        _reason(place, base, float(nearness[at]), float(space.industries[at]), own, float(growth[at]))
        for at, base in zip(order, bases, strict=True)
    ]
    gain = outlook_gain(
        place.present[None, :], space.near, space.industries, "less_own", found=place.density[None, :]
    )[0]
    spread = ubiquity(space.present & space.fitted[:, None])
    table = named(grid, tuple(grid.industries[at] for at in order), "industry").with_columns(
        view=pl.Series([VIEWS[views[at]].zh for at in order]),
        view_en=pl.Series([VIEWS[views[at]].en for at in order]),
        score=pl.Series(score[order], nan_to_null=True),
        density=pl.Series(place.density[order]),
        complexity=pl.Series(space.industries[order]),
        gain=pl.Series(gain[order], nan_to_null=True),
        quotient=pl.Series(place.quotient[order], nan_to_null=True),
        total=pl.Series(space.industry_totals[order]),
        growth=pl.Series(growth[order], nan_to_null=True),
        demand=pl.Series(demand[order], nan_to_null=True),
        ubiquity=pl.Series(spread[order]),
        builds_on=pl.Series(["、".join(name.zh for name in base) for base in bases]),
        builds_on_en=pl.Series([", ".join(name.en for name in base) for base in bases]),
        reason=pl.Series([reason.zh for reason in reasons]),
        reason_en=pl.Series([reason.en for reason in reasons]),
    )
    absent = [name for name in ("growth", "demand") if name not in used]
    table = table.drop(absent).with_row_index("rank", offset=1)
    return Finding(
        id="candidates",
        title=QUESTION,
        answer=_answer(place, table),
        table=table,
        labels={
            **{name: label for name, label in _LABELS.items() if name in table.columns},
            "total": measure_name(grid),
        },
        units={
            **dict.fromkeys(("score", "density", "complexity", "gain", "quotient"), "index"),
            "total": grid.unit or "number",
            "ubiquity": "count",
            **({} if "growth" in absent else {"growth": "1"}),
            **({} if "demand" in absent else {"demand": want.demand_unit}),
        },
        method=_method(space, want.weights, used, since),
        sources=grid.sources,
        caveats=_caveats(space, place, want, trial, option, large),
        rows_left_out=space.parts.rows_left_out,
        invented=grid.invented,
        network=_network(space, place, order, views),
    )


def _demand(space: Space, table: pl.DataFrame | None) -> Floats:
    codes = space.parts.grid.industries
    if table is None:
        return np.full(len(codes), np.nan)
    held = dict(
        table.drop_nulls(["industry", "demand"]).group_by("industry").agg(pl.col("demand").sum()).iter_rows()
    )
    return np.array([float(held.get(code, np.nan)) for code in codes])


def _bases(space: Space, present: Bools, at: int) -> list[Text]:
    """The region's own industries that are nearest to one, the nearest first."""
    tie = np.where(present, space.near[:, at], 0.0)
    tie[at] = 0
    grid = space.parts.grid
    best = sorted(np.flatnonzero(tie > 0).tolist(), key=lambda one: (-tie[one], grid.industries[one]))
    return [industry_name(grid, grid.industries[one]) for one in best[:NEIGHBOURS]]


def _reason(
    place: Standing, base: list[Text], nearness: float, complexity: float, own: float, growth: float
) -> Text:
    zh, en = [], []
    if base:
        zh.append(f"常与{'、'.join(name.zh for name in base)}在同一地区")
        en.append(f"often in the same places as {', '.join(name.en for name in base)}")
    zh.append(f"比本地 {nearness:.0%} 的其他可选行业更近")
    en.append(f"nearer than {nearness:.0%} of the other options")
    higher = complexity > own
    zh.append("复杂度高于" if higher else "复杂度不高于")
    zh[-1] += f"{place.name.zh}现有水平"
    en.append(
        "more complex than what the region has" if higher else "no more complex than what the region has"
    )
    if np.isfinite(growth):
        zh.append(f"市场年均增长 {growth:.1%}")
        en.append(f"its market grew {growth:.1%} a year")
    return Text(
        "；".join(zh) + "。",
        f"{'; '.join(en).capitalize() if not base else en[0][0].upper() + '; '.join(en)[1:]}.",
    )


def _answer(place: Standing, table: pl.DataFrame) -> Text:
    first = table.head(3)
    begin = table.filter(pl.col("view") == VIEWS["near_complex"].zh).height
    return Text(
        f"{place.name.zh}排在最前的是{'、'.join(first['industry_name'])}；{table.height} 个可选行业中有 {begin} 个近而复杂。",
        f"First for {place.name.en}: {', '.join(first['industry_name_en'])}. Of {table.height} options {begin} are near and complex.",
    )


def _method(space: Space, weights: Weights, used: dict[str, Floats], since: str) -> Text:
    shares = {name: share for name, share in said(weights).items() if name in used and share > 0}
    whole = sum(shares.values()) or 1.0
    zh = "、".join(f"{CRITERIA[name].zh} {share / whole:.0%}" for name, share in shares.items())
    en = ", ".join(f"{CRITERIA[name].en} {share / whole:.0%}" for name, share in shares.items())
    grown = (
        Text(f"增速按 {since} 至 {space.year} 年。", f" Growth is from {since} to {space.year}.")
        if since
        else Text("", "")
    )
    return Text(
        f"综合得分 = 各项在本地可选行业中位次的加权平均（{zh}）。{grown.zh}关联密度：与该行业邻近的行业中本地已有多少（Hidalgo 等 2007）；邻近度取全国，对角线计 "
        f"{1 if space.choices.diagonal == 'one' else 0}。前景增益按《图谱》公式，减去该行业自身，复杂度为标准化值。近：密度不低于可选行业的中位数；复杂：高于本地现有复杂度。",
        f"Score = weighted mean of where an industry stands among the region's options ({en}).{grown.en} Density: how much of what is near to it the region has (Hidalgo et al. 2007); "
        f"proximity is the nation's, with diagonal {1 if space.choices.diagonal == 'one' else 0}. Gain as the Atlas writes it, less the industry's own part, from standardised complexity. "
        "Near: density at or above the median of the options. Complex: above the region's own complexity.",
    )


def _caveats(
    space: Space, place: Standing, want: Wanted, trial: Trial | None, option: Bools, large: Bools
) -> tuple[Text, ...]:
    caveats = [
        verdict(trial)
        if trial is not None
        else Text("这份排序没有用往年数据检验过。", "This ranking was not tested on past years."),
        Text(
            "这是讨论的清单，不是应该扶持什么的结论：土地、能耗、人才和企业意愿不在表里。",
            "It is a list to talk about and no finding on what to support: land, energy, skills and what firms want are not in the table.",
        ),
    ]
    hidden = int((option & np.isnan(place.quotient)).sum())
    if hidden:
        caveats.append(
            Text(
                f"{hidden} 个可选行业在本地的数值隐去或未知，排在最后：也许已经有了。",
                f"Of the options {hidden} are withheld or not known for the region, and come last: it may have them already.",
            )
        )
    small = int((~large & ~np.isnan(space.industries)).sum())
    if small:
        caveats.append(
            Text(
                f"小于全部 {want.least_share:g} 的 {small} 个行业没有列入。",
                f"{small} industries below {want.least_share:g} of the whole are not in the list.",
            )
        )
    return (*caveats, *of_another_table(space, place), *caveats_of(space))


def _network(space: Space, place: Standing, order: list[int], views: list[str]) -> Network:
    """The options as points: how near, and how complex."""
    grid = space.parts.grid
    texts = [industry_name(grid, grid.industries[at]) for at in order]
    nodes = pl.DataFrame(
        {
            "id": [grid.industries[at] for at in order],
            "label": [text.zh for text in texts],
            "label_en": [text.en for text in texts],
            "x": place.density[order],
            "y": space.industries[order],
            "size": space.industry_totals[order],
            "state": [views[at] for at in order],
        }
    )
    links = pl.DataFrame(schema={"from": pl.String, "to": pl.String, "weight": pl.Float64})
    return Network(nodes, links, VIEWS, axes=(_LABELS["density"], _LABELS["complexity"]))
