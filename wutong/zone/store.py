"""Questions in SQL over tables: the only place that opens DuckDB, on tables handed to it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from wutong.errors import TableError, WutongError
from wutong.words import Text

_CLOSED: Final = (
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""No file of any kind, and nobody may change that; in this order, for the second forbids the first."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a question may take: threads of the processor, and memory in MiB."""

    threads: int = 2
    memory: int = 4096


DEFAULT: Final = Room()

Ask = Callable[[str | Sequence[str], Mapping[str, pl.DataFrame]], pl.DataFrame]
"""Answers statements in SQL, the last of which is a query, over tables by the names that the statements use."""


def answered(
    statements: str | Sequence[str], tables: Mapping[str, pl.DataFrame], room: Room = DEFAULT
) -> pl.DataFrame:
    """Answer a question in SQL.

    Parameters
    ----------
    statements : str or sequence of str
        A query, or statements of which the last one is a query.
    tables : mapping of str to DataFrame
        Each table with the name under which the statements know it.
    room : Room
        What it may take.

    Returns
    -------
    DataFrame
        The rows of the query, in its order; whole numbers of 128 bits stay whole.

    Raises
    ------
    WutongError
        If DuckDB is not installed, or needs more memory than it may take.

    Notes
    -----
    No file is read or written, nothing is loaded and no name of a Python object is looked up. Tables go in and out as
    streams of Arrow, which both libraries speak without a third one.

    Examples
    --------
    >>> firms = pl.DataFrame({"firm": ["a", "b"], "output": [3, None]})
    >>> answered('SELECT firm, output * 2 AS twice FROM "firms"', {"firms": firms}).rows()
    [('a', 6), ('b', None)]
    """
    with opened(room) as ask:
        return ask(statements, tables)


@contextmanager
def opened(room: Room = DEFAULT) -> Iterator[Ask]:
    """Open a store for several questions; what one question makes, the next one does not see.

    Parameters
    ----------
    room : Room
        What it may take.

    Yields
    ------
    callable
        Answers statements over tables, as ``answered`` does.

    Raises
    ------
    WutongError
        If DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise WutongError(
            Text(
                "此项计算需要DuckDB，尚未安装。请在Wutong文件夹运行：.venv/bin/pip install duckdb",
                "This needs DuckDB, which is not installed. Run in Wutong's folder: .venv/bin/pip install duckdb",
            )
        ) from None
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": room.threads,
        "memory_limit": f"{room.memory}MiB",
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        "python_enable_replacements": False,
    }

    def ask(statements: str | Sequence[str], tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        *making, query = [statements] if isinstance(statements, str) else statements
        with root.cursor() as connection:  # what is temporary is of one cursor alone
            for name, table in tables.items():
                connection.register(name, _Stream(_storable(table)))
            try:
                for statement in making:
                    connection.execute(statement)
                found = pl.DataFrame(connection.sql(query))
            except duckdb.OutOfMemoryException:
                raise TableError(
                    Text(
                        f"{room.memory} MiB内存不够。请分批计算，或给更多内存。",
                        f"{room.memory} MiB of memory are not enough. Ask for fewer rows at a time, or give more.",
                    )
                ) from None
        return found.cast(
            {name: pl.Int128 for name, kind in found.schema.items() if kind == pl.Decimal(38, 0)}
        )

    with duckdb.connect(":memory:", config=config) as root:
        for setting in _CLOSED:
            root.execute(setting)
        yield ask


@dataclass(frozen=True, slots=True)
class _Stream:
    """A table that shows DuckDB nothing but its stream of Arrow; a whole one it would read through pyarrow."""

    table: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


def _storable(table: pl.DataFrame) -> pl.DataFrame:
    """Columns in kinds that Arrow has: Int128 as decimals, a column of nulls alone as texts."""
    whole = [pl.col(name).cast(pl.Decimal(38, 0)) for name, kind in table.schema.items() if kind == pl.Int128]
    empty = [pl.col(name).cast(pl.String) for name, kind in table.schema.items() if kind == pl.Null]
    return table.with_columns(whole + empty)
