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


def kept_once() -> Once:
    """Give a function that makes each thing once, however many pages ask for it at the same time.

    Examples
    --------
    >>> once = kept_once()
    >>> once(("a",), lambda: [1]) is once(("a",), lambda: [1])
    True
    """
    kept: dict[tuple[str, ...], object] = {}
    locks: dict[tuple[str, ...], Lock] = {}
    guard = Lock()

    def get(name: tuple[str, ...], make: Callable[[], _Made]) -> _Made:
        with guard:
            lock = locks.setdefault(name, Lock())
        with lock:
            if name not in kept:
                kept[name] = make()
            return kept[name]  # type: ignore[return-value]  # what is kept under a name was made for it

    return get
