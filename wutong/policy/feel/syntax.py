"""The parts of an expression: small frozen records, each with its place in the text, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal as OneOf

from wutong.policy.feel.faults import Span
from wutong.policy.feel.tokens import quoted
from wutong.policy.feel.units import DURATIONS, measured
from wutong.policy.feel.values import DAY, Days, Months, Value, plain, written

Operator = OneOf["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or"]
NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written; a number with a unit holds the number and the unit's word."""

    value: Fraction | bool | str | date | Days | Months | None
    unit: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name; ``?`` is the value that a cell of a decision table judges."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    """The negative of a value."""

    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values and what stands between them."""

    operator: Operator
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """``if … then … else …``."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``… between … and …``, both ends included."""

    value: Expr
    low: Expr
    high: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """``… in …``: at least one of the tests holds."""

    value: Expr
    tests: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A test such as ``>= 5`` of a value that stands elsewhere."""

    operator: Operator
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """A range; ``[`` and ``]`` include the end, ``(`` and ``)`` leave it out."""

    low: Expr
    high: Expr
    low_closed: bool
    high_closed: bool
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; ``names`` is empty or has one name for each."""

    function: str
    arguments: tuple[Expr, ...]
    names: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Property:
    """Part of a date or a duration, such as ``.year``."""

    value: Expr
    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """Cell of a decision table: none of ``tests`` is a cell that holds for every value."""

    tests: tuple[Expr, ...]
    negated: bool = False
    span: Span = field(default=NOWHERE, compare=False)


Expr = Literal | Name | Minus | Binary | If | Between | In | Compare | Range | Call | Property


def parts(node: Expr | Cell) -> tuple[Expr, ...]:
    """Give what an expression is made of, in the order of its fields.

    Examples
    --------
    >>> parts(Binary("+", Name("a"), Name("b")))[1].name
    'b'
    """
    match node:
        case Literal() | Name():
            return ()
        case Minus(value=value) | Compare(value=value) | Property(value=value):
            return (value,)
        case Binary(left=left, right=right):
            return (left, right)
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Between(value=value, low=low, high=high):
            return (value, low, high)
        case In(value=value, tests=tests):
            return (value, *tests)
        case Range(low=low, high=high):
            return (low, high)
        case Call(arguments=arguments):
            return arguments
        case Cell(tests=tests):
            return tests


def walk(node: Expr | Cell) -> Iterator[Expr | Cell]:
    """Every part of an expression, itself first."""
    waiting: list[Expr | Cell] = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(parts(one)))


def names_in(node: Expr | Cell) -> tuple[str, ...]:
    """Names that an expression asks for, each once, in order.

    Examples
    --------
    >>> names_in(Binary("+", Name("b"), Binary("*", Name("a"), Name("b"))))
    ('b', 'a')
    """
    return tuple(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Name)))


def value_of(literal: Literal) -> Value:
    """What a literal means, in base units.

    Examples
    --------
    >>> value_of(Literal(Fraction(1), "亿元")), value_of(Literal(Fraction(3), "年"))
    (Fraction(10000000000, 1), Months(months=36))
    """
    value = literal.value
    if not literal.unit or not isinstance(value, Fraction):
        return value
    if literal.unit in DURATIONS:
        kind, times = DURATIONS[literal.unit]
        return Months(int(value * times)) if kind == "months" else Days(value * times * DAY)
    return value * measured(literal.unit)[1]


def show(node: Expr | Cell) -> str:
    """Print an expression so that reading it again gives the same.

    Examples
    --------
    >>> show(Binary("*", Binary("+", Name("a"), Literal(Fraction(1))), Literal(Fraction(5), "%")))
    '((a + 1) * 5%)'
    """
    match node:
        case Literal(value=value, unit=unit):
            return _literal(value, unit)
        case Name(name=name):
            return name
        case Minus(value=value):
            return f"(-{show(value)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({show(left)} {operator} {show(right)})"
        case If(condition=condition, then=then, otherwise=otherwise):
            return f"(if {show(condition)} then {show(then)} else {show(otherwise)})"
        case Between(value=value, low=low, high=high):
            return f"({show(value)} between {show(low)} and {show(high)})"
        case In(value=value, tests=tests):
            return f"({show(value)} in ({', '.join(map(show, tests))}))"
        case Compare(operator=operator, value=value):
            return f"{operator} {show(value)}"
        case Range(low=low, high=high, low_closed=low_closed, high_closed=high_closed):
            return f"{'[' if low_closed else '('}{show(low)}..{show(high)}{']' if high_closed else ')'}"
        case Call(function=function, arguments=arguments, names=names):
            shown = [show(argument) for argument in arguments]
            if function == "@":
                return f"@{shown[0]}"
            named = [f"{name}: {text}" for name, text in zip(names, shown, strict=True)] if names else shown
            return f"{function or 'null'}({', '.join(named)})"
        case Property(value=value, name=name):
            return f"{show(value)}.{name}"
        case Cell(tests=tests, negated=negated):
            body = ", ".join(map(show, tests)) or "-"
            return f"not({body})" if negated else body


def _literal(value: Value, unit: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, Fraction):
        return plain(value) + unit
    text = written(value) or ""
    if isinstance(value, str):
        return quoted(text)
    return text if isinstance(value, bool) else f'@"{text}"'
