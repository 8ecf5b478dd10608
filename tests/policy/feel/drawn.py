"""Random expressions that are well typed, and random rows with nulls for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import polars as pl
from hypothesis import strategies as st

from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Property,
    Range,
)
from wutong.policy.feel.types import (
    BOOLEAN,
    DATE,
    DAYS,
    MONEY,
    MONTHS,
    NUMBER,
    RATE,
    TEXT,
    Type,
    choice,
    held_as,
)
from wutong.policy.feel.values import Days, Months, Value

NAMES: Final[Mapping[str, Type]] = MappingProxyType(
    {
        "n": held_as(NUMBER, 1, 1_000),
        "Decimal Number": held_as(NUMBER, 100, 100_000),
        "投资": held_as(MONEY, 1, 10**10),
        "税收": held_as(MONEY, 1, 10**6),
        "增长率": held_as(RATE, 10_000, 10**5),
        "规上": BOOLEAN,
        "已投产": BOOLEAN,
        "名称": TEXT,
        "other text": TEXT,
        "土地": choice("new", "old", "厂房"),
        "签约日": DATE,
        "firm.opened": DATE,
        "建设期": held_as(MONTHS, 1, 600),
        "停产": held_as(DAYS, 1, 10**8),
    }
)
_TEXTS: Final = ("", "a", "ab", "ba", "晋城", "城 a", "x.y")
_DAYS: Final = (date(1, 1, 1), date(2023, 8, 31), date(2024, 2, 29), date(2026, 11, 23), date(9999, 12, 31))

Drawn = st.SearchStrategy[Any]


@cache
def _of(kind: str, depth: int) -> Drawn:
    leaf = _leaf(kind)
    if depth <= 0:
        return leaf
    inner = depth - 1
    boolean = st.deferred(lambda: _of("boolean", inner))
    same = st.deferred(lambda: _of(kind, inner))
    grown: list[Drawn] = [leaf, st.builds(If, boolean, same, same)]
    return st.one_of(*grown, *_GROWN[kind](inner))


def _leaf(kind: str) -> Drawn:
    named = [st.just(Name(name)) for name, type_ in NAMES.items() if _group(type_) == kind]
    literals: dict[str, Drawn] = {
        "number": st.builds(
            lambda number, under: Literal(Fraction(number, under)),
            st.integers(0, 300),
            st.sampled_from((1, 10, 100)),
        ),
        "money": st.builds(
            lambda number, unit: Literal(Fraction(number), unit),
            st.integers(0, 50),
            st.sampled_from(("元", "万元", "分")),
        ),
        "rate": st.builds(
            lambda number, unit: Literal(Fraction(number), unit),
            st.integers(0, 120),
            st.sampled_from(("%", "‰")),
        ),
        "boolean": st.sampled_from((Literal(True), Literal(False))),
        "text": st.sampled_from([Literal(text) for text in _TEXTS]),
        "date": st.sampled_from([Literal(day) for day in _DAYS]),
        "months": st.sampled_from((Literal(Fraction(3), "年"), Literal(Months(7)), Literal(Months(-1)))),
        "days": st.sampled_from((Literal(Fraction(30), "天"), Literal(Days(Fraction(-5_000))))),
    }
    return st.one_of(*named, literals[kind])


def _group(type_: Type) -> str:
    if type_.kind != "number":
        return type_.kind
    return {MONEY.unit: "money", RATE.unit: "rate"}.get(type_.unit, "number")


def _call(function: str, *arguments: Drawn) -> Drawn:
    return st.builds(lambda *given: Call(function, given), *arguments)


def _binary(operators: tuple[str, ...], left: Drawn, right: Drawn) -> Drawn:
    return st.builds(Binary, st.sampled_from(operators), left, right)


def _numbers(depth: int) -> list[Drawn]:
    number, money, rate, text, day, length = (
        _of(kind, depth) for kind in ("number", "money", "rate", "text", "date", "days")
    )
    digits = st.sampled_from((Literal(Fraction(0)), Literal(Fraction(2)), Minus(Literal(Fraction(1)))))
    return [
        _binary(("+", "-", "*", "/"), number, number),
        _binary(("/",), money, money),
        _binary(("+", "*"), number, rate),
        _binary(("**",), number, st.sampled_from([Literal(Fraction(n)) for n in range(4)])),
        st.builds(Minus, number),
        _call("abs", number),
        _call("modulo", number, number),
        _call("min", number, number, number),
        _call("max", number, number),
        _call("mean", number, number),
        *[_call(name, number, digits) for name in _ROUNDINGS],
        _call("floor", number),
        _call("string length", text),
        _call("year", day),
        _call("week of year", day),
        _call("day of year", day),
        st.builds(Property, day, st.sampled_from(("year", "month", "day", "weekday"))),
        st.builds(Property, length, st.sampled_from(("days", "hours", "minutes", "seconds"))),
        st.builds(Property, _of("months", depth), st.sampled_from(("years", "months"))),
    ]


_ROUNDINGS: Final = (
    "floor",
    "ceiling",
    "decimal",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "round half even",
)


def _moneys(depth: int) -> list[Drawn]:
    money = _of("money", depth)
    step = st.sampled_from(
        (Literal(Fraction(1), "元"), Literal(Fraction(1), "万元"), Literal(Fraction(7), "分"))
    )
    return [
        _binary(("+", "-"), money, money),
        _binary(("*",), money, _of("rate", depth)),
        _binary(("*", "/"), money, _of("number", depth)),
        _call("min", money, money),
        _call("max", money, money),
        _call("sum", money, money, money),
        *[_call(name, money, step) for name in _ROUNDINGS],
        st.builds(Minus, money),
    ]


def _rates(depth: int) -> list[Drawn]:
    rate = _of("rate", depth)
    return [_binary(("+", "-", "*"), rate, rate), _call("max", rate, rate), _call("abs", rate)]


def _booleans(depth: int) -> list[Drawn]:
    found: list[Drawn] = []
    for kind in ("number", "money", "rate", "text", "date", "days", "months"):
        value = _of(kind, depth)
        null = st.just(Literal(None))
        found += [
            _binary(("=", "!=", "<", "<=", ">", ">="), value, value),
            _binary(("=", "!="), value, null),
            st.builds(Between, value, value, value),
            st.builds(In, value, st.lists(_test(value), min_size=1, max_size=3).map(tuple)),
        ]
    boolean, text, number = _of("boolean", depth), _of("text", depth), _of("number", depth)
    return [
        *found,
        _binary(("and", "or", "=", "!="), boolean, boolean),
        _call("not", boolean),
        *[_call(name, text, text) for name in ("contains", "starts with", "ends with")],
        _call("is", text, text),
        _call("odd", number),
        _call("even", number),
        _call("matches", text, st.sampled_from((Literal("a"), Literal("^[ab]+$"), Literal("(")))),
        st.builds(
            In,
            st.just(Name("土地")),
            st.lists(st.sampled_from((Literal("new"), Literal("厂房"))), min_size=1, max_size=2).map(tuple),
        ),
    ]


def _test(value: Drawn) -> Drawn:
    return st.one_of(
        value,
        st.builds(Compare, st.sampled_from(("<", "<=", ">", ">=", "=", "!=")), value),
        st.builds(Range, value, value, st.booleans(), st.booleans()),
        st.just(Literal(None)),
    )


def _texts(depth: int) -> list[Drawn]:
    text, number = _of("text", depth), _of("number", depth)
    return [
        _binary(("+",), text, text),
        _call("substring", text, number),
        _call("substring", text, number, number),
        _call("upper case", text),
        _call("lower case", text),
        _call("substring before", text, text),
        _call("substring after", text, text),
        _call("replace", text, st.sampled_from((Literal("a"), Literal("[ab]+"))), st.just(Literal("[$0]"))),
        _call("string", _of("boolean", depth)),
        _call("string", _of("date", depth)),
        _call("day of week", _of("date", depth)),
        _call("month of year", _of("date", depth)),
    ]


def _dates(depth: int) -> list[Drawn]:
    day, number = _of("date", depth), _of("number", depth)
    return [
        _binary(("+", "-"), day, _of("months", depth)),
        _binary(("+", "-"), day, _of("days", depth)),
        _binary(("+",), _of("days", depth), day),
        _call("date", _of("text", depth)),
        _call("date", number, number, number),
        _call("max", day, day),
    ]


def _lengths(kind: str, depth: int) -> list[Drawn]:
    length, number = _of(kind, depth), _of("number", depth)
    own = (
        _binary(("-",), _of("date", depth), _of("date", depth))
        if kind == "days"
        else _call("years and months duration", _of("date", depth), _of("date", depth))
    )
    return [
        own,
        _binary(("+", "-"), length, length),
        _binary(("*", "/"), length, number),
        _call("abs", length),
        _call("max", length, length),
        st.builds(Minus, length),
    ]


_GROWN: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "number": _numbers,
        "money": _moneys,
        "rate": _rates,
        "boolean": _booleans,
        "text": _texts,
        "date": _dates,
        "days": lambda depth: _lengths("days", depth),
        "months": lambda depth: _lengths("months", depth),
    }
)

expressions: Final[st.SearchStrategy[Expr]] = st.sampled_from(tuple(_GROWN)).flatmap(
    lambda kind: _of(kind, 2)
)
"""An expression of any kind, three steps deep or less."""


def _stored(type_: Type) -> Drawn:
    if type_.kind in ("number", "days", "months"):
        number = st.one_of(st.integers(-3, 3), st.integers(-type_.largest, type_.largest))
        return st.none() | number
    if type_.choices:
        return st.none() | st.sampled_from(type_.choices)
    kinds: dict[str, Drawn] = {
        "boolean": st.booleans(),
        "text": st.sampled_from((*_TEXTS, "2024-02-29", "2023-02-29")),
        "date": st.sampled_from(_DAYS) | st.dates(),
    }
    return st.none() | kinds[type_.kind]


rows: Final = st.lists(
    st.fixed_dictionaries({name: _stored(type_) for name, type_ in NAMES.items()}), min_size=1, max_size=4
)
"""Rows as columns store them."""

_DTYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {"boolean": pl.Boolean, "text": pl.String, "date": pl.Date}
)


def frame(drawn: list[dict[str, Any]], names: Mapping[str, Type] = NAMES) -> pl.DataFrame:
    """Rows as columns."""
    schema = {name: _DTYPES.get(type_.kind, pl.Int64) for name, type_ in names.items()}
    return pl.DataFrame(drawn, schema=schema, orient="row")


def meant(row: Mapping[str, Any], names: Mapping[str, Type] = NAMES) -> dict[str, Value]:
    """A stored row as the interpreter is given it."""
    found: dict[str, Value] = {}
    for name, type_ in names.items():
        value = row[name]
        if value is not None and type_.kind == "number":
            value = Fraction(value, type_.scale)
        elif value is not None and type_.kind == "days":
            value = Days(Fraction(value))
        elif value is not None and type_.kind == "months":
            value = Months(value)
        found[name] = value
    return found
