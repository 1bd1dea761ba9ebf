"""Counts what was compared and keeps what differs."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Ledger"]

SHOWN = 5  # rows of a column that are named one by one


class Ledger:
    """Claims computed again; a plan's text is not ours, so it is quoted, and never at length."""

    def __init__(self) -> None:
        self.checked = 0
        self.differences: list[str] = []

    def same(self, what: str, told: Any, found: Any) -> None:
        """Compare one claim with what it should be."""
        self.holds(
            f"{what}: the plan says {_quoted(told)}, it is {_quoted(found)}", equal(told, found)
        )

    def holds(self, difference: str, truth: bool) -> None:
        """Count a claim; ``difference`` says what is wrong unless it is true."""
        self.checked += 1
        if not truth:
            self.differences.append(difference)

    def close(self, what: str, told: Any, found: float, *, share: float, least: float) -> None:
        """Compare numbers to a share of themselves, and never closer than ``least``."""
        near = _number(told) and math.isclose(told, found, rel_tol=share, abs_tol=least)
        self.holds(f"{what}: the plan says {_quoted(told)}, it is {found!r}", near)

    def column(
        self, what: str, names: Sequence[str], told: Sequence[Any], found: Sequence[Any]
    ) -> None:
        """Compare a claim of every row; ``names`` say which row it is."""
        pairs = zip(told, found, strict=True)
        self._rows(what, names, [not equal(a, b) for a, b in pairs], told, found)

    def points(
        self, what: str, names: Sequence[str], told: Any, found: npt.NDArray[np.float64]
    ) -> None:
        """Compare coordinates, [n, 2] degrees, to a millionth of a degree."""
        off = ~(np.abs(np.asarray(told, np.float64).reshape(-1, 2) - found) <= 1e-6)
        self._rows(what, names, [bool(row.any()) for row in off], list(told), found.tolist())

    def _rows(
        self,
        what: str,
        names: Sequence[str],
        wrong: list[bool],
        told: Sequence[Any],
        found: Sequence[Any],
    ) -> None:
        self.checked += len(wrong)
        rows = [row for row, differs in enumerate(wrong) if differs]
        for row in rows[:SHOWN]:
            self.differences.append(
                f"{what} of {_quoted(names[row])}: the plan says {_quoted(told[row])}, "
                f"it is {_quoted(found[row])}"
            )
        if len(rows) > SHOWN:
            self.differences.append(f"{what}: {len(rows) - SHOWN} more rows differ")


def equal(told: Any, found: Any) -> bool:
    """Say whether a value read from JSON is the one computed; true is not 1."""
    if isinstance(told, bool) or isinstance(found, bool):
        return told is found
    if isinstance(found, float) and _number(told):
        return math.isclose(told, found, rel_tol=1e-9, abs_tol=1e-6)
    return bool(told == found)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _quoted(value: Any) -> str:
    short = reprlib.Repr()
    short.maxstring = short.maxother = 120
    return short.repr(value)
