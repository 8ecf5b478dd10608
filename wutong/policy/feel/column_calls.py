"""The functions of the language over columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import trunc
from types import MappingProxyType
from typing import Final

from wutong.policy.columns.node import Node, Part, first, greatest, least, literal, when
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
_PARTS: Final[Mapping[str, Part]] = MappingProxyType(
    {"year": "year", "month": "month", "day": "day", "weekday": "weekday"}
)


def called(maker: Stages, node: Call, typed: Typed) -> Column:
    """Compile the call of a function; ``is`` and what cannot be exact stand apart."""
    name, parts = node.function, typed.parts
    if name in ROUNDINGS:
        return _rounding(maker, node, parts)
    if name in _OF_NUMBERS:
        return _OF_NUMBERS[name](maker, parts)
    if name in _OF_OTHERS:
        return _OF_OTHERS[name](*(maker.plain(part) for part in parts))
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
        return q.column(maker.plain(value).part(_PARTS[name]))
    amount = maker.number(value)
    sizes = {"days": make.DAY, "hours": 3600, "minutes": 60, "seconds": 1, "years": 12, "months": 1}
    above = {"hours": 24, "minutes": 60, "seconds": 60, "months": 12}.get(name)
    size = Fraction(sizes[name])
    if name == "seconds":  # the only part that need not be whole
        whole = q.rounded("round down", amount, Fraction(60))
        return q.subtracted(amount, whole)
    found_whole = q.rounded("round down", q.multiplied(amount, q.constant(1 / size)), _ONE)
    if above is None:
        return found_whole
    higher = q.rounded("round down", found_whole, Fraction(above))
    return q.subtracted(found_whole, higher)


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
    return q.rounded(node.function, maker.number(parts[0]), amount) if amount > 0 else q.missing()


def _extreme(maker: Stages, parts: Sequence[Typed], operator: str) -> Column:
    if parts[0].type.kind not in _NUMERIC:
        found = maker.plain(parts[0])
        for part in parts[1:]:
            found = (least if operator == "<=" else greatest)(found, maker.plain(part))
        return found
    amount = maker.number(parts[0])
    for part in parts[1:]:
        amount = q.extreme(amount, maker.number(part), operator)
    return amount


def _sum(maker: Stages, parts: Sequence[Typed]) -> Quantity:
    total = maker.number(parts[0])
    for part in parts[1:]:
        total = q.added(total, maker.number(part))
    return total


def _modulo(maker: Stages, parts: Sequence[Typed]) -> Quantity:
    one, other = (maker.number(part) for part in parts)
    times = q.rounded("floor", q.divided(one, other), _ONE)
    return q.subtracted(one, q.multiplied(other, times))


def _parity(maker: Stages, part: Typed, rest: int) -> Node:
    number = maker.number(part)
    half = q.multiplied(q.added(number, q.constant(Fraction(-rest))), q.constant(Fraction(1, 2)))
    return q.is_whole(half)


def _substring(maker: Stages, parts: Sequence[Typed]) -> Node:
    text = maker.plain(parts[0])
    start = q.rounded("round down", maker.number(parts[1]), _ONE).over
    whole = make.substring(text, start, None)
    if parts[2].type.kind == "null" and isinstance(parts[2].node, Literal):
        return whole
    length = maker.number(parts[2])
    part = make.substring(text, start, q.rounded("round down", length, _ONE).over)
    # a length that is null is a length left out; one between 0 and 1 is too short
    long, one = q.difference(length, q.constant(_ONE))
    return first([(length.over.is_null(), whole), (long >= one, part)])


def _string(maker: Stages, typed: Typed) -> Node:
    part = typed.parts[0]
    value = maker.column(part)
    if isinstance(value, Quantity):
        if part.type.kind != "number" or value.under != 1:
            maker.refuse(
                "text of a fraction or duration",
                typed.node,
                "小数与时长不能按列写成文字；请先舍入成整数。",
                "Columns cannot write fractions and durations; round to a whole number before.",
            )
        return value.over.written()
    if part.type.kind == "boolean":
        return first([(value, literal("true")), (~value, literal("false"))])
    return value.written() if part.type.kind == "date" else value


def _date(maker: Stages, parts: Sequence[Typed]) -> Node:
    if len(parts) == 3:
        numbers = [maker.number(part) for part in parts]
        year, month, number = (when(q.is_whole(one), q.rounded("floor", one, _ONE).over) for one in numbers)
        return make.made(year, month, number)
    value = maker.plain(parts[0])
    return make.read(value) if parts[0].type.kind == "text" else value


def _patterned(maker: Stages, node: Call, parts: Sequence[Typed]) -> Node:
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
        "abs": lambda maker, parts: q.absolute(maker.number(parts[0])),
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


_OF_OTHERS: Final[Mapping[str, Callable[..., Column]]] = MappingProxyType(
    {
        "string length": lambda text: q.column(text.length()),
        "upper case": lambda text: text.upper(),
        "lower case": lambda text: text.lower(),
        "contains": lambda text, match: text.contains(match),
        "starts with": lambda text, match: text.starts(match),
        "ends with": lambda text, match: text.ends(match),
        "substring before": lambda text, match: text.before(match),
        "substring after": lambda text, match: text.after(match),
        "years and months duration": lambda start, end: q.column(make.whole_months(start, end)),
        "year": lambda day: q.column(day.part("year")),
        "month": lambda day: q.column(day.part("month")),
        "day": lambda day: q.column(day.part("day")),
        "day of year": lambda day: q.column(day.part("ordinal")),
        "week of year": lambda day: q.column(day.part("week")),
        "day of week": lambda day: day.name("weekday_name"),
        "month of year": lambda day: day.name("month_name"),
    }
)
