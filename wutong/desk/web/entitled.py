"""What a subject can have: every measure with its outcome, what is missing, and what to do; facts of a zone, or typed ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from wutong.desk.web.address import Place
from wutong.desk.web.beneficiaries import clause_names
from wutong.desk.web.between import Row, remains
from wutong.desk.web.catalogue import about
from wutong.desk.web.due import Joint, Where, joint_of, why_of_cut
from wutong.desk.web.editions import Entry, Reader, edition_entries
from wutong.desk.web.facts import names
from wutong.desk.web.measure_words import code
from wutong.desk.web.together import KINDS, NOBODY, Together, together
from wutong.desk.web.told import Input, Typed, inputs
from wutong.desk.web.words import PHRASES
from wutong.desk.web.worked import STATES, WorkedOut
from wutong.errors import TableError
from wutong.finding import Source
from wutong.policy.ask import Question
from wutong.policy.ask import questions as asked_first
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

NOTHING = Text("", "")
"""What is said where there is nothing to say."""

ASKED_FIRST = 8
"""Facts that the page asks for first."""

NEAREST = 6
"""Measures missed by one number that the page lists."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose facts they are: kind, id and name (empty where nobody in particular), and what the zone's tables say.

    ``on`` is the day for which it is worked out, ``firm`` the firm whose it is.
    """

    kind: str
    id: str
    name: str
    on: date
    facts: Mapping[str, Value]
    sources: tuple[Source, ...]
    invented: bool
    firm: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """A subject with the facts that were typed and what its firm gets with them.

    ``called`` has the names of the firm's projects by id. ``settled`` is None where nothing is told of nobody in particular,
    or where it cannot be settled; then ``trouble`` says why.
    """

    subject: Subject
    told: Typed
    called: Mapping[str, str]
    settled: Together | None
    trouble: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Answer:
    """One measure for the subject; ``about`` says its status, place, year and grade.

    ``amount`` is what it gives by itself, ``remains`` what is paid once measures have met, ``between`` what takes from it or
    leaves it open.
    """

    measure: str
    title: str
    about: str
    href: str
    state: str
    label: str
    amount: str
    remains: str
    between: str
    why: str


@dataclass(frozen=True, slots=True)
class Sum:
    """How many measures have one of the four outcomes."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Todo:
    """What to hand in, how it is paid, and what to keep, for a measure that can be had."""

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
    """What a subject can have; ``joint`` is what its firm gets once all measures have met, ``trouble`` why that is not known."""

    subject: Subject
    answer: str
    joint: Joint | None
    trouble: str
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
    firm = str(rows["firm"][0]) if rows.height else ""
    return Subject(kind, id_, name, worked.on, known, found.sources, found.invented, firm)


def facts_with(subject: Subject, told: Typed) -> dict[str, Value]:
    """Facts of the zone's tables, with those that were typed in their place."""
    return {**subject.facts, **told.values}


def joined(
    book: Rulebook, worked: WorkedOut, subject: Subject, told: Typed, called: Mapping[str, str]
) -> Whose:
    """Settle what the subject's firm gets with the facts that were typed; nobody of whom nothing is told gets nothing.

    ``called`` has the names of the firm's projects by id.
    """
    known = subject.firm or NOBODY
    if known == NOBODY and not told.values:
        return Whose(subject, told, called, None)
    try:
        id_ = subject.id if subject.firm else NOBODY
        found = together(book, worked, known, subject.kind, id_, told.values)
    except TableError as error:
        return Whose(subject, told, called, None, error.text)
    return Whose(subject, told, called, found)


def entitled_page(
    book: Rulebook,
    ready: Callable[[Measure], Prepared],
    whose: Whose,
    place: Place,
    where: Where,
) -> EntitledPage:
    """Show what a subject can have.

    Parameters
    ----------
    book : Rulebook
        The measures.
    ready : callable
        Gives a measure made ready to be explained.
    whose : Whose
        The subject with what was typed and what its firm gets.
    place : Place
        Zone and language of the page.
    where : callable
        Gives the address of what a measure gives a subject of the firm.

    Returns
    -------
    EntitledPage
        Each measure by itself, and what remains of it once measures have met.
    """
    language = place.language
    subject, told, settled = whose.subject, whose.told, whose.settled
    reader = Reader(place, book)
    facts = facts_with(subject, told)
    rows = rows_of(settled, subject)
    found = [(one, evaluate(one, facts)) for one in book.measures if one.subject == subject.kind]
    states = {one.id: str(rows[one.id]["state"]) if one.id in rows else out.state for one, out in found}
    found.sort(key=lambda pair: STATES.index(states[pair[0].id]))

    def href(measure: str) -> str:
        return where(subject.kind, subject.id, measure)

    known = {name: value for name, value in facts.items() if value is not None}
    questions = {one.field.name: one for one in asked_first(book, known, subject.kind)}
    names = list(dict.fromkeys(name for measure, _ in found for name in measure.given))
    # what was typed stays where it was typed, so that nobody loses it
    first = [name for name in questions if name not in told.texts][:ASKED_FIRST]
    first = [*[name for name in names if name in told.texts], *first]
    asked = {name: worth_of(one).say(language) for name, one in questions.items()}
    return EntitledPage(
        subject,
        answer_of(list(states.values()), settled).say(language),
        joint_of(book, settled, subject.on, whose.called, where, reader) if settled else None,
        whose.trouble.say(language),
        tuple(
            Sum(state, code("state", state).say(language), list(states.values()).count(state))
            for state in STATES
        ),
        tuple(
            _answer(measure, outcome, rows.get(measure.id), facts, href, reader) for measure, outcome in found
        ),
        inputs(first, book.fields, told, subject.facts, language, asked),
        inputs([one for one in names if one not in first], book.fields, told, subject.facts, language, asked),
        _near([one for one, outcome in found if outcome.state == "not eligible"], facts, href, language),
        tuple(
            _todo(measure, ready, facts, reader, href, dated=bool(rows.get(measure.id, {}).get("paid")))
            for measure, outcome in found
            if outcome.state in ("eligible", "needs decision")
        ),
        told.strange,
        len(told.errors),
    )


def rows_of(settled: Together | None, subject: Subject) -> dict[str, Row]:
    """The settled rows of the subject by measure."""
    if settled is None:
        return {}
    whose = (pl.col("kind") == subject.kind) & (pl.col("subject") == (subject.id if subject.firm else NOBODY))
    return {str(row["measure"]): row for row in settled.rows.filter(whose).iter_rows(named=True)}


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


def worth_of(question: Question) -> Text:
    """Say how many measures hang on a fact, and how much money it can decide."""
    count, money = len(question.measures), yuan(question.money)
    zh, en = f"关系到 {count} 条措施", f"concerns {count}"
    if question.unbounded and question.money:
        return Text(f"{zh}，可决定{money.zh}以上", f"{en}, decides {money.en} or more")
    if question.unbounded:
        return Text(f"{zh}，金额不设上限", f"{en}, no bound is set")
    return (
        Text(f"{zh}，最多决定{money.zh}", f"{en}, decides {money.en} at most")
        if question.money
        else Text(zh, en)
    )


def answer_of(states: Sequence[str], settled: Together | None = None) -> Text:
    """Say in one sentence what can be had."""
    counts = Counter(states)
    sure = Text("", "")
    if settled is not None:
        money = yuan(settled.certain)
        several = [name for name in KINDS if name in settled.tables and settled.tables[name].height]
        whole = Text("连同项目", ", with its projects,") if len(several) > 1 else NOTHING
        sure = Text(
            f"{whole.zh}合起来确定可得 {money.zh}。", f" Taken together{whole.en} {money.en} is certain."
        )
    return Text(
        f"{len(states)} 条措施中，可得 {counts['eligible']} 条，待决定 {counts['needs decision']} 条，"
        f"未知 {counts['unknown']} 条，不可得 {counts['not eligible']} 条。{sure.zh}",
        f"Of {len(states)} measures {counts['eligible']} can be had, {counts['needs decision']} need a decision, "
        f"{counts['unknown']} are unknown, {counts['not eligible']} cannot be had.{sure.en}",
    )


def _answer(
    measure: Measure,
    outcome: Outcome,
    row: Row | None,
    facts: Mapping[str, Value],
    href: Callable[[str], str],
    reader: Reader,
) -> Answer:
    language = reader.language
    state = str(row["state"]) if row else outcome.state
    return Answer(
        measure.id,
        measure.title.say(language),
        about(measure, language),
        href(measure.id),
        state,
        code("state", state).say(language),
        amount_of(outcome, language),
        remains_of(row, reader) if row else "",
        why_of_cut(row, reader.book, reader) if row and reader.book else "",
        why_of(measure, outcome, facts, language),
    )


def remains_of(row: Row, reader: Reader) -> str:
    """Say what remains of an award; nothing where there is none, or where nothing can be said of it."""
    nothing = row["state"] == "not eligible" and row["clause"] != "quota"
    blank = row["state"] != "eligible" and row["paid_high"] is None
    return "" if nothing or blank else reader.say(remains(row))


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
    *,
    dated: bool,
) -> Todo:
    """What to do for one measure; ``dated`` where its instalments stand with their days elsewhere on the page."""
    edition = edition_for(measure, facts)
    assert edition is not None, "what can be had falls in an edition"
    entries = edition_entries(measure, edition, reader)
    told = reasons(ready(measure), facts)
    return Todo(
        measure.id,
        reader.say(measure.title),
        href(measure.id),
        tuple(_line(one) for one in entries.get("evidence", ())),
        tuple(one.line.say(reader.language) for one in (*told.payees, *(() if dated else told.instalments))),
        tuple(_line(one) for one in entries.get("keep", ())),
    )


def _line(entry: Entry) -> str:
    return f"{entry.says} · {entry.small}" if entry.small else entry.says
