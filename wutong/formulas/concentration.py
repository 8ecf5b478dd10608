"""How unevenly a whole is shared among its parts."""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats
from wutong.words import Text


def herfindahl(parts: Floats) -> float:
    """Herfindahl–Hirschman index: the sum of squared shares.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes in any unit, none negative. Unknown parts must be left out by the caller, who says so.

    Returns
    -------
    float
        Between 1/n, when all are alike, and 1, when there is one.

    Raises
    ------
    NoAnswer
        If nothing is there to be shared, or a part is negative or not a number.

    Notes
    -----
    Hirschman (1964), The paternity of an index, American Economic Review 54(5), p. 761.

    Examples
    --------
    >>> herfindahl(np.array([50.0, 30.0, 20.0]))
    0.38
    """
    return float(np.sum(shares(parts) ** 2))


def effective_number(parts: Floats) -> float:
    """How many equal parts would be as concentrated as these: the inverse of the Herfindahl index.

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 1.0, 1.0]))
    4.0
    """
    return 1.0 / herfindahl(parts)


def top_share(parts: Floats, most: int = 1) -> float:
    """Share of the greatest parts.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes in any unit, none negative.
    most : int
        How many of the greatest are counted together, at least one.

    Returns
    -------
    float
        Between 0 and 1; 1 where there are no more parts than are counted.

    Raises
    ------
    NoAnswer
        As :func:`shares`.

    Examples
    --------
    >>> top_share(np.array([20.0, 50.0, 20.0, 10.0])), round(top_share(np.array([20.0, 50.0, 20.0, 10.0]), 2), 2)
    (0.5, 0.7)
    """
    return float(min(np.sort(shares(parts))[::-1][: max(most, 1)].sum(), 1.0))


def normalised_herfindahl(parts: Floats) -> float:
    """Herfindahl index, moved so that equal parts give 0 whatever their number: (H − 1/n) ÷ (1 − 1/n).

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes; a part of size zero counts among the n.

    Returns
    -------
    float
        Between 0 and 1; 1 for a single part.

    Raises
    ------
    NoAnswer
        As :func:`shares`.

    Examples
    --------
    >>> round(normalised_herfindahl(np.array([20.0, 50.0, 20.0, 10.0])), 2)
    0.12
    """
    n = parts.size
    index = herfindahl(parts)
    return 1.0 if n == 1 else float((index - 1 / n) / (1 - 1 / n))


def shares(parts: Floats) -> Floats:
    """Each part's share of their sum.

    Raises
    ------
    NoAnswer
        If the sum is zero, or a part is negative or not a number.

    Examples
    --------
    >>> shares(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    total = float(parts.sum()) if parts.size else 0.0
    if not np.isfinite(total) or total <= 0 or bool((parts < 0).any()):
        raise NoAnswer(
            Text(
                "份额要求各部分不为负且合计大于零。",
                "Shares need parts that are not negative and a sum above zero.",
            )
        )
    return parts / total
