"""What a program gives, row by row in plain Python, after the table of nulls alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from wutong.policy.columns.node import NULLS
from wutong.policy.columns.program import Program, Step

_DAY_ZERO: Final = date(1970, 1, 1)
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def judged(program: Program, row: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of one row."""
    found: list[Any] = []
    for step in program.steps:
        value = _step(step, [found[arg] for arg in step.args], row)
        if step.dtype in ("u8", "i64", "i128") and value is not None:
            assert step.low <= value <= step.high, (step, value)
            assert value < {"u8": 256, "i64": 2**63, "i128": 2**127}[step.dtype]
        found.append(value)
    return {name: found[at] for name, at in program.outputs.items()}


def _step(step: Step, args: list[Any], row: Mapping[str, Any]) -> Any:
    match step.op:
        case "column":
            return row[str(step.data)]
        case "literal":
            return step.data
        case "and":
            return False if False in args else None if None in args else True
        case "or":
            return True if True in args else None if None in args else False
        case "is_null":
            return args[0] is None
        case "fill":
            return args[1] if args[0] is None else args[0]
        case "when":
            pairs = zip(args[:-1:2], args[1:-1:2], strict=True)
            return next((value for condition, value in pairs if condition is True), args[-1])
    assert "null if" in NULLS[step.op]
    if None in args:
        return None
    if step.op in ("matches", "replace"):
        assert isinstance(step.data, tuple)
        pattern = re.compile(step.data[0])
        return bool(pattern.search(args[0])) if step.op == "matches" else pattern.sub(step.data[1], args[0])
    return _PLAIN[step.op](*args)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _digits(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


_PLAIN: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "add": lambda one, other: one + other,
        "sub": lambda one, other: one - other,
        "mul": lambda one, other: one * other,
        "floordiv": lambda one, other: one // other,
        "mod": lambda one, other: one % other,
        "abs": abs,
        "sign": _sign,
        "min": min,
        "max": max,
        "cast": int,
        "eq": lambda one, other: one == other,
        "ne": lambda one, other: one != other,
        "lt": lambda one, other: one < other,
        "le": lambda one, other: one <= other,
        "gt": lambda one, other: one > other,
        "ge": lambda one, other: one >= other,
        "not": lambda one: not one,
        "concat": lambda one, other: one + other,
        "length": len,
        "slice": lambda text, start, length=None: text[start:][:length],
        "upper": str.upper,
        "lower": str.lower,
        "contains": lambda text, match: match in text,
        "starts": str.startswith,
        "ends": str.endswith,
        "before": _before,
        "after": lambda text, match: (
            text.partition(match)[2] if match and match in text else text if not match else ""
        ),
        "digits": _digits,
        "written": str,
        "year": lambda day: day.year,
        "month": lambda day: day.month,
        "day": lambda day: day.day,
        "weekday": lambda day: day.isoweekday(),
        "ordinal": lambda day: day.timetuple().tm_yday,
        "week": lambda day: day.isocalendar().week,
        "weekday_name": lambda day: _WEEKDAYS[day.weekday()],
        "month_name": lambda day: _MONTHS[day.month - 1],
        "date": date,
        "days": lambda day: (day - _DAY_ZERO).days,
        "from_days": lambda days: _DAY_ZERO + timedelta(days),
    }
)
