"""Write a zone out again: tables as CSV or Parquet, whole folders, the Excel template, the data dictionary.

What is written is read back as the same tables. Money stands in 元 with two decimals in CSV and Excel, in fen in
Parquet; every heading of a measured column names its unit.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import polars as pl

from wutong.errors import NoAnswer
from wutong.words import Language, Text
from wutong.zone.catalogue import ROOMS, TABLES
from wutong.zone.cells import yuan
from wutong.zone.load import FOLDER, Progress, silent
from wutong.zone.schema import COMMON, Column, Table
from wutong.zone.settings import FILE, Settings, write_settings

Kind = Literal["csv", "parquet"]
KINDS: Final[tuple[Kind, ...]] = ("csv", "parquet")

MEASURES: Final = "measures"
"""Folder of a zone in which its measures stand, beside the tables."""

MOST_ROWS: Final = 1_048_575
"""Rows that a sheet of Excel holds below its headings."""

NOTES_SHEET: Final = "说明"
"""Sheet of the template that is for people; the loader skips it."""

_TEXT_ONLY: Final = MappingProxyType(
    dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    | {"in_memory": True}
)


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


def files_under(folder: Path, names: Sequence[str]) -> list[str]:
    """List the regular files in some folders of a zone, as paths from the zone; hidden and lock files are not among them."""
    return [
        path.relative_to(folder).as_posix()
        for name in names
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and path.name[0] not in ".~"
    ]


def copy_measures(folder: Path, target: Path) -> int:
    """Copy the measures of a zone as they are, and say how many files they are."""
    files = files_under(folder, [MEASURES])
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target / name)
    return len(files)


# ------------------------------------------------------------------ Excel


def write_excel(
    tables: Mapping[str, pl.DataFrame],
    language: Language,
    *,
    notes: Text | None = None,
    progress: Progress = silent,
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
    progress : callable
        Told which table is written.

    Returns
    -------
    bytes
        An ``.xlsx`` file; the same tables give the same bytes.

    Raises
    ------
    NoAnswer
        If a table has more rows than a sheet holds (``MOST_ROWS``), or a text is longer than a cell holds (32,767
        UTF-16 units).
    """
    import xlsxwriter

    for name, frame in tables.items():
        if frame.height > MOST_ROWS:
            raise _too_many(TABLES[name], frame.height)

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _TEXT_ONLY)
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
    # a column of headings alone counts as one row; filling takes about two thirds of the time, packing the rest
    total = sum((1 + frame.height) * frame.width for frame in tables.values())
    done = 0
    for name, frame in tables.items():

        def told(columns: int, name: str = name, before: int = done, rows: int = 1 + frame.height) -> None:
            progress(name, 0.65 * (before + columns * rows) / total)

        _table_sheet(book, TABLES[name], frame, language, (bold, needed), formats, told)
        done += (1 + frame.height) * frame.width
    progress("xlsx", 0.65)
    book.close()
    progress("xlsx", 1.0)
    return memory.getvalue()


def write_grids(grids: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Write rows of texts into a workbook, one sheet each, the first row of each as headings.

    Parameters
    ----------
    grids : mapping of str to rows
        By name of the sheet; every cell is written as text, an empty one not at all.

    Returns
    -------
    bytes
        An ``.xlsx`` file; the same rows give the same bytes.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _TEXT_ONLY)
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True, "bg_color": "#E6EFE9", "border": 1, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    for name, rows in grids.items():
        sheet = book.add_worksheet(name[:31])
        for at, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(at, column, cell, text if at else bold)
        for column in range(max(map(len, rows), default=0)):
            width = max((_width(cells[column]) for cells in rows if column < len(cells)), default=0)
            sheet.set_column(column, column, min(max(width + 2, 8), 80), text)
    book.close()
    return memory.getvalue()


def _width(text: str) -> int:
    """How wide a text is, Chinese signs twice."""
    return sum(1 + (sign > "\u2e7f") for sign in text)


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
    told: Callable[[int], None],
) -> None:
    sheet = book.add_worksheet(table.label.say(language)[:31])
    sheet.freeze_panes(1, 1)
    for at, column in enumerate(table.columns):
        told(at)
        # zone, as-of and the mark of invention come from the settings where they are left empty
        must = column.required and column not in COMMON
        sheet.write_string(0, at, heading(column, language), heads[1] if must else heads[0])
        measured = column.kind in ("money", "count", "number", "rate")
        sheet.set_column(at, at, 18, formats["number" if measured else "text"])
        if column.choices:
            words = [choice.label.say(language) for choice in column.choices]
            if len(",".join(words)) <= 255:  # Excel's limit for a list in a cell
                sheet.data_validation(
                    1, at, MOST_ROWS, at, {"validate": "list", "source": words, "error_type": "warning"}
                )
        for row, value in enumerate(_cells(column, frame[column.name], language), start=1):
            if value is None:
                continue
            write = sheet.write_number if isinstance(value, float) else sheet.write_string
            # the writer raises nothing: it cuts a text that is too long, and says so in what it returns
            if write(row, at, value) != 0:
                raise _too_long(table, column, row + 1)


def _too_many(table: Table, rows: int) -> NoAnswer:
    return NoAnswer(
        Text(
            f"表“{table.label.zh}”有 {rows:,} 行，Excel 一张工作表只能放 {MOST_ROWS:,} 行。请写成 csv 或 parquet。",
            f"Table “{table.label.en}” ({table.name}) has {rows:,} rows; a sheet of Excel holds {MOST_ROWS:,}. "
            "Write csv or parquet.",
        )
    )


def _too_long(table: Table, column: Column, row: int) -> NoAnswer:
    return NoAnswer(
        Text(
            f"表“{table.label.zh}”第 {row} 行“{column.label.zh}”太长：Excel 一格最多 32,767 个字符。请写成 csv 或 parquet。",
            f"Table “{table.label.en}” ({table.name}), row {row}, “{column.label.en}”: the text is longer than the "
            "32,767 characters that a cell of Excel holds. Write csv or parquet.",
        )
    )


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
