"""Routes of the pages about a region's structure; which region and what is counted stand in the address."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from wutong.brief.question import Question
from wutong.brief.region import measures, region_of, region_questions, regions
from wutong.desk.web import address
from wutong.desk.web.address import Place
from wutong.desk.web.answers import drawn, short
from wutong.desk.web.door import Desk
from wutong.desk.web.files import file_of
from wutong.words import Language
from wutong.zone.load import Zone


def structure_routes(desk: Desk) -> APIRouter:
    """Make the routes.

    Parameters
    ----------
    desk : Desk
        Whose pages they are.

    Returns
    -------
    APIRouter
        To be put into the desk's application.
    """
    routes = APIRouter()

    def chosen(request: Request, zone: Zone) -> tuple[str, str]:
        query = request.query_params
        region = query.get("region", "") or region_of(zone)
        measure = query.get("measure", "")
        there = {name for name, _ in regions(zone)}
        counted = {name for name, _ in measures(zone)}
        # what the table does not have is not asked: an address may be mistyped
        if (region and region not in there) or (measure and measure not in counted):
            raise HTTPException(404)
        return region, measure

    def questions(zone: Zone, region: str, measure: str) -> tuple[Question, ...]:
        return desk.recent(
            (zone.id, "region", region, measure), lambda: region_questions(zone, region, measure)
        )

    @routes.get("/{language}/{zone}/structure", response_class=HTMLResponse)
    def structure(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        region, measure = chosen(request, found)
        kept = kept_of(request)
        asked = questions(found, region, measure)
        refusals = {question.refused for question in asked}
        # one reason for all is said once, and not with each question
        reason = next(iter(refusals)) if len(refusals) == 1 else None
        made = desk.page(
            request, "structure", language, found, charts=True, region=region, measure=measure,
            regions=[(name, text.say(language)) for name, text in regions(found)],
            measures=[(name, text.say(language)) for name, text in measures(found)],
            reason=reason.say(language) if reason else "",
            asked=[
                (
                    question.id,
                    question.title.say(language),
                    short(question, place),
                    drawn(question, place, address_of(place, question, kept)),
                )
                for question in asked
            ],
        )  # fmt: skip
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.structure_at(place, kept)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/structure/{name}", response_class=HTMLResponse)
    def one(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        question = named(questions(found, *chosen(request, found)), name)
        return desk.page(
            request, "finding", language, found, charts=True, here="structure",
            title=question.title.say(language), drawn=drawn(question, place, address_of(place, question, kept_of(request)), level=1),
        )  # fmt: skip

    @routes.get("/{language}/{zone}/structure/{name}/{form}")
    def file(request: Request, language: Language, zone: str, name: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        question = named(questions(found, *chosen(request, found)), name)
        if question.finding is None:
            raise HTTPException(404)
        return file_of(question.finding, language, form, f"{found.id}-{name}")

    return routes


def named(asked: tuple[Question, ...], name: str) -> Question:
    """A question by its name; where there is none the page is not found."""
    for question in asked:
        if question.id == name:
            return question
    raise HTTPException(404)


def kept_of(request: Request) -> tuple[tuple[str, str], ...]:
    """What of an address is worth keeping."""
    return tuple(
        (name, word) for name, word in request.query_params.items() if word and name in ("region", "measure")
    )


def address_of(place: Place, question: Question, kept: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    """Gives the address of a question's page, or of its file in a form."""
    return lambda form: address.structure_at(place, kept, "/".join(filter(None, (question.id, form))))
