"""Invent a zone of any size, with every table filled and truths planted in it.

Nothing here is about anybody: every row is marked as invented, every name says so, credit codes belong to nobody, and
the land lies on an open sea.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.demo import chains, firms, knowledge, money, people, places, standing, truths
from wutong.demo.drawn import draw_all
from wutong.demo.frames import ZONE, as_declared
from wutong.demo.truths import Truth
from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.load import FOLDER, Progress, silent
from wutong.zone.settings import FILE, Settings, read_settings
from wutong.zone.write import KINDS, Kind, write_zone

YEARS: Final = range(2018, 2026)
FIRMS: Final = 131
"""One chain leader and 130 followers."""

TRUTHS_FILE: Final = "truths.json"
"""At the root of a zone's folder, beside the tables, where the loader does not look."""

NAME: Final = Text("虚构示范区", "Invented zone")
ABOUT: Final = Text(
    "全部为虚构数据：企业、人员、文件、地点都不存在，只供试用与测试。",
    "All of it is invented: no firm, person, paper or place in it exists. For trying out and for tests.",
)

_FAMILIES: Final = (
    ("knowledge", knowledge.tables),
    ("firms", firms.tables),
    ("standing", standing.tables),
    ("chains", chains.tables),
    ("people", people.tables),
    ("places", places.tables),
    ("money", money.tables),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented zone in memory.

    Parameters
    ----------
    settings : Settings
        Id and names, marked as invented.
    tables : mapping of name to polars.DataFrame
        Every declared table, with its columns, types and order; earlier vintages among the rows.
    truths : mapping of name to Truth
        What was planted and can be found again from the tables.
    """

    settings: Settings
    tables: Mapping[str, pl.DataFrame]
    truths: Mapping[str, Truth]


def invent(
    firms: int = FIRMS,
    *,
    seed: int,
    years: range = YEARS,
    as_of: date,
    zone: str = ZONE,
    progress: Progress = silent,
) -> Invented:
    """Make up a zone.

    Parameters
    ----------
    firms : int
        How many firms are there in the last of the years, the chain leader among them; 1 to millions. Firms that
        left before come on top.
    seed : int
        The same seed and arguments give the same tables.
    years : range
        Calendar years of the economy.
    as_of : date
        The day on which the zone is looked at; nothing that became known later is in it.
    zone : str
        Id of the zone.
    progress : callable
        Told what is being made.

    Returns
    -------
    Invented

    Raises
    ------
    WutongError
        If there is no firm, if years have a gap, or if none of them is known on the day.

    Notes
    -----
    ``firm``, ``firm_year`` and ``indicator`` speak of every firm; the other tables of at most so many as the
    constants of their files say, so that a million firms can be written in seconds. With a single firm there is no
    pair, and ``trade`` and ``related_party`` stay empty.

    Examples
    --------
    >>> small = invent(12, seed=1, as_of=date(2026, 3, 31))
    >>> small.tables["firm_year"].filter(pl.col("period") == "2025").height
    12
    >>> small.tables["firm"]["invented"].all()
    True
    """
    progress("economy", 0.0)
    drawn = draw_all(firms, seed, years, as_of)
    made: dict[str, pl.DataFrame] = {}
    for at, (family, tables) in enumerate(_FAMILIES):
        progress(family, (at + 1) / (len(_FAMILIES) + 2))
        for name, frame in tables(drawn).items():
            made[name] = as_declared(name, frame, zone=zone, as_of=as_of)
    progress("truths", 1 - 1 / (len(_FAMILIES) + 2))
    planted = truths.planted(drawn)
    progress("done", 1.0)
    return Invented(
        settings=Settings(
            id=zone,
            name=NAME,
            about=ABOUT,
            as_of=as_of,
            invented=True,
            region=knowledge.HERE,
            licence="CC-BY-4.0",
        ),
        tables=MappingProxyType({name: made[name] for name in TABLES}),
        truths=MappingProxyType(planted),
    )


def invent_zone(
    folder: Path,
    firms: int = FIRMS,
    *,
    seed: int,
    years: range = YEARS,
    as_of: date,
    zone: str = ZONE,
    kind: Kind = "csv",
    progress: Progress = silent,
) -> Invented:
    """Make up a zone and write its folder, with what was planted beside the tables in ``truths.json``.

    Parameters
    ----------
    folder : Path
        Made where it is missing. An invented zone that was written into it before is replaced; files that are not its
        own stay.
    firms, seed, years, as_of, zone : see ``invent``
    kind : {"csv", "parquet"}
        Form of the files; Parquet from some thousand firms on.
    progress : callable
        Told what is being done, and how much of the whole is done.

    Returns
    -------
    Invented
        What was written.

    Raises
    ------
    TableError
        If the folder holds something that was not written by this function; nothing is changed then.
    """
    refuse_other(folder)
    made = invent(
        firms,
        seed=seed,
        years=years,
        as_of=as_of,
        zone=zone,
        progress=lambda what, part: progress(what, 0.5 * part),
    )
    _clear(folder)
    write_zone(
        folder, made.settings, made.tables, kind, progress=lambda what, part: progress(what, 0.5 + 0.5 * part)
    )
    (folder / TRUTHS_FILE).write_text(truths_text(made.truths), encoding="utf-8")
    return made


def refuse_other(folder: Path) -> None:
    """Refuse a folder that is neither empty nor an invented zone with its planted truths.

    ``invented = true`` alone is not enough: somebody may have typed an invented zone by hand.

    Raises
    ------
    TableError
        The text says to choose another folder.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if (folder / FILE).is_file() and not read_settings(folder).invented:
        raise TableError(
            Text(
                f"“{folder}”里是真实的开发区，不会覆盖。请换一个文件夹。",
                f"“{folder}” holds a real zone and is not written over. Choose another folder.",
            )
        )
    if not ((folder / FILE).is_file() and (folder / TRUTHS_FILE).is_file()):
        raise TableError(
            Text(
                f"“{folder}”里有文件，而且不是 wutong invent 生成的；没有改动。请换一个文件夹。",
                f"“{folder}” holds files that wutong invent did not write; nothing was changed. Choose another folder.",
            )
        )


def _clear(folder: Path) -> None:
    """Take away the tables of an invented zone: another form would stand beside them, and each row count twice."""
    for name in TABLES:
        for kind in KINDS:
            (folder / FOLDER / f"{name}.{kind}").unlink(missing_ok=True)


def truths_text(planted: Mapping[str, Truth]) -> str:
    """Planted truths as JSON.

    Examples
    --------
    >>> print(truths_text({"x": Truth(Text("甲", "A"), {"value": 1})}))
    {
      "x": {
        "zh": "甲",
        "en": "A",
        "values": {
          "value": 1
        }
      }
    }
    <BLANKLINE>
    """
    said = {
        name: {"zh": truth.what.zh, "en": truth.what.en, "values": dict(truth.values)}
        for name, truth in planted.items()
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
