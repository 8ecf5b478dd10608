"""What pages about measures need of the desk: its zones, its frame, its memory, and what is worked out for a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse

from wutong.desk.web.address import Place
from wutong.desk.web.kept import Once
from wutong.desk.web.worked import WorkedOut, day_of, worked_out
from wutong.errors import WutongError
from wutong.policy.measure import Measure
from wutong.policy.prepared import Prepared, prepared
from wutong.policy.remark import Remark
from wutong.policy.review import review
from wutong.policy.rulebook import Rulebook
from wutong.policy.shelf import Shelf
from wutong.words import Language
from wutong.zone.load import Zone

EMPTY: Final = Shelf({}, (), None, ())


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
    """The desk as its pages about measures see it; ``once`` keeps for good, ``recent`` what was asked for last."""

    zone_of: Callable[[str, str], tuple[Zone, Place]]
    page: Page
    once: Once
    recent: Once
    shelves: Mapping[str, Shelf]
    today: Callable[[], date]


def shelf_of(desk: Desk, zone: str) -> Shelf:
    """The measures of a zone; an empty shelf where it has none."""
    return desk.shelves.get(zone, EMPTY)


def book_of(desk: Desk, zone: str) -> Rulebook:
    """The rulebook of a zone; where there is none that can be worked out, the page is not found."""
    book = shelf_of(desk, zone).book
    if book is None:
        raise HTTPException(404)
    return book


def measure_of(desk: Desk, zone: str, name: str) -> Measure:
    """A measure by its id; where there is none the page is not found."""
    for measure in shelf_of(desk, zone).measures:
        if measure.id == name:
            return measure
    raise HTTPException(404)


def remarks_of(desk: Desk, zone: str) -> tuple[Remark, ...]:
    """What a review says of a zone's measures today."""
    book, on = shelf_of(desk, zone).book, desk.today()
    if book is None:
        return ()
    return desk.recent((zone, "review", on.isoformat()), lambda: review(book, on))


def worked_of(desk: Desk, zone: Zone, on: date) -> WorkedOut:
    """A zone's measures, worked out for a day."""
    book = book_of(desk, zone.id)
    return desk.recent((zone.id, "worked", on.isoformat()), lambda: worked_out(zone, book, on))


def prepare(desk: Desk, zones: Iterable[Zone]) -> None:
    """Work out the measures of each zone for the day that its pages show first, so that the first of them comes fast.

    What cannot be worked out is left for the page that asks for it, which says why.
    """
    for zone in zones:
        if shelf_of(desk, zone.id).book is not None:
            with suppress(WutongError):
                worked_of(desk, zone, day_of(zone, "", desk.today()))


def ready_of(desk: Desk, zone: str) -> Callable[[Measure], Prepared]:
    """Gives a measure of a zone made ready to be explained."""
    return lambda measure: desk.once((zone, "ready", measure.id), lambda: prepared(measure))
