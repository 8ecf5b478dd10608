"""The command ``wutong``: load, ask, show.

Only ``click`` is imported here: engines, readers and the desk come when a command needs them, so that ``--help`` is
there at once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wutong import __version__
from wutong.cli_chain import chain
from wutong.cli_cost import cost, due, keep, twice
from wutong.cli_parts import (
    A_FOLDER,
    DAY,
    FORMS,
    ON,
    PROBLEMS,
    Group,
    bar,
    language,
    opened,
    put,
    refuse_existing,
    say,
    spoken,
    today,
    write_new,
)
from wutong.cli_policy import policy
from wutong.cli_reasons import ask, explain, near
from wutong.cli_reform import reform
from wutong.cli_review import review
from wutong.cli_run import run
from wutong.cli_structure import structure
from wutong.cli_structure_space import benchmark, candidates, complexity, space, transfer

if TYPE_CHECKING:
    from wutong.finding import Finding
    from wutong.zone.load import Zone
    from wutong.zone.schema import Table
    from wutong.zone.write import Kind


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), help="界面语言 / language of the answers [default: by LANG]"
)
@click.pass_context
def main(ctx: click.Context, lang: str | None) -> None:
    """梧桐：开发区如何决策与工作 / Wutong: how a development zone decides and works.

    \b
    wutong new myzone            新建开发区文件夹 / make a zone's folder, with templates
    wutong check myzone          检查 / find what is wrong in it
    wutong show myzone           先看结论 / see its first answers
    wutong serve myzone          打开工作台 / open the desk in a browser

    Exit codes: 0 fine, 1 something was left out, 2 wrong use, 3 no such zone or file, or one that would be
    written over, 4 the data cannot answer.
    """
    ctx.ensure_object(dict)["language"] = lang or spoken()


# ------------------------------------------------------------------ making


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.option("--id", "name_id", help="短名，用于网址 / short name for addresses [default: from the folder]")
@click.option("--zh", default="", help="中文名称 / name in Chinese")
@click.option("--en", default="", help="英文名称 / name in English")
def new(folder: Path, name_id: str | None, zh: str, en: str) -> None:
    """新建开发区文件夹和 Excel 模板 / Make a zone's folder with an Excel template.

    \b
    wutong new myzone --zh "某某经济技术开发区" --en "Some Development Zone"

    Files that are in the folder already stay as they are.
    """
    import re

    from wutong.errors import TableError
    from wutong.words import Text
    from wutong.zone.catalogue import TABLES
    from wutong.zone.load import FOLDER
    from wutong.zone.settings import FILE, Settings, checked_id, write_settings
    from wutong.zone.write import write_excel

    if (folder / FILE).exists():
        raise TableError(
            Text(
                f"“{folder}”已经是开发区文件夹；没有改动。",
                f"“{folder}” is a zone already; nothing was changed.",
            )
        )
    if name_id is None:
        name_id = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:40] or "zone"
    short = checked_id(name_id)
    name = Text(zh.strip() or short, en.strip() or short)
    template = folder / FOLDER / ("模板.xlsx" if language() == "zh" else "template.xlsx")
    refuse_existing(template)
    empty = {name: table.empty() for name, table in TABLES.items()}
    with bar(template.name) as progress:
        content = write_excel(empty, language(), progress=progress)
    settings = Settings(short, name, Text("", ""), today(), invented=False)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    write_new(template, content)
    write_new(folder / FILE, write_settings(settings).encode())
    say(
        Text(
            f"已建 {folder}：在 {template.name} 中填写，然后 wutong check {folder}",
            f"Made {folder}: fill in {template.name}, then: wutong check {folder}",
        )
    )


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.option(
    "--firms", type=click.IntRange(1), default=131, show_default=True, help="企业数 / number of firms"
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="随机种子 / seed")
@click.option("--years", default="2018-2025", show_default=True, help="年份 / calendar years of the economy")
@click.option("--as-of", type=DAY, default="2026-01-01", show_default=True, help="截至日期 / known as of")
@click.option(
    "--form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="文件形式 / form of the files",
)
def invent(folder: Path, firms: int, seed: int, years: str, as_of: datetime, form: str) -> None:
    """生成虚构开发区，处处标明虚构 / Invent a zone of any size; it is marked as invented everywhere.

    \b
    wutong invent trial --firms 131 --seed 7
    wutong invent large --firms 1000000 --years 2022-2024 --form parquet

    The folder must be new, empty, or hold a zone that this command wrote before: that one is replaced.
    """
    import re

    from wutong.demo.invented import invent_zone
    from wutong.words import Text

    span = re.fullmatch(r"(\d{4})-(\d{4})", years)
    if span is None or span[1] > span[2]:
        raise click.UsageError(f"--years {years}: 如 / like 2018-2025")
    with bar(str(folder)) as progress:
        made = invent_zone(
            folder,
            firms=firms,
            seed=seed,
            years=range(int(span[1]), int(span[2]) + 1),
            as_of=as_of.date(),
            kind="parquet" if form == "parquet" else "csv",
            progress=progress,
        )
    left = made.tables["firm"]["firm"].n_unique() - firms
    say(
        Text(
            f"已生成虚构开发区 {folder}（{firms} 家企业，另有 {left} 家已离区）",
            f"Invented a zone in {folder} ({firms} firms, and {left} that have left)",
        )
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("tables", nargs=-1)
def template(file: Path, tables: tuple[str, ...]) -> None:
    """写一份空白 Excel 模板 / Write an empty Excel template, of all tables or of those named.

    \b
    wutong template firms.xlsx firm firm_year
    """
    from wutong.words import Text
    from wutong.zone.catalogue import TABLES
    from wutong.zone.write import write_excel

    named = [_table(name) for name in tables] or list(TABLES.values())
    refuse_existing(file)
    with bar(file.name) as progress:
        content = write_excel({table.name: table.empty() for table in named}, language(), progress=progress)
    write_new(file, content)
    say(Text(f"已写 {file}", f"Wrote {file}"))


def _table(name: str) -> Table:
    from wutong.errors import TableError
    from wutong.words import Text, nearest_words
    from wutong.zone.catalogue import TABLES, table_named

    found = table_named(name)
    if found is None:
        near = ", ".join(nearest_words(name, list(TABLES)) or list(TABLES)[:6])
        raise TableError(
            Text(
                f"没有表“{name}”。可能想写：{near}", f"There is no table “{name}”. Perhaps you meant: {near}"
            )
        )
    return found


@main.command()
def dictionary() -> None:
    """打印数据字典 / Print the data dictionary: every table and column.

    \b
    wutong --lang en dictionary > dictionary.md
    """
    from wutong.zone.write import dictionary as text

    click.echo(text(language()), nl=False)


# ------------------------------------------------------------------ asking


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.option("--on", type=DAY, help=ON)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="表中最多行数 / rows shown in a table",
)
def check(folder: Path, on: datetime | None, form: str, limit: int) -> None:
    """检查：每个问题一行，写明位置和办法 / Check a zone: one row a problem, with its place and what to do.

    \b
    wutong check examples/jincheng
    wutong check myzone --form csv > problems.csv
    """
    from wutong.words import Text
    from wutong.zone.known import problem_finding

    zone = opened(folder, on)
    rows = sum(frame.height for frame in zone.tables.values()) + sum(
        frame.height for frame in zone.earlier.values()
    )
    finding = problem_finding(zone.problems, zone.left_out, language(), invented=zone.invented)
    if form == "table":
        _list_problems(finding, limit)
    else:
        put(finding, form, limit)
    lost = zone.problems.filter(zone.problems["level"] != "note").height
    say(
        Text(
            f"{zone.name.zh}：读入 {rows:,} 行，未用 {sum(zone.left_out.values()):,} 行；"
            f"问题 {lost:,} 个，提示 {len(zone.problems) - lost:,} 条。",
            f"{zone.name.en}: {rows:,} rows read, {sum(zone.left_out.values()):,} left out; "
            f"problems: {lost:,}, notes: {len(zone.problems) - lost:,}.",
        ),
        err=True,
    )
    if lost:
        click.get_current_context().exit(PROBLEMS)


def _list_problems(finding: Finding, limit: int) -> None:
    """One problem a paragraph: its place, what is wrong, what to do; a table would be too narrow for sentences."""
    from wutong.report.table import printable
    from wutong.words import Text

    for row in finding.table.head(limit).iter_rows(named=True):
        place = " ".join(str(row[name]) for name in ("file", "sheet", "row", "column") if row[name])
        click.secho(printable(place or row["table"]), bold=True, nl=False)
        click.echo(f"  [{row['level']}]")
        click.echo(f"    {printable(row['what'])}")
        click.echo(f"    {printable(row['now'])}")
    more = finding.table.height - limit
    if more > 0:
        say(
            Text(
                f"另有 {more:,} 条；--limit 或 --form csv", f"{more:,} more; --limit or --form csv shows them"
            )
        )


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.argument("what", required=False)
@click.option("--on", type=DAY, help=ON)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="表中最多行数 / rows shown in a table",
)
def show(folder: Path, what: str | None, on: datetime | None, form: str, limit: int) -> None:
    """看结论，或看一个问题、一张表 / Show the first answers of a zone, or one question, or one table.

    \b
    wutong show examples/jincheng
    wutong show examples/jincheng output-path --form json
    wutong show examples/jincheng firm
    wutong show examples/jincheng --on 2024-03-01
    """
    from wutong.brief.overview import overview
    from wutong.errors import NoAnswer

    zone = opened(folder, on)
    questions = {question.id: question for question in overview(zone)}
    if what is not None and what not in questions:
        put(_table_finding(zone, what), form, limit)
        return
    if what is None and form != "table":
        raise click.UsageError("--form csv / json: say which question or table, e.g. " + ", ".join(questions))
    asked = [questions[what]] if what is not None else list(questions.values())
    for question in asked:
        if question.finding is not None:
            put(question.finding, form, limit)
        elif question.refused is not None and what is not None:
            raise NoAnswer(question.refused)
        elif question.refused is not None:
            click.secho(question.title.say(language()), bold=True)
            click.echo("  " + question.refused.say(language()) + "\n")


def _table_finding(zone: Zone, name: str) -> Finding:
    from wutong.zone.known import table_finding

    table = _table(name)
    left_out = zone.left_out[table.name]
    return table_finding(table, zone.tables[table.name], zone.tables["document"], left_out, language())


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.argument("names", nargs=-1, required=True)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
def who(folder: Path, names: tuple[str, ...], form: str) -> None:
    """认名称：文件里的名称是哪家企业，凭什么 / Say which firms are meant by names in papers, with the evidence.

    \b
    wutong who examples/jincheng 富士康 英特丽
    """
    from wutong.zone.known import who_is

    put(who_is(names, opened(folder).tables), form, len(names))


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, help=ON)
@click.option(
    "--form",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
    help="文件形式 / form of the files",
)
def export(folder: Path, target: Path, on: datetime | None, form: str) -> None:
    """写出：检查过的表，能再读回 / Write the checked tables out; they read back as the same tables.

    \b
    wutong export myzone copy --form parquet
    wutong export myzone myzone.xlsx --form xlsx

    The folder measures/ goes along as it is; a workbook has no place for it.
    """
    from wutong.words import Text
    from wutong.zone.load import with_earlier
    from wutong.zone.write import copy_measures, write_excel, write_zone

    if form == "xlsx" or not target.is_dir() or any(target.iterdir()):
        refuse_existing(target)
    zone = opened(folder, on)
    tables = with_earlier(zone)
    with bar(str(target)) as progress:
        if form == "xlsx":
            mark = Text("虚构数据", "Invented data") if zone.invented else None
            filled = {name: frame for name, frame in tables.items() if not frame.is_empty()}
            write_new(target, write_excel(filled, language(), notes=mark, progress=progress))
        else:
            kind: Kind = "parquet" if form == "parquet" else "csv"
            write_zone(target, zone.settings, tables, kind, progress=progress)
            copy_measures(folder, target)
    lost = sum(zone.left_out.values())
    say(
        Text(
            f"已写 {target}；{lost} 行有问题，未写出",
            f"Wrote {target}; {lost} rows with faults were left out",
        )
    )
    if zone.problems.filter(zone.problems["level"] != "note").height:
        say(
            Text(
                f"有内容未写出；逐条看：wutong check {folder}",
                f"Something was left out; see each problem with: wutong check {folder}",
            ),
            err=True,
        )
        click.get_current_context().exit(PROBLEMS)


policy.add_command(ask)
policy.add_command(cost)
policy.add_command(due)
policy.add_command(explain)
policy.add_command(keep)
policy.add_command(near)
policy.add_command(reform)
policy.add_command(review)
policy.add_command(run)
main.add_command(chain)
policy.add_command(twice)
main.add_command(policy)
for command in (complexity, space, candidates, transfer, benchmark):
    structure.add_command(command)
main.add_command(structure)

# ------------------------------------------------------------------ keeping


@main.command()
@click.argument("folder", type=A_FOLDER)
@click.option("--on", type=DAY, help="那一天所知 / as known on this day [default: today]")
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="列出并核对已有快照 / list and verify the snapshots that are there",
)
def snapshot(folder: Path, on: datetime | None, listing: bool) -> None:
    """做快照：某日所知，日后逐字节可重开 / Keep the zone as known on a day; it opens again byte for byte.

    \b
    wutong snapshot myzone --on 2026-03-01
    wutong snapshot myzone --list
    wutong show myzone/snapshots/2026-03-01-3f2a9c1b04de
    """
    from wutong.words import Text
    from wutong.zone.settings import read_settings
    from wutong.zone.snapshot import SNAPSHOTS, take, verify

    if listing:
        read_settings(folder)
        for kept in sorted((folder / SNAPSHOTS).glob("*-*")):
            click.echo(f"{verify(kept).isoformat()}  {kept}")
        return
    with bar(str(folder)) as progress:
        kept = take(folder, on.date() if on else today(), progress=progress)
    say(Text(f"快照：{kept}", f"Snapshot: {kept}"))


@main.command()
@click.argument("folder", type=A_FOLDER)
def upgrade(folder: Path) -> None:
    """把旧格式的开发区升级 / Bring a zone of an older format forward, and say what was changed.

    \b
    wutong upgrade myzone
    """
    from wutong.words import Text
    from wutong.zone.upgrade import upgrade as bring_forward

    changes = bring_forward(folder)
    for change in changes:
        say(change)
    if not changes:
        say(Text("已是当前格式，没有改动。", "It is of the present format; nothing was changed."))


@main.command()
@click.argument("folders", nargs=-1, type=A_FOLDER)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8421,
    show_default=True,
    help="端口；被占用则取下一个 / port; the next free one if it is taken",
)
@click.option(
    "--measures",
    type=A_FOLDER,
    help="措施文件夹 / folder of measure files [default: measures in the zone's folder]",
)
def serve(folders: tuple[Path, ...], port: int, measures: Path | None) -> None:
    """打开工作台（只读，仅本机）/ Open the desk: read-only, on this machine alone.

    Without a folder it shows the two examples: the real zone as far as it is publicly known, and an invented one. The
    measures of a zone stand in its folder measures, or in the one that --measures names.

    \b
    wutong serve
    wutong serve myzone --port 9000
    wutong serve myzone --measures examples/measures
    """
    from wutong.demo.examples import example_folders, example_measures
    from wutong.desk.web.rulebooks import shelf_in, shelf_of_zone
    from wutong.desk.web.serve import serve as start
    from wutong.words import Text

    chosen = dict.fromkeys(folders, measures)
    if not folders:
        with bar("examples") as progress:
            real, invented = folders = example_folders(progress=progress)
        # the invented zone has no measures of its own: it tries out those that are examples of shapes
        chosen = {real: measures, invented: measures or example_measures()}
    zones, shelves = [], {}
    for folder in folders:
        zone = opened(folder)
        zones.append(zone)
        named = chosen[folder]
        with bar("measures"):
            shelf = shelf_in(named) if named else shelf_of_zone(zone)
        if shelf is not None:
            shelves[zone.id] = shelf
            if shelf.faults:
                bad = "、".join(fault.file for fault in shelf.faults)
                say(
                    Text(f"读不了的措施文件：{bad}", f"Measure files that could not be read: {bad}"), err=True
                )

    def ready(address: str) -> None:
        say(Text(f"工作台：{address}    （Ctrl+C 结束）", f"The desk: {address}    (Ctrl+C ends it)"))

    start(zones, shelves, port=port, ready=ready)


if __name__ == "__main__":
    main()
