"""Rows of a zone's tables as an example of a measure writes them, read as a file of the zone is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from wutong.policy.document import Node
from wutong.policy.facts import facts_of_zone
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.subjects import facts_at
from wutong.policy.taken import link_of
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.cells import read_cells
from wutong.zone.faults import explain
from wutong.zone.schema import Column, Table

SELF: Final = "self"
"""The id of the example's subject, and of its firm; a row that names nobody is its own."""


def told_by(rows: Node, fields: Mapping[str, Field], kind: str, on: date) -> dict[str, Value]:
    """Take facts from the rows of an example, by the same way as from a zone.

    Parameters
    ----------
    rows : Node
        For each table its rows; ``self`` is the subject.
    fields : mapping of str to Field
        The facts of the measure.
    kind : str
        firm, project or person.
    on : date
        The day for which the example is run.

    Returns
    -------
    dict of str to Value
        Facts that are known and that are taken from one of these tables, or from the calendar.

    Raises
    ------
    MeasureError
        If a table or column does not exist, or a cell cannot be read.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.fields import fields_of
    >>> given = "{产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: 0}}}"
    >>> rows = document_of("{firm_year: [{period: 2025, output: 1亿元}]}")
    >>> told_by(rows, fields_of(document_of(given), "firm"), "firm", date(2025, 12, 31))
    {'产值': Fraction(10000000000, 1)}
    """
    written: dict[str, list[dict[str, object]]] = {}
    for key, value in rows.entries():
        table = TABLES[key.one_of(tuple(TABLES))]
        written[table.name] = [_row(one, table, kind) for one in value.each()]
    asked = {
        name: field for name, field in fields.items() if field.taken and field.taken.table in (*written, "")
    }
    for name in dict.fromkeys((kind, "firm")):
        there = written.setdefault(name, [])
        if all(one.get(name) != SELF for one in there):
            there.append({name: SELF} if name != "project" else {name: SELF, "firm": SELF})
    common = {"zone": "example", "as_of": on, "invented": True}
    tables = {
        name: pl.DataFrame([common | row for row in written[name]], schema=empty.schema)
        if written.get(name)
        else empty
        for name, table in TABLES.items()
        for empty in [table.empty()]
    }
    found = facts_of_zone(asked, tables, kind, on).table
    at = found["subject"].index_of(SELF)
    if at is None:
        rows.fail("这一天企业不在区内。", "On this day the firm is not in the zone.")
    return {name: value for name, value in facts_at(found, at, asked).items() if value is not None}


def _row(node: Node, table: Table, kind: str) -> dict[str, object]:
    row: dict[str, object] = {}
    for key, value in node.entries():
        column = table.column(key.one_of([column.name for column in table.columns]))
        row[column.name] = _cell(value, column)
    link = link_of(table, "", kind)
    if not isinstance(link, Text):
        row.setdefault(link[0], SELF)
    return row


def _cell(node: Node, column: Column) -> object:
    if node.kind == "text" and node.plain and node.text in ("null", "~", ""):
        return None
    text = node.scalar()
    cells = read_cells(column, pl.Series([text], dtype=pl.String))
    if cells.faults is not None and cells.faults[0] is not None:
        allowed = [one.word for one in column.choices] or [
            f"{bound:g}" for bound in (column.low, column.high) if bound is not None
        ]
        zh, en = (
            explain(cells.faults[0], text, ", ".join(allowed), column.label.say(language), language)
            for language in ("zh", "en")
        )
        node.fail(f"{zh[0]}。{zh[1]}。", f"{en[0]}. {en[1]}.")
    return cells.values[0]
