"""What is known to be true of each row, while a program is put into steps of NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Bank = Literal["f8", "i8", "b1", "u1", "i4"]
"""Kind of a register: whole numbers up to 2**53 as floats, whole numbers of 64 bits, truths, codes of texts (two widths)."""

ALL: Final = -1
NONE: Final = -2
"""Masks of every row and of no row; others are places of operations."""


@dataclass(frozen=True, slots=True)
class Const:
    """A number that is the same for all rows."""

    value: float | int


Arg = int | Const


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of NumPy: what is done, to which earlier ones or constants, and the kind of register for its result.

    ``name`` is that of the column that is loaded, else empty.
    """

    do: str
    args: tuple[Arg, ...]
    bank: Bank
    name: str = ""


class Listing:
    """Operations as they are found, each only once."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._places: dict[Operation, int] = {}
        self._opposite: dict[int, int] = {ALL: NONE, NONE: ALL}

    def add(self, do: str, *args: Arg, bank: Bank, name: str = "") -> int:
        """The place of an operation."""
        one = Operation(do, args, bank, name)
        found = self._places.get(one)
        if found is None:
            found = self._places[one] = len(self.operations)
            self.operations.append(one)
        return found

    # ------------------------------------------------------------ masks

    def both(self, one: int, other: int) -> int:
        """Rows in both masks."""
        if NONE in (one, other) or self._opposite.get(one) == other:
            return NONE
        if one in (ALL, other):
            return other
        return one if other == ALL else self.add("bitwise_and", *sorted((one, other)), bank="b1")

    def either(self, one: int, other: int) -> int:
        """Rows in one of two masks."""
        if ALL in (one, other) or self._opposite.get(one) == other:
            return ALL
        if one in (NONE, other):
            return other
        return one if other == NONE else self.add("bitwise_or", *sorted((one, other)), bank="b1")

    def outside(self, one: int) -> int:
        """Rows that are not in a mask."""
        found = self._opposite.get(one)
        if found is None:
            found = self.add("logical_not", one, bank="b1")
            self._opposite[one], self._opposite[found] = found, one
        return found

    def without(self, one: int, other: int) -> int:
        """Rows in one mask and not in the other."""
        if one == ALL:
            return self.outside(other)
        if other in (ALL, one) or one == NONE:
            return NONE
        if other == NONE or self._opposite.get(one) == other:
            return one
        return self.add("greater", one, other, bank="b1")

    def apart(self, one: int, other: int) -> int:
        """Rows in exactly one of two masks."""
        if one in (ALL, NONE):
            one, other = other, one
        if other == NONE:
            return one
        if other == ALL:
            return self.outside(one)
        if one == other:
            return NONE
        return self.add("bitwise_xor", *sorted((one, other)), bank="b1")

    def chosen(self, where: int, one: int, other: int) -> int:
        """Rows of one mask where a third holds, and of the other where it does not."""
        return one if one == other else self.either(self.both(where, one), self.without(other, where))
