"""Decision tables: what each hit policy gives, row by row and in columns."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.policy.feel.column_tables import compile_table
from wutong.policy.feel.columns import values
from wutong.policy.feel.faults import Dialect, ExpressionError, Source
from wutong.policy.feel.parse import parse, parse_cell
from wutong.policy.feel.stages import RefusedError
from wutong.policy.feel.tables import Hit, Output, Result, Rule, Table, evaluate_table
from wutong.policy.feel.types import NUMBER, TEXT
from wutong.policy.feel.values import Value

NAMES = {"n": NUMBER, "k": TEXT}


def table(hit: Hit, *rules: tuple[str, str, str], priority: tuple[str, ...] = (), default: str = "") -> Table:
    output = Output("out", tuple(map(parse, priority)), parse(default) if default else None)
    lines = tuple(
        Rule((parse_cell(one, NAMES), parse_cell(two, NAMES)), (parse(result, NAMES),))
        for one, two, result in rules
    )
    return Table(hit, (parse("n", NAMES), parse("k", NAMES)), (output,), lines)


RULES = ((">= 10", "-", "1"), (">= 5", '"a", "b"', "2"), ("-", '"a"', "3"), ("< 0", "-", "2"))

WORKED: list[tuple[Hit, int, str, Result]] = [
    ("U", 12, "c", Fraction(1)),
    ("U", 12, "a", None),
    ("U", 3, "c", None),
    ("A", -1, "c", Fraction(2)),
    ("A", 7, "a", None),
    ("P", 12, "a", Fraction(3)),
    ("P", 7, "b", Fraction(2)),
    ("F", 12, "a", Fraction(1)),
    ("F", 7, "a", Fraction(2)),
    ("R", 12, "a", (Fraction(1), Fraction(2), Fraction(3))),
    ("O", 12, "a", (Fraction(3), Fraction(1), Fraction(2))),
    ("C", 7, "a", (Fraction(2), Fraction(3))),
    ("C+", 12, "a", Fraction(6)),
    ("C<", 12, "a", Fraction(1)),
    ("C>", 12, "a", Fraction(3)),
    ("C#", 12, "a", Fraction(3)),
    ("C#", 3, "c", Fraction(0)),
    ("C+", 3, "c", None),
]


@pytest.mark.parametrize(("hit", "n", "k", "result"), WORKED)
def test_hit_policies_worked_by_hand(hit: Hit, n: int, k: str, result: Result) -> None:
    made = table(hit, *RULES, priority=("3", "1", "2"))
    assert evaluate_table(made, {"n": Fraction(n), "k": k}) == result


def test_a_missing_fact_makes_the_result_unknown_in_measures_and_no_match_in_feel() -> None:
    made = table("U", (">= 10", "-", "1"), ("< 10", "-", "2"), default="9")
    assert evaluate_table(made, {"n": None, "k": "a"}, "measure") is None
    assert evaluate_table(made, {"n": None, "k": "a"}, "feel") == 9


def test_first_hit_is_known_where_an_earlier_rule_matches_whatever_is_missing() -> None:
    made = table("F", ("-", '"a"', "1"), (">= 10", "-", "2"))
    assert evaluate_table(made, {"n": None, "k": "a"}, "measure") == 1
    assert evaluate_table(made, {"n": None, "k": "b"}, "measure") is None


CELLS = st.sampled_from(("-", ">= 5", "< 3", "[3..7)", "4, 6", "not(5)", "null", "? > 2 and ? < 9"))
TEXTS = st.sampled_from(("-", '"a"', '"a", "b"', 'not("b")', "null"))
RESULTS = st.sampled_from(("1", "2", "3", "n", "n / 2", "null"))
SHEETS = st.lists(st.tuples(CELLS, TEXTS, RESULTS), min_size=1, max_size=5)
CASES = st.lists(
    st.tuples(st.none() | st.integers(-2, 10), st.none() | st.sampled_from("abc")), min_size=1, max_size=4
)


@settings(deadline=None)
@given(
    st.sampled_from(get_args(Hit)),
    SHEETS,
    CASES,
    st.sampled_from(("measure", "feel")),
    st.sampled_from(("", "7")),
)
def test_tables_in_columns_agree_with_tables_row_by_row(
    hit: Hit,
    rules: list[tuple[str, str, str]],
    cases: list[tuple[int | None, str | None]],
    dialect: Dialect,
    default: str,
) -> None:
    made = table(hit, *rules, priority=("3", "1"), default=default)
    if hit in ("R", "O", "C"):
        with pytest.raises(RefusedError, match="list for each row"):
            compile_table(made, NAMES, Source(""), dialect)
        return
    if hit == "P" and any(result in ("n", "n / 2") for _, _, result in rules):
        with pytest.raises(RefusedError, match="must be written out"):
            compile_table(made, NAMES, Source(""), dialect)
        return
    (found,) = compile_table(made, NAMES, Source(""), dialect)
    data = pl.DataFrame(cases, schema={"n": pl.Int64, "k": pl.String}, orient="row")
    want: list[Result] = []
    for n, k in cases:
        row: dict[str, Value] = {"n": None if n is None else Fraction(n), "k": k}
        want.append(evaluate_table(made, row, dialect))
    assert values(found, data) == want


def test_results_of_different_kinds_are_refused() -> None:
    with pytest.raises(ExpressionError):
        compile_table(table("U", ("-", "-", "1"), ("-", "-", '"a"')), NAMES, Source(""))
