"""A folder of measures: names that hold between files, and one measure that changes the rate of another."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.errors import RuleError
from wutong.policy.amount import Raise
from wutong.policy.edition import Modifier
from wutong.policy.evaluate import evaluate
from wutong.policy.rulebook import Rulebook, rulebook_of

WAN: Final = 1_000_000

TARGET: Final = """\
measure: B
title: {zh: 投资补助, en: Investment grant}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  合同号: {type: text, zh: 合同号, en: Contract}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: size, says: {zh: 够大, en: Large}, when: 投资 >= 100万元}]
    amount: {rate: 10%, base: 投资, round: {to: 1元, how: half up}}
    MORE
examples: [{given: {投资: 1万元}, expect: {outcome: not eligible}}]
"""
MODIFIER: Final = """\
measure: A
title: {zh: 迁入加点, en: Points for moving in}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  外地迁入: {type: yes or no, zh: 外地迁入, en: Moved in, about: [moving in]}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: moved, says: {zh: 外地迁入, en: Moved in}, when: 外地迁入}]
    modifies: [{measure: B, CHANGE}]
examples: [{given: {外地迁入: 否}, expect: {outcome: not eligible}}]
"""
HEAD: Final = "rulebook: trial\nformat: 1\ntitle: {zh: 试, en: Trial}\n"


def book(change: str = "add: 5%", more: str = "", head: str = "") -> Rulebook:
    files = {"a.yaml": MODIFIER.replace("CHANGE", change), "b.yaml": TARGET.replace("MORE", more)}
    return rulebook_of(files | ({"rulebook.yaml": HEAD + head} if head else {}))


@pytest.mark.parametrize(
    ("change", "moved", "wan"),
    [
        ("add: 5%", True, 15),
        ("add: 5%", False, 10),
        ("add: 5%", None, None),
        ("add: 15%, at_most: 20%", True, 20),
        ("add: 15%, at_most: 8%", False, 10),
        ("times: 110%", True, 11),
        ("times: 110%", False, 10),
    ],
)
def test_a_measure_changes_the_rate_of_another_where_its_own_conditions_hold(
    change: str, moved: bool | None, wan: int | None
) -> None:
    target = book(change).measures[1]
    found = evaluate(target, {"投资": 100 * WAN, "外地迁入": moved})
    assert found.amount == (None if wan is None else wan * WAN)
    assert found.missing == (("外地迁入",) if wan is None else ())


TWO_EDITIONS: Final = (
    MODIFIER.replace("  外地迁入:", "  入区日: {type: date, zh: 入区日, en: Came on}\n  外地迁入:")
    .replace("  - source", "  - in_force: {from: 2024-01-01, to: 2024-12-31, by: 入区日}\n    source")
    .replace("CHANGE", "add: 5%")
)


@pytest.mark.parametrize(
    ("day", "wan"), [("2023-12-31", 10), ("2024-01-01", 15), ("2025-12-31", 20), (None, None)]
)
def test_each_edition_of_a_measure_changes_the_rate_for_those_whose_day_falls_in_it(
    day: str | None, wan: int | None
) -> None:
    first, second = TWO_EDITIONS[TWO_EDITIONS.index("  - in_force") :].split("examples:")
    later = first.replace("2024-", "2025-").replace("add: 5%", "times: 200%")
    files = {"a.yaml": TWO_EDITIONS.replace(f"examples:{second}", f"{later}examples:{second}")}
    target = rulebook_of(files | {"b.yaml": TARGET.replace("MORE", "")}).measures[1]
    came = None if day is None else date.fromisoformat(day)
    found = evaluate(target, {"投资": 100 * WAN, "外地迁入": True, "入区日": came})
    assert found.amount == (None if wan is None else wan * WAN)
    assert found.missing == (("入区日",) if wan is None else ())


def test_a_modifier_is_read_as_it_is_written() -> None:
    (edition,) = book("add: 5个百分点, at_most: 20%").measures[0].editions
    assert edition.modifies == (Modifier("B", Raise("add", "5个百分点", "20%")),)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"a.yaml": MODIFIER.replace("B, CHANGE", "C, add: 5%"), "b.yaml": TARGET.replace("MORE", "")},
            'no "C"',
        ),
        (
            {"a.yaml": TARGET.replace("MORE", ""), "b.yaml": TARGET.replace("MORE", "")},
            "stands in a.yaml too",
        ),
        ({"b.yaml": TARGET.replace("MORE", "exclusive: 设备")}, "exclusive"),
        ({"b.yaml": TARGET.replace("MORE", "budget: 基金")}, "budget"),
        (
            {
                "a.yaml": TARGET.replace("MORE", ""),
                "b.yaml": TARGET.replace("MORE", "")
                .replace("measure: B", "measure: D")
                .replace("type: money", "type: rate")
                .replace("投资 >= 100万元", "投资 >= 5%")
                .replace("rate: 10%, base: 投资", "fixed: 1元")
                .replace("投资: 1万元", "投资: 1%"),
            },
            "another type",
        ),
        (
            {"b.yaml": TARGET.replace("MORE", ""), "rulebook.yaml": HEAD.replace("format: 1", "format: 2")},
            "format 1",
        ),
        ({}, "no measure file"),
    ],
)
def test_what_does_not_hold_together_is_refused(files: dict[str, str], says: str) -> None:
    with pytest.raises(RuleError, match=says):
        rulebook_of(files)


GROUPS: Final = """\
groups:
  设备: {says: {zh: 就高, en: Highest}, grain: expense, key: 合同号, choose: highest}
limits:
  - {id: all, says: {zh: 合计, en: Together}, measures: [A, B], per: firm and year, amount: 50万元, cut: pro rata}
budgets:
  基金: {says: {zh: 预算, en: Budget}, year: 2026, amount: 3亿元, scale: rank, by: 投资}
examples:
  - says: 两家
    subjects: [{id: x, given: {投资: 2亿元}}, {id: p, subject: project, firm: x, given: {投资: null}}]
    expect: {x: {B: 50万元}, p: {B: unknown}}
"""


def test_a_rulebooks_head_is_read() -> None:
    found = book(more="exclusive: [设备]\n    budget: 基金", head=GROUPS)
    assert found.groups["设备"].key == "合同号"
    assert (found.limits[0].measures, found.limits[0].cut) == (("A", "B"), "pro rata")
    assert (found.budgets["基金"].amount, found.budgets["基金"].by) == (30_000 * WAN, "投资")
    (trial,) = found.trials
    assert [(row.subject, row.id, row.firm) for row in trial.rows] == [
        ("firm", "x", "x"),
        ("project", "p", "x"),
    ]
    assert trial.paid == {("x", "B"): 50 * WAN, ("p", "B"): None}


def test_of_a_budget_neither_year_nor_amount_need_be_known() -> None:
    head = GROUPS.replace("year: 2026, amount: 3亿元", "year: not known, amount: not known")
    budget = book(more="exclusive: [设备]\n    budget: 基金", head=head).budgets["基金"]
    assert (budget.year, budget.amount) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: 合同号, ", "", "key names its field"),
        ("year: 2026", "year: 26", "four digits"),
        ("key: 合同号", "key: 投资", "投资"),
        ("choose: highest", "choose: difference", "earlier"),
        ("measures: [A, B]", "measures: [A, C]", "C"),
        (", by: 投资", "", "by says"),
        ("{x: {B", "{y: {B", "y"),
        ("{id: p,", "{id: x,", "twice"),
        ("given: {投资: 2亿元}", "given: {资: 2亿元}", "投资"),
    ],
)
def test_mistakes_in_a_rulebooks_head_are_refused(old: str, new: str, says: str) -> None:
    assert old in GROUPS
    with pytest.raises(RuleError, match=says):
        book(head=GROUPS.replace(old, new))


MORE: Final = """\
apply: {from: 2026-01-01, to: 2026-03-31, by: 申请日}
    quota: {says: {zh: 十名, en: Ten}, places: 10, by: 投资, order: highest first, ties: decide}
    not_before: {says: {zh: 满一年, en: After a year}, day: 申请日 + 1年}
    payout: [{share: 30%, on: 开工, day: 申请日}, {share: 70%, on: 验收, when: 投资 > 0元}]
    keep: [{says: {zh: 五年, en: Five years}, when: 投资 > 0元, until: paid_on + 5年, else: recover, share: 50%}]
    evidence: [合同, {paper: 发票, from: 申请日}]
    without_application: {recognised_by: 名单}
    limits: [{id: firm, says: {zh: 合计, en: In all}, per: firm, amount: 投资 * 50%, cut: in order}]
    published: [{at: 第三项, text: 2019, read_as: {zh: 按2020, en: Read as 2020}}]"""
WITH_DATE: Final = TARGET.replace(
    "  合同号:", "  申请日: {type: date, zh: 申请日, en: Applied on}\n  合同号:"
)


def test_an_edition_holds_all_that_a_document_says() -> None:
    (measure,) = rulebook_of({"b.yaml": WITH_DATE.replace("MORE", MORE)}).measures
    (edition,) = measure.editions
    assert (edition.quota.places if edition.quota else None) == 10
    assert edition.evidence[1].name == "发票"
    assert edition.without_application == "名单"
    assert edition.limits[0].measures == ("B",)
    assert edition.published[0].at == "第三项"
    assert edition.keep[0].share is not None


def test_conditions_facts_and_editions_know_their_lines() -> None:
    text = WITH_DATE.replace("MORE", MORE)
    (measure,) = rulebook_of({"b.yaml": text}).measures
    (edition,) = measure.editions
    lines = text.split("\n")
    assert "id: size" in lines[edition.conditions[0].line - 1]
    assert "申请日:" in lines[measure.given["申请日"].line - 1]
    assert "source:" in lines[edition.line - 1]
    for way, word in (("amount.rate", "rate: 10%"), ("payout.2.when", "投资 > 0元"), ("evidence.1", "合同")):
        assert word in lines[edition.lines[way] - 1]


def test_a_fact_says_who_can_move_it_or_says_nothing() -> None:
    text = TARGET.replace("MORE", "").replace("zh: 投资, en: Investment}", "zh: 投资, en: I, moved_by: firm}")
    (measure,) = rulebook_of({"b.yaml": text}).measures
    assert (measure.given["投资"].moved_by, measure.given["合同号"].moved_by) == ("firm", "")
    with pytest.raises(RuleError, match="others"):
        rulebook_of({"b.yaml": text.replace("moved_by: firm", "moved_by: other")})


def test_outside_the_days_of_application_nothing_is_due_and_places_are_for_others_to_settle() -> None:
    (measure,) = rulebook_of({"b.yaml": WITH_DATE.replace("MORE", MORE)}).measures
    late = evaluate(measure, {"投资": 100 * WAN, "申请日": date(2026, 4, 1)})
    assert (late.state, late.failing) == ("not eligible", ("apply",))
    open_day = evaluate(measure, {"投资": 100 * WAN})
    assert (open_day.state, open_day.missing) == ("unknown", ("申请日",))
    timely = evaluate(measure, {"投资": 100 * WAN, "申请日": date(2026, 3, 31)})
    assert (timely.state, timely.open, timely.if_approved) == ("needs decision", ("quota",), (10 * WAN,))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_rulebook_with_changes_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    texts = [MODIFIER.replace("CHANGE", "add: 5%"), WITH_DATE.replace("MORE", MORE), HEAD + GROUPS]
    at = data.draw(st.integers(0, 2))
    start = data.draw(st.integers(0, len(texts[at])))
    end = min(len(texts[at]), start + data.draw(st.integers(0, 12)))
    bits = st.sampled_from(["A", "B", "firm", "0", "-", "9" * 30, "null", "[]", "{}", "投资", ":", "\n", "%"])
    texts[at] = texts[at][:start] + data.draw(bits | st.text(max_size=4)) + texts[at][end:]
    try:
        found = rulebook_of({"a.yaml": texts[0], "b.yaml": texts[1], "rulebook.yaml": texts[2]})
    except RuleError:
        return
    assert len(found.measures) == 2
