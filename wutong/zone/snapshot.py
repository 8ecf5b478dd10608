"""Dated snapshots: "the zone as known on 1 March" opens again later, byte for byte.

A snapshot is a copy of the zone's files, with the day on which it is to be looked at and a digest of every file. Its
name carries the day and the digest of all, so that two snapshots of the same files and day are the same folder, and
so that a decision can say which one it saw.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Final

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.load import FOLDER, Progress, Zone, open_zone, silent
from wutong.zone.settings import FILE, quoted, read_settings
from wutong.zone.write import MEASURES, files_under

SNAPSHOTS: Final = "snapshots"
MANIFEST: Final = "snapshot.toml"
_KEPT: Final = (FOLDER, MEASURES)


def take(folder: Path, known_on: date, *, progress: Progress = silent) -> Path:
    """Copy a zone as it is known on a day.

    Parameters
    ----------
    folder : Path
        The zone's folder.
    known_on : date
        Day on which the snapshot will be looked at: later facts stay hidden in it.
    progress : callable
        Told which file is copied.

    Returns
    -------
    Path
        ``snapshots/<day>-<digest>`` in the zone's folder. Where it is there already it is checked and kept.

    Raises
    ------
    TableError
        If the folder is no zone, a file has a name that no list can hold, or a snapshot of that name is there and has
        been changed.
    """
    read_settings(folder)
    files = [FILE, *files_under(folder, _KEPT)]
    for name in files:
        _listable(name)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".snapshot-") as work:
        copy = Path(work) / "copy"
        for at, name in enumerate(files):
            progress(name, at / len(files))
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, copy / name)
        # digests are of the copy: what is kept is what was hashed, whatever happens to the zone meanwhile
        manifest = _manifest(copy, files, known_on)
        (copy / MANIFEST).write_text(manifest, encoding="utf-8")
        digest = hashlib.sha256(manifest.encode()).hexdigest()[:12]
        target = folder / SNAPSHOTS / f"{known_on.isoformat()}-{digest}"
        if target.exists():
            verify(target)
        else:
            target.parent.mkdir(exist_ok=True)
            copy.rename(target)
    progress(MANIFEST, 1.0)
    return target


def _listable(name: str) -> None:
    """Refuse a name whose bytes are no text: TOML has no way to write it."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = name.encode(errors="backslashreplace").decode()
        raise TableError(
            Text(
                f"文件名“{shown}”不是 UTF-8，快照记不下。请改名。",
                f"The name of the file “{shown}” is not UTF-8, so a snapshot cannot list it. Rename the file.",
            )
        ) from error


def _manifest(copy: Path, files: list[str], known_on: date) -> str:
    lines = ["format = 1", f"known_on = {known_on.isoformat()}", "", "[sha256]"]
    for name in files:
        with (copy / name).open("rb") as file:
            lines.append(f'{quoted(name)} = "{hashlib.file_digest(file, "sha256").hexdigest()}"')
    return "\n".join(lines) + "\n"


def verify(snapshot: Path) -> date:
    """Check every file of a snapshot against its digest, and the folder's name against its list.

    Returns
    -------
    date
        The day on which the zone is looked at.

    Raises
    ------
    TableError
        If a file was changed, added or taken away.
    """
    path = snapshot / MANIFEST
    if not path.is_file():
        raise TableError(
            Text(
                f"“{snapshot}”不是快照：没有 {MANIFEST}。",
                f"“{snapshot}” is no snapshot: it holds no {MANIFEST}.",
            )
        )
    manifest = path.read_bytes()
    try:
        said = tomllib.loads(manifest.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _changed(snapshot, MANIFEST) from error
    digests = said.get("sha256")
    if not isinstance(digests, dict):
        raise _changed(snapshot, MANIFEST)
    changed = [name for name, digest in digests.items() if not _has(snapshot / name, digest)]
    changed += sorted(set(files_under(snapshot, _KEPT)) - set(digests))
    if not snapshot.resolve().name.endswith(hashlib.sha256(manifest).hexdigest()[:12]):
        changed.append(MANIFEST)
    if changed or not isinstance(said.get("known_on"), date):
        raise _changed(snapshot, ", ".join(changed) or MANIFEST)
    known_on: date = said["known_on"]
    return known_on


def _has(path: Path, digest: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _changed(snapshot: Path, names: str) -> TableError:
    name = snapshot.resolve().name  # the folder may have been named “.”
    return TableError(
        Text(
            f"快照“{name}”被改动过：{names}。请从备份恢复，或重新做快照。",
            f"Snapshot “{name}” has been changed: {names}. Restore it from a copy, or take a new one.",
        )
    )


def open_snapshot(snapshot: Path, *, known_on: date | None = None, progress: Progress = silent) -> Zone:
    """Open a snapshot, checked file by file.

    Parameters
    ----------
    snapshot : Path
        Its folder.
    known_on : date or None
        Leave out what became known after this day; later than the snapshot's own day it changes nothing.
    progress : callable
        Told what is being read.

    Raises
    ------
    TableError
        If it is no snapshot or has been changed.
    """
    day = verify(snapshot)
    return open_zone(snapshot, known_on=min(day, known_on or day), progress=progress)
