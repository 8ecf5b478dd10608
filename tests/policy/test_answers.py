"""A rulebook over a zone as Findings: the rows, the sums, and what is missing, against the interpreter row by row."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from wutong.demo.invented import invent
from wutong.policy.answers import (
    asked_of,
    facts_of_book,
    measure_finding,
    missing_finding,
    names_of,
    outcome_finding,
)
from wutong.policy.facts import Facts
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of

ON = date(2025, 12, 31)
GIVEN = """
  产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: 0}}
  信用: {type: yes or no, zh: 信用良好, en: Good credit}
"""


def measure(name: str, subject: str, given: str, when: str, status: str = "draft") -> bytes:
    return f"""
measure: {name}
title: {{zh: {name}奖, en: Award {name}}}
aspect: 企业培育
subject: {subject}
status: {status}
place: {{zh: 某区（虚构）, en: A zone (invented)}}
year: 2025
given: {given}
editions:
  - source: {{document: invented, grade: not graded}}
    conditions: [{{id: size, says: {{zh: 够大, en: Large enough}}, when: {when}}}]
    amount: {{fixed: 1万元, round: {{to: 1元, how: half up}}}}
examples: [{{year: 2025, rows: {{firm: [{{note: x}}]}}, expect: {{outcome: unknown}}}}]
""".encode()


PROJECT = "{投资: {type: money, zh: 投资, en: Investment, from: {table: project, column: realised}}}"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook_of(
        {
            "a.yaml": measure("A", "firm", GIVEN, "产值 >= 1亿元", "example of a shape"),
            "b.yaml": measure("B", "firm", GIVEN, "信用"),
            "c.yaml": measure("C", "project", PROJECT, "投资 >= 5000万元"),
        }
    )


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    made = invent(40, seed=2, as_of=date(2026, 4, 1))
    key = {"firm": ["firm"], "firm_year": ["firm", "period"], "project": ["project"]}
    newest = {
        name: made.tables[name].sort("as_of").unique(on, keep="last", maintain_order=True)
        for name, on in key.items()
    }
    return {**made.tables, **newest}


@pytest.fixture(scope="module")
def facts(book: Rulebook, tables: dict[str, pl.DataFrame]) -> dict[str, Facts]:
    return facts_of_book(book, tables, ON)


@pytest.fixture(scope="module")
def rows(book: Rulebook, facts: dict[str, Facts]) -> pl.DataFrame:
    return outcomes_by_hand(book, {kind: one.table for kind, one in facts.items()})


def test_each_kind_is_asked_for_its_own_facts_alone(book: Rulebook, facts: dict[str, Facts]) -> None:
    assert list(asked_of(book, "firm")) == ["产值", "信用"]
    assert list(facts) == ["firm", "project"]
    assert facts["project"].table.columns == ["subject", "firm", "投资"]


def test_rows_are_those_of_the_outcomes_with_their_words(
    book: Rulebook, tables: dict[str, pl.DataFrame], facts: dict[str, Facts], rows: pl.DataFrame
) -> None:
    finding = outcome_finding(book, rows, facts, names_of(tables))
    for name in ("subject", "measure", "state", "amount", "clause"):
        assert finding.table[name].to_list() == rows[name].to_list(), name
    output = dict(tables["firm_year"].filter(period="2025").select("firm", "output").iter_rows())
    of_a = finding.table.filter(measure="A")
    assert of_a.height > 30
    for row in of_a.iter_rows(named=True):
        known = output.get(row["subject"])
        wanted = "unknown" if known is None else "eligible" if known >= 10**10 else "not eligible"
        assert row["state"] == wanted
        assert row["says_en"] == (None if wanted == "eligible" else "Large enough")
        assert row["name"].startswith("虚构·")
    assert set(finding.table.filter(measure="B")["result_en"]) == {"unknown"}
    assert finding.invented
    assert finding.sources
    assert finding.units["amount"] == "fen"


def test_for_reading_who_can_have_most_comes_first(
    book: Rulebook, facts: dict[str, Facts], rows: pl.DataFrame
) -> None:
    brief = outcome_finding(book, rows, facts, brief=True).table
    order = ["eligible", "needs a decision", "unknown", "not eligible"]
    places = [order.index(state) for state in brief["result_en"]]
    assert places == sorted(places)
    assert "subject" not in brief.columns
    assert brief["name"].null_count() == 0  # the id where there is no name


def test_what_is_unknown_and_which_facts_are_missing_of_how_many_is_said(
    book: Rulebook, facts: dict[str, Facts], rows: pl.DataFrame
) -> None:
    finding = outcome_finding(book, rows, facts)
    said = " ".join(text.en for text in finding.caveats)
    lacking = facts["firm"].table["产值"].null_count()
    assert lacking > 0
    assert f"产值 {lacking}" in said
    assert "1 facts of firms stand in no table and somebody has to tell them: 信用" in said
    assert "1 measures are examples of a shape and no law in force" in said
    assert "Each measure stands alone" in said
    unknown = rows.filter(state="unknown").height
    assert f"unknown {unknown:,}" in finding.answer.en
    paid = outcome_finding(book, rows.with_columns(pl.col("amount").alias("paid")), facts)
    assert "Each measure stands alone" not in " ".join(text.en for text in paid.caveats)
    assert paid.units["paid"] == "fen"
    assert paid.table["paid"].sum() == rows["amount"].sum()


def test_sums_by_measure_are_those_of_the_rows(
    book: Rulebook, facts: dict[str, Facts], rows: pl.DataFrame
) -> None:
    table = measure_finding(book, rows, facts).table
    for row in table.iter_rows(named=True):
        own = rows.filter(measure=row["measure"])
        assert row["amount"] == own["amount"].sum()
        for state in ("eligible", "unknown", "needs decision", "not eligible"):
            assert row[state] == own.filter(state=state).height


def test_facts_are_listed_with_how_many_lack_them_and_who_asks(
    book: Rulebook, facts: dict[str, Facts]
) -> None:
    table = missing_finding(book, facts).table
    credit = table.row(by_predicate=pl.col("label_zh") == "信用", named=True)
    assert (credit["unknown"], credit["known"], credit["asked_by"], credit["table"]) == (
        facts["firm"].table.height, 0, "A、B", None
    )  # fmt: skip
    assert table["unknown"].is_sorted(descending=True)
    assert (table["known"] + table["unknown"] == table["subjects"]).all()
