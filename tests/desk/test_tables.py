from __future__ import annotations

import csv
import io
import re

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.conftest import Get
from tests.desk.test_pages import plain
from tests.desk.zones import FIRMS, FORMULA, IMG
from wutong.desk.web.address import State, query, read_state
from wutong.report.numbers import UNITS, file_unit
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone, open_zone
from wutong.zone.units import factor


def first_cells(page: str) -> list[str]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [plain(cell) for cell in re.findall(r'<th scope="row"[^>]*>(.*?)</th>', body, re.DOTALL)]


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_page_holds_fifty_rows_and_leads_to_the_next(get: Get) -> None:
    first = get("/en/trial/table/firm").text
    assert f"Rows 1–50 of {FIRMS}" in plain(first)
    assert len(first_cells(first)) == 50
    assert 'rel="next" href="/en/trial/table/firm?page=2"' in first
    last = get("/en/trial/table/firm?page=3").text
    assert f"Rows 101–{FIRMS} of {FIRMS}" in plain(last)
    assert 'rel="next"' not in last
    assert get("/en/trial/table/firm?page=99999").text.count('rel="prev"') == 1


def test_rows_are_sorted_with_the_unknown_last_either_way(get: Get) -> None:
    for sort in ("output", "-output"):
        rows = rows_of(get(f"/en/trial/table/firm_year/export/csv?sort={sort}").content)
        values = [row["Output (yuan)"] for row in rows]
        known = [float(value) for value in values if value]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert values[len(known) :] == [""] * (len(values) - len(known))
        assert len(known) < len(values)


def test_a_heading_says_the_order_and_leads_to_the_next_one(get: Get) -> None:
    page = get("/en/trial/table/firm_year?sort=-output").text
    assert 'aria-sort="descending"' in page
    assert 'href="/en/trial/table/firm_year?sort=output"' in page
    assert 'href="/en/trial/table/firm_year?sort=-profit"' in page


def test_text_is_found_in_names_words_and_behind_ids(get: Get) -> None:
    def found(table: str, text: str) -> list[str]:
        return first_cells(get(f"/zh/trial/table/{table}?q={text}").text)

    assert found("firm", "光轮") == ["leader"]
    assert found("firm", "light wheel") == ["leader"]
    assert found("firm", "链主") == ["leader"]
    assert found("firm", "Chain leader") == ["leader"]
    assert found("firm_year", "光轮") == ["光轮（试）"] * 2
    assert found("firm", "%3Cimg") == ["img"]
    assert "没有符合条件的行" in get("/zh/trial/table/firm?q=.*").text, "a pattern is only text"


def test_a_column_is_chosen_from_its_words(get: Get) -> None:
    page = get("/zh/trial/table/firm?w.role=leader").text
    assert first_cells(page) == ["leader"]
    assert '<option value="leader" selected>链主</option>' in page
    unknown = rows_of(get("/zh/trial/table/firm/export/csv?w.industry=%3F").content)
    assert len(unknown) == FIRMS - 1
    assert first_cells(get("/zh/trial/table/firm?w.above_scale=true").text) == ["leader"]
    assert first_cells(get("/zh/trial/table/firm?w.above_scale=false").text) == ["img"]


def test_chosen_columns_keep_the_key_and_the_source(get: Get) -> None:
    page = get("/en/trial/table/firm_year?col=output").text
    heads = [plain(head) for head in re.findall(r"<th scope=\"col\".*?</th>", page, re.DOTALL)]
    assert heads == ["Firm", "Year", "Output 100 million yuan", "As of", "Source"]
    exported = rows_of(get("/en/trial/table/firm_year/export/csv?col=output").content)
    assert list(exported[0]) == ["Firm id", "Year", "Output (yuan)", "As of", "Source", "Invented"]


def test_an_address_says_what_it_asks_in_vain(get: Get) -> None:
    text = plain(get("/en/trial/table/firm?sort=nothing&w.colour=red&col=owner&page=x&q=").text)
    assert "sort=nothing, w.colour=red, col=owner, page=x" in text


def test_the_state_of_a_view_is_its_address_and_survives_the_form(get: Get) -> None:
    page = get("/zh/trial/table/firm_year?w.period=2024&sort=-output&col=output&col=profit").text
    assert '<input type="hidden" name="sort" form="view" value="-output">' in page
    assert '<option value="2024" selected>' in page
    assert len(re.findall(r'name="col" value="(?:output|profit)" checked', page)) == 2
    exports = re.findall(r'href="(/zh/trial/table/firm_year/export/[^"]*)"', page)
    assert len(exports) == 5
    assert all("w.period=2024&amp;sort=-output&amp;col=output&amp;col=profit" in each for each in exports)
    elsewhere = get("/zh/trial/table/machine?w.source=d2&w.machine=m1").text
    assert '<input id="w-machine" type="text" name="w.machine" value="m1"' in elsewhere


def test_htmx_gets_the_short_address(get: Get) -> None:
    answer = get("/en/trial/table/firm?q=&w.role=&w.chain=ai&sort=", hx_request="true")
    assert answer.headers["hx-push-url"] == "/en/trial/table/firm?w.chain=ai"
    assert "hx-request" in answer.headers["vary"]
    assert "hx-push-url" not in get("/en/trial/table/firm").headers


@given(
    st.builds(
        State,
        text=st.text(max_size=20).map(str.strip),
        where=st.lists(
            st.tuples(
                st.sampled_from(["role", "chain", "period"]),
                st.text(min_size=1, max_size=9).map(str.strip).filter(bool),
            ),
            unique_by=lambda pair: pair[0],
        ).map(tuple),
        sort=st.sampled_from(["", "output", "role"]),
        down=st.booleans(),
        columns=st.lists(st.sampled_from(["output", "role"]), unique=True).map(tuple),
        page=st.integers(1, 10**6),
    )
)
def test_any_view_can_be_sent_as_an_address(state: State) -> None:
    from urllib.parse import parse_qsl

    back = read_state(
        parse_qsl(query(state).removeprefix("?"), keep_blank_values=True),
        ["output", "role", "chain", "period"],
    )
    expected = state if state.sort else State(state.text, state.where, "", False, state.columns, state.page)
    assert back == expected


def test_a_file_holds_the_rows_of_the_view_and_says_what_they_are(get: Get) -> None:
    answer = get("/en/made-up/table/firm/export/csv?w.role=leader")
    assert answer.headers["content-disposition"] == 'attachment; filename="invented-made-up-firm.csv"'
    assert [row["Firm id"] for row in rows_of(answer.content)] == ["leader"]
    assert rows_of(answer.content)[0]["Invented"] == "yes"
    document = msgspec.json.decode(
        get("/en/made-up/table/firm_year/export/json?w.firm=leader&w.period=2024").content
    )
    assert document["invented"] is True
    assert [row["output"] for row in document["rows"]] == [2_455_000_000_000]
    assert next(column for column in document["columns"] if column["name"] == "output")["unit"] == "fen"
    assert {source["id"] for source in document["sources"]} == {"d2"}
    book = openpyxl.load_workbook(io.BytesIO(get("/zh/made-up/table/firm/export/xlsx").content))
    assert book["data"].max_row == FIRMS + 1
    assert "虚构数据" in [row[0].value for row in book["about"].iter_rows()]


def test_names_are_harmless_in_a_file_for_excel(get: Get) -> None:
    rows = rows_of(get("/zh/trial/table/firm/export/excel-csv").content)
    assert f"'{FORMULA}" in [row["主要产品"] for row in rows]
    assert IMG in [row["企业名称"] for row in rows]
    assert FORMULA in [row["主要产品"] for row in rows_of(get("/zh/trial/table/firm/export/csv").content)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("table", ["firm", "firm_year", "indicator", "measure_package", "document"])
def test_a_file_of_the_desk_is_read_back_as_the_same_table(
    get: Get, zones: tuple[Zone, Zone], tmp_path: object, language: str, table: str
) -> None:
    from pathlib import Path

    from tests.desk.zones import write

    folder = write(Path(str(tmp_path)), name="trial", invented=False)
    for file in (folder / "tables").iterdir():
        file.unlink()
    (folder / "tables" / f"{table}.csv").write_bytes(
        get(f"/{language}/trial/table/{table}/export/csv").content
    )
    again = open_zone(folder)
    assert again.problems.filter(level="value").is_empty(), again.problems.to_dicts()
    assert again.problems.filter(level="row").is_empty(), again.problems.to_dicts()
    assert again.tables[table].equals(zones[0].tables[table])


def test_every_unit_in_a_heading_is_one_that_the_loader_reads() -> None:
    used = {column.unit for table in TABLES.values() for column in table.columns if column.unit}
    assert used <= set(UNITS)
    for unit in used:
        for language in ("zh", "en"):
            word = file_unit(unit).zh if language == "zh" else file_unit(unit).en
            times = factor(word, unit)
            assert times is not None, (unit, word)
            assert times == {"fen": 100}.get(unit, 1) or word == "%", (unit, word)


def test_a_view_too_large_for_a_form_is_refused_in_words(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    from wutong.report import table as module

    monkeypatch.setattr(module, "MOST_CELLS", 10)
    answer = get("/zh/trial/table/firm/export/xlsx")
    assert answer.status_code == 422
    assert "请先筛选" in plain(answer.text)


def test_codes_are_shown_with_their_names(get: Get) -> None:
    assert "3976 光电子器件制造" in plain(get("/zh/trial/firm/leader").text)
