"""The desk in a real browser: accessible, quiet, within its policy, and usable without script, mouse or wide screen."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.desk.zones import IMG, PAGES

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
VIEW = "/en/trial/table/firm_year"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1366, "height": 768})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def refuse_dialogs(page: Page, said: list[str]) -> None:
    """Note what opens a dialog: a script that came in with a name would."""

    def noted(dialog: Dialog) -> None:
        said.append(f"{page.url}: dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", noted)


def every(language: str, zone: str = "made-up") -> list[str]:
    return [address.format(l=language, z=zone) for address in PAGES]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser: Browser, desk: str, language: str, scheme: Scheme) -> None:
    # axe is put into the page, which the policy forbids: it has a context of its own
    context = browser.new_context(
        bypass_csp=True, color_scheme=scheme, viewport={"width": 1366, "height": 768}
    )
    page = context.new_page()
    found = {}
    for address in every(language):
        page.goto(desk + address)
        result = Axe().run(page)
        if result.violations_count:
            found[address] = result.generate_report()
    context.close()
    assert found == {}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("zone", ["trial", "made-up"])
def test_pages_are_quiet_and_ask_nobody_else(page: Page, desk: str, language: str, zone: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    refuse_dialogs(page, said)
    page.on(
        "request",
        lambda request: (
            said.append(request.url)
            if urlsplit(request.url).netloc != urlsplit(desk).netloc and not request.url.startswith("data:")
            else None
        ),
    )
    for address in every(language, zone):
        if "nothing-here" not in address:
            page.goto(desk + address)
            page.wait_for_timeout(100)
            assert page.locator("img[onerror], img[src='x']").count() == 0
    assert said == []


def test_a_picture_is_drawn_and_a_name_in_it_is_text(page: Page, desk: str) -> None:
    dialogs: list[str] = []
    refuse_dialogs(page, dialogs)
    page.goto(f"{desk}/zh/made-up/finding/measures-catalogued")
    chart = page.locator(".chart svg")
    expect(chart).to_be_visible()
    texts = page.locator(".chart svg text").all_text_contents()
    assert any("<img" in text for text in texts)
    assert any("虚构数据" in text for text in texts)
    box = page.locator(".chart").bounding_box()
    assert box is not None
    before = page.locator(".chart svg text").count()
    bars = page.locator(".chart svg path[fill^='rgb'], .chart svg path[fill^='#']")
    for place in range(bars.count()):
        here = bars.nth(place).bounding_box()
        if here and here["width"] > 30 and here["height"] > 8:
            page.mouse.move(here["x"] + 10, here["y"] + here["height"] / 2)
            page.wait_for_timeout(200)
    assert page.locator(".chart svg text").count() > before, "no tooltip was shown"
    assert any(IMG in text for text in page.locator(".chart svg text").all_text_contents())
    assert page.locator(".chart img").count() == 0
    assert dialogs == []


def test_a_picture_is_taken_away_as_a_file_with_its_mark(page: Page, desk: str) -> None:
    page.goto(f"{desk}/en/made-up/finding/measures-catalogued")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    download = waiting.value
    assert download.suggested_filename == "invented-measures-catalogued.svg"
    text = Path(download.path()).read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Invented data" in text
    assert "How many measures are claimed" in text
    assert "Sources: 晋城市计划" in text
    assert "<img" not in text
    assert "<script" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_script_everything_can_be_read_and_filtered(
    browser: Browser, desk: str, language: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for address in every(language, "trial"):
        page.goto(desk + address)
        assert page.locator("h1").inner_text()
    page.goto(f"{desk}/{language}/trial/table/firm")
    page.fill("#q", "Light Wheel")
    page.locator(".view button[type=submit]").click()
    assert "q=Light+Wheel" in page.url
    assert page.locator("#results tbody tr").count() == 1
    page.goto(f"{desk}/{language}/trial/table/firm_year?w.period=2024")
    page.locator("thead th a").nth(2).click()
    assert "sort=-output" in page.url
    assert "w.period=2024" in page.url
    page.goto(f"{desk}/{language}/trial/finding/measures-catalogued")
    page.locator(".picture summary").click()
    assert "18" in page.locator(".picture details p").inner_text()
    assert page.locator(".chart").evaluate("(each) => each.clientHeight") == 0, "an empty frame takes room"
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 390, 1366])
def test_no_page_scrolls_sideways(browser: Browser, desk: str, language: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    wide = {}
    for address in every(language):
        page.goto(desk + address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over
    context.close()
    assert wide == {}


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_a_problem_says_where_it_is_without_scrolling(
    browser: Browser, desk: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{desk}/en/trial/problems")
    region = page.locator("#results .scroll")
    assert region.evaluate("(each) => each.scrollWidth - each.clientWidth") <= 0
    rows = page.locator("#results tbody tr")
    assert rows.count() > 2
    for place in range(rows.count()):
        where, what = rows.nth(place).locator("td").first.bounding_box(), rows.nth(place).locator("th")
        said = what.bounding_box()
        assert where is not None
        assert said is not None
        assert where["x"] >= 0
        assert where["x"] + where["width"] <= width
        assert where["y"] + where["height"] <= said["y"] + 1, "the place stands before the sentence"
    expect(page.get_by_role("columnheader")).to_have_count(4)
    expect(page.get_by_role("rowheader")).to_have_count(rows.count())
    context.close()


def test_the_first_key_leads_to_the_content(page: Page, desk: str) -> None:
    page.goto(desk + VIEW)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, desk: str) -> None:
    page.goto(desk + VIEW)
    reached: list[str] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        here, seen = page.evaluate(
            """() => {
                const here = document.activeElement;
                const style = getComputedStyle(here);
                return [here.tagName + '|' + (here.name || here.getAttribute('href') || here.className || here.type || ''),
                        here === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
            }"""
        )
        if here.startswith("BODY"):
            break
        assert seen, here
        reached.append(here)
    else:
        pytest.fail("the keyboard never comes round")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button:not([hidden]), input:not([type=hidden]), select, summary, [tabindex="0"]')]
            .filter((each) => each.checkVisibility())
            .map((each) => each.tagName + '|' + (each.name || each.getAttribute('href') || each.className || each.type || ''))"""
    )
    assert set(wanted) <= set(reached)


def test_a_wide_table_scrolls_by_the_keyboard_with_its_first_column_in_place(page: Page, desk: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(desk + VIEW)
    region = page.locator("#results .scroll")
    region.focus()
    first = page.locator("#results tbody th").first
    before = first.bounding_box()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    # waiting in the page is an evaluated text, which the policy forbids
    for _ in range(50):
        if region.evaluate("(each) => each.scrollLeft") > 60:
            break
        page.wait_for_timeout(50)
    assert region.evaluate("(each) => each.scrollLeft") > 60
    after = first.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) < 2


def test_a_filter_refreshes_the_rows_in_place_and_the_address_with_them(page: Page, desk: str) -> None:
    page.goto(f"{desk}/en/trial/table/firm")
    page.evaluate("window.kept = true")
    page.select_option("#w-role", "leader")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    assert page.url == f"{desk}/en/trial/table/firm?w.role=leader"
    expect(page.locator("#status")).to_contain_text("Rows 1–1 of 1 that match (130 in the table)")
    page.locator("thead th a").nth(1).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert page.url == f"{desk}/en/trial/table/firm?w.role=leader&sort=name"
    page.select_option("#w-role", "")
    expect(page.locator("#results tbody tr")).to_have_count(50)
    assert page.url == f"{desk}/en/trial/table/firm?sort=name"
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#status")).to_contain_text("Rows 51–100")
    assert page.evaluate("window.kept"), "the page was loaded anew"
    page.go_back()
    expect(page.locator("#status")).to_contain_text("Rows 1–50")
    assert page.url == f"{desk}/en/trial/table/firm?sort=name"
    page.locator("#results tbody th a").first.click()
    expect(page.locator("#facts")).to_be_visible()
    assert "/firm/" in page.url


def test_a_slider_changes_the_sums_in_place_and_the_address_with_them(page: Page, desk: str) -> None:
    page.goto(f"{desk}/en/trial/reform?measure=award&on=2025-12-31")
    page.evaluate("window.kept = true")
    expect(page.locator("#summary")).to_contain_text("Nothing changes")
    slider = page.locator(".lever input[type=range]").first
    assert slider.get_attribute("aria-label") == page.locator(".lever label").first.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#summary")).to_contain_text("rises by 10,000 yuan")
    expect(page.locator(".lever input[type=text]").first).to_have_value("21")
    assert "n.editions.1.amount.fixed=21" in page.url
    page.locator(".lever input[type=text]").first.fill("15")
    expect(page.locator("#summary")).to_contain_text("falls by 50,000 yuan")
    assert slider.input_value() == "15"
    page.get_by_role("button", name="Draw the curve").click()
    expect(page.locator(".chart svg")).to_be_visible()
    assert page.evaluate("window.kept"), "the page was loaded anew"


def test_without_script_a_reform_is_a_form(browser: Browser, desk: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk}/zh/trial/reform?measure=award&on=2025-12-31")
    assert page.locator("input[type=range]").count() == 0
    page.locator(".lever input").first.fill("30")
    page.locator("#bench button[type=submit]").first.click()
    assert "增加10万元" in page.locator("#summary").inner_text()
    page.goto(f"{desk}/zh/trial/firm/img/measures?on=2025-12-31")
    page.locator(".told summary").click()
    page.locator(".told select[name='f.上规']").select_option("是")
    page.locator(".told button[type=submit]").click()
    assert "f.%E4%B8%8A%E8%A7%84=%E6%98%AF" in page.url
    context.close()


def test_problems_are_filtered_in_place(page: Page, desk: str) -> None:
    page.goto(f"{desk}/zh/trial/problems")
    page.select_option("#f-table", "machine")
    expect(page.locator("#status")).to_contain_text("筛选出 2 行")
    assert page.url == f"{desk}/zh/trial/problems?table=machine"
    expect(page.locator("#results tbody tr")).to_have_count(2)


def test_a_page_of_a_table_is_copied_for_a_spreadsheet(
    context: BrowserContext, page: Page, desk: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk)
    page.goto(f"{desk}/en/trial/table/measure_package")
    page.get_by_role("button", name="Copy this page").click()
    expect(page.locator("#status")).to_contain_text("Copied")


def test_on_paper_sources_stay_and_navigation_goes(page: Page, desk: str) -> None:
    page.goto(f"{desk}/en/trial/finding/output-path")
    page.emulate_media(media="print")
    expect(page.locator("header nav")).to_be_hidden()
    expect(page.locator(".downloads")).to_be_hidden()
    expect(page.locator(".sources")).to_be_visible()
    assert "https://news.example.cn/a?b=1&c=2" in page.locator(".sources").inner_text()


def test_light_and_dark_follow_the_system(browser: Browser, desk: str) -> None:
    grounds = []
    scheme: Scheme
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{desk}/zh/trial/finding/measures-catalogued")
        grounds.append(
            page.evaluate(
                "[getComputedStyle(document.body).backgroundColor, document.querySelector('.chart svg text').getAttribute('fill')]"
            )
        )
        context.close()
    assert grounds[0][0] != grounds[1][0]
    assert grounds[0][1] != grounds[1][1], "the picture did not follow"


def test_chinese_is_not_slanted_and_has_room_between_lines(page: Page, desk: str) -> None:
    page.goto(f"{desk}/zh/help")
    ratio = page.evaluate(
        "(() => { const style = getComputedStyle(document.querySelector('main li')); return parseFloat(style.lineHeight) / parseFloat(style.fontSize) })()"
    )
    assert ratio == pytest.approx(1.7, abs=0.01)
    assert page.evaluate(
        "[...document.querySelectorAll('main *')].every((each) => getComputedStyle(each).fontStyle === 'normal')"
    )
