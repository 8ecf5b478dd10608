"""Remarks of a review on pages: those of one measure, and all of a rulebook. Advice to an officer, never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from wutong.desk.web.address import Place, measure_at, review_at
from wutong.desk.web.catalogue import about, has_shapes, is_invented, latest
from wutong.desk.web.measure_words import code
from wutong.desk.web.pages import Pager, pager_of
from wutong.desk.web.words import PHRASES
from wutong.finding import Finding
from wutong.policy.measure import Measure
from wutong.policy.remark import LEVELS, Remark, cited, remark_finding
from wutong.policy.shelf import Shelf
from wutong.words import Language, Text
from wutong.zone.load import Zone

KINDS: Final[Mapping[str, Text]] = {
    "fair": Text("公平竞争", "fair competition"),
    "logic": Text("逻辑", "logic"),
    "unasked": Text("免申即享", "without application"),
}
"""What a remark is about, by the first word of its rule."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """One remark, or several that say the same of different clauses of one measure."""

    level: str
    label: str
    kind: str
    measure: str
    title: str
    about: str
    href: str
    places: tuple[str, ...]
    says: str
    instead: str
    articles: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Remarks on a rulebook, those to look at first."""

    rows: tuple[Remarked, ...]
    pager: Pager
    whole: int
    levels: tuple[tuple[str, str, int], ...]
    kinds: tuple[tuple[str, str, int], ...]
    chosen: Mapping[str, str]
    answer: str


def remarked(
    remarks: Sequence[Remark], measures: Mapping[str, Measure], place: Place
) -> tuple[Remarked, ...]:
    """Write remarks for a page; clauses of which the same is said stand together.

    Parameters
    ----------
    remarks : sequence of Remark
        As a review gives them.
    measures : mapping of str to Measure
        The measures of which they speak, by id.
    place : Place
        Zone and language of the page.

    Returns
    -------
    tuple of Remarked
        Those to look at first.
    """
    language = place.language
    alike: dict[tuple[str, ...], list[Remark]] = {}
    order = list(LEVELS)
    for one in sorted(remarks, key=lambda one: order.index(one.level)):
        key = (one.level, one.rule, one.measure, one.says.say(language), one.instead.say(language))
        alike.setdefault(key, []).append(one)
    return tuple(_remarked(several, measures, place) for several in alike.values())


def _remarked(several: Sequence[Remark], measures: Mapping[str, Measure], place: Place) -> Remarked:
    one, language = several[0], place.language
    measure = measures.get(one.measure)
    return Remarked(
        one.level,
        LEVELS[one.level].say(language),
        kind_of(one.rule).say(language),
        one.measure,
        measure.title.say(language) if measure else "",
        about(measure, language) if measure else "",
        measure_at(place, one.measure) if measure else "",
        tuple(dict.fromkeys(_place(each, language) for each in several)),
        one.says.say(language),
        one.instead.say(language),
        cited(one.articles).say(language),
    )


def kind_of(rule: str) -> Text:
    """What a rule is about.

    Examples
    --------
    >>> kind_of("logic: gap").en
    'logic'
    """
    word = rule.partition(":")[0]
    return KINDS.get(word, Text(word, word))


def _place(one: Remark, language: Language) -> str:
    edition = PHRASES["edition"].say(language).format(n=one.edition) if one.edition > 1 else ""
    line = PHRASES["line"].say(language).format(n=one.line) if one.line else ""
    return " · ".join(part for part in (edition, one.clause, line) if part)


def review_page(
    shelf: Shelf, remarks: Sequence[Remark], asked: Mapping[str, str], page: int, place: Place
) -> ReviewPage:
    """Show the remarks of a level and a kind."""
    language = place.language
    chosen = _chosen(asked)
    rows = remarked(_of(remarks, chosen), {one.id: one for one in shelf.measures}, place)
    pager = pager_of(len(rows), page, lambda to: review_at(place, {**chosen, "page": str(to)}))
    words = dict.fromkeys(one.rule.partition(":")[0] for one in remarks)
    return ReviewPage(
        rows[max(pager.first - 1, 0) : pager.last],
        pager,
        len(remarks),
        tuple(
            (level, text.say(language), sum(one.level == level for one in remarks))
            for level, text in LEVELS.items()
        ),
        tuple(
            (word, kind_of(word).say(language), sum(one.rule.startswith(f"{word}:") for one in remarks))
            for word in words
        ),
        chosen,
        remark_finding(remarks, language).answer.say(language),
    )


def review_finding(
    zone: Zone, shelf: Shelf, remarks: Sequence[Remark], asked: Mapping[str, str], language: Language
) -> Finding:
    """Give remarks as a Finding, for its files; each row says of which measure, its status, place, year and grade."""
    measures = {one.id: one for one in shelf.measures}
    made = remark_finding(
        _of(remarks, _chosen(asked)), language, (PHRASES["shapes_note"],) if has_shapes(shelf) else ()
    )

    def said(name: str, say: Callable[[Measure], str | int | None], dtype: pl.DataType) -> pl.Series:
        found = (measures.get(one) for one in made.table["measure"])
        return pl.Series(name, [None if one is None else say(one) for one in found], dtype=dtype)

    table = made.table.with_columns(
        said("status", lambda one: code("status", one.status).say(language), pl.String()),
        said("place", lambda one: one.place.say(language), pl.String()),
        said("year", lambda one: one.year, pl.Int64()),
        said("grade", lambda one: code("grade", latest(one).origin.grade).say(language), pl.String()),
    )
    labels = {name: PHRASES[name] for name in ("status", "place", "grade")} | {
        "year": PHRASES["measure_year"]
    }
    return replace(
        made,
        table=table,
        labels={**made.labels, **labels},
        units={**made.units, "year": "number"},
        invented=zone.invented or is_invented(shelf),
    )


def _chosen(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: word for name, word in asked.items() if name in ("level", "kind") and word}


def _of(remarks: Sequence[Remark], chosen: Mapping[str, str]) -> tuple[Remark, ...]:
    level, kind = chosen.get("level", ""), chosen.get("kind", "")
    return tuple(
        one for one in remarks if level in ("", one.level) and kind in ("", one.rule.partition(":")[0])
    )
