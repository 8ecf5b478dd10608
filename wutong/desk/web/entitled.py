"""What a subject can have: every measure with its outcome, what is missing, and what to do; facts of a zone, or typed ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from wutong.desk.web.address import Place
from wutong.desk.web.beneficiaries import clause_names
from wutong.desk.web.catalogue import about
from wutong.desk.web.editions import Entry, Reader, edition_entries
from wutong.desk.web.facts import names
from wutong.desk.web.measure_words import code
from wutong.desk.web.told import Input, Typed, inputs
from wutong.desk.web.words import PHRASES
from wutong.desk.web.worked import STATES, WorkedOut
from wutong.finding import Source
from wutong.policy.change import changes
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, edition_of, evaluate, facts_of
from wutong.policy.explain import reasons
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure
from wutong.policy.prepared import Prepared
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import facts_at
from wutong.words import Language, Text
from wutong.zone.load import Zone

ASKED_FIRST = 8
"""Facts that the page asks for first."""

NEAREST = 6
"""Measures missed by one number that the page lists."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose facts they are: kind, id and name (empty where nobody in particular), and what the zone's tables say.

    ``on`` is the day for which it is worked out.
    """

    kind: str
    id: str
    name: str
    on: date
    facts: Mapping[str, Value]
    sources: tuple[Source, ...]
    invented: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One measure for the subject; ``about`` says its status, place, year and grade."""

    measure: str
    title: str
    about: str
    href: str
    state: str
    label: str
    amount: str
    why: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What is certain, hangs on a decision, or on facts that are not known: how many measures, and how much."""

    state: str
    label: str
    count: int
    amount: str


@dataclass(frozen=True, slots=True)
class Todo:
    """What to hand in, when it is paid, and what to keep, for a measure that can be had."""

    measure: str
    title: str
    href: str
    papers: tuple[str, ...]
    pays: tuple[str, ...]
    keeps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A measure that one fact keeps from the subject: what would have to change, and what it gives then."""

    measure: str
    title: str
    href: str
    says: str
    then: str


@dataclass(frozen=True, slots=True)
class EntitledPage:
    """What a subject can have."""

    subject: Subject
    answer: str
    sums: tuple[Sum, ...]
    answers: tuple[Answer, ...]
    first: tuple[Input, ...]
    others: tuple[Input, ...]
    near: tuple[Near, ...]
    todo: tuple[Todo, ...]
    strange: tuple[str, ...]
    mistakes: int


def nobody(kind: str, on: date) -> Subject:
    """A subject of which nothing is known but what somebody types."""
    return Subject(kind, "", "", on, {}, (), False)


def subject_of(zone: Zone, worked: WorkedOut, kind: str, id_: str, language: Language) -> Subject:
    """A subject of a zone with what its tables say; without facts where it was not in the zone on the day."""
    name = names(zone, kind, [id_], language).get(id_, id_)
    found = worked.facts.get(kind)
    if found is None:
        return Subject(kind, id_, name, worked.on, {}, (), False)
    rows = found.table.filter(pl.col("subject") == id_)
    fields = {one: worked.fields[one] for one in found.table.columns if one in worked.fields}
    facts = facts_at(rows, 0, fields) if rows.height else {}
    known = {one: value for one, value in facts.items() if value is not None}
    return Subject(kind, id_, name, worked.on, known, found.sources, found.invented)


def facts_with(subject: Subject, told: Typed) -> dict[str, Value]:
    """Facts of the zone's tables, with those that were typed in their place."""
    return {**subject.facts, **told.values}


def entitled_page(
    book: Rulebook,
    ready: Callable[[Measure], Prepared],
    subject: Subject,
    told: Typed,
    place: Place,
    href: Callable[[str], str],
) -> EntitledPage:
    """Show what a subject can have.

    Parameters
    ----------
    book : Rulebook
        The measures.
    ready : callable
        Gives a measure made ready to be explained.
    subject : Subject
        Whose facts.
    told : Typed
        What was typed.
    place : Place
        Zone and language of the page.
    href : callable
        Gives the address of one measure's answer.

    Returns
    -------
    EntitledPage
        Each measure as if it stood alone.
    """
    language = place.language
    measures = [one for one in book.measures if one.subject == subject.kind]
    facts = facts_with(subject, told)
    found = [(one, evaluate(one, facts)) for one in measures]
    found.sort(key=lambda pair: STATES.index(pair[1].state))
    sums = tuple(_sum(state, [one for _, one in found if one.state == state], language) for state in STATES)
    missing = asked_most([one for _, one in found])
    names = list(dict.fromkeys(name for measure in measures for name in measure.given))
    # what was typed stays where it was typed, so that nobody loses it
    first = [name for name in missing if name not in told.texts][:ASKED_FIRST]
    first = [*[name for name in names if name in told.texts], *first]
    asked = {name: _asked_by(missing[name]).say(language) for name in missing}
    return EntitledPage(
        subject,
        answer_of([one for _, one in found]).say(language),
        sums,
        tuple(_answer(measure, outcome, facts, href, language) for measure, outcome in found),
        inputs(first, book.fields, told, subject.facts, language, asked),
        inputs([one for one in names if one not in first], book.fields, told, subject.facts, language, asked),
        _near([one for one, outcome in found if outcome.state == "not eligible"], facts, href, language),
        tuple(
            _todo(measure, ready, facts, Reader(place, book), href)
            for measure, outcome in found
            if outcome.state in ("eligible", "needs decision")
        ),
        told.strange,
        len(told.errors),
    )


def _near(
    measures: Sequence[Measure], facts: Mapping[str, Value], href: Callable[[str], str], language: Language
) -> tuple[Near, ...]:
    """Measures that one number alone keeps from the subject, those that lack least first."""
    lacking = []
    for measure in measures:
        alone = [one for one in changes(measure, facts).alone if one.relative is not None]
        if alone:
            best = min(alone, key=lambda one: (one.moved_by == "past", one.relative or 0))
            lacking.append((best.moved_by == "past", best.relative or 0, measure, best))
    lacking.sort(key=lambda one: one[:2])
    return tuple(
        Near(
            measure.id,
            measure.title.say(language),
            href(measure.id),
            best.say(language),
            " ".join(
                filter(
                    None, (code("state", best.outcome.state).say(language), amount_of(best.outcome, language))
                )
            ),
        )
        for _, _, measure, best in lacking[:NEAREST]
    )


def asked_most(outcomes: Sequence[Outcome]) -> Counter[str]:
    """Count in how many measures each missing fact is asked for, the most asked first."""
    counted = Counter(name for one in outcomes if one.state == "unknown" for name in one.missing)
    return Counter(dict(counted.most_common()))


def _asked_by(count: int) -> Text:
    return Text(f"{count} 条措施要问", f"asked for by {count}")


def answer_of(outcomes: Sequence[Outcome]) -> Text:
    """Say in one sentence what can be had."""
    counts = Counter(one.state for one in outcomes)
    sure = yuan(sum(one.amount or 0 for one in outcomes if one.state == "eligible"))
    return Text(
        f"{len(outcomes)} 条措施中，确定可得 {counts['eligible']} 条，共 {sure.zh}；"
        f"待决定 {counts['needs decision']} 条，未知 {counts['unknown']} 条，不可得 {counts['not eligible']} 条。",
        f"Of {len(outcomes)} measures {counts['eligible']} are certain, {sure.en} in all; "
        f"{counts['needs decision']} need a decision, {counts['unknown']} are unknown, "
        f"{counts['not eligible']} cannot be had.",
    )


def _sum(state: str, outcomes: Sequence[Outcome], language: Language) -> Sum:
    label = code("state", state).say(language)
    if state == "not eligible" or not outcomes:
        return Sum(state, label, len(outcomes), "")
    if state == "eligible":
        return Sum(state, label, len(outcomes), yuan(sum(one.amount or 0 for one in outcomes)).say(language))
    told = [one.possible for one in outcomes if one.possible]
    blank = len(outcomes) - len(told)
    low, high = sum(one[0] for one in told), sum(one[-1] for one in told)
    ends = yuan(low), yuan(high)
    said = ends[0] if low == high else Text(f"{ends[0].zh}至{ends[1].zh}", f"{ends[0].en} to {ends[1].en}")
    if not told:
        said = PHRASES["amount_unknown"]
    elif blank:
        said = Text(
            f"{said.zh}，另有 {blank} 条金额未知", f"{said.en}, and {blank} whose amount is not known"
        )
    return Sum(state, label, len(outcomes), said.say(language))


def _answer(
    measure: Measure,
    outcome: Outcome,
    facts: Mapping[str, Value],
    href: Callable[[str], str],
    language: Language,
) -> Answer:
    return Answer(
        measure.id,
        measure.title.say(language),
        about(measure, language),
        href(measure.id),
        outcome.state,
        code("state", outcome.state).say(language),
        amount_of(outcome, language),
        why_of(measure, outcome, facts, language),
    )


def amount_of(outcome: Outcome, language: Language) -> str:
    """Say what an outcome gives: what is certain, else what it would be."""
    if outcome.amount is not None:
        return yuan(outcome.amount).say(language)
    if not outcome.possible:
        return ""
    between = Text(" 或 ", " or ").say(language)
    said = between.join(yuan(one).say(language) for one in outcome.possible)
    phrase = PHRASES["if_approved" if outcome.state == "needs decision" else "if_favourable"].say(language)
    return f"{phrase}{PHRASES['colon'].say(language)}{said}"


def why_of(measure: Measure, outcome: Outcome, facts: Mapping[str, Value], language: Language) -> str:
    """Say why: clauses that fail, facts that are missing, decisions that are open."""
    clauses = clauses_for(measure, facts)
    labels = {name: field.label for name, field in measure.given.items()}
    between = Text("；", "; ").say(language)
    for state, phrase, words, called in (
        ("not eligible", "failing_clauses", outcome.failing, clauses),
        ("unknown", "missing_facts", outcome.missing, labels),
        ("needs decision", "open_decisions", outcome.open, clauses),
    ):
        if outcome.state == state and words:
            said = between.join(called.get(one, Text(one, one)).say(language) for one in words)
            return f"{PHRASES[phrase].say(language)}{PHRASES['colon'].say(language)}{said}"
    if outcome.state == "unknown":
        return PHRASES["amount_unread"].say(language)
    return ""


def clauses_for(measure: Measure, facts: Mapping[str, Value]) -> dict[str, Text]:
    """What the clauses of the edition are called in which a subject falls."""
    edition = edition_for(measure, facts)
    own = {one.id: one.says for one in edition.conditions} if edition else {}
    return clause_names(measure) | own


def edition_for(measure: Measure, facts: Mapping[str, Value]) -> Edition | None:
    """The edition in which a subject falls; None where there is none or its date is not known."""
    found = edition_of(measure, facts_of(measure, facts))
    return found if isinstance(found, Edition) else None


def _todo(
    measure: Measure,
    ready: Callable[[Measure], Prepared],
    facts: Mapping[str, Value],
    reader: Reader,
    href: Callable[[str], str],
) -> Todo:
    edition = edition_for(measure, facts)
    assert edition is not None, "what can be had falls in an edition"
    entries = edition_entries(measure, edition, reader)
    told = reasons(ready(measure), facts)
    return Todo(
        measure.id,
        reader.say(measure.title),
        href(measure.id),
        tuple(_line(one) for one in entries.get("evidence", ())),
        tuple(one.line.say(reader.language) for one in (*told.payees, *told.instalments)),
        tuple(_line(one) for one in entries.get("keep", ())),
    )


def _line(entry: Entry) -> str:
    return f"{entry.says} · {entry.small}" if entry.small else entry.says
