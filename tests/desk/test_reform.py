"""The reform bench: what it says is what the changed files give when they are worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from urllib.parse import quote

import msgspec
import polars as pl
import pytest

from tests.desk.conftest import Get, ask
from tests.desk.rulebooks import files, shelves
from tests.desk.test_pages import plain
from tests.desk.test_tables import rows_of
from tests.desk.zones import IMG, SECRETS, TODAY
from wutong.desk.web.app import create_app
from wutong.desk.web.files import FORMS
from wutong.desk.web.levers import Pulled, label_of, levers, pulled
from wutong.policy.answers import asked_of
from wutong.policy.facts import facts_of_zone
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.parameters import Change, Parameter, changed, parameters_of
from wutong.policy.prose import yuan
from wutong.policy.rulebook import HEAD, rulebook_of
from wutong.policy.shelf import shelf_of
from wutong.policy.stack_by_hand import stack_by_hand
from wutong.zone.load import Zone

ON = "on=2025-12-31"
FIXED = "n.editions.1.amount.fixed"
LEAST = "n.editions.1.conditions.2.when"


def by_hand(zone: Zone, change: Change) -> tuple[int, dict[str, int]]:
    """Cost of the changed files, and what each firm gets, worked out from the start and row by row."""
    kept = {name: data for name, data in files().items() if name != "broken.yaml"}
    book = rulebook_of(changed(kept, change))
    table = facts_of_zone(asked_of(book, "firm"), zone.tables, "firm", date(2025, 12, 31)).table
    found = stack_by_hand(book, {"firm": table}, outcomes_by_hand(book, {"firm": table}), 2025)
    sums = dict(found.group_by("firm").agg(pl.col("paid").fill_null(0).sum()).iter_rows())
    return int(found["paid"].fill_null(0).sum()), sums


def test_without_a_change_nothing_changes(get: Get) -> None:
    text = plain(get(f"/en/trial/reform?measure=award&{ON}").text)
    assert "Nothing changes." in text
    assert "Before 200,000 yuan After 200,000 yuan Change 0 yuan" in text
    assert "By measure" not in text


@pytest.mark.parametrize(
    ("query", "change"),
    [
        (f"{FIXED}=30", Change({"award.yaml:editions.1.amount.fixed": "30"})),
        (f"{LEAST}=1", Change({"award.yaml:editions.1.conditions.2.when": "1"})),
        (f"{LEAST}=30", Change({"award.yaml:editions.1.conditions.2.when": "30"})),
    ],
)
def test_the_bench_says_what_the_changed_files_give(
    get: Get, zones: tuple[Zone, Zone], query: str, change: Change
) -> None:
    before, _ = by_hand(zones[0], Change({}))
    cost, firms = by_hand(zones[0], change)
    _, old = by_hand(zones[0], Change({}))
    rows = rows_of(get(f"/en/trial/reform/firms/csv?measure=award&{ON}&{query}").content)
    said = {row["Firm id"]: (row["Before (yuan)"], row["After (yuan)"]) for row in rows}
    moved = {firm: (old[firm], sum_) for firm, sum_ in firms.items() if sum_ != old[firm]}
    assert said == {firm: (f"{a / 100:.2f}", f"{b / 100:.2f}") for firm, (a, b) in moved.items()}
    measures = {
        row["Id"]: row
        for row in rows_of(get(f"/en/trial/reform/measures/csv?measure=award&{ON}&{query}").content)
    }
    assert float(measures["award"]["Change (yuan)"]) == (cost - before) / 100


def test_a_measure_that_is_dropped_costs_nothing_though_a_ceiling_names_it(get: Get) -> None:
    page = get(f"/en/trial/reform?measure=award&{ON}&drop=award").text
    assert "falls by 200,000 yuan; 0 firms get more, 1 get less" in plain(section_of(page))
    both = get(f"/en/trial/reform?measure=award&{ON}&drop=award&{FIXED}=30").text
    assert "falls by 200,000 yuan" in plain(section_of(both))
    assert '<input type="checkbox" name="drop" value="award" checked>' in page


def section_of(page: str) -> str:
    start = page.index('id="summary"')
    return page[start : page.index("</div>", start)]


def test_a_higher_sum_is_said_by_measure_group_and_firm(get: Get) -> None:
    page = get(f"/en/trial/reform?measure=award&{ON}&{FIXED}=30&group=role").text
    summary = plain(section_of(page))
    assert "The certain cost rises by 100,000 yuan; 1 firms get more, 0 get less." in summary
    text = plain(page[page.index('id="by-measure"') :])
    assert "20 30 10 1 0 0 0" in text
    assert "Chain leader 1 10" in text
    assert "Light Wheel 20 30 10" in text
    assert 'href="/en/trial/firm/leader"' in page


def test_a_lower_threshold_gives_for_the_first_time(get: Get) -> None:
    # the leader made 24.55 billion, the img firm is not above scale, of all others it is not known
    page = get(f"/zh/trial/reform?measure=award&{ON}&{LEAST}=300").text
    assert "确定要付的减少20万元；0 家企业多得，1 家少得" in plain(section_of(page))
    text = plain(page[page.index('id="by-measure"') :])
    assert "20 0 −20 0 1 0 1" in text, "one gets it no longer"


def test_what_it_may_cost_at_most_is_said_beside_what_is_certain(get: Get, zones: tuple[Zone, Zone]) -> None:
    kept = {name: data for name, data in files().items() if name != "broken.yaml"}
    said = []
    for change in (Change({}), Change({"ranked.yaml:editions.1.amount.readings.2.fixed": "9000"})):
        book = rulebook_of(changed(kept, change))
        table = facts_of_zone(asked_of(book, "firm"), zones[0].tables, "firm", date(2025, 12, 31)).table
        found = stack_by_hand(book, {"firm": table}, outcomes_by_hand(book, {"firm": table}), 2025)
        most = found.select(pl.coalesce("paid", "paid_high"))["paid"]
        said.append(f"{yuan(int(most.sum())).en}, and {most.null_count():,} without a known end")
    page = get(f"/en/trial/reform?measure=ranked&{ON}&n.editions.1.amount.readings.2.fixed=9000").text
    assert said[0] != said[1]
    assert f"at most: before {said[0]}; after {said[1]}." in plain(page)


def test_a_measure_is_added(get: Get) -> None:
    added = (
        files()["award.yaml"]
        .decode()
        .replace("measure: award", "measure: second")
        .replace("20万元, round", "7万元, round")
    )
    beaten = get(f"/en/trial/reform?measure=award&{ON}&new={quote(added)}").text
    assert "Nothing changes." in plain(section_of(beaten)), "of one group the highest alone is given"
    higher = quote(added.replace("7万元, round", "21万元, round"))
    page = get(f"/en/trial/reform?measure=award&{ON}&new={higher}").text
    assert "rises by 10,000 yuan; 1 firms get more" in plain(section_of(page)), "21 in place of 20"
    added = added.replace("    exclusive: 设备支持\n", "")
    page = get(f"/en/trial/reform?measure=award&{ON}&new={quote(added)}").text
    assert "rises by 70,000 yuan" in plain(section_of(page))
    assert "second" in plain(page[page.index('id="by-measure"') :])
    wrong = get(f"/zh/trial/reform?measure=award&{ON}&new={quote('measure: x')}").text
    assert "这样改，措施读不了" in plain(section_of(wrong))
    assert "measure: x</textarea>" in wrong, "nothing that was typed is lost"
    evil = get(f"/zh/trial/reform?measure=award&new={quote('</textarea>' + IMG)}").text
    assert "<img src=x" not in evil


def test_what_is_no_number_is_said_beside_its_field_and_not_used(get: Get) -> None:
    page = get(f"/en/trial/reform?measure=award&{ON}&{FIXED}=many").text
    assert 'value="many"' in page
    assert "This is no number" in plain(page)
    assert "Nothing changes." in plain(page)
    assert "not used: 1" in plain(page)


def test_the_curve_of_cost_is_drawn_when_asked_for(get: Get) -> None:
    address = f"/en/trial/reform?measure=award&{ON}&sweep=editions.1.amount.fixed"
    assert "cost-curve" not in get(address).text
    page = get(f"{address}&draw=1").text
    assert "From 10 to 30万元 the certain cost lies between 100,000 yuan and 300,000 yuan." in plain(page)
    curve = page[page.index('id="cost-curve"') :]
    rows = re.findall(r'<th scope="row"[^>]*>([\d.]+)万元</th>', curve)
    assert rows == ["10", "12", "14", "16", "18", "20", "22", "24", "26", "28", "30"]
    assert 'class="chart"' in curve
    assert (
        "badge" in get(f"{address}&draw=1".replace("/trial/", "/made-up/")).text[page.index("cost-curve") :]
    )


def test_what_holds_between_measures_can_be_changed_too(get: Get) -> None:
    page = get(f"/en/trial/reform?measure={HEAD}&{ON}").text
    assert "ceiling: Both together · amount" in plain(page)
    assert 'value="3"' in page
    assert "Between measures" in plain(page)
    less = plain(section_of(get(f"/en/trial/reform?measure={HEAD}&{ON}&n.limits.1.amount=0.001").text))
    assert "The certain cost falls by 100,000 yuan; 0 firms get more, 1 get less." in less


def test_the_measure_that_costs_most_is_shown_first(get: Get) -> None:
    page = get(f"/en/trial/reform?{ON}").text
    assert '<option value="award" selected' in page
    assert '<option value="award" selected' in get(f"/en/trial/reform?{ON}&measure=nothing").text


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("table", ["firms", "measures"])
def test_files_of_an_invented_zone_say_so_and_those_of_shapes_say_what_they_are(
    get: Get, form: str, table: str
) -> None:
    answer = get(f"/en/made-up/reform/{table}/{form}?measure=award&{ON}&{FIXED}=30")
    assert f'filename="invented-made-up-reform-{table}.' in answer.headers["content-disposition"]
    if form == "json":
        found = msgspec.json.decode(answer.content)
        assert any("no policy of this zone" in caveat for caveat in found["caveats"])
        if table == "measures":
            assert {row["status"] for row in found["rows"]} == {"example of a shape"}
            assert all(row["place"] and row["grade"] for row in found["rows"])


def test_what_is_not_there_is_not_found(get: Get, zones: tuple[Zone, Zone]) -> None:
    for address in ("reform/firms/exe", "reform/people/csv", f"reform/firms/csv?new={quote('measure: x')}"):
        assert get(f"/zh/trial/{address}").status_code == 404, address
    bare = partial(ask, create_app(zones, today=lambda: TODAY))
    assert bare("/zh/trial/reform").status_code == 404


def test_measures_for_persons_are_left_out(zones: tuple[Zone, Zone]) -> None:
    person = (
        files()["ranked.yaml"]
        .decode()
        .replace("subject: firm", "subject: person")
        .replace("ranked", "talent")
    )
    person = re.sub(r"  首次:.*\n", "", person)
    shelf = shelf_of(
        {
            "talent.yaml": person.encode(),
            "award.yaml": re.sub(rb"    exclusive.*\n", b"", files()["award.yaml"]),
        }
    )
    assert shelf.faults == ()
    get = partial(ask, create_app(zones, measures={"trial": shelf}, today=lambda: TODAY))
    page = get(f"/en/trial/reform?{ON}").text
    assert '<option value="talent"' not in page
    for address in (
        f"reform?{ON}",
        f"reform?measure=talent&{ON}",
        f"reform/firms/csv?measure=talent&{ON}&drop=talent",
    ):
        answer = get(f"/en/trial/{address}")
        assert answer.status_code == 200
        assert not [secret for secret in SECRETS if secret in answer.text]


def test_every_number_has_a_label_in_both_languages_and_none_is_lost() -> None:
    for measure in shelves()["trial"].measures:
        parameters = parameters_of({measure.file: files()[measure.file]})
        fields = levers(parameters, measure, Pulled({}, {}), "zh")
        assert len(fields) == len([one for one in parameters if not one.clause.endswith("round.to")])
        assert len({one.name for one in fields}) == len(fields)
        for one in parameters:
            label = label_of(one, measure)
            assert label.zh, one.id
            assert label.en, one.id


@pytest.mark.parametrize(
    ("text", "high", "step"),
    [("5", "10", "0.1"), ("2000", "4000", "100"), ("0.3", "0.6", "0.01"), ("0", "10", "1")],
)
def test_a_slider_goes_to_twice_the_number_in_twentieths(text: str, high: str, step: str) -> None:
    one = Parameter("a.yaml:editions.1.amount.cap", "a.yaml", "editions.1.amount.cap", text, "万元", 1, 0, 1)
    (field,) = levers([one], None, Pulled({}, {}), "en")
    assert (field.high, field.step) == (high, step)


def test_a_number_as_it_stands_changes_nothing_however_it_is_written() -> None:
    one = Parameter("a.yaml:editions.1.amount.cap", "a.yaml", "editions.1.amount.cap", "20", "万元", 1, 0, 2)
    for same in ("20", "20.0", " 20 ", "020"):
        assert pulled([("n.editions.1.amount.cap", same)], [one]).numbers == {}
    assert pulled([("n.editions.1.amount.cap", "1,200")], [one]).numbers == {one.id: "1200"}
    for wrong in ("-5", "1e5", "5%", "０", "5;"):
        assert pulled([("n.editions.1.amount.cap", wrong)], [one]).wrong == {one.id: wrong}
