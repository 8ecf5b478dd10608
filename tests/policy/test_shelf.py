"""A folder with mistakes: what can be read is there, and each mistake is said with its place."""

from __future__ import annotations

from tests.conftest import ROOT
from wutong.policy.rulebook import HEAD
from wutong.policy.shelf import shelf_of

SHAPES = {path.name: path.read_bytes() for path in sorted((ROOT / "examples" / "measures").glob("*.yaml"))}
HEADED = b"{rulebook: x, format: 1, title: {zh: a, en: a}}"


def test_a_folder_without_a_mistake_is_the_rulebook_itself() -> None:
    shelf = shelf_of(SHAPES)
    assert shelf.faults == ()
    assert shelf.book is not None
    assert shelf.measures == shelf.book.measures
    assert len(shelf.measures) == len(SHAPES) - (HEAD in SHAPES)


def test_each_file_with_a_mistake_is_left_out_and_named_with_its_place() -> None:
    wrong = SHAPES["m01-equipment.yaml"].replace(
        "固定资产投资 >= 1亿元".encode(), "固定资产 >= 1亿元".encode()
    )
    files = {**SHAPES, "m01-equipment.yaml": wrong, "z.yaml": b"measure: [", "a.yaml": b"\xff\xfe\x00"}
    shelf = shelf_of(files)
    assert {fault.file for fault in shelf.faults} == {"m01-equipment.yaml", "z.yaml", "a.yaml"}
    first = next(fault for fault in shelf.faults if fault.file == "m01-equipment.yaml")
    assert first.line == wrong[: wrong.index("固定资产 >= ".encode())].count(b"\n") + 1
    assert "conditions" in first.clause
    assert "固定资产投资" in first.what.zh, "the nearest name that does exist"
    assert shelf.book is not None
    assert {measure.id for measure in shelf.measures} == {
        measure.id for measure in shelf_of(SHAPES).measures
    } - {"M01"}


def test_a_file_that_does_not_go_with_the_others_is_left_out() -> None:
    twice = {**SHAPES, "zz.yaml": SHAPES["m20-start-up.yaml"]}
    shelf = shelf_of(twice)
    assert [(fault.file, fault.line) for fault in shelf.faults] == [("zz.yaml", 0)]
    assert shelf.book is not None
    assert len(shelf.measures) == len(shelf_of(SHAPES).measures)


def test_without_its_head_a_rulebook_is_not_worked_out_and_its_measures_can_still_be_read() -> None:
    shelf = shelf_of({**SHAPES, HEAD: HEADED.replace(b"format: 1", b"format: 7")})
    assert shelf.book is None
    assert len(shelf.measures) == len(shelf_of(SHAPES).measures)
    assert [fault.file for fault in shelf.faults] == [HEAD]


def test_nothing_to_read_is_no_mistake() -> None:
    assert shelf_of({}).book is None
    assert shelf_of({HEAD: HEADED}).measures == ()
