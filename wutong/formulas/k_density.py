"""K-density of Duranton and Overman: how often two plants of an industry lie at each distance, against chance.

Coordinates are planar, in kilometres. The exact form takes every pair; the form on a grid counts plants in square cells, has
all pairs at once from the autocorrelation of the counts, by fast Fourier transform, and serves thousands of simulations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Floats, Ints
from wutong.words import Text

CELL: Final = 4.0
"""Side of a cell in km."""

_TAIL: Final = 4.0  # bandwidths beyond which a normal kernel adds nothing that shows
_BLOCK: Final = 2_000_000  # distances held at once
_WITHIN: Final = 0.5214054331647207  # mean distance of two points in a square of side one


@dataclass(frozen=True, slots=True)
class Points:
    """Where plants stand, and how large they are.

    Parameters
    ----------
    x, y : float array, shape (n,)
        Planar coordinates in km.
    sizes : float array, shape (n,), or None
        Weights above zero, such as workers; None counts every plant once.
    """

    x: Floats
    y: Floats
    sizes: Floats | None = None


@dataclass(frozen=True, slots=True)
class Lots:
    """How chance is simulated.

    Parameters
    ----------
    simulations : int
        How often plants are placed anew.
    seed : int
        Of the random numbers: one seed, one answer.
    level : float
        Part of the simulations that may lie beyond a band, on either side.
    cell : float
        Side of a cell in km.
    """

    simulations: int = 1000
    seed: int = 1
    level: float = 0.05
    cell: float = CELL


@dataclass(frozen=True, slots=True)
class KDensity:
    """An industry's K-density between bands of chance.

    Parameters
    ----------
    distances, density : float array, shape (m,)
        Km, and the density there, a km.
    local_low, local_high : float array, shape (m,)
        Bands that hold at each distance by itself.
    global_low, global_high : float array, shape (m,)
        Bands that hold at all distances together.
    localised, dispersed : float array, shape (m,)
        By how much the density lies above the upper global band; and below the lower one, where it lies above nowhere.
    bandwidth : float
        Km.
    """

    distances: Floats
    density: Floats
    local_low: Floats
    local_high: Floats
    global_low: Floats
    global_high: Floats
    localised: Floats
    dispersed: Floats
    bandwidth: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """A grid over the sites, and the kernel of each lag at each distance."""

    cells: Ints
    shape: tuple[int, int]
    padded: tuple[int, int]
    reach: int
    kernel: Floats


def k_density_exact(points: Points, distances: Floats, bandwidth: float) -> Floats:
    """K-density from every pair of plants.

    Parameters
    ----------
    points : Points
        Two plants at least.
    distances : float array, shape (m,)
        Km, none negative.
    bandwidth : float
        Of the normal kernel, in km, above zero.

    Returns
    -------
    float array, shape (m,)
        Density a km. What the kernel would put below zero is put back above it, so that all of it adds up to one.

    Raises
    ------
    NoAnswer
        If there are fewer than two plants, or a number is not known.

    Notes
    -----
    Duranton & Overman (2005), Testing for localization using micro-geographic data, Review of Economic Studies 72(4), equations 1 and 2;
    reflection as Silverman (1986), Density Estimation, section 2.10. The time grows with n² × m: use :func:`k_density` beyond a few
    thousand plants.

    Examples
    --------
    >>> two = Points(np.array([0.0, 3.0]), np.array([0.0, 4.0]))
    >>> round(float(k_density_exact(two, np.array([5.0]), 1.0)[0]), 4)  # 1 / √(2π)
    0.3989
    """
    _check(points, bandwidth)
    n = points.x.size
    weights = np.ones(n) if points.sizes is None else points.sizes
    density = np.zeros(distances.size)
    step = max(_BLOCK // (n * max(distances.size, 1)), 1)
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        # pairs of which the first is in the block and the second comes later
        later = np.arange(n)[None, :] > np.arange(n)[part, None]
        apart = np.hypot(points.x[part, None] - points.x, points.y[part, None] - points.y)[later]
        pair = (weights[part, None] * weights)[later]
        density += (_normal(distances[:, None], apart, bandwidth) * pair).sum(axis=1)
    return np.asarray(density / _pairs(weights), dtype=np.float64)


def k_density(points: Points, distances: Floats, bandwidth: float, cell: float = CELL) -> Floats:
    """K-density on a grid: all pairs at once, by fast Fourier transform.

    Parameters
    ----------
    points : Points
        Two plants at least.
    distances : float array, shape (m,)
        Km, none negative.
    bandwidth : float
        Km; where it is much larger than a cell the grid does not show.
    cell : float
        Side of a cell in km, no greater than the bandwidth.

    Returns
    -------
    float array, shape (m,)
        As :func:`k_density_exact`, within half a percent where the bandwidth is five cells.

    Raises
    ------
    NoAnswer
        As :func:`k_density_exact`, and if the cell is larger than the bandwidth.

    Notes
    -----
    Each pair of cells has the mean kernel of two points that may be anywhere in them.

    Examples
    --------
    >>> line = Points(np.arange(0.0, 200.0, 2.0), np.zeros(100))
    >>> at = np.array([20.0, 60.0])
    >>> exact, grid = k_density_exact(line, at, 8.0), k_density(line, at, 8.0)
    >>> bool(np.all(np.abs(grid / exact - 1) < 0.01))
    True
    """
    _check(points, bandwidth)
    weights = np.ones(points.x.size) if points.sizes is None else points.sizes
    frame = _frame(points, distances, bandwidth, cell)
    return _on_grid(frame, frame.cells, weights)


def silverman(points: Points, cell: float = CELL) -> float:
    """Silverman's bandwidth for the distances of all pairs, in km.

    Parameters
    ----------
    points : Points
        Two plants at least, not all in one place.
    cell : float
        Side of the cells in which distances are counted.

    Returns
    -------
    float
        0.9 × min(standard deviation, interquartile range ÷ 1.34) × pairs^(−1/5), no less than a cell.

    Notes
    -----
    Silverman (1986), Density Estimation, equation 3.31, as R's ``bw.nrd0``.

    Examples
    --------
    >>> line = Points(np.arange(0.0, 400.0, 4.0), np.zeros(100))
    >>> round(silverman(line), 1)
    15.4
    """
    apart, often = _distances(points, cell)
    share = often / often.sum()
    mean = float((apart * share).sum())
    spread = float(np.sqrt((share * (apart - mean) ** 2).sum()))
    low, high = (_quantile(apart, share, at) for at in (0.25, 0.75))
    narrow = min(spread, (high - low) / 1.34) or spread
    pairs = points.x.size * (points.x.size - 1) / 2
    return float(max(0.9 * narrow * pairs**-0.2, cell))


def median_distance(points: Points, cell: float = CELL) -> float:
    """Median distance of all pairs in km: how far a K-density is looked at.

    Examples
    --------
    >>> round(median_distance(Points(np.array([0.0, 40.0, 80.0]), np.zeros(3))))
    40
    """
    apart, often = _distances(points, cell)
    return _quantile(apart, often / often.sum(), 0.5)


def k_density_test(
    points: Points, sites: Points, distances: Floats, lots: Lots, bandwidth: float = 0.0
) -> KDensity:
    """Hold an industry's K-density against plants placed by lot on all sites.

    Parameters
    ----------
    points : Points
        Plants of the industry; with sizes each simulation shuffles these over the sites it drew.
    sites : Points
        Where plants of any industry stand, those of this one among them; no fewer than the plants.
    distances : float array, shape (m,)
        Km, none negative.
    lots : Lots
        How chance is simulated.
    bandwidth : float
        Km; Silverman's for the industry's own distances where it is 0. The simulations take the same.

    Returns
    -------
    KDensity
        With local bands, and global bands that a part ``lots.level`` of the simulations leaves somewhere, on either side.

    Raises
    ------
    NoAnswer
        If there are fewer sites than plants, fewer than twenty simulations, or as :func:`k_density`.

    Notes
    -----
    Duranton & Overman (2005), sections 3 and 4. Sites are drawn without replacement. The upper global band is the curve of a
    rank among the simulations, the least for which no more than the level rise above it anywhere; the lower one likewise.

    Examples
    --------
    >>> chance = np.random.default_rng(3)
    >>> sites = Points(chance.uniform(0, 400, 800), chance.uniform(0, 400, 800))
    >>> near = np.hypot(sites.x - 200, sites.y - 200) < 60
    >>> found = k_density_test(Points(sites.x[near], sites.y[near]), sites, np.arange(0.0, 160, 10), Lots(100))
    >>> bool(found.localised[3] > 0), bool((found.dispersed == 0).all())
    (True, True)
    """
    if lots.simulations < 20:
        raise NoAnswer(Text("至少要模拟 20 次。", "Twenty simulations at least are needed."))
    n = points.x.size
    if sites.x.size < n:
        raise NoAnswer(
            Text(
                f"只有 {sites.x.size} 个位置，放不下 {n} 家企业。位置应包括所有行业的企业。",
                f"There are {sites.x.size} sites for {n} plants. Sites are those of the plants of all industries.",
            )
        )
    width = bandwidth or silverman(points, lots.cell)
    _check(points, width)
    _check(sites, width)
    # one grid for all, so that no plant lies beyond it
    every = Points(np.concatenate((points.x, sites.x)), np.concatenate((points.y, sites.y)))
    frame = _frame(every, distances, width, lots.cell)
    weights = np.ones(n) if points.sizes is None else points.sizes
    density = _on_grid(frame, frame.cells[:n], weights)
    chance = np.random.default_rng(lots.seed)
    drawn = np.empty((lots.simulations, distances.size))
    where = frame.cells[n:]
    for at in range(lots.simulations):
        chosen = chance.choice(where, n, replace=False, shuffle=points.sizes is not None)
        drawn[at] = _on_grid(frame, chosen, weights)
    return _between(distances, density, drawn, lots.level, width)


def _between(distances: Floats, density: Floats, drawn: Floats, level: float, bandwidth: float) -> KDensity:
    ordered = np.sort(drawn, axis=0)
    count = drawn.shape[0]
    beyond = int(np.floor(level * count))
    ranks = np.empty(drawn.shape, dtype=np.int64)
    np.put_along_axis(ranks, np.argsort(drawn, axis=0, kind="stable"), np.arange(count)[:, None], axis=0)
    # the highest rank of each simulation at any distance: no more than the level lie above the band's
    upper = int(np.sort(ranks.max(axis=1))[count - 1 - beyond])
    lower = int(np.sort(ranks.min(axis=1))[beyond])
    high, low = ordered[upper], ordered[lower]
    localised = np.maximum(density - high, 0.0)
    dispersed = np.zeros(distances.size) if localised.any() else np.maximum(low - density, 0.0)
    return KDensity(
        distances=distances,
        density=density,
        local_low=ordered[beyond],
        local_high=ordered[count - 1 - beyond],
        global_low=low,
        global_high=high,
        localised=localised,
        dispersed=dispersed,
        bandwidth=bandwidth,
    )


def _check(points: Points, bandwidth: float) -> None:
    sizes = np.ones(points.x.size) if points.sizes is None else points.sizes
    known = all(bool(np.isfinite(row).all()) for row in (points.x, points.y, sizes))
    if points.x.size < 2 or not known or not bool((sizes > 0).all()) or not bandwidth > 0:
        raise NoAnswer(
            Text(
                "K 密度要求至少两家企业，坐标和规模已知，规模和带宽大于零。",
                "K-density needs two plants at least with known coordinates, and sizes and a bandwidth above zero.",
            )
        )


def _pairs(weights: Floats) -> float:
    return float((weights.sum() ** 2 - (weights**2).sum()) / 2)


def _normal(at: Floats, apart: Floats, bandwidth: float) -> Floats:
    """Normal kernel, with what lies below zero folded back."""
    scale = bandwidth * np.sqrt(2 * np.pi)
    folded = np.exp(-0.5 * ((at - apart) / bandwidth) ** 2) + np.exp(-0.5 * ((at + apart) / bandwidth) ** 2)
    return np.asarray(folded / scale, dtype=np.float64)


def _cells(points: Points, cell: float) -> tuple[Ints, Ints]:
    row, column = (((at - at.min()) // cell).astype(np.int64) for at in (points.x, points.y))
    return row, column


def _smooth(size: int) -> int:
    """The least number from a size on that has no prime factor above five, which transforms like."""
    while True:
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return size
        size += 1


def _apart(reach: tuple[int, int], cell: float) -> Floats:
    """Mean distance of points in two cells, for lags from (0, −reach) to (reach, reach)."""
    down = np.arange(reach[0] + 1)[:, None]
    across = np.arange(-reach[1], reach[1] + 1)[None, :]
    centres = np.hypot(down, across) * cell
    with np.errstate(divide="ignore"):
        return np.where(centres > 0, centres + cell**2 / (12 * centres), _WITHIN * cell)


def _frame(points: Points, distances: Floats, bandwidth: float, cell: float) -> _Frame:
    if not 0 < cell <= bandwidth:
        raise NoAnswer(
            Text(
                f"格子边长 {cell:g} 公里须大于零且不超过带宽 {bandwidth:g} 公里。",
                f"Cells of {cell:g} km must be above zero and no greater than the bandwidth of {bandwidth:g} km.",
            )
        )
    row, column = _cells(points, cell)
    shape = int(row.max()) + 1, int(column.max()) + 1
    reach = int(np.ceil((float(distances.max(initial=0.0)) + _TAIL * bandwidth) / cell))
    lags = min(reach, shape[0] - 1), min(reach, shape[1] - 1)
    # both halves of the plane: a lag and its opposite are one pair
    weight = np.where(np.arange(lags[0] + 1) > 0, 1.0, 0.5)[:, None] * np.ones(2 * lags[1] + 1)
    kernel = _kernel_of_cells(distances, lags, bandwidth, cell) * weight.ravel()
    padded = _smooth(shape[0] + lags[0]), _smooth(shape[1] + lags[1])
    return _Frame(row * shape[1] + column, shape, padded, reach, kernel)


def _kernel_of_cells(distances: Floats, lags: tuple[int, int], bandwidth: float, cell: float) -> Floats:
    """Mean kernel of two points that may be anywhere in two cells: offsets fall off as a tent on either axis."""
    offset = np.linspace(-0.8, 0.8, 5)
    share = (1 - np.abs(offset)) / (1 - np.abs(offset)).sum()
    down, across = np.arange(lags[0] + 1)[:, None], np.arange(-lags[1], lags[1] + 1)[None, :]
    kernel = np.zeros((distances.size, (lags[0] + 1) * (2 * lags[1] + 1)))
    for one, part in zip(offset, share, strict=True):
        for other, rest in zip(offset, share, strict=True):
            apart = np.hypot(down + one, across + other).ravel() * cell
            kernel += part * rest * _normal(distances[:, None], apart, bandwidth)
    return kernel


def _on_grid(frame: _Frame, cells: Ints, weights: Floats) -> Floats:
    rows, columns = frame.shape
    count = np.bincount(cells, weights=weights, minlength=rows * columns).astype(np.float64)
    reach = min(frame.reach, rows - 1), min(frame.reach, columns - 1)
    pairs = _lags(count.reshape(frame.shape), frame.padded, reach)
    # a plant makes no pair with itself
    pairs[0, reach[1]] -= float((weights**2).sum())
    return np.asarray(frame.kernel @ pairs.ravel() / _pairs(weights), dtype=np.float64)


def _lags(count: Floats, padded: tuple[int, int], reach: tuple[int, int]) -> Floats:
    """Autocorrelation of counts for lags from (0, −reach) to (reach, reach)."""
    waves = np.fft.rfft2(count, padded)
    whole = np.fft.irfft2(waves.real**2 + waves.imag**2, padded)[: reach[0] + 1]
    return np.concatenate((whole[:, padded[1] - reach[1] :], whole[:, : reach[1] + 1]), axis=1)


def _distances(points: Points, cell: float) -> tuple[Floats, Floats]:
    """Distances of pairs, in order, and how many pairs lie at each."""
    _check(points, 1.0)
    row, column = _cells(points, cell)
    shape = int(row.max()) + 1, int(column.max()) + 1
    count = (
        np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    )
    reach = shape[0] - 1, shape[1] - 1
    pairs = np.rint(_lags(count, (_smooth(2 * shape[0]), _smooth(2 * shape[1])), reach))
    pairs[0, reach[1]] -= points.x.size
    pairs[0] /= 2
    apart = _apart(reach, cell).ravel()
    order = np.argsort(apart, kind="stable")
    return apart[order], pairs.ravel()[order]


def _quantile(apart: Floats, share: Floats, at: float) -> float:
    return float(apart[min(int(np.searchsorted(np.cumsum(share), at)), apart.size - 1)])
