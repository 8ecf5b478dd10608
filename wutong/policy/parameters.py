"""The numbers of a rulebook, each with its place, and the files with some of them changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wutong.errors import RuleError
from wutong.policy.document import Node, document_of
from wutong.policy.feel.faults import listed
from wutong.policy.feel.tokens import tokens
from wutong.policy.rulebook import HEAD
from wutong.words import Text, nearest_words

Files = Mapping[str, str | bytes]

RULES: Final = (
    "define",
    "conditions",
    "amount",
    "modifies",
    "limits",
    "quota",
    "not_before",
    "payout",
    "keep",
)
"""Parts of an edition whose numbers decide something."""
_SAID: Final = ("id", "says", "zh", "en", "decide", "on", "else")
_OF_HEAD: Final = ("limits", "budgets")
_WRITTEN: Final = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a file.

    ``id`` names it as it stands before any change: file, way to it, and which number there where there are several.
    ``text`` is the number alone, ``unit`` the word behind it as written. ``line`` counts from 1, ``start`` and ``end``
    are places in that line.
    """

    id: str
    file: str
    clause: str
    text: str
    unit: str
    line: int
    start: int
    end: int


def parameters_of(files: Files) -> tuple[Parameter, ...]:
    """Find the numbers of a rulebook.

    Parameters
    ----------
    files : mapping of str to bytes
        As for ``rulebook_of``.

    Returns
    -------
    tuple of Parameter
        File by file, in the order of each.

    Raises
    ------
    RuleError
        If a file cannot be read.

    Examples
    --------
    >>> text = "editions: [{amount: {rate: {by: 投资, slab: {1亿元: 5%}}, base: 投资}}]"
    >>> [(one.id, one.text, one.unit) for one in parameters_of({"m.yaml": text})]
    [('m.yaml:editions.1.amount.rate.slab:1亿元', '1', '亿元'), ('m.yaml:editions.1.amount.rate.slab.1亿元', '5', '%')]
    """
    return tuple(one for name in sorted(files) for one in _of_file(name, files[name]))


def _of_file(name: str, data: str | bytes) -> Iterator[Parameter]:
    text = _decoded(data)
    lines = text.splitlines()
    root = document_of(text, name)
    seen: dict[str, int] = {}
    for node, key in _scalars(root, name == HEAD):
        try:
            words = tokens(node.source)
        except RuleError:
            continue
        for word in words:
            if word.kind != "number":
                continue
            start = node.column - 1 + word.span.start
            end = start + len(word.value)
            # what is folded or escaped does not stand where it seems to
            if lines[node.line - 1][start:end] != word.value or not _WRITTEN.fullmatch(word.value):
                continue
            clause = f"{node.clause}:{node.text}" if key else node.clause
            address = f"{name}:{clause}"
            seen[address] = seen.get(address, 0) + 1
            if seen[address] > 1:
                address += f"#{seen[address]}"
            yield Parameter(address, name, clause, word.value, word.unit, node.line, start, end)


def _scalars(root: Node, head: bool) -> Iterator[tuple[Node, bool]]:
    """Texts that decide something, and whether each is a key, such as the bound of a tier."""
    waiting: list[tuple[Node, bool, bool]] = [(root, False, False)]
    while waiting:
        node, key, within = waiting.pop()
        if node.kind == "text":
            if within:
                yield node, key
            continue
        later: list[tuple[Node, bool, bool]] = [(one, False, within) for one in node.items]
        for name, value in node.pairs:
            if name.text in _SAID and within:
                continue
            rules = _OF_HEAD if head else RULES
            top = not within and (name.clause.count(".") == 1 or (head and not name.clause))
            inside = within or (top and name.text in rules)
            later += [(name, True, within), (value, False, inside)]
        waiting += reversed(later)


def _decoded(data: str | bytes) -> str:
    return data.decode("utf-8-sig", errors="replace") if isinstance(data, bytes) else data


@dataclass(frozen=True, slots=True)
class Change:
    """What a reform does: numbers by the id of their parameter, files dropped, and files added or put in place of others.

    ``known`` may hold all parameters of a file as it stands, which is then not read again for them.
    """

    numbers: Mapping[str, str]
    dropped: tuple[str, ...] = ()
    added: tuple[tuple[str, bytes], ...] = ()
    known: tuple[Parameter, ...] = ()


def changed(files: Files, change: Change) -> dict[str, str | bytes]:
    """The files after a reform.

    Parameters
    ----------
    files : mapping of str to bytes
        As they are.
    change : Change
        What is to be done.

    Returns
    -------
    dict of str to str or bytes
        New files; those that nothing is done to are the very same objects.

    Raises
    ------
    RuleError
        If a parameter or file is not there, or a number is none.

    Examples
    --------
    >>> text = "editions: [{amount: {rate: 5%, base: 投资}}]"
    >>> changed({"m.yaml": text}, Change({"m.yaml:editions.1.amount.rate": "8"}))["m.yaml"]
    'editions: [{amount: {rate: 8%, base: 投资}}]'
    """
    names = {address.partition(":")[0] for address in change.numbers} | set(change.dropped)
    for name in sorted(names):
        if name not in files:
            raise _unknown(name, list(files))
    found: dict[str, str | bytes] = {name: data for name, data in files.items() if name not in change.dropped}
    for name in sorted(names - set(change.dropped)):
        known = [one for one in change.known if one.file == name]
        places = {one.id: one for one in known or _of_file(name, files[name])}
        lines = _decoded(files[name]).splitlines(keepends=True)
        asked = [address for address in change.numbers if address.partition(":")[0] == name]
        for address in asked:
            if address not in places:
                raise _unknown(address, list(places))
        # from the end, so that a longer number moves no place that is still to come
        for address in sorted(asked, key=lambda one: (places[one].line, places[one].start), reverse=True):
            place, number = places[address], change.numbers[address]
            if not _WRITTEN.fullmatch(number):
                raise RuleError(
                    Text(
                        f"{address}：“{number}”不是数。写作5或0.3，不带单位。",
                        f'{address}: "{number}" is no number. Write 5 or 0.3, without the unit.',
                    )
                )
            line = lines[place.line - 1]
            lines[place.line - 1] = line[: place.start] + number + line[place.end :]
        found[name] = "".join(lines)
    return found | dict(change.added)


def _unknown(word: str, known: list[str]) -> RuleError:
    near = nearest_words(word, known)
    return RuleError(
        Text(
            f"没有“{word}”。相近的有：{listed(near, 'zh')}。",
            f'There is no "{word}". The nearest are: {listed(near, "en")}.',
        )
    )


def number_text(number: Fraction) -> str:
    """Write a number as a file holds it: decimal, exact.

    Examples
    --------
    >>> number_text(Fraction(13, 4)), number_text(Fraction(8))
    ('3.25', '8')

    Raises
    ------
    RuleError
        If it has no end in decimals, or is below zero.
    """
    for digits in range(13):
        scaled = number * 10**digits
        if scaled.denominator == 1 and number >= 0:
            whole = str(int(scaled)).rjust(digits + 1, "0")
            return f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole
    raise RuleError(Text(f"{number} 写不成不超过12位的小数。", f"{number} is no decimal of up to 12 digits."))
