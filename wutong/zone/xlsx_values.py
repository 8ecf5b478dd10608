"""What a number in a workbook means: its number format says whether it is a share, a day or an amount.

Sources: ECMA-376 part 1, 18.8.30 (number formats), 18.17.4 (dates); the built-in formats 27 to 36 and 50 to
58 as the Chinese edition of Excel uses them.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

Form = Literal["number", "percent", "date", "time", "elapsed"]

_FORMAT_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]\-]*)[^\]]*\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>General)|(?P<exponent>E[+-])|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<end>;)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
BUILT_IN: dict[int, Form] = {
    **dict.fromkeys((9, 10), "percent"),
    # 27 to 36 and 50 to 58 are the Chinese, Japanese and Korean editions' own, and stored without a code.
    **dict.fromkeys((14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "time"),
    46: "elapsed",
}


def format_style(code: str) -> tuple[Form, str]:
    r"""Say what a number format means: the form of the value, and the unit that it shows beside a number.

    Parameters
    ----------
    code : str
        As in ``numFmt/@formatCode``. The first section decides.

    Returns
    -------
    tuple of form and str
        The unit is empty where the format shows none; a format that divides by thousands has the unit ``,``.

    Examples
    --------
    >>> format_style("0.00%")
    ('percent', '')
    >>> format_style('yyyy"年"m"月"')
    ('date', '')
    >>> format_style('#,##0.00"万元"')
    ('number', '万元')
    >>> format_style(r'0\.0,"万"')
    ('number', ',万')
    >>> format_style('0.00"%"')
    ('number', '%')
    """
    shown, plain, currency, elapsed, noon = "", "", "", False, False
    for token in _FORMAT_TOKEN.finditer(code):
        kind, text = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if kind == "end":
            break
        if kind in ("quoted", "escaped"):
            shown += text
        elif kind == "currency":
            currency += text
        elif kind == "bracket":
            elapsed = elapsed or text.lower() in ("h", "hh", "m", "mm", "s", "ss")
        elif kind == "noon":
            noon = True
        elif kind == "plain":
            plain += text.lower()
    if elapsed:
        return "elapsed", ""
    if "y" in plain or "d" in plain or "aaa" in plain or ("m" in plain and not set("hs") & set(plain)):
        return "date", ""
    if noon or set("hs") & set(plain):
        return "time", ""
    if "%" in plain:
        return "percent", ""
    thousands = "," if re.search(r"[0#?],+[^0#?,]*$", plain) else ""
    unit = "".join(mark for mark in shown if mark.isalpha() or mark in "%‰")
    money = currency if any(mark.isalpha() for mark in currency) else ""
    return "number", thousands + unit + money


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def number(raw: str) -> float | None:
    """Read a stored number; None for what is not one, such as ``1e999`` or ``1_000``.

    Examples
    --------
    >>> number("0.28999999999999998"), number("1e999"), number("1_000")
    (0.29, None, None)
    """
    if not _NUMBER.fullmatch(raw.strip()):
        return None
    value = float(raw)
    return value if math.isfinite(value) else None


def number_text(value: float) -> str:
    """Write a number so that nothing is added to what was stored.

    A spreadsheet keeps 15 digits, so a whole number of 10¹⁵ and more is written with its exponent: an
    identifier of 18 digits that became a number must not look whole again.

    Examples
    --------
    >>> number_text(42.0), number_text(0.29), number_text(-0.0)
    ('42', '0.29', '0')
    >>> number_text(9.11405007010123e17)
    '9.11405007010123E+17'
    """
    if not value.is_integer():
        return repr(value)
    return str(int(value)) if abs(value) < 1e15 else f"{Decimal(repr(value)).normalize():E}"


def percent_text(value: float) -> str:
    """Write a share as the percentage that its cell shows.

    Examples
    --------
    >>> percent_text(0.07), percent_text(1.0), percent_text(0.12345), percent_text(-0.0)
    ('7%', '100%', '12.345%', '0%')
    """
    share = (Decimal(repr(value + 0.0)) * 100).normalize()
    return f"{share:f}%"


def moment_text(value: float, form: str, from_1904: bool) -> str | None:
    """Write a stored day number as a date, a time or both in ISO 8601; None for a day that never was.

    Parameters
    ----------
    value : float
        Days since the epoch of the workbook.
    form : {"date", "time", "elapsed"}
        What the cell's number format shows.
    from_1904 : bool
        True where the workbook counts from 1904-01-01. Otherwise 1 is 1900-01-01 and 60 is 1900-02-29, a day
        that never was.

    Examples
    --------
    >>> moment_text(45352, "date", False), moment_text(45352.5, "date", False)
    ('2024-03-01', '2024-03-01T12:00:00')
    >>> moment_text(59, "date", False), moment_text(60, "date", False), moment_text(61, "date", False)
    ('1900-02-28', None, '1900-03-01')
    >>> moment_text(0.75, "time", False), moment_text(1.5, "elapsed", False)
    ('18:00:00', '36:00:00')
    """
    if not -1e7 < value < 1e7:
        return None
    day = math.floor(value)
    milliseconds = round((value - day) * 86_400_000)
    if milliseconds == 86_400_000:
        day, milliseconds = day + 1, 0
    if form == "elapsed":
        minutes, seconds = divmod(round(abs(value) * 86_400), 60)
        return f"{'-' if value < 0 else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    precision = "milliseconds" if milliseconds % 1000 else "seconds"
    if form == "time" and day == 0:
        return (datetime.min + timedelta(milliseconds=milliseconds)).time().isoformat(precision)
    first, last = (0, 2_957_003) if from_1904 else (1, 2_958_465)
    if not first <= day <= last or (day == 60 and not from_1904):
        return None
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if day > 60 else 31)
    moment = epoch + timedelta(days=day, milliseconds=milliseconds)
    return moment.isoformat(timespec=precision) if milliseconds else moment.date().isoformat()
