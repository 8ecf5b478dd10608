"""The zone as known on a day opens again later, byte for byte."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Write
from wutong.errors import TableError
from wutong.zone.load import FOLDER
from wutong.zone.snapshot import MANIFEST, open_snapshot, take, verify

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


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "tab\t.csv", "bell\x07\x7f.csv", 'quote".csv', "back\\slash.csv"]
)
def test_a_file_of_any_name_is_kept_and_the_snapshot_opens(write_folder: Write, name: str) -> None:
    folder = write_folder(firm__csv=FIRMS)
    (folder / "measures").mkdir()
    (folder / "measures" / name).write_bytes(b"x")
    kept = take(folder, MARCH)
    assert (kept / "measures" / name).read_bytes() == b"x"
    assert verify(kept) == MARCH


def test_a_file_whose_name_is_no_text_is_named_and_no_snapshot_is_made(write_folder: Write) -> None:
    folder = write_folder(firm__csv=FIRMS)
    (folder / "measures").mkdir()
    (folder / "measures" / os.fsdecode(b"\xcd\xf8.dmn")).write_bytes(b"x")
    with pytest.raises(TableError, match="not UTF-8"):
        take(folder, MARCH)
    assert not (folder / "snapshots").exists()


def test_only_regular_files_are_kept_and_a_link_becomes_its_contents(
    write_folder: Write, tmp_path: Path
) -> None:
    folder = write_folder(firm__csv=FIRMS)
    outside = tmp_path / "fund.csv"
    outside.write_text("fund,name\nf,g\n", encoding="utf-8")
    (folder / FOLDER / "fund.csv").symlink_to(outside)
    os.mkfifo(folder / FOLDER / "pipe.csv")
    (folder / FOLDER / "nowhere.csv").symlink_to(tmp_path / "absent")
    kept = take(folder, MARCH)
    assert sorted(contents(kept)) == [MANIFEST, "tables/firm.csv", "tables/fund.csv", "zone.toml"]
    assert not (kept / FOLDER / "fund.csv").is_symlink()
    assert (kept / FOLDER / "fund.csv").read_bytes() == outside.read_bytes()
    assert not os.path.lexists(kept / FOLDER / "pipe.csv")


def test_a_snapshot_opens_from_within_its_own_folder(
    write_folder: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = take(write_folder(firm__csv=FIRMS), MARCH)
    monkeypatch.chdir(kept)
    assert open_snapshot(Path()).tables["firm"].height == 1
    (kept / FOLDER / "firm.csv").write_text(FIRMS + "c,丁,2026-02-01\n", encoding="utf-8")
    with pytest.raises(TableError, match=f"Snapshot “{kept.name}” has been changed"):
        open_snapshot(Path())


@pytest.mark.parametrize(
    ("day", "seen"), [(date(2023, 1, 1), []), (date(2025, 1, 1), ["甲"]), (date(2027, 1, 1), ["甲"])]
)
def test_a_snapshot_is_seen_on_the_earlier_of_its_day_and_the_day_asked(
    write_folder: Write, day: date, seen: list[str]
) -> None:
    zone = open_snapshot(take(write_folder(firm__csv=FIRMS), MARCH), known_on=day)
    assert zone.tables["firm"]["name"].to_list() == seen
    assert zone.known_on == min(day, MARCH)


def test_a_list_of_digests_that_is_none_is_a_changed_snapshot(write_folder: Write) -> None:
    kept = take(write_folder(firm__csv=FIRMS), MARCH)
    (kept / MANIFEST).write_text("format = 1\nknown_on = 2026-03-01\nsha256 = 7\n", encoding="utf-8")
    with pytest.raises(TableError, match="has been changed"):
        open_snapshot(kept)


def test_a_folder_that_is_no_snapshot_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is no snapshot"):
        open_snapshot(tmp_path)
