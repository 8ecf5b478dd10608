"""Decision tables in measure files: one expression each, equal to the table in all, with every unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from wutong.errors import RuleError
from wutong.policy.document import document_of
from wutong.policy.evaluate import evaluate
from wutong.policy.explain import explain
from wutong.policy.feel import exact
from wutong.policy.feel.columns import compile_columns, values
from wutong.policy.feel.faults import ExpressionError
from wutong.policy.feel.limits import DEPTH
from wutong.policy.feel.parse import parse
from wutong.policy.feel.syntax import names_in, show
from wutong.policy.feel.table_expression import POLICIES
from wutong.policy.feel.tables import evaluate_table
from wutong.policy.feel.types import BOOLEAN, DATE, MONEY, RATE, Type, choice
from wutong.policy.feel.values import Value
from wutong.policy.layout import laid_out
from wutong.policy.measure import Measure, measure_of
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import rulebook_of
from wutong.policy.run import outcomes, planned
from wutong.policy.subjects import table_of as table_of_subjects
from wutong.policy.table import RULES, Matched, matched, table_of

YUAN: Final = 100
WAN: Final = 10_000 * YUAN
NAMES: Final[Mapping[str, Type]] = {
    "投资": MONEY,
    "土地": choice("new", "old"),
    "规上": BOOLEAN,
    "签约日": DATE,
    "增速": RATE,
}


def text_of(hit: str, inputs: str, *rules: str, more: str = "") -> str:
    return f"{{hit: {hit}, inputs: [{inputs}], rules: [{', '.join(f'{{{rule}}}' for rule in rules)}]{more}}}"


# ------------------------------------------------------------ each policy, by hand

RULES_OF_THREE: Final = (
    'if: [">= 10万元", -], then: THREE',
    "if: [-, “new”], then: ONE",
    'if: [">= 5万元", “old”], then: TWO',
)


def worked(hit: str, wan: int | None, land: str | None, more: str = "") -> Value:
    rules = [rule.replace("ONE", "1%").replace("TWO", "2%").replace("THREE", "3%") for rule in RULES_OF_THREE]
    _, made = table_of(document_of(text_of(hit, "投资, 土地", *rules, more=more)), NAMES)
    facts: dict[str, Value] = {"投资": None if wan is None else Fraction(wan * WAN), "土地": land}
    found = exact.evaluate(made.tree, facts)
    return found * 100 if isinstance(found, Fraction) and hit != "C#" else found


@pytest.mark.parametrize(
    ("hit", "more", "wanted"),
    # 12, old: rules 1 and 3 match · 6, old: 3 · 3, old: none · 12, new: 1 and 2 · unknown, new: 2, perhaps 1
    [
        ("F", "", [3, 2, None, 3, None]),
        ("U", "", [None, 2, None, None, None]),
        ("U", ", default: 0%", [None, 2, 0, None, None]),
        ("A", "", [None, 2, None, None, None]),
        ("P", ", order: [1%, 2%, 3%]", [2, 2, None, 1, None]),
        ("P", ", order: [3%, 2%, 1%], default: 9%", [3, 2, 9, 3, None]),
        ("C+", "", [5, 2, None, 4, None]),
        ("C<", "", [2, 2, None, 1, None]),
        ("C>", ", default: 0%", [3, 2, 0, 3, None]),
        ("C#", "", [2, 1, 0, 2, None]),
    ],
)
def test_what_each_hit_policy_gives(hit: str, more: str, wanted: list[int | None]) -> None:
    cases = [(12, "old"), (6, "old"), (3, "old"), (12, "new"), (None, "new")]
    assert [worked(hit, wan, land, more) for wan, land in cases] == wanted


def test_first_is_known_where_an_earlier_rule_matches_whatever_is_missing() -> None:
    assert worked("F", 12, None) == 3
    assert worked("F", 6, None) is None


def test_any_gives_the_common_result_where_several_rules_agree() -> None:
    rules = (
        'if: ">= 1万元", then: 投资 * 10%',
        'if: ">= 5万元", then: 5000元',
        'if: ">= 9万元", then: 0.1 * 投资',
    )
    _, made = table_of(document_of(text_of("A", "投资", *rules)), NAMES)
    found = [exact.evaluate(made.tree, {"投资": Fraction(wan * WAN)}) for wan in (1, 5, 7, 9)]
    assert found == [1000 * YUAN, 5000 * YUAN, None, None]


# ------------------------------------------------------------ the same as the table itself

CELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "投资": (
        "-",
        ">= 5万元",
        "< 3万元",
        "[3万元..7万元)",
        "4万元, 6万元",
        "not(5万元)",
        "null",
        "not(null)",
        "? > 2万元 and ? < 9万元",
        "< 2万元, ? = 6万元",
        "(3万元..已付]",
        "已付",
    ),
    "土地": ("-", "“new”", "“new”, “old”", "not(“old”)", "null"),
    "规上": ("-", "true", "false", "not(true)", "? = null"),
}
RESULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "money": ("1元", "2元", "3元", "0", "投资", "投资 / 2", "已付", "null"),
    "text": ("“a”", "“b”", "土地", "null"),
    "date": ("签约日", "签约日 + 1年", "@“2024-02-29”".replace("“", '"').replace("”", '"'), "null"),
    "truth": ("true", "false", "规上", "null"),
    "months": ("3个月", "1年", "null"),
    "days": ("30天", "0天", "null"),
}
ORDERS: Final = {
    "money": ("3元", "0", "2元", "1元"),
    "text": ("“b”", "“a”"),
    "truth": ("true", "false"),
    "months": ("1年", "3个月"),
    "days": ("0天", "30天"),
}
KNOWN: Final = {**NAMES, "已付": MONEY}


def drawn_table(data: st.DataObject) -> str:
    hit = data.draw(st.sampled_from(POLICIES))
    refused = {"C+": ("text", "date", "truth"), "C<": ("truth",), "C>": ("truth",), "P": ("date",)}
    kind = data.draw(st.sampled_from([one for one in RESULTS if one not in refused.get(hit, ())]))
    results = ORDERS[kind] if hit == "P" else RESULTS[kind]
    inputs = data.draw(st.lists(st.sampled_from(tuple(CELLS)), min_size=1, max_size=3, unique=True))
    rules = []
    for at in range(data.draw(st.integers(1, 5))):
        cells = [data.draw(st.sampled_from(CELLS[one])) for one in inputs]
        result = data.draw(st.sampled_from(results)) if at else results[0]
        rules.append(f"if: [{', '.join(map(quoted, cells))}], then: {quoted(result)}")
    more = f", order: [{', '.join(map(quoted, results))}]" if hit == "P" else ""
    if hit != "C#" and data.draw(st.booleans()):
        more += f", default: {quoted(data.draw(st.sampled_from(results)))}"
    return text_of(hit, ", ".join(inputs), *rules, more=more)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_SUMS: Final = st.none() | st.integers(0, 10).map(lambda wan: Fraction(wan * WAN))
ROWS: Final[st.SearchStrategy[dict[str, Value]]] = st.fixed_dictionaries(
    {
        "投资": _SUMS,
        "已付": _SUMS,
        "土地": st.none() | st.sampled_from(("new", "old")),
        "规上": st.none() | st.booleans(),
        "签约日": st.none() | st.just(date(2023, 3, 1)),
    }
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_expression_gives_what_the_table_gives_row_by_row_and_in_columns(data: st.DataObject) -> None:
    table, made = table_of(document_of(drawn_table(data)), KNOWN)
    facts = data.draw(st.lists(ROWS, min_size=1, max_size=6))
    wanted = [evaluate_table(table, one, "measure") for one in facts]
    assert [exact.evaluate(made.tree, one) for one in facts] == wanted
    assert parse(show(made.tree), KNOWN) == made.tree
    schema = {"投资": pl.Int64, "已付": pl.Int64, "土地": pl.String, "规上": pl.Boolean, "签约日": pl.Date}
    held = [
        {name: int(value) if isinstance(value, Fraction) else value for name, value in one.items()}
        for one in facts
    ]
    frame = pl.DataFrame({name: [one[name] for one in held] for name in schema}, schema=schema)
    assert values(compile_columns(made.typed, made.source), frame) == wanted


# ------------------------------------------------------------ in a measure

FILE: Final = """\
measure: grant
title: {zh: 补助, en: Grant}
aspect: 要素保障
subject: project
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  固定资产投资: {type: money, zh: 固定资产投资, en: Fixed investment}
  设备投资: {type: money, zh: 设备投资, en: Equipment}
  土地: {type: choice, of: [new, old], zh: 土地, en: Land}
editions:
  - source: {document: invented, grade: not graded}
    define:
      比例:
        zh: 补助比例
        en: Rate
        table:
          hit: U
          inputs: [固定资产投资, 土地]
          rules:
            - {if: ["[1亿元..3亿元)", “new”], then: 5%}
            - {if: [≥3亿元, “new”], then: 8%}
            - {if: [≥5亿元, “old”], then: 3%}
          default: 0%
      至少: {zh: 至少, en: At least, is: 设备投资 * 比例}
    conditions:
      - {id: rate, says: {zh: 有比例, en: With a rate}, when: 比例 > 2%}
    amount: {fixed: 至少, cap: 2亿元, round: {to: 1元, how: half up}}
examples:
  - {given: {固定资产投资: 3亿元, 设备投资: 2亿元, 土地: new}, expect: {outcome: eligible, amount: 1600万元}}
"""
YI: Final = 10_000 * WAN


def grant() -> Measure:
    return measure_of(FILE, "grant.yaml")


def test_a_table_stands_in_a_measure_like_any_definition() -> None:
    found = [
        evaluate(grant(), {"固定资产投资": yi * YI, "设备投资": 2 * YI, "土地": land})
        for yi, land in ((2, "new"), (3, "new"), (5, "old"), (4, "old"), (3, None))
    ]
    assert [one.amount for one in found] == [1000 * WAN, 1600 * WAN, 600 * WAN, None, None]
    assert [one.failing for one in found] == [(), (), (), ("rate",), ("amount",)]
    assert (found[4].state, found[4].missing) == ("unknown", ("土地",))


def test_missing_facts_of_a_table_are_asked_for() -> None:
    found = evaluate(grant(), {})
    assert set(found.missing) == {"固定资产投资", "土地", "设备投资"}


def test_a_table_says_which_of_its_rules_match() -> None:
    (edition,) = grant().editions
    table = edition.definitions[0].table
    assert table is not None
    assert matched(table, {"固定资产投资": Fraction(5 * YI), "土地": "old"}) == Matched((3,), ())
    assert matched(table, {"固定资产投资": Fraction(5 * YI), "土地": None}) == Matched((), (2, 3))
    assert edition.definitions[1].table is None


@pytest.mark.parametrize(
    ("condition", "investment", "says"),
    [
        ("2%", YI // 2, "not met. Rate 0%, needs more than 2%, short by 2 points"),
        ("5%", YI, "not met. Rate (rule 1) 5%, needs more than 5%"),
        ("2%", None, "unknown. Rate not known, needs more than 2%"),
    ],
)
def test_a_clause_on_a_table_says_its_rule_its_value_and_the_gap(
    condition: str, investment: int | None, says: str
) -> None:
    measure = measure_of(FILE.replace("比例 > 2%", f"比例 > {condition}"), "grant.yaml")
    facts = {"固定资产投资": investment, "设备投资": YI, "土地": "new"}
    (clause,) = explain(measure, facts)
    assert clause.line.en == f"With a rate: {says}"


def test_a_table_is_laid_out_rule_by_rule() -> None:
    (laid,) = laid_out(grant(), document_of(FILE))
    piece = laid.definitions["比例"]
    assert (piece.label.en, piece.by.en, piece.at) == (
        "Rate",
        "the one rule that matches",
        "editions.1.define.比例.table",
    )
    assert [(test.zh, result.zh) for test, result in piece.rows] == [
        ("1亿元 ≤ 固定资产投资 < 3亿元 且 土地 = “new”", "5%"),
        ("固定资产投资 ≥ 3亿元 且 土地 = “new”", "8%"),
        ("固定资产投资 ≥ 5亿元 且 土地 = “old”", "3%"),
        ("其他", "0%"),
    ]


def test_a_table_gives_the_same_over_columns_as_row_by_row() -> None:
    book = rulebook_of({"grant.yaml": FILE})
    sums = (None, Fraction(0), Fraction(YI), Fraction(3 * YI - 1), Fraction(3 * YI), Fraction(9 * YI))
    facts: list[dict[str, Value]] = [
        {"固定资产投资": one, "设备投资": Fraction(YI), "土地": land}
        for one in sums
        for land in (None, "new", "old")
    ]
    rows = [(str(at), str(at), one) for at, one in enumerate(facts)]
    subjects = {"project": table_of_subjects(rows, book.fields)}
    assert_frame_equal(outcomes(book, subjects), outcomes_by_hand(book, subjects))
    assert planned(book, "project", {}).by_hand == ()


# ------------------------------------------------------------ mistakes

MISTAKES: Final = [
    ("hit: U", "hit: R", "table.hit", "U, A, P, F, C+, C<, C>, C#"),
    ("hit: U", "hit: C", "table.hit", "list of results"),
    ("hit: U", "hit: X", "table.hit", "not known"),
    ("hit: U", "hit: P", "table.hit", "order lists"),
    ("hit: U", "hit: C#", "table.default", "counts"),
    ("          default: 0%", "          order: [5%]", "table.order", "no other policy"),
    ("[固定资产投资, 土地]", "[固定资产投姿, 土地]", "table.inputs.1", "固定资产投资"),
    ("[1亿元..3亿元)", "[1亩..3亿元)", "rules.1.if.1, line 22, column 22", "area"),
    ("≥3亿元, “new”", "≥3亿元, “nwe”", "rules.2.if.2, line 23, column 27", "new"),
    ("≥3亿元, “new”", "≥3亿元, new", "rules.2.if.2", "no field named"),
    ("≥3亿元, “new”", "≥3亿元, 土地, -", "rules.2.if", "cells: 3"),
    ("≥3亿元, “new”", "≥, “new”", "rules.2.if.1", "too early"),
    ("then: 8%", "then: 8元", "rules.2.then", "rate"),
    ("then: 8%", "then: 8", "rules.2.then", "rate with its unit"),
    ("then: 8%", "then: 比列", "rules.2.then", "no field"),
    ("then: 8%}", "}", "rules.2", "then"),
    ("default: 0%", "default: 0元 + 1元", "table.default", "money"),
    ("        table:", "        is: 1%\n        table:", "define.比例", "Say is"),
]


@pytest.mark.parametrize(("old", "new", "place", "word"), MISTAKES)
def test_a_mistake_is_named_with_the_place_of_its_cell(old: str, new: str, place: str, word: str) -> None:
    assert old in FILE
    with pytest.raises(RuleError) as caught:
        measure_of(FILE.replace(old, new, 1), "grant.yaml")
    said = caught.value.text.en
    assert said.startswith("grant.yaml, editions.1.define.比例")
    assert place in said
    assert word in said
    assert "line " in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (text_of("C+", "投资", "if: -, then: “a”"), "results of this kind"),
        (text_of("C>", "投资", "if: -, then: true"), "results of this kind"),
        (text_of("F", "投资", "if: -, then: null"), "results of this kind"),
        (
            text_of("F", "投资", "if: -, then: 1元", "if: -, then: 0", "if: -, then: 1亩"),
            "rules.3.then.*money and area",
        ),
        (text_of("P", "投资", "if: -, then: 投资", more=", order: [1元]"), "written out"),
        (text_of("P", "投资", "if: -, then: 2元", more=", order: [1元]"), "not in order"),
        (text_of("F", "投资", *['if: "> 1元", then: 1元'] * (RULES + 1)), "rules at most"),
        (text_of("F", ", ".join(["投资"] * 21), "if: -, then: 1元"), "inputs at most"),
        (text_of("C<", "投资", *['if: "> 1元", then: 投资'] * RULES), "too large"),
    ],
)
def test_what_no_table_can_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        table_of(document_of(text), NAMES)


def test_a_table_of_as_many_rules_as_are_allowed_works_in_both_ways() -> None:
    rules = [f'if: ["[{n}元..{n + 1}元)", “new”], then: {n}%' for n in range(RULES)]
    for hit in ("U", "F", "A", "P"):
        more = f", order: [{', '.join(f'{n}%' for n in range(RULES))}]" if hit == "P" else ""
        _, made = table_of(document_of(text_of(hit, "投资, 土地", *rules, more=more)), NAMES)
        assert names_in(made.tree) == ("投资", "土地")
        frame = pl.DataFrame(
            {"投资": [0, 50 * YUAN, (RULES - 1) * YUAN, 200 * YUAN, None], "土地": ["new"] * 5}
        )
        wanted = [Fraction(0), Fraction(1, 2), Fraction(RULES - 1, 100), None, None]
        assert [exact.evaluate(made.tree, row) for row in facts_of(frame)] == wanted
        assert values(compile_columns(made.typed, made.source), frame) == wanted


def facts_of(frame: pl.DataFrame) -> list[dict[str, Value]]:
    return [
        {"投资": None if row["投资"] is None else Fraction(row["投资"]), "土地": row["土地"]}
        for row in frame.iter_rows(named=True)
    ]


def test_a_table_that_is_too_deep_is_refused() -> None:
    long = " + ".join(["1元"] * (DEPTH - 20))
    rules = ['if: "> 1元", then: 1元'] * 50 + [f'if: "> 1元", then: {long}']
    with pytest.raises(ExpressionError, match="too long"):
        table_of(document_of(text_of("F", "投资", *rules)), NAMES)
