"""Files that would fill the memory or take for ever are refused in bounded time, or worked out in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Final

import pytest

from wutong.errors import RuleError
from wutong.policy.definition import type_of
from wutong.policy.document import document_of
from wutong.policy.edition import DEFINED
from wutong.policy.evaluate import evaluate
from wutong.policy.explain import explain
from wutong.policy.feel.lengths import FACT
from wutong.policy.feel.types import NUMBER
from wutong.policy.feel.values import Value
from wutong.policy.fields import FACTS
from wutong.policy.rulebook import rulebook_of
from wutong.policy.table import table_of

SECONDS: Final = 3.0

FILE: Final = """\
measure: NAME
title: {zh: 甲, en: A}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 甲, en: A}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  名: {type: text, zh: 名, en: Name}
  n: {type: number, zh: n, en: n}
GIVEN
editions:
  - source: {document: invented, grade: not graded}
    define:
      d0: {zh: d, en: d, is: 名}
DEFINE
    conditions: [{id: c, says: {zh: 甲, en: A}, when: WHEN}]
    amount: {AMOUNT, round: {to: 1元, how: half up}}
MORE
examples: [{given: {投资: 1万元}, expect: {outcome: unknown}}]
"""
KEYS: Final = ("NAME", "GIVEN", "DEFINE", "WHEN", "AMOUNT", "MORE")


def file(
    name: str = "m", given: str = "", define: str = "", when: str = "true", more: str = "", amount: str = ""
) -> str:
    text = FILE
    for key, value in zip(
        KEYS, (name, given, define, when, amount or "rate: 5%, base: 投资", more), strict=True
    ):
        text = text.replace(key, value)
    return text


@contextmanager
def bounded() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


def ended(*files: str) -> str:
    """Read files and work them out in bounded time; the error's words, empty where there is none."""
    with bounded():
        try:
            book = rulebook_of({f"{at}.yaml": text for at, text in enumerate(files)})
        except RuleError as error:
            return error.text.en
        facts: dict[str, Value] = {"投资": Fraction(10**12), "名": "a" * 50, "n": Fraction(3)}
        for measure in book.measures:
            known = {name: value for name, value in facts.items() if name in measure.given}
            evaluate(measure, known)
            explain(measure, known)
    return ""


def lines(count: int, write: Callable[[int], str], deep: int) -> str:
    return "\n".join(" " * deep + write(at) for at in range(count))


def fact(at: int) -> str:
    return f"f{at}: {{type: money, zh: a, en: a}}"


def plus(at: int) -> str:
    return f"p{at}: {{zh: a, en: a, is: 投资 + {at}元}}"


def doubled(at: int) -> str:
    before = f"d{at}"
    return f"d{at + 1}: {{zh: a, en: a, is: {' + '.join([before] * 9)}}}"


def squared(at: int) -> str:
    before = f"s{at - 1}" if at else "n"
    return f"s{at}: {{zh: a, en: a, is: {before} * {before}}}"


def tiers(deep: int) -> str:
    inner = "{by: 投资, slab: {1元: 1%, 2元: 2%}"
    return inner + (f", below: {tiers(deep - 1)}}}" if deep else "}")


def sums(deep: int) -> str:
    one = sums(deep - 1) if deep else "fixed: 1元"
    return f"sum: [{{id: a, {one}}}, {{id: b, {one}}}], cap: 5元"


def changes(count: int) -> list[str]:
    change = "    modifies: [{measure: m, add: 1%, at_most: 50%}]"
    own = "    define:\n      d0: {zh: d, en: d, is: 名}\n\n"
    made = [file(f"r{at}", more=change) for at in range(count)]
    assert all(own in one for one in made)
    return [one.replace(own, "") for one in made]


POWERS: Final = (
    "2 ** 99999999999 > 1 and 9 ** 9 ** 9 ** 9 > 1 and 1e400 ** 400 > 0 and 0.1 ** 3000 > 0 and sqrt(1e400) > 1 "
    "and exp(9999) > 0 and exp(1e300) > 0 and log(1e-300) < 0 and 投资 / 1e-400 > 0元"
)
REPLACED: Final = (
    f"""'string length(replace(replace("{"a" * 1500}", "a", "{"a" * 1500}"), "a", "{"a" * 1500}")) > 0'"""
)
PATTERNS: Final = (
    """'matches(名, "((a{100}){100}){100}") or matches(名, "(a*)*b") or matches(名, "(a|a)*b")'"""
)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([file(given=lines(FACTS - 3, fact, 2))], ""),
        ([file(given=lines(FACTS, fact, 2))], "facts at most"),
        ([file(given=lines(2_000, fact, 2))], "facts at most"),
        ([file(define=lines(DEFINED - 1, plus, 6))], ""),
        ([file(define=lines(DEFINED, plus, 6))], "definitions at most"),
        ([file(define=lines(2, doubled, 6), when="string length(d2) > 0")], ""),
        ([file(define=lines(12, doubled, 6), when="string length(d12) > 0")], "more than 10000000 characters"),
        ([file(define=lines(60, squared, 6), when="s59 > 0")], ""),
        ([file(when=POWERS)], ""),
        ([file(when=REPLACED)], "more than 10000000 characters"),
        ([file(when=PATTERNS)], ""),
        ([file(amount=f"rate: {tiers(8)}, base: 投资")], ""),
        ([file(amount=f"rate: {tiers(20)}, base: 投资")], "Nested too deep"),
        ([file(amount=sums(4))], ""),
        ([file(amount=sums(6))], "Nested too deep"),
        ([file(amount=sums(12))], "256 KiB"),
        ([file(when=" and ".join(["投资 > 1元"] * 600))], "too long"),
        ([file(when=" or ".join(["(投资 > 1元 and 投资 < 9元)"] * 70))], ""),
        ([file(when="(" * 47 + "投资 > 1元" + ")" * 47)], ""),
        ([file(when="(" * 49 + "投资 > 1元" + ")" * 49)], "Nested too deep"),
        ([file(when="'" + "/*" * 3_900 + "'")], "wanted"),
        ([file(when="'" + "not(" * 45 + "true" + ")" * 45 + "'")], ""),
        ([file(), *changes(3)], ""),
        ([file(), *changes(40)], "Too many measures change this rate"),
    ],
)  # fmt: skip
def test_files_end_in_bounded_time(files: list[str], says: str) -> None:
    said = ended(*files)
    assert says in said
    assert bool(says) == bool(said)


@pytest.mark.parametrize("hit", ["A", "C<", "U", "C+"])
def test_a_table_ends_in_bounded_time(hit: str) -> None:
    rule = "{if: [" + ", ".join(['"> 1, < 0"'] * 20) + "], then: n}"
    rules = ", ".join(rule.replace("n}", f"n + {at}}}") for at in range(100))
    (node,) = document_of(f"[{{hit: {hit}, inputs: [{', '.join(['n'] * 20)}], rules: [{rules}]}}]").items
    with bounded(), pytest.raises(RuleError, match="too large"):
        table_of(node, {"n": NUMBER})


def test_a_defined_text_carries_how_long_it_can_be() -> None:
    (measure,) = rulebook_of({"m.yaml": file(define=lines(2, doubled, 6))}).measures
    lengths = [type_of(one).largest for one in measure.editions[0].definitions]
    assert lengths == [FACT, 9 * FACT, 81 * FACT]
