"""Words for what measures give together: what is taken off, paid, kept and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wutong.words import Text

JOINT_PHRASES: Mapping[str, Text] = MappingProxyType(
    {
        "taken_off": Text(
            "互斥、合计上限、名额与当年预算都已扣减。",
            "Exclusion, joint ceilings, places and the budgets of the year are taken off.",
        ),
        "reform_most": Text(
            "连同未知与待决定的，至多：改前 {before}；改后 {after}。",
            "With all that is unknown or to be decided, at most: before {before}; after {after}.",
        ),
        "joint_title": Text("合起来能得到多少？", "What does it get taken together?"),
        "joint_note": Text(
            "互斥、合计上限、名额与当年预算都已扣减；未知与待决定的不算确定。",
            "Exclusion, joint ceilings, places and the budgets of the year are taken off; what is unknown or to be decided never "
            "counts as certain.",
        ),
        "joint_projects": Text("企业本身与它的 {n} 个项目合计。", "The firm itself with its projects: {n}."),
        "joint_alone_subject": Text("只就所填的这一个对象。", "For the one subject that is told of."),
        "joint_certain": Text("合起来确定可得", "Certain, taken together"),
        "joint_alone": Text("逐条单独相加", "Each by itself, added up"),
        "joint_taken": Text("互相扣减", "Taken off"),
        "joint_open": Text("其中还要看别的", "Of it still hangs on others"),
        "joint_decisions": Text("待决定的至多再加", "Decisions may add"),
        "joint_facts": Text("事实未明的至多再加", "Facts not known may add"),
        "joint_no_end": Text("{n} 项看不出上限", "of {n} no end is known"),
        "joint_trouble": Text("合起来的结果算不出", "Taken together it cannot be worked out"),
        "cuts_title": Text("被扣减的，为什么？", "What is taken off, and why?"),
        "by_itself": Text("单独算", "By itself"),
        "taken_together": Text("合起来", "Taken together"),
        "payments_title": Text("何时付多少？", "What is paid when?"),
        "payments_note": Text(
            "只列确定的；日期是最早可付之日；没有日期的，是事实或事件的日子还不知道。",
            "What is certain alone. The day is the first on which it may be paid; where there is none, the day of a fact or an event is not known yet.",
        ),
        "day_paid": Text("最早支付日", "Not before"),
        "instalment": Text("第{n}期", "Instalment {n}"),
        "on_decision": Text("一次付清", "In one"),
        "once_decided": Text("决定之后", "once decided"),
        "day_unknown": Text("日期未知", "day not known"),
        "kept_title": Text("拿到后要守到哪一天？", "What must be kept, and until when?"),
        "kept_note": Text(
            "假定在日期已知的最后一期付清，没有日期的按试算日。",
            "As if each were paid in full with the last instalment whose day is known, or, without one, on the day of this working.",
        ),
        "kept_until": Text("守到", "Until"),
        "no_end_said": Text("没有写期限", "no end is said"),
        "kept_state": Text("现在", "Now"),
        "papers_title": Text("要交哪些材料？", "Which papers are handed in?"),
        "papers_note": Text(
            "同一份材料只列一次；后面是要它的措施。",
            "Each paper stands once, with the measures that ask for it.",
        ),
    }
)
"""They stand among ``words.PHRASES``."""
