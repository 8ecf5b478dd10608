"""Who gets a measure: counts and sums of the four outcomes over a zone, and the list of subjects; of persons counts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from wutong.desk.web.address import Place, firm_at, firm_measures_at, gets_at, row_at
from wutong.desk.web.between import Row, between
from wutong.desk.web.catalogue import is_invented, latest
from wutong.desk.web.facts import names
from wutong.desk.web.measure_words import code
from wutong.desk.web.pages import Pager, pager_of
from wutong.desk.web.together import sums_by
from wutong.desk.web.words import PHRASES
from wutong.desk.web.worked import STATES, WorkedOut
from wutong.finding import Finding, Source
from wutong.policy.measure import Measure
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Rulebook
from wutong.policy.shelf import Shelf
from wutong.report.numbers import Value, scale
from wutong.report.table import Cell, Grid, Head, cells, frame_finding, language_of
from wutong.words import Language, Text
from wutong.zone.load import Zone

NOTHING: Final = Text("", "")

FORMS: Final = ("csv", "excel-csv", "xlsx", "json")
_MONEY: Final = ("alone", "certain", "least", "most")
_COLUMNS: Final = ("subject", "state", *_MONEY, "why")


@dataclass(frozen=True, slots=True)
class View:
    """Which subjects are looked at: the day as the address has it, one of the four outcomes or empty, the page."""

    on: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class StateSum:
    """One of the four outcomes: how many subjects have it, and what it comes to in words."""

    state: str
    label: str
    subjects: int
    amount: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Gets:
    """Who gets a measure on a day.

    ``hidden`` where the subjects are persons: then there is no list. ``known`` says of each fact of how many subjects it
    is known, and of how many there are. ``href`` is the view of all, ``files`` the addresses of its files by form.
    """

    on: date
    answer: str
    sums: tuple[StateSum, ...]
    grid: Grid
    pager: Pager
    hidden: bool
    known: tuple[tuple[str, int, int], ...]
    sources: tuple[Source, ...]
    invented: bool
    href: str
    files: Mapping[str, str]


def rows_for(worked: WorkedOut, measure: Measure) -> pl.DataFrame:
    """Give what one measure gives, by itself and once measures have met: certain ones first, within each the largest.

    Beside the columns of ``wutong.policy.stack``: ``alone`` is what is certain by itself, ``certain`` what remains of it, and
    ``least`` and ``most`` between which what is open lies; all are null where they say nothing.
    """
    order = {state: at for at, state in enumerate(STATES)}
    found = worked.settled.filter(pl.col("measure") == measure.id)
    at = pl.col("state").replace_strict(order, return_dtype=pl.Int64, default=len(STATES))
    eligible, out = pl.col("state") == "eligible", pl.col("state") == "not eligible"
    is_open = ~out & (pl.col("paid").is_null() | ~eligible)
    return found.with_columns(
        alone=pl.when(eligible).then("amount"),
        certain=pl.when(eligible).then("paid"),
        # by itself nothing is said of an amount that cannot be told; then nothing is said of what remains
        least=pl.when(is_open & (eligible | pl.col("high").is_not_null())).then("paid_low"),
        most=pl.when(is_open).then("paid_high"),
    ).sort(
        at,
        "certain",
        "alone",
        "most",
        descending=[False, True, True, True],
        nulls_last=True,
        maintain_order=True,
    )


def who_gets(
    zone: Zone, book: Rulebook, measure: Measure, worked: WorkedOut, place: Place, view: View
) -> Gets:
    """Show who gets a measure.

    Parameters
    ----------
    zone, book, measure, worked, place
        What is looked at, worked out for a day, and in which language.
    view : View
        Which of its subjects.
    """
    language = place.language
    whole = rows_for(worked, measure)
    sums = sums_for(worked, measure)
    chosen = whole.filter(pl.col("state") == view.state) if view.state in STATES else whole
    hidden = measure.subject == "person"

    def at(state: str, page: int = 1) -> str:
        pairs = (("on", view.on), ("state", state), ("page", str(page) if page > 1 else ""))
        return f"{gets_at(place, measure.id, pairs)}#gets"

    pager = pager_of(chosen.height, view.page, lambda to: at(view.state, to))
    part = chosen.slice(max(pager.first - 1, 0), pager.last - pager.first + 1 if chosen.height else 0)
    facts = worked.facts[measure.subject]
    counts = dict(facts.known.select("fact", "known").iter_rows())
    return Gets(
        worked.on,
        _answer(whole, sums, measure, worked.on).say(language),
        tuple(
            StateSum(
                one,
                code("state", one).say(language),
                whole.filter(pl.col("state") == one).height,
                # a sum over few persons would tell what one of them gets
                "" if hidden else money_of(one, whole, sums).say(language),
                at(one),
                one == view.state,
            )
            for one in STATES
        ),
        _grid(zone, book, measure, part.clear() if hidden else part, place),
        pager,
        hidden,
        tuple(
            (field.label.say(language), counts.get(name, 0), whole.height)
            for name, field in measure.given.items()
        ),
        facts.sources,
        zone.invented or facts.invented,
        at(""),
        {form: gets_at(place, measure.id, (("on", view.on), ("state", view.state)), form) for form in FORMS},
    )


def sums_for(worked: WorkedOut, measure: Measure) -> dict[str, dict[str, int]]:
    """What a measure comes to once measures have met, by outcome: as ``wutong.policy.certain`` has it."""
    return sums_by(worked.settled, pl.col("measure") == measure.id, pl.col("state"))


def money_of(state: str, whole: pl.DataFrame, sums: Mapping[str, Mapping[str, int]]) -> Text:
    """Say what rows of one outcome come to; what cannot be told is not added up.

    Examples
    --------
    >>> rows = pl.DataFrame({"state": ["eligible", "unknown", "unknown"], "amount": [300_00, None, None]})
    >>> sums = {"eligible": {"certain": 200_00, "decisions": 0, "facts": 0, "no_end": 0},
    ...         "unknown": {"certain": 0, "decisions": 0, "facts": 50_00, "no_end": 1}}
    >>> money_of("eligible", rows, sums).en, money_of("unknown", rows, sums).en
    ('200 yuan (by itself 300 yuan)', '0 yuan to 50 yuan, and 1 whose amount is not known')
    """
    if state == "not eligible" or state not in sums:
        return NOTHING
    found = sums[state]
    low, high = found["certain"], found["certain"] + found["decisions"] + found["facts"]
    rows = whole.filter(pl.col("state") == state)
    blank = found["no_end"]
    if blank == rows.height and not low and state != "eligible":
        return Text("金额未知", "amount not known")
    one, other = yuan(low), yuan(high)
    said = one if low == high else Text(f"{one.zh}至{other.zh}", f"{one.en} to {other.en}")
    alone = int(rows["amount"].sum()) if state == "eligible" else low
    if alone != low:
        by_itself = yuan(alone)
        said = Text(f"{said.zh}（单独算 {by_itself.zh}）", f"{said.en} (by itself {by_itself.en})")
    if not blank:
        return said
    return Text(f"{said.zh}，另有 {blank} 个金额未知", f"{said.en}, and {blank} whose amount is not known")


def _answer(whole: pl.DataFrame, sums: Mapping[str, Mapping[str, int]], measure: Measure, on: date) -> Text:
    counts = dict(whole.group_by("state").len().iter_rows())
    # who is beaten by others whole gets nothing, whatever it could have by itself
    some = (pl.col("state") == "eligible") & (
        pl.col("paid").is_null() | (pl.col("paid") > 0) | (pl.col("amount") == 0)
    )
    sure = whole.filter(some).height
    beaten = counts.get("eligible", 0) - sure
    money = Text("", "")
    if measure.subject != "person":
        total = money_of("eligible", whole, sums) if sure else yuan(0)
        money = Text(f"，共 {total.zh}", f", {total.en} in all")
    who = code("subject", measure.subject)
    rest = [state for state in ("needs decision", "unknown") if counts.get(state)]
    zh = [f"{code('state', state).zh} {counts[state]} 个" for state in rest]
    en = [f"{counts[state]} {code('state', state).en}" for state in rest]
    if beaten:
        zh.insert(0, f"另有 {beaten} 个符合条件，但被别的措施抵掉")
        en.insert(0, f"{beaten} more would be eligible, but other measures take it away")
    return Text(
        f"按 {on} 试算，{whole.height} 个{who.zh}中 {sure} 个可得{money.zh}{''.join(f'；{one}' for one in zh)}。",
        f"Worked out for {on}, certain for {sure} of {whole.height} ({who.en}){money.en}"
        f"{''.join(f'; {one}' for one in en)}.",
    )


def _grid(zone: Zone, book: Rulebook, measure: Measure, rows: pl.DataFrame, place: Place) -> Grid:
    language = place.language
    labels = {
        "subject": code("subject", measure.subject),
        "state": PHRASES["outcome"],
        "alone": PHRASES["by_itself"],
        "certain": PHRASES["taken_together"],
        "least": PHRASES["possible_low"],
        "most": PHRASES["possible_high"],
        "why": PHRASES["first_clause"],
    }
    called = names(zone, measure.subject, rows["subject"].to_list(), language)
    records = list(rows.iter_rows(named=True))
    heads, columns = [], []
    for name in _COLUMNS:
        money = name in _MONEY
        values: list[Value] = rows[name].to_list() if name in rows.columns else []
        how = scale(values, "fen") if money else None
        unit = how.label.say(language) if how and any(value is not None for value in values) else ""
        heads.append(Head(name, labels[name].say(language), unit, money))
        if money:
            written = cells(values, "fen", language, by=how)
            columns.append(
                [replace(cell, text="", kind="text") if _says_nothing(name, row) else cell
                 for cell, row in zip(written, records, strict=True)]
            )  # fmt: skip
        elif name == "subject":
            columns.append([_subject(zone, measure, str(one), called, place) for one in values])
        elif name == "state":
            columns.append([_state(row, measure, place) for row in records])
        else:
            texts = [why_of_row(row, book, measure).say(language) for row in records]
            columns.append([Cell(text, lang=language_of(text, language)) for text in texts])
    return Grid(tuple(heads), tuple(tuple(row) for row in zip(*columns, strict=True)))


def why_of_row(row: Row, book: Rulebook, measure: Measure) -> Text:
    """Say what decides a row: the first clause that fails or is open, and what other measures take."""
    clause = str(row["clause"])
    found = between(row, book)
    lines = [*found]
    if clause != "quota" or not found:
        lines.insert(0, clause_names(measure).get(clause, Text(clause, clause)))
    lines = [line for line in lines if line.en]
    return Text("；".join(line.zh for line in lines), "; ".join(line.en for line in lines))


def _says_nothing(name: str, row: Row) -> bool:
    """Whether an amount is not unknown but not there: of who is not eligible none, of others none that is certain."""
    if row["state"] == "not eligible":
        return True
    if name in ("alone", "certain"):
        return bool(row["state"] != "eligible")
    return bool(row["state"] == "eligible" and row["paid"] is not None)


def clause_names(measure: Measure) -> dict[str, Text]:
    """What the clauses of a measure are called, those of its latest edition before earlier ones."""
    found = {
        "amount": PHRASES["amount"],
        "in_force": PHRASES["days_in_force"],
        "apply": PHRASES["days_of_application"],
        "quota": PHRASES["quota"],
        "": Text("", ""),
    }
    editions = [*(one for one in measure.editions if one is not latest(measure)), latest(measure)]
    return found | {one.id: one.says for edition in editions for one in edition.conditions}


def _subject(zone: Zone, measure: Measure, name: str, called: Mapping[str, str], place: Place) -> Cell:
    text = called.get(name, name)
    href = (
        firm_at(place, name)
        if measure.subject == "firm"
        else row_at(place, measure.subject, {measure.subject: name})
    )
    return Cell(text, href=href, title=name if text != name else "", lang=language_of(text, place.language))


def _state(row: Mapping[str, object], measure: Measure, place: Place) -> Cell:
    text = code("state", str(row["state"])).say(place.language)
    href = firm_measures_at(place, str(row["subject"]), measure.id) if measure.subject == "firm" else ""
    return Cell(text, href=href)


def gets_finding(
    zone: Zone,
    shelf: Shelf,
    measure: Measure,
    worked: WorkedOut,
    state: str,
    language: Language,
    *,
    words: bool,
) -> Finding:
    """Give who gets a measure as a Finding, for its files; each row says of which measure, its status, place and grade.

    Parameters
    ----------
    zone, shelf, measure, worked
        What is looked at.
    state : str
        One of the four outcomes, or empty for all.
    language : {"zh", "en"}
        Whose words are used.
    words : bool
        Whether codes are written in a reader's words.
    """
    rows = rows_for(worked, measure)
    rows = rows.filter(pl.col("state") == state) if state in STATES else rows
    if measure.subject == "person":
        rows = rows.clear()
    book = shelf.book
    assert book is not None, "a shelf without a rulebook is not worked out"
    called = names(zone, measure.subject, rows["subject"].to_list(), language)
    said = {
        "state": {one: code("state", one).say(language) for one in STATES},
        "status": {measure.status: code("status", measure.status).say(language)},
    }
    grade = latest(measure).origin.grade
    table = rows.select(
        "subject",
        pl.Series("name", [called.get(one) for one in rows["subject"]], dtype=pl.String),
        "firm",
        pl.col("state").replace(said["state"]) if words else pl.col("state"),
        *_MONEY,
        "clause",
        pl.Series("clause_says", [why_of_row(row, book, measure).say(language) for row in rows.iter_rows(named=True)], dtype=pl.String),
        pl.lit(measure.id).alias("measure"),
        pl.lit(said["status"][measure.status] if words else measure.status).alias("status"),
        pl.lit(measure.place.say(language)).alias("place"),
        pl.lit(measure.year, dtype=pl.Int64).alias("year"),
        pl.lit(code("grade", grade).say(language) if words else grade).alias("grade"),
    )  # fmt: skip
    facts = worked.facts[measure.subject]
    made = frame_finding(
        f"{zone.id}-{measure.id}-{worked.on}",
        Text(f"{measure.title.zh}：谁能得到", f"{measure.title.en}: who gets it"),
        table,
        {
            "subject": PHRASES["subject_id"],
            "name": PHRASES["subject_name"],
            "firm": Text("企业编号", "Firm id"),
            "state": PHRASES["outcome"],
            "alone": PHRASES["by_itself"],
            "certain": PHRASES["certain_amount"],
            "least": PHRASES["possible_low"],
            "most": PHRASES["possible_high"],
            "clause": PHRASES["clause_id"],
            "clause_says": PHRASES["first_clause"],
            "measure": PHRASES["measures"],
            "status": PHRASES["status"],
            "place": PHRASES["place"],
            "year": PHRASES["measure_year"],
            "grade": PHRASES["grade"],
        },
        {**dict.fromkeys(_MONEY, "fen"), "year": "number"},
        sources=facts.sources,
        invented=zone.invented or facts.invented or is_invented(shelf),
    )
    answer = _answer(rows_for(worked, measure), sums_for(worked, measure), measure, worked.on)
    shapes = (PHRASES["shapes_note"],) if measure.status == "example of a shape" else ()
    return replace(made, answer=answer, caveats=(PHRASES["joint_note"], *shapes))
