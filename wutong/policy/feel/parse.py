"""From tokens to an expression: recursive descent with limits on length, nesting and depth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, NoReturn, cast

from wutong.policy.feel.faults import ExpressionError, OutsideError, Source, Span
from wutong.policy.feel.limits import held, near
from wutong.policy.feel.names import Spelling, longest, spelled
from wutong.policy.feel.signatures import CONSTRUCTS, FUNCTIONS, OTHERS
from wutong.policy.feel.syntax import (
    Between,
    Binary,
    Call,
    Cell,
    Compare,
    Expr,
    If,
    In,
    Literal,
    Minus,
    Name,
    Operator,
    Property,
    Range,
)
from wutong.policy.feel.tokens import Token, tokens
from wutong.policy.feel.values import day, duration, is_far, is_timed
from wutong.words import Text

NESTING: Final = 48
"""Brackets within brackets that an expression may have."""

KEYWORDS: Final = frozenset(("and", "or", "if", "then", "else", "between", "in", "true", "false", "null"))
_CONSTANTS: Final = frozenset(("true", "false", "null"))
_COMPARISONS: Final = frozenset(("=", "!=", "<", "<=", ">", ">="))
_LEVELS: Final[tuple[frozenset[str], ...]] = (
    frozenset(("or",)),
    frozenset(("and",)),
    _COMPARISONS,
    frozenset(("+", "-")),
    frozenset(("*", "/")),
    frozenset(("**",)),
)
_COMPARING: Final = 2
_ADDING: Final = 3


@dataclass(slots=True)
class _Parser:
    source: Source
    tokens: tuple[Token, ...]
    names: Mapping[str, Mapping[Spelling, str]]
    functions: Mapping[str, Mapping[Spelling, str]]
    at: int = 0
    nesting: int = 0

    # ------------------------------------------------------------ reading on

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def is_symbol(self, *texts: str) -> bool:
        return self.token.kind == "symbol" and self.token.text in texts

    def is_word(self, text: str) -> bool:
        return self.token.kind == "word" and self.token.text == text

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def expect(self, text: str) -> Token:
        if self.token.text != text or self.token.kind not in ("symbol", "word"):
            self.fail(Text(f"这里应有“{text}”。", f'"{text}" is wanted here.'))
        return self.take()

    def fail(self, what: Text) -> NoReturn:
        if self.token.kind == "end":
            ended = Text(f"表达式没有写完。{what.zh}", f"The expression ends too early. {what.en}")
            raise ExpressionError(ended, self.source, self.token.span)
        raise ExpressionError(what, self.source, self.token.span)

    def since(self, start: int) -> Span:
        return Span(self.tokens[start].span.start, self.tokens[max(self.at - 1, start)].span.end)

    # ------------------------------------------------------------ expressions

    def expression(self) -> Expr:
        self.nesting += 1
        if self.nesting > NESTING:
            self.fail(Text("嵌套太深。请拆成几个表达式。", "Nested too deep. Split the expression."))
        result = self.binary(0)
        self.nesting -= 1
        return result

    def binary(self, level: int) -> Expr:
        """Operators of one level and all that bind closer, from left to right."""
        start = self.at
        left = self.prefix()
        return self.operators(left, level, start)

    def operators(self, left: Expr, level: int, start: int) -> Expr:
        while True:
            if level <= _COMPARING and self.token.kind == "word" and self.token.text in ("between", "in"):
                left = self.between(left, start) if self.is_word("between") else self.membership(left, start)
                continue
            if self.is_word("instance"):
                raise OutsideError("instance of", self.source, self.token.span)
            at = self.level()
            if at is None or at < level:
                return left
            operator = cast(Operator, self.take().text)
            first = self.at
            right = self.operators(self.prefix(), at + 1, first)
            left = Binary(operator, left, right, self.since(start))

    def level(self) -> int | None:
        if self.token.kind not in ("symbol", "word"):
            return None
        return next((n for n, texts in enumerate(_LEVELS) if self.token.text in texts), None)

    def between(self, value: Expr, start: int) -> Expr:
        self.take()
        low = self.binary(_ADDING)
        self.expect("and")
        return Between(value, low, self.binary(_ADDING), self.since(start))

    def membership(self, value: Expr, start: int) -> Expr:
        self.take()
        return In(value, self.group(), self.since(start))

    def prefix(self) -> Expr:
        start = self.at
        if self.is_symbol("-"):
            self.take()
            self.nesting += 1
            if self.nesting > NESTING:
                self.fail(Text("负号太多。", "Too many minus signs."))
            value = self.prefix()
            self.nesting -= 1
            return Minus(value, self.since(start))
        if self.is_word("if") and not self.declared():
            return self.conditional()
        return self.postfix(self.primary(), start)

    def conditional(self) -> Expr:
        start = self.at
        self.take()
        condition = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return If(condition, then, self.expression(), self.since(start))

    def postfix(self, value: Expr, start: int) -> Expr:
        while True:
            if self.is_symbol(".") and self.tokens[self.at + 1].kind == "word":
                self.take()
                value = Property(value, self.property(), self.since(start))
            elif self.is_symbol("("):
                if not isinstance(value, Literal):
                    raise OutsideError("context, iteration, lambda", self.source, self.since(start))
                # a literal cannot be called; FEEL gives null, the check an error
                value = replace(self.call("", start), arguments=())
            elif self.is_symbol("[") and not self.closes_range():
                raise OutsideError("context, iteration, lambda", self.source, self.token.span)
            else:
                return value

    def property(self) -> str:
        words = [self.take().text]
        while self.token.kind == "word" and self.token.text in ("offset", "included"):
            words.append(self.take().text)
        return " ".join(words)

    def closes_range(self) -> bool:
        """Whether ``[`` ends a range, as in ``[1..3[``, and begins nothing."""
        following = self.tokens[self.at + 1]
        return (
            following.kind == "end"
            or (following.kind == "symbol" and following.text in ")],")
            or (following.kind == "word" and following.text in KEYWORDS - _CONSTANTS)
        )

    # ------------------------------------------------------------ what begins an expression

    def primary(self) -> Expr:
        token = self.token
        start = self.at
        if token.kind == "number":
            self.take()
            return Literal(Fraction(token.value), token.unit, token.span)
        if token.kind == "text":
            self.take()
            return Literal(token.value, "", token.span)
        if token.kind == "at":
            return self.marked()
        if self.is_symbol("(", "[", "]"):
            return self.bracket()
        if self.is_symbol("{"):
            raise OutsideError("context, iteration, lambda", self.source, token.span)
        found = self.declared()
        if found is not None:
            name, end = found
            self.at = end
            return Name(name, self.since(start))
        if token.kind == "word":
            return self.word()
        return self.fail(Text("这里应有一个值。", "A value is wanted here."))

    def marked(self) -> Expr:
        token = self.take()
        if is_timed(token.value):
            raise OutsideError("time of day", self.source, token.span)
        if is_far(token.value):
            raise OutsideError("far year", self.source, token.span)
        value = day(token.value) or duration(token.value)
        if value is None:
            return Call("@", (Literal(token.value, "", token.span),), (), token.span)
        return Literal(value, "", token.span)

    def word(self) -> Expr:
        start = self.at
        text = self.token.text
        if text == "function" or (text in CONSTRUCTS and self.tokens[self.at + 1].text != "("):
            raise OutsideError(CONSTRUCTS[text], self.source, self.token.span)
        function = longest(self.functions, self.tokens, self.at)
        if function is not None and self.tokens[function[1]].text == "(":
            self.at = function[1]
            return self.call(function[0], start)
        if text in _CONSTANTS:
            self.take()
            value = None if text == "null" else text == "true"
            return Literal(value, "", self.since(start))
        if text in KEYWORDS:
            self.fail(Text("这里应有一个值。", "A value is wanted here."))
        words = []
        while self.token.kind in ("word", "number") and self.token.text not in KEYWORDS | {"instance"}:
            words.append(self.take().text)
        if self.is_symbol("("):
            return self.call(" ".join(words), start)
        return Name(" ".join(words), self.since(start))

    def declared(self) -> tuple[str, int] | None:
        """Longest declared name that begins here, with the place behind it."""
        found = longest(self.names, self.tokens, self.at)
        # a name may be called like a function; before a bracket the function is meant
        if found is not None and self.tokens[found[1]].text == "(":
            function = longest(self.functions, self.tokens, self.at)
            if function is not None and function[1] >= found[1]:
                return None
        return found

    def call(self, function: str, start: int) -> Call:
        name_span = self.since(start)
        self.expect("(")
        if function in OTHERS:
            raise OutsideError(OTHERS[function], self.source, name_span)
        arguments: list[Expr] = []
        names: list[str] = []
        while not self.is_symbol(")"):
            if arguments:
                self.expect(",")
            name = self.argument_name()
            names += [name] if name else []
            arguments.append(self.expression())
        self.take()
        if names and len(names) != len(arguments):
            what = Text("要么每个参数都写名字，要么都不写。", "Name every argument or none.")
            raise ExpressionError(what, self.source, self.since(start))
        return Call(function, tuple(arguments), tuple(names), self.since(start))

    def argument_name(self) -> str:
        end = self.at
        while self.tokens[end].kind == "word":
            end += 1
        if end == self.at or self.tokens[end].text != ":":
            return ""
        name = " ".join(token.text for token in self.tokens[self.at : end])
        self.at = end + 1
        return name

    # ------------------------------------------------------------ brackets, ranges, tests

    def holds(self) -> str:
        """What a bracket holds: a range (``..``), several values (``,``) or one."""
        depth = 0
        ended = False  # whether a value ends just before the token, so that a square bracket must close
        for token in self.tokens[self.at :]:
            if token.kind == "symbol":
                if token.text in ("(", "{") or (token.text in ("[", "]") and not ended):
                    depth += 1
                    ended = False
                    continue
                if token.text in (")", "}", "[", "]"):
                    depth -= 1
                    ended = True
                    if depth <= 0:
                        return ""
                    continue
                if depth == 1 and token.text in ("..", ","):
                    return token.text
            ended = token.kind != "symbol" and (token.text not in KEYWORDS or token.text in _CONSTANTS)
        return ""

    def bracket(self) -> Expr:
        if self.holds() == "..":
            return self.range()
        if self.is_symbol("["):
            raise OutsideError("list or range value", self.source, self.token.span)
        self.expect("(")
        inner = self.expression()
        self.expect(")")
        return inner

    def range(self) -> Range:
        start = self.at
        opening = self.take().text
        low = self.expression()
        self.expect("..")
        high = self.expression()
        if not self.is_symbol(")", "]", "["):
            self.fail(Text("区间没有收尾：“]”含此端，“)”不含。", 'The range is not closed: "]" or ")".'))
        closing = self.take().text
        return Range(low, high, opening == "[", closing == "]", self.since(start))

    def group(self) -> tuple[Expr, ...]:
        """What stands after ``in``: one test, or several in brackets."""
        holds = self.holds() if self.is_symbol("(", "[") else ".."
        several = holds == "," or (
            holds == "" and (self.is_symbol("[") or self.tokens[self.at + 1].text in _COMPARISONS)
        )
        if not several:
            return (self.test(_ADDING),)
        opening = self.take()
        if self.is_symbol("]"):
            raise OutsideError("list or range value", self.source, opening.span)
        closing = ")" if opening.text == "(" else "]"
        found = self.several()
        self.expect(closing)
        return found

    def nested(self) -> tuple[Expr, ...]:
        if self.is_symbol("[") and self.holds() != "..":
            return self.group()
        return (self.test(0),)

    def test(self, level: int) -> Expr:
        """One test: a comparison without its left side, a range or a value."""
        start = self.at
        if self.token.kind == "symbol" and self.token.text in _COMPARISONS:
            operator = cast(Operator, self.take().text)
            return Compare(operator, self.binary(_ADDING), self.since(start))
        self.nesting += 1
        if self.nesting > NESTING:
            self.fail(Text("嵌套太深。请拆成几个表达式。", "Nested too deep. Split the expression."))
        value = self.binary(level)
        self.nesting -= 1
        return value

    def cell(self) -> Cell:
        start = self.at
        if self.is_symbol("-") and self.tokens[self.at + 1].kind == "end":
            self.take()
            return Cell((), False, self.since(start))
        if self.is_word("not") and self.tokens[self.at + 1].text == "(" and (found := self.negated()):
            return Cell(found, True, self.since(start))
        return Cell(self.several(), False, self.since(start))

    def several(self) -> tuple[Expr, ...]:
        found = list(self.nested())
        while self.is_symbol(","):
            self.take()
            found += self.nested()
        return tuple(found)

    def negated(self) -> tuple[Expr, ...]:
        """Tests within a ``not( … )`` that is the whole cell; none where it is part of an expression."""
        start, nesting = self.at, self.nesting
        self.at += 2
        try:
            found = self.several()
            self.expect(")")
            self.end()
        except OutsideError:
            raise
        except ExpressionError:
            if self.tokens[start + 2].text in _COMPARISONS:
                raise
            self.at, self.nesting = start, nesting
            return ()
        return found

    def end(self) -> None:
        if self.token.kind != "end":
            self.fail(
                Text(
                    "这里多出了内容，或前面缺少运算符。", "Something is left over, or an operator is missing."
                )
            )


_FUNCTIONS: Final = spelled([*FUNCTIONS, *OTHERS])


def _parser(text: str | Source, names: Collection[str], functions: Collection[str]) -> _Parser:
    source = text if isinstance(text, Source) else Source(text)
    known = _FUNCTIONS if not functions else spelled([*FUNCTIONS, *OTHERS, *functions])
    return _Parser(source, tokens(source), spelled(names), known)


def parse(text: str | Source, names: Collection[str] = (), functions: Collection[str] = ()) -> Expr:
    """Read an expression.

    Parameters
    ----------
    text : str or Source
        The expression, with its place if it stands in a file.
    names : collection of str
        Names that may stand in it; they may hold blanks and signs, and the longest that fits is taken.
    functions : collection of str
        Functions known beside those of the language.

    Returns
    -------
    Expr
        The expression as a tree.

    Raises
    ------
    ExpressionError
        If it cannot be read; ``OutsideError`` if it is FEEL that this language leaves out.

    Examples
    --------
    >>> from wutong.policy.feel.syntax import show
    >>> show(parse("固定资产投资 >= 1亿元 and 土地 in (新取得, 厂房)", ["固定资产投资"]))
    '((固定资产投资 >= 1亿元) and (土地 in (新取得, 厂房)))'
    """
    parser = _parser(text, names, functions)
    tree = parser.expression()
    parser.end()
    held(tree, parser.source)
    near(tree, parser.source)
    return tree


def parse_cell(text: str | Source, names: Collection[str] = (), functions: Collection[str] = ()) -> Cell:
    """Read an input cell of a decision table: tests divided by commas, or ``-`` for any value.

    Parameters
    ----------
    text : str or Source
        The cell.
    names, functions : collection of str
        As for an expression; ``?`` is the value that the cell judges.

    Returns
    -------
    Cell
        Its tests.

    Raises
    ------
    ExpressionError
        If it cannot be read.

    Examples
    --------
    >>> from wutong.policy.feel.syntax import show
    >>> show(parse_cell("not(<5%, [10%..20%))"))
    'not(< 5%, [10%..20%))'
    """
    parser = _parser(text, (*names, "?"), functions)
    tree = parser.cell()
    parser.end()
    held(tree, parser.source)
    near(tree, parser.source)
    return tree
