"""Totals in one pass are the sums of the rows, with the highest of a group alone paid."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.drawn_books import measures, subjects
from wutong.errors import NoAnswer
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import rulebook_of
from wutong.policy.subjects import table_of
from wutong.policy.totals import totals

HEAD: Final = "rulebook: trial\nformat: 1\ntitle: {zh: 试, en: Trial}\n"
GROUP: Final = "groups: {g: {says: {zh: 就高, en: Highest}, grain: GRAIN, choose: CHOOSE}}\n"


def grouped(text: str) -> str:
    return text.replace("    amount: ", "    exclusive: g\n    amount: ")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_rulebooks_add_up_as_their_rows_do(data: st.DataObject) -> None:
    names = ["M0", "M1", "M2", "M3"]
    files = {
        f"{name}.yaml": data.draw(measures(name)).replace("    quota:", "    # quota:") for name in names
    }
    members = data.draw(st.sets(st.sampled_from(names)))
    files |= {f"{name}.yaml": grouped(files[f"{name}.yaml"]) for name in members}
    choose = data.draw(st.sampled_from(("highest", "one")))
    book = rulebook_of(
        {**files, "rulebook.yaml": HEAD + GROUP.replace("GRAIN", "year").replace("CHOOSE", choose)}
    )
    rows = data.draw(subjects(book.fields))
    table = table_of([(name, name, facts) for name, _, facts in rows], book.fields)
    found = totals(book, "firm", table)
    paid: dict[tuple[str, str], int] = {}
    for row in outcomes_by_hand(book, {"firm": table}).iter_rows(named=True):
        paid[row["subject"], row["measure"]] = row["amount"] or 0
    for subject in table["subject"]:
        best = max((paid[subject, name] for name in members), default=0)
        winner = next((name for name in names if name in members and paid[subject, name] == best), "")
        for name in members - {winner}:
            paid[subject, name] = 0
    by_measure = [(name, sum(paid[one, name] for one in table["subject"])) for name in names]
    assert found.by_measure.select("measure", "amount").rows() == by_measure
    assert found.by_measure["subjects"].to_list() == [
        sum(paid[one, name] > 0 for one in table["subject"]) for name in names
    ]
    assert found.by_subject.to_list() == [sum(paid[one, name] for name in names) for one in table["subject"]]


SIMPLE: Final = """\
measure: NAME
title: {zh: 措施, en: Measure}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  合同号: {type: text, zh: 合同号, en: Contract}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: c, says: {zh: 条件, en: Condition}, when: 投资 > 0元}]
    amount: {fixed: 投资, round: {to: 1元, how: half up}}
    MORE
examples: [{given: {投资: 0元}, expect: {outcome: not eligible}}]
"""
LIMIT: Final = "{id: l, says: {zh: 限, en: Limit}, per: firm and year, amount: 1万元, cut: in order"


@pytest.mark.parametrize(
    ("more", "head"),
    [
        ("quota: {says: {zh: 名额, en: Places}, places: 1, by: 投资, order: highest first, ties: all}", ""),
        (f"limits: [{LIMIT}}}]", ""),
        ("", f"limits: [{LIMIT}, measures: [A]}}]\n"),
        (
            "exclusive: g",
            GROUP.replace("GRAIN", "expense").replace("choose: CHOOSE", "key: 合同号, choose: highest"),
        ),
        (
            "exclusive: g",
            GROUP.replace("GRAIN", "firm").replace("choose: CHOOSE", "earlier: 投资, choose: difference"),
        ),
        ("exclusive: g", GROUP.replace("GRAIN", "year").replace("CHOOSE", "order")),
    ],
)
def test_what_hangs_on_other_rows_is_not_added_up_row_by_row(more: str, head: str) -> None:
    files = {"a.yaml": SIMPLE.replace("NAME", "A").replace("MORE", more), "rulebook.yaml": HEAD + head}
    book = rulebook_of(files)
    with pytest.raises(NoAnswer, match="cannot be added up"):
        totals(book, "firm", table_of([("a", "a", {})], book.fields))


def test_no_row_costs_nothing() -> None:
    book = rulebook_of({"a.yaml": SIMPLE.replace("NAME", "A").replace("MORE", "")})
    found = totals(book, "firm", table_of([], book.fields))
    assert found.by_measure.rows() == [("A", 0, 0)]
    assert found.by_subject.to_list() == []
