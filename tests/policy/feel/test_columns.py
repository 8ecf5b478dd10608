"""Columns give what the interpreter gives, to the last digit and the last null."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.policy.feel.drawn import NAMES, expressions, frame, meant, rows
from wutong.errors import TableError
from wutong.policy.columns.program import program
from wutong.policy.feel.check import check
from wutong.policy.feel.columns import Compiled, applied, compile_columns, outputs_of, too_large, values
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import Dialect, ExpressionError, Source
from wutong.policy.feel.parse import parse
from wutong.policy.feel.stages import RefusedError
from wutong.policy.feel.syntax import Expr, show
from wutong.policy.feel.types import MONEY, NUMBER, RATE, TEXT, Type, held_as


def compiled(text: str, names: dict[str, Type], dialect: Dialect = "measure") -> Compiled:
    source = Source(text)
    return compile_columns(check(parse(text, names), names, source, dialect), source, dialect)


def compiled_or_error(tree: Expr, source: Source, dialect: Dialect) -> tuple[Compiled | None, str]:
    try:
        return compile_columns(check(tree, NAMES, source, dialect), source, dialect), ""
    except RefusedError as error:
        return None, error.reason
    except ExpressionError as error:
        return None, "code" if "code" in error.what.en else error.what.en


@settings(deadline=None)
@given(expressions, rows, st.sampled_from(("measure", "feel")))
def test_columns_and_the_interpreter_agree_on_any_expression_and_rows(
    tree: Expr, drawn: list[dict[str, Any]], dialect: Dialect
) -> None:
    source = Source(show(tree))
    found, error = compiled_or_error(tree, source, dialect)
    if found is None:
        event(error)
        # the drawing compares with codes that are on no list, and grows numbers beyond 128 bits
        assert error in ("may be too large", "kind not known", "code")
        return
    got = values(found, frame(drawn))
    want = [evaluate(tree, meant(row), dialect) for row in drawn]
    assert got == want
    assert [type(one) for one in got] == [type(one) for one in want]


def test_two_full_int64_multiply_without_loss_and_three_are_refused() -> None:
    names = dict.fromkeys("abc", NUMBER)
    big = 2**63 - 1
    data = pl.DataFrame({"a": [big, -big], "b": [big, big], "c": [1, 1]})
    assert values(compiled("a * b", names), data) == [Fraction(big * big), Fraction(-big * big)]
    with pytest.raises(RefusedError) as caught:
        compiled("a * b * c", names)
    assert caught.value.reason == "may be too large"


def test_said_how_large_fields_can_be_more_can_be_compiled() -> None:
    names = {name: held_as(NUMBER, 1, 10**6) for name in "abcd"}
    data = pl.DataFrame({name: [10**6, None] for name in "abcd"})
    assert values(compiled("a * b * c * d", names), data) == [Fraction(10**24), None]
    assert too_large(data, names) == []
    assert too_large(pl.DataFrame({"a": [10**6 + 1]}), names) == ["a"]


def test_rates_and_decimals_are_held_as_whole_numbers_of_a_scale() -> None:
    names = {"设备": MONEY, "比例": held_as(RATE, 10_000)}
    data = pl.DataFrame({"设备": [12_345, 12_345, None], "比例": [825, None, 825]})
    assert values(compiled("设备 * 比例", names), data) == [Fraction(12_345 * 825, 10_000), None, None]
    # 12345 分 × 8.25 % = 1018.4625 分
    assert values(compiled("round half up(设备 * 比例, 1分)", names), data)[0] == 1018


def test_a_result_that_is_rounded_to_fen_is_a_column_of_int64() -> None:
    found = compiled("round half up(投资 / 3, 1分)", {"投资": held_as(MONEY, 1, 10**12)})
    result = applied(found, pl.LazyFrame({"投资": [100, None]})).collect()
    assert result.schema["value"] in (pl.Int64, pl.Int128)
    assert found.under == 1
    assert result["value"].to_list() == [33, None]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sqrt(n)", "sqrt"),
        ("exp(n)", "exp"),
        ("n ** n", "power"),
        ("n ** 0.5", "power"),
        ("round half up(n, n)", "rounding from a column"),
        ("matches(t, t)", "pattern from a column"),
        ("number(t)", "number"),
        ("string(n / 3)", "text of a fraction or duration"),
        ("duration(t) = 3年", "kind not known"),
    ],
)
def test_what_columns_cannot_give_exactly_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(RefusedError) as caught:
        compiled(text, {"n": NUMBER, "t": TEXT})
    assert caught.value.reason == reason
    assert caught.value.text.zh != ""


def test_nested_conditions_grow_by_their_length_and_do_not_double() -> None:
    names = {"a": held_as(NUMBER, 1, 1_000)}
    text = "a"
    for _ in range(20):
        text = f"max(min({text}, 500), 3)"
    found = compiled(text, names)
    assert len(program(outputs_of(found)).steps) < 200
    assert values(found, pl.DataFrame({"a": [1, 400, 999, None]})) == [3, 400, 500, None]


@pytest.mark.parametrize(
    "data",
    [
        {"设备": [1.5], "t": ["a"]},
        {"设备": ["1"], "t": ["a"]},
        {"设备": [True], "t": ["a"]},
        {"设备": [1], "t": [3]},
        {"设备投资": [1], "t": ["a"]},
    ],
)
def test_a_column_that_a_cast_would_change_or_that_is_missing_is_refused(
    data: dict[str, list[object]],
) -> None:
    found = compiled('设备 * 2 > 3元 and t = "a"', {"设备": MONEY, "t": TEXT})
    with pytest.raises(TableError, match=r"设备|t"):
        applied(found, pl.LazyFrame(data))


def test_narrow_whole_numbers_and_columns_of_nulls_alone_are_taken() -> None:
    found = compiled("设备 * 2", {"设备": MONEY})
    assert values(found, pl.DataFrame({"设备": [3]}, schema={"设备": pl.Int8})) == [Fraction(6)]
    assert values(found, pl.DataFrame({"设备": [None]})) == [None]


@pytest.mark.parametrize(
    "function", ["contains", "starts with", "ends with", "substring before", "substring after"]
)
@pytest.mark.parametrize("column", [[None, "a", None], ["a", None], ["ba", "b", None, ""]])
def test_one_text_beside_a_column_with_nulls_is_the_same_as_row_by_row(
    function: str, column: list[str | None]
) -> None:
    data = pl.DataFrame({"t": column}, schema={"t": pl.String})
    for text in (f'{function}("ab", t)', f'{function}(t, "a")'):
        want = [evaluate(parse(text, ["t"]), {"t": one}) for one in column]
        assert values(compiled(text, {"t": TEXT}), data) == want
