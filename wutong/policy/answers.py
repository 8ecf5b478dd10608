"""What a rulebook gives to a whole zone, as Findings: row by row, measure by measure, and which facts are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from wutong.finding import Finding
from wutong.policy.accounts import STATES
from wutong.policy.facts import Facts, facts_of_zone
from wutong.policy.fields import Field
from wutong.policy.measure import SUBJECTS, Measure
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

CLAUSES: Final[Mapping[str, Text]] = {
    "in_force": Text("不在任何一版的执行期内", "In force in no edition"),
    "apply": Text("申报期", "Days of application"),
    "amount": Text("金额", "Amount"),
    "quota": Text("名额", "Places"),
}
"""What stands for a clause that is no condition of the file."""

_KINDS: Final[Mapping[str, Text]] = {
    "firm": Text("企业", "firm"),
    "project": Text("项目", "project"),
    "person": Text("人员", "person"),
}
_ORDER: Final = ("eligible", "needs decision", "unknown", "not eligible")


def asked_of(book: Rulebook, kind: str) -> dict[str, Field]:
    """All facts that the measures for one kind of subject ask for, each as the rulebook has it."""
    names = dict.fromkeys(name for one in book.measures if one.subject == kind for name in one.given)
    return {name: book.fields[name] for name in names}


def facts_of_book(
    book: Rulebook, tables: Mapping[str, pl.DataFrame], on: date, kinds: Sequence[str] = SUBJECTS
) -> dict[str, Facts]:
    """Take from a zone's tables the facts that a rulebook asks for.

    Parameters
    ----------
    book : Rulebook
        The measures.
    tables : mapping of name to polars.DataFrame
        All tables of the zone.
    on : date
        The day for which the rulebook is run.
    kinds : sequence of str
        Kinds of subjects that are wanted.

    Returns
    -------
    dict of str to Facts
        For each kind for which there are a measure and a subject.
    """
    wanted = [kind for kind in kinds if any(measure.subject == kind for measure in book.measures)]
    found = {kind: facts_of_zone(asked_of(book, kind), tables, kind, on) for kind in wanted}
    return {kind: facts for kind, facts in found.items() if not facts.table.is_empty()}


def outcome_finding(
    book: Rulebook,
    outcomes: pl.DataFrame,
    facts: Mapping[str, Facts],
    names: pl.DataFrame | None = None,
    *,
    brief: bool = False,
) -> Finding:
    """Put the outcomes of a rulebook into a Finding.

    Parameters
    ----------
    book : Rulebook
        The measures.
    outcomes : polars.DataFrame
        One row a subject and measure, with columns as in ``wutong.policy.outcomes``; ``paid`` besides, where it was
        worked out what is paid after exclusion, ceilings and budgets.
    facts : mapping of str to Facts
        The subjects of each kind.
    names : polars.DataFrame or None
        ``kind``, ``subject`` and ``name`` of those that have one.
    brief : bool
        For reading: who can have most first, and no columns for programs.

    Returns
    -------
    Finding
        Money in fen.
    """
    if names is None:
        rows = outcomes.with_columns(pl.lit(None, dtype=pl.String).alias("name"))
    else:
        rows = outcomes.join(names, on=["kind", "subject"], how="left", maintain_order="left")
    rows = rows.join(_titles(book), on="measure", how="left", maintain_order="left")
    rows = rows.join(_says(book.measures), on=["measure", "clause"], how="left", maintain_order="left")
    for language in ("zh", "en"):
        words = {state: text.zh if language == "zh" else text.en for state, text in STATES.items()}
        rows = rows.with_columns(pl.col("state").replace(words).alias(f"result_{language}"))
    paid = ["paid"] if "paid" in outcomes.columns else []
    told = ["name", "measure", "result_zh", "result_en", "amount", *paid, "high", "says_zh", "says_en"]
    if brief:
        places = {state: place for place, state in enumerate(_ORDER)}
        rows = rows.sort(
            pl.col("state").replace_strict(places, return_dtype=pl.Int8),
            -pl.col("amount").fill_null(0),
            -pl.col("high").fill_null(0),
            maintain_order=True,
        )
        rows = rows.with_columns(pl.coalesce("name", "subject").alias("name"))
    else:
        told = ["subject", "firm", "kind", *told, "low", "state", "clause"]
    return Finding(
        id="policy-outcomes",
        title=Text(f"{book.title.zh}：谁可得什么，为什么？", f"{book.title.en}: who can have what, and why?"),
        answer=_answer(book, outcomes),
        table=rows.select(*told, "title_zh", "title_en"),
        labels={
            "subject": Text("对象编号", "Subject id"),
            "firm": Text("企业编号", "Firm id"),
            "kind": Text("对象类别", "Kind of subject"),
            "name": Text("对象", "Subject"),
            "measure": Text("措施", "Measure"),
            "title_zh": Text("措施名称", "Title"),
            "title_en": Text("措施英文名称", "Title in English"),
            "result_zh": Text("结果", "Result"),
            "result_en": Text("结果（英文）", "Result in English"),
            "state": Text("结果代码", "State"),
            "amount": Text("金额", "Amount"),
            "paid": Text("兑付", "Paid"),
            "low": Text("最少", "At least"),
            "high": Text("最多", "At most"),
            "clause": Text("条款", "Clause"),
            "says_zh": Text(
                "缘由：未满足、未知或待定的条款", "Why: the clause that fails, is unknown or open"
            ),
            "says_en": Text("缘由（英文）", "Why, in English"),
        },
        units=dict.fromkeys(("amount", "paid", "low", "high"), "fen"),
        method=Text(
            "每个对象、每条措施，按措施文件逐条计算，精确到分。“最少”“最多”是未定事项都落定后可能的金额。",
            "Every measure is worked out for every subject from its file, to the fen. “At least” and “at most” are what it can be once all that is open is settled.",
        ),
        caveats=(*_alone(bool(paid)), *_missing(facts), *_standing(book)),
        sources=tuple({source.id: source for one in facts.values() for source in one.sources}.values()),
        invented=book.invented or any(one.invented for one in facts.values()),
        blanks=frozenset({"amount", "paid", "low", "high", "clause", "says_zh", "says_en", "name"}),
    )


def measure_finding(book: Rulebook, outcomes: pl.DataFrame, facts: Mapping[str, Facts]) -> Finding:
    """Add up outcomes by measure.

    Parameters
    ----------
    book, outcomes, facts
        As for ``outcome_finding``.

    Returns
    -------
    Finding
        One row a measure: of how many subjects each result is, and the certain amounts in fen.
    """
    paid = [pl.col("paid").sum()] if "paid" in outcomes.columns else []
    counted = outcomes.group_by("measure").agg(
        *((pl.col("state") == state).sum().cast(pl.Int64).alias(state) for state in _ORDER),
        pl.col("amount").sum(),
        *paid,
        pl.when(pl.col("state") == "needs decision").then("high").otherwise(0).sum().alias("open"),
    )
    table = _titles(book).join(counted, on="measure", maintain_order="left")
    money = ["amount", *(["paid"] if paid else []), "open"]
    columns = [
        "measure",
        "eligible",
        *money,
        "needs decision",
        "unknown",
        "not eligible",
        "title_zh",
        "title_en",
    ]
    return Finding(
        id="policy-measures",
        title=Text(
            f"{book.title.zh}：每条措施惠及多少对象，多少钱？",
            f"{book.title.en}: how many each measure reaches, and with what money?",
        ),
        answer=_answer(book, outcomes),
        table=table.select(columns),
        labels={
            "measure": Text("措施", "Measure"),
            "title_zh": Text("措施名称", "Title"),
            "title_en": Text("措施英文名称", "Title in English"),
            **STATES,
            "amount": Text("确定金额", "Certain amount"),
            "paid": Text("兑付", "Paid"),
            "open": Text("待决定，最多", "To be decided, at most"),
        },
        units={**dict.fromkeys(_ORDER, "count"), **dict.fromkeys(("amount", "paid", "open"), "fen")},
        caveats=(*_alone(bool(paid)), *_missing(facts), *_standing(book)),
        sources=tuple({source.id: source for one in facts.values() for source in one.sources}.values()),
        invented=book.invented or any(one.invented for one in facts.values()),
    )


def missing_finding(book: Rulebook, facts: Mapping[str, Facts]) -> Finding:
    """Say which facts are known of how many subjects, those that are lacking most first.

    Parameters
    ----------
    book : Rulebook
        The measures.
    facts : mapping of str to Facts
        The subjects of each kind.

    Returns
    -------
    Finding
        One row a kind and fact: where it is taken from, how many subjects it is known of and not known of, of how many
        several rows say different things, and which measures ask for it.
    """
    known = pl.concat([one.known for one in facts.values()])
    asking = {
        (kind, name): "、".join(one.id for one in book.measures if one.subject == kind and name in one.given)
        for kind, name in known.select("kind", "fact").iter_rows()
    }
    table = known.with_columns(
        (pl.col("subjects") - pl.col("known")).alias("unknown"),
        pl.Series("label_en", [book.fields[name].label.en for name in known["fact"]], dtype=pl.String),
        pl.Series(
            "asked_by", [asking[row] for row in known.select("kind", "fact").iter_rows()], dtype=pl.String
        ),
        pl.when(pl.col("table") == "").then(None).otherwise(pl.col("table")).alias("table"),
        pl.when(pl.col("column") == "").then(None).otherwise(pl.col("column")).alias("column"),
    ).sort("unknown", descending=True, maintain_order=True)
    lacking = table.filter(pl.col("unknown") > 0)
    return Finding(
        id="policy-facts",
        title=Text(
            f"{book.title.zh}：要问的事实，已知多少，缺多少？",
            f"{book.title.en}: of the facts that are asked for, what is known and what is missing?",
        ),
        answer=Text(
            f"{table.height} 个事实中，{table.height - lacking.height} 个对全部对象已知，{lacking.height} 个有缺。",
            f"Of {table.height} facts {table.height - lacking.height} are known of every subject; {lacking.height} are not.",
        ),
        table=table.rename({"fact": "label_zh"}).select(
            *("kind", "label_zh", "label_en", "unknown", "known", "subjects", "several"),
            *("asked_by", "table", "column"),
        ),
        labels={
            "kind": Text("对象类别", "Kind of subject"),
            "label_zh": Text("事实", "Fact"),
            "label_en": Text("英文名称", "Fact in English"),
            "subjects": Text("对象", "Subjects"),
            "known": Text("已知", "Known"),
            "unknown": Text("未知", "Not known"),
            "several": Text("几行说法不一", "Rows disagree"),
            "table": Text("表", "Table"),
            "column": Text("列", "Column"),
            "asked_by": Text("哪些措施要问", "Asked by"),
        },
        units=dict.fromkeys(("subjects", "known", "unknown", "several"), "count"),
        method=Text(
            "没有写表的，须由人说明：写进一张表，用 --facts。",
            "What has no table somebody has to tell: write it into one table and use --facts.",
        ),
        caveats=_standing(book),
        sources=tuple({source.id: source for one in facts.values() for source in one.sources}.values()),
        invented=book.invented or any(one.invented for one in facts.values()),
        blanks=frozenset({"table", "column"}),
    )


# ------------------------------------------------------------ words


def _answer(book: Rulebook, outcomes: pl.DataFrame) -> Text:
    counts = dict(outcomes["state"].value_counts().iter_rows())
    certain = yuan(int(outcomes["amount"].sum() or 0))
    subjects = outcomes.select("kind", "subject").n_unique() if outcomes.height else 0
    measures = outcomes["measure"].n_unique()
    eligible, open_, unknown, not_eligible = (counts.get(state, 0) for state in _ORDER)
    return Text(
        f"{subjects:,} 个对象、{measures} 条措施：可得 {eligible:,} 项，计 {certain.zh}；待决定 {open_:,}，未知 {unknown:,}，不可得 {not_eligible:,}。",
        f"{subjects:,} subjects and {measures} measures: eligible {eligible:,}, with {certain.en}; to be decided {open_:,}, "
        f"unknown {unknown:,}, not eligible {not_eligible:,}.",
    )


def _alone(stacked: bool) -> tuple[Text, ...]:
    if stacked:
        return ()
    return (
        Text(
            "每条措施单独算：互斥、合计上限、名额与预算不在内，各条金额不可相加为应付。",
            "Each measure stands alone: exclusion, joint ceilings, places and budgets are left aside, so the sums are not what is to be paid.",
        ),
    )


def _missing(facts: Mapping[str, Facts]) -> tuple[Text, ...]:
    """Name the facts that are lacking most, for each kind of subject."""
    found = []
    for kind, one in facts.items():
        lacking = one.known.filter(pl.col("known") < pl.col("subjects")).sort("known", maintain_order=True)
        if lacking.is_empty():
            continue
        untold = lacking.filter((pl.col("table") == "") & (pl.col("known") == 0))["fact"].to_list()
        gaps = [
            (name, subjects - known)
            for name, table, subjects, known in lacking.select(
                "fact", "table", "subjects", "known"
            ).iter_rows()
            if table or known
        ]
        word = _KINDS[kind]
        first = gaps[:6]
        if gaps:
            zh = "、".join(f"{name} {count:,}" for name, count in first)
            en = ", ".join(f"{name} {count:,}" for name, count in first)
            found.append(
                Text(
                    f"{word.zh}（{one.table.height:,}）缺的事实及个数：{zh}{f'，另有 {len(gaps) - 6} 项' if len(gaps) > 6 else ''}。",
                    f"Facts missing of {word.en}s ({one.table.height:,}), and of how many: {en}"
                    f"{f', and {len(gaps) - 6} more' if len(gaps) > 6 else ''}.",
                )
            )
        if untold:
            found.append(
                Text(
                    f"{word.zh}有 {len(untold)} 项事实不在表里，须由人说明：{'、'.join(untold[:6])}{'等' if len(untold) > 6 else ''}。",
                    f"{len(untold)} facts of {word.en}s stand in no table and somebody has to tell them: "
                    f"{', '.join(untold[:6])}{' …' if len(untold) > 6 else ''}.",
                )
            )
        if one.left_out:
            found.append(
                Text(
                    f"{one.left_out:,} 家企业当日不在区内，未计入。",
                    f"{one.left_out:,} firms were not in the zone on the day and are left out.",
                )
            )
    return tuple(found)


def _standing(book: Rulebook) -> tuple[Text, ...]:
    """Say which measures are no law in force."""
    shapes = sum(one.status == "example of a shape" for one in book.measures)
    other = sum(one.status not in ("example of a shape", "in force") for one in book.measures)
    found = []
    if shapes:
        found.append(
            Text(
                f"{shapes} 条只是规则形状示例，不是现行政策，不能据此兑付。",
                f"{shapes} measures are examples of a shape and no law in force: nothing is to be paid by them.",
            )
        )
    if other:
        found.append(
            Text(
                f"{other} 条不是现行有效。",
                f"{other} measures are not in force (a draft, expired, or not known).",
            )
        )
    return tuple(found)


def _titles(book: Rulebook) -> pl.DataFrame:
    rows = [(one.id, one.title.zh, one.title.en) for one in book.measures]
    return pl.DataFrame(rows, schema=["measure", "title_zh", "title_en"], orient="row")


def _says(measures: Sequence[Measure]) -> pl.DataFrame:
    """What each clause says; where editions say it differently, all of it."""
    rows = []
    for measure in measures:
        said: dict[str, dict[Text, None]] = {name: {text: None} for name, text in CLAUSES.items()}
        for edition in measure.editions:
            for condition in edition.conditions:
                said.setdefault(condition.id, {})[condition.says] = None
            if edition.quota:
                said["quota"] = {edition.quota.says: None}
        for clause, texts in said.items():
            zh, en = (
                " / ".join(dict.fromkeys(one)) for one in ((t.zh for t in texts), (t.en for t in texts))
            )
            rows.append((measure.id, clause, zh, en))
    return pl.DataFrame(rows, schema=["measure", "clause", "says_zh", "says_en"], orient="row")


def names_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What firms and projects of a zone are called; people have no names.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> tables = {name: table.empty() for name, table in TABLES.items()}
    >>> names_of(tables).columns
    ['kind', 'subject', 'name']
    """
    return pl.concat(
        tables[kind].select(pl.lit(kind).alias("kind"), pl.col(kind).alias("subject"), "name")
        for kind in ("firm", "project")
    )
