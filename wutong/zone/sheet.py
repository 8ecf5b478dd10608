"""A table as read, before any meaning: what reading gives, within which limits, and what all readers share."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from wutong.zone.xlsx_child import (
    Found,
    Level,
    Tally,
    letter,
)

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold, and what reading it may cost.

    Parameters
    ----------
    file_bytes : int
        Size of the file. The default of 2 GiB is far above a zone's tables.
    inflated_bytes : int
        What a workbook may hold once inflated, and the text that may be read from it.
    parts : int
        Files inside a workbook.
    rows : int
        Rows of one table, without its header. A sheet of Excel ends at 1,048,576 anyway.
    columns : int
        Columns of one table.
    cells : int
        Filled cells of one sheet; rows times columns of a CSV or Parquet file.
    cell_chars : int
        Characters of one cell: Excel ends at 32,767, and 131,072 is the most that the reader of CSV takes.
    faults : int
        Faults that leave something out; with more of them the file is left out as a whole, since it is not
        what it was taken for. Notes do not count.
    memory_bytes, cpu_seconds : int
        Address space and processor time of the process that reads a workbook.

    Examples
    --------
    >>> Limits(rows=1000).rows
    1000
    """

    file_bytes: int = 2048 * MIB
    inflated_bytes: int = 512 * MIB
    parts: int = 2_000
    rows: int = 20_000_000
    columns: int = 2_000
    cells: int = 400_000_000
    cell_chars: int = 131_072
    faults: int = 100_000
    memory_bytes: int = 2048 * MIB
    cpu_seconds: int = 20


@dataclass(frozen=True, slots=True)
class ReadFault:
    r"""One fault of reading, with its place.

    Parameters
    ----------
    kind : str
        Name of the fault, a key of ``FAULTS``.
    file, sheet : str
        Name of the file, and of the sheet in a workbook; empty where the fault is not of one sheet.
    row : int or None
        The number that a person sees: beside the row in Excel, beside the line in an editor for CSV (the
        header of most files is 1), counted from 1 without a header in Parquet.
    column : str
        Header of the column, or its letter where it has none; empty where the fault is of no one column.
    found : str
        What stood there. A row is a JSON list of its cells; bytes that are no text are written ``\xNN``, and
        a backslash beside them ``\\``. Cut where it is very long, saying how much is missing.
    level : {"file", "row", "value", "note"}
        What was left out: the file (the sheet, where one is named), the row, the value, or nothing.
    """

    kind: str
    file: str
    sheet: str
    row: int | None
    column: str
    found: str
    level: Level


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as read, before any meaning.

    Parameters
    ----------
    file, sheet : str
        Name of the file, and of the sheet in a workbook.
    header : tuple of str
        The columns' names: as printed, in one line; a repeated one with a number behind it (``产值_2``), one
        that is missing by its letter in brackets (``[G]``).
    frame : polars.DataFrame
        Columns named by ``header``. From CSV and Excel all are text without surrounding blanks, null for an
        empty cell; from Parquet each keeps its type.
    rows : polars.Series
        UInt32: the number of each row as a person sees it, see ``ReadFault``.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    rows: pl.Series


BLANKS: Final = (
    string.whitespace
    + "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
    # Nothing of these can be seen: NUL, zero-width marks, marks of direction, byte order marks.
    + "\0\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
)
ERRORS: Final = (
    "#REF!",
    "#N/A",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
)


@dataclass(slots=True)
class Faults:
    """The faults of one sheet in the making; columns are numbers until the header is known."""

    file: str
    sheet: str
    most: int
    kept: list[Found]
    tally: Tally

    def add(self, kind: str, row: int | None, column: int | None, found: str, level: Level) -> None:
        """Note one fault; beyond the limit it is counted and not kept."""
        self.tally.add(Found(kind, self.sheet, row, column, found, level))

    def named(self, headings: Sequence[str]) -> list[ReadFault]:
        """Give the faults by row, with the header of each column."""
        self.tally.close()
        return sorted((named(self.file, one, headings) for one in self.kept), key=_by_row)


def faults_of(file: str, sheet: str, limits: Limits) -> Faults:
    """Begin the list of faults of one sheet."""
    kept: list[Found] = []
    return Faults(file, sheet, limits.faults, kept, Tally(kept.append, limits.faults))


def named(file: str, fault: Found, headings: Sequence[str]) -> ReadFault:
    """Give a fault the heading of its column, or the letter where it has none."""
    at = fault.column
    column = "" if at is None else headings[at] if at < len(headings) else letter(at)
    return ReadFault(fault.kind, file, fault.sheet, fault.row, column, fault.found, fault.level)


def _by_row(fault: ReadFault) -> int:
    return -1 if fault.row is None else fault.row


def strip_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Take blanks off both ends of each cell; what is empty then is null."""
    stripped = frame.select(pl.all().str.strip_chars(BLANKS))
    return stripped.select(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in stripped.columns
    )


def filled(frame: pl.DataFrame) -> pl.Series:
    """Mark the rows in which anything stands."""
    return frame.select(pl.any_horizontal(pl.all().is_not_null()).alias("filled")).to_series()


def in_one_line(text: str) -> str:
    """Put a heading that was broken into lines into one."""
    return " ".join(text.strip(BLANKS).split())


def headings_of(printed: Sequence[str]) -> list[str]:
    """Make names that differ from each other; no printed name is given to another column."""
    taken = set(printed)
    seen: set[str] = set()
    names: list[str] = []
    for at, text in enumerate(printed):
        name = text or f"[{letter(at)}]"
        if name in seen or (not text and name in taken):
            number = 2
            while f"{name}_{number}" in taken:
                number += 1
            name = f"{name}_{number}"
            taken.add(name)
        seen.add(name)
        names.append(name)
    return names


def sheet_of(
    faults: Faults,
    head: Sequence[str | None],
    head_row: int,
    frames: list[pl.DataFrame],
    rows: list[pl.Series],
) -> tuple[Sheet, list[ReadFault]]:
    """Put a header over blocks of text columns named ``0``, ``1`` …; a column with neither is dropped."""
    width = max([len(head), *(frame.width for frame in frames)])
    printed = [in_one_line(text or "") for text in head] + [""] * (width - len(head))
    wide = [widened(frame, width) for frame in frames]
    frame = pl.concat(wide) if wide else text_frame([[] for _ in range(width)])
    numbers = pl.concat(rows) if rows else pl.Series("row", [], dtype=pl.UInt32)
    kept = [at for at, text in enumerate(printed) if text or frame.to_series(at).null_count() < frame.height]
    headings = headings_of(printed)
    for at in kept:
        if not printed[at]:
            faults.add("blank_header", head_row, at, letter(at), "note")
        elif headings[at] != printed[at]:
            faults.add("duplicate_header", head_row, at, printed[at], "note")
    header = tuple(headings[at] for at in kept)
    frame = frame.select(pl.col(str(at)).alias(headings[at]) for at in kept)
    return Sheet(faults.file, faults.sheet, header, frame, numbers.alias("row")), faults.named(headings)


def text_frame(columns: Sequence[Sequence[str | None]]) -> pl.DataFrame:
    """Make a frame of text whose columns are named by their numbers."""
    return pl.DataFrame([pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(columns)])


def widened(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    """Add empty columns up to a width: blocks of one sheet may end at different columns."""
    missing = [pl.lit(None, dtype=pl.String).alias(str(at)) for at in range(frame.width, width)]
    return frame.with_columns(missing) if missing else frame


def shown(raw: bytes) -> str:
    """Write bytes that may be no text so that they can be read and recovered."""
    return raw.decode("utf-8", "backslashreplace")
