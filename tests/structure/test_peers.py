"""Which regions are built most like this one, and which lead."""

from __future__ import annotations

import polars as pl
import pytest

from tests.structure.rows import Row, parts
from wutong.errors import NoAnswer
from wutong.structure.peers import like_regions


def region(name: str, sizes: tuple[float | None, ...], year: str = "2024") -> list[Row]:
    return [(name, code, year, size) for code, size in zip(("06", "13", "39", "40"), sizes, strict=True)]


HERE = region("here", (40, 30, 20, 10))


def test_the_distance_is_the_share_that_would_have_to_move() -> None:
    finding = like_regions(
        parts(*HERE, *region("twin", (400, 300, 200, 100)), *region("near", (40, 30, 10, 20)), *region("远市", (0, 0, 0, 9))),
        "here",
    )  # fmt: skip
    assert finding.table.select("region", "distance").rows() == [
        ("twin", pytest.approx(0)),
        ("near", pytest.approx(0.1)),
        ("远市", pytest.approx(0.9)),
    ]
    assert finding.table["more_en"].to_list()[1].startswith("Manufacture of measuring instruments")
    assert finding.table["more_en"].to_list()[1].endswith("+10 points")
    assert finding.table["more_en"].to_list()[0] == ""
    assert finding.table["leads"].to_list() == [None, None, None]
    assert "not known" in finding.answer.en


def test_who_grew_faster_leads() -> None:
    old = [*region("here", (40, 30, 20, 10), "2020"), *region("a", (40, 30, 20, 10), "2020"), *region("b", (40, 30, 20, 10), "2020")]  # fmt: skip
    finding = like_regions(
        parts(*old, *region("here", (44, 33, 22, 11)), *region("a", (48, 36, 24, 12)), *region("b", (40, 30, 20, 11))),
        "here",
    )  # fmt: skip
    assert dict(finding.table.select("region", "leads").iter_rows()) == {"a": True, "b": False}
    assert dict(finding.table.select("region", "yardstick").iter_rows()) == pytest.approx(
        {"a": 0.2, "b": 0.01}
    )
    assert "1 lead; nearest: a" in finding.answer.en


def test_a_yardstick_of_ones_own_says_who_leads() -> None:
    found = parts(*HERE, *region("a", (40, 30, 20, 10)), *region("b", (40, 30, 10, 20)))
    yard = pl.DataFrame({"place": ["here", "a", "b"], "value": [10.0, 9.0, 12.0]})
    finding = like_regions(found, "here", yardstick=yard)
    assert finding.table["leads"].to_list() == [False, True]
    assert finding.labels["yardstick"].en == "Yardstick"


def test_what_is_suppressed_is_left_out_of_both_and_too_much_of_it_out_of_all() -> None:
    rows = [("here", "25", "2024", 10.0), ("one", "25", "2024", None), ("two", "25", "2024", None)]
    finding = like_regions(
        parts(*HERE, *rows, *region("one", (40, 30, 20, 10)), *region("two", (40, 30, 20, None))), "here"
    )
    # taken as zero, “one” would be 9 points away
    assert finding.table.select("region", "compared").rows() == [("one", 4)]
    assert finding.table["distance"].to_list() == pytest.approx([0])
    assert "1 regions have no numbers, or too many suppressed" in finding.caveats[0].en


def test_a_region_alone_and_one_of_zeros_have_nobody_to_be_like() -> None:
    with pytest.raises(NoAnswer, match="Needed: the same measure of other regions"):
        like_regions(parts(*HERE), "here")
    with pytest.raises(NoAnswer):
        like_regions(parts(*HERE, *region("empty", (0, 0, 0, 0))), "here")
    with pytest.raises(NoAnswer, match="no numbers of region"):
        like_regions(parts(*HERE), "there")


def test_as_many_as_are_asked_for_are_given() -> None:
    rows = [row for at in range(15) for row in region(f"r{at:02d}", (40 + at, 30, 20, 10))]
    finding = like_regions(parts(*HERE, *rows), "here", most=4)
    assert finding.table["code"].to_list() == ["r00", "r01", "r02", "r03"]


def test_what_both_have_and_what_the_leader_has_and_the_region_lacks() -> None:
    rows = [*region("here", (50, 50, 0, 0), "2020"), *region("领先市", (40, 40, 20, 0), "2020")]
    finding = like_regions(
        parts(*rows, *region("here", (50, 50, 0, 0)), *region("领先市", (60, 30, 30, 1))), "here"
    )
    row = finding.table.row(0, named=True)
    assert row["common_en"].startswith("Mining and washing of coal; ")
    # 39 is a quarter of the leader; 40 is below a hundredth, and is not named
    assert row["lacks_en"] == "Manufacture of computers, communication and other electronic equipment"
    assert row["cosine"] == pytest.approx((60 + 30) / 2**0.5 / (60**2 + 30**2 + 30**2 + 1) ** 0.5)
    assert row["leads"]
    assert finding.answer.en.endswith(f"领先市 has, and here has none of: {row['lacks_en']}.")


def test_what_is_suppressed_here_is_not_called_lacking() -> None:
    codes = ("06", "13", "17", "26", "39", "40")
    here = [("here", code, "2024", None if code == "40" else 10.0) for code in codes]
    other = [("a", code, "2024", 10.0) for code in codes]
    assert like_regions(parts(*here, *other), "here").table["lacks"].to_list() == [""]
