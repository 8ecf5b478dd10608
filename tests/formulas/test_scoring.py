"""Area under the curve and precision, against counting pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.formulas.scoring import area_under_curve, percentiles, precision_at


@settings(max_examples=50, deadline=None)
@given(cells=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=20))
def test_the_area_is_the_share_of_pairs_in_order(cells: list[tuple[int, bool]]) -> None:
    score = np.array([one for one, _ in cells], dtype=float)
    came = np.array([two for _, two in cells])
    pairs = [(a, b) for a, yes in cells if yes for b, no in cells if not no]
    found = area_under_curve(score, came)
    if not pairs:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(np.mean([(a > b) + 0.5 * (a == b) for a, b in pairs]))


def test_precision_of_all_is_the_base_rate_and_of_none_is_not_known() -> None:
    came = np.array([True, False, False, False])
    assert precision_at(np.zeros(4), came, 2) == precision_at(np.arange(4.0), came, 99) == 0.25
    assert np.isnan(precision_at(np.zeros(0), np.zeros(0, dtype=bool), 3))


def test_one_option_alone_stands_in_the_middle() -> None:
    assert percentiles(np.array([[4.0, 9.0]]), np.array([[True, False]]))[0, 0] == 0.5
