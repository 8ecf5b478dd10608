"""Shift-share: how much of a region's growth is the nation's, its industries' and its own.

Every form adds up to the change that is to be explained, industry by industry. Sizes are of one region and of the
nation that holds it, in one unit, such as persons or output in constant prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Shift:
    """Change of a region's industries in Dunn's three parts, each of shape (n,) and in the unit of the sizes.

    Parameters
    ----------
    national : float array
        What the industry would have added, had it grown as everything in the nation.
    mix : float array
        What its growing faster in the nation than everything there adds.
    regional : float array
        What its growing faster here than in the nation adds; also called the competitive effect.
    """

    national: Floats
    mix: Floats
    regional: Floats


@dataclass(frozen=True, slots=True)
class HomotheticShift:
    """Dunn's parts with the regional one split by Esteban-Marquillas.

    Parameters
    ----------
    national, mix : float array, shape (n,)
        As in :class:`Shift`.
    competitive : float array, shape (n,)
        Regional growth on the size that the industry would have if the region were made like the nation.
    allocation : float array, shape (n,)
        What being larger in what grows faster here adds.
    """

    national: Floats
    mix: Floats
    competitive: Floats
    allocation: Floats


@dataclass(frozen=True, slots=True)
class ArcelusShift:
    """Change in four effects, each split into what a region made like the nation would have, and the difference.

    Parameters
    ----------
    national, mix, growth, regional_mix : float array, shape (n, 2)
        Column 0: on homothetic size; column 1: on the size beyond it. ``national`` is growth of everything in the
        nation; ``mix`` of the industry in the nation beyond it; ``growth`` of everything in the region beyond the
        nation; ``regional_mix`` of the industry in the region beyond all of these.
    """

    national: Floats
    mix: Floats
    growth: Floats
    regional_mix: Floats


def dunn(before: Floats, after: Floats, all_before: Floats, all_after: Floats) -> Shift:
    """Split a region's change into the nation's growth, the mix of its industries, and its own.

    Parameters
    ----------
    before, after : float arrays, shape (n,)
        The region's industries in two years.
    all_before, all_after : float arrays, shape (n,)
        The nation's.

    Returns
    -------
    Shift
        The three parts add up to ``after - before``. An industry that the nation did not have before is the
        region's own.

    Raises
    ------
    NoAnswer
        If a size is negative or not a number, the nation began with nothing, or the region has more of an industry
        than the nation.

    Notes
    -----
    Dunn (1960), A statistical and analytical technique for regional analysis, Papers of the Regional Science
    Association 6.

    Examples
    --------
    >>> found = dunn(*(np.array(row, float) for row in (
    ...     [90, 20, 10, 60], [100, 40, 10, 55], [400, 150, 150, 400], [440, 210, 135, 480])))
    >>> [round(float(part.sum()), 6) for part in (found.national, found.mix, found.regional)]
    [27.0, 1.0, -3.0]
    """
    _check(before, after, all_before, all_after)
    overall = all_after.sum() / all_before.sum() - 1
    growth = _growth(all_before, all_after, overall)
    return Shift(before * overall, before * (growth - overall), after - before * (1 + growth))


def dynamic(sizes: Floats, all_sizes: Floats) -> Shift:
    """Dunn's parts year by year, added up, so that rates and mix are those of each year.

    Parameters
    ----------
    sizes, all_sizes : float arrays, shape (years, n)
        The region's industries and the nation's, oldest year first; two years at least.

    Returns
    -------
    Shift
        Parts add up to the last year less the first.

    Raises
    ------
    NoAnswer
        As :func:`dunn`, and for fewer than two years.

    Notes
    -----
    Barff & Knight (1988), Dynamic shift-share analysis, Growth and Change 19(2).

    Examples
    --------
    >>> rows = np.array([[10.0, 10.0], [12.0, 10.0], [15.0, 9.0]])
    >>> found = dynamic(rows, 10 * rows)
    >>> round(float((found.national + found.mix + found.regional).sum()), 6), found.regional.round(6).tolist()
    (4.0, [0.0, 0.0])
    """
    if sizes.shape[0] < 2:
        raise NoAnswer(Text("偏离份额分析至少要两个年份。", "Shift-share analysis needs two years at least."))
    steps = [
        dunn(sizes[at], sizes[at + 1], all_sizes[at], all_sizes[at + 1]) for at in range(sizes.shape[0] - 1)
    ]
    return Shift(
        np.sum([step.national for step in steps], axis=0),
        np.sum([step.mix for step in steps], axis=0),
        np.sum([step.regional for step in steps], axis=0),
    )


def esteban_marquillas(
    before: Floats, after: Floats, all_before: Floats, all_after: Floats
) -> HomotheticShift:
    """Split the regional part into growth that is free of the region's mix, and allocation.

    Parameters
    ----------
    before, after, all_before, all_after : float arrays, shape (n,)
        As :func:`dunn`.

    Returns
    -------
    HomotheticShift
        Four parts that add up to ``after - before``. Where the region began with nothing of an industry that the nation
        had, it has no growth of its own: competitive and allocation are not numbers.

    Raises
    ------
    NoAnswer
        As :func:`dunn`.

    Notes
    -----
    Esteban-Marquillas (1972), A reinterpretation of shift-share analysis, Regional and Urban Economics 2(3).

    Examples
    --------
    >>> found = esteban_marquillas(*(np.array(row, float) for row in ([30, 10], [36, 9], [50, 50], [55, 50])))
    >>> found.competitive.round(4).tolist(), found.allocation.round(4).tolist()
    ([2.0, -2.0], [1.0, 1.0])
    """
    plain = dunn(before, after, all_before, all_after)
    like = _homothetic(before, all_before)
    ahead = _rates(before, after, all_before) - _growth(all_before, all_after, 0.0)
    allocation = (before - like) * ahead
    # an industry that is new to the nation has no rate: what came is the region's own
    new = all_before == 0
    allocation[new] = plain.regional[new]
    return HomotheticShift(plain.national, plain.mix, like * ahead, allocation)


def arcelus(before: Floats, after: Floats, all_before: Floats, all_after: Floats) -> ArcelusShift:
    """Split a region's change as Arcelus does, with the growth of the region as a whole as an effect of its own.

    Parameters
    ----------
    before, after, all_before, all_after : float arrays, shape (n,)
        As :func:`dunn`; the region began with something.

    Returns
    -------
    ArcelusShift
        Eight parts that add up to ``after - before``; the regional mix is not a number where the region began with
        nothing of an industry that the nation had.

    Raises
    ------
    NoAnswer
        As :func:`dunn`, and if the region began with nothing.

    Notes
    -----
    Arcelus (1984), An extension of shift-share analysis, Growth and Change 15(1).

    Examples
    --------
    >>> found = arcelus(*(np.array(row, float) for row in ([30, 10], [36, 9], [50, 50], [55, 50])))
    >>> parts = (found.national, found.mix, found.growth, found.regional_mix)
    >>> round(float(sum(part.sum() for part in parts)), 6)
    5.0
    """
    _check(before, after, all_before, all_after)
    if not before.sum() > 0:
        raise NoAnswer(
            Text("本地区起始年份合计为零，没有增速。", "The region began with nothing: it has no growth.")
        )
    nation = all_after.sum() / all_before.sum() - 1
    region = after.sum() / before.sum() - 1
    like = _homothetic(before, all_before)
    sizes = np.stack([like, before - like], axis=1)
    growth = _growth(all_before, all_after, 0.0)
    mix = np.where(all_before > 0, growth - nation, 0.0)
    rest = _rates(before, after, all_before) - growth - (region - nation)
    found = ArcelusShift(
        sizes * nation, sizes * mix[:, None], sizes * (region - nation), sizes * rest[:, None]
    )
    new = (all_before == 0) & (after > 0)  # as in esteban_marquillas
    found.regional_mix[new] = np.stack([np.zeros(int(new.sum())), after[new]], axis=1)
    return found


def _check(before: Floats, after: Floats, all_before: Floats, all_after: Floats) -> None:
    for sizes in (before, after, all_before, all_after):
        if not bool(np.isfinite(sizes).all()) or bool((sizes < 0).any()):
            raise NoAnswer(
                Text(
                    "偏离份额分析要求每个数都已知且不为负。",
                    "Shift-share analysis needs every size known and not negative.",
                )
            )
    more = (before > all_before * (1 + 1e-9)) | (after > all_after * (1 + 1e-9))
    if not all_before.sum() > 0 or bool(more.any()):
        raise NoAnswer(
            Text(
                "偏离份额分析要求全国起始年份大于零，且包含本地区。",
                "Shift-share analysis needs a nation that began above zero and holds the region.",
            )
        )


def _growth(all_before: Floats, all_after: Floats, otherwise: float) -> Floats:
    growth = np.full(all_before.shape, otherwise)
    there = all_before > 0
    growth[there] = all_after[there] / all_before[there] - 1
    return growth


def _rates(before: Floats, after: Floats, all_before: Floats) -> Floats:
    """Growth of each industry here; zero where neither region nor nation began with any."""
    rates = np.where(all_before > 0, np.nan, 0.0)
    there = before > 0
    rates[there] = after[there] / before[there] - 1
    return rates


def _homothetic(before: Floats, all_before: Floats) -> Floats:
    return np.asarray(before.sum() * all_before / all_before.sum(), dtype=np.float64)
