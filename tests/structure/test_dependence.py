"""How much hangs on one industry, and where growth came from."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.references.structure_numbers import SHIFT_SHARE
from tests.structure.rows import NONE, parts, rows_of
from wutong.demo.invented import Invented, invent
from wutong.errors import NoAnswer
from wutong.structure.dependence import industry_dependence
from wutong.structure.growth import growth_parts
from wutong.structure.intake import Columns, grid_of
from wutong.structure.names import called_industry
from wutong.structure.published import zone_parts
from wutong.structure.totals import parts_of, parts_of_zone
from wutong.zone.load import open_zone


@pytest.fixture(scope="module")
def made() -> Invented:
    return invent(seed=7, as_of=date(2026, 3, 31))


def test_shares_index_and_effective_number_of_three_industries() -> None:
    finding = industry_dependence(
        parts(("甲", "06", "2024", 50), ("甲", "39", "2024", 30), ("甲", "13", "2024", 20)), "甲"
    )
    row = finding.table.row(0, named=True)
    assert (row["share"], row["share_low"], row["share_high"]) == pytest.approx((0.5, 0.5, 0.5))
    assert row["herfindahl_low"] == row["herfindahl_high"] == pytest.approx(0.38)
    assert row["effective_low"] == pytest.approx(1 / 0.38)
    assert row["leading_en"] == "Mining and washing of coal"
    assert finding.answer.en.startswith(
        "In 2024 Mining and washing of coal made 50.0% of the employment of 甲"
    )
    assert [source.id for source in finding.sources] == ["d1"]


def test_the_region_planted_to_hang_on_coal_is_found_year_by_year(made: Invented) -> None:
    said = made.truths["resource_city"].values
    table = made.tables
    finding = industry_dependence(
        parts_of_zone(table["region_industry"], table["document"]), str(said["region"])
    )
    by_year = said["by_year"]
    assert isinstance(by_year, dict)
    assert dict(finding.table.select("year", "share").iter_rows()) == pytest.approx(by_year, abs=1e-5)
    assert set(finding.table["leading_en"]) == {"Mining and washing of coal"}
    assert (finding.table["like"] < finding.table["share"]).all()
    assert "0 hang more on one industry" in finding.answer.en
    assert finding.invented


def test_a_suppressed_cell_without_a_total_gives_no_share_and_with_one_gives_bounds() -> None:
    hidden = (("甲", "06", "2024", 60), ("甲", "39", "2024", None), ("甲", "13", "2024", None))
    with pytest.raises(NoAnswer, match=r"suppressed and the total is not published.*Needed"):
        industry_dependence(parts(*hidden), "甲")
    finding = industry_dependence(parts(*hidden, ("甲", "合计", "2024", 100)), "甲")
    row = finding.table.row(0, named=True)
    assert (row["share"], row["suppressed"]) == (pytest.approx(0.6), 2)
    # 40 are left: spread over two 0.36 + 0.04 + 0.04, in one 0.36 + 0.16
    assert (row["herfindahl_low"], row["herfindahl_high"]) == pytest.approx((0.44, 0.52))
    assert "between 1.9 and 2.3 industries" in finding.answer.en
    assert "Bounds alone: 2024" in finding.caveats[0].en


def test_the_nations_row_limits_what_a_suppressed_cell_can_be() -> None:
    finding = industry_dependence(
        parts(
            ("甲", "06", "2024", 50), ("甲", "39", "2024", None), ("甲", "13", "2024", None), ("甲", "合计", "2024", 100),
            ("乙", "39", "2024", 80), ("全国", "39", "2024", 90), ("全国", "13", "2024", 500),
        ),
        "甲",
    )  # fmt: skip
    row = finding.table.row(0, named=True)
    # of 39 at most 10 are left for 甲, so 13 has between 40 and 50
    assert (row["herfindahl_low"], row["herfindahl_high"]) == pytest.approx((0.25 + 0.01 + 0.16, 0.5))
    assert finding.table["share"].to_list() == pytest.approx([0.5])
    assert "全国" not in finding.answer.zh


def test_a_suppressed_industry_can_be_followed_between_its_bounds() -> None:
    finding = industry_dependence(
        parts(("甲", "06", "2024", 20), ("甲", "39", "2024", None), ("甲", "合计", "2024", 100)), "甲", "06"
    )
    assert finding.table["share"].to_list() == pytest.approx([0.2])
    rows = (("甲", "06", "2024", 20.0), ("甲", "39", "2024", None), ("甲", "13", "2024", None))
    both = parts(*rows, ("甲", "合计", "2024", 100))
    plain = industry_dependence(both, "甲")
    assert plain.table["share"].to_list() == pytest.approx([0.2])
    assert "A suppressed industry may be greater" in plain.answer.en
    other = industry_dependence(both, "甲", "39")
    row = other.table.row(0, named=True)
    assert (row["share"], row["share_low"], row["share_high"]) == (None, 0.0, pytest.approx(0.8))
    assert row["leading"] is None
    assert other.picture is not None
    assert other.picture.low == "share_low"


def test_a_total_that_the_rows_do_not_reach_is_a_bound_too() -> None:
    finding = industry_dependence(parts(("甲", "06", "2024", 60), ("甲", "合计", "2024", 100)), "甲")
    row = finding.table.row(0, named=True)
    assert row["share"] == pytest.approx(0.6)
    assert (row["herfindahl_low"], row["herfindahl_high"]) == pytest.approx((0.36, 0.52))


def test_a_total_below_its_parts_gives_nothing_for_that_year() -> None:
    finding = industry_dependence(
        parts(
            ("甲", "06", "2023", 60), ("甲", "39", "2023", 40), ("甲", "06", "2024", 60), ("甲", "合计", "2024", 50)
        ),
        "甲",
    )  # fmt: skip
    assert finding.table.filter(year="2024")["share"].to_list() == [None]
    assert "Without shares: 2024" in finding.caveats[0].en


def test_the_real_zone_cannot_say_and_tells_what_is_published_and_what_is_needed() -> None:
    tables = open_zone(ROOT / "examples" / "jincheng").tables
    with pytest.raises(NoAnswer) as refused:
        zone_parts(tables["region_industry"], tables["document"], "140500")
    said = refused.value.text
    assert "第二产业 2021 share of value added 60.4%" in said.en
    assert "Looked for and not published: 煤炭工业 2024" in said.en
    assert "Needed: output, value added or employment" in said.en
    assert "查过而没有公布：煤炭工业 2024" in said.zh


def test_a_region_or_industry_that_is_not_there_is_told_with_its_nearest(made: Invented) -> None:
    found = parts_of_zone(made.tables["region_industry"], made.tables["document"])
    with pytest.raises(NoAnswer, match="Nearest: 虚构·示范区"):
        industry_dependence(found, "示范区")
    with pytest.raises(NoAnswer, match="no industry “99”"):
        industry_dependence(found, "虚构·示范区", "99")


def test_sums_and_their_parts_are_not_counted_together() -> None:
    rows = rows_of(("甲", "39", "2024", 50), ("甲", "391", "2024", 30), ("甲", "06", "2024", 50))
    with pytest.raises(NoAnswer, match="2, 3 digits"):
        parts_of_zone(rows, NONE)
    assert parts_of_zone(rows, NONE, level=2).grid.industries == ("06", "39")


def test_growth_is_split_as_the_textbook_does() -> None:
    rows = rows_of(
        *(
            (region, industry, year, float(value))
            for region, year, key in (
                ("甲", "2019", "before"),
                ("甲", "2024", "after"),
                ("全国", "2019", "all_before"),
                ("全国", "2024", "all_after"),
            )
            for industry, value in zip("abcd", SHIFT_SHARE[key], strict=True)
        )
    )
    finding = growth_parts(parts_of_zone(rows, NONE), "甲")
    sums = finding.table.select(pl.col("national", "mix", "regional").sum()).row(0)
    assert sums == pytest.approx((27, 1, -3))
    # 205 / 180, and (27 + 1) / 180
    assert (
        "changed by +13.9%; had each of its industries grown as in all regions, by +15.6%"
        in finding.answer.en
    )
    assert (finding.table["competitive"] + finding.table["allocation"]).sum() == pytest.approx(-3)


def test_without_the_nations_rows_the_regions_known_in_both_years_are_the_measure() -> None:
    finding = growth_parts(
        parts(
            ("甲", "06", "2023", 10), ("甲", "06", "2024", 20), ("甲", "39", "2024", 5),
            ("乙", "06", "2023", 10), ("乙", "06", "2024", 10), ("丙", "06", "2024", 900),
        ),
        "甲",
    )  # fmt: skip
    row = finding.table.row(0, named=True)
    # 20 to 30 in 甲 and 乙; 丙 is not known in 2023
    assert row["growth_everywhere"] == pytest.approx(0.5)
    assert row["regional"] == pytest.approx(20 - 15)
    assert "1 industries lack one of the years" in finding.caveats[0].en
    assert "of 甲 in the 1 industries known in both years changed by +100.0%" in finding.answer.en


def test_the_industry_that_was_planted_to_move_is_the_regions_own_gain_and_loss(made: Invented) -> None:
    said = made.truths["moving_industry"].values
    found = parts_of_zone(made.tables["region_industry"], made.tables["document"])
    assert growth_parts(found, str(said["here"])).table["code"][0] == said["division"]
    assert growth_parts(found, str(said["origin"])).table["code"][-1] == said["division"]


def test_one_year_alone_shows_no_growth() -> None:
    with pytest.raises(NoAnswer, match="Needed: numbers of two years"):
        growth_parts(parts(("甲", "06", "2024", 10)), "甲")


def test_any_table_serves_and_its_unusable_rows_are_counted() -> None:
    table = pl.DataFrame({"where": ["a", "a", "b"], "what": ["x", "y", "x"], "jobs": [3.0, 1.0, -1.0]})
    grid = grid_of(table, Columns("where", "what", "jobs"), duplicates="refuse", absent="zero")
    finding = industry_dependence(parts_of(grid), "a")
    assert finding.table["share"].to_list() == pytest.approx([0.75])
    assert finding.rows_left_out == 1


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=2, max_size=8).filter(
        lambda cells: sum(size for size, _ in cells) > 0
    )
)
def test_whatever_is_suppressed_the_truth_lies_within_the_bounds(cells: list[tuple[int, bool]]) -> None:
    truth = [size for size, _ in cells]
    rows = [
        ("甲", f"{at:02d}", "2024", None if hidden else float(size))
        for at, (size, hidden) in enumerate(cells)
    ]
    finding = industry_dependence(parts(*rows, ("甲", "合计", "2024", float(sum(truth)))), "甲", "00")
    row = finding.table.row(0, named=True)
    shares = [size / sum(truth) for size in truth]
    assert row["share_low"] - 1e-9 <= shares[0] <= row["share_high"] + 1e-9
    index = sum(share**2 for share in shares)
    assert row["herfindahl_low"] - 1e-9 <= index <= row["herfindahl_high"] + 1e-9
    assert row["effective_low"] - 1e-6 <= 1 / index <= row["effective_high"] + 1e-6
    if row["leading"] is not None:
        names = [called_industry(f"{at:02d}").zh for at in range(len(cells))]
        assert shares[names.index(row["leading"])] == max(shares)
