"""Tables of firms: the register, their names, what they report by year and by month, and what they announce."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.accounts import MERGED, MONEY, PHYSICAL, by_month
from wutong.demo.drawn import Drawn
from wutong.demo.economy import CHAINS, SCALE_LINE, YI, month_known, year_known
from wutong.demo.frames import on_days, pick, repeated
from wutong.demo.goods import PRODUCTS
from wutong.demo.names import former_name, short_names
from wutong.zone.uscc import invented_usccs

MONTH_FIRMS: Final = 2_000
"""Monthly figures are given for at most so many firms."""
_AMOUNTS: Final = (*MONEY, *PHYSICAL, "employees")


def firm(drawn: Drawn) -> pl.DataFrame:
    """The register: one row a firm as it entered, and a later one where it left or its standing changed."""
    economy = drawn.economy
    rows = np.arange(economy.firms)
    calendar = economy.years
    entry = np.clip(economy.entered - calendar[0], 0, len(calendar) - 1)
    final = np.where(economy.left > 0, economy.left - 1 - calendar[0], economy.last)
    final = np.clip(np.minimum(final, economy.last), entry, None)
    revenue = drawn.reported["revenue"]
    at_entry = revenue[rows, entry] >= SCALE_LINE
    # of who came in the running year no figure is known yet
    unseen = entry > economy.last
    lately = (revenue[rows, final] >= SCALE_LINE) & (economy.left == 0)
    first, second = drawn.goods.first, drawn.goods.second
    both = pick([p.zh for p in PRODUCTS], first) + (
        "、" + pick([p.zh for p in PRODUCTS], np.maximum(second, 0))
    )
    makes = both.zip_with(pl.Series(second >= 0), pick([p.zh for p in PRODUCTS], first))
    register = pl.DataFrame(
        {
            "firm": drawn.firm,
            "name": drawn.name,
            "name_en": drawn.name_en,
            "uscc": invented_usccs(rows),
            "role": pick(["leader", "core", "member"], _roles(drawn)),
            "chain": pick(CHAINS, economy.chain),
            "industry": pick([p.industry for p in PRODUCTS], first),
            "makes": makes,
            "founded": pl.Series(economy.founded).cast(pl.String),
            "entered": pl.Series(economy.entered).cast(pl.String),
            "left": pl.Series(np.zeros(economy.firms), dtype=pl.Int64).replace({0: None}).cast(pl.String),
            "above_scale": pl.Series(at_entry).set(pl.Series(unseen), None),
            "as_of": on_days(
                np.maximum(economy.entered, calendar[0]), np.ones_like(rows), np.ones_like(rows)
            ),
            "source": repeated("register", economy.firms),
        }
    )
    gone = economy.left > 0
    later_day = on_days(
        np.where(gone, economy.left, economy.last_year + 1), np.where(gone, 7, 2), np.where(gone, 1, 20)
    )
    later = register.with_columns(
        pl.Series("left", economy.left).replace({0: None}).cast(pl.String),
        pl.Series("above_scale", lately),
        later_day.alias("as_of"),
    ).filter(pl.Series(gone | ((lately != at_entry) & ~unseen)))
    return pl.concat([register, later]).sort("firm", "as_of")


def _roles(drawn: Drawn) -> NDArray[np.int64]:
    """The leader, the largest followers as the core of the chains, and members."""
    economy = drawn.economy
    roles = np.full(economy.firms, 2)
    output = np.where(economy.here, economy.output[:, economy.last], 0)
    output[0] = 0
    core = min(int(economy.here.sum()) // 15, 60)
    if core:
        roles[np.argpartition(output, -core)[-core:]] = 1
    roles[0] = 0
    return roles


def firm_name(drawn: Drawn) -> pl.DataFrame:
    """The registered and the short name of each firm, and the former name of the one that was renamed."""
    economy = drawn.economy
    roster = economy.roster
    day = drawn.year_end
    registered = pl.DataFrame(
        {
            "firm": drawn.ids(roster),
            "name": drawn.name.gather(pl.Series(roster)),
            "kind": "registered",
            "evidence": "营业执照（虚构）",
            "start": pl.Series(economy.entered[roster]).cast(pl.String),
        }
    )
    short = registered.with_columns(
        short_names(economy, roster).alias("name"),
        pl.lit("short").alias("kind"),
        pl.lit("年报封面（虚构）").alias("evidence"),
    )
    frames = [registered, short]
    if economy.parts:
        row = economy.parts["renamed"]
        frames.append(
            registered.filter(pl.col("firm") == drawn.firm[row]).with_columns(
                pl.lit(former_name(economy, row)).alias("name"),
                pl.lit("former").alias("kind"),
                pl.lit("变更登记通知书，信用代码未变（虚构）").alias("evidence"),
                pl.lit(str(economy.years[0])).alias("end"),
            )
        )
    return pl.concat(frames, how="diagonal").with_columns(
        pl.lit(day).alias("as_of"), pl.lit("register").alias("source")
    )


def firm_year(drawn: Drawn) -> pl.DataFrame:
    """What each firm reports for each complete year, known in the February after it."""
    economy = drawn.economy
    there = economy.active[:, : economy.known]
    rows, columns = np.nonzero(there)
    years = economy.years[: economy.known]
    frame = pl.DataFrame(
        {
            "firm": drawn.ids(rows),
            "period": pick([str(year) for year in years], columns),
            **{name: drawn.reported[name][:, : economy.known][there] for name in _AMOUNTS},
            "as_of": pl.Series([year_known(year) for year in years]).gather(pl.Series(columns)),
            "source": pick([f"yearbook-{year}" for year in years], columns),
        }
    )
    return _with_correction(drawn, frame).with_columns((pl.col("revenue") >= SCALE_LINE).alias("above_scale"))


def _with_correction(drawn: Drawn, frame: pl.DataFrame) -> pl.DataFrame:
    """Let one firm have told a quarter too much at first and put it right in September."""
    economy = drawn.economy
    if not economy.parts or economy.known < 2:
        return frame
    year = economy.years[economy.last - 1]
    this = (pl.col("firm") == drawn.firm[economy.parts["corrected"]]) & (pl.col("period") == str(year))
    first_told = frame.filter(this).with_columns(
        (pl.col(name) * 5 // 4 // 100_000 * 100_000).alias(name) for name in ("output", "revenue")
    )
    corrected = frame.with_columns(
        pl.when(this).then(pl.lit(date(year + 1, 9, 30))).otherwise(pl.col("as_of")).alias("as_of")
    )
    return pl.concat([corrected, first_told])


def firm_month(drawn: Drawn) -> pl.DataFrame:
    """Months (当月) and runs from January (累计) of the last two complete years and of the running one."""
    economy = drawn.economy
    chance = drawn.chance("firm_month")
    first = max(0, economy.last - 1)
    frames = []
    for column in range(first, min(economy.known + 1, len(economy.years))):
        rows = np.flatnonzero(economy.active[:MONTH_FIRMS, column])
        spread = by_month(drawn.reported, rows, column, chance)
        frames.append(_months_of(drawn, economy.years[column], rows, spread))
    return pl.concat(frames).filter(pl.col("as_of") <= economy.as_of)


def _months_of(
    drawn: Drawn, year: int, rows: NDArray[np.int64], spread: Mapping[str, NDArray[np.int64]]
) -> pl.DataFrame:
    count = len(MERGED)
    names = drawn.ids(np.repeat(rows, count))
    known = [month_known(year, last) for _, last in MERGED]
    single = [f"{year}-{a:02d}" if a == b else f"{year}-{a:02d}..{b:02d}" for a, b in MERGED]
    runs = [f"{year}-01..{last:02d}" for _, last in MERGED]
    flat = {name: amount.ravel() for name, amount in spread.items()}
    alone = {
        name: amount.ravel() if name == "employees" else np.diff(amount, axis=1, prepend=0).ravel()
        for name, amount in spread.items()
    }
    place = np.tile(np.arange(count), len(rows))
    shared = {
        "as_of": pl.Series(known).gather(pl.Series(place)),
        "source": repeated(f"monthly-{year}", len(place)),
    }
    months = pl.DataFrame({"firm": names, "period": pick(single, place), **alone, **shared})
    totals = pl.DataFrame({"firm": names, "period": pick(runs, place), **flat, **shared})
    # January and February together are both a month and a run: one row
    return pl.concat([months, totals.filter(pl.Series(place > 0))])


def firm_plan(drawn: Drawn) -> pl.DataFrame:
    """Plans that firms announce, and what became of them: promised, contracted and realised stand apart."""
    economy = drawn.economy
    chance = drawn.chance("firm_plan")
    planners = economy.roster[(chance.random(len(economy.roster)) < 0.3) | (economy.roster == 0)]
    size = economy.output[planners, economy.last] / YI
    kinds = (("年产值", "亿元", size * 1.8), ("总投资", "亿元", size * 0.6), ("就业岗位", "人", size * 80))
    year = np.maximum(economy.entered[planners], economy.years[0])
    frames = []
    for what, unit, value in kinds:
        kept = np.ones(len(planners))
        for state, late in (("promised", 0), ("contracted", 0), ("realised", 1)):
            told = np.minimum(year + late, economy.last_year)
            kept = kept * chance.uniform(0.55, 0.95, size=len(planners)) if state != "promised" else kept
            amount = value * kept
            frames.append(
                pl.DataFrame(
                    {
                        "firm": drawn.ids(planners),
                        "what": what,
                        "announced": pl.Series(told).cast(pl.String),
                        "state": state,
                        "sense": "about" if state == "promised" else "eq",
                        "value": np.rint(amount) + 1 if unit == "人" else np.round(amount, 2) + 0.01,
                        "unit": unit,
                        "as_of": on_days(told, np.full_like(told, 12), np.full_like(told, 20)),
                        "source": "announcements",
                    }
                )
            )
    return pl.concat(frames).sort("firm", "what", "announced", "state")


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """The register and everything that firms report themselves."""
    return {
        "firm": firm(drawn),
        "firm_name": firm_name(drawn),
        "firm_year": firm_year(drawn),
        "firm_month": firm_month(drawn),
        "firm_plan": firm_plan(drawn),
    }
