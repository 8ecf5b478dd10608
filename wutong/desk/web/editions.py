"""The editions of a measure side by side: one row a statement, one column an edition, in the words of a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wutong.desk.web.address import Place, measure_at
from wutong.desk.web.measure_words import code
from wutong.desk.web.words import PHRASES
from wutong.policy.amount import Formula, Raise
from wutong.policy.edition import Condition, Edition, Force, Instalment, Keep, Limit, Paper, Quota
from wutong.policy.feel.types import RATE
from wutong.policy.layout import Laid, Piece, labels_of
from wutong.policy.measure import Measure
from wutong.policy.prose import Labels, quantity, said, yuan
from wutong.policy.rulebook import Budget, Group, Rulebook
from wutong.words import Language, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement in a cell.

    Parameters
    ----------
    says : str
        The statement.
    label : str
        What it is a statement of; empty where the row says it.
    small : str
        The same as an expression, or what else is worth saying in small letters.
    written : str
        As it stands in the file.
    by : str
        Of tiers: by what they go.
    rows : tuple of (str, str)
        Of tiers: from where to where, and what holds there.
    parts : tuple of Entry
        What it is made of.
    href : str
        Where it leads.
    grade : str
        Grade of a source.
    """

    says: str = ""
    label: str = ""
    small: str = ""
    written: str = ""
    by: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    parts: tuple[Entry, ...] = ()
    href: str = ""
    grade: str = ""


Cell = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One statement of every edition; ``id`` is that of a condition. An edition that says nothing has an empty cell."""

    label: str
    id: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads and where, and the rulebook that names groups, limits and budgets, where there is one."""

    place: Place
    book: Rulebook | None

    @property
    def language(self) -> Language:
        """The reader's language."""
        return self.place.language

    def say(self, text: Text) -> str:
        """Say a text in the reader's language."""
        return text.say(self.language)

    def phrase(self, name: str, **values: object) -> str:
        """Say a phrase of the desk."""
        return PHRASES[name].say(self.language).format(**values)

    def code(self, kind: str, word: str) -> str:
        """Say a word of the file."""
        return code(kind, word).say(self.language)

    def joined(self, parts: Iterable[str]) -> str:
        """Put statements in a row."""
        return ("，" if self.language == "zh" else ", ").join(part for part in parts if part)


def rows_of(measure: Measure, laid: Sequence[Laid], reader: Reader) -> tuple[Row, ...]:
    """Lay the editions of a measure side by side.

    Parameters
    ----------
    measure : Measure
        The measure.
    laid : sequence of Laid
        Its amounts and definitions, as ``laid_out`` gives them.
    reader : Reader
        Who reads.

    Returns
    -------
    tuple of Row
        In the order in which an officer asks: when, whence, who, how much, with what else, how paid, what afterwards.
    """
    cells: dict[tuple[str, str], list[Cell]] = {}
    count = len(measure.editions)
    for at, edition in enumerate(measure.editions):
        for key, cell in _edition(measure, edition, laid[at], reader).items():
            cells.setdefault(key, [()] * count)[at] = cell
    order = {name: at for at, name in enumerate(_ORDER)}
    # conditions of a later edition that the first has not come behind those that it has
    keys = sorted(cells, key=lambda key: order[key[0]])
    return tuple(
        Row(reader.phrase(name), id_, tuple(cells[name, id_]), _differs(name, cells[name, id_]))
        for name, id_ in keys
    )


def edition_entries(measure: Measure, edition: Edition, reader: Reader) -> dict[str, Cell]:
    """Statements of one edition by what they are about, such as ``keep``; conditions and amount aside."""
    return {
        name: cell
        for (name, _), cell in _edition(measure, edition, Laid({}, ()), reader).items()
        if name != "condition"
    }


def _differs(name: str, cells: Sequence[Cell]) -> bool:
    """Whether editions say different things; days and source always do, and an empty cell speaks for itself."""
    said = {cell for cell in cells if cell}
    return len(said) > 1 and name not in ("days_in_force", "days_of_application", "measure_source", "notes")


_ORDER = (
    *("days_in_force", "days_of_application", "measure_source", "published_text", "condition", "amount"),
    *("worked_out", "modifies", "modified_by", "quota", "exclusive", "limits", "budget", "not_before"),
    *("payout", "keep", "evidence", "without_application", "notes"),
)


def _edition(measure: Measure, edition: Edition, laid: Laid, reader: Reader) -> dict[tuple[str, str], Cell]:
    labels = labels_of(measure, edition)
    book = reader.book
    found: dict[tuple[str, str], Cell] = {("measure_source", ""): (_origin(edition, reader),)}
    found |= {("condition", one.id): (_condition(one, labels, reader),) for one in edition.conditions}
    budget = book.budgets.get(edition.budget) if book else None
    limits = [*edition.limits, *(one for one in (book.limits if book else ()) if measure.id in one.measures)]
    groups = [book.groups[name] for name in edition.exclusive if name in book.groups] if book else []
    cells: dict[str, Iterable[Entry]] = {
        "days_in_force": (_force(edition.force, labels, reader),) if edition.force else (),
        "days_of_application": (_force(edition.window, labels, reader),) if edition.window else (),
        "published_text": (
            Entry(reader.say(one.read_as), one.at, reader.phrase("as_published", text=one.text))
            for one in edition.published
        ),
        "amount": (_piece(one, reader) for one in laid.amount),
        "worked_out": (_piece(one, reader) for one in laid.definitions.values()),
        "modifies": (
            Entry(_raise(one.raised, reader), one.measure, href=measure_at(reader.place, one.measure))
            for one in edition.modifies
        ),
        "modified_by": _modified_by(measure, reader),
        "exclusive": (_group(one, labels, reader) for one in groups),
        "limits": (_limit(one, labels, reader) for one in limits),
        "quota": (_quota(edition.quota, labels, reader),) if edition.quota else (),
        "budget": (_budget(budget, labels, reader),) if budget else (),
        "not_before": (
            (Entry(reader.say(edition.wait.says), small=_formula(edition.wait.day, labels, reader)),)
            if edition.wait
            else ()
        ),
        "payout": (_instalment(one, labels, reader) for one in edition.payout),
        "keep": (_keep(one, labels, reader) for one in edition.keep),
        "evidence": (_paper(one, labels, reader) for one in edition.evidence),
        "without_application": ((Entry(edition.without_application),) if edition.without_application else ()),
        "notes": (Entry(reader.say(one)) for one in edition.notes),
    }
    found |= {(name, ""): cell for name, entries in cells.items() if (cell := tuple(entries))}
    return found


def _formula(formula: Formula | None, labels: Labels, reader: Reader) -> str:
    return reader.say(said(formula.tree, labels)) if formula else ""


def _force(force: Force, labels: Labels, reader: Reader) -> Entry:
    first, last = force.start.isoformat(), force.end.isoformat() if force.end else ""
    by = labels[force.by]
    ends = Text(
        f"{first} 至 {last}" if last else f"{first} 起",
        f"{first} to {last}" if last else f"from {first}",
    )
    return Entry(reader.say(ends), small=reader.say(Text(f"按{by.zh}", f"by: {by.en}")))


def _origin(edition: Edition, reader: Reader) -> Entry:
    origin = edition.origin
    read = f"{reader.phrase('read_on')} {origin.read_on}" if origin.read_on else ""
    href = origin.url if origin.url.startswith(("https://", "http://")) else ""
    document = origin.document
    return Entry(
        reader.joined((document, origin.article)),
        small=reader.joined((read, "" if href else reader.phrase("no_url"))),
        written=origin.url,
        href=href,
        grade=origin.grade if len(origin.grade) == 1 else reader.code("grade", origin.grade),
    )


def _condition(one: Condition, labels: Labels, reader: Reader) -> Entry:
    when = _formula(one.when, labels, reader)
    if one.decide:
        who = reader.phrase("decided_by", who=one.decide)
        when = reader.joined((f"{reader.phrase('if_held')} {when}", who)) if when else who
    return Entry(reader.say(one.says), small=when, written=one.when.source.text if one.when else "")


# ------------------------------------------------------------ amount


def _piece(piece: Piece, reader: Reader) -> Entry:
    return Entry(
        reader.say(piece.says),
        reader.say(piece.label),
        by=reader.say(piece.by),
        rows=tuple((reader.say(tier), reader.say(value)) for tier, value in piece.rows),
        parts=tuple(_piece(one, reader) for one in piece.parts),
    )


def _raise(raised: Raise, reader: Reader) -> str:
    how = (
        Text(f"比例加 {raised.by}", f"{raised.by} more")
        if raised.how == "add"
        else Text(f"比例乘以 {raised.by}", f"{raised.by} of the rate")
    )
    most = Text(f"合计不超过 {raised.most}", f"at most {raised.most} in all") if raised.most else Text("", "")
    return reader.joined((reader.say(how), reader.say(most)))


def _modified_by(measure: Measure, reader: Reader) -> Iterable[Entry]:
    for other in reader.book.measures if reader.book else ():
        for edition in other.editions:
            for one in edition.modifies:
                if one.measure == measure.id:
                    href = measure_at(reader.place, other.id)
                    yield Entry(_raise(one.raised, reader), other.id, reader.say(other.title), href=href)


# ------------------------------------------------------------ with others


def _called(name: str, labels: Labels, reader: Reader) -> str:
    return reader.say(labels[name]) if name in labels else name


def _group(group: Group, labels: Labels, reader: Reader) -> Entry:
    assert reader.book is not None
    grain = reader.code("grain", group.grain).format(key=_called(group.key, labels, reader))
    others = [
        other.id
        for other in reader.book.measures
        if any(group.id in edition.exclusive for edition in other.editions)
    ]
    return Entry(
        reader.joined((reader.say(group.says), grain, reader.code("choose", group.choose))),
        group.id,
        small=PHRASES["comma"].say(reader.language).join(others),
    )


def _limit(limit: Limit, labels: Labels, reader: Reader) -> Entry:
    paid = _formula(limit.net_of, labels, reader)
    counting = Text(f"已付的{paid}计算在内", f"counting what was paid: {paid}") if paid else Text("", "")
    return Entry(
        reader.joined(
            (_formula(limit.amount, labels, reader), reader.code("per", limit.per), reader.say(counting))
        ),
        reader.say(limit.says),
        small=reader.joined(
            (
                PHRASES["comma"].say(reader.language).join(limit.measures) if len(limit.measures) > 1 else "",
                reader.code("cut", limit.cut),
            )
        ),
    )


def _quota(quota: Quota, labels: Labels, reader: Reader) -> Entry:
    by = _formula(quota.by, labels, reader)
    size = (
        Text(f"{quota.places:,} 个名额", f"{quota.places:,} places")
        if quota.places is not None
        else Text(
            f"总量 {_formula(quota.total, labels, reader)}（{_formula(quota.of, labels, reader)}）",
            f"{_formula(quota.total, labels, reader)} in all, of {_formula(quota.of, labels, reader)}",
        )
    )
    ranked = Text(
        f"按{by}{reader.code('order', quota.order)}", f"by {by}, {reader.code('order', quota.order)}"
    )
    return Entry(
        reader.say(quota.says),
        small=reader.joined((reader.say(size), reader.say(ranked), reader.code("ties", quota.ties))),
    )


def _budget(budget: Budget, labels: Mapping[str, Text], reader: Reader) -> Entry:
    unknown = PHRASES["unknown"]
    amount = unknown if budget.amount is None else yuan(budget.amount)
    year = unknown if budget.year is None else Text(f"{budget.year} 年", f"{budget.year}")
    size = Text(f"{year.zh}：{amount.zh}", f"{year.en}: {amount.en}")
    assert reader.book is not None
    fields = {name: field.label for name, field in reader.book.fields.items()}
    scale = reader.code("scale", budget.scale).format(by=_called(budget.by, fields, reader))
    return Entry(reader.say(size), budget.id, reader.joined((reader.say(budget.says), scale)))


# ------------------------------------------------------------ afterwards


def _instalment(one: Instalment, labels: Labels, reader: Reader) -> Entry:
    share = reader.say(quantity(one.share, RATE))
    day, when = _formula(one.day, labels, reader), _formula(one.when, labels, reader)
    return Entry(
        f"{share} · {one.on}",
        small=reader.joined(
            (
                reader.say(Text(f"自{day}起", f"from {day}")) if day else "",
                f"{reader.phrase('if_held')} {when}" if when else "",
            )
        ),
    )


def _keep(one: Keep, labels: Mapping[str, Text], reader: Reader) -> Entry:
    after = {**labels, "paid_on": Text("兑付日", "the day of payment")}
    until, when = _formula(one.until, after, reader), _formula(one.when, after, reader)
    share = _formula(one.share, after, reader)
    otherwise = reader.code("else", one.otherwise)
    consequence = Text(
        f"否则{otherwise}{f'{share}' if share else ''}", f"else {otherwise}{f': {share}' if share else ''}"
    )
    return Entry(
        reader.say(one.says),
        small=reader.joined(
            (
                when,
                reader.say(Text(f"至{until}", f"until {until}")) if until else "",
                reader.say(consequence),
            )
        ),
    )


def _paper(one: Paper, labels: Labels, reader: Reader) -> Entry:
    start, end = _formula(one.start, labels, reader), _formula(one.end, labels, reader)
    dated = Text(f"日期在{start or '…'}至{end or '…'}之间", f"dated between {start or '…'} and {end or '…'}")
    return Entry(one.name, small=reader.say(dated) if start or end else "")
