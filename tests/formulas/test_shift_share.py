"""Shift-share: a textbook's numbers, parts that add up, and what has no rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.references.structure_numbers import SHIFT_SHARE, SHIFT_SHARE_PARTS
from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats
from wutong.formulas.shift_share import arcelus, dunn, dynamic, esteban_marquillas

Four = tuple[Floats, Floats, Floats, Floats]


def textbook() -> Four:
    rows = [np.array(SHIFT_SHARE[key], dtype=float) for key in ("before", "after", "all_before", "all_after")]
    return rows[0], rows[1], rows[2], rows[3]


def test_dunns_parts_are_those_of_reat() -> None:
    found = dunn(*textbook())
    assert found.national.sum() == pytest.approx(SHIFT_SHARE_PARTS["national"])
    assert found.mix.sum() == pytest.approx(SHIFT_SHARE_PARTS["mix"])
    assert found.regional.sum() == pytest.approx(SHIFT_SHARE_PARTS["regional"])


@st.composite
def regions(draw: st.DrawFn) -> Four:
    n = draw(st.integers(1, 6))
    rows = [
        np.array(draw(st.lists(st.integers(0, 1000), min_size=n, max_size=n)), dtype=float) for _ in range(4)
    ]
    own, others = rows[:2], rows[2:]
    own[0][0] += 1  # the region and the nation begin with something
    return own[0], own[1], own[0] + others[0], own[1] + others[1]


@settings(deadline=None)
@given(regions())
def test_every_form_adds_up_to_the_change_of_each_industry(four: Four) -> None:
    before, after, all_before, _ = four
    change = after - before
    plain = dunn(*four)
    assert plain.national + plain.mix + plain.regional == pytest.approx(change, abs=1e-6)
    told = (before > 0) | (all_before == 0)
    split = esteban_marquillas(*four)
    parts = split.national + split.mix + split.competitive + split.allocation
    assert parts[told] == pytest.approx(change[told], abs=1e-6)
    assert np.isnan(parts[~told]).all()
    eight = arcelus(*four)
    parts = (eight.national + eight.mix + eight.growth + eight.regional_mix).sum(axis=1)
    assert parts[told] == pytest.approx(change[told], abs=1e-6)
    assert np.isnan(parts[~told]).all()


@settings(deadline=None)
@given(regions(), st.floats(0.01, 100))
def test_the_order_of_industries_and_the_unit_do_not_matter(four: Four, times: float) -> None:
    mixed = np.random.default_rng(four[0].size).permutation(four[0].size)
    plain = dunn(*four)
    other = dunn(*(row[mixed] * times for row in four))
    assert other.regional == pytest.approx(plain.regional[mixed] * times, rel=1e-9, abs=1e-6)


def test_a_region_that_is_the_nation_has_no_growth_of_its_own() -> None:
    before, after = np.array([10.0, 20.0]), np.array([15.0, 18.0])
    found = dunn(before, after, before, after)
    assert found.regional == pytest.approx([0, 0])
    assert found.mix.sum() == pytest.approx(0)
    assert arcelus(before, after, before, after).growth == pytest.approx(np.zeros((2, 2)))


def test_an_industry_new_to_the_nation_is_the_regions_own() -> None:
    found = dunn(np.array([10.0, 0.0]), np.array([10.0, 5.0]), np.array([20.0, 0.0]), np.array([20.0, 5.0]))
    assert found.regional == pytest.approx([-2.5 + 2.5, 5.0])
    assert found.national == pytest.approx([2.5, 0.0])


def test_year_by_year_the_mix_of_each_year_counts() -> None:
    # the nation's industry a doubles in the first year and stands in the second; the region changes over to it
    sizes = np.array([[10.0, 90.0], [90.0, 10.0], [90.0, 10.0]])
    nation = np.array([[100.0, 900.0], [200.0, 900.0], [200.0, 1800.0]])
    yearly = dynamic(sizes, nation)
    ends = dunn(sizes[0], sizes[-1], nation[0], nation[-1])
    assert (yearly.national + yearly.mix + yearly.regional).sum() == pytest.approx(0)
    # by hand: mix of year 1 is 10 × (1 − .1) + 90 × (0 − .1) = 0; of year 2 90 × (0 − 900/1100) + 10 × (1 − 900/1100)
    assert yearly.mix.sum() == pytest.approx(-90 * 9 / 11 + 10 * 2 / 11)
    assert ends.mix.sum() != pytest.approx(yearly.mix.sum())


@pytest.mark.parametrize(
    ("before", "all_before"), [([-1.0], [10.0]), ([float("nan")], [10.0]), ([0.0], [0.0]), ([11.0], [10.0])]
)
def test_what_is_unknown_negative_or_more_than_the_nation_is_refused(
    before: list[float], all_before: list[float]
) -> None:
    with pytest.raises(NoAnswer):
        dunn(np.array(before), np.array([1.0]), np.array(all_before), np.array([20.0]))


def test_one_year_and_a_region_that_began_with_nothing_are_refused() -> None:
    with pytest.raises(NoAnswer, match="two years"):
        dynamic(np.ones((1, 2)), np.ones((1, 2)))
    with pytest.raises(NoAnswer, match="began with nothing"):
        arcelus(np.zeros(1), np.ones(1), np.ones(1), np.ones(1) * 2)
