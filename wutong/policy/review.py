"""A review of measures before they are issued: fair competition, logic, and grants without application."""

from __future__ import annotations

from datetime import date

from wutong.policy.competition import fair_remarks
from wutong.policy.logic import cannot_be_met, condition_remarks, setting_of, table_remarks
from wutong.policy.remark import Remark
from wutong.policy.rulebook import Rulebook
from wutong.policy.tidy import tidy_remarks
from wutong.policy.tiers import amount_remarks
from wutong.policy.unasked import unasked_remarks


def logic_remarks(book: Rulebook) -> tuple[Remark, ...]:
    """What the logic of the clauses shows, measure by measure; only what is proven is said."""
    found: list[Remark] = []
    for measure in book.measures:
        for at, edition in enumerate(measure.editions, 1):
            setting = setting_of(measure, edition, at)
            found += (*condition_remarks(setting), *table_remarks(setting))
            if not cannot_be_met(setting):
                found += amount_remarks(setting)
    return tuple(found)


def review(book: Rulebook, on: date) -> tuple[Remark, ...]:
    """Review a rulebook.

    Parameters
    ----------
    book : Rulebook
        The measures.
    on : date
        The day on which a grant without application would have to be in force.

    Returns
    -------
    tuple of Remark
        Advice, never a verdict: on fair competition, on logic, on grants without application.
    """
    return (*fair_remarks(book), *logic_remarks(book), *tidy_remarks(book), *unasked_remarks(book, on))
