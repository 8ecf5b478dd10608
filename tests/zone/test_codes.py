"""Code lists, their concordances, and unified social credit codes."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.references import codes as published
from wutong.errors import NoAnswer
from wutong.words import nearest_words
from wutong.zone import codes
from wutong.zone.codes import (
    at_level,
    code_list,
    code_lists,
    concord,
    concordance,
    known_codes,
    name_of,
    nearest,
    roll_up,
)


def levels(list_id: str) -> dict[int, int]:
    return dict(code_list(list_id).entries.group_by("level").len().sort("level").iter_rows())


# ------------------------------------------------------------------ lists


def test_the_industries_of_2017_are_as_many_as_published() -> None:
    assert levels("gbt4754-2017") == {**published.INDUSTRIES_2017, 4: published.CLASSES_2017}
    assert published.CLASSES_2017 in published.CLASSES_2017_PUBLISHED


def test_the_industries_of_2011_are_as_many_as_published() -> None:
    old = known_codes("gbt4754-2011")
    assert {width: old.str.head(width).n_unique() for width in (2, 3, 4)} == published.INDUSTRIES_2011


def test_the_divisions_in_force_are_as_many_as_published() -> None:
    now = code_list("gbt2260").entries.filter(pl.col("to").is_null())
    assert dict(now.group_by("level").len().iter_rows()) == published.DIVISIONS


def test_jincheng_has_its_six_counties_and_shanxi_its_eleven_cities() -> None:
    entries = code_list("gbt2260").entries
    counties = entries.filter(pl.col("parent") == "140500").select("code", "zh").rows()
    assert dict(counties) == published.JINCHENG
    assert len(entries.filter(pl.col("parent") == "140000", pl.col("level") == 2)) == 11


def test_a_county_that_became_a_district_has_the_years_in_which_the_lists_have_it() -> None:
    entries = code_list("gbt2260").entries
    years = entries.filter(pl.col("code").is_in(["140421", "140404", "140500"])).select("code", "from", "to")
    assert set(years.rows()) == {("140421", None, 2017), ("140404", 2018, None), ("140500", None, None)}


@pytest.mark.parametrize("list_id", code_lists())
def test_a_list_is_a_tree_of_unique_codes_with_names(list_id: str) -> None:
    entries = code_list(list_id).entries
    assert entries.columns == ["code", "parent", "level", "zh", "en", "from", "to"]
    assert entries["code"].is_unique().all()
    assert entries["code"].null_count() == 0
    assert (entries["zh"].str.strip_chars() == entries["zh"]).all()
    assert (entries["zh"].str.len_chars() > 0).all()
    above = entries.join(entries, left_on="parent", right_on="code", how="inner")
    assert len(above) == entries["parent"].is_not_null().sum()
    assert (above["level"] > above["level_right"]).all()


def test_an_industry_stands_under_the_digits_it_begins_with() -> None:
    entries = code_list("gbt4754-2017").entries.filter(pl.col("level") > 2)
    assert (entries["parent"] == entries["code"].str.head(-1)).all()


def test_each_group_has_a_class() -> None:
    entries = code_list("gbt4754-2017").entries
    groups = entries.filter(pl.col("level") == 3)["code"]
    assert set(groups) == set(entries.filter(pl.col("level") == 4)["parent"])


def test_a_group_of_one_class_shares_its_name() -> None:
    entries = code_list("gbt4754-2017").entries
    single = entries.filter(pl.col("level") == 4, pl.col("code").str.ends_with("0"))
    both = single.join(entries, left_on="parent", right_on="code")
    assert len(both) == len(single) > 150
    assert (both["zh"] == both["zh_right"]).all()


def test_sections_divisions_and_the_groups_of_34_to_40_have_english_names() -> None:
    entries = code_list("gbt4754-2017").entries
    wanted = entries.filter(
        (pl.col("level") <= 2) | ((pl.col("level") == 3) & pl.col("code").str.contains("^(3[4-9]|40)"))
    )
    assert wanted["en"].null_count() == 0
    assert wanted["en"].str.contains("^[A-Z]").all()


def test_the_ways_of_attracting_investment_differ_between_2023_and_2025() -> None:
    before, after = set(known_codes("ways-2023")), set(known_codes("ways-2025"))
    assert (before - after, after - before) == ({"大赛", "以企"}, {"场景", "成本"})
    assert len(before) == len(after) == 7


def test_the_harmonised_system_has_no_chapter_77() -> None:
    assert set(known_codes("hs-chapters")) == {f"{n:02}" for n in range(1, 98)} - {"77"}


def test_a_list_is_read_once() -> None:
    assert code_list("gbt2260") is code_list("gbt2260")


def test_importing_reads_no_list() -> None:
    script = "from wutong.zone import codes; print(codes.code_list.cache_info().currsize)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "0"


def test_the_lists_stay_small() -> None:
    size = sum(path.stat().st_size for path in codes._DATA.glob("*.csv"))
    assert size < 400_000


def test_an_unknown_list_names_those_that_there_are() -> None:
    with pytest.raises(NoAnswer, match="gbt4754-2017") as caught:
        code_list("gbt4754-2002")
    assert "gbt4754-2002" in caught.value.text.zh
    assert "gbt4754-2002" in caught.value.text.en


def test_a_name_without_english_is_given_in_chinese() -> None:
    assert name_of("gbt4754-2017", "0111", "en") == "稻谷种植"
    assert name_of("gbt4754-2017", "39", "en").startswith("Manufacture of computers")


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoAnswer, match="3971 电子真空器件制造") as caught:
        name_of("gbt4754-2017", "3970")
    assert "3971 Manufacture of vacuum electronic devices" in caught.value.text.en


def test_going_up_gives_the_section_of_every_class() -> None:
    table = roll_up("gbt4754-2017", 1)
    assert len(table) == len(known_codes("gbt4754-2017"))
    sections = table.filter(pl.col("code").str.len_chars() == 4).group_by("at").len()
    assert sections["len"].sum() == published.CLASSES_2017
    assert len(sections) == 20
    assert dict(table.rows())["4390"] == "C"


def test_going_up_agrees_with_one_code_at_a_time() -> None:
    table = dict(roll_up("gbt4754-2017", 3).rows())
    assert all(at_level(code, 3) == table[code] for code in ("3971", "0111", "9700", "397"))
    assert "39" not in table


def test_no_code_goes_down() -> None:
    with pytest.raises(NoAnswer, match="level 4"):
        at_level("39", 4)


def test_a_city_under_its_province_alone_has_no_ancestor_at_the_second_level() -> None:
    assert at_level("419001", 1, "gbt2260") == "410000"
    with pytest.raises(NoAnswer):
        at_level("419001", 2, "gbt2260")


# ------------------------------------------------------------------ the nearest


@pytest.mark.parametrize(
    ("list_id", "wrong", "meant"),
    [
        ("gbt4754-2017", "C3971", "3971"),
        ("gbt4754-2017", "39710", "3971"),
        ("gbt4754-2017", "集成电路", "3973"),
        ("gbt4754-2017", "optical instruments", "404"),
        ("gbt2260", "晋城", "140500"),
        ("gbt2260", "140599", "140500"),
        ("gbt2260", "泽州", "140525"),
        ("ways-2025", "产业链招商", "产业链"),
        ("iso4217", "CNH", "CNY"),
    ],
)
def test_the_nearest_is_what_was_meant(list_id: str, wrong: str, meant: str) -> None:
    found = nearest(list_id, wrong)
    assert found[0] == meant
    assert len(set(found)) == len(found) <= 3


@settings(max_examples=60)
@given(st.text(max_size=20), st.integers(1, 5))
def test_the_nearest_are_always_codes_of_the_list(wrong: str, n: int) -> None:
    found = nearest("source-grades", wrong, n)
    assert len(found) <= n
    assert set(found) <= set(known_codes("source-grades"))


def test_words_that_are_hardly_alike_are_not_offered() -> None:
    assert nearest_words("用电量", ["产值", "税收"]) == []


def test_a_word_itself_is_the_nearest() -> None:
    assert nearest_words("Output", ["outputs", "output", "export"])[0] == "output"


# ------------------------------------------------------------------ editions


@pytest.mark.parametrize(("code", "expected"), published.COMPARISON.items())
def test_a_class_of_2011_became_what_the_standard_says(code: str, expected: tuple[list[str], str]) -> None:
    found = concord(code, "gbt4754-2011", "gbt4754-2017")
    assert ([s.code for s in found], {s.kind for s in found}) == (expected[0], {expected[1]})


def test_the_concordance_leaves_no_class_of_either_edition_out() -> None:
    pairs = concordance("gbt4754-2011", "gbt4754-2017")
    new = code_list("gbt4754-2017").entries.filter(pl.col("level") == 4)["code"]
    assert set(pairs["to"]) == set(new)
    assert set(pairs["from"]) == set(known_codes("gbt4754-2011"))
    assert pairs.select("from", "to").is_unique().all()


def test_the_kinds_follow_from_the_pairs_and_the_names() -> None:
    pairs = concordance("gbt4754-2011", "gbt4754-2017")
    out = dict(pairs.group_by("from").len().iter_rows())
    into = dict(pairs.group_by("to").len().iter_rows())
    for old, new, kind in pairs.iter_rows():
        if out[old] > 1:
            expected = {"split"}
        elif into[new] > 1:
            expected = {"merged"}
        elif old != new:
            expected = {"moved"}
        else:
            renamed = name_of("gbt4754-2011", old) != name_of("gbt4754-2017", new)
            expected = {"renamed" if renamed else "same"}
        assert {kind} == expected, (old, new)


def test_going_back_gives_the_same_pairs() -> None:
    there = concordance("gbt4754-2011", "gbt4754-2017").select("from", "to").rows()
    back = concordance("gbt4754-2017", "gbt4754-2011").select("to", "from").rows()
    assert sorted(there) == sorted(back)


def test_a_group_became_the_groups_of_its_classes() -> None:
    assert [s.code for s in concord("397", "gbt4754-2011", "gbt4754-2017")] == ["398"]
    weights = concord("346", "gbt4754-2011", "gbt4754-2017")
    assert [(s.code, s.kind) for s in weights] == [("346", "split"), ("405", "split")]


def test_two_districts_that_became_one_are_merged() -> None:
    assert concord("140411", "gbt2260-2017", "gbt2260-2023")[0].code == "140403"
    assert {s.kind for s in concord("140402", "gbt2260-2017", "gbt2260-2023")} == {"merged"}


def test_a_county_that_nothing_happened_to_is_itself() -> None:
    assert [(s.code, s.kind) for s in concord("140521", "gbt2260-2017", "gbt2260-2023")] == [
        ("140521", "same")
    ]


@pytest.mark.parametrize("code", ["140211", "999999"])
def test_what_became_of_a_county_is_not_guessed(code: str) -> None:
    with pytest.raises(NoAnswer, match=code):
        concord(code, "gbt2260-2017", "gbt2260-2023")


def test_the_changed_counties_stand_in_the_lists_of_their_years() -> None:
    entries = code_list("gbt2260").entries
    gone = entries.filter(pl.col("to").is_not_null())["code"]
    new = entries.filter(pl.col("from") >= 2018)["code"]
    pairs = concordance("gbt2260-2017", "gbt2260-2023")
    assert set(pairs["from"]) <= set(gone)
    assert set(pairs["to"]) <= set(new)


def test_an_unknown_pair_of_editions_is_refused() -> None:
    with pytest.raises(NoAnswer, match="gbt4754-2002"):
        concord("3911", "gbt4754-2002", "gbt4754-2017")
