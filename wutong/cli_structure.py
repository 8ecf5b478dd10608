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


def parts_from(path: Path, region: str, said: dict[str, Any]) -> tuple[Parts, str]:
    """Take in the table of a command as parts of wholes, and say which region is asked about.

    Parameters
    ----------
    path : Path
        Folder of a zone or a snapshot, or a file.
    region : str
        As the reader named it; that of ``zone.toml`` where it is empty.
    said : dict
        The options of ``grid_options``, by name.
    """
    from wutong.structure.published import zone_parts
    from wutong.structure.totals import parts_of

    if path.is_dir():
        zone = opened(path)
        region = region or zone.settings.region
        asked(region)
        parts = zone_parts(
            zone.tables["region_industry"],
            zone.tables["document"],
            region,
            said["measure"] or "",
            rows_left_out=zone.left_out["region_industry"],
        )
        return parts, region
    asked(region)
    return parts_of(_of_file(path, said)), region


def asked(region: str) -> None:
    """Refuse to guess a region."""
    if not region:
        raise click.UsageError("--region: 哪个地区 / which region")


def only_sheet(path: Path) -> Sheet:
    """Read the one table of a file; what could not be read is said."""
    from wutong.errors import TableError
    from wutong.words import Text
    from wutong.zone.faults import explain
    from wutong.zone.read import read_table

    sheets, faults = read_table(path)
    for fault in faults[:20]:
        texts = {
            tongue: explain(fault.kind, fault.found, "", fault.column, tongue) for tongue in ("zh", "en")
        }
        place = " ".join(
            str(part) for part in (fault.file, fault.sheet, fault.row or "", fault.column) if part
        )
        say(Text(*(f"{place}: {'；'.join(texts[tongue])}" for tongue in ("zh", "en"))), err=True)
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
    parts, region = parts_from(path, region, said)
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


def space_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of commands that fit a space."""
    options = (
        click.option("--on", "fitted_on", default="", help="用哪一年 / which year [default: the last]"),
        click.option(
            "--threshold", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True,
            help="区位商多少算有优势 / location quotient from which a region has a strength",
        ),
        click.option(
            "--largest-part", is_flag=True, help="互不相连时只取最大的一部分 / where regions fall apart, take the largest part"
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


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


def own_region(path: Path, region: str) -> str:
    """The region that is asked about: as named, or of a zone's folder its own."""
    if not region and path.is_dir():
        from wutong.zone.settings import read_settings

        region = read_settings(path).region
    asked(region)
    return region


@structure.command()
@grid_options
@space_options
@click.option("--region", default="", help="只看这个地区 / one region on the scale of all")
@click.option(
    "--what",
    type=click.Choice(["regions", "industries"]),
    default="regions",
    show_default=True,
    help="给谁排名 / what is ranked",
)
def complexity(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    threshold: float,
    largest_part: bool,
    region: str,
    what: str,
    **said: Any,
) -> None:
    """复杂度：地区和行业的排名，或一个地区的位置 / Complexity: ranks of regions and industries, or one region's place.

    \b
    wutong structure complexity regions.csv --without region=合计
    wutong structure complexity regions.csv --without region=合计 --what industries --form csv
    wutong structure complexity regions.csv --without region=合计 --region 甲市
    """  # fmt: skip
    from wutong.structure.complexity import complexity_of_place, industry_complexity, place_complexity
    from wutong.structure.space import Choices, fit, standing

    parts = nation_from(path, said)
    space = fit(parts, fitted_on, Choices(threshold=threshold, largest_part=largest_part))
    if region:
        put(complexity_of_place(space, standing(space, region)), form, limit)
    else:
        put((place_complexity if what == "regions" else industry_complexity)(space), form, limit)


@structure.command()
@grid_options
@space_options
@click.option("--region", default="", help="哪个地区 / which region [default: the zone's own]")
@click.option(
    "--least-share",
    type=click.FloatRange(0, 1),
    default=1e-4,
    show_default=True,
    help="行业至少占全部的多少 / least share of an industry in everything",
)
@click.option(
    "--since", default="", help="回测从哪一年 / first year of the back-test [default: the first there is]"
)
@click.option(
    "--what",
    type=click.Choice(["list", "back-test"]),
    default="list",
    show_default=True,
    help="看名单，还是回测 / the list, or its back-test",
)
def candidates(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    threshold: float,
    largest_part: bool,
    region: str,
    least_share: float,
    since: str,
    what: str,
    **said: Any,
) -> None:
    """下一步：本地可发展的行业，理由，以及回测 / What next: industries within reach, with reasons and a back-test.

    \b
    wutong structure candidates regions.csv --without region=合计 --region 丁市
    wutong structure candidates regions.csv --without region=合计 --what back-test --form csv
    """  # fmt: skip
    from wutong.errors import NoAnswer
    from wutong.structure.back_test import back_test, look_back
    from wutong.structure.candidates import Wanted
    from wutong.structure.candidates import candidates as ranked
    from wutong.structure.space import Choices, fit, standing

    choices = Choices(threshold=threshold, largest_part=largest_part)
    region = own_region(path, region) if what == "list" else region
    parts = nation_from(path, said)
    try:
        trial = look_back(parts, first=since, last=fitted_on, choices=choices)
    except NoAnswer as why:
        if what == "back-test":
            raise
        say(why.text, err=True)
        trial = None
    if what == "back-test" and trial is not None:
        put(back_test(parts, trial, choices), form, limit)
        return
    space = fit(parts, fitted_on, choices)
    put(ranked(space, standing(space, region), Wanted(least_share=least_share), trial), form, limit)


@structure.command()
@grid_options
@space_options
@click.option("--region", default="", help="哪个地区 / which region [default: the zone's own]")
def space(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    threshold: float,
    largest_part: bool,
    region: str,
    **said: Any,
) -> None:
    """产业空间：哪些行业相伴，本地站在哪里 / The industry space: what goes together, and where the region stands.

    \b
    wutong structure space regions.csv --without region=合计
    wutong structure space regions.csv --without region=合计 --region 丁市

    The desk shows it as a picture.
    """  # fmt: skip
    from wutong.structure.space import Choices, fit, standing
    from wutong.structure.space_map import product_space

    region = region or (own_region(path, region) if path.is_dir() else "")
    fitted = fit(nation_from(path, said), fitted_on, Choices(threshold=threshold, largest_part=largest_part))
    put(product_space(fitted, standing(fitted, region) if region else None), form, limit)


@structure.command()
@grid_options
@space_options
@click.option("--region", default="", help="为哪个地区看 / for which region [default: the zone's own]")
@click.option("--since", default="", help="从哪一年 / from which year [default: the first there is]")
@click.option(
    "--least-loss",
    type=click.FloatRange(0, 100),
    default=20.0,
    show_default=True,
    help="净减少至少百分之几 / least net loss in per cent",
)
@click.option(
    "--least-share",
    type=click.FloatRange(0, 100),
    default=2.0,
    show_default=True,
    help="该地区起初至少占该行业百分之几 / least first share of the industry in per cent",
)
def transfer(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    threshold: float,
    largest_part: bool,
    region: str,
    since: str,
    least_loss: float,
    least_share: float,
    **said: Any,
) -> None:
    """产业转移：哪些行业从哪里转出，谁接了，哪些适合本地 / Transfer: what leaves where, who receives it, what fits here.

    \b
    wutong structure transfer regions.csv --without region=合计 --region 丁市 --least-loss 5
    """  # fmt: skip
    from wutong.errors import NoAnswer
    from wutong.structure.space import Choices, densities, fit, standing
    from wutong.structure.transfer import Filters, industry_transfer

    region = own_region(path, region)
    parts = nation_from(path, said)
    try:
        space = fit(parts, fitted_on, Choices(threshold=threshold, largest_part=largest_part))
        near = densities(space, standing(space, region))
    except NoAnswer as why:  # what fits is then told by the location quotient alone
        say(why.text, err=True)
        near = None
    filters = Filters(loss=least_loss / 100, size=least_share / 100)
    put(industry_transfer(parts, region, since, fitted_on, filters=filters, density=near), form, limit)


@structure.command()
@grid_options
@click.option("--region", default="", help="哪个地区 / which region [default: the zone's own]")
@click.option("--on", "compared_on", default="", help="用哪一年 / which year [default: the last]")
@click.option(
    "--most", type=click.IntRange(1), default=10, show_default=True, help="几个地区 / how many regions"
)
def benchmark(
    path: Path, form: str, limit: int, region: str, compared_on: str, most: int, **said: Any
) -> None:
    """对标：结构最像的地区，其中谁领先 / Benchmark: the regions most alike, and which of them lead.

    \b
    wutong structure benchmark regions.csv --without region=合计 --region 丁市
    """
    from wutong.structure.peers import like_regions

    region = own_region(path, region)
    put(like_regions(nation_from(path, said), region, compared_on, most=most), form, limit)
