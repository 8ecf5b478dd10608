"""What a name or an expression is: its kind, its unit, the codes it may hold, and how a column stores it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from wutong.policy.feel import units
from wutong.policy.feel.syntax import Cell, Expr, Literal, Minus
from wutong.policy.feel.units import Unit

INT64: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Type:
    """Type of a value.

    ``kind`` is one of number, text, boolean, date, days, months, range, null, any. ``unit`` is a number's;
    ``choices`` are the codes that a text may hold, empty if any; ``of`` is the kind of a range's ends.

    A column holds a number times ``scale``, a duration of days in seconds and one of months in months, as Int64;
    no number in it is larger, once times ``scale``, than ``largest``, nor smaller than ``least`` (if that is not said, than
    minus ``largest``).
    """

    kind: str
    unit: Unit = ()
    choices: tuple[str, ...] = ()
    of: str = ""
    scale: int = field(default=1, compare=False)
    largest: int = field(default=INT64, compare=False)
    least: int | None = field(default=None, compare=False)


NUMBER: Final = Type("number")
MONEY: Final = Type("number", units.MONEY)
RATE: Final = Type("number", units.RATE)
COUNT: Final = Type("number", units.COUNT)
AREA: Final = Type("number", (("m2", 1),))
TEXT: Final = Type("text")
BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
DAYS: Final = Type("days")
MONTHS: Final = Type("months")
NULL: Final = Type("null")
ANY: Final = Type("any")

_KINDS: Final = (
    ("boolean", "是非", "yes or no"),
    ("text", "文字", "text"),
    ("date", "日期", "date"),
    ("days", "日时长", "duration in days"),
    ("months", "年月时长", "duration in months"),
    ("range", "区间", "range"),
    ("null", "空", "null"),
)


def choice(*codes: str) -> Type:
    """Type of a text that holds one of these codes.

    Examples
    --------
    >>> choice("new", "old").choices
    ('new', 'old')
    """
    return Type("text", choices=codes)


def held_as(type_: Type, scale: int, largest: int = INT64, least: int | None = None) -> Type:
    """A number whose column holds it times ``scale``, and no larger or smaller one than is said.

    Examples
    --------
    >>> held_as(RATE, 10_000).scale
    10000
    """
    return replace(type_, scale=scale, largest=largest, least=least)


def say(type_: Type, language: str) -> str:
    """Name a type in an error.

    Examples
    --------
    >>> say(MONEY, "zh"), say(BOOLEAN, "en")
    ('金额', 'yes or no')
    """
    if type_.kind == "number":
        return units.say(type_.unit, language)
    return next((zh if language == "zh" else en for kind, zh, en in _KINDS if kind == type_.kind), "?")


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression with its type; ``parts`` are those of its node, each with its own.

    In a cell the first part is what the cell judges. A node without parts whose type is null is null whatever is given.
    """

    node: Expr | Cell
    type: Type
    parts: tuple[Typed, ...] = ()


def literal_of(typed: Typed) -> Literal | None:
    """The bare number or text that an expression is, if it is one."""
    node = typed.node
    if isinstance(node, Minus) and isinstance(node.value, Literal):
        node = node.value
    return node if isinstance(node, Literal) else None
