"""Near misses, cliffs and missing facts of a zone as Findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from wutong.finding import Finding, Source
from wutong.policy.facts import Facts
from wutong.policy.prose import quantity, yuan
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import value_in
from wutong.words import Text

_NAMES: Final = {
    "subject": Text("对象编号", "Subject id"),
    "firm": Text("企业编号", "Firm id"),
    "kind": Text("对象类别", "Kind of subject"),
    "measure": Text("措施", "Measure"),
    "clause": Text("条款", "Clause"),
    "fact": Text("事实", "Fact"),
}


def near_finding(book: Rulebook, rows: pl.DataFrame, facts: Mapping[str, Facts]) -> Finding:
    """Put near misses into a Finding.

    Parameters
    ----------
    book : Rulebook
        The measures.
    rows : polars.DataFrame
        What ``wutong.policy.near.near`` gave.
    facts : mapping of str to Facts
        The subjects of each kind, for sources.

    Returns
    -------
    Finding
        Money in fen.
    """
    now, needed = _shown(book, rows, "now"), _shown(book, rows, "needed")
    table = rows.select(
        "subject",
        "kind",
        "measure",
        "clause",
        "fact",
        "lacking",
        "fails",
        "others",
        "worth",
        "moved_by",
        "state",
    ).with_columns(now=now, needed=needed)
    sure = rows.filter(pl.col("others") == "met")
    worth = yuan(int(sure.unique("subject", keep="first")["worth"].sum() or 0)) if sure.height else yuan(0)
    count = rows["subject"].n_unique()
    return Finding(
        id="policy-near",
        title=Text(f"{book.title.zh}：谁只差一点？", f"{book.title.en}: who fails by little?"),
        answer=Text(
            f"{count} 个对象在 {rows['measure'].n_unique()} 条措施上临界未达，共 {rows.height} 项；"
            f"其他条件都满足的 {sure['subject'].n_unique()} 个，各取最值的一项计 {worth.zh}。",
            f"{count} subjects miss {rows['measure'].n_unique()} measures by little, in {rows.height} cases; "
            f"{sure['subject'].n_unique()} meet all else, worth {worth.en} with the most valuable case of each.",
        ),
        table=table.select(
            "subject", "measure", "fact", "now", "needed", "lacking", "worth", "others", "clause", "kind", "fails",
            "moved_by", "state",
        ),
        labels=_NAMES
        | {
            "now": Text("现值", "Now"),
            "needed": Text("须到", "Needed"),
            "lacking": Text("差距占门槛", "Short, of threshold"),
            "worth": Text("满足后最多可得", "Worth if met, at most"),
            "others": Text("其他条件", "All else"),
            "fails": Text("未满足的比较", "Comparisons that fail"),
            "moved_by": Text("谁可改变", "Who can move it"),
            "state": Text("满足后的结果", "Result if met"),
        },
        units={"lacking": "1", "worth": "fen", "fails": "count"},
        method=Text(
            "只看数的比较；把所差的一个事实移到刚好满足，其他不变，重新计算。按答案、代码、日期未满足的不算临界。",
            "Comparisons of numbers alone: the one fact is moved until it is just enough, all others stay, and the measure is "
            "worked out again. Who fails by an answer, a code or a day is not near.",
        ),
        caveats=(
            Text(
                "同一对象几条措施的金额未必可以相加：互斥、合计上限与预算未计。",
                "Sums of several measures for one subject may not add up: exclusion, joint ceilings and budgets are left out.",
            ),
        ),
        sources=_sources(facts),
        invented=_invented(book, facts),
        blanks=frozenset({"fact", "now", "needed", "worth", "moved_by", "state"}),
    )  # fmt: skip


def cliff_finding(book: Rulebook, counts: pl.DataFrame, facts: Mapping[str, Facts]) -> Finding:
    """Put the cliffs near which subjects stand into a Finding; ``counts`` is what ``standing.counted`` gave."""
    moved = yuan(max(counts["jump"].to_list(), default=0))
    return Finding(
        id="policy-cliffs",
        title=Text(
            f"{book.title.zh}：多少对象站在断崖边？", f"{book.title.en}: how many stand near a cliff?"
        ),
        answer=Text(
            f"{counts.height} 处断崖附近站着对象：差一步的 {counts['below'].sum()} 个次，刚过的 {counts['above'].sum()} 个次；最大一跳 {moved.zh}。",
            f"Subjects stand near {counts.height} cliffs: {counts['below'].sum()} times below, {counts['above'].sum()} times "
            f"above; the largest jump is {moved.en}.",
        ),
        table=counts.select(
            "measure", "what", "what_en", "below", "above", "jump", "total", "clause", "fact", "kind"
        ),
        labels=_NAMES
        | {
            "what": Text("界限", "Cliff"),
            "what_en": Text("界限（英文）", "Cliff, in English"),
            "below": Text("在下侧", "Below"),
            "above": Text("在上侧", "Above"),
            "jump": Text("最大一跳", "Largest jump"),
            "total": Text("各跳合计", "All jumps"),
        },
        units={"below": "count", "above": "count", "jump": "fen", "total": "fen"},
        method=Text(
            "在界限两侧各差一个最小单位处计算金额，相差即为一跳；没有金额变动的界限不算。",
            "The amount is worked out on both sides of the bound, one smallest unit apart; where it is the same there is no cliff.",
        ),
        sources=_sources(facts),
        invented=_invented(book, facts),
    )


def asking_finding(book: Rulebook, rows: pl.DataFrame, facts: Mapping[str, Facts]) -> Finding:
    """Put the facts to ask for first into a Finding; ``rows`` is what ``missing.missing`` gave."""
    table = rows.with_columns(
        fact_en=pl.Series([book.fields[name].label.en for name in rows["fact"]], dtype=pl.String)
    )
    first = book.fields[rows["fact"][0]].label if rows.height else Text("没有", "none")
    return Finding(
        id="policy-ask-first",
        title=Text(f"{book.title.zh}：先问哪些事实？", f"{book.title.en}: which facts to ask for first?"),
        answer=Text(
            f"{rows.height} 个事实还能决定结果；最先问：{first.zh}。",
            f"Facts that can still decide something: {rows.height}; ask first for: {first.en}.",
        ),
        table=table.select("fact", "fact_en", "money", "unbounded", "subjects", "cases", "measures", "kind"),
        labels=_NAMES
        | {
            "fact_en": Text("英文名称", "Fact in English"),
            "money": Text("最多可决定", "Decides at most"),
            "unbounded": Text("不设上限的", "Without a bound"),
            "subjects": Text("对象", "Subjects"),
            "cases": Text("对象与措施", "Subjects and measures"),
            "measures": Text("措施条数", "Measures"),
        },
        units={"money": "fen"} | dict.fromkeys(("unbounded", "subjects", "cases", "measures"), "count"),
        method=Text(
            "只计还能改变结果的：别的条件已不满足的不问。金额取其他未定都有利时的数，或该措施写明的上限。",
            "Only what can still change a result counts: where another clause fails nothing is asked. Sums are those that come "
            "out if all else turns out in favour, or the bound that the measure sets.",
        ),
        caveats=(
            Text(
                "一个结果常要几个事实才定，各行金额不能相加。",
                "One result often waits for several facts: rows do not add up.",
            ),
        ),
        sources=_sources(facts),
        invented=_invented(book, facts),
    )


def _shown(book: Rulebook, rows: pl.DataFrame, column: str) -> pl.Series:
    """Places of facts as people write them."""
    values = []
    for name, held in rows.select("fact", column).iter_rows():
        field = book.fields.get(name) if name is not None else None
        values.append(None if field is None else quantity(value_in(held, field), field.type).zh)
    return pl.Series(column, values, dtype=pl.String)


def _sources(facts: Mapping[str, Facts]) -> tuple[Source, ...]:
    return tuple({source.id: source for one in facts.values() for source in one.sources}.values())


def _invented(book: Rulebook, facts: Mapping[str, Facts]) -> bool:
    return book.invented or any(one.invented for one in facts.values())
