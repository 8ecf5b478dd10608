"""How far one structure is from another: a region's industries from the nation's, an industry's places from all places.

Each function takes the parts of one whole and, in the same order, the parts of the whole to compare with.
"""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.concentration import shares
from wutong.formulas.inequality import gini
from wutong.formulas.kinds import Floats
from wutong.words import Text


def krugman(parts: Floats, reference: Floats) -> float:
    """Krugman index: the sum of the absolute differences of shares.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        Sizes, as of a region's industries and of the nation's.

    Returns
    -------
    float
        Between 0, when both are made alike, and 2, when they have nothing in common.

    Raises
    ------
    NoAnswer
        If nothing is there to be shared, or a part is negative or not a number.

    Notes
    -----
    Krugman (1991), Geography and Trade, chapter 3.

    Examples
    --------
    >>> krugman(np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    0.5
    """
    return float(np.abs(shares(parts) - shares(reference)).sum())


def hachman(parts: Floats, reference: Floats) -> float:
    """Hachman index: one over the mean location quotient, weighted with the region's own shares.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        Sizes of a region's industries and of the nation's.

    Returns
    -------
    float
        Between 0 and 1, when the region is made like the nation; 0 where it has what the nation has not.

    Raises
    ------
    NoAnswer
        As :func:`krugman`.

    Notes
    -----
    Moore (2001), The Hachman Index, Bureau of Economic and Business Research, University of Utah.

    Examples
    --------
    >>> round(hachman(np.array([1.0, 1.0]), np.array([3.0, 1.0])), 4)
    0.75
    """
    own, all_ = shares(parts), shares(reference)
    there = own > 0
    if bool((all_[there] == 0).any()):
        return 0.0
    return float(1 / (own[there] ** 2 / all_[there]).sum())


def cosine(parts: Floats, reference: Floats) -> float:
    """Cosine of the angle between two structures.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        Sizes, as of the industries of two regions.

    Returns
    -------
    float
        Between 0, when they have nothing in common, and 1, when both are made alike. Large industries weigh more than in
        :func:`krugman`.

    Raises
    ------
    NoAnswer
        As :func:`krugman`.

    Notes
    -----
    Jaffe (1986), Technological opportunity and spillovers of R&D, American Economic Review 76(5), p. 986.

    Examples
    --------
    >>> round(cosine(np.array([3.0, 4.0]), np.array([4.0, 3.0])), 6)
    0.96
    """
    one, other = shares(parts), shares(reference)
    return float(min((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()), 1.0))


def relative_specialisation(parts: Floats, reference: Floats) -> float:
    """Relative specialisation of Duranton and Puga: the greatest location quotient.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        Sizes of a region's industries and of the nation's; an industry that neither has is passed over.

    Returns
    -------
    float
        1 when the region is made like the nation; infinite where it has what the nation has not.

    Raises
    ------
    NoAnswer
        As :func:`krugman`.

    Notes
    -----
    Duranton & Puga (2000), Diversity and specialisation in cities, Urban Studies 37(3), section 2.

    Examples
    --------
    >>> relative_specialisation(np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    2.0
    """
    own, all_ = shares(parts), shares(reference)
    there = own > 0
    if bool((all_[there] == 0).any()):
        return float("inf")
    return float((own[there] / all_[there]).max())


def relative_diversity(parts: Floats, reference: Floats) -> float:
    """Relative diversity of Duranton and Puga: one over the Krugman index.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        Sizes of a region's industries and of the nation's.

    Returns
    -------
    float
        From 0.5; infinite when both are made alike.

    Raises
    ------
    NoAnswer
        As :func:`krugman`.

    Notes
    -----
    As :func:`relative_specialisation`.

    Examples
    --------
    >>> relative_diversity(np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    2.0
    """
    apart = krugman(parts, reference)
    return 1 / apart if apart else float("inf")


def location_gini(parts: Floats, reference: Floats) -> float:
    """Locational Gini coefficient: of places in the order of their quotients, each as wide as its part of all.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        An industry's size in each place and the size of the place; places with nothing at all are passed over.

    Returns
    -------
    float
        Between 0, when the industry is spread as everything is, and nearly 1. Splitting a place into two with
        the same quotient changes nothing.

    Raises
    ------
    NoAnswer
        As :func:`krugman`, and where an industry is in a place that has nothing.

    Notes
    -----
    Krugman (1991), Geography and Trade, appendix D: the area between the Lorenz curve of the industry over the places
    and the diagonal, times two. :func:`quotient_gini` is another measure that bears the same name.

    Examples
    --------
    >>> location_gini(np.array([1.0, 1.0]), np.array([3.0, 1.0]))
    0.25
    """
    own, all_, quotient = _quotients(parts, reference)
    order = np.argsort(quotient, kind="stable")
    own, all_ = own[order], all_[order]
    below = np.cumsum(own) - own / 2
    return float(max(1 - 2 * (all_ * below).sum(), 0.0))


def quotient_gini(parts: Floats, reference: Floats) -> float:
    """Gini coefficient of the location quotients, each place or industry counted once.

    Parameters
    ----------
    parts, reference : float arrays, shape (n,)
        An industry's size in each place and the size of the place, or a region's industries and the nation's.

    Returns
    -------
    float
        Between 0 and 1 − 1/n. Unlike :func:`location_gini` it depends on how places are cut.

    Raises
    ------
    NoAnswer
        As :func:`location_gini`.

    Notes
    -----
    Farhauer & Kröll (2013), Standorttheorien, section 10.1; REAT calls it ``gini.conc`` over the places of an industry and
    ``gini.spec`` over the industries of a place.

    Examples
    --------
    >>> in_places, all_there = np.array([500.0, 500, 1000, 7000, 1000]), np.array([20e3, 15e3, 20e3, 40e3, 5e3])
    >>> round(quotient_gini(in_places, all_there), 7)
    0.4068966
    """
    return gini(_quotients(parts, reference)[2])


def _quotients(parts: Floats, reference: Floats) -> tuple[Floats, Floats, Floats]:
    own, all_ = shares(parts), shares(reference)
    there = all_ > 0
    if bool((own[~there] > 0).any()):
        raise NoAnswer(
            Text(
                "某处有该行业，而总量为零，算不出区位商。",
                "An industry is where nothing is in all: there is no location quotient.",
            )
        )
    return own[there], all_[there], own[there] / all_[there]
