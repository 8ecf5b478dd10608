"""Expressions as an officer reads them: labels for names, signs for operators, words for functions, few brackets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

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
    show,
    value_of,
)
from wutong.policy.feel.types import Type
from wutong.policy.feel.units import DURATIONS, MONEY, RATE, Unit, measured
from wutong.policy.feel.values import Days, Months, Value
from wutong.words import Text

Labels = Mapping[str, Text]

_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {"+": "+", "-": "−", "*": "×", "/": "÷", "**": "^", "=": "=", "!=": "≠", "<": "<", "<=": "≤"}
    | {">": ">", ">=": "≥"}
)
_LEVELS: Final[Mapping[str, int]] = MappingProxyType(
    {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4}
    | {"*": 5, "/": 5, "**": 6}
)
_IF, _COMPARISON, _MINUS, _ATOM = 0, 3, 7, 9
_UNITS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "person": Text("人", "persons"),
        "piece": Text("件", "pieces"),
        "project": Text("个", "projects"),
        "m2": Text("平方米", "m²"),
        "m3": Text("立方米", "m³"),
        "t": Text("吨", "t"),
        "kWh": Text("千瓦时", "kWh"),
        "cent": Text("美分", "US cents"),
    }
)
_FUNCTIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "min": ("取最小（{}）", "the least of ({})"),
        "max": ("取最大（{}）", "the greatest of ({})"),
        "sum": ("合计（{}）", "sum of ({})"),
        "mean": ("平均（{}）", "mean of ({})"),
        "abs": ("绝对值（{}）", "size of ({})"),
        "floor": ("向下取整（{}）", "rounded down ({})"),
        "ceiling": ("向上取整（{}）", "rounded up ({})"),
        "round up": ("进位（{}）", "rounded up ({})"),
        "round down": ("舍去（{}）", "rounded down ({})"),
        "round half up": ("四舍五入（{}）", "rounded half up ({})"),
        "round half down": ("五舍六入（{}）", "rounded half down ({})"),
        "round half even": ("四舍六入五成双（{}）", "rounded half to even ({})"),
        "not": ("非（{}）", "not ({})"),
        "today": ("今天", "today"),
        "years and months duration": ("间隔年月（{}）", "years and months between ({})"),
    }
)
_PARTS: Final[Mapping[str, Text]] = MappingProxyType(
    {"year": Text("年份", "year"), "month": Text("月份", "month"), "day": Text("日", "day")}
)


def said(tree: Expr | Cell, labels: Labels) -> Text:
    """Write an expression for a reader.

    Parameters
    ----------
    tree : Expr or Cell
        The expression.
    labels : mapping of str to Text
        What its names are called; a name without a label is written as it is.

    Returns
    -------
    Text
        Of one meaning with the expression, though it cannot be read back.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> labels = {"投资": Text("固定资产投资", "Fixed investment"), "土地": Text("土地", "Land")}
    >>> one = said(parse('投资 >= 1亿元 and 土地 = "new"', labels), labels)
    >>> print(one.zh, "|", one.en)
    固定资产投资 ≥ 1亿元 且 土地 = “new” | Fixed investment ≥ 100 million yuan and Land = "new"
    >>> said(parse("min(投资 * 5%, 2000万元)", labels), labels).en
    'the least of (Fixed investment × 5%, 20 million yuan)'
    """
    return Text(_said(tree, labels, zh=True), _said(tree, labels, zh=False))


def quantity(value: Value, type_: Type) -> Text:
    """Write a fact or a result with its unit, exactly.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY as FEN
    >>> quantity(Fraction(500_000_00), FEN)
    Text(zh='50万元', en='500,000 yuan')
    >>> quantity(None, FEN).en
    'not known'
    """
    if value is None:
        return Text("未知", "not known")
    if isinstance(value, Fraction):
        return Text(_number(value, type_.unit, zh=True), _number(value, type_.unit, zh=False))
    if isinstance(value, Months | Days | bool | date):
        literal = Literal(value)
        return Text(_literal(literal, zh=True), _literal(literal, zh=False))
    return Text(str(value), str(value))


def yuan(fen: Fraction | int) -> Text:
    """Write money with its unit, exactly.

    Examples
    --------
    >>> yuan(29_900_000_000), yuan(1_234_56)
    (Text(zh='2.99亿元', en='299 million yuan'), Text(zh='1234.56元', en='1,234.56 yuan'))
    """
    over, under = Fraction(fen).as_integer_ratio()
    return Text(_money(over, under, zh=True), _money(over, under, zh=False))


# ------------------------------------------------------------ trees


def _said(node: Expr | Cell, labels: Labels, *, zh: bool) -> str:
    return _at(node, labels, zh, _IF)


def _at(node: Expr | Cell, labels: Labels, zh: bool, level: int) -> str:
    """Write a part, in brackets where it binds less than its place asks for."""
    text, own = _part(node, labels, zh)
    if own >= level:
        return text
    return f"（{text}）" if zh else f"({text})"


def _part(node: Expr | Cell, labels: Labels, zh: bool) -> tuple[str, int]:
    def inner(one: Expr | Cell, level: int = _IF) -> str:
        return _at(one, labels, zh, level)

    def word(chinese: str, english: str) -> str:
        return chinese if zh else english

    match node:
        case Literal():
            return _literal(node, zh=zh), _ATOM
        case Name(name=name):
            label = labels.get(name)
            return (label.zh if zh else label.en) if label else word(
                "本项", "it"
            ) if name == "?" else name, _ATOM
        case Minus(value=value):
            return f"−{inner(value, _MINUS)}", _MINUS
        case Binary(operator=operator, left=left, right=right):
            own = _LEVELS[operator]
            # a − (b − c) and a ÷ (b × c) keep their brackets; comparisons do not follow each other
            sharp = operator in ("-", "/", "**") or own == _COMPARISON
            sign = {"and": word("且", "and"), "or": word("或", "or")}.get(operator) or _SIGNS[operator]
            first = inner(left, own + 1 if own == _COMPARISON else own)
            return f"{first} {sign} {inner(right, own + 1 if sharp else own)}", own
        case If(condition=condition, then=then, otherwise=otherwise):
            parts = inner(condition, 1), inner(then, 1), inner(otherwise)
            return word("若 {}，则 {}，否则 {}", "if {} then {}, else {}").format(*parts), _IF
        case Between(value=value, low=low, high=high):
            ends = inner(low, 4), inner(high, 4)
            return f"{ends[0]} ≤ {inner(value, 4)} ≤ {ends[1]}", _COMPARISON
        case In(value=value, tests=tests):
            return _among(inner(value, 4), tests, inner, word), _COMPARISON
        case Compare(operator=operator, value=value):
            return f"{_SIGNS[operator]} {inner(value, 4)}", _COMPARISON
        case Range():
            return _range("", node, inner), _COMPARISON
        case Call(function="not", arguments=(Binary(operator="=", left=left, right=right),)):
            # of equal meaning where either side is not known: neither holds
            return f"{inner(left, 4)} ≠ {inner(right, 4)}", _COMPARISON
        case Call(function="not", arguments=(Name() as only,)):
            return word("不是：", "not: ") + inner(only), _COMPARISON
        case Call(function=function, arguments=arguments):
            shown = word("、", ", ").join(inner(one) for one in arguments)
            if function == "@":
                return inner(arguments[0]), _ATOM
            known = _FUNCTIONS.get(function)
            if known is None:
                return (show(node), _ATOM)
            return known[0 if zh else 1].format(shown), _ATOM
        case Property(value=value, name=name):
            part = _PARTS.get(name, Text(name, name))
            return f"{inner(value, _MINUS)}{part.zh}" if zh else f"{part.en} of {inner(value, _MINUS)}", _ATOM
        case Cell(tests=tests, negated=negated):
            body = word("、", ", ").join(map(inner, tests)) or word("任意", "any")
            return (word(f"非（{body}）", f"not ({body})") if negated else body), _COMPARISON


def _among(
    value: str,
    tests: tuple[Expr, ...],
    inner: Callable[..., str],
    word: Callable[[str, str], str],
) -> str:
    if len(tests) == 1 and isinstance(tests[0], Range):
        return _range(value, tests[0], inner)
    shown = word("、", ", ").join(inner(one) for one in tests)
    return word(f"{value} 属于（{shown}）", f"{value} is one of ({shown})")


def _range(value: str, node: Range, inner: Callable[..., str]) -> str:
    low = f"{inner(node.low, 4)} {'≤' if node.low_closed else '<'}"
    high = f"{'≤' if node.high_closed else '<'} {inner(node.high, 4)}"
    return f"{low} {value or '…'} {high}"


# ------------------------------------------------------------ values


def _literal(node: Literal, *, zh: bool) -> str:
    value = node.value
    match value:
        case None:
            return "未知" if zh else "not known"
        case bool():
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        case str():
            return f"“{value}”" if zh else f'"{value}"'
        case Fraction():
            return _measured(node, value, zh=zh)
        case date():
            return value.isoformat()
        case Months(months=months):
            return _months(months, zh=zh)
        case Days(seconds=seconds):
            days = _digits(seconds.numerator, seconds.denominator * 86_400, zh=zh)
            return f"{days}天" if zh else f"{days} days"
    return str(value)


def _measured(node: Literal, number: Fraction, *, zh: bool) -> str:
    if zh or not node.unit:
        # as the document has it: 5000万元 is not made 0.5亿元
        return _digits(number.numerator, number.denominator, zh=zh) + node.unit
    if node.unit in DURATIONS:
        whole = value_of(node)
        return (
            _months(whole.months, zh=False)
            if isinstance(whole, Months)
            else f"{_digits(number.numerator, number.denominator, zh=False)} days"
        )
    first, _, second = node.unit.partition("/")
    (base, power), *more = measured(first)[0]
    if more or power != 1:
        return _digits(number.numerator, number.denominator, zh=zh) + node.unit
    times = measured(first)[1]
    written = _number(number * times, ((base, 1),), zh=False)
    return f"{written} per {_UNIT_WORDS.get(second, second)}" if second else written


_UNIT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"亩": "mu", "平方米": "m²", "人": "person", "吨": "t", "天": "day", "千瓦时": "kWh", "立方米": "m³"}
)


_SCALES: Final = (
    ((10**8, "亿元"), (10**4, "万元")),
    ((10**9, " billion yuan"), (10**6, " million yuan")),
)


def figure(over: int, under: int, unit: Unit, *, zh: bool, points: bool = False) -> str:
    """Write a number over another with its unit in one language; ``points`` of a rate are what two rates differ by.

    Examples
    --------
    >>> figure(10**10, 1, MONEY, zh=True), figure(1, 20, RATE, zh=False, points=True)
    ('1亿元', '5 points')
    """
    if unit == MONEY:
        return _money(over, under, zh=zh)
    if unit == RATE or (points and not unit):
        digits = _digits(over * 100, under, zh=zh)
        return f"{digits}{'个百分点' if zh else ' points'}" if points else f"{digits}%"
    digits = _digits(over, under, zh=zh)
    if len(unit) == 2 and (per := next((base for base, power in unit if power == -1), "")) in _UNITS:
        top = next((base for base, power in unit if power == 1), "")
        if top == "fen":
            each = _UNITS[per].zh if zh else _UNIT_WORDS.get(_UNITS[per].zh, per)
            return f"{_money(over, under, zh=zh)}{'/' if zh else ' per '}{each}"
    word = _UNITS.get(unit[0][0]) if len(unit) == 1 and unit[0][1] == 1 else None
    if word is None:
        return digits
    return f"{digits}{word.zh}" if zh else f"{digits} {word.en}"


def in_unit(over: int, under: int, word: str, *, zh: bool) -> str:
    """Write a number in the unit in which a document writes what it is compared with.

    Examples
    --------
    >>> in_unit(150_000, 1, "万元/亩", zh=True), in_unit(150_000, 1, "万元/亩", zh=False)
    ('100万元/亩', '1 million yuan per mu')
    """
    unit, factor = measured(word)
    if zh:
        return _digits(over * factor.denominator, under * factor.numerator, zh=True) + word
    first, _, second = word.partition("/")
    times = measured(first)[1] / factor
    base = ((unit[0][0], 1),) if not second else measured(first)[0]
    written = figure(over * times.numerator, under * times.denominator, base, zh=False)
    return f"{written} per {_UNIT_WORDS.get(second, second)}" if second else written


def _number(value: Fraction, unit: Unit, *, zh: bool) -> str:
    return figure(value.numerator, value.denominator, unit, zh=zh)


def _money(over: int, under: int, *, zh: bool) -> str:
    fen = over % under == 0
    for least, word in _SCALES[0 if zh else 1]:
        places = 4 if least == 10**4 else 6
        # a sum of whole fen that this unit would not show to the end is written in a smaller one
        if abs(over) >= least * 100 * under and not (fen and over * 10**places % (under * least * 100)):
            return _digits(over, under * least * 100, zh=zh) + word
    return _digits(over, under * 100, zh=zh) + ("元" if zh else " yuan")


def _months(months: int, *, zh: bool) -> str:
    if months % 12 == 0 and months:
        years = months // 12
        return f"{years}年" if zh else f"{years} year{'' if years == 1 else 's'}"
    return f"{months}个月" if zh else f"{months} month{'' if months == 1 else 's'}"


def _digits(over: int, under: int, *, zh: bool) -> str:
    """Digits in groups of three, in Chinese from five on; a number without end is cut after six places and says so."""
    millionths, rest = divmod(abs(over) * 10**6, under)
    whole, part = divmod(millionths, 10**6)
    text = str(whole) if zh and whole < 10_000 else f"{whole:,}"
    if rest:
        return f"≈{'−' if over < 0 else ''}{text}.{part:06d}"
    return f"{'−' if over < 0 else ''}{text}{f'.{part:06d}'.rstrip('0') if part else ''}"
