"""An input–output table: who buys from whom, industry by industry, and what each makes in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer, TableError
from wutong.finding import Source
from wutong.formulas.input_output import input_coefficients, regional_coefficients
from wutong.formulas.kinds import Floats
from wutong.formulas.quotients import flegg_quotients
from wutong.words import Text

OUTPUT: Final = ("output", "total_output", "x", "总产出", "总产出合计")
"""Usual headings of the column of gross output, in lower case."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """An input–output table.

    Parameters
    ----------
    industries : tuple of str
        Codes or names, in the table's order.
    flows : float array, shape (n, n)
        Row sells to column, in ``unit``.
    output : float array, shape (n,)
        Gross output, in ``unit``.
    unit : str
        Such as 万元; empty where the table does not say.
    names : mapping of str to Text
        What industries are called, where the codes do not say it.
    sources, invented
        As in a Finding.
    """

    industries: tuple[str, ...]
    flows: Floats
    output: Floats
    unit: str = ""
    names: Mapping[str, Text] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    invented: bool = False


def accounts_of(table: pl.DataFrame, *, output: str = "", unit: str = "") -> Accounts:
    """Take in a square table: the first column names the seller, a column each buyer, and one holds gross output.

    Parameters
    ----------
    table : polars.DataFrame
        Rows and columns of industries may stand in any order; other columns (final demand, wages) are not read.
    output : str
        The column of gross output; by its usual headings where it is empty.
    unit : str
        Of all numbers.

    Returns
    -------
    Accounts
        An empty cell is a flow of nothing, as such tables are printed; an empty output is refused.

    Raises
    ------
    TableError
        If an industry stands twice, has a row and no column, or there is no output; or a cell is no number, or negative.

    Examples
    --------
    >>> table = pl.DataFrame({"industry": ["煤", "电"], "电": [30.0, 5.0], "煤": [1.0, 10.0], "总产出": [100.0, 80.0]})
    >>> one = accounts_of(table)
    >>> one.flows.tolist(), one.output.tolist()
    ([[1.0, 30.0], [10.0, 5.0]], [100.0, 80.0])
    """
    head = table.columns[0]
    industries = table[head].cast(pl.String)
    held = output or next((name for name in table.columns if name.strip().casefold() in OUTPUT), "")
    if held not in table.columns:
        raise TableError(
            Text(
                f"看不出哪一列是总产出；请用 --output 列名 指明。现有列：{'、'.join(table.columns[:20])}。",
                f"Which column holds gross output? Name it with --output COLUMN. The table has: {', '.join(table.columns[:20])}.",
            )
        )
    table, industries = table.filter(industries.is_not_null()), industries.drop_nulls()
    twice = industries.filter(industries.is_duplicated()).unique().to_list()
    lacking = [name for name in industries.to_list() if name not in table.columns]
    if twice or lacking:
        raise TableError(
            Text(
                f"行业{'重复' if twice else '有行没有列'}：{'、'.join((twice or lacking)[:6])}。投入产出表每个行业一行一列。",
                f"Industries {'stand twice' if twice else 'with a row and no column'}: {', '.join((twice or lacking)[:6])}. An input–output "
                "table has one row and one column for each.",
            )
        )
    order = industries.to_list()
    numbers = {name: _numbers(table[name], name) for name in dict.fromkeys((*order, held))}
    made = numbers[held]
    if bool(np.isnan(made).any()):
        gone = [name for name, gap in zip(order, np.isnan(made), strict=True) if gap]
        raise TableError(
            Text(
                f"总产出缺：{'、'.join(gone[:6])}。缺的不能当作零。",
                f"Gross output is missing of {', '.join(gone[:6])}. What is missing is not zero.",
            )
        )
    flows = np.column_stack([np.nan_to_num(numbers[name], nan=0.0) for name in order])
    return Accounts(tuple(order), flows, made, unit)


def _numbers(column: pl.Series, name: str) -> Floats:
    found = column.cast(pl.Float64, strict=False)
    wrong = (found.is_null() & column.is_not_null()) | (found < 0) | found.is_nan() | found.is_infinite()
    if wrong.fill_null(value=False).any():
        row = int(wrong.fill_null(value=False).arg_max() or 0)
        raise TableError(
            Text(
                f"列“{name}”第 {row + 1} 行：“{column[row]}”不是不为负的数。",
                f"Column “{name}”, row {row + 1}: “{column[row]}” is no number, or negative.",
            )
        )
    return found.to_numpy().astype(np.float64)


def regional(accounts: Accounts, output: Mapping[str, float | None], *, delta: float = 0.3) -> Accounts:
    """Cut a nation's table down to a region, of which only the output of its industries is known.

    Parameters
    ----------
    accounts : Accounts
        The nation's.
    output : mapping of str to float or None
        The region's gross output by industry of the table, in its unit; None where it is not known.
    delta : float
        How much less a small region buys at home; see `wutong.formulas.quotients.flegg_quotients`.

    Returns
    -------
    Accounts
        With the flows that the region can supply itself; the rest is taken to come from outside.

    Raises
    ------
    NoAnswer
        If the region's output of an industry of the table is not known, or the region has more of it than the nation.

    Notes
    -----
    Flegg & Webber (2000), Regional Studies 34(6).

    Examples
    --------
    >>> nation = Accounts(("煤", "电"), np.array([[1.0, 30.0], [10.0, 5.0]]), np.array([100.0, 80.0]))
    >>> regional(nation, {"煤": 100.0, "电": 80.0}).flows.tolist()
    [[1.0, 30.0], [10.0, 5.0]]
    >>> regional(nation, {"煤": 50.0, "电": 0.0}).flows.round(3).tolist()
    [[0.5, 0.0], [0.0, 0.0]]
    """
    lacking = [name for name in accounts.industries if output.get(name) is None]
    if lacking:
        raise NoAnswer(
            Text(
                f"不知道本地区这些行业的产出：{'、'.join(lacking[:8])}。需要：按投入产出表的行业分类的本地区产值。",
                f"The region's output is not known of {', '.join(lacking[:8])}. Needed: its output by the industries of the input–output table.",
            )
        )
    own = np.array([float(output[name] or 0.0) for name in accounts.industries])
    above = [
        name
        for name, here, all_ in zip(accounts.industries, own, accounts.output, strict=True)
        if here > all_
    ]
    if above:
        raise NoAnswer(
            Text(
                f"本地区的产出大于投入产出表中全国的：{'、'.join(above[:8])}。请核对年份和单位。",
                f"The region makes more than the nation of the input–output table: {', '.join(above[:8])}. Check years and units.",
            )
        )
    quotients = np.nan_to_num(flegg_quotients(own, accounts.output, delta), nan=0.0)
    coefficients = regional_coefficients(input_coefficients(accounts.flows, accounts.output), quotients)
    return replace(accounts, flows=coefficients * own[None, :], output=own)
