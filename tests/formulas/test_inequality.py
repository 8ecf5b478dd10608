"""Inequality: the numbers that others printed, and what must hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.references.structure_numbers import (
    ATKINSON,
    GINI_WITH_N,
    MEXICO_GINI_1940,
    MEXICO_THEIL,
    MEXICO_THEIL_BETWEEN,
)
from wutong.errors import NoAnswer
from wutong.formulas.inequality import atkinson, gini, gini_corrected, hoover, lorenz, theil, theil_parts
from wutong.formulas.kinds import Floats

SIZES = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20).map(np.array)
MEASURES = (gini, theil, lambda parts: atkinson(parts, 0.5), lambda parts: atkinson(parts, 2.0))


@pytest.mark.parametrize(("parts", "value"), GINI_WITH_N)
def test_gini_with_n_is_that_of_econgeo(parts: tuple[int, ...], value: float) -> None:
    assert gini(np.array(parts, dtype=float)) == pytest.approx(value)


@pytest.mark.parametrize(("aversion", "value"), ATKINSON.items())
def test_atkinson_is_that_of_reat(aversion: float, value: float) -> None:
    assert atkinson(np.arange(10.0, 60.0, 10.0), aversion) == pytest.approx(value, abs=5e-6)


def test_atkinson_runs_through_one_without_a_jump() -> None:
    parts = np.array([1.0, 4.0, 9.0])
    assert atkinson(parts, 1 - 1e-6) == pytest.approx(atkinson(parts, 1.0), abs=1e-5)
    assert atkinson(parts, 1 + 1e-6) == pytest.approx(atkinson(parts, 1.0), abs=1e-5)
    assert 0 < atkinson(np.array([1e-12, 1.0, 1.0]), 40.0) <= 1


@pytest.mark.shared
def test_gini_and_theil_of_mexico_are_those_of_pysal() -> None:
    states = pl.read_csv(SHARED / "data" / "structure" / "libpysal_mexico.csv")
    years = [f"pcgdp{year}" for year in range(1940, 2001, 10)]
    regime = states["hanson98"].to_numpy().astype(np.int64)
    assert gini(states["pcgdp1940"].to_numpy()) == pytest.approx(MEXICO_GINI_1940, rel=1e-12)
    for year, whole, between in zip(years, MEXICO_THEIL, MEXICO_THEIL_BETWEEN, strict=True):
        income = states[year].to_numpy()
        assert theil(income) == pytest.approx(whole, abs=5e-9)
        assert theil_parts(income, regime) == pytest.approx((between, whole - between), abs=2e-8)


@settings(deadline=None)
@given(SIZES, st.floats(0.001, 1000))
def test_neither_order_nor_unit_nor_everything_twice_changes_inequality(sizes: Floats, times: float) -> None:
    mixed = np.random.default_rng(len(sizes)).permutation(sizes)
    for measure in MEASURES:
        value = measure(sizes)
        assert measure(mixed * times) == pytest.approx(value, abs=1e-9)
        assert measure(np.concatenate((sizes, sizes))) == pytest.approx(value, abs=1e-9)
        assert value >= -1e-12


@settings(deadline=None)
@given(SIZES)
def test_gini_is_twice_the_area_beside_the_lorenz_curve(sizes: Floats) -> None:
    x, y = lorenz(sizes)
    area = float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum())
    assert gini(sizes) == pytest.approx(1 - 2 * area, abs=1e-9)
    assert bool((y <= x + 1e-12).all())


@settings(deadline=None)
@given(SIZES, st.integers(1, 4))
def test_what_lies_between_and_within_groups_is_all_there_is(sizes: Floats, groups: int) -> None:
    between, within = theil_parts(sizes, np.arange(sizes.size) % groups)
    assert between + within == pytest.approx(theil(sizes), abs=1e-9)
    assert between <= theil(sizes) + 1e-9


def test_one_region_alone_is_not_unequal_and_has_no_corrected_gini() -> None:
    one = np.array([7.0])
    assert [gini(one), theil(one), atkinson(one, 1.0), hoover(one, one)] == [0, 0, 0, 0]
    with pytest.raises(NoAnswer, match="two parts"):
        gini_corrected(one)


def test_the_corrected_gini_reaches_one() -> None:
    assert gini_corrected(np.array([0.0, 0.0, 0.0, 0.0, 1.0])) == pytest.approx(1.0)


def test_hoover_moves_what_lies_above_the_weights() -> None:
    assert hoover(np.array([60.0, 40.0]), np.array([25.0, 75.0])) == pytest.approx(0.35)


@pytest.mark.parametrize("parts", [[], [0.0, 0.0], [1.0, -1.0, 3.0], [1.0, float("nan")]])
def test_rows_of_zeros_and_what_is_not_known_have_no_inequality(parts: list[float]) -> None:
    for measure in MEASURES:
        with pytest.raises(NoAnswer):
            measure(np.array(parts))


def test_an_aversion_of_zero_has_no_answer() -> None:
    with pytest.raises(NoAnswer, match="aversion"):
        atkinson(np.array([1.0, 2.0]), 0.0)
