"""Who goes first: answers that a planner waits for, then proofs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Precedence"]


class Precedence:
    """Proofs give way while any answer is on its way to its page.

    Python runs one thread at a time: twenty planners who move a slider would wait for each other's
    proofs, and a proof that comes a little later is missed by nobody.

    Parameters
    ----------
    patience_s
        Longest that one proof gives way in all, seconds: under steady load proofs come late, but
        they come.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._first = 0
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Go first until the block ends."""
        with self._lock:
            self._first += 1
            self._free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._first -= 1
                if not self._first:
                    self._free.set()

    def give_way(self, given_s: float, every_s: float, tell: Callable[[], None]) -> float:
        """Wait while others go first.

        Parameters
        ----------
        given_s
            Seconds for which this proof has given way before.
        every_s, tell
            Called so often while it waits; what it raises ends the waiting.

        Returns
        -------
        Seconds for which it has given way now in all.
        """
        if self._free.is_set() or given_s >= self._patience_s:
            return given_s
        began = time.monotonic()
        while True:
            waited = given_s + time.monotonic() - began
            if waited >= self._patience_s or self._free.wait(every_s):
                return given_s + time.monotonic() - began
            tell()
