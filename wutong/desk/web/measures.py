"""One measure on its page: editions side by side, the facts that it asks for, and its examples worked out anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wutong.desk.web.address import (
    UNKNOWN_WORD,
    Place,
    State,
    measures_at,
    table_at,
)
from wutong.desk.web.catalogue import COLUMNS, SHAPE, is_invented, latest, word_of
from wutong.desk.web.editions import Reader, Row, rows_of
from wutong.desk.web.measure_words import code
from wutong.desk.web.reviews import Remarked, remarked
from wutong.desk.web.words import PHRASES
from wutong.policy.document import document_of
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, differences, edition_of, evaluate, facts_of
from wutong.policy.fields import TYPES, Field
from wutong.policy.layout import laid_out
from wutong.policy.measure import Example, Measure, measure_of
from wutong.policy.prose import quantity, yuan
from wutong.policy.remark import Remark
from wutong.policy.rulebook import changed_by_others
from wutong.policy.shelf import Shelf
from wutong.report.table import language_of
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES
from wutong.zone.schema import Table


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that a measure asks for."""

    name: str
    label: str
    kind: str
    origin: str
    href: str
    about: tuple[str, ...]
    moved_by: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An example, worked out again; ``wrong`` says what came out otherwise."""

    says: str
    line: int
    given: tuple[tuple[str, str], ...]
    expected: str
    got: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One measure."""

    measure: Measure
    title: str
    lang: str
    answer: str
    facts: tuple[tuple[str, str, str], ...]
    editions: tuple[str, ...]
    rows: tuple[Row, ...]
    asked: tuple[Asked, ...]
    tried: tuple[Tried, ...]
    remarks: tuple[Remarked, ...]
    lines: tuple[str, ...]
    shape: bool
    invented: bool


# ------------------------------------------------------------ one measure


def measure_page(shelf: Shelf, name: str, place: Place, remarks: Sequence[Remark] = ()) -> MeasurePage | None:
    """Show one measure with what a review says of it; None where there is none of that id."""
    measure = next((one for one in shelf.measures if one.id == name), None)
    if measure is None:
        return None
    reader = Reader(place, shelf.book)
    language = place.language
    data = shelf.files[measure.file]
    # examples of a measure that others change speak of it as it stands alone
    others = shelf.book is not None and measure.id in changed_by_others(shelf.book)
    alone = measure_of(data, measure.file) if others else measure
    tried = tuple(_tried(alone, example, language) for example in alone.examples)
    title = measure.title.say(language)
    return MeasurePage(
        measure,
        title,
        language_of(title, language),
        _sentence(measure, tried).say(language),
        _facts(measure, place),
        tuple(_period(measure, at, reader) for at in range(len(measure.editions))),
        rows_of(measure, laid_out(measure, document_of(data, measure.file)), reader),
        tuple(_asked(field, place) for field in measure.given.values()),
        tried,
        remarked([one for one in remarks if one.measure == name], {name: measure}, place),
        tuple(data.decode("utf-8-sig", "replace").splitlines()),
        measure.status == SHAPE,
        is_invented(shelf),
    )


def _sentence(measure: Measure, tried: Sequence[Tried]) -> Text:
    conditions = max(len(edition.conditions) for edition in measure.editions)
    told = sum(field.taken is None for field in measure.given.values())
    wrong = sum(bool(one.wrong) for one in tried)
    who = code("subject", measure.subject)
    agree = Text(f"{wrong} 个不符", f"{wrong} do not agree") if wrong else Text("全部相符", "all agree")
    return Text(
        f"给{who.zh}；条件 {conditions} 个，要知道的事实 {len(measure.given)} 个，其中 {told} 个要由申报人填；"
        f"例子 {len(tried)} 个，{agree.zh}。",
        f"For a {who.en}. Conditions: {conditions}; facts: {len(measure.given)}, of which {told} have to be told; "
        f"examples: {len(tried)}, {agree.en}.",
    )


def _facts(measure: Measure, place: Place) -> tuple[tuple[str, str, str], ...]:
    """Label, text and address of what the catalogue says of a measure."""

    def link(name: str, word: str) -> str:
        return measures_at(place, State(where=((name, word),)))

    language = place.language
    said = {key: COLUMNS[key].say(language) for key in COLUMNS}
    rows = [
        (said["measure"], measure.id, ""),
        (said["status"], word_of("status", measure.status, language), link("status", measure.status)),
        (said["subject"], word_of("subject", measure.subject, language), link("subject", measure.subject)),
        (said["aspect"], measure.aspect, link("aspect", measure.aspect)),
        (
            said["package"],
            measure.package or PHRASES["no_package"].say(language),
            link("package", measure.package or UNKNOWN_WORD),
        ),
        (said["place"], measure.place.say(language), ""),
        (said["year"], str(measure.year or PHRASES["unknown"].say(language)), ""),
        (said["grade"], word_of("grade", latest(measure).origin.grade, language), ""),
        (PHRASES["measure_file"].say(language), measure.file, ""),
    ]
    return tuple(rows)


def _period(measure: Measure, at: int, reader: Reader) -> str:
    force = measure.editions[at].force
    named = reader.phrase("edition", n=at + 1)
    if force is None:
        return named
    return f"{named} · {force.start.isoformat()}–{force.end.isoformat() if force.end else ''}"


def _asked(field: Field, place: Place) -> Asked:
    language = place.language
    words = {type_: word for word, type_ in TYPES}
    kind = code("type", "choice" if field.type.choices else words.get(field.type, "number")).say(language)
    if field.type.choices:
        kind += f"{PHRASES['colon'].say(language)}{PHRASES['comma'].say(language).join(field.type.choices)}"
    origin, href = _origin(field, place)
    return Asked(
        field.name,
        field.label.say(language),
        kind,
        origin,
        href,
        tuple(code("about", word).say(language) for word in field.about),
        code("moved_by", field.moved_by).say(language) if field.moved_by else "",
    )


def _origin(field: Field, place: Place) -> tuple[str, str]:
    """Where a fact is from, in words, and the table that holds it."""
    language, taken = place.language, field.taken
    if taken is None:
        return PHRASES["to_be_told"].say(language), ""
    if not taken.table:
        return code("take", taken.take).say(language), ""
    table = TABLES.get(taken.table)
    labels = {column.name: column.label.say(language) for column in table.columns} if table else {}
    parts = [
        table.label.say(language) if table else taken.table,
        code("take", taken.take).say(language).format(what=labels.get(taken.column, taken.column)),
    ]
    if taken.year is not None:
        parts.append(_year(taken.year).say(language))
    if taken.months is not None:
        first, last = taken.months
        parts.append(Text(f"{first}–{last} 月", f"months {first}–{last}").say(language))
    parts += [
        f"{labels.get(name, name)} = {_stored(table, name, word, language)}" for name, word in taken.where
    ]
    if taken.side:
        parts.append(
            Text(f"作为{labels.get(taken.side, taken.side)}", f"as {labels.get(taken.side, taken.side)}").say(
                language
            )
        )
    if taken.since:
        entered = PHRASES["since_entered"].say(language)
        since = entered if taken.since == "entered" else taken.since
        parts.append(Text(f"{since}起", f"since {since}").say(language))
    parts += [PHRASES["unrelated"].say(language)] if taken.unrelated else []
    parts += [PHRASES["for_all"].say(language)] if taken.for_all else []
    return " · ".join(parts), table_at(place, table.name) if table else ""


def _stored(table: Table | None, name: str, word: str, language: Language) -> str:
    """What a stored word of a column is called."""
    column = next((one for one in table.columns if one.name == name), None) if table else None
    if column is None:
        return word
    words = {each.word: each.label.say(language) for each in column.choices}
    if column.kind == "flag":
        words = {"true": PHRASES["yes"].say(language), "false": PHRASES["no"].say(language)}
    return words.get(word, word)


def _year(back: int) -> Text:
    if back == 0:
        return Text("当年", "of the year")
    return Text(
        "上年" if back == -1 else f"{-back} 年前",
        "of the year before" if back == -1 else f"{-back} years before",
    )


# ------------------------------------------------------------ examples


def _tried(measure: Measure, example: Example, language: Language) -> Tried:
    wrong = differences(measure, example)
    given = tuple(
        (measure.given[name].label.say(language), quantity(value, measure.given[name].type).say(language))
        for name, value in example.given.items()
    )
    wanted = Outcome(
        example.outcome,  # type: ignore[arg-type]  # the file was held against the four states
        example.amount,
        example.if_approved or (),
        example.failing or (),
        example.missing or (),
        example.open or (),
    )
    got = evaluate(measure, example.given)
    held = edition_of(measure, facts_of(measure, example.given))
    edition = held if isinstance(held, Edition) else latest(measure)
    return Tried(
        example.says,
        example.line,
        given,
        outcome_line(wanted, measure, edition).say(language),
        outcome_line(got, measure, edition).say(language),
        tuple(one.say(language) for one in wrong),
    )


def outcome_line(outcome: Outcome, measure: Measure, edition: Edition) -> Text:
    """Say what comes out in one line.

    Parameters
    ----------
    outcome : Outcome
        What comes out, or should.
    measure, edition
        Whose facts and clauses it names.

    Returns
    -------
    Text
        The state with its amount, or with what is lacking.
    """
    clauses = {one.id: one.says for one in edition.conditions}
    facts = {field.name: field.label for field in measure.given.values()}
    state = code("state", outcome.state)
    parts = [Text(state.zh, state.en)]
    if outcome.amount is not None:
        parts.append(yuan(outcome.amount))
    if outcome.if_approved:
        sums = [yuan(one) for one in outcome.if_approved]
        parts.append(_named(PHRASES["if_approved"], sums, Text(" 或 ", " or ")))
    for phrase, names, called in (
        ("failing_clauses", outcome.failing, clauses),
        ("missing_facts", outcome.missing, facts),
        ("open_decisions", outcome.open, clauses),
    ):
        if names and not (outcome.state == "unknown" and phrase == "failing_clauses"):
            parts.append(_named(PHRASES[phrase], [_called(name, called) for name in names], Text("；", "; ")))
    return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _named(label: Text, names: Sequence[Text], between: Text) -> Text:
    return Text(
        f"{label.zh}：{between.zh.join(name.zh for name in names)}",
        f"{label.en}: {between.en.join(name.en for name in names)}",
    )


def _called(name: str, known: Mapping[str, Text]) -> Text:
    """What a clause or fact is called; those that every measure has are named here."""
    return known.get(name) or _RESERVED.get(name) or Text(name, name)


_RESERVED: Final[Mapping[str, Text]] = {
    "amount": PHRASES["amount"],
    "in_force": PHRASES["days_in_force"],
    "apply": PHRASES["days_of_application"],
    "quota": PHRASES["quota"],
}
