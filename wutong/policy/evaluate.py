"""One subject and one measure: eligible with an amount, not eligible, unknown, or in need of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

from wutong.errors import RuleError
from wutong.policy.amount import Amount, Formula
from wutong.policy.edition import Edition
from wutong.policy.feel import exact
from wutong.policy.feel.library import rounded
from wutong.policy.feel.syntax import names_in
from wutong.policy.feel.values import Value, kind_of, plain
from wutong.policy.measure import Example, Measure
from wutong.words import Text

State = Literal["eligible", "not eligible", "unknown", "needs decision"]
Subject = Mapping[str, Value | int]
_NONE: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a measure gives to a subject. Money in fen.

    ``amount`` is certain, and None save where the state is eligible. ``if_approved`` has an amount for each reading
    that the text leaves open, ascending, and never counts as certain. ``failing`` names conditions that do not hold,
    or hold for all that is known but give no amount (``amount``); ``missing`` names facts that are not known;
    ``open`` names decisions that somebody must take. ``parts`` are the terms of a sum before caps and rounding.
    ``possible`` are the amounts that come out if all that is unknown beside them, and all that is open, turns out in the
    subject's favour; empty where no amount can be told. ``clause`` is the first that fails, is unknown or open.
    """

    state: State
    amount: int | None = None
    if_approved: tuple[int, ...] = ()
    failing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    payees: Mapping[str, int] = field(default_factory=lambda: _NONE)
    parts: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    possible: tuple[int, ...] = field(default=(), compare=False)
    clause: str = field(default="", compare=False)


def evaluate(measure: Measure, subject: Subject) -> Outcome:
    """Work out a measure for one subject, in exact fractions, as if it stood alone.

    Other subjects and other measures are not looked at: where places are few, the state is ``needs decision`` with
    ``quota`` open, and exclusion, joint ceilings and budgets are those of ``wutong.policy.stack``.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        Facts in base units (fen, m², shares of one); what is not there or None is not known. Other names are let be.

    Returns
    -------
    Outcome
        A condition that fails comes before facts that are missing, and these before decisions that are open.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.

    Examples
    --------
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
    ...     conditions: [{id: size, says: {zh: 投资一亿元以上, en: At least 100 million}, when: 投资 >= 1亿元}]
    ...     amount: {rate: 5%, base: 投资, round: {to: 1元, how: half up}}
    ... examples: [{given: {投资: 1亿元}, expect: {outcome: eligible, amount: 500万元}}]
    ... '''
    >>> evaluate(measure_of(text), {"投资": 2 * 10**10}).amount
    1000000000
    """
    facts = facts_of(measure, subject)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        return edition
    known = worked_out(edition, facts)
    late = applied_late(edition, facts)
    failing: list[str] = ["apply"] if late else []
    unsure: dict[str, Formula | None] = {"apply": None} if late is None else {}
    waiting: list[str] = []
    for condition in edition.conditions:
        held = True if condition.when is None else exact.evaluate(condition.when.tree, known)
        if held is None:
            unsure[condition.id] = condition.when
        elif condition.decide:
            waiting += [condition.id] if held else []
        elif not held:
            failing.append(condition.id)
    if failing:
        return Outcome("not eligible", failing=tuple(failing), clause=failing[0])
    readings = edition.amount.readings
    wholes = [exact.evaluate(reading.whole.tree, known) for reading in readings]
    asks = [one for one in unsure.values() if one is not None]
    asks += [
        one.whole for one, whole in zip(readings, wholes, strict=True) if not isinstance(whole, Fraction)
    ]
    amounts = sorted({int(whole) for whole in wholes if isinstance(whole, Fraction)})
    if unsure or None in wholes:
        missing = dict.fromkeys((edition.window.by,) if edition.window and late is None else ())
        missing |= dict.fromkeys(missing_of(edition, asks, facts))
        return Outcome(
            "unknown",
            failing=("amount",) if None in wholes else (),
            missing=tuple(missing),
            possible=() if None in wholes or amounts[0] < 0 else tuple(amounts),
            clause=next(iter(unsure), "amount"),
        )
    if amounts[0] < 0:
        return Outcome("not eligible", failing=("amount",), clause="amount")
    waiting += ["amount"] if len(amounts) > 1 else []
    waiting += ["quota"] if edition.quota else []
    possible = tuple(amounts)
    if waiting:
        return Outcome(
            "needs decision",
            if_approved=possible,
            open=tuple(waiting),
            possible=possible,
            clause=waiting[0],
        )
    return _granted(edition, amounts[0], known, facts)


def _granted(
    edition: Edition, amount: int, known: Mapping[str, Value], facts: Mapping[str, Value]
) -> Outcome:
    payees = shared_out(edition.amount, amount, known)
    if payees is None:
        shares = [payee.share for payee in edition.amount.payees if payee.share is not None]
        missing = missing_of(edition, shares, facts)
        return Outcome("unknown", failing=("amount",), missing=missing, possible=(amount,), clause="amount")
    parts = {}
    for part in edition.amount.readings[0].parts if len(edition.amount.readings) == 1 else ():
        value = exact.evaluate(part.formula.tree, known)
        if isinstance(value, Fraction):
            parts[part.id] = value
    return Outcome(
        "eligible",
        amount,
        payees=MappingProxyType(payees),
        parts=MappingProxyType(parts),
        possible=(amount,),
    )


def shared_out(amount: Amount, whole: int, known: Mapping[str, Value]) -> dict[str, int] | None:
    """Each payee's fen; None where a share is not known or the shares make more than all."""
    found: dict[str, int] = {}
    for payee in amount.payees:
        rest = whole - sum(found.values())
        share = Fraction(1) if payee.share is None else exact.evaluate(payee.share.tree, known)
        if not isinstance(share, Fraction) or share < 0:
            return None
        cut = rounded(f"round {amount.way}", whole * share, amount.step)
        part = rest if payee.share is None else int(cut or 0)
        if part > rest:
            return None
        found[payee.id] = part
    return found


def facts_of(measure: Measure, subject: Subject) -> dict[str, Value]:
    """Take a subject's facts for the fields of a measure, each of the kind that is declared."""
    facts: dict[str, Value] = {}
    for name, declared in measure.given.items():
        value = subject.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = Fraction(value)
        # `type(...)` of a float is none of the kinds: 0.1 is not a tenth
        fits = value is None or (not isinstance(value, float) and kind_of(value) == declared.type.kind)
        if not fits or (
            isinstance(value, str) and declared.type.choices and value not in declared.type.choices
        ):
            raise RuleError(
                Text(
                    f"{measure.id}，{name}：“{value}”不是所声明的类型或代码。请改正数据；数用整数或分数，不用浮点数。",
                    f'{measure.id}, {name}: "{value}" is not of the declared type or codes. Correct the data; numbers are '
                    "whole or fractions, never floats.",
                )
            )
        facts[name] = value
    return facts


def edition_of(measure: Measure, facts: Mapping[str, Value]) -> Edition | Outcome:
    """The edition that a subject falls in by its date; an outcome where there is none or the date is not known."""
    for edition in measure.editions:
        force = edition.force
        if force is None:
            return edition
        on = facts.get(force.by)
        if not isinstance(on, date):
            return Outcome("unknown", missing=(force.by,), clause="in_force")
        if force.start <= on and (force.end is None or on <= force.end):
            return edition
    return Outcome("not eligible", failing=("in_force",), clause="in_force")


def applied_late(edition: Edition, facts: Mapping[str, Value]) -> bool | None:
    """Whether an application lies outside the days for it; None where its day is not known."""
    if edition.window is None:
        return False
    on = facts.get(edition.window.by)
    if not isinstance(on, date):
        return None
    return not (edition.window.start <= on and (edition.window.end is None or on <= edition.window.end))


def worked_out(edition: Edition, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Facts with the edition's definitions."""
    known = dict(facts)
    for definition in edition.definitions:
        known[definition.name] = exact.evaluate(definition.formula.tree, known)
    return known


def missing_of(edition: Edition, formulas: list[Formula], facts: Mapping[str, Value]) -> tuple[str, ...]:
    """Facts that are not known and that these formulas ask for, through definitions too."""
    defined = {definition.name: definition.formula for definition in edition.definitions}
    waiting = [name for one in formulas for name in names_in(one.tree)]
    found: dict[str, None] = {}
    seen: set[str] = set()
    for name in waiting:
        if name in seen:
            continue
        seen.add(name)
        if name in defined:
            waiting.extend(names_in(defined[name].tree))
        elif facts.get(name) is None:
            found[name] = None
    return tuple(found)


def differences(measure: Measure, example: Example) -> tuple[Text, ...]:
    """Hold an example against what comes out.

    Parameters
    ----------
    measure : Measure
        The measure.
    example : Example
        One of its examples.

    Returns
    -------
    tuple of Text
        One sentence for each thing that comes out otherwise; none where the example passes.
    """
    found = evaluate(measure, example.given)
    pairs: list[tuple[str, object, object]] = [("outcome", example.outcome, found.state)]
    pairs += [
        (name, tuple(sorted(wanted)) if ordered else wanted, tuple(sorted(got)) if ordered else got)
        for name, wanted, got, ordered in (
            ("failing", example.failing, found.failing, True),
            ("missing", example.missing, found.missing, True),
            ("open", example.open, found.open, True),
        )
        if wanted is not None
    ]
    if example.amount is not None:
        pairs.append(("amount", example.amount, found.amount))
    if example.if_approved is not None:
        pairs.append(("if_approved", tuple(sorted(example.if_approved)), found.if_approved))
    if example.payees is not None:
        pairs.append(("payees", dict(example.payees), dict(found.payees)))
    if example.parts is not None:
        got = {name: plain(value) for name, value in found.parts.items()}
        pairs.append(("parts", {name: str(value) for name, value in example.parts.items()}, got))
    return tuple(
        Text(
            f"{measure.file}，第{example.line}行：{name} 应为 {wanted}，实得 {got}。",
            f"{measure.file}, line {example.line}: {name} should be {wanted} and is {got}.",
        )
        for name, wanted, got in pairs
        if wanted != got
    )
