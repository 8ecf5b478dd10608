"""What regions and industries are called, where a table holds codes alone."""

from __future__ import annotations

from functools import cache

from wutong.structure.grid import Grid
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.codes import INDUSTRY, known_codes, name_of

REGION = "gbt2260"


def industry_name(grid: Grid, code: str) -> Text:
    """Say what an industry is called: as the table says, else as GB/T 4754-2017 does, else as it stands.

    Where no region is a Chinese one, a code is no Chinese one either: 84 is machinery in a table of the world's trade, and
    health in GB/T 4754.

    Examples
    --------
    >>> from wutong.structure.intake import Columns, grid_of
    >>> import polars as pl
    >>> table = pl.DataFrame({"region": ["140500"], "trade": ["06"], "jobs": [3]})
    >>> grid = grid_of(table, Columns("region", "trade", "jobs"), duplicates="refuse", absent="zero")
    >>> industry_name(grid, "06").en, place_name(grid, "140500").zh, place_name(grid, "甲市").en
    ('Mining and washing of coal', '晋城市', '甲市')
    """
    chinese = any(place in _codes(REGION) or not place.isascii() for place in grid.places)
    return _name(grid.industry_names.get(code), INDUSTRY if chinese else "", code)


def place_name(grid: Grid, code: str) -> Text:
    """Say what a region is called: as the table says, else as GB/T 2260 does, else as it stands."""
    return _name(grid.place_names.get(code), REGION, code)


def _name(given: str | None, list_id: str, code: str) -> Text:
    if given:
        return Text(given, given)
    if not list_id or code not in _codes(list_id):
        return Text(code, code)
    return Text(name_of(list_id, code, "zh"), name_of(list_id, code, "en"))


@cache
def _codes(list_id: str) -> frozenset[str]:
    return frozenset(known_codes(list_id))


def measure_name(grid: Grid) -> Text:
    """Say what is counted, as table ``region_industry`` calls it, else as it stands."""
    return called_measure(grid.measure) if grid.measure else Text("数量", "amount")


def called_region(code: str) -> Text:
    """Say what a region of ``region_industry`` is called: as GB/T 2260 does, else as it stands.

    Examples
    --------
    >>> called_region("140500").en, called_measure("jobs").en
    ('Jincheng', 'jobs')
    """
    return _name(None, REGION, code)


def called_industry(code: str) -> Text:
    """Say what an industry is called: as GB/T 4754-2017 does, else as it stands.

    Examples
    --------
    >>> called_industry("06").zh
    '煤炭开采和洗选业'
    """
    return _name(None, INDUSTRY, code)


def called_measure(word: str) -> Text:
    """Say what a measure of ``region_industry`` is called, else as it stands."""
    choices = TABLES["region_industry"].column("measure").choices
    return next((choice.label for choice in choices if choice.word == word), Text(word, word))
