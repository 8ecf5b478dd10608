"""From text to tokens, each with its place. Whatever is no token of the language is one of kind ``other``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from wutong.policy.feel.faults import ExpressionError, Source, Span
from wutong.policy.feel.units import unit_at
from wutong.words import Text

LONGEST: Final = 8_000
"""Characters that an expression may have."""

DIGITS: Final = 100
"""Digits that a number may have."""

POWER: Final = 400
"""Largest power of ten after ``e``."""

Kind = Literal["word", "number", "text", "at", "symbol", "other", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``text`` as the parser compares it, ``value`` what a literal means, ``unit`` after a number."""

    kind: Kind
    text: str
    span: Span
    value: str = ""
    unit: str = ""


_BLANK = re.compile(r"(?:\s|/\*.*?\*/|//[^\n]*)+", re.S)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?=[0-9])[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3}(?![\w]))?", re.A)
_WORD = re.compile(r"[^\W\d]\w*|\?|[\U0001F000-\U0001FAFF]\w*")
_SYMBOL = re.compile(r"\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\],.:{}]")
_FULL: Final[Mapping[str, str]] = MappingProxyType(
    {"（": "(", "）": ")", "，": ",", "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "＝": "="}
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.S)
_PLAIN: Final[Mapping[str, str]] = MappingProxyType(
    {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
)


def tokens(source: Source) -> tuple[Token, ...]:
    """Split an expression into tokens.

    Parameters
    ----------
    source : Source
        The expression.

    Returns
    -------
    tuple of Token
        In order, closed by one of kind ``end``; between them stand only blanks and comments.

    Raises
    ------
    ExpressionError
        If the text is too long, a string is not closed, or a character is half of a surrogate pair.

    Examples
    --------
    >>> [token.text for token in tokens(Source("产值 ≥ 1.5亿元 // 规上"))]
    ['产值', '>=', '1.5亿元', '']
    """
    text = source.text
    if len(text) > LONGEST:
        what = Text(
            f"表达式超过{LONGEST}个字符。请拆成几个。",
            f"The expression has more than {LONGEST} characters. Split it.",
        )
        raise ExpressionError(what, source, Span(0, 0))
    found: list[Token] = []
    at = 0
    while True:
        blank = _BLANK.match(text, at)
        at = blank.end() if blank else at
        if at >= len(text):
            found.append(Token("end", "", Span(at, at)))
            return tuple(found)
        token = _token(source, at)
        found.append(token)
        at = token.span.end


def _token(source: Source, at: int) -> Token:
    text = source.text
    if text[at] in '"“' or text.startswith('@"', at):
        return _string(source, at)
    number = _NUMBER.match(text, at)
    if number is not None:
        unit = unit_at(text, number.end())
        span = Span(at, number.end() + len(unit))
        digits, _, power = number[0].lower().partition("e")
        if len(digits) > DIGITS or abs(int(power or 0)) > POWER:
            what = Text("这个数太长。", "This number is too long.")
            raise ExpressionError(what, source, span)
        return Token("number", text[at : span.end], span, number[0], unit)
    word = _WORD.match(text, at)
    if word is not None:
        return Token("word", word[0], Span(at, word.end()))
    symbol = _SYMBOL.match(text, at)
    if symbol is not None:
        return Token("symbol", symbol[0], Span(at, symbol.end()))
    span = Span(at, at + 1)
    if text[at] in _FULL:
        return Token("symbol", _FULL[text[at]], span)
    if "\ud800" <= text[at] <= "\udfff":
        raise ExpressionError(_half(), source, span)
    return Token("other", text[at], span)


def _half() -> Text:
    return Text("有半个字符。请重新输入。", "Half of a character stands here. Type it again.")


def _string(source: Source, at: int) -> Token:
    text = source.text
    start = at + (2 if text[at] == "@" else 1)
    closing = "”" if text[at] == "“" else '"'
    end = start
    while end < len(text) and text[end] != closing:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        what = Text("引号没有收尾。请补上。", "The quotation is not closed. Close it.")
        raise ExpressionError(what, source, Span(at, len(text)))
    span = Span(at, end + 1)
    raw = _ESCAPE.sub(_unescaped, text[start:end])
    try:  # two escapes of a surrogate pair make one character
        value = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise ExpressionError(_half(), source, span) from None
    return Token("at" if text[at] == "@" else "text", text[at : span.end], span, value)


def _unescaped(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    if letter is not None:
        # a pattern's own escapes, as in "\d", stay as they are
        return _PLAIN.get(letter, found[0])
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else found[0]


def quoted(text: str) -> str:
    r"""Write a text as a literal.

    Examples
    --------
    >>> print(quoted('a "b" \\d'))
    "a \"b\" \\d"
    """
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
    )
