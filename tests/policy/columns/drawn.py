"""Random columns of every operation, and random rows with nulls for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, Final

import polars as pl
from hypothesis import strategies as st

from wutong.policy.columns.bounds import TooLargeError
from wutong.policy.columns.node import (
    Dtype,
    Node,
    column,
    day_of,
    first,
    greatest,
    least,
    literal,
    null,
    when,
)

COLUMNS: Final = (
    column("n", "i64", -1_000, 1_000),
    column("money", "i64", 0, 10**13),
    column("debt", "i64", -(10**14), 10**14),
    column("far", "i64", -(2**63) + 1, 2**63 - 1),
    column("parts", "i64", 1, 40),
    column("yes", "bool"),
    column("other yes", "bool"),
    column("text", "text"),
    column("城", "text"),
    column("day", "date"),
    column("second day", "date"),
)
_TEXTS: Final = ("", "a", "ab", "ba", "晋城", "城 a", "x.y", "2024", "aé", "🌳b")
_DAYS: Final = (date(1, 1, 1), date(2023, 12, 31), date(2024, 2, 29), date(2026, 11, 23), date(9999, 12, 31))
_FIRST: Final = (date(1, 1, 1) - date(1970, 1, 1)).days
_LAST: Final = (date(9999, 12, 31) - date(1970, 1, 1)).days

Drawn = st.SearchStrategy[Node]


def _tried(make: Callable[..., Node]) -> Callable[..., Node]:
    """The first argument instead of what would be too large."""

    def made(*args: Any) -> Node:
        try:
            return make(*args)
        except TooLargeError:
            kept: Node = args[0]
            return kept

    return made


@cache
def nodes(kind: str, depth: int = 3) -> Drawn:
    """A column of one kind: number, truth, text or date."""
    dtypes: dict[str, Dtype] = {"number": "i64", "truth": "bool", "text": "text", "date": "date"}
    values: dict[str, st.SearchStrategy[Any]] = {
        "number": st.integers(-9, 9) | st.sampled_from((100, 10_000, 2**62, 2**90)),
        "truth": st.booleans(),
        "text": st.sampled_from(_TEXTS),
        "date": st.sampled_from(_DAYS),
    }
    leaves = [one for one in COLUMNS if one.dtype == dtypes[kind]]
    leaf = st.one_of(
        st.sampled_from(leaves),
        st.sampled_from(leaves),
        values[kind].map(literal),
        st.just(null(dtypes[kind])),
    )
    if depth == 0:
        return leaf
    truth, same = nodes("truth", depth - 1), nodes(kind, depth - 1)
    choice = st.builds(
        _tried(lambda v, w, x, c, d: first([(c, v), (d, w)], x)), same, same, same, truth, truth
    )
    fill = st.builds(_tried(lambda one, other: one.fill_null(other)), same, same)
    return st.one_of(leaf, choice, fill, *_GROWN[kind](depth - 1))


def _under() -> Drawn:
    return st.sampled_from([column("parts", "i64", 1, 40), *map(literal, (1, 2, 3, 7, 10_000, 2**40))])


def _made(make: Callable[..., Node], *args: Drawn) -> Drawn:
    return st.builds(_tried(make), *args)


def _numbers(depth: int) -> list[Drawn]:
    one, text, day = (nodes(kind, depth) for kind in ("number", "text", "date"))
    parts = ("year", "month", "day", "weekday", "ordinal", "week")
    return [
        _made(lambda a, b: a + b, one, one),
        _made(lambda a, b: a - b, one, one),
        _made(lambda a, b: a * b, one, one),
        _made(lambda a, b: a // b, one, _under()),
        _made(lambda a, b: a % b, one, _under()),
        _made(abs, one),
        _made(lambda a: a.sign(), one),
        _made(least, one, one),
        _made(greatest, one, one),
        _made(lambda a: a.within(-500, 70_000), one),
        _made(lambda a: a.cast("i64"), nodes("truth", depth)),
        _made(lambda a: a.cast("u8"), nodes("truth", depth)),
        _made(lambda a: a.length(), text),
        _made(lambda a: a.digits(), text),
        _made(lambda a: a.days(), day),
        *[_made(lambda a, part=part: a.part(part), day) for part in parts],
    ]


def _truths(depth: int) -> list[Drawn]:
    one, text = nodes("truth", depth), nodes("text", depth)
    compares = [
        made
        for kind in ("number", "text", "date", "truth")
        for same in [nodes(kind, depth)]
        for made in (
            _made(lambda a, b: a == b, same, same),
            _made(lambda a, b: a != b, same, same),
            _made(lambda a: a.is_null(), same),
            _made(lambda a: a.is_not_null(), same),
        )
    ]
    orders = [
        made
        for kind in ("number", "text", "date")
        for same in [nodes(kind, depth)]
        for made in (
            _made(lambda a, b: a < b, same, same),
            _made(lambda a, b: a <= b, same, same),
            _made(lambda a, b: a > b, same, same),
            _made(lambda a, b: a >= b, same, same),
        )
    ]
    return [
        *compares,
        *orders,
        _made(lambda a, b: a & b, one, one),
        _made(lambda a, b: a | b, one, one),
        _made(lambda a: ~a, one),
        _made(lambda a, b: a.contains(b), text, text),
        _made(lambda a, b: a.starts(b), text, text),
        _made(lambda a, b: a.ends(b), text, text),
        _made(lambda a: a.matches("[ab]$"), text),
    ]


def _texts(depth: int) -> list[Drawn]:
    text, number, day = (nodes(kind, depth) for kind in ("text", "number", "date"))

    def place(one: Node) -> Node:
        return least(greatest(one, literal(0)), literal(5))

    return [
        _made(lambda a, b: a.concat(b), text, text),
        _made(lambda a, b: a.slice(place(b)), text, number),
        _made(lambda a, b, c: a.slice(place(b), place(c)), text, number, number),
        _made(lambda a: a.upper(), text),
        _made(lambda a: a.lower(), text),
        _made(lambda a, b: a.before(b), text, text),
        _made(lambda a, b: a.after(b), text, text),
        _made(lambda a: a.replace_all("[ab]", "+"), text),
        _made(lambda a: a.written(), number),
        _made(lambda a: a.written(), day),
        _made(lambda a: a.name("weekday_name"), day),
        _made(lambda a: a.name("month_name"), day),
        _made(least, text, text),
        _made(greatest, text, text),
    ]


def _dates(depth: int) -> list[Drawn]:
    day, number = nodes("date", depth), nodes("number", depth)
    return [
        _made(lambda a: day_of(a.part("year"), a.part("month"), literal(28)), day),
        _made(lambda a: a.within(_FIRST, _LAST).from_days(), number),
        _made(lambda a, b: (a.days() + b.within(-400, 400)).within(_FIRST, _LAST).from_days(), day, number),
        _made(least, day, day),
        _made(greatest, day, day),
        _made(lambda a, b: when(a < b, a), day, day),
    ]


_GROWN: Final = {"number": _numbers, "truth": _truths, "text": _texts, "date": _dates}

outputs: Final = st.lists(st.sampled_from(tuple(_GROWN)).flatmap(nodes), min_size=1, max_size=3).map(
    lambda found: {f"out {at}": one for at, one in enumerate(found)}
)
"""A few columns that are asked for together."""


def _stored(one: Node) -> st.SearchStrategy[Any]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "text": st.sampled_from(_TEXTS),
        "date": st.sampled_from(_DAYS) | st.dates(),
    }
    near = st.integers(max(one.low, -3), min(one.high, 3))
    return st.none() | kinds.get(one.dtype, near | st.integers(one.low, one.high))


rows: Final = st.lists(
    st.fixed_dictionaries({str(one.data): _stored(one) for one in COLUMNS}), min_size=1, max_size=5
)
"""Rows of the table."""

_DTYPES: Final[dict[str, Any]] = {"bool": pl.Boolean, "text": pl.String, "date": pl.Date}


def frame(drawn: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a table."""
    schema = {str(one.data): _DTYPES.get(one.dtype, pl.Int64) for one in COLUMNS}
    return pl.DataFrame(drawn, schema=schema, orient="row")
