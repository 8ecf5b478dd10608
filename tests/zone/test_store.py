"""The store answers from the tables that it is handed, and reaches nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

from wutong.errors import TableError, WutongError
from wutong.zone.store import Room, answered, opened

TABLE = pl.DataFrame(
    {
        "i128": pl.Series([10**37, None, -(10**38) + 1], dtype=pl.Int128),
        "nothing": [None, None, None],
        "code": pl.Series(["a", None, "b"], dtype=pl.Categorical),
        "land": pl.Series(["new", "old", None], dtype=pl.Enum(["old", "new"])),
        "yes": [True, None, False],
    }
)


def test_columns_of_every_kind_come_back_as_they_went() -> None:
    found = answered('SELECT * REPLACE (CAST(code AS VARCHAR) AS code) FROM "t"', {"t": TABLE})
    assert found["i128"].dtype == pl.Int128
    for name in TABLE.columns:
        assert found[name].to_list() == TABLE[name].to_list()


def test_whole_numbers_of_all_128_bits_come_out_whole() -> None:
    found = answered(
        f"SELECT CAST('{2**127 - 1}' AS HUGEINT) AS x, CAST('{-(2**127) + 1}' AS HUGEINT) AS y", {}
    )
    assert found.row(0) == (2**127 - 1, -(2**127) + 1)


def test_a_table_without_rows_gives_none() -> None:
    assert answered('SELECT yes FROM "t"', {"t": TABLE.clear()}).shape == (0, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM '{path}'",
        "SELECT * FROM read_csv('{path}')",
        "COPY (SELECT 1) TO '{path}.out'",
        "ATTACH '{path}.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 9",
        "SET enable_external_access = true",
        "SELECT * FROM outside",
    ],
)
def test_no_file_extension_setting_or_python_object_is_reached(tmp_path: Path, statement: str) -> None:
    import duckdb

    path = tmp_path / "secret.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    outside = pl.DataFrame({"a": [1]})
    assert outside.height == 1
    with pytest.raises(duckdb.Error):
        answered([statement.format(path=path), "SELECT 1"], {})
    assert [one.name for one in tmp_path.iterdir()] == ["secret.csv"]


def test_what_one_question_makes_the_next_one_does_not_see() -> None:
    import duckdb

    with opened() as ask:
        several = ['CREATE TEMP TABLE "made" AS SELECT yes FROM "t"', 'SELECT * FROM "made"']
        assert ask(several, {"t": TABLE}).height == 3
        assert ask(several, {"t": TABLE.head(1)}).height == 1
        with pytest.raises(duckdb.Error, match="made"):
            ask('SELECT * FROM "made"', {})


def test_too_little_memory_is_said_with_what_to_do() -> None:
    query = "SELECT range, hash(range) AS h, hash(range + 1) AS g FROM range(30000000) ORDER BY h"
    with pytest.raises(TableError, match="16 MiB of memory are not enough"):
        answered(query, {}, Room(threads=1, memory=16))


def test_where_duckdb_is_missing_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(WutongError, match=r"pip install duckdb"):
        answered("SELECT 1", {})
