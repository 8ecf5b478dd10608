"""What can be wrong with a cell, a row or a file, in an officer's words.

Problems are rows: they hold the name of the fault and what was found. The sentence is made from them on demand, in
the language of the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from wutong.words import Language, Text
from wutong.zone import read_faults

Level = Literal["file", "row", "value", "note"]
"""What was left out: the whole file or sheet, the row, the one value, or nothing (a note)."""

LEVELS: Mapping[Level, Text] = MappingProxyType(
    {
        "file": Text("整个文件未读", "File left out"),
        "row": Text("整行未用", "Row left out"),
        "value": Text("该值视为未知", "Value taken as not known"),
        "note": Text("已采用，请核对", "Kept; please look"),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Parameters
    ----------
    level : Level
        What is left out because of it.
    what : Text
        What is wrong; ``{found}``, ``{expected}`` and ``{column}`` are filled in.
    now : Text
        What to do now.
    """

    level: Level
    what: Text
    now: Text


def _f(level: Level, what: tuple[str, str], now: tuple[str, str]) -> Fault:
    return Fault(level, Text(*what), Text(*now))


_TABLE_FAULTS: dict[str, Fault] = {
    # cells
    "not_a_number": _f(
        "value",
        ("“{found}”不是数字", "“{found}” is not a number"),
        ("请写数字，可带单位，如 2.99亿元", "Write a number, with its unit if you like: 2.99亿元"),
    ),
    "no_unit": _f(
        "value",
        ("“{found}”没有单位，分不清{expected}", "“{found}” has no unit: it could be any of {expected}"),
        (
            "请在表头写单位，如 {column}（万元），或在单元格写 2.99亿元；比例写 42% 或表头写 [%]",
            "Put the unit in the heading, as in {column} [万元], or in the cell, as in 2.99亿元; a share is 42% or has [%] in its heading",
        ),
    ),
    "no_percent": _f(
        "value",
        ("“{found}”分不清是比例还是百分数", "“{found}” could be a fraction or a percentage"),
        (
            "请写 42%，或在表头写 {column} [%]；若是小数比例，表头写 {column} [1]",
            "Write 42%, or put [%] behind the heading {column}; for fractions put [1]",
        ),
    ),
    "not_a_year": _f(
        "value",
        ("“{found}”不是一年", "“{found}” is not a year"),
        (
            "这张表一行一年，请写 2024；月度数据放“企业月度”",
            "This table has one row a year: write 2024; months go into table firm_month",
        ),
    ),
    "not_a_month": _f(
        "value",
        (
            "“{found}”不是一个月，也不是从一月起的累计",
            "“{found}” is neither a month nor a run of months from January on",
        ),
        ("当月写 2024-08，累计写 2024-01..08", "A month is 2024-08, a cumulative run is 2024-01..08"),
    ),
    "unknown_unit": _f(
        "value",
        ("“{found}”的单位不认识", "The unit in “{found}” is not known"),
        ("可用的单位：{expected}", "Units that are read: {expected}"),
    ),
    "wrong_unit": _f(
        "value",
        ("“{found}”的单位不能用于“{column}”", "The unit in “{found}” does not measure “{column}”"),
        ("可用的单位：{expected}", "Units that are read: {expected}"),
    ),
    "mixed_unit": _f(
        "note",
        (
            "“{found}”的单位与表头不同；按它自己的单位读取",
            "“{found}” has another unit than its heading; it was read by its own",
        ),
        ("请统一为一种单位", "Keep to one unit in a column"),
    ),
    "too_fine": _f(
        "value",
        ("“{found}”比最小单位还细", "“{found}” is finer than the smallest unit"),
        ("金额最细到分，计数须为整数", "Money goes down to the fen; counts are whole numbers"),
    ),
    "number_too_large": _f(
        "value",
        ("“{found}”太大", "“{found}” is too large"),
        ("请检查位数和单位", "Check its digits and its unit"),
    ),
    "unknown_code": _f(
        "value",
        (
            "代码“{found}”不在{expected}中（括号里是相近的代码）",
            "Code “{found}” is not in {expected} (in brackets: the nearest codes)",
        ),
        (
            "请查该版分类；若是旧版代码，请先换成新版",
            "Look it up in that edition; a code of an older edition has to be translated first",
        ),
    ),
    "unknown_word": _f(
        "value",
        ("“{found}”不是这一列的选项", "“{found}” is not one of the column's words"),
        ("可选：{expected}", "Choose from: {expected}"),
    ),
    "not_a_date": _f(
        "value",
        ("“{found}”不是日历上的一天", "“{found}” is no day of the calendar"),
        ("请写成 2024-03-01", "Write it as 2024-03-01"),
    ),
    "not_a_period": _f(
        "value",
        ("“{found}”不是时期（例如没有 13 月）", "“{found}” is no period (there is no 13th month, for one)"),
        (
            "请写成 2024、2024-08、2024-01..08、2024Q3 或 2024-03-01",
            "Write it as 2024, 2024-08, 2024-01..08, 2024Q3 or 2024-03-01",
        ),
    ),
    "not_a_flag": _f(
        "value",
        ("“{found}”不是“是”或“否”", "“{found}” is neither yes nor no"),
        ("请写 是 或 否；不知道则留空", "Write 是 or 否 (yes or no); leave it empty where it is not known"),
    ),
    "not_an_address": _f(
        "value",
        ("“{found}”不是网址", "“{found}” is no web address"),
        ("网址以 http:// 或 https:// 开头", "An address begins with http:// or https://"),
    ),
    "not_a_geometry": _f(
        "value",
        ("“{found}”不是可读的 WKT 图形", "“{found}” is no geometry in WKT"),
        (
            "例如 POLYGON((112.8 35.5, 112.9 35.5, 112.9 35.6, 112.8 35.5))",
            "For example POLYGON((112.8 35.5, 112.9 35.5, 112.9 35.6, 112.8 35.5))",
        ),
    ),
    "bad_id": _f(
        "value",
        (
            "编号“{found}”含有空格或 / \\ ? # < > \" ' & %，或过长",
            "The id “{found}” holds a space or one of / \\ ? # < > \" ' & %, or is too long",
        ),
        (
            "请用字母、数字、汉字、点、横线，80 字以内",
            "Use letters, digits, Chinese characters, dots and dashes, 80 at most",
        ),
    ),
    "text_too_long": _f(
        "value",
        ("文字过长", "The text is too long"),
        (
            "请缩短到 20,000 字节以内，原文放在文件里",
            "Keep it within 20,000 bytes and put the long text into a document",
        ),
    ),
    "below": _f(
        "value",
        (
            "“{found}”小于允许的最小值 {expected}",
            "“{found}” is less than {expected}, the least that is allowed",
        ),
        ("请核对正负号和单位", "Check its sign and its unit"),
    ),
    "above": _f(
        "value",
        (
            "“{found}”大于允许的最大值 {expected}",
            "“{found}” is more than {expected}, the most that is allowed",
        ),
        ("请核对数值和单位", "Check the number and its unit"),
    ),
    "uscc_length": _f(
        "value",
        ("信用代码“{found}”不是 18 位", "Credit code “{found}” does not have 18 characters"),
        (
            "请照营业执照重新录入；在 Excel 中先把该列设为文本",
            "Copy it from the business licence; in Excel make the column text first",
        ),
    ),
    "uscc_character": _f(
        "value",
        (
            "信用代码“{found}”含有不用的字符（I O S V Z 或其他）",
            "Credit code “{found}” holds a character that is not used (I O S V Z or other)",
        ),
        ("请照营业执照重新录入", "Copy it from the business licence"),
    ),
    "uscc_check_digit": _f(
        "value",
        ("信用代码“{found}”的校验码不符", "The check digit of credit code “{found}” does not agree"),
        ("有一位录错；请照营业执照重新录入", "One character is wrong: copy it from the business licence"),
    ),
    "uscc_organisation": _f(
        "value",
        (
            "信用代码“{found}”中的组织机构代码校验码不符",
            "The organisation code within credit code “{found}” does not agree with its check digit",
        ),
        (
            "第 9–17 位有误；请照营业执照重新录入",
            "Something is wrong in places 9 to 17: copy it from the business licence",
        ),
    ),
    # rows
    "missing": _f(
        "row",
        ("缺少“{column}”", "“{column}” is missing"),
        ("这一行没有它就认不出来；请补上", "Without it the row says nothing: fill it in"),
    ),
    "repeated": _f(
        "note",
        ("与第 {expected} 行完全相同", "The same as row {expected} in every column"),
        ("只用一行；请删去重复", "One of them is used: delete the other"),
    ),
    "duplicate_key": _f(
        "row",
        (
            "“{found}”与第 {expected} 行重复而内容不同",
            "“{found}” stands in row {expected} already, with other contents",
        ),
        (
            "用了先出现的一行；若是更正，请把“截至日期”写成更晚的一天",
            "The first row was used; if this is a correction, give it a later “as of” date",
        ),
    ),
    "falls": _f(
        "note",
        (
            "累计数“{found}”小于前几个月的累计 {expected}",
            "The cumulative “{found}” is less than that of earlier months, {expected}",
        ),
        (
            "累计只增不减；请核对是否把当月填成了累计",
            "A sum does not fall: look whether a month alone was filled in",
        ),
    ),
    "other_zone": _f(
        "row",
        (
            "这一行属于开发区“{found}”，不是“{expected}”",
            "The row belongs to zone “{found}” and not to “{expected}”",
        ),
        (
            "请放进那个开发区的文件夹；若是写错，请改正或留空",
            "Put it into that zone's folder; if it is a slip, correct it or leave it empty",
        ),
    ),
    "unknown_reference": _f(
        "note",
        ("“{found}”不在表“{expected}”中", "“{found}” is not in table “{expected}”"),
        (
            "请在那张表补上，或改正编号；本行仍然使用",
            "Add it there or correct it; the row is used all the same",
        ),
    ),
    "same_code": _f(
        "note",
        ("信用代码“{found}”也属于企业 {expected}", "Credit code “{found}” also belongs to firm {expected}"),
        (
            "可能是同一家企业；核实后合为一行，另一名称写入“企业名称”表",
            "They may be one firm: look, keep one row, and put the other name into table firm_name",
        ),
    ),
    "same_name": _f(
        "note",
        (
            "名称“{found}”与企业 {expected} 只差写法",
            "The name “{found}” differs from that of firm {expected} in spelling alone",
        ),
        (
            "可能是同一家企业；核实后合为一行，另一名称写入“企业名称”表",
            "They may be one firm: look, keep one row, and put the other name into table firm_name",
        ),
    ),
    # columns, sheets, files
    "unknown_column": _f(
        "note",
        ("列“{found}”不属于这张表，未读", "Column “{found}” is not of this table and was not read"),
        ("可能想写：{expected}", "Perhaps you meant: {expected}"),
    ),
    "column_twice": _f(
        "note",
        (
            "列“{found}”与前面的列同义，未读",
            "Column “{found}” means the same as one before it and was not read",
        ),
        ("请只留一列", "Keep one of them"),
    ),
    "missing_column": _f(
        "file",
        (
            "没有列“{expected}”，整张表认不出行",
            "There is no column “{expected}”, so that no row can be told from another",
        ),
        ("请加上这一列", "Add the column"),
    ),
    "unknown_table": _f(
        "file",
        ("“{found}”不是任何表的名称，未读", "“{found}” is the name of no table and was not read"),
        ("可能想写：{expected}", "Perhaps you meant: {expected}"),
    ),
    "unreadable_file": _f(
        "file",
        ("打不开“{found}”", "“{found}” cannot be opened"),
        ("请核对谁可以读它，关闭正在使用它的程序", "Look who may read it, and close it in other programs"),
    ),
    "unknown_file": _f(
        "note",
        ("不认识的文件“{found}”，未读", "“{found}” is no kind of file that is read here"),
        ("表格用 .csv、.tsv、.xlsx 或 .parquet", "Tables are .csv, .tsv, .xlsx or .parquet"),
    ),
}


FAULTS: Mapping[str, Fault] = MappingProxyType(_TABLE_FAULTS)
"""Every fault of cells, rows and tables; those of reading a file stand in ``wutong.zone.read_faults``."""


def explain(kind: str, found: str, expected: str, column: str, language: Language) -> tuple[str, str]:
    """Say what is wrong and what to do now.

    Parameters
    ----------
    kind : str
        Name of the fault.
    found, expected, column : str
        As in the problem's row.
    language : {"zh", "en"}
        Language of the reader.

    Returns
    -------
    tuple of str
        What is wrong, and what to do.

    Examples
    --------
    >>> explain("not_a_date", "2024-13-01", "", "as_of", "en")[0]
    '“2024-13-01” is no day of the calendar'
    """
    known = FAULTS.get(kind)
    what, now = (
        (known.what, known.now) if known else (read_faults.FAULTS[kind].what, read_faults.FAULTS[kind].now)
    )
    fill = {"found": found, "expected": expected, "column": column}
    return what.say(language).format_map(fill), now.say(language).format_map(fill)
