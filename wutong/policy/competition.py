"""Clauses that a review for fair competition asks for: by the facts they use, and more weakly by their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from wutong.policy.edition import Edition
from wutong.policy.fair import CONCERNS, DENIALS, Concern
from wutong.policy.measure import Measure
from wutong.policy.places import Place, asked_by, places_of, raised_by_others
from wutong.policy.remark import Remark
from wutong.policy.rulebook import Rulebook
from wutong.words import Text

_NEAR = 8  # so many characters before a word a denial turns its meaning
_READING = ".readings."
_LEAVING = frozenset(("registration", "moving in"))


def fair_remarks(book: Rulebook) -> tuple[Remark, ...]:
    """Find clauses that tie money to what the rules of fair competition speak of.

    Parameters
    ----------
    book : Rulebook
        The measures. A fact counts for what its file says in ``about``, also through definitions.

    Returns
    -------
    tuple of Remark
        Measure by measure, in the order of the clauses; of each clause those that rest on facts before those that rest
        on words.
    """
    raisers = [one.id for one in book.measures if any(edition.modifies for edition in one.editions)]
    return tuple(
        remark
        for measure in book.measures
        for at, edition in enumerate(measure.editions, 1)
        for remark in _of_edition(measure, edition, at, raised_by_others(measure, raisers))
    )


def _of_edition(measure: Measure, edition: Edition, at: int, raised: frozenset[str]) -> Iterator[Remark]:
    seen: set[str] = set()
    read: set[tuple[str, frozenset[str]]] = set()
    places = places_of(edition)
    for place in places:
        names = asked_by(place.trees, edition, raised)
        here: set[str] = set()
        for concern in CONCERNS:
            facts = tuple(
                name for name in names if name in measure.given and _touches(concern, place, measure, name)
            )
            if not facts:
                continue
            here.add(concern.id)
            key = (concern.id, frozenset(facts))
            if key not in read:
                yield _remark(concern, concern.level, measure, edition, at, place, facts)
            if _READING in place.clause:  # one reading more of the same says nothing new
                read.add(key)
        found = [*_words(place, _said(place, names, measure, edition), here, measure, edition, at)]
        yield from found
        seen |= here | {one.rule.removeprefix("fair: ") for one in found}
    lines = edition.lines
    for number, note in enumerate(edition.notes, 1):
        place = Place(f"notes.{number}", lines.get(f"notes.{number}", edition.line))
        yield from _words(place, (note,), seen, measure, edition, at)
    yield from _words(Place("title", 1), (measure.title,), seen, measure, edition, at)


def _said(place: Place, names: tuple[str, ...], measure: Measure, edition: Edition) -> tuple[Text, ...]:
    """What a clause says, with the names and labels of what it asks for."""
    labels = [measure.given[name].label for name in names if name in measure.given]
    labels += [one.label for one in edition.definitions if one.name in names]
    return (*place.texts, *labels, *(Text(name, "") for name in names))


def _touches(concern: Concern, place: Place, measure: Measure, name: str) -> bool:
    about = set(measure.given[name].about)
    if place.clause.startswith("keep.") and about & _LEAVING:
        return concern.id == "leaving"
    return bool(about & set(concern.about))


def _words(
    place: Place, texts: tuple[Text, ...], known: set[str], measure: Measure, edition: Edition, at: int
) -> Iterator[Remark]:
    for concern in CONCERNS:
        if concern.id in known:
            continue
        found = dict.fromkeys(word for text in texts for word in _found(concern, text.zh))
        if found:
            yield _remark(concern, "hint", measure, edition, at, place, (), tuple(found))


def _found(concern: Concern, text: str) -> Iterator[str]:
    """Words of a concern that stand in a text in their own meaning."""
    for other in concern.apart:
        text = text.replace(other, "")
    for word in concern.words:
        start = text.find(word)
        before = text[max(0, start - _NEAR) : start]
        if start >= 0 and not any(denial in before for denial in DENIALS):
            yield word


def _remark(
    concern: Concern,
    level: str,
    measure: Measure,
    edition: Edition,
    at: int,
    place: Place,
    facts: tuple[str, ...],
    words: tuple[str, ...] = (),
) -> Remark:
    labels = [measure.given[name].label for name in facts]
    zh = f"{concern.says.zh}：" if facts else "字面线索（须由人判断）："
    zh += "、".join(one.zh for one in labels) if facts else f"“{'”“'.join(words)}”"
    en = f"{concern.says.en}: " if facts else "Words that may point to it, for a person to judge: "
    en += ", ".join(one.en for one in labels) if facts else ", ".join(words)
    if not facts:
        zh += f"。{concern.says.zh}？"
        en += f". {concern.says.en}?"
    else:
        zh, en = zh + "。", en + "."
    past = _past(concern, edition)
    era = _era(concern, measure, edition)
    return Remark(
        f"fair: {concern.id}",
        "note" if past and level == "look" else level,
        measure.id,
        at,
        place.clause,
        measure.file,
        place.line,
        Text(zh + era.zh, f"{en} {era.en}".rstrip()),
        concern.instead,
        concern.articles,
        facts,
    )


def _past(concern: Concern, edition: Edition) -> bool:
    """Whether the edition ended before the first article held."""
    end = edition.force.end if edition.force else None
    since = _since(concern)
    return end is not None and since is not None and end < since


def _since(concern: Concern) -> date | None:
    return min((one.since for one in concern.articles), default=None)


def _era(concern: Concern, measure: Measure, edition: Edition) -> Text:
    """How the days of the edition lie to the day from which the articles hold."""
    since = _since(concern)
    if since is None:
        return Text("", "")
    force = edition.force
    before = since - timedelta(days=1)
    if force is None:
        year = measure.year
        if year is not None and year > since.year:
            return Text(f"{year}年的措施，应先经审查。", f"A measure of {year}: it needed the review first.")
        zh = f"{year}年的措施，" if year else "年份不明，"
        en = f"A measure of {year}" if year else "Its year is not known"
        return Text(
            f"{zh}未写有效期：若到{before}已失效，已给的照付或了结；若仍执行，应清理。",
            f"{en}, without days: if it ended by {before}, what was granted stays payable or is wound up; if it still runs, it is to be put right.",
        )
    if force.end is not None and force.end < since:
        return Text(
            f"本版{force.end}已止，早于{since}：指的是这一版条文，已给的照付或了结，不要沿用这样写法。",
            f"This edition ended on {force.end}, before {since}: the remark is about its wording; what was granted stays payable or is wound up. Do not write it so again.",
        )
    if force.start < since:
        return Text(
            f"本版{force.start}起执行，{since}后仍有效：存量措施应清理，已给的照付或了结。",
            f"This edition began on {force.start} and still runs after {since}: it is to be put right; what was granted stays payable or is wound up.",
        )
    return Text(
        f"本版{force.start}起执行，应先经审查。",
        f"This edition began on {force.start}: it needed the review first.",
    )
