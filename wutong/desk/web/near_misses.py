"""Near misses of a zone on pages: who fails a measure by one number and by little, and what meeting it would be worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from wutong.desk.web.address import Place, firm_at, firm_measures_at, near_at, row_at
from wutong.desk.web.beneficiaries import clause_names
from wutong.desk.web.catalogue import about, has_shapes, is_invented, latest
from wutong.desk.web.facts import names
from wutong.desk.web.measure_words import code
from wutong.desk.web.pages import Pager, pager_of
from wutong.desk.web.words import PHRASES
from wutong.desk.web.worked import WorkedOut
from wutong.finding import Finding, Source
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.near import near
from wutong.policy.near_together import gained
from wutong.policy.prose import quantity
from wutong.policy.rulebook import Rulebook
from wutong.policy.shelf import Shelf
from wutong.policy.subjects import value_in
from wutong.report.numbers import Value, scale
from wutong.report.table import Cell, Grid, Head, cells, frame_finding, language_of
from wutong.words import Language, Text
from wutong.zone.load import Zone

KINDS: Final = ("firm", "project")
"""Subjects that are listed; persons are not."""

_MOVED: Final[Mapping[str, Text]] = {
    "past": Text("以前年度，已不能改变", "of a year before, no longer to be changed")
}
_OTHERS: Final[Mapping[str, Text]] = {"met": Text("满足", "met"), "unknown": Text("未知", "not known")}


@dataclass(frozen=True, slots=True)
class NearPage:
    """Some near misses."""

    answer: str
    grid: Grid
    pager: Pager
    whole: int
    measures: tuple[tuple[str, str, int], ...]
    chosen: Mapping[str, str]
    about: str
    sources: tuple[Source, ...]
    invented: bool


def near_of(book: Rulebook, worked: WorkedOut) -> pl.DataFrame:
    """Find the near misses of firms and projects, as ``wutong.policy.near`` has them, with ``more``: what the firm gains in all."""
    subjects = {kind: table for kind, table in worked.subjects.items() if kind in KINDS}
    found = near(book, subjects)
    ours = worked.outcomes.filter(pl.col("kind").is_in(KINDS))
    return found.with_columns(gained(book, subjects, ours, found, worked.on.year))


def chosen_of(found: pl.DataFrame, asked: Mapping[str, str]) -> pl.DataFrame:
    """Keep the near misses of one measure, or of one firm with its projects."""
    for name in ("measure", "firm"):
        if asked.get(name):
            found = found.filter(pl.col(name) == asked[name])
    return found


def near_page(
    zone: Zone,
    book: Rulebook,
    worked: WorkedOut,
    found: pl.DataFrame,
    asked: Mapping[str, str],
    page: int,
    place: Place,
) -> NearPage:
    """Show near misses.

    Parameters
    ----------
    zone, book, worked
        What is looked at.
    found : polars.DataFrame
        What ``near_of`` gave.
    asked : mapping of str to str
        ``measure`` and ``firm``, to look at theirs alone, and the day.
    page : int
        Which page of the list.
    place : Place
        Zone and language of the page.
    """
    language = place.language
    chosen = {name: word for name, word in asked.items() if name in ("measure", "firm", "on") and word}
    rows = chosen_of(found, chosen)
    pager = pager_of(rows.height, page, lambda to: near_at(place, {**chosen, "page": str(to)}))
    measures = {one.id: one for one in book.measures}
    counts = found.group_by("measure", maintain_order=True).len()
    one = measures.get(chosen.get("measure", ""))
    facts = [worked.facts[kind] for kind in KINDS if kind in worked.facts]
    return NearPage(
        _answer(rows).say(language),
        near_grid(
            zone,
            book,
            rows.slice(max(pager.first - 1, 0), pager.last - pager.first + 1 if rows.height else 0),
            place,
        ),
        pager,
        found.height,
        tuple(
            (name, f"{name} {measures[name].title.say(language)}", count)
            for name, count in counts.iter_rows()
        ),
        chosen,
        about(one, language) if one else "",
        tuple({source.id: source for each in facts for source in each.sources}.values()),
        zone.invented or any(each.invented for each in facts),
    )


def _answer(rows: pl.DataFrame) -> Text:
    if rows.is_empty():
        return PHRASES["near_none"]
    text, values = (
        PHRASES["near_answer"],
        {
            "n": rows.height,
            "subjects": rows["subject"].n_unique(),
            "measures": rows["measure"].n_unique(),
            "met": int((rows["others"] == "met").sum()),
        },
    )
    return Text(text.zh.format(**values), text.en.format(**values))


def near_grid(zone: Zone, book: Rulebook, rows: pl.DataFrame, place: Place) -> Grid:
    """Draw near misses: who, of which measure, by what, from what to what, and what it is worth."""
    language = place.language
    measures = {one.id: one for one in book.measures}
    called = {
        kind: names(zone, kind, rows.filter(kind=kind)["subject"].to_list(), language) for kind in KINDS
    }
    worth: list[Value] = rows["worth"].to_list()
    how = scale(worth, "fen")
    more: list[Value] = rows["more"].to_list()
    gain = scale(more, "fen")
    lacking: list[Value] = rows["lacking"].to_list()
    unit = how.label.say(language) if rows.height else ""
    heads = (
        Head("subject", PHRASES["subject"].say(language)),
        Head("measure", PHRASES["measures"].say(language)),
        Head("worth", PHRASES["near_worth"].say(language), unit, True),
        Head(
            "more", PHRASES["near_more"].say(language), gain.label.say(language) if rows.height else "", True
        ),
        Head("lacking", PHRASES["near_lacking"].say(language), number=True),
        Head("what", PHRASES["near_what"].say(language)),
        Head("fact", PHRASES["near_fact"].say(language)),
        Head("now", PHRASES["near_value"].say(language)),
        Head("needed", PHRASES["near_needed"].say(language)),
        Head("others", PHRASES["near_others"].say(language)),
        Head("moved_by", PHRASES["near_moved_by"].say(language)),
        Head("about", PHRASES["measure_source"].say(language)),
    )
    made = []
    for row, money, in_all, share in zip(
        rows.iter_rows(named=True),
        cells(worth, "fen", language, by=how),
        cells(more, "fen", language, by=gain),
        cells(lacking, "1", language),
        strict=True,
    ):
        measure = measures[row["measure"]]
        field = book.fields.get(row["fact"] or "")
        made.append(
            (
                _subject(row, called, place),
                _text(
                    f"{measure.id} {measure.title.say(language)}", language,
                    href=firm_measures_at(place, row["firm"], measure.id) + _own(row),
                ),
                money,
                in_all,
                share,
                _text(what_of(row, measure).say(language), language),
                _text(field.label.say(language) if field else "", language),
                _text(_held(row["now"], field).say(language), language),
                _text(_held(row["needed"], field).say(language), language),
                _text(_OTHERS.get(row["others"], Text(row["others"], row["others"])).say(language), language),
                _text(_moved(row["moved_by"]).say(language), language),
                _text(_brief(measure, language), language),
            )
        )  # fmt: skip
    return Grid(heads, tuple(made))


def _brief(measure: Measure, language: Language) -> str:
    """Place, year and grade in few letters, so that a row stays one line."""
    grade = code("grade", latest(measure).origin.grade).say(language)
    return " · ".join(filter(None, (measure.place.say(language), str(measure.year or ""), grade)))


def _own(row: Mapping[str, str]) -> str:
    return f"?project={row['subject']}" if row["kind"] == "project" else ""


def _text(text: str, language: Language, *, href: str = "") -> Cell:
    return Cell(text, lang=language_of(text, language), href=href)


def _subject(row: Mapping[str, str], called: Mapping[str, Mapping[str, str]], place: Place) -> Cell:
    kind, name = row["kind"], row["subject"]
    text = called[kind].get(name, name)
    href = firm_at(place, name) if kind == "firm" else row_at(place, kind, {kind: name})
    return _text(text, place.language, href=href)


def what_of(row: Mapping[str, str], measure: Measure) -> Text:
    """What fails: the clause, and what it compares where that says more."""
    clause = clause_names(measure).get(row["clause"], Text(row["clause"], row["clause"]))
    return Text(f"{clause.zh}（{row['what']}）", f"{clause.en} ({row['what_en']})")


def _held(held: object, field: Field | None) -> Text:
    if field is None or not isinstance(held, int):
        return Text("", "")
    return quantity(value_in(held, field), field.type)


def _moved(word: str) -> Text:
    if not word:
        return Text("", "")
    return _MOVED.get(word) or code("moved_by", word)


def near_finding(
    zone: Zone, shelf: Shelf, book: Rulebook, worked: WorkedOut, rows: pl.DataFrame, language: Language
) -> Finding:
    """Give near misses as a Finding, for its files; each row says what its measure is."""
    measures = {one.id: one for one in book.measures}
    fields = book.fields

    def said(name: str, texts: list[str | None]) -> pl.Series:
        return pl.Series(name, [text or None for text in texts], dtype=pl.String)

    records = rows.to_dicts()
    called = {
        kind: names(zone, kind, rows.filter(kind=kind)["subject"].to_list(), language) for kind in KINDS
    }
    own = [measures[row["measure"]] for row in records]
    table = rows.select(
        "subject", "firm", "kind", "measure", "clause", "lacking", "worth", "more"
    ).with_columns(
        said("name", [called[row["kind"]].get(row["subject"]) for row in records]),
        said("what", [what_of(row, one).say(language) for row, one in zip(records, own, strict=True)]),
        said("fact", [fields[row["fact"]].label.say(language) if row["fact"] else None for row in records]),
        said("now", [_held(row["now"], fields.get(row["fact"] or "")).say(language) for row in records]),
        said(
            "needed", [_held(row["needed"], fields.get(row["fact"] or "")).say(language) for row in records]
        ),
        said("others", [_OTHERS.get(row["others"], Text("", "")).say(language) for row in records]),
        said("moved_by", [_moved(row["moved_by"]).say(language) for row in records]),
        said("title", [one.title.say(language) for one in own]),
        said("status", [code("status", one.status).say(language) for one in own]),
        said("place", [one.place.say(language) for one in own]),
        pl.Series("year", [one.year for one in own], dtype=pl.Int64),
        said("grade", [code("grade", latest(one).origin.grade).say(language) for one in own]),
    )
    facts = [worked.facts[kind] for kind in KINDS if kind in worked.facts]
    made = frame_finding(
        f"{zone.id}-near-{worked.on}",
        PHRASES["near_title"],
        table,
        {
            "subject": PHRASES["subject_id"],
            "firm": Text("企业编号", "Firm id"),
            "kind": PHRASES["subject"],
            "measure": PHRASES["measure_id"],
            "clause": PHRASES["clause_id"],
            "lacking": PHRASES["near_lacking"],
            "worth": PHRASES["near_worth"],
            "more": PHRASES["near_more"],
            "name": PHRASES["subject_name"],
            "what": PHRASES["near_what"],
            "fact": PHRASES["near_fact"],
            "now": PHRASES["near_value"],
            "needed": PHRASES["near_needed"],
            "others": PHRASES["near_others"],
            "moved_by": PHRASES["near_moved_by"],
            "title": PHRASES["measure_title"],
            "status": PHRASES["status"],
            "place": PHRASES["place"],
            "year": PHRASES["measure_year"],
            "grade": PHRASES["grade"],
        },
        {"lacking": "1", "worth": "fen", "more": "fen", "year": "number"},
        sources=tuple({source.id: source for each in facts for source in each.sources}.values()),
        invented=zone.invented or any(each.invented for each in facts) or is_invented(shelf),
    )
    shapes = (PHRASES["shapes_note"],) if has_shapes(shelf) else ()
    return replace(made, answer=_answer(rows), caveats=(PHRASES["near_note"], PHRASES["near_alone"], *shapes))
