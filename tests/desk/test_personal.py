"""Personal columns are hidden from everyone until people can sign in: on pages, in files, through filters and order."""

from __future__ import annotations

import io
import zipfile

from tests.desk.conftest import Get
from tests.desk.test_pages import plain
from tests.desk.test_tables import first_cells, rows_of
from tests.desk.zones import SECRETS, addresses, files
from wutong.desk.web.facts import hidden_columns, open_columns
from wutong.zone.catalogue import TABLES


def everything(content: bytes) -> str:
    """Give what a file says, unpacked."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return content.decode("utf-8")


def test_no_page_and_no_file_holds_what_is_personal(get: Get) -> None:
    for zone in ("trial", "made-up"):
        for address in [*addresses(zone), *files(zone)]:
            said = everything(get(address, follow=True).content)
            assert not [secret for secret in SECRETS if secret in said], address


def test_no_filter_or_order_learns_from_what_is_hidden(get: Get) -> None:
    base = first_cells(get("/en/trial/table/owner").text)
    assert len(base) == 2
    for asked in (
        f"w.owner={SECRETS[0]}",
        "w.owner=%3F",
        "sort=owner",
        "sort=-owner",
        "col=owner",
        "w.note=%3F",
    ):
        page = get(f"/en/trial/table/owner?{asked}").text
        assert first_cells(page) == base, asked
        assert "were not used" in plain(page)
    for secret in (SECRETS[0], SECRETS[2]):
        assert "No row matches" in plain(get(f"/en/trial/table/owner?q={secret}").text)
    assert len(rows_of(get(f"/en/trial/table/owner/export/csv?w.owner={SECRETS[0]}").content)) == 2


def test_the_page_says_that_something_is_hidden(get: Get) -> None:
    text = plain(get("/zh/trial/table/owner").text)
    assert "个人信息：不显示（股东、备注）" in text
    assert "personal: not shown" in plain(get("/en/trial/table/person").text)


def test_a_table_about_persons_alone_shows_how_many_rows_it_has_and_nothing_else(get: Get) -> None:
    for table in ("person", "person_event"):
        assert "<table" not in get(f"/zh/trial/table/{table}").text
        assert rows_of(get(f"/zh/trial/table/{table}/export/csv").content) == []
        assert get(f"/zh/trial/table/{table}/row?person={SECRETS[1]}").status_code == 404
    assert "人员" in plain(get("/zh/trial/tables").text)


def test_a_row_is_found_by_its_open_key_alone(get: Get) -> None:
    assert get("/zh/trial/table/owner/row?firm=leader&start=2020").status_code == 200
    assert get(f"/zh/trial/table/owner/row?firm=leader&start=2020&owner={SECRETS[0]}").status_code == 404


def test_a_firm_is_not_tied_to_its_persons(get: Get) -> None:
    page = get("/zh/trial/firm/leader").text
    assert "person_event" not in page
    assert "人员经历" not in page


def test_every_personal_column_is_hidden() -> None:
    for table in TABLES.values():
        open_names = {column.name for column in open_columns(table)}
        assert not open_names & {column.name for column in table.columns if column.personal}
        assert bool(hidden_columns(table)) == any(column.personal for column in table.columns)
