"""Awards in time: instalments, when each is due, and what must be kept afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from wutong.errors import TableError
from wutong.policy.amount import Formula
from wutong.policy.edition import Edition, Keep
from wutong.policy.evaluate import edition_of, facts_of, shared_out, worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.faults import listed
from wutong.policy.feel.library import rounded
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked, facts_at
from wutong.words import Text, nearest_words

Subjects = Mapping[str, pl.DataFrame]

DUE: Final[Mapping[str, pl.DataType]] = {
    "subject": pl.String(),
    "firm": pl.String(),
    "kind": pl.String(),
    "measure": pl.String(),
    "instalment": pl.Int64(),
    "on": pl.String(),
    "day": pl.Date(),
    "amount": pl.Int64(),
    "state": pl.String(),
    "payee": pl.String(),
    "payee_zh": pl.String(),
    "payee_en": pl.String(),
}
"""One row an instalment and payee. ``on`` is the event that the paper names, ``day`` the first day on which it may be paid,
null where that is not known; ``state`` is ``due`` (its condition holds, or it has none), ``waits`` (it does not hold) or
``unknown``."""

KEPT: Final[Mapping[str, pl.DataType]] = {
    "subject": pl.String(),
    "firm": pl.String(),
    "kind": pl.String(),
    "measure": pl.String(),
    "zh": pl.String(),
    "en": pl.String(),
    "until": pl.Date(),
    "state": pl.String(),
    "then": pl.String(),
    "recover": pl.Int64(),
    "at_risk": pl.Int64(),
}
"""One row for each thing to be kept. ``state``: ``kept``, ``broken``, ``over`` (the day is past), ``look`` (somebody has to look) or
``unknown``. ``then`` is what follows where it is broken: recover, suspend or stop; ``recover`` the fen, null if not known;
``at_risk`` what would be recovered if it were broken, until the day is past."""

DECIDED: Final = "decided"
"""The event on which a measure without instalments is paid."""

PAYEES: Final[Mapping[str, Text]] = {
    "firm": Text("企业", "The firm"),
    "project": Text("项目所属企业", "The project's firm"),
    "person": Text("个人", "The person"),
}
"""Who gets it where the measure names nobody, by kind of subject."""


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: its number and event, the first day, whether it is ready (``due``, ``waits``, ``unknown``), its share."""

    number: int | None
    on: str
    day: date | None
    ready: str
    share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Payee:
    """Who gets how much, in fen; ``id`` is that of the measure file."""

    id: str | None
    says: Text
    amount: int


@dataclass(frozen=True, slots=True)
class Located:
    """A row of what is paid with its measure, its edition and the facts; no edition where it is not known which holds."""

    row: Mapping[str, Any]
    measure: Measure
    edition: Edition | None
    known: Mapping[str, Value]
    firm: str


def instalments(book: Rulebook, subjects: Subjects, paid: pl.DataFrame) -> pl.DataFrame:
    """Split what is paid into its instalments, and among those who get it.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind.
    paid : polars.DataFrame
        ``kind``, ``subject``, ``measure`` and ``paid`` in fen; rows without a certain sum above 0 have no instalment.

    Returns
    -------
    polars.DataFrame
        As ``DUE``; the instalments of a row make its whole sum, the last of those that were cut most by rounding down to fen
        getting what is left.

    Raises
    ------
    TableError
        If a row speaks of a measure, a kind or a subject that is not there.

    Notes
    -----
    A measure without instalments is paid in one, on the decision. ``not_before`` moves a day that is earlier; where it is not
    known, the day is not known either.
    """
    rows = []
    for one in located(book, subjects, paid.filter(pl.col("paid") > 0)):
        for payee, part, amount in pieces(one, one.row["paid"]):
            rows.append(
                (
                    *(one.row["subject"], one.firm, one.row["kind"], one.measure.id),
                    *(part.number, part.on, part.day, amount, part.ready),
                    *(payee.id, payee.says.zh, payee.says.en),
                )
            )
    return pl.DataFrame(rows, schema=dict(DUE), orient="row")


def pieces(one: Located, whole: int, decided: date | None = None) -> list[tuple[Payee, Part, int]]:
    """Cut a sum by payee, and each payee's sum by instalment; payee after payee, each in the order of instalments."""
    parts = parts_of(one, decided)
    return [
        (payee, part, amount)
        for payee in payees_of(one, whole)
        for part, amount in zip(parts, split(payee.amount, [part.share for part in parts]), strict=True)
    ]


def parts_of(one: Located, decided: date | None = None) -> tuple[Part, ...]:
    """The instalments of an award; nothing is paid before it is decided, where that day is known."""
    edition, known = one.edition, one.known
    if edition is None:
        return (Part(None, DECIDED, None, "unknown"),)
    wait = None if edition.wait is None else exact.evaluate(edition.wait.day.tree, known)
    if not edition.payout:
        day = decided if edition.wait is None else _later(wait, decided)
        return (Part(1, DECIDED, day, "due"),)
    found = []
    for number, own in enumerate(edition.payout, 1):
        day = _later(None if own.day is None else exact.evaluate(own.day.tree, known), decided)
        if edition.wait is not None:
            day = _later(day, wait) if isinstance(wait, date) else None
        found.append(Part(number, own.on, day, _state(own.when, known), own.share))
    return tuple(found)


def _later(day: Value, other: Value) -> date | None:
    """The later of two days; the first alone where the other is not known."""
    if not isinstance(day, date):
        return None
    return max(day, other) if isinstance(other, date) else day


def payees_of(one: Located, whole: int) -> tuple[Payee, ...]:
    """Who gets how much of a sum; the subject where the measure names nobody, nobody named where the shares are not known."""
    kind = one.measure.subject
    if one.edition is None or not one.edition.amount.payees:
        return (Payee("person" if kind == "person" else "firm", PAYEES[kind], whole),)
    shares = shared_out(one.edition.amount, whole, one.known)
    if shares is None:
        return (Payee(None, Text("份额未知", "Shares not known"), whole),)
    return tuple(
        Payee(own.id, own.says, shares[own.id]) for own in one.edition.amount.payees if shares[own.id]
    )


def split(whole: int, shares: list[Fraction]) -> list[int]:
    """Share out fen so that they make the whole: by the largest remainder, the earlier first where they are as large.

    Examples
    --------
    >>> split(100, [Fraction(1, 3)] * 3), split(7, [Fraction(3, 10), Fraction(7, 10)])
    ([34, 33, 33], [2, 5])
    """
    exactly = [whole * share for share in shares]
    found = [int(part // 1) for part in exactly]
    left = whole - sum(found)
    order = sorted(range(len(shares)), key=lambda at: (found[at] - exactly[at], at))
    for at in order[:left]:
        found[at] += 1
    return found


def _state(when: Formula | None, known: Mapping[str, Value]) -> str:
    if when is None:
        return "due"
    held = exact.evaluate(when.tree, known)
    return "unknown" if held is None else "due" if held else "waits"


def obligations(book: Rulebook, subjects: Subjects, paid: pl.DataFrame, on: date) -> pl.DataFrame:
    """What must still be kept for awards that were paid, and what is to be recovered.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind, with the facts of today.
    paid : polars.DataFrame
        ``kind``, ``subject``, ``measure``, ``paid`` in fen and ``paid_on``, a date.
    on : date
        Today.

    Returns
    -------
    polars.DataFrame
        As ``KEPT``.
    """
    rows = []
    for one in located(book, subjects, paid.filter(pl.col("paid") > 0)):
        if one.edition is None:
            continue
        after = {**one.known, "paid_on": one.row["paid_on"]}
        for keep in one.edition.keep:
            until = None if keep.until is None else exact.evaluate(keep.until.tree, after)
            day = until if isinstance(until, date) else None
            state = _held(keep, day, after, on)
            recover, at_risk = _recovered(keep, one.row["paid"], after, state)
            rows.append(
                (
                    *(one.row["subject"], one.firm, one.row["kind"], one.measure.id),
                    *(keep.says.zh, keep.says.en, day, state, keep.otherwise, recover, at_risk),
                )
            )
    return pl.DataFrame(rows, schema=dict(KEPT), orient="row")


def _held(keep: Keep, until: date | None, known: Mapping[str, Value], on: date) -> str:
    if until is not None and until < on:
        return "over"
    if keep.when is None:
        return "look"
    held = exact.evaluate(keep.when.tree, known)
    if held is None or (keep.until is not None and until is None):
        return "unknown"
    return "kept" if held else "broken"


def _recovered(
    keep: Keep, paid: int, known: Mapping[str, Value], state: str
) -> tuple[int | None, int | None]:
    """What is recovered, and what would be if it were not kept."""
    if keep.otherwise != "recover" or state == "over":
        return 0, 0
    share = Fraction(1) if keep.share is None else exact.evaluate(keep.share.tree, known)
    found: int | None = None
    if isinstance(share, Fraction) and 0 <= share <= 1:
        whole = rounded("round half up", paid * share, Fraction(1))
        found = None if whole is None else int(whole)
    return (found if state == "broken" else None if state == "unknown" else 0), found


def located(book: Rulebook, subjects: Subjects, rows: pl.DataFrame) -> Iterator[Located]:
    """Find the measure, the subject and the edition of each row.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind.
    rows : polars.DataFrame
        ``kind``, ``subject``, ``measure``, and what else is wanted.

    Yields
    ------
    Located
        Kind after kind, in the order of ``subjects``.

    Raises
    ------
    TableError
        If a row speaks of a measure, a kind or a subject that is not there.
    """
    measures = {measure.id: measure for measure in book.measures}
    numbered = rows.with_row_index("·row", 1)
    strange = numbered.filter(~pl.col("kind").is_in(list(subjects)).fill_null(value=False))
    for row in strange.head(1).iter_rows(named=True):
        raise _not_there(row, "kind", list(subjects), Text("对象类别", "The kind of subject"))
    for kind, table in subjects.items():
        found = checked(table, book.fields)
        places = {subject: at for at, subject in enumerate(found["subject"])}
        for row in numbered.filter(pl.col("kind") == kind).iter_rows(named=True):
            if row["measure"] not in measures:
                raise _not_there(row, "measure", list(measures), Text("措施", "The measure"))
            if row["subject"] not in places:
                raise _not_there(row, "subject", list(places), Text("对象", "The subject"))
            at = places[row["subject"]]
            yield placed(measures[row["measure"]], found, at, row)


def placed(measure: Measure, table: pl.DataFrame, at: int, row: Mapping[str, Any]) -> Located:
    """A row with the edition and the facts of the subject in one place of its table."""
    facts = facts_of(measure, facts_at(table, at, measure.given))
    edition = edition_of(measure, facts)
    if isinstance(edition, Edition):
        return Located(row, measure, edition, worked_out(edition, facts), table["firm"][at])
    return Located(row, measure, None, facts, table["firm"][at])


def _not_there(row: Mapping[str, Any], name: str, there: list[str], what: Text) -> TableError:
    """Say which row speaks of what is not there, what there is, and what to do."""
    value = row[name]
    near = nearest_words(str(value), there) or there[:6]
    return TableError(
        Text(
            f"所付款项第{row['·row']}行：{what.zh}“{value}”不在所给的表或措施里。相近的有：{listed(near, 'zh')}。"
            "请改正编号，或补上这个对象、这条措施，再算。",
            f'Row {row["·row"]} of what is paid: {what.en} "{value}" is not in the tables or measures given. The nearest are: '
            f"{listed(near, 'en')}. Correct the id, or add the subject or measure, then run again.",
        )
    )
