"""From typed expressions to columns: exact, with every null said; what cannot be exact is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.errors import TableError
from wutong.policy.columns.bounds import Bounds, TooLargeError
from wutong.policy.columns.in_polars import worked_out
from wutong.policy.columns.node import Dtype, Node, column, compared, first, literal, null, when
from wutong.policy.columns.program import program
from wutong.policy.feel import column_functions as make
from wutong.policy.feel import quantities as q
from wutong.policy.feel.column_calls import called, property_of
from wutong.policy.feel.faults import Dialect, Source, listed
from wutong.policy.feel.quantities import Quantity
from wutong.policy.feel.stages import Column, Stages, is_null
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
    Property,
    Range,
    names_in,
    value_of,
)
from wutong.policy.feel.types import Type, Typed
from wutong.policy.feel.values import Days, Months, Value
from wutong.words import Text, nearest_words

_NUMERIC: Final = frozenset(("number", "days", "months"))
_DTYPES: Final[Mapping[str, Dtype]] = MappingProxyType(
    {"boolean": "bool", "text": "text", "date": "date", "null": "bool"}
)
_ORDER: Final[Mapping[str, str]] = MappingProxyType({"<": "lt", "<=": "le", ">": "gt", ">=": "ge"})
_ONE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression over columns.

    ``value`` is a column of truths, texts or dates; of a number or duration it is the whole number above ``under``, in
    base units: fen, seconds, months. ``under`` is 1 where the result is whole. ``asks`` are the columns of the table that
    it reads, with their types.
    """

    type: Type
    value: Node
    under: Node | int
    asks: tuple[tuple[str, Type], ...]


def compile_columns(typed: Typed, source: Source, dialect: Dialect = "measure") -> Compiled:
    """Put a typed expression into columns.

    Parameters
    ----------
    typed : Typed
        What ``check`` or ``check_cell`` gave.
    source : Source
        The expression, for errors.
    dialect : {"measure", "feel"}
        Which null rules hold; the same as for ``check``.

    Returns
    -------
    Compiled
        Columns over those of its names; ``applied`` works them out.

    Raises
    ------
    RefusedError
        If columns cannot give the exact result: a root, a pattern from a column, a number that may be too large.

    Examples
    --------
    >>> from wutong.policy.feel.check import check
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> text = Source("round half up(投资 * 8%, 1元)")
    >>> compiled = compile_columns(check(parse(text, ["投资"]), {"投资": MONEY}, text), text)
    >>> applied(compiled, pl.LazyFrame({"投资": [100_000, 106_250, None]})).collect()["value"].to_list()
    [8000, 8500, None]
    """
    return compile_more(compiler(dialect), typed, source)


def compiler(dialect: Dialect = "measure") -> Stages:
    """Begin to compile expressions that share names.

    Examples
    --------
    A definition is compiled once and bound to its name; both amounts become columns of one program:

    >>> from wutong.policy.feel.check import check
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> names = {"设备": MONEY, "软件": MONEY, "投入": MONEY}
    >>> maker = compiler()
    >>> def made(text):
    ...     source = Source(text)
    ...     return compile_more(maker, check(parse(source, names), names, source), source)
    >>> maker.bind("投入", column_of(made("设备 + 软件")))
    >>> both = program({"a": made("投入 * 2").value, "b": made("投入 * 3").value})
    >>> [step.op for step in both.steps].count("add")
    1
    >>> worked_out(both, pl.LazyFrame({"设备": [1, 5], "软件": [2, None]})).collect().rows()
    [(6, 9), (None, None)]
    """
    return _Compiler(dialect)


def compile_more(maker: Stages, typed: Typed, source: Source) -> Compiled:
    """Put one more expression into columns.

    Parameters
    ----------
    maker : Stages
        What ``compiler`` gave. Names that are bound stand for their columns.
    typed, source
        As for ``compile_columns``.

    Returns
    -------
    Compiled
        ``asks`` are the columns that the compiler has asked for until now.
    """
    maker.source = source
    return compiled_of(maker, typed.type, maker.column(typed))


def compiled_of(maker: Stages, type_: Type, found: Column) -> Compiled:
    """Put a column together with the columns of the table that were asked for."""
    asks = tuple(maker.asked.items())
    if isinstance(found, Quantity):
        return Compiled(type_, found.over, found.under, asks)
    return Compiled(type_, found, 1, asks)


def column_of(compiled: Compiled) -> Column:
    """The column that was compiled, to be bound to a name or used in further columns."""
    if compiled.type.kind in _NUMERIC:
        return Quantity(compiled.value, compiled.under)
    return compiled.value


def outputs_of(compiled: Compiled, value: str = "value", under: str = "under") -> dict[str, Node]:
    """The outputs, for a program, of a compiled expression."""
    number = compiled.under
    return {value: compiled.value, under: literal(number) if isinstance(number, int) else number}


def applied(compiled: Compiled, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Work out a compiled expression over columns.

    Parameters
    ----------
    compiled : Compiled
        What ``compile_columns`` gave.
    frame : LazyFrame
        The columns that its names ask for.

    Returns
    -------
    LazyFrame
        Two columns, ``value`` and ``under``; what is under the value is 1 for all rows where results are whole.

    Raises
    ------
    TableError
        If a column is missing or is stored otherwise than its type says: a number not as whole numbers, a date with a time.

    Examples
    --------
    See ``compile_columns``.
    """
    stored(compiled.asks, frame.collect_schema())
    return worked_out(program(outputs_of(compiled)), frame)


def stored(asks: Iterable[tuple[str, Type]], schema: pl.Schema) -> None:
    """Refuse columns that a cast would change: a float would lose its decimals without a word."""
    for name, type_ in asks:
        dtype = schema.get(name)
        if dtype is None:
            near = nearest_words(name, list(schema))
            raise TableError(
                Text(
                    f"表中没有“{name}”一列。相近的有：{listed(near, 'zh')}。",
                    f'The table has no column "{name}". The nearest are: {listed(near, "en")}.',
                )
            )
        fits = {
            "boolean": dtype == pl.Boolean,
            "text": dtype in (pl.String, pl.Categorical, pl.Enum),
            "date": dtype == pl.Date,
        }.get(type_.kind, dtype.is_integer())
        if not fits and dtype != pl.Null and type_.kind != "null":
            raise TableError(
                Text(
                    f"“{name}”一列存为{dtype}。数须存为整数（如分，或乘以倍数），日期存为Date，文字存为String。",
                    f'Column "{name}" is stored as {dtype}. Store numbers as whole numbers (fen, or times a scale), '
                    "dates as Date, texts as String.",
                )
            )


def values(compiled: Compiled, frame: pl.DataFrame) -> list[Value]:
    """Work out a compiled expression, row by row, as the interpreter would give it.

    Parameters
    ----------
    compiled : Compiled
        What ``compile_columns`` gave.
    frame : DataFrame
        The columns.

    Returns
    -------
    list of Value
        One for each row.
    """
    return meant(compiled.type, applied(compiled, frame.lazy()).collect())


def meant(type_: Type, found: pl.DataFrame) -> list[Value]:
    """Values of a type, row by row, from the two columns ``value`` and ``under`` that any engine gave."""
    rows = found.select("value", "under").rows()
    match type_.kind:
        case "number":
            return [None if over is None else Fraction(over, under) for over, under in rows]
        case "days":
            return [None if over is None else Days(Fraction(over, under)) for over, under in rows]
        case "months":
            return [None if over is None else Months(over // under) for over, under in rows]
    return [value for value, _ in rows]


def too_large(frame: pl.DataFrame, names: Mapping[str, Type]) -> list[str]:
    """Name the columns that hold a larger number than their type says; results of such rows would be wrong.

    Parameters
    ----------
    frame : DataFrame
        The columns.
    names : mapping of str to Type
        The types that the expressions were compiled for.

    Returns
    -------
    list of str
        Names of columns, in the order of ``names``.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY, held_as
    >>> too_large(pl.DataFrame({"投资": [5, None, -11]}), {"投资": held_as(MONEY, 1, 10)})
    ['投资']
    """
    asked = [name for name, type_ in names.items() if type_.kind in _NUMERIC and name in frame.columns]
    if not asked:
        return []
    beyond = [~pl.col(name).is_between(*bounds_of(names[name])).fill_null(True).all() for name in asked]
    row = frame.select(flag.alias(name) for name, flag in zip(asked, beyond, strict=True)).row(0)
    return [name for name, flag in zip(asked, row, strict=True) if flag]


def bounds_of(type_: Type) -> Bounds:
    """Least and largest whole number that a column holds."""
    return -type_.largest if type_.least is None else type_.least, type_.largest


def null_of(type_: Type) -> Column:
    """Null for all rows."""
    return q.missing() if type_.kind in _NUMERIC else null(_DTYPES.get(type_.kind, "bool"))


def truth_of(value: bool | None) -> Node:
    """One truth for all rows."""
    return null("bool") if value is None else literal(value)


class _Compiler(Stages):
    subject: Typed | None = None

    def made(self, typed: Typed) -> Column:
        try:
            return self.compiled(typed)
        except TooLargeError:
            return self.refuse(
                "may be too large",
                typed.node,
                "结果可能超出128位整数。请说明各字段最大到多少，或先舍入。",
                "The result may be larger than 128 bits. Say how large the fields can be, or round before.",
            )

    def compiled(self, typed: Typed) -> Column:
        node, parts = typed.node, typed.parts
        if typed.type.kind == "any":
            self.refuse(
                "kind not known", node, "类型不定，不能按列计算。", "Its kind is not known before it runs."
            )
        match node:
            case Literal():
                return self.literal(node, typed.type)
            case Name(name=name):
                return self.name(name, typed.type)
            case If():
                return self.conditional(typed)
            case _ if typed.type.kind == "null":
                return truth_of(None)
            case Minus():
                return q.negative(self.number(parts[0]))
            case Binary():
                return self.binary(node, typed)
            case Between():
                return self.within(parts[0], parts[1], parts[2], True, True)
            case In():
                return self.any_of(parts[0], parts[1:])
            case Cell(negated=negated):
                self.subject = parts[0]
                held = self.any_of(parts[0], parts[1:]) if len(parts) > 1 else truth_of(True)
                return ~held if negated else held
            case Call(function="is"):
                return self.identical(parts[0], parts[1])
            case Call():
                return called(self, node, typed)
            case Property(name=name) if parts[0].type.kind != "range":
                return property_of(self, parts[0], name)
        return self.refuse(
            "range as a value", node, "区间不能作为列的值。", "A range cannot be the value of a column."
        )

    def literal(self, node: Literal, type_: Type) -> Column:
        match value_of(node):
            case bool(value):
                return truth_of(value)
            case Fraction() as number:
                return q.constant(number)
            case Months(months=months):
                return q.constant(Fraction(months))
            case Days(seconds=seconds):
                return q.constant(seconds)
            case None:
                return null_of(type_)
            case value:
                assert isinstance(value, str | date)
                return literal(value)

    def name(self, name: str, type_: Type) -> Column:
        if name == "?" and self.subject is not None:
            return self.column(self.subject)
        if name in self.bound:
            return self.bound[name]
        self.asked[name] = type_
        if type_.kind in _NUMERIC:
            return q.column(column(name, "i64", *bounds_of(type_)), type_.scale)
        return column(name, _DTYPES[type_.kind])

    # ------------------------------------------------------------ logic and comparison

    def binary(self, node: Binary, typed: Typed) -> Column:
        left, right = typed.parts
        match node.operator:
            case "and":
                return self.truth(left) & self.truth(right)
            case "or":
                return self.truth(left) | self.truth(right)
            case "=" | "!=" | "<" | "<=" | ">" | ">=":
                return self.compared(node.operator, left, right)
        return self.arithmetic(node.operator, typed)

    def compared(self, operator: str, left: Typed, right: Typed) -> Node:
        if operator in ("=", "!="):
            same = self.same(left, right)
            return ~same if operator == "!=" else same
        if left.type.kind != right.type.kind:
            return truth_of(None)
        one, other = pair(self.column(left), self.column(right))
        return compared(_ORDER[operator], one, other)

    def same(self, left: Typed, right: Typed, dialect: Dialect | None = None) -> Node:
        asks = any(isinstance(part.node, Literal) and part.node.value is None for part in (left, right))
        rules = "feel" if asks else dialect or self.dialect
        if rules == "measure":
            return _equal(left, right, self.column(left), self.column(right))
        one, other = self.column(left), self.column(right)
        no_one, no_other = is_null(one), is_null(other)
        equal = when(no_one | no_other, truth_of(False), _equal(left, right, one, other))
        return when(no_one & no_other, truth_of(True), equal)

    def identical(self, left: Typed, right: Typed) -> Node:
        if left.type.kind == right.type.kind:
            return self.same(left, right, "feel")
        return is_null(self.column(left)) & is_null(self.column(right))

    def conditional(self, typed: Typed) -> Column:
        condition, then, otherwise = typed.parts
        held = self.truth(condition)
        if self.dialect == "measure":
            other = ~held
        elif condition.type.kind == "boolean":
            other = ~held.fill_null(False)
        else:  # what is neither true nor false nor null gives null
            other = is_null(self.column(condition))
        if typed.type.kind in _NUMERIC:
            numbers = [self.number(then), self.number(otherwise)]
            return q.chosen(list(zip((held, other), numbers, strict=True)))
        if typed.type.kind == "null":
            return truth_of(None)
        one, two = (self.branch(part, typed.type) for part in (then, otherwise))
        return first([(held, one), (other, two)])

    def branch(self, typed: Typed, type_: Type) -> Node:
        return null(_DTYPES[type_.kind]) if typed.type.kind == "null" else self.plain(typed)

    def within(self, value: Typed, low: Typed, high: Typed, low_closed: bool, high_closed: bool) -> Node:
        self.column(value)
        above = self.compared(">=" if low_closed else ">", value, low)
        return above & self.compared("<=" if high_closed else "<", value, high)

    def any_of(self, subject: Typed, tests: Iterable[Typed]) -> Node:
        self.column(subject)
        found = truth_of(False)
        for test in tests:
            found = found | self.test(test, subject)
        return found

    def test(self, test: Typed, subject: Typed) -> Node:
        node = test.node
        if isinstance(node, Compare):
            return self.compared(node.operator, subject, test.parts[0]) if test.parts else truth_of(None)
        if isinstance(node, Range):
            return self.within(subject, test.parts[0], test.parts[1], node.low_closed, node.high_closed)
        assert not isinstance(node, Cell)
        if "?" in names_in(node):
            return self.truth(test)
        if test.type.kind == "boolean" and subject.type.kind not in ("boolean", "null"):
            # a condition of its own: it holds whatever is judged, as long as both are known
            own = self.truth(test)
            missing = self.same(subject, test)
            return when(is_null(self.column(subject)) | own.is_null(), missing, own)
        return self.same(subject, test)

    # ------------------------------------------------------------ arithmetic

    def arithmetic(self, operator: str, typed: Typed) -> Column:
        left, right = typed.parts
        kinds = (left.type.kind, right.type.kind)
        if kinds == ("text", "text"):
            return self.plain(left).concat(self.plain(right))
        if "date" in kinds:
            return self.with_dates(operator, left, right)
        one, other = self.number(left), self.number(right)
        match operator:
            case "+":
                return q.added(one, other)
            case "-":
                return q.subtracted(one, other)
            case "**":
                return self.power(typed, one, other)
        found = q.multiplied(one, other) if operator == "*" else q.divided(one, other)
        return q.rounded("round down", found, _ONE) if typed.type.kind == "months" else found

    def power(self, typed: Typed, one: Quantity, other: Quantity) -> Quantity:
        exponent = other.constant
        if exponent is None or exponent.denominator != 1 or abs(exponent) > 64:
            self.refuse(
                "power",
                typed.node,
                "按列计算时，指数须是写明的整数，不超过64。",
                "In columns a power must be a whole number up to 64 that is written out.",
            )
        return q.power(one, int(exponent))

    def with_dates(self, operator: str, left: Typed, right: Typed) -> Column:
        if left.type.kind == right.type.kind == "date":
            apart = self.plain(left).days() - self.plain(right).days()
            return q.column(apart * make.DAY)
        start, length = (left, right) if left.type.kind == "date" else (right, left)
        amount = self.number(length)
        amount = q.negative(amount) if operator == "-" else amount
        day = self.plain(start)
        if length.type.kind == "months":
            return make.months_later(day, q.rounded("round down", amount, _ONE).over)
        days = q.rounded("floor", q.multiplied(amount, q.constant(Fraction(1, make.DAY))), _ONE)
        return make.days_later(day, days.over)


def pair(one: Column, other: Column) -> tuple[Node, Node]:
    """Two columns that compare as the two values do."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return q.difference(one, other)
    assert not isinstance(one, Quantity)
    assert not isinstance(other, Quantity)
    return one, other


def _equal(left: Typed, right: Typed, one: Column, other: Column) -> Node:
    if left.type.kind != right.type.kind:
        return truth_of(None)
    first, second = pair(one, other)
    return first == second
