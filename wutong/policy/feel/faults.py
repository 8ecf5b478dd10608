"""Where an expression stands, and what is said when it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from wutong.errors import RuleError
from wutong.words import Text

Dialect = Literal["measure", "feel"]
"""``measure``: types and units are held and unknown stays unknown. ``feel``: the null rules of DMN 1.5."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of an expression's text, from ``start`` up to before ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    r"""The text of an expression and where it stands in a file.

    ``line`` and ``column`` are those of its first character; ``clause`` names the clause or cell.

    Examples
    --------
    >>> Source("a +\n b", "m.yaml", line=7, column=11).place(5)
    (8, 2)
    """

    text: str
    file: str = ""
    line: int = 1
    column: int = 1
    clause: str = ""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from one, of a character of the text."""
        before = self.text[:offset]
        lines = before.count("\n")
        if lines == 0:
            return self.line, self.column + offset
        return self.line + lines, offset - before.rfind("\n")


class ExpressionError(RuleError):
    """An expression that cannot be read, with its place.

    Parameters
    ----------
    what : Text
        What is wrong and what to do now.
    source : Source
        The expression.
    span : Span
        The part of it that is meant.
    """

    def __init__(self, what: Text, source: Source, span: Span) -> None:
        self.what = what
        self.source = source
        self.span = span
        self.file = source.file
        self.clause = source.clause
        self.line, self.column = source.place(span.start)
        part = source.text[span.start : span.end].strip()
        part = part if len(part) <= 40 else part[:39] + "…"
        zh = [self.file, self.clause, f"第{self.line}行第{self.column}列"]
        en = [self.file, self.clause, f"line {self.line}, column {self.column}"]
        quoted = (f"“{part}”：", f'"{part}": ') if part else ("", "")
        super().__init__(
            Text(
                f"{'，'.join(filter(None, zh))}：{quoted[0]}{what.zh}",
                f"{', '.join(filter(None, en))}: {quoted[1]}{what.en}",
            )
        )


class OutsideError(ExpressionError):
    """FEEL, but not in this language; ``kind`` says which part of FEEL it is."""

    def __init__(self, kind: str, source: Source, span: Span) -> None:
        self.kind = kind
        zh, en = OUTSIDE[kind]
        what = Text(
            f"本语言不含{zh}。请改用比较、算术、如果与所列函数来写。",
            f"This language has no {en}. Say it with comparison, arithmetic, if and the listed functions.",
        )
        super().__init__(what, source, span)


OUTSIDE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "time of day": ("一日之内的时刻与系统时钟", "time of day and no clock"),
        "instance of": ("类型询问", "questions about types"),
        "list or range value": ("作为值的列表", "lists as values"),
        "context, iteration, lambda": ("结构、循环与自定义函数", "contexts, loops or functions of one's own"),
        "java, import, service": ("外部调用", "calls to the outside"),
        "far year": ("公元1年以前或9999年以后的日期", "dates before the year 1 or after the year 9999"),
        "back-reference": ("模式中的反向引用", "back-references in a pattern"),
    }
)
"""Parts of FEEL that this language leaves out, in both languages."""


def listed(names: Sequence[str], language: str) -> str:
    """Write names in a row, as an error offers them.

    Examples
    --------
    >>> listed(["产值", "税收"], "zh")
    '产值、税收'
    """
    return ("、" if language == "zh" else ", ").join(names)
