"""Measure how long facts of 1,000,000 firms with three years each take to come out of a zone's tables.

Run it from the project's root::

    .venv/bin/python benchmarks/facts_million.py

The zone is invented in memory. Each set of facts is taken three times and the least is told, by the clock and by the
processor. The aim for the values of firm-years is 5 seconds.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Final

from wutong.demo.invented import invent
from wutong.policy.document import document_of
from wutong.policy.facts import facts_of_zone
from wutong.policy.fields import Field, fields_of
from wutong.zone.catalogue import TABLES

FIRMS: Final = 1_000_000
ON: Final = date(2025, 12, 31)

SETS: Final = {
    "values of this year and the last": (
        "产值: money, {table: firm_year, column: output, year: 0}",
        "上年产值: money, {table: firm_year, column: output, year: -1}",
        "研发: money, {table: firm_year, column: rd, year: 0}",
        "税收: money, {table: firm_year, column: tax, year: 0}",
        "用电: electricity, {table: firm_year, column: power, year: 0}",
        "人数: people, {table: firm_year, column: employees, year: 0}",
        "规上: yes or no, {table: firm, column: above_scale}",
    ),
    "registers": (
        "高企: yes or no, {table: certificate, take: any, where: {kind: high_tech}}",
        "首次: yes or no, {table: certificate, take: first time, where: {kind: champion}, year: 0}",
        "在名单: yes or no, {table: list_member, take: any, where: {list: above_scale}}",
        "已付: money, {table: award, column: paid, take: sum, year: 0}",
    ),
    "a history and a sum over it": (
        "首次规上: yes or no, {table: firm_year, column: above_scale, take: first time, since: 2023}",
        "连续: count, {table: firm_year, column: above_scale, take: years in a row, since: 2023}",
        "研发合计: money, {table: firm_year, column: rd, take: sum, since: 2023}",
    ),
    "trade with firms that are not related": (
        "采购: money, {table: trade, as: buyer, column: amount, take: sum, year: 0, unrelated: yes}",
    ),
}


def fields(lines: tuple[str, ...]) -> dict[str, Field]:
    written = []
    for line in lines:
        name, _, rest = line.partition(": ")
        type_, _, place = rest.partition(", ")
        written.append(f"{name}: {{type: {type_}, zh: 事实, en: Fact, from: {place}}}")
    return fields_of(document_of("\n".join(written)), "firm")


def main() -> None:
    began = time.perf_counter()
    made = invent(FIRMS, seed=1, years=range(2023, 2026), as_of=date(2026, 3, 31))
    tables = dict(made.tables)
    for name in ("firm", "firm_year"):
        tables[name] = tables[name].sort("as_of").unique(TABLES[name].key, keep="last", maintain_order=True)
    print(
        f"{FIRMS:,} firms, {tables['firm_year'].height:,} firm-years: {time.perf_counter() - began:.0f} s to invent"
    )
    everything: dict[str, Field] = {}
    sets = {name: fields(lines) for name, lines in SETS.items()}
    for asked in sets.values():
        everything |= asked
    for name, asked in {**sets, "all of them": everything}.items():
        walls, processors = [], []
        for _ in range(3):
            wall, processor = time.perf_counter(), time.process_time()
            found = facts_of_zone(asked, tables, "firm", ON)
            walls.append(time.perf_counter() - wall)
            processors.append(time.process_time() - processor)
        print(
            f"{name}: {len(asked)} facts of {found.table.height:,} firms in {min(walls):.1f} s "
            f"({min(processors):.1f} s of processor)"
        )


if __name__ == "__main__":
    main()
