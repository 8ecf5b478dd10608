"""Near misses, and what would have to change: what a page says gives the measure when it is tried."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from html import unescape
from urllib.parse import quote

import pytest

from tests.desk.conftest import Get, ask
from tests.desk.rulebooks import files
from tests.desk.test_entitled import section
from tests.desk.test_pages import plain
from tests.desk.test_tables import first_cells, rows_of
from tests.desk.zones import SECRETS, TODAY
from wutong.desk.web.app import create_app
from wutong.desk.web.files import FORMS
from wutong.desk.web.near_misses import near_of
from wutong.desk.web.worked import worked_out
from wutong.policy.shelf import shelf_of
from wutong.zone.load import Zone

ON = "on=2025-12-31"


@pytest.fixture(scope="module")
def near_get(zones: tuple[Zone, Zone]) -> Get:
    """Ask a desk whose threshold lies a little above what the largest firms made."""
    text = files()["ranked.yaml"].decode().replace("产值 >= 1亿元", "产值 >= 101.5亿元")
    text = re.sub(r"    quota:.*\n", "", text)
    shelf = shelf_of({"ranked.yaml": text.encode()})
    assert shelf.faults == ()
    return partial(ask, create_app(zones, measures={"trial": shelf, "made-up": shelf}, today=lambda: TODAY))


def test_who_fails_by_little_is_listed_with_what_it_has_to_reach(near_get: Get) -> None:
    # firms f000 to f099 made 1, 2 … 100 亿元 in 2024: 97 and more lack less than 5 % of 101.5
    page = near_get(f"/en/trial/near?{ON}").text
    text = plain(page)
    assert "Near misses: 4, of 4 subjects and 1 measures; in 4 of them all else is met." in text
    assert "9.7 billion yuan 10.15 billion yuan" in text
    assert "10 billion yuan 10.15 billion yuan" in text
    assert "4.4%" in text
    rows = rows_of(near_get(f"/en/trial/near/csv?{ON}").content)
    assert {row["Subject id"] for row in rows} == {"f096", "f097", "f098", "f099"}
    assert {row["Place"] for row in rows} == {"A zone"}
    # what somebody has to decide is worth something, and certain for nobody
    assert {row["Certain gain in all (yuan)"] for row in rows} == {"0.00"}
    assert all(float(row["Worth then (yuan)"]) > 0 for row in rows)


def test_what_a_near_miss_has_to_reach_gives_the_measure(near_get: Get) -> None:
    name = quote("产值")
    failed = near_get(f"/en/trial/firm/f099/measures/ranked?{ON}").text
    assert "not eligible" in plain(failed)
    needed = plain(section(failed, "needed"))
    assert "needs at least 10.15 billion yuan, that is 150 million yuan away (1.5%)" in needed
    enough = near_get(f"/en/trial/firm/f099/measures/ranked?{ON}&f.{name}={quote('101.5亿元')}").text
    assert "needs a decision" in plain(enough)
    assert 'id="needed"' not in enough
    less = near_get(f"/en/trial/firm/f099/measures/ranked?{ON}&f.{name}={quote('10149999999.99元')}").text
    assert "not eligible" in plain(less)


def test_a_firm_s_page_lists_what_it_misses_by_one_number(near_get: Get) -> None:
    page = near_get(f"/zh/trial/firm/f099/measures?{ON}").text
    near = plain(section(page, "near"))
    assert "ranked 十佳奖励 ：上年产值：现为100亿元，须至少101.5亿元" in near
    assert "待决定" in near


def test_near_misses_are_looked_at_by_measure_and_firm(near_get: Get) -> None:
    page = near_get(f"/zh/trial/near?{ON}&measure=ranked&firm=f098").text
    assert first_cells(page) == ["试验企业98"]
    assert "没有差一点的" in plain(near_get(f"/zh/trial/near?{ON}&firm=leader").text)
    assert "没有差一点的" in plain(near_get(f"/zh/trial/near?{ON}&measure=none").text)
    assert len(rows_of(near_get(f"/zh/trial/near/csv?{ON}&firm=f098").content)) == 1
    link = re.search(r'href="([^"]*/firm/f098/measures/ranked)"', page)
    assert link
    assert near_get(unescape(link[1])).status_code == 200


def test_the_page_lists_what_the_engine_finds(near_get: Get, zones: tuple[Zone, Zone]) -> None:
    text = files()["ranked.yaml"].decode().replace("产值 >= 1亿元", "产值 >= 101.5亿元")
    book = shelf_of({"ranked.yaml": re.sub(r"    quota:.*\n", "", text).encode()}).book
    assert book is not None
    found = near_of(book, worked_out(zones[0], book, date(2025, 12, 31)))
    assert first_cells(near_get(f"/zh/trial/near?{ON}").text) == [
        f"试验企业{int(one[1:])}" for one in found["subject"]
    ]


@pytest.mark.parametrize("form", list(FORMS))
def test_files_of_an_invented_zone_say_so(near_get: Get, form: str) -> None:
    answer = near_get(f"/en/made-up/near/{form}?{ON}")
    assert 'filename="invented-made-up-near-2025-12-31.' in answer.headers["content-disposition"]


def test_persons_are_not_listed(zones: tuple[Zone, Zone]) -> None:
    person = (
        files()["ranked.yaml"]
        .decode()
        .replace("subject: firm", "subject: person")
        .replace("1亿元,", "300亿元,")
    )
    person = re.sub(r"  首次:.*\n", "", person).replace("产值 >= 1亿元", "产值 >= 250亿元")
    shelf = shelf_of({"ranked.yaml": person.encode()})
    assert shelf.faults == ()
    book = shelf.book
    assert book is not None
    worked = worked_out(zones[0], book, date(2025, 12, 31))
    assert worked.outcomes.height == 1
    assert near_of(book, worked).is_empty()
    get = partial(ask, create_app(zones, measures={"trial": shelf}, today=lambda: TODAY))
    for address in (f"near?{ON}", f"near/csv?{ON}", f"measures/ranked?{ON}"):
        said = get(f"/en/trial/{address}").text
        assert not [secret for secret in SECRETS if secret in said]


def test_a_cliff_is_shown_with_both_sides(get: Get) -> None:
    facts = {
        "固定资产投资": "2.9亿元",
        "设备投资": "1亿元",
        "签约日": "2026-05-01",
        "申报日": "2026-06-01",
        "已付": "0元",
        "初次": "否",
    }
    query = "&".join(f"f.{quote(name)}={quote(value)}" for name, value in facts.items())
    page = get(f"/zh/trial/ask/grant?kind=project&{query}").text
    text = plain(section(page, "cliffs"))
    assert "固定资产投资再增加1000万元（到3亿元），金额由500万元变为800万元，一步多300万元" in text
