"""Routes of the pages about measures, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from wutong.desk.web import address
from wutong.desk.web.address import Place
from wutong.desk.web.catalogue import COLUMNS, catalogue_finding, catalogue_page, has_shapes, is_invented
from wutong.desk.web.files import file_of
from wutong.desk.web.kept import Once
from wutong.desk.web.measures import measure_page
from wutong.desk.web.reviews import review_finding, review_page
from wutong.policy.remark import Remark
from wutong.policy.review import review
from wutong.policy.shelf import Shelf
from wutong.words import Language
from wutong.zone.load import Zone

_EMPTY = Shelf({}, (), None, ())


class Page(Protocol):
    """Fills a template of the desk."""

    def __call__(
        self,
        request: Request,
        name: str,
        language: Language,
        zone: Zone | None = None,
        *,
        status: int = 200,
        **more: object,
    ) -> HTMLResponse:
        """Give the page."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page about measures needs of the desk: its zones, its frame, its memory, and the measures by zone."""

    zone_of: Callable[[str, str], tuple[Zone, Place]]
    page: Page
    once: Once
    shelves: Mapping[str, Shelf]
    today: Callable[[], date]


def measure_routes(desk: Desk) -> APIRouter:
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

    def state_of(request: Request) -> address.State:
        return address.read_state(request.query_params.multi_items(), list(COLUMNS))

    def remarks_on(zone: str) -> tuple[Remark, ...]:
        book, on = desk.shelves.get(zone, _EMPTY).book, desk.today()
        if book is None:
            return ()
        return desk.once((zone, "review", on.isoformat()), lambda: review(book, on))

    @routes.get("/{language}/{zone}/measures", response_class=HTMLResponse)
    def catalogue(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        shown = catalogue_page(desk.shelves.get(zone, _EMPTY), state_of(request), place)
        made = desk.page(request, "measures", language, found, shown=shown)
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.measures_at(place, shown.state)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/measures/export/{form}")
    def catalogue_file(request: Request, language: Language, zone: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        shelf = desk.shelves.get(zone, _EMPTY)
        finding = catalogue_finding(found, shelf, state_of(request), language, words=form != "json")
        return file_of(finding, language, form, f"{zone}-measures")

    @routes.get("/{language}/{zone}/measures/{name}", response_class=HTMLResponse)
    def measure(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        shown = measure_page(desk.shelves.get(zone, _EMPTY), name, place, remarks_on(zone))
        if shown is None:
            raise HTTPException(404)
        return desk.page(request, "measure", language, found, shown=shown)

    @routes.get("/{language}/{zone}/review", response_class=HTMLResponse)
    def review_of_zone(
        request: Request, language: Language, zone: str, at: Annotated[str, Query(alias="page")] = "1"
    ) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        asked = dict(request.query_params)
        chosen = {name: asked.get(name, "") for name in ("level", "kind")}
        number = int(at) if at.isascii() and at.isdigit() and len(at) < 9 else 1
        shelf = desk.shelves.get(zone, _EMPTY)
        shown = review_page(shelf, remarks_on(zone), chosen, number, place)
        made = desk.page(
            request, "review", language, found,
            shown=shown, shapes=has_shapes(shelf), invented=is_invented(shelf),
        )  # fmt: skip
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.review_at(place, shown.chosen)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/review/{form}")
    def review_file(request: Request, language: Language, zone: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        shelf = desk.shelves.get(zone, _EMPTY)
        finding = review_finding(found, shelf, remarks_on(zone), dict(request.query_params), language)
        return file_of(finding, language, form, f"{zone}-review")

    return routes
