"""The command ``wutong policy reform``: numbers of a rulebook changed on trial, and what it costs whom."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from wutong.cli_parts import DAY, FORMS, put, say, today
from wutong.cli_policy import files_of
from wutong.cli_run import facts_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction


_PATH: Final = click.Path(path_type=Path, exists=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="[ZONE] RULEBOOK")
@click.option("--list", "listing", is_flag=True, help="列出可改的数 / list the numbers that can be changed")
@click.option("--set", "numbers", multiple=True, metavar="ID=NUMBER", help="改一个数 / change a number")
@click.option("--drop", multiple=True, metavar="FILE", help="删一条措施 / drop a measure's file")
@click.option("--sweep", metavar="ID=FROM:TO:STEP", help="一个数取一列值 / the curve over a number")
@click.option("--on", type=DAY, help="按哪一天算 / the day for which it is run [default: today]")
@click.option("--known-on", type=DAY, help="只用这一天以前所知 / use what was known on this day")
@click.option(
    "--facts",
    "told",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="填好的表 / a table of facts",
)
@click.option(
    "--kind", type=click.Choice(["firm", "project", "person"]), help="只算这类对象 / one kind of subject"
)
@click.option("--by", type=click.Choice(["measure", "firm"]), default="measure", show_default=True)
@click.option("--form", type=FORMS, default="table", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
def reform(
    paths: tuple[Path, ...],
    listing: bool,
    numbers: tuple[str, ...],
    drop: tuple[str, ...],
    sweep: str | None,
    on: datetime | None,
    known_on: datetime | None,
    told: Path | None,
    kind: str | None,
    by: str,
    form: str,
    limit: int,
) -> None:
    """改一个数看看：花费、谁得谁失 / Change a number on trial: cost, winners and losers. Nothing is written.

    \b
    wutong policy reform examples/measures --list
    wutong policy reform examples/jincheng examples/measures --on 2025-12-31 --set m24-output-increment.yaml:editions.1.amount.rate=0.5
    """
    from wutong.policy.hanging import settled_anew
    from wutong.policy.parameters import Change
    from wutong.policy.reform import after, compared, settled_in, swept, worked
    from wutong.policy.reform_finding import reform_finding, sweep_finding

    if len(paths) > 2:
        raise click.UsageError("[ZONE] RULEBOOK")
    files = files_of(paths[-1])
    if listing:
        _listed(files)
        return
    if bool(sweep) == bool(numbers or drop):
        raise click.UsageError("--list, --sweep, 或 / or --set / --drop")
    day = on.date() if on else today()
    book, facts, mistakes = facts_for(paths, files, told, kind, day, known_on)
    for text in mistakes:
        say(text, err=True)
    subjects = {name: one.table for name, one in facts.items()}
    invented = book.invented or any(one.invented for one in facts.values())
    base = worked(files, subjects, settled_in(day.year))
    settled = settled_anew(base, day.year)
    if sweep:
        name, values = _range(sweep)
        put(sweep_finding(swept(base, name, values, subjects, settled), name, invented=invented), form, limit)
        return
    change = Change(dict(_pair(one) for one in numbers), drop)
    found = compared(base, after(base, change, subjects, settled))
    put(reform_finding(found, by, invented=invented), form, limit)


def _pair(text: str) -> tuple[str, str]:
    name, equals, number = text.rpartition("=")
    if not equals:
        raise click.UsageError("--set ID=NUMBER")
    return name, number


def _range(text: str) -> tuple[str, list[Fraction]]:
    from fractions import Fraction

    name, written = _pair(text)
    try:
        first, last, step = (Fraction(part) for part in written.split(":"))
    except (ValueError, ZeroDivisionError):
        raise click.UsageError("--sweep ID=FROM:TO:STEP") from None
    if step <= 0 or last < first or (last - first) / step > 200:
        raise click.UsageError("--sweep: 0 < STEP, FROM <= TO, 200")
    return name, [first + step * at for at in range(int((last - first) / step) + 1)]


def _listed(files: Mapping[str, str | bytes]) -> None:
    from wutong.policy.parameters import parameters_of

    for one in parameters_of(files):
        click.echo(f"{one.id}\t{one.text}{one.unit}")
