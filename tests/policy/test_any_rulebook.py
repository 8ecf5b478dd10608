"""Whole rulebooks drawn at random, and real ones with changes anywhere: an error with words or a result, and nothing runs."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.conftest import ROOT
from tests.policy.drawn_books import subjects
from tests.policy.drawn_files import BAD, folders
from wutong.errors import RuleError
from wutong.policy.document import document_of
from wutong.policy.evaluate import evaluate
from wutong.policy.explain import explain
from wutong.policy.layout import laid_out
from wutong.policy.measure import measure_of
from wutong.policy.outcomes import outcomes_by_hand
from wutong.policy.parameters import parameters_of
from wutong.policy.review import review
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.subjects import facts_at, table_of

SECONDS: Final = 5.0
"""What one rulebook may take; it takes a hundredth of that, on a busy machine a tenth."""

_RUNS: Final = (
    "exec",
    "compile",
    "import",
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "ctypes.",
    "urllib.",
    "pickle.",
)
_heard: list[str] = []
_listening: list[bool] = [False]


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening[0] and event.startswith(_RUNS):
        _heard.append(f"{event} {arguments!r:.200}")


sys.addaudithook(_hear)


@contextmanager
def nothing_runs() -> Iterator[None]:
    """Fail if anything is imported, opened, started or run, or if it takes too long."""
    start = time.process_time()
    _heard.clear()
    _listening[0] = True
    try:
        yield
    finally:
        _listening[0] = False
    assert _heard == []
    assert time.process_time() - start < SECONDS


def test_what_runs_is_heard() -> None:
    with pytest.raises(AssertionError, match="compile"), nothing_runs():
        eval("1 + 1")


def read(files: dict[str, str], said: list[str]) -> Rulebook | None:
    try:
        return rulebook_of(files)
    except RuleError as error:
        said.append(error.text.en)
        return None


def warm() -> None:
    """Load what is loaded once, so that a later import is one that a file brought about."""
    files = {"m.yaml": (ROOT / "examples" / "measures" / "m01-equipment.yaml").read_bytes()}
    book = rulebook_of(files)
    explain(book.measures[0], dict(book.measures[0].examples[0].given))


@pytest.mark.parametrize(("odd", "least"), [(0, 1.0), (80, 0.03)])
def test_a_drawn_rulebook_is_worked_out_or_refused(odd: int, least: float) -> None:
    found: Counter[bool] = Counter()
    said: list[str] = []
    warm()

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        files = data.draw(folders(odd))
        with nothing_runs():
            book = read(files, said)
        found[book is not None] += 1
        if book is None:
            return
        table = table_of(data.draw(subjects(book.fields, 3)), book.fields)
        with nothing_runs():
            by_hand = outcomes_by_hand(book, {"firm": table})
            for measure in book.measures:
                for row in range(table.height):
                    explain(measure, facts_at(table, row, measure.given))
        assert_frame_equal(outcomes(book, {"firm": table}), by_hand)
        for measure in book.measures:
            laid_out(measure, document_of(files[measure.file]))
        parameters_of(files)
        review(book, date(2026, 1, 1))

    run()
    assert found[True] >= least * found.total()
    assert [text for text in said if not text.startswith(("M", "rulebook.yaml"))] == []


# ------------------------------------------------------------ the real files, changed

FILES: Final = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "examples" / "measures").glob("*.yaml"))
}


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """A file with lines dropped, doubled, moved or indented, or with a word in the place of another."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 6)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            case 3:
                lines[at] = " " * draw(st.integers(0, 8)) + lines[at].lstrip()
            case _:
                start = draw(st.integers(0, len(lines[at])))
                end = min(len(lines[at]), start + draw(st.integers(0, 10)))
                lines[at] = lines[at][:start] + draw(st.sampled_from(BAD)) + lines[at][end:]
        if not lines:
            break
    return "\n".join(lines)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_real_measure_with_changes_anywhere_is_worked_out_or_refused(data: st.DataObject) -> None:
    warm()
    name = data.draw(st.sampled_from([one for one in FILES if one != HEAD]))
    text = data.draw(changed(FILES[name]))
    with nothing_runs():
        try:
            measure = measure_of(text, name)
        except RuleError as error:
            said = error.text.en
        else:
            said = ""
            for example in measure.examples:
                evaluate(measure, example.given)
                explain(measure, example.given)
    if said:
        assert said.startswith(name)
        return
    laid_out(measure, document_of(text))
    parameters_of({name: text})


@settings(max_examples=3, deadline=None)
@given(st.data())
def test_a_real_rulebook_with_changes_in_its_head_is_read_or_refused(data: st.DataObject) -> None:
    head = data.draw(changed(FILES[HEAD]))
    with nothing_runs():
        said: list[str] = []
        book = read(FILES | {HEAD: head}, said)
    assert said[0].startswith(HEAD) if book is None else len(book.measures) == len(FILES) - 1
