"""Conditions that exclude each other, that decide nothing, or that leave no amount: only what is proven is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wutong.policy.cases import Reader
from wutong.policy.edition import Edition, Force
from wutong.policy.evaluate import evaluate
from wutong.policy.feel.syntax import Between, Binary, Expr, Literal, Name
from wutong.policy.feel.values import Value
from wutong.policy.layout import labels_of
from wutong.policy.measure import Measure
from wutong.policy.places import asked_by, unrounded
from wutong.policy.prose import quantity
from wutong.policy.reach import (
    ALWAYS,
    Demand,
    Known,
    both,
    either,
    impossible,
)
from wutong.policy.remark import Remark
from wutong.policy.sums import Three, example_of
from wutong.policy.table_gaps import gaps_of
from wutong.words import Text

_SHOWN: Final = 4  # facts of an example that are written out


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: when it holds, fails and is unknown."""

    id: str
    line: int
    says: Text
    held: Three


@dataclass(frozen=True, slots=True)
class Setting:
    """An edition as demands.

    ``days`` must hold for it to be looked at at all; ``clauses`` must hold; ``asked`` are those of which somebody
    decides whether they hold, with when they are asked.
    """

    measure: Measure
    edition: Edition
    at: int
    reader: Reader
    days: Demand
    clauses: tuple[Clause, ...]
    asked: tuple[Clause, ...]

    @property
    def met(self) -> tuple[Demand, ...]:
        """All that a subject meets who is not refused."""
        return (self.days, *(clause.held.yes for clause in self.clauses))


def setting_of(measure: Measure, edition: Edition, at: int) -> Setting:
    """Read an edition for proofs; ``at`` is its number, from 1."""
    reader = Reader(edition.names, {one.name: one.formula.tree for one in edition.definitions})
    force, window = edition.force, edition.window
    days = reader.truth(_between(force)).yes if force else ALWAYS
    clauses: list[Clause] = []
    asked: list[Clause] = []
    if window is not None:
        line = edition.lines.get("apply", edition.line)
        says = Text("申报时间", "days of application")
        clauses.append(Clause("apply", line, says, reader.truth(_between(window))))
    for condition in edition.conditions:
        tree = Literal(True) if condition.when is None else condition.when.tree
        made = Clause(condition.id, condition.line, condition.says, reader.truth(tree))
        (asked if condition.decide else clauses).append(made)
    return Setting(measure, edition, at, reader, days, tuple(clauses), tuple(asked))


def _between(force: Force) -> Expr:
    start = Literal(force.start)
    if force.end is None:
        return Binary(">=", Name(force.by), start)
    return Between(Name(force.by), start, Literal(force.end))


def condition_remarks(setting: Setting) -> tuple[Remark, ...]:
    """Find conditions that nobody can meet together, that never decide, and decisions that never come up.

    Parameters
    ----------
    setting : Setting
        What ``setting_of`` gave.

    Returns
    -------
    tuple of Remark
        One alone where nobody can meet the conditions: all else would follow from that.
    """
    if setting.clauses and impossible(setting.met, setting.reader.domains):
        return (_contradiction(setting),)
    return (*_idle(setting), *_never_asked(setting), *_no_amount(setting))


def cannot_be_met(setting: Setting) -> bool:
    """Whether it is proven that nobody meets the conditions."""
    return impossible(setting.met, setting.reader.domains)


def least_of(setting: Setting, clauses: Sequence[Clause], *demands: Demand) -> list[Clause]:
    """The fewest conditions that still make demands impossible; those written first go first."""
    kept = list(clauses)
    for clause in clauses:
        rest = [one.held.yes for one in kept if one is not clause]
        if impossible([setting.days, *rest, *demands], setting.reader.domains):
            kept.remove(clause)
    return kept


def named(clauses: Sequence[Clause]) -> Text:
    """Conditions with their ids and what they say."""
    return Text(
        "、".join(f"{one.id}（{one.says.zh}）" for one in clauses),
        ", ".join(f"{one.id} ({one.says.en})" for one in clauses),
    )


def made(
    setting: Setting, rule: str, level: str, clause: str, line: int, says: Text, instead: Text
) -> Remark:
    """A remark about a clause of an edition."""
    measure = setting.measure
    return Remark(f"logic: {rule}", level, measure.id, setting.at, clause, measure.file, line, says, instead)


def _contradiction(setting: Setting) -> Remark:
    core = least_of(setting, setting.clauses)
    names = named(core)
    last = core[-1] if core else setting.clauses[-1]
    inside = setting.edition.force is not None and not impossible(
        [clause.held.yes for clause in core], setting.reader.domains
    )
    return made(
        setting,
        "contradiction",
        "look",
        last.id,
        last.line,
        Text(
            f"没有对象能{'在本版有效期内' if inside else ''}{'同时' if len(core) > 1 else ''}满足：{names.zh}。",
            f"Nobody can meet {'this' if len(core) == 1 else 'these together'}"
            f"{' within the days of the edition' if inside else ''}: {names.en}.",
        ),
        Text(
            "请对照原文，看是否写反或写错界限。", "Hold it against the text: a sign or a bound may be wrong."
        ),
    )


def _idle(setting: Setting) -> Iterator[Remark]:
    """Conditions without which every subject would fare the same, where its facts are known."""
    kept = list(setting.clauses)
    for clause in reversed(setting.clauses):
        others = [one for one in kept if one is not clause]
        if not _decides_nothing(setting, clause, others):
            continue
        kept.remove(clause)
        core = list(others)
        for one in others:
            rest = [other for other in core if other is not one]
            if _decides_nothing(setting, clause, rest):
                core = rest
        yield made(
            setting,
            "decides nothing",
            "look",
            clause.id,
            clause.line,
            Text(
                f"条件{named([clause]).zh}从不起作用：满足{named(core).zh}的都满足它。"
                if core
                else f"条件{named([clause]).zh}只要数已知，对谁都成立。",
                f"The condition {named([clause]).en} never decides: whoever meets {named(core).en} meets it."
                if core
                else f"The condition {named([clause]).en} holds for everybody of whom the facts are known.",
            ),
            Text("可以删去，或看界限是否写错。", "It can go, or a bound is wrong."),
        )


def _decides_nothing(setting: Setting, clause: Clause, others: Sequence[Clause]) -> bool:
    """Whether a subject of which all facts are known fares the same without a clause.

    None fails by it alone, even where another clause has no answer, and none is unknown by it alone.
    """
    known = [Known(name) for name in setting.measure.given]
    not_failed = [either(one.held.yes, one.held.unknown) for one in others]
    passed = [one.held.yes for one in others]
    return all(
        impossible([setting.days, *known, *demands], setting.reader.domains)
        for demands in ([clause.held.no, *not_failed], [clause.held.unknown, *passed])
    )


def _never_asked(setting: Setting) -> Iterator[Remark]:
    for clause in setting.asked:
        if impossible([*setting.met, clause.held.yes], setting.reader.domains):
            core = least_of(setting, setting.clauses, clause.held.yes)
            yield made(
                setting,
                "never asked",
                "look",
                clause.id,
                clause.line,
                Text(
                    f"需要决定的{named([clause]).zh}不会出现：与{named(core).zh}不能同时成立。",
                    f"The decision {named([clause]).en} never comes up: it cannot go with {named(core).en}.",
                ),
                Text(
                    "请看决定的前提（if）是否写错界限。",
                    "See whether what it hangs on (if) has a wrong bound.",
                ),
            )


def table_remarks(setting: Setting) -> tuple[Remark, ...]:
    """Overlaps, holes and idle rules of the edition's decision tables."""
    found: list[Remark] = []
    edition = setting.edition
    for at, one in enumerate(edition.definitions):
        if one.table is None:
            continue
        above = {other.name: other.formula.tree for other in edition.definitions[:at]}
        types = {**{name: field.type for name, field in setting.measure.given.items()}}
        types |= {name: edition.names[name] for name in above}
        for gap in gaps_of(one.table, types, above):
            shown = _facts_shown(setting, gap.example)
            rules = Text("、".join(map(str, gap.rules)), " and ".join(map(str, gap.rules)))
            says, instead = _GAPS[gap.kind]
            found.append(
                made(
                    setting,
                    f"table {gap.kind}",
                    "look",
                    f"define.{one.name}",
                    one.formula.source.line,
                    Text(
                        says.zh.format(name=one.label.zh, rules=rules.zh, shown=shown.zh),
                        says.en.format(name=one.label.en, rules=rules.en, shown=shown.en),
                    ),
                    instead,
                )
            )
    return tuple(found)


_GAPS: Final = {
    "overlap": (
        Text(
            "决策表“{name}”第{rules}行同时符合，得不出结果：{shown}。",
            'In the table "{name}" rules {rules} match together, so that nothing comes out: {shown}.',
        ),
        Text("请划清两行，或改用别的hit。", "Tell the rules apart, or take another hit policy."),
    ),
    "hole": (
        Text(
            "决策表“{name}”没有一行符合的情形：{shown}。",
            'In the table "{name}" no rule matches: {shown}.',
        ),
        Text("请补一行，或写default。", "Add a rule, or a default."),
    ),
    "never": (
        Text(
            "决策表“{name}”第{rules}行从不轮到。",
            'In the table "{name}" rule {rules} never comes to its turn.',
        ),
        Text("请看这一行是否写错，或应排在前面。", "See whether the rule is wrong, or belongs further up."),
    ),
}


# ------------------------------------------------------------ amounts that do not come out


def _no_amount(setting: Setting) -> Iterator[Remark]:
    if setting.edition.amount.not_known:
        return  # it says so itself
    line = setting.edition.lines.get("amount", setting.edition.line)
    for says in amounts_missing(setting):
        instead = Text(
            "请补上这一段的金额（如below），或使条件与分档的下限相合。",
            "Say what is due there (such as below), or let the condition and the lowest tier agree.",
        )
        yield made(
            setting,
            "no amount",
            "look",
            "amount",
            line,
            Text(f"{says.zh}。", f"{says.en[0].upper()}{says.en[1:]}."),
            instead,
        )


def amounts_missing(setting: Setting) -> list[Text]:
    """Where somebody meets all conditions and gets no amount: for everybody, or with one example put to the test."""
    for reading in setting.edition.amount.readings:
        cases = setting.reader.numbers(unrounded(reading.whole.tree))
        there = [both(one.path, *map(Known, sorted(one.leaf.needs))) for one in cases if one.leaf is not None]
        if impossible([*setting.met, either(*there)], setting.reader.domains):
            return [
                Text(
                    "满足全部条件的对象，谁也得不出金额",
                    "for nobody who meets all conditions an amount comes out",
                )
            ]
        example = _example(setting, either(*(one.path for one in cases if one.leaf is None)))
        if example is not None:
            shown = _facts_shown(setting, example)
            return [
                Text(
                    f"满足全部条件却得不出金额的情形：{shown.zh}",
                    f"all conditions are met and yet no amount comes out: {shown.en}",
                )
            ]
    return []


def _example(setting: Setting, gone: Demand) -> dict[str, Value] | None:
    """A subject that meets all conditions and has no amount, put to the test; or None."""
    types = {name: field.type for name, field in setting.measure.given.items()}
    facts = example_of([*setting.met, gone], types, setting.reader.domains)
    if facts is None:
        return None
    found = evaluate(setting.measure, facts)
    return facts if found.state == "unknown" and not found.missing and found.failing == ("amount",) else None


def _facts_shown(setting: Setting, facts: Mapping[str, Value]) -> Text:
    """The facts that the amount and the conditions compare, with their values."""
    labels = labels_of(setting.measure, setting.edition)
    given, edition = setting.measure.given, setting.edition
    trees = [one.when.tree for one in edition.conditions if one.when is not None]
    asked = asked_by([*trees, *(one.whole.tree for one in edition.amount.readings)], edition)
    said = [
        (labels[name], quantity(value, given[name].type))
        for name, value in facts.items()
        if name in given and name in asked and given[name].type.kind != "boolean"
    ][:_SHOWN]
    return Text(
        "，".join(f"{label.zh} {value.zh}" for label, value in said),
        ", ".join(f"{label.en} {value.en}" for label, value in said),
    )
