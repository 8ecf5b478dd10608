"""The first page of a zone: the questions that it is asked first, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wutong.errors import NoAnswer
from wutong.finding import Finding
from wutong.outcome.path import forecast, output_path
from wutong.policy.catalogue import catalogued_measures
from wutong.structure.concentration import leader_concentration
from wutong.words import Text
from wutong.zone.known import known_and_unknown, not_published
from wutong.zone.load import Zone


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


def overview(zone: Zone) -> tuple[Question, ...]:
    """Ask the first questions of a zone.

    Parameters
    ----------
    zone : Zone
        As opened.

    Returns
    -------
    tuple of Question
        In the order in which a newcomer asks them. A question that the data cannot answer is there, with the
        reason.

    Examples
    --------
    >>> from pathlib import Path
    >>> from wutong.zone.load import open_zone
    >>> [question.id for question in overview(open_zone(Path("examples/jincheng")))][:2]
    ['output-path', 'output-forecast']
    """
    tables = zone.tables

    def lost(*names: str) -> int:
        return sum(zone.left_out[name] for name in names)

    asked: Mapping[str, tuple[Text, Callable[[], Finding]]] = {
        "output-path": (
            Text("产值走到哪里了，离目标多远？", "Where has output got to, and how far is the target?"),
            lambda: output_path(tables["indicator"], tables["document"], rows_left_out=lost("indicator")),
        ),
        "output-forecast": (
            Text("照这样下去会到哪里？", "Where does it lead if it goes on like this?"),
            lambda: forecast(tables["indicator"], tables["document"], rows_left_out=lost("indicator")),
        ),
        "leader-concentration": (
            Text("有多少系于链主一家？", "How much hangs on the chain leader?"),
            lambda: leader_concentration(
                tables["firm"],
                tables["firm_year"],
                tables["document"],
                rows_left_out=lost("firm", "firm_year"),
            ),
        ),
        "measures-catalogued": (
            Text(
                "说有多少条措施，查到多少条？", "How many measures are claimed, and how many are catalogued?"
            ),
            lambda: catalogued_measures(
                tables["measure_package"],
                tables["indicator"],
                tables["document"],
                rows_left_out=lost("measure_package", "indicator"),
            ),
        ),
        "known-and-unknown": (
            Text("这个开发区，我们知道什么，不知道什么？", "What do we know of this zone, and what not?"),
            lambda: known_and_unknown(tables, zone.problems, zone.left_out),
        ),
        "not-published": (
            Text("哪些数字查过而没有公布？", "Which numbers were looked for and are not published?"),
            lambda: not_published(tables["indicator"], tables["document"]),
        ),
    }
    return tuple(_ask(name, title, answer) for name, (title, answer) in asked.items())


def _ask(name: str, title: Text, answer: Callable[[], Finding]) -> Question:
    try:
        return Question(name, title, answer(), None)
    except NoAnswer as why:
        return Question(name, title, None, why.text)
