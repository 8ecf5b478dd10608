"""Rulebooks and subjects drawn at random: every form of condition and amount, facts near what is asked, and nulls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from wutong.policy.feel.values import Days, Months, Value
from wutong.policy.fields import Field
from wutong.policy.rulebook import Rulebook, rulebook_of

GIVEN: Final = """\
  投资: {type: money, zh: 投资, en: Investment}
  产值: {type: money, zh: 产值, en: Output}
  上年产值: {type: money, zh: 上年产值, en: Output before}
  已付: {type: money, zh: 已付, en: Paid}
  比例: {type: rate, zh: 比例, en: Share}
  职工: {type: people, zh: 职工, en: Staff}
  年数: {type: count, zh: 年数, en: Years}
  面积: {type: area, zh: 面积, en: Area}
  规上: {type: yes or no, zh: 规上, en: Listed}
  土地: {type: choice, of: [new, old], zh: 土地, en: Land}
  签约日: {type: date, zh: 签约日, en: Signed on}
  申请日: {type: date, zh: 申请日, en: Applied on}
"""
MONEY: Final = ("投资", "产值", "上年产值", "已付")
_SUMS: Final = ("0元", "1元", "99.99元", "1万元", "10万元", "33.33万元", "1000万元", "3亿元")
_RATES: Final = ("0%", "1%", "3‰", "5%", "33.3%", "100%", "120%")
_DAYS: Final = ("2023-12-31", "2024-02-29", "2025-01-01", "2026-06-30")

sums = st.sampled_from(_SUMS)
rates = st.sampled_from(_RATES)
moneys = st.sampled_from(MONEY)
days = st.sampled_from(_DAYS)
comparisons = st.sampled_from((">=", ">", "<", "<=", "=", "!="))


@st.composite
def conditions(draw: st.DrawFn, deep: int = 1) -> str:
    """A condition."""
    how = draw(st.integers(0, 11 if deep else 8))
    match how:
        case 0:
            return f"{draw(moneys)} {draw(comparisons)} {draw(sums)}"
        case 1:
            return f"(产值 - 上年产值) / 上年产值 {draw(comparisons)} {draw(rates)}"
        case 2:
            return draw(
                st.sampled_from(("规上", "not(规上)", '土地 = "new"', '土地 != "old"', "规上 = null"))
            )
        case 3:
            return f"职工 {draw(comparisons)} {draw(st.integers(0, 30))}人"
        case 4:
            return f'签约日 {draw(comparisons)} @"{draw(days)}"'
        case 5:
            return f"年数 in [{draw(st.integers(0, 3))}..{draw(st.integers(2, 6))})"
        case 6:
            return f"投资 / 面积 >= {draw(st.sampled_from(('1万元/亩', '200万元/亩')))}"
        case 7:
            return f"比例 > {draw(rates)}"
        case 8:
            return f'签约日 + {draw(st.integers(1, 4))}年 <= @"{draw(days)}"'
        case 9:
            return f"({draw(conditions(0))} and {draw(conditions(0))})"
        case 10:
            return f"({draw(conditions(0))} or {draw(conditions(0))})"
    return f"not({draw(conditions(0))})"


def _ascending(draw: st.DrawFn, words: tuple[str, ...], values: st.SearchStrategy[str]) -> str:
    some = sorted(draw(st.sets(st.integers(0, len(words) - 1), min_size=1, max_size=4)))
    return ", ".join(f"{words[at]}: {draw(values)}" for at in some)


@st.composite
def amounts(draw: st.DrawFn, deep: int = 1) -> str:
    """What stands between the brackets of an amount, without rounding."""
    how = draw(st.integers(0, 6 if deep else 5))
    ends = draw(st.sampled_from(("", ", ends: upper included", ", ends: lower included")))
    match how:
        case 0:
            text = f"fixed: {draw(sums)}"
        case 1:
            text = f"rate: {draw(rates)}, base: {draw(moneys)} - {draw(moneys)}"
        case 2:
            below = f", below: {draw(rates)}" if draw(st.booleans()) else ""
            tiers = _ascending(draw, _SUMS, rates)
            text = f"rate: {{by: {draw(moneys)}, slab: {{{tiers}}}{below}{ends}}}, base: 投资"
        case 3:
            start = f", start: {draw(sums)}" if draw(st.booleans()) else ""
            text = f"marginal: {{by: {draw(moneys)}, bands: {{{_ascending(draw, _SUMS, rates)}}}{start}}}"
        case 4:
            part = draw(st.sampled_from(("pro rata", "whole only")))
            text = f"each: {draw(sums)}, of: 投资, per: {draw(st.sampled_from(_SUMS[1:]))}, part: {part}"
        case 5:
            text = f"each: {draw(sums)}, of: 职工 * 年数"
        case _:
            terms = [
                f'{{id: t{at}, when: "{_plain(draw(conditions(0)))}", {draw(amounts(0))}}}'
                for at in range(draw(st.integers(1, 3)))
            ]
            text = f"sum: [{', '.join(terms)}]"
    cap = draw(st.sampled_from(("", "money", "list", "net")))
    if cap == "money":
        text += f", cap: {draw(sums)}"
    if cap == "list":
        text += f", cap: [{draw(sums)}, 投资 * {draw(rates)}]"
    if cap == "net":
        text += f", cap: {{amount: {draw(sums)}, net_of: 已付}}"
    return text


def _plain(test: str) -> str:
    return test.replace('"', '\\"')


@st.composite
def editions(draw: st.DrawFn, force: str) -> str:
    """One edition."""
    how = draw(st.sampled_from(("half up", "half down", "half even", "up", "down")))
    rounding = f"round: {{to: {draw(st.sampled_from(('0.01元', '1元', '100元', '1万元')))}, how: {how}}}"
    text = f"  - source: {{document: invented, grade: not graded}}\n{force}"
    if draw(st.booleans()):
        text += "    define:\n      增量: {zh: 增量, en: Increment, is: 产值 - 上年产值}\n"
        text += f"      门槛: {{zh: 门槛, en: Threshold, is: {{by: 上年产值, slab: {{{_ascending(draw, _SUMS, rates)}}}}}}}\n"
        own = [draw(st.sampled_from(("增量 >= 10万元", "增量 / 上年产值 >= 门槛", "增量 > 上年产值 * 5%")))]
    else:
        own = []
    several = [*own, *(draw(conditions()) for _ in range(draw(st.integers(0 if own else 1, 3))))]
    text += "    conditions:\n"
    for at, test in enumerate(several):
        text += f'      - {{id: c{at}, says: {{zh: 条件, en: Condition}}, when: "{_plain(test)}"}}\n'
    if draw(st.integers(0, 3)) == 0:
        condition = f', if: "{_plain(draw(conditions()))}"' if draw(st.booleans()) else ""
        text += f"      - {{id: panel, says: {{zh: 评审, en: Review}}, decide: 评审组{condition}}}\n"
    kind = draw(st.integers(0, 5))
    if kind == 0:
        readings = ", ".join(f"{{says: {{zh: 读, en: R}}, {draw(amounts())}}}" for _ in range(2))
        text += f"    amount: {{decide: 局, readings: [{readings}], {rounding}}}\n"
    elif kind == 1:
        share = draw(st.sampled_from(("30%", "比例", "if 规上 then 30% else 100%")))
        payees = f"payees: [{{to: a, says: {{zh: 甲, en: A}}, share: {share}}}, {{to: b, says: {{zh: 乙, en: B}}, share: rest}}]"
        text += f"    amount: {{{draw(amounts())}, {rounding}, {payees}}}\n"
    else:
        text += f"    amount: {{{draw(amounts())}, {rounding}}}\n"
    if draw(st.integers(0, 5)) == 0:
        text += "    quota: {says: {zh: 名额, en: Places}, places: 3, by: 投资, order: highest first, ties: decide}\n"
    if draw(st.integers(0, 5)) == 0:
        text += "    apply: {from: 2024-01-01, to: 2025-12-31, by: 申请日}\n"
    return text


@st.composite
def measures(draw: st.DrawFn, name: str) -> str:
    """One measure file."""
    if draw(st.booleans()):
        body = draw(editions(""))
    else:
        body = draw(editions("    in_force: {from: 2023-01-01, to: 2024-12-31, by: 签约日}\n"))
        if draw(st.booleans()):
            body += draw(editions("    in_force: {from: 2025-01-01, by: 签约日}\n"))
    return (
        f"measure: {name}\ntitle: {{zh: 措施, en: Measure}}\naspect: 要素保障\nsubject: firm\nstatus: draft\n"
        f"place: {{zh: 某区, en: A zone}}\nyear: 2026\ngiven:\n{GIVEN}editions:\n{body}"
        "examples: [{given: {投资: null}, expect: {outcome: unknown}}]\n"
    )


@st.composite
def books(draw: st.DrawFn, most: int = 3) -> Rulebook:
    """A rulebook of a few measures."""
    names = [f"M{at}" for at in range(draw(st.integers(1, most)))]
    return rulebook_of({f"{name}.yaml": draw(measures(name)) for name in names})


_FEN: Final = (0, 1, 100, 9_999, 1_000_000, 10_000_000, 33_330_000, 1_000_000_000, 30_000_000_000)


def facts(field: Field) -> st.SearchStrategy[Value]:
    """A value of a fact: near what is asked, or not known."""
    return st.none() | _known(field)


def _known(field: Field) -> st.SearchStrategy[Value]:
    match field.type.kind:
        case "boolean":
            return st.booleans()
        case "text":
            return st.sampled_from(field.type.choices or ("a", "b"))
        case "date":
            near = st.sampled_from(_DAYS).map(date.fromisoformat)
            return near | st.dates(date(2022, 1, 1), date(2027, 1, 1))
        case "days":
            return st.integers(-40, 4000).map(lambda n: Days(Fraction(86_400 * n)))
        case "months":
            return st.integers(-40, 400).map(Months)
    if field.type.unit == (("1", 1),):
        return st.integers(-100_000, 1_300_000).map(lambda n: Fraction(n, 1_000_000))
    if field.type.unit in ((("person", 1),), (("count", 1),)):
        return st.integers(0, 40).map(Fraction)
    if field.type.unit == (("m2", 1),):
        return st.integers(0, 10**8).map(lambda n: Fraction(n, 3000))
    around = st.tuples(st.sampled_from(_FEN), st.integers(-1, 1)).map(lambda two: Fraction(two[0] + two[1]))
    return around | st.integers(0, 10**11).map(Fraction)


@st.composite
def subjects(
    draw: st.DrawFn, fields: Mapping[str, Field], most: int = 12
) -> list[tuple[str, str, dict[str, Value]]]:
    """Rows for ``table_of``: firms with facts."""
    size = draw(st.integers(1, most))
    return [
        (
            f"s{at}",
            f"f{draw(st.integers(0, 3))}",
            {name: draw(facts(field)) for name, field in fields.items()},
        )
        for at in range(size)
    ]
