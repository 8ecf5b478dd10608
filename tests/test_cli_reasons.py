"""The commands that say why, ask, and find who fails by little."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from wutong.cli import main

M01: Final = ROOT / "examples" / "measures" / "m01-equipment.yaml"
TABLE: Final = """\
subject,土地,固定资产投资,设备投资
p1,new,9800万元,1亿元
p2,new,2.99亿元,2亿元
p3,new,,1亿元
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / M01.name).write_bytes(M01.read_bytes())
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    return folder


def run(*words: str | Path, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["--lang", "zh", "policy", *map(str, words)], input=answers)


def test_a_subject_is_explained_in_one_line_a_measure_or_in_full(book: Path, tmp_path: Path) -> None:
    table = ("--facts", tmp_path / "table.csv", "--kind", "project")
    short = run("explain", book, *table, "--subject", "p1")
    assert short.exit_code == 0, short.output
    assert short.output.startswith("M01 设备投资补助：不可得  固定资产投资1亿元以上：不满足")
    full = run("explain", book, *table, "--subject", "p2", "--measure", "M01")
    assert "固定资产投资 2.99亿元，1亿元（含）至3亿元（不含）一档：5%" in full.output
    assert "再增加100万元（到3亿元）" in full.output
    assert "m01-equipment.yaml 第" in full.output
    needed = run("explain", book, *table, "--subject", "p1", "--measure", "M01")
    assert "须至少1亿元" in needed.output
    for wrong in (("--subject", "p9"), ("--subject", "p1", "--measure", "M9")):
        assert run("explain", book, *table, *wrong).exit_code == 3


def test_near_misses_cliffs_and_what_to_ask_come_as_findings(book: Path, tmp_path: Path) -> None:
    table = ("--facts", tmp_path / "table.csv", "--kind", "project", "--form", "csv")
    misses, cliffs, missing = (
        run("near", book, *table, "--what", what) for what in ("misses", "cliffs", "missing")
    )
    assert [one.exit_code for one in (misses, cliffs, missing)] == [0, 0, 0]
    assert "p1" in misses.output
    assert "9800万元" in misses.output
    assert "p2" not in misses.output
    assert "固定资产投资 ≥ 3亿元" in cliffs.output
    assert "固定资产投资" in missing.output
    assert "p1" not in run("near", book, *table, "--share", "1").output


def test_an_interview_asks_takes_back_and_keeps_its_answers(book: Path, tmp_path: Path) -> None:
    kept = tmp_path / "answers.csv"
    first = run("ask", book, "--kind", "project", "--facts", kept, answers="new\n五\n3亿元\nb\n2.99亿元\nq\n")
    assert first.exit_code == 0, first.output
    assert kept.read_text(encoding="utf-8-sig") == "fact,answer\n土地,new\n固定资产投资,2.99亿元\n"
    second = run("ask", book, "--kind", "project", "--facts", kept, answers="2亿元\n")
    assert "没有可再决定的了" in second.output
    assert "M01 设备投资补助：可得 1000万元" in second.output
    closed = run("ask", book, "--kind", "project", answers="old\n")
    assert "另有 1 条不可得" in closed.output
    unknown = run("ask", book, "--kind", "project", answers="new\n5亿元\n不知道\n")
    assert "M01 设备投资补助：未知" in unknown.output


def test_a_file_that_holds_other_answers_is_refused_and_not_written_over(book: Path, tmp_path: Path) -> None:
    for text, says in (("a,b\n1,2\n", "fact,answer"), ("fact,answer\n投姿,1元\n", "没有这个事实")):
        kept = tmp_path / "other.csv"
        kept.write_text(text, encoding="utf-8")
        found = run("ask", book, "--kind", "project", "--facts", kept, answers="q\n")
        assert found.exit_code == 3
        assert says in found.output
        assert kept.read_text(encoding="utf-8") == text
