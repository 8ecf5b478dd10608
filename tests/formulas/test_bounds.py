"""Bounds where parts are withheld: nothing that the totals allow lies outside, and both ends are reached."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from wutong.errors import NoAnswer
from wutong.formulas.bounds import (
    herfindahl_bounds,
    quotient_bounds,
    share_bounds,
    top_share_bounds,
    withheld,
)
from wutong.formulas.concentration import herfindahl, shares, top_share
from wutong.formulas.kinds import Bools, Floats

CELLS = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 100), min_size=n, max_size=n).map(lambda row: np.array(row, dtype=float)),
        st.lists(st.booleans(), min_size=n, max_size=n).map(np.array),
        st.lists(st.integers(0, 50), min_size=n, max_size=n).map(lambda row: np.array(row, dtype=float)),
    )
)


@settings(deadline=None)
@given(CELLS)
def test_the_truth_lies_within_every_bound(drawn: tuple[Floats, Bools, Floats]) -> None:
    truth, hidden, room = drawn
    assume(truth.sum() > 0)
    known = np.where(hidden, np.nan, truth)
    reference = shares(truth + 1)
    for most in (None, truth + room):
        cells = withheld(known, hidden, float(truth.sum()), most)
        low, high = share_bounds(cells)
        share = shares(truth)
        assert bool(((low <= share + 1e-9) & (share <= high + 1e-9)).all())
        assert share[~hidden] == pytest.approx(low[~hidden])
        least, greatest = herfindahl_bounds(cells)
        assert least - 1e-9 <= herfindahl(truth) <= greatest + 1e-9
        least, greatest = top_share_bounds(cells)
        assert least - 1e-9 <= top_share(truth) <= greatest + 1e-9
        low, high = quotient_bounds(cells, (reference, reference))
        assert bool(((low <= share / reference + 1e-9) & (share / reference <= high + 1e-9)).all())


def test_both_ends_are_reached_by_trying_every_way_to_share_out_what_is_left() -> None:
    # 100 in all, 40 published; three parts withheld of at most 30, 25 and 20 share 60
    most = np.array([40.0, 30.0, 25.0, 20.0])
    cells = withheld(np.array([40.0, 0, 0, 0]), np.array([False, True, True, True]), 100.0, most)
    ways = [np.array([40.0, a, b, 60 - a - b]) for a in range(31) for b in range(26) if 0 <= 60 - a - b <= 20]
    indices = [herfindahl(way) for way in ways]
    assert herfindahl_bounds(cells) == pytest.approx((min(indices), max(indices)))
    low, high = share_bounds(cells)
    for at in range(4):
        assert (low[at], high[at]) == pytest.approx(
            (min(way[at] for way in ways) / 100, max(way[at] for way in ways) / 100)
        )
    assert top_share_bounds(cells) == pytest.approx((0.4, 0.4))


def test_with_nothing_withheld_both_bounds_are_the_number_itself() -> None:
    parts = np.array([50.0, 30.0, 20.0])
    cells = withheld(parts, np.zeros(3, dtype=bool), 100.0)
    assert herfindahl_bounds(cells) == pytest.approx((0.38, 0.38))
    assert top_share_bounds(cells) == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    ("known", "hidden", "total", "most"),
    [
        ([60.0, 50.0], [False, False], 100.0, None),  # more than the total
        ([60.0, 30.0], [False, False], 100.0, None),  # something left, nowhere to be
        ([60.0, 0.0], [False, True], 100.0, [60.0, 30.0]),  # more left than the limit holds
        ([0.0, 0.0], [False, True], 0.0, None),
        ([-1.0, 0.0], [False, True], 10.0, None),
        ([float("nan"), 0.0], [False, True], 10.0, None),
    ],
)
def test_parts_that_do_not_agree_with_their_total_are_refused(
    known: list[float], hidden: list[bool], total: float, most: list[float] | None
) -> None:
    with pytest.raises(NoAnswer):
        withheld(np.array(known), np.array(hidden), total, None if most is None else np.array(most))


def test_rounding_of_the_parts_is_allowed_for() -> None:
    parts = np.array([50.2, 50.1])
    cells = withheld(parts, np.zeros(2, dtype=bool), 100.0, rounding=1.0)
    assert herfindahl_bounds(cells)[0] == pytest.approx(herfindahl(parts))


AGGREGATES = {1, 2, 3, 6, 12, 13, 25, 36, 45, 50, 55, 58, 63, 67, 71, 74, 78, *range(99, 110)}


@pytest.mark.shared
def test_published_cells_alone_look_twice_as_concentrated_and_the_bounds_say_so() -> None:
    """US metros of 2006: 45.5 % of the cells are withheld."""
    rows = pl.read_parquet(SHARED / "data" / "structure" / "us_msa_gdp_by_industry_2001_2006.parquet")
    year = rows.filter((pl.col("year") == 2006) & (pl.col("FIPS") != "00998"))
    totals = dict(year.filter(pl.col("Industry Code") == 1).select("FIPS", "gdp_musd").iter_rows())
    leaves = year.filter(~pl.col("Industry Code").is_in(AGGREGATES))
    ratios, inside = [], []
    for (place,), part in leaves.group_by("FIPS"):
        known = part["gdp_musd"].fill_null(0.0).to_numpy()
        hidden = (part["flag"].fill_null("") == "(D)").to_numpy()
        if not hidden.any() or not known.sum() > 0:
            continue
        # values are rounded to a million: each of 61 can be half a million off
        cells = withheld(known, hidden, float(totals[str(place)]), rounding=31.0)
        least, greatest = herfindahl_bounds(cells)
        naive = herfindahl(known[~hidden])
        ratios.append(naive / (((known[~hidden] / totals[str(place)]) ** 2).sum()))
        inside.append(least <= naive <= greatest)
    assert len(ratios) > 300
    assert np.median(ratios) == pytest.approx(2.1, abs=0.15)
    # more than a quarter of them are not even possible
    assert np.mean(inside) == pytest.approx(0.716, abs=0.005)
