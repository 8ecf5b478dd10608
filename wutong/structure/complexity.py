"""How complex is what regions make, and which industries are complex."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import polars as pl

from wutong.finding import Finding, Picture
from wutong.formulas.complexity import diversity, ubiquity
from wutong.formulas.fitness import fitness
from wutong.formulas.relatedness import density, outlook_index
from wutong.structure.grid import Grid
from wutong.structure.names import industry_name, measure_name, place_name
from wutong.structure.space import Space, Standing
from wutong.words import Text

PLACES_QUESTION: Final = Text("哪些地区的产业结构更复杂？", "Which regions make what is complex?")
INDUSTRIES_QUESTION: Final = Text("哪些行业更复杂？", "Which industries are complex?")
PLACE_QUESTION: Final = Text("本地在全国处在什么位置？", "Where does this region stand in the nation?")

WEAK: Final = 0.1  # a correlation of scores with diversity below which their sign says little
NARROW: Final = 0.01  # an eigengap below which another vector would do nearly as well

Origin = Literal["standardised", "raw"]

ORIGINS: Final[Mapping[Origin, Text]] = MappingProxyType(
    {
        "standardised": Text(
            "前景指数用标准化的行业复杂度（零点为平均地区）。",
            "The outlook index takes standardised complexity (0 is the mean region).",
        ),
        "raw": Text(
            "前景指数用未标准化的行业复杂度（零点为特征向量自身的零点）。",
            "The outlook index takes raw complexity (0 is that of the eigenvector).",
        ),
    }
)

FEW: Final = 3  # industries of strength below which a mean over them hangs on one

METHOD: Final = Text(
    "区位商不低于门槛即算有该行业；经济复杂度取对称特征问题的第二特征向量，按地区标准化（分母为 n）；行业复杂度同一尺度（Hidalgo、Hausmann 2009；《经济复杂度图谱》2014）。",
    "A region has an industry where its location quotient reaches the threshold. Complexity is the second eigenvector of the symmetric problem, "
    "standardised over regions (divided by n); industries are on the same scale (Hidalgo & Hausmann 2009; Atlas of Economic Complexity 2014).",
)


def place_complexity(space: Space, *, origin: Origin = "standardised") -> Finding:
    """Rank the regions of a space by complexity.

    Parameters
    ----------
    space : Space
        From `wutong.structure.space.fit`.
    origin : {"standardised", "raw"}
        Where the complexity of industries is 0 in the outlook index: at the mean region, or where the eigenvector has its own zero. The two put regions in
        different orders.

    Returns
    -------
    Finding
        One row a region of the fit: rank, complexity, diversity, mean ubiquity of what it has, logarithm of fitness, outlook, size, and the
        share of its cells that is known.
    """
    grid = space.parts.grid
    held = space.present & space.fitted[:, None]
    spread = ubiquity(held).astype(np.float64)
    breadth = diversity(held).astype(np.float64)
    near = density(space.present, space.near)
    scores = space.industries if origin == "standardised" else space.raw.industries
    with np.errstate(invalid="ignore", divide="ignore"):
        common = np.where(breadth > 0, held @ spread / breadth, np.nan)
    table = (
        named(grid, grid.places, "place")
        .with_columns(
            complexity=pl.Series(space.places, nan_to_null=True),
            diversity=pl.Series(breadth.astype(np.int64)),
            common=pl.Series(common, nan_to_null=True),
            fitness=pl.Series(fitness(held).places, nan_to_null=True),
            outlook=pl.Series(outlook_index(near, space.present, scores), nan_to_null=True),
            total=pl.Series(space.totals),
            known=pl.Series(1 - np.isnan(space.values).mean(axis=1)),
            fitted=pl.Series(space.fitted),
        )
        .filter("fitted", pl.col("complexity").is_not_null())
        .drop("fitted")
        .sort("complexity", "place", descending=[True, False])
        .with_row_index("rank", offset=1)
    )
    first = table.row(0, named=True)
    return Finding(
        id="place-complexity",
        title=PLACES_QUESTION,
        answer=Text(
            f"{_when(space).zh}{table.height} 个地区中，{first['place_name']}最复杂（{first['complexity']:.2f}），有 {first['diversity']} 个优势行业。",
            f"Of {table.height} regions {first['place_name_en']} is the most complex{_when(space).en} ({first['complexity']:.2f}), with "
            f"{first['diversity']} industries of strength.",
        ),
        table=table,
        labels={
            "rank": Text("位次", "Rank"),
            "place": Text("地区代码", "Region"),
            "place_name": Text("地区", "Name"),
            "place_name_en": Text("地区（英文）", "Name"),
            "complexity": Text("经济复杂度", "Economic complexity"),
            "diversity": Text("优势行业数", "Diversity"),
            "common": Text("优势行业的平均普遍性", "Mean ubiquity"),
            "fitness": Text("适合度（对数）", "Fitness (logarithm)"),
            "outlook": Text("前景指数", "Outlook index"),
            "total": measure_name(grid),
            "known": Text("已知的格", "Cells known"),
        },
        units={
            "complexity": "index",
            "diversity": "count",
            "common": "number",
            "fitness": "index",
            "outlook": "index",
            "total": grid.unit or "number",
            "known": "1",
        },
        method=Text(METHOD.zh + ORIGINS[origin].zh, f"{METHOD.en} {ORIGINS[origin].en}"),
        sources=grid.sources,
        caveats=caveats_of(space),
        rows_left_out=left_out(space),
        invented=grid.invented,
        picture=Picture("bar", "place_name", ("complexity",)) if table.height <= 40 else None,
    )


def industry_complexity(space: Space) -> Finding:
    """Rank the industries of a space by complexity.

    Returns
    -------
    Finding
        One row an industry that some region has: rank, complexity on the scale of regions, ubiquity and size.
    """
    grid = space.parts.grid
    table = (
        named(grid, grid.industries, "industry")
        .with_columns(
            complexity=pl.Series(space.industries, nan_to_null=True),
            ubiquity=pl.Series(ubiquity(space.present & space.fitted[:, None])),
            total=pl.Series(space.industry_totals),
        )
        .drop_nulls("complexity")
        .sort("complexity", "industry", descending=[True, False])
        .with_row_index("rank", offset=1)
    )
    first, last = table.row(0, named=True), table.row(-1, named=True)
    return Finding(
        id="industry-complexity",
        title=INDUSTRIES_QUESTION,
        answer=Text(
            f"{_when(space).zh}{table.height} 个行业中，最复杂的是{first['industry_name']}（{first['complexity']:.2f}），最不复杂的是{last['industry_name']}（{last['complexity']:.2f}）。",
            f"Of {table.height} industries the most complex{_when(space).en} is {first['industry_name_en']} ({first['complexity']:.2f}), the least "
            f"{last['industry_name_en']} ({last['complexity']:.2f}).",
        ),
        table=table,
        labels={
            "rank": Text("位次", "Rank"),
            "industry": Text("行业代码", "Industry"),
            "industry_name": Text("行业", "Name"),
            "industry_name_en": Text("行业（英文）", "Name"),
            "complexity": Text("行业复杂度", "Complexity of the industry"),
            "ubiquity": Text("普遍性（有此优势的地区数）", "Ubiquity"),
            "total": measure_name(grid),
        },
        units={"complexity": "index", "ubiquity": "count", "total": grid.unit or "number"},
        method=METHOD,
        sources=grid.sources,
        caveats=caveats_of(space),
        rows_left_out=left_out(space),
        invented=grid.invented,
    )


def complexity_of_place(space: Space, place: Standing) -> Finding:
    """Say how complex one region is on the nation's scale, and through which industries.

    Parameters
    ----------
    space : Space
        Fitted on the nation. From a few regions alone complexity says little, and its sign can turn.
    place : Standing
        From `wutong.structure.space.standing`, or from `applied` for a zone with a table of its own.

    Returns
    -------
    Finding
        One row an industry that the region has: quotient, complexity, size, share of the region, ubiquity; the region's complexity is their
        mean.
    """
    grid = space.parts.grid
    others = space.places[space.fitted & ~np.isnan(space.places)]
    total = float(np.nansum(place.values))
    table = (
        named(grid, grid.industries, "industry")
        .with_columns(
            complexity=pl.Series(space.industries, nan_to_null=True),
            quotient=pl.Series(place.quotient, nan_to_null=True),
            value=pl.Series(place.values, nan_to_null=True),
            share=pl.Series(place.values / total, nan_to_null=True),
            ubiquity=pl.Series(ubiquity(space.present & space.fitted[:, None])),
            has=pl.Series(place.present),
        )
        .filter("has")
        .drop("has")
        .sort("complexity", "industry", descending=[True, False], nulls_last=True)
    )
    unknown = int(np.isnan(place.values).sum())
    caveats = [*caveats_of(space)]
    if unknown:
        caveats.insert(
            0,
            Text(
                f"该地区 {len(grid.industries)} 个行业中有 {unknown} 个的数值未知，可能还有未列出的优势行业。",
                f"Of {len(grid.industries)} industries {unknown} are not known of the region: it may have strengths that are not listed.",
            ),
        )
    caveats.extend(of_another_table(space, place))
    if total < space.choices.least_share * float(np.nansum(space.totals)) or table.height < FEW:
        caveats.insert(
            0,
            Text(
                f"{place.name.zh}规模很小或只有 {table.height} 个优势行业：一两家企业就能改变这个数。",
                f"{place.name.en} is very small, or has {table.height} industries of strength only: one firm or two can change the number.",
            ),
        )
    below = float((others < place.complexity).mean())
    return Finding(
        id="complexity-of-place",
        title=PLACE_QUESTION,
        answer=Text(
            f"{_when(space).zh}{place.name.zh}的经济复杂度为 {place.complexity:.2f}，高于 {len(others)} 个地区中的 {below:.0%}；有 {table.height} 个优势行业。",
            f"The complexity of {place.name.en}{_when(space).en} is {place.complexity:.2f}, above {below:.0%} of {len(others)} regions; it has "
            f"{table.height} industries of strength.",
        )
        if table.height
        else Text(
            f"{place.name.zh}没有达到门槛的优势行业。", f"{place.name.en} has no industry of strength."
        ),
        table=table,
        labels={
            "industry": Text("行业代码", "Industry"),
            "industry_name": Text("行业", "Name"),
            "industry_name_en": Text("行业（英文）", "Name"),
            "complexity": Text("行业复杂度", "Complexity of the industry"),
            "quotient": Text("区位商", "Location quotient"),
            "value": measure_name(grid),
            "share": Text("占本地比重", "Share of the region"),
            "ubiquity": Text("普遍性（有此优势的地区数）", "Ubiquity"),
        },
        units={
            "complexity": "index",
            "quotient": "index",
            "value": grid.unit or "number",
            "share": "1",
            "ubiquity": "count",
        },
        method=Text(
            METHOD.zh + "单个地区的复杂度 = 其优势行业复杂度的平均，行业复杂度取自全国。",
            METHOD.en
            + " The complexity of one region is the mean of its industries', which are the nation's.",
        ),
        sources=grid.sources,
        caveats=tuple(caveats),
        rows_left_out=left_out(space),
        invented=grid.invented,
    )


def caveats_of(space: Space) -> tuple[Text, ...]:
    """What must be known of every answer from a space: size filter, unknown cells, and how firm its vectors are."""
    grid, raw = space.parts.grid, space.raw
    unknown = float(np.isnan(space.values[space.fitted]).mean())
    small = [place_name(grid, grid.places[at]) for at in np.flatnonzero(~space.fitted).tolist()]
    caveats = [
        Text(
            f"门槛：区位商 {space.choices.threshold:g}。特征值 {raw.eigenvalue:.3f}，与下一个相差 {raw.eigengap:.3f}；与多样性的相关系数 {raw.diversity_correlation:.2f}。",
            f"Threshold: location quotient {space.choices.threshold:g}. Eigenvalue {raw.eigenvalue:.3f}, above the next by {raw.eigengap:.3f}; correlation with "
            f"diversity {raw.diversity_correlation:.2f}.",
        )
    ]
    if raw.eigengap < NARROW or raw.diversity_correlation < WEAK:
        caveats.insert(
            0,
            Text(
                "次序不稳：特征值间隔很小，或与多样性几乎无关，换一年或换几个地区，结果可能不同甚至反号。",
                "The order is not firm: the eigengap is narrow, or scores have little to do with diversity. With another year or other regions it may differ, or turn "
                "its sign.",
            ),
        )
    if len(grid.places) < 30:
        caveats.insert(
            0,
            Text(
                f"只有 {len(grid.places)} 个地区：复杂度须从全国的表算起，再套用到本地。",
                f"There are {len(grid.places)} regions only: complexity belongs to the nation's table, and is applied to a region from there.",
            ),
        )
    if small:
        caveats.append(
            Text(
                f"{len(small)} 个地区未参加拟合（小于合计的 {space.choices.least_share:g}、没有优势行业或不相连）：{'、'.join(name.zh for name in small[:8])}。",
                f"{len(small)} regions are not in the fit (below {space.choices.least_share:g} of the whole, without a strength, or apart): "
                f"{', '.join(name.en for name in small[:8])}.",
            )
        )
    if unknown:
        caveats.append(
            Text(
                f"{unknown:.1%} 的格隐去或未知：不当作零，也不算有；复杂度可能因此偏离。",
                f"{unknown:.1%} of the cells are withheld or not known: not taken as zero, and not as a strength; complexity may be off by that.",
            )
        )
    return tuple(caveats)


def of_another_table(space: Space, place: Standing) -> list[Text]:
    """What must be known where a region's numbers are not from the nation's table: other codes, another year."""
    caveats = []
    if place.strange:
        caveats.append(
            Text(
                f"{len(place.strange)} 个本地行业不在全国表中，未计入：{'、'.join(place.strange[:8])}。",
                f"{len(place.strange)} industries of the region are not in the nation's table and were left out: "
                f"{', '.join(place.strange[:8])}.",
            )
        )
    if place.year != space.year:
        caveats.append(
            Text(
                f"本地数值为 {place.year} 年，全国为 {space.year} 年。",
                f"The region's numbers are of {place.year}, the nation's of {space.year}.",
            )
        )
    return caveats


def left_out(space: Space) -> int:
    """Rows that could not be used."""
    return space.parts.rows_left_out


def _when(space: Space) -> Text:
    return Text(f"{space.year} 年，", f" in {space.year}") if space.year else Text("", "")


def named(grid: Grid, codes: tuple[str, ...], what: str) -> pl.DataFrame:
    """Codes with their names in both languages, in the columns `place` or `industry`, `…_name` and `…_name_en`."""
    name = place_name if what == "place" else industry_name
    texts = [name(grid, code) for code in codes]
    return pl.DataFrame(
        {
            what: codes,
            f"{what}_name": [text.zh for text in texts],
            f"{what}_name_en": [text.en for text in texts],
        },
        schema=dict.fromkeys((what, f"{what}_name", f"{what}_name_en"), pl.String),
    )
