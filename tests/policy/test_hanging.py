"""What a change does not reach is paid as before: a part settled anew is what the whole settled anew gives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policy.drawn_stacks import Drawn, book_of, drawn
from tests.policy.test_reform import FILES, RATE, WAN, firms
from wutong.policy.hanging import hanging, part_of, reached, settled_anew
from wutong.policy.parameters import Change, changed, parameters_of
from wutong.policy.reform import Worked, after, settled_in, worked
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of
from wutong.policy.run import outcomes
from wutong.policy.stack import stacked
from wutong.policy.trials import subjects_of

GROUP: Final = "{says: {zh: 一, en: one}, grain: year, choose: highest}"
BUDGET: Final = "{says: {zh: 款, en: money}, year: 2026, amount: 1元, scale: pro rata}"
EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "measures"


def of_measures(head: str, **more: str) -> Rulebook:
    return book_of({name: ("firm", [line]) for name, line in more.items()}, head)


def test_measures_hang_together_through_groups_ceilings_and_budgets_and_through_others() -> None:
    limit = "{id: cap, says: {zh: 限, en: cap}, measures: [B, C], per: firm, amount: 1元, cut: pro rata}"
    head = f"groups:\n  g: {GROUP}\nbudgets:\n  b: {BUDGET}\nlimits:\n  - {limit}\n"
    book = of_measures(
        head, A="exclusive: g", B="exclusive: g", C="budget: b", D="budget: b", E="", F="exclusive: g"
    )
    assert hanging(book, {"A"}) == {"A", "B", "C", "D", "F"}
    assert hanging(book, {"E"}) == {"E"}
    assert hanging(book, ()) == set()
    part = part_of(book, hanging(book, {"D"}))
    assert [one.id for one in part.measures] == ["A", "B", "C", "D", "F"]
    assert [one.id for one in part.limits] == ["cap"]
    assert part_of(book, {"E"}).limits == ()


def test_a_change_between_measures_reaches_those_that_it_names() -> None:
    head = f"groups:\n  g: {GROUP}\n  h: {GROUP}\nbudgets:\n  b: {BUDGET}\n"
    book = of_measures(head, A="exclusive: g", B="exclusive: g", C="budget: b", D="exclusive: h")
    assert reached(book, book) == set()
    poorer = replace(book, budgets={"b": replace(book.budgets["b"], amount=50)})
    assert reached(book, poorer) == {"C"}
    other = replace(book, groups={**book.groups, "g": replace(book.groups["g"], choose="order")})
    assert reached(book, other) == {"A", "B"}
    fewer = replace(book, measures=book.measures[1:])
    assert reached(book, fewer) == {"A", "B"}, "what was taken from B by A is no longer"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn(), st.data())
def test_a_part_settled_anew_is_what_the_whole_gives(case: Drawn, data: st.DataObject) -> None:
    ids = [one.id for one in case.book.measures]
    moved = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True))
    base = Worked({}, case.book, case.outcomes, stacked(case.book, case.subjects, case.outcomes, 2026).table)
    gone = pl.col("measure").is_in(moved)
    found = case.outcomes.with_columns(
        pl.when(gone).then(pl.lit("not eligible")).otherwise("state").alias("state"),
        *(pl.when(~gone).then(name).alias(name) for name in ("amount", "low", "high")),
    )
    book = case.book
    poorer: bool = data.draw(st.booleans())
    if book.budgets and poorer:
        name = data.draw(st.sampled_from(list(book.budgets)))
        amount = data.draw(st.integers(0, 60))
        book = replace(book, budgets={**book.budgets, name: replace(book.budgets[name], amount=amount)})
    whole = stacked(book, case.subjects, found, 2026).table.drop("together")
    part = settled_anew(base, 2026, moved)(book, case.subjects, found)
    assert part.rows() == whole.select(part.columns).rows()


def test_a_reform_of_the_examples_is_settled_in_part_as_in_whole() -> None:
    files = {path.name: path.read_bytes() for path in sorted(EXAMPLES.glob("*.yaml"))}
    book = rulebook_of(files)
    (trial,) = [one for one in book.trials if "M72-water" in {name for _, name in one.paid}]
    subjects = subjects_of(book, trial)
    base = Worked(files, book, outcomes(book, subjects), pl.DataFrame())
    base = replace(base, paid=settled_in(2026)(book, subjects, base.outcomes))
    change = Change({f"{HEAD}:limits.1.amount": "10"})
    whole = after(base, change, subjects, settled_in(2026))
    part = after(base, change, subjects, settled_anew(base, 2026))
    assert reached(book, whole.book) == {"M72", "M72-gas", "M72-water"}
    assert part.paid.rows() == whole.paid.drop("together").rows()
    assert (base.paid["paid"].sum(), part.paid["paid"].sum()) == (50 * WAN, 10 * WAN), "the ceiling cuts"
    assert part.book.trials is book.trials
    assert part.book == rulebook_of(part.files)


def test_what_stands_between_measures_is_read_again_only_where_it_must_be() -> None:
    files = {**FILES, HEAD: "rulebook: r\nformat: 1\ntitle: {zh: 集, en: Set}\ngroups: {g: " + GROUP + "}\n"}
    base = worked(files, firms(60, 100), settled_in(2026))
    later = after(base, Change({RATE: "12"}), firms(60, 100), settled_in(2026))
    assert later.book.groups is base.book.groups
    assert later.book == rulebook_of(changed(files, Change({RATE: "12"})))
    known = parameters_of({"a.yaml": files["a.yaml"]})
    again = after(base, Change({RATE: "12"}, known=known), firms(60, 100), settled_in(2026))
    assert again.files == later.files
    fewer = after(base, Change({}, ("a.yaml",)), firms(60, 100), settled_in(2026))
    assert fewer.book.groups is not base.book.groups
    assert fewer.book == rulebook_of({name: text for name, text in files.items() if name != "a.yaml"})
