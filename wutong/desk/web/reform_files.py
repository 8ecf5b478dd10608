"""What a reform changes as a file to take away: by firm, or by measure with what each measure is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from wutong.desk.web.catalogue import has_shapes, is_invented, latest
from wutong.desk.web.facts import names
from wutong.desk.web.measure_words import code
from wutong.desk.web.reforms import firm_ids
from wutong.desk.web.words import PHRASES
from wutong.finding import Finding
from wutong.policy.measure import Measure
from wutong.policy.reform import Comparison
from wutong.policy.rulebook import Rulebook
from wutong.policy.shelf import Shelf
from wutong.report.table import frame_finding
from wutong.words import Language, Text
from wutong.zone.load import Zone


def reform_finding(
    zone: Zone, shelf: Shelf, found: Comparison, table: str, language: Language, book: Rulebook
) -> Finding:
    """Give a comparison as a Finding, for its files: by firm, or by measure with what each measure is."""
    invented = zone.invented or is_invented(shelf)
    title = Text(f"{zone.name.zh} · 改革试算", f"{zone.name.en} · Reform")
    money = {"before": "fen", "after": "fen", "change": "fen"}
    labels = {
        "before": PHRASES["cost_before"],
        "after": PHRASES["cost_after"],
        "change": PHRASES["cost_change"],
    }
    caveats = (PHRASES["taken_off"], *((PHRASES["shapes_note"],) if has_shapes(shelf) else ()))
    if table == "firms":
        rows = found.by_firm.filter(pl.col("firm").is_in(firm_ids(zone)))
        called = names(zone, "firm", rows["firm"].to_list(), language)
        rows = rows.with_columns(
            pl.Series("name", [called.get(one) for one in rows["firm"]], dtype=pl.String)
        )
        made = frame_finding(
            f"{zone.id}-reform-firms", title, rows.select("firm", "name", "before", "after", "change"),
            {"firm": Text("企业编号", "Firm id"), "name": PHRASES["subject_name"], **labels}, money, invented=invented,
        )  # fmt: skip
        return replace(made, caveats=caveats)
    measures = {one.id: one for one in book.measures}

    def said(name: str, say: Mapping[str, str | None]) -> pl.Series:
        return pl.Series(name, [say.get(one) for one in found.by_measure["measure"]], dtype=pl.String)

    rows = found.by_measure.with_columns(
        said("title", {one: each.title.say(language) for one, each in measures.items()}),
        said("status", {one: code("status", each.status).say(language) for one, each in measures.items()}),
        said("place", {one: each.place.say(language) for one, each in measures.items()}),
        said("year", {one: str(each.year) if each.year else None for one, each in measures.items()}),
        said("grade", {one: _grade(each, language) for one, each in measures.items()}),
    )
    made = frame_finding(
        f"{zone.id}-reform-measures", title, rows,
        {
            "measure": PHRASES["measure_id"],
            **labels,
            "more": PHRASES["get_more"],
            "less": PHRASES["get_less"],
            "first": PHRASES["get_first"],
            "no_longer": PHRASES["get_no_longer"],
            "title": PHRASES["measure_title"],
            "status": PHRASES["status"],
            "place": PHRASES["place"],
            "year": PHRASES["measure_year"],
            "grade": PHRASES["grade"],
        },
        money, invented=invented,
    )  # fmt: skip
    return replace(made, caveats=caveats)


def _grade(measure: Measure, language: Language) -> str:
    return code("grade", latest(measure).origin.grade).say(language)
