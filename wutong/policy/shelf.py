"""A folder of measure files of which some may be wrong: what can be read, and what cannot, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wutong.errors import RuleError
from wutong.policy.measure import Measure, measure_of
from wutong.policy.rulebook import HEAD, Rulebook, rulebook_of
from wutong.words import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that cannot be read: which, what is wrong, and where; ``line`` is 0 where no line is meant."""

    file: str
    what: Text
    clause: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a folder of measure files holds.

    Parameters
    ----------
    files : mapping of str to bytes
        As they stand.
    measures : tuple of Measure
        Those that can be read, in the order of their files.
    book : Rulebook or None
        They held together, without the files at fault; None where there is no measure, or where ``rulebook.yaml``
        itself cannot be read, so that nobody knows what holds between measures.
    faults : tuple of Fault
        In the order in which they were found.
    """

    files: Mapping[str, bytes]
    measures: tuple[Measure, ...]
    book: Rulebook | None
    faults: tuple[Fault, ...]


def shelf_of(files: Mapping[str, bytes]) -> Shelf:
    """Read measure files, leaving out those that cannot be read or do not go with the others.

    Parameters
    ----------
    files : mapping of str to bytes
        Measure files by name; ``rulebook.yaml`` may stand among them.

    Returns
    -------
    Shelf
        Never fails: each mistake is a fault, and what is without one is there.

    Examples
    --------
    >>> shelf = shelf_of({"a.yaml": b"measur: x"})
    >>> shelf.measures, shelf.book, shelf.faults[0].line
    ((), None, 1)
    >>> print(shelf.faults[0].what.en)
    "measur" is not known. There is: measure, year, examples.
    """
    left = dict(sorted(files.items()))
    faults: list[Fault] = []
    readable: dict[str, Measure] | None = None
    while any(name != HEAD for name in left):
        try:
            book = rulebook_of(left)
        except RuleError as error:
            if readable is None:
                # each file alone first: a folder with many mistakes is not read again for each of them
                readable = _alone(left, faults)
                if len(readable) + (HEAD in left) < len(left):
                    left = {name: data for name, data in left.items() if name in readable or name == HEAD}
                    continue
            fault = _fault(error, HEAD)
            faults.append(fault)
            if fault.file not in readable:
                return Shelf(files, tuple(readable.values()), None, tuple(faults))
            del left[fault.file], readable[fault.file]
        else:
            return Shelf(files, book.measures, book, tuple(faults))
    return Shelf(files, (), None, tuple(faults))


def _alone(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Measure]:
    readable: dict[str, Measure] = {}
    for name, data in files.items():
        if name == HEAD:
            continue
        try:
            readable[name] = measure_of(data, name)
        except RuleError as error:
            faults.append(_fault(error, name))
    return readable


def _fault(error: RuleError, file: str) -> Fault:
    """What an error says of its place; one that names no file speaks of ``file``."""
    what = getattr(error, "what", error.text)
    return Fault(
        getattr(error, "file", "") or file,
        what,
        getattr(error, "clause", ""),
        getattr(error, "line", 0),
        getattr(error, "column", 0),
    )
