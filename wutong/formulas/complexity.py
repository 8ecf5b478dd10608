"""Complexity of places and of what they make, from who makes what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import LinearOperator, eigsh

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Bools, Floats, Ints
from wutong.words import Text

DENSE = 400  # up to here all of a symmetric matrix is as quick as its first vectors
SEPARATE = 1e-9  # eigenvalues nearer than this are one, and their vectors any mixture


@dataclass(frozen=True, slots=True)
class Complexity:
    """Economic complexity, before it is put on a scale.

    Parameters
    ----------
    places : float array, shape (places,)
        For each place the mean of the industries that it has; NaN where it has none.
    industries : float array, shape (industries,)
        Second eigenvector, of length 1, that of the industries; NaN where nobody has one.
    eigenvalue : float
        Of the second eigenvector: between 0 and 1.
    eigengap : float
        How far the third eigenvalue lies below it. Near 0, another vector is as good.
    diversity_correlation : float
        Of ``places`` with diversity: never negative, which sets the sign. Near 0 the sign means little.
    """

    places: Floats
    industries: Floats
    eigenvalue: float
    eigengap: float
    diversity_correlation: float


def diversity(present: Bools) -> Ints:
    """How many industries each place has.

    Examples
    --------
    >>> diversity(np.array([[True, True], [True, False]])).tolist()
    [2, 1]
    """
    found: Ints = present.sum(axis=1, dtype=np.int64)
    return found


def ubiquity(present: Bools) -> Ints:
    """How many places have each industry.

    Examples
    --------
    >>> ubiquity(np.array([[True, True], [True, False]])).tolist()
    [2, 1]
    """
    found: Ints = present.sum(axis=0, dtype=np.int64)
    return found


def components(present: Bools) -> tuple[Ints, Ints]:
    """Which places and industries hang together, a place and each industry that it has being linked.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what.

    Returns
    -------
    tuple of int arrays, shapes (places,) and (industries,)
        Number of the component, 0 for the one with most places and industries; −1 for a place that has nothing and an
        industry that nobody has.

    Examples
    --------
    >>> of_places, of_industries = components(np.array([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], dtype=bool))
    >>> of_places.tolist(), of_industries.tolist()
    ([0, 0, 1, -1], [0, 0, 1, -1])
    """
    row, column = np.nonzero(present)
    return _components(row, column, present.shape)


def _components(row: Ints, column: Ints, shape: tuple[int, ...]) -> tuple[Ints, Ints]:
    places, industries = shape
    links = csr_array(
        (np.ones(row.size, dtype=np.int8), (row, column + places)), shape=(places + industries,) * 2
    )
    _, label = connected_components(links, directed=False)
    alone = np.ones(places + industries, dtype=np.bool_)
    alone[row], alone[column + places] = False, False
    sizes = np.bincount(label[~alone], minlength=int(label.max()) + 1)
    rank = np.empty(sizes.size, dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(sizes.size)
    found = np.where(alone, -1, rank[label])
    return found[:places], found[places:]


def complexity(present: Bools) -> Complexity:
    """Economic and product complexity by the symmetric eigenproblem.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what.

    Returns
    -------
    Complexity
        Raw scores. `standardised` and `on_scale_of` put them on a scale. A place that has nothing and an industry that nobody has stay in
        place as NaN.

    Raises
    ------
    NoAnswer
        If the places fall into parts that share no industry, where the second eigenvector only says who is in which part;
        if all have the same; or if the second and third eigenvalues are one.

    Notes
    -----
    Hidalgo & Hausmann (2009), The building blocks of economic complexity, PNAS 106(26), p. 10570; Hausmann, Hidalgo et al. (2014), The
    Atlas of Economic Complexity. With D and U the diversity and ubiquity, the matrix D⁻¹MU⁻¹Mᵀ of the book has the eigenvalues of the symmetric BBᵀ,
    B = D^(−1/2) M U^(−1/2), whose first vector is known. It is solved on the smaller side.

    Examples
    --------
    >>> found = complexity(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]], dtype=bool))
    >>> bool(found.places[0] > found.places[1] > found.places[2]), bool(found.industries[2] > found.industries[0])
    (True, True)
    """
    row, column = np.nonzero(present)
    _refuse_parts(_components(row, column, present.shape)[0])
    rows, columns = (
        np.bincount(row, minlength=present.shape[0]) > 0,
        np.bincount(column, minlength=present.shape[1]) > 0,
    )
    # what is left once empty rows and columns are gone
    at = (np.cumsum(rows)[row] - 1, np.cumsum(columns)[column] - 1)
    held = csr_array((np.ones(row.size), at), shape=(int(rows.sum()), int(columns.sum())))
    breadth, reach = held.sum(axis=1), held.sum(axis=0)
    tall = held.shape[0] > held.shape[1]
    scaled = diags_array(1 / np.sqrt(breadth)) @ held @ diags_array(1 / np.sqrt(reach))
    small = scaled.T.tocsr() if tall else scaled.tocsr()
    # the first eigenvector is known: taken away, the second and the third come first
    first = np.sqrt((reach if tall else breadth) / breadth.sum())
    values, vectors = _greatest_two(small, first)
    if values[0] < SEPARATE or values[0] - values[1] < SEPARATE:
        raise NoAnswer(
            Text(
                "各地的行业构成没有可区分的次序（第二、第三特征值相同），算不出复杂度。需要：更多地区或更细的行业。",
                "What the places have shows no order (the second and third eigenvalues are one), so there is no complexity. Needed: more "
                "places or finer industries.",
            )
        )
    other = (small.T @ vectors) / np.sqrt(values[0])
    of_industries = (vectors if tall else other) / np.sqrt(reach)
    of_industries /= np.linalg.norm(of_industries)
    of_places = (held @ of_industries) / breadth
    along = _correlation(of_places, breadth)
    if abs(along) < SEPARATE:  # no say in the sign: rare industries are the complex ones
        along, sign = 0.0, -np.sign(_correlation(of_industries, reach)) or 1.0
    else:
        sign = np.sign(along)
    places = np.full(present.shape[0], np.nan)
    industries = np.full(present.shape[1], np.nan)
    places[rows], industries[columns] = sign * of_places, sign * of_industries
    return Complexity(places, industries, float(values[0]), float(values[0] - values[1]), abs(along))


def _refuse_parts(of_places: Ints) -> None:
    sizes = np.bincount(of_places[of_places >= 0]) if (of_places >= 0).any() else np.zeros(0, dtype=np.int64)
    if sizes.size > 1:
        raise NoAnswer(
            Text(
                f"各地区分成 {sizes.size} 个互不相连的部分（各有 {'、'.join(map(str, sizes[:5]))} 个地区），复杂度只会说出谁在哪一部分。需要：只取最大的一部分，或更多共有的行业。",
                f"The places fall into {sizes.size} parts that share no industry (with {', '.join(map(str, sizes[:5]))} places); complexity would only say who is "
                "in which. Needed: the largest part alone, or more industries in common.",
            )
        )
    if sizes.size == 0 or sizes[0] < 2:
        raise NoAnswer(
            Text(
                "复杂度至少要两个有行业的地区。单个开发区应套用全国的结果。",
                "Complexity needs two places at least that have industries. For one zone apply the nation's result.",
            )
        )


def _greatest_two(scaled: csr_array, first: Floats) -> tuple[Floats, Floats]:
    """The two greatest eigenvalues of BBᵀ once its first vector is taken away, and the vector of the first of them."""
    n = scaled.shape[0]
    if n <= DENSE:
        whole = scaled.toarray()
        small = whole @ whole.T - np.outer(first, first)
        values, vectors = eigh(small, subset_by_index=(max(n - 2, 0), n - 1))
    else:
        turned = scaled.T.tocsr()
        product = LinearOperator(
            (n, n), matvec=lambda x: scaled @ (turned @ x) - first * (first @ x), dtype=np.float64
        )
        start = np.random.default_rng(0).normal(size=n)
        values, vectors = eigsh(product, k=2, which="LA", v0=start, tol=1e-13)
    order = np.argsort(values)[::-1]
    return values[order], vectors[:, order[0]]


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 0 else 0.0


def standardised(scores: Floats, *, ddof: int) -> Floats:
    """Scores less their mean, in standard deviations, over those that are known.

    Parameters
    ----------
    scores : float array
        NaN where not known.
    ddof : int
        1 for the deviation of a sample (R), 0 for that of the whole (Python, Stata's package).

    Examples
    --------
    >>> standardised(np.array([1.0, 3.0, np.nan]), ddof=0).tolist()
    [-1.0, 1.0, nan]
    """
    return on_scale_of(scores, scores, ddof=ddof)


def on_scale_of(scores: Floats, reference: Floats, *, ddof: int) -> Floats:
    """Scores on the scale of others: less the mean of those, in their standard deviations.

    Industries put on the scale of places keep it true that a place is the mean of its industries.

    Examples
    --------
    >>> on_scale_of(np.array([5.0]), np.array([1.0, 3.0]), ddof=0).tolist()
    [3.0]
    """
    known = reference[~np.isnan(reference)]
    spread = float(known.std(ddof=ddof)) if known.size > ddof else 0.0
    if not spread > 0:
        raise NoAnswer(
            Text("各地得分相同，无法标准化。", "All scores are the same: there is no scale to put them on.")
        )
    found: Floats = (scores - known.mean()) / spread
    return found


def mean_of_present(present: Bools, scores: Floats) -> Floats:
    """Complexity of places from that of industries, as fitted elsewhere: the mean over those that they have.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        What these places have; they need not be among those on which the scores were fitted.
    scores : float array, shape (industries,)
        NaN where not known; such industries are left out of the mean.

    Returns
    -------
    float array, shape (places,)
        NaN where a place has none that is known.

    Examples
    --------
    >>> mean_of_present(np.array([[True, True], [False, False]]), np.array([1.0, 3.0])).tolist()
    [2.0, nan]
    """
    known = ~np.isnan(scores)
    held = present[:, known].astype(np.float64)
    count = held.sum(axis=1)
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(count > 0, held @ scores[known] / np.maximum(count, 1), np.nan)
    return found


def reflections(present: Bools, steps: int) -> tuple[Floats, Floats]:
    """Method of reflections, for comparison only: it goes where `complexity` is at once.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what.
    steps : int
        Even and above 0. Places are read after so many steps and industries after one more, so that high means complex for
        both; with odd steps the sign would turn.

    Returns
    -------
    tuple of float arrays, shapes (places,) and (industries,)
        Not standardised; NaN as in `complexity`.

    Notes
    -----
    Hidalgo & Hausmann (2009), PNAS 106(26), p. 10570.

    Examples
    --------
    >>> reflections(np.array([[True, True], [True, False]]), 2)[0].tolist()
    [1.75, 1.5]
    """
    if steps < 2 or steps % 2:
        raise NoAnswer(
            Text(
                "反射法的步数须是正偶数。", "The method of reflections needs an even number of steps above 0."
            )
        )
    held = present.astype(np.float64)
    breadth, reach = held.sum(axis=1), held.sum(axis=0)
    with np.errstate(divide="ignore"):
        by_row, by_column = 1 / breadth, 1 / reach
    by_row[breadth == 0], by_column[reach == 0] = 0, 0
    places, industries = breadth, reach
    for _ in range(steps):
        places, industries = by_row * (held @ industries), by_column * (places @ held)
    last = by_column * (places @ held)
    return np.where(breadth > 0, places, np.nan), np.where(reach > 0, last, np.nan)
