"""Units of literals: ``1亿元``, ``5%``, ``20万元/亩``, ``3年``."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from wutong.zone.units import UNITS

Unit = tuple[tuple[str, int], ...]
"""Base units with their power, in order of name; ``()`` is a plain number."""

PLAIN: Final[Unit] = ()
MONEY: Final[Unit] = (("fen", 1),)
RATE: Final[Unit] = (("1", 1),)
COUNT: Final[Unit] = (("count", 1),)

COUNTS: Final = frozenset({"count", "person", "piece", "project", "measure"})
"""Units that count things. 个 may be a piece or a project, so it agrees with each of them."""

DURATIONS: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {
        "年": ("months", 12),
        "个月": ("months", 1),
        "天": ("days", 1),
        "日": ("days", 1),
    }
)
"""Words that make a literal a duration: 3年 is 36 months, 30天 is 30 days."""


def _words() -> dict[str, tuple[str, Fraction]]:
    found: dict[str, tuple[str, Fraction]] = {}
    for base, words in UNITS.items():
        if base == "year":  # 3年 is a duration here
            continue
        for word, factor in words.items():
            if word == "1" or any(not (letter.isalnum() or letter in "%‰²³㎡") for letter in word):
                continue
            if word in found and {base, found[word][0]} <= COUNTS:
                found[word] = ("count", factor)
            elif word not in found:
                found[word] = (base, factor)
    found["百分点"] = found["个百分点"] = ("1", Fraction(1, 100))
    return found


WORDS: Final[Mapping[str, tuple[str, Fraction]]] = MappingProxyType(_words())
"""For each word that may follow a number: base unit and factor. 立方米 is a volume, not water's tonne."""

LONGEST: Final = max(map(len, (*WORDS, *DURATIONS)))


def unit_at(text: str, start: int) -> str:
    """Read the longest unit that begins at a place, with ``/`` another unit where both stand together.

    Parameters
    ----------
    text : str
        The expression.
    start : int
        Where the number ends.

    Returns
    -------
    str
        The unit as written; empty where none begins here.

    Examples
    --------
    >>> unit_at("20万元/亩 以上", 2)
    '万元/亩'
    >>> unit_at("3 + x", 1)
    ''
    """
    first = _word_at(text, start)
    after = start + len(first)
    if first in WORDS and text[after : after + 1] == "/":
        second = _word_at(text, after + 1)
        if second in WORDS:
            return f"{first}/{second}"
    return first


def _word_at(text: str, start: int) -> str:
    for length in range(LONGEST, 0, -1):
        word = text[start : start + length]
        if len(word) == length and (word in WORDS or word in DURATIONS):
            following = text[start + length : start + length + 1]
            # `5t` is a unit, `5total` is not; Chinese words run together, so for them the longest wins
            if word[-1].isascii() and word[-1].isalpha() and (following.isalnum() or following == "_"):
                continue
            return word
    return ""


def measured(word: str) -> tuple[Unit, Fraction]:
    """Base unit and factor of a word that ``unit_at`` gave and that is no duration.

    Examples
    --------
    >>> measured("万元/亩")
    ((('fen', 1), ('m2', -1)), Fraction(1500, 1))
    """
    first, _, second = word.partition("/")
    base, factor = WORDS[first]
    if not second:
        return ((base, 1),), factor
    other, divisor = WORDS[second]
    return combined(((base, 1),), ((other, -1),)), factor / divisor


def combined(one: Unit, other: Unit) -> Unit:
    """Multiply two units; what counts things and shares count for nothing beside another unit.

    Examples
    --------
    >>> combined(MONEY, RATE)
    (('fen', 1),)
    >>> combined((("fen", 1), ("m2", -1)), (("m2", 1),))
    (('fen', 1),)
    """
    powers: dict[str, int] = {}
    for base, power in (*one, *other):
        powers[base] = powers.get(base, 0) + power
    if one == other == RATE:
        return RATE
    physical = {base: n for base, n in powers.items() if n and base != "1" and base not in COUNTS}
    if not physical:
        counted = [unit for unit in (one, other) if unit and unit != RATE]
        return counted[0] if len(counted) == 1 and counted[0][0][1] == 1 else PLAIN
    return tuple(sorted(physical.items()))


def inverse(unit: Unit) -> Unit:
    """One over a unit."""
    return tuple((base, -power) for base, power in unit)


def agree(one: Unit, other: Unit) -> bool:
    """Tell whether two quantities may be compared or added.

    Examples
    --------
    >>> agree(COUNT, (("project", 1),)), agree(MONEY, RATE), agree(RATE, PLAIN)
    (True, False, True)
    """
    first, second = (PLAIN if unit == RATE else unit for unit in (one, other))
    if first == second:
        return True
    names = {base for unit in (first, second) for base, _ in unit}
    return bool(names) and names <= COUNTS and (not first or not second or "count" in names)


NAMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "fen": ("金额", "money"),
        "cent": ("美元金额", "dollars"),
        "1": ("比率", "rate"),
        "m2": ("面积", "area"),
        "count": ("个数", "count"),
    }
)


def say(unit: Unit, language: str) -> str:
    """Name a unit in an error.

    Examples
    --------
    >>> say(MONEY, "zh"), say((("fen", 1), ("m2", -1)), "en")
    ('金额', 'money per area')
    """
    if not unit:
        return "数" if language == "zh" else "number"
    at = 0 if language == "zh" else 1
    over = [NAMES.get(base, (base, base))[at] for base, power in unit if power > 0]
    under = [NAMES.get(base, (base, base))[at] for base, power in unit if power < 0]
    times, per = ("×", "/") if language == "zh" else (" × ", " per ")
    return (times.join(over) or "1") + (per + times.join(under) if under else "")
