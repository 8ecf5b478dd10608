"""Complexity: what must not change it, what must be refused, and that ways to it agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wutong.errors import NoAnswer
from wutong.formulas.complexity import (
    complexity,
    components,
    mean_of_present,
    on_scale_of,
    reflections,
    standardised,
)
from wutong.formulas.fitness import fitness, income_content, income_level
from wutong.formulas.kinds import Bools, Floats


def nested(places: int, industries: int, seed: int = 0) -> Bools:
    """Who has what, drawn so that broad places have rare industries too."""
    rng = np.random.default_rng(seed)
    strength = np.linspace(2, -2, places)[:, None] - np.linspace(-2, 2, industries)
    has = strength + rng.logistic(0, 0.7, (places, industries)) > 0
    has[0] = has[:, 0] = True  # nobody has nothing, and nothing is had by nobody
    return has


def scores(present: Bools) -> tuple[Floats, Floats]:
    found = complexity(present)
    return standardised(found.places, ddof=0), standardised(found.industries, ddof=0)


def test_a_staircase_is_ordered_from_broad_and_rare_to_narrow_and_common() -> None:
    has = np.tril(np.ones((6, 6), dtype=bool))[::-1]
    found = complexity(has)
    assert (np.diff(found.places) < 0).all()
    assert (np.diff(found.industries) > 0).all()


def test_the_second_eigenvector_of_the_book_is_met() -> None:
    """D⁻¹MU⁻¹Mᵀ, not symmetric, by numpy's general solver: as the Atlas writes it."""
    has = nested(12, 30)
    m = has.astype(float)
    book = (m / m.sum(axis=1, keepdims=True)) @ (m / m.sum(axis=0)).T
    values, vectors = np.linalg.eig(book)
    order = np.argsort(values.real)[::-1]
    expected = vectors[:, order[1]].real
    expected *= np.sign(np.corrcoef(expected, m.sum(axis=1))[0, 1])
    found = complexity(has)
    assert scores(has)[0] == pytest.approx((expected - expected.mean()) / expected.std(), abs=1e-9)
    assert found.eigenvalue == pytest.approx(values[order[1]].real)
    assert found.eigengap == pytest.approx((values[order[1]] - values[order[2]]).real)


def test_the_long_and_the_wide_side_and_both_solvers_agree() -> None:
    has = nested(450, 520, 3)  # above DENSE: Lanczos
    small = nested(20, 25, 3)  # below: dense
    for one in (has, small):
        found, turned = complexity(one), complexity(one.T)
        places = standardised(found.places, ddof=0)
        # turned on its side the industries are places; signs are set by diversity, which turns
        assert np.abs(np.corrcoef(places, turned.industries)[0, 1]) == pytest.approx(1, abs=1e-10)
        m = one.astype(float)
        again = (m @ (found.places @ m / m.sum(axis=0))) / m.sum(axis=1)
        assert again == pytest.approx(found.eigenvalue * found.places, abs=1e-10)


def test_a_place_is_the_mean_of_what_it_has_and_fit_and_apply_are_one() -> None:
    has = nested(15, 40)
    found = complexity(has)
    assert mean_of_present(has, found.industries) == pytest.approx(found.places, abs=1e-12)
    scale = on_scale_of(found.industries, found.places, ddof=0)
    assert mean_of_present(has, scale) == pytest.approx(standardised(found.places, ddof=0), abs=1e-10)


def test_reflections_lead_where_complexity_is() -> None:
    has = nested(20, 50)
    places, industries = reflections(has, 16)
    eci, pci = scores(has)
    assert np.corrcoef(places, eci)[0, 1] > 0.9999
    assert np.corrcoef(industries, pci)[0, 1] > 0.9999
    with pytest.raises(NoAnswer, match="even number"):
        reflections(has, 19)


def test_two_parts_are_refused_with_their_sizes() -> None:
    has = np.zeros((7, 6), dtype=bool)
    has[:4, :4] = nested(4, 4, 1) | np.eye(4, dtype=bool) | (np.arange(4) == 0)
    has[4:, 4:] = True
    with pytest.raises(NoAnswer, match=r"2 parts that share no industry \(with 4, 3 places\)"):
        complexity(has)
    assert components(has)[0].tolist() == [0, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("has", [np.ones((1, 5), dtype=bool), np.zeros((3, 3), dtype=bool)])
def test_a_single_place_or_none_is_refused(has: Bools) -> None:
    with pytest.raises(NoAnswer, match="two places at least"):
        complexity(has)


def test_all_alike_and_a_tie_of_eigenvalues_are_refused() -> None:
    with pytest.raises(NoAnswer, match="no order"):
        complexity(np.ones((4, 5), dtype=bool))
    ring = np.eye(6, dtype=bool) | np.roll(np.eye(6, dtype=bool), 1, axis=1)
    with pytest.raises(NoAnswer, match="no order"):
        complexity(ring)


def test_a_place_with_nothing_stays_in_place_as_missing_and_changes_nothing() -> None:
    has = nested(10, 20)
    wider = np.zeros((12, 21), dtype=bool)
    wider[np.ix_([0, *range(2, 11)], [*range(7), *range(8, 21)])] = has
    found, more = complexity(has), complexity(wider)
    assert np.flatnonzero(np.isnan(more.places)).tolist() == [1, 11]
    assert np.flatnonzero(np.isnan(more.industries)).tolist() == [7]
    assert more.places[~np.isnan(more.places)] == pytest.approx(found.places, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), places=st.integers(4, 14), industries=st.integers(4, 18))
def test_order_and_repetition_of_places_and_industries_do_not_matter(
    seed: int, places: int, industries: int
) -> None:
    has = nested(places, industries, seed)
    try:
        found = complexity(has)
    except NoAnswer:
        return
    assume(found.eigengap > 1e-4 and found.diversity_correlation > 1e-3)
    rng = np.random.default_rng(seed)
    row, column = rng.permutation(places), rng.permutation(industries)
    moved = complexity(has[row][:, column])
    assert moved.places == pytest.approx(found.places[row], abs=1e-8, nan_ok=True)
    assert moved.industries == pytest.approx(found.industries[column], abs=1e-8, nan_ok=True)
    # every place twice over: the same scores twice over
    twice = complexity(np.vstack([has, has]))
    assert twice.places == pytest.approx(np.tile(found.places, 2), abs=1e-8, nan_ok=True)


def test_fitness_is_what_the_naive_updates_give_while_these_last() -> None:
    has = nested(12, 20)
    m = has.astype(float)
    fit, hard = np.ones(12), np.ones(20)
    for _ in range(15):
        fit, hard = m @ hard, 1 / ((1 / fit) @ m)
        fit, hard = fit / fit.mean(), hard / hard.mean()
    found = fitness(has, updates=15)
    assert np.exp(found.places) == pytest.approx(fit, rel=1e-12)
    assert np.exp(found.industries) == pytest.approx(hard, rel=1e-12)


def test_fitness_stays_a_number_where_naive_updates_underflow() -> None:
    # two places that have nothing but what all have: their fitness halves at each update, without end
    has = np.vstack([nested(12, 20), np.zeros((2, 20), dtype=bool)])
    has[12:, 0] = True
    found = fitness(has, updates=2000)
    assert np.isfinite(found.places).all()
    assert np.isfinite(found.industries).all()
    assert float(found.places.min()) < -745  # below the least double
    steady = fitness(has)
    assert steady.steady
    assert steady.updates < 1000
    assert np.array_equal(np.argsort(steady.places, kind="stable"), np.argsort(found.places, kind="stable"))


def test_a_place_with_nothing_has_no_fitness() -> None:
    found = fitness(np.array([[1, 1], [1, 0], [0, 0]], dtype=bool))
    assert np.isnan(found.places).tolist() == [False, False, True]


def test_income_content_of_alike_incomes_is_that_income_and_unknown_incomes_are_left_out() -> None:
    values = np.array([[1.0, 2.0], [5.0, 1.0], [2.0, 2.0]])
    assert income_content(values, np.full(3, 7.0)) == pytest.approx([7.0, 7.0])
    known = income_content(values[:2], np.array([10.0, 20.0]))
    assert income_content(values, np.array([10.0, 20.0, np.nan])) == pytest.approx(known)
    # place 1: shares 1/3 and 2/3; place 2: 5/6 and 1/6
    assert known[0] == pytest.approx((10 * (1 / 3) + 20 * (5 / 6)) / (1 / 3 + 5 / 6))
    assert income_level(values[:1], known) == pytest.approx([known[0] / 3 + known[1] * 2 / 3])
