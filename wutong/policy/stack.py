"""What holds between measures: quotas, exclusion, ceilings and budgets, for all subjects at once and exact to the fen.

The rules stand in ``docs/how-to/stacking.md``; ``stack_by_hand`` follows them row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import TableError
from wutong.policy.budget import Drawn, after_budgets
from wutong.policy.claims import Claims, claims_of, nested
from wutong.policy.groups import Flags, Members, won
from wutong.policy.ledger import Bounds, Ints, Ledger, opened, settle
from wutong.policy.per_subject import NO_END
from wutong.policy.quota import ranked
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked
from wutong.policy.tangles import Counted, signs_of, tangled, untangle
from wutong.policy.untangled import after_ceilings
from wutong.words import Text

STACKED: Final[Mapping[str, pl.DataType]] = {
    "budget": pl.String(),
    "paid": pl.Int64(),
    "paid_low": pl.Int64(),
    "paid_high": pl.Int64(),
    "sum_low": pl.Int64(),
    "sum_high": pl.Int64(),
    "before_budget": pl.Int64(),
    "together": pl.Int64(),
    "cut": pl.String(),
    "hangs_on": pl.String(),
    "won_subject": pl.String(),
    "won_measure": pl.String(),
    "firm_chooses": pl.Boolean(),
}
"""Columns that ``stacked`` adds to those of outcomes.

``paid`` is certain, and null where it hangs on what is open: then it lies between ``paid_low`` and ``paid_high`` (null: no
known end). ``sum_low`` and ``sum_high`` are for adding up over rows with one ``together`` (or over a row where that is
null): so much they get together at least, and at most, which may not be known for each alone. ``before_budget``
is ``sum_low`` before budgets cut. ``cut`` says what takes from
the row (``earlier``, ``group``, ``limit``, ``budget`` with its name), ``hangs_on`` what leaves it open besides its own
state, ``won_…`` which row has what this one may not have. ``firm_chooses``: the firm may choose otherwise."""


@dataclass(frozen=True, slots=True)
class Stacked:
    """What is paid, with how it was found.

    ``table`` has one row an outcome, with columns of outcomes and of ``STACKED``. ``searched`` counts firms' contests in which
    combinations were looked at one by one, ``solved`` those that a solver picked, ``gap`` by how many fen those may lie below
    the best at most.
    """

    table: pl.DataFrame
    searched: int
    solved: int
    gap: int


def stacked(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame, year: int | None = None
) -> Stacked:
    """Settle what holds between measures.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of all subjects, by kind.
    outcomes : polars.DataFrame
        Every subject and measure, with columns as in ``wutong.policy.outcomes``.
    year : int or None
        Budgets of this year alone count; None for all.

    Returns
    -------
    Stacked
        Rows in the order of ``outcomes``.

    Raises
    ------
    TableError
        If the tables are not as they must be.

    Examples
    --------
    See ``docs/how-to/stacking.md``.
    """
    for kind in outcomes["kind"].unique():
        if kind not in subjects:
            raise TableError(Text(f"没有“{kind}”的对象表。", f'There is no table of subjects for "{kind}".'))
    tables = {kind: checked(table, book.fields) for kind, table in subjects.items()}
    settled = ranked(book, tables, outcomes)
    claims = claims_of(book, tables, settled)
    lines = claims.lines
    ledger = opened(lines["low_before"].to_numpy(), lines["high_before"].to_numpy())
    _after_earlier(ledger, lines)
    members = _contested(book, claims)
    under = _binding(claims)
    knots = _knots(lines, members, under)
    counted = _after_firms(claims, ledger, members, under)
    before = ledger.bounds.sum_low.copy()
    drawn = after_budgets(book, tables, lines, ledger, knots, year)
    table = _assembled(book, settled, lines, ledger, members, drawn, before)
    return Stacked(table, counted.searched, counted.solved, counted.gap)


def _after_earlier(ledger: Ledger, lines: pl.DataFrame) -> None:
    """What was got before from groups where the difference is paid."""
    own = lines.filter(pl.col("earlier").is_not_null())
    if own.is_empty():
        return
    low, high = own["low"].to_numpy(), own["high"].to_numpy()
    names = own["earlier"].unique(maintain_order=True)
    which = own["earlier"].replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    whys = [f"earlier {name}" for name in names]
    settle(ledger, own["line"].to_numpy(), Bounds(low, high, low, high), whys, which)


def _contested(book: Rulebook, claims: Claims) -> pl.DataFrame:
    """Memberships in groups, without those that exclude nothing: the only line of its key."""
    choose = [group.choose for group in book.groups.values()]
    members = claims.in_groups
    keyed = members.filter(pl.col("key") >= 0)
    loose = members.filter(pl.col("key") < 0)
    alone = pl.len().over("whole", "key") == 1
    if loose.is_empty():
        kept = keyed.filter(~alone)
    else:
        pools = loose.group_by("whole").agg(pool=pl.len())
        both = members.join(pools, on="whole", how="left", maintain_order="left").with_columns(
            pl.col("pool").fill_null(0)
        )
        size = (
            pl.when(pl.col("key") < 0)
            .then(pl.len().over("whole"))
            .otherwise(pl.len().over("whole", "key") + pl.col("pool"))
        )
        kept = both.filter(size > 1).drop("pool")
    chosen = (
        pl.Series(choose, dtype=pl.String).gather(kept["group"]) if choose else pl.Series([], dtype=pl.String)
    )
    return kept.with_columns(choose=chosen).with_columns(first=pl.col("choose") == "order")


def _binding(claims: Claims) -> pl.DataFrame:
    """Memberships under ceilings, without those that surely suffice for all."""
    members = claims.under.with_columns(high=claims.lines["high"].gather(claims.under["line"]))
    asked = pl.col("high").cast(pl.Int128).sum().over("ceiling", "unit")
    bounded = pl.col("high").max().over("ceiling", "unit") < NO_END
    suffices = (pl.col("room_low") >= NO_END) | (bounded & (asked <= pl.col("room_low")))
    return members.filter(~suffices).drop("high")


def _knots(lines: pl.DataFrame, members: pl.DataFrame, under: pl.DataFrame) -> Ints:
    """For each line a number of those that hang together, all of a firm that meet others; -1 for one that meets none."""
    meets = np.zeros(lines.height, bool)
    meets[members["line"].to_numpy()] = meets[under["line"].to_numpy()] = True
    return np.where(meets, lines["unit"].to_numpy(), -1)


def _after_firms(claims: Claims, ledger: Ledger, members: pl.DataFrame, under: pl.DataFrame) -> Counted:
    """Groups and ceilings, which lie within firms."""
    signs = signs_of(claims.lines.height, under)
    marked = tangled(claims, members, under, signs)
    found = untangle(claims, ledger, members, under, marked)
    _after_groups(claims, ledger, members.filter(~pl.Series(found.grouped).gather(members["line"])), signs)
    rest = under.filter(~pl.Series(found.capped).gather(under["line"]))
    after_ceilings(claims, ledger, rest)
    _loosen(claims, ledger, rest)
    return found.counted


def _after_groups(claims: Claims, ledger: Ledger, members: pl.DataFrame, signs: Ints) -> None:
    if members.is_empty():
        return
    line = members["line"].to_numpy()
    whole, key = members["whole"].to_numpy(), members["key"].to_numpy()
    first = np.asarray(members["first"].to_numpy(), bool)
    found, winner = won(
        Members(
            line,
            claims.lines["order"].to_numpy()[line],
            whole,
            key,
            ledger.bounds.low[line],
            ledger.bounds.high[line],
            first,
            first & _differing(members, signs) if first.any() else first,
        )
    )
    whys = [f"group {name}" for name in claims.groups]
    settle(ledger, line, found, whys, members["group"].to_numpy().astype(np.int64))
    beaten = (found.high == 0) & (winner >= 0) & (winner != line)
    ledger.winner[line[beaten]] = winner[beaten]


def _differing(members: pl.DataFrame, signs: Ints) -> Flags:
    """Whether the lines of each one's group and key stand under different ceilings."""
    signed = members.select("whole", "key", sign=pl.Series(signs[members["line"].to_numpy()]))
    loose = (pl.col("key") < 0).any().over("whole")
    many = (
        pl.when(loose)
        .then(pl.col("sign").n_unique().over("whole"))
        .otherwise(pl.col("sign").n_unique().over("whole", "key"))
    )
    return np.asarray(signed.select(many=many > 1)["many"].to_numpy(), bool)


def _loosen(claims: Claims, ledger: Ledger, under: pl.DataFrame) -> None:
    """Where ceilings overlap, more for one may mean less for all: only each line's own bounds are sure."""
    covers = [ceiling.covers for ceiling in claims.ceilings]
    for other in range(len(covers)):
        for one in range(other):
            if not nested(covers[one], covers[other]):
                both = under.filter(pl.col("ceiling").is_in([one, other]))
                firms = both.group_by("unit").agg(pl.col("ceiling").n_unique()).filter(pl.col("ceiling") == 2)
                line = under.join(firms.select("unit"), on="unit", how="semi")["line"].unique().to_numpy()
                ledger.bounds.sum_low[line] = ledger.bounds.low[line]
                ledger.bounds.sum_high[line] = ledger.bounds.high[line]


def _assembled(
    book: Rulebook,
    settled: pl.DataFrame,
    lines: pl.DataFrame,
    ledger: Ledger,
    members: pl.DataFrame,
    drawn: Drawn,
    before: Ints,
) -> pl.DataFrame:
    size = settled.height
    at = lines["at"].to_numpy()
    bounds = ledger.bounds
    low, high, sum_low, sum_high, unscaled = (np.zeros(size, np.int64) for _ in range(5))
    unscaled[at] = before
    low[at], high[at], sum_low[at], sum_high[at] = bounds.low, bounds.high, bounds.sum_low, bounds.sum_high
    together, budget, cut, hangs, wins = (np.full(size, -1, np.int64) for _ in range(5))
    together[at], budget[at] = drawn.together, drawn.place
    cut[at] = ledger.cut
    hangs[at] = np.where(bounds.low < bounds.high, ledger.hangs_on, 0)
    beaten = ledger.winner >= 0
    wins[at[beaten]] = at[ledger.winner[beaten]]
    chooses = np.zeros(size, bool)
    chooses[at[members.filter(pl.col("choose") == "one")["line"].unique().to_numpy()]] = True
    ends = {name: pl.when(pl.col(name) < NO_END).then(name) for name in ("paid_high", "sum_high")}
    found = pl.DataFrame(
        {
            "before_budget": unscaled,
            "paid_low": low,
            "paid_high": high,
            "sum_low": sum_low,
            "sum_high": sum_high,
            "together": together,
        }
    ).with_columns(
        paid=pl.when(pl.col("paid_low") == pl.col("paid_high")).then("paid_low"),
        together=pl.when(pl.col("together") != -1).then("together"),
        budget=_named(list(book.budgets), budget),
        cut=_named(ledger.texts, np.where(cut > 0, cut, -1)),
        hangs_on=_named(ledger.texts, np.where(hangs > 0, hangs, -1)),
        won_subject=settled["subject"].gather(_places(wins)),
        won_measure=settled["measure"].gather(_places(wins)),
        firm_chooses=pl.Series(chooses),
        **ends,
    )
    return pl.concat([settled, found.select(list(STACKED))], how="horizontal")


def _places(found: Ints) -> pl.Series:
    return pl.Series(found).to_frame("at").select(pl.when(pl.col("at") >= 0).then("at"))["at"]


def _named(names: list[str], found: Ints) -> pl.Series:
    """Names by their place; null for -1."""
    return pl.Series([*names, ""], dtype=pl.String).gather(_places(found))
