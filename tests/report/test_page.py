from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import polars as pl
import pytest

from wutong.finding import Finding, Picture, Source
from wutong.report.numbers import MINUS
from wutong.report.page import Addresses, fragment, no_answer
from wutong.words import Language, Text

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'

FINDING = Finding(
    "output-path",
    Text(HOSTILE, HOSTILE),
    Text(HOSTILE, HOSTILE),
    pl.DataFrame({"name": [HOSTILE, "乙"], "value": [3, None], "source": ["d1", None]}),
    {"name": Text(HOSTILE, HOSTILE), "value": Text("条数", "Measures")},
    {"value": "count"},
    method=Text(HOSTILE, HOSTILE),
    sources=(
        Source("d1", HOSTILE, HOSTILE, "2025", "javascript:alert(1)", "A", date(2025, 1, 1)),
        Source("d2", "报道", "通讯社", "2025-05-22", "https://a.example/x", "B"),
    ),
    caveats=(Text(HOSTILE, HOSTILE),),
    rows_left_out=1234,
    invented=True,
    picture=Picture("bar", "name", ("value",)),
)


class Seen(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def seen(html: str) -> Seen:
    parser = Seen()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_is_shown_as_text(language: Language) -> None:
    page = seen(fragment(FINDING, language, addresses=Addresses(source=lambda name: f"/source/{name}")))
    assert not {"img", "script"} & set(page.tags)
    assert sum(HOSTILE in text for text in page.texts) >= 6


def test_nothing_inline_stands_in_the_way_of_a_strict_policy() -> None:
    page = seen(fragment(FINDING, "en"))
    names = {name for name, _ in page.attributes}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)


def test_an_address_that_is_no_web_page_is_not_shown_as_one() -> None:
    assert "javascript:" not in fragment(FINDING, "en")
    assert "https://a.example/x" in fragment(FINDING, "en")


def test_the_page_says_what_a_reader_needs_to_doubt_it() -> None:
    made = fragment(replace(FINDING, title=Text("问", "How many?")), "en")
    text = " ".join(seen(made).texts)
    for expected in (
        "How many?",
        "Invented data",
        "1,234",
        "not known",
        "Grade",
        "read on 2025-01-01",
        "2025-05-22",
    ):
        assert expected in text or expected in made


def test_a_real_finding_bears_no_badge() -> None:
    assert "badge" not in fragment(replace(FINDING, invented=False), "zh")


def test_the_picture_has_words_and_a_table_that_the_keyboard_reaches() -> None:
    page = seen(fragment(replace(FINDING, title=Text("问", "How many?")), "en"))
    attributes = dict(page.attributes)
    assert ("role", "img") in page.attributes
    assert any(name == "aria-label" and "Bar chart" in str(value) for name, value in page.attributes)
    assert attributes["tabindex"] == "0"
    assert ("role", "region") in page.attributes


def test_links_and_files_lead_where_the_caller_says() -> None:
    addresses = Addresses(
        source=lambda name: f"/s/{name}",
        cell=lambda column, row: f"/c/{row['source']}" if column == "source" and row["source"] else "",
        downloads={"CSV": "/x.csv"},
        permalink="/f",
    )
    links = [
        value
        for name, value in seen(fragment(FINDING, "zh", addresses=addresses)).attributes
        if name == "href"
    ]
    assert {"/s/d1", "/s/d2", "/c/d1", "/x.csv", "/f"} <= set(links)


def test_a_finding_without_sources_or_picture_is_still_a_page() -> None:
    bare = Finding("x", Text("问", "Q"), Text("答", "A"), pl.DataFrame({"n": [1]}), {})
    page = fragment(bare, "en", level=1)
    assert "No source to cite" in page
    assert re.search(r"<h1>Q", page)
    assert "data-option" not in page


def test_a_question_without_answer_is_shown_with_its_reason() -> None:
    page = no_answer(
        "next", Text("明年呢", "And next year?"), Text("只有两点<b>", "Two points only <b>"), "en"
    )
    assert "And next year?" in page
    assert "Two points only &lt;b&gt;" in page
    assert "These data cannot answer it" in page


def test_an_absurd_value_does_not_fail_a_page() -> None:
    absurd = replace(FINDING, table=pl.DataFrame({"name": ["甲", "乙"], "value": [1e300, -2.5]}))
    endless = replace(FINDING, table=pl.DataFrame({"name": ["甲", "乙"], "value": [float("inf"), 1.0]}))
    assert "∞" in fragment(endless, "zh")
    assert "1.00×10^300" in fragment(absurd, "en")
    assert f">{MINUS}2.5<" in fragment(absurd, "zh")


def test_foreign_text_names_its_language() -> None:
    assert 'lang="zh-CN"' in fragment(FINDING, "en")
