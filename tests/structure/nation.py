"""An invented nation for tests: broad regions have rare industries too, and years follow on each other."""

from __future__ import annotations

import numpy as np
import polars as pl

from wutong.structure.grid import Absent
from wutong.structure.intake import Columns, grid_of
from wutong.structure.totals import Parts, parts_of

COLUMNS = Columns("region", "industry", "jobs", "year", suppressed="hidden")


def table(places: int = 40, industries: int = 24, years: int = 6, seed: int = 3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    strength = 0.6 * np.linspace(2, -2, places)[:, None] * np.linspace(2, -2, industries)
    size = np.exp(rng.normal(8, 1, places))[:, None]
    drift = rng.normal(0, 0.8, (places, industries))
    frames = []
    for year in range(years):
        drift = 0.9 * drift + 0.35 * rng.normal(0, 0.8, drift.shape)
        jobs = np.round(size * np.exp(strength + drift) / industries * 1.02**year)
        row, column = np.indices(jobs.shape)
        frames.append(
            pl.DataFrame(
                {
                    "region": [f"r{k:02d}" for k in row.ravel()],
                    "industry": [f"i{k:02d}" for k in column.ravel()],
                    "jobs": jobs.ravel(),
                    "year": np.full(jobs.size, 2019 + year),
                    "hidden": np.zeros(jobs.size, dtype=bool),
                }
            )
        )
    return pl.concat(frames)


def parts(frame: pl.DataFrame | None = None, absent: Absent = "zero") -> Parts:
    return parts_of(grid_of(table() if frame is None else frame, COLUMNS, duplicates="refuse", absent=absent))
