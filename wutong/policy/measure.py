"""A measure as a file: read, typed and held against the language before anything is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from wutong.policy.amount import Amount, Formula, Names, amount_of, constant, formula, value_text
from wutong.policy.document import Node, document_of
from wutong.policy.feel.faults import Source
from wutong.policy.feel.parse import KEYWORDS, parse
from wutong.policy.feel.syntax import Name
from wutong.policy.feel.tokens import tokens
from wutong.policy.feel.types import AREA, BOOLEAN, COUNT, DATE, DAYS, MONEY, MONTHS, NUMBER, RATE, TEXT, Type
from wutong.policy.feel.types import choice as choice_of
from wutong.policy.feel.values import Value, day
from wutong.words import Text

SUBJECTS: Final = ("firm", "project", "person")
STATUSES: Final = ("in force", "expired", "draft", "example of a shape")
GRADES: Final = ("A", "B", "C", "D", "not graded")
STATES: Final = ("eligible", "not eligible", "unknown", "needs decision")
ELSE: Final = ("recover", "suspend", "stop")
TYPES: Final[tuple[tuple[str, Type], ...]] = (
    ("money", MONEY),
    ("rate", RATE),
    ("number", NUMBER),
    ("count", COUNT),
    ("people", Type("number", (("person", 1),))),
    ("area", AREA),
    ("water", Type("number", (("t", 1),))),
    ("electricity", Type("number", (("kWh", 1),))),
    ("text", TEXT),
    ("yes or no", BOOLEAN),
    ("date", DATE),
    ("days", DAYS),
    ("months", MONTHS),
)
"""Words for the type of a field; ``choice`` besides, with its codes."""

_TRUTHS: Final = {"true": True, "false": False, "是": True, "否": False}
_EXPECTED: Final = ("outcome", "amount", "if_approved", "failing", "missing", "open", "payees", "parts")
_EDITION: Final = (
    "in_force",
    "source",
    "define",
    "conditions",
    "amount",
    "payout",
    "keep",
    "evidence",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A fact about a subject that the measure may ask for."""

    name: str
    label: Text
    type: Type


@dataclass(frozen=True, slots=True)
class Definition:
    """A name for a value that is worked out of facts, such as a growth rate."""

    name: str
    label: Text
    formula: Formula


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``when`` must hold; where ``decide`` names somebody, they decide, if ``when`` holds."""

    id: str
    says: Text
    when: Formula | None
    decide: str = ""


@dataclass(frozen=True, slots=True)
class Force:
    """Days of an edition, both included, and the field whose date tells which edition a subject falls in."""

    start: date
    end: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the edition was read."""

    document: str
    article: str
    url: str
    grade: str
    read_on: date | None


@dataclass(frozen=True, slots=True)
class Instalment:
    """A share of the amount and what it is paid on."""

    share: Fraction
    on: str


@dataclass(frozen=True, slots=True)
class Keep:
    """What must be kept, until when, and what follows otherwise."""

    says: Text
    until: Formula | None
    otherwise: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A measure as it stood in one period."""

    force: Force | None
    origin: Origin
    definitions: tuple[Definition, ...]
    conditions: tuple[Condition, ...]
    amount: Amount
    payout: tuple[Instalment, ...]
    keep: tuple[Keep, ...]
    evidence: tuple[str, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Facts and what must come out; what is None is not asked. Money in fen."""

    says: str
    line: int
    given: Mapping[str, Value]
    outcome: str
    amount: int | None = None
    if_approved: tuple[int, ...] | None = None
    failing: tuple[str, ...] | None = None
    missing: tuple[str, ...] | None = None
    open: tuple[str, ...] | None = None
    payees: Mapping[str, int] | None = None
    parts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with all its editions and examples."""

    file: str
    id: str
    title: Text
    aspect: str
    package: str
    subject: str
    status: str
    place: Text
    year: int
    given: Mapping[str, Field]
    editions: tuple[Edition, ...]
    examples: tuple[Example, ...]


def measure_of(data: str | bytes, file: str = "") -> Measure:
    """Read one measure file.

    Parameters
    ----------
    data : str or bytes
        YAML; bytes are UTF-8.
    file : str
        Its name, for errors.

    Returns
    -------
    Measure
        Compiled: every expression has its types, every name is known.

    Raises
    ------
    RuleError
        For any mistake, with file, clause, line and column, and the nearest names that do exist.

    Examples
    --------
    >>> measure_of("measur: x", "m.yaml")
    Traceback (most recent call last):
    wutong.policy.document.MeasureError: m.yaml，第1行第1列：不认识“measur”。可用的有：measure、year、examples。 / m.yaml, line 1, column 1: "measur" is not known. There is: measure, year, examples.
    """
    top = document_of(data, file).fields(
        (
            *("measure", "title", "aspect", "package", "subject", "status", "place", "year"),
            *("given", "editions", "examples"),
        ),
        ("measure", "title", "aspect", "subject", "status", "place", "year", "given", "editions", "examples"),
    )
    given = _given(top["given"])
    editions = tuple(_edition(one, given) for one in top["editions"].each())
    _apart(top["editions"], editions)
    year = top["year"].scalar()
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        top["year"].fail("年份写四位数，如2023。", "Write the year with four digits, such as 2023.")
    return Measure(
        file,
        top["measure"].scalar(),
        top["title"].both(),
        top["aspect"].scalar(),
        top["package"].scalar() if "package" in top else "",
        top["subject"].one_of(SUBJECTS),
        top["status"].one_of(STATUSES),
        top["place"].both(),
        int(year),
        given,
        editions,
        tuple(_example(one, given) for one in top["examples"].each()),
    )


# ------------------------------------------------------------ fields


def _given(node: Node) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for key, value in node.entries():
        _is_name(key)
        parts = value.fields(("type", "of", "zh", "en"), ("type", "zh", "en"))
        kinds = dict(TYPES)
        kind = parts["type"].one_of((*kinds, "choice"))
        if (kind == "choice") != ("of" in parts):
            value.fail(
                "choice须以of列出代码，其他类型不写of。",
                "A choice lists its codes in of; no other type has it.",
            )
        type_ = choice_of(*(one.scalar() for one in parts["of"].each())) if "of" in parts else kinds[kind]
        found[key.text] = Field(key.text, Text(parts["zh"].scalar(), parts["en"].scalar()), type_)
    for key, _ in node.entries():
        _is_alone(key, found)
    return found


def _is_name(key: Node) -> None:
    """A name is words without signs, so that an expression printed and read again means the same."""
    words = tokens(key.source)[:-1]
    if (
        any(word.kind != "word" or word.text in KEYWORDS or word.text == "?" for word in words)
        or len(key.text) > 60
    ):
        key.fail(
            "名称只用文字与空格，不用运算符与保留字。",
            "A name is words alone, no signs and no reserved words.",
        )


def _is_alone(key: Node, names: Mapping[str, object]) -> None:
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
            return _TRUTHS[node.one_of(tuple(_TRUTHS))]
        case "date":
            return _day(node)
    return constant(node, field.type)


def _day(node: Node) -> date:
    found = day(node.scalar())
    if found is None:
        node.fail("日期写作2026-11-23。", "Write a date as 2026-11-23.")
    return found


# ------------------------------------------------------------ editions


def _edition(node: Node, given: Mapping[str, Field]) -> Edition:
    found = node.fields(_EDITION, ("source", "conditions", "amount"))
    names: dict[str, Type] = {field.name: field.type for field in given.values()}
    definitions: list[Definition] = []
    for key, value in found["define"].entries() if "define" in found else ():
        _is_name(key)
        if key.text in names:
            key.fail("这个名称已经有了。", "This name is taken.")
        parts = value.fields(("zh", "en", "is"), ("zh", "en", "is"))
        text = value_text(parts["is"], names, None)
        place = parts["is"]
        made = formula(Source(text, place.file, place.line, place.column, place.clause), names)
        definitions.append(Definition(key.text, Text(parts["zh"].scalar(), parts["en"].scalar()), made))
        names[key.text] = made.typed.type
        _is_alone(key, names)
    conditions: list[Condition] = []
    for one in found["conditions"].each():
        conditions.append(_condition(one, names))
        if conditions[-1].id in ["amount", "in_force", *(condition.id for condition in conditions[:-1])]:
            one.fail("条件编号重复或已被占用。", "The id of this condition stands twice or is reserved.")
    return Edition(
        _force(found["in_force"], given) if "in_force" in found else None,
        _origin(found["source"]),
        tuple(definitions),
        tuple(conditions),
        amount_of(found["amount"], names),
        _payout(found["payout"]) if "payout" in found else (),
        tuple(_keep(one, names) for one in found["keep"].each()) if "keep" in found else (),
        tuple(one.scalar() for one in found["evidence"].each()) if "evidence" in found else (),
        tuple(one.both() for one in found["notes"].each()) if "notes" in found else (),
    )


def _condition(node: Node, names: Names) -> Condition:
    found = node.fields(("id", "says", "when", "decide", "if"), ("id", "says"))
    if ("when" in found) == ("decide" in found) or ("if" in found and "when" in found):
        node.fail(
            "写when（条件），或写decide（谁来定）及可选的if。",
            "Write when, or decide with an if where wanted.",
        )
    test = found.get("when", found.get("if"))
    if test is not None:
        test.scalar()
    when = formula(test.source, names, BOOLEAN) if test is not None else None
    decide = found["decide"].scalar() if "decide" in found else ""
    return Condition(found["id"].scalar(), found["says"].both(), when, decide)


def _force(node: Node, given: Mapping[str, Field]) -> Force:
    found = node.fields(("from", "to", "by"), ("from", "by"))
    dates = [field.name for field in given.values() if field.type == DATE]
    by = found["by"].one_of(dates)
    start, end = _day(found["from"]), _day(found["to"]) if "to" in found else None
    if end is not None and end < start:
        node.fail("止日早于起日。", "The last day lies before the first.")
    return Force(start, end, by)


def _apart(node: Node, editions: tuple[Edition, ...]) -> None:
    """Refuse editions of which two could hold for one subject."""
    if len(editions) == 1:
        return
    forces = [edition.force for edition in editions if edition.force is not None]
    if len(forces) < len(editions) or len({force.by for force in forces}) > 1:
        node.fail(
            "有几个版本时，每版都写in_force，且by相同。",
            "Where there are several editions, each has in_force, with the same by.",
        )
    ordered = sorted(forces, key=lambda force: force.start)
    for one, other in pairwise(ordered):
        if one.end is None or one.end >= other.start:
            node.fail("两个版本的期间重叠。", "The periods of two editions overlap.")


def _origin(node: Node) -> Origin:
    found = node.fields(("document", "article", "url", "grade", "read_on"), ("document", "grade"))
    return Origin(
        found["document"].scalar(),
        found["article"].scalar() if "article" in found else "",
        found["url"].scalar() if "url" in found else "",
        found["grade"].one_of(GRADES),
        _day(found["read_on"]) if "read_on" in found else None,
    )


def _payout(node: Node) -> tuple[Instalment, ...]:
    instalments: list[Instalment] = []
    for one in node.each():
        found = one.fields(("share", "on"), ("share", "on"))
        share = constant(found["share"], RATE)
        if not isinstance(share, Fraction) or share <= 0:
            found["share"].fail("比例须大于0。", "A share is above 0.")
        instalments.append(Instalment(share, found["on"].scalar()))
    if sum(instalment.share for instalment in instalments) != 1:
        node.fail("各期比例之和须为100%。", "The shares of the instalments make 100%.")
    return tuple(instalments)


def _keep(node: Node, names: Names) -> Keep:
    found = node.fields(("says", "until", "else"), ("says", "else"))
    until = None
    if "until" in found:
        found["until"].scalar()
        until = formula(found["until"].source, {**names, "paid_on": DATE}, DATE)
    return Keep(found["says"].both(), until, found["else"].one_of(ELSE))


# ------------------------------------------------------------ examples


def _example(node: Node, given: Mapping[str, Field]) -> Example:
    top = node.fields(("says", "given", "expect"), ("given", "expect"))
    values: dict[str, Value] = {}
    for key, value in top["given"].entries():
        if key.text not in given:
            key.unknown(tuple(given))
        values[key.text] = value_of(value, given[key.text])
    found = top["expect"].fields(_EXPECTED, ("outcome",))
    outcome = found["outcome"].one_of(STATES)
    if (outcome == "eligible") != ("amount" in found):
        top["expect"].fail(
            "eligible须写amount，其他结果不写。", "Say the amount with eligible, and with nothing else."
        )
    approved = found.get("if_approved")
    return Example(
        top["says"].scalar() if "says" in top else "",
        node.line,
        values,
        outcome,
        _fen(found["amount"]) if "amount" in found else None,
        tuple(map(_fen, approved.each() if approved.kind == "list" else (approved,))) if approved else None,
        _words(found.get("failing")),
        _words(found.get("missing")),
        _words(found.get("open")),
        _moneys(found.get("payees")),
        _moneys(found.get("parts")),
    )


def _fen(node: Node) -> int:
    found = constant(node, MONEY)
    if not isinstance(found, Fraction) or found.denominator != 1:
        node.fail("应是整数分。", "Whole fen are wanted.")
    return int(found)


def _words(node: Node | None) -> tuple[str, ...] | None:
    return None if node is None else tuple(one.scalar() for one in node.each())


def _moneys(node: Node | None) -> dict[str, int] | None:
    return None if node is None else {key.text: _fen(value) for key, value in node.entries()}
