"""Blocks of rows on NumPy give what the judge gives, and exact totals, whatever the size of a block."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.columns.drawn import frame, outputs, rows
from tests.policy.columns.judge import judged
from wutong.policy.columns.in_blocks import Total, loaded, run, totals, worked_out
from wutong.policy.columns.in_polars import worked_out as by_polars
from wutong.policy.columns.machine import EXACT, refused
from wutong.policy.columns.node import Node, column, first, greatest, least, literal, null, when
from wutong.policy.columns.program import program
from wutong.policy.columns.unfit import UnfitError


@settings(deadline=None)
@given(asked=outputs, drawn=rows, block=st.sampled_from((1, 2, 3, 8192)))
def test_blocks_give_what_the_judge_gives_for_any_columns_rows_and_block(
    asked: dict[str, Node], drawn: list[dict[str, Any]], block: int
) -> None:
    kept = {name: node for name, node in asked.items() if name not in refused(program(asked))}
    if not kept:
        return
    made = program(kept)
    want = [judged(made, row) for row in drawn]
    table = loaded(made, frame(drawn))
    assert worked_out(made, table, block).rows(named=True) == want
    numbers = program({name: node for name, node in kept.items() if node.dtype != "date"})
    for name, total in totals(numbers, loaded(numbers, frame(drawn)), block).items():
        known = [int(row[name]) for row in want if row[name] is not None]
        assert total == Total(sum(known), len(known))


def test_of_the_drawn_columns_those_without_texts_and_128_bits_are_given() -> None:
    found: Counter[str] = Counter()

    @settings(derandomize=True, max_examples=300, database=None, deadline=None)
    @given(outputs)
    def count(asked: dict[str, Node]) -> None:
        made = program(asked)
        why = refused(made)
        for name, at in made.outputs.items():
            needs = made.steps[at].dtype != "text"
            found[why.get(name, "given") if needs else "text wanted"] += 1

    count()
    assert set(found) == {"given", "text", "128 bits", "text wanted"}
    assert found["given"] > 1.5 * (found["text"] + found["128 bits"])


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize("under", [1, 2, 3, 7, 10_000, 2**20, 2**40 + 1])
@pytest.mark.parametrize(("factor", "added"), [(1, 0), (3, 0), (1, 5), (97, 48), (97, 10**6)])
def test_divisions_of_whole_numbers_held_as_floats_are_exact_to_the_last(
    under: int, factor: int, added: int, far: bool
) -> None:
    high = (EXACT - added - 1) // factor if far else (2**50 - added - under - 1) // factor
    number = column("n", "i64", -high, high)
    near = [0, 1, under // 2, under // 2 + 1, under - 1, under, under + 1, high]
    most = high // under
    edges = [most * under + step for step in (-2, -1, 0, 1, 2)] + [
        most // 2 * under + under // 2 + step for step in (-1, 0, 1)
    ]
    given_ = [value for one in (*near, *edges) for value in (one, -one) if -high <= value <= high]
    top = number * factor + added
    made = program({"quotient": top // under, "rest": top % under, "half up": (top + under // 2) // under})
    found = worked_out(made, loaded(made, pl.DataFrame({"n": given_})))
    tops = [value * factor + added for value in given_]
    assert found["quotient"].to_list() == [one // under for one in tops]
    assert found["rest"].to_list() == [one % under for one in tops]
    assert found["half up"].to_list() == [(one + under // 2) // under for one in tops]


def test_numbers_beyond_53_bits_are_held_in_64_and_their_sum_is_exact() -> None:
    far = column("n", "i64", -(2**62), 2**62)
    made = program({"x": far, "y": far // 3, "z": when(far > 0, far, literal(-1))})
    data = [2**62, 2**62 - 1, -(2**62) + 1, None, 2**62] * 5_000
    found = totals(made, loaded(made, pl.DataFrame({"n": data})), 4_096)
    known = [one for one in data if one is not None]
    assert found["x"] == Total(sum(known), 20_000)
    assert found["y"] == Total(sum(one // 3 for one in known), 20_000)
    assert found["z"] == Total(sum(one if one and one > 0 else -1 for one in data), 25_000)


def test_a_sum_of_large_floats_is_exact_too() -> None:
    money = column("n", "i64", 0, EXACT)
    made = program({"x": money})
    data = [EXACT - step for step in range(20_000)]
    assert totals(made, loaded(made, pl.DataFrame({"n": data})))["x"].sum == sum(data)


def test_codes_of_texts_are_told_apart_however_many_there_are_and_a_strange_one_is_none() -> None:
    land = column("t", "text")
    made = program(
        {
            "a": land == "t7",
            "b": land != "t7",
            "c": land == "nowhere",
            "d": land != "nowhere",
            "n": land.is_null(),
        }
    )
    for count in (3, 254, 255, 256, 1_000):
        texts = [f"t{at}" for at in range(count)] + [None, "t7"]
        for kind in (pl.String, pl.Categorical, pl.Enum(list(dict.fromkeys(filter(None, texts))))):
            data = pl.DataFrame({"t": pl.Series(texts, dtype=pl.String).cast(kind)})
            assert worked_out(made, loaded(made, data)).equals(by_polars(made, data.lazy()).collect())


def test_every_day_of_the_calendar_has_its_parts() -> None:
    day = column("d", "date")
    made = program({name: day.part(name) for name in ("year", "month", "day", "weekday", "ordinal", "week")})
    data = pl.DataFrame(
        {
            "d": [
                *pl.date_range(date(1899, 12, 1), date(2101, 3, 1), eager=True),
                None,
                date(1, 1, 1),
                date(9999, 12, 31),
            ]
        }
    )
    assert worked_out(made, loaded(made, data), 4_096).equals(by_polars(made, data.lazy()).collect())


def test_tables_without_rows_and_columns_of_nulls_alone_are_worked_out() -> None:
    number, yes = column("n", "i64", 1, 9), column("y", "bool")
    made = program(
        {"x": literal(100) // number, "y": yes & (number > 3), "z": number.fill_null(7), "l": literal(5)}
    )
    assert worked_out(made, loaded(made, pl.DataFrame({"n": [], "y": []}))).height == 0
    empty = pl.DataFrame({"n": [None, None], "y": [None, False]})
    assert worked_out(made, loaded(made, empty)).rows() == [(None, None, 7, 5), (None, False, 7, 5)]
    assert totals(made, loaded(made, empty))["l"] == Total(10, 2)


def test_a_block_never_shows_what_a_longer_one_left_in_its_registers() -> None:
    number = column("n", "i64", 0, 10**6)
    made = program(
        {
            "x": first([(number > 5, number * 3 // 7)], null("i64")),
            "y": least(greatest(number, literal(3)), literal(90)),
        }
    )
    data = pl.DataFrame({"n": [*range(1_000), None, 1, 2]})
    want = by_polars(made, data.lazy()).collect()
    for block in (7, 64, 1_000, 1_001, 1_003, 10**6):
        assert worked_out(made, loaded(made, data), block).equals(want)


def test_what_blocks_cannot_give_is_refused_by_reason() -> None:
    far, text = column("n", "i64", 0, 2**62), column("t", "text")
    made = program({"x": far * far // 2**70, "y": text.length(), "z": text})
    assert refused(made) == {"x": "128 bits", "y": "text", "z": "text"}
    with pytest.raises(UnfitError, match="NumPy cannot give this exactly"):
        totals(made, loaded(made, pl.DataFrame({"n": [1], "t": ["a"]})))


def test_some_outputs_are_kept_row_by_row_while_others_are_added_up() -> None:
    number = column("n", "i64", 0, 10**6)
    made = program({"sum": number * 2, "row": number + 1, "large": number > 2})
    sums, kept = run(made, loaded(made, pl.DataFrame({"n": [1, None, 5]})), ["row"], 2)
    assert sums == {"sum": Total(12, 2), "large": Total(1, 2)}
    assert kept.to_dict(as_series=False) == {"row": [2, None, 6]}


def test_a_truth_that_is_never_known_is_never_true() -> None:
    day = greatest(column("d", "date"), null("date"))
    made = program({"x": (day >= date(2023, 12, 31)).cast("i64"), "y": day >= date(2023, 12, 31)})
    data = pl.DataFrame({"d": [date(2023, 12, 31), None]})
    assert totals(made, loaded(made, data)) == {"x": Total(0, 0), "y": Total(0, 0)}
