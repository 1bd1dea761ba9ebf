"""Shares as planners say them: per cent."""

from __future__ import annotations

import math

__all__ = ["gap_percent", "percent", "target_percent"]


def percent(share: float | None) -> str:
    """Write a share with one decimal, rounded down: 94.96 % must not read as 95 %."""
    if share is None:
        return "–"
    return f"{math.floor(share * 1000 + 1e-6) / 10:.1f} %"


def target_percent(share: float) -> str:
    """Write a share that is asked for, as exactly as it was asked: 95 %, 83.3 %."""
    return f"{share * 100:.10g} %"


def gap_percent(gap: float) -> str:
    """Write a gap with one decimal, rounded up: 0.31 % is not "at most 0.3 %"; none is 0 %."""
    if gap <= 0:
        return "0 %"
    return f"{math.ceil(gap * 1000 - 1e-6) / 10:.1f} %"
