"""The example rulebook as a whole: its trials come out, and no number between measures is without effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Final

import polars as pl
import pytest

from tests.policy.example_files import FILES, book, measure_in, text_of
from tests.policy.idle_numbers import Number, changed, numbers
from wutong.policy.cost import headroom
from wutong.policy.document import document_of
from wutong.policy.measure import Measure, measure_of
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.rulebook import HEAD, Rulebook, Trial, changed_by_others, rulebook_of
from wutong.policy.stack import stacked
from wutong.policy.trials import subjects_of, trial_differences

BETWEEN: Final = ("limits", "quota", "modifies")
"""Keys of a measure file whose numbers are seen where several subjects or measures meet."""

NAMES: Final = (HEAD, *(path.name for path in FILES))
TRIALS: Final = book().trials


def numbers_of(name: str) -> list[Number]:
    root = document_of(text_of(name))
    if name == HEAD:
        return numbers(root, ("limits", "budgets"), ("examples",))
    return numbers(root, BETWEEN, ("examples", "given"))


NUMBERS: Final = [(name, number) for name in NAMES for number in numbers_of(name)]
PARAMETERS: Final = [
    pytest.param(
        name, number, id=f"{name.removesuffix('.yaml')}:{number[0].line}:{number[0].column + number[1]}"
    )
    for name, number in NUMBERS
]


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: f"line {trial.line}")
def test_a_trial_comes_out(trial: Trial) -> None:
    assert [line.en for line in trial_differences(book(), trial)] == []


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: f"line {trial.line}")
def test_a_trial_that_expects_something_else_fails(trial: Trial) -> None:
    key, fen = next(iter(trial.paid.items()))
    other = replace(trial, paid={key: 1 if fen is None else None})
    assert len(trial_differences(book(), other)) == 1


# ------------------------------------------------------------ no number without effect


def settled(whole: Rulebook, trial: Trial, wanted: Iterable[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What a trial's subjects are paid of some measures, and what is left of budgets."""
    names = set(wanted)
    part = replace(
        whole,
        measures=tuple(one for one in whole.measures if one.id in names),
        limits=tuple(one for one in whole.limits if names.issuperset(one.measures)),
    )
    tables = subjects_of(part, trial)
    paid = stacked(part, tables, outcomes_by_hand(part, tables)).table
    return paid.drop("together"), headroom(part, paid)


def measures_of(trial: Trial) -> set[str]:
    """The measures that a trial speaks of."""
    return {measure for _, measure in trial.paid}


@cache
def as_it_is(at: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    return settled(book(), TRIALS[at], measures_of(TRIALS[at]))


@cache
def read() -> dict[str, Measure]:
    return {path.name: measure_in(path.name) for path in FILES}


def with_change(name: str, number: Number) -> Rulebook:
    """The rulebook with one number changed."""
    text = changed(text_of(name), number)
    others = {file: measure for file, measure in read().items() if file != name}
    known = others if name == HEAD else others | {name: measure_of(text, name)}
    return rulebook_of({file: text_of(file) for file in NAMES} | {name: text}, known)


def touched(name: str, changed_book: Rulebook) -> set[str]:
    """Measures that a file speaks of, with those whose rate they change."""
    found = {one.id for one in changed_book.measures if name in (one.file, HEAD)}
    return found | {
        modifier.measure
        for one in changed_book.measures
        if one.id in found
        for edition in one.editions
        for modifier in edition.modifies
    }


@pytest.mark.parametrize(("name", "number"), PARAMETERS)
def test_every_number_between_measures_moves_some_trial(name: str, number: Number) -> None:
    other = with_change(name, number)
    wanted = touched(name, other)
    assert any(
        any(
            not new.equals(old)
            for new, old in zip(settled(other, trial, measures_of(trial)), as_it_is(at), strict=True)
        )
        for at, trial in enumerate(TRIALS)
        if measures_of(trial) & wanted
    )


def test_the_numbers_between_measures_are_found() -> None:
    assert {name for name, _ in NUMBERS} == {
        *(
            HEAD,
            "m08-chain-project.yaml",
            "m31-ten-best.yaml",
            "m35-moved-in.yaml",
            "m43-equipment-loan.yaml",
        ),
        *("m45-upgrade-loan.yaml", "m48-first-come-loan.yaml", "m69-model-factory.yaml"),
        "m69-model-workshop.yaml",
    }
    assert changed_by_others(book()) == {"M11", "M12"}
