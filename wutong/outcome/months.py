"""How this year is going: cumulative months (累计) taken apart, against the same months of the year before."""

from __future__ import annotations

from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.outcome.path import best_first, fen_of, yi
from wutong.words import Text
from wutong.zone.periods import single_months
from wutong.zone.sources import sources_of

QUESTION: Final = Text(
    "今年走到哪里了，比去年同期如何？", "How is this year going, against the same months of last year?"
)

_BASES: Final = {
    "current": Text("当年价", "current prices"),
    "constant": Text("不变价", "constant prices"),
    "none": Text("不涉及价格", "no prices"),
    "unstated": Text("价格基础未说明", "price basis not stated"),
}
_CUMULATIVE: Final = r"^\d{4}-01(?:\.\.\d{2})?$"


def year_so_far(
    indicator: pl.DataFrame, document: pl.DataFrame, *, name: str = "output", rows_left_out: int = 0
) -> Finding:
    """Hold the cumulative months of the latest year against those of the year before.

    Parameters
    ----------
    indicator, document : polars.DataFrame
        Tables of the zone. Rows of ``name`` for periods such as ``2025-01..08`` are cumulative levels. A growth
        on a comparable scope (可比口径) stands in rows of the same name and period with measure ``growth``.
    name : str
        Series.
    rows_left_out : int
        Rows of the tables that were left out because of faults.

    Returns
    -------
    Finding
        One row for each run of months of the latest year: cumulative value, the single month, the same of last
        year, growth from the two values of one scope, and the published comparable growth where there is one. The first row is
        January and February together, since they are reported so.

    Raises
    ------
    NoAnswer
        If no year has a cumulative value in money that is exact.

    Notes
    -----
    The two growths may differ: firms enter and leave the scope, and comparable growth is counted without them.
    """
    rows = indicator.filter((pl.col("indicator") == name) & pl.col("period").str.contains(_CUMULATIVE))
    levels = rows.filter((pl.col("measure") == "level") & pl.col("value").is_not_null())
    exact = levels.filter(pl.col("sense").fill_null("eq") == "eq")
    bounds = levels.height - exact.height
    levels = exact
    if levels.is_empty():
        raise NoAnswer(
            Text(
                f"没有“{name}”的累计月度数。需要：表 indicator 中时期如 2025-01..08 的行。",
                f"There is no cumulative month of “{name}”. Needed: rows of table indicator for periods such as "
                "2025-01..08.",
            )
        )
    if levels.is_empty():
        raise NoAnswer(
            Text(f"“{name}”的累计月度数只有界限。", f"The cumulative months of “{name}” are bounds alone.")
        )
    scope, basis = _series(levels, document)
    one = (pl.col("scope") == scope) & (pl.col("price_basis").fill_null("unstated") == basis)
    levels, aside = levels.filter(one), levels.filter(~one)
    said: dict[str, int] = {}
    for row in best_first(levels, document).iter_rows(named=True):
        fen = fen_of(row["value"], row["unit"])
        if fen is not None:
            said.setdefault(row["period"], fen)
    compared = {
        row["period"]: row["value"] / 100
        for row in best_first(
            rows.filter((pl.col("measure") == "growth") & pl.col("comparable") & (pl.col("scope") == scope)),
            document,
        )
        .reverse()
        .iter_rows(named=True)
        if row["unit"] == "%" and row["value"] is not None
    }
    if not said:
        raise NoAnswer(
            Text(f"“{name}”的累计月度数不是金额。", f"The cumulative months of “{name}” are not in money.")
        )
    year = max(period[:4] for period in said)
    before = str(int(year) - 1)
    single = single_months(said)
    table = pl.DataFrame(
        [_of_run(period, before, said, single, compared) for period in sorted(said) if period[:4] == year],
        schema={
            "months": pl.String,
            "value": pl.Int64,
            "last_year": pl.Int64,
            "growth": pl.Float64,
            "comparable": pl.Float64,
            "month": pl.Int64,
            "month_last_year": pl.Int64,
        },
    )
    last = table.row(-1, named=True)
    basis_name = _BASES.get(basis, Text(basis, basis))
    caveats = [Text(f"范围：{scope}；{basis_name.zh}。", f"Scope: {scope}; {basis_name.en}.")]
    if not aside.is_empty():
        others = sorted(
            {f"{row[0]} ({row[1] or '?'})" for row in aside.select("scope", "price_basis").iter_rows()}
        )
        caveats.append(
            Text(
                f"另有范围或价格基础不同的数，没有混用：{'；'.join(others)}。",
                f"Numbers of other scopes or price bases are there and were not mixed in: {'; '.join(others)}.",
            )
        )
    if bounds:
        caveats.append(
            Text(
                f"{bounds} 个数只是界限或约数，没有使用。",
                f"Bounds and round numbers are not used: {bounds}.",
            )
        )
    if last["comparable"] is None:
        caveats.append(
            Text(
                "可比口径增速未公布，增速由两个累计数算出。",
                "Growth on a comparable scope is not published: growth is computed from the two sums.",
            )
        )
    return Finding(
        id="year-so-far",
        title=QUESTION,
        answer=_answer(year, last),
        table=table,
        labels={
            "months": Text("累计月份", "Months"),
            "value": Text("累计", "Sum so far"),
            "last_year": Text("上年同期", "Same months of last year"),
            "growth": Text("增速", "Growth"),
            "comparable": Text("可比口径增速", "Comparable growth"),
            "month": Text("当月", "Month alone"),
            "month_last_year": Text("上年当月", "Same month of last year"),
        },
        units={
            "value": "fen",
            "last_year": "fen",
            "growth": "1",
            "comparable": "1",
            "month": "fen",
            "month_last_year": "fen",
        },
        method=Text(
            "增速 = 累计 ÷ 上年同期累计 − 1；当月 = 本月累计 − 上月累计，1–2 月合并公布，不拆分。",
            "Growth = sum so far ÷ sum of the same months of last year − 1; a month alone = its sum less the sum before; January and "
            "February are published together and are not taken apart.",
        ),
        sources=sources_of(
            document,
            levels.filter(
                (pl.col("scope") == scope) & pl.col("period").str.slice(0, 4).is_in([year, before])
            ),
        ),
        caveats=tuple(caveats),
        rows_left_out=rows_left_out,
        invented=bool(levels["invented"].any()),
        picture=Picture("line", "months", ("value", "last_year")),
    )


def _series(levels: pl.DataFrame, document: pl.DataFrame) -> tuple[str, str]:
    """Choose the scope and price basis known latest; among equals the better grade, then more rows."""
    series = (
        best_first(levels, document)
        .group_by("scope", pl.col("price_basis").fill_null("unstated"), maintain_order=True)
        .agg(pl.col("period").max(), pl.col("grade").fill_null("E").min(), pl.len().alias("rows"))
        .sort("period", "grade", "rows", descending=[True, False, True], maintain_order=True)
    )
    return str(series["scope"][0]), str(series["price_basis"][0])


def _of_run(
    period: str, before: str, said: dict[str, int], single: dict[str, int | float], compared: dict[str, float]
) -> dict[str, object]:
    earlier = before + period[4:]
    value, last_year = said[period], said.get(earlier)
    # 2025-01..08 ends with the single month 2025-08; the first run, 2025-01..02, is its own last month
    month = f"{period[:4]}-{period[-2:]}"
    month = month if month in single else period
    return {
        "months": period[5:].replace("..", "–"),
        "value": value,
        "last_year": last_year,
        "growth": value / last_year - 1 if last_year and last_year > 0 else None,
        "comparable": compared.get(period),
        "month": single.get(month),
        "month_last_year": single.get(before + month[4:]),
    }


def _answer(year: str, last: dict[str, object]) -> Text:
    months, value, growth = str(last["months"]), int(str(last["value"])), last["growth"]
    plain = "–".join(str(int(month)) for month in months.split("–"))
    zh = f"{year} 年 {plain} 月累计 {yi(value)} 亿元"
    en = f"{yi(value)} 亿元 in the months {plain} of {year}"
    if isinstance(growth, float):
        zh += f"，比上年同期{'增长' if growth >= 0 else '下降'} {abs(growth):.1%}"
        en += f", {'up' if growth >= 0 else 'down'} {abs(growth):.1%} on the same months of last year"
    elif last["last_year"] is None:
        zh += "，上年同期未知"
        en += "; the same months of last year are not known"
    else:
        zh += "；上年同期不大于零，不计增速"
        en += "; the same months of last year are not above zero, so no growth is given"
    return Text(zh + "。", en + ".")
