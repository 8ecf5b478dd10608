"""Lines of the plain interpreter of stacking, and how a sum is shared out among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from wutong.policy.amount import Formula
from wutong.policy.definition import Definition
from wutong.policy.edition import Edition
from wutong.policy.evaluate import edition_of
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Rulebook

Key = tuple[str, str]


ENDLESS = 2**200


@dataclass(slots=True)
class Line:
    """One subject and measure while it is worked on; sums in fen, ``ENDLESS`` where no end is known."""

    at: int
    row: dict[str, object]
    facts: Mapping[str, Value]
    measure: int
    edition: int | None
    low: int
    high: int
    sum_low: int = 0
    sum_high: int = 0
    before_budget: int = 0
    budget: str = ""
    cut: list[str] = field(default_factory=list)
    hangs_on: list[str] = field(default_factory=list)
    winner: Line | None = None
    together: object = None
    chooses: bool = False

    @property
    def firm(self) -> str:
        """The firm that it belongs to."""
        return str(self.row["firm"])

    @property
    def order(self) -> tuple[int, int]:
        """What stands first in the rulebook, then in the table."""
        return self.measure, self.at


def edition_at(book: Rulebook, measure: int, facts: Mapping[str, Value]) -> int | None:
    """Place of the edition that a subject falls in; None where its date is not known, -1 where there is none."""
    editions = book.measures[measure].editions
    force = editions[0].force
    if force is not None and not isinstance(facts.get(force.by), date):
        return None
    found = edition_of(book.measures[measure], facts)
    return editions.index(found) if isinstance(found, Edition) else -1


def value_of(formula: Formula, definitions: Sequence[Definition], facts: Mapping[str, Value]) -> Value:
    """Work out a formula from facts and definitions."""
    known = dict(facts)
    for one in definitions:
        known[one.name] = exact.evaluate(one.formula.tree, known)
    return exact.evaluate(formula.tree, known)


def editions_of(book: Rulebook, line: Line) -> list[Edition]:
    """The edition of a line; all of them where it is not known."""
    editions = book.measures[line.measure].editions
    if line.edition is None:
        return list(editions)
    return [editions[line.edition]] if line.edition >= 0 else []


def groups_of(book: Rulebook, line: Line) -> list[str]:
    """Names of the groups that a line may stand in."""
    names = {name for edition in editions_of(book, line) for name in edition.exclusive}
    return [name for name in book.groups if name in names]


def told(line: Line, low: int, high: int, why: str) -> None:
    """Note what a step that began with ``low`` and ``high`` did."""
    if line.high < high:
        line.cut.append(why)
    if line.high - line.low > high - low:
        line.hangs_on.append(why)


def shared_out(
    ranked: Sequence[tuple[Line, object]], room_low: int, room_high: int, maybe: Iterable[int], why: str
) -> None:
    """Share out what there is, rank after rank; ``ranked`` has lines with their ranks, None where not known."""
    new: dict[int, tuple[int, int]] = {}
    outside = set(maybe)
    for line, rank in ranked:
        before_low = before_high = beside_low = beside_high = 0
        for other, its in ranked:
            if other is line:
                continue
            if rank is None or its is None:
                before_high += other.high
            elif its == rank:
                beside_low += other.low
                beside_high += other.high
            elif its < rank:  # type: ignore[operator]
                before_low += other.low
                before_high += other.high
        low, high = line.low, line.high
        if room_low < ENDLESS:
            left = max(0, room_low - before_high)
            low = low if low + beside_high <= left else min(low, left * low // max(1, low + beside_high))
        if room_high < ENDLESS and line.at not in outside:
            left = max(0, room_high - before_low)
            if high >= ENDLESS:
                high = left
            elif high + beside_low > left:
                high = min(high, left, -(-left * high // (high + beside_low)))
        new[line.at] = (low, high)
    sums = []
    for name, room, last in (("sum_low", room_low, True), ("sum_high", room_high, False)):
        inside = [pair for pair in ranked if pair[0].at not in outside]
        sums.append(_portions(inside, name, room, last))
    for line, rank in ranked:
        beside = [other for other, its in ranked if its == rank]
        before = [other for other, its in ranked if its is not None and rank is not None and its < rank]  # type: ignore[operator]
        settled = room_low == room_high < ENDLESS and all(other.low == other.high for other in before)
        settled = settled and not any(
            its is None and other.high > 0 and other is not line for other, its in ranked
        )
        settled = settled and all(
            other.low == other.high == other.sum_low == other.sum_high and other.at not in outside
            for other in beside
        )
        if rank is None:
            settled = settled and all(other is line or other.high == 0 for other, _ in ranked)
        if settled:
            new[line.at] = (sums[0][line.at],) * 2
    for line, _ in ranked:
        was = (line.low, line.high)
        line.low, line.high = new[line.at]
        line.sum_low = sums[0].get(line.at, line.sum_low)
        line.sum_high = sums[1].get(line.at, line.sum_high)
        told(line, *was, why)


def _portions(ranked: Sequence[tuple[Line, object]], name: str, room: int, last: bool) -> dict[int, int]:
    """What each gets of ``room`` if what it claims is known, by largest remainder within a rank."""
    found: dict[int, int] = {line.at: int(getattr(line, name)) for line, _ in ranked}
    if room >= ENDLESS:
        return found
    ranks = sorted({rank for _, rank in ranked if rank is not None})  # type: ignore[type-var]
    there = [None] if any(rank is None for _, rank in ranked) else []
    for rank in [*ranks, *there] if last else [*there, *ranks]:
        own = sorted(
            (line for line, its in ranked if its == rank and found[line.at] > 0), key=lambda line: line.order
        )
        while own:
            endless = found[own[0].at] >= ENDLESS
            run = [line for line in own if (found[line.at] >= ENDLESS) == endless]
            if any((found[line.at] >= ENDLESS) != endless for line in own):
                # those before the first of the other sort
                cut = next(at for at, line in enumerate(own) if (found[line.at] >= ENDLESS) != endless)
                run = own[:cut]
            own = own[len(run) :]
            claimed = sum(found[line.at] for line in run)
            if claimed <= room:
                room -= claimed
                continue
            exact_parts = {line.at: Fraction(found[line.at] * room, claimed) for line in run}
            for line in run:
                found[line.at] = exact_parts[line.at].__floor__()
            over = room - sum(found[line.at] for line in run)
            for line in sorted(run, key=lambda one: (-(exact_parts[one.at] % 1), one.order))[:over]:
                found[line.at] += 1
            room = 0
    return found
