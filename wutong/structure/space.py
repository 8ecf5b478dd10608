"""The product space of a nation, fitted once, and where one place stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.formulas.complexity import Complexity, complexity, components, mean_of_present, on_scale_of
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.relatedness import Diagonal, Measure, density, proximity
from wutong.formulas.specialisation import location_quotient, presence
from wutong.structure.grid import Grid, in_year, year_at
from wutong.structure.names import place_name
from wutong.structure.totals import Parts
from wutong.words import Text

DDOF = 0  # as the packages for Python and Stata standardise; those for R take 1


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen when a space is fitted; the packages differ in each.

    Parameters
    ----------
    threshold : float
        Least location quotient at which a place has an industry.
    measure, diagonal
        Of proximity, as in `wutong.formulas.relatedness.proximity`.
    least_share : float
        Least share of everything at which a place is fitted on: a place of a few firms has odd quotients and comes out first.
    largest_part : bool
        Where places fall into parts that share no industry, whether to go on with the largest, and not to refuse.

    Examples
    --------
    >>> Choices().threshold
    1.0
    """

    threshold: float = 1.0
    measure: Measure = "minimum"
    diagonal: Diagonal = "one"
    least_share: float = 1e-5
    largest_part: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Who is strong in what, which industries go together, and how complex each is, in one year.

    Parameters
    ----------
    parts : Parts
        From which it was fitted.
    year : str
        One of its years.
    choices : Choices
        As chosen.
    values, quotient : float arrays, shape (places, industries)
        Values and location quotients, NaN where not known.
    present : bool array, of the same shape
        Quotient at the threshold or above; False where it is not known.
    fitted : bool array, shape (places,)
        Places on which it was fitted. The others stand in it all the same.
    totals, industry_totals : float arrays
        Of places and of industries: as published, else the sum of what is known.
    raw : Complexity
        Before it is put on a scale; NaN outside the fit.
    industries : float array, shape (industries,)
        Complexity on the scale of places: so many deviations above or below the mean place.
    places : float array, shape (places,)
        Complexity, mean 0 and deviation 1 over the places of the fit.
    near : float array, shape (industries, industries)
        Proximity.
    """

    parts: Parts
    year: str
    choices: Choices
    values: Floats
    quotient: Floats
    present: Bools
    fitted: Bools
    totals: Floats
    industry_totals: Floats
    raw: Complexity
    industries: Floats
    places: Floats
    near: Floats


@dataclass(frozen=True, slots=True)
class Standing:
    """One place in a space.

    Parameters
    ----------
    place : str
        Its code.
    name : Text
        What it is called.
    values, quotient : float arrays, shape (industries,)
        NaN where not known.
    present : bool array, shape (industries,)
        What it has.
    density : float array, shape (industries,)
        How near it is to each industry.
    complexity : float
        On the scale of the space's places; NaN where it has nothing.
    strange : tuple of str
        Industries that it has and the space does not know.
    year : str
        Of its values: the space's own, but where its table has another only.
    """

    place: str
    name: Text
    values: Floats
    quotient: Floats
    present: Bools
    density: Floats
    complexity: float
    strange: tuple[str, ...] = ()
    year: str = ""


def fit(parts: Parts, year: str = "", choices: Choices | None = None) -> Space:
    """Fit the space of a nation, or of the world.

    Parameters
    ----------
    parts : Parts
        Regions by industry, with published totals where there are any: `wutong.structure.totals.parts_of`.
    year : str
        The last where it is empty.
    choices : Choices, optional
        What differs between packages.

    Returns
    -------
    Space
        Places too small for the fit keep their row.

    Raises
    ------
    NoAnswer
        If places fall into parts that share no industry, are fewer than two, or all alike.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> from wutong.structure.totals import parts_of
    >>> table = pl.DataFrame({"region": list("aaabbc"), "trade": list("xyzxyx"), "jobs": 6 * [10]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")
    >>> space = fit(parts_of(grid))
    >>> bool(space.places[0] > space.places[1] > space.places[2])
    True
    """
    grid, chosen = parts.grid, choices or Choices()
    year = grid.years[year_at(grid, year)]
    values, _ = in_year(grid, year)
    totals, industry_totals = totals_in(parts, year, values)
    quotient = location_quotient(values, place_totals=totals, industry_totals=industry_totals)
    present = presence(quotient, chosen.threshold)
    fitted = (totals >= chosen.least_share * np.nansum(totals)) & present.any(axis=1)
    fitted = _in_one_part(grid, present, fitted, largest=chosen.largest_part)
    held = present & fitted[:, None]
    raw = complexity(held)
    industries = on_scale_of(raw.industries, raw.places, ddof=DDOF)
    return Space(
        parts=parts,
        year=year,
        choices=chosen,
        values=values,
        quotient=quotient,
        present=present,
        fitted=fitted,
        totals=totals,
        industry_totals=industry_totals,
        raw=raw,
        industries=industries,
        places=mean_of_present(present, industries),
        near=proximity(held[fitted], chosen.measure, diagonal=chosen.diagonal),
    )


def standing(space: Space, place: str) -> Standing:
    """Say where a place of the space's own table stands in it.

    Raises
    ------
    NoAnswer
        If the table has no such place, or nothing is known of it.
    """
    grid = space.parts.grid
    at = _place_at(grid, place)
    return _standing(space, place, place_name(grid, place), space.values[at], space.quotient[at])


def applied(space: Space, parts: Parts, place: str, year: str = "") -> Standing:
    """Say where a place of another table stands in the space: a zone, in the space of its nation.

    Parameters
    ----------
    space : Space
        Fitted on the nation.
    parts : Parts
        The zone's own table, with the same codes of industries and the same measure.
    place : str
        The zone.
    year : str
        The space's own where it is empty.

    Returns
    -------
    Standing
        Quotients are against the nation's shares. Industries that the nation's table lacks are named as strange and left out.

    Raises
    ------
    NoAnswer
        If the table has no such place or year, nothing is known of it, or it has no industry in common with the space.
    """
    grid = parts.grid
    at = _place_at(grid, place)
    year = year or (space.year if space.year in grid.years else grid.years[-1])
    values, _ = in_year(grid, year)
    here = {code: column for column, code in enumerate(grid.industries)}
    own = np.array(
        [values[at, here[code]] if code in here else _absent(grid) for code in space.parts.grid.industries]
    )
    known = set(space.parts.grid.industries)
    strange = tuple(code for code, column in here.items() if code not in known and values[at, column] != 0)
    total = max(_published(parts, year).get(place, 0.0), float(np.nansum(values[at])))
    whole = float(np.nansum(space.totals))
    with np.errstate(divide="ignore", invalid="ignore"):  # a place without a known value is refused below
        quotient = (own / total) / np.where(space.industry_totals > 0, space.industry_totals / whole, np.nan)
    found = _standing(space, place, place_name(grid, place), own, quotient, strange)
    return replace(found, year=year)


def densities(space: Space, place: Standing) -> pl.DataFrame:
    """Give a place's density as a table: ``industry`` and ``density``, for questions that ask what fits."""
    return pl.DataFrame(
        {"industry": space.parts.grid.industries, "density": pl.Series(place.density, nan_to_null=True)},
        schema={"industry": pl.String, "density": pl.Float64},
    )


def _standing(
    space: Space, place: str, name: Text, values: Floats, quotient: Floats, strange: tuple[str, ...] = ()
) -> Standing:
    if not np.nansum(values) > 0:
        raise NoAnswer(
            Text(
                f"{name.zh} {space.year} 年没有任何行业的已知数值。需要：该地区按行业的数值。",
                f"No value of any industry is known of {name.en} in {space.year}. Needed: its values by industry.",
            )
        )
    present = presence(quotient, space.choices.threshold)
    return Standing(
        place=place,
        name=name,
        values=values,
        quotient=quotient,
        present=present,
        density=density(present[None, :], space.near)[0],
        complexity=float(mean_of_present(present[None, :], space.industries)[0]),
        strange=strange,
        year=space.year,
    )


def _absent(grid: Grid) -> float:
    return 0.0 if grid.absent == "zero" else float("nan")


def _place_at(grid: Grid, place: str) -> int:
    if place not in grid.places:
        shown: Sequence[str] = grid.places[:10]
        raise NoAnswer(
            Text(
                f"表中没有地区“{place}”。现有：{'、'.join(shown)}……共 {len(grid.places)} 个。",
                f"The table has no region “{place}”. It has {len(grid.places)}: {', '.join(shown)} …",
            )
        )
    return grid.places.index(place)


def _published(parts: Parts, year: str) -> dict[str, float]:
    rows = parts.totals.filter((pl.col("year") == year) & pl.col("total").is_not_null())
    return dict(rows.select("place", "total").iter_rows())


def totals_in(parts: Parts, year: str, values: Floats) -> tuple[Floats, Floats]:
    """Totals of places and of industries: as published, else the sum of what is known."""
    grid = parts.grid
    of_places, of_industries = np.nansum(values, axis=1), np.nansum(values, axis=0)
    said = _published(parts, year)
    of_places = np.array(
        [max(said.get(code, 0.0), found) for code, found in zip(grid.places, of_places, strict=True)]
    )
    rows = parts.nation.filter((pl.col("year") == year) & pl.col("value").is_not_null())
    nation: dict[str, float] = dict(rows.select("industry", "value").iter_rows())
    of_industries = np.array(
        [
            max(nation.get(code, 0.0), found)
            for code, found in zip(grid.industries, of_industries, strict=True)
        ]
    )
    return of_places, of_industries


def _in_one_part(grid: Grid, present: Bools, fitted: Bools, *, largest: bool) -> Bools:
    of_places, _ = components(present & fitted[:, None])
    apart = np.flatnonzero(of_places > 0)
    if apart.size == 0:
        return fitted
    if largest:
        found: Bools = fitted & (of_places == 0)
        return found
    names = [place_name(grid, grid.places[at]) for at in apart[:5].tolist()]
    raise NoAnswer(
        Text(
            f"地区分成 {int(of_places.max()) + 1} 个互不相连的部分，{'、'.join(name.zh for name in names)}等 {apart.size} 个地区同其他地区没有共同的优势行业，"
            "复杂度只会说出谁在哪一部分。需要：去掉这些地区（只取最大的一部分），或用更粗的行业。",
            f"The regions fall into {int(of_places.max()) + 1} parts. {apart.size} of them, such as {', '.join(name.en for name in names)}, share no industry of "
            "strength with the others, and complexity would only say who is in which part. Needed: leave these out (take the largest part alone), or coarser "
            "industries.",
        )
    )
