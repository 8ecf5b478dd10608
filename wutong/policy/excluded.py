"""Who is in fact left out by the clauses of a review, and the money it decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from wutong.errors import NoAnswer, TableError
from wutong.finding import Finding
from wutong.policy.edition import Edition
from wutong.policy.facts import facts_of_zone
from wutong.policy.feel.faults import listed
from wutong.policy.measure import Measure
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.remark import Remark
from wutong.policy.rulebook import Rulebook
from wutong.words import Text, nearest_words

Run = Callable[[Rulebook, Mapping[str, pl.DataFrame]], pl.DataFrame]
"""What works out a rulebook for tables of subjects; every way gives the same columns."""

ALL: Final = "all"
"""The group of all subjects."""

COUNTS: Final = ("subjects", "left_out", "open", "not_known")
_SCHEMA: Final[Mapping[str, pl.DataType]] = {
    **dict.fromkeys(("rule", "measure"), pl.String()),
    "edition": pl.Int64(),
    **dict.fromkeys(("clause", "group", "value"), pl.String()),
    **dict.fromkeys((*COUNTS, "amount", "amount_open"), pl.Int64()),
}


def left_out_by(
    book: Rulebook,
    remarks: Sequence[Remark],
    subjects: Mapping[str, pl.DataFrame],
    groups: Sequence[str] = (),
    run: Run = outcomes_by_hand,
) -> pl.DataFrame:
    """Work out each flagged condition as if it were met, and count whom it alone leaves out.

    Parameters
    ----------
    book : Rulebook
        The measures.
    remarks : sequence of Remark
        Of a review; those that rest on facts and stand on a condition are asked.
    subjects : mapping of str to polars.DataFrame
        For each kind of subject its table.
    groups : sequence of str
        Columns of these tables by which is counted besides, such as chain or size.
    run : callable
        What works out a rulebook.

    Returns
    -------
    polars.DataFrame
        One row a clause, group and value; ``group`` is ``all`` for everybody. ``subjects``: how many there are;
        ``left_out``: not eligible now and eligible without the clause, with ``amount`` in fen; ``open``: those who would
        need a decision then, with ``amount_open``, the most that it could be; ``not_known``: those for whom the clause or
        something else is not known, so that nobody can say whether it alone leaves them out.
    """
    rows: list[pl.DataFrame] = []
    for measure, at, clause, rules in _flagged(book, remarks):
        table = subjects.get(measure.subject)
        if table is None or table.is_empty():
            continue
        now, without, only = (
            run(_of(book, measure, edition), {measure.subject: table})
            for edition in _apart(measure.editions[at - 1], clause)
        )
        counted = _counted(now, without, only, clause)
        for group in (ALL, *(name for name in groups if name in table.columns)):
            keyed = table.select(
                "subject", value=pl.lit(ALL) if group == ALL else pl.col(group).cast(pl.String)
            )
            rows.append(
                counted.join(keyed, on="subject")
                .group_by("value", maintain_order=True)
                .agg(
                    pl.len().alias("subjects"),
                    *(pl.col(name).sum() for name in (*COUNTS[1:], "amount", "amount_open")),
                )
                .with_columns(
                    rule=pl.lit(" ".join(rules)),
                    measure=pl.lit(measure.id),
                    edition=pl.lit(at),
                    clause=pl.lit(clause),
                    group=pl.lit(group),
                )
                .select([pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items()])
            )
    return pl.concat([pl.DataFrame(schema=dict(_SCHEMA)), *rows])


def subjects_of_zone(
    book: Rulebook, tables: Mapping[str, pl.DataFrame], on: date, groups: Sequence[str] = ()
) -> tuple[dict[str, pl.DataFrame], bool]:
    """Subjects of a zone with the facts that its tables hold, and with columns of their firms to count by.

    Parameters
    ----------
    book : Rulebook
        The measures, with where their facts are found.
    tables : mapping of name to polars.DataFrame
        All tables of the zone.
    on : date
        The day that is asked for.
    groups : sequence of str
        Columns of table ``firm``.

    Returns
    -------
    tuple of dict and bool
        For each kind of subject its table, and whether a row that was used is invented.

    Raises
    ------
    TableError
        If table ``firm`` has no such column.
    """
    firm = tables["firm"]
    for name in groups:
        if name not in firm.columns:
            near = nearest_words(name, firm.columns)
            raise TableError(
                Text(
                    f"表firm没有“{name}”一列。相近的有：{listed(near, 'zh')}。",
                    f'Table firm has no column "{name}". The nearest are: {listed(near, "en")}.',
                )
            )
    found: dict[str, pl.DataFrame] = {}
    invented = False
    for kind in dict.fromkeys(measure.subject for measure in book.measures):
        fields = {
            name: field
            for measure in book.measures
            if measure.subject == kind
            for name, field in measure.given.items()
        }
        facts = facts_of_zone(
            {name: book.fields.get(name, fields[name]) for name in fields}, tables, kind, on
        )
        named = firm.select("firm", *groups).unique("firm", keep="any")
        found[kind] = facts.table.join(named, on="firm", how="left", maintain_order="left")
        invented |= facts.invented
    return found, invented


def _flagged(book: Rulebook, remarks: Sequence[Remark]) -> list[tuple[Measure, int, str, tuple[str, ...]]]:
    """Conditions with a remark on fair competition that rests on facts, each once."""
    measures = {measure.id: measure for measure in book.measures}
    found: dict[tuple[str, int, str], list[str]] = {}
    for one in remarks:
        if one.rule.startswith("fair: ") and one.facts and one.measure in measures and one.edition:
            edition = measures[one.measure].editions[one.edition - 1]
            if any(condition.id == one.clause and not condition.decide for condition in edition.conditions):
                found.setdefault((one.measure, one.edition, one.clause), []).append(
                    one.rule.removeprefix("fair: ")
                )
    return [(measures[name], at, clause, tuple(rules)) for (name, at, clause), rules in found.items()]


def _of(book: Rulebook, measure: Measure, edition: Edition) -> Rulebook:
    """A book of one edition alone."""
    return replace(book, measures=(replace(measure, editions=(edition,)),), limits=(), trials=())


def _apart(edition: Edition, clause: str) -> tuple[Edition, Edition, Edition]:
    """An edition as it is, without one condition, and with that condition alone."""
    others = tuple(one for one in edition.conditions if one.id != clause)
    own = tuple(one for one in edition.conditions if one.id == clause)
    return (
        edition,
        replace(edition, conditions=others),
        replace(edition, conditions=own, force=None, window=None, quota=None),
    )


def _counted(now: pl.DataFrame, without: pl.DataFrame, only: pl.DataFrame, clause: str) -> pl.DataFrame:
    """One row a subject: whether the clause alone leaves it out, or whether nobody can say."""
    held = pl.when(pl.col("clause") == clause).then("state").otherwise(pl.lit("met"))
    both = (
        now.select("subject", "state")
        .join(without.select("subject", "amount", "high", then="state"), on="subject")
        .join(only.select("subject", held=held), on="subject")
    )
    failed, unsure = pl.col("held") == "not eligible", pl.col("held") == "unknown"
    left_out = failed & (pl.col("then") == "eligible")
    open_ = failed & (pl.col("then") == "needs decision")
    # it fails, or may fail, and all the rest may hold
    not_known = (failed & (pl.col("then") == "unknown")) | (unsure & (pl.col("then") != "not eligible"))
    return both.select(
        "subject",
        left_out=left_out.cast(pl.Int64),
        open=open_.cast(pl.Int64),
        not_known=not_known.cast(pl.Int64),
        amount=pl.when(left_out).then("amount").otherwise(0),
        amount_open=pl.when(open_).then("high").otherwise(0),
    )


def excluded_finding(table: pl.DataFrame, *, invented: bool = False) -> Finding:
    """Put what ``left_out_by`` counted into a Finding.

    Parameters
    ----------
    table : polars.DataFrame
        What ``left_out_by`` gave.
    invented : bool
        Whether the subjects are made up.

    Returns
    -------
    Finding
        The same rows.

    Raises
    ------
    NoAnswer
        If no condition with a remark was worked out.
    """
    if table.is_empty():
        raise NoAnswer(
            Text(
                "没有一个带提示的条件可以试算。需要：条件用到的事实写明about，并有对象表。",
                "No condition with a remark could be worked out. Needed: facts that say what they are about, and a table of subjects.",
            )
        )
    everybody = table.filter(pl.col("group") == ALL)
    worst = everybody.sort("left_out", "amount", descending=True).row(0, named=True)
    yuan = worst["amount"] / 100
    return Finding(
        id="measures-leave-out",
        title=Text(
            "带提示的条件实际把谁挡在外面，涉及多少钱？",
            "Whom do the clauses with remarks in fact leave out, and what money hangs on it?",
        ),
        answer=Text(
            f"{everybody.height}个条件中，{worst['measure']}的{worst['clause']}单独挡住{worst['left_out']}个对象，涉及{yuan:,.0f}元；"
            f"另有{worst['not_known']}个说不清。",
            f"Of {everybody.height} conditions, {worst['clause']} of {worst['measure']} alone leaves out {worst['left_out']} subjects, "
            f"with {yuan:,.0f} yuan; of {worst['not_known']} more nobody can say.",
        ),
        table=table,
        labels={
            "rule": Text("规则", "Rule"),
            "measure": Text("措施", "Measure"),
            "edition": Text("版本", "Edition"),
            "clause": Text("条件", "Condition"),
            "group": Text("分组", "Group"),
            "value": Text("组别", "Value"),
            "subjects": Text("对象", "Subjects"),
            "left_out": Text("只因它不可得", "Left out by it alone"),
            "open": Text("只因它不可得，否则待决定", "Left out by it, else to be decided"),
            "not_known": Text("说不清", "Nobody can say"),
            "amount": Text("涉及金额", "Money"),
            "amount_open": Text("待决定的最多", "At most, if decided so"),
        },
        units={"amount": "fen", "amount_open": "fen", **dict.fromkeys(COUNTS, "count")},
        method=Text(
            "把带提示的条件视为满足，其余照旧，重算一遍，与原结果逐个相比。",
            "The condition is taken as met, all else stays, everything is worked out again and compared subject by subject.",
        ),
        caveats=(
            Text(
                "每条措施单独看：互斥、合计上限与预算不在内。金额、上限中的用法不能视为“满足”，不在此表。",
                "Each measure stands alone here: exclusion, joint limits and budgets are left aside. What stands in an amount or a cap cannot be taken as met and is not in this table.",
            ),
            Text(
                "一个条件里还有别的要求时，也一并视为满足。",
                "Where a condition asks for something else besides, that is taken as met too.",
            ),
        ),
        invented=invented,
    )
