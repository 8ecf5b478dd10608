"""No number of an example measure is without effect: changed, it moves a result of an example of its file."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl
import pytest

from tests.policy.example_files import FILES, measure_in, text_of
from tests.policy.idle_numbers import Number, changed, numbers, put
from wutong.errors import RuleError
from wutong.policy.document import document_of
from wutong.policy.evaluate import Outcome, Subject, edition_of, evaluate, facts_of, worked_out
from wutong.policy.feel import exact
from wutong.policy.feel.values import Value
from wutong.policy.measure import Measure, measure_of
from wutong.policy.payout import instalments, obligations
from wutong.policy.rulebook import Rulebook
from wutong.policy.subjects import table_of
from wutong.words import Text

RULES: Final = ("define", "conditions", "amount", "payout", "keep", "not_before")
OTHERS: Final = ("examples", "given", "limits", "quota", "modifies")
"""Keys whose numbers are seen only where several subjects or measures meet: those of ``test_example_book``."""

NUMBERS: Final = [
    (path.name, number) for path in FILES for number in numbers(document_of(path.read_bytes()), RULES, OTHERS)
]
SHARES: Final = [(name, number) for name, number in NUMBERS if ".payout." in number[0].clause]
PARAMETERS: Final = [
    pytest.param(
        name, number, id=f"{name.removesuffix('.yaml')}:{number[0].line}:{number[0].column + number[1]}"
    )
    for name, number in NUMBERS
]

PAID: Final = 100_000_007
PAID_ON: Final = date(2026, 1, 1)
TODAY: Final = date(2026, 11, 22)


def results(measure: Measure, cases: Measure) -> list[tuple[Outcome, Value, object]]:
    """What comes out of the examples; where places are few, by what they are ranked; and when it is paid and kept."""
    return [
        (evaluate(measure, one.given), ranked(measure, one.given), in_time(measure, one.given))
        for one in cases.examples
    ]


def ranked(measure: Measure, subject: Subject) -> Value:
    facts = facts_of(measure, subject)
    edition = edition_of(measure, facts)
    if isinstance(edition, Outcome) or edition.quota is None:
        return None
    return exact.evaluate(edition.quota.by.tree, worked_out(edition, facts))


def in_time(measure: Measure, subject: Subject) -> object:
    """Instalments of a sum that was granted, and what must be kept for it."""
    if not any(edition.payout or edition.keep or edition.wait for edition in measure.editions):
        return None
    nothing = Text("", "")
    book = Rulebook(nothing, False, nothing, (measure,), {}, (), {}, measure.given, ())
    tables = {measure.subject: table_of([("s", "s", facts_of(measure, subject))], measure.given)}
    award = {"kind": measure.subject, "subject": "s", "measure": measure.id, "paid": PAID, "paid_on": PAID_ON}
    paid = pl.DataFrame([award])
    return instalments(book, tables, paid).rows(), obligations(book, tables, paid, TODAY).rows()


def other_share(name: str, number: Number) -> Number:
    """Another instalment of the same award, which gets less where this one gets more."""
    award, _, own = number[0].clause.rpartition(".payout.")
    return next(
        one
        for file, one in SHARES
        if file == name and one[0].clause.startswith(f"{award}.payout.") and not one[0].clause.endswith(own)
    )


def with_change(name: str, number: Number) -> Measure:
    """The measure with one number changed."""
    if (name, number) in SHARES:
        (node, start, end), (other, begin, stop) = number, other_share(name, number)
        more = put(text_of(name), number, str(int(node.text[start:end]) + 5))
        return measure_of(put(more, (other, begin, stop), str(int(other.text[begin:stop]) - 5)))
    try:
        return measure_of(changed(text_of(name), number))
    except RuleError:  # a tier that is no longer below the next one
        return measure_of(changed(text_of(name), number, Fraction(1, 2)))


@pytest.mark.parametrize(("name", "number"), PARAMETERS)
def test_every_number_of_a_file_moves_some_result(name: str, number: Number) -> None:
    as_is = measure_in(name)
    assert results(with_change(name, number), as_is) != results(as_is, as_is)


def test_the_numbers_are_found() -> None:
    assert len(PARAMETERS) > 400
    assert len(SHARES) == 2 + 2 + 2 + 5
    assert {name for name, _ in NUMBERS} >= {"m01-equipment.yaml", "m35-moved-in.yaml", "m59-plan-5050.yaml"}
