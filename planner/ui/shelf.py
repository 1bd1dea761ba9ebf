"""Things that took long to make, kept for everybody: the last few of each kind."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

__all__ = ["Shelf"]

T = TypeVar("T")
WAIT_S = 0.1


class Shelf(Generic[T]):
    """Least-recently-used store that makes each thing once, also when many ask at a time.

    Parameters
    ----------
    size
        Things kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        # A maker's lock lives as long as somebody makes the thing or waits for it.
        self._makers: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()

    def get(self, key: Hashable) -> T | None:
        """Take a thing that is there."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def get_or_make(
        self, key: Hashable, make: Callable[[], T], wait: Callable[[], None] = lambda: None
    ) -> T:
        """Take a thing, or make it; whoever asks for it meanwhile waits for it.

        ``wait`` is called while somebody else makes it and may raise to give up. What ``make``
        raises is raised, and the next to ask tries again.
        """
        with self._lock:
            maker = self._makers.setdefault(key, threading.Lock())
        while not maker.acquire(timeout=WAIT_S):
            wait()
        try:
            found = self.get(key)
            if found is None:
                found = make()
                self._put(key, found)
            return found
        finally:
            maker.release()

    def _put(self, key: Hashable, thing: T) -> None:
        with self._lock:
            self._things[key] = thing
            while len(self._things) > self._size:
                self._things.popitem(last=False)
