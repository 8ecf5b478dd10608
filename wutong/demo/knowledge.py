"""Tables of knowledge: documents, indicators with their targets, and what regions produce by industry."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.demo.drawn import Drawn
from wutong.demo.economy import CHAINS, YI, month_known, year_known
from wutong.demo.firms import MONTH_FIRMS, firm_month
from wutong.demo.frames import MARK_ZH
from wutong.demo.goods import PRODUCTS
from wutong.demo.money import CLAIMED, PACKAGES

SCOPE: Final = ("全区光机电产业", "opto-mechatronics, zone")
ZONE_SCOPE: Final = ("全区", "zone")
CHAIN_SCOPES: Final = {
    "vision": ("视觉系统链", "vision systems chain"),
    "materials": ("新材料链", "new materials chain"),
    "ai": ("人工智能链", "artificial intelligence chain"),
}
HERE: Final = f"{MARK_ZH}示范区"
"""The invented zone as a region of ``region_industry``."""
REGIONS: Final = 40
ORIGIN: Final = f"{MARK_ZH}沿海01市"
"""The region that an industry leaves."""
MOVING: Final = "39"
"""The division of GB/T 4754-2017 that moves from there to the invented zone."""
KEPT: Final = 0.9
"""Part of its output there that is left a year later."""
RESOURCE_CITY: Final = f"{MARK_ZH}内陆34市"
"""The region that hangs on one division."""
RESOURCE: Final = "06"
"""That division: coal."""
RELATED: Final = "36"
"""A division that the invented zone lacks and that stands, elsewhere, where the zone's first division is strong."""
RELATED_SHARE: Final = 0.1
"""Its size there, against all other output of the region."""
DIVISIONS: Final = (
    "06",
    "13",
    "17",
    "22",
    "25",
    "26",
    "27",
    "29",
    "30",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "38",
    "39",
    "40",
    "65",
)
_LOCAL: Final = 0.70


_LEDGERS: Final = (
    ("register", "企业登记簿", "市场监管机构"),
    ("announcements", "企业公告汇编", "投资促进局"),
    ("projects", "项目台账", "投资促进局"),
    ("recognition", "认定与名单公告", "科技创新局"),
    ("chain-study", "产业链图谱研究", "产业研究机构"),
    ("papers", "合同与发票样本", "企业报送"),
    ("machines", "设备与产线联网数据", "工业互联网平台"),
    ("people-office", "人才台账", "人才服务中心"),
    ("vacancies", "招聘公告", "人才服务中心"),
    ("service-desk", "企业诉求台账", "企业服务中心"),
    ("land", "用地与厂房台账", "规划建设局"),
    ("price-list", "公用事业价目", "规划建设局"),
    ("innovation", "创新平台名录", "科技创新局"),
    ("patents", "专利清单", "科技创新局"),
    ("reform", "改革任务清单", "改革办"),
    ("awards", "奖补兑付公示", "财政局"),
    ("budget", "预算与决算", "财政局"),
    ("funds", "基金年报", "基金管理机构"),
    ("loans", "风险补偿贷款台账", "财政局"),
)
_PLANS: Final = (("packages", "政策措施汇编", "管委会"), ("plan", "产业发展规划", "管委会"))
_GRADES: Final = {"announcements": "B", "machines": "B", "papers": "B", "vacancies": "B", "chain-study": "C"}


def document(drawn: Drawn) -> pl.DataFrame:
    """One invented paper for everything that is told; none has a page, so none has an address."""
    economy = drawn.economy
    rows: list[tuple[str, str, str, date]] = []
    for year in economy.years[: economy.known + 1]:
        rows += [
            (f"yearbook-{year}", f"{year}年度企业统计汇总", "统计机构", year_known(year)),
            (f"monthly-{year}", f"{year}年企业月报", "统计机构", month_known(year, 2)),
            (f"flash-{year}", f"{year}年经济运行快报", "经济发展局", _flash_day(year)),
            (f"customs-{year}", f"{year}年进出口汇总", "海关统计", year_known(year)),
            (f"utilities-{year}", f"{year}年公用设施运行报告", "规划建设局", date(year, 12, 31)),
            (f"regions-{year}", f"{year}年分地区分行业统计", "统计机构", year_known(year)),
        ]
    rows += [(name, title, office, drawn.first_day) for name, title, office in _LEDGERS]
    rows += [(name, title, office, drawn.year_end) for name, title, office in _PLANS]
    return pl.DataFrame(
        [
            (name, MARK_ZH + title, MARK_ZH + office, day.isoformat(), _GRADES.get(name, "A"), day, day)
            for name, title, office, day in rows
        ],
        schema=["document", "title", "publisher", "published", "grade", "read_on", "as_of"],
        orient="row",
    )


def _means(period: str, growth: float, day: date, source: str) -> list[_Row]:
    """Growth of the zone and of its city, as published for measures that compare a firm with the mean."""
    city = ("全市工业", "industry, city")
    return [
        _said(name, words, scope, "growth", period, value, "%", day, source, basis="current")
        for name, words, scope, value in (
            ("zone_output_growth", ("全区产值平均增速", "Mean growth of output in the zone"), SCOPE, growth),
            (
                "city_output_growth",
                ("全市产值平均增速", "Mean growth of output in the city"),
                city,
                round(growth * 0.6, 1),
            ),
        )
    ]


def _flash_day(year: int) -> date:
    return date(year + 1, 1, 12)


# ------------------------------------------------------------------ indicators

_Row = dict[str, str | float | bool | date | None]


def _said(
    indicator: str,
    names: tuple[str, str],
    scope: tuple[str, str],
    measure: str,
    period: str,
    value: float | None,
    unit: str,
    day: date,
    source: str,
    *,
    sense: str = "eq",
    basis: str = "none",
) -> _Row:
    return {
        "indicator": indicator,
        "name": names[0],
        "name_en": names[1],
        "scope": scope[0],
        "scope_en": scope[1],
        "measure": measure,
        "price_basis": basis,
        "comparable": False if measure == "growth" else None,
        "period": period,
        "sense": sense if value is not None else None,
        "value": value,
        "unit": unit,
        "as_published": None if value is None else f"{MARK_ZH}{names[0]}{_plain(value)}{unit}",
        "as_of": day,
        "source": source,
    }


def _plain(value: float) -> str:
    """Write a number in full, without an exponent and without zeros at its end."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


def in_yi(fen: int) -> float:
    """Fen as 亿元, to the last digit that is there.

    Examples
    --------
    >>> in_yi(70_512_345_600_000 // 100 * 100)
    7051.23456
    """
    return round(fen / YI, 5)


_OUTPUT: Final = ("产值", "Output")


def indicator(drawn: Drawn) -> pl.DataFrame:
    """Sums of what firms report, as the offices tell them; targets; and some numbers that were never published."""
    rows = [*_yearly(drawn), *_monthly(drawn), *_goals(drawn), *_counts(drawn)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _yearly(drawn: Drawn) -> list[_Row]:
    economy = drawn.economy
    sums = {
        name: drawn.reported[name].sum(axis=0)
        for name in ("output", "revenue", "tax", "rd", "export", "employees")
    }
    firms = economy.active.sum(axis=0)
    words = {
        "output": _OUTPUT,
        "revenue": ("营业收入", "Revenue"),
        "tax": ("税收", "Tax"),
        "rd": ("研发费用", "R&D"),
        "export": ("出口额", "Exports"),
    }
    rows: list[_Row] = []
    for column, year in enumerate(economy.years[: economy.known]):
        day, source, period = year_known(year), f"yearbook-{year}", str(year)
        for name, said in words.items():
            rows.append(
                _said(
                    name,
                    said,
                    SCOPE,
                    "level",
                    period,
                    in_yi(int(sums[name][column])),
                    "亿元",
                    day,
                    source,
                    basis="current",
                )
            )
        for link, chain in enumerate(CHAINS):
            part = int(economy.output[economy.chain == link, column].sum())
            rows.append(
                _said(
                    "output",
                    _OUTPUT,
                    CHAIN_SCOPES[chain],
                    "level",
                    period,
                    in_yi(part),
                    "亿元",
                    day,
                    source,
                    basis="current",
                )
            )
        rows.append(
            _said(
                "firms", ("企业数", "Firms"), SCOPE, "count", period, float(firms[column]), "家", day, source
            )
        )
        rows.append(
            _said(
                "employees",
                ("从业人员", "Employees"),
                SCOPE,
                "count",
                period,
                float(sums["employees"][column]),
                "人",
                day,
                source,
            )
        )
        share = round(100 * float(economy.output[0, column] / sums["output"][column]), 1)
        rows.append(
            _said(
                "leader_share",
                ("链主产值占比", "Leader's share of output"),
                SCOPE,
                "share",
                period,
                share,
                "%",
                day,
                source,
                sense="about",
            )
        )
        if column:
            growth = round(100 * float(sums["output"][column] / sums["output"][column - 1] - 1), 1)
            rows.append(
                _said(
                    "output",
                    _OUTPUT,
                    SCOPE,
                    "growth",
                    period,
                    growth,
                    "%",
                    day,
                    source,
                    sense="about",
                    basis="current",
                )
            )
            rows += _means(period, growth, day, source)
    # the year was told in January to whole tens of 亿元 before the sums were known
    year, total = economy.last_year, int(sums["output"][economy.last])
    early = float(round(total / YI * 0.985, -1))
    rows.append(
        _said(
            "output",
            _OUTPUT,
            SCOPE,
            "level",
            str(year),
            early,
            "亿元",
            _flash_day(year),
            f"flash-{year}",
            sense="about",
            basis="current",
        )
    )
    return rows


def _monthly(drawn: Drawn) -> list[_Row]:
    """Output from January on, where months are given for every firm that is there."""
    economy = drawn.economy
    if economy.firms > MONTH_FIRMS:
        return []
    runs = (
        firm_month(drawn)
        .filter(pl.col("period").str.contains(r"-01\.\."))
        .group_by("period")
        .agg(pl.col("output").sum(), pl.col("as_of").max(), pl.col("source").first())
        .sort("period")
    )
    return [
        _said("output", _OUTPUT, SCOPE, "level", period, in_yi(fen), "亿元", day, source, basis="current")
        for period, fen, day, source in runs.iter_rows()
    ]


def _goals(drawn: Drawn) -> list[_Row]:
    economy = drawn.economy
    total = int(economy.output[:, economy.last].sum()) / YI
    day = drawn.year_end
    size = 10 ** max(len(str(int(total))) - 1, 0)
    goals = ((1, 1.25), (3, 1.75))
    return [
        _said(
            "output",
            _OUTPUT,
            SCOPE,
            "target",
            str(economy.last_year + ahead),
            float(round(total * times / size, 1) * size),
            "亿元",
            day,
            "plan",
            sense="ge",
            basis="current",
        )
        for ahead, times in goals
    ]


def _counts(drawn: Drawn) -> list[_Row]:
    economy = drawn.economy
    day, period = drawn.year_end, str(economy.last_year)
    # never published, as offices leave them out: the value stays empty
    unpublished = (
        ("support", ("兑付资金总额", "Support paid"), "亿元"),
        ("coal_share", ("煤炭产值占比", "Share of coal"), "%"),
    )
    return [
        _said(
            "measures_claimed",
            ("政策措施条数", "Measures claimed"),
            ZONE_SCOPE,
            "count",
            period,
            float(CLAIMED),
            "条",
            day,
            "packages",
            sense="about",
        ),
        _said(
            "packages",
            ("措施包数", "Packages"),
            ZONE_SCOPE,
            "count",
            period,
            float(len(PACKAGES)),
            "个",
            day,
            "packages",
        ),
        _said(
            "local_supply",
            ("本地配套率", "Local supply rate"),
            SCOPE,
            "share",
            period,
            100 * _LOCAL,
            "%",
            day,
            "plan",
            sense="about",
        ),
        *(
            _said(
                name,
                said,
                ZONE_SCOPE,
                "level" if unit == "亿元" else "share",
                period,
                None,
                unit,
                day,
                "plan",
            )
            for name, said, unit in unpublished
        ),
    ]


# ------------------------------------------------------------------ regions


def region_industry(drawn: Drawn) -> pl.DataFrame:
    """Output in 万元 of invented regions by division and year; some cells are withheld, and what is not made is 0.

    Regions can do what their capabilities allow, which makes a nested pattern. One division moves from one region to
    the invented zone, whose own rows are the sums of its firms.
    """
    economy = drawn.economy
    chance = drawn.chance("region_industry")
    years = np.array(economy.years[: economy.known])
    regions = [f"{MARK_ZH}{'沿海' if at < 10 else '内陆'}{at + 1:02d}市" for at in range(REGIONS)]
    able = np.sort(chance.beta(1.6, 2.2, REGIONS))[::-1]
    hard = np.linspace(0.05, 0.9, len(DIVISIONS))
    open_to = able[:, None] + 0.18 * chance.standard_normal((REGIONS, len(DIVISIONS))) > hard
    open_to[:, 0] |= ~open_to.any(axis=1)
    size = np.exp(
        chance.normal(14.0, 0.8, (REGIONS, 1)) + 0.5 * chance.standard_normal((REGIONS, len(DIVISIONS)))
    )
    origin, moving = regions.index(ORIGIN), DIVISIONS.index(MOVING)
    city = regions.index(RESOURCE_CITY)
    open_to[origin, moving] = open_to[city, :4] = True
    size[origin, moving] = 6.0 * np.median(size)
    growth = 1.05 ** (years - years[0])[None, None, :] * np.exp(
        0.03 * chance.standard_normal((REGIONS, len(DIVISIONS), len(years)))
    )
    value = np.where(open_to[:, :, None], np.rint(size[:, :, None] * growth), 0.0)
    value[origin, moving] = np.rint(size[origin, moving] * leaving(len(years)))
    related, resource = DIVISIONS.index(RELATED), DIVISIONS.index(RESOURCE)
    strong = _strong(value[:, :, -1], moving)
    value[:, related] = 0.0
    value[:, related] = np.where(strong[:, None], np.rint(RELATED_SHARE * value.sum(axis=1)), 0.0)
    others = np.delete(value[city], resource, axis=0).sum(axis=0)
    value[city, resource] = np.rint(others * hanging(len(years)) / (1.0 - hanging(len(years))))
    withheld = (chance.random(value.shape) < 0.06) & (value > 0)
    withheld[origin, moving] = withheld[city] = withheld[:, related] = False
    withheld[0, 1, -1] = True
    where, what, when = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(REGIONS), np.arange(len(DIVISIONS)), np.arange(len(years)), indexing="ij"
        )
    )
    frame = pl.DataFrame(
        {
            "region": pl.Series(regions).gather(pl.Series(where)),
            "industry": pl.Series(DIVISIONS).gather(pl.Series(what)),
            "period": pl.Series(years).cast(pl.String).gather(pl.Series(when)),
            "value": pl.Series(value.ravel()).set(pl.Series(withheld.ravel()), None),
            "suppressed": pl.Series(withheld.ravel()),
        }
    )
    known = pl.DataFrame(
        {"period": [str(year) for year in years], "as_of": [year_known(int(year)) for year in years]}
    )
    return (
        pl.concat([frame, _own_industries(drawn)])
        .with_columns(
            pl.lit("output").alias("measure"),
            pl.lit("万元").alias("unit"),
            ("regions-" + pl.col("period")).alias("source"),
        )
        .join(known, on="period", how="left", maintain_order="left")
    )


def leaving(years: int) -> NDArray[np.float64]:
    """How much of its first year's output the origin keeps of the division that leaves, year by year.

    Examples
    --------
    >>> leaving(3).tolist()
    [1.0, 0.9, 0.81]
    """
    return np.round(KEPT ** np.arange(years), 10)


def hanging(years: int) -> NDArray[np.float64]:
    """The share of its one division in the output of the resource city, year by year.

    Examples
    --------
    >>> hanging(3).tolist()
    [0.74, 0.73, 0.72]
    """
    return np.round(0.74 - 0.01 * np.arange(years), 10)


def _strong(value: NDArray[np.float64], division: int) -> NDArray[np.bool_]:
    """Where a division's share of a region is at least its share of all regions."""
    shares = value[:, division] / np.maximum(value.sum(axis=1), 1.0)
    strong: NDArray[np.bool_] = shares >= value[:, division].sum() / value.sum()
    return strong


def _own_industries(drawn: Drawn) -> pl.DataFrame:
    economy = drawn.economy
    divisions = np.array([int(p.industry[:2]) for p in PRODUCTS])[drawn.goods.first]
    rows = []
    for column, year in enumerate(economy.years[: economy.known]):
        sums = np.bincount(divisions, weights=economy.output[:, column] // 100_000, minlength=100)
        rows += [
            (HERE, f"{division:02d}", str(year), float(sums[division]) / 10.0, False)
            for division in sorted({*np.flatnonzero(sums).tolist(), *map(int, DIVISIONS)})
        ]
    return pl.DataFrame(rows, schema=["region", "industry", "period", "value", "suppressed"], orient="row")


def tables(drawn: Drawn) -> dict[str, pl.DataFrame]:
    """Documents, indicators and regions."""
    return {
        "document": document(drawn),
        "indicator": indicator(drawn),
        "region_industry": region_industry(drawn),
    }
