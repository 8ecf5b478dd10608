"""The commands, as a newcomer types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT, Write
from wutong.cli import main
from wutong.cli_parts import BAD_INPUT, NO_ANSWER, PROBLEMS
from wutong.zone.load import FOLDER, open_zone
from wutong.zone.settings import FILE, checked_id

JINCHENG = str(ROOT / "examples" / "jincheng")


def run(*words: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", language, *words])


def test_the_real_example_has_nothing_wrong() -> None:
    result = run("check", JINCHENG)
    assert result.exit_code == 0
    assert "left out; problems: 0, notes: 0" in result.stderr
    assert result.stdout == ""


def test_problems_are_listed_with_place_and_remedy_and_an_exit_code(write_folder: Write) -> None:
    folder = write_folder(firm__csv="firm,name\na,\n")
    english = run("check", str(folder))
    assert english.exit_code == PROBLEMS
    assert "firm.csv 2 name  [Row left out]" in english.stdout
    assert "“Name” is missing" in english.stdout
    chinese = run("check", str(folder), language="zh")
    assert "缺少“企业名称”" in chinese.stdout


def test_problems_as_csv_and_json_are_for_programs(write_folder: Write) -> None:
    folder = str(write_folder(firm__csv="firm,name\na,\nb,\n"))
    rows = run("check", folder, "--form", "csv").stdout.splitlines()
    assert len(rows) == 3
    assert rows[0].startswith("Table,File,Sheet,Row")
    assert len(json.loads(run("check", folder, "--form", "json").stdout)["rows"]) == 2


def test_a_note_alone_is_no_failure(write_folder: Write) -> None:
    result = run("check", str(write_folder(firm__csv="firm,name,source\na,甲,nowhere\n")))
    assert result.exit_code == 0
    assert "notes: 1" in result.stderr


def test_the_first_answers_of_the_real_zone_are_shown() -> None:
    result = run("show", JINCHENG)
    assert result.exit_code == 0
    assert "at least 70% of the target of 1,000 亿元" in " ".join(result.stdout.split())
    assert "No forecast: only 1 exact value" in result.stdout


def test_the_zone_as_known_earlier_shows_less() -> None:
    result = run("show", JINCHENG, "output-path", "--on", "2024-03-01", "--form", "json")
    said = json.loads(result.stdout)
    assert "293 亿元" in json.dumps(said, ensure_ascii=False)
    assert "700" not in json.dumps(said["rows"], ensure_ascii=False)


def test_a_question_that_has_no_answer_has_its_own_exit_code() -> None:
    result = run("show", JINCHENG, "output-forecast")
    assert result.exit_code == NO_ANSWER
    assert "Needed: exact values" in result.stderr


def test_a_table_is_shown_and_a_wrong_name_is_corrected() -> None:
    shown = run("show", JINCHENG, "firm", language="zh").stdout
    assert "富士康" in shown
    assert "链主" in shown
    wrong = run("show", JINCHENG, "frim")
    assert wrong.exit_code == BAD_INPUT
    assert "Perhaps you meant: firm" in wrong.stderr


def test_what_is_no_zone_is_said_to_be_none(tmp_path: Path) -> None:
    result = run("show", str(tmp_path))
    assert result.exit_code == BAD_INPUT
    assert "wutong new" in result.stderr
    assert "Traceback" not in result.output


def test_a_new_zone_can_be_checked_at_once_and_is_never_made_twice(tmp_path: Path) -> None:
    folder = str(tmp_path / "My Zone")
    assert run("new", folder, "--zh", "某区", "--en", "Some zone").exit_code == 0
    assert run("check", folder).exit_code == 0
    assert open_zone(Path(folder)).id == "my-zone"
    again = run("new", folder)
    assert again.exit_code == BAD_INPUT
    assert "nothing was changed" in again.stderr


def test_an_invented_zone_is_marked_and_never_written_over_a_real_one(
    tmp_path: Path, write_folder: Write
) -> None:
    folder = str(tmp_path / "trial")
    assert run("invent", folder, "--firms", "20", "--seed", "3").exit_code == 0
    assert open_zone(Path(folder)).invented
    assert "Invented data" in run("show", folder, "leader-concentration").stdout
    rows = run("show", folder, "firm", "--form", "csv").stdout.splitlines()
    assert all(row.endswith("true") or "true" in row for row in rows[1:])
    real = write_folder(firm__csv="firm,name\na,甲\n")
    refused = run("invent", str(real))
    assert refused.exit_code == BAD_INPUT
    assert not open_zone(real).invented


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_reads_back_as_the_same_tables(tmp_path: Path, form: str) -> None:
    target = tmp_path / "copy"
    assert run("export", JINCHENG, str(target), "--form", form).exit_code == 0
    first, second = open_zone(Path(JINCHENG)), open_zone(target)
    assert second.problems.is_empty()
    for name, frame in first.tables.items():
        assert frame.sort(pl.all()).equals(second.tables[name].sort(pl.all())), name
    assert run("export", JINCHENG, str(target)).exit_code == BAD_INPUT


def test_an_export_to_excel_opens_and_says_that_data_are_invented(tmp_path: Path) -> None:
    import openpyxl

    run("invent", str(tmp_path / "trial"), "--firms", "5")
    assert run("export", str(tmp_path / "trial"), str(tmp_path / "a.xlsx"), "--form", "xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.worksheets[0]["A1"].value == "Invented data"


def test_snapshots_are_taken_listed_and_opened(write_folder: Write) -> None:
    folder = write_folder(firm__csv="firm,name,as_of\na,甲,2024-01-01\nb,乙,2026-01-01\n")
    taken = run("snapshot", str(folder), "--on", "2025-01-01")
    assert taken.exit_code == 0
    path = taken.stdout.split(": ", 1)[1].strip()
    assert path in run("snapshot", str(folder), "--list").stdout
    rows = json.loads(run("show", path, "firm", "--form", "json").stdout)["rows"]
    assert len(rows) == 1


def test_the_template_holds_the_tables_named(tmp_path: Path) -> None:
    import openpyxl

    assert run("template", str(tmp_path / "t.xlsx"), "firm", "企业年度", language="zh").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["说明", "企业", "企业年度"]


# ------------------------------------------------------------------ nothing is written over, nothing is lost


def held(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_template_never_replaces_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"a year's work")
    refused = run("template", str(tmp_path / "t.xlsx"))
    assert refused.exit_code == BAD_INPUT
    assert "not written over" in refused.stderr
    assert (tmp_path / "t.xlsx").read_bytes() == b"a year's work"


@pytest.mark.parametrize(("language", "name"), [("en", "template.xlsx"), ("zh", "模板.xlsx")])
def test_a_new_zone_never_replaces_a_workbook_and_makes_nothing_then(
    tmp_path: Path, language: str, name: str
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / name).write_bytes(b"a year's work")
    before = held(tmp_path)
    assert run("new", str(tmp_path), language=language).exit_code == BAD_INPUT
    assert held(tmp_path) == before


def test_a_new_zone_keeps_the_tables_that_are_there(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "firm.csv").write_text("firm,name\na,甲\n", encoding="utf-8")
    assert run("new", str(tmp_path)).exit_code == 0
    assert open_zone(tmp_path).tables["firm"]["name"].to_list() == ["甲"]


@pytest.mark.parametrize("said", ["A b", "", "-x", "a" * 41])
def test_an_id_that_could_not_be_read_again_makes_no_zone(tmp_path: Path, said: str) -> None:
    refused = run("new", str(tmp_path / "z"), "--id", said)
    assert refused.exit_code == BAD_INPUT
    assert "small letters a–z, digits and dashes" in refused.stderr
    assert not (tmp_path / "z").exists()


@pytest.mark.parametrize("folder", ["某某开发区", "--x--", "A" * 60, "Ünï cödé"])
def test_any_folder_name_gives_an_id_that_can_be_read(tmp_path: Path, folder: str) -> None:
    assert run("new", "--", str(tmp_path / folder)).exit_code == 0
    assert checked_id(open_zone(tmp_path / folder).id)


def test_inventing_never_touches_tables_without_settings(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "firm.csv").write_text("firm,name\na,甲\n", encoding="utf-8")
    before = held(tmp_path)
    refused = run("invent", str(tmp_path), "--firms", "3")
    assert refused.exit_code == BAD_INPUT
    assert "Choose another folder" in refused.stderr
    assert held(tmp_path) == before


def test_inventing_twice_in_two_forms_leaves_one_zone(tmp_path: Path) -> None:
    folder = str(tmp_path / "trial")
    assert run("invent", folder, "--firms", "6").exit_code == 0
    assert run("invent", folder, "--firms", "6", "--form", "parquet").exit_code == 0
    checked = run("check", folder)
    assert checked.exit_code == 0
    assert "problems: 0, notes: 0" in checked.stderr


def test_the_firms_that_are_there_and_those_that_left_are_both_counted(tmp_path: Path) -> None:
    said = run("invent", str(tmp_path / "trial"), "--firms", "40").stdout
    counts = re.search(r"\((\d+) firms, and (\d+) that have left\)", said)
    assert counts is not None, said
    firms = open_zone(tmp_path / "trial").tables["firm"]
    assert int(counts[1]) == 40 == firms["left"].null_count()
    assert int(counts[2]) == firms["left"].count() > 0


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_that_leaves_rows_out_says_so_with_its_exit_code(
    tmp_path: Path, write_folder: Write, form: str
) -> None:
    folder = write_folder(firm__csv="firm,name\na,甲\nb,\n")
    done = run("export", str(folder), str(tmp_path / "copy"), "--form", form)
    assert done.exit_code == PROBLEMS
    assert "1 rows with faults were left out" in done.stdout
    assert "wutong check" in done.stderr


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_takes_the_measures_along(tmp_path: Path, write_folder: Write, form: str) -> None:
    folder = write_folder(firm__csv="firm,name\na,甲\n")
    (folder / "measures" / "2024").mkdir(parents=True)
    (folder / "measures" / "2024" / "talent.dmn").write_bytes(b"<definitions/>")
    assert run("export", str(folder), str(tmp_path / "copy"), "--form", form).exit_code == 0
    assert (tmp_path / "copy" / "measures" / "2024" / "talent.dmn").read_bytes() == b"<definitions/>"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_never_replaces_a_file(tmp_path: Path, form: str) -> None:
    (tmp_path / "copy").write_bytes(b"a year's work")
    assert run("export", JINCHENG, str(tmp_path / "copy"), "--form", form).exit_code == BAD_INPUT
    assert (tmp_path / "copy").read_bytes() == b"a year's work"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("template", "{}/absent/t.xlsx"),
        ("export", JINCHENG, "{}/absent/a.xlsx", "--form", "xlsx"),
        ("export", JINCHENG, "{}/file/copy"),
        ("new", "{}/file/zone"),
        ("invent", "{}/file/zone", "--firms", "3"),
    ],
)
def test_a_place_that_cannot_be_written_is_a_sentence_with_an_exit_code(
    tmp_path: Path, words: tuple[str, ...], language: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = run(*(word.format(tmp_path) for word in words), language=language)
    assert done.exit_code == BAD_INPUT
    assert {"zh": "读写不了", "en": "Cannot read or write"}[language] in done.stderr
    assert str(tmp_path) in done.stderr


def test_a_snapshot_that_may_not_be_written_is_a_sentence_with_an_exit_code(
    write_folder: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(firm__csv="firm,name\na,甲\n")

    def denied(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr("shutil.copyfile", denied)
    done = run("snapshot", str(folder))
    assert done.exit_code == BAD_INPUT
    assert "there is no permission" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == [FOLDER, FILE]


def test_the_day_asked_of_a_snapshot_counts_where_it_is_earlier(write_folder: Write) -> None:
    folder = write_folder(firm__csv="firm,name,as_of\na,甲,2024-01-01\nb,乙,2025-01-01\n")
    path = run("snapshot", str(folder), "--on", "2025-06-01").stdout.split(": ", 1)[1].strip()
    counts = [
        len(json.loads(run("show", path, "firm", "--form", "json", "--on", day).stdout)["rows"])
        for day in ("2024-06-01", "2025-06-01", "2026-06-01")
    ]
    assert counts == [1, 2, 2]


def test_a_snapshot_is_checked_from_within_its_own_folder(
    write_folder: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(firm__csv="firm,name\na,甲\n")
    path = run("snapshot", str(folder)).stdout.split(": ", 1)[1].strip()
    monkeypatch.chdir(path)
    assert run("check", ".").exit_code == 0


def test_an_upgrade_of_the_present_format_changes_nothing(write_folder: Write) -> None:
    assert "nothing was changed" in run("upgrade", str(write_folder())).stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help_with_an_example(command: str) -> None:
    said = run(command, "--help").stdout
    assert re.search(rf"^\s+wutong (--lang en )?{command}\b", said, re.M), said
    assert " / " in said


def test_a_short_name_is_resolved_with_its_evidence_and_an_unknown_one_is_not() -> None:
    rows = json.loads(run("who", JINCHENG, "富士康", "无此企业", "--form", "json").stdout)["rows"]
    said = json.dumps(rows, ensure_ascii=False)
    assert "fushikang-jincheng" in said
    assert "firm_name: " in said
    assert json.dumps(rows[1], ensure_ascii=False).count("null") >= 2
