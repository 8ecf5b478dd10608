"""Every subject and every measure of a rulebook, one row each, before measures meet each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.policy.evaluate import Outcome, evaluate
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked, facts_at

COLUMNS: Final[Mapping[str, pl.DataType]] = {
    "subject": pl.String(),
    "firm": pl.String(),
    "kind": pl.String(),
    "measure": pl.String(),
    "state": pl.String(),
    "amount": pl.Int64(),
    "low": pl.Int64(),
    "high": pl.Int64(),
    "clause": pl.String(),
}
"""``amount`` is certain, of eligible subjects alone. ``low`` and ``high`` are what it would be if all that is open were
decided, and all that is unknown beside the amount turned out, in the subject's favour; null where that is not known.
``clause`` is the first that fails, is unknown or is to be decided."""


def outcomes_by_hand(book: Rulebook, subjects: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Work out a rulebook row by row in exact fractions: slow and obvious, what every other way is held against.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table, as ``wutong.policy.subjects`` has it.

    Returns
    -------
    polars.DataFrame
        Columns as in ``COLUMNS``; subjects in their order, within each the measures in the order of the rulebook.

    Raises
    ------
    TableError
        If a table is not as it must be.
    """
    rows: list[tuple[object, ...]] = []
    for kind, table in subjects.items():
        measures = [measure for measure in book.measures if measure.subject == kind]
        found = checked(table, book.fields)
        for at in range(found.height):
            facts = facts_at(found, at, book.fields)
            for measure in measures:
                row = row_of(measure.id, evaluate(measure, facts))
                rows.append((found["subject"][at], found["firm"][at], kind, *row))
    return pl.DataFrame(rows, schema=dict(COLUMNS), orient="row")


def row_of(measure: str, found: Outcome) -> tuple[str, str, int | None, int | None, int | None, str]:
    """One outcome as the last columns of its row."""
    low, high = (found.possible[0], found.possible[-1]) if found.possible else (None, None)
    return (measure, found.state, found.amount, low, high, found.clause)
