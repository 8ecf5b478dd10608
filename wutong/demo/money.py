"""Tables of money: packages of measures, budgets, awards, funds, loans and pools."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import MEASURE, Drawn
from wutong.demo.economy import YI
from wutong.demo.frames import MARK_EN, MARK_ZH, days, ids, on_days, repeated

CLAIMED: Final = 96
"""How many measures the invented zone says it has."""
PACKAGES: Final = (
    ("reform", "改革创新16条", "16 on reform and innovation", 16),
    ("factors", "要素保障18条", "18 on land, power and other factors", 18),
    ("finance", "金融服务14条", "14 on finance", 14),
    ("talent", "人才支持20条", "20 on talent", 20),
    ("chain", "链上协作13条", "13 on working along the chain", 13),
)
"""Packages whose counts add up to fewer measures than are claimed."""

TWICE: Final = "m-equipment"
"""The measure of which one firm is paid twice."""
LOANS: Final = 5_000
BANKS: Final = tuple(f"{MARK_ZH}{name}银行" for name in ("松石", "澄月", "岚砚"))
MOST_SHARE: Final = 0.5
"""Part of bad principal that the pool bears."""

_OTHER: Final = (
    # measure, share of firms that get it, fen
    ("m-high-tech", 0.20, 20_000_000),
    ("m-first-scale", 0.10, 10_000_000),
    ("m-rd-bonus", 0.18, 35_000_000),
    ("m-local-supply", 0.08, 50_000_000),
)


def measure_package(drawn: Drawn) -> pl.DataFrame:
    """Packages as they are published; their counts do not add up to the number claimed."""
    year = drawn.economy.last_year
    rows = [
        (package, MARK_ZH + zh, MARK_EN + en, count, str(year), True, drawn.year_end, "packages")
        for package, zh, en, count in PACKAGES
    ]
    names = ("package", "name", "name_en", "measures", "published", "text_known", "as_of", "source")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def award(drawn: Drawn) -> pl.DataFrame:
    """Awards granted, refused and recovered: the lot's measure with its refusals, others, and one paid twice."""
    economy = drawn.economy
    chance = drawn.chance("award")
    frames = []
    applicants = np.flatnonzero(economy.applied)
    if len(applicants):
        base = economy.output[applicants, economy.years.index(economy.start) - 1]
        amount = np.rint(base * 0.004 / 1e6).astype(np.int64) * 1_000_000 + 10_000_000
        granted = economy.treated[applicants]
        year = np.full(len(applicants), economy.start)
        frames.append(_awards(drawn, MEASURE, applicants, year, granted, amount, chance))
    elsewhere = economy.roster
    for measure, share, amount in _OTHER:
        for column in range(max(0, economy.last - 2), economy.known):
            asks = elsewhere[(chance.random(len(elsewhere)) < share) | (elsewhere == 0)]
            asks = asks[economy.active[asks, column]]
            year = np.full(len(asks), economy.years[column])
            granted = (chance.random(len(asks)) < 0.85) | (asks == 0)
            frames.append(_awards(drawn, measure, asks, year, granted, np.full(len(asks), amount), chance))
    frame = pl.concat(frames)
    taken_back = (
        (pl.col("measure") == "m-rd-bonus")
        & (pl.col("outcome") == "granted")
        & (pl.int_range(pl.len()) % 41 == 7)
    )
    frame = frame.with_columns(
        pl.when(taken_back).then(pl.lit("recovered")).otherwise(pl.col("outcome")).alias("outcome")
    )
    if economy.parts:
        frame = pl.concat([frame, _paid_twice(drawn).select(frame.columns)])
    frame = frame.filter(pl.col("decided") <= economy.as_of).sort("decided", "firm", "measure")
    return frame.with_columns(
        ids("aw-", frame.height).alias("award"),
    ).with_columns(
        pl.when(pl.col("paid_on") > economy.as_of).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("paid", "paid_on")
    )


def _awards(
    drawn: Drawn,
    measure: str,
    firms: NDArray[np.int64],
    year: NDArray[np.int64],
    granted: NDArray[np.bool_],
    amount: NDArray[np.int64],
    chance: np.random.Generator,
) -> pl.DataFrame:
    count = len(firms)
    decided = on_days(year, chance.integers(3, 7, count), chance.integers(1, 29, count))
    refused = pl.Series(~granted)
    money = pl.Series(amount, dtype=pl.Int64)
    return pl.DataFrame(
        {
            "firm": drawn.ids(firms),
            "measure": repeated(measure, count),
            "outcome": repeated("granted", count).set(refused, "refused"),
            "decided": decided,
            "period": pl.Series(year).cast(pl.String),
            "amount": money.set(refused, 0),
            "paid": money.set(refused, 0),
            "paid_on": decided.dt.offset_by("40d").set(refused, None),
            "as_of": decided,
            "source": repeated("awards", count),
        }
    )


def _paid_twice(drawn: Drawn) -> pl.DataFrame:
    """One firm gets the same sum for the same thing and year twice, from two lists three weeks apart."""
    economy = drawn.economy
    firms = np.full(2, economy.parts["paid_twice"])
    first = date(economy.last_year, 5, 8)
    decided = pl.Series([first, first + timedelta(days=21)])
    amount = np.full(2, 160_000_000)
    rows = _awards(
        drawn, TWICE, firms, np.full(2, economy.last_year), amount > 0, amount, drawn.chance("paid twice")
    )
    return rows.with_columns(
        decided.alias("decided"), decided.dt.offset_by("40d").alias("paid_on"), decided.alias("as_of")
    )


def budget(drawn: Drawn, awards: pl.DataFrame) -> pl.DataFrame:
    """The fund from which awards are paid, by year; what was spent is what the awards of the year were paid."""
    economy = drawn.economy
    paid = (
        awards.filter(pl.col("paid_on").is_not_null())
        .group_by(pl.col("paid_on").dt.year().alias("year"))
        .agg(pl.col("paid").sum())
    )
    spent = dict(paid.iter_rows())
    rows = []
    for year in economy.years[max(0, economy.last - 2) : economy.known]:
        out = spent.get(year, 0)
        approved = max(int(out * 1.15) // 100_000_000 * 100_000_000, out) + 100_000_000
        rows.append(
            (
                "cluster-fund",
                str(year),
                f"{MARK_ZH}光机电产业发展扶持资金",
                approved,
                out,
                date(year, 12, 31),
                "budget",
            )
        )
    return pl.DataFrame(
        rows, schema=["budget", "period", "name", "amount", "spent", "as_of", "source"], orient="row"
    )


def fund(drawn: Drawn) -> pl.DataFrame:
    """Two funds in which the zone has a part."""
    start = drawn.first_day
    rows = [
        (
            "guide",
            f"{MARK_ZH}产业引导基金",
            10 * YI,
            0.4,
            6 * YI,
            start,
            date(start.year + 10, 12, 31),
            start,
            "funds",
        ),
        ("seed", f"{MARK_ZH}种子基金", 2 * YI, 0.6, YI, start, date(start.year + 8, 12, 31), start, "funds"),
    ]
    names = ("fund", "name", "size", "zone_share", "paid_in", "start", "end", "as_of", "source")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def fund_flow(drawn: Drawn) -> pl.DataFrame:
    """Calls that make up what is paid in, investments in firms, fees, and an exit at one and a half times."""
    economy = drawn.economy
    roster = economy.roster[economy.entered[economy.roster] <= economy.years[0]]
    chance = drawn.chance("fund_flow")
    year = economy.years[0]
    rows = []
    for name, paid_in in (("guide", 6 * YI), ("seed", YI)):
        rows += [
            (name, "call", date(year, 3, 1), None, paid_in // 2),
            (name, "call", date(year, 9, 1), None, paid_in - paid_in // 2),
            (name, "fee", date(year, 12, 20), None, paid_in // 50),
        ]
        backed = drawn.ids(chance.choice(roster, 3)).to_list()
        for step, firm in enumerate(backed):
            rows.append((name, "investment", date(year, 10 + step, 10), firm, paid_in // 5))
        if economy.known > 3:
            rows.append((name, "exit", date(economy.last_year, 6, 30), backed[0], paid_in // 10 * 3))
    frame = pl.DataFrame(rows, schema=["fund", "kind", "day", "firm", "amount"], orient="row")
    return frame.with_columns(pl.col("day").alias("as_of"), pl.lit("funds").alias("source"))


def loan(drawn: Drawn) -> pl.DataFrame:
    """Loans of the last years, half of them behind the pool; three in a hundred are bad, and one for certain."""
    economy = drawn.economy
    chance = drawn.chance("loan")
    count = int(np.clip(len(economy.roster), 20, LOANS))
    firms = chance.choice(economy.roster, count)
    principal = (
        np.rint(np.exp(chance.normal(np.log(6e6), 0.8, count)) / 1e4).astype(np.int64) * 1_000_000 + 1_000_000
    )
    bad = chance.random(count) < 0.03
    bad[0] = True
    pooled = chance.random(count) < 0.5
    pooled[0] = True
    drawn_on = chance.integers(0, 300, count)
    start = date(economy.last_year, 1, 5)
    years = chance.integers(1, 4, count)
    left = (
        np.floor(principal * np.where(bad, 0.9, chance.uniform(0.0, 1.0, count)) / 1e6).astype(np.int64)
        * 1_000_000
    )
    return pl.DataFrame(
        {
            "loan": ids("loan-", count, 5),
            "firm": drawn.ids(firms),
            "bank": pl.Series(BANKS).gather(pl.Series(chance.integers(0, len(BANKS), count))),
            "pool": repeated("risk-pool", count).set(pl.Series(~pooled), None),
            "principal": principal,
            "rate": np.round(chance.uniform(0.031, 0.055, count), 4),
            "drawn": days(start, drawn_on),
            "due": days(start, drawn_on + 365 * years),
            "outstanding": left,
            "bad": pl.Series(bad),
            "as_of": repeated(drawn.year_end, count),
            "source": repeated("loans", count),
        }
    )


def pool(drawn: Drawn) -> pl.DataFrame:
    """The pool that bears half of bad principal."""
    day = drawn.first_day
    row = ("risk-pool", f"{MARK_ZH}信贷风险补偿资金池", 2 * YI, MOST_SHARE, YI, day, "loans")
    return pl.DataFrame(
        [row], schema=["pool", "name", "size", "share", "ceiling", "as_of", "source"], orient="row"
    )


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """All tables of measures and money."""
    awards = award(drawn)
    return {
        "measure_package": measure_package(drawn),
        "budget": budget(drawn, awards),
        "award": awards,
        "fund": fund(drawn),
        "fund_flow": fund_flow(drawn),
        "loan": loan(drawn),
        "pool": pool(drawn),
    }
