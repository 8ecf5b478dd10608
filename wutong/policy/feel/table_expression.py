"""A decision table as one expression that gives the same in a measure, with every unknown, so that all engines know it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import islice
from types import MappingProxyType
from typing import Final

from wutong.policy.feel.exact import equal, evaluate
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.limits import held
from wutong.policy.feel.substitute import changed, with_names
from wutong.policy.feel.syntax import (
    NOWHERE,
    Binary,
    Call,
    Cell,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Operator,
    Range,
    names_in,
    walk,
)
from wutong.policy.feel.tables import Rule, Table
from wutong.policy.feel.values import Value
from wutong.words import Text

POLICIES: Final = ("U", "A", "P", "F", "C+", "C<", "C>", "C#")
"""Hit policies that give one value; ``R``, ``O`` and ``C`` give a list."""

PARTS: Final = 10_000
"""Parts that the expression of a table may have."""

_NULL: Final = Literal(None)
_TRUE: Final = Literal(True)
_NONE: Final = Literal(Fraction(0))
_ONE: Final = Literal(Fraction(1))
_ZEROS: Final = MappingProxyType(
    {"number": _NONE, "days": Literal(Fraction(0), "天"), "months": Literal(Fraction(0), "个月")}
)

Case = tuple[Expr, Expr]
"""What must hold, and what is given then."""


def expression_of(table: Table, kind: str, source: Source) -> Expr:
    """Write a table of one output as one expression.

    In a measure a rule that might match makes the result unknown, under ``F`` only where no earlier rule matches. ``if``
    with an unknown condition is unknown too, and so is a sum that counts which rules match; so both say the same.

    Parameters
    ----------
    table : Table
        With a policy of ``POLICIES``. Each cell fits its input, the results fit each other; under ``P`` they are constants.
    kind : str
        Kind of the results.
    source : Source
        Where the table stands, for errors.

    Returns
    -------
    Expr
        It gives what ``evaluate_table`` gives in the dialect of measures.

    Raises
    ------
    ExpressionError
        If it would be too large or too deep.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> from wutong.policy.feel.syntax import show
    >>> from wutong.policy.feel.tables import Output
    >>> rules = [(">= 3", "8"), ("[1..3)", "5")]
    >>> table = Table("F", (parse("投资", ["投资"]),), (Output("比例"),), tuple(
    ...     Rule((parse_cell(cell),), (parse(result),)) for cell, result in rules))
    >>> show(expression_of(table, "number", Source("")))
    '(if (投资 >= 3) then 8 else (if (投资 in ([1..3))) then 5 else null))'
    """
    cases = [
        (condition(table.inputs, rule), rule.results[0] if rule.results else _NULL) for rule in table.rules
    ]
    made = _made(table, kind, cases, table.outputs[0].default or _NULL)
    if sum(1 for _ in islice(walk(made), PARTS + 1)) > PARTS:
        what = Text("决策表太大。请拆成几张表。", "The decision table is too large. Split it into several.")
        raise ExpressionError(what, source, NOWHERE)
    held(made, source)
    return _nowhere(made)


def _nowhere(node: Expr) -> Expr:
    """The same without places: those of its parts are places in many cells."""
    return replace(changed(node, _nowhere), span=NOWHERE)


def _made(table: Table, kind: str, cases: list[Case], default: Expr) -> Expr:
    count = _count(test for test, _ in cases)
    some = Binary(">", count, _NONE)
    match table.hit:
        case "F":
            return _first(cases, default)
        case "U":
            return If(Binary(">", count, _ONE), _NULL, _first(cases, default))
        case "A":
            return _agreeing(cases, default)
        case "P":
            order = [evaluate(one, {}) for one in table.outputs[0].values]
            return If(some, _first(sorted(cases, key=lambda case: place_of(case[1], order)), _NULL), default)
        case "C#":
            return count
        case "C+":
            zero = _ZEROS[kind]
            return If(some, Call("sum", tuple(If(test, result, zero) for test, result in cases)), default)
    return If(some, _extreme(cases, largest=table.hit == "C>"), default)


# ------------------------------------------------------------ what a rule asks


def condition(inputs: Sequence[Expr], rule: Rule) -> Expr:
    """All cells of a rule as one condition.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> from wutong.policy.feel.syntax import show
    >>> rule = Rule(tuple(map(parse_cell, ("< 3", "-", 'not("a", "b")', "? > 1 and ? < 5"))), ())
    >>> show(condition(tuple(parse(name, ["n", "k"]) for name in ("n", "k", "k", "n")), rule))
    '(((n < 3) and not((k in ("a", "b")))) and ((n > 1) and (n < 5)))'
    """
    tests = [_judged(cell, asked) for cell, asked in zip(rule.cells, inputs, strict=True) if cell.tests]
    return _both(tests) if tests else _TRUE


def _judged(cell: Cell, asked: Expr) -> Expr:
    own = [with_names(test, {"?": asked}) for test in cell.tests if "?" in names_in(test)]
    tests = tuple(test for test in cell.tests if "?" not in names_in(test))
    found = [*([_tested(asked, tests)] if tests else []), *own]
    either = _either(found)
    return Call("not", (either,)) if cell.negated else either


def _tested(asked: Expr, tests: tuple[Expr, ...]) -> Expr:
    if len(tests) > 1 or isinstance(tests[0], Range):
        return In(asked, tests)
    if isinstance(tests[0], Compare):
        return Binary(tests[0].operator, asked, tests[0].value)
    equals: Operator = "="
    return Binary(equals, asked, tests[0])


def _both(tests: Iterable[Expr]) -> Expr:
    return reduce(lambda one, other: Binary("and", one, other), tests)


def _either(tests: Iterable[Expr]) -> Expr:
    return reduce(lambda one, other: Binary("or", one, other), tests)


# ------------------------------------------------------------ how many match, and which


def _count(tests: Iterable[Expr]) -> Expr:
    """How many hold; unknown as soon as one is."""
    return Call("sum", tuple(If(test, _ONE, _NONE) for test in tests))


def _first(cases: Sequence[Case], default: Expr) -> Expr:
    made = default
    for test, result in reversed(cases):
        made = If(test, result, made)
    return made


def is_constant(node: Expr) -> bool:
    """Tell whether an expression hangs on no name."""
    return not names_in(node)


def place_of(result: Expr, order: Sequence[Value]) -> int:
    """Place of a constant in a list of values; what is not in it comes last."""
    value = evaluate(result, {})
    return next((at for at, one in enumerate(order) if equal(one, value, "feel")), len(order))


def _agreeing(cases: Sequence[Case], default: Expr) -> Expr:
    """Rules of one result are one group; where two groups match, their values must be the same."""
    groups: dict[object, tuple[Expr, list[Expr]]] = {}
    for test, result in cases:
        key: object = ("value", evaluate(result, {})) if is_constant(result) else result
        groups.setdefault(key, (result, []))[1].append(test)
    own = [(_either(tests), result) for result, tests in groups.values()]
    counted = [
        tests[0] if len(tests) == 1 else Binary(">", _count(tests), _NONE) for _, tests in groups.values()
    ]
    same: Expr = _NULL
    if not all(is_constant(result) for _, result in own):
        one = _first(own, _NULL)
        agree: list[Expr] = [If(test, Binary("=", result, one), _TRUE) for test, result in own]
        same = If(_both(agree), one, _NULL)
    return If(Binary(">", _count(counted), _ONE), same, _first(own, default))


def _extreme(cases: Sequence[Case], *, largest: bool) -> Expr:
    """Least or greatest of what matching rules give; one that gives null makes it null."""
    if all(is_constant(result) for _, result in cases):
        known = [(evaluate(result, {}), (test, result)) for test, result in cases]
        nulls = [case for value, case in known if value is None]
        rest = [(value, case) for value, case in known if value is not None]
        rest.sort(key=lambda one: one[0], reverse=largest)  # type: ignore[arg-type, return-value]  # of one ordered kind
        return _first([*nulls, *(case for _, case in rest)], _NULL)
    some = _first(cases, _NULL)
    name = "max" if largest else "min"
    return Call(name, tuple(If(test, result, some) for test, result in cases))
