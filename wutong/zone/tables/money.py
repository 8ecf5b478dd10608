"""Money: budgets, funds, loans, pools, awards, and the packages of measures that promise it."""

from __future__ import annotations

from wutong.zone.schema import column, table

# An award names its project and its person without a reference: facts of a project that are taken from awards are those of its
# firm, since most tables of awards name the firm alone.
TABLES = (
    table(
        "measure_package",
        ("措施包", "Packages of measures"),
        ("一个政策文件包及其条数", "A package of measures and how many it holds"),
        column("package", "id", ("措施包", "Package"), ("短名", "Short name"), key=True),
        column("name", "text", ("名称", "Name"), ("公布的名称", "Name as published"), required=True),
        column("name_en", "text", ("英文名称", "English name"), ("英文译名", "In English")),
        column(
            "measures",
            "count",
            ("条数", "Measures"),
            ("公布的条数", "How many it is said to hold"),
            unit="measure",
            low=0,
        ),
        column(
            "published",
            "period",
            ("公布时间", "Published"),
            ("最早见到该包的时间", "When the package is first seen"),
        ),
        column(
            "text_known", "flag", ("文本已见", "Text seen"), ("是否读到条文", "Whether its text was read")
        ),
        room="money",
    ),
    table(
        "budget",
        ("预算", "Budgets"),
        ("一笔预算一个年度", "One budget in one year"),
        column("budget", "id", ("预算编号", "Budget id"), ("短名", "Short name"), key=True),
        column("period", "period", ("年度", "Year"), ("预算年度", "Budget year"), key=True, grain="year"),
        column("name", "text", ("名称", "Name"), ("预算名称", "Name"), required=True),
        column("amount", "money", ("金额", "Amount"), ("批准额", "As approved"), low=0),
        column("spent", "money", ("支出", "Spent"), ("已支出", "Spent so far"), low=0),
        room="money",
    ),
    table(
        "award",
        ("兑付", "Awards"),
        ("一次决定的一笔奖补", "One award by one decision"),
        column("award", "id", ("兑付编号", "Award id"), ("短名", "Short name"), key=True),
        column(
            "firm",
            "id",
            ("企业编号", "Firm id"),
            ("获奖补的企业", "The firm that receives it"),
            ref="firm",
            required=True,
        ),
        column(
            "measure",
            "id",
            ("措施", "Measure"),
            ("依据哪条措施", "The measure that grants it"),
            required=True,
        ),
        column(
            "project",
            "id",
            ("项目编号", "Project id"),
            ("若为某个项目而奖", "Where it is for one project"),
        ),
        column(
            "person",
            "id",
            ("人员编号", "Person id"),
            ("若为某人而奖", "Where it is for one person"),
            personal=True,
        ),
        column(
            "instalment",
            "count",
            ("第几期", "Instalment"),
            ("若只是其中一期，是第几期", "Which one, where it is one instalment alone"),
            low=1,
        ),
        column(
            "payee",
            "id",
            ("收款方", "Payee"),
            (
                "若分给几方，是哪一方，用措施文件里的编号",
                "Which one, where several share: its id in the measure file",
            ),
        ),
        column(
            "outcome",
            "choice",
            ("结果", "Outcome"),
            ("决定结果", "What was decided"),
            required=True,
            choices={
                "granted": ("准予", "Granted"),
                "refused": ("不予", "Refused"),
                "recovered": ("追回", "Recovered"),
            },
        ),
        column("decided", "date", ("决定日", "Decided"), ("决定日", "Day of the decision")),
        column("period", "period", ("所属时期", "Period"), ("为哪个时期而奖", "For what period")),
        column("amount", "money", ("金额", "Amount"), ("决定额", "As decided"), low=0),
        column("paid", "money", ("已付", "Paid"), ("已拨付", "Paid so far"), low=0),
        column("paid_on", "date", ("拨付日", "Paid on"), ("最近一次拨付", "Day of the latest payment")),
        room="money",
    ),
    table(
        "fund",
        ("基金", "Funds"),
        ("一只基金", "One fund"),
        column("fund", "id", ("基金编号", "Fund id"), ("短名", "Short name"), key=True),
        column("name", "text", ("名称", "Name"), ("登记名称", "Name as registered"), required=True),
        column("size", "money", ("规模", "Size"), ("认缴总额", "Total committed"), low=0),
        column(
            "zone_share",
            "rate",
            ("本区出资比例", "Zone's share"),
            ("本区认缴占比", "Share committed by the zone"),
            low=0,
            high=1,
        ),
        column("paid_in", "money", ("实缴", "Paid in"), ("已实缴", "Paid in so far"), low=0),
        column("start", "date", ("成立", "Founded"), ("成立日", "Day of foundation")),
        column("end", "date", ("到期", "Ends"), ("存续期末", "Last day")),
        room="money",
    ),
    table(
        "fund_flow",
        ("基金收付", "Flows of funds"),
        ("缴款、投资、退出的一笔", "One call, investment or exit"),
        column("fund", "id", ("基金编号", "Fund id"), ("指向基金", "The fund"), key=True, ref="fund"),
        column(
            "kind",
            "choice",
            ("类别", "Kind"),
            ("哪种收付", "What sort"),
            key=True,
            choices={
                "call": ("缴款", "Capital call"),
                "investment": ("投资", "Investment"),
                "exit": ("退出", "Exit"),
                "fee": ("管理费", "Fee"),
            },
        ),
        column("day", "date", ("日期", "Day"), ("发生日", "Day"), key=True),
        column("firm", "id", ("企业编号", "Firm id"), ("被投企业", "The firm invested in"), ref="firm"),
        column("amount", "money", ("金额", "Amount"), ("发生额", "Amount"), low=0),
        room="money",
    ),
    table(
        "loan",
        ("贷款", "Loans"),
        ("一笔贷款", "One loan"),
        column("loan", "id", ("贷款编号", "Loan id"), ("短名", "Short name"), key=True),
        column(
            "firm", "id", ("企业编号", "Firm id"), ("借款企业", "The borrower"), ref="firm", required=True
        ),
        column("bank", "text", ("银行", "Bank"), ("贷款银行", "The lender")),
        column(
            "pool", "id", ("风险池", "Pool"), ("若有风险补偿", "The pool that stands behind it"), ref="pool"
        ),
        column("principal", "money", ("本金", "Principal"), ("合同本金", "As contracted"), low=0),
        column("rate", "rate", ("年利率", "Rate a year"), ("合同利率", "As contracted"), low=0, high=1),
        column("drawn", "date", ("提款日", "Drawn"), ("首次提款", "First drawing")),
        column("due", "date", ("到期日", "Due"), ("合同到期", "As contracted")),
        column("outstanding", "money", ("余额", "Outstanding"), ("本金余额", "Principal outstanding"), low=0),
        column("bad", "flag", ("不良", "Bad"), ("是否不良", "Whether it is non-performing")),
        room="money",
    ),
    table(
        "pool",
        ("风险补偿池", "Risk pools"),
        ("一个风险补偿资金池", "One pool that compensates for bad loans"),
        column("pool", "id", ("风险池", "Pool"), ("短名", "Short name"), key=True),
        column("name", "text", ("名称", "Name"), ("名称", "Name"), required=True),
        column("size", "money", ("规模", "Size"), ("资金池规模", "Money in the pool"), low=0),
        column(
            "share",
            "rate",
            ("补偿比例", "Share"),
            ("不良本金中由池承担的比例", "Part of bad principal borne by the pool"),
            low=0,
            high=1,
        ),
        column(
            "ceiling", "money", ("上限", "Ceiling"), ("累计补偿上限", "The most that it pays in all"), low=0
        ),
        room="money",
    ),
)
