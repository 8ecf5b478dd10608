"""A program in blocks of rows, on NumPy: registers small enough to stay in the cache, used again after their last use.

This is the fast way to totals over a million firms; what it cannot give it refuses by reason, and Polars gives that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl

from wutong.policy.columns.day_parts import CALENDAR
from wutong.policy.columns.in_polars import DTYPES
from wutong.policy.columns.machine import Coded, Lowering, Number, Truth, needed
from wutong.policy.columns.masks import ALL, Arg, Bank, Const, Operation
from wutong.policy.columns.order import ordered
from wutong.policy.columns.program import Program, asked

ROWS: Final = 16_384
"""Rows of a block: a register of numbers takes 128 KiB. Shorter blocks cost more calls, longer ones leave the cache."""

Array = np.ndarray[Any, np.dtype[Any]]

_KINDS: Final[Mapping[Bank, type[np.generic]]] = MappingProxyType(
    {"f8": np.float64, "i8": np.int64, "b1": np.bool_, "u1": np.uint8, "i4": np.int32}
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Columns of a table as NumPy has them.

    ``values`` hold whole numbers, days, truths and codes of texts, with any value within bounds, 0 if possible, where
    ``known`` says that a row has none; a column without nulls has no entry there.
    """

    rows: int
    values: Mapping[str, Array]
    known: Mapping[str, Array]
    coded: Mapping[str, Coded]


@dataclass(frozen=True, slots=True)
class Total:
    """Sum of a column of numbers, or number of rows where a truth is true; and number of rows where either is known."""

    sum: int
    known: int


def loaded(program: Program, frame: pl.DataFrame) -> Loaded:
    """Take from a table the columns that a program asks for.

    Parameters
    ----------
    program : Program
        The program.
    frame : DataFrame
        The columns.

    Returns
    -------
    Loaded
        The same for every program that asks for the same columns with the same bounds.
    """
    values: dict[str, Array] = {}
    known: dict[str, Array] = {}
    coded: dict[str, Coded] = {}
    for name, step in asked(program).items():
        column = frame.get_column(name)
        if column.null_count():
            known[name] = column.is_not_null().to_numpy()
        if step.dtype == "text":
            values[name], coded[name] = _codes(column)
        elif step.dtype == "bool":
            values[name] = column.cast(pl.Boolean).fill_null(False).to_numpy()
        else:
            whole = column.cast(pl.Int32) if step.dtype == "date" else column
            nearest = 0 if step.dtype == "date" else min(max(0, step.low), step.high)
            values[name] = whole.cast(pl.Int64).fill_null(nearest).to_numpy()
    return Loaded(frame.height, values, known, coded)


def _codes(column: pl.Series) -> tuple[Array, Coded]:
    texts = column.drop_nulls().unique().cast(pl.String).sort()
    small = len(texts) < 255
    codes = column.cast(pl.Enum(texts)).to_physical().cast(pl.UInt8 if small else pl.Int32)
    coded = Coded("u1" if small else "i4", {text: code for code, text in enumerate(texts)})
    return codes.fill_null(255 if small else -1).to_numpy(), coded


def totals(program: Program, table: Loaded, block: int = ROWS) -> dict[str, Total]:
    """Sum up the outputs of a program over all rows.

    Parameters
    ----------
    program : Program
        Its outputs are numbers and truths.
    table : Loaded
        The columns that it asks for.
    block : int
        Rows of a block.

    Returns
    -------
    dict of str to Total
        Exact, whatever the sums come to.

    Raises
    ------
    UnfitError
        If an output needs more than 64 bits or works on texts; ``machine.refused`` says which ones.

    Examples
    --------
    >>> from wutong.policy.columns.node import column, literal, when
    >>> from wutong.policy.columns.program import program
    >>> money, land = column("投资", "i64", 0, 10**12), column("土地", "text")
    >>> new = land == literal("new")
    >>> made = program({"fen": when(new, money * 8 // 100), "new": new})
    >>> table = pl.DataFrame({"投资": [1_000, 500, None, 900], "土地": ["new", "new", "new", None]})
    >>> totals(made, loaded(made, table))
    {'fen': Total(sum=120, known=2), 'new': Total(sum=3, known=3)}
    """
    return run(program, table, (), block)[0]


def worked_out(program: Program, table: Loaded, block: int = ROWS) -> pl.DataFrame:
    """Work out a program row by row.

    Parameters
    ----------
    program, table, block
        As for ``totals``; outputs may be dates too.

    Returns
    -------
    DataFrame
        The outputs.
    """
    return run(program, table, program.outputs, block)[1]


def run(
    program: Program, table: Loaded, kept: Collection[str], block: int = ROWS
) -> tuple[dict[str, Total], pl.DataFrame]:
    """Work out a program in one pass: some outputs row by row, all others added up.

    Parameters
    ----------
    program, table, block
        As for ``totals``.
    kept : collection of str
        Outputs that are wanted row by row.

    Returns
    -------
    dict of str to Total
        The other outputs.
    DataFrame
        Those that are kept.
    """
    sums = {name: [0, 0] for name in program.outputs if name not in kept}
    columns: dict[str, tuple[Array, Array]] = {}
    for name in kept:
        truth = program.steps[program.outputs[name]].dtype == "bool"
        columns[name] = np.zeros(table.rows, np.bool_ if truth else np.int64), np.zeros(table.rows, np.bool_)

    def sink(output: _Output, place: _Place) -> Call:
        if output.name in sums:
            return _summing(sums[output.name], output, place)
        return _keeping(columns[output.name], output, place)

    _run(program, table, block, sink)
    found = {}
    for name, (values, known) in columns.items():
        step = program.steps[program.outputs[name]]
        series = pl.Series(values, dtype=pl.Boolean if step.dtype == "bool" else pl.Int64)
        if step.dtype in ("date", "u8"):
            series = series.cast(pl.Int32).cast(DTYPES[step.dtype])
        found[name] = series.set(pl.Series(~known), None)
    return {name: Total(*one) for name, one in sums.items()}, pl.DataFrame(found)


# ------------------------------------------------------------------ what is done with an output


@dataclass(slots=True)
class _Place:
    """The row at which the block begins that is worked on."""

    first: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Output:
    """An output in a block: its values and the rows where they are known, in registers or the same for all rows."""

    name: str
    values: Array | int
    known: Array | bool
    largest: int
    truth: bool
    clean: bool


Call = Callable[[], object]
Sink = Callable[[_Output, _Place], Call]


def _summing(total: list[int], output: _Output, place: _Place) -> Call:
    """Add up a block of an output."""
    known, values = output.known, output.values

    def count(mask: Array | bool) -> int:
        return int(np.count_nonzero(mask)) if isinstance(mask, np.ndarray) else place.rows * mask

    def add() -> None:
        held = count(known)
        total[1] += held
        if not isinstance(values, np.ndarray):
            total[0] += values * held
        elif output.truth:
            total[0] += int(np.count_nonzero(values))
        elif values.dtype == np.float64 and output.largest * len(values) <= 2**53:
            total[0] += int(np.add.reduce(values))
        else:
            whole = values.astype(np.int64)
            # a sum of halves of numbers never leaves Int64
            total[0] += (int((whole >> 32).sum()) << 32) + int((whole & 0xFFFF_FFFF).sum())

    return add


def _keeping(column: tuple[Array, Array], output: _Output, place: _Place) -> Call:
    """Copy a block of an output to where it belongs."""
    values, known = column

    def keep() -> None:
        rows = slice(place.first, place.first + place.rows)
        np.copyto(values[rows], output.values, casting="unsafe")
        np.copyto(known[rows], output.known)

    return keep


# ------------------------------------------------------------------ registers


@dataclass(frozen=True, slots=True)
class _Plan:
    """Operations in their order, each with the register of its result, and the outputs behind the operation that ends them."""

    operations: tuple[Operation, ...]
    needed: tuple[bool, ...]
    registers: tuple[int, ...]
    banks: tuple[Bank, ...]
    outputs: Mapping[int, tuple[tuple[str, Number | Truth, Arg], ...]] = field(repr=False)


def _planned(program: Program, table: Loaded) -> _Plan:
    lowering = Lowering(program, frozenset(table.known), table.coded)
    names: dict[int, list[str]] = {}
    for name, at in program.outputs.items():
        names.setdefault(at, []).append(name)
    outputs: dict[int, tuple[tuple[str, Number | Truth, Arg], ...]] = {}
    asked_for: list[int] = []
    for at in ordered(program):
        value = lowering.lowered(at)
        if at not in names:
            continue
        assert isinstance(value, Number | Truth)
        shown: Arg = value.true if isinstance(value, Truth) else lowering.zeroed(value)
        end = len(lowering.list.operations) - 1
        outputs[end] = (*outputs.get(end, ()), *((name, value, shown) for name in names[at]))
        asked_for += [place for place in (shown, value.known) if isinstance(place, int) and place >= 0]
    operations = lowering.list.operations
    used = needed(operations, asked_for)
    registers, banks = _placed(operations, used, outputs)
    return _Plan(tuple(operations), tuple(used), tuple(registers), tuple(banks), outputs)


def _placed(
    operations: Sequence[Operation],
    used: Sequence[bool],
    outputs: Mapping[int, Sequence[tuple[str, Number | Truth, Arg]]],
) -> tuple[list[int], list[Bank]]:
    """A register for each operation; one whose value nobody needs any more is taken again."""
    last = list(range(len(operations)))
    for at, one in enumerate(operations):
        if used[at]:
            for arg in one.args:
                if isinstance(arg, int):
                    last[arg] = at
    for at, several in outputs.items():
        for _, value, shown in several:
            for place in (shown, value.known):
                if isinstance(place, int) and place >= 0:
                    last[place] = max(last[place], at)
    ends: dict[int, list[int]] = {}
    for at, end in enumerate(last):
        if used[at]:
            ends.setdefault(end, []).append(at)
    free: dict[Bank, list[int]] = {}
    registers, banks = [-1] * len(operations), list[Bank]()
    shown_at = set(outputs)
    for at, one in enumerate(operations):
        # what ends here may be written over by this very operation, row by row, unless it is shown behind it
        dying = ends.get(at, [])
        early = (
            [] if at in shown_at else [old for old in dying if old != at and operations[old].bank == one.bank]
        )
        if used[at]:
            for old in early:
                free.setdefault(one.bank, []).append(registers[old])
            stock = free.setdefault(one.bank, [])
            if stock:
                registers[at] = stock.pop()
            else:
                registers[at] = len(banks)
                banks.append(one.bank)
        else:
            early = []
        for old in dying:
            if old not in early:
                free.setdefault(operations[old].bank, []).append(registers[old])
    return registers, banks


def _run(program: Program, table: Loaded, block: int, sink: Sink) -> None:
    plan = _planned(program, table)
    block = max(1, min(block, table.rows))
    held = [np.zeros(block, _KINDS[bank]) for bank in plan.banks]
    place = _Place()
    calls: list[Call] = []
    for first in range(0, table.rows, block):
        rows = min(block, table.rows - first)
        if rows != place.rows:
            place.rows = rows
            calls = _bound(plan, table, [one[:rows] for one in held], place, sink)
        place.first = first
        for call in calls:
            call()


def _bound(plan: _Plan, table: Loaded, held: Sequence[Array], place: _Place, sink: Sink) -> list[Call]:
    """Operations as calls that are ready to be made, on registers of one length."""
    calls: list[Call] = []

    def array(arg: Arg, kind: type[np.generic]) -> Array:
        return np.array(arg.value, kind) if isinstance(arg, Const) else held[plan.registers[arg]]

    def shown(name: str, value: Number | Truth, at: Arg) -> _Output:
        values = _same(at) if isinstance(at, Const) or at < 0 else held[plan.registers[at]]
        known = value.known == ALL if value.known < 0 else held[plan.registers[value.known]]
        if isinstance(value, Truth):
            return _Output(name, values, known, 1, True, True)
        return _Output(name, values, known, max(abs(value.low), abs(value.high)), False, value.clean)

    for at, one in enumerate(plan.operations):
        if plan.needed[at]:
            places = [arg for arg in one.args if isinstance(arg, int)]
            bank = plan.operations[places[0]].bank if places else one.bank
            if one.do == "multiply" or bank == "b1":
                bank = one.bank
            kind = _KINDS[bank]
            calls.append(
                _call(one, [array(arg, kind) for arg in one.args], held[plan.registers[at]], table, place)
            )
        calls += [sink(shown(*output), place) for output in plan.outputs.get(at, ())]
    calls += [sink(shown(*output), place) for output in plan.outputs.get(-1, ())]
    return calls


def _same(at: Arg) -> int:
    return int(at.value) if isinstance(at, Const) else int(at == ALL)


def _call(one: Operation, args: Sequence[Array], out: Array, table: Loaded, place: _Place) -> Call:
    if one.do in ("load", "load known"):
        column = (table.values if one.do == "load" else table.known)[one.name]
        return partial(_load, out, column, place)
    if one.do == "convert":
        return partial(np.copyto, out, args[0], casting="unsafe")
    if one.do in CALENDAR:
        return partial(CALENDAR[one.do], *args, out)
    return partial(getattr(np, one.do), *args, out=out)


def _load(out: Array, column: Array, place: _Place) -> None:
    np.copyto(out, column[place.first : place.first + place.rows])
