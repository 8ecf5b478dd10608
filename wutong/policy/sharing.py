"""Less money than is claimed: who gets how much, to the fen, and between what it lies where claims or the money are not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from wutong.policy.per_subject import NO_END

SUMS: Final = ("sum_low", "sum_high")


def portions(claims: Sequence[int], room: int) -> list[int]:
    """Share out a sum in proportion to claims, by largest remainder, so that not a fen is lost or made.

    Parameters
    ----------
    claims : sequence of int
        In fen, none below zero; where remainders are equal the first comes first.
    room : int
        What there is; where it suffices for all, all get what they claim.

    Returns
    -------
    list of int
        One for each claim.

    Examples
    --------
    >>> portions([100, 100, 100], 100)
    [34, 33, 33]
    """
    total = sum(claims)
    if total <= room:
        return list(claims)
    parts = [divmod(max(room, 0) * claim, total) for claim in claims]
    left = max(room, 0) - sum(whole for whole, _ in parts)
    first = sorted(range(len(claims)), key=lambda at: (-parts[at][1], at))[:left]
    found = [whole for whole, _ in parts]
    for at in first:
        found[at] += 1
    return found


def shared(lines: pl.DataFrame) -> pl.DataFrame:
    """Share out what there is among lines.

    Within a ``unit`` those of the first ``rank`` take what they claim, then the next; the rank for which it does not
    suffice shares what is left by largest remainder, and nothing is left for later ones. One rank for all is a cut in
    proportion; a rank for each is a cut in order. Who has no rank may come first or last.

    Parameters
    ----------
    lines : polars.DataFrame
        ``unit``, ``rank`` (null: not known), ``order`` (settles equal remainders), ``low`` and ``high`` of each claim,
        ``room_low`` and ``room_high`` of the unit, ``surely`` (whether it surely is under this ceiling), ``sum_low`` and
        ``sum_high``. ``NO_END`` stands for what has no known end.

    Returns
    -------
    polars.DataFrame
        The same rows with ``low`` and ``high``: between these each gets, however the others' claims and the room lie in
        their own bounds; and ``sum_low`` and ``sum_high`` shared out in themselves.

    Examples
    --------
    >>> one = {"unit": 0, "rank": 0, "room_low": 100, "room_high": 100, "surely": True}
    >>> lines = [one | {"order": at, "low": low, "high": 80, "sum_low": low, "sum_high": 80} for at, low in enumerate((80, 0))]
    >>> shared(pl.DataFrame(lines)).select("low", "high", "sum_low", "sum_high").rows()
    [(50, 80, 80, 50), (0, 50, 0, 50)]
    """
    if lines.is_empty():
        return lines
    known = (
        (pl.col("low") == pl.col("high"))
        & (pl.col("sum_low") == pl.col("low"))
        & (pl.col("sum_high") == pl.col("low"))
        & (pl.col("room_low") == pl.col("room_high"))
        & pl.col("surely")
        & pl.col("rank").is_not_null()
    )
    split = lines.with_row_index("·at").with_columns(known.all().over("unit").alias("·known"))
    sure, rest = split.filter("·known"), split.filter(~pl.col("·known"))
    if rest.is_empty():
        return _known(sure).select(lines.columns)
    if sure.is_empty():
        return _between(rest).select(lines.columns)
    return pl.concat([_known(sure), _between(rest)]).sort("·at").select(lines.columns)


def _known(lines: pl.DataFrame) -> pl.DataFrame:
    """Units in which nothing is open."""
    exact = _exact(
        lines.with_columns(pl.col("low", "room_low").cast(pl.Int128)), "low", "room_low", last=True
    )
    given = exact.cast(pl.Int64)
    return lines.with_columns(given.alias(name) for name in ("low", "high", *SUMS))


def _between(lines: pl.DataFrame) -> pl.DataFrame:
    wide = lines.with_columns(
        pl.col("low", "high", "room_low", "room_high", *SUMS).cast(pl.Int128),
        endless=pl.col("high") >= NO_END,
    ).with_columns(
        finite=pl.when("endless").then(_big(0)).otherwise("high"),
    )
    wide = _with_others(wide)
    wide = wide.with_columns(
        sum_low=_exact(wide, "sum_low", "room_low", last=True),
        sum_high=_exact(wide, "sum_high", "room_high", last=False),
    )
    settled = (
        (pl.col("room_low") == pl.col("room_high"))
        & (pl.col("room_high") < NO_END)
        & (pl.col("before_low") == pl.col("before_high"))
        & (pl.col("before_endless") == 0)
        & pl.col("rank_settled")
    )
    wide = wide.with_columns(low=_least(), high=_most(), settled=settled)
    exact = pl.when("settled").then(pl.col("sum_low"))
    wide = wide.with_columns(low=exact.otherwise("low"), high=exact.otherwise("high"))
    return wide.select(pl.col(name).cast(dtype) for name, dtype in lines.schema.items())


def _big(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int128)


def _with_others(wide: pl.DataFrame) -> pl.DataFrame:
    """What others claim, at least and at most: those of earlier ranks (``before``), those of the same (``beside``)."""
    settled = (
        (pl.col("low") == pl.col("high"))
        & (pl.col("sum_low") == pl.col("low"))
        & (pl.col("sum_high") == pl.col("low"))
        & pl.col("surely")
    )
    ranks = wide.group_by("unit", "rank").agg(
        rank_low=pl.col("low").sum(),
        rank_high=pl.col("finite").sum(),
        rank_endless=pl.col("endless").sum().cast(pl.Int64),
        rank_settled=settled.all(),
    )
    nowhere = ranks.filter(pl.col("rank").is_null()).select(
        "unit", nowhere_high="rank_high", nowhere_endless="rank_endless"
    )
    ranks = (
        ranks.sort("unit", "rank", nulls_last=True)
        .join(nowhere, on="unit", how="left", maintain_order="left")
        .with_columns(pl.col("nowhere_high").fill_null(_big(0)), pl.col("nowhere_endless").fill_null(0))
        .with_columns(
            before_low=pl.col("rank_low").cum_sum().over("unit") - pl.col("rank_low"),
            before_high=pl.col("rank_high").cum_sum().over("unit") - pl.col("rank_high"),
            before_endless=pl.col("rank_endless").cum_sum().over("unit") - pl.col("rank_endless"),
            all_high=pl.col("rank_high").sum().over("unit"),
            all_endless=pl.col("rank_endless").sum().over("unit"),
        )
        .with_columns(
            before_low=pl.when(pl.col("rank").is_null()).then(_big(0)).otherwise("before_low"),
            before_high=pl.when(pl.col("rank").is_null())
            .then("all_high")
            .otherwise(pl.col("before_high") + pl.col("nowhere_high")),
            before_endless=pl.when(pl.col("rank").is_null())
            .then("all_endless")
            .otherwise(pl.col("before_endless") + pl.col("nowhere_endless")),
        )
    )
    found = wide.join(ranks, on=["unit", "rank"], how="left", nulls_equal=True, maintain_order="left")
    none = pl.col("rank").is_null()
    return found.with_columns(
        # of one without a rank all others may come before, none stands beside
        before_high=pl.col("before_high") - pl.when(none).then("finite").otherwise(_big(0)),
        before_endless=pl.col("before_endless") - pl.when(none).then("endless").otherwise(False),
        beside_low=pl.when(none).then(_big(0)).otherwise(pl.col("rank_low") - pl.col("low")),
        beside_high=pl.when(none).then(_big(0)).otherwise(pl.col("rank_high") - pl.col("finite")),
        beside_endless=pl.when(none).then(0).otherwise(pl.col("rank_endless") - pl.col("endless")),
    )


def _least() -> pl.Expr:
    low, room = pl.col("low"), pl.max_horizontal(pl.col("room_low") - pl.col("before_high"), _big(0))
    claimed = low + pl.col("beside_high")
    cut = pl.min_horizontal(room, claimed) * low // pl.max_horizontal(claimed, _big(1))
    whole = pl.col("room_low") >= NO_END
    nothing = (pl.col("before_endless") > 0) | (pl.col("beside_endless") > 0)
    return (
        pl.when(whole)
        .then(low)
        .when(nothing)
        .then(_big(0))
        .when(claimed <= room)
        .then(low)
        .otherwise(pl.min_horizontal(cut, low))
    )


def _most() -> pl.Expr:
    high, room = pl.col("high"), pl.max_horizontal(pl.col("room_high") - pl.col("before_low"), _big(0))
    claimed = high + pl.col("beside_low")
    over = pl.max_horizontal(claimed, _big(1))
    up = (pl.min_horizontal(room, claimed) * high + over - 1) // over
    return (
        pl.when(~pl.col("surely") | (pl.col("room_high") >= NO_END))
        .then(high)
        .when("endless")
        .then(room)
        .when(claimed <= room)
        .then(high)
        .otherwise(pl.min_horizontal(up, room, high))
    )


def _exact(wide: pl.DataFrame, name: str, room: str, *, last: bool) -> pl.Series:
    """One claim of each shared out, as if it were known."""
    lines = wide.select("unit", "rank", "order", "surely", claim=name, room=room).with_row_index("·row")
    inside = lines.filter((pl.col("claim") > 0) & (pl.col("room") < NO_END) & pl.col("surely"))
    if inside.is_empty():
        return wide[name]
    # the first without a known end may take all that is left
    endless = pl.col("claim") >= NO_END
    inside = inside.sort("unit", "rank", "order", nulls_last=last).with_columns(
        place=pl.struct("rank", endless).rle_id().over("unit")
    )
    ranks = (
        inside.group_by("unit", "place", maintain_order=True)
        .agg(claimed=pl.col("claim").sum(), room=pl.col("room").first())
        .with_columns(before=pl.col("claimed").cum_sum().over("unit") - pl.col("claimed"))
    )
    inside = inside.drop("room").join(ranks, on=["unit", "place"], how="left", maintain_order="left")
    inside = inside.with_columns(left=pl.max_horizontal(pl.col("room") - pl.col("before"), _big(0)))
    product = pl.col("claim") * pl.min_horizontal("left", "claimed")
    inside = inside.with_columns(whole=product // pl.col("claimed"), rest=product % pl.col("claimed"))
    inside = inside.sort(
        "unit", "place", "rest", "order", descending=[False, False, True, False]
    ).with_columns(
        over=pl.min_horizontal("left", "claimed").first().over("unit", "place")
        - pl.col("whole").sum().over("unit", "place"),
        turn=pl.int_range(pl.len()).over("unit", "place"),
    )
    given = inside.select("·row", given=pl.col("whole") + (pl.col("turn") < pl.col("over")))
    return lines.join(given, on="·row", how="left", maintain_order="left").select(
        pl.col("given").fill_null(pl.col("claim")).alias(name)
    )[name]
