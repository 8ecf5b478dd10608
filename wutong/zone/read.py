"""Read a table file that nobody vouches for: CSV, Excel (.xlsx, .xlsm) or Parquet.

What comes back is the table as it stands, before any meaning, and one fault for each thing that could not
be read, with its place. Bad content never raises; a workbook is read in a process of its own with bounds on
memory, time and inflated size (``wutong.zone.xlsx_child``).
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import signal
import string
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final, Literal

import msgspec
import polars as pl

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.read_faults import FAULTS as FAULTS
from wutong.zone.read_faults import FaultText as FaultText
from wutong.zone.xlsx_child import (
    Begin,
    Block,
    Bounds,
    End,
    Found,
    Level,
    Message,
    StopError,
    Tally,
    cut,
    letter,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

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
            return _read_xlsx(path, limits)
        return _read_csv(path, limits)
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
        return fault("wrong_kind" if inside else "not_xlsx", inside or _shown(head[:80]))
    if kind == "parquet" and not head.startswith(_PARQUET):
        return fault("wrong_kind" if inside else "broken_parquet", inside or _shown(head[:80]))
    return None


def _shown(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


# --- what CSV and Excel share ---------------------------------------------------------------------

_BLANKS: Final = (
    string.whitespace
    + "\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
    # Nothing of these can be seen: NUL, zero-width marks, marks of direction, byte order marks.
    + "\0\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
)
_ERRORS: Final = (
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
class _Faults:
    """The faults of one sheet in the making; columns are numbers until the header is known."""

    file: str
    sheet: str
    most: int
    kept: list[Found]
    tally: Tally

    def add(self, kind: str, row: int | None, column: int | None, found: str, level: Level) -> None:
        self.tally.add(Found(kind, self.sheet, row, column, found, level))

    def named(self, headings: Sequence[str]) -> list[ReadFault]:
        """Give the faults by row, with the header of each column."""
        self.tally.close()
        return sorted((_named(self.file, one, headings) for one in self.kept), key=_by_row)


def _faults(file: str, sheet: str, limits: Limits) -> _Faults:
    kept: list[Found] = []
    return _Faults(file, sheet, limits.faults, kept, Tally(kept.append, limits.faults))


def _named(file: str, fault: Found, headings: Sequence[str]) -> ReadFault:
    at = fault.column
    column = "" if at is None else headings[at] if at < len(headings) else letter(at)
    return ReadFault(fault.kind, file, fault.sheet, fault.row, column, fault.found, fault.level)


def _by_row(fault: ReadFault) -> int:
    return -1 if fault.row is None else fault.row


def _strip(frame: pl.DataFrame) -> pl.DataFrame:
    """Take blanks off both ends of each cell; what is empty then is null."""
    stripped = frame.select(pl.all().str.strip_chars(_BLANKS))
    return stripped.select(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in stripped.columns
    )


def _filled(frame: pl.DataFrame) -> pl.Series:
    """Mark the rows in which anything stands."""
    return frame.select(pl.any_horizontal(pl.all().is_not_null()).alias("filled")).to_series()


def _in_one_line(text: str) -> str:
    return " ".join(text.strip(_BLANKS).split())


def _headings(printed: Sequence[str]) -> list[str]:
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


def _sheet(
    faults: _Faults,
    head: Sequence[str | None],
    head_row: int,
    frames: list[pl.DataFrame],
    rows: list[pl.Series],
) -> tuple[Sheet, list[ReadFault]]:
    """Put a header over blocks of text columns named ``0``, ``1`` …; a column with neither is dropped."""
    width = max([len(head), *(frame.width for frame in frames)])
    printed = [_in_one_line(text or "") for text in head] + [""] * (width - len(head))
    wide = [_widened(frame, width) for frame in frames]
    frame = pl.concat(wide) if wide else _text_frame([[] for _ in range(width)])
    numbers = pl.concat(rows) if rows else pl.Series("row", [], dtype=pl.UInt32)
    kept = [at for at, text in enumerate(printed) if text or frame.to_series(at).null_count() < frame.height]
    headings = _headings(printed)
    for at in kept:
        if not printed[at]:
            faults.add("blank_header", head_row, at, letter(at), "note")
        elif headings[at] != printed[at]:
            faults.add("duplicate_header", head_row, at, printed[at], "note")
    header = tuple(headings[at] for at in kept)
    frame = frame.select(pl.col(str(at)).alias(headings[at]) for at in kept)
    return Sheet(faults.file, faults.sheet, header, frame, numbers.alias("row")), faults.named(headings)


def _text_frame(columns: Sequence[Sequence[str | None]]) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(str(at), column, dtype=pl.String) for at, column in enumerate(columns)])


def _widened(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=pl.String).alias(str(at)) for at in range(frame.width, width)]
    return frame.with_columns(missing) if missing else frame


# --- CSV ------------------------------------------------------------------------------------------

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ASCII: Final = bytes(range(128))
_NO_LEAD_OF_2: Final = bytes(byte for byte in range(256) if not 0xC2 <= byte <= 0xDF)
_NO_LEAD_OF_3: Final = bytes(byte for byte in range(256) if not 0xE0 <= byte <= 0xF4)
_LINE_BYTES: Final = 16 * MIB
_QUOTED_LINES: Final = 1_000
_BROKEN_QUOTES: Final = 1_000
_BATCH: Final = 25_000
_DIGITS_LOST: Final = r"^[+-]?\d(\.\d+)?[Ee]\+(1[5-9]|[2-9]\d)$"


@dataclass(frozen=True, slots=True)
class _Script:
    """How a text file is written; ``damaged`` are the lines that do not read so."""

    encoding: str
    bom: int
    damaged: frozenset[int]


def _read_csv(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    faults = _faults(path.name, "", limits)
    try:
        with path.open("rb") as handle:
            script = _script(handle)
            size = path.stat().st_size - script.bom
            if script.encoding.startswith("utf-16") and size % 2:
                handle.seek(-1, os.SEEK_END)
                faults.add("broken_encoding", None, None, _escaped(handle.read(1)), "note")
                size -= 1
            handle.seek(script.bom)
            # Bytes that do not read become lone surrogates, so that each can be written out again.
            errors = "surrogatepass" if script.encoding.startswith("utf-16") else "surrogateescape"
            raw = io.BufferedReader(_First(handle, size), MIB)
            with io.TextIOWrapper(raw, script.encoding, errors, newline="") as text:
                sheet, found = _parse_csv(text, script, limits, faults)
    except StopError as stop:
        faults.kept.append(Found(stop.kind, "", None, None, stop.found, "file"))
        return [], faults.named(())
    return [sheet], found


class _First(io.RawIOBase):
    """The next bytes of a file up to a number: a last odd byte is no character of UTF-16."""

    def __init__(self, handle: BinaryIO, size: int) -> None:
        self._handle = handle
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer)
        piece = self._handle.read(min(len(room), self._left))
        room[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)


def _script(handle: BinaryIO) -> _Script:
    """Tell the encoding by its lines.

    GB 18030 decodes nearly anything, but a line of Chinese in GB 18030 is almost never UTF-8. So each line
    that reads as UTF-8 speaks for it with its characters above ASCII, each that does not speaks against it, and
    a few damaged lines change nothing. A file in which each line reads as UTF-8 is UTF-8.
    """
    head = handle.read(1 << 16)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            handle.seek(len(bom))
            lines = frozenset[int]() if encoding.startswith("utf-16") else _damaged(handle, encoding)
            return _Script(encoding, len(bom), lines)
    if head.count(0) * 10 > len(head):
        raise StopError("not_text", _shown(head[:40]))
    handle.seek(0)
    spoken_for, spoken_against = 0, 0
    for block in _blocks(handle):
        if block.isascii():
            continue
        for line in [block] if _reads(block, "utf-8") else block.splitlines():
            if line.isascii():
                continue
            if _reads(line, "utf-8"):
                spoken_for += _utf8_weight(line)
            else:
                spoken_against += 10 * len(line.translate(None, _ASCII))
    encoding = "utf-8" if spoken_for >= spoken_against else "gb18030"
    if encoding == "utf-8" and not spoken_against:
        return _Script(encoding, 0, frozenset())
    handle.seek(0)
    return _Script(encoding, 0, _damaged(handle, encoding))


def _utf8_weight(line: bytes) -> int:
    """Weigh a line of UTF-8 by its characters of three bytes and more.

    Those of two bytes weigh little: 小, 校, 目 and many more are two bytes in GB 18030 that also are a character
    of UTF-8, and a column of them must not outvote the rest.
    """
    return 30 * len(line.translate(None, _NO_LEAD_OF_3)) + len(line.translate(None, _NO_LEAD_OF_2))


def _blocks(handle: BinaryIO) -> Iterator[bytes]:
    """Give the file in pieces that end where a line ends; in either encoding such a byte is nothing else."""
    rest = b""
    while piece := handle.read(MIB):
        rest += piece
        end = rest.rfind(b"\n") + 1 or rest.rfind(b"\r", 0, -1) + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LINE_BYTES:
            raise StopError("not_text", _shown(rest[:40]))
    if rest:
        yield rest


def _reads(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


_UTF8_WORD: Final = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}")


def _damaged(handle: BinaryIO, encoding: str) -> frozenset[int]:
    """List the lines that do not read in the file's encoding.

    In a file of GB 18030 a line of UTF-8 reads as well, as other characters; two Chinese characters of UTF-8
    in a line that is UTF-8 throughout are no chance, so that such a line is listed too.
    """
    lines: set[int] = set()
    number = 0
    for block in _blocks(handle):
        if _reads(block, encoding) and (encoding == "utf-8" or not _UTF8_WORD.search(block)):
            number += len(block.splitlines())
            continue
        for line in block.splitlines():
            number += 1
            if line.isascii():
                continue
            foreign = encoding == "gb18030" and _UTF8_WORD.search(line) and _reads(line, "utf-8")
            if foreign or not _reads(line, encoding):
                lines.add(number)
    return frozenset(lines)


def _escaped(raw: bytes, encoding: str = "utf-8") -> str:
    r"""Write bytes as text, those that do not read as ``\xNN``."""
    text = raw.decode(encoding, "surrogateescape").replace("\\", "\\\\")
    return "".join(f"\\x{ord(mark) - 0xDC00:02x}" if 0xDC80 <= ord(mark) <= 0xDCFF else mark for mark in text)


def _as_found(text: str, encoding: str) -> str:
    """Write a line that does not read in its file's encoding, so that its bytes can be had back."""
    if encoding.startswith("utf-16"):
        return text.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")
    raw = text.encode(encoding, "surrogateescape")
    return _escaped(raw, "utf-8" if _reads(raw, "utf-8") else encoding)


def _separator(line: str) -> str:
    """Take the separator that stands most often outside of quotes in the header line."""
    bare = "".join(line.split('"')[::2])
    return max(",\t;", key=bare.count)


class _UnclosedError(Exception):
    """A quoted cell runs on for too many lines."""


def _first_lines(lines: Iterator[str]) -> tuple[list[str], str, int]:
    """Take the lines up to the header, to see the separator; also how many lines before them are done with.

    Excel's own first line ``sep=;`` names the separator and is no row.
    """
    taken: list[str] = []
    separator, done = "", 0
    for line in lines:
        if not taken:
            line = line.lstrip("\ufeff")
            named = re.fullmatch(r'"?sep=(.)"?\s*', line, re.IGNORECASE)
            if named and not done:
                separator, done = named[1], 1
                continue
        taken.append(line)
        if line.strip(_BLANKS) and ("".join(taken).count('"') % 2 == 0 or len(taken) > 50):
            break
    return taken, separator or _separator("".join(taken)), done


def _parse_csv(
    text: Iterable[str], script: _Script, limits: Limits, faults: _Faults
) -> tuple[Sheet, list[ReadFault]]:
    lines = iter(text)
    taken, separator, number = _first_lines(lines)
    again = deque(taken)
    held: list[str] = []
    most_lines, broken, count = _QUOTED_LINES, 0, 0
    head: list[str] = []
    head_row = 0
    cells: list[list[str]] = []
    numbers: list[int] = []
    frames: list[pl.DataFrame] = []
    rows: list[pl.Series] = []

    def feed() -> Iterator[str]:
        nonlocal number
        while True:
            line = again.popleft() if again else next(lines, None)
            if line is None:
                return
            if len(held) >= most_lines:
                again.appendleft(line)
                raise _UnclosedError
            number += 1
            held.append(line)
            yield line

    def flush() -> None:
        if not cells:
            return
        frame, kept = _checked(cells, numbers, faults, limits)
        frames.append(frame)
        rows.append(kept)
        cells.clear()
        numbers.clear()

    def record(row: list[str]) -> None:
        nonlocal head, head_row, count
        first = number - len(held) + 1
        if _is_damaged(held, first, script):
            found = cut(_as_found("".join(held).rstrip("\r\n"), script.encoding))
            if head:
                faults.add("broken_encoding", first, None, found, "row")
                return
            faults.add("broken_encoding", first, None, found, "note")
            row = [_as_found(cell, script.encoding) for cell in row]
        if not head:
            if any(cell.strip(_BLANKS) for cell in row):
                head, head_row = row, first
                if len(head) > limits.columns:
                    raise StopError("too_many_columns", f"{len(head)} > {limits.columns}")
            return
        if len(row) != len(head):
            if not any(cell.strip(_BLANKS) for cell in row):
                return
            if any(cell.strip(_BLANKS) for cell in row[len(head) :]):
                faults.add("ragged_row", first, None, _as_json(row), "row")
                return
            if len(row) < len(head):
                faults.add("short_row", first, None, f"{len(row)} < {len(head)}", "note")
                row += [""] * (len(head) - len(row))
            del row[len(head) :]
        if len(held) > 1:
            for at, cell in enumerate(row):
                if "\n" in cell and 1 < len(head) <= cell.count(separator) + 1:
                    faults.add("rows_in_cell", first, at, cut(cell), "note")
        count += 1
        if count > limits.rows:
            raise StopError("too_many_rows", f"> {limits.rows}")
        if count * len(head) > limits.cells:
            raise StopError("too_many_cells", f"> {limits.cells}")
        cells.append(row)
        numbers.append(first)
        if len(cells) >= _BATCH:
            flush()

    while True:
        try:
            for row in csv.reader(feed(), delimiter=separator, strict=True):
                record(row)
                held.clear()
            break
        except (csv.Error, _UnclosedError) as error:
            # The line that opened the quote is left out, and reading goes on with the line below it.
            first = number - len(held) + 1
            if len(held) > 1 or isinstance(error, _UnclosedError) or "unexpected end" in str(error):
                kind = "unclosed_quote"
            else:
                kind = "too_long" if "field limit" in str(error) else "stray_quote"
            found = cut(_as_found(held[0].rstrip("\r\n"), script.encoding))
            if not head:
                raise StopError(kind, found) from None
            faults.add(kind, first, None, found, "row")
            again.extendleft(reversed(held[1:]))
            number = first
            held.clear()
            broken += 1
            if broken == _BROKEN_QUOTES:
                most_lines = 1
    if not head:
        raise StopError("empty", faults.file)
    flush()
    return _sheet(faults, head, head_row, frames, rows)


def _is_damaged(held: Sequence[str], first: int, script: _Script) -> bool:
    if script.encoding.startswith("utf-16"):
        return not all(_is_text(line) for line in held)
    return bool(script.damaged) and any(first + at in script.damaged for at in range(len(held)))


def _is_text(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _as_json(row: Sequence[str]) -> str:
    return cut(msgspec.json.encode(row).decode("utf-8"))


def _checked(
    cells: Sequence[Sequence[str]], numbers: Sequence[int], faults: _Faults, limits: Limits
) -> tuple[pl.DataFrame, pl.Series]:
    """Make columns of rows, leaving out the cells that are no values."""
    frame = _strip(_text_frame(list(zip(*cells, strict=True))))
    rows = pl.Series("row", numbers, dtype=pl.UInt32)
    tests: list[tuple[str, Level, Callable[[pl.Expr], pl.Expr]]] = [
        ("formula", "value", lambda cell: cell.str.starts_with("=")),
        ("error_cell", "value", lambda cell: cell.str.starts_with("#") & _is_error(cell)),
        ("too_long", "value", lambda cell: cell.str.len_chars() > limits.cell_chars),
        (
            "digits_lost",
            "note",
            lambda cell: cell.str.contains("E+", literal=True) & cell.str.contains(_DIGITS_LOST),
        ),
    ]
    for kind, level, test in tests:
        hit = frame.select(test(pl.all()).any()).row(0)
        for at in (at for at, any_hit in enumerate(hit) if any_hit):
            mask = frame.select(test(pl.col(str(at))).fill_null(False)).to_series()
            for row, found in zip(rows.filter(mask), frame.to_series(at).filter(mask), strict=True):
                faults.add(kind, row, at, cut(found), level)
            if level == "value":
                frame = frame.with_columns(pl.when(~mask).then(pl.col(str(at))).alias(str(at)))
    filled = _filled(frame)
    return frame.filter(filled), rows.filter(filled)


def _is_error(cell: pl.Expr) -> pl.Expr:
    # A column that is too narrow for its number is saved as a row of hashes.
    return cell.is_in(_ERRORS) | cell.str.contains("^###+$")


# --- Excel ----------------------------------------------------------------------------------------

_FRAME_BYTES: Final = 128 * MIB
_START: Final = "import sys; sys.path += sys.argv[2:]; from wutong.zone.xlsx_child import main; main()"


@dataclass(slots=True)
class _Opened:
    """A sheet whose cells are coming in."""

    faults: _Faults
    head: list[str | None]
    head_row: int
    frames: list[pl.DataFrame]
    rows: list[pl.Series]


def _read_xlsx(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    bounds = Bounds(
        limits.inflated_bytes,
        limits.parts,
        limits.rows,
        limits.columns,
        limits.cells,
        limits.cell_chars,
        limits.faults,
        limits.memory_bytes,
        limits.cpu_seconds,
    )
    # An isolated Python looks at no variable and no current folder, so it is told where the two packages lie.
    packages = [
        str(Path(file).resolve().parents[depth]) for file, depth in ((__file__, 2), (msgspec.__file__, 1))
    ]
    command = [
        sys.executable,
        "-I",
        "-B",
        "-c",
        _START,
        msgspec.json.encode(bounds).decode("ascii"),
        *packages,
    ]
    late = threading.Event()
    with (
        path.open("rb") as handle,
        subprocess.Popen(
            command, stdin=handle, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env={}
        ) as process,
    ):

        def stop() -> None:
            late.set()
            process.kill()

        # Processor time is bounded in the process itself; this bounds waiting, on a busy machine too.
        timer = threading.Timer(3 * limits.cpu_seconds + 10, stop)
        timer.start()
        try:
            opened, founds, problem = _receive(process, path.name, limits)
        finally:
            timer.cancel()
            process.kill()
    if problem:
        kind, found = problem
        if kind == "reader_stopped":
            kind, found = _why(process.returncode, late.is_set(), limits)
        return [], [ReadFault(kind, path.name, "", None, "", found, "file")]
    whole = [_named(path.name, one, ()) for one in founds]
    if any(fault.level == "file" and not fault.sheet for fault in whole):
        return [], whole
    sheets: list[Sheet] = []
    faults = whole
    for one in opened:
        if one.frames or one.head:
            sheet, its = _sheet(one.faults, one.head, one.head_row, one.frames, one.rows)
            sheets.append(sheet)
            faults += its
        else:
            faults += one.faults.named(())
    if not sheets and not any(fault.level == "file" for fault in faults):
        faults.append(ReadFault("empty", path.name, "", None, "", path.name, "file"))
    return sheets, faults


def _receive(
    process: subprocess.Popen[bytes], file: str, limits: Limits
) -> tuple[list[_Opened], list[Found], tuple[str, str] | None]:
    """Take in what the process sends, trusting none of it: its sizes, its kinds, its end."""
    opened: list[_Opened] = []
    whole: list[Found] = []
    left = limits.inflated_bytes
    decoder = msgspec.msgpack.Decoder(Message)
    stopped = ("reader_stopped", "")
    assert process.stdout is not None
    while len(head := process.stdout.read(4)) == 4:
        (size,) = struct.unpack("<I", head)
        left -= size
        if size > _FRAME_BYTES or left < 0:
            return opened, whole, ("too_much_text", f"> {min(_FRAME_BYTES, limits.inflated_bytes)} B")
        try:
            message = decoder.decode(process.stdout.read(size))
        except msgspec.DecodeError:
            return opened, whole, stopped
        match message:
            case End():
                return opened, whole, None
            case Begin(sheet=sheet):
                opened.append(_Opened(_faults(file, sheet, limits), [], 0, [], []))
            case Block(rows=rows, columns=columns):
                if not opened or any(len(column) != len(rows) for column in columns):
                    return opened, whole, stopped
                _take(opened[-1], rows, columns)
            case Found() if message.kind not in FAULTS:
                return opened, whole, stopped
            case Found() if opened and message.sheet == opened[-1].faults.sheet:
                if message.level == "file":
                    opened.pop()
                    whole.append(message)
                else:
                    opened[-1].faults.kept.append(message)
            case Found():
                whole.append(message)
    return opened, whole, stopped


def _take(sheet: _Opened, numbers: list[int], columns: list[list[str | None]]) -> None:
    frame = _strip(_text_frame(columns))
    filled = _filled(frame)
    frame, rows = frame.filter(filled), pl.Series("row", numbers, dtype=pl.UInt32).filter(filled)
    if not frame.height:
        return
    if not sheet.head:
        sheet.head, sheet.head_row = list(frame.row(0)), rows[0]
        frame, rows = frame.slice(1), rows.slice(1)
    sheet.frames.append(frame)
    sheet.rows.append(rows)


def _why(code: int, late: bool, limits: Limits) -> tuple[str, str]:
    """Tell from how the process ended which bound it met."""
    if late or code == -signal.SIGXCPU:
        return "no_time", f"> {limits.cpu_seconds} s"
    if code in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV):
        return "no_memory", f"> {limits.memory_bytes} B"
    return "reader_stopped", f"exit {code}"


# --- Parquet --------------------------------------------------------------------------------------


def _read_parquet(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    faults = _faults(path.name, "", limits)
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
        flat = [name for name, kind in schema.items() if not kind.is_nested()]
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


def explain(fault: ReadFault) -> FaultText:
    """Say what a fault is and what to do now.

    Examples
    --------
    >>> fault = ReadFault("formula", "firm.xlsx", "Sheet1", 3, "产值", "=1+1 → 2", "value")
    >>> explain(fault).what.en
    'The cell is a formula and was not read: =1+1 → 2'
    """
    told = FAULTS[fault.kind]

    def fill(text: Text) -> Text:
        return Text(text.zh.replace("{found}", fault.found), text.en.replace("{found}", fault.found))

    return FaultText(fill(told.what), fill(told.now))
