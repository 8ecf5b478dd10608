"""Why a measure gives what it gives: clause by clause, from the very clauses that were worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

from wutong.policy.amount import Formula
from wutong.policy.definition import Definition
from wutong.policy.edition import Edition
from wutong.policy.evaluate import Outcome, Subject, applied_late, edition_of, facts_of, worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import Binary, Cell, Expr, Name, names_in, show
from wutong.policy.feel.types import Type, Typed
from wutong.policy.feel.units import MONEY, RATE
from wutong.policy.feel.values import Days, Months, Value, plain
from wutong.policy.measure import Measure
from wutong.policy.table import matched
from wutong.words import Text

Held = Literal["met", "not met", "unknown", "needs decision", "no decision needed"]

UNKNOWN: Final = Text("未知", "not known")
HELD: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "met": Text("满足", "met"),
        "not met": Text("不满足", "not met"),
        "unknown": Text("未知", "unknown"),
        "needs decision": Text("待决定", "needs a decision"),
        "no decision needed": Text("无需决定", "no decision needed"),
    }
)
_TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_NEEDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        ">=": Text("须不低于{}", "needs at least {}"),
        ">": Text("须高于{}", "needs more than {}"),
        "<=": Text("须不超过{}", "needs at most {}"),
        "<": Text("须低于{}", "needs less than {}"),
        "=": Text("须为{}", "must be {}"),
        "!=": Text("须不是{}", "must not be {}"),
    }
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a clause: what is compared, its value, what is needed, and how far it is away.

    ``gap`` is what is lacking, or what is too much; None where the comparison holds, or cannot be measured. Values are
    in base units; ``says`` is the whole as a sentence.
    """

    label: Text
    value: Value
    operator: str
    threshold: Value
    gap: Fraction | None
    says: Text


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition with whether it holds and why; ``says`` is what the measure says."""

    id: str
    says: Text
    held: Held
    decide: str
    compared: tuple[Compared, ...]

    @property
    def line(self) -> Text:
        """The clause in one line."""
        whys = [one.says for one in self.compared]
        zh = "；".join(why.zh for why in whys)
        en = "; ".join(why.en for why in whys)
        who = Text(f"（由{self.decide}定）", f" (by {self.decide})") if self.decide else Text("", "")
        word = HELD[self.held]
        return Text(
            f"{self.says.zh}：{word.zh}{who.zh}" + (f"。{zh}" if zh else ""),
            f"{self.says.en}: {word.en}{who.en}" + (f". {en}" if en else ""),
        )


def explain(measure: Measure, subject: Subject) -> tuple[Clause, ...]:
    """Say of each clause whether a subject meets it, with its value, the threshold and the gap.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    tuple of Clause
        In the order of the file; one clause ``in_force`` where no edition holds for the subject.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.
    """
    facts = facts_of(measure, subject)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        held: Held = "unknown" if edition.state == "unknown" else "not met"
        return (Clause("in_force", Text("在有效期内", "Within the period of an edition"), held, "", ()),)
    known = worked_out(edition, facts)
    clauses = [*_window(edition, facts)]
    clauses += [
        Clause(
            condition.id,
            condition.says,
            _held(condition.when, bool(condition.decide), known),
            condition.decide,
            tuple(_compared(condition.when, measure, edition, known)) if condition.when else (),
        )
        for condition in edition.conditions
    ]
    if edition.quota:
        says = edition.quota.says
        clauses.append(Clause("quota", says, "needs decision", "排序 / ranking", ()))
    return tuple(clauses)


def _window(edition: Edition, facts: Mapping[str, Value]) -> Iterator[Clause]:
    window, late = edition.window, applied_late(edition, facts)
    if window is None:
        return
    first, last = window.start.isoformat(), window.end.isoformat() if window.end else ""
    says = Text(
        f"{first}起申报" + (f"，{last}止" if last else ""),
        f"Applied from {first}" + (f" to {last}" if last else ""),
    )
    yield Clause("apply", says, "unknown" if late is None else "not met" if late else "met", "", ())


def _held(when: Formula | None, decided: bool, known: Mapping[str, Value]) -> Held:
    found = True if when is None else exact.evaluate(when.tree, known)
    if found is None:
        return "unknown"
    if decided:
        return "needs decision" if found else "no decision needed"
    return "met" if found else "not met"


def _compared(
    when: Formula, measure: Measure, edition: Edition, known: Mapping[str, Value]
) -> Iterator[Compared]:
    labels = {name: one.label for name, one in measure.given.items()}
    labels |= {one.name: _named(one, known) for one in edition.definitions}
    for typed in _comparisons(when.typed):
        node = typed.node
        if isinstance(node, Binary) and node.operator in _NEEDS:
            yield _one(node, typed, labels, known)


def _named(definition: Definition, known: Mapping[str, Value]) -> Text:
    """The label of a definition; of a decision table with the rules that match."""
    label = definition.label
    held = matched(definition.table, known).held if definition.table else ()
    if not held:
        return label
    zh, en = "、".join(map(str, held)), ", ".join(map(str, held))
    return Text(f"{label.zh}（第{zh}行）", f"{label.en} (rule {en})")


def _comparisons(typed: Typed) -> Iterator[Typed]:
    """Comparisons of a clause, joined by and, or, not; no deeper, where they would mean something else."""
    if isinstance(typed.node, Binary) and typed.node.operator in ("and", "or"):
        for part in typed.parts:
            yield from _comparisons(part)
    else:
        yield typed


def _one(node: Binary, typed: Typed, labels: Mapping[str, Text], known: Mapping[str, Value]) -> Compared:
    left, right, operator = node.left, node.right, str(node.operator)
    types = [part.type for part in typed.parts]
    if names_in(right) and not names_in(left):
        left, right, operator = right, left, _TURNED[operator]
        types.reverse()
    value, threshold = exact.evaluate(left, known), exact.evaluate(right, known)
    gap = _gap(operator, value, threshold)
    # a bare 0 has the unit of what it is compared with
    units = [type_ if type_.unit else other for type_, other in ((types[0], types[1]), (types[1], types[0]))]
    label = _label(left, labels)
    shown, bound = written(value, units[0]), written(threshold, units[1])
    needs = _NEEDS[operator]
    zh = f"{label.zh} {shown.zh}，{needs.zh.format(bound.zh)}"
    en = f"{label.en} {shown.en}, {needs.en.format(bound.en)}"
    if gap:
        far = written(gap, units[0], points=True)
        over = operator in ("<", "<=")
        zh += f"，{'超出' if over else '差'}{far.zh}"
        en += f", {'over' if over else 'short'} by {far.en}"
    return Compared(label, value, operator, threshold, gap, Text(zh, en))


def _gap(operator: str, value: Value, threshold: Value) -> Fraction | None:
    if not isinstance(value, Fraction) or not isinstance(threshold, Fraction):
        return None
    if exact.compared(operator, value, threshold, "measure") is not False or operator in ("=", "!="):
        return None
    return abs(threshold - value)


def _label(node: Expr | Cell, labels: Mapping[str, Text]) -> Text:
    if isinstance(node, Name) and node.name in labels:
        return labels[node.name]
    return Text(show(node), show(node))


def written(value: Value, type_: Type, *, points: bool = False) -> Text:
    """Write a value for a reader, exact where it has an end, and to two digits where it has none.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY, RATE
    >>> written(Fraction(2990000000000, 100), MONEY)
    Text(zh='2.99亿元', en='299 million yuan')
    >>> written(Fraction(5, 100), RATE, points=True).en
    '5 points'
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, date):
        return Text(value.isoformat(), value.isoformat())
    if isinstance(value, Months):
        return Text(f"{value.months}个月", f"{value.months} months")
    if isinstance(value, Days):
        days = _digits(value.seconds / 86_400)
        return Text(f"{days}天", f"{days} days")
    if not isinstance(value, Fraction):
        return Text(str(value), str(value))
    if type_.unit == MONEY:
        yuan = value / 100
        for least, zh_unit in ((10**8, "亿元"), (10**4, "万元")):
            if abs(yuan) >= least:
                zh = f"{_digits(yuan / least)}{zh_unit}"
                break
        else:
            zh = f"{_digits(yuan)}元"
        million = abs(yuan) >= 10**6
        return Text(zh, f"{_digits(yuan / 10**6)} million yuan" if million else f"{_digits(yuan)} yuan")
    if type_.unit == RATE or (points and not type_.unit):
        digits = _digits(value * 100)
        return Text(f"{digits}个百分点", f"{digits} points") if points else Text(f"{digits}%", f"{digits} %")
    if type_.unit == (("m2", 1),):
        return Text(f"{_digits(value)}平方米", f"{_digits(value)} m²")
    return Text(_digits(value), _digits(value))


def _digits(number: Fraction) -> str:
    exactly = plain(number)
    if len(exactly.partition(".")[2]) <= 6:
        return exactly
    # cut, never rounded up: what falls short must not be shown as reached
    return "≈" + plain(Fraction(int(number * 100), 100))
