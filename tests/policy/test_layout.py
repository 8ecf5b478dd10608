"""Expressions and amounts as a reader sees them: of one meaning with the file, in both languages."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import ROOT
from wutong.policy.document import document_of
from wutong.policy.feel.parse import parse
from wutong.policy.feel.types import MONEY, RATE
from wutong.policy.layout import Piece, laid_out
from wutong.policy.measure import measure_of
from wutong.policy.prose import quantity, said, yuan
from wutong.policy.rulebook import HEAD
from wutong.words import Text

LABELS = {name: Text(name, english) for name, english in (("甲", "A"), ("乙", "B"), ("丙", "C"))}
SHAPES = [path for path in sorted((ROOT / "examples" / "measures").rglob("*.yaml")) if path.name != HEAD]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("甲 - (乙 - 丙)", "甲 − （乙 − 丙）", "A − (B − C)"),
        ("(甲 - 乙) - 丙", "甲 − 乙 − 丙", "A − B − C"),
        ("甲 / (乙 * 丙)", "甲 ÷ （乙 × 丙）", "A ÷ (B × C)"),
        ("(甲 + 乙) * 丙", "（甲 + 乙） × 丙", "(A + B) × C"),
        ("-(甲 + 乙)", "−（甲 + 乙）", "−(A + B)"),
        ("甲 > 1 or 乙 > 1 and 丙 > 1", "甲 > 1 或 乙 > 1 且 丙 > 1", "A > 1 or B > 1 and C > 1"),
        ("(甲 > 1 or 乙 > 1) and 丙 > 1", "（甲 > 1 或 乙 > 1） 且 丙 > 1", "(A > 1 or B > 1) and C > 1"),
        ("甲 between 1 and 3", "1 ≤ 甲 ≤ 3", "1 ≤ A ≤ 3"),
        ("甲 in [3%..5%)", "3% ≤ 甲 < 5%", "3% ≤ A < 5%"),
        ('甲 in ("C39", "C40")', "甲 属于（“C39”、“C40”）", 'A is one of ("C39", "C40")'),
        ("not(甲 = 0元)", "甲 ≠ 0元", "A ≠ 0 yuan"),
        ("if 甲 > 1 then 乙 else 丙", "若 甲 > 1，则 乙，否则 丙", "if A > 1 then B, else C"),
        ("甲 >= 20万元/亩", "甲 ≥ 20万元/亩", "A ≥ 200,000 yuan per mu"),
        ("甲 >= 29300000000元", "甲 ≥ 29,300,000,000元", "A ≥ 29.3 billion yuan"),
        ("甲 + 3年 > 乙", "甲 + 3年 > 乙", "A + 3 years > B"),
        ("甲 <= 18个月", "甲 ≤ 18个月", "A ≤ 18 months"),
        ('甲 > @"2026-11-23"', "甲 > 2026-11-23", "A > 2026-11-23"),
        ("甲.year", "甲年份", "year of A"),
        ("甲 = null", "甲 = 未知", "A = not known"),
    ],
)
def test_an_expression_is_read_as_it_is_meant(text: str, zh: str, en: str) -> None:
    found = said(parse(text, LABELS), LABELS)
    assert (found.zh, found.en) == (zh, en)


def test_values_are_written_exactly_and_never_rounded_up() -> None:
    assert quantity(Fraction(1, 3), RATE).zh == "≈33.333333%"
    assert quantity(Fraction(-5_000_00), MONEY) == Text("−5000元", "−5,000 yuan")
    assert yuan(1).en == "0.01 yuan"
    assert yuan(99_999_999_99).zh == "99,999,999.99元"
    assert yuan(99_999_999_00).zh == "9999.9999万元"
    assert quantity(True, RATE) == Text("是", "yes")


def all_of(pieces: tuple[Piece, ...]) -> list[Piece]:
    return [one for piece in pieces for one in (piece, *all_of(piece.parts))]


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_every_amount_of_the_examples_is_laid_out_whole(path: Path) -> None:
    data = path.read_bytes()
    measure = measure_of(data, "m.yaml")
    laid = laid_out(measure, document_of(data, "m.yaml"))
    assert len(laid) == len(measure.editions)
    for edition, one in zip(measure.editions, laid, strict=True):
        assert set(one.definitions) <= {definition.name for definition in edition.definitions}
        pieces = all_of((*one.amount, *one.definitions.values()))
        assert all(piece.says.zh or piece.rows or piece.parts for piece in pieces)
        assert all(piece.label.zh and piece.label.en for piece in pieces)
        readings = [piece for piece in one.amount if piece.at.rsplit(".", 2)[-2:-1] == ["readings"]]
        assert len(readings) == (len(edition.amount.readings) if len(edition.amount.readings) > 1 else 0)
