"""A rulebook over tables of subjects: all measures at once in columns, for one firm and for ten million alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from wutong.policy.columns.bounds import Bounds
from wutong.policy.columns.in_polars import worked_out
from wutong.policy.columns.in_sql import refused, statements
from wutong.policy.columns.node import Node, column
from wutong.policy.columns.program import Program, program
from wutong.policy.feel.stages import RefusedError
from wutong.policy.fields import Field
from wutong.policy.measure import STATES, Measure
from wutong.policy.outcomes import COLUMNS, outcomes_by_hand
from wutong.policy.plan import Plan, plans_of
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked, dtype_of

PARTS: Final = ("state", "amount", "low", "high", "clause")


@dataclass(frozen=True, slots=True)
class Planned:
    """What is ready to run over one kind of subject.

    ``by_hand`` are measures that columns cannot give exactly, which the interpreter gives; for most rulebooks none.
    """

    kind: str
    plans: tuple[Plan, ...]
    by_hand: tuple[Measure, ...]


Engine = Callable[[Program, pl.DataFrame], pl.DataFrame]
"""Works out a program over a table: its outputs, row by row in the order of the table."""


def in_polars(made: Program, table: pl.DataFrame) -> pl.DataFrame:
    """The engine that is always there."""
    return worked_out(made, table.lazy()).collect()


def in_duckdb(ask: Callable[[Sequence[str], Mapping[str, pl.DataFrame]], pl.DataFrame]) -> Engine:
    """An engine that asks DuckDB, or whatever answers the same SQL; what SQL cannot give exactly is left to Polars.

    Parameters
    ----------
    ask : callable
        Such as ``wutong.zone.store.answered``.

    Returns
    -------
    callable
        For ``outcomes``.
    """

    def engine(made: Program, table: pl.DataFrame) -> pl.DataFrame:
        unfit = refused(made)
        fit = replace(made, outputs={name: at for name, at in made.outputs.items() if name not in unfit})
        rest = replace(made, outputs={name: at for name, at in made.outputs.items() if name in unfit})
        found = []
        if fit.outputs:
            found.append(ask(statements(fit, "subjects"), {"subjects": table}))
        if rest.outputs:
            found.append(in_polars(rest, table))
        return pl.concat(found, how="horizontal")

    return engine


def outcomes(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], engine: Engine = in_polars
) -> pl.DataFrame:
    """Work out a rulebook for all subjects.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table, as ``wutong.policy.subjects`` has it.
    engine : callable
        What works out columns.

    Returns
    -------
    polars.DataFrame
        As ``wutong.policy.outcomes.outcomes_by_hand``, to the fen: subjects in their order, within each the measures in
        the order of the rulebook.

    Raises
    ------
    TableError
        If a table is not as it must be.
    """
    found = [_of_kind(book, kind, table, engine) for kind, table in subjects.items()]
    return pl.concat([pl.DataFrame(schema=dict(COLUMNS)), *found])


def _of_kind(book: Rulebook, kind: str, table: pl.DataFrame, engine: Engine) -> pl.DataFrame:
    subjects = checked(table, book.fields)
    ready = planned(book, kind, bounds_of(subjects.lazy(), book.fields))
    wide = engine(wide_program(ready), subjects) if ready.plans else pl.DataFrame()
    keys = subjects.select("subject", "firm", kind=pl.lit(kind)).with_row_index("·row")
    order = {measure.id: at for at, measure in enumerate(book.measures)}
    parts = [
        keys.with_columns(
            measure=pl.lit(plan.measure),
            state=wide[f"{plan.measure}.state"].replace_strict(
                dict(enumerate(STATES)), return_dtype=pl.String
            ),
            # a column may be wider than any of its values needs
            amount=wide[f"{plan.measure}.amount"].cast(pl.Int64),
            low=wide[f"{plan.measure}.low"].cast(pl.Int64),
            high=wide[f"{plan.measure}.high"].cast(pl.Int64),
            clause=wide[f"{plan.measure}.clause"].replace_strict(
                dict(enumerate(plan.clauses)), return_dtype=pl.String
            ),
            **{"·order": pl.lit(order[plan.measure])},
        )
        for plan in ready.plans
    ]
    for measure in ready.by_hand:
        alone = replace(book, measures=(measure,))
        rows = outcomes_by_hand(alone, {kind: subjects}).drop("subject", "firm", "kind")
        parts.append(
            pl.concat([keys, rows], how="horizontal").with_columns(**{"·order": pl.lit(order[measure.id])})
        )
    if not parts:
        return pl.DataFrame(schema=dict(COLUMNS))
    return pl.concat(parts).sort("·row", "·order").select(list(COLUMNS))


def bounds_of(table: pl.LazyFrame, fields: Mapping[str, Field]) -> dict[str, Bounds]:
    """Least and greatest number of each column that holds a fact, widened away from 0 to the next power of two, or to 0.

    Parameters
    ----------
    table : polars.LazyFrame
        Subjects.
    fields : mapping of str to Field
        Facts; one without a column has no bounds.

    Returns
    -------
    dict of str to (int, int)
        (0, 0) for what is no number.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> from wutong.words import Text
    >>> bounds_of(pl.LazyFrame({"投资": [5, -1, None]}), {"投资": Field("投资", Text("", ""), MONEY)})
    {'投资': (-1, 7)}
    """
    there = table.collect_schema().names()
    known = [name for name in fields if name in there]
    numbers = [name for name in known if dtype_of(fields[name]) == pl.Int64]
    asked = [pl.col(name).cast(pl.Int64).min().alias(f"{at}l") for at, name in enumerate(numbers)]
    asked += [pl.col(name).cast(pl.Int64).max().alias(f"{at}h") for at, name in enumerate(numbers)]
    row = table.select(asked).collect(engine="streaming").row(0, named=True) if asked else {}
    found: dict[str, Bounds] = dict.fromkeys(known, (0, 0))
    for at, name in enumerate(numbers):
        low, high = row[f"{at}l"] or 0, row[f"{at}h"] or 0
        found[name] = (-_wider(-low) if low < 0 else 0, _wider(high) if high > 0 else 0)
    return found


def _wider(number: int) -> int:
    """The next number of ones alone in base two, so that a few more fen make no other program."""
    return (1 << number.bit_length()) - 1


def planned(book: Rulebook, kind: str, bounds: Mapping[str, Bounds]) -> Planned:
    """Put the measures for one kind of subject into columns.

    Parameters
    ----------
    book : Rulebook
        The measures.
    kind : str
        firm, project or person.
    bounds : mapping of str to (int, int)
        As ``bounds_of`` gives them.

    Returns
    -------
    Planned
        Plans, and what is left to the interpreter.
    """
    measures = [measure for measure in book.measures if measure.subject == kind]
    try:
        return Planned(kind, plans_of(measures, book.fields, bounds), ())
    except RefusedError:
        pass
    plans: list[Plan] = []
    by_hand: list[Measure] = []
    for measure in measures:
        try:
            plans += plans_of([measure], book.fields, bounds)
        except RefusedError:
            by_hand.append(measure)
    return Planned(kind, tuple(plans), tuple(by_hand))


def wide_of(
    ready: Planned, table: pl.LazyFrame, parts: Sequence[str] = PARTS, keep: Sequence[str] = ()
) -> pl.LazyFrame:
    """Columns ``M01.state``, ``M01.amount`` … for every measure that columns can give; never collected here.

    Parameters
    ----------
    ready : Planned
        What ``planned`` gave, for bounds that hold for the table.
    table : polars.LazyFrame
        Subjects.
    parts : sequence of str
        Which of state, amount, low, high, clause; states and clauses as one byte.
    keep : sequence of str
        Columns of texts that go along, such as ``subject``.

    Returns
    -------
    polars.LazyFrame
        Row by row, so that it can be streamed.
    """
    return worked_out(wide_program(ready, parts, keep), table)


def wide_program(ready: Planned, parts: Sequence[str] = PARTS, keep: Sequence[str] = ()) -> Program:
    """The program whose outputs ``wide_of`` gives; any engine may work it out."""
    outputs = {name: column(name, "text") for name in keep}
    outputs |= {f"{plan.measure}.{part}": _part(plan, part) for plan in ready.plans for part in parts}
    return program(outputs)


def _part(plan: Plan, part: str) -> Node:
    match part:
        case "state":
            return plan.state.cast("u8")
        case "amount":
            return plan.amount
        case "low":
            return plan.low
        case "high":
            return plan.high
    return plan.clause.cast("u8")
