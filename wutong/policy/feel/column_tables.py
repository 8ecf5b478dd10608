"""Decision tables over columns: the same results as row by row, for all rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wutong.policy.columns.bounds import TooLargeError
from wutong.policy.columns.node import Node, first, literal
from wutong.policy.feel import quantities as q
from wutong.policy.feel.check import check, check_cell, joined
from wutong.policy.feel.columns import Compiled, compiled_of, compiler, null_of, pair, truth_of
from wutong.policy.feel.faults import Dialect, Source
from wutong.policy.feel.quantities import Quantity
from wutong.policy.feel.stages import Column, Stages
from wutong.policy.feel.syntax import Expr, Literal
from wutong.policy.feel.tables import SINGLE, Table
from wutong.policy.feel.types import NUMBER, Type, Typed

_NUMERIC = frozenset(("number", "days", "months"))


@dataclass(frozen=True, slots=True)
class _Held:
    """Which rules hold, row by row, how many do, and whether any might."""

    rules: tuple[Node, ...]
    count: Node
    known: Node


def compile_table(
    table: Table,
    names: Mapping[str, Type],
    source: Source,
    dialect: Dialect = "measure",
    maker: Stages | None = None,
) -> tuple[Compiled, ...]:
    """Put a decision table into columns.

    Parameters
    ----------
    table : Table
        The table.
    names : mapping of str to Type
        Type of each name.
    source : Source
        Where it stands, for errors.
    dialect
        As for ``compile_columns``.
    maker : Stages, optional
        The compiler whose bound names the table may use; its dialect then holds.

    Returns
    -------
    tuple of Compiled
        One for each output.

    Raises
    ------
    ExpressionError
        If a cell does not fit its input, or results do not fit each other.
    RefusedError
        If columns cannot give it: a policy that gives a list, or a priority that is not written out.

    Examples
    --------
    >>> import polars as pl
    >>> from wutong.policy.feel.columns import values
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> from wutong.policy.feel.tables import Output, Rule
    >>> rules = [("[1..3)", "5"), (">=3", "8")]
    >>> table = Table("U", (parse("投资", ["投资"]),), (Output("比例"),), tuple(
    ...     Rule((parse_cell(cell),), (parse(result),)) for cell, result in rules))
    >>> compiled, = compile_table(table, {"投资": NUMBER}, Source(""))
    >>> values(compiled, pl.DataFrame({"投资": [2, 3, None]}))
    [Fraction(5, 1), Fraction(8, 1), None]
    """
    maker = maker or compiler(dialect)
    maker.source, dialect = source, maker.dialect
    if table.hit in ("R", "O", "C"):
        maker.refuse(
            "list per row",
            table.inputs[0],
            "这种命中策略给出列表，不能按列计算。",
            "This hit policy gives a list for each row.",
        )
    if not table.rules:
        maker.refuse("no rules", table.inputs[0], "决策表没有规则。", "The decision table has no rules.")
    held = _held(maker, table, names)
    typed = [tuple(check(one, names, source, dialect) for one in rule.results) for rule in table.rules]
    try:
        if table.hit not in SINGLE:
            found = [_aggregated(maker, table, held, [row[0] for row in typed], names)]
        else:
            found = _single(maker, table, held, typed, names)
    except TooLargeError:
        maker.refuse(
            "may be too large",
            table.inputs[0],
            "结果可能超出128位整数。",
            "The result may be larger than 128 bits.",
        )
    return tuple(compiled_of(maker, type_, column) for type_, column in found)


def _held(maker: Stages, table: Table, names: Mapping[str, Type]) -> _Held:
    subjects = [check(one, names, maker.source, maker.dialect) for one in table.inputs]
    rules = []
    for rule in table.rules:
        held = truth_of(True)
        for cell, subject in zip(rule.cells, subjects, strict=True):
            passed = maker.column(check_cell(cell, subject, names, maker.source, maker.dialect))
            assert not isinstance(passed, Quantity)
            held = held & passed
        rules.append(held if maker.dialect == "measure" else held.fill_null(False))
    count, known = literal(0), literal(True)
    for one in rules:
        count = count + one.fill_null(False).cast("i64")
        known = known & one.is_not_null()
    return _Held(tuple(rules), count, known)


def _first(type_: Type, cases: Sequence[tuple[Node, Column]]) -> Column:
    """The value of the first case that holds."""
    if type_.kind in _NUMERIC:
        return q.chosen(
            [(hold, value if isinstance(value, Quantity) else q.missing()) for hold, value in cases]
        )
    return first([(hold, value) for hold, value in cases if not isinstance(value, Quantity)])


def _single(
    maker: Stages,
    table: Table,
    held: _Held,
    typed: Sequence[tuple[Typed, ...]],
    names: Mapping[str, Type],
) -> list[tuple[Type, Column]]:
    order = _by_priority(maker, table) if table.hit == "P" else range(len(table.rules))
    found: list[tuple[Type, Column]] = []
    agree = truth_of(True)
    for at, output in enumerate(table.outputs):
        default = (
            None if output.default is None else check(output.default, names, maker.source, maker.dialect)
        )
        results = [row[at] for row in typed]
        type_ = joined([*results, *([default] if default else [])], maker.source, maker.dialect)
        if type_.kind == "any":
            maker.refuse(
                "kind not known",
                table.inputs[0],
                "各行结果类型不同。",
                "The rules' results are of different kinds.",
            )
        columns = [_column(maker, one, type_) for one in results]
        cases = []
        for n in order:
            cases.append((held.rules[n], columns[n]))
            if table.hit == "F" and maker.dialect == "measure":
                cases.append((held.rules[n].is_null(), null_of(type_)))
        if default is not None:
            cases.append((held.count == 0, _column(maker, default, type_)))
        chosen = _first(type_, cases)
        if table.hit == "A":
            for rule, one in zip(held.rules, columns, strict=True):
                agree = agree & (~rule | _alike(chosen, one))
        found.append((type_, chosen))
    if table.hit == "F":
        return found
    valid = held.known
    if table.hit == "U":
        valid = valid & (held.count <= 1)
    if table.hit == "A":
        valid = valid & agree
    return [(type_, _first(type_, [(valid, column)])) for type_, column in found]


def _column(maker: Stages, typed: Typed, type_: Type) -> Column:
    return null_of(type_) if typed.type.kind == "null" else maker.column(typed)


def _alike(one: Column, other: Column) -> Node:
    first, second = pair(one, other)
    return (first == second).fill_null(False) | (first.is_null() & second.is_null())


def _by_priority(maker: Stages, table: Table) -> list[int]:
    """Places of rules from first to last priority, which columns need to know beforehand."""

    def place(listed: Sequence[Expr], result: Expr) -> int:
        if not isinstance(result, Literal) or not all(isinstance(one, Literal) for one in listed):
            maker.refuse(
                "priority", result, "优先级须是写明的值。", "What decides priority must be written out."
            )
        return next((n for n, one in enumerate(listed) if one == result), len(listed))

    places = [
        tuple(
            place(output.values, result) if output.values else 0
            for output, result in zip(table.outputs, rule.results, strict=True)
        )
        for rule in table.rules
    ]
    return sorted(range(len(places)), key=places.__getitem__)


def _aggregated(
    maker: Stages, table: Table, held: _Held, results: Sequence[Typed], names: Mapping[str, Type]
) -> tuple[Type, Column]:
    if table.hit == "C#":
        count = q.column(held.count)
        return NUMBER, q.chosen([(held.known, count)])
    written = table.outputs[0].default
    default = None if written is None else check(written, names, maker.source, maker.dialect)
    type_ = joined([*results, *([default] if default else [])], maker.source, maker.dialect)
    if type_.kind == "null":
        return type_, null_of(type_)
    if type_.kind not in _NUMERIC:
        maker.refuse("kind not known", table.inputs[0], "只能汇总数。", "Only numbers can be summed up.")
    numbers = [maker.number(one) for one in results]
    spoilt = truth_of(False)
    for rule, number in zip(held.rules, numbers, strict=True):
        spoilt = spoilt | (rule & number.over.is_null())
    found = _total(held, numbers) if table.hit == "C+" else _extreme(held, numbers, table.hit)
    cases = [(held.known & (held.count > 0) & ~spoilt, found)]
    if default is not None:
        cases.append((held.known & (held.count == 0), maker.number(default)))
    return type_, q.chosen(cases)


def _total(held: _Held, numbers: Sequence[Quantity]) -> Quantity:
    nothing = q.constant(Fraction(0))
    total = nothing
    for rule, number in zip(held.rules, numbers, strict=True):
        total = q.added(total, q.chosen([(rule, number), (~rule, nothing)]))
    return total


def _extreme(held: _Held, numbers: Sequence[Quantity], hit: str) -> Quantity:
    best = q.missing()
    for rule, number in zip(held.rules, numbers, strict=True):
        first, second = q.difference(number, best)
        better = (first < second if hit == "C<" else first > second) | second.is_null()
        best = q.chosen([(rule & better, number), (truth_of(True), best)])
    return best
