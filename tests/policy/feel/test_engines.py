"""Other engines give what the interpreter gives, or refuse by reason, and they refuse little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.feel.drawn import NAMES, expressions, frame, meant, rows
from wutong.policy.columns import in_blocks, in_sql, machine
from wutong.policy.columns.program import Program, program
from wutong.policy.feel import columns
from wutong.policy.feel.check import check
from wutong.policy.feel.columns import Compiled, compile_columns, outputs_of
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import Dialect, ExpressionError, Source
from wutong.policy.feel.syntax import Expr, show
from wutong.zone.store import Ask, opened

DUCKDB = frozenset(("letter case", "pattern"))


def compiled(tree: Expr, dialect: Dialect) -> tuple[Compiled, Program] | None:
    source = Source(show(tree))
    try:
        found = compile_columns(check(tree, NAMES, source, dialect), source, dialect)
    except ExpressionError:
        return None
    return found, program(outputs_of(found))


def refusals(engine: Any) -> Counter[str]:
    """Why an engine refuses, over a drawing that is the same in every run."""
    found: Counter[str] = Counter()

    @settings(derandomize=True, max_examples=300, database=None, deadline=None)
    @given(expressions)
    def count(tree: Expr) -> None:
        made = compiled(tree, "measure")
        if made is not None:
            found[next(iter(engine.refused(made[1]).values()), "given")] += 1

    count()
    return found


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with opened() as found:
        yield found


@settings(deadline=None)
@given(tree=expressions, drawn=rows, dialect=st.sampled_from(("measure", "feel")))
def test_duckdb_and_the_interpreter_agree_on_any_expression_and_rows(
    ask: Ask, tree: Expr, drawn: list[dict[str, Any]], dialect: Dialect
) -> None:
    made = compiled(tree, dialect)
    if made is None or in_sql.refused(made[1]):
        return
    table = ask(in_sql.sql_text(made[1], "subjects"), {"subjects": frame(drawn)})
    got = columns.meant(made[0].type, table)
    want = [evaluate(tree, meant(row), dialect) for row in drawn]
    assert got == want
    assert [type(one) for one in got] == [type(one) for one in want]


def test_duckdb_refuses_few_of_the_drawn_expressions_and_says_why() -> None:
    found = refusals(in_sql)
    assert set(found) <= DUCKDB | {"given"}
    assert found["given"] > 0.9 * found.total() > 0


@settings(deadline=None)
@given(
    tree=expressions,
    drawn=rows,
    dialect=st.sampled_from(("measure", "feel")),
    block=st.sampled_from((2, 8192)),
)
def test_blocks_and_the_interpreter_agree_on_any_expression_and_rows(
    tree: Expr, drawn: list[dict[str, Any]], dialect: Dialect, block: int
) -> None:
    made = compiled(tree, dialect)
    if made is None or machine.refused(made[1]):
        return
    found = in_blocks.worked_out(made[1], in_blocks.loaded(made[1], frame(drawn)), block)
    got = columns.meant(made[0].type, found)
    want = [evaluate(tree, meant(row), dialect) for row in drawn]
    assert got == want
    assert [type(one) for one in got] == [type(one) for one in want]


def test_blocks_refuse_texts_and_128_bits_and_nothing_else() -> None:
    found = refusals(machine)
    assert set(found) <= {"text", "128 bits", "given"}
    assert found["given"] > 0.7 * found.total() > 0
