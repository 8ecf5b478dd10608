"""All tables of a zone in one place, and how a heading in a file finds its column."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wutong.words import Language, Text
from wutong.zone.schema import Table
from wutong.zone.tables import chains, firms, knowledge, money, people, places

ROOMS: Mapping[str, Text] = MappingProxyType(
    {
        "knowledge": Text("文件与指标", "Documents and indicators"),
        "firms": Text("企业与项目", "Firms and projects"),
        "chains": Text("产业链与交易", "Chains and trade"),
        "people": Text("人才与服务", "People and service"),
        "places": Text("要素与创新", "Sites and innovation"),
        "money": Text("政策与资金", "Measures and money"),
    }
)
"""Parts of the data dictionary, in the order in which they are shown."""

_DECLARED = (
    *knowledge.TABLES,
    *firms.TABLES,
    *chains.TABLES,
    *people.TABLES,
    *places.TABLES,
    *money.TABLES,
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
"""Every table of a zone by its name."""


def table_named(name: str) -> Table | None:
    """Find a table by its name or by either of its labels.

    Parameters
    ----------
    name : str
        As it stands on a file or a sheet.

    Returns
    -------
    Table or None
        None where no table goes by that name.

    Examples
    --------
    >>> table_named("企业年度").name
    'firm_year'
    >>> table_named("Sheet1") is None
    True
    """
    wanted = name.strip().casefold()
    for table in TABLES.values():
        if wanted in (table.name, table.label.zh, table.label.en.casefold()):
            return table
    return None


def label_of(table: str, columns: str, language: Language) -> str:
    """Say the labels of one or more columns of a table, given by their names with commas between.

    Examples
    --------
    >>> label_of("firm", "name, uscc", "en")
    'Name, Unified social credit code'
    >>> label_of("", "[D]", "en")
    '[D]'
    """
    declared = TABLES.get(table)
    labels = {column.name: column.label.say(language) for column in declared.columns} if declared else {}
    return ", ".join(labels.get(name, name) for name in columns.split(", "))
