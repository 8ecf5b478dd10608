"""What an expression is in a document's words: tiers, one part of a scale, what is left under a cap, a raised rate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from wutong.policy.feel.syntax import Binary, Call, Cell, Expr, If, Literal, Name, names_in, walk
from wutong.policy.feel.types import Typed


@dataclass(frozen=True, slots=True)
class Tiers:
    """A value by the tier that ``by`` reaches: bounds and values from low to high, and what holds below the lowest.

    ``upper`` says that a bound belongs to the tier below it.
    """

    by: Typed
    upper: bool
    bounds: tuple[Typed, ...]
    values: tuple[Typed, ...]
    below: Typed


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a scale at its own rate: what of ``by`` lies above ``low`` and, where there is one, up to ``top``.

    ``part`` is how much that is, or how many steps it makes.
    """

    by: Typed
    low: Typed
    top: Typed | None
    part: Typed
    rate: Typed


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a cap once what was paid is taken off, and nothing where no more is left."""

    cap: Typed
    paid: Typed


@dataclass(frozen=True, slots=True)
class Raised:
    """A rate that another measure changes, by the value ``name``; ``idle`` is the value that leaves it as it is."""

    name: str
    idle: Typed
    before: Typed
    after: Typed


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two values, by a test."""

    test: Typed
    then: Typed
    otherwise: Typed


Shape = Tiers | Band | Left | Raised | Choice


def shape_of(typed: Typed, raising: Collection[str] = ()) -> Shape | None:
    """Tell what an expression is.

    Parameters
    ----------
    typed : Typed
        The expression.
    raising : collection of str
        Names of what other measures do to a rate.

    Returns
    -------
    Shape or None
        None for arithmetic and whatever else reads as it stands.

    Examples
    --------
    >>> from wutong.policy.feel.check import check
    >>> from wutong.policy.feel.faults import Source
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> text = Source("if 投资 >= 3亿元 then 8% else if 投资 >= 1亿元 then 5% else null")
    >>> found = shape_of(check(parse(text, ["投资"]), {"投资": MONEY}, text))
    >>> [bound.node.value for bound in found.bounds], found.below.node.value
    ([Fraction(1, 1), Fraction(3, 1)], None)
    """
    if not isinstance(typed.node, If) or len(typed.parts) != 3:
        return None
    test, then, otherwise = typed.parts
    node = test.node
    if isinstance(node, Binary) and len(test.parts) == 2:
        found = (
            _raised(test, then, otherwise, raising)
            or _left(test, then, otherwise)
            or _band(test, then, otherwise)
            or _tiers(typed)
        )
        if found is not None:
            return found
    return Choice(test, then, otherwise)


def _raised(test: Typed, then: Typed, otherwise: Typed, raising: Collection[str]) -> Raised | None:
    node = test.node
    if isinstance(node, Binary) and isinstance(node.left, Name) and node.left.name in raising:
        return Raised(node.left.name, test.parts[1], then, otherwise)
    return None


def _left(test: Typed, then: Typed, otherwise: Typed) -> Left | None:
    node, rest = test.node, then.node
    if not (isinstance(node, Binary) and isinstance(rest, Binary) and is_nothing(otherwise.node)):
        return None
    same = (node.left, node.right) == (rest.left, rest.right)
    return Left(*test.parts) if same and (node.operator, rest.operator) == (">", "-") else None


def _band(test: Typed, then: Typed, otherwise: Typed) -> Band | None:
    node = test.node
    if not isinstance(node, Binary) or node.operator != ">" or not is_nothing(otherwise.node):
        return None
    if not isinstance(then.node, Binary) or then.node.operator != "*":
        return None
    part, rate = then.parts
    above = part
    if isinstance(above.node, Call) and above.node.function == "floor":
        above = above.parts[0]
    if isinstance(above.node, Binary) and above.node.operator == "/":
        above = above.parts[0]
    if not isinstance(above.node, Binary) or above.node.operator != "-" or above.node.right != node.right:
        return None
    by, low = test.parts
    reached = above.parts[0]
    if reached.node == by.node:
        return Band(by, low, None, part, rate)
    if isinstance(reached.node, Call) and reached.node.function == "min" and len(reached.parts) == 2:
        first, top = reached.parts
        return Band(by, low, top, part, rate) if first.node == by.node else None
    return None


def _tiers(typed: Typed) -> Tiers | None:
    found: list[tuple[Typed, Typed]] = []
    first = typed.parts[0]
    by, upper = first.parts[0], isinstance(first.node, Binary) and first.node.operator == ">"
    rest = typed
    while isinstance(rest.node, If) and len(rest.parts) == 3:
        test, then, otherwise = rest.parts
        node = test.node
        if not isinstance(node, Binary) or node.operator != (">" if upper else ">=") or node.left != by.node:
            break
        found.append((test.parts[1], then))
        rest = otherwise
    # one test alone is a tier only where its bound is a number and not another value
    if not found or (len(found) == 1 and names_in(found[0][0].node) and not is_null(rest.node)):
        return None
    found.reverse()
    return Tiers(by, upper, tuple(low for low, _ in found), tuple(value for _, value in found), rest)


def is_nothing(node: Expr | Cell) -> bool:
    """Whether an expression is a bare 0."""
    return (
        isinstance(node, Literal) and node.value == 0 and not isinstance(node.value, bool) and not node.unit
    )


def is_null(node: Expr | Cell) -> bool:
    """Whether an expression is a bare null."""
    return isinstance(node, Literal) and node.value is None


def terms_of(typed: Typed, trees: tuple[Expr, ...]) -> tuple[Typed, ...] | None:
    """Take a sum apart into these terms; None where it is not their sum."""
    if len(trees) == 1:
        return (typed,) if typed.node == trees[0] else None
    if not trees or not isinstance(typed.node, Binary) or typed.node.operator != "+":
        return None
    rest, last = typed.parts
    before = terms_of(rest, trees[:-1]) if last.node == trees[-1] else None
    return None if before is None else (*before, last)


def addends(typed: Typed) -> tuple[Typed, ...]:
    """The parts of a sum, from left to right."""
    if isinstance(typed.node, Binary) and typed.node.operator == "+" and len(typed.parts) == 2:
        return (*addends(typed.parts[0]), typed.parts[1])
    return (typed,)


def holds_a_shape(typed: Typed) -> bool:
    """Whether an expression, or a part of it, is a choice of any shape."""
    return any(isinstance(node, If) for node in walk(typed.node))
