"""A formula for many subjects: columns and the interpreter say the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

import polars as pl
import pytest

from tests.policy.drawn_stacks import book_of, table_of_rows
from wutong.policy.amount import Formula, formula
from wutong.policy.definition import Definition
from wutong.policy.edition import Edition
from wutong.policy.feel.faults import Source
from wutong.policy.feel.types import MONEY
from wutong.policy.per_subject import (
    FEW,
    NO_END,
    days_of,
    editions_of_subjects,
    fen_of,
    ranks_of,
    truths_of,
    values_of,
)
from wutong.words import Text

BOOK: Final = book_of({"A": ("firm", ["", ""])})
NAMES: Final = {name: field.type for name, field in BOOK.fields.items()}
ROWS: Final = [
    {
        "subject": f"f{at}",
        "firm": "f",
        "贷款": None if at % 7 == 0 else at - 3,
        "得分": at % 11,
        "申报日": date(2026, 1, 1 + at % 28),
    }
    for at in range(FEW * 2)
]
TABLE: Final = table_of_rows(BOOK, ROWS)


def made(text: str, more: dict[str, Formula] | None = None) -> Formula:
    names = NAMES | {name: one.typed.type for name, one in (more or {}).items()}
    return formula(Source(text), names)


@pytest.mark.parametrize(
    "text",
    [
        "贷款 * 1/3",
        "贷款 / 得分",
        "if 得分 > 5 then 贷款 else null",
        "申报日 + 1年",
        "贷款 > 3元",
        "上限",
        "得分 ** 2",
        '"x"',
        "10元",
    ],
)
def test_many_subjects_come_out_as_one_by_one(text: str) -> None:
    one = made(text)
    few = [
        value for at in range(TABLE.height) for value in values_of(one, (), TABLE[at : at + 1], BOOK.fields)
    ]
    assert values_of(one, (), TABLE, BOOK.fields) == few
    if one.typed.type.kind not in ("number", "date"):
        return
    numbers = sorted({value for value in few if isinstance(value, Fraction)}, reverse=True)
    dates = sorted({value for value in few if isinstance(value, date)}, reverse=True)
    places: dict[object, int] = {value: at for at, value in enumerate([*numbers, *dates], 1)}
    ranked = [places.get(value) for value in few]
    assert ranks_of(one, (), TABLE, BOOK.fields, highest_first=True).to_list() == ranked


def test_definitions_are_written_out() -> None:
    half = made("贷款 * 50%")
    again = made("一半 * 50%", {"一半": half})
    defined = (Definition("一半", Text("", ""), half), Definition("四分之一", Text("", ""), again))
    whole = made("四分之一 + 一半", {"一半": half, "四分之一": again})
    assert values_of(whole, defined, TABLE, BOOK.fields)[4:6] == [Fraction(3, 4), Fraction(3, 2)]
    assert fen_of(whole, defined, TABLE, BOOK.fields)[4:6].to_list() == [0, 1]
    assert fen_of(whole, defined, TABLE, BOOK.fields, up=True)[4:6].to_list() == [1, 2]
    assert fen_of(whole, defined, TABLE[4:6], BOOK.fields, up=True).to_list() == [1, 2]


def test_sums_below_zero_and_beyond_all_measure() -> None:
    one = made("贷款 / 2")
    assert fen_of(one, (), TABLE, BOOK.fields)[2] == fen_of(one, (), TABLE[2:3], BOOK.fields)[0] == -1
    large = made("贷款 * 1000000000000000000000")
    assert (
        fen_of(large, (), TABLE, BOOK.fields)[9] == fen_of(large, (), TABLE[9:10], BOOK.fields)[0] == NO_END
    )


def test_days_and_truths_are_columns() -> None:
    assert days_of(made("申报日 + 1年"), (), TABLE[:1], BOOK.fields).to_list() == [date(2027, 1, 1)]
    assert truths_of(made("贷款 > -1元"), (), TABLE[:2], BOOK.fields).to_list() == [None, True]


def test_the_edition_is_that_of_the_date_and_not_known_without_one() -> None:
    table = pl.DataFrame({"入区日": [date(2019, 1, 1), date(2022, 12, 31), date(2023, 1, 1), None]})
    assert editions_of_subjects(BOOK.measures[0], table).to_list() == [-1, 0, 1, None]
    assert (
        editions_of_subjects(BOOK.measures[0], table.drop("入区日").with_columns(x=1)).to_list() == [None] * 4
    )
    assert isinstance(BOOK.measures[0].editions[0], Edition)
    assert NAMES["贷款"] == MONEY
