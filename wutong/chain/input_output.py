"""What an input–output table says: how strongly industries pull and push, and what a fall of one takes along."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.chain.accounts import Accounts
from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas import input_output
from wutong.formulas.kinds import Floats
from wutong.words import Text, nearest_words

LINKAGES_QUESTION: Final = Text("哪些行业带动最大？", "Which industries pull and push most?")
FALL_QUESTION: Final = Text("一个行业下滑，会带下多少？", "What falls with one industry?")


def linkages(accounts: Accounts) -> Finding:
    """How strongly each industry pulls its suppliers and pushes its customers.

    Parameters
    ----------
    accounts : Accounts
        An input–output table.

    Returns
    -------
    Finding
        One row an industry, the strongest pull first: gross output, output multiplier, backward and forward linkage over
        their means, and whether both are above 1.

    Raises
    ------
    NoAnswer
        If the table uses up as much as it makes.

    Notes
    -----
    Multiplier and backward linkage by Leontief's inverse, forward linkage by Ghosh's (rows of it: from the seller).
    """
    coefficients = input_output.input_coefficients(accounts.flows, accounts.output)
    inverse = input_output.leontief_inverse(coefficients)
    ghosh = input_output.leontief_inverse(input_output.output_coefficients(accounts.flows, accounts.output))
    back, forth = input_output.linkages(inverse, ghosh)
    table = _named(accounts).with_columns(
        output=pl.Series(accounts.output),
        multiplier=pl.Series(input_output.output_multipliers(inverse)),
        backward=pl.Series(back),
        forward=pl.Series(forth),
        key=pl.Series((back > 1) & (forth > 1)),
    )
    table = table.sort("backward", descending=True, maintain_order=True)
    key = table.filter("key")
    first = table.row(0, named=True)
    return Finding(
        id="io-linkages",
        title=LINKAGES_QUESTION,
        answer=Text(
            f"{first['industry']}的后向联系最强：最终需求每增加 1，全部行业总产出增加 {first['multiplier']:.2f}。前后向都高于平均的行业有 {key.height} 个"
            + (f"：{'、'.join(key['industry'].head(5).to_list())}。" if key.height else "。"),
            f"{first['industry_en']} pulls most: each unit of its final demand sets {first['multiplier']:.2f} of output going. "
            f"Industries above average both ways: {key.height}"
            + (f": {', '.join(key['industry_en'].head(5).to_list())}." if key.height else "."),
        ),
        table=table,
        labels={
            "industry": Text("行业", "Industry"),
            "output": Text("总产出", "Gross output"),
            "multiplier": Text("产出乘数", "Output multiplier"),
            "backward": Text("后向联系", "Backward linkage"),
            "forward": Text("前向联系", "Forward linkage"),
            "key": Text("前后向都高于平均", "Above average both ways"),
        },
        units={
            "output": accounts.unit or "number",
            **dict.fromkeys(("multiplier", "backward", "forward"), "index"),
        },
        method=Text(
            "A = 流量 ÷ 买方总产出，L = (I − A)⁻¹；乘数 = L 的列和；后向联系 = 列和 ÷ 平均；前向联系 = Ghosh 逆的行和 ÷ 平均（行卖给列）。"
            "Miller 与 Blair 2009，6.2、12.2 节。",
            "A = flow ÷ buyer's gross output, L = (I − A)⁻¹; multiplier = column sum of L; backward linkage = column sum ÷ mean; forward "
            "linkage = row sum of Ghosh's inverse ÷ mean (row sells to column). Miller & Blair 2009, sections 6.2 and 12.2.",
        ),
        sources=accounts.sources,
        caveats=(_STILL,),
        invented=accounts.invented,
        picture=Picture("bar", "industry", ("backward", "forward")),
    )


def fall(accounts: Accounts, industry: str, share: float) -> Finding:
    """What the others lose when one industry's output falls by a share.

    Parameters
    ----------
    accounts : Accounts
        An input–output table.
    industry : str
        One of its industries.
    share : float
        By how much its output falls: 0.1 for a tenth.

    Returns
    -------
    Finding
        One row an industry, the greatest loss as a supplier first: gross output, what it loses as a supplier of what is no longer
        bought, and what it would lose at most as a customer if nothing replaced the product; both also as shares of
        its output. The two are not added: they answer different questions.

    Raises
    ------
    NoAnswer
        If the table has no such industry, the share is not above 0 and at most 1, or the table uses up what it makes.
    """
    if industry not in accounts.industries:
        near = nearest_words(industry, accounts.industries) or list(accounts.industries[:6])
        raise NoAnswer(
            Text(
                f"投入产出表没有行业“{industry}”。最接近的有：{'、'.join(near)}。需要：含有它的表，或它属于表中哪个行业。",
                f"The input–output table has no industry “{industry}”. Nearest: {', '.join(near)}. Needed: a table that has it, or the name of "
                "the industry there that it belongs to.",
            )
        )
    if not 0 < share <= 1:
        raise NoAnswer(Text("下降幅度须大于 0、不超过 100%。", "The fall must be above 0 and at most 100 %."))
    at = accounts.industries.index(industry)
    change = -share * float(accounts.output[at])
    coefficients = input_output.input_coefficients(accounts.flows, accounts.output)
    supplied = input_output.fall_of(coefficients, at, change)
    lacked = input_output.shortage_of(
        input_output.output_coefficients(accounts.flows, accounts.output), at, change
    )
    table = _named(accounts).with_columns(
        output=pl.Series(accounts.output),
        as_supplier=pl.Series(supplied),
        as_supplier_share=pl.Series(_over(supplied, accounts.output)),
        as_customer=pl.Series(lacked),
        as_customer_share=pl.Series(_over(lacked, accounts.output)),
    )
    others = (
        table.with_row_index("at")
        .filter(pl.col("at") != at)
        .drop("at")
        .sort("as_supplier", maintain_order=True)
    )
    whole = float(accounts.output.sum())
    up, down = float(others["as_supplier"].sum()), float(others["as_customer"].sum())
    name = _name(accounts, industry)
    most = others.row(0, named=True) if others.height else None
    return Finding(
        id="io-fall",
        title=FALL_QUESTION,
        answer=Text(
            f"{name.zh}产出下降 {share:.0%}，供货的各行业产出少 {-up / whole:.2%}（占全部产出）"
            + (f"，最多的是{most['industry']}（少 {-most['as_supplier_share']:.1%}）" if most else "")
            + f"；若无可替代，用货的各行业至多少 {-down / whole:.2%}。",
            f"If {name.en} falls by {share:.0%}, its suppliers lose {-up / whole:.2%} of all output"
            + (f", most of it {most['industry_en']} (down {-most['as_supplier_share']:.1%})" if most else "")
            + f"; if nothing replaces its product its customers lose {-down / whole:.2%} at most.",
        ),
        table=pl.concat([table.with_row_index("row").filter(pl.col("row") == at).drop("row"), others]),
        labels={
            "industry": Text("行业", "Industry"),
            "output": Text("总产出", "Gross output"),
            "as_supplier": Text("作为供货方的变化", "Change as a supplier"),
            "as_supplier_share": Text("占本行业产出", "Share of its output"),
            "as_customer": Text("作为用货方的变化（至多）", "Change as a customer, at most"),
            "as_customer_share": Text("占本行业产出", "Share of its output"),
        },
        units={
            **dict.fromkeys(("output", "as_supplier", "as_customer"), accounts.unit or "number"),
            **dict.fromkeys(("as_supplier_share", "as_customer_share"), "1"),
        },
        method=Text(
            "混合模型：给定该行业产出的变化，其余行业最终需求不变，Δx = (I − A₋ₖ)⁻¹ aₖ Δxₖ；用货方用 Ghosh 系数同样计算。Miller 与 Blair 2009，13.2 节。",
            "Mixed model: the industry's change is given and final demand of the others stays, Δx = (I − A₋ₖ)⁻¹ aₖ Δxₖ; customers alike with "
            "Ghosh's coefficients. Miller & Blair 2009, section 13.2.",
        ),
        sources=accounts.sources,
        caveats=(
            _STILL,
            Text(
                "用货方的数是上限：按价值缩减，没有替代；关键件断供造成的停产不在其中。两列回答不同的问题，不能相加。",
                "Customers' numbers are a ceiling: they shrink with the value that they no longer get and nothing replaces it; a line that stops "
                "for want of one part is not in it. The two columns answer different questions and are not to be added.",
            ),
        ),
        invented=accounts.invented,
        picture=Picture("bar", "industry", ("as_supplier_share", "as_customer_share")),
    )


_STILL: Final = Text(
    "系数按表中年份固定：价格、替代和产能不变。进口的投入若在表内，带动会算多。",
    "Coefficients are those of the table's year: prices, substitution and capacity stand still. Where imported inputs are in the table, "
    "effects at home are too great.",
)


def _over(change: Floats, output: Floats) -> Floats:
    return np.divide(change, output, out=np.zeros_like(change), where=output > 0)


def _name(accounts: Accounts, code: str) -> Text:
    return accounts.names.get(code, Text(code, code))


def _named(accounts: Accounts) -> pl.DataFrame:
    names = [_name(accounts, code) for code in accounts.industries]
    return pl.DataFrame({"industry": [name.zh for name in names], "industry_en": [name.en for name in names]})
