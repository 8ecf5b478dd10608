"""One step of a working: a sentence with the values in it, what comes out, and the place where the rule stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wutong.policy.feel.ready import thawed
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value
from wutong.policy.prose import figure, in_unit, quantity
from wutong.words import Language, Text

UNKNOWN: Final = Text("未知", "not known")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule was read: document and article, and the line of the measure's file; 0 where it has none."""

    document: str
    article: str
    file: str
    line: int

    @property
    def text(self) -> Text:
        """The place in words.

        Examples
        --------
        >>> Place("某发〔2026〕1号", "第三条", "m01.yaml", 12).text.zh
        '某发〔2026〕1号 第三条（m01.yaml 第12行）'
        """
        where = f"{self.document} {self.article}".strip()
        zh = f"（{f'{self.file} '.lstrip()}第{self.line}行）" if self.line else ""
        en = f" ({', '.join(filter(None, [self.file, f'line {self.line}']))})" if self.line else ""
        return Text(where + zh, where + en)


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in a sentence: the name under which it stands, its type, and the unit in which it is written, if one is set."""

    name: str
    type: Type
    unit: str = ""


Sentence = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What of a step is the same for every subject.

    ``kind`` is one of definition, table, value, tier, band, raise, choice, left, term, sum, cap, round, not known; ``name`` is
    that of its result, ``term`` the term of a sum to which it belongs.
    """

    kind: str
    name: str
    type: Type
    zh: Sentence
    en: Sentence
    place: Place
    term: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step for one subject; ``asked`` holds the values of all names, as ``wutong.policy.feel.ready`` does."""

    form: Form
    asked: Mapping[str, Any]

    @property
    def value(self) -> Value:
        """What comes out, in base units; None where it is not known."""
        return thawed(self.asked.get(self.form.name))

    def say(self, language: Language) -> str:
        """The step as a sentence in one language."""
        return filled(self.form, self.asked, language)

    @property
    def line(self) -> Text:
        """The step as a sentence."""
        return Text(self.say("zh"), self.say("en"))


def filled(form: Form, asked: Mapping[str, Any], language: Language) -> str:
    """Put values into the sentence of a form."""
    zh = language == "zh"
    return put(form.zh if zh else form.en, asked, zh=zh)


def put(sentence: Sentence, asked: Mapping[str, Any], *, zh: bool) -> str:
    """Put values into a sentence of one language."""
    return "".join([one if isinstance(one, str) else shown(one, asked, zh=zh) for one in sentence])


def shown(slot: Slot, asked: Mapping[str, Any], *, zh: bool) -> str:
    """Write the value of a slot.

    Examples
    --------
    >>> from wutong.policy.feel.types import MONEY
    >>> shown(Slot("投资", MONEY), {"投资": (29_900_000_000, 1)}, zh=True), shown(Slot("投资", MONEY), {}, zh=False)
    ('2.99亿元', 'not known')
    """
    held = asked.get(slot.name)
    if held is None:
        return UNKNOWN.zh if zh else UNKNOWN.en
    if not isinstance(held, tuple):
        return quantity(held, slot.type).say("zh" if zh else "en")
    if slot.unit:
        return in_unit(held[0], held[1], slot.unit, zh=zh)
    return figure(held[0], held[1], slot.type.unit, zh=zh)
