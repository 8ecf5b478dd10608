"""What is claimed: one line a subject and measure, with the groups and ceilings that it stands under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from wutong.errors import TableError
from wutong.policy.amount import Formula
from wutong.policy.definition import Definition
from wutong.policy.edition import Limit
from wutong.policy.fields import Field
from wutong.policy.outcomes import COLUMNS
from wutong.policy.per_subject import NO_END, asked_by, editions_of_subjects, fen_of
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

OPEN: Final = ("unknown", "needs decision")
BY_KEY: Final = ("event", "expense")
Covers = frozenset[tuple[int, int]]
"""Measures and editions, each by its place in the rulebook and in the measure."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit with what it covers and the definitions that its formulas may ask for."""

    limit: Limit
    covers: Covers
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """Lines with a claim, in the order of the table of outcomes.

    ``lines``: ``line`` counts them, ``at`` is the row in the table of outcomes, ``order`` is smaller for what comes first in
    the rulebook, ``measure`` and ``edition`` are places (edition null: not known), ``unit`` numbers the firms, ``low`` and
    ``high`` lie around what is claimed, ``low_before`` and ``high_before`` the same before what was got earlier is taken off
    (``earlier``: from which groups). ``in_groups``: ``line``, ``group`` (place in the rulebook), ``whole`` (a number for each
    group of each firm), ``key`` (a number, -1: not known). ``under``: ``line``, ``ceiling`` (place in ``ceilings``), ``unit``,
    ``room_low``, ``room_high``, ``surely`` (whether the line surely stands under it).
    """

    lines: pl.DataFrame
    in_groups: pl.DataFrame
    under: pl.DataFrame
    ceilings: tuple[Ceiling, ...]
    groups: tuple[str, ...]


def ceilings_of(book: Rulebook) -> tuple[Ceiling, ...]:
    """All limits, in the order in which they cut: what covers less comes first, else the order of the files."""
    found: list[tuple[int, Ceiling]] = []
    places = {measure.id: at for at, measure in enumerate(book.measures)}
    for at, measure in enumerate(book.measures):
        for number, edition in enumerate(measure.editions):
            found += [
                (0, Ceiling(limit, frozenset({(at, number)}), edition.definitions))
                for limit in edition.limits
            ]
    for limit in book.limits:
        covers = frozenset(
            (places[name], number)
            for name in limit.measures
            for number in range(len(book.measures[places[name]].editions))
        )
        found.append((len(set(limit.measures)), Ceiling(limit, covers, ())))
    return tuple(ceiling for _, ceiling in sorted(found, key=lambda pair: pair[0]))


def nested(one: Covers, other: Covers) -> bool:
    """Whether two ceilings, the first of which cuts first, are one inside the other or apart."""
    return one <= other or not one & other


def overlapping(ceilings: Sequence[Ceiling]) -> list[tuple[int, int]]:
    """Pairs of ceilings of which neither covers the other and that are not apart."""
    covers = [ceiling.covers for ceiling in ceilings]
    return [
        (one, other)
        for other in range(len(covers))
        for one in range(other)
        if not nested(covers[one], covers[other])
    ]


def claims_of(book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame) -> Claims:
    """Set out what is claimed, after quotas.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of all subjects, by kind.
    outcomes : polars.DataFrame
        Columns as in ``wutong.policy.outcomes``.

    Returns
    -------
    Claims
        Lines that may be paid more than nothing.

    Raises
    ------
    TableError
        If an outcome names a measure that the rulebook has not, or its amounts do not fit together.
    """
    ceilings = ceilings_of(book)
    lines = _lines(book, subjects, outcomes)
    in_groups = _in_groups(book, subjects, lines)
    lines = _less_earlier(book, subjects, lines, in_groups)
    in_groups = in_groups.filter(lines["high"].gather(in_groups["line"]) > 0)
    return Claims(lines, in_groups, _under(book, subjects, lines, ceilings), ceilings, tuple(book.groups))


def _lines(book: Rulebook, subjects: Mapping[str, pl.DataFrame], outcomes: pl.DataFrame) -> pl.DataFrame:
    for name in COLUMNS:
        if name not in outcomes.columns:
            raise TableError(
                Text(f"结果表缺少“{name}”一列。", f'The table of outcomes has no column "{name}".')
            )
    ids = [measure.id for measure in book.measures]
    named = outcomes["measure"].unique()
    strange = named.filter(~named.is_in(ids))
    if len(strange):
        raise TableError(
            Text(
                f"结果表有规则集里没有的措施“{strange[0]}”。",
                f'The table of outcomes names "{strange[0]}", which the rulebook has not.',
            )
        )
    is_open = pl.col("state").is_in(OPEN)
    low = pl.when(pl.col("state") == "eligible").then("amount").otherwise(pl.lit(0, dtype=pl.Int64))
    high = pl.when(is_open).then(pl.col("high").fill_null(NO_END)).otherwise(low)
    size = outcomes.height
    found = (
        outcomes.with_row_index("at")
        .filter(is_open | (pl.col("state") == "eligible"))
        .select(
            pl.col("at").cast(pl.Int64),
            "subject",
            "firm",
            "kind",
            measure=pl.col("measure").cast(pl.Enum(ids)).to_physical().cast(pl.Int32),
            low=low,
            high=high,
        )
        .filter((pl.col("high") > 0) | pl.col("high").is_null())
        .with_row_index("line")
    )
    if (found["high"].null_count() or not (found["low"] <= found["high"]).all()) or (
        found["high"].max() or 0
    ) > NO_END:  # type: ignore[operator]
        raise TableError(
            Text(
                "结果表里有可得而无金额、或低于上下限、或大得不可能的行。",
                "The table of outcomes has rows that are eligible without an amount, or out of their bounds, or beyond all measure.",
            )
        )
    return found.with_columns(
        pl.col("line").cast(pl.Int64),
        unit=_numbers(found["firm"]),
        edition=_editions(book, subjects, found),
        order=pl.col("measure").cast(pl.Int64) * size + pl.col("at"),
    )


def _editions(book: Rulebook, subjects: Mapping[str, pl.DataFrame], lines: pl.DataFrame) -> pl.Series:
    """The edition of each line."""
    found = pl.Series("edition", [0], dtype=pl.Int32).new_from_index(0, lines.height)
    for at, measure in enumerate(book.measures):
        if len(measure.editions) == 1:
            continue
        own = lines.select("line", "subject", "measure").filter(pl.col("measure") == at)
        if own.is_empty():
            continue
        table = subjects[measure.subject]
        facts = table.select("subject", edition=editions_of_subjects(measure, table))
        placed = own.join(facts, on="subject", how="left", maintain_order="left")
        found = found.scatter(placed["line"], placed["edition"])
    return found


def _numbers(texts: pl.Series) -> pl.Series:
    """A number for each text, the same for the same; null for null."""
    # texts of neighbours are mostly the same, so that only the first of each run is looked up
    runs = texts.rle_id()
    firsts = texts.filter(runs != runs.shift(1, fill_value=2**32 - 1)).to_frame("text")
    numbers = firsts.drop_nulls().unique(maintain_order=True).with_row_index("number")
    found = firsts.join(numbers, on="text", how="left", maintain_order="left")["number"].cast(pl.Int64)
    return found.gather(runs)


def _in_groups(book: Rulebook, subjects: Mapping[str, pl.DataFrame], lines: pl.DataFrame) -> pl.DataFrame:
    groups = list(book.groups)
    listed = [
        (at, number, groups.index(name))
        for at, measure in enumerate(book.measures)
        for number, edition in enumerate(measure.editions)
        for name in edition.exclusive
    ]
    members = _members(lines, listed)
    firms = lines["unit"].n_unique()
    found = [pl.DataFrame(schema={"line": pl.Int64, "group": pl.Int32, "whole": pl.Int64, "key": pl.Int64})]
    for at, group in enumerate(book.groups.values()):
        own = members.filter(pl.col("place") == at)
        key = pl.Series([0], dtype=pl.Int64).new_from_index(0, own.height)
        if group.grain in BY_KEY:
            key = _numbers(facts_of_lines(own, subjects, group.key, pl.String())).fill_null(-1)
        found.append(own.select("line", group="place", whole=pl.col("unit") + at * firms, key=key))
    return pl.concat(found)


def _members(lines: pl.DataFrame, listed: Iterable[tuple[int, int, int]]) -> pl.DataFrame:
    """Lines with what their measure and edition stand under; of an edition that is not known all may."""
    pairs = sorted(set(listed))
    table = pl.DataFrame(
        pairs, schema={"measure": pl.Int32, "edition": pl.Int32, "place": pl.Int32}, orient="row"
    )
    maybe = table.select("measure", pl.lit(None, dtype=pl.Int32).alias("edition"), "place").unique(
        maintain_order=True
    )
    both = pl.concat([table, maybe])
    # a filter first: most lines stand under nothing, and a join would carry all of them along
    some = lines.filter(pl.col("measure").is_in(table["measure"].unique().to_list()))
    return some.join(both, on=["measure", "edition"], how="inner", nulls_equal=True, maintain_order="left")


def facts_of_lines(
    lines: pl.DataFrame, subjects: Mapping[str, pl.DataFrame], name: str, dtype: pl.DataType
) -> pl.Series:
    """One fact of the subject of each line; null where its table has no such column."""
    if not name:
        return pl.Series([None], dtype=dtype).new_from_index(0, lines.height)
    parts = [
        table.select(
            "subject",
            kind=pl.lit(kind),
            fact=(pl.col(name) if name in table.columns else pl.lit(None)).cast(dtype),
        )
        for kind, table in subjects.items()
    ]
    known = pl.concat(parts) if parts else lines.select("subject", "kind").clear()
    return lines.join(known, on=["kind", "subject"], how="left", maintain_order="left")["fact"]


def _less_earlier(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], lines: pl.DataFrame, in_groups: pl.DataFrame
) -> pl.DataFrame:
    """Take off what was got before from groups where the difference is paid."""
    parts = []
    for at, (name, group) in enumerate(book.groups.items()):
        if group.choose != "difference":
            continue
        own = lines.join(
            in_groups.filter(pl.col("group") == at).select("line"),
            on="line",
            how="semi",
            maintain_order="left",
        )
        got = facts_of_lines(own, subjects, group.earlier, pl.Int64())
        parts.append(own.select("line", got=got.clip(lower_bound=0), name=pl.lit(name)))
    before = lines.with_columns(low_before="low", high_before="high")
    if not parts:
        return before.with_columns(earlier=pl.lit(None, dtype=pl.String))
    before_each = (
        pl.concat(parts)
        .group_by("line")
        .agg(
            got=pl.col("got").sum(),
            known=pl.col("got").is_not_null().all(),
            earlier=pl.col("name").sort().str.join(", "),
        )
    )
    there = before.join(before_each, on="line", how="left", maintain_order="left").with_columns(
        pl.col("got").fill_null(0), pl.col("known").fill_null(True)
    )
    less = pl.max_horizontal(pl.col("high") - pl.col("got"), pl.lit(0, dtype=pl.Int64))
    return there.with_columns(
        low=pl.when("known")
        .then(pl.max_horizontal(pl.col("low") - pl.col("got"), pl.lit(0, dtype=pl.Int64)))
        .otherwise(pl.lit(0, dtype=pl.Int64)),
        high=pl.when(pl.col("high") >= NO_END).then("high").otherwise(less),
    ).drop("got", "known")


# ------------------------------------------------------------ ceilings


def _under(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], lines: pl.DataFrame, ceilings: Sequence[Ceiling]
) -> pl.DataFrame:
    schema = {
        "line": pl.Int64,
        "ceiling": pl.Int32,
        "unit": pl.Int64,
        "room_low": pl.Int64,
        "room_high": pl.Int64,
        "surely": pl.Boolean,
    }
    parts = [pl.DataFrame(schema=schema)]
    for at, ceiling in enumerate(ceilings):
        own = _members(lines, [(measure, edition, at) for measure, edition in ceiling.covers])
        own = own.filter(pl.col("high") > 0)
        if own.is_empty():
            continue
        firms = own.select("firm", "unit").unique("unit", maintain_order=True)
        rooms = firms.with_columns(
            **dict(
                zip(
                    ("room_low", "room_high"), _rooms(ceiling, book.fields, subjects, own, firms), strict=True
                )
            )
        )
        # a book's limit covers all editions of a measure, so that an edition that is not known stands under it too
        covered = {measure for measure, _ in ceiling.covers}
        whole = [
            measure
            for measure in covered
            if all(
                (measure, edition) in ceiling.covers
                for edition in range(len(book.measures[measure].editions))
            )
        ]
        parts.append(
            own.join(rooms.drop("firm"), on="unit", how="left", maintain_order="left").select(
                "line",
                pl.lit(at, dtype=pl.Int32).alias("ceiling"),
                "unit",
                "room_low",
                "room_high",
                surely=pl.col("edition").is_not_null() | pl.col("measure").is_in(whole),
            )
        )
    return pl.concat(parts)


def _rooms(
    ceiling: Ceiling,
    fields: Mapping[str, Field],
    subjects: Mapping[str, pl.DataFrame],
    own: pl.DataFrame,
    firms: pl.DataFrame,
) -> tuple[pl.Series, pl.Series]:
    """What is left under a ceiling for each firm, at least and at most."""
    limit = ceiling.limit
    amount = _of_firms(ceiling, limit.amount, fields, subjects, own, firms)
    most = amount.clip(lower_bound=0).fill_null(NO_END).alias("room_high")
    if limit.net_of is None:
        return amount.clip(lower_bound=0).fill_null(0).alias("room_low"), most
    paid = _of_firms(ceiling, limit.net_of, fields, subjects, own, firms, up=True).clip(lower_bound=0)
    left = (amount - paid).clip(lower_bound=0)
    if_known = (
        pl.when(pl.col("amount").is_null())
        .then(NO_END)
        .otherwise(pl.coalesce(pl.col("left"), pl.col("most")))
    )
    table = pl.DataFrame({"amount": amount, "left": left, "most": most})
    return table.select(room_low=pl.col("left").fill_null(0))["room_low"], table.select(
        room_high=if_known.cast(pl.Int64)
    )["room_high"]


def _of_firms(
    ceiling: Ceiling,
    formula: Formula,
    fields: Mapping[str, Field],
    subjects: Mapping[str, pl.DataFrame],
    own: pl.DataFrame,
    firms: pl.DataFrame,
    *,
    up: bool = False,
) -> pl.Series:
    """A sum of each firm: of its own row where the table of firms has the facts, else as its subjects all say."""
    asked = asked_by(formula, ceiling.definitions, fields)
    if not asked:
        return fen_of(formula, ceiling.definitions, firms.head(1), fields, up=up).new_from_index(
            0, firms.height
        )
    table = subjects.get("firm", pl.DataFrame(schema={"subject": pl.String}))
    rows = firms.select("firm").join(
        table.select(
            pl.col("subject").alias("firm"), pl.lit(True).alias("·there"), *(set(asked) & set(table.columns))
        ),
        on="firm",
        how="left",
        maintain_order="left",
    )
    found = fen_of(formula, ceiling.definitions, rows, fields, up=up)
    told_by_firm = all(name in table.columns for name in asked)
    if told_by_firm and rows["·there"].all():
        return found
    told = [
        subjects[kind].join(
            own.filter(pl.col("kind") == kind).select("subject"),
            on="subject",
            how="semi",
            maintain_order="left",
        )
        for kind in own["kind"].unique(maintain_order=True)
    ]
    parts = [
        part.select("firm", told=fen_of(formula, ceiling.definitions, part, fields, up=up)) for part in told
    ]
    alike = (
        pl.concat(parts)
        .group_by("firm")
        .agg(
            told=pl.when(
                pl.col("told").is_not_null().all() & (pl.col("told").min() == pl.col("told").max())
            ).then(pl.col("told").first())
        )
    )
    other = firms.join(alike, on="firm", how="left", maintain_order="left")["told"]
    of_firm = pl.col("there") & told_by_firm
    both = pl.DataFrame({"found": found, "other": other, "there": rows["·there"].fill_null(False)})
    return both.select(found=pl.when(of_firm).then("found").otherwise("other"))["found"]
