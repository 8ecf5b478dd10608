"""What a near miss is worth with all the others: held against the zone worked out anew for each, row by row."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import polars as pl

from tests.policy.test_reform import WAN, grant
from wutong.policy.hanging import without_others
from wutong.policy.near import near
from wutong.policy.near_together import gained
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of
from wutong.policy.stack_by_hand import stack_by_hand
from wutong.policy.subjects import table_of

HEADED: Final = """\
rulebook: near
format: 1
title: {zh: 近, en: Near}
groups:
  g: {says: {zh: 就高, en: The higher}, grain: year, choose: highest}
limits:
  - {id: cap, says: {zh: 合计, en: Together}, measures: [D, E], per: firm and year, amount: 8万元, cut: pro rata}
"""
QUOTA: Final = "quota: {says: {zh: 一个, en: One}, places: 1, by: 投资, order: highest first, ties: decide}"
GROUPED: Final = "exclusive: g"


def book() -> Rulebook:
    """A, B and C exclude each other; D and E have a ceiling; F stands alone; of G there is one place."""
    project = grant("E", 5, 100).replace("subject: firm", "subject: project")
    return rulebook_of(
        {
            "a.yaml": grant("A", 10, 50, GROUPED),
            "b.yaml": grant("B", 5, 100, GROUPED),
            "c.yaml": grant("C", 15, 100, GROUPED),
            "d.yaml": grant("D", 5, 100),
            "e.yaml": project,
            "f.yaml": grant("F", 1, 100),
            "g.yaml": grant("G", 2, 10, QUOTA),
            HEAD: HEADED,
        }
    )


def by_hand(made: Rulebook, subjects: dict[str, pl.DataFrame], firm: str) -> int:
    """What a firm gets for certain, worked out from the start."""
    bare = without_others(made)
    table = stack_by_hand(bare, subjects, outcomes_by_hand(made, subjects), 2026)
    sums = table.filter(pl.col("firm") == firm)
    return int(sums["sum_low"].sum())


def test_a_near_miss_gives_what_the_firm_gets_more_in_all() -> None:
    made = book()
    investment = {
        name: {"投资": Fraction(wan * WAN)} for name, wan in (("a", 98), ("b", 99), ("c", 200), ("p", 97))
    }
    subjects = {
        "firm": table_of([(one, one, investment[one]) for one in ("a", "b", "c")], made.fields),
        "project": table_of([("p", "a", investment["p"]), ("q", "b", {})], made.fields),
    }
    found = near(made, subjects)
    more = gained(made, subjects, outcomes_by_hand(made, subjects), found, 2026)
    said = {(row["subject"], row["measure"]): gain for row, gain in zip(found.to_dicts(), more, strict=True)}
    assert set(said) == {("a", one) for one in "BCDF"} | {("b", one) for one in "BCDF"} | {("p", "E")}
    for row, gain in zip(found.to_dicts(), more, strict=True):
        table = subjects[row["kind"]]
        moved = pl.when(pl.col("subject") == row["subject"]).then(row["needed"]).otherwise("投资")
        after = {**subjects, row["kind"]: table.with_columns(moved.alias("投资"))}
        assert gain == by_hand(made, after, row["firm"]) - by_hand(made, subjects, row["firm"]), row
    # at 1 million: A gives 10 and B 5, of which C with 15 takes the place; D 5, F 1
    assert said["a", "B"] == (15 + 5 + 1) * WAN - 98 * WAN // 10
    # 4.85 and 5 are above the ceiling of 8
    assert said["p", "E"] == 5 * WAN


def test_a_near_miss_of_the_lower_award_of_a_group_is_worth_no_more_than_the_higher_one_grows() -> None:
    alone = rulebook_of(
        {
            "a.yaml": grant("A", 10, 50, GROUPED),
            "b.yaml": grant("B", 5, 100, GROUPED),
            HEAD: HEADED[: HEADED.index("limits")],
        }
    )
    subjects = {"firm": table_of([("a", "a", {"投资": Fraction(99 * WAN)})], alone.fields)}
    found = near(alone, subjects)
    (row,) = found.to_dicts()
    assert (row["measure"], row["worth"]) == ("B", 5 * WAN)
    (more,) = gained(alone, subjects, outcomes_by_hand(alone, subjects), found, 2026)
    assert more == WAN // 10, "A gives 10 instead of 9.9 thousand, and B nothing beside it"


def test_without_near_misses_there_is_nothing_to_gain() -> None:
    made = book()
    subjects = {"firm": table_of([("a", "a", {})], made.fields)}
    found = near(made, subjects)
    assert gained(made, subjects, outcomes_by_hand(made, subjects), found, 2026).to_list() == []
