"""Location quotients and presence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.errors import NoAnswer
from wutong.formulas.specialisation import location_quotient, presence


def test_the_quotient_is_share_in_place_over_share_in_all() -> None:
    # a has 30 of 40 in x, all have 50 of 100 in x: 0.75 / 0.5
    values = np.array([[30.0, 10.0], [20.0, 40.0]])
    assert location_quotient(values)[0, 0] == pytest.approx(1.5)


def test_an_unknown_cell_stays_unknown_and_published_totals_keep_the_others_right() -> None:
    values = np.array([[30.0, np.nan], [20.0, 40.0]])
    found = location_quotient(
        values, place_totals=np.array([40.0, 60.0]), industry_totals=np.array([50.0, 50.0])
    )
    assert found[0, 0] == pytest.approx(1.5)
    assert np.isnan(found[0, 1])
    assert location_quotient(values)[0, 0] != pytest.approx(1.5)


def test_a_place_of_zeros_stays_in_place_as_missing() -> None:
    found = location_quotient(np.array([[0.0, 0.0], [1.0, 3.0]]))
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1.0, 1.0]


def test_a_quotient_of_exactly_one_is_present_whatever_the_unit() -> None:
    rng = np.random.default_rng(1)
    whole = rng.integers(1, 50, 7).astype(float)
    for unit in (1.0, 1 / 3, 0.1, 1e9 / 7):
        values = np.outer([1.0, 3.0, 7.0], whole) * unit
        assert presence(location_quotient(values)).all()


def test_the_threshold_is_an_argument_and_at_it_counts() -> None:
    assert presence(np.array([0.5, 0.4]), 0.5).tolist() == [True, False]


@pytest.mark.parametrize("values", [np.zeros((2, 2)), np.array([[1.0, -1.0]])])
def test_negative_or_nothing_is_refused(values: np.ndarray) -> None:
    with pytest.raises(NoAnswer, match="not negative"):
        location_quotient(values)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 999), more=st.floats(0, 100))
def test_more_of_an_industry_never_lowers_the_quotient_of_its_place(seed: int, more: float) -> None:
    values = np.random.default_rng(seed).integers(1, 50, (5, 6)).astype(np.float64)
    raised = values.copy()
    raised[2, 3] += more
    assert location_quotient(raised)[2, 3] >= location_quotient(values)[2, 3] - 1e-12
