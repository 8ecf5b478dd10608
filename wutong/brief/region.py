"""What a region is told of itself: on what it hangs, what it is good at, what it could do next."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from wutong.brief import first_industry
from wutong.brief.question import Question, answered
from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.structure import candidates, complexity, coverage, dependence, growth, peers, space_map, transfer
from wutong.structure.back_test import Trial, look_back
from wutong.structure.names import called_measure, called_region
from wutong.structure.published import zone_parts
from wutong.structure.space import Choices, Space, Standing, densities, fit, standing
from wutong.structure.totals import AMOUNTS, NATION, Parts
from wutong.words import Text
from wutong.zone import known
from wutong.zone.load import Zone

FALL: Final = 0.1
"""By how much the first industry falls where nobody says it."""

_CHOICES: Final = Choices(largest_part=True)


def region_of(zone: Zone) -> str:
    """The region that a zone is asked about first: the one of its settings, else the first of its table."""
    if zone.settings.region:
        return zone.settings.region
    places = zone.tables["region_industry"]["region"].unique().sort()
    return str(places[0]) if len(places) else ""


def regions(zone: Zone) -> tuple[tuple[str, Text], ...]:
    """The regions of a zone's table with their names; the nation is none of them."""
    places = zone.tables["region_industry"]["region"].unique().sort().to_list()
    there = [place for place in places if place not in NATION]
    own = zone.settings.region
    if own and own not in there:
        there.append(own)
    return tuple((place, called_region(place)) for place in there)


def measures(zone: Zone) -> tuple[tuple[str, Text], ...]:
    """What the table counts of regions and industries, in the order in which it is looked for."""
    rows = zone.tables["region_industry"]
    held = set(rows.drop_nulls("value")["measure"])
    return tuple((name, called_measure(name)) for name in AMOUNTS if name in held)


def region_questions(zone: Zone, region: str, measure: str = "") -> tuple[Question, ...]:
    """Ask what a zone's table of regions by industry says of one region.

    Parameters
    ----------
    zone : Zone
        As opened.
    region : str
        As in ``region_industry``.
    measure : str
        Such as ``employment``; the first that the region has where it is empty.

    Returns
    -------
    tuple of Question
        In the order in which they are asked; one that the data cannot answer is there, with the reason.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wutong.zone.load import open_zone
    >>> zone = open_zone(Path("examples/jincheng"))
    >>> [question.finding for question in region_questions(zone, "140500")]
    [None, None, None, None, None, None, None, None, None]
    """
    lost = known.files_lost(zone.problems, ("region_industry",))

    @cache
    def parts() -> Parts:
        return zone_parts(
            zone.tables["region_industry"],
            zone.tables["document"],
            region,
            measure,
            rows_left_out=zone.left_out["region_industry"],
        )

    @cache
    def space() -> Space:
        # the largest part alone, where regions fall apart: the answer says which are left out
        return fit(parts(), choices=_CHOICES)

    @cache
    def here() -> Standing:
        return standing(space(), region)

    def trial() -> Trial | None:
        try:
            return look_back(parts(), choices=_CHOICES)
        except NoAnswer:
            return None  # of one year nothing can be tested back, and the list says that it was not

    def leaving() -> Finding:
        try:
            near = densities(space(), here())
        except NoAnswer:
            return transfer.industry_transfer(parts(), region)  # what fits is told by the quotient alone
        return transfer.industry_transfer(parts(), region, density=near)

    asked: tuple[tuple[str, Text, Callable[[], Finding]], ...] = (
        ("dependence", dependence.QUESTION, lambda: dependence.industry_dependence(parts(), region)),
        ("growth", growth.QUESTION, lambda: growth.growth_parts(parts(), region)),
        (
            "fall",
            first_industry.QUESTION,
            lambda: first_industry.first_industry_falls(parts(), region, None, FALL),
        ),
        ("complexity", complexity.PLACE_QUESTION, lambda: complexity.complexity_of_place(space(), here())),
        ("space", space_map.QUESTION, lambda: space_map.product_space(space(), here())),
        ("candidates", candidates.QUESTION, lambda: candidates.candidates(space(), here(), None, trial())),
        ("transfer", transfer.QUESTION, leaving),
        ("benchmark", peers.QUESTION, lambda: peers.like_regions(parts(), region)),
        ("coverage", coverage.QUESTION, lambda: coverage.coverage(parts().grid)),
    )
    return tuple(answered(name, title, lost, answer) for name, title, answer in asked)
