"""Every number of a rulebook can be named and changed in its place."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import pytest

from tests.conftest import ROOT
from wutong.errors import RuleError
from wutong.policy.parameters import Change, Files, changed, number_text, parameters_of
from wutong.policy.rulebook import rulebook_of

EXAMPLES: Final = ROOT / "examples" / "measures"
FILES: Final[Files] = {path.name: path.read_bytes() for path in sorted(EXAMPLES.glob("*.yaml"))}
M01: Final = "m01-equipment.yaml"


def test_every_number_that_decides_is_found_once_and_stands_where_it_is_said_to() -> None:
    found = parameters_of(FILES)
    assert len({one.id for one in found}) == len(found) > 90
    for one in found:
        data = FILES[one.file]
        assert isinstance(data, bytes)
        line = data.decode("utf-8").splitlines()[one.line - 1]
        assert line[one.start : one.end] == one.text
        assert line[one.end :].startswith(one.unit)


def test_the_numbers_of_the_first_measure_are_these() -> None:
    found = [(one.clause, one.text + one.unit) for one in parameters_of({M01: FILES[M01]})]
    slab = "editions.1.amount.rate.slab"
    assert found == [
        ("editions.1.conditions.2.when", "1亿元"),
        (f"{slab}:1亿元", "1亿元"),
        (f"{slab}.1亿元", "5%"),
        (f"{slab}:3亿元", "3亿元"),
        (f"{slab}.3亿元", "8%"),
        (f"{slab}:5亿元", "5亿元"),
        (f"{slab}.5亿元", "10%"),
        ("editions.1.amount.cap", "2亿元"),
        ("editions.1.amount.round.to", "1元"),
    ]


def test_several_numbers_of_one_line_are_changed_each_in_its_place() -> None:
    slab = f"{M01}:editions.1.amount.rate.slab"
    later = changed(FILES, Change({f"{slab}:3亿元": "2.75", f"{slab}.1亿元": "12", f"{slab}.5亿元": "0.5"}))
    text = later[M01]
    assert isinstance(text, str)
    assert "slab: {1亿元: 12%, 2.75亿元: 8%, 5亿元: 0.5%}" in text
    assert all(later[name] is FILES[name] for name in FILES if name != M01)
    assert rulebook_of(later).measures[0].id == "M01"


def test_files_are_dropped_and_added() -> None:
    later = changed(FILES, Change({}, (M01,), (("new.yaml", b"measure: x"),)))
    assert set(later) == (set(FILES) - {M01}) | {"new.yaml"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change({f"{M01}:editions.1.amount.cup": "1"}), "amount.cap"),
        (Change({"m01-equipmnt.yaml:x": "1"}), "m01-equipment"),
        (Change({}, ("m01-equipmnt.yaml",)), "m01-equipment"),
        (Change({f"{M01}:editions.1.amount.cap": "1万"}), "is no number"),
        (Change({f"{M01}:editions.1.amount.cap": "-1"}), "is no number"),
        (Change({f"{M01}:editions.1.amount.cap": "1; 2"}), "is no number"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_what_can(change: Change, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        changed(FILES, change)


def test_numbers_inside_folded_text_and_quotes_are_changed_only_where_they_stand_as_seen() -> None:
    text = 'editions:\n  - conditions: [{id: a, says: 1, when: "x >= 5万元"}]\n    amount:\n      fixed: >\n        7万元\n        + 8万元\n'
    found = parameters_of({"a.yaml": text})
    assert [one.text for one in found if one.clause.endswith("when")] == ["5"]
    for one in found:
        assert text.splitlines()[one.line - 1][one.start : one.end] == one.text


@pytest.mark.parametrize("bad", [Fraction(1, 3), Fraction(-1)])
def test_a_number_that_no_file_can_hold_is_refused(bad: Fraction) -> None:
    with pytest.raises(RuleError, match="is no decimal"):
        number_text(bad)
