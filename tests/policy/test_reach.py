"""What is called impossible, held against enumeration of small grids in exact fractions."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wutong.policy.cases import Reader
from wutong.policy.eliminate import BOUNDS, Bound, TooMuchError, range_of, solution
from wutong.policy.feel.check import check
from wutong.policy.feel.exact import evaluate
from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.parse import parse
from wutong.policy.feel.syntax import Expr, names_in
from wutong.policy.feel.types import BOOLEAN, DATE, DAYS, MONEY, MONTHS, NUMBER, Type, choice
from wutong.policy.feel.values import Value
from wutong.policy.reach import Demand, Stretch, impossible, model_of, range_under
from wutong.policy.sums import FIRST

KIND: Final = choice("new", "old", "none")
NAMES: Final[dict[str, Type]] = {
    "x": NUMBER,
    "y": NUMBER,
    "b": BOOLEAN,
    "c": BOOLEAN,
    "kind": KIND,
    "free": Type("text"),
    "day": DATE,
    "other": DATE,
}
START: Final = date(2026, 1, 1)
HALVES: Final[tuple[Value, ...]] = tuple(Fraction(n, 2) for n in range(-3, 9))
VALUES: Final[dict[str, tuple[Value, ...]]] = {
    "x": (*HALVES, None),
    "y": (*HALVES, None),
    "b": (True, False, None),
    "c": (True, False, None),
    "kind": ("new", "old", "none", None),
    "free": ("new", "old", "none", "else", None),
    "day": (*(START + timedelta(days=n) for n in range(-2, 7)), None),
    "other": (*(START + timedelta(days=n) for n in range(-2, 7)), None),
}

small = st.integers(0, 3).map(str)
order = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
days = st.integers(0, 4).map(lambda n: f'@"{(START + timedelta(days=n)).isoformat()}"')
codes = st.sampled_from(['"new"', '"old"', '"none"'])


def text(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    made = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*made).map("".join)


number = st.sampled_from(["x", "y"])
comparisons = st.one_of(
    text(number, " ", order, " ", small),
    text(small, " ", order, " ", number),
    text(number, " between ", small, " and ", small),
    text(number, " in [", small, "..", small, ")"),
    text(number, " in (", small, ", > ", small, ")"),
    text(number, st.sampled_from([" = null", " != null"])),
    text("kind ", st.sampled_from(["=", "!="]), " ", codes),
    text("kind in (", codes, ", ", codes, ")"),
    text("free ", st.sampled_from(["=", "!="]), " ", codes),
    text("day ", order, " ", days),
    text("day ", order, " other"),
    st.sampled_from(["b", "not(b)", "b = true", "c = false", "b = c", "b != c", "kind = null", "b = null"]),
)
NUMBERS: Final = st.recursive(
    st.one_of(number, small),
    lambda inner: st.one_of(
        text("(", inner, st.sampled_from([" + ", " - ", " * ", " / "]), inner, ")"),
        text("(-", inner, ")"),
        text(st.sampled_from(["min(", "max("]), inner, ", ", inner, ")"),
        text("(if ", comparisons, " then ", inner, " else ", inner, ")"),
        text("(if ", comparisons, " then ", inner, " else null)"),
    ),
    max_leaves=4,
)
simple = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        text("(", inner, st.sampled_from([" and ", " or "]), inner, ")"), text("not(", inner, ")")
    ),
    max_leaves=5,
)
rich = st.recursive(
    st.one_of(comparisons, text(NUMBERS, " ", order, " ", NUMBERS), text("b = (", comparisons, ")")),
    lambda inner: st.one_of(
        text("(", inner, st.sampled_from([" and ", " or "]), inner, ")"),
        text("not(", inner, ")"),
        text("(if ", inner, " then ", inner, " else ", inner, ")"),
    ),
    max_leaves=4,
)


def rows(names: list[str]) -> list[dict[str, Value]]:
    return [dict(zip(names, row, strict=True)) for row in product(*(VALUES[name] for name in names))]


def many(names: list[str]) -> bool:
    return prod(len(VALUES[name]) for name in names) > 2_000


def asked_for(trees: list[Expr]) -> list[str]:
    return [name for name in NAMES if any(name in names_in(tree) for tree in trees)]


def typed(expression: str) -> Expr:
    source = Source(expression)
    tree = parse(source, list(NAMES))
    check(tree, NAMES, source)
    return tree


def asked(reader: Reader, expression: str, value: bool | None) -> Demand:
    found = reader.truth(typed(expression))
    return found.unknown if value is None else found.yes if value else found.no


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(rich, st.sampled_from([True, False, None])), min_size=1, max_size=3))
def test_what_is_called_impossible_never_comes_out_of_any_row(clauses: list[tuple[str, bool | None]]) -> None:
    reader = Reader(NAMES, {})
    try:
        demands = [asked(reader, clause, value) for clause, value in clauses]
    except ExpressionError:
        return
    trees = [typed(clause) for clause, _ in clauses]
    names = asked_for(trees)
    if many(names):
        return
    proven = impossible(demands, reader.domains)
    for row in rows(names):
        held = all(evaluate(tree, row) is value for tree, (_, value) in zip(trees, clauses, strict=True))
        assert not (proven and held), (clauses, row)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(simple, st.sampled_from([True, False, None])), min_size=1, max_size=3))
def test_of_comparisons_with_constants_everything_is_settled(clauses: list[tuple[str, bool | None]]) -> None:
    reader = Reader(NAMES, {})
    demands = [asked(reader, clause, value) for clause, value in clauses]
    trees = [typed(clause) for clause, _ in clauses]
    names = asked_for(trees)
    if many(names):
        return
    found = any(
        all(evaluate(tree, row) is value for tree, (_, value) in zip(trees, clauses, strict=True))
        for row in rows(names)
    )
    assert impossible(demands, reader.domains) is not found, clauses
    model = model_of(demands, reader.domains)
    assert (model is not None) is found
    if model is None:
        return
    row: dict[str, Value] = {name: VALUES[name][0] for name in names}
    row |= {name: value for name, value in model.numbers.items() if name in names}
    row |= {name: value for name, value in model.codes.items() if name in names}
    for name in ("day", "other"):
        if isinstance(row.get(name), Fraction):
            row[name] = FIRST + timedelta(days=int(model.numbers[name]))
    row |= dict.fromkeys(model.unknown & set(names))
    for tree, (clause, value) in zip(trees, clauses, strict=True):
        assert evaluate(tree, row) is value, (clause, row)


@settings(max_examples=150, deadline=None)
@given(NUMBERS, simple)
def test_no_number_lies_outside_its_range(expression: str, clause: str) -> None:
    reader = Reader(NAMES, {})
    try:
        tree = typed(expression)
    except ExpressionError:
        return
    demand, condition = asked(reader, clause, True), typed(clause)
    names = asked_for([tree, condition])
    if many(names):
        return
    reaches = [
        (range_under(case.leaf.form, [demand, case.path], reader.domains), case.leaf.constant)
        for case in reader.numbers(tree)
        if case.leaf is not None
    ]
    assert not any(reach.empty for reach, _ in reaches if reach is not None)
    for row in rows(names):
        value = evaluate(tree, row)
        if evaluate(condition, row) is True and isinstance(value, Fraction):
            assert any(reach is not None and _in(reach, value - constant) for reach, constant in reaches), row


def _in(reach: Stretch, value: Fraction) -> bool:
    low, high = reach.low, reach.high
    above = low is None or value > low or (value == low and not reach.open_low)
    return above and (high is None or value < high or (value == high and not reach.open_high))


# ------------------------------------------------------------ what hand and paper settle


@pytest.mark.parametrize(
    ("clauses", "never"),
    [
        (["x >= 1", "y >= x", "y < 1"], True),
        (["x >= 1", "y >= x", "y <= 1"], False),
        (["x + y > 3", "x <= 1", "y <= 2"], True),
        (["x - y > 0", "y - x > 0"], True),
        (["2 * x = 3", "x != 1.5"], True),
        (["min(x, y) >= 2", "x < 2"], True),
        (["max(x, y) < 2", "x >= 2"], True),
        (["(if b then x else y) > 3", "b", "x < 3"], True),
        (["(if b then x else y) > 3", "x < 3"], False),
        (["x / y > 1", "y = 0"], True),
        (["x / y > 1", "x / y < 1"], True),
        (["x * y > 1", "y * x <= 1"], True),
        (["abs(x) > 1", "abs(x) < 0"], True),
        (["sqrt(x) > 2", "sqrt(x) < 2"], True),
        (["sqrt(x) > 2", "x < 0"], False),  # what a root is, is not looked into
        (["round half up(x, 1) > 5", "x < 1"], False),  # of digits without a unit nothing is held
        (['contains(free, "a")', 'not(contains(free, "a"))'], True),
        (['free = "a"', 'free = "b"'], True),
        (['kind != "new"', 'kind != "old"', 'kind != "none"'], True),
        (['day > @"2026-01-01"', 'day < @"2026-01-02"'], True),
        (["day.year = 2026", "day.year = 2025"], True),
        (["x = null", "x > 0"], True),
        (["(if b then 1 else null) = null", "b"], True),
        (["b = (x > 1)", "b", "x <= 1"], True),
    ],
)
def test_cases_settled_by_hand(clauses: list[str], never: bool) -> None:
    reader = Reader(NAMES, {})
    assert impossible([asked(reader, clause, True) for clause in clauses], reader.domains) is never


def test_definitions_are_read_through_and_rounding_stays_near() -> None:
    names = {"投资": MONEY, "设备": MONEY}
    defined = {"差": parse("投资 - 设备", names), "整": parse("round half up(投资, 1万元)", names)}
    reader = Reader(names | {"差": MONEY, "整": MONEY}, defined)

    def yes(text: str) -> Demand:
        return reader.truth(parse(text, [*names, *defined])).yes

    assert impossible([yes("差 > 1亿元"), yes("投资 < 1亿元"), yes("设备 >= 0元")], reader.domains)
    assert impossible([yes("整 > 1亿元"), yes("投资 < 9999万元")], reader.domains)
    assert not impossible([yes("整 > 9999万元"), yes("投资 < 9999.5万元 + 1元")], reader.domains)


def test_where_it_grows_too_large_nothing_is_said() -> None:
    many_names = {f"n{at}": NUMBER for at in range(12)}
    reader = Reader(many_names, {})
    sums = " + ".join(f"(if n{at} > 0 then {2**at} else 0)" for at in range(12))
    # no sum of powers of two from 1 to 2048 is above 4095: true, and not found
    tree = parse(f"{sums} > 4095", many_names)
    assert not impossible([reader.truth(tree).yes], reader.domains)
    bounds = [
        Bound({f"a{at}": Fraction(1), f"b{other}": Fraction(sign)}, Fraction(at * other % 7))
        for at in range(25)
        for other in range(25)
        for sign in (1, -1)
    ]
    assert len(bounds) > BOUNDS
    with pytest.raises(TooMuchError):
        solution(bounds)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.integers(-3, 3), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_bounds_are_met_where_a_solution_is_given_and_by_no_point_where_none_is(
    drawn: list[tuple[int, int, int, bool]],
) -> None:
    bounds = [
        Bound({"x": Fraction(a), "y": Fraction(b)}, Fraction(most), strict) for a, b, most, strict in drawn
    ]

    def held(x: Fraction, y: Fraction) -> bool:
        return all(
            (value := bound.sum["x"] * x + bound.sum["y"] * y) < bound.most
            or (value == bound.most and not bound.strict)
            for bound in bounds
        )

    found = solution(bounds)
    points = [(Fraction(a, 2), Fraction(b, 2)) for a in range(-7, 8) for b in range(-7, 8)]
    if found is not None:
        assert held(found.get("x", Fraction(0)), found.get("y", Fraction(0)))
    else:
        assert not any(held(x, y) for x, y in points)
    reach = range_of({"x": Fraction(1), "y": Fraction(1)}, bounds)
    assert (reach is None) == (found is None)
    for x, y in points:
        if held(x, y):
            assert reach is not None
            assert _in(Stretch(*reach), x + y)


def test_durations_are_numbers_of_their_own() -> None:
    names: dict[str, Type] = {"期": MONTHS, "时": DAYS}
    reader = Reader(names, {})
    long, short = (reader.truth(parse(text, names)).yes for text in ("期 >= 2年", "期 < 24个月"))
    assert impossible([long, short], reader.domains)
    late, early = (reader.truth(parse(text, names)).yes for text in ("时 > 30天", "时 <= 29天"))
    assert impossible([late, early], reader.domains)
    assert not impossible([long, late], reader.domains)
