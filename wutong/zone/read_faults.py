"""What can be wrong with a file, a sheet or a cell when it is read, in an officer's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wutong.words import Text
from wutong.zone.sheet import ReadFault


@dataclass(frozen=True, slots=True)
class FaultText:
    """What a fault of reading means, and what to do now; ``{found}`` is filled in."""

    what: Text
    now: Text


def _words(what_zh: str, what_en: str, now_zh: str, now_en: str) -> FaultText:
    return FaultText(Text(what_zh, what_en), Text(now_zh, now_en))


_SPLIT = ("请拆成几个文件，或另存为 CSV 再读。", "Split it into several files, or save it as CSV.")
_AS_XLSX = ("请用 Excel 或 WPS 打开，另存为 .xlsx。", "Open it in Excel or WPS and save it as .xlsx.")
_AGAIN = (
    "请向提供者要一份完好的文件，或从原系统重新导出。",
    "Ask its owner for a sound copy, or export it again.",
)
_VALUES = (
    "请选中单元格，复制，再“选择性粘贴”为“数值”，然后保存。",
    "Select the cells, copy, paste special as values, and save.",
)
_NOTHING = (
    "数据已照常读取；请核对是否应在其中。",
    "The data were read as usual; check that they belong here.",
)

FAULTS: Final[Mapping[str, FaultText]] = MappingProxyType(
    {
        # the file
        "empty": _words(
            "文件“{found}”里没有数据",
            "The file “{found}” holds no data",
            "请核对是不是这个文件。",
            "Check that it is the right file.",
        ),
        "wrong_kind": _words(
            "这不是文件名所说的格式，里面是：{found}",
            "This is not what the file's name says; inside: {found}",
            "请另存为 .csv、.xlsx 或 .parquet，扩展名与内容一致。",
            "Save it as .csv, .xlsx or .parquet, with the matching name.",
        ),
        "too_large": _words(
            "文件过大：{found}",
            "The file is too large: {found}",
            *_SPLIT,
        ),
        "too_many_rows": _words(
            "行数过多：{found}",
            "Too many rows: {found}",
            *_SPLIT,
        ),
        "too_many_columns": _words(
            "列数过多：{found}",
            "Too many columns: {found}",
            "请核对分隔符；表应一行一条，不要横排。",
            "Check the separator; a table has one fact a row, not one a column.",
        ),
        "too_many_cells": _words(
            "单元格过多：{found}",
            "Too many cells: {found}",
            *_SPLIT,
        ),
        "too_much_text": _words(
            "文件里的文字过多：{found}",
            "The file holds too much text: {found}",
            *_SPLIT,
        ),
        "too_many_faults": _words(
            "错误过多（{found}），整个文件未读",
            "There are too many faults ({found}); the whole file was left out",
            "请先看前面列出的几处，改正后再读；常见原因是分隔符、编码或模板不对。",
            "Look at how the file was made: the separator, the encoding or the template is often wrong.",
        ),
        "more_of_the_same": _words(
            "同类提示还有：{found}",
            "More notes of the same kind: {found}",
            "请一并核对该列。",
            "Check the whole column.",
        ),
        # CSV
        "not_text": _words(
            "这不是文本表格，开头是：{found}",
            "This is no table in text; it begins: {found}",
            "请用 Excel 打开，另存为“CSV UTF-8（逗号分隔）”。",
            "Open it in Excel and save it as “CSV UTF-8 (Comma delimited)”.",
        ),
        "broken_encoding": _words(
            "这一行有无法识别的字符：{found}",
            "This line has bytes that are no characters: {found}",
            "请在原文件中重新输入这一行，另存为“CSV UTF-8”。",
            "Type this line again in the original and save it as “CSV UTF-8”.",
        ),
        "unclosed_quote": _words(
            "这一行的引号没有闭合：{found}",
            "A quotation mark in this line is never closed: {found}",
            '请补上或删去引号；单元格内的引号写两遍（""）。',
            'Close the quotation mark or remove it; inside a cell it is written twice ("").',
        ),
        "stray_quote": _words(
            "这一行的引号位置不对：{found}",
            "A quotation mark in this line is out of place: {found}",
            '请删去引号；单元格内的引号写两遍（""），整个单元格加引号。',
            'Remove it; inside a cell it is written twice ("") and the cell is put in quotation marks.',
        ),
        "rows_in_cell": _words(
            "一个单元格里像有几整行：{found}",
            "One cell seems to hold whole rows: {found}",
            "请核对引号：可能有一处没有闭合，吞掉了下面的行。",
            "Check the quotation marks: one that is not closed may have taken in the rows below.",
        ),
        "ragged_row": _words(
            "这一行的单元格比表头多：{found}",
            "This row has more cells than the header: {found}",
            "请核对分隔符；含分隔符的单元格须加引号。",
            "Check the separators; a cell that holds one must be in quotation marks.",
        ),
        "short_row": _words(
            "这一行的单元格比表头少（{found}），缺的视为未知",
            "This row has fewer cells than the header ({found}); those missing are taken as not known",
            "请核对这一行是否完整。",
            "Check that the row is complete.",
        ),
        # headers
        "duplicate_header": _words(
            "表头“{found}”重复，后一列已加编号",
            "The header “{found}” stands twice; the later one has a number added",
            "请改名，或只留一列。",
            "Rename it, or keep one column.",
        ),
        "blank_header": _words(
            "列 {found} 有数据而没有表头",
            "Column {found} has data and no header",
            "请写上表头；若表头上方有标题行，请删去标题。",
            "Write its header; if a title stands above the headers, delete the title.",
        ),
        # cells
        "formula": _words(
            "单元格是公式，未读：{found}",
            "The cell is a formula and was not read: {found}",
            *_VALUES,
        ),
        "error_cell": _words(
            "单元格是错误值：{found}",
            "The cell shows an error: {found}",
            "请在 Excel 中改正公式，或填入数值；列太窄显示 ### 时请加宽后再存。",
            "Correct the formula in Excel or type the value; where ### is shown, widen the column and save "
            "again.",
        ),
        "too_long": _words(
            "单元格的文字过长：{found}",
            "The text of the cell is too long: {found}",
            "请缩短；核对引号是否闭合。",
            "Shorten it; check that its quotation mark is closed.",
        ),
        "digits_lost": _words(
            "“{found}”是以数字保存的长号码，15 位以后的数已丢失",
            "“{found}” is a long number kept as a number: its digits beyond 15 are lost",
            "若是代码、账号或电话，请把该列设为“文本”后重新输入。",
            "If it is a code or an account, set the column to Text and type it again.",
        ),
        "broken_value": _words(
            "单元格的内容已损坏：{found}",
            "The content of the cell is damaged: {found}",
            "请重新输入该值并保存。",
            "Type the value again and save.",
        ),
        "bad_date": _words(
            "“{found}”按日期格式不是任何一天",
            "“{found}” in a date format is no day",
            "请重新输入日期，或把单元格格式改为“常规”。",
            "Type the date again, or set the cell's format to General.",
        ),
        "out_of_bounds": _words(
            "单元格在表格范围之外：{found}",
            "The cell lies outside of the table: {found}",
            "请删去远处多余的单元格后保存。",
            "Delete the stray cell and save.",
        ),
        "unit_in_format": _words(
            "单元格格式显示“{found}”，读取的是存储的数",
            "The cell's format shows “{found}”; the number was read as it is stored",
            "请把单位写进表头，并核对数值。",
            "Write the unit in the header, and check the numbers.",
        ),
        "merged_cells": _words(
            "合并的单元格 {found}：只有左上角有值",
            "Merged cells {found}: only the first of them holds a value",
            "请取消合并，逐格填写。",
            "Unmerge them and fill in each cell.",
        ),
        "hidden_rows": _words(
            "有隐藏的行：{found}",
            "There are hidden rows: {found}",
            *_NOTHING,
        ),
        "hidden_column": _words(
            "列 {found} 是隐藏的",
            "Column {found} is hidden",
            *_NOTHING,
        ),
        "hidden_sheet": _words(
            "工作表“{found}”是隐藏的",
            "The sheet “{found}” is hidden",
            *_NOTHING,
        ),
        # workbooks
        "macros": _words(
            "文件含有宏（{found}），未运行",
            "The file holds macros ({found}); they were not run",
            "不需要宏时请另存为 .xlsx。",
            "Save it as .xlsx if the macros are not needed.",
        ),
        "old_excel": _words(
            "“{found}”是旧的 Excel 格式（.xls）",
            "“{found}” is in the old format of Excel (.xls)",
            *_AS_XLSX,
        ),
        "encrypted": _words(
            "文件有密码：{found}",
            "The file has a password: {found}",
            "请取消密码后另存。",
            "Remove the password and save it.",
        ),
        "not_xlsx": _words(
            "这不是 Excel 工作簿：{found}",
            "This is no Excel workbook: {found}",
            *_AS_XLSX,
        ),
        "broken_zip": _words(
            "工作簿已损坏：{found}",
            "The workbook is damaged: {found}",
            *_AGAIN,
        ),
        "broken_sheet": _words(
            "工作表已损坏：{found}",
            "The sheet is damaged: {found}",
            *_AS_XLSX,
        ),
        "too_many_parts": _words(
            "工作簿内的部件过多：{found}",
            "The workbook has too many parts: {found}",
            "请只把数据复制到新的工作簿。",
            "Copy only the data into a new workbook.",
        ),
        "zip_bomb": _words(
            "文件展开后过大，可能是恶意文件：{found}",
            "The file inflates too far and may be hostile: {found}",
            "不要打开；请核实来源。若确是数据，请另存为 CSV。",
            "Do not open it; ask where it comes from. If it is data, save it as CSV.",
        ),
        "dtd": _words(
            "文件内有不应有的定义，可能是恶意文件：{found}",
            "The file brings definitions that no workbook has, and may be hostile: {found}",
            "不要打开；请核实来源。",
            "Do not open it; ask where it comes from.",
        ),
        "no_memory": _words(
            "读取时内存超过上限：{found}",
            "Reading it took more memory than is allowed: {found}",
            *_SPLIT,
        ),
        "no_time": _words(
            "读取时间超过上限：{found}",
            "Reading it took longer than is allowed: {found}",
            *_SPLIT,
        ),
        "reader_stopped": _words(
            "读取中断：{found}",
            "The reading broke off: {found}",
            *_AS_XLSX,
        ),
        # Parquet
        "broken_parquet": _words(
            "Parquet 文件已损坏：{found}",
            "The Parquet file is damaged: {found}",
            *_AGAIN,
        ),
        "nested_column": _words(
            "列“{found}”不是一列普通的值（表中之表、二进制或时长），未读",
            "Column “{found}” holds lists, records, bytes or spans of time and was not read",
            "请展开或改写成普通的列。",
            "Spread it into plain columns, or write it as text.",
        ),
    }
)
"""Every fault of reading: what it means and what to do now, with ``{found}`` to be filled in."""


def said_of(fault: ReadFault) -> Text:
    """Say in a sentence where a fault of reading is, what it is, and what to do."""
    words = FAULTS[fault.kind]
    place = place_of(fault.file, fault.sheet, fault.row, fault.column)
    fill = {"found": fault.found}
    return Text(
        f"{place.zh}：{words.what.zh.format_map(fill)}。{words.now.zh}",
        f"{place.en}: {words.what.en.format_map(fill)}. {words.now.en}",
    )


def place_of(file: str, sheet: str, row: int | None, heading: str) -> Text:
    """Name a place in a file; what is empty is left out."""
    zh = filter(None, (file, sheet, f"第{row}行" if row else "", heading))
    en = filter(None, (file, sheet, f"row {row}" if row else "", heading))
    return Text("，".join(zh), ", ".join(en))
