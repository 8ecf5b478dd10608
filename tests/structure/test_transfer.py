"""Which industries leave which regions, and who receives them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.structure.rows import Row, parts
from wutong.demo.invented import invent
from wutong.errors import NoAnswer
from wutong.structure.totals import parts_of_zone
from wutong.structure.transfer import Filters, industry_transfer


@pytest.mark.parametrize("seed", [1, 7, 11])
def test_the_industry_planted_to_move_is_found_with_its_origin_and_its_receiver(seed: int) -> None:
    made = invent(seed=seed, as_of=date(2026, 3, 31))
    said = made.truths["moving_industry"].values
    found = parts_of_zone(made.tables["region_industry"], made.tables["document"])
    finding = industry_transfer(found, str(said["here"]))
    top = finding.table.row(0, named=True)
    assert (top["code"], top["origin"]) == (said["division"], said["origin"])
    assert top["receivers"].startswith(str(said["here"]))
    assert top["fit_en"] == "strong here already"
    assert (top["fell"], top["steps"]) == (7, 7)
    # a little noise may pass, and no more
    assert finding.table.height <= 4
    assert finding.invented


# a: 100 of 200 at first, 60 of 240 then; the industry grew by a fifth, so the net loss is 100 × 1.2 − 60
MOVE: tuple[Row, ...] = (
    ("a", "39", "2020", 100), ("a", "39", "2024", 60), ("b", "39", "2020", 90), ("b", "39", "2024", 120),
    ("c", "39", "2020", 10), ("c", "39", "2024", 60), ("a", "06", "2020", 50), ("a", "06", "2024", 60),
    ("b", "06", "2020", 50), ("b", "06", "2024", 60), ("c", "06", "2020", 50), ("c", "06", "2024", 60),
)  # fmt: skip


def test_what_is_lost_net_of_the_industrys_growth_is_what_others_gain() -> None:
    finding = industry_transfer(parts(*MOVE), "c")
    assert finding.table.height == 1
    row = finding.table.row(0, named=True)
    assert (row["code"], row["origin"]) == ("39", "a")
    assert (row["lost"], row["lost_part"]) == pytest.approx((60, 0.6))
    assert (row["share_first"], row["share_last"]) == pytest.approx((0.5, 0.25))
    # b would have had 108 and has 120, c 12 and has 60
    assert row["receivers_en"] == "c 80%, b 20%"
    assert (row["here_gain"], row["received_here"]) == pytest.approx((48, 0.8))


@pytest.mark.parametrize("seed", [3, 5, 12])
def test_a_large_industry_of_which_little_left_does_not_come_before_the_planted_one(seed: int) -> None:
    made = invent(131, seed=seed, as_of=date(2026, 1, 1))
    said = made.truths["moving_industry"].values
    found = parts_of_zone(made.tables["region_industry"], made.tables["document"])
    top, second = industry_transfer(found, str(said["here"])).table.head(2).iter_rows(named=True)
    assert (top["code"], top["origin"]) == (said["division"], said["origin"])
    assert second["lost"] > top["lost"]
    assert second["left"] < top["left"]


def test_origins_can_be_named_and_receivers_are_looked_for_everywhere() -> None:
    named = industry_transfer(parts(*MOVE), "c", filters=Filters(origins=("a",)))
    assert named.table.equals(industry_transfer(parts(*MOVE), "c").table)
    assert "Only what leaves these regions is listed: a." in [one.en for one in named.caveats]
    # 60 of 200 in all
    assert named.table["left"].to_list() == pytest.approx([0.3])
    with pytest.raises(NoAnswer, match="weaker filters"):
        industry_transfer(parts(*MOVE), "c", filters=Filters(origins=("b",)))
    with pytest.raises(NoAnswer, match="no numbers of region “z”"):
        industry_transfer(parts(*MOVE), "c", filters=Filters(origins=("z",)))


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(12)), st.sampled_from([0.25, 8.0, 1024.0]))
def test_neither_order_nor_unit_changes_what_moves(order: list[int], times: float) -> None:
    plain = industry_transfer(parts(*MOVE), "c").table
    rows = [(MOVE[at][0], MOVE[at][1], MOVE[at][2], (MOVE[at][3] or 0.0) * times) for at in order]
    other = industry_transfer(parts(*rows), "c").table
    assert other.drop("lost", "here_gain").equals(plain.drop("lost", "here_gain"))
    assert other["lost"].to_list() == pytest.approx((plain["lost"] * times).to_list())


def test_an_industry_that_shrinks_everywhere_leaves_nobody() -> None:
    rows = [(place, "39", year, size) for place in "ab" for year, size in (("2020", 100.0), ("2024", 40.0))]
    others = [(place, "06", year, 100.0) for place in "ab" for year in ("2020", "2024")]
    with pytest.raises(NoAnswer, match="weaker filters"):
        industry_transfer(parts(*rows, *others), "b")


def test_a_dwarf_is_no_origin_and_the_filter_says_so() -> None:
    rows = (*MOVE, ("d", "39", "2020", 2), ("d", "39", "2024", 0))
    assert industry_transfer(parts(*rows), "c").table["origin"].to_list() == ["a"]
    wide = industry_transfer(parts(*rows), "c", filters=Filters(size=0.001))
    assert set(wide.table["origin"]) == {"a", "d"}
    assert "0% of the industry or more" in wide.method.en


def test_a_change_of_suppression_is_no_transfer() -> None:
    # b is withheld at the end: 39 has not left it, and a has not lost to it
    rows = [row if row[:3] != ("b", "39", "2024") else ("b", "39", "2024", None) for row in MOVE]
    finding = industry_transfer(parts(*rows), "b")
    row = finding.table.row(0, named=True)
    assert row["receivers_en"] == "c 100%"
    assert (row["here_gain"], row["quotient"], row["fit_en"]) == (None, None, "suppressed here")
    assert "1 cells of region and industry are suppressed" in finding.caveats[1].en


def test_a_share_that_falls_once_and_rises_twice_is_not_leaving() -> None:
    rows = (*MOVE, ("a", "39", "2021", 40), ("a", "39", "2022", 50), ("a", "39", "2023", 90), ("b", "39", "2021", 90),
            ("b", "39", "2022", 90), ("b", "39", "2023", 90), ("c", "39", "2021", 10), ("c", "39", "2022", 10),
            ("c", "39", "2023", 10))  # fmt: skip
    with pytest.raises(NoAnswer):
        industry_transfer(parts(*rows), "c")


def test_densities_say_what_is_related() -> None:
    density = pl.DataFrame({"industry": ["06", "39"], "density": [0.1, 0.6]})
    rows = [row for row in MOVE if row[:2] != ("c", "39")]
    finding = industry_transfer(parts(*rows), "c", density=density, filters=Filters(loss=0.1))
    assert finding.table.select("code", "fit_en").rows() == [("39", "related to what is here")]
    plain = industry_transfer(parts(*rows), "c", filters=Filters(loss=0.1))
    assert plain.table["fit_en"].to_list() == ["not here"]
    assert "location quotient alone" in plain.caveats[-1].en
    assert "None of these is strong in c" in plain.answer.en


def test_one_year_and_a_region_that_is_not_there_are_refused() -> None:
    with pytest.raises(NoAnswer, match="two years"):
        industry_transfer(parts(*[row for row in MOVE if row[2] == "2020"]), "c")
    with pytest.raises(NoAnswer, match="no numbers of region"):
        industry_transfer(parts(*MOVE), "z")
