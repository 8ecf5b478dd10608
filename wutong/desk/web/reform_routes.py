"""Routes of the reform bench; a reform is an address, so that it can be sent."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from wutong.desk.web import address
from wutong.desk.web.catalogue import has_shapes, is_invented
from wutong.desk.web.door import Desk, book_of, shelf_of, worked_of
from wutong.desk.web.files import file_of
from wutong.desk.web.levers import PREFIX
from wutong.desk.web.reform_files import reform_finding
from wutong.desk.web.reforms import Asked, Bench, bench_of, comparison_of, reform_page
from wutong.desk.web.worked import day_of
from wutong.policy.parameters import Parameter, parameters_of
from wutong.report.page import Addresses, fragment
from wutong.words import Language
from wutong.zone.load import Zone


def reform_routes(desk: Desk) -> APIRouter:
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

    def bench(request: Request, zone: Zone) -> Bench:
        on = day_of(zone, request.query_params.get("on", ""), desk.today())
        book, worked = book_of(desk, zone.id), worked_of(desk, zone, on)
        shelf = shelf_of(desk, zone.id)

        def numbers(file: str) -> tuple[Parameter, ...]:
            return desk.once((zone.id, "numbers", file), lambda: parameters_of({file: shelf.files[file]}))

        name = (zone.id, "bench", on.isoformat())
        return desk.recent(name, lambda: bench_of(zone, shelf, book, worked, numbers))

    def asked(request: Request) -> Asked:
        query = request.query_params
        return Asked(
            query.get("measure", ""),
            tuple(query.multi_items()),
            tuple(query.getlist("drop")),
            query.get("new", ""),
            query.get("group", ""),
            query.get("sweep", ""),
            bool(query.get("draw")),
        )

    @routes.get("/{language}/{zone}/reform", response_class=HTMLResponse)
    def reform(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, place = desk.zone_of(language, zone)
        shelf, wanted = shelf_of(desk, zone), asked(request)
        shown = reform_page(found, bench(request, found), wanted, place)
        kept = kept_of(request)
        curve = fragment(shown.curve, language, addresses=Addresses()) if shown.curve else ""
        made = desk.page(
            request, "reform", language, found, shown=shown, curve=curve, charts=True,
            on=day_of(found, request.query_params.get("on", ""), desk.today()),
            files={
                (table, form): address.reform_at(place, kept, f"{table}/{form}")
                for table in ("firms", "measures")
                for form in ("csv", "excel-csv", "xlsx")
            },
            shapes=has_shapes(shelf), invented=is_invented(shelf),
        )  # fmt: skip
        if "hx-request" in request.headers:
            made.headers["hx-push-url"] = address.reform_at(place, kept)
        made.headers["vary"] = "hx-request"
        return made

    @routes.get("/{language}/{zone}/reform/{table}/{form}")
    def reform_file(request: Request, language: Language, zone: str, table: str, form: str) -> Response:
        found, _ = desk.zone_of(language, zone)
        if table not in ("firms", "measures"):
            raise HTTPException(404)
        made = bench(request, found)
        comparison = comparison_of(made, asked(request))
        if comparison is None:
            raise HTTPException(404)
        finding = reform_finding(found, shelf_of(desk, zone), comparison, table, language, made.base.book)
        return file_of(finding, language, form, f"{zone}-reform-{table}")

    return routes


def kept_of(request: Request) -> tuple[tuple[str, str], ...]:
    """What of an address is worth keeping: what was chosen, and numbers that were typed; not the button."""
    names = ("measure", "on", "drop", "new", "group", "sweep")
    return tuple(
        (name, word)
        for name, word in request.query_params.multi_items()
        if word and (name in names or name.startswith(PREFIX))
    )
