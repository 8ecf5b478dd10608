"""Everything that was drawn and that tables share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.accounts import accounts
from wutong.demo.economy import Economy, draw, stream
from wutong.demo.frames import firm_ids
from wutong.demo.goods import Goods, assign
from wutong.demo.names import firm_names

MEASURE: Final = "m-upgrade"
"""The measure with a planted effect, given out by lot."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An invented economy with its accounts, its goods and the names of its firms.

    Parameters
    ----------
    economy : Economy
        Who is there, and what each makes.
    reported : mapping of str to int64 array, shape (firms, years)
        As ``wutong.demo.accounts.accounts``.
    goods : Goods
        Who makes what.
    firm : polars.Series
        Ids by row.
    name, name_en : polars.Series
        Names by row.
    """

    economy: Economy
    reported: Mapping[str, NDArray[np.int64]]
    goods: Goods
    firm: pl.Series
    name: pl.Series
    name_en: pl.Series

    @property
    def first_day(self) -> date:
        """The day on which the zone's records begin."""
        return date(self.economy.years[0], 1, 1)

    @property
    def year_end(self) -> date:
        """The last day of the last complete year."""
        return date(self.economy.last_year, 12, 31)

    def chance(self, table: str) -> np.random.Generator:
        """Chance for one table."""
        return stream(self.economy.seed, table)

    def ids(self, rows: NDArray[np.int64]) -> pl.Series:
        """Ids of firms by their rows."""
        return self.firm.gather(pl.Series(rows, dtype=pl.Int64))


def draw_all(firms: int, seed: int, years: range, as_of: date) -> Drawn:
    """Draw an economy with everything that tables are made from."""
    economy = draw(firms, seed, years, as_of)
    rows = np.arange(economy.firms)
    zh, en = firm_names(economy, rows)
    return Drawn(economy, accounts(economy), assign(economy), firm_ids(rows), zh, en)
