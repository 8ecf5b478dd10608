"""Read a table file that nobody vouches for: CSV, Excel (.xlsx, .xlsm) or Parquet.

What comes back is the table as it stands, before any meaning, and one fault for each thing that could not
be read, with its place. Bad content never raises; a workbook is read in a process of its own with bounds on
memory, time and inflated size (``wutong.zone.xlsx_child``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.read_csv import read_csv
from wutong.zone.read_xlsx import read_xlsx
from wutong.zone.sheet import (
    MIB,
    Limits,
    ReadFault,
    Sheet,
    faults_of,
    shown,
)
from wutong.zone.xlsx_child import (
    Found,
    StopError,
    cut,
)


def read_table(path: Path, *, limits: Limits = Limits()) -> tuple[list[Sheet], list[ReadFault]]:
    r"""Read the tables of one file and list what is wrong with them.

    Parameters
    ----------
    path : Path
        A file whose name ends in .csv, .tsv, .txt, .xlsx, .xlsm or .parquet.
    limits : Limits
        What the file may hold.

    Returns
    -------
    tuple of list of Sheet and list of ReadFault
        One sheet from CSV and Parquet; each filled sheet of a workbook. Sheets that explain (``说明``,
        ``README``, ``Notes``, or a name that begins with ``_``) are skipped. No sheet where the file as a
        whole is left out.

    Raises
    ------
    TableError
        If there is no such file, or it may not be opened.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "firm.csv"
    ...     _ = path.write_bytes("name;产值\n甲;1\n乙;=1+1\n".encode("gb18030"))
    ...     (sheet,), (fault,) = read_table(path)
    >>> sheet.frame["产值"].to_list(), sheet.rows.to_list()
    (['1', None], [2, 3])
    >>> fault.kind, fault.row, fault.column, fault.found
    ('formula', 3, '产值', '=1+1')
    """
    if not path.is_file():
        raise TableError(
            Text(
                f"没有文件 {path}。请核对文件夹和文件名。",
                f"There is no file {path}. Check the folder and the name.",
            )
        )
    try:
        kind = KINDS.get(path.suffix.lower())
        refused = _refuse(path, kind, limits)
        if refused is not None:
            return [], [refused]
        if kind == "parquet":
            return _read_parquet(path, limits)
        if kind == "xlsx":
            return read_xlsx(path, limits)
        return read_csv(path, limits)
    except OSError as error:
        raise TableError(
            Text(
                f"打不开文件 {path}：{error.strerror}。请核对权限，关闭正在使用它的程序。",
                f"The file {path} cannot be opened: {error.strerror}. Check who may read it; close it there.",
            )
        ) from error


# --- what kind of file ----------------------------------------------------------------------------

KINDS: Final[Mapping[str, Literal["csv", "xlsx", "parquet"]]] = MappingProxyType(
    {
        ".csv": "csv",
        ".tsv": "csv",
        ".txt": "csv",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".parquet": "parquet",
    }
)
"""Which reader a file's name asks for."""

_UNREADABLE: Final = (pl.Binary, pl.Duration, pl.Time, pl.Object)  # no column of a zone holds these
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"


def _refuse(path: Path, kind: str | None, limits: Limits) -> ReadFault | None:
    """Look at a file's size and first bytes: a name is no proof of what is inside."""

    def fault(name: str, found: str) -> ReadFault:
        return ReadFault(name, path.name, "", None, "", found, "file")

    size = path.stat().st_size
    if size == 0:
        return fault("empty", path.name)
    if size > limits.file_bytes:
        return fault("too_large", f"{size} B > {limits.file_bytes} B")
    with path.open("rb") as handle:
        head = handle.read(1 << 16)
        if head.startswith(_OLE):
            handle.seek(0)
            # An encrypted workbook is a compound file whose directory names this stream, in UTF-16.
            locked = "EncryptedPackage".encode("utf-16-le") in handle.read(64 * MIB)
            return fault("encrypted" if locked else "old_excel", path.name)
    inside = "Excel (zip)" if head.startswith(_ZIP) else "Parquet" if head.startswith(_PARQUET) else ""
    if kind is None:
        return fault("old_excel" if path.suffix.lower() == ".xls" else "wrong_kind", path.name)
    if kind == "csv" and inside:
        return fault("wrong_kind", inside)
    if kind == "xlsx" and not head.startswith(_ZIP):
        return fault("wrong_kind" if inside else "not_xlsx", inside or shown(head[:80]))
    if kind == "parquet" and not head.startswith(_PARQUET):
        return fault("wrong_kind" if inside else "broken_parquet", inside or shown(head[:80]))
    return None


# --- Parquet --------------------------------------------------------------------------------------


def _read_parquet(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    faults = faults_of(path.name, "", limits)
    try:
        lazy = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        schema = lazy.collect_schema()
        height = lazy.select(pl.len()).collect().item()
        if len(schema) > limits.columns:
            raise StopError("too_many_columns", f"{len(schema)} > {limits.columns}")
        if height > limits.rows:
            raise StopError("too_many_rows", f"{height} > {limits.rows}")
        if height * len(schema) > limits.cells:
            raise StopError("too_many_cells", f"{height * len(schema)} > {limits.cells}")
        flat = [name for name, kind in schema.items() if not kind.is_nested() and kind not in _UNREADABLE]
        for at, name in enumerate(schema):
            if name not in flat:
                faults.add("nested_column", None, at, f"{name}: {schema[name]}", "value")
        frame = lazy.select(flat).collect()
        # one piece a column, one column at a time: columns in unlike pieces make later steps copy the whole frame
        frame = pl.DataFrame([frame.drop_in_place(name).rechunk() for name in flat])
    except StopError as stop:
        faults.kept.append(Found(stop.kind, "", None, None, stop.found, "file"))
        return [], faults.named(())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        # Polars panics on some damaged files instead of returning an error; both mean the same here.
        faults.kept.append(Found("broken_parquet", "", None, None, cut(str(error), 200), "file"))
        return [], faults.named(())
    rows = pl.int_range(1, frame.height + 1, dtype=pl.UInt32, eager=True).alias("row")
    return [Sheet(path.name, "", tuple(frame.columns), frame, rows)], faults.named(schema.names())
