"""How long a text can become, told before anything runs: joined again and again, texts fill any memory."""

from __future__ import annotations

from typing import Final

from wutong.policy.feel.faults import ExpressionError, Source
from wutong.policy.feel.syntax import Binary, Call, Cell, If, Literal, Name
from wutong.policy.feel.types import INT64, Typed
from wutong.words import Text

LONGEST: Final = 10_000_000
"""Characters that a text may come to, if facts have ``FACT`` each."""

FACT: Final = 1_000
"""Characters that a fact is taken to have."""

_STRING: Final = 10_000  # digits of the largest number


def length_of(typed: Typed, source: Source) -> int:
    """Bound the characters of what an expression gives; 0 where it is no text.

    Parameters
    ----------
    typed : Typed
        The expression. A name whose text is worked out has its bound as ``largest`` of its type.
    source : Source
        Where it stands, for errors.

    Returns
    -------
    int
        No text is longer, if no fact is longer than ``FACT``.

    Raises
    ------
    ExpressionError
        If it, or a part of it, could be longer than ``LONGEST``.

    Examples
    --------
    >>> from wutong.policy.feel.check import check
    >>> from wutong.policy.feel.parse import parse
    >>> from wutong.policy.feel.types import TEXT
    >>> text = Source('x + "ab"')
    >>> length_of(check(parse(text, ["x"]), {"x": TEXT}, text), text)
    1002
    """
    parts = [length_of(part, source) for part in typed.parts]
    if typed.type.kind not in ("text", "any"):
        return 0
    found = _length(typed, parts)
    if found > LONGEST:
        what = Text(
            f"文字可能超过{LONGEST}个字符。请少拼接，或少替换。",
            f"The text could have more than {LONGEST} characters. Join or replace less.",
        )
        node = typed.node
        raise ExpressionError(what, source, node.span)
    return found


def _length(typed: Typed, parts: list[int]) -> int:
    match typed.node:
        case Literal(value=str(text)):
            return len(text)
        case Name():
            return FACT if typed.type.largest == INT64 else typed.type.largest
        case Binary():
            return sum(parts)
        case If() | Cell():
            return max(parts, default=0)
        case Call(function="replace") if len(parts) > 2:
            # each sign, and each place between two, may become the replacement, which may repeat what it replaces
            return (parts[0] + 1) * (2 * parts[2] + 1)
        case Call(function="string"):
            return max(_STRING, *parts, 0)
        case Call():
            return 3 * max(parts, default=20)  # a letter in upper case may be three
    return max(parts, default=0)
