"""Facts from the tables of a zone: tables written by hand, with what must come out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl
import pytest

from tests.conftest import ROOT
from wutong.errors import RuleError
from wutong.policy.document import MeasureError, document_of
from wutong.policy.facts import Facts, facts_of_zone
from wutong.policy.fields import Field, fields_of
from wutong.policy.subjects import checked
from wutong.zone.catalogue import TABLES

ON: Final = date(2025, 12, 31)
KNOWN: Final = {"zone": "z", "as_of": date(2026, 3, 1), "invented": False}
FIRMS: Final = [{"firm": name, "name": f"{name}公司", "founded": "2023"} for name in "abc"]


def tables_of(**rows: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """All tables of a zone, empty but for these rows."""
    rows = {"firm": FIRMS, **rows}
    return {
        name: pl.DataFrame([KNOWN | row for row in rows.get(name, [])], schema=table.empty().schema)
        for name, table in TABLES.items()
    }


def field(taken: str, type_: str = "money", kind: str = "firm") -> dict[str, Field]:
    return fields_of(
        document_of(f"x: {{type: {type_}, zh: 事, en: Fact, from: {{{taken}}}}}", "m.yaml"), kind
    )


def taken(text: str, type_: str = "money", *, on: date = ON, kind: str = "firm", **rows: Any) -> list[Any]:
    """What a fact is of each subject, as its column holds it."""
    return all_of(text, type_, on=on, kind=kind, **rows).table["x"].to_list()


def all_of(text: str, type_: str = "money", *, on: date = ON, kind: str = "firm", **rows: Any) -> Facts:
    fields = field(text, type_, kind)
    facts = facts_of_zone(fields, tables_of(**rows), kind, on)
    checked(facts.table, fields, ["x"])  # the table is one of subjects
    return facts


def years(firm: str, *periods: int, **values: object) -> list[dict[str, object]]:
    return [{"firm": firm, "period": str(period), **values} for period in periods]


# ------------------------------------------------------------ value


def test_a_value_is_that_of_the_year_asked_for_and_a_missing_row_or_cell_is_not_known() -> None:
    rows = [*years("a", 2025, output=500), *years("a", 2024, output=300), *years("b", 2025, output=None)]
    assert taken("table: firm_year, column: output, year: 0", firm_year=rows) == [500, None, None]
    assert taken("table: firm_year, column: output, year: -1", firm_year=rows) == [300, None, None]
    assert taken("table: firm_year, column: output, year: 0", on=date(2024, 6, 1), firm_year=rows) == [
        300,
        None,
        None,
    ]


def test_a_value_of_the_subject_itself_needs_no_year() -> None:
    firms = [FIRMS[0] | {"role": "leader", "above_scale": True}, FIRMS[1] | {"above_scale": False}, FIRMS[2]]
    assert taken("table: firm, column: above_scale", "yes or no", firm=firms) == [True, False, None]
    assert taken("table: firm, column: role", "choice, of: [leader, core, member, other]", firm=firms) == [
        "leader",
        None,
        None,
    ]
    assert taken("table: firm, column: name", "text", firm=firms) == ["a公司", "b公司", "c公司"]


def test_two_rows_that_say_different_things_leave_a_value_unknown_and_are_counted() -> None:
    rows = [
        {"loan": "1", "firm": "a", "rate": 0.04, "drawn": date(2025, 2, 1)},
        {"loan": "2", "firm": "a", "rate": 0.05, "drawn": date(2025, 3, 1)},
        {"loan": "3", "firm": "b", "rate": 0.04, "drawn": date(2025, 3, 1)},
        {"loan": "4", "firm": "b", "rate": 0.04, "drawn": date(2025, 4, 1)},
        {"loan": "5", "firm": "c", "rate": 0.06, "drawn": date(2024, 4, 1)},
    ]
    facts = all_of("table: loan, column: rate, year: 0", "rate", loan=rows)
    assert facts.table["x"].to_list() == [None, 40_000, None]
    assert facts.known.row(0, named=True) == {
        "kind": "firm", "fact": "x", "table": "loan", "column": "rate", "subjects": 3, "known": 1, "several": 1
    }  # fmt: skip


def test_a_float_is_taken_to_the_nearest_unit_of_its_scale() -> None:
    rows = [
        *years("a", 2025, power=1234.5678, water=0.0004, employees=7),
        *years("b", 2025, power=1e30, water=-2.0005),
    ]
    assert taken("table: firm_year, column: power, year: 0", "electricity", firm_year=rows) == [
        1_234_568,
        None,
        None,
    ]
    assert taken("table: firm_year, column: water, year: 0", "water", firm_year=rows) == [0, -2_001, None]
    assert taken("table: firm_year, column: employees, year: 0", "people", firm_year=rows) == [7, None, None]
    assert taken("table: firm_year, column: employees, year: 0", "number", firm_year=rows) == [
        7_000_000,
        None,
        None,
    ]


def test_months_are_the_run_asked_for_and_no_other() -> None:
    rows = [
        {"firm": "a", "period": "2025-03", "output": 1},
        {"firm": "a", "period": "2025-01..03", "output": 5},
        {"firm": "a", "period": "2024-01..03", "output": 3},
        {"firm": "b", "period": "2025-03", "output": 2},
    ]
    assert taken("table: firm_month, column: output, year: 0, months: 1..3", firm_month=rows) == [
        5,
        None,
        None,
    ]
    assert taken("table: firm_month, column: output, year: -1, months: 1..3", firm_month=rows) == [
        3,
        None,
        None,
    ]
    assert taken("table: firm_month, column: output, year: 0, months: 3", firm_month=rows) == [1, 2, None]


# ------------------------------------------------------------ sum, count, any


AWARDS: Final = [
    {"award": "1", "firm": "a", "measure": "M1", "outcome": "granted", "period": "2025", "paid": 10},
    {"award": "2", "firm": "a", "measure": "M1", "outcome": "granted", "period": "2025-03", "paid": 20},
    {"award": "3", "firm": "a", "measure": "M2", "outcome": "granted", "period": "2025", "paid": 40},
    {"award": "4", "firm": "a", "measure": "M1", "outcome": "granted", "period": "2024", "paid": 80},
    {"award": "5", "firm": "b", "measure": "M1", "outcome": "granted", "period": "2025", "paid": None},
]


def test_in_a_register_no_row_is_no_and_an_unknown_cell_stays_unknown() -> None:
    at = "table: award, where: {measure: M1}, year: 0"
    assert taken(f"{at}, column: paid, take: sum", award=AWARDS) == [30, None, 0]
    assert taken(f"{at}, take: count", "count", award=AWARDS) == [2, 1, 0]
    assert taken(f"{at}, take: any", "yes or no", award=AWARDS) == [True, True, False]
    assert taken("table: award, column: paid, take: sum", award=AWARDS) == [150, None, 0]


def test_a_register_in_which_nothing_stands_is_not_known() -> None:
    for take, type_ in (
        ("column: paid, take: sum", "money"),
        ("take: count", "count"),
        ("take: any", "yes or no"),
    ):
        assert taken(f"table: award, {take}", type_) == [None, None, None]


def test_a_row_that_may_hold_leaves_unknown_what_it_could_change_and_no_more() -> None:
    undated = [*AWARDS, {"award": "6", "firm": "c", "measure": "M1", "outcome": "granted", "paid": 5}]
    undated += [{"award": "7", "firm": "a", "measure": "M1", "outcome": "granted", "paid": 5}]
    at = "table: award, where: {measure: M1}, year: 0"
    assert taken(f"{at}, take: any", "yes or no", award=undated) == [True, True, None]
    assert taken(f"{at}, take: count", "count", award=undated) == [None, 1, None]
    assert taken("table: award, where: {measure: M2}, year: 0, take: any", "yes or no", award=undated) == [
        True,
        False,
        False,
    ]


def test_who_has_no_row_in_a_table_of_reports_has_told_nothing() -> None:
    rows = [
        {"contract": "1", "firm": "a", "kind": "sale", "signed": date(2025, 5, 1), "amount": 7},
        {"contract": "2", "firm": "b", "kind": "lease", "signed": date(2025, 5, 1), "amount": 9},
        {"contract": "3", "firm": "c", "kind": "sale", "signed": date(2024, 5, 1), "amount": 9},
    ]
    at = "table: contract, where: {kind: 销售}, year: 0"
    assert taken(f"{at}, column: amount, take: sum", contract=rows) == [7, 0, None]
    assert taken(f"{at}, take: any", "yes or no", contract=rows) == [True, False, None]
    assert taken(f"{at}, take: count", "count", contract=rows) == [1, 0, None]


def test_a_sum_over_all_years_needs_every_year_since_the_firm_was_founded() -> None:
    rows = [
        *years("a", 2023, 2024, 2025, rd=5),
        *years("b", 2023, 2025, rd=5),
        *years("c", 2023, 2024, 2025, 2026, rd=5),
    ]
    assert taken("table: firm_year, column: rd, take: sum", firm_year=rows) == [15, None, 15]
    assert taken("table: firm_year, column: rd, take: sum, since: 2025", firm_year=rows) == [5, 5, 5]
    older = [
        {"firm": "a", "founded": "2001-05", "entered": "2023"},
        {"firm": "b"},
        {"firm": "c", "entered": "2023"},
    ]
    assert taken("table: firm_year, column: rd, take: sum", firm=older, firm_year=rows) == [None, None, 15]
    assert taken("table: firm_year, column: rd, take: sum, since: entered", firm=older, firm_year=rows) == [
        15,
        None,
        15,
    ]


# ------------------------------------------------------------ in force, listed, earliest


def test_a_certificate_is_in_force_from_its_first_to_its_last_day() -> None:
    rows = [
        {"firm": "a", "kind": "high_tech", "granted": date(2023, 1, 1), "expires": date(2025, 12, 31)},
        {"firm": "b", "kind": "high_tech", "granted": date(2022, 1, 1), "expires": date(2025, 12, 30)},
        {"firm": "c", "kind": "champion", "granted": date(2022, 1, 1), "expires": date(2027, 12, 30)},
    ]
    at = "table: certificate, take: any, where: {kind: high_tech}"
    assert taken(at, "yes or no", certificate=rows) == [True, False, False]
    assert taken(at, "yes or no", on=date(2022, 12, 31), certificate=rows) == [False, True, False]
    rows[1]["expires"] = None  # how long it lasts is not known
    assert taken(at, "yes or no", certificate=rows) == [True, None, False]
    assert taken(f"{at}, year: -3", "yes or no", certificate=rows) == [
        False,
        True,
        False,
    ]  # granted in that year


def test_a_firm_is_on_a_list_by_id_or_by_name_and_a_list_that_is_not_there_is_not_known() -> None:
    rows = [
        {"list": "key", "member": "甲", "firm": "a", "start": "2024"},
        {"list": "key", "member": "ｃ公司", "start": "2024"},
    ]
    at = "table: list_member, take: any, where: {list: key}"
    assert taken(at, "yes or no", list_member=rows) == [True, False, True]
    assert taken(at.replace("key", "other"), "yes or no", list_member=rows) == [None, None, None]
    rows[1]["member"] = "c有限公司"  # alike, and nobody has looked it up
    assert taken(at, "yes or no", list_member=rows) == [True, False, None]
    rows[0]["end"] = "2025-06"
    assert taken(at, "yes or no", list_member=rows) == [False, False, None]
    rows[0]["end"] = "2025"  # at some time of this year
    assert taken(at, "yes or no", list_member=rows) == [None, False, None]
    assert taken(at, "yes or no", on=date(2026, 1, 1), list_member=rows) == [False, False, None]


def test_the_earliest_and_the_latest_day() -> None:
    rows = [
        {"loan": "1", "firm": "a", "drawn": date(2025, 2, 1)},
        {"loan": "2", "firm": "a", "drawn": date(2023, 3, 1)},
        {"loan": "3", "firm": "b", "drawn": date(2026, 3, 1)},
        {"loan": "4", "firm": "c", "drawn": None},
    ]
    assert taken("table: loan, column: drawn, take: earliest", "date", loan=rows) == [
        date(2023, 3, 1),
        None,
        None,
    ]
    assert taken("table: loan, column: drawn, take: latest", "date", loan=rows) == [
        date(2025, 2, 1),
        None,
        None,
    ]


def test_a_month_is_no_day_unless_the_measure_says_which_day_is_taken() -> None:
    rows = [
        {"project": "p", "name": "p", "firm": "a", "signed_on": "2025-05-03", "promised": 3},
        {"project": "q", "name": "q", "firm": "b", "signed_on": "2025-05"},
        {"project": "r", "name": "r"},
    ]
    at = "table: project, column: signed_on"
    assert taken(at, "date", kind="project", project=rows) == [date(2025, 5, 3), None, None]
    assert taken(f"{at}, day: first", "date", kind="project", project=rows) == [
        date(2025, 5, 3),
        date(2025, 5, 1),
        None,
    ]
    assert taken(f"{at}, day: last", "date", kind="project", project=rows) == [
        date(2025, 5, 3),
        date(2025, 5, 31),
        None,
    ]


def test_the_day_and_the_year_for_which_the_rulebook_is_run() -> None:
    assert taken("take: day", "date", on=date(2025, 7, 1)) == [date(2025, 7, 1)] * 3
    assert taken("take: year", "date", on=date(2025, 7, 1)) == [date(2025, 1, 1)] * 3


# ------------------------------------------------------------ a history

FIRST: Final = "table: firm_year, column: above_scale, take: first time, year: 0"
ROW: Final = "table: firm_year, column: above_scale, take: years in a row"


@pytest.mark.parametrize(
    ("history", "first", "run"),
    [
        ({2023: False, 2024: False, 2025: True}, True, 1),
        ({2023: True, 2024: False, 2025: True}, False, 1),
        ({2023: True, 2024: True, 2025: True}, False, 3),
        ({2023: False, 2024: None, 2025: True}, None, None),
        ({2023: None, 2024: False, 2025: True}, None, 1),
        ({2023: False, 2025: True}, None, None),  # the row of a year is missing
        ({2024: False, 2025: True}, None, 1),
        ({2023: True, 2025: True}, False, None),
        ({2023: False, 2024: False, 2025: False}, False, 0),
        ({2023: False, 2024: False, 2025: None}, None, None),
        ({2023: False, 2024: False}, None, None),
        ({2023: True, 2024: False}, False, None),
        ({}, None, None),
    ],
)
def test_a_first_time_and_a_run_of_years_need_a_known_history(
    history: Mapping[int, bool | None], first: bool | None, run: int | None
) -> None:
    rows = [{"firm": "a", "period": str(year), "above_scale": held} for year, held in history.items()]
    assert taken(FIRST, "yes or no", firm_year=rows)[0] is first
    assert taken(ROW, "count", firm_year=rows)[0] == run


def test_a_history_begins_when_the_firm_was_founded_or_where_the_measure_says() -> None:
    rows = [row for name in "abc" for row in years(name, 2024, 2025, above_scale=True)]
    firms = [
        {"firm": "a", "founded": "2024-09"},
        {"firm": "b", "founded": "2005", "entered": "2024"},
        {"firm": "c"},
    ]
    assert taken(ROW, "count", firm=firms, firm_year=rows) == [2, None, None]
    assert taken(f"{ROW}, since: entered", "count", firm=firms, firm_year=rows) == [None, 2, None]
    assert taken(f"{ROW}, since: 2024", "count", firm=firms, firm_year=rows) == [2, 2, 2]
    assert taken(f"{ROW}, since: 2025", "count", firm=firms, firm_year=rows) == [1, 1, 1]
    assert taken(f"{FIRST}, since: 2025", "yes or no", firm=firms, firm_year=rows) == [True, True, True]
    assert taken(FIRST.replace("year: 0", "year: -1"), "yes or no", firm=firms, firm_year=rows) == [
        True,
        None,
        None,
    ]


def test_in_a_register_a_year_without_a_row_is_a_gap() -> None:
    rows = [{"award": str(at), "firm": firm, "measure": "M1", "outcome": "granted", "period": str(year)}
            for at, (firm, year) in enumerate([("a", 2025), ("b", 2025), ("b", 2023), ("b", 2024), ("c", 2023)])]  # fmt: skip
    at = "table: award, where: {measure: M1}"
    assert taken(f"{at}, take: first time", "yes or no", award=rows) == [True, False, False]
    assert taken(f"{at}, take: years in a row", "count", award=rows) == [1, 3, 0]
    rows.append({"award": "9", "firm": "a", "measure": "M1", "outcome": "granted", "period": "2021..2024"})
    assert taken(f"{at}, take: first time", "yes or no", award=rows) == [None, False, False]


def test_what_holds_over_years_counts_in_each_of_them() -> None:
    rows = [
        {"firm": "a", "kind": "champion", "granted": date(2022, 11, 1), "expires": date(2025, 10, 31)},
        {"firm": "b", "kind": "champion", "granted": date(2025, 11, 1), "expires": date(2028, 10, 31)},
        {"firm": "c", "kind": "champion", "granted": date(2024, 11, 1), "expires": None},
    ]
    at = "table: certificate, where: {kind: champion}"
    assert taken(f"{at}, take: years in a row", "count", certificate=rows) == [4, 1, None]
    assert taken(f"{at}, take: years in a row, since: 2024", "count", certificate=rows) == [2, 1, None]
    assert taken(f"{at}, take: first time", "yes or no", certificate=rows) == [False, True, False]
    listed = [{"list": "key", "member": "甲", "firm": "a", "start": "2023"}]
    assert taken(
        "table: list_member, where: {list: key}, take: years in a row", "count", list_member=listed
    ) == [3, 0, 0]


# ------------------------------------------------------------ the other side

TRADES: Final = [
    {"seller": "a", "buyer": "b", "product": "x", "period": "2025", "amount": 1},
    {"seller": "c", "buyer": "b", "product": "x", "period": "2025-03", "amount": 2},
    {"seller": "b", "buyer": "c", "product": "x", "period": "2025", "amount": 4},
    {"seller": "b", "buyer": "b", "product": "x", "period": "2025", "amount": 8},
]
BOUGHT: Final = "table: trade, as: buyer, column: amount, take: sum, year: 0"


@pytest.mark.parametrize("pair", [("a", "b"), ("b", "a")])
def test_trade_with_related_parties_is_left_out_in_both_directions(pair: tuple[str, str]) -> None:
    related = [{"firm": pair[0], "other": pair[1], "relation": "sister"}]
    assert taken(BOUGHT, trade=TRADES) == [None, 11, 4]
    assert taken(f"{BOUGHT}, unrelated: yes", trade=TRADES, related_party=related) == [None, 2, 4]
    sold = BOUGHT.replace("buyer", "seller")
    assert taken(f"{sold}, unrelated: yes", trade=TRADES, related_party=related) == [0, 4, 2]


def test_a_relation_counts_while_it_lasts_and_an_empty_register_says_nothing() -> None:
    at = f"{BOUGHT}, unrelated: yes"
    assert taken(at, trade=TRADES) == [None, None, None]
    related = [{"firm": "a", "other": "b", "relation": "sister", "start": "2020", "end": "2024"}]
    assert taken(at, trade=TRADES, related_party=related) == [None, 3, 4]
    related[0]["end"] = "2025-01"
    assert taken(at, trade=TRADES, related_party=related) == [None, 2, 4]


def test_a_contract_names_its_other_side_and_a_strange_name_may_be_related() -> None:
    rows = [
        {"contract": "1", "firm": "a", "other": "b公司", "signed": date(2025, 5, 1), "amount": 7},
        {"contract": "2", "firm": "b", "other": "c公司", "signed": date(2025, 5, 1), "amount": 9},
        {"contract": "3", "firm": "c", "other": "远方公司", "signed": date(2025, 5, 1), "amount": 9},
    ]
    related = [{"firm": "b", "other": "a", "relation": "parent"}]
    at = "table: contract, column: amount, take: sum, year: 0, unrelated: yes"
    assert taken(at, contract=rows, related_party=related) == [0, 9, None]


# ------------------------------------------------------------ whose facts


def test_one_value_for_the_whole_zone_has_the_unit_beside_it_and_a_bound_is_no_value() -> None:
    row = {"indicator": "growth", "name": "增速", "scope": "全区", "measure": "growth", "unit": "%"}
    rows = [row | {"period": "2025", "value": 25.4}, row | {"period": "2025-03", "value": 30.0}]
    at = "table: indicator, column: value, for_all: yes, year: 0, where: {indicator: growth}"
    assert taken(at, "rate", indicator=rows) == [254_000] * 3
    assert taken(at, "rate", indicator=[rows[0] | {"sense": "about"}]) == [None] * 3
    assert taken(at, "rate", indicator=[rows[0] | {"unit": "台"}]) == [None] * 3
    assert taken(at, "rate", indicator=[*rows, rows[0] | {"value": 25.5}]) == [None] * 3
    assert taken(at, "money", indicator=[rows[0] | {"value": 700.0, "unit": "亿元"}]) == [7 * 10**12] * 3


def test_a_project_has_its_own_facts_and_those_of_its_firm() -> None:
    projects = [
        {"project": "p", "name": "p", "firm": "a", "promised": 3},
        {"project": "q", "name": "q", "firm": "a", "promised": 4},
        {"project": "r", "name": "r"},
    ]
    rows: dict[str, Any] = {"project": projects, "firm_year": years("a", 2025, output=9), "award": AWARDS}
    facts = all_of("table: firm_year, column: output, year: 0", kind="project", **rows)
    assert facts.table.rows() == [("p", "a", 9), ("q", "a", 9), ("r", "r", None)]
    assert taken("table: project, column: promised", kind="project", **rows) == [3, 4, None]
    assert taken("table: award, take: any", "yes or no", kind="project", **rows) == [True, True, None]


def test_a_person_has_the_firm_of_the_latest_event() -> None:
    people = [{"person": name, "born": 1990} for name in "xyz"]
    events = [
        {"person": "x", "event": "arrival", "period": "2024", "firm": "b"},
        {"person": "x", "event": "placement", "period": "2025-02", "firm": "a"},
        {"person": "x", "event": "insured_month", "period": "2026-02", "firm": "c"},
        {"person": "y", "event": "placement", "period": "2024", "firm": "a"},
        {"person": "y", "event": "departure", "period": "2025", "firm": "a"},
    ]
    rows: dict[str, Any] = {"person": people, "person_event": events, "firm_year": years("a", 2025, output=9)}
    facts = all_of("table: firm_year, column: output, year: 0", kind="person", **rows)
    assert facts.table.rows() == [("x", "a", 9), ("y", "y", None), ("z", "z", None)]
    at = "table: person_event, take: count, where: {event: placement}, year: 0"
    assert taken(at, "count", kind="person", **rows) == [1, 0, None]


def test_who_had_left_or_was_to_come_is_no_subject() -> None:
    firms = [
        {"firm": "a", "left": "2024"},
        {"firm": "b", "left": "2025"},
        {"firm": "c", "entered": "2026"},
        {"firm": "d"},
    ]
    facts = all_of("table: firm, column: name", "text", firm=firms)
    assert facts.table["subject"].to_list() == ["b", "d"]
    assert facts.left_out == 2


def test_a_record_says_what_is_known_where_it_was_read_and_whether_it_is_invented() -> None:
    fields = field("table: firm_year, column: output, year: 0") | {
        "y": fields_of(document_of("y: {type: money, zh: 事, en: Fact}"))["y"]
    }
    rows = [*years("a", 2025, output=1, source="d1"), *years("a", 2024, output=1, source="d2", invented=True)]
    document = [{"document": "d1", "title": "年报", "grade": "A"}]
    facts = facts_of_zone(fields, tables_of(firm_year=rows, document=document), "firm", ON)
    assert [(one["fact"], one["table"], one["known"]) for one in facts.known.iter_rows(named=True)] == [
        ("x", "firm_year", 1),
        ("y", "", 0),
    ]
    assert facts.table.columns == ["subject", "firm", "x"]
    assert [(source.id, source.title) for source in facts.sources] == [("d1", "年报")]
    assert not facts.invented
    earlier = facts_of_zone(fields, tables_of(firm_year=rows), "firm", date(2024, 12, 31))
    assert earlier.invented


# ------------------------------------------------------------ mistakes

MISTAKES: Final = [
    ("table: firm_years, column: output", "money", "firm_year"),
    ("table: firm_year, column: outputs, year: 0", "money", "output"),
    ("table: firm_year, year: 0", "money", "column"),
    ("table: firm_year, column: output, year: 0", "rate", "does not give rate"),
    ("table: firm_year, column: output", "money", "which year"),
    ("table: firm_year, column: power, year: 0", "water", "t"),
    ("table: firm_year, column: output, take: earliest, year: 0", "money", "earliest"),
    ("table: firm_year, column: output, take: any, year: 0", "yes or no", "counts rows"),
    ("table: award, take: any", "money", "any"),
    ("table: award, take: any, where: {outcom: granted}", "yes or no", "outcome"),
    ("table: award, take: any, where: {outcome: given}", "yes or no", "granted"),
    ("table: award, take: any, where: {amount: 5}", "yes or no", "condition"),
    ("table: award, take: any, where: {period: soon}", "yes or no", "cannot hold"),
    ("table: firm, column: role", "choice, of: [leader, core]", "member"),
    ("table: firm, column: name, year: 0", "text", "dated"),
    ("table: patent, take: count, year: 0", "count", "dated"),
    ("table: patent, take: count, year: 0, dated: title", "count", "dates"),
    ("table: trade, column: amount, take: sum, year: 0", "money", "as: seller"),
    ("table: trade, as: product, column: amount, take: sum, year: 0", "money", "does not lead"),
    ("table: utility, column: used, take: sum, year: 0", "money", "does not lead"),
    ("table: firm_month, column: output, take: sum, year: 0", "money", "twice"),
    ("table: firm_month, column: output, year: 0, months: 13", "money", "1..3"),
    ("table: award, column: paid, take: sum, unrelated: yes", "money", "another side"),
    ("table: indicator, column: value, take: sum, for_all: yes", "money", "take is value"),
    ("table: award, take: any, since: 98", "yes or no", "entered"),
    ("table: firm_year, column: output, year: 1", "money", "later"),
    ("table: firm, column: name, day: first", "text", "periods"),
    ("take: day", "money", "day"),
]


@pytest.mark.parametrize(("text", "type_", "word"), MISTAKES)
def test_a_mistake_in_from_is_named_with_its_place(text: str, type_: str, word: str) -> None:
    with pytest.raises(MeasureError) as caught:
        field(text, type_)
    said = caught.value.text.en
    assert said.startswith("m.yaml")
    assert word in said


GUIDE: Final = re.findall(
    r"^\| .* \| `\{(.*)\}` \|$", (ROOT / "docs/how-to/facts.md").read_text(encoding="utf-8"), re.M
)


@pytest.mark.parametrize("text", GUIDE)
def test_what_the_guide_shows_can_be_taken(text: str) -> None:
    fits = []
    for type_ in ("money", "yes or no", "count", "date", "rate"):
        kind = "project" if "project" in text else "firm"
        try:
            fits.append(field(text, type_, kind))
        except MeasureError:
            continue
    assert fits
    for fields in fits:
        facts_of_zone(fields, tables_of(), kind, ON)


def test_the_guide_shows_many() -> None:
    assert len(GUIDE) >= 12


def test_a_table_that_does_not_lead_to_a_subject_is_refused_at_the_latest_when_facts_are_taken() -> None:
    unsaid = fields_of(document_of("x: {type: money, zh: 事, en: Fact, from: {table: fund, column: size}}"))
    with pytest.raises(RuleError, match="does not lead to a firm"):
        facts_of_zone(unsaid, tables_of(), "firm", ON)
