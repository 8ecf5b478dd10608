"""Bring an older zone forward to the form that is read now, and say what was changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.settings import FILE, FORMAT, read_toml


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
        If the folder is no zone, is of a newer format than this program knows, or holds another ``zone.toml`` that was
        kept before.
    """
    path = folder / FILE
    said = read_toml(path)
    if said is None:
        raise TableError(Text(f"“{folder}”里没有 {FILE}。", f"There is no {FILE} in “{folder}”."))
    number = said.get("format", 0)
    if type(number) is not int or not 0 <= number <= FORMAT:
        raise TableError(
            Text(
                f"{path} 的 format 是 {number!r}，本软件只认到 {FORMAT}。请更新软件。",
                f"{path} has format {number!r}; this program knows formats up to {FORMAT}. Update the program.",
            )
        )
    if number == FORMAT:
        return ()
    kept, content = folder / f"{FILE}.before-format-{FORMAT}", path.read_bytes()
    if kept.exists() and kept.read_bytes() != content:
        raise TableError(
            Text(
                f"{kept} 已存在，内容不同；没有改动。请把它移走再试。",
                f"{kept} is there already with other contents; nothing was changed. Move it away and try again.",
            )
        )
    kept.write_bytes(content)
    return tuple(STEPS[step](folder) for step in range(number, FORMAT))
