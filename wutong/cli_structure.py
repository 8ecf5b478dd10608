"""The commands ``wutong structure …``: what a region is good at, on what it hangs, what it could do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from wutong.cli_parts import FORMS, Group, opened, put, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from wutong.finding import Finding
    from wutong.structure.grid import Absent, Grid
    from wutong.structure.intake import Duplicates
    from wutong.structure.totals import Parts
    from wutong.zone.sheet import Sheet

_PATH: Final = click.Path(path_type=Path, exists=True)
_MEASURES: Final = click.Choice(["output", "value_added", "employment", "firms", "exports"])


@click.group(cls=Group)
def structure() -> None:
    """结构：靠什么，擅长什么，下一步能做什么 / Structure: dependence, strengths, what next.

    \b
    wutong structure read regions.csv
    wutong structure dependence regions.csv --region 甲市
    wutong structure candidates regions.csv --region 丁市

    A table is a zone's folder (its table region_industry) or a file: CSV, Excel or Parquet, one row a region, industry
    and year, or, with --wide, one column an industry.
    """


def grid_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which every command takes its table in."""
    options = (
        click.argument("path", type=_PATH, metavar="TABLE"),
        click.option("--place", default="", help="哪一列是地区 / column of regions"),
        click.option("--industry", default="", help="哪一列是行业 / column of industries"),
        click.option("--year", default="", help="哪一列是年份 / column of years"),
        click.option("--value", default="", help="哪一列是数值 / column of values"),
        click.option(
            "--suppressed", default="", help="隐去标记的列 / column that marks withheld values, as flag or flag=(D)"
        ),
        click.option(
            "--zero", "nothing", default="", metavar="COLUMN=MARKS",
            help="表示接近零的标记 / marks for next to nothing, counted as zero: flag=(L)",
        ),
        click.option("--place-name", default="", help="地区名称列 / column with names of regions"),
        click.option("--industry-name", default="", help="行业名称列 / column with names of industries"),
        click.option("--wide", is_flag=True, help="一列一个行业 / one column an industry"),
        click.option(
            "--without",
            multiple=True,
            metavar="COLUMN=CODES",
            help="去掉合计行 / leave out rows, such as sums: industry=1,2,99-109",
        ),
        click.option(
            "--absent",
            type=click.Choice(["zero", "unknown"]),
            help="表中没有的格 / cells that the table does not name [default: zero; for a zone, unknown]",
        ),
        click.option(
            "--duplicates",
            type=click.Choice(["refuse", "sum"]),
            default="refuse",
            show_default=True,
            help="同一格有几行 / rows of the same cell",
        ),
        click.option("--measure", type=_MEASURES, help="开发区的哪种度量 / measure of a zone [default: the first there is]"),
        click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output"),
        click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多几行 / most rows"),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def grid_from(path: Path, said: dict[str, Any]) -> Grid:
    """Take in the table of a command: a zone's own, or a file.

    Parameters
    ----------
    path : Path
        Folder of a zone or a snapshot, or a file.
    said : dict
        The options of ``grid_options``, by name.
    """
    from wutong.structure.intake import grid_of_zone

    if path.is_dir():
        zone = opened(path)
        return grid_of_zone(
            zone.tables["region_industry"],
            zone.tables["document"],
            said["measure"] or "output",
            absent=said["absent"] or "unknown",
        )
    return _of_file(path, said)


def parts_from(path: Path, region: str, said: dict[str, Any]) -> Parts:
    """Take in the table of a command as parts of wholes; of a zone, if it holds amounts of the region.

    Parameters
    ----------
    path : Path
        Folder of a zone or a snapshot, or a file.
    region : str
        The region that is asked about.
    said : dict
        The options of ``grid_options``, by name.
    """
    from wutong.structure.published import zone_parts
    from wutong.structure.totals import parts_of

    if not path.is_dir():
        return parts_of(_of_file(path, said))
    zone = opened(path)
    return zone_parts(
        zone.tables["region_industry"],
        zone.tables["document"],
        region,
        said["measure"] or "",
        rows_left_out=zone.left_out["region_industry"],
    )


def only_sheet(path: Path) -> Sheet:
    """Read the one table of a file; what could not be read is said."""
    from wutong.errors import TableError
    from wutong.words import Text
    from wutong.zone.read import read_table
    from wutong.zone.read_faults import said_of

    sheets, faults = read_table(path)
    for fault in faults[:20]:
        say(said_of(fault), err=True)
    filled = [sheet for sheet in sheets if sheet.frame.height]
    if not filled:
        raise TableError(Text(f"“{path}”里没有可读的表。", f"There is no table to be read in “{path}”."))
    if len(filled) > 1:
        names = [sheet.sheet for sheet in filled]
        raise TableError(
            Text(
                f"“{path}”有几张表：{'、'.join(names)}。请每次给一张。",
                f"“{path}” holds several tables: {', '.join(names)}. Give one at a time.",
            )
        )
    return filled[0]


def _of_file(path: Path, said: dict[str, Any]) -> Grid:
    from wutong.structure.headings import columns_of, flagged, nothing_where, without
    from wutong.structure.intake import grid_of, grid_of_wide

    table = without(only_sheet(path).frame, [_pair(word, "--without") for word in said["without"]])
    if said["nothing"]:
        table = nothing_where(table, *_pair(said["nothing"], "--zero"), said["value"])
    flag, _, words = said["suppressed"].partition("=")
    absent: Absent = said["absent"] or "zero"
    duplicates: Duplicates = said["duplicates"]
    named = {
        name: said[name] for name in ("place", "industry", "year", "value", "place_name", "industry_name")
    }
    if said["wide"]:
        place, year = named["place"] or table.columns[0], named["year"]
        return grid_of_wide(
            table,
            place,
            [name for name in table.columns if name not in (place, year)],
            year=year,
            duplicates=duplicates,
            absent=absent,
        )
    columns = columns_of(table.columns, {**named, "suppressed": flag})
    if columns.suppressed:
        table = flagged(table, columns.suppressed, [word for word in words.split(",") if word])
    return grid_of(table, columns, duplicates=duplicates, absent=absent, measure=columns.value)


def _pair(word: str, option: str) -> tuple[str, str]:
    column, mark, codes = word.partition("=")
    if not mark:
        raise click.UsageError(f"{option} {word}: COLUMN=…")
    return column, codes


@structure.command()
@grid_options
def read(path: Path, form: str, limit: int, **said: Any) -> None:
    """读表：认出什么，知道多少，哪些行有问题 / Read a table: how much of it is known, and which rows are faulty.

    \b
    wutong structure read regions.csv
    wutong structure read regions.csv --place region --value value --without region=合计
    """
    from wutong.structure.coverage import coverage

    grid = grid_from(path, said)
    put(coverage(grid), form, limit)
    _faulty(grid)


def _faulty(grid: Grid) -> None:
    """Name the first rows that could not be used, so that none vanishes."""
    from wutong.structure.intake import PROBLEMS
    from wutong.words import Text

    for row in grid.problems.head(20).iter_rows(named=True):
        where = " ".join(row[name] for name in ("place", "industry", "year") if row[name])
        kind = PROBLEMS[row["kind"]]
        say(
            Text(
                f"第 {row['row']} 行 {where}：{kind.zh}（{row['value'] or '空'}）",
                f"row {row['row']} {where}: {kind.en} ({row['value'] or 'empty'})",
            ),
            err=True,
        )
    more = grid.problems.height - 20
    if more > 0:
        say(Text(f"另有 {more:,} 行", f"{more:,} more rows"), err=True)


@structure.command()
@grid_options
@click.option("--region", default="", help="哪个地区 / which region [default: the zone's own]")
@click.option("--follow", default="", help="看哪个行业 / which industry [default: the greatest]")
@click.option("--io", "flows", type=_PATH, help="投入产出表 / an input–output table, for --what fall")
@click.option("--output", default="", help="投入产出表的总产出列 / its column of gross output")
@click.option(
    "--fall",
    "percent",
    type=click.FloatRange(0, 100, min_open=True),
    default=10.0,
    show_default=True,
    help="下滑百分之几 / by how many per cent it falls",
)
@click.option(
    "--what",
    type=click.Choice(["all", "share", "growth", "fall"]),
    default="all",
    show_default=True,
    help="看什么 / what to show",
)
def dependence(
    path: Path,
    form: str,
    limit: int,
    region: str,
    follow: str,
    flows: Path | None,
    output: str,
    percent: float,
    what: str,
    **said: Any,
) -> None:
    """靠什么：一个行业的比重、增长的来处、它下滑会怎样 / On what a region hangs: one industry's share, growth, its fall.

    \b
    wutong structure dependence regions.csv --region 甲市
    wutong structure dependence regions.csv --region 甲市 --io flows.csv --fall 20 --what fall

    Of a zone's folder the region is the one of its zone.toml.
    """
    from wutong.brief.first_industry import first_industry_falls
    from wutong.chain.accounts import accounts_of
    from wutong.errors import NoAnswer
    from wutong.structure.dependence import industry_dependence
    from wutong.structure.growth import growth_parts

    if what == "all" and form != "table":
        raise click.UsageError("--form csv / json: --what share, growth, fall")
    region = own_region(path, region)
    parts = parts_from(path, region, said)
    accounts = accounts_of(only_sheet(flows).frame, output=output) if flows else None
    questions: dict[str, Callable[[], Finding]] = {
        "share": lambda: industry_dependence(parts, region, follow),
        "growth": lambda: growth_parts(parts, region),
        "fall": lambda: first_industry_falls(parts, region, accounts, percent / 100, industry=follow),
    }
    if what != "all":
        put(questions[what](), form, limit)
        return
    for ask in questions.values():
        try:
            put(ask(), form, limit)
        except NoAnswer as why:
            say(why.text)
        click.echo()


def nation_from(path: Path, said: dict[str, Any]) -> Parts:
    """Take in the whole table of a command as the nation on which a space is fitted."""
    from wutong.structure.totals import parts_of, parts_of_zone

    if not path.is_dir():
        return parts_of(_of_file(path, said))
    zone = opened(path)
    return parts_of_zone(
        zone.tables["region_industry"],
        zone.tables["document"],
        said["measure"] or "",
        rows_left_out=zone.left_out["region_industry"],
    )


def region_said(path: Path) -> str:
    """The region that a zone's folder says it is; empty where it says none, and of a file."""
    from wutong.zone.settings import read_settings

    return read_settings(path).region if path.is_dir() else ""


def own_region(path: Path, region: str) -> str:
    """The region that is asked about: as named, or of a zone's folder its own."""
    region = region or region_said(path)
    if not region:
        raise click.UsageError("--region: 哪个地区 / which region")
    return region


@structure.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="PLANTS")
@click.option("--industry", default="industry", show_default=True, help="哪一列是行业 / column of industries")
@click.option("--place", default="region", show_default=True, help="哪一列是地区 / column of regions")
@click.option(
    "--size", default="size", show_default=True, help="哪一列是规模 / column of sizes, such as workers"
)
@click.option(
    "--of", "one", default="", help="按距离看这个行业 / one industry by distance, with columns x and y in km"
)
@click.option(
    "--pairs", is_flag=True, help="哪两个行业聚在一处 / which two industries lie in the same regions"
)
@click.option(
    "--draws",
    type=click.IntRange(100),
    default=1000,
    show_default=True,
    help="抽签次数 / how many lots are drawn",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="随机种子 / seed of the lots"
)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多几行 / most rows")
def agglomeration(
    path: Path,
    industry: str,
    place: str,
    size: str,
    one: str,
    pairs: bool,
    draws: int,
    seed: int,
    form: str,
    limit: int,
) -> None:
    """集聚：厂是否聚在一起，超出偶然 / Agglomeration: whether plants lie together beyond chance.

    A file with one row a plant: industry, region and size; for --of also x and y, in kilometres.

    \b
    wutong structure agglomeration plants.csv
    wutong structure agglomeration plants.csv --pairs
    wutong structure agglomeration plants.csv --of 光学 --draws 200
    """  # fmt: skip
    from wutong.structure.agglomeration import lots_of, plants_by_distance, plants_of, plants_together
    from wutong.structure.pairs import pairs_together
    from wutong.zone.catalogue import TABLES

    plants = plants_of(only_sheet(path).frame, industry, place, size)
    document = TABLES["document"].empty()
    if one:
        put(plants_by_distance(plants, one, document, lots_of(draws, seed)), form, limit)
    elif pairs:
        put(pairs_together(plants, document), form, limit)
    else:
        put(plants_together(plants, document), form, limit)
