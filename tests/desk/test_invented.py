"""One invented row in a real zone is marked on every page that shows it and in every file that holds it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import openpyxl
import polars as pl
import pytest

from tests.desk.conftest import Get, ask
from tests.desk.test_pages import plain
from tests.desk.zones import TODAY, mixed
from wutong.desk.web.app import create_app
from wutong.desk.web.files import FORMS
from wutong.desk.web.pages import problems_finding

HEAD = {"zh": ("虚构", "是", "否"), "en": ("Invented", "yes", "no")}


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Get:
    """Ask a desk whose only zone is real but for a few rows."""
    zone = mixed(tmp_path_factory.mktemp("mixed") / "mixed")
    return partial(ask, create_app([zone], today=lambda: TODAY))


def marks(content: bytes, form: str, language: str) -> tuple[list[str], list[object]]:
    """Give the first cells of a file and what it says of each row."""
    if form == "json":
        document = msgspec.json.decode(content)
        names = [column["name"] for column in document["columns"]]
        rows = [[row[name] for name in names] for row in document["rows"]]
        place = names.index("invented")
    else:
        if form == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content))["data"]
            lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
        else:
            text = io.StringIO(content.decode("utf-8-sig"))
            lines = [list(row) for row in csv.reader(text, delimiter="\t" if form == "tsv" else ",")]
        place = lines[0].index(HEAD[language][0])
        rows = lines[1:]
    return [str(row[0]) for row in rows], [row[place] for row in rows]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("chosen", ["", "?col=firm", "?col=invented", "?col=name"])
@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_says_of_each_row_whether_it_is_invented(
    get: Get, form: str, chosen: str, language: str
) -> None:
    answer = get(f"/{language}/mixed/table/firm/export/{form}{chosen}")
    assert 'filename="invented-mixed-firm.' in answer.headers["content-disposition"]
    _, yes, no = HEAD[language]
    expected = [False, True] if form == "json" else [no, yes]
    assert marks(answer.content, form, language) == (["true", "made"], expected)
    if form == "json":
        assert msgspec.json.decode(answer.content)["invented"] is True
    if form == "xlsx":
        about = openpyxl.load_workbook(io.BytesIO(answer.content))["about"]
        assert {"虚构数据", "Invented data"} & {row[0].value for row in about.iter_rows()}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_of_the_real_rows_alone_is_not_called_invented(get: Get, form: str) -> None:
    answer = get(f"/en/mixed/table/firm/export/{form}?w.firm=true&col=name")
    assert 'filename="mixed-firm.' in answer.headers["content-disposition"]
    assert marks(answer.content, form, "en") == (["true"], [False if form == "json" else "no"])


@pytest.mark.parametrize("form", list(FORMS))
def test_a_problem_of_what_may_be_invented_is_marked_in_its_file(get: Get, form: str) -> None:
    answer = get(f"/en/mixed/problems/{form}")
    assert 'filename="invented-mixed-problems.' in answer.headers["content-disposition"]
    said = dict(zip(*marks(answer.content, form, "en"), strict=True))
    assert said["Machines"] in (False, "false")
    assert said["Names of firms"] in (True, "true"), "the row that was left out says so itself"
    real = get(f"/en/mixed/problems/{form}?table=machine")
    assert 'filename="mixed-problems.' in real.headers["content-disposition"]


def rows_with_mark(page: str) -> list[bool]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return ["row-mark" in cell for cell in re.findall(r'<th scope="row".*?</th>', body, re.DOTALL)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_that_shows_an_invented_row_bears_a_badge(get: Get, language: str) -> None:
    for address, badge in (
        ("firm/made", True),
        ("firm/true", True),
        ("table/firm", True),
        ("table/firm?col=name", True),
        ("table/firm?w.firm=true", False),
        ("table/firm/row?firm=made", True),
        ("table/firm/row?firm=true", False),
        ("table/machine", False),
        ("source/d1", True),
        ("source/d2", False),
    ):
        assert ('class="badge"' in get(f"/{language}/mixed/{address}").text) == badge, address
    assert "虚构数据 INVENTED" in plain(get("/zh/mixed/firm/made").text)
    assert "含虚构数据" not in plain(get("/zh/mixed/firm/made").text)
    assert "INVENTED ROWS" in plain(get("/en/mixed/firm/true").text), "its year 2023 is made up"


def test_each_invented_row_is_marked_in_its_first_cell(get: Get) -> None:
    assert rows_with_mark(get("/zh/mixed/table/firm").text) == [False, True]
    assert rows_with_mark(get("/en/mixed/table/firm_year?col=output").text) == [False, True, True]
    assert rows_with_mark(get("/en/mixed/firm/true").text) == [False, True]
    assert rows_with_mark(get("/en/mixed/source/d1").text) == [True, False], "indicators"


def test_an_invented_number_on_the_start_page_is_marked(get: Get) -> None:
    numbers = re.findall(r"<li><span class=\"label\".*?</li>", get("/en/").text, re.DOTALL)
    assert {plain(number).split()[0]: "badge" in number for number in numbers} == {
        "配套率": True,
        "增速": False,
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_percent_sign_stands_at_its_number(get: Get, language: str) -> None:
    pages = [get(f"/{language}/{end}").text for end in ("", "mixed/", "mixed/source/d1", "mixed/tables")]
    table = get(f"/{language}/mixed/table/indicator").text
    row = re.findall(r'href="([^"]*/row\?indicator=growth[^"]*)"', table)
    pages.append(get(row[0].replace("&amp;", "&")).text)
    assert "1,234.5%" in plain(pages[-1])
    assert "12.5<span>%</span>" in pages[0]
    for page in pages:
        assert not re.search(r"\d[ \u202f\u00a0]+%", page)
        assert not re.search(r"\d\s+<span[^>]*>%", page)


def test_a_name_that_is_chinese_alone_says_so_on_an_english_page(get: Get) -> None:
    page = get("/en/mixed/firm/true").text
    assert re.search(r'<span lang="zh-CN" title="The code list has no English[^"]*">3813 微特电机', page)
    assert "has no English" not in get("/zh/mixed/firm/true").text


def test_a_line_that_could_not_be_cut_into_cells_says_nothing_of_itself(tmp_path: Path) -> None:
    zone = mixed(tmp_path / "mixed")
    machine = zone.problems.filter(table="machine").head(1)
    kinds = ("m2,true,2024", '["m2"]', '{"invented":null}', '{"note":"是"}', '{"invented":"否"}')
    told = pl.concat(
        [
            machine.with_columns(pl.lit(kept).alias("kept"))
            for kept in (*kinds, '{"虚构":"是"}', '{" Invented ":"maybe"}')
        ]
    )
    marked = problems_finding(replace(zone, problems=told), {}, "en").table["invented"]
    assert marked.to_list() == [False] * len(kinds) + [True, True], "what is neither yes nor no is no fact"
