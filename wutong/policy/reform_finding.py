"""How a reform is told: the comparison by measure or firm, and the curve of cost over a number."""

from __future__ import annotations

import polars as pl

from wutong.finding import Finding, Picture
from wutong.policy.certain import plain_yuan
from wutong.policy.reform import Comparison
from wutong.words import Text


def reform_finding(found: Comparison, by: str = "measure", *, invented: bool = False) -> Finding:
    """A comparison as a Finding.

    Parameters
    ----------
    found : Comparison
        What ``compared`` gave.
    by : {"measure", "firm"}
        What a row is.
    invented : bool
        Whether the subjects or measures are invented.

    Returns
    -------
    Finding
        What changes most comes first.
    """
    table = (
        found.by_firm
        if by == "firm"
        else found.by_measure.sort(found.by_measure["change"].abs(), descending=True)
    )
    labels = {
        "measure": Text("措施", "Measure"),
        "firm": Text("企业", "Firm"),
        "before": Text("原", "Before"),
        "after": Text("现", "After"),
        "change": Text("变化", "Change"),
        "more": Text("增加的", "Get more"),
        "less": Text("减少的", "Get less"),
        "first": Text("新得的", "For the first time"),
        "no_longer": Text("不再得的", "No longer"),
    }
    change = found.cost_after - found.cost_before
    winners, losers = (int((found.by_firm["change"] * sign > 0).sum()) for sign in (1, -1))
    return Finding(
        "policy-reform",
        Text("改后花费多少，谁得谁失？", "What does the change cost, who wins and who loses?"),
        Text(
            f"确定的花费由{plain_yuan(found.cost_before)}元变为{plain_yuan(found.cost_after)}元（{plain_yuan(change, signed=True)}元）；{winners}家多得，{losers}家少得。",
            f"What is certain goes from {plain_yuan(found.cost_before)} to {plain_yuan(found.cost_after)} yuan ({plain_yuan(change, signed=True)}); "
            f"{winners} firms get more, {losers} get less.",
        ),
        table,
        labels={name: label for name, label in labels.items() if name in table.columns},
        units=dict.fromkeys(("before", "after", "change"), "fen"),
        method=Text(
            "改前改后各算一遍，经互斥、上限、名额与预算，逐家相减；只重算受影响的措施。",
            "Before and after, each through exclusion, ceilings, quotas and budgets, firm by firm; only what hangs on the change is "
            "worked out again.",
        ),
        caveats=_open(found),
        invented=invented,
    )


def _open(found: Comparison) -> tuple[Text, ...]:
    before, later = found.unknown
    return (
        Text(
            f"未知或待决定的结果原有{before}项，现有{later}项，其变化不在数内。",
            f"Outcomes that are unknown or to be decided: {before} before, {later} after; their change is not in the sums.",
        ),
    )


def sweep_finding(table: pl.DataFrame, name: str, *, invented: bool = False) -> Finding:
    """A curve of cost as a Finding.

    Parameters
    ----------
    table : polars.DataFrame
        What ``swept`` gave.
    name : str
        Id of the parameter.
    invented : bool
        Whether the subjects or measures are invented.

    Returns
    -------
    Finding
        One row a value.
    """
    known: list[int] = table["cost"].drop_nulls().to_list()
    low, high = (plain_yuan(min(known)), plain_yuan(max(known))) if known else ("–", "–")
    return Finding(
        "policy-sweep",
        Text(f"花费随“{name}”如何变化？", f"How does the cost move with “{name}”?"),
        Text(f"确定的花费在{low}元与{high}元之间。", f"What is certain lies between {low} and {high} yuan."),
        table,
        labels={
            "value": Text("取值", "Value"),
            "cost": Text("花费", "Cost"),
            "change": Text("变化", "Change"),
            "winners": Text("多得的企业", "Firms with more"),
            "losers": Text("少得的企业", "Firms with less"),
            "problem": Text("不成立的原因", "Why there is none"),
        },
        units={"cost": "fen", "change": "fen"},
        method=Text("每个取值重算一遍。", "Worked out for each value."),
        invented=invented,
        picture=Picture("line", "value", ("cost",)),
        blanks=frozenset({"problem"}),
    )
