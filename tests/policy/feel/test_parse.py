"""From tokens to trees and back."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.feel.drawn import NAMES, expressions
from wutong.errors import RuleError
from wutong.policy.feel.check import check, check_cell
from wutong.policy.feel.exact import evaluate, evaluate_cell
from wutong.policy.feel.faults import OUTSIDE, ExpressionError, OutsideError, Source
from wutong.policy.feel.limits import DEPTH
from wutong.policy.feel.parse import NESTING, parse, parse_cell
from wutong.policy.feel.signatures import FUNCTIONS, OTHERS
from wutong.policy.feel.syntax import Expr, Literal, Name, names_in, show, walk

WORDS = st.sampled_from(
    [
        *NAMES,
        *FUNCTIONS,
        *OTHERS,
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "between",
        "in",
        "null",
        "true",
        "for",
        *'()[]{}<>=+-*/.,:?"@',
        "..",
        "**",
        "<=",
        "!=",
        "1",
        "2.5",
        "5%",
        "1亿元",
        "3年",
        '"a"',
        '@"P1D"',
        "\\u",
        "instance of",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(WORDS, max_size=14).map(" ".join),
    st.lists(WORDS, max_size=14).map("".join),
)


@given(expressions)
def test_an_expression_that_is_printed_is_read_as_the_same(tree: Expr) -> None:
    assert parse(show(tree), NAMES) == tree


def error_of(work: Callable[[str], None], text: str) -> RuleError | None:
    try:
        work(text)
    except RuleError as error:
        return error
    return None


def all_of_an_expression(text: str) -> None:
    tree = parse(text, NAMES)
    assert parse(show(tree), NAMES) == tree
    for node in walk(tree):
        assert 0 <= node.span.start <= node.span.end <= len(text)
    evaluate(tree, {}, "feel")
    evaluate(tree, {}, "measure")
    check(tree, NAMES, Source(text), "feel")
    check(tree, NAMES, Source(text), "measure")


def all_of_a_cell(text: str) -> None:
    cell = parse_cell(text, NAMES)
    assert parse_cell(show(cell), NAMES) == cell
    subject = check(Name("n"), NAMES, Source("n"))
    assert evaluate_cell(cell, None, {}, "feel") in (True, False, None)
    check_cell(cell, subject, NAMES, Source(text))


@given(TEXTS)
def test_whatever_is_written_gives_a_result_or_an_error_with_its_place(text: str) -> None:
    error = error_of(all_of_an_expression, text)
    assert error is None or (isinstance(error, ExpressionError) and error.line >= 1 and error.text.zh != "")


@given(TEXTS)
def test_whatever_stands_in_a_cell_gives_a_result_or_an_error(text: str) -> None:
    error = error_of(all_of_a_cell, text)
    assert error is None or (error.text.zh != "" and error.text.en != "")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-3 ** 2", "((-3) ** 2)"),
        ("3 ** 4 ** 5", "((3 ** 4) ** 5)"),
        ("1 - 2 - 3 * 4", "((1 - 2) - (3 * 4))"),
        ("a or b and c = 1", "(a or (b and (c = 1)))"),
        ("a between 1 and 2 and b", "((a between 1 and 2) and b)"),
        ("a in [1..3[", "(a in ([1..3)))"),
        ("a in ]1..3]", "(a in ((1..3]))"),
        ("a in (<5, (6..7), 9)", "(a in (< 5, (6..7), 9))"),
        ("a in [1, 2]", "(a in (1, 2))"),
        ("a in (1 + 2) * 3", "(a in (((1 + 2) * 3)))"),
        ("if a then b else c + 1", "(if a then b else (c + 1))"),
        ("投资 ≥ 1亿元 and 税收 ≠ 0元", "((投资 >= 1亿元) and (税收 != 0元))"),
        ("contains（a，“b”）", 'contains(a, "b")'),
    ],
)
def test_operators_bind_as_the_standard_has_them(text: str, printed: str) -> None:
    assert show(parse(text, ["a", "b", "c", "投资", "税收"])) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-", "-"),
        ("-5", "(-5)"),
        ("not(<5%, [10%..20%))", "not(< 5%, [10%..20%))"),
        ("not(a) and b", "(not(a) and b)"),
        ('"x", "y"', '"x", "y"'),
        ("? > 5 and ? < 9", "((? > 5) and (? < 9))"),
    ],
)
def test_cells_are_read_as_tests(text: str, printed: str) -> None:
    assert show(parse_cell(text, ["a", "b"])) == printed


def test_the_longest_declared_name_wins_with_its_blanks_signs_and_keywords() -> None:
    names = ["loan", "loan.rate", "Number of and", "Full  Name", "产值", "产值增长"]
    tree = parse("loan.rate + Number  of and + 产值增长 = Full Name", names)
    assert names_in(tree) == ("loan.rate", "Number of and", "产值增长", "Full  Name")


@pytest.mark.parametrize(
    "text",
    ["(" * 500, "-" * 500 + "1", "1" + "+1" * 2_000, "not(" * 300, "if " * 400, "[" * 900, "a in (" * 300],
)
def test_deep_and_long_expressions_are_refused_before_they_exhaust_anything(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, ["a"])


def test_what_is_within_the_limits_is_read() -> None:
    assert parse("(" * (NESTING - 1) + "1" + ")" * (NESTING - 1)) == Literal(Fraction(1))
    parse("1" + "+1" * (DEPTH - 2))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("for x in [1] return x", "context, iteration, lambda"),
        ("{a: 1}", "context, iteration, lambda"),
        ("function(a) a", "context, iteration, lambda"),
        ("a[1]", "context, iteration, lambda"),
        ("a()", "context, iteration, lambda"),
        ("[1, 2]", "list or range value"),
        ("a in []", "list or range value"),
        ('date("999999999-12-31")', "far year"),
        ('@"-0001-01-01"', "far year"),
        ("count(a)", "list or range value"),
        ("a instance of number", "instance of"),
        ('time("10:00:00")', "time of day"),
        ('@"2026-01-01T10:00:00"', "time of day"),
    ],
)
def test_feel_that_is_left_out_is_named_by_its_kind(text: str, kind: str) -> None:
    assert kind in OUTSIDE
    with pytest.raises(OutsideError) as caught:
        parse(text, ["a"])
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "a b", "1 2", "if a then b", "a between 1", "(1", "[1..2", "a in", "abs(n: 1, 2)", "#"],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, ["a", "b"])
