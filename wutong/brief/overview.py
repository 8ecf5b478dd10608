"""The first page of a zone: the questions that it is asked first, in order."""

from __future__ import annotations

from collections.abc import Callable

from wutong.brief.question import Question, answered
from wutong.finding import Finding
from wutong.outcome import months, path
from wutong.policy import catalogue
from wutong.structure import concentration
from wutong.words import Text
from wutong.zone import known
from wutong.zone.load import Zone


def overview(zone: Zone) -> tuple[Question, ...]:
    """Ask the first questions of a zone.

    Parameters
    ----------
    zone : Zone
        As opened.

    Returns
    -------
    tuple of Question
        In the order in which a newcomer asks them. A question that the data cannot answer is there, with the
        reason.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wutong.zone.load import open_zone
    >>> [question.id for question in overview(open_zone(Path("examples/jincheng")))][:2]
    ['output-path', 'year-so-far']
    """
    tables, document = zone.tables, zone.tables["document"]
    indicator = tables["indicator"]

    def lost(*names: str) -> int:
        return sum(zone.left_out[name] for name in names)

    asked: tuple[tuple[str, Text, tuple[str, ...], Callable[[], Finding]], ...] = (
        (
            "output-path",
            path.PATH_QUESTION,
            ("indicator",),
            lambda: path.output_path(indicator, document, rows_left_out=lost("indicator")),
        ),
        (
            "year-so-far",
            months.QUESTION,
            ("indicator",),
            lambda: months.year_so_far(indicator, document, rows_left_out=lost("indicator")),
        ),
        (
            "output-forecast",
            path.FORECAST_QUESTION,
            ("indicator",),
            lambda: path.forecast(indicator, document, rows_left_out=lost("indicator")),
        ),
        (
            "leader-concentration",
            concentration.QUESTION,
            ("firm", "firm_year"),
            lambda: concentration.leader_concentration(
                tables["firm"], tables["firm_year"], document, rows_left_out=lost("firm", "firm_year")
            ),
        ),
        (
            "measures-catalogued",
            catalogue.QUESTION,
            ("measure_package", "indicator"),
            lambda: catalogue.catalogued_measures(
                tables["measure_package"],
                indicator,
                document,
                rows_left_out=lost("measure_package", "indicator"),
            ),
        ),
        (
            "known-and-unknown",
            known.KNOWN_QUESTION,
            tuple(tables),
            lambda: known.known_and_unknown(tables, zone.problems, zone.left_out),
        ),
        (
            "not-published",
            known.NOT_PUBLISHED_QUESTION,
            ("indicator", "region_industry"),
            lambda: known.not_published(
                indicator,
                tables["region_industry"],
                document,
                rows_left_out=lost("indicator", "region_industry"),
            ),
        ),
    )
    return tuple(
        answered(name, title, known.files_lost(zone.problems, used), answer)
        for name, title, used, answer in asked
    )
