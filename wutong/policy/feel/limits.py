"""What a tree may be before anybody walks it."""

from __future__ import annotations

from typing import Final

from wutong.policy.feel.faults import ExpressionError, OutsideError, Source
from wutong.policy.feel.signatures import FUNCTIONS
from wutong.policy.feel.syntax import Call, Cell, Expr, Literal, parts
from wutong.policy.feel.values import is_far
from wutong.words import Text

DEPTH: Final = 150
"""How far an expression may be from its root to its farthest part."""


def held(tree: Expr | Cell, source: Source) -> None:
    """Refuse a tree that is too deep for those who walk it.

    Raises
    ------
    ExpressionError
        If it is deeper than ``DEPTH``.
    """
    level: tuple[Expr | Cell, ...] = (tree,)
    for _ in range(DEPTH):
        level = tuple(part for node in level for part in parts(node))
        if not level:
            return
    what = Text("表达式太长。请拆成几个。", "The expression is too long. Split it.")
    raise ExpressionError(what, source, tree.span)


def near(tree: Expr | Cell, source: Source) -> None:
    """Refuse dates of years that no column holds, save where a function takes no date and is null for any."""
    waiting: list[Expr | Cell] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            if node.function == "date" and any(_is_far(one) for one in node.arguments):
                raise OutsideError("far year", source, node.span)
            signature = FUNCTIONS.get(node.function)
            if signature and not any("date" in kinds.split("|") for _, kinds in signature.parameters):
                continue
        waiting.extend(parts(node))


def _is_far(node: Expr) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str) and is_far(node.value)
