"""The clauses of an edition one by one, each with its line, its expressions and its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wutong.policy.amount import Formula, Reading
from wutong.policy.edition import Edition, Force
from wutong.policy.feel.signatures import ROUNDINGS
from wutong.policy.feel.syntax import Binary, Call, Expr, Name, names_in
from wutong.policy.measure import Measure
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Place:
    """One clause.

    Parameters
    ----------
    clause : str
        Id of a condition, or the way to the place in the edition, such as ``amount.cap``.
    line : int
        Of the file; 0 where it is not known.
    trees : tuple of Expr
        Its expressions.
    texts : tuple of Text
        What it says in words.
    """

    clause: str
    line: int
    trees: tuple[Expr, ...] = ()
    texts: tuple[Text, ...] = ()


def places_of(edition: Edition) -> tuple[Place, ...]:
    """Give the clauses of an edition that decide who gets what and when, in the order of the form."""
    return tuple(_places(edition))


def _places(edition: Edition) -> Iterator[Place]:
    lines = edition.lines
    for key, force in (("in_force", edition.force), ("apply", edition.window)):
        if force is not None:
            yield Place(key, lines.get(key, edition.line), (_day(force),))
    for condition in edition.conditions:
        yield Place(condition.id, condition.line, _trees([condition.when]), (condition.says,))
    for at, reading in enumerate(edition.amount.readings, 1):
        prefix = "amount" if len(edition.amount.readings) == 1 else f"amount.readings.{at}"
        yield from _amount(edition, reading, prefix)
    for at, payee in enumerate(edition.amount.payees, 1):
        yield _place(edition, f"amount.payees.{at}", [payee.share], payee.says)
    for at, limit in enumerate(edition.limits, 1):
        place = _place(edition, f"limits.{at}", [limit.amount, limit.net_of], limit.says)
        yield Place(f"limits.{limit.id}", place.line, place.trees, place.texts)
    quota, wait = edition.quota, edition.wait
    if quota is not None:
        yield _place(edition, "quota", [quota.by, quota.total, quota.of], quota.says)
    if wait is not None:
        yield _place(edition, "not_before", [wait.day], wait.says)
    for at, part in enumerate(edition.payout, 1):
        yield _place(edition, f"payout.{at}", [part.day, part.when])
    for at, keep in enumerate(edition.keep, 1):
        yield _place(edition, f"keep.{at}", [keep.until, keep.when, keep.share], keep.says)
    for at, paper in enumerate(edition.evidence, 1):
        yield _place(edition, f"evidence.{at}", [paper.start, paper.end])


def _place(edition: Edition, clause: str, formulas: Iterable[Formula | None], *texts: Text) -> Place:
    return Place(clause, edition.lines.get(clause, edition.line), _trees(formulas), texts)


def _trees(formulas: Iterable[Formula | None]) -> tuple[Expr, ...]:
    return tuple(one.tree for one in formulas if one is not None)


def _day(force: Force) -> Expr:
    return Name(force.by)


def _amount(edition: Edition, reading: Reading, prefix: str) -> Iterator[Place]:
    """Base, rate, cap and terms of a sum apart, where the file has them apart."""
    lines = edition.lines
    texts = (reading.says,) if reading.says else ()
    whole = reading.whole.tree
    body = unrounded(whole)
    if f"{prefix}.cap" in lines and isinstance(body, Call) and body.function == "min":
        body, *caps = body.arguments
        yield Place(f"{prefix}.cap", lines[f"{prefix}.cap"], tuple(caps))
    if f"{prefix}.base" in lines and isinstance(body, Binary):
        yield Place(f"{prefix}.base", lines[f"{prefix}.base"], (body.left,), texts)
        yield Place(f"{prefix}.rate", lines[f"{prefix}.rate"], (body.right,))
        return
    if reading.parts:
        for at, part in enumerate(reading.parts, 1):
            line = lines.get(f"{prefix}.sum.{at}", lines.get(prefix, edition.line))
            yield Place(f"{prefix}.{part.id}", line, (part.formula.tree,), (part.says,) if part.says else ())
        return
    yield Place(prefix, lines.get(prefix, edition.line), (body,), texts)


def unrounded(tree: Expr) -> Expr:
    """An amount before it is rounded."""
    return tree.arguments[0] if isinstance(tree, Call) and tree.function in ROUNDINGS else tree


def asked_by(
    trees: Iterable[Expr], edition: Edition, without: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names that expressions ask for, through definitions too, definitions among them.

    Parameters
    ----------
    trees : iterable of Expr
        The expressions.
    edition : Edition
        Where they stand.
    without : frozenset of str
        Definitions that are not followed.

    Returns
    -------
    tuple of str
        Each once, in order.
    """
    defined = {one.name: one.formula.tree for one in edition.definitions}
    waiting = [name for tree in trees for name in names_in(tree)]
    found: dict[str, None] = {}
    for name in waiting:
        if name not in found and name not in without:
            found[name] = None
            if name in defined:
                waiting.extend(names_in(defined[name]))
    return tuple(found)


def raised_by_others(measure: Measure, raisers: Iterable[str]) -> frozenset[str]:
    """Names of the definitions that other measures put into this one's rate."""
    starts = tuple(f"{one} raise" for one in raisers)
    return frozenset(
        one.name for edition in measure.editions for one in edition.definitions if one.name.startswith(starts)
    )
