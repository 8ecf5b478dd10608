from __future__ import annotations

import pytest

from tests.desk.conftest import Get
from tests.desk.zones import TODAY, addresses
from wutong.desk.web.guard import HEADERS, POLICY, is_local
from wutong.zone.load import Zone


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_this_machine_s_names_are_answered(get: Get, host: str) -> None:
    assert get("/healthz", host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "",
        "127.0.0.1:",
        "[::2]",
        "127.0.0.1:80:80",
        "127.0.0.1@evil",
        "0.0.0.0",
    ],
)
def test_a_page_that_resolves_to_this_machine_is_refused(get: Get, host: str) -> None:
    assert not is_local(host)
    answer = get("/zh/", host=host)
    assert answer.status_code == 421
    assert "127.0.0.1" in answer.text
    assert "试验区" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_the_desk_takes_nothing_but_reading(get: Get, method: str) -> None:
    answer = get("/zh/", method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_its_body(get: Get) -> None:
    whole, head = get("/zh/trial/table/firm"), get("/zh/trial/table/firm", method="HEAD")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_every_answer_bears_the_headers(get: Get) -> None:
    for address in [
        *addresses(),
        "/",
        "/healthz",
        "/openapi.json",
        "/static/desk.css",
        "/static/none",
        "/favicon.ico",
        "/x/y/z",
        "/docs",
    ]:
        answer = get(address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, address
        assert "cache-control" in answer.headers, address


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    said = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert said["default-src"] == "'none'"
    assert said["script-src"] == said["style-src"] == said["connect-src"] == "'self'"
    assert said["frame-ancestors"] == said["base-uri"] == "'none'"
    assert "unsafe" not in POLICY


def test_a_page_that_fails_says_so_in_the_house_s_look_and_headers(
    zones: tuple[Zone, Zone], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.desk.conftest import ask
    from wutong.desk.web import pages
    from wutong.desk.web.app import create_app

    def broken(*_: object) -> None:
        raise RuntimeError("secret of the machine")

    monkeypatch.setattr(pages, "rooms", broken)
    answer = ask(create_app(zones, today=lambda: TODAY), "/en/trial/tables")
    assert answer.status_code == 500
    assert "This page failed" in answer.text
    assert "secret of the machine" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY


def test_the_framework_s_own_pages_are_off_because_they_load_from_elsewhere(get: Get) -> None:
    assert get("/docs", follow=True).status_code == 404
    assert get("/redoc", follow=True).status_code == 404
    assert get("/openapi.json").status_code == 200
