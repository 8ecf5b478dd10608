"""How unequal values are, as of income a head over regions.

All measures stay the same when every value is multiplied by one number, and when every value is there twice; the
corrected Gini alone does not do the latter.
"""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.concentration import shares
from wutong.formulas.kinds import Floats, Ints
from wutong.words import Text


def lorenz(parts: Floats) -> tuple[Floats, Floats]:
    """Lorenz curve: what share of the whole the smallest parts have together.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, none negative.

    Returns
    -------
    tuple of float arrays, each of shape (n + 1,)
        Share of the parts, counted from the smallest, and their share of the whole. Both go from 0 to 1.

    Raises
    ------
    NoAnswer
        If nothing is there to be shared, or a part is negative or not a number.

    Notes
    -----
    Lorenz (1905), Methods of measuring the concentration of wealth, Publications of the American Statistical
    Association 9(70).

    Examples
    --------
    >>> lorenz(np.array([3.0, 1.0]))[1].tolist()
    [0.0, 0.25, 1.0]
    """
    part = np.sort(shares(parts))
    curve = np.concatenate(([0.0], np.cumsum(part)))
    curve[-1] = 1.0
    return np.linspace(0.0, 1.0, part.size + 1), curve


def gini(parts: Floats) -> float:
    """Gini coefficient in the form with n: twice the area between the Lorenz curve and the diagonal.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, none negative.

    Returns
    -------
    float
        Between 0, when all are alike, and 1 − 1/n, when one has all.

    Raises
    ------
    NoAnswer
        As :func:`lorenz`.

    Notes
    -----
    Gini (1912), Variabilità e mutabilità. The form with n is that of PySAL's ``inequality`` and of EconGeo.

    Examples
    --------
    >>> round(gini(np.array([0.0, 10.0, 10.0, 30.0, 50.0])), 4)
    0.48
    """
    part = np.sort(shares(parts))
    n = part.size
    return float(max(((2 * np.arange(1, n + 1) - n - 1) * part).sum() / n, 0.0))


def gini_corrected(parts: Floats) -> float:
    """Gini coefficient in the form with n − 1: :func:`gini` × n ÷ (n − 1), which reaches 1 when one has all.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, two at least.

    Raises
    ------
    NoAnswer
        As :func:`gini`, and for a single part.

    Notes
    -----
    Deltas (2003), The small-sample bias of the Gini coefficient, Review of Economics and Statistics 85(1).

    Examples
    --------
    >>> gini_corrected(np.array([0.0, 0.0, 0.0, 0.0, 1.0]))
    1.0
    """
    value = gini(parts)
    if parts.size < 2:
        raise NoAnswer(
            Text("修正的基尼系数至少要两个部分。", "The corrected Gini coefficient needs two parts at least.")
        )
    return value * parts.size / (parts.size - 1)


def theil(parts: Floats) -> float:
    """Theil index T: the sum of shares × ln(n × share).

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, none negative; zero adds nothing.

    Returns
    -------
    float
        Between 0, when all are alike, and ln n, when one has all.

    Raises
    ------
    NoAnswer
        As :func:`lorenz`.

    Notes
    -----
    Theil (1967), Economics and Information Theory, section 4.1.

    Examples
    --------
    >>> round(theil(np.array([1.0, 0.0])), 4)  # ln 2
    0.6931
    """
    part = shares(parts)
    there = part[part > 0]
    return float(max((there * np.log(there * part.size)).sum(), 0.0))


def theil_parts(parts: Floats, groups: Ints) -> tuple[float, float]:
    """Theil index, split into what lies between groups and what lies within them.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes.
    groups : int array, shape (n,)
        The group of each.

    Returns
    -------
    tuple of float
        Between and within; together they are :func:`theil`.

    Raises
    ------
    NoAnswer
        As :func:`lorenz`.

    Examples
    --------
    >>> between, within = theil_parts(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1]))
    >>> round(between, 4), round(within, 4)
    (0.1308, 0.0)
    """
    whole = theil(parts)
    _, place = np.unique(groups, return_inverse=True)
    held = np.bincount(place, weights=shares(parts))
    members = np.bincount(place) / parts.size
    there = held > 0
    between = float(max((held[there] * np.log(held[there] / members[there])).sum(), 0.0))
    return between, max(whole - between, 0.0)


def atkinson(parts: Floats, aversion: float) -> float:
    """Atkinson index: the share of the whole that could be given up if all were alike, at no loss of welfare.

    Parameters
    ----------
    parts : float array, shape (n,)
        Sizes, none negative.
    aversion : float
        How much weight the lower end has, above zero: 0.5 little, 1 more, 2 much.

    Returns
    -------
    float
        Between 0 and 1; 1 where a part is zero and the aversion is 1 or more.

    Raises
    ------
    NoAnswer
        As :func:`lorenz`, and if the aversion is not above zero.

    Notes
    -----
    Atkinson (1970), On the measurement of inequality, Journal of Economic Theory 2(3).

    Examples
    --------
    >>> round(atkinson(np.array([10.0, 20.0, 30.0, 40.0, 50.0]), 1.0), 7)
    0.1316096
    """
    if not aversion > 0:
        raise NoAnswer(
            Text("阿特金森指数的厌恶系数须大于零。", "The Atkinson index needs an aversion above zero.")
        )
    relative = shares(parts) * parts.size
    if aversion >= 1 and bool((relative == 0).any()):
        return 1.0
    if aversion == 1:
        return float(1 - np.exp(np.log(relative).mean()))
    # the smallest is taken out, so that no power runs over
    least = relative.min() if aversion > 1 else 1.0
    power = 1 - aversion
    return float(1 - least * np.mean((relative / least) ** power) ** (1 / power))


def hoover(parts: Floats, weights: Floats) -> float:
    """Hoover index: the share of the whole that would have to move for parts to follow their weights.

    Parameters
    ----------
    parts, weights : float arrays, shape (n,)
        Sizes, as of income, and what they should follow, as of people; ones for equal parts.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    NoAnswer
        As :func:`lorenz`, of either.

    Notes
    -----
    Hoover (1936), The measurement of industrial localization, Review of Economics and Statistics 18(4).

    Examples
    --------
    >>> hoover(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    0.25
    """
    return float(np.abs(shares(parts) - shares(weights)).sum() / 2)
