"""Measures catalogued against measures claimed."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT, Write
from wutong.errors import NoAnswer
from wutong.policy.catalogue import catalogued_measures, measures_by_aspect, measures_written
from wutong.policy.rulebook import Rulebook, rulebook_of
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


FILE = """\
measure: ID
title: {zh: 补助, en: Grant}
aspect: ASPECT
PACKAGEsubject: firm
status: STATUS
place: {zh: 某区, en: A zone}
year: 2026
given: {规上: {type: yes or no, zh: 规上, en: Above scale}}
editions:
  - source: {document: invented, grade: not gradedURL}
    conditions: [{id: a, says: {zh: 规上, en: Above scale}, when: 规上}]
    amount: AMOUNT
examples: [{given: {规上: 否}, expect: {outcome: not eligible}}]
"""
FIXED = "{fixed: 1万元, round: {to: 1元, how: half up}}"


def files() -> Rulebook:
    rows = [
        ("A", "要素保障", "p", "in force", True, FIXED),
        ("B", "要素保障", "甲", "expired", True, "{not_known: {zh: 未读到, en: Not read}}"),
        ("C", "科技创新", "p", "draft", True, FIXED),
        ("D", "科技创新", "r", "not known", False, FIXED),
        ("E", "科技创新", "", "in force", True, FIXED),
        ("F", "要素保障", "p", "example of a shape", True, FIXED),
    ]
    made = {}
    for name, aspect, package, status, url, amount in rows:
        text = FILE.replace("ID", name).replace("ASPECT", aspect).replace("STATUS", status)
        text = text.replace("PACKAGE", f"package: {package}\n" if package else "").replace("AMOUNT", amount)
        made[f"{name}.yaml"] = text.replace("URL", ", url: 'https://example.org'" if url else "")
    return rulebook_of(made)


def test_files_are_counted_by_aspect_package_and_status() -> None:
    assert measures_by_aspect(files()).rows() == [
        ("科技创新", "p", "draft", 1, 1),
        ("科技创新", "r", "not known", 1, 0),
        ("科技创新", None, "in force", 1, 1),
        ("要素保障", "p", "example of a shape", 1, 1),
        ("要素保障", "p", "in force", 1, 1),
        ("要素保障", "甲", "expired", 1, 0),
    ]


def test_packages_are_held_against_their_files(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            measure_package__csv="package,name,measures,published\np,甲,3,2023\nq,乙,2,2024\ns,丙,,2024\n"
        )
    )
    finding = measures_written(files(), zone.tables["measure_package"], zone.tables["document"])
    # p is said to hold 3 and is named by A and, as 甲, by B; its draft and its example do not count
    found = finding.table.select("package", "claimed", "written", "with_text", "not_located", "draft")
    assert found.rows() == [
        ("p", 3, 2, 1, 1, 1),
        ("q", 2, 0, 0, 2, 0),
        ("r", None, 1, 0, None, 0),
        ("s", None, 0, 0, None, 0),
    ]
    assert finding.answer.en == "The packages are said to hold 5 measures; 3 are files, 3 are not located."
    assert [text.en for text in finding.caveats] == [
        "Packages that do not say how many they hold: 2; how many of theirs are missing is not known.",
        "Files that name no package: 1.",
    ]


def test_without_any_package_nothing_is_held_against_anything(write_folder: Write) -> None:
    zone = open_zone(write_folder(firm__csv="firm,name\na,甲\n"))
    book = rulebook_of(
        {
            "e.yaml": FILE.replace("ID", "E")
            .replace("ASPECT", "甲")
            .replace("STATUS", "draft")
            .replace("PACKAGE", "")
            .replace("AMOUNT", FIXED)
            .replace("URL", "")
        }
    )
    with pytest.raises(NoAnswer, match="no measure file names one"):
        measures_written(book, zone.tables["measure_package"], zone.tables["document"])
