"""What a compiler of columns keeps while it works: columns made once, in stages, and used as often as needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import NoReturn

import polars as pl

from wutong.policy.feel.faults import Dialect, ExpressionError, Source
from wutong.policy.feel.quantities import Quantity, missing
from wutong.policy.feel.syntax import Cell, Expr
from wutong.policy.feel.types import Type, Typed
from wutong.words import Text

Column = Quantity | pl.Expr


class RefusedError(ExpressionError):
    """An expression that columns cannot give exactly; ``reason`` says why in a word or two."""

    def __init__(self, reason: str, what: Text, source: Source, node: Expr | Cell) -> None:
        self.reason = reason
        super().__init__(what, source, node.span)


class Stages(ABC):
    """Columns on the way to a result.

    An expression that is used twice becomes a column of its own: written into each place of use, it would be worked out
    there again, and nested expressions would double with every level.
    """

    def __init__(self, source: Source, dialect: Dialect, prefix: str) -> None:
        self.source = source
        self.dialect = dialect
        self.prefix = prefix
        self.stages: list[list[pl.Expr]] = []
        self.asked: dict[str, Type] = {}
        self._levels: dict[str, int] = {}
        self._made: dict[int, tuple[Typed, Column]] = {}

    @abstractmethod
    def made(self, typed: Typed) -> Column:
        """Compile one expression."""

    def column(self, typed: Typed) -> Column:
        """Compile an expression, each only once."""
        found = self._made.get(id(typed))
        if found is None:
            found = (typed, self.made(typed))
            self._made[id(typed)] = found
        return found[1]

    def shared(self, typed: Typed) -> Column:
        """Compile an expression that is used more than once."""
        column = self.column(typed)
        kept = self.kept(column) if isinstance(column, Quantity) else self.keep(column)
        self._made[id(typed)] = (typed, kept)
        return kept

    def keep(self, expression: pl.Expr) -> pl.Expr:
        """Make a column of an expression, unless it is one already or the same for all rows."""
        meta = expression.meta
        if meta.is_column() or meta.is_literal():
            return expression
        level = max((self._levels.get(name, 0) for name in meta.root_names()), default=0)
        name = f"{self.prefix}{len(self._levels) + 1}"
        if level == len(self.stages):
            self.stages.append([])
        self.stages[level].append(expression.alias(name))
        self._levels[name] = level + 1
        return pl.col(name)

    def kept(self, number: Quantity) -> Quantity:
        """Make columns of what a number is made of."""
        if number.constant is not None:
            return number
        under = number.under if isinstance(number.under, int) else self.keep(number.under)
        return replace(number, over=self.keep(number.over), under=under)

    def number(self, typed: Typed, *, shared: bool = False) -> Quantity:
        """Compile a number or duration; what can only be null is null."""
        found = self.shared(typed) if shared else self.column(typed)
        return found if isinstance(found, Quantity) else missing()

    def plain(self, typed: Typed, *, shared: bool = False) -> pl.Expr:
        """Compile what is no number."""
        found = self.shared(typed) if shared else self.column(typed)
        return found.over.is_not_null() if isinstance(found, Quantity) else found

    def truth(self, typed: Typed) -> pl.Expr:
        """Compile a truth; in FEEL whatever is none is null."""
        return self.plain(typed) if typed.type.kind == "boolean" else pl.lit(None, dtype=pl.Boolean)

    def refuse(self, reason: str, node: Expr | Cell, zh: str, en: str) -> NoReturn:
        """Say that columns cannot give this."""
        raise RefusedError(reason, Text(zh, en), self.source, node)


def is_null(column: Column) -> pl.Expr:
    """Whether each value is null."""
    return (column.over if isinstance(column, Quantity) else column).is_null()
