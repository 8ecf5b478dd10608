"""The catalogue of measures: searched, filtered, sorted, counted, and as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from wutong.desk.web.address import UNKNOWN_WORD, Place, State, measure_at, measures_at, sorted_by
from wutong.desk.web.measure_words import code
from wutong.desk.web.pages import Pager, pager_of
from wutong.desk.web.words import PHRASES
from wutong.finding import Finding
from wutong.policy.edition import Edition
from wutong.policy.measure import Measure
from wutong.policy.shelf import Fault, Shelf
from wutong.report.table import Cell, Grid, Head, Sort, frame_finding, language_of
from wutong.words import Language, Text
from wutong.zone.load import Zone

SHAPE: Final = "example of a shape"
"""Status of a measure that shows how rules are written elsewhere and is no policy here."""

COLUMNS: Final[Mapping[str, Text]] = {
    "measure": PHRASES["measure_id"],
    "title": PHRASES["measure_title"],
    "aspect": PHRASES["aspect"],
    "package": PHRASES["package"],
    "subject": PHRASES["subject"],
    "status": PHRASES["status"],
    "place": PHRASES["place"],
    "year": PHRASES["measure_year"],
    "grade": PHRASES["grade"],
}
"""Columns of the catalogue, by which it is sorted and filtered."""

CHOSEN: Final = ("aspect", "package", "status", "subject")
_CODED: Final = ("subject", "status", "grade")
_IN_FILES: Final[Mapping[str, Text]] = {
    "title_zh": Text("中文名称", "Title in Chinese"),
    "title_en": Text("英文名称", "Title in English"),
    "document": Text("文件", "Document"),
    "article": PHRASES["article"],
    "url": PHRASES["address"],
    "read_on": PHRASES["read_on"],
    "from": Text("有效期自", "In force from"),
    "to": Text("有效期至", "In force to"),
    "editions": Text("版数", "Editions"),
    "examples": Text("例子数", "Examples"),
    "file": PHRASES["measure_file"],
}


@dataclass(frozen=True, slots=True)
class Option:
    """One word by which the catalogue can be filtered, and how many measures have it."""

    word: str
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that could not be read, in the words of the reader."""

    file: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A view of the catalogue."""

    state: State
    grid: Grid
    pager: Pager
    whole: int
    choices: tuple[tuple[str, str, tuple[Option, ...]], ...]
    by_aspect: tuple[Option, ...]
    by_package: tuple[Option, ...]
    broken: tuple[Broken, ...]
    answer: str
    shapes: bool
    invented: bool
    held_together: bool


def catalogue(shelf: Shelf) -> pl.DataFrame:
    """Give the measures of a shelf as a table, one row each; ``text`` is what a search looks through."""
    rows = [_catalogued(measure) for measure in shelf.measures]
    dtypes = {"year": pl.Int64(), "editions": pl.Int64(), "examples": pl.Int64()}
    dates = {name: pl.Date() for name in ("read_on", "from", "to")}
    names = ("measure", *_IN_FILES, *COLUMNS, "place_zh", "place_en", "text")
    schema = {name: dtypes.get(name) or dates.get(name) or pl.String() for name in names if name != "title"}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _catalogued(measure: Measure) -> dict[str, object]:
    origin = latest(measure).origin
    starts = [one.force.start for one in measure.editions if one.force]
    ends = [one.force.end if one.force else None for one in measure.editions]
    known_ends = [end for end in ends if end is not None]
    sentences = [
        text
        for edition in measure.editions
        for one in edition.conditions
        for text in (one.says.zh, one.says.en)
    ]
    labels = [text for field in measure.given.values() for text in (field.label.zh, field.label.en)]
    said = [measure.id, measure.title.zh, measure.title.en, measure.aspect, measure.package]
    said += [measure.place.zh, measure.place.en, origin.document, origin.article, *sentences, *labels]
    return {
        "measure": measure.id,
        "title_zh": measure.title.zh,
        "title_en": measure.title.en,
        "document": origin.document,
        "article": origin.article or None,
        "url": origin.url or None,
        "read_on": origin.read_on,
        "from": min(starts) if len(starts) == len(measure.editions) else None,
        "to": max(known_ends) if len(known_ends) == len(measure.editions) else None,
        "editions": len(measure.editions),
        "examples": len(measure.examples),
        "file": measure.file,
        "aspect": measure.aspect,
        "package": measure.package or None,
        "subject": measure.subject,
        "status": measure.status,
        "place_zh": measure.place.zh,
        "place_en": measure.place.en,
        "year": measure.year,
        "grade": origin.grade,
        "text": "\n".join(said).lower(),
    }


def latest(measure: Measure) -> Edition:
    """The edition that began last; its source stands for the measure."""
    return max(measure.editions, key=lambda one: one.force.start if one.force else date.min)


def chosen(frame: pl.DataFrame, state: State, language: Language) -> pl.DataFrame:
    """Give the rows of a view in their order, with ``title`` and ``place`` in a reader's language."""
    frame = frame.with_columns(
        pl.col(f"title_{language}").alias("title"), pl.col(f"place_{language}").alias("place")
    )
    for name, word in state.where:
        column = pl.col(name).cast(pl.String)
        frame = frame.filter(column.is_null() if word == UNKNOWN_WORD else column == word)
    if state.text:
        frame = frame.filter(pl.col("text").str.contains(state.text.lower(), literal=True))
    if state.sort:
        frame = frame.sort(state.sort, descending=state.down, nulls_last=True, maintain_order=True)
    return frame


def catalogue_page(shelf: Shelf, state: State, place: Place) -> CataloguePage:
    """Show a view of the catalogue of measures."""
    language = place.language
    whole = catalogue(shelf)
    frame = chosen(whole, state, language)
    pager = pager_of(frame.height, state.page, lambda page: measures_at(place, replace(state, page=page)))
    state = replace(state, page=pager.page)
    part = frame.slice(max(pager.first - 1, 0), pager.last - pager.first + 1 if frame.height else 0)

    def options(name: str) -> tuple[Option, ...]:
        return _options(whole, name, place)

    return CataloguePage(
        state,
        _grid(part, state, place),
        pager,
        whole.height,
        tuple((name, COLUMNS[name].say(language), options(name)) for name in CHOSEN),
        options("aspect"),
        options("package"),
        tuple(_broken(fault, language) for fault in shelf.faults),
        _answer(whole, language),
        has_shapes(shelf),
        is_invented(shelf),
        shelf.book is not None or not shelf.measures,
    )


def has_shapes(shelf: Shelf) -> bool:
    """Tell whether measures of other places stand among them, as examples of shapes."""
    return any(measure.status == SHAPE for measure in shelf.measures)


def about(measure: Measure, language: Language) -> str:
    """Say what a reader must know of a measure wherever it is named: its status, place, year and grade."""
    grade = latest(measure).origin.grade
    graded = f"{PHRASES['grade'].say(language)} {word_of('grade', grade, language)}"
    year = str(measure.year) if measure.year else ""
    parts = (word_of("status", measure.status, language), measure.place.say(language), year, graded)
    return " · ".join(part for part in parts if part)


def is_invented(shelf: Shelf) -> bool:
    """Tell whether the rulebook says of itself that it is made up."""
    return shelf.book is not None and shelf.book.invented


def _answer(whole: pl.DataFrame, language: Language) -> str:
    counts = dict(whole.group_by("status").len().iter_rows())
    said = Text(
        "、".join(f"{code('status', word).zh} {count}" for word, count in sorted(counts.items())),
        ", ".join(f"{count} {code('status', word).en}" for word, count in sorted(counts.items())),
    )
    return Text(
        f"共 {whole.height} 条{f'：{said.zh}' if counts else ''}。",
        f"Measures: {whole.height:,}{f' ({said.en})' if counts else ''}.",
    ).say(language)


def _options(whole: pl.DataFrame, name: str, place: Place) -> tuple[Option, ...]:
    counted = whole.group_by(name).len().sort("len", name, descending=[True, False], nulls_last=True)
    found = []
    for word, count in counted.iter_rows():
        label = (
            PHRASES["no_package"].say(place.language) if word is None else word_of(name, word, place.language)
        )
        asked = UNKNOWN_WORD if word is None else word
        found.append(Option(asked, label, count, measures_at(place, State(where=((name, asked),)))))
    # what is not known comes last, however often it stands there
    return tuple(sorted(found, key=lambda one: one.word == UNKNOWN_WORD))


def word_of(name: str, word: str, language: Language) -> str:
    """What a value of a column is called."""
    return code(name, word).say(language) if name in _CODED else word


def _grid(frame: pl.DataFrame, state: State, place: Place) -> Grid:
    heads, language = [], place.language
    for name, label in COLUMNS.items():
        number = name == "year"
        order: Sort = "" if state.sort != name else "descending" if state.down else "ascending"
        following = sorted_by(state, name, number=number)
        heads.append(
            Head(name, label.say(language), number=number, href=measures_at(place, following), sort=order)
        )
    rows = []
    for row in frame.iter_rows(named=True):
        href = measure_at(place, row["measure"])
        rows.append(
            tuple(
                Cell(PHRASES["unknown"].say(language), "unknown")
                if row[name] is None
                else _cell(name, row[name], href if name in ("measure", "title") else "", language)
                for name in COLUMNS
            )
        )
    return Grid(tuple(heads), tuple(rows))


def _cell(name: str, value: object, href: str, language: Language) -> Cell:
    text = word_of(name, str(value), language)
    # an id is no word of any language; a year is a number by which rows are aligned
    lang = "" if name in ("measure", "year") else language_of(text, language)
    return Cell(text, "number" if name == "year" else "text", href=href, lang=lang)


def _broken(fault: Fault, language: Language) -> Broken:
    said = PHRASES["line_column" if fault.column else "line"].say(language) if fault.line else ""
    place = said.format(n=fault.line, c=fault.column)
    return Broken(
        fault.file,
        PHRASES["comma"].say(language).join(filter(None, (fault.clause, place))),
        fault.what.say(language),
    )


def catalogue_finding(zone: Zone, shelf: Shelf, state: State, language: Language, *, words: bool) -> Finding:
    """Give a view of the catalogue as a Finding, for its files; each row has its status, place, year and grade.

    Parameters
    ----------
    zone, shelf, state
        The view.
    language : {"zh", "en"}
        Whose words are used.
    words : bool
        Whether codes are written in a reader's words; otherwise as they stand in the files.
    """
    frame = chosen(catalogue(shelf), state, language)
    expressions = [
        pl.col(name).replace_strict(
            {word: word_of(name, word, language) for word in frame[name].unique()}, default=None
        )
        if words and name in _CODED
        else pl.col(name)
        for name in (*COLUMNS, *_IN_FILES)
    ]
    table = frame.select(expressions) if frame.height else frame.select(*COLUMNS, *_IN_FILES)
    shapes = bool((frame["status"] == SHAPE).any())
    made = frame_finding(
        f"{zone.id}-measures",
        Text(f"{zone.name.zh} · 措施", f"{zone.name.en} · Measures"),
        table,
        {**COLUMNS, **_IN_FILES},
        {"year": "number", "editions": "number", "examples": "number"},
        invented=zone.invented or is_invented(shelf),
    )
    return replace(made, caveats=(PHRASES["shapes_note"],) if shapes else ())
