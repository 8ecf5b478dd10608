"""The desk's application: routes, and nothing else. What a page shows is made in ``pages`` and ``facts``."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment
from markupsafe import Markup
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.gzip import GZipMiddleware

from wutong import __version__
from wutong.brief.overview import overview
from wutong.brief.question import Question
from wutong.desk.web import address, pages
from wutong.desk.web.address import Place, State
from wutong.desk.web.answers import drawn, short
from wutong.desk.web.door import Desk, prepare
from wutong.desk.web.entitled_routes import entitled_routes
from wutong.desk.web.facts import Choices, choices, names, open_columns
from wutong.desk.web.files import file_of
from wutong.desk.web.guard import HEADERS, guarded
from wutong.desk.web.kept import kept_once
from wutong.desk.web.measure_routes import measure_routes
from wutong.desk.web.reform_routes import reform_routes
from wutong.desk.web.static_files import read_static
from wutong.desk.web.structure_routes import structure_routes
from wutong.desk.web.words import PHRASES, TAGS, phrases
from wutong.errors import NoAnswer, TableError
from wutong.finding import Finding
from wutong.policy.shelf import Shelf
from wutong.report.page import environment, table_markup
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone
from wutong.zone.schema import Table

log = logging.getLogger("wutong.desk")

_NO_MEASURES: Mapping[str, Shelf] = MappingProxyType({})


def today_in_china() -> date:
    """Give today's date where the zone is."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def create_app(
    zones: Sequence[Zone],
    *,
    measures: Mapping[str, Shelf] = _NO_MEASURES,
    today: Callable[[], date] = today_in_china,
) -> FastAPI:
    """Make the desk for some zones.

    Parameters
    ----------
    zones : sequence of Zone
        Shown side by side, in this order.
    measures : mapping of str to Shelf
        By the id of a zone the measures that are shown with it.
    today : callable
        Gives today's date, from which ages are counted.

    Returns
    -------
    FastAPI
        Reads and never writes; answers under the names of this machine alone. Its ``state.prepare`` works out ahead what pages
        about measures show first.

    Raises
    ------
    TableError
        If two zones have the same id.
    """
    shelf = {zone.id: zone for zone in zones}
    if len(shelf) < len(zones):
        raise TableError(
            Text(
                "有两个开发区的 id 相同。请在其中一个的 zone.toml 里改 id。",
                "Two zones have the same id. Change it in the zone.toml of one of them.",
            )
        )
    files = read_static()
    templates = _templates()
    templates.globals["static"] = lambda name: f"/static/{name}?v={files[name].checksum}"
    once = kept_once()
    app = FastAPI(title="Wutong", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(guarded)

    def zone_of(language: str, zone: str) -> tuple[Zone, Place]:
        if zone not in shelf:
            raise HTTPException(404)
        return shelf[zone], Place(_language(language), zone)

    def table_of(name: str) -> Table:
        if name not in TABLES:
            raise HTTPException(404)
        return TABLES[name]

    def standing(zone: Zone) -> tuple[pages.Stand, ...]:
        return once((zone.id, "stands"), lambda: pages.stands(zone))

    def questions(zone: Zone) -> tuple[Question, ...]:
        return once((zone.id, "overview"), lambda: overview(zone))

    def offered(zone: Zone, table: Table, language: Language) -> tuple[Choices, ...]:
        return once((zone.id, table.name, language), lambda: choices(zone, table, language))

    def page(
        request: Request,
        name: str,
        language: Language,
        zone: Zone | None = None,
        *,
        status: int = 200,
        **more: object,
    ) -> HTMLResponse:
        body = templates.get_template(f"{name}.html").render(
            t=phrases(language),
            language=language,
            tag=TAGS[language],
            other=_in_other_language(request, language),
            other_tag=TAGS["en" if language == "zh" else "zh"],
            zone=zone,
            zones=zones,
            place=Place(language, zone.id) if zone else None,
            address=address,
            version=__version__,
            today=today(),
            has_book=zone is not None and zone.id in measures and measures[zone.id].book is not None,
            **{"here": name, "charts": False, **more},
        )
        return HTMLResponse(body, status_code=status)

    @app.get("/", include_in_schema=False)
    def root(request: Request) -> RedirectResponse:
        language = _preferred(request.headers.get("accept-language", ""))
        return RedirectResponse(address.start_at(language), 307, headers={"vary": "accept-language"})

    @app.get("/healthz", response_class=PlainTextResponse)
    def health() -> str:
        return "ok"

    @app.get("/static/{name:path}", include_in_schema=False)
    def static(request: Request, name: str, v: str = "") -> Response:
        file = files.get(name)
        if file is None:
            raise HTTPException(404)
        headers = {
            "etag": f'"{file.checksum}"',
            "vary": "accept-encoding",
            "cache-control": "public, max-age=31536000, immutable" if v == file.checksum else "no-cache",
        }
        if file.checksum in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.small, media_type=file.kind, headers={**headers, "content-encoding": "gzip"})
        return Response(file.body, media_type=file.kind, headers=headers)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> RedirectResponse:
        return RedirectResponse(f"/static/leaf.svg?v={files['leaf.svg'].checksum}", 308)

    @app.get("/{language}/", response_class=HTMLResponse)
    def start(request: Request, language: Language) -> HTMLResponse:
        cards = [pages.card(zone, standing(zone), language, today()) for zone in zones]
        return page(request, "start", language, cards=cards)

    @app.get("/{language}/help", response_class=HTMLResponse)
    def help_page(request: Request, language: Language) -> HTMLResponse:
        return page(request, f"help.{language}", language, here="help")

    @app.get("/{language}/{zone}/", response_class=HTMLResponse)
    def overview_page(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        asked = [
            (
                question.id,
                question.title.say(language),
                short(question, place),
                _drawn(found, question, place),
            )
            for question in questions(found)
        ]
        return page(
            request, "overview", language, found, asked=asked, charts=True,
            card=pages.card(found, standing(found), language, today()),
        )  # fmt: skip

    @app.get("/{language}/{zone}/finding/{name}", response_class=HTMLResponse)
    def finding_page(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        question = _question(questions(found), name)
        return page(
            request, "finding", language, found, charts=True,
            title=question.title.say(language), drawn=_drawn(found, question, place, level=1),
        )  # fmt: skip

    @app.get("/{language}/{zone}/finding/{name}/{form}")
    def finding_file(language: Language, zone: str, name: str, form: str) -> Response:
        found, _ = zone_of(language, zone)
        question = _question(questions(found), name)
        if question.finding is None:
            raise HTTPException(404)
        return file_of(question.finding, language, form, f"{found.id}-{name}")

    @app.get("/{language}/{zone}/firm/{firm}", response_class=HTMLResponse)
    def firm_page(request: Request, language: Language, zone: str, firm: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        shown = pages.firm_page(found, firm, place, today())
        if shown is None:
            raise HTTPException(404)
        return page(request, "firm", language, found, shown=shown)

    @app.get("/{language}/{zone}/tables", response_class=HTMLResponse)
    def tables_page(request: Request, language: Language, zone: str) -> HTMLResponse:
        found, _ = zone_of(language, zone)
        return page(request, "tables", language, found, rooms=pages.rooms(standing(found)))

    @app.get("/{language}/{zone}/table/{name}", response_class=HTMLResponse)
    def table_page(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        table = table_of(name)
        state = _state(request, table)
        shown = pages.table_page(found, table, state, place, offered(found, table, language))
        made = page(request, "table", language, found, shown=shown)
        if "hx-request" in request.headers:
            # the address that the browser shows is the short one, without the form's empty fields
            made.headers["hx-push-url"] = address.table_at(place, name, shown.state)
        made.headers["vary"] = "hx-request"
        return made

    @app.get("/{language}/{zone}/table/{name}/row", response_class=HTMLResponse)
    def row_page(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        shown = pages.row_page(found, table_of(name), dict(request.query_params), place, today())
        if shown is None:
            raise HTTPException(404)
        return page(request, "row", language, found, shown=shown)

    @app.get("/{language}/{zone}/table/{name}/export/{form}")
    def table_file(request: Request, language: Language, zone: str, name: str, form: str) -> Response:
        found, _ = zone_of(language, zone)
        table = table_of(name)
        state = _state(request, table)
        finding = pages.view_finding(found, table, state, language, words=form != "json")
        return file_of(finding, language, form, f"{found.id}-{name}")

    @app.get("/{language}/{zone}/source/{document}", response_class=HTMLResponse)
    def source_page(request: Request, language: Language, zone: str, document: str) -> HTMLResponse:
        found, place = zone_of(language, zone)
        shown = pages.source_page(found, document, place)
        if shown is None:
            raise HTTPException(404)
        return page(request, "source", language, found, shown=shown)

    @app.get("/{language}/{zone}/problems", response_class=HTMLResponse)
    def problems_page(
        request: Request, language: Language, zone: str, at: Annotated[str, Query(alias="page")] = "1"
    ) -> HTMLResponse:
        found, place = zone_of(language, zone)
        shown = pages.problems_page(found, dict(request.query_params), pages.page_number(at), place)
        made = page(request, "problems", language, found, shown=shown)
        if "hx-request" in request.headers:
            at_page = {"page": str(shown.pager.page)} if shown.pager.page > 1 else {}
            made.headers["hx-push-url"] = address.problems_at(place, {**shown.chosen, **at_page})
        made.headers["vary"] = "hx-request"
        return made

    @app.get("/{language}/{zone}/problems/{form}")
    def problems_file(request: Request, language: Language, zone: str, form: str) -> Response:
        found, _ = zone_of(language, zone)
        asked = request.query_params
        chosen = {name: asked[name] for name in ("table", "level", "kind") if asked.get(name)}
        return file_of(
            pages.problems_finding(found, chosen, language), language, form, f"{found.id}-problems"
        )

    desk = Desk(zone_of, page, once, kept_once(most=24), measures, today)
    app.include_router(measure_routes(desk))
    app.include_router(entitled_routes(desk))
    app.include_router(reform_routes(desk))
    app.state.prepare = partial(prepare, desk, zones)
    app.include_router(structure_routes(desk))

    def _question(asked: Sequence[Question], name: str) -> Question:
        for question in asked:
            if question.id == name:
                return question
        raise HTTPException(404)

    def _drawn(zone: Zone, question: Question, place: Place, level: int = 2) -> Markup:
        firms = _firms_in(zone, question.finding, place.language) if question.finding else frozenset()
        return drawn(
            question,
            place,
            lambda form: address.finding_at(place, question.id, form),
            cell=lambda column, row: _behind(place, firms, column, row),
            level=level,
        )

    def _error(
        request: Request, name: str, status: int, number: str = "", why: Text | None = None
    ) -> HTMLResponse:
        path = request.url.path
        language: Language = (
            "en"
            if path.startswith("/en/")
            else "zh"
            if path.startswith("/zh/")
            else _preferred(request.headers.get("accept-language", ""))
        )
        return page(
            request, "error", language, status=status, what=PHRASES[name].say(language),
            now=(why or PHRASES["broken_now" if status == 500 else "not_found_now"]).say(language),
            number=number,
        )  # fmt: skip

    @app.exception_handler(StarletteHTTPException)
    def wrong(request: Request, error: StarletteHTTPException) -> HTMLResponse:
        return _error(request, "not_found", error.status_code)

    @app.exception_handler(RequestValidationError)
    def mistyped(request: Request, error: RequestValidationError) -> HTMLResponse:
        return _error(request, "not_found", 404)

    @app.exception_handler(NoAnswer)
    def cannot(request: Request, error: NoAnswer) -> HTMLResponse:
        return _error(request, "too_large", 422, why=error.text)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> HTMLResponse:
        number = secrets.token_hex(4)
        # the server logs the error itself; this line ties it to the number on the page
        log.error("page failed, number %s: %s: %s", number, request.url.path, type(error).__name__)
        made = _error(request, "broken", 500, number)
        # this answer is made outside of the guard
        for name, value in HEADERS.items():
            made.headers[name] = value
        return made

    return app


def _templates() -> Environment:
    made = environment("wutong.desk.web")
    made.globals["table_markup"] = table_markup
    return made


def _state(request: Request, table: Table) -> State:
    return address.read_state(request.query_params.multi_items(), [each.name for each in open_columns(table)])


def _firms_in(zone: Zone, finding: Finding, language: Language) -> frozenset[str]:
    if "firm" not in finding.table.columns:
        return frozenset()
    return frozenset(names(zone, "firm", finding.table.get_column("firm").to_list(), language))


def _behind(place: Place, firms: frozenset[str], column: str, row: Mapping[str, object]) -> str:
    word = row[column]
    if not isinstance(word, str) or not word:
        return ""
    if column == "source":
        return address.source_at(place, word)
    if column == "table" and word in TABLES:
        return address.table_at(place, word)
    return address.firm_at(place, word) if column == "firm" and word in firms else ""


def _language(language: str) -> Language:
    return "en" if language == "en" else "zh"


def _preferred(accept: str) -> Language:
    """Choose a language by what a browser asks for; Chinese where it asks for neither.

    Examples
    --------
    >>> _preferred("en-GB,en;q=0.9,zh;q=0.8"), _preferred("zh-CN,en;q=0.5"), _preferred("de"), _preferred("")
    ('en', 'zh', 'zh', 'zh')
    """
    best: tuple[float, Language] = (0.0, "zh")
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";q=")
        language: Language | None = {"zh": "zh", "en": "en"}.get(tag.strip().lower().split("-")[0])  # type: ignore[assignment]  # the values are languages
        try:
            size = float(weight) if weight else 1.0
        except ValueError:
            continue
        if language and size > best[0]:
            best = (size, language)
    return best[1]


def _in_other_language(request: Request, language: Language) -> str:
    other: Language = "en" if language == "zh" else "zh"
    path = request.url.path
    if not path.startswith(f"/{language}/"):
        return address.start_at(other)
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/{other}/{path.removeprefix(f'/{language}/')}{query}"
