"""The commands ``wutong structure …`` as a new user runs them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from wutong.cli import main
from wutong.cli_parts import BAD_INPUT

TABLE = """region,industry,year,value,flag
甲市,煤炭,2024,70,
甲市,光学,2024,30,
乙市,煤炭,2024,,(D)
乙市,光学,2024,-5,
合计,煤炭,2024,900,
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", "structure", *words], env={"COLUMNS": "160"})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "regions.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_file_is_read_and_what_is_wrong_in_it_is_named(table: Path) -> None:
    done = run("read", str(table), "--suppressed", "flag=(D)", "--without", "region=合计")
    assert done.exit_code == 0, done.output
    assert "2 regions, 2 industries" in done.output
    assert "Negative (-5)" in done.output


def test_marks_for_next_to_nothing_count_as_zero(table: Path) -> None:
    table.write_text(TABLE.replace(",,(D)", ",,(L)"), encoding="utf-8")
    done = run("read", str(table), "--zero", "flag=(L)", "--without", "region=合计", "--form", "csv")
    assert done.exit_code == 0, done.output
    # four cells: two above zero, one next to nothing, one negative and so not known
    assert "2024,4,2,1,0,1," in done.output
    assert run("read", str(table), "--zero", "flagg=(L)").exit_code == BAD_INPUT


def test_a_wide_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("地区,煤炭,光学\n甲,7,3\n乙,0,5\n", encoding="utf-8")
    done = run("read", str(path), "--wide", "--form", "csv")
    assert done.exit_code == 0, done.output
    assert ",4," in done.output.splitlines()[-1]


def test_a_table_that_cannot_be_told_names_the_options(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    done = run("read", str(path))
    assert done.exit_code == BAD_INPUT
    assert "--place COLUMN --industry COLUMN --value COLUMN" in done.output


def test_of_the_real_zone_the_answer_says_which_table_is_not_published() -> None:
    done = run("read", str(ROOT / "examples/jincheng"))
    assert done.exit_code == 4
    assert "region_industry" in done.output


YEARS = """region,industry,year,value
甲市,煤炭,2020,70
甲市,光学,2020,30
乙市,煤炭,2020,20
乙市,光学,2020,80
甲市,煤炭,2024,60
甲市,光学,2024,60
乙市,煤炭,2024,20
乙市,光学,2024,100
"""
FLOWS = """industry,煤炭,光学,output
煤炭,5,40,400
光学,20,10,500
"""


def test_dependence_is_told_with_growth_and_with_the_fall_of_the_first(tmp_path: Path) -> None:
    path, flows = tmp_path / "regions.csv", tmp_path / "flows.csv"
    path.write_text(YEARS, encoding="utf-8")
    flows.write_text(FLOWS, encoding="utf-8")
    told = run("dependence", str(path), "--region", "甲市", "--follow", "煤炭", "--io", str(flows))
    assert told.exit_code == 0, told.output
    assert "50.0%" in told.output
    assert "70.0%" in told.output
    assert "falls by 10%" in told.output
    growth = run("dependence", str(path), "--region", "甲市", "--what", "growth", "--form", "csv")
    assert growth.exit_code == 0, growth.output
    assert len(growth.output.splitlines()) == 3
    assert run("dependence", str(path)).exit_code == 2
    assert run("dependence", str(path), "--region", "丙市", "--what", "share").exit_code == 4
    without = run("dependence", str(path), "--region", "甲市", "--what", "fall")
    assert without.exit_code == 4
    assert "input–output table" in without.output


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "made"
    assert CliRunner().invoke(main, ["invent", str(folder), "--seed", "7"]).exit_code == 0
    return folder


def test_complexity_ranks_regions_and_industries_and_places_one(made: Path) -> None:
    regions = run("complexity", str(made), "--form", "csv")
    assert regions.exit_code == 0, regions.output
    assert regions.output.splitlines()[1].startswith("1,虚构·")
    industries = run("complexity", str(made), "--what", "industries", "--form", "csv")
    assert len(industries.output.splitlines()) > 15
    one = run("complexity", str(made), "--region", "虚构·示范区")
    assert one.exit_code == 0, one.output
    assert run("complexity", str(made), "--region", "nowhere").exit_code == 4


def test_candidates_show_their_baselines_beside_the_list(made: Path) -> None:
    done = run("candidates", str(made))
    assert done.exit_code == 0, done.output
    assert "of the best baseline" in " ".join(done.output.split())
    test = run("candidates", str(made), "--what", "back-test", "--form", "csv")
    assert "Baseline" in test.output
    # of one year alone nothing can be tested back, and the list is given all the same
    rows = run("candidates", str(made), "--since", "2024", "--form", "csv")
    assert rows.exit_code == 0
    assert run("candidates", str(made), "--since", "2024", "--what", "back-test").exit_code == 4


def test_the_planted_transfer_comes_first_with_who_receives_it(made: Path) -> None:
    done = run("transfer", str(made), "--form", "csv")
    assert done.exit_code == 0, done.output
    first = done.output.splitlines()[1]
    assert "39" in first
    assert "虚构·沿海01市" in first
    elsewhere = run("transfer", str(made), "--origin", "虚构·沿海02市", "--form", "csv")
    assert "虚构·沿海01市,39" not in elsewhere.output
    assert elsewhere.exit_code in (0, 4)


def test_regions_alike_are_listed_and_the_space_is_given_with_and_without_a_region(made: Path) -> None:
    alike = run("benchmark", str(made), "--most", "3", "--form", "csv")
    assert alike.exit_code == 0, alike.output
    assert len(alike.output.splitlines()) == 4
    for more in ([], ["--region", "虚构·内陆34市"]):
        space = run("space", str(made), *more, "--form", "csv")
        assert space.exit_code == 0, space.output
        assert len(space.output.splitlines()) == 21


def test_plants_together_are_told_by_region_and_by_distance(tmp_path: Path) -> None:
    rows = [
        f"{'光学' if at % 2 else '煤炭'},{'甲乙丙'[at % 3 if at % 2 else 0]},{5 + at % 9},{(at % 2) * 40 * (at % 7)},{at % 11}"
        for at in range(80)
    ]
    path = tmp_path / "plants.csv"
    path.write_text("trade,city,jobs,x,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
    names = ["--industry", "trade", "--place", "city", "--size", "jobs"]
    done = run("agglomeration", str(path), *names, "--form", "csv")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[1].startswith("煤炭")  # all its plants stand in one city
    near = run("agglomeration", str(path), *names, "--of", "煤炭", "--draws", "100", "--form", "csv")
    assert near.exit_code == 0, near.output
    two = run("agglomeration", str(path), *names, "--pairs", "--form", "csv")
    assert two.exit_code == 0, two.output
    assert len(two.output.splitlines()) == 2
    lost = run("agglomeration", str(path))
    assert lost.exit_code == BAD_INPUT
    assert "--industry, --place, --size" in " ".join(lost.output.split())


def test_of_the_real_region_it_says_what_is_published_and_what_is_needed() -> None:
    done = run("dependence", str(ROOT / "examples/jincheng"))
    assert done.exit_code == 4
    assert "60.4%" in done.output
    assert "Needed: output, value added or employment" in done.output


def test_a_parquet_file_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"loc": [1, 2], "prod": ["x", "x"], "val": [1.5, 2.5]}).write_parquet(path)
    done = run("read", str(path), "--form", "json")
    assert done.exit_code == 0, done.output
    assert '"known_sum":4' in done.output
