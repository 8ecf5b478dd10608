"""The rows of published measures that ``examples/measures`` encodes, each with the pages on which it was read.

Pages read on 2026-11-22. Grade: A a government site, B mainstream media or a plain copy of it, C an aggregator or mirror,
D weak. Where two pages stand, the second holds a revised text or a later notice. Of M39, M72 and M77 no page is named.
"""

from datetime import date
from typing import Final

PARTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {"papers": (("C", ""),)}
"""What was read beside the rows: the list of papers for technical upgrading in Shenzhen, without a page."""

SEVERAL: Final[dict[str, int]] = {
    "M09": 2,
    "M10": 2,
    "M15": 2,
    "M19": 2,
    "M24": 2,
    "M27": 3,
    "M36": 2,
    "M45": 2,
    "M53": 4,
    "M56": 2,
    "M61": 2,
    "M65": 2,
    "M68": 2,
    "M69": 2,
    "M72": 3,
    "M77": 2,
}
"""Rows that hold several measures, with how many files they have."""

READ_ON: Final = date(2026, 11, 22)

_CHAINS = "http://www.xbqs.cn/20/3525.html"
_HEFEI = "http://www.hfwt.cn/articles/hefeigaoxinqu2.html"
_HOLIDAY = "https://zhenguoke.com/read/-dy-article-JMC1R1TM05346936.html"
_LEADERS = "http://www.xjrb.net/cs/2023/0511/121291.html"
_REVISED = "http://ushui.net/law/v?id=v79f3cv01102114ddf5bf550a09ba52ebbbb1d20b17fc1c135f2"
_SHANXI = "https://www.easyshb.com/article/89WDcohX6uK5R1ACH2yGiW.htm?index=12"
_YUHANG = "http://kjy.hznu.edu.cn/c/2025-09-05/3104068.shtml"

ROWS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "M01": (("C", "http://cdsnjd.com/news/yqgh/2023/0912/21143.html"),),
    "M02": (("C", _SHANXI),),
    "M03": (("C", _SHANXI),),
    "M04": (
        ("B", _LEADERS),
        ("C", _REVISED),
    ),
    "M06": (("C", _CHAINS),),
    "M06b": (("C", _CHAINS),),
    "M07": (
        ("B", _LEADERS),
        ("C", _REVISED),
    ),
    "M08": (
        ("B", _LEADERS),
        ("C", _REVISED),
    ),
    "M08b": (("C", _CHAINS),),
    "M09": (("A", "http://jxj.ningbo.gov.cn/art/2020/7/10/art_1229165264_16.html"),),
    "M10": (("C", "http://nm.izst.com/2021-11-17/821901.html"),),
    "M11": (("C", _HEFEI),),
    "M12": (("C", _HEFEI),),
    "M14": (("C", "http://iotzhijia.cn/anhui/20170823/42380_2.html"),),
    "M15": (("D", "https://www.chacewang.com/newsdetail/news323688.html"),),
    "M17": (("B", "http://jingzhou.cjyun.org/p/304286.html"),),
    "M18": (("C", "http://www.feimabiji.com/news/keji-11278.html"),),
    "M19": (("C", "http://fa9988.cn/News/Details/325686"),),
    "M20": (("C", "https://chujupifa.com/read/-dy-article-JP6MQ1ID0550HKGD.html"),),
    "M21": (("B", _YUHANG),),
    "M23": (("C", "http://sc.ruichuangshe.cn/jbzc_2024/chengdu/qyssgzlfzrgzc_27010.html"),),
    "M24": (
        ("C", "https://0477ly.com/newsdetail/news510943.html"),
        ("D", "https://chacewang.com/newsdetail/news662902.html"),
    ),
    "M26": (("C", "http://sme.dyyseo.com/hai-cang-qu-2020-nian-shi-xian-kua-yue-fa-zhan-jiang-li"),),
    "M27": (("B", "https://hssb.fjdaily.com/pc/con/202204/12/content_171943.html"),),
    "M28": (("C", "http://chinahisu.com/qx/2022/03-30/325909.shtml"),),
    "M30": (("D", "https://chacewang.com/newsdetail/news748437.html"),),
    "M31": (("C", "http://www.zlhccyst.com/zx_detail/178.html"),),
    "M32": (("C", "https://photoint.net/article/edu/250279.html"),),
    "M34": (("C", "https://0477ly.com/newsdetail/news677414.html"),),
    "M35": (("B", _YUHANG),),
    "M36": (("C", "http://beiguw.com/article-233.html"),),
    "M37": (("D", "https://11.wendadaohang.com/zd/vMS7FPMvv88qSFSvSS.html"),),
    "M38": (("C", "https://www.gxqyrd.cn/zzrd/gq/4830.html"),),
    "M39": (("not graded", ""),),
    "M41": (("C", "http://m.yte.net.cn/display/2490984.html"),),
    "M42": (("C", "http://www.xjsygy.com/detail/9104.html"),),
    "M43": (("C", "http://www.pfgdzz.com/policy2025_show.aspx?id=da7e403aa6384093bb81830b269c2264"),),
    "M45": (("C", "http://zxxjt.com/hydt/570.html"),),
    "M46": (("C", "https://www.315cgov.cn/news_view.aspx?id=2585"),),
    "M47": (("A", "https://www.szpsq.gov.cn/zwgk/gfxwj/bmgfxwj/content/post_12634349.html"),),
    "M48": (("C", "http://m.lusenmuye.com/news_show-3438.html"),),
    "M50": (("C", "http://www.xjsygy.com/zjtx/2544.html"),),
    "M52": (("B", "http://www.herich.com.cn/zixun/caijingshishi/2020-07-28/460966.html"),),
    "M53": (("C", "https://52fw.cn/chuangyexiangmu/64526.html"),),
    "M55": (("C", "https://www.zhaoyinghui.com/resources/299035.html"),),
    "M56": (("B", "http://tech.jiangsulong.com/a/2019/0226/1551165479_2.html"),),
    "M59": (("C", "https://yunzhan365.com/basic/101-150/70359882.html"),),
    "M60": (("B", _HOLIDAY),),
    "M61": (("B", _HOLIDAY),),
    "M63": (("B", "https://3g.lgmi.com/html/201912/10/0604.htm"),),
    "M65": (("C", "https://hcfw.com.cn/show-128.html"),),
    "M68": (("C", "https://bbs.zkcncloud.com/forum.php?mod=viewthread&tid=100940"),),
    "M69": (("C", "http://zs.feibaos.com/news/info/83713.html"),),
    "M71": (("B", "http://zhongxiangwang.co/szyw/2021/0725_94012.html"),),
    "M72": (("C", ""),),
    "M75": (("C", "https://www.gzkaidong.com/page11?article_id=915"),),
    "M77": (("D", ""),),
}
