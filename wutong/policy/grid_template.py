"""The layout of a decision table on a sheet, written: any table, and an example for others to fill in."""

from __future__ import annotations

from typing import Final

from wutong.policy.document import document_of
from wutong.policy.draft import cell_text
from wutong.policy.feel.syntax import show
from wutong.policy.feel.table_expression import POLICIES
from wutong.policy.feel.tables import Table
from wutong.policy.feel.types import MONEY, TEXT
from wutong.policy.table import table_of
from wutong.words import Text


def grid_of(name: str, table: Table) -> list[list[str]]:
    """Lay a table of one output out as rows of cells, as ``wutong.policy.grid`` reads them.

    Examples
    --------
    >>> from wutong.policy.feel.parse import parse, parse_cell
    >>> from wutong.policy.feel.tables import Output, Rule
    >>> rules = (Rule((parse_cell(">= 3亿元"),), (parse("8%"),)),)
    >>> grid_of("比例", Table("U", (parse("投资", ["投资"]),), (Output("", (), parse("0%")),), rules))
    [['U', '投资', '→ 比例'], ['1', '≥3亿元', '8%'], ['默认', '', '0%']]
    """
    output = table.outputs[0]
    blank = [""] * len(table.inputs)
    rows = [[table.hit, *map(show, table.inputs), f"→ {name}"]]
    for number, rule in enumerate(table.rules, 1):
        result = "" if table.hit == "C#" else show(rule.results[0])
        rows.append([str(number), *map(cell_text, rule.cells), result])
    if output.default is not None:
        rows.append(["默认", *blank, show(output.default)])
    if output.values:
        rows.append(["顺序", *blank, ", ".join(map(show, output.values))])
    return rows


def template() -> dict[str, list[list[str]]]:
    """Sheets of a workbook that shows the layout: an example, and how to fill it in."""
    names = {"固定资产投资": MONEY, "行业": TEXT}
    node = document_of(
        "{hit: U, inputs: [固定资产投资, 行业], rules: [{if: ['[1亿元..3亿元)', “芯片”], then: 8%},"
        " {if: [≥3亿元, “芯片”], then: 10%}, {if: [≥1亿元, not(“芯片”)], then: 5%}], default: 0%}"
    )
    return {
        "决策表": grid_of("比例", table_of(node, names)[0]),
        "说明": [[one.zh, one.en] for one in _LAYOUT],
    }


_LAYOUT: Final = (
    Text("怎样填", "How to fill it in"),
    Text(
        f"左上角第一格是命中策略：{'、'.join(POLICIES)}（唯一、任一、优先、首个、合计、最小、最大、计数）。",
        f"The first cell is the hit policy: {', '.join(POLICIES)} (unique, any, priority, first, sum, least, greatest, count).",
    ),
    Text(
        "第一行是表头：先写输入，箭头→之后写结果。表头可带单位，如“投资（万元）”，格子里没有单位的数就按它读。",
        "Row 1 has the headings: inputs, and behind an arrow → the results. A heading may name a unit, such as 投资（万元）, "
        "for numbers without one.",
    ),
    Text(
        "以下一行一条规则。条件如：≥3亿元、[1亿元..3亿元)（含左不含右）、“芯片”、not(“芯片”)；几个值用逗号或顿号；任意写 -，不留空。",
        "Below, one rule a row. Conditions are such as ≥3亿元, [1亿元..3亿元) with its left end and without its right one, "
        "“芯片”, not(“芯片”); several values with commas; - for any value: no cell stays empty.",
    ),
    Text(
        "条件里不带引号的词按文字读；结果里的词是字段名，文字要加引号。",
        "A word without quotes is a text in a condition, and a name in a result.",
    ),
    Text(
        "首格写“默认”的一行是没有规则符合时的结果；首格写“顺序”的一行列出P的先后；表头写“备注”的一列不读。",
        'A row that begins with "default" says what holds where no rule matches, one that begins with "order" the order of P; '
        'a column headed "note" is left aside.',
    ),
    Text("不合并单元格，不用公式，不隐藏行列。", "No merged cells, no formulas, nothing hidden."),
)
