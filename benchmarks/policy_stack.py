"""Measure what holds between measures: the example rulebook over invented firms, from claims to what is paid.

Run it from the project's root::

    .venv/bin/python benchmarks/policy_stack.py
    .venv/bin/python benchmarks/policy_stack.py --sizes 1000 10000 100000 1000000

Each firm stands once in the tables of firms, projects and persons, with all facts drawn by chance and one in ten not known, so
that groups overlap under unlike ceilings in nearly every firm. Every size runs in a process of its own, which tells CPU seconds
of all threads and peak memory (Linux), and holds the firms of a sample against ``stack_by_hand``: quotas, which hang on all
firms, by themselves over the first firms alone; the rest within the whole run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from wutong.policy.feel.types import Type
from wutong.policy.fields import Field
from wutong.policy.outcomes import COLUMNS
from wutong.policy.quota import ranked
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.policy.stack_by_hand import stack_by_hand
from wutong.policy.subjects import dtype_of, stored

FOLDER = Path(__file__).parent.parent / "examples" / "measures"
SIZES = (1_000, 10_000, 100_000)
SAMPLE = 100
UNKNOWN = 0.1


def examples() -> Rulebook:
    names = sorted(FOLDER.rglob("*.yaml"))
    return rulebook_of({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in names})


def drawn(field: Field, size: int, chance: np.random.Generator) -> pl.Series:
    """Invented values of a fact, one in ten not known."""
    match field.type:
        case Type(kind="boolean"):
            found = pl.Series(chance.random(size) < 0.8)
        case Type(kind="text"):
            # a contract of two firms is two contracts, so that few numbers make as many contests as many would
            found = pl.Series(field.type.choices or ("a", "b")).gather(
                chance.integers(0, len(field.type.choices or "ab"), size)
            )
        case Type(kind="date"):
            days = chance.integers(date(2020, 1, 1).toordinal(), date(2026, 12, 31).toordinal(), size)
            found = pl.Series(days - date(1970, 1, 1).toordinal()).cast(pl.Int32).cast(pl.Date)
        case Type(unit=(("fen", 1),)):
            found = pl.Series((10 ** chance.uniform(8, 12, size)).astype(np.int64))
        case _:
            most = 2 if field.type.unit == (("1", 1),) else 500
            found = pl.Series((stored(field).scale * chance.uniform(0, most, size)).astype(np.int64))
    known = pl.Series(chance.random(size) >= UNKNOWN)
    return found.to_frame("v").select(pl.when(known).then(pl.col("v")))["v"].cast(dtype_of(field))


def subjects_of(book: Rulebook, size: int) -> dict[str, pl.DataFrame]:
    chance = np.random.default_rng(7)
    names = pl.int_range(size, eager=True).cast(pl.String)
    found = {}
    for kind in ("firm", "project", "person"):
        columns = {name: drawn(field, size, chance) for name, field in book.fields.items()}
        keys = {"subject": names} if kind == "firm" else {"subject": kind[0] + names, "firm": names}
        found[kind] = pl.DataFrame({**keys, **columns})
    return found


def without_quotas(book: Rulebook) -> Rulebook:
    measures = tuple(
        replace(one, editions=tuple(replace(edition, quota=None) for edition in one.editions))
        for one in book.measures
    )
    return replace(book, measures=measures)


def of_firms(table: pl.DataFrame, firms: pl.Series) -> pl.DataFrame:
    return table.filter(pl.col("firm" if "firm" in table.columns else "subject").is_in(firms.to_list()))


def run(size: int) -> None:
    """One size in this process: its figures as one line of JSON."""
    book = examples()
    subjects = subjects_of(book, size)
    start = time.process_time()
    claimed = outcomes(book, subjects)
    before, begun, clock = time.process_time() - start, time.process_time(), time.perf_counter()
    found = stacked(book, subjects, claimed)
    took, wall = time.process_time() - begun, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = found.table
    figures = {
        "firms": size,
        "measures": len(book.measures),
        "rows": table.height,
        "claims": claimed.filter(pl.col("state") != "not eligible").height,
        "contests": found.searched,
        "outcomes_cpu_s": round(before, 2),
        "stacked_cpu_s": round(took, 2),
        "stacked_wall_s": round(wall, 2),
        "us_per_firm": round(1e6 * took / size, 1),
        "peak_mib": round(peak),
        "equal_by_hand": check(book, subjects, claimed, table),
    }
    print(json.dumps(figures), flush=True)


def check(
    book: Rulebook, subjects: dict[str, pl.DataFrame], claimed: pl.DataFrame, table: pl.DataFrame
) -> int:
    """Rows that agree with the interpreter; another one is an error."""
    firms = subjects["firm"]["subject"]
    first = firms.head(SAMPLE)
    few = {kind: of_firms(one, first) for kind, one in subjects.items()}
    own = of_firms(claimed, first)
    assert_frame_equal(
        stacked(book, few, own).table.drop("together"), stack_by_hand(book, few, own).drop("together")
    )
    some = firms.gather_every(max(1, len(firms) // SAMPLE)).tail(SAMPLE)
    few = {kind: of_firms(one, some) for kind, one in subjects.items()}
    tables = {
        kind: one if "firm" in one.columns else one.with_columns(firm="subject")
        for kind, one in subjects.items()
    }
    settled = of_firms(ranked(book, tables, claimed).select(list(COLUMNS)), some)
    by_hand = stack_by_hand(without_quotas(book), few, settled)
    assert_frame_equal(of_firms(table, some).drop("together"), by_hand.drop("together"))
    return own.height + settled.height


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        run(asked.child)
        return
    path = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    for size in asked.sizes:
        command = [sys.executable, __file__, "--child", str(size)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path})


if __name__ == "__main__":
    main()
