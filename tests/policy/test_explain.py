"""Reasons: every step comes from what is worked out, and ends where the interpreter ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.drawn_books import books, facts
from tests.policy.test_rulebook import book as modified
from wutong.policy.accounts import Reasons
from wutong.policy.evaluate import evaluate, worked_out
from wutong.policy.explain import reasons
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure, measure_of
from wutong.policy.prepared import Prepared, prepared
from wutong.policy.rulebook import Rulebook, rulebook_of

FOLDER: Final = ROOT / "examples" / "measures"
BOOK: Final = rulebook_of({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))})
READY: Final = {measure.id: prepared(measure) for measure in BOOK.measures}
YI: Final = 10_000_000_000


def held_to(found: Reasons, measure: Measure, subject: dict[str, Value]) -> None:
    """The reasons are those of what the interpreter gives, step for step."""
    want = evaluate(measure, subject)
    assert found.outcome == want
    assert (found.outcome.possible, found.outcome.clause) == (want.possible, want.clause)
    edition = next((one for one in measure.editions if one.line == found.place.line), measure.editions[0])
    if found.clauses[0].id == "in_force":
        return
    known = worked_out(edition, {name: subject.get(name) for name in measure.given})
    names = {one.name for one in edition.definitions}
    ended = {step.form.name: step.value for step in found.definitions if step.form.name in names}
    assert ended == {name: known[name] for name in names}
    for clause, condition in zip(
        [one for one in found.clauses if one.id not in ("apply", "quota")], edition.conditions, strict=True
    ):
        value = True if condition.when is None else exact.evaluate(condition.when.tree, known)
        holds = {"met": True, "not met": False, "unknown": None, "needs decision": True}
        assert holds.get(clause.held, False) == value
    for account, reading in zip(found.accounts, edition.amount.readings, strict=bool(found.accounts)):
        whole = exact.evaluate(reading.whole.tree, known)
        assert account.steps[-1].value == whole
        assert account.amount == (None if whole is None else whole)
        terms = {step.form.term: step.value for step in account.steps if step.form.kind == "term"}
        assert terms == {
            part.id: exact.evaluate(part.formula.tree, known) for part in reading.parts if part.id in terms
        }
        for step in account.steps:
            cuts = step.form.kind == "cap" and step.form.zh[0] != "不超过上限"
            assert not cuts or step.value is not None
    if found.payees:
        assert sum(share.amount for share in found.payees) == want.amount
    for language in ("zh", "en"):
        lines = found.lines(language)
        assert all(line and "\0" not in line and "·" not in line for line in lines)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_reasons_of_random_measures_and_facts_end_where_the_interpreter_ends(data: st.DataObject) -> None:
    book = data.draw(books(2))
    for measure in book.measures:
        ready = prepared(measure)
        for _ in range(3):
            subject = {name: data.draw(facts(field)) for name, field in measure.given.items()}
            held_to(reasons(ready, subject), measure, subject)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_reasons_of_the_examples_over_random_facts_end_where_the_interpreter_ends(
    data: st.DataObject,
) -> None:
    measure = data.draw(st.sampled_from(BOOK.measures))
    subject = dict(data.draw(st.sampled_from(measure.examples)).given)
    for name in data.draw(st.lists(st.sampled_from(list(measure.given)), max_size=3)):
        subject[name] = data.draw(facts(measure.given[name]))
    held_to(reasons(READY[measure.id], subject), measure, subject)


@pytest.mark.parametrize("name", list(READY))
def test_every_example_is_explained_and_the_lines_of_its_places_are_right(name: str) -> None:
    measure = READY[name].measure
    text = (FOLDER / measure.file).read_text(encoding="utf-8").splitlines()
    words = {
        "tier": ("slab", "亿元", "by"),
        "cap": ("cap", "- "),
        "round": ("round", "amount"),
        "band": ("bands",),
    }
    for example in measure.examples:
        found = reasons(READY[name], example.given)
        held_to(found, measure, dict(example.given))
        for clause in found.clauses:
            line = text[clause.place.line - 1]
            assert clause.id in ("in_force", "apply", "quota") or f"id: {clause.id}" in line
            assert clause.id == "in_force" or clause.place.document in [
                edition.origin.document for edition in measure.editions
            ]
        for account in found.accounts:
            for step in account.steps:
                at = step.form.place.line
                # what only changes another measure's rate has an amount that no line says
                assert at == found.place.line or any(
                    word in text[at - 1] for word in words.get(step.form.kind, (":",))
                )


def said(measure: str, **facts: Value | int) -> list[str]:
    return reasons(READY[measure], facts).lines("zh")


def test_g1_names_the_tier_and_g2_what_the_cap_cuts() -> None:
    project: dict[str, Value | int] = {"土地": "new", "固定资产投资": 299 * YI // 100, "设备投资": 2 * YI}
    assert said("M01", **project)[3:] == [
        "固定资产投资 2.99亿元，1亿元（含）至3亿元（不含）一档：5%",
        "新设备投资 2亿元 × 5% = 1000万元",
        "不超过上限2亿元：1000万元",
        "四舍五入到1元：1000万元",
    ]
    assert said("M01", **project | {"固定资产投资": 30 * YI, "设备投资": 25 * YI})[3:6] == [
        "固定资产投资 30亿元，5亿元以上（含）一档：10%",
        "新设备投资 25亿元 × 10% = 2.5亿元",
        "按上限2亿元，减少5000万元：2亿元",
    ]


def test_g7_takes_off_what_was_paid_and_g5_shows_each_part_of_the_scale() -> None:
    lines = said("M24", 规上=True, 一企一策=False, 产值=28 * YI, 上年产值=20 * YI, 一季度已付=60_000_000)
    assert lines[5:] == [
        "产值增量：产值 28亿元 − 上年产值 20亿元 = 8亿元",
        "产值增速：产值增量 8亿元 ÷ 上年产值 20亿元 = 40%",
        "产值增量 8亿元 × 0.3% = 240万元",
        "200万元减去一季度已付 60万元，余140万元",
        "按上限140万元，减少100万元：140万元",
        "四舍五入到1元：140万元",
    ]
    lines = said("M26", 产值=36 * YI // 10, 上年产值=2 * YI)
    assert "0元至1.2亿元的部分：1.2亿元 × 1% = 120万元" in lines
    assert "1.2亿元以上的部分：4000万元 × 1.2% = 48万元" in lines
    assert "以上相加：168万元" in lines


def test_g4_shows_the_terms_of_a_sum_and_g11_who_gets_what() -> None:
    lines = said("M28", 一季度产值=23 * YI // 10, 上年一季度产值=YI)
    assert [line for line in lines if line.startswith(("省级", "市级"))] == ["省级：15.5万元", "市级：5万元"]
    assert "15.5万元 + 5万元 = 20.5万元" in lines
    assert said("M71", 列入通知=True, 首年合同额=3 * YI, 双方在省内=True)[-2:] == [
        "研制方 30%：300万元",
        "使用方：700万元",
    ]


def test_where_a_clause_fails_no_amount_is_worked_out() -> None:
    found = reasons(READY["M26"], {"产值": 54 * YI // 10, "上年产值": 4 * YI})
    assert found.accounts == ()
    assert found.outcome.failing == ("growth",)
    assert found.lines("zh")[0] == "M26 跨越发展奖励：不可得"


def test_a_rate_that_another_measure_raises_says_which_measure_did() -> None:
    target: Prepared = prepared(modified("add: 15%, at_most: 20%").measures[1])
    moved = reasons(target, {"投资": 100_000_000, "外地迁入": True})
    assert moved.lines("en")[-4:] == [
        "Points for moving in: Moved in yes, so 15%",
        'By "Points for moving in" the rate goes from 10% to 20%',
        "Investment 1 million yuan × 20% = 200,000 yuan",
        "Rounded half up to 1 yuan: 200,000 yuan",
    ]
    stays = reasons(target, {"投资": 100_000_000, "外地迁入": False}).lines("en")
    assert not any("goes from" in line for line in stays)
    unsure = reasons(target, {"投资": 100_000_000})
    assert (unsure.outcome.state, unsure.outcome.missing) == ("unknown", ("外地迁入",))


MORE: Final = """\
measure: m
title: {zh: 甲, en: A}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  税收: {type: money, zh: 税收, en: Tax}
  面积: {type: area, zh: 面积, en: Area}
  规上: {type: yes or no, zh: 规上, en: Listed}
  开工日: {type: date, zh: 开工日, en: Started on}
editions:
  - source: {document: 某发〔2026〕1号, article: 第三条, grade: not graded}
    conditions:
      - {id: dense, says: {zh: 亩均税收20万元以上, en: Tax for each mu}, when: 税收 / 面积 >= 20万元/亩}
      - {id: either, says: {zh: 规上或税收百万, en: Either}, when: 规上 or 税收 >= 100万元 or 面积 <= 2亩}
    amount: AMOUNT
    payout: [{share: 1/3, on: 开工, day: 开工日}, {share: 2/3, on: 验收, when: 规上}]
examples: [{given: {税收: null}, expect: {outcome: unknown}}]
"""


def one(amount: str) -> Prepared:
    return prepared(measure_of(MORE.replace("AMOUNT", amount), "m.yaml"))


def test_values_are_written_in_the_unit_of_what_they_are_compared_with() -> None:
    found = reasons(one("{fixed: 100元, round: {to: 1元, how: half up}}"), {"税收": 10**8, "面积": 20_000})
    lines = found.lines("zh")
    assert (
        lines[1]
        == "亩均税收20万元以上：不满足。税收 ÷ 面积 ≈3.333333万元/亩，须不低于20万元/亩，差≈16.666666万元/亩"
    )
    assert (
        lines[2] == "规上或税收百万：满足。税收 100万元，须不低于100万元；或面积 30亩，须不超过2亩，超出28亩"
    )
    assert found.clauses[0].place.text.zh == "某发〔2026〕1号 第三条（m.yaml 第16行）"


def test_instalments_have_their_day_and_condition_and_make_the_whole() -> None:
    from datetime import date

    ready = one("{fixed: 100元, round: {to: 1元, how: half up}}")
    firm: dict[str, Value | int] = {
        "税收": Fraction(10**9),
        "面积": Fraction(2000, 3),
        "规上": False,
        "开工日": date(2026, 5, 1),
    }
    found = reasons(ready, firm)
    assert [share.line.zh for share in found.instalments] == [
        "第1期（开工） ≈33.333333%：33元，自2026-05-01起",
        "第2期（验收） ≈66.666666%：67元，条件未满足",
    ]


def test_what_a_paper_does_not_tell_is_a_step_that_says_so() -> None:
    ready = one("{not_known: {zh: 比例被截断, en: The ratio is cut off}}")
    found = reasons(ready, {"税收": 10**9, "面积": Fraction(2000, 3)})
    assert (found.outcome.state, found.accounts[0].amount) == ("unknown", None)
    assert found.accounts[0].steps[0].line.zh == "比例被截断"


GRID: Final = """\
    define:
      比例:
        zh: 比例
        en: Rate
        table:
          hit: F
          inputs: [税收, 规上]
          rules: [{if: [≥100万元, 是], then: 8%}, {if: [≥100万元, "-"], then: 5%}]
          default: 1%
"""


def test_a_decision_table_says_which_of_its_rules_matches() -> None:
    text = MORE.replace("    conditions:", GRID.replace("是", "true") + "    conditions:", 1)
    ready = prepared(
        measure_of(
            text.replace("AMOUNT", "{rate: 比例, base: 税收, round: {to: 1元, how: half up}}"), "m.yaml"
        )
    )
    lines = []
    for listed in (True, False, None):
        subject: dict[str, Value] = {"税收": Fraction(10**9), "面积": Fraction(1), "规上": listed}
        found = reasons(ready, subject)
        held_to(found, ready.measure, subject)
        lines.append(found.definitions[0].line.zh)
    assert lines == [
        "比例：税收 1000万元、规上 是（第1行）：8%",
        "比例：税收 1000万元、规上 否（第2行）：5%",
        "比例：税收 1000万元、规上 未知（第2行）（第1行是否符合未知）：未知",
    ]


def test_numbers_of_any_size_are_explained_exactly() -> None:
    ready = one("{rate: 1/3, base: 税收, round: {to: 1元, how: half up}}")
    for tax in (Fraction(10**90), Fraction(1, 3**150) + 10**9):
        subject: dict[str, Value] = {"税收": tax, "面积": Fraction(1), "规上": True}
        held_to(reasons(ready, subject), ready.measure, subject)


def test_the_examples_are_there() -> None:
    assert isinstance(BOOK, Rulebook)
    assert len(READY) >= 10
