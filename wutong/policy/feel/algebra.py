"""What kind and unit an operation gives."""

from __future__ import annotations

from wutong.policy.feel import units
from wutong.policy.feel.syntax import If
from wutong.policy.feel.types import DATE, DAYS, MONTHS, NUMBER, TEXT, Type, Typed, literal_of
from wutong.policy.feel.units import PLAIN


def is_zero(typed: Typed) -> bool:
    """Tell whether an expression is a bare 0, which agrees with every unit; a choice between 0 and null is, too."""
    if isinstance(typed.node, If):
        return all(part.type.kind == "null" or is_zero(part) for part in typed.parts[1:])
    literal = literal_of(typed)
    return literal is not None and literal.value == 0 and not literal.unit


def is_plain(type_: Type, *, rate: bool = True) -> bool:
    """Whether a value is without unit, or counts things; a rate is if ``rate``."""
    if type_.kind != "number":
        return True
    allowed = units.COUNTS | ({"1"} if rate else set())
    return all(base in allowed for base, _ in type_.unit)


def shared(one: Typed, other: Typed) -> units.Unit:
    """Unit of two numbers that agree."""
    first, second = one.type.unit, other.type.unit
    if first == second or is_zero(other):
        return first
    if is_zero(one):
        return second
    if {first, second} == {PLAIN, units.RATE}:
        return PLAIN
    return first if first not in (PLAIN, units.COUNT) else second


def arithmetic(operator: str, one: str, other: str) -> Type | None:
    """Type of an operation that is not between two numbers."""
    lengths = {"days": DAYS, "months": MONTHS}
    match operator, one, other:
        case "+", "text", "text":
            return TEXT
        case "+" | "-", "date", "days" | "months":
            return DATE
        case "+", "days" | "months", "date":
            return DATE
        case "-", "date", "date":
            return DAYS
        case "+" | "-", "days" | "months", _ if one == other:
            return lengths[one]
        case "/", "days" | "months", _ if one == other:
            return NUMBER
        case "*" | "/", "days" | "months", "number":
            return lengths[one]
        case "*", "number", "days" | "months":
            return lengths[other]
    return None
