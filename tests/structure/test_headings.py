"""Somebody's table is understood by its headings, and where it is not the error says what to name."""

from __future__ import annotations

import polars as pl
import pytest

from wutong.errors import TableError
from wutong.structure.headings import columns_of, flagged, without


def test_usual_headings_are_understood_in_both_languages() -> None:
    zh = columns_of(["地区", "行业", "年份", "产值", "隐去"], {})
    assert (zh.place, zh.industry, zh.year, zh.value, zh.suppressed) == (
        "地区",
        "行业",
        "年份",
        "产值",
        "隐去",
    )
    en = columns_of(["loc", "prod", "val"], {})
    assert (en.place, en.industry, en.value, en.year) == ("loc", "prod", "val", "")


def test_what_the_reader_names_goes_first() -> None:
    found = columns_of(
        ["region", "county", "industry", "jobs", "value"], {"place": "county", "value": "jobs"}
    )
    assert (found.place, found.value) == ("county", "jobs")


def test_what_cannot_be_told_is_asked_for_by_its_option() -> None:
    with pytest.raises(TableError) as error:
        columns_of(["county", "naics", "jobs"], {})
    assert "--place COLUMN --industry COLUMN" in error.value.text.en
    assert "county, naics, jobs" in error.value.text.en
    with pytest.raises(TableError, match=r"naisc"):
        columns_of(["region", "naics", "jobs"], {"industry": "naisc"})


def test_marks_of_a_publisher_become_a_flag() -> None:
    table = pl.DataFrame({"flag": ["(D)", "(L)", None, " (d) "]})
    assert flagged(table, "flag", ["(D)"])["flag"].to_list() == [True, False, False, True]
    assert flagged(table, "flag", ["(D)", "(L)"])["flag"].sum() == 3
    said = pl.DataFrame({"x": ["是", "否", "true", "0"]})
    assert flagged(said, "x", [])["x"].to_list() == [True, False, True, False]


def test_sums_are_left_out_by_code_and_by_span() -> None:
    table = pl.DataFrame({"code": [1, 2, 13, 99, 100, 109, 110], "name": list("abcdefg")})
    left = without(table, [("code", "1,99-109"), ("name", "g")])
    assert left["code"].to_list() == [2, 13]


def test_a_code_that_is_nowhere_is_a_slip_and_is_said() -> None:
    table = pl.DataFrame({"code": [1, 2]})
    with pytest.raises(TableError, match="7, 20-30"):
        without(table, [("code", "1,7,20-30")])
    with pytest.raises(TableError, match="kode"):
        without(table, [("kode", "1")])
