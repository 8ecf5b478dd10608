"""Do regions grow alike: beta, sigma and club convergence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats, Ints
from wutong.words import Text

CRITICAL: Final = -1.65
"""Below it the log t test rejects convergence, at five per cent on one side."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through points.

    Parameters
    ----------
    slope, intercept : float
        Of the line.
    error : float
        Standard error of the slope.
    t : float
        Slope ÷ error; infinite where the points lie on the line.
    fit : float
        R², the part of the variance that the line explains.
    points : int
        How many.
    """

    slope: float
    intercept: float
    error: float
    t: float
    fit: float
    points: int


@dataclass(frozen=True, slots=True)
class Beta:
    """Whether those who began low grew faster.

    Parameters
    ----------
    line : Line
        Growth a year against the log of the first value; below zero where those who began low grew faster.
    speed : float
        Part of the gap to the common path that closes in a year; not a number where the line is too steep for one.
    half_life : float
        Years in which half of the gap closes; infinite where it does not.
    """

    line: Line
    speed: float
    half_life: float


def beta_convergence(first: Floats, last: Floats, years: float) -> Beta:
    """Absolute beta convergence: growth a year against the log of the first value.

    Parameters
    ----------
    first, last : float arrays, shape (n,)
        Values in two years, such as income a head, above zero; three regions at least, that did not begin alike.
    years : float
        Between them.

    Returns
    -------
    Beta
        Speed = −ln(1 + slope × years) ÷ years.

    Raises
    ------
    NoAnswer
        If there are fewer than three regions, all began alike, or a value or the time is not above zero.

    Notes
    -----
    Barro & Sala-i-Martin (1992), Convergence, Journal of Political Economy 100(2), equation 8, by ordinary least squares. That those who began
    low grew faster does not say that the spread fell: see :func:`sigma`.

    Examples
    --------
    >>> first = np.array([1.0, 2.0, 4.0])
    >>> found = beta_convergence(first, 8 * (first / 8) ** np.exp(-0.02 * 10), 10)
    >>> round(found.speed, 6), round(found.half_life, 2)
    (0.02, 34.66)
    """
    if not (_positive(first) and _positive(last) and years > 0):
        raise NoAnswer(
            Text("趋同分析要求各值和年数都大于零。", "Convergence needs values and a time above zero.")
        )
    line = line_through(np.log(first), np.log(last / first) / years)
    left = 1 + line.slope * years
    speed = float(-np.log(left) / years) if left > 0 else float("nan")
    return Beta(line, speed, float(np.log(2) / speed) if speed > 0 else float("inf") if speed <= 0 else speed)


def sigma(values: Floats) -> Floats:
    """Sigma convergence: the standard deviation of the logs over regions, year by year.

    Parameters
    ----------
    values : float array, shape (n, years)
        Above zero; two regions at least.

    Returns
    -------
    float array, shape (years,)
        With n − 1 below the sum of squares; it falls where regions grow alike.

    Raises
    ------
    NoAnswer
        If there is one region, or a value is not above zero.

    Notes
    -----
    Barro & Sala-i-Martin (1992), section 2. The n − 1 form; R's ``sd`` has it too.

    Examples
    --------
    >>> sigma(np.array([[1.0, 2.0], [np.e, 2.0]])).round(4).tolist()
    [0.7071, 0.0]
    """
    if values.shape[0] < 2 or not _positive(values):
        raise NoAnswer(
            Text(
                "σ 趋同至少要两个地区，且各值大于零。",
                "Sigma convergence needs two regions at least, and values above zero.",
            )
        )
    return np.asarray(np.log(values).std(axis=0, ddof=1), dtype=np.float64)


def log_t(values: Floats, trimmed: float = 0.3) -> Line:
    """Test of Phillips and Sul: whether regions come together in the end, however different their ways.

    Parameters
    ----------
    values : float array, shape (n, years)
        Above zero, with swings of business smoothed out by the caller; two regions and ten years at least.
    trimmed : float
        Part of the first years left out: 0.3 for up to fifty years.

    Returns
    -------
    Line
        Of log(H₁ ÷ Hₜ) − 2 log log t on log t; half the slope is the speed. ``t`` is from errors that hold with
        autocorrelation: below :data:`CRITICAL` the regions do not converge.

    Raises
    ------
    NoAnswer
        If there are too few regions or years, a value is not above zero, or all regions are alike in a year.

    Notes
    -----
    Phillips & Sul (2007), Transition modeling and econometric convergence tests, Econometrica 75(6), section 4.1. Errors: quadratic
    spectral kernel with the bandwidth of Andrews (1991), Econometrica 59(3), equations 6.2 and 6.4.

    Examples
    --------
    >>> t = np.arange(1, 41.0)
    >>> together = 10 + np.array([[-3.0], [0.0], [3.0]]) / t
    >>> log_t(together).t > CRITICAL, log_t(together * np.array([[1.0], [1.0], [1.5]])).t > CRITICAL
    (True, False)
    """
    n, years = values.shape
    if n < 2 or years < 10 or not _positive(values):
        raise NoAnswer(
            Text(
                "log t 检验至少要两个地区、十个年份，且各值大于零。",
                "The log t test needs two regions and ten years at least, and values above zero.",
            )
        )
    path = values / values.mean(axis=0)
    spread = ((path - 1) ** 2).mean(axis=0)
    if not bool((spread > 0).all()):
        raise NoAnswer(
            Text(
                "有的年份各地区完全相同，无从检验。",
                "In some year all regions are alike: there is nothing to test.",
            )
        )
    t = np.arange(1, years + 1, dtype=np.float64)
    used = t >= max(np.floor(trimmed * years), 2)
    # log log 1 has no value, and the first years are trimmed anyway
    y = np.log(spread[0] / spread[used]) - 2 * np.log(np.log(t[used] + (t[used] == 1)))
    return _robust(np.log(t[used]), y)


def clubs(values: Floats, trimmed: float = 0.3) -> Ints:
    """Sort regions into clubs that come together, highest first.

    Parameters
    ----------
    values : float array, shape (n, years)
        As :func:`log_t`.
    trimmed : float
        As :func:`log_t`.

    Returns
    -------
    int array, shape (n,)
        Number of the club from 0, and −1 for regions that go with none.

    Raises
    ------
    NoAnswer
        As :func:`log_t`.

    Notes
    -----
    Phillips & Sul (2007), section 5: regions in the order of their last value; a core by the highest t among those that pass; one by
    one those with which t stays above zero; the rest anew.

    Examples
    --------
    >>> t = np.arange(1, 41.0)
    >>> high, low = 20 + np.array([[-3.0], [3.0], [1.0]]) / t, 10 + np.array([[-2.0], [2.0]]) / t
    >>> clubs(np.concatenate((low, high))).tolist()
    [1, 1, 0, 0, 0]
    """
    log_t(values, trimmed)
    found = np.full(values.shape[0], -1, dtype=np.int64)
    rest = np.argsort(-values[:, -1], kind="stable")
    club = 0
    while rest.size >= 2:
        if log_t(values[rest], trimmed).t > CRITICAL:
            found[rest] = club
            break
        core = _core(values, rest, trimmed)
        if core is None:
            break
        members = _joined(values, core, rest, trimmed)
        found[members] = club
        club += 1
        rest = rest[~np.isin(rest, members)]
    return found


def line_through(x: Floats, y: Floats) -> Line:
    """Least squares through points.

    Parameters
    ----------
    x, y : float arrays, shape (n,)
        Three at least, not all at one x.

    Returns
    -------
    Line

    Raises
    ------
    NoAnswer
        If there are too few points, or all lie at one x.

    Examples
    --------
    >>> line = line_through(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))
    >>> line.slope, line.intercept, line.fit
    (2.0, 1.0, 1.0)
    """
    n = x.size
    apart = x - x.mean() if n else x
    square = float((apart**2).sum())
    if n < 3 or not square > 0:
        raise NoAnswer(
            Text("至少要三个不全相同的点。", "Three points at least are needed that are not all alike.")
        )
    slope = float((apart * (y - y.mean())).sum() / square)
    intercept = float(y.mean() - slope * x.mean())
    left = float(((y - intercept - slope * x) ** 2).sum())
    whole = float(((y - y.mean()) ** 2).sum())
    error = float(np.sqrt(left / (n - 2) / square))
    t = slope / error if error > 0 else float(np.copysign(np.inf, slope))
    return Line(slope, intercept, error, t, 1 - left / whole if whole > 0 else 1.0, n)


def _positive(values: Floats) -> bool:
    return bool(np.isfinite(values).all()) and bool((values > 0).all())


def _robust(x: Floats, y: Floats) -> Line:
    """A line whose error of the slope holds where errors hang together over time."""
    plain = line_through(x, y)
    apart = x - x.mean()
    moment = apart * (y - plain.intercept - plain.slope * x)
    n = moment.size
    if not float((moment**2).sum()) > 1e-24:
        return plain
    before, after = moment[:-1], moment[1:]
    tie = float((before * after).sum() / (before**2).sum())
    tie = float(np.clip(tie, -0.97, 0.97))
    width = 1.3221 * (n * 4 * tie**2 / (1 - tie) ** 4) ** 0.2
    variance = float((moment**2).sum())
    for lag in range(1, n):
        weight = _quadratic_spectral(lag / width) if width > 0 else 0.0
        variance += 2 * weight * float((moment[lag:] * moment[:-lag]).sum())
    error = float(np.sqrt(max(variance, 0.0) * n / (n - 2)) / (apart**2).sum())
    t = plain.slope / error if error > 0 else float(np.copysign(np.inf, plain.slope))
    return Line(plain.slope, plain.intercept, error, t, plain.fit, n)


def _quadratic_spectral(at: float) -> float:
    z = 6 * np.pi * at / 5
    return float(25 / (12 * np.pi**2 * at**2) * (np.sin(z) / z - np.cos(z)))


def _core(values: Floats, order: Ints, trimmed: float) -> Ints | None:
    """Regions next to one another in the order that pass best together."""
    for start in range(order.size - 1):
        tests = []
        for end in range(start + 2, order.size + 1):
            t = log_t(values[order[start:end]], trimmed).t
            if t <= CRITICAL:
                break
            tests.append(t)
        if tests:
            return order[start : start + 2 + int(np.argmax(tests))]
    return None


def _joined(values: Floats, core: Ints, order: Ints, trimmed: float) -> Ints:
    others = order[~np.isin(order, core)]
    alone = np.array([log_t(values[np.append(core, one)], trimmed).t for one in others])
    least = 0.0
    while True:
        members = np.concatenate((core, others[alone > least]))
        if members.size == core.size or log_t(values[members], trimmed).t > CRITICAL:
            return members
        # together they fail: ask more of each
        least = float(np.min(alone[alone > least]))
