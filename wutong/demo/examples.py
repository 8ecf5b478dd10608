"""The two zones that a newcomer sees: the real one that is shipped, and an invented one made on first use."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from wutong.demo.invented import invent_zone
from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.load import Progress
from wutong.zone.settings import FILE

_SEED: Final = 1
_AS_OF: Final = date(2026, 1, 1)


def example_folders(*, progress: Progress) -> tuple[Path, Path]:
    """Give the folders of the real example and of an invented zone of one leader and 130 firms.

    The invented zone is made once and kept in the cache of the person who runs it (``XDG_CACHE_HOME``); it is made
    again when the generator changes.

    Raises
    ------
    TableError
        If the real example was not shipped with the program.
    """
    return real_example(), _invented(progress)


def real_example() -> Path:
    """Give the folder of Jincheng: beside the package in a clone, within it where it was installed."""
    package = Path(__file__).parent.parent
    for folder in (package.parent / "examples" / "jincheng", package / "examples" / "jincheng"):
        if (folder / FILE).is_file():
            return folder
    raise TableError(
        Text(
            "没有找到示例开发区 jincheng。请给出自己的文件夹：wutong serve 文件夹",
            "The example zone jincheng was not found. Give a folder of your own: wutong serve FOLDER",
        )
    )


def example_measures() -> Path:
    """Give the folder of measures that are examples of shapes: beside the package in a clone, within it where installed.

    Raises
    ------
    TableError
        If they were not shipped with the program.
    """
    package = Path(__file__).parent.parent
    for folder in (package.parent / "examples" / "measures", package / "examples" / "measures"):
        if folder.is_dir():
            return folder
    raise TableError(
        Text(
            "没有找到示例措施。请给出自己的文件夹：wutong serve 文件夹 --measures 文件夹",
            "The example measures were not found. Give folders of your own: wutong serve FOLDER --measures FOLDER",
        )
    )


def _invented(progress: Progress) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wutong"
    generator = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        generator.update(source.read_bytes())
    folder = cache / f"invented-{generator.hexdigest()[:12]}"
    if not (folder / FILE).is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            invent_zone(Path(work) / "zone", seed=_SEED, as_of=_AS_OF, progress=progress)
            try:
                (Path(work) / "zone").rename(folder)
            except OSError:
                # another start made it in the meantime: the same seed makes the same zone
                if not (folder / FILE).is_file():
                    raise
    return folder
