"""Subjects as a table: one row each, facts as columns of whole numbers, so that nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.errors import TableError
from wutong.policy.feel.faults import listed
from wutong.policy.feel.types import Type, held_as
from wutong.policy.feel.values import Days, Months, Value
from wutong.policy.fields import Field
from wutong.words import Text, nearest_words

KEYS: Final = ("subject", "firm")
"""Columns that every table of subjects has: the subject's id, and the firm that it is or belongs to."""

_SCALES: Final[Mapping[tuple[tuple[str, int], ...], int]] = MappingProxyType(
    {
        (("1", 1),): 1_000_000,
        (): 1_000_000,
        (("m2", 1),): 3_000,
        (("t", 1),): 1_000,
        (("kWh", 1),): 1_000,
        (("m3", 1),): 1_000,
        (("cent", -1), ("fen", 1)): 1_000_000,
    }
)
"""How often a column holds the unit: a rate in millionths, an area in three-thousandths of a m², so that 1亩 is whole;
all others once."""

_DTYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {"boolean": pl.Boolean(), "text": pl.String(), "date": pl.Date()}
)


def stored(field: Field, largest: int | None = None) -> Type:
    """How a column holds a fact.

    Parameters
    ----------
    field : Field
        The fact.
    largest : int or None
        No number of the column is larger, as it is held; None where that is not known.

    Returns
    -------
    Type
        With ``scale``: the column holds a number times that, as Int64.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY, RATE
    >>> stored(Field("产值", Text("", ""), MONEY)).scale, stored(Field("增速", Text("", ""), RATE)).scale
    (1, 1000000)
    """
    scale = _SCALES.get(field.type.unit, 1) if field.type.kind == "number" else 1
    return held_as(field.type, scale) if largest is None else held_as(field.type, scale, largest)


def dtype_of(field: Field) -> pl.DataType:
    """Type of the column that holds a fact; numbers and durations are whole."""
    return _DTYPES.get(field.type.kind, pl.Int64())


def table_of(
    rows: Iterable[tuple[str, str, Mapping[str, Value]]], fields: Mapping[str, Field]
) -> pl.DataFrame:
    """Put subjects into a table.

    Parameters
    ----------
    rows : iterable of (str, str, mapping)
        Id, firm and facts in base units of each; what is not there or None is not known.
    fields : mapping of str to Field
        The facts that become columns.

    Returns
    -------
    polars.DataFrame
        ``subject``, ``firm`` and one column a fact.

    Raises
    ------
    TableError
        If a number is finer than its column holds.

    Examples
    --------
    >>> from wutong.policy.feel.types import RATE
    >>> table_of([("a", "a", {"增速": Fraction(1, 4)}), ("b", "b", {})], {"增速": Field("增速", Text("", ""), RATE)}).rows()
    [('a', 'a', 250000), ('b', 'b', None)]
    """
    listed_rows = list(rows)
    columns: dict[str, pl.Series] = {
        "subject": pl.Series([row[0] for row in listed_rows], dtype=pl.String),
        "firm": pl.Series([row[1] for row in listed_rows], dtype=pl.String),
    }
    for name, field in fields.items():
        values = [held(row[2].get(name), field, row[0]) for row in listed_rows]
        columns[name] = pl.Series(values, dtype=dtype_of(field))
    return pl.DataFrame(columns)


def held(value: Value, field: Field, subject: str) -> int | str | bool | date | None:
    """A value as the column of a fact holds it.

    Raises
    ------
    TableError
        If a number is too large, or finer than its column holds; ``subject`` is named in it.

    Examples
    --------
    >>> from wutong.policy.feel.types import RATE
    >>> held(Fraction(1, 4), Field("增速", Text("", ""), RATE), "a")
    250000
    """
    match value:
        case Fraction():
            number = value * stored(field).scale
        case Days(seconds=seconds):
            number = Fraction(seconds)
        case Months(months=months):
            number = Fraction(months)
        case bool() | str() | date() | None:
            return value
        case _:
            raise TypeError(field.name)  # ranges are no facts
    if number.denominator != 1 or abs(number) >= 2**63:
        raise TableError(
            Text(
                f"{subject}，{field.name}：{value}太大或位数太多，列里放不下。",
                f"{subject}, {field.name}: {value} is too large or too fine for its column.",
            )
        )
    return int(number)


def facts_at(table: pl.DataFrame, row: int, fields: Mapping[str, Field]) -> dict[str, Value]:
    """Facts of one subject, as the interpreter takes them.

    Parameters
    ----------
    table : polars.DataFrame
        Subjects.
    row : int
        Which row.
    fields : mapping of str to Field
        The facts; those without a column are not known.

    Returns
    -------
    dict of str to Value
        In base units.
    """
    there = set(table.columns)
    return {
        name: value_in(table[name][row], field) if name in there else None for name, field in fields.items()
    }


def value_in(held: int | str | bool | date | None, field: Field) -> Value:
    """A value of a column, in base units."""
    if isinstance(held, int) and not isinstance(held, bool):
        if field.type.kind == "days":
            return Days(Fraction(held))
        if field.type.kind == "months":
            return Months(held)
        return Fraction(held, stored(field).scale)
    return held


def checked(table: pl.DataFrame, fields: Mapping[str, Field], asked: Sequence[str] = ()) -> pl.DataFrame:
    """Hold a table of subjects against what its facts must be.

    Parameters
    ----------
    table : polars.DataFrame
        With ``subject``; ``firm`` is the subject itself where it is not there.
    fields : mapping of str to Field
        The facts; a column that is none of them is let be, and one that is not there is not known for any subject.
    asked : sequence of str
        Facts that must have a column.

    Returns
    -------
    polars.DataFrame
        The same, with all keys, and Int64 for numbers.

    Raises
    ------
    TableError
        If a column is missing, is stored otherwise, holds a code that is on no list, or a subject stands twice.
    """
    if "subject" not in table.columns:
        raise TableError(Text("表中缺少“subject”一列。", 'The table has no column "subject".'))
    for name in asked:
        if name not in table.columns:
            near = nearest_words(name, table.columns)
            raise TableError(
                Text(
                    f"表中没有“{name}”一列。相近的有：{listed(near, 'zh')}。",
                    f'The table has no column "{name}". The nearest are: {listed(near, "en")}.',
                )
            )
    if table["subject"].null_count() or table["subject"].is_duplicated().any():
        raise TableError(
            Text("“subject”一列有空值或重复。", 'Column "subject" has empty or repeated values.')
        )
    made = table if "firm" in table.columns else table.with_columns(firm=pl.col("subject"))
    casts = []
    schema = table.schema
    for name, field in fields.items():
        if name not in schema:
            continue
        dtype, wanted = schema[name], dtype_of(field)
        fits = dtype == wanted or dtype == pl.Null or (wanted == pl.Int64 and dtype.is_integer())
        if not fits and not (wanted == pl.String and dtype in (pl.Categorical, pl.Enum)):
            raise TableError(
                Text(
                    f"“{name}”一列存为{dtype}，应为{wanted}。金额以分、比率以百万分之一存为整数。",
                    f'Column "{name}" is stored as {dtype} and should be {wanted}. Money is whole fen, a rate whole millionths.',
                )
            )
        casts.append(pl.col(name).cast(wanted))
        if field.type.choices:
            _of_choices(table[name].cast(pl.String), field)
    return made.with_columns(pl.col("subject", "firm").cast(pl.String), *casts)


def _of_choices(column: pl.Series, field: Field) -> None:
    strange = column.drop_nulls().unique().filter(~column.drop_nulls().unique().is_in(field.type.choices))
    if len(strange):
        raise TableError(
            Text(
                f"“{field.name}”一列有“{strange[0]}”，不在代码之列：{listed(list(field.type.choices), 'zh')}。",
                f'Column "{field.name}" holds "{strange[0]}", which is none of: {listed(list(field.type.choices), "en")}.',
            )
        )
