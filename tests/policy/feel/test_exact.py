"""The interpreter: numbers worked by hand, and the null rules of both dialects."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import OutsideError
from wutong.policy.feel.parse import parse
from wutong.policy.feel.values import Days, Months, Value

NULLS: list[tuple[str, Value, Value]] = [
    # text, in measures, in FEEL; x and y are unknown, one is 1, yes is true
    ("x = one", None, False),
    ("x != one", None, True),
    ("x = y", None, True),
    ("x = null", True, True),
    ("one != null", True, True),
    ("x < one", None, None),
    ("x + one", None, None),
    ("one / 0", None, None),
    ("x > one and false", False, False),
    ("x > one and yes", None, None),
    ("x > one or yes", True, True),
    ("x > one or false", None, None),
    ("not(x > one)", None, None),
    ("if x > one then 2 else 3", None, Fraction(3)),
    ("x between 1 and 2", None, None),
    ("one between x and 0", False, False),
    ("x in [1..2]", None, None),
    ("x in (1, 2)", None, False),
    ("one in (x, 1)", True, True),
    ("one in (x, 2)", None, False),
    ("x in (null, 2)", True, True),
    ("min(one, x)", None, None),
    ("sum(one, x)", None, None),
    ("is(x, y)", True, True),
    ("is(x, one)", False, False),
]


@pytest.mark.parametrize(("text", "measure", "feel"), NULLS)
def test_unknown_stays_unknown_in_measures_and_follows_dmn_in_feel(
    text: str, measure: Value, feel: Value
) -> None:
    tree = parse(text, ["x", "y", "one", "yes"])
    given: dict[str, Value] = {"x": None, "y": None, "one": Fraction(1), "yes": True}
    assert (evaluate(tree, given, "measure"), evaluate(tree, given, "feel")) == (measure, feel)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3 * 3", Fraction(1)),
        ("2 ** -2", Fraction(1, 4)),
        ("3 ** 4 ** 5", Fraction(3486784401)),
        ("sqrt(0.25)", Fraction(1, 2)),
        ("1亿元 * 5%", Fraction(500_000_000)),  # 500万元 in fen
        ("20万元/亩 * 3亩 = 60万元", True),
        ("2‰ * 3亿元 = 60万元", True),
        ("round half up(2.5, 0)", Fraction(3)),
        ("round half up(-2.5, 0)", Fraction(-3)),
        ("round half down(2.5, 0)", Fraction(2)),
        ("round half down(2.51, 0)", Fraction(3)),
        ("decimal(2.5, 0)", Fraction(2)),
        ("decimal(3.5, 0)", Fraction(4)),
        ("decimal(1/3, 2)", Fraction(33, 100)),
        ("round up(-5.5, 0)", Fraction(-6)),
        ("round down(-5.5, 0)", Fraction(-5)),
        ("floor(-1.5)", Fraction(-2)),
        ("ceiling(-1.5)", Fraction(-1)),
        ("floor(1.56, 1)", Fraction(3, 2)),
        ("round half up(12345元, 1万元)", Fraction(1_000_000)),
        ("floor(12345元, 100元) = 12300元", True),
        ("modulo(-12, 5)", Fraction(3)),
        ("modulo(10.1, -4.5)", Fraction(-17, 5)),
        ('date("2024-01-31") + 1个月', date(2024, 2, 29)),
        ('date("2024-02-29") + 1年', date(2025, 2, 28)),
        ('date("2026-03-01") - 1天', date(2026, 2, 28)),
        ('date("2026-01-01") - date("2025-01-01")', Days(Fraction(365 * 86_400))),
        ('date("2026-01-01") - date("2025-01-01") = 365天', True),
        ('years and months duration(@"2023-08-31", @"2026-08-30")', Months(35)),
        ('@"P1Y" = 12个月', True),
        ("3年 / 2", Months(18)),
        ('@"P2Y" / @"P6M"', Fraction(4)),
        ('substring("梧桐引凤", 2, 2)', "桐引"),
        ('substring("梧桐", -1)', "桐"),
        ('string length("梧桐")', Fraction(2)),
        ('"a" + "b"', "ab"),
        ('substring before("a/b", "/")', "a"),
        ('string(1.50) + "%"', "1.5%"),
        ('number("1.234,5", ".", ",")', Fraction(2469, 2)),
        ('matches("048000", "^[0-9]{6}$")', True),
        ('replace("abc", "(b)", "[$1]")', "a[b]c"),
        ('@"2026-11-23".weekday', Fraction(1)),
        ('range("[1..3)").end', Fraction(3)),
        ('week of year(@"2027-01-01")', Fraction(53)),
    ],
)
def test_values_worked_by_hand(text: str, value: Value) -> None:
    assert evaluate(parse(text), {}) == value


@pytest.mark.parametrize(
    "text",
    [
        '1 + "a"',
        "true + 1",
        '1 < "a"',
        "true < false",
        "0 ** -1",
        "sqrt(-1)",
        "log(0)",
        "9 ** 9999 ** 9",
        'date("2023-02-29")',
        "date(2023, 2, 29)",
        'date("9999-12-31") + 1天',
        'date("0001-01-01") - 1个月',
        'duration("P1Y1D")',
        "abs(n: 1, n: 2)",
        "abs(number: 1)",
        'matches("a", "(")',
        'substring("abc", 0)',
    ],
)
def test_what_has_no_answer_is_null(text: str) -> None:
    assert evaluate(parse(text), {}, "feel") is None


def test_a_pattern_that_explodes_elsewhere_is_done_at_once() -> None:
    text = f'matches("{"a" * 40}!", "^(a+)+$")'
    assert evaluate(parse(text), {}) is False


def test_a_back_reference_and_the_clock_are_refused_and_not_guessed() -> None:
    for text in ('matches("aa", "(a)\\1")', "today()"):
        with pytest.raises(OutsideError):
            evaluate(parse(text), {})


def test_a_worked_slab_of_money_is_exact_to_the_fen() -> None:
    text = "min(设备 * (if 投资 >= 5亿元 then 10% else if 投资 >= 3亿元 then 8% else 5%), 2亿元)"
    tree = parse(text, ["设备", "投资"])
    yi = Fraction(10**10)
    for investment, equipment, wan in (("2.99", 2, 1_000), ("3", 2, 1_600), ("30", 25, 20_000)):
        given: dict[str, Value] = {"投资": Fraction(investment) * yi, "设备": equipment * yi}
        assert evaluate(tree, given) == wan * Fraction(10**6)
