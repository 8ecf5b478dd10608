from __future__ import annotations

import csv
import io
from datetime import date

import msgspec
import openpyxl
import polars as pl
import pytest
from rich.console import Console

from wutong.errors import NoAnswer
from wutong.finding import Finding, Source
from wutong.report import table as tables
from wutong.report.table import (
    csv_bytes,
    csv_chunks,
    grid,
    headings,
    json_bytes,
    language_of,
    printable,
    source_line,
    spoken,
    terminal,
    tsv_bytes,
    xlsx_bytes,
)
from wutong.words import Text

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://evil.example","x")'

SOURCE = Source("d1", "Plan of the office", "Office", "2025-02", "https://a.gov.cn/p", "A", date(2025, 3, 1))


def finding(**changes: object) -> Finding:
    made: dict[str, object] = {
        "id": "firms",
        "title": Text("哪些企业", "Which firms"),
        "answer": Text("三家。", "Three."),
        "table": pl.DataFrame(
            {
                "name": [HOSTILE, FORMULA, "链主"],
                "output": [29_300_000_000_00, None, -5],
                "share": [0.07, None, 1 / 3],
                "on": [date(2024, 1, 2), None, date(2025, 1, 1)],
                "big": [True, False, None],
            }
        ),
        "labels": {
            "name": Text("企业", "Firm"),
            "output": Text("产值", "Output"),
            "share": Text("占比", "Share"),
            "on": Text("日期", "Day"),
            "big": Text("规上", "Above scale"),
        },
        "units": {"output": "fen", "share": "1"},
        "method": Text("相加", "Added up"),
        "sources": (SOURCE,),
        "caveats": (Text("只有三家", "Three only"),),
        "rows_left_out": 2,
        "invented": True,
    }
    return Finding(**(made | changes))  # type: ignore[arg-type]  # keywords of one record, told apart by name


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_cell_says_what_is_unknown_and_keeps_the_exact_value() -> None:
    drawn = grid(finding(), "en")
    output = [row[1] for row in drawn.rows]
    assert [cell.kind for cell in output] == ["number", "unknown", "number"]
    assert output[1].text == "not known"
    assert drawn.heads[1].unit == "yuan"
    assert output[2].negative
    assert grid(finding(table=pl.DataFrame({"output": [1_234_567_890_123]})), "zh").rows[0][0].title == (
        "12,345,678,901.23 元"
    )


def test_a_column_of_which_nothing_is_known_names_no_unit() -> None:
    empty = pl.DataFrame({"output": [None, None]}, schema={"output": pl.Int64})
    assert grid(finding(table=empty), "zh").heads[0].unit == ""


def test_cells_lead_where_the_caller_says() -> None:
    drawn = grid(finding(), "zh", link=lambda column, row: f"/x/{row['output']}" if column == "name" else "")
    assert [row[0].href for row in drawn.rows] == ["/x/2930000000000", "/x/None", "/x/-5"]
    assert all(cell.href == "" for row in drawn.rows for cell in row[1:])


def test_csv_is_exact_and_leaves_the_unknown_empty() -> None:
    rows = read_csv(csv_bytes(finding(), "en"))
    assert rows[0] == ["Firm", "Output (yuan)", "Share (%)", "Day", "Above scale", "Invented"]
    assert rows[1] == [HOSTILE, "29300000000.00", "7", "2024-01-02", "true", "true"]
    assert rows[2] == [FORMULA, "", "", "", "false", "true"]
    assert rows[3] == ["链主", "-0.05", "33.33333333333333", "2025-01-01", "", "true"]


def test_csv_has_a_byte_order_mark_and_defused_formulas_for_excel_alone() -> None:
    plain, excel = csv_bytes(finding(), "zh"), csv_bytes(finding(), "zh", excel=True)
    assert not plain.startswith(b"\xef\xbb\xbf")
    assert excel.startswith(b"\xef\xbb\xbf")
    assert FORMULA in [row[0] for row in read_csv(plain)]
    assert "'" + FORMULA in [row[0] for row in read_csv(excel)]
    assert "-0.05" in [row[1] for row in read_csv(excel)], "a negative number is no formula"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_text_that_excel_would_run_stands_bare(first: str) -> None:
    hostile = finding(table=pl.DataFrame({"name": [f"{first}cmd|' /C calc'!A0"]}))
    assert read_csv(csv_bytes(hostile, "en", excel=True))[1][0].startswith("'")
    named = finding(labels={"name": Text(f"{first}1", f"{first}1")})
    assert csv_bytes(named, "en", excel=True).decode("utf-8-sig").lstrip('"').startswith("'")


def test_a_real_finding_says_so_in_its_files() -> None:
    rows = read_csv(csv_bytes(finding(invented=False), "zh"))
    assert (rows[0][-1], rows[1][-1]) == ("虚构", "false")


@pytest.mark.parametrize("whole", [True, False])
def test_what_each_row_says_of_itself_stands_over_what_the_whole_is(whole: bool) -> None:
    own = finding(
        table=pl.DataFrame({"name": ["甲", "乙"], "invented": [True, False]}),
        labels={"name": Text("企业", "Firm"), "invented": Text("虚构", "Invented")},
        invented=whole,
    )
    expected = [["Firm", "Invented"], ["甲", "true"], ["乙", "false"]]
    assert read_csv(csv_bytes(own, "en")) == expected
    assert [line.split("\t") for line in tsv_bytes(own, "en").decode().splitlines()] == expected
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(own, "en")))["data"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == expected
    assert [row["invented"] for row in msgspec.json.decode(json_bytes(own, "en"))["rows"]] == [True, False]


def test_csv_in_pieces_is_the_same_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = csv_bytes(finding(), "en")
    monkeypatch.setattr(tables, "CHUNK", 1)
    pieces = list(csv_chunks(finding(), "en"))
    assert len(pieces) == 4
    assert b"".join(pieces) == whole


def test_json_in_pieces_is_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK", 2)
    document = msgspec.json.decode(json_bytes(finding(), "en"))
    assert [row["output"] for row in document["rows"]] == [2_930_000_000_000, None, -5]
    assert document["invented"] is True
    assert document["rows_left_out"] == 2
    assert document["caveats"] == ["Three only"]
    assert document["sources"][0]["grade"] == "A"
    assert document["columns"][1] == {"name": "output", "label": "Output", "unit": "fen"}


def test_parquet_is_the_table_in_memory_with_a_mark_for_each_row() -> None:
    one = finding()
    read = pl.read_parquet(b"".join(tables.parquet_chunks(one, "zh")))
    assert read.drop("invented").equals(one.table)
    assert read["invented"].to_list() == [one.invented] * one.table.height


def test_json_of_no_rows_is_still_json() -> None:
    assert msgspec.json.decode(json_bytes(finding(table=finding().table.clear()), "zh"))["rows"] == []


def test_json_has_no_number_that_is_not_one() -> None:
    odd = finding(table=pl.DataFrame({"share": [float("nan"), float("inf"), 0.5]}))
    assert [row["share"] for row in msgspec.json.decode(json_bytes(odd, "en"))["rows"]] == [None, None, 0.5]


def test_a_tab_in_a_name_does_not_shift_the_columns() -> None:
    tabbed = finding(table=pl.DataFrame({"name": ["a\tb\nc"], "output": [100]}))
    assert tsv_bytes(tabbed, "en").decode().splitlines()[1].split("\t")[:2] == ["a b c", "1.00"]


def test_excel_holds_text_as_text_and_says_what_it_is() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(finding(), "en")))
    data, about = book["data"], book["about"]
    assert data["A3"].value == FORMULA
    assert data["A3"].data_type == "s"
    assert data["B2"].value == 29_300_000_000
    assert data["B3"].value is None
    assert data["F2"].value == "true"
    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["Source"] == source_line(SOURCE, "en")
    assert "Invented data" in said


def test_excel_keeps_digits_that_a_double_would_lose() -> None:
    long = finding(table=pl.DataFrame({"output": [9_007_199_254_740_993_01]}))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(long, "en")))
    assert book["data"]["A2"].value == "9007199254740993.01"


def test_a_view_too_large_for_excel_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_CELLS", 17)
    with pytest.raises(NoAnswer, match="CSV") as refused:
        xlsx_bytes(finding(), "en")
    assert "筛选" in refused.value.text.zh


def test_two_columns_of_one_label_are_told_apart() -> None:
    same = finding(
        table=pl.DataFrame({"a": [1], "b": [2]}), labels={"a": Text("值", "Value"), "b": Text("值", "Value")}
    )
    assert headings(same, "en") == ["Value [a]", "Value [b]"]
    assert len(read_csv(csv_bytes(same, "en"))[0]) == 3


def test_a_reader_sees_one_of_two_languages_and_a_file_has_both() -> None:
    pair = finding(
        table=pl.DataFrame({"scope_zh": ["全市"], "scope_en": ["City"], "name": ["甲"], "name_en": [None]}),
        labels={"scope_zh": Text("范围", "Scope"), "scope_en": Text("y", "x"), "name": Text("名", "Name")},
    )
    assert [cell.text for cell in grid(pair, "zh").rows[0]] == ["全市", "甲"]
    english = grid(pair, "en")
    assert [cell.text for cell in english.rows[0]] == ["City", "甲"]
    assert [head.label for head in english.heads] == ["Scope", "Name"]
    assert english.rows[0][1].lang == "zh-CN"
    assert len(headings(pair, "en")) == 4
    assert spoken(finding(), "en").table.equals(finding().table)


def test_the_terminal_shows_text_and_never_marks_it_up() -> None:
    odd = finding(table=pl.DataFrame({"name": ["[red]x[/red]", "a\x1b[2Jb"], "output": [100, None]}))
    out = io.StringIO()
    Console(file=out, width=120, color_system=None).print(terminal(odd, "en"))
    text = out.getvalue()
    assert "[red]x[/red]" in text
    assert "\x1b" not in text
    assert "not known" in text
    assert "Invented data" in text
    assert "https://a.gov.cn/p" in text


def test_the_terminal_says_how_many_rows_it_leaves_out() -> None:
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(terminal(finding(), "zh", most=1))
    assert "另有 2 行未显示" in out.getvalue()


def test_printable_drops_what_reorders_a_line() -> None:
    assert printable("a\u202eb\u200fc") == "a\ufffdb\ufffdc"


def test_the_language_of_a_text_is_named_where_it_is_not_the_page_s() -> None:
    assert language_of("光机电", "en") == "zh-CN"
    assert language_of("光机电", "zh") == ""
    assert language_of("EMS base", "zh") == "en"
    assert language_of("CNC", "zh") == ""
