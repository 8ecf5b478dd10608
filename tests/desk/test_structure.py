"""The page of a region's structure: what it says is what the table holds, and what it cannot say it says."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.desk.conftest import Get, ask
from tests.desk.test_pages import plain
from tests.desk.test_tables import rows_of
from tests.desk.zones import IMG, REGIONS, TODAY
from wutong.desk.web.app import create_app
from wutong.zone.load import open_zone


def test_the_zones_own_region_is_asked_first(get: Get) -> None:
    text = plain(get("/en/trial/structure").text)
    whole = sum(int(values[1]) for values in REGIONS["140500"].values())
    assert f"Mining and washing of coal made {650 / whole:.1%}" in text
    assert '<option value="140500" selected' in get("/en/trial/structure").text


def test_a_region_with_a_withheld_cell_and_no_total_has_no_share_and_says_why(get: Get) -> None:
    text = plain(get("/en/trial/structure?region=coal").text)
    assert "some numbers of coal are suppressed and the total is not published" in text


def test_without_an_input_output_table_the_fall_says_what_is_needed(get: Get) -> None:
    assert "input–output table" in plain(get("/en/trial/structure/fall").text)


def test_a_region_or_measure_that_is_not_there_is_not_found(get: Get) -> None:
    assert get("/en/trial/structure?region=nowhere").status_code == 404
    assert get("/en/trial/structure?measure=exports").status_code == 404
    assert get("/en/trial/structure/nothing").status_code == 404
    assert get("/en/trial/structure/fall/csv").status_code == 404


def test_a_file_holds_what_the_page_shows(get: Get) -> None:
    rows = rows_of(get("/en/trial/structure/dependence/csv?region=140500").content)
    assert [row["Year"] for row in rows] == ["2023", "2024"]
    employment = rows_of(get("/en/trial/structure/growth/csv?region=140500&measure=employment").content)
    assert len(employment) == 3


def test_names_out_to_do_harm_are_text(get: Get) -> None:
    for language in ("zh", "en"):
        page = get(f"/{language}/trial/structure?region={IMG}").text
        assert "<img src=x" not in page
        assert plain(page).count("onerror") >= 1


def test_one_reason_for_all_is_said_once() -> None:
    zone = open_zone(ROOT / "examples/jincheng")
    page = ask(create_app([zone], today=lambda: TODAY), "/en/jincheng/structure").text
    assert plain(page).count("No amounts by industry are published") == 1
    assert "How much hangs on one industry?" in plain(page)
    assert plain(page).count("No answer") == 1
