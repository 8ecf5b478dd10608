"""Who gets a measure, and what a firm or somebody who types facts can have: held against the interpreter row by row."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import partial
from urllib.parse import quote

import msgspec
import polars as pl
import pytest

from tests.desk.conftest import Get, ask
from tests.desk.rulebooks import files, shelves
from tests.desk.test_pages import plain
from tests.desk.test_tables import first_cells, rows_of
from tests.desk.zones import IMG, SECRETS, TODAY
from wutong.desk.web.app import create_app
from wutong.desk.web.entitled import answer_of
from wutong.desk.web.files import FORMS
from wutong.desk.web.kept import kept_once
from wutong.desk.web.told import typed
from wutong.desk.web.worked import day_of, worked_out
from wutong.policy.answers import asked_of
from wutong.policy.evaluate import evaluate
from wutong.policy.facts import facts_of_zone
from wutong.policy.feel.types import BOOLEAN, DATE, MONEY, RATE
from wutong.policy.fields import Field
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.shelf import shelf_of
from wutong.words import Text
from wutong.zone.load import Zone

LAST = date(2024, 12, 31)


def section(page: str, name: str) -> str:
    start = page.index(f'id="{name}"')
    return page[start : page.index("</section>", start)]


# ------------------------------------------------------------------ who gets it


def test_the_zone_is_worked_out_for_the_last_year_that_is_known(zones: tuple[Zone, Zone]) -> None:
    assert day_of(zones[0], "", TODAY) == LAST
    assert day_of(zones[0], "2023-06-30", TODAY) == date(2023, 6, 30)
    assert day_of(zones[0], "yesterday", TODAY) == LAST


def test_the_page_and_its_files_say_what_the_interpreter_says(get: Get, zones: tuple[Zone, Zone]) -> None:
    book = shelves()["trial"].book
    assert book is not None
    firms = facts_of_zone(asked_of(book, "firm"), zones[0].tables, "firm", date(2025, 12, 31)).table
    by_hand = outcomes_by_hand(book, {"firm": firms}).filter(pl.col("measure") == "award")
    counts = dict(by_hand.group_by("state").len().iter_rows())
    page = get("/en/trial/measures/award?on=2025-12-31").text
    text = plain(section(page, "gets"))
    for state, words in (("eligible", "eligible"), ("unknown", "unknown"), ("not eligible", "not eligible")):
        assert f"{words} {counts.get(state, 0)} " in text
    assert counts["eligible"] == 1, "the leader made 24.55 billion yuan the year before"
    assert "certain for 1 of 130 (firm), 200,000 yuan in all" in text
    rows = rows_of(get("/en/trial/measures/award/subjects/csv?on=2025-12-31").content)
    assert {(row["Subject id"], row["Outcome"]) for row in rows} == set(
        by_hand.select("subject", "state").iter_rows()
    )
    (sure,) = [row for row in rows if row["Outcome"] == "eligible"]
    assert (sure["Subject id"], sure["Name"], sure["Certain amount (yuan)"]) == (
        "leader",
        "Light Wheel",
        "200000.00",
    )
    assert {row["Certain amount (yuan)"] for row in rows if row["Outcome"] != "eligible"} == {""}


def test_an_outcome_is_listed_alone_and_leads_to_its_reasons(get: Get) -> None:
    page = get("/en/trial/measures/award?on=2025-12-31&state=eligible").text
    listed = section(page, "gets")
    assert first_cells(listed[listed.index("bounded") :]) == ["Light Wheel"]
    assert 'href="/en/trial/firm/leader/measures/award"' in listed
    assert (
        len(rows_of(get("/en/trial/measures/award/subjects/csv?on=2025-12-31&state=eligible").content)) == 1
    )
    assert get("/en/trial/measures/award/subjects/exe").status_code == 404
    assert get("/en/trial/measures/none/subjects/csv").status_code == 404


@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_of_who_gets_it_says_what_the_measure_is_and_that_the_zone_is_invented(
    get: Get, form: str
) -> None:
    answer = get(f"/en/made-up/measures/award/subjects/{form}?on=2025-12-31")
    assert 'filename="invented-made-up-award-2025-12-31.' in answer.headers["content-disposition"]
    if form == "json":
        found = msgspec.json.decode(answer.content)
        assert {
            (row["measure"], row["status"], row["place"], row["year"], row["grade"]) for row in found["rows"]
        } == {("award", "example of a shape", IMG, 2025, "not graded")}
        assert any("joint ceilings" in caveat for caveat in found["caveats"])
    elif form != "xlsx":
        assert "example of a shape" in answer.content.decode("utf-8-sig")


def test_of_persons_only_how_many_is_shown(zones: tuple[Zone, Zone]) -> None:
    person = (
        files()["ranked.yaml"]
        .decode()
        .replace("subject: firm", "subject: person")
        .replace("ranked", "talent")
    )
    person = re.sub(r"  首次:.*\n", "", person).replace(
        "from: {table: firm_year, column: output, year: -1}",
        "from: {table: firm_year, column: output, year: -1}",
    )
    shelf = shelf_of({"talent.yaml": person.encode()})
    assert shelf.faults == ()
    get = partial(ask, create_app(zones, measures={"trial": shelf}, today=lambda: TODAY))
    for address in ("measures/talent", "measures/talent?state=unknown", "measures/talent/subjects/csv"):
        answer = get(f"/en/trial/{address}")
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.text], address
    page = section(get("/en/trial/measures/talent").text, "gets")
    assert "no list and no money" in plain(page)
    assert "yuan" not in plain(page).replace("100 million yuan", "")
    assert "bounded" not in page
    assert rows_of(get("/en/trial/measures/talent/subjects/csv").content) == []


# ------------------------------------------------------------------ what a firm can have


def test_a_firm_s_page_has_every_measure_with_its_outcome(get: Get, zones: tuple[Zone, Zone]) -> None:
    page = get("/en/trial/firm/leader/measures?on=2025-12-31").text
    answers = section(page, "answers")
    assert "award" in answers
    assert "ranked" in answers
    assert "grant" not in answers, "a measure for projects"
    text = plain(answers)
    assert "eligible By itself: 200,000 yuan Taken together: 200,000 yuan" in text
    assert (
        "unknown By itself: if approved: 100,000 yuan or 48 million yuan "
        "Taken together: 0 yuan to 48 million yuan to be decided: Amount; Places "
        "hangs on: the ranks of others, of whom some facts are not known" in text
    )
    book = shelves()["trial"].book
    assert book is not None
    worked = worked_out(zones[0], book, date(2025, 12, 31))
    own = worked.outcomes.filter(pl.col("subject") == "leader")
    assert dict(own.select("measure", "state").iter_rows()) == {
        "award": "eligible",
        "ranked": "needs decision",
    }
    assert worked.settled.filter(subject="leader", measure="ranked")["state"].to_list() == ["unknown"], (
        "the output of some is not known, so nobody can say who are the first ten"
    )
    assert "Of 2 measures 1 can be had, 0 need a decision, 1 are unknown, 0 cannot be had." in plain(page)
    assert "Taken together 200,000 yuan is certain." in plain(page)
    joint = plain(section(page, "together"))
    assert "Certain, taken together 200,000 yuan Facts not known may add 48 million yuan" in joint
    assert 'href="/en/trial/firm/leader/measures"' in get("/en/trial/firm/leader").text


def test_what_is_missing_is_asked_and_what_the_tables_say_is_shown(get: Get) -> None:
    page = get("/en/trial/firm/img/measures?on=2025-12-31").text
    form = page[page.index('<form class="view told"') : page.index("</form>")]
    assert "Output of the year before" in plain(form[: form.index("<details")])
    assert "concerns 1" in plain(form)
    assert "in the tables: no" in plain(form), "above scale"
    text = plain(section(page, "answers"))
    assert "not eligible not met: <img" in text
    assert "unknown missing: Output of the year before" in text


def test_typed_facts_take_the_place_of_those_of_the_tables(get: Get) -> None:
    name = quote("上规")
    told = f"on=2025-12-31&f.{name}=%E6%98%AF&f.{quote('产值')}={quote('20亿元')}"
    text = plain(section(get(f"/en/trial/firm/img/measures?{told}").text, "answers"))
    assert "eligible By itself: 200,000 yuan Taken together: 200,000 yuan" in text
    less = told.replace(quote("20亿元"), quote("19.9999亿元"))
    assert "not eligible not met: Output of 2 billion" in plain(
        section(get(f"/en/trial/firm/img/measures?{less}").text, "answers")
    )
    page = get(f"/en/trial/firm/img/measures?{told}").text
    assert f'href="/en/trial/firm/img/measures/award?on=2025-12-31&amp;f.{name}=%E6%98%AF' in page
    assert f'href="/zh/trial/firm/img/measures?{told.replace("&", "&amp;")}"' in page


def test_nothing_that_was_typed_is_lost_and_what_is_wrong_is_said_beside_it(get: Get) -> None:
    page = get(
        f"/en/trial/ask?kind=project&f.{quote('固定资产投资')}=200&f.{quote('签约日')}=tomorrow&f.x=1"
    ).text
    text = plain(page)
    assert 'value="200"' in page
    assert 'value="tomorrow"' in page
    assert "Say the unit, such as 1200万元" in text
    assert "Write a date as 2026-11-23" in text
    assert "could not be read and were not used: 2" in text
    assert "No measure asks for these: x" in text
    assert page.count('aria-invalid="true"') == 2
    assert "请写明单位" in plain(get(f"/zh/trial/ask?kind=project&f.{quote('固定资产投资')}=200").text)


def test_somebody_in_no_table_can_be_described(get: Get) -> None:
    facts = {
        "固定资产投资": "2亿元",
        "设备投资": "1亿元",
        "签约日": "2026-05-01",
        "申报日": "2026-06-01",
        "已付": "0元",
        "初次": "否",
    }
    query = "&".join(f"f.{quote(name)}={quote(value)}" for name, value in facts.items())
    page = get(f"/zh/trial/ask?kind=project&{query}").text
    assert "可得 单独算： 500万元 合起来： 500万元" in plain(section(page, "answers"))
    todo = plain(section(page, "todo"))
    for said in (
        "合同",
        "发票 · 日期在签约日至申报日之间",
        "研制方 30%：150万元",
    ):
        assert said in todo
    assert "五年内继续生产 · 上年产值 > 0元，至兑付日 + 5年，否则追回50%" in todo
    raised = get(f"/zh/trial/ask?kind=project&{query.replace(quote('否'), quote('是'))}").text
    assert "可得 单独算： 1000万元 合起来： 1000万元" in plain(section(raised, "answers")), (
        "the other measure adds five points"
    )
    assert get("/zh/trial/ask").status_code == 200


def test_one_measure_says_why_clause_by_clause_and_step_by_step(get: Get) -> None:
    page = get("/en/trial/firm/leader/measures/ranked?on=2025-12-31").text
    clauses = plain(section(page, "clauses"))
    assert "Output of the year before 24.55 billion yuan, needs at least 100 million yuan" in clauses
    assert "ranked.yaml, line" in clauses
    steps = plain(section(page, "steps-of-amount"))
    assert "In proportion" in steps
    assert "48 million yuan" in steps, "900 million at 1‰, what is above a billion at 2‰"
    assert "10 places" in plain(section(page, "todo"))
    failed = get("/en/trial/firm/img/measures/award?on=2025-12-31").text
    assert "not met" in plain(section(failed, "clauses"))
    assert 'id="steps-of-amount"' not in failed


def test_the_amount_of_the_ten_best_is_that_of_a_calculation_by_hand() -> None:
    output = Fraction(24_550_000_000)
    low, high = Fraction(100_000_000), Fraction(1_000_000_000)
    assert (high - low) / 1000 + (output - high) * 2 / 1000 == 48_000_000


def test_pages_of_what_is_not_there_are_not_found(get: Get) -> None:
    for address in (
        "firm/nobody/measures",
        "firm/leader/measures/none",
        "firm/leader/measures/grant",
        "ask/none",
        "ask/award?kind=project",
    ):
        assert get(f"/zh/trial/{address}").status_code == 404, address


def test_shapes_are_marked_with_place_and_grade_on_every_answer(get: Get) -> None:
    for address in (
        "firm/leader/measures",
        "firm/leader/measures/ranked",
        "ask?kind=firm",
        "ask/ranked?kind=firm",
    ):
        text = plain(get(f"/en/made-up/{address}").text)
        assert "not law in force" in text, address
        assert "example of a shape · A zone · 2026 · Grade C" in text, address


# ------------------------------------------------------------------ what is typed


FIELDS = {
    "投资": Field("投资", Text("投资", "Investment"), MONEY),
    "增速": Field("增速", Text("增速", "Growth"), RATE),
    "规上": Field("规上", Text("规上", "Above scale"), BOOLEAN),
    "签约日": Field("签约日", Text("签约日", "Signed on"), DATE),
}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("投资", "2亿元", Fraction(20_000_000_000)),
        ("投资", " 1200.5万元 ", Fraction(1_200_500_000)),
        ("投资", "12000yuan", Fraction(1_200_000)),
        ("增速", "5%", Fraction(5, 100)),
        ("规上", "否", False),
        ("规上", "yes", True),
        ("签约日", "2026-02-28", date(2026, 2, 28)),
    ],
)
def test_a_typed_value_is_read_as_a_measure_file_reads_it(name: str, text: str, value: object) -> None:
    found = typed([(f"f.{name}", text)], FIELDS)
    assert found.values == {name: value}
    assert found.errors == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("投资", "1200"),
        ("投资", "5%"),
        ("投资", "null"),
        ("投资", "投资 * 2"),
        ("投资", "1亿元 +"),
        ("增速", "5"),
        ("规上", "maybe"),
        ("签约日", "2026-02-30"),
        ("签约日", ""),
    ],
)
def test_what_is_no_such_value_is_not_used(name: str, text: str) -> None:
    found = typed([(f"f.{name}", text)], FIELDS)
    assert found.values == {}
    assert bool(found.errors) == bool(text)
    assert found.texts == ({name: text} if text else {})


def test_an_empty_field_is_not_known_and_never_no() -> None:
    book = shelves()["trial"].book
    assert book is not None
    grant = next(one for one in book.measures if one.id == "award")
    assert evaluate(grant, {}).state == "unknown"
    assert "1 are unknown" in answer_of([evaluate(grant, {}).state]).en


def test_what_was_asked_for_last_is_kept() -> None:
    made: list[str] = []
    recent = kept_once(most=2)

    def make(name: str) -> str:
        return recent((name,), lambda: made.append(name) or name)  # type: ignore[func-returns-value]

    for name in ("a", "b", "a", "c", "a", "b"):
        assert make(name) == name
    assert made == ["a", "b", "c", "b"]
