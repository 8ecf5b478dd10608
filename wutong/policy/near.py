"""Near misses of a whole zone: who fails by one comparison, by how little, and what meeting it would be worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final

import polars as pl

from wutong.policy.axis import Axis, axis_of
from wutong.policy.change import asked_by, moved_by, within
from wutong.policy.edges import Edge, Part, close, parts_of, truths, with_truth
from wutong.policy.edition import Edition
from wutong.policy.evaluate import worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.check import check
from wutong.policy.feel.faults import Source
from wutong.policy.feel.syntax import Call, Expr, show
from wutong.policy.feel.types import Typed
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field
from wutong.policy.layout import labels_of
from wutong.policy.measure import Measure
from wutong.policy.nearest import Question, Reach, reaches
from wutong.policy.prose import said
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import outcomes
from wutong.policy.sentences import expr_of
from wutong.policy.subjects import checked, facts_at

SHARE: Final = Fraction(1, 20)
"""How much of the threshold a near miss may lack: 5 %."""

Ran = Callable[[Rulebook, Mapping[str, pl.DataFrame]], pl.DataFrame]
"""Works out a rulebook over tables of subjects, as ``wutong.policy.run.outcomes`` does."""

COLUMNS: Final[Mapping[str, pl.DataType]] = {
    "subject": pl.String(),
    "firm": pl.String(),
    "kind": pl.String(),
    "measure": pl.String(),
    "clause": pl.String(),
    "what": pl.String(),
    "what_en": pl.String(),
    "unit": pl.String(),
    "value": pl.Float64(),
    "threshold": pl.Float64(),
    "lacking": pl.Float64(),
    "fact": pl.String(),
    "now": pl.Int64(),
    "needed": pl.Int64(),
    "moved_by": pl.String(),
    "fails": pl.UInt8(),
    "others": pl.String(),
    "state": pl.String(),
    "worth": pl.Int64(),
}
"""One row for a subject, a measure and a comparison that it fails.

``what`` is compared: ``value`` with ``threshold``, in base units of ``unit``, for reading; ``lacking`` is how far they are
apart, over the threshold. ``fact`` is the fact that would have to move, from ``now`` to ``needed``, exactly, as its column
holds it; null where no one fact is enough. ``fails`` counts the comparisons that the subject fails; ``others`` says whether
all else is ``met`` or something is ``unknown``. ``state`` and ``worth`` are what the measure gives, in fen, once all facts
are moved: the highest amount where the text allows several, null where it cannot be told."""


def near(
    book: Rulebook,
    subjects: Mapping[str, pl.DataFrame],
    share: Fraction = SHARE,
    fails: int = 1,
    ran: Ran = outcomes,
) -> pl.DataFrame:
    """Find subjects that fail a measure by little.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table.
    share : Fraction
        How much of its threshold each comparison may lack at most.
    fails : int
        How many comparisons may fail, each by no more than that.
    ran : function
        What works out the measures once facts are moved.

    Returns
    -------
    polars.DataFrame
        Columns as in ``COLUMNS``; those of whom all else is known first, then the most valuable. Only comparisons of numbers count: who fails by an answer, a code or
        a day is not near.

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
                found.append(_of_measure(book, measure, kind, whole, share, fails, ran))
    order = {"others": False, "worth": True, "lacking": False}
    return pl.concat(found).sort(
        list(order), descending=list(order.values()), nulls_last=True, maintain_order=True
    )


@dataclass(frozen=True, slots=True)
class _Miss:
    """One comparison that one subject fails: the row, the part of the condition, the comparison, how to move its fact."""

    row: int
    part: int
    edge: Edge
    wanted: bool
    value: Fraction
    threshold: Fraction
    field: Field | None
    axis: Axis | None
    reach: Reach | None
    fails: int
    unsure: bool

    @property
    def lacking(self) -> Fraction:
        return abs(self.threshold - self.value) / abs(self.threshold)


def _of_measure(
    book: Rulebook,
    measure: Measure,
    kind: str,
    table: pl.DataFrame,
    share: Fraction,
    fails: int,
    ran: Ran,
) -> pl.DataFrame:
    misses: list[tuple[Edition, tuple[Part, ...], _Miss]] = []
    for edition in measure.editions:
        parts = parts_of(edition)
        if any(part.edges for part in parts):
            misses += [(edition, parts, one) for one in _misses(measure, edition, parts, table, share, fails)]
    if not misses:
        return pl.DataFrame(schema=dict(COLUMNS))
    after = _after(book, measure, kind, table, [one for _, _, one in misses], ran)
    rows = []
    for edition, parts, one in misses:
        what = said(one.edge.left.node, labels_of(measure, edition))
        state, worth = after[one.row]
        unit = one.edge.left.type.unit or one.edge.right.type.unit
        rows.append(
            (
                table["subject"][one.row], table["firm"][one.row], kind, measure.id, parts[one.part].clause, what.zh, what.en,
                unit[0][0] if len(unit) == 1 else "", float(one.value), float(one.threshold), float(one.lacking),
                one.field.name if one.field and one.reach else None,
                table[one.field.name][one.row] if one.field and one.reach else None,
                one.axis.place(one.reach.value) if one.axis and one.reach else None,
                moved_by(one.field) if one.field else "", one.fails, "unknown" if one.unsure else "met", state, worth,
            )
        )  # fmt: skip
    return pl.DataFrame(rows, schema=dict(COLUMNS), orient="row")


# ------------------------------------------------------------ who, by which comparison


def _misses(
    measure: Measure,
    edition: Edition,
    parts: Sequence[Part],
    table: pl.DataFrame,
    share: Fraction,
    fails: int,
) -> Iterator[_Miss]:
    wanted: dict[str, Typed] = {}
    for name, force in (("force", edition.force), ("window", edition.window)):
        if force is not None:
            tree = within(force)
            wanted[name] = check(tree, edition.names, Source(show(tree)))
    for at, part in enumerate(parts):
        wanted[f"{at}"] = part.typed
        for n, edge in enumerate(part.edges):
            wanted[f"{at}.{n}"] = edge.typed
            wanted[f"{at}.{n}.near"] = close(edge, share, edition.names)
            wanted[f"{at}.{n}.yes"] = with_truth(part.typed, edge, truth=True)
            wanted[f"{at}.{n}.no"] = with_truth(part.typed, edge, truth=False)
    found = truths(edition, wanted, table, measure.given)
    failing, unsure, fixable = pl.lit(0), pl.lit(value=False), pl.lit(value=True)
    if "force" in wanted:
        fixable &= pl.col("force").fill_null(value=False)
    if "window" in wanted:
        fixable &= pl.col("window").fill_null(value=True)
        unsure |= pl.col("window").is_null()
    for at, part in enumerate(parts):
        failed = ~pl.col(f"{at}").fill_null(value=True)
        failing += failed.cast(pl.UInt8)
        unsure |= pl.col(f"{at}").is_null()
        ways = [_turns(at, n) for n in range(len(part.edges))]
        fixable &= ~failed | (pl.any_horizontal(ways) if ways else pl.lit(value=False))
    marked = found.with_columns(**{"·fails": failing, "·unsure": unsure}).with_row_index("·row")
    near_rows = marked.filter((pl.col("·fails") > 0) & (pl.col("·fails") <= fails) & fixable)
    if near_rows.is_empty():
        return
    definitions = tuple((one.name, one.formula.tree) for one in edition.definitions)
    for row in near_rows.iter_rows(named=True):
        facts = facts_at(table, row["·row"], measure.given)
        known = worked_out(edition, facts)
        for at, part in enumerate(parts):
            if row[f"{at}"] is not False:
                continue
            turning = [(n, edge) for n, edge in enumerate(part.edges) if _turned(row, at, n)]
            options = [
                _miss(measure, facts, known, definitions, row, at, edge, wanted=not row[f"{at}.{n}"])
                for n, edge in turning
            ]
            yield min(options, key=lambda one: (one.reach is None, one.lacking))


def _turns(at: int, n: int) -> pl.Expr:
    """Whether a comparison is near, and its turning makes the part hold."""
    name = f"{at}.{n}"
    risen = ~pl.col(name) & pl.col(f"{name}.yes")
    fallen = pl.col(name) & pl.col(f"{name}.no")
    return ((risen | fallen) & pl.col(f"{name}.near")).fill_null(value=False)


def _turned(row: Mapping[str, object], at: int, n: int) -> bool:
    name = f"{at}.{n}"
    way = "yes" if row[name] is False else "no"
    return bool(row[f"{name}.near"]) and row[name] is not None and row[f"{name}.{way}"] is True


def _miss(
    measure: Measure,
    facts: Mapping[str, Value],
    known: Mapping[str, Value],
    definitions: Sequence[tuple[str, Expr]],
    row: Mapping[str, object],
    at: int,
    edge: Edge,
    *,
    wanted: bool,
) -> _Miss:
    value, threshold = (exact.evaluate(expr_of(side), known) for side in (edge.left, edge.right))
    assert isinstance(value, Fraction)
    assert isinstance(threshold, Fraction)
    field, axis, reach = moved(measure, facts, definitions, edge, wanted=wanted)
    return _Miss(
        int(str(row["·row"])), at, edge, wanted, value, threshold, field, axis, reach, int(str(row["·fails"])),
        bool(row["·unsure"]),
    )  # fmt: skip


# ------------------------------------------------------------ what would have to move, and what it would be worth


def moved(
    measure: Measure,
    facts: Mapping[str, Value],
    definitions: Sequence[tuple[str, Expr]],
    edge: Edge,
    *,
    wanted: bool,
) -> tuple[Field | None, Axis | None, Reach | None]:
    """The fact that turns a comparison, and the nearest value of it that does.

    Facts that the file says the firm can move come first, then those of which it says nothing, in the order in which the
    comparison asks for them. None where no one fact is enough.
    """
    if edge.fact and edge.level is not None:
        field = measure.given[edge.fact]
        now = facts.get(edge.fact)
        axis = axis_of(field, now)
        if axis is None or not isinstance(now, Fraction):
            return None, None, None
        return field, axis, _directly(edge, axis, axis.place(now), now, wanted=wanted)
    tree = expr_of(edge.typed)
    question = Question(tree if wanted else Call("not", (tree,)), facts, definitions)
    names = asked_by(tree, definitions)
    for name in sorted(names, key=lambda one: _RANK.index(moved_by(measure.given[one]))):
        field, now = measure.given[name], facts.get(name)
        axis = axis_of(field, now)
        if axis is None or axis.kind != "number" or not isinstance(now, Fraction):
            continue
        found = reaches(question, field)
        if found:
            nearest = min(found, key=lambda one: abs(one.value - now))  # type: ignore[operator]  # numbers both
            return field, axis, nearest
    return None, None, None


_RANK: Final = ("firm", "", "others", "past")
_NOT: Final = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def _directly(edge: Edge, axis: Axis, here: int, now: Fraction, *, wanted: bool) -> Reach | None:
    """A fact that is compared with a number reaches it there and nowhere else."""
    assert edge.level is not None
    level = edge.level * axis.scale
    match edge.operator if wanted else _NOT[edge.operator]:
        case ">=":
            place, way = ceil(level), "up"
        case ">":
            place, way = floor(level) + 1, "up"
        case "<=":
            place, way = floor(level), "down"
        case _:
            place, way = ceil(level) - 1, "down"
    if not axis.low <= place <= axis.high:
        return None
    before = place - 1 if way == "up" else place + 1
    return Reach(axis.value(place), way, now if before == here else axis.value(before))


def _after(
    book: Rulebook, measure: Measure, kind: str, table: pl.DataFrame, misses: Iterable[_Miss], ran: Ran
) -> dict[int, tuple[str | None, int | None]]:
    """What the measure gives to each of these rows once all that is lacking is moved."""
    places: dict[int, dict[str, tuple[int, str]] | None] = {}
    for one in misses:
        moves = places.setdefault(one.row, {})
        if moves is None:
            continue
        if one.reach is None or one.field is None or one.axis is None:
            places[one.row] = None
            continue
        place, way = one.axis.place(one.reach.value), one.reach.way
        other = moves.get(one.field.name)
        if other is not None and other[1] != way:
            places[one.row] = None  # one comparison wants more of it and another less
            continue
        if other is not None:
            place = max(place, other[0]) if way == "up" else min(place, other[0])
        moves[one.field.name] = (place, way)
    rows = [row for row, moves in places.items() if moves is not None]
    found: dict[int, tuple[str | None, int | None]] = dict.fromkeys(places, (None, None))
    if not rows:
        return found
    after = with_places(
        table[rows], [{name: move[0] for name, move in (places[row] or {}).items()} for row in rows]
    )
    results = ran(replace(book, measures=(measure,), fields=measure.given), {kind: after})
    for row, state, high in zip(rows, results["state"], results["high"], strict=True):
        found[row] = (state, high)
    return found


def with_places(table: pl.DataFrame, moves: Sequence[Mapping[str, int]]) -> pl.DataFrame:
    """A table of subjects with other numbers in some places, as its columns hold them; one mapping for each row."""
    names = sorted({name for move in moves for name in move})
    changed = [
        pl.Series(
            name, [move.get(name, old) for move, old in zip(moves, table[name], strict=True)], dtype=pl.Int64
        )
        for name in names
    ]
    return table.with_columns(changed)
