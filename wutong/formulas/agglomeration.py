"""Whether plants of an industry lie together more than chance and their own sizes explain.

A large plant alone makes an industry look concentrated. These indices take out what the sizes of plants explain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.concentration import herfindahl, shares
from wutong.formulas.kinds import Floats, Ints
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Agglomeration:
    """How much an industry's plants lie together.

    Parameters
    ----------
    gamma : float
        Ellison–Glaeser index: 0 for plants placed by lot, by size of place; below zero where they avoid one another.
    maurel_sedillot : float
        The index of Maurel and Sédillot: read in the same way.
    raw : float
        Raw concentration over places: the sum of squared differences of shares.
    raw_by_lot : float
        What it would be if plants were placed by lot.
    herfindahl : float
        Herfindahl index of the plants.
    z : float
        How many standard deviations the raw concentration lies above what lots would give; not a number where it
        cannot vary.
    plants : int
        How many plants.
    """

    gamma: float
    maurel_sedillot: float
    raw: float
    raw_by_lot: float
    herfindahl: float
    z: float
    plants: int


def agglomeration(sizes: Floats, places: Ints, totals: Floats) -> Agglomeration:
    """Ellison–Glaeser and Maurel–Sédillot indices of one industry.

    Parameters
    ----------
    sizes : float array, shape (n,)
        Size of each plant, as its workers, above zero; two plants at least.
    places : int array, shape (n,)
        In which place each stands: a row of ``totals``.
    totals : float array, shape (m,)
        Size of each place, all industries together.

    Returns
    -------
    Agglomeration
        Ellison and Glaeser call 0.02 low and 0.05 high.

    Raises
    ------
    NoAnswer
        If there is one plant or one place alone, a plant stands nowhere, or a size is not above zero.

    Notes
    -----
    Ellison & Glaeser (1997), Geographic concentration in U.S. manufacturing industries, Journal of Political Economy 105(5),
    equation 5, and for the variance by lot the appendix. Maurel & Sédillot (1999), A measure of the geographic
    concentration in French manufacturing industries, Regional Science and Urban Economics 29(5).

    Examples
    --------
    >>> wien, linz, graz = [200, 650, 12000, 100, 50], [16000, 13000, 1500, 1500], [25000]
    >>> found = agglomeration(np.array(wien + linz + graz, float), np.repeat([0, 1, 2], [5, 4, 1]),
    ...                       np.array([500_000.0, 400_000.0, 100_000.0]))
    >>> round(found.gamma, 8)
    0.05990628
    """
    part, own = _in_places(sizes, places, totals)
    if sizes.size < 2:
        raise NoAnswer(
            Text(
                "只有一家企业，谈不上集聚。至少需要两家。",
                "With a single plant nothing can lie together. Needed: two at least.",
            )
        )
    squares = float((part**2).sum())
    spread, plants = 1 - squares, herfindahl(sizes)
    raw = float(((own - part) ** 2).sum())
    gamma = (raw / spread - plants) / (1 - plants)
    together = float((own**2).sum() - squares) / spread
    size = shares(sizes)
    cubes = float((part**3).sum())
    variance = 2 * (
        plants**2 * (squares - 2 * cubes + squares**2)
        - float((size**4).sum()) * (squares - 4 * cubes + 3 * squares**2)
    )
    by_lot = spread * plants
    # two places of one size and plants of one size: what is left is rounding
    z = (raw - by_lot) / float(np.sqrt(variance)) if variance > 1e-12 * by_lot**2 else float("nan")
    return Agglomeration(gamma, (together - plants) / (1 - plants), raw, by_lot, plants, z, int(sizes.size))


def coagglomeration(sizes: Floats, places: Ints, industries: Ints, totals: Floats) -> float:
    """How much plants of different industries lie together, beyond what each industry does by itself.

    Parameters
    ----------
    sizes, places : arrays, shape (n,)
        As :func:`agglomeration`.
    industries : int array, shape (n,)
        The industry of each plant; two at least.
    totals : float array, shape (m,)
        Size of each place.

    Returns
    -------
    float
        0 where industries are placed independently of one another.

    Raises
    ------
    NoAnswer
        As :func:`agglomeration`, and for a single industry.

    Notes
    -----
    Ellison & Glaeser (1997), equation 9: the group's own concentration less the Herfindahl term and less each
    industry's own part, all with weights w² of the industry's share of the group.

    Examples
    --------
    >>> coagglomeration(np.ones(4), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.ones(2))
    0.0
    """
    part, own = _in_places(sizes, places, totals)
    groups = np.unique(industries)
    if groups.size < 2:
        raise NoAnswer(Text("共同集聚至少要两个行业。", "Coagglomeration needs two industries at least."))
    spread = 1 - float((part**2).sum())
    weight = np.array([sizes[industries == group].sum() for group in groups]) / sizes.sum()
    # γ (1 − H) is raw ÷ spread − H: it is there for a single plant too
    within = []
    plants = []
    for group in groups:
        one = industries == group
        _, there = _in_places(sizes[one], places[one], totals)
        plants.append(herfindahl(sizes[one]))
        within.append(float(((there - part) ** 2).sum()) / spread - plants[-1])
    squares = weight**2
    raw = float(((own - part) ** 2).sum()) / spread
    together = raw - float((squares * plants).sum()) - float((squares * within).sum())
    return float(together / (1 - squares.sum()))


def pair_coagglomeration(one: Floats, other: Floats, totals: Floats) -> float:
    """How much two industries lie in the same places.

    Parameters
    ----------
    one, other : float arrays, shape (m,)
        Size of each industry in each place.
    totals : float array, shape (m,)
        Size of each place.

    Returns
    -------
    float
        0 where one industry does not say where the other is; sizes of plants have no part in it.

    Raises
    ------
    NoAnswer
        If an industry is nowhere, a size is negative, or there is one place alone.

    Notes
    -----
    Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, American Economic Review 100(3), equation 1. For two
    industries it is :func:`coagglomeration`.

    Examples
    --------
    >>> round(pair_coagglomeration(np.array([1.0, 0.0]), np.array([1.0, 0.0]), np.ones(2)), 6)
    1.0
    """
    part = shares(totals)
    spread = _spread(part)
    return float(((shares(one) - part) * (shares(other) - part)).sum() / spread)


def pair_by_lot(one: Floats, other: Floats, totals: Floats) -> float:
    """Standard deviation that :func:`pair_coagglomeration` has where the plants of both industries are placed by lot.

    Parameters
    ----------
    one, other : float arrays, shapes (n,) and (k,)
        Sizes of the plants of either industry.
    totals : float array, shape (m,)
        Size of each place: lots fall by it.

    Returns
    -------
    float
        The mean is zero. With few or unequal plants it is wide, whatever the industries have to do with one another.

    Raises
    ------
    NoAnswer
        If an industry has no plant, a size is negative, or there is one place alone.

    Notes
    -----
    The share of an industry in place j has covariance H (x_j δ_jk − x_j x_k) with that in place k, and the two industries are
    independent, so that the variance is H₁ H₂ (Σx² − 2 Σx³ + (Σx²)²) ÷ (1 − Σx²)².

    Examples
    --------
    >>> pair_by_lot(np.ones(1), np.ones(1), np.ones(2))  # together or apart, at even odds: 1 or −1
    1.0
    """
    part = shares(totals)
    spread = _spread(part)
    squares = float((part**2).sum())
    both = squares - 2 * float((part**3).sum()) + squares**2
    return float(np.sqrt(herfindahl(one) * herfindahl(other) * max(both, 0.0)) / spread)


def _spread(part: Floats) -> float:
    spread = 1 - float((part**2).sum())
    if not spread > 1e-12:
        raise NoAnswer(
            Text(
                "只有一个地区，谈不上集聚。至少需要两个地区。",
                "With a single place nothing can lie together. Needed: two places at least.",
            )
        )
    return spread


def _in_places(sizes: Floats, places: Ints, totals: Floats) -> tuple[Floats, Floats]:
    """Shares of the places in all, and in these plants."""
    part = shares(totals)
    _spread(part)
    standing = bool(((places >= 0) & (places < totals.size)).all())
    if not sizes.size or not standing or not bool((sizes > 0).all()):
        raise NoAnswer(
            Text(
                "每家企业都要有大于零的规模和所在地区。",
                "Every plant needs a size above zero and a place where it stands.",
            )
        )
    return part, shares(np.bincount(places, weights=sizes, minlength=totals.size).astype(np.float64))
