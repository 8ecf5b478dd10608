"""A Finding's network, laid out for SVG: things as marks, ties as lines, names where there is room for them.

The picture needs no script and no inline style: colours are classes of the page's style sheet, and each state has a
mark of its own, so that it reads without colour. Places come with the Finding; here they are only fitted to the sheet.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import polars as pl

from wutong.finding import Finding, Network
from wutong.report.numbers import MINUS
from wutong.words import Language, Text

WIDTH: Final = 1200
HEIGHT: Final = 760
_MARGIN: Final = 64
_LETTER: Final = 13
_LONGEST: Final = 34
_LEAST: Final = 5.0
_MOST: Final = 22.0
_SHAPES: Final = ("disc", "diamond", "ring", "square", "dot")
_NAMED: Final = 40
"""Names on one picture; the others are read by pointing at a mark, and in the table."""

_WORDS: Final = {
    "links": Text("条连线", "ties"),
    "colon": Text("：", ": "),
    "comma": Text("、", ", "),
    "more": Text("等 {n} 个", "and {n} more"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing as it is drawn; lengths in units of the sheet."""

    shape: str
    state: int
    x: float
    y: float
    r: float
    title: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name beside its mark."""

    text: str
    x: float
    y: float
    anchor: str
    lang: str


@dataclass(frozen=True, slots=True)
class Line:
    """A tie between two marks, from edge to edge."""

    x1: float
    y1: float
    x2: float
    y2: float
    strength: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of an axis with its number."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A network laid out on the sheet; the template ``network.html`` writes it as SVG."""

    width: int
    height: int
    margin: int
    marks: tuple[Mark, ...]
    names: tuple[Name, ...]
    lines: tuple[Line, ...]
    arrows: bool
    legend: tuple[tuple[str, int, str], ...]
    axes: tuple[str, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    words: str


def drawing(finding: Finding, language: Language) -> Drawing | None:
    """Lay out a Finding's network.

    Parameters
    ----------
    finding : Finding
        What it shows is in ``finding.network``.
    language : {"zh", "en"}
        Whose words are used.

    Returns
    -------
    Drawing or None
        None where the Finding has no network or nothing in it has a place.

    Examples
    --------
    >>> nodes = pl.DataFrame({"id": ["a", "b"], "label": ["甲", "乙"], "x": [0.0, 1.0], "y": [0.0, 1.0],
    ...                       "size": [1.0, 4.0], "state": ["here", "next"]})
    >>> links = pl.DataFrame({"from": ["a"], "to": ["b"], "weight": [0.5]})
    >>> net = Network(nodes, links, {"here": Text("有", "Here"), "next": Text("近", "Near")})
    >>> made = drawing(Finding("n", Text("问", "Q"), Text("答", "A"), pl.DataFrame(), {}, network=net), "en")
    >>> [(mark.shape, mark.r, mark.title) for mark in made.marks]
    [('diamond', 22.0, '乙: Near'), ('disc', 11.0, '甲: Here')]
    """
    net = finding.network
    if net is None:
        return None
    nodes = _spoken(net.nodes, language).filter(pl.col("x").is_finite() & pl.col("y").is_finite())
    if nodes.is_empty():
        return None
    states = list(net.states)
    where = _fitted(nodes)
    marks = [
        Mark(
            _SHAPES[min(at, len(_SHAPES) - 1)],
            at,
            *where[row["id"]],
            _radius(row["size"], nodes["size"].max()),
            f"{row['label']}{_WORDS['colon'].say(language)}{net.states[row['state']].say(language)}",
        )
        for row in nodes.iter_rows(named=True)
        for at in (states.index(row["state"]),)
    ]
    across, upwards = _ticks(nodes, where) if net.axes else ((), ())
    return Drawing(
        WIDTH,
        HEIGHT,
        _MARGIN,
        # the small lie on the large, so that each can be pointed at
        tuple(sorted(marks, key=lambda mark: -mark.r)),
        tuple(_names(marks, nodes["label"].to_list())),
        tuple(_lines(net, where, marks, nodes["id"].to_list())),
        net.arrows,
        tuple(
            (_SHAPES[min(at, len(_SHAPES) - 1)], at, net.states[state].say(language))
            for at, state in enumerate(states)
            if (nodes["state"] == state).any()
        ),
        tuple(each.say(language) for each in net.axes) if net.axes else (),
        across,
        upwards,
        words(finding, language),
    )


def words(finding: Finding, language: Language) -> str:
    """Say a network in words: which things are in which state, the greatest first.

    Examples
    --------
    >>> nodes = pl.DataFrame({"id": ["a", "b"], "label": ["甲", "乙"], "x": [0.0, 1.0], "y": [0.0, 1.0],
    ...                       "size": [1.0, 4.0], "state": ["here", "here"]})
    >>> links = pl.DataFrame(schema={"from": pl.String, "to": pl.String, "weight": pl.Float64})
    >>> net = Network(nodes, links, {"here": Text("有", "Here")})
    >>> words(Finding("n", Text("问", "Q"), Text("答", "A"), pl.DataFrame(), {}, network=net), "en")
    'Here: 乙, 甲.'
    """
    net = finding.network
    if net is None:
        return ""
    nodes = _spoken(net.nodes, language).sort("size", descending=True, nulls_last=True, maintain_order=True)
    parts = []
    for state, text in net.states.items():
        found = nodes.filter(pl.col("state") == state)["label"].to_list()
        if not found:
            continue
        said = _WORDS["comma"].say(language).join(found[:12])
        if len(found) > 12:
            more = _WORDS["more"].say(language).format(n=len(found) if language == "zh" else len(found) - 12)
            said += f" {more}" if language == "en" else more
        parts.append(f"{text.say(language)}{_WORDS['colon'].say(language)}{said}")
    if net.links.height:
        parts.append(f"{net.links.height} {_WORDS['links'].say(language)}")
    if not parts:
        return ""
    return "；".join(parts) + "。" if language == "zh" else "; ".join(parts) + "."


def _spoken(nodes: pl.DataFrame, language: Language) -> pl.DataFrame:
    if "label_en" in nodes.columns:
        if language == "en":
            nodes = nodes.with_columns(pl.coalesce("label_en", "label").alias("label"))
        nodes = nodes.drop("label_en")
    return nodes.with_columns(pl.coalesce("label", "id").alias("label"))


def _fitted(nodes: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Put the places onto the sheet; y grows upwards in the Finding and downwards on the sheet."""

    def spread(values: list[float], low: float, high: float) -> list[float]:
        least, most = min(values), max(values)
        if most - least <= 0:
            return [(low + high) / 2] * len(values)
        return [low + (value - least) / (most - least) * (high - low) for value in values]

    across = spread(nodes["x"].to_list(), _MARGIN + _MOST, WIDTH - _MARGIN - _MOST)
    upwards = spread(nodes["y"].to_list(), HEIGHT - _MARGIN - _MOST, _MARGIN)
    return {node: (round(x, 1), round(y, 1)) for node, x, y in zip(nodes["id"], across, upwards, strict=True)}


def _radius(size: float | None, greatest: object) -> float:
    """Areas are as sizes are; what is not known or nothing is as small as the smallest."""
    if not isinstance(greatest, int | float) or greatest <= 0 or size is None or not size > 0:
        return _LEAST
    return round(max(_LEAST, _MOST * math.sqrt(size / greatest)), 1)


def _lines(
    net: Network, where: dict[str, tuple[float, float]], marks: list[Mark], ids: list[str]
) -> Iterator[Line]:
    radius = {node: mark.r for node, mark in zip(ids, marks, strict=True)}
    for start, end, weight in net.links.select("from", "to", "weight").sort("weight").iter_rows():
        if start not in where or end not in where or start == end:
            continue
        (x1, y1), (x2, y2) = where[start], where[end]
        far = math.hypot(x2 - x1, y2 - y1)
        if far <= radius[start] + radius[end]:
            continue
        back = (radius[end] + (6 if net.arrows else 0)) / far
        away = radius[start] / far
        yield Line(
            round(x1 + (x2 - x1) * away, 1),
            round(y1 + (y2 - y1) * away, 1),
            round(x2 - (x2 - x1) * back, 1),
            round(y2 - (y2 - y1) * back, 1),
            min(3, max(1, math.ceil((weight or 0.0) * 3))),
        )


def _names(marks: list[Mark], labels: list[str]) -> Iterator[Name]:
    """Name the marks that matter most, as far as names do not lie on each other or on a mark."""
    taken = [(mark.x - mark.r, mark.y - mark.r, mark.x + mark.r, mark.y + mark.r) for mark in marks]
    order = sorted(range(len(marks)), key=lambda at: (marks[at].state, -marks[at].r))
    named = 0
    for at in order:
        if named == _NAMED:
            return
        mark, text = marks[at], _short(labels[at])
        wide, high = _wide(text), _LETTER + 2
        tries = (
            (mark.x + mark.r + 3, mark.y + _LETTER * 0.35, "start"),
            (mark.x - mark.r - 3, mark.y + _LETTER * 0.35, "end"),
            (mark.x, mark.y - mark.r - 4, "middle"),
            (mark.x, mark.y + mark.r + _LETTER, "middle"),
        )
        for x, y, anchor in tries:
            left = x if anchor == "start" else x - wide if anchor == "end" else x - wide / 2
            box = (left, y - high + 3, left + wide, y + 3)
            own = taken[at]
            if box[0] < 2 or box[2] > WIDTH - 2 or box[1] < 2 or box[3] > HEIGHT - 2:
                continue
            if any(_over(box, other) for other in taken if other is not own):
                continue
            taken.append(box)
            named += 1
            yield Name(text, round(x, 1), round(y, 1), anchor, "zh-CN" if _chinese(text) else "")
            break


def _over(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _wide(text: str) -> float:
    return sum(_LETTER if unicodedata.east_asian_width(letter) in "WF" else _LETTER * 0.56 for letter in text)


def _chinese(text: str) -> bool:
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _short(text: str) -> str:
    room = _LONGEST
    for at, letter in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return text[:at].rstrip() + "…"
    return text


def _ticks(
    nodes: pl.DataFrame, where: dict[str, tuple[float, float]]
) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
    """Round numbers along both axes, at most six each."""
    made: list[tuple[Tick, ...]] = []
    for place, column in enumerate(("x", "y")):
        values = nodes[column].to_list()
        at = {value: where[node][place] for node, value in zip(nodes["id"], values, strict=True)}
        least, most = min(values), max(values)
        if most <= least:
            made.append((Tick(at[least], _number(least)),))
            continue
        step = _round_step((most - least) / 5)
        first = math.ceil(least / step)
        scale = (at[most] - at[least]) / (most - least)
        made.append(
            tuple(
                Tick(round(at[least] + (number * step - least) * scale, 1), _number(number * step))
                for number in range(first, math.floor(most / step) + 1)
            )
        )
    return made[0], made[1]


def _number(value: float) -> str:
    return f"{value:.10g}".replace("-", MINUS)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10 … that is not smaller.

    Examples
    --------
    >>> _round_step(0.13), _round_step(4.0), _round_step(70.0)
    (0.2, 5.0, 100.0)
    """
    power = 10.0 ** math.floor(math.log10(rough))
    for low, high in pairwise((0.0, 1.0, 2.0, 5.0, 10.0)):
        if low < rough / power <= high * (1 + 1e-12):
            return high * power
    return 10.0 * power
