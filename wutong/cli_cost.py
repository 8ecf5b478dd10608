"""The commands ``wutong policy cost`` and ``wutong policy due``: what a rulebook costs, and when it is paid."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wutong.cli_parts import DAY, FORMS, put, say, today
from wutong.cli_policy import files_of
from wutong.cli_run import facts_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wutong.policy.rulebook import Rulebook

    Settled = tuple[Rulebook, Mapping[str, Any], Any, bool]

_PATH: Final = click.Path(path_type=Path, exists=True)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options that both commands have."""
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
        click.option("--form", type=FORMS, default="table", show_default=True),
        click.option("--limit", type=click.IntRange(1), default=50, show_default=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _settled(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
) -> Settled:
    from wutong.policy.reform import settled_in
    from wutong.policy.run import outcomes

    if len(paths) > 2:
        raise click.UsageError("[ZONE] RULEBOOK")
    day = on.date() if on else today()
    book, facts, mistakes = facts_for(paths, files_of(paths[-1]), told, kind, day, known_on)
    for text in mistakes:
        say(text, err=True)
    subjects = {name: one.table for name, one in facts.items()}
    paid = settled_in(day.year)(book, subjects, outcomes(book, subjects))
    return book, subjects, paid, book.invented or any(one.invented for one in facts.values())


@click.command()
@_common
@click.option(
    "--by",
    type=click.Choice(["measure", "aspect", "package", "kind"]),
    default="measure",
    show_default=True,
    help="按什么分 / by what",
)
def cost(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
    form: str,
    limit: int,
    by: str,
) -> None:
    """一年花费：确定的、待决定的、事实未明的 / A year's cost: certain, hanging on decisions, hanging on facts.

    \b
    wutong policy cost examples/jincheng examples/measures --on 2025-12-31 --by aspect
    """
    from wutong.policy.cost import cost as added_up

    book, _, paid, invented = _settled(paths, on, known_on, told, kind)
    put(added_up(book, paid, by, invented=invented), form, limit)


@click.command()
@_common
def due(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
    form: str,
    limit: int,
) -> None:
    """何时该付：逐期、逐笔 / What is due when: each instalment with its day and condition.

    \b
    wutong policy due examples/jincheng examples/measures --on 2025-12-31
    """
    from wutong.policy.payout import due_finding, instalments

    book, subjects, paid, invented = _settled(paths, on, known_on, told, kind)
    put(due_finding(instalments(book, subjects, paid), invented=invented), form, limit)
