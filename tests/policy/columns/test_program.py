"""A program gives what its columns say, and works out once what is the same."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from tests.policy.columns.drawn import frame, outputs, rows
from tests.policy.columns.judge import judged
from wutong.policy.columns.bounds import TooLargeError
from wutong.policy.columns.in_polars import DTYPES, staged, worked_out
from wutong.policy.columns.node import NULLS, Node, column, first, literal, null
from wutong.policy.columns.program import program

N = column("n", "i64", -1_000, 1_000)


@settings(deadline=None)
@given(outputs, rows)
def test_polars_gives_what_the_judge_gives_for_any_columns_and_rows(
    asked: dict[str, Node], drawn: list[dict[str, Any]]
) -> None:
    made = program(asked)
    found = worked_out(made, frame(drawn).lazy()).collect()
    want = [judged(made, row) for row in drawn]
    assert found.rows(named=True) == want
    assert found.schema == {name: DTYPES[node.dtype] for name, node in asked.items()}


@settings(deadline=None)
@given(outputs, rows)
def test_the_streaming_engine_gives_the_same(asked: dict[str, Node], drawn: list[dict[str, Any]]) -> None:
    lazy = worked_out(program(asked), frame(drawn).lazy())
    assert lazy.collect(engine="streaming").equals(lazy.collect(), null_equal=True)


def test_every_operation_has_its_rule_of_nulls() -> None:
    assert all("null" in rule or rule.startswith("the value") for rule in NULLS.values())
    assert {"add", "and", "when", "fill", "from_days"} <= set(NULLS)


def test_what_is_the_same_is_one_step_whichever_way_round_it_stands() -> None:
    money, rate = column("a", "i64", 0, 10), column("b", "i64", 0, 10)
    made = program({"x": money * rate + 1, "y": 1 + rate * money, "z": ~(money < rate), "w": money >= rate})
    assert [step.op for step in made.steps] == ["column", "column", "mul", "literal", "add", "ge"]
    assert made.uses[made.outputs["x"]] == 2


def test_numbers_that_look_alike_but_are_of_other_kinds_stay_apart() -> None:
    made = program({"x": literal(1), "y": literal(True), "z": null("i64"), "w": null("bool")})
    assert worked_out(made, pl.LazyFrame({"n": [0]})).collect().rows() == [(1, True, None, None)]


def test_a_column_of_thirty_thousand_steps_is_made_without_recursion_and_a_deep_one_gives_its_number() -> (
    None
):
    assert len(program({"x": _long(30_000)}).steps) == 30_002
    found = worked_out(program({"x": _long(3_000)}), pl.LazyFrame({"n": [1, None]})).collect()
    assert found["x"].to_list() == [3_001, None]


def _long(steps: int) -> Node:
    found = N
    for _ in range(steps):
        found = found + 1
    return found


def test_a_hundred_choices_of_choices_grow_by_their_length() -> None:
    found = N
    for at in range(100):
        found = first([(found > at, found - 1), (found < -at, found + 1)], found)
    made = program({"x": found})
    assert len(made.steps) < 1_000
    assert worked_out(made, pl.LazyFrame({"n": [500, None]})).collect()["x"].to_list() == [400, None]


def test_whole_numbers_widen_as_their_bounds_need_and_are_refused_beyond_128_bits() -> None:
    big = column("far", "i64", -(2**63) + 1, 2**63 - 1)
    assert (big + 1).dtype == (big * big).dtype == "i128"
    assert (big * big // 2**64).dtype == "i64"
    assert (N * 10**15).dtype == "i64"
    with pytest.raises(TooLargeError):
        big * big * big


def test_names_made_on_the_way_never_hide_a_column_of_the_table() -> None:
    clash = column("·2", "i64", 0, 9)
    made = program({"x": (clash + 1) * (clash + 1), "··": clash})
    assert all(
        not one.meta.output_name().startswith("··") or one.meta.output_name().startswith("···")
        for stage in staged(made).stages
        for one in stage
    )
    assert worked_out(made, pl.LazyFrame({"·2": [3]})).collect().rows() == [(16, 3)]


def test_a_column_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(N > 1)
