"""Cases of the kit, lifted: every literal becomes a column, rows with nulls are added, columns meet the interpreter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial

import polars as pl

from tests.policy.feel.tck import Case, judged
from wutong.errors import RuleError
from wutong.policy.columns.unfit import UnfitError
from wutong.policy.decide import decide
from wutong.policy.dmn import Decision
from wutong.policy.feel.check import check
from wutong.policy.feel.column_tables import compile_table
from wutong.policy.feel.columns import Compiled, compile_columns, values
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import OutsideError, Source
from wutong.policy.feel.stages import RefusedError
from wutong.policy.feel.substitute import changed, with_names
from wutong.policy.feel.syntax import Call, Expr, Literal, Name, value_of
from wutong.policy.feel.tables import Rule, Table, evaluate_table
from wutong.policy.feel.types import BOOLEAN, DATE, NULL, TEXT, Type
from wutong.policy.feel.values import Days, Months, Value

CONSTANT = frozenset(("matches", "replace", "duration", "range"))
"""Functions whose texts must be written out; they are lifted in their first argument alone, if at all."""


@dataclass
class Lifted:
    """What became of a case: columns that differ from the interpreter, or why there are none."""

    differs: str = ""
    refused: str = ""


@dataclass
class _Lifter:
    values: dict[str, Value] = field(default_factory=dict)

    def lift(self, node: Expr) -> Expr:
        if isinstance(node, Literal):
            if node.value is None:
                return node
            name = f"literal {len(self.values) + 1}"
            self.values[name] = value_of(node)
            return Name(name)
        if isinstance(node, Call) and node.function in CONSTANT:
            first = node.arguments[:1] if node.function in ("matches", "replace") and not node.names else ()
            return replace(node, arguments=(*map(self.lift, first), *node.arguments[len(first) :]))
        return changed(node, self.lift)


def _typed(value: Value) -> tuple[Type, object]:
    """Type of a column that holds a value, and the value as the column stores it."""
    match value:
        case None:
            return NULL, None
        case bool():
            return BOOLEAN, value
        case str():
            return TEXT, value
        case Fraction():
            size = max(abs(value.numerator), 1)
            return Type("number", scale=value.denominator, largest=size), value.numerator
        case Days(seconds=seconds):
            whole = seconds.denominator
            return Type("days", scale=whole, largest=max(abs(seconds.numerator), 1)), seconds.numerator
        case Months(months=months):
            return Type("months", largest=max(abs(months), 1)), months
    return DATE, value


def _rows(names: Mapping[str, Value]) -> list[dict[str, Value]]:
    """The case itself, each of its values missing alone, and all of them missing."""
    alone = [{**names, name: None} for name in names]
    return [dict(names), *alone, dict.fromkeys(names)]


def _frame(rows: list[dict[str, Value]], types: Mapping[str, tuple[Type, object]]) -> pl.DataFrame:
    dtypes = {"boolean": pl.Boolean, "text": pl.String, "date": pl.Date, "null": pl.Boolean}
    columns = {
        name: pl.Series(
            [None if row[name] is None else stored for row in rows], dtype=dtypes.get(type_.kind, pl.Int64)
        )
        for name, (type_, stored) in types.items()
    }
    return pl.DataFrame({**columns, "row": range(len(rows))})


Give = Callable[[Compiled, pl.DataFrame], list[Value]]
"""Works out a compiled expression over columns; raises ``UnfitError`` where its engine cannot."""


def lifted(case: Case, give: Give = values) -> Lifted | None:
    """Lift a case that lies in the language; None for one that does not."""
    if isinstance(case.model, RuleError) or judged(case).outside:
        return None
    decision = case.model.decisions[case.node]
    given = dict(case.given)
    for name in decision.decisions:
        found = decide(case.model, name, case.given)
        if isinstance(found, Mapping | tuple):
            return Lifted(refused="list or record from another decision")
        given[name] = found
    return _compared(decision, given, give)


def _compared(decision: Decision, given: Mapping[str, Value | tuple[Value, ...]], give: Give) -> Lifted:
    lifter = _Lifter()
    if any(isinstance(value, tuple) for value in given.values()):
        return Lifted(refused="list in a column")
    logic = decision.logic
    bound = dict(decision.bindings)
    plain = {name: value for name, value in given.items() if not isinstance(value, tuple)}
    if logic is None:
        return Lifted(refused="an error is what the kit wants")
    try:
        judge: Callable[[dict[str, Value]], object]
        if isinstance(logic, Table):
            table = _lifted_table(logic, bound, lifter)
            names = plain | lifter.values
            types = {name: _typed(value) for name, value in names.items()}
            compiled = compile_table(table, {name: t for name, (t, _) in types.items()}, Source(""), "feel")
            judge = partial(evaluate_table, table, dialect="feel")
        else:
            tree = lifter.lift(with_names(logic, bound))
            names = plain | lifter.values
            types = {name: _typed(value) for name, value in names.items()}
            checked = check(tree, {name: t for name, (t, _) in types.items()}, Source(""), "feel")
            compiled = (compile_columns(checked, Source(""), "feel"),)
            judge = partial(evaluate, tree, dialect="feel")
    except RefusedError as error:
        return Lifted(refused=error.reason)
    except OutsideError as error:
        return Lifted(refused=error.kind)
    rows = _rows(names)
    frame = _frame(rows, types)
    try:
        got = _together([give(one, frame) for one in compiled], decision)
    except UnfitError as error:
        return Lifted(refused=error.reason)
    want = [judge(row) for row in rows]
    if got != want or [type(one) for one in got] != [type(one) for one in want]:
        return Lifted(differs=f"{decision.name}: columns {got!r}, interpreter {want!r}")
    return Lifted()


def _together(columns: list[list[Value]], decision: Decision) -> list[object]:
    if len(columns) == 1:
        return list(columns[0])
    assert isinstance(decision.logic, Table)
    names = [output.name for output in decision.logic.outputs]
    rows = zip(*columns, strict=True)
    return [None if all(one is None for one in row) else dict(zip(names, row, strict=True)) for row in rows]


def _lifted_table(table: Table, bound: Mapping[str, Expr], lifter: _Lifter) -> Table:
    def lift(node: Expr) -> Expr:
        return lifter.lift(with_names(node, bound))

    rules = tuple(
        Rule(
            tuple(replace(cell, tests=tuple(map(lift, cell.tests))) for cell in rule.cells),
            # what decides a priority must be written out
            rule.results if table.hit == "P" else tuple(map(lift, rule.results)),
        )
        for rule in table.rules
    )
    return replace(table, inputs=tuple(map(lift, table.inputs)), rules=rules)


def counted(found: list[Lifted]) -> Counter[str]:
    """How many are compiled, and how many are not, by reason."""
    return Counter(one.refused or "compiled" for one in found)
