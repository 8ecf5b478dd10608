"""The zone as known on a day opens again later, byte for byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Write
from wutong.errors import TableError
from wutong.zone.load import FOLDER
from wutong.zone.snapshot import MANIFEST, open_snapshot, take

FIRMS = "firm,name,as_of\na,甲,2024-01-01\na,乙,2026-03-15\nb,丙,2026-03-15\n"
MARCH = date(2026, 3, 1)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_snapshot_shows_what_was_known_and_not_what_came_later(write_folder: Write) -> None:
    kept = take(write_folder(firm__csv=FIRMS), MARCH)
    assert open_snapshot(kept).tables["firm"]["name"].to_list() == ["甲"]


def test_a_snapshot_stays_as_it_was_when_the_zone_goes_on(write_folder: Write) -> None:
    folder = write_folder(firm__csv=FIRMS)
    kept = take(folder, MARCH)
    before = contents(kept)
    write_folder(firm__csv=FIRMS + "c,丁,2026-02-01\n")
    assert contents(kept) == before
    assert open_snapshot(kept).tables["firm"]["name"].to_list() == ["甲"]
    assert take(folder, MARCH) != kept


def test_the_same_files_and_day_are_the_same_snapshot(write_folder: Write) -> None:
    folder = write_folder(firm__csv=FIRMS)
    first = take(folder, MARCH)
    assert take(folder, MARCH) == first
    assert take(folder, date(2026, 4, 1)) != first
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("harm", ["change", "remove", "add", "manifest"])
def test_a_snapshot_that_was_changed_does_not_open(write_folder: Write, harm: str) -> None:
    kept = take(write_folder(firm__csv=FIRMS), MARCH)
    file = kept / FOLDER / "firm.csv"
    if harm == "change":
        file.write_text(FIRMS.replace("甲", "申"), encoding="utf-8")
    elif harm == "remove":
        file.unlink()
    elif harm == "add":
        (kept / FOLDER / "fund.csv").write_text("fund,name\nf,g\n", encoding="utf-8")
    else:
        manifest = kept / MANIFEST
        manifest.write_text(manifest.read_text(encoding="utf-8").replace("03-01", "03-31"), encoding="utf-8")
    with pytest.raises(TableError, match="has been changed"):
        open_snapshot(kept)


def test_a_folder_that_is_no_snapshot_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is no snapshot"):
        open_snapshot(tmp_path)
