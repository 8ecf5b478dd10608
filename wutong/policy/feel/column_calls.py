"""The functions of the language over columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import trunc
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.policy.feel import column_functions as make
from wutong.policy.feel import quantities as q
from wutong.policy.feel.faults import OutsideError
from wutong.policy.feel.library import SCALES
from wutong.policy.feel.pattern import BackReferenceError
from wutong.policy.feel.quantities import Quantity
from wutong.policy.feel.signatures import ROUNDINGS
from wutong.policy.feel.stages import Column, Stages
from wutong.policy.feel.syntax import Call, Literal
from wutong.policy.feel.types import Typed
from wutong.policy.feel.values import Months, duration

_ONE: Final = Fraction(1)
_NUMERIC: Final = frozenset(("number", "days", "months"))


def called(maker: Stages, node: Call, typed: Typed) -> Column:
    """Compile the call of a function; ``is`` and what cannot be exact stand apart."""
    name, parts = node.function, typed.parts
    if name in ROUNDINGS:
        return _rounding(maker, node, parts)
    if name in _OF_NUMBERS:
        return _OF_NUMBERS[name](maker, parts)
    if name in _OF_OTHERS:
        return _OF_OTHERS[name](*(maker.plain(part, shared=True) for part in parts))
    if name in ("matches", "replace"):
        return _patterned(maker, node, parts)
    if name == "duration":
        return _duration(parts[0])
    if name == "string":
        return _string(maker, typed)
    if name == "date":
        return _date(maker, parts)
    return maker.refuse(
        name, node, "这个函数不能按列精确计算。", "Columns cannot give this function exactly."
    )


def _duration(text: Typed) -> Quantity:
    """A duration that is written out, for no other has a kind that is known."""
    found = duration(str(text.node.value)) if isinstance(text.node, Literal) else None
    if found is None:
        return q.missing()
    return q.constant(Fraction(found.months) if isinstance(found, Months) else found.seconds)


def property_of(maker: Stages, value: Typed, name: str) -> Column:
    """Compile part of a date or a duration."""
    if value.type.kind == "date":
        part = maker.plain(value).dt
        found = {"year": part.year, "month": part.month, "day": part.day, "weekday": part.weekday}[name]()
        return q.column(found.cast(pl.Int64), 1, 10_000)
    amount = maker.number(value, shared=True)
    sizes = {"days": make.DAY, "hours": 3600, "minutes": 60, "seconds": 1, "years": 12, "months": 1}
    above = {"hours": 24, "minutes": 60, "seconds": 60, "months": 12}.get(name)
    size = Fraction(sizes[name])
    if name == "seconds":  # the only part that need not be whole
        whole = q.rounded("round down", amount, Fraction(60))
        return q.added(amount, q.negative(whole))
    found_whole = maker.kept(q.rounded("round down", q.multiplied(amount, q.constant(1 / size)), _ONE))
    if above is None:
        return found_whole
    higher = q.rounded("round down", found_whole, Fraction(above))
    return q.added(found_whole, q.negative(higher))


def _rounding(maker: Stages, node: Call, parts: Sequence[Typed]) -> Quantity:
    scale = parts[1].node
    step = q.constant(_ONE) if not node.arguments[1:] else maker.number(parts[1])
    if step.constant is None:
        maker.refuse(
            "rounding from a column",
            node,
            "舍入的位数须写明，不能来自一列。",
            "What it is rounded to must be written out and not come from a column.",
        )
    amount = step.constant
    if node.arguments[1:] and not (isinstance(scale, Literal) and scale.unit):
        digits = trunc(amount)
        if digits not in SCALES:
            return q.missing()
        amount = Fraction(10) ** -digits
    return (
        q.rounded(node.function, maker.number(parts[0], shared=True), amount) if amount > 0 else q.missing()
    )


def _extreme(maker: Stages, parts: Sequence[Typed], operator: str) -> Column:
    best = parts[0]
    if best.type.kind not in _NUMERIC:
        found = maker.plain(best, shared=True)
        for part in parts[1:]:
            other = maker.plain(part, shared=True)
            first = maker.keep(found <= other if operator == "<=" else found >= other)
            found = maker.keep(pl.when(first).then(found).when(~first).then(other))
        return found
    amount = maker.number(best, shared=True)
    for part in parts[1:]:
        other_amount = maker.number(part, shared=True)
        one, two = q.difference(amount, other_amount)
        first = maker.keep(one <= two if operator == "<=" else one >= two)
        amount = maker.kept(q.chosen([(first, amount), (~first, other_amount)]))
    return amount


def _sum(maker: Stages, parts: Sequence[Typed]) -> Quantity:
    total = maker.number(parts[0])
    for part in parts[1:]:
        total = q.added(total, maker.number(part))
    return total


def _modulo(maker: Stages, parts: Sequence[Typed]) -> Quantity:
    one, other = (maker.number(part, shared=True) for part in parts)
    times = q.rounded("floor", maker.kept(q.multiplied(one, maker.kept(q.inverted(other)))), _ONE)
    return q.added(one, q.negative(q.multiplied(other, times)))


def _parity(maker: Stages, part: Typed, rest: int) -> pl.Expr:
    number = maker.number(part, shared=True)
    half = q.multiplied(q.added(number, q.constant(Fraction(-rest))), q.constant(Fraction(1, 2)))
    return q.is_whole(half)


def _absolute(maker: Stages, part: Typed) -> Quantity:
    number = maker.number(part)
    return Quantity(number.over.abs(), number.under, number.largest, number.most)


def _substring(maker: Stages, parts: Sequence[Typed]) -> pl.Expr:
    text = maker.plain(parts[0], shared=True)
    places = [
        maker.keep(q.rounded("round down", maker.number(part, shared=True), _ONE).over) for part in parts[1:]
    ]
    length = (
        None
        if parts[2].type.kind == "null" and isinstance(parts[2].node, Literal)
        else maker.number(parts[2])
    )
    if length is None:
        return make.substring(text, places[0], None)
    whole = make.substring(text, places[0], None)
    part = make.substring(text, places[0], places[1])
    # a length that is null is a length left out; one between 0 and 1 is too short
    long = q.difference(length, q.constant(_ONE))
    return pl.when(length.over.is_null()).then(whole).when(long[0] >= long[1]).then(part)


def _string(maker: Stages, typed: Typed) -> pl.Expr:
    part = typed.parts[0]
    value = maker.shared(part)
    if isinstance(value, Quantity):
        if part.type.kind != "number" or value.under != 1:
            maker.refuse(
                "text of a fraction or duration",
                typed.node,
                "小数与时长不能按列写成文字；请先舍入成整数。",
                "Columns cannot write fractions and durations; round to a whole number before.",
            )
        return value.over.cast(pl.String)
    if part.type.kind == "boolean":
        return pl.when(value).then(pl.lit("true")).when(~value).then(pl.lit("false"))
    return value.dt.strftime("%Y-%m-%d") if part.type.kind == "date" else value


def _date(maker: Stages, parts: Sequence[Typed]) -> pl.Expr:
    if len(parts) == 3:
        numbers = (maker.number(part, shared=True) for part in parts)
        year, month, number = (
            pl.when(q.is_whole(one)).then(q.rounded("floor", one, _ONE).over) for one in numbers
        )
        return make.made(year, month, number, maker.keep)
    value = maker.plain(parts[0], shared=True)
    return make.read(value, maker.keep) if parts[0].type.kind == "text" else value


def _patterned(maker: Stages, node: Call, parts: Sequence[Typed]) -> pl.Expr:
    literals = [part.node for part in parts[1:]]
    if not all(isinstance(one, Literal) for one in literals):
        maker.refuse(
            "pattern from a column",
            node,
            "模式须写明，不能来自一列。",
            "A pattern must be written out and not come from a column.",
        )
    pattern, *rest = [
        None if one.value is None else str(one.value) for one in literals if isinstance(one, Literal)
    ]
    text, flags = maker.plain(parts[0]), rest[-1]
    try:
        if node.function == "matches":
            return make.matching(text, str(pattern), flags)
        return make.replaced(text, str(pattern), str(rest[0]), flags)
    except BackReferenceError:
        raise OutsideError("back-reference", maker.source, node.span) from None


_OF_NUMBERS: Final[Mapping[str, Callable[[Stages, Sequence[Typed]], Column]]] = MappingProxyType(
    {
        "not": lambda maker, parts: ~maker.truth(parts[0]),
        "abs": lambda maker, parts: _absolute(maker, parts[0]),
        "min": lambda maker, parts: _extreme(maker, parts, "<="),
        "max": lambda maker, parts: _extreme(maker, parts, ">="),
        "sum": lambda maker, parts: _sum(maker, parts),
        "mean": lambda maker, parts: q.multiplied(_sum(maker, parts), q.constant(Fraction(1, len(parts)))),
        "modulo": lambda maker, parts: _modulo(maker, parts),
        "odd": lambda maker, parts: _parity(maker, parts[0], 1),
        "even": lambda maker, parts: _parity(maker, parts[0], 0),
        "substring": lambda maker, parts: _substring(maker, parts),
    }
)


def _counted(found: pl.Expr, largest: int = 2**32) -> Quantity:
    return q.column(found.cast(pl.Int64), 1, largest)


_OF_OTHERS: Final[Mapping[str, Callable[..., Column]]] = MappingProxyType(
    {
        "string length": lambda text: _counted(text.str.len_chars()),
        "upper case": lambda text: text.str.to_uppercase(),
        "lower case": lambda text: text.str.to_lowercase(),
        "contains": lambda text, match: make.if_known(text.str.contains(match, literal=True), text, match),
        "starts with": lambda text, match: make.if_known(text.str.starts_with(match), text, match),
        "ends with": lambda text, match: make.if_known(text.str.ends_with(match), text, match),
        "substring before": lambda text, match: make.divided(text, match, after=False),
        "substring after": lambda text, match: make.divided(text, match, after=True),
        "years and months duration": lambda start, end: _counted(make.whole_months(start, end)),
        "year": lambda day: _counted(day.dt.year()),
        "month": lambda day: _counted(day.dt.month()),
        "day": lambda day: _counted(day.dt.day()),
        "day of year": lambda day: _counted(day.dt.ordinal_day()),
        "week of year": lambda day: _counted(day.dt.week()),
        "day of week": lambda day: day.dt.strftime("%A"),
        "month of year": lambda day: day.dt.strftime("%B"),
    }
)
