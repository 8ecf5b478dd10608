"""The review: what is flagged, where, from which day; what is proven of conditions and amounts; what stays quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, Write
from wutong.errors import NoAnswer, TableError
from wutong.policy.evaluate import evaluate
from wutong.policy.excluded import excluded_finding, left_out_by, subjects_of_zone
from wutong.policy.fair import CONCERNS, DETAILED_IN_FORCE, IN_FORCE
from wutong.policy.feel.values import Value
from wutong.policy.fields import ABOUT
from wutong.policy.measure import Measure
from wutong.policy.remark import Remark, remark_finding
from wutong.policy.review import logic_remarks, review
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.subjects import table_of
from wutong.policy.unasked import TESTS, every_unasked, unasked_finding
from wutong.zone.load import open_zone

DAY: Final = date(2026, 6, 1)
WAN: Final = 1_000_000
YI: Final = 10_000_000_000

FORM: Final = """\
measure: A
title: {zh: 投资补助, en: Investment grant}
aspect: 要素保障
subject: SUBJECT
status: STATUS
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  设备: {type: money, zh: 设备投资, en: Equipment}
  增速: {type: rate, zh: 增速, en: Growth}
  规上: {type: yes or no, zh: 规上, en: Above scale}
  土地: {type: choice, of: [new, old], zh: 土地, en: Land}
  签约日: {type: date, zh: 签约日, en: Signed on}
MORE
editions:
  - DAYSsource: {document: invented, grade: not graded}
    conditions:
CONDITIONS
    amount: AMOUNT
REST
examples: [{given: {投资: null}, expect: {outcome: unknown}}]
"""


def book(
    conditions: dict[str, str] | str,
    amount: str = "{fixed: 10万元, round: {to: 1元, how: half up}}",
    more: str = "",
    rest: str = "",
    days: str = "",
    status: str = "draft",
    head: str = "",
    subject: str = "firm",
) -> Rulebook:
    """A book of one measure; a condition whose text begins with “!” is a decision with that ``if``."""
    if isinstance(conditions, dict):
        conditions = "\n".join(
            f"      - {{id: {name}, says: {{zh: {name}, en: {name}}}, "
            + (f"decide: 评审组, if: '{text[1:]}'}}" if text.startswith("!") else f"when: '{text}'}}")
            for name, text in conditions.items()
        )
    text = FORM.replace("SUBJECT", subject).replace("STATUS", status).replace("MORE", more)
    text = text.replace("CONDITIONS", conditions).replace("AMOUNT", amount).replace("REST", rest)
    text = text.replace("DAYS", f"in_force: {days}\n    " if days else "")
    return rulebook_of({"a.yaml": text} | ({"rulebook.yaml": head} if head else {}))


def rules(remarks: tuple[Remark, ...], start: str = "logic: ") -> list[tuple[str, str]]:
    quiet = {"logic: fact without use"}  # the form lists more facts than a case asks for
    return [
        (one.rule.removeprefix(start), one.clause)
        for one in remarks
        if one.rule.startswith(start) and one.rule not in quiet
    ]


# ------------------------------------------------------------ logic: by hand


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"a": "投资 >= 1亿元", "b": "投资 >= 5000万元"}, [("decides nothing", "b")]),
        ({"a": "投资 >= 5000万元", "b": "投资 >= 1亿元"}, [("decides nothing", "a")]),
        ({"a": "投资 >= 1亿元", "b": "投资 < 5000万元"}, [("contradiction", "b")]),
        ({"a": "投资 >= 1亿元", "b": "规上", "c": "投资 < 1亿元 or not(规上)"}, [("contradiction", "c")]),
        ({"a": "投资 > 5亿元 and 投资 < 1亿元", "b": "规上"}, [("contradiction", "a")]),
        ({"a": "设备 >= 投资", "b": "投资 > 设备"}, [("contradiction", "b")]),
        ({"a": "设备 >= 1亿元", "b": "投资 >= 设备", "c": "投资 >= 1亿元"}, [("decides nothing", "c")]),
        ({"a": '土地 = "new"', "b": '土地 != "old"'}, [("decides nothing", "b")]),
        ({"a": '土地 in ("new", "old")', "b": '土地 = "new"'}, [("decides nothing", "a")]),
        ({"a": '签约日 > @"2025-01-01"', "b": '签约日 >= @"2025-01-02"'}, [("decides nothing", "b")]),
        ({"a": "规上", "b": "!not(规上)"}, [("never asked", "b")]),
        ({"a": "投资 >= 1亿元", "b": "设备 >= 5000万元"}, []),
        ({"a": "投资 >= 1亿元 or 规上", "b": "投资 >= 5000万元"}, []),
        ({"a": "规上", "b": "!投资 >= 10亿元"}, []),
        ({"a": "规上", "b": "投资 >= 0元 or 投资 < 0元"}, [("decides nothing", "b")]),
        # without b it would be unknown, not refused
        ({"a": "if 规上 then 投资 >= 1亿元 else null", "b": "规上"}, []),
    ],
)
def test_conditions_are_settled_as_by_hand(conditions: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert rules(review(book(conditions), DAY)) == found


def test_a_remark_names_the_fewest_conditions_and_their_line() -> None:
    (one,) = logic_remarks(
        book({"a": "投资 >= 1亿元", "b": "规上", "c": "增速 > 5%", "d": "投资 <= 1000万元"})
    )
    assert one.says.en == "Nobody can meet these together: a (a), d (d)."
    assert (one.file, one.line, one.level, one.edition) == ("a.yaml", 22, "look", 1)
    assert one.says.zh == "没有对象能同时满足：a（a）、d（d）。"


def test_days_of_an_edition_and_of_application_count_as_conditions() -> None:
    days = "{from: 2025-01-01, to: 2025-12-31, by: 签约日}"
    late = book({"a": "规上", "b": '签约日 >= @"2026-02-01"'}, days=days)
    (one,) = logic_remarks(late)
    assert one.says.en == "Nobody can meet this within the days of the edition: b (b)."
    same = book({"b": '签约日 >= @"2025-01-01"'}, days=days)
    assert rules(logic_remarks(same)) == [("decides nothing", "b")]
    window = "    apply: {from: 2026-01-01, to: 2026-03-31, by: 签约日}"
    assert rules(logic_remarks(book({"a": "规上"}, days=days, rest=window))) == [("contradiction", "apply")]


SLAB: Final = "{rate: {by: 投资, slab: {1亿元: 5%, 3亿元: 8%, 5亿元: 10%}}, base: 设备, ROUND}"


@pytest.mark.parametrize(
    ("condition", "amount", "found"),
    [
        ("投资 >= 3亿元", SLAB, [("tier out of reach", "amount"), ("cliff", "amount")]),
        ("投资 >= 1亿元", SLAB, [("cliff", "amount")]),
        ("投资 >= 5000万元", SLAB, [("no amount", "amount"), ("cliff", "amount")]),
        ("投资 < 1亿元", SLAB, [("no amount", "amount"), *[("tier out of reach", "amount")] * 3]),
        (
            "投资 <= 1亿元",
            "{rate: 5%, base: 投资, cap: 2000万元, ROUND}",
            [("cap never reached", "amount.cap")],
        ),
        ("投资 >= 1亿元", "{rate: 5%, base: 投资, cap: 500万元, ROUND}", [("always the cap", "amount.cap")]),
        ("投资 >= 1亿元", "{rate: 5%, base: 投资, cap: 501万元, ROUND}", []),
        ("投资 >= 1亿元", "{rate: 105%, base: 投资, ROUND}", [("rate above 100 %", "amount")]),
        ("投资 >= 1亿元", "{rate: 100%, base: 投资, ROUND}", []),
        (
            "投资 >= 1亿元",
            "{rate: {by: 投资, slab: {1亿元: 8%, 3亿元: 5%}}, base: 投资, ROUND}",
            [("falls", "amount")],
        ),
        ("投资 >= 1亿元", "{fixed: {by: 投资, slab: {1亿元: 10万元, 3亿元: 20万元}}, ROUND}", []),
        (
            "投资 >= 2亿元",
            "{marginal: {by: 投资, bands: {0元: 1%, 1亿元: 2%, 3亿元: 3%}}, ROUND}",
            [],
        ),
        (
            "投资 <= 2亿元",
            "{marginal: {by: 投资, bands: {0元: 1%, 1亿元: 2%, 3亿元: 3%}}, ROUND}",
            [("tier out of reach", "amount")],
        ),
        (
            "规上",
            "{sum: [{id: a, when: 规上, fixed: 1万元}, {id: b, when: not(规上), fixed: 1万元}], ROUND}",
            [("tier out of reach", "amount")],
        ),
        ("规上", "{fixed: if 规上 then 2万元 else 1万元, ROUND}", [("tier out of reach", "amount")]),
        ("投资 > 0元", "{fixed: 投资 * (设备 / 投资), cap: 投资 * 2 + 1元, ROUND}", []),
    ],
)
def test_amounts_are_settled_as_by_hand(condition: str, amount: str, found: list[tuple[str, str]]) -> None:
    made = book({"a": condition}, amount.replace("ROUND", "round: {to: 1元, how: half up}"))
    assert rules(logic_remarks(made)) == found


def test_a_hole_is_shown_by_a_subject_that_falls_into_it() -> None:
    made = book({"a": "投资 >= 5000万元"}, SLAB.replace("ROUND", "round: {to: 1元, how: half up}"))
    one = logic_remarks(made)[0]
    assert one.says.en.startswith(
        "All conditions are met and yet no amount comes out: Investment 50 million yuan"
    )
    found = evaluate(made.measures[0], {"投资": 5000 * WAN, "设备": 1})
    assert (found.state, found.failing) == ("unknown", ("amount",))


TABLE: Final = """\
    define:
      比例:
        zh: 比例
        en: Rate
        table:
          hit: U
          inputs: [投资]
          rules: [{if: ['[0元..3亿元]'], then: 5%}, {if: ['[3亿元..9亿元)'], then: 8%}]"""


def test_decision_tables_are_looked_into() -> None:
    amount = "{rate: 比例, base: 设备, round: {to: 1元, how: half up}}"
    found = [one for one in logic_remarks(book({"a": "规上"}, amount, rest=TABLE)) if "table" in one.rule]
    assert [(one.rule, one.clause) for one in found] == [
        ("logic: table overlap", "define.比例"),
        ("logic: table hole", "define.比例"),
    ]
    assert found[0].says.en == (
        'In the table "Rate" rules 1 and 2 match together, so that nothing comes out: Investment 300 million yuan.'
    )
    assert "900 million yuan" in found[1].says.en


# ------------------------------------------------------------ logic: against enumeration

GRID: Final[dict[str, tuple[Value, ...]]] = {
    "投资": (*(Fraction(n, 2) * YI for n in range(9)), None),
    "设备": (*(Fraction(n, 2) * YI for n in range(9)), None),
    "规上": (True, False, None),
    "土地": ("new", "old", None),
}
_bound = st.integers(1, 3).map(lambda n: f"{n}亿元")
_order = st.sampled_from(["<", "<=", ">", ">=", "="])
_name = st.sampled_from(["投资", "设备"])
_atoms = st.one_of(
    st.tuples(_name, _order, _bound).map(" ".join),
    st.just("规上"),
    st.just("not(规上)"),
    st.sampled_from(['土地 = "new"', '土地 != "new"', "投资 >= 设备", "设备 > 投资", "投资 - 设备 > 1亿元"]),
)
_conditions = st.recursive(
    _atoms,
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({' '.join(p)})"),
    max_leaves=3,
)
_rate = st.sampled_from(["5%", "{by: 投资, slab: {1亿元: 5%, 2亿元: 8%, 3亿元: 10%}}"])
_cap = st.sampled_from(["", "cap: 500万元, ", "cap: 2000万元, ", "cap: [1000万元, 投资 * 50%], "])
_amounts = st.tuples(_rate, _name, _cap).map(
    lambda p: f"{{rate: {p[0]}, base: {p[1]}, {p[2]}round: {{to: 1元, how: half up}}}}"
)


def subjects_of(measure: Measure) -> list[dict[str, Value]]:
    return [dict(zip(GRID, row, strict=True)) for row in product(*GRID.values())]


@settings(max_examples=40, deadline=None)
@given(st.lists(_conditions, min_size=1, max_size=3), _amounts)
def test_what_is_claimed_of_clauses_holds_for_every_subject_of_a_grid(texts: list[str], amount: str) -> None:
    made = book({f"c{at}": text for at, text in enumerate(texts)}, amount)
    (measure,) = made.measures
    everybody = subjects_of(measure)
    found = [evaluate(measure, one) for one in everybody]
    for remark in logic_remarks(made):
        rule = remark.rule.removeprefix("logic: ")
        if rule == "contradiction":
            assert all(one.state == "not eligible" or one.clause != "amount" for one in found)
            assert not any(one.state == "eligible" for one in found)
        if rule == "decides nothing":
            (edition,) = measure.editions
            kept = tuple(one for one in edition.conditions if one.id != remark.clause)
            without = replace(measure, editions=(replace(edition, conditions=kept),))
            known = [at for at, one in enumerate(everybody) if None not in one.values()]
            assert [evaluate(without, everybody[at]).state for at in known] == [
                found[at].state for at in known
            ]
        if rule == "no amount" and "For nobody" in remark.says.en:
            assert not any(one.state == "eligible" for one in found)
        caps = {"cap never reached": 0, "always the cap": 0}
        if rule in caps:
            plain = book({f"c{at}": text for at, text in enumerate(texts)}, _uncapped(amount)).measures[0]
            for one, outcome in zip(everybody, found, strict=True):
                if outcome.state != "eligible" or outcome.amount is None:
                    continue
                uncapped = evaluate(plain, one).amount
                assert uncapped is not None
                if rule == "cap never reached" and "[" not in amount:
                    assert outcome.amount == uncapped
                if rule == "always the cap" and "[" not in amount:
                    assert outcome.amount in (500 * WAN, 2000 * WAN)
                    assert uncapped >= outcome.amount


def _uncapped(amount: str) -> str:
    start = amount.find("cap:")
    return amount if start < 0 else amount[:start] + amount[amount.index("round:") :]


# ------------------------------------------------------------ the rulebook

HEAD: Final = "rulebook: trial\nformat: 1\ntitle: {zh: 试, en: Trial}\n"


def test_what_nobody_uses_is_named_with_its_line() -> None:
    rest = "    define: {份额: {zh: 份额, en: Share, is: 设备 / 投资}}\n    exclusive: 组\n"
    head = HEAD + (
        "groups: {组: {says: {zh: 就高, en: Highest}, grain: firm, choose: highest}}\n"
        "budgets: {基金: {says: {zh: 基金, en: Fund}, year: 2026, amount: 1亿元, scale: none}}\n"
    )
    found = {one.rule: one for one in review(book({"a": "规上"}, rest=rest, head=head), DAY)}
    assert found["logic: definition without use"].clause == "define.份额"
    assert found["logic: group of one"].clause == "groups.组"
    assert found["logic: budget without use"].says.en == 'No measure draws on the budget "Fund".'
    unused = [
        (one.clause, one.line)
        for one in review(book({"a": "规上"}), DAY)
        if one.rule == "logic: fact without use"
    ]
    assert ("given.投资", 9) in unused
    assert ("given.规上", 12) not in unused


@pytest.mark.parametrize(
    ("amount", "limit", "found"),
    [
        ("{rate: 5%, base: 投资, cap: 200万元, ROUND}", "200万元", True),
        ("{rate: 5%, base: 投资, cap: 200万元, ROUND}", "199万元", False),
        ("{rate: 5%, base: 投资, ROUND}", "200万元", False),
        ("{fixed: {by: 投资, slab: {0元: 10万元, 1亿元: 30万元}}, ROUND}", "30万元", True),
        ("{fixed: {by: 投资, slab: {0元: 10万元, 1亿元: 30万元}}, ROUND}", "29万元", False),
    ],
)
def test_a_limit_that_can_never_bind_is_named(amount: str, limit: str, found: bool) -> None:
    rest = f"    limits: [{{id: all, says: {{zh: 合计, en: Together}}, per: firm and year, amount: {limit}, cut: in order}}]"
    made = book({"a": "规上"}, amount.replace("ROUND", "round: {to: 1元, how: half up}"), rest=rest)
    assert ("limit never reached", "limits.all") in rules(review(made, DAY)) or not found
    assert found or "limit never reached" not in dict(rules(review(made, DAY)))
    projects = book(
        {"a": "规上"}, amount.replace("ROUND", "round: {to: 1元, how: half up}"), rest=rest, subject="project"
    )
    assert "limit never reached" not in dict(rules(review(projects, DAY)))  # a firm may have many


def test_days_that_no_edition_covers_are_named() -> None:
    two = FORM.replace(
        "editions:\n",
        "editions:\n  - in_force: {from: 2024-01-01, to: 2024-12-31, by: 签约日}\n    source: {document: invented, grade: not graded}\n    conditions: [{id: a, says: {zh: 规上, en: Above}, when: 规上}]\n    amount: {fixed: 1万元, round: {to: 1元, how: half up}}\n",
    )
    made = rulebook_of(
        {
            "a.yaml": two.replace("SUBJECT", "firm")
            .replace("STATUS", "draft")
            .replace("MORE\n", "")
            .replace("DAYS", "in_force: {from: 2025-03-01, by: 签约日}\n    ")
            .replace("CONDITIONS", "      - {id: b, says: {zh: 规上, en: Above}, when: 规上}")
            .replace("AMOUNT", "{fixed: 2万元, round: {to: 1元, how: half up}}")
            .replace("REST\n", "")
        }
    )
    (gap,) = [one for one in review(made, DAY) if one.rule == "logic: gap"]
    assert (gap.edition, gap.says.en) == (
        2,
        "Between two editions lies a gap: from 2025-01-01 to 2025-02-28 none holds.",
    )
    in_force = book({"a": "规上"}, status="in force")
    assert ("no days", "in_force") in rules(review(in_force, DAY))
    assert "no days" not in dict(rules(review(book({"a": "规上"}), DAY)))


# ------------------------------------------------------------ fair competition

MORE: Final = """\
  迁入: {type: yes or no, zh: 外地迁入, en: Moved in, about: [moving in]}
  贡献: {type: money, zh: 地方贡献, en: Local contribution, about: [local tax]}
  入库: {type: yes or no, zh: 已入统, en: Counted here, about: [local statistics]}
  登记: {type: yes or no, zh: 登记在本区, en: Registered here, about: [registration]}
  企业: {type: text, zh: 企业名称, en: Firm's name, about: [named firm]}
  性质: {type: choice, of: [state, private], zh: 性质, en: Ownership, about: [ownership]}
  本地采购额: {type: money, zh: 本地采购额, en: Bought here, about: [local purchase]}
  关联: {type: yes or no, zh: 关联方, en: Related party, about: [related party]}"""
PLAIN: Final = "{fixed: 10万元, round: {to: 1元, how: half up}}"


def fair(remarks: tuple[Remark, ...]) -> list[tuple[str, str, str]]:
    return [
        (one.rule.removeprefix("fair: "), one.level, one.clause)
        for one in remarks
        if one.rule.startswith("fair: ")
    ]


@pytest.mark.parametrize(
    ("condition", "concern", "level"),
    [
        ("迁入", "moving in", "look"),
        ("贡献 >= 50万元", "local tax", "look"),
        ("入库", "local statistics", "look"),
        ("登记", "registration", "look"),
        ('企业 = "甲"', "named firm", "look"),
        ('性质 = "state"', "ownership", "look"),
        ("本地采购额 >= 5000万元", "local purchase", "look"),
        ("not(关联)", "related party", "hint"),
    ],
)
def test_every_kind_of_fact_is_found_in_a_condition(condition: str, concern: str, level: str) -> None:
    assert fair(review(book({"size": "投资 >= 1亿元", "it": condition}, more=MORE), DAY)) == [
        (concern, level, "it")
    ]


def test_every_word_for_what_a_fact_touches_has_its_concern() -> None:
    assert {word for concern in CONCERNS for word in concern.about} == set(ABOUT)


@pytest.mark.parametrize(
    ("amount", "rest", "clause"),
    [
        ("{rate: 50%, base: 贡献, ROUND}", "", "amount.base"),
        ("{rate: 'if 贡献 > 1元 then 5% else 3%', base: 投资, ROUND}", "", "amount.rate"),
        ("{rate: 5%, base: 投资, cap: 贡献, ROUND}", "", "amount.cap"),
        ("{rate: 5%, base: 投资, cap: [10万元, 贡献 * 50%], ROUND}", "", "amount.cap"),
        ("{sum: [{id: a, fixed: 1万元}, {id: b, fixed: 贡献}], ROUND}", "", "amount.b"),
        ("{fixed: 贡献, ROUND}", "", "amount"),
        (
            "{decide: 局, readings: [{says: {zh: 甲, en: A}, fixed: 贡献}, {says: {zh: 乙, en: B}, fixed: 贡献 * 2}], ROUND}",
            "",
            "amount.readings.1",
        ),
        (
            "{fixed: 1万元, ROUND}",
            "    define: {份额: {zh: 份额, en: Share, is: 贡献 / 投资}}\n    quota: {says: {zh: 十名, en: Ten}, places: 10, by: 份额, order: highest first, ties: decide}",
            "quota",
        ),
        (
            "{fixed: 1万元, ROUND}",
            "    limits: [{id: kept, says: {zh: 合计, en: Together}, per: firm, amount: 贡献, cut: in order}]",
            "limits.kept",
        ),
        ("{fixed: 1万元, ROUND}", "    payout: [{share: 100%, on: 完成, when: 贡献 > 1元}]", "payout.1"),
    ],
)
def test_a_fact_is_found_wherever_money_hangs_on_it(amount: str, rest: str, clause: str) -> None:
    made = book({"a": "规上"}, amount.replace("ROUND", "round: {to: 1元, how: half up}"), MORE, rest)
    found = [one for one in review(made, DAY) if one.rule == "fair: local tax"]
    assert [(one.level, one.clause) for one in found] == [("look", clause)]
    assert found[0].facts == ("贡献",)
    lines = FORM.replace("MORE", MORE).split("\n")
    assert found[0].line >= next(at for at, line in enumerate(lines) if line == "CONDITIONS")


def test_what_must_be_kept_about_where_a_firm_is_counts_as_leaving() -> None:
    rest = "    keep: [{says: {zh: 五年, en: Five years}, when: 登记, until: paid_on + 5年, else: recover}]"
    (one,) = [
        one for one in review(book({"a": "规上"}, more=MORE, rest=rest), DAY) if one.rule.startswith("fair")
    ]
    assert (one.rule, one.clause, one.facts) == ("fair: leaving", "keep.1", ("登记",))
    assert [article.at.en for article in one.articles] == ["Art. 8 (4)", "Art. 9 (1)"]


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("工商、税务、统计关系在本区", {"registration", "local tax", "local statistics"}),
        ("在本区注册并纳统", {"registration", "local statistics"}),
        ("奖励不超过区级留成", {"local tax"}),
        ("整体搬迁至本区的企业", {"moving in"}),
        ("国有企业", {"ownership"}),
        ("国有建设用地上的项目", set()),
        ("五年内不迁出", {"leaving"}),
        ("须设立独立法人", {"branch"}),
        ("增值税先征后返", {"tax favour"}),
        ("不以注册地为条件", set()),
        ("不限所有制", set()),
        ("固定资产投资1亿元以上", set()),
        ("有注册商标的企业", set()),
    ],
)
def test_words_alone_are_hints(says: str, found: set[str]) -> None:
    text = f"      - {{id: it, says: {{zh: {says}, en: it}}, decide: 管委会}}"
    remarks = fair(review(book(text), DAY))
    assert {concern for concern, _, _ in remarks} == found
    assert {level for _, level, _ in remarks} <= {"hint"}
    noted = book({"a": "规上"}, rest=f"    notes: [{{zh: {says}, en: it}}]")
    assert {(concern, clause) for concern, _, clause in fair(review(noted, DAY))} == {
        (concern, "notes.1") for concern in found
    }


def test_a_word_is_no_second_remark_where_the_fact_says_it() -> None:
    text = "      - {id: it, says: {zh: 外地迁入本区, en: Moved in}, when: 迁入}"
    rest = "    notes: [{zh: 只给迁入的, en: For those who moved in}]"
    assert fair(review(book(text, more=MORE, rest=rest), DAY)) == [("moving in", "look", "it")]


@pytest.mark.parametrize(
    ("days", "level", "says"),
    [
        (
            "{from: 2020-01-01, to: 2024-07-31, by: 签约日}",
            "note",
            "what was granted stays payable or is wound up",
        ),
        ("{from: 2020-01-01, to: 2024-08-01, by: 签约日}", "look", "still runs after 2024-08-01"),
        ("{from: 2020-01-01, by: 签约日}", "look", "still runs after 2024-08-01"),
        ("{from: 2024-08-01, by: 签约日}", "look", "it needed the review first"),
        ("", "look", ""),
    ],
)
def test_the_flag_belongs_to_the_edition_and_its_days(days: str, level: str, says: str) -> None:
    (one,) = [
        one for one in review(book({"it": "迁入"}, more=MORE, days=days), DAY) if one.rule.startswith("fair")
    ]
    assert one.level == level
    assert says in one.says.en
    assert [article.since for article in one.articles] == [IN_FORCE, DETAILED_IN_FORCE]
    assert (date(2024, 8, 1), date(2025, 4, 20)) == (IN_FORCE, DETAILED_IN_FORCE)


def test_articles_that_were_not_read_say_so() -> None:
    for concern in CONCERNS:
        for article in concern.articles:
            assert article.checked != ("to be checked" in article.at.en)
            assert article.checked != ("待核" in article.at.zh)


def test_a_modifier_is_flagged_where_it_stands_and_not_at_its_target() -> None:
    target = (
        FORM.replace("SUBJECT", "firm")
        .replace("STATUS", "draft")
        .replace("MORE\n", "")
        .replace("DAYS", "")
        .replace("REST\n", "")
    )
    target = target.replace(
        "CONDITIONS", "      - {id: size, says: {zh: 够大, en: Large}, when: 投资 >= 1亿元}"
    ).replace("AMOUNT", "{rate: 10%, base: 投资, round: {to: 1元, how: half up}}")
    raiser = (
        target.replace("measure: A", "measure: R")
        .replace("given:\n", f"given:\n{MORE.splitlines()[0]}\n")
        .replace(
            "{id: size, says: {zh: 够大, en: Large}, when: 投资 >= 1亿元}",
            "{id: moved, says: {zh: 外地来的, en: From elsewhere}, when: 迁入}",
        )
        .replace(
            "    amount: {rate: 10%, base: 投资, round: {to: 1元, how: half up}}",
            "    modifies: [{measure: A, add: 5%, at_most: 20%}]",
        )
    )
    made = rulebook_of({"a.yaml": target, "r.yaml": raiser})
    found = [(one.measure, one.clause) for one in review(made, DAY) if one.rule == "fair: moving in"]
    assert found == [("R", "moved")]
    assert not [one for one in logic_remarks(made) if one.level == "look"]


# ------------------------------------------------------------ who is left out


def test_whom_a_clause_alone_leaves_out_is_counted_by_group_with_unknown_apart() -> None:
    made = book(
        {"size": "投资 >= 1亿元", "moved": "迁入", "panel": "!投资 >= 10亿元"},
        "{rate: 5%, base: 投资, round: {to: 1元, how: half up}}",
        more=MORE,
        days="{from: 2025-01-01, by: 签约日}",
    )
    day = date(2025, 5, 1)
    rows: list[tuple[str, str, dict[str, Value]]] = [
        ("in", "in", {"投资": Fraction(YI), "迁入": True, "签约日": day}),
        ("out", "out", {"投资": Fraction(2 * YI), "迁入": False, "签约日": day}),
        ("large", "large", {"投资": Fraction(20 * YI), "迁入": False, "签约日": day}),
        ("small", "small", {"投资": Fraction(1), "迁入": False, "签约日": day}),
        ("unsaid", "unsaid", {"投资": Fraction(3 * YI), "签约日": day}),
        ("bare", "bare", {"迁入": False, "签约日": day}),
        ("early", "early", {"投资": Fraction(YI), "迁入": False, "签约日": date(2024, 1, 1)}),
        ("silent", "silent", {"签约日": day}),
        ("dateless", "dateless", {"投资": Fraction(YI), "迁入": True}),
        ("slight", "slight", {"投资": Fraction(1), "签约日": day}),
    ]
    table = table_of(rows, made.fields).with_columns(chain=pl.Series([*"光光机光机电光光光光"]))
    remarks = review(made, DAY)
    by_hand = left_out_by(made, remarks, {"firm": table}, ["chain"])
    everybody = by_hand.filter(pl.col("group") == "all").row(0, named=True)
    assert (everybody["rule"], everybody["measure"], everybody["clause"]) == ("moving in", "A", "moved")
    assert everybody["subjects"] == 10
    assert (everybody["left_out"], everybody["amount"]) == (1, 2 * YI // 20)  # "out"
    assert (everybody["open"], everybody["amount_open"]) == (1, YI)  # "large" would need the panel
    assert (
        everybody["not_known"] == 3
    )  # "unsaid", "bare", "silent"; "slight" fails by its size whatever it is
    chains = {row["value"]: row for row in by_hand.filter(pl.col("group") == "chain").iter_rows(named=True)}
    assert {name: (row["subjects"], row["left_out"], row["not_known"]) for name, row in chains.items()} == {
        "光": (7, 1, 1),
        "机": (2, 0, 1),
        "电": (1, 0, 1),
    }
    assert left_out_by(made, remarks, {"firm": table}, ["chain"], outcomes).equals(by_hand)
    finding = excluded_finding(by_hand, invented=True)
    assert (
        "moved of A alone leaves out 1 subjects, with 10,000,000 yuan; of 3 more nobody can say"
        in finding.answer.en
    )
    with pytest.raises(NoAnswer, match="say what they are about"):
        excluded_finding(left_out_by(made, (), {"firm": table}))


def test_a_zones_own_facts_are_counted_by_columns_of_its_firms(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name,role,above_scale\na,甲,core,true\nb,乙,core,false\nc,丙,member,\n",
            firm_year__csv="firm,period,output\na,2025,2亿元\nb,2025,2亿元\nc,2025,2亿元\n",
        )
    )
    more = (
        "  入库: {type: yes or no, zh: 已入统, en: Counted here, about: [local statistics], from: {table: firm, column: above_scale}}\n"
        "  产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: 0}}"
    )
    made = book({"it": "入库"}, "{rate: 1%, base: 产值, round: {to: 1元, how: half up}}", more=more)
    subjects, _ = subjects_of_zone(made, zone.tables, date(2025, 12, 31), ["role"])
    table = left_out_by(made, review(made, DAY), subjects, ["role"], outcomes)
    found = table.select("group", "value", "subjects", "left_out", "not_known", "amount").rows()
    assert found[0] == ("all", "all", 3, 1, 1, 2 * YI // 100)
    assert set(found[1:]) == {("role", "core", 2, 1, 0, 2 * YI // 100), ("role", "member", 1, 0, 1, 0)}
    with pytest.raises(TableError, match="role"):
        subjects_of_zone(made, zone.tables, DAY, ["rol"])


# ------------------------------------------------------------ without application

READY: Final = """\
  认定: {type: yes or no, zh: 已认定, en: Recognised, from: {table: certificate, take: any}}
  认定日: {type: date, zh: 认定日, en: Recognised on, from: {table: certificate, column: granted, take: earliest}}"""
DECLARED: Final = "    without_application: {recognised_by: 高新技术企业证书}"
SINCE: Final = "{from: 2025-01-01, to: 2026-12-31, by: 认定日}"


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({}, []),
        ({"conditions": {"a": "规上"}}, ["beneficiary"]),
        ({"conditions": {"a": "认定", "b": "!认定"}}, ["beneficiary"]),
        ({"days": SINCE.replace("认定日", "签约日")}, ["beneficiary"]),
        ({"amount": "{rate: 5%, base: 投资, round: {to: 1元, how: half up}}"}, ["amount"]),
        (
            {
                "amount": "{decide: 局, readings: [{says: {zh: 甲, en: A}, fixed: 1元}, {says: {zh: 乙, en: B}, fixed: 2元}], round: {to: 1元, how: half up}}"
            },
            ["amount"],
        ),
        ({"amount": "{not_known: {zh: 未读到, en: Not read}}"}, ["amount"]),
        ({"status": "draft"}, ["document"]),
        ({"days": SINCE.replace("2026-12-31", "2026-05-31")}, ["document"]),
        ({"days": ""}, ["document"]),
        (
            {
                "rest": DECLARED
                + "\n    quota: {says: {zh: 十名, en: Ten}, places: 10, by: 认定日, order: lowest first, ties: decide}"
            },
            ["beneficiary"],
        ),
    ],
)
def test_a_grant_without_application_passes_four_tests(change: dict[str, str], failing: list[str]) -> None:
    made = book(
        **{  # type: ignore[arg-type]  # of the changes each has its own type
            "conditions": {"a": "认定"},
            "more": READY,
            "rest": DECLARED,
            "days": SINCE,
            "status": "in force",
            **change,
        }
    )
    (one,) = every_unasked(made, DAY)
    assert [point.id for point in one.tests] == list(TESTS)
    assert [point.id for point in one.tests if not point.met] == failing
    assert all(bool(point.why.zh) is not point.met for point in one.tests)
    assert [clause for _, clause in rules(review(made, DAY), "unasked: ")] == ["without_application"] * len(
        failing
    )
    finding = unasked_finding(made, DAY, "en")
    assert finding.table["met"].to_list() == [4 - len(failing)]


def test_a_measure_that_declares_nothing_is_told_what_is_in_the_way_and_not_flagged() -> None:
    made = book({"a": "认定"}, more=READY, days=SINCE, status="in force")
    assert not [one for one in review(made, DAY) if one.rule.startswith("unasked")]
    assert unasked_finding(made, DAY, "zh").table["why"].to_list() == ["没写凭哪份文件认定（recognised_by）"]


# ------------------------------------------------------------ published measures


@pytest.fixture(scope="module")
def shapes() -> tuple[Remark, ...]:
    files = sorted((ROOT / "examples" / "measures").glob("*.yaml"))
    return review(rulebook_of({path.name: path.read_bytes() for path in files}), DAY)


@pytest.mark.parametrize(
    ("measure", "concern", "clause"),
    [
        ("M09-tax", "local tax", "amount.base"),
        ("M11", "registration", "registered"),
        ("M11", "local tax", "taxed"),
        ("M11", "local statistics", "counted"),
        ("M24", "named firm", "general"),
        ("M26", "local tax", "limits.retained"),
        ("M35", "moving in", "moved"),
        ("M36-xiangdong", "moving in", "either"),
        ("M37", "local tax", "contribution"),
        ("M37", "local tax", "amount.increase"),
        ("M38", "local purchase", "amount.purchase"),
        ("M41", "local tax", "contribution"),
        ("M75", "moving in", "brought"),
    ],
)
def test_published_measures_are_flagged_at_the_right_clause(
    shapes: tuple[Remark, ...], measure: str, concern: str, clause: str
) -> None:
    found = [
        (one.rule, one.clause) for one in shapes if one.measure == measure and one.rule.startswith("fair")
    ]
    assert (f"fair: {concern}", clause) in found


@pytest.mark.parametrize("measure", ["M01", "M14", "M20", "M28", "M30", "M60"])
def test_others_stay_quiet(shapes: tuple[Remark, ...], measure: str) -> None:
    assert not [one for one in shapes if one.measure == measure and one.level != "note"]


def test_the_published_measures_hold_no_fault_of_logic(shapes: tuple[Remark, ...]) -> None:
    assert not [one for one in shapes if one.rule.startswith("logic") and one.level == "look"]


def test_a_finding_lists_what_to_look_at_first(shapes: tuple[Remark, ...]) -> None:
    zh, en = remark_finding(shapes, "zh"), remark_finding(shapes, "en")
    assert zh.table.height == en.table.height == len(shapes)
    assert en.table["level"].unique(maintain_order=True).to_list() == ["Look at it", "Hint", "Note"]
    assert en.table["articles"].drop_nulls().str.contains("Art. 10 (2) (from 2024-08-01)", literal=True).any()
    own = en.table.filter(pl.col("level") != "Hint")  # a hint shows the Chinese words that it found
    assert not own["says"].str.contains(r"[一-鿿]").any()
