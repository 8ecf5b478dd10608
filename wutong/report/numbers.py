"""How a value is written: one scale and one number of decimals a column, exact where it can be.

Money is integer fen in memory and is written in 元, 万元 or 亿元 in both languages, so that a table
shows the same digits whichever language it is read in. An unknown value is written as unknown and
never as 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from statistics import median_low

from wutong.words import Language, Text

Value = int | float | str | bool | date | Decimal | None

UNKNOWN = Text("未知", "not known")
YES = Text("是", "yes")
NO = Text("否", "no")

SENSES: Mapping[str, Text] = {
    "eq": Text("等于", "="),
    "gt": Text("超过", ">"),
    "ge": Text("不少于", "≥"),
    "lt": Text("不足", "<"),
    "le": Text("不超过", "≤"),
    "about": Text("约", "≈"),
}
"""How a published number is meant: as it is, as a bound, or roughly."""

THIN = "\u202f"
"""Narrow space that does not break: between a number and its unit in Chinese text."""

MINUS = "\u2212"

_WIDE = Context(prec=60)
_SIGNIFICANT = Context(prec=12)
_MOST_DIGITS = 36

_YUAN = Text("元", "yuan")
_WAN = Text("万元", "10,000 yuan")
_YI = Text("亿元", "100 million yuan")

UNITS: Mapping[str, Text] = {
    "fen": _YUAN,
    "1": Text("", ""),
    "pp": Text("个百分点", "percentage points"),
    "person": Text("人", "persons"),
    "piece": Text("件", "pieces"),
    "project": Text("个", "projects"),
    "firm": Text("家", "firms"),
    "row": Text("行", "rows"),
    "count": Text("", ""),
    "measure": Text("条", "measures"),
    "kWh": Text("千瓦时", "kWh"),
    "kVA": Text("千伏安", "kVA"),
    "MW": Text("兆瓦", "MW"),
    "m": Text("米", "m"),
    "m2": Text("平方米", "m²"),
    "kg/m2": Text("千克/平方米", "kg/m²"),
    "m3": Text("立方米", "m³"),
    "m3/d": Text("立方米/日", "m³ a day"),
    "mu": Text("亩", "mu"),
    "h": Text("小时", "h"),
    "day": Text("天", "days"),
    "month": Text("个月", "months"),
    "year": Text("年", "year"),
    "t": Text("吨", "t"),
    "period": Text("", ""),
    "index": Text("", ""),
    "number": Text("", ""),
    "sense": Text("", ""),
}
"""What each unit is called; a unit that is not here is written as it is."""

_MOST_DECIMALS: Mapping[str, int] = {"1": 1, "pp": 1, "index": 3}


@dataclass(frozen=True, slots=True)
class Scale:
    """How the numbers of one column are written, every cell alike.

    Parameters
    ----------
    unit : str
        Unit in memory.
    power : int
        A number in memory divided by ten to this power is the number written.
    decimals : int
        Digits after the point.
    label : Text
        Unit as it stands in the heading; empty where the cells need none.
    """

    unit: str
    power: int
    decimals: int
    label: Text


def unit_label(unit: str) -> Text:
    """Say what a unit is called.

    Examples
    --------
    >>> unit_label("m2").en, unit_label("furlong").en
    ('m²', 'furlong')
    """
    return UNITS.get(unit, Text(unit, unit))


def known(value: Value) -> bool:
    """Tell whether a value is there; a number that is not a number is not known.

    Examples
    --------
    >>> known(0), known(None), known(float("nan")), known("")
    (True, False, False, False)
    """
    if value is None or value == "":
        return False
    return not (isinstance(value, float) and math.isnan(value))


def scale(values: Iterable[Value], unit: str = "") -> Scale:
    """Choose how a column of numbers is written.

    Money takes the scale in which its middle value has at least one digit before the point. Decimals are
    as many as the values need, up to two (one for a share), so that a column is aligned at its points.

    Parameters
    ----------
    values : iterable
        The column; unknown values have no say.
    unit : str
        Unit in memory: ``fen``, ``1`` (a share), ``pp`` (a difference of shares), ``count`` ….

    Examples
    --------
    >>> scale([29_300_000_000_00, None, 70_000_000_000_00], "fen").label.zh
    '亿元'
    >>> scale([0.2, 0.425], "1").decimals
    1
    """
    numbers = [_decimal(value) for value in values if _is_number(value)]
    sizes = sorted(abs(number) for number in numbers if number)
    power, label = 0, unit_label(unit)
    if unit == "fen":
        middle = median_low(sizes) if sizes else Decimal(0)
        power, label = (10, _YI) if middle >= 10**10 else (6, _WAN) if middle >= 10**6 else (2, _YUAN)
    elif unit in ("1", "pp"):
        power = -2
    most = _MOST_DECIMALS.get(unit, 2)
    if unit == "1" and sizes and sizes[-1] < Decimal("0.01"):
        most = 2
    needed = max((_decimals(number.scaleb(-power, _WIDE)) for number in numbers), default=0)
    # an amount in yuan has no fen or two digits of them, as on a bill
    decimals = 2 if (unit, power) == ("fen", 2) and needed else min(needed, most)
    return Scale(unit, power, decimals, label)


def show(value: Value, unit: str = "", language: Language = "zh", *, by: Scale | None = None) -> str:
    """Write one value for a cell of a table, without the unit that its heading bears.

    Parameters
    ----------
    value : int, float, Decimal, str, bool, date or None
        The value in memory.
    unit : str
        Unit in memory; ``period`` for a canonical period, ``sense`` for a word of :data:`SENSES`.
    language : {"zh", "en"}
        Whose words are used.
    by : Scale, optional
        Scale of the column; without it the value has a scale of its own.

    Examples
    --------
    >>> show(29_300_000_000_00, "fen")
    '293'
    >>> show(0.2, "1"), show(-3, "count"), show(None, "fen", "en")
    ('20%', '−3', 'not known')
    >>> show(1, "fen", by=scale([29_300_000_000_00], "fen"))
    '<1'
    """
    if not known(value):
        return UNKNOWN.say(language)
    if isinstance(value, bool):
        return (YES if value else NO).say(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if unit == "sense":
            return SENSES.get(value, Text(value, value)).say(language)
        return show_period(value, language) if unit == "period" else value
    if value is None:
        return UNKNOWN.say(language)
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    how = by or scale([value], unit)
    number = _decimal(value).scaleb(-how.power, _WIDE)
    step = Decimal(1).scaleb(-how.decimals)
    tail = "%" if unit == "1" else ""
    if number.adjusted() > _MOST_DIGITS:
        # nobody reads forty digits, and no page may fail for one absurd value
        digits, _, power = f"{number:.2e}".partition("e")
        return f"{digits.replace('-', MINUS)}×10^{power.lstrip('+')}{tail}"
    written = number.quantize(step, ROUND_HALF_EVEN, _WIDE)
    if number and not written:
        return f"<{step:,.{how.decimals}f}{tail}" if number > 0 else f">{MINUS}{step:,.{how.decimals}f}{tail}"
    sign = MINUS if written < 0 else "+" if unit == "pp" and written > 0 else ""
    return f"{sign}{abs(written):,.{how.decimals}f}{tail}"


def trimmed(value: Value, language: Language, by: Scale) -> str:
    """Write one value in the scale of its column, with no more decimals than it needs itself, as beside a mark.

    Examples
    --------
    >>> column = scale([29_300_000_000_00, 24_447_000_000_00], "fen")
    >>> show(29_300_000_000_00, "fen", by=column), trimmed(29_300_000_000_00, "zh", column)
    ('293.00', '293')
    """
    if not _is_number(value):
        return show(value, by.unit, language, by=by)
    needed = _decimals(_decimal(value).scaleb(-by.power, _WIDE))
    own = Scale(by.unit, by.power, min(needed, by.decimals), by.label)
    return show(value, by.unit, language, by=own)


def say(value: Value, unit: str = "", language: Language = "zh") -> str:
    """Write one value with its unit, as in a sentence.

    Examples
    --------
    >>> say(29_300_000_000_00, "fen", "en")
    '29.3 billion yuan'
    >>> say(29_300_000_000_00, "fen", "zh") == "293" + THIN + "亿元"
    True
    >>> say(1, "firm", "zh") == "1" + THIN + "家"
    True
    """
    if not _is_number(value):
        return show(value, unit, language)
    if unit == "fen" and language == "en":
        size = abs(_decimal(value))
        if size < 10**8:
            return f"{show(value, unit, language, by=_yuan([value]))} yuan"
        power, word = (11, "billion yuan") if size >= 10**11 else (8, "million yuan")
        number = _decimal(value).scaleb(-power, _WIDE)
        how = Scale(unit, power, min(_decimals(number), 2), Text(word, word))
        return f"{show(value, unit, language, by=how)} {word}"
    how = scale([value], unit)
    word = how.label.say(language)
    return beside(show(value, unit, language, by=how), word, language)


def beside(number: str, unit: str, language: Language = "zh") -> str:
    """Put a unit beside a written number; a percent sign stands without a space.

    Examples
    --------
    >>> beside("70", "%", "en"), beside("3", "km", "en"), beside("3", "", "zh")
    ('70%', '3 km', '3')
    """
    space = "" if not unit or unit[0] in "%‰" else THIN if language == "zh" else " "
    return f"{number}{space}{unit}"


def _yuan(values: Iterable[Value]) -> Scale:
    needed = any(_decimals(_decimal(value).scaleb(-2, _WIDE)) for value in values)
    return Scale("fen", 2, 2 if needed else 0, _YUAN)


def exact(value: Value, unit: str = "") -> str:
    """Write one value for a file: nothing rounded, no separators; unknown is empty.

    Money is in yuan, a share in percent: the units that :func:`file_unit` names.

    Examples
    --------
    >>> exact(123456, "fen"), exact(-5, "fen"), exact(0.07, "1"), exact(None)
    ('1234.56', '-0.05', '7', '')
    """
    if not known(value) or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if unit == "fen":
        return f"{_decimal(value).scaleb(-2, _WIDE):f}"
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    number = _decimal(value)
    if unit in ("1", "pp"):
        number = number.scaleb(2, _WIDE)
    return f"{number.normalize(_WIDE) if number else abs(number).normalize():f}"


def file_unit(unit: str) -> Text:
    """Say in which unit :func:`exact` writes, as it stands in the heading of a file.

    Examples
    --------
    >>> file_unit("1").zh, file_unit("fen").en
    ('%', 'yuan')
    """
    return Text("%", "%") if unit == "1" else unit_label(unit)


_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>\d\d)\.\.(?P<last>\d\d)|\.\.(?P<end>\d{4}))$"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def show_period(period: str, language: Language) -> str:
    """Write a canonical period as people do; years, months and days stay as they are.

    Examples
    --------
    >>> show_period("2024-01..02", "en"), show_period("2024H1", "en"), show_period("2024", "en")
    ('Jan–Feb 2024', 'H1 2024', '2024')
    >>> show_period("2021..2024", "zh")
    '2021–2024'
    >>> show_period("2024Q3", "zh").replace(THIN, " ")
    '2024 年三季度'
    """
    match = _PERIOD.match(period)
    if match is None:
        return period
    year, half, quarter = match["year"], match["half"], match["quarter"]
    if match["end"]:
        return f"{year}–{match['end']}"
    if half:
        return f"{year}{THIN}年{'上下'[int(half) - 1]}半年" if language == "zh" else f"H{half} {year}"
    if quarter:
        return (
            f"{year}{THIN}年{'一二三四'[int(quarter) - 1]}季度" if language == "zh" else f"Q{quarter} {year}"
        )
    first, last = int(match["month"]), int(match["last"])
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return period
    if language == "zh":
        return f"{year}{THIN}年{THIN}{first}–{last}{THIN}月"
    return f"{_MONTHS[first - 1]}–{_MONTHS[last - 1]} {year}"


def is_number(value: object) -> bool:
    """Tell whether a value is a known number (a yes or no is not one).

    Examples
    --------
    >>> is_number(0), is_number(True), is_number(None), is_number("7")
    (True, False, False, False)
    """
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and known(value)


def _is_number(value: Value) -> bool:
    return is_number(value) and not (isinstance(value, float) and math.isinf(value))


def _decimal(value: Value) -> Decimal:
    # repr is the shortest text that gives the same float: what was typed, without binary noise
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def _decimals(number: Decimal) -> int:
    exponent = _SIGNIFICANT.plus(number).normalize(_SIGNIFICANT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
