"""Routes of the pages about measures, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from wutong.desk.web import address
from wutong.desk.web.address import Place
from wutong.desk.web.catalogue import COLUMNS, catalogue_finding, catalogue_page
from wutong.desk.web.files import file_of
from wutong.desk.web.kept import Once
from wutong.desk.web.measures import measure_page
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
        shown = measure_page(desk.shelves.get(zone, _EMPTY), name, place)
        if shown is None:
            raise HTTPException(404)
        return desk.page(request, "measure", language, found, shown=shown)

    return routes
