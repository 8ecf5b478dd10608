"""A rulebook of two measures with instalments, and a table of awards from a few words, for tests of money in time."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl

from tests.policy.test_payout import FILE, KEEP, PAYOUT
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.subjects import table_of
from wutong.zone.catalogue import TABLES

START: Final = date(2026, 3, 1)
END: Final = date(2027, 6, 1)
FACTS: Final[dict[str, Value]] = {"开工日": START, "验收日": END, "验收合格": True, "在区": True}
OTHER: Final = FILE.replace("measure: M", "measure: N").replace("补助", "奖励")
HEAD: Final = (
    "rulebook: t\nformat: 1\ntitle: {zh: 试, en: T}\n"
    "groups:\n  二选一: {says: {zh: 同一年就高, en: The highest of a year}, grain: year, choose: highest}\n"
)


def book(*, excluding: bool = False) -> Rulebook:
    """Measure M pays 30 % when started and 70 % when accepted, N at once; they may exclude each other."""
    first, second = FILE.replace("MORE", f"{PAYOUT}\n{KEEP}"), OTHER.replace("MORE", "")
    if excluding:
        group = "    exclusive: 二选一\n"
        first, second = (text.replace("    amount:", f"{group}    amount:", 1) for text in (first, second))
    return rulebook_of({"m.yaml": first, "n.yaml": second, **({"rulebook.yaml": HEAD} if excluding else {})})


def subjects(book: Rulebook, **projects: str) -> dict[str, pl.DataFrame]:
    """Projects by their firm, all with the same facts."""
    rows = [(project, firm, FACTS) for project, firm in (projects or {"p": "f"}).items()]
    return {"project": table_of(rows, book.fields)}


def awards(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of the zone's table ``award``; what is not said is a grant to firm f by measure M for 2026."""
    plain = {"firm": "f", "measure": "M", "outcome": "granted", "period": "2026"}
    made = [{"award": f"w{at}", **plain, **row} for at, row in enumerate(rows)]
    schema = TABLES["award"].empty().schema
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in made], schema=schema)
