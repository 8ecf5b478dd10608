"""Decision tables read from workbooks and files of DMN: as drafts, with the same results, or refused cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.policy.feel.tck import cases, same
from tests.policy.test_decision_tables import drawn_table
from tests.policy.test_dmn import decision, document
from tests.policy.test_dmn import given as input_of
from tests.policy.test_dmn import text as expression
from wutong.errors import RuleError, TableError
from wutong.policy.dmn_draft import draft_of_dmn
from wutong.policy.document import document_of
from wutong.policy.draft import Asked, Draft, measure_text, scalar, wanting
from wutong.policy.feel import exact
from wutong.policy.feel.tables import Table, evaluate_table
from wutong.policy.feel.types import BOOLEAN, MONEY, RATE, Type, choice
from wutong.policy.grid import LIMITS, GridError, draft_of_sheet
from wutong.policy.grid_template import grid_of, template
from wutong.policy.measure import measure_of
from wutong.policy.table import RULES, table_of
from wutong.zone.read import read_table
from wutong.zone.sheet import Sheet
from wutong.zone.write import write_grids

NAMES: Final[dict[str, Type]] = {"投资": MONEY, "土地": choice("new", "old"), "规上": BOOLEAN, "增速": RATE}


def sheet_of(rows: list[list[str]]) -> Sheet:
    """Rows as the reader gives them."""
    header = tuple(rows[0])
    columns = {name: [row[at] or None for row in rows[1:]] for at, name in enumerate(header)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String))
    return Sheet("rates.xlsx", "表", header, frame, pl.Series(range(2, len(rows) + 1), dtype=pl.UInt32))


def imported(path: Path, name: str = "") -> Draft:
    sheets, faults = read_table(path, limits=LIMITS)
    (sheet,) = (one for one in sheets if name in ("", one.sheet))
    return draft_of_sheet(sheet, faults)


def refused(rows: list[list[str]]) -> str:
    with pytest.raises(GridError) as caught:
        draft_of_sheet(sheet_of(rows))
    return caught.value.text.en


def only_table(draft: Draft) -> Table:
    (named,) = draft.define
    assert isinstance(named.value, Table)
    return named.value


# ------------------------------------------------------------ there and back

FORTH: Final = """{hit: HIT, inputs: [投资, 土地, 规上], rules: [
  {if: ["[1亿元..3亿元)", "“new”, “old”", "-"], then: 5%},
  {if: ["? > 3亿元 and ? < 9亿元", "not(“old”)", "true"], then: 8%},
  {if: ["not(null)", "“new”", "-"], then: 10%}]MORE}"""


@pytest.mark.parametrize(
    ("hit", "more"),
    [
        *((hit, ", default: 0%") for hit in ("U", "A", "F", "C+", "C<", "C>")),
        ("P", ", order: [10%, 5%, 8%]"),
        ("C#", ""),
    ],
)
def test_a_table_comes_back_from_a_workbook_as_it_went_in(tmp_path: Path, hit: str, more: str) -> None:
    written = FORTH.replace("HIT", hit).replace("MORE", more)
    if hit == "C#":
        for result in ("5%", "8%", "10%"):
            written = written.replace(f", then: {result}", "")
    table, made = table_of(document_of(written), NAMES)
    path = tmp_path / "rates.xlsx"
    path.write_bytes(write_grids({"比例": grid_of("比例", table)}))
    draft = imported(path)
    assert only_table(draft) == table
    assert draft.given == (Asked("投资", "money"), Asked("土地", "text"), Asked("规上", "yes or no"))
    define = {key.text: value for key, value in editions_of(measure_text(draft)).pairs}["define"]
    again = {key.text: value for key, value in define.pairs[0][1].pairs}["table"]
    read, formula = table_of(again, {one.name: NAMES[one.name] for one in draft.given})
    assert (read, formula.tree) == (table, made.tree)
    facts: dict[str, Any] = {"投资": Fraction(2 * 10**10), "土地": "new", "规上": None}
    assert exact.evaluate(formula.tree, facts) == evaluate_table(table, facts)


def editions_of(text: str) -> Any:
    return {key.text: value for key, value in document_of(text).pairs}["editions"].items[0]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_table_comes_back_from_its_layout(data: st.DataObject) -> None:
    text = drawn_table(data)
    table, _ = table_of(document_of(text), {**NAMES, "已付": MONEY, "签约日": dict(kinds())["date"]})
    if "已付]" in text or "'已付'" in text:
        return  # a word without quotes in a condition is a text
    found = only_table(draft_of_sheet(sheet_of(grid_of("结果", table))))
    assert found == table


def kinds() -> tuple[tuple[str, Type], ...]:
    from wutong.policy.fields import TYPES

    return TYPES


# ------------------------------------------------------------ as people write


def workbook(path: Path, rows: list[list[object]], change: Callable[[Any], None] = lambda _: None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    change(sheet)
    book.save(path)
    return path


def test_a_sheet_as_people_fill_it_in_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["u", "投资（万元）", "增速", "土地", "规上", "签约日", "→", "比例（%）", "说明文件", "备注"],
        ["一", ">=3000", ">= 5%", "新、旧", "是", date(2024, 1, 1), None, 8, "“A”", "看这里"],
        ["二", "[1000..3000)", "-", "not(旧)", "否", "[2024-01-01..2025-01-01)", None, 0.05, "“B”", None],
        ["默认", None, None, "不限", None, None, None, "0%", "“C”", None],
    ]

    def percent(sheet: Any) -> None:
        sheet["H3"].number_format = "0%"

    draft = imported(workbook(tmp_path / "a.xlsx", rows, percent))
    assert [(one.name, one.type) for one in draft.given] == [
        ("投资", "money"),
        ("增速", "rate"),
        ("土地", "text"),
        ("规上", "yes or no"),
        ("签约日", "date"),
    ]
    rate, paper = (one.value for one in draft.define)
    assert isinstance(rate, Table)
    assert isinstance(paper, Table)
    facts: dict[str, Any] = {
        "投资": Fraction(3000 * 10**6),
        "增速": Fraction(1, 10),
        "土地": "新",
        "规上": True,
        "签约日": date(2024, 1, 1),
    }
    assert (evaluate_table(rate, facts), evaluate_table(paper, facts)) == (Fraction(8, 100), "A")
    low = facts | {"投资": Fraction(2000 * 10**6), "规上": False}
    assert (evaluate_table(rate, low), evaluate_table(paper, low)) == (Fraction(5, 100), "B")
    assert evaluate_table(rate, low | {"土地": "旧"}) == 0
    said = " ".join(note.zh for note in draft.notes)
    assert all(word in said for word in ("投资", "万元", "新、旧", "备注"))


def test_a_number_without_unit_could_be_anything_and_is_asked_for() -> None:
    draft = draft_of_sheet(sheet_of([["F", "职工", "→ 补助"], ["1", ">= 20", "设备投资 * 5%"]]))
    assert draft.given == (Asked("职工", ""), Asked("设备投资", ""))
    empty = wanting(measure_text(draft))
    assert {"given.职工.type", "given.设备投资.type", "measure", "examples"} <= set(empty)
    with pytest.raises(RuleError, match="One value is wanted"):
        measure_of(measure_text(draft), "draft.yaml")


def test_a_draft_that_is_filled_in_is_a_measure() -> None:
    text = measure_text(draft_of_sheet(sheet_of([["U", "投资", "→ 比例"], ["1", "≥1亿元", "5%"]])))
    for old, new in (
        ("measure:\n", "measure: m\n"),
        ("title: {zh: , en: }", "title: {zh: 甲, en: A}"),
        ("aspect:\n", "aspect: 要素保障\n"),
        ("subject:\n", "subject: firm\n"),
        ("place: {zh: , en: }", "place: {zh: 甲, en: A}"),
        ("year:\n", "year: 2026\n"),
        ("zh: 投资, en: }", "zh: 投资, en: Investment}"),
        ("document: ,", "document: invented,"),
        ("        en:\n", "        en: Rate\n"),
        ("conditions:\n", "conditions: [{id: a, says: {zh: 甲, en: A}, when: 比例 > 0}]\n"),
        ("amount:\n", "amount: {rate: 比例, base: 投资, round: {to: 1元, how: half up}}\n"),
        (
            "examples:\n",
            "examples: [{given: {投资: 2亿元}, expect: {outcome: eligible, amount: 1000万元}}]\n",
        ),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    assert measure_of(text, "m.yaml").status == "draft"
    assert wanting(text) == ()


def test_the_template_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(write_grids(template()))
    assert path.read_bytes() == write_grids(template())
    assert only_table(imported(path)).hit == "U"


# ------------------------------------------------------------ refused, cell by cell

GOOD: Final = [["U", "投资", "土地", "→ 比例"], ["1", "≥1亿元", "“new”", "5%"], ["2", "<1亿元", "-", "1%"]]


def changed(row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(cells) for cells in GOOD]
    rows[row][column] = text
    return rows


@pytest.mark.parametrize(
    ("row", "column", "text", "says"),
    [
        (0, 0, "R", "list of results"),
        (0, 0, "规则", "hit policy"),
        (0, 1, "2024投资", "投资: A name is words alone"),
        (0, 2, "投资", "stands twice"),
        (0, 3, "比例", "behind an arrow"),
        (1, 1, "≥1忆元", "row 2, 投资"),
        (1, 1, "≥ 投姿 + 1亿元", 'row 2, 投资: "投姿'),
        (1, 1, "≥1亿亩", "row 2, 投资"),
        (2, 1, "<1亩", "row 3, 投资: This cell has another kind or unit"),
        (1, 2, "", "row 2, 土地: An empty cell"),
        (1, 3, "", "row 2, → 比例: This row has no result"),
        (1, 3, "5", "row 2, → 比例: Write a rate with its unit"),
        (1, 3, "5元", "row 3, → 比例"),
        (1, 3, "if", "row 2, → 比例"),
        (2, 0, "默认", "row 3, 投资: Such a row has no conditions"),
        (0, 0, "P", "order lists"),
    ],
)
def test_a_mistake_is_said_with_its_row_and_heading(row: int, column: int, text: str, says: str) -> None:
    said = refused(changed(row, column, text))
    assert said.startswith("rates.xlsx, 表")
    assert says in said


def test_all_mistakes_of_a_sheet_are_said_at_once() -> None:
    rows = [GOOD[0], ["1", "≥", "(", "5%"], ["2", "", "-", "1 +"]]
    assert [line.split(": ")[0] for line in refused(rows).splitlines()] == [
        "rates.xlsx, 表, row 2, 投资",
        "rates.xlsx, 表, row 2, 土地",
        "rates.xlsx, 表, row 3, 投资",
        "rates.xlsx, 表, row 3, → 比例",
    ]
    many = [GOOD[0], *([str(n), "≥", "-", "5%"] for n in range(40))]
    assert refused(many).splitlines()[-1] == "20 more."


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([GOOD[0]], "no rule"),
        ([GOOD[0], *[GOOD[1]] * (RULES + 1)], "rules at most"),
        ([["U", "投资"], ["1", "-"]], "behind an arrow"),
        ([["A", "投资", "→ 比例", "其他结果"], ["1", "-", "5%", "1元"]], "U or F"),
        ([["U", "投资", "→", "比例"], ["1", "-", "x", "5%"]], "holds nothing"),
        (
            [["U", "投资", "→ 比例"], ["默认", "", "5%"], ["default", "", "5%"], ["1", "-", "5%"]],
            "one such row",
        ),
        ([["U", *(f"n{'a' * n}" for n in range(21)), "→ b"], ["1", *["-"] * 21, "5%"]], "inputs at most"),
    ],
)
def test_what_is_no_decision_table_is_refused(rows: list[list[str]], says: str) -> None:
    assert says in refused(rows)


def _formula(sheet: Any) -> None:
    sheet["B2"] = "=1+1"


def _merged(sheet: Any) -> None:
    sheet.merge_cells("B2:B3")


def _hidden(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def _unit(sheet: Any) -> None:
    sheet["B2"] = 3
    sheet["B2"].number_format = '0"亿元"'


def _error(sheet: Any) -> None:
    sheet["B2"] = "#REF!"


@pytest.mark.parametrize("change", [_formula, _merged, _hidden, _unit, _error])
def test_what_the_reader_doubts_is_no_rule(tmp_path: Path, change: Callable[[Any], None]) -> None:
    path = workbook(tmp_path / "a.xlsx", [list(row) for row in GOOD], change)
    with pytest.raises(GridError, match=r"a\.xlsx, Sheet"):
        imported(path)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "a.xlsx"


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_workbook_with_changes_anywhere_is_read_or_refused(data: st.DataObject, place: Path) -> None:
    content = bytearray(write_grids({"比例": GOOD}))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    place.write_bytes(bytes(content))
    try:
        sheets, faults = read_table(place, limits=LIMITS)
        for sheet in sheets:
            draft_of_sheet(sheet, faults)
    except (RuleError, TableError):
        return
    assert len(sheets) < 2


CELL: Final = st.sampled_from(
    (
        "U",
        "F",
        "C#",
        "投资",
        "→ 比例",
        "→",
        "-",
        "≥1亿元",
        "[1..2)",
        "“a”",
        "a",
        "是",
        "5%",
        "默认",
        "顺序",
        "",
        "not(",
        "(((",
        "9" * 40,
        "投资（万元）",
        "备注",
        "1e400",
        "a、b",
        "2024-01-01",
        "?",
        "? > 1",
        "null",
        'matches(?, "(a)\\1")',
        "if a then b else c",
    )
) | st.text(max_size=6)


@settings(max_examples=120, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=4)
    )
)
def test_any_cells_are_read_or_refused(rows: list[list[str]]) -> None:
    rows[0] = [cell or f"[{at}]" for at, cell in enumerate(rows[0])]
    if len(set(rows[0])) < len(rows[0]):
        return
    try:
        draft = draft_of_sheet(sheet_of(rows))
    except RuleError:
        return
    assert wanting(measure_text(draft))


@given(st.text())
def test_any_text_is_written_as_one_value(text: str) -> None:
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return
    (read,) = document_of(f"[{scalar(text)}]").items if text else (None,)
    assert read is None or read.text == text


# ------------------------------------------------------------ files of DMN

RATES: Final = """<decisionTable hitPolicy="FIRST">
<input><inputExpression><text>loan.sum</text></inputExpression></input>
<input><inputExpression><text>kind</text></inputExpression></input>
<output name="rate"/><output name="note"/>
<rule><inputEntry><text>&gt;= 100</text></inputEntry><inputEntry><text>"a"</text></inputEntry>
<outputEntry><text>0.05</text></outputEntry><outputEntry><text>"big"</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>0.01</text></outputEntry><outputEntry><text>"small"</text></outputEntry></rule>
</decisionTable>"""
LOAN: Final = '<itemDefinition name="tLoan"><itemComponent name="sum"><typeRef>number</typeRef></itemComponent></itemDefinition>'
MODEL: Final = document(
    LOAN
    + input_of("loan", "tLoan")
    + input_of("kind", "string")
    + input_of("when", "time")
    + decision("rates", RATES, "i_loan", "i_kind")
    + decision("fee", expression("loan.sum * 0.5 + 1"), "i_loan")
    + decision("listed", RATES.replace("FIRST", "RULE ORDER"), "i_loan", "i_kind")
    + decision("clock", expression("when"), "i_when")
    + decision("after", expression("clock"), "d_clock")
)


def test_the_decisions_of_a_file_become_definitions() -> None:
    draft = draft_of_dmn(MODEL, "rates.dmn")
    assert draft.given == (Asked("loan sum", "number"), Asked("kind", "text"))
    assert sorted(named.name for named in draft.define) == ["fee", "rates note", "rates rate"]
    by_name = {named.name: named.value for named in draft.define}
    rate = by_name["rates rate"]
    assert isinstance(rate, Table)
    assert evaluate_table(rate, {"loan sum": Fraction(100), "kind": "a"}) == Fraction(5, 100)
    reasons = {one.en.split('"')[1]: one.en for one in draft.left_out}
    assert set(reasons) == {"listed", "clock", "after"}
    assert "list of results" in reasons["listed"]
    assert '"clock", which it needs' in reasons["after"]
    assert any('"loan.sum" is called "loan sum"' in note.en for note in draft.notes)


def test_a_file_of_which_nothing_can_be_said_is_refused_with_the_reasons() -> None:
    with pytest.raises(RuleError, match="no decision can be said") as caught:
        draft_of_dmn(
            document(input_of("when", "time") + decision("clock", expression("when"), "i_when")), "x.dmn"
        )
    assert "clock" in caught.value.text.zh


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_file_of_dmn_with_changes_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = MODEL
    bits = st.sampled_from(
        [b"<rule>", b"</rule>", b"<text>", b"&lt;", b"?", b"loan", b"1e400", b"(", b"PRIORITY", b"\xff"]
    )
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        end = min(len(content), at + data.draw(st.integers(0, 20)))
        content = content[:at] + data.draw(bits | st.binary(max_size=4)) + content[end:]
    try:
        draft = draft_of_dmn(content, "x.dmn")
    except RuleError as error:
        said = error.text.en
    else:
        said = ""
        assert "measure" in wanting(measure_text(draft))
    assert said == "" or said.startswith("x.dmn")


@pytest.mark.shared
def test_what_is_imported_of_the_conformance_kit_gives_what_the_kit_expects() -> None:
    folder = SHARED / "data" / "dmn-tck"
    drafts = {}
    for path in folder.rglob("*.dmn"):
        try:
            drafts[path.parent.name, path.name] = draft_of_dmn(path.read_bytes(), path.name)
        except RuleError:
            continue
    assert len(drafts) > 40
    checked = 0
    for case in cases(folder):
        found = [draft for (name, _), draft in drafts.items() if name == case.folder]
        if (
            len(found) != 1
            or case.service
            or case.outside
            or case.expected is None
            or case.node not in [one.name for one in found[0].define]
        ):
            continue
        known: dict[str, Any] = {name.replace(".", " "): value for name, value in case.given.items()}
        if None in known.values() or any(isinstance(value, tuple) for value in known.values()):
            continue
        for named in found[0].define:
            value = named.value
            known[named.name] = (
                evaluate_table(value, known) if isinstance(value, Table) else exact.evaluate(value, known)
            )
        assert same(known[case.node], case.expected), (case.folder, case.case, case.node)
        checked += 1
    assert checked > 150
