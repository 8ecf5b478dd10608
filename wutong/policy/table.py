"""Decision tables as measure files write them: each cell held against its input, the whole made one formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from wutong.policy.amount import Formula, Names, fits, formula
from wutong.policy.document import Node
from wutong.policy.feel.algebra import is_zero
from wutong.policy.feel.check import check, check_cell, joined
from wutong.policy.feel.exact import evaluate, evaluate_cell
from wutong.policy.feel.faults import ExpressionError, Source, listed
from wutong.policy.feel.parse import parse_cell
from wutong.policy.feel.syntax import Cell, Expr, Literal, show
from wutong.policy.feel.table_expression import POLICIES, expression_of, is_constant, place_of
from wutong.policy.feel.tables import Hit, Output, Rule, Table
from wutong.policy.feel.types import RATE, Typed
from wutong.policy.feel.values import Value
from wutong.words import Text

POLICY_SAYS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "U": Text("恰有一行符合", "the one rule that matches"),
        "A": Text("符合的各行结果相同", "rules that match agree"),
        "P": Text("符合的各行中排在最前的结果", "the result that comes first, of rules that match"),
        "F": Text("自上而下第一行符合的", "the first rule that matches"),
        "C+": Text("符合的各行相加", "rules that match are added up"),
        "C<": Text("符合的各行中最小", "the least of rules that match"),
        "C>": Text("符合的各行中最大", "the greatest of rules that match"),
        "C#": Text("符合的行数", "how many rules match"),
    }
)
"""What each hit policy gives, in words."""

RULES: Final = 100
INPUTS: Final = 20
LISTS: Final = ("R", "O", "C")
"""Hit policies that give a list of results."""

_SUMMED: Final = ("number", "days", "months")
_ORDERED: Final = (*_SUMMED, "date", "text")
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {"C+": _SUMMED, "C<": _ORDERED, "C>": _ORDERED}


@dataclass(frozen=True, slots=True)
class Matched:
    """Rules that match, and rules that may match for all that is known; numbers from 1."""

    held: tuple[int, ...]
    unsure: tuple[int, ...]


def table_of(node: Node, names: Names) -> tuple[Table, Formula]:
    """Read a decision table.

    Parameters
    ----------
    node : Node
        What stands behind ``table``.
    names : mapping of str to Type
        Facts and definitions that it may ask for.

    Returns
    -------
    tuple of Table and Formula
        The table as it is written, and the one expression that it comes to.

    Raises
    ------
    RuleError
        With the place of the cell.

    Examples
    --------
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.feel.types import MONEY
    >>> text = '{hit: F, inputs: [投资], rules: [{if: ">= 3亿元", then: 8%}, {if: ">= 1亿元", then: 5%}]}'
    >>> table, made = table_of(document_of(text), {"投资": MONEY})
    >>> show(made.tree)
    '(if (投资 >= 3亿元) then 8% else (if (投资 >= 1亿元) then 5% else null))'
    """
    found = node.fields(("hit", "inputs", "rules", "order", "default"), ("hit", "inputs", "rules"))
    hit = _hit(found["hit"])
    inputs = tuple(_asked(one, names) for one in found["inputs"].each())
    if len(inputs) > INPUTS:
        found["inputs"].fail(f"最多{INPUTS}个输入。", f"There may be {INPUTS} inputs at most.")
    rules = found["rules"].each()
    if len(rules) > RULES:
        found["rules"].fail(
            f"最多{RULES}行。请拆成几张表。", f"There may be {RULES} rules at most. Split the table."
        )
    read = [_rule(one, inputs, names, hit) for one in rules]
    default = _default(found["default"], names, hit) if "default" in found else None
    results = [(rule["then"], result) for rule, _, result in read if result is not None]
    results += [(found["default"], default)] if default is not None else []
    kind = _kind(node, hit, results)
    order = _order(found, names, hit, results)
    table = Table(
        hit,
        tuple(one.tree for one in inputs),
        (Output("", order, default.tree if default else None),),
        tuple(
            Rule(cells, (result.tree if result and hit != "C#" else Literal(None),))
            for _, cells, result in read
        ),
    )
    at = Source("", node.file, node.line, node.column, node.clause)
    tree = expression_of(table, kind, at)
    source = Source(show(tree), node.file, node.line, node.column, node.clause)
    return table, Formula(tree, check(tree, names, source), source)


def _hit(node: Node) -> Hit:
    if node.text in LISTS:
        usable = listed(POLICIES, "zh"), listed(POLICIES, "en")
        node.fail(
            f"命中策略{node.text}给出一列结果，措施里放不下。可用：{usable[0]}。",
            f"Hit policy {node.text} gives a list of results, which a measure cannot hold. Use one of: {usable[1]}.",
        )
    return cast(Hit, node.one_of(POLICIES))


def _asked(node: Node, names: Names) -> Formula:
    node.scalar()
    return formula(node.source, names)


def _rule(
    node: Node, inputs: tuple[Formula, ...], names: Names, hit: str
) -> tuple[dict[str, Node], tuple[Cell, ...], Formula | None]:
    found = node.fields(("if", "then"), ("if",) if hit == "C#" else ("if", "then"))
    tests = (found["if"],) if found["if"].kind == "text" and len(inputs) == 1 else found["if"].each()
    if len(tests) != len(inputs):
        found["if"].fail(
            f"这一行有{len(tests)}格，输入有{len(inputs)}个。任意值写 -。",
            f"This rule has cells: {len(tests)}; the table has inputs: {len(inputs)}. Write - for any value.",
        )
    cells = tuple(_cell(one, asked.typed, names) for one, asked in zip(tests, inputs, strict=True))
    return found, cells, _asked(found["then"], names) if "then" in found else None


def _cell(node: Node, asked: Typed, names: Names) -> Cell:
    node.scalar()
    cell = parse_cell(node.source, names)
    check_cell(cell, asked, names, node.source)
    return cell


def _default(node: Node, names: Names, hit: str) -> Formula:
    if hit == "C#":
        node.fail(
            "C#数行数，没有就是0，不写default。",
            "C# counts rules; with none it is 0, and there is no default.",
        )
    return _asked(node, names)


def _kind(node: Node, hit: str, results: list[tuple[Node, Formula]]) -> str:
    """Kind of the results, which must fit each other."""
    if hit == "C#":
        return "number"
    whole = results[0][1].typed
    for place, one in results[1:]:
        type_ = joined([whole, one.typed], place.source)
        whole = Typed(whole.node if is_zero(one.typed) else one.tree, type_)
    kind = whole.type.kind
    if kind in ("null", "any") or kind not in _KINDS.get(hit, (kind,)):
        node.fail(f"{hit}不能用于这类结果。", f"{hit} cannot be used with results of this kind.")
    if any(one.typed.type.unit == RATE.unit for _, one in results):
        for place, one in results:
            if one.typed.type.kind == "number" and not fits(one.typed, RATE):
                place.fail("比率请写明单位，如5%。", "Write a rate with its unit, such as 5%.")
    return kind


def _order(
    found: Mapping[str, Node], names: Names, hit: str, results: list[tuple[Node, Formula]]
) -> tuple[Expr, ...]:
    """What comes first under ``P``; each result must be on the list, and written out."""
    if (hit == "P") != ("order" in found):
        (found["order"] if "order" in found else found["hit"]).fail(
            "P以order写明结果的先后，由先到后；其他策略不写。",
            "With P, order lists the results from first to last; no other policy has it.",
        )
    if hit != "P":
        return ()
    listed_values = [_asked(one, names) for one in found["order"].each()]
    for place, one in [*zip(found["order"].items, listed_values, strict=True), *results]:
        if not is_constant(one.tree):
            place.fail("P的结果须是写明的值。", "Under P a result is a value that is written out.")
    values: list[Value] = [evaluate(one.tree, {}) for one in listed_values]
    for place, one in results:
        if place is not found.get("default") and place_of(one.tree, values) == len(values):
            raise ExpressionError(
                Text("order中没有这个结果。", "This result is not in order."), place.source, one.tree.span
            )
    return tuple(one.tree for one in listed_values)


def matched(table: Table, known: Mapping[str, Value]) -> Matched:
    """Tell which rules of a table match.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from wutong.policy.document import document_of
    >>> from wutong.policy.feel.types import NUMBER, TEXT
    >>> text = '{hit: F, inputs: [n, k], rules: [{if: [<1, -], then: 1}, {if: [-, “a”], then: 2}]}'
    >>> table, _ = table_of(document_of(text), {"n": NUMBER, "k": TEXT})
    >>> matched(table, {"n": Fraction(3), "k": None})
    Matched(held=(), unsure=(2,))
    """
    asked = [evaluate(one, known) for one in table.inputs]
    held: list[int] = []
    unsure: list[int] = []
    for at, rule in enumerate(table.rules, 1):
        passed = [evaluate_cell(cell, one, known) for cell, one in zip(rule.cells, asked, strict=True)]
        if False in passed:
            continue
        (unsure if None in passed else held).append(at)
        if table.hit == "F" and held:
            break
    return Matched(tuple(held), tuple(unsure))
