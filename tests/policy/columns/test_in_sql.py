"""DuckDB gives what the judge gives, from text in which nothing that is given stands unquoted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.columns.drawn import frame, outputs, rows
from tests.policy.columns.judge import judged
from wutong.policy.columns.in_polars import DTYPES, worked_out
from wutong.policy.columns.in_sql import refused, sql_text, statements
from wutong.policy.columns.node import Node, column, first, literal
from wutong.policy.columns.program import program
from wutong.policy.columns.unfit import UnfitError
from wutong.zone.store import Ask, opened


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with opened() as found:
        yield found


@settings(deadline=None)
@given(asked=outputs, drawn=rows, stages=st.sampled_from((0, 1, 3)))
def test_duckdb_gives_what_the_judge_gives_for_any_columns_and_rows(
    ask: Ask, asked: dict[str, Node], drawn: list[dict[str, Any]], stages: int
) -> None:
    wanted = {name: node for name, node in asked.items() if name not in refused(program(asked))}
    if not wanted:
        return
    made = program(wanted)
    found = ask(statements(made, "subjects", stages), {"subjects": frame(drawn)})
    assert found.rows(named=True) == [judged(made, row) for row in drawn]
    assert found.schema == {name: DTYPES[node.dtype] for name, node in wanted.items()}


NAMES = ('a"b', "a'b", "a; DROP TABLE subjects; --", "投资\n", "·1", "s p a c e", "SELECT")
TEXTS = ("'", "''; --", '"', "\\", "%", "\n", "晋城", "🌳", "x\ty")


def test_no_name_and_no_text_gets_out_of_its_quotes(ask: Ask) -> None:
    asked = {f"{name} out": column(name, "text").concat(literal(text)) for name in NAMES for text in TEXTS}
    data = pl.DataFrame({name: ["v"] for name in NAMES})
    for name in NAMES:
        wanted = {key: node for key, node in asked.items() if key.startswith(name)}
        made = program(wanted)
        assert ask(sql_text(made, name), {name: data}).row(0) == (f"v{TEXTS[-1]}",)
    for text in TEXTS:
        made = program({"x": column("n", "text") == text})
        assert ask(sql_text(made, "t"), {"t": pl.DataFrame({"n": [text, "b"]})})["x"].to_list() == [
            True,
            False,
        ]


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800"])
def test_a_character_that_sql_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(UnfitError, match="character"):
        sql_text(program({"x": column("n", "text") == text}), "t")


PATTERNS = (
    *(
        "a",
        "^[ab]+$",
        "[A-Z]{2}[0-9]{3,}",
        "(a|b)c?",
        "a.c",
        "晋[城中]",
        r"\.",
        r"[^\n\r]",
        "x{2}",
        r"[a\-]",
        "^$",
    ),
    *("(?:ab)+", "a*?b", r"\$", r"[\]x]", "🌳"),
)
WORDS = ("", "a", "ab", "abc", "AB123", "晋城", "a.c", "a\nc", "xx", "-", "]", "🌳", "$", "b\n", "aab", "cab")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_is_not_refused_means_the_same_to_both_engines(ask: Ask, pattern: str) -> None:
    text = column("t", "text")
    asked = {"m": text.matches(pattern), "r": text.replace_all(pattern, "<${0}\\$$>")}
    made = program(asked)
    assert refused(made) == {}
    data = pl.DataFrame({"t": [*WORDS, None]})
    assert ask(sql_text(made, "t"), {"t": data}).equals(worked_out(made, data.lazy()).collect())


@pytest.mark.parametrize(
    "pattern", [r"\d", r"\w", r"\p{L}", "(?i)a", "[A-Z--[OI]]", "[a&&b]", r"\s", r"\[[a-z&&b]\]"]
)
def test_a_pattern_that_the_two_engines_read_apart_is_refused(pattern: str) -> None:
    made = program({"x": column("t", "text").matches(pattern)})
    assert refused(made) == {"x": "pattern"}


def test_a_refusal_names_the_output_that_it_concerns_and_no_other() -> None:
    text = column("t", "text")
    assert refused(program({"a": text.upper() == "X", "b": text == "x"})) == {"a": "letter case"}


def test_rows_stay_in_their_order_and_stages_become_tables(ask: Ask) -> None:
    number = column("n", "i64", 0, 10**6)
    found = number
    for at in range(60):
        found = first([(found % 7 == at % 7, found + 1)], found * 2 % 1_000_003)
    made = program({"x": found, "n": number})
    several = statements(made, "t", 5)
    assert len(several) > 10
    data = pl.DataFrame({"n": range(300_000)})
    want = worked_out(made, data.lazy()).collect()
    assert ask(several, {"t": data}).equals(want)
    assert ask(sql_text(made, "t"), {"t": data}).equals(want)
