"""A register that Spark hands out to its workers comes out as on one machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest

from tests.conftest import ROOT
from wutong.errors import TableError
from wutong.policy.rulebook import rulebook_of
from wutong.policy.run import Planned, bounds_of, planned, wide_of
from wutong.policy.spark import wide_on_spark
from wutong.policy.subjects import table_of

pytestmark = pytest.mark.spark

PARTS: Final = ("state", "amount", "clause")
FOLDER: Final = ROOT / "examples" / "measures"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100",
        "spark.default.parallelism": "3",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def firms() -> tuple[Planned, pl.DataFrame]:
    book = rulebook_of({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))})
    rows = [
        (f"{measure.id} {at}", "f", example.given)
        for measure in book.measures
        if measure.subject == "firm"
        for at, example in enumerate(measure.examples)
    ]
    table = table_of(rows, book.fields)
    return planned(book, "firm", bounds_of(table.lazy(), book.fields)), table


def test_workers_give_every_state_amount_and_clause(spark: Any, tmp_path: Path) -> None:
    ready, table = firms()
    table.write_parquet(tmp_path / "firms.parquet")
    register = spark.read.parquet(str(tmp_path / "firms.parquet")).repartition(3)
    wide_on_spark(ready, register, PARTS).write.parquet(str(tmp_path / "out"))
    found = pl.read_parquet(tmp_path / "out" / "*.parquet").sort("subject")
    wanted = wide_of(ready, table.lazy(), PARTS, ("subject",)).collect().sort("subject")
    assert found.cast(wanted.schema).equals(wanted)
    assert found.height == table.height > 100


def test_a_column_that_is_not_there_is_named(spark: Any) -> None:
    ready, table = firms()
    register = spark.createDataFrame([("a",)], "subject string")
    with pytest.raises(TableError, match="no column"):
        wide_on_spark(ready, register)
    assert table.height
