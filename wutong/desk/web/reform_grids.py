"""Tables of the reform bench: by measure, by group of firms, firm by firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from wutong.desk.web.address import Place, firm_at, measure_at
from wutong.desk.web.facts import heading, names
from wutong.desk.web.words import PHRASES
from wutong.policy.rulebook import Rulebook
from wutong.report.numbers import Value, scale
from wutong.report.table import Cell, Grid, Head, cells, language_of
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone


def _money_grid(
    frame: pl.DataFrame,
    heads: Sequence[tuple[str, Text]],
    first: Iterable[Cell],
    counts: Sequence[str],
    language: Language,
) -> Grid:
    """A table whose first column is given, whose other columns are money in one unit, but for those that count."""
    money_names = [name for name, _ in heads[1:] if name not in counts]
    how = scale([value for name in money_names for value in frame[name].to_list()], "fen")
    made = [list(first)]
    shown = [Head(heads[0][0], heads[0][1].say(language))]
    for name, label in heads[1:]:
        values: list[Value] = frame[name].to_list()
        money = name in money_names
        shown.append(Head(name, label.say(language), how.label.say(language) if money else "", True))
        made.append(cells(values, "fen" if money else "count", language, by=how if money else None))
    return Grid(tuple(shown), tuple(tuple(row) for row in zip(*made, strict=True)))


def measures_grid(frame: pl.DataFrame, before: Rulebook, later: Rulebook, place: Place) -> Grid:
    """Draw what changes measure by measure."""
    language = place.language
    titles = {one.id: one.title for book in (later, before) for one in book.measures}
    ours = {one.id for one in before.measures}
    first = [
        Cell(
            f"{one} {titles[one].say(language)}",
            href=measure_at(place, one) if one in ours else "",
            lang=language_of(titles[one].say(language), language),
        )
        for one in frame["measure"]
    ]
    heads = (
        ("measure", PHRASES["measures"]),
        ("before", PHRASES["cost_before"]),
        ("after", PHRASES["cost_after"]),
        ("change", PHRASES["cost_change"]),
        ("more", PHRASES["get_more"]),
        ("less", PHRASES["get_less"]),
        ("first", PHRASES["get_first"]),
        ("no_longer", PHRASES["get_no_longer"]),
    )
    return _money_grid(frame, heads, first, ("more", "less", "first", "no_longer"), language)


def groups_grid(zone: Zone, frame: pl.DataFrame, column: str, place: Place) -> Grid:
    """Draw winners and losers by group of firms."""
    language = place.language
    declared = TABLES["firm"].column(column)
    words = {each.word: each.label.say(language) for each in declared.choices}
    called = names(zone, declared.ref, frame[column].to_list(), language)
    unknown = PHRASES["unknown"].say(language)
    first = [
        Cell(unknown, "unknown") if one is None else Cell(words.get(one) or called.get(one) or str(one))
        for one in frame[column]
    ]
    heads = (
        (column, heading(declared)),
        ("winners", PHRASES["get_more"]),
        ("gain", PHRASES["gain"]),
        ("losers", PHRASES["get_less"]),
        ("loss", PHRASES["loss"]),
        ("change", PHRASES["cost_change"]),
    )
    return _money_grid(frame, heads, first, ("winners", "losers"), language)


def firms_grid(zone: Zone, frame: pl.DataFrame, place: Place) -> Grid:
    """Draw what changes firm by firm."""
    called = names(zone, "firm", frame["firm"].to_list(), place.language)
    first = [
        Cell(
            called.get(one, one),
            href=firm_at(place, one),
            lang=language_of(called.get(one, one), place.language),
        )
        for one in frame["firm"]
    ]
    heads = (
        ("firm", PHRASES["firms"]),
        ("before", PHRASES["cost_before"]),
        ("after", PHRASES["cost_after"]),
        ("change", PHRASES["cost_change"]),
    )
    return _money_grid(frame, heads, first, (), place.language)
