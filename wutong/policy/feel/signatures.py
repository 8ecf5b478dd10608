"""The functions of the language: what they are called, what they take, what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Signature:
    """One function.

    ``parameters`` are its names in order with the kinds each may have, divided by ``|``; those from
    ``needed`` on may be left out. ``many`` says that the last one repeats. ``gives`` is the kind of the result;
    ``same`` is that of the first argument.
    """

    parameters: tuple[tuple[str, str], ...]
    gives: str
    needed: int
    many: bool = False


def _function(text: str, gives: str, *, optional: int = 0, many: bool = False) -> Signature:
    parameters = tuple(
        (name.strip().replace("_", " "), kinds.strip())
        for name, kinds in (part.split(":") for part in text.split(",") if part)
    )
    return Signature(parameters, gives, len(parameters) - optional, many)


_ROUNDING = _function("n:number,scale:number", "same", optional=1)
_ROUND = _function("n:number,scale:number", "same")
_MEASURED = "number|date|days|months|text|boolean"

FUNCTIONS: Final[Mapping[str, Signature]] = MappingProxyType(
    {
        "not": _function("negand:boolean", "boolean"),
        # numbers
        "abs": _function("n:number|days|months", "same"),
        "floor": _ROUNDING,
        "ceiling": _ROUNDING,
        "decimal": _ROUND,
        "round up": _ROUND,
        "round down": _ROUND,
        "round half up": _ROUND,
        "round half down": _ROUND,
        "round half even": _ROUND,
        "modulo": _function("dividend:number,divisor:number", "number"),
        "sqrt": _function("number:number", "number"),
        "exp": _function("number:number", "number"),
        "log": _function("number:number", "number"),
        "odd": _function("number:number", "boolean"),
        "even": _function("number:number", "boolean"),
        "min": _function("list:number|date|days|months|text", "same", many=True),
        "max": _function("list:number|date|days|months|text", "same", many=True),
        "sum": _function("list:number|days|months", "same", many=True),
        "mean": _function("list:number", "same", many=True),
        # texts
        "string length": _function("string:text", "number"),
        "substring": _function(
            "string:text,start_position:number,length:number",
            "text",
            optional=1,
        ),
        "upper case": _function("string:text", "text"),
        "lower case": _function("string:text", "text"),
        "contains": _function("string:text,match:text", "boolean"),
        "starts with": _function("string:text,match:text", "boolean"),
        "ends with": _function("string:text,match:text", "boolean"),
        "substring before": _function("string:text,match:text", "text"),
        "substring after": _function("string:text,match:text", "text"),
        "matches": _function("input:text,pattern:text,flags:text", "boolean", optional=1),
        "replace": _function("input:text,pattern:text,replacement:text,flags:text", "text", optional=1),
        # dates
        "date": _function("from:text|date", "date"),
        "duration": _function("from:text", "duration"),
        "years and months duration": _function("from:date,to:date", "months"),
        "year": _function("date:date", "number"),
        "month": _function("date:date", "number"),
        "day": _function("date:date", "number"),
        "day of year": _function("date:date", "number"),
        "week of year": _function("date:date", "number"),
        "day of week": _function("date:date", "text"),
        "month of year": _function("date:date", "text"),
        # from one kind to another
        "number": _function("from:text,grouping_separator:text,decimal_separator:text", "number", optional=2),
        "string": _function(f"from:{_MEASURED}", "text"),
        "is": _function(f"value1:{_MEASURED}|range,value2:{_MEASURED}|range", "boolean", optional=2),
        "range": _function("from:text", "range"),
        "today": _function("", "date"),
    }
)
"""Every function that may be called, by name."""

ROUNDINGS: Final = (
    "floor",
    "ceiling",
    "decimal",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "round half even",
)
"""Functions whose second argument is a number of digits, or a step with a unit such as 1万元."""

DATE_OF_PARTS: Final = _function("year:number,month:number,day:number", "date")
"""The other way to call ``date``."""

CONSTRUCTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "for": "context, iteration, lambda",
        "some": "context, iteration, lambda",
        "every": "context, iteration, lambda",
        "function": "context, iteration, lambda",
    }
)
"""Words that begin a part of FEEL which is left out, with the part."""

OTHERS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(("time", "date and time", "now"), "time of day")
    | dict.fromkeys(
        (
            "list contains",
            "count",
            "all",
            "any",
            "sublist",
            "append",
            "concatenate",
            "insert before",
            "remove",
            "reverse",
            "index of",
            "union",
            "distinct values",
            "flatten",
            "product",
            "median",
            "stddev",
            "mode",
            "split",
            "string join",
            "list replace",
            "before",
            "after",
            "meets",
            "met by",
            "overlaps",
            "overlaps before",
            "overlaps after",
            "finishes",
            "finished by",
            "includes",
            "during",
            "starts",
            "started by",
            "coincides",
        ),
        "list or range value",
    )
    | dict.fromkeys(
        ("get value", "get entries", "context", "context put", "context merge", "sort"),
        "context, iteration, lambda",
    )
)
"""Functions of FEEL that are left out, with the part of FEEL they belong to."""

PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "date": ("year", "month", "day", "weekday"),
        "days": ("days", "hours", "minutes", "seconds"),
        "months": ("years", "months"),
        "range": ("start", "end", "start included", "end included"),
    }
)
"""What may be asked of a value by ``value.property``."""


def order(signature: Signature, count: int, names: tuple[str, ...]) -> tuple[int | None, ...] | None:
    """For each parameter the argument that fills it.

    Parameters
    ----------
    signature : Signature
        The function.
    count : int
        How many arguments there are.
    names : tuple of str
        Their names; empty where they stand in order.

    Returns
    -------
    tuple or None
        Places of arguments, None for a parameter left out; None in all where the arguments do not fit.

    Examples
    --------
    >>> order(FUNCTIONS["substring"], 2, ("start position", "string")), order(FUNCTIONS["abs"], 2, ())
    ((1, 0, None), None)
    """
    known = [name for name, _ in signature.parameters]
    if signature.many:
        return tuple(range(count)) if count and not names else None
    if count > len(known) or not set(names) <= set(known) or len(set(names)) != len(names):
        return None
    places = [names.index(name) if name in names else None for name in known] if names else None
    places = places or [at if at < count else None for at in range(len(known))]
    return None if None in places[: signature.needed] else tuple(places)
