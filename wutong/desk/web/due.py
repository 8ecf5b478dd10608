"""What comes after a firm can have measures: which papers, what is paid when, what must be kept and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from wutong.desk.web.between import Row, between, remains
from wutong.desk.web.editions import Reader, edition_entries
from wutong.desk.web.measure_words import code
from wutong.desk.web.together import Together
from wutong.policy.edition import Edition
from wutong.policy.evaluate import edition_of, facts_of
from wutong.policy.measure import Measure
from wutong.policy.payout import DECIDED, PAYEES, instalments, obligations
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import checked, facts_at
from wutong.words import Text

Where = Callable[[str, str, str], str]
"""Address of what a measure gives a subject, by kind, subject and measure."""


@dataclass(frozen=True, slots=True)
class Cut:
    """An award that is certain by itself and that others take from, or that is left open by others."""

    title: str
    whose: str
    href: str
    alone: str
    remains: str
    why: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One instalment; ``day`` is empty where it is not known, or, where ``once``, is that of the decision."""

    day: str
    once: bool
    title: str
    whose: str
    href: str
    what: str
    amount: str
    state: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing to be kept; ``until`` is empty where no end is known."""

    until: str
    title: str
    whose: str
    href: str
    says: str
    then: str
    state: str
    paid_on: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper, handed in once, with the measures that ask for it."""

    name: str
    small: str
    measures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """What a firm gets with all its measures at once; ``projects`` counts its projects, ``sums`` are labels with money."""

    projects: int
    sums: tuple[tuple[str, str], ...]
    cuts: tuple[Cut, ...]
    payments: tuple[Payment, ...]
    kept: tuple[Kept, ...]
    papers: tuple[Paper, ...]


def joint_of(
    book: Rulebook, found: Together, on: date, called: Mapping[str, str], where: Where, reader: Reader
) -> Joint:
    """Say what a firm gets when measures have met.

    Parameters
    ----------
    book : Rulebook
        The measures.
    found : Together
        What was settled.
    on : date
        The day for which it was worked out.
    called : mapping of str to str
        Names of projects by id.
    where : callable
        Gives the address of what a measure gives a subject.
    reader : Reader
        Who reads.
    """
    titles = {one.id: f"{one.id} {reader.say(one.title)}" for one in book.measures}
    due = instalments(book, found.tables, found.rows)
    projects = found.tables["project"].height if "project" in found.tables else 0

    def about(row: Row) -> tuple[str, str, str]:
        whose = called.get(row["subject"], row["subject"]) if row["kind"] == "project" else ""
        href = where(row["kind"], row["subject"], row["measure"])
        return titles[row["measure"]], "" if whose == "·" else whose, href

    cuts = [
        Cut(
            *about(row),
            reader.say(yuan(row["amount"])),
            reader.say(remains(row)),
            why_of_cut(row, book, reader),
        )
        for row in found.rows.filter(
            (pl.col("state") == "eligible") & (pl.col("paid").is_null() | (pl.col("paid") < pl.col("amount")))
        ).iter_rows(named=True)
    ]
    return Joint(
        projects,
        tuple((reader.phrase(name), said) for name, said in _sums(found, reader)),
        tuple(cuts),
        tuple(
            Payment(
                row["day"].isoformat() if row["day"] else "",
                row["on"] == DECIDED,
                *about(row),
                _instalment(row, reader),
                reader.say(yuan(row["amount"])),
                # that nothing stands in its way says little as long as nobody knows the day
                reader.code("due", row["state"]) if row["day"] or row["state"] != "due" else "",
            )
            for row in due.sort("day", nulls_last=True, maintain_order=True).iter_rows(named=True)
        ),
        tuple(_kept(row, about(row), reader) for row in _obligations(book, found, due, on)),
        papers_of(book, found, where, reader),
    )


def why_of_cut(row: Row, book: Rulebook, reader: Reader) -> str:
    """Say what takes from an award and what leaves it open; empty where nothing does."""
    return reader.phrase("semicolon").join(reader.say(line) for line in between(row, book))


def _sums(found: Together, reader: Reader) -> Iterable[tuple[str, str]]:
    yield "joint_certain", reader.say(yuan(found.certain))
    if found.alone != found.certain:
        yield "joint_alone", reader.say(yuan(found.alone))
        if found.taken:
            yield "joint_taken", reader.say(yuan(-found.taken))
        if found.alone - found.taken > found.certain:
            yield "joint_open", reader.say(yuan(found.alone - found.taken - found.certain))
    if found.decisions:
        yield "joint_decisions", reader.say(yuan(found.decisions))
    if found.facts or found.no_end:
        more = reader.phrase("joint_no_end", n=found.no_end) if found.no_end else ""
        yield "joint_facts", reader.joined((reader.say(yuan(found.facts)) if found.facts else "", more))


def _instalment(row: Row, reader: Reader) -> str:
    """Which instalment it is, and who gets it where that is not simply the firm or the person."""
    number = reader.phrase("instalment", n=row["instalment"]) if row["instalment"] else ""
    what = (
        reader.phrase("on_decision")
        if row["on"] == DECIDED
        else " · ".join(part for part in (number, row["on"]) if part)
    )
    payee = Text(row["payee_zh"], row["payee_en"])
    usual = payee == PAYEES.get(row["kind"])
    return what if usual else f"{what} · {reader.say(payee)}"


def _obligations(book: Rulebook, found: Together, due: pl.DataFrame, on: date) -> Iterable[Row]:
    """What must be kept, as if each award were paid on the day of its last instalment, else on the day of the working."""
    keys = ["kind", "subject", "measure"]
    days = due.group_by(keys).agg(paid_on=pl.col("day").max().fill_null(on))
    paid = found.rows.join(days, on=keys, how="inner", maintain_order="left")
    kept = obligations(book, found.tables, paid, on).join(days, on=keys, how="left", maintain_order="left")
    return kept.sort("until", nulls_last=True, maintain_order=True).iter_rows(named=True)


def _kept(row: Row, about: tuple[str, str, str], reader: Reader) -> Kept:
    until, paid_on = row["until"], row["paid_on"]
    return Kept(
        until.isoformat() if isinstance(until, date) else "",
        *about,
        reader.say(Text(str(row["zh"]), str(row["en"]))),
        reader.say(_otherwise(row)),
        reader.code("kept", str(row["state"])),
        paid_on.isoformat() if isinstance(paid_on, date) else "",
    )


def _otherwise(row: Row) -> Text:
    """What follows where it is not kept, with the money at risk where that is known."""
    then = code("else", row["then"])
    risk = yuan(row["at_risk"]) if row["at_risk"] else Text("", "")
    return Text(f"否则{then.zh}{risk.zh}", f"else {then.en}{': ' if risk.en else ''}{risk.en}")


def papers_of(book: Rulebook, found: Together, where: Where, reader: Reader) -> tuple[Paper, ...]:
    """Papers for all that can be had or is to be decided, and that others do not take whole; each is named once."""
    some = pl.col("paid").is_null() | (pl.col("paid") > 0)
    rows = found.rows.filter(pl.col("state").is_in(["eligible", "needs decision"]) & some)
    measures = {one.id: one for one in book.measures}
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for kind, table in found.tables.items():
        held = checked(table, book.fields)
        places = {subject: at for at, subject in enumerate(held["subject"])}
        for row in rows.filter(pl.col("kind") == kind).iter_rows(named=True):
            measure = measures[row["measure"]]
            edition = _edition(measure, held, places[row["subject"]])
            entries = edition_entries(measure, edition, reader).get("evidence", ()) if edition else ()
            for one in entries:
                # the same paper for two projects is asked for by one measure
                asked.setdefault((one.says, one.small), {}).setdefault(
                    measure.id, where(kind, row["subject"], measure.id)
                )
    return tuple(Paper(name, small, tuple(whose.items())) for (name, small), whose in asked.items())


def _edition(measure: Measure, table: pl.DataFrame, at: int) -> Edition | None:
    found = edition_of(measure, facts_of(measure, facts_at(table, at, measure.given)))
    return found if isinstance(found, Edition) else None
