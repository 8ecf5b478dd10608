"""The judge: an obvious interpreter in exact fractions and three-valued logic, apart from any compiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import trunc

from wutong.policy.feel.faults import Dialect, ExpressionError, OutsideError, Source
from wutong.policy.feel.library import (
    LIBRARY,
    SCALES,
    date_of_parts,
    kept,
    power,
    property_of,
    rounded,
)
from wutong.policy.feel.parse import parse
from wutong.policy.feel.pattern import BackReferenceError
from wutong.policy.feel.signatures import DATE_OF_PARTS, FUNCTIONS, ROUNDINGS, Signature, order
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Cell,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Property,
    Range,
    names_in,
    value_of,
)
from wutong.policy.feel.values import Days, Interval, Months, Value, after, kind_of

Given = Mapping[str, "Value | tuple[Value, ...]"]
"""Value of each name; a list may stand only where ``in`` or a cell asks whether a value is in it."""

_ORDERED = frozenset(("number", "text", "date", "days", "months"))


def evaluate(tree: Expr, given: Given, dialect: Dialect = "measure") -> Value:
    """Work out an expression.

    Parameters
    ----------
    tree : Expr
        What ``parse`` gave.
    given : mapping of str to value
        Value of each name, in base units; a name that is not there is null.
    dialect : {"measure", "feel"}
        Which null rules hold.

    Returns
    -------
    Value
        None is null: unknown, or no answer.

    Raises
    ------
    OutsideError
        If a pattern refers back to its groups, or the clock is asked.

    Examples
    --------
    >>> evaluate(parse("投资 * 8%", ["投资"]), {"投资": Fraction(200)})
    Fraction(16, 1)
    >>> evaluate(parse("if 投资 > 1 then 5 else 0", ["投资"]), {"投资": None})  # unknown stays unknown
    """
    return _Judge(given, dialect).value(tree)


def evaluate_cell(cell: Cell, subject: Value, given: Given, dialect: Dialect = "measure") -> bool | None:
    """Tell whether a value passes an input cell of a decision table.

    Parameters
    ----------
    cell : Cell
        What ``parse_cell`` gave.
    subject : Value
        The value that is judged.
    given, dialect
        As for ``evaluate``.

    Returns
    -------
    bool or None
        None where it is unknown.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse_cell
    >>> evaluate_cell(parse_cell("[1..3), >7"), Fraction(3), {})
    False
    """
    judge = _Judge({**given, "?": subject}, dialect)
    if not cell.tests:
        return True
    held = _any(judge.test(test, subject) for test in cell.tests)
    return _not(held) if cell.negated else held


def compared(operator: str, one: Value, other: Value, dialect: Dialect) -> bool | None:
    """Compare two values.

    Examples
    --------
    >>> compared("=", None, Fraction(1), "feel"), compared("=", None, Fraction(1), "measure")
    (False, None)
    """
    if operator in ("=", "!="):
        return equal(one, other, dialect) if operator == "=" else _not(equal(one, other, dialect))
    if kind_of(one) != kind_of(other) or kind_of(one) not in _ORDERED:
        return None
    assert not isinstance(one, Interval)
    less = one < other  # type: ignore[operator]  # both are of one ordered kind
    match operator:
        case "<":
            return bool(less)
        case "<=":
            return bool(less or one == other)
        case ">":
            return not (less or one == other)
        case _:
            return not less


def equal(one: Value, other: Value, dialect: Dialect) -> bool | None:
    """Tell whether two values are the same; of different kinds they cannot be compared."""
    if one is None or other is None:
        return None if dialect == "measure" else one is other
    return one == other if kind_of(one) == kind_of(other) else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(values: Iterable[bool | None]) -> bool | None:
    found = list(values)
    return True if True in found else None if None in found else False


def _and(one: Value, other: Value) -> bool | None:
    if one is False or other is False:
        return False
    return True if one is True and other is True else None


def _contains(span: Interval, value: Value) -> bool | None:
    above = compared(">=" if span.low_closed else ">", value, span.low, "measure")
    below = compared("<=" if span.high_closed else "<", value, span.high, "measure")
    return _and(above, below)


class _Judge:
    def __init__(self, given: Given, dialect: Dialect) -> None:
        self.given = given
        self.dialect = dialect

    def value(self, node: Expr) -> Value:
        match node:
            case Literal():
                return value_of(node)
            case Name(name=name):
                found = self.given.get(name)
                return None if isinstance(found, tuple) else found
            case Minus(value=inner):
                return arithmetic("*", self.value(inner), Fraction(-1))
            case Binary():
                return self.binary(node)
            case If():
                return self.conditional(node)
            case Between(value=inner, low=low, high=high):
                return _contains(Interval(self.value(low), self.value(high), True, True), self.value(inner))
            case In(value=inner, tests=tests):
                subject = self.value(inner)
                return _any([self.test(test, subject) for test in tests])
            case Range():
                return self.range(node)
            case Call():
                return self.call(node)
            case Property(value=inner, name=name):
                return property_of(self.value(inner), name)
            case Compare():
                return None

    def binary(self, node: Binary) -> Value:
        one, other = self.value(node.left), self.value(node.right)
        match node.operator:
            case "and":
                return _and(one, other)
            case "or":
                return _not(_and(_not_truth(one), _not_truth(other)))
            case "=" | "!=" | "<" | "<=" | ">" | ">=":
                asks = any(_is_null(side) for side in (node.left, node.right))
                return compared(node.operator, one, other, "feel" if asks else self.dialect)
        return arithmetic(node.operator, one, other)

    def conditional(self, node: If) -> Value:
        condition = self.value(node.condition)
        if condition is True:
            return self.value(node.then)
        unknown = condition is None and self.dialect == "measure"
        if unknown or not isinstance(condition, bool | None):
            return None
        return self.value(node.otherwise)

    def range(self, node: Range) -> Interval | None:
        low, high = self.value(node.low), self.value(node.high)
        if kind_of(low) != kind_of(high) or kind_of(low) not in _ORDERED:
            return None
        return Interval(low, high, node.low_closed, node.high_closed)

    def test(self, test: Expr, subject: Value) -> bool | None:
        if isinstance(test, Compare):
            dialect: Dialect = "feel" if _is_null(test.value) else self.dialect
            return compared(test.operator, subject, self.value(test.value), dialect)
        if isinstance(test, Range):
            span = Interval(self.value(test.low), self.value(test.high), test.low_closed, test.high_closed)
            return _contains(span, subject)
        if isinstance(test, Name) and isinstance(found := self.given.get(test.name), tuple):
            return _any([equal(subject, item, self.dialect) for item in found])
        value = self.value(test)
        if isinstance(value, Interval) and not isinstance(subject, Interval):
            return _contains(value, subject)
        if "?" in names_in(test) or (isinstance(value, bool) and not isinstance(subject, bool | None)):
            return value if isinstance(value, bool) else None
        return equal(subject, value, "feel" if _is_null(test) else self.dialect)

    def call(self, node: Call) -> Value:
        name = node.function
        signature = FUNCTIONS.get(name)
        if name == "date" and (len(node.arguments) == 3 or "year" in node.names):
            signature = DATE_OF_PARTS
        places = order(signature, len(node.arguments), node.names) if signature else None
        if signature is None or places is None:
            return None
        if name == "today":
            raise OutsideError("time of day", Source("today()"), node.span)
        values = [None if at is None else self.value(node.arguments[at]) for at in places]
        if not fits(signature, values) and name != "is":
            return None
        if name in ROUNDINGS:
            second = None if places[1] is None else node.arguments[places[1]]
            return _rounding(name, values[0], values[1], second)
        if name == "range":
            return _read_range(values[0])
        if signature is DATE_OF_PARTS:
            return date_of_parts(*values)  # type: ignore[arg-type]  # their kinds were held
        try:
            return LIBRARY[name](*values)
        except BackReferenceError:
            raise OutsideError("back-reference", Source(""), node.span) from None


def _is_null(node: Expr) -> bool:
    return isinstance(node, Literal) and node.value is None


def _not_truth(value: Value) -> bool | None:
    return not value if isinstance(value, bool) else None


def fits(signature: Signature, values: list[Value]) -> bool:
    """Tell whether each value is of a kind that its parameter takes, and none that is needed is null."""
    for at, value in enumerate(values):
        _, kinds = signature.parameters[min(at, len(signature.parameters) - 1)]
        if value is None:
            if at < signature.needed or signature.many:
                return False
        elif kind_of(value) not in kinds.split("|"):
            return False
    return True


def _rounding(name: str, number: Value, scale: Value, written: Expr | None) -> Value:
    if not isinstance(number, Fraction):
        return None
    if scale is None and written is None:
        return rounded(name, number, Fraction(1))
    if not isinstance(scale, Fraction):
        return None
    if isinstance(written, Literal) and written.unit:
        return rounded(name, number, scale) if scale > 0 else None
    digits = trunc(scale)
    return rounded(name, number, Fraction(10) ** -digits) if digits in SCALES else None


def _read_range(text: Value) -> Value:
    try:
        tree = parse(text) if isinstance(text, str) else None
    except ExpressionError:
        return None
    if not isinstance(tree, Range) or not all(_is_constant(end) for end in (tree.low, tree.high)):
        return None
    span = _Judge({}, "feel").range(tree)
    return span if span and compared("<=", span.low, span.high, "feel") else None


def _is_constant(node: Expr) -> bool:
    match node:
        case Literal():
            return True
        case Minus(value=value):
            return _is_constant(value)
        case Call(function="date" | "duration", arguments=arguments):
            return all(isinstance(argument, Literal) for argument in arguments)
    return False


def arithmetic(operator: str, one: Value, other: Value) -> Value:
    """Add, subtract, multiply, divide or raise to a power; null where FEEL gives null.

    Examples
    --------
    >>> arithmetic("-", date(2026, 1, 31), Months(2)), arithmetic("/", Fraction(1), Fraction(0))
    (datetime.date(2025, 11, 30), None)
    """
    match operator, one, other:
        case _, bool(), _:
            return None
        case _, _, bool():
            return None
        case _, Fraction(), Fraction():
            return _numbers(operator, one, other)
        case "+", str(), str():
            return one + other
        case "+", date(), Days() | Months():
            return after(one, other)
        case "+", Days() | Months(), date():
            return after(other, one)
        case "-", date(), Days(seconds=seconds):
            return after(one, Days(-seconds))
        case "-", date(), Months(months=months):
            return after(one, Months(-months))
        case "-", date(), date():
            return Days(Fraction((one - other).total_seconds()))
        case _, Days(), Days():
            return _durations(operator, one.seconds, other.seconds, Days)
        case _, Months(), Months():
            return _durations(operator, Fraction(one.months), Fraction(other.months), _months)
        case "*" | "/", Days(seconds=seconds), Fraction():
            found = _numbers(operator, seconds, other)
            return None if found is None else Days(found)
        case "*" | "/", Months(months=months), Fraction():
            found = _numbers(operator, Fraction(months), other)
            return None if found is None else _months(found)
        case "*", Fraction(), Days() | Months():
            return arithmetic("*", other, one)
    return None


def _months(number: Fraction) -> Months:
    return Months(trunc(number))


def _durations(
    operator: str, one: Fraction, other: Fraction, make: Callable[[Fraction], Days | Months]
) -> Value:
    if operator not in ("+", "-", "/"):
        return None
    found = _numbers(operator, one, other)
    if operator == "/" or found is None:
        return found
    return make(found)


def _numbers(operator: str, one: Fraction, other: Fraction) -> Fraction | None:
    match operator:
        case "+":
            return kept(one + other)
        case "-":
            return kept(one - other)
        case "*":
            return kept(one * other)
        case "/":
            return kept(one / other) if other else None
        case "**":
            return power(one, other)
    return None
