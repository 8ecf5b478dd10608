"""A fall of the first industry, asked of the table of regions and of the input–output table together."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from wutong.brief.first_industry import first_industry_falls
from wutong.chain.accounts import accounts_of
from wutong.errors import NoAnswer
from wutong.structure.dependence import industry_dependence
from wutong.structure.intake import Columns, grid_of
from wutong.structure.totals import Parts, parts_of

NATION = accounts_of(
    pl.DataFrame(
        {
            "industry": ["coal", "power", "steel"],
            "coal": [50.0, 100.0, 20.0],
            "power": [400.0, 50.0, 10.0],
            "steel": [200.0, 300.0, 100.0],
            "output": [1000.0, 1000.0, 1000.0],
        }
    )
)


def parts(coal: float | None = 80.0, power: float = 30.0) -> Parts:
    table = pl.DataFrame(
        {
            "region": ["here"] * 3 + ["there"] * 3,
            "industry": ["coal", "power", "steel"] * 2,
            "year": ["2024"] * 6,
            "value": [coal, power, 10.0, 920.0, 970.0, 990.0],
            "hidden": [coal is None] + [False] * 5,
        }
    )
    columns = Columns("region", "industry", "value", year="year", suppressed="hidden")
    return parts_of(grid_of(table, columns, duplicates="refuse", absent="unknown"))


def test_the_first_industry_is_found_and_what_it_buys_at_home_falls() -> None:
    found = first_industry_falls(parts(), "here", NATION, 0.5)
    first = found.table.row(0, named=True)
    assert (first["industry"], first["output"], first["as_supplier"]) == ("coal", 80.0, -40.0)
    power = found.table.filter(pl.col("industry") == "power").row(0, named=True)
    # the nation's coal buys 0.1 of power for each unit; a small region buys less of it at home
    assert -0.1 * 40 < power["as_supplier"] < 0
    assert "here" in found.answer.en


def test_a_small_region_keeps_less_than_the_nation() -> None:
    lost = [
        float(first_industry_falls(parts(), "here", NATION, 0.5, delta=delta).table["as_supplier"].sum())
        for delta in (0.0, 0.3, 0.9)
    ]
    assert lost == sorted(lost)


def test_without_a_table_or_with_another_the_answer_says_what_is_needed() -> None:
    with pytest.raises(NoAnswer) as why:
        first_industry_falls(parts(), "here", None, 0.1)
    assert "input–output table" in why.value.text.en
    with pytest.raises(NoAnswer):
        first_industry_falls(parts(), "nowhere", NATION, 0.1)


def test_a_withheld_output_is_not_taken_as_zero() -> None:
    with pytest.raises(NoAnswer) as why:
        first_industry_falls(parts(coal=None), "here", NATION, 0.1, industry="power")
    assert "coal" in why.value.text.en


def test_the_industry_that_falls_is_the_one_that_dependence_follows() -> None:
    # tin and gold are withheld and may be greater than all: coal is the greatest that is published
    table = pl.DataFrame(
        {
            "region": ["here"] * 5,
            "industry": ["coal", "power", "steel", "tin", "gold"],
            "year": ["2024"] * 5,
            "value": [80.0, 30.0, 10.0, None, None],
            "hidden": [False, False, False, True, True],
        }
    )
    columns = Columns("region", "industry", "value", year="year", suppressed="hidden")
    here = replace(
        parts_of(grid_of(table, columns, duplicates="refuse", absent="unknown")),
        totals=pl.DataFrame({"place": ["here"], "year": ["2024"], "total": [500.0]}),
    )
    assert industry_dependence(here, "here").labels["share"].en == "Share of coal"
    assert first_industry_falls(here, "here", NATION, 0.5).table["industry"][0] == "coal"
