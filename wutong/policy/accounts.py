"""What is said about one measure and one subject: comparisons, clauses, accounts of the amount, shares of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal

from wutong.policy.evaluate import Outcome
from wutong.policy.feel.ready import thawed
from wutong.policy.feel.types import Type
from wutong.policy.feel.values import Value
from wutong.policy.prose import figure, in_unit, yuan
from wutong.policy.steps import Place, Sentence, Slot, Step, put
from wutong.words import Language, Text

Held = Literal["met", "not met", "unknown", "needs decision", "no decision needed"]

HELD: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "met": Text("满足", "met"),
        "not met": Text("不满足", "not met"),
        "unknown": Text("未知", "unknown"),
        "needs decision": Text("待决定", "needs a decision"),
        "no decision needed": Text("无需决定", "no decision needed"),
    }
)
STATES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "eligible": Text("可得", "eligible"),
        "not eligible": Text("不可得", "not eligible"),
        "unknown": Text("未知", "unknown"),
        "needs decision": Text("待决定", "needs a decision"),
    }
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a clause: what is compared stands under ``left``, what it is compared with under ``right``."""

    label: Text
    operator: str
    left: Slot
    right: Slot
    zh: Sentence
    en: Sentence


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison for one subject: its value, what is needed, and how far it is away. Values in base units."""

    form: Comparison
    asked: Mapping[str, Any]

    @property
    def label(self) -> Text:
        """What is compared."""
        return self.form.label

    @property
    def value(self) -> Value:
        """What it is; None where that is not known."""
        return thawed(self.asked.get(self.form.left.name))

    @property
    def operator(self) -> str:
        """How it is compared with the threshold."""
        return self.form.operator

    @property
    def threshold(self) -> Value:
        """What it is compared with."""
        return thawed(self.asked.get(self.form.right.name))

    @property
    def gap(self) -> Fraction | None:
        """What is lacking, or what is too much; None where the comparison holds, or cannot be measured."""
        far = self._far()
        return None if far is None else Fraction(*far)

    def _far(self) -> tuple[int, int] | None:
        one, other = self.asked.get(self.form.left.name), self.asked.get(self.form.right.name)
        if not isinstance(one, tuple) or not isinstance(other, tuple):
            return None
        far = one[0] * other[1] - other[0] * one[1]
        match self.form.operator:
            case ">=" if far >= 0:
                return None
            case ">" if far > 0:
                return None
            case "<=" if far <= 0:
                return None
            case "<" if far < 0:
                return None
            case "=" | "!=":
                return None
        return abs(far), one[1] * other[1]

    def say(self, language: Language) -> str:
        """The comparison as a sentence in one language."""
        zh = language == "zh"
        text = put(self.form.zh if zh else self.form.en, self.asked, zh=zh)
        far = self._far()
        if far is None or not far[0]:
            return text
        over = self.form.operator in ("<", "<=")
        unit = self.form.left.unit
        gap = (
            in_unit(*far, unit, zh=zh) if unit else figure(*far, self.form.left.type.unit, zh=zh, points=True)
        )
        return (
            f"{text}，{'超出' if over else '差'}{gap}"
            if zh
            else f"{text}, {'over' if over else 'short'} by {gap}"
        )

    @property
    def says(self) -> Text:
        """The comparison as a sentence."""
        return Text(self.say("zh"), self.say("en"))


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition with whether it holds and why; ``says`` is what the measure says, ``place`` where.

    ``either`` says that one of its comparisons is enough.
    """

    id: str
    says: Text
    held: Held
    decide: str
    compared: tuple[Compared, ...]
    place: Place
    either: bool = False

    def say(self, language: Language) -> str:
        """The clause in one line of one language."""
        zh = language == "zh"
        between = ("；或" if zh else "; or ") if self.either else ("；" if zh else "; ")
        why = between.join([one.say(language) for one in self.compared])
        who = (f"（由{self.decide}定）" if zh else f" (by {self.decide})") if self.decide else ""
        if zh:
            return f"{self.says.zh}：{HELD[self.held].zh}{who}" + (f"。{why}" if why else "")
        return f"{self.says.en}: {HELD[self.held].en}{who}" + (f". {why}" if why else "")

    @property
    def line(self) -> Text:
        """The clause in one line."""
        return Text(self.say("zh"), self.say("en"))


@dataclass(frozen=True, slots=True)
class Account:
    """How an amount is worked out under one reading of the text; ``amount`` in fen, None where it cannot be told."""

    says: Text | None
    steps: tuple[Step, ...]
    amount: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """Who gets how much, or what is paid on which event; in fen.

    ``day`` and ``when`` are the day from which an instalment is due and whether its condition holds; None where nothing
    is said or it is not known.
    """

    says: Text
    share: Fraction | None
    amount: int
    place: Place
    day: Value = None
    when: bool | None = None

    @property
    def line(self) -> Text:
        """The share in one line."""
        paid = yuan(self.amount)
        share = ("", "")
        if self.share is not None:
            over, under = self.share.as_integer_ratio()
            share = tuple(" " + figure(over, under, _RATE.unit, zh=zh) for zh in (True, False))  # type: ignore[assignment]
        day = ("", "") if self.day is None else (f"，自{self.day}起", f", from {self.day}")
        no = ("，条件未满足", ", its condition is not met") if self.when is False else ("", "")
        return Text(
            f"{self.says.zh}{share[0]}：{paid.zh}{day[0]}{no[0]}",
            f"{self.says.en}{share[1]}: {paid.en}{day[1]}{no[1]}",
        )


_RATE: Final = Type("number", (("1", 1),))


@dataclass(frozen=True, slots=True)
class Reasons:
    """All that is to be said about one measure and one subject.

    ``definitions`` are values with names; ``accounts`` one for each reading of the text, none where a clause fails;
    ``payees`` and ``instalments`` share out an amount that is certain. ``place`` is that of the edition.
    """

    measure: str
    title: Text
    outcome: Outcome
    clauses: tuple[Clause, ...]
    definitions: tuple[Step, ...]
    accounts: tuple[Account, ...]
    payees: tuple[Share, ...]
    instalments: tuple[Share, ...]
    place: Place

    def lines(self, language: Language) -> list[str]:
        """All of it, line by line, in one language."""
        zh = language == "zh"
        outcome = self.outcome
        found = [
            f"{self.measure} {self.title.say(language)}{'：' if zh else ': '}{STATES[outcome.state].say(language)}"
        ]
        if outcome.amount is not None:
            found[0] += f" {yuan(outcome.amount).say(language)}"
        found += [clause.say(language) for clause in self.clauses]
        found += [step.say(language) for step in self.definitions]
        for account in self.accounts:
            if account.says is not None:
                found.append(account.says.say(language))
            found += [step.say(language) for step in account.steps]
        found += [share.line.say(language) for share in (*self.payees, *self.instalments)]
        return found
