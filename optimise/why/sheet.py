"""A programme written down piece by piece: columns, entries, rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp

__all__ = ["Sheet"]


@dataclass(slots=True, eq=False)
class Sheet:
    """Columns and rows as they come."""

    cost: list[NDArray[np.float64]] = field(default_factory=list)
    lower: list[NDArray[np.float64]] = field(default_factory=list)
    upper: list[NDArray[np.float64]] = field(default_factory=list)
    whole: list[NDArray[np.bool_]] = field(default_factory=list)
    row: list[NDArray[np.int64]] = field(default_factory=list)
    column: list[NDArray[np.int64]] = field(default_factory=list)
    value: list[NDArray[np.float64]] = field(default_factory=list)
    least: list[NDArray[np.float64]] = field(default_factory=list)
    most: list[NDArray[np.float64]] = field(default_factory=list)
    n_columns: int = 0
    n_rows: int = 0

    def add(
        self,
        n: int,
        *,
        cost: NDArray[np.float64] | float = 0.0,
        lower: NDArray[np.float64] | float = 0.0,
        upper: NDArray[np.float64] | float = 1.0,
        whole: bool = True,
    ) -> NDArray[np.int64]:
        """Add columns."""
        for kept, given in ((self.cost, cost), (self.lower, lower), (self.upper, upper)):
            kept.append(np.broadcast_to(np.asarray(given, dtype=np.float64), n))
        self.whole.append(np.full(n, whole))
        self.n_columns += n
        return np.arange(self.n_columns - n, self.n_columns)

    def put(self, rows: object, columns: object, values: object) -> None:
        """Add entries; rows count from the first of the next :meth:`close`."""
        one = np.asarray(rows, dtype=np.int64)
        other = np.asarray(columns, dtype=np.int64)
        one, other, value = np.broadcast_arrays(one, other, np.asarray(values, dtype=np.float64))
        self.row.append(one.ravel() + self.n_rows)
        self.column.append(other.ravel())
        self.value.append(value.ravel())

    def close(
        self,
        n: int,
        *,
        least: NDArray[np.float64] | float = -math.inf,
        most: NDArray[np.float64] | float = math.inf,
    ) -> None:
        """Finish rows."""
        self.least.append(np.broadcast_to(np.asarray(least, dtype=np.float64), n))
        self.most.append(np.broadcast_to(np.asarray(most, dtype=np.float64), n))
        self.n_rows += n

    def milp(self, offset: float) -> Milp:
        """Put everything together."""
        entries = (np.concatenate(self.row), np.concatenate(self.column))
        shape = (self.n_rows, self.n_columns)
        return Milp(
            cost=np.concatenate(self.cost),
            matrix=sparse.csr_array(
                sparse.coo_array((np.concatenate(self.value), entries), shape=shape)
            ),
            row_lower=np.concatenate(self.least),
            row_upper=np.concatenate(self.most),
            whole=np.concatenate(self.whole),
            offset=offset,
            column_lower=np.concatenate(self.lower),
            column_upper=np.concatenate(self.upper),
        )
