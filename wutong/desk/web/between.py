"""What one measure takes from another, in an officer's words: exclusion, ceilings, places, budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from wutong.desk.web.measure_words import code
from wutong.policy.edition import Limit
from wutong.policy.prose import yuan
from wutong.policy.rulebook import Budget, Group, Rulebook
from wutong.words import Text

Row = Mapping[str, Any]
"""A row of ``wutong.policy.stack.stacked``."""

_KINDS: Final = ("earlier", "group", "limit", "budget")


def reasons_named(text: str | None) -> Iterator[tuple[str, str]]:
    """Kind and name of each reason in ``cut`` or ``hangs_on``.

    Examples
    --------
    >>> list(reasons_named("group 就高; limit a; b; earlier 补差额"))
    [('group', '就高'), ('limit', 'a; b'), ('earlier', '补差额')]
    """
    found: list[tuple[str, str]] = []
    for part in (text or "").split("; "):
        kind, _, name = part.partition(" ")
        if kind in _KINDS and name:
            found.append((kind, name))
        elif found:
            # a name may hold what stands between reasons
            found[-1] = (found[-1][0], f"{found[-1][1]}; {part}")
    yield from found


def limits_of(book: Rulebook) -> dict[str, Limit]:
    """All ceilings by id: those of the rulebook, and those of each edition."""
    own = {limit.id: limit for one in book.measures for edition in one.editions for limit in edition.limits}
    return own | {limit.id: limit for limit in book.limits}


def taken_by(row: Row, book: Rulebook) -> tuple[Text, ...]:
    """Say what takes from an award, with what is given in its place.

    Parameters
    ----------
    row : mapping
        A row of what ``stacked`` gives.
    book : Rulebook
        The measures.

    Returns
    -------
    tuple of Text
        One sentence a reason; none where nothing takes from it.
    """
    found = [_said(kind, name, book) for kind, name in reasons_named(row["cut"])]
    if row["state"] == "not eligible" and row["clause"] == "quota":
        found.append(Text("名额已满", "no place is left"))
    if row["won_measure"]:
        titles = {one.id: one.title for one in book.measures}
        title = titles.get(row["won_measure"], Text(row["won_measure"], row["won_measure"]))
        own = row["won_subject"] == row["subject"]
        whose = Text("", "") if own else Text(f"（{row['won_subject']}）", f" ({row['won_subject']})")
        found.append(Text(f"给了“{title.zh}”{whose.zh}", f"“{title.en}”{whose.en} is given in its place"))
    if row["firm_chooses"] and row["cut"]:
        found.append(Text("企业可另选", "the firm may choose otherwise"))
    return tuple(found)


def open_by(row: Row, book: Rulebook) -> tuple[Text, ...]:
    """Say on what between measures an award hangs, besides its own conditions."""
    found = [_said(kind, name, book) for kind, name in reasons_named(row["hangs_on"])]
    if row["state"] == "unknown" and row["clause"] == "quota":
        found.append(
            Text("别人的名次：有的人的事实还不知道", "the ranks of others, of whom some facts are not known")
        )
    return tuple(Text(f"要看{said.zh}", f"hangs on: {said.en}") for said in found)


def _said(kind: str, name: str, book: Rulebook) -> Text:
    if kind == "earlier":
        says = [book.groups[one].says for one in name.split(", ") if one in book.groups]
        zh, en = "；".join(one.zh for one in says), "; ".join(one.en for one in says)
        return Text(f"扣除此前已得的（{zh or name}）", f"less what was got before ({en or name})")
    if kind == "group" and name in book.groups:
        return _group(book.groups[name])
    if kind == "limit" and name in (limits := limits_of(book)):
        limit = limits[name].says
        return Text(f"合计上限（{limit.zh}）", f"the ceiling over several ({limit.en})")
    if kind == "budget" and name in book.budgets:
        return _budget(book.budgets[name], book)
    return Text(name, name)


def _group(group: Group) -> Text:
    how = code("choose", group.choose)
    return Text(
        f"不能兼得（{group.says.zh}），{how.zh}", f"not together with others ({group.says.en}), {how.en}"
    )


def _budget(budget: Budget, book: Rulebook) -> Text:
    field = book.fields.get(budget.by)
    how = code("scale", budget.scale)
    by = field.label if field else Text(budget.by, budget.by)
    return Text(
        f"预算（{budget.says.zh}），{how.zh.format(by=by.zh)}",
        f"the budget ({budget.says.en}), {how.en.format(by=by.en)}",
    )


def remains(row: Row) -> Text:
    """Say what is paid once measures have met: a sum, or between which sums it lies.

    Examples
    --------
    >>> remains({"paid": 5_00, "paid_low": 5_00, "paid_high": 5_00}).en
    '5 yuan'
    >>> remains({"paid": None, "paid_low": 0, "paid_high": 100_00}).en
    '0 yuan to 100 yuan'
    >>> remains({"paid": None, "paid_low": 0, "paid_high": None}).en
    'at least 0 yuan, no end is known'
    """
    if row["paid"] is not None:
        return yuan(row["paid"])
    low = yuan(row["paid_low"])
    if row["paid_high"] is None:
        return Text(f"至少{low.zh}，上限未知", f"at least {low.en}, no end is known")
    high = yuan(row["paid_high"])
    return Text(f"{low.zh}至{high.zh}", f"{low.en} to {high.en}")


def alone(row: Row) -> int | None:
    """What is certain of a row by itself, before others take from it; None where nothing is."""
    found: int | None = row["amount"] if row["state"] == "eligible" else None
    return found


def between(row: Row, book: Rulebook) -> tuple[Text, ...]:
    """Say what takes from an award and what of others leaves it open; of what is unknown anyway, only whether there is a place."""
    if row["state"] == "unknown" and row["clause"] != "quota":
        return ()
    left_open = row["state"] != "not eligible" and row["paid"] is None
    return (*taken_by(row, book), *(open_by(row, book) if left_open else ()))
