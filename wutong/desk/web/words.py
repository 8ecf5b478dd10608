"""Every word on the desk's pages that does not come from a zone, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, SimpleNamespace

from wutong.desk.web.joint_words import JOINT_PHRASES
from wutong.desk.web.measure_words import MEASURE_PHRASES
from wutong.words import Language, Text

TAGS: Mapping[Language, str] = MappingProxyType({"zh": "zh-CN", "en": "en"})
"""Language tags as HTML wants them."""

PHRASES: Mapping[str, Text] = MappingProxyType(
    {
        "product": Text("梧桐", "Wutong"),
        "tagline": Text("开发区怎样决策和办事", "How a development zone decides and works"),
        "skip": Text("跳到正文", "Skip to content"),
        "other_language": Text("English", "中文"),
        "zones": Text("开发区", "Zones"),
        "overview": Text("概览", "Overview"),
        "tables": Text("数据表", "Tables"),
        "problems": Text("数据问题", "Problems"),
        "help": Text("帮助", "Help"),
        "menu": Text("主导航", "Main"),
        "you_are_here": Text("所在位置", "You are here"),
        "invented": Text("虚构数据", "Invented data"),
        "invented_both": Text("虚构数据 INVENTED", "INVENTED 虚构数据"),
        "invented_row": Text("虚构", "Invented"),
        "some_invented": Text("含虚构数据 INVENTED ROWS", "INVENTED ROWS 含虚构数据"),
        "invented_note": Text(
            "本区一切企业、人员、数字均为虚构，仅供试用。",
            "Every firm, person and number of this zone is made up, for trying things out.",
        ),
        "unknown": Text("未知", "not known"),
        "personal": Text("个人信息：不显示", "personal: not shown"),
        "personal_note": Text(
            "个人信息在能够登录之前对所有人隐藏：不显示、不导出、不能筛选或排序。",
            "Personal data are hidden from everyone until people can sign in: they are not shown, not "
            "exported, and cannot be filtered or sorted by.",
        ),
        "personal_table": Text(
            "本表每一列都关于个人，因此只显示行数。",
            "Every column of this table is about a person, so only the number of rows is shown.",
        ),
        "read_only": Text("只读", "Read-only"),
        "read_only_note": Text(
            "工作台目前只读，且只应答本机（127.0.0.1）。",
            "The desk is read-only for now and answers on this machine alone (127.0.0.1).",
        ),
        # start
        "start_title": Text("已经知道些什么？", "What is known?"),
        "start_answer": Text(
            "选一个开发区：每个数字都能点到来源，未知就写未知。",
            "Choose a zone: every number is one click from its source, and what is not known says so.",
        ),
        "open_zone": Text("打开概览", "Open the overview"),
        "see_tables": Text("看数据表", "See its tables"),
        "no_indicators": Text("没有已知的指标", "No indicator is known"),
        "known_numbers": Text("几个已知的数字", "A few numbers that are known"),
        "firms": Text("企业", "Firms"),
        "documents": Text("来源文件", "Documents"),
        "rows": Text("行", "Rows"),
        "tables_filled": Text("有数据的表", "Tables with rows"),
        "as_of": Text("截至", "As of"),
        "newest": Text("最新一行截至", "Newest row as of"),
        "licence": Text("数据许可", "Licence of the data"),
        "as_known_on": Text("按当日所知", "As known on"),
        # structure
        "structure": Text("产业结构", "Structure"),
        "structure_title": Text(
            "靠什么，擅长什么，下一步能做什么", "On what it hangs, what it is good at, what next"
        ),
        "structure_note": Text(
            "取自表 region_industry：按地区、行业、年份的数。隐去的不当作零。",
            "From table region_industry: numbers by region, industry and year. What is suppressed is never taken as zero.",
        ),
        "region": Text("地区", "Region"),
        "counted_by": Text("按什么数", "Counted by"),
        "asked_of_it": Text("问的是", "The questions"),
        "first_there_is": Text("现有的第一种", "the first there is"),
        "show": Text("显示", "Show"),
        # overview
        "at_a_glance": Text("一览", "At a glance"),
        "overview_title": Text("这个开发区今天怎么样？", "How does the zone stand today?"),
        "next_steps": Text("接下来", "Next"),
        "no_findings": Text("还没有可回答的问题。", "There is no question to answer yet."),
        "no_answer": Text("不能回答", "No answer"),
        # firm
        "firm_title": Text("关于这家企业知道些什么？", "What is known of this firm?"),
        "firm_facts": Text("基本情况", "The firm"),
        "firm_years": Text("逐年", "Year by year"),
        "rows_about": Text("各表中的记录", "Rows in other tables"),
        "names": Text("名称", "Names"),
        "more_rows": Text("全部 {n} 行", "All {n} rows"),
        "no_other_rows": Text("别的表里没有这家企业的记录。", "No other table has a row about this firm."),
        # tables
        "tables_title": Text("有哪些表，知道多少？", "Which tables are there, and how much is known?"),
        "table": Text("表", "Table"),
        "known_share": Text("已知比例", "Known share"),
        "left_out": Text("未用的行", "Rows left out"),
        "room": Text("类别", "Part"),
        "filter": Text("筛选", "Filter"),
        "search_text": Text("文字包含", "Text contains"),
        "apply": Text("应用", "Apply"),
        "clear": Text("清除", "Clear"),
        "all": Text("全部", "All"),
        "columns": Text("列", "Columns"),
        "columns_note": Text("不选则显示全部列", "None chosen shows all"),
        "sorted_by": Text("排序", "Sort"),
        "descending": Text("降序", "Descending"),
        "unsorted": Text("文件中的顺序", "As in the file"),
        "showing": Text("第 {first}–{last} 行，共 {total} 行", "Rows {first}–{last} of {total}"),
        "showing_filtered": Text(
            "第 {first}–{last} 行，筛选出 {total} 行（全表 {whole} 行）",
            "Rows {first}–{last} of {total} that match ({whole} in the table)",
        ),
        "nothing_matches": Text("没有符合条件的行。", "No row matches."),
        "empty_table": Text("这张表还没有一行。", "This table has no row yet."),
        "previous": Text("上一页", "Previous"),
        "next": Text("下一页", "Next"),
        "page": Text("页", "Page"),
        "pages": Text("翻页", "Pages"),
        "export": Text("导出所筛选的", "Export this view"),
        "copy": Text("复制本页", "Copy this page"),
        "copied": Text("已复制，可粘贴到表格", "Copied: paste it into a spreadsheet"),
        "csv_excel": Text("CSV（Excel 用）", "CSV for Excel"),
        "ignored": Text(
            "地址中有不认识的条件，未采用：",
            "The address holds conditions that are not known here and were not used: ",
        ),
        "problems_of_table": Text("这张表的问题", "Problems of this table"),
        "no_problems": Text("没有发现问题。", "No problem was found."),
        "all_problems": Text("全部问题", "All problems"),
        "dictionary": Text("各列含义", "What the columns mean"),
        "column": Text("列", "Column"),
        "meaning": Text("含义", "Meaning"),
        "unit": Text("单位", "Unit"),
        "chinese_name": Text("编码表没有英文名", "The code list has no English name for it"),
        "yes": Text("是", "yes"),
        "no": Text("否", "no"),
        "contains": Text("值", "Value"),
        # row
        "row_title": Text("这一行从哪里来？", "Where does this row come from?"),
        "value": Text("数值", "Value"),
        "exact": Text("准确值", "Exactly"),
        "source": Text("来源", "Source"),
        "no_source": Text("没有注明来源", "No source is given"),
        "source_missing": Text("来源编号不在文件表中", "The source is not in the table of documents"),
        "earlier": Text("较早的说法（已更正）", "An earlier version, since corrected"),
        "current": Text("现在的说法", "As known now"),
        "back_to_table": Text("回到表", "Back to the table"),
        # source
        "source_title": Text("这份文件说了什么？", "What does this document say?"),
        "cited_by": Text("引用它的记录", "Rows that cite it"),
        "cited_nowhere": Text("没有一行引用它。", "No row cites it."),
        "open_page": Text("打开原网页", "Open the page itself"),
        "grade": Text("等级", "Grade"),
        "publisher": Text("发布者", "Publisher"),
        "published": Text("发布时间", "Published"),
        "read_on": Text("读取日", "Read on"),
        "address": Text("网址", "Address"),
        # problems
        "problems_title": Text("数据里有什么问题，怎么办？", "What is wrong with the data, and what to do?"),
        "where": Text("位置", "Where"),
        "file": Text("文件", "File"),
        "sheet": Text("工作表", "Sheet"),
        "row": Text("行", "Row"),
        "what": Text("问题", "What"),
        "now": Text("怎么办", "What to do now"),
        "level": Text("后果", "Effect"),
        "kept": Text("未用的原行", "The row that was left out"),
        "hidden": Text("个人信息，不显示", "personal, not shown"),
        "export_problems": Text("导出问题清单", "Export this list"),
        # errors
        "not_found": Text("没有这一页", "There is no such page"),
        "not_found_now": Text(
            "地址可能写错，或该行已不在数据中。请从下面的链接重新找。",
            "The address may be mistyped, or the row is no longer in the data. Start again from one of these "
            "links.",
        ),
        "broken": Text("这一页出错了", "This page failed"),
        "broken_now": Text(
            "不是您的操作有误。请刷新一次；若仍出错，请把下面的编号告诉管理员，日志中有详情。",
            "It was nothing that you did. Reload once; if it fails again, tell your administrator this "
            "number: the log has the details.",
        ),
        "refused": Text("工作台拒绝了这个请求", "The desk refuses this request"),
        "too_large": Text("这一视图太大，不能这样导出", "This view is too large to be exported so"),
        "to_start": Text("回到首页", "To the start page"),
        "colon": Text("：", ": "),
        "comma": Text("、", ", "),
        "open": Text("（", " ("),
        "close": Text("）", ")"),
        # age
        "today": Text("今天", "today"),
        "days": Text("{n} 天前", "{n} days ago"),
        "day": Text("1 天前", "1 day ago"),
        "months": Text("{n} 个月前", "{n} months ago"),
        "month": Text("1 个月前", "1 month ago"),
        "years": Text("{n} 年前", "{n} years ago"),
        "year": Text("1 年前", "1 year ago"),
        "ahead": Text("晚于今天", "later than today"),
        "stale": Text("数据已旧", "Old data"),
        **MEASURE_PHRASES,
        **JOINT_PHRASES,
    }
)


def phrases(language: Language) -> SimpleNamespace:
    """Give every phrase in one language, as attributes.

    Examples
    --------
    >>> phrases("en").tables
    'Tables'
    """
    return SimpleNamespace(**{key: text.say(language) for key, text in PHRASES.items()})
