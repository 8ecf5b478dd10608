"""Routes of what a firm, or a subject that somebody describes, can have; forms are addresses, so that they can be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from wutong.desk.web import address
from wutong.desk.web.address import Place
from wutong.desk.web.catalogue import has_shapes, is_invented
from wutong.desk.web.door import Desk, book_of, measure_of, ready_of, shelf_of, worked_of
from wutong.desk.web.entitled import Subject, Whose, entitled_page, joined, nobody, subject_of
from wutong.desk.web.facts import names, open_rows
from wutong.desk.web.measure_words import code
from wutong.desk.web.reasoned import reasoned_page
from wutong.desk.web.together import NOBODY
from wutong.desk.web.told import PREFIX, Typed, typed
from wutong.desk.web.worked import WorkedOut, day_of
from wutong.policy.answers import asked_of
from wutong.policy.measure import SUBJECTS
from wutong.policy.rulebook import Rulebook
from wutong.words import Language
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone


@dataclass(frozen=True, slots=True)
class Case:
    """A subject, what was typed, and where its pages are.

    Parameters
    ----------
    zone, place, book
        Where it is looked at.
    subject, told
        Whose facts, and what was typed.
    worked : WorkedOut
        The measures for all subjects of the zone on its day.
    called : mapping of str to str
        Names of the firm's projects by id.
    at : callable
        Gives the address of all measures for it, or of one, without facts.
    kept : tuple of (str, str)
        What the address says besides the facts.
    choices : tuple of (str, str, bool)
        Other subjects that can be chosen: value, label, and whether it is chosen.
    """

    zone: Zone
    place: Place
    book: Rulebook
    subject: Subject
    told: Typed
    worked: WorkedOut
    called: Mapping[str, str]
    at: Callable[[str], str]
    kept: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, str, bool], ...]

    @property
    def query(self) -> str:
        """The whole state as the query of an address."""
        facts = ((PREFIX + name, text) for name, text in self.told.texts.items())
        return address.told((*self.kept, *facts))

    def where(self, kind: str, subject: str, measure: str) -> str:
        """Address of what a measure gives the subject, or another subject of its firm, of which nothing was typed."""
        if kind == self.subject.kind and subject in (self.subject.id, NOBODY):
            return self.at(measure) + self.query
        kept = {**dict(self.kept), "project": subject if kind == "project" else ""}
        return self.at(measure) + address.told(kept.items())


def entitled_routes(desk: Desk) -> APIRouter:
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

    def firm_case(request: Request, language: str, zone: str, firm: str) -> Case:
        found, place = desk.zone_of(language, zone)
        book = book_of(desk, zone)
        if open_rows(found, TABLES["firm"]).filter(firm=firm).is_empty():
            raise HTTPException(404)
        asked = request.query_params
        worked = worked_of(desk, found, day_of(found, asked.get("on", ""), desk.today()))
        projects = worked.facts["project"].table if "project" in worked.facts else None
        own = projects.filter(firm=firm)["subject"].to_list() if projects is not None else []
        chosen = asked.get("project", "")
        kind, id_ = ("project", chosen) if chosen in own else ("firm", firm)
        subject = subject_of(found, worked, kind, id_, place.language)
        called = names(found, "project", own, place.language)
        choices = [("", code("subject", "firm").say(place.language), kind == "firm")]
        choices += [(one, called.get(one, one), one == id_ and kind == "project") for one in own]
        kept = (("on", asked.get("on", "")), ("project", chosen if kind == "project" else ""))
        told = typed(asked.multi_items(), asked_of(book, kind))
        return Case(
            found, place, book, subject, told, worked, called,
            lambda measure: address.firm_measures_at(place, firm, measure), kept, tuple(choices),
        )  # fmt: skip

    def asked_case(request: Request, language: str, zone: str) -> Case:
        found, place = desk.zone_of(language, zone)
        book = book_of(desk, zone)
        asked = request.query_params
        used = [kind for kind in SUBJECTS if asked_of(book, kind)]
        kind = asked.get("kind", "") if asked.get("kind", "") in used else used[0]
        on = day_of(found, asked.get("on", ""), desk.today())
        subject = nobody(kind, on)
        told = typed(asked.multi_items(), asked_of(book, kind))
        choices = tuple((one, code("subject", one).say(place.language), one == kind) for one in used)
        return Case(
            found,
            place,
            book,
            subject,
            told,
            worked_of(desk, found, on),
            {},
            lambda measure: address.ask_at(place, measure),
            (("kind", kind),),
            choices,
        )

    def whose(case: Case) -> Whose:
        return joined(case.book, case.worked, case.subject, case.told, case.called)

    def shown_all(request: Request, case: Case, home: str) -> HTMLResponse:
        shown = entitled_page(
            case.book, ready_of(desk, case.zone.id), whose(case), case.place, case.where
        )  # fmt: skip
        return framed(request, "entitled", case, home, shown=shown)

    def shown_one(request: Request, case: Case, name: str, home: str) -> HTMLResponse:
        measure = measure_of(desk, case.zone.id, name)
        if measure.subject != case.subject.kind:
            raise HTTPException(404)
        ready = ready_of(desk, case.zone.id)(measure)
        shown = reasoned_page(case.book, ready, measure, whose(case), case.place)
        return framed(request, "reasoned", case, home, shown=shown)

    def framed(request: Request, template: str, case: Case, home: str, shown: object) -> HTMLResponse:
        shelf = shelf_of(desk, case.zone.id)
        return desk.page(
            request, template, case.place.language, case.zone,
            here=home, case=case, shapes=has_shapes(shelf), invented=is_invented(shelf), shown=shown,
        )  # fmt: skip

    @routes.get("/{language}/{zone}/firm/{firm}/measures", response_class=HTMLResponse)
    def firm_measures(request: Request, language: Language, zone: str, firm: str) -> HTMLResponse:
        return shown_all(request, firm_case(request, language, zone, firm), "firm")

    @routes.get("/{language}/{zone}/firm/{firm}/measures/{name}", response_class=HTMLResponse)
    def firm_measure(request: Request, language: Language, zone: str, firm: str, name: str) -> HTMLResponse:
        return shown_one(request, firm_case(request, language, zone, firm), name, "firm")

    @routes.get("/{language}/{zone}/ask", response_class=HTMLResponse)
    def ask(request: Request, language: Language, zone: str) -> HTMLResponse:
        return shown_all(request, asked_case(request, language, zone), "measures")

    @routes.get("/{language}/{zone}/ask/{name}", response_class=HTMLResponse)
    def ask_one(request: Request, language: Language, zone: str, name: str) -> HTMLResponse:
        return shown_one(request, asked_case(request, language, zone), name, "measures")

    return routes
