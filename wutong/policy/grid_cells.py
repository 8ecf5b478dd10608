"""Cells of a decision table as people write them on a sheet, and what they tell about their column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from wutong.policy.feel.algebra import is_zero
from wutong.policy.feel.check import check
from wutong.policy.feel.faults import Source
from wutong.policy.feel.parse import parse, parse_cell
from wutong.policy.feel.syntax import Cell, Compare, Expr, Literal, Minus, Name, Range, names_in, show
from wutong.policy.feel.types import Type
from wutong.policy.feel.units import COUNTS, Unit
from wutong.policy.fields import TYPES

ANY: Final = frozenset(("-", "－", "—", "–", "任意", "不限", "any"))
"""What may stand for any value."""

TRUTHS: Final[Mapping[str, bool]] = MappingProxyType({"是": True, "否": False, "yes": True, "no": False})
"""Words that are truths where a column has no others."""

_OUTSIDE_QUOTES: Final = re.compile(
    r'("(?:\\.|[^"\\])*"|“[^”]*”)|(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])|(、)', re.S
)


def cell_of(text: str, names: Sequence[str], unit: str = "") -> Cell:
    """Read a cell as people write it.

    Parameters
    ----------
    text : str
        The cell; a day may stand without quotes, 、 for a comma, 不限 for any value.
    names : sequence of str
        Names of inputs.
    unit : str
        Unit of numbers that stand without one; empty if none.

    Returns
    -------
    Cell
        As ``parse_cell`` gives it.

    Raises
    ------
    ExpressionError
        If it cannot be read.

    Examples
    --------
    >>> [show(cell_of(text, [], "万元")) for text in ("[3000..5000)", "不限", "≥ 1亿元")]
    ['[3000万元..5000万元)', '-', '>= 1亿元']
    >>> show(cell_of("2024-01-01、2024-02-01", []))
    '@"2024-01-01", @"2024-02-01"'
    """
    if text.strip().lower() in ANY:
        return Cell(())
    cell = parse_cell(Source(_said(text)), names)
    return replace(cell, tests=tuple(_measured(test, unit) for test in cell.tests)) if unit else cell


def _said(text: str) -> str:
    def word(found: re.Match[str]) -> str:
        return found[1] or (f'@"{found[2]}"' if found[2] else ", ")

    return _OUTSIDE_QUOTES.sub(word, text)


def _measured(test: Expr, unit: str) -> Expr:
    """A test whose bare numbers have a unit; not those within arithmetic, which may be factors."""
    match test:
        case Literal(value=Fraction(), unit=""):
            return replace(test, unit=unit)
        case Minus() | Compare():
            return replace(test, value=_measured(test.value, unit))
        case Range():
            return replace(test, low=_measured(test.low, unit), high=_measured(test.high, unit))
    return test


def result_of(text: str, names: Sequence[str], unit: str = "") -> Expr:
    """Read a result as people write it.

    Examples
    --------
    >>> [show(result_of(text, ["投资"], "万元")) for text in ("50", "投资 * 2", "“a”")]
    ['50万元', '(投资 * 2)', '"a"']
    """
    tree = parse(Source(_said(text)), names)
    return _measured(tree, unit) if unit else tree


def bare_words(cells: Sequence[Cell], names: Sequence[str]) -> list[str]:
    """Words of a column that stand without quotes and are no names, in order of the alphabet."""
    known = {*names, "?"}
    return sorted({one.name for cell in cells for one in cell.tests if isinstance(one, Name)} - known)


def meant(cell: Cell, words: Sequence[str]) -> Cell:
    """A cell with words as texts, or as truths where all of the column's are.

    Examples
    --------
    >>> show(meant(cell_of("新, 旧", []), ["新", "旧"])), show(meant(cell_of("是", []), ["否", "是"]))
    ('"新", "旧"', 'true')
    """
    truths = are_truths(words)

    def one(test: Expr) -> Expr:
        if not isinstance(test, Name) or test.name not in words:
            return test
        return Literal(TRUTHS[test.name.lower()] if truths else test.name, "", test.span)

    return replace(cell, tests=tuple(map(one, cell.tests)))


def are_truths(words: Sequence[str]) -> bool:
    """Tell whether all words are truths."""
    return all(word.lower() in TRUTHS for word in words)


def types_in(cell: Cell) -> list[Type]:
    """Types of what a cell compares with; a bare 0 tells nothing.

    Raises
    ------
    ExpressionError
        If something cannot be meant.

    Examples
    --------
    >>> [word_of(type_) for type_ in types_in(cell_of("[0..3亿元)", []))]
    ['money']
    """
    found: list[Type] = []
    for test in cell.tests:
        for part in _constants(test):
            typed = check(part, {}, Source(show(part)))
            if typed.type.kind not in ("null", "any", "range") and not is_zero(typed):
                found.append(Type(typed.type.kind, _counting(typed.type.unit)))
    return found


def _counting(unit: Unit) -> Unit:
    """What counts things counts; persons stay persons."""
    return (("count", 1),) if len(unit) == 1 and unit[0][0] in COUNTS - {"person"} else unit


def _constants(test: Expr) -> list[Expr]:
    match test:
        case Compare(value=value):
            return _constants(value)
        case Range(low=low, high=high):
            return [*_constants(low), *_constants(high)]
    return [] if names_in(test) else [test]


def word_of(type_: Type | None) -> str:
    """Word for a type in a measure file; empty where a bare number could be anything."""
    if type_ is None or type_ == Type("number"):
        return ""
    return next((word for word, one in TYPES if one == type_), "")
