"""Numbers and shares as planners write them: 140,400; 95.0 %."""

from __future__ import annotations

import math

__all__ = ["as_written", "gap_percent", "percent", "target_percent"]


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


class _Count(int):
    """A whole number that is written with its thousands apart."""

    def __format__(self, spec: str) -> str:
        return _apart(int(self), spec)


class _Amount(float):
    """A number that is written with its thousands apart, a share with a space before its sign."""

    def __format__(self, spec: str) -> str:
        return _apart(float(self), spec)


def as_written(value: object) -> object:
    """Let a number be written in sentences as it is everywhere else; other things stay."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return _Count(value) if isinstance(value, int) else _Amount(value)


def _apart(value: float, spec: str) -> str:
    if spec.endswith("%"):
        return format(value, spec).replace("%", " %")
    if "," in spec:
        return format(value, spec)
    return format(value, ",.10g" if spec == "g" else f",{spec}")
