"""Who is who: one firm under several names, resolved with evidence and never silently merged."""

from __future__ import annotations

from typing import Final

import polars as pl

_LEGAL: Final = (
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "科技有限公司",
    "有限公司",
    "(集团)",
    "集团",
    "公司",
)
_MOST: Final = 5  # candidates for a name that is part of longer ones
_BRACKETS: Final = {"（": "(", "）": ")", "【": "(", "】": ")", "［": "(", "］": ")", "·": "", "•": ""}


def bare_name(name: pl.Expr) -> pl.Expr:
    """Take from a name what differs between spellings: width, brackets, spaces, case.

    The legal form and the place stay: 晋城 and 山西, or 科技 and 材料, can be two firms.

    Examples
    --------
    >>> pl.DataFrame({"n": ["青桐光学（晋城）有限公司", "青桐光学(晋城) 有限公司"]}).select(bare_name(pl.col("n"))).n_unique()
    1
    """
    wide = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)} | _BRACKETS
    return (
        name.str.replace_many(list(wide), list(wide.values()))
        .str.replace_all(r"[\s\u3000]+", "")
        .str.to_lowercase()
    )


def _core(name: pl.Expr) -> pl.Expr:
    """The name without legal form and brackets: a weaker ground, for candidates only."""
    bare = bare_name(name)
    for word in _LEGAL:
        bare = bare.str.replace_all(word, "", literal=True)
    return bare.str.replace_all(r"\([^)]*\)", "")


def alike(firms: pl.DataFrame) -> pl.DataFrame:
    """Find rows of firms that may be the same firm under another id.

    Parameters
    ----------
    firms : polars.DataFrame
        Table ``firm``.

    Returns
    -------
    polars.DataFrame
        ``i`` (UInt32, row of ``firms``), ``kind`` (``same_code`` or ``same_name``), ``column``, ``found`` (what
        is the same) and ``expected`` (the id of the first firm that has it). No row where nothing is alike.

    Examples
    --------
    >>> firms = pl.DataFrame({"firm": ["a", "b"], "name": ["甲（晋城）公司", "甲(晋城)公司"], "uscc": [None, None]},
    ...                      schema_overrides={"uscc": pl.String})
    >>> alike(firms).select("kind", "expected").row(0)
    ('same_name', 'a')
    """
    found = []
    for kind, column, same in (
        ("same_code", "uscc", pl.col("uscc")),
        ("same_name", "name", bare_name(pl.col("name"))),
    ):
        keys = firms.select(same.alias("same")).to_series()
        # hashes first: most registers have no two alike, and then nothing else has to be looked at
        hashes = keys.drop_nulls().hash()
        if hashes.n_unique() == len(hashes):
            continue
        keyed = firms.select("firm", pl.col(column).alias("found")).with_columns(keys).with_row_index("i")
        twice = keyed.filter(pl.col("same").is_not_null() & pl.col("same").is_duplicated())
        pairs = (
            twice.with_columns(pl.col("firm").first().over("same").alias("expected"))
            .filter(pl.col("firm") != pl.col("expected"))
            .select("i", pl.lit(kind).alias("kind"), pl.lit(column).alias("column"), "found", "expected")
        )
        found.append(pairs)
    nothing = pl.DataFrame(
        schema={
            "i": pl.UInt32,
            "kind": pl.String,
            "column": pl.String,
            "found": pl.String,
            "expected": pl.String,
        }
    )
    return pl.concat([nothing, *found])


def resolve(names: pl.Series, firms: pl.DataFrame, other_names: pl.DataFrame) -> pl.DataFrame:
    """Look up who is meant by names as they stand in papers.

    Only a name that leads to exactly one firm by its registered name, or by a row of ``firm_name``, is resolved.
    Weaker likeness gives candidates for a person to choose from.

    Parameters
    ----------
    names : polars.Series of str
        As written.
    firms : polars.DataFrame
        Table ``firm``.
    other_names : polars.DataFrame
        Table ``firm_name``.

    Returns
    -------
    polars.DataFrame
        One row a name, in order: ``name``, ``firm`` (null where not resolved), ``evidence`` (``name``,
        ``firm_name: …`` or empty), ``candidates`` (list of ids).

    Examples
    --------
    >>> firms = pl.DataFrame({"firm": ["qt"], "name": ["青桐光学（晋城）有限公司"]})
    >>> other = pl.DataFrame({"firm": ["qt"], "name": ["青桐"], "evidence": ["年报封面"]})
    >>> resolve(pl.Series(["青桐", "青桐光学有限公司", "白杨"]), firms, other).rows()
    [('青桐', 'qt', 'firm_name: 年报封面', ['qt']), ('青桐光学有限公司', None, '', ['qt']), ('白杨', None, '', [])]
    """
    register = pl.concat(
        [
            firms.select("firm", "name", pl.lit("name").alias("evidence"), pl.lit(0).alias("rank")),
            other_names.select(
                "firm",
                "name",
                pl.format("firm_name: {}", "evidence").alias("evidence"),
                pl.lit(1).alias("rank"),
            ),
        ]
    ).with_columns(bare_name(pl.col("name")).alias("bare"), _core(pl.col("name")).alias("core"))
    asked = (
        names.rename("name")
        .to_frame()
        .with_row_index("i")
        .with_columns(bare_name(pl.col("name")).alias("bare"), _core(pl.col("name")).alias("core"))
    )
    exact = (
        asked.join(register.select("firm", "evidence", "rank", "bare"), on="bare")
        .sort("i", "rank")
        .group_by("i", maintain_order=True)
        .agg(pl.col("firm").unique(maintain_order=True), pl.col("evidence").first())
    )
    weak = (
        asked.filter(pl.col("core") != "")
        .join(register.select("firm", "core"), on="core")
        .group_by("i", maintain_order=True)
        .agg(pl.col("firm").unique(maintain_order=True).alias("weak"))
    )
    one = pl.col("firm").list.len() == 1
    joined = (
        asked.select("i", "name", "bare")
        .join(exact, on="i", how="left", maintain_order="left")
        .join(weak, on="i", how="left", maintain_order="left")
    )
    within = pl.Series(
        [
            None if firm or weak_ones else _names_that_hold(bare, register)
            for bare, firm, weak_ones in joined.select("bare", "firm", "weak").iter_rows()
        ],
        dtype=pl.List(pl.String),
    )
    return joined.with_columns(within.alias("within")).select(
        "name",
        pl.when(one).then(pl.col("firm").list.first()).alias("firm"),
        pl.when(one).then(pl.col("evidence")).otherwise(pl.lit("")).fill_null("").alias("evidence"),
        pl.coalesce("firm", "weak", "within", pl.lit([], dtype=pl.List(pl.String))).alias("candidates"),
    )


def _names_that_hold(bare: str, register: pl.DataFrame) -> list[str]:
    """Firms whose name holds a short name of two characters or more: 英特丽 in 山西英特丽电子科技有限公司."""
    if len(bare) < 2:
        return []
    holds = register.filter(pl.col("bare").str.contains(bare, literal=True))
    return holds["firm"].unique(maintain_order=True).head(_MOST).to_list()
