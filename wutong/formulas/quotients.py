"""Relatives of the location quotient: of growth, for small regions' input coefficients, and of clusters."""

from __future__ import annotations

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.concentration import shares
from wutong.formulas.kinds import Floats
from wutong.words import Text


def growth_quotients(before: Floats, after: Floats, all_before: Floats, all_after: Floats) -> Floats:
    """How much faster each industry grew here than in the nation: its growth factor over the nation's.

    Parameters
    ----------
    before, after : float arrays, shape (n,)
        The region's industries in two years.
    all_before, all_after : float arrays, shape (n,)
        The nation's.

    Returns
    -------
    float array, shape (n,)
        1 for growth as in the nation. Not a number where the region or the nation began or ended with nothing, so
        that no growth can be compared.

    Raises
    ------
    NoAnswer
        If a size is negative or not a number.

    Examples
    --------
    >>> one, two = np.array([100.0]), np.array([120.0])
    >>> growth_quotients(one, two, 10 * one, 11 * one).round(4).tolist()
    [1.0909]
    """
    for sizes in (before, after, all_before, all_after):
        _sizes(sizes)
    told = (before > 0) & (all_before > 0) & (all_after > 0)
    found = np.full(before.shape, np.nan)
    found[told] = (after[told] / before[told]) / (all_after[told] / all_before[told])
    return found


def flegg_quotients(parts: Floats, wholes: Floats, delta: float = 0.3) -> Floats:
    """Flegg's quotients, by which a nation's input coefficients are cut down to a region's.

    Parameters
    ----------
    parts, wholes : float arrays, shape (n,)
        The region's industries and the nation's, in the same unit.
    delta : float
        How much less a small region buys at home, from 0 (not at all less) to 1. Values near 0.3 did best where
        regional tables were known (Flegg & Tohmo 2013).

    Returns
    -------
    float array, shape (n, n)
        Row: the industry that sells; column: the one that buys. A regional coefficient is the national one times
        the lesser of this and 1. On the diagonal stands the seller's own location quotient in place of the
        ratio. Not a number where the buyer is not in the region.

    Raises
    ------
    NoAnswer
        If nothing is there to be shared, a part is negative, or an industry of the region is none of the nation.

    Notes
    -----
    Flegg & Webber (2000), Regional size, regional specialization and the FLQ formula, Regional Studies 34(6): cross-industry
    quotient × [log₂(1 + region ÷ nation)]^δ.

    Examples
    --------
    >>> flegg_quotients(np.array([10.0, 10.0]), np.array([10.0, 10.0])).tolist()  # the nation itself
    [[1.0, 1.0], [1.0, 1.0]]
    """
    own, all_ = shares(parts), shares(wholes)
    if bool((own[all_ == 0] > 0).any()) or not 0 <= delta <= 1:
        raise NoAnswer(
            Text(
                "弗莱格区位商要求全国有本地的每个行业，且 δ 在 0 与 1 之间。",
                "Flegg's quotient needs a nation that has every industry of the region, and a delta from 0 to 1.",
            )
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = own / all_
        cross = quotient[:, None] / quotient[None, :]
    cross[~np.isfinite(cross)] = np.nan
    np.fill_diagonal(cross, quotient)
    size = float(np.log2(1 + parts.sum() / wholes.sum()))
    return np.asarray(cross * size**delta, dtype=np.float64)


def cluster_index(
    workers: tuple[float, float],
    plants: tuple[float, float],
    area: tuple[float, float],
    people: tuple[float, float],
) -> float:
    """Cluster index of Litzenberger and Sternberg: how much denser an industry is here, by area and by people.

    Parameters
    ----------
    workers, plants : tuple of float
        Of the industry: here, and in all regions.
    area, people : tuple of float
        Of the region, and of all regions, in one unit each.

    Returns
    -------
    float
        1 for an industry that is spread as area and people are; above, the industry is denser here.

    Raises
    ------
    NoAnswer
        If a total, the area or the people of the region are not above zero, or a part is negative.

    Notes
    -----
    Litzenberger & Sternberg (2006), Der Clusterindex, Geographische Zeitschrift 94(4): density of workers by area × density of workers by
    people × plants' share over workers' share. The workers' share cancels once.

    Examples
    --------
    >>> round(cluster_index((1743, 5740), (35, 53), (50, 576), (488, 4621)), 5)
    21.87491
    """
    pairs = (workers, plants, area, people)
    if any(not whole > 0 for _, whole in pairs) or any(not part >= 0 for part, _ in pairs):
        raise NoAnswer(
            Text("集群指数要求各合计大于零。", "The cluster index needs totals above zero and no part below.")
        )
    if not (area[0] > 0 and people[0] > 0):
        raise NoAnswer(
            Text(
                "集群指数要求本地区的面积和人口大于零。",
                "The cluster index needs an area and people of the region above zero.",
            )
        )
    worker, plant, land, person = (part / whole for part, whole in pairs)
    return worker * plant / (land * person)


def _sizes(sizes: Floats) -> None:
    if not bool(np.isfinite(sizes).all()) or bool((sizes < 0).any()):
        raise NoAnswer(Text("规模不能为负，也不能未知。", "Sizes must be known and not negative."))
