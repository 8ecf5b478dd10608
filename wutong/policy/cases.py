"""Expressions as demands: when a clause holds, fails or is unknown, and which number an amount is in which case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from wutong.policy.feel import exact
from wutong.policy.feel.signatures import FUNCTIONS, ROUNDINGS
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Property,
    Range,
    names_in,
    show,
    value_of,
)
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import kind_of
from wutong.policy.reach import ALWAYS, NEVER, Among, Known, Stretch, both, either
from wutong.policy.sums import (
    LARGEST,
    OPPOSITE,
    Case,
    Leaf,
    Three,
    cases_compared,
    constant,
    divided,
    extreme,
    in_stretch,
    joined,
    known,
    live,
    minus,
    plus,
    scaled,
    times,
    unknown_where,
)

_ONE: Final = Fraction(1)
_NUMBERS: Final = frozenset(("number", "date", "days", "months"))


def domains_of(types: Mapping[str, Type]) -> dict[str, frozenset[str | bool]]:
    """Closed lists of values: of what is yes or no, and of choices.

    Examples
    --------
    >>> from wutong.policy.feel.types import BOOLEAN, MONEY
    >>> sorted(domains_of({"规上": BOOLEAN, "产值": MONEY})["规上"])
    [False, True]
    """
    found: dict[str, frozenset[str | bool]] = {}
    for name, type_ in types.items():
        if type_.kind == "boolean":
            found[name] = frozenset((True, False))
        elif type_.choices:
            found[name] = frozenset(type_.choices)
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads expressions over facts of these types; ``definitions`` are read through.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import MONEY
    >>> from wutong.policy.reach import impossible
    >>> reader = Reader({"投资": MONEY}, {})
    >>> one, other = (reader.truth(parse(text, ["投资"])) for text in ("投资 >= 1亿元", "投资 < 5000万元"))
    >>> impossible([one.yes, other.yes], reader.domains)
    True
    """

    types: Mapping[str, Type]
    definitions: Mapping[str, Expr]
    domains: dict[str, frozenset[str | bool]] = field(default_factory=dict)
    _truths: dict[Expr, Three] = field(default_factory=dict)
    _cases: dict[Expr, tuple[Case, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.domains.update(domains_of(self.types))

    # ------------------------------------------------------------ yes or no

    def truth(self, tree: Expr) -> Three:
        """When an expression of yes or no holds."""
        if tree not in self._truths:
            self._truths[tree] = self._truth(tree)
        return self._truths[tree]

    def _truth(self, tree: Expr) -> Three:
        match tree:
            case Literal(value=None):
                return Three(NEVER, NEVER, ALWAYS)
            case Literal(value=bool() as value):
                return Three(ALWAYS, NEVER, NEVER) if value else Three(NEVER, ALWAYS, NEVER)
            case Name(name=name) if name in self.definitions:
                return self.truth(self.definitions[name])
            case Name(name=name):
                return self._free(name)
            case Call(function="not", arguments=(inner,)):
                found = self.truth(inner)
                return Three(found.no, found.yes, found.unknown)
            case Binary(operator="and", left=left, right=right):
                return _and(self.truth(left), self.truth(right))
            case Binary(operator="or", left=left, right=right):
                return _or(self.truth(left), self.truth(right))
            case Binary(operator=operator, left=left, right=right) if operator in OPPOSITE:
                return self._compared(tree, operator, left, right)
            case If(condition=condition, then=then, otherwise=otherwise):
                return _if(self.truth(condition), self.truth(then), self.truth(otherwise))
            case Between(value=value, low=low, high=high):
                return _and(self._compared(tree, ">=", value, low), self._compared(tree, "<=", value, high))
            case In(value=value, tests=tests):
                return self._in(tree, value, tests)
        return self._opaque(tree)

    def _free(self, name: str) -> Three:
        self.domains.setdefault(name, frozenset((True, False)))
        return Three(
            Among(name, frozenset((True,))), Among(name, frozenset((False,))), Known(name, known=False)
        )

    def _opaque(self, tree: Expr) -> Three:
        """About what cannot be read only this is held: the same text means the same."""
        return self._free(f"={show(tree)}")

    def _in(self, tree: In, value: Expr, tests: tuple[Expr, ...]) -> Three:
        found = Three(NEVER, ALWAYS, NEVER)
        for test in tests:
            match test:
                case Compare(operator=operator, value=other):
                    one = self._compared(tree, operator, value, other)
                case Range(low=low, high=high):
                    one = _and(
                        self._compared(tree, ">=" if test.low_closed else ">", value, low),
                        self._compared(tree, "<=" if test.high_closed else "<", value, high),
                    )
                case _ if "?" in names_in(test) or self.kind(test) != self.kind(value):
                    return self._opaque(tree)
                case _:
                    one = self._compared(tree, "=", value, test)
            found = _or(found, one)
        return found

    def _compared(self, tree: Expr, operator: str, left: Expr, right: Expr) -> Three:
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Literal) and side.value is None and operator in ("=", "!="):
                there = self._is_known(other)
                if there is None:
                    return self._opaque(tree)
                found = Three(there.no, there.yes, NEVER)
                return found if operator == "=" else Three(found.no, found.yes, NEVER)
        kinds = {self.kind(left), self.kind(right)}
        if len(kinds) == 1 and kinds <= _NUMBERS:
            return cases_compared(
                joined(self.numbers(left), self.numbers(right), minus, self.domains), operator
            )
        if kinds == {"boolean"} and operator in ("=", "!="):
            one, two = self.truth(left), self.truth(right)
            same = either(both(one.yes, two.yes), both(one.no, two.no))
            apart = either(both(one.yes, two.no), both(one.no, two.yes))
            unknown = either(one.unknown, two.unknown)
            return Three(same, apart, unknown) if operator == "=" else Three(apart, same, unknown)
        if kinds == {"text"} and operator in ("=", "!="):
            return self._texts_compared(tree, operator, left, right)
        return self._opaque(tree)

    def _is_known(self, tree: Expr) -> Three | None:
        """``yes`` where an expression has a value, ``no`` where it is null."""
        kind = self.kind(tree)
        if kind in _NUMBERS:
            cases = self.numbers(tree)
            yes = [both(one.path, known(one.leaf.needs)) for one in cases if one.leaf is not None]
            return Three(either(*yes), unknown_where(cases), NEVER)
        if kind == "boolean":
            found = self.truth(tree)
            return Three(either(found.yes, found.no), found.unknown, NEVER)
        word = self._word(tree) if kind == "text" else None
        if isinstance(word, Name):
            return Three(Known(word.name), Known(word.name, known=False), NEVER)
        return None

    # ------------------------------------------------------------ texts

    def _word(self, tree: Expr) -> Literal | Name | None:
        """A text that is a code or stands under a name; None for any other."""
        while isinstance(tree, Name) and tree.name in self.definitions:
            tree = self.definitions[tree.name]
        return tree if isinstance(tree, Literal | Name) else None

    def _texts_compared(self, tree: Expr, operator: str, left: Expr, right: Expr) -> Three:
        one, two = self._word(left), self._word(right)
        if isinstance(one, Name):
            one, two = two, one
        if not isinstance(one, Literal) or two is None:
            return self._opaque(tree)
        if isinstance(two, Literal):
            found = Three(ALWAYS, NEVER, NEVER) if one.value == two.value else Three(NEVER, ALWAYS, NEVER)
        else:
            code = frozenset((str(one.value),))
            found = Three(
                Among(two.name, code), Among(two.name, code, inside=False), Known(two.name, known=False)
            )
        return found if operator == "=" else Three(found.no, found.yes, found.unknown)

    # ------------------------------------------------------------ numbers, days and durations

    def numbers(self, tree: Expr) -> tuple[Case, ...]:
        """A number, a day or a duration, case by case, in base units; days are counted."""
        if tree not in self._cases:
            found = self._numbers(tree)
            self._cases[tree] = found if found and len(found) <= LARGEST else self._term(tree)
        return self._cases[tree]

    def _term(self, tree: Expr) -> tuple[Case, ...]:
        name = f"={show(tree)}"
        return (Case(ALWAYS, Leaf(((name, _ONE),), needs=frozenset((name,)))),)

    def _numbers(self, tree: Expr) -> tuple[Case, ...]:
        match tree:
            case Literal():
                return constant(value_of(tree))
            case Call() if not names_in(tree):
                return constant(exact.evaluate(tree, {}))
            case Name(name=name) if name in self.definitions:
                return self.numbers(self.definitions[name])
            case Name(name=name):
                whole = self.kind(tree) == "date"
                return (Case(ALWAYS, Leaf(((name, _ONE),), needs=frozenset((name,)), whole=whole)),)
            case Minus(value=value):
                return tuple(scaled(one, -_ONE) for one in self.numbers(value))
            case If(condition=condition, then=then, otherwise=otherwise):
                asked = self.truth(condition)
                cases = [Case(both(asked.yes, one.path), one.leaf) for one in self.numbers(then)]
                cases += [Case(both(asked.no, one.path), one.leaf) for one in self.numbers(otherwise)]
                return live([*cases, Case(asked.unknown, None)], self.domains)
            case Binary(operator=operator, left=left, right=right):
                return self._arithmetic(tree, operator, left, right)
            case Call(function=name, arguments=arguments, names=()) if name in ("min", "max"):
                found = self.numbers(arguments[0])
                for other in arguments[1:]:
                    found = extreme(found, self.numbers(other), name == "min", self.domains)
                    if len(found) > LARGEST:
                        break
                return found
            case Call(function=name, arguments=(value, Literal() as step), names=()) if name in ROUNDINGS:
                return self._rounded(tree, value, step)
        return ()

    def _arithmetic(self, tree: Expr, operator: str, left: Expr, right: Expr) -> tuple[Case, ...]:
        kinds = (self.kind(left), self.kind(right))
        plain = kinds == ("number", "number")
        if operator in ("+", "-") and (plain or kinds in (("days", "days"), ("months", "months"))):
            change = plus if operator == "+" else minus
            return joined(self.numbers(left), self.numbers(right), change, self.domains)
        if operator == "*" and plain:
            return joined(self.numbers(left), self.numbers(right), times, self.domains)
        if operator == "/" and plain:
            return divided(self.numbers(left), self.numbers(right), self.domains)
        return ()

    def _rounded(self, tree: Expr, value: Expr, step: Literal) -> tuple[Case, ...]:
        """What is rounded to a step is less than a step away from what it was."""
        width = value_of(step) if step.unit else None
        if not isinstance(width, Fraction) or width <= 0:
            return ()
        term = Leaf(((f"={show(tree)}", _ONE),))
        found: list[Case] = []
        for one in self.numbers(value):
            if one.leaf is None:
                found.append(one)
                continue
            near = minus(term, one.leaf)
            path = both(one.path, in_stretch(near, Stretch(-width, width)))
            found.append(Case(path, Leaf(term.form, needs=one.leaf.needs)))
        return tuple(found)

    # ------------------------------------------------------------ kinds

    def kind(self, tree: Expr) -> str:
        """The kind of value that an expression gives, as ``wutong.policy.feel.types`` has it."""
        match tree:
            case Literal(value=value, unit=unit):
                return kind_of(value_of(tree)) if unit else kind_of(value)
            case Name(name=name) if name in self.definitions:
                return self.kind(self.definitions[name])
            case Name(name=name):
                return self.types[name].kind if name in self.types else "any"
            case Minus(value=value):
                return self.kind(value)
            case If(then=then, otherwise=otherwise):
                found = self.kind(then)
                return self.kind(otherwise) if found == "null" else found
            case Binary(operator=operator) if operator in ("and", "or", *OPPOSITE):
                return "boolean"
            case Binary(operator=operator, left=left, right=right):
                return _kind_of_two(operator, self.kind(left), self.kind(right))
            case Between() | In():
                return "boolean"
            case Range():
                return "range"
            case Property():
                return "number"
            case Call(function=name, arguments=arguments) if name in FUNCTIONS:
                gives = FUNCTIONS[name].gives
                return self.kind(arguments[0]) if gives == "same" and arguments else gives
        return "any"


def _kind_of_two(operator: str, one: str, other: str) -> str:
    lengths = ("days", "months")
    if one == other == "number":
        return "number"
    if "date" in (one, other):
        return "days" if one == other else "date"
    if one in lengths and other == one and operator == "/":
        return "number"
    return next((kind for kind in (one, other) if kind in lengths), one)


# ------------------------------------------------------------ three values


def _and(one: Three, other: Three) -> Three:
    unknown = either(
        both(one.unknown, other.unknown), both(one.unknown, other.yes), both(one.yes, other.unknown)
    )
    return Three(both(one.yes, other.yes), either(one.no, other.no), unknown)


def _or(one: Three, other: Three) -> Three:
    found = _and(Three(one.no, one.yes, one.unknown), Three(other.no, other.yes, other.unknown))
    return Three(found.no, found.yes, found.unknown)


def _if(condition: Three, then: Three, otherwise: Three) -> Three:
    yes, no = condition.yes, condition.no
    return Three(
        either(both(yes, then.yes), both(no, otherwise.yes)),
        either(both(yes, then.no), both(no, otherwise.no)),
        either(condition.unknown, both(yes, then.unknown), both(no, otherwise.unknown)),
    )
