"""Read one workbook in a process of its own, so that a hostile file can only harm that process.

``wutong.zone.read_xlsx`` starts ``main`` with the workbook as standard input and reads messages from standard
output. The process bounds its own memory, time and files before it looks at the first byte, and loads nothing
that it does not need.

The cells are read in one pass over the sheet's XML with expat. A cell's place, kind, number format, formula
and value then come from the same reader, a bad cell costs that cell only, and no grid is ever made of the
empty space between two cells. Sources: ECMA-376 part 1, chapters 18.3 (worksheets) and 18.4 (shared strings);
PKWARE APPNOTE 6.3 (zip).
"""

from __future__ import annotations

import posixpath
import re
import resource
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Literal
from xml.parsers import expat

import msgspec

from wutong.zone.xlsx_values import (
    BUILT_IN,
    Form,
    format_style,
    moment_text,
    number,
    number_text,
    percent_text,
)

Level = Literal["file", "row", "value", "note"]

FOUND_CHARS = 4_000
"""The longest text that a fault carries; what is longer is cut, and says by how much."""

NOTES_KEPT = 100
"""Notes of one kind in one column that are listed one by one; those above are counted."""

_CHUNK = 1 << 18
_EXCEL_ROWS = 1_048_576
_EXCEL_COLUMNS = 16_384
_RATIO = 500
_RATIO_FLOOR = 16 << 20
_BLOCK_ROWS = 5_000
_BLOCK_CELLS = 100_000
_BLOCK_CHARS = 4 << 20


class Bounds(msgspec.Struct, frozen=True):
    """What the process may use and accept; the fields of ``wutong.zone.sheet.Limits`` that concern it."""

    inflated_bytes: int
    parts: int
    rows: int
    columns: int
    cells: int
    cell_chars: int
    faults: int
    memory_bytes: int
    cpu_seconds: int


class Begin(msgspec.Struct, frozen=True, tag="begin", array_like=True):
    """A sheet begins."""

    sheet: str


class Block(msgspec.Struct, frozen=True, tag="block", array_like=True):
    """Rows of the sheet that began last: their numbers, and their cells column by column."""

    rows: list[int]
    columns: list[list[str | None]]


class Found(msgspec.Struct, frozen=True, tag="found", array_like=True):
    """A fault; ``column`` counts from 0."""

    kind: str
    sheet: str
    row: int | None
    column: int | None
    found: str
    level: Level


class End(msgspec.Struct, frozen=True, tag="end", array_like=True):
    """Everything was read."""


Message = Begin | Block | Found | End
Send = Callable[[Message], None]


class StopError(Exception):
    """What is being read, the workbook or one sheet, is left out as a whole."""

    def __init__(self, kind: str, found: str) -> None:
        super().__init__(kind, found)
        self.kind = kind
        self.found = found


class _Style(msgspec.Struct, frozen=True):
    form: Form
    unit: str


def cut(text: str, length: int = FOUND_CHARS) -> str:
    """Cut a text that is too long to show, saying how much is missing.

    Examples
    --------
    >>> cut("沁水县", 2)
    '沁水… (+1)'
    """
    return text if len(text) <= length else f"{text[:length]}… (+{len(text) - length})"


def letter(column: int) -> str:
    """Name a column as a spreadsheet does, counting from 0.

    Examples
    --------
    >>> letter(0), letter(26), letter(16383)
    ('A', 'AA', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


# --- the zip --------------------------------------------------------------------------------------


def _inflate(handle: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part's bytes as they inflate, whatever the headers claim."""
    handle.seek(info.header_offset)
    head = handle.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise StopError("broken_zip", info.filename)
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    handle.seek(name_length + extra_length, 1)
    left = info.compress_size
    size, check = 0, 0
    machine = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        raw = handle.read(min(_CHUNK, left))
        if not raw:
            raise StopError("broken_zip", info.filename)
        left -= len(raw)
        while raw:
            piece = raw if machine is None else machine.decompress(raw, _CHUNK)
            raw = b"" if machine is None else machine.unconsumed_tail
            size += len(piece)
            check = zlib.crc32(piece, check)
            if piece:
                yield piece
    if machine is not None and (rest := machine.flush()):
        size += len(rest)
        check = zlib.crc32(rest, check)
        yield rest
    if size != info.file_size or check != info.CRC:
        raise StopError("broken_zip", info.filename)


def _open_zip(handle: BinaryIO, bounds: Bounds) -> dict[str, zipfile.ZipInfo]:
    """List the parts by lower-case name, after inflating each once to see what it really holds."""
    with zipfile.ZipFile(handle) as box:
        infos = box.infolist()
    if len(infos) > bounds.parts:
        raise StopError("too_many_parts", f"{len(infos)} > {bounds.parts}")
    parts: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for info in infos:
        name = info.filename.lower()
        if info.flag_bits & 1:
            raise StopError("encrypted", info.filename)
        if name in parts or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise StopError("broken_zip", info.filename)
        parts[name] = info
        size = 0
        for piece in _inflate(handle, info):
            size += len(piece)
            total += len(piece)
            if total > bounds.inflated_bytes:
                raise StopError("zip_bomb", f"{info.filename}: > {bounds.inflated_bytes} B")
            if size > _RATIO_FLOOR and size > _RATIO * max(info.compress_size, 1):
                raise StopError("zip_bomb", f"{info.filename}: {info.compress_size} B → > {size} B")
    return parts


# --- XML ------------------------------------------------------------------------------------------

_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]
_Data = Callable[[str], None]


def _parse(pieces: Iterator[bytes], start: _Start | None, end: _End | None, data: _Data | None) -> None:
    def refuse(name: str, *_: object) -> None:
        raise StopError("dtd", name)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _relations(pieces: Iterator[bytes], folder: str) -> dict[str, tuple[str, str]]:
    """Map each relation's id to its kind and the lower-case name of its part."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, posixpath.normpath(path).lstrip("/").lower())

    _parse(pieces, start, None, None)
    return found


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a half without its other half is no text.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _strings(pieces: Iterator[bytes]) -> list[str]:
    """Read the shared strings: rich runs joined, reading aids (phonetic runs) left aside."""
    strings: list[str] = []
    text: list[str] = []
    aid = 0
    take = False

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal aid, take
        name = _local(name)
        if name == "si":
            text.clear()
        elif name == "rPh":
            aid += 1
        elif name == "t":
            take = not aid

    def end(name: str) -> None:
        nonlocal aid, take
        name = _local(name)
        if name == "si":
            strings.append(_unescape("".join(text)))
        elif name == "rPh":
            aid -= 1
        elif name == "t":
            take = False

    def data(piece: str) -> None:
        if take:
            text.append(piece)

    _parse(pieces, start, end, data)
    return strings


def _styles(pieces: Iterator[bytes]) -> list[_Style | None]:
    """Give the meaning of each cell style; None where the number stands as it is."""
    codes: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = _local(name)
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            used.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if _local(name) == "cellXfs":
            inside = False

    def style(number: int) -> _Style | None:
        form, unit = format_style(codes[number]) if number in codes else (BUILT_IN.get(number, "number"), "")
        return None if form == "number" and not unit else _Style(form, unit)

    _parse(pieces, start, end, None)
    return [style(number) for number in used]


# --- faults ---------------------------------------------------------------------------------------


class Tally:
    """Pass faults on, counting: notes above ``NOTES_KEPT`` of one kind in one column become one line.

    Parameters
    ----------
    send : callable
        Takes each fault that is passed on.
    most : int
        Faults that leave something out which are borne before the reading stops.
    """

    def __init__(self, send: Callable[[Found], None], most: int) -> None:
        self._send = send
        self._left = most
        self._most = most
        self._notes: Counter[tuple[str, str, int | None]] = Counter()

    def add(self, fault: Found) -> None:
        """Take one fault.

        Raises
        ------
        StopError
            If there are too many to go on.
        """
        if fault.level == "note":
            key = fault.sheet, fault.kind, fault.column
            self._notes[key] += 1
            if self._notes[key] > NOTES_KEPT:
                return
        else:
            self._left -= 1
            if self._left < 0:
                raise StopError("too_many_faults", f"> {self._most}: {fault.kind}")
        self._send(fault)

    def close(self) -> None:
        """Pass on one line for each kind of note that was only counted."""
        for (sheet, kind, column), count in self._notes.items():
            if count > NOTES_KEPT:
                more = f"{kind}: +{count - NOTES_KEPT}"
                self._send(Found("more_of_the_same", sheet, None, column, more, "note"))
        self._notes.clear()


# --- sheets ---------------------------------------------------------------------------------------


class _Book(msgspec.Struct, frozen=True):
    strings: list[str]
    styles: list[_Style | None]
    from_1904: bool


_REFERENCE = re.compile(r"\$?([A-Z]{1,7})\$?([0-9]{1,20})", re.IGNORECASE)


def place(reference: str) -> tuple[int, int]:
    """Read a cell's name as row (from 1) and column (from 0).

    Raises
    ------
    StopError
        If it names no cell.

    Examples
    --------
    >>> place("A1"), place("XFD1048576")
    ((1, 0), (1048576, 16383))
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise StopError("broken_sheet", cut(reference, 80))
    column = 0
    for mark in match[1].upper():
        column = column * 26 + ord(mark) - 64
    return int(match[2]), column - 1


def _area(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    top, left = place(first)
    bottom, right = place(last or first)
    return top, left, bottom, right


def _cell_text(
    kind: str, raw: str, style: _Style | None, book: _Book
) -> tuple[str | None, tuple[str, Level] | None]:
    """Give a cell's text, and the kind and level of its fault if it has one."""
    if kind == "s":
        if raw.isascii() and raw.isdigit() and int(raw) < len(book.strings):
            return book.strings[int(raw)], None
        return None, ("broken_value", "value")
    if kind in ("str", "inlineStr"):
        return _unescape(raw), None
    if kind == "e":
        return None, ("error_cell", "value")
    if kind == "b":
        return "true" if raw.strip() in ("1", "true") else "false", None
    if kind == "d":
        return raw.strip().removesuffix("Z").removesuffix("T00:00:00"), None
    value = number(raw)
    if kind != "n" or value is None:
        return None, ("broken_value", "value")
    if style is None or style.form == "number":
        lost = value.is_integer() and abs(value) >= 1e15
        return number_text(value), ("digits_lost", "note") if lost else None
    if style.form == "percent":
        return percent_text(value), None
    text = moment_text(value, style.form, book.from_1904)
    return text, None if text is not None else ("bad_date", "value")


def _read_sheet(  # one machine with one state: its three handlers share it
    sheet: str, pieces: Iterator[bytes], book: _Book, bounds: Bounds, send: Send, tally: Tally
) -> None:
    strings, known = book.strings, len(book.strings)
    looks = {str(at): style for at, style in enumerate(book.styles) if style is not None}
    names: dict[str, str] = {}
    labels = [letter(at) for at in range(min(bounds.columns, _EXCEL_COLUMNS) + 1)]
    last_column = len(labels) - 2
    rows: list[int] = []
    columns: list[list[str | None]] = []
    text: list[str] = []
    arrays: list[tuple[int, int, int, int, str]] = []
    shared: dict[str, str] = {}
    units: set[tuple[int, str]] = set()
    hidden_columns: list[tuple[int, int]] = []
    hidden_rows: list[int] = []
    row, column, cells, filled, width, weight, aid = 0, -1, 0, 0, 0, 0, 0
    row_label = "0"
    kind, raw, formula = "n", "", ""
    look: _Style | None = None
    take = held = has_formula = row_hidden = row_used = False
    formula_kind = formula_key = formula_area = ""

    def add(what: str, found: str, level: Level, at: int | None = None) -> None:
        tally.add(Found(what, sheet, row, column if at is None else at, cut(found), level))

    def flush() -> None:
        nonlocal weight
        count = len(rows)
        for one in columns:
            one.extend([None] * (count - len(one)))
        if rows:
            send(Block(list(rows), columns))
            weight = 0
        rows.clear()
        columns.clear()

    def begin_row(attributes: dict[str, str]) -> None:
        nonlocal row, row_label, column, row_hidden, row_used
        given = attributes.get("r")
        after = row + 1 if given is None else place(f"A{given}")[0]
        if after <= row:
            raise StopError("broken_sheet", f"row {after} ≤ {row}")
        row, row_label, column, row_used = after, str(after), -1, False
        row_hidden = attributes.get("hidden") in ("1", "true")

    def begin_cell(attributes: dict[str, str]) -> None:
        nonlocal column, kind, look, raw, held, has_formula, formula
        reference = attributes.get("r")
        if reference is None or (column <= last_column and reference == labels[column + 1] + row_label):
            column += 1
        else:
            at_row, column = place(reference)
            if at_row != row:
                raise StopError("broken_sheet", f"{cut(reference, 80)} ∉ {row}")
        kind = attributes.get("t", "n")
        code = attributes.get("s")
        look = None if code is None else looks.get(code)
        raw = formula = ""
        held = has_formula = False

    def read_formula() -> None:
        nonlocal formula
        if formula_kind == "shared":
            if formula:
                shared.setdefault(formula_key, formula)
            else:
                formula = shared.get(formula_key, "")
        elif formula_kind in ("array", "dataTable") and formula_area:
            arrays.append((*_area(formula_area), formula))

    def end_cell() -> None:
        nonlocal cells, filled, weight, row_used, formula, has_formula
        if not held and not has_formula:
            return
        for top, left, bottom, right, one in arrays:
            if top <= row <= bottom and left <= column <= right and not has_formula:
                formula, has_formula = one, True
        if row > _EXCEL_ROWS or column > last_column:
            shown, _ = _cell_text(kind, raw, look, book)
            add("out_of_bounds", f"{letter(column)}{row}: {raw if shown is None else shown}", "value")
            return
        cells += 1
        if cells > bounds.cells:
            raise StopError("too_many_cells", f"> {bounds.cells}")
        value: str | None = None
        if kind == "s" and raw.isdecimal() and int(raw) < known:
            value = strings[int(raw)]
        elif kind == "n" and look is None and len(raw) < 16 and raw.isdecimal() and raw[0] in "123456789":
            value = raw
        elif held:
            value, fault = _cell_text(kind, raw, look, book)
            if fault is not None and not has_formula:
                add(fault[0], raw, fault[1])
        if has_formula:
            result = raw if value is None else value
            add("formula", f"={formula} → {result}" if held else f"={formula}", "value")
            value = None
        elif value is not None and len(value) > bounds.cell_chars:
            add("too_long", value, "value")
            value = None
        elif look is not None and look.unit and kind == "n" and (column, look.unit) not in units:
            units.add((column, look.unit))
            add("unit_in_format", look.unit, "note")
        if not row_used:
            row_used = True
            filled += 1
            if filled > bounds.rows + 1:
                raise StopError("too_many_rows", f"> {bounds.rows}")
            if row_hidden:
                hidden_rows.append(row)
            rows.append(row)
        while len(columns) <= column:
            columns.append([])
        one_column = columns[column]
        before = len(rows) - 1
        if len(one_column) > before:
            add("broken_value", raw if value is None else value, "value")
            return
        if len(one_column) < before:
            one_column.extend([None] * (before - len(one_column)))
        one_column.append(value)
        if value is not None:
            weight += len(value)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal take, held, has_formula, formula_kind, formula_key, formula_area, aid
        local = names.get(name)
        if local is None:
            local = names[name] = _local(name)
        if local == "c":
            begin_cell(attributes)
        elif local == "v":
            text.clear()
            take = True
        elif local == "row":
            begin_row(attributes)
        elif local == "f":
            text.clear()
            take = has_formula = True
            formula_kind = attributes.get("t", "")
            formula_key = attributes.get("si", "")
            formula_area = attributes.get("ref", "")
        elif local == "t":
            text.clear()
            take = not aid
        elif local == "rPh":
            aid += 1
        elif local == "mergeCell":
            area = attributes.get("ref", "")
            first = area.partition(":")[0]
            at_row, at = place(first) if _REFERENCE.fullmatch(first) else (None, None)
            tally.add(Found("merged_cells", sheet, at_row, at, cut(area, 80), "note"))
        elif local == "col" and attributes.get("hidden") in ("1", "true"):
            hidden_columns.append((int(attributes.get("min", "1")), int(attributes.get("max", "1"))))

    def end(name: str) -> None:
        nonlocal take, raw, held, formula, aid, width
        local = names[name]
        if local == "v":
            raw = "".join(text)
            take = False
            held = raw != ""
        elif local == "c":
            end_cell()
        elif local == "row":
            if row_used:
                width = max(width, len(columns))
                area = len(rows) * len(columns)
                if len(rows) >= _BLOCK_ROWS or area >= _BLOCK_CELLS or weight >= _BLOCK_CHARS:
                    flush()
        elif local == "f":
            formula = "".join(text)
            take = False
            read_formula()
        elif local == "t":
            if take:
                raw += "".join(text)
                held = raw != ""
            take = False
        elif local == "rPh":
            aid -= 1

    def data(piece: str) -> None:
        if take:
            text.append(piece)

    _parse(pieces, start, end, data)
    flush()
    if hidden_rows:
        listed = ", ".join(map(str, hidden_rows[:20])) + (" …" if len(hidden_rows) > 20 else "")
        found = f"{listed} ({len(hidden_rows)})"
        tally.add(Found("hidden_rows", sheet, hidden_rows[0], None, found, "note"))
    for first, last in hidden_columns:
        for at in range(max(first, 1) - 1, min(last, width)):
            tally.add(Found("hidden_column", sheet, None, at, letter(at), "note"))


# --- the workbook ---------------------------------------------------------------------------------


class _Listed(msgspec.Struct, frozen=True):
    name: str
    relation: str
    hidden: bool


def _workbook(pieces: Iterator[bytes]) -> tuple[list[_Listed], bool]:
    sheets: list[_Listed] = []
    from_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        local = _local(name)
        if local == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(_Listed(attributes.get("name", ""), relation, hidden))
        elif local == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true", "on")

    _parse(pieces, start, None, None)
    return sheets, from_1904


def is_documentation(sheet: str) -> bool:
    """Tell whether a sheet's name says that it explains and holds no data.

    Examples
    --------
    >>> is_documentation("说明"), is_documentation("_lists"), is_documentation("firm")
    (True, True, False)
    """
    name = sheet.strip().casefold()
    return name.startswith("_") or name in ("说明", "readme", "notes")


def read_workbook(handle: BinaryIO, bounds: Bounds, send: Send) -> None:
    """Read a workbook, sending what stands in it and what is wrong with it.

    Parameters
    ----------
    handle : binary file
        Seekable.
    bounds : Bounds
        What is accepted.
    send : callable
        Takes the messages, in the order in which they are read.
    """
    tally = Tally(send, bounds.faults)
    try:
        parts = _open_zip(handle, bounds)

        def pieces(name: str) -> Iterator[bytes]:
            if name not in parts:
                raise StopError("not_xlsx", name)
            return _inflate(handle, parts[name])

        top = _relations(pieces("_rels/.rels"), "")
        main = next((part for kind, part in top.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, base = posixpath.split(main)
        if main not in parts or main.endswith(".bin"):
            raise StopError("not_xlsx", main)
        relations = _relations(pieces(f"{folder}/_rels/{base}.rels"), folder)
        by_kind = dict(relations.values())
        listed, from_1904 = _workbook(pieces(main))
        if not listed:
            raise StopError("not_xlsx", main)
        wanted = [one for one in listed if not is_documentation(one.name)]
        read_later = {relations.get(one.relation, ("", ""))[1] for one in wanted}
        for name in parts.keys() - read_later:
            if name.endswith((".xml", ".rels")):
                # A part that nobody reads may be broken, but it may not bring definitions of its own.
                with suppress(expat.ExpatError):
                    _parse(pieces(name), None, None, None)
        strings = _strings(pieces(by_kind["sharedStrings"])) if "sharedStrings" in by_kind else []
        styles = _styles(pieces(by_kind["styles"])) if "styles" in by_kind else []
        book = _Book(strings, styles, from_1904)
        if "vbaProject" in by_kind:
            tally.add(Found("macros", "", None, None, by_kind["vbaProject"], "note"))
        for one in wanted:
            kind, part = relations.get(one.relation, ("", ""))
            if kind in ("chartsheet", "dialogsheet", "xlMacrosheet"):
                continue
            send(Begin(one.name))
            if one.hidden:
                tally.add(Found("hidden_sheet", one.name, None, None, one.name, "note"))
            try:
                _read_sheet(one.name, pieces(part), book, bounds, send, tally)
            except (StopError, expat.ExpatError, ValueError) as error:
                if isinstance(error, StopError) and error.kind in ("dtd", "too_many_faults"):
                    raise
                stop = error if isinstance(error, StopError) else StopError("broken_sheet", str(error))
                send(Found(stop.kind, one.name, None, None, stop.found, "file"))
        tally.close()
    except StopError as stop:
        send(Found(stop.kind, "", None, None, stop.found, "file"))
    except (expat.ExpatError, ValueError, KeyError) as error:
        full = (
            isinstance(error, expat.ExpatError)
            and error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
        )
        send(Found("no_memory" if full else "not_xlsx", "", None, None, cut(str(error), 200), "file"))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, OSError) as error:
        send(Found("broken_zip", "", None, None, cut(str(error), 200), "file"))
    except MemoryError:
        send(Found("no_memory", "", None, None, f"{bounds.memory_bytes} B", "file"))
    send(End())


def _confine(bounds: Bounds) -> None:
    """Give up what the reading does not need: memory, time, files, other processes."""
    wanted = [
        (resource.RLIMIT_AS, bounds.memory_bytes, bounds.memory_bytes),
        (resource.RLIMIT_CPU, bounds.cpu_seconds, bounds.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_NOFILE, 8, 8),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    for what, soft, hard in wanted:
        ceiling = resource.getrlimit(what)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(what, (soft, hard))


def main() -> None:
    """Read the workbook on standard input under the bounds given as JSON in the first argument."""
    bounds = msgspec.json.decode(sys.argv[1], type=Bounds)
    _confine(bounds)
    out = sys.stdout.buffer

    def send(message: Message) -> None:
        body = msgspec.msgpack.encode(message)
        out.write(struct.pack("<I", len(body)))
        out.write(body)

    read_workbook(sys.stdin.buffer, bounds, send)
    out.flush()


if __name__ == "__main__":
    main()
