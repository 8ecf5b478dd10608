"""What each page shows: plain functions from a zone to small frozen records. Templates lay them out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from wutong.desk.web.address import (
    Place,
    State,
    problems_at,
    row_at,
    sorted_by,
    source_at,
    table_at,
    zone_at,
)
from wutong.desk.web.facts import (
    Choices,
    Fact,
    age,
    any_invented,
    choices,
    cited,
    column_cells,
    draw,
    earlier_rows,
    facts,
    hidden_columns,
    is_stale,
    key_of,
    names,
    only_people,
    open_columns,
    open_rows,
    rows_with_key,
    selected,
    source_named,
    telling,
)
from wutong.desk.web.words import PHRASES
from wutong.finding import Finding, Source
from wutong.report.numbers import THIN, beside, exact, file_unit, is_number, say, show, show_period
from wutong.report.table import INVENTED_COLUMN, Grid, Head, Sort, frame_finding, language_of
from wutong.words import Language, Text
from wutong.zone.catalogue import ROOMS, TABLES
from wutong.zone.cells import read_cells
from wutong.zone.faults import LEVELS, explain
from wutong.zone.load import Zone
from wutong.zone.schema import COMMON, Column, Table

ROWS_ON_A_PAGE = 50
"""Rows of a table that one page shows."""

_INVENTED = next(column for column in COMMON if column.name == "invented")
_ROWS_IN_PART = 12
_HEAD_NUMBERS = 5


@dataclass(frozen=True, slots=True)
class AsOf:
    """Since when something is known, and how long ago that is."""

    day: date
    age: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """How much of a table is known."""

    table: Table
    rows: int
    known: float | None
    problems: int
    left_out: int
    newest: date | None


@dataclass(frozen=True, slots=True)
class HeadNumber:
    """One published number, with the document behind it."""

    label: str
    scope: str
    text: str
    unit: str
    period: str
    grade: str
    href: str
    lang: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A zone on the start page."""

    id: str
    name: str
    about: str
    invented: bool
    href: str
    tables_href: str
    newest: AsOf | None
    licence: str
    counts: tuple[tuple[str, str, str], ...]
    numbers: tuple[HeadNumber, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, in the words of the reader."""

    table: str
    file: str
    place: str
    what: str
    now: str
    level: str
    kind: str
    kept: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Which rows of how many a page shows, and where the others are."""

    first: int
    last: int
    total: int
    page: int
    pages: int
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class TablePage:
    """A view of a table."""

    table: Table
    label: str
    meaning: str
    state: State
    grid: Grid
    pager: Pager
    whole: int
    choices: tuple[Choices, ...]
    columns: tuple[tuple[str, str, bool], ...]
    hidden: tuple[str, ...]
    only_people: bool
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    dictionary: tuple[tuple[str, str, str, str], ...]
    some_invented: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table on another page."""

    label: str
    meaning: str
    grid: Grid
    total: int
    href: str


@dataclass(frozen=True, slots=True)
class FirmPage:
    """All that is known of a firm."""

    id: str
    name: str
    lang: str
    answer: str
    facts: tuple[Fact, ...]
    source: Source | None
    as_of: AsOf | None
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    invented: bool
    some_invented: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a row, with its source."""

    current: bool
    facts: tuple[tuple[Fact, str], ...]
    source: Source | None
    source_id: str
    as_of: AsOf | None
    invented: bool


@dataclass(frozen=True, slots=True)
class RowPage:
    """A row and how it came to be known."""

    table: Table
    label: str
    title: str
    versions: tuple[Version, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A document and the rows that cite it."""

    source: Source
    lang: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    rows: int
    invented: bool
    some_invented: bool


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    """A part of the problems."""

    rows: tuple[Problem, ...]
    pager: Pager
    whole: int
    chosen: Mapping[str, str]
    tables: tuple[tuple[str, str, int], ...]
    levels: tuple[tuple[str, str, int], ...]
    kinds: tuple[tuple[str, str, int], ...]


def stands(zone: Zone) -> tuple[Stand, ...]:
    """Say of every table how much of it is known.

    The known share counts the table's own cells that may be shown, keys aside; it is None where there are none.
    """
    counted = dict(zone.problems.group_by("table").len().iter_rows())
    found = []
    for table in TABLES.values():
        whole = zone.tables[table.name]
        own = [column.name for column in open_columns(table) if column not in COMMON and not column.key]
        cells_there = whole.height * len(own)
        unknown = sum(whole.select(own).null_count().row(0)) if cells_there else 0
        newest = whole["as_of"].max()
        found.append(
            Stand(
                table,
                whole.height,
                1 - unknown / cells_there if cells_there else None,
                counted.get(table.name, 0),
                zone.left_out.get(table.name, 0),
                newest if isinstance(newest, date) else None,
            )
        )
    return tuple(found)


def card(zone: Zone, standing: Sequence[Stand], language: Language, today: date) -> Card:
    """Show a zone among others: what is known of it, in a few numbers that lead to their sources."""
    place = Place(language, zone.id)
    rows = {stand.table.name: stand.rows for stand in standing}
    newest = max((stand.newest for stand in standing if stand.newest), default=None)
    said = {key: PHRASES[key].say(language) for key in ("firms", "documents", "tables_filled", "problems")}
    filled = sum(1 for stand in standing if stand.rows)
    return Card(
        zone.id,
        zone.name.say(language),
        zone.settings.about.say(language),
        zone.invented,
        zone_at(place),
        f"{zone_at(place)}tables",
        _as_of(newest, today, language),
        zone.settings.licence,
        (
            (said["firms"], f"{rows['firm']:,}", table_at(place, "firm")),
            (said["documents"], f"{rows['document']:,}", table_at(place, "document")),
            (said["tables_filled"], f"{filled}/{len(standing)}", f"{zone_at(place)}tables"),
            (said["problems"], f"{zone.problems.height:,}", problems_at(place)),
        ),
        head_numbers(zone, language),
    )


def head_numbers(zone: Zone, language: Language, most: int = _HEAD_NUMBERS) -> tuple[HeadNumber, ...]:
    """Give the latest known value of the first few indicators, in the table's order; targets are no facts."""
    place = Place(language, zone.id)
    table = TABLES["indicator"]
    frame = open_rows(zone, table).filter(pl.col("value").is_not_null(), pl.col("measure") != "target")
    frame = frame.with_row_index("·").sort("period", descending=True, maintain_order=True)
    frame = frame.unique("indicator", keep="first", maintain_order=True).sort("·").head(most)
    grades = {source.id: source.grade for source in cited(zone, frame)}
    senses = {each.word: each.label.say(language) for each in table.column("sense").choices}
    english = language == "en"
    found = []
    for row in frame.iter_rows(named=True):
        label = row["name_en"] if english and row["name_en"] else row["name"]
        scope = row["scope_en"] if english and row["scope_en"] else row["scope"]
        unit = row["unit"] or ""
        sense = senses.get(row["sense"], "") if row["sense"] not in (None, "eq") else ""
        found.append(
            HeadNumber(
                label,
                scope or "",
                f"{sense}{THIN if sense else ''}{show(row['value'], '', language)}",
                unit,
                show_period(row["period"], language),
                grades.get(row["source"], ""),
                source_at(place, row["source"])
                if row["source"]
                else row_at(place, "indicator", key_of(table, row)),
                language_of(label, language),
                bool(row["invented"]) and not zone.invented,
            )
        )
    return tuple(found)


def table_page(
    zone: Zone, table: Table, state: State, place: Place, offered: tuple[Choices, ...] | None = None
) -> TablePage:
    """Show a view of a table.

    Parameters
    ----------
    zone, table, state, place
        What is looked at, and in which language.
    offered : tuple of Choices, optional
        What can be chosen from, where it is known already.
    """
    language = place.language
    frame = selected(zone, table, state)
    pages = max(1, -(-frame.height // ROWS_ON_A_PAGE))
    state = replace(state, page=min(state.page, pages))
    part = frame.slice((state.page - 1) * ROWS_ON_A_PAGE, ROWS_ON_A_PAGE)
    shown = _with_ends(table, state.columns) if state.columns else telling(zone, table)

    def head(column: Column, made: Head) -> Head:
        order: Sort = "" if state.sort != column.name else "descending" if state.down else "ascending"
        following = sorted_by(state, column.name, number=made.number)
        return replace(made, href=table_at(place, table.name, following), sort=order)

    problems = zone.problems.filter(pl.col("table") == table.name)
    return TablePage(
        table,
        table.label.say(language),
        table.meaning.say(language),
        state,
        draw(zone, table, part, place, columns=shown, head=head),
        pager_of(
            frame.height, state.page, lambda page: table_at(place, table.name, replace(state, page=page))
        ),
        zone.tables[table.name].height,
        choices(zone, table, language) if offered is None else offered,
        tuple(
            (column.name, column.label.say(language), column.name in shown)
            for column in open_columns(table)
            if column.name != "zone"
        ),
        tuple(column.label.say(language) for column in hidden_columns(table)),
        only_people(table),
        cited(zone, part),
        tuple(_problem(row, language) for row in problems.head(_ROWS_IN_PART).iter_rows(named=True)),
        problems.height,
        tuple(
            (
                column.label.say(language),
                column.name,
                column.meaning.say(language),
                file_unit(column.unit).say(language),
            )
            for column in open_columns(table)
        ),
        any_invented(zone, part),
    )


def firm_page(zone: Zone, firm: str, place: Place, today: date) -> FirmPage | None:
    """Show all that is known of a firm; None where there is no such firm."""
    language = place.language
    table = TABLES["firm"]
    own = open_rows(zone, table).filter(pl.col("firm") == firm)
    if own.is_empty():
        return None
    parts, frames = [], [own]
    # what the firm did comes before what it is called or said to plan
    for other in sorted(TABLES.values(), key=lambda each: each.name != "firm_year"):
        pointing = [column.name for column in open_columns(other) if column.ref == "firm"]
        if other.name == "firm" or not pointing or only_people(other):
            continue
        rows = open_rows(zone, other).filter(pl.any_horizontal(pl.col(name) == firm for name in pointing))
        if rows.is_empty():
            continue
        if "period" in rows.columns:
            rows = rows.sort("period", descending=True, nulls_last=True, maintain_order=True)
        frames.append(rows)
        telling_here = [name for name in telling(zone, other) if pointing != [name]]
        parts.append(_part(zone, other, rows, place, State(where=((pointing[0], firm),)), telling_here))
    name = names(zone, "firm", [firm], language).get(firm, firm)
    count, tables, documents = sum(frame.height for frame in frames), len(frames), len(cited(zone, *frames))
    answer = Text(
        f"{count:,} 行记录，分布在 {tables} 张表中，出自 {documents} 份文件。",
        f"{_many(count, 'row')} in {_many(tables, 'table')}, read in {_many(documents, 'document')}.",
    )
    return FirmPage(
        firm,
        name,
        language_of(name, language),
        answer.say(language),
        tuple(fact for fact in facts(zone, table, own.head(1), place)[0] if fact.column.name != "zone"),
        source_named(zone, own["source"][0]) if own["source"][0] is not None else None,
        _as_of(own["as_of"][0], today, language),
        tuple(parts),
        cited(zone, *frames),
        any_invented(zone, own),
        any_invented(zone, *frames),
    )


def row_page(zone: Zone, table: Table, key: Mapping[str, str], place: Place, today: date) -> RowPage | None:
    """Show a row with its exact values, source and earlier versions; None where there is no such row."""
    language = place.language
    now = rows_with_key(open_rows(zone, table), table, key)
    before = rows_with_key(earlier_rows(zone, table), table, key).sort("as_of", descending=True)
    if now.is_empty() and before.is_empty():
        return None
    versions = []
    for frame, current in ((now, True), (before, False)):
        for row, said in zip(frame.iter_rows(named=True), facts(zone, table, frame, place), strict=True):
            source = row["source"]
            versions.append(
                Version(
                    current,
                    tuple(
                        (fact, _in_full(row[fact.column.name], fact.column, language))
                        for fact in said
                        if fact.column.name != "zone"
                    ),
                    source_named(zone, source) if source is not None else None,
                    source or "",
                    _as_of(row["as_of"], today, language),
                    bool(row["invented"]),
                )
            )
    first = now if now.height else before
    title = [
        column_cells(zone, table, column, first.head(1), place)[0].text
        for column in open_columns(table)
        if column.key
    ]
    return RowPage(
        table,
        table.label.say(language),
        " · ".join(title),
        tuple(versions),
        tuple(column.label.say(language) for column in hidden_columns(table)),
    )


def source_page(zone: Zone, document: str, place: Place) -> SourcePage | None:
    """Show a document and every row that cites it; None where there is no such document."""
    source = source_named(zone, document)
    if source is None:
        return None
    table = TABLES["document"]
    own = open_rows(zone, table).filter(pl.col("document") == document)
    parts, frames = [], [own]
    for other in TABLES.values():
        rows = open_rows(zone, other).filter(pl.col("source") == document)
        if other.name == "document":
            rows = rows.filter(pl.col("document") != document)
        if rows.height:
            frames.append(rows)
            state = State(where=(("source", document),))
            wanted = [name for name in telling(zone, other) if name != "source"]
            parts.append(_part(zone, other, rows, place, state, wanted))
    return SourcePage(
        source,
        language_of(source.title, place.language),
        tuple(fact for fact in facts(zone, table, own.head(1), place)[0] if fact.column.name != "zone"),
        tuple(parts),
        sum(part.total for part in parts),
        any_invented(zone, own),
        any_invented(zone, *frames),
    )


def problems_page(zone: Zone, asked: Mapping[str, str], page: int, place: Place) -> ProblemsPage:
    """Show the problems of some tables, effects or kinds."""
    language = place.language
    chosen = {name: word for name, word in asked.items() if name in ("table", "level", "kind") and word}
    frame = problems_of(zone, chosen)
    pages = max(1, -(-frame.height // ROWS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    part = frame.slice((page - 1) * ROWS_ON_A_PAGE, ROWS_ON_A_PAGE)

    def counted(name: str) -> list[tuple[str, int]]:
        rows = zone.problems.group_by(name).len().sort("len", name, descending=[True, False])
        return [(word, count) for word, count in rows.iter_rows() if word]

    labels = {str(level): text.say(language) for level, text in LEVELS.items()}
    return ProblemsPage(
        tuple(_problem(row, language) for row in part.iter_rows(named=True)),
        pager_of(frame.height, page, lambda to: problems_at(place, {**chosen, "page": str(to)})),
        zone.problems.height,
        chosen,
        tuple((word, TABLES[word].label.say(language), count) for word, count in counted("table")),
        tuple((word, labels.get(word, word), count) for word, count in counted("level")),
        tuple((word, explain(word, "…", "…", "…", language)[0], count) for word, count in counted("kind")),
    )


def problems_of(zone: Zone, chosen: Mapping[str, str]) -> pl.DataFrame:
    """Give the problems of some tables, effects or kinds."""
    return zone.problems.filter(pl.lit(True), *(pl.col(name) == word for name, word in chosen.items()))


def problems_finding(zone: Zone, chosen: Mapping[str, str], language: Language) -> Finding:
    """Give the list of problems as a Finding, for its file.

    A problem is marked invented where the row that was left out says so, and where its table holds a row that is:
    which one had the fault is no longer known, and what may be made up is not passed off as a fact.
    """
    frame = problems_of(zone, chosen)
    rows = [_problem(row, language) for row in frame.iter_rows(named=True)]
    marks = _invented_problems(zone, frame)
    fields = ("table", "file", "place", "what", "now", "level", "kept")
    table = pl.DataFrame(
        {name: [getattr(row, name) for row in rows] for name in fields},
        schema=dict.fromkeys(fields, pl.String),
    ).with_columns(pl.Series("invented", marks, dtype=pl.Boolean))
    labels = {name: PHRASES["where" if name == "place" else name] for name in fields}
    labels["invented"] = INVENTED_COLUMN
    return frame_finding(
        f"{zone.id}-problems",
        PHRASES["problems_title"],
        table,
        labels,
        {},
        invented=zone.invented or any(marks),
    )


def view_finding(zone: Zone, table: Table, state: State, language: Language, *, words: bool) -> Finding:
    """Give a view of a table as a Finding, for its files.

    Parameters
    ----------
    zone, table, state
        The view.
    language : {"zh", "en"}
        Whose words are used.
    words : bool
        Whether choices are written in a reader's words; otherwise as they are stored.

    Returns
    -------
    Finding
        Whatever the columns chosen, its last says of each row whether it is invented; it is invented itself where one
        row of the view is.
    """
    frame = selected(zone, table, state)
    columns = [table.column(name) for name in _with_ends(table, state.columns)] if state.columns else None
    columns = columns or list(open_columns(table))
    if all(column.name != "invented" for column in columns):
        columns.append(table.column("invented"))
    expressions = []
    for column in columns:
        expression = pl.col(column.name)
        if words and column.kind == "choice":
            # a sign such as = would be read back as a formula: its word stays as it is stored
            labels = {each.word: each.label.say(language) for each in column.choices}
            expression = expression.replace(
                {word: text for word, text in labels.items() if text[0].isalnum()}
            )
        elif words and column.kind == "flag":
            yes, no = PHRASES["yes"].say(language), PHRASES["no"].say(language)
            expression = pl.when(expression).then(pl.lit(yes)).when(~expression).then(pl.lit(no))
        expressions.append(expression.alias(column.name))
    notes = "" if not hidden_columns(table) else PHRASES["personal_note"]
    made = frame_finding(
        f"{zone.id}-{table.name}",
        Text(f"{zone.name.zh} · {table.label.zh}", f"{zone.name.en} · {table.label.en}"),
        frame.select(expressions),
        {column.name: column.label for column in columns},
        {column.name: column.unit for column in columns},
        sources=cited(zone, frame),
        invented=any_invented(zone, frame),
        rows_left_out=zone.left_out.get(table.name, 0),
    )
    return replace(made, answer=table.meaning, caveats=(notes,) if isinstance(notes, Text) else ())


def _as_of(day: date | None, today: date, language: Language) -> AsOf | None:
    return AsOf(day, age(day, today).say(language), is_stale(day, today)) if day else None


def _invented_problems(zone: Zone, problems: pl.DataFrame) -> list[bool]:
    held = {
        name: any_invented(zone, frame, zone.earlier[name])
        for name, frame in zone.tables.items()
        if name in set(problems["table"])
    }
    said = [_said_invented(kept) for kept in problems["kept"]]
    words = pl.Series(sorted(set().union(*said)), dtype=pl.String)
    # a word that is neither yes nor no vouches for nothing
    made_up = set(words.filter(read_cells(_INVENTED, words).values.fill_null(True)))
    return [
        zone.invented or held.get(table, False) or bool(own & made_up)
        for table, own in zip(problems["table"], said, strict=True)
    ]


def _said_invented(kept: str | None) -> set[str]:
    """Give what a row that was left out says of whether it is invented, as it is written there."""
    if not kept:
        return set()
    try:
        row = json.loads(kept)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        # a line that could not be cut into cells is kept as it stood, and says nothing of itself
        return set()
    called = (_INVENTED.name, _INVENTED.label.zh, _INVENTED.label.en)
    return {
        str(word) for heading, word in row.items() if word not in (None, "") and heading.strip() in called
    }


def rooms(standing: Sequence[Stand]) -> tuple[tuple[Text, tuple[Stand, ...]], ...]:
    """Sort tables by the part of the dictionary in which they stand."""
    return tuple(
        (label, tuple(stand for stand in standing if stand.table.room == room))
        for room, label in ROOMS.items()
    )


def _part(
    zone: Zone, table: Table, rows: pl.DataFrame, place: Place, state: State, wanted: Sequence[str]
) -> Part:
    return Part(
        table.label.say(place.language),
        table.meaning.say(place.language),
        draw(zone, table, rows.head(_ROWS_IN_PART), place, columns=wanted, link_numbers=True),
        rows.height,
        table_at(place, table.name, state),
    )


def _with_ends(table: Table, chosen: Sequence[str]) -> list[str]:
    # the key says which row it is and the source where it is from: a view keeps both
    keys = [column.name for column in open_columns(table) if column.key]
    wanted = {*keys, *chosen, "as_of", "source"}
    return [column.name for column in open_columns(table) if column.name in wanted]


def page_number(asked: str) -> int:
    """Read which page an address asks for; the first where it says none.

    Examples
    --------
    >>> page_number("3"), page_number("x"), page_number("")
    (3, 1, 1)
    """
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def pager_of(total: int, page: int, at: Callable[[int], str]) -> Pager:
    """Say which rows a page shows; a page beyond the last is the last."""
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * ROWS_ON_A_PAGE
    return Pager(
        min(first + 1, total),
        min(first + ROWS_ON_A_PAGE, total),
        total,
        page,
        pages,
        at(page - 1) if page > 1 else "",
        at(page + 1) if page < pages else "",
    )


def _problem(row: Mapping[str, object], language: Language) -> Problem:
    table = TABLES.get(str(row["table"] or ""))
    column = str(row["column"] or "")
    secret = _is_secret(table, row)
    hidden = PHRASES["hidden"].say(language)
    found = hidden if secret else str(row["found"] if row["found"] is not None else "")
    # of a whole row only the number of the other row is told; what a value should be like could give it away
    expected = hidden if secret and row["level"] != "row" else str(row["expected"] or "")
    label = (
        next((each.label.say(language) for each in table.columns if each.name == column), column)
        if table
        else column
    )
    what, now = explain(str(row["kind"]), found, expected, label, language)
    said = {name: PHRASES[name].say(language) for name in ("sheet", "row", "column")}
    place = [
        f"{said[name]} {word}"
        for name, word in (("sheet", row["sheet"]), ("row", row["row"]), ("column", label))
        if word not in (None, "")
    ]
    level = next(
        (text.say(language) for name, text in LEVELS.items() if name == row["level"]), str(row["level"])
    )
    kept = str(row["kept"] or "")
    if kept and (table is None or hidden_columns(table)):
        kept = hidden
    return Problem(
        table.label.say(language) if table else "",
        str(row["file"] or ""),
        PHRASES["comma"].say(language).join(place),
        what,
        now,
        level,
        str(row["kind"]),
        kept,
    )


def _is_secret(table: Table | None, row: Mapping[str, object]) -> bool:
    """Tell whether what was found may tell something of a person.

    In a table about people only the fault of one value in an open column is told: a fault of a whole row holds its
    key, and with it the person. Of a file that is no table of ours nobody knows what its rows say.
    """
    if table is None:
        return row["level"] == "row"
    if not hidden_columns(table):
        return False
    one_value = row["level"] == "value" or row["kind"] == "unknown_reference"
    return not one_value or row["column"] not in {each.name for each in open_columns(table)}


def _in_full(value: object, column: Column, language: Language) -> str:
    if not is_number(value) or not isinstance(value, int | float):
        return ""
    full = exact(value, column.unit)
    unit = file_unit(column.unit).say(language)
    digits, _, rest = full.partition(".")
    grouped = f"{int(digits):,}" if digits.lstrip("-").isdigit() else digits
    # the narrow space of Chinese text stands here in both languages: the unit keeps to its number in a narrow cell
    written = beside(f"{grouped}{'.' + rest if rest else ''}", unit)
    return "" if written == say(value, column.unit, language) else written


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
