"""A formula of a measure for each of many subjects: in columns where there are many, else by the interpreter; both exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl

from wutong.errors import RuleError
from wutong.policy.amount import Formula
from wutong.policy.definition import Definition
from wutong.policy.feel import exact
from wutong.policy.feel.check import check
from wutong.policy.feel.columns import Compiled, applied, compile_columns
from wutong.policy.feel.stages import RefusedError
from wutong.policy.feel.substitute import LARGEST, with_names
from wutong.policy.feel.syntax import Expr, names_in, walk
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.subjects import dtype_of, stored, value_in

FEW: Final = 400
"""Up to so many different subjects are worked out one by one; a compiler would take longer."""

NO_END: Final = 2**62
"""Fen that stand for a sum without a known end; no real one comes near."""


def values_of(
    formula: Formula,
    definitions: Sequence[Definition],
    table: pl.DataFrame,
    fields: Mapping[str, Field],
    more: Mapping[str, Field] | None = None,
) -> list[Value]:
    """Work out a formula for every row of a table of subjects.

    Parameters
    ----------
    formula : Formula
        Of a measure or a rulebook: of a number, a date, a text or a truth.
    definitions : sequence of Definition
        Names of the edition that it may ask for.
    table : polars.DataFrame
        Subjects; a fact without a column is not known.
    fields : mapping of str to Field
        The facts of the rulebook.
    more : mapping of str to Field or None
        Further columns that the formula may ask for, such as ``paid_on``.

    Returns
    -------
    list of Value
        One for each row, in base units; None where it is not known.

    Examples
    --------
    >>> from wutong.policy.amount import formula
    >>> from wutong.policy.feel.faults import Source
    >>> from wutong.policy.feel.types import MONEY
    >>> from wutong.words import Text
    >>> half = formula(Source("投资 * 50%"), {"投资": MONEY})
    >>> values_of(half, (), pl.DataFrame({"投资": [3, None]}), {"投资": Field("投资", Text("", ""), MONEY)})
    [Fraction(3, 2), None]
    """
    found = _worked(formula, definitions, table, {**fields, **(more or {})})
    if isinstance(found, list):
        return found
    if formula.typed.type.kind == "number":
        return [None if over is None else Fraction(over, under) for over, under in found.rows()]
    return found["value"].to_list()


def fen_of(
    formula: Formula,
    definitions: Sequence[Definition],
    table: pl.DataFrame,
    fields: Mapping[str, Field],
    *,
    up: bool = False,
) -> pl.Series:
    """Work out a sum of money for every row, in whole fen: parts of a fen left off, or counted full with ``up``.

    Parameters
    ----------
    formula, definitions, table, fields
        As for ``values_of``.
    up : bool
        A part of a fen counts as one.

    Returns
    -------
    polars.Series
        Int64, null where not known; what is beyond all measure is ``NO_END``.
    """
    found = _worked(formula, definitions, table, fields)
    if isinstance(found, list):
        return pl.Series([_whole(value, up) for value in found], dtype=pl.Int64)
    over, under = pl.col("value").cast(pl.Int128), pl.col("under").cast(pl.Int128)
    more = under - 1 if up else pl.lit(0, dtype=pl.Int128)
    bounds = (pl.lit(end, dtype=pl.Int128) for end in (-NO_END, NO_END))
    whole = pl.max_horizontal(next(bounds), pl.min_horizontal((over + more) // under, next(bounds)))
    return found.select(pl.when(over.is_not_null()).then(whole).cast(pl.Int64).alias("fen"))["fen"]


def days_of(
    formula: Formula,
    definitions: Sequence[Definition],
    table: pl.DataFrame,
    fields: Mapping[str, Field],
    more: Mapping[str, Field] | None = None,
) -> pl.Series:
    """Work out a day for every row; null where not known."""
    found = values_of(formula, definitions, table, fields, more)
    return pl.Series([value if isinstance(value, date) else None for value in found], dtype=pl.Date)


def truths_of(
    formula: Formula,
    definitions: Sequence[Definition],
    table: pl.DataFrame,
    fields: Mapping[str, Field],
    more: Mapping[str, Field] | None = None,
) -> pl.Series:
    """Work out whether a condition holds for every row; null where not known."""
    found = values_of(formula, definitions, table, fields, more)
    return pl.Series([value if isinstance(value, bool) else None for value in found], dtype=pl.Boolean)


def ranks_of(
    formula: Formula,
    definitions: Sequence[Definition],
    table: pl.DataFrame,
    fields: Mapping[str, Field],
    *,
    highest_first: bool,
) -> pl.Series:
    """Place the rows in the order of a number or date: 1 for the first, equal ones alike, null where not known.

    Parameters
    ----------
    formula, definitions, table, fields
        As for ``values_of``.
    highest_first : bool
        The highest number or latest date is the first.

    Returns
    -------
    polars.Series
        Int64, one for each row.
    """
    found = _worked(formula, definitions, table, fields)
    if not isinstance(found, list) and found["under"].n_unique() <= 1:
        return found["value"].rank("dense", descending=highest_first).cast(pl.Int64)
    values = values_of(formula, definitions, table, fields) if not isinstance(found, list) else found
    numbers = {value for value in values if isinstance(value, Fraction)}
    dates = {value for value in values if isinstance(value, date)}
    ordered: list[Value] = [*sorted(numbers, reverse=highest_first), *sorted(dates, reverse=highest_first)]
    places: dict[Value, int] = {value: place for place, value in enumerate(ordered, 1)}
    return pl.Series([places.get(value) for value in values], dtype=pl.Int64)


def asked_by(formula: Formula, definitions: Sequence[Definition], fields: Mapping[str, Field]) -> list[str]:
    """Facts that a formula asks for, through definitions too, in the order of the fields."""
    defined = {one.name: one.formula for one in definitions}
    waiting = list(names_in(formula.tree))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += names_in(defined[name].tree) if name in defined else ()
    return [name for name in fields if name in seen]


def editions_of_subjects(measure: Measure, table: pl.DataFrame) -> pl.Series:
    """Which edition each subject falls in, counted from 0; -1 for none, null where its date is not known.

    Parameters
    ----------
    measure : Measure
        The measure.
    table : polars.DataFrame
        Subjects.

    Returns
    -------
    polars.Series
        Int32, one for each row.
    """
    first = measure.editions[0].force
    if first is None:
        return pl.Series("edition", [0], dtype=pl.Int32).new_from_index(0, table.height)
    on = pl.col(first.by) if first.by in table.columns else pl.lit(None, dtype=pl.Date)
    found = pl.lit(-1, dtype=pl.Int32)
    for at, edition in enumerate(measure.editions):
        force = edition.force
        assert force is not None
        holds = on >= force.start
        if force.end is not None:
            holds &= on <= force.end
        found = pl.when(holds).then(pl.lit(at, dtype=pl.Int32)).otherwise(found)
    return table.with_columns(pl.when(on.is_not_null()).then(found).alias("·edition"))["·edition"]


# ------------------------------------------------------------ two ways to the same


def _worked(
    formula: Formula, definitions: Sequence[Definition], table: pl.DataFrame, fields: Mapping[str, Field]
) -> list[Value] | pl.DataFrame:
    """Values by the interpreter, or columns ``value`` and ``under``."""
    asked = asked_by(formula, definitions, fields)
    if not asked:
        return [_one(formula, definitions, {})] * table.height
    held = table.with_columns(
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(dtype_of(fields[name])).alias(name)
        for name in asked
    ).select(asked)
    if held.height > FEW and formula.typed.type.kind in ("number", "date", "boolean", "text"):
        compiled = _compiled(formula, definitions, held, fields)
        if compiled is not None:
            return applied(compiled, held.lazy()).collect()
    kinds = held.unique(maintain_order=True).with_row_index("·kind")
    found = [
        _one(formula, definitions, {name: value_in(row[name], fields[name]) for name in asked})
        for row in kinds.iter_rows(named=True)
    ]
    at = held.join(kinds, on=asked, how="left", nulls_equal=True, maintain_order="left")["·kind"]
    return [found[kind] for kind in at]


def _one(formula: Formula, definitions: Sequence[Definition], facts: Mapping[str, Value]) -> Value:
    known = dict(facts)
    for one in definitions:
        known[one.name] = exact.evaluate(one.formula.tree, known)
    return exact.evaluate(formula.tree, known)


def _compiled(
    formula: Formula, definitions: Sequence[Definition], held: pl.DataFrame, fields: Mapping[str, Field]
) -> Compiled | None:
    """The formula over columns; None where columns cannot give it exactly."""
    written: dict[str, Expr] = {}
    for one in definitions:
        written[one.name] = with_names(one.formula.tree, written)
        if sum(1 for _ in walk(written[one.name])) > LARGEST:
            return None
    tree = with_names(formula.tree, written)
    names: dict[str, Type] = {name: _held(fields[name], held[name]) for name in held.columns}
    try:
        return compile_columns(check(tree, names, formula.source), formula.source)
    except RefusedError:
        return None
    except RuleError:  # written out, it is deeper than a tree may be
        return None


def _held(field: Field, column: pl.Series) -> Type:
    if field.type.kind not in ("number", "days", "months"):
        return field.type
    least, most = column.min(), column.max()
    assert isinstance(least, int | None)
    assert isinstance(most, int | None)
    return stored(field, max(abs(least or 0), abs(most or 0)))


def _whole(value: Value, up: bool) -> int | None:
    if not isinstance(value, Fraction):
        return None
    whole = -(-value.numerator // value.denominator) if up else value.numerator // value.denominator
    return max(-NO_END, min(NO_END, whole))
