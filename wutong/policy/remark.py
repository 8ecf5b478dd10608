"""A remark of a review: what is seen where, what one could do instead. Advice to an officer, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import polars as pl

from wutong.finding import Finding
from wutong.words import Language, Text

LEVELS: Final = MappingProxyType(
    {
        "look": Text("请看", "Look at it"),
        "hint": Text("线索", "Hint"),
        "note": Text("说明", "Note"),
    }
)
"""``look``: it follows from the clause itself. ``hint``: words alone point to it. ``note``: it may well be meant so."""

QUESTION: Final = Text(
    "这些措施里，哪些条款值得再看一眼？", "Which clauses of these measures are worth another look?"
)
_NONE: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Article:
    """Where a rule stands: the law, the article as it is cited, and from when it holds.

    ``checked`` is False where the number of the article was not found in a text that could be read.
    """

    law: Text
    at: Text
    since: date
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark.

    Parameters
    ----------
    rule : str
        What is looked for, such as ``fair: moving in`` or ``logic: contradiction``; stable over versions.
    level : str
        One of ``LEVELS``.
    measure : str
        Its id; empty for what stands between measures.
    edition : int
        Which one, from 1; 0 where it is not about one.
    clause : str
        Id of a condition, or the way to the place in the file, such as ``amount.cap``.
    file : str
        The file.
    line : int
        Of the file; 0 where it is not known.
    says : Text
        What is seen.
    instead : Text
        What one could do.
    articles : tuple of Article
        Where a law speaks of it.
    facts : tuple of str
        Names of the facts on which it rests.
    """

    rule: str
    level: str
    measure: str
    edition: int
    clause: str
    file: str
    line: int
    says: Text
    instead: Text = _NONE
    articles: tuple[Article, ...] = ()
    facts: tuple[str, ...] = ()


def cited(articles: Sequence[Article]) -> Text:
    """Write articles for a reader, each law once, with the day from which it holds.

    Examples
    --------
    >>> law, since = Text("《某条例》", "Some Regulations"), date(2024, 8, 1)
    >>> cited([Article(law, Text("第九条", "Art. 9"), since), Article(law, Text("第十条", "Art. 10"), since)]).en
    'Some Regulations, Art. 9, Art. 10 (from 2024-08-01)'
    """
    laws: dict[tuple[Text, date], list[Text]] = {}
    for one in articles:
        laws.setdefault((one.law, one.since), []).append(one.at)
    return Text(
        "；".join(
            f"{law.zh}{'、'.join(at.zh for at in ats)}（{since}起）" for (law, since), ats in laws.items()
        ),
        "; ".join(
            f"{law.en}, {', '.join(at.en for at in ats)} (from {since})" for (law, since), ats in laws.items()
        ),
    )


def remark_finding(remarks: Sequence[Remark], language: Language, caveats: Sequence[Text] = ()) -> Finding:
    """Put remarks into a table, those to look at first.

    Parameters
    ----------
    remarks : sequence of Remark
        As a review gives them.
    language : {"zh", "en"}
        Of the sentences.
    caveats : sequence of Text
        What the reader must know besides.

    Returns
    -------
    Finding
        One row a remark.

    Examples
    --------
    >>> one = Remark("logic: gap", "note", "M07", 2, "in_force", "m07.yaml", 9, Text("有空档。", "There is a gap."))
    >>> remark_finding([one], "en").table.select("level", "measure", "line", "says").rows()
    [('Note', 'M07', 9, 'There is a gap.')]
    """
    places = {level: at for at, level in enumerate(LEVELS)}
    ordered = sorted(remarks, key=lambda one: places[one.level])
    counted = {level: sum(one.level == level for one in remarks) for level in LEVELS}
    schema = {
        **dict.fromkeys(("level", "rule", "measure"), pl.String()),
        "edition": pl.Int64(),
        **dict.fromkeys(("clause", "file"), pl.String()),
        "line": pl.Int64(),
        **dict.fromkeys(("says", "instead", "articles"), pl.String()),
    }
    rows = [
        (
            LEVELS[one.level].say(language),
            one.rule,
            one.measure or None,
            one.edition or None,
            one.clause or None,
            one.file,
            one.line or None,
            one.says.say(language),
            one.instead.say(language) or None,
            cited(one.articles).say(language) or None,
        )
        for one in ordered
    ]
    return Finding(
        id="measures-review",
        title=QUESTION,
        answer=Text(
            f"请看 {counted['look']} 处，线索 {counted['hint']} 处，说明 {counted['note']} 处。",
            f"To look at: {counted['look']}. Hints: {counted['hint']}. Notes: {counted['note']}.",
        ),
        table=pl.DataFrame(rows, schema=schema, orient="row"),
        labels={
            "level": Text("级别", "Level"),
            "rule": Text("规则", "Rule"),
            "measure": Text("措施", "Measure"),
            "edition": Text("版本", "Edition"),
            "clause": Text("条款", "Clause"),
            "file": Text("文件", "File"),
            "line": Text("行", "Line"),
            "says": Text("看到什么", "What is seen"),
            "instead": Text("可以怎么办", "What one could do"),
            "articles": Text("依据", "Where it stands"),
        },
        method=Text(
            "公平竞争：看条件、金额、上限、名额用到的事实及字词；逻辑：对比较式逐一推演，只说能证明的。",
            "Fair competition: the facts and words that conditions, amounts, caps and quotas use. Logic: exact cases over "
            "comparisons; only what is proven is said.",
        ),
        caveats=(
            Text(
                "这是给经办人的提示，不是结论；没有提示不等于没有问题。",
                "This is advice to an officer and no verdict; no remark does not mean no problem.",
            ),
            *caveats,
        ),
        blanks=frozenset({"measure", "edition", "clause", "line", "instead", "articles"}),
    )
