"""An invented zone on disk opens without a problem, says that it is invented, and can be large."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from wutong.demo.economy import SOME_FIRMS
from wutong.demo.firms import MONTH_FIRMS
from wutong.demo.invented import NAME, TRUTHS_FILE, Invented, invent, invent_zone
from wutong.demo.money import LOANS
from wutong.demo.people import PERSONS
from wutong.errors import TableError
from wutong.zone.catalogue import TABLES
from wutong.zone.load import FOLDER, open_zone
from wutong.zone.settings import FILE
from wutong.zone.write import Kind

AS_OF = date(2026, 3, 31)


@pytest.fixture(scope="module", params=["csv", "parquet"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Invented]:
    kind: Kind = request.param
    folder = tmp_path_factory.mktemp(kind)
    return folder, invent_zone(folder, seed=7, as_of=AS_OF, kind=kind)


def test_an_invented_zone_opens_without_a_problem_and_with_every_row(written: tuple[Path, Invented]) -> None:
    folder, made = written
    zone = open_zone(folder)
    assert zone.problems.is_empty()
    assert sum(zone.left_out.values()) == 0
    for name, frame in made.tables.items():
        order = [*TABLES[name].key, "as_of"]
        read = pl.concat([zone.tables[name], zone.earlier[name]])
        assert read.sort(order).equals(frame.sort(order)), name


def test_its_settings_and_name_say_that_it_is_invented(written: tuple[Path, Invented]) -> None:
    zone = open_zone(written[0])
    assert zone.invented
    assert zone.name == NAME
    assert "虚构" in zone.name.zh
    assert "Invented" in zone.name.en


def test_what_was_planted_lies_beside_the_tables(written: tuple[Path, Invented]) -> None:
    folder, made = written
    said = json.loads((folder / TRUTHS_FILE).read_text(encoding="utf-8"))
    assert set(said) == set(made.truths)
    for name, truth in made.truths.items():
        assert (said[name]["zh"], said[name]["en"]) == (truth.what.zh, truth.what.en)
        assert said[name]["values"] == dict(truth.values)


def test_an_earlier_day_shows_what_was_known_then(written: tuple[Path, Invented]) -> None:
    folder, made = written
    then = open_zone(folder, known_on=date(2025, 3, 1))
    assert then.problems.is_empty()
    assert then.tables["firm_year"]["period"].max() == "2024"
    corrected = made.truths["corrected"].values
    told = {}
    for day in (date(2025, 3, 1), AS_OF):
        year = open_zone(folder, known_on=day).tables["firm_year"]
        told[day] = year.filter(firm=corrected["firm"], period=corrected["period"])["output"].item()
    assert told[date(2025, 3, 1)] == pytest.approx(1.25 * told[AS_OF], rel=1e-3)


def test_progress_is_told_from_the_start_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    invent_zone(tmp_path, 12, seed=1, as_of=AS_OF, progress=lambda what, part: told.append((what, part)))
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert all(what for what, _ in told)
    assert len(told) > len(TABLES)


def test_a_zone_can_have_another_id(tmp_path: Path) -> None:
    invent_zone(tmp_path, 3, seed=1, as_of=AS_OF, zone="trial")
    zone = open_zone(tmp_path)
    assert zone.id == "trial"
    assert zone.problems.is_empty()
    assert zone.tables["firm"]["zone"].unique().to_list() == ["trial"]


def test_a_zone_invented_again_in_another_form_replaces_the_first_and_nothing_else(tmp_path: Path) -> None:
    invent_zone(tmp_path, 12, seed=1, as_of=AS_OF)
    other = tmp_path / FOLDER / "firm.more.csv"
    other.write_text("firm,name\nmore,虚构·多出\n", encoding="utf-8")
    made = invent_zone(tmp_path, 6, seed=2, as_of=AS_OF, kind="parquet")
    assert [path.name for path in (tmp_path / FOLDER).glob("*.csv")] == ["firm.more.csv"]
    other.unlink()
    zone = open_zone(tmp_path)
    assert zone.problems.is_empty()
    assert zone.tables["firm"].height == made.tables["firm"]["firm"].n_unique()


@pytest.mark.parametrize("held", ["tables/firm.csv", "notes.txt", FILE])
def test_a_folder_with_anything_else_in_it_is_refused_and_left_as_it_was(tmp_path: Path, held: str) -> None:
    """Also a zone marked as invented by hand, without planted truths."""
    if held == FILE:
        invent_zone(tmp_path, 3, seed=1, as_of=AS_OF)
        (tmp_path / TRUTHS_FILE).unlink()
    else:
        (tmp_path / held).parent.mkdir(exist_ok=True)
        (tmp_path / held).write_text("firm,name\na,甲\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(TableError, match="nothing was changed"):
        invent_zone(tmp_path, 6, seed=2, as_of=AS_OF, kind="parquet")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_tables_beside_the_years_stay_within_their_limits_when_firms_are_many() -> None:
    years = range(2024, 2026)
    large = invent(40_000, seed=3, years=years, as_of=AS_OF).tables
    assert large["firm_year"].filter(period="2025").height == 40_000
    assert large["firm_month"]["firm"].n_unique() <= MONTH_FIRMS
    assert large["certificate"]["firm"].n_unique() <= SOME_FIRMS
    assert large["person"].height <= PERSONS
    assert large["loan"].height <= LOANS
    assert [name for name, frame in large.items() if frame.is_empty()] == []
    for name, table in TABLES.items():
        assert not large[name].select("zone", "as_of", *table.key).is_duplicated().any(), name


def test_a_thousandfold_zone_keeps_the_sizes_of_its_firms() -> None:
    few = invent(131, seed=5, as_of=AS_OF, years=range(2024, 2026)).tables["firm_year"]
    many = invent(20_000, seed=5, as_of=AS_OF, years=range(2024, 2026)).tables["firm_year"]
    means = []
    for frame in (few, many):
        followers = frame.filter((pl.col("period") == "2025") & (pl.col("firm") != "inv0000001"))
        means.append(followers.select(pl.col("output").mean()).item())
    assert means[1] == pytest.approx(means[0], rel=0.02)
    leader = [frame.filter(firm="inv0000001", period="2024")["output"].item() for frame in (few, many)]
    assert leader[1] == pytest.approx(leader[0], rel=0.05)
