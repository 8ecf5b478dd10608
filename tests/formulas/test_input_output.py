"""Input–output accounts against a textbook, a published inverse and a country's table, and against what must hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED
from wutong.errors import NoAnswer
from wutong.formulas.input_output import (
    extraction,
    fall_of,
    input_coefficients,
    leontief_inverse,
    linkages,
    output_coefficients,
    output_for,
    output_multipliers,
    regional_coefficients,
    shortage_of,
)
from wutong.formulas.kinds import Floats

CHAIN = SHARED / "data/chain"
MILLER_BLAIR = np.array([[0.15, 0.25], [0.20, 0.05]])


def drawn(seed: int, n: int) -> tuple[Floats, Floats, Floats]:
    """Flows, final demand and output of an economy that makes more than it uses."""
    chance = np.random.default_rng(seed)
    flows = chance.lognormal(sigma=1.5, size=(n, n)) * (chance.random((n, n)) < 0.6)
    final = chance.lognormal(sigma=1.0, size=n) * 3
    return flows, final, flows.sum(axis=1) + final


ECONOMIES = st.builds(drawn, st.integers(0, 10_000), st.integers(1, 9))


def test_the_two_industries_of_miller_and_blair() -> None:
    inverse = leontief_inverse(MILLER_BLAIR)
    assert inverse == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=5e-5)
    assert output_for(inverse, np.array([600.0, 1500.0])) == pytest.approx([1247.5, 1841.6], abs=0.05)


@pytest.mark.shared
def test_the_inverse_of_pymrio_is_met() -> None:
    coefficients, published = (
        pl.read_csv(CHAIN / f"pymrio_test/{name}.csv", skip_rows=3, has_header=False)[:, 2:]
        .cast(pl.Float64)
        .to_numpy()
        for name in ("A", "L")
    )
    assert coefficients.shape == (48, 48)
    assert leontief_inverse(coefficients) == pytest.approx(published, abs=1e-9)


@pytest.mark.shared
def test_chile_adds_up() -> None:
    flows = pl.read_csv(CHAIN / "chile_io/transaction_matrix.csv").drop("").to_numpy()
    demand = pl.read_csv(CHAIN / "chile_io/wage_demand_matrix.csv")
    output = demand["final_total_demand"].to_numpy()  # so called there; it is all output
    coefficients = input_coefficients(flows, output)
    final = output - flows.sum(axis=1)
    assert output_for(leontief_inverse(coefficients), final) == pytest.approx(output, rel=1e-9)
    assert (output_multipliers(leontief_inverse(coefficients)) >= 1).all()


@given(ECONOMIES)
def test_demand_brings_back_the_output_that_it_came_from(economy: tuple[Floats, Floats, Floats]) -> None:
    flows, final, output = economy
    coefficients = input_coefficients(flows, output)
    inverse = leontief_inverse(coefficients)
    assert output_for(inverse, final) == pytest.approx(output, rel=1e-6)
    # Leontief's and Ghosh's inverses are similar: x̂⁻¹ L x̂ = G
    ghosh = leontief_inverse(output_coefficients(flows, output))
    assert inverse * output[None, :] / output[:, None] == pytest.approx(ghosh, rel=1e-6, abs=1e-9)
    back, forth = linkages(inverse, ghosh)
    assert back.mean() == pytest.approx(1)
    assert forth.mean() == pytest.approx(1)


@given(ECONOMIES, st.floats(0.01, 1))
def test_a_fall_takes_suppliers_along_and_no_more_than_striking_the_industry_out(
    economy: tuple[Floats, Floats, Floats], share: float
) -> None:
    flows, final, output = economy
    coefficients = input_coefficients(flows, output)
    fall = fall_of(coefficients, 0, -share * output[0])
    assert fall[0] == -share * output[0]
    assert (fall <= 1e-12).all()
    gone = extraction(coefficients, final, 0)
    assert gone[0] == pytest.approx(output[0])
    # the others lose exactly that share of what they lose when it is not there
    assert -fall == pytest.approx(share * gone, rel=1e-6, abs=1e-9)


@given(ECONOMIES)
def test_the_unit_of_money_and_the_order_of_industries_do_not_matter(
    economy: tuple[Floats, Floats, Floats],
) -> None:
    flows, _, output = economy
    order = np.random.default_rng(1).permutation(output.size)
    coefficients = input_coefficients(flows, output)
    assert input_coefficients(flows * 1e4, output * 1e4) == pytest.approx(coefficients)
    moved = input_coefficients(flows[np.ix_(order, order)], output[order])
    assert leontief_inverse(moved) == pytest.approx(leontief_inverse(coefficients)[np.ix_(order, order)])


def test_a_shortage_goes_to_customers_and_a_fall_to_suppliers() -> None:
    # the first sells to the second, the second to the third: a line
    flows = np.array([[0.0, 40.0, 0.0], [0.0, 0.0, 50.0], [0.0, 0.0, 0.0]])
    output = np.array([100.0, 100.0, 100.0])
    down = shortage_of(output_coefficients(flows, output), 1, -100.0)
    up = fall_of(input_coefficients(flows, output), 1, -100.0)
    assert down.tolist() == [0.0, -100.0, -50.0]
    assert up.tolist() == [-40.0, -100.0, 0.0]


def test_a_region_buys_no_more_at_home_than_the_nation() -> None:
    cut = regional_coefficients(MILLER_BLAIR, np.array([[0.5, 3.0], [1.0, 0.0]]))
    assert (cut <= MILLER_BLAIR).all()
    with pytest.raises(NoAnswer):
        regional_coefficients(MILLER_BLAIR, np.array([[np.nan, 1.0], [1.0, 1.0]]))


@pytest.mark.parametrize(
    ("flows", "output"),
    [
        ([[1.0, 2.0]], [1.0, 2.0]),
        ([[-1.0]], [3.0]),
        ([[float("nan")]], [3.0]),
        ([[1.0, 1.0], [0.0, 0.0]], [3.0, 0.0]),
    ],
)
def test_a_faulty_table_has_no_coefficients(flows: list[list[float]], output: list[float]) -> None:
    with pytest.raises(NoAnswer):
        input_coefficients(np.array(flows), np.array(output))


def test_an_economy_that_uses_up_what_it_makes_has_no_inverse() -> None:
    with pytest.raises(NoAnswer):
        leontief_inverse(np.array([[0.5, 0.5], [0.5, 0.5]]))
