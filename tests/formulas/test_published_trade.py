"""Numbers of 226 countries and 785 products against those that the vignette of R's economiccomplexity 2.0 prints.

They stand, with their data, in ``../shared/data/structure/expected_values.json``; each is held to the digits printed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tests.formulas.trade import has, published, quotients, sections, trade
from wutong.formulas.complexity import complexity, reflections, standardised
from wutong.formulas.fitness import fitness
from wutong.formulas.kinds import Floats
from wutong.formulas.relatedness import proximity
from wutong.formulas.specialisation import location_quotient
from wutong.formulas.tree import spanning_tree
from wutong.structure.grid import in_year

pytestmark = pytest.mark.shared
VIGNETTE = "sitc98_00_economiccomplexity_v2_vignette"


def near(found: Floats, axis: tuple[str, ...], expected: Mapping[str, float], digits: float = 6e-8) -> None:
    """Hold what was found to what was printed, to half a unit of its last digit."""
    assert len(expected) >= 5
    for code, value in expected.items():
        assert found[axis.index(code)] == pytest.approx(value, abs=digits), code


def test_revealed_comparative_advantage() -> None:
    for key, value in published()[VIGNETTE]["rca"].items():
        country, product = key.split("|")
        found = quotients()[trade().places.index(country), trade().industries.index(product)]
        assert found == pytest.approx(value, abs=6e-8)


def test_economic_and_product_complexity() -> None:
    found = complexity(has())
    near(standardised(found.places, ddof=1), trade().places, published()[VIGNETTE]["eci_eigen_z_ddof1"])
    near(
        standardised(found.industries, ddof=1),
        trade().industries,
        published()[VIGNETTE]["pci_eigen_own_z_ddof1"],
    )


def test_reflections_after_18_and_19_steps() -> None:
    places, industries = reflections(has(), 18)
    expected = published()[VIGNETTE]["reflections_18_19"]
    near(standardised(places, ddof=1), trade().places, expected["country"])
    near(standardised(industries, ddof=1), trade().industries, expected["product"])


def test_fitness_after_19_updates() -> None:
    found = fitness(has(), updates=19)
    expected = published()[VIGNETTE]["fitness_19_updates"]
    near(np.exp(found.places), trade().places, expected["country"])
    near(np.exp(found.industries), trade().industries, expected["product"], 6e-7)


def test_fitness_comes_to_a_steady_order_and_stays_a_number() -> None:
    found = fitness(has())
    assert found.steady
    assert found.updates < 10_000
    assert np.isfinite(found.places[has().any(axis=1)]).all()
    assert np.isfinite(found.industries[has().any(axis=0)]).all()


def test_proximity_of_products_and_of_countries() -> None:
    expected = published()[VIGNETTE]
    for name, axis, present in (
        ("proximity_product", trade().industries, has()),
        ("proximity_country", trade().places, has().T),
    ):
        found = proximity(present, diagonal="one")
        for key, value in expected[name].items():
            one, other = key.split("|")
            assert found[axis.index(one), axis.index(other)] == pytest.approx(value, abs=6e-8), key


def test_the_spanning_tree_has_the_number_of_edges_printed() -> None:
    expected = published()[VIGNETTE]["max_spanning_tree_edges"]
    for name, present in (("product", has()), ("country", has().T)):
        assert len(spanning_tree(proximity(present, diagonal="zero"))) == expected[name]


def test_datawheels_distribution_of_comparative_advantage() -> None:
    grid = sections()
    found = location_quotient(in_year(grid)[0])
    for name, expected in published()["datawheel_rca_describe"].items():
        if name == "data":
            continue
        column = found[:, grid.industries.index(name.removeprefix("section_"))]
        figures = {
            "count": column.size,
            "mean": column.mean(),
            "std": column.std(ddof=1),
            "max": column.max(),
            **{f"{q}%": np.quantile(column, q / 100) for q in (25, 50, 75)},
        }
        for key, value in expected.items():
            assert figures[key] == pytest.approx(value, abs=6e-7), (name, key)
