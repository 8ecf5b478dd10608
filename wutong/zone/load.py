"""Open a zone: a folder with ``zone.toml`` and tables as CSV, Excel or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.errors import TableError
from wutong.words import Text, nearest_words
from wutong.zone import check
from wutong.zone.catalogue import TABLES, table_named
from wutong.zone.read import read_table
from wutong.zone.schema import Table
from wutong.zone.settings import Settings, read_settings
from wutong.zone.sheet import Sheet

FOLDER: Final = "tables"
"""Folder of a zone in which its tables stand."""

READABLE: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet"})

Progress = Callable[[str, float], None]
"""Told what is being done and how much of the whole is done, between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as it is known on a day.

    Parameters
    ----------
    settings : Settings
        Id, names, and whether it is invented.
    folder : Path
        Where it was read.
    known_on : date or None
        The day on which it is looked at; None for all that is known now.
    tables : mapping of name to polars.DataFrame
        Every declared table, empty where nothing is known; of each fact the newest vintage.
    earlier : mapping of name to polars.DataFrame
        Vintages that a later row corrects.
    problems : polars.DataFrame
        As ``wutong.zone.check.PROBLEM``.
    left_out : mapping of name to int
        Rows of each table that were left out because of faults.
    """

    settings: Settings
    folder: Path
    known_on: date | None
    tables: Mapping[str, pl.DataFrame]
    earlier: Mapping[str, pl.DataFrame]
    problems: pl.DataFrame
    left_out: Mapping[str, int]

    @property
    def id(self) -> str:
        """Short name in addresses."""
        return self.settings.id

    @property
    def name(self) -> Text:
        """What the zone is called."""
        return self.settings.name

    @property
    def invented(self) -> bool:
        """Whether the zone is made up."""
        return self.settings.invented


def silent(_: str, __: float) -> None:
    """Tell nobody how far the work is."""


def open_zone(folder: Path, *, known_on: date | None = None, progress: Progress = silent) -> Zone:
    """Read a zone, check it, and give what can be used together with every problem.

    Parameters
    ----------
    folder : Path
        Folder with ``zone.toml``.
    known_on : date or None
        Leave out everything that became known after this day.
    progress : callable
        Told what is being read.

    Returns
    -------
    Zone
        Never fails on bad rows: they are in ``problems``.

    Raises
    ------
    TableError
        If the folder is no zone or its settings cannot be read.

    Examples
    --------
    >>> zone = open_zone(Path("examples/jincheng"))
    >>> zone.id, zone.invented
    ('jincheng', False)
    """
    settings = read_settings(folder)
    defaults = check.Defaults(settings.id, settings.as_of, settings.invented, known_on)
    sheets, found = _read_all(folder, progress)
    checked: dict[str, check.Checked] = {}
    for at, table in enumerate(TABLES.values()):
        progress(table.name, 0.4 + 0.5 * at / len(TABLES))
        checked[table.name] = check.check_table(table, sheets.get(table.name, ()), defaults)
        found.append(checked[table.name].problems)
        sheets[table.name] = check.only_places(sheets.get(table.name, ()))
    progress("references", 0.9)
    found.append(check.check_references(checked, sheets))
    found.append(check.check_alike(checked["firm"], sheets["firm"]))
    now: dict[str, pl.DataFrame] = {}
    earlier: dict[str, pl.DataFrame] = {}
    problems = pl.concat([check.no_problems(), *found])
    lost = dict(problems.filter(pl.col("level") == "row").group_by("table").len().iter_rows())
    left_out = {name: int(lost.get(name, 0)) for name in TABLES}
    for name in TABLES:
        frame = check.without_places(checked.pop(name).frame)
        now[name], earlier[name] = _newest(TABLES[name], frame)
    progress("done", 1.0)
    return Zone(
        settings=settings,
        folder=folder,
        known_on=known_on,
        tables=MappingProxyType(now),
        earlier=MappingProxyType(earlier),
        problems=problems,
        left_out=MappingProxyType(left_out),
    )


def _read_all(folder: Path, progress: Progress) -> tuple[dict[str, list[Sheet]], list[pl.DataFrame]]:
    sheets: dict[str, list[Sheet]] = {}
    found: list[pl.DataFrame] = []
    paths = sorted(path for path in (folder / FOLDER).rglob("*") if path.name[0] not in ".~")
    for at, path in enumerate(paths):
        name = path.relative_to(folder / FOLDER).as_posix()
        progress(name, 0.4 * at / len(paths))
        readable = path.suffix.lower() in READABLE
        if path.is_dir() and not readable:
            continue
        if not (readable and path.is_file()):
            # a folder, a pipe or a link to nowhere that is named like a table is told like any strange file
            found.append(check.problem("unknown_file", file=name, found=path.name))
            continue
        try:
            read, faults = read_table(path)
        except TableError:
            owner = table_named(_stem(path))
            said = {"table": owner.name if owner else "", "file": name, "found": path.name}
            found.append(check.problem("unreadable_file", **said))
            continue
        for sheet in read:
            table = _which(sheet, path, alone=len(read) == 1)
            if table is None:
                near = nearest_words(sheet.sheet or path.stem, list(TABLES)) or list(TABLES)
                said = {"file": name, "sheet": sheet.sheet, "found": sheet.sheet or path.stem}
                found.append(check.problem("unknown_table", **said, expected="、".join(near[:12])))
                continue
            sheets.setdefault(table.name, []).append(
                Sheet(name, sheet.sheet, sheet.header, sheet.frame, sheet.rows)
            )
        found.append(check.problems_of_reading(faults, name, _stem(path)))
    return sheets, found


def _stem(path: Path) -> str:
    """``indicator.2023.csv`` holds a part of the table ``indicator``."""
    return path.name.split(".")[0]


def _which(sheet: Sheet, path: Path, *, alone: bool) -> Table | None:
    if sheet.sheet:
        named = table_named(sheet.sheet)
        if named is not None or not alone:
            return named
    return table_named(_stem(path))


def _newest(table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take rows apart into the newest vintage of each fact and the earlier ones."""
    nothing = frame.clear()
    if frame["as_of"].n_unique() <= 1:
        return frame, nothing
    keys = list(table.identity)
    suspect = check.rows_alike(frame, keys)
    if suspect is None:
        return frame, nothing
    among = frame.select(*keys, "as_of").with_row_index("·i").filter(suspect)
    old = among.filter(pl.col("as_of") < pl.col("as_of").max().over(keys))["·i"]
    earlier = pl.Series([False]).new_from_index(0, frame.height).scatter(old, True)
    return check.without_rows(frame, earlier), frame.filter(earlier)


def with_earlier(zone: Zone) -> dict[str, pl.DataFrame]:
    """Give every table with all its vintages, the earlier ones first."""
    return {name: pl.concat([zone.earlier[name], frame]) for name, frame in zone.tables.items()}
