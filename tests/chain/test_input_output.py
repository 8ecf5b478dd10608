"""Answers from an input–output table: what they say, and what they refuse."""

from __future__ import annotations

import polars as pl
import pytest

from tests.conftest import SHARED
from wutong.chain.accounts import Accounts, accounts_of
from wutong.chain.input_output import fall, linkages
from wutong.errors import NoAnswer, TableError

TABLE = pl.DataFrame(
    {
        "industry": ["coal", "power", "steel"],
        "coal": [5.0, 10.0, 2.0],
        "power": [40.0, 5.0, 1.0],
        "steel": [20.0, 30.0, 10.0],
        "household": [35.0, 55.0, 87.0],
        "output": [100.0, 100.0, 100.0],
    }
)


def chile() -> Accounts:
    flows = pl.read_csv(SHARED / "data/chain/chile_io/transaction_matrix.csv")
    made = pl.read_csv(SHARED / "data/chain/chile_io/wage_demand_matrix.csv").select("", "final_total_demand")
    # the column is called final demand there and is all output
    return accounts_of(flows.join(made, on="", maintain_order="left"), output="final_total_demand")


def test_a_table_is_square_in_any_order_and_other_columns_are_not_read() -> None:
    moved = accounts_of(TABLE.select("industry", "steel", "output", "household", "power", "coal")[[2, 0, 1]])
    assert moved.industries == ("steel", "coal", "power")
    assert moved.flows.tolist() == [[10.0, 2.0, 1.0], [20.0, 5.0, 40.0], [30.0, 10.0, 5.0]]


def test_a_fall_is_told_for_suppliers_and_customers_apart() -> None:
    found = fall(accounts_of(TABLE), "power", 0.2)
    rows = {row["industry"]: row for row in found.table.iter_rows(named=True)}
    assert found.table["industry"][0] == "power"
    assert rows["power"]["as_supplier"] == rows["power"]["as_customer"] == -20.0
    # by hand, suppliers: [I − A of coal and steel] d = a_power · (−20)
    # coal: .95 c − .20 s = −8;  steel: −.02 c + .90 s = −.2
    steel = (-0.2 * 0.95 + 0.02 * -8) / (0.95 * 0.90 - 0.02 * 0.20)
    coal = (-8 + 0.20 * steel) / 0.95
    assert rows["coal"]["as_supplier"] == pytest.approx(coal)
    assert rows["steel"]["as_supplier"] == pytest.approx(steel)
    assert rows["steel"]["as_customer"] < rows["steel"]["as_supplier"]
    assert "not to be added" in found.caveats[1].en


def test_a_fall_twice_as_deep_takes_twice_as_much() -> None:
    one, two = (
        fall(accounts_of(TABLE), "coal", share).table["as_supplier"].to_list() for share in (0.1, 0.2)
    )
    assert two == pytest.approx([2 * value for value in one])


@pytest.mark.shared
def test_mining_of_chile() -> None:
    found = linkages(chile())
    assert found.table.height == 12
    assert (found.table["multiplier"] >= 1).all()
    falls = fall(chile(), "mining", 0.1)
    assert falls.table["industry"][0] == "mining"
    assert (falls.table["as_supplier"] <= 0).all()
    assert (falls.table["as_supplier_share"].abs() <= 0.1 + 1e-12).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"industry": ["coal", "coal", "steel"]}, "stand twice"),
        ({"industry": ["coal", "power", "tin"]}, "tin"),
        ({"output": [1.0, None, 3.0]}, "power"),
        ({"coal": ["5", "x", "2"]}, "row 2"),
        ({"coal": [5.0, -1.0, 2.0]}, "row 2"),
    ],
)
def test_a_faulty_table_is_refused_with_its_place(change: dict[str, list[object]], said: str) -> None:
    faulty = TABLE.with_columns(
        **{name: pl.Series(name, values, strict=False) for name, values in change.items()}
    )
    with pytest.raises(TableError) as error:
        accounts_of(faulty)
    assert said in error.value.text.en


def test_without_output_the_option_is_named() -> None:
    with pytest.raises(TableError, match="--output"):
        accounts_of(TABLE.drop("output"))


def test_an_industry_that_the_table_lacks_is_no_answer() -> None:
    with pytest.raises(NoAnswer) as why:
        fall(accounts_of(TABLE), "cole", 0.1)
    assert "coal" in why.value.text.en
    with pytest.raises(NoAnswer):
        fall(accounts_of(TABLE), "coal", 0.0)
