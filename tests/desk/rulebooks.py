"""A small rulebook for the tests of the desk: every part that a page shows, and names that try to break out."""

from __future__ import annotations

from tests.desk.zones import FORMULA, IMG, TEMPLATE
from wutong.policy.shelf import Shelf, shelf_of

GRANT = """
measure: grant
title: {zh: 设备补助, en: Equipment grant}
aspect: 要素保障
package: 要素保障20条
subject: project
status: STATUS
place: {zh: 某区, en: A zone}
year: 2026
given:
  固定资产投资: {type: money, zh: 固定资产投资, en: Fixed investment}
  设备投资: {type: money, zh: 设备投资, en: Equipment investment, about: [local purchase, named firm]}
  产值: {type: money, zh: 上年产值, en: Output of the year before, from: {table: firm_year, column: output, year: -1}}
  土地: {type: choice, of: [new, old], zh: 土地, en: Land}
  签约日: {type: date, zh: 签约日, en: Signed on}
  申报日: {type: date, zh: 申报日, en: Applied on}
  合同号: {type: text, zh: 合同号, en: Contract}
  已付: {type: money, zh: 已付, en: Paid before}
  初次: {type: yes or no, zh: 初次, en: For the first time}
editions:
  - in_force: {from: 2024-01-01, to: 2025-12-31, by: 签约日}
    source: {document: 某文〔2024〕1号, article: 第三条, url: "https://www.example.gov.cn/one", grade: A, read_on: 2026-06-01}
    conditions:
      - {id: size, says: {zh: 固定资产投资5000万元以上, en: Fixed investment of 50 million yuan or more}, when: 固定资产投资 >= 5000万元}
    amount: {rate: 3%, base: 设备投资, cap: 500万元, round: {to: 1元, how: half up}}
  - in_force: {from: 2026-01-01, by: 签约日}
    apply: {from: 2026-03-01, to: 2026-12-31, by: 申报日}
    source: {document: 某文〔2026〕2号, grade: B}
    published: [{at: 第三条, text: 2019年, read_as: {zh: 读作2026年, en: Read as 2026}}]
    define:
      设备占比: {zh: 设备占比, en: Share of equipment, is: 设备投资 / 固定资产投资}
    conditions:
      - {id: size, says: {zh: 固定资产投资1亿元以上, en: Fixed investment of 100 million yuan or more}, when: 固定资产投资 >= 1亿元}
      - {id: share, says: {zh: 设备占比30%以上, en: 30% or more is equipment}, when: 设备占比 >= 30%}
      - {id: panel, says: {zh: 大项目经评审, en: Large ones after review}, decide: 评审小组, if: 固定资产投资 >= 10亿元}
    amount:
      rate: {by: 固定资产投资, slab: {1亿元: 5%, 3亿元: 8%}}
      base: 设备投资
      cap: {amount: 2亿元, net_of: 已付}
      round: {to: 1元, how: half up}
      payees:
        - {to: maker, says: {zh: 研制方, en: Maker}, share: 30%}
        - {to: user, says: {zh: 使用方, en: User}, share: rest}
    exclusive: 设备支持
    limits: [{id: firm, says: {zh: 每家每年, en: A firm and year}, per: firm and year, amount: 1000万元, net_of: 已付, cut: in order}]
    budget: 发展基金
    not_before: {says: {zh: 签约满一年, en: A year after signing}, day: 签约日 + 1年}
    payout: [{share: 30%, on: 开工, day: 签约日 + 6个月}, {share: 70%, on: 验收, when: '土地 = "new"'}]
    keep: [{says: {zh: 五年内继续生产, en: Goes on producing for five years}, when: 产值 > 0元, until: paid_on + 5年, else: recover, share: 50%}]
    evidence: [合同, {paper: 发票, from: 签约日, to: 申报日}]
    without_application: {recognised_by: 认定文件}
    notes: [{zh: 一条说明, en: A note}]
examples:
  - {says: one, given: {固定资产投资: 2亿元, 设备投资: 1亿元, 签约日: 2026-05-01, 申报日: 2026-06-01, 已付: 0元, 初次: 否}, expect: {outcome: eligible, amount: 500万元, payees: {maker: 150万元, user: 350万元}}}
  - {given: {固定资产投资: 2亿元, 签约日: 2026-05-01, 申报日: 2026-06-01, 初次: 否}, expect: {outcome: unknown, missing: [设备投资, 已付]}}
  - {given: {固定资产投资: 12亿元, 设备投资: 10亿元, 签约日: 2026-05-01, 申报日: 2026-06-01, 已付: 0元, 初次: 否}, expect: {outcome: needs decision, open: [panel], if_approved: 8000万元}}
  - {given: {固定资产投资: 4000万元, 设备投资: 1000万元, 签约日: 2025-05-01}, expect: {outcome: not eligible, failing: [size]}}
"""

AWARD = f"""
measure: award
title: {{zh: "{IMG}", en: "{IMG}"}}
aspect: "{TEMPLATE}"
subject: firm
status: STATUS
place: {{zh: "{IMG}", en: "{IMG}"}}
year: 2025
given:
  上规: {{type: yes or no, zh: "{FORMULA}", en: "{IMG}", about: [local statistics], from: {{table: firm, column: above_scale}}}}
  产值: {{type: money, zh: 上年产值, en: Output of the year before, from: {{table: firm_year, column: output, year: -1}}}}
  得分: {{type: number, zh: 得分, en: Score}}
editions:
  - source: {{document: "{IMG}", grade: not graded, url: "javascript:alert(1)"}}
    conditions:
      - {{id: listed, says: {{zh: "{IMG}", en: "{IMG}"}}, when: 上规}}
      - {{id: grown, says: {{zh: 产值20亿元以上, en: Output of 2 billion yuan or more}}, when: 产值 >= 20亿元}}
    amount: {{fixed: 20万元, round: {{to: 1元, how: half up}}}}
    exclusive: 设备支持
examples:
  - {{says: "{IMG}", given: {{上规: 是, 产值: 30亿元}}, expect: {{outcome: eligible, amount: 20万元}}}}
"""

RANKED = """
measure: ranked
title: {zh: 十佳奖励, en: Award for the ten best}
aspect: 企业培育
package: 企业培育10条
subject: firm
status: STATUS
place: {zh: 某区, en: A zone}
year: 2026
given:
  产值: {type: money, zh: 上年产值, en: Output of the year before, from: {table: firm_year, column: output, year: -1}}
  首次: {type: yes or no, zh: 首次上规, en: First time, from: {table: firm_year, take: first time, where: {above_scale: "是"}}}
editions:
  - source: {document: 某文〔2026〕3号, grade: C, url: "https://www.example.gov.cn/three"}
    conditions: [{id: output, says: {zh: 产值1亿元以上, en: Output of 100 million yuan or more}, when: 产值 >= 1亿元}]
    amount:
      decide: 主管部门
      readings:
        - {says: {zh: 按比例, en: In proportion}, marginal: {by: 产值, bands: {1亿元: 1‰, 10亿元: 2‰}}}
        - {says: {zh: 定额, en: A fixed sum}, fixed: 10万元}
      round: {to: 1元, how: down}
    quota: {says: {zh: 十家, en: Ten firms}, places: 10, by: 产值, order: highest first, ties: decide}
examples:
  - {given: {产值: 5000万元}, expect: {outcome: not eligible, failing: [output]}}
"""

LIFT = """
measure: lift
title: {zh: 首次上规加点, en: More points for those above scale for the first time}
aspect: 企业培育
subject: project
status: STATUS
place: {zh: 某区, en: A zone}
year: 2026
given:
  初次: {type: yes or no, zh: 初次, en: For the first time}
editions:
  - source: {document: 某文〔2026〕4号, grade: B}
    conditions: [{id: first, says: {zh: 初次, en: First time}, when: 初次}]
    amount: {fixed: 0元, round: {to: 1元, how: down}}
    modifies: [{measure: grant, add: 5%, at_most: 10%}]
examples:
  - {given: {初次: 否}, expect: {outcome: not eligible, failing: [first]}}
"""

HEAD = """
rulebook: trial
format: 1
title: {zh: 试验措施, en: Trial measures}
invented: INVENTED
groups:
  设备支持: {says: {zh: 同一支出就高, en: The highest for one expense}, grain: firm, choose: highest}
limits:
  - {id: 全部, says: {zh: 两项合计, en: Both together}, measures: [grant, award], per: firm, amount: 3亿元, cut: pro rata}
budgets:
  发展基金: {says: {zh: 当年预算, en: Budget of the year}, year: 2026, amount: 3亿元, scale: pro rata}
"""

BROKEN = "measure: broken\ntitle: {zh: 坏, en: Bad}\nasspect: 要素保障\n"


def files(*, status: str = "in force", invented: bool = False) -> dict[str, bytes]:
    """Give the text of each file."""
    texts = {
        "award.yaml": AWARD,
        "broken.yaml": BROKEN,
        "grant.yaml": GRANT,
        "lift.yaml": LIFT,
        "ranked.yaml": RANKED,
        "rulebook.yaml": HEAD,
    }
    said = {"STATUS": status, "INVENTED": "是" if invented else "否"}
    for old, new in said.items():
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    return {name: text.encode() for name, text in texts.items()}


def shelves() -> dict[str, Shelf]:
    """Give each zone of ``zones.both`` its measures; those of the invented zone are shapes, and invented."""
    return {
        "trial": shelf_of(files()),
        "made-up": shelf_of(files(status="example of a shape", invented=True)),
    }
