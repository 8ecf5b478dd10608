"""Expressions made ready: the interpreter's answers from plain functions, for whoever asks the same ones often."""

from __future__ import annotations

import operator as signs
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from wutong.policy.feel import exact
from wutong.policy.feel.library import LARGEST
from wutong.policy.feel.signatures import ROUNDINGS
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Cell,
    Compare,
    If,
    In,
    Literal,
    Minus,
    Name,
    Range,
    names_in,
    value_of,
)
from wutong.policy.feel.types import Typed
from wutong.policy.feel.values import Days, Interval, Months, Value

BITS: Final = 200
"""Bits that a fact may have, above and below its line, for the functions made here."""

Held = tuple[int, int] | bool | str | date | Days | Months | Interval | None
"""A value as the functions hold it: a number is a whole one over another, not reduced, the lower one above 0."""

Asked = Mapping[str, Any]
"""``Held`` of each name; typed as any because a function knows what its names are."""

Ready = Callable[[Asked], Any]

_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {"=": signs.eq, "!=": signs.ne, "<": signs.lt, "<=": signs.le, ">": signs.gt, ">=": signs.ge}
)
_ORDERED: Final = frozenset(("text", "date", "days", "months"))


def frozen(value: Value) -> Held:
    """A value as the functions hold it.

    Examples
    --------
    >>> frozen(Fraction(3, 2)), frozen(True)
    ((3, 2), True)
    """
    return (value.numerator, value.denominator) if isinstance(value, Fraction) else value


def thawed(held: Held) -> Value:
    """A value as everybody else holds it.

    Examples
    --------
    >>> thawed((6, 4)), thawed("new")
    (Fraction(3, 2), 'new')
    """
    return Fraction(*held) if isinstance(held, tuple) else held


def bits_of(value: Value) -> int:
    """How many bits a value has above or below its line."""
    if not isinstance(value, Fraction):
        return 1
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def ready(typed: Typed, sizes: Mapping[str, int]) -> tuple[Ready, int]:
    """Make a function of an expression.

    Parameters
    ----------
    typed : Typed
        What ``check`` gave, in the rules of measures.
    sizes : mapping of str to int
        How many bits each name may have; ``BITS`` for one that is not there.

    Returns
    -------
    (function, int)
        The function, and how many bits what it gives may have. What is seldom written, and what might become too large,
        is left to the interpreter, so that every answer is the interpreter's.

    Examples
    --------
    >>> from wutong.policy.feel.check import check
    >>> from wutong.policy.feel.faults import Source
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> text = Source("min(投资 * 8%, 2亿元)")
    >>> made, _ = ready(check(parse(text, ["投资"]), {"投资": MONEY}, text), {})
    >>> thawed(made({"投资": (10**11, 1)})), made({"投资": None})
    (Fraction(8000000000, 1), None)
    """
    return _Maker(sizes).made(typed)


def _always(value: Held) -> Ready:
    return lambda _: value


def judged(node: Any) -> Ready:
    """A function that asks the interpreter."""
    names = names_in(node)
    return lambda asked: frozen(exact.evaluate(node, {name: thawed(asked.get(name)) for name in names}))


class _Maker:
    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.sizes = sizes

    def made(self, typed: Typed) -> tuple[Ready, int]:
        node = typed.node
        match node:
            case Literal():
                value = value_of(node)
                return _always(frozen(value)), bits_of(value)
            case Name(name=name):
                return lambda asked: asked.get(name), self.sizes.get(name, BITS)
            case _ if typed.type.kind == "null" and not typed.parts:
                return _always(None), 1
        found = self.tried(typed)
        if found is None or found[1] > LARGEST:
            assert not isinstance(node, Cell)
            return judged(node), 1 if typed.type.kind != "number" else LARGEST
        return found

    def tried(self, typed: Typed) -> tuple[Ready, int] | None:
        """A function of its own for what is often written; None leaves it to the interpreter."""
        node, parts = typed.node, typed.parts
        kinds = [part.type.kind for part in parts]
        match node:
            case Minus() if kinds == ["number"]:
                inner, size = self.made(parts[0])
                return _negative(inner), size
            case Binary(operator="and" | "or" as joined) if kinds == ["boolean", "boolean"]:
                both = self.made(parts[0])[0], self.made(parts[1])[0]
                return (_and(*both) if joined == "and" else _or(*both)), 1
            case Binary(operator=sign) if sign in _COMPARED:
                found = self.compared(sign, *parts) if len(parts) == 2 else None
                return found and (found, 1)
            case Binary(operator=sign) if kinds == ["number", "number"] and sign in _ARITHMETIC:
                (one, bits), (other, more) = self.made(parts[0]), self.made(parts[1])
                return _ARITHMETIC[sign](one, other), bits + more + 1
            case If() if kinds[:1] == ["boolean"]:
                (test, _), (then, bits), (otherwise, more) = (self.made(part) for part in parts)
                return _if(test, then, otherwise), max(bits, more)
            case Between() if kinds:
                return self.both(">=", "<=", *parts)
            case In() if kinds:
                return self.any_of(parts[0], parts[1:])
            case Call(function="not") if kinds == ["boolean"]:
                return _not(self.made(parts[0])[0]), 1
            case Call(function="min" | "max" as name) if kinds and set(kinds) == {"number"}:
                made = [self.made(part) for part in parts]
                return _extreme([one for one, _ in made], name == "min"), max(bits for _, bits in made)
            case Call(function=name) if name in ROUNDINGS and kinds == ["number", "number"]:
                return self.rounding(name, parts[0], parts[1])
        return None

    def compared(self, sign: str, one: Typed, other: Typed) -> Ready | None:
        kinds = {one.type.kind, other.type.kind}
        for part in (one, other):
            if isinstance(part.node, Literal) and part.node.value is None:
                return None  # asks whether something is missing
        first, second = self.made(one)[0], self.made(other)[0]
        if kinds == {"number"}:
            return _numbers(_COMPARED[sign], first, second)
        if len(kinds) == 1 and (kinds <= _ORDERED or (kinds == {"boolean"} and sign in ("=", "!="))):
            return _others(_COMPARED[sign], first, second)
        return None

    def both(self, above: str, below: str, value: Typed, low: Typed, high: Typed) -> tuple[Ready, int] | None:
        first, second = self.compared(above, value, low), self.compared(below, value, high)
        return (_and(first, second), 1) if first and second else None

    def any_of(self, subject: Typed, tests: Iterable[Typed]) -> tuple[Ready, int] | None:
        found: Ready = _always(False)
        for test in tests:
            one = self.test(subject, test)
            if one is None:
                return None
            found = _or(found, one)
        return found, 1

    def test(self, subject: Typed, test: Typed) -> Ready | None:
        match test.node:
            case Compare(operator=sign) if test.parts:
                return self.compared(sign, subject, test.parts[0])
            case Range(low_closed=low, high_closed=high):
                both = self.both(">=" if low else ">", "<=" if high else "<", subject, *test.parts)
                return both and both[0]
            case Literal(value=value) if not isinstance(value, bool):
                return self.compared("=", subject, test)
        return None

    def rounding(self, name: str, number: Typed, step: Typed) -> tuple[Ready, int] | None:
        if not isinstance(step.node, Literal) or not step.node.unit:
            return None
        to = value_of(step.node)
        if not isinstance(to, Fraction) or to <= 0:
            return None
        inner, bits = self.made(number)
        return _rounded(name, inner, to.numerator, to.denominator), bits + 2 * bits_of(to) + 1


# ------------------------------------------------------------ numbers


def _negative(inner: Ready) -> Ready:
    def found(asked: Asked) -> Held:
        value = inner(asked)
        return None if value is None else (-value[0], value[1])

    return found


def _added(one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> Held:
        a, b = one(asked), other(asked)
        if a is None or b is None:
            return None
        if a[1] == b[1]:
            return a[0] + b[0], a[1]
        return a[0] * b[1] + b[0] * a[1], a[1] * b[1]

    return found


def _subtracted(one: Ready, other: Ready) -> Ready:
    return _added(one, _negative(other))


def _multiplied(one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> Held:
        a, b = one(asked), other(asked)
        return None if a is None or b is None else (a[0] * b[0], a[1] * b[1])

    return found


def _divided(one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> Held:
        a, b = one(asked), other(asked)
        if a is None or b is None or b[0] == 0:
            return None
        over, under = a[0] * b[1], a[1] * b[0]
        return (over, under) if under > 0 else (-over, -under)

    return found


_ARITHMETIC: Final[Mapping[str, Callable[[Ready, Ready], Ready]]] = MappingProxyType(
    {"+": _added, "-": _subtracted, "*": _multiplied, "/": _divided}
)


def _extreme(parts: list[Ready], least: bool) -> Ready:
    first, *rest = parts

    def found(asked: Asked) -> Held:
        best = first(asked)
        for part in rest:
            value = part(asked)
            if value is None or best is None:
                return None
            if (value[0] * best[1] < best[0] * value[1]) is least:
                best = value
        return best  # type: ignore[no-any-return]  # a number or None, as its parts give

    return found


def _rounded(name: str, inner: Ready, over: int, under: int) -> Ready:
    whole = _WHOLE[name]

    def found(asked: Asked) -> Held:
        value = inner(asked)
        if value is None:
            return None
        top, bottom = value[0] * under, value[1] * over
        down, rest = divmod(abs(top), bottom)
        return whole(down, 2 * rest - bottom, rest, top < 0) * over, under

    return found


# how many steps, from whole ones, twice the rest less a step, the rest, and whether the number is below 0
_WHOLE: Final[Mapping[str, Callable[[int, int, int, bool], int]]] = MappingProxyType(
    {
        "floor": lambda down, _, rest, below: -(down + (rest > 0)) if below else down,
        "ceiling": lambda down, _, rest, below: -down if below else down + (rest > 0),
        "round up": lambda down, _, rest, below: (-1 if below else 1) * (down + (rest > 0)),
        "round down": lambda down, _, __, below: (-1 if below else 1) * down,
        "round half up": lambda down, half, _, below: (-1 if below else 1) * (down + (half >= 0)),
        "round half down": lambda down, half, _, below: (-1 if below else 1) * (down + (half > 0)),
        "round half even": lambda down, half, _, below: (
            (-1 if below else 1) * (down + (half > 0 or (half == 0 and down % 2 == 1)))
        ),
        "decimal": lambda down, half, _, below: (
            (-1 if below else 1) * (down + (half > 0 or (half == 0 and down % 2 == 1)))
        ),
    }
)


# ------------------------------------------------------------ truths


def _numbers(compare: Callable[[Any, Any], bool], one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> bool | None:
        a, b = one(asked), other(asked)
        return None if a is None or b is None else compare(a[0] * b[1], b[0] * a[1])

    return found


def _others(compare: Callable[[Any, Any], bool], one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> bool | None:
        a, b = one(asked), other(asked)
        return None if a is None or b is None else compare(a, b)

    return found


def _not(inner: Ready) -> Ready:
    def found(asked: Asked) -> bool | None:
        value = inner(asked)
        return None if value is None else not value

    return found


def _and(one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> bool | None:
        first = one(asked)
        if first is False:
            return False
        second = other(asked)
        return False if second is False else True if first and second else None

    return found


def _or(one: Ready, other: Ready) -> Ready:
    def found(asked: Asked) -> bool | None:
        first = one(asked)
        if first is True:
            return True
        second = other(asked)
        return True if second is True else False if first is False and second is False else None

    return found


def _if(test: Ready, then: Ready, otherwise: Ready) -> Ready:
    def found(asked: Asked) -> Held:
        held = test(asked)
        value: Held = None if held is None else then(asked) if held else otherwise(asked)
        return value

    return found
