"""A program as a list of NumPy's operations on registers, each only once and none that nobody asks for.

Whole numbers whose bounds stay within 2**53 are held as floats: every sum, product and quotient of them is exact there, and
twice as fast as in Int64. Where bounds go beyond, Int64 is used; Int128 and texts are refused.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from wutong.policy.columns.masks import ALL, NONE, Arg, Bank, Const, Listing, Operation
from wutong.policy.columns.program import Program, Step
from wutong.policy.columns.unfit import UnfitError, unfit

EXACT: Final = 2**53
"""Whole numbers up to here are exact as floats."""

_ROUNDING: Final = 2**50
"""A numerator below it can be multiplied by one over its divisor and still gives the right whole number."""

_COMPARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "eq": "equal",
        "ne": "not_equal",
        "lt": "less",
        "le": "less_equal",
        "gt": "greater",
        "ge": "greater_equal",
    }
)
_SWAPPED: Final[Mapping[str, str]] = MappingProxyType(
    {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
)
_PARTS: Final = frozenset(("year", "month", "day", "weekday", "ordinal", "week", "date"))
_NUMBERS: Final = frozenset(("add", "sub", "mul", "min", "max", "abs", "sign", "floordiv", "mod"))
_CALLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "add": "add",
        "sub": "subtract",
        "mul": "multiply",
        "min": "minimum",
        "max": "maximum",
        "abs": "absolute",
        "sign": "sign",
    }
)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number or a date, as days: its place, or the constant that it is; where it is known; whether it is 0 elsewhere."""

    at: Arg
    bank: Bank
    low: int
    high: int
    known: int
    clean: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth: the rows where it is true, all of them among those where it is known."""

    true: int
    known: int


@dataclass(frozen=True, slots=True)
class Codes:
    """A text of the table as codes; no code of a text stands where it is null."""

    at: int
    known: int
    name: str


Lowered = Number | Truth | Codes | str | None
"""``str`` and None are texts that are written out."""


@dataclass(frozen=True, slots=True)
class Coded:
    """How a column of texts is coded: the kind of its codes, and the code of each text."""

    bank: Bank
    codes: Mapping[str, int]


def refused(program: Program) -> dict[str, str]:
    """Outputs that blocks cannot give, each with its reason: ``128 bits`` or ``text``.

    Examples
    --------
    >>> from wutong.policy.columns.node import column, literal
    >>> from wutong.policy.columns.program import program
    >>> land, far = column("土地", "text"), column("n", "i64", 0, 2**62)
    >>> refused(program({"x": land == literal("new"), "y": land.upper() == literal("NEW"), "z": far * far}))
    {'y': 'text', 'z': '128 bits'}
    """
    found = unfit(program, _why)
    texts = {name: "text" for name, at in program.outputs.items() if program.steps[at].dtype == "text"}
    return {name: (found | texts)[name] for name in program.outputs if name in found or name in texts}


def _why(program: Program, step: Step) -> str:
    args = [program.steps[arg] for arg in step.args]
    if step.dtype == "i128":
        return "128 bits"
    if step.op in ("column", "literal", "is_null"):
        return ""
    if any(one.dtype == "text" for one in args):
        ops = sorted(one.op for one in args)
        return "" if step.op in ("eq", "ne") and ops == ["column", "literal"] else "text"
    return "text" if step.dtype == "text" else ""


class Lowering:
    """Puts the steps of a program into operations, given which columns have nulls and how texts are coded."""

    def __init__(self, program: Program, nullable: frozenset[str], coded: Mapping[str, Coded]) -> None:
        for reason in refused(program).values():
            raise UnfitError("NumPy", reason)
        self.program = program
        self.nullable = nullable
        self.coded = coded
        self.list = Listing()
        self.found: dict[int, Lowered] = {}

    def lowered(self, at: int) -> Lowered:
        """A step, once those that it needs are lowered."""
        step = self.program.steps[at]
        args = [self.found[arg] for arg in step.args]
        if step.op in ("column", "literal"):
            value = self._leaf(step)
        elif step.op == "when":
            value = self._when(step, args)
        elif step.op == "is_null":
            value = Truth(self.list.outside(_known(args[0])), ALL)
        elif step.dtype == "bool":
            value = self._truth(step, args)
        else:
            value = self._number(step, at, args)
        self.found[at] = value
        return value

    # ------------------------------------------------------------ leaves

    def _leaf(self, step: Step) -> Lowered:
        name = str(step.data)
        if step.op == "literal":
            return self._literal(step)
        known = self.list.add("load known", bank="b1", name=name) if name in self.nullable else ALL
        if step.dtype == "bool":
            return Truth(self.list.add("load", bank="b1", name=name), known)
        if step.dtype == "text":
            return Codes(self.list.add("load", bank=self.coded[name].bank, name=name), known, name)
        low, high = _bounds(step)
        bank = _bank((low, high))
        clean = known == ALL or low <= 0 <= high
        return Number(self.list.add("load", bank=bank, name=name), bank, low, high, known, clean)

    def _literal(self, step: Step) -> Lowered:
        value = step.data
        if step.dtype == "bool":
            true = ALL if value else NONE
            return Truth(true, NONE if value is None else ALL)
        if step.dtype == "text":
            return None if value is None else str(value)
        if step.dtype == "date" and value is not None:
            value = days_of(value)
        assert value is None or isinstance(value, int)
        return number_of(value or 0, NONE if value is None else ALL)

    # ------------------------------------------------------------ truths

    def _truth(self, step: Step, args: Sequence[Lowered]) -> Truth:
        masks = self.list
        if step.op in _COMPARED and not isinstance(args[0], Truth):
            return self._compared(step.op, args[0], args[1])
        truths = [one for one in args if isinstance(one, Truth)]
        one, other = truths[0], truths[-1]
        known = masks.both(one.known, other.known)
        match step.op:
            case "not":
                return Truth(masks.without(one.known, one.true), one.known)
            case "and":
                false = masks.either(self._false(one), self._false(other))
                true = masks.both(one.true, other.true)
                return Truth(true, ALL if known == ALL else masks.either(true, false))
            case "or":
                false = masks.both(self._false(one), self._false(other))
                true = masks.either(one.true, other.true)
                return Truth(true, ALL if known == ALL else masks.either(true, false))
            case "fill":
                lacking = masks.without(other.true, one.known)
                return Truth(masks.either(one.true, lacking), masks.either(one.known, other.known))
        assert step.op in ("eq", "ne")
        apart = masks.apart(one.true, other.true)
        return Truth(masks.both(known, apart) if step.op == "ne" else masks.without(known, apart), known)

    def _false(self, one: Truth) -> int:
        return self.list.without(one.known, one.true)

    def _compared(self, op: str, one: Lowered, other: Lowered) -> Truth:
        masks = self.list
        if isinstance(other, Codes):
            one, other = other, one
        if isinstance(one, Codes):
            assert other is None or isinstance(other, str)
            code = None if other is None else self.coded[one.name].codes.get(other)
            same = NONE if code is None else masks.add("equal", one.at, Const(code), bank="b1")
            known = NONE if other is None else one.known
            return Truth(same if op == "eq" else masks.without(known, same), known)
        assert isinstance(one, Number)
        assert isinstance(other, Number)
        bank = _bank((one.low, one.high), (other.low, other.high))
        if isinstance(one.at, Const):
            op, one, other = _SWAPPED[op], other, one
        known = masks.both(one.known, other.known)
        if isinstance(one.at, Const) and isinstance(other.at, Const):
            return Truth(known if getattr(operator, op)(one.at.value, other.at.value) else NONE, known)
        found = masks.add(_COMPARED[op], self._as(one, bank), self._as(other, bank), bank="b1")
        # a column that is 0 where it is not known fails most comparisons there by itself
        fails = one.clean and isinstance(other.at, Const) and not getattr(operator, op)(0, other.at.value)
        fails = fails and other.known == ALL
        return Truth(found if fails else masks.both(found, known), known)

    # ------------------------------------------------------------ numbers

    def _number(self, step: Step, at: int, args: Sequence[Lowered]) -> Number:
        numbers = [one for one in args if isinstance(one, Number)]
        if step.op == "cast" and isinstance(args[0], Truth):
            return Number(self._as_number(args[0].true, "f8"), "f8", 0, 1, args[0].known, True)
        if step.op in ("cast", "days", "from_days"):
            return numbers[0]
        if step.op == "fill":
            return self._filled(step, numbers[0], numbers[1])
        known = numbers[0].known
        for one in numbers[1:]:
            known = self.list.both(known, one.known)
        if step.op in _PARTS:
            parts = [self._as(one, "i8") for one in numbers]
            return Number(
                self.list.add(step.op, *parts, bank="f8"), "f8", *_bounds(step), known, known == ALL
            )
        assert step.op in _NUMBERS
        bounds = _bounds(step)
        spans = [bounds, *((one.low, one.high) for one in numbers)]
        if step.op == "mod":  # the multiple that is taken away may lie a divisor farther out
            spans.append((spans[1][0] - spans[2][1], spans[1][1] + spans[2][1]))
        bank = _bank(*spans)
        clean = known == ALL or _stays_clean(step.op, numbers)
        if step.op in ("floordiv", "mod"):
            found = self._divided(step, at, numbers, bank)
        else:
            found = self.list.add(_CALLS[step.op], *(self._as(one, bank) for one in numbers), bank=bank)
        return Number(found, bank, *bounds, known, clean)

    def _divided(self, step: Step, at: int, numbers: Sequence[Number], bank: Bank) -> int:
        one, under = numbers
        fused = self._fused(at) if step.op == "floordiv" and bank == "f8" else None
        if fused is not None:
            return fused
        top, divisor = self._as(one, bank), self._as(under, bank)
        if under.low < 1:  # it may be 0 where the quotient is not known
            divisor = self.list.add("maximum", divisor, Const(1), bank=bank)
        if bank == "i8":
            return self.list.add(
                "floor_divide" if step.op == "floordiv" else "remainder", top, divisor, bank=bank
            )
        if isinstance(divisor, Const) and int(divisor.value).bit_count() == 1:
            quotient = self.list.add("multiply", top, Const(1 / divisor.value), bank=bank)
        else:
            quotient = self.list.add("divide", top, divisor, bank=bank)
        whole = self.list.add("floor", quotient, bank=bank)
        if step.op == "floordiv":
            return whole
        return self.list.add("subtract", top, self.list.add("multiply", whole, divisor, bank=bank), bank=bank)

    def _fused(self, at: int) -> int | None:
        """``(x * n + h) // d`` as ``floor(x * (n/d) + (h + 1/2)/d)``.

        The half of a step keeps the sum away from every whole number by 1/(2d), and the three roundings of it are smaller
        than that while the numerator stays below 2**50.
        """
        steps, uses = self.program.steps, self.program.uses
        one, other = steps[at].args
        under = steps[other]
        if under.op != "literal" or not isinstance(under.data, int):
            return None
        factor, added, top = 1, 0, one
        if steps[top].op == "add" and uses[top] == 1:
            top, added = self._and_literal(top)
        if steps[top].op == "mul" and uses[top] == 1:
            top, factor = self._and_literal(top)
        value = self.found[top]
        if top == one or not isinstance(value, Number) or isinstance(value.at, Const):
            return None
        size = max(abs(value.low), abs(value.high)) * abs(factor) + abs(added) + under.data
        if size >= _ROUNDING:
            return None
        scaled = self.list.add("multiply", self._as(value, "f8"), Const(factor / under.data), bank="f8")
        moved = self.list.add("add", scaled, Const((2 * added + 1) / (2 * under.data)), bank="f8")
        return self.list.add("floor", moved, bank="f8")

    def _and_literal(self, at: int) -> tuple[int, int]:
        """The other argument of a sum or product, and its literal; itself where it has none."""
        steps = self.program.steps
        for here, there in (steps[at].args, steps[at].args[::-1]):
            data = steps[here].data
            if steps[here].op == "literal" and isinstance(data, int):
                return there, data
        return at, (0 if steps[at].op == "add" else 1)

    def _filled(self, step: Step, one: Number, other: Number) -> Number:
        bounds = _bounds(step)
        bank = _bank(bounds)
        known = self.list.either(one.known, other.known)
        if one.known == ALL:
            return one
        zero = isinstance(other.at, Const) and other.at.value == 0
        found = self._as(one, bank) if zero and one.clean else self._blend(one.known, one, other, bank)
        return Number(found, bank, *bounds, known, known == ALL)

    def _when(self, step: Step, args: Sequence[Lowered]) -> Lowered:
        masks = self.list
        conditions = [one.true for one in args[:-1:2] if isinstance(one, Truth)]
        values, last = args[1:-1:2], args[-1]
        known = _known(last)
        for condition, value in zip(reversed(conditions), reversed(values), strict=True):
            known = masks.chosen(condition, _known(value), known)
        if isinstance(last, Truth):
            true = last.true
            for condition, one in zip(reversed(conditions), reversed(values), strict=True):
                assert isinstance(one, Truth)
                true = masks.chosen(condition, one.true, true)
            return Truth(true, known)
        assert isinstance(last, Number)
        numbers = [one for one in values if isinstance(one, Number)]
        bounds = _bounds(step)
        bank: Bank = _bank(bounds, (bounds[0] - bounds[1], bounds[1] - bounds[0]))
        if (
            last.known == NONE
        ):  # what stands where no case holds does not matter, as long as it keeps the bounds
            last = number_of(_nearest_zero(*bounds), NONE)
            if bounds[0] <= numbers[-1].low and numbers[-1].high <= bounds[1]:
                conditions, numbers, last = conditions[:-1], numbers[:-1], numbers[-1]
        clean = isinstance(last.at, Const) and last.at.value == 0 and all(one.clean for one in numbers)
        found = last
        for condition, one in zip(reversed(conditions), reversed(numbers), strict=True):
            found = Number(self._blend(condition, one, found, bank), bank, *bounds, known, clean)
        return Number(found.at, found.bank, *bounds, known, clean or known == ALL)

    def _blend(self, where: int, one: Number, other: Number, bank: Bank) -> Arg:
        """One number where a mask holds, and another where it does not."""
        if where == ALL or one.at == other.at:
            return self._as(one, bank)
        if where == NONE:
            return self._as(other, bank)
        first, second = self._as(one, bank), self._as(other, bank)
        mask = self._as_number(where, bank)
        if isinstance(second, Const) and second.value == 0:
            return self.list.add("multiply", mask, first, bank=bank)
        if isinstance(first, Const) and isinstance(second, Const):
            apart: Arg = Const(first.value - second.value)
        else:
            apart = self.list.add("subtract", first, second, bank=bank)
        chosen = self.list.add("multiply", mask, apart, bank=bank)
        return self.list.add("add", chosen, second, bank=bank)

    def _as(self, one: Number, bank: Bank) -> Arg:
        if isinstance(one.at, Const) or one.bank == bank:
            return one.at
        return self.list.add("convert", one.at, bank=bank)

    def _as_number(self, mask: int, bank: Bank) -> Arg:
        if mask in (ALL, NONE):
            return Const(1 if mask == ALL else 0)
        return self.list.add("convert", mask, bank=bank)

    def zeroed(self, one: Number) -> Arg:
        """The number, and 0 where it is not known."""
        return one.at if one.clean else self._blend(one.known, one, number_of(0, ALL), one.bank)


def number_of(value: int, known: int) -> Number:
    """A number that is the same for all rows."""
    return Number(Const(value), _bank((value, value)), value, value, known, known == ALL or value == 0)


def days_of(value: object) -> int:
    """Days from 1970-01-01 to a date that is written out."""
    assert isinstance(value, date)
    return (value - date(1970, 1, 1)).days


def _known(one: Lowered) -> int:
    if one is None:
        return NONE
    return ALL if isinstance(one, str) else one.known


def _bounds(step: Step) -> tuple[int, int]:
    # dates are days, a little more than the calendar has
    return (-4_000_000, 4_000_000) if step.dtype == "date" else (step.low, step.high)


def _bank(*several: tuple[int, int]) -> Bank:
    return "f8" if all(low >= -EXACT and high <= EXACT for low, high in several) else "i8"


def _nearest_zero(low: int, high: int) -> int:
    return min(max(0, low), high)


def _stays_clean(op: str, numbers: Sequence[Number]) -> bool:
    """Whether a result is 0 where it is not known, because all that is not known is 0."""
    if not all(one.clean for one in numbers):
        return False
    if op in ("mul", "abs", "sign"):
        return True
    one, other = numbers
    if one.known == other.known:
        return True
    if op in ("floordiv", "mod"):
        return other.known == ALL
    bound = (
        one.at if isinstance(one.at, Const) and one.known == ALL else other.at if other.known == ALL else None
    )
    if not isinstance(bound, Const):
        return False
    return bound.value >= 0 if op == "min" else op == "max" and bound.value <= 0


def needed(operations: Sequence[Operation], asked: Sequence[int]) -> list[bool]:
    """Which operations are needed for those that are asked for."""
    found = [False] * len(operations)
    for at in asked:
        found[at] = True
    for at in range(len(operations) - 1, -1, -1):
        if found[at]:
            for arg in operations[at].args:
                if isinstance(arg, int):
                    found[arg] = True
    return found
