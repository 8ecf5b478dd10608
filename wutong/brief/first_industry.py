"""What a fall of the region's first industry means: which it is, and what falls with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wutong.chain.accounts import Accounts, regional
from wutong.chain.input_output import fall
from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.structure.dependence import at_hand, followed_in
from wutong.structure.grid import in_year
from wutong.structure.names import industry_name, place_name
from wutong.structure.shares import year_shares
from wutong.structure.totals import Parts
from wutong.words import Text

QUESTION: Final = Text("第一大行业下滑，会怎样？", "What if the first industry falls?")

NEEDED: Final = Text(
    "需要一张投入产出表（每个行业一行一列，另有一列总产出），行业与地区表的相同。",
    "Needed: an input–output table (a row and a column for each industry, and a column of gross output), with the industries of the table of regions.",
)


def first_industry_falls(
    parts: Parts,
    region: str,
    accounts: Accounts | None,
    share: float,
    *,
    industry: str = "",
    delta: float = 0.3,
) -> Finding:
    """What a fall of the region's first industry takes along, by a national input–output table cut down to the region.

    Parameters
    ----------
    parts : Parts
        Output by region, industry and year.
    region : str
        A place of it.
    accounts : Accounts or None
        The nation's table, in the unit and with the industries of ``parts``.
    share : float
        By how much the industry's output falls: 0.1 for a tenth.
    industry : str
        Which; the greatest of the last year where it is empty.
    delta : float
        Of Flegg's quotient.

    Returns
    -------
    Finding
        As `wutong.chain.input_output.fall`, for the region.

    Raises
    ------
    NoAnswer
        If there is no table, the region's shares are not known, or its output is not known by the table's industries.
    """
    grid = parts.grid
    at = at_hand(parts, region)
    if accounts is None:
        raise NoAnswer(Text(f"不知道谁向谁买。{NEEDED.zh}", f"Who buys from whom is not known. {NEEDED.en}"))
    year = grid.years[-1]
    if not industry:
        found = year_shares(parts, year).get(region)
        if found is None:
            raise NoAnswer(
                Text(
                    f"{year} 年{place_name(grid, region).zh}的行业比重不知道，说不出哪个是第一大行业。",
                    f"Shares of industries of {place_name(grid, region).en} in {year} are not known, so neither is the first industry.",
                )
            )
        industry = grid.industries[followed_in(parts, "", found)]
    values, unknown = in_year(grid, year)
    output = {
        name: None if unknown[at, column] else float(values[at, column])
        for column, name in enumerate(grid.industries)
    }
    if industry not in accounts.industries:
        raise NoAnswer(
            Text(
                f"投入产出表没有“{industry_name(grid, industry).zh}”（{industry}）。{NEEDED.zh}",
                f"The input–output table has no “{industry_name(grid, industry).en}” ({industry}). {NEEDED.en}",
            )
        )
    names = {name: industry_name(grid, name) for name in accounts.industries}
    here = regional(replace(accounts, names={**names, **accounts.names}), output, delta=delta)
    made = fall(here, industry, share)
    return replace(
        made,
        id="first-industry-falls",
        title=QUESTION,
        answer=Text(
            f"{place_name(grid, region).zh}：{made.answer.zh}",
            f"{place_name(grid, region).en}: {made.answer.en}",
        ),
        method=Text(
            f"{made.method.zh} 全国系数按弗莱格区位商（δ = {delta:g}）缩到本地区，缩去的部分算从区外买。",
            f"{made.method.en} National coefficients are cut down to the region by Flegg's quotient (δ = {delta:g}); what is cut off is taken "
            "to be bought outside.",
        ),
        sources=(*grid.sources, *made.sources),
        rows_left_out=parts.rows_left_out,
        invented=grid.invented or accounts.invented,
    )
