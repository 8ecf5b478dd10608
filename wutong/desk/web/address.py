"""Addresses of the desk: where each thing is found, and the state of a table's view as an address.

A view is its address, so that it can be sent, kept and printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from wutong.words import Language

UNKNOWN_WORD = "?"
"""Stands in an address for "not known"; no id, code or word of a zone is a question mark."""

_WHERE = "w."
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A zone in a language."""

    language: Language
    zone: str


@dataclass(frozen=True, slots=True)
class State:
    """Which rows and columns of a table are looked at.

    Parameters
    ----------
    text : str
        Rows that hold this text in any column; empty for all.
    where : tuple of (column, word)
        Rows whose column is exactly this word; ``?`` for "not known".
    sort : str
        Column by which rows are ordered; empty for the order of the file.
    down : bool
        Whether the order is descending.
    columns : tuple of str
        Columns that are shown; empty for all.
    page : int
        From 1.
    ignored : tuple of str
        What the address says that the table does not know.
    """

    text: str = ""
    where: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    down: bool = False
    columns: tuple[str, ...] = ()
    page: int = 1
    ignored: tuple[str, ...] = ()


def read_state(pairs: Iterable[tuple[str, str]], names: Sequence[str]) -> State:
    """Read the state of a view from an address.

    Parameters
    ----------
    pairs : iterable of (name, value)
        The query of the address.
    names : sequence of str
        Columns that may be shown. A condition on any other column is ignored and said to be, so that nothing
        can be learnt of a column that is hidden.

    Examples
    --------
    >>> pairs = [("sort", "-output"), ("w.role", "leader"), ("w.born", "1990")]
    >>> state = read_state(pairs, ["output", "role"])
    >>> state.sort, state.down, state.where, state.ignored
    ('output', True, (('role', 'leader'),), ('w.born=1990',))
    """
    text, sort, page = "", "", 1
    where: dict[str, str] = {}
    columns: list[str] = []
    ignored: list[str] = []
    for name, value in pairs:
        word = value.strip()[:_LONGEST]
        if not word:
            continue
        if name == "q":
            text = word
        elif name == "sort" and word.removeprefix("-") in names:
            sort = word
        elif name == "page" and word.isascii() and word.isdigit() and 0 < int(word) < 10**9:
            page = int(word)
        elif name == "col" and word in names:
            columns.append(word)
        elif name.startswith(_WHERE) and name.removeprefix(_WHERE) in names:
            where[name.removeprefix(_WHERE)] = word
        else:
            ignored.append(f"{name}={word}"[:80])
    return State(
        text,
        tuple(where.items()),
        sort.removeprefix("-"),
        sort.startswith("-"),
        tuple(dict.fromkeys(columns)),
        page,
        tuple(ignored),
    )


def query(state: State) -> str:
    """Write the state of a view as the query of an address, always in the same order.

    Examples
    --------
    >>> query(State(text="光", where=(("role", "leader"),), sort="output", down=True, page=2))
    '?q=%E5%85%89&w.role=leader&sort=-output&page=2'
    >>> query(State())
    ''
    """
    pairs = [("q", state.text)] if state.text else []
    pairs += [(_WHERE + name, word) for name, word in state.where]
    if state.sort:
        pairs.append(("sort", f"-{state.sort}" if state.down else state.sort))
    pairs += [("col", name) for name in state.columns]
    if state.page > 1:
        pairs.append(("page", str(state.page)))
    return f"?{urlencode(pairs)}" if pairs else ""


def sorted_by(state: State, column: str, *, number: bool) -> State:
    """Give the view after a click on a heading: numbers from the largest, then reversed, then unsorted."""
    first_down = number
    if state.sort != column:
        return replace(state, sort=column, down=first_down, page=1)
    if state.down == first_down:
        return replace(state, down=not first_down, page=1)
    return replace(state, sort="", down=False, page=1)


def start_at(language: Language) -> str:
    """Address of the start page."""
    return f"/{language}/"


def help_at(language: Language) -> str:
    """Address of the help page."""
    return f"/{language}/help"


def zone_at(place: Place) -> str:
    """Address of a zone's overview."""
    return f"/{place.language}/{quote(place.zone, safe='')}/"


def finding_at(place: Place, name: str, form: str = "") -> str:
    """Address of one answer, or of its file in a form such as ``csv``."""
    whole = f"{zone_at(place)}finding/{quote(name, safe='')}"
    return f"{whole}/{form}" if form else whole


def firm_at(place: Place, firm: str) -> str:
    """Address of a firm."""
    return f"{zone_at(place)}firm/{quote(firm, safe='')}"


def tables_at(place: Place) -> str:
    """Address of the list of tables."""
    return f"{zone_at(place)}tables"


def table_at(place: Place, table: str, state: State | None = None) -> str:
    """Address of a table's view."""
    return f"{zone_at(place)}table/{quote(table, safe='')}{query(state) if state else ''}"


def export_at(place: Place, table: str, form: str, state: State) -> str:
    """Address of a table's view as a file."""
    return f"{zone_at(place)}table/{quote(table, safe='')}/export/{form}{query(replace(state, page=1))}"


def row_at(place: Place, table: str, key: Mapping[str, str]) -> str:
    """Address of a row, by its key."""
    return f"{zone_at(place)}table/{quote(table, safe='')}/row?{urlencode(key)}"


def source_at(place: Place, document: str) -> str:
    """Address of a document."""
    return f"{zone_at(place)}source/{quote(document, safe='')}"


def problems_at(place: Place, pairs: Mapping[str, str] | None = None, form: str = "") -> str:
    """Address of the list of problems, or of its file."""
    asked = urlencode({name: word for name, word in (pairs or {}).items() if word})
    return f"{zone_at(place)}problems{'/' + form if form else ''}{'?' + asked if asked else ''}"


def measures_at(place: Place, state: State | None = None, form: str = "") -> str:
    """Address of the catalogue of measures, or of its file in a form such as ``csv``.

    Examples
    --------
    >>> measures_at(Place("en", "trial"), State(where=(("status", "draft"),)), "csv")
    '/en/trial/measures/export/csv?w.status=draft'
    """
    end = f"/export/{form}" if form else ""
    return f"{zone_at(place)}measures{end}{query(state) if state else ''}"


def told(pairs: Iterable[tuple[str, str]]) -> str:
    """Write facts that were typed, and the day, as the query of an address; what is empty is left out.

    Examples
    --------
    >>> told([("on", "2025-12-31"), ("f.投资", "2亿元"), ("f.产值", "")])
    '?on=2025-12-31&f.%E6%8A%95%E8%B5%84=2%E4%BA%BF%E5%85%83'
    """
    asked = urlencode([(name, word) for name, word in pairs if word])
    return f"?{asked}" if asked else ""


def ask_at(place: Place, measure: str = "") -> str:
    """Address of the form for a subject that is in no table, or of what one measure gives it."""
    return f"{zone_at(place)}ask{'/' + quote(measure, safe='') if measure else ''}"


def firm_measures_at(place: Place, firm: str, measure: str = "") -> str:
    """Address of what a firm can have, or of what one measure gives it."""
    return f"{firm_at(place, firm)}/measures{'/' + quote(measure, safe='') if measure else ''}"


def gets_at(place: Place, measure: str, pairs: Iterable[tuple[str, str]] = (), form: str = "") -> str:
    """Address of who gets a measure, or of its file."""
    end = f"/subjects/{form}" if form else ""
    return f"{measure_at(place, measure)}{end}{told(pairs)}"


def reform_at(place: Place, pairs: Iterable[tuple[str, str]] = (), file: str = "") -> str:
    """Address of the reform bench, or of one of its files."""
    return f"{zone_at(place)}reform{'/' + file if file else ''}{told(pairs)}"


def structure_at(place: Place, pairs: Iterable[tuple[str, str]] = (), file: str = "") -> str:
    """Address of what a region is told of itself, of one of its questions, or of the file of one."""
    return f"{zone_at(place)}structure{'/' + file if file else ''}{told(pairs)}"


def near_at(place: Place, pairs: Mapping[str, str] | None = None, form: str = "") -> str:
    """Address of the near misses of a zone, or of their file."""
    return f"{zone_at(place)}near{'/' + form if form else ''}{told((pairs or {}).items())}"


def review_at(place: Place, pairs: Mapping[str, str] | None = None, form: str = "") -> str:
    """Address of the review of a zone's measures, or of its file."""
    asked = urlencode({name: word for name, word in (pairs or {}).items() if word})
    return f"{zone_at(place)}review{'/' + form if form else ''}{'?' + asked if asked else ''}"


def measure_at(place: Place, measure: str) -> str:
    """Address of one measure."""
    return f"{zone_at(place)}measures/{quote(measure, safe='')}"
