"""What firms report: revenue, tax, R&D, electricity and the rest, drawn around each firm's output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wutong.demo.economy import SCALE_LINE, Economy, stream
from wutong.demo.frames import to_money

MONEY: Final = ("output", "revenue", "value_added", "profit", "tax", "rd", "investment", "export")
"""Amounts in fen, in the order of the declaration."""
PHYSICAL: Final = ("power", "water", "gas")
"""Amounts in kWh and m³."""

MERGED: Final = ((1, 2), *((month, month) for month in range(3, 13)))
"""First and last month of each report: January and February are one."""

# one figure a chain: vision systems, new materials, artificial intelligence
_VALUE_ADDED: Final = np.array([0.24, 0.30, 0.34])
_RD: Final = np.array([0.026, 0.034, 0.062])
_EXPORT: Final = np.array([0.45, 0.25, 0.20])
_OUTPUT_PER_HEAD: Final = np.array([1_150_000.0, 1_400_000.0, 950_000.0])
_PER_WAN: Final = {
    "power": np.array([180.0, 620.0, 120.0]),
    "water": np.array([0.8, 1.6, 0.4]),
    "gas": np.array([0.6, 3.0, 0.2]),
}
_SEASON: Final = np.array([0.135, 0.082, 0.082, 0.084, 0.089, 0.080, 0.083, 0.088, 0.091, 0.090, 0.096])


def accounts(economy: Economy) -> dict[str, NDArray[np.int64]]:
    """Draw everything that firms report for a year.

    Parameters
    ----------
    economy : Economy
        Firms, years and output.

    Returns
    -------
    dict of str to int64 array, shape (firms, years)
        ``MONEY`` in fen, ``PHYSICAL`` in kWh and m³, ``employees`` in persons; 0 where a firm is not there.
        Output, revenue, tax, R&D, electricity and employees go together, but for the firm whose output and
        electricity were made to disagree.
    """
    chance = stream(economy.seed, "amounts")
    shape = economy.output.shape
    output = economy.output / 100.0
    chain = economy.chain

    def around(firm: float, year: float) -> NDArray[np.float64]:
        """A factor with one spread between firms and another between the years of a firm."""
        own = firm * chance.standard_normal((shape[0], 1))
        own[0] *= 0.3
        factors: NDArray[np.float64] = np.exp(own + year * chance.standard_normal(shape))
        return factors

    value_added = output * np.minimum(_VALUE_ADDED[chain][:, None] * around(0.2, 0.05), 0.8)
    revenue = output * around(0.03, 0.03)
    physical = {
        name: output / 10_000 * _PER_WAN[name][chain][:, None] * around(0.35, 0.05) for name in PHYSICAL
    }
    employees = output / _OUTPUT_PER_HEAD[chain][:, None] * around(0.3, 0.06)
    tax = revenue * 0.034 * around(0.25, 0.12)
    _disagree(economy, tax, physical["power"])
    exporter = chance.random((shape[0], 1)) < 0.45
    exporter[0] = True
    share = np.minimum(_EXPORT[chain][:, None] * around(0.5, 0.05), 0.9) * exporter
    share[0] = 0.62 * np.exp(0.02 * chance.standard_normal(shape[1]))
    margin = 0.062 + 0.045 * chance.standard_normal((shape[0], 1)) + 0.02 * chance.standard_normal(shape)
    researches = chance.random((shape[0], 1)) < 0.85
    spending = np.minimum(_RD[chain][:, None] * around(0.6, 0.1), 0.35) * researches
    builds = chance.random(shape) < 0.75
    builds[0] = True
    building = 0.05 * around(0.5, 0.8) * builds
    reported = {
        "output": economy.output,
        "revenue": to_money(revenue),
        "value_added": to_money(value_added),
        "profit": to_money(revenue * margin),
        "tax": to_money(tax),
        "rd": to_money(revenue * spending),
        "investment": to_money(output * np.minimum(building, 1.5)),
        "export": to_money(np.minimum(output * share, revenue)),
        **{name: np.rint(amount).astype(np.int64) for name, amount in physical.items()},
        "employees": np.where(economy.active, np.maximum(np.rint(employees), 1), 0).astype(np.int64),
    }
    if economy.parts:
        # 5 % short of the line on the day, and never above it before
        near = economy.parts["near_scale"]
        reported["revenue"][near, economy.last] = SCALE_LINE * 95 // 100
    return reported


def _disagree(economy: Economy, tax: NDArray[np.float64], power: NDArray[np.float64]) -> None:
    """Let one firm tell of twice its output, while its tax stands still and its electricity falls."""
    if not economy.parts or economy.last == 0:
        return
    firm, year = economy.parts["disagreeing"], economy.last
    tax[firm, year:] = tax[firm, year - 1]
    power[firm, year:] = 0.7 * power[firm, year - 1]


def by_month(
    reported: Mapping[str, NDArray[np.int64]],
    rows: NDArray[np.int64],
    column: int,
    chance: np.random.Generator,
) -> dict[str, NDArray[np.int64]]:
    """Spread one year's amounts over its reports so that the months sum to the year exactly.

    Parameters
    ----------
    reported : mapping
        What ``accounts`` gave.
    rows : int array, shape (n,)
        Firms.
    column : int
        Year.
    chance : numpy.random.Generator
        Where the seasons are drawn from.

    Returns
    -------
    dict of str to int64 array, shape (n, 11)
        Cumulative amounts at the end of February, March … December; employees as of the end of the month.
    """
    weights = _SEASON * np.exp(0.05 * chance.standard_normal((len(rows), len(_SEASON))))
    cumulative = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    cumulative[:, -1] = 1.0
    grain = {**dict.fromkeys(MONEY, 100_000), **dict.fromkeys(PHYSICAL, 1)}
    spread = {
        name: np.rint(reported[name][rows, column][:, None] / step * cumulative).astype(np.int64) * step
        for name, step in grain.items()
    }
    at_end = reported["employees"][rows, column][:, None]
    drift = np.linspace(0.97, 1.0, len(_SEASON))
    spread["employees"] = np.maximum(np.rint(at_end * drift), 1).astype(np.int64)
    return spread
