"""Code lists with their versions, and what became of a code in the next edition.

The lists lie as CSV beside this file and are read when they are first asked for. Where they come from and
how they were checked is told in ``docs/decisions/0004-codes.md``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import polars as pl

from wutong.errors import NoAnswer
from wutong.words import Language, Text, nearest_words, shared_start

_DATA: Final = Path(__file__).parent / "data"

_ENTRY: Final = {
    "code": pl.String(),
    "level": pl.Int32(),
    "parent": pl.String(),
    "zh": pl.String(),
    "en": pl.String(),
    "from": pl.Int32(),
    "to": pl.Int32(),
}

_COLUMNS: Final = ("code", "parent", "level", "zh", "en", "from", "to")


# ------------------------------------------------------------------ lists


@dataclass(frozen=True, slots=True)
class CodeList:
    """One edition of a list of codes.

    Parameters
    ----------
    id : str
        Name of the list, with the edition where codes change their meaning between editions.
    title : Text
        What the list is called.
    version : str
        The edition, or the lists between which ``from`` and ``to`` were found.
    entries : polars.DataFrame
        ``code``, ``parent`` (null at the top), ``level`` (1 is the top), ``zh``, ``en`` (null where no
        English name is shipped), ``from`` and ``to`` (years; null where no bound is known).
    """

    id: str
    title: Text
    version: str
    entries: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Origin:
    title: Text
    version: str
    file: str


_LISTS: Final = MappingProxyType(
    {
        "gbt4754-2017": _Origin(
            Text("国民经济行业分类（GB/T 4754-2017）", "Industries (GB/T 4754-2017)"),
            "2017, without Amendment 1",
            "gbt4754-2017.csv",
        ),
        "gbt4754-2011": _Origin(
            Text("国民经济行业分类（GB/T 4754-2011）小类", "Industry classes (GB/T 4754-2011)"),
            "2011, classes alone",
            "gbt4754-2011-2017.csv",
        ),
        "gbt2260": _Origin(
            Text("行政区划代码（GB/T 2260）", "Administrative divisions (GB/T 2260)"),
            "the ends of 2013 to 2017, October 2018, April 2019, June 2023",
            "gbt2260.csv",
        ),
        "ways-2023": _Origin(Text("招商方式（2023）", "Ways of attracting investment (2023)"), "2023", ""),
        "ways-2025": _Origin(Text("招商方式（2025）", "Ways of attracting investment (2025)"), "2025", ""),
        "source-grades": _Origin(Text("来源等级", "Grades of sources"), "1", ""),
        "iso4217": _Origin(Text("货币代码（ISO 4217）", "Currencies (ISO 4217)"), "those in use here", ""),
        "hs-chapters": _Origin(Text("协调制度章", "Chapters of the Harmonised System"), "2022", ""),
        "gbt4658": _Origin(
            Text("学历代码（GB/T 4658-2006）", "Levels of education (GB/T 4658-2006)"), "2006", ""
        ),
    }
)

INDUSTRY: Final = "gbt4754-2017"

_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def code_lists() -> tuple[str, ...]:
    """Name the lists that there are.

    Examples
    --------
    >>> "gbt4754-2017" in code_lists()
    True
    """
    return tuple(_LISTS)


@cache
def code_list(list_id: str) -> CodeList:
    """Open a list; it is read once.

    Parameters
    ----------
    list_id : str
        One of :func:`code_lists`.

    Raises
    ------
    NoAnswer
        If there is no such list.

    Examples
    --------
    >>> code_list("gbt4754-2017").entries.filter(pl.col("code") == "39").row(0)[1:4]
    ('C', 2, '计算机、通信和其他电子设备制造业')
    """
    origin = _LISTS.get(list_id)
    if origin is None:
        known = "、".join(_LISTS)
        raise NoAnswer(
            Text(
                f"没有代码表“{list_id}”。现有：{known}。请改用其中之一。",
                f"There is no code list “{list_id}”. There are: {known}. Use one of these.",
            )
        )
    if list_id == "gbt4754-2011":
        entries = _classes_2011()
    elif origin.file:
        entries = pl.read_csv(_DATA / origin.file, schema=_ENTRY)
    else:
        entries = _small_lists().filter(pl.col("list") == list_id).drop("list")
    return CodeList(list_id, origin.title, origin.version, entries.select(_COLUMNS))


@cache
def _small_lists() -> pl.DataFrame:
    return pl.read_csv(_DATA / "small-lists.csv", schema={"list": pl.String(), **_ENTRY})


def _classes_2011() -> pl.DataFrame:
    edges = _edges("gbt4754-2011-2017.csv")
    return edges.select(
        pl.col("from").alias("code"),
        pl.lit(4, dtype=pl.Int32).alias("level"),
        pl.lit(None, dtype=pl.String).alias("parent"),
        pl.col("from_zh").alias("zh"),
        pl.lit(None, dtype=pl.String).alias("en"),
        pl.lit(None, dtype=pl.Int32).alias("from"),
        pl.lit(None, dtype=pl.Int32).alias("to"),
    ).unique("code", keep="first", maintain_order=True)


def known_codes(list_id: str) -> pl.Series:
    """List all codes of a list, those no longer in force included.

    Examples
    --------
    >>> known_codes("source-grades").to_list()
    ['A', 'B', 'C', 'D']
    """
    return code_list(list_id).entries["code"]


@dataclass(frozen=True, slots=True)
class _Entry:
    parent: str | None
    level: int
    zh: str
    en: str | None


@cache
def _entries(list_id: str) -> dict[str, _Entry]:
    frame = code_list(list_id).entries
    return {
        code: _Entry(*rest) for code, *rest in frame.select("code", "parent", "level", "zh", "en").iter_rows()
    }


def name_of(list_id: str, code: str, language: Language = "zh") -> str:
    """Give the name of a code.

    Parameters
    ----------
    list_id, code : str
        The list, and a code in it.
    language : {"zh", "en"}
        Where no English name is shipped, the Chinese one is given.

    Raises
    ------
    NoAnswer
        If the list does not know the code; the message offers the nearest ones.

    Examples
    --------
    >>> name_of("gbt4754-2017", "3973", "en")
    'Manufacture of integrated circuits'
    >>> name_of("gbt2260", "140500")
    '晋城市'
    """
    entry = _entry(list_id, code)
    return entry.en if language == "en" and entry.en else entry.zh


def _entry(list_id: str, code: str) -> _Entry:
    entry = _entries(list_id).get(code)
    if entry is None:
        title = code_list(list_id).title
        near = nearest(list_id, code)
        zh, en = (
            "；".join(f"{other} {name_of(list_id, other, language)}" for other in near)
            for language in _LANGUAGES
        )
        raise NoAnswer(
            Text(
                f"{title.zh}中没有代码“{code}”。最接近的是：{zh}。请核对后改正。",
                f"{title.en} has no code “{code}”. The nearest are: {en}. Check it and correct it.",
            )
        )
    return entry


def at_level(code: str, level: int, list_id: str = INDUSTRY) -> str:
    """Go up from a code to its ancestor at a level.

    Parameters
    ----------
    code : str
        A code of the list.
    level : int
        1 is the top: section or province; 2 is division or city; 3 is group or county; 4 is class.
    list_id : str
        The list; the industries of 2017 where not said.

    Raises
    ------
    NoAnswer
        If the code is not in the list, or stands above that level.

    Examples
    --------
    >>> at_level("3971", 2), at_level("3971", 1), at_level("140502", 1, "gbt2260")
    ('39', 'C', '140000')
    """
    here, entry = code, _entry(list_id, code)
    while entry.level > level and entry.parent is not None:
        here, entry = entry.parent, _entry(list_id, entry.parent)
    if entry.level != level:
        raise NoAnswer(
            Text(
                f"代码“{code}”在第 {level} 级没有上级代码。请选择它所在的级别或更高的级别。",
                f"Code “{code}” has no ancestor at level {level}. Ask for its own level or one above it.",
            )
        )
    return here


def roll_up(list_id: str, level: int) -> pl.DataFrame:
    """Pair every code at or below a level with its ancestor at that level, ready to be joined.

    Returns
    -------
    polars.DataFrame
        ``code`` and ``at``. A code that hangs directly under a higher level (a county-level city under its
        province) has no row.

    Examples
    --------
    >>> roll_up("gbt4754-2017", 2).filter(pl.col("code").is_in(["39", "3971"])).rows()
    [('39', '39'), ('3971', '39')]
    """
    entries = _entries(list_id)
    rows: list[tuple[str, str]] = []
    for code, first in entries.items():
        here, entry = code, first
        while entry.level > level and entry.parent is not None:
            here, entry = entry.parent, entries[entry.parent]
        if entry.level == level:
            rows.append((code, here))
    return pl.DataFrame(rows, schema={"code": pl.String(), "at": pl.String()}, orient="row")


# ------------------------------------------------------------------ the nearest, for messages


@lru_cache(maxsize=4096)
def nearest(list_id: str, wrong: str, n: int = 3) -> tuple[str, ...]:
    """Give the codes that were most likely meant by a wrong code or by a name.

    Parameters
    ----------
    list_id : str
        The list.
    wrong : str
        A code that is not in the list, or a name in Chinese or English.
    n : int
        How many to give at most.

    Examples
    --------
    >>> nearest("gbt4754-2017", "C3971", 1), nearest("gbt4754-2017", "3970", 2)
    (('3971',), ('3971', '3972'))
    >>> nearest("gbt4754-2017", "光学仪器", 2)
    ('404', '4040')
    """
    entries = _entries(list_id)
    wanted = wrong.strip()
    if wanted.isascii() and (len(wanted) <= 3 or any(sign.isdigit() for sign in wanted)):
        return tuple(_nearest_codes(wanted, list(entries), n))
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for code, entry in entries.items():
        if wanted.isascii():
            by_name[entry.en or entry.zh].append(code)
        else:
            by_name[entry.zh].append(code)
            by_name[code].append(code)
    found = [code for name in nearest_words(wanted, list(by_name), n) for code in by_name[name]]
    return tuple(dict.fromkeys(found))[:n]


def _nearest_codes(wrong: str, codes: Sequence[str], n: int) -> list[str]:
    bare = re.sub(r"[^0-9A-Z]", "", wrong.upper())
    if re.fullmatch(r"[A-Z]\d+", bare):
        # industries are often written with the letter of their section: C3971
        bare = bare[1:]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(bare)

    def distance(code: str) -> tuple[float, str]:
        matcher.set_seq1(code)
        # the first digits say most about a code, so what they share counts twice
        alike = (
            2 * shared_start(code, bare) / max(len(bare), 1)
            + matcher.ratio()
            + (0.25 if len(code) == len(bare) else 0)
        )
        return -alike, code

    return sorted(codes, key=distance)[:n]


# ------------------------------------------------------------------ from one edition to another

Kind = Literal["same", "renamed", "moved", "merged", "split"]


@dataclass(frozen=True, slots=True)
class Successor:
    """What a code became in another edition.

    Parameters
    ----------
    code : str
        The code there.
    kind : {"same", "renamed", "moved", "merged", "split"}
        ``same``: same code, same meaning. ``renamed``: same code, another name. ``moved``: one code became
        one other code. ``merged``: several became this one. ``split``: it became several, of which this is
        one; the share of each is not known.
    """

    code: str
    kind: Kind


_EDITIONS: Final = MappingProxyType(
    {
        ("gbt4754-2011", "gbt4754-2017"): "gbt4754-2011-2017.csv",
        ("gbt2260-2017", "gbt2260-2023"): "gbt2260-2017-2023.csv",
    }
)


@cache
def _edges(file: str) -> pl.DataFrame:
    columns = dict.fromkeys(("from", "to", "kind", "from_zh"), pl.String())
    return pl.read_csv(_DATA / file, schema=columns)


@cache
def concordance(from_list: str, to_list: str) -> pl.DataFrame:
    """Pair the codes of one edition with those of another.

    Parameters
    ----------
    from_list, to_list : str
        ``gbt4754-2011`` and ``gbt4754-2017`` (classes), or ``gbt2260-2017`` and ``gbt2260-2023`` (only the
        changed counties of Shanxi that became one whole other county), in either order.

    Returns
    -------
    polars.DataFrame
        ``from``, ``to`` and ``kind`` (see :class:`Successor`), one row a pair.

    Raises
    ------
    NoAnswer
        If no such concordance is known.

    Notes
    -----
    A code that was split has several rows. Nothing is known of the shares, so a figure of the old code
    cannot be given to one of the new ones.

    Examples
    --------
    >>> concordance("gbt4754-2011", "gbt4754-2017").filter(pl.col("from") == "3972").row(0)
    ('3972', '3982', 'moved')
    """
    if (from_list, to_list) in _EDITIONS:
        return _edges(_EDITIONS[from_list, to_list]).select("from", "to", "kind")
    if (to_list, from_list) in _EDITIONS:
        back = _edges(_EDITIONS[to_list, from_list])
        pairs = back.select(pl.col("to").alias("from"), pl.col("from").alias("to"))
        renamed = set(back.filter(pl.col("kind") == "renamed")["to"])
        return _kinds(pairs, renamed).sort("from", "to")
    known = "、".join(f"{one} → {other}" for one, other in _EDITIONS)
    raise NoAnswer(
        Text(
            f"没有从“{from_list}”到“{to_list}”的对照表。现有（可反向）：{known}。",
            f"There is no concordance from “{from_list}” to “{to_list}”. There are (both ways): {known}.",
        )
    )


def _kinds(pairs: pl.DataFrame, renamed: set[str]) -> pl.DataFrame:
    return pairs.with_columns(
        pl.when(pl.len().over("from") > 1)
        .then(pl.lit("split"))
        .when(pl.len().over("to") > 1)
        .then(pl.lit("merged"))
        .when(pl.col("from") != pl.col("to"))
        .then(pl.lit("moved"))
        .when(pl.col("from").is_in(list(renamed)))
        .then(pl.lit("renamed"))
        .otherwise(pl.lit("same"))
        .alias("kind")
    )


@lru_cache(maxsize=4096)
def concord(code: str, from_list: str, to_list: str) -> tuple[Successor, ...]:
    """Say what a code is called in another edition; all candidates where it was split.

    Parameters
    ----------
    code : str
        A class, group or division of industries (4, 3 or 2 digits), or a county. For groups and divisions the
        answer is drawn from their classes, and ``same`` says nothing about their names.
    from_list, to_list : str
        As in :func:`concordance`.

    Raises
    ------
    NoAnswer
        If there is no such concordance, or it does not know the code.

    Examples
    --------
    >>> concord("3963", "gbt4754-2011", "gbt4754-2017")
    (Successor(code='3973', kind='moved'),)
    >>> [(s.code, s.kind) for s in concord("3969", "gbt4754-2011", "gbt4754-2017")]
    [('3974', 'split'), ('3975', 'split'), ('3976', 'split'), ('3979', 'split')]
    >>> [s.code for s in concord("37", "gbt4754-2017", "gbt4754-2011")]
    ['35', '37']
    """
    pairs = concordance(from_list, to_list)
    width = len(code)
    if from_list.startswith("gbt4754") and width in (2, 3):
        short = pairs.select(pl.col("from").str.head(width), pl.col("to").str.head(width)).unique()
        pairs = _kinds(short, set()).sort("from", "to")
    rows = pairs.filter(pl.col("from") == code).select("to", "kind").rows()
    if not rows and from_list.startswith("gbt2260") and _stood_all_the_time(code, from_list, to_list):
        rows = [(code, "same")]
    if not rows:
        raise NoAnswer(
            Text(
                f"不知道代码“{code}”从 {from_list} 到 {to_list} 变成了什么。"
                "请核对代码，或查阅官方对照表后人工确定。",
                f"What code “{code}” became from {from_list} to {to_list} is not known. "
                "Check the code, or look it up in the official table and decide by hand.",
            )
        )
    return tuple(Successor(target, kind) for target, kind in rows)


def _stood_all_the_time(code: str, from_list: str, to_list: str) -> bool:
    years = sorted(int(name.rsplit("-", 1)[1]) for name in (from_list, to_list))
    standing = code_list("gbt2260").entries.filter(
        (pl.col("code") == code)
        & (pl.col("from").is_null() | (pl.col("from") <= years[0]))
        & (pl.col("to").is_null() | (pl.col("to") >= years[1]))
    )
    return len(standing) == 1
