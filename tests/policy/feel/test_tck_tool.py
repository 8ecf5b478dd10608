"""The tool that runs a folder of test cases, on an invented folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.policy.feel.tck import main

MODEL = """<definitions namespace="u" xmlns="urn:DMN">
<inputData name="n" id="i"><variable name="n" typeRef="number"/></inputData>
<decision name="{name}" id="d"><informationRequirement><requiredInput href="#i"/></informationRequirement>
<literalExpression><text>{text}</text></literalExpression></decision></definitions>"""

CASES = """<testCases xmlns="urn:trial" xmlns:xsi="urn:xsi"><modelName>{name}.dmn</modelName><testCase id="1">
<inputNode name="n"><value xsi:type="xsd:decimal">2.5</value></inputNode>
<resultNode name="{name}"><expected>{expected}</expected></resultNode></testCase></testCases>"""


def write(folder: Path, name: str, text: str, expected: str) -> None:
    inner = folder / name
    inner.mkdir()
    (inner / f"{name}.dmn").write_text(MODEL.format(name=name, text=text), encoding="utf-8")
    (inner / f"{name}-test-01.xml").write_text(CASES.format(name=name, expected=expected), encoding="utf-8")


def number(text: str) -> str:
    return f'<value xsi:type="xsd:decimal">{text}</value>'


def test_passed_failed_and_outside_are_told_apart_without_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "good", "n * 2", number("5"))
    write(tmp_path, "null", "n / 0", '<value xsi:nil="true"/>')
    write(tmp_path, "bad", "n * 2", number("6"))
    write(tmp_path, "broken", "n *", number("6"))
    write(tmp_path, "loop", "for x in [n] return x", number("2.5"))
    write(tmp_path, "text", '"5"', number("5"))
    assert main(str(tmp_path)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "2 passed, 3 failed"
    assert [line.split()[1] for line in lines if line.startswith("FAILED")] == ["bad", "broken", "text"]
    assert "1 context, iteration, lambda" in " ".join(lines)


def test_what_cannot_be_read_fails_and_ends_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "good", "n * 2", number("5"))
    write(tmp_path, "lost", "n * 2", number("5"))
    (tmp_path / "lost" / "lost.dmn").unlink()
    write(tmp_path, "odd", "n * 2", number("five"))
    write(tmp_path, "torn", "n * 2", number("5"))
    (tmp_path / "torn" / "torn-test-01.xml").write_text("<testCases", encoding="utf-8")
    assert main(str(tmp_path)) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == "1 passed, 3 failed"
    assert [line.split()[1] for line in lines if line.startswith("FAILED")] == ["lost", "odd", "torn"]


def test_the_script_asks_for_a_folder() -> None:
    done = subprocess.run(
        ["sh", "scripts/tck.sh"], cwd=ROOT, capture_output=True, text=True, env={}, check=False
    )
    assert done.returncode == 2
    assert "TCK=" in done.stderr


def test_a_folder_that_is_not_there_is_said_to_be_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(str(tmp_path / "none")) == 2
    assert "none" in capsys.readouterr().err
