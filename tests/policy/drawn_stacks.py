"""Rulebooks, subjects and outcomes drawn at random, small enough to look at every case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
from hypothesis import strategies as st

from wutong.policy.outcomes import COLUMNS
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.subjects import checked, dtype_of

FACTS: Final = """\
  合同号: {type: text, zh: 合同号, en: Contract}
  事件号: {type: text, zh: 事件号, en: Event}
  已得: {type: money, zh: 已得, en: Got before}
  已付: {type: money, zh: 已付, en: Paid before}
  上限: {type: money, zh: 上限, en: Ceiling}
  得分: {type: count, zh: 得分, en: Points}
  贷款: {type: money, zh: 贷款, en: Loan}
  申报日: {type: date, zh: 申报日, en: Applied on}
  入区日: {type: date, zh: 入区日, en: Entered on}
"""
MEASURE: Final = """\
measure: {id}
title: {{zh: 措施, en: Measure}}
aspect: {aspect}
package: {package}
subject: {subject}
status: draft
place: {{zh: 某区（虚构）, en: A zone (invented)}}
year: 2026
given:
{facts}editions:
{editions}examples: [{{given: {{得分: 1}}, expect: {{outcome: unknown}}}}]
"""
EDITION: Final = """\
  - source: {{document: invented, grade: not graded}}
    {force}conditions: [{{id: c, says: {{zh: 有分, en: Has points}}, when: 得分 >= 0}}]
    amount: {{fixed: 1元, round: {{to: 1元, how: half up}}}}
{more}"""
HEAD: Final = "rulebook: drawn\nformat: 1\ntitle: {zh: 试, en: Trial}\n"
ERAS: Final = ("from: 2020-01-01, to: 2022-12-31", "from: 2023-01-01")


@dataclass(frozen=True)
class Drawn:
    """A rulebook with subjects and what each measure gives each of them alone."""

    book: Rulebook
    subjects: dict[str, pl.DataFrame]
    outcomes: pl.DataFrame
    written: str = ""

    def __repr__(self) -> str:
        """What matters of it, as rows."""
        rows = [f"{kind}: {row}" for kind, table in self.subjects.items() for row in table.iter_rows()]
        return "\n".join([self.written, *rows, *map(str, self.outcomes.rows())])


def book_of(measures: Mapping[str, tuple[str, list[str]]], head: str = "") -> Rulebook:
    """A rulebook of measures, each with its kind of subject and what each of its editions says besides."""
    files = {}
    for name, (subject, editions) in measures.items():
        written = [
            EDITION.format(
                force=f"in_force: {{{ERAS[at]}, by: 入区日}}\n    " if len(editions) > 1 else "",
                more="".join(f"    {line}\n" for line in more.splitlines()),
            )
            for at, more in enumerate(editions)
        ]
        files[f"{name}.yaml"] = MEASURE.format(
            id=name, aspect="要素保障", package="包", subject=subject, facts=FACTS, editions="".join(written)
        )
    return rulebook_of(files | {"rulebook.yaml": HEAD + head})


def table_of_rows(book: Rulebook, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Subjects with all facts as columns, those not named being unknown."""
    schema = {
        "subject": pl.String(),
        "firm": pl.String(),
        **{name: dtype_of(field) for name, field in book.fields.items()},
    }
    table = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)
    return checked(table, book.fields)


def outcomes_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of outcomes: subject, firm, kind, measure, state, low and high."""
    made = []
    for subject, firm, kind, measure, state, low, high, *clause in rows:
        amount = low if state == "eligible" else None
        none = state == "not eligible"
        said = clause[0] if clause else ("" if state == "eligible" else "c")
        made.append(
            (subject, firm, kind, measure, state, amount, None if none else low, None if none else high, said)
        )
    return pl.DataFrame(made, schema=dict(COLUMNS), orient="row")


MONEY: Final = st.sampled_from([0, 1, 2, 3, 5, 7, 10, 10, 20, 35, 50, 100])
GROUPS: Final = {
    "G1": "grain: year, choose: highest",
    "G2": "grain: expense, key: 合同号, choose: highest",
    "G3": "grain: event, key: 事件号, choose: order",
    "G4": "grain: firm, choose: difference, earlier: 已得",
    "G5": "grain: year, choose: one",
}


def _limit(draw: st.DrawFn, name: str, measures: str = "") -> str:
    amount = draw(st.sampled_from(["0.15元", "0.4元", "上限", "上限 * 50%", "1元"]))
    net = ", net_of: 已付" if draw(st.integers(0, 3)) == 0 else ""
    per, cut = (
        draw(st.sampled_from(["firm", "firm and year"])),
        draw(st.sampled_from(["pro rata", "in order"])),
    )
    return f"{{id: {name}, says: {{zh: 合计, en: Together}}, {measures}per: {per}, amount: {amount}{net}, cut: {cut}}}"


def _quota(draw: st.DrawFn) -> str:
    ties = draw(st.sampled_from(["decide", "all", "none"]))
    order = draw(st.sampled_from(["highest first", "lowest first"]))
    if draw(st.booleans()):
        return f"quota: {{says: {{zh: 名额, en: Places}}, places: {draw(st.integers(1, 3))}, by: 得分, order: {order}, ties: {ties}}}"
    by = draw(st.sampled_from(["申报日", "得分"]))
    return f"quota: {{says: {{zh: 总量, en: In all}}, total: 0.3元, of: 贷款, by: {by}, order: {order}, ties: {ties}}}"


@st.composite
def drawn(draw: st.DrawFn, *, quotas: bool = True, sure: bool = False) -> Drawn:
    """A rulebook of up to five measures, up to three firms with up to two subjects of each kind."""

    def few() -> bool:
        return draw(st.integers(0, 3)) == 0

    names = [f"M{at}" for at in range(draw(st.integers(1, 5)))]
    budgets = draw(st.sampled_from([[], ["B1"], ["B1", "B2"]]))
    measures: dict[str, tuple[str, list[str]]] = {}
    for name in names:
        editions = []
        for _ in range(2 if few() else 1):
            lines = []
            groups = draw(st.lists(st.sampled_from(list(GROUPS)), max_size=2 if few() else 1, unique=True))
            if groups:
                lines.append(f"exclusive: [{', '.join(groups)}]")
            if few():
                lines.append(f"limits: [{_limit(draw, 'own')}]")
            if budgets and few():
                lines.append(f"budget: {draw(st.sampled_from(budgets))}")
            if quotas and few():
                lines.append(_quota(draw))
            editions.append("\n".join(lines))
        measures[name] = (draw(st.sampled_from(["firm", "firm", "project"])), editions)
    head = "groups:\n" + "".join(
        f"  {name}: {{says: {{zh: 组, en: Group}}, {said}}}\n" for name, said in GROUPS.items()
    )
    limits = [
        _limit(
            draw,
            f"L{at}",
            f"measures: [{', '.join(draw(st.lists(st.sampled_from(names), min_size=1, unique=True)))}], ",
        )
        for at in range(draw(st.sampled_from([0, 0, 1, 1, 2])))
    ]
    head += f"limits: [{', '.join(limits)}]\n" if limits else ""
    if budgets:
        head += "budgets:\n"
        for name in budgets:
            scale = draw(st.sampled_from(["pro rata", "rank, by: 得分", "first come, by: 申报日", "none"]))
            head += f"  {name}: {{says: {{zh: 预算, en: Budget}}, year: {draw(st.sampled_from(['2026', '2026', 'not known']))}, amount: {draw(st.sampled_from(['0.3元', '1元', '0.07元', 'not known']))}, scale: {scale}}}\n"
    book = book_of(measures, head)
    said = f"{measures}\n{head.split('limits:', 1)[-1]}"
    return _with_subjects(draw, book, said, sure=sure)


def _with_subjects(draw: st.DrawFn, book: Rulebook, said: str, *, sure: bool) -> Drawn:
    tables: dict[str, list[dict[str, Any]]] = {"firm": [], "project": []}
    firms = [f"f{at}" for at in range(draw(st.integers(1, 3)))]
    maybe: Any = (lambda strategy: strategy) if sure else (lambda strategy: st.none() | strategy | strategy)
    for firm in firms:
        for kind in ("firm", "project", "project"):
            if kind == "project" and draw(st.booleans()):
                continue
            name = firm if kind == "firm" else f"{firm}p{len(tables[kind])}"
            row = {
                "合同号": draw(maybe(st.sampled_from(["c1", "c2"]))),
                "事件号": draw(maybe(st.sampled_from(["e1"]))),
                "已得": draw(maybe(MONEY)),
                "已付": draw(maybe(MONEY)),
                "上限": draw(maybe(MONEY)),
                "得分": draw(maybe(st.integers(0, 2))),
                "贷款": draw(maybe(MONEY)),
                "申报日": draw(maybe(st.sampled_from([date(2026, 1, 1), date(2026, 2, 1)]))),
                "入区日": draw(maybe(st.sampled_from([date(2021, 1, 1), date(2024, 1, 1)]))),
            }
            tables[kind].append({"subject": name, "firm": firm, **row})
    subjects = {kind: table_of_rows(book, rows) for kind, rows in tables.items() if rows}
    if draw(st.booleans()):
        subjects["firm"] = subjects["firm"].drop("上限")
    rows: list[tuple[Any, ...]] = []
    for kind, table in subjects.items():
        for subject, firm in table.select("subject", "firm").iter_rows():
            for measure in book.measures:
                if measure.subject == kind:
                    rows.append(
                        (subject, firm, kind, measure.id, *_state(draw, measure, table, subject, sure=sure))
                    )
    return Drawn(book, subjects, outcomes_of(rows), said)


def _state(
    draw: st.DrawFn, measure: Any, table: pl.DataFrame, subject: str, *, sure: bool
) -> tuple[Any, ...]:
    row = table.row(by_predicate=pl.col("subject") == subject, named=True)
    unsure = len(measure.editions) > 1 and row["入区日"] is None
    if unsure:
        return ("unknown", None, None, "in_force")
    amount = draw(MONEY)
    quota = any(edition.quota for edition in measure.editions)
    state = draw(
        st.sampled_from(["eligible"] * 4 + ["not eligible"] + ([] if sure else ["unknown", "needs decision"]))
    )
    if state == "eligible":
        return ("needs decision", amount, amount, "quota") if quota else ("eligible", amount, amount)
    if state == "not eligible":
        return (state, None, None)
    if draw(st.integers(0, 4)) == 0:
        return (state if state == "unknown" else "unknown", None, None, "c")
    clause = "amount" if state == "needs decision" and draw(st.booleans()) else "c"
    return (state, amount, amount + draw(MONEY), clause)
