"""The first questions of a zone."""

from __future__ import annotations

from tests.conftest import ROOT, Write
from wutong.brief.overview import overview
from wutong.zone.load import open_zone


def test_the_real_zone_answers_four_questions_and_refuses_three_with_reasons() -> None:
    questions = overview(open_zone(ROOT / "examples" / "jincheng"))
    assert [question.id for question in questions if question.finding is None] == [
        "year-so-far",
        "output-forecast",
        "leader-concentration",
    ]
    assert all((question.finding is None) != (question.refused is None) for question in questions)
    for question in questions:
        if question.finding is not None:
            assert (question.finding.id, question.finding.title) == (question.id, question.title)
            assert not question.finding.invented


def test_an_empty_zone_is_asked_and_answers_what_it_can(write_folder: Write) -> None:
    questions = {question.id: question for question in overview(open_zone(write_folder()))}
    known = questions["known-and-unknown"].finding
    assert known is not None
    assert known.table["rows"].sum() == 0
    assert questions["output-path"].refused is not None


def test_findings_say_how_many_rows_were_left_out(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            indicator__csv="indicator,name,scope,measure,period,value,unit\noutput,产值,全区,level,2024,1,亿元\noutput,产值,全区,level,2024-13,1,亿元\n"
        )
    )
    path = overview(zone)[0].finding
    assert path is not None
    assert path.rows_left_out == 1


def test_a_file_that_was_lost_is_told_where_its_numbers_are_missed(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            firm__csv="firm,name,role\na,甲,leader\n",
            firm_year__2023__xlsx=b"no workbook",
            firm_year__csv="firm,period,output[元]\na,2024,5\n",
        )
    )
    questions = {question.id: question for question in overview(zone)}
    told = questions["leader-concentration"].finding
    assert told is not None
    assert "firm_year.2023.xlsx" in told.caveats[0].en
    path = questions["output-path"].refused
    assert path is not None
    assert "firm_year" not in path.en


def test_what_is_not_published_of_regions_is_listed_too() -> None:
    questions = {question.id: question for question in overview(open_zone(ROOT / "examples" / "jincheng"))}
    gone = questions["not-published"].finding
    assert gone is not None
    assert "煤炭工业 · 增加值占比" in gone.table["name"].to_list()
    assert gone.answer.en == "8 numbers were looked for and are not published."
