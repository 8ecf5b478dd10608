"""Routes of the pages about measures, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import polars as pl
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from wutong.desk.web import address
from wutong.desk.web.beneficiaries import View, gets_finding, who_gets
from wutong.desk.web.catalogue import COLUMNS, catalogue_finding, catalogue_page, has_shapes, is_invented
from wutong.desk.web.door import Desk, book_of, measure_of, remarks_of, shelf_of, worked_of
from wutong.desk.web.files import file_of
from wutong.desk.web.measures import measure_page
from wutong.desk.web.near_misses import chosen_of, near_finding, near_of, near_page
from wutong.desk.web.pages import page_number
from wutong.desk.web.reviews import review_finding, review_page
from wutong.desk.web.worked import day_of
from wutong.words import Language
from wutong.zone.load import Zone


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
        shown = catalogue_page(shelf_of(desk, zone), state_of(request), place)
        made = desk.page(request, "measures", language, found, shown=shown)
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.measures_at(place, shown.state)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/measures/export/{form}")
    def catalogue_file(request: Request, language: Language, zone: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        shelf = shelf_of(desk, zone)
        finding = catalogue_finding(found, shelf, state_of(request), language, words=form != "json")
        return file_of(finding, language, form, f"{zone}-measures")

    @routes.get("/{language}/{zone}/measures/{name}", response_class=HTMLResponse)
    def measure(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        shelf, asked = shelf_of(desk, zone), request.query_params
        shown = measure_page(shelf, name, place, remarks_of(desk, zone))
        if shown is None:
            raise HTTPException(404)
        gets = None
        if shelf.book is not None:
            worked = worked_of(desk, found, day_of(found, asked.get("on", ""), desk.today()))
            wanted = View(asked.get("on", ""), asked.get("state", ""), page_number(asked.get("page", "")))
            gets = who_gets(found, shelf.book, measure_of(desk, zone, name), worked, place, wanted)
        return desk.page(request, "measure", language, found, shown=shown, gets=gets)

    @routes.get("/{language}/{zone}/measures/{name}/subjects/{form}")
    def subjects_file(request: Request, language: Language, zone: str, name: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        asked = request.query_params
        one = measure_of(desk, zone, name)
        worked = worked_of(desk, found, day_of(found, asked.get("on", ""), desk.today()))
        state = asked.get("state", "")
        finding = gets_finding(
            found, shelf_of(desk, zone), one, worked, state, language, words=form != "json"
        )
        return file_of(finding, language, form, f"{zone}-{name}-{worked.on}")

    @routes.get("/{language}/{zone}/review", response_class=HTMLResponse)
    def review_of_zone(
        request: Request, language: Language, zone: str, at: Annotated[str, Query(alias="page")] = "1"
    ) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        asked = dict(request.query_params)
        chosen = {name: asked.get(name, "") for name in ("level", "kind")}
        shelf = shelf_of(desk, zone)
        shown = review_page(shelf, remarks_of(desk, zone), chosen, page_number(at), place)
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
        shelf = shelf_of(desk, zone)
        finding = review_finding(found, shelf, remarks_of(desk, zone), dict(request.query_params), language)
        return file_of(finding, language, form, f"{zone}-review")

    def nearly(zone: Zone, on: date) -> pl.DataFrame:
        book, worked = book_of(desk, zone.id), worked_of(desk, zone, on)
        return desk.recent((zone.id, "near", on.isoformat()), lambda: near_of(book, worked))

    @routes.get("/{language}/{zone}/near", response_class=HTMLResponse)
    def near_misses(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        asked, shelf = dict(request.query_params), shelf_of(desk, zone)
        on = day_of(found, asked.get("on", ""), desk.today())
        book, worked = book_of(desk, zone), worked_of(desk, found, on)
        page = page_number(asked.get("page", ""))
        shown = near_page(found, book, worked, nearly(found, on), asked, page, place)
        made = desk.page(
            request, "near", language, found,
            shown=shown, on=on, shapes=has_shapes(shelf), invented=is_invented(shelf),
        )  # fmt: skip
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.near_at(place, shown.chosen)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/near/{form}")
    def near_file(request: Request, language: Language, zone: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        asked = dict(request.query_params)
        on = day_of(found, asked.get("on", ""), desk.today())
        book, worked = book_of(desk, zone), worked_of(desk, found, on)
        rows = chosen_of(nearly(found, on), asked)
        finding = near_finding(found, shelf_of(desk, zone), book, worked, rows, language)
        return file_of(finding, language, form, f"{zone}-near-{on}")

    return routes
