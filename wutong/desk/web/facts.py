"""What of a zone's tables a page may show, and how it is said: columns, cells, names, rows.

Columns about a person are taken out here, before anything is searched, sorted, counted or exported: no page
asks a zone's tables but through this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from wutong.desk.web.address import UNKNOWN_WORD, Place, State, firm_at, row_at, source_at
from wutong.desk.web.words import PHRASES
from wutong.errors import NoAnswer
from wutong.finding import Source
from wutong.report.numbers import Value, say, scale
from wutong.report.table import Cell, Grid, Head, cells, language_of
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES
from wutong.zone.codes import name_of
from wutong.zone.load import Zone
from wutong.zone.schema import COMMON, Column, Table
from wutong.zone.sources import sources_of

STALE_DAYS = 365
"""Facts older than this say their age in the colour of a warning."""

_COMMON = frozenset(column.name for column in COMMON)
_SHORT = 160
"""Letters of a long text that a table shows; the row's own page shows all."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The words by which a column can be filtered: pairs of the word and what it is called."""

    column: Column
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one row, with all that is said of it."""

    column: Column
    label: str
    meaning: str
    cell: Cell


def open_columns(table: Table) -> tuple[Column, ...]:
    """Give the columns that may be shown.

    A remark in a table about people may name one: it is hidden with them.

    Examples
    --------
    >>> [column.name for column in open_columns(TABLES["person"])]
    ['zone', 'as_of', 'source', 'invented']
    """
    about_people = any(column.personal for column in table.columns)
    return tuple(
        column
        for column in table.columns
        if not column.personal and not (about_people and column.name == "note")
    )


def hidden_columns(table: Table) -> tuple[Column, ...]:
    """Give the columns that are not shown."""
    shown = {column.name for column in open_columns(table)}
    return tuple(column for column in table.columns if column.name not in shown)


def only_people(table: Table) -> bool:
    """Tell whether a table says nothing but of persons, so that its rows are not shown at all.

    Examples
    --------
    >>> only_people(TABLES["person"]), only_people(TABLES["owner"]), only_people(TABLES["firm"])
    (True, False, False)
    """
    return all(column.name in _COMMON for column in open_columns(table))


def open_rows(zone: Zone, table: Table) -> pl.DataFrame:
    """Give a table's rows with the columns that may be shown."""
    frame = zone.tables[table.name].select(column.name for column in open_columns(table))
    return frame.clear() if only_people(table) else frame


def earlier_rows(zone: Zone, table: Table) -> pl.DataFrame:
    """Give the rows that a later one corrects, with the columns that may be shown."""
    frame = zone.earlier[table.name].select(column.name for column in open_columns(table))
    return frame.clear() if only_people(table) else frame


def key_of(table: Table, row: Mapping[str, object]) -> dict[str, str]:
    """Give what tells a row from others, as far as it may be shown."""
    names = [column.name for column in open_columns(table) if column.key]
    return {name: str(row[name]) for name in names if row[name] is not None}


def rows_with_key(frame: pl.DataFrame, table: Table, key: Mapping[str, str]) -> pl.DataFrame:
    """Find the rows that have a key; none where the key is not whole."""
    names = [column.name for column in open_columns(table) if column.key]
    if not names or set(key) != set(names):
        return frame.clear()
    return frame.filter(*(pl.col(name).cast(pl.String) == key[name] for name in names))


def selected(zone: Zone, table: Table, state: State) -> pl.DataFrame:
    """Give the rows of a view in their order, with every column that may be shown.

    A text is looked for in what a reader sees: in texts, in the words of choices and in the names behind ids,
    in either language and whether or not in capitals.
    """
    frame = open_rows(zone, table)
    conditions = [_is_word(frame, name, word) for name, word in state.where]
    if state.text:
        found = [_holds(zone, column, state.text) for column in open_columns(table)]
        conditions.append(pl.any_horizontal(pl.lit(False), *(each for each in found if each is not None)))
    if conditions:
        frame = frame.filter(*conditions)
    if state.sort:
        frame = frame.sort(state.sort, descending=state.down, nulls_last=True, maintain_order=True)
    return frame


def choices(zone: Zone, table: Table, language: Language, *, most: int = 40) -> tuple[Choices, ...]:
    """Give the columns that have few enough words to choose from, with their words.

    Parameters
    ----------
    zone, table
        Where to look.
    language : {"zh", "en"}
        Whose words are used.
    most : int
        A column with more words than this is not offered.
    """
    offered = []
    frame = open_rows(zone, table)
    for column in open_columns(table):
        words: list[tuple[str, str]] = []
        series = frame.get_column(column.name)
        if column.kind == "choice":
            used = set(series.unique().drop_nulls())
            words = [(each.word, each.label.say(language)) for each in column.choices if each.word in used]
        elif column.kind == "flag":
            if column.name == "invented" or series.null_count() == frame.height:
                continue
            words = [("true", PHRASES["yes"].say(language)), ("false", PHRASES["no"].say(language))]
        elif column.kind in ("id", "code", "period", "text") and column.name not in ("zone", "note"):
            # a column in which every row has a word of its own is searched, not chosen from
            there = series.unique().drop_nulls().sort().to_list()
            if len(there) > most or 2 * len(there) > series.len() - series.null_count():
                continue
            called = names(zone, column.ref, there, language)
            words = [(word, called.get(word, word)) for word in there if len(word) <= 60]
        unknown = series.null_count() > 0
        if len(words) + unknown < 2:
            continue
        if unknown:
            words.append((UNKNOWN_WORD, PHRASES["unknown"].say(language)))
        offered.append(Choices(column, tuple(words)))
    return tuple(offered)


def names(zone: Zone, ref: str, ids: Iterable[str | None], language: Language) -> dict[str, str]:
    """Give what the rows behind ids are called; an id that has no name is left out.

    Parameters
    ----------
    zone : Zone
        Where to look.
    ref : str
        Table to which the ids point; empty for none.
    ids : iterable of str or None
        The ids.
    language : {"zh", "en"}
        The English name is used where the page is English and there is one.
    """
    named = _name_column(ref)
    if not named:
        return {}
    table = TABLES[ref]
    wanted = list({each for each in ids if each is not None})
    frame = open_rows(zone, table).filter(pl.col(table.key[0]).is_in(wanted))
    found: dict[str, str] = {}
    english = "name_en" if language == "en" and "name_en" in frame.columns else named
    for word, name, other in frame.select(
        table.key[0], pl.col(named), pl.col(english).alias("·")
    ).iter_rows():
        if name is not None:
            found[word] = other or name
    return found


def draw(
    zone: Zone,
    table: Table,
    frame: pl.DataFrame,
    place: Place,
    *,
    columns: Sequence[str] = (),
    link_numbers: bool = False,
    head: Callable[[Column, Head], Head] = lambda column, head: head,
) -> Grid:
    """Draw rows of a table.

    Parameters
    ----------
    zone, table
        Where the rows are from.
    frame : polars.DataFrame
        The rows, with every column that may be shown.
    place : Place
        Zone and language of the page.
    columns : sequence of str
        Columns to draw; empty for those that say something here.
    link_numbers : bool
        Whether each number leads to the document in which it was read.
    head : callable
        Finishes each heading, with its link and order.
    """
    wanted = [table.column(name) for name in (columns or telling(zone, table))]
    heads, drawn = [], []
    for column in wanted:
        label, unit = heading(column).say(place.language), ""
        if _is_measured(column) and not _has_unit_beside(table, column):
            values: list[Value] = frame.get_column(column.name).to_list()
            how = scale(values, column.unit)
            written = cells(values, column.unit, place.language, by=how)
            # a column of which nothing is known here has no size, so no unit is worth saying
            unit = how.label.say(place.language) if any(each.kind == "number" for each in written) else ""
        else:
            written = column_cells(zone, table, column, frame, place)
        made = Head(
            column.name, label, unit, _is_measured(column),
            column.meaning.say(place.language), lang=language_of(label, place.language),
        )  # fmt: skip
        heads.append(head(column, made))
        drawn.append(written)
    rows = [list(row) for row in zip(*drawn, strict=True)]
    mark = PHRASES["invented_row"].say(place.language)
    for cells_of_row, row in zip(rows, frame.iter_rows(named=True), strict=True):
        key = key_of(table, row)
        if key:
            own = _own_page(place, table, key)
            # the first cell leads to what the row is about, its day to how it came to be known
            if not cells_of_row[0].href:
                cells_of_row[0] = replace(cells_of_row[0], href=own)
            for at, column in enumerate(wanted):
                if column.name == "as_of":
                    cells_of_row[at] = replace(cells_of_row[at], href=row_at(place, table.name, key))
        # where the whole zone is made up its head says so once, not every row
        if row["invented"] and not zone.invented:
            cells_of_row[0] = replace(cells_of_row[0], mark=mark)
        source = row["source"]
        if link_numbers and source is not None:
            cells_of_row[1:] = [
                replace(cell, href=source_at(place, source)) if cell.kind == "number" else cell
                for cell in cells_of_row[1:]
            ]
    return Grid(tuple(heads), tuple(tuple(row) for row in rows))


def heading(column: Column) -> Text:
    """Name a column as it is shown: where ids are shown by their names, it is no column of ids.

    Examples
    --------
    >>> heading(TABLES["firm_year"].column("firm")).zh, heading(TABLES["firm"].column("firm")).en
    ('企业', 'Firm id')
    """
    if not _name_column(column.ref):
        return column.label
    return Text(column.label.zh.removesuffix("编号"), column.label.en.removesuffix(" id"))


def telling(zone: Zone, table: Table) -> list[str]:
    """Name the columns that a page shows unasked: all but those that say the same in every row."""
    shown = [column.name for column in open_columns(table) if column.name != "zone"]
    frame = open_rows(zone, table)
    if (frame["invented"] == zone.invented).all():
        shown.remove("invented")
    if "note" in shown and frame["note"].null_count() == frame.height:
        shown.remove("note")
    return shown


def column_cells(
    zone: Zone, table: Table, column: Column, frame: pl.DataFrame, place: Place, *, short: bool = True
) -> list[Cell]:
    """Write one column of some rows as cells."""
    language = place.language
    values: list[Value] = frame.get_column(column.name).to_list()
    if _is_measured(column):
        if _has_unit_beside(table, column):
            return [cells([value], column.unit, language)[0] for value in values]
        return cells(values, column.unit, language)
    if column.kind == "choice":
        said: dict[object, str] = {each.word: each.label.say(language) for each in column.choices}
        return cells([said.get(value, value) for value in values], "", language)
    if column.kind == "period":
        return cells(values, "period", language)
    if column.kind == "code":
        written = cells([_with_name(column.codes, value, language) for value in values], "", language)
        hint = PHRASES["chinese_name"].say(language)
        return [replace(cell, title=hint) if cell.lang == "zh-CN" else cell for cell in written]
    written = cells(values, "", language)
    if column.ref:
        return [
            _pointing(cell, column.ref, called, place)
            for cell, called in _named(zone, column, written, place)
        ]
    if column.kind == "url":
        written = [replace(cell, href=cell.text) if cell.kind == "text" else cell for cell in written]
    return [_shortened(cell) for cell in written] if short else written


def facts(zone: Zone, table: Table, frame: pl.DataFrame, place: Place) -> list[tuple[Fact, ...]]:
    """Give every value of some rows, with its meaning; what is hidden is named as hidden."""
    columns = open_columns(table)
    drawn = [
        _in_sentence(table, column, frame, place)
        if _is_measured(column)
        else column_cells(zone, table, column, frame, place, short=False)
        for column in columns
    ]
    return [
        tuple(
            Fact(column, heading(column).say(place.language), column.meaning.say(place.language), cell)
            for column, cell in zip(columns, row, strict=True)
        )
        for row in zip(*drawn, strict=True)
    ]


def source_named(zone: Zone, name: str) -> Source | None:
    """Find a document."""
    documents = open_rows(zone, TABLES["document"])
    if documents.filter(pl.col("document") == name).is_empty():
        return None
    return sources_of(documents, pl.DataFrame({"source": [name]}))[0]


def cited(zone: Zone, *frames: pl.DataFrame) -> tuple[Source, ...]:
    """Give the documents that some rows cite."""
    return sources_of(open_rows(zone, TABLES["document"]), *frames) if frames else ()


def any_invented(zone: Zone, *frames: pl.DataFrame) -> bool:
    """Tell whether anything in some rows is made up: the whole zone, or one row."""
    return zone.invented or any(bool(frame["invented"].any()) for frame in frames)


def age(day: date, today: date) -> Text:
    """Say how long ago a day was.

    Examples
    --------
    >>> age(date(2025, 5, 22), date(2026, 11, 22)).en
    '18 months ago'
    >>> age(date(2026, 11, 22), date(2026, 11, 22)).en
    'today'
    """
    days = (today - day).days
    if days < 0:
        return PHRASES["ahead"]
    if days == 0:
        return PHRASES["today"]
    for size, one, many in ((730, "", "years"), (61, "", "months"), (31, "month", ""), (2, "", "days")):
        if days >= size:
            number = {"years": days * 100 // 36525, "months": days * 1200 // 36525}.get(many, days)
            text = PHRASES[many or one]
            return Text(text.zh.format(n=number), text.en.format(n=number))
    return PHRASES["day"]


def is_stale(day: date, today: date) -> bool:
    """Tell whether facts of a day are old.

    Examples
    --------
    >>> is_stale(date(2025, 1, 1), date(2026, 11, 22)), is_stale(date(2026, 11, 1), date(2026, 11, 22))
    (True, False)
    """
    return (today - day).days > STALE_DAYS


def _in_sentence(table: Table, column: Column, frame: pl.DataFrame, place: Place) -> list[Cell]:
    # alone on its page a number has no heading that names its unit
    values: list[Value] = frame.get_column(column.name).to_list()
    units = frame.get_column("unit").to_list() if _has_unit_beside(table, column) else [None] * len(values)
    return [
        replace(
            cells([value], column.unit, place.language)[0],
            text=say(value, unit or column.unit, place.language),
        )
        for value, unit in zip(values, units, strict=True)
    ]


def _is_word(frame: pl.DataFrame, name: str, word: str) -> pl.Expr:
    column = pl.col(name)
    if word == UNKNOWN_WORD:
        return column.is_null()
    if frame.schema[name] == pl.Boolean:
        return column == (word == "true") if word in ("true", "false") else pl.lit(False)
    return column.cast(pl.String) == word


def _holds(zone: Zone, column: Column, text: str) -> pl.Expr | None:
    lower = text.lower()
    mine = pl.col(column.name)
    if column.kind == "choice":
        words = [
            each.word
            for each in column.choices
            if lower in f"{each.word}\n{each.label.zh}\n{each.label.en}".lower()
        ]
        return mine.is_in(words).fill_null(False)
    if column.dtype != pl.String() or column.name == "zone":
        return None
    found = mine.str.to_lowercase().str.contains(lower, literal=True)
    named = _name_column(column.ref)
    if named:
        behind = TABLES[column.ref]
        frame = open_rows(zone, behind)
        also = [name for name in (named, "name_en") if name in frame.columns]
        match = [pl.col(name).str.to_lowercase().str.contains(lower, literal=True) for name in also]
        ids = frame.filter(pl.any_horizontal(match)).get_column(behind.key[0])
        found = found | mine.is_in(ids.implode())
    return found.fill_null(False)


def _with_name(codes: str, code: Value, language: Language) -> Value:
    if not codes or not isinstance(code, str):
        return code
    try:
        return f"{code} {name_of(codes, code, language)}"
    except NoAnswer:
        # a code of an edition that is not shipped has no name here; it is shown as it is
        return code


def _name_column(ref: str) -> str:
    if not ref:
        return ""
    table = TABLES[ref]
    names = [column.name for column in open_columns(table)]
    if len(table.key) != 1 or table.key[0] not in names:
        return ""
    return next((name for name in ("name", "title") if name in names), "")


def _named(zone: Zone, column: Column, written: Sequence[Cell], place: Place) -> list[tuple[Cell, str]]:
    ids = [cell.text for cell in written if cell.kind == "text"]
    called = names(zone, column.ref, ids, place.language)
    return [(cell, called.get(cell.text, "") if cell.kind == "text" else "") for cell in written]


def _pointing(cell: Cell, ref: str, called: str, place: Place) -> Cell:
    if cell.kind == "unknown":
        return cell
    table = TABLES[ref]
    named = bool(called) or not _name_column(ref)
    text = called or cell.text
    # an id that no row has leads nowhere: it is shown, not linked
    href = _own_page(place, table, {table.key[0]: cell.text}) if named else ""
    return replace(
        _shortened(replace(cell, text=text)),
        href=href,
        title=cell.text if called else "",
        lang=language_of(text, place.language),
    )


def _own_page(place: Place, table: Table, key: Mapping[str, str]) -> str:
    if table.name == "firm":
        return firm_at(place, key["firm"])
    if table.name == "document":
        return source_at(place, key["document"])
    return row_at(place, table.name, key)


def _shortened(cell: Cell) -> Cell:
    if cell.kind != "text" or len(cell.text) <= _SHORT:
        return cell
    return replace(cell, text=cell.text[:_SHORT] + "…", title=cell.text)


def _is_measured(column: Column) -> bool:
    return column.kind in ("money", "count", "number", "rate")


def _has_unit_beside(table: Table, column: Column) -> bool:
    # a value whose unit stands in the next column has another unit, and so another size, in every row
    return column.kind == "number" and not column.unit and any(each.name == "unit" for each in table.columns)
