"""Relatedness: each form against its definition, and the ways in which packages go wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formulas.test_complexity import nested
from wutong.formulas.complexity import complexity, on_scale_of
from wutong.formulas.kinds import Bools
from wutong.formulas.relatedness import (
    Measure,
    correlation,
    cross_proximity,
    density,
    export_similarity,
    nearest_only,
    outlook_gain,
    outlook_index,
    proximity,
    relative,
)
from wutong.formulas.tree import layout, spanning_tree, strong_links

# both together in 2 of 4 places; the first in 3, the second in 2
HAS = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("minimum", 2 / 3), ("cosine", 2 / 6**0.5), ("association", 2 * 4 / 6), ("jaccard", 2 / 3)],
)
def test_each_measure_is_its_definition(measure: Measure, expected: float) -> None:
    found = proximity(HAS, measure, diagonal="one")
    assert found[0, 1] == found[1, 0] == pytest.approx(expected, rel=1e-15)
    assert found.diagonal().tolist() == [1, 1, 0]  # nobody has the third: it is near to nothing, itself too
    assert found[2].tolist() == [0, 0, 0]


def test_jaccard_differs_from_the_minimum_where_neither_holds_the_other() -> None:
    has = np.array([[1, 1], [1, 0], [0, 1]], dtype=bool)
    assert proximity(has, "jaccard", diagonal="zero")[0, 1] == pytest.approx(1 / 3)
    assert proximity(has, "minimum", diagonal="zero")[0, 1] == pytest.approx(1 / 2)


def test_counts_of_more_than_127_places_do_not_wrap() -> None:
    has = np.ones((300, 3), dtype=bool)
    assert (proximity(has, diagonal="one") == 1).all()


def test_blocks_join_without_a_seam() -> None:
    has = nested(20, 1100, 2)
    count = has.astype(float)
    both = count.T @ count
    reach = np.maximum(count.sum(axis=0), 1)
    expected = both / np.maximum.outer(reach, reach)
    np.fill_diagonal(expected, 0)
    assert np.array_equal(proximity(has, diagonal="zero"), expected)  # to the bit


def test_correlation_is_numpys() -> None:
    values = np.random.default_rng(0).random((9, 5))
    assert correlation(values, diagonal="one") == pytest.approx((1 + np.corrcoef(values.T)) / 2)
    values[:, 2] = 0.1
    assert correlation(values, diagonal="one")[2].tolist() == [0, 0, 0, 0, 0]


def test_cross_proximity_of_a_thing_with_itself_is_its_proximity() -> None:
    has = nested(15, 12)
    assert np.array_equal(cross_proximity(has, has), proximity(has, diagonal="one"))


def test_the_diagonal_matters_and_is_said() -> None:
    has = nested(15, 12)
    one = density(has, proximity(has, diagonal="one"))
    zero = density(has, proximity(has, diagonal="zero"))
    assert (one[has] >= zero[has]).all()
    assert one[has].mean() > zero[has].mean() + 0.001
    assert (one[~has] <= zero[~has]).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 20))
def test_densities_lie_between_0_and_1_and_grow_with_what_a_place_has(seed: int, k: int) -> None:
    has = nested(8, 10, seed)
    near = proximity(has, diagonal="zero")
    for one in (near, nearest_only(near, k)):
        found = density(has, one)
        known = found[~np.isnan(found)]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
        more = has.copy()
        more[:, 0] = True
        assert (np.nan_to_num(density(more, one)) >= np.nan_to_num(found) - 1e-12).all()
    row, column = np.random.default_rng(seed).permutation(8), np.random.default_rng(seed).permutation(10)
    moved = has[row][:, column]
    # ties at the border of the neighbours stay in, so that order has no say
    again = density(moved, nearest_only(proximity(moved, diagonal="zero"), k))
    assert again == pytest.approx(density(has, nearest_only(near, k))[row][:, column], nan_ok=True)


def test_nearest_neighbours_of_all_are_the_whole_density() -> None:
    has = nested(9, 11)
    near = proximity(has, diagonal="zero")
    assert np.array_equal(nearest_only(near, 99), near)


def test_relative_density_has_mean_0_and_deviation_1_among_options() -> None:
    has = nested(9, 11)
    found = relative(density(has, proximity(has, diagonal="zero")), has)
    assert np.isnan(found[has]).all()
    options = (~has).sum(axis=1) > 2  # two may be alike, and then there is no deviation
    assert options.any()
    assert np.isnan(found[(~has).sum(axis=1) < 2]).all()
    assert np.nanmean(found[options], axis=1) == pytest.approx(0, abs=1e-12)
    assert np.nanstd(found[options], axis=1) == pytest.approx(1)


def by_hand(has: Bools, pci: np.ndarray, near: np.ndarray, place: int, new: int, *, less_own: bool) -> float:
    """Outlook gain as the Atlas writes it, in loops."""
    total = 0.0
    for other in range(near.shape[0]):
        if not has[place, other]:
            total += near[other, new] / near[other].sum() * pci[other]
    if less_own:
        total -= sum(near[i, new] for i in range(near.shape[0]) if has[place, i]) / near[new].sum() * pci[new]
    return total


def test_both_forms_of_gain_are_their_definitions_and_differ() -> None:
    has = nested(9, 11)
    near = proximity(has, diagonal="one")
    pci = complexity(has).industries
    whole = outlook_gain(has, near, pci, "whole")
    less = outlook_gain(has, near, pci, "less_own")
    absent = np.argwhere(~has)
    for place, new in absent[:: max(1, len(absent) // 12)]:
        assert whole[place, new] == pytest.approx(by_hand(has, pci, near, place, new, less_own=False))
        assert less[place, new] == pytest.approx(by_hand(has, pci, near, place, new, less_own=True))
    assert np.isnan(whole[has]).all()
    assert not np.allclose(whole[~has], less[~has])


def test_the_origin_of_complexity_changes_the_order_of_the_outlook() -> None:
    has = nested(25, 60, 4)
    found = complexity(has)
    near = density(has, proximity(has, diagonal="one"))
    raw = outlook_index(near, has, found.industries)
    scaled = outlook_index(near, has, on_scale_of(found.industries, found.places, ddof=0))
    assert not np.array_equal(np.argsort(raw), np.argsort(scaled))


def test_similarity_is_symmetric_and_1_for_the_same_shares() -> None:
    values = np.array([[1.0, 3.0, 0.0], [10.0, 30.0, 0.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    assert export_similarity(values, 0).tolist()[:3] == [1.0, 1.0, 0.0]
    assert np.isnan(export_similarity(values, 0)[3])


def test_the_spanning_tree_is_the_heaviest() -> None:
    rng = np.random.default_rng(5)
    near = rng.random((12, 12))
    near = np.triu(near, 1) + np.triu(near, 1).T
    # Prim, in loops
    inside, total = {0}, 0.0
    while len(inside) < 12:
        i, j = max(((i, j) for i in inside for j in range(12) if j not in inside), key=lambda e: near[e])
        inside.add(j)
        total += near[i, j]
    links = spanning_tree(near)
    assert near[links[:, 0], links[:, 1]].sum() == pytest.approx(total)
    assert len(strong_links(near, 0.9)) == int((np.triu(near, 1) >= 0.9).sum())


def test_what_is_near_to_nothing_is_no_part_of_the_tree() -> None:
    near = proximity(HAS, diagonal="zero")
    assert spanning_tree(near).tolist() == [[0, 1]]


@pytest.mark.parametrize("size", [40, 400])
def test_a_map_puts_neighbours_near_and_is_the_same_each_time(size: int) -> None:
    has = nested(60, size, 8)
    near = proximity(has, diagonal="zero")
    links = spanning_tree(near)
    at = layout(links, near)
    assert np.array_equal(at, layout(links, near))
    assert np.abs(at).max() == pytest.approx(1)
    linked = np.linalg.norm(at[links[:, 0]] - at[links[:, 1]], axis=1)
    anyone = np.linalg.norm(at - at[np.random.default_rng(0).permutation(size)], axis=1)
    assert linked.mean() < anyone.mean() / 3


def test_a_large_map_is_laid_out_by_some_distances() -> None:
    n = 1600
    path = np.column_stack([np.arange(n - 1), np.arange(1, n)])
    near = np.zeros((n, n))
    near[path[:, 0], path[:, 1]] = near[path[:, 1], path[:, 0]] = 0.5
    at = layout(path, near)
    assert (np.diff(at[:, 0]) > 0).all() or (np.diff(at[:, 0]) < 0).all()
