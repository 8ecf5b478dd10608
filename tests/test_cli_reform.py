"""The commands that cost a rulebook, date its payments and try a change, as an officer types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from wutong.cli import main

FILE: Final = """\
measure: A
title: {zh: 补助, en: Grant}
aspect: 要素保障
subject: firm
status: draft
place: {zh: 某区, en: A zone}
year: 2026
given:
  投资: {type: money, zh: 投资, en: Investment}
  开工日: {type: date, zh: 开工日, en: Started on}
editions:
  - source: {document: invented, grade: not graded}
    conditions: [{id: c, says: {zh: 够大, en: Large}, when: 投资 >= 100万元}]
    amount: {rate: 10%, base: 投资, cap: 20万元, round: {to: 1元, how: half up}}
    payout: [{share: 30%, on: started, day: 开工日}, {share: 70%, on: accepted}]
examples: [{given: {投资: 0元}, expect: {outcome: not eligible}}]
"""
FACTS: Final = "subject,投资,开工日\na,150万元,2026-03-01\nb,60万元,\nc,300万元,\nd,,\n"
RATE: Final = "a.yaml:editions.1.amount.rate"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    return book


def wutong(folder: Path, command: str, *words: str) -> Result:
    facts = (
        ["--facts", str(folder.parent / "facts.csv"), "--on", "2026-06-30"] if words != ("--list",) else []
    )
    return CliRunner().invoke(main, ["--lang", "en", "policy", command, str(folder), *facts, *words])


def rows(done: Result) -> list[dict[str, object]]:
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["rows"]
    assert isinstance(found, list)
    return found


def test_cost_keeps_the_unknown_apart(folder: Path) -> None:
    done = wutong(folder, "cost", "--form", "json")
    (row,) = rows(done)
    assert (row["subjects"], row["certain"], row["no_end"], row["facts"]) == (2, 35 * 10**6, 1, 0)


def test_due_lists_each_instalment_with_its_day(folder: Path) -> None:
    found = rows(wutong(folder, "due", "--form", "json"))
    listed = [(row["subject"], row["instalment"], row["day"], row["amount"]) for row in found]
    assert listed == [
        ("a", 1, "2026-03-01", 4_500_000),
        ("a", 2, None, 10_500_000),
        ("c", 1, None, 6_000_000),
        ("c", 2, None, 14_000_000),
        ("d", None, None, None),  # open, and shown
    ]


def test_a_change_is_tried_and_nothing_is_written(folder: Path) -> None:
    before = (folder / "a.yaml").read_bytes()
    found = rows(wutong(folder, "reform", "--set", f"{RATE}=12", "--form", "json", "--by", "firm"))
    assert [(row["firm"], row["change"]) for row in found] == [("a", 3 * 10**6)]
    assert (folder / "a.yaml").read_bytes() == before


def test_the_curve_and_the_list_of_numbers(folder: Path) -> None:
    found = rows(wutong(folder, "reform", "--sweep", f"{RATE}=5:10:5", "--form", "json"))
    assert [(row["value"], row["cost"]) for row in found] == [("5", 22_500_000), ("10", 35_000_000)]
    listed = wutong(folder, "reform", "--list").stdout.splitlines()
    assert f"{RATE}\t10%" in listed


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--set", "a.yaml:editions.1.amount.rat=5"), 3, RATE),
        (("--set", f"{RATE}=x"), 3, "is no number"),
        (("--set", RATE), 2, "ID=NUMBER"),
        (("--sweep", f"{RATE}=5:1:1"), 2, "FROM <= TO"),
        (("--drop", "b.yaml"), 3, "a.yaml"),
        ((), 2, "--set"),
    ],
)
def test_what_cannot_be_tried_is_said(folder: Path, words: tuple[str, ...], code: int, says: str) -> None:
    done = wutong(folder, "reform", *words)
    assert done.exit_code == code
    assert says in done.output
