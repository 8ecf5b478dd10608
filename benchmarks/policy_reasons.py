"""Measure reasons: one firm and 128 measures, near misses of 100,000 firms, the next question of an interview.

Run it from the project's root::

    .venv/bin/python benchmarks/policy_reasons.py

The 128 measures are the examples under other ids. Processor seconds are told, the best of several runs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from wutong.policy.explain import reasons
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.near import near
from wutong.policy.prepared import prepared
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.standing import standing
from wutong.policy.subjects import dtype_of, stored

MEASURES = 128
FIRMS = 100_000
FOLDER = Path(__file__).parent.parent / "examples" / "measures"


def cloned(size: int) -> Rulebook:
    """So many measures: the examples again and again, each under an id of its own, all of firms."""
    names = sorted(path for path in FOLDER.rglob("*.yaml"))
    book = rulebook_of({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in names})
    measures = tuple(
        replace(book.measures[at % len(book.measures)], id=f"C{at:03}", subject="firm") for at in range(size)
    )
    return replace(book, measures=measures, groups={}, limits=(), budgets={}, trials=())


def best(run: Callable[[], object], times: int) -> float:
    """Least processor seconds of several runs."""
    found = float("inf")
    for _ in range(times):
        start = time.process_time()
        run()
        found = min(found, time.process_time() - start)
    return found


def values(field: Field, size: int, dice: random.Random) -> list[object]:
    """Invented values of a fact, one in ten not known."""

    def one() -> object:
        if dice.random() < 0.1:
            return None
        match field.type.kind:
            case "boolean":
                return dice.random() < 0.8
            case "text":
                return dice.choice(field.type.choices or ("a", "b"))
            case "number" if field.type.unit == (("fen", 1),):
                return int(10 ** dice.uniform(8, 12))
            case "number":
                return int(
                    stored(field).scale * dice.uniform(0, 2 if field.type.unit == (("1", 1),) else 500)
                )
        return None

    return [one() for _ in range(size)]


def table(book: Rulebook, size: int) -> pl.DataFrame:
    """Invented firms with all facts of a rulebook."""
    dice = random.Random(7)
    columns = {
        name: pl.Series(values(field, size, dice), dtype=dtype_of(field))
        for name, field in book.fields.items()
    }
    return pl.DataFrame({"subject": pl.int_range(size, eager=True).cast(pl.String), **columns})


def jobs(book: Rulebook) -> list[tuple[Measure, dict[str, Value]]]:
    """Each measure with the facts of one of its examples."""
    return [
        (measure, dict(measure.examples[at // 7 % len(measure.examples)].given))
        for at, measure in enumerate(book.measures)
    ]


def main() -> None:
    """Print the figures."""
    book = cloned(MEASURES)
    start = time.process_time()
    ready = [(prepared(measure), facts) for measure, facts in jobs(book)]
    print(f"made ready: {MEASURES} measures {1000 * (time.process_time() - start):.0f} ms, once")
    print(
        f"one firm, all reasons: {1000 * best(lambda: [reasons(one, facts) for one, facts in ready], 20):.1f} ms"
    )
    said = best(lambda: [reasons(one, facts).lines("zh") for one, facts in ready], 20)
    print(f"one firm, all reasons, said in one language: {1000 * said:.1f} ms")
    small = cloned(57)
    firms = table(small, FIRMS)
    for name, run in (("near misses", near), ("cliffs", standing)):
        start, wall = time.process_time(), time.perf_counter()
        found = run(small, {"firm": firms})
        took, clock = time.process_time() - start, time.perf_counter() - wall
        print(f"{name}: {FIRMS:,} firms, 57 measures, {found.height:,} rows: {took:.1f} CPU s, {clock:.1f} s")


if __name__ == "__main__":
    main()
