"""Amounts as documents write them, each turned into one expression: sums, rates, tiers, bands, caps, shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wutong.policy.document import Node
from wutong.policy.feel.algebra import is_zero
from wutong.policy.feel.check import check
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.parse import parse
from wutong.policy.feel.syntax import Expr, Literal, names_in, show
from wutong.policy.feel.tokens import LONGEST
from wutong.policy.feel.types import BOOLEAN, MONEY, NUMBER, RATE, Type, Typed, literal_of, say
from wutong.policy.feel.units import agree
from wutong.policy.feel.values import Value
from wutong.words import Text

Names = Mapping[str, Type]
Raises = tuple[tuple[str, "Raise"], ...]

WAYS: Final = ("half up", "half down", "half even", "up", "down")
TIERS: Final = 24
_FORMS: Final = ("fixed", "rate", "marginal", "each", "sum", "not_known")
_KEYS: Final = (*_FORMS, "base", "of", "per", "part", "cap")


@dataclass(frozen=True, slots=True)
class Formula:
    """One expression: its tree, its types, and where it stands."""

    tree: Expr
    typed: Typed
    source: Source


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a sum, before caps and rounding."""

    id: str
    says: Text | None
    formula: Formula


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text: its terms, and the amount after caps and rounding."""

    says: Text | None
    parts: tuple[Part, ...]
    whole: Formula


@dataclass(frozen=True, slots=True)
class Payee:
    """Who gets a share; the last has no share of its own and gets the rest."""

    id: str
    says: Text
    share: Formula | None


@dataclass(frozen=True, slots=True)
class Raise:
    """How a rate is changed: ``add`` so much, or ``times`` so much, and ``most`` of it in all; both as written."""

    how: str
    by: str
    most: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What is granted.

    ``readings`` is one, or several where the text does not settle which; then ``decide`` names who settles it.
    ``step`` in fen and ``way`` say how it is rounded. ``not_known`` says what of the text was not read, so that no
    amount can be told.
    """

    readings: tuple[Reading, ...]
    decide: str
    step: Fraction
    way: str
    payees: tuple[Payee, ...]
    not_known: tuple[Text, ...] = ()


def formula(source: Source, names: Names, wanted: Type | None = None) -> Formula:
    """Compile an expression.

    Parameters
    ----------
    source : Source
        Its text and place.
    names : mapping of str to Type
        What it may ask for.
    wanted : Type or None
        What it must give; None for anything.

    Returns
    -------
    Formula
        The compiled expression.

    Raises
    ------
    ExpressionError
        If it cannot be read, or gives something else than is wanted.

    Examples
    --------
    >>> formula(Source("投资 * 5%"), {"投资": MONEY}, MONEY).typed.type == MONEY
    True
    """
    tree = parse(source, names)
    typed = check(tree, names, source)
    if wanted is not None and not fits(typed, wanted):
        zh = f"这里应得{say(wanted, 'zh')}，却是{say(typed.type, 'zh')}。"
        en = f"{say(wanted, 'en').capitalize()} is wanted here, this gives {say(typed.type, 'en')}."
        raise ExpressionError(Text(zh, en), source, tree.span)
    return Formula(tree, typed, source)


def fits(typed: Typed, wanted: Type) -> bool:
    """Tell whether an expression gives what is wanted; a bare 0 is of every unit."""
    literal = literal_of(typed)
    if typed.type.kind != wanted.kind:
        return False
    if wanted.unit == RATE.unit and literal is not None and not literal.unit and literal.value != 0:
        return False  # 5 and 5% look alike
    return wanted.kind != "number" or is_zero(typed) or agree(typed.type.unit, wanted.unit)


def constant(node: Node, wanted: Type) -> Value:
    """Read a value that hangs on no field, such as ``2.99亿元``."""
    node.scalar()
    return evaluate(formula(node.source, {}, wanted).tree, {})


def amount_of(node: Node, names: Names, raises: Raises = ()) -> Amount:
    """Compile the amount of a measure.

    Parameters
    ----------
    node : Node
        What stands behind ``amount``.
    names : mapping of str to Type
        Fields and definitions.
    raises : tuple of (str, Raise)
        What other measures do to its rates: names of the values that they add, or multiply by.

    Returns
    -------
    Amount
        Its readings, rounding and payees.

    Raises
    ------
    RuleError
        With file, clause, line and column.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> node = document_of("{rate: 5%, base: 投资, round: {to: 1元, how: half up}}")
    >>> amount_of(node, {"投资": MONEY}).step
    Fraction(100, 1)
    """
    if raises and "rate" not in node.text_keys():
        node.fail(
            "别的措施要调整这条的比例，而这里没有rate。",
            "Another measure changes the rate of this one, and there is no rate here.",
        )
    needed = () if "not_known" in node.text_keys() else ("round",)
    top = node.fields((*_KEYS, "readings", "decide", "round", "payees"), needed)
    step, written, way = _rounding(top["round"]) if "round" in top else (Fraction(100), "1元", WAYS[0])
    outer = (way, written)
    if "readings" in top:
        mixed = [key for key in top if key in _KEYS]
        if mixed or "decide" not in top:
            node.fail(
                "“readings”须与“decide”同用，且各读法自带金额。",
                '"readings" goes with "decide", and each reading has its own amount.',
            )
        readings = tuple(_reading(one, names, outer, raises) for one in top["readings"].each())
        if len(readings) < 2:
            top["readings"].fail("至少写两种读法。", "At least two readings are wanted.")
    else:
        if "decide" in top:
            node.fail("“decide”只与“readings”同用。", '"decide" goes with "readings" alone.')
        readings = (_reading(node, names, outer, raises, top=True),)
    payees = _payees(top["payees"], names) if "payees" in top else ()
    decide = top["decide"].scalar() if "decide" in top else ""
    return Amount(readings, decide, step, way, payees, tuple(_not_known(node)))


def _rounding(node: Node) -> tuple[Fraction, str, str]:
    """The step in fen, as it is written, and the way."""
    found = node.fields(("to", "how"), ("to", "how"))
    found["to"].scalar()
    written = formula(found["to"].source, {}, MONEY).tree
    step = evaluate(written, {})
    if (
        not isinstance(written, Literal)
        or not isinstance(step, Fraction)
        or step <= 0
        or step.denominator != 1
    ):
        found["to"].fail("应是整数分的一个数，如1元。", "One number of whole fen is wanted, such as 1元.")
    return step, show(written), found["how"].one_of(WAYS)


def _not_known(node: Node) -> Iterator[Text]:
    """What is said not to be known, in the whole of an amount."""
    for key, value in node.pairs:
        if key.text == "not_known":
            yield value.both()
        else:
            yield from _not_known(value)
    for one in node.items:
        yield from _not_known(one)


def _reading(
    node: Node, names: Names, rounding: tuple[str, str], raises: Raises, *, top: bool = False
) -> Reading:
    more = ("round", "payees", "readings", "decide") if top else ("says",)
    found = node.fields((*_KEYS, *more), () if top else ("says",))
    parts: list[Part] = []
    text = amount_text(node, names, more, parts, raises)
    way, step = rounding
    whole = formula(_at(node, f"round {way}({text}, {step})"), names, MONEY)
    return Reading(found["says"].both() if "says" in found else None, tuple(parts), whole)


def _at(node: Node, text: str) -> Source:
    """A text made of parts that have been checked, at the place of the clause that it stands for."""
    return Source(text, node.file, node.line, node.column, node.clause)


def _shown(node: Node, names: Names, wanted: Type | None = None) -> str:
    """An expression, compiled on its own so that errors name its place, printed in brackets."""
    node.scalar()
    return f"({show(formula(node.source, names, wanted).tree)})"


def amount_text(
    node: Node,
    names: Names,
    more: tuple[str, ...] = (),
    parts: list[Part] | None = None,
    raises: Raises = (),
) -> str:
    """Write an amount as one expression; the terms of its sum are added to ``parts``."""
    found = node.fields((*_KEYS, *more))
    forms = [form for form in _FORMS if form in found]
    if len(forms) != 1:
        node.fail(
            f"金额须恰好是其中一种：{'、'.join(_FORMS)}。",
            f"An amount is exactly one of: {', '.join(_FORMS)}.",
        )
    form = forms[0]
    allowed = {"rate": ("base",), "each": ("of", "per", "part")}.get(form, ())
    for key, _ in node.entries():
        if key.text in ("base", "of", "per", "part") and key.text not in allowed:
            key.fail(f"“{key.text}”不与“{form}”同用。", f'"{key.text}" does not go with "{form}".')
    match form:
        case "fixed":
            text = value_text(found["fixed"], names, MONEY)
        case "rate":
            if "base" not in found:
                node.fail("缺少：base。", "This is missing: base.")
            rate = _raised(node, value_text(found["rate"], names, RATE), raises)
            text = f"{_shown(found['base'], names, MONEY)} * {rate}"
        case "marginal":
            text = _marginal(found["marginal"], names)
        case "each":
            text = _each(node, found, names)
        case "not_known":
            found["not_known"].both()
            text = "if false then 0元 else null"  # money, and null for everybody
        case _:
            text = _sum(found["sum"], names, parts)
    text = f"({text})"
    formula(_at(node, text), names, MONEY)
    return _capped(found["cap"], text, names) if "cap" in found else text


def _raised(node: Node, rate: str, raises: Raises) -> str:
    """A rate after what other measures do to it; one that is not changed stays as it is, whatever the most is."""
    for name, how in raises:
        changed = f"({rate} + {name})" if how.how == "add" else f"({rate} * {name})"
        capped = f"min({changed}, {how.most})" if how.most else changed
        idle = "0%" if how.how == "add" else "100%"
        rate = f"(if {name} = {idle} then {rate} else {capped})"
        if len(rate) > LONGEST // 2:  # each change writes the rate twice
            node.fail(
                "调整这一比例的措施太多。请合并几条。",
                "Too many measures change this rate. Join some of them.",
            )
    return rate


def value_text(node: Node, names: Names, wanted: Type | None) -> str:
    """A value: an expression, or tiers of which the whole amount takes one."""
    if node.kind != "map":
        return _shown(node, names, wanted)
    found = node.fields(("by", "slab", "below", "ends"), ("by", "slab"))
    by = _shown(found["by"], names)
    ends = found["ends"].one_of(("lower included", "upper included")) if "ends" in found else "lower included"
    reached = ">=" if ends == "lower included" else ">"
    text = value_text(found["below"], names, wanted) if "below" in found else "null"
    tiers = found["slab"].entries()
    _ascending([key for key, _ in tiers], names)
    for bound, value in tiers:
        test = f"{by} {reached} {_shown(bound, names)}"
        formula(_at(bound, test), names, BOOLEAN)
        text = f"if {test} then {_shown(value, names, wanted)} else {text}"
    return f"({text})"


def _ascending(bounds: list[Node], names: Names) -> None:
    if len(bounds) > TIERS:
        bounds[0].fail(f"最多{TIERS}档。", f"There may be {TIERS} tiers at most.")
    last: Value = None
    for bound in bounds:
        bound.scalar()
        tree = formula(bound.source, names).tree
        value = None if names_in(tree) else evaluate(tree, {})
        if isinstance(value, Fraction):
            if isinstance(last, Fraction) and value <= last:
                bound.fail("各档须由低到高。", "Tiers go from low to high.")
            last = value


def _marginal(node: Node, names: Names) -> str:
    found = node.fields(("by", "bands", "start", "per", "part"), ("by", "bands"))
    by = _shown(found["by"], names)
    bands = found["bands"].entries()
    _ascending([key for key, _ in bands], names)
    lows = [_shown(key, names) for key, _ in bands]
    pieces = [_shown(found["start"], names, MONEY)] if "start" in found else []
    for at, (bound, value) in enumerate(bands):
        top = f"min({by}, {lows[at + 1]})" if at + 1 < len(lows) else by
        piece = _times(node, found, f"({top} - {lows[at]})", names)
        rate = _shown(value, names, MONEY if "per" in found else RATE)
        text = f"(if {by} > {lows[at]} then {piece} * {rate} else 0)"
        formula(_at(bound, text), names, MONEY)
        pieces.append(text)
    return " + ".join(pieces)


def _times(node: Node, found: Mapping[str, Node], text: str, names: Names) -> str:
    """How many steps a quantity has: whole ones only, or parts of one too."""
    if "per" not in found:
        if "part" in found:
            found["part"].fail("“part”与“per”同用。", '"part" goes with "per".')
        return text
    if "part" not in found:
        node.fail(
            "“per”须写明不足一份的怎么算：part: pro rata 或 whole only。",
            'With "per" say what a part of one counts: part: pro rata, or whole only.',
        )
    steps = f"({text} / {_shown(found['per'], names)})"
    formula(_at(found["per"], steps), names, NUMBER)
    return f"floor({steps})" if found["part"].one_of(("pro rata", "whole only")) == "whole only" else steps


def _each(node: Node, found: Mapping[str, Node], names: Names) -> str:
    if "of" not in found:
        node.fail("缺少：of。", "This is missing: of.")
    steps = _times(node, found, _shown(found["of"], names), names)
    return f"{value_text(found['each'], names, None)} * {steps}"


def _sum(node: Node, names: Names, parts: list[Part] | None) -> str:
    texts: list[str] = []
    for one in node.each():
        more = ("id", "says", "when")
        found = one.fields((*_KEYS, *more), ("id",))
        if parts is not None and found["id"].scalar() in [part.id for part in parts]:
            found["id"].fail("编号重复。", "This id stands twice.")
        text = amount_text(one, names, more)
        if "when" in found:
            text = f"(if {_shown(found['when'], names, BOOLEAN)} then {text} else 0)"
        if parts is not None:
            says = found["says"].both() if "says" in found else None
            parts.append(Part(found["id"].scalar(), says, formula(_at(one, text), names, MONEY)))
        texts.append(text)
    return " + ".join(texts)


def _capped(node: Node, text: str, names: Names) -> str:
    caps: list[str] = []
    for one in node.each() if node.kind == "list" else (node,):
        if one.kind != "map" or "slab" in one.text_keys():
            caps.append(value_text(one, names, MONEY))
            continue
        found = one.fields(("amount", "net_of"), ("amount", "net_of"))
        cap, paid = value_text(found["amount"], names, MONEY), _shown(found["net_of"], names, MONEY)
        caps.append(f"(if {cap} > {paid} then {cap} - {paid} else 0)")
    return f"min({', '.join([text, *caps])})"


def _payees(node: Node, names: Names) -> tuple[Payee, ...]:
    payees: list[Payee] = []
    items = node.each()
    for at, one in enumerate(items):
        found = one.fields(("to", "says", "share"), ("to", "says", "share"))
        share = found["share"]
        rest = share.scalar() == "rest"
        if rest != (at == len(items) - 1):
            share.fail(
                "最后一方写rest（其余），其他各方写比例。", "The last gets the rest; each other has a share."
            )
        if found["to"].scalar() in [payee.id for payee in payees]:
            found["to"].fail("编号重复。", "This id stands twice.")
        payees.append(
            Payee(
                found["to"].text, found["says"].both(), None if rest else formula(share.source, names, RATE)
            )
        )
    return tuple(payees)
