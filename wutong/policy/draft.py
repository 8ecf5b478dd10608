"""Drafts of measure files: what was read elsewhere in the form of a measure, and what is still to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wutong.policy.amount import formula
from wutong.policy.document import document_of
from wutong.policy.feel.syntax import Cell, Compare, Expr, Literal, names_in, show
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import Type
from wutong.policy.fields import TYPES
from wutong.policy.table import table_of
from wutong.words import Text

_TYPES: Final = MappingProxyType(dict(TYPES))
_SIGNS: Final = MappingProxyType({">=": "≥", "<=": "≤", "!=": "≠"})
_PLAIN: Final = re.compile(r"[\w≥≤≠“(][\w≥≤≠“”./()*+=<>%‰ -]*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that is asked for; ``type`` is a word of ``TYPES``, empty where nothing tells it."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A name with what it stands for: an expression, or a table of one output."""

    name: str
    value: Expr | Table


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read, and what could not be.

    ``origin`` says from where; ``notes`` what was read otherwise than it stands; ``left_out`` what a measure cannot say.
    """

    origin: str
    given: tuple[Asked, ...]
    define: tuple[Named, ...]
    notes: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()


def asked_by(value: Expr | Table) -> tuple[str, ...]:
    """Names that an expression or a table asks for, each once, in order."""
    if not isinstance(value, Table):
        return names_in(value)
    default = value.outputs[0].default
    nodes: list[Expr | Cell] = [*value.inputs]
    nodes += [node for rule in value.rules for node in (*rule.cells, *rule.results)]
    nodes += [default] if default is not None else []
    return tuple(dict.fromkeys(name for node in nodes for name in names_in(node) if name != "?"))


# ------------------------------------------------------------ as a file


def scalar(text: str) -> str:
    """Write a text as a value of YAML, in quotes where it needs them.

    Examples
    --------
    >>> print(scalar("≥3亿元"), scalar("[1..3)"), scalar('"a"'), scalar("it's: x"), scalar("-"))
    ≥3亿元 '[1..3)' '"a"' "it's: x" -
    """
    if text == "-" or (_PLAIN.fullmatch(text) and text == text.strip()):
        return text
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"


def cell_text(cell: Cell) -> str:
    """Write a cell so that it needs few quotes in a file.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse_cell
    >>> [cell_text(parse_cell(text)) for text in ('>= 3', '"a", "b"', 'not([1..3))', '-')]
    ['≥3', '“a”, “b”', 'not([1..3))', '-']
    """
    body = ", ".join(map(_test_text, cell.tests)) or "-"
    return f"not({body})" if cell.negated else body


def _test_text(test: Expr) -> str:
    match test:
        case Literal(value=str(text)) if not re.search(r'["“”\\\n\r]', text):
            return f"“{text}”"
        case Compare(operator=operator, value=value):
            return f"{_SIGNS.get(operator, operator)}{show(value)}"
    return show(test)


def measure_text(draft: Draft) -> str:
    """Write a draft as a measure file; what is not known is left empty, and refused until it is filled in.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> print(measure_text(Draft("rates.dmn", (Asked("投资", "money"),), (Named("补助", parse("投资 * 5%", ["投资"])),))))
    # A draft from rates.dmn; what is empty is to be filled in. / 草稿，空处须补全。
    measure:
    title: {zh: , en: }
    aspect:
    subject:
    status: draft
    place: {zh: , en: }
    year:
    given:
      投资: {type: money, zh: 投资, en: }
    editions:
      - source: {document: , grade: not graded}
        define:
          补助:
            zh: 补助
            en:
            is: (投资 * 5%)
        conditions:
        amount:
    examples:
    <BLANKLINE>
    """
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    origin = "".join(sign if sign.isprintable() else " " for sign in draft.origin)
    yield f"# A draft from {origin}; what is empty is to be filled in. / 草稿，空处须补全。"
    yield from ("measure:", "title: {zh: , en: }", "aspect:", "subject:", "status: draft")
    yield from ("place: {zh: , en: }", "year:", "given:")
    for one in draft.given:
        zh, en = _labels(one.name)
        yield f"  {scalar(one.name)}: {{type: {one.type}, zh: {zh}, en: {en}}}"
    yield from ("editions:", "  - source: {document: , grade: not graded}", "    define:")
    for named in draft.define:
        yield from (f"      {line}" for line in _definition_lines(named))
    yield from ("    conditions:", "    amount:", "examples:")


def _definition_lines(named: Named) -> Iterator[str]:
    zh, en = _labels(named.name)
    yield f"{scalar(named.name)}:"
    yield f"  zh: {zh}".rstrip()
    yield f"  en: {en}".rstrip()
    if isinstance(named.value, Table):
        yield "  table:"
        yield from (f"    {line}" for line in _table_lines(named.value))
    else:
        yield f"  is: {scalar(show(named.value))}"


def _labels(name: str) -> tuple[str, str]:
    """A name is its own label in the language that it is written in."""
    return ("", scalar(name)) if name.isascii() else (scalar(name), "")


def _table_lines(table: Table) -> Iterator[str]:
    output = table.outputs[0]
    yield f"hit: {table.hit}"
    yield f"inputs: {_list(map(show, table.inputs))}"
    yield "rules:"
    for rule in table.rules:
        result = f", then: {scalar(show(rule.results[0]))}" if table.hit != "C#" else ""
        yield f"  - {{if: {_list(map(cell_text, rule.cells))}{result}}}"
    if output.values:
        yield f"order: {_list(map(show, output.values))}"
    if output.default is not None:
        yield f"default: {scalar(show(output.default))}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(scalar, texts))}]"


def wanting(text: str) -> tuple[str, ...]:
    """Name the places of a measure file that are empty, in their order.

    Examples
    --------
    >>> wanting("{title: {zh: , en: A}, year: }")
    ('title.zh', 'year')
    """
    found: list[str] = []
    waiting = [document_of(text)]
    while waiting:
        node = waiting.pop()
        if node.kind == "text" and not node.text.strip():
            found.append(node.clause)
        waiting += reversed((*node.items, *(value for _, value in node.pairs)))
    return tuple(found)


# ------------------------------------------------------------ held against the language


def held(named: Named, names: Mapping[str, Type]) -> Type | None:
    """Hold what is defined against the language.

    Parameters
    ----------
    named : Named
        A name with its expression or table.
    names : mapping of str to Type
        Facts and definitions of known type.

    Returns
    -------
    Type or None
        What it gives; None where it asks for something of a type that is not known.

    Raises
    ------
    RuleError
        If no measure can say it; ``clause`` of the error names the rule, such as ``比例.table.rules.2.then``.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> held(Named("补助", parse("投资 * 5%", ["投资"])), {"投资": _TYPES["money"]}) == _TYPES["money"]
    True
    """
    if not set(asked_by(named.value)) <= set(names):
        return None
    ((_, node),) = document_of("\n".join(_definition_lines(named))).pairs
    found = {key.text: value for key, value in node.pairs}
    made = table_of(found["table"], names)[1] if "table" in found else formula(found["is"].source, names)
    return made.typed.type


def type_of(asked: Asked) -> Type | None:
    """Type of a fact; None where it is not known."""
    return _TYPES.get(asked.type)
