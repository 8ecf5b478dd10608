"""The zone's two languages: every word that a person reads exists in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

Language = Literal["zh", "en"]

_ALIKE: Final = 1 / 3  # of the characters; words less alike are not offered


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in the zone's two languages.

    Examples
    --------
    >>> Text("产值", "Output").say("zh")
    '产值'
    """

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Give the wording in one language."""
        return self.zh if language == "zh" else self.en


def nearest_words(word: str, words: Sequence[str], n: int = 3) -> list[str]:
    """Order words by how alike they are to one that was written, and give the first few.

    Parameters
    ----------
    word : str
        What was written.
    words : sequence of str
        What could have been meant.
    n : int
        How many to give at most.

    Returns
    -------
    list of str
        The most alike first; none that is hardly alike.

    Examples
    --------
    >>> nearest_words("产植", ["产值", "税收", "产业"])
    ['产值', '产业']
    """
    from difflib import SequenceMatcher  # only an error message needs it

    folded = word.strip().casefold()
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded)
    scored: list[tuple[float, int]] = []
    for place, other in enumerate(words):
        text = other.casefold()
        matcher.set_seq1(text)
        # the cheap upper bound spares most of the long comparisons
        if not text or matcher.quick_ratio() < _ALIKE or matcher.ratio() < _ALIKE:
            continue
        held = 1.0 if text in folded or folded in text else 0.0
        start = shared_start(text, folded) / max(len(folded), 1) / 2
        scored.append((-(matcher.ratio() + held + start), place))
    return [words[place] for _, place in sorted(scored)[:n]]


def shared_start(one: str, other: str) -> int:
    """How many characters two words have in common from the start.

    Examples
    --------
    >>> shared_start("3971", "3979")
    3
    """
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
