"""An amount laid out for a reader, from the file as it stands: what is taken, at which rate, in which tiers, up to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wutong.policy.document import Node
from wutong.policy.edition import Edition
from wutong.policy.feel.parse import parse
from wutong.policy.feel.table_expression import condition
from wutong.policy.feel.tables import Table
from wutong.policy.measure import Measure
from wutong.policy.prose import Labels, said
from wutong.policy.table import POLICY_SAYS
from wutong.words import Text

NOTHING: Final = Text("", "")

WAYS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "half up": Text("四舍五入", "half up"),
        "half down": Text("五舍六入", "half down"),
        "half even": Text("四舍六入五成双", "half to even"),
        "up": Text("进位", "up"),
        "down": Text("舍去", "down"),
    }
)
"""How an amount is rounded, in words."""

_LABELS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "when": Text("当", "Where"),
        "fixed": Text("金额", "Sum"),
        "rate": Text("比例", "Rate"),
        "base": Text("基数", "Of"),
        "marginal": Text("分段累进", "Bands, each part at its own rate"),
        "start": Text("起点金额", "To begin with"),
        "each": Text("每一单位", "For each"),
        "of": Text("数量", "Number"),
        "per": Text("一份是", "A step is"),
        "part": Text("不足一份", "A part of it"),
        "sum": Text("以下相加", "Added up"),
        "not_known": Text("未读到", "Not known"),
        "cap": Text("上限", "At most"),
        "readings": Text("读法", "Reading"),
        "decide": Text("由谁决定", "Decided by"),
        "payees": Text("分给", "Shared out"),
        "round": Text("取整", "Rounded"),
    }
)
_PART: Final[Mapping[str, Text]] = MappingProxyType(
    {"pro rata": Text("按比例计", "counts in proportion"), "whole only": Text("不计", "does not count")}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of an amount.

    Parameters
    ----------
    label : Text
        What it is: rate, base, cap.
    says : Text
        The value, where one expression or word says it; else empty.
    by : Text
        Of tiers and bands: by what they go; else empty.
    rows : tuple of (Text, Text)
        Of tiers and bands: from where to where, and what holds there.
    parts : tuple of Piece
        What it is made of.
    at : str
        Its place in the file, such as ``editions.1.amount.cap``.
    """

    label: Text
    says: Text = NOTHING
    by: Text = NOTHING
    rows: tuple[tuple[Text, Text], ...] = ()
    parts: tuple[Piece, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """Definitions and amount of one edition: ``definitions`` by name."""

    definitions: Mapping[str, Piece]
    amount: tuple[Piece, ...]


def labels_of(measure: Measure, edition: Edition) -> dict[str, Text]:
    """What the names of an edition are called."""
    found = {name: field.label for name, field in measure.given.items()}
    return found | {one.name: one.label for one in edition.definitions}


def laid_out(measure: Measure, root: Node) -> tuple[Laid, ...]:
    """Lay out each edition of a measure.

    Parameters
    ----------
    measure : Measure
        The measure, read.
    root : Node
        Its file, as ``document_of`` gives it.

    Returns
    -------
    tuple of Laid
        In the order of the editions.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.measure import measure_of
    >>> text = '''
    ... measure: grant
    ... title: {zh: 设备补助, en: Equipment grant}
    ... aspect: 要素保障
    ... subject: firm
    ... status: draft
    ... place: {zh: 某区, en: A zone}
    ... year: 2026
    ... given: {投资: {type: money, zh: 投资, en: Investment}}
    ... editions:
    ...   - source: {document: invented, grade: not graded}
    ...     conditions: [{id: size, says: {zh: 有投资, en: It invests}, when: 投资 > 0元}]
    ...     amount:
    ...       rate: {by: 投资, slab: {1亿元: 5%, 3亿元: 8%}}
    ...       base: 投资
    ...       round: {to: 1元, how: half up}
    ... examples: [{given: {投资: 1亿元}, expect: {outcome: eligible, amount: 500万元}}]
    ... '''
    >>> rate, base, rounded = laid_out(measure_of(text), document_of(text))[0].amount
    >>> [(tier.zh, value.zh) for tier, value in rate.rows]
    [('不足1亿元', '得不出金额'), ('1亿元（含）至3亿元（不含）', '5%'), ('3亿元以上（含）', '8%')]
    >>> base.says.en, rounded.says.en
    ('Investment', 'to 1 yuan, half up')
    """
    editions = dict(_pairs(root))["editions"].items
    return tuple(
        _laid(measure, edition, node) for edition, node in zip(measure.editions, editions, strict=True)
    )


def _pairs(node: Node) -> tuple[tuple[str, Node], ...]:
    return tuple((key.text, value) for key, value in node.pairs)


def _laid(measure: Measure, edition: Edition, node: Node) -> Laid:
    labels = labels_of(measure, edition)

    def spoken(one: Node) -> Text:
        return said(parse(one.source, edition.names), labels)

    found = dict(_pairs(node))
    defined = _pairs(found["define"]) if "define" in found else ()
    tables = {one.name: one.table for one in edition.definitions if one.table is not None}
    return Laid(
        MappingProxyType(
            {
                name: _table(labels, name, tables[name], one)
                if name in tables
                else _value(labels[name], dict(_pairs(one))["is"], spoken)
                for name, one in defined
            }
        ),
        _pieces(found["amount"], spoken) if "amount" in found else (),
    )


def _table(labels: Labels, name: str, table: Table, node: Node) -> Piece:
    """A decision table: what each rule asks, and what it gives."""
    counts = Text("计1", "counts 1")
    rows = [
        (
            said(condition(table.inputs, rule), labels),
            counts if table.hit == "C#" else said(rule.results[0], labels),
        )
        for rule in table.rules
    ]
    default = table.outputs[0].default
    if default is not None:
        rows.append((Text("其他", "else"), said(default, labels)))
    at = dict(_pairs(node))["table"].clause
    return Piece(labels[name], by=POLICY_SAYS[table.hit], rows=tuple(rows), at=at)


Spoken = Callable[[Node], Text]


def _pieces(node: Node, spoken: Spoken, without: tuple[str, ...] = ()) -> tuple[Piece, ...]:
    """Every statement of an amount, a term or a reading, in the order in which it is worked out."""
    found = dict(_pairs(node))
    pieces: list[Piece] = []
    order = [key for key in _LABELS if key in found] + [key for key in found if key not in _LABELS]
    for key in order:
        if key in without:
            continue
        value, label = found[key], _LABELS.get(key, Text(key, key))
        match key:
            case "each" if "per" in found:
                pieces.append(_value(Text("每一份", "For each step"), value, spoken))
            case "marginal":
                pieces += _bands(value, spoken)
            case "sum" | "readings":
                pieces += _terms(value, label, spoken)
            case "cap" if value.kind == "list":
                pieces += [_cap(one, spoken) for one in value.items]
            case "cap":
                pieces.append(_cap(value, spoken))
            case "part":
                pieces.append(
                    Piece(label, _PART.get(value.text, Text(value.text, value.text)), at=value.clause)
                )
            case "not_known":
                pieces.append(Piece(label, value.both(), at=value.clause))
            case "decide":
                pieces.append(Piece(label, Text(value.text, value.text), at=value.clause))
            case "round":
                pieces.append(_rounding(value, spoken))
            case "payees":
                pieces.append(
                    Piece(label, parts=tuple(_payee(one, spoken) for one in value.items), at=value.clause)
                )
            case _:
                pieces.append(_value(label, value, spoken))
    return tuple(pieces)


def _value(label: Text, node: Node, spoken: Spoken) -> Piece:
    """A value: one expression, or tiers."""
    found = dict(_pairs(node))
    if node.kind == "text":
        return Piece(label, spoken(node), at=node.clause)
    if "slab" not in found:
        return Piece(label, Text(_raw(node), _raw(node)), at=node.clause)
    upper = "ends" in found and found["ends"].text == "upper included"
    tiers = [(spoken(low), spoken(value)) for low, value in found["slab"].pairs]
    below = spoken(found["below"]) if "below" in found else Text("得不出金额", "no amount comes out")
    rows = [(_under(tiers[0][0], upper), below)]
    rows += [
        (_between(low, tiers[at + 1][0] if at + 1 < len(tiers) else None, upper), value)
        for at, (low, value) in enumerate(tiers)
    ]
    return Piece(label, by=spoken(found["by"]), rows=tuple(rows), at=node.clause)


def _under(low: Text, upper: bool) -> Text:
    if upper:
        return Text(f"{low.zh}以下（含）", f"{low.en} or less")
    return Text(f"不足{low.zh}", f"less than {low.en}")


def _between(low: Text, high: Text | None, upper: bool) -> Text:
    if high is None:
        return (
            Text(f"{low.zh}以上（不含）", f"more than {low.en}")
            if upper
            else Text(f"{low.zh}以上（含）", f"{low.en} or more")
        )
    if upper:
        return Text(f"{low.zh}（不含）至{high.zh}（含）", f"more than {low.en}, to {high.en}")
    return Text(f"{low.zh}（含）至{high.zh}（不含）", f"{low.en} to less than {high.en}")


def _bands(node: Node, spoken: Spoken) -> list[Piece]:
    found = dict(_pairs(node))
    lows = [(spoken(low), spoken(value)) for low, value in found["bands"].pairs]
    rows = tuple(
        (_stretch(low, lows[at + 1][0] if at + 1 < len(lows) else None), value)
        for at, (low, value) in enumerate(lows)
    )
    first = [_value(_LABELS["start"], found["start"], spoken)] if "start" in found else []
    last = [_value(_LABELS["per"], found["per"], spoken)] if "per" in found else []
    if "part" in found:
        word = found["part"].text
        last.append(Piece(_LABELS["part"], _PART.get(word, Text(word, word)), at=found["part"].clause))
    return [*first, Piece(_LABELS["marginal"], by=spoken(found["by"]), rows=rows, at=node.clause), *last]


def _stretch(low: Text, high: Text | None) -> Text:
    if high is None:
        return Text(f"超过{low.zh}的部分", f"the part above {low.en}")
    return Text(f"{low.zh}至{high.zh}的部分", f"the part from {low.en} to {high.en}")


def _terms(node: Node, label: Text, spoken: Spoken) -> list[Piece]:
    terms = []
    for at, one in enumerate(node.items, start=1):
        found = dict(_pairs(one))
        number = Text(f"{label.zh}{at}", f"{label.en} {at}")
        named = found["id"].text if "id" in found else ""
        title = Text(named, named) if named else number
        says = found["says"].both() if "says" in found else NOTHING
        terms.append(Piece(title, says, parts=_pieces(one, spoken, ("id", "says")), at=one.clause))
    return [Piece(label, parts=tuple(terms), at=node.clause)] if label == _LABELS["sum"] else terms


def _cap(node: Node, spoken: Spoken) -> Piece:
    found = dict(_pairs(node))
    if "net_of" not in found:
        return _value(_LABELS["cap"], node, spoken)
    most, paid = _value(_LABELS["cap"], found["amount"], spoken), spoken(found["net_of"])
    less = Piece(Text("其中已付的要扣除", "Less what was paid before"), paid, at=found["net_of"].clause)
    return Piece(most.label, most.says, most.by, most.rows, (less,), node.clause)


def _rounding(node: Node, spoken: Spoken) -> Piece:
    found = dict(_pairs(node))
    step, way = spoken(found["to"]), WAYS.get(found["how"].text, Text(found["how"].text, found["how"].text))
    return Piece(_LABELS["round"], Text(f"到{step.zh}，{way.zh}", f"to {step.en}, {way.en}"), at=node.clause)


def _payee(node: Node, spoken: Spoken) -> Piece:
    found = dict(_pairs(node))
    rest = found["share"].text == "rest"
    share = Text("其余", "the rest") if rest else spoken(found["share"])
    return Piece(found["says"].both(), share, at=found["share"].clause)


def _raw(node: Node) -> str:
    """A value as it is written, on one line, for what has no layout of its own."""
    if node.kind == "text":
        return node.text
    if node.kind == "list":
        return f"[{', '.join(map(_raw, node.items))}]"
    return f"{{{', '.join(f'{key}: {_raw(value)}' for key, value in _pairs(node))}}}"
