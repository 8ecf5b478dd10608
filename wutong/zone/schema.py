"""What a table of a zone is: declared once as data.

From one declaration come the loader, the checks, the Excel template and the data dictionary. The declarations
themselves are in ``wutong/zone/tables``; this file says what a declaration can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from wutong.words import Text

Kind = Literal[
    "id",  # a short name that other rows point to
    "text",
    "code",  # an entry of a published code list
    "uscc",  # a unified social credit code, GB 32100-2015
    "choice",  # one of a few words, listed in the declaration
    "money",  # integer fen
    "count",  # a whole number
    "number",  # a measured quantity
    "rate",  # a share: 0.42 for 42 %
    "date",  # a day
    "period",  # a day, month, run of months, quarter, half or year, in canonical form
    "flag",  # yes or no
    "url",
    "geometry",  # WKT, longitude before latitude, CGCS2000 / EPSG:4490
]

DTYPES: Mapping[Kind, pl.DataType] = {
    "id": pl.String(),
    "text": pl.String(),
    "code": pl.String(),
    "uscc": pl.String(),
    "choice": pl.String(),
    "money": pl.Int64(),
    "count": pl.Int64(),
    "number": pl.Float64(),
    "rate": pl.Float64(),
    "date": pl.Date(),
    "period": pl.String(),
    "flag": pl.Boolean(),
    "url": pl.String(),
    "geometry": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One word that a column of kind ``choice`` may hold.

    Parameters
    ----------
    word : str
        The word as stored.
    label : Text
        The word as an officer says it; both languages are accepted in files.
    """

    word: str
    label: Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Name in code and in exports.
    kind : Kind
        What it holds; decides the type in memory.
    label : Text
        Heading for people. A file may use the name or either label as its heading.
    meaning : Text
        What is counted, and what is not.
    unit : str
        Unit in memory: ``fen`` for money, ``1`` for a rate, else as in ``wutong.zone.units``.
    key : bool
        Whether the column is part of the table's key. A row without it is left out.
    required : bool
        Whether a row may not leave it empty.
    ref : str
        Table whose key this column points to.
    codes : str
        Code list (``wutong.zone.codes``) that must know the value.
    choices : tuple of Choice
        The words allowed for kind ``choice``.
    low, high : float or None
        Smallest and greatest value allowed, both included, in the unit in memory.
    grain : str
        For a period what it must be: ``year``, ``month`` (a month, or months from January on), or empty for any.
    personal : bool
        Whether it tells something about a person. Such columns are hidden until a person may see them.
    """

    name: str
    kind: Kind
    label: Text
    meaning: Text
    unit: str = ""
    key: bool = False
    required: bool = False
    ref: str = ""
    codes: str = ""
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    grain: str = ""
    personal: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """Type of the column in memory."""
        return DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a zone.

    Parameters
    ----------
    name : str
        Name in code, of the file and of the sheet.
    label : Text
        Name for people; a sheet may bear either label.
    meaning : Text
        What one row is.
    columns : tuple of Column
        The table's own columns and, at the end, those that every table has.
    room : str
        Part of the dictionary in which the table stands.
    also : tuple of str
        Columns that may be empty and yet tell one fact from another: two sources of one number are two facts.
    """

    name: str
    label: Text
    meaning: Text
    columns: tuple[Column, ...]
    room: str
    also: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the columns that tell one fact from another, vintages aside."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def identity(self) -> tuple[str, ...]:
        """Names of all columns that tell one fact from another, vintages aside: the zone, the key, and ``also``."""
        return ("zone", *self.key, *self.also)

    def column(self, name: str) -> Column:
        """Give one column by its name.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def empty(self) -> pl.DataFrame:
        """Give the table without rows, with its types."""
        return pl.DataFrame(schema={column.name: column.dtype for column in self.columns})


def column(
    name: str,
    kind: Kind,
    labels: tuple[str, str],
    meaning: tuple[str, str],
    *,
    unit: str = "",
    key: bool = False,
    required: bool = False,
    ref: str = "",
    codes: str = "",
    choices: Mapping[str, tuple[str, str]] | None = None,
    low: float | None = None,
    high: float | None = None,
    grain: str = "",
    personal: bool = False,
) -> Column:
    """Declare a column in one call; Chinese stands before English.

    Examples
    --------
    >>> column("output", "money", ("产值", "Output"), ("当年价", "Current prices"), low=0).unit
    'fen'
    """
    default_unit = {"money": "fen", "rate": "1"}.get(kind, "")
    return Column(
        name,
        kind,
        Text(*labels),
        Text(*meaning),
        unit=unit or default_unit,
        key=key,
        required=required or key,
        ref=ref,
        codes=codes,
        choices=tuple(Choice(word, Text(*label)) for word, label in (choices or {}).items()),
        low=low,
        high=high,
        grain=grain,
        personal=personal,
    )


COMMON: tuple[Column, ...] = (
    column(
        "zone",
        "id",
        ("开发区", "Zone"),
        ("这一行属于哪个开发区", "The zone to which the row belongs"),
        required=True,
    ),
    column(
        "as_of",
        "date",
        ("截至日期", "As of"),
        (
            "从哪一天起知道这一行；更正另写一行，日期更晚",
            "The day from which the row was known; a correction is a new row with a later day",
        ),
        required=True,
    ),
    column(
        "source",
        "id",
        ("来源", "Source"),
        ("文件表中的编号", "The document in which it was read"),
        ref="document",
    ),
    column(
        "invented",
        "flag",
        ("虚构", "Invented"),
        ("是否为虚构数据", "Whether the row is made up"),
        required=True,
    ),
    column("note", "text", ("备注", "Note"), ("需要说明的事", "What a reader must know")),
)
"""The columns that every table has, after its own."""


def table(
    name: str,
    labels: tuple[str, str],
    meaning: tuple[str, str],
    *columns: Column,
    room: str = "",
    also: tuple[str, ...] = (),
) -> Table:
    """Declare a table; the columns that every table has are added at its end."""
    return Table(name, Text(*labels), Text(*meaning), (*columns, *COMMON), room, also)
