"""Every number of a file's rules, and the file with one of them changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from wutong.errors import RuleError
from wutong.policy.document import Node
from wutong.policy.feel.tokens import tokens

Number = tuple[Node, int, int]
"""A value with the place in its text at which a number begins and ends."""

SPOKEN: Final = ("says", "notes", "source", "id", "zh", "en", "decide", "evidence")
"""Keys behind which nothing is worked out."""


def numbers(
    node: Node, rules: tuple[str, ...], without: tuple[str, ...], *, within: bool = False
) -> list[Number]:
    """Every number behind one of the keys ``rules``, save behind ``without``."""
    if node.kind == "list":
        return [found for one in node.items for found in numbers(one, rules, without, within=within)]
    if node.kind == "map":
        found = []
        for key, value in node.pairs:
            if key.text in (*SPOKEN, *without):
                continue
            inside = within or key.text in rules
            found += numbers(key, rules, without, within=within)
            found += numbers(value, rules, without, within=inside)
        return found
    if not within:
        return []
    try:
        words = tokens(node.source)
    except RuleError:
        return []
    return [
        (node, word.span.start, word.span.start + len(word.value)) for word in words if word.kind == "number"
    ]


def changed(text: str, number: Number, more: Fraction = Fraction(1)) -> str:
    """The file with one number a tenth larger; a zero becomes ten thousand; what is counted or lasts gets one more."""
    node, start, end = number
    line, at = text.splitlines()[node.line - 1], node.column - 1
    old = line[at + start : at + end]
    after = line[at + end : at + end + 1]
    bare = old.isdigit() and not (after.isalpha() or after in ("%", "‰"))
    if float(old) == 0:
        new = "10000"
    elif bare or after in ("年", "个", "天", "日"):
        new = str(float(int(old) + more)).removesuffix(".0")
    else:
        new = str(round(float(old) * 1.1, 6))
    return put(text, number, new)


def put(text: str, number: Number, new: str) -> str:
    """The file with one number written otherwise."""
    node, start, end = number
    lines = text.splitlines(keepends=True)
    line, at = lines[node.line - 1], node.column - 1
    lines[node.line - 1] = line[: at + start] + new + line[at + end :]
    return "".join(lines)
