"""Measures catalogued against measures claimed."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, Write
from wutong.errors import NoAnswer
from wutong.policy.catalogue import catalogued_measures
from wutong.zone.load import open_zone


def test_the_real_catalogue_is_added_up_and_held_against_the_claim() -> None:
    # 18 + 8 + 13 + 35 + 20 + 18 = 112 in the packages of 2023; 24 and 28 of 2024 make 164; 128 are claimed in 2025 and
    # 216 in 2026
    zone = open_zone(ROOT / "examples" / "jincheng")
    finding = catalogued_measures(
        zone.tables["measure_package"], zone.tables["indicator"], zone.tables["document"]
    )
    assert finding.answer.en == (
        "128 claimed on 2025-02-05: 112 catalogued by 2023 (16 not located), 164 catalogued by 2024 (36 more than "
        "claimed); 216 claimed on 2026-02-13: 112 catalogued by 2023 (104 not located), 164 catalogued by 2024 (52 not "
        "located)."
    )
    assert finding.table["measures"].sum() == 164


def test_without_a_claim_the_sum_stands_alone(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(measure_package__csv="package,name,measures,published\np,甲,3,2023\nq,乙,,2024\n")
    )
    finding = catalogued_measures(
        zone.tables["measure_package"], zone.tables["indicator"], zone.tables["document"]
    )
    assert finding.answer.en == "No claim was found; 3 catalogued by 2023, 3 catalogued by 2024."
    assert "do not say how many they hold: 1" in finding.caveats[0].en


def test_a_package_that_does_not_say_makes_the_gap_a_bound(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            measure_package__csv="package,name,measures,published\np,甲,3,2023\nq,乙,,2023\n",
            indicator__csv="indicator,name,scope,measure,period,value,unit,as_of\nmeasures_claimed,条数,区,count,2024,10,条,2024-05-01\n",
        )
    )
    finding = catalogued_measures(
        zone.tables["measure_package"], zone.tables["indicator"], zone.tables["document"]
    )
    assert finding.answer.en == "10 claimed on 2024-05-01: 3 catalogued by 2023 (at most 7 not located)."


def test_without_packages_there_is_no_answer(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name\na,甲\n"))
    with pytest.raises(NoAnswer, match="measure_package"):
        catalogued_measures(zone.tables["measure_package"], zone.tables["indicator"], zone.tables["document"])
