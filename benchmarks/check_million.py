"""Measure ``wutong check`` on invented zones of 10,000, 100,000 and 1,000,000 firms with three years each.

Run it from the project's root::

    .venv/bin/python benchmarks/check_million.py

The zones are made once, as Parquet, and kept in a temporary folder until the generator changes. Each check runs in a
fresh process, whose wall time, processor time and peak memory are told by the operating system (Linux). The aim for a
million firms is 10 seconds and 2 GiB.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

import wutong.demo
from wutong.demo.invented import invent_zone
from wutong.zone.load import FOLDER
from wutong.zone.settings import FILE

SIZES = (10_000, 100_000, 1_000_000)
YEARS = range(2023, 2026)
AS_OF = date(2026, 3, 31)
MOST_SECONDS = 10.0
MOST_GIB = 2.0


@dataclass(frozen=True, slots=True)
class Run:
    """One check: seconds by the clock, seconds of processor, and GiB at the peak."""

    wall: float
    cpu: float
    peak: float


def zone_of(firms: int, seed: int) -> Path:
    """Make a zone, or take the one made before by the same generator."""
    generator = hashlib.sha256(f"{firms} {seed} {YEARS} {AS_OF}".encode())
    for source in sorted(Path(wutong.demo.__path__[0]).glob("*.py")):
        generator.update(source.read_bytes())
    folder = Path(tempfile.gettempdir()) / "wutong-benchmark" / f"{firms}-{generator.hexdigest()[:12]}"
    if not (folder / FILE).is_file():
        began = time.perf_counter()
        invent_zone(folder, firms, seed=seed, years=YEARS, as_of=AS_OF, kind="parquet")
        print(f"made {folder} in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    return folder


def check(folder: Path) -> Run:
    """Run ``wutong check`` once in a process of its own."""
    command = [str(Path(sys.executable).parent / "wutong"), "check", str(folder)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    # Linux tells the peak in KiB
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)


def rows_of(folder: Path) -> tuple[int, int]:
    """Rows of the firm-years and of all tables."""
    counted = {
        path.stem: int(pl.scan_parquet(path).select(pl.len()).collect().item())
        for path in (folder / FOLDER).glob("*.parquet")
    }
    return counted["firm_year"], sum(counted.values())


def main() -> None:
    """Make what is missing, check each zone some times, and print a table of medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--firms", type=int, nargs="+", default=list(SIZES), help="how many firms each zone has"
    )
    parser.add_argument("--runs", type=int, default=3, help="checks of each zone; the median is told")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(
        f"{'firms':>10} {'firm-years':>11} {'all rows':>10} {'wall s':>7} {'CPU s':>7} {'peak GiB':>9} {'slope':>6}"
    )
    before: tuple[int, float] | None = None
    for firms in sorted(asked.firms):
        folder = zone_of(firms, asked.seed)
        runs = sorted((check(folder) for _ in range(asked.runs)), key=lambda run: run.wall)
        middle = runs[len(runs) // 2]
        firm_years, rows = rows_of(folder)
        # 1 is proportional to the number of firm-years
        slope = ""
        if before is not None:
            slope = f"{math.log(middle.cpu / before[1]) / math.log(firm_years / before[0]):.2f}"
        before = firm_years, middle.cpu
        print(
            f"{firms:>10,} {firm_years:>11,} {rows:>10,} {middle.wall:>7.1f} {middle.cpu:>7.1f} {middle.peak:>9.2f} {slope:>6}"
        )
        if firms >= SIZES[-1]:
            kept = middle.wall <= MOST_SECONDS and middle.peak <= MOST_GIB
            print(
                f"aim for a million: {MOST_SECONDS:.0f} s and {MOST_GIB:.0f} GiB: {'kept' if kept else 'missed'}"
            )


if __name__ == "__main__":
    main()
