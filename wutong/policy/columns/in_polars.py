"""A program in the words of Polars: columns made in stages, each once, for eager, lazy and streaming frames alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from wutong.policy.columns.node import DIGITS
from wutong.policy.columns.program import LEAVES, Program, Step, asked

NESTED: Final = 40
"""How deep an expression may be before its inner part becomes a column; Polars walks expressions by recursion."""

DTYPES: Final[Mapping[str, type[pl.DataType]]] = MappingProxyType(
    {
        "bool": pl.Boolean,
        "u8": pl.UInt8,
        "i64": pl.Int64,
        "i128": pl.Int128,
        "text": pl.String,
        "date": pl.Date,
    }
)


@dataclass(frozen=True, slots=True)
class Staged:
    """Columns that are made one stage after the other, and the expressions of the outputs over them."""

    stages: tuple[tuple[pl.Expr, ...], ...]
    outputs: Mapping[str, pl.Expr]


def staged(program: Program, prefix: str = "·") -> Staged:
    """Put a program into expressions.

    Parameters
    ----------
    program : Program
        The program.
    prefix : str
        Begins the names of columns made on the way; it grows until no column of the table that is asked for begins so.

    Returns
    -------
    Staged
        A step that is used twice or more is a column of its own; others stand inside the one that uses them.
    """
    while any(name.startswith(prefix) for name in (*asked(program), *program.outputs)):
        prefix += "·"
    found: list[pl.Expr] = []
    level: list[int] = []  # stages that must be there before the expression
    depth: list[int] = []
    stages: list[list[pl.Expr]] = []
    for at, step in enumerate(program.steps):
        parts = [found[arg] for arg in step.args]
        before = max((level[arg] for arg in step.args), default=0)
        deep = 1 + max((depth[arg] for arg in step.args), default=0)
        expression = _said(program, step, parts)
        if step.op not in LEAVES and (program.uses[at] > 1 or deep > NESTED):
            if before == len(stages):
                stages.append([])
            name = f"{prefix}{at}"
            stages[before].append(expression.alias(name))
            expression, before, deep = pl.col(name), before + 1, 1
        found.append(expression)
        level.append(before)
        depth.append(deep)
    outputs = {name: found[at] for name, at in program.outputs.items()}
    return Staged(tuple(map(tuple, stages)), outputs)


def worked_out(program: Program, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Work out a program over a table.

    Parameters
    ----------
    program : Program
        The program.
    frame : LazyFrame
        The columns that it asks for.

    Returns
    -------
    LazyFrame
        The outputs, row by row.

    Examples
    --------
    >>> from wutong.policy.columns.node import column
    >>> from wutong.policy.columns.program import program
    >>> money = column("投资", "i64", 0, 10**15)
    >>> worked_out(program({"补助": money * 8 // 100}), pl.LazyFrame({"投资": [1250, None]})).collect()["补助"].to_list()
    [100, None]
    """
    made = staged(program)
    for stage in made.stages:
        frame = frame.with_columns(stage)
    return frame.with_columns(**made.outputs).select(list(made.outputs))


def _said(program: Program, step: Step, parts: Sequence[pl.Expr]) -> pl.Expr:
    match step.op:
        case "column":
            name, dtype = pl.col(str(step.data)), DTYPES[step.dtype]
            return name if step.dtype in ("bool", "date") else name.cast(dtype)
        case "literal":
            return pl.lit(step.data, dtype=DTYPES[step.dtype])
        case "when":
            return _first(parts)
        case "min" | "max":
            return _extreme(program, step, parts)
        case "cast":
            return parts[0].cast(DTYPES[step.dtype])
        case "matches":
            assert isinstance(step.data, tuple)
            return parts[0].str.contains(step.data[0])
        case "replace":
            assert isinstance(step.data, tuple)
            return parts[0].str.replace_all(*step.data)
        case "written":
            date = program.steps[step.args[0]].dtype == "date"
            return parts[0].dt.strftime("%Y-%m-%d") if date else parts[0].cast(pl.String)
    return _SAID[step.op](*parts)


def _first(parts: Sequence[pl.Expr]) -> pl.Expr:
    *cases, otherwise = parts
    found: Any = pl
    for condition, value in zip(cases[::2], cases[1::2], strict=True):
        found = found.when(condition).then(value)
    chosen: pl.Expr = found.otherwise(otherwise)
    return chosen


def _extreme(program: Program, step: Step, parts: Sequence[pl.Expr]) -> pl.Expr:
    one, other = parts
    for bound, value in ((one, other), (other, one)):
        if bound.meta.is_literal() and not value.meta.is_literal() and step.dtype in ("i64", "i128"):
            return value.clip(None, bound) if step.op == "min" else value.clip(bound, None)
    smaller, larger = (one, other) if step.op == "min" else (other, one)
    return pl.when(one <= other).then(smaller).when(one > other).then(larger)


def _known(result: pl.Expr, *needed: pl.Expr) -> pl.Expr:
    known = needed[0].is_not_null()
    for one in needed[1:]:
        known = known & one.is_not_null()
    return pl.when(known).then(result)


def _divided(text: pl.Expr, match: pl.Expr, *, after: bool) -> pl.Expr:
    # one text for all rows is split wrongly where the first match is null (Polars 2.1), so it is made a column
    whole = pl.when(match.is_not_null()).then(text)
    parts = whole.str.splitn(match.fill_null(""), 2).struct
    part = parts.field("field_1") if after else parts.field("field_0")
    has = text.str.contains(match, literal=True)
    empty = pl.lit("")
    found = pl.when(match == "").then(text if after else empty).when(has).then(part).otherwise(empty)
    return _known(found, text, match)


def _date(year: pl.Expr, month: pl.Expr, number: pl.Expr) -> pl.Expr:
    parts = (year.cast(pl.Int32), month.cast(pl.Int32), number.cast(pl.Int32))
    return _known(pl.date(*parts), *parts)


_SAID: Final[Mapping[str, Callable[..., pl.Expr]]] = MappingProxyType(
    {
        "add": lambda one, other: one + other,
        "sub": lambda one, other: one - other,
        "mul": lambda one, other: one * other,
        "floordiv": lambda one, other: one // other,
        "mod": lambda one, other: one % other,
        "abs": lambda one: one.abs(),
        "sign": lambda one: one.sign(),
        "eq": lambda one, other: one == other,
        "ne": lambda one, other: one != other,
        "lt": lambda one, other: one < other,
        "le": lambda one, other: one <= other,
        "gt": lambda one, other: one > other,
        "ge": lambda one, other: one >= other,
        "and": lambda one, other: one & other,
        "or": lambda one, other: one | other,
        "not": lambda one: ~one,
        "is_null": lambda one: one.is_null(),
        "fill": lambda one, other: one.fill_null(other),
        "concat": lambda one, other: one + other,
        "length": lambda text: text.str.len_chars().cast(pl.Int64),
        "slice": lambda text, *places: _known(text.str.slice(*places), *places),
        "upper": lambda text: text.str.to_uppercase(),
        "lower": lambda text: text.str.to_lowercase(),
        "contains": lambda text, match: _known(text.str.contains(match, literal=True), text, match),
        "starts": lambda text, match: _known(text.str.starts_with(match), text, match),
        "ends": lambda text, match: _known(text.str.ends_with(match), text, match),
        "before": lambda text, match: _divided(text, match, after=False),
        "after": lambda text, match: _divided(text, match, after=True),
        "digits": lambda text: pl.when(text.str.contains(DIGITS)).then(text).cast(pl.Int64, strict=False),
        "year": lambda day: day.dt.year().cast(pl.Int64),
        "month": lambda day: day.dt.month().cast(pl.Int64),
        "day": lambda day: day.dt.day().cast(pl.Int64),
        "weekday": lambda day: day.dt.weekday().cast(pl.Int64),
        "ordinal": lambda day: day.dt.ordinal_day().cast(pl.Int64),
        "week": lambda day: day.dt.week().cast(pl.Int64),
        "weekday_name": lambda day: day.dt.strftime("%A"),
        "month_name": lambda day: day.dt.strftime("%B"),
        "date": _date,
        "days": lambda day: day.cast(pl.Int32).cast(pl.Int64),
        "from_days": lambda days: days.cast(pl.Int32).cast(pl.Date),
    }
)
