"""Measure the K-density of 10,000 plants against 1,000 placements by lot on 50,000 sites.

Run it from the project's root::

    .venv/bin/python benchmarks/structure_k_density.py

Plants and sites are drawn over 1,000 km and over 2,000 km, half of them around forty towns. The aim is 30 seconds by the clock. Then the grid is held
against every pair of 4,000 of the plants.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from wutong.formulas.k_density import Lots, Points, k_density, k_density_exact, k_density_test, silverman

PLANTS: Final = 10_000
SITES: Final = 50_000
TOWNS: Final = 40
MOST_SECONDS: Final = 30.0


def sites(wide: float) -> Points:
    chance = np.random.default_rng(1)
    towns = chance.uniform(0, wide, (TOWNS, 2))[chance.integers(0, TOWNS, SITES // 2)]
    near = towns + chance.normal(0, 12, towns.shape)
    every = np.concatenate((near, chance.uniform(0, wide, (SITES - SITES // 2, 2))))
    x, y = chance.permutation(every).T
    return Points(x.copy(), y.copy())


def main() -> None:
    at = np.arange(0.0, 181.0, 3.0)
    for wide in (1000.0, 2000.0):
        everywhere = sites(wide)
        industry = Points(everywhere.x[:PLANTS], everywhere.y[:PLANTS])
        bandwidth = silverman(industry)
        began, worked = time.perf_counter(), time.process_time()
        k_density_test(industry, everywhere, at, Lots(1000), bandwidth)
        wall, cpu = time.perf_counter() - began, time.process_time() - worked
        print(
            f"{wide:,.0f} km: bandwidth {bandwidth:.1f} km, 1,000 simulations in {wall:.1f} s, {cpu:.1f} s of processor "
            f"({'within' if wall <= MOST_SECONDS else 'beyond'} {MOST_SECONDS:.0f} s)"
        )
    part = Points(industry.x[:4000], industry.y[:4000])
    for bandwidth in (8.0, 20.0):
        began = time.perf_counter()
        exact = k_density_exact(part, at, bandwidth)
        middle = time.perf_counter()
        grid = k_density(part, at, bandwidth)
        print(
            f"4,000 plants, bandwidth {bandwidth:.0f} km: every pair {middle - began:.2f} s, grid {time.perf_counter() - middle:.3f} s, "
            f"most apart {np.abs(grid / exact - 1).max():.2%}, in the mean {np.abs(grid / exact - 1).mean():.2%}"
        )


if __name__ == "__main__":
    main()
