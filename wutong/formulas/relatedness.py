"""Which industries go together, and how near a place is to one that it does not have."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wutong.formulas.kinds import Bools, Floats

Measure = Literal["minimum", "cosine", "association", "jaccard"]
Diagonal = Literal["one", "zero"]
Gain = Literal["whole", "less_own"]

BLOCK = 1500  # rows of the product worked on at once: it stays small beside the matrix
EXACT = 1 << 24  # counts up to here are exact in float32


def proximity(present: Bools, measure: Measure = "minimum", *, diagonal: Diagonal) -> Floats:
    """How often two industries are in the same places.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what. Turned on its side it gives the proximity of places.
    measure : {"minimum", "cosine", "association", "jaccard"}
        With C places that have both, u and v that have one, n in all: ``minimum`` of the two conditional probabilities, C ÷ max(u, v); ``cosine``,
        C ÷ √(uv); ``association``, Cn ÷ uv, which is 1 where they meet as often as by chance and has no upper bound; ``jaccard``, C ÷ (u + v − C).
    diagonal : {"one", "zero"}
        What an industry is to itself. With “one” a place's own industry adds to the density around it.

    Returns
    -------
    float array, shape (industries, industries)
        Symmetric; 0 in the row and column of an industry that nobody has, its diagonal too.

    Notes
    -----
    Hidalgo, Klinger, Barabási & Hausmann (2007), The product space conditions the development of nations, Science 317, p. 482; association
    strength: van Eck & Waltman (2009), JASIST 60(8), p. 1635.

    Examples
    --------
    >>> has = np.array([[1, 1], [1, 0]], dtype=bool)
    >>> proximity(has, diagonal="zero").tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    n = present.shape[1]
    held = _for_counts(present)
    found = np.empty((n, n))
    reach = held.sum(axis=0, dtype=np.float64)
    safe = np.maximum(reach, 1)
    for low in range(0, n, BLOCK):
        rows = slice(low, low + BLOCK)
        both, mine = found[rows], safe[rows, None]
        both[:] = held[:, rows].T @ held
        if measure == "minimum":
            both /= np.maximum(mine, safe)
        elif measure == "cosine":
            both /= np.sqrt(mine) * np.sqrt(safe)
        elif measure == "association":
            both *= present.shape[0]
            both /= mine * safe
        else:
            both /= mine + safe - both
    return _with_diagonal(found, reach > 0, diagonal)


def correlation(values: Floats, *, diagonal: Diagonal) -> Floats:
    """Proximity of industries as the correlation of their values over places, from 0 (opposite) to 1 (alike): (1 + r) ÷ 2.

    Parameters
    ----------
    values : float array, shape (places, industries)
        Such as location quotients, or presence; NaN counts as 0.
    diagonal : {"one", "zero"}
        As in `proximity`.

    Returns
    -------
    float array, shape (industries, industries)
        0 in the row and column of an industry that is the same everywhere, which goes together with none.

    Examples
    --------
    >>> correlation(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), diagonal="zero").round(6).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    centred = np.nan_to_num(values).astype(np.float64)
    centred -= centred.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    scale = np.abs(np.nan_to_num(values)).max(axis=0, initial=0.0)
    varies = size > 1e-12 * np.maximum(scale, 1e-300) * np.sqrt(values.shape[0])
    centred /= np.where(varies, size, 1)
    found = (1 + np.clip(centred.T @ centred, -1, 1)) / 2
    found[~varies] = 0
    found[:, ~varies] = 0
    return _with_diagonal(found, varies, diagonal)


def cross_proximity(present: Bools, others: Bools) -> Floats:
    """Proximity between two kinds of things that the same places have, such as industries and fields of research.

    Parameters
    ----------
    present, others : bool array, shapes (places, m) and (places, n)
        Who has what, in the same order of places.

    Returns
    -------
    float array, shape (m, n)
        Least of the two conditional probabilities; 0 where nobody has one of the two.

    Examples
    --------
    >>> cross_proximity(np.array([[True], [True]]), np.array([[True, False], [False, False]])).tolist()
    [[0.5, 0.0]]
    """
    one, other = _for_counts(present), _for_counts(others)
    most = np.maximum(one.sum(axis=0, dtype=np.float64)[:, None], other.sum(axis=0, dtype=np.float64))
    found: Floats = (one.T @ other) / np.maximum(most, 1)
    return found


def density(present: Bools, near: Floats) -> Floats:
    """How much of what is near to an industry a place has: relatedness density.

    Parameters
    ----------
    present : bool array, shape (places, m)
        What the places have; they need not be those from which the proximity comes.
    near : float array, shape (m, n)
        From `proximity`, or from `cross_proximity` for things of another kind.

    Returns
    -------
    float array, shape (places, n)
        Between 0 and 1; NaN for what is near to nothing.

    Examples
    --------
    >>> has = np.array([[1, 1], [1, 0]], dtype=bool)
    >>> density(has, proximity(has, diagonal="zero")).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    whole = near.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = present.astype(np.float64) @ near
        found /= np.where(whole > 0, whole, np.nan)
    return found


def nearest_only(near: Floats, k: int) -> Floats:
    """Keep for each industry its k nearest others alone; those as near as the last of them stay too.

    Parameters
    ----------
    near : float array, shape (industries, industries)
        From `proximity`.
    k : int
        How many.

    Returns
    -------
    float array, shape (industries, industries)
        Column by column; 0 for all others and on the diagonal. `density` on it is that of the nearest neighbours, 1 at most,
        since what is left is what it is divided by.

    Examples
    --------
    >>> near = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.2], [0.2, 0.2, 1.0]])
    >>> nearest_only(near, 1).tolist()
    [[0.0, 0.5, 0.2], [0.5, 0.0, 0.2], [0.0, 0.0, 0.0]]
    """
    found = near.copy()
    np.fill_diagonal(found, 0)
    n = near.shape[0]
    if k < n:
        border = np.partition(found, n - k, axis=0)[n - k]
        found[found < border] = 0
    return found


def relative(found: Floats, present: Bools) -> Floats:
    """Density against the other options of the same place, in its standard deviations.

    Parameters
    ----------
    found : float array, shape (places, industries)
        From `density`.
    present : bool array, of the same shape
        What each place has: no option.

    Returns
    -------
    float array, of the same shape
        NaN for what is present, and where a place has fewer than two options or they are all alike.

    Notes
    -----
    Pinheiro, Balland, Boschma & Hartmann (2022), The dark side of the geography of innovation, Regional Studies.

    Examples
    --------
    >>> relative(np.array([[0.2, 0.4, 0.9]]), np.array([[False, False, True]])).round(3).tolist()
    [[-1.0, 1.0, nan]]
    """
    option = ~present & ~np.isnan(found)
    count = option.sum(axis=1, keepdims=True)
    held = np.where(option, found, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = held.sum(axis=1, keepdims=True) / count
        spread = np.sqrt(np.where(option, (found - mean) ** 2, 0.0).sum(axis=1, keepdims=True) / count)
        scaled = (found - mean) / np.where(spread > 0, spread, np.nan)
    return np.where(option & (count > 1), scaled, np.nan)


def outlook_index(found: Floats, present: Bools, scores: Floats) -> Floats:
    """Complexity outlook index: how near and how complex is what a place does not have.

    Parameters
    ----------
    found : float array, shape (places, industries)
        From `density`.
    present : bool array, of the same shape
        What each place has.
    scores : float array, shape (industries,)
        Complexity of industries. Its origin matters, not only its order: raw scores have their own zero, standardised ones
        that of the mean place, and places come out in another order. Say which.

    Returns
    -------
    float array, shape (places,)
        Sum of density times complexity over what is absent; NaN for a place that has nothing.

    Notes
    -----
    Hausmann, Hidalgo et al. (2014), The Atlas of Economic Complexity, p. 54.

    Examples
    --------
    >>> outlook_index(np.array([[0.5, 0.4]]), np.array([[True, False]]), np.array([1.0, 2.0])).tolist()
    [0.8]
    """
    known = ~np.isnan(scores)
    held = np.where(present | np.isnan(found), 0.0, found)
    index: Floats = held @ np.where(known, scores, 0.0)
    return np.where(present.any(axis=1), index, np.nan)


def outlook_gain(
    present: Bools, near: Floats, scores: Floats, form: Gain, *, found: Floats | None = None
) -> Floats:
    """How much nearer a place would come to complex industries if it had one more.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        What each place has.
    near : float array, shape (industries, industries)
        From `proximity`.
    scores : float array, shape (industries,)
        Complexity of industries, of the same origin as for `outlook_index`.
    form : {"whole", "less_own"}
        ``less_own`` takes away density times complexity of the industry itself, as the Atlas is written; ``whole`` leaves it,
        as the packages for Stata, R and Python do.
    found : float array, shape (places, industries), optional
        From `density`; worked out where it is not given and ``less_own`` needs it.

    Returns
    -------
    float array, shape (places, industries)
        NaN for what a place has already, and for an industry that is near to nothing.

    Notes
    -----
    Hausmann, Hidalgo et al. (2014), The Atlas of Economic Complexity, p. 54.

    Examples
    --------
    >>> near = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> outlook_gain(np.array([[False, False]]), near, np.array([1.0, 2.0]), "whole").tolist()
    [[2.0, 1.0]]
    """
    whole = near.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.nan_to_num(np.where(whole > 0, scores / whole, 0.0))
    gain: Floats = np.where(present, 0.0, weight) @ near
    if form == "less_own":
        gain -= np.nan_to_num(density(present, near) if found is None else found) * scores
    nowhere = (whole <= 0) | np.isnan(scores)
    np.copyto(gain, np.nan, where=present)
    if nowhere.any():
        gain[:, nowhere] = np.nan
    return gain


def export_similarity(values: Floats, at: int) -> Floats:
    """How alike one place's shares are to those of each other: the sum over industries of the lesser share.

    Parameters
    ----------
    values : float array, shape (places, industries)
        None negative; NaN counts as nothing.
    at : int
        The place.

    Returns
    -------
    float array, shape (places,)
        From 0, nothing in common, to 1, the same shares; NaN for a place that has nothing.

    Notes
    -----
    Finger & Kreinin (1979), A measure of “export similarity” and its possible uses, Economic Journal 89, p. 905.

    Examples
    --------
    >>> export_similarity(np.array([[1.0, 1.0], [3.0, 1.0]]), 0).tolist()
    [1.0, 0.75]
    """
    held = np.nan_to_num(values)
    whole = held.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = held / np.where(whole > 0, whole, np.nan)
    found: Floats = np.minimum(share, share[at]).sum(axis=1)
    return found


def _for_counts(present: Bools) -> NDArray[np.floating]:
    """Ones and zeros for a product that counts: whole numbers would wrap or find no BLAS."""
    return present.astype(np.float32) if present.shape[0] <= EXACT else present.astype(np.float64)


def _with_diagonal(found: Floats, there: Bools, diagonal: Diagonal) -> Floats:
    np.fill_diagonal(found, there.astype(np.float64) if diagonal == "one" else 0.0)
    return found
