"""A rulebook: a folder of measures, with what holds between them: exclusion, joint ceilings, modifiers, budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, NoReturn

from wutong.errors import RuleError
from wutong.policy.document import Node, document_of
from wutong.policy.edition import Edition, Force, Limit, Modifier, Raised, limit_of
from wutong.policy.feel.faults import listed
from wutong.policy.feel.syntax import show
from wutong.policy.feel.types import MONEY, TEXT, Type
from wutong.policy.feel.values import Value
from wutong.policy.fields import Field, value_of
from wutong.policy.measure import NOT_KNOWN, SUBJECTS, Measure, Raising, fen_of, measure_of, year_of
from wutong.policy.taken import truth_of
from wutong.words import Text, nearest_words

HEAD: Final = "rulebook.yaml"
FORMAT: Final = 1
NONE_READ: Final[Mapping[str, Measure]] = MappingProxyType({})
GRAINS: Final = ("event", "expense", "year", "firm")
CHOICES: Final = ("highest", "one", "difference", "order")
SCALES: Final = ("pro rata", "rank", "first come", "none")


class TogetherError(RuleError):
    """A measure file that does not go with the others of its rulebook."""

    def __init__(self, what: Text, file: str) -> None:
        self.what = what
        self.file = file
        super().__init__(Text(f"{file}：{what.zh}", f"{file}: {what.en}"))


@dataclass(frozen=True, slots=True)
class Group:
    """Measures of which one subject may not have all.

    ``grain`` says at what they exclude each other: one event, one expense or contract (then ``key`` is the field that
    names it), one firm in one year, or one firm for good. ``choose`` says which is given: ``highest`` (就高不重复),
    ``one`` (the firm chooses one a year), ``difference`` (the highest less what was got before from the group, which is
    ``earlier``), ``order`` (the first of the rulebook that can be had).
    """

    id: str
    says: Text
    grain: str
    key: str
    choose: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Budget:
    """Money for some measures in one year, in fen, and how awards are scaled where it does not suffice.

    ``year`` and ``amount`` are None where they are not known: nobody can say then whether it suffices.
    ``scale``: ``pro rata``; ``rank`` (by the field ``by``, highest first) or ``first come`` (earliest first) until it is
    used up; ``none``: the paper names no rule, so that a shortfall is shown and not shared out.
    """

    id: str
    says: Text
    year: int | None
    amount: int | None
    scale: str
    by: str


@dataclass(frozen=True, slots=True)
class Row:
    """One subject of an example: its kind, its id, its firm, its facts."""

    subject: str
    id: str
    firm: str
    given: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Trial:
    """An example over several measures and subjects: what each must be paid, in fen; None where that is not known.

    ``paid`` has for a subject's id and a measure's id the fen.
    """

    says: str
    line: int
    rows: tuple[Row, ...]
    paid: Mapping[tuple[str, str], int | None]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Measures with what holds between them; ``fields`` are all facts that they ask for, by name."""

    title: Text
    invented: bool
    note: Text
    measures: tuple[Measure, ...]
    groups: Mapping[str, Group]
    limits: tuple[Limit, ...]
    budgets: Mapping[str, Budget]
    fields: Mapping[str, Field]
    trials: tuple[Trial, ...]


def rulebook_of(
    files: Mapping[str, str | bytes],
    read: Mapping[str, Measure] = NONE_READ,
    like: Rulebook | None = None,
    *,
    changed: bool = False,
) -> Rulebook:
    """Read a rulebook.

    Parameters
    ----------
    files : mapping of str to bytes
        Measure files by name, in order of name; ``rulebook.yaml`` may stand among them.
    read : mapping of str to Measure
        Measures by file that were read from these very texts before, such as those that a reform leaves as they are.
    like : Rulebook or None
        One that was read with this very ``rulebook.yaml``: where it has the same measures by name and the same facts, what it
        says between measures is not read again.
    changed : bool
        Whether numbers of ``rulebook.yaml`` were changed since; then its examples alone are not read again.

    Returns
    -------
    Rulebook
        Compiled and held together: every name that one file uses of another exists.

    Raises
    ------
    RuleError
        For the first mistake, with its place.

    Examples
    --------
    >>> rulebook_of({})
    Traceback (most recent call last):
    wutong.errors.RuleError: 没有措施文件。 / There is no measure file.
    """
    head = document_of(files[HEAD], HEAD) if HEAD in files and (like is None or changed) else None
    texts = {name: files[name] for name in sorted(files) if name != HEAD}
    if not texts:
        raise RuleError(Text("没有措施文件。", "There is no measure file."))
    first = [read.get(name) or measure_of(data, name) for name, data in texts.items()]
    raising = _raising(first)
    measures = tuple(
        measure
        if measure.raising == raising.get(measure.id, ())
        else measure_of(texts[measure.file], measure.file, raising.get(measure.id, ()))
        for measure in first
    )
    _each_once(measures)
    fields = _fields(measures)
    same = (
        like is not None
        and [one.id for one in like.measures] == [one.id for one in measures]
        and like.fields == fields
    )
    if like is not None and same and not changed:
        book = replace(like, measures=measures, fields=fields)
    elif HEAD in files:
        top = document_of(files[HEAD], HEAD) if head is None else head
        book = _headed(top, measures, fields, like.trials if like is not None and same else None)
    else:
        book = Rulebook(Text("措施", "Measures"), False, Text("", ""), measures, {}, (), {}, fields, ())
    _held_together(book)
    return book


def changed_by_others(book: Rulebook) -> frozenset[str]:
    """Ids of the measures whose rate others change; their own examples speak of them as they stand alone."""
    return frozenset(
        modifier.measure
        for measure in book.measures
        for edition in measure.editions
        for modifier in edition.modifies
    )


# ------------------------------------------------------------ between measures


def _raising(measures: list[Measure]) -> dict[str, tuple[Raising, ...]]:
    """Which measures change the rate of which; a condition becomes part of the rate that it changes."""
    found: dict[str, list[Raising]] = {}
    for measure in measures:
        for edition in measure.editions:
            for modifier in edition.modifies:
                found.setdefault(modifier.measure, []).append(_one(measure, edition, modifier, measures))
    return {name: tuple(raising) for name, raising in found.items()}


def _one(measure: Measure, edition: Edition, modifier: Modifier, measures: list[Measure]) -> Raising:
    ids = [one.id for one in measures]
    if modifier.measure not in ids:
        _fail(measure.file, *_unknown(modifier.measure, ids, "modifies"))
    if edition.definitions or any(one.decide for one in edition.conditions):
        _fail(
            measure.file,
            "调整别的措施的，条件不用define与decide。",
            "What changes another measure has conditions without define and decide.",
        )
    tests = [_between(days) for days in (edition.force, edition.window) if days is not None]
    tests += [f"({show(one.when.tree)})" for one in edition.conditions if one.when is not None]
    idle = "0%" if modifier.raised.how == "add" else "100%"
    text = f"if {' and '.join(tests)} then {modifier.raised.by} else {idle}"
    at = measure.editions.index(edition)
    name = f"{measure.id} raise" + (f" {at + 1}" if at else "")
    return Raising(measure.id, Raised(name, measure.title, text, modifier.raised), measure.given)


def _between(days: Force) -> str:
    """That a date lies in these days, as an expression."""
    until = f' and {days.by} <= @"{days.end}"' if days.end else ""
    return f'({days.by} >= @"{days.start}"{until})'


def _unknown(word: str, known: list[str], clause: str) -> tuple[str, str]:
    near = nearest_words(word, known) or known[:8]
    return (
        f"{clause}：没有“{word}”。有：{listed(near, 'zh')}。",
        f'{clause}: there is no "{word}". There is: {listed(near, "en")}.',
    )


def _fail(file: str, zh: str, en: str) -> NoReturn:
    raise TogetherError(Text(zh, en), file)


def _each_once(measures: tuple[Measure, ...]) -> None:
    seen: dict[str, str] = {}
    for measure in measures:
        if measure.id in seen:
            _fail(
                measure.file,
                f"编号“{measure.id}”在{seen[measure.id]}中已有。",
                f'The id "{measure.id}" stands in {seen[measure.id]} too.',
            )
        seen[measure.id] = measure.file


def _fields(measures: tuple[Measure, ...]) -> dict[str, Field]:
    """All facts by name; one name means one thing in all files."""
    found: dict[str, tuple[Field, str]] = {}
    for measure in measures:
        for name, field in measure.given.items():
            other, file = found.setdefault(name, (field, measure.file))
            if other.type != field.type or (other.taken and field.taken and other.taken != field.taken):
                _fail(
                    measure.file,
                    f"“{name}”的类型或出处与{file}不同。请改名，或改成一致。",
                    f'"{name}" has another type or origin than in {file}. Rename it, or make them agree.',
                )
            if other.taken is None and field.taken is not None:
                found[name] = (field, measure.file)
    return {name: field for name, (field, _) in found.items()}


def _held_together(book: Rulebook) -> None:
    """Refuse names that one file uses and no file has."""
    groups, budgets = list(book.groups), list(book.budgets)
    for measure in book.measures:
        for edition in measure.editions:
            for group in edition.exclusive:
                if group not in groups:
                    _fail(measure.file, *_unknown(group, groups, "exclusive"))
                for name in (book.groups[group].key, book.groups[group].earlier):
                    if name and name not in measure.given:
                        _fail(measure.file, *_unknown(name, list(measure.given), f"exclusive, {group}"))
            if edition.budget and edition.budget not in budgets:
                _fail(measure.file, *_unknown(edition.budget, budgets, "budget"))


# ------------------------------------------------------------ rulebook.yaml


def _headed(
    head: Node,
    measures: tuple[Measure, ...],
    fields: Mapping[str, Field],
    trials: tuple[Trial, ...] | None = None,
) -> Rulebook:
    top = head.fields(
        ("rulebook", "format", "title", "invented", "note", "groups", "limits", "budgets", "examples"),
        ("rulebook", "format", "title"),
    )
    if top["format"].scalar() != str(FORMAT):
        top["format"].fail(
            f"只认得格式{FORMAT}。请用 wutong upgrade。",
            f"Only format {FORMAT} is known. See wutong upgrade.",
        )
    names: dict[str, Type] = {name: field.type for name, field in fields.items()}
    ids = [measure.id for measure in measures]
    limits = tuple(limit_of(one, names) for one in top["limits"].each()) if "limits" in top else ()
    for limit in limits:
        for measure in limit.measures:
            if measure not in ids:
                top["limits"].fail(*_unknown(measure, ids, limit.id))
    return Rulebook(
        top["title"].both(),
        truth_of(top["invented"]) if "invented" in top else False,
        top["note"].both() if "note" in top else Text("", ""),
        measures,
        {key.text: _group(key, one, fields) for key, one in top["groups"].entries()}
        if "groups" in top
        else {},
        limits,
        {key.text: _budget(key, one, fields) for key, one in top["budgets"].entries()}
        if "budgets" in top
        else {},
        fields,
        _trials(top, fields, ids) if trials is None else trials,
    )


def _trials(top: Mapping[str, Node], fields: Mapping[str, Field], ids: list[str]) -> tuple[Trial, ...]:
    return tuple(_trial(one, fields, ids) for one in top["examples"].each()) if "examples" in top else ()


def _group(key: Node, node: Node, fields: Mapping[str, Field]) -> Group:
    found = node.fields(("says", "grain", "key", "choose", "earlier"), ("says", "grain", "choose"))
    grain, choose = found["grain"].one_of(GRAINS), found["choose"].one_of(CHOICES)
    if (grain in ("event", "expense")) != ("key" in found):
        node.fail(
            "按事项或支出互斥的，以key写明编号字段；其他不写。",
            "Where an event or expense excludes, key names its field; else there is no key.",
        )
    if (choose == "difference") != ("earlier" in found):
        node.fail("补差额的，以earlier写明已得金额。", "With difference, earlier names what was got before.")
    if "key" in found:
        found["key"].one_of([field.name for field in fields.values() if field.type.kind == TEXT.kind])
    if "earlier" in found:
        found["earlier"].one_of([field.name for field in fields.values() if field.type == MONEY])
    return Group(
        key.text,
        found["says"].both(),
        grain,
        found["key"].text if "key" in found else "",
        choose,
        found["earlier"].text if "earlier" in found else "",
    )


def _budget(key: Node, node: Node, fields: Mapping[str, Field]) -> Budget:
    found = node.fields(("says", "year", "amount", "scale", "by"), ("says", "year", "amount", "scale"))
    scale = found["scale"].one_of(SCALES)
    if (scale in ("rank", "first come")) != ("by" in found):
        node.fail("rank与first come以by写明按什么排。", "With rank and first come, by says in which order.")
    if "by" in found:
        kind = "number" if scale == "rank" else "date"
        found["by"].one_of([field.name for field in fields.values() if field.type.kind == kind])
    return Budget(
        key.text,
        found["says"].both(),
        year_of(found["year"]),
        None if found["amount"].text == NOT_KNOWN else fen_of(found["amount"]),
        scale,
        found["by"].text if "by" in found else "",
    )


def _trial(node: Node, fields: Mapping[str, Field], ids: list[str]) -> Trial:
    found = node.fields(("says", "subjects", "expect"), ("says", "subjects", "expect"))
    rows = tuple(_row(one, fields) for one in found["subjects"].each())
    known = [row.id for row in rows]
    if len(set(known)) < len(known):
        found["subjects"].fail("对象编号重复。", "The id of a subject stands twice.")
    paid: dict[tuple[str, str], int | None] = {}
    for subject, sums in found["expect"].entries():
        subject.one_of(known)
        for measure, amount in sums.entries():
            measure.one_of(ids)
            paid[subject.text, measure.text] = None if amount.text == "unknown" else fen_of(amount)
    return Trial(found["says"].scalar(), node.line, rows, paid)


def _row(node: Node, fields: Mapping[str, Field]) -> Row:
    found = node.fields(("subject", "id", "firm", "given"), ("id", "given"))
    given: dict[str, Value] = {}
    for key, value in found["given"].entries():
        if key.text not in fields:
            key.unknown(tuple(fields))
        given[key.text] = value_of(value, fields[key.text])
    name = found["id"].scalar()
    return Row(
        found["subject"].one_of(SUBJECTS) if "subject" in found else "firm",
        name,
        found["firm"].scalar() if "firm" in found else name,
        given,
    )
