"""How much hangs on one firm."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.concentration import effective_number, herfindahl
from wutong.words import Text
from wutong.zone.sources import sources_of

QUESTION: Final = Text("对链主企业的依赖有多大？", "How much hangs on the chain leader?")


def leader_concentration(
    firm: pl.DataFrame, firm_year: pl.DataFrame, document: pl.DataFrame, *, rows_left_out: int = 0
) -> Finding:
    """How much of the cluster's output comes from the chain leader, year by year.

    Parameters
    ----------
    firm, firm_year, document : polars.DataFrame
        Tables of the zone. Where ``firm`` has no columns ``entered`` and ``left``, every firm counts as present in
        every year.
    rows_left_out : int
        Rows of these tables that were left out because of faults.

    Returns
    -------
    Finding
        One row a year: firms with a known output, output in all, share of the leaders, share of the five greatest,
        Herfindahl index and effective number of firms. Shares are of the output that is known.

    Raises
    ------
    NoAnswer
        If no firm is named as chain leader, or the output of a leader is not known in any year, or that of most
        firms is not known in the last of these years.

    Notes
    -----
    Hirschman (1964), The paternity of an index, American Economic Review 54(5), p. 761; the effective number is
    the inverse of the index.
    """
    leaders = firm.filter(pl.col("role") == "leader")["firm"]
    if leaders.is_empty():
        raise NoAnswer(
            Text(
                "没有企业标为链主。需要：表 firm 的 role 列。",
                "No firm is named as chain leader. Needed: column role in table firm.",
            )
        )
    known = firm_year.filter(pl.col("output").is_not_null()).with_columns(
        pl.col("firm").is_in(leaders.implode()).alias("leads")
    )
    years = known.group_by("period").agg(pl.col("leads").any()).filter("leads")["period"].sort()
    if years.is_empty():
        raise NoAnswer(
            Text(
                "链主各年的产值没有公布，不知道占多大比重。需要：表 firm_year 中链主及其他企业的产值（至少一年）。",
                "The leader's output is not published for any year, so its share is not known. Needed: the output of the leader and of the "
                "other firms in table firm_year, for one year at least.",
            )
        )
    rows = [_of_year(year, known.filter(pl.col("period") == year), firm) for year in years.to_list()]
    table = pl.DataFrame(
        rows,
        schema_overrides=dict.fromkeys(("leader_share", "top5_share", "herfindahl", "effective"), pl.Float64),
    )
    last = table.row(-1, named=True)
    if last["effective"] is None:
        raise NoAnswer(
            Text(
                f"{last['year']} 年已知产值合计不大于零，算不出比重。",
                f"The known output of {last['year']} is not above zero: there are no shares of it.",
            )
        )
    if last["unknown"] > last["firms"]:
        raise NoAnswer(
            Text(
                f"{last['year']} 年只知道 {last['firms']} 家企业的产值，另有 {last['unknown']} 家未知，算出的比重没有意义。"
                "需要：表 firm_year 中多数企业的产值。",
                f"For {last['year']} the output of {last['firms']} firms is known and that of {last['unknown']} is not: a share of so "
                "little means nothing. Needed: the output of most firms in table firm_year.",
            )
        )
    caveats = []
    if last["unknown"]:
        caveats.append(
            Text(
                f"{last['year']} 年有 {last['unknown']} 家企业产值未知，比重按已知部分计算，实际会更低。入区、离区时间未知的企业按在区计。",
                f"Output is not known for {last['unknown']} of {last['unknown'] + last['firms']} firms in {last['year']}: shares are "
                "of what is known, and are too high by that. Firms whose entry or exit is not known count as present.",
            )
        )
    return Finding(
        id="leader-concentration",
        title=QUESTION,
        answer=Text(
            f"{last['year']} 年链主占已知产值的 {last['leader_share']:.1%}，集中程度相当于 {last['effective']:.1f} 家同样大的企业。",
            f"In {last['year']} the leader made {last['leader_share']:.1%} of the known output; the cluster is as concentrated as "
            f"{last['effective']:.1f} firms of one size.",
        ),
        table=table,
        labels={
            "year": Text("年份", "Year"),
            "firms": Text("产值已知的企业", "Firms with known output"),
            "unknown": Text("产值未知的企业", "Firms with unknown output"),
            "output": Text("已知产值", "Known output"),
            "leader_share": Text("链主比重", "Leader's share"),
            "top5_share": Text("前五家比重", "Share of the five greatest"),
            "herfindahl": Text("赫芬达尔指数", "Herfindahl index"),
            "effective": Text("等效企业数", "Effective number of firms"),
        },
        units={
            "firms": "count",
            "unknown": "count",
            "output": "fen",
            "leader_share": "1",
            "top5_share": "1",
            "herfindahl": "index",
            "effective": "number",
        },
        method=Text(
            "比重 = 链主产值 ÷ 已知产值合计；赫芬达尔指数 = 各企业比重平方和；等效企业数 = 其倒数（Hirschman 1964）。",
            "Share = leader's output ÷ known output; Herfindahl index = sum of squared shares; effective number = its "
            "inverse (Hirschman 1964).",
        ),
        sources=sources_of(document, known),
        caveats=tuple(caveats),
        rows_left_out=rows_left_out,
        invented=bool(known["invented"].any()),
        picture=Picture("line", "year", ("leader_share", "top5_share")),
    )


def _of_year(year: str, rows: pl.DataFrame, firm: pl.DataFrame) -> dict[str, object]:
    output = rows["output"].to_numpy().astype(np.float64)
    total = int(rows["output"].sum())
    there = firm
    if {"entered", "left"} <= set(firm.columns):
        there = firm.filter(
            (pl.col("entered").str.slice(0, 4) <= year).fill_null(value=True)
            & (pl.col("left").str.slice(0, 4) >= year).fill_null(value=True)
        )
    shared = total > 0 and bool((output >= 0).all())
    return {
        "year": year,
        "firms": rows.height,
        "unknown": there.join(rows, on="firm", how="anti").height,
        "output": total,
        "leader_share": float(rows.filter("leads")["output"].sum()) / total if shared else None,
        "top5_share": float(rows["output"].top_k(5).sum()) / total if shared else None,
        "herfindahl": herfindahl(output) if shared else None,
        "effective": effective_number(output) if shared else None,
    }
