"""Decision tables: overlaps, holes and idle rules, held against every case of a grid."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.policy.feel.exact import evaluate_cell
from wutong.policy.feel.parse import parse, parse_cell
from wutong.policy.feel.tables import Hit, Output, Rule, Table, evaluate_table
from wutong.policy.feel.types import NUMBER, Type, choice
from wutong.policy.feel.values import Value
from wutong.policy.table_gaps import gaps_of

NAMES: Final[dict[str, Type]] = {"x": NUMBER, "kind": choice("new", "old")}


def table(rows: list[tuple[str, str]], hit: Hit = "U", default: str = "") -> Table:
    rules = tuple(
        Rule((parse_cell(x), parse_cell(kind)), (parse(str(at)),)) for at, (x, kind) in enumerate(rows)
    )
    output = Output("y", default=parse(default) if default else None)
    return Table(hit, (parse("x", NAMES), parse("kind", NAMES)), (output,), rules)


def test_overlaps_and_holes_are_shown_by_a_case() -> None:
    made = table([("[0..3]", "-"), ("[3..9)", '"new"'), (">=9", "-")])
    overlap, hole = gaps_of(made, NAMES)
    assert (overlap.kind, overlap.rules) == ("overlap", (1, 2))
    assert overlap.example == {"x": Fraction(3), "kind": "new"}
    assert evaluate_table(made, overlap.example) is None
    assert (hole.kind, hole.example["kind"]) == ("hole", "old")
    assert evaluate_table(made, hole.example) is None


def test_a_whole_table_is_quiet() -> None:
    assert gaps_of(table([("<3", "-"), (">=3", '"new"'), (">=3", '"old"')]), NAMES) == ()
    assert gaps_of(table([("<3", "-")], default="0"), NAMES) == ()
    assert gaps_of(table([("<3", "-"), ("-", "-")], "F"), NAMES) == ()
    assert gaps_of(table([("not(<3)", "-"), ("<3", "-")]), NAMES) == ()


def test_a_rule_behind_others_never_comes_to_its_turn() -> None:
    (first,) = gaps_of(table([(">1", "-"), (">2", "-"), ("-", "-")], "F"), NAMES)
    assert (first.kind, first.rules, first.example) == ("never", (2,), {})
    (empty,) = gaps_of(table([("[3..2]", "-"), ("-", "-")], "F"), NAMES)
    assert (empty.kind, empty.rules) == ("never", (1,))


GRID: Final[list[dict[str, Value]]] = [
    {"x": Fraction(n, 2), "kind": kind} for n, kind in product(range(-3, 10), ("new", "old"))
]
POSITIVE: Final = frozenset(Fraction(n, 2) for n in range(10))
"""Examples have no number below zero; a proof that a rule never matches holds for all numbers."""

cells = st.one_of(
    st.just("-"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", ""]), st.integers(0, 3)).map(lambda p: f"{p[0]}{p[1]}"),
    st.tuples(st.integers(0, 2), st.integers(1, 4)).map(lambda p: f"[{p[0]}..{p[1]})"),
    st.integers(0, 3).map(lambda n: f"not({n})"),
)
kinds = st.sampled_from(["-", '"new"', '"old"', 'not("new")'])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(cells, kinds), min_size=1, max_size=4), st.sampled_from(["U", "F"]))
def test_what_is_found_is_what_the_grid_shows(rows: list[tuple[str, str]], hit: Hit) -> None:
    made = table(rows, hit)
    matched = [
        [
            at
            for at, rule in enumerate(made.rules, 1)
            if all(
                evaluate_cell(cell, case[name], case) for cell, name in zip(rule.cells, NAMES, strict=True)
            )
        ]
        for case in GRID
    ]
    gaps = gaps_of(made, NAMES)
    plain = [found for found, case in zip(matched, GRID, strict=True) if case["x"] in POSITIVE]
    assert any(gap.kind == "hole" for gap in gaps) is any(not found for found in plain)
    pairs = {(one, other) for found in plain for one in found for other in found if one < other}
    assert {gap.rules for gap in gaps if gap.kind == "overlap"} == (pairs if hit == "U" else set())
    hits = (
        {found[0] for found in matched if found} if hit == "F" else {at for found in matched for at in found}
    )
    idle = {gap.rules[0] for gap in gaps if gap.kind == "never"}
    assert idle == set(range(1, len(rows) + 1)) - hits
