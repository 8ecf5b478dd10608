"""The command ``wutong policy review``: what is worth another look before a measure is issued."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from wutong.cli_parts import A_FOLDER, DAY, FORMS, language, opened, put, say, today
from wutong.cli_policy import opened_rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wutong.finding import Finding
    from wutong.policy.remark import Remark
    from wutong.policy.rulebook import Rulebook
    from wutong.zone.load import Zone

WHAT: Final = ("remarks", "left-out", "without-application", "packages")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--zone", type=A_FOLDER, help="开发区文件夹 / folder of a zone, for left-out and packages")
@click.option("--on", type=DAY, help="哪一天 / the day that is asked for [default: today]")
@click.option(
    "--what",
    type=click.Choice(WHAT),
    default="remarks",
    show_default=True,
    help="看什么：提示、挡住谁、免申即享、措施包条数 / what to show",
)
@click.option("--by", "groups", multiple=True, help="按表firm的哪一列分组 / column of table firm to count by")
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="最多几条 / most rows")
def review(
    path: Path,
    zone: Path | None,
    on: datetime | None,
    what: str,
    groups: tuple[str, ...],
    form: str,
    limit: int,
) -> None:
    """审查：公平竞争、条款逻辑、免申即享；只是提示 / Review measures: fair competition, logic; advice, no verdict.

    \b
    wutong policy review examples/measures
    wutong policy review examples/measures --what without-application --on 2026-06-01
    wutong policy review examples/measures --what packages --zone examples/jincheng
    wutong policy review examples/measures --what left-out --zone examples/jincheng --by chain
    """
    from wutong.policy.unasked import unasked_finding

    book = _book(path)
    day = on.date() if on else today()
    if what == "without-application":
        put(unasked_finding(book, day, language()), form, limit)
    elif what == "packages":
        put(_packages(book, _zone(zone)), form, limit)
    elif what == "left-out":
        put(_left_out(book, _zone(zone), day, groups), form, limit)
    else:
        from wutong.policy.review import review as reviewed

        _remarks(reviewed(book, day), form, limit)


def _book(path: Path) -> Rulebook:
    from wutong.policy.rulebook import rulebook_of

    return opened_rulebook(path) if path.is_dir() else rulebook_of({path.name: path.read_bytes()})


def _zone(zone: Path | None) -> Zone:
    if zone is None:
        raise click.UsageError("--zone: 要看开发区的表 / this needs the tables of a zone")
    return opened(zone)


def _packages(book: Rulebook, zone: Zone) -> Finding:
    from wutong.policy.catalogue import measures_written

    tables = zone.tables
    return measures_written(book, tables["measure_package"], tables["document"])


def _left_out(book: Rulebook, zone: Zone, day: date, groups: tuple[str, ...]) -> Finding:
    from wutong.policy.competition import fair_remarks
    from wutong.policy.excluded import excluded_finding, left_out_by, subjects_of_zone
    from wutong.policy.run import outcomes

    subjects, invented = subjects_of_zone(book, zone.tables, day, groups)
    table = left_out_by(book, fair_remarks(book), subjects, groups, outcomes)
    return excluded_finding(table, invented=invented)


def _remarks(remarks: Sequence[Remark], form: str, limit: int) -> None:
    from wutong.policy.fair import BOTH_SIDES
    from wutong.policy.remark import LEVELS, cited, remark_finding
    from wutong.report.table import printable

    finding = remark_finding(remarks, language(), [BOTH_SIDES])
    if form != "table":
        put(finding, form, limit)
        return
    order = list(LEVELS)
    shown = sorted(remarks, key=lambda one: (order.index(one.level), one.rule))[:limit]
    last: tuple[str, str] | None = None
    for one in shown:
        if (one.level, one.rule) != last:  # what one could do, and the articles, are said once
            last = (one.level, one.rule)
            click.secho(f"\n[{LEVELS[one.level].say(language())}] {one.rule}", bold=True)
            for text in (one.instead, cited(one.articles)):
                if text.say(language()):
                    click.echo(f"  {printable(text.say(language()))}")
        place = f"{one.file}:{one.line}" if one.line else one.file
        click.echo(printable(f"  {place}  {one.measure} {one.clause}".rstrip()))
        click.echo(f"      {printable(one.says.say(language()))}")
    for text in (finding.answer, *finding.caveats):
        say(text, err=True)
