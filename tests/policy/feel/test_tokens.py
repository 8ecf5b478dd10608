"""From text to tokens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.tokens import DIGITS, LONGEST, quoted, tokens

GAP = re.compile(r"(?:\s|/\*.*?\*/|//[^\n]*)*", re.S)
PIECES = st.sampled_from(
    (
        "产值",
        " ",
        "\n",
        "1亿元",
        "5%",
        "and",
        ">=",
        "..",
        "(",
        "]",
        '"a b"',
        '@"P1Y"',
        "/* c */",
        "// d\n",
        "，",
        ".5",
        "#",
    )
)


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join)))
def test_tokens_and_blanks_cover_the_source(text: str) -> None:
    try:
        found = tokens(Source(text))
    except ExpressionError:
        return
    at = 0
    for token in found:
        assert at <= token.span.start <= token.span.end
        assert GAP.fullmatch(text[at : token.span.start])
        at = token.span.end
    assert at == len(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_quoted_text_is_read_as_the_same_text(text: str) -> None:
    first, _ = tokens(Source(quoted(text)))
    assert (first.kind, first.value) == ("text", text)


def test_a_unit_belongs_to_its_number_and_the_longest_one_is_taken() -> None:
    found = tokens(Source("20万元/亩 3年 6个月 5% 2‰ 10元 10 元 5个百分点 1t 1total"))
    assert [(token.value, token.unit) for token in found if token.kind == "number"] == [
        ("20", "万元/亩"),
        ("3", "年"),
        ("6", "个月"),
        ("5", "%"),
        ("2", "‰"),
        ("10", "元"),
        ("10", ""),
        ("5", "个百分点"),
        ("1", "t"),
        ("1", ""),
    ]


def test_an_error_names_file_clause_line_and_column() -> None:
    source = Source('投资 >\n  "开着', "m01.yaml", line=7, column=13, clause="size")
    with pytest.raises(ExpressionError) as caught:
        tokens(source)
    error = caught.value
    assert (error.file, error.clause, error.line, error.column) == ("m01.yaml", "size", 8, 3)
    assert error.text.zh.startswith("m01.yaml，size，第8行第3列：")
    assert error.text.en.startswith("m01.yaml, size, line 8, column 3: ")


@pytest.mark.parametrize("text", ["1" * (DIGITS + 1), "1e401", "a" * (LONGEST + 1), '"\\ud83d"', "\ud83d"])
def test_what_is_too_long_or_half_a_character_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        tokens(Source(text))
