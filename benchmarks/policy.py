"""Measure a rulebook of 128 measures over a million firms, side by side with what a user would pick instead.

Run it from the project's root, with the folder of the workload::

    .venv/bin/python benchmarks/policy.py ../shared/bench/policy
    .venv/bin/python benchmarks/policy.py ../shared/bench/policy --peers PYTHON   # one that has numpy, pyarrow and openfisca-core
    .venv/bin/python benchmarks/policy.py ../shared/bench/policy --sizes 10000 100000 1000000 10000000

The workload's own scripts make firms and measures in a temporary folder and run the peers. Every figure is of a process of
its own: CPU seconds of all its threads, and its peak memory (Linux). Compare figures of one run alone.

======== ==============================================================================================================
totals   sums by measure and by firm after take-the-highest: what the peers make
rows     outcome, amount and clause code of every firm and measure, streamed to Parquet; working out and writing apart
reform   one rate changed, totals again, from the totals before
one      one firm over all measures with reasons
sizes    totals per firm from 10^4 on
======== ==============================================================================================================
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
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from policy_workload import files_of, firms_of

from wutong.policy.explain import reasons
from wutong.policy.parameters import Change, changed
from wutong.policy.prepared import prepared
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.run import bounds_of, planned, wide_of
from wutong.policy.subjects import facts_at
from wutong.policy.totals import totals, totals_after

PARTS = ("state", "amount", "clause")
CHUNK = 16_384  # rows of a morsel: what bounds the memory of a stream of 384 columns
RATE = "m001.yaml:editions.1.amount.rate"
SAMPLE = 200


def read(folder: Path) -> tuple[dict[str, str], Rulebook]:
    said = json.loads((folder / "measures.json").read_text())
    files = files_of(said["measures"], said["groups"])
    return files, rulebook_of(files)


def frame(folder: Path, size: int) -> pl.DataFrame:
    return pl.read_parquet(folder / f"subjects_{size}.parquet")


def spent() -> float:
    return time.process_time()


def told(name: str, **figures: float | int | str) -> None:
    """One line for the parent: the figures, and the peak memory of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, **figures, "peak_mib": round(peak)}), flush=True)


# ------------------------------------------------------------ what one process does


def prepare(folder: Path, size: int) -> None:
    """Firms as a table of subjects, once."""
    firms_of(dict(np.load(folder / f"firms_{size}.npz"))).write_parquet(
        folder / f"subjects_{size}.parquet", row_group_size=65_536
    )


def run_totals(folder: Path, size: int, repeats: int = 3) -> None:
    _, book = read(folder)
    table = frame(folder, size)
    costs = []
    for _ in range(repeats):
        start = spent()
        found = totals(book, "firm", table)
        costs.append(spent() - start)
    exact = (
        json.loads((folder / f"exact_{size}.json").read_text())
        if (folder / f"exact_{size}.json").exists()
        else None
    )
    same = "" if exact is None else str(found.by_measure["amount"].to_list() == exact)
    total = int(found.by_subject.sum())
    told("totals", firms=size, cpu_s=sorted(costs)[len(costs) // 2], fen=total, equal_to_exact=same)


def run_rows(folder: Path, size: int) -> None:
    _, book = read(folder)
    lazy = pl.scan_parquet(folder / f"subjects_{size}.parquet")
    ready = planned(book, "firm", bounds_of(lazy, book.fields))
    wide = wide_of(ready, lazy, PARTS, ("subject",))
    names = [name for name in wide.collect_schema().names() if name != "subject"]
    with pl.Config(streaming_chunk_size=CHUNK):
        start = spent()
        sums = (
            wide.select(pl.col(name).cast(pl.Int128).sum() for name in names)
            .collect(engine="streaming")
            .row(0)
        )
        working = spent() - start
        out = folder / "rows.parquet"
        start = spent()
        wide.sink_parquet(out, compression="lz4", row_group_size=65_536, statistics=False)
        both = spent() - start
    written = (
        pl.scan_parquet(out).select(pl.col(name).cast(pl.Int128).sum() for name in names).collect().row(0)
    )
    told(
        "rows",
        firms=size,
        work_cpu_s=working,
        write_cpu_s=both - working,
        file_mib=out.stat().st_size // 2**20,
        sums_equal=str(sums == written),
    )


def run_sample(folder: Path, size: int) -> None:
    """Rows of the first firms against the interpreter in fractions, every state, amount and clause."""
    from wutong.policy.outcomes import outcomes_by_hand
    from wutong.policy.run import outcomes

    _, book = read(folder)
    table = frame(folder, size).head(SAMPLE)
    same = outcomes(book, {"firm": table}).equals(outcomes_by_hand(book, {"firm": table}))
    told("sample", firms=SAMPLE, equal_to_interpreter=str(same))


def run_reform(folder: Path, size: int, repeats: int = 5) -> None:
    files, book = read(folder)
    table = frame(folder, size)
    before = totals(book, "firm", table)
    costs = []
    for _ in range(repeats):
        start = spent()
        later = changed(files, Change({RATE: "20"}))
        known = {one.file: one for one in book.measures if later[one.file] is files[one.file]}
        after = rulebook_of(later, known)
        found = totals_after(before, book, after, "firm", table)
        costs.append(spent() - start)
    fresh = totals(after, "firm", table)
    same = found.by_measure.equals(fresh.by_measure) and found.by_subject.equals(fresh.by_subject)
    told("reform", firms=size, cpu_s=sorted(costs)[len(costs) // 2], equal_to_fresh=str(same))


def run_one(folder: Path, size: int) -> None:
    _, book = read(folder)
    facts = facts_at(frame(folder, size).head(1), 0, book.fields)
    ready = [prepared(measure) for measure in book.measures]
    costs = []
    for _ in range(20):
        start = spent()
        for measure in ready:
            reasons(measure, facts)
        costs.append(spent() - start)
    told("one", measures=len(book.measures), cpu_ms=1000 * sorted(costs)[len(costs) // 2])


RUNS: dict[str, Callable[[Path, int], None]] = {
    "totals": run_totals,
    "rows": run_rows,
    "sample": run_sample,
    "reform": run_reform,
    "one": run_one,
    "prepare": prepare,
}


# ------------------------------------------------------------ the parent


def child(what: str, folder: Path, size: int) -> None:
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, __file__, "--child", what, str(folder), str(size)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})


def peers(python: str, folder: Path, size: int) -> None:
    """What a user would pick instead, by the workload's own scripts; each prints its own line."""
    scripts = (
        ["b_exact.py", "numpy"],
        ["b_numpy.py", "--block", "16384"],
        ["b_numpy.py"],
        ["b_openfisca.py"],
        ["b_openfisca.py", "--reform"],
        ["b_c.py"],
    )
    for script in scripts:
        done = subprocess.run(
            [python, *script, "--n", str(size)], cwd=folder, check=False, capture_output=True, text=True
        )
        said = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if not said:
            print(f"{' '.join(script)}: did not run: {done.stderr.strip().splitlines()[-1:]}", flush=True)
            continue
        row = json.loads(said[-1])
        figures = {key: row[key] for key in ("name", "cpu_s", "peak_rss_mib")}
        print(json.dumps({"peer": " ".join(script), **figures}), flush=True)
    exact = folder / f"out_exact_numpy_{size}.npz"
    if exact.exists():
        sums = [int(one) for one in np.load(exact)["sums"]]
        (folder / f"exact_{size}.json").write_text(json.dumps(sums))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workload", type=Path, nargs="?", help="folder with spec.py and the peers")
    parser.add_argument("--peers", default="", help="a Python that has what the peers need")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--keep", type=Path, help="folder to work in, kept for the next run")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        what, folder, size = asked.child
        RUNS[what](Path(folder), int(size))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = asked.keep or Path(made)
        folder.mkdir(exist_ok=True)
        for script in asked.workload.glob("*.py"):
            (folder / script.name).write_bytes(script.read_bytes())
        for size in asked.sizes:
            if not (folder / f"firms_{size}.npz").exists():
                # the maker writes Parquet too, for which it needs PyArrow; the peers' Python has it
                subprocess.run([asked.peers or sys.executable, "spec.py", str(size)], cwd=folder, check=True)
            if not (folder / f"subjects_{size}.parquet").exists():
                child("prepare", folder, size)
            if asked.peers:
                peers(asked.peers, folder, size)
            child("totals", folder, size)
        largest = min(max(asked.sizes), 1_000_000)
        for what in ("reform", "rows", "sample", "one"):
            child(what, folder, largest if largest in asked.sizes else asked.sizes[0])


if __name__ == "__main__":
    main()
