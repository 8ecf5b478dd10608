"""The DMN conformance kit: as it is, and lifted."""

from __future__ import annotations

import csv
from functools import cache

import polars as pl
import pytest

from tests.conftest import SHARED
from tests.policy.feel.lifting import Lifted, counted, lifted
from tests.policy.feel.tck import Verdict, cases, judged, main
from tests.references.tck_scope import OUTSIDE
from wutong.policy.columns.in_sql import sql_text
from wutong.policy.columns.program import program
from wutong.policy.feel.columns import Compiled, meant, outputs_of
from wutong.policy.feel.values import Value
from wutong.zone.store import opened

KIT = SHARED / "data" / "dmn-tck"
REFUSED = frozenset(
    (
        "range",  # a range read from a text
        "number",  # a number read from a text
        "power",  # the exponent stands in a column
        "sqrt",
        "exp",
        "log",
        "list per row",  # hit policies R, O and C
        "list in a column",
        "rounding from a column",
        "kind not known",  # a duration read from a column, a separator that may be a number
    )
)

pytestmark = pytest.mark.shared


@cache
def verdicts() -> tuple[Verdict, ...]:
    return tuple(judged(case) for case in cases(KIT))


@cache
def scope() -> dict[tuple[str, str, str], str]:
    with (KIT / "scope.csv").open(encoding="utf-8", newline="") as file:
        return {(row["directory"], row["case"], row["node"]): row["kind"] for row in csv.DictReader(file)}


@cache
def lifts() -> tuple[Lifted, ...]:
    return tuple(one for verdict in verdicts() if (one := lifted(verdict.case)) is not None)


def test_no_case_of_the_kit_that_lies_in_the_language_fails() -> None:
    assert [(one.case.folder, one.case.node, one.failed) for one in verdicts() if one.failed] == []


def test_every_core_and_table_case_passes_but_the_few_that_are_named_with_their_reason() -> None:
    asked = {key for key, kind in scope().items() if kind in ("core", "table")}
    outside = {
        key
        for one in verdicts()
        if one.outside and (key := (one.case.folder, one.case.case, one.case.node)) in asked
    }
    assert outside == set(OUTSIDE)
    assert len(outside) < 0.03 * len(asked)
    assert asked <= {(one.case.folder, one.case.case, one.case.node) for one in verdicts()}


def test_lifted_columns_agree_with_the_interpreter_on_every_row() -> None:
    assert [one.differs for one in lifts() if one.differs] == []


def test_lifted_columns_agree_with_the_interpreter_on_duckdb_too() -> None:
    with opened() as ask:

        def give(compiled: Compiled, frame: pl.DataFrame) -> list[Value]:
            table = ask(sql_text(program(outputs_of(compiled)), "rows"), {"rows": frame})
            return meant(compiled.type, table)

        found = [one for verdict in verdicts() if (one := lifted(verdict.case, give)) is not None]
    assert [one.differs for one in found if one.differs] == []
    reasons = counted(found)
    assert set(reasons) <= REFUSED | {"compiled", "letter case", "pattern"}
    assert reasons["compiled"] > 0.9 * counted(list(lifts()))["compiled"]


def test_columns_refuse_only_what_they_cannot_give_exactly() -> None:
    found = counted(list(lifts()))
    assert set(found) <= REFUSED | {"compiled"}
    assert found["compiled"] > 0.8 * len(lifts())


def test_the_run_closes_with_what_passed_and_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(KIT)) == 0
    *_, last = capsys.readouterr().out.splitlines()
    assert last == f"{sum(1 for one in verdicts() if not one.outside)} passed, 0 failed"
