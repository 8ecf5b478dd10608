"""How many sorts of things there are, and how much of that lies within families of like sorts."""

from __future__ import annotations

import numpy as np

from wutong.formulas.concentration import shares
from wutong.formulas.kinds import Floats, Ints


def entropy(parts: Floats) -> float:
    """Shannon entropy of the shares, in bits.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, none negative; a part of size zero adds nothing.

    Returns
    -------
    float
        Between 0, for one part, and log₂ n, when all are alike.

    Raises
    ------
    NoAnswer
        If nothing is there to be shared, or a part is negative or not a number.

    Notes
    -----
    Shannon (1948), A mathematical theory of communication, Bell System Technical Journal 27, section 6.

    Examples
    --------
    >>> entropy(np.array([1.0, 1.0, 1.0, 1.0]))
    2.0
    """
    part = shares(parts)
    part = part[part > 0]
    return float(max(-(part * np.log2(part)).sum(), 0.0))


def variety(parts: Floats, families: Ints) -> tuple[float, float]:
    """Entropy, split into unrelated variety between families and related variety within them.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes of the sorts, as of industries of four digits.
    families : int array, shape (n,)
        The family of each, as its two-digit division.

    Returns
    -------
    tuple of float
        Unrelated and related variety, in bits; together they are :func:`entropy`.

    Raises
    ------
    NoAnswer
        As :func:`entropy`.

    Notes
    -----
    Frenken, van Oort & Verburg (2007), Related variety, unrelated variety and regional economic growth, Regional
    Studies 41(5), equations 1 to 3.

    Examples
    --------
    >>> variety(np.array([1.0, 1.0, 1.0, 1.0]), np.array([0, 0, 1, 1]))
    (1.0, 1.0)
    """
    whole = entropy(parts)
    _, place = np.unique(families, return_inverse=True)
    unrelated = entropy(np.bincount(place, weights=parts).astype(np.float64))
    return unrelated, max(whole - unrelated, 0.0)
