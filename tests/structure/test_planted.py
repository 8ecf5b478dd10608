"""What was planted in invented regions is found again."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from wutong.demo.invented import Invented, invent
from wutong.structure.candidates import candidates
from wutong.structure.dependence import industry_dependence
from wutong.structure.names import industry_name
from wutong.structure.space import fit, standing
from wutong.structure.totals import Parts, parts_of_zone


@pytest.fixture(scope="module", params=[1, 2, 3, 7])
def made(request: pytest.FixtureRequest) -> Invented:
    return invent(131, seed=request.param, as_of=date(2026, 1, 1))


def parts(made: Invented) -> Parts:
    return parts_of_zone(made.tables["region_industry"], made.tables["document"], "output")


def test_the_city_that_hangs_on_coal_is_found_with_its_share(made: Invented) -> None:
    said = made.truths["resource_city"].values
    found = industry_dependence(parts(made), str(said["region"])).table
    shares = dict(found.select("year", "share").iter_rows())
    assert shares == pytest.approx(said["by_year"], abs=1e-5)
    assert set(found["leading_en"]) == {industry_name(parts(made).grid, str(said["division"])).en}


def test_the_related_industry_is_the_nearest_or_the_next_and_builds_on_the_first(made: Invented) -> None:
    said = made.truths["related_industry"].values
    space = fit(parts(made))
    found = candidates(space, standing(space, str(said["here"]))).table.sort("density", descending=True)
    nearest = found.head(2).filter(pl.col("industry") == said["division"])
    assert nearest.height == 1
    first = industry_name(space.parts.grid, str(said["goes_with"]))
    assert first.en in nearest["builds_on_en"][0]
