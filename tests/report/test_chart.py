from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import polars as pl
import pytest

from wutong.finding import Finding, Picture
from wutong.report.chart import MOST_BARS, bars_left_out, height, option, words
from wutong.words import Text

YI = 10_000_000_000
HOSTILE = "<img src=x onerror=alert(1)> {c}|{b}"


def path(**columns: list[Any]) -> pl.DataFrame:
    types = {name: pl.Int64 for name in columns if name not in ("year", "sense")}
    return pl.DataFrame(columns, schema_overrides=types)


def finding(table: pl.DataFrame, picture: Picture, *, invented: bool = False, unit: str = "fen") -> Finding:
    return Finding(
        "x",
        Text("问", "Q"),
        Text("答", "A"),
        table,
        {
            "value": Text("公布", "Published"),
            "implied": Text("推算", "Implied"),
            "target": Text("目标", "Target"),
        },
        dict.fromkeys(("value", "implied", "low", "high", "target"), unit),
        invented=invented,
        picture=picture,
    )


def output(language: str = "zh", **changes: Any) -> dict[str, Any]:
    table = path(
        year=["2021", "2022", "2024"],
        value=[None, 293 * YI, 700 * YI],
        low=[None, 293 * YI, 700 * YI],
        high=[None, 293 * YI, None],
        implied=[244 * YI, None, None],
        sense=[None, "=", ">"],
    )
    picture = Picture("line", "year", ("value", "implied"), low="low", high="high", **changes)
    drawn = option(finding(table, picture), "en" if language == "en" else "zh")
    assert drawn is not None
    return drawn


def every(part: object, key: str = "") -> Iterator[tuple[str, object]]:
    yield key, part
    if isinstance(part, dict):
        for name, each in part.items():
            yield from every(each, name)
    elif isinstance(part, list):
        for each in part:
            yield from every(each, key)


def named(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in drawn["series"] if each.get("name") == name)


def test_an_unknown_year_is_a_named_gap_and_no_zero() -> None:
    drawn = output()
    assert drawn["xAxis"]["data"] == ["2021", "2022", "2023\n未知", "2024"]
    published = named(drawn, "公布")
    assert [point and point["value"] for point in published["data"]] == [None, 293.0, None, None]
    assert published["connectNulls"] is False


def test_a_bound_is_an_open_mark_with_an_arrow_and_its_sign() -> None:
    drawn = output("en")
    bound = named(drawn, "Bound")
    assert bound["symbol"] == "emptyCircle"
    assert bound["data"][0]["value"] == [3, 700.0]
    assert bound["data"][0]["label"]["formatter"] == "> 700"
    arrow = next(each for each in drawn["series"] if str(each.get("symbol", "")).startswith("path://"))
    assert arrow["data"][0]["symbolRotate"] == 0


@pytest.mark.parametrize(
    ("sense", "low", "high", "label", "said"),
    [
        ("<", 0, 500, "< 500", "less than 500"),
        ("≤", 0, 500, "≤ 500", "at most 500"),
        ("≥", 500, None, "≥ 500", "at least 500"),
        (">", 500, None, "> 500", "more than 500"),
    ],
)
def test_each_bound_keeps_its_word(sense: str, low: int, high: int | None, label: str, said: str) -> None:
    table = path(year=["2024"], value=[500 * YI], low=[low * YI], high=[high and high * YI], sense=[sense])
    made = finding(table, Picture("line", "year", ("value",), low="low", high="high"))
    drawn = option(made, "en")
    assert drawn is not None
    assert named(drawn, "Bound")["data"][0]["label"]["formatter"] == label
    assert f"2024: {said}" in words(made, "en")


def test_a_rough_number_is_drawn_with_its_sign() -> None:
    table = path(year=["2024"], value=[500 * YI], sense=["≈"])
    made = finding(table, Picture("line", "year", ("value",)))
    drawn = option(made, "zh")
    assert drawn is not None
    assert named(drawn, "公布")["data"][0]["label"]["formatter"] == "≈ 500"
    assert "约 500" in words(made, "zh")


def test_a_range_beside_a_range_is_a_band_and_alone_a_whisker() -> None:
    joined = path(year=["2024", "2025"], value=[5 * YI, 6 * YI], low=[5 * YI, 5 * YI], high=[5 * YI, 8 * YI])
    picture = Picture("line", "year", ("value",), low="low", high="high")
    drawn = option(finding(joined, picture), "en")
    assert drawn is not None
    assert named(drawn, "Range ")["data"] == [5.0, 5.0]
    assert named(drawn, "Range")["data"] == [0.0, 3.0]
    assert not any("markLine" in each for each in drawn["series"])
    alone = path(year=["2024", "2025"], value=[5 * YI, None], low=[4 * YI, None], high=[8 * YI, None])
    drawn = option(finding(alone, picture), "en")
    assert drawn is not None
    pairs = [each["markLine"]["data"] for each in drawn["series"] if "markLine" in each]
    assert pairs == [[[{"coord": [0, 4.0]}, {"coord": [0, 8.0]}]]]


def test_a_target_is_a_named_line() -> None:
    drawn = output(
        "en",
        lines=((Text("三年目标", "In three years"), 500.0 * YI), (Text("五年目标", "In five"), 1000.0 * YI)),
    )
    lines = [line for each in drawn["series"] if "markLine" in each for line in each["markLine"]["data"]]
    assert [(line["yAxis"], line["label"]["formatter"]) for line in lines] == [
        (500.0, "In three years 500"),
        (1000.0, "In five 1,000"),
    ]
    table = path(year=["2024", "2025"], value=[5 * YI, 6 * YI], target=[9 * YI, 9 * YI])
    same = option(finding(table, Picture("line", "year", ("value",), target="target")), "zh")
    assert same is not None
    assert [
        line["label"]["formatter"]
        for each in same["series"]
        if "markLine" in each
        for line in each["markLine"]["data"]
    ] == ["目标 9"]
    moving = option(
        finding(
            table.with_columns(target=pl.Series([9 * YI, 12 * YI])),
            Picture("line", "year", ("value",), target="target"),
        ),
        "zh",
    )
    assert moving is not None
    assert named(moving, "目标")["endLabel"]["formatter"] == "目标"


def test_bars_begin_at_zero_and_unknown_bars_say_so() -> None:
    table = pl.DataFrame({"name": ["甲", "乙", "丙"], "value": [3, None, 0]})
    drawn = option(finding(table, Picture("bar", "name", ("value",)), unit="count"), "zh")
    assert drawn is not None
    assert drawn["yAxis"]["data"] == ["甲", "乙 · 未知", "丙"]
    assert [point and point["value"] for point in drawn["series"][0]["data"]] == [3.0, None, 0.0]
    assert "min" not in drawn["xAxis"]
    assert drawn["xAxis"].get("scale", False) is False


def test_bars_of_periods_stand_and_bars_of_names_lie() -> None:
    table = pl.DataFrame({"name": ["2023", "2024"], "value": [1, 2]})
    standing = option(finding(table, Picture("bar", "name", ("value",)), unit="count"), "zh")
    assert standing is not None
    assert standing["xAxis"]["type"] == "category"


def test_no_more_bars_are_drawn_than_one_can_read_and_the_rest_is_counted() -> None:
    table = pl.DataFrame({"name": [f"f{n}" for n in range(100)], "value": list(range(100))})
    made = finding(table, Picture("bar", "name", ("value",)), unit="count")
    drawn = option(made, "en")
    assert drawn is not None
    assert len(drawn["series"][0]["data"]) == MOST_BARS
    assert bars_left_out(made) == 100 - MOST_BARS
    assert height(made) < 2000


def test_a_name_is_never_mark_up_and_never_a_template() -> None:
    table = pl.DataFrame({"name": [HOSTILE], "value": [3]})
    drawn = option(finding(table, Picture("bar", "name", ("value",)), unit="count"), "en")
    texts = [part for _, part in every(drawn) if isinstance(part, str)]
    assert any("<img src=x onerror=alert(1)>" in text for text in texts)
    assert not any(mark in text for text in texts for mark in "{}|")


def test_the_picture_is_data_and_every_tooltip_is_plain_text() -> None:
    for drawn in (output(), output("en", target="implied")):
        assert msgspec.json.decode(msgspec.json.encode(drawn)) == drawn
        modes = [
            part["renderMode"]
            for key, part in every(drawn)
            if key == "tooltip" and isinstance(part, dict) and "renderMode" in part
        ]
        assert modes == ["richText"]
        assert drawn["tooltip"]["trigger"] == "item"


def test_colours_are_the_page_s() -> None:
    colours = {
        part for key, part in every(output()) if key.lower().endswith("color") and isinstance(part, str)
    }
    assert colours
    assert all(colour.startswith("var(--") or colour == "transparent" for colour in colours)


def test_series_differ_by_more_than_colour() -> None:
    drawn = output()
    one, other = named(drawn, "公布"), named(drawn, "推算")
    assert one["lineStyle"]["type"] != other["lineStyle"]["type"]
    assert one["symbol"] != other["symbol"]
    two = pl.DataFrame({"name": ["甲"], "value": [3], "implied": [4]})
    bars = option(finding(two, Picture("bar", "name", ("value", "implied")), unit="count"), "zh")
    assert bars is not None
    assert bars["aria"]["decal"]["show"] is True


def test_what_is_observed_is_solid_whatever_its_place() -> None:
    table = path(year=["2023", "2024", "2025"], implied=[None, 2 * YI, 3 * YI], value=[YI, 2 * YI, None])
    more = table.with_columns(value=pl.Series([YI, 2 * YI, 3 * YI]))
    drawn = option(finding(more, Picture("line", "year", ("implied", "value"))), "en")
    assert drawn is not None
    assert named(drawn, "Published")["lineStyle"]["type"] == "solid"
    assert named(drawn, "Implied")["lineStyle"]["type"] == "dashed"


def test_invented_data_bear_their_mark_in_the_picture() -> None:
    table = path(year=["2024"], value=[YI])
    marked = option(finding(table, Picture("line", "year", ("value",)), invented=True), "en")
    plain = option(finding(table, Picture("line", "year", ("value",))), "en")
    assert marked is not None
    assert plain is not None
    assert "Invented data" in marked["graphic"][0]["style"]["text"]
    assert "虚构数据" in marked["graphic"][0]["style"]["text"]
    assert "graphic" not in plain


def test_shares_are_drawn_in_percent() -> None:
    table = pl.DataFrame({"year": ["2024", "2025"], "value": [0.1 + 0.2, 0.5]})
    drawn = option(finding(table, Picture("line", "year", ("value",)), unit="1"), "en")
    assert drawn is not None
    assert drawn["yAxis"]["name"] == "%"
    assert [point["value"] for point in drawn["series"][0]["data"]] == [30.0, 50.0]


def test_there_is_no_picture_without_rows_or_without_wish() -> None:
    table = path(year=["2024"], value=[YI])
    assert option(finding(table.clear(), Picture("line", "year", ("value",))), "en") is None
    bare = Finding("x", Text("问", "Q"), Text("答", "A"), table, {})
    assert option(bare, "en") is None
    assert words(bare, "en") == ""
    assert bars_left_out(bare) == 0


def test_the_words_say_all_that_the_picture_says() -> None:
    table = path(
        year=["2022", "2024"],
        value=[293 * YI, 700 * YI],
        low=[290 * YI, 700 * YI],
        high=[300 * YI, None],
        target=[None, 900 * YI],
    )
    picture = Picture(
        "line",
        "year",
        ("value",),
        low="low",
        high="high",
        target="target",
        lines=((Text("五年", "Five years"), 1e13),),
    )
    said = words(finding(table, picture), "en")
    assert said == (
        "Line chart. Published (100 million yuan): 2022: 293, from 290 to 300; 2023: not known; "
        "2024: more than 700. Target (100 million yuan): 900. Five years (100 million yuan): 1,000."
    )
    assert "2023：未知" in words(finding(table, picture), "zh")


def test_an_english_picture_uses_the_english_names() -> None:
    table = pl.DataFrame({"name": ["甲", "乙"], "name_en": ["One", None], "value": [1, 2]})
    made = finding(table, Picture("bar", "name", ("value",)), unit="count")
    english, chinese = option(made, "en"), option(made, "zh")
    assert english is not None
    assert chinese is not None
    assert english["yAxis"]["data"] == ["One", "乙"]
    assert chinese["yAxis"]["data"] == ["甲", "乙"]
