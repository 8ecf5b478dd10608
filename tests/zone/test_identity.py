"""One firm under several names is resolved with evidence and never silently merged."""

from __future__ import annotations

import polars as pl
import pytest

from wutong.zone.identity import alike, resolve

FIRMS = pl.DataFrame(
    {
        "firm": ["qt", "by1", "by2"],
        "name": ["青桐光学（晋城）有限公司", "白杨科技有限公司", "白杨材料有限公司"],
        "uscc": [None, "91350100M000100Y43", None],
    },
    schema_overrides={"uscc": pl.String},
)
OTHER = pl.DataFrame(
    {
        "firm": ["qt", "by1", "by2"],
        "name": ["青桐", "白杨", "白杨"],
        "evidence": ["年报封面", "铭牌", "合同章"],
    }
)


@pytest.mark.parametrize(
    ("name", "firm", "evidence"),
    [
        ("青桐光学（晋城）有限公司", "qt", "name"),
        ("青桐光学(晋城) 有限公司", "qt", "name"),
        ("青桐", "qt", "firm_name: 年报封面"),
        ("白杨", None, ""),
        ("青桐光学股份有限公司", None, ""),
        ("银杏", None, ""),
    ],
)
def test_only_a_name_that_leads_to_one_firm_is_resolved(name: str, firm: str | None, evidence: str) -> None:
    row = resolve(pl.Series([name]), FIRMS, OTHER).row(0, named=True)
    assert (row["firm"], row["evidence"]) == (firm, evidence)


def test_what_is_not_resolved_has_candidates() -> None:
    found = resolve(pl.Series(["白杨", "青桐光学股份有限公司", "光学", "银杏", "光"]), FIRMS, OTHER)
    assert [sorted(each) for each in found["candidates"].to_list()] == [
        ["by1", "by2"],
        ["qt"],
        ["qt"],
        [],
        [],
    ]


def test_place_and_trade_in_a_name_tell_firms_apart() -> None:
    firms = pl.DataFrame(
        {"firm": ["a", "b"], "name": ["青桐（晋城）有限公司", "青桐（长治）有限公司"], "uscc": [None, None]},
        schema_overrides={"uscc": pl.String},
    )
    assert alike(firms).is_empty()


def test_vintages_of_one_firm_are_not_two_firms() -> None:
    firms = pl.DataFrame(
        {"firm": ["a", "a"], "name": ["青桐有限公司"] * 2, "uscc": ["91350100M000100Y43"] * 2}
    )
    assert alike(firms).is_empty()
