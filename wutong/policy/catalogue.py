"""Measures catalogued against measures claimed."""

from __future__ import annotations

from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.policy.measure import STATUSES, Measure
from wutong.policy.rulebook import Rulebook
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


# ------------------------------------------------------------ measure files


WRITTEN: Final = ("in force", "expired", "not known")
"""Status of the files that count as located: a draft is no measure yet, an example is none of the zone's."""


def measures_by_aspect(book: Rulebook) -> pl.DataFrame:
    """Count measure files.

    Parameters
    ----------
    book : Rulebook
        The measures.

    Returns
    -------
    polars.DataFrame
        One row for each aspect, package and status that occurs: ``measures``, and of these ``with_text``, whose page or
        article was read and of which nothing is written as not known. ``package`` is null where the file names none.
    """
    rows = [(one.aspect, one.package or None, one.status, int(_text_known(one))) for one in book.measures]
    schema = {"aspect": pl.String, "package": pl.String, "status": pl.String, "with_text": pl.Int64}
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .group_by("aspect", "package", "status")
        .agg(measures=pl.len().cast(pl.Int64), with_text=pl.col("with_text").sum())
        .select("aspect", "package", "status", "measures", "with_text")
        .sort("aspect", "package", "status", nulls_last=True)
    )


def _text_known(measure: Measure) -> bool:
    return all(
        bool(edition.origin.url or edition.origin.article or edition.origin.read_on)
        and not edition.amount.not_known
        for edition in measure.editions
    )


def measures_written(book: Rulebook, measure_package: pl.DataFrame, document: pl.DataFrame) -> Finding:
    """Hold the measure files against what each package is said to hold.

    Parameters
    ----------
    book : Rulebook
        The measures; a file names its package by id or by name.
    measure_package, document : polars.DataFrame
        Tables of the zone.

    Returns
    -------
    Finding
        One row a package: how many measures it is said to hold, how many of them are files, with their text or without,
        and how many are not located; null where the package does not say how many it holds.

    Raises
    ------
    NoAnswer
        If there is no package, neither in the table nor in the files.
    """
    ids = {
        name: package
        for package, *names in measure_package.select("package", "name", "name_en").iter_rows()
        for name in (package, *names)
        if name
    }
    counted = measures_by_aspect(book).with_columns(
        package=pl.col("package").replace(ids) if ids else pl.col("package")
    )
    files = (
        counted.drop_nulls("package")
        .group_by("package")
        .agg(
            pl.col("measures").filter(pl.col("status").is_in(WRITTEN)).sum().alias("written"),
            pl.col("with_text").filter(pl.col("status").is_in(WRITTEN)).sum(),
            *(
                pl.col("measures").filter(pl.col("status") == status).sum().alias(status)
                for status in STATUSES
                if status not in WRITTEN
            ),
        )
    )
    if measure_package.is_empty() and files.is_empty():
        raise NoAnswer(
            Text(
                "没有措施包：表measure_package是空的，措施文件也没写package。",
                "There is no package: table measure_package is empty, and no measure file names one.",
            )
        )
    others = [status for status in STATUSES if status not in WRITTEN]
    table = (
        measure_package.select("package", "name", "name_en", claimed="measures")
        .join(files, on="package", how="full", coalesce=True)
        .with_columns(pl.col("written", "with_text", *others).fill_null(0))
        .with_columns(not_located=pl.col("claimed") - pl.col("written"))
        .select("package", "name", "name_en", "claimed", "written", "with_text", "not_located", *others)
        .sort("package")
    )
    known = table.drop_nulls("claimed")
    claimed, written = int(known["claimed"].sum()), int(table["written"].sum())
    gap = int(known["not_located"].clip(lower_bound=0).sum())
    unsaid = table.height - known.height
    loose = counted.filter(pl.col("package").is_null())["measures"].sum()
    return Finding(
        id="measures-written",
        title=Text(
            "各措施包有多少条写成了文件，还有多少条没找到？",
            "How many measures of each package are files, and how many are not located?",
        ),
        answer=Text(
            f"各包共称{claimed}条，写成文件{written}条，{gap}条没找到。",
            f"The packages are said to hold {claimed} measures; {written} are files, {gap} are not located.",
        ),
        table=table,
        labels={
            "package": Text("措施包", "Package"),
            "name": Text("名称", "Name"),
            "name_en": Text("英文名称", "Name in English"),
            "claimed": Text("公布条数", "Said to hold"),
            "written": Text("已成文件", "Files"),
            "with_text": Text("其中文本齐全", "Of these with their text"),
            "not_located": Text("没找到", "Not located"),
            "draft": Text("草案", "Drafts"),
            "example of a shape": Text("示例", "Examples"),
        },
        units=dict.fromkeys(("claimed", "written", "with_text", "not_located", *others), "measure"),
        method=Text(
            "文件按所写措施包逐条相加，与包的公布条数相减；草案与示例不计入。",
            "Files are added up by the package that they name and held against what the package is said to hold; drafts and examples do not count.",
        ),
        sources=sources_of(document, measure_package),
        caveats=tuple(
            text
            for there, text in (
                (
                    unsaid,
                    Text(
                        f"{unsaid}个包未公布条数，没找到多少条不知道。",
                        f"Packages that do not say how many they hold: {unsaid}; how many of theirs are missing is not known.",
                    ),
                ),
                (
                    loose,
                    Text(f"另有{loose}个文件没写属于哪个包。", f"Files that name no package: {loose}."),
                ),
            )
            if there
        ),
        invented=bool(measure_package["invented"].any()),
    )
