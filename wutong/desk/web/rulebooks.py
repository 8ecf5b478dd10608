"""Which measures the desk shows beside a zone, and reading their files. What they say is ``policy``'s."""

from __future__ import annotations

from pathlib import Path

from wutong.errors import TableError
from wutong.policy.rulebook import HEAD
from wutong.policy.shelf import Shelf, shelf_of
from wutong.words import Text
from wutong.zone.load import Zone
from wutong.zone.write import MEASURES


def shelf_in(folder: Path) -> Shelf:
    """Read the measures of a folder; a deeper folder with a ``rulebook.yaml`` of its own is another rulebook.

    Raises
    ------
    TableError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise TableError(
            Text(
                f"没有文件夹“{folder}”。请给出放措施文件的文件夹。",
                f"There is no folder “{folder}”. Give one that holds measure files.",
            )
        )
    files = [path for path in sorted(folder.rglob("*.yaml")) if path.is_file() and path.name[0] not in ".~"]
    others = {path.parent for path in files if path.name == HEAD} - {folder}
    own = [path for path in files if others.isdisjoint(path.parents)]
    return shelf_of({path.relative_to(folder).as_posix(): path.read_bytes() for path in own})


def shelf_of_zone(zone: Zone) -> Shelf | None:
    """Read the measures that stand in a zone's own folder; None where it has none."""
    folder = zone.folder / MEASURES
    return shelf_in(folder) if folder.is_dir() else None
