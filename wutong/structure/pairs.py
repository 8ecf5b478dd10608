"""Which industries' plants lie in the same regions."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.agglomeration import pair_by_lot, pair_coagglomeration
from wutong.formulas.kinds import Floats
from wutong.structure.agglomeration import any_invented, usable_plants
from wutong.structure.names import called_industry
from wutong.structure.shares import told
from wutong.words import Text
from wutong.zone.sources import sources_of

QUESTION: Final = Text("哪些行业的企业总在一起？", "Which industries' plants lie in the same regions?")
LEAST: Final = 2
"""Plants that an industry must have to be paired."""
_Z: Final = 1.96
_DRAWN: Final = 30


def pairs_together(
    plants: pl.DataFrame,
    document: pl.DataFrame,
    totals: pl.DataFrame | None = None,
    *,
    least: int = LEAST,
    rows_left_out: int = 0,
) -> Finding:
    """Coagglomeration of every pair of industries, against what lots would give.

    Parameters
    ----------
    plants : polars.DataFrame
        One row a plant: ``industry``, ``region`` and ``size``; ``source`` and ``invented`` where known.
    document : polars.DataFrame
        Table of documents, for the sources.
    totals : polars.DataFrame, optional
        ``region`` and ``total``: size of each region, all industries together. Without it, the sum of the plants.
    least : int
        Plants that an industry must have.
    rows_left_out : int
        Rows that were left out before.

    Returns
    -------
    Finding
        One row a pair, the most together first: index, deviations above lots, plants of each, and regions that have both.

    Raises
    ------
    NoAnswer
        If there are not two industries with so many plants, or one region alone.
    TableError
        If a column is not there.

    Notes
    -----
    Ellison, Glaeser & Kerr (2010), American Economic Review 100(3), equation 1: `wutong.formulas.agglomeration`.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> plants = pl.DataFrame({"industry": ["x", "x", "y", "y"], "region": ["a", "a", "b", "b"], "size": [1, 1, 1, 1]})
    >>> pairs_together(plants, TABLES["document"].empty()).table["index"].to_list()
    [-1.0]
    """
    known, lost = usable_plants(plants, ("industry", "region", "size"))
    if totals is None:
        totals = known.group_by("region").agg(pl.col("size").sum().alias("total"))
    totals = totals.filter(pl.col("total") > 0).sort("region")
    places = {region: at for at, region in enumerate(totals["region"])}
    there = known.filter(pl.col("region").is_in(list(places)))
    lost += known.height - there.height
    sizes, where, few = _industries(there, places, least)
    if len(sizes) < 2:
        raise NoAnswer(
            Text(
                f"有 {least} 家以上企业的行业不到两个。需要：企业一览，含行业、地区和从业人员（或产值）。",
                f"Fewer than two industries have {least} plants. Needed: a list of plants with industry, region and workers (or output).",
            )
        )
    whole = totals["total"].to_numpy().astype(np.float64)
    rows = []
    for one, other in combinations(sizes, 2):
        index = pair_coagglomeration(where[one], where[other], whole)
        by_lot = pair_by_lot(sizes[one], sizes[other], whole)
        names = called_industry(one), called_industry(other)
        rows.append(
            {
                "one": one,
                "other": other,
                "pair": f"{names[0].zh} · {names[1].zh}",
                "pair_en": f"{names[0].en} · {names[1].en}",
                "index": index,
                "z": told(index / by_lot) if by_lot > 0 else None,
                "plants_one": sizes[one].size,
                "plants_other": sizes[other].size,
                "regions": int(((where[one] > 0) & (where[other] > 0)).sum()),
            }
        )
    table = pl.DataFrame(rows, schema=_SCHEMA).sort("index", "one", "other", descending=[True, False, False])
    return Finding(
        id="pairs-together",
        title=QUESTION,
        answer=_answer(table, len(places)),
        table=table,
        labels=_LABELS,
        units={
            "index": "index",
            "z": "number",
            "plants_one": "count",
            "plants_other": "count",
            "regions": "count",
        },
        method=Text(
            "共同集聚指数（Ellison、Glaeser、Kerr 2010）：两行业各地区份额减去地区规模份额，相乘求和，再除以（1 − 地区份额平方和）；0 为互不相干。"
            f"z：企业按地区规模随机落户时，高出几个标准差；绝对值小于 {_Z} 视为与随机无异。",
            "Coagglomeration (Ellison, Glaeser & Kerr 2010): shares of both industries by region less the region's own share, multiplied and summed, ÷ (1 − "
            "sum of squared shares of the regions); 0 where they have nothing to do with one another. z: standard deviations above plants placed by lot, by "
            f"size of region; within {_Z} of zero it counts as no more than by lot.",
        ),
        sources=sources_of(document, there) if "source" in there.columns else (),
        caveats=_caveats(lost, few, least, table.height),
        rows_left_out=rows_left_out + lost,
        invented=any_invented(there),
        picture=Picture("bar", "pair", ("index",)) if table.height <= _DRAWN else None,
    )


_SCHEMA: Final = {
    "one": pl.String,
    "other": pl.String,
    "pair": pl.String,
    "pair_en": pl.String,
    "index": pl.Float64,
    "z": pl.Float64,
    "plants_one": pl.Int64,
    "plants_other": pl.Int64,
    "regions": pl.Int64,
}
_LABELS: Final = {
    "one": Text("行业一代码", "First"),
    "other": Text("行业二代码", "Second"),
    "pair": Text("两个行业", "Pair"),
    "pair_en": Text("两个行业（英文）", "Pair"),
    "index": Text("共同集聚指数", "Coagglomeration"),
    "z": Text("高出随机的标准差", "Standard deviations above lots"),
    "plants_one": Text("行业一企业数", "Plants of the first"),
    "plants_other": Text("行业二企业数", "Plants of the second"),
    "regions": Text("两者都有的地区", "Regions with both"),
}


def _industries(
    plants: pl.DataFrame, places: dict[str, int], least: int
) -> tuple[dict[str, Floats], dict[str, Floats], int]:
    """Sizes of the plants of each industry, its size in each place, and how many industries have too few plants."""
    sizes, where, few = {}, {}, 0
    for (industry,), rows in plants.sort("industry").group_by("industry", maintain_order=True):
        if rows.height < least:
            few += 1
            continue
        own = rows["size"].to_numpy().astype(np.float64)
        at = np.array([places[region] for region in rows["region"]], dtype=np.int64)
        sizes[str(industry)] = own
        where[str(industry)] = np.bincount(at, weights=own, minlength=len(places)).astype(np.float64)
    return sizes, where, few


def _answer(table: pl.DataFrame, regions: int) -> Text:
    top = table.row(0, named=True)
    together, apart = table.filter(pl.col("z") >= _Z).height, table.filter(pl.col("z") <= -_Z).height
    return Text(
        f"{regions} 个地区中，{table.height} 对行业有 {together} 对比随机更常在一起，{apart} 对比随机更常分开；指数最高的是{top['pair']}（{top['index']:.3f}）。",
        f"Over {regions} regions {together} of {table.height} pairs of industries lie together more than by lot, and {apart} apart; the highest index has "
        f"{top['pair_en']} ({top['index']:.3f}).",
    )


def _caveats(lost: int, few: int, least: int, pairs: int) -> tuple[Text, ...]:
    caveats = []
    if lost:
        caveats.append(
            Text(
                f"{lost} 家企业的行业、地区或规模未知，不在其内。",
                f"{lost} plants are left out: industry, region or size are not known.",
            )
        )
    if few:
        caveats.append(
            Text(
                f"{few} 个行业企业不到 {least} 家，没有配对。",
                f"{few} industries have fewer than {least} plants and are not paired.",
            )
        )
    if pairs >= 20:
        caveats.append(
            Text(
                f"比较了 {pairs} 对：即使全凭随机，也约有 {pairs / 20:.0f} 对的 z 超出 ±{_Z}。",
                f"{pairs} pairs are compared: by lot alone about {pairs / 20:.0f} would have a z beyond ±{_Z}.",
            )
        )
    return tuple(caveats)
