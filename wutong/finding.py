"""What an engine hands back: a Finding, with where its numbers come from.

A Finding is a small frozen record. It computes nothing and draws nothing: ``report`` decides how it looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number was read.

    Parameters
    ----------
    id : str
        The row of table ``document``.
    title, publisher : str
        As printed; empty where not known.
    published : str
        Date as printed, to the precision printed; empty where not known.
    url : str
        The page; empty where there is none.
    grade : str
        A government site, B mainstream media or a plain copy of it, C aggregator or mirror, D weak; empty
        where not graded.
    read_on : date or None
        The day on which somebody read it.
    """

    id: str
    title: str
    publisher: str = ""
    published: str = ""
    url: str = ""
    grade: str = ""
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Which columns of a Finding's table make its picture.

    Parameters
    ----------
    kind : {"line", "bar"}
        Lines for a path in time, bars for a comparison of parts.
    x : str
        Column of labels, in the order in which they are drawn.
    y : tuple of str
        Columns of values, one series each.
    low, high : str
        Columns that bound the first series; empty where it has no bounds.
    target : str
        Column with a target, drawn as a named line; empty where there is none.
    lines : tuple of (Text, float)
        Named levels that belong to no x, in the unit of the first series: targets whose year is not known.
    """

    kind: Literal["line", "bar"]
    x: str
    y: tuple[str, ...]
    low: str = ""
    high: str = ""
    target: str = ""
    lines: tuple[tuple[Text, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Things and the ties between them, each in a place that the engine worked out once.

    Parameters
    ----------
    nodes : polars.DataFrame
        ``id``, ``label`` (and ``label_en`` where names exist in both languages), ``x`` and ``y`` (to the right and up, in
        any unit), ``size`` (not negative; null where not known) and ``state``, a word of ``states``.
    links : polars.DataFrame
        ``from``, ``to`` (ids of nodes) and ``weight`` (0 to 1, by which a tie is drawn). Empty for a picture of points.
    states : mapping of str to Text
        What each state means, in the order of the legend: what matters most first.
    axes : tuple of (Text, Text) or None
        What x and y measure, where they are measures and not mere places.
    arrows : bool
        Whether a tie leads from the one to the other.
    """

    nodes: pl.DataFrame
    links: pl.DataFrame
    states: Mapping[str, Text]
    axes: tuple[Text, Text] | None = None
    arrows: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question, with everything that is needed to believe or to doubt it.

    Parameters
    ----------
    id : str
        Name of the question, stable over versions: used in addresses and file names.
    title : Text
        The question that is answered.
    answer : Text
        The answer in one sentence, with its range.
    table : polars.DataFrame
        What the answer rests on. A null is "not known", never zero, save in ``blanks``.
    labels : mapping of column name to Text
        What each column of the table is called.
    units : mapping of column name to str
        Unit of each column that has one: ``fen``, ``1`` (a share), ``count`` ….
    method : Text
        How it was computed, with its source.
    sources : tuple of Source
        Where the numbers were read.
    caveats : tuple of Text
        What the reader must know before using the answer.
    rows_left_out : int
        How many rows of the tables asked were left out because of faults.
    invented : bool
        True where any row that was used is invented.
    picture : Picture or None
        Which columns make the picture.
    network : Network or None
        A picture of things and ties, or of points, beside the table.
    blanks : frozenset of str
        Columns in which a null means that nothing applies, such as a target for a year that has none: they are
        drawn empty and not as unknown.

    Examples
    --------
    >>> from wutong.finding import Finding
    >>> from wutong.words import Text
    >>> one = Finding("firms", Text("有多少企业", "How many firms"), Text("三家。", "Three."),
    ...               pl.DataFrame({"firms": [3]}), labels={"firms": Text("企业", "Firms")})
    >>> one.answer.en
    'Three.'
    """

    id: str
    title: Text
    answer: Text
    table: pl.DataFrame
    labels: Mapping[str, Text]
    units: Mapping[str, str] = field(default_factory=dict)
    method: Text = Text("", "")
    sources: tuple[Source, ...] = ()
    caveats: tuple[Text, ...] = ()
    rows_left_out: int = 0
    invented: bool = False
    picture: Picture | None = None
    network: Network | None = None
    blanks: frozenset[str] = frozenset()
