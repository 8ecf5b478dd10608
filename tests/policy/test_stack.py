"""What holds between measures: columns against rows, rows against every way in which the open may be settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.conftest import ROOT
from tests.policy.drawn_stacks import Drawn, book_of, drawn, outcomes_of, table_of_rows
from wutong.errors import TableError
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.stack import STACKED, stacked
from wutong.policy.stack_by_hand import stack_by_hand
from wutong.policy.totals import totals
from wutong.policy.trials import subjects_of

GROUPS: Final = """\
groups:
  就高: {says: {zh: 就高, en: Highest}, grain: year, choose: highest}
  合同: {says: {zh: 合同, en: Contract}, grain: expense, key: 合同号, choose: highest}
  差额: {says: {zh: 差额, en: Difference}, grain: firm, choose: difference, earlier: 已得}
  先后: {says: {zh: 先后, en: In order}, grain: year, choose: order}
  自选: {says: {zh: 自选, en: One}, grain: year, choose: one}
"""
SLOW: Final = list(HealthCheck)


def parts(table: pl.DataFrame) -> list[int | None]:
    """Which rows add up together, whatever their numbers are."""
    seen: dict[int, int] = {}
    return [None if one is None else seen.setdefault(one, len(seen)) for one in table["together"]]


def agree(case: Drawn, year: int | None = 2026) -> pl.DataFrame:
    fast = stacked(case.book, case.subjects, case.outcomes, year).table
    slow = stack_by_hand(case.book, case.subjects, case.outcomes, year)
    assert_frame_equal(fast.drop("together"), slow.drop("together"))
    assert parts(fast) == parts(slow)
    return fast


def of_firm(
    measures: Mapping[str, str],
    rows: list[tuple[Any, ...]],
    facts: Mapping[str, Any] | None = None,
    head: str = "",
) -> pl.DataFrame:
    """One firm ``f``: measures with what they say, rows of measure, state, low and high; columns and rows agree."""
    book = book_of({name: ("firm", [said]) for name, said in measures.items()}, GROUPS + head)
    subjects = {"firm": table_of_rows(book, [{"subject": "f", "firm": "f", **(facts or {})}])}
    return agree(Drawn(book, subjects, outcomes_of([("f", "f", "firm", *row) for row in rows])))


def bounds(table: pl.DataFrame) -> list[tuple[int | None, ...]]:
    return table.select("paid_low", "paid_high", "sum_low", "sum_high").rows()


# ------------------------------------------------------------ against each other


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(drawn(), st.sampled_from([2026, 2026, 2027, None]))
def test_columns_and_rows_agree_on_any_rulebook(case: Drawn, year: int | None) -> None:
    agree(case, year)


FACTS: Final[Mapping[str, list[Any]]] = {
    "合同号": ["c1", "c2", "own"],
    "事件号": ["e1", "own"],
    "已得": [0, 1, 5, 50, 500],
    "已付": [0, 3, 50, 500],
    "上限": [0, 3, 20, 50, 1000],
    "得分": [0, 1, 2, 5],
    "贷款": [0, 5, 10, 50],
    "申报日": [date(2025, 1, 1), date(2026, 1, 1), date(2026, 2, 1), date(2027, 1, 1)],
    "入区日": [date(2021, 1, 1), date(2024, 1, 1)],
}


def completed(case: Drawn, chance: Random) -> Drawn:
    """The same, with everything known and decided that was not, save who is at the edge of a quota."""
    subjects = {}
    for kind, table in case.subjects.items():
        rows = []
        for row in table.iter_rows(named=True):
            for name, values in FACTS.items():
                if name in row and row[name] is None:
                    value = chance.choice(values)
                    row[name] = row["subject"] if value == "own" else value
            rows.append(row)
        subjects[kind] = pl.DataFrame(rows, schema=table.schema)
    settled = [_settled(row, case.book, subjects, chance) for row in case.outcomes.iter_rows(named=True)]
    return Drawn(case.book, subjects, outcomes_of(settled))


def _settled(
    row: dict[str, Any], book: Rulebook, subjects: Mapping[str, pl.DataFrame], chance: Random
) -> tuple[Any, ...]:
    measure = next(one for one in book.measures if one.id == row["measure"])
    facts = subjects[row["kind"]].row(by_predicate=pl.col("subject") == row["subject"], named=True)
    late = len(measure.editions) > 1 and facts["入区日"] >= date(2023, 1, 1)
    quota = measure.editions[1 if late else 0].quota is not None
    key = (row["subject"], row["firm"], row["kind"], row["measure"])
    state, low, high = row["state"], row["low"], row["high"]
    if state == "not eligible":
        return (*key, state, None, None)
    if state in ("unknown", "needs decision") and row["clause"] != "quota":
        sure = state == "needs decision" and row["clause"] == "amount"
        if not sure and chance.random() < 0.4:
            return (*key, "not eligible", None, None)
        low = chance.choice([0, 1, 7, 50, 200] if high is None else [low, high, chance.randint(low, high)])
    return (*key, "needs decision", low, low, "quota") if quota else (*key, "eligible", low, low)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(drawn(), st.integers(0, 10**6))
def test_whatever_turns_out_lies_within_the_bounds(case: Drawn, seed: int) -> None:
    found = stacked(case.book, case.subjects, case.outcomes, 2026).table
    for turn in range(4):
        later = completed(case, Random(seed + turn))
        truth = stack_by_hand(case.book, later.subjects, later.outcomes, 2026)
        both = found.select(
            "paid_low",
            pl.col("paid_high", "sum_high").fill_null(10**12),
            "sum_low",
            "state",
            part=pl.col("together").fill_null(-100 - pl.int_range(pl.len())),
            low=truth["paid_low"],
            high=truth["paid_high"].fill_null(10**12),
            after=truth["state"],
        )
        assert both.filter(
            (pl.col("low") < pl.col("paid_low")) | (pl.col("high") > pl.col("paid_high"))
        ).is_empty()
        for state in ("eligible", "not eligible"):
            assert both.filter((pl.col("state") == state) & (pl.col("after") != state)).is_empty()
        if truth["paid"].null_count():
            continue  # who is tied at the edge of a quota is still to be decided
        sums = both.group_by("part").agg(pl.col("sum_low", "sum_high", "low", "high").sum())
        assert sums.filter(
            (pl.col("low") < pl.col("sum_low")) | (pl.col("high") > pl.col("sum_high"))
        ).is_empty()


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(drawn(sure=True))
def test_where_all_is_known_nothing_exceeds_a_ceiling_and_no_fen_is_made(case: Drawn) -> None:
    table = stacked(case.book, case.subjects, case.outcomes, 2026).table
    rows = table.filter(pl.col("paid").is_not_null() & (pl.col("state") == "eligible"))
    assert (rows["paid"] <= rows["amount"]).all()
    assert (rows["paid"] >= 0).all()
    assert rows.filter((pl.col("paid") < pl.col("amount")) & pl.col("cut").is_null()).is_empty()
    assert rows.filter((pl.col("paid") == pl.col("amount")) & pl.col("cut").is_not_null()).is_empty()
    for budget in case.book.budgets.values():
        if budget.amount is not None and budget.scale != "none" and budget.year == 2026:
            own = table.filter(pl.col("budget") == budget.id)
            assert own["paid_high"].sum() <= budget.amount or own["paid"].null_count()
            claimed = own.filter(pl.col("cut").str.contains(f"budget {budget.id}"))
            if claimed.height and not own["paid"].null_count():
                assert own["paid"].sum() == budget.amount  # what does not suffice is used up to the fen
    for limit in case.book.limits:
        if not limit.net_of and limit.amount.source.text == "0.4元":
            held = (
                table.filter(pl.col("measure").is_in(limit.measures))
                .group_by("firm")
                .agg(pl.col("sum_high").sum(), open=pl.col("paid").null_count())
            )
            # where a ceiling that overlaps is not known, only each row's own bounds are sure
            assert (held.filter(pl.col("open") == 0)["sum_high"] <= 40).all()


# ------------------------------------------------------------ groups


def test_the_highest_wins_and_the_first_of_the_rulebook_where_both_are_equal() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: 就高", "C": "exclusive: 就高"}
    found = of_firm(said, [("A", "eligible", 70, 70), ("B", "eligible", 90, 90), ("C", "eligible", 90, 90)])
    assert found["paid"].to_list() == [0, 90, 0]
    assert found["cut"].to_list() == ["group 就高", None, "group 就高"]
    assert found["won_measure"].to_list() == ["B", None, "B"]


def test_what_is_open_leaves_the_money_sure_and_the_measure_not() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: 就高"}
    found = of_firm(said, [("A", "eligible", 100, 100), ("B", "unknown", 0, 150)])
    assert bounds(found) == [(0, 100, 100, 0), (0, 150, 0, 150)]  # together 100 to 150
    assert found["paid"].to_list() == [None, None]
    assert found["hangs_on"].to_list() == ["group 就高", None]
    small = of_firm(said, [("A", "eligible", 100, 100), ("B", "needs decision", 0, 80)])
    assert small["paid"].to_list() == [100, 0]  # whatever is decided, it is less


def test_an_amount_without_a_known_end_has_none_in_the_sums() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: 就高"}
    found = of_firm(said, [("A", "eligible", 100, 100), ("B", "unknown", None, None)])
    assert bounds(found) == [(0, 100, 100, 0), (0, None, 0, None)]


@pytest.mark.parametrize(
    ("keys", "paid"),
    [
        (("c1", "c1"), [(100, 100), (0, 0)]),
        (("c1", "c2"), [(100, 100), (80, 80)]),
        (("c1", None), [(100, 100), (0, 80)]),
        ((None, "c1"), [(100, 100), (0, 80)]),
        ((None, None), [(100, 100), (0, 80)]),
    ],
)
def test_a_contract_whose_number_is_not_known_may_be_any_of_the_firms(
    keys: tuple[str | None, str | None], paid: list[tuple[int, int]]
) -> None:
    book = book_of({"A": ("project", ["exclusive: 合同"])}, GROUPS)
    rows = [{"subject": f"p{at}", "firm": "f", "合同号": key} for at, key in enumerate(keys)]
    outcomes = outcomes_of(
        [(f"p{at}", "f", "project", "A", "eligible", sum_, sum_) for at, sum_ in enumerate((100, 80))]
    )
    found = agree(Drawn(book, {"project": table_of_rows(book, rows)}, outcomes))
    assert found.select("paid_low", "paid_high").rows() == paid
    assert found["sum_low"].sum() == sum(low for low, _ in paid)


def test_one_contract_number_in_two_firms_is_two_contracts() -> None:
    book = book_of({"A": ("project", ["exclusive: 合同"])}, GROUPS)
    rows = [{"subject": name, "firm": name, "合同号": "c1"} for name in ("p", "q")]
    outcomes = outcomes_of([(name, name, "project", "A", "eligible", 5, 5) for name in ("p", "q")])
    assert agree(Drawn(book, {"project": table_of_rows(book, rows)}, outcomes))["paid"].to_list() == [5, 5]


def test_subjects_of_several_kinds_meet_in_their_firm() -> None:
    book = book_of({"A": ("firm", ["exclusive: 就高"]), "B": ("project", ["exclusive: 就高"])}, GROUPS)
    subjects = {
        "firm": table_of_rows(book, [{"subject": "f", "firm": "f"}]),
        "project": table_of_rows(book, [{"subject": "p", "firm": "f"}]),
    }
    rows = outcomes_of(
        [("f", "f", "firm", "A", "eligible", 5, 5), ("p", "f", "project", "B", "eligible", 9, 9)]
    )
    found = agree(Drawn(book, subjects, rows))
    assert found["paid"].to_list() == [0, 9]
    assert found["won_subject"].to_list() == ["p", None]


@pytest.mark.parametrize(
    ("got", "low", "high", "cut"),
    [(30, 20, 20, "earlier 差额"), (0, 50, 50, None), (70, 0, 0, "earlier 差额"), (None, 0, 50, None)],
)
def test_what_was_got_before_is_taken_off_the_highest(
    got: int | None, low: int, high: int, cut: str | None
) -> None:
    said = {"A": "exclusive: 差额", "B": "exclusive: 差额"}
    found = of_firm(said, [("A", "eligible", 40, 40), ("B", "eligible", 50, 50)], {"已得": got})
    assert bounds(found)[1][:2] == (low, high)
    assert found["cut"][1] == cut


def test_in_order_the_first_that_can_be_had_is_had_though_it_is_less() -> None:
    said = {"A": "exclusive: 先后", "B": "exclusive: 先后"}
    assert of_firm(said, [("A", "eligible", 5, 5), ("B", "eligible", 50, 50)])["paid"].to_list() == [5, 0]
    assert of_firm(said, [("A", "eligible", 0, 0), ("B", "eligible", 50, 50)])["paid"].to_list() == [0, 50]
    unsure = of_firm(said, [("A", "unknown", 0, 5), ("B", "eligible", 50, 50)])
    assert bounds(unsure) == [
        (0, 5, 0, 0),
        (0, 50, 0, 50),
    ]  # a first award of one fen would leave nothing else


def test_where_the_firm_may_choose_the_best_is_shown_and_that_it_chooses() -> None:
    said = {"A": "exclusive: 自选", "B": "exclusive: 自选", "C": ""}
    found = of_firm(said, [("A", "eligible", 5, 5), ("B", "eligible", 50, 50), ("C", "eligible", 1, 1)])
    assert found["paid"].to_list() == [0, 50, 1]
    assert found["firm_chooses"].to_list() == [True, True, False]


# ------------------------------------------------------------ ceilings


def limit(amount: str, cut: str, measures: str = "A, B", more: str = "") -> str:
    return (
        f"limits: [{{id: 合计, says: {{zh: 合计, en: Together}}, measures: [{measures}], per: firm and year, "
        f"amount: {amount}, {more}cut: {cut}}}]\n"
    )


@pytest.mark.parametrize(("cut", "paid"), [("pro rata", [34, 33, 33]), ("in order", [100, 0, 0])])
def test_a_ceiling_cuts_all_alike_or_the_later_ones(cut: str, paid: list[int]) -> None:
    rows = [(name, "eligible", 100, 100) for name in "ABC"]
    found = of_firm(dict.fromkeys("ABC", ""), rows, head=limit("1元", cut, "A, B, C"))
    assert found["paid"].to_list() == paid
    assert {one for one, now in zip(found["cut"], paid, strict=True) if now < 100} == {"limit 合计"}


@pytest.mark.parametrize(
    ("facts", "paid"),
    [
        ({"上限": 150, "已付": 0}, [50, 25]),
        ({"上限": 150, "已付": 30}, [30, 15]),
        ({"上限": 150, "已付": 999}, [0, 0]),
        ({"上限": None, "已付": 0}, [None, None]),
        ({"上限": 150, "已付": None}, [None, None]),
    ],
)
def test_a_ceiling_may_be_a_share_of_another_sum_less_what_was_paid(
    facts: dict[str, int | None], paid: list[int | None]
) -> None:
    head = limit("上限 * 50%", "pro rata", more="net_of: 已付, ")
    found = of_firm({"A": "", "B": ""}, [("A", "eligible", 100, 100), ("B", "eligible", 50, 50)], facts, head)
    assert found["paid"].to_list() == paid


def test_what_is_open_under_a_ceiling_may_take_from_what_is_not() -> None:
    found = of_firm(
        {"A": "", "B": ""},
        [("A", "eligible", 80, 80), ("B", "unknown", 0, 80)],
        head=limit("1元", "pro rata"),
    )
    assert bounds(found) == [(50, 80, 80, 50), (0, 50, 0, 50)]
    assert found["hangs_on"].to_list() == ["limit 合计", None]


def test_under_a_ceiling_the_highest_of_a_group_need_not_be_the_best() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: 就高", "C": ""}
    rows = [("A", "eligible", 60, 60), ("B", "eligible", 90, 90), ("C", "eligible", 40, 40)]
    found = of_firm(said, rows, head=limit("0.5元", "in order", "B, C"))
    # A and C make 100; B and C together would be cut to 50
    assert found["paid"].to_list() == [60, 0, 40]
    assert found["won_measure"].to_list() == [None, "A", None]


def test_a_row_in_two_groups_has_the_best_of_all_that_goes_together() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: [就高, 自选]", "C": "exclusive: 自选"}
    rows = [("A", "eligible", 60, 60), ("B", "eligible", 90, 90), ("C", "eligible", 40, 40)]
    assert of_firm(said, rows)["paid"].to_list() == [60, 0, 40]
    open_ = of_firm(said, [*rows[:2], ("C", "unknown", 0, 40)])
    # which of them is open, what they make together is not below the 90 of B
    assert bounds(open_) == [(0, 60, 0, 60), (0, 90, 90, 0), (0, 40, 0, 40)]


# ------------------------------------------------------------ budgets


def of_budget(scale: str, amount: str, points: list[int | None], sums: list[int]) -> pl.DataFrame:
    head = (
        f"budgets:\n  基金: {{says: {{zh: 基金, en: Fund}}, year: 2026, amount: {amount}, scale: {scale}}}\n"
    )
    book = book_of({"A": ("firm", ["budget: 基金"])}, head)
    names = [f"f{at}" for at in range(len(sums))]
    subjects = {
        "firm": table_of_rows(
            book,
            [
                {"subject": name, "firm": name, "得分": point}
                for name, point in zip(names, points, strict=True)
            ],
        )
    }
    rows = outcomes_of(
        [(name, name, "firm", "A", "eligible", one, one) for name, one in zip(names, sums, strict=True)]
    )
    return agree(Drawn(book, subjects, rows))


@pytest.mark.parametrize(
    ("scale", "paid"),
    [
        ("pro rata", [17, 16, 17]),
        ("'rank', by: 得分", [0, 25, 25]),  # the two of the second rank share what the first leaves
        ("none", [50, 50, 50]),
    ],
)
def test_a_budget_that_does_not_suffice_is_shared_out_by_its_own_rule(scale: str, paid: list[int]) -> None:
    points: list[int | None] = [1, 2, 2]
    found = of_budget(scale.replace("'", ""), "0.5元", points, [50, 50, 50])
    if scale == "pro rata":
        assert sorted(found["paid"]) == sorted(paid)
    else:
        assert found["paid"].to_list() == paid
    assert found["paid"].sum() == (150 if scale == "none" else 50)


def test_who_has_no_rank_may_come_first_or_last() -> None:
    found = of_budget("rank, by: 得分", "0.5元", [2, None], [50, 50])
    assert bounds(found) == [(0, 50, 50, 0), (0, 50, 0, 50)]


def test_a_budget_of_an_unknown_amount_leaves_all_open_and_one_that_shares_nothing_out_does_not() -> None:
    found = of_budget("pro rata", "not known", [1], [50])
    assert (found["paid"][0], found["hangs_on"][0]) == (None, "budget 基金")
    assert of_budget("none", "not known", [1], [50])["paid"].to_list() == [50]


def test_a_budget_of_another_year_is_not_drawn_on() -> None:
    head = "budgets:\n  基金: {says: {zh: 基金, en: Fund}, year: 2026, amount: 0.01元, scale: pro rata}\n"
    book = book_of({"A": ("firm", ["budget: 基金"])}, head)
    subjects = {"firm": table_of_rows(book, [{"subject": "f", "firm": "f"}])}
    case = Drawn(book, subjects, outcomes_of([("f", "f", "firm", "A", "eligible", 50, 50)]))
    assert [agree(case, year)["paid"][0] for year in (2026, 2027, None)] == [1, 50, 1]


# ------------------------------------------------------------ the whole


def test_the_example_rulebooks_trials_agree_row_by_row() -> None:
    folder = ROOT / "examples" / "measures"
    book = rulebook_of({path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))})
    assert book.trials
    for trial in book.trials:
        subjects = subjects_of(book, trial)
        agree(Drawn(book, subjects, outcomes_by_hand(book, subjects)), None)


def test_adding_up_over_columns_is_what_stands_as_things_are() -> None:
    said = {"A": "exclusive: 就高", "B": "exclusive: 就高", "C": "exclusive: 自选", "D": "exclusive: 自选"}
    book = book_of({name: ("firm", [one]) for name, one in said.items()}, GROUPS)
    rows = [{"subject": f"f{at}", "firm": f"f{at}", "得分": [1, None, -1][at % 3]} for at in range(9)]
    table = table_of_rows(book, rows)
    found = stacked(book, {"firm": table}, outcomes_by_hand(book, {"firm": table})).table
    wide = totals(book, "firm", table).by_measure
    sums = found.group_by("measure", maintain_order=True).agg(pl.col("sum_low").sum())
    assert dict(sums.rows()) == dict(wide.select("measure", "amount").rows())
    assert found["sum_low"].sum() == 300 * 2


def test_rows_keep_their_order_and_nothing_is_lost() -> None:
    rows = [("A", "eligible", 5, 5), ("B", "not eligible", None, None), ("C", "eligible", 0, 0)]
    found = of_firm(dict.fromkeys("ABC", ""), rows)
    assert found["measure"].to_list() == ["A", "B", "C"]
    assert found.columns[-len(STACKED) :] == list(STACKED)
    assert found["paid"].to_list() == [5, 0, 0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"measure": "Z"}, "rulebook has not"),
        ({"kind": "person"}, "no table of subjects"),
        ({"amount": None}, "without an amount"),
        ({"amount": 2**62 + 1}, "beyond all measure"),
    ],
)
def test_outcomes_that_do_not_fit_are_refused(change: dict[str, Any], says: str) -> None:
    book = book_of({"A": ("firm", [""])})
    table = table_of_rows(book, [{"subject": "f", "firm": "f"}])
    outcomes = outcomes_of([("f", "f", "firm", "A", "eligible", 5, 5)])
    changed = outcomes.with_columns(
        pl.lit(value, dtype=outcomes.schema[name]).alias(name) for name, value in change.items()
    )
    with pytest.raises(TableError, match=says):
        stacked(book, {"firm": table}, changed)
