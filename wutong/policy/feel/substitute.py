"""Functions written out: a call becomes the function's body, with the arguments in place of the parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.limits import held
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Property,
    Range,
    walk,
)
from wutong.words import Text

LARGEST = 4_000
"""Parts that an expression may have once its functions are written out."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one's own: its parameters and the expression that it stands for."""

    parameters: tuple[str, ...]
    body: Expr


def changed(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Make an expression anew with each direct part changed.

    Examples
    --------
    >>> changed(Minus(Name("a")), lambda _: Literal(None))
    Minus(value=Literal(value=None, unit='', span=Span(start=0, end=0)), span=Span(start=0, end=0))
    """
    match node:
        case Minus() | Compare() | Property():
            return replace(node, value=change(node.value))
        case Binary():
            return replace(node, left=change(node.left), right=change(node.right))
        case If():
            return replace(
                node,
                condition=change(node.condition),
                then=change(node.then),
                otherwise=change(node.otherwise),
            )
        case Between():
            return replace(node, value=change(node.value), low=change(node.low), high=change(node.high))
        case In():
            return replace(node, value=change(node.value), tests=tuple(map(change, node.tests)))
        case Range():
            return replace(node, low=change(node.low), high=change(node.high))
        case Call():
            return replace(node, arguments=tuple(map(change, node.arguments)))
    return node


def with_names(tree: Expr, values: Mapping[str, Expr]) -> Expr:
    """Put expressions in the place of names.

    Examples
    --------
    >>> from wutong.policy.feel.syntax import show
    >>> show(with_names(Binary("+", Name("a"), Name("b")), {"a": Name("c")}))
    '(c + b)'
    """
    if isinstance(tree, Name):
        return values.get(tree.name, tree)
    return changed(tree, lambda part: with_names(part, values))


def inlined(tree: Expr, functions: Mapping[str, Function], source: Source) -> Expr:
    """Write out the calls of functions of one's own.

    Parameters
    ----------
    tree : Expr
        The expression.
    functions : mapping of str to Function
        The functions by name.
    source : Source
        For errors.

    Returns
    -------
    Expr
        The expression without such calls; a call whose arguments do not fit is null.

    Raises
    ------
    ExpressionError
        If it grows too large.

    Examples
    --------
    >>> from wutong.policy.feel.syntax import show
    >>> double = Function(("x",), Binary("+", Name("x"), Name("x")))
    >>> show(inlined(Call("double", (Literal(None),)), {"double": double}, Source("")))
    '(null + null)'
    """

    def written(node: Expr) -> Expr:
        node = changed(node, written)
        if not isinstance(node, Call) or node.function not in functions:
            return node
        function = functions[node.function]
        names = node.names or function.parameters
        if len(node.arguments) != len(function.parameters) or set(names) != set(function.parameters):
            return Literal(None, "", node.span)
        made = with_names(function.body, dict(zip(names, node.arguments, strict=True)))
        if sum(1 for _ in walk(made)) > LARGEST:
            what = Text(
                "展开函数后表达式太大。请简化。", "Written out, the expression is too large. Simplify it."
            )
            raise ExpressionError(what, source, node.span)
        held(made, source)
        return made

    made = written(tree)
    held(made, source)
    return made
