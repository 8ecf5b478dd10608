"""Convergence: planted speeds and clubs, a line by another program, and what must hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from wutong.errors import NoAnswer
from wutong.formulas.convergence import CRITICAL, beta_convergence, clubs, line_through, log_t, sigma
from wutong.formulas.kinds import Floats


@settings(deadline=None)
@given(
    st.lists(st.floats(1, 1000), min_size=3, max_size=20, unique=True).map(np.array),
    st.floats(0.001, 0.2),
    st.integers(1, 50),
)
def test_a_planted_speed_is_found(first: Floats, speed: float, years: int) -> None:
    if np.log(first).std() < 1e-3:
        return
    last = 5000 * (first / 5000) ** np.exp(-speed * years)
    found = beta_convergence(first, last, years)
    assert found.speed == pytest.approx(speed, rel=1e-5)
    assert found.half_life == pytest.approx(np.log(2) / speed, rel=1e-5)
    assert found.line.fit == pytest.approx(1)


def test_regions_that_drift_apart_have_no_half_life() -> None:
    first = np.array([1.0, 2.0, 4.0])
    found = beta_convergence(first, first**1.5, 10)
    assert found.speed < 0
    assert found.half_life == float("inf")


@pytest.mark.shared
def test_mexico_converged_until_1960_and_hardly_since() -> None:
    """The line is that of NumPy's least squares; the history is Esquivel's (1999): convergence stopped after 1960."""
    states = pl.read_csv(SHARED / "data" / "structure" / "libpysal_mexico.csv")
    one, two, three = (states[f"pcgdp{year}"].to_numpy() for year in (1940, 1960, 2000))
    early, late = beta_convergence(one, two, 20), beta_convergence(two, three, 40)
    slope, intercept = np.polyfit(np.log(one), np.log(two / one) / 20, 1)
    assert (early.line.slope, early.line.intercept) == pytest.approx((slope, intercept))
    assert early.speed > 2 * late.speed > 0
    spread = sigma(states.select(f"pcgdp{year}" for year in range(1940, 2001, 10)).to_numpy())
    assert spread[2] < spread[0]


def test_the_error_of_a_line_is_that_of_the_textbook() -> None:
    # residuals ±1/6, 1/3 around 1/6 + x/2 … by hand: slope 0.5, s² = 1/6, error = √(1/6 ÷ 2)
    line = line_through(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0]))
    assert (line.slope, line.intercept) == pytest.approx((0.5, 1 / 6))
    assert line.error == pytest.approx(np.sqrt(1 / 12))
    assert line.fit == pytest.approx(0.75)


T = np.arange(1.0, 41.0)


def coming(to: float, n: int, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    way = chance.uniform(0.1, 0.3, (n, 1)) * chance.choice([-1, 1], (n, 1))
    return np.asarray(
        to * (1 + way * T**-0.7 + 0.0005 * chance.standard_normal((n, 40)) / T), dtype=np.float64
    )


@pytest.mark.parametrize("seed", range(5))
def test_planted_clubs_are_found_whatever_the_order(seed: int) -> None:
    values = np.concatenate((coming(30, 6, seed), coming(20, 5, seed + 50), coming(10, 4, seed + 90)))
    truth = np.repeat([0, 1, 2], [6, 5, 4])
    assert clubs(values).tolist() == truth.tolist()
    mixed = np.random.default_rng(seed).permutation(15)
    assert clubs(values[mixed] * 7.0).tolist() == truth[mixed].tolist()


def test_one_club_is_one_and_a_region_on_its_own_goes_with_none() -> None:
    assert set(clubs(coming(30, 6, 1)).tolist()) == {0}
    own = 5 * np.exp(-0.05 * T)[None, :]
    found = clubs(np.concatenate((coming(30, 6, 1), own)))
    assert found[:6].tolist() == [0] * 6
    assert found[6] == -1


def test_twice_the_speed_of_decay_is_the_slope() -> None:
    # h − 1 falls as t^−0.7 ÷ log t: then log(H₁/Hₜ) − 2 log log t = a + 1.4 log t
    fall = T**-0.7 / np.log(T + (T == 1) * (np.e - 1))
    values = 10 + np.array([[-1.0], [1.0]]) * fall
    assert log_t(values).slope == pytest.approx(1.4)
    assert log_t(values).t > CRITICAL


@settings(deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 50))
def test_the_unit_and_the_order_do_not_change_the_test(times: float, seed: int) -> None:
    values = np.concatenate((coming(30, 4, seed), coming(20, 3, seed)))
    mixed = np.random.default_rng(seed).permutation(7)
    assert log_t(values[mixed] * times).t == pytest.approx(log_t(values).t, rel=1e-6)
    assert log_t(values).t < CRITICAL


def test_what_cannot_be_told_is_refused() -> None:
    two = np.array([1.0, 2.0])
    with pytest.raises(NoAnswer, match="Three points"):
        beta_convergence(two, two, 5)
    with pytest.raises(NoAnswer, match="Three points"):
        beta_convergence(np.ones(4), np.arange(1.0, 5.0), 5)
    for first in (np.array([0.0, 1.0, 2.0]), np.array([np.nan, 1.0, 2.0])):
        with pytest.raises(NoAnswer, match="above zero"):
            beta_convergence(first, np.ones(3), 5)
    with pytest.raises(NoAnswer, match="two regions"):
        sigma(np.ones((1, 3)))
    with pytest.raises(NoAnswer, match="ten years"):
        log_t(np.ones((3, 9)))
    with pytest.raises(NoAnswer, match="alike"):
        clubs(np.ones((3, 20)))
