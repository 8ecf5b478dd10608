"""Names, types and units held before anything runs."""

from __future__ import annotations

import pytest

from wutong.policy.feel.check import check, check_cell
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.parse import parse, parse_cell
from wutong.policy.feel.types import (
    AREA,
    BOOLEAN,
    COUNT,
    DATE,
    MONEY,
    MONTHS,
    NULL,
    NUMBER,
    RATE,
    TEXT,
    Type,
    choice,
)

NAMES = {
    "固定资产投资": MONEY,
    "税收": MONEY,
    "增长率": RATE,
    "面积": AREA,
    "职工": Type("number", (("person", 1),)),
    "项目": Type("number", (("project", 1),)),
    "系数": NUMBER,
    "土地": choice("new", "old"),
    "行业": choice("C39", "C40"),
    "名称": TEXT,
    "规上": BOOLEAN,
    "签约日": DATE,
    "建设期": MONTHS,
}


def typed(text: str) -> Type:
    return check(parse(text, NAMES), NAMES, Source(text)).type


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        typed(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("固定资产投资 * 5%", MONEY),
        ("固定资产投资 / 税收", NUMBER),
        ("固定资产投资 - 税收 + 3万元", MONEY),
        ("税收 / 面积 >= 20万元/亩", BOOLEAN),
        ("20万元/亩 * 面积", MONEY),
        ("5000元 * 职工", MONEY),
        ("职工 >= 300", BOOLEAN),
        ("职工 >= 300人 and 项目 > 3个", BOOLEAN),
        ("(固定资产投资 - 税收) / 税收 > 10%", BOOLEAN),
        ("1 - 增长率", NUMBER),
        ("增长率 * 增长率", RATE),
        ("税收 > 0", BOOLEAN),
        ("max(0, 税收 - 1万元)", MONEY),
        ("签约日 + 3年", DATE),
        ("签约日 + 30天 < 签约日 + 建设期", BOOLEAN),
        ('if 土地 = "new" then 固定资产投资 * 5% else null', MONEY),
        ("round half up(税收 * 增长率, 1元)", MONEY),
        ("签约日.year >= 2023 and 建设期.years < 3", BOOLEAN),
        ("2个 + 3个", COUNT),
        ("固定资产投资 in [1亿元..3亿元)", BOOLEAN),
    ],
)
def test_what_can_be_meant_has_its_type(text: str, type_: Type) -> None:
    assert typed(text) == type_


@pytest.mark.parametrize(
    "text",
    [
        "固定资产投资 + 增长率",
        "固定资产投资 * 税收",
        "固定资产投资 > 100000000",
        "固定资产投资 > 5%",
        "增长率 > 5",
        "职工 > 项目",
        "面积 * 面积",
        "固定资产投资 > 面积",
        "名称 > 3",
        '规上 = "true"',
        "规上 > true",
        "规上 and 税收",
        "not(税收)",
        "if 税收 then 1 else 2",
        "if 规上 then 税收 else 增长率",
        "签约日 + 3",
        "签约日 + 签约日",
        "签约日 > 3年",
        "税收 in [1..3]",
        "税收 in (1万元, 5%)",
        "税收 between 1万元 and 5%",
        "round half up(税收, 2)",
        "round half up(税收, 1%)",
        "floor(增长率)",
        "sqrt(税收)",
        "string(税收)",
        "min(税收, 增长率)",
        "1.5个月 > 建设期",
        "土地 = 行业",
        "税收.year",
        "today() > 签约日",
        'duration("3Y") > 建设期',
        '@"2023-02-30" < 签约日',
        "-名称",
        "名称 ** 2",
    ],
)
def test_a_wrong_type_or_unit_or_an_impossible_comparison_is_refused(text: str) -> None:
    error = refused(text)
    assert error.line == 1
    assert error.text.zh != error.text.en


def test_an_unknown_name_is_refused_with_the_nearest_that_do_exist() -> None:
    error = refused("税收 > 1万元 and 固定资产投入 >= 1亿元")
    assert (error.line, error.column) == (1, 14)
    assert "相近的有：固定资产投资" in error.text.zh
    assert "The nearest are: 固定资产投资" in error.text.en


def test_an_unknown_function_and_an_unknown_code_are_refused_with_the_nearest() -> None:
    assert "upper case" in refused("uper case(名称)").text.en
    assert "new" in refused('土地 = "newly"').text.en
    assert "abs(n)" in refused("abs(1, 2)").text.en


def test_a_cell_is_held_against_what_it_judges() -> None:
    subject = check(parse("税收", NAMES), NAMES, Source("税收"))
    good = parse_cell("[1万元..5万元), >= 1亿元", NAMES)
    assert check_cell(good, subject, NAMES, Source("")).type == BOOLEAN
    for text in ("5", "< 5%", '"x"', "? + 1万元"):
        with pytest.raises(ExpressionError):
            check_cell(parse_cell(text, NAMES), subject, NAMES, Source(text))


@pytest.mark.parametrize("text", ["名称 + 3", "没有的 * 2", "no such(1)", "abs(名称)", "签约日.无"])
def test_in_feel_what_cannot_be_meant_is_null(text: str) -> None:
    assert check(parse(text, NAMES), NAMES, Source(text), "feel").type == NULL
