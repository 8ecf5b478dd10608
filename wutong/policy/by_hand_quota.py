"""Quotas in the plain interpreter of stacking: each candidate held against each other one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from wutong.policy.by_hand_lines import Key, edition_at, value_of
from wutong.policy.edition import Edition, Quota
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Rulebook


def settle_quota(
    rows: list[dict[str, object]],
    facts: Mapping[Key, Mapping[str, Value]],
    book: Rulebook,
    measure: str,
    number: int,
    edition: Edition,
    quota: Quota,
) -> None:
    """Settle one quota: who finds room, who does not, and for whom that hangs on what is open."""
    at = next(place for place, one in enumerate(book.measures) if one.id == measure)
    rivals = []
    for row in rows:
        if row["measure"] != measure or row["state"] not in ("unknown", "needs decision"):
            continue
        own = facts[str(row["kind"]), str(row["subject"])]
        place = edition_at(book, at, own)
        if place in (number, None):
            rank = value_of(quota.by, edition.definitions, own)
            takes: Value = Fraction(1)
            if quota.of is not None:
                takes = value_of(quota.of, edition.definitions, own)
            if not isinstance(takes, Fraction) or takes < 0:
                takes = None
            sure = row["state"] == "needs decision" and row["clause"] in ("quota", "amount")
            rivals.append((row, place, rank, takes, sure))
    room = Fraction(quota.places or 0)
    if quota.total is not None:
        total = exact.evaluate(quota.total.tree, {})
        assert isinstance(total, Fraction)
        room = total
    most = Fraction(10) ** 40
    settled: dict[int, tuple[str, str]] = {}
    for mine, (_, place, rank, takes, _) in enumerate(rivals):
        if place is None:
            continue
        ahead = [Fraction(0), Fraction(0)]  # at best, at worst
        beside = [Fraction(0), Fraction(0)]
        for other, (_, _, its, need, sure) in enumerate(rivals):
            if other == mine:
                continue
            needs = (Fraction(0) if need is None else need) if sure else Fraction(0)
            wants = most if need is None else need
            if rank is None or its is None:
                ahead[1] += wants
            elif its == rank:
                beside[0] += needs
                beside[1] += wants
            elif (its > rank) == (quota.order == "highest first"):  # type: ignore[operator]
                ahead[0] += needs
                ahead[1] += wants
        own_best, own_worst = (Fraction(0), most) if takes is None else (takes, takes)
        places = []
        for before, with_it, needs in ((ahead[0], beside[0], own_best), (ahead[1], beside[1], own_worst)):
            if before + with_it + needs <= room:
                places.append("in")
            elif before + needs <= room:
                places.append({"all": "in", "none": "out", "decide": "edge"}[quota.ties])
            else:
                places.append("out")
        settled[mine] = (places[0], places[1])
    for mine, (best, worst) in settled.items():
        row, _, _, _, sure = rivals[mine]
        if best == worst == "out":
            row.update(state="not eligible", amount=None, low=None, high=None, clause="quota")
        elif not sure or best == worst == "edge":
            continue
        elif best == worst == "in":
            if row["clause"] == "quota":
                row.update(state="eligible", amount=row["low"], high=row["low"], clause="")
        else:
            row.update(state="unknown", clause="quota")
