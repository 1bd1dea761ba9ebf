"""Columns and rows of a programme as they are written: tables of numbers, -1 for none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp

__all__ = ["Columns", "Rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True, eq=False)
class Columns:
    """Columns as they are added, by tables of what they stand for."""

    cost: list[Floats] = field(default_factory=list)
    whole: list[Mask] = field(default_factory=list)
    size: int = 0

    def add(self, there: Mask, cost: Floats, *, whole: bool = False) -> Ints:
        """Add a column for each place that is there; gives their numbers, -1 elsewhere."""
        table = np.full(there.shape, -1, np.int64)
        count = int(there.sum())
        table[there] = self.size + np.arange(count)
        self.cost.append(np.broadcast_to(cost, there.shape)[there].astype(np.float64))
        self.whole.append(np.full(count, whole))
        self.size += count
        return table

    def make_whole(self, *tables: Ints) -> None:
        """Make columns whole that were added as shares."""
        whole = np.concatenate(self.whole)
        for table in tables:
            whole[table[table >= 0]] = True
        self.whole = [whole]

    def programme(self, rows: Rows) -> Milp:
        """Put columns and rows together."""
        return Milp(
            cost=np.concatenate(self.cost),
            matrix=rows.matrix(self.size),
            row_lower=np.concatenate(rows.lower),
            row_upper=np.concatenate(rows.upper),
            whole=np.concatenate(self.whole),
            offset=0.0,
        )


@dataclass(slots=True, eq=False)
class Rows:
    """Rows as they are added, and their entries."""

    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    size: int = 0

    def block(self, there: Mask, lower: float | Floats, upper: float) -> Ints:
        """Add a row for each place that is there; gives their numbers, -1 elsewhere."""
        numbers = np.full(there.shape, -1, np.int64)
        count = int(there.sum())
        numbers[there] = self.size + np.arange(count)
        self.lower.append(np.broadcast_to(np.asarray(lower, float), there.shape)[there])
        self.upper.append(np.full(count, upper))
        self.size += count
        return numbers

    def put(self, rows: Ints, columns: Ints, values: float | Floats) -> None:
        """Add entries wherever both the row and the column are there."""
        rows, columns, numbers = np.broadcast_arrays(rows, columns, np.asarray(values, float))
        there = (rows >= 0) & (columns >= 0)
        self.entries.append((rows[there], columns[there], numbers[there]))

    def matrix(self, width: int) -> sparse.csr_array:
        """All entries of so many columns."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        return sparse.csr_array((values, (rows, columns)), shape=(self.size, width))
