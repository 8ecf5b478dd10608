"""How this year is going, from cumulative months."""

from __future__ import annotations

import pytest

from tests.conftest import Write
from wutong.errors import NoAnswer
from wutong.outcome.months import year_so_far
from wutong.zone.load import open_zone

HEAD = "indicator,name,scope,measure,period,value,unit,comparable\n"


def test_months_come_apart_and_are_held_against_last_year(write_folder: Write) -> None:
    text = HEAD + "".join(
        f"output,产值,全区,level,{period},{value},亿元,\n"
        for period, value in [
            ("2024年1-2月", 20),
            ("2024年1-3月", 32),
            ("2025年1-2月", 25),
            ("2025年3月累计", 40),
            ("2025年1-4月", 50),
        ]
    )
    zone = open_zone(write_folder(indicator__csv=text))
    finding = year_so_far(zone.tables["indicator"], zone.tables["document"])
    yi = 10**10
    assert finding.table.rows() == [
        ("01–02", 25 * yi, 20 * yi, pytest.approx(0.25), None, 25 * yi, 20 * yi),
        ("01–03", 40 * yi, 32 * yi, pytest.approx(0.25), None, 15 * yi, 12 * yi),
        ("01–04", 50 * yi, None, None, None, 10 * yi, None),
    ]
    assert (
        finding.answer.en == "50 亿元 in the months 1–4 of 2025; the same months of last year are not known."
    )


def test_growth_on_a_comparable_scope_stands_beside_growth_of_the_sums(write_folder: Write) -> None:
    text = (
        HEAD
        + "output,产值,全区,level,2024-01..03,32,亿元,\n"
        + "output,产值,全区,level,2025-01..03,40,亿元,\n"
        + "output,产值,全区,growth,2025-01..03,18.5,%,是\n"
        + "output,产值,全市,growth,2025-01..03,99,%,否\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    row = year_so_far(zone.tables["indicator"], zone.tables["document"]).table.row(0, named=True)
    assert row["growth"] == pytest.approx(0.25)
    assert row["comparable"] == pytest.approx(0.185)


def test_scopes_are_never_mixed(write_folder: Write) -> None:
    text = (
        HEAD
        + "output,产值,全区,level,2025-01..02,100,亿元,\n"
        + "output,产值,全区,level,2025-01..03,160,亿元,\n"
        + "output,产值,全市,level,2025-01..02,500,亿元,\n"
        + "output,产值,全市,level,2024-01..03,400,亿元,\n"
        + "output,产值,全市,growth,2025-01..03,99,%,是\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    finding = year_so_far(zone.tables["indicator"], zone.tables["document"])
    last = finding.table.row(-1, named=True)
    assert (last["value"], last["month"], last["last_year"], last["growth"], last["comparable"]) == (
        160 * 10**10,
        60 * 10**10,
        None,
        None,
        None,
    )
    assert any("were not mixed in: 全市" in caveat.en for caveat in finding.caveats)


def test_a_bound_is_not_taken_for_a_value(write_folder: Write) -> None:
    text = HEAD.replace("comparable", "sense") + (
        "output,产值,全区,level,2025-01..03,900,亿元,超过\noutput,产值,全区,level,2025-01..02,100,亿元,等于\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    finding = year_so_far(zone.tables["indicator"], zone.tables["document"])
    assert finding.table["months"].to_list() == ["01–02"]
    assert any("are not used: 1" in caveat.en for caveat in finding.caveats)


def test_without_months_there_is_no_answer(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=HEAD + "output,产值,全区,level,2024,32,亿元,\n"))
    with pytest.raises(NoAnswer, match=r"2025-01\.\.08"):
        year_so_far(zone.tables["indicator"], zone.tables["document"])


def test_price_bases_are_never_mixed(write_folder: Write) -> None:
    text = HEAD.replace("comparable", "price_basis") + (
        "output,产值,全区,level,2024-01..03,100,亿元,当年价\noutput,产值,全区,level,2025-01..03,90,亿元,不变价\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    finding = year_so_far(zone.tables["indicator"], zone.tables["document"])
    assert finding.table.row(0, named=True)["growth"] is None
    assert "constant prices" in finding.caveats[0].en


def test_of_two_scopes_known_as_late_the_better_grade_counts_and_then_more_rows(write_folder: Write) -> None:
    head = HEAD.replace("comparable", "source")
    few = "output,产值,甲,level,2025-01..03,1,亿元,{}\n"
    many = "output,产值,乙,level,2025-01..03,2,亿元,{}\noutput,产值,乙,level,2024-01..03,1,亿元,{}\n"
    documents = "document,title,grade\na,x,A\nc,y,C\n"
    graded = open_zone(
        write_folder(document__csv=documents, indicator__csv=head + few.format("a") + many.format("c", "c"))
    )
    assert year_so_far(graded.tables["indicator"], graded.tables["document"]).table["value"][0] == 10**10
    alike = open_zone(
        write_folder(document__csv=documents, indicator__csv=head + few.format("c") + many.format("c", "c"))
    )
    assert year_so_far(alike.tables["indicator"], alike.tables["document"]).table["value"][0] == 2 * 10**10


@pytest.mark.parametrize("before", [0, -10])
def test_no_growth_is_counted_from_nothing_or_less(write_folder: Write, before: int) -> None:
    text = (
        HEAD
        + f"output,产值,全区,level,2024-01..03,{before},亿元,\noutput,产值,全区,level,2025-01..03,5,亿元,\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    finding = year_so_far(zone.tables["indicator"], zone.tables["document"])
    assert finding.table.row(0, named=True)["growth"] is None
    assert "no growth is given" in finding.answer.en
