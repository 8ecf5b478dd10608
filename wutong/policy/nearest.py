"""The nearest value of one fact with which a condition holds: exact where its form allows, else searched; always tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wutong.policy.axis import Axis, axis_of
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import Expr, Literal, Name, parts, walk
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.forms import UnevenError
from wutong.policy.pieces import pieces_of, ranges_of

Definitions = Sequence[tuple[str, Expr]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A value with which a condition holds.

    ``value`` is the nearest such in the direction ``way`` (``up``, ``down``), or one of a few (``other``). ``before`` is one
    unit nearer, with which it does not hold; None where there is no order. ``sure`` is False where values further off
    were not looked at one by one, so that a nearer one might have been stepped over.
    """

    value: Value
    way: str
    before: Value = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A condition to be met by moving facts: its expression, the facts, and the names that are worked out of them."""

    tree: Expr
    facts: Mapping[str, Value]
    definitions: Definitions

    def holds(self, fact: str, value: Value) -> bool | None:
        """Whether the condition holds with another value of a fact, as the interpreter says."""
        known = {**self.facts, fact: value}
        for name, one in self.definitions:
            known[name] = exact.evaluate(one, known)
        found = exact.evaluate(self.tree, known)
        return found if isinstance(found, bool) else None


def reaches(question: Question, field: Field) -> tuple[Reach, ...]:
    """Find the nearest values of a fact with which a condition holds.

    Parameters
    ----------
    question : Question
        The condition, which does not hold now.
    field : Field
        The fact that may move.

    Returns
    -------
    tuple of Reach
        At most one up and one down, or one for each code or answer that will do; none where nothing does. Each was tried:
        with ``value`` the condition holds, with ``before`` it does not. Of a fact that is not known now the least value
        (``up``) is given where what is larger will do as well, else the greatest (``down``).

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> from wutong.words import Text
    >>> tree = parse("(a - b) / b >= 40%", ["a", "b"])
    >>> asked = Question(tree, {"a": Fraction(540), "b": Fraction(400)}, ())
    >>> [(one.value, one.before) for one in reaches(asked, Field("a", Text("", ""), MONEY))]
    [(Fraction(560, 1), Fraction(559, 1))]
    >>> [(one.value, one.way) for one in reaches(asked, Field("b", Text("", ""), MONEY))]
    [(Fraction(385, 1), 'down')]
    """
    now = question.facts.get(field.name)
    axis = axis_of(field, now)
    if axis is None:
        return tuple(one for one in _others(question, field) if _is_so(question, field.name, one))
    try:
        found = _by_pieces(question, field.name, axis, now) if axis.kind == "number" else None
    except UnevenError:
        found = None
    if found is None:
        found = tuple(_searched(question, field.name, axis, now))
    return tuple(one for one in found if _is_so(question, field.name, one))


def _is_so(question: Question, fact: str, one: Reach) -> bool:
    return question.holds(fact, one.value) is True and (
        one.before is None or question.holds(fact, one.before) is not True
    )


# ------------------------------------------------------------ numbers, by their pieces


def _by_pieces(question: Question, fact: str, axis: Axis, now: Value) -> tuple[Reach, ...]:
    runs = runs_of(question, fact, axis)
    if now is None:
        return tuple(_any_of(runs, axis))
    assert isinstance(now, Fraction)
    here = axis.place(now)
    on_place = now == axis.value(here)
    found = []
    up = next(((first, last) for first, last in runs if last > here), None)
    if up is not None:
        place = max(up[0], here + 1)
        found.append(
            Reach(axis.value(place), "up", axis.value(place - 1) if place > here + 1 or on_place else now)
        )
    down = next(
        ((first, last) for first, last in reversed(runs) if first < here or (first == here and not on_place)),
        None,
    )
    if down is not None:
        place = min(down[1], here - 1 if on_place else here)
        found.append(Reach(axis.value(place), "down", axis.value(place + 1) if place < here else now))
    return tuple(found)


def runs_of(question: Question, fact: str, axis: Axis) -> list[tuple[int, int]]:
    """Places of a fact at which a condition holds, as runs from first to last.

    Raises
    ------
    UnevenError
        If they cannot be told from the form of the condition.
    """
    low, high = Fraction(axis.low, axis.scale), Fraction(axis.high, axis.scale)
    found = pieces_of(question.tree, fact, question.facts, question.definitions, low, high)
    return ranges_of(found, lambda x: question.holds(fact, x), axis.unit)


def _any_of(runs: list[tuple[int, int]], axis: Axis) -> Iterator[Reach]:
    """For a fact that is not known: from where on, or up to where."""
    if not runs:
        return
    first, last = runs[-1] if runs[-1][1] == axis.high else runs[0]
    if last == axis.high or first > axis.low:
        yield Reach(axis.value(first), "up", axis.value(first - 1) if first > axis.low else None)
    else:
        yield Reach(axis.value(last), "down", axis.value(last + 1))


# ------------------------------------------------------------ what has to be searched


def _searched(question: Question, fact: str, axis: Axis, now: Value) -> Iterator[Reach]:
    """Go away from now in growing steps until the condition holds, then come back by halves."""
    if now is None:
        yield from _from_an_end(question, fact, axis)
        return
    here = axis.place(now)
    for way, sign, end in (("up", 1, axis.high), ("down", -1, axis.low)):
        step, last = 1, here
        while last != end:
            place = here + sign * step
            place = min(place, end) if sign > 0 else max(place, end)
            if question.holds(fact, axis.value(place)) is True:
                found = _between(lambda one: question.holds(fact, axis.value(one)) is True, last, place)
                before = now if found - sign == here else axis.value(found - sign)
                yield Reach(axis.value(found), way, before, sure=False)
                break
            last, step = place, step * 2


def _from_an_end(question: Question, fact: str, axis: Axis) -> Iterator[Reach]:
    def holds(place: int) -> bool:
        return question.holds(fact, axis.value(place)) is True

    if holds(axis.high) and not holds(axis.low):
        found = _between(holds, axis.low, axis.high)
        yield Reach(axis.value(found), "up", axis.value(found - 1), sure=False)
    elif holds(axis.low) and not holds(axis.high):
        found = _between(holds, axis.high, axis.low)
        yield Reach(axis.value(found), "down", axis.value(found + 1), sure=False)


def _between(holds: Callable[[int], bool], no: int, yes: int) -> int:
    """A place at which a truth holds beside one at which it does not."""
    while abs(yes - no) > 1:
        middle = (yes + no) // 2
        if holds(middle):
            yes = middle
        else:
            no = middle
    return yes


# ------------------------------------------------------------ codes and answers


def _others(question: Question, field: Field) -> Iterator[Reach]:
    now = question.facts.get(field.name)
    options: tuple[Value, ...] = (True, False)
    if field.type.kind == "text":
        options = field.type.choices or tuple(codes_in(question, field.name))
    for one in options:
        if one != now:
            yield Reach(one, "other")


def codes_in(question: Question, fact: str) -> list[str]:
    """Texts with which an expression compares a fact."""
    found: dict[str, None] = {}
    for tree in (question.tree, *(one for _, one in question.definitions)):
        for node in walk(tree):
            if fact not in [one.name for one in parts(node) if isinstance(one, Name)]:
                continue
            for one in walk(node):
                if isinstance(one, Literal) and isinstance(one.value, str):
                    found[one.value] = None
    return list(found)
