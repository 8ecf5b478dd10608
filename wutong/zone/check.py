"""Checks: from a table as read to the rows that can be used and the problems that were found.

A check is a function from a table to problems. Bad input never stops a load and never vanishes: each problem is a
row with its place, what was found, and, where a whole row was left out, the row as it was read.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from wutong.words import nearest_words
from wutong.zone import codes
from wutong.zone.catalogue import TABLES, table_named
from wutong.zone.cells import read_cells, yuan
from wutong.zone.faults import FAULTS
from wutong.zone.identity import alike
from wutong.zone.schema import Column, Table
from wutong.zone.sheet import ReadFault, Sheet
from wutong.zone.units import MUST_SAY, UNITS, split_heading

PROBLEM: Final[Mapping[str, pl.DataType]] = {
    "table": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "level": pl.String(),
    "kind": pl.String(),
    "found": pl.String(),
    "expected": pl.String(),
    "kept": pl.String(),
}
"""Columns of a table of problems. ``row`` is the row as a person sees it in the file; ``kept`` is the row that was
left out, as JSON, so that nothing is lost."""

_PART: Final = "·part"  # which sheet a row came from
_ROW: Final = "·row"  # its row there
_PLACE: Final = (_PART, _ROW)
_LONGEST_LIST: Final = 12
_MOST_NEAREST: Final = 50
_FEW: Final = 100


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a zone's settings say for rows that do not say it themselves.

    Parameters
    ----------
    zone : str
        Id of the zone.
    as_of : date
        Day from which rows are known.
    invented : bool
        Whether the zone is made up.
    known_on : date or None
        Rows that became known after this day are not looked at.
    """

    zone: str
    as_of: date
    invented: bool
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A table after its checks.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows that can be used: the columns of the declaration and, until ``without_places``, each row's place.
    problems : polars.DataFrame
        As ``PROBLEM``.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame


def no_problems() -> pl.DataFrame:
    """Give a table of problems without rows."""
    return pl.DataFrame(schema=dict(PROBLEM))


def problems_of_reading(faults: Sequence[ReadFault], file: str, stem: str) -> pl.DataFrame:
    """Turn faults of reading a file into problems of the table that its sheet, or the file, is named after."""
    rows = []
    for fault in faults:
        table = table_named(fault.sheet) or table_named(stem)
        rows.append(
            {
                "table": table.name if table else "",
                "file": file,
                "sheet": fault.sheet,
                "row": fault.row,
                "column": fault.column,
                "level": fault.level,
                "kind": fault.kind,
                "found": fault.found,
                "expected": "",
                "kept": fault.found if fault.level == "row" else None,
            }
        )
    return pl.DataFrame(rows, schema=dict(PROBLEM))


def problem(
    kind: str,
    *,
    table: str = "",
    file: str = "",
    sheet: str = "",
    column: str = "",
    found: str = "",
    expected: str = "",
) -> pl.DataFrame:
    """Make one problem of a file, sheet or column."""
    row = {
        "table": table,
        "file": file,
        "sheet": sheet,
        "row": None,
        "column": column,
        "level": FAULTS[kind].level,
    }
    row |= {"kind": kind, "found": found, "expected": expected, "kept": None}
    return pl.DataFrame([row], schema=dict(PROBLEM))


def check_table(table: Table, sheets: Sequence[Sheet], defaults: Defaults) -> Checked:
    """Read all sheets of one table into its types and find what is wrong with them.

    Parameters
    ----------
    table : Table
        The declaration.
    sheets : sequence of Sheet
        Everything that was read for this table.
    defaults : Defaults
        From the zone's settings.

    Returns
    -------
    Checked
        Usable rows in the order of the files, and the problems.
    """
    found: list[pl.DataFrame] = []
    frames: list[pl.DataFrame] = []
    for part, sheet in enumerate(sheets):
        frame, problems = _typed(table, sheet, part)
        found.append(problems)
        if frame is not None:
            frames.append(frame)
    if not frames:
        nowhere = table.empty().with_columns(
            pl.lit(0, dtype=pl.UInt16).alias(_PART), pl.lit(0, dtype=pl.UInt32).alias(_ROW)
        )
        return Checked(nowhere, _all(found))
    whole = _with_defaults(frames[0] if len(frames) == 1 else pl.concat(frames), defaults)
    del frames
    if defaults.known_on is not None:
        later = (whole["as_of"] > defaults.known_on).fill_null(value=False)
        if later.any():
            found = [_without(problems, sheets, whole.filter(later)) for problems in found]
            whole = without_rows(whole, later)
    for check in ROW_CHECKS:
        drop, problems = check(table, whole, sheets, defaults)
        if len(problems):
            found.append(problems)
        if drop is not None:
            whole = without_rows(whole, drop)
    return Checked(whole, _all(found))


def _without(problems: pl.DataFrame, sheets: Sequence[Sheet], later: pl.DataFrame) -> pl.DataFrame:
    """Leave out the problems of rows that are not known yet."""
    parts = later[_PART].cast(pl.UInt32)
    gone = pl.DataFrame(
        {
            "file": pl.Series([sheet.file for sheet in sheets], dtype=pl.String).gather(parts),
            "sheet": pl.Series([sheet.sheet for sheet in sheets], dtype=pl.String).gather(parts),
            "row": later[_ROW].cast(pl.Int64),
        }
    )
    return problems.join(gone, on=["file", "sheet", "row"], how="anti", maintain_order="left")


def _all(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([no_problems(), *frames])


# ------------------------------------------------------------------ one sheet: headings and cells


def _typed(table: Table, sheet: Sheet, part: int) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    headings, found = _headings(table, sheet)
    for key in table.key:
        if key not in headings:
            gone = problem(
                "missing_column", table=table.name, file=sheet.file, sheet=sheet.sheet, expected=key
            )
            return None, _all([*found, gone])
    columns: list[pl.Series] = []
    for column in table.columns:
        if column.name not in headings:
            columns.append(
                pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, sheet.frame.height)
            )
            continue
        heading, unit = headings[column.name]
        raw = sheet.frame.get_column(heading)
        cells = read_cells(column, raw, unit)
        columns.append(cells.values.alias(column.name))
        if cells.faults is not None:
            found.append(_cell_problems(table, sheet, column, raw, cells.faults))
    frame = pl.DataFrame(columns).with_columns(
        pl.lit(part, dtype=pl.UInt16).alias(_PART), sheet.rows.cast(pl.UInt32).alias(_ROW)
    )
    return frame, _all(found)


def _headings(table: Table, sheet: Sheet) -> tuple[dict[str, tuple[str, str]], list[pl.DataFrame]]:
    """For each column of the table the heading under which it stands, and the unit in that heading."""
    words: dict[str, str] = {}
    for column in table.columns:
        for word in (column.name, column.label.zh, column.label.en):
            words.setdefault(word.casefold(), column.name)
    taken: dict[str, tuple[str, str]] = {}
    found: list[pl.DataFrame] = []
    for heading in sheet.header:
        name, unit = heading.strip(), ""
        if name.casefold() not in words:
            name, unit = split_heading(heading)
        known = words.get(name.casefold())
        place = {
            "table": table.name,
            "file": sheet.file,
            "sheet": sheet.sheet,
            "column": heading,
            "found": heading,
        }
        if known is None:
            near = nearest_words(name, list(words)) or [column.name for column in table.columns]
            found.append(problem("unknown_column", **place, expected="、".join(near[:_LONGEST_LIST])))
        elif known in taken:
            found.append(problem("column_twice", **place))
        else:
            taken[known] = (heading, unit)
    return taken, found


def _cell_problems(
    table: Table, sheet: Sheet, column: Column, raw: pl.Series, faults: pl.Series
) -> pl.DataFrame:
    where = faults.is_not_null()
    kinds = faults.filter(where)
    said = raw.filter(where).cast(pl.String)
    expected = {kind: _expected(column, kind) for kind in kinds.unique().to_list()}
    problems = (
        pl.DataFrame({"kind": kinds, "found": said, "row": sheet.rows.filter(where).cast(pl.Int64)})
        .with_columns(
            pl.lit(table.name).alias("table"),
            pl.lit(sheet.file).alias("file"),
            pl.lit(sheet.sheet).alias("sheet"),
            pl.lit(column.name).alias("column"),
            pl.col("kind").replace_strict({kind: FAULTS[kind].level for kind in expected}).alias("level"),
            pl.col("kind").replace_strict(expected, return_dtype=pl.String).alias("expected"),
            pl.lit(None, dtype=pl.String).alias("kept"),
        )
        .select(list(PROBLEM))
    )
    return _with_nearest_codes(column, problems) if column.codes else problems


def _with_nearest_codes(column: Column, problems: pl.DataFrame) -> pl.DataFrame:
    """Name the codes that were likely meant; for the first different ones only, since each costs a search."""
    wrong = problems["found"].unique(maintain_order=True).head(_MOST_NEAREST).to_list()
    near = {code: "、".join(codes.nearest(column.codes, code)) for code in wrong}
    return problems.with_columns(
        pl.concat_str(
            "expected",
            pl.format(
                "（{}）", pl.col("found").replace_strict(near, default=None, return_dtype=pl.String)
            ).fill_null(""),
        ).alias("expected")
    )


def _expected(column: Column, kind: str) -> str:
    if kind in ("no_unit", "unknown_unit", "wrong_unit"):
        return "、".join(list(UNITS.get(column.unit, {}))[:_LONGEST_LIST])
    if kind == "unknown_word":
        return "、".join(f"{choice.label.zh} ({choice.label.en})" for choice in column.choices)
    if kind == "unknown_code":
        return codes.code_list(column.codes).title.zh
    if kind in ("below", "above"):
        limit = column.low if kind == "below" else column.high
        unit = "" if column.unit in MUST_SAY else f" {column.unit}"
        return f"{limit:g}{unit}"
    return ""


def _with_defaults(frame: pl.DataFrame, defaults: Defaults) -> pl.DataFrame:
    # only where something is missing: a copy of a column of millions of rows is not made for nothing
    said = {
        "zone": pl.lit(defaults.zone),
        "as_of": pl.lit(defaults.as_of),
        "invented": pl.lit(defaults.invented),
    }
    frame = frame.with_columns(
        pl.col(name).fill_null(value) for name, value in said.items() if frame[name].null_count()
    )
    # nothing in an invented zone is real, whatever a row says of itself
    if defaults.invented and not frame["invented"].all():
        frame = frame.with_columns(pl.lit(value=True).alias("invented"))
    return frame


# ------------------------------------------------------------------ rows


def _row_problems(
    table: Table, sheets: Sequence[Sheet], rows: pl.DataFrame, kind: pl.Series, *, keep: bool
) -> pl.DataFrame:
    """Build problems of rows; ``rows`` has the place and the columns ``column``, ``found`` and ``expected``."""
    files = pl.Series([sheet.file for sheet in sheets], dtype=pl.String)
    names = pl.Series([sheet.sheet for sheet in sheets], dtype=pl.String)
    parts = rows[_PART].cast(pl.UInt32)
    kept = _as_read(sheets, rows) if keep else pl.Series([None] * len(rows), dtype=pl.String)
    return pl.DataFrame(
        {
            "table": pl.Series([table.name], dtype=pl.String).new_from_index(0, len(rows)),
            "file": files.gather(parts),
            "sheet": names.gather(parts),
            "row": rows[_ROW].cast(pl.Int64),
            "column": rows["column"],
            "level": kind.replace_strict(
                {name: FAULTS[name].level for name in kind.unique().to_list()}, return_dtype=pl.String
            ),
            "kind": kind,
            "found": rows["found"],
            "expected": rows["expected"],
            "kept": kept,
        }
    ).select(list(PROBLEM))


def _as_read(sheets: Sequence[Sheet], rows: pl.DataFrame) -> pl.Series:
    """Each row as it stood in its file, as JSON."""
    places = rows.select(_PLACE).with_row_index("·order")
    pieces = []
    for (part,), group in places.group_by(_PART, maintain_order=True):
        sheet = sheets[int(str(part))]
        raw = sheet.frame.with_columns(sheet.rows.cast(pl.UInt32).alias(_ROW)).filter(
            pl.col(_ROW).is_in(group[_ROW].implode())
        )
        text = raw.select(_ROW, pl.struct(pl.exclude(_ROW)).struct.json_encode().alias("kept"))
        pieces.append(group.join(text.unique(_ROW), on=_ROW, how="left").select("·order", "kept"))
    return pl.concat(pieces).sort("·order")["kept"]


def rows_alike(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series | None:
    """Mark the rows that may share their key with another; None where no row does.

    Hashes are compared: eight bytes a row instead of the keys themselves. Two different keys may rarely have one
    hash, so that the marked rows have to be compared by whoever asks.
    """
    # column by column: an expression would first copy the frame into one piece, a struct would write every row out
    hashes = functools.reduce(operator.add, (frame[key].hash(seed) for seed, key in enumerate(keys)))
    return None if hashes.n_unique() == len(hashes) else hashes.is_duplicated()


def _other_zone(
    table: Table, frame: pl.DataFrame, sheets: Sequence[Sheet], defaults: Defaults
) -> tuple[pl.Series | None, pl.DataFrame]:
    """A row that says it belongs to another zone must not be added up with this one's."""
    drop = frame["zone"] != defaults.zone
    if not drop.any():
        return None, no_problems()
    rows = frame.filter(drop).select(
        *_PLACE,
        pl.lit("zone").alias("column"),
        pl.col("zone").alias("found"),
        pl.lit(defaults.zone).alias("expected"),
    )
    kind = pl.Series(["other_zone"], dtype=pl.String).new_from_index(0, len(rows))
    return drop, _row_problems(table, sheets, rows, kind, keep=True)


def _required(
    table: Table, frame: pl.DataFrame, sheets: Sequence[Sheet], _: Defaults
) -> tuple[pl.Series | None, pl.DataFrame]:
    """A row without its key, or without what it must say, is left out."""
    must = [column.name for column in table.columns if column.required and frame[column.name].null_count()]
    if not must:
        return None, no_problems()
    drop = frame.select(pl.any_horizontal(pl.col(must).is_null())).to_series()
    rows = frame.filter(drop).select(
        *_PLACE,
        pl.concat_list([pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in must])
        .list.drop_nulls()
        .list.join(", ")
        .alias("column"),
        pl.lit("").alias("found"),
        pl.lit("").alias("expected"),
    )
    kind = pl.Series(["missing"], dtype=pl.String).new_from_index(0, len(rows))
    return drop, _row_problems(table, sheets, rows, kind, keep=True)


def _duplicates(
    table: Table, frame: pl.DataFrame, sheets: Sequence[Sheet], _: Defaults
) -> tuple[pl.Series | None, pl.DataFrame]:
    """Of rows with one key and one day the first is used; the others are told apart as same or different."""
    keys = [*table.identity, "as_of"]
    suspect = rows_alike(frame, keys)
    if suspect is None:
        return None, no_problems()
    own = [column.name for column in table.columns]
    ordered = frame.with_row_index("·i").filter(suspect)
    first = ordered.unique(keys, keep="first", maintain_order=True)
    later = ordered.join(first.select("·i"), on="·i", how="anti")
    if later.is_empty():
        return None, no_problems()
    pair = later.join(
        first.select(
            *keys,
            pl.struct(own).alias("·first"),
            pl.col(_ROW).alias("·first_row"),
            pl.col(_PART).alias("·first_part"),
        ),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns((pl.struct(own) == pl.col("·first")).alias("·same"))
    files = pl.Series([f"{sheet.file} {sheet.sheet}".strip() for sheet in sheets], dtype=pl.String)
    pair = pair.with_columns(files.gather(pair["·first_part"].cast(pl.UInt32)).alias("·first_file"))
    rows = pair.select(
        *_PLACE,
        pl.lit(table.key[0]).alias("column"),
        pl.concat_str([pl.col(key).cast(pl.String) for key in table.key], separator=" · ").alias("found"),
        pl.when(pl.col("·first_part") == pl.col(_PART))
        .then(pl.col("·first_row").cast(pl.String))
        .otherwise(pl.concat_str("·first_file", pl.lit(" "), pl.col("·first_row").cast(pl.String)))
        .alias("expected"),
    )
    kind = pair.select(
        pl.when("·same").then(pl.lit("repeated")).otherwise(pl.lit("duplicate_key"))
    ).to_series()
    drop = pl.Series([False]).new_from_index(0, frame.height).scatter(pair["·i"], True)
    return drop, _row_problems(table, sheets, rows, kind, keep=True)


def _falling_sums(
    table: Table, frame: pl.DataFrame, sheets: Sequence[Sheet], _: Defaults
) -> tuple[pl.Series | None, pl.DataFrame]:
    """Of cumulative months a later one is not less than an earlier one; where it is, a month stands for the sum."""
    if table.name != "firm_month":
        return None, no_problems()
    runs = frame.filter(pl.col("period").str.contains(r"^\d{4}-01(?:\.\.\d{2})?$")).sort("period")
    of = ["zone", "firm", "as_of", pl.col("period").str.slice(0, 4)]
    found = []
    for column in table.columns:
        if column.kind == "money" and column.low == 0:
            before = pl.col(column.name).forward_fill().shift(1).over(of)
            falls = runs.with_columns(before.alias("·before")).filter(pl.col(column.name) < pl.col("·before"))
            rows = falls.select(
                *_PLACE,
                pl.lit(column.name).alias("column"),
                yuan(pl.col(column.name)).alias("found"),
                yuan(pl.col("·before")).alias("expected"),
            )
            if len(rows):
                found.append(_notes(table, sheets, rows, "falls"))
    return None, _all(found)


ROW_CHECKS = (_other_zone, _required, _duplicates, _falling_sums)
"""Checks of the rows of one table, in order. A new one: copy a neighbour, add it here, test it with three rows."""


# ------------------------------------------------------------------ between tables


def check_references(tables: Mapping[str, Checked], sheets: Mapping[str, Sequence[Sheet]]) -> pl.DataFrame:
    """Find rows that point to rows which are not there.

    Parameters
    ----------
    tables : mapping of name to Checked
        All tables of the zone.
    sheets : mapping of name to sequence of Sheet
        What they were read from, for the places.

    Returns
    -------
    polars.DataFrame
        Notes, as ``PROBLEM``; the rows stay in use.
    """
    pointing: dict[str, list[tuple[str, str]]] = {}
    for name, checked in tables.items():
        for declared in TABLES[name].columns:
            if declared.ref and checked.frame[declared.name].null_count() < checked.frame.height:
                pointing.setdefault(declared.ref, []).append((name, declared.name))
    found = []
    for target, columns in pointing.items():
        # all columns that point to one table at once: each look-up would go through its millions of keys again
        values = pl.concat([tables[name].frame[column].alias("key") for name, column in columns]).drop_nulls()
        there = tables[target].frame[TABLES[target].key[0]].alias("key")
        lost = values.to_frame().join(there.to_frame(), on="key", how="anti")["key"].unique()
        for name, column in columns if len(lost) else []:
            rows = tables[name].frame.filter(pl.col(column).is_in(lost.implode()))
            if len(rows):
                said = rows.select(
                    *_PLACE,
                    pl.lit(column).alias("column"),
                    pl.col(column).alias("found"),
                    pl.lit(target).alias("expected"),
                )
                found.append(_notes(TABLES[name], sheets[name], said, "unknown_reference"))
    return _all(found)


def without_rows(frame: pl.DataFrame, drop: pl.Series) -> pl.DataFrame:
    """Leave rows out; where they are few the rest stays where it is in memory instead of being copied."""
    gone = drop.arg_true().to_list()
    if len(gone) > _FEW:
        return frame.filter(~drop)
    edges = [-1, *gone, frame.height]
    return pl.concat([frame.slice(a + 1, b - a - 1) for a, b in itertools.pairwise(edges)], rechunk=False)


def only_places(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Keep of sheets what later checks need to name a place, and let go of the cells."""
    nothing = pl.Series([], dtype=pl.UInt32)
    return [Sheet(sheet.file, sheet.sheet, (), pl.DataFrame(), nothing) for sheet in sheets]


def check_alike(firms: Checked, sheets: Sequence[Sheet]) -> pl.DataFrame:
    """Find firms that may be one firm: the same credit code, or names that differ in spelling alone.

    They are never put together here: that takes a person and a row in table ``firm_name``.
    """
    if firms.frame.is_empty():
        return no_problems()
    pairs = alike(firms.frame)
    if pairs.is_empty():
        return no_problems()
    rows = pairs.join(firms.frame.with_row_index("i").select("i", *_PLACE), on="i", maintain_order="left")
    found = [
        _notes(TABLES["firm"], sheets, rows.filter(pl.col("kind") == kind), kind)
        for kind in pairs["kind"].unique(maintain_order=True).to_list()
    ]
    return _all(found)


def _notes(table: Table, sheets: Sequence[Sheet], rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    kinds = pl.Series([kind], dtype=pl.String).new_from_index(0, len(rows))
    return _row_problems(table, sheets, rows, kinds, keep=False)


def without_places(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the columns that tell where in the files a row stood."""
    return frame.drop(_PLACE)
