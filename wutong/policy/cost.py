"""What a rulebook costs in a year: what is certain, what hangs on decisions and on facts that are not known, apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

QUESTION: Final = Text("这套措施一年要花多少钱？", "What does the rulebook cost in a year?")
BY: Final[Mapping[str, Text]] = {
    "measure": Text("措施", "Measure"),
    "aspect": Text("方面", "Aspect"),
    "package": Text("政策包", "Package"),
    "kind": Text("对象", "Subject"),
}
"""What costs can be grouped by; any column of ``groups`` besides."""


def cost(
    book: Rulebook,
    paid: pl.DataFrame,
    by: str = "measure",
    groups: pl.DataFrame | None = None,
    *,
    invented: bool = False,
) -> Finding:
    """Add up a year's cost.

    Parameters
    ----------
    book : Rulebook
        The measures.
    paid : polars.DataFrame
        Outcomes with ``paid``, ``paid_low`` and ``paid_high`` in fen, as stacking gives them.
    by : str
        One of ``BY``, or a column of ``groups``.
    groups : polars.DataFrame or None
        ``firm`` and a column such as chain or size; a firm without a row stands under null.
    invented : bool
        Whether the subjects are invented.

    Returns
    -------
    Finding
        One row a group: subjects that get something for certain and the sum; what decisions, and what facts, may add to it;
        and how many outcomes have no known end.

    Raises
    ------
    NoAnswer
        If there is no outcome, or nothing to group by.
    """
    if paid.is_empty():
        raise NoAnswer(Text("没有对象或措施可算。", "There is no subject or no measure to add up."))
    table = paid
    if by in ("aspect", "package"):
        of = pl.DataFrame(
            {"measure": [one.id for one in book.measures], by: [getattr(one, by) for one in book.measures]}
        )
        table = paid.join(of, on="measure", how="left", maintain_order="left")
    elif by not in BY:
        if groups is None or by not in groups.columns:
            names = [*BY, *(groups.columns if groups is not None else ())]
            raise NoAnswer(
                Text(
                    f"不能按“{by}”分组。可按：{'、'.join(names)}。",
                    f'There is no grouping by "{by}". There is: {", ".join(names)}.',
                )
            )
        table = paid.join(groups.select("firm", by), on="firm", how="left", maintain_order="left")
    certain = pl.col("paid").is_not_null()
    low, high = pl.col("paid_low").fill_null(0), pl.col("paid_high")
    undecided, unknown = (
        ~certain & (pl.col("state") == "needs decision"),
        ~certain & (pl.col("state") != "needs decision"),
    )
    sums = (
        table.group_by(by, maintain_order=True)
        .agg(
            subjects=pl.col("subject").filter(pl.col("paid") > 0).n_unique(),
            certain=pl.col("paid").sum() + low.filter(~certain).sum(),
            decisions=(high - low).filter(undecided).sum(),
            facts=(high - low).filter(unknown).sum(),
            no_end=(~certain & high.is_null()).sum(),
        )
        .sort("certain", by, descending=[True, False], nulls_last=True)
    )
    whole = sums.select(pl.col("certain", "decisions", "facts", "no_end").sum()).row(0, named=True)
    many = sums.height > 1
    return Finding(
        "policy-cost",
        QUESTION,
        Text(
            f"确定的有{_yi(whole['certain'])}亿元；待决定的至多再加{_yi(whole['decisions'])}亿元，"
            f"事实未明的至多再加{_yi(whole['facts'])}亿元；另有{whole['no_end']}项看不出上限。",
            f"{_million(whole['certain'])} million yuan are certain; decisions may add up to {_million(whole['decisions'])} million, "
            f"facts that are not known up to {_million(whole['facts'])} million; of {whole['no_end']} outcomes no end is known.",
        ),
        sums,
        labels={
            by: BY.get(by, Text(by, by)),
            "subjects": Text("获得的对象", "Subjects that get it"),
            "certain": Text("确定", "Certain"),
            "decisions": Text("待决定", "Hangs on decisions"),
            "facts": Text("事实未明", "Hangs on facts"),
            "no_end": Text("上限未知（项）", "No known end (outcomes)"),
        },
        units={"certain": "fen", "decisions": "fen", "facts": "fen", "subjects": "count", "no_end": "count"},
        method=Text(
            "逐个对象、逐条措施计算，经互斥、上限、名额与预算之后相加；确定的含必得的下限，待定部分分列，不计入确定。",
            "Every subject and measure, after exclusion, ceilings, quotas and budgets. What is open counts in what is certain with "
            "its least alone; what it may add stands apart.",
        ),
        caveats=(
            Text(
                "“事实未明”不含看不出上限的各项；这些项只数不加。",
                "What hangs on facts leaves out outcomes of which no end is known; these are counted and not added.",
            ),
        ),
        invented=invented or book.invented,
        picture=Picture("bar", by, ("certain", "decisions", "facts")) if many else None,
    )


def _yi(fen: int) -> str:
    return f"{fen / 10**10:.4f}".rstrip("0").rstrip(".")


def _million(fen: int) -> str:
    return f"{fen / 10**8:,.2f}".rstrip("0").rstrip(".")


def headroom(book: Rulebook, paid: pl.DataFrame) -> pl.DataFrame:
    """Each budget against what is drawn on it.

    Parameters
    ----------
    book : Rulebook
        The measures and budgets.
    paid : polars.DataFrame
        As for ``cost``, with ``budget``.

    Returns
    -------
    polars.DataFrame
        ``budget``, ``year``, ``amount``, ``certain``, ``left`` (below 0 where more is certain than there is) and ``scale``, the
        rule of the paper; fen. Null where the amount is not known.
    """
    drawn = paid.group_by("budget").agg(
        certain=pl.col("paid").sum() + pl.col("paid_low").filter(pl.col("paid").is_null()).sum()
    )
    rows = [(one.id, one.year, one.amount, one.scale) for one in book.budgets.values()]
    schema = {"budget": pl.String, "year": pl.Int64, "amount": pl.Int64, "scale": pl.String}
    found = pl.DataFrame(rows, schema=schema, orient="row").join(
        drawn, on="budget", how="left", maintain_order="left"
    )
    found = found.with_columns(pl.col("certain").fill_null(0)).with_columns(
        left=pl.col("amount") - pl.col("certain")
    )
    return found.select("budget", "year", "amount", "certain", "left", "scale")
