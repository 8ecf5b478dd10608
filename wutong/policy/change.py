"""What would have to change for a subject to have a measure, and by how much; every claim is tried before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Final

from wutong.policy.accounts import STATES
from wutong.policy.edition import Force
from wutong.policy.evaluate import Outcome, Subject, edition_of, evaluate, facts_of
from wutong.policy.feel.syntax import Binary, Expr, Literal, Name, names_in
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.nearest import Question, Reach, reaches
from wutong.policy.prose import figure, quantity, yuan
from wutong.words import Language, Text

Facts = dict[str, Value]

_IN_FORCE: Final = Text("在有效期内", "Within the period of an edition")
_APPLY: Final = Text("在申报期内申报", "Applied within the days for it")
_AMOUNT: Final = Text("金额不为负", "The amount is not below zero")
_WHOSE: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "firm": Text("企业可以改变", "the firm can change it"),
        "others": Text("企业不能改变", "the firm cannot change it"),
        "past": Text("以前年度，已不能改变", "of a year before, no longer to be changed"),
        "": Text("", ""),
    }
)
_FIRST: Final = ("firm", "", "others", "past")


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, and the nearest value of it with which a clause holds, all others as they are.

    ``clause`` is empty where it is the whole measure that the value is enough for. ``gap`` is how far the value is from
    now, ``relative`` that over the value of now; both None where they cannot be measured. ``moved_by`` is who can move it:
    ``firm`` or ``others`` as the file says, ``past`` of a year before, else empty. ``outcome`` is the measure then.
    """

    clause: str
    field: Field
    now: Value
    reach: Reach
    gap: Fraction | None
    relative: Fraction | None
    moved_by: str
    outcome: Outcome

    def say(self, language: Language) -> str:
        """The change as a sentence in one language."""
        zh = language == "zh"
        label, type_ = self.field.label.say(language), self.field.type
        now, needed = (quantity(one, type_).say(language) for one in (self.now, self.reach.value))
        way = _WAYS[self.reach.way][0 if zh else 1]
        text = (
            f"{label}{'：现为' if zh else ': now '}{now}，{way}{needed}"
            if zh
            else f"{label}: now {now}, {way}{needed}"
        )
        if self.gap is not None:
            over, under = self.gap.as_integer_ratio()
            text += f"，{'差' if zh else 'that is '}" if zh else ", that is "
            text += figure(over, under, type_.unit, zh=zh, points=True) + ("" if zh else " away")
            if self.relative is not None:
                text += (
                    f"（{_percent(self.relative, zh=zh)}）" if zh else f" ({_percent(self.relative, zh=zh)})"
                )
        whose = _WHOSE[self.moved_by].say(language)
        text += f"；{whose}" if zh and whose else f"; {whose}" if whose else ""
        if not self.reach.sure:
            text += "；逐步试得，未必最近" if zh else "; found by trying, there may be a nearer one"
        return text

    @property
    def line(self) -> Text:
        """The change as a sentence."""
        return Text(self.say("zh"), self.say("en"))


_WAYS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"up": ("须至少", "needs at least "), "down": ("须至多", "needs at most "), "other": ("须为", "must be ")}
)


@dataclass(frozen=True, slots=True)
class Missed:
    """A clause that does not hold, or is not known to: what it says, and each fact that would make it hold alone."""

    clause: str
    says: Text
    state: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What would have to change for one measure and one subject.

    ``clauses`` are those that do not hold; ``alone`` are facts of which each is enough by itself for the whole measure;
    ``together`` are changes that are enough one after the other, and ``then`` is what the measure gives after them. Both
    are empty where nothing of the kind was found.
    """

    measure: str
    now: Outcome
    clauses: tuple[Missed, ...]
    alone: tuple[Change, ...]
    together: tuple[Change, ...]
    then: Outcome | None

    def lines(self, language: Language) -> list[str]:
        """All of it, line by line, in one language."""
        zh = language == "zh"
        found = []
        for missed in self.clauses:
            found.append(
                f"{missed.says.say(language)}{'：' if zh else ': '}{_STATE[missed.state].say(language)}"
            )
            found += [f"  {change.say(language)}" for change in missed.changes]
        for title, changes in (
            (_ALONE, self.alone),
            (_TOGETHER, self.together if len(self.together) > 1 else ()),
        ):
            if changes:
                found.append(title.say(language))
            for change in changes:
                after = "" if changes is self.together else f" → {_gives(change.outcome, language)}"
                found.append(f"  {change.say(language)}{after}")
        if len(self.together) > 1 and self.then is not None:
            found.append(f"  → {_gives(self.then, language)}")
        return found


_STATE: Final[Mapping[str, Text]] = MappingProxyType(
    {"not met": Text("不满足", "not met"), "unknown": Text("未知", "unknown")}
)
_ALONE: Final = Text("只改一项即可：", "One of these alone is enough:")
_TOGETHER: Final = Text("以下各项合起来即可：", "These together are enough:")


def _gives(outcome: Outcome, language: Language) -> str:
    state = STATES[outcome.state].say(language)
    sums = outcome.if_approved or ((outcome.amount,) if outcome.amount is not None else ())
    return " ".join([state, (" / ").join(yuan(one).say(language) for one in sums)]).strip()


def _percent(share: Fraction, *, zh: bool) -> str:
    # to a hundredth of a percent, upward: what is lacking is never shown as less
    hundredths = -(-share * 10_000 // 1)
    return figure(int(hundredths), 10_000, (("1", 1),), zh=zh)


def changes(measure: Measure, subject: Subject) -> Changes:
    """Say what would have to change for a subject to have a measure.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    Changes
        Empty where the subject has the measure, or where it only waits for a decision.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.

    Examples
    --------
    >>> from wutong.policy.measure import measure_of
    >>> text = '''
    ... measure: grant
    ... title: {zh: 增长奖励, en: Award for growth}
    ... aspect: 企业培育
    ... subject: firm
    ... status: draft
    ... place: {zh: 某区, en: A zone}
    ... year: 2026
    ... given:
    ...   产值: {type: money, zh: 产值, en: Output, moved_by: firm}
    ...   上年产值: {type: money, zh: 上年产值, en: Output before, from: {table: firm_year, column: output, year: -1}}
    ... editions:
    ...   - source: {document: invented, grade: not graded}
    ...     define: {增速: {zh: 增速, en: Growth, is: (产值 - 上年产值) / 上年产值}}
    ...     conditions: [{id: growth, says: {zh: 增速40%以上, en: Growth of 40 %}, when: 增速 >= 40%}]
    ...     amount: {rate: 1%, base: 产值 - 上年产值, round: {to: 1元, how: half up}}
    ... examples: [{given: {产值: 1亿元}, expect: {outcome: unknown}}]
    ... '''
    >>> yi = 10_000_000_000
    >>> found = changes(measure_of(text), {"产值": Fraction(54 * yi, 10), "上年产值": 4 * yi})
    >>> for line in found.lines("en"):
    ...     print(line)
    Growth of 40 %: not met
      Output: now 540 million yuan, needs at least 560 million yuan, that is 20 million yuan away (3.71%); the firm can change it
      Output before: now 400 million yuan, needs at most 385,714,285.71 yuan, that is 14,285,714.29 yuan away (3.58%); of a year before, no longer to be changed
    One of these alone is enough:
      Output: now 540 million yuan, needs at least 560 million yuan, that is 20 million yuan away (3.71%); the firm can change it → eligible 1.6 million yuan
      Output before: now 400 million yuan, needs at most 385,714,285.71 yuan, that is 14,285,714.29 yuan away (3.58%); of a year before, no longer to be changed → eligible 1.542857 million yuan
    """
    facts = facts_of(measure, subject)
    now = evaluate(measure, facts)
    if now.state in ("eligible", "needs decision"):
        return Changes(measure.id, now, (), (), (), None)
    clauses = tuple(_missed(measure, facts))
    alone = tuple(_alone(measure, facts, [one.clause for one in clauses]))
    together, then = _together(measure, facts) if now.state == "not eligible" else ((), None)
    return Changes(measure.id, now, clauses, alone, together, then)


# ------------------------------------------------------------ clauses as expressions


def clauses_of(measure: Measure, facts: Mapping[str, Value]) -> dict[str, tuple[Text, Expr]]:
    """Every clause that a subject could fail in, with what it says, as one expression each.

    Those of the edition that holds for the subject; where none does, the clause ``in_force`` alone.
    """
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        forces = [one.force for one in measure.editions if one.force is not None]
        return {"in_force": (_IN_FORCE, _joined("or", [within(one) for one in forces]))}
    found: dict[str, tuple[Text, Expr]] = {}
    if edition.window is not None:
        found["apply"] = (_APPLY, within(edition.window))
    for one in edition.conditions:
        if one.when is not None and not one.decide:
            found[one.id] = (one.says, one.when.tree)
    nothing = Literal(Fraction(0))
    wholes: list[Expr] = [Binary(">=", one.whole.tree, nothing) for one in edition.amount.readings]
    found["amount"] = (_AMOUNT, _joined("and", wholes))
    return found


def within(force: Force) -> Expr:
    """That a date lies in these days, as an expression."""
    by = Name(force.by)
    start = Binary(">=", by, Literal(force.start))
    return start if force.end is None else Binary("and", start, Binary("<=", by, Literal(force.end)))


def _joined(word: str, trees: Sequence[Expr]) -> Expr:
    return reduce(lambda one, other: Binary("or" if word == "or" else "and", one, other), trees)


def definitions_of(measure: Measure, facts: Mapping[str, Value]) -> tuple[tuple[str, Expr], ...]:
    """Names that the edition works out, with their expressions."""
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        return ()
    return tuple((one.name, one.formula.tree) for one in edition.definitions)


def asked_by(tree: Expr, definitions: Sequence[tuple[str, Expr]]) -> tuple[str, ...]:
    """Facts that an expression asks for, through definitions too."""
    defined = dict(definitions)
    waiting = list(names_in(tree))
    found: dict[str, None] = {}
    seen: set[str] = set()
    for name in waiting:
        if name in seen:
            continue
        seen.add(name)
        if name in defined:
            waiting.extend(names_in(defined[name]))
        else:
            found[name] = None
    return tuple(found)


# ------------------------------------------------------------ changes


def _missed(measure: Measure, facts: Facts) -> Iterator[Missed]:
    definitions = definitions_of(measure, facts)
    for clause, (says, tree) in clauses_of(measure, facts).items():
        question = Question(tree, facts, definitions)
        held = question.holds("", None)
        if held is True:
            continue
        names = asked_by(tree, definitions)
        if clause == "amount" and any(facts.get(name) is None for name in names):
            continue  # what the amount lacks is to be asked, and not to be changed
        found = [one for name in names for one in _changes(measure, facts, clause, question, name)]
        yield Missed(
            clause, says, "not met" if held is False else "unknown", tuple(sorted(found, key=_order))
        )


def _changes(measure: Measure, facts: Facts, clause: str, question: Question, name: str) -> Iterator[Change]:
    field = measure.given[name]
    for reach in reaches(question, field):
        yield _change(measure, facts, clause, field, reach)


def _change(measure: Measure, facts: Facts, clause: str, field: Field, reach: Reach) -> Change:
    now, gap, relative = facts.get(field.name), None, None
    if isinstance(now, Fraction) and isinstance(reach.value, Fraction):
        gap = abs(reach.value - now)
        relative = gap / abs(now) if now else None
    outcome = evaluate(measure, {**facts, field.name: reach.value})
    return Change(clause, field, now, reach, gap, relative, moved_by(field), outcome)


def moved_by(field: Field) -> str:
    """Who can move a fact: ``firm`` or ``others`` as the file says, ``past`` of a year before, else empty."""
    if field.moved_by:
        return field.moved_by
    return "past" if field.taken is not None and (field.taken.year or 0) < 0 else ""


def _order(change: Change) -> tuple[int, bool, Fraction]:
    """Facts that the firm can move first, then the nearest."""
    far = change.relative if change.relative is not None else change.gap
    return _FIRST.index(change.moved_by), far is None, far or Fraction(0)


def _alone(measure: Measure, facts: Facts, missed: Sequence[str]) -> Iterator[Change]:
    """Facts of which each is enough by itself; none where two clauses ask for different ones."""
    definitions = definitions_of(measure, facts)
    clauses = clauses_of(measure, facts)
    if not missed or not all(clause in clauses for clause in missed):
        return
    asked = [asked_by(clauses[clause][1], definitions) for clause in missed]
    shared = [name for name in asked[0] if all(name in others for others in asked)]
    trees = [tree for _, tree in clauses.values()]
    question = Question(_joined("and", trees), facts, definitions)
    found = [one for name in shared for one in _changes(measure, facts, "", question, name)]
    for one in sorted(found, key=_order):
        if one.outcome.state in ("eligible", "needs decision"):
            yield one


def _together(measure: Measure, facts: Facts) -> tuple[tuple[Change, ...], Outcome | None]:
    """Change after change, the first clause that fails first, until the measure is had."""
    moved: Facts = dict(facts)
    found: list[Change] = []
    for _ in range(2 * max(len(one.conditions) for one in measure.editions) + 2):
        outcome = evaluate(measure, moved)
        if outcome.state != "not eligible":
            return tuple(found), outcome
        clauses = clauses_of(measure, moved)
        if outcome.clause not in clauses:
            break
        definitions = definitions_of(measure, moved)
        tree = clauses[outcome.clause][1]
        question = Question(tree, moved, definitions)
        names = asked_by(tree, definitions)
        options = [one for name in names for one in _changes(measure, moved, outcome.clause, question, name)]
        if not options:
            break
        found.append(min(options, key=_order))
        moved[found[-1].field.name] = found[-1].reach.value
    return (), None
