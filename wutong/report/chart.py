"""A Finding's picture as an option of Apache ECharts, and the same picture in words.

The option is plain data: no function, no HTML. Colours are names of CSS variables, put in place when the page
draws, so that light and dark are the page's choice. Every text that is drawn is drawn as text.

An unknown value is a gap that is named, never a zero; a bound ("more than 700") is an open mark with an
arrow; a range is a band where the points are joined and a whisker where they stand alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wutong.finding import Finding, Picture
from wutong.report.numbers import (
    MINUS,
    SENSES,
    UNKNOWN,
    Scale,
    Value,
    is_number,
    known,
    say,
    scale,
    show,
    trimmed,
)
from wutong.report.table import INVENTED, spoken
from wutong.words import Language, Text

Option = dict[str, Any]

MOST_BARS = 40
"""Bars that one can read; the rest are in the table."""

_PERIOD = re.compile(r"\d{4}($|[HQ-])")
_YEAR = re.compile(r"\d{4}$")
_ARROW = "path://M0,0 L0,-22 M-5.5,-15 L0,-22 L5.5,-15"
_SYMBOLS = ("circle", "rect", "triangle", "diamond", "emptyCircle")
_TARGET_STYLE = {"color": "var(--target)", "width": 2, "type": "dashed"}
_DASHES = ("solid", "dashed", "dotted", [8, 3, 2, 3], [2, 6])
_SENSE_OF = {text.en: word for word, text in SENSES.items()} | {word: word for word in SENSES}
_BOUNDS = {
    "gt": Text("超过", "more than"),
    "ge": Text("不少于", "at least"),
    "lt": Text("不足", "less than"),
    "le": Text("不超过", "at most"),
}
COLOURS = 5
"""Series that have a colour, a mark and a dash of their own."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The columns that are drawn, in their order and with what is missing filled in as unknown."""

    labels: list[str]
    values: list[list[Value]]
    low: list[Value]
    high: list[Value]
    target: list[Value]
    sense: list[Value]


def option(finding: Finding, language: Language) -> Option | None:
    r"""Draw a Finding's picture.

    Parameters
    ----------
    finding : Finding
        Its ``picture`` names the columns.
    language : {"zh", "en"}
        Whose words are used.

    Returns
    -------
    dict or None
        An option of Apache ECharts as plain data; None where the Finding has no picture or its table no
        rows. :func:`height` says how high it is drawn.

    Examples
    --------
    >>> import polars as pl
    >>> from wutong.finding import Finding
    >>> table = pl.DataFrame({"year": ["2022", "2024"], "output": [29_300_000_000_00, None]})
    >>> path = Finding("path", Text("产值", "Output"), Text("增长", "Grew"), table,
    ...                labels={"year": Text("年", "Year"), "output": Text("产值", "Output")},
    ...                units={"output": "fen"}, picture=Picture("line", "year", ("output",)))
    >>> drawn = option(path, "en")
    >>> drawn["xAxis"]["data"]
    ['2022', '2023\nnot known', '2024\nnot known']
    >>> [point["value"] if point else None for point in drawn["series"][0]["data"]]
    [293.0, None, None]
    """
    finding = spoken(finding, language)
    picture = finding.picture
    if picture is None or finding.table.is_empty():
        return None
    drawn = _drawn(finding, picture, language)
    how = _scale(finding, picture, drawn)
    across = _across(finding, picture)
    axis: Option = {
        "type": "category",
        "data": [_with_unknown(drawn, place, language, across) for place in range(len(drawn.labels))],
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": "var(--ink-2)"}},
        "axisLabel": {
            "color": "var(--ink)",
            "interval": 0 if across or len(drawn.labels) <= 16 else "auto",
            "lineHeight": 16,
        },
    }
    if across:
        axis["inverse"] = True
        axis["axisLabel"] |= {"width": 300, "overflow": "truncate"}
    unit = "%" if how.unit == "1" else how.label.say(language)
    measure = {
        "type": "value",
        "name": unit,
        "nameLocation": "end",
        "nameTextStyle": {"color": "var(--ink-2)", "align": "right" if across else "left"},
        "axisLabel": {"color": "var(--ink-2)"},
        "boundaryGap": [0, "8%"],
        "splitLine": {"lineStyle": {"color": "var(--line)"}},
        "axisLine": {"show": False},
    }
    names = [_plain(finding.labels.get(name, Text(name, name)).say(language)) for name in picture.y]
    series: list[Option] = []
    ranks = _ranks(drawn)
    # a series of which nothing is known is in the table; here it would be a name without a mark
    told = [
        place == 0 or any(is_number(value) for value in column) for place, column in enumerate(drawn.values)
    ]
    names = [name for name, there in zip(names, told, strict=True) if there]
    if picture.kind == "line":
        for place, name in sorted(zip(_places(told), names, strict=True), key=lambda pair: ranks[pair[0]]):
            series.append(_line(name, drawn, place, ranks[place], how, language))
        series += _range_band(drawn, how, finding, picture, language)
    else:
        for place, name in zip(_places(told), names, strict=True):
            series.append(_bar(name, drawn, place, how, language, len(names)))
    series += _whiskers(drawn, how, across, joined=picture.kind == "line")
    series += _bounds(drawn, how, across, language)
    if picture.target:
        name = _plain(finding.labels.get(picture.target, Text(picture.target, picture.target)).say(language))
        series += _targets(name, drawn, how, across, language)
    levels = [(_plain(text.say(language)), value) for text, value in picture.lines]
    series += _levels(levels, how, across, language)
    legend = len(names) > 1
    chart: Option = {
        "animation": False,
        "backgroundColor": "transparent",
        "color": [f"var(--c{place + 1})" for place in range(COLOURS)],
        "textStyle": {"fontFamily": "var(--sans)", "color": "var(--ink)", "fontSize": 13},
        "aria": {
            "enabled": True,
            "label": {"enabled": False},
            "decal": {"show": picture.kind == "bar" and len(names) > 1},
        },
        "grid": {
            "left": 8,
            "right": 90 if _has_target_line(drawn, across) else 64 if across else 24,
            "top": (24 if legend else 0) + (34 if unit else 12),
            "bottom": 8,
            "containLabel": True,
        },
        "legend": {
            "show": legend,
            "top": 0,
            "left": 0,
            "data": [each["name"] for each in series if each.get("name") in names],
            "textStyle": {"color": "var(--ink)"},
            "selectedMode": False,
            "itemWidth": 30,
        },
        "tooltip": {
            "trigger": "item",
            "renderMode": "richText",
            "backgroundColor": "var(--sheet)",
            "borderColor": "var(--line)",
            "textStyle": {"color": "var(--ink)"},
            "confine": True,
        },
        "xAxis": measure if across else axis,
        "yAxis": axis if across else measure,
        "series": series,
    }
    if finding.invented:
        chart["graphic"] = [_watermark()]
    return chart


def height(finding: Finding) -> int:
    """Say how high the picture is drawn, in CSS pixels."""
    picture = finding.picture
    if picture is None or not _across(finding, picture):
        return 320
    bars = min(finding.table.height, MOST_BARS)
    return 70 + bars * (28 if len(picture.y) == 1 else 8 + 18 * len(picture.y))


def words(finding: Finding, language: Language) -> str:
    """Say a Finding's picture in words, for those who cannot see it.

    Examples
    --------
    >>> import polars as pl
    >>> from wutong.finding import Finding
    >>> table = pl.DataFrame({"year": ["2022", "2024"], "low": [None, 70_000_000_000_00],
    ...                       "output": [29_300_000_000_00, None]})
    >>> path = Finding("path", Text("产值", "Output"), Text("增长", "Grew"), table,
    ...                labels={"output": Text("产值", "Output")}, units={"output": "fen", "low": "fen"},
    ...                picture=Picture("line", "year", ("output",), low="low"))
    >>> words(path, "en")
    'Line chart. Output (100 million yuan): 2022: 293; 2023: not known; 2024: more than 700.'
    """
    finding = spoken(finding, language)
    picture = finding.picture
    if picture is None or finding.table.is_empty():
        return ""
    drawn = _drawn(finding, picture, language)
    how = _scale(finding, picture, drawn)

    def one(value: Value) -> str:
        return trimmed(value, language, how)

    zh = language == "zh"
    unit = how.label.say(language)
    bracket = "" if not unit else f"（{unit}）" if zh else f" ({unit})"
    kind = Text("折线图", "Line chart") if picture.kind == "line" else Text("条形图", "Bar chart")
    parts = []
    for place, name in enumerate(picture.y):
        points = []
        for at, place_label in enumerate(drawn.labels):
            value = drawn.values[place][at]
            text = one(value)
            low, high = (drawn.low[at], drawn.high[at]) if place == 0 else (None, None)
            bound = place == 0 and _is_bound(drawn, at)
            if is_number(low) and is_number(high) and low != high and not bound:
                between = f"{one(low)} 至 {one(high)}" if zh else f"from {one(low)} to {one(high)}"
                text = between if not known(value) else f"{text}（{between}）" if zh else f"{text}, {between}"
            elif bound:
                text = _bound_in_words(drawn, at, one(low if not known(high) else high), language)
            elif place == 0 and drawn.sense[at] == "about" and known(value):
                text = f"约 {text}" if zh else f"about {text}"
            points.append(f"{place_label}：{text}" if zh else f"{place_label}: {text}")
        series = finding.labels.get(name, Text(name, name)).say(language) + bracket
        parts.append(f"{series}：{'；'.join(points)}。" if zh else f"{series}: {'; '.join(points)}.")
    if picture.target:
        name = (
            finding.labels.get(picture.target, Text(picture.target, picture.target)).say(language) + bracket
        )
        targets = list(dict.fromkeys(one(value) for value in drawn.target if is_number(value)))
        if targets:
            parts.append(f"{name}：{'；'.join(targets)}。" if zh else f"{name}: {'; '.join(targets)}.")
    for called, level in picture.lines:
        name = called.say(language) + bracket
        parts.append(f"{name}：{one(level)}。" if zh else f"{name}: {one(level)}.")
    start = kind.say(language) + ("。" if zh else ". ")
    return start + ("" if zh else " ").join(parts)


def _across(finding: Finding, picture: Picture) -> bool:
    # periods run from left to right; names are long and lie beside their bars
    return picture.kind == "bar" and not all(
        _PERIOD.match(_text(value)) for value in finding.table.get_column(picture.x)
    )


def _drawn(finding: Finding, picture: Picture, language: Language) -> _Drawn:
    frame = finding.table
    if picture.kind == "bar":
        frame = frame.head(MOST_BARS)
    unit = finding.units.get(picture.x, "")
    raw: list[Value] = [
        value if isinstance(value, str) else _text(value) for value in frame.get_column(picture.x)
    ]
    rows = list(range(frame.height))
    places: list[int | None] = list(rows)
    labels = [show(value, unit or "period", language) for value in raw]
    years = [int(str(value)) for value in raw if known(value) and _YEAR.match(str(value))]
    # a year that has no row is as unknown as one whose row is empty: it keeps its place on the axis
    if years and len(years) == len(raw) == len(set(years)) and max(years) - min(years) < 100:
        at = {year: row for row, year in enumerate(years)}
        places = [at.get(year) for year in range(min(years), max(years) + 1)]
        labels = [str(year) for year in range(min(years), max(years) + 1)]

    def column(name: str) -> list[Value]:
        if not name:
            return [None] * len(places)
        values = frame.get_column(name).to_list()
        return [None if place is None else values[place] for place in places]

    return _Drawn(
        labels,
        [column(name) for name in picture.y],
        column(picture.low),
        column(picture.high),
        column(picture.target),
        [_SENSE_OF.get(str(value)) for value in column("sense" if "sense" in frame.columns else "")],
    )


def bars_left_out(finding: Finding) -> int:
    """Count the rows of a bar chart that are in the table alone."""
    if finding.picture is None or finding.picture.kind != "bar":
        return 0
    return max(0, finding.table.height - MOST_BARS)


def _scale(finding: Finding, picture: Picture, drawn: _Drawn) -> Scale:
    levels: list[Value] = [level for _, level in picture.lines]
    columns: list[list[Value]] = [*drawn.values, drawn.low, drawn.high, drawn.target, levels]
    values = [value for column in columns for value in column]
    return scale(values, finding.units.get(picture.y[0], ""))


def _with_unknown(drawn: _Drawn, place: int, language: Language, across: bool) -> str:
    name = _plain(drawn.labels[place])
    columns = (*drawn.values, drawn.low, drawn.high)
    if any(is_number(column[place]) for column in columns):
        return name
    return f"{name} · {UNKNOWN.say(language)}" if across else f"{name}\n{UNKNOWN.say(language)}"


def _places(told: Sequence[bool]) -> list[int]:
    return [place for place, there in enumerate(told) if there]


def _ranks(drawn: _Drawn) -> list[int]:
    """Order the series: the fullest is drawn solid and in the first colour, what is added to it is dashed."""
    known_values = [sum(1 for value in column if is_number(value)) for column in drawn.values]
    order = sorted(range(len(known_values)), key=lambda place: -known_values[place])
    return [order.index(place) for place in range(len(known_values))]


def _has_target_line(drawn: _Drawn, across: bool) -> bool:
    given = [value for value in drawn.target if is_number(value)]
    return not across and len(given) > 1 and len(set(given)) > 1


def _line(name: str, drawn: _Drawn, place: int, rank: int, how: Scale, language: Language) -> Option:
    values = drawn.values[place]
    data: list[Option | None] = []
    for at, value in enumerate(values):
        if not is_number(value) or (place == 0 and _is_bound(drawn, at)):
            data.append(None)
        else:
            point = _point(value, how, drawn.labels[at], name, language)
            if place == 0 and drawn.sense[at] == "about":
                point["label"]["formatter"] = f"{_mark(drawn, at)} {point['label']['formatter']}"
            others = [column[at] for number, column in enumerate(drawn.values) if number < place]
            if any(is_number(other) for other in others):
                point["label"] |= {"show": value not in others, "position": "bottom"}
            data.append(point)
    return {
        "type": "line",
        "name": name,
        "data": data,
        "connectNulls": False,
        "color": f"var(--c{rank % COLOURS + 1})",
        "symbol": _SYMBOLS[rank % len(_SYMBOLS)],
        "symbolSize": 9,
        "lineStyle": {"width": 2.5, "type": _DASHES[rank % len(_DASHES)]},
        "label": {"show": True, "position": "top", "color": "var(--ink)",
                  "textBorderColor": "var(--sheet)", "textBorderWidth": 2},
        "labelLayout": {"hideOverlap": True},
        "z": 5,
    }  # fmt: skip


def _bar(name: str, drawn: _Drawn, place: int, how: Scale, language: Language, many: int) -> Option:
    data: list[Option | None] = []
    for at, value in enumerate(drawn.values[place]):
        if not is_number(value) or (place == 0 and _is_bound(drawn, at)):
            data.append(None)
        else:
            data.append(_point(value, how, drawn.labels[at], name, language))
    return {
        "type": "bar",
        "name": name,
        "data": data,
        "barMaxWidth": 22 if many == 1 else 14,
        "label": {"show": True, "position": "outside", "color": "var(--ink)"},
        "labelLayout": {"hideOverlap": True},
        "z": 5,
    }


def _range_band(
    drawn: _Drawn, how: Scale, finding: Finding, picture: Picture, language: Language
) -> list[Option]:
    joined = _joined(drawn)
    if not any(joined):
        return []
    name = Text("范围", "Range").say(language)
    lows = [_out(drawn.low[at], how) if joined[at] else None for at in range(len(joined))]
    spans = [
        round(high - low, 6) if low is not None and (high := _out(drawn.high[at], how)) is not None else None
        for at, low in enumerate(lows)
    ]
    shared: Option = {
        "type": "line",
        "stack": "range",
        "stackStrategy": "all",
        "symbol": "none",
        "lineStyle": {"opacity": 0},
        "silent": True,
        "tooltip": {"show": False},
        "z": 1,
    }
    return [
        {**shared, "name": f"{name} ", "data": lows},
        {
            **shared,
            "name": name,
            "data": spans,
            "areaStyle": {"color": f"var(--c{_ranks(drawn)[0] + 1})", "opacity": 0.16},
        },
    ]


def _joined(drawn: _Drawn) -> list[bool]:
    both = [is_number(low) and is_number(high) for low, high in zip(drawn.low, drawn.high, strict=True)]
    wide = [here and drawn.low[at] != drawn.high[at] for at, here in enumerate(both)]
    # a band may start from a point without width, but needs width somewhere beside it
    beside = [any(wide[max(0, at - 1) : at + 2]) for at in range(len(wide))]
    return [
        here and beside[at] and any(both[max(0, at - 1) : at] + both[at + 1 : at + 2])
        for at, here in enumerate(both)
    ]


def _whiskers(drawn: _Drawn, how: Scale, across: bool, *, joined: bool) -> list[Option]:
    band = _joined(drawn) if joined else [False] * len(drawn.labels)
    pairs = []
    for at, (low, high) in enumerate(zip(drawn.low, drawn.high, strict=True)):
        if is_number(low) and is_number(high) and low != high and not band[at] and not _is_bound(drawn, at):
            ends = [_out(low, how), _out(high, how)]
            pairs.append([{"coord": [end, at] if across else [at, end]} for end in ends])
    if not pairs:
        return []
    return [
        {
            "type": "line",
            "data": [],
            "silent": True,
            "markLine": {
                "silent": True,
                "symbol": ["rect", "rect"],
                "symbolSize": [2, 12],
                "lineStyle": {"color": "var(--ink)", "width": 2, "type": "solid"},
                "label": {"show": False},
                "data": pairs,
                "z": 6,
            },
        }
    ]


def _bounds(drawn: _Drawn, how: Scale, across: bool, language: Language) -> list[Option]:
    points: list[Option] = []
    arrows: list[Option] = []
    for at, place_label in enumerate(drawn.labels):
        low, high = drawn.low[at], drawn.high[at]
        if not _is_bound(drawn, at):
            continue
        up = is_number(low) and not known(high)
        bound = low if up else high
        mark = _mark(drawn, at) or (">" if up else "<")
        text = f"{mark} {trimmed(bound, language, how)}"
        place = _out(bound, how)
        points.append(
            {
                "value": [place, at] if across else [at, place],
                "label": {
                    "show": True,
                    "formatter": text,
                    "position": "bottom" if across else "right",
                    "color": "var(--ink)",
                    "textBorderColor": "var(--sheet)",
                    "textBorderWidth": 2,
                },
                "tooltip": {"formatter": f"{_plain(place_label)}\n{mark} {say(bound, how.unit, language)}"},
            }
        )
        # the arrow points to where the value may be: more is up, or to the right where bars lie
        far = 17 if up else -17
        arrows.append(
            {
                "value": [place, at] if across else [at, place],
                "symbolRotate": (-90 if up else 90) if across else (0 if up else 180),
                "symbolOffset": [far, 0] if across else [0, -far],
            }
        )
    if not points:
        return []
    colour = f"var(--c{_ranks(drawn)[0] + 1})"
    return [
        {
            "type": "scatter",
            "name": Text("界限", "Bound").say(language),
            "data": points,
            "symbol": "emptyCircle",
            "symbolSize": 10,
            "itemStyle": {"color": colour, "borderWidth": 2.5, "opacity": 1},
            "z": 7,
        },
        {
            "type": "scatter",
            "silent": True,
            "tooltip": {"show": False},
            "data": arrows,
            "symbol": _ARROW,
            "symbolSize": [11, 22],
            "itemStyle": {"color": "transparent", "borderColor": colour, "borderWidth": 2.5, "opacity": 1},
            "z": 7,
        },
    ]


def _targets(name: str, drawn: _Drawn, how: Scale, across: bool, language: Language) -> list[Option]:
    given = [(at, value) for at, value in enumerate(drawn.target) if is_number(value)]
    values = list(dict.fromkeys(value for _, value in given))
    if not values:
        return []
    if len(values) == 1 and len(given) > 1:
        return _levels([(name, values[0])], how, across, language)
    if across or len(given) == 1:
        return [_target_points(name, given, drawn, how, across, language)]
    return [
        {
            "type": "line",
            "name": name,
            "data": [
                None if not is_number(value) else _point(value, how, drawn.labels[at], name, language)
                for at, value in enumerate(drawn.target)
            ],
            "connectNulls": True,
            "symbol": "none",
            "lineStyle": _TARGET_STYLE,
            "itemStyle": {"color": "var(--target)"},
            "endLabel": {"show": True, "formatter": name, "color": "var(--target)"},
            "z": 4,
        }
    ]


def _target_points(
    name: str, given: list[tuple[int, Value]], drawn: _Drawn, how: Scale, across: bool, language: Language
) -> Option:
    """Mark targets that hold at single places: a short thick stroke with its name and value."""
    points = [
        {
            "value": [_out(value, how), at] if across else [at, _out(value, how)],
            "label": {
                "show": True,
                "formatter": f"{name} {trimmed(value, language, how)}",
                "position": "right" if across else "top",
                "color": "var(--target)",
                "textBorderColor": "var(--sheet)",
                "textBorderWidth": 2,
            },
            "tooltip": {"formatter": f"{_plain(drawn.labels[at])}\n{name}: {say(value, how.unit, language)}"},
        }
        for at, value in given
    ]
    return {
        "type": "scatter",
        "name": name,
        "data": points,
        "symbol": "rect",
        "symbolSize": [4, 22] if across else [34, 4],
        "itemStyle": {"color": "var(--target)"},
        "z": 6,
    }


def _levels(
    levels: Sequence[tuple[str, Value]], how: Scale, across: bool, language: Language
) -> list[Option]:
    """Draw named levels from one side of the picture to the other."""
    if not levels:
        return []
    axis = "xAxis" if across else "yAxis"
    lines = [
        {
            axis: _out(value, how),
            "label": {
                "formatter": f"{name} {trimmed(value, language, how)}",
                "color": "var(--target)",
                "position": "end" if across else "insideStartTop",
                "textBorderColor": "var(--sheet)",
                "textBorderWidth": 2,
            },
        }
        for name, value in levels
    ]
    return [
        {
            "type": "line",
            "data": [],
            "silent": True,
            "markLine": {"silent": True, "symbol": "none", "lineStyle": _TARGET_STYLE, "data": lines, "z": 4},
        },
        # a level beyond the data still has to be inside the picture
        {
            "type": "scatter",
            "silent": True,
            "symbolSize": 0,
            "tooltip": {"show": False},
            "data": [[_out(value, how), 0] if across else [0, _out(value, how)] for _, value in levels],
        },
    ]


def _is_bound(drawn: _Drawn, at: int) -> bool:
    """Tell whether only one side of the first series is known at a place."""
    low, high, value = drawn.low[at], drawn.high[at], drawn.values[0][at]
    if is_number(low) and not known(high):
        return not _above(value, low)
    # "less than 500" is the bound 500 with nothing, or a zero that nobody measured, below it
    if is_number(high) and (not known(low) or (low == 0 and value == high != 0)):
        return not _above(high, value)
    return False


def _mark(drawn: _Drawn, at: int) -> str:
    """Give the sign before a published number, such as ≥ or ≈; empty where it is the number itself."""
    sense = drawn.sense[at]
    return SENSES[sense].en if isinstance(sense, str) and sense in SENSES and sense != "eq" else ""


def _bound_in_words(drawn: _Drawn, at: int, number: str, language: Language) -> str:
    sense = str(drawn.sense[at] or ("gt" if not known(drawn.high[at]) else "lt"))
    word = _BOUNDS.get(sense, _BOUNDS["gt"]).say(language)
    return f"{word} {number}"


def _above(more: Value, less: Value) -> bool:
    if isinstance(more, int | float) and isinstance(less, int | float):
        return more > less
    return False


def _point(value: Value, how: Scale, place: str, series: str, language: Language) -> Option:
    text = trimmed(value, language, how)
    return {
        "value": _out(value, how),
        "label": {"formatter": text},
        "tooltip": {"formatter": f"{_plain(place)}\n{series}: {say(value, how.unit, language)}"},
    }


def _out(value: Value, how: Scale) -> float | None:
    if not is_number(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    # the number that is drawn is the number that is written, so that mark and label agree
    text = show(value, how.unit, "en", by=Scale(how.unit, how.power, how.decimals + 4, how.label))
    digits = text.replace(",", "").replace(MINUS, "-").replace("%", "").replace("×10^", "e")
    return 0.0 if digits[0] in "<>" else float(digits)


def _watermark() -> Option:
    return {
        "type": "text",
        "left": "center",
        "top": "middle",
        "rotation": 0.3,
        "silent": True,
        "z": 0,
        "style": {
            "text": f"{INVENTED.zh} · {INVENTED.en}",
            "fontSize": 30,
            "fontWeight": "bold",
            "fill": "var(--warn)",
            "opacity": 0.2,
        },
    }


def _plain(text: str) -> str:
    # braces are the drawing library's mark-up: a firm's name is never mark-up
    return text.replace("{", "\uff5b").replace("}", "\uff5d").replace("|", "\uff5c")


def _text(value: object) -> str:
    return "" if value is None else str(value)


__all__ = ["COLOURS", "MOST_BARS", "Option", "bars_left_out", "option", "words"]
