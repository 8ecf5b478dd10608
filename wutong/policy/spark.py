"""Registers beyond one machine: Spark hands out the rows, and each of its workers runs the same columns as one machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from wutong.errors import TableError, WutongError
from wutong.policy.columns.in_polars import DTYPES, worked_out
from wutong.policy.columns.program import Program, asked
from wutong.policy.run import PARTS, Planned, wide_program
from wutong.words import Text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SQL = {"bool": "boolean", "u8": "smallint", "i64": "bigint", "text": "string", "date": "date"}


def wide_on_spark(
    ready: Planned, table: DataFrame, parts: Sequence[str] = PARTS, keep: Sequence[str] = ("subject",)
) -> DataFrame:
    """Columns ``M01.state``, ``M01.amount`` … of a register that Spark holds.

    Parameters
    ----------
    ready : Planned
        What ``planned`` gave, for bounds that hold for the whole register: ask Spark for the least and greatest number of
        each column and widen nothing by hand, a number beyond its bounds would be taken for smaller than it is.
    table : pyspark.sql.DataFrame
        Subjects, columns as ``wutong.policy.subjects`` has them.
    parts : sequence of str
        Which of state, amount, low, high, clause.
    keep : sequence of str
        Columns of texts that go along; rows come back in no order of their own.

    Returns
    -------
    pyspark.sql.DataFrame
        Not computed until it is asked for. A state and a clause are small whole numbers.

    Raises
    ------
    WutongError
        If PySpark is not installed.
    TableError
        If a column that the measures ask for is missing.
    """
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        raise WutongError(
            Text(
                "没有安装PySpark。请安装：pip install 'wutong[spark]'，并装Java 17。",
                "PySpark is not installed. Install it: pip install 'wutong[spark]', and Java 17.",
            )
        ) from None
    made = wide_program(ready, parts, keep)
    there = set(table.columns)
    missing = [name for name in asked(made) if name not in there]
    if missing:
        raise TableError(Text(f"表中没有“{missing[0]}”一列。", f'The table has no column "{missing[0]}".'))
    narrow = table.select(*(f"`{name}`" for name in asked(made)))
    fields = ", ".join(f"`{name}` {_SQL[made.steps[at].dtype]}" for name, at in made.outputs.items())
    return narrow.mapInArrow(_worker(made), fields)


def _worker(made: Program) -> Any:
    """What a worker does with its rows; the program travels with it, and nothing is read there."""
    narrow = [name for name, at in made.outputs.items() if made.steps[at].dtype == "u8"]
    dtypes = {name: DTYPES[step.dtype] for name, step in asked(made).items()}

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            if frame.is_empty():
                continue
            found = worked_out(made, frame.cast(pl.Schema(dtypes)).lazy()).collect()
            found = found.with_columns(pl.col(narrow).cast(pl.Int16))
            yield from found.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    return work
