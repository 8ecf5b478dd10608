"""Tables in: from a long table, a wide one or a zone's own to a `Grid`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import polars as pl

from wutong.errors import NoAnswer, TableError
from wutong.finding import Source
from wutong.formulas.kinds import Ints
from wutong.structure.coding import as_code, coded, codes_of, names_of
from wutong.structure.frames import frame_of
from wutong.structure.grid import Absent, Grid, with_axes
from wutong.words import Text
from wutong.zone.sources import sources_of

Duplicates = Literal["sum", "refuse"]

PROBLEMS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "missing_key": Text("缺地区、行业或年份", "Region, industry or year is missing"),
        "missing": Text("没有数值，也没有注明隐去", "No value, and not said to be suppressed"),
        "not_a_number": Text("不是数", "Not a number"),
        "negative": Text("负数", "Negative"),
        "suppressed_with_value": Text("注明隐去却有数值", "Said to be suppressed, yet a value is there"),
        "not_a_year": Text("不是整年", "Not a whole year"),
    }
)
"""What can be wrong with a row of the table."""

_PROBLEM_SCHEMA: Final = MappingProxyType(
    {
        "row": pl.UInt32,
        "place": pl.String,
        "industry": pl.String,
        "year": pl.String,
        "value": pl.String,
        "kind": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a long table are called.

    Parameters
    ----------
    place, industry, value : str
        Region, industry and the number.
    year : str
        Empty where the table holds one year.
    suppressed : str
        Flag: the publisher withholds the value. Empty where nothing is withheld.
    place_name, industry_name : str
        Names for readers beside the codes; empty where the codes are names.

    Examples
    --------
    >>> Columns("region", "industry", "jobs").year
    ''
    """

    place: str
    industry: str
    value: str
    year: str = ""
    suppressed: str = ""
    place_name: str = ""
    industry_name: str = ""


def grid_of(
    table: object,
    columns: Columns,
    *,
    duplicates: Duplicates,
    absent: Absent,
    measure: str = "",
    unit: str = "",
) -> Grid:
    """Take in a long table: one row a place, industry and year.

    Parameters
    ----------
    table : object
        A frame of Polars or pandas; see `wutong.structure.frames.frame_of`.
    columns : Columns
        What its columns are called.
    duplicates : {"sum", "refuse"}
        What to do with rows of the same place, industry and year. A sum with an unknown part is unknown.
    absent : {"zero", "unknown"}
        What a cell is that the table does not name. Customs leave zeros out; an office leaves out what it does not publish.
    measure, unit : str
        What is counted, and in what.

    Returns
    -------
    Grid
        A row with a negative value, or with none, leaves its cell unknown and stands in ``problems``.

    Raises
    ------
    TableError
        If a column is not there, or rows are there twice and ``duplicates`` is “refuse”.
    NoAnswer
        If no row can be used.

    Examples
    --------
    >>> table = pl.DataFrame({"region": ["a", "a", "b"], "trade": ["x", "y", "x"], "jobs": [30, 10, -5]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")
    >>> from wutong.structure.grid import in_year
    >>> in_year(grid)[0].tolist()
    [[30.0, 10.0], [nan, 0.0]]
    >>> grid.problems.select("row", "kind").rows()
    [(3, 'negative')]
    """
    frame = frame_of(table)
    used = {
        "place": columns.place,
        "industry": columns.industry,
        "value": columns.value,
        "year": columns.year,
        "suppressed": columns.suppressed,
        "place_name": columns.place_name,
        "industry_name": columns.industry_name,
    }
    lacking = [name for name in used.values() if name and name not in frame.columns]
    if lacking:
        there = "、".join(frame.columns[:20]), ", ".join(frame.columns[:20])
        raise TableError(
            Text(
                f"表中没有这些列：{'、'.join(lacking)}。现有：{there[0]}。",
                f"The table has no column {', '.join(lacking)}. It has: {there[1]}.",
            )
        )
    rows = pl.DataFrame(
        [
            as_code(frame[columns.place], "place"),
            as_code(frame[columns.industry], "industry"),
            as_code(frame[columns.year], "year")
            if columns.year
            else pl.repeat("", frame.height, dtype=pl.String, eager=True).alias("year"),
            frame[columns.value].alias("given"),
            frame[columns.suppressed].cast(pl.Boolean).fill_null(value=False).alias("suppressed")
            if columns.suppressed
            else pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True).alias("suppressed"),
        ]
    )
    names = {
        key: names_of(frame, used[key], used[f"{key}_name"]) if used[f"{key}_name"] else {}
        for key in ("place", "industry")
    }
    return _from_rows(
        rows,
        duplicates=duplicates,
        absent=absent,
        described=(measure, unit),
        names=(names["place"], names["industry"]),
    )


def grid_of_wide(
    table: object,
    place: str,
    industries: Sequence[str],
    *,
    year: str = "",
    duplicates: Duplicates,
    absent: Absent,
    measure: str = "",
    unit: str = "",
) -> Grid:
    """Take in a wide table: one row a place (and year), one column an industry.

    Parameters
    ----------
    table : object
        A frame of Polars or pandas.
    place, year : str
        Columns of the key; ``year`` is empty where the table holds one year.
    industries : sequence of str
        The columns of numbers.
    duplicates, absent, measure, unit
        As in `grid_of`. An empty cell is an absent one.

    Returns
    -------
    Grid
        As in `grid_of`; rows of its problems are counted through the wide table, column by column.

    Examples
    --------
    >>> table = pl.DataFrame({"region": ["a", "b"], "x": [30, None], "y": [10, 5]})
    >>> grid = grid_of_wide(table, "region", ["x", "y"], duplicates="refuse", absent="unknown")
    >>> from wutong.structure.grid import in_year
    >>> in_year(grid)[0].tolist()
    [[30.0, 10.0], [nan, 5.0]]
    """
    frame = frame_of(table)
    key = [place, year] if year else [place]
    lacking = [name for name in (*key, *industries) if name not in frame.columns]
    if lacking:
        raise TableError(
            Text(f"表中没有这些列：{'、'.join(lacking)}。", f"The table has no column {', '.join(lacking)}.")
        )
    long = frame.select(*key, *industries).unpivot(
        on=list(industries), index=key, variable_name="wide_industry", value_name="wide_value"
    )
    grid = grid_of(
        long.drop_nulls("wide_value"),
        Columns(place, "wide_industry", "wide_value", year),
        duplicates=duplicates,
        absent=absent,
        measure=measure,
        unit=unit,
    )
    # a place, industry or year whose cells are all empty is there all the same
    return with_axes(
        grid,
        places=codes_of(frame[place]),
        industries=industries,
        years=codes_of(frame[year]) if year else (),
    )


def grid_of_zone(
    region_industry: pl.DataFrame,
    document: pl.DataFrame,
    measure: str,
    *,
    industries: Sequence[str] = (),
    absent: Absent = "unknown",
) -> Grid:
    """Take in one measure of a zone's table ``region_industry``.

    Parameters
    ----------
    region_industry, document : polars.DataFrame
        Tables of the zone.
    measure : str
        Such as ``employment``.
    industries : sequence of str
        Which to take, so that a sum and its parts are not both in; all where it is empty.
    absent : {"zero", "unknown"}
        What a cell without a row is. An office that writes only what it knows leaves it unknown.

    Returns
    -------
    Grid
        A row without a value was looked for and is not published: its cell is suppressed.

    Raises
    ------
    NoAnswer
        If the table has no row of this measure.
    TableError
        If its rows are in several units.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> rows = TABLES["region_industry"].empty()
    >>> try:
    ...     grid_of_zone(rows, TABLES["document"].empty(), "employment")
    ... except NoAnswer as why:
    ...     print(why.text.en)
    Table region_industry has no row of measure “employment”. Needed: its values by region, industry and year.
    """
    rows = region_industry.filter(pl.col("measure") == measure)
    if industries:
        rows = rows.filter(pl.col("industry").is_in(list(industries)))
    if rows.is_empty():
        raise NoAnswer(
            Text(
                f"表 region_industry 没有度量“{measure}”的行。需要：按地区、行业、年份的数值。",
                f"Table region_industry has no row of measure “{measure}”. Needed: its values by region, industry and year.",
            )
        )
    units = rows["unit"].drop_nulls().unique().sort().to_list()
    if len(units) > 1:
        raise TableError(
            Text(
                f"表 region_industry 的“{measure}”有几种单位：{'、'.join(units)}。请换成一种。",
                f"Measure “{measure}” of table region_industry is in several units: {', '.join(units)}. Put it into one.",
            )
        )
    ready = rows.select(
        pl.col("region").alias("place"),
        "industry",
        pl.col("period").alias("year"),
        pl.col("value").alias("given"),
        (pl.col("suppressed").fill_null(value=False) | pl.col("value").is_null()).alias("suppressed"),
    )
    return _from_rows(
        ready,
        duplicates="refuse",
        absent=absent,
        described=(measure, units[0] if units else ""),
        names=({}, {}),
        sources=sources_of(document, rows),
        invented=bool(rows["invented"].any()),
        whole_years=True,
    )


# ------------------------------------------------------------------ how rows become cells


def _from_rows(
    rows: pl.DataFrame,
    *,
    duplicates: Duplicates,
    absent: Absent,
    described: tuple[str, str],
    names: tuple[Mapping[str, str], Mapping[str, str]],
    sources: tuple[Source, ...] = (),
    invented: bool = False,
    whole_years: bool = False,
) -> Grid:
    given = rows["given"]
    value = given.cast(pl.Float64, strict=False)
    hidden = rows["suppressed"]
    keyless = rows["place"].is_null() | rows["industry"].is_null() | rows["year"].is_null()
    finite = value.is_finite().fill_null(value=False)
    faults: list[tuple[str, pl.Series]] = [
        ("missing_key", keyless),
        ("suppressed_with_value", hidden & given.is_not_null() & ~(value.is_nan().fill_null(value=False))),
        ("missing", ~hidden & given.is_null()),
        ("not_a_number", ~hidden & given.is_not_null() & ~finite),
        ("negative", ~hidden & finite & (value < 0)),
    ]
    if whole_years:
        faults.insert(1, ("not_a_year", ~keyless & ~rows["year"].str.contains(r"^\d{4}$")))
    kind = pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    for name, where in faults:
        if where.any():
            kind = kind.zip_with(~(where & kind.is_null()), pl.repeat(name, rows.height, eager=True))
    problems = _problems(rows, kind)
    placeless = kind.is_in(["missing_key", "not_a_year"]).fill_null(value=False)
    if placeless.any():
        rows = rows.filter(~placeless)
        value, hidden, kind = (one.filter(~placeless) for one in (value, hidden, kind))
    if rows.is_empty():
        raise NoAnswer(
            Text(
                "表中没有一行可用。需要：地区、行业和数值。",
                "No row of the table can be used. Needed: region, industry and value.",
            )
        )
    places, place = coded(rows["place"])
    industries, industry = coded(rows["industry"])
    years, year = coded(rows["year"])
    # a row that is not usable leaves its cell unknown: to drop it would make the cell zero
    numbers = value.zip_with(kind.is_null() & ~hidden, pl.Series([None], dtype=pl.Float64))
    cells = numbers.fill_null(float("nan")).to_numpy().copy()
    withheld = hidden.to_numpy().copy()
    key = (year.astype(np.int64) * len(places) + place) * len(industries) + industry
    merged = 0
    if not bool((key[1:] > key[:-1]).all()):
        order = np.argsort(key, kind="stable")
        key, cells, withheld = key[order], cells[order], withheld[order]
        first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        merged = key.size - first.size
        if merged:
            if duplicates == "refuse":
                raise _twice(key, places, industries, years)
            cells, withheld = np.add.reduceat(cells, first), np.logical_or.reduceat(withheld, first)
            key = key[first]
        place = (key // len(industries) % len(places)).astype(np.int32)
        industry = (key % len(industries)).astype(np.int32)
    starts = np.searchsorted(key, np.arange(len(years) + 1) * (len(places) * len(industries)))
    return Grid(
        places=places,
        industries=industries,
        years=years,
        place=place,
        industry=industry,
        value=cells,
        suppressed=withheld,
        starts=starts.astype(np.int64),
        absent=absent,
        measure=described[0],
        unit=described[1],
        problems=problems,
        place_names=names[0],
        industry_names=names[1],
        merged=merged,
        sources=sources,
        invented=invented,
    )


def _problems(rows: pl.DataFrame, kind: pl.Series) -> pl.DataFrame:
    bad = kind.is_not_null()
    if not bad.any():
        return pl.DataFrame(schema=dict(_PROBLEM_SCHEMA))
    found = rows.filter(bad)
    return pl.DataFrame(
        {
            "row": bad.arg_true() + 1,
            "place": found["place"].cast(pl.String),
            "industry": found["industry"].cast(pl.String),
            "year": found["year"].cast(pl.String),
            "value": found["given"].cast(pl.String, strict=False),
            "kind": kind.filter(bad),
        },
        schema_overrides=dict(_PROBLEM_SCHEMA),
    )


def _twice(key: Ints, places: Sequence[str], industries: Sequence[str], years: Sequence[str]) -> TableError:
    again = np.unique(key[1:][key[1:] == key[:-1]])
    shown = []
    for one in again[:3].tolist():
        rest, industry = divmod(one, len(industries))
        year, place = divmod(rest, len(places))
        shown.append(" ".join(part for part in (years[year], places[place], industries[industry]) if part))
    return TableError(
        Text(
            f"有 {again.size} 组地区、行业、年份相同的行，如：{'；'.join(shown)}。请合并，或选择相加（duplicates=“sum”）。",
            f"{again.size} combinations of region, industry and year stand in several rows, such as: {'; '.join(shown)}. Merge them, or "
            "have them added up (duplicates=“sum”).",
        )
    )
