"""Knowledge: documents, indicators of any sort, targets, and what regions produce by industry."""

from __future__ import annotations

from wutong.zone.schema import column, table
from wutong.zone.tables.choices import SENSES

GRADES = {
    "A": ("A 政府网站", "A government site"),
    "B": ("B 主流媒体或其完整转载", "B mainstream media or a plain copy"),
    "C": ("C 聚合或镜像", "C aggregator or mirror"),
    "D": ("D 弱", "D weak"),
}
_BASES = {
    "current": ("当年价", "Current prices"),
    "constant": ("不变价", "Constant prices"),
    "none": ("不适用", "Not applicable"),
    "unstated": ("未说明", "Not stated"),
}

TABLES = (
    table(
        "document",
        ("文件", "Documents"),
        ("一份来源文件；每个数字都指向其中一行", "One source; every number points to one of these rows"),
        column("document", "id", ("文件编号", "Document id"), ("短名", "Short name"), key=True),
        column("title", "text", ("题名", "Title"), ("文件说的是什么", "What it is about"), required=True),
        column("publisher", "text", ("发布者", "Publisher"), ("谁发布", "Who published it")),
        column("published", "period", ("发布时间", "Published"), ("到已知的精度", "To the precision known")),
        column("url", "url", ("网址", "Address"), ("所读的网页", "The page read")),
        column(
            "grade",
            "choice",
            ("等级", "Grade"),
            (
                "A 政府网站，B 主流媒体或其完整转载，C 聚合或镜像，D 弱",
                "A government site, B mainstream media or a plain copy, C aggregator or mirror, D weak",
            ),
            choices=GRADES,
        ),
        column("read_on", "date", ("读取日", "Read on"), ("哪天读的", "The day on which it was read")),
        room="knowledge",
    ),
    table(
        "indicator",
        ("指标", "Indicators"),
        (
            "一个指标、一个范围、一个时期的一个值；未公布的值留空",
            "One value of one series, scope and period; a value that is not published stays empty",
        ),
        column("indicator", "id", ("指标", "Indicator"), ("短名", "Short name of the series"), key=True),
        column("name", "text", ("名称", "Name"), ("原文叫法", "As the source calls it"), required=True),
        column("name_en", "text", ("英文名称", "English name"), ("英文", "In English")),
        column(
            "scope",
            "text",
            ("范围", "Scope"),
            ("对谁而言，如全区、全市光机电产业", "Of whom: the zone, the city's industry …"),
            key=True,
        ),
        column("scope_en", "text", ("范围（英文）", "Scope in English"), ("英文", "In English")),
        column(
            "measure",
            "choice",
            ("性质", "Measure"),
            ("水平、增速、占比、数量、目标", "Level, growth, share, count or target"),
            key=True,
            choices={
                "level": ("水平", "Level"),
                "growth": ("增速", "Growth"),
                "share": ("占比", "Share"),
                "count": ("数量", "Count"),
                "target": ("目标", "Target"),
            },
        ),
        column(
            "price_basis",
            "choice",
            ("价格基础", "Price basis"),
            ("当年价或不变价", "Current or constant prices"),
            choices=_BASES,
        ),
        column(
            "comparable",
            "flag",
            ("可比口径", "Comparable scope"),
            ("增速是否按可比口径", "Whether growth is given on a comparable scope"),
        ),
        column(
            "period",
            "period",
            ("时期", "Period"),
            ("这个值所指的时期", "The period to which the value belongs"),
            key=True,
        ),
        column(
            "sense",
            "choice",
            ("含义", "Sense"),
            ("等于、超过、不足、约", "Equal, more, less or about"),
            choices=SENSES,
        ),
        column("value", "number", ("数值", "Value"), ("以下列单位计", "In the unit beside it")),
        column(
            "unit",
            "text",
            ("单位", "Unit"),
            ("原文单位，如亿元、%、台", "The unit of the source, such as 亿元, %, 台"),
        ),
        column(
            "as_published",
            "text",
            ("原文", "As published"),
            ("原句中的几个字", "The few words of the source"),
        ),
        room="knowledge",
        also=("price_basis", "comparable", "source"),
    ),
    table(
        "region_industry",
        ("地区行业", "Regions by industry"),
        ("一个地区、一个行业、一年、一种度量", "One region, industry, year and measure"),
        column(
            "region",
            "text",
            ("地区", "Region"),
            ("GB/T 2260 代码或公布的名称", "GB/T 2260 code, or the name as published"),
            key=True,
        ),
        column(
            "industry",
            "text",
            ("行业", "Industry"),
            ("代码，或公布的口径名称", "Code, or the grouping as published"),
            key=True,
        ),
        column("period", "period", ("年份", "Year"), ("日历年", "Calendar year"), key=True),
        column(
            "measure",
            "choice",
            ("度量", "Measure"),
            ("量的是什么", "What is measured"),
            key=True,
            choices={
                "output": ("产值", "Output"),
                "value_added": ("增加值", "Value added"),
                "value_added_share": ("增加值占比", "Share of value added"),
                "employment": ("从业人员", "Employment"),
                "firms": ("企业数", "Firms"),
                "exports": ("出口", "Exports"),
            },
        ),
        column("value", "number", ("数值", "Value"), ("以下列单位计", "In the unit beside it"), low=0),
        column("unit", "text", ("单位", "Unit"), ("万元、人、家、%", "万元, persons, firms, %")),
        column(
            "suppressed",
            "flag",
            ("隐去", "Suppressed"),
            ("发布方是否隐去该值", "Whether the publisher withholds the value"),
        ),
        room="knowledge",
        also=("source",),
    ),
)
