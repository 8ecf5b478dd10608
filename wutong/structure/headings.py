"""Which column of somebody's table is which: region, industry, year, value, withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from wutong.errors import TableError
from wutong.structure.intake import Columns
from wutong.words import Text

Role = Literal["place", "industry", "year", "value", "suppressed", "place_name", "industry_name"]

USUAL: Final[Mapping[Role, tuple[str, ...]]] = MappingProxyType(
    {
        "place": ("place", "region", "country", "loc", "location", "i", "area", "city", "province", "fips", "地区", "区域", "国家", "城市", "省份", "地市"),
        "industry": ("industry", "product", "prod", "sector", "hs", "hs2", "hs4", "hs6", "sitc", "industry_code", "activity", "行业", "产业", "产品", "行业代码", "大类"),
        "year": ("year", "period", "time", "t", "年", "年份", "年度", "时期"),
        "value": ("value", "val", "v", "amount", "output", "export", "exports", "employment", "jobs", "firms", "数值", "值", "产值", "出口", "从业人员", "企业数"),
        "suppressed": ("suppressed", "withheld", "隐去"),
        "place_name": (),
        "industry_name": (),
    }
)  # fmt: skip
"""Headings that need not be named, in lower case and with ``_`` for a blank."""

ROLES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "place": Text("地区", "region"),
        "industry": Text("行业", "industry"),
        "year": Text("年份", "year"),
        "value": Text("数值", "value"),
        "suppressed": Text("隐去", "suppressed"),
        "place_name": Text("地区名称", "name of the region"),
        "industry_name": Text("行业名称", "name of the industry"),
    }
)


def columns_of(headings: Sequence[str], said: Mapping[str, str]) -> Columns:
    """Say which column is which: as the reader says, and otherwise by the usual headings.

    Parameters
    ----------
    headings : sequence of str
        Of the table.
    said : mapping of str to str
        Columns that the reader named, by role; what is empty was not named.

    Returns
    -------
    Columns

    Raises
    ------
    TableError
        If a named column is not there, or region, industry or value cannot be told.

    Examples
    --------
    >>> columns_of(["Year", "Region", "HS4", "Value"], {})
    Columns(place='Region', industry='HS4', value='Value', year='Year', suppressed='', place_name='', industry_name='')
    """
    plain = {_plain(name): name for name in reversed(headings)}
    found: dict[str, str] = {}
    lacking = []
    for role, usual in USUAL.items():
        named = said.get(role, "")
        if named and named not in headings:
            raise TableError(
                Text(
                    f"表中没有列“{named}”（{ROLES[role].zh}）。现有：{'、'.join(headings[:20])}。",
                    f"The table has no column “{named}” ({ROLES[role].en}). It has: {', '.join(headings[:20])}.",
                )
            )
        found[role] = named or next((plain[word] for word in usual if word in plain), "")
        if not found[role] and role in ("place", "industry", "value"):
            lacking.append(role)
    if lacking:
        raise TableError(
            Text(
                f"看不出哪一列是{'、'.join(ROLES[role].zh for role in lacking)}；请用 "
                f"{' '.join(f'--{role} 列名' for role in lacking)} 指明。现有列：{'、'.join(headings[:20])}。",
                f"Which column holds {' and '.join(ROLES[role].en for role in lacking)}? Name it with "
                f"{' '.join(f'--{role} COLUMN' for role in lacking)}. The table has: {', '.join(headings[:20])}.",
            )
        )
    return Columns(**found)


def flagged(table: pl.DataFrame, column: str, words: Sequence[str]) -> pl.DataFrame:
    """Turn a column of marks into a flag: true where it holds one of some words.

    Parameters
    ----------
    table : polars.DataFrame
        With the column.
    column : str
        Such as ``flag``, in which ``(D)`` means that the value is not disclosed.
    words : sequence of str
        What the publisher writes where it withholds; without any, true, yes, 1 and 是 count.

    Returns
    -------
    polars.DataFrame
        The table with that column as Boolean; where the flag is up and the value is one, both stay as they are.

    Examples
    --------
    >>> flagged(pl.DataFrame({"flag": ["(D)", None, "x"]}), "flag", ["(D)"])["flag"].to_list()
    [True, False, False]
    """
    if table.schema[column] == pl.Boolean and not words:
        return table
    up = [word.casefold() for word in words] or ["true", "yes", "y", "1", "是"]
    said = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    return table.with_columns(said.is_in(up).fill_null(value=False).alias(column))


def nothing_where(table: pl.DataFrame, column: str, words: str, value: str) -> pl.DataFrame:
    """Take what a publisher marks as next to nothing as zero, where no value stands.

    Parameters
    ----------
    table : polars.DataFrame
        With both columns.
    column, words : str
        Such as ``flag`` and ``(L)``, which says that a value is less than half of the unit; several with commas.
    value : str
        The column of values; by its usual heading where it is empty.

    Returns
    -------
    polars.DataFrame
        The table, 0 where the mark stands and no value does.

    Raises
    ------
    TableError
        If a column is not there.

    Examples
    --------
    >>> table = pl.DataFrame({"v": [None, 3.0, None], "flag": ["(L)", "(L)", "(D)"]})
    >>> nothing_where(table, "flag", "(L)", "v")["v"].to_list()
    [0.0, 3.0, None]
    """
    plain = {_plain(name): name for name in reversed(table.columns)}
    held = value or next((plain[word] for word in USUAL["value"] if word in plain), "")
    for name in (column, held):
        if name not in table.columns:
            raise TableError(
                Text(
                    f"表中没有列“{name}”。现有：{'、'.join(table.columns[:20])}。",
                    f"The table has no column “{name}”. It has: {', '.join(table.columns[:20])}.",
                )
            )
    marked = (
        pl.col(column).cast(pl.String).str.strip_chars().is_in([word.strip() for word in words.split(",")])
    )
    zero = pl.lit("0" if table.schema[held] == pl.String else 0)
    return table.with_columns(
        pl.when(marked & pl.col(held).is_null()).then(zero).otherwise(pl.col(held)).alias(held)
    )


def without(table: pl.DataFrame, left_out: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Leave out rows by what stands in a column: sums beside their parts, a nation beside its regions.

    Parameters
    ----------
    table : polars.DataFrame
        Any.
    left_out : iterable of (str, str)
        Column, and words with commas between them; ``99-109`` means every whole number of these.

    Returns
    -------
    polars.DataFrame
        The rows that are left.

    Raises
    ------
    TableError
        If there is no such column, or a word stands in no row of it: most likely a slip.

    Examples
    --------
    >>> table = pl.DataFrame({"code": ["1", "2", "13", "a"]})
    >>> without(table, [("code", "1,12-14")])["code"].to_list()
    ['2', 'a']
    """
    for column, words in left_out:
        if column not in table.columns:
            raise TableError(
                Text(
                    f"表中没有列“{column}”，不能据此去掉行。现有：{'、'.join(table.columns[:20])}。",
                    f"The table has no column “{column}” by which to leave rows out. It has: {', '.join(table.columns[:20])}.",
                )
            )
        held = table[column].cast(pl.String)
        single, spans = _wanted(words)
        idle = [word for word in single if not (held == word).any()]
        out = held.is_in(list(single))
        if spans:
            number = held.cast(pl.Int64, strict=False)
            for low, high in spans:
                inside = ((number >= low) & (number <= high)).fill_null(value=False)
                if not inside.any():
                    idle.append(f"{low}-{high}")
                out |= inside
        if idle:
            raise TableError(
                Text(
                    f"列“{column}”中没有：{'、'.join(idle)}。请核对要去掉的代码。",
                    f"Column “{column}” nowhere holds {', '.join(idle)}. Check the codes to be left out.",
                )
            )
        table = table.filter(~out.fill_null(value=False))
    return table


def _wanted(words: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    single, spans = [], []
    for word in filter(None, (part.strip() for part in words.split(","))):
        span = re.fullmatch(r"(\d+)-(\d+)", word)
        if span:
            spans.append((int(span[1]), int(span[2])))
        else:
            single.append(word)
    return tuple(single), tuple(spans)


def _plain(heading: str) -> str:
    return re.sub(r"[\s\-]+", "_", heading.strip().casefold())
