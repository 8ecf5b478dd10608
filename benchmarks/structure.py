"""Measure complexity and relatedness on whole tables, side by side with what a user would pick instead.

Run it from the project's root, with the folders of the workload and of the data::

    .venv/bin/python benchmarks/structure.py ../shared/bench/structure ../shared/data/structure --peers PYTHON
    .venv/bin/python benchmarks/structure.py ../shared/bench/structure ../shared/data/structure --peers PYTHON --long --slopes

``PYTHON`` is one that has pandas, pyarrow and ecomplexity: the workload's maker needs the first two, and the peer is the third. All run with one thread of BLAS, each
figure in a process of its own: CPU seconds and peak memory (Linux). Compare figures of one run alone.

========== ============================================================================================================
job        long table in memory → quotients, presence, complexity, proximity, density, outlook index and gain, each year
same       what the job gives against what ecomplexity gives: the greatest difference of any number
metro      US metropolitan areas: file → candidates of one, with back-test over 2001 to 2006
trade      BACI 2024: file → ranking of countries
slopes     the job over halves of products and of regions: the exponent of time in their number
========== ============================================================================================================
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

LONG = {"a": 20, "c": 10}
SUMS = (1, 2, 3, 6, 12, 13, 25, 36, 45, 50, 55, 58, 63, 67, 71, 74, 78, *range(99, 110))
"""Lines of the metropolitan table that add up others."""


def told(name: str, start: float, **figures: float | int | str) -> None:
    """One line for the parent: CPU seconds since the start, figures, and the peak memory of this process."""
    cpu = round(time.process_time() - start, 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"name": name, "cpu_s": cpu, **figures, "peak_mib": peak}), flush=True)


# ------------------------------------------------------------ what one process does


def job(path: Path, out: str, part: str) -> None:
    """The whole job on every year; ``part`` cuts the table to a share of its regions or products."""
    from wutong.formulas.at_once import related
    from wutong.formulas.complexity import complexity
    from wutong.formulas.relatedness import outlook_index
    from wutong.formulas.specialisation import location_quotient, presence
    from wutong.structure.grid import in_year
    from wutong.structure.intake import Columns, grid_of

    table = pl.read_parquet(path)
    if part:
        column, share = part.split("=")
        codes = table[column].unique().sort()
        kept = codes.gather_every(round(1 / float(share)))
        table = table.filter(pl.col(column).is_in(kept.implode()))
    start = time.process_time()
    grid = grid_of(table, Columns("loc", "prod", "val", "year"), duplicates="refuse", absent="zero")
    for year in grid.years:
        has = presence(location_quotient(in_year(grid, year)[0]))
        found = complexity(has)
        dense, gain = related(has, found.industries)
        index = outlook_index(dense, has, found.industries)
    shape = f"{len(grid.places)} x {len(grid.industries)} x {len(grid.years)}"
    told("job", start, shape=shape, rows=table.height)
    if out:
        np.savez(
            out,
            eci=found.places,
            pci=found.industries,
            density=dense,
            coi=index,
            cog=gain,
            mcp=has.astype(float),
        )


def same(mine: str, theirs: str) -> None:
    """The greatest difference from the peer: in scores after both are standardised, in gain where it is not a zero of theirs."""
    one, other = np.load(mine), np.load(theirs)
    scale = one["eci"].std()
    lacking = one["mcp"] == 0
    gaps = {
        "presence": np.abs(one["mcp"] - other["mcp"]),
        "eci": np.abs((one["eci"] - one["eci"].mean()) / scale - other["eci"]),
        "pci": np.abs((one["pci"] - one["eci"].mean()) / scale - other["pci"]),
        "density": np.abs(one["density"] - other["density"]),
        "outlook": np.abs((one["coi"] - one["coi"].mean()) / one["coi"].std() - other["coi"]),
        "gain": np.abs(one["cog"] / scale - other["cog"])[lacking],
    }
    print(
        json.dumps({"name": "same", **{name: float(f"{gap.max():.2g}") for name, gap in gaps.items()}}),
        flush=True,
    )


def metro(data: Path) -> None:
    start = time.process_time()
    from wutong.structure.back_test import look_back
    from wutong.structure.candidates import candidates
    from wutong.structure.intake import Columns, grid_of
    from wutong.structure.space import fit, standing
    from wutong.structure.totals import Parts

    table = pl.read_parquet(data / "us_msa_gdp_by_industry_2001_2006.parquet").with_columns(
        year=pl.col("year").cast(pl.String),
        # below half a million dollars counts as a quarter of one
        value=pl.when(pl.col("flag") == "(L)").then(0.25).otherwise("gdp_musd"),
        hidden=(pl.col("flag") == "(D)").fill_null(value=False),
    )
    areas, nation = table.filter(pl.col("FIPS") != "00998"), table.filter(pl.col("FIPS") == "00998")
    leaf = ~pl.col("Industry Code").is_in(SUMS)
    columns = Columns("FIPS", "Industry Code", "value", "year", "hidden", "Metropolitan Area", "Industry")
    grid = grid_of(areas.filter(leaf), columns, duplicates="refuse", absent="unknown", unit="million USD")
    totals = areas.filter(pl.col("Industry Code") == 1).select(
        pl.col("FIPS").alias("place"), "year", pl.col("gdp_musd").alias("total")
    )
    whole = nation.filter(leaf).select(
        pl.col("Industry Code").cast(pl.String).alias("industry"), "year", pl.col("gdp_musd").alias("value")
    )
    parts = Parts(grid, totals.drop_nulls(), whole.drop_nulls())
    trial = look_back(parts)
    space = fit(parts)
    finding = candidates(space, standing(space, "10180"), trial=trial)
    auc = dict(trial.table.select("score", "auc").iter_rows())
    told(
        "metro", start, candidates=finding.table.height, pairs=trial.pairs, entries=trial.entries,
        auc_list=round(auc["combined"], 3), auc_density=round(auc["density"], 3), auc_last_quotient=round(auc["quotient"], 3),
    )  # fmt: skip


def trade(data: Path) -> None:
    start = time.process_time()
    from wutong.structure.complexity import place_complexity
    from wutong.structure.intake import Columns, grid_of
    from wutong.structure.space import fit
    from wutong.structure.totals import parts_of

    names = pl.read_csv(data / "baci_country_codes.csv").select(
        pl.col("country_code").alias("i"), "country_name"
    )
    table = pl.read_csv(data / "baci_hs2_2024.csv").join(names, on="i", how="left")
    columns = Columns("i", "hs2", "v", place_name="country_name")
    grid = grid_of(table, columns, duplicates="refuse", absent="zero", measure="exports")
    finding = place_complexity(fit(parts_of(grid)))
    told("trade", start, first=finding.table["place_name"][0], ranked=finding.table.height)


# ------------------------------------------------------------ the parent


def child(*said: str, show: bool = True) -> dict[str, float]:
    here = Path(__file__).parent
    path = os.pathsep.join([str(here.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, __file__, "--child", *said],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
    )
    if show:
        print(done.stdout, end="", flush=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def peer(python: str, table: Path, out: Path) -> None:
    script = Path(__file__).parent / "structure_peer.py"
    done = subprocess.run(
        [python, str(script), str(table), str(out)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    print(
        done.stdout or f"the peer did not run: {done.stderr.strip().splitlines()[-1:]}\n", end="", flush=True
    )


def slopes(folder: Path, case: str) -> None:
    """Exponents of CPU time in the number of products and of regions: whole against a half."""
    for column in ("prod", "loc"):
        cost = {
            share: min(
                child("job", str(folder / f"{case}_1.parquet"), "", f"{column}={share}", show=False)["cpu_s"]
                for _ in range(3)
            )
            for share in (1, 0.5, 0.25)
        }
        slope = np.polyfit(np.log(list(cost)), np.log(list(cost.values())), 1)[0]
        print(
            json.dumps(
                {
                    "name": "slope",
                    "case": case,
                    "over": column,
                    "exponent": round(float(slope), 2),
                    "cpu_s": cost,
                }
            ),
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workload", type=Path, nargs="?", help="folder with workload.py")
    parser.add_argument("data", type=Path, nargs="?", help="folder with the tables")
    parser.add_argument(
        "--peers", default=sys.executable, help="a Python with pandas, pyarrow and ecomplexity"
    )
    parser.add_argument("--long", action="store_true", help="20 years of case a and 10 of case c too")
    parser.add_argument("--slopes", action="store_true", help="how time grows with products and regions")
    parser.add_argument(
        "--alone", action="store_true", help="without running ecomplexity, which takes minutes"
    )
    parser.add_argument("--keep", type=Path, help="folder to work in, kept for the next run")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        what, *said = asked.child
        if what == "job":
            job(Path(said[0]), said[1], said[2])
        elif what == "same":
            same(said[0], said[1])
        else:
            {"metro": metro, "trade": trade}[what](Path(said[0]))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = (asked.keep or Path(made)).resolve()
        folder.mkdir(exist_ok=True)
        for case, years in LONG.items():
            for count in (1, years) if asked.long else (1,):
                table = folder / f"{case}_{count}.parquet"
                if not table.exists():
                    script = (asked.workload / "workload.py").resolve()
                    subprocess.run(
                        [asked.peers, str(script), case, str(count)],
                        cwd=folder,
                        check=True,
                        capture_output=True,
                    )
                mine, theirs = folder / f"{case}_{count}.own.npz", folder / f"{case}_{count}.npz"
                child("job", str(table), str(mine), "")
                if count == 1 and not asked.alone:
                    peer(asked.peers, table, theirs)
                if count == 1 and theirs.exists():
                    child("same", str(mine), str(theirs))
            if asked.slopes:
                slopes(folder, case)
        child("trade", str(asked.data))
        child("metro", str(asked.data))


if __name__ == "__main__":
    main()
