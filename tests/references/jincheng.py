"""Figures of the real zone as its pages print them, typed by hand; the pages were read on 2026-11-22.

Each figure stands with the document (``examples/jincheng/tables/document.csv``) in which it was read.
"""

TEAMS = "“晋创谷·晋城”遴选入区的创新主体"

# indicator, scope, period, sense, value, unit, document
FIGURES: list[tuple[str, str, str, str, float, str, str]] = [
    # 晋城市商务局, http://jcswj.jcgov.gov.cn/kfqjs/202308/t20230802_1832343.html
    ("output", "晋城市光机电产业", "2022", "eq", 293, "亿元", "shangwuju-2023"),
    ("output_growth_yearly", "晋城市光机电产业", "2020..2022", "gt", 20, "%", "shangwuju-2023"),
    # 中国新闻网 2025-05-22, http://cn.office369.com/news/show-2095046.html
    ("output", "晋城光机电产业", "2024", "gt", 700, "亿元", "zhongxin-2025"),
    ("firms_in_cluster", "晋城光机电产业", "2025-05-22", "gt", 130, "家", "zhongxin-2025"),
    ("chain_leaders", "晋城光机电产业", "2025-05-22", "eq", 1, "家", "zhongxin-2025"),
    ("local_supply_rate", "晋城经济技术开发区", "2025-05-22", "eq", 70, "%", "zhongxin-2025"),
    ("lenses_per_minute", "晋城经济技术开发区", "2025-05-22", "eq", 200, "只/分钟", "zhongxin-2025"),
    ("phone_parts_per_day", "晋城经济技术开发区", "2025-05-22", "eq", 100_000, "件/日", "zhongxin-2025"),
    ("led_beads_per_month", "晋城经济技术开发区", "2025-05-22", "eq", 90, "亿颗/月", "zhongxin-2025"),
    ("vocational_colleges", "晋城市", "2025-05-22", "gt", 10, "所", "zhongxin-2025"),
    ("academicians", "晋城市", "2025-05-22", "eq", 7, "人", "zhongxin-2025"),
    ("doctors", "晋城市", "2025-05-22", "eq", 93, "人", "zhongxin-2025"),
    # a mirror that speaks of the park, http://sc.021cf.cn/index.php/post/1539.html
    ("output", "园区光机电产业", "2024", "gt", 700, "亿元", "yuanqu-jingxiang"),
    # 荆楚网 (reprint), 2025
    ("output_growth", "晋城光机电产业", "2021..2024", "eq", 42, "%", "jingchu-2025"),
    ("measures_claimed", "晋城经济技术开发区", "2025-02-05", "eq", 128, "条", "jingchu-2025"),
    ("aspects_claimed", "晋城经济技术开发区", "2025-02-05", "eq", 8, "个", "jingchu-2025"),
    ("support_claimed", "晋城经济技术开发区", "2025-02-05", "about", 30, "亿元", "jingchu-2025"),
    # 晋市政办〔2025〕4号, which repeats the targets of 2023-08-02,
    # http://xxgk.jcgov.gov.cn/jcsrmzf/zc/jszb/202502/t20250228_2107170.shtml
    ("output_target_3y", "晋城市光机电产业", "2023-08-02", "eq", 500, "亿元", "shizhengban-2025-4"),
    ("output_target_5y", "晋城市光机电产业", "2023-08-02", "eq", 1000, "亿元", "shizhengban-2025-4"),
    # https://chujupifa.com/read/-dy-article-JP6MQ1ID0550HKGD.html
    ("jinchuanggu_startup_most", TEAMS, "2024..2026", "le", 50, "万元", "jinchuanggu-zhichi"),
    ("jinchuanggu_startup_share", TEAMS, "2024..2026", "le", 50, "%", "jinchuanggu-zhichi"),
    # 山西日报, http://epaper.sxrb.com/shtml/sxjjrb/20260127/1147353.shtml
    ("service_problems_solved", "晋城市", "2025", "eq", 75, "个", "sxrb-2026"),
    ("service_firms_helped", "晋城市", "2025", "eq", 59, "家", "sxrb-2026"),
    # http://m.handmsg.com/page/2024/0703/24477642.shtml
    ("phones_made_in_india", "链主大客户的手机", "2022", "eq", 7, "%", "shouji-2024"),
    ("phones_made_in_india_planned", "链主大客户的手机", "2025", "eq", 25, "%", "shouji-2024"),
    # https://dinovaliano.com/news/chanye/20220729/1657161937208_2.shtml
    ("gdp", "晋城市", "2021", "eq", 1912.4, "亿元", "gdp-2021"),
    ("gdp_growth", "晋城市", "2021", "eq", 11.6, "%", "gdp-2021"),
    # https://tjgb.hongheiku.com/xjtjgb/xj2020/61309.html
    ("gdp", "沁水县", "2024", "eq", 433.3, "亿元", "qinshui-2024"),
    # http://czkjst.org/czkjst/%E6%99%8B%E5%9F%8E%E5%B8%82/0
    ("population", "晋城市", "2023", "eq", 217.18, "万人", "renkou-2023"),
]

# Not found on any page by 2026-11-22: indicator, period
NOT_PUBLISHED: list[tuple[str, str]] = [
    ("output", "2023"),
    ("output_target_base_year", "2023-08-02"),
    ("leader_share_of_output", "2024"),
    ("support_by_year", "2025-02-05"),
    ("support_by_package", "2025-02-05"),
    ("support_by_firm", "2025-02-05"),
    ("mofcom_rank", "2023"),
]

# region, industry, period, share in %
SHARES: list[tuple[str, str, str, float | None]] = [
    ("140500", "第一产业", "2021", 4.0),
    ("140500", "第二产业", "2021", 60.4),
    ("140500", "第三产业", "2021", 35.6),
    ("140521", "第二产业", "2024", 78.2),
    (
        "140600",
        "煤炭行业",
        "2025-01..02",
        81.7,
    ),  # http://sztj.shuozhou.gov.cn/tjsj/tjxx/202503/t20250331_723769.html
    ("140400", "煤炭工业", "2022-01..02", 66.12),  # http://99pf120.com.cn/news.php?id=3427&page=17
    ("140500", "煤炭工业", "2024", None),
]

# 中国新闻网 2025-05-22, and http://admin.richbox.biz/bjcs3.aspx?jEU=dnEQD.html for the last
MACHINES: dict[str, int] = {"CNC及模具加工设备": 6806, "SMT产线": 111, "注塑机": 485, "LED灯珠生产设备": 2000}

# Stage, projects, investment in 亿元: http://rdwww.jdgod.com/hot/2022/0401/17347.html
BATCH: list[tuple[str, int, float]] = [("signed", 10, 73.9), ("started", 19, 42.8), ("production", 17, 70.6)]
BATCH_PROJECTS = 46

# Measures in each package: 2023-08-02 as above, 2024 by 中国新闻网 2025-05-22
PACKAGES_2023: dict[str, int] = {
    "支持改革创新发展18条": 18,
    "快8条": 8,
    "基金生态13条": 13,
    "基金管理35条": 35,
    "要素保障20条": 20,
    "12+6政策": 18,
}
MEASURES_2023 = 112
PACKAGES_2024: dict[str, int] = {"以投促进24条": 24, "风险补偿28条": 28}

# firm, what, announced, state, sense, value, unit
PLANS: list[tuple[str, str, str, str, str, float, str]] = [
    # http://cncmrn.com/channels/nmn/20121109/1330050.html
    ("富士康（晋城）", "投资", "2006-03", "promised", "eq", 5, "亿美元"),
    ("富士康（晋城）", "规划用地", "2006-03", "promised", "eq", 1038, "亩"),
    ("富士康（晋城）", "年产值", "2006-03", "promised", "about", 100, "亿元"),
    ("富士康（晋城）", "新增就业", "2006-03", "promised", "eq", 35_000, "人"),
    # https://www.dcm888.com/news/808.html
    ("富士康（晋城）", "A区规划用地", "2011-03-30", "promised", "about", 670, "亩"),
    ("富士康（晋城）", "A区建筑面积", "2011-03-30", "promised", "eq", 630_000, "平方米"),
    ("富士康（晋城）", "A区新增就业", "2011-03-30", "promised", "eq", 27_000, "人"),
    # http://ecns.cn/cns-wire/2011/09-23/2599.shtml
    ("富士康（晋城）", "精密制造工业园每年的数额", "2011-09-23", "contracted", "ge", 1500, "亿元"),
    # 荆楚网 (reprint), 2025
    ("青禾晶元（晋城）半导体材料有限公司", "无尘厂房面积", "2025-02-05", "realised", "about", 1000, "平方米"),
    # http://rdwww.jdgod.com/hot/2022/0401/17347.html
    ("山西英特丽电子科技有限公司", "SMT贴片线（一期）", "2022-04-01", "promised", "eq", 25, "条"),
    ("山西英特丽电子科技有限公司", "全部达产后年产值", "2022-04-01", "promised", "le", 50, "亿元"),
    ("山西光福科技有限公司", "光伏组件年产能", "2022-04-01", "promised", "eq", 5, "GW"),
    ("山西光福科技有限公司", "年产值", "2022-04-01", "promised", "eq", 30, "亿元"),
    ("四川凝彩科技有限公司", "年产值", "2022-04-01", "promised", "eq", 15, "亿元"),
    # http://admin.richbox.biz/bjcs3.aspx?jEU=dnEQD.html
    ("山西智绘沧穹科技有限公司", "光学模组年产能", "2024-08-08", "promised", "eq", 500_000, "件"),
    ("山西智绘沧穹科技有限公司", "机器人年产能", "2024-08-08", "promised", "eq", 100_000, "件"),
    ("山西智绘沧穹科技有限公司", "核心专利", "2024-08-08", "realised", "about", 100, "项"),
]

# project, investment promised in 亿元, land in m²: http://rdwww.jdgod.com/hot/2022/0401/17347.html
PROJECTS: list[tuple[str, float, float]] = [
    ("5GW高端光伏组件项目", 25, 30_000),
    ("半导体封装中心项目", 15, 24_000),
]

# 2023-08-02 and 2025-05-22
WAYS_2023: set[str] = {"驻点招商", "大赛招商", "中介招商", "以企招商", "飞地招商", "基金招商", "产业链招商"}
WAYS_2025: set[str] = {"驻点招商", "产业链招商", "基金招商", "场景招商", "成本招商", "飞地招商", "中介招商"}
