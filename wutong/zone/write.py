"""Write a zone out again: tables as CSV or Parquet, whole folders, the Excel template, the data dictionary.

What is written is read back as the same tables. Money stands in 元 with two decimals in CSV and Excel, in fen in
Parquet; every heading of a measured column names its unit.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from wutong.words import Language, Text
from wutong.zone.catalogue import ROOMS, TABLES
from wutong.zone.load import FOLDER, Progress
from wutong.zone.schema import COMMON, Column, Table
from wutong.zone.settings import FILE, Settings, write_settings

Kind = Literal["csv", "parquet"]
KINDS: Final[tuple[Kind, ...]] = ("csv", "parquet")

NOTES_SHEET: Final = "说明"
"""Sheet of the template that is for people; the loader skips it."""


def silent(_: str, __: float) -> None:
    """Tell nobody how far the work is."""


def heading(column: Column, kind: Literal["csv", "parquet", "zh", "en"]) -> str:
    """Heading of a column in a file, with its unit where it has one.

    Examples
    --------
    >>> output = TABLES["firm_year"].column("output")
    >>> heading(output, "csv"), heading(output, "parquet"), heading(output, "zh")
    ('output[元]', 'output[fen]', '产值（元）')
    """
    unit = "元" if column.unit == "fen" and kind != "parquet" else column.unit
    name = column.label.say(kind) if kind in ("zh", "en") else column.name
    if not unit or column.kind not in ("money", "count", "number", "rate"):
        return name
    return f"{name}（{unit}）" if kind == "zh" else f"{name} [{unit}]" if kind == "en" else f"{name}[{unit}]"


def yuan(fen: pl.Expr) -> pl.Expr:
    """Write fen as yuan, exactly, with as many decimals as there are.

    Examples
    --------
    >>> pl.DataFrame({"x": [12_345, -5, 100, None]}).select(yuan(pl.col("x"))).to_series().to_list()
    ['123.45', '-0.05', '1', None]
    """
    size = fen.abs()
    whole, rest = (size // 100).cast(pl.String), size % 100
    decimals = (
        pl.when(rest == 0)
        .then(pl.lit(""))
        .otherwise("." + rest.cast(pl.String).str.zfill(2).str.strip_chars_end("0"))
    )
    return pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit("")) + whole + decimals


def csv_frame(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """A table as it stands in a CSV file: exact text for money, headings with units."""
    columns = []
    for column in table.columns:
        value = pl.col(column.name)
        written = yuan(value) if column.kind == "money" else value
        columns.append(written.alias(heading(column, "csv")))
    return frame.select(columns)


def write_table(table: Table, frame: pl.DataFrame, path: Path, kind: Kind) -> None:
    """Write one table to a file that the loader reads back as the same rows."""
    if kind == "csv":
        csv_frame(table, frame).write_csv(path)
    else:
        frame.rename({column.name: heading(column, "parquet") for column in table.columns}).write_parquet(
            path
        )


def write_zone(
    folder: Path,
    settings: Settings,
    tables: Mapping[str, pl.DataFrame],
    kind: Kind = "csv",
    *,
    progress: Progress = silent,
) -> None:
    """Write a zone's folder.

    Parameters
    ----------
    folder : Path
        Made where it is missing; files of the same name are replaced.
    settings : Settings
        For ``zone.toml``.
    tables : mapping of name to polars.DataFrame
        Tables with the columns and types of their declarations. Empty ones are not written.
    kind : {"csv", "parquet"}
        Form of the files.
    progress : callable
        Told which table is written.
    """
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for at, (name, frame) in enumerate(tables.items()):
        progress(name, at / len(tables))
        if not frame.is_empty():
            write_table(TABLES[name], frame, folder / FOLDER / f"{name}.{kind}", kind)
    (folder / FILE).write_text(write_settings(settings), encoding="utf-8")
    progress(FILE, 1.0)


# ------------------------------------------------------------------ Excel


def write_excel(
    tables: Mapping[str, pl.DataFrame], language: Language, *, notes: Text | None = None
) -> bytes:
    """Write tables into one workbook: the template where they are empty, an export where they are not.

    Text is written as text, so that nothing that somebody typed becomes a formula or a link. Numbers of more than
    15 digits, which Excel would round, are written as text too.

    Parameters
    ----------
    tables : mapping of name to polars.DataFrame
        Tables with the columns of their declarations.
    language : {"zh", "en"}
        Language of headings and notes.
    notes : Text or None
        A line for the top of the sheet of notes, such as that the data are invented.

    Returns
    -------
    bytes
        An ``.xlsx`` file; the same tables give the same bytes.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # a fixed day of making, so that the same tables give the same bytes
    book.set_properties({"created": datetime(2000, 1, 1)})
    _notes_sheet(book, tables, language, notes)
    bold = book.add_format(
        {"bold": True, "bg_color": "#E6EFE9", "border": 1, "text_wrap": True, "valign": "top"}
    )
    needed = book.add_format(
        {"bold": True, "bg_color": "#CFE3D6", "border": 1, "text_wrap": True, "valign": "top"}
    )
    formats = {
        "text": book.add_format({"num_format": "@"}),
        "number": book.add_format({"num_format": "General"}),
    }
    for name, frame in tables.items():
        _table_sheet(book, TABLES[name], frame, language, (bold, needed), formats)
    book.close()
    return memory.getvalue()


def _notes_sheet(
    book: Any, tables: Mapping[str, pl.DataFrame], language: Language, notes: Text | None
) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    say = [
        notes,
        Text(
            "每张工作表是一张表；第一行是表头，单位写在表头里。",
            "Each sheet is one table; row 1 has the headings, with their units.",
        ),
        Text("不知道的格子留空，不要写 0。", "Leave a cell empty where it is not known; do not write 0."),
        Text(
            "深色表头必填。格子里不要放公式：请粘贴为数值。",
            "Headings in the darker colour must be filled in. No formulas: paste values.",
        ),
        Text("模板许可：CC BY 4.0。", "Licence of the template: CC BY 4.0."),
        Text(
            "金额可带单位，如 2.99亿元；比例写 42%。",
            "Money may carry its unit, as in 2.99亿元; a share is written 42%.",
        ),
    ]
    row = 0
    for line in say:
        if line is not None:
            sheet.write_string(row, 0, line.say(language))
            row += 1
    for name in tables:
        table = TABLES[name]
        row += 1
        sheet.write_string(row, 0, table.label.say(language))
        sheet.write_string(row, 1, table.meaning.say(language))
        for column in table.columns:
            row += 1
            sheet.write_string(row, 1, heading(column, language))
            sheet.write_string(row, 2, column.meaning.say(language))
        row += 1
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2, 80)


def _table_sheet(
    book: Any,
    table: Table,
    frame: pl.DataFrame,
    language: Language,
    heads: tuple[object, object],
    formats: Mapping[str, object],
) -> None:
    sheet = book.add_worksheet(table.label.say(language)[:31])
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        # zone, as-of and the mark of invention come from the settings where they are left empty
        must = column.required and column not in COMMON
        sheet.write_string(0, at, heading(column, language), heads[1] if must else heads[0])
        measured = column.kind in ("money", "count", "number", "rate")
        sheet.set_column(at, at, 18, formats["number" if measured else "text"])
        if column.choices:
            words = [choice.label.say(language) for choice in column.choices]
            if len(",".join(words)) <= 255:  # Excel's limit for a list in a cell
                sheet.data_validation(
                    1, at, 1_048_575, at, {"validate": "list", "source": words, "error_type": "warning"}
                )
        for row, value in enumerate(_cells(column, frame[column.name], language), start=1):
            if isinstance(value, float):
                sheet.write_number(row, at, value)
            elif value is not None:
                sheet.write_string(row, at, value)


def _cells(column: Column, values: pl.Series, language: Language) -> Iterator[str | float | None]:
    words = {choice.word: choice.label.say(language) for choice in column.choices}
    yes_no = ("是", "否") if language == "zh" else ("yes", "no")
    written = values.to_frame("x").select(yuan(pl.col("x"))).to_series() if column.kind == "money" else values
    for value in written.to_list():
        if value is None:
            yield None
        elif column.kind in ("money", "count", "number", "rate"):
            text = str(value)
            exact = len(text.strip("-").replace(".", "")) <= 15 or isinstance(value, float)
            yield float(text) if exact else text
        elif column.kind == "flag":
            yield yes_no[0] if value else yes_no[1]
        else:
            yield words.get(str(value), str(value))


# ------------------------------------------------------------------ the data dictionary


def dictionary(language: Language) -> str:
    """The data dictionary as Markdown: every table and column with its meaning, type, unit and key.

    Examples
    --------
    >>> dictionary("en").splitlines()[0]
    '# Data dictionary'
    """

    def say(text: Text) -> str:
        return text.say(language)

    heads = (
        ("列", "名称", "类型", "单位", "含义", "")
        if language == "zh"
        else ("Column", "Label", "Type", "Unit", "Meaning", "")
    )
    lines = [Text("# 数据字典", "# Data dictionary").say(language), ""]
    lines += [
        say(
            Text(
                "由表的声明生成：`wutong dictionary`。每张表最后还有共同的列。",
                "Made from the declarations by `wutong dictionary`. Every table ends with the common columns.",
            )
        ),
        "",
    ]
    lines += [say(Text("## 共同的列", "## Common columns")), "", *_rows(COMMON, heads, language), ""]
    for room, title in ROOMS.items():
        lines += [f"## {say(title)}", ""]
        for table in TABLES.values():
            if table.room == room:
                own = table.columns[: -len(COMMON)]
                lines += [
                    f"### {table.name} · {say(table.label)}",
                    "",
                    say(table.meaning) + ("。" if language == "zh" else "."),
                    "",
                ]
                lines += [*_rows(own, heads, language), ""]
    return "\n".join(lines).rstrip() + "\n"


def _rows(columns: tuple[Column, ...], heads: tuple[str, ...], language: Language) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for column in columns:
        remarks = []
        if column.key:
            remarks.append(Text("键", "key").say(language))
        elif column.required:
            remarks.append(Text("必填", "required").say(language))
        if column.ref:
            remarks.append(f"→ {column.ref}")
        if column.codes:
            remarks.append(column.codes)
        if column.choices:
            remarks.append(
                " · ".join(f"{choice.word} {choice.label.say(language)}" for choice in column.choices)
            )
        if column.personal:
            remarks.append(Text("涉及个人", "personal").say(language))
        cells = (
            f"`{column.name}`",
            column.label.say(language),
            column.kind,
            column.unit,
            column.meaning.say(language),
            "; ".join(remarks),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
