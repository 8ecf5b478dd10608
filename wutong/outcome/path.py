"""The path of an indicator: what was published for each year, what follows from it, and what does not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.paths import annual_growth, drift_forecast
from wutong.words import Text
from wutong.zone.sources import sources_of
from wutong.zone.tables.choices import SENSES
from wutong.zone.units import MOST_FEN, factor

PATH_QUESTION: Final = Text(
    "产值走到哪里了，离目标多远？", "Where has output got to, and how far is the target?"
)

FORECAST_QUESTION: Final = Text("照这样下去会到哪里？", "Where does it lead if it goes on like this?")

_SIGNS: Final[Mapping[str, str]] = {word: sign for word, (_, sign) in SENSES.items()}
_LEAST: Final = 5  # points: four steps are the fewest from which a spread is worth stating
_Z80: Final = 1.2816
_Z95: Final = 1.9600


@dataclass(frozen=True, slots=True)
class Point:
    """What is published for one year.

    Parameters
    ----------
    year : int
        Calendar year.
    fen : int or None
        The number as published; None where it is not.
    sense : str
        ``eq``, ``gt``, ``ge``, ``lt``, ``le``, ``about`` or empty.
    scope : Text
        Of whom.
    basis : str
        Price basis as declared.
    source : str
        Document.
    others : tuple of str
        What other sources or scopes say of the year, where it differs: words, number in 亿元, source.
    """

    year: int
    fen: int | None
    sense: str
    scope: Text
    basis: str
    source: str
    others: tuple[str, ...] = ()

    @property
    def low(self) -> int | None:
        """The least that the words allow."""
        return self.fen if self.sense in ("eq", "gt", "ge") else 0 if self.sense in ("lt", "le") else None

    @property
    def high(self) -> int | None:
        """The most that the words allow; None where they set no limit."""
        return self.fen if self.sense in ("eq", "lt", "le") else None


def points(indicator: pl.DataFrame, document: pl.DataFrame, name: str) -> list[Point]:
    """Choose one published value a year: the best grade, and of these the latest known.

    Parameters
    ----------
    indicator, document : polars.DataFrame
        Tables of the zone.
    name : str
        Series whose levels in money are wanted.

    Returns
    -------
    list of Point
        By year, from the first to the last for which a row exists; a year between them without a number is there
        with None.
    """
    rows = best_first(
        indicator.filter(
            (pl.col("indicator") == name)
            & (pl.col("measure") == "level")
            & pl.col("period").str.contains(r"^\d{4}$")
        ),
        document,
    )
    found: dict[int, Point] = {}
    for (period,), group in rows.group_by("period", maintain_order=True):
        row = group.row(0, named=True)
        found[int(str(period))] = Point(
            year=int(str(period)),
            fen=fen_of(row["value"], row["unit"]),
            sense=row["sense"] or ("eq" if row["value"] is not None else ""),
            scope=Text(row["scope"], row["scope_en"] or row["scope"]),
            basis=row["price_basis"] or "unstated",
            source=row["source"] or "",
            others=_others(group),
        )
    if not found:
        return []
    nothing = Text("", "")
    return [
        found.get(year, Point(year, None, "", nothing, "unstated", ""))
        for year in range(min(found), max(found) + 1)
    ]


def best_first(rows: pl.DataFrame, document: pl.DataFrame) -> pl.DataFrame:
    """Order rows of table ``indicator`` by how far they can be trusted: a value, the best grade, the latest day."""
    return rows.join(
        document.select(source="document", grade="grade"), on="source", how="left", maintain_order="left"
    ).sort(
        pl.col("value").is_null(),
        pl.col("grade").fill_null("E"),
        pl.col("as_of"),
        descending=[False, False, True],
        maintain_order=True,
    )


def _others(group: pl.DataFrame) -> tuple[str, ...]:
    """What the rows behind the first say, where they say something else."""
    first = group.row(0, named=True)
    said = []
    for row in group[1:].filter(pl.col("value").is_not_null()).iter_rows(named=True):
        fen = fen_of(row["value"], row["unit"])
        same = (fen, row["sense"], row["price_basis"]) == (
            fen_of(first["value"], first["unit"]),
            first["sense"],
            first["price_basis"],
        )
        if fen is not None and not same:
            said.append(f"{_SIGNS.get(row['sense'] or 'eq')} {yi(fen)} ({row['source'] or '?'})")
    return tuple(said)


def fen_of(value: float | None, unit: str | None) -> int | None:
    """Money of table ``indicator`` in fen; None where it is not known or its unit is no money.

    Examples
    --------
    >>> fen_of(1912.4, "亿元")
    19124000000000
    """
    times = factor(unit or "", "fen")
    if value is None or times is None:
        return None
    # through the shortest decimal that is the float: 1912.4 亿元 is exactly that, not 1912.4000000000000909
    fen = round(Fraction(repr(value)) * times)
    # what no zone has is not drawn as if it had: the same limit as for money in the other tables
    return fen if abs(fen) <= MOST_FEN else None


def output_path(
    indicator: pl.DataFrame, document: pl.DataFrame, *, name: str = "output", rows_left_out: int = 0
) -> Finding:
    """What is known of the path of output, against its targets.

    Parameters
    ----------
    indicator, document : polars.DataFrame
        Tables of the zone. Rows of ``name`` give levels, ``<name>_growth`` an average growth, and all that begin
        with ``<name>_target`` the targets.
    name : str
        Series.
    rows_left_out : int
        Rows of the tables that were left out because of faults.

    Returns
    -------
    Finding
        One row a year: published value, the bounds that its words set, and what an average growth implies for a
        year that has no published value of its own, marked as an inference.

    Raises
    ------
    NoAnswer
        If no level is published at all.
    """
    known = points(indicator, document, name)
    with_value = [point for point in known if point.fen is not None]
    if not with_value:
        raise NoAnswer(
            Text(
                f"没有任何年份公布过“{name}”的数值。需要：表 indicator 中至少一行。",
                f"No year has a published value of “{name}”. Needed: at least one row in table indicator.",
            )
        )
    implied = _implied(indicator, f"{name}_growth", with_value)
    years = sorted({point.year for point in known} | set(implied))
    by_year = {point.year: point for point in known}
    targets = _targets(indicator, name)
    dated = {target.year: target.fen for target in targets if target.year is not None}
    years = sorted({*years, *dated})
    nothing = Text("", "")
    blank = Point(0, None, "", nothing, "unstated", "")
    table = pl.DataFrame(
        [
            {
                "year": str(year),
                "value": by_year.get(year, blank).fen,
                "sense": _SIGNS.get(by_year.get(year, blank).sense),
                "implied": implied.get(year),
                "low": by_year.get(year, blank).low,
                "high": by_year.get(year, blank).high,
                "target": dated.get(year),
                "scope_zh": by_year.get(year, blank).scope.zh or None,
                "scope_en": by_year.get(year, blank).scope.en or None,
                "source": by_year.get(year, blank).source or None,
            }
            for year in years
        ],
        schema={
            "year": pl.String,
            "value": pl.Int64,
            "sense": pl.String,
            "implied": pl.Int64,
            "low": pl.Int64,
            "high": pl.Int64,
            "target": pl.Int64,
            "scope_zh": pl.String,
            "scope_en": pl.String,
            "source": pl.String,
        },
    )
    undated = [target for target in targets if target.year is None]
    used = indicator.filter(_about(name, "_target") | _about(name, "_growth"))
    return Finding(
        id="output-path",
        title=PATH_QUESTION,
        answer=_answer(with_value, targets),
        table=table,
        labels={
            "year": Text("年份", "Year"),
            "value": Text("公布值", "Published"),
            "sense": Text("含义", "Sense"),
            "low": Text("下限", "At least"),
            "high": Text("上限", "At most"),
            "implied": Text("推算", "Implied (inference)"),
            "target": Text("目标", "Target"),
            "scope_zh": Text("范围", "Scope"),
            "scope_en": Text("范围（英文）", "Scope in English"),
            "source": Text("来源", "Source"),
        },
        units={"value": "fen", "low": "fen", "high": "fen", "implied": "fen", "target": "fen"},
        method=Text(
            "每年取等级最高的公布值；“超过”只给下限。推算 = 末值 ÷ (1 + 公布的年均增速)^年数，不是公布数。",
            "For each year the published value of the best grade; “more than” gives a lower bound only. Implied = last "
            "value ÷ (1 + published average growth)^years; it is not a published number.",
        ),
        sources=sources_of(document, used.filter(pl.col("value").is_not_null())),
        caveats=tuple(_caveats(known, with_value, implied, undated)),
        rows_left_out=rows_left_out,
        invented=bool(used["invented"].any()),
        picture=Picture(
            "line",
            "year",
            ("value", "implied"),
            low="low",
            high="high",
            target="target" if dated else "",
            lines=tuple((target.name, float(target.fen)) for target in undated),
        ),
        blanks=frozenset({"sense", "low", "high", "implied", "target", "scope_zh", "scope_en", "source"}),
    )


@dataclass(frozen=True, slots=True)
class _Target:
    """One target; ``year`` is None where the year in which it is due is not published."""

    name: Text
    fen: int
    year: int | None


def _about(name: str, ending: str) -> pl.Expr:
    """Rows of the series itself, or of its targets or growth: ``output_target_3y``, never ``output_new_products``."""
    return (pl.col("indicator") == name) | pl.col("indicator").str.starts_with(name + ending)


def _targets(indicator: pl.DataFrame, name: str) -> list[_Target]:
    rows = indicator.filter(
        (pl.col("measure") == "target") & _about(name, "_target") & pl.col("value").is_not_null()
    ).unique(["indicator", "period", "value", "unit"], keep="first", maintain_order=True)
    found = []
    for row in rows.iter_rows(named=True):
        fen = fen_of(row["value"], row["unit"])
        if fen is not None:
            year = int(row["period"]) if len(row["period"]) == 4 else None
            found.append(_Target(Text(row["name"], row["name_en"] or row["name"]), fen, year))
    return found


def _implied(indicator: pl.DataFrame, growth: str, known: Sequence[Point]) -> dict[int, int]:
    """What average growth to a published year says of the year from which it is counted."""
    rows = indicator.filter(
        (pl.col("indicator") == growth)
        & (pl.col("measure") == "growth")
        & pl.col("value").is_not_null()
        & (pl.col("unit") == "%")
        & pl.col("period").str.contains(r"^\d{4}\.\.\d{4}$")
    )
    by_year = {point.year: point for point in known}
    implied: dict[int, int] = {}
    for row in rows.iter_rows(named=True):
        first, last = (int(year) for year in row["period"].split(".."))
        end = by_year.get(last)
        if end is not None and end.fen is not None and first not in by_year and row["value"] > -100:
            implied[first] = round(end.fen / (1 + row["value"] / 100) ** (last - first))
    return implied


def yi(fen: int) -> str:
    """亿元 with as many decimals as are worth saying in a sentence.

    Examples
    --------
    >>> yi(29_300_000_000_00), yi(24_447_000_000_00)
    ('293', '244.5')
    """
    return f"{fen / 10**10:,.1f}".removesuffix(".0")


_WORDS: Final[Mapping[str, Text]] = {
    "eq": Text("为", ""),
    "gt": Text("超过", "more than "),
    "ge": Text("不少于", "at least "),
    "lt": Text("不足", "less than "),
    "le": Text("不超过", "at most "),
    "about": Text("约", "about "),
}


def _answer(known: Sequence[Point], targets: Sequence[_Target]) -> Text:
    last = known[-1]
    assert last.fen is not None  # known holds points with a value alone
    word = _WORDS[last.sense]
    zh = f"{last.year} 年产值{word.zh} {yi(last.fen)} 亿元"
    en = f"Output of {last.year} was {word.en}{yi(last.fen)} 亿元 (100 million yuan)"
    ahead = [
        target
        for target in targets
        if target.fen > last.fen and (target.year is None or target.year > last.year)
    ]
    if ahead:
        nearest = min(target.fen for target in ahead)
        share = last.fen / nearest
        at_least = last.sense in ("gt", "ge")
        zh += f"，{'至少' if at_least else ''}是目标 {yi(nearest)} 亿元的 {share:.0%}"
        en += f", {'at least ' if at_least else ''}{share:.0%} of the target of {yi(nearest)} 亿元"
    return Text(zh + "。", en + ".")


def _caveats(
    known: Sequence[Point],
    with_value: Sequence[Point],
    implied: Mapping[int, int],
    undated: Sequence[_Target],
) -> list[Text]:
    said: list[Text] = []
    gaps = [str(point.year) for point in known if point.fen is None]
    if gaps:
        said.append(Text(f"未查到：{'、'.join(gaps)} 年。", f"Not found: {', '.join(gaps)}."))
    for point in known:
        if point.others:
            said.append(
                Text(
                    f"{point.year} 年另有不同说法（亿元）：{'；'.join(point.others)}。取等级最高、日期最近的一个。",
                    f"Other numbers are published for {point.year} (亿元): {'; '.join(point.others)}. The one of the best grade and "
                    "latest day is used.",
                )
            )
    for first, last in itertools.pairwise(with_value):
        if len(gaps) == 0 and all(point.sense == "eq" for point in with_value):
            break
        assert first.fen is not None  # with_value holds points with a value alone
        assert last.fen is not None
        if first.fen <= 0 or last.fen <= 0 or first.basis != last.basis:
            continue
        years = last.year - first.year
        growth = annual_growth(first.fen, last.fen, years)
        least = last.sense in ("gt", "ge")
        said.append(
            Text(
                f"推算：若口径可比，{first.year}–{last.year} 年平均每年增长{'至少' if least else '约'} {growth:.1%}。",
                f"Inference: if the scopes are comparable, growth from {first.year} to {last.year} was "
                f"{'at least' if least else 'about'} {growth:.1%} a year.",
            )
        )
    for year, fen in implied.items():
        said.append(
            Text(
                f"推算：由公布的年均增速倒推，{year} 年约 {yi(fen)} 亿元；这不是公布数，增速的基期也可能另有所指。",
                f"Inference: the published average growth takes {year} to about {yi(fen)} 亿元; that is no published "
                "number, and the growth may be counted from another year.",
            )
        )
    scopes = sorted({point.scope.zh for point in with_value})
    if len(scopes) > 1:
        said.append(
            Text(
                f"各年范围的说法不同（{'；'.join(scopes)}），是否可比未公布。",
                f"The years are of scopes that are worded differently ({'; '.join(sorted({point.scope.en for point in with_value}))}); "
                "whether they are comparable is not published.",
            )
        )
    if undated:
        said.append(
            Text(
                "目标的起算年未公布，因此不知道应在哪一年达到："
                + "、".join(f"{yi(target.fen)} 亿元（{target.name.zh}）" for target in undated)
                + "。",
                "The base year of the target is not published, so the year in which it is due is not known: "
                + ", ".join(f"{yi(target.fen)} 亿元 ({target.name.en})" for target in undated)
                + ".",
            )
        )
    return said


def forecast(
    indicator: pl.DataFrame,
    document: pl.DataFrame,
    *,
    name: str = "output",
    ahead: int = 3,
    rows_left_out: int = 0,
) -> Finding:
    """Carry a series on, where its points allow it, with prediction limits.

    Parameters
    ----------
    indicator, document : polars.DataFrame
        Tables of the zone.
    name : str
        Series.
    ahead : int
        Years to forecast.
    rows_left_out : int
        Rows of the tables that were left out because of faults.

    Returns
    -------
    Finding
        Observed and forecast years with limits of 80 % and 95 %.

    Raises
    ------
    NoAnswer
        If the points are too few, are bounds and not values, leave years out, or differ in scope or price basis:
        the text names every reason and what would be needed.

    Notes
    -----
    A random walk with drift on logarithms; Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd
    ed., sections 5.2, 5.5 and 5.6.
    """
    known = points(indicator, document, name)
    reasons = _why_not(known)
    if reasons:
        raise NoAnswer(
            Text(
                "不作预测："
                + "；".join(reason.zh for reason in reasons)
                + f"。需要同一口径、连续 {_LEAST} 年以上的确数。",
                "No forecast: "
                + "; ".join(reason.en for reason in reasons)
                + f". Needed: exact values of one scope for {_LEAST} "
                "years in a row or more.",
            )
        )
    values = np.log(np.array([point.fen for point in known], dtype=np.float64))
    middle, low80, high80 = drift_forecast(values, ahead, _Z80)
    _, low95, high95 = drift_forecast(values, ahead, _Z95)
    last = known[-1].year
    targets = {target.year: target.fen for target in _targets(indicator, name) if target.year is not None}
    future = list(range(last + 1, last + 1 + ahead))

    def fen(logs: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[int]:
        return [round(float(value)) for value in np.exp(logs)]

    seen = len(known)
    table = pl.DataFrame(
        {
            "year": [str(point.year) for point in known] + [str(year) for year in future],
            "value": [point.fen for point in known] + [None] * ahead,
            "forecast": [None] * (seen - 1) + [known[-1].fen] + fen(middle),
            "low": [None] * (seen - 1) + [known[-1].fen] + fen(low80),
            "high": [None] * (seen - 1) + [known[-1].fen] + fen(high80),
            "low95": [None] * seen + fen(low95),
            "high95": [None] * seen + fen(high95),
            "target": [targets.get(year) for year in [*(point.year for point in known), *future]],
        },
        schema_overrides=dict.fromkeys(
            ("value", "forecast", "low", "high", "low95", "high95", "target"), pl.Int64
        ),
    )
    used = indicator.filter(_about(name, "_target") | _about(name, "_growth"))
    return Finding(
        id="output-forecast",
        title=FORECAST_QUESTION,
        answer=_forecast_answer(future, fen(middle), fen(low80), fen(high80), targets),
        table=table,
        labels={
            "year": Text("年份", "Year"),
            "value": Text("实绩", "Observed"),
            "forecast": Text("预测", "Forecast"),
            "low": Text("80% 下限", "80% low"),
            "high": Text("80% 上限", "80% high"),
            "low95": Text("95% 下限", "95% low"),
            "high95": Text("95% 上限", "95% high"),
            "target": Text("目标", "Target"),
        },
        units=dict.fromkeys(("value", "forecast", "low", "high", "low95", "high95", "target"), "fen"),
        method=Text(
            "对数带漂移的随机游走（Hyndman、Athanasopoulos《预测：方法与实践》第三版 5.2、5.5、5.6 节）。它只把过去的平均步子延长，不知道任何计划。",
            "Random walk with drift on logarithms (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, "
            "3rd ed., 5.2, 5.5 and 5.6). It carries the average step of the past on and knows of no plan.",
        ),
        sources=sources_of(document, used.filter(pl.col("value").is_not_null())),
        rows_left_out=rows_left_out,
        invented=bool(used["invented"].any()),
        picture=Picture(
            "line", "year", ("forecast", "value"), low="low", high="high", target="target" if targets else ""
        ),
        blanks=frozenset({"value", "forecast", "low", "high", "low95", "high95", "target"}),
    )


def _why_not(known: Sequence[Point]) -> list[Text]:
    reasons: list[Text] = []
    exact = [point for point in known if point.fen is not None and point.sense == "eq"]
    if any(point.fen is not None and point.fen <= 0 for point in known):
        reasons.append(Text("有的年份不大于零", "a year is not above zero"))
    bounds = [str(point.year) for point in known if point.fen is not None and point.sense != "eq"]
    gaps = [str(point.year) for point in known if point.fen is None]
    if len(exact) < _LEAST:
        reasons.append(
            Text(
                f"只有 {len(exact)} 个确数", f"only {len(exact)} exact value{'s' if len(exact) != 1 else ''}"
            )
        )
    if bounds:
        reasons.append(Text(f"{'、'.join(bounds)} 年只有界限", f"only a bound for {', '.join(bounds)}"))
    if gaps:
        reasons.append(Text(f"{'、'.join(gaps)} 年未公布", f"{', '.join(gaps)} not published"))
    if len({point.scope.zh for point in known if point.fen is not None}) > 1:
        reasons.append(Text("各年范围可能不同", "the years may differ in scope"))
    if len({point.basis for point in known if point.fen is not None}) > 1:
        reasons.append(Text("各年价格基础不同", "the years differ in price basis"))
    return reasons


def _forecast_answer(
    years: Sequence[int],
    middle: Sequence[int],
    low: Sequence[int],
    high: Sequence[int],
    targets: Mapping[int, int],
) -> Text:
    at = next((i for i, year in enumerate(years) if year in targets), len(years) - 1)
    year = years[at]
    zh = f"{year} 年约 {yi(middle[at])} 亿元，八成把握在 {yi(low[at])} 到 {yi(high[at])} 亿元之间"
    en = (
        f"About {yi(middle[at])} 亿元 in {year}, with 80% confidence between {yi(low[at])} and {yi(high[at])}"
    )
    if year in targets:
        target = targets[year]
        inside = (
            "在区间之内" if low[at] <= target <= high[at] else "高于区间" if target > high[at] else "低于区间"
        )
        inside_en = (
            "within that range"
            if low[at] <= target <= high[at]
            else "above it"
            if target > high[at]
            else "below it"
        )
        zh += f"；目标 {yi(target)} 亿元{inside}"
        en += f"; the target of {yi(target)} 亿元 is {inside_en}"
    return Text(zh + "。", en + ".")
