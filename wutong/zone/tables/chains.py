"""Chains: products, what goes into what, who makes what, who supplies whom, papers of trade, customs and machines."""

from __future__ import annotations

from wutong.zone.schema import column, table

TABLES = (
    table(
        "product",
        ("产品", "Products"),
        ("产业链上的一个环节", "One node of a product chain"),
        column("product", "id", ("产品编号", "Product id"), ("短名", "Short name"), key=True),
        column("name", "text", ("名称", "Name"), ("中文名称", "Name in Chinese"), required=True),
        column("name_en", "text", ("英文名称", "English name"), ("英文名称", "Name in English")),
        column("chain", "text", ("产业链", "Chain"), ("所在产业链", "The chain on which it stands")),
        column(
            "segment",
            "choice",
            ("位置", "Segment"),
            ("上中下游", "Upstream, midstream or downstream"),
            choices={
                "up": ("上游", "Upstream"),
                "mid": ("中游", "Midstream"),
                "down": ("下游", "Downstream"),
            },
        ),
        column(
            "industry",
            "code",
            ("行业代码", "Industry"),
            ("GB/T 4754-2017", "GB/T 4754-2017"),
            codes="gbt4754-2017",
        ),
        column(
            "hs",
            "text",
            ("海关编码", "HS code"),
            ("2 至 10 位商品编码", "2 to 10 digits of the Harmonised System"),
        ),
        column("aliases", "text", ("别名", "Aliases"), ("以分号隔开", "Separated by semicolons")),
        room="chains",
    ),
    table(
        "product_link",
        ("产品关系", "Links of products"),
        ("一种产品是另一种产品的投入", "One product goes into another"),
        column(
            "product", "id", ("产品编号", "Product id"), ("产出", "The product made"), key=True, ref="product"
        ),
        column("input", "id", ("投入品", "Input"), ("投入", "The product used"), key=True, ref="product"),
        column(
            "essential", "flag", ("必需", "Essential"), ("缺了能否生产", "Whether nothing is made without it")
        ),
        column(
            "replaceable",
            "flag",
            ("可替代", "Replaceable"),
            ("是否有替代品", "Whether something else would do"),
        ),
        column(
            "share",
            "rate",
            ("成本占比", "Cost share"),
            ("占产出成本的比例", "Share of the product's cost"),
            low=0,
            high=1,
        ),
        room="chains",
    ),
    table(
        "firm_product",
        ("企业产品", "Products of firms"),
        ("某企业做某产品", "A firm makes a product"),
        column("firm", "id", ("企业编号", "Firm id"), ("指向企业", "The firm"), key=True, ref="firm"),
        column(
            "product", "id", ("产品编号", "Product id"), ("指向产品", "The product"), key=True, ref="product"
        ),
        column(
            "state",
            "choice",
            ("状态", "State"),
            ("是推测还是确认", "Proposed or confirmed"),
            required=True,
            choices={"proposed": ("推测", "Proposed"), "confirmed": ("确认", "Confirmed")},
        ),
        column(
            "capacity",
            "number",
            ("年产能", "Capacity a year"),
            ("以下列单位计", "In the unit beside it"),
            low=0,
        ),
        column(
            "unit",
            "text",
            ("产能单位", "Unit of capacity"),
            ("件、套、平方米等", "Pieces, sets, square metres …"),
        ),
        room="chains",
    ),
    table(
        "trade",
        ("企业间交易", "Trades between firms"),
        ("卖方、买方、产品、时期", "Seller, buyer, product, period"),
        column("seller", "id", ("卖方", "Seller"), ("指向企业", "The firm that sells"), key=True, ref="firm"),
        column("buyer", "id", ("买方", "Buyer"), ("指向企业", "The firm that buys"), key=True, ref="firm"),
        column(
            "product", "id", ("产品编号", "Product id"), ("指向产品", "The product"), key=True, ref="product"
        ),
        column("period", "period", ("时期", "Period"), ("交易时期", "When"), key=True),
        column("amount", "money", ("金额", "Amount"), ("不含税", "Net of VAT"), low=0),
        room="chains",
    ),
    table(
        "contract",
        ("合同", "Contracts"),
        ("一份购销、租赁或投资合同", "One contract of sale, lease or investment"),
        column("contract", "id", ("合同编号", "Contract id"), ("短名", "Short name"), key=True),
        column(
            "firm",
            "id",
            ("企业编号", "Firm id"),
            ("本区一方", "The party in the zone"),
            ref="firm",
            required=True,
        ),
        column("other", "text", ("对方", "Other party"), ("对方名称", "Name of the other party")),
        column(
            "kind",
            "choice",
            ("类别", "Kind"),
            ("合同类别", "Sort of contract"),
            choices={
                "purchase": ("采购", "Purchase"),
                "sale": ("销售", "Sale"),
                "lease": ("租赁", "Lease"),
                "build": ("建设", "Building"),
                "investment": ("投资", "Investment"),
                "labour": ("用工", "Labour"),
            },
        ),
        column("signed", "date", ("签订日期", "Signed"), ("签订日", "Day of signature")),
        column("amount", "money", ("合同金额", "Amount"), ("含税", "Including VAT"), low=0),
        room="chains",
    ),
    table(
        "invoice",
        ("发票", "Invoices"),
        ("一张发票", "One invoice"),
        column(
            "invoice", "id", ("发票号码", "Invoice number"), ("发票代码与号码", "Code and number"), key=True
        ),
        column("contract", "id", ("合同编号", "Contract id"), ("指向合同", "The contract"), ref="contract"),
        column(
            "firm",
            "id",
            ("企业编号", "Firm id"),
            ("本区一方", "The party in the zone"),
            ref="firm",
            required=True,
        ),
        column("issued", "date", ("开票日期", "Issued"), ("开票日", "Day of issue")),
        column("amount", "money", ("不含税金额", "Net amount"), ("不含税", "Net of VAT")),
        column("vat", "money", ("税额", "VAT"), ("增值税额", "Value added tax")),
        column("paid", "money", ("已付金额", "Paid"), ("有银行凭证的付款", "Paid with a bank voucher")),
        room="chains",
    ),
    table(
        "customs",
        ("进出口", "Customs"),
        ("一家企业、一种商品、一个伙伴、一个时期", "One firm, good, partner and period"),
        column("firm", "id", ("企业编号", "Firm id"), ("指向企业", "The firm"), key=True, ref="firm"),
        column(
            "direction",
            "choice",
            ("方向", "Direction"),
            ("进口或出口", "Import or export"),
            key=True,
            choices={"import": ("进口", "Import"), "export": ("出口", "Export")},
        ),
        column("hs", "text", ("海关编码", "HS code"), ("2 至 10 位商品编码", "2 to 10 digits"), key=True),
        column(
            "partner",
            "text",
            ("贸易伙伴", "Partner"),
            ("ISO 3166-1 三位字母", "Three letters of ISO 3166-1"),
            key=True,
        ),
        column("port", "text", ("口岸", "Port"), ("进出境口岸", "Port of entry or exit")),
        column("period", "period", ("时期", "Period"), ("报关时期", "When it was declared"), key=True),
        column("amount", "money", ("金额", "Amount"), ("折人民币", "In yuan"), low=0),
        room="chains",
    ),
    table(
        "machine",
        ("设备", "Machines"),
        (
            "一种设备的台数；有企业则为该企业，无则为全区",
            "How many machines of a sort; of a firm, or of the zone where no firm is given",
        ),
        column(
            "machine", "id", ("设备编号", "Machine id"), ("一台或一组", "One machine or a group"), key=True
        ),
        column("firm", "id", ("企业编号", "Firm id"), ("指向企业", "The firm"), ref="firm"),
        column(
            "kind",
            "text",
            ("类别", "Kind"),
            ("数控机床、贴片线、注塑机等", "CNC, SMT line, injection …"),
            required=True,
        ),
        column("number", "count", ("数量", "Number"), ("台或条", "Machines or lines"), unit="piece", low=0),
        column("period", "period", ("时期", "Period"), ("所指时间", "When it held")),
        room="chains",
    ),
    table(
        "line_reading",
        ("产线数据", "Readings of lines"),
        ("一台设备一个时期的读数", "What one machine did in a period"),
        column(
            "machine", "id", ("设备编号", "Machine id"), ("指向设备", "The machine"), key=True, ref="machine"
        ),
        column("period", "period", ("时期", "Period"), ("日或月", "A day or a month"), key=True),
        column(
            "hours",
            "number",
            ("运行小时", "Hours run"),
            ("开机并加工", "Switched on and working"),
            unit="h",
            low=0,
        ),
        column(
            "pieces",
            "count",
            ("产量", "Pieces"),
            ("合格与不合格合计", "Good and bad together"),
            unit="piece",
            low=0,
        ),
        column(
            "rejects",
            "count",
            ("不合格", "Rejects"),
            ("不合格件数", "Pieces that failed"),
            unit="piece",
            low=0,
        ),
        column(
            "power",
            "number",
            ("用电量", "Electricity"),
            ("时期内用电", "Electricity in the period"),
            unit="kWh",
            low=0,
        ),
        room="chains",
    ),
)
