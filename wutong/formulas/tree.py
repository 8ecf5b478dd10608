"""A picture of what goes together: the strongest links that hold all in one piece, and where each stands."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree

from wutong.formulas.kinds import Floats, Ints

WHOLE = 1500  # nodes up to here are laid out by all their distances, beyond by those to some
PIVOTS = 120
ROUNDS = 60


def spanning_tree(near: Floats) -> Ints:
    """The strongest links that hold all in one piece: maximum spanning tree, or forest where there are several pieces.

    Parameters
    ----------
    near : float array, shape (n, n)
        Symmetric proximity; 0 is no link.

    Returns
    -------
    int array, shape (links, 2)
        Positions, the lesser first, in order; n − 1 links where all is one piece.

    Examples
    --------
    >>> spanning_tree(np.array([[0.0, 0.9, 0.2], [0.9, 0.0, 0.5], [0.2, 0.5, 0.0]])).tolist()
    [[0, 1], [1, 2]]
    """
    row, column = np.nonzero(np.triu(near, 1))
    # a weight of 0 would be no link: the strongest gets 1, weaker ones more
    weight = 1 + near.max(initial=0.0) - near[row, column]
    tree = minimum_spanning_tree(csr_array((weight, (row, column)), shape=near.shape)).tocoo()
    ends = np.sort(np.column_stack([tree.row, tree.col]).astype(np.int64), axis=1)
    found: Ints = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    return found


def strong_links(near: Floats, threshold: float) -> Ints:
    """All links at the threshold or above it.

    Parameters
    ----------
    near : float array, shape (n, n)
        Symmetric proximity.
    threshold : float
        0.55 in the map of Hidalgo et al. (2007).

    Returns
    -------
    int array, shape (links, 2)
        As in `spanning_tree`.

    Examples
    --------
    >>> strong_links(np.array([[1.0, 0.6], [0.6, 1.0]]), 0.55).tolist()
    [[0, 1]]
    """
    return np.argwhere(np.triu(near >= threshold, 1)).astype(np.int64)


def layout(links: Ints, near: Floats) -> Floats:
    """Where each stands on a map, so that distances on paper follow those along the links.

    Parameters
    ----------
    links : int array, shape (links, 2)
        From `spanning_tree`, with `strong_links` if wished.
    near : float array, shape (n, n)
        Proximity, above 0 on the links; a strong link is a short one.

    Returns
    -------
    float array, shape (n, 2)
        Within −1 and 1; the same for the same input. What hangs on nothing stands in a row below.

    Notes
    -----
    Start: classical scaling of the distances along the links (beyond 1,500 nodes of those to some of them, as in de Silva & Tenenbaum 2004); then
    stress majorisation, Gansner, Koren & North (2005), Graph drawing by stress majorization.

    Examples
    --------
    >>> at = layout(np.array([[0, 1], [1, 2]]), np.array([[0, 0.5, 0], [0.5, 0, 0.25], [0, 0.25, 0]]))
    >>> (at[:, 0] - at[1, 0]).round(2).tolist()
    [-0.6, 0.0, 1.2]
    """
    n = near.shape[0]
    weight = 1 / np.maximum(near[links[:, 0], links[:, 1]], 0.05)
    graph = csr_array((weight, (links[:, 0], links[:, 1])), shape=(n, n))
    linked = np.zeros(n, dtype=np.bool_)
    linked[links.reshape(-1)] = True
    at = np.zeros((n, 2))
    if linked.any():
        at[linked] = _by_distance(graph[np.ix_(linked, linked)])
    alone = np.flatnonzero(~linked)
    if alone.size:
        at[alone, 0] = np.linspace(-1, 1, alone.size) if alone.size > 1 else 0.0
        at[alone, 1] = -1.0 if not linked.any() else at[linked, 1].min() - 0.1
    reach = float(np.abs(at).max(initial=0.0))
    return at / reach if reach > 0 else at


def _by_distance(graph: csr_array) -> Floats:
    n = graph.shape[0]
    if n <= WHOLE:
        far = _finite(dijkstra(graph, directed=False))
        at = _scaled(far)
        return _majorised(far, at)
    pivots = [0]
    rows = [_finite(dijkstra(graph, directed=False, indices=0))]
    nearest = rows[0]
    for _ in range(PIVOTS - 1):  # each the farthest from those before
        pivots.append(int(nearest.argmax()))
        rows.append(_finite(dijkstra(graph, directed=False, indices=pivots[-1])))
        nearest = np.minimum(nearest, rows[-1])
    return _scaled(np.column_stack(rows))


def _finite(far: Floats) -> Floats:
    """Pieces that nothing links stand a little farther apart than the farthest that are linked."""
    reached = np.isfinite(far)
    far[~reached] = 1.2 * far[reached].max(initial=1.0)
    return far


def _scaled(far: Floats) -> Floats:
    """Classical scaling to two axes; each axis points to where its farthest node stands."""
    squared = far**2
    squared -= squared.mean(axis=0)
    squared -= squared.mean(axis=1, keepdims=True)
    small = squared.T @ squared
    width = small.shape[0]
    values, vectors = eigh(small, subset_by_index=(max(width - 2, 0), width - 1))
    axes = squared @ vectors[:, np.argsort(values)[::-1]]
    if axes.shape[1] < 2:
        axes = np.column_stack([axes, np.zeros(axes.shape[0])])
    size = np.sqrt(np.maximum((axes**2).sum(axis=0), 1e-300))
    axes = axes / size * np.sqrt(np.maximum(np.sort(values)[::-1][:2], 0)) ** 0.5
    farthest = axes[np.abs(axes).argmax(axis=0), np.arange(2)]
    found: Floats = axes * np.where(farthest < 0, -1, 1)
    return found


def _majorised(far: Floats, at: Floats) -> Floats:
    """Move all towards the distances wanted, near ones weighing most."""
    n = far.shape[0]
    with np.errstate(divide="ignore"):
        weight = np.where(far > 0, 1 / far**2, 0.0)
    whole = weight.sum(axis=1)
    for _ in range(ROUNDS):
        apart = np.sqrt(((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=2)) if n < 300 else _apart(at)
        with np.errstate(divide="ignore", invalid="ignore"):
            pull = np.where(apart > 1e-9, weight * far / apart, 0.0)
        step = (weight @ at + at * pull.sum(axis=1)[:, None] - pull @ at) / np.maximum(whole, 1e-300)[:, None]
        at = step - step.mean(axis=0)
    return at


def _apart(at: Floats) -> Floats:
    squared = (at**2).sum(axis=1)
    found: Floats = np.sqrt(np.maximum(squared[:, None] + squared - 2 * at @ at.T, 0))
    return found
