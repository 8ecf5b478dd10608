"""Functions made of expressions give what the interpreter gives, and leave to it what they do not know."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.feel.drawn import NAMES, expressions, meant, rows
from wutong.policy.feel import ready as module
from wutong.policy.feel.check import check
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.library import LARGEST
from wutong.policy.feel.parse import parse
from wutong.policy.feel.ready import Ready, bits_of, frozen, ready, thawed
from wutong.policy.feel.syntax import Expr, show
from wutong.policy.feel.types import MONEY, NUMBER, RATE, TEXT, Type
from wutong.policy.feel.values import Value


@settings(max_examples=300)
@given(expressions, rows)
def test_the_functions_and_the_interpreter_agree_on_any_expression(
    tree: Expr, drawn: list[dict[str, Any]]
) -> None:
    try:
        typed = check(tree, NAMES, Source(show(tree)))
    except ExpressionError:
        return
    made, size = ready(typed, {})
    for row in drawn:
        facts = meant(row)
        want = evaluate(tree, facts)
        got = thawed(made({name: frozen(value) for name, value in facts.items()}))
        assert (got, type(got)) == (want, type(want))
        assert bits_of(got) <= max(size, 1)


def made(text: str, **names: Type) -> Ready:
    return ready(check(parse(text, names), names, Source(text)), {})[0]


@pytest.mark.parametrize(
    "text",
    [
        "投资 * 5% + 投资 / 3 - 7分",
        "min(投资, 2亿元, 投资 * 增速)",
        "if 投资 >= 1亿元 then 5% else if 投资 > 0 then 1% else null",
        '土地 in ("new", "old") and not(投资 between 1元 and 2元)',
        "投资 in ([1元..5元), >9元)",
        "round half even(-投资 / 7, 3分)",
        "投资 = 1元 or 土地 != 土地",
    ],
)
def test_what_is_often_written_never_asks_the_interpreter(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"投资": MONEY, "增速": RATE, "土地": TEXT}
    facts: list[dict[str, Value]] = [
        {"投资": Fraction(amount), "增速": Fraction(1, 3), "土地": "new"}
        for amount in (-5, 0, 100, 450, 10**12)
    ]
    facts += [{"投资": None, "增速": Fraction(1)}, {"投资": Fraction(10**11), "土地": "old"}]
    want = [evaluate(parse(text, names), one) for one in facts]
    monkeypatch.setattr(module, "judged", None)
    found = made(text, **names)
    assert [thawed(found({name: frozen(one[name]) for name in one})) for one in facts] == want


def test_what_might_become_too_large_is_left_to_the_interpreter() -> None:
    product = " * ".join(["n"] * (LARGEST // 200 + 5))
    typed = check(parse(product, ["n"]), {"n": NUMBER}, Source(product))
    for size in (3, 150, 199, 250):
        n = Fraction(2**size - 1)
        found, _ = ready(typed, {"n": size})
        assert thawed(found({"n": frozen(n)})) == evaluate(typed.node, {"n": n})  # type: ignore[arg-type]  # no cell


@given(st.fractions(), st.fractions(min_value=Fraction(1, 1000)).map(abs))
def test_numbers_are_held_without_loss(number: Fraction, other: Fraction) -> None:
    assert thawed(frozen(number)) == number
    found = made("a / b + b", a=NUMBER, b=NUMBER)
    assert thawed(found({"a": frozen(number), "b": frozen(other)})) == number / other + other
