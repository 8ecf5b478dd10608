"""The commands ``wutong policy cost``, ``due``, ``twice`` and ``keep``: what a rulebook costs, when it is paid, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wutong.cli_parts import ALL_FORMS, DAY, deliver, opened, say, today
from wutong.cli_policy import files_of
from wutong.cli_run import facts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from wutong.policy.rulebook import Rulebook

_PATH: Final = click.Path(path_type=Path, exists=True)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options that all of them have; what says which awards are asked for goes to ``_settled`` whole."""
    options = (
        click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="[ZONE] RULEBOOK"),
        click.option("--on", type=DAY, help="按哪一天算 / the day for which it is run [default: today]"),
        click.option("--known-on", type=DAY, help="只用这一天以前所知 / use what was known on this day"),
        click.option(
            "--facts",
            "told",
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="填好的表 / a table of facts",
        ),
        click.option(
            "--kind",
            type=click.Choice(["firm", "project", "person"]),
            help="只算这类对象 / one kind of subject",
        ),
        click.option(
            "--form", type=ALL_FORMS, help="输出形式 / form of the output [default: table, or that of --out]"
        ),
        click.option(
            "--out", type=click.Path(path_type=Path, dir_okay=False), help="写入文件 / write to a file"
        ),
        click.option("--limit", type=click.IntRange(1), default=50, show_default=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class _Settled:
    """A rulebook, its subjects and what is paid; ``tables`` are those of the zone, none where there is no zone."""

    book: Rulebook
    subjects: Mapping[str, Any]
    paid: Any
    invented: bool
    tables: Mapping[str, Any]
    day: date


def _settled(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
) -> _Settled:
    from wutong.policy.reform import settled_in
    from wutong.policy.rulebook import rulebook_of
    from wutong.policy.run import outcomes

    if len(paths) > 2:
        raise click.UsageError("[ZONE] RULEBOOK")
    zone = opened(paths[0], known_on) if len(paths) == 2 else None
    if zone is None and told is None:
        raise click.UsageError("ZONE 或 / or --facts FILE")
    day = on.date() if on else today()
    book = rulebook_of(files_of(paths[-1]))
    facts, mistakes = facts_in(book, zone, told, kind, day)
    for text in mistakes:
        say(text, err=True)
    subjects = {name: one.table for name, one in facts.items()}
    paid = settled_in(day.year)(book, subjects, outcomes(book, subjects))
    invented = book.invented or any(one.invented for one in facts.values())
    return _Settled(book, subjects, paid, invented, zone.tables if zone else {}, day)


@click.command()
@_common
@click.option(
    "--by",
    type=click.Choice(["measure", "aspect", "package", "kind", "chain", "size"]),
    default="measure",
    show_default=True,
    help="按什么分 / by what",
)
@click.option("--budgets", is_flag=True, help="各笔预算还剩多少 / what is left of each budget")
def cost(form: str | None, out: Path | None, limit: int, by: str, budgets: bool, **asked: Any) -> None:
    """一年花费：确定的、待决定的、事实未明的 / A year's cost: certain, hanging on decisions, hanging on facts.

    \b
    wutong policy cost examples/jincheng examples/measures --on 2025-12-31 --by aspect
    wutong policy cost examples/jincheng examples/measures --on 2025-12-31 --by chain
    wutong policy cost examples/jincheng examples/measures --on 2025-12-31 --budgets
    """
    from wutong.policy.cost import cost as added_up
    from wutong.policy.firm_groups import GROUPS, firm_groups
    from wutong.policy.headroom import headroom_finding

    if by in GROUPS and len(asked["paths"]) < 2:
        raise click.UsageError(f"--by {by}: ZONE")
    found = _settled(**asked)
    if budgets:
        finding = headroom_finding(found.book, found.paid, found.day.year, invented=found.invented)
    else:
        groups = firm_groups(found.tables, found.day) if by in GROUPS else None
        finding = added_up(found.book, found.paid, by, groups, invented=found.invented)
    deliver(finding, form, out, limit)


@click.command()
@_common
@click.option(
    "--by",
    type=click.Choice(["month", "quarter", "year", "measure", "payee"]),
    help="按什么相加 / added up by what [default: row by row]",
)
def due(form: str | None, out: Path | None, limit: int, by: str | None, **asked: Any) -> None:
    """何时该付：逐期逐笔，或按月、季、年 / What is due when: each instalment, or by month, quarter, year.

    What the zone's table of awards says was paid is set off. What has no known day is shown at the end.

    \b
    wutong policy due examples/jincheng examples/measures --on 2025-12-31
    wutong policy due examples/jincheng examples/measures --on 2025-12-31 --by quarter
    """
    from wutong.policy.committed import commitments
    from wutong.policy.due import awards_caveats, due_finding, due_sums

    found = _settled(**asked)
    awards = _awards(found)
    table = commitments(found.book, found.subjects, found.paid, awards)
    caveats, invented = awards_caveats(awards), found.invented or _any_invented(awards)
    if by is None:
        deliver(due_finding(table, found.day, caveats, invented=invented), form, out, limit)
    else:
        deliver(due_sums(table, by, found.day, caveats, invented=invented), form, out, limit)


@click.command()
@_common
def twice(form: str | None, out: Path | None, limit: int, **asked: Any) -> None:
    """谁被付了两次、谁会被付两次 / Who was paid twice, and who would be. It looks at the zone's table of awards.

    \b
    wutong policy twice myzone examples/measures --on 2025-12-31
    """
    from wutong.policy.answers import names_of
    from wutong.policy.twice import paid_twice, twice_finding

    found, awards = _with_awards(**asked)
    cases = paid_twice(found.book, found.paid, awards)
    invented = found.invented or _any_invented(awards)
    deliver(twice_finding(cases, awards, names_of(found.tables), invented=invented), form, out, limit)


@click.command()
@_common
def keep(form: str | None, out: Path | None, limit: int, **asked: Any) -> None:
    """付后须遵守什么、能追回多少 / What must be kept for what was paid, what can be recovered, what is at risk.

    \b
    wutong policy keep myzone examples/measures --on 2025-12-31
    """
    from wutong.policy.kept import kept, kept_finding

    found, awards = _with_awards(**asked)
    table = kept(found.book, found.subjects, awards, found.day)
    deliver(kept_finding(table, invented=found.invented or _any_invented(awards)), form, out, limit)


def _awards(found: _Settled) -> Any:
    """The zone's awards, held against the measures; None without a zone."""
    from wutong.policy.awards import awards_of

    if "award" not in found.tables:
        return None
    return awards_of(found.book, found.subjects, found.tables["award"], found.day.year)


def _with_awards(**asked: Any) -> tuple[_Settled, Any]:
    if len(asked["paths"]) < 2:
        raise click.UsageError("ZONE RULEBOOK")
    found = _settled(**asked)
    return found, _awards(found)


def _any_invented(awards: Any) -> bool:
    return awards is not None and bool(awards["invented"].any())
