"""Read a workbook in a process of its own, and take from it what it sends.

The process itself, with its bounds, is ``wutong.zone.xlsx_child``.
"""

from __future__ import annotations

import signal
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from wutong.zone.read_faults import FAULTS
from wutong.zone.sheet import (
    MIB,
    Faults,
    Limits,
    ReadFault,
    Sheet,
    faults_of,
    filled,
    named,
    sheet_of,
    strip_cells,
    text_frame,
)
from wutong.zone.xlsx_child import (
    Begin,
    Block,
    Bounds,
    End,
    Found,
    Message,
)

_FRAME_BYTES: Final = 128 * MIB
_START: Final = "import sys; sys.path += sys.argv[2:]; from wutong.zone.xlsx_child import main; main()"


@dataclass(slots=True)
class _Opened:
    """A sheet whose cells are coming in."""

    faults: Faults
    head: list[str | None]
    head_row: int
    frames: list[pl.DataFrame]
    rows: list[pl.Series]


def read_xlsx(path: Path, limits: Limits) -> tuple[list[Sheet], list[ReadFault]]:
    """Read one workbook; see ``wutong.zone.read.read_table``."""
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
    whole = [named(path.name, one, ()) for one in founds]
    if any(fault.level == "file" and not fault.sheet for fault in whole):
        return [], whole
    sheets: list[Sheet] = []
    faults = whole
    for one in opened:
        if one.frames or one.head:
            sheet, its = sheet_of(one.faults, one.head, one.head_row, one.frames, one.rows)
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
                opened.append(_Opened(faults_of(file, sheet, limits), [], 0, [], []))
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
    frame = strip_cells(text_frame(columns))
    full = filled(frame)
    frame, rows = frame.filter(full), pl.Series("row", numbers, dtype=pl.UInt32).filter(full)
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
