"""One structure held against another, variety, and relatives of the location quotient."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.references.structure_numbers import (
    CLUSTER_INDEX,
    GINI_OF_QUOTIENTS,
    GOETTINGEN_2017,
    HERFINDAHL,
)
from wutong.errors import NoAnswer
from wutong.formulas.concentration import effective_number, herfindahl, normalised_herfindahl, top_share
from wutong.formulas.kinds import Floats
from wutong.formulas.likeness import (
    cosine,
    hachman,
    krugman,
    location_gini,
    quotient_gini,
    relative_diversity,
    relative_specialisation,
)
from wutong.formulas.quotients import cluster_index, flegg_quotients, growth_quotients
from wutong.formulas.variety import entropy, variety

PAIRS = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.floats(0.01, 1e4), min_size=n, max_size=n).map(np.array) for _ in range(2)]
    )
)


def test_the_index_and_its_normalised_form_are_those_of_reat() -> None:
    parts = np.array(HERFINDAHL["parts"], dtype=float)
    assert herfindahl(parts) == pytest.approx(HERFINDAHL["index"])
    assert normalised_herfindahl(parts) == pytest.approx(HERFINDAHL["normalised"])
    assert effective_number(parts) == pytest.approx(HERFINDAHL["effective"], abs=0.005)
    assert normalised_herfindahl(np.array([5.0])) == 1.0


def test_the_shares_of_the_greatest_add_up() -> None:
    parts = np.array([20.0, 50.0, 20.0, 10.0])
    assert [top_share(parts, most) for most in (1, 2, 3, 9)] == pytest.approx([0.5, 0.7, 0.9, 1.0])


def test_the_gini_of_quotients_is_that_of_reat() -> None:
    parts, reference = (np.array(GINI_OF_QUOTIENTS[key], dtype=float) for key in ("parts", "reference"))
    assert quotient_gini(parts, reference) == pytest.approx(GINI_OF_QUOTIENTS["value"], abs=5e-8)
    # the measure that bears the same name elsewhere is another one
    assert location_gini(parts, reference) != pytest.approx(GINI_OF_QUOTIENTS["value"], abs=0.01)


@pytest.mark.shared
def test_goettingen_is_as_unlike_germany_as_reat_says() -> None:
    rows = pl.read_csv(SHARED / "data" / "structure" / "reat_Goettingen.csv").filter(
        pl.col("WZ2008_Code") != "A-R"
    )
    city, nation = (rows[column].to_numpy() for column in ("Goettingen2017", "BRD2017"))
    assert quotient_gini(city, nation) == pytest.approx(GOETTINGEN_2017["gini_spec"], abs=5e-7)
    assert krugman(city, nation) == pytest.approx(GOETTINGEN_2017["krugman"], abs=5e-8)
    assert relative_diversity(city, nation) == pytest.approx(1 / GOETTINGEN_2017["krugman"], abs=1e-6)


@settings(deadline=None)
@given(PAIRS, st.floats(0.01, 100))
def test_a_structure_is_not_unlike_itself_in_another_unit(pair: tuple[Floats, Floats], times: float) -> None:
    own, other = pair
    assert krugman(own, own * times) == pytest.approx(0, abs=1e-9)
    assert hachman(own, own * times) == pytest.approx(1)
    assert relative_specialisation(own, own * times) == pytest.approx(1)
    assert location_gini(own, own * times) == pytest.approx(0, abs=1e-9)
    assert krugman(own, other) == pytest.approx(krugman(other, own))
    assert 0 <= krugman(own, other) <= 2
    assert 0 < hachman(own, other) <= 1 + 1e-9
    mixed = np.random.default_rng(own.size).permutation(own.size)
    for measure in (krugman, hachman, relative_specialisation, location_gini, quotient_gini):
        assert measure(own[mixed], other[mixed] * times) == pytest.approx(measure(own, other), abs=1e-9)


@settings(deadline=None)
@given(PAIRS)
def test_a_place_cut_in_two_leaves_the_locational_gini_as_it_was(pair: tuple[Floats, Floats]) -> None:
    own, other = pair
    halves = [np.concatenate(([row[0] / 3, 2 * row[0] / 3], row[1:])) for row in (own, other)]
    assert location_gini(*halves) == pytest.approx(location_gini(own, other), abs=1e-9)


def test_what_the_nation_has_not_leaves_no_quotient() -> None:
    own, nation = np.array([1.0, 1.0]), np.array([1.0, 0.0])
    assert hachman(own, nation) == 0
    assert relative_specialisation(own, nation) == float("inf")
    with pytest.raises(NoAnswer, match="nothing is in all"):
        quotient_gini(own, nation)
    with pytest.raises(NoAnswer):
        krugman(own, np.zeros(2))


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=12).map(np.array), st.integers(1, 4))
def test_unrelated_and_related_variety_are_all_variety(parts: Floats, families: int) -> None:
    unrelated, related = variety(parts, np.arange(parts.size) % families)
    assert unrelated + related == pytest.approx(entropy(parts), abs=1e-9)
    assert entropy(parts) <= np.log2(parts.size) + 1e-9


def test_variety_of_one_family_is_related_and_of_families_of_one_is_unrelated() -> None:
    parts = np.array([1.0, 2.0, 5.0, 0.0])
    assert variety(parts, np.zeros(4, dtype=np.int64))[0] == 0
    assert variety(parts, np.arange(4))[1] == 0


def test_the_cluster_index_is_that_of_reat() -> None:
    assert cluster_index((1743, 5740), (35, 53), (50, 576), (488, 4621)) == pytest.approx(
        CLUSTER_INDEX, abs=5e-6
    )
    with pytest.raises(NoAnswer, match="area"):
        cluster_index((1743, 5740), (35, 53), (0, 576), (488, 4621))
    with pytest.raises(NoAnswer, match="totals"):
        cluster_index((0, 0), (35, 53), (50, 576), (488, 4621))


def test_growth_without_a_beginning_is_not_known() -> None:
    found = growth_quotients(
        np.array([100.0, 0.0, 10.0]), np.array([120.0, 5.0, 0.0]), np.full(3, 1000.0), np.full(3, 1100.0)
    )
    assert found[0] == pytest.approx(1.2 / 1.1)
    assert np.isnan(found[1])
    assert found[2] == 0
    with pytest.raises(NoAnswer):
        growth_quotients(np.array([-1.0]), np.ones(1), np.ones(1), np.ones(1))


def test_flegg_cuts_more_for_a_smaller_region_and_nothing_for_the_nation() -> None:
    # seller has quotient 1.5, buyer 0.5, region a tenth of the nation: 3 × log2(1.1)^0.3
    found = flegg_quotients(np.array([15.0, 5.0]), np.array([100.0, 100.0]))
    size = np.log2(1.1) ** 0.3
    assert found == pytest.approx(np.array([[1.5, 3.0], [1 / 3, 0.5]]) * size)
    nation = np.array([3.0, 5.0, 2.0])
    assert flegg_quotients(nation, nation) == pytest.approx(np.ones((3, 3)))
    assert np.isnan(flegg_quotients(np.array([1.0, 0.0]), np.ones(2))[0, 1])
    with pytest.raises(NoAnswer, match="every industry"):
        flegg_quotients(np.ones(2), np.array([1.0, 0.0]))


@settings(max_examples=40, deadline=None)
@given(PAIRS, st.floats(0.01, 100))
def test_the_cosine_knows_no_unit_no_side_and_no_order(pair: tuple[Floats, Floats], times: float) -> None:
    one, other = pair
    found = cosine(one, other)
    assert 0 < found <= 1
    assert cosine(times * other[::-1], one[::-1]) == pytest.approx(found)
    assert cosine(one, times * one) == pytest.approx(1)
    assert cosine(np.append(one, 0.0), np.append(np.zeros(one.size), 1.0)) == 0
