"""What contests that are built alike come to: bounds, sums and reasons of their lines, for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.policy.alike import Chosen, Contests, chosen
from wutong.policy.claims import Ceiling, Claims, overlapping
from wutong.policy.groups import Flags
from wutong.policy.ledger import Bounds, Ints, Ledger, note, opened, settle
from wutong.policy.per_subject import NO_END
from wutong.policy.sharing import shared

SUMS: Final = ("low", "high", "sum_low", "sum_high")


@dataclass(frozen=True, slots=True)
class Held:
    """Lines of contests, sorted by contest (``part``) and the order of the rulebook.

    ``members`` and ``under`` are their memberships in groups and under ceilings; ``at`` is the place of the line here.
    """

    lines: Ints
    part: Ints
    members: pl.DataFrame
    under: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Alike:
    """Which of the lines are settled as to groups, and which as to ceilings too."""

    grouped: Flags
    capped: Flags


def settle_alike(claims: Claims, ledger: Ledger, held: Held) -> Alike:
    """Settle contests, all that can be worked out together.

    Parameters
    ----------
    claims : Claims
        What is claimed.
    ledger : Ledger
        Changed in place.
    held : Held
        Lines of contests.

    Returns
    -------
    Alike
        Where nothing is open, what is not taken is settled at nothing and the ceilings are still to cut; where something is,
        all is settled. The rest is left as it is.
    """
    low, high = ledger.bounds.low[held.lines], ledger.bounds.high[held.lines]
    at = held.under["at"].to_numpy()
    rooms = {side: held.under[f"room_{side}"].to_numpy() for side in ("low", "high")}
    loose = _any(held, held.members.filter(pl.col("key") < 0)["at"].to_numpy())
    opens = np.concatenate([np.flatnonzero(low != high), at[rooms["low"] != rooms["high"]]])
    known = ~_any(held, opens) & ~loose
    crossed = _crossed(claims.ceilings, held)
    steady = ~known & ~loose & ~crossed & ~_any(held, held.members.filter("first")["at"].to_numpy())
    ended = steady & ~_any(held, np.flatnonzero(high >= NO_END))
    least = _chosen(held, low, "low", known | steady)
    most = _chosen(held, high, "high", ended)
    _settle_known(claims, ledger, held, known & least.solved, least)
    left = (steady & ~least.solved) | (ended & ~most.solved)
    apart = ~known & ~left
    caps = high.copy()
    sure = held.under["surely"].to_numpy()
    np.minimum.at(caps, at[sure], rooms["high"][sure])
    lows = _paid(claims, ledger, held, steady & apart, np.where(least.taken, low, 0), "low")
    highs = _paid(claims, ledger, held, ended & apart, np.where(most.taken, high, 0), "high")
    _settle_open(
        claims, ledger, held, apart, Bounds(np.zeros_like(low), caps, lows, np.where(ended, highs, caps))
    )
    return Alike((known & least.solved) | apart, apart)


def _any(held: Held, at: Ints) -> Flags:
    """For each line whether one of these is in its contest."""
    parts = np.zeros(int(held.part.max(initial=0)) + 1, bool)
    parts[held.part[at]] = True
    return parts[held.part]


def _crossed(ceilings: Sequence[Ceiling], held: Held) -> Flags:
    """For each line whether two ceilings overlap in its contest."""
    found = np.zeros(len(held.lines), bool)
    number, at = held.under["ceiling"].to_numpy(), held.under["at"].to_numpy()
    for one, other in overlapping(ceilings):
        found |= _any(held, at[number == one]) & _any(held, at[number == other])
    return found


def _chosen(held: Held, amounts: Ints, side: str, among: Flags) -> Chosen:
    """The best combination at one end of what is open, of some contests."""
    at = np.flatnonzero(among)
    place = np.full(len(among), -1, np.int64)
    place[at] = np.arange(len(at))

    def within(table: pl.DataFrame) -> pl.DataFrame:
        return table.with_columns(at=pl.Series(place[table["at"].to_numpy()])).filter(pl.col("at") >= 0)

    members = within(held.members.select("at", "group", "key", "first"))
    rooms = within(held.under.select("at", "ceiling", "surely", room=f"room_{side}"))
    some = chosen(Contests(held.part[at], amounts[at], members, rooms))
    none = np.full(len(among), -1, np.int64)
    found = Chosen(np.zeros(len(among), bool), np.zeros(len(among), bool), none, none.copy())
    found.solved[at], found.taken[at], found.group[at] = some.solved, some.taken, some.group
    found.winner[at] = np.where(some.winner >= 0, at[some.winner], -1)
    return found


def _settle_known(claims: Claims, ledger: Ledger, held: Held, own: Flags, least: Chosen) -> None:
    """What is not taken gets nothing, and says which group has it and which line there."""
    out = np.flatnonzero(own & ~least.taken)
    lines, nothing = held.lines[out], np.zeros(len(out), np.int64)
    whys = [f"group {name}" for name in claims.groups]
    settle(ledger, lines, Bounds(nothing, nothing, nothing, nothing), whys, least.group[out])
    beaten = least.winner[out] >= 0
    ledger.winner[lines[beaten]] = held.lines[least.winner[out][beaten]]


def _settle_open(claims: Claims, ledger: Ledger, held: Held, own: Flags, bounds: Bounds) -> None:
    """What is open hangs on all groups and ceilings of its own."""
    names = pl.concat(
        [
            _named(held.members, "group", [f"group {name}" for name in claims.groups]),
            _named(held.under, "ceiling", [f"limit {one.limit.id}" for one in claims.ceilings]),
        ]
    )
    whys = (
        names.filter(pl.Series(own[names["at"].to_numpy()]))
        .group_by("at", maintain_order=True)
        .agg(why=pl.col("why").unique(maintain_order=True).str.join("; "))
    )
    texts = whys["why"].unique(maintain_order=True)
    which = whys["why"].replace_strict(texts, range(len(texts)), return_dtype=pl.Int64).to_numpy()
    note(ledger, ledger.hangs_on, held.lines[whys["at"].to_numpy()], texts.to_list(), which)
    for name in SUMS:
        getattr(ledger.bounds, name)[held.lines[own]] = getattr(bounds, name)[own]


def _named(table: pl.DataFrame, name: str, names: Sequence[str]) -> pl.DataFrame:
    texts = pl.Series(names, dtype=pl.String)
    return table.select("at", why=texts.gather(table[name]) if len(table) else pl.lit("").head(0))


def _paid(claims: Claims, ledger: Ledger, held: Held, own: Flags, amounts: Ints, side: str) -> Ints:
    """What amounts come to under the ceilings of their contests, as if all were known."""
    if not own.any():
        return np.zeros_like(amounts)
    size = claims.lines.height
    whole = np.zeros(size, np.int64)
    whole[held.lines[own]] = amounts[own]
    trial = opened(whole, whole)
    under = held.under.filter(pl.Series(own[held.under["at"].to_numpy()])).with_columns(
        room_low=f"room_{side}", room_high=f"room_{side}", surely=pl.lit(True)
    )
    after_ceilings(claims, trial, under)
    return np.where(own, trial.bounds.low[held.lines], 0)


def after_ceilings(claims: Claims, ledger: Ledger, under: pl.DataFrame) -> None:
    """Cut what stands under ceilings, one after the other, in place.

    Parameters
    ----------
    claims : Claims
        What is claimed.
    ledger : Ledger
        Changed in place.
    under : polars.DataFrame
        Memberships under ceilings.
    """
    order = claims.lines["order"]
    for at in under["ceiling"].unique().sort():
        limit = claims.ceilings[at].limit
        own = under.filter(pl.col("ceiling") == at)
        line = own["line"].to_numpy()
        orders = order.gather(own["line"])
        found = shared(
            own.with_columns(
                order=orders,
                rank=orders if limit.cut == "in order" else pl.lit(0, dtype=pl.Int64),
                **{name: pl.Series(getattr(ledger.bounds, name)[line]) for name in SUMS},
            )
        )
        settle(ledger, line, Bounds(*(found[name].to_numpy() for name in SUMS)), [f"limit {limit.id}"])
