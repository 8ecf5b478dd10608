"""One measure and one subject: clause by clause, the amount step by step, what is near, what to hand in and what to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wutong.desk.web.address import Place
from wutong.desk.web.catalogue import about
from wutong.desk.web.due import why_of_cut
from wutong.desk.web.editions import Entry, Reader, edition_entries
from wutong.desk.web.entitled import (
    Subject,
    Whose,
    amount_of,
    edition_for,
    facts_with,
    remains_of,
    rows_of,
    why_of,
)
from wutong.desk.web.measure_words import code
from wutong.desk.web.told import Input, inputs
from wutong.desk.web.words import PHRASES
from wutong.policy.accounts import HELD, Clause, Held, Reasons
from wutong.policy.change import Missed, changes
from wutong.policy.cliffs import cliffs
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, evaluate
from wutong.policy.explain import reasons
from wutong.policy.feel.syntax import names_in
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure
from wutong.policy.prepared import Prepared
from wutong.policy.prose import quantity
from wutong.policy.rulebook import Rulebook
from wutong.policy.steps import Step
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause for the subject: whether it holds, and why."""

    held: str
    label: str
    says: str
    why: tuple[str, ...]
    decide: str
    place: str


@dataclass(frozen=True, slots=True)
class Said:
    """One step of a working: a sentence, and where the rule stands."""

    says: str
    place: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the amount is worked out under one reading of the text."""

    says: str
    steps: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """What would have to change: a clause, or a way to have the whole measure, with the changes and what it gives then."""

    label: str
    says: str
    changes: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class ReasonedPage:
    """One measure for one subject."""

    subject: Subject
    measure: Measure
    title: str
    about: str
    state: str
    label: str
    amount: str
    remains: str
    between: str
    why: str
    clauses: tuple[Judged, ...]
    definitions: tuple[Said, ...]
    readings: tuple[Reading, ...]
    shares: tuple[str, ...]
    needed: tuple[Needed, ...]
    cliffs: tuple[str, ...]
    looked: tuple[str, ...]
    after: tuple[tuple[str, tuple[Entry, ...]], ...]
    fields: tuple[Input, ...]
    strange: tuple[str, ...]
    mistakes: int


AFTER = (
    *("exclusive", "limits", "quota", "budget", "evidence", "days_of_application", "without_application"),
    *("not_before", "payout", "keep", "notes"),
)
"""Statements of an edition that matter once a subject can have the measure, in the order of an applicant."""


def reasoned_page(
    book: Rulebook, ready: Prepared, measure: Measure, whose: Whose, place: Place
) -> ReasonedPage:
    """Show one measure for one subject.

    Parameters
    ----------
    book : Rulebook
        The measures.
    ready : Prepared
        The measure, made ready to be explained.
    measure : Measure
        The measure.
    whose : Whose
        The subject with what was typed and what its firm gets.
    place : Place
        Zone and language of the page.
    settled : Together or None
        What the subject's firm gets once measures have met.
    """
    language = place.language
    subject, told = whose.subject, whose.told
    facts = facts_with(subject, told)
    outcome = evaluate(measure, facts)
    found = reasons(ready, facts)
    edition = edition_for(measure, facts)
    reader = Reader(place, book)
    after = edition_entries(measure, edition, reader) if edition else {}
    row = rows_of(whose.settled, subject).get(measure.id)
    state = str(row["state"]) if row else outcome.state
    return ReasonedPage(
        subject,
        measure,
        measure.title.say(language),
        about(measure, language),
        state,
        code("state", state).say(language),
        amount_of(outcome, language),
        remains_of(row, reader) if row else "",
        why_of_cut(row, book, reader) if row else "",
        why_of(measure, outcome, facts, language),
        tuple(_judged(one, _asked(one, measure, edition, facts), reader) for one in found.clauses),
        _said(found.definitions, reader),
        tuple(
            Reading(one.says.say(language) if one.says else "", _said(one.steps, reader))
            for one in found.accounts
        ),
        _shares(found, reader),
        needed_of(measure, facts, reader),
        *_cliffs(measure, facts, reader),
        tuple((reader.phrase(name), after[name]) for name in AFTER if after.get(name)),
        inputs(list(measure.given), measure.given, told, subject.facts, language, {}),
        told.strange,
        len(told.errors),
    )


def _asked(
    clause: Clause, measure: Measure, edition: Edition | None, facts: Mapping[str, Value]
) -> tuple[tuple[Text, Text], ...]:
    """Facts that a clause rests on, with their values, where it compares nothing that could be said."""
    if clause.compared or edition is None:
        return ()
    whens = [one.when for one in edition.conditions if one.id == clause.id]
    names = [name for when in whens if when for name in names_in(when.tree) if name in measure.given]
    fields = [measure.given[name] for name in names]
    return tuple((field.label, quantity(facts.get(field.name), field.type)) for field in fields)


def _judged(clause: Clause, asked: Sequence[tuple[Text, Text]], reader: Reader) -> Judged:
    colon = PHRASES["colon"].say(reader.language)
    return Judged(
        clause.held,
        HELD[clause.held].say(reader.language),
        clause.says.say(reader.language),
        tuple(one.say(reader.language) for one in clause.compared)
        or tuple(f"{reader.say(label)}{colon}{reader.say(value)}" for label, value in asked),
        reader.phrase("decided_by", who=clause.decide) if clause.decide else "",
        clause.place.text.say(reader.language),
    )


def _said(steps: Sequence[Step], reader: Reader) -> tuple[Said, ...]:
    return tuple(Said(one.say(reader.language), one.form.place.text.say(reader.language)) for one in steps)


def _shares(found: Reasons, reader: Reader) -> tuple[str, ...]:
    return tuple(one.line.say(reader.language) for one in (*found.payees, *found.instalments))


# ------------------------------------------------------------ what is near


def needed_of(measure: Measure, facts: Mapping[str, Value], reader: Reader) -> tuple[Needed, ...]:
    """Say what would have to change for a subject to have a measure; nothing where it has it."""
    language = reader.language
    found = changes(measure, facts)
    made = [
        Needed(
            HELD[_state(one)].say(language),
            one.says.say(language),
            tuple(each.say(language) for each in one.changes),
            "",
        )
        for one in found.clauses
    ]
    made += [
        Needed(reader.phrase("alone_enough"), "", (one.say(language),), outcome_of(one.outcome, reader))
        for one in found.alone
    ]
    if len(found.together) > 1 and found.then is not None:
        lines = tuple(one.say(language) for one in found.together)
        made.append(Needed(reader.phrase("together_enough"), "", lines, outcome_of(found.then, reader)))
    return tuple(made)


def _state(missed: Missed) -> Held:
    return "unknown" if missed.state == "unknown" else "not met"


def outcome_of(outcome: Outcome, reader: Reader) -> str:
    """Say an outcome with its amount."""
    return reader.joined((reader.code("state", outcome.state), amount_of(outcome, reader.language)))


def _cliffs(
    measure: Measure, facts: Mapping[str, Value], reader: Reader
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where one unit more moves the amount by a jump, and between which values that was looked for."""
    found = cliffs(measure, facts)
    looked = tuple(
        reader.phrase(
            "looked_between",
            fact=reader.say(one.field.label),
            low=reader.say(quantity(one.low, one.field.type)),
            high=reader.say(quantity(one.high, one.field.type)),
        )
        for one in found.looked
    )
    return tuple(one.say(reader.language) for one in found.found), looked
