"""Names that hold blanks and signs: the longest declared one is meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from wutong.policy.feel.faults import Source
from wutong.policy.feel.tokens import Token, tokens

Spelling = tuple[str, ...]
"""The tokens of a name."""


def longest(
    spellings: Mapping[str, Mapping[Spelling, str]], found: tuple[Token, ...], at: int
) -> tuple[str, int] | None:
    """Find the longest of the names that begin at a token, with the place behind it."""
    best: tuple[str, int] | None = None
    for spelling, name in spellings.get(found[at].text, {}).items():
        end = at + len(spelling)
        if (best is None or end > best[1]) and tuple(token.text for token in found[at:end]) == spelling:
            best = (name, end)
    return best


def spelled(names: Collection[str]) -> Mapping[str, Mapping[Spelling, str]]:
    """Names by their first token and all their tokens, so that blanks count for nothing.

    Examples
    --------
    >>> spelled(["Full Name", "loan.rate"])["Full"]
    {('Full', 'Name'): 'Full Name'}
    """
    found: dict[str, dict[Spelling, str]] = {}
    for name in names:
        spelling = _spelling(name)
        if spelling:
            found.setdefault(spelling[0], {})[spelling] = name
    return found


@lru_cache(maxsize=16_384)
def _spelling(name: str) -> Spelling:
    return tuple(token.text for token in tokens(Source(name))[:-1])
