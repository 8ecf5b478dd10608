"""Who was, or would be, paid twice: awards held against each other, against what excludes them, and against what is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.policy.certain import plain_yuan
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

_SAME: Final = ("firm", "measure", "period", "project", "person", "instalment", "payee")
_KINDS: Final = {
    "same": Text("同一事项多次", "The same thing several times"),
    "excluded": Text("互斥的两条都有", "Both of two that exclude each other"),
    "more": Text("付得比决定的多", "More paid than decided"),
    "again": Text("可能再付一次", "May be paid again"),
}

_SCHEMA: Final = {
    **dict.fromkeys(("firm", "measure", "kind", "period", "awards", "why_zh", "why_en"), pl.String),
    "amount": pl.Int64,
}


def paid_twice(book: Rulebook, paid: pl.DataFrame, awards: pl.DataFrame) -> pl.DataFrame:
    """Find awards that pay, or would pay, for one thing more than once.

    Parameters
    ----------
    book : Rulebook
        The measures, with the groups that exclude.
    paid : polars.DataFrame
        What stacking gave for the year.
    awards : polars.DataFrame
        What ``awards_of`` gave for the same year.

    Returns
    -------
    polars.DataFrame
        One row a case: ``firm``, ``measure``, ``period``, ``awards`` (their ids), ``amount`` (fen that are too much, null
        where that is not known), ``kind`` and why, in both languages. ``kind``: ``same`` (granted several times for the same
        measure, period, project, person, instalment and payee), ``excluded`` (of two measures of one group one is paid, and
        both are granted or due), ``more`` (more was paid than decided), ``again`` (due, and an award that names no period or
        no project may have paid it).
    """
    granted = awards.filter(pl.col("outcome") == "granted")
    rows = [*_same(granted), *_more(granted), *_excluded(book, paid, granted), *_again(paid, granted)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _same(granted: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """Granted several times; all but the largest are too much."""
    worth = pl.coalesce("paid", "amount")
    found = (
        granted.filter((worth > 0) | worth.is_null())
        .group_by(_SAME, maintain_order=True)
        .agg(
            ids=pl.col("award").str.join("、"),
            many=pl.len(),
            amount=pl.when(worth.null_count() == 0).then(worth.sum() - worth.max()),
        )
        .filter(pl.col("many") > 1)
    )
    for row in found.iter_rows(named=True):
        of = "、".join(str(row[name]) for name in _SAME[3:] if row[name] is not None)
        without = row["period"] is None
        yield (
            *(row["firm"], row["measure"], "same", row["period"], row["ids"]),
            f"同一措施{'' if without else '同一时期'}{f'（{of}）' if of else ''}决定了{row['many']}次{'，都没有写所属时期' if without else ''}",
            f"Granted {row['many']} times for {'the same measure, and none says for what period' if without else 'one measure and period'}"
            f"{f' ({of})' if of else ''}",
            row["amount"],
        )


def _more(granted: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    for row in granted.filter(pl.col("paid") > pl.col("amount")).iter_rows(named=True):
        over = row["paid"] - row["amount"]
        yield (
            *(row["firm"], row["measure"], "more", row["period"], row["award"]),
            f"决定{plain_yuan(row['amount'])}元，已付{plain_yuan(row['paid'])}元",
            f"Decided {plain_yuan(row['amount'])} yuan, paid {plain_yuan(row['paid'])}",
            over,
        )


def _excluded(book: Rulebook, paid: pl.DataFrame, granted: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """Granted this year though another of its group has it, and that one is granted or due too."""
    if "won_measure" not in paid.columns:
        return
    keys = ["kind", "subject", "measure"]
    mine = granted.filter(pl.col("in_year") & pl.col("subject").is_not_null())
    beaten = paid.filter(pl.col("cut").str.starts_with("group ")).join(
        mine.select(*keys, "award", "period", "paid", "amount").rename({"paid": "gone", "amount": "decided"}),
        on=keys,
        how="inner",
        maintain_order="left",
    )
    for row in beaten.iter_rows(named=True):
        other = mine.filter(
            (pl.col("subject") == row["won_subject"]) & (pl.col("measure") == row["won_measure"])
        )
        due = paid.filter(
            (pl.col("subject") == row["won_subject"])
            & (pl.col("measure") == row["won_measure"])
            & (pl.col("paid").is_null() | (pl.col("paid") > 0))
        )
        if other.is_empty() and due.is_empty():
            continue
        group = book.groups[row["cut"].removeprefix("group ")]
        both = "、".join([row["award"], *other["award"]])
        zh, en = ("也已决定", "was granted too") if other.height else ("按措施应付", "is due")
        yield (
            *(row["firm"], row["measure"], "excluded", row["period"], both),
            f"{group.says.zh}：{row['won_measure']}{zh}",
            f"{group.says.en}: {row['won_measure']} {en}",
            row["gone"] if row["gone"] is not None else row["decided"],
        )


def _again(paid: pl.DataFrame, granted: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """Due this year, and an award that does not say for which year or project may have been for it."""
    due = paid.filter(pl.col("paid") > 0).group_by("kind", "firm", "measure").agg(due=pl.col("paid").sum())
    vague = granted.filter(
        pl.col("kind").is_not_null()
        & (pl.col("in_year").is_null() | (pl.col("in_year") & pl.col("subject").is_null()))
        & (pl.coalesce("paid", "amount").fill_null(1) > 0)
    )
    found = vague.join(due, on=["kind", "firm", "measure"], how="inner", maintain_order="left")
    for row in found.iter_rows(named=True):
        which = (
            Text("没有写所属时期", "does not say for what period")
            if row["in_year"] is None
            else Text("没有写是哪个项目或哪个人", "does not say for which project or person")
        )
        worth = row["paid"] if row["paid"] is not None else row["amount"]
        yield (
            *(row["firm"], row["measure"], "again", row["period"], row["award"]),
            f"按措施应付{plain_yuan(row['due'])}元，而这笔{which.zh}",
            f"{plain_yuan(row['due'])} yuan are due, and this award {which.en}",
            None if worth is None else min(worth, row["due"]),
        )


def twice_finding(
    table: pl.DataFrame, awards: pl.DataFrame, names: pl.DataFrame | None = None, *, invented: bool = False
) -> Finding:
    """Cases as a Finding.

    Parameters
    ----------
    table : polars.DataFrame
        What ``paid_twice`` gave.
    awards : polars.DataFrame
        What ``awards_of`` gave.
    names : polars.DataFrame or None
        ``kind``, ``subject`` and ``name``, to say what firms are called.
    invented : bool
        Whether a row is invented.

    Returns
    -------
    Finding
        The largest sums first; a case is to be looked at, it is no verdict.

    Raises
    ------
    NoAnswer
        If there is no award.
    """
    if awards.is_empty():
        raise NoAnswer(
            Text(
                "兑付表（award）没有一行，看不出谁会被付两次。请把决定与拨付记入表award。",
                "Table award has no row, so nobody can say who is paid twice. Enter decisions and payments in table award.",
            )
        )
    called: dict[Any, Any] = {}
    if names is not None:
        called = dict(names.filter(pl.col("kind") == "firm").select("subject", "name").iter_rows())
    shown = (
        table.with_columns(
            name=pl.Series([called.get(one) for one in table["firm"]], dtype=pl.String),
            what_zh=pl.Series([_KINDS[one].zh for one in table["kind"]], dtype=pl.String),
            what_en=pl.Series([_KINDS[one].en for one in table["kind"]], dtype=pl.String),
        )
        .sort("amount", descending=True, nulls_last=False, maintain_order=True)
        .select(
            *("firm", "measure", "period", "amount", "what_zh", "what_en", "awards"),
            *("name", "why_zh", "why_en", "kind"),
        )
    )
    known = int(table["amount"].sum())
    return Finding(
        "policy-twice",
        Text("谁被付了两次，谁会被付两次？", "Who was paid twice, and who would be?"),
        Text(
            f"{awards.height:,}笔兑付中有{table.height:,}处要看，多付的（或会多付的）共{plain_yuan(known)}元；{table['amount'].null_count()}处数额未知。",
            f"Of {awards.height:,} awards {table.height:,} cases are to be looked at; {plain_yuan(known)} yuan are, or would be, too much; "
            f"of {table['amount'].null_count()} cases the sum is not known.",
        ),
        shown,
        labels={
            "firm": Text("企业", "Firm"),
            "measure": Text("措施", "Measure"),
            "period": Text("所属时期", "Period"),
            "amount": Text("多出", "Too much"),
            "what_zh": Text("情形", "Case"),
            "what_en": Text("情形（英文）", "Case"),
            "awards": Text("兑付编号", "Awards"),
            "name": Text("名称", "Name"),
            "why_zh": Text("缘由", "Why"),
            "why_en": Text("缘由（英文）", "Why"),
            "kind": Text("情形代码", "Case, as a code"),
        },
        units={"amount": "fen"},
        method=Text(
            "企业、措施、时期、项目、人、期数与收款方都相同的兑付；同一互斥组的两条；已付多于决定；应付而兑付表没有写明时期或项目的。提示，不是结论。",
            "Awards with one firm, measure, period, project, person, instalment and payee; two measures of one group that excludes; more paid "
            "than decided; what is due where an award does not say its period or project. A hint, no verdict.",
        ),
        invented=invented,
        blanks=frozenset({"name"}),
    )
