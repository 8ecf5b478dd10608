"""Fitness of places and complexity of industries, the non-linear way; income content of industries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from wutong.errors import NoAnswer
from wutong.formulas.kinds import Bools, Floats, Ints
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Fitness:
    """Fitness and complexity, in logarithms, since the small ones go to zero without end.

    Parameters
    ----------
    places : float array, shape (places,)
        Natural logarithm of fitness, of mean 1 before it was taken; NaN for a place that has nothing.
    industries : float array, shape (industries,)
        Natural logarithm of complexity, likewise.
    updates : int
        How many were done.
    steady : bool
        Whether the order of the places had stopped to change.
    """

    places: Floats
    industries: Floats
    updates: int
    steady: bool


def fitness(present: Bools, *, updates: int = 0, steady: int = 100, most: int = 10_000) -> Fitness:
    """Fitness–Complexity: a place is as fit as what it makes is complex; an industry is held down by the least fit that has it.

    Parameters
    ----------
    present : bool array, shape (places, industries)
        Who has what.
    updates : int
        Do exactly so many, as packages that count do; 0 to stop when the order is steady.
    steady : int
        The order of places counts as steady when so many updates have not changed it.
    most : int
        Where to give up waiting.

    Returns
    -------
    Fitness
        In logarithms: naive updates underflow to NaN on real trade data.

    Raises
    ------
    NoAnswer
        If nobody has anything.

    Notes
    -----
    Tacchella et al. (2012), A new metrics for countries' fitness and products' complexity, Scientific Reports 2, 723. That values go to zero and only
    the order settles: Pugliese, Zaccaria & Pietronero (2016), On the convergence of the Fitness-Complexity Algorithm, EPJ Special Topics
    225, p. 1893.

    Examples
    --------
    >>> found = fitness(np.array([[1, 1], [1, 0]], dtype=bool), updates=1)
    >>> np.exp(found.places).round(4).tolist(), np.exp(found.industries).round(4).tolist()
    ([1.3333, 0.6667], [0.6667, 1.3333])
    """
    rows, columns = np.flatnonzero(present.any(axis=1)), np.flatnonzero(present.any(axis=0))
    if rows.size == 0:
        raise NoAnswer(Text("没有任何地区有任何行业。", "No place has any industry."))
    held = present[np.ix_(rows, columns)]
    by_row, by_column = csr_array(held), csr_array(held.T)
    places, industries = np.zeros(rows.size), np.zeros(columns.size)
    order: Ints = np.argsort(places, kind="stable")
    unchanged = done = 0
    limit = updates or most
    while done < limit and (updates or unchanged < steady):
        fit = _log_sums(industries, by_row.indices, by_row.indptr)
        hard = -_log_sums(-places, by_column.indices, by_column.indptr)
        places, industries = fit - _log_mean(fit), hard - _log_mean(hard)
        now = np.argsort(places, kind="stable")
        unchanged = unchanged + 1 if np.array_equal(now, order) else 0
        order, done = now, done + 1
    all_places, all_industries = np.full(present.shape[0], np.nan), np.full(present.shape[1], np.nan)
    all_places[rows], all_industries[columns] = places, industries
    return Fitness(all_places, all_industries, done, unchanged >= steady)


def _log_sums(logs: Floats, indices: Ints, starts: Ints) -> Floats:
    """Logarithm of the sum of what each row holds, given logarithms; no row is empty."""
    held, first = logs[indices], starts[:-1]
    top = np.maximum.reduceat(held, first)
    sums = np.add.reduceat(np.exp(held - np.repeat(top, np.diff(starts))), first)
    found: Floats = top + np.log(sums)
    return found


def _log_mean(logs: Floats) -> float:
    top = float(logs.max())
    return top + float(np.log(np.exp(logs - top).mean()))


def income_content(values: Floats, income: Floats) -> Floats:
    """PRODY: the income of the places that make a thing, weighted by how much they lean on it.

    Parameters
    ----------
    values : float array, shape (places, industries)
        None negative; NaN where not known, and left out.
    income : float array, shape (places,)
        Income a head; NaN where not known: such places are left out of the weights.

    Returns
    -------
    float array, shape (industries,)
        In the unit of income; NaN where no place with a known income has the industry.

    Notes
    -----
    Hausmann, Hwang & Rodrik (2007), What you export matters, Journal of Economic Growth 12(1), p. 1.

    Examples
    --------
    >>> income_content(np.array([[1.0, 1.0], [3.0, 1.0]]), np.array([10.0, 20.0])).tolist()
    [16.0, 13.333333333333334]
    """
    share = _shares_of_rows(values)[~np.isnan(income)]
    share = np.nan_to_num(share)
    whole = share.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(whole > 0, (income[~np.isnan(income)] @ share) / whole, np.nan)
    return found


def income_level(values: Floats, content: Floats) -> Floats:
    """EXPY: the income content of what a place makes, weighted by its shares.

    Parameters
    ----------
    values : float array, shape (places, industries)
        As in `income_content`; the places need not be those on which the content was worked out.
    content : float array, shape (industries,)
        From `income_content`; industries where it is NaN are left out of the shares.

    Returns
    -------
    float array, shape (places,)
        NaN where a place has nothing.

    Examples
    --------
    >>> income_level(np.array([[1.0, 3.0]]), np.array([10.0, 20.0])).tolist()
    [17.5]
    """
    known = ~np.isnan(content)
    found: Floats = np.nan_to_num(_shares_of_rows(values[:, known])) @ content[known]
    return np.where(np.nansum(values[:, known], axis=1) > 0, found, np.nan)


def _shares_of_rows(values: Floats) -> Floats:
    whole = np.nansum(values, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = values / np.where(whole > 0, whole, np.nan)[:, None]
    return found
