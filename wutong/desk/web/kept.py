"""What is worked out once and kept as long as the desk is open."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Protocol, TypeVar

_Made = TypeVar("_Made")


class Once(Protocol):
    """Makes each thing once and keeps it."""

    def __call__(self, name: tuple[str, ...], make: Callable[[], _Made]) -> _Made:
        """Give the thing of a name."""
        ...


def kept_once(most: int | None = None) -> Once:
    """Give a function that makes each thing once, however many pages ask for it at the same time.

    Parameters
    ----------
    most : int or None
        How many things are kept, those asked for last; None for all.

    Returns
    -------
    Once
        Safe to be called from several threads.

    Examples
    --------
    >>> once = kept_once()
    >>> once(("a",), lambda: [1]) is once(("a",), lambda: [1])
    True
    >>> last = kept_once(most=1)
    >>> one = last(("a",), lambda: [1])
    >>> last(("b",), lambda: [2]), last(("a",), lambda: [1]) is one
    ([2], False)
    """
    kept: dict[tuple[str, ...], object] = {}
    locks: dict[tuple[str, ...], Lock] = {}
    guard = Lock()

    def get(name: tuple[str, ...], make: Callable[[], _Made]) -> _Made:
        with guard:
            lock = locks.setdefault(name, Lock())
        with lock:
            with guard:
                made = kept.pop(name, None)
            if made is None:
                made = make()
            with guard:
                kept[name] = made
                while most is not None and len(kept) > most:
                    old = next(iter(kept))
                    del kept[old]
                    locks.pop(old, None)
            return made  # type: ignore[return-value]  # what is kept under a name was made for it

    return get
