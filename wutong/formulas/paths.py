"""Growth and forecasts of one number over time."""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats
from wutong.words import Text


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
