"""Candidates: ranked by what is said, with reasons, and held against what came."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from tests.structure.nation import parts, table
from wutong.errors import NoAnswer
from wutong.formulas.specialisation import location_quotient, presence
from wutong.structure.back_test import BASELINES, back_test, look_back, verdict
from wutong.structure.candidates import VIEWS, Wanted, candidates
from wutong.structure.grid import in_year
from wutong.structure.ranking import Weights, combined, growth_of_markets, said
from wutong.structure.space import fit, standing

DENSITY = Weights(density=1, complexity=0, size=0, growth=0, demand=0)


def test_by_density_alone_the_order_is_that_of_density() -> None:
    space = fit(parts())
    place = standing(space, "r10")
    listed = candidates(space, place, Wanted(DENSITY))
    assert listed.table["density"].is_sorted(descending=True)
    options = {code for code, has in zip(space.parts.grid.industries, place.present, strict=True) if not has}
    assert set(listed.table["industry"]) == options
    assert listed.table["rank"].to_list() == list(range(1, len(options) + 1))


def test_the_score_is_the_weighted_mean_of_places_in_the_order() -> None:
    criteria = {"density": np.array([[0.1, 0.2, 0.3]]), "complexity": np.array([3.0, 2.0, 1.0])}
    everything = np.ones((1, 3), dtype=bool)
    scores = combined(criteria, everything, Weights(3, 1, 0, 0, 0))
    assert scores.tolist() == [[0.25, 0.5, 0.75]]
    # what is not known of one is left out of its score, and is not taken as the worst
    criteria["complexity"] = np.array([np.nan, 2.0, 1.0])
    assert combined(criteria, everything, Weights(3, 1, 0, 0, 0)).tolist() == [[0.0, 0.625, 0.75]]
    with pytest.raises(NoAnswer, match="Weights"):
        said(Weights(-1, 2, 0, 0, 0))


def test_what_a_candidate_builds_on_is_the_regions_own_and_the_nearest() -> None:
    space = fit(parts())
    place = standing(space, "r10")
    finding = candidates(space, place)
    grid = space.parts.grid
    own = {grid.industries[at] for at in np.flatnonzero(place.present)}
    for row in finding.table.iter_rows(named=True):
        named = row["builds_on_en"].split(", ")
        assert 1 <= len(named) <= 3
        assert set(named) <= own
        tie = space.near[:, grid.industries.index(row["industry"])]
        assert tie[grid.industries.index(named[0])] == max(tie[grid.industries.index(one)] for one in own)
        assert (
            f"often in the same places as {row['builds_on_en']}"
            in row["reason_en"][0].lower() + row["reason_en"][1:]
        )


def test_near_and_complex_are_against_the_region_itself() -> None:
    space = fit(parts())
    place = standing(space, "r10")
    finding = candidates(space, place)
    middle = finding.table["density"].median()
    assert isinstance(middle, float)
    for row in finding.table.iter_rows(named=True):
        near = "near" if row["density"] >= middle else "far"
        hard = "complex" if row["complexity"] > place.complexity else "simple"
        assert row["view_en"] == VIEWS[f"{near}_{hard}"].en
    network = finding.network
    assert network is not None
    assert network.axes is not None
    assert network.nodes.height == finding.table.height
    assert set(network.nodes["state"]) <= set(VIEWS)


def test_demand_that_is_not_known_is_not_zero() -> None:
    space = fit(parts())
    place = standing(space, "r10")
    first, second = candidates(space, place, Wanted(DENSITY)).table["industry"].to_list()[-2:]
    demand = pl.DataFrame({"industry": [first, second, second], "demand": [10.0, 4.0, 1.0]})
    only = Weights(density=0, complexity=0, size=0, growth=0, demand=1)
    finding = candidates(space, place, Wanted(only, demand=demand, demand_unit="fen"))
    assert finding.table["industry"].to_list()[:2] == [first, second]
    assert finding.table["demand"].to_list()[:3] == [10.0, 5.0, None]
    assert finding.table["score"].to_list()[2:] == [None] * (finding.table.height - 2)
    assert finding.units["demand"] == "fen"
    assert "demand" not in candidates(space, place).table.columns


def test_the_size_filter_is_said() -> None:
    space = fit(parts())
    cut = float(np.sort(space.industry_totals)[5] / space.industry_totals.sum())
    finding = candidates(space, standing(space, "r10"), Wanted(least_share=cut))
    assert finding.table["total"].min() >= np.sort(space.industry_totals)[5]
    assert any("5 industries below" in one.en for one in finding.caveats)
    with pytest.raises(NoAnswer, match="in every industry"):
        candidates(space, standing(space, "r10"), Wanted(least_share=2))


def test_withheld_options_come_last_and_are_told() -> None:
    hidden = (pl.col("region") == "r10") & pl.col("industry").is_in(["i03", "i04"])
    frame = table().with_columns(hidden=hidden).with_columns(jobs=pl.when(~pl.col("hidden")).then("jobs"))
    space = fit(parts(frame))
    finding = candidates(space, standing(space, "r10"))
    assert set(finding.table["industry"][-2:]) == {"i03", "i04"}
    assert finding.table["quotient"].to_list()[-2:] == [None, None]
    assert any("Of the options 2 are withheld" in one.en for one in finding.caveats)


def test_without_a_strength_there_is_nothing_to_build_on() -> None:
    space = fit(parts())
    weak = standing(space, "r10")

    with pytest.raises(NoAnswer, match="no industry at the threshold"):
        candidates(space, replace(weak, present=np.zeros_like(weak.present)))


def test_growth_is_over_cells_known_in_both_years() -> None:
    frame = table(years=6)
    whole, first = growth_of_markets(parts(frame), "2024")
    assert first == "2019"
    sums = frame.group_by("year", "industry").agg(pl.col("jobs").sum()).sort("industry", "year")
    of_one = dict(sums.filter(pl.col("industry") == "i07").select("year", "jobs").iter_rows())
    assert whole[7] == pytest.approx((of_one[2024] / of_one[2019]) ** (1 / 5) - 1)
    # a cell withheld in the last year must not read as a fall
    gone = (pl.col("year") == 2024) & (pl.col("industry") == "i07") & (pl.col("region") == "r00")
    cut = frame.with_columns(hidden=gone).with_columns(jobs=pl.when(~gone).then("jobs"))
    rest = frame.filter((pl.col("industry") == "i07") & (pl.col("region") != "r00"))
    left = dict(rest.group_by("year").agg(pl.col("jobs").sum()).iter_rows())
    assert growth_of_markets(parts(cut), "2024")[0][7] == pytest.approx(
        (left[2024] / left[2019]) ** (1 / 5) - 1
    )


def planted() -> pl.DataFrame:
    """Two years: in the second each region has taken up the three options that were nearest to it."""
    first = table(years=1)
    space = fit(parts(first))
    near = np.where(
        space.present, -1, np.stack([standing(space, one).density for one in space.parts.grid.places])
    )
    values = space.values.copy()
    expected = space.totals[:, None] * space.industry_totals / space.industry_totals.sum()
    for row in range(values.shape[0]):
        for column in np.argsort(near[row])[-3:]:
            if near[row, column] >= 0:
                values[row, column] = 4 * expected[row, column]
    row_at, column_at = np.indices(values.shape)
    second = pl.DataFrame(
        {
            "region": [f"r{k:02d}" for k in row_at.ravel()],
            "industry": [f"i{k:02d}" for k in column_at.ravel()],
            "jobs": values.ravel(),
            "year": np.full(values.size, 2020),
            "hidden": np.zeros(values.size, dtype=bool),
        }
    )
    return pl.concat([first, second])


def test_a_back_test_finds_the_rule_that_was_planted_and_chance_is_a_half() -> None:
    trial = look_back(parts(planted()), weights=DENSITY)
    auc = dict(trial.table.select("score", "auc_within").iter_rows())
    assert auc["density"] > 0.9
    assert auc["combined"] == pytest.approx(auc["density"])
    assert auc["chance"] == 0.5
    precision = dict(trial.table.select("score", "precision").iter_rows())
    assert precision["density"] > precision["chance"]
    assert (trial.first, trial.last) == ("2019", "2020")
    assert verdict(trial).en.endswith("of a draw " + f"{trial.entries / trial.pairs:.1%}.")


def test_events_are_counted_as_defined_and_what_is_withheld_is_none() -> None:
    frame = table(years=2)
    one = parts(frame)
    before, after = (presence(location_quotient(in_year(one.grid, year)[0])) for year in ("2019", "2020"))
    trial = look_back(one)
    assert trial.pairs == int((~before).sum())
    assert trial.entries == int((~before & after).sum())
    # withhold in the first year one cell that is an entry: a change of suppression is no new strength
    row, column = np.argwhere(~before & after)[0]
    gone = (
        (pl.col("year") == 2019)
        & (pl.col("region") == one.grid.places[row])
        & (pl.col("industry") == one.grid.industries[column])
    )
    cut = parts(frame.with_columns(hidden=gone).with_columns(jobs=pl.when(~gone).then("jobs")))
    assert look_back(cut).unknown == 1


def test_a_list_that_a_baseline_beats_says_so() -> None:
    frame = table()
    one = parts(frame)
    trial = look_back(one)
    own = trial.table.filter(pl.col("score") == "combined")["auc"][0]
    best = trial.table.filter(pl.col("score").is_in(BASELINES))["auc"].max()
    assert own < best  # here last year's quotient foretells best, as in real data
    assert verdict(trial).en.endswith(
        "The baseline alone foretells better: the list is where to begin talking, no forecast."
    )
    space = fit(one)
    assert candidates(space, standing(space, "r10"), trial=trial).caveats[0] == verdict(trial)
    assert "not tested" in candidates(space, standing(space, "r10")).caveats[0].en
    finding = back_test(one, trial)
    assert finding.table.height == 7
    assert {*finding.table.columns} <= {*finding.labels}


def test_one_year_is_no_back_test() -> None:
    with pytest.raises(NoAnswer, match="two years at least"):
        look_back(parts(table(years=1)))
