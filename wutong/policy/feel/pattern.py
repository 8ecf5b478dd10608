"""Patterns of ``matches`` and ``replace``, read by an engine whose time grows with the text's length alone."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

LONGEST: Final = 500
"""Characters that a pattern may have."""

_BLOCKS: Final = re.compile(r"\\([pP])\{Is(\w+)\}")
_FLAGS: Final = frozenset("smixq")


class BackReferenceError(ValueError):
    """The pattern refers back to one of its groups, which a safe engine cannot do."""


def engine_pattern(pattern: str, flags: str | None) -> str | None:
    r"""Put a pattern of FEEL into the form of the engine of Polars.

    Parameters
    ----------
    pattern : str
        As FEEL has it, after XML Schema and XPath.
    flags : str or None
        Letters out of ``s m i x q``.

    Returns
    -------
    str or None
        None where the pattern or a flag is not valid.

    Raises
    ------
    BackReferenceError
        If the pattern refers to one of its own groups.

    Examples
    --------
    >>> engine_pattern("[A-Z-[OI]] .", "ix")
    '(?i)[A-Z--[OI]][^\\n\\r]'
    """
    flags = flags or ""
    if not set(flags) <= _FLAGS or len(pattern) > LONGEST:
        return None
    inline = "".join(letter for letter in "ims" if letter in flags)
    if "q" in flags:
        body = re.escape(pattern)
    else:
        if "x" in flags:
            pattern = _unspaced(pattern)
        translated = _translated(pattern, "s" in flags)
        if translated is None:
            return None
        body = translated
    found = f"(?{inline}){body}" if inline else body
    try:
        pl.select(pl.lit("").str.contains(found))
    except pl.exceptions.ComputeError:
        return None
    return found


def _unspaced(pattern: str) -> str:
    """Leave out blanks, save in classes."""
    found, depth, at = [], 0, 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            rest = pattern[at + 1 :].lstrip()
            found.append("\\" + rest[:1])
            at = len(pattern) - len(rest) + 1
            continue
        depth += (letter == "[") - (letter == "]")
        if depth > 0 or not letter.isspace():
            found.append(letter)
        at += 1
    return "".join(found)


def _translated(pattern: str, dot_is_all: bool) -> str | None:
    found: list[str] = []
    depth = at = closed = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            following = pattern[at + 1 : at + 2]
            if following.isdigit():
                if depth or not 0 < int(following) <= closed:
                    return None
                raise BackReferenceError(pattern)
            block = _BLOCKS.match(pattern, at)
            if block is not None:
                if block[2] != "BasicLatin":
                    return None
                inner = "\\x00-\\x7F"
                found.append(inner if depth and block[1] == "p" else f"[{'^' * (block[1] == 'P')}{inner}]")
                at = block.end()
                continue
            # what only the engine knows, such as \b or \A, is not of FEEL
            if following not in tuple("nrt\\|.?*+(){}-[]^$sSdDwWpP"):
                return None
            found.append(pattern[at : at + 2])
            at += 2
            continue
        if depth:
            if letter == "-" and pattern[at + 1 : at + 2] == "[":
                found.append("--")
                at += 1
                continue
            if letter in "&~" and pattern[at + 1 : at + 2] == letter:
                found.append("\\" + letter)
                at += 1
                continue
        elif letter == "(" and pattern[at + 1 : at + 2] == "?" and pattern[at + 2 : at + 3] != ":":
            return None
        elif letter == "." and not dot_is_all:
            found.append("[^\\n\\r]")
            at += 1
            continue
        closed += not depth and letter == ")"
        depth += (letter == "[") - (letter == "]")
        found.append(letter)
        at += 1
    return "".join(found)


def engine_replacement(text: str) -> str | None:
    r"""Put the replacement of FEEL into the engine's form; None where it is not valid.

    Examples
    --------
    >>> engine_replacement("[$1$0] \\$")
    '[${1}${0}] $$'
    """
    found: list[str] = []
    at = 0
    while at < len(text):
        letter, following = text[at], text[at + 1 : at + 2]
        if letter == "$":
            if not (following.isascii() and following.isdigit()):
                return None
            found.append("${" + following + "}")
            at += 2
        elif letter == "\\":
            if following not in ("\\", "$"):
                return None
            found.append("$$" if following == "$" else "\\")
            at += 2
        else:
            found.append(letter)
            at += 1
    return "".join(found)


def matches(text: str, pattern: str, flags: str | None) -> bool | None:
    """Tell whether part of a text has the pattern; None where the pattern is not valid.

    Examples
    --------
    >>> matches("晋城 048000", "[0-9]{6}", None)
    True
    """
    found = engine_pattern(pattern, flags)
    return None if found is None else bool(pl.select(pl.lit(text).str.contains(found)).item())


def replaced(text: str, pattern: str, replacement: str, flags: str | None) -> str | None:
    """Replace every part that has the pattern; None where it is not valid or fits the empty text.

    Examples
    --------
    >>> replaced("0123456789", "([0-9]{3})([0-9]{3})", "($1) $2-", None)
    '(012) 345-6789'
    """
    found = replacing(pattern, replacement, flags)
    if found is None:
        return None
    return str(pl.select(pl.lit(text).str.replace_all(found[0], found[1])).item())


def replacing(pattern: str, replacement: str, flags: str | None) -> tuple[str, str] | None:
    """Pattern and replacement in the engine's form; None where one of them is not valid."""
    found = engine_pattern(pattern, flags)
    new = replacement.replace("$", "$$") if "q" in (flags or "") else engine_replacement(replacement)
    if found is None or new is None or pl.select(pl.lit("").str.contains(found)).item():
        return None
    return found, new
