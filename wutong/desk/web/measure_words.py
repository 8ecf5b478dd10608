"""Words of the pages about measures, in both languages; what a measure itself says comes from its file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wutong.words import Text

MEASURE_PHRASES: Mapping[str, Text] = MappingProxyType(
    {
        "measures": Text("措施", "Measures"),
        "semicolon": Text("；", "; "),
        # catalogue
        "measures_title": Text("有哪些措施？", "Which measures are there?"),
        "no_measures": Text(
            "这个开发区还没有措施文件。在开发区文件夹里建 measures 文件夹，一个文件写一条措施；"
            "或用 wutong serve 开发区 --measures 文件夹。",
            "This zone has no measure files yet. Make a folder measures in the zone's folder, one file a measure; or "
            "open the desk with wutong serve ZONE --measures FOLDER.",
        ),
        "measure_id": Text("编号", "Id"),
        "measure_title": Text("名称", "Title"),
        "subject_name": Text("名称", "Name"),
        "aspect": Text("方面", "Aspect"),
        "package": Text("措施包", "Package"),
        "subject": Text("给谁", "For"),
        "status": Text("状态", "Status"),
        "place": Text("地点", "Place"),
        "measure_year": Text("年份", "Year"),
        "by_aspect": Text("按方面", "By aspect"),
        "by_package": Text("按措施包", "By package"),
        "no_package": Text("未写措施包", "No package named"),
        "number_of_measures": Text("条数", "Measures"),
        "unreadable": Text("读不了的文件", "Files that could not be read"),
        "unreadable_note": Text(
            "改好后重新打开工作台。下面各页都不含这些文件里的措施。",
            "Correct them and open the desk again. No page holds the measures of these files.",
        ),
        "no_book": Text(
            "rulebook.yaml 读不了，措施之间的关系不清楚，因此不试算。",
            "rulebook.yaml cannot be read, so what holds between measures is not known and nothing is worked out.",
        ),
        "clause": Text("条款", "Clause"),
        "line": Text("第{n}行", "line {n}"),
        "line_column": Text("第{n}行第{c}列", "line {n}, column {c}"),
        "shape_badge": Text("规则形状示例 · 不是现行政策", "Example of a shape · not law in force"),
        "shapes_note": Text(
            "本目录含别处已公布措施的规则形状示例，只供试算，不是本区政策；每条写明地点、年份、来源等级。",
            "This catalogue holds published measures of other places as examples of shapes, for trying out; they are no "
            "policy of this zone. Each says its place, year and the grade of its source.",
        ),
        "rulebook_invented": Text("这套措施是虚构的。", "These measures are invented."),
        # one measure
        "editions": Text("条文", "What it says"),
        "edition": Text("第{n}版", "Edition {n}"),
        "differs": Text("各版不同", "differs"),
        "days_in_force": Text("有效期", "In force"),
        "days_of_application": Text("申报期", "Applied for"),
        "measure_source": Text("出处", "Read in"),
        "conditions": Text("条件", "Conditions"),
        "condition": Text("条件", "Condition"),
        "amount": Text("金额", "Amount"),
        "worked_out": Text("算出来的数", "Worked out"),
        "modifies": Text("调整别的措施", "Changes another measure"),
        "modified_by": Text("被调整", "Changed by"),
        "exclusive": Text("不能兼得", "Not together with others"),
        "limits": Text("合计上限", "Ceiling over several"),
        "quota": Text("名额", "Places"),
        "budget": Text("预算", "Budget"),
        "not_before": Text("最早兑付", "Paid not before"),
        "payout": Text("怎样兑付", "How it is paid"),
        "keep": Text("拿到后须做到", "To be kept afterwards"),
        "evidence": Text("材料", "Papers"),
        "without_application": Text("免申即享", "Without application"),
        "published_text": Text("原文与读法", "As published, and as read"),
        "as_published": Text("原文：“{text}”", "as published: “{text}”"),
        "notes": Text("说明", "Notes"),
        "decided_by": Text("由{who}决定", "decided by {who}"),
        "if_held": Text("若", "where"),
        "always": Text("一律", "always"),
        "tier": Text("档", "Tier"),
        "facts_asked": Text("要知道的事实", "Facts that it asks for"),
        "fact": Text("事实", "Fact"),
        "fact_type": Text("类型", "Type"),
        "fact_from": Text("从哪里来", "Where it is from"),
        "fact_about": Text("涉及", "Touches"),
        "since_entered": Text("进区", "it entered the zone"),
        "unrelated": Text("不含关联方", "without related parties"),
        "for_all": Text("全区一个数", "one value for the whole zone"),
        "to_be_told": Text("由申报人填", "has to be told"),
        "examples": Text("例子", "Examples"),
        "examples_note": Text(
            "例子写在措施文件里，打开本页时重新算过。",
            "Examples stand in the measure's file and were worked out again for this page.",
        ),
        "given": Text("已知", "Given"),
        "expected": Text("应得", "Should be"),
        "comes_out": Text("算得", "Comes out"),
        "held": Text("是否相符", "Agrees"),
        "agrees": Text("相符", "agrees"),
        "disagrees": Text("不符", "does not agree"),
        "review_title": Text("哪些条款值得再看一眼？", "Which clauses are worth another look?"),
        "review_of_measure": Text("值得再看一眼的条款", "Clauses worth another look"),
        "review_note": Text(
            "这是给经办人的提示，不是结论；没有提示不等于没有问题。",
            "This is advice to an officer and no verdict; no remark does not mean no problem.",
        ),
        "no_remarks": Text("没有提示。", "There is no remark."),
        "review": Text("审查提示", "Review"),
        "remark_level": Text("级别", "Level"),
        "remark_kind": Text("关于", "About"),
        "remark_says": Text("看到什么", "What is seen"),
        "remark_instead": Text("可以怎么办", "What one could do"),
        "remark_articles": Text("依据", "Where it stands"),
        "remarks_of_file": Text("在文件中", "In the file"),
        # who gets it
        "who_gets": Text("谁能得到", "Who gets it"),
        "worked_for": Text("试算日", "Worked out for"),
        "worked_note": Text(
            "试算年份是这一天所在的年份。",
            "The year asked for is that of this day.",
        ),
        "outcome": Text("结果", "Outcome"),
        "subjects_count": Text("个数", "How many"),
        "money": Text("金额", "Money"),
        "certain_amount": Text("确定金额", "Certain amount"),
        "possible_low": Text("可能至少", "Possible, at least"),
        "possible_high": Text("可能至多", "Possible, at most"),
        "first_clause": Text("首先因为", "First because of"),
        "clause_id": Text("条款编号", "Clause id"),
        "subject_id": Text("对象编号", "Subject id"),
        "persons_hidden": Text(
            "对象是个人：只显示人数，不列名单，不显示金额。",
            "The subjects are persons: only how many they are is shown, no list and no money.",
        ),
        "facts_known": Text("事实知道多少", "How much is known of the facts"),
        "known_of": Text("已知", "Known of"),
        # what a subject can have
        "entitled_title": Text("{name}能得到哪些措施？", "What can {name} have?"),
        "entitled_nobody": Text("能得到哪些措施？", "What can one have?"),
        "ask_answer": Text(
            "填写知道的事实，不知道的空着：空着是“未知”，不是“否”。",
            "Fill in what is known and leave the rest empty: empty is not known, and never no.",
        ),
        "what_can_firm_have": Text("这家企业能得到哪些措施？", "What can this firm have?"),
        "for_whom": Text("给谁试算", "For whom"),
        "told_facts": Text("填写事实", "Tell facts"),
        "ask_first": Text("先问这些", "Ask these first"),
        "ask_first_note": Text(
            "按知道后能决定多少钱排列。金额写单位，如 1200万元。",
            "In the order of the money that each can decide. Money has its unit, such as 1200万元.",
        ),
        "all_facts": Text("其他事实", "Other facts"),
        "from_tables": Text("表中：", "in the tables: "),
        "work_out": Text("试算", "Work it out"),
        "start_again": Text("清空重填", "Start again"),
        "answers": Text("逐条结果", "Measure by measure"),
        "why": Text("为什么", "Why"),
        "amount_unread": Text("金额没有读到", "the amount was not read"),
        "amount_unknown": Text("金额未知", "amount not known"),
        "what_to_do": Text("要做什么", "What to do"),
        "papers": Text("要交的材料", "Papers to hand in"),
        "pays": Text("何时给多少", "What is paid, and when"),
        "keeps": Text("拿到后须做到", "To be kept afterwards"),
        "nothing_to_do_said": Text(
            "文件没有写材料、兑付时间和事后要求。",
            "The paper says nothing of papers, of when it is paid, or of what to keep.",
        ),
        "if_favourable": Text("若未知的都有利", "if all that is unknown is in favour"),
        "not_said": Text("文件没有写", "the paper says nothing"),
        "strange_facts": Text("没有措施问这些：", "No measure asks for these: "),
        "mistakes": Text(
            "有 {n} 项读不了，未采用；见各项下面的说明。",
            "Entries that could not be read and were not used: {n}. See what is said under each.",
        ),
        "clause_by_clause": Text("逐条判断", "Clause by clause"),
        "step_by_step": Text("怎样算出", "How it is worked out"),
        "reading_of_text": Text("读法", "Reading"),
        "back_to_answers": Text("回到全部措施", "Back to all measures"),
        "see_measure": Text("看措施本身", "See the measure itself"),
        "what_would_change": Text("要怎样才能得到？", "What would have to change?"),
        "alone_enough": Text("只改这一项即可：", "This alone is enough:"),
        "together_enough": Text("以下各项合起来即可：", "These together are enough:"),
        "no_number_to_change": Text("不是改一个数能满足的。", "No one fact makes it hold."),
        "tried_note": Text(
            "每一项都试算过：其他事实不变。",
            "Each was tried before it is said, with all other facts as they are.",
        ),
        "cliffs": Text("再多一点就跳一档", "Where a little more moves the amount by a jump"),
        "looked_between": Text(
            "{fact}只在{low}至{high}之间找过。", "{fact} was looked at between {low} and {high} alone."
        ),
        # near misses
        "near_title": Text("谁差一点就能得到？", "Who misses a measure by a little?"),
        "near_note": Text(
            "差在一个数上、所差不超过门槛的 5% 的。其他条件满足的排在前面，再按能得到多少排。",
            "Those who fail by one number, and by no more than 5 % of the threshold; those who meet all else come first, then "
            "those who would get most.",
        ),
        "near_alone": Text(
            "“达到后可得”是这一条单独给的；“合起来确定多得”是全户的，互斥与合计上限已扣减，名额与预算不计。",
            "“Worth then” is what the one measure gives by itself; “certain gain in all” is the firm's, after exclusion and "
            "ceilings, with places and budgets left aside.",
        ),
        "near_more": Text("合起来确定多得", "Certain gain in all"),
        "near_answer": Text(
            "{n} 处差一点，涉及 {subjects} 个对象、{measures} 条措施；其中 {met} 处其他条件都满足。",
            "Near misses: {n}, of {subjects} subjects and {measures} measures; in {met} of them all else is met.",
        ),
        "near_none": Text("没有差一点的。", "Nobody misses by a little."),
        "near_what": Text("差在哪里", "By what"),
        "near_value": Text("现为", "It is"),
        "near_threshold": Text("门槛", "Threshold"),
        "near_lacking": Text("差", "Lacking"),
        "near_needed": Text("要到", "Has to be"),
        "near_worth": Text("达到后可得", "Worth then"),
        "near_others": Text("其他条件", "All else"),
        "near_fact": Text("改哪个事实", "Which fact"),
        "near_moved_by": Text("谁能改变", "Who can move it"),
        "near_of_firm": Text("差一点的措施", "Measures missed by a little"),
        "all_near": Text("全区差一点的", "All near misses"),
        "where_it_stands": Text("出处", "Where it stands"),
        "not_there_that_day": Text(
            "表中没有它在这一天的事实。",
            "The tables tell nothing of it for this day.",
        ),
        "no_number": Text(
            "这不是数。写作 5 或 0.3，不带单位。", "This is no number. Write 5 or 0.3, without the unit."
        ),
        # the reform bench
        "reform_title": Text("改一个数，会怎样？", "What if a number were changed?"),
        "reform": Text("改革试算", "Reform"),
        "reform_note": Text(
            "只算确定要付的，互斥、合计上限、名额与预算都已扣减；未知与待决定的另计，不在总数里。个人类措施不在其中。",
            "Certain cost alone, after exclusion, ceilings, places and budgets; what is unknown or to be decided is counted "
            "beside it and not in the sums. Measures for persons are left out.",
        ),
        "between_measures": Text("措施之间（rulebook.yaml）", "Between measures (rulebook.yaml)"),
        "choose_measure": Text("改哪一条", "Which measure"),
        "choose": Text("选定", "Choose"),
        "numbers_of": Text("其中的数", "Its numbers"),
        "as_written": Text("现为", "now"),
        "drop_measures": Text("停用措施", "Drop measures"),
        "add_measure": Text("加一条措施", "Add a measure"),
        "add_measure_note": Text(
            "贴入一条措施文件的全文；写法同措施文件。",
            "Paste the whole text of a measure file.",
        ),
        "group_by": Text("企业分组", "Group firms by"),
        "cost_before": Text("改前", "Before"),
        "cost_after": Text("改后", "After"),
        "cost_change": Text("变化", "Change"),
        "get_more": Text("多得的", "Get more"),
        "get_less": Text("少得的", "Get less"),
        "get_first": Text("新得的", "Get it for the first time"),
        "get_no_longer": Text("不再得的", "Get it no longer"),
        "gain": Text("多得合计", "Gain in all"),
        "loss": Text("少得合计", "Loss in all"),
        "by_measure": Text("按措施", "By measure"),
        "by_group": Text("按企业分组", "By group of firms"),
        "by_firm": Text("逐家企业", "Firm by firm"),
        "firms_shown": Text(
            "共 {n} 家，列出变化最大的 {most} 家。",
            "{n} firms; the {most} with the largest changes are listed.",
        ),
        "not_counted": Text(
            "未知或待决定：改前 {before} 项，改后 {after} 项，不在总数里。",
            "Unknown or to be decided: {before} before, {after} after; they are not in the sums.",
        ),
        "draw_curve": Text("画成本曲线", "Draw the curve of cost"),
        "curve_over": Text("随哪个数", "Over which number"),
        "curve_title": Text("成本怎样随这个数变化？", "How does the cost go with this number?"),
        "curve_value": Text("这个数", "This number"),
        "curve_problem": Text("为什么算不了", "Why it cannot be"),
        "curve_nothing": Text("没有一个值能算。", "No value can be worked out."),
        "curve_method": Text(
            "从现值的一半到一倍半，取 11 个值，逐个重算全部措施。",
            "Eleven values from half to one and a half times what it is; the whole rulebook is worked out for each.",
        ),
        "reform_problem": Text("这样改，措施读不了", "So changed the measures cannot be read"),
        "live": Text("拖动或填写后立即重算", "Worked out again as you drag or type"),
        "the_file": Text("文件原样", "The file as it stands"),
        "measure_file": Text("文件", "File"),
        "back_to_measures": Text("回到措施目录", "Back to the measures"),
        "missing_facts": Text("缺", "missing"),
        "failing_clauses": Text("不满足", "not met"),
        "open_decisions": Text("待决定", "to be decided"),
        "if_approved": Text("批准则", "if approved"),
        "no_url": Text("未写网址", "no address given"),
        "no_grade": Text("未定级", "not graded"),
        "article": Text("条款", "Article"),
    }
)
"""Phrases of the pages about measures; they stand among ``words.PHRASES``."""

CODES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        "status": {
            "in force": Text("有效", "in force"),
            "expired": Text("已失效", "expired"),
            "draft": Text("草案", "draft"),
            "not known": Text("状态未知", "status not known"),
            "example of a shape": Text("规则形状示例", "example of a shape"),
        },
        "subject": {
            "firm": Text("企业", "firm"),
            "project": Text("项目", "project"),
            "person": Text("个人", "person"),
        },
        "state": {
            "eligible": Text("可得", "eligible"),
            "not eligible": Text("不可得", "not eligible"),
            "unknown": Text("未知", "unknown"),
            "needs decision": Text("待决定", "needs a decision"),
        },
        "type": {
            "money": Text("金额", "money"),
            "rate": Text("比率", "rate"),
            "number": Text("数", "number"),
            "count": Text("个数", "count"),
            "people": Text("人数", "people"),
            "area": Text("面积", "area"),
            "water": Text("水量", "water"),
            "electricity": Text("电量", "electricity"),
            "gas": Text("气量", "gas"),
            "dollars": Text("美元", "US dollars"),
            "yuan per dollar": Text("汇率", "yuan per dollar"),
            "text": Text("文字", "text"),
            "yes or no": Text("是或否", "yes or no"),
            "date": Text("日期", "date"),
            "days": Text("天数", "days"),
            "months": Text("月数", "months"),
            "choice": Text("选择", "choice"),
        },
        "about": {
            "local tax": Text("本地税收", "local tax"),
            "local statistics": Text("本地统计", "local statistics"),
            "registration": Text("注册地", "registration"),
            "moving in": Text("迁入", "moving in"),
            "named firm": Text("特定企业", "a named firm"),
            "ownership": Text("所有制", "ownership"),
            "related party": Text("关联方", "related parties"),
            "local purchase": Text("本地采购", "local purchase"),
        },
        "moved_by": {
            "firm": Text("企业自己能改变", "the firm can move it"),
            "others": Text("企业自己不能改变", "the firm cannot move it"),
        },
        "take": {
            "value": Text("{what}", "{what}"),
            "sum": Text("{what}之和", "sum of {what}"),
            "count": Text("行数", "number of rows"),
            "any": Text("有没有一行", "whether there is a row"),
            "first time": Text("是否第一次", "whether it is the first time"),
            "years in a row": Text("连续几年", "years in a row"),
            "earliest": Text("最早的{what}", "the earliest {what}"),
            "latest": Text("最近的{what}", "the latest {what}"),
            "day": Text("试算的日子", "the day for which it is run"),
            "year": Text("试算年份的第一天", "the first day of the year for which it is run"),
        },
        "grain": {
            "event": Text("同一事项（{key}）", "for one event ({key})"),
            "expense": Text("同一支出（{key}）", "for one expense ({key})"),
            "year": Text("一家企业一年内", "for one firm in one year"),
            "firm": Text("一家企业始终", "for one firm for good"),
        },
        "choose": {
            "highest": Text("就高", "the highest is given"),
            "one": Text("只选其一", "the firm chooses one"),
            "difference": Text("补差额", "the difference to what was got is given"),
            "order": Text(
                "按目录顺序取第一个能得的", "the first that can be had, in the order of the catalogue"
            ),
        },
        "per": {
            "firm and year": Text("每家企业每年", "a firm and year"),
            "firm": Text("每家企业累计", "a firm, over all years"),
        },
        "cut": {
            "pro rata": Text("超出的按比例减", "what is above is cut in proportion"),
            "in order": Text("超出的由后面的减", "what is above is cut from the later ones"),
        },
        "order": {
            "highest first": Text("从高到低", "highest first"),
            "lowest first": Text("从低到高", "lowest first"),
        },
        "ties": {
            "decide": Text("并列的由人决定", "ties are decided"),
            "all": Text("并列的都给", "all of a tie get it"),
            "none": Text("并列的都不给", "none of a tie gets it"),
        },
        "scale": {
            "pro rata": Text("不够时按比例减", "cut in proportion where it does not suffice"),
            "rank": Text("不够时按{by}从高到低", "given by {by}, highest first, until it is used up"),
            "first come": Text("不够时按{by}先到先得", "given by {by}, first come, until it is used up"),
            "none": Text("不够时怎么办没有写", "nothing says what happens where it does not suffice"),
        },
        "else": {
            "recover": Text("追回", "recovered"),
            "suspend": Text("暂停", "suspended"),
            "stop": Text("停发", "stopped"),
        },
        "grade": {"not graded": Text("未定级", "not graded")},
        "due": {
            "due": Text("可付", "can be paid"),
            "waits": Text("条件未到", "waits for its condition"),
            "unknown": Text("条件未知", "condition not known"),
        },
        "kept": {
            "kept": Text("现在满足", "is met now"),
            "broken": Text("现在不满足", "is not met now"),
            "over": Text("期限已过", "is over"),
            "look": Text("需人查看", "somebody has to look"),
            "unknown": Text("未知", "not known"),
        },
    }
)
"""What the words of a measure file are called, by what they say."""


def code(kind: str, word: str) -> Text:
    """What a word of a measure file is called; one that is not known here is shown as it is.

    Examples
    --------
    >>> code("status", "draft").en, code("status", "x").zh
    ('draft', 'x')
    """
    return CODES[kind].get(word, Text(word, word))
