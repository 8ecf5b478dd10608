"""The commands ``wutong structure`` that rest on the space of industries: complexity, candidates, transfer, who is alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wutong.cli_parts import put, say
from wutong.cli_structure import grid_options, nation_from, own_region, region_said

if TYPE_CHECKING:
    from collections.abc import Callable

    from wutong.structure.space import Choices


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


def choices_of(said: dict[str, Any]) -> Choices:
    """What a space is fitted with, of the options of ``space_options``."""
    from wutong.structure.space import Choices

    return Choices(threshold=said["threshold"], largest_part=said["largest_part"])


@click.command()
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
    from wutong.structure.space import fit, standing

    parts = nation_from(path, said)
    space = fit(parts, fitted_on, choices_of(said))
    if region:
        put(complexity_of_place(space, standing(space, region)), form, limit)
    else:
        put((place_complexity if what == "regions" else industry_complexity)(space), form, limit)


@click.command()
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
    from wutong.structure.space import fit, standing

    choices = choices_of(said)
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


@click.command()
@grid_options
@space_options
@click.option("--region", default="", help="哪个地区 / which region [default: the zone's own]")
def space(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    region: str,
    **said: Any,
) -> None:
    """产业空间：哪些行业相伴，本地站在哪里 / The industry space: what goes together, and where the region stands.

    \b
    wutong structure space regions.csv --without region=合计
    wutong structure space regions.csv --without region=合计 --region 丁市

    The desk shows it as a picture.
    """  # fmt: skip
    from wutong.structure.space import fit, standing
    from wutong.structure.space_map import product_space

    region = region or region_said(path)
    fitted = fit(nation_from(path, said), fitted_on, choices_of(said))
    put(product_space(fitted, standing(fitted, region) if region else None), form, limit)


@click.command()
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
@click.option(
    "--origin", "origins", multiple=True, help="只看从这些地区转出的 / what leaves these regions alone"
)
def transfer(
    path: Path,
    form: str,
    limit: int,
    fitted_on: str,
    region: str,
    since: str,
    least_loss: float,
    least_share: float,
    origins: tuple[str, ...],
    **said: Any,
) -> None:
    """产业转移：哪些行业从哪里转出，谁接了，哪些适合本地 / Transfer: what leaves where, who receives it, what fits here.

    \b
    wutong structure transfer regions.csv --without region=合计 --region 丁市 --least-loss 5
    """  # fmt: skip
    from wutong.errors import NoAnswer
    from wutong.structure.space import densities, fit, standing
    from wutong.structure.transfer import Filters, industry_transfer

    region = own_region(path, region)
    parts = nation_from(path, said)
    try:
        space = fit(parts, fitted_on, choices_of(said))
        near = densities(space, standing(space, region))
    except NoAnswer as why:  # what fits is then told by the location quotient alone
        say(why.text, err=True)
        near = None
    filters = Filters(loss=least_loss / 100, size=least_share / 100, origins=origins)
    put(industry_transfer(parts, region, since, fitted_on, filters=filters, density=near), form, limit)


@click.command()
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
