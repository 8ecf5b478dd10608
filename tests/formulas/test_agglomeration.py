"""Do plants lie together: printed numbers, peers' faults, and lots drawn in every possible way."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.references.structure_numbers import COAGGLOMERATION, ELLISON_GLAESER
from wutong.errors import NoAnswer
from wutong.formulas.agglomeration import agglomeration, coagglomeration, pair_coagglomeration
from wutong.formulas.kinds import Floats, Ints


def vienna() -> tuple[Floats, Ints, Floats]:
    return (
        np.array(ELLISON_GLAESER["plants"], dtype=float),
        np.array(ELLISON_GLAESER["places"]),
        np.array(ELLISON_GLAESER["totals"], dtype=float),
    )


def test_the_index_is_that_of_reat_and_not_that_without_the_sizes_of_plants() -> None:
    found = agglomeration(*vienna())
    assert found.gamma == pytest.approx(ELLISON_GLAESER["gamma"], abs=5e-9)
    spread = found.raw_by_lot / found.herfindahl
    assert found.raw / spread / (1 - found.herfindahl) == pytest.approx(
        ELLISON_GLAESER["without_plants"], abs=5e-4
    )


@pytest.mark.shared
def test_four_industries_lie_together_as_the_textbook_says_and_not_12() -> None:
    plants = pl.read_csv(SHARED / "data" / "structure" / "reat_FK2014_EGC.csv")
    places = plants["region"].cast(pl.Int64).to_numpy() - 1
    totals = plants.group_by("region").agg(pl.col("emp_region").first()).sort("region")["emp_region"]
    kinds = plants["industry"].cast(pl.Categorical).to_physical().cast(pl.Int64).to_numpy()
    found = coagglomeration(plants["emp_firm"].to_numpy(), places, kinds, totals.to_numpy())
    assert found == pytest.approx(COAGGLOMERATION, abs=5e-4)


def every_lot(sizes: Floats, totals: Floats) -> tuple[Floats, Floats, Floats]:
    """Chance, raw concentration and z of every way in which plants can fall into places."""
    part = totals / totals.sum()
    rows = []
    for places in product(range(totals.size), repeat=sizes.size):
        found = agglomeration(sizes, np.array(places), totals)
        rows.append((float(np.prod(part[list(places)])), found.raw, found.gamma))
    chance, raw, gamma = np.array(rows).T
    return chance, raw, gamma


def test_over_every_lot_the_mean_of_the_index_is_zero_and_its_deviation_is_that_of_z() -> None:
    sizes, totals = np.array([5.0, 3.0, 2.0, 1.0]), np.array([6.0, 3.0, 1.0])
    chance, raw, gamma = every_lot(sizes, totals)
    assert chance.sum() == pytest.approx(1)
    assert (chance * gamma).sum() == pytest.approx(0, abs=1e-12)
    mean = (chance * raw).sum()
    one = agglomeration(sizes, np.array([0, 0, 0, 0]), totals)
    assert one.raw_by_lot == pytest.approx(mean)
    deviation = np.sqrt((chance * (raw - mean) ** 2).sum())
    assert one.z == pytest.approx((one.raw - mean) / deviation)


def test_over_every_lot_the_mean_of_maurel_and_sedillot_is_zero() -> None:
    sizes, totals = np.array([5.0, 3.0, 2.0]), np.array([6.0, 3.0, 1.0])
    part = totals / totals.sum()
    mean = sum(
        float(np.prod(part[list(places)])) * agglomeration(sizes, np.array(places), totals).maurel_sedillot
        for places in product(range(3), repeat=3)
    )
    assert mean == pytest.approx(0, abs=1e-12)


def test_plants_of_one_size_in_one_place_reach_maurel_and_sedillots_one() -> None:
    found = agglomeration(np.ones(4), np.zeros(4, dtype=np.int64), np.ones(2))
    # Σs² = 1, Σx² = 1/2, so p = 1 whatever the plants
    assert found.maurel_sedillot == pytest.approx(1)
    assert found.gamma == pytest.approx(1)


PLANTS = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.5, 100), min_size=n, max_size=n).map(np.array),
        st.lists(st.integers(0, 3), min_size=n, max_size=n).map(np.array),
    )
)


@settings(deadline=None)
@given(PLANTS, st.floats(0.01, 100))
def test_neither_order_nor_unit_nor_names_of_places_matter(plants: tuple[Floats, Ints], times: float) -> None:
    sizes, places = plants
    totals = np.array([50.0, 30.0, 15.0, 5.0])
    found = agglomeration(sizes, places, totals)
    mixed = np.random.default_rng(sizes.size).permutation(sizes.size)
    other = agglomeration(sizes[mixed] * times, 3 - places[mixed], totals[::-1] * times)
    assert other.gamma == pytest.approx(found.gamma, abs=1e-9)
    assert other.maurel_sedillot == pytest.approx(found.maurel_sedillot, abs=1e-9)
    assert found.maurel_sedillot <= 1 + 1e-9


@settings(deadline=None)
@given(PLANTS)
def test_for_two_industries_both_forms_of_coagglomeration_agree(plants: tuple[Floats, Ints]) -> None:
    sizes, places = plants
    totals = np.array([50.0, 30.0, 15.0, 5.0])
    kinds = np.arange(sizes.size) % 2
    sides = [
        np.bincount(places[kinds == k], weights=sizes[kinds == k], minlength=4).astype(np.float64)
        for k in (0, 1)
    ]
    assert coagglomeration(sizes, places, kinds, totals) == pytest.approx(
        pair_coagglomeration(sides[0], sides[1], totals), abs=1e-9
    )


@pytest.mark.parametrize(
    ("sizes", "places", "totals", "why"),
    [
        ([1.0], [0], [1.0, 1.0], "single plant"),
        ([1.0, 1.0], [0, 0], [1.0], "single place"),
        ([1.0, 1.0], [0, 0], [1.0, 0.0], "single place"),
        ([1.0, 0.0], [0, 1], [1.0, 1.0], "above zero"),
        ([1.0, 1.0], [0, 2], [1.0, 1.0], "place where it stands"),
        ([], [], [1.0, 1.0], "place where it stands"),
    ],
)
def test_what_cannot_lie_together_is_refused(
    sizes: list[float], places: list[int], totals: list[float], why: str
) -> None:
    with pytest.raises(NoAnswer, match=why):
        agglomeration(np.array(sizes), np.array(places, dtype=np.int64), np.array(totals))
    with pytest.raises(NoAnswer):
        coagglomeration(np.ones(2), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.ones(2))
