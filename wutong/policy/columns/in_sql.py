"""A program as text for DuckDB: every null rule written out, every name quoted, nothing taken from a value unquoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from wutong.policy.columns.node import DIGITS
from wutong.policy.columns.program import LEAVES, Program, Step, asked
from wutong.policy.columns.unfit import UnfitError, unfit

NESTED: Final = 40
"""How deep an expression may be before its inner part becomes a column; DuckDB's parser stops at 1,000."""

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bool": "BOOLEAN",
        "u8": "UTINYINT",
        "i64": "BIGINT",
        "i128": "HUGEINT",
        "text": "VARCHAR",
        "date": "DATE",
    }
)
_TWICE: Final = frozenset(("min", "max", "before", "after", "digits"))
"""Operations that are written with an argument in two places, so that it had better be a column."""

_COMMON: Final = re.compile(
    r"""(?: \\ [nrt\\|.?*+(){}\[\]^$-]
          | \[ \^? (?: \\ [nrt\\\[\]^$.-] | [^\\\[\]&~-] (?: - [^\\\[\]&~-] )? )+ \]
          | \( \?: | \( (?! \? )
          | \{ \d{1,3} (?: , \d{0,3} )? \}
          | [^\\\[\](){}] | \)
        )*""",
    re.X,
)
"""Patterns that mean the same to both engines: no flags, no sets of signs by name, nothing taken away from a set."""


def quoted(name: str) -> str:
    """A name as SQL has it.

    Examples
    --------
    >>> print(quoted('the "old" firm'))
    "the ""old"" firm"
    """
    return '"' + name.replace('"', '""') + '"'


def sql_text(program: Program, table: str) -> str:
    """Write a program as one query.

    Parameters
    ----------
    program : Program
        The program.
    table : str
        Name of the table that has its columns.

    Returns
    -------
    str
        A query whose columns are the outputs, a row for each row of the table.

    Raises
    ------
    UnfitError
        If DuckDB cannot give an output exactly; ``refused`` says which ones and why.

    Examples
    --------
    >>> from wutong.policy.columns.node import column
    >>> from wutong.policy.columns.program import program
    >>> print(sql_text(program({"大": column("投资", "i64", 0, 10**15) > 5}), "firm"))
    SELECT (CAST("投资" AS BIGINT) > CAST('5' AS BIGINT)) AS "大" FROM "firm"
    """
    *making, last = statements(program, table, stages_in_one=0)
    assert not making
    return last


def statements(program: Program, table: str, stages_in_one: int = 8) -> list[str]:
    """Write a program as tables that are made one after the other, and a query of the last.

    Parameters
    ----------
    program, table
        As for ``sql_text``.
    stages_in_one : int
        Stages that stand in one statement; 0 for all of them in one query.

    Returns
    -------
    list of str
        All but the last make temporary tables.
    """
    for reason in refused(program).values():
        raise UnfitError("DuckDB", reason)
    prefix = "·"
    while any(name.startswith(prefix) for name in (*asked(program), *program.outputs, table)):
        prefix += "·"
    stages, outputs = _staged(program, prefix)
    source, found = quoted(table), []
    waiting: list[str] = []
    for at, stage in enumerate(stages):
        name = quoted(f"{prefix}stage {at}")
        waiting.append(f"{name} AS (SELECT *, {', '.join(stage)} FROM {source})")
        source = name
        if stages_in_one and len(waiting) == stages_in_one:
            made = quoted(f"{prefix}made {at}")
            found.append(f"CREATE TEMP TABLE {made} AS WITH {', '.join(waiting)} SELECT * FROM {source}")
            source, waiting = made, []
    last = ", ".join(f"{text} AS {quoted(name)}" for name, text in outputs.items())
    begin = f"WITH {', '.join(waiting)} " if waiting else ""
    return [*found, f"{begin}SELECT {last} FROM {source}"]


def refused(program: Program) -> dict[str, str]:
    """Outputs that DuckDB cannot give exactly, each with its reason.

    Examples
    --------
    >>> from wutong.policy.columns.node import column
    >>> from wutong.policy.columns.program import program
    >>> refused(program({"x": column("t", "text").upper(), "y": column("t", "text").length()}))
    {'x': 'letter case'}
    """
    return unfit(program, _why)


def _why(program: Program, step: Step) -> str:
    if step.op in ("upper", "lower"):
        return "letter case"  # DuckDB changes letter by letter: ß stays alone
    texts = [
        one for one in (step.data if isinstance(step.data, tuple) else (step.data,)) if isinstance(one, str)
    ]
    if any("\0" in text or (not text.isprintable() and _has_surrogate(text)) for text in texts):
        return "a character that SQL text cannot hold"
    if step.op in ("matches", "replace") and _COMMON.fullmatch(texts[0]) is None:
        return "pattern"
    return ""


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _staged(program: Program, prefix: str) -> tuple[list[list[str]], dict[str, str]]:
    uses = list(program.uses)
    for step in program.steps:
        signed = step.op in ("floordiv", "mod") and program.steps[step.args[0]].low < 0
        if signed or step.op in _TWICE:
            for arg in step.args:
                uses[arg] += 1
    found: list[str] = []
    level: list[int] = []
    depth: list[int] = []
    stages: list[list[str]] = []
    for at, step in enumerate(program.steps):
        text = _said(program, step, [found[arg] for arg in step.args])
        before = max((level[arg] for arg in step.args), default=0)
        deep = 1 + max((depth[arg] for arg in step.args), default=0)
        if step.op not in LEAVES and (uses[at] > 1 or deep > NESTED):
            if before == len(stages):
                stages.append([])
            name = quoted(f"{prefix}{at}")
            stages[before].append(f"{text} AS {name}")
            text, before, deep = name, before + 1, 1
        found.append(text)
        level.append(before)
        depth.append(deep)
    return stages, {name: found[at] for name, at in program.outputs.items()}


def _literal(step: Step) -> str:
    value = step.data
    match value:
        case None:
            return f"CAST(NULL AS {_KINDS[step.dtype]})"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            # a bare number would be an INTEGER, and several of them multiplied too
            return f"CAST({_text(str(value))} AS {_KINDS[step.dtype]})"
        case date():
            return f"DATE '{value.isoformat()}'"
    return _text(str(value))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _said(program: Program, step: Step, parts: Sequence[str]) -> str:
    args = [program.steps[arg] for arg in step.args]
    match step.op:
        case "column":
            return f"CAST({quoted(str(step.data))} AS {_KINDS[step.dtype]})"
        case "literal":
            return _literal(step)
        case "when":
            *cases, otherwise = parts
            pairs = zip(cases[::2], cases[1::2], strict=True)
            chosen = " ".join(f"WHEN {condition} THEN {value}" for condition, value in pairs)
            return f"CASE {chosen} ELSE {otherwise} END"
        case "cast" | "sign" | "length":
            inner = parts[0] if step.op == "cast" else f"{step.op}({parts[0]})"
            return f"CAST({inner} AS {_KINDS[step.dtype]})"
        case "floordiv" | "mod":
            one, under = parts[0], parts[1] if args[1].low > 0 else f"nullif({parts[1]}, 0)"
            return _divided(step.op, one, under, signed=args[0].low < 0)
        case "matches":
            assert isinstance(step.data, tuple)
            return f"regexp_matches({parts[0]}, {_text(step.data[0])})"
        case "replace":
            assert isinstance(step.data, tuple)
            return f"regexp_replace({parts[0]}, {_text(step.data[0])}, {_text(_new(step.data[1]))}, 'g')"
        case "year" | "month" | "day" | "week":
            return f"{step.op}({parts[0]})"
    return _SAID[step.op](*parts)


def _divided(op: str, one: str, under: str, *, signed: bool) -> str:
    """Whole division downwards and what is left of it; DuckDB's own goes towards zero."""
    sign = "//" if op == "floordiv" else "%"
    plain = f"({one} {sign} {under})"
    if not signed:
        return plain
    if op == "floordiv":
        return f"({plain} - CASE WHEN ({one} % {under}) < 0 THEN 1 ELSE 0 END)"
    return f"({plain} + CASE WHEN {plain} < 0 THEN {under} ELSE 0 END)"


def _new(replacement: str) -> str:
    r"""What replaces a pattern: ``${1}`` and ``$$`` are ``\1`` and ``$`` to DuckDB."""
    escaped = replacement.replace("\\", "\\\\")
    return re.sub(r"\$(?:\{(\d)\}|\$)", lambda found: f"\\{found[1]}" if found[1] else "$", escaped)


def _case(*pairs: tuple[str, str]) -> str:
    return "CASE " + " ".join(f"WHEN {condition} THEN {value}" for condition, value in pairs) + " END"


_SAID: Final[Mapping[str, Callable[..., str]]] = MappingProxyType(
    {
        "add": lambda one, other: f"({one} + {other})",
        "sub": lambda one, other: f"({one} - {other})",
        "mul": lambda one, other: f"({one} * {other})",
        "abs": lambda one: f"abs({one})",
        "min": lambda one, other: _case((f"{one} <= {other}", one), (f"{one} > {other}", other)),
        "max": lambda one, other: _case((f"{one} >= {other}", one), (f"{one} < {other}", other)),
        "eq": lambda one, other: f"({one} = {other})",
        "ne": lambda one, other: f"({one} <> {other})",
        "lt": lambda one, other: f"({one} < {other})",
        "le": lambda one, other: f"({one} <= {other})",
        "gt": lambda one, other: f"({one} > {other})",
        "ge": lambda one, other: f"({one} >= {other})",
        "and": lambda one, other: f"({one} AND {other})",
        "or": lambda one, other: f"({one} OR {other})",
        "not": lambda one: f"(NOT {one})",
        "is_null": lambda one: f"({one} IS NULL)",
        "fill": lambda one, other: f"coalesce({one}, {other})",
        "concat": lambda one, other: f"({one} || {other})",
        "slice": lambda text, start, *length: f"substring({', '.join((text, f'{start} + 1', *length))})",
        "contains": lambda text, match: f"contains({text}, {match})",
        "starts": lambda text, match: f"starts_with({text}, {match})",
        "ends": lambda text, match: f"suffix({text}, {match})",
        "before": lambda text, match: _case(
            (f"{match} = '' AND {text} IS NOT NULL", "''"),
            (f"instr({text}, {match}) > 0", f"substring({text}, 1, instr({text}, {match}) - 1)"),
            (f"instr({text}, {match}) <= 0", "''"),
        ),
        "after": lambda text, match: _case(
            (f"{match} = ''", text),
            (f"instr({text}, {match}) > 0", f"substring({text}, instr({text}, {match}) + length({match}))"),
            (f"instr({text}, {match}) <= 0", "''"),
        ),
        "digits": lambda text: _case((f"regexp_matches({text}, '{DIGITS}')", f"TRY_CAST({text} AS BIGINT)")),
        "written": lambda one: f"CAST({one} AS VARCHAR)",
        "weekday": lambda day: f"isodow({day})",
        "ordinal": lambda day: f"dayofyear({day})",
        "weekday_name": lambda day: f"dayname({day})",
        "month_name": lambda day: f"monthname({day})",
        "date": lambda year, month, number: f"make_date({year}, {month}, {number})",
        "days": lambda day: f"({day} - DATE '1970-01-01')",
        "from_days": lambda days: f"(DATE '1970-01-01' + CAST({days} AS INTEGER))",
    }
)
