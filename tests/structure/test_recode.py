"""Other codes: nothing is lost without a word, and what is not known stays so."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.structure.nation import parts, table
from wutong.errors import NoAnswer, TableError
from wutong.structure.grid import Absent, Grid, in_year, suppressed_in
from wutong.structure.intake import Columns, grid_of
from wutong.structure.recode import recoded


def grid(absent: Absent = "zero", **columns: list[object]) -> Grid:
    frame = pl.DataFrame(columns)
    named = Columns("region", "trade", "jobs", suppressed="hidden" if "hidden" in columns else "")
    return grid_of(frame, named, duplicates="refuse", absent=absent)


PAIRS = pl.DataFrame({"from": ["x", "y", "y"], "to": ["p", "p", "q"], "part": [1.0, 0.25, 0.75]})


def test_what_is_placed_and_what_is_not_add_up_to_all() -> None:
    one = parts().grid
    rng = np.random.default_rng(0)
    pairs = [
        {"old": code, "new": f"n{target}", "part": part}
        for code in one.industries[:-2]
        for target, part in zip(rng.choice(7, 3, replace=False), rng.dirichlet(np.ones(3)), strict=True)
    ]
    found = recoded(one, pl.DataFrame(pairs), old="old", new="new", weight="part")
    assert found.unplaced["code"].to_list() == sorted(
        one.industries[-2:], key=lambda code: -table().filter(pl.col("industry") == code)["jobs"].sum()
    )
    assert found.grid.value.sum() + found.unplaced["value"].sum() == pytest.approx(one.value.sum())
    assert found.unplaced["share"].sum() == pytest.approx(found.unplaced["value"].sum() / one.value.sum())
    assert found.grid.years == one.years
    for year in one.years:
        whole = in_year(one, year)[0][:, :-2].sum(axis=1)
        assert in_year(found.grid, year)[0].sum(axis=1) == pytest.approx(whole)


def test_a_part_of_what_is_withheld_is_withheld() -> None:
    one = grid(region=["a", "a", "b"], trade=["x", "y", "y"], jobs=[10, None, 4], hidden=[False, True, False])
    found = recoded(one, PAIRS, old="from", new="to", weight="part")
    values, unknown = in_year(found.grid)
    assert unknown.tolist() == [[True, True], [False, False]]
    assert suppressed_in(found.grid).tolist() == [[True, True], [False, False]]
    assert values[1].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("absent", "expected"), [("zero", [[12.5, 7.5], [10.0, 0.0]]), ("unknown", [[12.5, 7.5], [None, None]])]
)
def test_a_sum_with_an_absent_part_is_what_absent_means(
    absent: Absent, expected: list[list[float | None]]
) -> None:
    one = grid(absent, region=["a", "a", "b"], trade=["x", "y", "x"], jobs=[10, 10, 10])
    values, _ = in_year(recoded(one, PAIRS, old="from", new="to", weight="part").grid)
    assert [[None if np.isnan(cell) else cell for cell in row] for row in values.tolist()] == expected


def test_without_weights_the_split_is_equal_and_told() -> None:
    one = grid(region=["a"], trade=["y"], jobs=[10])
    found = recoded(one, PAIRS, old="from", new="to")
    assert in_year(found.grid)[0].tolist() == [[5.0, 5.0]]
    assert found.split == ("y",)


def test_places_can_be_put_together_too() -> None:
    one = grid(region=["a", "b", "c"], trade=["x", "x", "x"], jobs=[1, 2, 4])
    merged = pl.DataFrame({"from": ["a", "b", "c"], "to": ["ab", "ab", "c"]})
    found = recoded(one, merged, old="from", new="to", axis="place")
    assert (found.grid.places, in_year(found.grid)[0].tolist()) == (("ab", "c"), [[3.0], [4.0]])


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ([1.0, 0.2, 0.2], "do not add up to 1, for 1 codes: y"),
        ([1.0, -0.5, 1.5], "missing or negative"),
        ([1.0, None, 1.0], "missing or negative"),
    ],
)
def test_a_concordance_that_is_wrong_is_refused(part: list[float | None], words: str) -> None:
    one = grid(region=["a"], trade=["y"], jobs=[10])
    with pytest.raises(TableError, match=words):
        recoded(one, PAIRS.with_columns(part=pl.Series(part)), old="from", new="to", weight="part")


def test_a_pair_twice_a_column_that_is_not_there_and_other_codes_are_refused() -> None:
    one = grid(region=["a"], trade=["y"], jobs=[10])
    with pytest.raises(TableError, match="stand twice"):
        recoded(one, pl.concat([PAIRS, PAIRS]), old="from", new="to")
    with pytest.raises(TableError, match="no column into"):
        recoded(one, PAIRS, old="from", new="into")
    with pytest.raises(NoAnswer, match="No code of the table"):
        recoded(grid(region=["a"], trade=["w"], jobs=[10]), PAIRS, old="from", new="to")
