"""Where a zone's tables hold a fact: read from a measure file and held against the tables as they are declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wutong.policy.document import Node
from wutong.policy.feel.faults import listed
from wutong.policy.feel.types import Type, say
from wutong.policy.feel.values import day
from wutong.words import Text
from wutong.zone.catalogue import TABLES
from wutong.zone.periods import parse_period
from wutong.zone.schema import Column, Table
from wutong.zone.units import UNITS

TAKES: Final = (
    "value",
    "sum",
    "count",
    "any",
    "first time",
    "years in a row",
    "earliest",
    "latest",
    "day",
    "year",
)
"""How a fact comes out of rows: see ``Taken``."""

TRUTHS: Final[Mapping[str, bool]] = MappingProxyType(
    {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
)
"""Words for yes and no."""

DATED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "award": "period",
        "certificate": "granted",
        "contract": "signed",
        "firm_name": "start",
        "firm_plan": "announced",
        "fund_flow": "day",
        "invoice": "issued",
        "list_member": "start",
        "loan": "drawn",
        "owner": "start",
        "related_party": "start",
        "service_request": "collected",
        "utility_price": "start",
        "vacancy": "opened",
    }
)
"""The column that says to which year a row belongs, in tables that have no ``period``."""

_COUNTED: Final = ("any", "count", "first time", "years in a row")
_COMPARED: Final = ("id", "text", "code", "uscc", "url", "choice", "flag", "period", "date", "count")


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a zone's tables hold a fact.

    Parameters
    ----------
    table, column : str
        Table of the zone and column of it; both empty for ``day`` and ``year``.
    take : str
        ``value``: the column's value in the one row; ``sum``, ``count``: over rows; ``any``: whether there is a row;
        ``first time``: whether the year asked for is the first of all years with a row;
        ``years in a row``: how many years up to the one asked for, without a gap; ``earliest``, ``latest``: of dates;
        ``day``, ``year``: the day, or the first day of the year, for which the rulebook is run. Where a take that
        counts rows names a column of yes and no, rows count in which it is yes.
    year : int or None
        Which year, counted from the one that is asked for: 0 is that year, -1 the year before; None for rows of all
        years up to it.
    where : tuple of (str, str)
        Columns that must hold these values, as the table stores them.
    unrelated : bool
        Leave out rows whose other side is a related party.
    for_all : bool
        One value for the whole zone, such as a mean that is published later; not of the subject's own rows.
    side : str
        The column in which the subject stands, where a table names it in several, such as ``buyer``.
    dated : str
        The column by which a row belongs to a year, where it is not that of ``DATED`` or ``period``.
    months : tuple of int, or None
        First and last month of the year that a row must be of; None for the whole year.
    ends : str
        ``first`` or ``last``: the day that is taken of a period that is longer; empty where such a day is not known.
    since : str
        Years before are not looked at: a year, or ``entered`` for that in which the firm entered the zone.
    """

    table: str
    column: str
    take: str = "value"
    year: int | None = None
    where: tuple[tuple[str, str], ...] = ()
    unrelated: bool = False
    for_all: bool = False
    side: str = ""
    dated: str = ""
    months: tuple[int, int] | None = None
    ends: str = ""
    since: str = ""


def truth_of(node: Node) -> bool:
    """Read yes or no."""
    return TRUTHS[node.one_of(tuple(TRUTHS))]


def taken_of(node: Node, type_: Type, subject: str = "") -> Taken:
    """Read ``from``.

    Parameters
    ----------
    node : Node
        The map.
    type_ : Type
        Of the fact.
    subject : str
        firm, project or person; empty where it is not known.

    Returns
    -------
    Taken
        Every table and column that it names exists, and what it takes is of the type.

    Raises
    ------
    MeasureError
        With the place, and the nearest names that do exist.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.feel.types import MONEY
    >>> taken_of(document_of("{table: firm_year, column: output, year: -1}"), MONEY, "firm").year
    -1
    >>> taken_of(document_of("{table: firm_year, column: outputs, year: -1}"), MONEY, "firm")
    Traceback (most recent call last):
    wutong.policy.document.MeasureError: column，第1行第28列：不认识“outputs”。可用的有：output、note。 / column, line 1, column 28: "outputs" is not known. There is: output, note.
    """
    parts = node.fields(
        (
            *("table", "column", "take", "year", "where", "unrelated", "for_all"),
            *("as", "dated", "months", "day", "since"),
        )
    )
    take = parts["take"].one_of(TAKES) if "take" in parts else "value"
    clock = take in ("day", "year")
    if clock != ("table" not in parts) or (clock and len(parts) > 1):
        node.fail(
            "写table与column；take: day 与 take: year 不写其他。",
            "Say table and column; take: day and take: year stand alone.",
        )
    if clock:
        _of_kind(node, take, type_, type_.kind == "date")
        return Taken("", "", take)
    table = TABLES[parts["table"].one_of(tuple(TABLES))]
    column = _column(parts["column"], table) if "column" in parts else None
    taken = Taken(
        table.name,
        column.name if column else "",
        take,
        _year(parts["year"]) if "year" in parts else None,
        tuple(_compared(key, value, table) for key, value in parts["where"].entries())
        if "where" in parts
        else (),
        truth_of(parts["unrelated"]) if "unrelated" in parts else False,
        truth_of(parts["for_all"]) if "for_all" in parts else False,
        _column(parts["as"], table).name if "as" in parts else "",
        _column(parts["dated"], table).name if "dated" in parts else "",
        _months(parts["months"]) if "months" in parts else None,
        parts["day"].one_of(("first", "last")) if "day" in parts else "",
        _since(parts["since"]) if "since" in parts else "",
    )
    _fits(node, take, column, table, type_)
    _held_together(node, taken, table, column, subject)
    return taken


def _column(node: Node, table: Table) -> Column:
    return table.column(node.one_of([column.name for column in table.columns]))


def _year(node: Node) -> int:
    written = node.scalar().replace("−", "-")
    if written.lstrip("-") not in ("0", *(str(n) for n in range(1, 31))) or written.startswith("--"):
        node.fail(
            "年份写0（当年）、-1（上年）等。", "Write a year as 0 (this one), -1 (the one before) and so on."
        )
    if int(written) > 0:
        node.fail("不能问以后的年份。", "A later year cannot be asked for.")
    return int(written)


def _months(node: Node) -> tuple[int, int]:
    first, _, last = node.scalar().partition("..")
    known = [str(month) for month in range(1, 13)]
    if first not in known or (last or first) not in known or int(first) > int(last or first):
        node.fail("月份写作3或1..3。", "Write months as 3 or 1..3.")
    return int(first), int(last or first)


def _since(node: Node) -> str:
    text = node.scalar()
    if text != "entered" and not (text.isascii() and text.isdigit() and len(text) == 4):
        node.fail("写年份，如2018，或entered（入区）。", "Write a year, such as 2018, or entered.")
    return text


def _compared(key: Node, value: Node, table: Table) -> tuple[str, str]:
    """A column of ``where`` with the value that it must hold, as the table stores it."""
    column = _column(key, table)
    text = value.scalar()
    if column.kind not in _COMPARED:
        value.fail(
            f"“{column.name}”是金额或数量，不能用where比。请写成条件。",
            f'"{column.name}" is an amount: where cannot compare it. Write a condition.',
        )
    if column.choices:
        labels = {word: one.word for one in column.choices for word in (one.label.zh, one.label.en)}
        return column.name, labels[text] if text in labels else value.one_of(
            [one.word for one in column.choices]
        )
    if column.kind == "flag":
        return column.name, str(truth_of(value)).lower()
    if column.kind == "period":
        text = parse_period(text) or ""
    elif column.kind == "date":
        found = day(text)
        text = found.isoformat() if found else ""
    elif column.kind == "count" and not (text.isascii() and text.isdigit()):
        text = ""
    if not text:
        value.fail("这一列读不了这个值。", "This column cannot hold such a value.")
    return column.name, text


# ------------------------------------------------------------ what fits what


def unit_of(type_: Type) -> str:
    """Name of a number's unit, as the tables of a zone name it; empty where it is none of theirs."""
    (name, power) = type_.unit[0] if len(type_.unit) == 1 else ("", 0)
    return name if power == 1 else ""


def _fits(node: Node, take: str, column: Column | None, table: Table, type_: Type) -> None:
    """Refuse a take that needs a column and has none, or whose result is not of the fact's type."""
    if take in _COUNTED:
        if column is not None and column.kind != "flag":
            node.fail(
                f"take: {take} 数的是行；column只可写是否列。",
                f"take: {take} counts rows; a column may only be one of yes and no.",
            )
        number = type_.kind == "number" and unit_of(type_) in ("", "count", "person", "year")
        _of_kind(node, take, type_, type_.kind == "boolean" if take in ("any", "first time") else number)
        return
    if column is None:
        node.fail("缺少：column。", "This is missing: column.")
    if take in ("earliest", "latest"):
        _of_kind(node, take, type_, type_.kind == "date" and column.kind in ("date", "period"), column)
    elif take == "sum":
        _of_kind(node, take, type_, type_.kind == "number" and _holds(column, table, type_), column)
    else:
        _of_kind(node, take, type_, _holds(column, table, type_), column)
        lacking = [one.word for one in column.choices if type_.choices and one.word not in type_.choices]
        if lacking:
            node.fail(
                f"“{column.name}”还可能是：{listed(lacking, 'zh')}。请写进of。",
                f'"{column.name}" may also be {listed(lacking, "en")}. List them in of.',
            )


def _holds(column: Column, table: Table, type_: Type) -> bool:
    unit = unit_of(type_)
    match column.kind:
        case "date":
            return type_.kind == "date"
        case "period":
            return type_.kind in ("date", "text") and not type_.choices
        case "flag":
            return type_.kind == "boolean"
        case "geometry":
            return False
        case "money" | "rate":
            return type_.kind == "number" and unit == column.unit
        case "count":
            return type_.kind == "number" and (unit in ("count", column.unit) or not type_.unit)
        case "number":
            if beside(column, table):
                return type_.kind == "number" and unit in UNITS
            own = column.unit not in ("kWh", "t", "m2", "m3")
            return type_.kind == "number" and (unit == column.unit or (own and not type_.unit))
    return type_.kind == "text"


def beside(column: Column, table: Table) -> bool:
    """Tell whether the unit of a column stands in the column ``unit`` of the same row."""
    return column.kind == "number" and not column.unit and any(one.name == "unit" for one in table.columns)


def _of_kind(node: Node, take: str, type_: Type, fits: bool, column: Column | None = None) -> None:
    if not fits:
        what = f"{column.name} · {take}" if column else take
        node.fail(
            f"“{what}”得不出{say(type_, 'zh')}。请改type，或另选一列。",
            f'"{what}" does not give {say(type_, "en")}. Change type, or choose another column.',
        )


# ------------------------------------------------------------ who stands in a row, and when


def link_of(table: Table, side: str, subject: str) -> tuple[str, bool] | Text:
    """The column that leads from a row to a subject, and whether it is the subject itself and not its firm.

    Parameters
    ----------
    table : Table
        Its declaration.
    side : str
        The column that the measure names; empty where it names none.
    subject : str
        firm, project or person.

    Returns
    -------
    (str, bool) or Text
        What is wrong, where no column leads there, or several do.

    Examples
    --------
    >>> link_of(TABLES["firm_year"], "", "firm"), link_of(TABLES["firm_year"], "", "project")
    (('firm', True), ('firm', False))
    >>> print(link_of(TABLES["trade"], "", "firm").en)
    Table "trade" names a firm in seller and buyer. Say which is meant, such as as: seller.
    """
    for kind in dict.fromkeys((subject, "firm")):
        there = [
            column.name
            for column in table.columns
            if column.ref == kind or (table.name == kind and column.name == kind)
        ]
        if side in there:
            return side, kind == subject
        if there and not side:
            if len(there) == 1 or kind in there:
                return (kind if kind in there else there[0]), kind == subject
            return Text(
                f"表“{table.name}”在{listed(there, 'zh')}里都有企业。请写明是哪一个，如 as: {there[0]}。",
                f'Table "{table.name}" names a {kind} in {" and ".join(there)}. '
                f"Say which is meant, such as as: {there[0]}.",
            )
    return Text(
        f"表“{table.name}”{f'的“{side}”' if side else ''}认不出对象（{subject}）。",
        f'Table "{table.name}" does not lead to a {subject}{f" by {side}" if side else ""}.',
    )


def dated_by(table: Table, dated: str = "") -> str:
    """The column by which a row of a table belongs to a year; empty where none does."""
    if dated:
        return dated
    return "period" if any(one.name == "period" for one in table.columns) else DATED.get(table.name, "")


def is_yearly(table: Table) -> bool:
    """Tell whether a row of a table is one year."""
    return any(column.name == "period" and column.grain == "year" for column in table.columns)


def _held_together(node: Node, taken: Taken, table: Table, column: Column | None, subject: str) -> None:
    history = taken.take in ("first time", "years in a row")
    by = dated_by(table, taken.dated)
    if taken.for_all:
        if taken.take != "value" or taken.side or taken.unrelated or taken.since:
            node.fail("for_all只取一个值：take写value。", "With for_all one value is taken: take is value.")
    elif subject and isinstance(found := link_of(table, taken.side, subject), Text):
        node.fail(found.zh, found.en)
    if (history or taken.year is not None or taken.since or taken.months) and not by:
        node.fail(
            f"表“{table.name}”的行不属于某一年。去掉year，或以dated写明按哪一列。",
            f'A row of table "{table.name}" belongs to no year. Leave year out, or say with dated by which column.',
        )
    if taken.take == "value" and taken.year is None and is_yearly(table) and not taken.for_all:
        node.fail("一年一行的表，取值要写year。", "The table has a row for each year: say which year.")
    if taken.dated and table.column(taken.dated).kind not in ("date", "period"):
        node.fail("dated应是日期或时期列。", "dated names a column of dates or periods.")
    if taken.months and taken.year is None:
        node.fail("写了months，也写year。", "With months, say year too.")
    if table.name == "firm_month" and not taken.months:
        node.fail(
            "firm_month既有当月又有累计，相加会重复。请写year与months，如 months: 1..3。",
            "firm_month holds months and runs of months, which would be counted twice. Say year and months, such as months: 1..3.",
        )
    if taken.since and taken.year is not None and not history:
        node.fail("since与year只写其一。", "Say since or year, not both.")
    if taken.ends and (
        column is None or column.kind != "period" or taken.take not in ("value", "earliest", "latest")
    ):
        node.fail("day只用于时期列。", "day is for a column of periods.")
    if taken.unrelated and table.name not in ("trade", "contract"):
        node.fail(
            "unrelated只用于trade与contract：那里写有另一方。",
            "unrelated is for trade and contract, which name another side.",
        )
