"""What measures give together: pages say what the row-by-row rules say, whatever was typed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from tests.desk.conftest import Get, ask
from tests.desk.rulebooks import files, shelves
from tests.desk.test_entitled import section
from tests.desk.test_pages import plain
from tests.desk.zones import TODAY
from tests.policy.drawn_stacks import Drawn, drawn
from wutong.desk.web import door
from wutong.desk.web.address import Place
from wutong.desk.web.app import create_app
from wutong.desk.web.beneficiaries import money_of, rows_for, sums_for, why_of_row
from wutong.desk.web.between import between, reasons_named, remains, taken_by
from wutong.desk.web.due import joint_of
from wutong.desk.web.editions import Reader
from wutong.desk.web.entitled import Subject, joined, rows_of
from wutong.desk.web.rulebooks import shelf_in
from wutong.desk.web.together import NOBODY, Together, sums_by, together, with_facts
from wutong.desk.web.told import typed
from wutong.desk.web.worked import WorkedOut, worked_out
from wutong.errors import TableError
from wutong.policy.answers import asked_of
from wutong.policy.ask import questions
from wutong.policy.certain import SUMS, added_up
from wutong.policy.facts import Facts
from wutong.policy.hanging import without_others
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.stack import stacked
from wutong.policy.stack_by_hand import stack_by_hand
from wutong.policy.subjects import facts_at, table_of
from wutong.policy.trials import subjects_of
from wutong.words import Text
from wutong.zone.load import Zone

WAN: Final = 1_000_000
YEAR: Final = 2026
ON: Final = date(2026, 12, 31)
GRANTED: Final[dict[str, Any]] = {
    "固定资产投资": 20_000 * WAN,
    "设备投资": 10_000 * WAN,
    "产值": 50_000 * WAN,
    "土地": "new",
    "签约日": date(2026, 5, 1),
    "申报日": date(2026, 6, 1),
    "已付": 0,
    "初次": False,
}
AWARDED: Final[dict[str, Any]] = {"上规": True, "产值": 300_000 * WAN}
TYPED: Final = {
    "固定资产投资": "2亿元",
    "设备投资": "1亿元",
    "签约日": "2026-05-01",
    "申报日": "2026-06-01",
    "已付": "0元",
    "初次": "否",
    "产值": "5亿元",
    "土地": "new",
}


def book() -> Rulebook:
    return rulebook_of({name: data for name, data in files().items() if name != "broken.yaml"})


def worked(book_: Rulebook, subjects: dict[str, pl.DataFrame], on: date = ON) -> WorkedOut:
    """What pages have of a zone, worked out row by row."""
    found = outcomes_by_hand(book_, subjects)
    settled = stack_by_hand(book_, subjects, found, on.year)
    nothing = pl.DataFrame()
    facts = {kind: Facts(table, nothing, (), False, 0) for kind, table in subjects.items()}
    return WorkedOut(on, book_.fields, facts, found, settled)


def tables(book_: Rulebook, *, project: dict[str, Any], firm: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {
        "firm": table_of([("a", "a", firm), ("b", "b", {})], asked_of(book_, "firm")),
        "project": table_of([("p1", "a", project)], asked_of(book_, "project")),
    }


def in_base(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in given.items()
    }


@pytest.fixture(scope="module")
def both() -> tuple[Rulebook, Together]:
    made = book()
    subjects = tables(made, project=in_base(GRANTED), firm=in_base(AWARDED))
    return made, together(made, worked(made, subjects), "a", "firm", "a", {})


# ------------------------------------------------------------ one firm with its projects


def test_of_a_firm_and_its_project_the_higher_of_a_group_remains(both: tuple[Rulebook, Together]) -> None:
    made, found = both
    rows = {row["measure"]: row for row in found.rows.iter_rows(named=True)}
    assert set(rows) == {"award", "ranked", "grant", "lift"}
    assert (found.alone, found.taken, found.certain) == (520 * WAN, 20 * WAN, 500 * WAN)
    assert remains(rows["award"]).zh == "0元"
    assert [one.zh for one in taken_by(rows["award"], made)] == [
        "不能兼得（同一支出就高），就高",
        "给了“设备补助”（p1）",
    ]
    assert taken_by(rows["grant"], made) == ()


def test_the_page_says_what_is_cut_paid_kept_and_handed_in(both: tuple[Rulebook, Together]) -> None:
    made, found = both
    reader = Reader(Place("en", "trial"), made)
    called = {"p1": "The new hall"}
    said = joint_of(
        made, found, ON, called, lambda kind, subject, measure: f"{kind}/{subject}/{measure}", reader
    )
    assert said.projects == 1
    assert said.sums[:3] == (
        ("Certain, taken together", "5 million yuan"),
        ("Each by itself, added up", "5.2 million yuan"),
        ("Taken off", "−200,000 yuan"),
    )
    (cut,) = said.cuts
    assert (cut.title, cut.alone, cut.remains, cut.href) == (
        "award " + made.measures[0].title.en,
        "200,000 yuan",
        "0 yuan",
        "firm/a/award",
    )
    # a year after signing, though the first instalment alone would be due after six months
    assert [(one.day, one.amount, one.whose, one.what, one.state) for one in said.payments] == [
        ("2027-05-01", "450,000 yuan", "The new hall", "Instalment 1 · 开工 · Maker", "can be paid"),
        ("2027-05-01", "1.05 million yuan", "The new hall", "Instalment 1 · 开工 · User", "can be paid"),
        ("", "1.05 million yuan", "The new hall", "Instalment 2 · 验收 · Maker", ""),
        ("", "2.45 million yuan", "The new hall", "Instalment 2 · 验收 · User", ""),
    ]
    (kept,) = said.kept
    assert (kept.until, kept.state, kept.then, kept.paid_on) == (
        "2032-05-01",
        "is met now",
        "else recovered: 2.5 million yuan",
        "2027-05-01",
    )
    assert [(one.name, one.small, dict(one.measures)) for one in said.papers] == [
        ("合同", "", {"grant": "project/p1/grant"}),
        ("发票", "dated between Signed on and Applied on", {"grant": "project/p1/grant"}),
    ]


def test_what_is_not_known_of_the_project_leaves_the_award_of_the_firm_open() -> None:
    made = book()
    unknown = {name: value for name, value in GRANTED.items() if name != "设备投资"}
    subjects = tables(made, project=in_base(unknown), firm=in_base(AWARDED))
    found = together(made, worked(made, subjects), "a", "firm", "a", {})
    (row,) = found.rows.filter(pl.col("measure") == "award").iter_rows(named=True)
    assert (row["paid"], row["paid_low"], row["paid_high"]) == (None, 0, 20 * WAN)
    assert found.certain == 20 * WAN, "one of both is surely that much"
    assert between(row, made)[0].en == (
        "hangs on: not together with others (The highest for one expense), the highest is given"
    )
    assert remains(row).en == "0 yuan to 200,000 yuan"
    told = together(made, worked(made, subjects), "a", "project", "p1", in_base({"设备投资": 10_000 * WAN}))
    assert told.certain == 500 * WAN


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn())
def test_the_sums_of_a_firm_are_those_of_the_whole_zone_added_up_by_firm(case: Drawn) -> None:
    table = stacked(case.book, case.subjects, case.outcomes, YEAR).table
    whole = {row["firm"]: row for row in added_up(table, "firm").iter_rows(named=True)}
    for firm, row in whole.items():
        own = sums_by(table, pl.col("firm") == firm, pl.lit("own"))["own"]
        assert own == {name: row[name] for name in SUMS}, firm


# ------------------------------------------------------------ what is typed


EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "measures"


@pytest.fixture(scope="module")
def shapes() -> Rulebook:
    made = shelf_in(EXAMPLES).book
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("says", "kind", "subject", "told"),
    [
        ("每年十家工厂", "project", "f11", {"认定名次": 1}),
        ("每年十家工厂", "project", "f3", {"认定示范工厂": False}),
        ("水、电、气三项", "firm", "i", {"二季度电费": 100 * WAN}),
        ("算力按合同就高", "project", "n2", {"合同号": "k1"}),
        ("贷款总量2000亿元", "project", "l3", {"申请日": date(2025, 2, 1)}),
        ("同年只选链主奖励", "firm", "a", {"链条营收": 1}),
        ("十个名额", "firm", "x", {"产值": 1}),
    ],
)
def test_a_fact_that_is_typed_gives_what_the_whole_zone_gives_with_it(
    shapes: Rulebook, says: str, kind: str, subject: str, told: dict[str, Any]
) -> None:
    (trial,) = [one for one in shapes.trials if one.says.startswith(says)]
    subjects = subjects_of(shapes, trial)
    firm = str(subjects[kind].filter(pl.col("subject") == subject)["firm"][0])
    given = in_base(told)
    changed = {**subjects, kind: with_facts(shapes, subjects[kind], firm, subject, given)}
    whole = stack_by_hand(shapes, changed, outcomes_by_hand(shapes, changed), YEAR)
    found = together(shapes, worked(shapes, subjects), firm, kind, subject, given)
    names = [name for name in whole.columns if name != "together"]
    assert found.rows.select(names).rows() == whole.filter(pl.col("firm") == firm).select(names).rows()
    before = worked(shapes, subjects).settled.filter(pl.col("firm") == firm)
    assert found.rows["paid_high"].to_list() != before["paid_high"].to_list(), "the fact matters"


def test_one_that_stands_in_no_table_competes_with_those_of_the_zone(shapes: Rulebook) -> None:
    (trial,) = [one for one in shapes.trials if one.says.startswith("每年十家工厂")]
    subjects = subjects_of(shapes, trial)
    base = worked(shapes, subjects)
    given = in_base({"认定示范工厂": True, "此前示范奖励": 0, "认定示范车间": False})
    first, last = (
        together(shapes, base, NOBODY, "project", NOBODY, given | in_base({"认定名次": place}))
        for place in (1, 12)
    )
    assert (first.certain, last.certain) == (500 * WAN, 0)


def test_a_person_is_not_held_against_others(shapes: Rulebook) -> None:
    bare = without_others(shapes)
    assert not any(edition.quota or edition.budget for one in bare.measures for edition in one.editions)
    measure = next(one for one in shapes.measures if one.subject == "person")
    known = dict.fromkeys(measure.given)
    people = {"person": table_of([("x", "x", known), ("y", "y", known)], shapes.fields)}
    found = together(shapes, worked(shapes, people), NOBODY, "person", NOBODY, in_base({"当年在岗月数": 12}))
    assert set(found.rows["subject"]) == {NOBODY}
    assert found.rows.height == sum(one.subject == "person" for one in shapes.measures)


def test_a_fact_that_is_too_fine_for_a_table_is_refused_and_the_page_says_so(get: Get) -> None:
    made = book()
    subjects = tables(made, project={}, firm={})
    with pytest.raises(TableError):
        together(made, worked(made, subjects), "a", "firm", "a", {"产值": Fraction(1, 3)})
    page = get(f"/en/trial/firm/leader/measures?f.{quote('产值')}={quote('0.001元')}")
    assert page.status_code == 200
    assert "Taken together it cannot be worked out" in plain(page.text)


# ------------------------------------------------------------ pages


def test_the_page_of_what_one_can_have_shows_days_ends_and_papers(get: Get) -> None:
    query = "&".join(f"f.{quote(name)}={quote(value)}" for name, value in TYPED.items())
    page = get(f"/zh/trial/ask?kind=project&{query}").text
    assert "合起来确定可得 500万元 只就所填的这一个对象" in plain(section(page, "together"))
    payments = plain(section(page, "payments"))
    assert "2027-05-01 45万元 grant 设备补助 第1期 · 开工 · 研制方 可付" in payments
    assert "日期未知 245万元 grant 设备补助 第2期 · 验收 · 使用方" in payments
    assert "2032-05-01 五年内继续生产 否则追回250万元 现在满足" in plain(section(page, "kept"))
    papers = section(page, "papers")
    assert "发票 日期在签约日至申报日之间 （ grant ）" in plain(papers)
    assert "/zh/trial/ask/grant?kind=project" in papers
    one = get(f"/zh/trial/ask/grant?kind=project&{query}").text
    assert "合起来：500万元" in plain(one[one.index('id="together"') :])
    nobody = get("/zh/trial/ask?kind=project").text
    for name in ("together", "payments", "kept", "papers"):
        assert f'id="{name}"' not in nobody, name


def test_facts_are_asked_in_the_order_of_the_money_that_they_decide(
    get: Get, zones: tuple[Zone, Zone]
) -> None:
    made = shelves()["trial"].book
    assert made is not None
    wanted = [one.field.label.en for one in questions(made, {}, "project")]
    assert wanted
    page = get("/en/trial/ask?kind=project").text
    form = page[page.index('class="view told"') : page.index("<details")]
    places = [form.index(f">{label}</label>") for label in wanted[:8]]
    assert places == sorted(places)
    assert "In the order of the money that each can decide" in plain(form)
    zone = worked_out(zones[0], made, date(2025, 12, 31))
    rows = zone.facts["firm"].table.filter(pl.col("subject") == "img")
    fields = {name: made.fields[name] for name in rows.columns if name in made.fields}
    facts = {name: value for name, value in facts_at(rows, 0, fields).items() if value is not None}
    first = questions(made, facts, "firm")[0]
    own = get("/en/trial/firm/img/measures?on=2025-12-31").text
    hint = own[own.index(f">{first.field.label.en}</label>") :]
    assert f"concerns {len(first.measures)}" in plain(hint[: hint.index("</div>")])


def test_who_gets_a_measure_is_told_by_itself_and_taken_together() -> None:
    made = book()
    subjects = tables(made, project=in_base(GRANTED), firm=in_base(AWARDED))
    zone = worked(made, subjects)
    award = next(one for one in made.measures if one.id == "award")
    rows, sums = rows_for(zone, award), sums_for(zone, award)
    assert rows.select("subject", "state", "alone", "certain").rows() == [
        ("a", "eligible", 20 * WAN, 0),
        ("b", "unknown", None, None),
    ]
    assert money_of("eligible", rows, sums).en == "0 yuan (by itself 200,000 yuan)"
    said = why_of_row(rows.row(0, named=True), made, award).en
    assert said.startswith("not together with others (The highest for one expense), the highest is given; “")
    assert said.endswith("Equipment grant” (p1) is given in its place")


def test_reasons_with_names_that_hold_what_stands_between_them_are_read() -> None:
    assert list(reasons_named(None)) == []
    assert list(reasons_named("limit 水; 电; budget b")) == [("limit", "水; 电"), ("budget", "b")]


def test_a_firm_that_was_not_there_that_day_is_worked_out_from_what_is_typed(
    zones: tuple[Zone, Zone],
) -> None:
    made = shelves()["trial"].book
    assert made is not None
    base = worked_out(zones[0], made, date(2025, 12, 31))
    gone = Subject("firm", "gone", "Gone", base.on, {}, (), False)
    told = typed([("f.上规", "是"), ("f.产值", "20亿元")], made.fields)
    whose = joined(made, base, gone, told, {})
    assert whose.settled is not None
    assert rows_of(whose.settled, gone)["award"]["paid"] == 20 * WAN
    assert joined(made, base, gone, typed([], made.fields), {}).settled is None


def test_what_pages_show_first_is_worked_out_ahead_and_once(
    zones: tuple[Zone, Zone], monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[date] = []

    def counted(zone: Zone, made: Rulebook, on: date) -> WorkedOut:
        days.append(on)
        return worked_out(zone, made, on)

    monkeypatch.setattr(door, "worked_out", counted)
    app = create_app(zones, measures={"trial": shelves()["trial"]}, today=lambda: TODAY)
    app.state.prepare()
    assert days == [date(2024, 12, 31)]
    for address in ("firm/leader/measures", "measures/award", "near", "reform", "ask?kind=firm"):
        assert ask(app, f"/en/trial/{address}").status_code == 200
    assert len(days) == 1

    def broken(*_: object) -> WorkedOut:
        raise TableError(Text("坏", "bad"))

    monkeypatch.setattr(door, "worked_out", broken)
    create_app(zones, measures={"trial": shelves()["trial"]}, today=lambda: TODAY).state.prepare()
