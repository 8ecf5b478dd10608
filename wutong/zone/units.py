"""Units as they are written in papers and tables, and what each is in memory.

Money is held in fen, shares as fractions of one, everything else in the base unit of its column. Factors are exact
fractions: 1 亩 is 2000/3 m².
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

_WAN: Final = 10_000
_YI: Final = 100_000_000


def _scaled(words: tuple[str, ...], factor: Fraction | int = 1) -> dict[str, Fraction]:
    """Each word alone and with 千, 万, 百万, 亿 before it."""
    scales = {"": 1, "千": 1_000, "万": _WAN, "百万": 100 * _WAN, "亿": _YI}
    return {scale + word: Fraction(factor) * times for word in words for scale, times in scales.items()}


UNITS: Mapping[str, Mapping[str, Fraction]] = MappingProxyType(
    {
        "fen": _scaled(("元", "元人民币"), 100)
        | {
            "分": Fraction(1),
            "fen": Fraction(1),
            "角": Fraction(10),
            "千万元": Fraction(1_000 * _WAN * 100),
            "万": Fraction(_WAN * 100),
            "亿": Fraction(_YI * 100),
            "yuan": Fraction(100),
            "CNY": Fraction(100),
            "RMB": Fraction(100),
            "million yuan": Fraction(100_000_000),
            "billion yuan": Fraction(100_000_000_000),
        },
        "cent": _scaled(("美元", "USD"), 100) | {"美分": Fraction(1), "cent": Fraction(1)},
        "1": {"1": Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000), "bp": Fraction(1, 10_000)},
        "m2": _scaled(("平方米", "m2", "m²", "㎡"))
        | {
            "亩": Fraction(2000, 3),
            "mu": Fraction(2000, 3),
            "公顷": Fraction(10_000),
            "ha": Fraction(10_000),
            "平方公里": Fraction(1_000_000),
            "km2": Fraction(1_000_000),
            "km²": Fraction(1_000_000),
        },
        "m3": _scaled(("立方米", "方", "m3", "m³")),
        "t": _scaled(("吨", "t", "立方米", "m3", "m³")),
        "kWh": _scaled(("千瓦时", "度", "kWh")) | {"MWh": Fraction(1000), "GWh": Fraction(1_000_000)},
        "kg/m2": {
            "kg/m2": Fraction(1),
            "kg/m²": Fraction(1),
            "公斤/平方米": Fraction(1),
            "千克/平方米": Fraction(1),
            "t/m2": Fraction(1000),
            "吨/平方米": Fraction(1000),
        },
        "m": {"m": Fraction(1), "米": Fraction(1), "cm": Fraction(1, 100), "厘米": Fraction(1, 100)},
        "h": {"h": Fraction(1), "小时": Fraction(1), "时": Fraction(1)},
        "person": _scaled(("人", "名", "person", "persons")),
        "piece": _scaled(("台", "件", "条", "套", "只", "个", "piece", "pieces")),
        "project": {"project": Fraction(1), "projects": Fraction(1), "个": Fraction(1), "项": Fraction(1)},
        "measure": {"measure": Fraction(1), "measures": Fraction(1), "条": Fraction(1), "项": Fraction(1)},
        "year": {"year": Fraction(1), "年": Fraction(1)},
    }
)
"""For each base unit the words that name it or a multiple of it, with the factor to the base.

``t`` is the unit of water, which is billed by the tonne or by the cubic metre: the two are the same here.
"""

MUST_SAY: Final = frozenset({"fen", "1"})
"""Base units whose numbers are never read without a unit: 元 and 万元, 42 and 42 % look alike."""

MOST_FEN: Final = 10**17
"""The most money that is read: beyond what any zone has; sums over a column of greater ones could leave 64 bits."""

_HEADING = re.compile(r"^(?P<name>.*?)\s*[\[（(](?:单位[:：])?(?P<unit>[^\[\]（）()]*)[\]）)]\s*$")


def split_heading(heading: str) -> tuple[str, str]:
    """Split a heading into its name and the unit in brackets.

    Parameters
    ----------
    heading : str
        As it stands in the file.

    Returns
    -------
    tuple of str
        Name and unit; the unit is empty where none is given.

    Examples
    --------
    >>> split_heading("产值（万元）")
    ('产值', '万元')
    >>> split_heading("share [%]")
    ('share', '%')
    >>> split_heading("name")
    ('name', '')
    """
    found = _HEADING.match(heading)
    if found is None:
        return heading.strip(), ""
    return found["name"].strip(), found["unit"].strip()


def factor(unit: str, base: str) -> Fraction | None:
    """How many of the base unit one of this unit is.

    Parameters
    ----------
    unit : str
        As written.
    base : str
        Base unit of the column.

    Returns
    -------
    Fraction or None
        None where the unit is unknown or measures something else.

    Examples
    --------
    >>> factor("亿元", "fen")
    Fraction(10000000000, 1)
    >>> factor("亩", "m2")
    Fraction(2000, 3)
    >>> factor("台", "fen") is None
    True
    """
    return UNITS.get(base, {}).get(unit)


def is_unit(unit: str) -> bool:
    """Tell whether the word names any unit that Wutong knows."""
    return any(unit in words for words in UNITS.values())
