"""Which industries lie together: a calculation by hand, every lot, and what does not change the answer."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.errors import NoAnswer, TableError
from wutong.formulas.agglomeration import pair_by_lot, pair_coagglomeration
from wutong.structure.pairs import pairs_together
from wutong.zone.catalogue import TABLES

NONE = TABLES["document"].empty()


def plants(*rows: tuple[str | None, str | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"industry": pl.String, "region": pl.String, "size": pl.Float64}, orient="row"
    )


HAND = plants(
    ("13", "a", 3), ("13", "b", 1), ("17", "a", 6), ("17", "b", 2), ("39", "b", 3), ("39", "b", 1),
)  # fmt: skip


def test_three_pairs_by_hand() -> None:
    """Of 16 region a has 9: shares of 13 and 17 are 3/4 and 1/4, of 39 they are 0 and 1."""
    finding = pairs_together(HAND, NONE)
    spread = 1 - (9 / 16) ** 2 - (7 / 16) ** 2
    found = {(row["one"], row["other"]): row for row in finding.table.iter_rows(named=True)}
    assert found["13", "17"]["index"] == pytest.approx(2 * (3 / 16) ** 2 / spread)
    assert found["13", "39"]["index"] == pytest.approx(-2 * (3 / 16) * (9 / 16) / spread)
    assert found["17", "39"]["index"] == found["13", "39"]["index"]
    assert [found[pair]["regions"] for pair in (("13", "17"), ("13", "39"))] == [2, 1]
    assert finding.table.row(0, named=True)["pair_en"].startswith("Processing of")
    assert "0 of 3 pairs" in finding.answer.en


def test_over_every_lot_the_index_has_mean_zero_and_the_deviation_that_is_said() -> None:
    one, other = np.array([3.0, 1.0]), np.array([2.0, 2.0, 1.0])
    totals = np.array([5.0, 3.0, 2.0])
    part = totals / totals.sum()
    chance, index = [], []
    for places in product(range(3), repeat=5):
        at = np.array(places)
        where = [
            np.bincount(at[cut], weights=sizes, minlength=3).astype(float)
            for cut, sizes in ((slice(0, 2), one), (slice(2, 5), other))
        ]
        chance.append(float(np.prod(part[at])))
        index.append(pair_coagglomeration(where[0], where[1], totals))
    assert np.dot(chance, index) == pytest.approx(0, abs=1e-12)
    assert np.sqrt(np.dot(chance, np.square(index))) == pytest.approx(pair_by_lot(one, other, totals))


def test_industries_planted_together_are_told_from_those_placed_by_lot() -> None:
    rng = np.random.default_rng(4)
    towns = np.array([f"r{at:02d}" for at in range(20)])
    rows = [(industry, str(town), 1.0) for industry in ("13", "17", "26") for town in rng.choice(towns, 60)]
    hub = rng.dirichlet(np.full(20, 0.3))
    rows += [(industry, str(town), 1.0) for industry in ("38", "39") for town in rng.choice(towns, 60, p=hub)]
    totals = pl.DataFrame({"region": towns, "total": np.ones(20)})
    table = pairs_together(plants(*rows), NONE, totals).table
    assert table.row(0, named=True)["one"] == "38"
    assert table.row(0, named=True)["other"] == "39"
    assert table["z"][0] > 5
    assert table["z"][1:].abs().max() < 4  # type: ignore[operator]


def test_what_is_not_known_is_left_out_and_said() -> None:
    more = plants(("13", None, 4), (None, "a", 4), ("17", "a", None), ("17", "b", 0), ("06", "a", 2))
    finding = pairs_together(pl.concat([HAND, more]), NONE)
    assert finding.rows_left_out == 4
    assert finding.table.height == 3
    assert finding.caveats[0].en.startswith("4 plants are left out")
    assert finding.caveats[1].en.startswith("1 industries have fewer than 2 plants")


def test_one_industry_one_region_and_a_table_without_sizes_are_refused() -> None:
    with pytest.raises(NoAnswer, match="Needed: a list of plants"):
        pairs_together(HAND.filter(industry="13"), NONE)
    with pytest.raises(NoAnswer, match="Needed: two places"):
        pairs_together(HAND.with_columns(region=pl.lit("a")), NONE)
    with pytest.raises(NoAnswer, match="Fewer than two industries"):
        pairs_together(HAND.with_columns(size=pl.lit(0.0)), NONE)
    with pytest.raises(TableError, match="no column size"):
        pairs_together(HAND.drop("size"), NONE)


@settings(max_examples=25, deadline=None)
@given(
    cells=st.lists(
        st.tuples(st.sampled_from(["13", "17", "39"]), st.sampled_from("abcd"), st.integers(1, 50)),
        min_size=12,
        max_size=30,
    ),
    seed=st.integers(0, 9),
    times=st.sampled_from([0.5, 4.0, 1024.0]),
)
def test_neither_order_nor_unit_changes_the_index(
    cells: list[tuple[str, str, int]], seed: int, times: float
) -> None:
    made = plants(("13", "a", 1), ("13", "b", 1), ("17", "c", 1), ("17", "d", 1), *cells)
    plain = pairs_together(made, NONE).table.sort("one", "other")
    other = pairs_together(
        made.sample(fraction=1, shuffle=True, seed=seed).with_columns(pl.col("size") * times), NONE
    )
    again = other.table.sort("one", "other")
    assert again["index"].to_list() == pytest.approx(plain["index"].to_list(), abs=1e-9)
    assert again["z"].to_list() == pytest.approx(plain["z"].to_list(), abs=1e-6)
