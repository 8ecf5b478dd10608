from __future__ import annotations

import re
from datetime import date

import pytest

from tests.desk.conftest import Get, ask
from tests.desk.zones import FIRMS, IMG, TEMPLATE, TODAY, addresses
from tests.report.test_page import seen
from wutong.brief.overview import overview
from wutong.desk.web.app import create_app
from wutong.desk.web.words import PHRASES
from wutong.errors import TableError
from wutong.zone.load import Zone


def plain(html: str) -> str:
    """Give the text of a page, with its spaces drawn together."""
    import html as entities

    return " ".join(entities.unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("zone", ["trial", "made-up"])
def test_every_page_answers(get: Get, zone: str) -> None:
    for address in addresses(zone):
        answer = get(address, follow=True)
        assert answer.status_code == (404 if "nothing" in address else 200), address
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_every_page_names_its_language_and_leads_to_the_other(get: Get) -> None:
    for address in addresses():
        page = get(address, follow=True).text
        mine, other = ("zh-CN", "en") if address.startswith("/zh/") else ("en", "zh-CN")
        assert f'<html lang="{mine}">' in page
        assert f'hreflang="{other}"' in page
    kept = get("/zh/trial/table/firm?q=%E5%85%89&page=1").text
    assert 'href="/en/trial/table/firm?q=%E5%85%89&amp;page=1"' in kept


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,en;q=0.1", "en"),
        ("", "zh"),
        ("en;q=x", "zh"),
    ],
)
def test_the_start_leads_to_the_reader_s_language(get: Get, accept: str, language: str) -> None:
    answer = get("/", accept_language=accept)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/{language}/"


def test_a_name_is_text_on_every_page(get: Get) -> None:
    shown = 0
    for zone in ("trial", "made-up"):
        for address in addresses(zone):
            page = get(address, follow=True).text
            assert "<img src=x" not in page, address
            shown += "&lt;img src=x onerror=alert(1)&gt;" in page
            assert "49" not in re.findall(r"\{\{7\*7\}\}|>49<", page)
    assert shown > 40


def test_a_name_in_the_address_is_text_too(get: Get) -> None:
    evil = "%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    for address in (
        f"/zh/trial/table/firm?q={evil}",
        f"/zh/trial/table/firm?{evil}={evil}",
        f"/en/trial/firm/{evil}",
        f"/en/{evil}/",
        f"/zh/trial/problems?table={evil}",
    ):
        assert "<script>alert" not in get(address, follow=True).text


def test_every_page_of_an_invented_zone_says_so_and_no_page_of_a_real_one(get: Get) -> None:
    for address in addresses("made-up"):
        if "/made-up/" in address:
            assert 'class="badge"' in get(address).text, address
    for address in addresses():
        if "/trial/" in address:
            assert "badge" not in get(address).text, address


def test_nothing_is_inline(get: Get) -> None:
    for address in addresses():
        page = get(address, follow=True).text
        found = seen(page)
        assert not [name for name, _ in found.attributes if name == "style" or name.startswith("on")], address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address
        assert "style" not in found.tags
        assert not re.search(r'(src|href)="(https?:)?//(?!news\.example\.cn|www\.example\.gov\.cn)', page), (
            address
        )


def test_the_start_page_shows_the_zones_side_by_side_with_sources(get: Get) -> None:
    page = get("/en/").text
    text = plain(page)
    assert f"Trial zone {IMG}" in text
    assert "Made-up zone INVENTED 虚构数据" in text
    assert "> 700 亿元" in text.replace("\u202f", " ")
    assert 'href="/en/trial/source/d2"' in page
    assert f"{FIRMS} Firms" in text or f"Firms {FIRMS}" in text
    assert "1000" not in text, "a target is no fact"


def test_the_overview_answers_in_order_and_says_what_it_cannot(get: Get) -> None:
    page = get("/en/trial/").text
    places = [
        page.index(f'<article class="finding{kind}" id="{name}"')
        for kind, name in (
            ("", "output-path"),
            (" refused", "output-forecast"),
            ("", "measures-catalogued"),
            ("", "known-and-unknown"),
        )
    ]
    assert places == sorted(places)
    assert "These data cannot answer it" in page
    assert page.count('href="#') >= 6


def test_unknown_is_drawn_as_unknown(get: Get) -> None:
    page = get("/en/trial/table/firm_year?w.firm=img").text
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert '<td class="unknown"><span>not known</span></td>' in row
    assert "<td></td>" not in row
    assert '<td class="number"></td>' not in row


def test_a_number_is_one_click_from_its_source(get: Get) -> None:
    firm = get("/zh/trial/firm/leader").text
    numbers = re.findall(r'<td class="number[^"]*"[^>]*>(.*?)</td>', firm)
    assert numbers
    assert all('href="/zh/trial/source/' in number for number in numbers)
    table = get("/zh/trial/table/firm_year").text
    rows = re.findall(r"<tr>\n<th scope=\"row\".*?</tr>", table, re.DOTALL)
    assert rows
    assert all("/zh/trial/source/" in row and "/table/firm_year/row?" in row for row in rows)


def test_a_firm_s_page_holds_its_rows_of_every_table(get: Get) -> None:
    text = plain(get("/en/trial/firm/leader").text)
    for expected in ("Light Wheel", "Firm-years", "Names of firms", "Machines", "Owners", "24,000", "3976"):
        assert expected in text
    assert "Events of people" not in text


def test_a_row_shows_exact_values_its_source_and_what_it_corrects(get: Get) -> None:
    text = plain(get("/en/trial/table/firm_year/row?firm=leader&period=2024").text)
    assert "24.55 billion yuan" in text
    assert "24,550,000,000.00 yuan" in text
    assert "An earlier version, since corrected" in text
    assert "24 billion yuan" in text
    assert text.index("As of 2025-06-01") < text.index("As of 2025-02-01")
    assert "17 months ago" in text
    assert "Old data" in text


def test_a_source_shows_what_cites_it(get: Get) -> None:
    page = get("/zh/trial/source/d2").text
    text = plain(page)
    assert IMG in text
    assert "https://news.example.cn/a?b=1&c=2" in text
    for table in ("企业年度", "指标", "设备", "措施包"):
        assert table in text
    assert "引用它的记录" in text


def test_the_tables_say_how_much_is_known(get: Get) -> None:
    page = get("/en/trial/tables").text
    line = plain(page[page.index(">Machines<") : page.index(">Readings of lines<")])
    assert line.startswith("> Machines 1 75% 2 0 2025-05-22") or " 1 75% 2 0 2025-05-22" in line
    empty = plain(page[page.index(">Invoices<") : page.index(">Customs<")])
    assert "0 not known 0 0 not known" in empty


def test_problems_say_where_what_and_what_now(get: Get) -> None:
    text = plain(get("/en/trial/problems").text)
    assert "“2024-13” is no period" in text
    assert "Write it as 2024" in text
    assert "machine.csv" in text
    assert "Row 2" in text
    only = plain(get("/en/trial/problems?table=firm_year").text)
    assert "less than 0" in only
    assert "2024-13" not in only
    assert "2024-13" in plain(get("/zh/trial/table/machine").text)
    assert plain(get("/en/made-up/problems?level=none").text).count("No row matches") == 1


def test_what_is_not_there_is_said_in_both_languages(get: Get) -> None:
    for address in (
        "/zh/nowhere/",
        "/zh/trial/firm/nobody",
        "/zh/trial/table/nothing",
        "/zh/trial/source/none",
        "/zh/trial/table/firm/row?firm=nobody",
        "/zh/trial/table/firm/row",
        "/zh/trial/finding/none",
        "/zh/trial/finding/output-path/exe",
        "/zh/trial/finding/output-forecast/csv",
    ):
        answer = get(address)
        assert answer.status_code == 404, address
        assert PHRASES["not_found"].zh in answer.text
        assert PHRASES["not_found"].en in get(address.replace("/zh/", "/en/")).text
    assert PHRASES["not_found"].zh in get("/de/trial/", accept_language="zh").text


def test_every_phrase_is_in_both_languages() -> None:
    for key, text in PHRASES.items():
        assert text.zh, key
        assert text.en, key
        if key != "other_language":
            assert re.search(r"[\u4e00-\u9fff（）：、；]|CSV", text.zh), key


def test_findings_are_asked_once_however_many_look(
    zones: tuple[Zone, Zone], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(zone: Zone) -> object:
        asked.append(zone.id)
        return overview(zone)

    monkeypatch.setattr("wutong.desk.web.app.overview", counted)
    desk = create_app(zones, today=lambda: TODAY)
    assert asked == []
    for _ in range(3):
        ask(desk, "/zh/trial/")
    assert asked == ["trial"]


def test_two_zones_of_one_name_are_refused(zones: tuple[Zone, Zone]) -> None:
    with pytest.raises(TableError, match="same id"):
        create_app([zones[0], zones[0]])


def test_ages_are_counted_from_the_day_on_which_one_looks(zones: tuple[Zone, Zone]) -> None:
    fresh = create_app(zones, today=lambda: date(2026, 6, 2))
    assert "1 day ago" in plain(ask(fresh, "/en/").text)
    assert "Old data" not in plain(ask(fresh, "/en/").text)
    later = create_app(zones, today=lambda: date(2027, 12, 1))
    assert "18 months ago" in plain(ask(later, "/en/").text).replace("17 months", "18 months")
    assert "Old data" in plain(ask(later, "/en/").text)


def test_the_help_explains_how_things_are_drawn(get: Get) -> None:
    for language, words in (
        ("zh", ("未知", "虚构数据", "键盘", "个人信息")),
        ("en", ("not known", "INVENTED", "Keyboard", "Personal")),
    ):
        text = plain(get(f"/{language}/help").text)
        assert all(word in text for word in words)


def test_a_template_in_a_name_is_never_filled_in(get: Get) -> None:
    assert TEMPLATE in plain(get("/zh/trial/firm/braces").text)
