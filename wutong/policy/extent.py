"""Between what an expression can come to while some of its facts are not known: never too narrow, often not the narrowest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wutong.policy.edition import Edition
from wutong.policy.feel import exact
from wutong.policy.feel.library import rounded
from wutong.policy.feel.signatures import ROUNDINGS
from wutong.policy.feel.syntax import Binary, Call, Expr, If, Literal, Minus, Name, names_in, value_of
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value

End = Fraction | None
"""An end of a span; None where it has none."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from ``low`` to ``high``, both included."""

    low: End
    high: End


@dataclass(frozen=True, slots=True)
class Truths:
    """Whether an expression can be true, and whether it can be false."""

    yes: bool
    no: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """One value, of any kind."""

    value: Value


@dataclass(frozen=True, slots=True)
class Anything:
    """What is neither a number nor a truth, and not known."""


Extent = Span | Truths | Constant | Anything | None
"""None is an expression that has no value, whatever is not known."""

_ZERO: Final = Fraction(0)
_ALL: Final = Span(None, None)
_EITHER: Final = Truths(True, True)


def extent_of(
    tree: Expr, facts: Mapping[str, Value], types: Mapping[str, Type], definitions: Sequence[tuple[str, Expr]]
) -> Extent:
    """Tell between what an expression can come to.

    Parameters
    ----------
    tree : Expr
        The expression.
    facts : mapping of str to Value
        What is known; a fact that is not there or None is not. Of money, people, areas and counts that are not known it
        is taken that they are not below 0.
    types : mapping of str to Type
        Types of all names.
    definitions : sequence of (str, Expr)
        Names that are worked out, each from facts and names before it.

    Returns
    -------
    Extent
        Whatever the facts turn out to be, the expression lies in it, or has no value.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> tree = parse("min(if a >= 3亿元 then b * 8% else b * 5%, 2亿元)", ["a", "b"])
    >>> extent_of(tree, {"b": Fraction(100)}, {"a": MONEY, "b": MONEY}, ())
    Span(low=Fraction(5, 1), high=Fraction(8, 1))
    >>> extent_of(tree, {}, {"a": MONEY, "b": MONEY}, ())
    Span(low=Fraction(0, 1), high=Fraction(20000000000, 1))
    """
    made = _Extents(facts, types)
    for name, one in definitions:
        made.define(name, one)
    return made.of(tree)


def amounts_within(edition: Edition, facts: Mapping[str, Value]) -> tuple[int, int | None] | None:
    """Least and greatest amount of an edition, in fen, whatever is not known; None where no amount can come out.

    The greatest is None where the paper sets no bound to it.
    """
    made = _Extents(facts, edition.names)
    for one in edition.definitions:
        made.define(one.name, one.formula.tree)
    lows: list[int] = []
    highs: list[int | None] = []
    for reading in edition.amount.readings:
        match made.of(reading.whole.tree):
            case Constant(value=Fraction() as value):
                lows.append(int(value))
                highs.append(int(value))
            case Span(low=low, high=high):
                lows.append(0 if low is None else int(low))
                highs.append(None if high is None else int(high))
    if not lows:
        return None
    known = [high for high in highs if high is not None]
    return max(0, min(lows)), max(0, *known) if len(known) == len(highs) else None


class _Extents:
    def __init__(self, facts: Mapping[str, Value], types: Mapping[str, Type]) -> None:
        self.known = {name: value for name, value in facts.items() if value is not None}
        self.types = types
        self.found: dict[str, Extent] = {}

    def define(self, name: str, tree: Expr) -> None:
        self.known.pop(name, None)
        self.found.pop(name, None)
        if self.is_known(tree):
            value = exact.evaluate(tree, self.known)
            if value is not None:
                self.known[name] = value
            else:
                self.found[name] = None
        else:
            self.found[name] = self.of(tree)

    def is_known(self, tree: Expr) -> bool:
        return all(name in self.known for name in names_in(tree))

    def of(self, node: Expr) -> Extent:
        if isinstance(node, Literal):
            value = value_of(node)
            return None if value is None else Constant(value)
        if self.is_known(node):
            value = exact.evaluate(node, self.known)
            return None if value is None else Constant(value)
        match node:
            case Name(name=name):
                return self.found[name] if name in self.found else _domain(self.types[name])
            case Minus(value=positive):
                return _times(self.of(positive), Constant(Fraction(-1)))
            case Binary(operator="and" | "or" as word, left=left, right=right):
                first, second = _truths(self.of(left)), _truths(self.of(right))
                if word == "and":
                    return Truths(first.yes and second.yes, first.no or second.no)
                return Truths(first.yes or second.yes, first.no and second.no)
            case Binary(operator=sign, left=left, right=right):
                return _binary(sign, self.of(left), self.of(right))
            case If(condition=condition, then=then, otherwise=otherwise):
                test = _truths(self.of(condition))
                return _hull(self.of(then) if test.yes else None, self.of(otherwise) if test.no else None)
            case Call(function="not", arguments=(inner,)):
                test = _truths(self.of(inner))
                return Truths(test.no, test.yes)
            case Call(function="min" | "max" as word, arguments=arguments):
                return _extreme([self.of(one) for one in arguments], least=word == "min")
            case Call(function=word, arguments=(inner, Literal() as step)) if word in ROUNDINGS and step.unit:
                return _rounded(word, self.of(inner), value_of(step))
            case Call(function=word, arguments=(inner,)) if word in ROUNDINGS:
                return _rounded(word, self.of(inner), Fraction(1))
            case Call(function="abs", arguments=(inner,)):
                one = self.of(inner)
                return _extreme([Constant(_ZERO), one, _times(one, Constant(Fraction(-1)))], least=False)
            case Call():
                return _ALL if node.function not in _TELLING else _EITHER
        # a range, a part of a date: nothing is said of them
        return _EITHER if type(node).__name__ in ("Between", "In") else _ALL


_TELLING: Final = ("contains", "starts with", "ends with", "matches", "is", "odd", "even")


def _domain(type_: Type) -> Extent:
    match type_.kind:
        case "boolean":
            return _EITHER
        case "number":
            return _ALL if type_.unit in ((), (("1", 1),)) else Span(_ZERO, None)
    return Anything()


def _truths(extent: Extent) -> Truths:
    match extent:
        case Truths():
            return extent
        case Constant(value=bool(value)):
            return Truths(value, not value)
        case None:
            return Truths(False, False)
    return _EITHER


def _span(extent: Extent) -> Span | None:
    """An extent as numbers; None where there is no value."""
    match extent:
        case None:
            return None
        case Span():
            return extent
        case Constant(value=Fraction() as value):
            return Span(value, value)
    return _ALL


def _is_number(extent: Extent) -> bool:
    return isinstance(extent, Span) or (isinstance(extent, Constant) and isinstance(extent.value, Fraction))


def _hull(one: Extent, other: Extent) -> Extent:
    if one is None or other is None:
        return other if one is None else one
    if _is_number(one) and _is_number(other):
        first, second = _span(one), _span(other)
        assert first is not None
        assert second is not None
        low = None if first.low is None or second.low is None else min(first.low, second.low)
        high = None if first.high is None or second.high is None else max(first.high, second.high)
        return Span(low, high)
    if one == other:
        return one
    if isinstance(one, Truths) or isinstance(other, Truths) or isinstance(getattr(one, "value", None), bool):
        first_truth, second_truth = _truths(one), _truths(other)
        return Truths(first_truth.yes or second_truth.yes, first_truth.no or second_truth.no)
    return Anything()


def _binary(sign: str, one: Extent, other: Extent) -> Extent:
    if one is None or other is None:
        return None
    if isinstance(one, Constant) and isinstance(other, Constant):
        tree = exact.compared(sign, one.value, other.value, "measure") if sign in _SIGNS else None
        if tree is not None:
            return Constant(tree)
    if not (_is_number(one) and _is_number(other)):
        return _EITHER if sign in _SIGNS else Anything()
    first, second = _span(one), _span(other)
    assert first is not None
    assert second is not None
    match sign:
        case "+":
            return Span(_plus(first.low, second.low), _plus(first.high, second.high))
        case "-":
            return Span(_less(first.low, second.high), _less(first.high, second.low))
        case "*":
            return _times(one, other)
        case "/":
            return _over(first, second)
        case "**":
            return _ALL
    return _compared(sign, first, second)


_SIGNS: Final = ("=", "!=", "<", "<=", ">", ">=")


def _plus(one: End, other: End) -> End:
    return None if one is None or other is None else one + other


def _less(one: End, other: End) -> End:
    return None if one is None or other is None else one - other


def _compared(sign: str, one: Span, other: Span) -> Truths:
    apart = _less(one.high, other.low), _less(one.low, other.high)  # the greatest and the least difference
    match sign:
        case ">":
            return Truths(_above(apart[0], strict=True), _below(apart[1], strict=False))
        case ">=":
            return Truths(_above(apart[0], strict=False), _below(apart[1], strict=True))
        case "<":
            return Truths(_below(apart[1], strict=True), _above(apart[0], strict=False))
        case "<=":
            return Truths(_below(apart[1], strict=False), _above(apart[0], strict=True))
    meets = _above(apart[0], strict=False) and _below(apart[1], strict=False)
    alone = one.low == one.high == other.low == other.high and one.low is not None
    return Truths(meets, not alone) if sign == "=" else Truths(not alone, meets)


def _above(end: End, *, strict: bool) -> bool:
    return end is None or end > 0 or (end == 0 and not strict)


def _below(end: End, *, strict: bool) -> bool:
    return end is None or end < 0 or (end == 0 and not strict)


def _times(one: Extent, other: Extent) -> Extent:
    first, second = _span(one), _span(other)
    if first is None or second is None:
        return None
    if _ZERO in (first.low, first.high) and first.low == first.high:
        return Span(_ZERO, _ZERO)
    if _ZERO in (second.low, second.high) and second.low == second.high:
        return Span(_ZERO, _ZERO)
    lows: list[End] = []
    highs: list[End] = []
    for a, a_low in ((first.low, True), (first.high, False)):
        for b, b_low in ((second.low, True), (second.high, False)):
            low, high = _product(a, a_low, b, b_low)
            lows.append(low)
            highs.append(high)
    return Span(_least(lows), _greatest(highs))


def _product(a: End, a_low: bool, b: End, b_low: bool) -> tuple[End, End]:
    """The product of two ends, as a low and as a high one: an end without bound times 0 is 0."""
    if a is not None and b is not None:
        return a * b, a * b
    ends = ((a, a_low), (b, b_low))
    sides = [(-1 if low else 1) if end is None else (end > 0) - (end < 0) for end, low in ends]
    side = sides[0] * sides[1]
    if side == 0:
        return _ZERO, _ZERO
    # without bound to one side, it sets none to the other
    return (_FAR, None) if side > 0 else (None, -_FAR)


_FAR: Final = Fraction(10) ** 4000
"""Beyond every number that an expression can come to."""


def _least(ends: Sequence[End]) -> End:
    known = [end for end in ends if end is not None]
    return None if len(known) < len(ends) else min(known)


def _greatest(ends: Sequence[End]) -> End:
    known = [end for end in ends if end is not None]
    return None if len(known) < len(ends) else max(known)


def _over(one: Span, other: Span) -> Span:
    if other.low is not None and other.low > 0:
        inverse = Span(_ZERO if other.high is None else 1 / other.high, 1 / other.low)
        found = _times(one, inverse)
        assert isinstance(found, Span)
        return found
    if other.low is not None and other.low == 0 and one.low is not None and one.low >= 0:
        return Span(_ZERO, None)
    return _ALL


def _extreme(parts: Sequence[Extent], *, least: bool) -> Extent:
    spans = [_span(part) for part in parts]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    lows, highs = [span.low for span in known], [span.high for span in known]
    if least:
        bounded = [high for high in highs if high is not None]
        low = None if None in lows else min(end for end in lows if end is not None)
        return Span(low, min(bounded) if bounded else None)
    bounded = [low for low in lows if low is not None]
    high = None if None in highs else max(end for end in highs if end is not None)
    return Span(max(bounded) if bounded else None, high)


def _rounded(function: str, inner: Extent, step: Value) -> Extent:
    span = _span(inner)
    if span is None or not isinstance(step, Fraction) or step <= 0:
        return None if span is None else _ALL
    low, high = (None if end is None else rounded(function, end, step) for end in (span.low, span.high))
    return Span(low, high)
