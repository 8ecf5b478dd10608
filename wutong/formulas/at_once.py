"""Density and outlook gain of all places at once, without the square of the industries where these are many.

For 133 countries and 5,000 products the matrix of proximity has 25 million numbers, and what is wanted is a product with it. With industries ordered by ubiquity the
greater of two ubiquities is that of the later one, so that sums over the earlier and over the later come apart, and each goes through the places.
"""

from __future__ import annotations

import numpy as np

from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.relatedness import Diagonal, Gain, density, outlook_gain, proximity

WIDTH = 256  # industries worked on at once
FEW = 4  # so many times fewer places than industries make the way through the places the shorter


def related(
    present: Bools, scores: Floats, form: Gain = "whole", *, diagonal: Diagonal = "one"
) -> tuple[Floats, Floats]:
    """Density and outlook gain under the minimum of the conditional probabilities, for all places.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what.
    scores, form
        As in `wutong.formulas.relatedness.outlook_gain`.
    diagonal : {"one", "zero"}
        As in `wutong.formulas.relatedness.proximity`.

    Returns
    -------
    tuple of float arrays, each of shape (places, industries)
        What `density` and `outlook_gain` give, but for rounding.

    Examples
    --------
    >>> has = np.array([[1, 1, 0], [1, 0, 1]], dtype=bool)
    >>> found, gain = related(has, np.array([0.0, 1.0, 2.0]))
    >>> found.round(3).tolist(), gain.round(3).tolist()
    ([[0.75, 1.0, 0.333], [0.75, 0.333, 1.0]], [[nan, nan, 1.333], [nan, 0.667, nan]])
    """
    if present.shape[1] < FEW * present.shape[0]:
        near = proximity(present, diagonal=diagonal)
        found = density(present, near)
        return found, outlook_gain(present, near, scores, form, found=found)
    whole = through_proximity(np.ones((1, present.shape[1])), present, diagonal=diagonal)[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = through_proximity(present.astype(np.float64), present, diagonal=diagonal)
        found /= np.where(whole > 0, whole, np.nan)
        weight = np.nan_to_num(np.where(whole > 0, scores / whole, 0.0))
    gain = through_proximity(np.where(present, 0.0, weight), present, diagonal=diagonal)
    if form == "less_own":
        gain -= np.nan_to_num(found) * scores
    np.copyto(gain, np.nan, where=present)
    gain[:, (whole <= 0) | np.isnan(scores)] = np.nan
    return found, gain


def through_proximity(weights: Floats, present: Bools, *, diagonal: Diagonal) -> Floats:
    """Weights times the proximity of industries, which is never made.

    Parameters
    ----------
    weights : float array, shape (rows, industries)
        None is NaN.
    present : bool array, shape (places, industries)
        Who has what.
    diagonal : {"one", "zero"}
        As in `wutong.formulas.relatedness.proximity`.

    Returns
    -------
    float array, shape (rows, industries)
        ``weights @ proximity(present, diagonal=diagonal)``, but for rounding.

    Notes
    -----
    With C the number of places that have both, near(i, j) = C(i, j) ÷ u(later of the two). Then the sum over earlier i is (W Mᵀ of the earlier) M ÷ u(j), and that over later i
    is (W ÷ u Mᵀ of the later) M: products as large as places × places, and not industries × industries.

    Examples
    --------
    >>> has = np.array([[1, 1], [1, 0]], dtype=bool)
    >>> through_proximity(np.array([[1.0, 10.0]]), has, diagonal="one").tolist()
    [[6.0, 10.5]]
    """
    reach = present.sum(axis=0)
    order = np.argsort(reach, kind="stable")
    order = order[int((reach == 0).sum()) :]
    held = np.ascontiguousarray(present[:, order], dtype=np.float64)
    ordered, size = weights[:, order], reach[order].astype(np.float64)
    found = np.zeros((weights.shape[0], order.size))
    starts = range(0, order.size, WIDTH)
    through = np.zeros((weights.shape[0], present.shape[0]))
    for low in starts:  # what the earlier ones give
        block = slice(low, low + WIDTH)
        mine, own = held[:, block], ordered[:, block]
        found[:, block] = through @ mine / size[block]
        through += own @ mine.T
        inside = mine.T @ mine / np.maximum.outer(size[block], size[block])
        np.fill_diagonal(inside, 1.0 if diagonal == "one" else 0.0)
        found[:, block] += own @ inside
    through[:] = 0
    for low in reversed(starts):  # and the later ones
        block = slice(low, low + WIDTH)
        mine = held[:, block]
        found[:, block] += through @ mine
        through += (ordered[:, block] / size[block]) @ mine.T
    result = np.zeros(weights.shape)
    result[:, order] = found
    return result
