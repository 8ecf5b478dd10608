"""How a fact can move: between two ends, in the smallest units in which a table holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Final

from wutong.policy.feel.values import DAY, Days, Months, Value
from wutong.policy.fields import Field
from wutong.policy.subjects import stored

LARGEST: Final[Mapping[str, int]] = {
    "fen": 10**17,
    "cent": 10**17,
    "1": 10**9,
    "count": 10**9,
    "person": 10**9,
}
"""The largest number that is looked at, in the units of a column; 10**15 for what is not here."""

_SIGNED: Final = ("1", "")
"""Units of what may be below 0 as well as above: rates and plain numbers."""

_FIRST: Final = date(1950, 1, 1).toordinal()
_LAST: Final = date(2200, 12, 31).toordinal()


@dataclass(frozen=True, slots=True)
class Axis:
    """The places of a fact, as whole numbers from ``low`` to ``high``; ``scale`` of them make one base unit."""

    kind: str
    scale: int
    low: int
    high: int

    @property
    def unit(self) -> Fraction:
        """The smallest step, in base units."""
        return Fraction(1, self.scale)

    def value(self, place: int) -> Value:
        """The value at a place."""
        match self.kind:
            case "date":
                return date.fromordinal(place)
            case "months":
                return Months(place)
            case "days":
                return Days(Fraction(place * DAY))
        return Fraction(place, self.scale)

    def place(self, value: Value) -> int:
        """The place of a value, or the next below it."""
        match value:
            case date():
                return value.toordinal()
            case Months(months=months):
                return months
            case Days(seconds=seconds):
                return floor(seconds / DAY)
            case Fraction():
                return floor(value * self.scale)
        raise TypeError(self.kind)


def axis_of(field: Field, value: Value) -> Axis | None:
    """The places of a fact; None for what has no order, such as a choice.

    Parameters
    ----------
    field : Field
        The fact.
    value : Value
        What it is now; money that is below 0 now may stay there, other money may not come there.

    Returns
    -------
    Axis or None
        Wide enough for the value.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY, RATE, TEXT
    >>> from wutong.words import Text
    >>> axis_of(Field("投资", Text("", ""), MONEY), Fraction(5)).low, axis_of(Field("名", Text("", ""), TEXT), None)
    (0, None)
    >>> axis_of(Field("增速", Text("", ""), RATE), None).value(50_000)
    Fraction(1, 20)
    """
    match field.type.kind:
        case "date":
            found = Axis("date", 1, _FIRST, _LAST)
        case "months":
            found = Axis("months", 1, 0, 12_000)
        case "days":
            found = Axis("days", 1, 0, 400_000)
        case "number":
            base = field.type.unit[0][0] if field.type.unit else ""
            largest = LARGEST.get(base, 10**15)
            below = base in _SIGNED or (isinstance(value, Fraction) and value < 0)
            found = Axis("number", stored(field).scale, -largest if below else 0, largest)
        case _:
            return None
    if value is None:
        return found
    here = found.place(value)
    return Axis(found.kind, found.scale, min(found.low, here), max(found.high, here + 1))
