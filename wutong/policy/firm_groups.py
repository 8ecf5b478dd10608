"""Firms by chain and by size, as a zone's tables say, to add up what they get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from wutong.words import Text
from wutong.zone.catalogue import TABLES

GROUPS: Final[Mapping[str, Text]] = {
    "chain": Text("产业链", "Chain"),
    "size": Text("企业规模", "Firm size"),
}
"""What firms are grouped by; each is a column with words in Chinese, and one with ``_en``."""

SIZES: Final = (
    Text("大型", "Large"),
    Text("中型", "Medium"),
    Text("小型", "Small"),
    Text("微型", "Micro"),
)

_WAN: Final = 1_000_000  # fen
_LIMITS: Final[Mapping[tuple[int, int], tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]] = {
    # divisions of GB/T 4754: persons and revenue from which a firm is large, medium, small; both must be reached
    (6, 46): ((1000, 40_000 * _WAN), (300, 2_000 * _WAN), (20, 300 * _WAN)),
    (51, 51): ((200, 40_000 * _WAN), (20, 5_000 * _WAN), (5, 1_000 * _WAN)),
    (52, 52): ((300, 20_000 * _WAN), (50, 500 * _WAN), (10, 100 * _WAN)),
    (65, 65): ((300, 10_000 * _WAN), (100, 1_000 * _WAN), (10, 50 * _WAN)),
    (73, 75): ((300, 0), (100, 0), (10, 0)),
}
"""Industry, wholesale, retail, software, research and technical services. Other trades are measured by more than a zone knows."""

SOURCE: Final = Text(
    "规模按《统计上大中小微型企业划分办法（2017）》，用最近一个从业人员与营业收入都已知的年度；只分工业、批发、零售、软件、科研与技术服务，其余未知。",
    "Size by the statistical division of firms of 2017, from the latest year of which persons and revenue are known; for industry, wholesale, "
    "retail, software, research and technical services alone. That of other firms is not known.",
)


def firm_groups(tables: Mapping[str, pl.DataFrame], on: date) -> pl.DataFrame:
    """Say of each firm its chain and its size.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        ``firm`` and ``firm_year``.
    on : date
        The day; later years are left aside.

    Returns
    -------
    polars.DataFrame
        ``firm``, ``chain``, ``chain_en``, ``size``, ``size_en``; null where that is not known.

    Examples
    --------
    >>> tables = {name: TABLES[name].empty() for name in ("firm", "firm_year")}
    >>> firm_groups(tables, date(2026, 1, 1)).columns
    ['firm', 'chain', 'chain_en', 'size', 'size_en']
    """
    firm = tables["firm"].unique("firm", keep="last", maintain_order=True)
    words = {choice.word: choice.label for choice in TABLES["firm"].column("chain").choices}
    latest = (
        tables["firm_year"]
        .filter(
            (pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False) <= on.year)
            & pl.col("employees").is_not_null()
            & pl.col("revenue").is_not_null()
        )
        .sort("period")
        .unique("firm", keep="last")
        .select("firm", "employees", "revenue")
    )
    both = firm.select("firm", "chain", "industry").join(latest, on="firm", how="left", maintain_order="left")
    size = _size()
    return both.select(
        "firm",
        **_said("chain", pl.col("chain"), words),
        **_said("size", size, dict(enumerate(SIZES))),
    )


def _said(name: str, code: pl.Expr, words: Mapping[str, Text] | Mapping[int, Text]) -> dict[str, pl.Expr]:
    """The words for a code, in Chinese and with ``_en``."""
    zh, en = {one: text.zh for one, text in words.items()}, {one: text.en for one, text in words.items()}
    return {
        name: code.replace_strict(zh, default=None, return_dtype=pl.String),
        f"{name}_en": code.replace_strict(en, default=None, return_dtype=pl.String),
    }


def _size() -> pl.Expr:
    """The place in ``SIZES``; null where trade, persons or revenue are not known."""
    division = pl.col("industry").str.extract(r"^[A-Z]?(\d{2})").cast(pl.Int64, strict=False)
    known = pl.col("employees").is_not_null() & pl.col("revenue").is_not_null()
    found = pl.lit(None, dtype=pl.Int64)
    for (first, last), limits in _LIMITS.items():
        of_trade = pl.lit(len(limits), dtype=pl.Int64)
        for at, (persons, revenue) in reversed(list(enumerate(limits))):
            reached = (pl.col("employees") >= persons) & (pl.col("revenue") >= revenue)
            of_trade = pl.when(reached).then(pl.lit(at, dtype=pl.Int64)).otherwise(of_trade)
        found = pl.when(known & division.is_between(first, last)).then(of_trade).otherwise(found)
    return found
