"""Awards in time: instalments, when each is due, and what must be kept afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from wutong.finding import Finding
from wutong.policy.amount import Formula
from wutong.policy.edition import Edition, Keep
from wutong.policy.evaluate import edition_of, facts_of, worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.library import rounded
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked, facts_at
from wutong.words import Text

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
}
"""One row an instalment. ``on`` is the event that the paper names, ``day`` the first day on which it may be paid, null where
that is not known; ``state`` is ``due`` (its condition holds, or it has none), ``waits`` (it does not hold) or ``unknown``."""

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
}
"""One row for each thing to be kept. ``state``: ``kept``, ``broken``, ``over`` (the day is past), ``look`` (somebody has to look) or
``unknown``. ``then`` is what follows where it is broken: recover, suspend or stop; ``recover`` the fen, null if not known."""

DECIDED: Final = "decided"


def instalments(book: Rulebook, subjects: Subjects, paid: pl.DataFrame) -> pl.DataFrame:
    """Split what is paid into its instalments.

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

    Notes
    -----
    A measure without instalments is paid in one, on the decision. ``not_before`` moves a day that is earlier; where it is not
    known, the day is not known either.
    """
    rows = []
    for measure, edition, known, row in _each(book, subjects, paid):
        wait = None if edition.wait is None else exact.evaluate(edition.wait.day.tree, known)
        parts = edition.payout
        shares = [one.share for one in parts] or [Fraction(1)]
        for at, amount in enumerate(split(row["paid"], shares)):
            day: Value = wait
            state = "due"
            if parts:
                own = parts[at].day
                day = None if own is None else exact.evaluate(own.tree, known)
                if edition.wait is not None:
                    day = max(day, wait) if isinstance(day, date) and isinstance(wait, date) else None
                state = _state(parts[at].when, known)
            rows.append(
                (
                    *(row["subject"], row["firm"], row["kind"], measure.id, at + 1),
                    *(parts[at].on if parts else DECIDED, day if isinstance(day, date) else None),
                    *(amount, state),
                )
            )
    return pl.DataFrame(rows, schema=dict(DUE), orient="row")


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
    for measure, edition, known, row in _each(book, subjects, paid):
        after = {**known, "paid_on": row["paid_on"]}
        for keep in edition.keep:
            until = None if keep.until is None else exact.evaluate(keep.until.tree, after)
            day = until if isinstance(until, date) else None
            state = _held(keep, day, after, on)
            recover: int | None = 0
            if state in ("broken", "unknown") and keep.otherwise == "recover":
                recover = _recovered(keep, row["paid"], after) if state == "broken" else None
            rows.append(
                (
                    *(row["subject"], row["firm"], row["kind"], measure.id, keep.says.zh, keep.says.en),
                    *(day, state, keep.otherwise, recover),
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


def _recovered(keep: Keep, paid: int, known: Mapping[str, Value]) -> int | None:
    share = Fraction(1) if keep.share is None else exact.evaluate(keep.share.tree, known)
    if not isinstance(share, Fraction) or not 0 <= share <= 1:
        return None
    found = rounded("round half up", paid * share, Fraction(1))
    return None if found is None else int(found)


def _each(
    book: Rulebook, subjects: Subjects, paid: pl.DataFrame
) -> Iterator[tuple[Measure, Edition, Mapping[str, Value], dict[str, Any]]]:
    """Each award that is certain and above 0, with its measure, edition and facts."""
    measures = {measure.id: measure for measure in book.measures}
    for kind, table in subjects.items():
        found = checked(table, book.fields)
        places = {subject: at for at, subject in enumerate(found["subject"])}
        own = paid.filter((pl.col("kind") == kind) & (pl.col("paid") > 0))
        for row in own.iter_rows(named=True):
            measure, at = measures[row["measure"]], places[row["subject"]]
            facts = facts_of(measure, facts_at(found, at, measure.given))
            edition = edition_of(measure, facts)
            if isinstance(edition, Edition):
                row["firm"] = found["firm"][at]
                yield measure, edition, worked_out(edition, facts), row


def due_finding(table: pl.DataFrame, *, invented: bool = False) -> Finding:
    """What is due when, as a Finding.

    Parameters
    ----------
    table : polars.DataFrame
        What ``instalments`` gave.
    invented : bool
        Whether the subjects or measures are invented.

    Returns
    -------
    Finding
        The earliest day first; without a day at the end.
    """
    ordered = table.sort("day", "measure", "subject", "instalment", nulls_last=True).select(
        "subject", "measure", "amount", "day", "on", "state", "instalment", "firm", "kind"
    )
    undated = ordered.filter(pl.col("day").is_null()).height
    whole = f"{ordered['amount'].sum() / 100:,.2f}"
    return Finding(
        "policy-due",
        Text("何时该付多少？", "What is due when?"),
        Text(
            f"确定的支付{ordered.height}笔，共{whole}元；其中{undated}笔的日子还不知道。",
            f"Payments that are certain: {ordered.height}, {whole} yuan in all; the day of {undated} is not known yet.",
        ),
        ordered,
        labels={
            "subject": Text("对象", "Subject"),
            "firm": Text("企业", "Firm"),
            "kind": Text("类别", "Kind"),
            "measure": Text("措施", "Measure"),
            "instalment": Text("第几期", "Instalment"),
            "on": Text("条件", "On"),
            "day": Text("最早支付日", "Not before"),
            "amount": Text("金额", "Amount"),
            "state": Text("状态", "State"),
        },
        units={"amount": "fen"},
        method=Text(
            "按措施的分期比例以最大余数法分到分；不早于“满多久”之日。",
            "Shares of the instalments, to the fen by the largest remainder; no day before the one that is waited for.",
        ),
        invented=invented,
    )
