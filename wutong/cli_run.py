"""The command ``wutong policy run``: a rulebook over a whole zone, or over one table that an officer filled in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from wutong.cli_parts import (
    ALL_FORMS,
    DAY,
    PROBLEMS,
    deliver,
    opened,
    refuse_existing,
    say,
    today,
    write_new,
)
from wutong.cli_policy import opened_rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wutong.finding import Finding
    from wutong.policy.facts import Facts
    from wutong.policy.rulebook import Rulebook
    from wutong.words import Text
    from wutong.zone.load import Zone
    from wutong.zone.sheet import Sheet

_PATH: Final = click.Path(path_type=Path, exists=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="[ZONE] RULEBOOK")
@click.option(
    "--on", type=DAY, help="按哪一天算；当年即这一年 / the day for which it is run [default: today]"
)
@click.option("--known-on", type=DAY, help="只用这一天以前所知 / use what was known on this day")
@click.option(
    "--kind", type=click.Choice(["firm", "project", "person"]), help="只算这类对象 / one kind of subject"
)
@click.option(
    "--facts",
    "told",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="一张填好的表；与开发区同用时补其未知 / a table of facts; beside a zone it fills in what that does not say",
)
@click.option("--template", is_flag=True, help="写一张空表，供填写 / write an empty table to fill in")
@click.option(
    "--what",
    type=click.Choice(["outcomes", "measures", "facts"]),
    default="outcomes",
    show_default=True,
    help="逐项结果、按措施合计、事实已知与缺失 / rows, sums by measure, or facts known and missing",
)
@click.option(
    "--form",
    type=ALL_FORMS,
    help="输出形式 / form of the output [default: table, or that of --out]",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写入文件 / write to a file")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="表中最多行数 / rows shown in a table",
)
def run(
    paths: tuple[Path, ...],
    on: datetime | None,
    known_on: datetime | None,
    kind: str | None,
    told: Path | None,
    template: bool,
    what: str,
    form: str | None,
    out: Path | None,
    limit: int,
) -> None:
    """试算全区：每个对象、每条措施的结果与缘由 / Run a rulebook over a zone: every subject and measure, and why.

    What the tables do not say stays unknown, and is listed. Without a zone, one table that somebody filled in does.

    \b
    wutong policy run examples/jincheng examples/measures --on 2025-12-31
    wutong policy run examples/jincheng examples/measures --on 2025-12-31 --what facts
    wutong policy run --template examples/measures --kind firm
    """
    if len(paths) > 2:
        raise click.UsageError("[ZONE] RULEBOOK")
    book = opened_rulebook(paths[-1])
    if template:
        _template(book, _only_kind(book, kind), out)
        return
    zone = opened(paths[0], known_on) if len(paths) == 2 else None
    if zone is None and told is None:
        raise click.UsageError("ZONE 或 / or --facts FILE")
    day = on.date() if on else today()
    facts, mistakes = facts_in(book, zone, told, kind, day)
    for text in mistakes:
        say(text, err=True)
    finding = _finding(book, facts, zone, what, brief=form in (None, "table") and out is None)
    deliver(finding, form, out, limit)
    if mistakes:
        click.get_current_context().exit(PROBLEMS)


def facts_in(
    book: Rulebook, zone: Zone | None, told: Path | None, kind: str | None, on: date
) -> tuple[Mapping[str, Facts], Sequence[Text]]:
    """The subjects of a zone, of a table that somebody filled in, or of both; and what could not be read."""
    from wutong.errors import NoAnswer
    from wutong.policy.answers import asked_of, facts_of_book
    from wutong.policy.measure import SUBJECTS
    from wutong.policy.worksheet import facts_of_sheet, filled_in
    from wutong.words import Text

    found: dict[str, Facts] = {}
    mistakes: list[Text] = []
    if zone is not None:
        found = facts_of_book(book, zone.tables, on, (kind,) if kind else SUBJECTS)
    if told is not None:
        of = _only_kind(book, kind)
        table, mistaken = facts_of_sheet(_sheet(told, mistakes), asked_of(book, of), of, on)
        mistakes += mistaken
        if zone is None:
            found = {of: table}
        elif of in found:
            found[of], differing = filled_in(found[of], table)
            mistakes += differing
    if not found:
        raise NoAnswer(
            Text(
                "没有对象可算：开发区的表里没有这套措施所问的企业、项目或人员。",
                "There is no subject: the zone's tables hold no firm, project or person that these measures are for.",
            )
        )
    return found, mistakes


def facts_for(
    paths: tuple[Path, ...],
    files: Mapping[str, bytes],
    told: Path | None,
    kind: str | None,
    on: date,
    known_on: datetime | None,
) -> tuple[Rulebook, Mapping[str, Facts], Sequence[Text]]:
    """The rulebook with the subjects of a zone, or of a table that somebody filled in; and what could not be read."""
    from wutong.policy.rulebook import rulebook_of

    book = rulebook_of(files)
    zone = opened(paths[0], known_on) if len(paths) == 2 else None
    if zone is None and told is None:
        raise click.UsageError("ZONE 或 / or --facts FILE")
    facts, mistakes = facts_in(book, zone, told, kind, on)
    return book, facts, mistakes


def _sheet(file: Path, mistakes: list[Text]) -> Sheet:
    """Read the one table of a file; what cannot be read is said."""
    from wutong.errors import TableError
    from wutong.words import Text
    from wutong.zone.faults import explain
    from wutong.zone.read import read_table

    sheets, faults = read_table(file)
    for fault in faults:
        zh, en = (explain(fault.kind, fault.found, "", fault.column, one) for one in ("zh", "en"))
        place = " ".join(str(part) for part in (fault.file, fault.sheet, fault.row, fault.column) if part)
        mistakes.append(Text(f"{place}：{zh[0]}。{zh[1]}", f"{place}: {en[0]}. {en[1]}"))
    if len(sheets) != 1:
        for text in mistakes:
            say(text, err=True)
        raise TableError(
            Text(
                f"“{file}”应有一张表，实有 {len(sheets)} 张。",
                f"“{file}” should hold one table and holds {len(sheets)}.",
            )
        )
    return sheets[0]


def _only_kind(book: Rulebook, kind: str | None) -> str:
    kinds = sorted({measure.subject for measure in book.measures})
    if kind is None and len(kinds) > 1:
        raise click.UsageError("--kind: " + " / ".join(kinds))
    return kind or kinds[0]


def _template(book: Rulebook, kind: str, out: Path | None) -> None:
    """Write an empty table, and say how each fact is written."""
    import csv
    import io

    from wutong.policy.answers import asked_of
    from wutong.policy.feel.types import say as type_named
    from wutong.policy.worksheet import heading_of
    from wutong.words import Text

    fields = asked_of(book, kind)
    heading = heading_of(fields, kind)
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(heading)
    if out is None:
        click.echo(line.getvalue(), nl=False)
        return
    refuse_existing(out)
    write_new(out, line.getvalue().encode("utf-8-sig"))  # Excel knows UTF-8 by its mark
    say(
        Text(
            f"已写 {out}。一行一个对象；不知道的留空；金额、面积等带单位，如2.99亿元；是否写是、否；日期写2026-11-23。",
            f"Wrote {out}. One row a subject; leave empty what is not known; write amounts with their unit, such as 2.99亿元, "
            "yes or no as 是 or 否, days as 2026-11-23.",
        )
    )
    for name in heading:
        if name in fields:
            field = fields[name]
            codes = "、".join(field.type.choices)
            zh, en = (type_named(field.type, one) for one in ("zh", "en"))
            say(Text(f"  {name}  {codes or zh}", f"  {name}  {field.label.en}: {codes or en}"))


def _finding(
    book: Rulebook, facts: Mapping[str, Facts], zone: Zone | None, what: str, *, brief: bool
) -> Finding:
    from dataclasses import replace

    from wutong.policy.answers import measure_finding, missing_finding, names_of, outcome_finding
    from wutong.policy.run import outcomes

    rows = None if what == "facts" else outcomes(book, {kind: one.table for kind, one in facts.items()})
    if rows is None:
        found = missing_finding(book, facts)
    elif what == "measures":
        found = measure_finding(book, rows, facts)
    else:
        found = outcome_finding(book, rows, facts, names_of(zone.tables) if zone else None, brief=brief)
    if zone is None:
        return found
    used = {name for one in facts.values() for name in one.known["table"]} | set(facts)
    return replace(found, rows_left_out=sum(zone.left_out.get(name, 0) for name in used))
