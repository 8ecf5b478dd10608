"""An interview: one question after the other, answers that can be taken back, until nothing more can be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wutong.policy.ask import Question, next_question
from wutong.policy.feel.values import Value
from wutong.policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Interview:
    """Answers so far: ``facts`` that are known, names ``without`` an answer, and ``past``, the states before each answer."""

    book: Rulebook
    kind: str
    facts: Mapping[str, Value]
    without: tuple[str, ...] = ()
    past: tuple[tuple[Mapping[str, Value], tuple[str, ...]], ...] = ()

    @property
    def question(self) -> Question | None:
        """What is to be asked now."""
        return next_question(self.book, self.facts, self.kind, self.without)


def answered(interview: Interview, name: str, value: Value) -> Interview:
    """Go on with an answer; None says that it is not known, and it is not asked again."""
    before = (interview.facts, interview.without)
    if value is None:
        return replace(interview, without=(*interview.without, name), past=(*interview.past, before))
    return replace(interview, facts={**interview.facts, name: value}, past=(*interview.past, before))


def undone(interview: Interview) -> Interview:
    """Take the last answer back; the same where there is none."""
    if not interview.past:
        return interview
    facts, without = interview.past[-1]
    return replace(interview, facts=facts, without=without, past=interview.past[:-1])
