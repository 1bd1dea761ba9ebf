"""Who comes first is served first: locks and pools of the libraries let latecomers pass."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from planner.store.errors import StoreError

__all__ = ["Turns"]


class Turns:
    """Places for so many threads at a time; the others wait in the order in which they came.

    Parameters
    ----------
    places
        Threads at a time.
    patience_s
        How long one waits, seconds.
    """

    def __init__(self, places: int, patience_s: float) -> None:
        self._free, self._patience_s = places, patience_s
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Take a place for the length of the block; not again within it.

        Raises
        ------
        StoreError
            If none was free for too long.
        """
        self._take()
        try:
            yield
        finally:
            with self._lock:
                if self._queue:
                    # The place goes from hand to hand: nobody else can take it meanwhile.
                    self._queue.popleft().set()
                else:
                    self._free += 1

    def _take(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = threading.Event()
            self._queue.append(mine)
        if mine.wait(self._patience_s):
            return
        with self._lock:
            if mine in self._queue:
                self._queue.remove(mine)
                raise StoreError(why="too many at a time")
        # It came in the last moment.
