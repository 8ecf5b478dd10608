"""The declarations fit together."""

from __future__ import annotations

import pytest

from wutong.zone.catalogue import ROOMS, TABLES, table_named
from wutong.zone.cells import _UNKNOWN
from wutong.zone.codes import code_lists
from wutong.zone.schema import COMMON, Table
from wutong.zone.units import UNITS

EACH = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


@EACH
def test_a_heading_leads_to_one_column(table: Table) -> None:
    for word in ("name", "zh", "en"):
        words = [
            (column.name if word == "name" else column.label.say("zh" if word == "zh" else "en")).casefold()
            for column in table.columns
        ]
        assert len(words) == len(set(words))
    meant: dict[str, str] = {}
    for column in table.columns:
        for said in {column.name.casefold(), column.label.zh.casefold(), column.label.en.casefold()}:
            assert meant.setdefault(said, column.name) == column.name


@EACH
def test_a_declaration_points_to_what_is_there(table: Table) -> None:
    assert table.key
    assert table.room in ROOMS
    assert table.columns[-len(COMMON) :] == COMMON
    for column in table.columns:
        assert not column.ref or column.ref in TABLES
        assert not column.codes or column.codes in code_lists()
        assert (
            column.kind not in ("money", "rate", "number", "count")
            or column.unit in UNITS
            or column.unit == ""
        )
        assert bool(column.choices) == (column.kind == "choice")
        # a word that is read as an empty cell could never be chosen
        assert not any(choice.word in _UNKNOWN or choice.label.zh in _UNKNOWN for choice in column.choices)
        assert column.meaning.zh
        assert column.meaning.en


def test_a_table_is_found_by_its_name_and_both_labels() -> None:
    for table in TABLES.values():
        assert table_named(table.name) is table
        assert table_named(table.label.zh) is table
        assert table_named(table.label.en.upper()) is table


def test_tables_about_people_are_marked_personal_column_by_column() -> None:
    for name in ("person", "person_event"):
        own = TABLES[name].columns[: -len(COMMON)]
        assert all(column.personal for column in own)
