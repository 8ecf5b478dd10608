"""Whether the ranking of candidates would have foretold what came, and better than plain guesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from wutong.errors import NoAnswer
from wutong.finding import Finding, Picture
from wutong.formulas.complexity import ubiquity
from wutong.formulas.kinds import Bools, Floats
from wutong.formulas.relatedness import density
from wutong.formulas.scoring import area_under_curve, precision_at
from wutong.formulas.specialisation import location_quotient, presence
from wutong.structure.complexity import caveats_of
from wutong.structure.grid import in_year, year_at
from wutong.structure.ranking import Weights, combined, growth_of_markets
from wutong.structure.space import Choices, fit, totals_in
from wutong.structure.totals import Parts
from wutong.words import Text

QUESTION: Final = Text("这样的排序过去准不准？", "Would this ranking have been right in the past?")
K: Final = 10

SCORES: Final = {
    "combined": Text("综合得分（本表所用）", "The score of the list"),
    "density": Text("只看关联密度", "Density alone"),
    "complexity": Text("只看行业复杂度", "Complexity alone"),
    "quotient": Text("基准：当年区位商", "Baseline: quotient of the first year"),
    "ubiquity": Text("基准：行业普遍性", "Baseline: ubiquity"),
    "size": Text("基准：行业规模", "Baseline: size of the industry"),
    "chance": Text("基准：抽签", "Baseline: chance"),
}
BASELINES: Final = ("quotient", "ubiquity", "size", "chance")


@dataclass(frozen=True, slots=True)
class Trial:
    """What a back-test found.

    Parameters
    ----------
    first, last : str
        Years between which industries were or were not taken up.
    pairs, entries : int
        Regions by industries without a strength in the first year; and those of them that were one in the last.
    unknown : int
        Pairs left out since one of the two years is not known.
    table : polars.DataFrame
        ``score`` with ``auc`` over all pairs, ``auc_within`` (mean over regions) and ``precision`` of the first ten of each region.
    k : int
        How many are the first few.
    """

    first: str
    last: str
    pairs: int
    entries: int
    unknown: int
    table: pl.DataFrame
    k: int = K


def look_back(
    parts: Parts,
    *,
    first: str = "",
    last: str = "",
    choices: Choices | None = None,
    weights: Weights | None = None,
) -> Trial:
    """Rank what each region lacked in the first year as a list of candidates would have, and see what came.

    Parameters
    ----------
    parts : Parts
        Regions by industry over two years at least.
    first, last : str
        The first and last year of the table where they are empty.
    choices, weights
        As for the list that is tested. Growth is what was known in the first year; demand is not used.

    Returns
    -------
    Trial
        Entry: a quotient below the threshold in the first year, at it or above in the last, both of them known.

    Raises
    ------
    NoAnswer
        If there is one year only, or nothing was taken up, or everything.
    """
    grid, chosen = parts.grid, choices or Choices()
    last = grid.years[year_at(grid, last)]
    first = first or grid.years[0]
    if first >= last:
        raise NoAnswer(
            Text(
                "回测至少要两年的数据。需要：同一口径的往年表。",
                "A back-test needs two years at least. Needed: the table of an earlier year, on the same footing.",
            )
        )
    space = fit(parts, first, chosen)
    later, _ = in_year(grid, last)
    totals, industry_totals = totals_in(parts, last, later)
    after = location_quotient(later, place_totals=totals, industry_totals=industry_totals)
    asked = ~space.present & space.fitted[:, None] & ~np.isnan(space.industries)
    known = asked & ~np.isnan(space.quotient) & ~np.isnan(after)
    came = presence(after, chosen.threshold) & known
    pairs, entries = int(known.sum()), int(came.sum())
    if entries in (0, pairs):
        raise NoAnswer(
            Text(
                f"{first} 至 {last} 年间没有可比较的进入（{entries}/{pairs}），无法回测。",
                f"From {first} to {last} there is nothing to tell apart ({entries} entries of {pairs}): no back-test.",
            )
        )
    near = density(space.present, space.near)
    common = ubiquity(space.present & space.fitted[:, None]).astype(np.float64)
    criteria = {"density": near, "complexity": space.industries, "size": space.industry_totals}
    growth, since = growth_of_markets(parts, first)
    if since:
        criteria["growth"] = growth
    scores = {
        "combined": combined(criteria, known, weights or Weights()),
        "density": near,
        "complexity": np.broadcast_to(space.industries, known.shape),
        "quotient": space.quotient,
        "ubiquity": np.broadcast_to(common, known.shape),
        "size": np.broadcast_to(space.industry_totals, known.shape),
        "chance": np.zeros(known.shape),
    }
    rows = [{"score": name, **_figures(score, known, came)} for name, score in scores.items()]
    return Trial(first, last, pairs, entries, int(asked.sum()) - pairs, pl.DataFrame(rows))


def _figures(score: Floats, known: Bools, came: Bools) -> dict[str, float | None]:
    held = np.nan_to_num(score, nan=-np.inf)
    within, first = [], []
    for row in np.flatnonzero(known.any(axis=1)).tolist():
        mine, mine_came = held[row, known[row]], came[row, known[row]]
        first.append(precision_at(mine, mine_came, K))
        if mine_came.any() and not mine_came.all():
            within.append(area_under_curve(mine, mine_came))
    return {
        "auc": area_under_curve(held[known], came[known]),
        "auc_within": float(np.mean(within)) if within else None,
        "precision": float(np.mean(first)),
    }


def verdict(test: Trial) -> Text:
    """Say in a sentence how the list did beside the best baseline."""
    own, best = _own_and_best(test)
    name = SCORES[str(best["score"])]
    base = test.entries / test.pairs
    better = own["auc"] > best["auc"]
    short = Text(name.zh.removeprefix("基准："), name.en.removeprefix("Baseline: "))
    return Text(
        f"用 {test.first} 年的数据排序，看 {test.last} 年：综合得分的 AUC 为 {own['auc']:.2f}，前 {test.k} 名有 {own['precision']:.1%} 成真；最好的基准“{short.zh}”为 "
        f"{best['auc']:.2f} 和 {best['precision']:.1%}，随意挑选为 {base:.1%}。"
        + ("" if better else "只看基准更准：名单是讨论的起点，不是预测。"),
        f"Ranked with the numbers of {test.first} and held against {test.last}: the area under the curve of the list is {own['auc']:.2f}, and {own['precision']:.1%} of its first "
        f"{test.k} came true; of the best baseline, {short.en}, {best['auc']:.2f} and {best['precision']:.1%}; of a draw {base:.1%}."
        + (
            ""
            if better
            else " The baseline alone foretells better: the list is where to begin talking, no forecast."
        ),
    )


def _own_and_best(test: Trial) -> tuple[dict[str, float], dict[str, float]]:
    own = test.table.filter(pl.col("score") == "combined").row(0, named=True)
    best = test.table.filter(pl.col("score").is_in(BASELINES)).sort("auc", descending=True).row(0, named=True)
    return own, best


def back_test(parts: Parts, test: Trial, choices: Choices | None = None) -> Finding:
    """Show a back-test as an answer.

    Parameters
    ----------
    parts : Parts
        On which it was made.
    test : Trial
        From `look_back`.
    choices : Choices, optional
        As they were for it.

    Returns
    -------
    Finding
        One row a score: the list's, its parts, and baselines.
    """
    space = fit(parts, test.first, choices)
    caveats = [
        Text(
            f"共 {test.pairs:,} 个“地区 × 尚无优势的行业”，{test.entries:,} 个到 {test.last} 年成为优势；另有 {test.unknown:,} 个因隐去或未知未计。",
            f"{test.pairs:,} pairs of a region and an industry without a strength, of which {test.entries:,} were one in {test.last}; {test.unknown:,} more are left out, since "
            "they are withheld or not known.",
        ),
        Text(
            "刚好低于门槛的区位商最容易越过门槛，所以“当年区位商”这一基准很强；它说不出新的方向。",
            "A quotient just below the threshold crosses it most easily, which makes last year's quotient a strong baseline; it points to nothing new.",
        ),
        *caveats_of(space),
    ]
    table = test.table.with_columns(
        name=pl.Series([SCORES[one].zh for one in test.table["score"]], dtype=pl.String),
        name_en=pl.Series([SCORES[one].en for one in test.table["score"]], dtype=pl.String),
    ).select("name", "name_en", "auc", "auc_within", "precision")
    return Finding(
        id="candidates-back-test",
        title=QUESTION,
        answer=verdict(test),
        table=table,
        labels={
            "name": Text("按什么排", "Ranked by"),
            "name_en": Text("按什么排（英文）", "Ranked by"),
            "auc": Text("AUC（全部）", "Area under the curve, all pairs"),
            "auc_within": Text("AUC（各地区内平均）", "Area under the curve, mean over regions"),
            "precision": Text(f"前 {test.k} 名成真的比例", f"Share of the first {test.k} that came true"),
        },
        units={"auc": "index", "auc_within": "index", "precision": "1"},
        method=Text(
            "进入 = 首年区位商低于门槛、末年达到门槛。AUC：随机取一个成真的和一个没成真的，前者得分更高的概率（Hanley、McNeil 1982）；0.5 等于抽签。",
            "Entry: a quotient below the threshold in the first year, at it in the last. Area under the curve: how often what came had the higher score than what did not "
            "(Hanley & McNeil 1982); 0.5 is chance.",
        ),
        sources=parts.grid.sources,
        caveats=tuple(caveats),
        rows_left_out=parts.rows_left_out,
        invented=parts.grid.invented,
        picture=Picture("bar", "name", ("auc",)),
    )
