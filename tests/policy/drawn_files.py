"""Folders of measure files drawn at random: every key of the form, mostly as it should be, here and there not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from hypothesis import strategies as st

from tests.policy.drawn_books import GIVEN, amounts, comparisons, conditions, days, moneys, rates, sums
from tests.policy.test_decision_tables import drawn_table

BAD: Final = (
    *(
        "",
        "null",
        "[]",
        "{}",
        "[x]",
        "{x: 1}",
        "0",
        "-1",
        "1e400",
        "9" * 60,
        "投姿",
        "M9",
        "yes",
        "'",
        '"',
        "![a] x",
    ),
    *(
        "&a b",
        "*a",
        "2026-02-30",
        "1亿亩",
        "5",
        "if",
        "a: b",
        "? > 1",
        "(",
        "))",
        "投资 +",
        '"\\u0000"',
        "|",
        ">",
        "%",
    ),
    *("[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "1元 / 0", "今天", "today()", "for x in y return x", "x" * 70),
)
"""What may stand in the place of anything."""

_TAKEN: Final = {
    "投资": ("{table: award, column: amount, take: sum}", "{table: firm_year, column: investment, year: 0}"),
    "产值": (
        "{table: firm_year, column: output, year: 0}",
        "{table: firm_month, column: output, take: sum, year: 0, months: 1..3}",
    ),
    "上年产值": (
        "{table: firm_year, column: output, year: -1}",
        "{table: indicator, column: value, year: 0, for_all: yes, where: {indicator: output}}",
    ),
    "规上": (
        "{table: firm, column: above_scale}",
        "{table: certificate, take: first time, where: {kind: high_tech}}",
    ),
    "职工": ("{table: firm_year, column: employees, year: 0}",),
    "年数": ("{table: firm_year, take: years in a row}", "{table: award, take: count, since: 2018}"),
    "申请日": ("{take: day}", "{table: certificate, column: granted, take: earliest}"),
}
Words = Callable[..., str]
"""Draws one of some words, or a piece of a file."""

_SAYS: Final = "says: {zh: 说明, en: Says}"


@st.composite
def folders(draw: st.DrawFn, odd: int = 80) -> dict[str, str]:
    """Files by name; one piece of ``odd`` is none that belongs there, and none is where ``odd`` is 0."""

    def one(*words: str) -> str:
        return other(draw(st.sampled_from(words)))

    def other(word: str) -> str:
        return draw(st.sampled_from(BAD)) if odd and draw(st.integers(0, odd)) == odd // 3 else word

    def maybe(text: str) -> str:
        return text if draw(st.integers(0, 3)) == 0 else ""

    def test(deep: int = 1) -> str:
        return other(f"'{draw(conditions(deep))}'")

    def amount() -> str:
        return draw(amounts())

    given = "\n".join(_given(line, draw, one) for line in GIVEN.splitlines())
    names = [f"M{at}" for at in range(draw(st.integers(1, 3)))]
    with_head = draw(st.integers(0, 2)) > 0
    raised = len(names) > 1 and draw(st.booleans())
    files: dict[str, str] = {}
    for at, name in enumerate(names):
        changes = raised and at > 0
        editions: list[str] = []
        dated = draw(st.booleans())
        for period in ("2023-01-01, to: 2024-12-31", "2025-01-01")[: draw(st.integers(1, 2)) if dated else 1]:
            parts = [f"source: {{document: {one('M01', '文号')}, grade: {one('A', 'D', 'not graded')}}}"]
            parts += [f"in_force: {{from: {other(period)}, by: {one('签约日')}}}"] if dated else []
            parts += [_conditions(draw, test, one, plain=changes)]
            parts += [] if changes else _defined(draw, other)
            if changes:
                how = one("add: 5%", "times: 110%", "add: 15%, at_most: 20%")
                parts.append(f"modifies: [{{measure: {one('M0')}, {how}}}]")
            if not changes or draw(st.booleans()):
                parts.append(_amount(draw, one, amount, rate=raised and at == 0))
            parts += filter(None, map(maybe, _others(draw, one, test, with_head)))
            editions.append("  - " + "\n    ".join(parts))
        files[f"{name}.yaml"] = (
            f"measure: {name}\ntitle: {{zh: 措施, en: Measure}}\naspect: 要素保障\nsubject: firm\n"
            f"status: {one('draft', 'expired', 'not known')}\nplace: {{zh: 某区, en: A zone}}\n"
            f"year: {one('2026', 'not known')}\ngiven:\n{given}\neditions:\n"
            + "\n".join(editions)
            + f"\nexamples: [{{given: {{投资: {one('1万元', 'null')}}}, expect: {{outcome: {one('unknown')}}}}}]\n"
        )
    if with_head:
        files["rulebook.yaml"] = _head(draw, one, names)
    return files


def _given(line: str, draw: st.DrawFn, one: Words) -> str:
    name = line.strip().partition(":")[0]
    more = ""
    if name in _TAKEN and draw(st.booleans()):
        more += f", from: {one(*_TAKEN[name])}"
    if draw(st.integers(0, 4)) == 0:
        more += f", about: [{one('local tax', 'moving in', 'ownership')}]"
    if draw(st.integers(0, 4)) == 0:
        more += f", moved_by: {one('firm', 'others')}"
    return line.removesuffix("}") + more + "}"


def _conditions(draw: st.DrawFn, test: Words, one: Words, *, plain: bool) -> str:
    found = [f"{{id: c{at}, {_SAYS}, when: {test()}}}" for at in range(draw(st.integers(1, 3)))]
    if not plain and draw(st.integers(0, 3)) == 0:
        found.append(f"{{id: panel, {_SAYS}, decide: {one('评审组')}, if: {test()}}}")
    return f"conditions: [{', '.join(found)}]"


def _defined(draw: st.DrawFn, other: Words) -> list[str]:
    if draw(st.booleans()):
        return []
    table = drawn_table(draw(st.data()))
    found = [
        f"增量: {{zh: 增量, en: Increment, is: {other('产值 - 上年产值')}}}",
        f"门槛: {{zh: 门槛, en: Threshold, is: {{by: 产值, slab: {{0元: {draw(rates)}, 1万元: {draw(rates)}}}}}}}",
        f"表: {{zh: 表, en: Table, table: {other(table)}}}",
        "名单: {zh: 名单, en: List, is: string(职工 / 1人) + “x”}",
    ]
    some = [text for text in found if draw(st.booleans())]
    return [f"define: {{{', '.join(some)}}}"] if some else []


def _amount(draw: st.DrawFn, one: Words, amount: Words, *, rate: bool) -> str:
    rounding = (
        f"round: {{to: {one('1元', '0.01元', '1万元')}, how: {one('half up', 'half even', 'down', 'up')}}}"
    )
    if rate:
        value = one(
            "5%", "{by: 投资, slab: {0元: 5%, 1万元: 8%}}", "{by: 投资, slab: {1万元: 5%}, below: 1%}"
        )
        return f"amount: {{rate: {value}, base: {one('投资', '产值')}, {rounding}}}"
    match draw(st.integers(0, 7)):
        case 0:
            return "amount: {not_known: {zh: 截断, en: Cut off}}"
        case 1:
            readings = ", ".join(f"{{{_SAYS}, {amount()}}}" for _ in range(2))
            return f"amount: {{decide: {one('局')}, readings: [{readings}], {rounding}}}"
        case 2:
            share = one("30%", "比例", "1/3")
            payees = f"[{{to: a, {_SAYS}, share: {share}}}, {{to: b, {_SAYS}, share: {one('rest')}}}]"
            return f"amount: {{{amount()}, {rounding}, payees: {payees}}}"
    return f"amount: {{{amount()}, {rounding}}}"


def _others(draw: st.DrawFn, one: Words, test: Words, head: bool) -> Iterable[str]:
    """Every other key that an edition may have."""
    places = one("places: 3", f"total: {draw(sums)}, of: 投资", "places: 10")
    order = f"order: {one('highest first', 'lowest first')}, ties: {one('decide', 'all', 'none')}"
    cut = f"per: {one('firm', 'firm and year')}, amount: {one('50万元', '投资 * 5%')}, cut: {one('pro rata', 'in order')}"
    return (
        f"apply: {{from: {one('2024-01-01')}, to: 2025-12-31, by: {one('申请日')}}}",
        f"published: [{{at: 第三项, text: {one('2019年')}, read_as: {{zh: 按2020, en: As 2020}}}}]",
        f"quota: {{{_SAYS}, {places}, by: {one('投资', '签约日')}, {order}}}",
        f"limits: [{{id: own, {_SAYS}, {cut}, net_of: {one('已付')}}}]",
        f"not_before: {{{_SAYS}, day: {one('签约日 + 1年', '申请日')}}}",
        f"payout: [{{share: {one('30%')}, on: a, day: {one('签约日')}}}, {{share: 70%, on: b, when: {test()}}}]",
        f"keep: [{{{_SAYS}, when: {test()}, until: {one('paid_on + 5年')}, else: {one('recover')}, share: {one('50%', '比例')}}}]",
        f"evidence: [{one('合同')}, {{paper: 发票, from: {one('签约日')}, to: 申请日}}]",
        f"without_application: {{recognised_by: {one('名单')}}}",
        f"notes: [{{zh: {one('注')}, en: Note}}]",
        f"exclusive: {one('设备', '[设备, 整户]')}" if head else "",
        f"budget: {one('基金')}" if head else "",
    )


def _head(draw: st.DrawFn, one: Words, names: list[str]) -> str:
    some = ", ".join(names)
    compared = draw(comparisons)  # an example's word is free
    return (
        f"rulebook: r\nformat: {one('1')}\ntitle: {{zh: 试, en: Trial}}\ninvented: {one('yes')}\ngroups:\n"
        f"  设备: {{{_SAYS}, grain: {one('year')}, choose: {one('highest', 'one', 'order')}}}\n"
        f"  整户: {{{_SAYS}, grain: firm, choose: difference, earlier: {one(draw(moneys))}}}\n"
        f"limits:\n  - {{id: all, {_SAYS}, measures: [{some}], per: {one('firm and year')}, amount: {one('50万元')}, cut: pro rata}}\n"
        f"budgets:\n  基金: {{{_SAYS}, year: {one('2026', 'not known')}, amount: {one('3亿元', 'not known')},"
        f" scale: {one('pro rata', 'none', 'rank, by: 投资', 'first come, by: 申请日')}}}\n"
        f"examples:\n  - says: {one('例')} {draw(days)} {compared!r}\n    subjects: [{{id: x, given: {{投资: {one('2亿元')}}}}}]\n"
        f"    expect: {{x: {{{one(names[0])}: {one('unknown', '5万元')}}}}}\n"
    )
