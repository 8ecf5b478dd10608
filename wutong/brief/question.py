"""A question to the engines and its answer, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer, or the reason why these data do not give one.

    Parameters
    ----------
    id : str
        Stable name.
    title : Text
        The question.
    finding : Finding or None
        The answer.
    refused : Text or None
        Why there is none, and what would be needed.
    """

    id: str
    title: Text
    finding: Finding | None
    refused: Text | None


def answered(name: str, title: Text, lost: tuple[Text, ...], answer: Callable[[], Finding]) -> Question:
    """Ask a question, and keep the reason where these data do not answer it.

    Parameters
    ----------
    name, title
        Of the question.
    lost : tuple of Text
        What the reader must know of files that could not be read; it stands before all caveats.
    answer : callable
        Gives the Finding, or raises `NoAnswer`.

    Examples
    --------
    >>> def silent() -> Finding:
    ...     raise NoAnswer(Text("没有数。", "There are no numbers."))
    >>> answered("x", Text("多少？", "How many?"), (), silent).refused.en
    'There are no numbers.'
    """
    try:
        finding = answer()
    except NoAnswer as why:
        reasons = (why.text, *lost)
        return Question(
            name,
            title,
            None,
            Text("".join(text.zh for text in reasons), " ".join(text.en for text in reasons)),
        )
    return Question(name, title, replace(finding, caveats=(*lost, *finding.caveats)), None)
