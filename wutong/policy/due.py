"""What is due when, as a Finding: instalment by instalment, or added up by month, quarter or year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.policy.certain import LABELS, UNITS, plain_yuan
from wutong.policy.committed import PERIODS, in_periods, until
from wutong.words import Text
from wutong.zone.periods import bounds

BY: Final[Mapping[str, Text]] = {
    "month": Text("月", "Month"),
    "quarter": Text("季度", "Quarter"),
    "year": Text("年", "Year"),
    "measure": Text("措施", "Measure"),
    "payee": Text("收款方", "Payee"),
}
"""What is due can be added up by these."""

_STATES: Final[Mapping[str, Text]] = {
    "due": Text("到日可付", "Due on its day"),
    "waits": Text("条件未满足", "Waits for its condition"),
    "unknown": Text("条件未知", "Condition not known"),
    "facts": Text("事实未明", "Hangs on facts"),
    "decisions": Text("待决定", "Hangs on decisions"),
}

_METHOD: Final = Text(
    "已决定的，按决定额减已付额，付款先抵最早一期；本年已决定的，不再按措施计算。其余按措施计算，经互斥、上限、名额与预算。"
    "按分期比例与收款方份额以最大余数法分到分；不早于决定日，也不早于“满多久”之日。日子不知道的单列，不会消失。",
    "Of what was decided, the decision less what was paid, payments against the earliest instalment first; what was decided for the year is not "
    "worked out again. All else is worked out, after exclusion, ceilings, quotas and budgets. Shares of instalments and payees are to "
    "the fen by the largest remainder; no day before the decision, nor before the one that is waited for. What has no known day stands apart and never vanishes.",
)


def due_finding(
    table: pl.DataFrame, on: date, caveats: tuple[Text, ...] = (), *, invented: bool = False
) -> Finding:
    """What is due when, row by row.

    Parameters
    ----------
    table : polars.DataFrame
        What ``commitments`` gave.
    on : date
        Today.
    caveats : tuple of Text
        What the reader must know besides, such as what ``awards_caveats`` says.
    invented : bool
        Whether the subjects or measures are invented.

    Returns
    -------
    Finding
        What is certain first, the earliest day first and those without a day last; then what is open, with the most that it can be.

    Raises
    ------
    NoAnswer
        If nothing is to be paid.
    """
    _some(table)
    certain = pl.col("paid").is_not_null()
    code = (
        pl.when(certain)
        .then("ready")
        .when(pl.col("state") == "needs decision")
        .then(pl.lit("decisions"))
        .when((pl.col("ready") == "unknown") & pl.col("instalment").is_not_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("facts"))
    )
    shown = (
        table.with_columns(at_most="paid_high", amount="paid", at_least="paid_low", state=code, open=~certain)
        .sort("open", "day", "measure", "subject", "instalment", nulls_last=True, maintain_order=True)
        .with_columns(
            state_zh=pl.col("state").replace_strict({one: text.zh for one, text in _STATES.items()}),
            state_en=pl.col("state").replace_strict({one: text.en for one, text in _STATES.items()}),
        )
        .select(
            *("subject", "measure", "amount", "day", "state_zh", "state_en", "instalment", "on"),
            *("payee_zh", "payee_en", "at_least", "at_most", "award", "firm", "kind", "state", "payee"),
        )
    )
    return Finding(
        "policy-due",
        Text("何时该付多少？", "What is due when?"),
        _answer(table, on),
        shown,
        labels={
            "subject": Text("对象", "Subject"),
            "measure": Text("措施", "Measure"),
            "amount": Text("金额", "Amount"),
            "day": Text("最早支付日", "Not before"),
            "state_zh": Text("状态", "State"),
            "state_en": Text("状态（英文）", "State"),
            "instalment": Text("期", "Part"),
            "on": Text("条件", "On"),
            "payee_zh": Text("收款方", "Payee"),
            "payee_en": Text("收款方（英文）", "Payee"),
            "at_least": Text("最少", "At least"),
            "at_most": Text("最多", "At most"),
            "award": Text("兑付编号", "Award"),
            "firm": Text("企业", "Firm"),
            "kind": Text("类别", "Kind"),
            "state": Text("状态代码", "State, as a code"),
            "payee": Text("收款方编号", "Payee's id"),
        },
        units=dict.fromkeys(("amount", "at_least", "at_most"), "fen"),
        method=_METHOD,
        caveats=caveats,
        invented=invented,
        blanks=frozenset({"award"}),
    )


def due_sums(
    table: pl.DataFrame, by: str, on: date, caveats: tuple[Text, ...] = (), *, invented: bool = False
) -> Finding:
    """What is due, added up.

    Parameters
    ----------
    table, on, caveats, invented
        As for ``due_finding``.
    by : str
        One of ``BY``.

    Returns
    -------
    Finding
        One row a period, the earliest first; what has no known day is the last row.

    Raises
    ------
    NoAnswer
        If nothing is to be paid.
    """
    _some(table)
    labels = {by: BY[by]}
    if by == "payee":
        words = table.select("payee", "payee_zh", "payee_en").unique("payee", keep="first")
        found = in_periods(table, by).join(words, on=by, how="left", nulls_equal=True, maintain_order="left")
        found = found.select("payee_zh", "payee_en", *found.columns[1:-2], "payee")
        labels = {
            "payee_zh": BY[by],
            "payee_en": Text("收款方（英文）", "Payee"),
            "payee": Text("收款方编号", "Payee's id"),
        }
    else:
        found = in_periods(table, by)
    undated = Text(
        "日子不知道的在最后一行（未知）。这些款项要付，只是还不知道何时。",
        "What has no known day is the last row (not known). It is to be paid, only not known when.",
    )
    return Finding(
        f"policy-due-{by}",
        Text("何时该付多少？", "What is due when?"),
        _answer(table, on),
        found,
        labels={
            **labels,
            "decided": Text("已决定未付", "Decided"),
            "certain": Text("确定", "Certain besides"),
            "waits": Text("条件未满足", "Waits"),
            **{name: LABELS[name] for name in ("decisions", "facts", "no_end")},
        },
        units={**UNITS, "decided": "fen", "waits": "fen"},
        method=_METHOD,
        caveats=(*((undated,) if by in PERIODS and found[by].null_count() else ()), *caveats),
        invented=invented,
    )


def _some(table: pl.DataFrame) -> None:
    if table.is_empty():
        raise NoAnswer(
            Text(
                "没有要付的：既没有已决定而未付清的，也没有按措施算得的。请检查表award与措施所问的事实。",
                "Nothing is to be paid: no award is left to pay, and the measures give nothing. See table award and the facts that are asked for.",
            )
        )


def _answer(table: pl.DataFrame, on: date) -> Text:
    """What comes by the end of the month, in the next quarter, in three years, and without a known day."""
    month = bounds(f"{on.year}-{on.month:02}")[1]
    first = bounds(f"{on.year}Q{(on.month + 2) // 3}")[1] + timedelta(days=1)
    quarter = bounds(f"{first.year}Q{(first.month + 2) // 3}")[1]
    years = date(on.year + 3, on.month, min(on.day, 28) if on.month == 2 else on.day)
    now, next_, later = (
        until(table, None, month),
        until(table, first - timedelta(days=1), quarter),
        until(table, month, years),
    )
    certain = table.filter(pl.col("paid").is_not_null())
    undated = int(certain.filter(pl.col("day").is_null() & (pl.col("ready") == "due"))["paid"].sum())
    open_ = table.height - certain.height
    return Text(
        f"到{month}止应付{plain_yuan(now)}元；下一季度（{first}起）{plain_yuan(next_)}元；其后到{years}共{plain_yuan(later)}元；"
        f"日子未知的确定款{plain_yuan(undated)}元；另有{open_:,}笔待事实或决定。",
        f"Due by {month}: {plain_yuan(now)} yuan; in the next quarter (from {first}): {plain_yuan(next_)}; after this month until {years}: {plain_yuan(later)}; "
        f"certain without a known day: {plain_yuan(undated)}; and {open_:,} payments hang on facts or decisions.",
    )


def awards_caveats(awards: pl.DataFrame | None) -> tuple[Text, ...]:
    """Say what the table of awards does not tell.

    Parameters
    ----------
    awards : polars.DataFrame or None
        What ``awards_of`` gave; None where there is no zone.

    Returns
    -------
    tuple of Text
        Awards of measures that are not in the rulebook, whose payments are not known, that name no period, or not which project.
    """
    if awards is None or awards.is_empty():
        return (
            Text(
                "没有兑付表（award）：已付多少不知道，这里没有扣除。",
                "There is no table of awards (award): what was paid is not known, and nothing is set off.",
            ),
        )
    granted = awards.filter(pl.col("outcome") == "granted")
    strange = granted.filter(pl.col("kind").is_null())
    several = pl.col("kind").is_not_null() & pl.col("subject").is_null()
    found = []
    if strange.height:
        names = strange["measure"].unique(maintain_order=True).to_list()
        found.append(
            Text(
                f"兑付表有{strange.height:,}笔属于不在这套措施里的：{'、'.join(names[:8])}{'等' if len(names) > 8 else ''}；分期与支付日未知。",
                f"{strange.height:,} awards are of measures that are not in this rulebook: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}; "
                "their instalments and days are not known.",
            )
        )
    for rows, zh, en in (
        (
            granted["paid"].null_count(),
            "没有写已付多少（没付请写0）",
            "do not say what was paid (write 0 where nothing was)",
        ),
        (granted["amount"].null_count(), "没有写决定额", "do not say what was decided"),
        (awards["period"].null_count(), "没有写所属时期", "do not say for what period"),
        (awards.filter(several).height, "没有写是哪个项目或哪个人", "do not say for which project or person"),
    ):
        if rows:
            found.append(
                Text(
                    f"兑付表有{rows:,}笔{zh}；与之相关的列为未明。",
                    f"{rows:,} awards {en}; what hangs on it is open.",
                )
            )
    return tuple(found)
