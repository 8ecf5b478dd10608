"""What is written is read back as the same tables."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from wutong.errors import NoAnswer
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.codes import known_codes
from wutong.zone.load import FOLDER, open_zone
from wutong.zone.schema import Column
from wutong.zone.settings import FILE, Settings, write_settings
from wutong.zone.write import MOST_ROWS, Kind, copy_measures, dictionary, write_excel, write_zone

SETTINGS = Settings("trial", Text("试区", "Trial"), Text("", ""), date(2026, 1, 1), invented=False)

# text that survives: no control characters, and nothing that a reader of tables takes for blank around it
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() == text)


_PERIODS = {
    "": ["2024", "2024H1", "2024Q3", "2024-08", "2024-01..02", "2024-03-15", "2021..2024"],
    "year": ["2021", "2023", "2024"],
    "month": ["2024-08", "2024-01..02"],
}


def _values(column: Column, excel: bool) -> st.SearchStrategy[Any]:
    low = 0 if column.low is None else int(column.low)
    high = {"money": 10**15, "count": 10**9}.get(column.kind, 0) if column.high is None else int(column.high)
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "id": st.text("abcxyz晋0123456789-.", min_size=1, max_size=8).filter(
            lambda text: text not in ("-", ".", "..")
        ),
        "text": _TEXT.filter(
            lambda text: text not in ("-", "—", "/") and not text.startswith(("=", "+", "@", "'"))
        ),
        "uscc": st.sampled_from(["91350100M000100Y43"]),
        "choice": st.sampled_from([choice.word for choice in column.choices] or [""]),
        "money": st.integers(low, high),
        "count": st.integers(low, high),
        # Excel keeps 15 digits of a number; CSV and Parquet keep every float
        "number": st.integers(0, 10**14).map(lambda n: n / 1000) if excel else st.floats(low, 1e300),
        "rate": st.integers(0, 10**6).map(lambda n: n / 10**6) if excel else st.floats(0, 1),
        "date": st.dates(date(1950, 1, 1), date(2050, 1, 1)),
        "period": st.sampled_from(_PERIODS[column.grain]),
        "flag": st.booleans(),
        "url": st.sampled_from(["https://example.org/a?b=1"]),
        "geometry": st.sampled_from(["POINT(0.5 1)", "POLYGON((0 0, 0 1, 1 1, 0 0))"]),
    }
    if column.kind == "code":
        return st.sampled_from(known_codes(column.codes).to_list()[:50])
    return by_kind[column.kind]


@st.composite
def _frame(draw: st.DrawFn, name: str, excel: bool) -> pl.DataFrame:
    table = TABLES[name]
    count = draw(st.integers(1, 5))
    data: dict[str, list[Any]] = {}
    for column in table.columns:
        values = _values(column, excel)
        if column.name == "zone":
            data[column.name] = ["trial"] * count
        elif column.required:
            data[column.name] = draw(st.lists(values, min_size=count, max_size=count))
        else:
            data[column.name] = draw(st.lists(st.none() | values, min_size=count, max_size=count))
    frame = pl.DataFrame(data, schema={column.name: column.dtype for column in table.columns})
    return frame.unique([*table.key, "as_of"], keep="first", maintain_order=True)


@pytest.mark.parametrize("form", ["csv", "parquet", "zh", "en"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_template_filled_loaded_exported_and_loaded_gives_the_same_tables(
    form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = data.draw(
        st.sampled_from(["firm", "firm_year", "indicator", "owner", "parcel", "award", "firm_plan", "patent"])
    )
    frame = data.draw(_frame(name, form in ("zh", "en")))
    folder = tmp_path_factory.mktemp("zone")
    _write(folder, {name: frame}, form)
    zone = open_zone(folder)
    broken = zone.problems.filter(~pl.col("kind").is_in(["unknown_reference", "same_code", "same_name"]))
    assert broken.rows() == []
    both = pl.concat([zone.earlier[name], zone.tables[name]])
    keys = [*TABLES[name].key, "as_of"]
    assert_frame_equal(both.sort(keys), frame.sort(keys))
    again = tmp_path_factory.mktemp("again")
    _write(again, {name: both}, form)
    once_more = open_zone(again)
    assert_frame_equal(pl.concat([once_more.earlier[name], once_more.tables[name]]), both)


def _write(folder: Path, tables: dict[str, pl.DataFrame], form: str) -> None:
    if form in ("csv", "parquet"):
        kind: Kind = "csv" if form == "csv" else "parquet"
        write_zone(folder, SETTINGS, tables, kind)
        return
    (folder / FOLDER).mkdir()
    (folder / FILE).write_text(write_settings(SETTINGS), encoding="utf-8")
    (folder / FOLDER / "zone.xlsx").write_bytes(write_excel(tables, "zh" if form == "zh" else "en"))


def test_the_same_tables_give_the_same_workbook_byte_for_byte() -> None:
    empty = {name: table.empty() for name, table in TABLES.items()}
    assert write_excel(empty, "zh") == write_excel(empty, "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_has_a_sheet_a_table_and_loads_as_nothing(language: str, tmp_path: Path) -> None:
    empty = {name: table.empty() for name, table in TABLES.items()}
    content = write_excel(empty, "zh" if language == "zh" else "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert len(book.sheetnames) == len(TABLES) + 1
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FILE).write_text(write_settings(SETTINGS), encoding="utf-8")
    (tmp_path / FOLDER / "template.xlsx").write_bytes(content)
    zone = open_zone(tmp_path)
    assert zone.problems.rows() == []
    assert all(frame.is_empty() for frame in zone.tables.values())


def test_text_that_looks_like_a_formula_stays_text_in_excel(tmp_path: Path) -> None:
    table = TABLES["fund"]
    row = {column.name: None for column in table.columns} | {
        "fund": "f",
        "name": '=HYPERLINK("http://evil")',
        "zone": "trial",
        "as_of": date(2026, 1, 1),
        "invented": False,
    }
    frame = pl.DataFrame([row], schema={column.name: column.dtype for column in table.columns})
    book = openpyxl.load_workbook(io.BytesIO(write_excel({"fund": frame}, "en")))
    cell = book["Funds"]["B2"]
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://evil")')


def _funds(names: list[str]) -> pl.DataFrame:
    table = TABLES["fund"]
    frame = pl.DataFrame({"fund": [f"f{at}" for at in range(len(names))], "name": names})
    missing = [
        pl.lit(None, dtype=column.dtype).alias(column.name)
        for column in table.columns
        if column.name not in frame.columns
    ]
    return frame.with_columns(missing).select([column.name for column in table.columns])


def test_more_rows_than_a_sheet_holds_are_refused_with_the_way_out() -> None:
    # the limit that Microsoft publishes for a sheet is 1,048,576 rows; the headings take one
    many = TABLES["fund"].empty().clear(n=2**20)
    with pytest.raises(NoAnswer) as refused:
        write_excel({"fund": many}, "en")
    assert "1,048,576 rows; a sheet of Excel holds 1,048,575" in refused.value.text.en
    assert "csv" in refused.value.text.zh
    assert MOST_ROWS == 2**20 - 1


def test_a_text_that_a_cell_cannot_hold_is_named_with_its_place_and_never_cut() -> None:
    fits = write_excel({"fund": _funds(["甲", "x" * 32_767])}, "en")
    assert openpyxl.load_workbook(io.BytesIO(fits))["Funds"]["B3"].value == "x" * 32_767
    with pytest.raises(NoAnswer) as refused:
        write_excel({"fund": _funds(["甲", "x" * 32_768])}, "en")
    assert "(fund), row 3, “Name”" in refused.value.text.en
    assert "第 3 行“名称”" in refused.value.text.zh


def test_progress_of_a_workbook_rises_to_the_end_and_names_its_tables() -> None:
    told: list[tuple[str, float]] = []
    tables = {"fund": _funds(["甲"]), "firm": TABLES["firm"].empty()}
    write_excel(tables, "zh", progress=lambda name, part: told.append((name, part)))
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert {name for name, _ in told} >= {"fund", "firm"}


def test_measures_are_copied_as_they_are_without_hidden_and_lock_files(tmp_path: Path) -> None:
    folder = tmp_path / "zone" / "measures" / "talent"
    folder.mkdir(parents=True)
    (folder / "a.dmn").write_bytes(b"\x00\xff")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "~$a.xlsx").write_bytes(b"x")
    assert copy_measures(tmp_path / "zone", tmp_path / "copy") == 1
    copied = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in copied] == [("a.dmn", b"\x00\xff")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_dictionary_speaks_of_every_column(language: str) -> None:
    text = dictionary("zh" if language == "zh" else "en")
    for table in TABLES.values():
        assert f"### {table.name} · " in text
        for column in table.columns:
            assert f"| `{column.name}` |" in text
