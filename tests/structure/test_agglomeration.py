"""Whether plants of an industry lie together: the Findings."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.references.structure_numbers import ELLISON_GLAESER
from wutong.errors import NoAnswer, TableError
from wutong.formulas.k_density import Lots
from wutong.structure.agglomeration import plants_by_distance, plants_together
from wutong.zone.catalogue import TABLES

NONE = TABLES["document"].empty()
TOWNS = ("Wien", "Linz", "Graz")
VIENNA = pl.DataFrame(
    {
        "industry": "17",
        "region": [TOWNS[at] for at in ELLISON_GLAESER["places"]],  # type: ignore[attr-defined]
        "size": list(ELLISON_GLAESER["plants"]),  # type: ignore[call-overload]
        "source": "d1",
        "invented": False,
    }
)
TOTALS = pl.DataFrame({"region": list(TOWNS), "total": list(ELLISON_GLAESER["totals"])})  # type: ignore[call-overload]


def test_the_textbooks_industry_has_the_index_that_reat_prints() -> None:
    finding = plants_together(VIENNA, NONE, TOTALS)
    row = finding.table.row(0, named=True)
    assert row["gamma"] == pytest.approx(ELLISON_GLAESER["gamma"], abs=5e-9)
    # ten plants of such sizes can fall like that by lot: the index alone would have called it high
    assert abs(row["z"]) < 1.96
    assert row["verdict_en"] == "no more than by lot"
    assert [source.id for source in finding.sources] == ["d1"]
    assert "0 of 1 industries" in finding.answer.en


def invented(seed: int = 1) -> pl.DataFrame:
    """Plants of one industry in one town, of one by lot, over ten towns 40 km apart."""
    chance = np.random.default_rng(seed)
    rows = []
    for industry, town in (("39", 3), ("13", None)):
        for _ in range(60):
            at = town if town is not None and chance.random() < 0.8 else int(chance.integers(10))
            x, y = 40 * at + chance.uniform(-15, 15), chance.uniform(-15, 15)
            rows.append((industry, f"r{at}", float(chance.lognormal(3, 0.5)), x, y, True))
    return pl.DataFrame(rows, schema=["industry", "region", "size", "x", "y", "invented"], orient="row")


EVEN = pl.DataFrame({"region": [f"r{at}" for at in range(10)], "total": [1000.0] * 10})


def test_an_industry_of_one_town_is_told_from_one_placed_by_lot() -> None:
    finding = plants_together(invented(), NONE, EVEN)
    verdicts = dict(finding.table.select("code", "verdict_en").iter_rows())
    assert verdicts == {"39": "together strongly", "13": "no more than by lot"}
    assert "1 of 2 industries" in finding.answer.en
    assert finding.invented


def test_plants_of_which_something_is_not_known_are_left_out_and_counted() -> None:
    holes = pl.DataFrame(
        {
            "industry": ["39", "39", None, "65", "39"],
            "region": ["r1", None, "r1", "r2", "nowhere"],
            "size": [None, 5.0, 5.0, 5.0, 5.0],
        }
    )
    finding = plants_together(
        pl.concat([invented().select("industry", "region", "size"), holes]), NONE, EVEN, rows_left_out=2
    )
    assert finding.rows_left_out == 2 + 4
    assert "4 plants are left out" in finding.caveats[0].en
    assert "1 industries have a single plant" in finding.caveats[1].en
    assert finding.table["code"].to_list() == ["39", "13"]


def test_the_distances_at_which_plants_lie_together_are_told() -> None:
    plants = invented()
    together = plants_by_distance(plants, "39", NONE, Lots(100))
    assert together.answer.en.startswith(
        "The 60 plants of Manufacture of computers, communication and other electronic equipment lie together"
    )
    near = together.table.filter(pl.col("localised") > 0)["distance"]
    assert near[0] == 0
    # in parts of a thousand pairs a km: up to the middle distance of all pairs they add up to less than all
    assert 300 < together.table["density"].sum() * together.table["distance"][1] < 1000
    assert near[-1] < 40
    assert together.picture is not None
    assert "seed 1" in together.method.en
    assert "100 placements by lot on all 120 sites" in together.method.en


def test_what_is_not_there_is_refused_with_what_is_needed() -> None:
    with pytest.raises(NoAnswer, match="Needed: a list of plants"):
        plants_together(VIENNA.head(1), NONE, TOTALS)
    with pytest.raises(NoAnswer, match="single place"):
        plants_together(VIENNA.filter(region="Wien"), NONE)
    with pytest.raises(TableError, match="no column size"):
        plants_together(VIENNA.drop("size"), NONE)
    with pytest.raises(NoAnswer, match="has 0 plants with coordinates"):
        plants_by_distance(invented(), "06", NONE, Lots(20))
    with pytest.raises(NoAnswer, match="one place"):
        plants_by_distance(invented().with_columns(x=0.0, y=0.0), "39", NONE, Lots(20))
