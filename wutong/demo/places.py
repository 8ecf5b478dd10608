"""Tables of places: land, plants and utilities on an open sea, and the bodies and patents of innovation.

All shapes are rectangles that share no ground, laid out in rows east and north of the point 0° E, 0° N, which is water
in the Gulf of Guinea: nobody can take the invented zone for a real one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import Drawn
from wutong.demo.frames import MARK_ZH, ids, named, on_days, pick, repeated
from wutong.demo.goods import PRODUCTS

PARCELS: Final = 10_000
"""At most so many parcels."""
PATENT_FIRMS: Final = 5_000
BODIES: Final = 1_000
ROW: Final = 100
"""Parcels in one row of the grid."""

_STEP: Final = 0.004
_SIDE: Final = 0.003
_NOTE: Final = (
    "图形画在 0°N 0°E 附近的海上，不指任何真实地点 / drawn at sea near 0° N 0° E; no real place is meant"
)
_METRES: Final = 111_320.0


def _rectangles(
    west: NDArray[np.float64], south: NDArray[np.float64], width: float, height: float
) -> pl.Series:
    """Rectangles as WKT, longitude before latitude, with five decimals of a degree."""
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0))
    frame = pl.DataFrame(
        {
            f"{axis}{at}": base + corner[side]
            for at, corner in enumerate(corners)
            for side, (axis, base) in enumerate((("x", west), ("y", south)))
        }
    )
    points = [pl.format("{} {}", pl.col(f"x{at}").round(5), pl.col(f"y{at}").round(5)) for at in range(5)]
    ring = pl.concat_str(points, separator=", ")
    return frame.select(pl.format("POLYGON(({}))", ring)).to_series()


def _grid(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at = np.arange(count, dtype=np.float64)
    return 0.01 + _STEP * (at % ROW), 0.01 + _STEP * (at // ROW)


def parcel(drawn: Drawn) -> pl.DataFrame:
    """One parcel for each firm up to a limit, a few free ones, and one that is held and left idle."""
    roster = _holders(drawn)
    chance = drawn.chance("parcel")
    free = _free(roster)
    count = len(roster) + free + 1
    west, south = _grid(count)
    held = np.arange(count) < len(roster)
    state = np.where(held, np.where(chance.random(count) < 0.1, "building", "used"), "supplied")
    state[len(roster) : len(roster) + free // 2] = "idle"
    state[-1] = "idle"
    # of the free parcels the first half is idle and nobody's, the rest is supplied to firms still to come
    holder = pl.concat(
        [
            drawn.ids(roster),
            pl.Series([None] * free, dtype=pl.String),
            drawn.firm.gather([idle_holder(drawn)]),
        ]
    )
    return pl.DataFrame(
        {
            "parcel": ids("parcel-", count, 5),
            "area": np.round(np.full(count, (_SIDE * _METRES) ** 2)),
            "use": pick(["一类工业用地", "二类工业用地"], chance.integers(0, 2, count)),
            "state": pl.Series(state),
            "firm": holder,
            "price": chance.integers(200, 480, count) * 100,
            "geometry": _rectangles(west, south, _SIDE, _SIDE),
            "as_of": repeated(drawn.year_end, count),
            "source": repeated("land", count),
            "note": repeated(_NOTE, count),
        }
    )


def _holders(drawn: Drawn) -> NDArray[np.int64]:
    return drawn.economy.roster[:PARCELS]


def _free(holders: NDArray[np.int64]) -> int:
    return max(4, len(holders) // 10)


def idle_parcel(drawn: Drawn) -> str:
    """The parcel that a firm holds and leaves idle: the last."""
    holders = _holders(drawn)
    return str(named("parcel-", np.array([len(holders) + _free(holders)]), 5)[0])


def idle_holder(drawn: Drawn) -> int:
    """Who holds the idle parcel: the last of the firms there, which may be the leader itself."""
    return int(drawn.economy.roster[-1])


def plant(drawn: Drawn) -> pl.DataFrame:
    """One plant on each parcel that is used, inside its bounds; the free ones can be rented."""
    land = parcel(drawn)
    chance = drawn.chance("plant")
    count = land.height
    west, south = _grid(count)
    area = np.round(chance.uniform(1_500, 20_000, count))
    clean = np.where(chance.random(count) < 0.3, np.round(area * chance.uniform(0.1, 0.6, count)), 0.0)
    none = land["firm"].is_null()
    frame = pl.DataFrame(
        {
            "plant": ids("plant-", count, 5),
            "parcel": land["parcel"],
            "area": area,
            "clean_area": clean,
            "floor_load": chance.choice([500.0, 800.0, 1_000.0, 1_500.0], count),
            "height": chance.choice([4.5, 6.0, 8.0, 12.0], count),
            "rent": chance.integers(8, 25, count) * 100,
            "state": pl.Series(np.where(chance.random(count) < 0.5, "let", "own")).set(none, "free"),
            "firm": land["firm"],
            "geometry": _rectangles(west + 0.0005, south + 0.0005, 0.0015, 0.001),
            "as_of": repeated(drawn.year_end, count),
            "source": repeated("land", count),
            "note": repeated(_NOTE, count),
        }
    )
    return frame.filter(land["state"].is_in(["used"]) | (none & (land["state"] == "supplied")))


NODES: Final = (
    # kind, unit, what one firm of middling size uses, spare part of the capacity
    ("power", "千伏安", 1_900.0, 0.25),
    ("water", "立方米/日", 320.0, 0.35),
    ("gas", "立方米/日", 900.0, 0.30),
    ("heat", "吨蒸汽/小时", 0.8, 0.40),
    ("sewage", "立方米/日", 260.0, 0.08),
)
"""Supplies of the zone."""
TIGHT: Final = "node-sewage"
"""The supply that is nearest to its limit."""


def utility(drawn: Drawn) -> pl.DataFrame:
    """What each supply can give and what was used in each of the last three years; sewage is the tight one."""
    economy = drawn.economy
    chance = drawn.chance("utility")
    rows = []
    for column in range(max(0, economy.last - 2), economy.known):
        firms = int(economy.active[:, column].sum())
        for at, (kind, unit, each, spare) in enumerate(NODES):
            capacity = round(each * max(firms, 1) / (1 - spare))
            used = round(capacity * (1 - spare) * float(chance.uniform(0.99, 1.01)))
            west, south = np.array([0.001]), np.array([0.001 + 0.0015 * at])
            shape = _rectangles(west, south, 0.001, 0.001)[0]
            year = economy.years[column]
            rows.append(
                (
                    f"node-{kind}",
                    kind,
                    str(year),
                    capacity,
                    used,
                    unit,
                    shape,
                    date(year, 12, 31),
                    f"utilities-{year}",
                    _NOTE,
                )
            )
    names = ("node", "kind", "period", "capacity", "used", "unit", "geometry", "as_of", "source", "note")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def utility_price(drawn: Drawn) -> pl.DataFrame:
    """Two prices a supply: for large industry and for general business."""
    prices = (
        ("power", 62, 74, "千瓦时"),
        ("water", 380, 420, "立方米"),
        ("gas", 360, 410, "立方米"),
        ("heat", 21_000, 23_000, "吨"),
        ("sewage", 120, 140, "立方米"),
    )
    day = drawn.first_day
    rows = [
        (kind, user, day, price, unit, day, "price-list")
        for kind, large, small, unit in prices
        for user, price in (("大工业", large), ("一般工商业", small))
    ]
    return pl.DataFrame(
        rows, schema=["kind", "user", "start", "price", "unit", "as_of", "source"], orient="row"
    )


def rd_body(drawn: Drawn) -> pl.DataFrame:
    """One institute of the zone, and centres and laboratories at firms."""
    economy = drawn.economy
    chance = drawn.chance("rd_body")
    hosts = economy.roster[(chance.random(len(economy.roster)) < 0.15) | (economy.roster == 0)][:BODIES]
    kinds = ("centre", "laboratory", "station")
    words = ("技术中心", "实验室", "工作站")
    kind = chance.integers(0, len(kinds), len(hosts))
    own = pl.DataFrame(
        {
            "body": ids("rd-", len(hosts), 5),
            "name": drawn.name.gather(pl.Series(hosts)) + pick(words, kind),
            "kind": pick(kinds, kind),
            "level": pick(["provincial", "city", "zone"], chance.integers(0, 3, len(hosts))),
            "firm": drawn.ids(hosts),
            "founded": pl.Series(np.minimum(economy.entered[hosts] + 1, economy.last_year)).cast(pl.String),
        }
    )
    shared = pl.DataFrame(
        {
            "body": ["rd-institute"],
            "name": [f"{MARK_ZH}光机电产业研究院"],
            "kind": ["institute"],
            "level": ["provincial"],
            "firm": pl.Series([None], dtype=pl.String),
            "founded": [str(economy.years[0])],
        }
    )
    return pl.concat([shared, own]).with_columns(
        pl.lit(drawn.year_end).alias("as_of"), pl.lit("innovation").alias("source")
    )


def patent(drawn: Drawn) -> pl.DataFrame:
    """Patents by firm: more where more is spent on research."""
    economy = drawn.economy
    chance = drawn.chance("patent")
    firms = np.flatnonzero(economy.here[:PATENT_FIRMS])
    spent = drawn.reported["rd"][firms, economy.last] / 1e9
    number = np.minimum(chance.poisson(0.3 + 1.2 * spent**0.7), 60)
    number[0] = max(int(number[0]), 1)
    holder = np.repeat(firms, number)
    count = len(holder)
    since = np.maximum(economy.entered[holder], economy.years[0])
    year = since + np.floor(chance.random(count) * (economy.last_year - since + 1)).astype(np.int64)
    filed = on_days(year, chance.integers(1, 13, count), chance.integers(1, 29, count))
    took = chance.integers(200, 900, count)
    granted = (filed.cast(pl.Int32) + pl.Series(took, dtype=pl.Int32)).cast(pl.Date)
    product = pick([p.zh for p in PRODUCTS], drawn.goods.first[holder])
    return pl.DataFrame(
        {
            "patent": "XG" + pl.Series(year).cast(pl.String) + named("-", np.arange(count)),
            "firm": drawn.ids(holder),
            "kind": pick(["invention", "utility", "design"], chance.choice(3, count, p=(0.35, 0.5, 0.15))),
            "title": MARK_ZH + "一种" + product + "及其制备方法",
            "filed": filed,
            "granted": granted.set(granted > economy.as_of, None),
            "as_of": filed,
            "source": repeated("patents", count),
        }
    )


_TASKS: Final = (
    ("企业开办一日办结", "行政审批局", "done"),
    ("标准地出让", "规划建设局", "done"),
    ("免申即享兑付", "财政局", "running"),
    ("首席服务专员制度", "企业服务中心", "running"),
    ("园区统计一套表", "经济发展局", "open"),
    ("干部竞争上岗", "组织人事部", "stopped"),
)


def reform_task(drawn: Drawn) -> pl.DataFrame:
    """Tasks of reform; what is done has its proof."""
    today = drawn.economy.as_of
    rows = [
        (
            f"task-{at:02d}",
            MARK_ZH + name,
            office,
            today + timedelta(days=60 * at - 90),
            state,
            f"{MARK_ZH}验收意见第{at}号" if state == "done" else None,
            drawn.year_end,
            "reform",
        )
        for at, (name, office, state) in enumerate(_TASKS, start=1)
    ]
    names = ("task", "name", "office", "due", "state", "evidence", "as_of", "source")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """All tables of sites and innovation."""
    return {
        "parcel": parcel(drawn),
        "plant": plant(drawn),
        "utility": utility(drawn),
        "utility_price": utility_price(drawn),
        "rd_body": rd_body(drawn),
        "patent": patent(drawn),
        "reform_task": reform_task(drawn),
    }
