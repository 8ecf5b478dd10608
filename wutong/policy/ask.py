"""Which facts to ask for first, by the money that they can decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from wutong.policy.answer import example_of, shape_of_answer
from wutong.policy.change import definitions_of
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, Subject, edition_of, evaluate, facts_of, worked_out
from wutong.policy.extent import Constant, Span, amounts_within, extent_of
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import Binary, Call, Expr, If, In, Literal, Name, parts
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Rulebook
from wutong.words import Language, Text

_KINDS: Final = ("boolean", "text", "number", "date", "months", "days")


@dataclass(frozen=True, slots=True)
class Stake:
    """What a measure waits for, and between which amounts that decides, in fen.

    ``facts`` are those on which it waits, of its conditions first; ``conditions`` counts these. ``high`` is None where the
    paper sets no bound; ``told`` is False where no amount can be told at all.
    """

    measure: Measure
    facts: tuple[str, ...]
    conditions: int
    low: int
    high: int | None
    told: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for: which measures hang on it, and how much money it can decide with the others that are not known.

    ``money`` adds up what is bounded, in fen; ``unbounded`` counts measures whose amount has no bound in the paper.
    """

    field: Field
    measures: tuple[Measure, ...]
    money: int
    unbounded: int
    gates: int

    @property
    def unit(self) -> Text:
        """What kind of answer is wanted."""
        return shape_of_answer(self.field.type)

    @property
    def example(self) -> str:
        """An answer as it may be written."""
        return example_of(self.field.type)

    def say(self, language: Language) -> str:
        """The question with what hangs on it, in one language."""
        zh = language == "zh"
        names = ("、" if zh else ", ").join(one.title.say(language) for one in self.measures[:4])
        more = len(self.measures) - 4
        names += "" if more <= 0 else f" 等{len(self.measures)}条" if zh else f" and {more} more"
        money = yuan(self.money).say(language)
        some = bool(self.unbounded)
        if zh:
            worth = (
                "金额不设上限" if some and not self.money else f"可决定{'至少' if some else '最多'}{money}"
            )
            worth += "，其中有不设上限的" if some and self.money else ""
            return f"{self.field.label.zh}？（{self.unit.zh}，如 {self.example}）关系到：{names}；{worth}"
        worth = (
            "no bound is set"
            if some and not self.money
            else f"decides {money}{' or more' if some else ' at most'}"
        )
        worth += ", some without a bound" if some and self.money else ""
        return f"{self.field.label.en}? ({self.unit.en}, such as {self.example}) Concerns: {names}; {worth}"

    @property
    def line(self) -> Text:
        """The question with what hangs on it."""
        return Text(self.say("zh"), self.say("en"))


# ------------------------------------------------------------ what a measure waits for


def waits(tree: Expr, known: Mapping[str, Value], definitions: Mapping[str, Expr]) -> dict[str, None]:
    """Facts on which an expression waits: each might, once it is known, change what the expression comes to.

    Parameters
    ----------
    tree : Expr
        The expression.
    known : mapping of str to Value
        Facts and definitions.
    definitions : mapping of str to Expr
        Names that are worked out.

    Returns
    -------
    dict of str to None
        Names, in order; none where the expression has a value whatever is not known. What asks whether a fact is missing
        (``x = null``) has its answer while it is, and does not wait.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> list(waits(parse("(a or b) and c", ["a", "b", "c"]), {"a": True}, {}))
    ['c']
    >>> list(waits(parse("if a then b else c", ["a", "b", "c"]), {"a": False, "b": None}, {}))
    ['c']
    """
    match tree:
        case Literal():
            return {}
        case Name(name=name):
            if known.get(name) is not None:
                return {}
            return waits(definitions[name], known, definitions) if name in definitions else {name: None}
        case Binary(operator="and" | "or" as word, left=left, right=right):
            settles = word == "or"
            if settles in (exact.evaluate(left, known), exact.evaluate(right, known)):
                return {}
            return waits(left, known, definitions) | waits(right, known, definitions)
        case If(condition=condition, then=then, otherwise=otherwise):
            held = exact.evaluate(condition, known)
            if not isinstance(held, bool):
                return waits(condition, known, definitions)
            return waits(then if held else otherwise, known, definitions)
        case Binary(left=left, right=right) if any(
            isinstance(one, Literal) and one.value is None for one in (left, right)
        ):
            return {}
        case Call(function="is"):
            return {}
        case In() if exact.evaluate(tree, known) is not None:
            return {}
    found: dict[str, None] = {}
    for part in parts(tree):
        found |= waits(part, known, definitions)
    return found


def stake(measure: Measure, subject: Subject) -> Stake | None:
    """What a measure waits for, for one subject.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    Stake or None
        None where the measure waits for nothing: no fact that is not known could change what it gives.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.
    """
    facts = facts_of(measure, subject)
    outcome = evaluate(measure, facts)
    if outcome.state != "unknown":
        return None
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        spans = [amounts_within(one, facts) for one in measure.editions]
        known = [span for span in spans if span is not None]
        high = (
            None if any(top is None for _, top in known) else max((top or 0 for _, top in known), default=0)
        )
        return Stake(measure, outcome.missing, len(outcome.missing), 0, high, bool(known))
    return _of_edition(measure, edition, facts, outcome)


def _of_edition(
    measure: Measure, edition: Edition, facts: Mapping[str, Value], outcome: Outcome
) -> Stake | None:
    names = dict(definitions_of(measure, facts))
    known = worked_out(edition, facts)
    asked: dict[str, None] = {}
    if edition.window is not None and facts.get(edition.window.by) is None:
        asked[edition.window.by] = None
    for condition in edition.conditions:
        if condition.when is not None:
            asked |= waits(condition.when.tree, known, names)
    gates = len(asked)
    for reading in edition.amount.readings:
        asked |= waits(reading.whole.tree, known, names)
    for payee in edition.amount.payees:
        if payee.share is not None:
            asked |= waits(payee.share.tree, known, names)
    if not asked:
        return None
    span = amounts_within(edition, facts)
    if span is None:
        return Stake(measure, tuple(asked), gates, 0, 0, told=False)
    low, high = span
    if outcome.possible:
        low, high = outcome.possible[0], outcome.possible[-1]
    return Stake(measure, tuple(asked), gates, 0 if gates else low, high)


# ------------------------------------------------------------ what to ask for


def questions(
    book: Rulebook, subject: Subject, kind: str = "firm", without: Collection[str] = ()
) -> tuple[Question, ...]:
    """Rank the facts that are not known by the money that they can decide.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subject : mapping of str to value
        What is known.
    kind : str
        What the subject is: firm, project or person.
    without : collection of str
        Facts that are not asked for, because nobody knows them.

    Returns
    -------
    tuple of Question
        Most money first: what has no bound, then the largest sum. Of equal sums, what closes more measures, answers of yes
        and no before numbers. A fact that can change nothing is not there.

    Raises
    ------
    RuleError
        If a fact is not of the kind that a measure declares.
    """
    found: dict[str, Question] = {}
    for measure in book.measures:
        if measure.subject != kind:
            continue
        one = stake(measure, subject)
        if one is None:
            continue
        # where nobody knows a fact that is waited for, only a condition can still settle the measure
        lost = any(name in without for name in one.facts)
        high = lowest(one.high, ceiling(book, measure, subject))
        for at, name in enumerate(one.facts[: one.conditions] if lost else one.facts):
            if name in without:
                continue
            old = found.get(name) or Question(book.fields[name], (), 0, 0, 0)
            found[name] = replace(
                old,
                measures=(*old.measures, measure),
                money=old.money + (max(high - one.low, 0) if high is not None else 0),
                unbounded=old.unbounded + (high is None),
                gates=old.gates + (at < one.conditions),
            )
    order = {name: at for at, name in enumerate(book.fields)}
    return tuple(
        sorted(
            found.values(),
            key=lambda one: (
                -min(one.unbounded, 1),
                -one.money,
                -one.gates,
                _KINDS.index(one.field.type.kind),
                order[one.field.name],
            ),
        )
    )


def ceiling(book: Rulebook, measure: Measure, subject: Subject) -> int | None:
    """The least of the ceilings that a rulebook sets over several awards with this one among them, in fen; None for none."""
    facts = {
        name: value
        for name, value in subject.items()
        if not isinstance(value, int) or isinstance(value, bool)
    }
    limits = [one for one in book.limits if measure.id in one.measures]
    limits += [one for edition in measure.editions for one in edition.limits if len(measure.editions) == 1]
    types = {name: field.type for name, field in book.fields.items()}
    found: int | None = None
    for limit in limits:
        definitions = definitions_of(measure, facts) if len(measure.editions) == 1 else ()
        known = types | dict(measure.editions[0].names)
        match extent_of(limit.amount.tree, facts, known, definitions):
            case Constant(value=Fraction() as high) | Span(high=Fraction() as high):
                found = lowest(found, int(high))
    return found


def lowest(one: int | None, other: int | None) -> int | None:
    """The lower of two bounds; None is no bound."""
    return other if one is None else one if other is None else min(one, other)


def next_question(
    book: Rulebook, subject: Subject, kind: str = "firm", without: Collection[str] = ()
) -> Question | None:
    """The fact to ask for next; None where nothing more can be decided. See ``questions``."""
    return next(iter(questions(book, subject, kind, without)), None)
