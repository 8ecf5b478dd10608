"""The real zone ``examples/jincheng`` says what its pages print, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest

from tests.references import jincheng as printed
from wutong.policy.evaluate import evaluate
from wutong.policy.rulebook import rulebook_of
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone, open_zone
from wutong.zone.periods import bounds

FOLDER = Path(__file__).parents[1] / "examples" / "jincheng"
Figure = tuple[str, str, str, str, float, str, str]
FEN_IN_YI_YUAN = 10_000_000_000
# by then the pages of 2023 were published and those of 2025 were not
MARCH_2024 = date(2024, 3, 1)
# words that stand beside the name of a person who holds an office or is quoted
OFFICES = ("书记", "市长", "主任", "经理", "总裁", "董事", "局长", "厅长", "记者", "先生", "女士", "Mr.")


@pytest.fixture(scope="module")
def zone() -> Zone:
    return open_zone(FOLDER)


@pytest.fixture(scope="module")
def zone_in_march_2024() -> Zone:
    return open_zone(FOLDER, known_on=MARCH_2024)


def every_row(zone: Zone) -> dict[str, pl.DataFrame]:
    """The newest vintages and those that they correct."""
    return {name: pl.concat([zone.tables[name], zone.earlier[name]]) for name in TABLES}


def one(frame: pl.DataFrame, **wanted: object) -> dict[str, object]:
    found = frame.filter(**wanted)
    assert found.height == 1, f"{wanted}: {found.height} rows"
    return found.row(0, named=True)


def test_it_loads_without_a_problem_row(zone: Zone) -> None:
    assert zone.problems.rows(named=True) == []
    assert not any(zone.left_out.values())
    assert zone.tables["indicator"].height > len(printed.FIGURES)


def test_no_row_is_invented(zone: Zone) -> None:
    assert zone.invented is False
    for name, rows in every_row(zone).items():
        assert not rows["invented"].any(), name


def test_every_row_names_a_document_that_was_known_by_then(zone: Zone) -> None:
    documents = every_row(zone)["document"].select(pl.col("document").alias("source"), known="as_of")
    for name, rows in every_row(zone).items():
        with_document = rows.select("source", "as_of").join(documents, on="source", how="left")
        assert with_document["known"].null_count() == 0, name
        assert (with_document["known"] <= with_document["as_of"]).all(), name


def test_every_document_has_an_address_or_says_why_not(zone: Zone) -> None:
    documents = zone.tables["document"]
    assert documents.filter(pl.col("url").is_null() & pl.col("note").is_null()).is_empty()
    assert documents.filter(pl.col("url").is_not_null() & pl.col("grade").is_null()).is_empty()
    assert documents["url"].drop_nulls().is_duplicated().sum() == 0
    assert (documents["read_on"] == date(2026, 11, 22)).all()


def test_grade_a_is_given_to_government_sites_alone(zone: Zone) -> None:
    for row in zone.tables["document"].filter(pl.col("url").is_not_null()).iter_rows(named=True):
        host = urlsplit(row["url"]).hostname or ""
        assert (row["grade"] == "A") == host.endswith(".gov.cn"), row["document"]


def test_a_document_counts_from_its_publication_or_from_the_day_it_was_read(zone: Zone) -> None:
    for row in zone.tables["document"].iter_rows(named=True):
        expected = row["read_on"] if row["published"] is None else bounds(row["published"])[1]
        assert row["as_of"] == expected, row["document"]


def test_no_person_stands_in_the_tables(zone: Zone) -> None:
    for name, rows in every_row(zone).items():
        for column in TABLES[name].columns:
            if column.personal:
                assert rows[column.name].null_count() == rows.height, f"{name}.{column.name}"
            elif rows[column.name].dtype == pl.String:
                said = " ".join(rows[column.name].drop_nulls().to_list())
                assert not [word for word in OFFICES if word in said], f"{name}.{column.name}"


def test_only_a_few_words_of_a_page_are_quoted(zone: Zone) -> None:
    longest = zone.tables["indicator"]["as_published"].drop_nulls().str.len_chars().max()
    assert isinstance(longest, int)
    assert 0 < longest <= 20


@pytest.mark.parametrize("figure", printed.FIGURES, ids=lambda figure: f"{figure[0]}-{figure[2]}-{figure[6]}")
def test_a_figure_is_as_its_page_prints_it(zone: Zone, figure: Figure) -> None:
    indicator, scope, period, sense, value, unit, document = figure
    row = one(zone.tables["indicator"], indicator=indicator, scope=scope, period=period, source=document)
    assert (row["sense"], row["value"], row["unit"]) == (sense, value, unit)


@pytest.mark.parametrize(("indicator", "period"), printed.NOT_PUBLISHED)
def test_what_is_not_published_is_empty_and_says_so(zone: Zone, indicator: str, period: str) -> None:
    row = one(zone.tables["indicator"], indicator=indicator, period=period)
    assert row["value"] is None
    assert row["sense"] is None
    assert "Not published" in str(row["note"])


def test_an_inference_is_no_row(zone: Zone) -> None:
    output = zone.tables["indicator"].filter(pl.col("indicator") == "output")
    assert set(output["period"]) == {"2022", "2023", "2024"}
    assert output.filter(pl.col("value").is_not_null())["as_published"].null_count() == 0


def test_indicators_are_named_in_both_languages(zone: Zone) -> None:
    indicators = zone.tables["indicator"]
    for column in ("name", "name_en", "scope", "scope_en"):
        assert indicators[column].null_count() == 0


def test_shares_of_regions_are_as_published_and_the_citys_coal_is_unknown(zone: Zone) -> None:
    regions = zone.tables["region_industry"]
    found = regions.select("region", "industry", "period", "value").rows()
    assert sorted(found, key=str) == sorted(printed.SHARES, key=str)
    assert (regions["unit"] == "%").all()
    sectors = regions.filter(pl.col("region") == "140500", pl.col("period") == "2021")["value"]
    assert sectors.sum() == pytest.approx(100)


def test_machines_are_as_published(zone: Zone) -> None:
    machines = zone.tables["machine"]
    assert dict(machines.select("kind", "number").iter_rows()) == printed.MACHINES
    assert machines.filter(pl.col("firm").is_null()).height == 3


def test_the_batch_of_2022_adds_up_to_46_projects(zone: Zone) -> None:
    batch = zone.tables["project_batch"]
    assert batch["projects"].sum() == printed.BATCH_PROJECTS
    for stage, projects, amount in printed.BATCH:
        row = one(batch, stage=stage)
        assert row["projects"] == projects
        assert row["amount"] == round(amount * FEN_IN_YI_YUAN)


def test_the_packages_of_2023_hold_112_measures_and_those_of_2024_hold_52_more(zone: Zone) -> None:
    packages = zone.tables["measure_package"]
    first = packages.filter(pl.col("published").str.starts_with("2023"))
    second = packages.filter(pl.col("published") == "2024")
    assert dict(first.select("name", "measures").iter_rows()) == printed.PACKAGES_2023
    assert first["measures"].sum() == printed.MEASURES_2023
    assert dict(second.select("name", "measures").iter_rows()) == printed.PACKAGES_2024
    assert first.height + second.height == packages.height
    assert not packages["text_known"].any()


def test_the_one_measure_of_which_a_sum_is_public_says_no_more_than_its_page(zone: Zone) -> None:
    book = rulebook_of({path.name: path.read_bytes() for path in (FOLDER / "measures").glob("*.yaml")})
    (measure,) = book.measures
    (edition,) = measure.editions
    page = one(zone.tables["document"], document="jinchuanggu-zhichi")
    assert edition.origin.document == page["title"]
    assert (edition.origin.url, edition.origin.grade) == (page["url"], page["grade"])
    assert edition.origin.read_on == page["read_on"]
    assert (measure.status, measure.year) == ("not known", None)
    most = one(zone.tables["indicator"], indicator="jinchuanggu_startup_most")["value"]
    share = one(zone.tables["indicator"], indicator="jinchuanggu_startup_share")["value"]
    assert isinstance(most, int | float)
    assert isinstance(share, int | float)
    most *= 1_000_000
    for capital in (most / 2, most, most * 2, most * 3):
        found = evaluate(measure, {"遴选入区": True, "实缴资金": int(capital)})
        assert (found.state, found.if_approved) == ("needs decision", (min(most, capital * share / 100),))
    assert re.search(r"\d", book.note.zh) is None  # counts are added up from the table


def test_published_plans_keep_promised_contracted_and_realised_apart(zone: Zone) -> None:
    named = zone.tables["firm_plan"].join(zone.tables["firm"].select("firm", "name"), on="firm", how="left")
    found = named.select("name", "what", "announced", "state", "sense", "value", "unit").rows()
    assert sorted(found) == sorted(printed.PLANS)
    for name, promised, area in printed.PROJECTS:
        row = one(zone.tables["project"], name=name)
        assert row["promised"] == round(promised * FEN_IN_YI_YUAN)
        assert row["area"] == pytest.approx(area)
        assert (row["contracted"], row["realised"]) == (None, None)


def test_there_is_one_leader_and_no_firm_has_a_chain_a_code_or_a_year(zone: Zone) -> None:
    firms = zone.tables["firm"]
    assert one(firms, role="leader")["name"] == "富士康（晋城）"
    for column in ("chain", "uscc", "industry", "region"):
        assert firms[column].null_count() == firms.height
    for table in ("firm_year", "firm_month", "trade", "owner", "award", "firm_product"):
        assert zone.tables[table].is_empty(), table


def test_lists_have_versions(zone: Zone) -> None:
    lists = zone.tables["list_member"]
    ways = {year: set(lists.filter(pl.col("list") == f"zhaoshang-{year}")["member"]) for year in (2023, 2025)}
    assert ways == {2023: printed.WAYS_2023, 2025: printed.WAYS_2025}
    assert lists.filter(pl.col("list") == "yaosu-11").height == 11


def test_in_march_2024_nothing_shows_that_was_published_later(zone_in_march_2024: Zone) -> None:
    published = dict(zone_in_march_2024.tables["document"].select("document", "published").iter_rows())
    for name, rows in every_row(zone_in_march_2024).items():
        for source in rows["source"].unique():
            assert bounds(published[source])[1] <= MARCH_2024, name


def test_in_march_2024_the_output_of_2022_and_the_targets_were_known_and_that_of_2024_was_not(
    zone_in_march_2024: Zone,
) -> None:
    indicators = zone_in_march_2024.tables["indicator"]
    output = indicators.filter(pl.col("indicator") == "output")
    assert output.select("period", "value").rows() == [("2022", 293.0)]
    targets = indicators.filter(pl.col("measure") == "target")
    assert sorted(targets["value"]) == [500, 1000]
    assert set(targets["source"]) == {"shangwuju-2023"}
    assert zone_in_march_2024.tables["measure_package"]["measures"].sum() == printed.MEASURES_2023
    assert indicators.filter(pl.col("indicator") == "measures_claimed").is_empty()
    assert zone_in_march_2024.tables["firm"].filter(pl.col("role") == "leader").is_empty()


def test_what_was_expected_for_2024_stands_beside_what_came(zone: Zone) -> None:
    wanted = {"indicator": "output", "scope": "晋城光机电产业", "period": "2024"}
    in_march = open_zone(FOLDER, known_on=date(2025, 3, 1))
    assert one(in_march.tables["indicator"], **wanted)["source"] == "jingchu-2025"
    assert set(zone.tables["indicator"].filter(**wanted)["source"]) == {"zhongxin-2025", "jingchu-2025"}
