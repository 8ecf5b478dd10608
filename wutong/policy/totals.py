"""Sums over a whole register: what each measure costs and what each subject gets, in one pass, without a row a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.policy.columns.bounds import INT64, Bounds
from wutong.policy.columns.in_blocks import loaded, run
from wutong.policy.columns.in_polars import worked_out
from wutong.policy.columns.machine import refused
from wutong.policy.columns.node import Node, greatest, literal, when
from wutong.policy.columns.program import Program, asked, program
from wutong.policy.measure import Measure
from wutong.policy.plan import Plan
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import Planned, bounds_of, planned
from wutong.words import Text

TOTAL: Final = "·total"
SLICE: Final = 2**18
"""Rows that are in memory at a time: some 50 MB of twenty facts."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Certain awards after exclusion, in fen.

    ``by_measure`` has ``measure``, ``subjects`` (how many get more than 0) and ``amount``; ``by_subject`` has one sum for
    each row of the table, in its order. ``bounds`` are those of the table's columns, for the next reform.
    """

    by_measure: pl.DataFrame
    by_subject: pl.Series
    bounds: Mapping[str, Bounds]


def totals(book: Rulebook, kind: str, table: pl.DataFrame | pl.LazyFrame) -> Totals:
    """Add up the certain awards of one kind of subject.

    Parameters
    ----------
    book : Rulebook
        The measures.
    kind : str
        firm, project or person.
    table : polars.DataFrame or LazyFrame
        Subjects, as ``wutong.policy.subjects`` has them; a lazy one is streamed.

    Returns
    -------
    Totals
        What ``wutong.policy.stack`` would pay, added up.

    Raises
    ------
    NoAnswer
        If something in the rulebook hangs on more than the subject's own row (a quota, a ceiling over several awards, an
        event or contract that several subjects may share): then ``outcomes`` and ``stack`` are the way.
    """
    lazy = table.lazy()
    bounds = bounds_of(lazy, book.fields)
    paid = paid_nodes(book, planned(book, kind, bounds))
    by_measure, by_subject = _collected(paid, added(list(paid.values())), lazy)
    return Totals(by_measure, by_subject, bounds)


def totals_after(
    before: Totals, book: Rulebook, later: Rulebook, kind: str, table: pl.DataFrame | pl.LazyFrame
) -> Totals:
    """Add up again after a reform, of the very same table, only what hangs on what changed.

    Parameters
    ----------
    before : Totals
        What ``totals`` gave for ``book``.
    book, later : Rulebook
        As it was and as it is; what a reform leaves alone is the same object in both.
    kind, table
        As for ``totals``.

    Returns
    -------
    Totals
        As ``totals`` would give for ``later``.

    Raises
    ------
    NoAnswer
        As for ``totals``.
    """
    lazy = table.lazy()
    was, now = _apart(book, later, kind)
    old = paid_nodes(was, planned(was, kind, before.bounds))
    new = paid_nodes(now, planned(now, kind, before.bounds))
    change = added(list(new.values())) - added(list(old.values()))
    by_measure, by_subject = _collected(new, change, lazy)
    rest = before.by_measure.filter(~pl.col("measure").is_in([*old, *new]))
    order = {measure.id: at for at, measure in enumerate(later.measures)}
    whole = pl.concat([rest, by_measure]).sort(pl.col("measure").replace_strict(order, return_dtype=pl.Int64))
    return Totals(whole, before.by_subject + by_subject, before.bounds)


def _apart(book: Rulebook, later: Rulebook, kind: str) -> tuple[Rulebook, Rulebook]:
    """Of both rulebooks what changed, with all that excludes it."""
    same = {id(measure) for measure in book.measures} & {id(measure) for measure in later.measures}
    if book.groups != later.groups:
        same = set()
    moved = {
        name
        for one in (book, later)
        for measure in one.measures
        if id(measure) not in same
        for name in _groups(measure)
    }
    parts = []
    for one in (book, later):
        touched = [
            measure
            for measure in one.measures
            if measure.subject == kind and (id(measure) not in same or _groups(measure) & moved)
        ]
        parts.append(replace(one, measures=tuple(touched)))
    return parts[0], parts[1]


def _groups(measure: Measure) -> set[str]:
    return {name for edition in measure.editions for name in edition.exclusive}


def _collected(paid: Mapping[str, Node], total: Node, table: pl.LazyFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Sums and counts of each column, and one column, in one pass over the table."""
    more = {f"{name}·n": node > 0 for name, node in paid.items()}
    made = program({**paid, **more, TOTAL: total})
    sums, kept = _in_polars(paid, made, table) if refused(made) else _in_blocks(made, table)
    by_measure = pl.DataFrame(
        {
            "measure": list(paid),
            "subjects": [sums[f"{name}·n"] for name in paid],
            "amount": [sums[name] for name in paid],
        },
        schema={"measure": pl.String, "subjects": pl.Int64, "amount": pl.Int64},
    )
    return by_measure, kept


def _in_blocks(made: Program, table: pl.LazyFrame) -> tuple[dict[str, int], pl.Series]:
    """Slice by slice, so that memory does not grow with the register, each in blocks that stay in the cache."""
    names = list(asked(made))
    height = int(table.select(pl.len()).collect().item())
    sums = dict.fromkeys((name for name in made.outputs if name != TOTAL), 0)
    kept = [pl.Series(TOTAL, [], dtype=pl.Int64)]
    for start in range(0, height, SLICE):
        part = table.slice(start, SLICE).select(names or pl.lit(0)).collect()
        if not names:  # nothing is asked, and yet each row gets the same
            part = pl.select(pl.repeat(0, min(SLICE, height - start)))
        found, rows = run(made, loaded(made, part), [TOTAL])
        for name, one in found.items():
            sums[name] += one.sum
        kept.append(rows[TOTAL])
    return sums, pl.concat(kept)


def _in_polars(
    paid: Mapping[str, Node], made: Program, table: pl.LazyFrame
) -> tuple[dict[str, int], pl.Series]:
    """What blocks cannot give, such as numbers of 128 bits or texts that are cut."""
    wide = worked_out(made, table)
    asks = [_summed(name, node) for name, node in paid.items()]
    counts = [pl.col(f"{name}·n").sum() for name in paid]
    row, kept = pl.collect_all([wide.select(*asks, *counts), wide.select(TOTAL)], engine="streaming")
    return row.row(0, named=True), kept[TOTAL]


def _summed(name: str, node: Node) -> pl.Expr:
    """Sum of a column; wider where a billion of its largest numbers could be more than 64 bits hold."""
    wide = max(abs(node.low), abs(node.high)) >= INT64 // 10**9
    return (pl.col(name).cast(pl.Int128) if wide else pl.col(name)).sum().alias(name)


def paid_nodes(book: Rulebook, ready: Planned) -> dict[str, Node]:
    """For each measure what it pays a subject after exclusion, as columns.

    Parameters
    ----------
    book : Rulebook
        The measures.
    ready : Planned
        Their columns.

    Returns
    -------
    dict of str to Node
        By measure; never null.

    Raises
    ------
    NoAnswer
        As for ``totals``.
    """
    plans = {plan.measure: plan for plan in ready.plans}
    if ready.by_hand:
        raise _other_way(ready.by_hand[0].id)
    groups: dict[str, list[str]] = {}
    for measure in book.measures:
        if measure.id not in plans:
            continue
        names = {name for edition in measure.editions for name in edition.exclusive}
        for edition in measure.editions:
            if edition.quota or edition.limits or len(names) > 1 or set(edition.exclusive) != names:
                raise _other_way(measure.id)
        for name in names:
            group = book.groups[name]
            if group.choose not in ("highest", "one") or group.grain in ("event", "expense"):
                raise _other_way(measure.id)
            groups.setdefault(name, []).append(measure.id)
    if book.limits or (groups and ready.kind != "firm"):
        raise _other_way(book.limits[0].id if book.limits else next(iter(groups)))
    found = {name: plan.sure for name, plan in plans.items()}
    for members in groups.values():
        found |= _highest([plans[name] for name in members])
    return found


def _other_way(where: str) -> NoAnswer:
    return NoAnswer(
        Text(
            f"{where}：要看别的对象或别的支付，不能逐行相加。请用outcomes与stack。",
            f"{where}: this hangs on other subjects or payments and cannot be added up row by row. Use outcomes and stack.",
        )
    )


def _highest(members: Sequence[Plan]) -> dict[str, Node]:
    """The highest of a group, the first where several are as high."""
    best = members[0].sure
    for plan in members[1:]:
        best = greatest(best, plan.sure)
    found: dict[str, Node] = {}
    taken = literal(False)
    for plan in members:
        here = plan.sure == best
        found[plan.measure] = when(here & ~taken, plan.sure, literal(0))
        taken = taken | here
    return found


def added(several: Sequence[Node]) -> Node:
    """Sum of several columns, as a tree that is no deeper than it must be."""
    level = list(several) or [literal(0)]
    while len(level) > 1:
        pairs = [level[at] + level[at + 1] for at in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]
