"""The commands about money, as an officer types them over the invented zone and the examples of measures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from wutong.cli import main
from wutong.zone.read import read_table

MEASURES: Final = str(ROOT / "examples" / "measures")


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented zone of sixty firms."""
    folder = tmp_path_factory.mktemp("money") / "trial"
    assert CliRunner().invoke(main, ["invent", str(folder), "--firms", "60"]).exit_code == 0
    return folder


def wutong(command: str, zone: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["--lang", "en", "policy", command, str(zone), MEASURES, "--on", "2025-12-31", *words]
    )


def answer(done: Result) -> dict[str, list[dict[str, object]]]:
    assert done.exit_code == 0, done.output
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


def total(rows: list[dict[str, object]], name: str) -> int:
    return sum(int(str(row[name])) for row in rows)


def test_the_cost_of_a_zone_is_the_same_however_it_is_grouped(zone: Path) -> None:
    found = {
        by: answer(wutong("cost", zone, "--by", by, "--form", "json")) for by in ("measure", "chain", "size")
    }
    certain = {by: total(one["rows"], "certain") for by, one in found.items()}
    assert certain["measure"] > 0
    assert len(set(certain.values())) == 1
    assert len({str(one["answer"]) for one in found.values()}) == 1
    sizes = [row["size_en"] for row in found["size"]["rows"]]
    assert {"Large", "Medium", "Small"} <= set(sizes)


def test_budgets_name_their_rule(zone: Path) -> None:
    rows = answer(wutong("cost", zone, "--budgets", "--form", "json"))["rows"]
    assert {row["budget"] for row in rows} >= {"余杭算力", "技改城市资金"}
    assert {row["rule_en"] for row in rows} == {"The paper names no rule"}


def test_the_cost_is_written_as_a_workbook(zone: Path, tmp_path: Path) -> None:
    file = tmp_path / "cost.xlsx"
    done = wutong("cost", zone, "--by", "aspect", "--out", str(file))
    assert done.exit_code == 0, done.output
    sheets, faults = read_table(file)
    assert not faults
    assert sheets[0].frame.height == 7
    again = wutong("cost", zone, "--out", str(file))
    assert again.exit_code == 3  # nothing is written over


def test_firms_are_grouped_by_a_zone_alone(tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text("subject\na\n", encoding="utf-8")
    done = CliRunner().invoke(
        main, ["policy", "cost", MEASURES, "--facts", str(facts), "--kind", "firm", "--by", "size"]
    )
    assert done.exit_code == 2
    assert "--by size: ZONE" in done.output
