"""What the language of rules must be able to say, as thirty demands of published measures, and which file says it.

Each entry of ``SAYS`` names a file of ``examples/measures`` (a measure's id, or ``rulebook``), the key, as the way to it
without numbers of lists, with ``*`` for any name, and where it matters what stands there, with ``*`` for anything.
"""

from typing import Final

Said = tuple[str, str] | tuple[str, str, str]

SHAPES: Final[tuple[tuple[str, str, tuple[Said, ...]], ...]] = (
    (
        "按整额分档，分档的量不是计奖的量",
        "A tier by the whole amount, its key another than the base",
        (
            ("M01", "amount.rate.slab"),
            ("M01", "amount.rate.by", "固定资产投资"),
            ("M01", "amount.base", "设备投资"),
        ),
    ),
    (
        "分段累进，可有起点金额",
        "Bands, each part at its own rate, with a sum to begin with",
        (("M26", "amount.marginal.bands"), ("M27", "amount.sum.marginal.start")),
    ),
    (
        "按比例、按人、按量、按人按天",
        "A share of a sum; per head, unit, day and head",
        (
            ("M12", "amount.rate"),
            ("M61", "amount.each"),
            ("M72-water", "amount.each"),
            ("M60", "amount.of", "人数 * 天数"),
        ),
    ),
    ("一事一笔定额", "A fixed sum for an event", (("M18", "amount.fixed.slab"), ("M32", "amount.sum.fixed"))),
    (
        "以全部历史判断是否首次",
        "The first time in a firm's whole history",
        (("M32", "given.*.from.take", "first time"), ("M21", "given.*.from.take", "first time")),
    ),
    (
        "连续若干年",
        "So many years in a row",
        (("M21", "given.*.from.take", "years in a row"), ("M23", "define.*.is", "*连续在规年数*")),
    ),
    (
        "对基期的增长，基期为零时另算",
        "Growth against a base, and what counts where the base is zero",
        (("M24", "define.产值增速.is"), ("M27", "amount.sum.when", "上年一季度产值 = 0元")),
    ),
    (
        "门槛随企业自己的基数而变",
        "A gate that hangs on the firm's own base",
        (("M26", "define.门槛.is.slab"),),
    ),
    (
        "门槛是事后公布的总体数字",
        "A gate against a figure of the whole that is published later",
        (("M41", "given.*.from.for_all"), ("M31", "given.*.from.for_all")),
    ),
    (
        "排名、前若干名、名额与总量",
        "Rank, the first so many, places and a total",
        (("M31", "quota.by", "加权名次"), ("M69", "quota.places"), ("M48", "quota.total")),
    ),
    (
        "名单：行业代码、目录、在库",
        "On a list: code of industry, catalogue, base",
        (
            ("M14", "given.行业代码.from.column", "industry"),
            ("M08b", "conditions.when", "列入首台套目录"),
            ("M71", "given.*.from.where.list"),
        ),
    ),
    (
        "上限：一个项目、一家一年、一家累计、几项合计、另一笔钱的比例",
        "Ceilings: a project, a firm and year, a firm in all, several together, a share of another sum",
        (
            ("M43", "amount.cap"),
            ("M45", "limits.per", "firm and year"),
            ("M43", "limits.per", "firm"),
            ("rulebook", "limits.measures"),
            ("M20", "amount.cap", "实缴资本 * 50%"),
        ),
    ),
    ("上限扣除已付", "A ceiling less what was paid", (("M24", "amount.cap.net_of"),)),
    (
        "互斥：一件事、一笔支出、一年、整户；就高或补差",
        "Exclusion by event, expense, year, whole firm; the highest, or the difference",
        (
            ("rulebook", "groups.从优从高.grain", "event"),
            ("rulebook", "groups.算力.grain", "expense"),
            ("rulebook", "groups.链主奖励或技改.grain", "year"),
            ("rulebook", "groups.一企一策或普惠.grain", "firm"),
            ("rulebook", "groups.算力.choose", "highest"),
            ("rulebook", "groups.示范工厂与车间.choose", "difference"),
        ),
    ),
    (
        "分级叠加，配套比例",
        "Levels that add up, and a matching ratio",
        (("M28", "amount.sum.id", "city"), ("M43", "amount.sum.when"), ("M03", "amount.rate", "配套比例")),
    ),
    (
        "调整另一条措施的比例",
        "A change of another measure's rate",
        (("M35", "modifies.add"), ("M35", "modifies.at_most"), ("M08", "modifies.times")),
    ),
    (
        "按事件、日期、比例分期",
        "Instalments by event, day and share",
        (("M09", "payout.day"), ("M19", "payout.when"), ("M56-postdoc", "payout.share")),
    ),
    (
        "持续条件",
        "A condition that must go on holding",
        (("M15-rent", "keep.when"), ("M15-rent", "keep.until")),
    ),
    ("满期才付", "Nothing before a day", (("M35", "not_before.day"), ("M53-house", "not_before.day"))),
    (
        "追回、暂停、停止",
        "Recovered, suspended, stopped",
        (("M59", "keep.else", "recover"), ("M59", "keep.else", "suspend"), ("M59", "keep.else", "stop")),
    ),
    (
        "一笔钱分给几方",
        "One sum for several",
        (("M71", "amount.payees.share"), ("M68-chain", "amount.payees.share")),
    ),
    (
        "材料清单与材料日期",
        "Papers, and the days in which theirs must lie",
        (("papers-shenzhen", "evidence"), ("papers-shenzhen", "evidence.from"), ("M18", "evidence.to")),
    ),
    (
        "排除关联方",
        "Related parties left out",
        (
            ("M38", "given.*.from.unrelated", "yes"),
            ("M38", "given.*.about", "related party"),
            ("M39", "given.*.about", "related party"),
        ),
    ),
    (
        "外币与按日期定的价",
        "Foreign money, and a price of a day",
        (
            ("M52", "given.*.type", "dollars"),
            ("M52", "given.*.type", "yuan per dollar"),
            ("M41", "given.提款日LPR.type"),
        ),
    ),
    (
        "裁量：经评审、一事一议、双向约束",
        "Discretion: after review, case by case",
        (("M02", "conditions.decide"), ("M10", "conditions.decide"), ("M11", "conditions.decide")),
    ),
    (
        "版本、起止、老人老办法",
        "Editions, first and last days, who stays under the old rule",
        (("M07", "in_force.from"), ("M08", "in_force.to"), ("M59", "in_force.by", "入选日")),
    ),
    (
        "端点含与不含",
        "Ends of an interval, in or out",
        (("M15", "conditions.when", "*[[]3000万元..5亿元]"), ("M14", "conditions.when", '*[[]"13".."44")*')),
    ),
    (
        "取整与单位",
        "Rounding and unit",
        (("M01", "amount.round.to"), ("M72-gas", "amount.each", "0.2元/立方米")),
    ),
    ("原文与解读", "The text as published and as read", (("M26", "published.read_as"),)),
    (
        "措施与当年的预算上限",
        "The budget of a measure and of the year",
        (
            ("M77", "budget"),
            ("rulebook", "budgets.余杭算力.amount"),
            ("M24", "budget"),
            ("rulebook", "budgets.增产增效资金.scale", "none"),
        ),
    ),
)
