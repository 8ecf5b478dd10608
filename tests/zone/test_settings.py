"""The settings of a zone, and bringing older ones forward."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.errors import TableError
from wutong.words import Text
from wutong.zone.settings import FILE, Settings, checked_id, quoted, read_settings, write_settings
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


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_NAME = _TEXT.filter(lambda text: bool(text.strip()))


@given(_NAME, _NAME)
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
        ("format = 1", "format = true", "has format True"),
        ("format = 1", "format = 1.0", "has format 1.0"),
        ('zh = "试区"', 'zh = ""', "is empty; fill in both"),
        ('en = "Trial"', 'en = " "', "is empty; fill in both"),
        ('id = "trial"', 'id = "trial\\n"', "id is"),
    ],
)
def test_wrong_settings_say_what_is_wrong(tmp_path: Path, before: str, after: str, says: str) -> None:
    (tmp_path / FILE).write_text(write_settings(GOOD).replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TableError, match=says):
        read_settings(tmp_path)


def test_a_folder_without_settings_says_how_to_make_some(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="wutong new"):
        read_settings(tmp_path)


def test_settings_that_cannot_be_opened_are_a_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text(write_settings(GOOD), encoding="utf-8")

    def denied(path: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    # the tests may run as root, to whom every file is open
    monkeypatch.setattr(Path, "read_text", denied)
    for read in (read_settings, upgrade):
        with pytest.raises(TableError, match=r"打不开.*cannot be opened: Permission denied"):
            read(tmp_path)


@pytest.mark.parametrize("said", ["", "A b", "-a", "a" * 41, "晋城", "a\n"])
def test_an_id_that_breaks_the_rule_is_refused_with_the_rule(said: str) -> None:
    with pytest.raises(TableError, match="small letters a–z, digits and dashes"):
        checked_id(said)


@given(_TEXT)
def test_a_quoted_string_is_read_back_by_toml(text: str) -> None:
    assert tomllib.loads(f"{quoted(text)} = {quoted(text)}") == {text: text}


def test_settings_without_a_number_are_brought_forward_and_kept(tmp_path: Path) -> None:
    old = write_settings(GOOD).replace("format = 1\n", "", 1)
    (tmp_path / FILE).write_text(old, encoding="utf-8")
    with pytest.raises(TableError, match="wutong upgrade"):
        read_settings(tmp_path)
    assert [change.en for change in upgrade(tmp_path)] == ["zone.toml now says format = 1"]
    assert read_settings(tmp_path) == GOOD
    assert (tmp_path / "zone.toml.before-format-1").read_text(encoding="utf-8") == old
    assert upgrade(tmp_path) == ()


def test_an_upgrade_never_writes_over_settings_that_were_kept_before(tmp_path: Path) -> None:
    old = write_settings(GOOD).replace("format = 1\n", "", 1)
    (tmp_path / FILE).write_text(old, encoding="utf-8")
    kept = tmp_path / "zone.toml.before-format-1"
    kept.write_text("another", encoding="utf-8")
    with pytest.raises(TableError, match="nothing was changed"):
        upgrade(tmp_path)
    assert kept.read_text(encoding="utf-8") == "another"
    assert (tmp_path / FILE).read_text(encoding="utf-8") == old


def test_a_newer_format_is_not_touched(tmp_path: Path) -> None:
    newer = write_settings(GOOD).replace("format = 1", "format = 2", 1)
    (tmp_path / FILE).write_text(newer, encoding="utf-8")
    with pytest.raises(TableError, match="Update the program"):
        upgrade(tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == newer
