"""The commands of measures, as an officer types them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT, Write
from tests.policy.test_dmn import decision, document, text
from wutong.cli import main
from wutong.cli_parts import BAD_INPUT, NO_ANSWER, PROBLEMS
from wutong.zone.write import write_grids

MEASURES = ROOT / "examples" / "measures"


def run(*words: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", language, "policy", *map(str, words)])


def test_the_examples_of_the_measure_files_all_pass() -> None:
    result = run("test", MEASURES)
    assert result.exit_code == 0, result.output
    assert re.search(r"Examples: [1-9]\d+ passed, 0 failed; mistakes: 0", result.stderr)


def test_a_mistake_in_a_measure_file_is_said_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("measur: x\n", encoding="utf-8")
    for command in ("check", "test"):
        for path in (tmp_path, tmp_path / "a.yaml"):
            result = run(command, path)
            assert result.exit_code == PROBLEMS
            assert "a.yaml, line 1, column 1" in result.stdout
    assert run("check", ROOT / "tests").exit_code == BAD_INPUT


def test_each_file_says_its_own_mistake_and_is_counted(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("measur: x\n", encoding="utf-8")
    shutil.copy(MEASURES / "m01-equipment.yaml", tmp_path)
    result = run("check", tmp_path)
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == ["a.yaml", "b.yaml"]
    assert "can be read: 1; mistakes: 2" in result.stderr


def test_a_link_to_a_measure_that_is_not_there_is_a_mistake_of_the_folder_alone(tmp_path: Path) -> None:
    text = (MEASURES / "m01-equipment.yaml").read_text(encoding="utf-8")
    assert "    exclusive:" not in text
    text = text.replace("    amount:\n", "    exclusive: 设备支持\n    amount:\n", 1)
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert run("check", tmp_path / "m.yaml").exit_code == 0
    alone = run("check", tmp_path)
    assert alone.exit_code == PROBLEMS
    assert "设备支持" in alone.stdout
    head = "rulebook: r\nformat: 1\ntitle: {zh: 甲, en: A}\ngroups:\n  设备支持: {says: {zh: 就高, en: Highest}, grain: year, choose: highest}\n"
    (tmp_path / "rulebook.yaml").write_text(head, encoding="utf-8")
    assert run("check", tmp_path).exit_code == 0


def test_a_mistake_in_the_head_is_said(tmp_path: Path) -> None:
    shutil.copy(MEASURES / "m01-equipment.yaml", tmp_path)
    (tmp_path / "rulebook.yaml").write_text("rulebok: r\n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == PROBLEMS
    assert "rulebook.yaml, line 1" in result.stdout


def test_rulebooks_in_deeper_folders_are_each_their_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(MEASURES / "m01-equipment.yaml", tmp_path / name)
        (tmp_path / name / "rulebook.yaml").write_text(
            "rulebook: r\nformat: 1\ntitle: {zh: 甲, en: A}\n", encoding="utf-8"
        )
    result = run("check", tmp_path)  # the same id twice, yet in two rulebooks
    assert result.exit_code == 0, result.output
    assert "can be read: 2" in result.stderr


def test_an_example_that_comes_out_otherwise_is_named_and_fails(tmp_path: Path) -> None:
    text = (MEASURES / "m20-start-up.yaml").read_text(encoding="utf-8")
    assert "30万元" in text
    (tmp_path / "m.yaml").write_text(text.replace("30万元", "31万元"), encoding="utf-8")
    result = run("test", tmp_path)
    assert result.exit_code == PROBLEMS
    assert "m.yaml:" in result.stdout


@pytest.mark.parametrize("command", sorted(main.commands["policy"].commands))  # type: ignore[attr-defined]
def test_every_command_has_help_with_an_example(command: str) -> None:
    said = run(command, "--help").stdout
    assert re.search(rf"^\s+wutong policy {command}\b", said, re.M), said
    assert " / " in said


def test_a_table_of_a_workbook_becomes_a_draft(tmp_path: Path) -> None:
    book, draft = tmp_path / "rates.xlsx", tmp_path / "rates.yaml"
    assert run("import", "--template", book).exit_code == 0
    assert run("import", "--template", book).exit_code == BAD_INPUT
    printed = run("import", book)
    assert printed.exit_code == 0
    assert "hit: U" in printed.stdout
    assert "To be filled in (15): measure" in printed.stderr
    assert run("import", book, "--out", draft).exit_code == 0
    assert draft.read_text(encoding="utf-8") == printed.stdout
    assert run("import", book, "--out", draft).exit_code == BAD_INPUT
    assert run("check", draft).exit_code == PROBLEMS


def test_the_sheet_that_is_meant_is_named(tmp_path: Path) -> None:
    rows = [["U", "投资", "→ 比例"], ["1", "≥1亿元", "5%"]]
    book = tmp_path / "rates.xlsx"
    book.write_bytes(write_grids({"甲": rows, "乙": rows}))
    several = run("import", book)
    assert several.exit_code == BAD_INPUT
    assert "There is: 甲, 乙" in several.stderr
    assert "# A draft from rates.xlsx, 乙;" in run("import", book, "--sheet", "乙").stdout
    assert run("import", book, "--sheet", "丙").exit_code == BAD_INPUT


def test_what_is_no_table_of_decisions_is_refused(tmp_path: Path) -> None:
    for name, content in (
        ("a.xlsx", b"PK"),
        ("a.dmn", b"<a/>"),
        ("a.csv", b"x,y\n1,2\n"),
        ("a.txt", b"U"),
        ("a.xlsx", b""),
    ):
        (tmp_path / name).write_bytes(content)
        assert run("import", tmp_path / name).exit_code == BAD_INPUT, name
    assert run("import", tmp_path / "nowhere.dmn").exit_code == BAD_INPUT


def test_what_no_measure_can_say_is_named_and_counts_as_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.dmn").write_bytes(
        document(decision("sum", text("1 + 1")) + decision("box", "<context><contextEntry/></context>"))
    )
    result = run("import", tmp_path / "a.dmn")
    assert result.exit_code == PROBLEMS
    assert "is: (1 + 1)" in result.stdout
    assert '"box" was left out' in result.stderr


def test_a_review_says_rule_place_and_what_one_could_do() -> None:
    result = run("review", MEASURES)
    assert result.exit_code == 0, result.output  # advice is no failure
    assert "[Look at it] fair: local tax" in result.stdout
    assert "Art. 10 (2) (from 2024-08-01)" in result.stdout
    assert "m09-industrial-tax.yaml:22  M09-tax amount.base" in result.stdout
    assert "no verdict" in result.stderr
    assert "blanket ban" in result.stderr
    table = run("review", MEASURES / "m26-leap.yaml", "--form", "csv", language="zh")
    assert "fair: local tax" in table.stdout
    assert "第十条第二项" in table.stdout


def test_a_review_tells_what_is_in_the_way_of_a_grant_without_application() -> None:
    result = run("review", MEASURES, "--what", "without-application", "--on", "2026-06-01", "--form", "csv")
    assert result.exit_code == 0, result.output
    assert "example of a shape" in result.stdout


def test_a_review_holds_files_against_packages() -> None:
    zone = ROOT / "examples" / "jincheng"
    result = run("review", MEASURES, "--what", "packages", "--zone", zone, "--form", "csv")
    assert result.exit_code == 0, result.output
    assert "yaosu-20" in result.stdout
    assert run("review", MEASURES, "--what", "packages").exit_code == 2


def test_a_review_says_of_whom_nobody_can_say_in_a_zone() -> None:
    zone = ROOT / "examples" / "jincheng"
    result = run("review", MEASURES, "--what", "left-out", "--zone", zone, "--by", "role", "--form", "csv")
    assert result.exit_code == 0, result.output
    rows = [line.split(",") for line in result.stdout.splitlines()]
    (row,) = [row for row in rows if row[1:6] == ["M41", "1", "contribution", "all", "all"]]
    assert row[6] == row[9] != "0"  # of none of its firms the facts are public
    assert (
        run("review", MEASURES, "--what", "left-out", "--zone", zone, "--by", "nothing").exit_code
        == BAD_INPUT
    )


# ------------------------------------------------------------ run

GROWN: Final = """
measure: grown
title: {zh: 增产奖, en: Award for more}
aspect: 企业培育
subject: firm
status: draft
place: {zh: 某区（虚构）, en: A zone (invented)}
year: 2025
given:
  产值: {type: money, zh: 产值, en: Output, from: {table: firm_year, column: output, year: 0}}
  信用: {type: yes or no, zh: 信用良好, en: Good credit}
editions:
  - source: {document: invented, grade: not graded}
    conditions:
      - {id: size, says: {zh: 产值一亿元以上, en: Output of 100 million or more}, when: 产值 >= 1亿元}
      - {id: credit, says: {zh: 信用良好, en: Good credit}, when: 信用}
    amount: {rate: 1%, base: 产值, round: {to: 1元, how: half up}}
examples: [{given: {产值: 2亿元, 信用: 是}, expect: {outcome: eligible, amount: 200万元}}]
"""


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "grown.yaml").write_text(GROWN, encoding="utf-8")
    return tmp_path / "book"


@pytest.fixture
def trial(write_folder: Write) -> Path:
    return write_folder(
        invented=True,
        firm__csv="firm,name\na,甲公司\nb,乙公司\nc,丙公司\n",
        firm_year__csv="firm,period,output（万元）\na,2025,20000\nb,2025,500\na,2024,1\n",
    )


def rows_of(result: Result) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(result.stdout)["rows"]
    return rows


def test_a_rulebook_runs_over_a_zone_and_says_what_is_not_known(trial: Path, grown: Path) -> None:
    result = run("run", trial, grown, "--on", "2025-12-31", "--form", "json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [(row["subject"], row["state"], row["clause"], row["high"]) for row in said["rows"]] == [
        ("a", "unknown", "credit", 200_000_000),
        ("b", "not eligible", "size", None),
        ("c", "unknown", "size", None),
    ]
    assert said["invented"]
    assert any("产值 1" in caveat for caveat in said["caveats"])
    assert any("信用" in caveat and "somebody has to tell" in caveat for caveat in said["caveats"])
    shown = run("run", trial, grown, "--on", "2025-12-31")
    assert "Invented data" in shown.stdout
    assert "甲公司" in shown.stdout
    earlier = rows_of(run("run", trial, grown, "--on", "2024-12-31", "--form", "json"))
    assert [row["state"] for row in earlier] == ["not eligible", "unknown", "unknown"]


def test_one_table_fills_in_what_the_zone_does_not_say(tmp_path: Path, trial: Path, grown: Path) -> None:
    told = tmp_path / "told.csv"
    told.write_text("subject,信用,产值\na,是,3亿元\nc,是,1亿元\n", encoding="utf-8")
    result = run("run", trial, grown, "--facts", told, "--on", "2025-12-31", "--form", "csv")
    assert result.exit_code == PROBLEMS
    assert '"产值" of 1 subjects is otherwise' in result.stderr
    lines = result.stdout.splitlines()
    assert "2000000.00" in lines[1]  # 1 % of the 2亿元 of the zone, in yuan
    assert "1000000.00" in lines[3]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_one_table_is_enough_without_a_zone(tmp_path: Path, grown: Path, form: str) -> None:
    template = tmp_path / "empty.csv"
    made = run("run", "--template", grown, "--out", template)
    assert made.exit_code == 0, made.output
    assert template.read_bytes().decode("utf-8-sig") == "subject,产值,信用\n"
    assert "产值" in made.stdout
    assert run("run", "--template", grown).stdout == "subject,产值,信用\n"
    assert run("run", "--template", grown, "--out", template).exit_code == BAD_INPUT
    frame = pl.DataFrame({"subject": ["x", "y"], "产值": ["2.5亿元", None], "信用": ["是", "是"]})
    told = tmp_path / f"told.{form}"
    if form == "csv":
        told.write_text("\ufeff" + frame.write_csv(), encoding="utf-8")
    elif form == "xlsx":
        frame.write_excel(told)
    else:
        frame.write_parquet(told)
    rows = rows_of(run("run", grown, "--facts", told, "--form", "json"))
    assert [(row["state"], row["amount"]) for row in rows] == [("eligible", 250_000_000), ("unknown", None)]


def test_outcomes_are_written_to_a_file_whose_name_says_its_form_and_never_over_another(
    tmp_path: Path, trial: Path, grown: Path
) -> None:
    out = tmp_path / "out.parquet"
    done = run("run", trial, grown, "--on", "2025-12-31", "--out", out)
    assert done.exit_code == 0, done.output
    assert "Wrote" in done.stdout
    assert "3 subjects" in done.stdout
    table = pl.read_parquet(out)
    assert table["high"].to_list() == [200_000_000, None, None]
    assert table["invented"].all()
    assert run("run", trial, grown, "--out", out).exit_code == BAD_INPUT
    assert run("run", trial, grown, "--out", tmp_path / "out.doc").exit_code == 2


def test_sums_by_measure_and_facts_that_are_missing(trial: Path, grown: Path) -> None:
    (row,) = rows_of(run("run", trial, grown, "--on", "2025-12-31", "--what", "measures", "--form", "json"))
    assert (row["measure"], row["unknown"], row["not eligible"], row["amount"]) == ("grown", 2, 1, 0)
    facts = rows_of(run("run", trial, grown, "--on", "2025-12-31", "--what", "facts", "--form", "json"))
    assert [(row["label_zh"], row["unknown"]) for row in facts] == [("信用", 3), ("产值", 1)]


def test_what_cannot_be_run_is_said(tmp_path: Path, trial: Path, grown: Path) -> None:
    assert run("run", grown).exit_code == 2
    both = grown.parent / "both"
    shutil.copytree(grown, both)
    project = GROWN.replace("measure: grown", "measure: other").replace("subject: firm", "subject: project")
    (both / "other.yaml").write_text(project, encoding="utf-8")
    assert "--kind" in run("run", "--template", both).stderr
    assert run("run", "--template", both, "--kind", "project").stdout == "subject,firm,产值,信用\n"
    none = run("run", trial, both, "--kind", "project")
    assert none.exit_code == NO_ANSWER
    assert "no subject" in none.stderr
    broken = tmp_path / "broken.csv"
    broken.write_text("subject,产值\na,12\n", encoding="utf-8")
    result = run("run", grown, "--facts", broken)
    assert result.exit_code == PROBLEMS
    assert 'broken.csv, 产值, row 2: "12"' in result.stderr
