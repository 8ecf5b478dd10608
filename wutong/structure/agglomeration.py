"""Whether plants of an industry lie together, by region and by distance."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer, TableError
from wutong.finding import Finding, Picture
from wutong.formulas.agglomeration import Agglomeration, agglomeration
from wutong.formulas.k_density import KDensity, Lots, Points, k_density_test, median_distance
from wutong.structure.names import called_industry
from wutong.structure.shares import told
from wutong.words import Text
from wutong.zone.sources import sources_of

QUESTION: Final = Text(
    "哪些行业的企业比随机更集聚？", "Which industries' plants lie together more than by chance?"
)
DISTANCE_QUESTION: Final = Text(
    "这个行业的企业在多远的距离上集聚？", "At which distances do this industry's plants lie together?"
)
STEPS: Final = 60
"""About so many distances at which a K-density is told, a whole number of km apart."""

_SOME, _HIGH = 0.02, 0.05
_Z: Final = 1.96
_WORDS: Final = {
    "apart": Text("比随机分散", "apart, more than by lot"),
    "chance": Text("与随机无异", "no more than by lot"),
    "low": Text("略集聚", "together a little"),
    "some": Text("集聚", "together"),
    "high": Text("高度集聚", "together strongly"),
}


def plants_of(table: pl.DataFrame, industry: str, region: str, size: str) -> pl.DataFrame:
    """Give somebody's table of plants the columns that the questions here ask for.

    Parameters
    ----------
    table : polars.DataFrame
        One row a plant, as read: numbers may still be text. ``x`` and ``y`` (km) where they are known.
    industry, region, size : str
        What its columns are called.

    Returns
    -------
    polars.DataFrame
        ``industry`` and ``region`` as text; ``size``, ``x`` and ``y`` as numbers, null where they are none.

    Raises
    ------
    TableError
        If a named column is not there.

    Examples
    --------
    >>> plants_of(pl.DataFrame({"trade": [39], "city": ["a"], "jobs": ["x"]}), "trade", "city", "jobs").rows()
    [('39', 'a', None)]
    """
    lacking = [name for name in (industry, region, size) if name not in table.columns]
    if lacking:
        raise TableError(
            Text(
                f"表中没有列：{'、'.join(lacking)}。请用 --industry、--place、--size 指明。现有：{'、'.join(table.columns[:20])}。",
                f"The table has no column {', '.join(lacking)}. Name them with --industry, --place, --size. It has: "
                f"{', '.join(table.columns[:20])}.",
            )
        )
    named = {"industry": pl.col(industry).cast(pl.String), "region": pl.col(region).cast(pl.String)}
    numbers = {"size": size} | {name: name for name in ("x", "y") if name in table.columns}
    counted = {name: pl.col(held).cast(pl.Float64, strict=False) for name, held in numbers.items()}
    return table.select(**named, **counted)


def lots_of(draws: int, seed: int) -> Lots:
    """Say how often lots are drawn, and from which seed.

    Examples
    --------
    >>> lots_of(200, 7).seed
    7
    """
    return Lots(simulations=draws, seed=seed)


def plants_together(
    plants: pl.DataFrame,
    document: pl.DataFrame,
    totals: pl.DataFrame | None = None,
    *,
    rows_left_out: int = 0,
) -> Finding:
    """Ellison–Glaeser and Maurel–Sédillot indices of every industry.

    Parameters
    ----------
    plants : polars.DataFrame
        One row a plant: ``industry``, ``region`` and ``size`` (workers or output); ``source`` and ``invented`` where known.
    document : polars.DataFrame
        Table of documents, for the sources.
    totals : polars.DataFrame, optional
        ``region`` and ``total``: size of each region, all industries together. Without it, the sum of the plants.
    rows_left_out : int
        Rows that were left out before.

    Returns
    -------
    Finding
        One row an industry, the most together first. A plant without industry, region or size above zero is left out
        and counted; so is an industry with one plant alone.

    Raises
    ------
    NoAnswer
        If there is no industry with two plants, or one region alone.
    TableError
        If a column is not there.

    Notes
    -----
    Ellison & Glaeser (1997), Journal of Political Economy 105(5); Maurel & Sédillot (1999), Regional Science and Urban Economics
    29(5). The formulas: `wutong.formulas.agglomeration`.
    """
    known, lost = usable_plants(plants, ("industry", "region", "size"))
    if totals is None:
        totals = known.group_by("region").agg(pl.col("size").sum().alias("total"))
    totals = totals.filter(pl.col("total") > 0).sort("region")
    places = {region: at for at, region in enumerate(totals["region"])}
    homeless = known.filter(~pl.col("region").is_in(list(places)))
    known, lost = known.filter(pl.col("region").is_in(list(places))), lost + homeless.height
    sizes = totals["total"].to_numpy().astype(np.float64)
    found: dict[str, Agglomeration] = {}
    alone = 0
    for (industry,), rows in known.sort("industry").group_by("industry", maintain_order=True):
        if rows.height < 2:
            alone += 1
            continue
        where = np.array([places[region] for region in rows["region"]], dtype=np.int64)
        found[str(industry)] = agglomeration(rows["size"].to_numpy().astype(np.float64), where, sizes)
    if not found:
        raise NoAnswer(
            Text(
                "没有一个行业有两家以上行业、地区、规模都已知的企业。需要：企业一览，含行业、地区和从业人员（或产值）。",
                "No industry has two plants of which industry, region and size are known. Needed: a list of plants with industry, region "
                "and workers (or output).",
            )
        )
    table = pl.DataFrame([_row(code, one) for code, one in found.items()], schema=_SCHEMA).sort(
        "gamma", descending=True
    )
    return Finding(
        id="plants-together",
        title=QUESTION,
        answer=_answer(table, len(places)),
        table=table,
        labels=_LABELS,
        units={
            "plants": "count",
            **dict.fromkeys(("gamma", "maurel_sedillot", "raw", "raw_by_lot", "herfindahl"), "index"),
            "z": "number",
        },
        method=Text(
            "EG 指数（Ellison–Glaeser 1997）：各地区份额差的平方和，减去按地区规模随机落户、企业大小本身会造成的部分；0 为随机，0.02 以下低，0.05 以上高。MS 指数见 "
            f"Maurel–Sédillot（1999）。z：高出随机几个标准差，绝对值小于 {_Z} 视为与随机无异。",
            "Ellison–Glaeser index (1997): squared differences of shares over the regions, less what lots by size of region and the sizes of plants alone "
            "would give; 0 for lots, below 0.02 low, above 0.05 high. Maurel–Sédillot (1999) likewise. z: standard deviations above lots; within "
            f"{_Z} of zero it counts as no more than by lot.",
        ),
        sources=sources_of(document, known) if "source" in known.columns else (),
        caveats=_caveats(lost, alone, int(table["plants"].min())),  # type: ignore[arg-type]
        rows_left_out=rows_left_out + lost,
        invented=any_invented(known),
        picture=Picture("bar", "industry", ("gamma",)),
    )


def plants_by_distance(
    plants: pl.DataFrame, industry: str, document: pl.DataFrame, lots: Lots, *, rows_left_out: int = 0
) -> Finding:
    """Duranton and Overman's K-density of one industry, between bands of chance.

    Parameters
    ----------
    plants : polars.DataFrame
        One row a plant of any industry: ``industry``, and ``x`` and ``y`` in km on a plane; ``source`` and ``invented``
        where known. All of them are the sites on which chance may place the industry.
    industry : str
        Which.
    document : polars.DataFrame
        Table of documents, for the sources.
    lots : Lots
        How chance is simulated, with its seed.
    rows_left_out : int
        Rows that were left out before.

    Returns
    -------
    Finding
        One row a distance, up to the middle distance of all pairs of sites: density, bands, and whether the industry is
        localised or dispersed there.

    Raises
    ------
    NoAnswer
        If the industry has fewer than ten plants with known places, or the sites do not lie apart.
    TableError
        If a column is not there.

    Notes
    -----
    Duranton & Overman (2005), Review of Economic Studies 72(4): `wutong.formulas.k_density`.
    """
    known, lost = usable_plants(plants, ("industry", "x", "y"))
    own = known.filter(pl.col("industry") == industry)
    if own.height < 10:
        raise NoAnswer(
            Text(
                f"行业“{industry}”只有 {own.height} 家企业有坐标，至少需要 10 家。需要：企业的平面坐标（公里）。",
                f"Industry “{industry}” has {own.height} plants with coordinates; ten are needed at least. Needed: planar coordinates in km.",
            )
        )
    sites = _points(known)
    reach = median_distance(sites, lots.cell)
    if not reach > lots.cell:
        raise NoAnswer(
            Text("企业都在一处，谈不上距离。", "All plants stand in one place: there are no distances.")
        )
    step = max(round(reach / STEPS), 1)
    found = k_density_test(_points(own), sites, np.arange(0.0, reach + step, step), lots)
    return Finding(
        id="plants-by-distance",
        title=DISTANCE_QUESTION,
        answer=_by_distance(called_industry(industry), found, own.height),
        table=_curve(found),
        labels=_CURVE_LABELS,
        units={"distance": "km", **dict.fromkeys(list(_CURVE_LABELS)[1:], "‰/km")},
        method=Text(
            f"K 密度（Duranton–Overman 2005）：每对企业的距离分布，正态核，带宽 {found.bandwidth:.1f} 公里（Silverman），在 {lots.cell:g} 公里格网上用快速傅里叶变换计算。"
            f"对照：在全部 {known.height} 个位置上随机落户 {lots.simulations} 次（种子 {lots.seed}）；总体带：每侧 {lots.level:.0%} 的模拟在某处越出。",
            f"K-density (Duranton & Overman 2005): distances of all pairs of plants, normal kernel, bandwidth {found.bandwidth:.1f} km (Silverman), by fast "
            f"Fourier transform on cells of {lots.cell:g} km. Held against {lots.simulations} placements by lot on all {known.height} sites (seed {lots.seed}). "
            f"Global bands: {lots.level:.0%} of these leave them somewhere, on either side.",
        ),
        sources=sources_of(document, known) if "source" in known.columns else (),
        caveats=_lost(lost, Text("坐标", "coordinates")),
        rows_left_out=rows_left_out + lost,
        invented=any_invented(known),
        picture=Picture("line", "distance", ("density",), low="global_low", high="global_high"),
    )


_SCHEMA: Final = {
    "code": pl.String,
    "industry": pl.String,
    "industry_en": pl.String,
    "plants": pl.Int64,
    "gamma": pl.Float64,
    "maurel_sedillot": pl.Float64,
    "z": pl.Float64,
    "verdict": pl.String,
    "verdict_en": pl.String,
    "raw": pl.Float64,
    "raw_by_lot": pl.Float64,
    "herfindahl": pl.Float64,
}
_LABELS: Final = {
    "code": Text("代码", "Code"),
    "industry": Text("行业", "Industry"),
    "industry_en": Text("行业（英文）", "Industry"),
    "plants": Text("企业数", "Plants"),
    "gamma": Text("EG 指数", "Ellison–Glaeser index"),
    "maurel_sedillot": Text("MS 指数", "Maurel–Sédillot index"),
    "z": Text("高出随机的标准差", "Standard deviations above lots"),
    "verdict": Text("判断", "Together?"),
    "verdict_en": Text("判断（英文）", "Together?"),
    "raw": Text("原始集中度", "Raw concentration"),
    "raw_by_lot": Text("随机时的集中度", "Raw concentration by lot"),
    "herfindahl": Text("企业规模的赫芬达尔指数", "Herfindahl index of plants"),
}
_CURVE_LABELS: Final = {
    "distance": Text("距离", "Distance"),
    "density": Text("K 密度", "K-density"),
    "global_low": Text("总体下带", "Lower global band"),
    "global_high": Text("总体上带", "Upper global band"),
    "local_low": Text("局部下带", "Lower local band"),
    "local_high": Text("局部上带", "Upper local band"),
    "localised": Text("集聚程度", "Localised by"),
    "dispersed": Text("分散程度", "Dispersed by"),
}


def usable_plants(plants: pl.DataFrame, needed: tuple[str, ...]) -> tuple[pl.DataFrame, int]:
    """Plants of which all that is needed is known, and how many others there are.

    Raises
    ------
    TableError
        If a column is not there.

    Examples
    --------
    >>> usable_plants(pl.DataFrame({"region": ["a", "b", None], "size": [3, 0, 4]}), ("region", "size"))[1]
    2
    """
    lacking = [name for name in needed if name not in plants.columns]
    if lacking:
        raise TableError(
            Text(
                f"企业表中没有这些列：{'、'.join(lacking)}。",
                f"The table of plants has no column {', '.join(lacking)}.",
            )
        )
    good = pl.all_horizontal(pl.col(name).is_not_null() for name in needed)
    for name in ("x", "y", "size"):
        if name in needed:
            good &= pl.col(name).cast(pl.Float64).is_finite().fill_null(value=False)
    if "size" in needed:
        good &= (pl.col("size") > 0).fill_null(value=False)
    known = plants.filter(good)
    return known, plants.height - known.height


def _row(code: str, one: Agglomeration) -> dict[str, object]:
    name, word = called_industry(code), _WORDS[_verdict(one)]
    return {
        "code": code,
        "industry": name.zh,
        "industry_en": name.en,
        "plants": one.plants,
        "gamma": one.gamma,
        "maurel_sedillot": one.maurel_sedillot,
        "z": told(one.z),
        "verdict": word.zh,
        "verdict_en": word.en,
        "raw": one.raw,
        "raw_by_lot": one.raw_by_lot,
        "herfindahl": one.herfindahl,
    }


def _verdict(one: Agglomeration) -> str:
    if not abs(one.z) >= _Z:
        return "chance"
    if one.gamma < 0:
        return "apart"
    return "high" if one.gamma > _HIGH else "some" if one.gamma > _SOME else "low"


def _answer(table: pl.DataFrame, regions: int) -> Text:
    top = table.row(0, named=True)
    together = table.filter(pl.col("verdict").is_in([_WORDS[word].zh for word in ("low", "some", "high")]))
    zh = f"{regions} 个地区、{table.height} 个行业中，{together.height} 个行业的企业比随机更集聚；EG 指数最高的是{top['industry']}（{top['gamma']:.3f}，{top['verdict']}）。"
    en = (
        f"Over {regions} regions the plants of {together.height} of {table.height} industries lie together more than by chance; the highest "
        f"Ellison–Glaeser index has {top['industry_en']} ({top['gamma']:.3f}, {top['verdict_en']})."
    )
    return Text(zh, en)


def _by_distance(name: Text, found: KDensity, plants: int) -> Text:
    near = found.distances[found.localised > 0]
    far = found.distances[found.dispersed > 0]
    if near.size:
        return Text(
            f"{name.zh}的 {plants} 家企业在 {near[0]:.0f} 至 {near[-1]:.0f} 公里之间的距离上比随机更集聚。",
            f"The {plants} plants of {name.en} lie together more than by chance at distances between {near[0]:.0f} and {near[-1]:.0f} km.",
        )
    if far.size:
        return Text(
            f"{name.zh}的 {plants} 家企业比随机更分散，在 {far[0]:.0f} 至 {far[-1]:.0f} 公里之间。",
            f"The {plants} plants of {name.en} keep apart more than by chance, at distances between {far[0]:.0f} and {far[-1]:.0f} km.",
        )
    return Text(
        f"{name.zh}的 {plants} 家企业的分布与随机无异。",
        f"The {plants} plants of {name.en} lie as chance would place them.",
    )


def _curve(found: KDensity) -> pl.DataFrame:
    curves = {
        "density": found.density,
        "global_low": found.global_low,
        "global_high": found.global_high,
        "local_low": found.local_low,
        "local_high": found.local_high,
        "localised": found.localised,
        "dispersed": found.dispersed,
    }
    return pl.DataFrame(
        {"distance": found.distances.astype(np.int64), **{name: 1000 * one for name, one in curves.items()}}
    )


def _points(rows: pl.DataFrame) -> Points:
    return Points(*(rows[name].cast(pl.Float64).to_numpy().copy() for name in ("x", "y")))


def any_invented(rows: pl.DataFrame) -> bool:
    """Whether any of the rows says that it is invented."""
    return "invented" in rows.columns and bool(rows["invented"].any())


def _lost(lost: int, what: Text) -> tuple[Text, ...]:
    if not lost:
        return ()
    return (
        Text(
            f"{lost} 家企业的行业或{what.zh}未知，不在其内。",
            f"{lost} plants are left out: industry or {what.en} are not known.",
        ),
    )


def _caveats(lost: int, alone: int, fewest: int) -> tuple[Text, ...]:
    caveats = list(_lost(lost, Text("地区、规模", "region and size")))
    if alone:
        caveats.append(
            Text(
                f"{alone} 个行业只有一家企业，谈不上集聚，没有列出。",
                f"{alone} industries have a single plant, which cannot lie together with any, and are not listed.",
            )
        )
    if fewest < 10:
        caveats.append(
            Text(
                "有的行业企业不到 10 家，指数波动大，请看 z。",
                "Some industries have fewer than ten plants: their index swings; look at z.",
            )
        )
    return tuple(caveats)
