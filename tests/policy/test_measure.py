"""Reading measure files, working them out, and refusing what they must not hold."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from wutong.errors import RuleError
from wutong.policy.amount import TIERS
from wutong.policy.edition import Paper
from wutong.policy.evaluate import Outcome, differences, evaluate
from wutong.policy.explain import explain
from wutong.policy.feel.values import Months
from wutong.policy.measure import Measure, measure_of

YUAN: Final = 100
WAN: Final = 10_000 * YUAN

HEAD: Final = """\
measure: grant
title: {zh: 补助, en: Grant}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  已付: {type: money, zh: 已付, en: Paid}
  增速: {type: rate, zh: 增速, en: Growth}
  职工: {type: people, zh: 职工, en: Staff}
  土地: {type: choice, of: [new, old], zh: 土地, en: Land}
  规上: {type: yes or no, zh: 规上, en: Listed}
  签约日: {type: date, zh: 签约日, en: Signed on}
editions:
"""
CONDITION: Final = "{id: size, says: {zh: 够大, en: Large enough}, when: 投资 >= 100万元}"
ROUND: Final = "round: {to: 1元, how: half up}"
EXAMPLE: Final = "examples: [{given: {投资: 1万元}, expect: {outcome: not eligible}}]\n"


def edition(amount: str, conditions: str = CONDITION, more: str = "") -> str:
    text = f"  - source: {{document: invented, grade: not graded}}\n    conditions: [{conditions}]\n"
    return text + f"    amount: {{{amount}, {ROUND}}}\n" + more


def file(amount: str = "rate: 5%, base: 投资", conditions: str = CONDITION, more: str = "") -> str:
    return HEAD + edition(amount, conditions, more) + EXAMPLE


def made(amount: str, conditions: str = CONDITION, more: str = "") -> Measure:
    return measure_of(file(amount, conditions, more), "grant.yaml")


def amount_at(amount: str, investment: int, **others: Fraction | int | bool) -> int | None:
    return evaluate(made(amount), {"投资": investment * WAN, **others}).amount


# ------------------------------------------------------------ amounts


@pytest.mark.parametrize(
    ("ends", "at", "rate"),
    [
        ("lower included", 300, 8),
        ("lower included", 299, 5),
        ("upper included", 300, 5),
        ("upper included", 301, 8),
    ],
)
def test_a_tiers_end_belongs_where_it_is_said_to(ends: str, at: int, rate: int) -> None:
    tiers = f"rate: {{by: 投资, ends: {ends}, slab: {{0元: 5%, 300万元: 8%}}}}, base: 投资"
    assert amount_at(tiers, at) == at * WAN * rate // 100


def test_below_the_lowest_tier_is_no_amount_unless_the_file_says_one() -> None:
    tiers = "fixed: {by: 投资, slab: {300万元: 8万元}"
    silent = evaluate(made(tiers + "}"), {"投资": 200 * WAN})
    assert silent == Outcome("unknown", failing=("amount",))
    assert amount_at(tiers + ", below: 1万元}", 200) == WAN


def test_as_many_tiers_as_are_allowed_can_stand_in_a_term_under_a_cap() -> None:
    tiers = ", ".join(f"{n}万元: {n}元" for n in range(1, TIERS + 1))
    text = f"sum: [{{id: a, when: 规上, fixed: {{by: 投资, slab: {{{tiers}}}}}}}], cap: 1亿元"
    assert [amount_at(text, n, 规上=True) for n in (100, TIERS)] == [TIERS * YUAN, None]
    allowed = made(text, CONDITION.replace("100万元", "1万元"))
    found = [evaluate(allowed, {"投资": n * WAN, "规上": True}).amount for n in range(1, TIERS + 1)]
    assert found == [n * YUAN for n in range(1, TIERS + 1)]
    with pytest.raises(RuleError, match="at most"):
        made(text.replace("1万元: 1元", "0.5万元: 1元, 1万元: 1元", 1))


def test_parts_of_a_step_count_or_do_not() -> None:
    bands = "marginal: {by: 投资, start: 1万元, per: 100万元, part: PART, bands: {100万元: 2万元, 300万元: 3万元}}"
    assert amount_at(bands.replace("PART", "pro rata"), 350) == 65 * WAN // 10
    assert amount_at(bands.replace("PART", "whole only"), 350) == 5 * WAN
    each = "each: 2万元, of: 投资, per: 100万元, part: PART"
    assert amount_at(each.replace("PART", "pro rata"), 150) == 3 * WAN
    assert amount_at(each.replace("PART", "whole only"), 150) == 2 * WAN


def test_a_head_counts_its_sum_and_terms_add_up() -> None:
    terms = (
        "sum: [{id: a, each: 150元, of: 职工}, {id: b, when: 规上, fixed: 1万元}], cap: [5万元, 投资 * 1%]"
    )
    assert amount_at(terms, 900, 职工=20, 规上=True) == 1_3000 * YUAN
    assert amount_at(terms, 900, 职工=20, 规上=False) == 3000 * YUAN
    assert amount_at(terms, 100, 职工=200, 规上=True) == WAN
    assert amount_at(terms, 900, 职工=2000, 规上=True) == 5 * WAN


def test_an_amount_that_was_not_read_is_unknown_and_asks_for_no_fact() -> None:
    unread = "not_known: {zh: 比例被截断, en: The ratio is cut off}"
    text = file().replace(f"amount: {{rate: 5%, base: 投资, {ROUND}}}", f"amount: {{{unread}}}")
    measure = measure_of(text)
    found = evaluate(measure, {"投资": 200 * WAN})
    assert found == Outcome("unknown", failing=("amount",))
    assert (found.clause, found.possible) == ("amount", ())
    assert evaluate(measure, {"投资": 99 * WAN}).failing == ("size",)
    assert [one.en for one in measure.editions[0].amount.not_known] == ["The ratio is cut off"]


def test_a_term_that_was_not_read_makes_the_whole_unknown_where_it_is_due() -> None:
    text = "sum: [{id: a, fixed: 1万元}, {id: b, when: 规上, not_known: {zh: 加奖, en: Addition}}]"
    assert amount_at(text, 200, 规上=False) == WAN
    assert evaluate(made(text), {"投资": 200 * WAN, "规上": True}).state == "unknown"
    assert [one.zh for one in made(text).editions[0].amount.not_known] == ["加奖"]


def test_year_and_status_may_be_not_known() -> None:
    text = file().replace("year: 2026", "year: not known").replace("status: draft", "status: not known")
    assert (measure_of(text).year, measure_of(text).status) == (None, "not known")


def test_a_cap_is_net_of_what_was_paid_and_never_negative() -> None:
    capped = "rate: 10%, base: 投资, cap: {amount: 50万元, net_of: 已付}"
    assert [amount_at(capped, 1000, 已付=paid * WAN) for paid in (0, 20, 50, 60)] == [
        50 * WAN,
        30 * WAN,
        0,
        0,
    ]


def test_rounding_is_the_one_that_is_named() -> None:
    for way, wanted in (("half up", 2), ("half even", 2), ("down", 1), ("up", 2), ("half down", 1)):
        text = file("fixed: 1.5元").replace("half up", way)
        assert evaluate(measure_of(text), {"投资": 100 * WAN}).amount == wanted * YUAN, way


def test_shares_are_rounded_and_the_last_gets_the_rest() -> None:
    split = "[{to: a, says: {zh: 甲, en: A}, share: 1/3}, {to: b, says: {zh: 乙, en: B}, share: rest}]"
    found = evaluate(made(f"fixed: 100元, payees: {split}"), {"投资": 100 * WAN})
    assert found.payees == {"a": 33 * YUAN, "b": 67 * YUAN}


def test_a_comment_in_an_expression_ends_with_it() -> None:
    assert amount_at("rate: 5% // 原为4%, base: 投资 // )", 100) == 5 * WAN


def test_what_would_be_less_than_nothing_is_not_granted() -> None:
    found = evaluate(made("fixed: 已付 - 投资"), {"投资": 100 * WAN, "已付": 0})
    assert found == Outcome("not eligible", failing=("amount",))


# ------------------------------------------------------------ four states


PANEL: Final = "{id: panel, says: {zh: 经评审, en: Reviewed}, decide: 评审小组, if: 规上}"


def test_no_comes_before_unknown_and_unknown_before_a_decision() -> None:
    measure = made("rate: 5%, base: 投资", f"{CONDITION}, {PANEL}")
    assert evaluate(measure, {"投资": WAN}) == Outcome("not eligible", failing=("size",))
    assert evaluate(measure, {"规上": True}) == Outcome("unknown", failing=("amount",), missing=("投资",))
    assert evaluate(measure, {"投资": 100 * WAN}) == Outcome("unknown", missing=("规上",))
    decided = evaluate(measure, {"投资": 100 * WAN, "规上": True})
    assert decided == Outcome("needs decision", if_approved=(5 * WAN,), open=("panel",))
    assert evaluate(measure, {"投资": 100 * WAN, "规上": False}).amount == 5 * WAN


def test_missing_facts_are_found_through_definitions() -> None:
    more = "    define: {余额: {zh: 余额, en: Rest, is: 投资 - 已付}}\n"
    measure = made("rate: 5%, base: 余额", more=more)
    assert evaluate(measure, {"投资": 100 * WAN}).missing == ("已付",)
    assert evaluate(measure, {"投资": 100 * WAN, "已付": 20 * WAN}).amount == 4 * WAN


def test_floats_and_codes_that_are_on_no_list_are_refused() -> None:
    measure = made("rate: 5%, base: 投资")
    for wrong in ({"投资": 0.1}, {"投资": "1"}, {"土地": "nwe"}, {"规上": 1}):
        with pytest.raises(RuleError, match="grant"):
            evaluate(measure, wrong)  # type: ignore[arg-type]  # a float is what is tried


def test_each_subject_is_judged_by_the_edition_of_its_date() -> None:
    old = edition(
        "rate: 5%, base: 投资", more="    in_force: {from: 2023-01-01, to: 2024-12-31, by: 签约日}\n"
    )
    new = edition("rate: 8%, base: 投资", more="    in_force: {from: 2025-01-01, by: 签约日}\n")
    measure = measure_of(HEAD + old + new + EXAMPLE.replace("1万元", "1万元, 签约日: 2024-12-31"))
    found = [
        evaluate(measure, {"投资": 100 * WAN, "签约日": day})
        for day in (date(2022, 12, 31), date(2023, 1, 1), date(2024, 12, 31), date(2025, 1, 1), None)
    ]
    assert [one.amount for one in found] == [None, 5 * WAN, 5 * WAN, 8 * WAN, None]
    assert (found[0].failing, found[4].missing) == (("in_force",), ("签约日",))
    assert not any(differences(measure, example) for example in measure.examples)


def test_payout_and_what_must_be_kept_are_read() -> None:
    more = (
        "    payout: [{share: 30%, on: started}, {share: 70%, on: accepted}]\n"
        "    keep: [{says: {zh: 五年内不迁出, en: Stays five years}, until: paid_on + 5年, else: recover}]\n"
        "    evidence: [合同, 发票]\n"
    )
    (found,) = made("rate: 5%, base: 投资", more=more).editions
    assert [(one.share, one.on) for one in found.payout] == [
        (Fraction(3, 10), "started"),
        (Fraction(7, 10), "accepted"),
    ]
    assert (found.keep[0].otherwise, found.evidence) == ("recover", (Paper("合同"), Paper("发票")))


# ------------------------------------------------------------ reasons


def lines(
    condition: str, facts: dict[str, int | Fraction | bool | str | date | Months | None]
) -> tuple[str, str]:
    clause = f'{{id: c, says: {{zh: 条, en: Clause}}, when: "{condition}"}}'
    (found,) = explain(made("fixed: 1元", clause), facts)
    return found.line.zh, found.line.en


@pytest.mark.parametrize(
    ("condition", "facts", "zh", "en"),
    [
        (
            "投资 >= 100万元",
            {"投资": 80 * WAN},
            "条：不满足。投资 80万元，须不低于100万元，差20万元",
            "Clause: not met. Investment 800,000 yuan, needs at least 1 million yuan, short by 200,000 yuan",
        ),
        (
            "40% <= 增速",
            {"增速": Fraction(35, 100)},
            "条：不满足。增速 35%，须不低于40%，差5个百分点",
            "Clause: not met. Growth 35%, needs at least 40%, short by 5 points",
        ),
        (
            "职工 < 300人 and 规上",
            {"职工": 310},
            "条：不满足。职工 310人，须低于300人，超出10人",
            "Clause: not met. Staff 310 persons, needs less than 300 persons, over by 10 persons",
        ),
        (
            "投资 > 0",
            {},
            "条：未知。投资 未知，须高于0元",
            "Clause: unknown. Investment not known, needs more than 0 yuan",
        ),
        ("规上", {"规上": True}, "条：满足", "Clause: met"),
        (
            "签约日 >= date(2025, 1, 1)",
            {"签约日": date(2024, 5, 1)},
            "条：不满足。签约日 2024-05-01，须不低于2025-01-01",
            "Clause: not met. Signed on 2024-05-01, needs at least 2025-01-01",
        ),
    ],
)
def test_a_clause_says_value_threshold_and_gap(
    condition: str, facts: dict[str, int | Fraction | bool | str | date | Months | None], zh: str, en: str
) -> None:
    assert lines(condition, facts) == (zh, en)


def test_a_decision_names_who_takes_it() -> None:
    measure = made("fixed: 1元", PANEL)
    said = [explain(measure, {"规上": value})[0].held for value in (True, False, None)]
    assert said == ["needs decision", "no decision needed", "unknown"]
    assert "评审小组" in explain(measure, {"规上": True})[0].line.zh


# ------------------------------------------------------------ mistakes


MISTAKES: Final = [
    ("投资 >= 100万元", "投姿 >= 100万元", "conditions.1.when", "投资"),
    ("投资 >= 100万元", "投资 >= 100亩", "conditions.1.when", "area"),
    ("投资 >= 100万元", "投资", "conditions.1.when", "Yes or no"),
    ("投资 >= 100万元", "土地 = nwe", "conditions.1.when", "nwe"),
    ("when: 投资 >= 100万元", "wen: 投资 >= 100万元", "conditions.1", "when"),
    ("when: 投资 >= 100万元", "when: 规上, if: 规上", "conditions.1", "decide"),
    ("id: size", "id: amount", "conditions.1", "reserved"),
    ("rate: 5%", "rate: 5", "amount.rate", "rate"),
    ("rate: 5%", "rate: {by: 投资, slab: {3元: 1%, 2元: 2%}}", "amount.rate", "low to high"),
    ("rate: 5%", "rate: {by: 投资, slab: {30%: 1%}}", "amount.rate", "money"),
    ("rate: 5%, base: 投资", "rate: 5%", "amount", "base"),
    ("rate: 5%, base: 投资", "fixed: 5%", "amount.fixed", "Money"),
    ("rate: 5%, base: 投资", "fixed: 1元, rate: 5%", "amount", "exactly one"),
    ("rate: 5%, base: 投资", "each: 1元, of: 投资, per: 1元", "amount", "pro rata"),
    ("to: 1元", "to: 0.1分", "amount.round.to", "fen"),
    ("to: 1元", "to: 1元 + 1元", "amount.round.to", "One number"),
    ("how: half up", "how: nearest", "amount.round.how", "half"),
    ("type: rate", "type: rat", "given.增速.type", "rate"),
    ("  增速:", "  投资:", "line 11", "twice"),
    ("  增速:", "  a-b:", "line 11", "words"),
    ("  增速:", "  or:", "line 11", "words"),
    ("status: draft", "status: law", "status", "draft"),
    ("year: 2026", "year: soon", "year", "four digits"),
    ("measure: grant", "measure: [grant]", "measure", "One value"),
    ("measure: grant", "measure: &a grant", "line 1", "anchors"),
    ("measure: grant", "measure: !!python/name:os.system x", "line 1", "tags"),
    ("measure: grant", "measure: 'gr", "line", "YAML"),
    ("measure: grant", "---\na: b\n---\nmeasure: grant", "line", "One file"),
    ("measure: grant\n", "", "line 1", "measure"),
    ("given: {投资: 1万元}", "given: {投次: 1万元}", "examples.1.given", "投资"),
    ("given: {投资: 1万元}", "given: {投资: 1亩}", "examples.1.given.投资", "Money"),
    ("outcome: not eligible", "outcome: eligible", "examples.1.expect", "amount"),
]


@pytest.mark.parametrize(("old", "new", "place", "word"), MISTAKES)
def test_a_mistake_is_named_with_its_place(old: str, new: str, place: str, word: str) -> None:
    text = file()
    assert old in text
    with pytest.raises(RuleError) as caught:
        measure_of(text.replace(old, new, 1), "grant.yaml")
    said = caught.value.text.en
    assert said.startswith("grant.yaml")
    assert place in said
    assert word in said
    assert "line " in said


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"",
        b"[" * 100_000,
        b"a: " * 200_000,
        b'a: "\\UFFFFFFFF"',
        b'a: "\\ud800"',
        b"a: \x00",
        b"- 1",
        b"%YAML 9.9",
    ],
)
def test_what_is_no_measure_is_refused(data: bytes) -> None:
    with pytest.raises(RuleError, match=r"x\.yaml"):
        measure_of(data, "x.yaml")


def test_periods_that_overlap_and_shares_beyond_the_whole_are_refused() -> None:
    first = edition("fixed: 1元", more="    in_force: {from: 2023-01-01, to: 2025-01-01, by: 签约日}\n")
    second = edition("fixed: 1元", more="    in_force: {from: 2025-01-01, by: 签约日}\n")
    with pytest.raises(RuleError, match="overlap"):
        measure_of(HEAD + first + second + EXAMPLE)
    with pytest.raises(RuleError, match="100%"):
        made("fixed: 1元", more="    payout: [{share: 30%, on: started}]\n")


# ------------------------------------------------------------ nothing crashes, nothing runs


TEXTS: Final = [
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "measures").glob("*.yaml"))
]
BITS: Final = [
    *(
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\n",
        "  ",
        ",",
        "#",
        "&a",
        "*a",
        "!!python/object/apply:os.system [x]",
        "|",
        ">",
    ),
    *(
        "%",
        "0",
        "9" * 50,
        "1e400",
        "null",
        "亿元",
        "亩",
        "年",
        "/",
        "**",
        "(",
        '"',
        "'",
        "投资",
        "when",
        "rest",
        "if",
        "\t",
    ),
]


def tried(text: str) -> Measure | None:
    try:
        measure = measure_of(text, "fuzz.yaml")
    except RuleError:
        return None
    for example in measure.examples:
        assert evaluate(measure, example.given).state
        explain(measure, example.given)
    return measure


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_changes_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(BITS) | st.text(max_size=4)) + text[end:]
    tried(text)


TREES: Final = st.recursive(
    st.sampled_from(BITS) | st.text(max_size=6) | st.integers() | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["fixed", "rate", "by", "slab", "sum", "id", "when", "1元", "cap"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_tree_in_place_of_a_part_is_read_or_refused(data: st.DataObject) -> None:
    root = yaml.safe_load(file())
    tree = data.draw(TREES)
    place = data.draw(
        st.sampled_from(["given", "editions", "examples", "title", "amount", "conditions", "define"])
    )
    if place in root:
        root[place] = tree
    else:
        root["editions"][0][place] = tree
    tried(yaml.safe_dump(root, allow_unicode=True))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_are_refused(data: bytes | str) -> None:
    with pytest.raises(RuleError):
        measure_of(data)
