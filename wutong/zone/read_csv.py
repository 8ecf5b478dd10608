"""Read CSV that nobody vouches for: any of the encodings, separators and quotes that offices write."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec
import polars as pl

from wutong.zone.sheet import (
    BLANKS,
    ERRORS,
    MIB,
    Faults,
    Limits,
    ReadFault,
    Sheet,
    faults_of,
    filled,
    sheet_of,
    shown,
    strip_cells,
    text_frame,
)
from wutong.zone.xlsx_child import (
    Found,
    Level,
    StopError,
    cut,
)

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

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


def read_csv(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    """Read one CSV; see ``wutong.zone.read.read_table``."""
    faults = faults_of(path.name, "", limits)
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
        raise StopError("not_text", shown(head[:40]))
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
            raise StopError("not_text", shown(rest[:40]))
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
        if line.strip(BLANKS) and ("".join(taken).count('"') % 2 == 0 or len(taken) > 50):
            break
    return taken, separator or _separator("".join(taken)), done


def _parse_csv(
    text: Iterable[str], script: _Script, limits: Limits, faults: Faults
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
            if any(cell.strip(BLANKS) for cell in row):
                head, head_row = row, first
                if len(head) > limits.columns:
                    raise StopError("too_many_columns", f"{len(head)} > {limits.columns}")
            return
        if len(row) != len(head):
            if not any(cell.strip(BLANKS) for cell in row):
                return
            if any(cell.strip(BLANKS) for cell in row[len(head) :]):
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
    return sheet_of(faults, head, head_row, frames, rows)


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
    cells: Sequence[Sequence[str]], numbers: Sequence[int], faults: Faults, limits: Limits
) -> tuple[pl.DataFrame, pl.Series]:
    """Make columns of rows, leaving out the cells that are no values."""
    frame = strip_cells(text_frame(list(zip(*cells, strict=True))))
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
    full = filled(frame)
    return frame.filter(full), rows.filter(full)


def _is_error(cell: pl.Expr) -> pl.Expr:
    # A column that is too narrow for its number is saved as a row of hashes.
    return cell.is_in(ERRORS) | cell.str.contains("^###+$")
