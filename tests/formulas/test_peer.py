"""Against ecomplexity (Python, Growth Lab at Harvard), where it is right, and where it goes wrong.

Its numbers for a small table stand in ``tests/references/ecomplexity.py``; ``benchmarks/structure.py`` compares whole tables.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.formulas.test_complexity import nested
from tests.references.ecomplexity import COG, COI, DENSITY, ECI, PCI, VALUES
from wutong.formulas.complexity import complexity, on_scale_of, standardised
from wutong.formulas.relatedness import density, nearest_only, outlook_gain, outlook_index, proximity
from wutong.formulas.specialisation import location_quotient, presence

HAS = presence(location_quotient(np.array(VALUES, dtype=np.float64)))
NEAR = proximity(HAS, diagonal="one")
FOUND = complexity(HAS)


def test_complexity_is_its_own() -> None:
    assert standardised(FOUND.places, ddof=0) == pytest.approx(np.array(ECI), abs=1e-9)
    assert on_scale_of(FOUND.industries, FOUND.places, ddof=0) == pytest.approx(np.array(PCI), abs=1e-9)


def test_density_and_outlook_are_its_own() -> None:
    found = density(HAS, NEAR)
    assert found == pytest.approx(np.array(DENSITY), abs=1e-9)
    index = outlook_index(found, HAS, FOUND.industries)
    assert standardised(index, ddof=0) == pytest.approx(np.array(COI), abs=1e-9)


def test_gain_in_the_form_of_the_packages_is_its_own() -> None:
    # it divides by the deviation of raw ECI, from the eigenvector of length 1
    gain = outlook_gain(HAS, NEAR, FOUND.industries, "whole") / FOUND.places.std()
    assert gain[~HAS] == pytest.approx(np.array(COG)[~HAS], abs=1e-9)
    assert (np.array(COG)[HAS] == 0).all()  # where it says 0 we say that there is nothing to gain: NaN
    assert np.isnan(gain[HAS]).all()


def test_presence_by_two_tests_is_both_and_never_two() -> None:
    """Its presence test “both” adds two flags and gives 0, 1 and 2."""
    values = np.array(VALUES, dtype=np.float64)
    people = np.arange(1.0, values.shape[0] + 1)
    a_head = location_quotient(values, place_totals=people)
    assert a_head[0, 0] == pytest.approx(
        (values[0, 0] / people[0]) / (values[:, 0].sum() / people.sum()), rel=1e-12
    )
    both = presence(location_quotient(values)) & presence(a_head)
    assert both.dtype == np.bool_
    assert np.array_equal(both, presence(np.minimum(location_quotient(values), a_head)))


def test_nearest_neighbour_density_never_passes_1() -> None:
    """Its density with ``knn`` reaches 5 where 1 is the most."""
    found = density(HAS, nearest_only(NEAR, 3))
    assert np.nanmax(found) <= 1
    everything = np.ones((1, HAS.shape[1]), dtype=bool)
    assert density(everything, nearest_only(NEAR, 3)) == pytest.approx(np.ones((1, HAS.shape[1])))


def test_one_place_with_nothing_does_not_turn_all_others_to_nan() -> None:
    """With one such place its means are NaN, and so are all its scores."""
    wider = np.vstack([HAS, np.zeros((1, HAS.shape[1]), dtype=bool)])
    found = complexity(wider)
    assert standardised(found.places, ddof=0)[:-1] == pytest.approx(np.array(ECI), abs=1e-9)
    assert on_scale_of(found.industries, found.places, ddof=0) == pytest.approx(np.array(PCI), abs=1e-9)
    assert np.array_equal(proximity(wider, diagonal="one"), NEAR)


def test_the_same_input_gives_the_same_bits() -> None:
    """Its default check draws without a seed; nothing here draws at all but a fixed start of the eigensolver."""
    has = nested(430, 440, 2)
    one, other = complexity(has), complexity(has)
    assert np.array_equal(one.places, other.places)
    assert np.array_equal(one.industries, other.industries)
