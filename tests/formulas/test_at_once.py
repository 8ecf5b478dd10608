"""Density and gain of all places at once are those of the matrix that is not made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formulas.test_complexity import nested
from wutong.formulas.at_once import related, through_proximity
from wutong.formulas.relatedness import Diagonal, Gain, density, outlook_gain, proximity


@settings(max_examples=40, deadline=None)
@given(
    places=st.integers(1, 12),
    industries=st.integers(1, 40),
    seed=st.integers(0, 9999),
    diagonal=st.sampled_from(["one", "zero"]),
)
def test_the_way_through_places_is_the_product_with_the_matrix(
    places: int, industries: int, seed: int, diagonal: Diagonal
) -> None:
    rng = np.random.default_rng(seed)
    has = rng.random((places, industries)) < 0.3  # some industries that nobody has
    weights = rng.normal(size=(3, industries))
    near = proximity(has, diagonal=diagonal)
    expected = weights @ near
    assert through_proximity(weights, has, diagonal=diagonal) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("shape", [(12, 700), (40, 50)])
@pytest.mark.parametrize("form", ["whole", "less_own"])
@pytest.mark.parametrize("diagonal", ["one", "zero"])
def test_both_ways_give_density_and_gain(shape: tuple[int, int], form: Gain, diagonal: Diagonal) -> None:
    has = nested(*shape, 5)
    has[:, 3] = False  # nobody has it
    scores = np.random.default_rng(0).normal(size=shape[1])
    scores[3] = np.nan
    near = proximity(has, diagonal=diagonal)
    found, gain = related(has, scores, form, diagonal=diagonal)
    assert found == pytest.approx(density(has, near), abs=1e-12, nan_ok=True)
    assert gain == pytest.approx(outlook_gain(has, near, scores, form), abs=1e-12, nan_ok=True)
