"""What must still be kept for what was paid, what is to be recovered, and what is at risk, as a Finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.policy.certain import plain_yuan
from wutong.policy.payout import KEPT, obligations
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

STATES: Final[Mapping[str, Text]] = {
    "broken": Text("未遵守", "Not kept"),
    "unknown": Text("不知道", "Not known"),
    "look": Text("须有人去看", "Somebody has to look"),
    "kept": Text("遵守中", "Kept"),
    "over": Text("期满", "Over"),
    "not said": Text("措施没有要求", "Nothing is asked"),
}
THEN: Final[Mapping[str, Text]] = {
    "recover": Text("追回", "Recover"),
    "suspend": Text("暂停", "Suspend"),
    "stop": Text("停止", "Stop"),
}


def kept(
    book: Rulebook, subjects: Mapping[str, pl.DataFrame], awards: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Hold what was paid against what must be kept for it.

    Parameters
    ----------
    book : Rulebook
        The measures.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind, with the facts of today.
    awards : polars.DataFrame
        What ``awards_of`` gave.
    on : date
        Today.

    Returns
    -------
    polars.DataFrame
        ``award`` and the columns of ``obligations``, a row for each thing to be kept. Where the subject is not in the tables (it
        has left, or the award does not say which project), or the payment is not known, that is ``unknown`` and stays there.
    """
    asking = [one.id for one in book.measures if any(edition.keep for edition in one.editions)]
    granted = awards.filter((pl.col("outcome") == "granted") & pl.col("measure").is_in(asking))
    tables: list[pl.DataFrame] = []
    for row in granted.filter(pl.col("paid").is_null() | (pl.col("paid") > 0)).iter_slices(1):
        award, kind, subject = row["award"][0], row["kind"][0], row["subject"][0]
        there = kind in subjects and subject in subjects[kind]["subject"]
        found = pl.DataFrame(schema=dict(KEPT))
        if there and row["paid"][0] is not None:
            found = obligations(book, {kind: subjects[kind]}, row, on)
        tables.append((found if found.height else _unknown(row)).select(pl.lit(award).alias("award"), *KEPT))
    empty = pl.DataFrame(schema={"award": pl.String, **KEPT})
    return pl.concat([empty, *tables])


def _unknown(row: pl.DataFrame) -> pl.DataFrame:
    """An award of which nobody can say here whether what it asks is kept."""
    return row.select(
        subject=pl.coalesce("subject", "firm"),
        firm="firm",
        kind="kind",
        measure="measure",
        zh=pl.lit("对象不在表中、适用哪一版未知，或已付多少未知"),
        en=pl.lit(
            "Its subject is not in the tables, which edition holds is not known, or what was paid is not"
        ),
        until=pl.lit(None, dtype=pl.Date),
        state=pl.lit("unknown"),
        then=pl.lit(None, dtype=pl.String),
        recover=pl.lit(None, dtype=pl.Int64),
        at_risk="paid",
    )


def kept_finding(table: pl.DataFrame, *, invented: bool = False) -> Finding:
    """What must be kept as a Finding.

    Parameters
    ----------
    table : polars.DataFrame
        What ``kept`` gave.
    invented : bool
        Whether a row is invented.

    Returns
    -------
    Finding
        What is not kept first, then what is not known, then what somebody has to look at; within each the earliest day first.

    Raises
    ------
    NoAnswer
        If nothing was paid for which anything must be kept.
    """
    if table.is_empty():
        raise NoAnswer(
            Text(
                "兑付表（award）里没有一笔已付、而其措施写了keep（须遵守的事）。请核对award的措施编号与措施文件的keep。",
                "Table award has no payment of a measure that says what must be kept. Compare the measures in award with keep in the measure files.",
            )
        )
    order = list(STATES)
    shown = (
        table.with_columns(
            rank=pl.col("state").replace_strict(order, range(len(order)), return_dtype=pl.Int64),
            state_zh=pl.col("state").replace_strict({one: text.zh for one, text in STATES.items()}),
            state_en=pl.col("state").replace_strict({one: text.en for one, text in STATES.items()}),
            then_zh=pl.col("then").replace_strict({one: text.zh for one, text in THEN.items()}, default=None),
            then_en=pl.col("then").replace_strict({one: text.en for one, text in THEN.items()}, default=None),
        )
        .sort("rank", "until", nulls_last=True, maintain_order=True)
        .select(
            *("subject", "measure", "state_zh", "state_en", "recover", "at_risk", "until"),
            pl.col("zh").alias("says_zh"),
            pl.col("en").alias("says_en"),
            *("then_zh", "then_en", "award", "firm", "kind", "state", "then"),
        )
    )
    # of one award no more is recovered than the largest of its claims
    most = table.group_by("award").agg(pl.col("recover", "at_risk").max())
    broken = table.filter(pl.col("state") == "broken")["award"].n_unique()
    unsure = table.filter(pl.col("state").is_in(["unknown", "look"]))["award"].n_unique()
    recover, at_risk = int(most["recover"].sum()), int(most["at_risk"].sum())
    return Finding(
        "policy-keep",
        Text("付了之后还要遵守什么，能追回多少？", "What must still be kept, and what can be recovered?"),
        Text(
            f"{broken:,}笔未遵守，可追回{plain_yuan(recover)}元；{unsure:,}笔不知道或须有人去看；尚在期内、若不遵守可追回的共{plain_yuan(at_risk)}元。",
            f"Awards for which something is not kept: {broken:,}, with {plain_yuan(recover)} yuan to recover; not known, or somebody has to look: {unsure:,}; "
            f"at risk while it must be kept: {plain_yuan(at_risk)} yuan.",
        ),
        shown,
        labels={
            "subject": Text("对象", "Subject"),
            "measure": Text("措施", "Measure"),
            "state_zh": Text("状态", "State"),
            "state_en": Text("状态（英文）", "State"),
            "recover": Text("可追回", "To recover"),
            "at_risk": Text("在险", "At risk"),
            "until": Text("至", "Until"),
            "says_zh": Text("须遵守", "What must be kept"),
            "says_en": Text("须遵守（英文）", "What must be kept"),
            "then_zh": Text("否则", "Else"),
            "then_en": Text("否则（英文）", "Else"),
            "award": Text("兑付编号", "Award"),
            "firm": Text("企业", "Firm"),
            "kind": Text("类别", "Kind"),
            "state": Text("状态代码", "State, as a code"),
            "then": Text("否则（代码）", "Else, as a code"),
        },
        units=dict.fromkeys(("recover", "at_risk"), "fen"),
        method=Text(
            "每笔已付的兑付，按其措施的keep，用当日的事实检查；一笔有几项的，只按最大的一项合计。提示，不是决定。",
            "Each award that was paid, by keep of its measure, with the facts of the day; of an award with several things to keep the largest "
            "alone is added up. A hint, no decision.",
        ),
        invented=invented,
        blanks=frozenset({"until", "then_zh", "then_en", "then"}),
    )
