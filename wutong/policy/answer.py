"""Answers as people write them: what kind is wanted, an example, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from wutong.policy.document import Node
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field, value_of
from wutong.words import Text

UNKNOWN_WORDS: Final = ("不知道", "未知", "不清楚", "unknown", "?", "？")

_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fen": "2亿元",
        "cent": "100万美元",
        "1": "5%",
        "m2": "30亩",
        "person": "120人",
        "count": "3",
        "t": "500吨",
        "kWh": "30万千瓦时",
        "m3": "2万立方米",
    }
)
_UNITS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "fen": Text("金额", "money"),
        "cent": Text("美元金额", "dollars"),
        "1": Text("比率", "a rate"),
        "m2": Text("面积", "an area"),
        "person": Text("人数", "people"),
        "count": Text("个数", "a count"),
        "t": Text("水量", "water"),
        "kWh": Text("电量", "electricity"),
        "m3": Text("气量", "gas"),
    }
)
_SHAPES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "boolean": Text("是或否", "yes or no: 是, 否"),
        "date": Text("日期", "a date"),
        "months": Text("时长", "a duration"),
        "days": Text("时长", "a duration"),
        "text": Text("文字", "a text"),
    }
)


def shape_of_answer(type_: Type) -> Text:
    """What kind of answer a type wants, in words."""
    if type_.choices:
        return Text("、".join(type_.choices), ", ".join(type_.choices))
    if type_.kind == "number":
        if len(type_.unit) > 1:
            return Text("汇率", "an exchange rate")
        return _UNITS[type_.unit[0][0]] if type_.unit else Text("数", "a number")
    return _SHAPES[type_.kind]


def example_of(type_: Type) -> str:
    """An answer of a type, as it may be written.

    Examples
    --------
    >>> from wutong.policy.feel.types import AREA, choice
    >>> example_of(AREA), example_of(choice("new", "old"))
    ('30亩', 'new')
    """
    match type_.kind:
        case "boolean":
            return "是"
        case "date":
            return "2026-05-01"
        case "months":
            return "18个月"
        case "days":
            return "30天"
        case "text":
            return type_.choices[0] if type_.choices else "…"
    if len(type_.unit) > 1:
        return "7.1元/美元"
    return _EXAMPLES.get(type_.unit[0][0], "3") if type_.unit else "3"


def read_answer(text: str, field: Field) -> Value:
    """Read an answer as people write it.

    Parameters
    ----------
    text : str
        Such as ``2亿元``, ``是``, ``yes``, ``2026-05-01``; ``不知道`` or ``unknown`` for what is not known.
    field : Field
        The fact.

    Returns
    -------
    Value
        None for what is not known.

    Raises
    ------
    RuleError
        If it is no such value.

    Examples
    --------
    >>> from wutong.policy.feel.types import BOOLEAN, MONEY
    >>> read_answer("2亿元", Field("投资", Text("", ""), MONEY)), read_answer("不知道", Field("投资", Text("", ""), MONEY))
    (Fraction(20000000000, 1), None)
    >>> read_answer("yes", Field("规上", Text("", ""), BOOLEAN))
    True
    """
    said = text.strip()
    if not said or said.casefold() in UNKNOWN_WORDS:
        return None
    if field.type.kind == "boolean":
        said = {"yes": "是", "y": "是", "no": "否", "n": "否"}.get(said.casefold(), said)
    return value_of(Node("text", "", 1, 1, field.label.zh, said), field)
