"""How a question with its answer is drawn on a page: the Finding with its files, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from wutong.brief.question import Question
from wutong.desk.web.address import Place, source_at
from wutong.desk.web.words import PHRASES
from wutong.report.page import Addresses, fragment, no_answer


def drawn(
    question: Question,
    place: Place,
    at: Callable[[str], str],
    *,
    cell: Callable[[str, Mapping[str, object]], str] | None = None,
    level: int = 2,
) -> Markup:
    """Draw a question.

    Parameters
    ----------
    question : Question
        With its answer or the reason why there is none.
    place : Place
        Zone and language of the page.
    at : callable
        Gives the address of the question's page from an empty text, and of its file from a form such as ``csv``.
    cell : callable or None
        As in ``Addresses``.
    level : int
        Of its heading; above 1 the heading leads to the question's own page.
    """
    if question.finding is None:
        reason = question.refused or PHRASES["no_answer"]
        return no_answer(question.id, question.title, reason, place.language, level=level)
    forms = (
        ("CSV", "csv"),
        (PHRASES["csv_excel"].say(place.language), "excel-csv"),
        ("XLSX", "xlsx"),
        ("JSON", "json"),
    )
    links = Addresses(
        source=lambda name: source_at(place, name),
        cell=cell,
        downloads={form: at(end) for form, end in forms},
        permalink=at("") if level > 1 else "",
    )
    return fragment(question.finding, place.language, addresses=links, level=level)


def short(question: Question, place: Place) -> str:
    """The answer in a sentence; empty where there is none."""
    return question.finding.answer.say(place.language) if question.finding else ""
