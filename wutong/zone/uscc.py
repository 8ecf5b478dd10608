"""Unified social credit codes: their check digits, one by one and by the million."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wutong.errors import TableError
from wutong.words import Text

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters; I, O, S, V and Z are not used. The place of a character is its value."""

USCC_FAULTS: Final = ("length", "character", "check_digit", "organisation")
"""What can be wrong with a code: the words that :func:`uscc_fault` returns."""

_LENGTH, _CHARACTER, _CHECK_DIGIT, _ORGANISATION = range(1, 5)

_INVENTED_HEAD: Final = "91999999"
_CHUNK: Final = 1 << 16
_UNUSED: Final = 255

_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0123456789X"


def _lookup(values: dict[str, int]) -> NDArray[np.uint8]:
    table = np.full(256, _UNUSED, dtype=np.uint8)
    for sign, value in values.items():
        table[ord(sign)] = value
    return table


def _organisation_value(sign: str) -> int:
    # GB 11714 counts all the letters, also those that GB 32100 leaves out
    return int(sign) if sign.isdigit() else ord(sign) - ord("A") + 10


_VALUE: Final = _lookup({sign: value for value, sign in enumerate(USCC_ALPHABET)})
_ORGANISATION_VALUE: Final = _lookup({sign: _organisation_value(sign) for sign in USCC_ALPHABET})


def organisation_check(first8: str) -> str:
    """Compute the check character of an organisation code (GB 11714-1997).

    Parameters
    ----------
    first8 : str
        Eight digits or capital letters: places 9 to 16 of a unified social credit code.

    Raises
    ------
    TableError
        If it is anything else.

    Examples
    --------
    >>> organisation_check("19220382")
    '1'
    """
    if not re.fullmatch(f"[{USCC_ALPHABET}]{{8}}", first8):
        raise TableError(
            Text(
                f"“{first8}”不是组织机构代码的前 8 位。请给出 8 位数字或大写字母。",
                f"“{first8}” is not the first 8 places of an organisation code. "
                "Give 8 digits or capital letters.",
            )
        )
    pairs = zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    return _ORGANISATION_CHECKS[-sum(_organisation_value(sign) * weight for sign, weight in pairs) % 11]


def uscc_complete(first17: str) -> str:
    """Add the check character to the first 17 places of a unified social credit code.

    Parameters
    ----------
    first17 : str
        Places 1 to 17. Place 17, the check character of the organisation code, is taken as it is.

    Raises
    ------
    TableError
        If it has another length, or characters that the code does not use.

    Examples
    --------
    >>> uscc_complete("91350100M000100Y4")
    '91350100M000100Y43'
    """
    if not re.fullmatch(f"[{USCC_ALPHABET}]{{17}}", first17):
        raise TableError(
            Text(
                f"“{first17}”不是统一社会信用代码的前 17 位。"
                "请给出 17 位数字或大写字母（不用 I、O、S、V、Z）。",
                f"“{first17}” is not the first 17 places of a unified social credit code. "
                "Give 17 digits or capital letters (not I, O, S, V, Z).",
            )
        )
    pairs = zip(first17, _WEIGHTS, strict=True)
    return first17 + USCC_ALPHABET[-sum(USCC_ALPHABET.index(sign) * weight for sign, weight in pairs) % 31]


def uscc_fault(code: str) -> str | None:
    """Say what is wrong with a unified social credit code, or None where nothing is.

    Parameters
    ----------
    code : str
        As written: neither blanks are taken off nor small letters made large.

    Returns
    -------
    {"length", "character", "check_digit", "organisation"} or None
        The first that applies, in this order.

    Notes
    -----
    GB 32100-2015: 18 places, weights 3^(i-1) mod 31, so every single wrong character and every swap of two
    neighbours is found. Places 9 to 17 are an organisation code with its own check (GB 11714-1997). That a
    code is well formed does not say that it was ever given to anyone.

    Examples
    --------
    >>> uscc_fault("91350100M000100Y43")
    >>> uscc_fault("91350100M000100Y34")
    'check_digit'
    >>> uscc_fault("9135O100M000100Y43")
    'character'
    """
    if len(code) != 18:
        return "length"
    if not re.fullmatch(f"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}", code):
        return "character"
    if uscc_complete(code[:17]) != code:
        return "check_digit"
    if organisation_check(code[8:16]) != code[16]:
        return "organisation"
    return None


def uscc_faults(codes: pl.Series) -> pl.Series:
    """Check a column of unified social credit codes.

    Parameters
    ----------
    codes : polars.Series of str, length n
        The codes; null where there is none. On an expression:
        ``pl.col("uscc").map_batches(uscc_faults, return_dtype=pl.String)``.

    Returns
    -------
    polars.Series of str, length n
        The fault as in :func:`uscc_fault`; null where the code is fine or there is none.

    Raises
    ------
    TableError
        If the column is not text.

    Examples
    --------
    >>> uscc_faults(pl.Series(["91350100M000100Y43", "9135", None])).to_list()
    [None, 'length', None]
    """
    if codes.dtype == pl.Null:
        return pl.Series(codes.name, [None] * len(codes), dtype=pl.String)
    _must_be_text(codes)
    labels = pl.Series([None, *USCC_FAULTS], dtype=pl.String)
    # in pieces, so that the memory used does not grow with the column
    faults = [_fault_numbers(piece) for piece in _pieces(codes)]
    return labels.gather(np.concatenate(faults) if faults else np.zeros(0, dtype=np.uint32)).alias(codes.name)


def _pieces(codes: pl.Series) -> Iterator[pl.Series]:
    for start in range(0, len(codes), _CHUNK):
        yield codes.slice(start, _CHUNK)


def _must_be_text(codes: pl.Series) -> None:
    if codes.dtype != pl.String:
        raise TableError(
            Text(
                f"列“{codes.name}”的类型是 {codes.dtype}，不是文本。"
                "信用代码须以文本读入，否则会丢失前导的零。",
                f"Column “{codes.name}” holds {codes.dtype}, not text. "
                "Read credit codes as text, or leading zeros are lost.",
            )
        )


def _fault_numbers(codes: pl.Series) -> NDArray[np.uint32]:
    characters = codes.str.len_chars().fill_null(18).to_numpy()
    plain = (codes.str.len_bytes().fill_null(0).to_numpy() == 18) & (characters == 18)
    faults = np.where(characters != 18, _LENGTH, 0).astype(np.uint32)
    # 18 characters that take more bytes cannot all be digits and letters
    faults[(characters == 18) & ~plain & codes.is_not_null().to_numpy()] = _CHARACTER
    signs = _signs(codes.filter(pl.Series(plain)), 18)
    values = _VALUE[signs]
    bad = (values == _UNUSED).any(axis=1) | (values[:, 2:8] > 9).any(axis=1)
    unlike = values[:, 17] != _check_values(values)
    other = signs[:, 16] != _organisation_signs(signs)
    faults[plain] = np.select([bad, unlike, other], [_CHARACTER, _CHECK_DIGIT, _ORGANISATION], 0)
    return faults


def _signs(codes: pl.Series, width: int) -> NDArray[np.uint8]:
    """Give the bytes of codes that all have the same number of bytes, shape (codes, width)."""
    text: str = codes.str.join("").item() if len(codes) else ""
    return np.frombuffer(text.encode(), dtype=np.uint8).reshape(-1, width)


def _check_values(values: NDArray[np.uint8]) -> NDArray[np.int32]:
    total = np.zeros(len(values), dtype=np.int32)
    for place, weight in enumerate(_WEIGHTS):
        total += values[:, place].astype(np.int32) * weight
    return -total % 31


def _organisation_signs(signs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    total = np.zeros(len(signs), dtype=np.int32)
    for place, weight in enumerate(_ORGANISATION_WEIGHTS):
        total += _ORGANISATION_VALUE[signs[:, 8 + place]].astype(np.int32) * weight
    return np.frombuffer(_ORGANISATION_CHECKS.encode(), dtype=np.uint8)[-total % 11]


def uscc_complete_many(first17: pl.Series) -> pl.Series:
    """Add the check character to a column of first 17 places.

    Parameters
    ----------
    first17 : polars.Series of str, length n
        As in :func:`uscc_complete`; null stays null.

    Returns
    -------
    polars.Series of str, length n
        The codes, 18 characters each.

    Raises
    ------
    TableError
        If the column is not text, or a value is not 17 characters of the code's alphabet; the first such
        value is named.

    Examples
    --------
    >>> uscc_complete_many(pl.Series(["91350100M000100Y4", None])).to_list()
    ['91350100M000100Y43', None]
    """
    _must_be_text(first17)
    bad = first17.filter(~first17.str.contains(f"^[{USCC_ALPHABET}]{{17}}$"))
    if len(bad):
        uscc_complete(bad[0])
    alphabet = pl.Series(list(USCC_ALPHABET))
    there = first17.drop_nulls()
    checks = [_check_values(_VALUE[_signs(piece, 17)]) for piece in _pieces(there)]
    full = there + alphabet.gather(np.concatenate(checks) if checks else np.zeros(0, dtype=np.int32))
    if len(there) == len(first17):
        return full
    places = pl.Series(np.flatnonzero(first17.is_not_null().to_numpy()))
    return (
        pl.repeat(None, len(first17), dtype=pl.String, eager=True).scatter(places, full).alias(first17.name)
    )


def invented_usccs(numbers: NDArray[np.int64] | Sequence[int]) -> pl.Series:
    """Make credit codes for invented firms, which pass every check and can belong to nobody.

    Parameters
    ----------
    numbers : integers from 0 to 99,999,999, length n
        One for each firm; each number has its own code.

    Returns
    -------
    polars.Series of str, length n

    Raises
    ------
    TableError
        If a number is outside these bounds.

    Notes
    -----
    Places 3 to 8 name the division where a firm is registered. Here they are 999999: GB/T 2260 gives no
    province a code beginning with 99, so no office can register a firm there.

    Examples
    --------
    >>> invented_usccs([0, 1]).to_list()
    ['91999999000000000G', '91999999000000019D']
    """
    serial = np.asarray(numbers, dtype=np.int64)
    if serial.size and (serial.min() < 0 or serial.max() > 99_999_999):
        raise TableError(
            Text(
                "虚构企业的编号须在 0 与 99999999 之间。请减少企业数或从 0 开始编号。",
                "Numbers of invented firms must lie between 0 and 99999999. "
                "Make fewer firms or number them from 0.",
            )
        )
    total = np.zeros(len(serial), dtype=np.int64)
    for place, weight in enumerate(_ORGANISATION_WEIGHTS):
        total += serial // 10 ** (7 - place) % 10 * weight
    body = pl.Series("uscc", serial).cast(pl.String).str.zfill(8)
    checks = pl.Series(list(_ORGANISATION_CHECKS)).gather(-total % 11)
    return uscc_complete_many(_INVENTED_HEAD + body + checks)


def invented_uscc(number: int) -> str:
    """Make one credit code for an invented firm; see :func:`invented_usccs`.

    Examples
    --------
    >>> uscc_fault(invented_uscc(7)) is None
    True
    """
    code: str = invented_usccs([number]).item()
    return code


def is_invented_uscc(code: str) -> bool:
    """Say whether a credit code was made for an invented firm.

    Examples
    --------
    >>> is_invented_uscc(invented_uscc(7)), is_invented_uscc("91350100M000100Y43")
    (True, False)
    """
    return code.startswith(_INVENTED_HEAD)
