"""Shares and concentration: what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.errors import NoAnswer
from wutong.formulas.concentration import effective_number, herfindahl, shares
from wutong.formulas.kinds import Floats

SIZES = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=30).map(np.array)


@given(SIZES)
def test_the_herfindahl_index_lies_between_one_firm_and_equal_firms(sizes: Floats) -> None:
    assert 1 / sizes.size - 1e-9 <= herfindahl(sizes) <= 1 + 1e-9
    assert effective_number(sizes) == pytest.approx(1 / herfindahl(sizes))


@given(SIZES, st.floats(0.001, 1000))
def test_shares_do_not_depend_on_the_unit(sizes: Floats, times: float) -> None:
    assert shares(sizes * times) == pytest.approx(shares(sizes))


@pytest.mark.parametrize("parts", [[], [0.0], [1.0, -1.0, 3.0], [1.0, float("nan")]])
def test_shares_of_nothing_have_no_answer(parts: list[float]) -> None:
    with pytest.raises(NoAnswer):
        shares(np.array(parts))
