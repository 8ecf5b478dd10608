"""Who stands near a cliff, in a whole zone: how many on either side of each, and what one step moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

import polars as pl

from wutong.policy.change import within
from wutong.policy.edges import Edge, Part, close, parts_of, tiers_of, truths, with_truth
from wutong.policy.edition import Edition
from wutong.policy.feel.check import check
from wutong.policy.feel.faults import Source
from wutong.policy.feel.syntax import show
from wutong.policy.feel.types import Typed
from wutong.policy.layout import labels_of
from wutong.policy.measure import Measure
from wutong.policy.near import SHARE, Ran, moved, with_places
from wutong.policy.prose import said
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import outcomes
from wutong.policy.sentences import expr_of
from wutong.policy.subjects import checked, facts_at

COLUMNS: Final[Mapping[str, pl.DataType]] = {
    "subject": pl.String(),
    "firm": pl.String(),
    "kind": pl.String(),
    "measure": pl.String(),
    "clause": pl.String(),
    "what": pl.String(),
    "what_en": pl.String(),
    "fact": pl.String(),
    "now": pl.Int64(),
    "across": pl.Int64(),
    "side": pl.String(),
    "here": pl.Int64(),
    "there": pl.Int64(),
    "jump": pl.Int64(),
}
"""One row for a subject and a cliff near which it stands.

``what`` is compared, with the cliff; ``fact`` would have to move from ``now`` to ``across``, the nearest value on the other
side, as its column holds it. ``side`` is where the subject stands: ``below`` or ``above``. ``here`` and ``there`` are what it
gets on this side and on the other, one unit apart, in fen; ``jump`` is the second less the first."""


def standing(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], share: Fraction = SHARE, ran: Ran = outcomes
) -> pl.DataFrame:
    """Find the subjects that stand near a cliff.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table.
    share : Fraction
        How far from a cliff is near, as a share of its place.
    ran : function
        What works out the measures on both sides.

    Returns
    -------
    polars.DataFrame
        Columns as in ``COLUMNS``, the largest jumps first. A tier bound at which nothing moves, such as one beyond a cap,
        is no cliff, and neither is one before which another condition fails.

    Raises
    ------
    TableError
        If a table is not as it must be.
    """
    found = [pl.DataFrame(schema=dict(COLUMNS))]
    for kind, table in subjects.items():
        whole = checked(table, book.fields)
        for measure in book.measures:
            if measure.subject == kind:
                found += _of_measure(book, measure, kind, whole, share, ran)
    return pl.concat(found).sort(pl.col("jump").abs(), descending=True, maintain_order=True)


def counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Count who stands on either side of each cliff.

    Parameters
    ----------
    rows : polars.DataFrame
        What ``standing`` gave.

    Returns
    -------
    polars.DataFrame
        One row for a measure and a cliff: ``below`` and ``above`` count subjects, ``jump`` is the largest jump and ``total``
        the sum of all of them, in fen, without sign; most money first.
    """
    keys = ["kind", "measure", "clause", "what", "what_en", "fact"]
    return (
        rows.group_by(keys, maintain_order=True)
        .agg(
            below=(pl.col("side") == "below").sum(),
            above=(pl.col("side") == "above").sum(),
            jump=pl.col("jump").abs().max(),
            total=pl.col("jump").abs().sum(),
        )
        .sort("total", descending=True, maintain_order=True)
    )


def _of_measure(
    book: Rulebook, measure: Measure, kind: str, table: pl.DataFrame, share: Fraction, ran: Ran
) -> Iterator[pl.DataFrame]:
    for edition in measure.editions:
        parts = parts_of(edition)
        edges: list[tuple[str, Edge, int]] = [
            (part.clause, edge, at) for at, part in enumerate(parts) for edge in part.edges
        ]
        edges += [(clause, edge, -1) for clause, edge in tiers_of(edition)]
        if not edges:
            continue
        marked = _marked(measure, edition, parts, edges, table, share)
        for n, (clause, edge, _) in enumerate(edges):
            rows = marked.filter(pl.col(f"{n}.here")).select("·row", holds=pl.col(f"{n}.holds"))
            if not rows.is_empty():
                yield _of_edge(book, measure, edition, kind, clause, edge, table, rows, ran)


def _marked(
    measure: Measure,
    edition: Edition,
    parts: Sequence[Part],
    edges: Sequence[tuple[str, Edge, int]],
    table: pl.DataFrame,
    share: Fraction,
) -> pl.DataFrame:
    """For each comparison the rows that are near it and that nothing else keeps from crossing."""
    wanted: dict[str, Typed] = {}
    for name, force in (("force", edition.force), ("window", edition.window)):
        if force is not None:
            tree = within(force)
            wanted[name] = check(tree, edition.names, Source(show(tree)))
    for at, part in enumerate(parts):
        wanted[f"part {at}"] = part.typed
    for n, (_, edge, own) in enumerate(edges):
        wanted[f"{n}.holds"] = edge.typed
        wanted[f"{n}.near"] = close(edge, share, edition.names)
        for truth in (True, False):
            if own >= 0:
                wanted[f"{n}.{truth}"] = with_truth(parts[own].typed, edge, truth=truth)
    found = truths(edition, wanted, table, measure.given).with_row_index("·row")
    marks = {}
    for n, (_, _, own) in enumerate(edges):
        others = [pl.col(name) for name in ("force", "window") if name in wanted]
        others += [pl.col(f"part {at}") for at in range(len(parts)) if at != own]
        turns = pl.col(f"{n}.True") != pl.col(f"{n}.False") if own >= 0 else pl.lit(value=True)
        here = pl.col(f"{n}.near") & pl.col(f"{n}.holds").is_not_null() & turns
        for other in others:
            here &= other
        marks[f"{n}.here"] = here.fill_null(value=False)
    return found.with_columns(**marks)


def _of_edge(
    book: Rulebook,
    measure: Measure,
    edition: Edition,
    kind: str,
    clause: str,
    edge: Edge,
    table: pl.DataFrame,
    rows: pl.DataFrame,
    ran: Ran,
) -> pl.DataFrame:
    definitions = tuple((one.name, one.formula.tree) for one in edition.definitions)
    kept: list[int] = []
    fact: list[str] = []
    near: list[dict[str, int]] = []
    across: list[dict[str, int]] = []
    sides: list[str] = []
    for row, holds in rows.iter_rows():
        facts = facts_at(table, row, measure.given)
        field, axis, reach = moved(measure, facts, definitions, edge, wanted=not holds)
        if field is None or axis is None or reach is None:
            continue
        place = axis.place(reach.value)
        kept.append(row)
        fact.append(field.name)
        across.append({field.name: place})
        near.append({field.name: place - 1 if reach.way == "up" else place + 1})
        sides.append("below" if reach.way == "up" else "above")
    alone, some = replace(book, measures=(measure,), fields=measure.given), table[kept]
    here = ran(alone, {kind: with_places(some, near)})
    there = ran(alone, {kind: with_places(some, across)})
    text = said(expr_of(edge.typed), labels_of(measure, edition))
    found = pl.DataFrame(
        {
            "subject": some["subject"],
            "firm": some["firm"],
            "kind": pl.Series([kind] * len(kept), dtype=pl.String),
            "measure": pl.Series([measure.id] * len(kept), dtype=pl.String),
            "clause": pl.Series([clause] * len(kept), dtype=pl.String),
            "what": pl.Series([text.zh] * len(kept), dtype=pl.String),
            "what_en": pl.Series([text.en] * len(kept), dtype=pl.String),
            "fact": pl.Series(fact, dtype=pl.String),
            "now": pl.Series([some[name][at] for at, name in enumerate(fact)], dtype=pl.Int64),
            "across": pl.Series([next(iter(move.values())) for move in across], dtype=pl.Int64),
            "side": pl.Series(sides, dtype=pl.String),
            "here": _got(here),
            "there": _got(there),
        }
    )
    jumps = found.with_columns(jump=pl.col("there") - pl.col("here"))
    return jumps.filter(pl.col("jump") != 0).select(list(COLUMNS))


def _got(results: pl.DataFrame) -> pl.Series:
    """What is got at most if all that is open is decided in favour; null where something is not known."""
    state, high = pl.col("state"), pl.col("high")
    got = pl.when(state == "unknown").then(None).otherwise(high.fill_null(0))
    return results.select(got=got.cast(pl.Int64))["got"]
