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

TAKES: Final = (
    "value",
    "sum",
    "count",
    "any",
    "first time",
    "years in a row",
    "earliest",
    "latest",
    "day",
    "year",
)
"""How a fact comes out of rows: see ``Taken``."""

_TRUTHS: Final = {"true": True, "false": False, "yes": True, "no": False, "是": True, "否": False}


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a zone's tables hold a fact.

    Parameters
    ----------
    table, column : str
        Table of the zone and column of it; both empty for ``day`` and ``year``.
    take : str
        ``value``: the column's value in the one row; ``sum``, ``count``: over rows; ``any``: whether there is a row;
        ``first time``: whether the year asked for is the first of all years with a row (or with a true value);
        ``years in a row``: how many years up to the one asked for, without a gap; ``earliest``, ``latest``: of dates;
        ``day``, ``year``: the day, or the first day of the year, for which the rulebook is run.
    year : int or None
        Which year, counted from the one that is asked for: 0 is that year, -1 the year before; None for rows of all
        years up to it.
    where : tuple of (str, str)
        Columns that must hold these values.
    unrelated : bool
        Leave out rows whose other side is a related party.
    for_all : bool
        One value for the whole zone, such as a mean that is published later; not of the subject's own rows.
    """

    table: str
    column: str
    take: str = "value"
    year: int | None = None
    where: tuple[tuple[str, str], ...] = ()
    unrelated: bool = False
    for_all: bool = False


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


def fields_of(node: Node) -> dict[str, Field]:
    """Read ``given``.

    Parameters
    ----------
    node : Node
        The map of names.

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
        taken = _taken(parts["from"]) if "from" in parts else None
        label = Text(parts["zh"].scalar(), parts["en"].scalar())
        moved_by = parts["moved_by"].one_of(MOVED_BY) if "moved_by" in parts else ""
        found[key.text] = Field(key.text, label, type_, about, taken, key.line, moved_by)
    for key, _ in node.entries():
        is_alone(key, found)
    return found


def _taken(node: Node) -> Taken:
    known = ("table", "column", "take", "year", "where", "unrelated", "for_all")
    found = node.fields(known)
    take = found["take"].one_of(TAKES) if "take" in found else "value"
    clock = take in ("day", "year")
    if clock != ("table" not in found) or (clock and len(found) > 1):
        node.fail(
            "写table与column；take: day 与 take: year 不写其他。",
            "Say table and column; take: day and take: year stand alone.",
        )
    if take in ("value", "sum", "earliest", "latest") and "column" not in found:
        node.fail("缺少：column。", "This is missing: column.")
    year: int | None = None
    if "year" in found:
        written = found["year"].scalar().replace("−", "-")
        if written.lstrip("-") not in ("0", *(str(n) for n in range(1, 31))) or written.startswith("--"):
            found["year"].fail(
                "年份写0（当年）、-1（上年）等。",
                "Write a year as 0 (this one), -1 (the one before) and so on.",
            )
        year = int(written)
        if year > 0:
            found["year"].fail("不能问以后的年份。", "A later year cannot be asked for.")
    where = (
        tuple((key.text, value.scalar()) for key, value in found["where"].entries())
        if "where" in found
        else ()
    )
    return Taken(
        found["table"].scalar() if "table" in found else "",
        found["column"].scalar() if "column" in found else "",
        take,
        year,
        where,
        truth_of(found["unrelated"]) if "unrelated" in found else False,
        truth_of(found["for_all"]) if "for_all" in found else False,
    )


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


def truth_of(node: Node) -> bool:
    """Read yes or no."""
    return _TRUTHS[node.one_of(tuple(_TRUTHS))]


def day_of(node: Node) -> date:
    """Read a day."""
    found = day(node.scalar())
    if found is None:
        node.fail("日期写作2026-11-23。", "Write a date as 2026-11-23.")
    return found
