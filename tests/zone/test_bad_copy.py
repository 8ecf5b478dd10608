"""A deliberately bad copy of the real example: what is good loads, each fault has its place, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import ROOT
from wutong.zone.load import FOLDER, Zone, open_zone

JINCHENG = ROOT / "examples" / "jincheng"


def _bomb() -> bytes:
    """A workbook of some 300 KiB whose one sheet inflates to far more than is allowed."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sheet.main+xml"/></Types>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            block = b"<row><c><v>1</v></c></row>" * 40_000
            for _ in range(1_200):
                sheet.write(block)
    return memory.getvalue()


def _far_corner() -> bytes:
    """A workbook of some KiB with a cell at A1 and one at XFD1048576."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "fund"
    sheet["A1"] = "fund"
    sheet["XFD1048576"] = 1
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def _formula() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业年度"
    sheet.append(["企业编号", "年份", "产值（万元）", "从业人员"])
    sheet.append(["xingxin-bandaoti", "2024", "=1000*2", 300])
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    folder = tmp_path_factory.mktemp("bad") / "jincheng"
    shutil.copytree(JINCHENG, folder)
    tables = folder / FOLDER
    with (tables / "firm.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    (tables / "firm.wrong.csv").write_text(
        "firm,name,uscc,industry,as_of\n"
        "bad-digit,坏码厂,91350100M000100Y44,,\n"
        "bad-code,坏类厂,,9999,\n"
        f"{first['firm']},重复的企业,,,{first['as_of']}\n",
        encoding="utf-8",
    )
    (tables / "firm_year.bad.csv").write_text(
        "firm,period,output[亿元],revenue[万元]\nbad-code,2023,-5,100\nbad-code,2024,3万元,7台\nbad-digit,2024-13,1,1\n",
        encoding="utf-8",
    )
    (tables / "firm_year.formula.xlsx").write_bytes(_formula())
    (tables / "fund.corner.xlsx").write_bytes(_far_corner())
    (tables / "fund.bomb.xlsx").write_bytes(_bomb())
    (tables / "pool.csv").write_bytes(
        "pool,name\na,风险池\nb,坏".encode() + b"\xff\xfe" + "池\nc,第三池\n".encode()
    )
    (tables / "budget.csv").write_bytes("budget,period,name,amount[万元]\nb,2024,预算,5\n".encode("gb18030"))
    return open_zone(folder)


def place(zone: Zone, kind: str) -> list[tuple[object, ...]]:
    return zone.problems.filter(zone.problems["kind"] == kind).select("file", "row", "column", "level").rows()


def found(zone: Zone, kind: str) -> list[str]:
    return zone.problems.filter(zone.problems["kind"] == kind)["found"].to_list()


def test_what_is_good_loads_beside_it(bad: Zone) -> None:
    good = open_zone(JINCHENG)
    for name, frame in good.tables.items():
        key = frame.select(pl_keys(name)).rows()
        assert set(key) <= set(bad.tables[name].select(pl_keys(name)).rows())
    assert good.problems.is_empty()


def pl_keys(name: str) -> list[str]:
    from wutong.zone.catalogue import TABLES

    return [*TABLES[name].key, "as_of"]


@pytest.mark.parametrize(
    ("kind", "file", "row", "column", "level"),
    [
        ("uscc_check_digit", "firm.wrong.csv", 2, "uscc", "value"),
        ("unknown_code", "firm.wrong.csv", 3, "industry", "value"),
        ("duplicate_key", "firm.wrong.csv", 4, "firm", "row"),
        ("below", "firm_year.bad.csv", 2, "output", "value"),
        ("mixed_unit", "firm_year.bad.csv", 3, "output", "note"),
        ("wrong_unit", "firm_year.bad.csv", 3, "revenue", "value"),
        ("not_a_period", "firm_year.bad.csv", 4, "period", "value"),
        ("missing", "firm_year.bad.csv", 4, "period", "row"),
        ("formula", "firm_year.formula.xlsx", 2, "产值（万元）", "value"),
        ("broken_encoding", "pool.csv", 3, "", "row"),
    ],
)
def test_each_fault_is_listed_with_its_place(
    bad: Zone, kind: str, file: str, row: int, column: str, level: str
) -> None:
    assert (file, row, column, level) in place(bad, kind)


def test_the_two_bombs_are_left_out_as_files(bad: Zone) -> None:
    out = bad.problems.filter(bad.problems["level"] == "file").select("file", "kind").rows()
    assert {file for file, _ in out} >= {"fund.bomb.xlsx"}
    assert "fund.corner.xlsx" in bad.problems["file"].to_list()


def test_what_was_there_is_kept(bad: Zone) -> None:
    rows = bad.problems.filter(bad.problems["kind"] == "duplicate_key")["kept"].to_list()
    assert json.loads(rows[0])["name"] == "重复的企业"
    assert "1000*2" in found(bad, "formula")[0]
    assert "\\xff\\xfe" in found(bad, "broken_encoding")[0]
    assert found(bad, "below") == ["-5"]


def test_values_beside_the_faults_are_read(bad: Zone) -> None:
    years = {(row["firm"], row["period"]): row for row in bad.tables["firm_year"].iter_rows(named=True)}
    assert years["bad-code", "2023"]["output"] is None
    assert years["bad-code", "2023"]["revenue"] == 100_000_000
    assert years["bad-code", "2024"]["output"] == 3_000_000
    assert years["bad-code", "2024"]["revenue"] is None
    assert years["xingxin-bandaoti", "2024"]["employees"] == 300
    assert years["xingxin-bandaoti", "2024"]["output"] is None
    assert bad.tables["pool"]["pool"].to_list() == ["a", "c"]
    assert bad.tables["budget"]["amount"].to_list() == [5_000_000]


def test_findings_say_how_many_rows_were_left_out(bad: Zone) -> None:
    assert bad.left_out["firm"] == 1
    assert bad.left_out["firm_year"] == 1
    assert bad.left_out["pool"] == 1


def test_the_load_leaves_the_files_as_they_are(bad: Zone) -> None:
    assert (Path(bad.folder) / FOLDER / "fund.bomb.xlsx").stat().st_size > 0
