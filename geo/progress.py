"""How long work tells what it is doing: a function of a phase and the share of it done."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

#: ``progress(phase, share)`` with a short English phase and ``0 <= share <= 1``. The front end
#: translates phases, draws bars and may raise ``KeyboardInterrupt`` to stop the work.
Progress = Callable[[str, float], None]


def silent(_phase: str, _share: float) -> None:
    """Say nothing."""
