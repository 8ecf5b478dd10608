"""Types, units and names held before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wutong.policy.feel import units
from wutong.policy.feel.algebra import arithmetic, is_plain, is_zero, shared
from wutong.policy.feel.faults import Dialect, ExpressionError, Source, listed
from wutong.policy.feel.lengths import length_of
from wutong.policy.feel.signatures import (
    DATE_OF_PARTS,
    FUNCTIONS,
    PROPERTIES,
    ROUNDINGS,
    Signature,
    order,
)
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
)
from wutong.policy.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS,
    MONTHS,
    NULL,
    NUMBER,
    TEXT,
    Type,
    Typed,
    literal_of,
    say,
)
from wutong.policy.feel.units import DURATIONS, PLAIN, agree, combined, inverse, measured
from wutong.policy.feel.values import Months, duration, kind_of
from wutong.words import Text, nearest_words

_BY_KIND: Final = (BOOLEAN, TEXT, DATE, DAYS, MONTHS, NUMBER)
_ORDERED: Final = frozenset(("number", "text", "date", "days", "months"))


def check(tree: Expr, names: Mapping[str, Type], source: Source, dialect: Dialect = "measure") -> Typed:
    """Give every part of an expression its type.

    Parameters
    ----------
    tree : Expr
        What ``parse`` gave.
    names : mapping of str to Type
        Type of each name.
    source : Source
        The expression's text and place, for errors.
    dialect : {"measure", "feel"}
        ``measure`` refuses what cannot be meant; in ``feel`` it is null, as DMN has it.

    Returns
    -------
    Typed
        The same expression with its types.

    Raises
    ------
    ExpressionError
        In ``measure``: an unknown name or function, a wrong type, a wrong unit, an impossible comparison.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> text = Source("投资 * 5%")
    >>> check(parse(text, ["投资"]), {"投资": MONEY}, text).type == MONEY
    True
    """
    found = _Checker(names, source, dialect).typed(tree)
    if dialect == "measure":
        length_of(found, source)
    return found


def check_cell(
    cell: Cell, subject: Typed, names: Mapping[str, Type], source: Source, dialect: Dialect = "measure"
) -> Typed:
    """Give a cell of a decision table its types.

    Parameters
    ----------
    cell : Cell
        What ``parse_cell`` gave.
    subject : Typed
        What the cell judges.
    names, source, dialect
        As for ``check``.

    Returns
    -------
    Typed
        Of type boolean; its first part is the subject.

    Raises
    ------
    ExpressionError
        As ``check``.
    """
    checker = _Checker({**names, "?": subject.type}, source, dialect)
    found = Typed(cell, BOOLEAN, (subject, *(checker.test(test, subject) for test in cell.tests)))
    if dialect == "measure":
        length_of(found, source)
    return found


def joined(results: Sequence[Typed], source: Source, dialect: Dialect = "measure") -> Type:
    """Type of what may be any of several results, such as those of a decision table's rules.

    Raises
    ------
    ExpressionError
        In ``measure``, if they are of different kinds or units.
    """
    checker = _Checker({}, source, dialect)
    found = results[0]
    for one in results[1:]:
        assert not isinstance(one.node, Cell)
        type_ = checker.joined(one.node, found, one)
        found = Typed(found.node if is_zero(one) else one.node, type_)  # a 0 must not hide the unit so far
    return found.type


@dataclass(frozen=True, slots=True)
class _Checker:
    names: Mapping[str, Type]
    source: Source
    dialect: Dialect

    def wrong(self, node: Expr, zh: str, en: str) -> Typed:
        """An error in a measure; null in FEEL."""
        if self.dialect == "measure":
            raise ExpressionError(Text(zh, en), self.source, node.span)
        return Typed(node, NULL)

    def typed(self, node: Expr) -> Typed:
        match node:
            case Literal():
                return self.literal(node)
            case Name(name=name):
                return Typed(node, self.names[name]) if name in self.names else self.unknown(node, name)
            case Minus(value=value):
                return self.minus(node, self.typed(value))
            case Binary():
                return self.binary(node, self.typed(node.left), self.typed(node.right))
            case If():
                return self.conditional(node)
            case Between(value=value, low=low, high=high):
                parts = (self.typed(value), self.typed(low), self.typed(high))
                for end in parts[1:]:
                    self.comparable(node, parts[0], end, ordered=True)
                return Typed(node, BOOLEAN, parts)
            case In(value=value, tests=tests):
                subject = self.typed(value)
                return Typed(node, BOOLEAN, (subject, *(self.test(test, subject) for test in tests)))
            case Range():
                return self.range(node)
            case Call():
                return self.call(node)
            case Property():
                return self.property(node)
            case Compare():
                return self.wrong(node, "这里应有一个值。", "A value is wanted here.")

    # ------------------------------------------------------------ names and literals

    def unknown(self, node: Expr, name: str) -> Typed:
        near = nearest_words(name, list(self.names))
        zh = f"相近的有：{listed(near, 'zh')}。" if near else "也没有相近的。"
        en = f"The nearest are: {listed(near, 'en')}." if near else "None is like it."
        return self.wrong(node, f"没有名为“{name}”的字段。{zh}", f'There is no field named "{name}". {en}')

    def literal(self, node: Literal) -> Typed:
        value, unit = node.value, node.unit
        if unit in DURATIONS and isinstance(value, Fraction):
            kind, times = DURATIONS[unit]
            if (value * times).denominator != 1:
                return self.wrong(
                    node, "时长须是整月或整日。", "A duration is a whole number of months or days."
                )
            return Typed(node, MONTHS if kind == "months" else DAYS)
        if unit:
            return Typed(node, Type("number", measured(unit)[0]))
        kind = kind_of(value)
        return Typed(node, next((type_ for type_ in _BY_KIND if type_.kind == kind), NULL))

    def minus(self, node: Minus, value: Typed) -> Typed:
        if value.type.kind in ("number", "days", "months"):
            return Typed(node, value.type, (value,))
        if value.type.kind in ("null", "any"):
            return Typed(node, value.type, (value,))
        return self.mistyped(node, value.type)

    def mistyped(self, node: Expr, *types: Type) -> Typed:
        zh = "与".join(say(type_, "zh") for type_ in types)
        en = " and ".join(say(type_, "en") for type_ in types)
        return self.wrong(node, f"不能这样用于{zh}。", f"This cannot be done with {en}.")

    # ------------------------------------------------------------ two values

    def binary(self, node: Binary, left: Typed, right: Typed) -> Typed:
        parts = (left, right)
        match node.operator:
            case "and" | "or":
                for part in parts:
                    if part.type.kind not in ("boolean", "null", "any"):
                        self.mistyped(node, part.type)
                return Typed(node, BOOLEAN, parts)
            case "=" | "!=":
                self.comparable(node, left, right)
                return Typed(node, BOOLEAN, parts)
            case "<" | "<=" | ">" | ">=":
                if not self.comparable(node, left, right, ordered=True):
                    return Typed(node, NULL)
                return Typed(node, BOOLEAN, parts)
        kinds = (left.type.kind, right.type.kind)
        if "any" in kinds:
            return Typed(node, ANY, parts)
        if "null" in kinds:
            return Typed(node, NULL)
        if kinds == ("number", "number"):
            return self.numbers(node, left, right)
        found = arithmetic(node.operator, *kinds)
        if found is None:
            return self.mistyped(node, left.type, right.type)
        if "number" in kinds and not is_plain((left if kinds[0] == "number" else right).type):
            return self.mistyped(node, left.type, right.type)
        return Typed(node, found, parts)

    def numbers(self, node: Binary, left: Typed, right: Typed) -> Typed:
        one, other = left.type.unit, right.type.unit
        parts = (left, right)
        if node.operator in ("+", "-"):
            if not self.like(left, right):
                return self.mistyped(node, left.type, right.type)
            return Typed(node, Type("number", shared(left, right)), parts)
        if node.operator == "**":
            if not (is_plain(left.type) and is_plain(right.type)):
                return self.mistyped(node, left.type, right.type)
            return Typed(node, NUMBER, parts)
        unit = combined(one, other if node.operator == "*" else inverse(other))
        if any(abs(power) > 1 for _, power in unit) or len(unit) > 2:
            return self.mistyped(node, left.type, right.type)
        return Typed(node, Type("number", unit), parts)

    def like(self, one: Typed, other: Typed) -> bool:
        """Whether two numbers have units that agree; a bare 0 agrees with every unit."""
        return agree(one.type.unit, other.type.unit) or is_zero(one) or is_zero(other)

    def comparable(self, node: Expr, one: Typed, other: Typed, *, ordered: bool = False) -> bool:
        kinds = {one.type.kind, other.type.kind}
        if kinds & {"null", "any"}:
            return True
        if len(kinds) > 1 or (ordered and not kinds <= _ORDERED):
            self.mistyped(node, one.type, other.type)
            return False
        if kinds == {"number"}:
            if not self.like(one, other):
                self.mistyped(node, one.type, other.type)
            for rate, bare in ((one, other), (other, one)):
                self.said_in_percent(node, rate, bare)
        if kinds == {"text"}:
            if (
                one.type.choices
                and other.type.choices
                and not set(one.type.choices) & set(other.type.choices)
            ):
                self.wrong(node, "两边的代码表没有共同的代码。", "The two code lists have no code in common.")
            self.among_codes(one, other)
            self.among_codes(other, one)
        return True

    def said_in_percent(self, node: Expr, rate: Typed, bare: Typed) -> None:
        literal = literal_of(bare)
        if rate.type.unit == units.RATE and literal and not literal.unit and literal.value not in (0, 1):
            self.wrong(
                node,
                "比率请写明单位，如5%：5与5%差一百倍。",
                "Write a rate with its unit, such as 5%: 5 and 5% are a hundredfold apart.",
            )

    def among_codes(self, one: Typed, other: Typed) -> None:
        code = literal_of(other)
        if not one.type.choices or code is None or code.value in one.type.choices:
            return
        near = nearest_words(str(code.value), list(one.type.choices)) or list(one.type.choices[:5])
        self.wrong(
            code,
            f"代码表中没有这一项。相近的有：{listed(near, 'zh')}。",
            f"The code list has no such entry. The nearest are: {listed(near, 'en')}.",
        )

    # ------------------------------------------------------------ if, in, ranges

    def conditional(self, node: If) -> Typed:
        parts = (self.typed(node.condition), self.typed(node.then), self.typed(node.otherwise))
        condition, then, otherwise = parts
        if condition.type.kind not in ("boolean", "null", "any"):
            self.mistyped(node.condition, condition.type)
        return Typed(node, self.joined(node, then, otherwise), parts)

    def joined(self, node: Expr, one: Typed, other: Typed) -> Type:
        """Type of what may be the one or the other."""
        if one.type.kind == "null":
            return other.type
        if other.type.kind == "null":
            return one.type
        if one.type.kind != other.type.kind or "any" in (one.type.kind, other.type.kind):
            self.mistyped(node, one.type, other.type)
            return ANY
        if one.type.kind == "number":
            if not self.like(one, other):
                self.mistyped(node, one.type, other.type)
            return Type("number", shared(one, other))
        same = (
            set(one.type.choices) | set(other.type.choices) if one.type.choices and other.type.choices else ()
        )
        return Type(one.type.kind, choices=tuple(sorted(same)), of=one.type.of)

    def test(self, node: Expr, subject: Typed) -> Typed:
        if isinstance(node, Compare):
            value = self.typed(node.value)
            fits = self.comparable(node, subject, value, ordered=node.operator not in ("=", "!="))
            return (
                Typed(node, BOOLEAN, (value,)) if fits or node.operator in ("=", "!=") else Typed(node, NULL)
            )
        if isinstance(node, Range):
            ends = (self.typed(node.low), self.typed(node.high))
            for end in ends:
                self.comparable(node, subject, end, ordered=True)
            return Typed(node, Type("range", of=subject.type.kind), ends)
        value = self.typed(node)
        if "?" in names_in(node) and value.type.kind != "boolean":
            return self.mistyped(node, value.type)
        if "?" not in names_in(node) and value.type.kind != "range":
            self.comparable(node, subject, value)
        return value

    def range(self, node: Range) -> Typed:
        ends = (self.typed(node.low), self.typed(node.high))
        if not self.comparable(node, *ends, ordered=True) or NULL in (ends[0].type, ends[1].type):
            return self.mistyped(node, ends[0].type, ends[1].type)
        return Typed(node, Type("range", of=ends[0].type.kind), ends)

    # ------------------------------------------------------------ functions and properties

    def property(self, node: Property) -> Typed:
        value = self.typed(node.value)
        known = PROPERTIES.get(value.type.kind, ())
        if value.type.kind == "any":
            return Typed(node, ANY, (value,))
        if node.name not in known:
            return self.wrong(
                node,
                f"{say(value.type, 'zh')}没有这一项。有：{listed(known, 'zh') or '无'}。",
                f"{say(value.type, 'en')} has no such part. It has: {listed(known, 'en') or 'none'}.",
            )
        return Typed(node, NUMBER if value.type.kind != "range" else ANY, (value,))

    def call(self, node: Call) -> Typed:
        signature = FUNCTIONS.get(node.function)
        if node.function == "date" and (len(node.arguments) == 3 or "year" in node.names):
            signature = DATE_OF_PARTS
        if signature is None:
            near = nearest_words(node.function, list(FUNCTIONS))
            return self.wrong(
                node,
                f"没有这个函数。相近的有：{listed(near, 'zh')}。",
                f"There is no such function. The nearest are: {listed(near, 'en')}.",
            )
        places = order(signature, len(node.arguments), node.names)
        if places is None:
            wanted = ", ".join(name for name, _ in signature.parameters)
            return self.wrong(
                node,
                f"参数不符。应为：{node.function}({wanted})。",
                f"The arguments do not fit. It is {node.function}({wanted}).",
            )
        given = tuple(self.typed(argument) for argument in node.arguments)
        arguments = tuple(Typed(Literal(None), NULL) if at is None else given[at] for at in places)
        for at, argument in enumerate(arguments):
            kinds = signature.parameters[min(at, len(signature.parameters) - 1)][1].split("|")
            if argument.type.kind not in (*kinds, "null", "any"):
                wrong = self.mistyped(node, argument.type)
                # one that may be left out is null in some rows and so left out there
                return wrong if at < signature.needed else Typed(node, ANY)
            if argument.type.kind == "null" and node.function != "is" and (at < signature.needed):
                return Typed(node, NULL)
        return self.given(node, signature, arguments)

    def given(self, node: Call, signature: Signature, arguments: tuple[Typed, ...]) -> Typed:
        """Type of a call whose arguments are of the right kinds."""
        name = node.function
        if signature.many:
            for argument in arguments[1:]:
                if argument.type.kind != arguments[0].type.kind:
                    return self.mistyped(node, arguments[0].type, argument.type)
                if argument.type.kind == "number" and not self.like(arguments[0], argument):
                    return self.mistyped(node, arguments[0].type, argument.type)
        if name in ROUNDINGS:
            return self.rounding(node, arguments)
        if name == "modulo" and not self.like(*arguments):
            return self.mistyped(node, *(argument.type for argument in arguments))
        if name in ("sqrt", "exp", "log", "odd", "even", "string") and not is_plain(arguments[0].type):
            return self.mistyped(node, arguments[0].type)
        if name == "today":
            return self.wrong(
                node,
                "计算不看时钟。请把日期作为字段给出。",
                "Nothing here reads the clock. Give the day as a field.",
            )
        if name == "duration":
            text = literal_of(arguments[0])
            if text is None:
                return Typed(node, ANY, arguments)
            found = duration(str(text.value))
            if found is None:
                return self.wrong(node, '时长应如"P3Y"或"P30D"。', 'A duration is such as "P3Y" or "P30D".')
            return Typed(node, MONTHS if isinstance(found, Months) else DAYS, arguments)
        if signature.gives == "same":
            unit = arguments[0].type.unit
            for argument in arguments[1:] if signature.many else ():
                unit = shared(Typed(argument.node, Type("number", unit)), argument)
            kind = arguments[0].type.kind
            return Typed(node, Type(kind, unit if kind == "number" else ()), arguments)
        unit = arguments[0].type.unit if name == "modulo" else PLAIN
        return Typed(node, Type(signature.gives, unit), arguments)

    def rounding(self, node: Call, arguments: tuple[Typed, ...]) -> Typed:
        number, scale = arguments
        step = scale.node
        has_step = isinstance(step, Literal) and bool(step.unit)
        if has_step and not agree(number.type.unit, scale.type.unit):
            return self.mistyped(node, number.type, scale.type)
        if not has_step and not is_plain(number.type, rate=False):
            return self.wrong(
                node,
                f"请写明舍入到什么，如{node.function}(x, 1元)或(x, 0.1%)。",
                f"Say to what it is rounded, such as {node.function}(x, 1元) or (x, 0.1%).",
            )
        if not has_step and not is_plain(scale.type, rate=False):
            return self.mistyped(node, scale.type)
        return Typed(node, number.type if number.type.unit else NUMBER, arguments)
