"""Fair competition: what a review asks for, what it is called, and where the law speaks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from wutong.policy.remark import Article
from wutong.words import Text

REGULATIONS: Final = Text(
    "《公平竞争审查条例》（国务院令第783号）",
    "Regulations on Fair Competition Review (State Council Decree 783)",
)
DETAILED: Final = Text(
    "《公平竞争审查条例实施办法》（市场监管总局令第99号）",
    "Measures for Implementing the Regulations (SAMR Decree 99)",
)
IN_FORCE: Final = date(2024, 8, 1)
DETAILED_IN_FORCE: Final = date(2025, 4, 20)
_OPEN: Final = Text("（条次待核）", "article to be checked")


def _regulations(zh: str, en: str) -> Article:
    return Article(REGULATIONS, Text(zh, en), IN_FORCE)


def _detailed(zh: str, en: str) -> Article:
    return Article(DETAILED, Text(zh, en), DETAILED_IN_FORCE)


SELECTIVE: Final = _regulations("第十条第二项", "Art. 10 (2)")
TAX_FAVOUR: Final = _regulations("第十条第一项", "Art. 10 (1)")
ENTRY_AND_EXIT: Final = _regulations("第八条第四项", "Art. 8 (4)")
GOODS_FROM_ELSEWHERE: Final = _regulations("第九条第一项", "Art. 9 (1)")
SUBSIDY_BY_ORIGIN: Final = _regulations("第九条第四项", "Art. 9 (4)")
AWARDS: Final = Article(
    DETAILED, Text("第十九条（待核）", "Art. 19 (to be checked)"), DETAILED_IN_FORCE, checked=False
)
"""Of article 19 the opening words and the first item were read; that moving in, tax and statistics stand in it follows from
an account of the press conference, which names them beside its “five cases”."""
NAMED: Final = _detailed("第十九条第一项", "Art. 19 (1)")
BRANCHES: Final = _detailed("第十四条", "Art. 14")
UNCHECKED: Final = Article(DETAILED, _OPEN, DETAILED_IN_FORCE, checked=False)

BOTH_SIDES: Final = Text(
    "“一刀切”禁止一切奖补同样不对：以公平合理、客观明确且非排他性条件确定的，不是“特定经营者”（实施办法，条次待核）。"
    "有法律、行政法规依据或者经国务院批准的另论。",
    "A blanket ban on all awards is also called wrong: those who meet fair, objective, clear and non-exclusive conditions are "
    'no "specific operators" (Measures for Implementing, article to be checked). What a law, an administrative regulation '
    "or the State Council allows is another matter.",
)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that a review asks for.

    Parameters
    ----------
    id : str
        Its name.
    about : tuple of str
        Facts that touch it, by what their files say.
    level : str
        Level of a remark that rests on such a fact.
    words : tuple of str
        Chinese words that point to it where no fact is marked.
    apart : tuple of str
        Words that hold one of these and mean something else.
    says, instead : Text
        What it is, and what one could do.
    articles : tuple of Article
        Where the law speaks of it.
    """

    id: str
    about: tuple[str, ...]
    level: str
    words: tuple[str, ...]
    apart: tuple[str, ...]
    says: Text
    instead: Text
    articles: tuple[Article, ...]


CONCERNS: Final[tuple[Concern, ...]] = (
    Concern(
        "moving in",
        ("moving in",),
        "look",
        ("迁入", "外地引进", "整体搬迁", "新落户", "落户奖", "区外引进", "市外引进"),
        (),
        Text(
            "得不得奖补，要看企业是否从外地迁来", "Whether money is given hangs on a firm's having moved here"
        ),
        Text(
            "改为对本地与外来企业一样的条件，如实际投资、投产、研发。",
            "Ask of every firm alike, here or from elsewhere, for what it does: investment made, production begun, research.",
        ),
        (SELECTIVE, AWARDS),
    ),
    Concern(
        "registration",
        ("registration",),
        "look",
        (
            "注册地",
            "工商登记",
            "工商注册",
            "登记注册",
            "注册登记",
            "工商、税务",
            "工商税务",
            "区注册",
            "市注册",
            "县注册",
        ),
        ("注册商标",),
        Text("得不得奖补，要看登记注册在哪里", "Whether money is given hangs on where a firm is registered"),
        Text(
            "改为看项目或活动在哪里发生，不看企业登记在哪里。",
            "Look at where the project or the work is done, not at where the firm is registered.",
        ),
        (SELECTIVE, AWARDS),
    ),
    Concern(
        "local tax",
        ("local tax",),
        "look",
        (
            *(
                "工商、税务",
                "税务、统计",
                "税务登记",
                "税务关系",
                "税收关系",
                "本地纳税",
                "区纳税",
                "市纳税",
                "县纳税",
            ),
            *("留成", "地方贡献", "经济贡献", "财政贡献", "税收贡献", "地方财力", "税收挂钩"),
        ),
        (),
        Text(
            "奖补取决于在本地纳税或对本地财政的贡献",
            "The money hangs on tax paid here or on what the local budget gains",
        ),
        Text(
            "金额改以项目成本或成效为基数，条件不问税缴在哪里、缴了多少。",
            "Take the cost or the result of the project as the base, and do not ask where tax is paid or how much.",
        ),
        (SELECTIVE, AWARDS),
    ),
    Concern(
        "local statistics",
        ("local statistics",),
        "look",
        ("统计关系", "入统", "纳统", "纳入统计", "统计入库", "统计项目库"),
        ("收入统计", "投入统计"),
        Text(
            "得不得奖补，要看是否纳入本地统计",
            "Whether money is given hangs on being counted in the local statistics",
        ),
        Text(
            "用审计报告、发票等证明规模与增长，不以报表报在哪里为条件。",
            "Let accounts or invoices prove size and growth, not the place where figures are reported.",
        ),
        (SELECTIVE, AWARDS),
    ),
    Concern(
        "named firm",
        ("named firm",),
        "look",
        ("一企一策", "一事一议", "名录库", "企业库", "白名单"),
        (),
        Text(
            "受益的是点名或另行商定的企业", "Those who gain are named firms, or firms with terms of their own"
        ),
        Text(
            "写明任何企业都能达到的客观条件；名录要公布入选标准，并随时可以进入。",
            "State objective conditions that any firm can meet; a list has published criteria and stays open.",
        ),
        (SELECTIVE, NAMED),
    ),
    Concern(
        "ownership",
        ("ownership",),
        "look",
        ("国有", "国企", "央企", "民营", "民企", "私营", "外资企业", "内资企业", "所有制"),
        ("国有土地", "国有建设用地", "国有资产", "国有资金"),
        Text("得不得奖补，要看所有制", "Whether money is given hangs on who owns the firm"),
        Text("删去所有制条件，各类企业一视同仁。", "Strike the condition: firms of every ownership alike."),
        (SELECTIVE, UNCHECKED),
    ),
    Concern(
        "local purchase",
        ("local purchase",),
        "look",
        (
            "本地采购",
            "本地产品",
            "本地配套",
            "本地供应商",
            "区内采购",
            "市内采购",
            "省内采购",
            "区内产品",
            "本地生产",
        ),
        (),
        Text("奖补取决于买本地的产品或向本地供货", "The money hangs on buying from here or supplying here"),
        Text(
            "不问产地：按首次采购、技术水平、协作实效给予，外地供应商同样计入；或改为对接服务。",
            "Do not ask for origin: pay for a first purchase, for quality or for real cooperation with suppliers from anywhere; or help firms to meet.",
        ),
        (GOODS_FROM_ELSEWHERE, SUBSIDY_BY_ORIGIN, UNCHECKED),
    ),
    Concern(
        "related party",
        ("related party",),
        "hint",
        (),
        (),
        Text("条款区分关联方", "The clause tells related parties apart"),
        Text(
            "把关联交易排除在外，通常是防止虚增，不必改；若是只给关联企业，请按“特定经营者”再看。",
            "Leaving related parties out mostly guards against sales on paper and may stay; if only related firms gain, look at it as for specific operators.",
        ),
        (),
    ),
    Concern(
        "leaving",
        (),
        "look",
        ("不迁出", "不得迁出", "迁出本", "迁离", "不外迁", "不搬离", "不搬迁"),
        (),
        Text("得了奖补就不得迁出", "Whoever took the money may not move away"),
        Text(
            "改为看项目：设备在用、持续生产的年限，未做到的按比例追回，不以注册地迁出为追回条件。",
            "Look at the project: years in which the equipment is used and production goes on, with a part recovered where not; not at whether the registration moves.",
        ),
        (ENTRY_AND_EXIT, GOODS_FROM_ELSEWHERE),
    ),
    Concern(
        "branch",
        (),
        "look",
        ("分支机构", "设立分公司", "设立子公司", "独立法人", "法人资格"),
        (),
        Text("要求在本地设立分支机构或独立法人", "A branch or a legal person of its own is asked for here"),
        Text(
            "不以在本地设立机构为条件；需要时写明为什么，并许可其他方式。",
            "Do not make a local establishment a condition; where one is needed say why, and allow other ways.",
        ),
        (BRANCHES,),
    ),
    Concern(
        "tax favour",
        (),
        "look",
        ("先征后返", "即征即退", "列收列支", "税收返还", "返还税收", "免税", "减税", "税费减免", "税收减免"),
        (),
        Text("写到了减免或返还税收", "It speaks of remitting or paying back tax"),
        Text(
            "税收只依法律、行政法规减免；奖补不与缴税额挂钩。",
            "Tax is remitted by law alone; awards do not go by tax paid.",
        ),
        (TAX_FAVOUR, UNCHECKED),
    ),
)
"""What is looked for. ``leaving``, ``branch`` and ``tax favour`` have no kind of fact; a fact about registration or moving
in that must be kept after payment counts as ``leaving``."""

DENIALS: Final = ("不以", "不得以", "不限", "不论", "无论", "不要求", "不区分", "不分")
"""Words that turn the meaning of what follows within a few characters."""
