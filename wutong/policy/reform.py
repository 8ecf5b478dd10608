"""What a change of a rulebook costs, who wins and who loses: only what hangs on the change is worked out again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final

import polars as pl

from wutong.errors import NoAnswer, RuleError
from wutong.policy.measure import measure_again
from wutong.policy.outcomes import COLUMNS
from wutong.policy.parameters import Change, Files, changed, number_text, parameters_of
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.words import Text

Subjects = Mapping[str, pl.DataFrame]
Stack = Callable[[Rulebook, Subjects, pl.DataFrame], pl.DataFrame]
"""From outcomes to the same rows with ``paid``, in fen: what is certain after exclusion, ceilings and budgets."""

ROW: Final = ("kind", "subject", "measure")
"""What tells a row from all others."""

MOST: Final = 500
"""How often a search works a rulebook out."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A rulebook with its files and what it gives the subjects; ``paid`` has the rows of outcomes with ``paid``."""

    files: Files
    book: Rulebook
    outcomes: pl.DataFrame
    paid: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after, in fen.

    ``by_measure``: measure, ``before``, ``after``, ``change``, and how many subjects get more, less, or something for the
    first time or no longer. ``by_firm``: firm, before, after, change; firms whose sum does not change are left out.
    ``unknown`` counts subjects and measures whose outcome is unknown or to be decided before and after: their change is
    not in the sums.
    """

    cost_before: int
    cost_after: int
    by_measure: pl.DataFrame
    by_firm: pl.DataFrame
    unknown: tuple[int, int]


def settled_in(year: int) -> Stack:
    """What holds between measures, with the budgets of a year.

    Parameters
    ----------
    year : int
        Budgets of this year alone count.

    Returns
    -------
    callable
        ``wutong.policy.stack`` as ``worked`` and ``after`` take it.
    """

    def settled(book: Rulebook, subjects: Subjects, found: pl.DataFrame) -> pl.DataFrame:
        return stacked(book, subjects, found, year).table

    return settled


def worked(files: Files, subjects: Subjects, stack: Stack) -> Worked:
    """Read a rulebook and work it out.

    Parameters
    ----------
    files : mapping of str to bytes
        As for ``rulebook_of``.
    subjects : mapping of str to polars.DataFrame
        Tables of subjects by kind.
    stack : callable
        From outcomes to what is paid.

    Returns
    -------
    Worked
        The base that reforms are held against.
    """
    book = rulebook_of(files)
    found = outcomes(book, subjects)
    return Worked(files, book, found, stack(book, subjects, found))


def after(base: Worked, change: Change, subjects: Subjects, stack: Stack) -> Worked:
    """Work out a rulebook after a change.

    Parameters
    ----------
    base : Worked
        As it is.
    change : Change
        Numbers, files dropped, files added.
    subjects, stack
        As for ``worked``.

    Returns
    -------
    Worked
        Files that are not changed are not read again, and measures that come out of them as before are not worked out
        again; exclusion, ceilings and budgets are.

    Raises
    ------
    RuleError
        If the changed rulebook cannot be read.
    """
    files = changed(base.files, change)
    before = {measure.file: measure for measure in base.book.measures if measure.file in files}
    added = dict(change.added)
    read = {
        name: measure if files[name] is base.files[name] else measure_again(measure, files[name])
        for name, measure in before.items()
        if name not in added
    }
    kept_head = HEAD not in added and (HEAD in files) == (HEAD in base.files)
    renumbered = files.get(HEAD) is not base.files.get(HEAD)
    book = rulebook_of(files, read, base.book if kept_head else None, changed=renumbered)
    same = {measure.id for measure in book.measures if before.get(measure.file) is measure}
    fresh = replace(book, measures=tuple(one for one in book.measures if one.id not in same))
    asked = {one.subject for one in fresh.measures}
    anew = outcomes(fresh, {kind: table for kind, table in subjects.items() if kind in asked})
    kept = pl.col("measure").is_in(sorted(same))
    found = put_in_place(base.outcomes, anew, ~kept)
    if found is None or [one.id for one in book.measures] != [one.id for one in base.book.measures]:
        found = _in_order(pl.concat([base.outcomes.filter(kept), anew]), book, subjects)
    found = found.select(list(COLUMNS))
    return Worked(files, book, found, stack(book, subjects, found))


def put_in_place(rows: pl.DataFrame, new: pl.DataFrame, where: pl.Expr) -> pl.DataFrame | None:
    """Rows with some of them put anew, each in its place; None where the new ones are not of the same subjects and measures.

    Examples
    --------
    >>> rows = pl.DataFrame({"kind": ["firm"] * 3, "subject": ["a", "a", "b"], "measure": ["A", "B", "A"], "amount": [1, 2, 3]})
    >>> new = pl.DataFrame({"kind": ["firm"], "subject": ["a"], "measure": ["B"], "amount": [7]})
    >>> put_in_place(rows, new, pl.col("measure") == "B")["amount"].to_list()
    [1, 7, 3]
    >>> put_in_place(rows, new, pl.col("measure") == "A") is None
    True
    """
    placed = rows.with_row_index("·at")
    old = placed.filter(where)
    if not old.select(ROW).equals(new.select(ROW)):
        return None
    both = [placed.filter(~where), old.select("·at").hstack(new).select(placed.columns)]
    return pl.concat(both).sort("·at").drop("·at")


def _in_order(found: pl.DataFrame, book: Rulebook, subjects: Subjects) -> pl.DataFrame:
    """Rows in the order of subjects, within each of the measures of the rulebook."""
    order = pl.DataFrame(
        {
            "measure": [measure.id for measure in book.measures],
            "·measure": range(len(book.measures)),
        },
        schema={"measure": pl.String, "·measure": pl.Int64},
    )
    rows = [
        pl.DataFrame({"kind": kind, "subject": table["subject"].cast(pl.String)})
        for kind, table in subjects.items()
    ]
    if not rows:
        return found
    places = pl.concat(rows).with_row_index("·subject")
    return found.join(order, on="measure").join(places, on=["kind", "subject"]).sort("·subject", "·measure")


def compared(before: Worked, later: Worked) -> Comparison:
    """Hold two rulebooks over the same subjects against each other.

    Parameters
    ----------
    before, later : Worked
        What ``worked`` and ``after`` gave.

    Returns
    -------
    Comparison
        Certain money alone; what is unknown or undecided is counted beside it.
    """
    keys = ["kind", "subject", "firm", "measure"]
    old = before.paid.select(*keys, before=pl.col("paid"))
    new = later.paid.select(*keys, after=pl.col("paid"))
    if old.select(keys).equals(new.select(keys)):
        both = old.with_columns(new["after"])
    else:
        both = old.join(new, on=keys, how="full", coalesce=True, maintain_order="left_right")
    both = both.with_columns(pl.col("before", "after").fill_null(0)).with_columns(
        change=pl.col("after") - pl.col("before")
    )
    by_measure = both.group_by("measure", maintain_order=True).agg(
        pl.col("before", "after", "change").sum(),
        more=(pl.col("change") > 0).sum(),
        less=(pl.col("change") < 0).sum(),
        first=((pl.col("before") == 0) & (pl.col("after") > 0)).sum(),
        no_longer=((pl.col("before") > 0) & (pl.col("after") == 0)).sum(),
    )
    by_firm = (
        both.group_by("firm", maintain_order=True)
        .agg(pl.col("before", "after", "change").sum())
        .filter(pl.col("change") != 0)
        .sort("change", "firm", descending=[True, False])
    )
    open_states = ["unknown", "needs decision"]
    unknown = (
        int(before.outcomes["state"].is_in(open_states).sum()),
        int(later.outcomes["state"].is_in(open_states).sum()),
    )
    return Comparison(int(both["before"].sum()), int(both["after"].sum()), by_measure, by_firm, unknown)


def by_group(comparison: Comparison, groups: pl.DataFrame, column: str) -> pl.DataFrame:
    """Winners and losers by group.

    Parameters
    ----------
    comparison : Comparison
        What ``compared`` gave.
    groups : polars.DataFrame
        ``firm`` and a column such as chain or size; a firm without a row, or with null, stands under null.
    column : str
        Name of that column.

    Returns
    -------
    polars.DataFrame
        The column, ``winners``, ``losers``, ``gain``, ``loss``, ``change``; fen.
    """
    return (
        comparison.by_firm.join(groups.select("firm", column), on="firm", how="left")
        .group_by(column, maintain_order=True)
        .agg(
            winners=(pl.col("change") > 0).sum(),
            losers=(pl.col("change") < 0).sum(),
            gain=pl.col("change").clip(0, None).sum(),
            loss=pl.col("change").clip(None, 0).sum(),
            change=pl.col("change").sum(),
        )
        .sort(column, nulls_last=True)
    )


def swept(
    base: Worked, parameter: str, numbers: Sequence[Fraction], subjects: Subjects, stack: Stack
) -> pl.DataFrame:
    """The curve of cost over one parameter.

    Parameters
    ----------
    base : Worked
        As it is.
    parameter : str
        Id of a parameter.
    numbers : sequence of Fraction
        Its values, in the unit in which it is written.
    subjects, stack
        As for ``worked``.

    Returns
    -------
    polars.DataFrame
        ``value`` (as text, exact), ``cost``, ``change`` (both fen), ``winners``, ``losers``, and ``problem``: why a value
        gives no rulebook, such as tiers that no longer ascend; then the others are null.
    """
    rows: list[tuple[str, int | None, int | None, int | None, int | None, str]] = []
    file = parameter.partition(":")[0]
    known = parameters_of({file: base.files[file]}) if file in base.files else ()
    for number in numbers:
        text = number_text(number)
        try:
            later = after(base, Change({parameter: text}, known=known), subjects, stack)
        except RuleError as error:
            rows.append((text, None, None, None, None, str(error)))
            continue
        found = compared(base, later)
        change = found.cost_after - found.cost_before
        winners, losers = (int((found.by_firm["change"] * sign > 0).sum()) for sign in (1, -1))
        rows.append((text, found.cost_after, change, winners, losers, ""))
    schema = dict.fromkeys(("value", "cost", "change", "winners", "losers", "problem"), pl.Int64())
    return pl.DataFrame(rows, schema={**schema, "value": pl.String(), "problem": pl.String()}, orient="row")


@dataclass(frozen=True, slots=True)
class Choice:
    """Numbers that keep a budget, with what they cost; ``distance`` is how far they are from those written, in parts."""

    numbers: Mapping[str, str]
    cost: int
    distance: Fraction


def searched(
    base: Worked,
    ranges: Mapping[str, Sequence[Fraction]],
    budget: int,
    subjects: Subjects,
    stack: Stack,
    most: int = MOST,
) -> tuple[Choice, ...]:
    """Search for numbers that keep a budget.

    Parameters
    ----------
    base : Worked
        As it is.
    ranges : mapping of str to sequence of Fraction
        For each parameter that may change, the values to try.
    budget : int
        What may be spent, in fen.
    subjects, stack
        As for ``worked``.
    most : int
        How many combinations are tried at most.

    Returns
    -------
    tuple of Choice
        All that keep it, those that spend most first, then those nearest to what is written.

    Raises
    ------
    NoAnswer
        If there are too many combinations, or none keeps the budget; it says what the cheapest costs.

    Notes
    -----
    Every combination is worked out, since cost need not rise with a parameter: a higher threshold lowers it, a cap may not
    move it, and exclusion can turn it round.
    """
    names = list(ranges)
    size = 1
    for values in ranges.values():
        size *= len(values)
    if not names or not 0 < size <= most:
        raise NoAnswer(
            Text(
                f"要试{size}种组合，最多{most}种。请少取几个值。",
                f"There are {size} combinations to try, and {most} at most. Take fewer values.",
            )
        )

    written = {one.id: Fraction(one.text) for one in parameters_of(base.files)}
    tried: list[Choice] = []
    for values in product(*ranges.values()):
        numbers = {name: number_text(value) for name, value in zip(names, values, strict=True)}
        try:
            later = after(base, Change(numbers), subjects, stack)
        except RuleError:
            continue
        distance = sum(
            (
                abs(value - written[name]) / (written[name] or 1)
                for name, value in zip(names, values, strict=True)
            ),
            Fraction(0),
        )
        tried.append(Choice(numbers, int(later.paid["paid"].fill_null(0).sum()), distance))
    found = [choice for choice in tried if choice.cost <= budget]
    if not found:
        least = min((choice.cost for choice in tried), default=None)
        raise NoAnswer(
            Text(
                f"试过的都超出预算；最省的要{least}分。",
                f"All that was tried costs more; the least is {least} fen.",
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.cost, one.distance)))
