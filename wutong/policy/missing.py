"""Which facts a whole zone lacks, ranked by the money that they could decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from wutong.policy.ask import ceiling, lowest, stake
from wutong.policy.change import asked_by
from wutong.policy.columns.in_polars import worked_out
from wutong.policy.columns.node import Node
from wutong.policy.columns.program import program
from wutong.policy.edition import Edition, Force
from wutong.policy.extent import amounts_within
from wutong.policy.feel.columns import column_of, compile_more, compiler
from wutong.policy.feel.stages import Column, RefusedError, Stages, is_null
from wutong.policy.feel.syntax import Binary, Call, Expr, If, In, Literal, Name
from wutong.policy.feel.types import Typed
from wutong.policy.fields import Field
from wutong.policy.measure import Measure
from wutong.policy.near import Ran
from wutong.policy.plan import fact_column
from wutong.policy.rulebook import Rulebook
from wutong.policy.run import bounds_of, outcomes
from wutong.policy.sentences import expr_of
from wutong.policy.subjects import checked, facts_at

COLUMNS: Final[Mapping[str, pl.DataType]] = {
    "kind": pl.String(),
    "fact": pl.String(),
    "subjects": pl.UInt32(),
    "measures": pl.UInt32(),
    "cases": pl.UInt32(),
    "money": pl.Int64(),
    "unbounded": pl.UInt32(),
}
"""One row a fact. ``subjects`` lack it and have a measure that waits for it; ``measures`` wait for it for some subject;
``cases`` are pairs of both. ``money`` adds up what these could be worth at most, in fen: what comes out if all turns out in
favour, or else the most that the paper allows; ``unbounded`` are cases for which it allows any sum."""


def missing(book: Rulebook, subjects: Mapping[str, pl.DataFrame], ran: Ran = outcomes) -> pl.DataFrame:
    """Rank the facts that subjects lack.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table.
    ran : function
        What works out the measures.

    Returns
    -------
    polars.DataFrame
        Columns as in ``COLUMNS``, most money first. A fact that can change nothing for a subject, because another clause
        fails, is not counted for it. One sum hangs on all the facts that one case lacks, so that sums do not add up.

    Raises
    ------
    TableError
        If a table is not as it must be.
    """
    pairs = waiting(book, subjects, ran)
    return (
        pairs.group_by("kind", "fact", maintain_order=True)
        .agg(
            subjects=pl.col("subject").n_unique(),
            measures=pl.col("measure").n_unique(),
            cases=pl.len(),
            money=pl.col("money").sum(),
            unbounded=pl.col("money").null_count(),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items())
        .sort("money", "unbounded", "cases", descending=True, maintain_order=True)
    )


def waiting(book: Rulebook, subjects: Mapping[str, pl.DataFrame], ran: Ran = outcomes) -> pl.DataFrame:
    """Each subject, measure and fact on which that measure waits; ``money`` as in ``missing``, null without a bound."""
    schema = {
        "kind": pl.String(),
        "subject": pl.String(),
        "measure": pl.String(),
        "fact": pl.String(),
        "money": pl.Int64(),
    }
    found = [pl.DataFrame(schema=schema)]
    for kind, table in subjects.items():
        whole = checked(table, book.fields)
        results = ran(book, {kind: whole})
        for measure in book.measures:
            if measure.subject != kind:
                continue
            own = results.filter(pl.col("measure") == measure.id)
            unknown = (own["state"] == "unknown").to_numpy().nonzero()[0].tolist()
            if not unknown:
                continue
            some, high = whole[unknown], own["high"][unknown]
            most = lowest(_most(measure), ceiling(book, measure, {}))
            money = pl.DataFrame({"high": high}).select(
                money=pl.col("high") if most is None else pl.col("high").fill_null(most)
            )["money"]
            for fact, flags in _flags(measure, some):
                rows = flags.fill_null(value=False)
                lacking = some.filter(rows)
                found.append(
                    pl.DataFrame(
                        {
                            "kind": pl.Series([kind] * lacking.height, dtype=pl.String),
                            "subject": lacking["subject"],
                            "measure": pl.Series([measure.id] * lacking.height, dtype=pl.String),
                            "fact": pl.Series([fact] * lacking.height, dtype=pl.String),
                            "money": money.filter(rows),
                        }
                    )
                )
    return pl.concat(found)


def _most(measure: Measure) -> int | None:
    """The most that a measure can give to anybody; None where the paper sets no bound."""
    spans = [span for edition in measure.editions if (span := amounts_within(edition, {})) is not None]
    highs = [high for _, high in spans]
    return None if None in highs else max((high for high in highs if high is not None), default=0)


def _flags(measure: Measure, table: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """For each fact the rows for which the measure, which is unknown for all of them, waits for it."""
    try:
        nodes = _nodes(measure, table)
    except RefusedError:
        yield from _by_hand(measure, table)
        return
    found = worked_out(program(nodes), table.lazy()).collect() if nodes else pl.DataFrame()
    for name in nodes:
        yield name, found[name]


def _by_hand(measure: Measure, table: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    flags: dict[str, list[bool]] = {}
    for row in range(table.height):
        one = stake(measure, facts_at(table, row, measure.given))
        for name in one.facts if one is not None else ():
            flags.setdefault(name, [False] * table.height)[row] = True
    for name, values in flags.items():
        yield name, pl.Series(values, dtype=pl.Boolean)


# ------------------------------------------------------------ what waits for what, as columns


@dataclass(frozen=True, slots=True)
class _Waits:
    """Tells, as ``wutong.policy.ask.waits`` does row by row, for which rows an expression waits for a fact."""

    maker: Stages
    facts: Mapping[str, Column]
    defined: Mapping[str, Typed]
    trees: Sequence[tuple[str, Expr]]

    def of(self, typed: Typed, fact: str) -> Node | None:
        """None where it never does."""
        node, parts = typed.node, typed.parts
        if isinstance(node, Literal) or fact not in asked_by(expr_of(typed), self.trees):
            return None
        match node:
            case Name(name=name):
                return (
                    self.of(self.defined[name], fact) if name in self.defined else is_null(self.facts[name])
                )
            case Binary(operator="and" | "or" as word):
                one, other = (self.maker.truth(part) for part in parts)
                settled = (one | other) if word == "or" else ~(one & other)
                return _any([self.of(part, fact) for part in parts], ~settled.fill_null(False))
            case If():
                held = self.maker.truth(parts[0])
                branches = ((parts[0], held.is_null()), (parts[1], held), (parts[2], ~held))
                found = [_any([self.of(part, fact)], when) for part, when in branches]
                return _any(found, None)
            case Binary() if any(
                isinstance(part.node, Literal) and part.node.value is None for part in parts
            ):
                return None
            case Call(function="is"):
                return None
            case In():
                return _any([self.of(part, fact) for part in parts], self.maker.truth(typed).is_null())
        return _any([self.of(part, fact) for part in parts], None)


def _any(found: Sequence[Node | None], when: Node | None) -> Node | None:
    """Whether one of these holds, where another thing does; null is not."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    joined = known[0].fill_null(False)
    for one in known[1:]:
        joined = joined | one.fill_null(False)
    return joined if when is None else joined & when.fill_null(False)


def _nodes(measure: Measure, table: pl.DataFrame) -> dict[str, Node]:
    bounds = bounds_of(table.lazy(), measure.given)
    facts = {name: fact_column(field, bounds) for name, field in measure.given.items()}
    maker = compiler()
    found: dict[str, list[Node]] = {}
    for edition in measure.editions:
        maker.bound.clear()
        for name, fact in facts.items():
            maker.bind(name, fact)
        for one in edition.definitions:
            maker.bind(one.name, column_of(compile_more(maker, one.formula.typed, one.formula.source)))
        holds = _in_force(edition.force, facts)
        for name, node in _of_edition(edition, maker, facts, measure.given):
            found.setdefault(name, []).append(node if holds is None else node & holds)
    force = measure.editions[0].force
    if force is not None:
        found.setdefault(force.by, []).append(is_null(facts[force.by]))
    joined = {}
    for name, several in found.items():
        flag = _any(several, None)
        if flag is not None:
            joined[name] = flag
    return joined


def _in_force(force: Force | None, facts: Mapping[str, Column]) -> Node | None:
    if force is None:
        return None
    day = facts[force.by]
    assert isinstance(day, Node)
    holds = day >= force.start
    return holds & (day <= force.end) if force.end is not None else holds


def _of_edition(
    edition: Edition, maker: Stages, facts: Mapping[str, Column], fields: Mapping[str, Field]
) -> Iterator[tuple[str, Node]]:
    trees = tuple((one.name, one.formula.tree) for one in edition.definitions)
    waits = _Waits(maker, facts, {one.name: one.formula.typed for one in edition.definitions}, trees)
    asked = [one.when for one in edition.conditions if one.when is not None]
    asked += [reading.whole for reading in edition.amount.readings]
    asked += [payee.share for payee in edition.amount.payees if payee.share is not None]
    for name in fields:
        flag = _any([waits.of(one.typed, name) for one in asked], None)
        if edition.window is not None and edition.window.by == name:
            flag = _any([flag, is_null(facts[name])], None)
        if flag is not None:
            yield name, flag
