"""The map of industries that are in the same places, and what of it a region has."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.finding import Finding, Network
from wutong.formulas.complexity import ubiquity
from wutong.formulas.kinds import Floats, Ints
from wutong.formulas.tree import layout, spanning_tree, strong_links
from wutong.structure.complexity import caveats_of, named
from wutong.structure.names import industry_name, measure_name
from wutong.structure.space import Space, Standing
from wutong.words import Text

QUESTION: Final = Text(
    "哪些行业常在一起，本地占了哪一片？", "Which industries go together, and which of them are here?"
)
STRONG: Final = 0.55  # as in the map of Hidalgo et al. (2007)
MOST: Final = (
    2  # strong links beside the tree, at most so many an industry on average: more cannot be told apart
)

SHOWN: Final = 3  # nearest industries in the table

STATES: Final = {
    "has": Text("本地已有优势", "A strength here"),
    "near": Text("尚无，且较近", "None yet, and near"),
    "far": Text("尚无，且较远", "None yet, and far"),
    "unknown": Text("本地数值未知", "Not known here"),
}

WITHOUT_PLACE: Final = {
    "complex": Text("复杂度高于平均", "Complexity above the mean"),
    "simple": Text("复杂度不高于平均", "Complexity at the mean or below"),
}


def product_space(space: Space, place: Standing | None = None) -> Finding:
    """Draw the product space of the nation, and mark what a region has of it.

    Parameters
    ----------
    space : Space
        Fitted on the nation.
    place : Standing, optional
        The region; without it industries are marked by complexity.

    Returns
    -------
    Finding
        One row an industry that some region has: links, nearest industries, complexity, size, and the region's quotient. The network is the spanning
        tree with the strong links, each industry in a place that is the same every time.
    """
    grid = space.parts.grid
    there = np.flatnonzero(~np.isnan(space.industries))
    near = space.near[np.ix_(there, there)]
    tie = near.copy()
    np.fill_diagonal(tie, 0)
    links, border = _links(tie)
    at = layout(links, tie)
    codes = [grid.industries[one] for one in there.tolist()]
    texts = [industry_name(grid, code) for code in codes]
    states = _states(space, place, there)
    degree = np.bincount(links.reshape(-1), minlength=there.size)
    nearest = [_nearest(tie[:, one], codes, texts) for one in range(there.size)]
    table = named(grid, tuple(codes), "industry").with_columns(
        state=pl.Series([states[1][word].zh for word in states[0]], dtype=pl.String),
        state_en=pl.Series([states[1][word].en for word in states[0]], dtype=pl.String),
        complexity=pl.Series(space.industries[there]),
        ubiquity=pl.Series(ubiquity(space.present & space.fitted[:, None])[there]),
        total=pl.Series(space.industry_totals[there]),
        links=pl.Series(degree),
        nearest=pl.Series(["、".join(one.zh for one in names) for names in nearest], dtype=pl.String),
        nearest_en=pl.Series([", ".join(one.en for one in names) for names in nearest], dtype=pl.String),
    )
    if place is not None:
        table = table.with_columns(
            quotient=pl.Series(place.quotient[there], nan_to_null=True),
            density=pl.Series(place.density[there], nan_to_null=True),
        )
    nodes = pl.DataFrame(
        {
            "id": codes,
            "label": [text.zh for text in texts],
            "label_en": [text.en for text in texts],
            "x": at[:, 0],
            "y": at[:, 1],
            "size": space.industry_totals[there],
            "state": states[0],
        }
    )
    ties = pl.DataFrame(
        {
            "from": [codes[one] for one in links[:, 0].tolist()],
            "to": [codes[one] for one in links[:, 1].tolist()],
            "weight": np.minimum(tie[links[:, 0], links[:, 1]], 1.0),
        },
        schema={"from": pl.String, "to": pl.String, "weight": pl.Float64},
    )
    return Finding(
        id="product-space",
        title=QUESTION,
        answer=_answer(table, place, states[0], links.shape[0]),
        table=table.sort("links", "industry", descending=[True, False]),
        labels={
            "industry": Text("行业代码", "Industry"),
            "industry_name": Text("行业", "Name"),
            "industry_name_en": Text("行业（英文）", "Name"),
            "state": Text("状态", "State"),
            "state_en": Text("状态（英文）", "State"),
            "complexity": Text("行业复杂度", "Complexity"),
            "ubiquity": Text("有此优势的地区数", "Regions with the strength"),
            "total": measure_name(grid),
            "links": Text("连线数", "Links"),
            "nearest": Text("最近的行业", "Nearest industries"),
            "nearest_en": Text("最近的行业（英文）", "Nearest industries"),
            **(
                {
                    "quotient": Text("本地区位商", "Location quotient here"),
                    "density": Text("关联密度", "Density"),
                }
                if place is not None
                else {}
            ),
        },
        units={
            "complexity": "index",
            "ubiquity": "count",
            "total": grid.unit or "number",
            "links": "count",
            **({"quotient": "index", "density": "index"} if place is not None else {}),
        },
        method=Text(
            f"邻近度取全国（{space.choices.measure}）。连线 = 最大生成树，加上邻近度不低于 {border:.2f} 的连线（Hidalgo 等 2007 用 {STRONG}）。位置由连线距离一次算定，每次相同；横纵轴本身没有含义。",
            f"Proximity is the nation's ({space.choices.measure}). Links: the maximum spanning tree, and all at a proximity of {border:.2f} or more (Hidalgo et al. 2007 took {STRONG}). Places "
            "follow the distances along the links, worked out once and the same each time; the axes mean nothing by themselves.",
        ),
        sources=grid.sources,
        caveats=(
            Text(
                "“常在一起”是共同出现，不是因果，也不是供应关系。",
                "“Go together” says that they occur together: no cause, and no supply.",
            ),
            *caveats_of(space),
        ),
        rows_left_out=space.parts.rows_left_out,
        invented=grid.invented,
        network=Network(nodes, ties, states[1]),
    )


def _links(tie: Floats) -> tuple[Ints, float]:
    """The tree and the strong links, with the border from which they are strong: higher where there are too many."""
    tree = spanning_tree(tie)
    upper = tie[np.triu_indices_from(tie, 1)]
    room = MOST * tie.shape[0]
    border = STRONG
    if int((upper >= STRONG).sum()) > room:
        border = float(np.nextafter(np.partition(upper, -room - 1)[-room - 1], np.inf))
    both = np.unique(np.concatenate([tree, strong_links(tie, border)]), axis=0)
    return both, border


def _states(space: Space, place: Standing | None, there: Ints) -> tuple[list[str], dict[str, Text]]:
    if place is None:
        return ["complex" if one > 0 else "simple" for one in space.industries[there].tolist()], WITHOUT_PLACE
    option = ~place.present[there]
    dense = place.density[there]
    middle = float(np.median(dense[option])) if option.any() else 0.0
    found = [
        "has" if has else "unknown" if np.isnan(value) else "near" if close >= middle else "far"
        for has, value, close in zip(
            place.present[there].tolist(), place.quotient[there].tolist(), dense.tolist(), strict=True
        )
    ]
    return found, STATES


def _nearest(tie: Floats, codes: list[str], texts: list[Text]) -> list[Text]:
    last = np.partition(tie, -SHOWN)[-SHOWN] if tie.size > SHOWN else 0.0
    best = sorted(np.flatnonzero((tie > 0) & (tie >= last)).tolist(), key=lambda one: (-tie[one], codes[one]))
    return [texts[one] for one in best[:SHOWN]]


def _answer(table: pl.DataFrame, place: Standing | None, states: list[str], links: int) -> Text:
    if place is None:
        hub = table.sort("links", "industry", descending=[True, False]).row(0, named=True)
        return Text(
            f"{table.height} 个行业、{links} 条连线，连线最多的是{hub['industry_name']}（{hub['links']} 条）。",
            f"{table.height} industries and {links} links; the most meet at {hub['industry_name_en']} ({hub['links']}).",
        )
    has, near = states.count("has"), states.count("near")
    return Text(
        f"{table.height} 个行业中，{place.name.zh}有优势的 {has} 个，另有 {near} 个尚无而较近。",
        f"Of {table.height} industries {place.name.en} has a strength in {has}; {near} more are near and not there yet.",
    )
