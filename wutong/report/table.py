"""A Finding's table as rows to read and as files to take away: CSV, TSV, JSON, XLSX, terminal.

What is read is rounded by column and says so on demand; what is taken away is exact. Every export says
whether its rows are invented, and those that can hold prose carry sources and caveats.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

import msgspec
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Source
from wutong.report.numbers import MINUS, Scale, Value, beside, exact, file_unit, is_number, known, scale, show
from wutong.words import Language, Text

if TYPE_CHECKING:
    from rich.console import Group

INVENTED = Text("虚构数据", "Invented data")
INVENTED_COLUMN = Text("虚构", "Invented")
CHUNK = 50_000
"""Rows that an export turns into text at a time, so that memory stays flat."""

MOST_CELLS = 1_000_000
"""Cells that an Excel file may hold; larger views go out as CSV or JSON."""

Sort = Literal["ascending", "descending", ""]


@dataclass(frozen=True, slots=True)
class Head:
    """One heading.

    Parameters
    ----------
    name : str
        Name of the column.
    label : str
        What it is called.
    unit : str
        Unit of the cells as written; empty where they need none.
    number : bool
        Whether the column is aligned at its point.
    title : str
        What is counted, for those who ask.
    href : str
        Where a click on the heading leads; empty where nowhere.
    sort : str
        Whether the rows are in the order of this column.
    lang : str
        Language of the label where it is not the page's.
    """

    name: str
    label: str
    unit: str = ""
    number: bool = False
    title: str = ""
    href: str = ""
    sort: Sort = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Parameters
    ----------
    text : str
        What is read.
    kind : {"number", "text", "unknown"}
        How it is drawn; unknown is hatched.
    negative : bool
        Whether it is a number below zero, told by sign and colour.
    title : str
        The exact value where the text is rounded, or what else is worth saying.
    href : str
        Where a click leads; empty where nowhere.
    lang : str
        Language of the text where it is not the page's.
    mark : str
        What a reader must know of the whole row, such as that it is invented; drawn as a badge.
    """

    text: str
    kind: Literal["number", "text", "unknown"] = "text"
    negative: bool = False
    title: str = ""
    href: str = ""
    lang: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be drawn: headings and rows of cells."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


_WIDEST = 36  # columns of the terminal for one column of a table; longer text is broken into lines
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]")


def language_of(text: str, page: Language) -> str:
    """Name the language of a text where it is not the page's, so that a screen reader speaks it right.

    Examples
    --------
    >>> language_of("青禾晶元", "en"), language_of("Foxconn Jincheng", "zh"), language_of("SMT", "zh")
    ('zh-CN', 'en', '')
    """
    if page == "en":
        return "zh-CN" if _CHINESE.search(text) else ""
    return "en" if not _CHINESE.search(text) and _WORDS.search(text) else ""


def cells(
    values: Sequence[Value], unit: str = "", language: Language = "zh", *, by: Scale | None = None
) -> list[Cell]:
    """Write one column of values.

    Parameters
    ----------
    values : sequence
        The column.
    unit : str
        Unit in memory.
    language : {"zh", "en"}
        Whose words are used.
    by : Scale, optional
        Scale of the column; without it the column's values choose one.

    Examples
    --------
    >>> [cell.text for cell in cells([29_300_000_000_00, None], "fen", "en")]
    ['293', 'not known']
    """
    how = by or scale(values, unit)
    written = []
    for value in values:
        text = show(value, unit, language, by=how)
        if not known(value):
            written.append(Cell(text, "unknown"))
        elif is_number(value):
            full = exact(value, unit)
            word = file_unit(unit).say(language)
            title = "" if _same(full, text, how) else beside(f"{Decimal(full):,}", word, "en")
            written.append(Cell(text, "number", _negative(value), title))
        else:
            written.append(Cell(text, lang=language_of(text, language)))
    return written


def grid(
    finding: Finding,
    language: Language,
    *,
    link: Callable[[str, Mapping[str, object]], str] | None = None,
) -> Grid:
    """Draw a Finding's table.

    Parameters
    ----------
    finding : Finding
        Its table may hold any number of rows; a page shows them all.
    language : {"zh", "en"}
        Whose words are used.
    link : callable, optional
        Gives the address behind a cell from its column and its row; empty where there is none.
    """
    heads, columns = [], []
    finding = spoken(finding, language)
    for name in finding.table.columns:
        unit = finding.units.get(name, "")
        values = finding.table.get_column(name).to_list()
        numeric = finding.table.schema[name].is_numeric()
        # a column of which nothing is known has no size, so no unit is worth saying
        how = scale(values, unit) if numeric and any(known(value) for value in values) else None
        label = finding.labels.get(name, Text(name, name)).say(language)
        heads.append(
            Head(
                name,
                label,
                how.label.say(language) if how else "",
                numeric,
                lang=language_of(label, language),
            )
        )
        written = cells(values, unit, language, by=how)
        if name in finding.blanks:
            written = [
                replace(cell, text="", kind="text") if cell.kind == "unknown" else cell for cell in written
            ]
        columns.append(written)
    rows = [tuple(row) for row in zip(*columns, strict=True)]
    if link is not None:
        rows = [
            tuple(replace(cell, href=link(head.name, facts)) for head, cell in zip(heads, row, strict=True))
            for facts, row in zip(finding.table.iter_rows(named=True), rows, strict=True)
        ]
    return Grid(tuple(heads), tuple(rows))


def spoken(finding: Finding, language: Language) -> Finding:
    """Keep of each pair of columns that say one thing in two languages the one that the reader speaks.

    A pair is ``name`` and ``name_en``, or ``scope_zh`` and ``scope_en``. Where the English is not known the
    Chinese stands in. Files keep both.

    Examples
    --------
    >>> table = pl.DataFrame({"name": ["链主", "新厂"], "name_en": ["Leader", None]})
    >>> one = Finding("x", Text("问", "Q"), Text("答", "A"), table, {"name": Text("名称", "Name")})
    >>> spoken(one, "en").table.to_dict(as_series=False)
    {'name': ['Leader', '新厂']}
    """
    frame, labels = finding.table, dict(finding.labels)
    for english in [name for name in frame.columns if name.endswith("_en")]:
        stem = english.removesuffix("_en")
        chinese = next((name for name in (f"{stem}_zh", stem) if name in frame.columns), "")
        if not chinese:
            continue
        if language == "en":
            frame = frame.with_columns(pl.coalesce(english, chinese).alias(chinese))
            labels.setdefault(chinese, labels.get(english, Text(chinese, chinese)))
        frame = frame.drop(english)
    return replace(finding, table=frame, labels=labels)


def csv_chunks(finding: Finding, language: Language, *, excel: bool = False) -> Iterator[bytes]:
    """Write a Finding's table as CSV, piece by piece.

    Money is in yuan with two decimals and a share in percent, both exact; an unknown value is empty. A
    column says whether each row is invented.

    Parameters
    ----------
    finding : Finding
        Its table may be larger than one wants in memory as text.
    language : {"zh", "en"}
        Whose headings are used.
    excel : bool
        Whether the file is for Excel: with a byte order mark, and with an apostrophe before text that
        Excel would run as a formula.
    """
    if excel:
        yield b"\xef\xbb\xbf"
    yield from _separated(finding, language, ",", excel=excel)


def csv_bytes(finding: Finding, language: Language, *, excel: bool = False) -> bytes:
    r"""Write a Finding's table as CSV at once.

    Examples
    --------
    >>> from wutong.finding import Finding
    >>> table = pl.DataFrame({"output": [29_300_000_000_00, None]})
    >>> one = Finding("x", Text("问", "Q"), Text("答", "A"), table, invented=True,
    ...               labels={"output": Text("产值", "Output")}, units={"output": "fen"})
    >>> csv_bytes(one, "en").decode()
    'Output (yuan),Invented\n29300000000.00,true\n,true\n'
    """
    return b"".join(csv_chunks(finding, language, excel=excel))


def tsv_bytes(finding: Finding, language: Language) -> bytes:
    """Write a Finding's table with tabs, to be pasted into a spreadsheet; formulas are defused."""
    return b"".join(_separated(finding, language, "\t", excel=True))


def json_chunks(finding: Finding, language: Language) -> Iterator[bytes]:
    """Write a Finding as JSON, piece by piece.

    Numbers are those in memory, so money is integer fen, and each column states its unit; an unknown value
    is null.
    """
    encoder = msgspec.json.Encoder()
    about = {
        "id": finding.id,
        "title": finding.title.say(language),
        "answer": finding.answer.say(language),
        "invented": finding.invented,
        "rows_left_out": finding.rows_left_out,
        "caveats": [caveat.say(language) for caveat in finding.caveats],
        "method": finding.method.say(language),
        "sources": [_source(source) for source in finding.sources],
        "columns": [
            {
                "name": name,
                "label": finding.labels.get(name, Text(name, name)).say(language),
                "unit": finding.units.get(name, ""),
            }
            for name in finding.table.columns
        ],
    }
    yield encoder.encode(about)[:-1] + b',"rows":['
    first = True
    for part in finding.table.iter_slices(CHUNK):
        rows = encoder.encode(part.select(_finite(part)).rows(named=True))[1:-1]
        yield rows if first else b"," + rows
        first = False
    yield b"]}"


def parquet_chunks(finding: Finding, language: Language) -> Iterator[bytes]:
    """Write a Finding's table as Parquet, in one piece.

    Columns have their names and their types in memory, so money is integer fen; a column says whether each row is
    invented. ``language`` changes nothing.
    """
    _, frame = _marked(finding, language)
    held = io.BytesIO()
    frame.write_parquet(held)
    yield held.getvalue()


def json_bytes(finding: Finding, language: Language) -> bytes:
    """Write a Finding as JSON at once.

    Examples
    --------
    >>> from wutong.finding import Finding
    >>> table = pl.DataFrame({"output": [29_300_000_000_00, None]})
    >>> one = Finding("x", Text("问", "Q"), Text("答", "A"), table,
    ...               labels={"output": Text("产值", "Output")}, units={"output": "fen"})
    >>> msgspec.json.decode(json_bytes(one, "en"))["rows"]
    [{'output': 2930000000000}, {'output': None}]
    """
    return b"".join(json_chunks(finding, language))


def xlsx_bytes(finding: Finding, language: Language) -> bytes:
    """Write a Finding as an Excel file: one sheet with the rows, one that says what they are.

    Text is always written as text, so that nothing runs when the file is opened.

    Raises
    ------
    NoAnswer
        If the table holds more cells than :data:`MOST_CELLS`; CSV and JSON have no such limit.
    """
    import xlsxwriter

    heads, frame = _marked(finding, language)
    if frame.height * frame.width > MOST_CELLS:
        raise NoAnswer(
            Text(
                f"这一视图有 {frame.height:,} 行、{frame.width} 列，"
                f"超过 Excel 导出的上限 {MOST_CELLS:,} 格。请先筛选或少选几列，或改为导出 CSV 或 JSON。",
                f"This view has {frame.height:,} rows and {frame.width} columns, more than the "
                f"{MOST_CELLS:,} cells that an Excel export may hold. Filter it or choose fewer columns, "
                "or export CSV or JSON.",
            )
        )
    # the apostrophe of the CSV variant is not needed: a string cell of an Excel file is never run
    held = io.BytesIO()
    book = xlsxwriter.Workbook(
        held,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    money = book.add_format({"num_format": "#,##0.00"})
    plain = book.add_format({"num_format": "General"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("data")
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(frame.columns):
        unit = finding.units.get(name, "")
        form = money if unit == "fen" else plain
        values = frame.get_column(name).to_list()
        width = max([_width(heads[place])] + [_width(exact(value, unit)) for value in values[:200]])
        sheet.set_column(place, place, min(max(width + 2, 8), 60))
        for row, value in enumerate(values, start=1):
            if not known(value):
                continue
            text = exact(value, unit)
            # a double holds fifteen digits: more are kept as text rather than rounded
            if (
                is_number(value)
                and len(text.lstrip("-").replace(".", "")) <= 15
                and text.lower() not in ("inf", "-inf")
            ):
                sheet.write_number(row, place, float(text), form)
            else:
                sheet.write_string(row, place, text)
    sheet.autofilter(0, 0, max(frame.height, 1), max(frame.width - 1, 0))
    about = book.add_worksheet("about")
    about.set_column(0, 0, 18)
    about.set_column(1, 1, 110)
    for row, (key, text) in enumerate(_about(finding, language)):
        about.write_string(row, 0, key, bold)
        about.write_string(row, 1, text, wrap)
    book.close()
    return held.getvalue()


def terminal(finding: Finding, language: Language, *, most: int = 40, width: int = 100) -> Group:
    """Give a Finding for the terminal, to be printed by a console of rich.

    Parameters
    ----------
    finding : Finding
        The answer.
    language : {"zh", "en"}
        Whose words are used.
    most : int
        Rows shown; how many more there are is said.
    width : int
        Columns of the terminal. Columns of the table that do not fit are left out and named.
    """
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text as Line

    shown, left_out = _that_fits(grid(replace(finding, table=finding.table.head(most)), language), width)
    table = Table(header_style="bold", show_lines=False)
    for head in shown.heads:
        heading = f"{head.label}\n{head.unit}" if head.unit else head.label
        table.add_column(Line(printable(heading)), justify="right" if head.number else "left")
    for row in shown.rows:
        table.add_row(
            *(Line(printable(cell.text), style="dim" if cell.kind == "unknown" else "") for cell in row)
        )
    parts: list[RenderableType] = []
    if finding.invented:
        parts.append(Line(f"[{INVENTED.say(language)}]", style="bold yellow"))
    parts += [
        Line(printable(finding.title.say(language)), style="bold"),
        Line(printable(finding.answer.say(language))),
    ]
    if shown.heads:
        parts.append(table)
    if finding.table.height > most:
        more = finding.table.height - most
        parts.append(Line(Text(f"另有 {more:,} 行未显示", f"{more:,} more rows").say(language), style="dim"))
    if left_out:
        names = ", ".join(left_out)
        unseen = Text(f"放不下或全部未知的列：{names}", f"Columns that do not fit, or hold nothing: {names}")
        parts.append(Line(printable(unseen.say(language)), style="dim"))
    parts += [
        Line(f"{key}: {printable(text)}") for key, text in _about(finding, language)[2:] if key and text
    ]
    return Group(*parts)


def printable(text: str) -> str:
    r"""Replace what would move the cursor of a terminal or reorder its line.

    Examples
    --------
    >>> printable("a\x1b[31mb")
    'a�[31mb'
    """
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co") else "\ufffd"
        for letter in text
    )


def headings(finding: Finding, language: Language) -> list[str]:
    """Name each column with its unit; two columns of one label are told apart by their names."""
    labels = []
    for name in finding.table.columns:
        label = finding.labels.get(name, Text(name, name)).say(language)
        unit = file_unit(finding.units.get(name, "")).say(language)
        labels.append(
            label if not unit else f"{label}（{unit}）" if language == "zh" else f"{label} ({unit})"
        )
    return [
        f"{label} [{name}]" if labels.count(label) > 1 else label
        for label, name in zip(labels, finding.table.columns, strict=True)
    ]


def source_line(source: Source, language: Language) -> str:
    """Say in one line where a number was read.

    Examples
    --------
    >>> source_line(Source("d1", "Plan", "Office", "2025-02", "https://a.gov.cn/", "A"), "en")
    'Plan. Office. 2025-02. Grade A. https://a.gov.cn/'
    """
    grade = Text(f"{source.grade} 级", f"Grade {source.grade}").say(language) if source.grade else ""
    read = ""
    if source.read_on:
        read = Text(f"读取于 {source.read_on}", f"Read on {source.read_on}").say(language)
    parts = (source.title, source.publisher, source.published, grade, read, source.url)
    return ("，" if language == "zh" else ". ").join(part for part in parts if part)


def _separated(finding: Finding, language: Language, mark: str, *, excel: bool) -> Iterator[bytes]:
    heads, frame = _marked(finding, language)
    if excel:
        heads = [_defused(head) for head in heads]
    yield pl.DataFrame(schema=dict.fromkeys(heads, pl.String)).write_csv(separator=mark).encode()
    for part in frame.iter_slices(CHUNK):
        texts = part.select(
            *(_as_text(part, name, finding.units.get(name, ""), excel, mark) for name in part.columns)
        )
        yield texts.write_csv(include_header=False, separator=mark).encode()


def _marked(finding: Finding, language: Language) -> tuple[list[str], pl.DataFrame]:
    heads = headings(finding, language)
    frame = finding.table
    if "invented" not in frame.columns:
        heads.append(INVENTED_COLUMN.say(language))
        frame = frame.with_columns(pl.lit(finding.invented).alias("invented"))
    return heads, frame


_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"


def _as_text(frame: pl.DataFrame, name: str, unit: str, excel: bool, mark: str) -> pl.Expr:
    column, dtype = pl.col(name), frame.schema[name]
    if unit == "fen" and dtype.is_integer():
        # integers only, so that no fen is lost; the sign stands apart because -5 // 100 is -1
        whole = column.abs()
        sign = pl.when(column < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        yuan = (whole // 100).cast(pl.String)
        rest = (whole % 100).cast(pl.String).str.zfill(2)
        return pl.concat_str([sign, yuan, pl.lit("."), rest]).alias(name)
    if unit in ("1", "pp"):
        texts = [exact(value, unit) or None for value in frame.get_column(name).to_list()]
        return pl.lit(pl.Series(name, texts, dtype=pl.String))
    if dtype.is_float():
        return column.fill_nan(None)
    if dtype == pl.String:
        if mark == "\t":
            column = column.str.replace_all(r"[\t\r\n]+", " ")
        if excel:
            return pl.when(column.str.contains(_FORMULA)).then("'" + column).otherwise(column).alias(name)
    return column


def _defused(text: str) -> str:
    return f"'{text}" if re.match(_FORMULA, text) else text


def _finite(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) if dtype.is_float() else pl.col(name)
        for name, dtype in frame.schema.items()
    ]


def _source(source: Source) -> dict[str, str]:
    return {
        "id": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "published": source.published,
        "url": source.url,
        "grade": source.grade,
        "read_on": source.read_on.isoformat() if source.read_on else "",
    }


def _about(finding: Finding, language: Language) -> list[tuple[str, str]]:
    def word(chinese: str, english: str) -> str:
        return chinese if language == "zh" else english

    lines = [
        (word("问题", "Question"), finding.title.say(language)),
        (word("回答", "Answer"), finding.answer.say(language)),
    ]
    if finding.invented:
        lines.append((INVENTED.say(language), word("仅供演示，不是事实", "For trying out; not facts")))
    lines += [(word("注意", "Caveat"), caveat.say(language)) for caveat in finding.caveats]
    if finding.rows_left_out:
        lines.append((word("未计入的行", "Rows left out"), f"{finding.rows_left_out:,}"))
    if finding.method.say(language):
        lines.append((word("方法", "Method"), finding.method.say(language)))
    lines += [(word("来源", "Source"), source_line(source, language)) for source in finding.sources]
    return lines


def _that_fits(shown: Grid, width: int) -> tuple[Grid, list[str]]:
    """Keep the first columns that can be read in a width, and name the others; unknown columns go first."""
    places: list[int] = []
    used = 1
    for place, head in enumerate(shown.heads):
        texts = [row[place].text for row in shown.rows]
        if shown.rows and all(row[place].kind == "unknown" or not row[place].text for row in shown.rows):
            continue
        longest = max([_width(head.label), _width(head.unit), *(_width(text) for text in texts)], default=0)
        asked = min(longest, _WIDEST) + 3
        if places and used + asked > width:
            continue
        used += asked
        places.append(place)
    kept = Grid(
        tuple(shown.heads[place] for place in places),
        tuple(tuple(row[place] for place in places) for row in shown.rows),
    )
    return kept, [head.label for place, head in enumerate(shown.heads) if place not in places]


def _width(text: str) -> int:
    return max(
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
        for line in text.split("\n")
    )


def _same(full: str, text: str, how: Scale) -> bool:
    # money in 万元 or 亿元 is written in another unit than a file's, so that its yuan are worth saying
    digits = text.replace(",", "").removesuffix("%").replace(MINUS, "-").lstrip("+")
    try:
        return how.power <= 2 and Decimal(digits) == Decimal(full)
    except InvalidOperation:
        return False


def _negative(value: Value) -> bool:
    return is_number(value) and str(value).startswith("-")


def frame_finding(
    name: str,
    title: Text,
    table: pl.DataFrame,
    labels: Mapping[str, Text],
    units: Mapping[str, str],
    *,
    sources: Iterable[Source] = (),
    invented: bool = False,
    rows_left_out: int = 0,
) -> Finding:
    """Wrap a plain table, so that it is shown and exported as a Finding is."""
    return Finding(
        name, title, Text("", ""), table, labels, units,
        sources=tuple(sources), invented=invented, rows_left_out=rows_left_out,
    )  # fmt: skip
