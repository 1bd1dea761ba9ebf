"""Who may stop the work, and who wants to know how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

__all__ = ["Progress", "Stopped", "Watch"]

#: ``progress(phase, share)``, ``0 <= share <= 1``; phases: "reduce", "search", "prove", "improve".
Progress = Callable[[str, float], None]

#: Why a search ended before it was complete.
Stopped = Literal["gap", "work limit", "time limit", "cancelled"]


class Watch:
    """A clock, a cancel button and a listener.

    Looking at it never raises: a ``KeyboardInterrupt``, from Ctrl-C or out of ``progress``, is
    remembered as a cancel, so that the best plan so far can still be handed out.
    """

    def __init__(
        self,
        time_limit_s: float,
        progress: Progress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        self._deadline_s = time.monotonic() + time_limit_s
        self._progress, self._cancel = progress, cancel
        self.stopped: Stopped | None = None

    def left_s(self) -> float:
        """Seconds left, at least a hundredth."""
        return max(0.01, self._deadline_s - time.monotonic())

    def look(self, phase: str, share: float) -> Stopped | None:
        """Tell how far the work is; return why it must stop, None to go on."""
        if self.stopped is not None:
            return self.stopped
        try:
            if self._progress is not None:
                self._progress(phase, min(1.0, max(0.0, share)))
            if self._cancel is not None and self._cancel():
                self.stopped = "cancelled"
            elif time.monotonic() > self._deadline_s:
                self.stopped = "time limit"
        except KeyboardInterrupt:
            self.stopped = "cancelled"
        return self.stopped
