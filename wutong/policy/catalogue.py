"""Measures catalogued against measures claimed."""

from __future__ import annotations

from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.words import Text
from wutong.zone.sources import sources_of

QUESTION: Final = Text(
    "公布有多少条措施，目录里收录多少条？", "How many measures are claimed, and how many are catalogued?"
)


def catalogued_measures(
    measure_package: pl.DataFrame, indicator: pl.DataFrame, document: pl.DataFrame, *, rows_left_out: int = 0
) -> Finding:
    """Count the measures in the packages that are known, and hold the sum against the number that is claimed.

    Parameters
    ----------
    measure_package, indicator, document : polars.DataFrame
        Tables of the zone; claims are the values of the indicator ``measures_claimed``, one a period.
    rows_left_out : int
        Rows of these tables that were left out because of faults.

    Returns
    -------
    Finding
        One row a package, by the time at which it is first seen, with the running sum.

    Raises
    ------
    NoAnswer
        If no package is catalogued.
    """
    packages = measure_package.sort("published", "package", nulls_last=True)
    if packages.is_empty():
        raise NoAnswer(
            Text(
                "没有一个措施包入目录。需要：表 measure_package。",
                "No package of measures is catalogued. Needed: table measure_package.",
            )
        )
    table = packages.select(
        "package",
        "name",
        "name_en",
        pl.col("published").str.slice(0, 4).alias("year"),
        "measures",
        pl.col("measures").fill_null(0).cum_sum().alias("so_far"),
        "text_known",
        "source",
    )
    claims = indicator.filter((pl.col("indicator") == "measures_claimed") & pl.col("value").is_not_null())
    # two papers that say one thing of one period are one claim
    claims = claims.sort("as_of").unique(["period", "value"], keep="first", maintain_order=True)
    by_year = table.group_by("year", maintain_order=True).agg(
        pl.col("measures").sum(), pl.col("so_far").last()
    )
    uncounted = packages["measures"].null_count()
    caveats = [
        Text(
            "条数由目录逐包相加得出，从不直接填写。"
            + (f"有 {uncounted} 个包未公布条数。" if uncounted else ""),
            "Counts are added up from the catalogue, package by package, and never typed in."
            + (f" Packages that do not say how many they hold: {uncounted}." if uncounted else ""),
        )
    ]
    unread = int((~packages["text_known"].fill_null(value=False)).sum())
    if unread:
        caveats.append(
            Text(
                f"{unread} 个包的条文没有读到，只知道条数。",
                f"Packages whose text was not read, so that their number alone is known: {unread}.",
            )
        )
    return Finding(
        id="measures-catalogued",
        title=QUESTION,
        answer=_answer(by_year, claims, uncounted),
        table=table,
        labels={
            "package": Text("措施包", "Package"),
            "name": Text("名称", "Name"),
            "name_en": Text("英文名称", "Name in English"),
            "year": Text("初见年份", "First seen"),
            "measures": Text("条数", "Measures"),
            "so_far": Text("累计", "Running sum"),
            "text_known": Text("文本已见", "Text seen"),
            "source": Text("来源", "Source"),
        },
        units={"measures": "count", "so_far": "count"},
        method=Text(
            "目录各包条数按初见时间累加，与公布的条数相减。",
            "The packages' counts are summed by the time at which each is first seen, and held against the claim.",
        ),
        sources=sources_of(document, packages, claims),
        caveats=tuple(caveats),
        rows_left_out=rows_left_out,
        invented=bool(packages["invented"].any()),
        picture=Picture(
            "bar",
            "name",
            ("measures",),
        ),
    )


def _answer(by_year: pl.DataFrame, claims: pl.DataFrame, uncounted: int) -> Text:
    """Hold each claim against what the catalogue held year by year up to the claim."""
    if claims.is_empty():
        so_far = _sums(by_year, None, None, uncounted)
        return Text(f"没有查到公布的条数；{so_far.zh}。", f"No claim was found; {so_far.en}.")
    said = []
    for claim in claims.iter_rows(named=True):
        claimed, day = int(claim["value"]), claim["as_of"]
        so_far = _sums(by_year, claimed, day.year, uncounted)
        said.append(Text(f"{day} 公布 {claimed} 条：{so_far.zh}", f"{claimed} claimed on {day}: {so_far.en}"))
    return Text("；".join(text.zh for text in said) + "。", "; ".join(text.en for text in said) + ".")


def _sums(by_year: pl.DataFrame, claimed: int | None, until: int | None, uncounted: int) -> Text:
    zh, en = [], []
    for row in by_year.iter_rows(named=True):
        year, so_far = row["year"], row["so_far"]
        if until is not None and year is not None and int(year) > until:
            continue
        when = Text(
            f"到 {year} 年目录收录 {so_far} 条" if year else f"另含时间不明的包共 {so_far} 条",
            f"{so_far} catalogued by {year}" if year else f"{so_far} with packages of unknown date",
        )
        gap = Text("", "") if claimed is None else _gap(claimed - so_far, uncounted)
        zh.append(when.zh + gap.zh)
        en.append(when.en + gap.en)
    return Text("，".join(zh), ", ".join(en))


def _gap(gap: int, uncounted: int) -> Text:
    if gap > 0 and uncounted:
        return Text(f"（至多 {gap} 条未收录）", f" (at most {gap} not located)")
    if gap > 0:
        return Text(f"（尚有 {gap} 条未收录）", f" ({gap} not located)")
    if gap < 0:
        return Text(f"（比公布多 {-gap} 条）", f" ({-gap} more than claimed)")
    return Text("（恰好相等）", " (just as many)")
