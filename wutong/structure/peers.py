"""Which regions are built most like this one, and which of them lead (对标)."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.concentration import shares
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.likeness import cosine, krugman
from wutong.structure.dependence import at_hand
from wutong.structure.grid import in_year, suppressed_in, year_at
from wutong.structure.names import industry_name, measure_name, place_name
from wutong.structure.shares import told
from wutong.structure.totals import Parts
from wutong.words import Text

QUESTION: Final = Text(
    "哪些地区和本地最像，其中哪些走在前面？",
    "Which regions are built most like this one, and which of them lead?",
)
MOST: Final = 10
"""How many regions are given."""
COMPARED: Final = 0.8
"""The least part of the industries of either region that must be known in both."""
_APART: Final = 3
LACKS: Final = 0.01
"""The least share that an industry has elsewhere to be named as lacking here."""


def like_regions(
    parts: Parts, region: str, year: str = "", *, yardstick: pl.DataFrame | None = None, most: int = MOST
) -> Finding:
    """Find the regions whose industries are shared out most like this one's, and those of them that lead.

    Parameters
    ----------
    parts : Parts
        From `wutong.structure.totals.parts_of_zone`.
    region : str
        A place of the grid.
    year : str
        Whose structure is compared; the last of the table where it is empty.
    yardstick : polars.DataFrame, optional
        ``place`` and ``value``: what it means to lead, such as output a worker; more is better. Without it, growth from
        the first year of the table.
    most : int
        How many regions to give.

    Returns
    -------
    Finding
        One row a region, the most alike first: distance, cosine, on how many industries, the yardstick, whether it leads, the
        first industries that both have, where the two differ most, and what the other has of which there is none here.

    Raises
    ------
    NoAnswer
        If region or year is not there, or no other region can be compared.

    Notes
    -----
    Distance = half the Krugman index (Krugman 1991): the share of the one that would have to move to be built as the
    other. Industries that are suppressed in one of the two are left out of both, and shares are of the rest.
    """
    grid = parts.grid
    at = at_hand(parts, region)
    when = grid.years[year_at(grid, year)]
    values, unknown = in_year(grid, when)
    hidden = suppressed_in(grid, when)
    # an industry without a row counts as none; one that is suppressed is not known
    open_ = np.where(unknown & ~hidden, 0.0, values)
    yard = _yardstick(parts, when, yardstick)
    found = []
    for other in range(len(grid.places)):
        both = ~hidden[at] & ~hidden[other]
        if other == at or not _enough(open_[at], open_[other], hidden[at] | hidden[other]):
            continue
        found.append((krugman(open_[at][both], open_[other][both]) / 2, other, both))
    if not found:
        raise NoAnswer(
            Text(
                f"{when} 年没有可同{place_name(grid, region).zh}比较的地区：都没有数，或隐去太多。需要：表 region_industry 中其他地区同一度量的数。",
                f"In {when} no region can be held against {place_name(grid, region).en}: there are no numbers, or too many are suppressed. "
                "Needed: the same measure of other regions in table region_industry.",
            )
        )
    found.sort(key=lambda one: (one[0], one[1]))
    rows = [_row(parts, at, open_, one, yard) for one in found[: max(most, 1)]]
    table = pl.DataFrame(rows, schema=_SCHEMA)
    own = told(yard[at])
    return Finding(
        id="like-regions",
        title=QUESTION,
        answer=_answer(parts, region, when, table, own),
        table=table,
        labels=_labels(yardstick is not None),
        units={
            "distance": "1",
            "cosine": "index",
            "compared": "count",
            "size": grid.unit,
            "yardstick": "1" if yardstick is None else "number",
        },
        method=Text(
            "结构距离 = 各行业比重之差绝对值之和的一半（克鲁格曼指数的一半，Krugman 1991）：一方要有多大比重换行业，才能和另一方一样。余弦：比重向量夹角的余弦（Jaffe 1986），1 为一样。任一方隐去的行业两方都不计；"
            f"双方可比的比重都不到 {COMPARED:.0%} 行业的不比。"
            + (
                "领先：所给尺度高于本地。"
                if yardstick is not None
                else f"领先：{grid.years[0]} 年以来增长快于本地。"
            ),
            "Distance = half the sum of the absolute differences of shares (half the Krugman index, Krugman 1991): the share of the one that would "
            "have to change industry to be built as the other. Cosine: of the angle between the shares (Jaffe 1986), 1 for alike. Industries suppressed in one of the two count in neither; regions with fewer than "
            f"{COMPARED:.0%} of the industries known are not compared. "
            + (
                "Leads: above this region by the yardstick given."
                if yardstick is not None
                else f"Leads: grew faster than this region since {grid.years[0]}."
            ),
        ),
        sources=grid.sources,
        caveats=_caveats(len(grid.places) - 1 - len(found), own),
        rows_left_out=parts.rows_left_out,
        invented=grid.invented,
        picture=Picture("bar", "region", ("distance",)),
    )


_SCHEMA: Final = {
    "code": pl.String,
    "region": pl.String,
    "region_en": pl.String,
    "distance": pl.Float64,
    "cosine": pl.Float64,
    "compared": pl.Int64,
    "size": pl.Float64,
    "yardstick": pl.Float64,
    "leads": pl.Boolean,
    "more": pl.String,
    "more_en": pl.String,
    "less": pl.String,
    "less_en": pl.String,
    "common": pl.String,
    "common_en": pl.String,
    "lacks": pl.String,
    "lacks_en": pl.String,
}


def _enough(one: Floats, other: Floats, hidden: Bools) -> bool:
    """Whether most industries of the two are known in both, and either has something in these."""
    there = hidden | (np.nan_to_num(one) > 0) | (np.nan_to_num(other) > 0)
    known = there & ~hidden
    if not known.any() or known.sum() < COMPARED * there.sum():
        return False
    return bool(one[known].sum() > 0 and other[known].sum() > 0)


def _row(
    parts: Parts, at: int, values: Floats, one: tuple[float, int, Bools], yard: Floats
) -> dict[str, object]:
    distance, other, both = one
    own, theirs = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    own[both], theirs[both] = shares(values[at][both]), shares(values[other][both])
    apart, shared = theirs - own, np.minimum(own, theirs)
    first = [int(place) for place in np.argsort(-shared, kind="stable")[:_APART] if shared[place] > 0]
    none_here = np.argsort(-np.where(own == 0, theirs, 0.0), kind="stable")[:_APART]
    lacks = [int(place) for place in none_here if own[place] == 0 and theirs[place] >= LACKS]
    order = np.argsort(-apart, kind="stable")
    more = _told(parts, apart, [int(place) for place in order[:_APART] if apart[place] > 0.005])
    less = _told(parts, apart, [int(place) for place in order[::-1][:_APART] if apart[place] < -0.005])
    name = place_name(parts.grid, parts.grid.places[other])
    both_told = np.isfinite(yard[other]) and np.isfinite(yard[at])
    return {
        "code": parts.grid.places[other],
        "region": name.zh,
        "region_en": name.en,
        "distance": distance,
        "cosine": cosine(values[at][both], values[other][both]),
        "compared": int((both & ((values[at] > 0) | (values[other] > 0))).sum()),
        "size": float(np.nansum(values[other])),
        "yardstick": told(yard[other]),
        "leads": bool(yard[other] > yard[at]) if both_told else None,
        "more": more.zh,
        "more_en": more.en,
        "less": less.zh,
        "less_en": less.en,
        **_listed(parts, "common", first),
        **_listed(parts, "lacks", lacks),
    }


def _told(parts: Parts, apart: Floats, places: list[int]) -> Text:
    names = [(industry_name(parts.grid, parts.grid.industries[place]), apart[place]) for place in places]
    return Text(
        "、".join(f"{name.zh} {100 * size:+.0f} 个百分点" for name, size in names),
        ", ".join(f"{name.en} {100 * size:+.0f} points" for name, size in names),
    )


def _listed(parts: Parts, column: str, industries: list[int]) -> dict[str, str]:
    names = [industry_name(parts.grid, parts.grid.industries[at]) for at in industries]
    return {
        column: "、".join(name.zh for name in names),
        f"{column}_en": "; ".join(name.en for name in names),
    }


def _yardstick(parts: Parts, year: str, given: pl.DataFrame | None) -> Floats:
    """What it means to lead: as given, or growth of what is known in the first year and now."""
    grid = parts.grid
    if given is not None:
        values = dict(given.select("place", "value").iter_rows())
        return np.array([values.get(place, np.nan) for place in grid.places], dtype=np.float64)
    one, two = (in_year(grid, when)[0] for when in (grid.years[0], year))
    both = ~np.isnan(one) & ~np.isnan(two)
    before, after = (np.where(both, step, 0.0).sum(axis=1) for step in (one, two))
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = after / before - 1
    return np.where((before > 0) & (year > grid.years[0]), growth, np.nan)


def _answer(parts: Parts, region: str, year: str, table: pl.DataFrame, own: float | None) -> Text:
    top, here, counted = table.row(0, named=True), place_name(parts.grid, region), measure_name(parts.grid)
    zh = f"{year} 年按{counted.zh}，与{here.zh}结构最像的是{top['region']}：{top['distance']:.0%} 换行业就一样。"
    en = (
        f"In {year}, by {counted.en.lower()}, {top['region_en']} is built most like {here.en}: {top['distance']:.0%} would have to change "
        "industry to be alike."
    )
    if own is None:
        return Text(zh + "领先与否不知道。", en + " Which lead is not known.")
    ahead = table.filter(pl.col("leads"))
    if ahead.is_empty():
        return Text(
            zh + f"最像的 {table.height} 个地区都不领先。",
            en + f" None of the {table.height} most alike leads.",
        )
    names = ahead.head(_APART)
    zh += f"最像的 {table.height} 个地区中 {ahead.height} 个领先，最近的是{'、'.join(names['region'])}。"
    lead = names.row(0, named=True)
    if lead["lacks"]:
        zh += f"{lead['region']}有而本地没有：{lead['lacks']}。"
    en += f" Of the {table.height} most alike {ahead.height} lead; nearest: {', '.join(names['region_en'])}."
    if lead["lacks"]:
        en += f" {lead['region_en']} has, and {here.en} has none of: {lead['lacks_en']}."
    return Text(zh, en)


def _labels(given: bool) -> dict[str, Text]:
    return {
        "code": Text("代码", "Code"),
        "region": Text("地区", "Region"),
        "region_en": Text("地区（英文）", "Region"),
        "distance": Text("结构距离", "Distance"),
        "cosine": Text("结构余弦", "Cosine"),
        "compared": Text("可比的行业", "Industries compared"),
        "size": Text("已知合计", "Known in all"),
        "yardstick": Text("尺度", "Yardstick") if given else Text("增长", "Growth"),
        "leads": Text("领先", "Leads"),
        "more": Text("比本地多的行业", "Has more of"),
        "more_en": Text("比本地多的行业（英文）", "Has more of"),
        "less": Text("比本地少的行业", "Has less of"),
        "less_en": Text("比本地少的行业（英文）", "Has less of"),
        "common": Text("共同的主要行业", "First in common"),
        "common_en": Text("共同的主要行业（英文）", "First in common"),
        "lacks": Text("有而本地没有的行业", "Has, and none here"),
        "lacks_en": Text("有而本地没有的行业（英文）", "Has, and none here"),
    }


def _caveats(left_out: int, own: float | None) -> tuple[Text, ...]:
    caveats = []
    if left_out:
        caveats.append(
            Text(
                f"{left_out} 个地区没有数或隐去太多，没有比较。",
                f"{left_out} regions have no numbers, or too many suppressed, and were not compared.",
            )
        )
    if own is None:
        caveats.append(
            Text(
                "本地的尺度未知，不知道谁领先。",
                "The yardstick of this region is not known: nobody can be said to lead.",
            )
        )
    return tuple(caveats)
