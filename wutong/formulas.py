"""Formulas on NumPy arrays. They know shapes and nothing of zones, files or yuan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wutong.errors import NoAnswer
from wutong.words import Text

Floats = NDArray[np.float64]


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


def annual_growth(first: float, last: float, years: float) -> float:
    """Average growth a year that leads from one value to another.

    Parameters
    ----------
    first, last : float
        Values in one unit, both above zero.
    years : float
        Years between them, above zero.

    Returns
    -------
    float
        A share: 0.42 for 42 % a year.

    Raises
    ------
    NoAnswer
        If a value or the time is not above zero.

    Examples
    --------
    >>> round(annual_growth(293, 700, 2), 3)
    0.546
    """
    if not (first > 0 and last > 0 and years > 0):
        raise NoAnswer(
            Text(
                "年均增速要求两个值和间隔都大于零。", "Average growth needs two values and a time above zero."
            )
        )
    return float((last / first) ** (1 / years) - 1)


def drift_forecast(values: Floats, ahead: int, z: float) -> tuple[Floats, Floats, Floats]:
    """Forecast by a random walk with drift, with prediction limits.

    Parameters
    ----------
    values : float array, shape (n,)
        Observations at equal steps, oldest first; at least three.
    ahead : int
        Steps to forecast.
    z : float
        Normal quantile of the limits: 1.2816 for 80 %, 1.96 for 95 %.

    Returns
    -------
    tuple of float arrays, each of shape (ahead,)
        Forecast, lower limit, upper limit.

    Raises
    ------
    NoAnswer
        If there are fewer than three values.

    Notes
    -----
    Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., sections 5.2 and 5.5: the drift is
    the mean step, and the variance at step h is s² h (1 + h / (n - 1)), with s² the residual variance on n - 2 degrees
    of freedom, as in the R function ``forecast::rwf``.

    Examples
    --------
    >>> forecast, low, high = drift_forecast(np.array([1.0, 2.0, 3.0, 4.0]), 2, 1.96)
    >>> forecast.tolist(), low.tolist()
    ([5.0, 6.0], [5.0, 6.0])
    """
    n = values.size
    if n < 3:
        raise NoAnswer(Text("外推至少要三个值。", "A forecast needs three values at least."))
    steps = np.diff(values)
    drift = float(steps.mean())
    # n - 1 steps less one mean leave n - 2 degrees of freedom
    spread = float(np.sqrt(np.sum((steps - drift) ** 2) / (n - 2)))
    h = np.arange(1, ahead + 1, dtype=np.float64)
    forecast = values[-1] + drift * h
    half = z * spread * np.sqrt(h * (1 + h / (n - 1)))
    return forecast, forecast - half, forecast + half
