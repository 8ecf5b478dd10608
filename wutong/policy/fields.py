"""The facts that a measure asks for: their types, what they touch, and where a zone's tables hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from wutong.policy.amount import constant
from wutong.policy.document import Node
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.parse import KEYWORDS, parse
from wutong.policy.feel.syntax import Name
from wutong.policy.feel.tokens import tokens
from wutong.policy.feel.types import AREA, BOOLEAN, COUNT, DATE, DAYS, MONEY, MONTHS, NUMBER, RATE, TEXT, Type
from wutong.policy.feel.types import choice as choice_of
from wutong.policy.feel.values import Value, day
from wutong.policy.taken import Taken, taken_of, truth_of
from wutong.words import Text

TYPES: Final[tuple[tuple[str, Type], ...]] = (
    ("money", MONEY),
    ("rate", RATE),
    ("number", NUMBER),
    ("count", COUNT),
    ("people", Type("number", (("person", 1),))),
    ("area", AREA),
    ("water", Type("number", (("t", 1),))),
    ("electricity", Type("number", (("kWh", 1),))),
    ("gas", Type("number", (("m3", 1),))),
    ("dollars", Type("number", (("cent", 1),))),
    ("yuan per dollar", Type("number", (("cent", -1), ("fen", 1)))),
    ("text", TEXT),
    ("yes or no", BOOLEAN),
    ("date", DATE),
    ("days", DAYS),
    ("months", MONTHS),
)
"""Words for the type of a field; ``choice`` besides, with its codes."""

FACTS: Final = 500
"""Facts that a measure may ask for."""

ABOUT: Final = (
    "local tax",
    "local statistics",
    "registration",
    "moving in",
    "named firm",
    "ownership",
    "related party",
    "local purchase",
)
"""What a fact may touch that a review for fair competition asks for."""

MOVED_BY: Final = ("firm", "others")
"""Who can move a fact. A fact that does not say so is not guessed at."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact about a subject that the measure may ask for.

    ``about`` says what it touches of ``ABOUT``; ``taken`` is where it is found, None where somebody must tell it;
    ``moved_by`` says who can move it, of ``MOVED_BY``, and is empty where the file does not.
    """

    name: str
    label: Text
    type: Type
    about: tuple[str, ...] = ()
    taken: Taken | None = None
    line: int = field(default=0, compare=False)
    moved_by: str = ""


def fields_of(node: Node, subject: str = "") -> dict[str, Field]:
    """Read ``given``.

    Parameters
    ----------
    node : Node
        The map of names.
    subject : str
        firm, project or person: whose rows of a zone's tables hold a fact; empty where that is not known.

    Returns
    -------
    dict of str to Field
        In the order of the file.

    Raises
    ------
    MeasureError
        With the place.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> text = "{产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: -1}}}"
    >>> found = fields_of(document_of(text))["产值"]
    >>> found.taken.table, found.taken.year
    ('firm_year', -1)
    """
    found: dict[str, Field] = {}
    if len(node.pairs) > FACTS:
        node.fail(f"最多{FACTS}项事实。", f"There may be {FACTS} facts at most.")
    for key, value in node.entries():
        is_name(key)
        parts = value.fields(("type", "of", "zh", "en", "about", "from", "moved_by"), ("type", "zh", "en"))
        kinds = dict(TYPES)
        kind = parts["type"].one_of((*kinds, "choice"))
        if (kind == "choice") != ("of" in parts):
            value.fail(
                "choice须以of列出代码，其他类型不写of。",
                "A choice lists its codes in of; no other type has it.",
            )
        type_ = choice_of(*(one.scalar() for one in parts["of"].each())) if "of" in parts else kinds[kind]
        about = tuple(one.one_of(ABOUT) for one in parts["about"].each()) if "about" in parts else ()
        taken = taken_of(parts["from"], type_, subject) if "from" in parts else None
        label = Text(parts["zh"].scalar(), parts["en"].scalar())
        moved_by = parts["moved_by"].one_of(MOVED_BY) if "moved_by" in parts else ""
        found[key.text] = Field(key.text, label, type_, about, taken, key.line, moved_by)
    for key, _ in node.entries():
        is_alone(key, found)
    return found


def are_words(text: str) -> bool:
    """Tell whether a text is words alone, none of them reserved, and not long.

    Examples
    --------
    >>> are_words("固定资产投资"), are_words("a-b"), are_words("then"), are_words("")
    (True, False, False, False)
    """
    if len(text) > 60:
        return False
    try:
        words = tokens(Source(text))[:-1]
    except ExpressionError:
        return False
    return bool(words) and all(
        word.kind == "word" and word.text not in KEYWORDS and word.text != "?" for word in words
    )


def is_name(key: Node) -> None:
    """Refuse a name that is not words alone: an expression printed and read again must mean the same."""
    if not are_words(key.text):
        key.fail(
            "名称只用文字与空格，不用运算符与保留字。",
            "A name is words alone, no signs and no reserved words.",
        )


def is_alone(key: Node, names: Mapping[str, object]) -> None:
    """Refuse a name that is read as another one."""
    if parse(key.source, names) != Name(key.text):
        key.fail("这个名称与别的名称分不开。", "This name cannot be told from another.")


def value_of(node: Node, field: Field) -> Value:
    """Read the value of a field as an example or a paper writes it; ``null`` is not known."""
    if node.kind == "text" and node.plain and node.text in ("null", "~", ""):
        return None
    text = node.scalar()
    match field.type.kind:
        case "text":
            return node.one_of(field.type.choices) if field.type.choices else text
        case "boolean":
            return truth_of(node)
        case "date":
            return day_of(node)
    return constant(node, field.type)


def day_of(node: Node) -> date:
    """Read a day."""
    found = day(node.scalar())
    if found is None:
        node.fail("日期写作2026-11-23。", "Write a date as 2026-11-23.")
    return found
