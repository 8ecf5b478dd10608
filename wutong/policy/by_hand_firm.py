"""One firm in the plain interpreter of stacking: groups, ceilings, and every combination where they overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from wutong.policy.amount import Formula
from wutong.policy.by_hand_lines import ENDLESS, Key, Line, groups_of, shared_out, told, value_of
from wutong.policy.definition import Definition
from wutong.policy.edition import Limit
from wutong.policy.feel.syntax import names_in
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Rulebook


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


def settle_firms(book: Rulebook, facts: Mapping[Key, Mapping[str, Value]], lines: list[Line]) -> None:
    """Settle groups and ceilings, firm by firm."""
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
                shared_out(
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
            if name in groups_of(book, line):
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
        found = value_of(formula, definitions, facts)
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
        told(line, *was, f"group {contest.name}")


def _first(lines: Iterable[Line], value: Callable[[Line], int], in_order: bool) -> Line | None:
    there = [line for line in lines if value(line) > 0]
    return min(there, key=lambda line: (0 if in_order else -value(line), line.order), default=None)


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
