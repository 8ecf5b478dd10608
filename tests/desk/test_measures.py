"""Pages about measures: the catalogue and one measure, from the files alone."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import Path

import msgspec
import openpyxl
import pytest

from tests.conftest import ROOT
from tests.desk.conftest import Get, ask
from tests.desk.rulebooks import files
from tests.desk.test_pages import plain
from tests.desk.test_tables import first_cells, rows_of
from tests.desk.zones import IMG, TODAY
from wutong.desk.web import measure_words
from wutong.desk.web.app import create_app
from wutong.desk.web.files import FORMS
from wutong.desk.web.rulebooks import shelf_in, shelf_of_zone
from wutong.errors import TableError
from wutong.policy import amount, edition, fields, layout, measure, rulebook, taken
from wutong.policy.shelf import shelf_of
from wutong.zone.load import Zone


def results(page: str) -> str:
    return page[page.index('id="results"') :]


# ------------------------------------------------------------------ catalogue


def test_the_catalogue_lists_every_measure_that_can_be_read(get: Get) -> None:
    page = get("/en/trial/measures").text
    assert first_cells(results(page)) == ["award", "grant", "lift", "ranked"]
    text = plain(page)
    assert "Measures: 4 (4 in force)." in text
    assert "Equipment grant 要素保障 要素保障20条 project in force A zone 2026 B" in text
    assert "设备补助 要素保障 要素保障20条 项目 有效 某区 2026 B" in plain(get("/zh/trial/measures").text)


def test_a_file_that_could_not_be_read_is_named_with_its_place(get: Get) -> None:
    text = plain(get("/en/trial/measures").text)
    assert "Files that could not be read 1" in text
    assert 'broken.yaml line 3, column 1 : "asspect" is not known. There is: aspect' in text
    assert "broken.yaml 第3行第1列 ：不认识“asspect”" in plain(get("/zh/trial/measures").text)
    assert get("/en/trial/measures/broken").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("w.aspect=%E4%BC%81%E4%B8%9A%E5%9F%B9%E8%82%B2", ["lift", "ranked"]),
        ("w.package=%3F", ["award", "lift"]),
        ("w.subject=project", ["grant", "lift"]),
        ("w.status=draft", []),
        ("q=ten+firms", []),
        ("q=TEN+BEST", ["ranked"]),
        ("q=%E7%A0%94%E5%8F%91", []),
        ("q=%E5%9B%BA%E5%AE%9A%E8%B5%84%E4%BA%A7", ["grant"]),
        ("sort=-measure", ["ranked", "lift", "grant", "award"]),
        ("sort=year&w.subject=firm", ["award", "ranked"]),
        ("w.year=2025", ["award"]),
        ("sort=package", ["ranked", "grant", "award", "lift"]),
    ],
)
def test_the_catalogue_is_searched_filtered_and_sorted(get: Get, asked: str, found: list[str]) -> None:
    page = get(f"/en/trial/measures?{asked}").text
    assert (first_cells(results(page)) if found else "No row matches" in plain(page)) == (found or True)
    exported = rows_of(get(f"/en/trial/measures/export/csv?{asked}").content)
    assert [row["Id"] for row in exported] == found


def test_what_the_catalogue_does_not_know_is_said(get: Get) -> None:
    page = get("/zh/trial/measures?w.colour=red&sort=nothing").text
    assert "w.colour=red、sort=nothing" in plain(page)
    assert len(first_cells(results(page))) == 4


def test_measures_are_counted_by_aspect_and_package(get: Get) -> None:
    text = plain(get("/zh/trial/measures").text)
    assert "企业培育 2" in text[text.index("按方面") :]
    assert "未写措施包 2" in text[text.index("按措施包") :]


@pytest.mark.parametrize("form", list(FORMS))
def test_a_file_of_shapes_says_status_place_year_and_grade_of_each(get: Get, form: str) -> None:
    answer = get(f"/en/made-up/measures/export/{form}?w.measure=grant")
    assert 'filename="invented-made-up-measures.' in answer.headers["content-disposition"]
    if form == "json":
        found = msgspec.json.decode(answer.content)
        (row,) = found["rows"]
        assert (row["status"], row["place"], row["year"], row["grade"]) == (
            "example of a shape",
            "A zone",
            2026,
            "B",
        )
        assert any("no policy of this zone" in caveat for caveat in found["caveats"])
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        values = [cell.value for cell in book["data"][2]]
        assert {"grant", "example of a shape", "A zone", 2026, "B"} <= set(values)
        assert "Invented data" in [row[0].value for row in book["about"].iter_rows()]
    else:
        text = answer.content.decode("utf-8-sig")
        assert "example of a shape" in text
        assert text.splitlines()[1].endswith("true")


def test_the_real_zone_s_file_of_measures_is_not_called_invented(get: Get) -> None:
    answer = get("/zh/trial/measures/export/csv")
    assert 'filename="trial-measures.csv"' in answer.headers["content-disposition"]
    assert {row["虚构"] for row in rows_of(answer.content)} == {"false"}
    assert {row["状态"] for row in rows_of(answer.content)} == {"有效"}


def test_a_zone_without_measures_says_how_to_have_some(zones: tuple[Zone, Zone]) -> None:
    get = partial(ask, create_app(zones, today=lambda: TODAY))
    assert "--measures" in plain(get("/en/trial/measures").text)
    assert get("/en/trial/measures/grant").status_code == 404
    assert rows_of(get("/en/trial/measures/export/csv").content) == []


def test_a_rulebook_whose_head_is_wrong_says_that_nothing_is_worked_out(zones: tuple[Zone, Zone]) -> None:
    wrong = {**files(), rulebook.HEAD: b"{rulebook: x, format: 9, title: {zh: a, en: a}}"}
    get = partial(ask, create_app(zones, measures={"trial": shelf_of(wrong)}, today=lambda: TODAY))
    assert "nothing is worked out" in plain(get("/en/trial/measures").text)
    assert get("/en/trial/measures/grant").status_code == 200


# ------------------------------------------------------------------ one measure


def row_of(page: str, label: str) -> str:
    """Give the text of the row of a statement."""
    table = page[page.index('class="grid editions') :]
    rows = re.findall(r"\n<tr><th scope=\"row\">.*?\n</tr>", table, re.DOTALL)
    return next(text for text in map(plain, rows) if text.startswith(label))


def test_editions_stand_side_by_side_with_their_days(get: Get) -> None:
    page = get("/en/trial/measures/grant").text
    heads = re.findall(r'<th scope="col">(Edition.*?)</th>', page)
    assert heads == ["Edition 1 · 2024-01-01–2025-12-31", "Edition 2 · 2026-01-01–"]
    assert row_of(page, "Condition size") == (
        "Condition size differs Fixed investment of 50 million yuan or more Fixed investment ≥ 50 million yuan "
        "Fixed investment of 100 million yuan or more Fixed investment ≥ 100 million yuan"
    )
    assert row_of(page, "Condition share").startswith("Condition share — 30% or more is equipment")
    assert "2026-03-01 to 2026-12-31" in row_of(page, "Applied for")


def test_a_measure_shows_all_that_its_file_says(get: Get) -> None:
    page = get("/zh/trial/measures/grant").text
    for label, said in (
        ("出处", "某文〔2024〕1号，第三条 读取日 2026-06-01 https://www.example.gov.cn/one"),
        ("原文与读法", "读作2026年 原文：“2019年”"),
        ("条件 panel", "若 固定资产投资 ≥ 10亿元，由评审小组决定"),
        ("金额", "1亿元（含）至3亿元（不含） 5%"),
        ("金额", "其中已付的要扣除 已付"),
        ("金额", "使用方 其余"),
        ("算出来的数", "设备投资 ÷ 固定资产投资"),
        ("被调整", "比例加 5%，合计不超过 10%"),
        ("不能兼得", "同一支出就高，一家企业始终，就高 award、grant"),
        ("合计上限", "1000万元，每家企业每年"),
        ("合计上限", "grant、award，超出的按比例减"),
        ("预算", "2026 年：3亿元 当年预算，不够时按比例减"),
        ("最早兑付", "签约满一年 签约日 + 1年"),
        ("怎样兑付", "30% · 开工 自签约日 + 6个月起"),
        ("怎样兑付", "70% · 验收 若 土地 = “new”"),
        ("拿到后须做到", "五年内继续生产 上年产值 > 0元，至兑付日 + 5年，否则追回50%"),
        ("材料", "发票 日期在签约日至申报日之间"),
        ("免申即享", "认定文件"),
        ("说明", "一条说明"),
    ):
        assert said in row_of(page, label), label
    ranked = get("/en/trial/measures/ranked").text
    assert "10 places, by Output of the year before, highest first, ties are decided" in row_of(
        ranked, "Places"
    )
    assert "the part above 1 billion yuan 0.2%" in row_of(ranked, "Amount")
    assert "Decided by 主管部门" in row_of(ranked, "Amount")
    assert "5% more, at most 10% in all" in row_of(get("/en/trial/measures/lift").text, "Changes another")


def test_facts_say_where_they_are_from_and_what_they_touch(get: Get) -> None:
    page = get("/en/trial/measures/grant").text
    facts = plain(page[page.index('id="facts-asked"') : page.index('id="examples"')])
    assert "Equipment investment 设备投资 money has to be told local purchase a named firm" in facts
    assert "Output of the year before 产值 money Firm-years · Output · of the year before" in facts
    assert "Land 土地 choice: new, old" in facts
    assert 'href="/en/trial/table/firm_year"' in page
    ranked = plain(get("/zh/trial/measures/ranked").text)
    assert "企业年度 · 是否第一次 · 规上 = 是" in ranked


def test_examples_are_worked_out_for_the_page_and_one_that_fails_is_seen(zones: tuple[Zone, Zone]) -> None:
    held = files()
    held["grant.yaml"] = held["grant.yaml"].replace("amount: 500万元".encode(), "amount: 501万元".encode())
    get = partial(ask, create_app(zones, measures={"trial": shelf_of(held)}, today=lambda: TODAY))
    page = get("/en/trial/measures/grant").text
    text = plain(page)
    assert "examples: 4, 1 do not agree" in text
    assert "eligible, 5.01 million yuan" in text
    assert "amount should be 501000000 and is 500000000" in text
    assert text.count("does not agree") == 1
    assert "例子 4 个，1 个不符" in plain(get("/zh/trial/measures/grant").text)


def test_a_reason_is_that_of_the_edition_in_which_the_subject_falls(get: Get) -> None:
    text = plain(get("/en/trial/measures/grant").text)
    assert "not eligible, not met: Fixed investment of 50 million yuan or more" in text


def test_an_address_that_is_no_web_page_is_not_linked_and_names_are_text(get: Get) -> None:
    page = get("/zh/trial/measures/award").text
    assert 'href="javascript' not in page
    assert "<img" not in page.replace('<img src="/static/leaf.svg', "")
    assert IMG in plain(page)


def test_the_file_stands_as_it_is_on_the_page_of_its_measure(get: Get) -> None:
    import html

    page = get("/en/trial/measures/ranked").text
    lines = [html.unescape(line) for line in re.findall(r"<li><code>(.*?)</code></li>", page)]
    assert "\n".join(lines).strip() == files()["ranked.yaml"].decode().strip()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", ["measures", "measures/grant"])
def test_shapes_are_marked_on_every_page_in_both_languages(get: Get, language: str, page: str) -> None:
    text = plain(get(f"/{language}/made-up/{page}").text)
    assert ("不是现行政策" if language == "zh" else "not law in force") in text
    assert ("来源等级" if language == "zh" else "grade of its source") in text
    assert "形状" not in plain(get(f"/zh/trial/{page}").text)


# ------------------------------------------------------------------ which measures


def test_a_zone_s_own_folder_of_measures_is_read(tmp_path: Path, zones: tuple[Zone, Zone]) -> None:
    from dataclasses import replace

    zone = replace(zones[0], folder=tmp_path)
    assert shelf_of_zone(zone) is None
    (tmp_path / "measures" / "deep").mkdir(parents=True)
    (tmp_path / "measures" / "other").mkdir()
    for name, data in files().items():
        (tmp_path / "measures" / name).write_bytes(data)
        (tmp_path / "measures" / "other" / name).write_bytes(data)
    (tmp_path / "measures" / "deep" / "lift.yaml").write_bytes(
        files()["ranked.yaml"].replace(b"measure: ranked", b"measure: deeper")
    )
    (tmp_path / "measures" / ".hidden.yaml").write_bytes(b"x")
    shelf = shelf_of_zone(zone)
    assert shelf is not None
    assert [one.id for one in shelf.measures] == ["award", "deeper", "grant", "lift", "ranked"]
    assert [fault.file for fault in shelf.faults] == ["broken.yaml"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no folder"):
        shelf_in(tmp_path / "nowhere")


def test_the_examples_of_shapes_can_all_be_read_and_are_marked_as_such() -> None:
    shelf = shelf_in(ROOT / "examples" / "measures")
    assert shelf.faults == ()
    assert {one.status for one in shelf.measures} == {"example of a shape"}


def test_every_word_of_a_measure_file_has_a_name_in_both_languages() -> None:
    wanted = {
        "status": measure.STATUSES,
        "subject": measure.SUBJECTS,
        "state": measure.STATES,
        "type": (*dict(fields.TYPES), "choice"),
        "about": fields.ABOUT,
        "moved_by": fields.MOVED_BY,
        "take": taken.TAKES,
        "grain": rulebook.GRAINS,
        "choose": rulebook.CHOICES,
        "per": edition.PER,
        "cut": edition.CUTS,
        "order": edition.ORDERS,
        "ties": edition.TIES,
        "scale": rulebook.SCALES,
        "else": edition.ELSE,
    }
    for kind, words in wanted.items():
        assert set(measure_words.CODES[kind]) == set(words), kind
    assert set(amount.WAYS) == set(layout.WAYS)
    for kind, named in measure_words.CODES.items():
        for word, text in named.items():
            assert text.zh, (kind, word)
            assert text.en, (kind, word)


# ------------------------------------------------------------------ review


def test_remarks_of_a_review_stand_on_the_page_of_their_measure(get: Get) -> None:
    page = get("/en/trial/measures/award").text
    remarks = plain(page[page.index('id="review"') :])
    assert "Look at it fair competition" in remarks
    assert "Regulations on Fair Competition Review" in remarks
    text = files()["award.yaml"].decode()
    assert f"listed · line {text[: text.index('id: listed')].count(chr(10)) + 1}" in remarks
    assert "no verdict" in remarks
    quiet = get("/en/made-up/measures/lift").text
    assert "There is no remark." in plain(quiet[quiet.index('id="review"') :])


def test_all_remarks_are_filtered_and_taken_away_with_what_their_measures_are(get: Get) -> None:
    whole = plain(get("/zh/made-up/review").text)
    assert "请看" in whole
    assert (
        "award <img src=x onerror=alert(1)> 规则形状示例 · <img src=x onerror=alert(1)> · 2025 · 等级 未定级"
        in whole
    )
    assert "No row matches" in plain(get("/en/trial/review?level=hint&kind=logic").text)
    rows = rows_of(get("/en/made-up/review/csv?kind=fair").content)
    assert rows
    assert {row["Rule"].partition(":")[0] for row in rows} == {"fair"}
    assert {row["Status"] for row in rows} == {"example of a shape"}
    assert all(row["Place"] and row["Year"] and row["Grade"] and row["Invented"] == "true" for row in rows)
    assert {row["Measure"] for row in rows} >= {"award", "grant"}


def test_without_a_rulebook_there_is_nothing_to_review(zones: tuple[Zone, Zone]) -> None:
    get = partial(ask, create_app(zones, today=lambda: TODAY))
    assert "There is no remark." in plain(get("/en/trial/review").text)
