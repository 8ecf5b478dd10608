"""A decision table laid out on a sheet as people do: read as a draft of a measure, and written for others to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from wutong.errors import RuleError
from wutong.policy.document import MeasureError
from wutong.policy.draft import Asked, Draft, Named, asked_by, cell_text, held, type_of
from wutong.policy.feel.check import check_cell
from wutong.policy.feel.faults import ExpressionError, Source, listed
from wutong.policy.feel.syntax import Cell, Expr, Literal, Name, names_in
from wutong.policy.feel.table_expression import POLICIES
from wutong.policy.feel.tables import Hit, Output, Rule, Table
from wutong.policy.feel.types import Type, Typed
from wutong.policy.feel.units import unit_at
from wutong.policy.fields import are_words
from wutong.policy.grid_cells import (
    ANY,
    are_truths,
    bare_words,
    cell_of,
    meant,
    result_of,
    types_in,
    word_of,
)
from wutong.policy.table import INPUTS, LISTS, RULES
from wutong.words import Text, nearest_words
from wutong.zone.read_faults import place_of, said_of
from wutong.zone.sheet import MIB, Limits, ReadFault, Sheet

LIMITS: Final = Limits(
    file_bytes=16 * MIB,
    inflated_bytes=64 * MIB,
    parts=500,
    rows=10 * RULES,
    columns=4 * INPUTS,
    cells=40 * RULES * INPUTS,
    cell_chars=2_000,
    faults=1_000,
    memory_bytes=1024 * MIB,
    cpu_seconds=10,
)
"""What a workbook with a decision table may hold and may cost."""

ARROWS: Final = ("→", "⇒", "=>", "->")
DEFAULT: Final = frozenset(("默认", "其他", "其余", "否则", "default", "else", "otherwise"))
ORDER: Final = frozenset(("顺序", "先后", "order", "priority"))
ASIDE: Final = frozenset(("备注", "说明", "注", "note", "notes", "remarks", "annotation"))
"""Words of the layout: before a result, and what the first cell of a row or column may say."""

SHOWN: Final = 20
"""Mistakes of one sheet that are listed."""

_UNIT: Final = re.compile(r"(.+?)\s*[（(\[](?:单位[:：])?\s*([^（）()\[\]]+?)\s*[）)\]]")


class GridError(RuleError):
    """A sheet that is no decision table, with all its mistakes."""

    def __init__(self, faults: Sequence[Text]) -> None:
        self.faults = tuple(faults)
        shown = [*faults[:SHOWN]]
        if len(faults) > SHOWN:
            more = len(faults) - SHOWN
            shown.append(Text(f"另有{more}处。", f"{more} more."))
        super().__init__(Text("\n".join(one.zh for one in shown), "\n".join(one.en for one in shown)))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its heading on the sheet, the name in it, and the unit of bare numbers."""

    heading: str
    name: str
    unit: str


@dataclass(slots=True)
class _Sheet:
    """A sheet while it is read, with what is wrong and what was read otherwise than it stands."""

    sheet: Sheet
    faults: list[tuple[int, Text]] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def fail(self, zh: str, en: str, row: int | None = None, heading: str = "") -> None:
        place = place_of(self.sheet.file, self.sheet.sheet, row, heading)
        self.faults.append((row or 0, Text(f"{place.zh}：{zh}", f"{place.en}: {en}")))

    def tried(self, work: Callable[[], _Read], row: int, heading: str) -> _Read | None:
        """What comes of reading a cell; None where it cannot be read, which is noted."""
        try:
            return work()
        except (ExpressionError, MeasureError) as error:
            part = ""
            if isinstance(error, ExpressionError):
                part = error.source.text[error.span.start : error.span.end].strip()[:40]
            quoted = (f"“{part}”：", f'"{part}": ') if part else ("", "")
            self.fail(quoted[0] + error.what.zh, quoted[1] + error.what.en, row, heading)
        return None

    def done(self) -> None:
        if self.faults:
            raise GridError([text for _, text in sorted(self.faults, key=lambda one: one[0])])

    def cells(self, heading: str) -> list[str]:
        return [cell or "" for cell in self.sheet.frame[heading].to_list()]


_Read = TypeVar("_Read")


def draft_of_sheet(sheet: Sheet, faults: Iterable[ReadFault] = ()) -> Draft:
    """Read a decision table from a sheet.

    The first heading is the hit policy; then come the inputs, and behind an arrow the results. The template and
    the guide on measures tell the layout.

    Parameters
    ----------
    sheet : Sheet
        As ``wutong.zone.read`` gives it.
    faults : iterable of ReadFault
        What was wrong with the file; whatever is of this sheet is refused, since a cell that was left out is no rule.

    Returns
    -------
    Draft
        One table for each result.

    Raises
    ------
    GridError
        With every mistake: file, sheet, row and heading.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"F": ["1", "2"], "投资（万元）": [">=3000", ">=1000"], "→ 比例": ["8%", "5%"]})
    >>> draft = draft_of_sheet(Sheet("rates.xlsx", "比例", tuple(frame.columns), frame, pl.Series([2, 3])))
    >>> draft.given, cell_text(draft.define[0].value.rules[0].cells[0])
    ((Asked(name='投资', type='money'),), '≥3000万元')
    """
    own = [fault for fault in faults if fault.sheet in ("", sheet.sheet)]
    if own:
        raise refused(own)
    reading = _Sheet(sheet)
    hit, inputs, outputs = _heads(reading)
    rows = _rows(reading)
    names = [one.name for one in inputs]
    cells = [_asked(reading, column, rows, names) for column in inputs]
    results = [_results(reading, column, rows, names, hit) for column in outputs]
    reading.done()
    lines = list(zip(*(column for column, _ in cells), strict=True))
    tables = tuple(
        Named(
            output.name,
            Table(
                hit,
                tuple(map(Name, names)),
                (Output("", order, default),),
                tuple(Rule(line, (one,)) for line, one in zip(lines, given, strict=True)),
            ),
        )
        for output, (given, default, order) in zip(outputs, results, strict=True)
    )
    types = dict(zip(names, (type_ for _, type_ in cells), strict=True))
    asked = [*types, *(name for named in tables for name in asked_by(named.value))]
    given = tuple(Asked(name, word_of(types.get(name))) for name in dict.fromkeys(asked))
    draft = Draft(", ".join(filter(None, (sheet.file, sheet.sheet))), given, tables, tuple(reading.notes))
    _held(reading, draft, rows["rule"], outputs)
    return draft


def _held(reading: _Sheet, draft: Draft, rules: Sequence[int], outputs: Sequence[_Column]) -> None:
    """Hold the tables as wholes; a mistake is said with its row."""
    names = {one.name: type_ for one in draft.given if (type_ := type_of(one)) is not None}
    for named, output in zip(draft.define, outputs, strict=True):
        try:
            held(named, names)
        except (ExpressionError, MeasureError) as error:
            rule = re.search(r"rules\.(\d+)", error.clause)
            row = reading.sheet.rows[rules[int(rule[1]) - 1]] if rule else None
            reading.fail(error.what.zh, error.what.en, row, output.heading)
    reading.done()


def refused(faults: Iterable[ReadFault]) -> GridError:
    """The error for what could not be read of a file, or was read with a doubt."""
    return GridError([said_of(fault) for fault in faults])


# ------------------------------------------------------------ headings and rows


def _heads(reading: _Sheet) -> tuple[Hit, list[_Column], list[_Column]]:
    sheet = reading.sheet
    corner, *rest = sheet.header
    hit = next((one for one in POLICIES if one == corner.strip().upper()), None)
    if corner.strip().upper() in LISTS:
        reading.fail(
            f"命中策略{corner}给出一列结果，措施里放不下。可用：{'、'.join(POLICIES)}。",
            f"Hit policy {corner} gives a list of results, which a measure cannot hold. Use one of: {', '.join(POLICIES)}.",
        )
    elif hit is None:
        reading.fail(
            f"左上角第一格写命中策略：{'、'.join(POLICIES)}。现为“{corner[:20]}”。样子见 --template。",
            f'The first cell, top left, is the hit policy: {", ".join(POLICIES)}. It is "{corner[:20]}". See --template.',
        )
    inputs: list[_Column] = []
    outputs: list[_Column] = []
    behind = False
    for heading in rest:
        arrow = next((one for one in ARROWS if heading.startswith(one)), "")
        name = heading.removeprefix(arrow).strip()
        behind = behind or bool(arrow)
        if name.lower() in ASIDE:
            reading.notes.append(Text(f"没有读“{heading}”一列。", f'Column "{heading}" was left aside.'))
        elif name:
            (outputs if behind else inputs).append(_column(reading, heading, name))
        elif any(reading.cells(heading)):
            reading.fail("箭头一列不写内容。", "The column of the arrow holds nothing.", heading=heading)
    if not inputs or not outputs:
        reading.fail(
            "表头先写输入，结果写在箭头之后，如“→ 比例”。",
            'The headings are the inputs and, behind an arrow, the results, such as "→ rate".',
        )
    if len(inputs) > INPUTS:
        reading.fail(f"最多{INPUTS}个输入。", f"There may be {INPUTS} inputs at most.")
    if len(outputs) > 1 and hit not in ("U", "F"):
        reading.fail(
            "一表几个结果的，只能用U或F。请分成几张表。",
            "Several results in one table go with U or F alone. Make a table for each.",
        )
    names = [one.name for one in (*inputs, *outputs)]
    for one in (*inputs, *outputs):
        if names.count(one.name) > 1:
            reading.fail("这个名称写了两次。", "This name stands twice.", heading=one.heading)
    reading.done()
    assert hit is not None
    return hit, inputs, outputs


def _column(reading: _Sheet, heading: str, name: str) -> _Column:
    found = _UNIT.fullmatch(name) if len(name) < 100 else None
    unit = found[2] if found else ""
    if found and unit_at(unit, 0) == unit:
        name = found[1]
        reading.notes.append(
            Text(
                f"“{name}”一列没有单位的数按{unit}读。",
                f'Bare numbers of column "{name}" were read as {unit}.',
            )
        )
    else:
        unit = ""
    if not are_words(name):
        reading.fail(
            "名称只用文字与空格，不用数字开头、运算符与保留字。",
            "A name is words alone: no signs, no numbers apart, no reserved words.",
            heading=heading,
        )
    return _Column(heading, name, unit)


def _rows(reading: _Sheet) -> dict[str, list[int]]:
    """Places of rules, of the default and of the order of results among the rows."""
    found: dict[str, list[int]] = {"rule": [], "default": [], "order": []}
    for at, first in enumerate(reading.cells(reading.sheet.header[0])):
        word = first.strip().lower()
        found["default" if word in DEFAULT else "order" if word in ORDER else "rule"].append(at)
    if not found["rule"]:
        reading.fail("表里没有规则。", "The table has no rule.")
    if len(found["rule"]) > RULES:
        reading.fail(
            f"最多{RULES}行。请拆成几张表。", f"There may be {RULES} rules at most. Split the table."
        )
    for kind in ("default", "order"):
        for at in found[kind][1:]:
            reading.fail("这样的行只能有一行。", "There may be one such row.", reading.sheet.rows[at])
    reading.done()
    return found


# ------------------------------------------------------------ cells


def _asked(
    reading: _Sheet, column: _Column, rows: Mapping[str, Sequence[int]], names: Sequence[str]
) -> tuple[list[Cell], Type | None]:
    """Cells of an input, and its type as far as they tell it."""
    texts = reading.cells(column.heading)
    for at in (*rows["default"], *rows["order"]):
        if texts[at] and texts[at].lower() not in ANY:
            row = reading.sheet.rows[at]
            reading.fail("这样的行不写条件。", "Such a row has no conditions.", row, column.heading)
    read: list[tuple[int, Cell]] = []
    for at in rows["rule"]:
        row = reading.sheet.rows[at]
        if not texts[at]:
            reading.fail(
                "空格不是任意：任意写 -。",
                "An empty cell is not any value: write - for any.",
                row,
                column.heading,
            )
            continue
        cell = reading.tried(partial(cell_of, texts[at], names, column.unit), row, column.heading)
        if cell is not None:
            read.append((row, cell))
    words = bare_words([cell for _, cell in read], names)
    if words and not are_truths(words):
        reading.notes.append(
            Text(
                f"“{column.name}”一列的这些词按文字读：{'、'.join(words)}。",
                f'These words of column "{column.name}" were read as texts: {", ".join(words)}.',
            )
        )
    read = [(row, meant(cell, words)) for row, cell in read]
    for row, cell in read:
        for name in set(names_in(cell)) - {*names, "?"}:
            near = nearest_words(name, names)
            reading.fail(
                f"“{name}”不是本表的输入。相近的有：{listed(near, 'zh')}。",
                f'"{name}" is no input of this table. The nearest are: {listed(near, "en")}.',
                row,
                column.heading,
            )
    type_ = _type(reading, column, read)
    if type_ is not None:
        asked = Typed(Name(column.name), type_)
        for row, cell in read:
            others = {name: type_ for name in names_in(cell) if name != "?"}
            source = Source(cell_text(cell))
            reading.tried(partial(check_cell, cell, asked, others, source), row, column.heading)
    return [cell for _, cell in read], type_


def _type(reading: _Sheet, column: _Column, cells: Sequence[tuple[int, Cell]]) -> Type | None:
    """Type of a column as its cells tell it; None where none does, or where they contradict each other."""
    found: Type | None = None
    for row, cell in cells:
        for own in reading.tried(partial(types_in, cell), row, column.heading) or ():
            if found is not None and own != found:
                reading.fail(
                    "这一格与上面各格的种类或单位不同。",
                    "This cell has another kind or unit than those above it.",
                    row,
                    column.heading,
                )
                return None
            found = own
    return found


# ------------------------------------------------------------ results


def _results(
    reading: _Sheet, column: _Column, rows: dict[str, list[int]], names: Sequence[str], hit: str
) -> tuple[list[Expr], Expr | None, tuple[Expr, ...]]:
    texts = reading.cells(column.heading)

    def read(at: int) -> Expr | None:
        row = reading.sheet.rows[at]
        if not texts[at] and hit == "C#":
            return Literal(None)
        if not texts[at]:
            reading.fail("这一行没有结果。", "This row has no result.", row, column.heading)
            return None
        return reading.tried(partial(result_of, texts[at], names, column.unit), row, column.heading)

    results = [one for at in rows["rule"] if (one := read(at)) is not None]
    defaults = [one for at in rows["default"] if (one := read(at)) is not None]
    order: tuple[Expr, ...] = ()
    for at in rows["order"]:
        row = reading.sheet.rows[at]
        cell = reading.tried(partial(cell_of, texts[at], names, column.unit), row, column.heading)
        order = cell.tests if cell else ()
    for one in (*results, *defaults):
        for name in names_in(one):
            if not are_words(name):
                reading.fail(f"“{name}”不是名称。", f'"{name}" is no name.', heading=column.heading)
    return results, defaults[0] if defaults else None, order
