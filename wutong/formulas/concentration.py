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
