"""Tables in: what becomes a cell, what a problem, and what stays unknown."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wutong.errors import NoAnswer, TableError
from wutong.structure.frames import frame_of
from wutong.structure.grid import Absent, in_year, long_of, suppressed_in, with_axes
from wutong.structure.intake import PROBLEMS, Columns, grid_of, grid_of_wide, grid_of_zone
from wutong.zone.catalogue import TABLES

LONG = Columns("region", "trade", "jobs")


def rows(*cells: tuple[object, object, object]) -> pl.DataFrame:
    return pl.DataFrame(cells, schema=["region", "trade", "jobs"], orient="row", strict=False)


def test_a_row_named_twice_is_summed_or_refused_and_never_the_first_kept() -> None:
    table = rows(("a", "x", 3), ("b", "x", 5), ("a", "x", 4))
    grid = grid_of(table, LONG, duplicates="sum", absent="zero")
    assert in_year(grid)[0].tolist() == [[7.0], [5.0]]
    assert grid.merged == 1
    with pytest.raises(TableError, match=r"1 combinations of region, industry and year .* such as: a x"):
        grid_of(table, LONG, duplicates="refuse", absent="zero")


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    grid = grid_of(rows(("a", "x", 3), ("a", "x", None)), LONG, duplicates="sum", absent="zero")
    assert in_year(grid)[1].tolist() == [[True]]


def test_what_cannot_be_used_is_a_problem_and_leaves_its_cell_unknown_not_zero() -> None:
    table = rows(
        ("a", "x", "3"),
        ("a", "y", "-1"),
        ("b", "x", None),
        ("b", "y", "n/a"),
        (None, "x", "1"),
        ("c", "x", "inf"),
    )
    grid = grid_of(table, LONG, duplicates="refuse", absent="zero")
    assert grid.problems.select("row", "kind", "value").rows() == [
        (2, "negative", "-1"),
        (3, "missing", None),
        (4, "not_a_number", "n/a"),
        (5, "missing_key", "1"),
        (6, "not_a_number", "inf"),
    ]
    values, unknown = in_year(grid)
    assert unknown.tolist() == [[False, True], [True, True], [True, False]]
    assert np.isnan(values[unknown]).all()
    assert set(grid.problems["kind"]) <= set(PROBLEMS)


def test_suppressed_is_not_zero_and_not_a_problem() -> None:
    table = pl.DataFrame(
        {
            "region": ["a", "a", "b"],
            "trade": ["x", "y", "x"],
            "jobs": [1.0, None, 2.0],
            "d": [False, True, True],
        }
    )
    grid = grid_of(
        table, Columns("region", "trade", "jobs", suppressed="d"), duplicates="refuse", absent="zero"
    )
    values, unknown = in_year(grid)
    assert suppressed_in(grid).tolist() == [[False, True], [True, False]]
    assert unknown.tolist() == [[False, True], [True, False]]
    assert values[1, 1] == 0
    # a value beside the flag contradicts it: the flag is believed, the row is told
    assert grid.problems["kind"].to_list() == ["suppressed_with_value"]


@pytest.mark.parametrize(("absent", "expected"), [("zero", 0.0), ("unknown", None)])
def test_an_absent_cell_is_what_the_caller_says(absent: Absent, expected: float | None) -> None:
    grid = grid_of(rows(("a", "x", 1), ("b", "y", 2)), LONG, duplicates="refuse", absent=absent)
    value = in_year(grid)[0][0, 1]
    assert np.isnan(value) if expected is None else value == expected


def test_a_place_of_zeros_and_one_of_problems_stay_in_place() -> None:
    grid = grid_of(
        rows(("a", "x", 0), ("b", "x", 5), ("c", "x", -1)), LONG, duplicates="refuse", absent="zero"
    )
    assert grid.places == ("a", "b", "c")


def test_years_are_apart_and_the_last_is_taken_where_none_is_named() -> None:
    table = pl.DataFrame({"region": ["a", "a"], "trade": ["x", "x"], "jobs": [2, 1], "y": [2024, 2023]})
    grid = grid_of(table, Columns("region", "trade", "jobs", "y"), duplicates="refuse", absent="zero")
    assert grid.years == ("2023", "2024")
    assert [in_year(grid, year)[0].tolist() for year in ("2023", "2024", "")] == [[[1.0]], [[2.0]], [[2.0]]]
    with pytest.raises(NoAnswer, match=r"no year 2022\. It has: 2023, 2024"):
        in_year(grid, "2022")


def test_whole_numbers_that_a_table_with_gaps_keeps_as_floats_are_codes() -> None:
    table = pl.DataFrame({"region": [1.0, 11.0, None], "trade": [5, 5, 5], "jobs": [1, 2, 3]})
    assert grid_of(table, LONG, duplicates="refuse", absent="zero").places == ("1", "11")


def test_names_stand_beside_codes() -> None:
    table = pl.DataFrame({"region": ["1"], "trade": ["x"], "jobs": [1], "name": ["晋城"]})
    grid = grid_of(
        table, Columns("region", "trade", "jobs", place_name="name"), duplicates="refuse", absent="zero"
    )
    assert grid.place_names == {"1": "晋城"}


def test_a_wide_table_keeps_its_empty_places_and_industries() -> None:
    table = pl.DataFrame({"region": ["a", "b"], "x": [1, None], "y": [None, None]})
    grid = grid_of_wide(table, "region", ["x", "y"], duplicates="refuse", absent="unknown")
    assert (grid.places, grid.industries) == (("a", "b"), ("x", "y"))
    assert in_year(grid)[1].tolist() == [[False, True], [True, True]]


def test_a_zone_gives_one_measure_and_what_is_not_published_is_unknown() -> None:
    cells = [
        ("140500", "C39", "2024", 5.0, "万元"),
        ("140500", "C40", "2024", None, "万元"),
        ("140581", "C39", "2024-01..08", 1.0, "万元"),
    ]
    table = pl.concat(
        [
            TABLES["region_industry"].empty(),
            pl.DataFrame(
                [
                    {
                        "region": region,
                        "industry": industry,
                        "period": period,
                        "measure": "output",
                        "value": value,
                        "unit": unit,
                    }
                    | {"source": "d1", "invented": True, "as_of": date(2025, 1, 1)}
                    for region, industry, period, value, unit in cells
                ]
            ),
        ],
        how="diagonal_relaxed",
    )
    grid = grid_of_zone(table, TABLES["document"].empty(), "output")
    assert (grid.unit, grid.absent, grid.invented) == ("万元", "unknown", True)
    assert [source.id for source in grid.sources] == ["d1"]
    assert suppressed_in(grid).tolist() == [[False, True]]
    assert grid.problems["kind"].to_list() == ["not_a_year"]
    with pytest.raises(TableError, match="several units"):
        grid_of_zone(
            table.with_columns(unit=pl.Series(["万元", "亿元", "亿元"])), TABLES["document"].empty(), "output"
        )


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(TableError, match=r"no column jobs\. It has: region, trade"):
        grid_of(rows(("a", "x", 1)).drop("jobs"), LONG, duplicates="refuse", absent="zero")


def test_no_usable_row_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match="No row"):
        grid_of(rows((None, "x", 1)), LONG, duplicates="refuse", absent="zero")


class _Stream:
    """A table that is no Polars frame and hands out the Arrow C stream."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


class _Column:
    def __init__(self, values: NDArray[np.generic]) -> None:
        self.values = values

    def to_numpy(self) -> NDArray[np.generic]:
        return self.values


class _Panda:
    """A pandas frame where PyArrow is not there: it has the stream and cannot give it."""

    columns = ("region", "trade", "jobs")

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise ImportError("pyarrow")

    def __getitem__(self, name: str) -> _Column:
        cells = {"region": ["a", float("nan")], "trade": ["x", "y"]}
        return _Column(np.array([1.0, 2.0]) if name == "jobs" else np.array(cells[name], dtype=object))


def test_a_table_of_another_library_comes_through_the_stream_or_column_by_column() -> None:
    table = rows(("a", "x", 1))
    assert frame_of(_Stream(table)).equals(table)
    panda = pl.DataFrame({"region": ["a", None], "trade": ["x", "y"], "jobs": [1.0, 2.0]})
    found = frame_of(_Panda())
    assert found.equals(panda)
    with pytest.raises(TableError, match="is no table"):
        frame_of([1, 2])


CELLS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from(["2023", "2024"])),
    st.integers(0, 1000),
    min_size=1,
)


@settings(max_examples=40, deadline=None)
@given(cells=CELLS, seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter_and_a_grid_gives_its_table_back(
    cells: dict[tuple[str, str, str], int], seed: int
) -> None:
    table = pl.DataFrame(
        [(*key, value) for key, value in cells.items()], schema=["region", "trade", "y", "jobs"], orient="row"
    )
    columns = Columns("region", "trade", "jobs", "y")
    grid = grid_of(table, columns, duplicates="refuse", absent="zero")
    again = grid_of(
        table.sample(fraction=1, shuffle=True, seed=seed), columns, duplicates="refuse", absent="zero"
    )
    assert long_of(grid).equals(long_of(again))
    assert {
        (place, industry, year): int(value) for year, place, industry, value, _ in long_of(grid).iter_rows()
    } == cells
    for year in grid.years:
        assert in_year(grid, year)[0].sum() == sum(v for (_, _, y), v in cells.items() if y == year)
    halves = grid_of(pl.concat([table, table]), columns, duplicates="sum", absent="zero")
    assert np.array_equal(halves.value, 2 * grid.value)


def test_axes_can_be_widened_without_moving_a_cell() -> None:
    grid = grid_of(rows(("b", "x", 1), ("d", "y", 2)), LONG, duplicates="refuse", absent="zero")
    wider = with_axes(grid, places=["a", "c"], industries=["w"], years=["2024"])
    assert in_year(wider, "2024")[0].tolist() == np.zeros((4, 3)).tolist()
    assert wider.years == ("", "2024")
    assert long_of(wider).equals(long_of(grid))
