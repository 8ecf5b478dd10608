"""What a table of regions knows is counted cell by cell."""

from __future__ import annotations

import polars as pl

from wutong.structure.coverage import coverage
from wutong.structure.intake import Columns, grid_of

TABLE = pl.DataFrame(
    {
        "region": ["a", "a", "b", "b", "b", "a"],
        "trade": ["x", "y", "x", "y", "y", "x"],
        "year": [2020, 2020, 2020, 2021, 2020, 2021],
        "jobs": [3.0, 0.0, None, 5.0, -1.0, 2.0],
        "hidden": [False, False, True, False, False, False],
    }
)
COLUMNS = Columns("region", "trade", "jobs", year="year", suppressed="hidden")


def test_each_cell_is_known_withheld_zero_or_unknown_and_counted_once() -> None:
    found = coverage(grid_of(TABLE, COLUMNS, duplicates="refuse", absent="unknown")).table
    counts = found.select("year", "cells", "above_zero", "zero", "withheld", "unknown").rows()
    # 2020: b y is negative and stays unknown; 2021: a y and b x have no row
    assert counts == [("2020", 4, 1, 1, 1, 1), ("2021", 4, 2, 0, 0, 2)]
    assert (
        found["cells"] == found.select("above_zero", "zero", "withheld", "unknown").sum_horizontal()
    ).all()


def test_rows_that_could_not_be_used_are_counted_and_named() -> None:
    finding = coverage(grid_of(TABLE, COLUMNS, duplicates="refuse", absent="zero"))
    assert finding.rows_left_out == 1
    assert any("Negative" in caveat.en for caveat in finding.caveats)
    assert any("--absent unknown" in caveat.en for caveat in finding.caveats)


def test_rows_of_one_cell_that_were_added_up_are_told() -> None:
    twice = pl.concat([TABLE.head(1), TABLE.head(1)])
    finding = coverage(grid_of(twice, COLUMNS, duplicates="sum", absent="zero"))
    assert finding.table["known_sum"].to_list() == [6.0]
    assert any(caveat.en.startswith("1 rows were added") for caveat in finding.caveats)
