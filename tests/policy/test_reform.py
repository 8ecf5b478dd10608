"""Reforms: what changes, for whom, and that nothing else is worked out again."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.drawn_books import measures, subjects
from wutong.errors import NoAnswer, RuleError
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.parameters import Change, changed, parameters_of
from wutong.policy.reform import Subjects, Worked, after, by_group, compared, searched, swept, worked
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.subjects import table_of
from wutong.policy.totals import totals, totals_after

WAN: Final = 1_000_000
GRANT: Final = """\
measure: NAME
title: {zh: 补助, en: Grant}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: c, says: {zh: 够大, en: Large}, when: 投资 >= LEAST万元}]
    amount: {rate: RATE%, base: 投资, cap: 20万元, round: {to: 1元, how: half up}}
    MORE
examples: [{given: {投资: 0元}, expect: {outcome: not eligible}}]
"""


def grant(name: str, rate: int, least: int, more: str = "") -> str:
    found = GRANT.replace("NAME", name).replace("RATE", str(rate)).replace("LEAST", str(least))
    return found.replace("    MORE\n", f"    {more}\n" if more else "")


FILES: Final = {"a.yaml": grant("A", 10, 100), "b.yaml": grant("B", 5, 50)}
RATE: Final = "a.yaml:editions.1.amount.rate"
LEAST: Final = "a.yaml:editions.1.conditions.1.when"


def firms(*wan: int | None) -> Subjects:
    fields = rulebook_of(FILES).fields
    rows = [
        (f"f{at}", f"f{at}", {"投资": None if one is None else Fraction(one * WAN)})
        for at, one in enumerate(wan)
    ]
    return {"firm": table_of(rows, fields)}


def certain(book: Rulebook, subjects_: Subjects, found: pl.DataFrame) -> pl.DataFrame:
    """Nothing between measures: what is certain is paid."""
    return found.with_columns(paid=pl.col("amount").fill_null(0))


def test_a_higher_rate_is_told_by_measure_and_firm_to_the_fen() -> None:
    base = worked(FILES, firms(60, 100, 150, 300, None), certain)
    later = after(base, Change({RATE: "12"}), firms(60, 100, 150, 300, None), certain)
    found = compared(base, later)
    # A: 10 + 15 + 20 -> 12 + 18 + 20; B: 3 + 5 + 7.5 + 15
    assert (found.cost_before, found.cost_after) == (755 * WAN // 10, 805 * WAN // 10)
    assert found.by_measure.rows(named=True)[0] == {
        "measure": "A",
        "before": 45 * WAN,
        "after": 50 * WAN,
        "change": 5 * WAN,
        "more": 2,
        "less": 0,
        "first": 0,
        "no_longer": 0,
    }
    assert found.by_firm.select("firm", "change").rows() == [("f2", 3 * WAN), ("f1", 2 * WAN)]
    assert found.unknown == (2, 2)


def test_a_higher_threshold_takes_from_some_and_a_lower_one_gives_for_the_first_time() -> None:
    few = firms(60, 100, 150)
    base = worked(FILES, few, certain)
    higher = compared(base, after(base, Change({LEAST: "120"}), few, certain))
    assert higher.by_measure.row(0, named=True)["no_longer"] == 1
    lower = compared(base, after(base, Change({LEAST: "60"}), few, certain))
    assert lower.by_measure.row(0, named=True)["first"] == 1
    groups = pl.DataFrame({"firm": ["f0", "f1"], "chain": ["vision", "vision"]})
    assert by_group(higher, groups, "chain").rows() == [("vision", 0, 1, 0, -10 * WAN, -10 * WAN)]


def test_measures_are_dropped_and_added() -> None:
    few = firms(60, 100)
    base = worked(FILES, few, certain)
    none = compared(base, after(base, Change({}, ("b.yaml",)), few, certain))
    assert none.cost_after - none.cost_before == -8 * WAN
    more = Change({}, (), (("c.yaml", grant("C", 1, 1).encode()),))
    assert (
        compared(base, after(base, more, few, certain)).cost_after - base.paid["paid"].sum() == 16 * WAN // 10
    )


def test_only_what_changed_is_read_and_worked_out_again() -> None:
    few = firms(60, 100)
    base = worked(FILES, few, certain)
    later = after(base, Change({RATE: "12"}), few, certain)
    assert later.book.measures[1] is base.book.measures[1]
    assert later.book.measures[0] is not base.book.measures[0]


def test_a_change_of_the_modifier_reaches_the_measure_that_it_modifies() -> None:
    files = {"a.yaml": grant("A", 10, 100, "modifies: [{measure: B, add: 5%}]"), "b.yaml": grant("B", 5, 50)}
    few = firms(60, 100)
    base = worked(files, few, certain)
    assert base.paid["paid"].sum() == (10 + 3 + 10) * WAN
    for change, wan in (
        (Change({"a.yaml:editions.1.modifies.1.add": "7"}), 10 + 3 + 12),
        (Change({LEAST: "60"}), 6 + 10 + 6 + 10),
        (Change({}, ("a.yaml",)), 3 + 5),
    ):
        later = after(base, change, few, certain)
        assert later.paid["paid"].sum() == wan * WAN
        assert later.outcomes.equals(outcomes_by_hand(later.book, few))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_random_reform_gives_what_the_changed_files_give_from_the_start(data: st.DataObject) -> None:
    names = ["M0", "M1", "M2"]
    files = {f"{name}.yaml": data.draw(measures(name)) for name in names}
    table = {"firm": table_of(data.draw(subjects(rulebook_of(files).fields, 6)), rulebook_of(files).fields)}
    base = worked(files, table, certain)
    places = parameters_of(files)
    some = data.draw(st.lists(st.sampled_from(places), max_size=3, unique=True)) if places else []
    numbers = {one.id: data.draw(st.sampled_from(("0", "1", "2.5", "40", "3000"))) for one in some}
    change = Change(numbers, tuple(data.draw(st.sets(st.sampled_from(sorted(files)), max_size=1))))
    try:
        later = after(base, change, table, certain)
    except RuleError:
        return
    fresh = worked(changed(files, change), table, certain)
    assert later.outcomes.equals(fresh.outcomes)
    found = compared(base, later)
    assert (
        found.cost_after - found.cost_before
        == found.by_firm["change"].sum()
        == found.by_measure["change"].sum()
    )


def test_the_curve_of_cost_names_values_that_give_no_rulebook() -> None:
    files = {
        "a.yaml": grant("A", 10, 100).replace(
            "rate: 10%", "rate: {by: 投资, slab: {100万元: 5%, 200万元: 8%}}"
        )
    }
    few = firms(100, 150, 250)
    base = worked(files, few, certain)
    tier = "a.yaml:editions.1.amount.rate.slab:200万元"
    found = swept(base, tier, [Fraction(90), Fraction(150), Fraction(300)], few, certain)
    assert found["cost"].to_list() == [None, (5 + 12 + 20) * WAN, (5 + 7.5 + 12.5) * WAN]
    assert found["winners"].to_list() == [None, 1, 0]
    assert "low to high" in found["problem"][0]


def test_numbers_that_keep_a_budget_are_found_with_those_that_spend_most_first() -> None:
    few = firms(60, 100, 150)
    base = worked(FILES, few, certain)
    ranges = {RATE: [Fraction(n) for n in (6, 8, 10, 12)], LEAST: [Fraction(100), Fraction(120)]}
    budget = 36 * WAN
    found = searched(base, ranges, budget, few, certain)
    costs = {}
    for rate in (6, 8, 10, 12):
        for least in (100, 120):
            costs[str(rate), str(least)] = sum(n * rate / 100 for n in (100, 150) if n >= least) + 15.5
    fits = sorted((cost for cost in costs.values() if cost <= 36), reverse=True)
    assert [choice.cost for choice in found] == [round(cost * WAN) for cost in fits]
    assert found[0].cost <= budget
    with pytest.raises(NoAnswer, match="the least is"):
        searched(base, ranges, WAN, few, certain)
    with pytest.raises(NoAnswer, match="combinations"):
        searched(base, {RATE: [Fraction(n) for n in range(600)]}, budget, few, certain)


def test_totals_after_a_reform_are_the_totals_of_the_changed_rulebook() -> None:
    head = "rulebook: t\nformat: 1\ntitle: {zh: 试, en: T}\ngroups: {g: {says: {zh: 高, en: H}, grain: year, choose: highest}}\n"
    files = {
        "a.yaml": grant("A", 10, 100, "exclusive: g"),
        "b.yaml": grant("B", 5, 50, "exclusive: g"),
        "c.yaml": grant("C", 1, 1),
        "rulebook.yaml": head,
    }
    table = firms(10, 60, 100, 150, 300, None)["firm"]
    book = rulebook_of(files)
    base = totals(book, "firm", table)
    for change in (Change({RATE: "3"}), Change({LEAST: "301"}), Change({}, ("a.yaml",)), Change({})):
        new = changed(files, change)
        read = {
            one.file: one for one in book.measures if one.file in new and new[one.file] is files[one.file]
        }
        later = rulebook_of(new, read)
        found, fresh = totals_after(base, book, later, "firm", table), totals(later, "firm", table)
        assert found.by_measure.equals(fresh.by_measure)
        assert found.by_subject.to_list() == fresh.by_subject.to_list()


def test_a_base_is_worked_out_as_its_files_say() -> None:
    few = firms(100)
    base = worked(FILES, few, certain)
    assert isinstance(base, Worked)
    assert base.outcomes.equals(outcomes_by_hand(base.book, few))


def test_a_sum_that_would_be_too_large_is_no_trouble_where_nobody_gets_it() -> None:
    bounded = grant("A", 300, 1).replace("投资 >= 1万元", "投资 <= 1亿元").replace("cap: 20万元, ", "")
    rows = {"subject": ["a", "b"], "投资": [2**62, 100 * WAN]}
    few = {"firm": pl.DataFrame(rows)}
    found = worked({"a.yaml": bounded}, few, certain)
    assert found.outcomes["amount"].to_list() == [None, 300 * WAN]
    assert found.outcomes.equals(outcomes_by_hand(found.book, few))
