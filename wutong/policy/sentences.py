"""Sentences about one edition in which values stand: what its names are called, and what gives their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from wutong.policy.feel.ready import Ready, ready
from wutong.policy.feel.syntax import Binary, Call, Cell, Expr, Literal, Minus, Name, Operator
from wutong.policy.feel.types import BOOLEAN, RATE, Type, Typed
from wutong.policy.prose import said
from wutong.policy.steps import Form, Place, Sentence, Slot, Step
from wutong.words import Text

Act = Callable[[dict[str, Any], list[Step]], None]
"""Works out one step: its result goes among the values, the step into the list."""

Both = tuple[Sentence, Sentence]

_MARK: Final = "\0"  # encloses the name of a value in a sentence; no document holds it


class Sentences:
    """The names of one edition: what they are called and are, and where each part of the edition stands."""

    def __init__(
        self, place: Place, labels: Mapping[str, Text], types: Mapping[str, Type], lines: Mapping[str, int]
    ) -> None:
        self.place = place
        self.types = dict(types)
        self.lines = lines
        self.labels = {
            name: Text(f"{label.zh} {_MARK}{name}{_MARK}", f"{label.en} {_MARK}{name}{_MARK}")
            for name, label in labels.items()
        }
        self.sizes: dict[str, int] = {}
        self.term = ""

    def at(self, *ways: str) -> Place:
        """The place of the first of these parts that the edition has."""
        line = next((self.lines[way] for way in ways if way in self.lines), self.place.line)
        return replace(self.place, line=line)

    def named(self, type_: Type, name: str = "") -> Typed:
        """A name for a value that comes out on the way, or for the result of a definition."""
        made = name or f"·{len(self.types)}"
        self.types[made] = type_
        self.labels.setdefault(made, Text(f"{_MARK}{made}{_MARK}", f"{_MARK}{made}{_MARK}"))
        return Typed(Name(made), type_)

    def function(self, typed: Typed, result: Typed | None = None) -> Ready:
        """The function of an expression; ``result`` is the name under which it will stand."""
        made, size = ready(typed, self.sizes)
        if result is not None:
            name = name_of(result)
            self.sizes[name] = max(size, self.sizes.get(name, 0))
        return made

    def bare(self, typed: Typed) -> tuple[str, Ready]:
        """A name of its own for a value, and the function that gives it."""
        result = self.named(typed.type)
        return name_of(result), self.function(typed, result)

    def silent(self, typed: Typed) -> tuple[str, Act]:
        """A value that is worked out and not said."""
        name, function = self.bare(typed)

        def act(asked: dict[str, Any], _: list[Step]) -> None:
            asked[name] = function(asked)

        return name, act

    def sentence(self, zh: str, en: str, words: Mapping[str, Typed]) -> Both:
        """A sentence; an expression, with the value behind each of its names, stands for each word in brackets.

        ``it``, the result, is a value alone.
        """
        spelled = {word: self.spelled(one) for word, one in words.items() if word != "it"}
        if "it" in words:
            it = self.slot(words["it"])
            spelled["it"] = (it,), (it,)
        return (
            _woven(zh, {word: one[0] for word, one in spelled.items()}),
            _woven(en, {word: one[1] for word, one in spelled.items()}),
        )

    def spelled(self, typed: Typed) -> Both:
        """An expression with the value behind each name."""
        text = said(typed.node, self.labels)
        return self._slots(text.zh), self._slots(text.en)

    def _slots(self, text: str) -> Sentence:
        parts = enumerate(text.split(_MARK))
        return tuple(Slot(part, self.types[part]) if at % 2 else part for at, part in parts if part)

    def slot(self, result: Typed) -> Slot:
        """The value of a name."""
        return Slot(name_of(result), self.types[name_of(result)])

    def form(self, kind: str, result: Typed, both: Both, place: Place, label: Text | None = None) -> Form:
        """A form of a step; ``label`` is written before its sentence."""
        zh, en = both
        if label is not None:
            zh, en = (f"{label.zh}：", *zh), (f"{label.en}: ", *en)
        return Form(kind, name_of(result), self.types[name_of(result)], zh, en, place, self.term)

    def said(self, form: Form, function: Ready) -> Act:
        """A step that is always said."""
        name = form.name

        def act(asked: dict[str, Any], out: list[Step]) -> None:
            asked[name] = function(asked)
            out.append(Step(form, asked))

        return act

    def valued(
        self, typed: Typed, result: Typed, place: Place, kind: str = "value", label: Text | None = None
    ) -> Act:
        """A step that shows an expression with its values, and what comes out."""
        self.types[name_of(result)] = shown_as(typed)
        zh, en = self.spelled(typed)
        end = () if isinstance(typed.node, Literal | Name) else (" = ", self.slot(result))
        form = self.form(kind, result, ((*zh, *end), (*en, *end)), place, label)
        return self.said(form, self.function(typed, result))


# ------------------------------------------------------------ trees


def name_of(typed: Typed) -> str:
    """The name that an expression is."""
    assert isinstance(typed.node, Name)
    return typed.node.name


def expr_of(typed: Typed) -> Expr:
    """The tree of an expression that is no cell."""
    assert not isinstance(typed.node, Cell)
    return typed.node


def binary(operator: Operator, one: Typed, other: Typed, type_: Type = BOOLEAN) -> Typed:
    """Two expressions with a sign between them."""
    return Typed(Binary(operator, expr_of(one), expr_of(other)), type_, (one, other))


def shown_as(typed: Typed) -> Type:
    """The type as which readers know a value: what is divided by its like is a rate."""
    if (
        typed.type.kind == "number"
        and not typed.type.unit
        and isinstance(typed.node, Binary)
        and len(typed.parts) == 2
    ):
        one, other = (part.type.unit for part in typed.parts)
        return RATE if typed.node.operator == "/" and one and one == other else typed.type
    return typed.type


def can_be_rebuilt(typed: Typed) -> bool:
    """Whether ``rebuilt`` can give an expression other parts."""
    match typed.node:
        case Binary() | Minus():
            return bool(typed.parts)
        case Call(arguments=arguments, names=()):
            return len(arguments) == len(typed.parts)
    return False


def rebuilt(typed: Typed, parts: Sequence[Typed]) -> Typed:
    """An expression with other parts."""
    match typed.node:
        case Binary(operator=operator):
            return binary(operator, parts[0], parts[1], typed.type)
        case Call(function=function):
            return Typed(Call(function, tuple(map(expr_of, parts))), typed.type, tuple(parts))
    return Typed(Minus(expr_of(parts[0])), typed.type, tuple(parts))


def replaced(typed: Typed, old: Typed, new: Typed) -> Typed:
    """An expression with one of its parts replaced by another wherever it stands."""
    if typed.node == old.node:
        return new
    if not can_be_rebuilt(typed):
        return typed
    return rebuilt(typed, [replaced(part, old, new) for part in typed.parts])


def _woven(text: str, words: Mapping[str, Sentence]) -> Sentence:
    """A text in which sentences stand for the words in brackets."""
    found: list[str | Slot] = []
    for at, part in enumerate(re.split(r"\{(\w+)\}", text)):
        found += words[part] if at % 2 else (part,) if part else ()
    return tuple(found)
