"""Reading files that nobody vouches for. All data here are invented."""

from __future__ import annotations

import csv
import datetime
import errno
import io
import random
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wutong.errors import TableError
from wutong.zone.faults import explain
from wutong.zone.read import read_table
from wutong.zone.read_faults import FAULTS
from wutong.zone.sheet import Limits, ReadFault, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def read(path: Path, content: bytes, **limits: int) -> tuple[list[Sheet], list[ReadFault]]:
    path.write_bytes(content)
    return read_table(path, limits=Limits(**limits))


def one(sheets: Sequence[Sheet]) -> Sheet:
    assert len(sheets) == 1
    return sheets[0]


def rows_of(sheet: Sheet) -> list[tuple[str | None, ...]]:
    return sheet.frame.rows()


def places(faults: Sequence[ReadFault]) -> list[tuple[str, int | None, str, str]]:
    return [(fault.kind, fault.row, fault.column, fault.level) for fault in faults]


def workbook(
    rows: str,
    *,
    styles: str = "",
    strings: str = "",
    after: str = "",
    prolog: str = "",
    properties: str = "",
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """Build a workbook of one sheet by hand, so that it may be what no program would write."""
    relations = {
        "worksheet": "worksheets/sheet1.xml",
        "styles": "styles.xml",
        "sharedStrings": "sharedStrings.xml",
    }
    listed = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{part}"/>'
        for kind, part in relations.items()
        if kind == "worksheet" or (styles if kind == "styles" else strings)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}'
        '<sheets><sheet name="firm" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>',
        "xl/worksheets/sheet1.xml": f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
    }
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as box:
        for name, body in {**parts, **(extra or {})}.items():
            box.writestr(name, body)
    return out.getvalue()


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def formats(*codes: str) -> str:
    """Styles 1, 2 … with these number formats; a number names a built-in one."""
    own = [(200 + at, code) for at, code in enumerate(codes) if not code.isdigit()]
    listed = "".join(
        f'<numFmt numFmtId="{at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>' for at, code in own
    )
    ids = [int(code) if code.isdigit() else 200 + at for at, code in enumerate(codes)]
    used = "".join(f'<xf numFmtId="{at}"/>' for at in (0, *ids))
    # cellStyleXfs holds formats that no cell names: counting them would shift every style.
    return (
        f'<numFmts>{listed}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{used}</cellXfs>'
    )


# --- CSV: writing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
        ("gb18030", b"\x84\x31\x95\x33"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_end_are_told_from_the_file(
    tmp_path: Path, encoding: str, bom: bytes, separator: str, end: str
) -> None:
    lines = [("企业", "产值"), ("沁水一厂", "1.5"), ("𠮷野㐂", "2")]
    content = bom + "".join(separator.join(line) + end for line in lines).encode(encoding)
    sheets, faults = read(tmp_path / "firm.csv", content)
    assert faults == []
    assert one(sheets).header == ("企业", "产值")
    assert rows_of(one(sheets)) == lines[1:]
    assert one(sheets).rows.to_list() == [2, 3]
    assert one(sheets).rows.dtype == pl.UInt32


def test_a_short_gb18030_word_that_is_also_utf8_does_not_decide(tmp_path: Path) -> None:
    assert "小".encode("gb18030").decode("utf-8") == "С"
    content = "id,size\n" + "1,小\n" * 90 + "2,中\n" * 10
    sheets, faults = read(tmp_path / "a.csv", content.encode("gb18030"))
    assert faults == []
    assert rows_of(one(sheets)) == [("1", "小")] * 90 + [("2", "中")] * 10


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_damaged_line_costs_that_line_only(tmp_path: Path, encoding: str) -> None:
    lines = [line.encode(encoding) for line in ("企业,地址", "甲厂,端氏镇", "乙厂,嘉峰镇", "丙厂,郑庄镇")]
    lines[2] = lines[2].replace(b",", b"\xff,\\")
    sheets, faults = read(tmp_path / "a.csv", b"\n".join(lines))
    assert rows_of(one(sheets)) == [("甲厂", "端氏镇"), ("丙厂", "郑庄镇")]
    assert one(sheets).rows.to_list() == [2, 4]
    assert places(faults) == [("broken_encoding", 3, "", "row")]
    assert faults[0].found == "乙厂\\xff,\\\\嘉峰镇"


@pytest.mark.parametrize(("most", "least"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_line_in_the_other_encoding_is_named_and_not_misread(tmp_path: Path, most: str, least: str) -> None:
    lines = [f"企业{at},地址在沁水县端氏镇" for at in range(20)]
    raw = [line.encode(least if at == 7 else most) for at, line in enumerate(lines)]
    sheets, faults = read(tmp_path / "a.csv", b"\n".join(raw))
    assert one(sheets).frame.height == 18
    assert places(faults) == [("broken_encoding", 8, "", "row")]
    if least == "utf-8":
        assert faults[0].found == lines[7]
    else:
        unescaped = faults[0].found.encode("utf-8").decode("unicode_escape").encode("latin-1")
        assert unescaped == raw[7]


def test_a_damaged_header_keeps_its_column(tmp_path: Path) -> None:
    sheets, faults = read(
        tmp_path / "a.csv", "企业,产".encode() + b"\xe5\x80,c\n" + "甲厂和乙厂,2,3\n".encode()
    )
    assert one(sheets).header == ("企业", "产\\xe5\\x80", "c")
    assert rows_of(one(sheets)) == [("甲厂和乙厂", "2", "3")]
    assert places(faults) == [("broken_encoding", 1, "", "note")]


def test_half_a_character_of_utf16_costs_its_line_only(tmp_path: Path) -> None:
    good = "a\tb\n甲\t1\n".encode("utf-16-le")
    lone = "乙".encode("utf-16-le") + b"\x00\xd8" + "\t2\n丙\t3\n".encode("utf-16-le")
    sheets, faults = read(tmp_path / "a.txt", b"\xff\xfe" + good + lone + b"\x41")
    assert rows_of(one(sheets)) == [("甲", "1"), ("丙", "3")]
    assert [(fault.kind, fault.row, fault.found) for fault in faults] == [
        ("broken_encoding", None, "A"),
        ("broken_encoding", 3, "乙\\ud800\t2"),
    ]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    sheets, faults = read(tmp_path / "a.csv", "a,b\n1,2\n".encode("utf-16-le"))
    assert sheets == []
    assert places(faults) == [("not_text", None, "", "file")]


# --- CSV: rows ------------------------------------------------------------------------------------


def test_line_numbers_hold_across_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    content = 'name,note\r\n"a","one\r\ntwo\r\nthree"\r\n\r\n  ,\r\nb,"x"\r\n"c\nd",y\r\ne,z\r\n'
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert faults == []
    assert rows_of(one(sheets)) == [("a", "one\r\ntwo\r\nthree"), ("b", "x"), ("c\nd", "y"), ("e", "z")]
    assert one(sheets).rows.to_list() == [2, 7, 8, 10]


def test_an_unclosed_quote_costs_its_line_and_not_the_file(tmp_path: Path) -> None:
    lines = ["name,note", "a,1", 'b,"2', *(f"c{at},{at}" for at in range(5000))]
    sheets, faults = read(tmp_path / "a.csv", "\n".join(lines).encode())
    assert places(faults) == [("unclosed_quote", 3, "", "row")]
    assert faults[0].found == 'b,"2'
    assert one(sheets).frame.height == 5001
    assert one(sheets).rows.to_list()[-1] == len(lines)


def test_an_unclosed_quote_that_meets_a_later_one_costs_its_line_only(tmp_path: Path) -> None:
    content = 'name,note\nb,"2\nc,3\n"d","4"\ne,5\n'
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert places(faults) == [("unclosed_quote", 2, "", "row")]
    assert rows_of(one(sheets)) == [("c", "3"), ("d", "4"), ("e", "5")]
    assert one(sheets).rows.to_list() == [3, 4, 5]


def test_rows_swallowed_by_a_quote_that_happens_to_close_are_pointed_out(tmp_path: Path) -> None:
    content = 'a,b,c\n1,2,"x\n3,4,5\n6,7,y"\n8,9,z\n'
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert places(faults) == [("rows_in_cell", 2, "c", "note")]
    assert one(sheets).frame.height == 2


def test_a_stray_quote_costs_its_line(tmp_path: Path) -> None:
    sheets, faults = read(tmp_path / "a.csv", b'a,b\n1,"5" pipe"\n2,5" pipe\n')
    assert places(faults) == [("stray_quote", 2, "", "row")]
    assert rows_of(one(sheets)) == [("2", '5" pipe')]


def test_many_unclosed_quotes_do_not_make_reading_slow(tmp_path: Path) -> None:
    # In each line a quote opens, and each line closes the one before it and opens another.
    content = b"a,b\n" + b'x","z\n' * 50_000
    sheets, faults = read(tmp_path / "a.csv", content, faults=60_000)
    assert one(sheets).frame.height == 0
    assert len(faults) == 50_000
    assert {fault.kind for fault in faults} == {"unclosed_quote"}


def test_rows_too_long_are_left_out_and_rows_too_short_are_kept(tmp_path: Path) -> None:
    content = b"a,b,c\n1,2,3,4\n1,2\n1,2,3,, \n"
    sheets, faults = read(tmp_path / "a.csv", content)
    assert places(faults) == [("ragged_row", 2, "", "row"), ("short_row", 3, "", "note")]
    assert faults[0].found == '["1","2","3","4"]'
    assert rows_of(one(sheets)) == [("1", "2", None), ("1", "2", "3")]
    assert one(sheets).rows.to_list() == [3, 4]


def test_notes_of_one_kind_are_listed_a_hundred_times_and_then_counted(tmp_path: Path) -> None:
    _, faults = read(tmp_path / "a.csv", b"a,b\n" + b"1\n" * 130)
    assert [fault.kind for fault in faults].count("short_row") == 100
    assert [fault.found for fault in faults if fault.kind == "more_of_the_same"] == ["short_row: +30"]


def test_a_file_that_is_all_faults_is_left_out_as_a_whole(tmp_path: Path) -> None:
    sheets, faults = read(tmp_path / "a.csv", b"a,b\n" + b"1,2,3\n" * 30, faults=20)
    assert sheets == []
    assert places(faults)[0] == ("too_many_faults", None, "", "file")
    assert len(faults) == 21


# --- CSV: cells and headers -----------------------------------------------------------------------


def test_blanks_around_a_cell_are_nothing(tmp_path: Path) -> None:
    content = "\ufeff\ufeff 企业\u3000,b\n\u3000甲\u00a0\u200b, \x00\n\ufeff乙\u3000丙 ,\u202a2\u202c\n"
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert faults == []
    assert one(sheets).header == ("企业", "b")
    assert rows_of(one(sheets)) == [("甲", None), ("乙\u3000丙", "2")]


def test_formulas_errors_and_lost_digits_in_csv_are_named(tmp_path: Path) -> None:
    content = 'code,v\n"=""0012""",1\nb,#REF!\nc,####\n9.11405E+17,-5\nd,#1 furnace\n'
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert [(fault.kind, fault.row, fault.column, fault.found, fault.level) for fault in faults] == [
        ("formula", 2, "code", '="0012"', "value"),
        ("error_cell", 3, "v", "#REF!", "value"),
        ("error_cell", 4, "v", "####", "value"),
        ("digits_lost", 5, "code", "9.11405E+17", "note"),
    ]
    assert rows_of(one(sheets)) == [
        (None, "1"),
        ("b", None),
        ("c", None),
        ("9.11405E+17", "-5"),
        ("d", "#1 furnace"),
    ]


def test_headers_are_made_unique_and_nothing_under_them_is_lost(tmp_path: Path) -> None:
    content = 'a,a,a_2,,"产值\n(万元)",\n1,2,3,4,5,\n'
    sheets, faults = read(tmp_path / "a.csv", content.encode())
    assert one(sheets).header == ("a", "a_3", "a_2", "[D]", "产值 (万元)")
    assert rows_of(one(sheets)) == [("1", "2", "3", "4", "5")]
    assert places(faults) == [("duplicate_header", 1, "a_3", "note"), ("blank_header", 1, "[D]", "note")]


def test_the_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    sheets, faults = read(tmp_path / "a.csv", b"sep=;\r\na,b;c\r\n1,5;2\r\n")
    assert faults == []
    assert one(sheets).header == ("a,b", "c")
    assert one(sheets).rows.to_list() == [3]


def test_the_limits_of_a_csv_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    content = b"a,b\n" + b"1,2\n" * 10
    for limits, kind in [
        ({"rows": 9}, "too_many_rows"),
        ({"columns": 1}, "too_many_columns"),
        ({"cells": 19}, "too_many_cells"),
        ({"file_bytes": 40}, "too_large"),
    ]:
        sheets, faults = read(path, content, **limits)
        assert sheets == []
        assert places(faults) == [(kind, None, "", "file")]
    assert read(path, content, rows=10, columns=2, cells=20, file_bytes=44)[1] == []


def test_a_cell_that_is_too_long_is_left_out_with_its_length(tmp_path: Path) -> None:
    sheets, faults = read(tmp_path / "a.csv", ("a,b\n1," + "字" * 5000 + "\n").encode(), cell_chars=4999)
    assert rows_of(one(sheets)) == [("1", None)]
    assert places(faults) == [("too_long", 2, "b", "value")]
    assert faults[0].found == "字" * 4000 + "… (+1000)"
    _, faults = read(tmp_path / "a.csv", ("a,b\n1," + "z" * 200_000 + "\n2,3\n").encode())
    assert places(faults) == [("too_long", 2, "", "row")]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=8)
UNSEEN = [0, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF]
BLANKS = "".join(chr(at) for at in range(0x10000) if chr(at).isspace() or at in UNSEEN)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    separator=st.sampled_from(",;\t"),
)
def test_what_the_csv_module_writes_is_read_again(
    tmp_path: Path, rows: list[list[str]], encoding: str, separator: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([["企业", "产值", "备注"], *rows])
    sheets, faults = read(tmp_path / "a.csv", out.getvalue().encode(encoding))
    expected = [tuple(cell.strip(BLANKS) or None for cell in row) for row in rows]
    changed = [fault for fault in faults if fault.level != "note"]
    for fault in changed:
        assert fault.kind in ("formula", "error_cell")
        assert fault.row is not None
    left_out = {fault.found for fault in changed}
    expected = [tuple(None if cell in left_out else cell for cell in row) for row in expected]
    assert rows_of(one(sheets)) == [row for row in expected if any(cell is not None for cell in row)]


PIECE = st.sampled_from(['"', '""', ",", "\n", "\r\n", "甲", " ", "=", "#", "\\", "\ufeff", ","])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECE, max_size=60), encoding=st.sampled_from(["utf-8", "gb18030"]), data=st.data())
def test_nothing_of_a_bad_csv_is_lost(
    tmp_path: Path, pieces: list[str], encoding: str, data: st.DataObject
) -> None:
    marked = "".join(f"{piece}m{at}." for at, piece in enumerate(pieces))
    content = bytearray(f"企业名称,产值,备注\n{marked}".encode(encoding))
    # In GB 18030 a damaged byte may take the next letter with it, so that the mark itself would not be seen.
    for at in data.draw(st.lists(st.integers(30, 400), max_size=2)) if encoding == "utf-8" else []:
        if at < len(content) and content[at] > 127:
            content[at] = 0xFF
    sheets, faults = read(tmp_path / "a.csv", bytes(content))
    cells = [cell for row in rows_of(one(sheets)) for cell in row if cell is not None]
    kept = "\n".join([*one(sheets).header, *cells, *(fault.found for fault in faults)])
    assert [at for at in range(len(pieces)) if f"m{at}." not in kept] == []


# --- Excel: values --------------------------------------------------------------------------------


def test_a_workbook_gives_text_that_means_what_its_cells_show(tmp_path: Path) -> None:
    path = tmp_path / "firm.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("firm")
    share, day, moment, clock = (
        book.add_format({"num_format": code})
        for code in ("0.00%", 'yyyy"年"m"月"d"日"', "yyyy/m/d h:mm", "h:mm")
    )
    sheet.write_row(1, 1, ["企业", "产值", "率", "日", "时", "钟", "对"])
    sheet.write_row(3, 1, ["  甲 厂 ", 42])
    sheet.write(3, 3, 0.07, share)
    sheet.write(3, 4, datetime.date(2024, 3, 1), day)
    sheet.write(3, 5, datetime.datetime(2024, 3, 1, 9, 30), moment)
    sheet.write(3, 6, 0.75, clock)
    sheet.write(3, 7, True)
    sheet.write_row(4, 1, ["乙", 0.29, -1.5])
    book.close()
    sheets, faults = read_table(path)
    assert faults == []
    assert one(sheets).sheet == "firm"
    assert one(sheets).header == ("企业", "产值", "率", "日", "时", "钟", "对")
    assert rows_of(one(sheets)) == [
        ("甲 厂", "42", "7%", "2024-03-01", "2024-03-01T09:30:00", "18:00:00", "true"),
        ("乙", "0.29", "-1.5", None, None, None, None),
    ]
    assert one(sheets).rows.to_list() == [4, 5]


def test_openpyxl_reads_the_same_cells(tmp_path: Path) -> None:
    draw = random.Random(7)
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("a")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["text", "whole", "part", "day", "flag"])
    for row in range(1, 300):
        if draw.random() < 0.8:
            sheet.write_string(
                row, 0, draw.choice(["甲", "乙 & 丙", "<b>", "a\nb", "0012", "=1+1"]) + str(row)
            )
        sheet.write_number(row, 1, draw.randrange(-(10**9), 10**9))
        if draw.random() < 0.8:
            sheet.write_number(row, 2, draw.random() * 10 ** draw.randrange(-3, 6))
        sheet.write_datetime(
            row, 3, datetime.datetime(1950, 1, 1) + datetime.timedelta(draw.randrange(40_000)), day
        )
        sheet.write_boolean(row, 4, draw.random() < 0.5)
    book.close()

    def shown(value: object) -> str | None:
        match value:
            case None:
                return None
            case bool():
                return str(value).lower()
            case datetime.datetime():
                return value.date().isoformat()
            case _:
                return str(value)

    other = openpyxl.load_workbook(path, read_only=True, data_only=True)
    expected = [tuple(map(shown, row)) for row in other.worksheets[0].iter_rows(min_row=2, values_only=True)]
    other.close()
    sheets, faults = read_table(path)
    assert faults == []
    assert rows_of(one(sheets)) == expected


def test_shared_strings_and_inline_strings_are_read_without_their_reading_aids(tmp_path: Path) -> None:
    strings = (
        "<si><t>企业</t></si><si><r><t>沁</t></r><r><t>水</t></r><rPh sb='0' eb='1'><t>qin</t></rPh></si>"
        "<si><t>a_x000A_b_x005F_x0041_</t></si><si><t></t></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c>' + text_cell("B1", "备注") + "</row>"
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="inlineStr"><is><r><t>一</t></r><r><t>二</t></r>'
        "<rPh sb='0' eb='1'><t>yi</t></rPh></is></c></row>"
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="s"><v>3</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>9</v></c><c r="B4"><v>1</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows, strings=strings))
    assert rows_of(one(sheets)) == [("沁水", "一二"), ("a\nb_x0041_", None), (None, "1")]
    assert places(faults) == [("broken_value", 4, "企业", "value")]


def test_number_formats_say_what_a_number_means(tmp_path: Path) -> None:
    codes = [
        "10",
        "14",
        "31",
        "57",
        "21",
        "46",
        '0.00"万元"',
        "0.0,",
        "[Red]0.0%",
        '0"%"',
        "[h]:mm",
        '"第"0"期"',
    ]
    cells = "".join(f'<c r="{chr(66 + at)}2" s="{at + 1}"><v>45352.5</v></c>' for at in range(len(codes)))
    head = "".join(text_cell(f"{chr(66 + at)}1", f"h{at}") for at in range(len(codes)))
    content = workbook(f'<row r="1">{head}</row><row r="2">{cells}</row>', styles=formats(*codes))
    sheets, faults = read(tmp_path / "a.xlsx", content)
    noon = "2024-03-01T12:00:00"
    hours = "1088460:00:00"
    assert rows_of(one(sheets)) == [
        (
            "4535250%",
            noon,
            noon,
            noon,
            noon,
            hours,
            "45352.5",
            "45352.5",
            "4535250%",
            "45352.5",
            hours,
            "45352.5",
        )
    ]
    assert [(fault.column, fault.found) for fault in faults] == [
        ("h6", "万元"),
        ("h7", ","),
        ("h9", "%"),
        ("h11", "第期"),
    ]
    assert {fault.kind for fault in faults} == {"unit_in_format"}


def test_workbooks_that_count_from_1904_give_the_same_days(tmp_path: Path) -> None:
    rows = '<row r="1">' + text_cell("A1", "d") + '</row><row r="2"><c r="A2" s="1"><v>43890</v></c></row>'
    properties = '<workbookPr date1904="1"/>'
    sheets, _ = read(tmp_path / "a.xlsx", workbook(rows, styles=formats("14"), properties=properties))
    assert rows_of(one(sheets)) == [("2024-03-01",)]


def test_numbers_that_lost_digits_do_not_look_whole_again(tmp_path: Path) -> None:
    rows = (
        '<row r="1">' + text_cell("A1", "code") + text_cell("B1", "fen") + "</row>"
        '<row r="2"><c r="A2"><v>9.11405007010123E+17</v></c><c r="B2"><v>999999999999999</v></c></row>'
        '<row r="3"><c r="A3"><v>123456789012345678</v></c><c r="B3"><v>1e999</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows))
    assert rows_of(one(sheets)) == [
        ("9.11405007010123E+17", "999999999999999"),
        ("1.2345678901234568E+17", None),
    ]
    assert [(fault.kind, fault.row, fault.column, fault.found, fault.level) for fault in faults] == [
        ("digits_lost", 2, "code", "9.11405007010123E+17", "note"),
        ("digits_lost", 3, "code", "123456789012345678", "note"),
        ("broken_value", 3, "fen", "1e999", "value"),
    ]


def test_formulas_are_not_read_but_shown_with_their_last_value(tmp_path: Path) -> None:
    rows = (
        '<row r="1">' + "".join(text_cell(f"{mark}1", f"h{mark}") for mark in "ABCD") + "</row>"
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2*2</f><v>2</v></c>'
        '<c r="C2"><f t="shared" ref="C2:C3" si="0">A2+1</f><v>2</v></c>'
        '<c r="D2"><f t="array" ref="D2:D3">A2:A3*3</f><v>3</v></c></row>'
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="str"><f>"甲"</f><v>甲</v></c>'
        '<c r="C3"><f t="shared" si="0"/><v>3</v></c><c r="D3"><v>6</v></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="B4"><f>NOW()</f></c><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows))
    assert rows_of(one(sheets)) == [("1", None, None, None), ("2", None, None, None), ("3", None, None, None)]
    assert [(fault.row, fault.column, fault.found) for fault in faults] == [
        (2, "hB", "=A2*2 → 2"),
        (2, "hC", "=A2+1 → 2"),
        (2, "hD", "=A2:A3*3 → 3"),
        (3, "hB", '="甲" → 甲'),
        (3, "hC", "=A2+1 → 3"),
        (3, "hD", "=A2:A3*3 → 6"),
        (4, "hB", "=NOW()"),
        (4, "hC", "=1/0 → #DIV/0!"),
    ]
    assert {(fault.kind, fault.level) for fault in faults} == {("formula", "value")}


def test_an_error_of_a_new_excel_costs_its_cell_only(tmp_path: Path) -> None:
    rows = (
        '<row r="1">' + text_cell("A1", "a") + text_cell("B1", "b") + "</row>"
        '<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c><c r="B2"><v>1</v></c></row>'
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="e"><v>#REF!</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows))
    assert rows_of(one(sheets)) == [(None, "1"), ("2", None)]
    assert [(fault.kind, fault.row, fault.column, fault.found) for fault in faults] == [
        ("error_cell", 2, "a", "#SPILL!"),
        ("error_cell", 3, "b", "#REF!"),
    ]


def test_days_that_never_were_are_named(tmp_path: Path) -> None:
    cells = "".join(
        f'<row r="{at}"><c r="A{at}" s="1"><v>{day}</v></c></row>'
        for at, day in [(2, 60), (3, -1), (4, 3e6), (5, 61)]
    )
    content = workbook('<row r="1">' + text_cell("A1", "d") + "</row>" + cells, styles=formats("14"))
    sheets, faults = read(tmp_path / "a.xlsx", content)
    assert rows_of(one(sheets)) == [("1900-03-01",)]
    assert [(fault.kind, fault.row, fault.found) for fault in faults] == [
        ("bad_date", 2, "60"),
        ("bad_date", 3, "-1"),
        ("bad_date", 4, "3000000.0"),
    ]


# --- Excel: sheets --------------------------------------------------------------------------------


def test_sheets_that_explain_are_skipped_and_hidden_things_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("说明", "_lists", "README", "firm", "place", "empty"):
        sheet = book.add_worksheet(name)
        if name != "empty":
            sheet.write_row(0, 0, ["id", "b"])
            sheet.write_row(1, 0, [1, 2])
        if name == "firm":
            sheet.write_row(2, 0, [3, 4])
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_column(1, 5, None, None, {"hidden": True})
            sheet.merge_range("A5:B5", "两格")
        if name == "place":
            sheet.hide()
    book.get_worksheet_by_name("firm").activate()
    book.close()
    sheets, faults = read_table(path)
    assert [sheet.sheet for sheet in sheets] == ["firm", "place"]
    assert rows_of(sheets[0]) == [("1", "2"), ("3", "4"), ("两格", None)]
    assert sorted((fault.kind, fault.sheet, fault.row, fault.column, fault.found) for fault in faults) == [
        ("hidden_column", "firm", None, "b", "B"),
        ("hidden_rows", "firm", 3, "", "3 (1)"),
        ("hidden_sheet", "place", None, "", "place"),
        ("merged_cells", "firm", 5, "id", "A5:B5"),
    ]
    assert {fault.level for fault in faults} == {"note"}


def test_a_damaged_sheet_leaves_the_others_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("first", "second"):
        book.add_worksheet(name).write_row(0, 0, ["id", "b"])
    book.close()
    with zipfile.ZipFile(path) as box:
        parts = {info.filename: box.read(info) for info in box.infolist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</row>", b"</raw>")
    with zipfile.ZipFile(path, "w") as box:
        for name, body in parts.items():
            box.writestr(name, body)
    sheets, faults = read_table(path)
    assert [sheet.sheet for sheet in sheets] == ["second"]
    assert [(fault.kind, fault.sheet, fault.level) for fault in faults] == [("broken_sheet", "first", "file")]


def test_macros_are_noted_and_not_run(tmp_path: Path) -> None:
    rows = '<row r="1">' + text_cell("A1", "a") + '</row><row r="2"><c r="A2"><v>1</v></c></row>'
    content = workbook(rows)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as box, zipfile.ZipFile(out, "w") as copy:
        for info in box.infolist():
            body = box.read(info)
            if info.filename == "xl/_rels/workbook.xml.rels":
                macro = b'<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>'
                body = body.replace(b"</Relationships>", macro)
            copy.writestr(info.filename, body)
        copy.writestr("xl/vbaProject.bin", b"\x00" * 10)
    sheets, faults = read(tmp_path / "a.xlsm", out.getvalue())
    assert rows_of(one(sheets)) == [("1",)]
    assert places(faults) == [("macros", None, "", "note")]


# --- Excel: hostile files -------------------------------------------------------------------------


def test_two_cells_at_the_corners_of_the_grid_cost_no_memory(tmp_path: Path) -> None:
    # About 1 KiB; a reader that fills the grid between the two asks for 550 GB.
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    content = workbook(rows)
    assert len(content) < 4096
    sheets, faults = read(tmp_path / "a.xlsx", content)
    assert one(sheets).header == ("1",)
    assert one(sheets).frame.height == 0
    assert places(faults) == [("out_of_bounds", 1048576, "XFD", "value")]
    assert faults[0].found == "XFD1048576: 2"
    sheets, faults = read(tmp_path / "a.xlsx", content, columns=16_384)
    assert one(sheets).header == ("1", "[XFD]")
    assert rows_of(one(sheets)) == [(None, "2")]
    assert one(sheets).rows.to_list() == [1048576]


def test_cells_outside_of_excel_are_no_way_to_more_memory(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999"><c r="A99999999999"><v>2</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows))
    assert one(sheets).header == ("1",)
    assert [fault.kind for fault in faults] == ["out_of_bounds"]


def test_a_zip_bomb_is_stopped_while_it_inflates(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    blank = b" " * (1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as box:
        for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
            with box.open(name, "w") as part:
                for _ in range(300):
                    part.write(blank)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    sheets, faults = read_table(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sheets == []
    assert places(faults) == [("zip_bomb", None, "", "file")]
    assert peak < 20 << 20


def test_many_parts_together_are_a_bomb_too(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1 << 16)
    extra = {f"xl/media/{at}.png": noise for at in range(40)}
    content = workbook("", extra=extra)
    _, faults = read(tmp_path / "a.xlsx", content, inflated_bytes=2 << 20)
    assert [fault.kind for fault in faults] == ["zip_bomb"]
    _, faults = read(tmp_path / "a.xlsx", content, parts=40)
    assert [fault.kind for fault in faults] == ["too_many_parts"]


def test_a_part_that_holds_more_than_its_header_says_is_refused(tmp_path: Path) -> None:
    rows = '<row r="1">' + text_cell("A1", "a" * 1000) + "</row>"
    content = workbook(rows)
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        size = box.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    sheets, faults = read(tmp_path / "a.xlsx", lying)
    assert sheets == []
    assert [(fault.kind, fault.found) for fault in faults] == [("broken_zip", "xl/worksheets/sheet1.xml")]


@pytest.mark.parametrize("part", ["sheet", "unread"])
def test_entities_that_multiply_are_refused_before_they_do(tmp_path: Path, part: str) -> None:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    prolog = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    if part == "sheet":
        content = workbook(rows.format("&l9;"), prolog=prolog)
    else:
        content = workbook(rows.format("a"), extra={"docProps/app.xml": f"{prolog}<x/>".encode()})
    sheets, faults = read(tmp_path / "a.xlsx", content)
    assert sheets == []
    assert places(faults) == [("dtd", None, "", "file")]


def test_a_workbook_that_takes_too_long_is_stopped_by_the_processor_limit(tmp_path: Path) -> None:
    # Each cell is looked for in each of the array formulas: work that grows with the square of the file.
    head = '<row r="1"><c r="A1"><f t="array" ref="A1">1</f></c></row>'
    arrays = "".join(
        f'<row r="{at}"><c r="A{at}"><f t="array" ref="A{at}">1</f></c></row>' for at in range(2, 60_000)
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(head + arrays), cpu_seconds=1)
    assert sheets == []
    assert places(faults) == [("no_time", None, "", "file")]
    assert (
        explain(faults[0].kind, faults[0].found, "", "", "en")[0]
        == "Reading it took longer than is allowed: > 1 s"
    )


def test_a_workbook_that_needs_too_much_memory_is_stopped(tmp_path: Path) -> None:
    # A part that deflates 200 to 1, and one string of it per cell.
    strings = "".join(f"<si><t>{at:09d}{'甲' * 40}</t></si>" for at in range(700_000))
    content = workbook('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=strings)
    sheets, faults = read(tmp_path / "a.xlsx", content, memory_bytes=100 << 20)
    assert sheets == []
    assert places(faults) == [("no_memory", None, "", "file")]


def test_one_string_used_in_a_million_cells_is_no_way_to_more_memory(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 3_000))
    content = workbook(cells, strings=f"<si><t>{'x' * 30_000}</t></si>")
    sheets, faults = read(tmp_path / "a.xlsx", content, inflated_bytes=8 << 20)
    assert sheets == []
    assert places(faults) == [("too_much_text", None, "", "file")]


def test_the_limits_of_a_sheet_hold(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{at}">' + text_cell(f"A{at}", "x") + f'<c r="B{at}"><v>1</v></c></row>'
        for at in range(1, 12)
    )
    content = workbook(rows)
    for limits, kind in [({"rows": 9}, "too_many_rows"), ({"cells": 21}, "too_many_cells")]:
        sheets, faults = read(tmp_path / "a.xlsx", content, **limits)
        assert sheets == []
        assert [(fault.kind, fault.sheet, fault.level) for fault in faults] == [(kind, "firm", "file")]
    assert read(tmp_path / "a.xlsx", content, rows=10, cells=22)[1] == []


def test_cells_that_stand_twice_or_out_of_order_are_not_merged_silently(tmp_path: Path) -> None:
    rows = (
        '<row r="1">'
        + text_cell("A1", "a")
        + '</row><row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'
    )
    sheets, faults = read(tmp_path / "a.xlsx", workbook(rows))
    assert rows_of(one(sheets)) == [("1",)]
    assert [(fault.kind, fault.found) for fault in faults] == [("broken_value", "2")]
    for later in ('<row r="1"><c r="A1"><v>2</v></c></row>', '<row r="2"><c r="A7"><v>2</v></c></row>'):
        sheets, faults = read(tmp_path / "a.xlsx", workbook(rows[: rows.index("</row>") + 6] + later))
        assert sheets == []
        assert [fault.kind for fault in faults] == ["broken_sheet"]


def test_the_process_that_reads_workbooks_can_neither_write_nor_take_more_than_its_bounds(
    tmp_path: Path,
) -> None:
    script = """
import sys
from wutong.zone import xlsx_child
bounds = xlsx_child.Bounds(1 << 20, 10, 10, 10, 10, 10, 10, 1 << 30, 5)
xlsx_child._confine(bounds)
said = []
try:
    bytearray(2 << 30)
except MemoryError:
    said.append("memory")
try:
    with open(sys.argv[1], "wb", buffering=0) as file:
        file.write(b"x")
except OSError:
    said.append("file")
try:
    opened = [open(sys.argv[1], "rb") for _ in range(20)]
except OSError:
    said.append("handles")
print(*said)
"""
    target = tmp_path / "written"
    run = [sys.executable, "-c", script, str(target)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.split() == ["memory", "file", "handles"]
    assert target.stat().st_size == 0


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.xls", b"<html><table></table></html>", "old_excel"),
        ("a.xlsx", b"<html><table></table></html>", "not_xlsx"),
        ("a.xlsx", b"PK\x03\x04 and nothing more", "broken_zip"),
        ("a.csv", b"PK\x03\x04 and more", "wrong_kind"),
        ("a.csv", b"PAR1", "wrong_kind"),
        ("a.ods", b"PK\x03\x04", "wrong_kind"),
        ("a.parquet", b"a,b\n1,2\n", "broken_parquet"),
        ("a.csv", b"", "empty"),
        ("a.csv", b" , \r\n\r\n", "empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    sheets, faults = read(tmp_path / name, content)
    assert sheets == []
    assert places(faults) == [(kind, None, "", "file")]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("word/document.xml", "<x/>")
    assert [fault.kind for fault in read(tmp_path / "a.xlsx", out.getvalue())[1]] == ["not_xlsx"]
    assert [fault.kind for fault in read(tmp_path / "a.xlsx", workbook(""))[1]] == ["empty"]


def test_damaged_workbooks_never_raise_and_never_kill(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = "".join(
        f'<row r="{at}">' + text_cell(f"A{at}", f"甲{at}") + f'<c r="B{at}" s="1"><v>{at}</v></c></row>'
        for at in range(1, 30)
    )
    good = workbook(rows, styles=formats("0.0%"), strings="<si><t>x</t></si>")
    for _ in range(25):
        bad = bytearray(good)
        for _ in range(draw.randrange(1, 8)):
            bad[draw.randrange(4, len(bad))] = draw.randrange(256)
        sheets, faults = read(tmp_path / "a.xlsx", bytes(bad))
        assert all(fault.kind in FAULTS and fault.kind != "reader_stopped" for fault in faults)
        assert sheets or any(fault.level == "file" for fault in faults)


# --- Parquet --------------------------------------------------------------------------------------


def test_parquet_keeps_its_types_and_counts_rows_from_one(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["甲", None],
            "fen": [5, 2**53 + 1],
            "day": [datetime.date(2024, 3, 1), None],
            "list": [[1], [2]],
        }
    )
    path = tmp_path / "a[1].parquet"
    frame.write_parquet(path)
    sheets, faults = read_table(path)
    assert one(sheets).frame.equals(frame.drop("list"))
    assert one(sheets).rows.to_list() == [1, 2]
    assert one(sheets).header == ("id", "fen", "day")
    assert places(faults) == [("nested_column", None, "list", "value")]


def test_damaged_parquet_is_a_fault_of_the_file(tmp_path: Path) -> None:
    draw = random.Random(5)
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": range(500), "b": [f"甲{at}" for at in range(500)]}).write_parquet(path)
    good = path.read_bytes()
    for length in (4, 8, len(good) // 2, len(good) - 1):
        sheets, faults = read(path, good[:length])
        assert sheets == []
        assert places(faults) == [("broken_parquet", None, "", "file")]
    for _ in range(100):
        bad = bytearray(good)
        for _ in range(draw.randrange(1, 8)):
            bad[-draw.randrange(1, 600)] = draw.randrange(256)
        sheets, faults = read(path, bytes(bad))
        assert bool(sheets) != bool(faults)


def test_the_limits_of_a_parquet_file_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": range(10), "b": range(10)}).write_parquet(path)
    for limits, kind in [
        (Limits(rows=9), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(cells=19), "too_many_cells"),
    ]:
        assert [fault.kind for fault in read_table(path, limits=limits)[1]] == [kind]


# --- in words -------------------------------------------------------------------------------------


def test_every_fault_is_told_in_both_languages_with_what_to_do(tmp_path: Path) -> None:
    for kind, told in FAULTS.items():
        for text in (told.what, told.now):
            assert all(text.say(language).strip() for language in ("zh", "en")), kind
            assert "{" not in (text.zh + text.en).replace("{found}", ""), kind
        assert ("{found}" in told.what.zh) == ("{found}" in told.what.en), kind
    _, (fault,) = read(tmp_path / "a.csv", b"a\n=found{column}\n")
    assert "=found{column}" in explain(fault.kind, fault.found, "", "", "zh")[0]


def test_a_missing_file_is_told_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="There is no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableError):
        read_table(tmp_path)


def test_a_file_that_may_not_be_read_is_told_to_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TableError, match="cannot be opened: Permission denied"):
        read_table(path)


def test_kinds_that_no_table_holds_are_left_out_of_parquet_column_by_column(tmp_path: Path) -> None:
    path = tmp_path / "firm.parquet"
    pl.DataFrame(
        {"firm": ["a"], "bytes": [b"\xff"], "span": [datetime.timedelta(1)], "clock": [datetime.time(1)]},
    ).write_parquet(path)
    (sheet,), faults = read_table(path)
    assert sheet.header == ("firm",)
    assert sorted((fault.kind, fault.column) for fault in faults) == [
        ("nested_column", "bytes"),
        ("nested_column", "clock"),
        ("nested_column", "span"),
    ]
