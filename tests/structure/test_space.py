"""A space fitted on the nation and applied to a region; what it says of complexity, and when it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.formulas.trade import FOLDER, published, trade
from tests.structure.nation import parts, table
from wutong.errors import NoAnswer
from wutong.formulas.complexity import standardised
from wutong.formulas.scoring import ranks
from wutong.structure.complexity import complexity_of_place, industry_complexity, place_complexity
from wutong.structure.grid import with_axes
from wutong.structure.intake import Columns, grid_of
from wutong.structure.space import Choices, applied, fit, standing
from wutong.structure.totals import parts_of


@pytest.mark.shared
def test_the_finding_gives_the_complexity_that_is_published() -> None:
    """R's economiccomplexity standardises with n − 1, we with n: the ratio is √(226 ÷ 225)."""
    finding = place_complexity(fit(parts_of(trade()), choices=Choices(least_share=0)))
    found = dict(finding.table.select("place", "complexity").iter_rows())
    for code, value in published()["sitc98_00_economiccomplexity_v2_vignette"]["eci_eigen_z_ddof1"].items():
        assert found[code] * np.sqrt(225 / 226) == pytest.approx(value, abs=1e-7)


@pytest.mark.shared
def test_a_size_filter_is_said_aloud_and_takes_tiny_places_out() -> None:
    finding = place_complexity(fit(parts_of(trade()), choices=Choices(least_share=1e-4)))
    assert finding.table["total"].min() >= 1e-4 * trade().value.sum()
    assert any("regions are not in the fit (below 0.0001 of the whole" in one.en for one in finding.caveats)


def test_a_region_applied_to_the_nation_is_the_same_as_inside_it() -> None:
    space = fit(parts())
    zone = parts(table().filter(pl.col("region") == "r05"))
    inside, outside = standing(space, "r05"), applied(space, zone, "r05")
    assert outside.complexity == pytest.approx(inside.complexity, abs=1e-12)
    assert np.array_equal(outside.present, inside.present)
    assert outside.density == pytest.approx(inside.density)
    assert_frame_equal(complexity_of_place(space, outside).table, complexity_of_place(space, inside).table)
    assert inside.complexity == pytest.approx(space.places[5])
    assert standardised(space.places, ddof=0) == pytest.approx(space.places, abs=1e-10)


def test_an_industry_that_the_nation_does_not_know_is_named() -> None:
    frame = table().filter(pl.col("region") == "r05")
    strange = frame.head(1).with_columns(industry=pl.lit("drones"), year=pl.lit(2024, dtype=pl.Int64))
    place = applied(fit(parts()), parts(pl.concat([frame, strange])), "r05")
    assert place.strange == ("drones",)
    assert "drones" in complexity_of_place(fit(parts()), place).caveats[-1].en


def test_withheld_cells_are_not_zero_and_are_told() -> None:
    frame = table(years=1)
    hidden = frame.with_columns(
        hidden=pl.int_range(pl.len()) % 3 == 0,
        jobs=pl.when(pl.int_range(pl.len()) % 3 != 0).then("jobs"),
    )
    finding = place_complexity(fit(parts(hidden)))
    assert any("33.3% of the cells are withheld or not known" in one.en for one in finding.caveats)
    assert finding.table["known"].max() < 0.7  # type: ignore[operator]
    of_one = complexity_of_place(fit(parts(hidden)), standing(fit(parts(hidden)), "r05"))
    assert of_one.caveats[0].en.startswith("Of 24 industries 8 are not known of the region")


def test_published_totals_keep_quotients_right_where_cells_are_withheld() -> None:
    frame = table(years=1)
    whole = fit(parts(frame))
    cut = frame.with_columns(
        hidden=(pl.col("region") == "r03") & (pl.col("industry") == "i01"),
    ).with_columns(jobs=pl.when(~pl.col("hidden")).then("jobs"))

    said = replace(
        parts(cut),
        totals=frame.group_by(pl.col("region").alias("place"), pl.col("year").cast(pl.String)).agg(
            pl.col("jobs").sum().alias("total")
        ),
        nation=frame.group_by("industry", pl.col("year").cast(pl.String)).agg(
            pl.col("jobs").sum().alias("value")
        ),
    )
    known = ~np.isnan(fit(said).quotient)
    assert int((~known).sum()) == 1
    assert fit(said).quotient[known] == pytest.approx(whole.quotient[known])
    assert fit(parts(cut)).quotient[3, 2] != pytest.approx(whole.quotient[3, 2])


def test_a_place_of_zeros_changes_nothing() -> None:

    one = parts()
    wider = replace(one, grid=with_axes(one.grid, places=["r99"]))
    found = fit(wider)
    assert np.isnan(found.places[-1])
    assert found.places[:-1] == pytest.approx(fit(one).places)
    with pytest.raises(NoAnswer, match="No value of any industry is known of r99"):
        standing(found, "r99")


def test_regions_apart_are_named_and_can_be_left_out_on_purpose() -> None:
    frame = table(years=1)
    island = pl.DataFrame(
        {"region": ["isle"], "industry": ["guano"], "jobs": [900.0], "year": [2019], "hidden": [False]}
    )
    apart = parts(pl.concat([frame, island]))
    with pytest.raises(NoAnswer, match=r"2 parts\. 1 of them, such as isle"):
        fit(apart)
    found = fit(apart, choices=Choices(largest_part=True))
    assert found.fitted.tolist() == [False] + [True] * 40  # “isle” comes before “r00”
    assert any("isle" in one.en for one in place_complexity(found).caveats)


def test_few_regions_are_warned_of() -> None:
    few = table(years=1).filter(pl.col("region") < "r20")
    assert place_complexity(fit(parts(few))).caveats[0].en.startswith("There are 20 regions only")


def test_industries_are_ranked_on_the_scale_of_regions() -> None:
    space = fit(parts())
    finding = industry_complexity(space)
    assert finding.table["complexity"].is_sorted(descending=True)
    assert finding.answer.en.startswith("Of 24 industries the most complex in 2024 is")
    assert {*finding.table.columns} <= {*finding.labels}


def test_a_region_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match=r"no region “x”\. It has 40"):
        standing(fit(parts()), "x")


def test_one_region_alone_is_refused() -> None:
    grid = grid_of(
        pl.DataFrame({"r": ["a", "a"], "i": ["x", "y"], "v": [1, 2]}),
        Columns("r", "i", "v"),
        duplicates="refuse",
        absent="zero",
    )
    with pytest.raises(NoAnswer, match="two places at least"):
        fit(parts_of(grid))


@pytest.mark.shared
def test_fifty_provinces_alone_give_another_order_than_the_world_does() -> None:
    """Spain's provinces by 22 sections: fitted on themselves, their order has next to nothing to do with that on the world's scale."""
    world = pl.read_csv(FOLDER / "datawheel_global_exports.csv")
    spain = pl.read_csv(FOLDER / "datawheel_subnat_exports.csv")
    columns = Columns("Country ID", "Section ID", "Trade Value")
    space = fit(parts_of(grid_of(world, columns, duplicates="refuse", absent="zero")))
    own_columns = Columns("Subnat Geography ID", "Section ID", "Trade Value", place_name="Subnat Geography")
    zone = parts_of(grid_of(spain, own_columns, duplicates="refuse", absent="zero"))
    own = fit(zone)
    placed = [applied(space, zone, code) for code in zone.grid.places]
    on_the_worlds = np.array([place.complexity for place in placed])
    both = ~np.isnan(on_the_worlds) & ~np.isnan(own.places)
    assert int(both.sum()) >= 50
    assert np.corrcoef(ranks(on_the_worlds[both]), ranks(own.places[both]))[0, 1] < 0.5
    assert {code for place in placed for code in place.strange} == {
        "22"
    }  # a section that the world's table lacks
    # Melilla exports next to nothing, and would come first
    melilla = next(place for place in placed if place.name.en == "Melilla")
    assert complexity_of_place(space, melilla).caveats[0].en.startswith("Melilla is very small")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), unit=st.sampled_from([1e-3, 1 / 3, 7.0, 1e4]))
def test_neither_the_order_of_rows_nor_the_unit_nor_splitting_a_row_changes_a_space(
    seed: int, unit: float
) -> None:
    frame = table(places=12, industries=9, years=1, seed=seed)
    try:
        space = fit(parts(frame))
    except NoAnswer:
        return
    assume(space.raw.eigengap > 1e-3 and space.raw.diversity_correlation > 1e-3)
    halves = pl.concat([frame, frame]).with_columns(jobs=pl.col("jobs") * (unit / 2))
    mixed = halves.sample(fraction=1, shuffle=True, seed=seed)
    columns = Columns("region", "industry", "jobs", "year", suppressed="hidden")
    again = fit(parts_of(grid_of(mixed, columns, duplicates="sum", absent="zero")))
    assert np.array_equal(again.present, space.present)
    assert again.places == pytest.approx(space.places, abs=1e-8, nan_ok=True)
    assert np.array_equal(again.near, space.near)


def test_a_region_of_another_year_is_told() -> None:
    space = fit(parts())
    old = applied(space, parts(table().filter((pl.col("region") == "r05") & (pl.col("year") < 2022))), "r05")
    assert old.year == "2021"
    said = [one.en for one in complexity_of_place(space, old).caveats]
    assert "The region's numbers are of 2021, the nation's of 2024." in said


@pytest.mark.shared
def test_the_origin_of_complexity_is_said_and_turns_the_order_of_the_outlook() -> None:
    space = fit(parts_of(trade()))
    scaled, raw = place_complexity(space), place_complexity(space, origin="raw")
    assert scaled.method.en.endswith("standardised complexity (0 is the mean region).")
    assert raw.method.en.endswith("raw complexity (0 is that of the eigenvector).")
    one, other = (finding.table.sort("place")["outlook"].to_numpy() for finding in (scaled, raw))
    assert np.corrcoef(ranks(one), ranks(other))[0, 1] < 0.95  # .946 here; other years differ by far more
