"""The reform bench: numbers of a measure changed, measures dropped or added; what it costs, who wins and who loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from wutong.desk.web.address import Place, measure_at
from wutong.desk.web.catalogue import about
from wutong.desk.web.facts import choices, open_rows
from wutong.desk.web.levers import Lever, Pulled, levers, pulled
from wutong.desk.web.reform_grids import firms_grid, groups_grid, measures_grid
from wutong.desk.web.words import PHRASES
from wutong.desk.web.worked import WorkedOut
from wutong.errors import RuleError
from wutong.finding import Finding, Picture, Source
from wutong.policy.hanging import settled_anew
from wutong.policy.parameters import Change, Parameter
from wutong.policy.prose import yuan
from wutong.policy.reform import Comparison, Stack, Subjects, Worked, after, by_group, compared, swept
from wutong.policy.rulebook import HEAD, Rulebook
from wutong.policy.shelf import Shelf
from wutong.report.table import Grid
from wutong.words import Language, Text
from wutong.zone.catalogue import TABLES
from wutong.zone.load import Zone
from wutong.zone.schema import Column

KINDS: Final = ("firm", "project")
"""Subjects of the bench: sums over few persons would tell what one of them gets."""

Numbers = Callable[[str], tuple[Parameter, ...]]
"""Gives the numbers of a file."""

ADDED: Final = "·added.yaml"
LONGEST: Final = 12_000
STEPS: Final = 11
FIRMS: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the bench.

    Parameters
    ----------
    measure : str
        Id of the measure whose numbers are shown; ``rulebook.yaml`` for what holds between measures.
    pairs : tuple of (str, str)
        The whole query, for the numbers.
    dropped : tuple of str
        Ids of measures that are dropped.
    added : str
        Text of a measure that is added.
    group : str
        Column of the table of firms by which winners and losers are grouped.
    sweep : str
        Name of the number over which the curve of cost is drawn.
    draw : bool
        Whether it is drawn now: it takes as long as eleven answers.
    """

    measure: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()
    added: str = ""
    group: str = ""
    sweep: str = ""
    draw: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """A rulebook worked out for its subjects, ready to be changed.

    ``base`` and ``subjects`` hold persons too, who may draw on the same budgets; sums leave them out. ``year`` is that of the
    budgets, ``numbers`` gives those of a file, ``groups`` are columns of the table of firms that have few enough words to group
    by, ``sources`` say where the facts were read, ``invented`` whether one is made up.
    """

    base: Worked
    subjects: Subjects
    year: int
    numbers: Numbers
    groups: tuple[Column, ...]
    sources: tuple[Source, ...]
    invented: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a change does.

    ``problem`` is why the changed rulebook cannot be read; then the rest says nothing. ``most`` is what it may cost at most,
    with all that is open, before and after. ``others`` is what changes for subjects that are no firms of the zone.
    """

    answer: str = ""
    before: str = ""
    after: str = ""
    change: str = ""
    unknown: tuple[int, int] = (0, 0)
    most: tuple[str, str] = ("", "")
    by_measure: Grid | None = None
    by_group: Grid | None = None
    firms: Grid | None = None
    firm_count: int = 0
    others: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ReformPage:
    """The bench as it stands."""

    asked: Asked
    measures: tuple[tuple[str, str, bool], ...]
    title: str
    about: str
    href: str
    levers: tuple[Lever, ...]
    mistakes: int
    changed: int
    droppable: tuple[tuple[str, str, bool], ...]
    groups: tuple[tuple[str, str, bool], ...]
    result: Result
    curve: Finding | None
    sources: tuple[Source, ...]
    invented: bool


def bench_of(zone: Zone, shelf: Shelf, book: Rulebook, worked: WorkedOut, numbers: Numbers) -> Bench:
    """Make a rulebook ready to be changed; files that could not be read are left out."""
    kept = {measure.file for measure in book.measures} | {HEAD}
    files = {name: data for name, data in shelf.files.items() if name in kept}
    facts = [one for kind, one in worked.facts.items() if kind in KINDS]
    sources = tuple({source.id: source for one in facts for source in one.sources}.values())
    invented = any(one.invented for one in facts)
    base = Worked(files, book, worked.outcomes, worked.settled)
    offered = (one.column for one in choices(zone, TABLES["firm"], "en"))
    groups = tuple(column for column in offered if column.dtype == pl.String())
    return Bench(base, worked.subjects, worked.on.year, numbers, groups, sources, invented)


def reform_page(zone: Zone, bench: Bench, asked: Asked, place: Place) -> ReformPage:
    """Show the bench: the numbers of a measure, and what changes with those that were typed.

    Parameters
    ----------
    zone, bench
        What is changed.
    asked : Asked
        The change.
    place : Place
        Zone and language of the page.
    """
    language = place.language
    book = bench.base.book
    asked = replace(asked, measure=_chosen(bench, asked.measure), group=_group(bench, asked.group))
    measure = next((one for one in book.measures if one.id == asked.measure), None)
    parameters = _parameters(bench, asked.measure)
    told = pulled(asked.pairs, parameters)
    change = _change(asked, told, parameters)
    result, later = _result(zone, bench, change, asked, place)
    return ReformPage(
        asked,
        tuple((name, label, name == asked.measure) for name, label in _offered(bench, language)),
        measure.title.say(language) if measure else PHRASES["between_measures"].say(language),
        about(measure, language) if measure else "",
        measure_at(place, measure.id) if measure else "",
        levers(parameters, measure, told, language, book.limits),
        len(told.wrong),
        len(told.numbers),
        tuple((one.id, one.title.say(language), one.id in asked.dropped) for one in book.measures),
        tuple((one.name, one.label.say(language), one.name == asked.group) for one in bench.groups),
        result,
        _curve(zone, bench, asked, parameters, change) if asked.draw and later is not None else None,
        bench.sources,
        zone.invented or bench.invented,
    )


def comparison_of(bench: Bench, asked: Asked) -> Comparison | None:
    """What a change does, for its files; None where the changed rulebook cannot be read."""
    asked = replace(asked, measure=_chosen(bench, asked.measure))
    known = _parameters(bench, asked.measure)
    change = _change(asked, pulled(asked.pairs, known), known)
    try:
        later = _after(bench, bench.base, change, asked.dropped)
    except RuleError:
        return None
    return _compared(bench.base, later)


def _compared(before: Worked, later: Worked) -> Comparison:
    """Hold two rulebooks against each other, for firms and projects alone."""
    return compared(*(_without_persons(one) for one in (before, later)))


def _without_persons(worked: Worked) -> Worked:
    ours = pl.col("kind").is_in(KINDS)
    return replace(worked, outcomes=worked.outcomes.filter(ours), paid=worked.paid.filter(ours))


def _after(bench: Bench, base: Worked, change: Change, dropped: Sequence[str]) -> Worked:
    """Work out a change; a measure that is dropped gives nothing to anybody, and what names it stays readable."""
    later = after(base, change, bench.subjects, _stack(bench, base, dropped))
    return replace(later, outcomes=without(later.outcomes, dropped))


def _stack(bench: Bench, base: Worked, dropped: Sequence[str]) -> Stack:
    settled = settled_anew(base, bench.year, dropped)

    def stack(book: Rulebook, subjects: Subjects, found: pl.DataFrame) -> pl.DataFrame:
        return settled(book, subjects, without(found, dropped))

    return stack


def without(found: pl.DataFrame, dropped: Sequence[str]) -> pl.DataFrame:
    """Outcomes as they are where some measures are no longer there.

    Examples
    --------
    >>> rows = {"measure": ["a", "b"], "state": ["eligible", "unknown"], "amount": [5, None], "low": [5, 1], "high": [5, 9]}
    >>> without(pl.DataFrame(rows), ["a"]).rows()
    [('a', 'not eligible', None, None, None), ('b', 'unknown', None, 1, 9)]
    """
    gone = pl.col("measure").is_in(list(dropped))
    return found.with_columns(
        pl.when(gone).then(pl.lit("not eligible")).otherwise("state").alias("state"),
        *(pl.when(~gone).then(name).alias(name) for name in ("amount", "low", "high")),
    )


# ------------------------------------------------------------ what is asked


def _chosen(bench: Bench, asked: str) -> str:
    """The measure that is asked for, else the one that costs most."""
    ids = [one.id for one in bench.base.book.measures]
    if asked in ids or (asked == HEAD and HEAD in bench.base.files):
        return asked
    ours = bench.base.paid.filter(pl.col("kind").is_in(KINDS))
    costs = ours.group_by("measure", maintain_order=True).agg(pl.col("paid").sum())
    most = costs.sort("paid", descending=True, nulls_last=True, maintain_order=True)["measure"]
    return str(most[0]) if most.len() else (ids[0] if ids else "")


def _offered(bench: Bench, language: Language) -> list[tuple[str, str]]:
    found = [
        (one.id, f"{one.id} {one.title.say(language)}")
        for one in bench.base.book.measures
        if one.subject in KINDS
    ]
    if HEAD in bench.base.files:
        found.append((HEAD, PHRASES["between_measures"].say(language)))
    return found


def _group(bench: Bench, asked: str) -> str:
    """The column that is asked for, else the first."""
    known = [one.name for one in bench.groups]
    return asked if asked in known else (known[0] if known else "")


def _parameters(bench: Bench, measure: str) -> tuple[Parameter, ...]:
    files = {one.id: one.file for one in bench.base.book.measures} | {HEAD: HEAD}
    file = files.get(measure, "")
    return bench.numbers(file) if file in bench.base.files else ()


def _change(asked: Asked, told: Pulled, known: tuple[Parameter, ...]) -> Change:
    text = asked.added.strip()[:LONGEST]
    return Change(told.numbers, (), ((ADDED, text.encode()),) if text else (), known)


# ------------------------------------------------------------ what comes out


def _result(
    zone: Zone, bench: Bench, change: Change, asked: Asked, place: Place
) -> tuple[Result, Worked | None]:
    language = place.language
    try:
        later = _after(bench, bench.base, change, asked.dropped)
    except RuleError as error:
        return Result(problem=error.text.say(language)), None
    found = _compared(bench.base, later)
    known = firm_ids(zone)
    firms = found.by_firm.filter(pl.col("firm").is_in(known))
    others = found.by_firm.filter(~pl.col("firm").is_in(known))
    moved = found.by_measure.filter((pl.col("change") != 0) | (pl.col("more") > 0) | (pl.col("less") > 0))
    groups = open_rows(zone, TABLES["firm"]).select("firm", asked.group) if asked.group else None
    return (
        Result(
            _answer(found, firms).say(language),
            yuan(found.cost_before).say(language),
            yuan(found.cost_after).say(language),
            _signed(found.cost_after - found.cost_before).say(language),
            found.unknown,
            tuple(most_of(one).say(language) for one in (bench.base, later)),  # type: ignore[arg-type]  # two of them
            measures_grid(moved, bench.base.book, later.book, place) if moved.height else None,
            groups_grid(
                zone, by_group(replace(found, by_firm=firms), groups, asked.group), asked.group, place
            )
            if groups is not None and firms.height
            else None,
            firms_grid(
                zone,
                firms.head(FIRMS // 2).vstack(firms.tail(max(0, min(FIRMS // 2, firms.height - FIRMS // 2)))),
                place,
            )
            if firms.height
            else None,
            firms.height,
            _others(others).say(language) if others.height else "",
        ),
        later,
    )


def most_of(worked: Worked) -> Text:
    """Say what firms and projects may get at most, with all that is open; what has no known end is counted beside it.

    Examples
    --------
    >>> rows = {"kind": ["firm"] * 3, "paid": [500, None, None], "paid_high": [500, 700, None]}
    >>> most_of(Worked({}, None, None, pl.DataFrame(rows))).en
    '12 yuan, and 1 without a known end'
    """
    rows = worked.paid.filter(pl.col("kind").is_in(KINDS)).select(most=pl.coalesce("paid", "paid_high"))
    high, endless = yuan(int(rows["most"].sum())), rows["most"].null_count()
    if not endless:
        return high
    return Text(
        f"{high.zh}，另有 {endless:,} 项看不出上限", f"{high.en}, and {endless:,} without a known end"
    )


def firm_ids(zone: Zone) -> list[str]:
    """Ids of the firms of a zone."""
    return open_rows(zone, TABLES["firm"])["firm"].to_list()


def _signed(fen: int) -> Text:
    said = yuan(fen)
    return Text(f"+{said.zh}", f"+{said.en}") if fen > 0 else said


def _answer(found: Comparison, firms: pl.DataFrame) -> Text:
    change = found.cost_after - found.cost_before
    if not change and not firms.height:
        return Text("没有变化。", "Nothing changes.")
    more, less = int((firms["change"] > 0).sum()), int((firms["change"] < 0).sum())
    size = yuan(abs(change))
    way = (
        Text(f"增加{size.zh}", f"rises by {size.en}")
        if change > 0
        else Text(f"减少{size.zh}", f"falls by {size.en}")
        if change
        else Text("总数不变", "stays the same")
    )
    return Text(
        f"确定要付的{way.zh}；{more} 家企业多得，{less} 家少得。",
        f"The certain cost {way.en}; {more} firms get more, {less} get less.",
    )


def _others(others: pl.DataFrame) -> Text:
    said = _signed(int(others["change"].sum()))
    return Text(
        f"另有 {others.height} 个不在企业表里的对象，合计 {said.zh}。",
        f"Besides, {others.height} subjects that are no firms of the zone: {said.en} in all.",
    )


# ------------------------------------------------------------ the curve


def _curve(
    zone: Zone, bench: Bench, asked: Asked, parameters: Sequence[Parameter], change: Change
) -> Finding | None:
    """Cost over one number, all else as in the change; from half to one and a half times what it is."""
    one = next((each for each in parameters if each.id.removeprefix(f"{each.file}:") == asked.sweep), None)
    if one is None or asked.measure in asked.dropped:
        return None
    written = Fraction(Decimal(change.numbers.get(one.id, one.text)))
    if not written:
        return None  # half and twice nothing are nothing
    values = [written * (5 + at) / 10 for at in range(STEPS)]
    other = replace(change, numbers={name: text for name, text in change.numbers.items() if name != one.id})
    # the change without this number is the base, so that the curve shows what this number does
    start = _after(bench, bench.base, other, asked.dropped)
    found = swept(start, one.id, values, bench.subjects, _stack(bench, start, asked.dropped))
    table = found.select(
        (pl.col("value") + one.unit).alias("value"), "cost", "change", "winners", "losers", "problem"
    )
    if not table["problem"].str.len_chars().sum():
        table = table.drop("problem")
    return Finding(
        id="cost-curve",
        title=PHRASES["curve_title"],
        answer=_curve_answer(found, one.unit),
        table=table,
        labels={
            "value": PHRASES["curve_value"],
            "cost": PHRASES["cost_after"],
            "change": PHRASES["cost_change"],
            "winners": PHRASES["get_more"],
            "losers": PHRASES["get_less"],
            "problem": PHRASES["curve_problem"],
        },
        units={"cost": "fen", "change": "fen", "winners": "count", "losers": "count"},
        method=PHRASES["curve_method"],
        sources=bench.sources,
        caveats=(PHRASES["taken_off"],),
        invented=zone.invented or bench.invented,
        picture=Picture("line", "value", ("cost",)),
    )


def _curve_answer(found: pl.DataFrame, unit: str) -> Text:
    costs = found["cost"].drop_nulls()
    if not costs.len():
        return PHRASES["curve_nothing"]
    low, high = yuan(int(costs.min())), yuan(int(costs.max()))  # type: ignore[arg-type]  # there is one at least
    first, last = found["value"][0], found["value"][-1]
    return Text(
        f"从 {first} 到 {last}{unit}，确定要付的在 {low.zh}与{high.zh}之间。",
        f"From {first} to {last}{unit} the certain cost lies between {low.en} and {high.en}.",
    )
