"""Facts that somebody types into a form: fields in words, what was typed, what it means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wutong.desk.web.measure_words import code
from wutong.desk.web.words import PHRASES
from wutong.errors import RuleError
from wutong.policy.document import Node
from wutong.policy.feel.values import Value
from wutong.policy.fields import TYPES, Field, value_of
from wutong.policy.prose import quantity
from wutong.words import Language, Text

PREFIX: Final = "f."
_LONGEST: Final = 100
_HINTS: Final[Mapping[str, Text]] = {
    "money": Text("如 1200万元", "such as 1200万元 or 12000000yuan"),
    "rate": Text("如 5%", "such as 5%"),
    "area": Text("如 30亩", "such as 30亩"),
    "people": Text("如 120人", "such as 120人"),
    "months": Text("如 18个月", "such as 18个月"),
    "days": Text("如 30天", "such as 30天"),
    "water": Text("如 500吨", "such as 500吨"),
    "electricity": Text("如 20000千瓦时", "such as 20000千瓦时"),
    "gas": Text("如 3000立方米", "such as 3000立方米"),
    "dollars": Text("如 500美元", "such as 500美元"),
    "number": Text("如 3", "such as 3"),
    "count": Text("如 3", "such as 3"),
}
"""How a value is typed, by the word for its type; units stand behind the number, as in a measure file."""


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form.

    Parameters
    ----------
    key : str
        Tells it from others on the page; a name may hold blanks, an id of a page may not.
    name, label : str
        The fact, and what it is called.
    form : {"choice", "date", "text"}
        How it is filled in.
    text : str
        What was typed, as it was typed.
    hint : str
        How a value is written.
    options : tuple of (str, str)
        Of a choice: words and what they are called.
    error : str
        Why what was typed is no such value; empty where it is one.
    known : str
        What the zone's tables say, where they do; it holds as long as nothing is typed.
    asked : str
        Where else it is from, or which measures ask for it.
    """

    key: str
    name: str
    label: str
    form: str
    text: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""
    known: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the texts by fact, the values that they mean, and what is wrong with the others.

    ``strange`` are names that no measure asks for.
    """

    texts: Mapping[str, str]
    values: Mapping[str, Value]
    errors: Mapping[str, Text]
    strange: tuple[str, ...] = ()


def typed(pairs: Iterable[tuple[str, str]], fields: Mapping[str, Field]) -> Typed:
    """Read the facts of an address.

    Parameters
    ----------
    pairs : iterable of (str, str)
        The query; ``f.`` and the name of a fact, with its value as a measure file writes it.
    fields : mapping of str to Field
        The facts that may be told.

    Returns
    -------
    Typed
        Nothing that was typed is lost, whether it could be read or not.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> fields = {"投资": Field("投资", Text("投资", "Investment"), MONEY)}
    >>> found = typed([("f.投资", "2亿元"), ("f.x", "1"), ("on", "2026-01-01")], fields)
    >>> int(found.values["投资"]), found.strange
    (20000000000, ('x',))
    >>> typed([("f.投资", "1200")], fields).errors["投资"].en
    'Say the unit, such as 1200万元 or 12000000yuan.'
    """
    texts: dict[str, str] = {}
    values: dict[str, Value] = {}
    errors: dict[str, Text] = {}
    strange: list[str] = []
    for key, value in pairs:
        name, text = key.removeprefix(PREFIX), value.strip()[:_LONGEST]
        if not key.startswith(PREFIX) or not text:
            continue
        if name not in fields:
            strange.append(name[:_LONGEST])
            continue
        texts[name] = text
        errors.pop(name, None)
        values.pop(name, None)
        try:
            # typed by hand it is quoted text: only a file may say null
            values[name] = value_of(Node("text", "", 1, 1, text=text, plain=False), fields[name])
        except RuleError as error:
            what: Text = getattr(error, "what", error.text)
            errors[name] = _mended(text, fields[name]) or what
    return Typed(texts, values, errors, tuple(dict.fromkeys(strange)))


def _mended(text: str, field: Field) -> Text | None:
    """What is wrong with a bare number: most often that nobody can tell its unit."""
    word = {type_: word for word, type_ in TYPES}.get(field.type, "")
    if (
        word not in _HINTS
        or word in ("number", "count")
        or not text.replace(".", "", 1).replace(",", "").isdigit()
    ):
        return None
    hint = _HINTS[word]
    return Text(f"请写明单位，{hint.zh}。", f"Say the unit, {hint.en}.")


def inputs(
    names: Sequence[str],
    fields: Mapping[str, Field],
    told: Typed,
    known: Mapping[str, Value],
    language: Language,
    asked: Mapping[str, str],
) -> tuple[Input, ...]:
    """Make the fields of a form.

    Parameters
    ----------
    names : sequence of str
        Facts, in the order of the form.
    fields : mapping of str to Field
        All facts.
    told : Typed
        What was typed.
    known : mapping of str to Value
        What the zone's tables say.
    language : {"zh", "en"}
        Whose words are used.
    asked : mapping of str to str
        What is said beside a field.

    Returns
    -------
    tuple of Input
        In that order.
    """
    words = {type_: word for word, type_ in TYPES}
    keys = {name: str(at) for at, name in enumerate(fields, 1)}
    made = []
    for name in names:
        field = fields[name]
        word = "choice" if field.type.choices else words.get(field.type, "number")
        options: tuple[tuple[str, str], ...] = tuple((one, one) for one in field.type.choices)
        if word == "yes or no":
            options = (("是", PHRASES["yes"].say(language)), ("否", PHRASES["no"].say(language)))
        value = known.get(name)
        made.append(
            Input(
                keys[name],
                name,
                field.label.say(language),
                "choice" if options else "date" if word == "date" else "text",
                told.texts.get(name, ""),
                _HINTS[word].say(language)
                if word in _HINTS
                else ""
                if options
                else code("type", word).say(language),
                options,
                told.errors[name].say(language) if name in told.errors else "",
                "" if value is None else quantity(value, field.type).say(language),
                asked.get(name, ""),
            )
        )
    return tuple(made)
