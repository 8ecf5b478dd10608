"""The example rulebook: its own examples, the worked cases, and that no number in it is without effect."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Final

import pytest

from tests.conftest import ROOT
from tests.references.measure_rows import PARTS, READ_ON, ROWS, SEVERAL
from tests.references.worked_cases import CASES, CITY, SPLIT
from wutong.errors import RuleError
from wutong.policy.document import Node, document_of
from wutong.policy.evaluate import Outcome, Subject, differences, edition_of, evaluate, facts_of, worked_out
from wutong.policy.explain import explain
from wutong.policy.feel import exact
from wutong.policy.feel.tokens import tokens
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure, measure_of
from wutong.policy.rulebook import HEAD

WAN: Final = 1_000_000
FOLDER: Final = ROOT / "examples" / "measures"
FILES: Final = sorted(path for path in FOLDER.glob("*.yaml") if path.name != HEAD)
RULES: Final = ("define", "conditions", "amount")


@cache
def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def measure_in(name: str) -> Measure:
    return measure_of(text_of(name), name)


@cache
def rulebook() -> dict[str, Measure]:
    return {measure_in(path.name).id: measure_in(path.name) for path in FILES}


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


def row_of(measure: str) -> str:
    """The row that a measure encodes: M09-tax is a part of M09."""
    return measure.partition("-")[0]


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


# ------------------------------------------------------------ no number without effect


SPOKEN: Final = ("says", "notes", "source", "id", "zh", "en", "decide", "evidence")
"""Keys behind which nothing is worked out."""
OTHERS: Final = ("examples", "given", "limits", "quota")
"""Keys that are not looked at with one subject and one measure."""


def numbers(
    node: Node, rules: tuple[str, ...] = RULES, without: tuple[str, ...] = OTHERS, *, within: bool = False
) -> list[tuple[Node, int, int]]:
    """Every number of the rules, with its place in the text of its node."""
    if node.kind == "list":
        return [found for one in node.items for found in numbers(one, rules, without, within=within)]
    if node.kind == "map":
        found = []
        for key, value in node.pairs:
            if key.text in (*SPOKEN, *without):
                continue
            inside = within or key.text in rules
            found += numbers(key, rules, without, within=within)
            found += numbers(value, rules, without, within=inside)
        return found
    if not within:
        return []
    try:
        words = tokens(node.source)
    except RuleError:
        return []
    return [
        (node, word.span.start, word.span.start + len(word.value)) for word in words if word.kind == "number"
    ]


def changed(text: str, node: Node, start: int, end: int, more: Fraction = Fraction(1)) -> str:
    """The file with one number a tenth larger; a zero becomes ten thousand; what is counted or lasts gets one more."""
    lines = text.splitlines(keepends=True)
    line, at = lines[node.line - 1], node.column - 1
    old = line[at + start : at + end]
    bare = old.isdigit() and not (line[at + end].isalpha() or line[at + end] in "%‰")
    if float(old) == 0:
        new = "10000"
    elif bare or line[at + end] in "年个天日":
        new = str(float(int(old) + more)).removesuffix(".0")
    else:
        new = str(round(float(old) * 1.1, 6))
    lines[node.line - 1] = line[: at + start] + new + line[at + end :]
    return "".join(lines)


PARAMETERS: Final = [
    pytest.param(path.name, node, start, end, id=f"{path.stem}:{node.line}:{node.column + start}")
    for path in FILES
    for node, start, end in numbers(document_of(path.read_bytes()))
]


def results(measure: Measure, cases: Measure) -> list[tuple[Outcome, Value]]:
    """What comes out of the examples, and where places are few, by what they are ranked."""
    return [(evaluate(measure, one.given), ranked(measure, one.given)) for one in cases.examples]


def ranked(measure: Measure, subject: Subject) -> Value:
    facts = facts_of(measure, subject)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome) or edition.quota is None:
        return None
    return exact.evaluate(edition.quota.by.tree, worked_out(edition, facts))


@pytest.mark.parametrize(("name", "node", "start", "end"), PARAMETERS)
def test_every_number_of_a_file_moves_some_result(name: str, node: Node, start: int, end: int) -> None:
    as_is = measure_in(name)
    try:
        other = measure_of(changed(text_of(name), node, start, end))
    except RuleError:  # a tier that is no longer below the next one
        other = measure_of(changed(text_of(name), node, start, end, Fraction(1, 2)))
    assert results(other, as_is) != results(as_is, as_is)


def test_the_numbers_are_found() -> None:
    assert len(PARAMETERS) > 400
    assert {parameter.values[0] for parameter in PARAMETERS} >= {
        "m01-equipment.yaml",
        "m28-first-quarter-city.yaml",
    }
