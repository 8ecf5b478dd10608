"""Bad input never stops a load and never vanishes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.conftest import Write
from wutong.zone.check import PROBLEM
from wutong.zone.faults import explain
from wutong.zone.load import open_zone


def problems(folder_problems: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return folder_problems.select(columns).rows()


def test_good_rows_are_kept_beside_bad_ones(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name\na,甲\nb,乙\n",
            firm_year__csv="firm,period,output[万元]\na,2023,100\na,2024,-5\nb,2024-13,7\nb,2023,abc\n",
        )
    )
    assert zone.tables["firm_year"].select("firm", "period", "output").rows() == [
        ("a", "2023", 100_000_000),
        ("a", "2024", None),
        ("b", "2023", None),
    ]
    assert problems(zone.problems, "file", "row", "column", "level", "kind", "found") == [
        ("firm_year.csv", 4, "period", "value", "not_a_period", "2024-13"),
        ("firm_year.csv", 3, "output", "value", "below", "-5"),
        ("firm_year.csv", 5, "output", "value", "not_a_number", "abc"),
        ("firm_year.csv", 4, "period", "row", "missing", ""),
    ]
    assert zone.left_out["firm_year"] == 1


def test_a_row_that_is_left_out_is_kept_as_it_was_read(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,makes\na,,镜头\n"))
    kept = zone.problems.filter(pl.col("level") == "row")["kept"].to_list()
    assert [json.loads(row) for row in kept] == [{"firm": "a", "name": None, "makes": "镜头"}]


def test_of_two_rows_with_one_key_the_first_is_used(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name\na,甲\na,乙\nb,丙\nb,丙\n"))
    assert zone.tables["firm"].select("firm", "name").rows() == [("a", "甲"), ("b", "丙")]
    assert problems(zone.problems, "row", "kind", "found", "expected") == [
        (3, "duplicate_key", "a", "2"),
        (5, "repeated", "b", "4"),
    ]
    assert zone.left_out["firm"] == 1


def test_a_key_repeated_in_another_file_names_that_file(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name\na,甲\n", firm__more__csv="firm,name\na,乙\n"))
    assert problems(zone.problems, "file", "row", "expected") == [("firm.more.csv", 2, "firm.csv 2")]


def test_a_later_day_corrects_and_the_earlier_row_stays(write_folder: Write) -> None:
    folder = write_folder(firm__csv="firm,name,as_of\na,甲,2024-01-01\na,乙,2025-01-01\nb,丙,2025-06-01\n")
    zone = open_zone(folder)
    assert zone.tables["firm"]["name"].to_list() == ["乙", "丙"]
    assert zone.earlier["firm"]["name"].to_list() == ["甲"]
    before = open_zone(folder, known_on=date(2024, 6, 1))
    assert before.tables["firm"]["name"].to_list() == ["甲"]
    assert before.earlier["firm"].is_empty()
    assert zone.problems.is_empty()


def test_references_to_rows_that_are_not_there_are_noted(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name,source\na,甲,d9\n", firm_year__csv="firm,period,output[元]\nz,2024,1\n"
        )
    )
    assert sorted(problems(zone.problems, "table", "row", "column", "kind", "found", "level")) == [
        ("firm", 2, "source", "unknown_reference", "d9", "note"),
        ("firm_year", 2, "firm", "unknown_reference", "z", "note"),
    ]
    assert zone.tables["firm_year"].height == 1


def test_firms_that_may_be_one_are_told_and_not_merged(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name,uscc\n"
            "a,青桐光学（晋城）有限公司,91350100M000100Y43\n"
            "b,青桐光学(晋城) 有限公司,\n"
            "c,白杨,91350100M000100Y43\n"
        )
    )
    assert zone.tables["firm"].height == 3
    assert sorted(problems(zone.problems, "row", "kind", "expected")) == [
        (3, "same_name", "a"),
        (4, "same_code", "a"),
    ]


def test_a_wrong_check_digit_leaves_the_code_unknown_and_the_firm_there(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,uscc\na,甲,91350100M000100Y44\nb,乙,9135\n"))
    assert zone.tables["firm"]["uscc"].to_list() == [None, None]
    assert problems(zone.problems, "row", "kind") == [(2, "uscc_check_digit"), (3, "uscc_length")]


def test_unknown_columns_and_tables_name_what_is_near(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,industri\na,甲,x\n", frim__csv="firm,name\na,甲\n"))
    by_kind = {row["kind"]: row for row in zone.problems.iter_rows(named=True)}
    assert by_kind["unknown_column"]["found"] == "industri"
    assert "industry" in by_kind["unknown_column"]["expected"]
    assert by_kind["unknown_table"]["expected"].split("、")[0] == "firm"


def test_a_table_without_its_key_is_left_out_whole(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="name\n甲\n"))
    assert zone.tables["firm"].is_empty()
    assert problems(zone.problems, "kind", "level", "expected") == [("missing_column", "file", "firm")]


def test_headings_may_be_chinese_or_english_with_units(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="企业编号,企业名称\na,甲\n",
            firm_year__csv="Firm id,Year,产值（万元）,Revenue [亿元]\na,2024,1,2\n",
        )
    )
    assert zone.problems.is_empty()
    assert zone.tables["firm_year"].select("output", "revenue").row(0) == (1_000_000, 20_000_000_000)


def test_nothing_in_an_invented_zone_is_real(write_folder: Write) -> None:
    zone = open_zone(write_folder(invented=True, firm__csv="firm,name,invented\na,甲,\nb,乙,否\n"))
    assert zone.tables["firm"]["invented"].to_list() == [True, True]


def test_every_problem_is_explained_in_both_languages(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,uscc,industry,founded\na,,1,9999,x\na b,乙,,,\n"))
    assert zone.problems.schema == pl.Schema(dict(PROBLEM))
    for row in zone.problems.iter_rows(named=True):
        for language in ("zh", "en"):
            what, now = explain(
                row["kind"], row["found"] or "", row["expected"] or "", row["column"], language
            )
            assert what
            assert now
            assert "{" not in what + now


def test_a_cumulative_sum_that_falls_is_noted_and_kept(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name\na,甲\n",
            firm_month__csv="firm,period,output[元]\na,2024-01..02,50\na,2024-01..03,40\na,2024-01..04,60\na,2024-04,1\n",
        )
    )
    assert problems(zone.problems, "row", "column", "kind", "found", "expected") == [
        (3, "output", "falls", "40", "50")
    ]
    assert zone.tables["firm_month"].height == 4


def test_sums_that_fall_are_told_firm_by_firm_over_gaps_and_to_the_fen(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name\na,甲\nb,乙\n",
            firm_month__csv="firm,period,output[元]\na,2024-01,12345678.90\na,2024-01..02,\na,2024-01..03,0.01\n"
            "b,2024-01..02,5\nb,2024-01..03,6\n",
        )
    )
    assert problems(zone.problems, "row", "kind", "found", "expected") == [(4, "falls", "0.01", "12345678.9")]


def test_a_row_in_a_real_zone_may_be_marked_as_invented(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,invented\na,甲,\nb,乙,是\n"))
    assert zone.tables["firm"]["invented"].to_list() == [False, True]


def test_a_row_of_another_zone_is_left_out_and_kept(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name,zone\na,甲,\nb,乙,elsewhere\n"))
    assert zone.tables["firm"]["firm"].to_list() == ["a"]
    assert problems(zone.problems, "row", "kind", "found", "expected") == [
        (3, "other_zone", "elsewhere", "trial")
    ]


def test_two_sources_two_bases_and_two_scopes_of_growth_stand_side_by_side(write_folder: Write) -> None:
    rows = [
        ("level", "current", "", "d1", "100"),
        ("level", "constant", "", "d1", "90"),
        ("level", "current", "", "d2", "110"),
        ("growth", "current", "是", "d1", "5"),
        ("growth", "current", "否", "d1", "6"),
    ]
    text = "indicator,name,scope,measure,period,unit,price_basis,comparable,source,value\n" + "".join(
        f"output,产值,全区,{measure},2024,亿元,{basis},{comparable},{source},{value}\n"
        for measure, basis, comparable, source, value in rows
    )
    zone = open_zone(write_folder(document__csv="document,title\nd1,a\nd2,b\n", indicator__csv=text))
    assert zone.problems.is_empty()
    assert zone.tables["indicator"].height == 5


def test_what_became_known_later_brings_no_problem_of_an_earlier_day(write_folder: Write) -> None:
    folder = write_folder(
        firm__csv="firm,name,as_of,uscc\na,甲,2024-03-01,\na,乙,2024-03-02,1\nb,,2024-03-02,\n"
    )
    zone = open_zone(folder, known_on=date(2024, 3, 1))
    assert zone.tables["firm"]["name"].to_list() == ["甲"]
    assert zone.problems.is_empty()
    assert zone.left_out["firm"] == 0
    assert open_zone(folder).problems.height == 2


def test_one_file_that_cannot_be_opened_does_not_stop_the_load(
    write_folder: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(firm__csv="firm,name\na,甲\n", fund__csv="fund,name\nf,g\n")
    (folder / "tables" / "loan.csv").mkdir()
    (folder / "tables" / "pool.csv").symlink_to("nowhere.csv")
    reading = Path.open

    def refuse(path: Path, *words: Any, **more: Any) -> Any:
        if path.name == "fund.csv":
            raise PermissionError(13, "Permission denied")
        return reading(path, *words, **more)

    monkeypatch.setattr(Path, "open", refuse)
    zone = open_zone(folder)
    assert zone.tables["firm"].height == 1
    assert sorted(problems(zone.problems, "file", "kind")) == [
        ("fund.csv", "unreadable_file"),
        ("loan.csv", "unknown_file"),
        ("pool.csv", "unknown_file"),
    ]
