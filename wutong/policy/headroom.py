"""Budgets against what is drawn on them, with the rule by which they are scaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.policy.certain import LABELS, added_up
from wutong.policy.rulebook import Budget, Rulebook
from wutong.words import Text

SCALES: Final[Mapping[str, Text]] = {
    "pro rata": Text("按比例", "In proportion"),
    "rank": Text("按名次", "By rank"),
    "first come": Text("先到先得", "First come, first served"),
    "none": Text("原文未说怎样分", "The paper names no rule"),
}

_OPEN: Final = ("decisions", "facts", "no_end")


def headroom(book: Rulebook, paid: pl.DataFrame, year: int | None = None) -> pl.DataFrame:
    """Each budget against what is drawn on it.

    Parameters
    ----------
    book : Rulebook
        The measures and budgets.
    paid : polars.DataFrame
        As for ``wutong.policy.cost``, with ``budget``; with ``cut`` it is counted what the budget cuts.
    year : int or None
        Budgets of other years are left aside; None for all.

    Returns
    -------
    polars.DataFrame
        ``budget``, ``year``, ``amount``, ``certain``, ``left`` (below 0 where more is certain than there is) and ``scale``, the
        rule of the paper; then what is open: ``decisions``, ``facts``, ``no_end`` as ``added_up`` gives them, and ``cut``, how
        many awards the budget cuts. Fen; null where the amount is not known.
    """
    drawn = added_up(paid, "budget").filter(pl.col("budget").is_not_null())
    cut = pl.DataFrame(schema={"budget": pl.String, "cut": pl.Int64})
    if "cut" in paid.columns:
        cut = (
            paid.filter(pl.col("cut").str.starts_with("budget "))
            .group_by(budget=pl.col("cut").str.strip_prefix("budget "))
            .agg(cut=pl.len().cast(pl.Int64))
        )
    rows = [
        (one.id, one.year, one.amount, one.scale)
        for one in book.budgets.values()
        if year is None or one.year in (None, year)
    ]
    schema = {"budget": pl.String, "year": pl.Int64, "amount": pl.Int64, "scale": pl.String}
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .join(drawn, on="budget", how="left", maintain_order="left")
        .join(cut, on="budget", how="left", maintain_order="left")
        .with_columns(pl.col("certain", *_OPEN, "cut").fill_null(0))
        .with_columns(left=pl.col("amount") - pl.col("certain"))
        .select("budget", "year", "amount", "certain", "left", "scale", *_OPEN, "cut")
    )


def headroom_finding(
    book: Rulebook, paid: pl.DataFrame, year: int | None, *, invented: bool = False
) -> Finding:
    """Budgets as a Finding, with the rule of scaling in words.

    Parameters
    ----------
    book, paid, year
        As for ``headroom``.
    invented : bool
        Whether the subjects are invented.

    Returns
    -------
    Finding
        Those of which most is lacking first.

    Raises
    ------
    NoAnswer
        If the rulebook has no budget of that year.
    """
    table = headroom(book, paid, year)
    if table.is_empty():
        raise NoAnswer(
            Text(
                f"这套措施没有写{year}年的预算。在 rulebook.yaml 的 budgets 下写明，并在措施里以 budget 引用。",
                f"The rulebook has no budget for {year}. Write it under budgets in rulebook.yaml, and name it as budget in the measures.",
            )
        )
    rules = [_rule(book, book.budgets[name]) for name in table["budget"]]
    says = [book.budgets[name].says for name in table["budget"]]
    shown = (
        table.with_columns(
            rule_zh=pl.Series([rule.zh for rule in rules], dtype=pl.String),
            rule_en=pl.Series([rule.en for rule in rules], dtype=pl.String),
            says_zh=pl.Series([one.zh for one in says], dtype=pl.String),
            says_en=pl.Series([one.en for one in says], dtype=pl.String),
        )
        .sort("left", nulls_last=True, maintain_order=True)
        .select(
            *("budget", "year", "amount", "certain", "left", "rule_zh", "rule_en", *_OPEN, "cut"),
            *("says_zh", "says_en"),
        )
    )
    lacking, not_known = int((table["left"] < 0).sum()), table["amount"].null_count()
    may = table.filter(
        (pl.col("left") >= 0)
        & (
            (pl.col("left") < pl.col("decisions") + pl.col("facts"))
            | (pl.col("no_end") > 0)
            | (pl.col("cut") > 0)
        )
    ).height
    return Finding(
        "policy-budgets",
        Text(
            "预算还剩多少，不够时怎样分？",
            "What is left of the budgets, and who gets it where they do not suffice?",
        ),
        Text(
            f"{table.height}笔预算：{lacking}笔已确定不够，{may}笔可能不够，{not_known}笔的数额不知道。",
            f"Budgets: {table.height}. Surely not enough: {lacking}; perhaps not enough: {may}; amount not known: {not_known}.",
        ),
        shown,
        labels={
            "budget": Text("预算", "Budget"),
            "year": Text("年度", "Year"),
            "amount": Text("数额", "Amount"),
            "certain": LABELS["certain"],
            "left": Text("余额", "Left"),
            "rule_zh": Text("不够时怎样分", "Where it does not suffice"),
            "rule_en": Text("不够时怎样分（英文）", "Where it does not suffice"),
            "decisions": LABELS["decisions"],
            "facts": LABELS["facts"],
            "no_end": LABELS["no_end"],
            "cut": Text("被削减", "Awards cut"),
            "says_zh": Text("说明", "What it is"),
            "says_en": Text("说明（英文）", "What it is"),
        },
        units={
            **dict.fromkeys(("amount", "certain", "left", "decisions", "facts"), "fen"),
            **dict.fromkeys(("no_end", "cut"), "count"),
        },
        method=Text(
            "数额减确定要付的。按比例、按名次、先到先得的，付到用完为止；原文没有规则的不作分配，余额小于0即缺口。",
            "The amount less what is certain. In proportion, by rank or first come it is paid until it is used up; where the paper names "
            "no rule nothing is shared out, and what is left below 0 is lacking.",
        ),
        invented=invented or book.invented,
    )


def _rule(book: Rulebook, budget: Budget) -> Text:
    scale = SCALES[budget.scale]
    if not budget.by:
        return scale
    by = book.fields[budget.by].label
    return Text(f"{scale.zh}：{by.zh}", f"{scale.en}: {by.en}")
