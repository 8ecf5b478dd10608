"""How much hangs on one firm."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, Write
from wutong.errors import NoAnswer
from wutong.structure.concentration import leader_concentration
from wutong.zone.load import open_zone

FIRMS = "firm,name,role\na,甲,leader\nb,乙,member\nc,丙,member\n"


def test_shares_index_and_effective_number_of_three_firms(write_folder: Write) -> None:
    # 50, 30 and 20: index 0.25 + 0.09 + 0.04 = 0.38, effective number 1 / 0.38 = 2.63
    zone = open_zone(
        write_folder(
            firm__csv=FIRMS, firm_year__csv="firm,period,output[亿元]\na,2024,50\nb,2024,30\nc,2024,20\n"
        )
    )
    finding = leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])
    row = finding.table.row(0, named=True)
    assert row["leader_share"] == pytest.approx(0.5)
    assert row["top5_share"] == pytest.approx(1.0)
    assert row["herfindahl"] == pytest.approx(0.38)
    assert row["effective"] == pytest.approx(1 / 0.38)
    assert row["output"] == 100 * 10**10
    assert finding.answer.en.startswith("In 2024 the leader made 50.0%")


def test_an_unknown_output_is_left_out_and_said(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv=FIRMS, firm_year__csv="firm,period,output[亿元]\na,2024,50\nb,2024,\nc,2024,50\n"
        )
    )
    finding = leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])
    assert finding.table.row(0, named=True)["leader_share"] == pytest.approx(0.5)
    assert "Output is not known for 1 of 3 firms" in finding.caveats[0].en


def test_the_real_zone_cannot_say_and_tells_what_is_needed() -> None:
    zone = open_zone(ROOT / "examples" / "jincheng")
    with pytest.raises(NoAnswer, match="firm_year"):
        leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])


def test_without_a_leader_the_question_has_no_answer(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name\na,甲\n"))
    with pytest.raises(NoAnswer, match="No firm is named as chain leader"):
        leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])


def test_a_firm_without_a_row_is_unknown_and_not_nothing(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv=FIRMS, firm_year__csv="firm,period,output[亿元]\na,2024,50\n"))
    with pytest.raises(NoAnswer, match="of 1 firms is known and that of 2 is not"):
        leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])


def test_firms_that_came_later_or_left_before_do_not_count_as_unknown(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name,role,entered,left\na,甲,leader,2010,\nb,乙,member,2025-03,\nc,丙,member,2010,2023\n",
            firm_year__csv="firm,period,output[亿元]\na,2024,50\n",
        )
    )
    finding = leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])
    assert finding.table["unknown"].to_list() == [0]
    assert finding.caveats == ()


def test_the_share_of_the_five_greatest_is_of_five(write_folder: Write) -> None:
    firms = "firm,name,role\n" + "".join(
        f"f{i},甲{i},{'leader' if i == 1 else 'member'}\n" for i in range(1, 8)
    )
    years = "firm,period,output[亿元]\n" + "".join(f"f{i},2024,{i}\n" for i in range(1, 8))
    zone = open_zone(write_folder(firm__csv=firms, firm_year__csv=years))
    finding = leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])
    assert finding.table["top5_share"][0] == pytest.approx((7 + 6 + 5 + 4 + 3) / 28)


def test_output_that_adds_up_to_nothing_has_no_shares(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv=FIRMS, firm_year__csv="firm,period,output[亿元]\na,2024,0\nb,2024,0\nc,2024,0\n"
        )
    )
    with pytest.raises(NoAnswer, match="not above zero"):
        leader_concentration(zone.tables["firm"], zone.tables["firm_year"], zone.tables["document"])
