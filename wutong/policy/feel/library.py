"""What each listed function gives, in exact numbers; None wherever FEEL says null."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, DecimalException
from fractions import Fraction
from math import ceil, floor, isqrt
from types import MappingProxyType
from typing import Final

from wutong.policy.feel import pattern as patterns
from wutong.policy.feel.values import (
    CONTEXT,
    DAY,
    Days,
    Interval,
    Months,
    Value,
    day,
    duration,
    kind_of,
    made_day,
    whole_months,
    written,
)

LARGEST: Final = 10_000
"""Bits of the largest number; what would be larger is null, so that no expression can exhaust a machine."""

SCALES: Final = range(-6111, 6177)
"""Digits to which the standard rounds."""

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def kept(number: Fraction) -> Fraction | None:
    """Give a number back unless it is too large to be meant."""
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    return number if bits <= LARGEST else None


def rounded(function: str, number: Fraction, step: Fraction) -> Fraction | None:
    """Round to a multiple of a step.

    Parameters
    ----------
    function : str
        Name of the function, such as ``round half up``.
    number, step : Fraction
        What is rounded, and to multiples of what; the step is above zero.

    Examples
    --------
    >>> rounded("round half up", Fraction(-5, 2), Fraction(1)), rounded("decimal", Fraction(5, 2), Fraction(1))
    (Fraction(-3, 1), Fraction(2, 1))
    """
    times = number / step
    down, sign = floor(abs(times)), -1 if times < 0 else 1
    rest = abs(times) - down
    half = Fraction(1, 2)
    match function:
        case "floor":
            whole = floor(times)
        case "ceiling":
            whole = ceil(times)
        case "round up":
            whole = sign * (down + (rest > 0))
        case "round down":
            whole = sign * down
        case "round half up":
            whole = sign * (down + (rest >= half))
        case "round half down":
            whole = sign * (down + (rest > half))
        case _:
            whole = sign * (down + (rest > half or (rest == half and down % 2 == 1)))
    return kept(whole * step)


def power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Raise to a power: exact for whole exponents, else to 34 digits.

    Examples
    --------
    >>> power(Fraction(2), Fraction(-2)), power(Fraction(4), Fraction(1, 2)), power(Fraction(0), Fraction(-1))
    (Fraction(1, 4), Fraction(2, 1), None)
    """
    if exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        # 0, 1 and -1 stay small however often they are multiplied
        if bits > 1 and bits * abs(exponent.numerator) > 2 * LARGEST:
            return None
        if base == 0 and exponent < 0:
            return None
        if bits <= 1:
            return base**0 if exponent == 0 else (base if exponent.numerator % 2 else base * base)
        return kept(base**exponent.numerator)
    if base == 0:
        return base if exponent > 0 else None
    return _approximate(lambda: CONTEXT.power(_decimal(base), _decimal(exponent))) if base > 0 else None


def _decimal(number: Fraction) -> Decimal:
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


def _approximate(work: Callable[[], Decimal]) -> Fraction | None:
    try:
        found = work()
    except DecimalException:
        return None
    return kept(Fraction(found)) if found.is_finite() and abs(found.adjusted()) < LARGEST else None


def root(number: Fraction) -> Fraction | None:
    """Square root: exact where it is a fraction, else to 34 digits."""
    if number < 0:
        return None
    over, under = isqrt(number.numerator), isqrt(number.denominator)
    if over * over == number.numerator and under * under == number.denominator:
        return Fraction(over, under)
    return _approximate(lambda: _decimal(number).sqrt(CONTEXT))


def _exp(number: Fraction) -> Value:
    return _approximate(lambda: _decimal(number).exp(CONTEXT)) if abs(number) < LARGEST else None


def _log(number: Fraction) -> Value:
    return _approximate(lambda: _decimal(number).ln(CONTEXT)) if number > 0 else None


def _modulo(dividend: Fraction, divisor: Fraction) -> Value:
    return dividend - divisor * floor(dividend / divisor) if divisor else None


def _odd(number: Fraction) -> Value:
    return number.denominator == 1 and number.numerator % 2 == 1


def _even(number: Fraction) -> Value:
    return number.denominator == 1 and number.numerator % 2 == 0


def _abs(value: Value) -> Value:
    match value:
        case Days(seconds=seconds):
            return Days(abs(seconds))
        case Months(months=months):
            return Months(abs(months))
        case Fraction():
            return abs(value)
    return None


def substring(text: str, start: Fraction, length: Fraction | None = None) -> str | None:
    """Part of a text; the first character is 1, the last one -1.

    Examples
    --------
    >>> substring("foobar", Fraction(3), Fraction(3)), substring("foobar", Fraction(-2)), substring("a", Fraction(0))
    ('oba', 'ar', None)
    """
    at = int(start)
    if at == 0 or abs(at) > len(text) or (length is not None and length < 1):
        return None
    first = at - 1 if at > 0 else len(text) + at
    return text[first:] if length is None else text[first : first + int(length)]


def _before(text: str, match: str) -> Value:
    return text.partition(match)[0] if match and match in text else ""


def _after(text: str, match: str) -> Value:
    return text[text.index(match) + len(match) :] if match in text else ""


_NUMBER: Final = re.compile(r"-?(?:\d{1,100}(?:\.\d{1,100})?|\.\d{1,100})", re.A)


def number(text: str, grouping: str | None = None, decimal: str | None = None) -> Fraction | None:
    """Read a number from a text, with the signs that group its digits and open its decimals.

    Examples
    --------
    >>> number("1.000.000,01", ".", ","), number("1,0", ",", ",")
    (Fraction(100000001, 100), None)
    """
    point = "." if decimal is None else decimal
    if point not in (".", ",") or grouping not in (None, " ", ".", ",") or grouping == point:
        return None
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        plain = plain.replace(".", "x").replace(",", ".")
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


def _date(value: str | date) -> Value:
    return value if isinstance(value, date) else day(value)


def date_of_parts(year: Fraction, month: Fraction, number_: Fraction) -> date | None:
    """Day of a year, month and number."""
    if any(part.denominator != 1 for part in (year, month, number_)):
        return None
    return made_day(int(year), int(month), int(number_))


def weeks(value: date) -> Fraction:
    """ISO week of a date."""
    return Fraction(value.isocalendar().week)


def _is(one: Value = None, other: Value = None) -> Value:
    return kind_of(one) == kind_of(other) and one == other


def extreme(values: tuple[Value, ...], largest: bool) -> Value:
    """Largest or smallest of values of one kind; null if one is null or of another kind."""
    kinds = {kind_of(value) for value in values}
    if len(kinds) != 1 or kinds <= {"null", "boolean", "range"}:
        return None
    best = values[0]
    for value in values[1:]:
        if (value > best) is largest:  # type: ignore[operator]  # all are of one ordered kind
            best = value
    return best


def total(values: tuple[Value, ...]) -> Value:
    """Sum of numbers or of durations of one kind."""
    if all(isinstance(value, Fraction) for value in values):
        return kept(sum((v for v in values if isinstance(v, Fraction)), Fraction(0)))
    if all(isinstance(value, Days) for value in values):
        return Days(sum((v.seconds for v in values if isinstance(v, Days)), Fraction(0)))
    if all(isinstance(value, Months) for value in values):
        return Months(sum(v.months for v in values if isinstance(v, Months)))
    return None


def _mean(*values: Fraction) -> Value:
    return kept(sum(values, Fraction(0)) / len(values))


def property_of(value: Value, name: str) -> Value:
    """Part of a date, a duration or a range; null where it has no such part.

    Examples
    --------
    >>> property_of(Months(-26), "months"), property_of(date(2026, 11, 23), "weekday")
    (Fraction(-2, 1), Fraction(1, 1))
    """
    match value, name:
        case date(), "year" | "month" | "day":
            return Fraction({"year": value.year, "month": value.month, "day": value.day}[name])
        case date(), "weekday":
            return Fraction(value.isoweekday())
        case Months(months=months), "years" | "months":
            sign = -1 if months < 0 else 1
            return Fraction(sign * (abs(months) // 12 if name == "years" else abs(months) % 12))
        case Days(seconds=seconds), "days" | "hours" | "minutes" | "seconds":
            sign, left = (-1 if seconds < 0 else 1), abs(seconds)
            by = {"days": left // DAY, "hours": left % DAY // 3600, "minutes": left % 3600 // 60}
            return sign * Fraction(by.get(name, left % 60))
        case Interval(), "start":
            return value.low
        case Interval(), "end":
            return value.high
        case Interval(), "start included":
            return value.low_closed
        case Interval(), "end included":
            return value.high_closed
    return None


LIBRARY: Final[Mapping[str, Callable[..., Value]]] = MappingProxyType(
    {
        "not": lambda negand: not negand,
        "abs": _abs,
        "modulo": _modulo,
        "sqrt": root,
        "exp": _exp,
        "log": _log,
        "odd": _odd,
        "even": _even,
        "min": lambda *values: extreme(values, False),
        "max": lambda *values: extreme(values, True),
        "sum": lambda *values: total(values),
        "mean": _mean,
        "string length": lambda text: Fraction(len(text)),
        "substring": substring,
        "upper case": str.upper,
        "lower case": str.lower,
        "contains": lambda text, match: match in text,
        "starts with": str.startswith,
        "ends with": str.endswith,
        "substring before": _before,
        "substring after": _after,
        "matches": lambda text, pattern, flags=None: patterns.matches(text, pattern, flags),
        "replace": lambda text, pattern, new, flags=None: patterns.replaced(text, pattern, new, flags),
        "date": _date,
        "duration": duration,
        "years and months duration": lambda start, end: Months(whole_months(start, end)),
        "year": lambda value: Fraction(value.year),
        "month": lambda value: Fraction(value.month),
        "day": lambda value: Fraction(value.day),
        "day of year": lambda value: Fraction(value.timetuple().tm_yday),
        "week of year": weeks,
        "day of week": lambda value: WEEKDAYS[value.weekday()],
        "month of year": lambda value: MONTHS[value.month - 1],
        "number": number,
        "string": written,
        "is": _is,
    }
)
"""Each function on values of the kinds that its signature names. Rounding and ``range`` stand apart."""
