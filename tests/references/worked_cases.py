"""Worked cases of published measures, worked by hand from their pages; money in 万元 as printed.

Pages, read on 2026-11-22: M01 http://cdsnjd.com/news/yqgh/2023/0912/21143.html · M04
http://www.xjrb.net/cs/2023/0511/121291.html · M24 https://0477ly.com/newsdetail/news510943.html · M26
http://sme.dyyseo.com/hai-cang-qu-2020-nian-shi-xian-kua-yue-fa-zhan-jiang-li · M27
https://hssb.fjdaily.com/pc/con/202204/12/content_171943.html · M28 http://chinahisu.com/qx/2022/03-30/325909.shtml · M71
http://zhongxiangwang.co/szyw/2021/0725_94012.html
"""

LEADER: dict[str, object] = {"认定为链主": True, "同年已选技改奖励": False}
OUTPUT: dict[str, object] = {"规上": True, "一企一策": False}

# case, measure, money in 万元, other facts, state, amounts in 万元
CASES: list[tuple[str, str, dict[str, float], dict[str, object], str, list[float]]] = [
    ("G1", "M01", {"固定资产投资": 29_900, "设备投资": 20_000}, {"土地": "new"}, "eligible", [1_000]),
    ("G1", "M01", {"固定资产投资": 30_000, "设备投资": 20_000}, {"土地": "new"}, "eligible", [1_600]),
    ("G2", "M01", {"固定资产投资": 300_000, "设备投资": 250_000}, {"土地": "new"}, "eligible", [20_000]),
    ("G3", "M28", {"一季度产值": 11_000, "上年一季度产值": 10_000}, {}, "eligible", [1.3]),
    ("G3", "M28", {"一季度产值": 15_000, "上年一季度产值": 10_000}, {}, "eligible", [6.5]),
    ("G3", "M28", {"一季度产值": 20_000, "上年一季度产值": 10_000}, {}, "eligible", [14.5]),
    ("G3", "M28", {"一季度产值": 23_000, "上年一季度产值": 10_000}, {}, "eligible", [20.5]),
    ("G4", "M27", {"一季度产值": 11_000, "上年一季度产值": 10_000}, {}, "eligible", [1]),
    ("G4", "M27", {"一季度产值": 15_000, "上年一季度产值": 10_000}, {}, "eligible", [5]),
    ("G4", "M27", {"一季度产值": 20_000, "上年一季度产值": 10_000}, {}, "eligible", [11]),
    ("G4", "M27", {"一季度产值": 23_000, "上年一季度产值": 10_000}, {}, "eligible", [15.5]),
    ("G5", "M26", {"产值": 36_000, "上年产值": 20_000}, {}, "eligible", [168]),
    ("G6", "M26", {"产值": 54_000, "上年产值": 40_000}, {}, "not eligible", []),
    ("G7", "M24", {"产值": 280_000, "上年产值": 200_000, "一季度已付": 60}, OUTPUT, "eligible", [140]),
    ("G9", "M20", {"实缴资本": 60}, {"入选": True}, "eligible", [30]),
    ("G11", "M71", {"首年合同额": 30_000}, {"列入通知": True, "双方在省内": True}, "eligible", [1_000]),
    (
        "G12",
        "M04",
        {"链条营收": 600_000, "已得档位奖励": 0},
        {**LEADER, "当年首次认定": True},
        "eligible",
        [600],
    ),
    (
        "G12",
        "M04",
        {"链条营收": 1_100_000, "已得档位奖励": 500},
        {**LEADER, "当年首次认定": False},
        "needs decision",
        [500, 1_000],
    ),
]

# G4: city part of M28 at increments of 1 000, 5 000, 10 000 and 13 000 万元
CITY: dict[float, float] = {1_000: 0.3, 5_000: 1.5, 10_000: 3.5, 13_000: 5.0}

# G11: who gets how much, in 万元
SPLIT: dict[str, float] = {"maker": 300, "user": 700}
