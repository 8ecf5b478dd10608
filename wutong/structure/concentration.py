"""How much hangs on one firm."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas import effective_number, herfindahl
from wutong.words import Text
from wutong.zone.sources import sources_of

QUESTION: Final = Text("有多少系于链主一家？", "How much hangs on the chain leader?")


def leader_concentration(
    firm: pl.DataFrame, firm_year: pl.DataFrame, document: pl.DataFrame, *, rows_left_out: int = 0
) -> Finding:
    """How much of the cluster's output comes from the chain leader, year by year.

    Parameters
    ----------
    firm, firm_year, document : polars.DataFrame
        Tables of the zone.
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
        If no firm is named as chain leader, or the output of a leader is not known in any year.

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
    rows = [_of_year(year, known.filter(pl.col("period") == year), firm_year) for year in years.to_list()]
    table = pl.DataFrame(rows)
    last = rows[-1]
    unknown = int(str(last["unknown"]))
    caveats = []
    if unknown:
        caveats.append(
            Text(
                f"{last['year']} 年有 {unknown} 家企业产值未知，比重按已知部分计算，实际会更低。",
                f"The output of {unknown} firms is not known for {last['year']}: shares are of what is known, and are too high by that.",
            )
        )
    share = float(str(last["leader_share"]))
    return Finding(
        id="leader-concentration",
        title=QUESTION,
        answer=Text(
            f"{last['year']} 年链主占已知产值的 {share:.1%}，集中程度相当于 {float(str(last['effective'])):.1f} 家同样大的企业。",
            f"In {last['year']} the leader made {share:.1%} of the known output; the cluster is as concentrated as "
            f"{float(str(last['effective'])):.1f} firms of one size.",
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


def _of_year(year: str, rows: pl.DataFrame, firm_year: pl.DataFrame) -> dict[str, object]:
    output = rows["output"].to_numpy().astype(np.float64)
    total = int(rows["output"].sum())
    return {
        "year": year,
        "firms": rows.height,
        "unknown": firm_year.filter((pl.col("period") == year) & pl.col("output").is_null()).height,
        "output": total,
        "leader_share": float(rows.filter("leads")["output"].sum()) / total if total else None,
        "top5_share": float(rows["output"].top_k(5).sum()) / total if total else None,
        "herfindahl": herfindahl(output) if total else None,
        "effective": effective_number(output) if total else None,
    }
