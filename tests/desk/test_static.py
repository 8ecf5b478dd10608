from __future__ import annotations

import gzip
import hashlib
import re
import tomllib

import pytest

from tests.desk.conftest import Get
from wutong.desk.web.static_files import FOLDER, read_static

VENDOR = FOLDER / "vendor"
LIST = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", LIST["file"], ids=lambda file: str(file["name"]))
def test_a_vendored_file_is_the_one_that_was_examined(file: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert file["built"]
    assert file["version"]


def test_nothing_is_vendored_without_its_licence_and_nothing_unlisted() -> None:
    listed = {"vendor.toml"}
    for part in (*LIST["file"], *LIST["part"]):
        assert part["licence"]
        assert part["licences"]
        listed |= {part["path"]} if "path" in part else set()
        listed |= set(part["licences"])
    assert {path.name for path in VENDOR.iterdir()} == listed
    assert all((VENDOR / name).stat().st_size for name in listed)


def test_the_versions_are_those_that_the_files_say() -> None:
    said = {file["name"]: file["version"] for file in LIST["file"]}
    assert f'version:"{said["htmx"]}"' in (VENDOR / "htmx.min.js").read_text(encoding="utf-8")
    assert f'"{said["Apache ECharts"]}"' in (VENDOR / "echarts.min.js").read_text(encoding="utf-8")


def test_a_page_asks_for_files_by_their_checksum_and_a_browser_keeps_them(get: Get) -> None:
    page = get("/zh/trial/").text
    asked = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert {re.sub(r"\?.*", "", each) for each in asked} == {
        "/static/leaf.svg",
        "/static/desk.css",
        "/static/desk.js",
        "/static/vendor/htmx.min.js",
        "/static/vendor/echarts.min.js",
    }
    for each in asked:
        answer = get(each)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        again = get(each, if_none_match=answer.headers["etag"])
        assert again.status_code == 304
        assert again.content == b""


def test_a_file_asked_for_by_a_stale_checksum_is_not_kept(get: Get) -> None:
    assert get("/static/desk.css?v=0000").headers["cache-control"] == "no-cache"


def test_files_travel_compressed_where_asked(get: Get) -> None:
    small = get("/static/vendor/echarts.min.js", accept_encoding="gzip")
    assert small.headers["content-encoding"] == "gzip"
    plain = get("/static/vendor/echarts.min.js", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    file = read_static()["vendor/echarts.min.js"]
    assert gzip.decompress(file.small) == file.body == plain.content
    assert len(file.small) < len(file.body) / 2


@pytest.mark.parametrize(
    "path", ["../app.py", "%2e%2e/app.py", "vendor/../../app.py", "/etc/passwd", "vendor", ""]
)
def test_nothing_but_the_desk_s_own_files_is_given(get: Get, path: str) -> None:
    assert get(f"/static/{path}", follow=True).status_code == 404


def test_no_file_of_ours_asks_for_another_host() -> None:
    for name in ("desk.css", "desk.js", "leaf.svg"):
        text = (FOLDER / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|@import|url\(", text), name
