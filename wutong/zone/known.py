"""What is known and what is not, table by table, and which numbers are known not to be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from wutong.finding import Finding
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES, label_of
from wutong.zone.faults import LEVELS, explain
from wutong.zone.identity import resolve
from wutong.zone.schema import COMMON, Table
from wutong.zone.sources import sources_of

KNOWN_QUESTION: Final = Text(
    "这个开发区，我们知道什么，不知道什么？", "What do we know of this zone, and what not?"
)

NOT_PUBLISHED_QUESTION: Final = Text(
    "哪些数字查过而没有公布？", "Which numbers were looked for and are not published?"
)


def known_and_unknown(
    tables: Mapping[str, pl.DataFrame], problems: pl.DataFrame, left_out: Mapping[str, int]
) -> Finding:
    """Say for each table how many rows it has, how much of them is filled in, and what was left out.

    Parameters
    ----------
    tables : mapping of name to polars.DataFrame
        All tables of the zone.
    problems : polars.DataFrame
        Problems of the load.
    left_out : mapping of name to int
        Rows left out.

    Returns
    -------
    Finding
        One row a table. ``filled`` is the share of its own cells, keys aside, that hold a value; null where the
        table has no row.
    """
    rows = []
    faults = dict(problems.group_by("table").len().iter_rows())
    for name, declared in TABLES.items():
        frame = tables[name]
        own = [column.name for column in declared.columns[: -len(COMMON)] if not column.key]
        cells = frame.height * len(own)
        filled = sum(frame.height - frame[column].null_count() for column in own)
        rows.append(
            {
                "table": name,
                "label_zh": declared.label.zh,
                "label_en": declared.label.en,
                "rows": frame.height,
                "filled": filled / cells if cells else None,
                "newest": frame["as_of"].max(),
                "sources": frame["source"].n_unique() - int(frame["source"].null_count() > 0),
                "problems": int(faults.get(name, 0)),
                "left_out": left_out.get(name, 0),
            }
        )
    table = pl.DataFrame(rows, schema_overrides={"filled": pl.Float64, "newest": pl.Date})
    empty = table.filter(pl.col("rows") == 0)
    return Finding(
        id="known-and-unknown",
        title=KNOWN_QUESTION,
        answer=_how_much(table.height, empty.height, int(table["rows"].sum())),
        table=table,
        labels={
            "table": Text("表", "Table"),
            "label_zh": Text("名称", "Name"),
            "label_en": Text("英文名称", "Name in English"),
            "rows": Text("行数", "Rows"),
            "filled": Text("已填比例", "Filled in"),
            "newest": Text("最近截至", "Newest as of"),
            "sources": Text("来源数", "Sources"),
            "problems": Text("问题", "Problems"),
            "left_out": Text("未用的行", "Rows left out"),
        },
        units={"rows": "count", "filled": "1", "sources": "count", "problems": "count", "left_out": "count"},
        method=Text(
            "已填比例 = 有值的格子 ÷ 全部格子，键和共同列不计。",
            "Filled in = cells with a value ÷ all cells, keys and common columns aside.",
        ),
        caveats=()
        if empty.is_empty()
        else (
            Text(
                "一无所知的表：" + "、".join(empty["label_zh"].to_list()) + "。",
                "Nothing is known of: " + ", ".join(empty["label_en"].to_list()) + ".",
            ),
        ),
        rows_left_out=sum(left_out.values()),
        invented=any(bool(frame["invented"].any()) for frame in tables.values()),
        blanks=frozenset({"filled", "newest"}),
    )


def _how_much(tables: int, empty: int, rows: int) -> Text:
    zh = f"{tables} 张表中 {tables - empty} 张有内容，共 {rows:,} 行"
    en = f"{tables - empty} of {tables} tables hold something, {rows:,} rows in all"
    if empty:
        zh += f"；{empty} 张一无所知"
        en += f"; of {empty} nothing is known"
    return Text(zh + "。", en + ".")


def not_published(
    indicator: pl.DataFrame, region_industry: pl.DataFrame, document: pl.DataFrame, *, rows_left_out: int = 0
) -> Finding:
    """List the numbers that were looked for and are not published.

    Parameters
    ----------
    indicator, region_industry, document : polars.DataFrame
        Tables of the zone: a row of the first two without a value says that it was looked for in vain. Values that
        the publisher withholds (``suppressed``) are not among them.
    rows_left_out : int
        Rows of the tables that were left out because of faults.

    Returns
    -------
    Finding
        One row a number that is not published.
    """
    measures = {
        choice.word: choice.label.zh for choice in TABLES["region_industry"].column("measure").choices
    }
    regional = region_industry.filter(
        pl.col("value").is_null() & ~pl.col("suppressed").fill_null(value=False)
    ).select(
        pl.format("{} · {}", "industry", pl.col("measure").replace(measures)).alias("name"),
        pl.lit(None, dtype=pl.String).alias("name_en"),
        pl.col("region").alias("scope"),
        pl.lit(None, dtype=pl.String).alias("scope_en"),
        "period",
        "note",
        "source",
        "invented",
    )
    gone = pl.concat([indicator.filter(pl.col("value").is_null()).select(regional.columns), regional])
    table = gone.drop("source", "invented")
    return Finding(
        id="not-published",
        title=NOT_PUBLISHED_QUESTION,
        answer=Text(
            f"有 {gone.height} 个数字查过而没有公布。",
            f"{gone.height} numbers were looked for and are not published.",
        )
        if gone.height
        else Text("没有记录查而未得的数字。", "No number is recorded as looked for in vain."),
        table=table,
        labels={
            "name": Text("指标", "Indicator"),
            "name_en": Text("英文名称", "Indicator in English"),
            "scope": Text("范围", "Scope"),
            "scope_en": Text("范围（英文）", "Scope in English"),
            "period": Text("时期", "Period"),
            "note": Text("说明", "Note"),
        },
        method=Text(
            "表 indicator 和 region_industry 中数值为空的行。",
            "Rows of tables indicator and region_industry without a value.",
        ),
        sources=sources_of(document, gone),
        rows_left_out=rows_left_out,
        invented=bool(gone["invented"].any()),
    )


def problem_finding(
    problems: pl.DataFrame, left_out: Mapping[str, int], language: Language, *, invented: bool
) -> Finding:
    """List problems with their place and, in words, what is wrong and what to do now.

    Parameters
    ----------
    problems : polars.DataFrame
        As ``wutong.zone.check.PROBLEM``; all of a zone, or a part.
    left_out : mapping of name to int
        Rows left out.
    language : {"zh", "en"}
        Of the sentences.
    invented : bool
        Whether the zone is made up.

    Returns
    -------
    Finding
        One row a problem, the gravest first.
    """
    order = {level: place for place, level in enumerate(LEVELS)}
    rows = problems.with_columns(
        pl.col("level").replace_strict(order, return_dtype=pl.UInt8).alias("grave")
    ).sort("grave", maintain_order=True)
    said = [
        explain(kind, found or "", expected or "", label_of(table, column or "", language), language)
        for kind, found, expected, table, column in rows.select(
            "kind", "found", "expected", "table", "column"
        ).iter_rows()
    ]
    table = rows.select(
        "table",
        "file",
        "sheet",
        "row",
        "column",
        pl.col("level").replace_strict(
            {level: text.say(language) for level, text in LEVELS.items()}, return_dtype=pl.String
        ),
        pl.Series("what", [what for what, _ in said], dtype=pl.String),
        pl.Series("now", [now for _, now in said], dtype=pl.String),
        "kept",
    )
    lost = problems.filter(pl.col("level") != "note").height
    return Finding(
        id="problems",
        title=Text("数据里有哪些问题，怎么办？", "What is wrong with the data, and what now?"),
        answer=Text(
            f"{lost} 个问题，{problems.height - lost} 条提示；未用 {sum(left_out.values()):,} 行。",
            f"Problems: {lost}. Notes: {problems.height - lost}. Rows left out: {sum(left_out.values()):,}.",
        ),
        table=table,
        labels={
            "table": Text("表", "Table"),
            "file": Text("文件", "File"),
            "sheet": Text("工作表", "Sheet"),
            "row": Text("行", "Row"),
            "column": Text("列", "Column"),
            "level": Text("后果", "Consequence"),
            "what": Text("问题", "What is wrong"),
            "now": Text("怎么办", "What to do now"),
            "kept": Text("原行", "Row as read"),
        },
        rows_left_out=sum(left_out.values()),
        invented=invented,
        blanks=frozenset({"file", "sheet", "row", "column", "kept"}),
    )


def table_finding(
    table: Table, frame: pl.DataFrame, document: pl.DataFrame, left_out: int, language: Language
) -> Finding:
    """Give one table of a zone as it stands, its words of choice as people say them.

    Parameters
    ----------
    table : Table
        Its declaration.
    frame : polars.DataFrame
        Its rows, or some of them.
    document : polars.DataFrame
        Table of documents, for the sources.
    left_out : int
        Rows of the table that were left out because of faults.
    language : {"zh", "en"}
        Of the words of choice.

    Returns
    -------
    Finding
        The rows under their labels, with their units and sources.
    """
    return Finding(
        id=table.name,
        title=table.label,
        answer=table.meaning,
        table=frame.with_columns(
            pl.col(column.name).replace(
                {choice.word: choice.label.say(language) for choice in column.choices}
            )
            for column in table.columns
            if column.choices
        ),
        labels={column.name: column.label for column in table.columns},
        units={column.name: column.unit for column in table.columns if column.unit},
        sources=sources_of(document, frame),
        rows_left_out=left_out,
        invented=bool(frame["invented"].any()),
    )


def who_is(names: Sequence[str], tables: Mapping[str, pl.DataFrame]) -> Finding:
    """Say which firm is meant by names as they stand in papers, and on what evidence.

    Parameters
    ----------
    names : sequence of str
        As written.
    tables : mapping of name to polars.DataFrame
        All tables of the zone.

    Returns
    -------
    Finding
        One row a name. ``firm`` is null where the name leads to no firm, or to more than one; a weaker likeness
        gives candidates for a person to choose from and is never taken for an answer.
    """
    found = resolve(pl.Series(names, dtype=pl.String), tables["firm"], tables["firm_name"])
    table = found.join(
        tables["firm"].select("firm", pl.col("name").alias("registered")),
        on="firm",
        how="left",
        maintain_order="left",
    ).select("name", "firm", "evidence", pl.col("candidates").list.join(", "), "registered")
    meant = table["firm"].count()
    return Finding(
        id="who-is",
        title=Text("这些名称说的是哪家企业？", "Which firms do these names mean?"),
        answer=Text(
            f"{len(names)} 个名称中认定 {meant} 个；其余须由人核实。",
            f"{meant} of {len(names)} names are resolved; a person has to look at the others.",
        ),
        table=table,
        labels={
            "name": Text("文中名称", "Name as written"),
            "firm": Text("企业编号", "Firm id"),
            "registered": Text("企业名称", "Name of the firm"),
            "evidence": Text("证据", "Evidence"),
            "candidates": Text("候选", "Candidates"),
        },
        method=Text(
            "先比登记名称，再比“企业名称”表；只差全半角、括号、空格、大小写视为相同。去掉公司后缀后才相同的只作候选。",
            "The registered name first, then table firm_name; width, brackets, blanks and case do not count. Names that are alike only "
            "without their legal form are candidates.",
        ),
        invented=bool(tables["firm"]["invented"].any()),
        blanks=frozenset({"evidence", "candidates"}),
    )


def files_lost(problems: pl.DataFrame, used: Sequence[str]) -> tuple[Text, ...]:
    """Say which files of the tables that a question uses were left out whole.

    Parameters
    ----------
    problems : polars.DataFrame
        As ``wutong.zone.check.PROBLEM``.
    used : sequence of str
        Tables that the question uses.

    Returns
    -------
    tuple of Text
        A caveat, or nothing where no file was lost.
    """
    gone = problems.filter((pl.col("level") == "file") & pl.col("table").is_in([*used, ""]))
    files = [
        f"{file} {sheet}".strip()
        for file, sheet in gone.select("file", "sheet").unique(maintain_order=True).rows()
    ]
    if not files:
        return ()
    names = "、".join(files)
    return (
        Text(
            f"整个文件未读，里面的数不在内：{names}。",
            f"Left out whole, so that their numbers are not in this: {', '.join(files)}.",
        ),
    )
