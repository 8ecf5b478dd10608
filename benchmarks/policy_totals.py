"""Measure the totals of 128 measures over invented firms, by each engine, on the workload of ``../shared/bench/policy``.

Make the workload there (``spec.py 1000000``; it writes ``measures.json`` and ``firms_1000000.npz``), then run from the
project's root::

    .venv/bin/python -m benchmarks.policy_totals FOLDER

CPU seconds of the best of three runs; all engines must give the same sums. The aim for blocks is 1.2 s.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.policy_workload import book_of, firms_of
from wutong.policy.columns import in_blocks, in_polars, in_sql
from wutong.policy.columns.program import program
from wutong.policy.run import bounds_of, planned
from wutong.policy.totals import paid_nodes
from wutong.zone.store import answered


def main() -> None:
    parser = argparse.ArgumentParser(description="totals of the policy workload, by engine")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--firms", type=int, default=1_000_000)
    asked = parser.parse_args()
    work = json.loads((asked.folder / "measures.json").read_text(encoding="utf-8"))
    columns = dict(np.load(asked.folder / f"firms_{asked.firms}.npz"))
    book = book_of(work["measures"], work["groups"])
    frame = firms_of(columns)
    paid = paid_nodes(book, planned(book, "firm", bounds_of(frame.lazy(), book.fields)))
    made = program(paid)
    table = in_blocks.loaded(made, frame)

    def by_blocks() -> list[int]:
        return [one.sum for one in in_blocks.totals(made, table).values()]

    def by_polars() -> list[int]:
        sums = in_polars.worked_out(made, frame.lazy()).select(pl.col(name).sum() for name in paid)
        return list(sums.collect(engine="streaming").row(0))

    def by_duckdb() -> list[int]:
        sums = ", ".join(f"CAST(sum({in_sql.quoted(name)}) AS BIGINT)" for name in paid)
        query = f"SELECT {sums} FROM ({in_sql.sql_text(made, 'firm')})"
        return list(answered(query, {"firm": frame}).row(0))

    wanted = measured("blocks", by_blocks)
    assert measured("Polars", by_polars) == wanted
    assert measured("DuckDB", by_duckdb) == wanted


def measured(name: str, work: Callable[[], list[int]]) -> list[int]:
    """Run three times, tell the least CPU seconds, and give the sums back."""
    spent, sums = [], list[int]()
    for _ in range(3):
        begun = time.process_time()
        sums = work()
        spent.append(time.process_time() - begun)
    print(f"{name:8} {min(spent):6.2f} CPU s, {sum(sums) / 100:,.2f} yuan")
    return sums


if __name__ == "__main__":
    main()
