"""One edition of a measure, as its file says it: conditions, amount, exclusion, quota, payment and what must be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from wutong.policy.amount import Amount, Formula, Names, Raise, amount_of, constant, formula
from wutong.policy.definition import Definition, definition_of, type_of
from wutong.policy.document import Node, document_of, lines_of
from wutong.policy.feel.faults import Source
from wutong.policy.feel.types import BOOLEAN, DATE, MONEY, RATE, Type
from wutong.policy.fields import Field, day_of, is_alone, is_name
from wutong.words import Text

GRADES: Final = ("A", "B", "C", "D", "not graded")
ELSE: Final = ("recover", "suspend", "stop")
ORDERS: Final = ("highest first", "lowest first")
TIES: Final = ("decide", "all", "none")
PER: Final = ("firm and year", "firm")
DEFINED: Final = 200
"""Values that an edition may define."""

CUTS: Final = ("pro rata", "in order")
RESERVED: Final = ("amount", "in_force", "apply", "quota")
"""Clauses that every measure may fail in, beside its own conditions."""

_EDITION: Final = (
    *("in_force", "apply", "source", "published", "define", "conditions", "amount", "modifies"),
    *("exclusive", "limits", "quota", "budget", "not_before", "payout", "keep"),
    *("evidence", "without_application", "notes"),
)

_NOTHING: Final = document_of("{fixed: 0元, round: {to: 1元, how: half up}}")
"""The amount of what only changes the rate of another measure."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``when`` must hold; where ``decide`` names somebody, they decide, if ``when`` holds.

    ``line`` is where it stands in its file.
    """

    id: str
    says: Text
    when: Formula | None
    decide: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Force:
    """Days, both included, and the field whose date must lie in them."""

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
class Published:
    """A place where the text as published is read otherwise than it stands."""

    at: str
    text: str
    read_as: Text


@dataclass(frozen=True, slots=True)
class Modifier:
    """What a measure does to the rate of another: so many points more, or times so much, at most so much in all."""

    measure: str
    raised: Raise


@dataclass(frozen=True, slots=True)
class Limit:
    """A ceiling over several awards: of one measure over a firm's projects, or of several measures together.

    ``per`` says over what: a firm's awards of the year, or of all years. ``net_of`` is what was paid before and counts.
    ``cut`` says how awards are cut where they make more: in proportion, or the later ones in the order of the rulebook.
    """

    id: str
    says: Text
    measures: tuple[str, ...]
    per: str
    amount: Formula
    net_of: Formula | None
    cut: str


@dataclass(frozen=True, slots=True)
class Quota:
    """How many can have it: so many places, or so much of what ``of`` sums up, in the order of ``by``.

    Where some of one rank find room and others not, ``ties`` says what happens: somebody decides, all get it, or none.
    """

    says: Text
    places: int | None
    total: Formula | None
    of: Formula | None
    by: Formula
    order: str
    ties: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is paid before this day."""

    says: Text
    day: Formula


@dataclass(frozen=True, slots=True)
class Instalment:
    """A share of the amount, what it is paid on, from which day and under which condition, where these are said."""

    share: Fraction
    on: str
    day: Formula | None = None
    when: Formula | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """What must be kept, until when, and what follows otherwise; ``share`` of what was paid is recovered.

    ``when`` must hold as long as ``until`` is not past; None where somebody has to look.
    """

    says: Text
    until: Formula | None
    otherwise: str
    when: Formula | None = None
    share: Formula | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to hand in; its date must lie between these days, where they are said."""

    name: str
    start: Formula | None = None
    end: Formula | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """A measure as it stood in one period.

    ``window`` are the days of application. ``exclusive`` names groups of the rulebook, ``budget`` one of its budgets.
    ``without_application`` is the paper that recognises the beneficiary where none has to apply (免申即享), else empty.
    ``lines`` has the line of each part by the way to it, such as ``amount.cap``.
    """

    force: Force | None
    window: Force | None
    origin: Origin
    published: tuple[Published, ...]
    definitions: tuple[Definition, ...]
    conditions: tuple[Condition, ...]
    amount: Amount
    modifies: tuple[Modifier, ...]
    exclusive: tuple[str, ...]
    limits: tuple[Limit, ...]
    quota: Quota | None
    budget: str
    wait: Wait | None
    payout: tuple[Instalment, ...]
    keep: tuple[Keep, ...]
    evidence: tuple[Paper, ...]
    without_application: str
    notes: tuple[Text, ...]
    names: Mapping[str, Type]
    line: int = field(default=0, compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Raised:
    """What other measures do to this one's rate: a value to put in, worked out of facts as a definition is."""

    name: str
    label: Text
    text: str
    raised: Raise


def editions_of(
    node: Node, given: Mapping[str, Field], measure: str, raised: tuple[Raised, ...] = ()
) -> tuple[Edition, ...]:
    """Read the editions of a measure.

    Parameters
    ----------
    node : Node
        The list of editions.
    given : mapping of str to Field
        Facts that may be asked for.
    measure : str
        Id of the measure, for its limits.
    raised : tuple of Raised
        What other measures of the rulebook do to its rate.

    Returns
    -------
    tuple of Edition
        In the order of the file.

    Raises
    ------
    RuleError
        For any mistake, with its place.
    """
    editions = tuple(_edition(one, given, measure, raised) for one in node.each())
    _apart(node, editions)
    return editions


def _edition(node: Node, given: Mapping[str, Field], measure: str, raised: tuple[Raised, ...]) -> Edition:
    needed = (
        ("source", "conditions") if "modifies" in node.text_keys() else ("source", "conditions", "amount")
    )
    found = {"amount": _NOTHING} | node.fields(_EDITION, needed)
    names: dict[str, Type] = {field.name: field.type for field in given.values()}
    definitions: list[Definition] = []
    defined = found["define"].entries() if "define" in found else ()
    if len(defined) > DEFINED:
        found["define"].fail(f"最多{DEFINED}个定义。", f"There may be {DEFINED} definitions at most.")
    for key, value in defined:
        is_name(key)
        if key.text in names:
            key.fail("这个名称已经有了。", "This name is taken.")
        definitions.append(definition_of(key.text, value, names))
        names[key.text] = type_of(definitions[-1])
        is_alone(key, names)
    for other in raised:
        place = found["amount"]
        made = formula(Source(other.text, place.file, place.line, place.column, place.clause), names)
        definitions.append(Definition(other.name, other.label, made))
        names[other.name] = made.typed.type
    conditions: list[Condition] = []
    for one in found["conditions"].each():
        conditions.append(_condition(one, names))
        if conditions[-1].id in [*RESERVED, *(condition.id for condition in conditions[:-1])]:
            one.fail("条件编号重复或已被占用。", "The id of this condition stands twice or is reserved.")
    return Edition(
        _force(found["in_force"], given) if "in_force" in found else None,
        _force(found["apply"], given) if "apply" in found else None,
        _origin(found["source"]),
        tuple(map(_published, found["published"].each())) if "published" in found else (),
        tuple(definitions),
        tuple(conditions),
        amount_of(found["amount"], names, tuple((other.name, other.raised) for other in raised)),
        tuple(map(_modifier, found["modifies"].each())) if "modifies" in found else (),
        _list_of(found["exclusive"]) if "exclusive" in found else (),
        tuple(limit_of(one, names, measure) for one in found["limits"].each()) if "limits" in found else (),
        _quota(found["quota"], names) if "quota" in found else None,
        found["budget"].scalar() if "budget" in found else "",
        _wait(found["not_before"], names) if "not_before" in found else None,
        _payout(found["payout"], names) if "payout" in found else (),
        tuple(_keep(one, names) for one in found["keep"].each()) if "keep" in found else (),
        tuple(_paper(one, names) for one in found["evidence"].each()) if "evidence" in found else (),
        found["without_application"].fields(("recognised_by",), ("recognised_by",))["recognised_by"].scalar()
        if "without_application" in found
        else "",
        tuple(one.both() for one in found["notes"].each()) if "notes" in found else (),
        names,
        node.line,
        lines_of(node),
    )


def _list_of(node: Node) -> tuple[str, ...]:
    return tuple(one.scalar() for one in (node.each() if node.kind == "list" else (node,)))


def _compiled(node: Node, names: Names, wanted: Type | None) -> Formula:
    node.scalar()
    return formula(node.source, names, wanted)


def _condition(node: Node, names: Names) -> Condition:
    found = node.fields(("id", "says", "when", "decide", "if"), ("id", "says"))
    if ("when" in found) == ("decide" in found) or ("if" in found and "when" in found):
        node.fail(
            "写when（条件），或写decide（谁来定）及可选的if。",
            "Write when, or decide with an if where wanted.",
        )
    test = found.get("when", found.get("if"))
    when = _compiled(test, names, BOOLEAN) if test is not None else None
    decide = found["decide"].scalar() if "decide" in found else ""
    return Condition(found["id"].scalar(), found["says"].both(), when, decide, node.line)


def _force(node: Node, given: Mapping[str, Field]) -> Force:
    found = node.fields(("from", "to", "by"), ("from", "by"))
    dates = [field.name for field in given.values() if field.type == DATE]
    by = found["by"].one_of(dates)
    start, end = day_of(found["from"]), day_of(found["to"]) if "to" in found else None
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
        day_of(found["read_on"]) if "read_on" in found else None,
    )


def _published(node: Node) -> Published:
    found = node.fields(("at", "text", "read_as"), ("at", "text", "read_as"))
    return Published(found["at"].scalar(), found["text"].scalar(), found["read_as"].both())


def _modifier(node: Node) -> Modifier:
    found = node.fields(("measure", "add", "times", "at_most"), ("measure",))
    if ("add" in found) == ("times" in found):
        node.fail(
            "写add（加多少）或times（乘多少）之一。", "Say add (so much more) or times (so many times)."
        )
    how = "add" if "add" in found else "times"
    for key in (how, *(("at_most",) if "at_most" in found else ())):
        value = constant(found[key], RATE)
        if not isinstance(value, Fraction) or value <= 0:
            found[key].fail("须大于0。", "This is above 0.")
    most = found["at_most"].text if "at_most" in found else ""
    return Modifier(found["measure"].scalar(), Raise(how, found[how].text, most))


def limit_of(node: Node, names: Names, measure: str = "") -> Limit:
    """Read a ceiling over several awards; in a measure's own file it is over that measure alone."""
    known = ("id", "says", "per", "amount", "net_of", "cut", *(() if measure else ("measures",)))
    needed = ("id", "says", "per", "amount", "cut", *(() if measure else ("measures",)))
    found = node.fields(known, needed)
    return Limit(
        found["id"].scalar(),
        found["says"].both(),
        (measure,) if measure else _list_of(found["measures"]),
        found["per"].one_of(PER),
        _compiled(found["amount"], names, MONEY),
        _compiled(found["net_of"], names, MONEY) if "net_of" in found else None,
        found["cut"].one_of(CUTS),
    )


def _quota(node: Node, names: Names) -> Quota:
    found = node.fields(
        ("says", "places", "total", "of", "by", "order", "ties"), ("says", "by", "order", "ties")
    )
    if ("places" in found) == ("total" in found) or ("total" in found) != ("of" in found):
        node.fail("写places（名额），或写total（总量）与of（各占多少）。", "Say places, or total with of.")
    places: int | None = None
    if "places" in found:
        written = found["places"].scalar()
        if not (
            written.isascii() and written.isdigit() and 0 < int(written[:9]) < 10**6 and len(written) < 7
        ):
            found["places"].fail("名额是一个正整数。", "Places are a whole number above 0.")
        places = int(written)
    total = of = None
    if "total" in found:
        of = _compiled(found["of"], names, None)
        total = _compiled(found["total"], {}, of.typed.type)
    by = _compiled(found["by"], names, None)
    if by.typed.type.kind not in ("number", "date"):
        found["by"].fail("按数或日期排序。", "The order is that of a number or a date.")
    return Quota(
        found["says"].both(),
        places,
        total,
        of,
        by,
        found["order"].one_of(ORDERS),
        found["ties"].one_of(TIES),
    )


def _wait(node: Node, names: Names) -> Wait:
    found = node.fields(("says", "day"), ("says", "day"))
    return Wait(found["says"].both(), _compiled(found["day"], names, DATE))


def _payout(node: Node, names: Names) -> tuple[Instalment, ...]:
    instalments: list[Instalment] = []
    for one in node.each():
        found = one.fields(("share", "on", "day", "when"), ("share", "on"))
        share = constant(found["share"], RATE)
        if not isinstance(share, Fraction) or share <= 0:
            found["share"].fail("比例须大于0。", "A share is above 0.")
        day = _compiled(found["day"], names, DATE) if "day" in found else None
        when = _compiled(found["when"], names, BOOLEAN) if "when" in found else None
        instalments.append(Instalment(share, found["on"].scalar(), day, when))
    if sum(instalment.share for instalment in instalments) != 1:
        node.fail("各期比例之和须为100%。", "The shares of the instalments make 100%.")
    return tuple(instalments)


def _keep(node: Node, names: Names) -> Keep:
    found = node.fields(("says", "until", "else", "when", "share"), ("says", "else"))
    after = {**names, "paid_on": DATE}
    otherwise = found["else"].one_of(ELSE)
    if "share" in found and otherwise != "recover":
        found["share"].fail("share与else: recover同用。", "share goes with else: recover.")
    return Keep(
        found["says"].both(),
        _compiled(found["until"], after, DATE) if "until" in found else None,
        otherwise,
        _compiled(found["when"], after, BOOLEAN) if "when" in found else None,
        _compiled(found["share"], after, RATE) if "share" in found else None,
    )


def _paper(node: Node, names: Names) -> Paper:
    if node.kind == "text":
        return Paper(node.scalar())
    found = node.fields(("paper", "from", "to"), ("paper",))
    return Paper(
        found["paper"].scalar(),
        _compiled(found["from"], names, DATE) if "from" in found else None,
        _compiled(found["to"], names, DATE) if "to" in found else None,
    )
