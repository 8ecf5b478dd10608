"""The example rulebook: its own examples, where each measure was read, and the worked cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Final

import pytest

from tests.policy.example_files import FILES, measure_in, row_of, rulebook
from tests.references.measure_rows import PARTS, READ_ON, ROWS, SEVERAL
from tests.references.worked_cases import CASES, CITY, SPLIT
from wutong.policy.evaluate import Subject, differences, evaluate
from wutong.policy.explain import explain

WAN: Final = 1_000_000


def fen(wan: float) -> Fraction:
    return Fraction(str(wan)) * WAN


def subject(money: dict[str, float], others: dict[str, object]) -> Subject:
    facts: dict[str, Fraction | bool | str] = {name: fen(amount) for name, amount in money.items()}
    for name, value in others.items():
        assert isinstance(value, bool | str)
        facts[name] = value
    return facts


# ------------------------------------------------------------ examples and worked cases


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_every_example_in_a_file_passes(name: str) -> None:
    measure = measure_in(name)
    assert [line.en for example in measure.examples for line in differences(measure, example)] == []


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_an_example_that_expects_something_else_fails(name: str) -> None:
    measure = measure_in(name)
    for example in measure.examples:
        other = "unknown" if example.outcome != "unknown" else "eligible"
        assert differences(measure, replace(example, outcome=other))
        if example.amount is not None:
            assert differences(measure, replace(example, amount=example.amount + 1))
        if example.if_approved is not None:
            assert differences(measure, replace(example, if_approved=example.if_approved[:-1]))


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_every_file_says_what_it_is_and_where_it_was_read(name: str) -> None:
    measure = measure_in(name)
    assert measure.status == "example of a shape"
    row = row_of(measure.id)
    assert name.startswith(row.lower() + "-")
    for edition in measure.editions:
        origin = edition.origin
        assert (origin.grade, origin.url) in (ROWS | PARTS)[row]
        assert origin.document == row or "〔" in origin.document or row in PARTS
        assert origin.read_on == READ_ON


def test_every_row_has_a_file_and_every_file_a_row() -> None:
    assert len(ROWS) == 57
    found = Counter(row_of(measure.id) for measure in rulebook().values())
    assert set(found) == set(ROWS) | set(PARTS)
    assert {row: count for row, count in found.items() if count > 1} == SEVERAL


@pytest.mark.parametrize(("case", "measure", "money", "others", "state", "amounts"), CASES)
def test_worked_cases_come_out_to_the_fen(
    case: str,
    measure: str,
    money: dict[str, float],
    others: dict[str, object],
    state: str,
    amounts: list[float],
) -> None:
    found = evaluate(rulebook()[measure], subject(money, others))
    assert found.state == state
    certain = [] if found.amount is None else [found.amount]
    assert [*certain, *found.if_approved] == [fen(amount) for amount in amounts]
    assert (found.amount is None) == (state != "eligible")


def test_g3_is_the_sum_of_g4s_two_scales() -> None:
    for increment, city in CITY.items():
        facts = subject({"一季度产值": 10_000 + increment, "上年一季度产值": 10_000}, {})
        found, province = evaluate(rulebook()["M28"], facts), evaluate(rulebook()["M27"], facts)
        assert found.parts["city"] == fen(city)
        assert found.amount is not None
        assert province.amount is not None
        assert found.amount == province.amount + fen(city)


def test_g6_falls_short_by_five_points() -> None:
    facts = subject({"产值": 54_000, "上年产值": 40_000}, {})
    (_, growth) = explain(rulebook()["M26"], facts)
    assert growth.held == "not met"
    assert growth.compared[0].gap == Fraction(5, 100)
    assert growth.compared[0].says.zh == "产值增速 35%，须不低于40%，差5个百分点"
    assert growth.compared[0].says.en == "Output growth 35%, needs at least 40%, short by 5 points"


def test_g11_is_split_between_maker_and_user() -> None:
    found = evaluate(
        rulebook()["M71"], subject({"首年合同额": 30_000}, {"列入通知": True, "双方在省内": True})
    )
    assert found.payees == {who: fen(amount) for who, amount in SPLIT.items()}


def test_g12_year_two_is_nobodys_certain_cost() -> None:
    found = next(evaluate(rulebook()["M04"], subject(c[2], c[3])) for c in CASES if c[4] == "needs decision")
    assert (found.amount, found.open) == (None, ("amount",))
