"""Tables of what firms set out to do, what they are recognised for, and who owns whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import Drawn
from wutong.demo.economy import SCALE_LINE, YI, month_known
from wutong.demo.frames import MARK_ZH, ids, named, on_days, pick, repeated, to_money
from wutong.demo.goods import PRODUCTS
from wutong.demo.names import former_name

PROJECTS: Final = 5_000
"""At most so many projects."""
ABOVE_SCALE: Final = "above_scale"
"""The list of firms in the statistics base."""
_STAGES: Final = {
    "lead": 0.1,
    "talks": 0.1,
    "signed": 0.15,
    "started": 0.25,
    "production": 0.35,
    "stopped": 0.05,
}
_WAYS: Final = (
    "stationed",
    "contest",
    "intermediary",
    "firm",
    "enclave",
    "fund",
    "chain",
    "scenario",
    "cost",
)


def project(drawn: Drawn) -> pl.DataFrame:
    """Projects at every stage: those only signed are younger than a year, but for one that has stalled."""
    economy = drawn.economy
    chance = drawn.chance("project")
    roster = economy.roster
    count = _projects(drawn)
    shares = np.cumsum(list(_STAGES.values()))[:-1]
    stage = chance.permutation(
        np.array(list(_STAGES))[np.searchsorted(shares, (np.arange(count) + 0.5) / count)]
    )
    done = np.isin(stage, ["started", "production", "stopped"])
    today = economy.as_of.year * 12 + economy.as_of.month - 1
    signed = today - np.where(done, chance.integers(14, 40, count), chance.integers(1, 11, count))
    promised = to_money(np.exp(chance.normal(np.log(1.2e8), 0.9, count)))
    under_contract = np.isin(stage, ["signed", "started", "production", "stopped"])
    contracted = to_money(promised / 100 * chance.uniform(0.6, 1.0, count))
    realised = to_money(contracted / 100 * chance.uniform(0.1, 0.8, count))
    realised = np.select([stage == "production", stage == "signed"], [contracted, 0], realised)
    rows = chance.choice(roster, count)
    product = pick([p.zh for p in PRODUCTS], drawn.goods.first[rows])
    frame = pl.DataFrame(
        {
            "project": ids("prj", count),
            "name": MARK_ZH + product + pl.Series(np.arange(1, count + 1)).cast(pl.String) + "号项目",
            "firm": drawn.ids(rows).set(pl.Series(~under_contract), None),
            "stage": pl.Series(stage),
            "way": pick(_WAYS, chance.integers(0, len(_WAYS), count)),
            "promised": promised,
            "contracted": pl.Series(contracted).set(pl.Series(~under_contract), None),
            "realised": pl.Series(realised).set(pl.Series(~under_contract), None),
            "area": np.round(promised / YI * chance.uniform(8_000, 30_000, count)),
            "jobs_promised": np.rint(promised / YI * chance.uniform(60, 200, count)).astype(np.int64) + 5,
            "signed_on": _month(signed).set(pl.Series(~under_contract), None),
            "started_on": _month(signed + 4).set(pl.Series(~done), None),
            "produced_on": _month(signed + 10).set(pl.Series(stage != "production"), None),
            "as_of": repeated(economy.as_of, count),
            "source": repeated("projects", count),
        }
    )
    stalled = (
        frame.filter(pl.col("stage") == "signed")
        .head(1)
        .with_columns(
            pl.lit(stalled_project(drawn)).alias("project"),
            pl.col("name").str.replace(r"\d+号", f"{count + 1}号"),
            _month(np.array([today - 20])).alias("signed_on"),
        )
    )
    return pl.concat([frame, stalled])


def _projects(drawn: Drawn) -> int:
    return int(np.clip(round(0.35 * len(drawn.economy.roster)), 12, PROJECTS))


def stalled_project(drawn: Drawn) -> str:
    """The project that was signed more than a year ago and has not been started."""
    return str(named("prj", np.array([_projects(drawn)]))[0])


def _month(at: NDArray[np.int64]) -> pl.Series:
    """Months as periods from their number since year 0."""
    month = pl.Series(at % 12 + 1).cast(pl.String).str.zfill(2)
    return pl.Series(at // 12).cast(pl.String) + "-" + month


def project_batch(drawn: Drawn) -> pl.DataFrame:
    """Totals of three stages, published for each of the last two years, of projects that are not listed."""
    economy = drawn.economy
    chance = drawn.chance("project_batch")
    years = [year for year in economy.years[: economy.known] if year >= economy.last_year - 1]
    rows = []
    for year in years:
        for stage, most in (("signed", 14), ("started", 20), ("production", 18)):
            projects = int(chance.integers(6, most))
            amount = int(projects * chance.uniform(2.0, 6.0) * 10) * YI // 10
            rows.append((f"batch-{year}", stage, projects, amount, month_known(year, 11), "projects"))
    return pl.DataFrame(
        rows, schema=["batch", "stage", "projects", "amount", "as_of", "source"], orient="row"
    )


def certificate(drawn: Drawn) -> pl.DataFrame:
    """High-tech firms, renewed every three years, with one whose certificate runs out this year; and other marks."""
    economy = drawn.economy
    chance = drawn.chance("certificate")
    roster = economy.roster
    this_year = economy.as_of.year
    part = {economy.parts[name] for name in ("lapsing", "near_scale") if name in economy.parts}
    frames = []
    for kind, level, share in (
        ("high_tech", "national", 0.45),
        ("specialised", "provincial", 0.22),
        ("little_giant", "national", 0.06),
        ("champion", "provincial", 0.03),
    ):
        holds = (chance.random(len(roster)) < share) | (roster == 0)
        holds &= ~np.isin(roster, sorted(part)) if kind == "high_tech" else True
        firms = roster[holds]
        # the newest was granted one or two years ago, in February or later: none runs out in the year of the day
        newest = this_year - chance.integers(1, 3, len(firms))
        month, day = chance.integers(2, 13, len(firms)), chance.integers(1, 29, len(firms))
        for back in range(0, 9, 3):
            granted = newest - back
            able = granted > np.maximum(economy.founded[firms], economy.years[0] - 3)
            frames.append(
                _certificates(drawn, kind, level, firms[able], granted[able], month[able], day[able])
            )
    frames.append(
        _certificates(drawn, "leader", "provincial", *(np.array([at]) for at in (0, this_year - 2, 5, 8)))
    )
    if economy.parts:
        last_day = lapses_on(economy.as_of)
        granted_on = last_day + timedelta(days=1)
        when = (np.array([at]) for at in (granted_on.year - 3, granted_on.month, granted_on.day))
        frames.append(
            _certificates(drawn, "high_tech", "national", np.array([economy.parts["lapsing"]]), *when)
        )
    return pl.concat(frames).sort("firm", "kind", "granted")


def lapses_on(as_of: date) -> date:
    """Last day of the certificate that runs out: within sixty days of the day, in the same year."""
    return min(as_of + timedelta(days=60), date(as_of.year, 12, 31))


def _certificates(
    drawn: Drawn,
    kind: str,
    level: str,
    firms: NDArray[np.int64],
    year: NDArray[np.int64],
    month: NDArray[np.int64],
    day: NDArray[np.int64],
) -> pl.DataFrame:
    granted = on_days(year, month, day)
    # a certificate from before the firm came is known from the day on which it came
    there = np.maximum(drawn.economy.entered[firms], drawn.economy.years[0])
    one = np.ones_like(there)
    return pl.DataFrame(
        {
            "firm": drawn.ids(firms),
            "kind": repeated(kind, len(firms)),
            "level": repeated(level, len(firms)),
            "number": "XG" + pl.Series(year).cast(pl.String) + "-" + named("", firms, 7),
            "granted": granted,
            "expires": on_days(year + 3, month, day).dt.offset_by("-1d"),
            "as_of": pl.select(pl.max_horizontal(granted, on_days(there, one, one))).to_series(),
            "source": repeated("recognition", len(firms)),
        }
    )


def list_member(drawn: Drawn) -> pl.DataFrame:
    """Published lists, with that of firms above scale; one holds a firm under its former name, and a name that nobody has looked up yet."""
    economy = drawn.economy
    chance = drawn.chance("list_member")
    roster = economy.roster
    listed = roster[(chance.random(len(roster)) < 0.25) | (roster == 0)]
    frame = pl.DataFrame(
        {
            "list": repeated(f"key-firms-{economy.last_year}", len(listed)),
            "member": drawn.name.gather(pl.Series(listed)),
            "firm": drawn.ids(listed),
        }
    )
    loose = [f"{MARK_ZH}尚未认定的工坊"]
    if economy.parts:
        loose.append(former_name(economy, economy.parts["renamed"]))
    unknown = pl.DataFrame(
        {
            "list": [f"key-firms-{economy.last_year}"] * len(loose),
            "member": loose,
            "firm": [None] * len(loose),
        },
        schema_overrides={"firm": pl.String},
    )
    key = pl.concat([frame, unknown]).with_columns(pl.lit(str(economy.last_year)).alias("start"))
    return pl.concat([key, _above_scale(drawn)], how="diagonal").with_columns(
        pl.lit(drawn.year_end).alias("as_of"),
        pl.lit("recognition").alias("source"),
    )


def _above_scale(drawn: Drawn) -> pl.DataFrame:
    """The list of firms above designated size: from the first year above the line to the last, if that is over."""
    economy = drawn.economy
    roster = economy.roster
    above = drawn.reported["revenue"][roster, : economy.known] >= SCALE_LINE
    ever = above.any(axis=1)
    first = np.argmax(above, axis=1)[ever]
    last = economy.last - np.argmax(above[:, ::-1], axis=1)[ever]
    years = [str(year) for year in economy.years[: economy.known]]
    return pl.DataFrame(
        {
            "list": repeated(ABOVE_SCALE, int(ever.sum())),
            "member": drawn.name.gather(pl.Series(roster[ever])),
            "firm": drawn.ids(roster[ever]),
            "start": pick(years, first),
            "end": pick(years, last).set(pl.Series(last == economy.last), None),
        }
    )


def owner(drawn: Drawn) -> pl.DataFrame:
    """Owners whose shares sum to one: numbers instead of persons, and one firm that owns two suppliers."""
    economy = drawn.economy
    chance = drawn.chance("owner")
    roster = economy.roster
    owned = {economy.parts[name] for name in ("sister", "other_sister") if name in economy.parts}
    main = np.round(chance.uniform(0.4, 0.95, len(roster)), 2)
    single = chance.random(len(roster)) < 0.3
    sisters = np.isin(roster, sorted(owned))
    main = np.where(single & ~sisters, 1.0, main)
    since = pl.Series(economy.entered[roster]).cast(pl.String)
    holder = named("holder-", roster * 2)
    majority = pl.DataFrame({"firm": drawn.ids(roster), "owner": holder, "share": main, "start": since})
    majority = majority.with_columns(pl.lit(None, dtype=pl.String).alias("owner_firm"))
    if economy.parts:
        parent = economy.parts["parent"]
        is_sister = pl.Series(sisters)
        majority = majority.with_columns(
            pl.when(is_sister).then(pl.lit(drawn.name[parent])).otherwise(pl.col("owner")).alias("owner"),
            pl.when(is_sister).then(pl.lit(drawn.firm[parent])).alias("owner_firm"),
            pl.when(is_sister).then(0.6).otherwise(pl.col("share")).alias("share"),
        )
    rest = majority.with_columns(
        named("holder-", roster * 2 + 1).alias("owner"),
        (1 - pl.col("share")).round(2).alias("share"),
        pl.lit(None, dtype=pl.String).alias("owner_firm"),
    ).filter(pl.col("share") > 0)
    return pl.concat([majority, rest]).with_columns(
        pl.lit(drawn.year_end).alias("as_of"), pl.lit("register").alias("source")
    )


def related_party(drawn: Drawn) -> pl.DataFrame:
    """Related firms: two sisters that both supply the leader, and pairs in the third chain, which sells it nothing."""
    economy = drawn.economy
    chance = drawn.chance("related_party")
    roster = economy.roster
    apart = chance.permutation(roster[economy.chain[roster] == 2])[: max(2, len(roster) // 16)]
    half = len(apart) // 2
    pairs = [(int(a), int(b), "control") for a, b in zip(apart[:half], apart[half : 2 * half], strict=True)]
    if economy.parts:
        one, other, parent = (economy.parts[name] for name in ("sister", "other_sister", "parent"))
        pairs += [(one, parent, "parent"), (other, parent, "parent"), (one, other, "sister")]
    if not pairs and len(roster) > 1:
        pairs = [(int(roster[0]), int(roster[1]), "other")]
    left, right = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    return pl.DataFrame(
        {
            "firm": drawn.ids(left),
            "other": drawn.ids(right),
            "relation": pl.Series([pair[2] for pair in pairs], dtype=pl.String),
            "start": repeated(str(economy.years[0]), len(pairs)),
            "as_of": repeated(drawn.year_end, len(pairs)),
            "source": repeated("register", len(pairs)),
        }
    )


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """Projects, certificates, lists and ownership."""
    return {
        "project": project(drawn),
        "project_batch": project_batch(drawn),
        "certificate": certificate(drawn),
        "list_member": list_member(drawn),
        "owner": owner(drawn),
        "related_party": related_party(drawn),
    }
