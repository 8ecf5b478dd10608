"""Growth and forecasts against numbers that others gave, and against what must hold."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.references import drift_forecast as published
from wutong.errors import NoAnswer
from wutong.formulas.paths import annual_growth, drift_forecast


@given(st.floats(1, 1e6), st.floats(-0.5, 2), st.integers(1, 20))
def test_average_growth_undoes_compounding(first: float, growth: float, years: int) -> None:
    assert annual_growth(first, first * (1 + growth) ** years, years) == pytest.approx(growth, abs=1e-9)


def test_growth_from_nothing_has_no_answer() -> None:
    with pytest.raises(NoAnswer):
        annual_growth(0, 1, 1)


def test_two_points_are_too_few_to_forecast() -> None:
    with pytest.raises(NoAnswer):
        drift_forecast(np.array([1.0, 2.0]), 1, 1.96)


@pytest.mark.parametrize(("level", "low"), [(0.80, published.LOW_80), (0.95, published.LOW_95)])
def test_the_drift_forecast_agrees_with_statsforecast(level: float, low: list[float]) -> None:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle, lower, upper = drift_forecast(np.array(published.SERIES, dtype=float), 4, z)
    assert middle == pytest.approx(published.MEAN, rel=1e-12)
    wider = np.sqrt((len(published.SERIES) - 1) / (len(published.SERIES) - 2))
    assert middle - lower == pytest.approx((np.array(published.MEAN) - low) * wider, rel=1e-6)
    assert upper - middle == pytest.approx(middle - lower)
