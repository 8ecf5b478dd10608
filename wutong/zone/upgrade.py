"""Bring an older zone forward to the form that is read now, and say what was changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.settings import FILE, FORMAT


def _number_it(folder: Path) -> Text:
    """Format 0: settings written by hand, before formats had numbers."""
    path = folder / FILE
    settings = path.read_text(encoding="utf-8-sig")
    numbered = re.sub(r"(?m)^\s*format\s*=.*\n?", "", settings)
    path.write_text("format = 1\n" + numbered, encoding="utf-8")
    return Text(f"{FILE} 加上了 format = 1", f"{FILE} now says format = 1")


STEPS: Mapping[int, Callable[[Path], Text]] = MappingProxyType({0: _number_it})
"""For each older format the step to the next one. A step changes the files and says what it changed."""


def upgrade(folder: Path) -> tuple[Text, ...]:
    """Bring a zone's folder forward, step by step.

    Parameters
    ----------
    folder : Path
        The zone's folder.

    Returns
    -------
    tuple of Text
        What was changed; empty where the zone is of the present format already. Before the first change
        ``zone.toml`` is kept as ``zone.toml.before-format-<n>``.

    Raises
    ------
    TableError
        If the folder is no zone, or is of a newer format than this program knows.
    """
    path = folder / FILE
    if not path.is_file():
        raise TableError(Text(f"“{folder}”里没有 {FILE}。", f"There is no {FILE} in “{folder}”."))
    try:
        number = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("format", 0)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(
            Text(f"{path} 不是可读的 TOML：{error}", f"{path} is no TOML that can be read: {error}")
        ) from error
    if not isinstance(number, int) or not 0 <= number <= FORMAT:
        raise TableError(
            Text(
                f"{path} 的 format 是 {number!r}，本软件只认到 {FORMAT}。请更新软件。",
                f"{path} has format {number!r}; this program knows formats up to {FORMAT}. Update the program.",
            )
        )
    if number == FORMAT:
        return ()
    (folder / f"{FILE}.before-format-{FORMAT}").write_bytes(path.read_bytes())
    return tuple(STEPS[step](folder) for step in range(number, FORMAT))
