"""What is done to columns, as a graph of small records that belongs to no engine.

Each engine obeys the same rule of nulls for each operation (``NULLS``), so that none is left to its habits.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from wutong.policy.columns.bounds import Bounds, result, union, width

Dtype = Literal["bool", "u8", "i64", "i128", "text", "date"]
"""``u8`` is for storing small codes alone; whoever works with one has it as ``i64``."""

Part = Literal["year", "month", "day", "weekday", "ordinal", "week"]
"""Part of a date; ``weekday`` is 1 on Mondays, ``ordinal`` the day of the year, ``week`` the ISO week."""

Datum = int | bool | str | date | tuple[str, ...] | None

_ANY: Final = "null if any of them is null"
_NEVER: Final = "never null"

NULLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "column": "null where the table has null",
        "literal": "null if it is the literal null",
        **dict.fromkeys(("add", "sub", "mul", "abs", "sign", "min", "max", "cast"), _ANY),
        # divisors are above zero; where what is divided is null they may be anything
        **dict.fromkeys(("floordiv", "mod"), _ANY),
        **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "not"), _ANY),
        "and": "false if one is false, else null if one is null",
        "or": "true if one is true, else null if one is null",
        "is_null": _NEVER,
        "fill": "the second where the first is null",
        "when": "the value of the first condition that is true, the last value where none is",
        **dict.fromkeys(("concat", "length", "slice", "upper", "lower"), _ANY),
        **dict.fromkeys(("contains", "starts", "ends", "before", "after", "matches", "replace"), _ANY),
        "written": _ANY,
        "digits": "null if the text is null or is not 1 to 18 digits",
        **dict.fromkeys(("year", "month", "day", "weekday", "ordinal", "week"), _ANY),
        **dict.fromkeys(("weekday_name", "month_name", "date", "days", "from_days"), _ANY),
    }
)
"""For each operation: what is null. Every engine is tested against this table."""

SYMMETRIC: Final = frozenset(("add", "mul", "min", "max", "eq", "ne", "and", "or"))
"""Operations whose two arguments may change places."""

_OPPOSITE: Final[Mapping[str, str]] = MappingProxyType(
    {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
)
LONGEST: Final = 2**32
"""Characters of the longest text."""

DIGITS: Final = "^[0-9]{1,18}$"
"""The texts that are whole numbers."""

_FAR: Final = (-4_000_000, 4_000_000)  # days: the whole calendar fits


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """A column: an operation, what it is done to, and what else it needs to know.

    ``low`` and ``high`` bound the values of a whole number, nulls aside; for other kinds they are 0. Operators read as in
    Polars: arithmetic, comparison, and ``&``, ``|``, ``~`` in three-valued logic. Whole numbers widen by themselves to what
    their bounds need.
    """

    op: str
    args: tuple[Node, ...]
    data: Datum
    dtype: Dtype
    low: int = 0
    high: int = 0

    def __repr__(self) -> str:
        return f"<{self.op} {self.dtype} {'' if self.data is None else repr(self.data)}>"

    def __bool__(self) -> NoReturn:
        raise TypeError("a column is neither true nor false; combine conditions with & and |")

    __hash__ = object.__hash__

    def __add__(self, other: Node | int) -> Node:
        return _computed("add", self, _number(other))

    def __radd__(self, other: int) -> Node:
        return _computed("add", self, _number(other))

    def __sub__(self, other: Node | int) -> Node:
        return _computed("sub", self, _number(other))

    def __rsub__(self, other: int) -> Node:
        return _computed("sub", _number(other), self)

    def __neg__(self) -> Node:
        return 0 - self

    def __mul__(self, other: Node | int) -> Node:
        return _computed("mul", self, _number(other))

    def __rmul__(self, other: int) -> Node:
        return _computed("mul", self, _number(other))

    def __floordiv__(self, other: Node | int) -> Node:
        return _computed("floordiv", self, _number(other))

    def __mod__(self, other: Node | int) -> Node:
        return _computed("mod", self, _number(other))

    def __abs__(self) -> Node:
        if self.low >= 0:
            return self
        return _computed("abs", self)

    def sign(self) -> Node:
        """-1, 0 or 1."""
        return _computed("sign", self)

    def __eq__(self, other: Node | Datum) -> Node:  # type: ignore[override]  # row by row, as in Polars
        return compared("eq", self, _value(other))

    def __ne__(self, other: Node | Datum) -> Node:  # type: ignore[override]
        return compared("ne", self, _value(other))

    def __lt__(self, other: Node | Datum) -> Node:
        return compared("lt", self, _value(other))

    def __le__(self, other: Node | Datum) -> Node:
        return compared("le", self, _value(other))

    def __gt__(self, other: Node | Datum) -> Node:
        return compared("gt", self, _value(other))

    def __ge__(self, other: Node | Datum) -> Node:
        return compared("ge", self, _value(other))

    def is_between(self, low: int, high: int) -> Node:
        """Whether each value lies between two bounds, both included."""
        return (self >= low) & (self <= high)

    def is_in(self, values: Sequence[Datum]) -> Node:
        """Whether each value is one of these."""
        found = literal(False)
        for value in values:
            found = found | (self == value)
        return found

    def within(self, low: int, high: int) -> Node:
        """The value where it lies between two bounds; null elsewhere."""
        found = when(self.is_between(low, high), self)
        low, high = max(low, self.low), min(high, self.high)
        if low > high:
            return null("i64")
        return _narrowed(replace(found, low=low, high=high))

    def __and__(self, other: Node) -> Node:
        return _logical("and", self, other, neutral=True)

    def __or__(self, other: Node) -> Node:
        return _logical("or", self, other, neutral=False)

    def __invert__(self) -> Node:
        if self.op in _OPPOSITE:
            return Node(_OPPOSITE[self.op], self.args, None, "bool")
        if self.op == "not":
            return self.args[0]
        if self.op == "literal":
            return self if self.data is None else literal(not self.data)
        return Node("not", (self,), None, "bool")

    def is_null(self) -> Node:
        """Whether each value is null."""
        if self.op == "literal":
            return literal(self.data is None)
        return Node("is_null", (self,), None, "bool")

    def is_not_null(self) -> Node:
        """Whether each value is not null."""
        return ~self.is_null()

    def fill_null(self, other: Node | Datum) -> Node:
        """Each value, and another one where it is null."""
        if self.op == "literal":
            return self if self.data is not None else _value(other)
        one, two = _alike([self, _value(other)])
        low, high = union([(one.low, one.high), (two.low, two.high)])
        return Node("fill", (one, two), None, one.dtype, low, high)

    def cast(self, dtype: Dtype) -> Node:
        """The same value, stored otherwise: a whole number in another width, a truth as 1 or 0."""
        if self.dtype == dtype:
            return self
        if self.dtype == "bool":
            made = Node("cast", (self,), None, "i64", 0, 1)
            return made if dtype == "i64" else made.cast(dtype)
        if dtype == "u8":
            assert 0 <= self.low <= self.high <= 255, "a code stands in one byte"
        return Node("cast", (self,), None, dtype, self.low, self.high)

    # ------------------------------------------------------------ texts

    def concat(self, other: Node) -> Node:
        """Two texts, one after the other."""
        return Node("concat", (self, other), None, "text")

    def length(self) -> Node:
        """Number of characters."""
        return Node("length", (self,), None, "i64", 0, LONGEST)

    def slice(self, start: Node | int, length: Node | int | None = None) -> Node:
        """Part of each text from a place counted from 0; neither may be below zero."""
        rest = () if length is None else (_number(length),)
        return Node("slice", (self, _number(start), *rest), None, "text")

    def upper(self) -> Node:
        """In capitals."""
        return Node("upper", (self,), None, "text")

    def lower(self) -> Node:
        """In small letters."""
        return Node("lower", (self,), None, "text")

    def contains(self, other: Node) -> Node:
        """Whether another text stands in each."""
        return Node("contains", (self, other), None, "bool")

    def starts(self, other: Node) -> Node:
        """Whether each begins with another text."""
        return Node("starts", (self, other), None, "bool")

    def ends(self, other: Node) -> Node:
        """Whether each ends with another text."""
        return Node("ends", (self, other), None, "bool")

    def before(self, match: Node) -> Node:
        """What stands before the first place of another text; empty where it has none, or the other is empty."""
        return Node("before", (self, match), None, "text")

    def after(self, match: Node) -> Node:
        """What stands behind the first place of another text; empty where it has none, all if the other is empty."""
        return Node("after", (self, match), None, "text")

    def matches(self, pattern: str) -> Node:
        """Whether part of each text has a pattern, in the form of the engine of Polars."""
        return Node("matches", (self,), (pattern,), "bool")

    def replace_all(self, pattern: str, new: str) -> Node:
        """Each text with the parts that have a pattern replaced."""
        return Node("replace", (self,), (pattern, new), "text")

    def digits(self) -> Node:
        """The whole number that a text of digits is; null for any other text."""
        return Node("digits", (self,), None, "i64", 0, 10**18 - 1)

    def written(self) -> Node:
        """A whole number in digits, or a date as 2026-11-23."""
        return Node("written", (self,), None, "text")

    # ------------------------------------------------------------ dates

    def part(self, name: Part) -> Node:
        """Part of a date."""
        low, high = _PARTS[name]
        return Node(name, (self,), None, "i64", low, high)

    def name(self, of: Literal["weekday_name", "month_name"]) -> Node:
        """English name of the day of the week or of the month."""
        return Node(of, (self,), None, "text")

    def days(self) -> Node:
        """Days from 1970-01-01 to each date."""
        return Node("days", (self,), None, "i64", *_FAR)

    def from_days(self) -> Node:
        """Date that lies so many days behind 1970-01-01; no farther than the calendar goes."""
        return Node("from_days", (self,), None, "date")


_PARTS: Final[Mapping[Part, Bounds]] = MappingProxyType(
    {
        "year": (1, 9999),
        "month": (1, 12),
        "day": (1, 31),
        "weekday": (1, 7),
        "ordinal": (1, 366),
        "week": (1, 53),
    }
)


def column(name: str, dtype: Dtype, low: int = 0, high: int = 0) -> Node:
    """A column of the table; a whole number says between which bounds its values lie.

    Examples
    --------
    >>> money = column("投资", "i64", 0, 10**15)
    >>> (money * 8 // 100).high, (money * 10**6).dtype
    (80000000000000, 'i128')
    """
    return Node("column", (), name, width((low, high)) if dtype in ("i64", "i128") else dtype, low, high)


def literal(value: int | bool | str | date) -> Node:
    """One value for all rows."""
    if isinstance(value, bool):
        return Node("literal", (), value, "bool")
    if isinstance(value, int):
        return Node("literal", (), value, width((value, value)), value, value)
    return Node("literal", (), value, "text" if isinstance(value, str) else "date")


def null(dtype: Dtype) -> Node:
    """Null for all rows."""
    return Node("literal", (), None, dtype)


def when(condition: Node, value: Node, otherwise: Node | None = None) -> Node:
    """A value where a condition is true, another one, or null, where it is not."""
    return first([(condition, value)], otherwise)


def first(cases: Sequence[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """The value of the first condition that is true.

    Examples
    --------
    >>> size = column("人数", "i64", 0, 10**6)
    >>> chosen = first([(size > 300, literal(2)), (size > 20, literal(1))], literal(0))
    >>> chosen.dtype, chosen.low, chosen.high
    ('i64', 0, 2)
    """
    open_cases: list[tuple[Node, Node]] = []
    for condition, value in cases:
        if condition.op != "literal":
            open_cases.append((condition, value))
        elif condition.data is True:
            otherwise = value
            break
    values = [value for _, value in open_cases]
    last = otherwise if otherwise is not None else null((values or [cases[0][1]])[0].dtype)
    if not values:
        return last
    *values, last = _alike([*values, last])
    known = [(one.low, one.high) for one in (*values, last) if not is_null_literal(one)]
    low, high = union(known or [(0, 0)])
    args = [
        part for (condition, _), value in zip(open_cases, values, strict=True) for part in (condition, value)
    ]
    return _narrowed(Node("when", (*args, last), None, last.dtype, low, high))


def least(one: Node, other: Node) -> Node:
    """The smaller of two; null if one is null."""
    return _extreme("min", one, other)


def greatest(one: Node, other: Node) -> Node:
    """The larger of two; null if one is null."""
    return _extreme("max", one, other)


def day_of(year: Node, month: Node, number: Node) -> Node:
    """Date of its three parts, which must be those of a day."""
    return Node("date", (year, month, number), None, "date")


def compared(op: str, one: Node, other: Node) -> Node:
    """Compare row by row: ``eq``, ``ne``, ``lt``, ``le``, ``gt`` or ``ge``."""
    if is_null_literal(one) or is_null_literal(other):
        return null("bool")
    if one.op == other.op == "literal":
        return literal(bool(getattr(operator, op)(one.data, other.data)))
    one, other = _alike([one, other])
    return Node(op, (one, other), None, "bool")


def is_null_literal(node: Node) -> bool:
    """Tell whether a column is null for all rows by what is written."""
    return node.op == "literal" and node.data is None


def constant_of(node: Node) -> int | None:
    """The whole number that a column is for all rows, if it is one by what is written."""
    return node.data if node.op == "literal" and isinstance(node.data, int) and node.dtype != "bool" else None


def _number(value: Node | int) -> Node:
    return literal(value) if isinstance(value, int) else value


def _value(value: Node | Datum) -> Node:
    if isinstance(value, Node):
        return value
    assert value is not None
    assert not isinstance(value, tuple)
    return literal(value)


def _is_number(node: Node) -> bool:
    return node.dtype in ("u8", "i64", "i128")


def _resized(node: Node, dtype: Dtype) -> Node:
    """A whole number in another width that holds it."""
    if node.dtype == dtype:
        return node
    if node.op == "literal":
        return replace(node, dtype=dtype)
    return Node("cast", (node,), None, dtype, node.low, node.high)


def _narrowed(node: Node) -> Node:
    """A whole number in the narrowest width that holds it."""
    return _resized(node, width((node.low, node.high))) if node.dtype == "i128" else node


def _alike(nodes: Sequence[Node]) -> list[Node]:
    """Columns that stand beside each other, all of one kind: whole numbers in the width that holds them all."""
    known = [node for node in nodes if not is_null_literal(node)] or nodes
    if all(map(_is_number, known)):
        dtype: Dtype = width(union((node.low, node.high) for node in known))
        return [null(dtype) if is_null_literal(node) else _resized(node, dtype) for node in nodes]
    kinds = {node.dtype for node in known}
    assert len(kinds) == 1, f"columns of different kinds: {sorted(kinds)}"
    dtype = kinds.pop()
    return [null(dtype) if is_null_literal(node) else node for node in nodes]


def _extreme(op: str, one: Node, other: Node) -> Node:
    if _is_number(one):
        return _computed(op, one, other)
    one, other = _alike([one, other])
    return Node(op, (one, other), None, one.dtype)


def _computed(op: str, *args: Node) -> Node:
    bounds = result(op, *((one.low, one.high) for one in args))
    found = _folded(op, args, bounds)
    if found is not None:
        return found
    dtype = width(union([bounds, *((one.low, one.high) for one in args)]))
    return _narrowed(Node(op, tuple(_resized(one, dtype) for one in args), None, dtype, *bounds))


def _folded(op: str, args: tuple[Node, ...], bounds: Bounds) -> Node | None:
    """The result where it needs no work: null, a number that is known already, or one of the arguments."""
    if any(map(is_null_literal, args)):
        return null("i64")
    constants = [constant_of(one) for one in args]
    if None not in constants and bounds[0] == bounds[1]:
        return literal(bounds[0])
    if len(args) == 1:
        return None
    (one, other), (first_number, second_number) = args, constants
    match op, first_number, second_number:
        case ("add", _, 0) | ("sub", _, 0) | ("mul", _, 1) | ("floordiv", _, 1):
            return one
        case ("add", 0, _) | ("mul", 1, _):
            return other
        case ("min", _, int(number)) if one.high <= number:
            return one
        case ("max", _, int(number)) if one.low >= number:
            return one
        case ("min", int(number), _) if other.high <= number:
            return other
        case ("max", int(number), _) if other.low >= number:
            return other
    return None


def _logical(op: str, one: Node, other: Node, *, neutral: bool) -> Node:
    for here, there in ((one, other), (other, one)):
        if here.op == "literal" and here.data is not None:
            return there if here.data is neutral else here
    return Node(op, (one, other), None, "bool")
