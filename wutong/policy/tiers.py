"""Tiers that nobody reaches, caps that never or always bind, rates above the whole, and jumps at a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Final

from wutong.policy.feel.check import check
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import Source
from wutong.policy.feel.syntax import Binary, Call, Expr, If, Literal, Minus, Name, names_in, parts, show
from wutong.policy.feel.types import MONEY, RATE
from wutong.policy.feel.units import Unit
from wutong.policy.layout import labels_of
from wutong.policy.logic import Setting, least_of, made, named
from wutong.policy.places import asked_by, unrounded
from wutong.policy.prose import quantity, said, yuan
from wutong.policy.reach import Demand, Known, both, either, impossible, range_under
from wutong.policy.remark import Remark
from wutong.words import Text

CLIFF: Final = 1_000_000_00
"""A jump of an amount that is worth naming, in fen."""


_JUMPS: Final = {
    "falls": Text(
        "做得更多反而拿得更少；请看档位是否写反。",
        "Who does more gets less; see whether the tiers are the wrong way round.",
    ),
    "cliff": Text(
        "跨过界限的差额很大，容易凑数；可改为分段累进（marginal）。",
        "Much hangs on crossing the bound, which invites arranging figures; bands (marginal) have no jump.",
    ),
}


def amount_remarks(setting: Setting) -> tuple[Remark, ...]:
    """Find what in an amount is never reached, always reached, larger than the whole, or jumps.

    Parameters
    ----------
    setting : Setting
        An edition whose conditions can be met.

    Returns
    -------
    tuple of Remark
        In the order of the amount.
    """
    found: list[Remark] = []
    for at, reading in enumerate(setting.edition.amount.readings, 1):
        several = len(setting.edition.amount.readings) > 1
        clause = f"amount.readings.{at}" if several else "amount"
        whole = unrounded(reading.whole.tree)
        found += _unreached(setting, clause, whole)
        found += _caps(setting, clause, whole, ())
        found += _rates(setting, clause, whole)
        found += _jumps(setting, clause, whole, None)
    return tuple({(one.rule, one.says): one for one in reversed(found)}.values())[::-1]


# ------------------------------------------------------------ branches


def _unreached(setting: Setting, clause: str, whole: Expr) -> Iterator[Remark]:
    """Branches of the amount, and of definitions that only the amount asks for, into which nobody comes."""
    conditions = [one.when.tree for one in setting.edition.conditions if one.when is not None]
    elsewhere = set(asked_by(conditions, setting.edition))
    own = [
        one.formula.tree
        for one in setting.edition.definitions
        if one.table is None and one.name in asked_by([whole], setting.edition) and one.name not in elsewhere
    ]
    found: dict[str, tuple[Expr, Demand]] = {}
    reached: set[str] = set()
    for tree in (whole, *own):
        for test, demand, comes in _branches(setting, tree, ()):
            if comes:
                reached.add(show(test))
            else:
                found.setdefault(show(test), (test, demand))
    for text, (test, demand) in found.items():
        if text in reached:  # a tier that stands twice, once for those whose rate is raised
            continue
        core = named(least_of(setting, setting.clauses, demand))
        words = said(test, labels_of(setting.measure, setting.edition))
        yield made(
            setting,
            "tier out of reach",
            "look",
            clause,
            _line(setting, clause),
            Text(
                f"“{words.zh}”这一档没有人够得着：条件{core.zh}已把它排除。"
                if core.zh
                else f"“{words.zh}”这一档没有人够得着。",
                f'Nobody reaches "{words.en}": the conditions {core.en} rule it out.'
                if core.en
                else f'Nobody reaches "{words.en}".',
            ),
            Text(
                "请看这一档是否多余，或条件的界限是否写高了。",
                "See whether the tier is idle or the condition's bound is too high.",
            ),
        )


def _branches(setting: Setting, tree: Expr, path: tuple[Demand, ...]) -> Iterator[tuple[Expr, Demand, bool]]:
    """Each branch that gives something: its test, what must hold for it, and whether somebody may come into it."""
    if not isinstance(tree, If):
        for part in parts(tree):
            yield from _branches(setting, part, path)
        return
    asked = setting.reader.truth(tree.condition)
    otherwise = Call("not", (tree.condition,))
    for test, demand, branch in (
        (tree.condition, asked.yes, tree.then),
        (otherwise, asked.no, tree.otherwise),
    ):
        whole = both(*path, demand)
        comes = not impossible([*setting.met, whole], setting.reader.domains)
        chained = branch is tree.otherwise and isinstance(branch, If)
        if not chained and not _is_nothing(branch):
            yield test, whole, comes
        if comes or chained:
            yield from _branches(setting, branch, (*path, demand))


def _is_nothing(tree: Expr) -> bool:
    return isinstance(tree, Literal) and (tree.value is None or tree.value == 0)


# ------------------------------------------------------------ caps


def _caps(setting: Setting, clause: str, tree: Expr, path: tuple[Demand, ...]) -> Iterator[Remark]:
    """Of the least of several values those that are never the least, and a first one that never is."""
    match tree:
        case Binary(operator="+", left=left, right=right):
            yield from _caps(setting, clause, left, path)
            yield from _caps(setting, clause, right, path)
        case If(condition=condition, then=then, otherwise=otherwise):
            asked = setting.reader.truth(condition)
            yield from _caps(setting, clause, then, (*path, asked.yes))
            yield from _caps(setting, clause, otherwise, (*path, asked.no))
        case Call(function="min", arguments=arguments) if len(arguments) > 1:
            yield from _of_least(setting, clause, arguments, path)
            yield from _caps(setting, clause, arguments[0], path)


def _of_least(
    setting: Setting, clause: str, arguments: tuple[Expr, ...], path: tuple[Demand, ...]
) -> Iterator[Remark]:
    context = (*setting.met, *path)
    domains = setting.reader.domains
    if impossible(context, domains) or not _comes_out(setting, arguments, path):
        return
    labels = labels_of(setting.measure, setting.edition)
    lines = setting.edition.lines
    cap = f"{clause}.cap" if f"{clause}.cap" in lines else clause
    for at, one in enumerate(arguments):
        below = [setting.reader.truth(Binary("<", one, other)).yes for other in arguments if other is not one]
        if not impossible([*context, *below], domains):
            continue
        if at:
            words = said(one, labels)
            most = most_of(setting, arguments[0], path)
            zh, en = (
                (f"，金额最多{yuan(most).zh}", f": the amount is {yuan(most).en} at most")
                if most
                else ("", "")
            )
            yield made(
                setting,
                "cap never reached",
                "note",
                cap,
                _line(setting, cap),
                Text(f"上限“{words.zh}”从不起作用{zh}。", f'The cap "{words.en}" never binds{en}.'),
                Text("可以删去，或看是否少写了几个零。", "It can go, or it has too many noughts."),
            )
        else:
            words = said(arguments[1], labels)
            yield made(
                setting,
                "always the cap",
                "look",
                cap,
                _line(setting, cap),
                Text(
                    f"符合条件的，算出的金额总不低于上限“{words.zh}”，实际上是定额。",
                    f'For all who meet the conditions the amount reaches the cap "{words.en}": in truth it is a fixed sum.',
                ),
                Text(
                    "请看上限或比例是否写错；若本意如此，写成定额更清楚。",
                    "See whether cap or rate is wrong; if it is meant so, a fixed sum is plainer.",
                ),
            )


def _comes_out(setting: Setting, arguments: tuple[Expr, ...], path: tuple[Demand, ...]) -> bool:
    """Whether it is not proven that one of several values is null for everybody."""
    there: list[Demand] = []
    for one in arguments:
        cases = setting.reader.numbers(one)
        there.append(
            either(
                *(
                    both(case.path, *map(Known, sorted(case.leaf.needs)))
                    for case in cases
                    if case.leaf is not None
                )
            )
        )
    return not impossible([*setting.met, *path, *there], setting.reader.domains)


def most_of(setting: Setting, tree: Expr, path: Sequence[Demand] = ()) -> Fraction | None:
    """The most that an amount can be for those who meet all conditions, rounded up; None where no bound is proven.

    Parameters
    ----------
    setting : Setting
        The edition.
    tree : Expr
        The amount, before rounding.
    path : sequence of Demand
        What holds besides.
    """
    found = Fraction(0)
    for case in setting.reader.numbers(tree):
        if case.leaf is None:
            continue
        known = map(Known, sorted(case.leaf.needs))
        reach = range_under(case.leaf.form, [*setting.met, *path, case.path, *known], setting.reader.domains)
        if reach is None:
            continue
        if reach.high is None:
            return None
        found = max(found, reach.high + case.leaf.constant)
    step = setting.edition.amount.step
    return ceil(found / step) * step


# ------------------------------------------------------------ rates


def _rates(setting: Setting, clause: str, tree: Expr) -> Iterator[Remark]:
    """Rates above 100 % by which something is multiplied."""
    for node in _walked(setting, tree):
        if not isinstance(node, Binary) or node.operator != "*":
            continue
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if _unit(setting, side) != RATE.unit or _unit(setting, other) != MONEY.unit:
                continue
            for case in setting.reader.numbers(side):
                leaf = case.leaf
                if leaf is None or leaf.form or leaf.constant <= 1:
                    continue
                if impossible([*setting.met, case.path], setting.reader.domains):
                    continue
                words = quantity(leaf.constant, RATE)
                yield made(
                    setting,
                    "rate above 100 %",
                    "look",
                    clause,
                    _line(setting, clause),
                    Text(
                        f"比例{words.zh}超过100%：给的比基数还多。",
                        f"A rate of {words.en} is above 100 %: more is given than there is.",
                    ),
                    Text("请看是不是多写了一位。", "See whether a digit is too many."),
                )


def _walked(setting: Setting, tree: Expr) -> Iterator[Expr]:
    yield tree
    for part in parts(tree):
        yield from _walked(setting, part)


def _unit(setting: Setting, tree: Expr) -> Unit | None:
    found = check(tree, setting.edition.names, Source(show(tree))).type
    return found.unit if found.kind == "number" else None


# ------------------------------------------------------------ jumps


@dataclass(frozen=True, slots=True)
class _Tier:
    by: Expr
    at: Expr
    bound: Fraction
    value: Fraction


def _jumps(setting: Setting, clause: str, tree: Expr, base: Expr | None) -> Iterator[Remark]:
    """Tiers of which the whole amount takes one: what it gains, or loses, at a bound."""
    match tree:
        case Name(name=name):
            defined = {one.name: one.formula.tree for one in setting.edition.definitions}
            if name in defined:
                yield from _jumps(setting, clause, defined[name], base)
        case Call(function="min", arguments=arguments):
            yield from _jumps(setting, clause, arguments[0], base)
        case Binary(operator="+", left=left, right=right) if base is None:
            yield from _jumps(setting, clause, left, None)
            yield from _jumps(setting, clause, right, None)
        case Binary(operator="*", left=left, right=right) if base is None:
            yield from _jumps(setting, clause, right, left)
            yield from _jumps(setting, clause, left, right)
        case If():
            tiers = _tiers(tree)
            if len(tiers) > 1:
                yield from _of_tiers(setting, clause, tiers, base)
            elif base is None:
                yield from _jumps(setting, clause, tree.then, None)


def _tiers(tree: Expr) -> list[_Tier]:
    """The tiers of a slab from low to high; nothing where it is something else."""
    found: list[_Tier] = []
    while isinstance(tree, If):
        match tree.condition:
            case Binary(operator=">=" | ">", left=by, right=right) if not found or by == found[0].by:
                bound, value = _number(right), _number(tree.then)
            case _:
                break
        if bound is None or value is None:
            return []
        found.append(_Tier(by, right, bound, value))
        tree = tree.otherwise
    return found[::-1]


def _number(tree: Expr) -> Fraction | None:
    if names_in(tree) or not isinstance(tree, Literal | Minus | Binary):
        return None
    value = evaluate(tree, {})
    return value if isinstance(value, Fraction) else None


def _of_tiers(setting: Setting, clause: str, tiers: list[_Tier], base: Expr | None) -> Iterator[Remark]:
    by = tiers[0].by
    if base is not None and {_unit(setting, by), _unit(setting, base)} != {MONEY.unit}:
        return
    jumps = [
        (upper.bound, (upper.value - lower.value) * (upper.bound if base is not None else 1))
        for lower, upper in pairwise(tiers)
        if not any(
            impossible(
                [*setting.met, setting.reader.truth(Binary(side, by, upper.at)).yes], setting.reader.domains
            )
            for side in ("<", ">=")
        )
    ]
    labels = labels_of(setting.measure, setting.edition)
    what, by_type = said(by, labels), check(by, setting.edition.names, Source(show(by))).type
    as_large = Text("（按基数同样大计）", " (for a base as large)")
    more = Text("", "") if base is None or base == by else as_large
    for rule, level, found, verb in (
        ("falls", "look", [one for one in jumps if one[1] < 0], Text("少", "falls")),
        ("cliff", "note", [one for one in jumps if one[1] >= CLIFF], Text("多", "jumps")),
    ):
        if not found:
            continue
        shown = [(quantity(bound, by_type), yuan(abs(jump))) for bound, jump in found]
        zh = "，".join(f"到{bound.zh}一下{verb.zh}{jump.zh}" for bound, jump in shown)
        en = ", ".join(f"at {bound.en} by {jump.en}" for bound, jump in shown)
        says = Text(
            f"按{what.zh}分档，金额{zh}{more.zh}。", f"By {what.en} the amount {verb.en} {en}{more.en}."
        )
        yield made(setting, rule, level, clause, _line(setting, clause), says, _JUMPS[rule])


def _line(setting: Setting, clause: str) -> int:
    lines = setting.edition.lines
    return lines.get(clause, lines.get("amount", setting.edition.line))
