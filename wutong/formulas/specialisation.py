"""How strong a place is in an industry, against all places together."""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Bools, Floats
from wutong.words import Text

ROUNDING = 1e-12  # a quotient of exactly 1 comes out as 0.9999999999999999 for some sizes of the unit


def location_quotient(
    values: Floats, *, place_totals: Floats | None = None, industry_totals: Floats | None = None
) -> Floats:
    """Location quotient, for exports also called revealed comparative advantage.

    Parameters
    ----------
    values : float array, shape (places, industries)
        None negative; NaN where not known.
    place_totals : float array, shape (places,), optional
        What each place has in all, where it is published; else the sum of what is known. With populations in their place it is
        the quotient of what there is a head.
    industry_totals : float array, shape (industries,), optional
        What each industry has in all places, likewise.

    Returns
    -------
    float array, shape (places, industries)
        Share of the industry in the place ÷ share of the industry in all places. NaN where the value is not known, and in the
        row of a place or the column of an industry that has nothing.

    Raises
    ------
    NoAnswer
        If a value is negative, or nothing is there.

    Notes
    -----
    Balassa (1965), Trade liberalisation and “revealed” comparative advantage, The Manchester School 33(2), p. 105.

    Examples
    --------
    >>> location_quotient(np.array([[30.0, 10.0], [10.0, 30.0], [0.0, 0.0]])).tolist()
    [[1.5, 0.5], [0.5, 1.5], [nan, nan]]
    """
    rows = _sums(values, 1) if place_totals is None else place_totals
    columns = _sums(values, 0) if industry_totals is None else industry_totals
    whole = float(np.nansum(columns if place_totals is None else rows))
    if not whole > 0 or bool((values < 0).any()):
        raise NoAnswer(
            Text(
                "区位商要求数值不为负且合计大于零。",
                "Location quotients need values that are not negative and a sum above zero.",
            )
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        by_row = np.where(rows > 0, 1 / rows, np.nan)
        by_column = np.where(columns > 0, whole / columns, np.nan)
    quotient = values * by_row[:, None]
    quotient *= by_column
    return quotient


def _sums(values: Floats, axis: int) -> Floats:
    """Sums of what is known; without the copy that leaves NaN out, where there is none."""
    found: Floats = values.sum(axis=axis)
    if np.isnan(found).any():
        found = np.nansum(values, axis=axis)
    return found


def presence(quotient: Floats, threshold: float = 1.0) -> Bools:
    """Where a place counts as having an industry: at the threshold or above.

    Parameters
    ----------
    quotient : float array
        Location quotients, or any other measure of strength.
    threshold : float
        The least that counts; 1 says “more than its share”.

    Returns
    -------
    bool array
        False where the quotient is not known: who asks must say how many these are.

    Examples
    --------
    >>> presence(np.array([1.0, 0.99, np.nan])).tolist()
    [True, False, False]
    """
    return np.greater_equal(quotient, threshold * (1 - ROUNDING))
