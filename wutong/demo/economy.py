"""The invented economy before it becomes tables: which firms are there in which year, and what each of them makes.

Everything here is arrays: rows are firms, columns are years. Row 0 is the chain leader; after it come the firms that
were there from the first year on, then those that entered, by year of entry.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wutong.errors import WutongError
from wutong.words import Text

CHAINS: Final = ("vision", "materials", "ai")
CHAIN_WEIGHTS: Final = (0.42, 0.33, 0.25)
FOLLOWERS: Final = 130
"""Followers of the leader in the default shape, to which the sums of the path belong."""

YI: Final = 100_000_000 * 100
"""Fen in 亿元."""
GRAIN: Final = 1_000 * 100
"""Fen in the thousand yuan to which firms report."""
SCALE_LINE: Final = 20_000_000 * 100
"""Fen of revenue a year from which a firm counts as above designated size."""

SOME_FIRMS: Final = 20_000
"""Side tables speak of at most so many firms."""
CAST_FROM: Final = 30
"""Fewest firms with which parts are given to single firms."""
LOT_FROM: Final = 60
"""Fewest firms with which a measure is given out by lot."""
PARTS: Final = (
    "near_scale",
    "lapsing",
    "disagreeing",
    "renamed",
    "sister",
    "other_sister",
    "parent",
    "paid_twice",
    "sole_maker",
    "corrected",
)
"""Parts that single firms play for a planted truth."""

_BEFORE: Final = MappingProxyType({2019: 0.16, 2020: 0.11, 2021: 0.24})
_AFTER: Final = MappingProxyType({2025: 0.22})
_ELSEWHEN: Final = 0.12
_PRESENT: Final = (1.0, 1.0, 1.0, 0.9, 0.75, 0.66, 0.6, 0.55)
_CHURN: Final = 0.02
_CHAIN_GROWTH: Final = np.array([0.0, 0.01, 0.03])


@dataclass(frozen=True, slots=True)
class Economy:
    """Firms of an invented zone over its years.

    Parameters
    ----------
    seed : int
        Seed from which everything is drawn.
    as_of : date
        The day on which the zone is looked at; nothing later is known.
    years : tuple of int
        Years for which the economy was drawn, without a gap.
    known : int
        How many of the years are complete and known on ``as_of``.
    founded, entered, left : int array, shape (firms,)
        Years; ``left`` is 0 where the firm is still there. A firm is counted in the year in which it enters and not
        in that in which it leaves.
    chain : int array, shape (firms,)
        Place in ``CHAINS``.
    active : bool array, shape (firms, years)
        Whether the firm is there.
    output : int64 array, shape (firms, years)
        Gross output in fen, in whole thousands of yuan; 0 where the firm is not there.
    parts : mapping of str to int
        Which firm plays which of ``PARTS``; empty in a zone of fewer than ``CAST_FROM`` firms.
    treated : bool array, shape (firms,)
        Firms that got the measure with a planted effect.
    applied : bool array, shape (firms,)
        Firms that asked for it: those treated and those that drew a blank.
    effect : float
        What the measure adds to log output from ``start`` on.
    start : int
        First year with the effect; 0 where none is planted.
    """

    seed: int
    as_of: date
    years: tuple[int, ...]
    known: int
    founded: NDArray[np.int64]
    entered: NDArray[np.int64]
    left: NDArray[np.int64]
    chain: NDArray[np.int64]
    active: NDArray[np.bool_]
    output: NDArray[np.int64]
    parts: Mapping[str, int]
    treated: NDArray[np.bool_]
    applied: NDArray[np.bool_]
    effect: float
    start: int

    @property
    def firms(self) -> int:
        """How many firms there ever were."""
        return len(self.chain)

    @property
    def some(self) -> int:
        """How many firms the side tables speak of."""
        return min(self.firms, SOME_FIRMS)

    @property
    def last(self) -> int:
        """Column of the last complete year."""
        return self.known - 1

    @property
    def last_year(self) -> int:
        """The last complete year."""
        return self.years[self.known - 1]

    @property
    def here(self) -> NDArray[np.bool_]:
        """Whether each firm is there in the last complete year."""
        return self.active[:, self.last]

    @property
    def roster(self) -> NDArray[np.int64]:
        """Rows of the firms that are there now and that side tables speak of, the leader first."""
        return np.flatnonzero(self.here[: self.some])


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the stream of chance of one table.

    Each table has its own, so that a change to one leaves the numbers of the others as they are.

    Examples
    --------
    >>> int(stream(7, "firm").integers(1000)) == int(stream(7, "firm").integers(1000))
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def year_known(year: int) -> date:
    """Day on which the figures of a year become known: 20 February of the next."""
    return date(year + 1, 2, 20)


def month_known(year: int, month: int) -> date:
    """Day on which the figures up to a month become known: the 20th of the next."""
    return date(year + month // 12, month % 12 + 1, 20)


def draw(firms: int, seed: int, years: range, as_of: date) -> Economy:
    """Draw an economy.

    Parameters
    ----------
    firms : int
        How many firms are there in the last of the years, the leader among them.
    seed : int
        Not negative.
    years : range
        Calendar years, without a gap.
    as_of : date
        The day on which the zone is looked at.

    Returns
    -------
    Economy

    Raises
    ------
    WutongError
        If there is no firm, no year or a gap between years, if the seed is negative, or if none of the years is
        known on ``as_of``.
    """
    known = _known_years(firms, seed, years, as_of)
    chance = stream(seed, "economy")
    calendar = tuple(years)
    entered, left, active = _comings_and_goings(firms, calendar, chance)
    count = len(entered)
    # shares of the chains are kept to the firm; chance decides who is in which
    chain = chance.permutation(
        np.searchsorted(np.cumsum(CHAIN_WEIGHTS)[:-1], (np.arange(count) + 0.5) / count)
    )
    chain[0] = 0
    entered[0] = calendar[0] - 8
    founded = entered - chance.integers(0, 9, size=count) * (chance.random(count) < 0.6)
    parts = _cast(firms, active, left, chance)
    if parts:
        # the sisters sell to the leader, whose chain this is; their parent stands elsewhere
        chain[[parts["sister"], parts["other_sister"]]] = 0
        chain[parts["parent"]] = 2
    start_at = max(2, known - 3) if firms >= LOT_FROM and known >= 3 else -1
    treated, applied = _lot(start_at, calendar, entered, left, chain, parts, chance)
    effect = round(float(chance.uniform(0.17, 0.23)), 3) if treated.any() else 0.0
    logs = _log_output(active, entered, calendar[0], chain, chance)
    if treated.any():
        logs[treated, start_at:] += effect
    if parts:
        logs[parts["disagreeing"], known - 1 :] += np.log(2.0)
    output = _calibrated(logs, active, calendar, known, firms, parts, chance)
    return Economy(
        seed=seed,
        as_of=as_of,
        years=calendar,
        known=known,
        founded=founded,
        entered=entered,
        left=left,
        chain=chain,
        active=active,
        output=output,
        parts=parts,
        treated=treated,
        applied=applied,
        effect=effect,
        start=calendar[start_at] if treated.any() else 0,
    )


def _known_years(firms: int, seed: int, years: range, as_of: date) -> int:
    if firms < 1:
        raise WutongError(
            Text(
                f"企业数须为 1 或更多，现为 {firms}。",
                f"A zone has at least one firm; {firms} was asked for.",
            )
        )
    if seed < 0:
        raise WutongError(
            Text(f"种子须为 0 或更大的整数，现为 {seed}。", f"The seed must be 0 or more; it is {seed}.")
        )
    if len(years) == 0 or years.step != 1 or years[0] < 1000 or years[-1] > 9000:
        raise WutongError(
            Text(
                f"年份须为相连的日历年，如 2018 至 2025；现为 {years}。",
                f"The years must be calendar years without a gap, such as 2018 to 2025; they are {years}.",
            )
        )
    known = sum(year_known(year) <= as_of for year in years)
    if known == 0:
        day = year_known(years[0])
        raise WutongError(
            Text(
                f"到 {as_of} 为止，{years[0]} 年及以后的年度数字都还不知道。请把截至日期定在 {day} 或之后，或选更早的年份。",
                f"On {as_of} no year from {years[0]} on is known yet. Choose {day} or a later day, or earlier years.",
            )
        )
    return known


def _comings_and_goings(
    firms: int, years: tuple[int, ...], chance: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Who enters and leaves when, so that ``firms`` are there in the last year."""
    ages = range(len(years) - 1, -1, -1)
    present = [max(1, round(firms * _PRESENT[min(age, len(_PRESENT) - 1)])) for age in ages]
    entered = [years[0] - chance.integers(0, 9, size=present[0])]
    left = np.zeros(present[0], dtype=np.int64)
    # parts and the lot go to firms that stay: the first third of those there at the outset never leaves
    settled = 1 + present[0] // 3
    for before, now, year in zip(present, present[1:], years[1:], strict=False):
        free = np.flatnonzero(left[settled:] == 0) + settled
        leavers = chance.choice(free, size=min(round(_CHURN * before), len(free)), replace=False)
        left[leavers] = year
        entrants = now - before + len(leavers)
        entered.append(np.full(entrants, year, dtype=np.int64))
        left = np.concatenate([left, np.zeros(entrants, dtype=np.int64)])
    since = np.concatenate(entered)
    calendar = np.array(years)
    there = (since[:, None] <= calendar) & ((left[:, None] == 0) | (calendar < left[:, None]))
    return since, left, there


def _cast(
    firms: int, active: NDArray[np.bool_], left: NDArray[np.int64], chance: np.random.Generator
) -> Mapping[str, int]:
    if firms < CAST_FROM:
        return MappingProxyType({})
    from_the_start = np.flatnonzero(active[:SOME_FIRMS, 0] & (left[:SOME_FIRMS] == 0))[1:]
    chosen = chance.choice(from_the_start, size=len(PARTS), replace=False)
    return MappingProxyType(dict(zip(PARTS, (int(firm) for firm in chosen), strict=True)))


def _lot(
    start_at: int,
    years: tuple[int, ...],
    entered: NDArray[np.int64],
    left: NDArray[np.int64],
    chain: NDArray[np.int64],
    parts: Mapping[str, int],
    chance: np.random.Generator,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw, chain by chain, who gets the measure among the firms that ask for it."""
    treated = np.zeros(len(entered), dtype=np.bool_)
    applied = np.zeros(len(entered), dtype=np.bool_)
    if start_at < 0:
        return treated, applied
    # each can be watched for three years before, where there are so many
    able = (entered <= years[max(0, start_at - 3)]) & (left == 0)
    able[[0, *parts.values()]] = False
    able[SOME_FIRMS:] = False
    for link in range(len(CHAINS)):
        firms = chance.permutation(np.flatnonzero(able & (chain == link)))
        share = round(0.45 * len(firms))
        treated[firms[:share]] = True
        applied[firms[: share + round(0.2 * len(firms))]] = True
    return treated, applied


def _bounded_normal(size: int, bound: float, chance: np.random.Generator) -> NDArray[np.float64]:
    """Normal draws, those beyond the bound drawn again, so that no follower outgrows the leader."""
    values = chance.standard_normal(size)
    outside = np.abs(values) > bound
    while outside.any():
        values[outside] = chance.standard_normal(int(outside.sum()))
        outside = np.abs(values) > bound
    return values


def _log_output(
    active: NDArray[np.bool_],
    entered: NDArray[np.int64],
    first_year: int,
    chain: NDArray[np.int64],
    chance: np.random.Generator,
) -> NDArray[np.float64]:
    """Log output of each firm and year but for what all followers of a year share."""
    firms, years = active.shape
    level = 1.3 * _bounded_normal(firms, 2.5, chance) - 0.4 * (entered > first_year)
    slope = 0.035 * _bounded_normal(firms, 2.5, chance) + _CHAIN_GROWTH[chain]
    logs = np.empty((firms, years))
    shock = 0.09 * chance.standard_normal(firms)
    for year in range(years):
        logs[:, year] = level + slope * year + shock
        shock = 0.5 * shock + 0.08 * chance.standard_normal(firms)
    return logs


def _path(
    years: tuple[int, ...], chance: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Output of the default zone in fen and the leader's part of it, year by year."""
    top = float(chance.uniform(701.5, 708.0)) * YI
    path = {2024: top, 2021: top / (1.42 + float(chance.uniform(-0.002, 0.002))) ** 3}
    path[2022] = path[2021] * (1.28 + float(chance.uniform(-0.03, 0.03)))
    path[2023] = path[2022] * (1.50 + float(chance.uniform(-0.03, 0.03)))
    for year in range(2025, max(years[-1], 2025) + 1):
        path[year] = path[year - 1] * (1 + _AFTER.get(year, _ELSEWHEN))
    for year in range(2020, min(years[0], 2020) - 1, -1):
        path[year] = path[year + 1] / (1 + _BEFORE.get(year + 1, _ELSEWHEN))
    share = np.clip([0.46 - 0.02 * (year - 2018) for year in years], 0.25, 0.5)
    return np.array([path[year] for year in years]), share + chance.uniform(-0.004, 0.004, size=len(years))


def _calibrated(
    logs: NDArray[np.float64],
    active: NDArray[np.bool_],
    years: tuple[int, ...],
    known: int,
    firms: int,
    parts: Mapping[str, int],
    chance: np.random.Generator,
) -> NDArray[np.int64]:
    """Turn logs into fen so that the year's sum follows the path; one factor a year for all followers.

    The leader keeps its size whatever the number of followers, and followers keep their mean size.
    """
    path, share = _path(years, chance)
    leader = path * share
    followers = path * (1 - share) * (firms - 1) / FOLLOWERS
    amounts = np.where(active, np.exp(logs), 0.0)
    amounts[0] = leader
    fixed = np.zeros(len(active), dtype=np.bool_)
    fixed[0] = True
    if parts:
        small = parts["near_scale"]
        # it grows as the mean follower does, up to the line's edge in the last complete year
        mean = followers / np.maximum(active.sum(axis=0) - 1, 1)
        amounts[small] = 0.97 * SCALE_LINE * mean / mean[known - 1]
        followers = followers - amounts[small]
        fixed[small] = True
    raw = amounts[~fixed].sum(axis=0)
    amounts[~fixed] *= np.divide(followers, raw, out=np.zeros_like(raw), where=raw > 0)
    thousands = np.rint(amounts / GRAIN).astype(np.int64)
    return np.where(active, np.maximum(thousands, 1) * GRAIN, 0)
