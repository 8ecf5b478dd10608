"""The rules between measures, row by row: slow and obvious, what the columns of ``stack`` are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product

import polars as pl

from wutong.policy.amount import Formula
from wutong.policy.definition import Definition
from wutong.policy.edition import Edition, Limit, Quota
from wutong.policy.evaluate import edition_of
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import names_in
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Budget, Rulebook
from wutong.policy.stack import STACKED
from wutong.policy.subjects import checked, facts_at

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


def stack_by_hand(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame, year: int | None = None
) -> pl.DataFrame:
    """Settle what holds between measures, as ``wutong.policy.stack.stacked`` does.

    Parameters
    ----------
    book, subjects, outcomes, year
        As there.

    Returns
    -------
    polars.DataFrame
        The same table; ``together`` has other numbers for the same parts.
    """
    facts = _facts(book, subjects)
    rows = [dict(row) for row in outcomes.iter_rows(named=True)]
    for measure in book.measures:
        for number, edition in enumerate(measure.editions):
            if edition.quota is not None:
                _quota(rows, facts, book, measure.id, number, edition, edition.quota)
    lines = _lines(book, facts, rows)
    for line in lines:
        _less_earlier(book, line)
    _groups_and_ceilings(book, facts, [line for line in lines if line.high > 0])
    _budgets(book, lines, year)
    return _table(outcomes, rows, lines)


Key = tuple[str, str]


def _facts(book: Rulebook, subjects: Mapping[str, pl.DataFrame]) -> dict[Key, Mapping[str, Value]]:
    found: dict[Key, Mapping[str, Value]] = {}
    for kind, table in subjects.items():
        held = checked(table, book.fields)
        for at in range(held.height):
            there = {name: one for name, one in book.fields.items() if name in table.columns}
            found[kind, held["subject"][at]] = facts_at(held, at, there)
    return found


def _edition_at(book: Rulebook, measure: int, facts: Mapping[str, Value]) -> int | None:
    """Place of the edition that a subject falls in; None where its date is not known, -1 where there is none."""
    editions = book.measures[measure].editions
    force = editions[0].force
    if force is not None and not isinstance(facts.get(force.by), date):
        return None
    found = edition_of(book.measures[measure], facts)
    return editions.index(found) if isinstance(found, Edition) else -1


def _value(formula: Formula, definitions: Sequence[Definition], facts: Mapping[str, Value]) -> Value:
    known = dict(facts)
    for one in definitions:
        known[one.name] = exact.evaluate(one.formula.tree, known)
    return exact.evaluate(formula.tree, known)


# ------------------------------------------------------------ quotas


def _quota(
    rows: list[dict[str, object]],
    facts: Mapping[Key, Mapping[str, Value]],
    book: Rulebook,
    measure: str,
    number: int,
    edition: Edition,
    quota: Quota,
) -> None:
    at = next(place for place, one in enumerate(book.measures) if one.id == measure)
    rivals = []
    for row in rows:
        if row["measure"] != measure or row["state"] not in ("unknown", "needs decision"):
            continue
        own = facts[str(row["kind"]), str(row["subject"])]
        place = _edition_at(book, at, own)
        if place in (number, None):
            rank = _value(quota.by, edition.definitions, own)
            takes: Value = Fraction(1)
            if quota.of is not None:
                takes = _value(quota.of, edition.definitions, own)
            if not isinstance(takes, Fraction) or takes < 0:
                takes = None
            sure = row["state"] == "needs decision" and row["clause"] in ("quota", "amount")
            rivals.append((row, place, rank, takes, sure))
    room = Fraction(quota.places or 0)
    if quota.total is not None:
        total = exact.evaluate(quota.total.tree, {})
        assert isinstance(total, Fraction)
        room = total
    most = Fraction(10) ** 40
    settled: dict[int, tuple[str, str]] = {}
    for mine, (_, place, rank, takes, _) in enumerate(rivals):
        if place is None:
            continue
        ahead = [Fraction(0), Fraction(0)]  # at best, at worst
        beside = [Fraction(0), Fraction(0)]
        for other, (_, _, its, need, sure) in enumerate(rivals):
            if other == mine:
                continue
            needs = (Fraction(0) if need is None else need) if sure else Fraction(0)
            wants = most if need is None else need
            if rank is None or its is None:
                ahead[1] += wants
            elif its == rank:
                beside[0] += needs
                beside[1] += wants
            elif (its > rank) == (quota.order == "highest first"):  # type: ignore[operator]
                ahead[0] += needs
                ahead[1] += wants
        own_best, own_worst = (Fraction(0), most) if takes is None else (takes, takes)
        places = []
        for before, with_it, needs in ((ahead[0], beside[0], own_best), (ahead[1], beside[1], own_worst)):
            if before + with_it + needs <= room:
                places.append("in")
            elif before + needs <= room:
                places.append({"all": "in", "none": "out", "decide": "edge"}[quota.ties])
            else:
                places.append("out")
        settled[mine] = (places[0], places[1])
    for mine, (best, worst) in settled.items():
        row, _, _, _, sure = rivals[mine]
        if best == worst == "out":
            row.update(state="not eligible", amount=None, low=None, high=None, clause="quota")
        elif not sure or best == worst == "edge":
            continue
        elif best == worst == "in":
            if row["clause"] == "quota":
                row.update(state="eligible", amount=row["low"], high=row["low"], clause="")
        else:
            row.update(state="unknown", clause="quota")


# ------------------------------------------------------------ lines


def _lines(
    book: Rulebook, facts: Mapping[Key, Mapping[str, Value]], rows: Iterable[dict[str, object]]
) -> list[Line]:
    ids = [measure.id for measure in book.measures]
    found = []
    for at, row in enumerate(rows):
        if row["state"] == "not eligible":
            continue
        certain = row["state"] == "eligible"
        low = row["amount"] if certain else 0
        high = row["amount"] if certain else row["high"]
        assert isinstance(low, int)
        own = facts[str(row["kind"]), str(row["subject"])]
        measure = ids.index(str(row["measure"]))
        line = Line(
            at,
            row,
            own,
            measure,
            _edition_at(book, measure, own),
            low,
            high if isinstance(high, int) else ENDLESS,
        )
        editions = _editions(book, line)
        budgets = {edition.budget for edition in editions}
        line.budget = budgets.pop() if len(budgets) == 1 else ""
        if line.high > 0:
            found.append(line)
    return found


def _editions(book: Rulebook, line: Line) -> list[Edition]:
    """The edition of a line; all of them where it is not known."""
    editions = book.measures[line.measure].editions
    if line.edition is None:
        return list(editions)
    return [editions[line.edition]] if line.edition >= 0 else []


def _groups(book: Rulebook, line: Line) -> list[str]:
    names = {name for edition in _editions(book, line) for name in edition.exclusive}
    return [name for name in book.groups if name in names]


def _less_earlier(book: Rulebook, line: Line) -> None:
    low, high = line.low, line.high
    names = [name for name in _groups(book, line) if book.groups[name].choose == "difference"]
    for name in names:
        got = line.facts.get(book.groups[name].earlier)
        if isinstance(got, Fraction):
            line.low = max(0, line.low - max(0, int(got)))
            line.high = line.high if line.high == ENDLESS else max(0, line.high - max(0, int(got)))
        else:
            line.low = 0
    line.sum_low, line.sum_high = line.low, line.high
    if names:
        _told(line, low, high, f"earlier {', '.join(sorted(names))}")


def _told(line: Line, low: int, high: int, why: str) -> None:
    """Note what a step that began with ``low`` and ``high`` did."""
    if line.high < high:
        line.cut.append(why)
    if line.high - line.low > high - low:
        line.hangs_on.append(why)


# ------------------------------------------------------------ groups and ceilings


@dataclass(slots=True)
class Contest:
    """Lines of one firm in one group: by key, of each of which one may be had; ``loose`` may belong to any key."""

    name: str
    choose: str
    keys: list[list[Line]]
    loose: list[Line]

    @property
    def lines(self) -> list[Line]:
        """All of them."""
        return [line for key in (*self.keys, self.loose) for line in key]


@dataclass(slots=True)
class Ceiling:
    """A limit over lines of one firm, with what is left under it; ``maybe`` are those that may not stand under it."""

    limit: Limit
    place: int
    covers: set[tuple[int, int]]
    lines: list[Line]
    maybe: set[int]
    room_low: int
    room_high: int


def _groups_and_ceilings(book: Rulebook, facts: Mapping[Key, Mapping[str, Value]], lines: list[Line]) -> None:
    for firm in dict.fromkeys(line.firm for line in lines):
        own = sorted((line for line in lines if line.firm == firm), key=lambda line: line.order)
        contests = _contests(book, own)
        ceilings = [one for one in _ceilings(book, facts, firm, own) if not _suffices(one)]
        for line in own:
            held = [one for one in contests if line in one.lines]
            line.together = firm if held or _under(line, ceilings) else None
            line.chooses = any(one.choose == "one" for one in held)
        tangled = _tangled(contests, ceilings)
        searched: set[int] = set()
        for part in _parts(contests, ceilings):
            if part & tangled:
                searched |= part
                inside = [line for line in own if line.at in part]
                _search(inside, contests, ceilings)
        for contest in contests:
            if not any(line.at in searched for line in contest.lines):
                _settle(contest, ceilings)
        for ceiling in ceilings:
            if not any(line.at in searched for line in ceiling.lines):
                _shared(
                    [(line, line.order if ceiling.limit.cut == "in order" else 0) for line in ceiling.lines],
                    ceiling.room_low,
                    ceiling.room_high,
                    ceiling.maybe,
                    f"limit {ceiling.limit.id}",
                )
        if any(_crossed(one, other) for one in ceilings for other in ceilings):
            for line in own:
                if line.at not in searched and any(line in ceiling.lines for ceiling in ceilings):
                    line.sum_low, line.sum_high = line.low, line.high


def _contests(book: Rulebook, own: list[Line]) -> list[Contest]:
    """Groups of a firm, without those in which nothing is excluded."""
    found: list[Contest] = []
    for name, group in book.groups.items():
        keys: dict[object, list[Line]] = {}
        for line in own:
            if name in _groups(book, line):
                keys.setdefault(line.facts.get(group.key) if group.key else "", []).append(line)
        loose = keys.pop(None, [])
        if loose and len(loose) + len(keys) > 1:
            found.append(Contest(name, group.choose, list(keys.values()), loose))
        elif not loose:
            found += [Contest(name, group.choose, [key], []) for key in keys.values() if len(key) > 1]
    return found


def _ceilings(
    book: Rulebook, facts: Mapping[Key, Mapping[str, Value]], firm: str, own: list[Line]
) -> list[Ceiling]:
    """Limits over a firm's lines, in the order in which they cut."""
    limits: list[tuple[int, Limit, set[tuple[int, int]], tuple[Definition, ...]]] = []
    for at, measure in enumerate(book.measures):
        for number, edition in enumerate(measure.editions):
            limits += [(0, limit, {(at, number)}, edition.definitions) for limit in edition.limits]
    for limit in book.limits:
        covers = {
            (at, number)
            for at, measure in enumerate(book.measures)
            if measure.id in limit.measures
            for number in range(len(measure.editions))
        }
        limits.append((len(set(limit.measures)), limit, covers, ()))
    found = []
    for place, (_, limit, covers, definitions) in enumerate(sorted(limits, key=lambda one: one[0])):
        members, maybe = [], set()
        for line in own:
            possible = (
                range(len(book.measures[line.measure].editions)) if line.edition is None else [line.edition]
            )
            held = [(line.measure, number) in covers for number in possible]
            if any(held):
                members.append(line)
            if any(held) and not all(held):
                maybe.add(line.at)
        if not members:
            continue
        told = [facts[str(line.row["kind"]), str(line.row["subject"])] for line in members]
        own_row = _row_of(facts, firm, limit.amount, definitions)
        amount = _of_firm(limit.amount, definitions, own_row, told, up=False)
        room_low, room_high = (0, ENDLESS) if amount is None else (amount, amount)
        if limit.net_of is not None:
            own_row = _row_of(facts, firm, limit.net_of, definitions)
            paid = _of_firm(limit.net_of, definitions, own_row, told, up=True)
            if paid is None:
                room_low = 0
            elif amount is not None:
                room_low = room_high = amount - max(0, paid)
        found.append(Ceiling(limit, place, covers, members, maybe, max(0, room_low), max(0, room_high)))
    return found


def _row_of(
    facts: Mapping[Key, Mapping[str, Value]], firm: str, formula: Formula, definitions: Sequence[Definition]
) -> Mapping[str, Value] | None:
    """Facts of the firm's own row, if the table of firms has what a formula asks for; one that asks for nothing needs none."""
    asked = set(names_in(formula.tree))
    defined = {one.name: set(names_in(one.formula.tree)) for one in definitions}
    while asked & set(defined):
        asked = (asked - set(defined)).union(*(defined[name] for name in asked & set(defined)))
    if not asked:
        return {}
    own = facts.get(("firm", firm))
    return own if own is not None and asked <= set(own) else None


def _of_firm(
    formula: Formula,
    definitions: Sequence[Definition],
    firm: Mapping[str, Value] | None,
    subjects: Sequence[Mapping[str, Value]],
    *,
    up: bool,
) -> int | None:
    """Whole fen, as the firm's own row tells it, else as all its subjects do."""

    def whole(facts: Mapping[str, Value]) -> int | None:
        found = _value(formula, definitions, facts)
        if not isinstance(found, Fraction):
            return None
        return found.__ceil__() if up else found.__floor__()

    if firm is not None:
        return whole(firm)
    told = {whole(subject) for subject in subjects}
    return told.pop() if len(told) == 1 else None


def _suffices(ceiling: Ceiling) -> bool:
    return sum(line.high for line in ceiling.lines) <= ceiling.room_low


def _crossed(one: Ceiling, other: Ceiling) -> bool:
    """Whether two ceilings share something and the earlier is not inside the later."""
    return one.place < other.place and bool(one.covers & other.covers) and not one.covers <= other.covers


def _under(line: Line, ceilings: Iterable[Ceiling]) -> list[int]:
    return [ceiling.place for ceiling in ceilings if line in ceiling.lines]


def _tangled(contests: list[Contest], ceilings: list[Ceiling]) -> set[int]:
    """Lines for which the highest of their group need not be the best."""
    found: set[int] = set()
    for contest in contests:
        for line in contest.lines:
            if sum(line in other.lines for other in contests) > 1:
                found.add(line.at)
    crossed = any(_crossed(one, other) for one in ceilings for other in ceilings)
    for contest in contests:
        if contest.choose == "order":
            continue
        if _differ(contest, ceilings):
            found |= {line.at for line in contest.lines}
        if crossed:
            found |= {line.at for line in contest.lines if _under(line, ceilings)}
    return found


def _differ(contest: Contest, ceilings: list[Ceiling]) -> bool:
    return len({tuple(_under(line, ceilings)) for line in contest.lines}) > 1


def _parts(contests: list[Contest], ceilings: list[Ceiling]) -> list[set[int]]:
    """Lines that hang together through groups and ceilings."""
    found: list[set[int]] = []
    for lines in (*(one.lines for one in contests), *(one.lines for one in ceilings)):
        joined = {line.at for line in lines}
        apart = [part for part in found if not part & joined]
        found = [*apart, joined.union(*(part for part in found if part & joined))]
    return found


# ------------------------------------------------------------ one group, one ceiling


def _ahead(line: Line, value: int, other: Line, its: int) -> bool:
    return value > its or (value == its and line.order < other.order)


def _settle(contest: Contest, ceilings: list[Ceiling]) -> None:
    """A group whose lines stand in it alone."""
    bounds: dict[int, tuple[int, int]] = {}
    sums: dict[int, tuple[int, int]] = {}
    in_order = contest.choose == "order"
    for key in (*contest.keys, contest.loose):
        loose = key is contest.loose
        for line in key:
            may = [
                other
                for other in contest.lines
                if other is not line and (loose or other in key or other in contest.loose)
            ]
            must = [] if loose else [other for other in key if other is not line]
            if in_order:
                sure = all(line.order < other.order for other in may)
                possible = all(line.order < other.order for other in must if other.low > 0)
            else:
                sure = line.low > 0 and all(_ahead(line, line.low, other, other.high) for other in may)
                possible = all(_ahead(line, line.high, other, other.low) for other in must)
            bounds[line.at] = (line.low if sure else 0, line.high if possible else 0)
    winners = [_first(key, lambda line: line.low, in_order) for key in contest.keys]
    for key, winner in zip(contest.keys, winners, strict=True):
        top = _first(key, lambda line: bounds[line.at][1], False)
        for line in key:
            sums[line.at] = (line.low if line is winner else 0, bounds[line.at][1] if line is top else 0)
            if bounds[line.at][1] == 0 and winner is not None and winner is not line:
                line.winner = winner
    # at worst all without a key belong to the key with the highest award, at best each has one of its own
    strongest = _first([one for one in winners if one is not None], lambda line: line.low, False)
    loosest = _first(contest.loose, lambda line: line.low, False)
    for line in contest.loose:
        sums[line.at] = (0, line.high)
    if loosest is not None and (strongest is None or _ahead(loosest, loosest.low, strongest, strongest.low)):
        sums[loosest.at] = (loosest.low, loosest.high)
        if strongest is not None:
            sums[strongest.at] = (0, sums[strongest.at][1])
    for line in contest.lines:
        was = (line.low, line.high)
        line.low, line.high = bounds[line.at]
        line.sum_low, line.sum_high = sums[line.at]
        if in_order:
            line.sum_low = line.low
            line.sum_high = line.high if _differ(contest, ceilings) else line.sum_high
        _told(line, *was, f"group {contest.name}")


def _first(lines: Iterable[Line], value: Callable[[Line], int], in_order: bool) -> Line | None:
    there = [line for line in lines if value(line) > 0]
    return min(there, key=lambda line: (0 if in_order else -value(line), line.order), default=None)


def _shared(
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
        _told(line, *was, why)


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


# ------------------------------------------------------------ tangled contests


def _search(lines: list[Line], contests: list[Contest], ceilings: list[Ceiling]) -> None:
    """Try every combination of one firm's lines."""
    inside = {line.at for line in lines}
    contests = [one for one in contests if any(line.at in inside for line in one.lines)]
    ceilings = [one for one in ceilings if any(line.at in inside for line in one.lines)]
    loose = any(contest.loose for contest in contests)
    settled = not loose and all(line.low == line.high for line in lines)
    settled = settled and all(ceiling.room_low == ceiling.room_high for ceiling in ceilings)
    if settled:
        chosen, paid = _best(lines, contests, ceilings, "low")
        for line in lines:
            _why(line, chosen, contests)
        steps = {line.at: line.low if line.at in chosen else 0 for line in lines}
        for ceiling in ceilings:
            before = dict(steps)
            _apply(ceiling, steps, "low")
            for line in lines:
                if steps[line.at] < before[line.at]:
                    line.cut.append(f"limit {ceiling.limit.id}")
        for line in lines:
            line.low = line.high = line.sum_low = line.sum_high = paid[line.at]
        return
    steady = not loose and not any(contest.choose == "order" for contest in contests)
    steady = steady and not any(_crossed(one, other) for one in ceilings for other in ceilings)
    lows, highs = {}, {}
    caps = {}
    for line in lines:
        rooms = [one.room_high for one in ceilings if line in one.lines and line.at not in one.maybe]
        caps[line.at] = min([line.high, *rooms])
    if steady:
        lows = _best(lines, contests, ceilings, "low")[1]
        if all(line.high < ENDLESS for line in lines):
            highs = _best(lines, contests, ceilings, "high")[1]
    for line in lines:
        names = [f"group {one.name}" for one in contests if line in one.lines]
        names += [f"limit {one.limit.id}" for one in ceilings if line in one.lines]
        line.hangs_on += dict.fromkeys(names)
        line.low, line.high = 0, caps[line.at]
        line.sum_low, line.sum_high = lows.get(line.at, 0), highs.get(line.at, line.high)


def _best(
    lines: list[Line], contests: list[Contest], ceilings: list[Ceiling], side: str
) -> tuple[set[int], dict[int, int]]:
    amounts = {line.at: int(getattr(line, side)) for line in lines}
    keys = [(contest, key) for contest in contests for key in contest.keys]
    allowed = {line.at for line in lines if amounts[line.at] > 0}
    for contest, key in keys:
        if contest.choose == "order":
            allowed -= {
                line.at
                for line in [line for line in sorted(key, key=lambda one: one.order) if amounts[line.at] > 0][
                    1:
                ]
            }
    best: tuple[int, int, tuple[bool, ...]] | None = None
    found: tuple[set[int], dict[int, int]] = (set(), {})
    for bits in product((True, False), repeat=len(lines)):
        chosen = {line.at for line, held in zip(lines, bits, strict=True) if held}
        if not chosen <= allowed or any(len([1 for line in key if line.at in chosen]) > 1 for _, key in keys):
            continue
        if any(
            line.at in allowed - chosen
            and not any(line in key and any(other.at in chosen for other in key) for _, key in keys)
            for line in lines
        ):
            continue  # it could have one more
        paid = {line.at: amounts[line.at] if line.at in chosen else 0 for line in lines}
        for ceiling in ceilings:
            _apply(ceiling, paid, side)
        rank = (sum(paid.values()), sum(amounts[at] for at in chosen), bits)
        if best is None or rank > best:
            best, found = rank, (chosen, paid)
    return found


def _apply(ceiling: Ceiling, paid: dict[int, int], side: str) -> None:
    room = ceiling.room_low if side == "low" else ceiling.room_high
    members = sorted(ceiling.lines, key=lambda line: line.order)
    if ceiling.limit.cut == "in order":
        for line in members:
            paid[line.at] = min(paid[line.at], room)
            room -= paid[line.at]
        return
    total = sum(paid[line.at] for line in members)
    if total <= room:
        return
    parts = {line.at: Fraction(paid[line.at] * room, total) for line in members}
    over = room - sum(part.__floor__() for part in parts.values())
    lucky = sorted(members, key=lambda line: (-(parts[line.at] % 1), line.order))[:over]
    for line in members:
        paid[line.at] = parts[line.at].__floor__() + (line in lucky)


def _why(line: Line, chosen: set[int], contests: list[Contest]) -> None:
    if line.at not in chosen:
        held = [(one, key) for one in contests for key in one.keys if line in key]
        for contest, key in held:
            winner = next((other for other in key if other.at in chosen), None)
            if winner is not None:
                line.cut.append(f"group {contest.name}")
                line.winner = winner
                return
        line.cut.append(f"group {next(one.name for one, _ in held if one.choose == 'order')}")
        return


# ------------------------------------------------------------ budgets and the table


def _budgets(book: Rulebook, lines: list[Line], year: int | None) -> None:
    drawing: dict[str, list[Line]] = {}
    for line in lines:
        names = {line.budget} if line.budget else {edition.budget for edition in _editions(book, line)}
        if not line.budget and line.edition is not None:
            names = set()
        for name in names - {""}:
            drawing.setdefault(name, []).append(line)
    scarce: list[Budget] = []
    for name, budget in book.budgets.items():
        counts = budget.scale != "none" and (budget.year is None or year in (None, budget.year))
        if counts and sum(line.high for line in drawing.get(name, ())) > (budget.amount or 0):
            scarce.append(budget)
    names = {budget.id for budget in scarce}
    parts: dict[object, list[Line]] = {}
    for line in lines:
        if line.together is not None:
            parts.setdefault(line.together, []).append(line)
    maybe = {line.at for name in names for line in drawing[name] if line.budget != name}
    for part in parts.values():
        draws = {"?" if line.at in maybe else line.budget if line.budget in names else "" for line in part}
        if len(draws) > 1:
            for line in part:
                line.sum_low, line.sum_high, line.together = line.low, line.high, "apart"
    for budget in scarce:
        own = sorted(drawing[budget.id], key=lambda line: line.order)
        ranked: list[tuple[Line, object]] = []
        for line in own:
            value = line.facts.get(budget.by) if budget.by else Fraction(0)
            rank: object = -value if budget.scale == "rank" and isinstance(value, Fraction) else value
            ranked.append((line, rank))
        outside = [line.at for line in own if line.budget != budget.id]
        unsure = budget.amount is None or (budget.year is None and year is not None)
        most = ENDLESS if unsure else budget.amount or 0
        _shared(ranked, budget.amount or 0, most, outside, f"budget {budget.id}")
    for line in lines:
        if line.budget in names:
            line.together = f"budget {line.budget}"
        elif line.together == "apart":
            line.together = None


def _table(outcomes: pl.DataFrame, rows: list[dict[str, object]], lines: list[Line]) -> pl.DataFrame:
    numbers = {label: number for number, label in enumerate(dict.fromkeys(line.together for line in lines))}
    found = {line.at: line for line in lines}
    made = []
    for at, row in enumerate(rows):
        line = found.get(at)
        more: dict[str, object] = dict.fromkeys(STACKED)
        more |= {"paid": 0, "paid_low": 0, "paid_high": 0, "sum_low": 0, "sum_high": 0, "firm_chooses": False}
        if line is not None:
            sure = line.low == line.high
            more |= {
                "budget": line.budget or None,
                "paid": line.low if sure else None,
                "paid_low": line.low,
                "paid_high": line.high if line.high < ENDLESS else None,
                "sum_low": line.sum_low,
                "sum_high": line.sum_high if line.sum_high < ENDLESS else None,
                "together": None if line.together is None else numbers[line.together],
                "cut": "; ".join(line.cut) or None,
                "hangs_on": None if sure else "; ".join(line.hangs_on) or None,
                "won_subject": line.winner.row["subject"] if line.winner else None,
                "won_measure": line.winner.row["measure"] if line.winner else None,
                "firm_chooses": line.chooses,
            }
        made.append(row | more)
    return pl.DataFrame(made, schema={**outcomes.schema, **STACKED})
