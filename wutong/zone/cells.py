"""What a cell says: from text as typed by somebody to a value with a type and a unit, or to a fault.

Whole columns are read at once. A cell that cannot be read becomes null and gets the name of its fault; nothing is
guessed. Names of faults are explained in ``wutong.zone.faults``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import polars as pl

from wutong.zone import codes
from wutong.zone.periods import parse_day, parse_period
from wutong.zone.schema import Column
from wutong.zone.units import MOST_FEN, MUST_SAY, factor, is_unit
from wutong.zone.uscc import uscc_faults


@dataclass(frozen=True, slots=True)
class Cells:
    """One column after reading.

    Parameters
    ----------
    values : polars.Series
        In the column's own type; null where the cell was empty or could not be read.
    faults : polars.Series or None
        Name of the fault of each cell, null where there is none; None where no cell has one.
    """

    values: pl.Series
    faults: pl.Series | None = None


_SHANGHAI = "Asia/Shanghai"
_GRAINS = {"year": r"^\d{4}$", "month": r"^\d{4}-(?:\d{2}|01\.\.\d{2})$"}
_ID = re.compile(r"^[^\s/\\?#<>\"'&%]{1,80}$")
_WKT = re.compile(
    r"^(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*\([\s(]*-?\d+(?:\.\d+)?\s+-?\d+(?:\.\d+)?[\s\d.,()-]*\)$",
    re.I,
)
_YES = frozenset({"是", "有", "yes", "y", "true", "1", "1.0", "√"})
_NO = frozenset({"否", "无", "no", "n", "false", "0", "0.0", "×"})
_UNKNOWN = frozenset({"未知", "不详", "未公布", "not known", "unknown", "n/a", "na", "-", "—", "——", "/"})
_WIDE = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)} | {"−": "-", "，": ",", "\u3000": " "}
_NUMBER = r"^([+-]?)(?:(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?)((?:[eE][+-]?\d+)?)\s*(.*)$"
_LONGEST_TEXT = 20_000


def read_cells(column: Column, raw: pl.Series, unit: str = "") -> Cells:
    """Read one column of cells.

    Parameters
    ----------
    column : Column
        What the cells should hold.
    raw : polars.Series
        Text as it stands in the file, or values that have a type already (Parquet).
    unit : str
        Unit in the heading; empty where it gives none.

    Returns
    -------
    Cells
        Values with the type of the column, and the faults.

    Examples
    --------
    >>> from wutong.zone.catalogue import TABLES
    >>> output = TABLES["firm_year"].column("output")
    >>> read_cells(output, pl.Series(["2.99亿元", "1,200", "三"]), "万元").values.to_list()
    [29900000000, 1200000000, None]
    >>> read_cells(output, pl.Series(["2.99亿元", "1,200", "三"]), "万元").faults.to_list()
    ['mixed_unit', None, 'not_a_number']
    """
    if raw.dtype == pl.Null:
        return Cells(pl.Series(column.name, [None] * len(raw), dtype=column.dtype))
    return _within_bounds(column, _read(column, raw, unit))


def _read(column: Column, raw: pl.Series, unit: str) -> Cells:
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype == pl.String:
        raw = _without_unknown(raw)
    if column.kind in ("money", "count", "number", "rate"):
        return _quantity(column, raw, unit)
    if isinstance(raw.dtype, pl.Datetime) and column.kind in ("date", "period"):
        # an instant belongs to the day that it is in the zone
        raw = (raw.dt.convert_time_zone(_SHANGHAI) if raw.dtype.time_zone else raw).dt.date()
    if column.kind == "date" and raw.dtype == pl.Date:
        return Cells(raw)
    if column.kind == "flag" and raw.dtype == pl.Boolean:
        return Cells(raw)
    if column.kind == "uscc":
        return _credit_codes(column, raw.cast(pl.String))
    return _each(column, raw.cast(pl.String), _READERS[column.kind](column))


def _within_bounds(column: Column, cells: Cells) -> Cells:
    values, faults = cells.values, cells.faults
    for limit, fault in ((column.low, "below"), (column.high, "above")):
        if limit is None:
            continue
        outside = (values < limit if fault == "below" else values > limit).fill_null(value=False)
        if outside.any():
            faults = _first_fault(faults, outside, fault)
            values = values.set(outside, None)
    if column.kind == "money":
        # beyond what any zone has; smaller ones can be added up without leaving 64 bits
        huge = (values.abs() > MOST_FEN).fill_null(value=False)
        if huge.any():
            values, faults = values.set(huge, None), _first_fault(faults, huge, "number_too_large")
    if column.grain:
        wrong = (~values.str.contains(_GRAINS[column.grain])).fill_null(value=False)
        if wrong.any():
            values, faults = values.set(wrong, None), _first_fault(faults, wrong, f"not_a_{column.grain}")
    return Cells(values, faults)


def _first_fault(faults: pl.Series | None, mask: pl.Series, fault: str) -> pl.Series:
    nothing = pl.Series([None] * len(mask), dtype=pl.String)
    return pl.select(
        pl.when(mask).then(pl.lit(fault)).otherwise(nothing if faults is None else faults)
    ).to_series()


def _credit_codes(column: Column, raw: pl.Series) -> Cells:
    tidy = raw.str.to_uppercase()
    faults = uscc_faults(tidy)
    if faults.null_count() == len(faults):
        return Cells(tidy.alias(column.name))
    return Cells(tidy.set(faults.is_not_null(), None), ("uscc_" + faults).alias("fault"))


def _without_unknown(raw: pl.Series) -> pl.Series:
    """Words for "not known" are empty cells."""
    # looking at a sample first keeps the usual column, which has no such word, free of work
    short = raw.filter(raw.str.len_chars() <= 9).unique()
    words = [word for word in short.to_list() if word is not None and word.strip().casefold() in _UNKNOWN]
    return raw.replace(words, [None] * len(words)) if words else raw


# ------------------------------------------------------------------ one value at a time, each different value once


def _each(column: Column, raw: pl.Series, read: Callable[[str], object | None]) -> Cells:
    """Read each different text once; what reads as None has the fault of the column's kind."""
    if column.kind in ("id", "text"):
        # most values differ: a pass over all of them costs less than finding the different ones
        return _texts(column, raw)
    different = raw.unique().drop_nulls()
    values = [read(text) for text in different.to_list()]
    keep = pl.Series("keep", [value is not None for value in values], dtype=pl.Boolean)
    good = pl.Series(column.name, values, dtype=column.dtype, strict=True)
    result = raw.replace_strict(different, good, default=None, return_dtype=column.dtype)
    if keep.all():
        return Cells(result)
    bad = different.filter(~keep)
    return Cells(result, _fault_where(raw.is_in(bad.implode()), _FAULT_OF_KIND[column.kind]))


def _texts(column: Column, raw: pl.Series) -> Cells:
    if column.kind == "id":
        # a browser takes . and .. in an address for folders
        bad = ~raw.str.contains(_ID.pattern) | raw.is_in([".", ".."])
        fault = "bad_id"
    else:
        bad = raw.str.len_bytes() > _LONGEST_TEXT
        fault = "text_too_long"
    bad = bad.fill_null(value=False)
    if not bad.any():
        return Cells(raw)
    return Cells(raw.set(bad, None), _fault_where(bad, fault))


def _fault_where(mask: pl.Series, fault: str) -> pl.Series:
    return pl.select(pl.when(mask).then(pl.lit(fault))).to_series()


def _choice(column: Column) -> Callable[[str], str | None]:
    words: dict[str, str] = {}
    for choice in column.choices:
        for word in (choice.word, choice.label.zh, choice.label.en):
            words[word.casefold()] = choice.word
    return lambda text: words.get(text.casefold())


def _code(column: Column) -> Callable[[str], str | None]:
    known = frozenset(codes.known_codes(column.codes).to_list())

    def read(text: str) -> str | None:
        if text in known:
            return text
        # offices write C3971 for the class 3971 of section C
        bare = text[1:] if len(text) > 1 and text[0].isalpha() else text
        return bare if bare in known else None

    return read


def _flag(_: Column) -> Callable[[str], bool | None]:
    def read(text: str) -> bool | None:
        word = text.casefold()
        return True if word in _YES else False if word in _NO else None

    return read


_READERS: dict[str, Callable[[Column], Callable[[str], object | None]]] = {
    "id": lambda _: str,
    "text": lambda _: str,
    "code": _code,
    "choice": _choice,
    "date": lambda _: parse_day,
    "period": lambda _: parse_period,
    "flag": _flag,
    "url": lambda _: lambda text: text if re.match(r"^https?://[^\s<>\"]+$", text) else None,
    "geometry": lambda _: lambda text: text if _WKT.match(text) and _balanced(text) else None,
}

_FAULT_OF_KIND = {
    "code": "unknown_code",
    "choice": "unknown_word",
    "date": "not_a_date",
    "period": "not_a_period",
    "flag": "not_a_flag",
    "url": "not_an_address",
    "geometry": "not_a_geometry",
}


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")")


# ------------------------------------------------------------------ numbers with units


def _quantity(column: Column, raw: pl.Series, unit: str) -> Cells:
    if unit and factor(unit, column.unit) is None:
        # a heading with a wrong unit makes every number of the column unreadable
        fault = "wrong_unit" if is_unit(unit) else "unknown_unit"
        nothing = pl.Series(column.name, [None] * len(raw), dtype=column.dtype)
        return Cells(nothing, _fault_where(raw.is_not_null(), fault))
    if raw.dtype.is_numeric():
        direct = _native(column, raw, unit)
        if direct is not None:
            return direct
        raw = raw.cast(pl.String)
    elif raw.dtype != pl.String:
        raw = raw.cast(pl.String)
    return _written(column, raw, unit)


def _native(column: Column, raw: pl.Series, unit: str) -> Cells | None:
    """Read numbers that are numbers already, where that is exact; None where the text path must decide."""
    if not unit and column.unit in MUST_SAY:
        nothing = pl.Series(column.name, [None] * len(raw), dtype=column.dtype)
        return Cells(nothing, _fault_where(raw.is_not_null(), _no_unit(column)))
    times = factor(unit, column.unit) if unit else Fraction(1)
    assert times is not None  # _quantity has looked
    if column.kind in ("money", "count"):
        if raw.dtype.is_float() or times.denominator != 1:
            return None
        whole = raw.cast(pl.Int64, strict=False)
        if times == 1 and whole.null_count() == raw.null_count():
            return Cells(whole)
        low, high = whole.min(), whole.max()
        limit = 2**63 // int(times)
        if (
            whole.null_count() != raw.null_count()
            or (isinstance(low, int) and low < -limit + 1)
            or (isinstance(high, int) and high > limit - 1)
        ):
            return None
        return Cells(whole * int(times))
    number = raw.cast(pl.Float64)
    finite = number.is_finite()
    if not finite.fill_null(value=True).all():
        odd = (~finite).fill_null(value=False)
        return Cells(_times(number.set(odd, None), times), _fault_where(odd, "not_a_number"))
    return Cells(_times(number, times))


def _times(number: pl.Series, times: Fraction) -> pl.Series:
    """Convert to the base unit; in NumPy, since polars would multiply by the rounded inverse."""
    if times == 1:
        return number
    exact = number.to_numpy() * float(times.numerator) / float(times.denominator)
    return pl.Series(exact).set(number.is_null(), None)


def _power_of_ten(times: Fraction) -> int | None:
    """Exponent of a factor that is a power of ten; None where it is none."""
    size = len(str(times.numerator)) - len(str(times.denominator))
    return size if times == Fraction(10) ** size else None


def _written(column: Column, raw: pl.Series, heading: str) -> Cells:
    """Read numbers that are written as text, with or without a unit of their own."""
    if len(raw) == 0:
        return Cells(pl.Series(column.name, [], dtype=column.dtype))
    plain = raw.str.replace_many(list(_WIDE), list(_WIDE.values())).str.strip_chars()
    parts = (
        plain.to_frame("text")
        .select(pl.col("text").str.extract_groups(_NUMBER).alias("parts"))
        .unnest("parts")
        .rename({"1": "sign", "2": "whole", "3": "fraction", "4": "exponent", "5": "unit"})
        .with_columns(
            pl.col("whole").fill_null("").str.replace_all(",", "", literal=True),
            pl.col("fraction").fill_null(""),
            pl.col("exponent").fill_null(""),
        )
    )
    asked = raw.is_not_null()
    no_digit = asked & ((parts["whole"] == "") & (parts["fraction"] == "")).fill_null(value=True)
    units = parts["unit"].unique().drop_nulls().to_list()
    factors: dict[str, Fraction] = {}
    faults = pl.select(pl.when(no_digit).then(pl.lit("not_a_number"))).to_series()
    for unit in units:
        here = asked & (parts["unit"] == unit).fill_null(value=False) & ~no_digit
        if unit == "" and not heading and column.unit in MUST_SAY:
            faults = _add(faults, here, _no_unit(column))
            continue
        name = unit or heading
        times = factor(name, column.unit) if name else Fraction(1)
        if times is None:
            faults = _add(faults, here, "wrong_unit" if is_unit(unit) else _unit_fault(unit))
            continue
        factors[unit] = times
        if unit and heading and factor(heading, column.unit) != times:
            faults = _add(faults, here, "mixed_unit")
    readable = asked & (faults.is_null() | (faults == "mixed_unit").fill_null(value=False))
    if column.kind in ("money", "count"):
        values, more = _whole_numbers(parts, factors, readable)
    else:
        values, more = _measured_numbers(parts, factors, readable)
    if more is not None:
        faults = pl.select(pl.coalesce(more, faults)).to_series()
    return Cells(values.alias(column.name), faults if faults.null_count() < len(faults) else None)


def _no_unit(column: Column) -> str:
    return "no_percent" if column.kind == "rate" else "no_unit"


def _unit_fault(unit: str) -> str:
    # "12abc" and "1.2.3" are no numbers; "12箱" is a number with a unit that we do not know
    return "not_a_number" if re.match(r"^[\d.,+\-]", unit) else "unknown_unit"


def _add(faults: pl.Series, mask: pl.Series, fault: str) -> pl.Series:
    return pl.select(pl.when(mask & faults.is_null()).then(pl.lit(fault)).otherwise(faults)).to_series()


def _whole_numbers(
    parts: pl.DataFrame, factors: dict[str, Fraction], readable: pl.Series
) -> tuple[pl.Series, pl.Series | None]:
    """Exact integers: the digits are moved, never multiplied as floats."""
    values = pl.Series([None] * len(parts), dtype=pl.Int64)
    faults: pl.Series = pl.Series([None] * len(parts), dtype=pl.String)
    for unit, times in factors.items():
        here = readable & (parts["unit"] == unit).fill_null(value=False)
        places = len(str(times.numerator)) - 1
        shifted = here & (parts["exponent"] == "")
        if times == 10**places:
            rows = parts.select(
                (pl.col("whole") + pl.col("fraction").str.slice(0, places).str.pad_end(places, "0")).alias(
                    "digits"
                ),
                pl.col("fraction").str.slice(places).str.strip_chars("0").alias("rest"),
                "sign",
            )
            number = rows["digits"].str.strip_chars_start("0").replace("", "0").cast(pl.Int64, strict=False)
            number = pl.select(pl.when(rows["sign"] == "-").then(-number).otherwise(number)).to_series()
            fine = shifted & (rows["rest"] != "")
            values = pl.select(pl.when(shifted & ~fine).then(number).otherwise(values)).to_series()
            faults = _add(faults, fine, "too_fine")
            faults = _add(faults, shifted & ~fine & number.is_null(), "number_too_large")
            rest = here & ~shifted
        else:
            rest = here
        values, faults = _one_by_one(parts, times, rest, values, faults)
    return values, faults if faults.null_count() < len(faults) else None


def _one_by_one(
    parts: pl.DataFrame, times: Fraction, rest: pl.Series, values: pl.Series, faults: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """Read the few numbers in scientific notation, or with a factor that is no power of ten, exactly."""
    where = rest.arg_true().to_list()
    for i in where:
        sign, whole, fraction, exponent = (
            parts[name][i] or "" for name in ("sign", "whole", "fraction", "exponent")
        )
        if len(exponent) > 5:  # 1e-999 and 1e+999 at most: a greater one would take minutes to write out
            faults[i] = "number_too_large"
            continue
        try:
            exact = Fraction(Decimal(f"{sign}{whole or 0}.{fraction or 0}{exponent}")) * times
        except (InvalidOperation, OverflowError):
            faults[i] = "not_a_number"
            continue
        if exact.denominator != 1:
            faults[i] = "too_fine"
        elif abs(exact) >= 2**63:
            faults[i] = "number_too_large"
        else:
            values[i] = int(exact)
    return values, faults


def _measured_numbers(
    parts: pl.DataFrame, factors: dict[str, Fraction], readable: pl.Series
) -> tuple[pl.Series, pl.Series | None]:
    text = parts.select(
        pl.concat_str("sign", "whole", pl.lit("."), pl.col("fraction").replace("", "0")).str.replace(
            r"^([+-]?)\.", "${1}0."
        )
    ).to_series()
    values = pl.Series([None] * len(parts), dtype=pl.Float64)
    for unit, times in factors.items():
        here = readable & (parts["unit"] == unit).fill_null(value=False)
        shift = _power_of_ten(times)
        # 4.2‰ is read as the text 4.2e-3, which is nearer to 0.0042 than 4.2 / 1000 in floats
        moved = text + (f"e{shift}" if shift else "")
        number = moved.cast(pl.Float64, strict=False)
        if shift is None:
            number = _times(number, times)
        values = pl.select(pl.when(here).then(number).otherwise(values)).to_series()
        for i in (here & (parts["exponent"] != "")).arg_true().to_list():
            exponent = parts["exponent"][i]
            try:
                values[i] = float(Fraction(f"{text[i]}{exponent}") * times) if len(exponent) <= 5 else None
            except OverflowError:
                values[i] = None
    odd = readable & ~values.is_finite().fill_null(value=False)
    if not odd.any():
        return values, None
    return values.set(odd, None), _fault_where(odd, "number_too_large")


# ------------------------------------------------------------------ and back to text


def yuan(fen: pl.Expr) -> pl.Expr:
    """Write fen as yuan, exactly, with as many decimals as there are.

    Examples
    --------
    >>> pl.DataFrame({"x": [12_345, -5, 100, None]}).select(yuan(pl.col("x"))).to_series().to_list()
    ['123.45', '-0.05', '1', None]
    """
    size = fen.abs()
    whole, rest = (size // 100).cast(pl.String), size % 100
    decimals = (
        pl.when(rest == 0)
        .then(pl.lit(""))
        .otherwise("." + rest.cast(pl.String).str.zfill(2).str.strip_chars_end("0"))
    )
    return pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit("")) + whole + decimals
