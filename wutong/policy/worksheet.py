"""Facts in one table that somebody fills in: a row a subject, cells in the words of an example, such as ``2.99亿元``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from wutong.errors import RuleError, TableError
from wutong.policy.document import Node
from wutong.policy.facts import KNOWN, Facts
from wutong.policy.feel.faults import listed
from wutong.policy.fields import Field, value_of
from wutong.policy.subjects import checked, dtype_of, held
from wutong.words import Text, nearest_words
from wutong.zone.periods import parse_day
from wutong.zone.sheet import Sheet
from wutong.zone.units import split_heading

SUBJECT: Final = ("subject", "对象")
FIRM: Final = ("firm", "企业")
NAME: Final = ("name", "名称")

_UNKNOWN: Final = frozenset({"", "null", "~", "未知", "不详", "unknown", "not known", "-", "—"})
_PLAIN: Final = re.compile(r"[-+−]?\d+(\.\d+)?")


def heading_of(fields: Mapping[str, Field], kind: str) -> list[str]:
    """Columns of an empty table to fill in; what the calendar says is not asked.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> heading_of({"产值": Field("产值", Text("", ""), MONEY)}, "project")
    ['subject', 'firm', '产值']
    """
    asked = [name for name, field in fields.items() if not _calendar(field)]
    return [SUBJECT[0], *([] if kind == "firm" else [FIRM[0]]), *asked]


def facts_of_sheet(
    sheet: Sheet, fields: Mapping[str, Field], kind: str, on: date
) -> tuple[Facts, tuple[Text, ...]]:
    """Read facts from a table that somebody filled in.

    Parameters
    ----------
    sheet : Sheet
        As read: ``subject``, perhaps ``firm``, and facts. Text as an example writes it; a unit may stand in the heading
        instead. Columns of whole numbers (Parquet) hold facts as ``wutong.policy.subjects`` stores them.
    fields : mapping of str to Field
        The facts that are asked for; one without a column is not known.
    kind : str
        firm, project or person.
    on : date
        The day for which the rulebook is run.

    Returns
    -------
    Facts, tuple of Text
        The subjects, and one sentence for each mistake: what it is about is not known then.

    Raises
    ------
    TableError
        If there is no column of subjects, or a subject stands twice.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> frame = pl.DataFrame({"subject": ["a", "b"], "产值": ["2.99亿元", "三"]})
    >>> sheet = Sheet("f.csv", "", ("subject", "产值"), frame, pl.Series([2, 3], dtype=pl.UInt32))
    >>> facts, mistakes = facts_of_sheet(sheet, {"产值": Field("产值", Text("", ""), MONEY)}, "firm", date(2025, 12, 31))
    >>> facts.table.rows(), len(mistakes)
    ([('a', 'a', 29900000000), ('b', 'b', None)], 1)
    """
    frame = sheet.frame
    ids = _column(sheet, SUBJECT)
    if ids is None:
        raise TableError(
            Text(
                f"{sheet.file}里没有“subject”一列。可用 --template 写一张空表。",
                f'{sheet.file} has no column "subject". Write an empty table with --template.',
            )
        )
    mistakes: list[Text] = []
    nobody = frame[ids].is_null()
    for row in sheet.rows.filter(nobody).to_list():
        mistakes.append(
            Text(
                f"{sheet.file}，第{row}行：没有对象编号，未用。",
                f"{sheet.file}, row {row}: no subject; left out.",
            )
        )
    firm = _column(sheet, FIRM)
    columns = {"subject": frame[ids].cast(pl.String)}
    columns["firm"] = (
        columns["subject"] if firm is None else frame[firm].cast(pl.String).fill_null(columns["subject"])
    )
    for at, heading in enumerate(sheet.header):
        if heading in (ids, firm) or heading in NAME:
            continue
        name, unit = (heading, "") if heading in fields else split_heading(heading)
        if name not in fields:
            near = nearest_words(name, list(fields))
            mistakes.append(
                Text(
                    f"{sheet.file}：不认识“{heading}”一列，未用。相近的有：{listed(near, 'zh')}。",
                    f'{sheet.file}: column "{heading}" is not known and not used. The nearest are: {listed(near, "en")}.',
                )
            )
            continue
        place = Node("text", sheet.file, 0, at + 1, heading)
        columns[name] = _read(frame[heading], sheet.rows, fields[name], unit, place, mistakes)
    for name, field in fields.items():
        if name not in columns and _calendar(field) and field.taken:
            day = on if field.taken.take == "day" else date(on.year, 1, 1)
            columns[name] = pl.Series([day]).new_from_index(0, frame.height)
    table = checked(pl.DataFrame(columns).filter(~nobody), fields)
    rows = [
        (kind, name, "", "", table.height, table[name].count() if name in table.columns else 0, 0)
        for name in fields
    ]
    known = pl.DataFrame(rows, schema=dict(KNOWN), orient="row")
    return Facts(table, known, (), False, 0), tuple(mistakes)


def filled_in(facts: Facts, told: Facts) -> tuple[Facts, tuple[Text, ...]]:
    """Fill in what a zone's tables do not say with what somebody tells; the tables go first.

    Parameters
    ----------
    facts : Facts
        From the tables.
    told : Facts
        Of subjects of the same kind; others of them are left out.

    Returns
    -------
    Facts, tuple of Text
        The subjects of the zone, and a sentence for each fact that the two tell differently, and for subjects that are
        not in the zone.
    """
    mistakes: list[Text] = []
    strange = told.table.join(facts.table, on="subject", how="anti").height
    if strange:
        mistakes.append(
            Text(
                f"{strange} 个对象不在开发区的表里，未用。",
                f"{strange} subjects are not in the zone's tables and are left out.",
            )
        )
    beside = facts.table.select("subject").join(told.table, on="subject", how="left", maintain_order="left")
    table = facts.table
    for name in told.table.columns:
        if name in ("subject", "firm"):
            continue
        if name not in table.columns:
            table = table.with_columns(beside[name])
            continue
        differs = int((table[name] != beside[name]).sum())
        if differs:
            mistakes.append(
                Text(
                    f"“{name}”有 {differs} 个对象与开发区的表不一致，以表为准。",
                    f'"{name}" of {differs} subjects is otherwise in the zone\'s tables, which go first.',
                )
            )
        table = table.with_columns(table[name].fill_null(beside[name]))
    counts = {name: table[name].count() for name in table.columns}
    known = facts.known.with_columns(
        pl.Series("known", [counts.get(name, 0) for name in facts.known["fact"]], dtype=pl.Int64)
    )
    return replace(facts, table=table, known=known), tuple(mistakes)


def _calendar(field: Field) -> bool:
    return field.taken is not None and field.taken.take in ("day", "year")


def _column(sheet: Sheet, names: tuple[str, ...]) -> str | None:
    return next((heading for heading in sheet.header if heading.strip().lower() in names), None)


def _read(
    cells: pl.Series, rows: pl.Series, field: Field, unit: str, place: Node, mistakes: list[Text]
) -> pl.Series:
    """Read one column, each different text once."""
    if cells.dtype != pl.String:
        dtype = dtype_of(field)
        if cells.dtype == dtype or (dtype == pl.Int64 and cells.dtype.is_integer()):
            return cells.cast(dtype)
        cells = cells.cast(pl.String)
    different = cells.drop_nulls().unique(maintain_order=True)
    values: list[int | str | bool | date | None] = []
    for text in different.to_list():
        try:
            values.append(_cell(text, field, unit, place))
        except RuleError as error:
            values.append(None)
            where = rows.filter(cells == text)
            more = len(where) - 1
            what = getattr(error, "what", error.text)
            mistakes.append(
                Text(
                    f"{place.file}，{field.name}，第{where[0]}行{f'等{more + 1}行' if more else ''}：“{text}”：{what.zh}",
                    f'{place.file}, {field.name}, row {where[0]}{f" and {more} more" if more else ""}: "{text}": {what.en}',
                )
            )
    return cells.replace_strict(different, pl.Series(values, dtype=dtype_of(field)), default=None)


def _cell(text: str, field: Field, unit: str, place: Node) -> int | str | bool | date | None:
    plain = text.strip()
    if plain.lower() in _UNKNOWN:
        return None
    if field.type.kind == "boolean":
        plain = plain.lower()
    elif field.type.kind == "date":
        found = parse_day(plain)
        plain = found.isoformat() if found else plain
    elif field.type.kind == "number":
        plain = re.sub(r"(?<=\d)[,，](?=\d{3})", "", plain)
        plain += unit if _PLAIN.fullmatch(plain) else ""
    try:
        return held(value_of(replace(place, text=plain), field), field, place.file)
    except TableError as error:
        raise RuleError(error.text) from error
