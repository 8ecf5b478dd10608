"""Why a measure gives what it gives: clause by clause and step by step, from the very expressions that are worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from wutong.policy.accounts import Account, Clause, Compared, Held, Reasons, Share
from wutong.policy.evaluate import Outcome, Subject, applied_late, edition_of, facts_of
from wutong.policy.feel.library import rounded
from wutong.policy.feel.ready import bits_of, frozen, thawed
from wutong.policy.measure import Measure
from wutong.policy.prepared import Asked, Names, Prepared, PreparedEdition, Worked, prepared
from wutong.policy.steps import Place, Step
from wutong.words import Text

_FORCE: Final = Text("在有效期内", "Within the period of an edition")
_RANKING: Final = "排序 / ranking"
_NONE: Final[Mapping[str, int]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, Fraction]] = MappingProxyType({})
Values = dict[str, Any]


def explain(measure: Measure, subject: Subject) -> tuple[Clause, ...]:
    """Say of each clause whether a subject meets it, with its value, the threshold and the gap.

    Parameters
    ----------
    measure : Measure
        The measure.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    tuple of Clause
        In the order of the file; one clause ``in_force`` where no edition holds for the subject.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.
    """
    return reasons(prepared(measure), subject).clauses


def reasons(ready: Prepared, subject: Subject) -> Reasons:
    r"""Say what a measure gives to a subject and why, down to the last step.

    Parameters
    ----------
    ready : Prepared
        The measure, made ready once.
    subject : mapping of str to value
        As for ``evaluate``.

    Returns
    -------
    Reasons
        ``outcome`` is what ``evaluate`` gives.

    Raises
    ------
    RuleError
        If a fact is not of the kind that the measure declares.

    Examples
    --------
    >>> from wutong.policy.measure import measure_of
    >>> text = '''
    ... measure: grant
    ... title: {zh: 设备补助, en: Equipment grant}
    ... aspect: 要素保障
    ... subject: firm
    ... status: draft
    ... place: {zh: 某区, en: A zone}
    ... year: 2026
    ... given: {投资: {type: money, zh: 投资, en: Investment}}
    ... editions:
    ...   - source: {document: invented, grade: not graded}
    ...     conditions: [{id: size, says: {zh: 投资一亿元以上, en: At least 100 million}, when: 投资 >= 1亿元}]
    ...     amount:
    ...       rate: {by: 投资, slab: {1亿元: 5%, 3亿元: 8%}}
    ...       base: 投资
    ...       cap: 1800万元
    ...       round: {to: 1元, how: half up}
    ... examples: [{given: {投资: 1亿元}, expect: {outcome: eligible, amount: 500万元}}]
    ... '''
    >>> found = reasons(prepared(measure_of(text)), {"投资": 3 * 10**10})
    >>> print("\n".join(found.lines("en")))
    grant Equipment grant: eligible 18 million yuan
    At least 100 million: met. Investment 300 million yuan, needs at least 100 million yuan
    Investment 300 million yuan, in the tier of 300 million yuan or more: 8%
    Investment 300 million yuan × 8% = 24 million yuan
    Cut to the cap of 18 million yuan, by 6 million yuan: 18 million yuan
    Rounded half up to 1 yuan: 18 million yuan
    >>> found.accounts[0].steps[0].form.place.text.zh
    'invented（第14行）'
    """
    measure = ready.measure
    facts = facts_of(measure, subject)
    size = max(map(bits_of, facts.values()), default=0)
    if size > ready.bits:
        ready = prepared(measure, size)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome):
        held: Held = "unknown" if edition.state == "unknown" else "not met"
        place = Place("", "", measure.file, measure.editions[0].line)
        clause = Clause("in_force", _FORCE, held, "", (), place)
        return Reasons(measure.id, measure.title, edition, (clause,), (), (), (), (), place)
    found = next(one for one in ready.editions if one.edition is edition)
    asked: Values = {name: frozen(value) for name, value in facts.items()}
    definitions: list[Step] = []
    for act in found.definitions:
        act(asked, definitions)
    late = applied_late(edition, facts)
    clauses = [*_window(found, late), *(_clause(test, asked) for test in found.tests)]
    if edition.quota:
        clauses.append(Clause("quota", edition.quota.says, "needs decision", _RANKING, (), found.quota))
    failing = tuple(clause.id for clause in clauses if clause.held == "not met")
    accounts: tuple[Account, ...] = ()
    if failing:
        outcome = Outcome("not eligible", failing=failing, clause=failing[0])
    else:
        accounts = tuple(_account(reading, asked) for reading in found.readings)
        outcome = _outcome(found, clauses, accounts, asked)
    payees, instalments = _shares(found, outcome, asked)
    return Reasons(
        measure.id,
        measure.title,
        outcome,
        tuple(clauses),
        tuple(definitions),
        accounts,
        payees,
        instalments,
        found.place,
    )


# ------------------------------------------------------------ clauses


def _window(found: PreparedEdition, late: bool | None) -> Iterator[Clause]:
    window = found.edition.window
    if window is None:
        return
    first, last = window.start.isoformat(), window.end.isoformat() if window.end else ""
    says = Text(
        f"{first}起申报" + (f"，{last}止" if last else ""),
        f"Applied from {first}" + (f" to {last}" if last else ""),
    )
    yield Clause(
        "apply", says, "unknown" if late is None else "not met" if late else "met", "", (), found.window
    )


def _clause(test: Asked, asked: Values) -> Clause:
    compared = []
    for side in test.sides:
        form = side.form
        if side.left is not None:
            asked[form.left.name] = side.left(asked)
        if side.right is not None:
            asked[form.right.name] = side.right(asked)
        compared.append(Compared(form, asked))
    condition = test.condition
    holds = True if test.held is None else test.held(asked)
    held: Held = "met" if holds else "not met"
    if holds is None:
        held = "unknown"
    elif condition.decide:
        held = "needs decision" if holds else "no decision needed"
    return Clause(
        condition.id, condition.says, held, condition.decide, tuple(compared), test.place, test.either
    )


# ------------------------------------------------------------ amounts


def _account(reading: Worked, asked: Values) -> Account:
    steps: list[Step] = []
    for act in reading.acts:
        act(asked, steps)
    whole = asked[reading.name]
    return Account(reading.says, tuple(steps), None if whole is None else whole[0] // whole[1])


def _outcome(
    found: PreparedEdition, clauses: Sequence[Clause], accounts: Sequence[Account], asked: Values
) -> Outcome:
    """What ``evaluate`` gives where no clause fails."""
    unsure = [clause.id for clause in clauses if clause.held == "unknown"]
    known = sorted({account.amount for account in accounts if account.amount is not None})
    complete = all(account.amount is not None for account in accounts)
    if unsure or not complete:
        names = [test.names for test in found.tests if test.condition.id in unsure]
        names += [
            reading.names
            for reading, account in zip(found.readings, accounts, strict=True)
            if account.amount is None
        ]
        late = [found.edition.window.by] if found.edition.window and "apply" in unsure else []
        return Outcome(
            "unknown",
            failing=() if complete else ("amount",),
            missing=tuple(dict.fromkeys((*late, *_missing(found, names, asked)))),
            possible=tuple(known) if complete and known[0] >= 0 else (),
            clause=unsure[0] if unsure else "amount",
        )
    if known[0] < 0:
        return Outcome("not eligible", failing=("amount",), clause="amount")
    waiting = [clause.id for clause in clauses if clause.held == "needs decision" and clause.id != "quota"]
    waiting += ["amount"] if len(known) > 1 else []
    waiting += ["quota"] if found.edition.quota else []
    possible = tuple(known)
    if waiting:
        return Outcome(
            "needs decision", if_approved=possible, open=tuple(waiting), possible=possible, clause=waiting[0]
        )
    payees = _payees(found, known[0], asked)
    if payees is None:
        missing = _missing(found, [paid.names for paid in found.payees], asked)
        return Outcome("unknown", failing=("amount",), missing=missing, possible=possible, clause="amount")
    return Outcome(
        "eligible",
        known[0],
        payees=MappingProxyType(payees) if payees else _NONE,
        parts=_parts(found, asked),
        possible=possible,
    )


def _missing(found: PreparedEdition, names: Iterable[Names], asked: Values) -> tuple[str, ...]:
    """As ``missing_of``: facts that are not known and are asked for, through definitions too."""
    waiting = [name for some in names for name in some]
    facts: dict[str, None] = {}
    seen: set[str] = set()
    for name in waiting:
        if name in seen:
            continue
        seen.add(name)
        if name in found.defined:
            waiting += found.defined[name]
        elif asked.get(name) is None:
            facts[name] = None
    return tuple(facts)


def _parts(found: PreparedEdition, asked: Values) -> Mapping[str, Fraction]:
    if len(found.readings) > 1 or not found.readings[0].terms:
        return _NOTHING
    values = [(id_, asked.get(name)) for id_, name in found.readings[0].terms]
    return MappingProxyType({id_: Fraction(*value) for id_, value in values if value is not None})


# ------------------------------------------------------------ who gets it, and when


def _payees(found: PreparedEdition, whole: int, asked: Values) -> dict[str, int] | None:
    """As in ``evaluate``: each payee's fen; None where a share is not known or the shares make more than all."""
    got: dict[str, int] = {}
    amount = found.edition.amount
    for paid in found.payees:
        rest = whole - sum(got.values())
        share = (1, 1) if paid.share is None else paid.share(asked)
        if share is None or share[0] < 0:
            return None
        cut = rounded(f"round {amount.way}", whole * Fraction(*share), amount.step)
        part = rest if paid.share is None else int(cut or 0)
        if part > rest:
            return None
        got[paid.payee.id] = part
    return got


def _shares(
    found: PreparedEdition, outcome: Outcome, asked: Values
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    if outcome.amount is None or not (found.payees or found.instalments):
        return (), ()
    payees = []
    for paid in found.payees:
        share = None if paid.share is None else Fraction(*paid.share(asked))
        payees.append(Share(paid.payee.says, share, outcome.payees[paid.payee.id], paid.place))
    amount, rest, instalments = found.edition.amount, outcome.amount, []
    for at, due in enumerate(found.instalments, start=1):
        share = due.instalment.share
        cut = rounded(f"round {amount.way}", outcome.amount * share, amount.step)
        part = rest if at == len(found.instalments) else min(rest, int(cut or 0))
        rest -= part
        says = Text(f"第{at}期（{due.instalment.on}）", f"Instalment {at} ({due.instalment.on})")
        day = None if due.day is None else thawed(due.day(asked))
        when = None if due.when is None else due.when(asked)
        instalments.append(Share(says, share, part, due.place, day, when))
    return tuple(payees), tuple(instalments)
