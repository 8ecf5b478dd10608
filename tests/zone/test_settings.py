"""The settings of a zone, and bringing older ones forward."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.settings import FILE, Settings, read_settings, write_settings
from wutong.zone.upgrade import upgrade

GOOD = Settings(
    "trial",
    Text("试区", "Trial"),
    Text("一句话", "One sentence"),
    date(2026, 1, 1),
    False,
    "140500",
    "CC-BY-4.0",
)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_settings_read_back_as_written(tmp_path_factory: pytest.TempPathFactory, zh: str, en: str) -> None:
    folder = tmp_path_factory.mktemp("zone")
    settings = Settings("trial", Text(zh, en), Text(en, zh), date(2026, 1, 1), True)
    (folder / FILE).write_text(write_settings(settings), encoding="utf-8", newline="")
    assert read_settings(folder) == settings


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('id = "trial"', 'id = "Bad Id"', "id is 'Bad Id'"),
        ("as_of = 2026-01-01", 'as_of = "2026-01-01"', "as_of is '2026-01-01'"),
        ("invented = false", "", "invented is None"),
        ("format = 1", "format = 9", "format 9"),
        ("[name]", "[names]", "needs .name."),
        ("format = 1", "format = ", "no TOML"),
    ],
)
def test_wrong_settings_say_what_is_wrong(tmp_path: Path, before: str, after: str, says: str) -> None:
    (tmp_path / FILE).write_text(write_settings(GOOD).replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TableError, match=says):
        read_settings(tmp_path)


def test_a_folder_without_settings_says_how_to_make_some(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="wutong new"):
        read_settings(tmp_path)


def test_settings_without_a_number_are_brought_forward_and_kept(tmp_path: Path) -> None:
    old = write_settings(GOOD).replace("format = 1\n", "", 1)
    (tmp_path / FILE).write_text(old, encoding="utf-8")
    with pytest.raises(TableError, match="wutong upgrade"):
        read_settings(tmp_path)
    assert [change.en for change in upgrade(tmp_path)] == ["zone.toml now says format = 1"]
    assert read_settings(tmp_path) == GOOD
    assert (tmp_path / "zone.toml.before-format-1").read_text(encoding="utf-8") == old
    assert upgrade(tmp_path) == ()


def test_a_newer_format_is_not_touched(tmp_path: Path) -> None:
    newer = write_settings(GOOD).replace("format = 1", "format = 2", 1)
    (tmp_path / FILE).write_text(newer, encoding="utf-8")
    with pytest.raises(TableError, match="Update the program"):
        upgrade(tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == newer
