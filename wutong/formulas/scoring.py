"""How well a score foretells what happened: area under the curve, and precision of the first few."""

from __future__ import annotations

import numpy as np

from wutong.formulas.kinds import Bools, Floats


def ranks(values: Floats) -> Floats:
    """Ranks from 1, the least first; those that are alike share the mean of theirs.

    Examples
    --------
    >>> ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    found: Floats = (last - (count - 1) / 2)[at.reshape(-1)]
    return found


def percentiles(values: Floats, among: Bools) -> Floats:
    """Where each value stands among those of its row, from 0 (least) to 1 (greatest).

    Parameters
    ----------
    values : float array, shape (rows, columns)
        NaN where not known.
    among : bool array, of the same shape
        Which are compared.

    Returns
    -------
    float array, of the same shape
        NaN outside ``among`` and where not known; 0.5 for one alone.

    Examples
    --------
    >>> percentiles(np.array([[5.0, 7.0, 9.0]]), np.array([[True, True, True]])).tolist()
    [[0.0, 0.5, 1.0]]
    """
    found = np.full(values.shape, np.nan)
    for row in range(values.shape[0]):
        here = among[row] & ~np.isnan(values[row])
        count = int(here.sum())
        if count == 1:
            found[row, here] = 0.5
        elif count:
            found[row, here] = (ranks(values[row, here]) - 1) / (count - 1)
    return found


def area_under_curve(score: Floats, happened: Bools) -> float:
    """How often what happened had the higher score than what did not: 0.5 is chance, 1 is always.

    Parameters
    ----------
    score : float array, shape (n,)
        None is NaN.
    happened : bool array, shape (n,)
        What came true.

    Returns
    -------
    float
        Ties count half. NaN where all happened or none.

    Notes
    -----
    Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic (ROC) curve, Radiology 143(1), p. 29.

    Examples
    --------
    >>> area_under_curve(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]))
    0.875
    """
    yes = int(happened.sum())
    no = happened.size - yes
    if yes == 0 or no == 0:
        return float("nan")
    return float((ranks(score)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def precision_at(score: Floats, happened: Bools, k: int) -> float:
    """Share of the k highest scores that came true; where some are alike at the border, as is to be expected of a draw.

    Parameters
    ----------
    score, happened
        As in `area_under_curve`.
    k : int
        How many; all where there are fewer.

    Returns
    -------
    float
        NaN where there is nothing to choose from.

    Examples
    --------
    >>> precision_at(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]), 2)
    0.75
    """
    k = min(k, score.size)
    if k == 0:
        return float("nan")
    border = np.sort(score)[-k]
    above, level = score > border, score == border
    open_places = k - int(above.sum())
    return float((happened[above].sum() + open_places * happened[level].mean()) / k)
