"""The commands ``wutong chain …`` as a new user runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wutong.cli import main
from wutong.cli_parts import BAD_INPUT, NO_ANSWER

FLOWS = """行业,煤,电,居民,总产出
煤,5,40,55,100
电,10,5,65,80
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "zh", "chain", *words], env={"COLUMNS": "160"})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "flows.csv"
    path.write_text(FLOWS, encoding="utf-8")
    return path


def test_linkages_and_a_fall_are_told(table: Path) -> None:
    assert "后向联系" in run("io", str(table)).output
    done = run("io", str(table), "--fall", "煤=10", "--form", "csv")
    assert done.exit_code == 0, done.output
    # coal falls by 10, of which it buys 0.1 of power each; power needs 1 / (1 - 5/80) of itself
    assert f"{-1 / (1 - 5 / 80):.4f}"[:6] in done.output


def test_what_is_wrong_is_said(table: Path) -> None:
    assert run("io", str(table), "--fall", "煤").exit_code == 2
    assert run("io", str(table), "--fall", "煤炭=10").exit_code == NO_ANSWER
    table.write_text(FLOWS.replace("总产出", "合计"), encoding="utf-8")
    done = run("io", str(table))
    assert done.exit_code == BAD_INPUT
    assert "--output" in done.output
