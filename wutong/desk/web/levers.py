"""The numbers of a measure as fields of a form: what each is, where it stands, what was typed in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from wutong.desk.web.words import PHRASES
from wutong.policy.edition import Limit
from wutong.policy.measure import Measure
from wutong.policy.parameters import Parameter
from wutong.policy.rulebook import HEAD
from wutong.words import Language, Text

PREFIX: Final = "n."
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_KEYS: Final[Mapping[str, Text]] = {
    "conditions": Text("条件", "condition"),
    "define": Text("算出来的数", "worked out"),
    "amount": Text("金额", "amount"),
    "fixed": Text("金额", "amount"),
    "rate": Text("比例", "rate"),
    "base": Text("基数", "base"),
    "cap": Text("上限", "cap"),
    "each": Text("每一单位", "for each"),
    "of": Text("数量", "number"),
    "per": Text("每份", "for every"),
    "start": Text("起点金额", "to begin with"),
    "below": Text("最低一档以下", "below the lowest tier"),
    "when": Text("条件", "condition"),
    "if": Text("条件", "condition"),
    "then": Text("结果", "result"),
    "default": Text("其他", "otherwise"),
    "readings": Text("读法", "reading"),
    "sum": Text("分项", "term"),
    "net_of": Text("已付", "paid before"),
    "round": Text("取整", "rounding"),
    "payout": Text("兑付", "instalment"),
    "share": Text("比例", "share"),
    "keep": Text("须做到", "to be kept"),
    "until": Text("至", "until"),
    "not_before": Text("最早兑付", "paid not before"),
    "day": Text("日期", "day"),
    "limits": Text("合计上限", "ceiling"),
    "quota": Text("名额", "places"),
    "places": Text("个数", "number"),
    "total": Text("总量", "in all"),
    "modifies": Text("调整别的措施", "changes another measure"),
    "add": Text("加", "add"),
    "times": Text("乘以", "times"),
    "at_most": Text("不超过", "at most"),
    "budgets": Text("预算", "budget"),
    "payees": Text("分给", "shared out"),
}
"""What the parts of the way to a number are called; parts that say nothing to a reader are left out."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One number of a file that a reform may change.

    Parameters
    ----------
    id : str
        As ``wutong.policy.parameters`` has it.
    name : str
        Its field in a form.
    label, unit : str
        What it is, and the unit in which it is written.
    written : str
        The number as it stands.
    text : str
        What was typed in its place; empty where nothing was.
    error : str
        Why what was typed is no number.
    line : int
        Of the file.
    high, step : str
        How far a slider goes, and in which steps.
    """

    id: str
    name: str
    label: str
    unit: str
    written: str
    text: str
    error: str
    line: int
    high: str
    step: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """Numbers that were typed, by the id of their parameter; those that are none are told apart."""

    numbers: Mapping[str, str]
    wrong: Mapping[str, str]


def pulled(pairs: Iterable[tuple[str, str]], parameters: Iterable[Parameter]) -> Pulled:
    """Read the numbers of an address; one that is as it stands changes nothing.

    Examples
    --------
    >>> one = Parameter("m.yaml:editions.1.amount.cap", "m.yaml", "editions.1.amount.cap", "200", "万元", 1, 0, 3)
    >>> pulled([("n.editions.1.amount.cap", "300")], [one]).numbers
    {'m.yaml:editions.1.amount.cap': '300'}
    >>> pulled([("n.editions.1.amount.cap", "many")], [one]).wrong
    {'m.yaml:editions.1.amount.cap': 'many'}
    """
    ids = {PREFIX + own_name(one): one for one in parameters}
    numbers: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, value in pairs:
        text = value.strip().replace(",", "")[:40]
        if name not in ids or not text:
            continue
        one = ids[name]
        if not _NUMBER.fullmatch(text):
            wrong[one.id] = text
        elif Decimal(text) != Decimal(one.text):
            numbers[one.id] = text
    return Pulled(numbers, wrong)


def own_name(parameter: Parameter) -> str:
    """The id of a number within its file."""
    return parameter.id.removeprefix(f"{parameter.file}:")


def levers(
    parameters: Iterable[Parameter],
    measure: Measure | None,
    told: Pulled,
    language: Language,
    limits: Sequence[Limit] = (),
) -> tuple[Lever, ...]:
    """Make the fields of a form.

    Parameters
    ----------
    parameters : iterable of Parameter
        Numbers of one file.
    measure : Measure or None
        The measure of that file; None for ``rulebook.yaml``.
    told : Pulled
        What was typed.
    language : {"zh", "en"}
        Whose words are used.
    limits : sequence of Limit
        Ceilings of the rulebook, for what they are called.

    Returns
    -------
    tuple of Lever
        Amounts first, else in the order of the file; how an amount is rounded is left out.
    """
    kept = [one for one in parameters if not one.clause.endswith("amount.round.to")]
    return tuple(_lever(one, measure, told, language, limits) for one in sorted(kept, key=_first))


_ORDER: Final = ("amount", "conditions", "define", "modifies", "limits", "quota", "payout", "keep")


def _first(one: Parameter) -> int:
    """Amounts come before conditions, and these before what is worked out of facts."""
    parts = one.clause.split(".")
    key = parts[2] if parts[0] == "editions" and len(parts) > 2 else ""
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def _lever(
    one: Parameter, measure: Measure | None, told: Pulled, language: Language, limits: Sequence[Limit]
) -> Lever:
    wrong = told.wrong.get(one.id, "")
    high, step = _span(Decimal(one.text), one.unit)
    return Lever(
        one.id,
        PREFIX + own_name(one),
        label_of(one, measure, limits).say(language),
        one.unit,
        one.text,
        wrong or told.numbers.get(one.id, ""),
        PHRASES["no_number"].say(language) if wrong else "",
        one.line,
        high,
        step,
    )


def _span(number: Decimal, unit: str) -> tuple[str, str]:
    """How far a slider goes, and its step: a twentieth of the number, to one digit."""
    if not number:
        return "10", "1"
    step = Decimal(1).scaleb((number / 20).adjusted())
    high = number * 2
    if unit == "%" and number <= 100:
        high = min(high, Decimal(100))
    return f"{high.normalize():f}", f"{step.normalize():f}"


def label_of(one: Parameter, measure: Measure | None, limits: Sequence[Limit] = ()) -> Text:
    """Say what a number is, from the way to it in the file.

    Examples
    --------
    >>> cap = Parameter("m.yaml:editions.2.amount.cap", "m.yaml", "editions.2.amount.cap", "2", "亿元", 9, 0, 1)
    >>> label_of(cap, None).en
    'edition 2 · amount · cap'
    """
    way, _, bound = one.clause.partition(":")
    head, tier, value = way.partition(".slab.")
    if not tier:
        head, tier, value = way.partition(".bands.")
    parts = head.removesuffix(".slab").removesuffix(".bands").split(".")
    said: list[Text] = []
    at = 0
    if parts[0] == "editions":
        at = 2
        if parts[1] != "1":
            said.append(Text(f"第{parts[1]}版", f"edition {parts[1]}"))
    edition = measure.editions[int(parts[1]) - 1] if measure and parts[0] == "editions" else None
    while at < len(parts):
        key, following = parts[at], parts[at + 1] if at + 1 < len(parts) else ""
        if key == "conditions" and edition is not None:
            said.append(edition.conditions[int(following) - 1].says)
            break
        if key == "define" and edition is not None:
            said += [each.label for each in edition.definitions if each.name == following]
            at += 2
            continue
        if one.file == HEAD and key == "limits" and following.isdigit() and int(following) <= len(limits):
            says = limits[int(following) - 1].says
            said.append(Text(f"合计上限：{says.zh}", f"ceiling: {says.en}"))
            at += 2
            continue
        if key in _KEYS:
            said.append(_KEYS[key])
        elif key.isdigit():
            said[-1:] = [Text(f"{said[-1].zh}{key}", f"{said[-1].en} {key}")] if said else [Text(key, key)]
        elif one.file == HEAD:
            said.append(Text(key, key))
        at += 1
    if tier:
        said.append(Text(f"{value}起", f"from {value}"))
    elif bound:
        said.append(Text(f"{bound}一档的起点", f"where the tier of {bound} begins"))
    number = one.id.rpartition("#")[2] if "#" in one.id else ""
    if number:
        said.append(Text(f"第{number}个数", f"number {number}"))
    distinct = [part for at, part in enumerate(said) if not at or part != said[at - 1]]
    return Text(" · ".join(part.zh for part in distinct), " · ".join(part.en for part in distinct))
