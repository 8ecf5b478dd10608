"""The rules between measures, row by row: slow and obvious, what the columns of ``stack`` are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import polars as pl

from wutong.policy.by_hand_firm import settle_firms
from wutong.policy.by_hand_lines import (
    ENDLESS,
    Key,
    Line,
    edition_at,
    editions_of,
    groups_of,
    shared_out,
    told,
)
from wutong.policy.by_hand_quota import settle_quota
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Budget, Rulebook
from wutong.policy.stack import STACKED
from wutong.policy.subjects import checked, facts_at


def stack_by_hand(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame, year: int | None = None
) -> pl.DataFrame:
    """Settle what holds between measures, as ``wutong.policy.stack.stacked`` does.

    Parameters
    ----------
    book, subjects, outcomes, year
        As there.

    Returns
    -------
    polars.DataFrame
        The same table; ``together`` has other numbers for the same parts.
    """
    facts = _facts(book, subjects)
    rows = [dict(row) for row in outcomes.iter_rows(named=True)]
    for measure in book.measures:
        for number, edition in enumerate(measure.editions):
            if edition.quota is not None:
                settle_quota(rows, facts, book, measure.id, number, edition, edition.quota)
    lines = _lines(book, facts, rows)
    for line in lines:
        _less_earlier(book, line)
    settle_firms(book, facts, [line for line in lines if line.high > 0])
    _budgets(book, lines, year)
    return _table(outcomes, rows, lines)


def _facts(book: Rulebook, subjects: Mapping[str, pl.DataFrame]) -> dict[Key, Mapping[str, Value]]:
    found: dict[Key, Mapping[str, Value]] = {}
    for kind, table in subjects.items():
        held = checked(table, book.fields)
        for at in range(held.height):
            there = {name: one for name, one in book.fields.items() if name in table.columns}
            found[kind, held["subject"][at]] = facts_at(held, at, there)
    return found


def _lines(
    book: Rulebook, facts: Mapping[Key, Mapping[str, Value]], rows: Iterable[dict[str, object]]
) -> list[Line]:
    ids = [measure.id for measure in book.measures]
    found = []
    for at, row in enumerate(rows):
        if row["state"] == "not eligible":
            continue
        certain = row["state"] == "eligible"
        low = row["amount"] if certain else 0
        high = row["amount"] if certain else row["high"]
        assert isinstance(low, int)
        own = facts[str(row["kind"]), str(row["subject"])]
        measure = ids.index(str(row["measure"]))
        line = Line(
            at,
            row,
            own,
            measure,
            edition_at(book, measure, own),
            low,
            high if isinstance(high, int) else ENDLESS,
        )
        editions = editions_of(book, line)
        budgets = {edition.budget for edition in editions}
        line.budget = budgets.pop() if len(budgets) == 1 else ""
        if line.high > 0:
            found.append(line)
    return found


def _less_earlier(book: Rulebook, line: Line) -> None:
    low, high = line.low, line.high
    names = [name for name in groups_of(book, line) if book.groups[name].choose == "difference"]
    for name in names:
        got = line.facts.get(book.groups[name].earlier)
        if isinstance(got, Fraction):
            line.low = max(0, line.low - max(0, int(got)))
            line.high = line.high if line.high == ENDLESS else max(0, line.high - max(0, int(got)))
        else:
            line.low = 0
    line.sum_low, line.sum_high = line.low, line.high
    if names:
        told(line, low, high, f"earlier {', '.join(sorted(names))}")


def _budgets(book: Rulebook, lines: list[Line], year: int | None) -> None:
    drawing: dict[str, list[Line]] = {}
    for line in lines:
        line.before_budget = line.sum_low
        names = {line.budget} if line.budget else {edition.budget for edition in editions_of(book, line)}
        if not line.budget and line.edition is not None:
            names = set()
        for name in names - {""}:
            drawing.setdefault(name, []).append(line)
    scarce: list[Budget] = []
    for name, budget in book.budgets.items():
        counts = budget.scale != "none" and (budget.year is None or year in (None, budget.year))
        if counts and sum(line.high for line in drawing.get(name, ())) > (budget.amount or 0):
            scarce.append(budget)
    names = {budget.id for budget in scarce}
    parts: dict[object, list[Line]] = {}
    for line in lines:
        if line.together is not None:
            parts.setdefault(line.together, []).append(line)
    maybe = {line.at for name in names for line in drawing[name] if line.budget != name}
    for part in parts.values():
        draws = {"?" if line.at in maybe else line.budget if line.budget in names else "" for line in part}
        if len(draws) > 1:
            for line in part:
                line.sum_low, line.sum_high, line.together = line.low, line.high, "apart"
    for budget in scarce:
        own = sorted(drawing[budget.id], key=lambda line: line.order)
        ranked: list[tuple[Line, object]] = []
        for line in own:
            value = line.facts.get(budget.by) if budget.by else Fraction(0)
            rank: object = -value if budget.scale == "rank" and isinstance(value, Fraction) else value
            ranked.append((line, rank))
        outside = [line.at for line in own if line.budget != budget.id]
        unsure = budget.amount is None or (budget.year is None and year is not None)
        most = ENDLESS if unsure else budget.amount or 0
        shared_out(ranked, budget.amount or 0, most, outside, f"budget {budget.id}")
    for line in lines:
        if line.budget in names:
            line.together = f"budget {line.budget}"
        elif line.together == "apart":
            line.together = None


def _table(outcomes: pl.DataFrame, rows: list[dict[str, object]], lines: list[Line]) -> pl.DataFrame:
    numbers = {label: number for number, label in enumerate(dict.fromkeys(line.together for line in lines))}
    found = {line.at: line for line in lines}
    made = []
    for at, row in enumerate(rows):
        line = found.get(at)
        more: dict[str, object] = dict.fromkeys(STACKED)
        sums = ("paid", "paid_low", "paid_high", "sum_low", "sum_high", "before_budget")
        more |= {**dict.fromkeys(sums, 0), "firm_chooses": False}
        if line is not None:
            sure = line.low == line.high
            more |= {
                "budget": line.budget or None,
                "paid": line.low if sure else None,
                "paid_low": line.low,
                "paid_high": line.high if line.high < ENDLESS else None,
                "sum_low": line.sum_low,
                "sum_high": line.sum_high if line.sum_high < ENDLESS else None,
                "before_budget": line.before_budget,
                "together": None if line.together is None else numbers[line.together],
                "cut": "; ".join(line.cut) or None,
                "hangs_on": None if sure else "; ".join(line.hangs_on) or None,
                "won_subject": line.winner.row["subject"] if line.winner else None,
                "won_measure": line.winner.row["measure"] if line.winner else None,
                "firm_chooses": line.chooses,
            }
        made.append(row | more)
    return pl.DataFrame(made, schema={**outcomes.schema, **STACKED})
