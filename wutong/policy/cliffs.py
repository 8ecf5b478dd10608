"""Cliffs: where one more unit of a fact moves an amount by a jump, at tier bounds and at the thresholds of conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

from wutong.policy.axis import Axis, axis_of
from wutong.policy.change import asked_by
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, Subject, edition_of, evaluate, facts_of
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import Call, Expr, If, Literal
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.forms import UnevenError, at
from wutong.policy.measure import Measure
from wutong.policy.pieces import Pieces, pieces_of
from wutong.policy.prose import figure, quantity, yuan
from wutong.words import Language, Text

NARROWER: Final = (1, 10, 100, 1_000, 10_000)
"""Where a function has too many pieces, it is looked at within this part of the value that the fact has now."""


@dataclass(frozen=True, slots=True)
class Cliff:
    """A place where one unit more of a fact moves what a subject gets by a jump.

    ``below`` and ``above`` are the values on both sides, one unit apart; ``before`` and ``after`` what the subject gets
    there, in fen, 0 where the measure is not had, the highest where the text allows several amounts. ``jump`` is what the
    second is above the first. ``way`` is ``up`` where the fact has to rise to cross it, else ``down``; ``far`` is by how
    much. ``clause`` is the condition that holds on one side alone, or ``amount``.
    """

    measure: str
    field: Field
    now: Fraction
    below: Fraction
    above: Fraction
    before: int
    after: int
    jump: int
    way: str
    far: Fraction
    clause: str

    @property
    def gains(self) -> bool:
        """Whether crossing it from now gives more."""
        return (self.jump > 0) == (self.way == "up")

    def say(self, language: Language) -> str:
        """The cliff as a sentence in one language."""
        zh = language == "zh"
        unit, over = self.field.type.unit, self.far.as_integer_ratio()
        far = figure(*over, unit, zh=zh, points=True)
        to = quantity(self.above if self.way == "up" else self.below, self.field.type).say(language)
        here, there = (self.before, self.after) if self.way == "up" else (self.after, self.before)
        label, sums = (
            self.field.label.say(language),
            [yuan(one).say(language) for one in (here, there, abs(self.jump))],
        )
        if zh:
            return (
                f"{label}{'再增加' if self.way == 'up' else '再减少'}{far}（到{to}），金额由{sums[0]}变为{sums[1]}，"
                f"一步{'多' if self.gains else '少'}{sums[2]}"
            )
        return (
            f"{label}: {far} {'more' if self.way == 'up' else 'less'} (at {to}) moves the amount from {sums[0]} to "
            f"{sums[1]}, {sums[2]} {'more' if self.gains else 'less'} at one step"
        )

    @property
    def line(self) -> Text:
        """The cliff as a sentence."""
        return Text(self.say("zh"), self.say("en"))


@dataclass(frozen=True, slots=True)
class Looked:
    """Between which values a fact was looked at for cliffs, where that is less than all of them."""

    field: Field
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Cliffs:
    """The next cliffs of a subject; ``looked`` are facts of which not all values were looked at."""

    found: tuple[Cliff, ...]
    looked: tuple[Looked, ...]


def cliffs(measure: Measure, subject: Subject) -> Cliffs:
    """Find the next cliffs above and below each number that a subject has.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    Cliffs
        For each fact at most one up and one down, all others as they are. What is to be decided is taken as decided in
        favour; a side on which something is not known is no cliff.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.

    Examples
    --------
    >>> from wutong.policy.measure import measure_of
    >>> text = '''
    ... measure: grant
    ... title: {zh: 设备补助, en: Equipment grant}
    ... aspect: 要素保障
    ... subject: project
    ... status: draft
    ... place: {zh: 某区, en: A zone}
    ... year: 2026
    ... given:
    ...   投资: {type: money, zh: 固定资产投资, en: Fixed investment}
    ...   设备: {type: money, zh: 设备投资, en: Equipment}
    ... editions:
    ...   - source: {document: invented, grade: not graded}
    ...     conditions: [{id: size, says: {zh: 一亿元以上, en: At least 100 million}, when: 投资 >= 1亿元}]
    ...     amount: {rate: {by: 投资, slab: {1亿元: 5%, 3亿元: 8%}}, base: 设备, round: {to: 1元, how: half up}}
    ... examples: [{given: {投资: 1亿元}, expect: {outcome: unknown}}]
    ... '''
    >>> yi = 10_000_000_000
    >>> found = cliffs(measure_of(text), {"投资": 299 * yi // 100, "设备": 2 * yi})
    >>> for one in found.found:
    ...     print(one.line.en)
    Fixed investment: 1 million yuan more (at 300 million yuan) moves the amount from 10 million yuan to 16 million yuan, 6 million yuan more at one step
    Fixed investment: 199,000,000.01 yuan less (at 99,999,999.99 yuan) moves the amount from 10 million yuan to 0 yuan, 10 million yuan less at one step
    """
    facts = facts_of(measure, subject)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        return Cliffs((), ())
    definitions = tuple((one.name, one.formula.tree) for one in edition.definitions)
    trees = list(_gained(edition))
    asked = dict.fromkeys(name for tree in trees for name in asked_by(tree, definitions))
    found: list[Cliff] = []
    looked: list[Looked] = []
    for name in asked:
        now, field = facts.get(name), measure.given[name]
        axis = axis_of(field, now)
        if axis is None or axis.kind != "number" or not isinstance(now, Fraction):
            continue
        low, high, pieces = _pieces(trees, name, facts, definitions, axis, now)
        if (low, high) != (axis.low, axis.high):
            looked.append(Looked(field, Fraction(low, axis.scale), Fraction(high, axis.scale)))
        found += _next(
            measure, facts, field, axis, sorted(_crossings(trees, pieces, name, facts, definitions, axis))
        )
    return Cliffs(tuple(found), tuple(looked))


def _gained(edition: Edition) -> Iterator[Expr]:
    """What a subject gets under each reading, before rounding: 0 where a condition fails."""
    tests: list[Expr] = [
        one.when.tree for one in edition.conditions if one.when is not None and not one.decide
    ]
    for reading in edition.amount.readings:
        whole = reading.whole.tree
        assert isinstance(whole, Call), "amounts are rounded"
        found: Expr = whole.arguments[0]
        for test in reversed(tests):
            found = If(test, found, Literal(Fraction(0)))
        yield found


def _pieces(
    trees: Sequence[Expr],
    name: str,
    facts: Mapping[str, Value],
    definitions: Sequence[tuple[str, Expr]],
    axis: Axis,
    now: Fraction,
) -> tuple[int, int, list[Pieces]]:
    """Pieces of each tree, within as wide a part of the axis as they are few in."""
    here = axis.place(now)
    for part in (0, *NARROWER):
        low, high = axis.low, axis.high
        if part:
            reach = max(abs(here) // part, 1)
            low, high = max(low, here - reach), min(high, here + reach)
        ends = Fraction(low, axis.scale), Fraction(high, axis.scale)
        try:
            return low, high, [pieces_of(tree, name, facts, definitions, *ends) for tree in trees]
        except UnevenError:
            continue
    return here, here, []


def _crossings(
    trees: Sequence[Expr],
    several: Sequence[Pieces],
    name: str,
    facts: Mapping[str, Value],
    definitions: Sequence[tuple[str, Expr]],
    axis: Axis,
) -> set[int]:
    """Places from which one unit more is on the other side of a jump."""
    found: set[int] = set()
    for tree, pieces in zip(trees, several, strict=False):
        for cut, left, right in zip(pieces.cuts, pieces.forms, pieces.forms[1:], strict=False):
            here = _value(tree, {**facts, name: cut}, definitions)
            if at(left, cut) != here:
                found.add(ceil(cut * axis.scale) - 1)
            if at(right, cut) != here:
                found.add(floor(cut * axis.scale))
    return found


def _value(tree: Expr, known: dict[str, Value], definitions: Sequence[tuple[str, Expr]]) -> Value:
    for name, one in definitions:
        known[name] = exact.evaluate(one, known)
    return exact.evaluate(tree, known)


def _next(
    measure: Measure, facts: Mapping[str, Value], field: Field, axis: Axis, places: Sequence[int]
) -> Iterator[Cliff]:
    """The nearest crossing on each side at which the amount itself jumps, as the interpreter gives it."""
    now = facts[field.name]
    assert isinstance(now, Fraction)
    here = axis.place(now)
    for way, ordered in (
        ("up", [place for place in places if place >= here]),
        ("down", [place for place in reversed(places) if place < here]),
    ):
        for place in ordered:
            below, above = Fraction(place, axis.scale), Fraction(place + 1, axis.scale)
            if not axis.low <= place < axis.high:
                continue
            one, other = (evaluate(measure, {**facts, field.name: value}) for value in (below, above))
            before, after = got(one), got(other)
            if before is None or after is None or before == after:
                continue
            far = above - now if way == "up" else now - below
            yield Cliff(
                measure.id,
                field,
                now,
                below,
                above,
                before,
                after,
                after - before,
                way,
                far,
                _clause(one, other),
            )
            break


def got(outcome: Outcome) -> int | None:
    """What a subject gets at most if all that is open is decided in its favour; None where something is not known."""
    if outcome.state == "unknown":
        return None
    return outcome.possible[-1] if outcome.possible else 0


def _clause(one: Outcome, other: Outcome) -> str:
    """The condition that fails on one side alone; ``amount`` where the conditions hold on both."""
    apart = [
        name for name in (*one.failing, *other.failing) if (name in one.failing) != (name in other.failing)
    ]
    return apart[0] if apart else "amount"
