"""A rulebook over a zone: the facts of its subjects and what each measure gives them, for one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from wutong.policy.answers import asked_of
from wutong.policy.facts import Facts, facts_of_zone
from wutong.policy.fields import Field
from wutong.policy.measure import SUBJECTS
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.zone.load import Zone

STATES = ("eligible", "needs decision", "unknown", "not eligible")
"""Outcomes in the order in which pages show them."""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a rulebook gives the subjects of a zone.

    Parameters
    ----------
    on : date
        The day for which it is worked out; its year is the year asked for.
    fields : mapping of str to Field
        All facts that the rulebook asks for.
    facts : mapping of str to Facts
        By kind of subject.
    outcomes : polars.DataFrame
        One row a subject and measure, each as if it stood alone, as ``wutong.policy.outcomes.COLUMNS``.
    settled : polars.DataFrame
        The same rows after exclusion, ceilings, places and budgets of the year, with ``wutong.policy.stack.STACKED`` besides;
        ``state`` and ``clause`` are those after places.
    """

    on: date
    fields: Mapping[str, Field]
    facts: Mapping[str, Facts]
    outcomes: pl.DataFrame
    settled: pl.DataFrame

    @property
    def subjects(self) -> dict[str, pl.DataFrame]:
        """Tables of subjects by kind."""
        return {kind: facts.table for kind, facts in self.facts.items()}

    @property
    def invented(self) -> bool:
        """Whether a row that was used is made up."""
        return any(facts.invented for facts in self.facts.values())


def day_of(zone: Zone, asked: str, today: date) -> date:
    """The day for which measures are worked out: the one asked for, else the end of the last year with output known.

    A day in words that are none is let be.
    """
    try:
        return date.fromisoformat(asked)
    except ValueError:
        pass
    last = zone.tables["firm_year"].filter(pl.col("output").is_not_null())["period"].max()
    if isinstance(last, str) and len(last) == 4 and last.isdigit():
        return min(date(int(last), 12, 31), zone.known_on or today)
    return zone.known_on or today


def worked_out(zone: Zone, book: Rulebook, on: date) -> WorkedOut:
    """Work out a rulebook for all subjects of a zone on a day."""
    facts: dict[str, Facts] = {}
    for kind in SUBJECTS:
        if any(measure.subject == kind for measure in book.measures):
            facts[kind] = facts_of_zone(asked_of(book, kind), zone.tables, kind, on)
    subjects = {kind: one.table for kind, one in facts.items()}
    found = outcomes(book, subjects)
    return WorkedOut(on, book.fields, facts, found, stacked(book, subjects, found, on.year).table)
