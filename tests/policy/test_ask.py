"""Questions: a bound is never passed, nothing is asked that can change nothing, and an interview ends when all is decided."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.policy.drawn_books import books, facts, subjects
from wutong.errors import RuleError
from wutong.policy.answer import example_of, read_answer
from wutong.policy.ask import next_question, questions, stake, waits
from wutong.policy.evaluate import Outcome, edition_of, evaluate
from wutong.policy.extent import Constant, Span, Truths, amounts_within, extent_of
from wutong.policy.feel.parse import parse
from wutong.policy.feel.syntax import names_in, show
from wutong.policy.feel.types import BOOLEAN, COUNT, DATE, MONEY, RATE, TEXT, Type
from wutong.policy.feel.values import Value
from wutong.policy.fields import TYPES, Field
from wutong.policy.interview import Interview, answered, undone
from wutong.policy.measure import Measure, measure_of
from wutong.policy.missing import COLUMNS, missing, waiting
from wutong.policy.rulebook import Rulebook, rulebook_of
from wutong.policy.subjects import facts_at, table_of
from wutong.words import Text

FOLDER: Final = ROOT / "examples" / "measures"
BOOK: Final = rulebook_of({path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.yaml"))})
MEASURES: Final = {measure.id: measure for measure in BOOK.measures}
YI: Final = 10_000_000_000


def not_below_zero(value: Value, field: Field) -> Value:
    if isinstance(value, Fraction) and field.type.unit not in ((), (("1", 1),)):
        return abs(value)
    return value


def asks_what_is_missing(measure: Measure) -> bool:
    """Whether a condition says ``x = null``, which has another answer once x is known."""
    return any(
        "= null" in show(one.when.tree)
        for edition in measure.editions
        for one in edition.conditions
        if one.when is not None
    )


# ------------------------------------------------------------ bounds


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_amount_passes_the_bounds_that_are_told_before_its_facts_are_known(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    whole = {name: not_below_zero(data.draw(facts(field)), field) for name, field in measure.given.items()}
    hidden = data.draw(st.sets(st.sampled_from(list(measure.given))))
    part = {name: value for name, value in whole.items() if name not in hidden}
    edition = edition_of(measure, whole)
    assume(not isinstance(edition, Outcome))
    assert not isinstance(edition, Outcome)
    outcome = evaluate(measure, whole)
    span = amounts_within(edition, part)
    if outcome.possible:
        assert span is not None
        low, high = span
        assert low <= outcome.possible[0]
        assert high is None or outcome.possible[-1] <= high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a * 5%", 0, None),
        ("min(a * 5%, 100元)", 0, 10_000),
        ("r * 100元", None, None),
        ("100元 - a", None, 10_000),
        ("if 100元 > a then 100元 - a else 0元", None, 10_000),
        ("if b then 10元 else 30元", 1_000, 3_000),
        ("if a >= 5元 then 10元 else null", 1_000, 1_000),
        ("max(a, 7元)", 700, None),
        ("100元 / (n + 1)", 0, 10_000),
        ("100元 / n", 0, None),
        ("round down(min(a, 333元), 100元)", 0, 30_000),
        ("if n < 0 then 99元 else 1元", 100, 100),
        ("if b and not(b) then 9元 else 1元", 100, 900),
        ("-a", None, 0),
        ("abs(r) * 2元", 0, None),
    ],
)
def test_bounds_by_hand(text: str, low: int | None, high: int | None) -> None:
    types = {"a": MONEY, "r": RATE, "b": BOOLEAN, "n": COUNT}
    found = extent_of(parse(text, types), {}, types, ())
    if isinstance(found, Constant):
        assert isinstance(found.value, Fraction)
        found = Span(found.value, found.value)
    assert found == Span(None if low is None else Fraction(low), None if high is None else Fraction(high))


def test_truths_that_cannot_be_otherwise_are_told() -> None:
    types = {"n": COUNT, "t": TEXT, "d": DATE}
    for text, wanted in (
        ("n >= 0", Truths(True, False)),
        ("n < 0", Truths(False, True)),
        ("n = 3", Truths(True, True)),
        ('t = "a"', Truths(True, True)),
        ("n in [1..2] or n >= 0", Truths(True, False)),
    ):
        assert extent_of(parse(text, types), {}, types, ()) == wanted, text


# ------------------------------------------------------------ what a measure waits for


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_measure_waits_only_where_it_is_unknown_and_for_what_is_missing(data: st.DataObject) -> None:
    (measure,) = data.draw(books(1)).measures
    subject = {name: data.draw(facts(field)) for name, field in measure.given.items()}
    found, outcome = stake(measure, subject), evaluate(measure, subject)
    if found is None:
        assert outcome.state != "unknown" or not outcome.missing or outcome.failing == ("amount",)
        return
    assert outcome.state == "unknown"
    shares = {
        name
        for edition in measure.editions
        for payee in edition.amount.payees
        if payee.share is not None
        for name in names_in(payee.share.tree)
    }
    assert set(found.facts) <= set(outcome.missing) | shares
    assert all(subject.get(name) is None for name in found.facts)
    assert found.low <= (found.high if found.high is not None else found.low)
    # with all of them known, and whatever they then bring up, the measure is decided or short of an amount
    moved = dict(subject)
    for _ in range(len(measure.given)):
        more = stake(measure, moved)
        if more is None:
            break
        for name in more.facts:
            moved[name] = data.draw(facts(measure.given[name]).filter(lambda value: value is not None))
    end = evaluate(measure, moved)
    if asks_what_is_missing(measure):
        return  # what asks whether a fact is missing has its answer while it is
    assert end.state != "unknown" or "amount" in end.failing or not end.missing


def test_where_a_clause_fails_nothing_is_asked() -> None:
    assert stake(MEASURES["M01"], {"土地": "old"}) is None
    found = stake(MEASURES["M01"], {"土地": "new"})
    assert found is not None
    assert (found.facts, found.conditions, found.low, found.high) == (
        ("固定资产投资", "设备投资"), 1, 0, 2 * YI
    )  # fmt: skip
    closer = stake(MEASURES["M01"], {"土地": "new", "设备投资": YI})
    assert closer is not None
    assert (closer.facts, closer.high) == (("固定资产投资",), YI // 10)


def test_what_another_fact_settles_is_not_waited_for() -> None:
    names = {"a": parse("x > 1", ["x"])}
    assert list(waits(parse("a or y", ["a", "y"]), {"x": None, "y": True, "a": None}, names)) == []
    assert list(waits(parse("a or y", ["a", "y"]), {"x": None, "y": False, "a": None}, names)) == ["x"]
    assert list(waits(parse("x = null", ["x"]), {}, {})) == []
    assert list(waits(parse("y in (1, x)", ["x", "y"]), {"y": Fraction(1)}, {})) == []
    assert list(waits(parse("is(x, y)", ["x", "y"]), {}, {})) == []


# ------------------------------------------------------------ an interview


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_interview_ends_when_nothing_more_can_be_decided(data: st.DataObject) -> None:
    book = data.draw(books(2))
    truth = {name: data.draw(facts(field)) for name, field in book.fields.items()}
    interview = Interview(book, "firm", {})
    asked = []
    while (question := interview.question) is not None:
        name = question.field.name
        assert name not in asked
        assert question.measures
        for measure in question.measures:
            assert evaluate(measure, interview.facts).state == "unknown"
        asked.append(name)
        interview = answered(interview, name, truth[name])
        assert len(asked) <= len(book.fields)
    for measure in book.measures:
        known, all_of_it = evaluate(measure, interview.facts), evaluate(measure, truth)
        lost = stake(measure, interview.facts)
        if asks_what_is_missing(measure):
            continue
        if lost is None or not set(lost.facts) & set(interview.without):
            assert known.state == all_of_it.state
            assert known.amount == all_of_it.amount
    back = interview
    for _ in asked:
        back = undone(back)
    assert (dict(back.facts), back.without, undone(back)) == ({}, (), back)


def test_the_fact_that_decides_most_money_is_asked_first() -> None:
    book = rulebook_of({path.name: path.read_bytes() for path in FOLDER.glob("m01*.yaml")})
    ranked = questions(book, {}, "project")
    assert [one.field.name for one in ranked] == ["土地", "固定资产投资", "设备投资"]
    assert [one.money for one in ranked] == [2 * YI] * 3
    first = next_question(book, {}, "project")
    assert first is not None
    assert first.line.zh == ("土地（new为新取得）？（new、old，如 new）关系到：设备投资补助；可决定最多2亿元")
    assert next_question(book, {"土地": "old"}, "project") is None
    # nobody knows the investment: only whether the land is new can still settle it
    left = questions(book, {}, "project", ("设备投资",))
    assert [one.field.name for one in left] == ["土地", "固定资产投资"]
    assert questions(book, {"土地": "new", "固定资产投资": Fraction(YI)}, "project", ("设备投资",)) == ()


def test_an_amount_without_a_bound_is_said_to_have_none() -> None:
    text = (FOLDER / "m01-equipment.yaml").read_text(encoding="utf-8").replace("      cap: 2亿元\n", "")
    book = rulebook_of({"m.yaml": text})
    first = next_question(book, {"土地": "new"}, "project")
    assert first is not None
    assert (first.unbounded, first.money) == (1, 0)
    assert first.line.zh.endswith("金额不设上限")
    head = "rulebook: r\nformat: 1\ntitle: {zh: 试, en: Trial}\nlimits:\n  - {id: all, says: {zh: 合计, en: All}, "
    joint = head + "measures: [M01], per: firm and year, amount: 50万元, cut: pro rata}\n"
    limited = next_question(rulebook_of({"m.yaml": text, "rulebook.yaml": joint}), {"土地": "new"}, "project")
    assert limited is not None
    assert (limited.unbounded, limited.money) == (0, 50_000_000)


@pytest.mark.parametrize(("word", "type_"), TYPES)
def test_the_example_of_an_answer_can_be_given_as_an_answer(word: str, type_: Type) -> None:
    field = Field(word, Text(word, word), type_)
    assert read_answer(example_of(type_), field) is not None
    for unknown in ("不知道", "unknown", " ", "未知"):
        assert read_answer(unknown, field) is None


def test_answers_are_read_as_people_write_them_and_others_are_refused() -> None:
    listed, money = Field("规上", Text("规上", "Listed"), BOOLEAN), Field("投资", Text("投资", "I"), MONEY)
    assert [read_answer(text, listed) for text in ("是", "No", "y", "false")] == [True, False, True, False]
    assert read_answer("-5万元", money) == -5_000_000
    for wrong, field in (("5%", money), ("2 亿", listed), ("亿元", money)):
        with pytest.raises(RuleError):
            read_answer(wrong, field)


# ------------------------------------------------------------ a whole zone


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_what_a_zone_lacks_is_what_each_of_its_subjects_lacks(data: st.DataObject) -> None:
    book = data.draw(books(2))
    table = table_of(data.draw(subjects(book.fields)), book.fields)
    found = waiting(book, {"firm": table})
    wanted: list[tuple[str, str, str]] = []
    most: dict[tuple[str, str], int | None] = {}
    for row in range(table.height):
        for measure in book.measures:
            one = stake(measure, facts_at(table, row, measure.given))
            wanted += [(table["subject"][row], measure.id, name) for name in (one.facts if one else ())]
            most[table["subject"][row], measure.id] = one.high if one else None
    assert sorted(found.select("subject", "measure", "fact").rows()) == sorted(wanted)
    for subject, measure, money in found.select("subject", "measure", "money").rows():
        alone = most[subject, measure]
        assert money is None or (alone is not None and alone <= money)
    total = missing(book, {"firm": table})
    assert total.schema == pl.Schema(dict(COLUMNS))
    assert total["cases"].sum() == len(wanted)
    assert total["money"].to_list() == sorted(total["money"].to_list(), reverse=True)


def test_the_facts_of_a_zone_are_ranked_by_money() -> None:
    def row(**given: Any) -> dict[str, Value]:
        return {"土地": "new", "固定资产投资": Fraction(YI), "设备投资": Fraction(YI), **given}

    book = rulebook_of({path.name: path.read_bytes() for path in FOLDER.glob("m01*.yaml")})
    rows = [
        ("a", "f", row(固定资产投资=None)),
        ("b", "f", row(设备投资=None, 固定资产投资=None)),
        ("c", "f", row(土地=None)),
        ("d", "f", row(土地="old", 设备投资=None)),
        ("e", "f", row()),
    ]
    found = missing(book, {"project": table_of(rows, book.fields)})
    assert found.select("fact", "subjects", "cases", "money", "unbounded").rows() == [
        ("固定资产投资", 2, 2, 4 * YI, 0),
        ("设备投资", 1, 1, 2 * YI, 0),
        ("土地", 1, 1, YI // 20, 0),
    ]


def test_what_columns_cannot_tell_is_told_row_by_row() -> None:
    from tests.policy.test_near import ROOTED

    measure = measure_of(ROOTED)
    book: Rulebook = rulebook_of({"r.yaml": ROOTED})
    table = table_of([("a", "a", {"投资": Fraction(10_000)}), ("b", "b", {"面积": Fraction(1)})], book.fields)
    assert waiting(book, {"firm": table}).select("subject", "fact", "money").rows() == [("a", "面积", 100)]
    assert stake(measure, {"面积": Fraction(1)}) is None
