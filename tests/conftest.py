"""What tests share: a zone written from a few lines, and the rule on what may be skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from wutong.words import Text
from wutong.zone.load import FOLDER
from wutong.zone.settings import FILE, Settings, write_settings

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium")

Write = Callable[..., Path]


def _missing() -> dict[str, str]:
    missing = {}
    if CHROMIUM is None:
        missing["browser"] = "needs Debian's chromium: apt-get install chromium fonts-noto-cjk"
    if not SHARED.is_dir():
        missing["shared"] = "needs the folder ../shared"
    if find_spec("pyspark") is None or shutil.which("java") is None:
        missing["spark"] = "needs Java 17 and: .venv/bin/python -m pip install -r locks/spark.txt"
    return missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, saying why, what this machine cannot run; where it must run (``WUTONG_REQUIRE``), let it fail."""
    required = set(os.environ.get("WUTONG_REQUIRE", "").split(","))
    for item in items:
        for marker, reason in _missing().items():
            if item.get_closest_marker(marker) is not None:
                if marker in required:
                    item.add_marker(pytest.mark.usefixtures("absent"))
                else:
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def absent() -> None:
    """Fail: something that this run must have is not there."""
    pytest.fail("; ".join(_missing().values()))


@pytest.fixture
def write_folder(tmp_path: Path) -> Write:
    """Write a zone's folder from the text of its files."""

    def write(*, invented: bool = False, **tables: str | bytes) -> Path:
        folder = tmp_path / "zone"
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        settings = Settings("trial", Text("试区", "Trial zone"), Text("", ""), date(2026, 1, 1), invented)
        (folder / FILE).write_text(write_settings(settings), encoding="utf-8")
        for name, text in tables.items():
            content = text if isinstance(text, bytes) else text.encode()
            (folder / FOLDER / name.replace("__", ".")).write_bytes(content)
        return folder

    return write
