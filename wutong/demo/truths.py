"""What was planted in an invented zone, said in both languages, so that tests and engines can find it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wutong.demo import chains, knowledge, money, people, places, standing
from wutong.demo.drawn import MEASURE, Drawn
from wutong.demo.economy import SCALE_LINE
from wutong.demo.goods import PRODUCTS, SISTERS_MAKE
from wutong.demo.names import former_name
from wutong.words import Text

Value = str | int | float | list[str] | dict[str, float]


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that holds in the tables because it was put there.

    Parameters
    ----------
    what : Text
        What it is.
    values : mapping of str to value
        Ids, years and sizes; money in fen, shares as fractions of one.
    """

    what: Text
    values: Mapping[str, Value]


def planted(drawn: Drawn) -> dict[str, Truth]:
    """Everything planted in a zone; a small zone holds fewer."""
    found = _of_the_whole(drawn) | _of_ways(drawn)
    if drawn.economy.parts:
        found |= _of_single_firms(drawn)
    if drawn.economy.start:
        found["effect"] = _effect(drawn)
    return found


def _share(drawn: Drawn, column: int) -> float:
    output = drawn.economy.output[:, column]
    return round(float(output[0] / output.sum()), 6)


def _of_the_whole(drawn: Drawn) -> dict[str, Truth]:
    economy = drawn.economy
    years = economy.years[: economy.known]
    total = {str(year): knowledge.in_yi(int(economy.output[:, at].sum())) for at, year in enumerate(years)}
    start = 2021 if 2021 in years and years[-1] > 2021 else years[0]
    end = min(2024, years[-1]) if start < min(2024, years[-1]) else years[-1]
    found = {
        "output": Truth(
            Text("全区历年产值（亿元）", "Output of the zone by year, in 亿元"), {"by_year": total}
        ),
        "leader_share": Truth(
            Text("链主历年产值占比", "The leader's share of output by year"),
            {
                "firm": drawn.firm[0],
                "by_year": {str(year): _share(drawn, at) for at, year in enumerate(years)},
            },
        ),
        "customer": Truth(
            Text(
                "链主的主要出口伙伴及其占比",
                "The partner that takes most of the leader's exports, and how much",
            ),
            {
                "firm": drawn.firm[0],
                "partner": chains.PARTNERS[0],
                "share_of_exports": chains.PARTNER_SHARES[0],
                "share_of_output": round(
                    chains.PARTNER_SHARES[0]
                    * float(
                        drawn.reported["export"][0, economy.last] / economy.output[:, economy.last].sum()
                    ),
                    5,
                ),
                "year": str(economy.last_year),
            },
        ),
    }
    if end > start:
        growth = (total[str(end)] / total[str(start)]) ** (1 / (end - start)) - 1
        found["growth"] = Truth(
            Text("产值年均增速", "Average growth of output a year"),
            {"start": str(start), "end": str(end), "rate": round(growth, 6)},
        )
    return found


def _of_ways(drawn: Drawn) -> dict[str, Truth]:
    """Truths that a zone of any size holds."""
    economy = drawn.economy
    marked = people.marked_cohort(economy)
    spare = {kind: part for kind, _, _, part in places.NODES}
    return {
        "gap": Truth(
            Text(
                "无人生产而别的产品离不开的环节",
                "A product that others cannot do without and that nobody makes",
            ),
            {"product": PRODUCTS[drawn.goods.gap].id},
        ),
        "packages": Truth(
            Text("自称的条数与各包相加之数", "Measures claimed, and measures in the packages"),
            {"claimed": money.CLAIMED, "catalogued": sum(count for *_, count in money.PACKAGES)},
        ),
        "half_life": Truth(
            Text(
                "一批人走掉一半所需月数，及其他批次",
                "Months after which half of one cohort has left, and half of the others",
            ),
            {"cohort": str(marked), "months": people.marked_half_life(economy), "others": people.HALF_LIFE},
        ),
        "short_occupation": Truth(
            Text("最缺的职业", "The occupation that is shortest"),
            {"occupation": people.OCCUPATIONS[people.SHORTEST][0]},
        ),
        "overdue": Truth(
            Text("逾期未解决的诉求", "The request that is overdue"),
            {"request": people.overdue_request(drawn)},
        ),
        "stalled_project": Truth(
            Text("签约一年以上未开工的项目", "The project signed more than a year ago and not started"),
            {"project": standing.stalled_project(drawn)},
        ),
        "idle_parcel": Truth(
            Text("已供而闲置的地块", "The parcel that is held and left idle"),
            {"parcel": places.idle_parcel(drawn), "firm": drawn.firm[places.idle_holder(drawn)]},
        ),
        "tight_supply": Truth(
            Text("最接近上限的供应", "The supply nearest to its limit"),
            {"node": places.TIGHT, "spare": spare["sewage"]},
        ),
        "worse_line": Truth(
            Text("不合格率翻倍的产线", "The line whose rejects double"),
            {
                "machine": chains.worse_line(drawn),
                "start": f"{economy.last_year}-{chains.WORSE_FROM:02d}",
                "before": chains.REJECTS,
                "after": 2 * chains.REJECTS,
            },
        ),
        "moving_industry": Truth(
            Text(
                "从一个地区转出的行业大类及逐年留存",
                "The division that leaves a region, and what is left there a year later",
            ),
            {
                "division": knowledge.MOVING,
                "origin": knowledge.ORIGIN,
                "here": knowledge.HERE,
                "kept_a_year": knowledge.KEPT,
            },
        ),
        "resource_city": Truth(
            Text(
                "靠一个行业的地区及该行业历年占比",
                "The region that hangs on one division, and its share by year",
            ),
            {
                "region": knowledge.RESOURCE_CITY,
                "division": knowledge.RESOURCE,
                "by_year": {
                    str(year): float(share)
                    for year, share in zip(economy.years, knowledge.hanging(economy.known), strict=False)
                },
            },
        ),
        "related_industry": Truth(
            Text(
                "本区没有、别处总与本区第一大行业相伴的行业大类",
                "A division that the zone lacks and that elsewhere goes with the zone's first",
            ),
            {"division": knowledge.RELATED, "goes_with": knowledge.MOVING, "here": knowledge.HERE},
        ),
        "flash": Truth(
            Text("快报先报、年报后改的产值", "Output told early and put right later"),
            {"indicator": "output", "period": str(economy.last_year)},
        ),
    }


def _of_single_firms(drawn: Drawn) -> dict[str, Truth]:
    economy = drawn.economy
    firm = {part: drawn.firm[row] for part, row in economy.parts.items()}
    found = {
        "sole_maker": Truth(
            Text("只有一家生产的环节", "A product with a single maker"),
            {"product": PRODUCTS[drawn.goods.sole].id, "firm": firm["sole_maker"]},
        ),
        "two_names": Truth(
            Text("以两个名称出现的企业", "A firm that appears under two names"),
            {
                "firm": firm["renamed"],
                "name": drawn.name[economy.parts["renamed"]],
                "former_name": former_name(economy, economy.parts["renamed"]),
            },
        ),
        "related_suppliers": Truth(
            Text("同一母公司、同供链主的两家供应商", "Two suppliers of the leader that have one parent"),
            {
                "firms": sorted([firm["sister"], firm["other_sister"]]),
                "parent": firm["parent"],
                "buyer": drawn.firm[0],
                "product": SISTERS_MAKE,
            },
        ),
        "paid_twice": Truth(
            Text("同一事项付了两次的奖补", "An award that was paid twice"),
            {"firm": firm["paid_twice"], "measure": money.TWICE, "period": str(economy.last_year)},
        ),
        "near_scale": Truth(
            Text("营业收入差 5% 上规的企业", "A firm whose revenue is 5 % short of the scale line"),
            {"firm": firm["near_scale"], "line": SCALE_LINE, "short": 0.05, "year": str(economy.last_year)},
        ),
        "lapsing": Truth(
            Text(
                "高新技术企业证书今年到期而未续的企业", "A firm whose high-tech certificate lapses this year"
            ),
            {"firm": firm["lapsing"], "expires": standing.lapses_on(economy.as_of).isoformat()},
        ),
    }
    if economy.last > 0:
        found["disagreement"] = Truth(
            Text("产值翻倍而用电下降的企业", "A firm whose output doubles while its electricity falls"),
            {"firm": firm["disagreeing"], "year": str(economy.last_year)},
        )
        found["corrected"] = Truth(
            Text(
                "先多报四分之一、后更正的企业年度", "A firm-year told a quarter too high and put right later"
            ),
            {"firm": firm["corrected"], "period": str(economy.last_year - 1)},
        )
    return found


def _effect(drawn: Drawn) -> Truth:
    economy = drawn.economy
    return Truth(
        Text(
            "抽签发放的措施对产值对数的作用",
            "What a measure given out by lot adds to log output; untreated firms that never applied are as good a control",
        ),
        {
            "measure": MEASURE,
            "start": str(economy.start),
            "log_effect": economy.effect,
            "treated": int(economy.treated.sum()),
        },
    )
