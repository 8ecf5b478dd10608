"""Grants without application (免申即享): the four tests of whether a measure can be given to those it is for unasked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from wutong.finding import Finding
from wutong.policy.edition import Edition
from wutong.policy.logic import amounts_missing, setting_of
from wutong.policy.measure import Measure
from wutong.policy.places import asked_by
from wutong.policy.remark import Remark
from wutong.policy.rulebook import Rulebook
from wutong.words import Language, Text

TESTS: Final = {
    "beneficiary": Text("受益对象确定", "Beneficiary definite"),
    "recognition": Text("认定有据", "Recognition documented"),
    "amount": Text("金额明确", "Amount stated"),
    "document": Text("文件有效", "Document in force"),
}
"""The four tests, as a county published them in 2022 (通城县)."""

_FINE: Final = Text("", "")
_STATUS: Final = {
    "expired": "已失效",
    "draft": "草案",
    "not known": "不明",
    "example of a shape": "规则形状示例",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One test of one edition: whether it is met, and if not why not."""

    id: str
    met: bool
    why: Text


@dataclass(frozen=True, slots=True)
class Unasked:
    """An edition with its four tests; ``declared`` if its file says that nobody has to apply."""

    measure: Measure
    edition: Edition
    at: int
    declared: bool
    tests: tuple[Point, ...]


def unasked_of(measure: Measure, edition: Edition, at: int, on: date) -> Unasked:
    """Hold an edition against the four tests.

    Parameters
    ----------
    measure, edition, at
        The edition and its number, from 1.
    on : date
        The day on which its document must be in force.

    Returns
    -------
    Unasked
        All four, met or not, with the reason.
    """
    tests = (
        _point("beneficiary", _beneficiary(measure, edition)),
        _point("recognition", _recognition(edition)),
        _point("amount", _amount(measure, edition, at)),
        _point("document", _document(measure, edition, on)),
    )
    return Unasked(measure, edition, at, bool(edition.without_application), tests)


def _point(name: str, whys: Iterable[Text]) -> Point:
    found = list(whys)
    return Point(
        name,
        not found,
        Text("；".join(one.zh for one in found), "; ".join(one.en for one in found)) if found else _FINE,
    )


def _untold(measure: Measure, names: Iterable[str]) -> list[Text]:
    """Facts that no table of the zone holds."""
    labels = [
        measure.given[name].label for name in names if name in measure.given and not measure.given[name].taken
    ]
    if not labels:
        return []
    return [
        Text(
            f"这些数没有出处，要有人来报：{'、'.join(one.zh for one in labels)}",
            f"no table holds these facts, somebody has to tell them: {', '.join(one.en for one in labels)}",
        )
    ]


def _beneficiary(measure: Measure, edition: Edition) -> list[Text]:
    found = [
        Text(f"“{one.says.zh}”由{one.decide}决定", f'"{one.says.en}" is decided by {one.decide}')
        for one in edition.conditions
        if one.decide
    ]
    trees = [one.when.tree for one in edition.conditions if one.when is not None]
    names = list(asked_by(trees, edition))
    names += [force.by for force in (edition.force, edition.window) if force is not None]
    if edition.quota is not None:
        names += asked_by([edition.quota.by.tree], edition)
        if edition.quota.ties == "decide":
            found.append(Text("名额并列时须有人决定", "with a tie for the last place somebody has to decide"))
    return found + _untold(measure, dict.fromkeys(names))


def _recognition(edition: Edition) -> list[Text]:
    if edition.without_application:
        return []
    return [
        Text(
            "没写凭哪份文件认定（recognised_by）",
            "no paper is named that recognises who has it (recognised_by)",
        )
    ]


def _amount(measure: Measure, edition: Edition, at: int) -> list[Text]:
    amount = edition.amount
    found: list[Text] = []
    if amount.not_known:
        found.append(Text("金额有一部分没有读到", "a part of the amount was not read"))
    if len(amount.readings) > 1:
        found.append(
            Text(
                f"有{len(amount.readings)}种读法，待{amount.decide}定",
                f"there are {len(amount.readings)} readings; {amount.decide} settles which",
            )
        )
    trees = [one.whole.tree for one in amount.readings]
    trees += [one.share.tree for one in amount.payees if one.share is not None]
    if not amount.not_known:
        found += amounts_missing(setting_of(measure, edition, at))
    return found + _untold(measure, asked_by(trees, edition))


def _document(measure: Measure, edition: Edition, on: date) -> list[Text]:
    found: list[Text] = []
    if measure.status != "in force":
        found.append(Text(f"状态是{_STATUS[measure.status]}", f'its status is "{measure.status}"'))
    force = edition.force
    if force is None:
        found.append(Text("没写有效期", "it gives no days"))
    elif on < force.start or (force.end is not None and on > force.end):
        until = force.end.isoformat() if force.end else ""
        found.append(
            Text(f"{on}不在{force.start}至{until}之内", f"{on} does not lie within {force.start} to {until}")
        )
    return found


def unasked_remarks(book: Rulebook, on: date) -> tuple[Remark, ...]:
    """Measures that say nobody has to apply, and fail a test.

    Parameters
    ----------
    book : Rulebook
        The measures.
    on : date
        The day on which their documents must be in force.

    Returns
    -------
    tuple of Remark
        One for each test that is not met. Of the editions of a measure those are held against the day that are not yet
        over; where all are, the last.
    """
    found: list[Remark] = []
    for one in every_unasked(book, on):
        if not one.declared:
            continue
        line = one.edition.lines.get("without_application", one.edition.line)
        found += [
            Remark(
                f"unasked: {test.id}",
                "look",
                one.measure.id,
                one.at,
                "without_application",
                one.measure.file,
                line,
                Text(
                    f"写明免申即享，但“{TESTS[test.id].zh}”不满足：{test.why.zh}。",
                    f'It is to be given without application, but "{TESTS[test.id].en}" is not met: {test.why.en}.',
                ),
                Text("补上所缺，或改为申报。", "Add what is missing, or let firms apply."),
            )
            for test in one.tests
            if not test.met
        ]
    return tuple(found)


def every_unasked(book: Rulebook, on: date) -> tuple[Unasked, ...]:
    """The four tests of each measure, for the edition that holds on a day, or else for the last one."""
    return tuple(
        unasked_of(measure, *_edition_on(measure, on), on)
        for measure in book.measures
        if any(not edition.modifies for edition in measure.editions)
    )


def _edition_on(measure: Measure, on: date) -> tuple[Edition, int]:
    last = len(measure.editions)
    for at, edition in enumerate(measure.editions, 1):
        force = edition.force
        if force is None or (force.start <= on and (force.end is None or on <= force.end)):
            return edition, at
    return measure.editions[-1], last


def unasked_finding(book: Rulebook, on: date, language: Language) -> Finding:
    """Which measures could be given without application, and what stands in the way.

    Parameters
    ----------
    book : Rulebook
        The measures.
    on : date
        The day on which their documents must be in force.
    language : {"zh", "en"}
        Of the reasons.

    Returns
    -------
    Finding
        One row a measure: how many of the four tests it meets, and why not the others.
    """
    rows = []
    for one in every_unasked(book, on):
        failed = [test for test in one.tests if not test.met]
        whys = "；".join if language == "zh" else "; ".join
        rows.append(
            {
                "measure": one.measure.id,
                "title": one.measure.title.say(language),
                "declared": one.declared,
                **{test.id: test.met for test in one.tests},
                "met": len(one.tests) - len(failed),
                "why": whys(test.why.say(language) for test in failed) or None,
            }
        )
    schema = {"measure": pl.String, "title": pl.String, "declared": pl.Boolean}
    schema |= dict.fromkeys(TESTS, pl.Boolean) | {"met": pl.Int64, "why": pl.String}
    table = pl.DataFrame(rows, schema=schema).sort("met", "measure", descending=[True, False])
    ready = table.filter(pl.col("met") == len(TESTS)).height
    near = table.filter(pl.col("met") == len(TESTS) - 1).height
    return Finding(
        id="without-application",
        title=Text(
            "哪些措施可以免申即享，差在哪里？",
            "Which measures could be given without application, and what is in the way?",
        ),
        answer=Text(
            f"{table.height}条措施中，{ready}条四项都满足，{near}条只差一项。",
            f"Of {table.height} measures {ready} meet all four tests, and {near} lack one.",
        ),
        table=table,
        labels={
            "measure": Text("措施", "Measure"),
            "title": Text("名称", "Title"),
            "declared": Text("已写免申即享", "Declared"),
            **TESTS,
            "met": Text("满足几项", "Tests met"),
            "why": Text("差在哪里", "What is in the way"),
        },
        units={"met": "count"},
        method=Text(
            "四项：条件全由有出处的数判定、无人裁量；有认定文件；金额只有一种读法且算得出；文件在所问之日有效（通城县2022年）。",
            "Four tests: conditions rest on facts that tables hold and nobody decides; a paper recognises who has it; the amount "
            "has one reading and comes out; the document is in force on the day asked for (Tongcheng County, 2022).",
        ),
        caveats=(
            Text(
                "认定本身仍要申请；本表只看奖补这一步。",
                "The recognition itself still takes an application; this is about the award alone.",
            ),
        ),
        blanks=frozenset({"why"}),
    )
