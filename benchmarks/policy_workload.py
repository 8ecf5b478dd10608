"""The workload of ``../shared/bench/policy`` as a rulebook of 128 measure files, and its firms as a table of subjects.

The folder's own scripts make measures and firms; here its measures are only said again in our language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import polars as pl

NAMES: Mapping[str, tuple[str, str]] = {
    "region": ("片区", "count"),
    "industry": ("行业", "count"),
    "size": ("规模", "count"),
    "credit": ("信用", "count"),
    "age": ("企龄", "count"),
    "hte": ("高企", "yes or no"),
    "cert": ("认定", "count"),
    "cert_year": ("认定年", "count"),
    "employees": ("职工", "people"),
    "talents": ("人才", "people"),
    "masters": ("硕士", "people"),
    "area": ("面积", "area"),
    "revenue": ("营收", "money"),
    "revenue_prev": ("上年营收", "money"),
    "rd": ("研发", "money"),
    "invest": ("投资", "money"),
    "invest_dig": ("数字化投资", "money"),
    "loan": ("贷款", "money"),
    "loan_rate": ("利率", "rate"),
    "export": ("出口", "money"),
    "tax": ("税收", "money"),
}
SCALES: Mapping[str, int] = {"money": 100, "rate": 1_000_000, "area": 3_000}


def files_of(measures: Sequence[Mapping[str, object]], groups: Sequence[Sequence[int]]) -> dict[str, str]:
    """The workload's measures as files of a rulebook."""
    member = {at: group for group, members in enumerate(groups) for at in members}
    files = {f"{measure['id']}.yaml": _file(at, measure, member) for at, measure in enumerate(measures)}
    head = "rulebook: bench\nformat: 1\ntitle: {zh: 基准, en: Benchmark}\ngroups:\n"
    for at in range(len(groups)):
        head += f"  g{at}: {{says: {{zh: 就高, en: Highest}}, grain: year, choose: highest}}\n"
    return {**files, "rulebook.yaml": head}


def firms_of(columns: Mapping[str, np.ndarray]) -> pl.DataFrame:
    """The workload's firms as subjects; NaN is not known, money in fen."""
    made: dict[str, pl.Series] = {}
    for name, (label, kind) in NAMES.items():
        values = columns[name]
        if kind == "yes or no":
            made[label] = pl.Series(values.astype(bool))
            continue
        whole = np.round(np.nan_to_num(values.astype(np.float64)) * SCALES.get(kind, 1)).astype(np.int64)
        series = pl.Series(label, whole)
        made[label] = (
            series.to_frame().select(pl.when(~pl.Series(np.isnan(values))).then(pl.col(label)))[label]
            if np.isnan(values).any()
            else series
        )
    size = len(columns["region"])
    return pl.DataFrame({"subject": pl.int_range(size, eager=True).cast(pl.String), **made})


def _file(at: int, m: Mapping[str, object], member: Mapping[int, int]) -> str:
    conditions, amount, asked = SHAPES[at % 10](m)
    given = "".join(
        f"  {NAMES[name][0]}: {{type: {NAMES[name][1]}, zh: {NAMES[name][0]}, en: {name}}}\n"
        for name in asked
    )
    tests = "".join(
        f'      - {{id: c{n}, says: {{zh: 条件, en: Condition}}, when: "{test}"}}\n'
        for n, test in enumerate(conditions)
    )
    group = f"    exclusive: g{member[at]}\n" if at in member else ""
    return (
        f"measure: {m['id']}\ntitle: {{zh: 措施, en: Measure}}\naspect: 基准\nsubject: firm\nstatus: draft\n"
        f"place: {{zh: 虚构, en: Invented}}\nyear: 2025\ngiven:\n{given}editions:\n"
        f"  - source: {{document: invented, grade: not graded}}\n    conditions:\n{tests}"
        f"    amount: {{{amount}, round: {{to: 0.01元, how: half up}}}}\n{group}"
        f"examples: [{{given: {{{NAMES[asked[0]][0]}: null}}, expect: {{outcome: unknown}}}}]\n"
    )


def _text(value: object) -> str:
    number = Fraction(str(value))
    return f"{number.numerator}/{number.denominator}" if number.denominator > 1 else str(number.numerator)


def _yuan(value: object) -> str:
    return f"{int(Fraction(str(value)))}元"


def _rate(value: object) -> str:
    return f"{float(Fraction(str(value)) * 100):.10g}%"


def _codes(name: str, values: object) -> str:
    assert isinstance(values, list)
    return f"{NAMES[name][0]} in ({', '.join(map(str, values))})"


Shape = tuple[list[str], str, list[str]]


def _flat(m: Mapping[str, object]) -> Shape:
    tests = [_codes("region", m["regions"]), "高企", f"营收 >= {_yuan(m['rev_min'])}"]
    return tests, f"fixed: {_yuan(m['amount'])}", ["region", "hte", "revenue"]


def _investment(m: Mapping[str, object]) -> Shape:
    tests = [_codes("industry", m["industries"]), f"投资 >= {_yuan(m['inv_min'])}"]
    return tests, f"rate: {_rate(m['rate'])}, base: 投资, cap: {_yuan(m['cap'])}", ["industry", "invest"]


def _research(m: Mapping[str, object]) -> Shape:
    bounds, rates = m["t"], m["rate"]
    assert isinstance(bounds, list)
    assert isinstance(rates, list)
    tiers = ", ".join(f"{_rate(bound)}: {_rate(rate)}" for bound, rate in zip(bounds, rates, strict=True))
    amount = f"rate: {{by: 研发 / 营收, slab: {{{tiers}}}}}, base: 研发, cap: {_yuan(m['cap'])}"
    return [f"研发 >= 营收 * {_rate(bounds[0])}"], amount, ["rd", "revenue"]


def _people(m: Mapping[str, object]) -> Shape:
    terms = f"{{id: t, each: {_yuan(m['per_talent'])}, of: 人才}}, {{id: m, each: {_yuan(m['per_master'])}, of: 硕士}}"
    amount = f"sum: [{terms}], cap: {_yuan(m['cap'])}"
    return [f"职工 >= {m['emp_min']}人"], amount, ["employees", "talents", "masters"]


def _growth(m: Mapping[str, object]) -> Shape:
    tests = [f"上年营收 >= {_yuan(m['prev_min'])}", f"营收 >= 上年营收 * {_rate(1 + Fraction(str(m['g'])))}"]
    amount = f"fixed: {{by: 营收, slab: {{{_yuan(m['hi'])}: {_yuan(m['a2'])}}}, below: {_yuan(m['a1'])}}}"
    return tests, amount, ["revenue", "revenue_prev"]


def _certificate(m: Mapping[str, object]) -> Shape:
    tests = [f"认定 = {m['cert']}", f"认定年 = {m['year']}"]
    return tests, f"fixed: {_yuan(m['amount'])}", ["cert", "cert_year"]


def _rent(m: Mapping[str, object]) -> Shape:
    tests = [f"企龄 <= {m['age_max']}", _codes("region", m["regions"])]
    each = f"each: {_yuan(m['price'])}/平方米 * {_rate(m['share'])}, of: 面积, cap: {_yuan(m['cap'])}"
    return tests, each, ["age", "region", "area"]


def _interest(m: Mapping[str, object]) -> Shape:
    amount = f"rate: {_rate(m['share'])}, base: 贷款 * 利率, cap: {_yuan(m['cap'])}"
    return [f"信用 >= {m['credit_min']}"], amount, ["credit", "loan", "loan_rate"]


def _export(m: Mapping[str, object]) -> Shape:
    bands = f"0元: {_rate(m['r1'])}, {_yuan(m['t1'])}: {_rate(m['r2'])}, {_yuan(m['t2'])}: {_rate(m['r3'])}"
    amount = f"marginal: {{by: 出口, bands: {{{bands}}}}}, cap: {_yuan(m['cap'])}"
    return ["出口 > 0元"], amount, ["export"]


def _digital(m: Mapping[str, object]) -> Shape:
    rates = m["rates"]
    assert isinstance(rates, list)
    small, middle, large = map(_rate, rates)
    rate = f"if 规模 = 0 then {small} else if 规模 = 1 then {middle} else if 规模 = 2 then {large} else 0%"
    amount = f"rate: {rate}, base: 数字化投资, cap: {_yuan(m['cap'])}"
    return [f"数字化投资 >= {_yuan(m['dig_min'])}"], amount, ["size", "invest_dig"]


SHAPES = (_flat, _investment, _research, _people, _growth, _certificate, _rent, _interest, _export, _digital)
