"""The map of industries: links, places and what a region has of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.formulas.trade import published, trade
from tests.structure.nation import parts, table
from wutong.structure.names import industry_name
from wutong.structure.space import Choices, fit, standing
from wutong.structure.space_map import STATES, product_space
from wutong.structure.totals import parts_of


def test_all_industries_hang_together_by_the_strongest_links() -> None:
    space = fit(parts())
    finding = product_space(space)
    network = finding.network
    assert network is not None
    assert network.nodes.height == 24
    assert 23 <= network.links.height <= 23 + 48
    # the strongest link of every industry is drawn
    tie = space.near - np.eye(24) * 2
    drawn = {frozenset(pair) for pair in network.links.select("from", "to").iter_rows()}
    for one in range(24):
        best = np.flatnonzero(tie[one] == tie[one].max()).tolist()
        assert any(frozenset((f"i{one:02d}", f"i{other:02d}")) in drawn for other in best)
    assert network.nodes.select("x", "y").equals(product_space(fit(parts())).network.nodes.select("x", "y"))  # type: ignore[union-attr]


def test_a_region_is_marked_on_the_nations_map() -> None:
    hidden = (pl.col("region") == "r10") & (pl.col("industry") == "i03")
    frame = table().with_columns(hidden=hidden).with_columns(jobs=pl.when(~pl.col("hidden")).then("jobs"))
    space = fit(parts(frame))
    place = standing(space, "r10")
    finding = product_space(space, place)
    network = finding.network
    assert network is not None
    state = dict(network.nodes.select("id", "state").iter_rows())
    assert state["i03"] == "unknown"
    assert {code for code, word in state.items() if word == "has"} == {
        f"i{at:02d}" for at in np.flatnonzero(place.present)
    }
    assert set(state.values()) <= set(STATES)
    assert f"r10 has a strength in {int(place.present.sum())};" in finding.answer.en
    assert {*finding.table.columns} <= {*finding.labels}


@pytest.mark.shared
def test_the_map_of_world_trade_has_the_tree_that_is_published_in_it() -> None:
    space = fit(parts_of(trade()), choices=Choices(least_share=0))
    network = product_space(space).network
    assert network is not None
    edges = published()["sitc98_00_economiccomplexity_v2_vignette"]["max_spanning_tree_edges"]["product"]
    assert edges <= network.links.height <= edges + 2 * 785
    assert network.nodes.select(pl.col("x", "y").abs().max()).row(0) <= (1.0 + 1e-12, 1.0 + 1e-12)


def test_a_code_of_another_country_is_not_read_as_a_chinese_one() -> None:
    frame = table(years=1).with_columns(industry=pl.col("industry").str.slice(1).str.replace("^0", "3"))
    assert industry_name(parts(frame).grid, "35").en == "35"
    at_home = frame.with_columns(region=pl.col("region").str.replace("r00", "140500"))
    assert industry_name(parts(at_home).grid, "35").en == "Manufacture of special-purpose machinery"
