"""The guide's examples and tables, run."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.conftest import ROOT
from wutong.policy.feel.check import check
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import Source
from wutong.policy.feel.parse import parse
from wutong.policy.feel.signatures import FUNCTIONS
from wutong.policy.feel.types import AREA, DATE, MONEY, NUMBER, TEXT, choice
from wutong.policy.feel.units import measured
from wutong.policy.feel.values import Value, written

GUIDE = (ROOT / "docs" / "how-to" / "expressions.md").read_text(encoding="utf-8")
NAMES = {
    **dict.fromkeys(("固定资产投资", "设备投资", "税收", "产值", "上年产值"), MONEY),
    "土地": choice("new", "old"),
    "行业": TEXT,
    "面积": AREA,
    "签约日": DATE,
    "年龄": NUMBER,
}


def money(text: str) -> Fraction:
    found = evaluate(parse(text), {})
    assert isinstance(found, Fraction)
    return found


FACTS: dict[str, Value] = {
    "固定资产投资": money("3亿元"),
    "设备投资": money("2亿元"),
    "土地": "new",
    "行业": "C39",
    "税收": money("1000万元"),
    "面积": 30 * measured("亩")[1],
    "产值": money("110万元"),
    "上年产值": money("100万元"),
    "签约日": date(2024, 2, 29),
    "年龄": None,
}
EXAMPLES = re.findall(r"^(.+) → (.+)$", GUIDE.partition("```feel\n")[2].partition("```")[0], re.M)
NULLS = re.findall(r"^\| `(.+)` \| (\w+) \| (\w+) \|$", GUIDE, re.M)


@pytest.mark.parametrize(("text", "result"), EXAMPLES)
def test_the_guides_examples_pass_the_check_and_give_what_they_say(text: str, result: str) -> None:
    tree = parse(text, NAMES)
    check(tree, NAMES, Source(text))
    assert evaluate(tree, FACTS) == evaluate(parse(result), {})


@pytest.mark.parametrize(("text", "measure", "feel"), NULLS)
def test_the_guides_null_rules_are_those_that_hold(text: str, measure: str, feel: str) -> None:
    tree = parse(text, NAMES)
    check(tree, NAMES, Source(text))
    shown = [written(evaluate(tree, FACTS, dialect)) or "null" for dialect in ("measure", "feel")]
    assert shown == [measure, feel]


def test_the_guide_has_its_examples_and_every_function() -> None:
    assert (len(EXAMPLES), len(NULLS)) == (13, 12)
    named = GUIDE.partition("**Functions.**")[2].partition("**Not there**")[0]
    words = {word for quoted in re.findall(r"`([^`]+)`", named) for word in (quoted, *quoted.split())}
    assert set(FUNCTIONS) - {"today"} <= words


def test_the_guides_python_runs() -> None:
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", GUIDE, re.S):
        exec(compile(code, "expressions.md", "exec"), names)
    assert "compiled" in names
    assert names["by_polars"].rows() == names["by_duckdb"].rows() == [(1, 15_000_000_00), (3, None)]
    assert (names["added_up"]["fen"].sum, names["added_up"]["state"].sum) == (15_000_000_00, 1 + 3)
