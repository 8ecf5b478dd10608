"""One table of facts that an officer fills in, read in the words of an example."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from wutong.errors import TableError
from wutong.policy.document import document_of
from wutong.policy.facts import Facts
from wutong.policy.fields import Field, fields_of
from wutong.policy.worksheet import facts_of_sheet, filled_in, heading_of
from wutong.words import Text
from wutong.zone.sheet import Sheet

ON = date(2025, 12, 31)


def fields() -> dict[str, Field]:
    text = """
产值: {type: money, zh: 产值, en: Output}
增速: {type: rate, zh: 增速, en: Growth}
人数: {type: people, zh: 人数, en: People}
规上: {type: yes or no, zh: 规上, en: Above scale}
土地: {type: choice, of: [new, old], zh: 土地, en: Land}
签约日: {type: date, zh: 签约日, en: Signed}
今年: {type: date, zh: 当年, en: This year, from: {take: year}}
"""
    return fields_of(document_of(text))


def read(**columns: list[Any]) -> tuple[Facts, tuple[Text, ...]]:
    frame = pl.DataFrame({"subject": ["a", "b"], **columns})
    rows = pl.int_range(2, 2 + frame.height, dtype=pl.UInt32, eager=True)
    return facts_of_sheet(Sheet("f.csv", "", tuple(frame.columns), frame, rows), fields(), "firm", ON)


def test_cells_are_read_as_an_example_writes_them() -> None:
    facts, mistakes = read(
        产值=["2.99亿元", "1,200万元"], 增速=["5%", "未知"], 人数=["12人", None], 规上=["是", "FALSE"],
        土地=["new", "-"], 签约日=["2025年5月3日", "2025/5/4"],
    )  # fmt: skip
    assert mistakes == ()
    assert facts.table.drop("subject", "firm").rows() == [
        (29_900_000_000, 50_000, 12, True, "new", date(2025, 5, 3), date(2025, 1, 1)),
        (1_200_000_000, None, None, False, None, date(2025, 5, 4), date(2025, 1, 1)),
    ]
    assert dict(facts.known.select("fact", "known").iter_rows()) == {
        "产值": 2, "增速": 1, "人数": 1, "规上": 2, "土地": 1, "签约日": 2, "今年": 2
    }  # fmt: skip


def test_a_unit_in_the_heading_is_that_of_bare_numbers() -> None:
    facts, mistakes = read(**{"产值（万元）": ["29,900", "2亿元"], "增速（%）": ["5", "-0.5"]})
    assert mistakes == ()
    assert facts.table["产值"].to_list() == [29_900_000_000, 20_000_000_000]
    assert facts.table["增速"].to_list() == [50_000, -5_000]


def test_a_bare_number_of_money_a_strange_word_and_a_strange_column_are_said_with_their_place() -> None:
    facts, mistakes = read(产值=["12", "12"], 规上=["maybe", "是"], 产植=["1元", "1元"])
    assert facts.table.select("产值", "规上").rows() == [(None, None), (None, True)]
    said = [text.en for text in mistakes]
    assert len(said) == 3
    assert said[0].startswith('f.csv, 产值, row 2 and 1 more: "12": ')
    assert said[1].startswith('f.csv, 规上, row 2: "maybe": ')
    assert '"产植" is not known and not used. The nearest are: 产值' in said[2]


def test_columns_of_whole_numbers_are_facts_as_they_are_stored() -> None:
    facts, mistakes = read(产值=[5, None], 规上=[True, None], 签约日=[date(2025, 1, 1), None])
    assert mistakes == ()
    assert facts.table.select("产值", "规上", "签约日").rows() == [
        (5, True, date(2025, 1, 1)),
        (None, None, None),
    ]


def test_a_row_without_a_subject_is_left_out_and_two_of_one_are_refused() -> None:
    frame = pl.DataFrame(
        {"对象": ["a", None], "企业": ["f", "f"], "名称": ["甲", "乙"], "产值": ["1元", "2元"]}
    )
    sheet = Sheet("f.csv", "", tuple(frame.columns), frame, pl.Series([2, 3], dtype=pl.UInt32))
    facts, mistakes = facts_of_sheet(sheet, fields(), "project", ON)
    assert facts.table.select("subject", "firm", "产值").rows() == [("a", "f", 100)]
    assert [text.en for text in mistakes] == ["f.csv, row 3: no subject; left out."]
    twice = frame.with_columns(pl.lit("a").alias("对象"))
    with pytest.raises(TableError, match="repeated"):
        facts_of_sheet(Sheet("f.csv", "", sheet.header, twice, sheet.rows), fields(), "project", ON)
    with pytest.raises(TableError, match="--template"):
        facts_of_sheet(Sheet("f.csv", "", ("产值",), frame.select("产值"), sheet.rows), fields(), "firm", ON)


def test_what_the_tables_of_a_zone_do_not_say_is_filled_in_and_what_they_say_stays() -> None:
    zone, _ = read(产值=["1元", None])
    told, _ = facts_of_sheet(
        Sheet(
            "g.csv",
            "",
            ("subject", "产值", "规上"),
            frame := pl.DataFrame(
                {"subject": ["b", "a", "c"], "产值": ["3元", "2元", "9元"], "规上": ["是", "否", "是"]}
            ),
            pl.int_range(2, 2 + frame.height, dtype=pl.UInt32, eager=True),
        ),
        fields(),
        "firm",
        ON,
    )
    both, mistakes = filled_in(zone, told)
    assert both.table.select("subject", "产值", "规上").rows() == [("a", 100, False), ("b", 300, True)]
    assert [text.en for text in mistakes] == [
        "1 subjects are not in the zone's tables and are left out.",
        '"产值" of 1 subjects is otherwise in the zone\'s tables, which go first.',
    ]
    assert dict(both.known.select("fact", "known").iter_rows())["规上"] == 2


def test_an_empty_table_asks_for_all_that_the_calendar_does_not_say() -> None:
    assert heading_of(fields(), "firm") == ["subject", "产值", "增速", "人数", "规上", "土地", "签约日"]
