"""What a rulebook costs in a year: what is certain, what hangs on decisions and on facts that are not known, apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.policy.certain import LABELS, UNITS, added_up, whole
from wutong.policy.firm_groups import GROUPS, SOURCE
from wutong.policy.headroom import headroom as headroom
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
        Outcomes with ``paid``, ``paid_low`` and ``paid_high`` in fen, as stacking gives them; with ``sum_low``, ``sum_high``
        and ``together`` what hangs together is added up together.
    by : str
        One of ``BY``, or a column of ``groups``.
    groups : polars.DataFrame or None
        ``firm`` and a column such as chain or size, and the same with ``_en`` where it has English words; a firm without a row
        stands under null. As ``wutong.policy.firm_groups`` gives them.
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
    table, words = _grouped(book, paid, by, groups)
    getting = table.group_by(by).agg(
        subjects=pl.struct("kind", "subject").filter(pl.col("paid") > 0).n_unique().cast(pl.Int64)
    )
    sums = (
        added_up(table, by)
        .join(getting, on=by, how="left", nulls_equal=True, maintain_order="left")
        .sort("certain", by, descending=[True, False], nulls_last=True)
        .join(words, on=by, how="left", maintain_order="left")
        .select(by, "subjects", *LABELS, *(name for name in words.columns if name != by))
    )
    in_all = whole(table)
    parts = {name: int(sums[name].sum()) for name in LABELS}
    label = BY.get(by, GROUPS.get(by, Text(by, by)))
    return Finding(
        "policy-cost",
        QUESTION,
        Text(
            f"确定的有{_yi(in_all['certain'])}亿元；待决定的至多再加{_yi(in_all['decisions'])}亿元，"
            f"事实未明的至多再加{_yi(in_all['facts'])}亿元；另有{in_all['no_end']}项看不出上限。",
            f"{_million(in_all['certain'])} million yuan are certain; decisions may add up to {_million(in_all['decisions'])} million, "
            f"facts that are not known up to {_million(in_all['facts'])} million; of {in_all['no_end']} outcomes no end is known.",
        ),
        sums,
        labels={
            by: label,
            **_of_words(by, words, label),
            "subjects": Text("获得者", "Get it"),
            **LABELS,
        },
        units={**UNITS, "subjects": "count"},
        method=Text(
            "逐个对象、逐条措施计算，经互斥、上限、名额与预算之后相加；互相牵连的一并计算，取共同的最少与最多。"
            "确定的含必得的下限，待定部分分列，不计入确定；决定与事实都能占用的，列入待决定。",
            "Every subject and measure, after exclusion, ceilings, quotas and budgets; of what hangs together the least and the most of "
            "all together. What is open counts in what is certain with its least alone; what it may add stands apart. What either "
            "a decision or a fact may take up stands under decisions.",
        ),
        caveats=(
            Text(
                "“事实未明”不含看不出上限的各项；这些项只数不加。",
                "What hangs on facts leaves out outcomes of which no end is known; these are counted and not added.",
            ),
            *_beyond(in_all, parts),
            *((SOURCE,) if by == "size" else ()),
        ),
        invented=invented or book.invented,
        picture=Picture("bar", by, ("certain", "decisions", "facts")) if sums.height > 1 else None,
    )


def _grouped(
    book: Rulebook, paid: pl.DataFrame, by: str, groups: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with what they are grouped by, and what each group is called in words."""
    if by in ("aspect", "package"):
        of = pl.DataFrame(
            {
                "measure": [one.id for one in book.measures],
                by: [getattr(one, by) or None for one in book.measures],
            },
            schema={"measure": pl.String, by: pl.String},
        )
        table = paid.join(of, on="measure", how="left", maintain_order="left")
        return table, table.select(by).unique()
    if by == "measure":
        titles = [(one.id, one.title.zh, one.title.en) for one in book.measures]
        schema = {"measure": pl.String, "title_zh": pl.String, "title_en": pl.String}
        return paid, pl.DataFrame(titles, schema=schema, orient="row")
    if by in BY:
        return paid, paid.select(by).unique()
    if groups is None or by not in groups.columns:
        names = [*BY, *(groups.columns if groups is not None else ())]
        raise NoAnswer(
            Text(
                f"不能按“{by}”分组。可按：{'、'.join(names)}。",
                f'There is no grouping by "{by}". There is: {", ".join(names)}.',
            )
        )
    words = groups.select(name for name in (by, f"{by}_en") if name in groups.columns).unique(by)
    of_firms = groups.select("firm", by).unique("firm", keep="any")
    return paid.join(of_firms, on="firm", how="left", maintain_order="left"), words


def _of_words(by: str, words: pl.DataFrame, label: Text) -> dict[str, Text]:
    if by == "measure":
        return {"title_zh": Text("措施名称", "Title"), "title_en": Text("措施英文名称", "Title in English")}
    return {name: Text(f"{label.zh}（英文）", label.en) for name in words.columns if name == f"{by}_en"}


def _beyond(in_all: Mapping[str, int], parts: Mapping[str, int]) -> tuple[Text, ...]:
    """Say where groups do not add up to the whole, since what hangs together lies in several of them."""
    short = in_all["certain"] - parts["certain"]
    most = sum(in_all[name] - parts[name] for name in ("certain", "decisions", "facts"))
    found = []
    if short > 0:
        found.append(
            Text(
                f"另有{_yi(short)}亿元必付，但落在哪一行还不知道，只在合计里。",
                f"{_million(short)} million yuan more are certain, though not in which row; they stand in the answer alone.",
            )
        )
    if most < 0:
        found.append(
            Text(
                "各行不会同时到最多（互斥、上限或预算），合计的最多少于各行之和。",
                "Not all rows reach their most at once (exclusion, ceilings or a budget), so that the answer's most is less than their sum.",
            )
        )
    return tuple(found)


def _yi(fen: int) -> str:
    return f"{fen / 10**10:.4f}".rstrip("0").rstrip(".")


def _million(fen: int) -> str:
    return f"{fen / 10**8:,.2f}".rstrip("0").rstrip(".")
