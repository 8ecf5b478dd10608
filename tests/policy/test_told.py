"""Examples over a history: rows of a zone's tables stand in the measure file, and the very same join takes the facts."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest

from wutong.errors import RuleError
from wutong.policy.evaluate import differences
from wutong.policy.measure import Measure, measure_of

WAN: Final = 10_000 * 100

M21: Final = """
measure: M21
title: {zh: 小升规奖励, en: Award for growing above scale}
aspect: 企业培育
subject: firm
status: example of a shape
place: {zh: 余杭, en: Yuhang}
year: 2025
given:
  首次规上: {type: yes or no, zh: 首次升规, en: Above scale for the first time, from: {table: firm_year, column: above_scale, take: first time, year: 0, since: 2020}}
  连续在库: {type: count, zh: 连续在库年数, en: Years in a row in the base, from: {table: firm_year, column: above_scale, take: years in a row, year: 0, since: 2020}}
  战略产业: {type: yes or no, zh: 战略性新兴产业, en: Strategic industry}
editions:
  - source: {document: M21, grade: B, read_on: 2026-11-22}
    conditions:
      - {id: base, says: {zh: 首次升规，或连续三年在库, en: First time above scale or three years in a row}, when: 首次规上 or 连续在库 = 3}
    amount:
      fixed: (if 首次规上 then 20万元 + (if 战略产业 then 10万元 else 0元) else 0元) + (if 连续在库 = 3 then 30万元 else 0元)
      round: {to: 1元, how: half up}
examples:
"""
FIRST: Final = """
  - says: first time
    year: 2025
    rows: {firm: [{founded: 2023-04}], firm_year: [{period: 2023, above_scale: 否}, {period: 2024, above_scale: 否}, {period: 2025, above_scale: 是}]}
    given: {战略产业: 是}
    expect: {outcome: eligible, amount: 30万元}
  - says: three years in a row
    year: 2025
    rows: {firm: [{founded: 2023-04}], firm_year: [{period: 2023, above_scale: 是}, {period: 2024, above_scale: 是}, {period: 2025, above_scale: 是}]}
    given: {战略产业: 是}
    expect: {outcome: eligible, amount: 30万元}
  - says: years that are not known before those that decide do not matter
    on: 2025-06-30
    rows:
      firm: [{founded: 2001}]
      firm_year: [{period: 2022, above_scale: 否}, {period: 2023, above_scale: 是}, {period: 2024, above_scale: 是}, {period: 2025, above_scale: 是}]
    given: {战略产业: 否}
    expect: {outcome: eligible, amount: 30万元}
  - says: again after a gap
    year: 2025
    rows: {firm_year: [{period: 2023, above_scale: 是}, {period: 2024, above_scale: 否}, {period: 2025, above_scale: 是}]}
    expect: {outcome: not eligible, failing: [base]}
  - says: a year that is missing is no gap
    year: 2025
    rows: {firm: [{founded: 2022}], firm_year: [{period: 2023, above_scale: 否}, {period: 2025, above_scale: 是}]}
    given: {战略产业: 否}
    expect: {outcome: unknown, missing: [首次规上, 连续在库]}
"""


def measure(examples: str = FIRST) -> Measure:
    return measure_of(M21 + examples, "m21.yaml")


def test_first_time_and_three_years_in_a_row_over_a_history_are_examples() -> None:
    found = measure()
    assert [differences(found, example) for example in found.examples] == [()] * 5


def test_the_facts_are_those_of_the_rows_and_of_what_is_given_beside() -> None:
    given = measure().examples[0].given
    assert given == {"首次规上": True, "连续在库": Fraction(1), "战略产业": True}
    assert measure().examples[4].given == {"战略产业": False}


def test_rows_are_read_as_a_file_of_a_zone_is_read() -> None:
    text = M21.replace(
        "首次规上: {type: yes or no",
        "产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: -1}}\n  首次规上: {type: yes or no",
    )
    rows = "  - {year: 2025, rows: {firm_year: [{period: 2024年, output: 1.5亿元}]}, expect: {outcome: unknown}}\n"
    assert measure_of(text + rows, "m.yaml").examples[0].given == {"产值": Fraction(15_000 * WAN)}


@pytest.mark.parametrize(
    ("example", "word"),
    [
        ("year: 2025, rows: {firm_years: [{period: 2025}]}", "firm_year"),
        ("year: 2025, rows: {firm_year: [{period: 2025, outputs: 1元}]}", "output"),
        ("year: 2025, rows: {firm_year: [{period: 2025, output: 12}]}", "unit"),
        ("year: 2025, rows: {firm_year: [{period: soon}]}", "soon"),
        ("rows: {firm_year: [{period: 2025}]}", "rows with year"),
        ("year: 2025", "rows with year"),
        ("year: 25, rows: {firm_year: [{period: 2025}]}", "four digits"),
        ("year: 2025, on: 2024-01-01, rows: {firm_year: [{period: 2025}]}", "not in the year"),
        ("year: 2025, given: {首次规上: 是}, rows: {firm: [{founded: 2025}], firm_year: [{period: 2025, above_scale: 是}]}", "already"),
        ("year: 2025, rows: {firm: [{left: 2020}]}", "not in the zone"),
    ],
)  # fmt: skip
def test_a_mistake_in_rows_is_named_with_its_place(example: str, word: str) -> None:
    with pytest.raises(RuleError) as caught:
        measure(f"  - {{{example}, expect: {{outcome: unknown}}}}\n")
    said = caught.value.text.en
    assert said.startswith("m21.yaml, examples.1")
    assert word in said
