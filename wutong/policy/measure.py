"""A measure as a file: read, typed and held against the language before anything is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wutong.policy.amount import constant
from wutong.policy.document import Node, document_of
from wutong.policy.edition import Edition, Raised, editions_of
from wutong.policy.feel.types import MONEY
from wutong.policy.feel.values import Value, day
from wutong.policy.fields import Field, day_of, fields_of, value_of
from wutong.policy.told import told_by
from wutong.words import Text

SUBJECTS: Final = ("firm", "project", "person")
NOT_KNOWN: Final = "not known"
STATUSES: Final = ("in force", "expired", "draft", NOT_KNOWN, "example of a shape")
STATES: Final = ("eligible", "not eligible", "unknown", "needs decision")

_EXPECTED: Final = ("outcome", "amount", "if_approved", "failing", "missing", "open", "payees", "parts")


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
class Raising:
    """A measure that changes the rate of another, with the facts that its conditions ask for."""

    measure: str
    raised: Raised
    given: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with all its editions and examples; ``year`` is None where it is not known.

    ``raising`` are the measures that change its rate.
    """

    file: str
    id: str
    title: Text
    aspect: str
    package: str
    subject: str
    status: str
    place: Text
    year: int | None
    given: Mapping[str, Field]
    editions: tuple[Edition, ...]
    examples: tuple[Example, ...]
    raising: tuple[Raising, ...] = ()


def measure_of(data: str | bytes, file: str = "", raising: tuple[Raising, ...] = ()) -> Measure:
    """Read one measure file.

    Parameters
    ----------
    data : str or bytes
        YAML; bytes are UTF-8.
    file : str
        Its name, for errors.
    raising : tuple of Raising
        Measures of the same rulebook that change the rate of this one; ``rulebook_of`` gives them.

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
    return _read(data, file, raising, None)


def measure_again(measure: Measure, data: str | bytes) -> Measure:
    """Read the file of a measure after numbers of its rules were changed.

    Parameters
    ----------
    measure : Measure
        As it was read before.
    data : str or bytes
        The changed file.

    Returns
    -------
    Measure
        As ``measure_of`` reads it, with the examples that were read before: they are long, and speak of it as it was.

    Raises
    ------
    RuleError
        As ``measure_of``.
    """
    return _read(data, measure.file, measure.raising, measure.examples)


def _read(
    data: str | bytes, file: str, raising: tuple[Raising, ...], examples: tuple[Example, ...] | None
) -> Measure:
    top = document_of(data, file).fields(
        (
            *("measure", "title", "aspect", "package", "subject", "status", "place", "year"),
            *("given", "editions", "examples"),
        ),
        ("measure", "title", "aspect", "subject", "status", "place", "year", "given", "editions", "examples"),
    )
    subject = top["subject"].text
    given = fields_of(top["given"], subject if subject in SUBJECTS else "")
    for other in raising:
        given |= {name: field for name, field in other.given.items() if name not in given}
    name = top["measure"].scalar()
    editions = editions_of(top["editions"], given, name, tuple(other.raised for other in raising))
    return Measure(
        file,
        name,
        top["title"].both(),
        top["aspect"].scalar(),
        top["package"].scalar() if "package" in top else "",
        top["subject"].one_of(SUBJECTS),
        top["status"].one_of(STATUSES),
        top["place"].both(),
        year_of(top["year"]),
        given,
        editions,
        tuple(_example(one, given, subject) for one in top["examples"].each())
        if examples is None
        else examples,
        raising,
    )


# ------------------------------------------------------------ examples


def _example(node: Node, given: Mapping[str, Field], subject: str) -> Example:
    top = node.fields(("says", "given", "rows", "year", "on", "expect"), ("expect",))
    if ("rows" in top) != ("year" in top or "on" in top) or not ("rows" in top or "given" in top):
        node.fail(
            "例子写given，或写rows与year（或on），或都写。",
            "An example says given, or rows with year (or on), or both.",
        )
    values = _told(top, given, subject) if "rows" in top else {}
    for key, value in top["given"].entries() if "given" in top else ():
        if key.text not in given:
            key.unknown(tuple(given))
        if key.text in values:
            key.fail("rows已说出这一事实。", "The rows tell this fact already.")
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
        fen_of(found["amount"]) if "amount" in found else None,
        tuple(map(fen_of, approved.each() if approved.kind == "list" else (approved,))) if approved else None,
        _words(found.get("failing")),
        _words(found.get("missing")),
        _words(found.get("open")),
        _moneys(found.get("payees")),
        _moneys(found.get("parts")),
    )


def year_of(node: Node) -> int | None:
    """Read a year; None for ``not known``."""
    year = node.scalar()
    if year == NOT_KNOWN:
        return None
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        node.fail(
            "年份写四位数，如2023；不知道写not known。",
            "Write the year with four digits, such as 2023, or not known.",
        )
    return int(year)


def _told(top: Mapping[str, Node], given: Mapping[str, Field], subject: str) -> dict[str, Value]:
    """Facts that come out of an example's rows, for the day that it names or the last of its year."""
    on = day_of(top["on"]) if "on" in top else None
    if "year" in top:
        last = day(f"{top['year'].scalar()}-12-31")
        if last is None:
            top["year"].fail("年份写四位数，如2025。", "Write the year with four digits, such as 2025.")
        if on is not None and on.year != last.year:
            top["on"].fail("on不在year这一年。", "The day is not in the year.")
        on = on or last
    assert on is not None  # an example with rows has one of both
    return told_by(top["rows"], given, subject, on)


def fen_of(node: Node) -> int:
    """Read an amount of whole fen."""
    found = constant(node, MONEY)
    if not isinstance(found, Fraction) or found.denominator != 1:
        node.fail("应是整数分。", "Whole fen are wanted.")
    return int(found)


def _words(node: Node | None) -> tuple[str, ...] | None:
    if node is None:
        return None
    nothing = node.kind == "list" and not node.items
    return () if nothing else tuple(one.scalar() for one in node.each())


def _moneys(node: Node | None) -> dict[str, int] | None:
    return None if node is None else {key.text: fen_of(value) for key, value in node.entries()}
