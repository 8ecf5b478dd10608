"""The path of output: what was published, what follows, and what does not."""

from __future__ import annotations

import math

import pytest

from tests.conftest import ROOT, Write
from tests.references.output_path import AT_LEAST_A_YEAR, IMPLIED_2021
from wutong.errors import NoAnswer
from wutong.outcome.path import forecast, output_path, points
from wutong.zone.load import Zone, open_zone

HEAD = "indicator,name,name_en,scope,measure,price_basis,period,sense,value,unit,source\n"


@pytest.fixture(scope="module")
def jincheng() -> Zone:
    return open_zone(ROOT / "examples" / "jincheng")


def test_the_real_path_has_two_published_points_and_an_inference(jincheng: Zone) -> None:
    finding = output_path(jincheng.tables["indicator"], jincheng.tables["document"])
    rows = {row["year"]: row for row in finding.table.iter_rows(named=True)}
    assert sorted(rows) == ["2021", "2022", "2023", "2024"]
    assert rows["2021"]["value"] is None
    assert rows["2021"]["implied"] == pytest.approx(IMPLIED_2021, abs=5 * 10**8)
    assert (rows["2022"]["value"], rows["2022"]["low"], rows["2022"]["high"]) == (293 * 10**10,) * 3
    assert (rows["2023"]["value"], rows["2023"]["low"]) == (None, None)
    assert (rows["2024"]["low"], rows["2024"]["high"]) == (700 * 10**10, None)


def test_the_real_path_says_what_it_infers_and_what_it_does_not_know(jincheng: Zone) -> None:
    said = " ".join(
        text.en for text in output_path(jincheng.tables["indicator"], jincheng.tables["document"]).caveats
    )
    assert f"at least {AT_LEAST_A_YEAR:.1%} a year" in said
    assert "scopes that are worded differently" in said
    assert "base year of the target is not published" in said
    assert "Not found: 2023" in said


def test_no_forecast_is_made_from_the_real_points(jincheng: Zone) -> None:
    with pytest.raises(
        NoAnswer,
        match=r"only 1 exact value; only a bound for 2024; 2023 not published; the years may differ in scope",
    ):
        forecast(jincheng.tables["indicator"], jincheng.tables["document"])


def test_every_source_of_the_path_has_a_page(jincheng: Zone) -> None:
    finding = output_path(jincheng.tables["indicator"], jincheng.tables["document"])
    assert all(source.url.startswith("http") for source in finding.sources)
    assert {source.grade for source in finding.sources} >= {"A", "B"}


def test_the_better_grade_is_preferred_and_then_the_later_day(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            document__csv="document,title,grade\na,x,A\nc,y,C\n",
            indicator__csv=HEAD.replace("source", "source,as_of")
            + "output,产值,,一,level,current,2022,eq,5,亿元,c,2025-01-01\n"
            + "output,产值,,二,level,current,2022,eq,6,亿元,a,2024-01-01\n",
        )
    )
    (point,) = points(zone.tables["indicator"], zone.tables["document"], "output")
    assert (point.fen, point.source, point.others) == (6 * 10**10, "a", ("= 5 (c)",))
    caveats = output_path(zone.tables["indicator"], zone.tables["document"]).caveats
    assert any("Other numbers are published for 2022 (亿元): = 5 (c)" in caveat.en for caveat in caveats)


def test_of_two_sources_of_one_grade_the_later_day_counts(write_folder: Write) -> None:
    zone = open_zone(
        write_folder(
            document__csv="document,title,grade\na,x,A\nb,y,A\n",
            indicator__csv=HEAD.replace("source", "source,as_of")
            + "output,产值,,一,level,current,2022,eq,5,亿元,b,2025-01-01\n"
            + "output,产值,,一,level,current,2022,eq,6,亿元,a,2024-01-01\n",
        )
    )
    (point,) = points(zone.tables["indicator"], zone.tables["document"], "output")
    assert (point.fen, point.source) == (5 * 10**10, "b")


def series(*values: float, sense: str = "eq") -> str:
    return HEAD + "".join(
        f"output,产值,Output,全区,level,current,{2015 + i},{sense},{value},亿元,\n"
        for i, value in enumerate(values)
    )


def test_steady_growth_is_carried_on_without_doubt(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series(100, 110, 121, 133.1, 146.41)))
    table = forecast(zone.tables["indicator"], zone.tables["document"], ahead=2).table
    ahead = table.filter(table["year"] > "2019")
    assert [round(fen / 10**10, 3) for fen in ahead["forecast"]] == [161.051, 177.156]
    assert ahead["low"].to_list() == pytest.approx(ahead["high"].to_list(), rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (series(1, 2, 3, 4), "only 4 exact values"),
        (series(1, 2, 3, 4, 5, sense="gt"), "only a bound for 2015"),
        (series(1, 2, 3, 4, 5).replace("2017", "2031"), "2017, 2020"),
        (
            series(1, 2, 3, 4, 5, 6).replace("全区,level,current,2015", "全市,level,current,2015"),
            "differ in scope",
        ),
        (series(1, 2, 3, 4, 5, 6).replace("current,2015", "constant,2015"), "differ in price basis"),
    ],
)
def test_a_forecast_is_refused_with_its_reason(write_folder: Write, rows: str, says: str) -> None:
    zone = open_zone(write_folder(indicator__csv=rows))
    with pytest.raises(NoAnswer, match=says):
        forecast(zone.tables["indicator"], zone.tables["document"])


def test_without_any_value_the_answer_is_not_known(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series().strip() + "\n"))
    with pytest.raises(NoAnswer, match="No year has a published value"):
        output_path(zone.tables["indicator"], zone.tables["document"])


def test_values_stay_exact_to_the_fen(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series(1912.4)))
    (point,) = points(zone.tables["indicator"], zone.tables["document"], "output")
    assert point.fen == 19_124_000_000_000


def test_a_published_year_is_not_inferred_over(write_folder: Write) -> None:
    text = series(100, 142) + "output_growth,增长,,全区,growth,current,2015..2016,eq,50,%,\n"
    zone = open_zone(write_folder(indicator__csv=text))
    table = output_path(zone.tables["indicator"], zone.tables["document"]).table
    assert table["implied"].to_list() == [None, None]


def test_the_nearest_target_ahead_is_named_and_no_other_series(write_folder: Write) -> None:
    text = (
        series(100)
        + "output_target,目标,,全区,target,current,2018,eq,400,亿元,\n"
        + "output_target,目标,,全区,target,current,2017,eq,200,亿元,\n"
        + "output_target_old,目标,,全区,target,current,2014,eq,120,亿元,\n"
        + "output_new_products,新产品,,全区,target,current,2017,eq,105,亿元,\n"
    )
    zone = open_zone(write_folder(indicator__csv=text))
    assert output_path(zone.tables["indicator"], zone.tables["document"]).answer.en.endswith(
        "50% of the target of 200 亿元."
    )


@pytest.mark.parametrize("values", [(0, 5, 10), (5, 0, 10), (-3, 5, 10)])
def test_a_year_at_zero_does_not_hide_the_path(write_folder: Write, values: tuple[float, ...]) -> None:
    zone = open_zone(write_folder(indicator__csv=series(*values, sense="ge")))
    table = output_path(zone.tables["indicator"], zone.tables["document"]).table
    assert table["value"].to_list() == [value * 10**10 for value in values]


def test_a_series_with_a_zero_is_not_forecast(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series(1, 2, 0, 4, 5, 6)))
    with pytest.raises(NoAnswer, match="not above zero"):
        forecast(zone.tables["indicator"], zone.tables["document"])


def test_a_number_beyond_all_zones_is_not_drawn(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series(2e27, 5)))
    assert output_path(zone.tables["indicator"], zone.tables["document"]).table["value"].to_list() == [
        None,
        5 * 10**10,
    ]


def test_limits_of_95_percent_are_wider_by_the_quantiles(write_folder: Write) -> None:
    zone = open_zone(write_folder(indicator__csv=series(100, 112, 121, 140, 149, 170)))
    row = forecast(zone.tables["indicator"], zone.tables["document"], ahead=1).table.row(-1, named=True)
    wider = math.log(row["high95"] / row["forecast"]) / math.log(row["high"] / row["forecast"])
    assert wider == pytest.approx(1.9600 / 1.2816, rel=1e-6)
