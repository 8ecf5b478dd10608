"""The commands ``wutong chain …``: who depends on whom."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from wutong.cli_parts import FORMS, Group, put
from wutong.cli_structure import only_sheet

_PATH: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(cls=Group)
def chain() -> None:
    """产业链：谁靠谁 / Chain: who depends on whom.

    \b
    wutong chain io flows.csv
    wutong chain io flows.csv --fall 煤炭=10
    """


@chain.command()
@click.argument("table", type=_PATH)
@click.option("--output", default="", help="总产出列 / column of gross output [default: by its heading]")
@click.option("--unit", default="", help="单位，如 万元 / unit of the numbers")
@click.option(
    "--fall",
    "falling",
    default="",
    metavar="INDUSTRY=PERCENT",
    help="哪个行业下滑百分之几 / which falls by how much",
)
@click.option("--form", type=FORMS, default="table", show_default=True, help="输出形式 / form of the output")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="最多几行 / most rows")
def io(table: Path, output: str, unit: str, falling: str, form: str, limit: int) -> None:
    """投入产出表：带动、推动，一个行业下滑带下多少 / An input–output table: linkages, and what falls with one industry.

    A row and a column for each industry, the row sells to the column; and a column of gross output.

    \b
    wutong chain io flows.csv --output output
    wutong chain io flows.csv --fall 煤炭=10 --form csv
    """  # fmt: skip
    from wutong.chain.accounts import accounts_of
    from wutong.chain.input_output import fall, linkages

    accounts = accounts_of(only_sheet(table).frame, output=output, unit=unit)
    if not falling:
        put(linkages(accounts), form, limit)
        return
    industry, mark, percent = falling.rpartition("=")
    try:
        share = float(percent) / 100
    except ValueError:
        mark = ""
    if not mark:
        raise click.UsageError(f"--fall {falling}: INDUSTRY=PERCENT")
    put(fall(accounts, industry, share), form, limit)
