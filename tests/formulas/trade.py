"""Real trade that tests hold published numbers against: the folder ``../shared``."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, cast

import polars as pl

from tests.conftest import SHARED
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.specialisation import location_quotient, presence
from wutong.structure.grid import Grid, in_year
from wutong.structure.intake import Columns, grid_of

FOLDER = SHARED / "data" / "structure"


@cache
def published() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((FOLDER / "expected_values.json").read_text(encoding="utf-8")))


@cache
def trade() -> Grid:
    """Exports of 226 countries by 785 products, mean of 1998 to 2000, as the R package economiccomplexity carries them."""
    table = pl.read_parquet(FOLDER / "trade_sitc4_avg_1998_2000.parquet")
    return grid_of(table, Columns("country", "product", "value"), duplicates="refuse", absent="zero")


@cache
def sections() -> Grid:
    """Exports of 226 countries by 21 sections, as Datawheel's package tests itself on."""
    table = pl.read_csv(FOLDER / "datawheel_fixture_exports.csv")
    columns = Columns("Exporter Country ID", "Section ID", "Trade Value")
    return grid_of(table, columns, duplicates="sum", absent="zero")


@cache
def quotients() -> Floats:
    return location_quotient(in_year(trade())[0])


@cache
def has() -> Bools:
    return presence(quotients())
