"""The example rulebook, each file read once."""

from __future__ import annotations

from functools import cache
from typing import Final

from tests.conftest import ROOT
from wutong.policy.measure import Measure, measure_of
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of

FOLDER: Final = ROOT / "examples" / "measures"
FILES: Final = sorted(path for path in FOLDER.glob("*.yaml") if path.name != HEAD)


@cache
def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def measure_in(name: str) -> Measure:
    """One file's measure as it stands alone."""
    return measure_of(text_of(name), name)


@cache
def rulebook() -> dict[str, Measure]:
    """Measures by id, each as it stands alone."""
    return {measure_in(path.name).id: measure_in(path.name) for path in FILES}


@cache
def book() -> Rulebook:
    """The rulebook, with what measures do to each other."""
    return rulebook_of({name: text_of(name) for name in (HEAD, *(path.name for path in FILES))})


def row_of(measure: str) -> str:
    """The row that a measure encodes: M09-tax is a part of M09."""
    return measure.partition("-")[0]
