"""From a zone's tables to the facts that measures ask for: one row a subject, unknown wherever the tables do not say.

A row of a table holds, does not hold, or is not known to hold: its year may be missing, a compared cell empty, the other
side not resolved. Whatever could come out otherwise because of such a row is not known. So is what a missing row might
say, save in registers that are complete by nature (``REGISTERS``), where no row is no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from wutong.errors import RuleError
from wutong.finding import Source
from wutong.policy.fields import Field
from wutong.policy.gathered import Gathered, gathered
from wutong.policy.history import first_time, in_a_row, years_of
from wutong.policy.rows import VALID, span, with_holds, with_members
from wutong.policy.subjects import dtype_of, stored
from wutong.policy.taken import Taken, dated_by, link_of
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.sources import sources_of

REGISTERS: Final = frozenset({"award", "certificate", "list_member", "related_party"})
"""Tables that are complete by nature: the zone itself decides, names or records, so that no row is no, and a sum over no
rows is zero. One in which nothing stands yet, or a list of which no row is there, is not known."""

KNOWN: Final[Mapping[str, pl.DataType]] = {
    "kind": pl.String(),
    "fact": pl.String(),
    "table": pl.String(),
    "column": pl.String(),
    "subjects": pl.Int64(),
    "known": pl.Int64(),
    "several": pl.Int64(),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """Subjects of one kind with the facts that a zone's tables tell of them.

    Parameters
    ----------
    table : polars.DataFrame
        ``subject``, ``firm`` and one column a fact that has a place in the tables, as ``wutong.policy.subjects`` has it.
    known : polars.DataFrame
        Columns as in ``KNOWN``, one row a fact: where it is taken from (empty where somebody has to tell it), of how
        many subjects it is known, and of how many several rows say different things, which leaves it unknown.
    sources : tuple of Source
        Documents in which the rows that were used were read.
    invented : bool
        Whether a row that was used is invented.
    left_out : int
        Subjects that were not in the zone on the day: gone before, or come after.
    """

    table: pl.DataFrame
    known: pl.DataFrame
    sources: tuple[Source, ...]
    invented: bool
    left_out: int


@dataclass(frozen=True, slots=True)
class _Owners:
    """Who stands in the rows of a table: the subjects themselves, or their firms.

    ``ids`` has ``id``, ``start`` (the year of foundation, or of entry where that is not known) and ``entered``;
    ``back`` has for each subject the place of its owner, null where that is not known.
    """

    ids: pl.DataFrame
    back: pl.Series


def facts_of_zone(
    fields: Mapping[str, Field], tables: Mapping[str, pl.DataFrame], kind: str, on: date
) -> Facts:
    """Take the facts of all subjects of a kind from a zone's tables.

    Parameters
    ----------
    fields : mapping of str to Field
        The facts that are asked for, each with where it is found.
    tables : mapping of name to polars.DataFrame
        All tables of the zone, as known on the day on which it is looked at.
    kind : str
        firm, project or person.
    on : date
        The day for which the rulebook is run; its year is the year asked for.

    Returns
    -------
    Facts
        Subjects in the order of their table.

    Raises
    ------
    RuleError
        If a table does not lead to subjects of this kind.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> output = Field("产值", Text("产值", "Output"), MONEY, taken=Taken("firm_year", "output", year=0))
    >>> tables = {name: table.empty() for name, table in TABLES.items()}
    >>> known = {"zone": "z", "as_of": date(2026, 2, 1), "invented": True}
    >>> tables["firm"] = pl.DataFrame([{"firm": "a", **known}, {"firm": "b", **known}], schema=tables["firm"].schema)
    >>> row = {"firm": "a", "period": "2025", "output": 100, **known}
    >>> tables["firm_year"] = pl.DataFrame([row], schema=tables["firm_year"].schema)
    >>> facts = facts_of_zone({"产值": output}, tables, "firm", date(2025, 12, 31))
    >>> facts.table.rows(), facts.known["known"].to_list(), facts.invented
    ([('a', 'a', 100), ('b', 'b', None)], [1], True)
    """
    subjects, left_out = _subjects(tables, kind, on)
    owners: dict[str, _Owners] = {}
    columns: dict[str, pl.Series] = {}
    several: dict[str, int] = {}
    used = [subjects.select("source", "invented").unique()]
    places: dict[tuple[str, str, str], pl.Series] = {}
    for alike, names in _groups(fields).items():
        if alike.take in ("day", "year"):
            day = pl.Series([on if alike.take == "day" else date(on.year, 1, 1)])
            columns |= {name: day.new_from_index(0, subjects.height) for name in names}
            continue
        asked = {name: fields[name] for name in names}
        link, own = ("", False) if alike.for_all else _link(alike, names[0], kind)
        column = "" if alike.for_all else "subject" if own or kind == "firm" else "·firm"
        if column not in owners:
            owners[column] = _owners(subjects, tables, column)
        who = owners[column]
        rows = _rows(alike, asked, link, who, tables, places.get((alike.table, link, column)))
        if alike.table != "list_member":
            places[alike.table, link, column] = rows["·at"]
        held = with_holds(rows.filter(pl.col("·at").is_not_null()), alike, link, on, tables)
        used.append(held.filter(pl.col("·holds").fill_null(value=True)).select("source", "invented").unique())
        for name, one in _of_group(held, alike, asked, who.ids, on, tables):
            columns[name] = one.values.gather(who.back)
            several[name] = one.several
    table = subjects.select(
        "subject",
        "firm",
        *(
            columns[name].cast(dtype_of(field)).alias(name)
            for name, field in fields.items()
            if name in columns
        ),
    )
    cited = pl.concat(used).unique(maintain_order=True)
    return Facts(
        table,
        _known(fields, table, kind, several),
        sources_of(tables["document"], cited),
        bool(cited["invented"].any()),
        left_out,
    )


# ------------------------------------------------------------ one group of facts from the same rows


def _groups(fields: Mapping[str, Field]) -> dict[Taken, list[str]]:
    """Facts by the rows from which they are taken, so that rows are chosen once for all of them."""
    found: dict[Taken, list[str]] = {}
    for name, field in fields.items():
        taken = field.taken
        if taken is None:
            continue
        if taken.take == "value":
            taken = replace(taken, column="", ends="")
        elif taken.take == "sum" or (taken.take in ("any", "count") and not taken.column):
            taken = replace(taken, take="sum", column="")
        elif taken.take in ("earliest", "latest"):
            taken = replace(taken, take="earliest", column="", ends="")
        found.setdefault(taken, []).append(name)
    return found


def _link(taken: Taken, name: str, kind: str) -> tuple[str, bool]:
    found = link_of(TABLES[taken.table], taken.side, kind)
    if isinstance(found, Text):
        raise RuleError(Text(f"{name}：{found.zh}", f"{name}: {found.en}"))
    return found


def _rows(
    taken: Taken,
    asked: Mapping[str, Field],
    link: str,
    who: _Owners,
    tables: Mapping[str, pl.DataFrame],
    places: pl.Series | None,
) -> pl.DataFrame:
    """Rows of a table, with the columns that are needed and ``·at``, the place of the owner; null where it is none."""
    frame = tables[taken.table]
    if taken.table == "list_member":
        lists = [value for name, value in taken.where if name == "list"]
        frame = with_members(frame.filter(pl.col("list").is_in(lists)) if lists else frame, tables)
    needed = {
        *("source", "invented", "as_of", "unit", "sense", "other", "seller", "buyer", "·sure", link),
        *(dated_by(TABLES[taken.table], taken.dated), *VALID.get(taken.table, ()), taken.column),
        *(name for name, _ in taken.where),
        *(field.taken.column for field in asked.values() if field.taken),
    }
    narrow = frame.select(name for name in frame.columns if name in needed)
    if taken.for_all:
        return narrow.with_columns(pl.lit(0, dtype=pl.UInt32).alias("·at"))
    if places is None:
        places = _places(narrow[link], who.ids["id"])
    return narrow.with_columns(places)


def _of_group(
    held: pl.DataFrame,
    taken: Taken,
    asked: Mapping[str, Field],
    owners: pl.DataFrame,
    on: date,
    tables: Mapping[str, pl.DataFrame],
) -> Iterator[tuple[str, Gathered]]:
    there = tables[taken.table]
    lists = [value for name, value in taken.where if name == "list" and taken.table == "list_member"]
    stands = there["list"].is_in(lists).any() if lists else not there.is_empty()
    complete = taken.table in REGISTERS and bool(stands)
    if taken.take not in ("first time", "years in a row"):
        yield from gathered(held, taken, asked, owners, on.year, complete=complete).items()
        return
    years = years_of(held, taken, on.year + (taken.year or 0), owners, complete=complete)
    for name, field in asked.items():
        made = first_time(years) if taken.take == "first time" else in_a_row(years) * stored(field).scale
        yield name, Gathered(made, 0)


# ------------------------------------------------------------ subjects


def _subjects(tables: Mapping[str, pl.DataFrame], kind: str, on: date) -> tuple[pl.DataFrame, int]:
    """Subjects that may be in the zone on a day, with ``·firm``, null where it is not known; and how many are not."""
    frame = tables[kind]
    if kind == "firm":
        declared = TABLES["firm"]
        _, last = span(frame, declared.column("left"))
        first, _ = span(frame, declared.column("entered"))
        gone = (last < on) | (first > on)
        there = frame.filter(~gone.fill_null(value=False))
        named = there.with_columns(pl.col("firm").alias("·firm"))
    elif kind == "project":
        there = frame
        named = there.with_columns(pl.col("firm").alias("·firm"))
    else:
        there = frame
        named = there.join(
            _employers(tables["person_event"], on), on="person", how="left", maintain_order="left"
        )
    subjects = named.select(
        pl.col(kind).alias("subject"),
        # a subject whose firm is not known stands for itself: never together with others of which it is not known
        pl.coalesce("·firm", kind).alias("firm"),
        "·firm",
        "source",
        "invented",
        *(_years() if kind == "firm" else _no_years()),
    )
    return subjects, frame.height - there.height


def _employers(events: pl.DataFrame, on: date) -> pl.DataFrame:
    """The firm of each person's latest event at a firm by a day; none after a departure."""
    _, last = span(events, TABLES["person_event"].column("period"))
    past = events.with_columns(last.alias("·last")).filter(
        (pl.col("·last") <= on) & pl.col("firm").is_not_null()
    )
    latest = past.sort("·last", maintain_order=True).group_by("person").last()
    return latest.select("person", pl.when(pl.col("event") != "departure").then("firm").alias("·firm"))


def _owners(subjects: pl.DataFrame, tables: Mapping[str, pl.DataFrame], column: str) -> _Owners:
    """Who stands in rows: the subjects themselves, their firms, or nobody in particular."""
    if not column:
        one = {"id": [""], "start": [None], "entered": [None]}
        types = {"id": pl.String, "start": pl.Int32, "entered": pl.Int32}
        back = pl.Series([0], dtype=pl.UInt32).new_from_index(0, subjects.height)
        return _Owners(pl.DataFrame(one, schema=types), back)
    if column == "subject":
        ids = subjects.select(pl.col("subject").alias("id"), "start", "entered")
        return _Owners(ids, pl.int_range(subjects.height, dtype=pl.UInt32, eager=True))
    ids = subjects.select(pl.col(column).alias("id")).drop_nulls().unique(maintain_order=True)
    years = tables["firm"].select(pl.col("firm").alias("id"), *_years())
    known = ids.join(years, on="id", how="left", maintain_order="left")
    return _Owners(known, _places(subjects[column], ids["id"]))


def _places(asked: pl.Series, ids: pl.Series) -> pl.Series:
    """The place of each id among those that are known; null where it is none of them."""
    known = ids.rename("id").to_frame().with_row_index("·at")
    found = asked.rename("id").to_frame().join(known, on="id", how="left", maintain_order="left")
    return found["·at"]


def _no_years() -> list[pl.Expr]:
    return [pl.lit(None, dtype=pl.Int32).alias(name) for name in ("start", "entered")]


def _years() -> list[pl.Expr]:
    """The year in which a firm was founded, or entered where that is not known; and that in which it entered."""
    founded, entered = (pl.col(name).str.slice(0, 4).cast(pl.Int32) for name in ("founded", "entered"))
    return [pl.coalesce(founded, entered).alias("start"), entered.alias("entered")]


# ------------------------------------------------------------ what is known


def _known(
    fields: Mapping[str, Field], table: pl.DataFrame, kind: str, several: Mapping[str, int]
) -> pl.DataFrame:
    rows = []
    for name, field in fields.items():
        known = table.height - table[name].null_count() if name in table.columns else 0
        taken = field.taken or Taken("", "")
        rows.append((kind, name, taken.table, taken.column, table.height, known, several.get(name, 0)))
    return pl.DataFrame(rows, schema=dict(KNOWN), orient="row")
