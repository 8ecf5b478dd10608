"""What a compiler of columns keeps while it works: each expression compiled once, the names that it may use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from wutong.policy.columns.node import Node, null
from wutong.policy.feel.faults import Dialect, ExpressionError, Source
from wutong.policy.feel.quantities import Quantity, missing
from wutong.policy.feel.syntax import Cell, Expr
from wutong.policy.feel.types import Type, Typed
from wutong.words import Text

Column = Quantity | Node


class RefusedError(ExpressionError):
    """An expression that columns cannot give exactly; ``reason`` says why in a word or two."""

    def __init__(self, reason: str, what: Text, source: Source, node: Expr | Cell) -> None:
        self.reason = reason
        super().__init__(what, source, node.span)


class Stages(ABC):
    """Columns on the way to a result. What is the same in several is found when a program is made of them."""

    def __init__(self, dialect: Dialect) -> None:
        self.source = Source("")
        self.dialect = dialect
        self.asked: dict[str, Type] = {}
        self.bound: dict[str, Column] = {}
        self._made: dict[int, tuple[Typed, Column]] = {}

    @abstractmethod
    def made(self, typed: Typed) -> Column:
        """Compile one expression."""

    def bind(self, name: str, column: Column) -> None:
        """Let a name stand for a column that is compiled already, in what is compiled from now on."""
        self.bound[name] = column

    def column(self, typed: Typed) -> Column:
        """Compile an expression, each only once."""
        found = self._made.get(id(typed))
        if found is None:
            found = (typed, self.made(typed))
            self._made[id(typed)] = found
        return found[1]

    def number(self, typed: Typed) -> Quantity:
        """Compile a number or duration; what can only be null is null."""
        found = self.column(typed)
        return found if isinstance(found, Quantity) else missing()

    def plain(self, typed: Typed) -> Node:
        """Compile what is no number."""
        found = self.column(typed)
        return found.over.is_not_null() if isinstance(found, Quantity) else found

    def truth(self, typed: Typed) -> Node:
        """Compile a truth; in FEEL whatever is none is null."""
        return self.plain(typed) if typed.type.kind == "boolean" else null("bool")

    def refuse(self, reason: str, node: Expr | Cell, zh: str, en: str) -> NoReturn:
        """Say that columns cannot give this."""
        raise RefusedError(reason, Text(zh, en), self.source, node)


def is_null(column: Column) -> Node:
    """Whether each value is null."""
    return (column.over if isinstance(column, Quantity) else column).is_null()
