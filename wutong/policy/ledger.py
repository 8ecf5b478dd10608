"""What each line is paid while measures meet each other step by step, with what cuts it or leaves it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of each line its least and most, and what adds up to the least and most of what hangs together; in fen."""

    low: Ints
    high: Ints
    sum_low: Ints
    sum_high: Ints


@dataclass(slots=True)
class Ledger:
    """One place a line. ``cut`` and ``hangs_on`` are places in ``texts``, ``winner`` is a line or -1."""

    bounds: Bounds
    cut: Ints
    hangs_on: Ints
    winner: Ints
    texts: list[str]


def opened(low: Ints, high: Ints) -> Ledger:
    """Begin with what is claimed."""
    size = len(low)
    none = np.zeros(size, np.int64)
    bounds = Bounds(low.copy(), high.copy(), low.copy(), high.copy())
    return Ledger(bounds, none, none.copy(), np.full(size, -1, np.int64), [""])


def settle(ledger: Ledger, at: Ints, bounds: Bounds, whys: Sequence[str], which: Ints | None = None) -> None:
    """Put new bounds on lines, and note why.

    Parameters
    ----------
    ledger : Ledger
        Changed in place.
    at : array of int
        The lines, each once.
    bounds : Bounds
        One for each of them.
    whys : sequence of str
        What may have cut them.
    which : array of int or None
        For each line its place in ``whys``; None for the first.

    Examples
    --------
    >>> two = np.array([10, 20])
    >>> ledger = opened(two, two)
    >>> settle(ledger, np.array([1]), Bounds(*np.array([[5], [5], [5], [5]])), ["limit a"])
    >>> ledger.bounds.high.tolist(), [ledger.texts[code] for code in ledger.cut]
    ([10, 5], ['', 'limit a'])
    """
    old = ledger.bounds
    less = bounds.high < old.high[at]
    wider = bounds.high - bounds.low > old.high[at] - old.low[at]
    places = np.zeros(len(at), np.int64) if which is None else which
    note(ledger, ledger.cut, at[less], whys, places[less])
    note(ledger, ledger.hangs_on, at[wider], whys, places[wider])
    old.low[at], old.high[at] = bounds.low, bounds.high
    old.sum_low[at], old.sum_high[at] = bounds.sum_low, bounds.sum_high


def note(ledger: Ledger, codes: Ints, at: Ints, whys: Sequence[str], which: Ints) -> None:
    """Add a reason to lines that may have others."""
    if not len(at):
        return
    pairs, inverse = np.unique(codes[at] * len(whys) + which, return_inverse=True)
    new = []
    for pair in pairs.tolist():
        code, place = divmod(pair, len(whys))
        text = "; ".join(filter(None, (ledger.texts[code], whys[place])))
        if text not in ledger.texts:
            ledger.texts.append(text)
        new.append(ledger.texts.index(text))
    codes[at] = np.array(new, np.int64)[inverse]
