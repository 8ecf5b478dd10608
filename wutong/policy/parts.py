"""What hangs together: lines tied to each other through groups and ceilings, straight or through others."""

from __future__ import annotations

import numpy as np
import polars as pl

from wutong.policy.ledger import Ints


def parts_of(members: pl.DataFrame, under: pl.DataFrame) -> Ints:
    """For each line a number of those with which it hangs together through groups and ceilings; -1 for one that meets none.

    Parameters
    ----------
    members, under : polars.DataFrame
        As ``in_groups`` and ``under`` of ``wutong.policy.claims.Claims``.

    Returns
    -------
    array of int
        One place a line, up to the last that meets something: the first line with which it hangs together.

    Examples
    --------
    >>> groups = pl.DataFrame({"line": [0, 1, 1, 2, 4], "whole": [5, 5, 6, 6, 7], "key": [0, 0, 1, 1, 0]})
    >>> none = pl.DataFrame(schema={"line": pl.Int64, "ceiling": pl.Int32, "unit": pl.Int64})
    >>> parts_of(groups, none).tolist()
    [0, 0, 0, -1, 4]
    """
    # a key that is not known may be any of its group, so that it ties all of them
    loose = (pl.col("key") < 0).any().over("whole")
    grouped = members.select("line", unit="whole", key=pl.when(loose).then(-1).otherwise("key"))
    by_group = _numbered(grouped["unit"].to_numpy(), grouped["key"].to_numpy())
    by_ceiling = _numbered(under["unit"].to_numpy(), under["ceiling"].cast(pl.Int64).to_numpy())
    line = np.concatenate([members["line"].to_numpy(), under["line"].to_numpy()])
    node = np.concatenate([by_group, by_ceiling + len(members)])
    if not len(line):
        return np.zeros(0, np.int64)
    nodes, node = np.unique(node, return_inverse=True)
    part = np.full(int(line.max()) + 1, -1, np.int64)
    part[line] = line
    # each takes the least of those that it meets, then the least of that one, until nothing changes
    while True:
        least = np.full(len(nodes), len(part), np.int64)
        np.minimum.at(least, node, part[line])
        new = part.copy()
        np.minimum.at(new, line, least[node])
        new[line] = new[new[line]]
        if np.array_equal(new, part):
            return part
        part = new


def _numbered(one: Ints, other: Ints) -> Ints:
    """A number for each pair, the same for the same."""
    if not len(one):
        return np.zeros(0, np.int64)
    first, second = (np.unique(values, return_inverse=True)[1] for values in (one, other))
    return np.asarray(np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1], np.int64)
