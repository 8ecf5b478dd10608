"""The commands of measures, as an officer types them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from tests.policy.test_dmn import decision, document, text
from wutong.cli import main
from wutong.cli_parts import BAD_INPUT, PROBLEMS
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
