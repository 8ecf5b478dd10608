"""What a rulebook holds to no use: facts, definitions, groups, budgets and limits; days that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from wutong.policy.edition import Edition, Limit
from wutong.policy.feel import exact
from wutong.policy.feel.syntax import names_in
from wutong.policy.logic import cannot_be_met, setting_of
from wutong.policy.measure import Measure
from wutong.policy.places import asked_by, places_of, unrounded
from wutong.policy.prose import yuan
from wutong.policy.remark import Remark
from wutong.policy.rulebook import HEAD, Rulebook
from wutong.policy.tiers import most_of
from wutong.words import Text

_NOTHING = Text("", "")


def tidy_remarks(book: Rulebook) -> tuple[Remark, ...]:
    """Find what is declared and never used, days that no edition covers, and limits that never bind.

    Parameters
    ----------
    book : Rulebook
        The measures with what is between them.

    Returns
    -------
    tuple of Remark
        Measure by measure, then what stands between them.
    """
    found = [remark for measure in book.measures for remark in _of_measure(measure, book)]
    return (*found, *_between(book))


# ------------------------------------------------------------ one measure


def _of_measure(measure: Measure, book: Rulebook) -> Iterator[Remark]:
    raisers = [
        one
        for one in book.measures
        if any(change.measure == measure.id for edition in one.editions for change in edition.modifies)
    ]
    elsewhere = _asked_between(book) | {name for one in raisers for name in one.given}
    asked: set[str] = set()
    for at, edition in enumerate(measure.editions, 1):
        used = set(_asked(edition))
        asked |= used | {name for one in edition.definitions for name in names_in(one.formula.tree)}
        asked |= _asked_by_groups(edition, book)
        for one in edition.definitions:
            if one.name not in used | elsewhere and not _is_raise(one.name, raisers):
                yield _about(
                    measure,
                    "definition without use",
                    "note",
                    at,
                    f"define.{one.name}",
                    one.formula.source.line,
                    Text(
                        f"“{one.label.zh}”定义了而没有用到。", f'"{one.label.en}" is defined and never used.'
                    ),
                    Text("删去，或看哪一条本该用它。", "Strike it, or see which clause should ask for it."),
                )
    for name, field in measure.given.items():
        if name not in asked | elsewhere:
            yield _about(
                measure,
                "fact without use",
                "note",
                0,
                f"given.{name}",
                field.line,
                Text(
                    f"“{field.label.zh}”列了而没有用到。",
                    f'"{field.label.en}" is listed and never asked for.',
                ),
                Text(
                    "删去：多要一个数，企业就多填一次。",
                    "Strike it: every fact is one more that a firm has to give.",
                ),
            )
    yield from _days(measure)


def _about(
    measure: Measure,
    rule: str,
    level: str,
    at: int,
    clause: str,
    line: int,
    says: Text,
    instead: Text = _NOTHING,
) -> Remark:
    return Remark(f"logic: {rule}", level, measure.id, at, clause, measure.file, line, says, instead)


def _asked(edition: Edition) -> tuple[str, ...]:
    trees = [tree for place in places_of(edition) for tree in place.trees]
    trees += [reading.whole.tree for reading in edition.amount.readings]
    return asked_by(trees, edition)


def _asked_by_groups(edition: Edition, book: Rulebook) -> set[str]:
    groups = [book.groups[name] for name in edition.exclusive if name in book.groups]
    budget = book.budgets.get(edition.budget)
    return {name for group in groups for name in (group.key, group.earlier)} | {budget.by if budget else ""}


def _asked_between(book: Rulebook) -> set[str]:
    """Facts that limits over several measures ask for."""
    formulas = [one for limit in book.limits for one in (limit.amount, limit.net_of) if one is not None]
    return {name for one in formulas for name in names_in(one.tree)}


def _is_raise(name: str, raisers: list[Measure]) -> bool:
    return name.startswith(tuple(f"{one.id} raise" for one in raisers))


def _days(measure: Measure) -> Iterator[Remark]:
    forces = [(edition.force, at) for at, edition in enumerate(measure.editions, 1) if edition.force]
    if not forces and measure.status == "in force":
        yield _about(
            measure,
            "no days",
            "look",
            1,
            "in_force",
            measure.editions[0].line,
            Text("标为现行，却没写有效期。", "It is said to be in force, and no days are given."),
            Text(
                "写in_force：起止日与以哪个日期为准。",
                "Write in_force: from when to when, and by which date.",
            ),
        )
    ordered = sorted(((force, at) for force, at in forces if force), key=lambda one: one[0].start)
    for (one, _), (other, at) in pairwise(ordered):
        if one.end is not None and one.end + timedelta(days=1) < other.start:
            first, last = one.end + timedelta(days=1), other.start - timedelta(days=1)
            yield _about(
                measure,
                "gap",
                "look",
                at,
                "in_force",
                measure.editions[at - 1].lines.get("in_force", measure.editions[at - 1].line),
                Text(
                    f"两版之间有空档：{first}至{last}哪一版都不管。",
                    f"Between two editions lies a gap: from {first} to {last} none holds.",
                ),
                Text(
                    "若本意是接续，请改起止日。", "If they are meant to follow each other, change the days."
                ),
            )


# ------------------------------------------------------------ between measures


def _between(book: Rulebook) -> Iterator[Remark]:
    editions = [(measure, edition) for measure in book.measures for edition in measure.editions]
    for name, group in book.groups.items():
        members = {measure.id for measure, edition in editions if name in edition.exclusive}
        if len(members) < 2 and not group.earlier:
            only = next(iter(members), "")
            yield _head(
                "group of one",
                f"groups.{name}",
                Text(
                    f"互斥组“{group.says.zh}”只有{only}一条措施：只在同一企业的几个项目之间起作用。"
                    if only
                    else f"互斥组“{group.says.zh}”没有措施。",
                    f'The group "{group.says.en}" has {only} alone: it tells apart only several projects of one firm.'
                    if only
                    else f'The group "{group.says.en}" has no measure.',
                ),
                Text("看是否有措施漏写exclusive。", "See whether a measure lacks its exclusive."),
            )
    for name, budget in book.budgets.items():
        if not any(edition.budget == name for _, edition in editions):
            yield _head(
                "budget without use",
                f"budgets.{name}",
                Text(
                    f"预算“{budget.says.zh}”没有措施使用。",
                    f'No measure draws on the budget "{budget.says.en}".',
                ),
                Text("看是否有措施漏写budget。", "See whether a measure lacks its budget."),
            )
    for limit in book.limits:
        yield from _limit(book, limit, "", HEAD, limit.amount.source.line)
    for measure, edition in editions:
        for limit in edition.limits:
            yield from _limit(book, limit, measure.id, measure.file, limit.amount.source.line)


def _head(rule: str, clause: str, says: Text, instead: Text) -> Remark:
    return Remark(f"logic: {rule}", "note", "", 0, clause, HEAD, 0, says, instead)


def _limit(book: Rulebook, limit: Limit, measure: str, file: str, line: int) -> Iterator[Remark]:
    """A yearly limit that is no less than all its measures can give a firm."""
    most = _together(book, limit)
    amount = None if names_in(limit.amount.tree) else exact.evaluate(limit.amount.tree, {})
    if most is None or not isinstance(amount, Fraction) or most > amount:
        return
    yield Remark(
        "logic: limit never reached",
        "note",
        measure,
        0,
        f"limits.{limit.id}",
        file,
        line,
        Text(
            f"合计上限{yuan(amount).zh}从不起作用：各项加起来最多{yuan(most).zh}。",
            f"The limit of {yuan(amount).en} never binds: together they come to {yuan(most).en} at most.",
        ),
        Text("可以删去，或看各项上限是否写低了。", "It can go, or the caps of the measures are too low."),
    )


def _together(book: Rulebook, limit: Limit) -> Fraction | None:
    """The most that one firm can get of a limit's measures in a year; None where no bound is proven.

    A firm may have many projects and people, so only measures for firms are counted.
    """
    if limit.per != "firm and year" or limit.net_of is not None:
        return None
    total = Fraction(0)
    for measure in book.measures:
        if measure.id not in limit.measures:
            continue
        if measure.subject != "firm":
            return None
        best = Fraction(0)
        for at, edition in enumerate(measure.editions, 1):
            setting = setting_of(measure, edition, at)
            if cannot_be_met(setting):
                continue
            for reading in edition.amount.readings:
                most = most_of(setting, unrounded(reading.whole.tree))
                if most is None:
                    return None
                best = max(best, most)
        total += best
    return total
