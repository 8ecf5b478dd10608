"""Tables of the chains: products and links, who makes what, trades, papers, customs, machines and their lines."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import Drawn
from wutong.demo.economy import GRAIN, YI, month_known, year_known
from wutong.demo.frames import MARK_ZH, days, ids, named, pick, repeated
from wutong.demo.goods import AT, LINKS, PRODUCTS

TRADE_FIRMS: Final = 100_000
"""Trades and products are given for at most so many firms."""
PAPERS: Final = 5_000
"""At most so many contracts of sale with their invoices."""
LINES: Final = 120
"""Readings are given for at most so many machines."""
WORSE_FROM: Final = 7
"""Month of the last year from which on one line's rejects double."""
REJECTS: Final = 0.012
"""Rejects a piece of every other line."""

PARTNERS: Final = ("XAA", "XBB", "XCC", "XDD", "XEE")
"""Trading partners, by letters that ISO 3166-1 leaves to its users: no country is meant."""
PARTNER_SHARES: Final = (0.68, 0.14, 0.09, 0.06, 0.03)
"""What each partner takes of the leader's exports."""


def product(drawn: Drawn) -> pl.DataFrame:
    """Every product of the three chains."""
    day = drawn.first_day
    return pl.DataFrame(
        [
            (p.id, p.zh, p.en, p.chain, p.segment, p.industry, p.hs, p.aliases, day, "chain-study")
            for p in PRODUCTS
        ],
        schema=[
            "product",
            "name",
            "name_en",
            "chain",
            "segment",
            "industry",
            "hs",
            "aliases",
            "as_of",
            "source",
        ],
        orient="row",
    )


def product_link(drawn: Drawn) -> pl.DataFrame:
    """What goes into what."""
    return pl.DataFrame(
        LINKS, schema=["product", "input", "essential", "replaceable", "share"], orient="row"
    ).with_columns(pl.lit(drawn.first_day).alias("as_of"), pl.lit("chain-study").alias("source"))


def firm_product(drawn: Drawn) -> pl.DataFrame:
    """Who makes what, of the firms that are there."""
    chance = drawn.chance("firm_product")
    firms = _makers(drawn)
    also = firms[drawn.goods.second[firms] >= 0]
    rows = np.concatenate([firms, also])
    made = np.concatenate([drawn.goods.first[firms], drawn.goods.second[also]])
    size = drawn.economy.output[rows, drawn.economy.last] / YI
    return pl.DataFrame(
        {
            "firm": drawn.ids(rows),
            "product": pick([p.id for p in PRODUCTS], made),
            "state": pick(["confirmed", "proposed"], (chance.random(len(rows)) < 0.2).astype(np.int64)),
            "capacity": np.rint(1_000 + 20_000 * size * chance.uniform(0.5, 2.0, len(rows))),
            "unit": repeated("件", len(rows)),
            "as_of": repeated(drawn.year_end, len(rows)),
            "source": repeated("chain-study", len(rows)),
        }
    ).sort("firm", "product")


def _makers(drawn: Drawn) -> NDArray[np.int64]:
    return np.flatnonzero(drawn.economy.here[:TRADE_FIRMS])


def trade(drawn: Drawn) -> pl.DataFrame:
    """Sales between firms of the zone in the last two years, along the links of products.

    No firm sells more in the zone than three fifths of its revenue, and none sells to itself.
    """
    economy = drawn.economy
    chance = drawn.chance("trade")
    firms = _makers(drawn)
    sellers, buyers, products, shares = _pairs(drawn, firms, chance)
    frames = []
    for column in range(max(0, economy.last - 1), economy.known):
        there = economy.active[sellers, column] & economy.active[buyers, column]
        wish = 0.55 * shares * economy.output[buyers, column] * chance.uniform(0.7, 1.3, len(sellers)) * there
        sold = np.bincount(sellers, weights=wish, minlength=economy.firms)
        most = 0.6 * drawn.reported["revenue"][:, column]
        factor = np.divide(most, sold, out=np.ones_like(most), where=sold > most)
        amount = np.floor(wish * factor[sellers] / GRAIN).astype(np.int64) * GRAIN
        kept = amount > 0
        year = economy.years[column]
        frames.append(
            pl.DataFrame(
                {
                    "seller": drawn.ids(sellers[kept]),
                    "buyer": drawn.ids(buyers[kept]),
                    "product": pick([p.id for p in PRODUCTS], products[kept]),
                    "period": repeated(str(year), int(kept.sum())),
                    "amount": amount[kept],
                    "as_of": repeated(year_known(year), int(kept.sum())),
                    "source": repeated(f"yearbook-{year}", int(kept.sum())),
                }
            )
        )
    return pl.concat(frames).sort("seller", "buyer", "product", "period")


def _pairs(
    drawn: Drawn, firms: NDArray[np.int64], chance: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Seller, buyer, product and share of the buyer's output, each pair once for a product."""
    economy = drawn.economy
    first, second = drawn.goods.first, drawn.goods.second
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    for made, used, _, _, share in LINKS:
        makers = firms[(first[firms] == AT[used]) | (second[firms] == AT[used])]
        if len(makers) == 0:
            continue
        users = firms[first[firms] == AT[made]]
        followers = users[users != 0]
        # two draws a follower, larger makers more often; the leader buys from every maker, forty at most
        weights = np.cumsum(np.sqrt(economy.output[makers, economy.last].astype(np.float64)))
        drawn_makers = makers[np.searchsorted(weights, chance.random((len(followers), 2)) * weights[-1])]
        buyers = np.repeat(followers, 2)
        pieces.append(
            (drawn_makers.ravel(), buyers, np.full(len(buyers), AT[used]), np.full(len(buyers), share / 2))
        )
        if 0 in users:
            kept = makers[makers != 0][:40]
            pieces.append(
                (
                    kept,
                    np.zeros_like(kept),
                    np.full(len(kept), AT[used]),
                    np.full(len(kept), share / max(len(kept), 1)),
                )
            )
    if economy.parts:
        sisters = np.array([economy.parts["sister"], economy.parts["other_sister"]])
        made = first[sisters]
        pieces.append((sisters, np.zeros(2, dtype=np.int64), made, np.full(2, 0.01)))
    elif len(firms) > 1:
        pieces.append((firms[1:2], firms[:1], first[firms[1:2]], np.array([0.01])))
    if not pieces:
        nobody = np.zeros(0, dtype=np.int64)
        return nobody, nobody, nobody, np.zeros(0)
    sellers, buyers, products, shares = (np.concatenate([piece[at] for piece in pieces]) for at in range(4))
    codes = (sellers * economy.firms + buyers) * len(PRODUCTS) + products
    _, once = np.unique(codes, return_index=True)
    once = once[sellers[once] != buyers[once]]
    return sellers[once], buyers[once], products[once], shares[once]


def contract(drawn: Drawn, trades: pl.DataFrame) -> pl.DataFrame:
    """Contracts of the last year: of sale inside the zone, and one of each other kind for the leader."""
    chance = drawn.chance("contract")
    year = drawn.economy.last_year
    sales = _on_paper(drawn, trades)
    signed = days(date(year, 1, 4), chance.integers(0, 60, sales.height))
    buyers = pl.DataFrame({"buyer": drawn.firm, "other": drawn.name})
    frame = pl.DataFrame(
        {
            "contract": ids(f"c{year}-", sales.height),
            "firm": sales["seller"],
            "other": sales.join(buyers, on="buyer", how="left", maintain_order="left")["other"],
            "kind": repeated("sale", sales.height),
            "signed": signed,
            "amount": sales["amount"] * 113 // 100,
            "as_of": signed,
        }
    )
    kinds = ("purchase", "lease", "build", "investment", "labour")
    others = pl.DataFrame(
        {
            "contract": [f"c{year}-{kind}" for kind in kinds],
            "firm": [drawn.firm[0]] * len(kinds),
            "other": [f"{MARK_ZH}区外合同方{letter}" for letter in "甲乙丙丁戊"],
            "kind": kinds,
            "signed": [date(year, 2 + at, 15) for at in range(len(kinds))],
            "amount": [(3 + 2 * at) * 1_000_000_000 for at in range(len(kinds))],
            "as_of": [date(year, 2 + at, 15) for at in range(len(kinds))],
        }
    )
    return pl.concat([frame, others]).with_columns(pl.lit("papers").alias("source"))


def _on_paper(drawn: Drawn, trades: pl.DataFrame) -> pl.DataFrame:
    """Trades of the last year that papers are given for."""
    return trades.filter(pl.col("period") == str(drawn.economy.last_year)).head(PAPERS)


def invoice(drawn: Drawn, trades: pl.DataFrame) -> pl.DataFrame:
    """Two invoices a contract of sale, which make up its trade; and one for the leader's lease."""
    chance = drawn.chance("invoice")
    year = drawn.economy.last_year
    sales = _on_paper(drawn, trades)
    earlier = (sales["amount"] // 200_000) * 100_000
    frames = []
    for part, (amount, month) in enumerate(((earlier, 4), (sales["amount"] - earlier, 9)), start=1):
        issued = days(date(year, month, 1), chance.integers(0, 80, sales.height))
        due = amount * 113 // 100
        frames.append(
            pl.DataFrame(
                {
                    "invoice": named(f"i{year}-{part}-", np.arange(sales.height)),
                    "contract": ids(f"c{year}-", sales.height),
                    "firm": sales["seller"],
                    "issued": issued,
                    "amount": amount,
                    "vat": amount * 13 // 100,
                    "paid": due
                    if part == 1
                    else (due // 2).zip_with(pl.Series(chance.random(sales.height) < 0.3), due),
                    "as_of": issued,
                }
            )
        )
    rent = pl.DataFrame(
        {
            "invoice": [f"i{year}-lease"],
            "contract": [f"c{year}-lease"],
            "firm": [drawn.firm[0]],
            "issued": [date(year, 4, 2)],
            "amount": [400_000_000],
            "vat": [36_000_000],
            "paid": [436_000_000],
            "as_of": [date(year, 4, 2)],
        }
    )
    return pl.concat([*frames, rent]).with_columns(pl.lit("papers").alias("source"))


def customs(drawn: Drawn) -> pl.DataFrame:
    """Exports by partner, which sum to what the firm reports, and imports, for the last two years."""
    economy = drawn.economy
    chance = drawn.chance("customs")
    frames = []
    for column in range(max(0, economy.last - 1), economy.known):
        roster = np.flatnonzero(economy.active[: economy.some, column])
        exports = drawn.reported["export"][roster, column]
        traders, sold = roster[exports > 0], exports[exports > 0]
        weights = chance.dirichlet([2.0, 1.2, 1.0, 0.8, 0.5], size=len(traders))
        weights[traders == 0] = PARTNER_SHARES
        parts = np.floor(sold[:, None] / GRAIN * weights).astype(np.int64) * GRAIN
        parts[:, 0] += sold - parts.sum(axis=1)
        firms = np.repeat(traders, len(PARTNERS))
        partner = np.tile(np.arange(len(PARTNERS)), len(traders))
        out = _declared(drawn, column, "export", firms, partner, parts.ravel())
        buys = (parts[:, :2] // 4 // GRAIN * GRAIN).ravel()
        importers = np.repeat(traders, 2)
        into = _declared(drawn, column, "import", importers, np.tile([1, 2], len(traders)), buys)
        frames += [out, into]
    return pl.concat(frames).filter(pl.col("amount") > 0)


def _declared(
    drawn: Drawn,
    column: int,
    direction: str,
    firms: NDArray[np.int64],
    partner: NDArray[np.int64],
    amount: NDArray[np.int64],
) -> pl.DataFrame:
    year = drawn.economy.years[column]
    heading = pick([p.hs or "8523" for p in PRODUCTS], drawn.goods.first[firms])
    return pl.DataFrame(
        {
            "firm": drawn.ids(firms),
            "direction": repeated(direction, len(firms)),
            "hs": heading if direction == "export" else repeated("8542", len(firms)),
            "partner": pick(PARTNERS, partner),
            "port": repeated(f"{MARK_ZH}口岸", len(firms)),
            "period": repeated(str(year), len(firms)),
            "amount": amount,
            "as_of": repeated(year_known(year), len(firms)),
            "source": repeated(f"customs-{year}", len(firms)),
        }
    )


_MACHINES: Final = ("数控机床", "注塑机", "贴片线", "镀膜机", "固晶机", "装配机器人")


def machine(drawn: Drawn) -> pl.DataFrame:
    """Machines of each firm by sort, the lines that are read, and the zone's sums."""
    economy = drawn.economy
    chance = drawn.chance("machine")
    roster = economy.roster
    kind = economy.chain[roster] * 2 + chance.integers(0, 2, len(roster))
    number = 1 + np.rint(
        economy.output[roster, economy.last] / YI * chance.uniform(3, 15, len(roster))
    ).astype(np.int64)
    lines = _lines(drawn)
    own = pl.DataFrame(
        {
            "machine": "m-" + drawn.ids(roster),
            "firm": drawn.ids(roster),
            "kind": pick(_MACHINES, kind),
            "number": number,
        }
    )
    read = pl.DataFrame(
        {
            "machine": ids("line-", len(lines), 4),
            "firm": drawn.ids(lines),
            "kind": repeated("贴片线", len(lines)),
            "number": np.ones_like(lines),
        }
    )
    sums = (
        pl.concat([own, read])
        .group_by("kind", maintain_order=True)
        .agg(pl.col("number").sum())
        .select(
            ("m-zone-" + pl.col("kind")).alias("machine"),
            pl.lit(None, dtype=pl.String).alias("firm"),
            "kind",
            "number",
        )
    )
    # lines are known from the first month that is read
    first = economy.years[max(0, economy.last - 1)]
    since = [(own, economy.last_year, drawn.year_end), (read, first, date(first, 1, 1))]
    since.append((sums, economy.last_year, drawn.year_end))
    return pl.concat(
        frame.with_columns(pl.lit(str(year)).alias("period"), pl.lit(day).alias("as_of"))
        for frame, year, day in since
    ).with_columns(pl.lit("machines").alias("source"))


def _lines(drawn: Drawn) -> NDArray[np.int64]:
    """Firms whose line is read, one each."""
    economy = drawn.economy
    there = economy.active[economy.roster, max(0, economy.last - 1)]
    lines: NDArray[np.int64] = economy.roster[there][:LINES]
    return lines


def _worse_line(drawn: Drawn) -> int:
    return int(drawn.chance("worse line").integers(len(_lines(drawn))))


def worse_line(drawn: Drawn) -> str:
    """The line whose rejects double."""
    return str(ids("line-", LINES, 4)[_worse_line(drawn)])


def line_reading(drawn: Drawn) -> pl.DataFrame:
    """Monthly readings of the last two years; one line's rejects double in the second half of the last."""
    economy = drawn.economy
    chance = drawn.chance("line_reading")
    lines = _lines(drawn)
    years = economy.years[max(0, economy.last - 1) : economy.known]
    months = [(year, month) for year in years for month in range(1, 13)]
    shape = (len(lines), len(months))
    pieces = np.rint(120_000 * np.exp(0.1 * chance.standard_normal(shape))).astype(np.int64)
    rate = np.full(shape, REJECTS)
    rate[_worse_line(drawn), len(months) - 13 + WORSE_FROM :] *= 2
    rejects = chance.binomial(pieces, rate)
    hours = np.round(pieces / 220.0, 1)
    place = np.tile(np.arange(len(months)), len(lines))
    return pl.DataFrame(
        {
            "machine": ids("line-", len(lines), 4).gather(
                pl.Series(np.repeat(np.arange(len(lines)), len(months)))
            ),
            "period": pick([f"{year}-{month:02d}" for year, month in months], place),
            "hours": np.minimum(hours, 720.0).ravel(),
            "pieces": pieces.ravel(),
            "rejects": rejects.ravel(),
            "power": np.round(hours * 38.0).ravel(),
            "as_of": pl.Series([month_known(year, month) for year, month in months]).gather(pl.Series(place)),
            "source": repeated("machines", len(place)),
        }
    )


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """All tables of the chains."""
    trades = trade(drawn)
    return {
        "product": product(drawn),
        "product_link": product_link(drawn),
        "firm_product": firm_product(drawn),
        "trade": trades,
        "contract": contract(drawn, trades),
        "invoice": invoice(drawn, trades),
        "customs": customs(drawn),
        "machine": machine(drawn),
        "line_reading": line_reading(drawn),
    }
