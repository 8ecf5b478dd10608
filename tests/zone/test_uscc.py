"""Unified social credit codes: what is printed passes, what is wrong is found."""

from __future__ import annotations

import string

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.references import codes as published
from wutong.errors import TableError
from wutong.zone import uscc
from wutong.zone.codes import known_codes
from wutong.zone.uscc import (
    USCC_ALPHABET,
    USCC_FAULTS,
    invented_uscc,
    invented_usccs,
    is_invented_uscc,
    organisation_check,
    uscc_complete,
    uscc_complete_many,
    uscc_fault,
    uscc_faults,
)

REAL = [*published.USCC_STDNUM, *published.USCC_NAMED, *published.USCC_EXAMPLES]

FIRST8 = st.text(USCC_ALPHABET, min_size=8, max_size=8)
VALID = st.builds(
    lambda head, region, body: uscc_complete(head + region + body + organisation_check(body)),
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text(string.digits, min_size=6, max_size=6),
    FIRST8,
)


@pytest.mark.parametrize("code", REAL)
def test_published_codes_are_fine(code: str) -> None:
    assert uscc_fault(code) is None
    assert uscc_complete(code[:17]) == code
    assert organisation_check(code[8:16]) == code[16]


@pytest.mark.parametrize(("code", "fault"), published.USCC_WRONG.items())
def test_wrong_codes_that_are_printed_are_found(code: str, fault: str) -> None:
    assert uscc_fault(code) == fault


def test_the_check_character_agrees_with_one_worked_by_hand() -> None:
    # values times weights: 9 + 3 + 27 + 135 + 26 + 420 + 8 + 900 + 112 = 1640 = 52 * 31 + 28, and 31 - 28 = 3
    values = [9, 1, 3, 5, 0, 1, 0, 0, 21, 0, 0, 0, 1, 0, 0, 30, 4]
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    assert sum(v * w for v, w in zip(values, weights, strict=True)) == 1640
    assert [USCC_ALPHABET.index(sign) for sign in "91350100M000100Y4"] == values
    assert uscc_complete("91350100M000100Y4")[17] == "3"


@given(VALID, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_every_single_wrong_character_is_found(code: str, place: int, sign: str) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assert (uscc_fault(wrong) is None) == (wrong == code)


@given(VALID, st.integers(0, 16))
def test_every_swap_of_two_neighbours_is_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc_fault(wrong) is None) == (wrong == code)


@given(VALID)
def test_a_wrong_organisation_check_is_found_under_a_right_check_digit(code: str) -> None:
    others = (sign for sign in "0123456789X" if sign != code[16])
    assert {uscc_fault(uscc_complete(code[:16] + sign)) for sign in others} == {"organisation"}


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "length"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y433", "length"),
        ("91350100M000100y43", "character"),
        ("91350100M000100Y4 ", "character"),
        ("9135010OM000100Y43", "character"),
        ("91A50100M000100Y43", "character"),
        ("91350100M000100Y4３", "character"),
        ("九一三五〇一", "length"),
        ("91350100M000100Y4\n", "character"),
    ],
)
def test_each_fault_has_its_name(code: str, fault: str) -> None:
    assert uscc_fault(code) == fault
    assert uscc_faults(pl.Series([code])).to_list() == [fault]
    assert fault in USCC_FAULTS


MIXED = st.one_of(
    st.none(),
    VALID,
    st.text(max_size=20),
    st.text(USCC_ALPHABET + "IOSVZ", min_size=18, max_size=18),
    st.text("九M1", min_size=6, max_size=18),
    VALID.map(lambda code: code[:17] + "0"),
)


@settings(max_examples=200)
@given(st.lists(MIXED, max_size=12))
def test_the_column_and_the_single_check_agree(written: list[str | None]) -> None:
    alone = [None if code is None else uscc_fault(code) for code in written]
    column = uscc_faults(pl.Series("uscc", written, dtype=pl.String))
    assert column.to_list() == alone
    assert column.dtype == pl.String
    assert column.name == "uscc"


def test_a_column_longer_than_one_piece_is_checked_in_its_order() -> None:
    good = invented_usccs(np.arange(uscc._CHUNK + 3))
    places = [0, uscc._CHUNK - 1, uscc._CHUNK, uscc._CHUNK + 2]
    bad = good.scatter(places, good.gather(places).str.head(17))
    faults = uscc_faults(bad)
    assert faults.is_not_null().arg_true().to_list() == places
    assert set(faults.drop_nulls()) == {"length"}


def test_the_check_runs_in_an_expression() -> None:
    frame = pl.DataFrame({"uscc": ["91350100M000100Y43", "9135"]})
    checked = frame.lazy().select(pl.col("uscc").map_batches(uscc_faults, return_dtype=pl.String)).collect()
    assert checked["uscc"].to_list() == [None, "length"]


def test_a_column_without_any_code_has_no_fault() -> None:
    assert uscc_faults(pl.Series([None, None])).to_list() == [None, None]
    assert uscc_faults(pl.Series([], dtype=pl.String)).to_list() == []


def test_a_column_of_numbers_is_refused() -> None:
    with pytest.raises(TableError, match="zeros"):
        uscc_faults(pl.Series("uscc", [914403001922038216]))


@given(st.lists(st.one_of(st.none(), VALID), max_size=8))
def test_many_are_completed_like_one(full: list[str | None]) -> None:
    first = pl.Series("uscc", [None if code is None else code[:17] for code in full], dtype=pl.String)
    assert uscc_complete_many(first).to_list() == full


@pytest.mark.parametrize("wrong", ["9135", "91350100M000100Y43", "91350100I000100Y4"])
def test_what_cannot_be_completed_is_refused(wrong: str) -> None:
    with pytest.raises(TableError, match=wrong):
        uscc_complete(wrong)
    with pytest.raises(TableError, match=wrong):
        uscc_complete_many(pl.Series(["91350100M000100Y4", wrong]))
    with pytest.raises(TableError):
        organisation_check(wrong)


def test_invented_codes_pass_the_checks_and_belong_to_no_division() -> None:
    made = invented_usccs([0, 1, 10, 12_345_678, 99_999_999])
    assert uscc_faults(made).null_count() == 5
    assert made.is_unique().all()
    assert all(is_invented_uscc(code) for code in made)
    assert not any(is_invented_uscc(code) for code in REAL)
    assert not known_codes("gbt2260").str.starts_with("99").any()


@given(st.integers(0, 99_999_999))
def test_an_invented_code_holds_its_number(number: int) -> None:
    code = invented_uscc(number)
    assert uscc_fault(code) is None
    assert int(code[8:16]) == number


@pytest.mark.parametrize("number", [-1, 100_000_000])
def test_numbers_beyond_the_invented_codes_are_refused(number: int) -> None:
    with pytest.raises(TableError, match="99999999"):
        invented_usccs([number])
