"""Demand as rows: who loses what for want of an open column.

A row loses its ``level`` of the nearest open column (weighted distance; 0 where only coverage
matters), its ``far`` where fewer than ``need`` columns are open, and then also its ``gain`` in
each target. Where only coverage matters rows with the same columns are merged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.compiled import kernel

__all__ = ["Units", "lay_units", "merged"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Units:
    """Rows of demand over columns, nearest column first.

    Parameters
    ----------
    indptr, columns
        int64[rows + 1] and int32[nnz]. Where two are needed a column may stand twice in a row.
    level
        float64[nnz], loss while the column is the nearest one open; not falling within a row.
    far
        float64[rows], loss while fewer than ``need`` are open.
    need
        int8[rows], 1 or 2.
    measured
        bool[rows], whether it matters which open column is the nearest.
    gain
        csr float64[rows, targets], weight lost in each target while fewer than ``need`` are open.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    level: NDArray[np.float64]
    far: NDArray[np.float64]
    need: NDArray[np.int8]
    measured: NDArray[np.bool_]
    gain: sparse.csr_array

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.far)

    @property
    def row_of(self) -> NDArray[np.int64]:
        """Row of each entry."""
        return np.repeat(np.arange(self.count), np.diff(self.indptr))

    def take(self, rows: NDArray[np.integer]) -> Units:
        """Keep the given rows."""
        lengths = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        entry = np.repeat(self.indptr[rows] - indptr[:-1], lengths) + np.arange(indptr[-1])
        return Units(
            indptr=indptr,
            columns=self.columns[entry],
            level=self.level[entry],
            far=self.far[rows],
            need=self.need[rows],
            measured=self.measured[rows],
            gain=sparse.csr_array(self.gain[rows]),
        )


@kernel
def _sort_rows(
    indptr: NDArray[np.int64],
    columns: NDArray[np.int32],
    level: NDArray[np.float64],
    copies: NDArray[np.int8],
) -> NDArray[np.bool_]:
    """Sort each row by level, then column; mark what is not a surplus copy of a column."""
    keep = np.ones(len(columns), dtype=np.bool_)
    for row in range(len(indptr) - 1):
        first, last = indptr[row], indptr[row + 1]
        by_column = np.argsort(columns[first:last], kind="mergesort")
        by_level = by_column[np.argsort(level[first:last][by_column], kind="mergesort")]
        columns[first:last] = columns[first:last][by_level]
        level[first:last] = level[first:last][by_level]
        if copies[row] == 0:
            continue
        for a in range(first, last):
            seen = 0
            for b in range(first, a):
                seen += columns[b] == columns[a]
            keep[a] = seen < copies[row]
    return keep


def lay_units(
    indptr: NDArray[np.int64],
    columns: NDArray[np.int32],
    level: NDArray[np.float64],
    far: NDArray[np.float64],
    need: NDArray[np.int8],
    gain: sparse.csr_array,
    *,
    measured: bool,
    tied: bool,
) -> Units:
    """Bring entries into order; ``tied`` tells that a column may stand in a row several times."""
    columns, level = columns.copy(), level.copy()
    copies = need if tied else np.zeros_like(need)
    keep = _sort_rows(indptr, columns, level, copies)
    before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
    return Units(
        indptr=before[indptr],
        columns=columns[keep],
        level=level[keep],
        far=far,
        need=need,
        measured=np.full(len(far), measured),
        gain=gain,
    )


def merged(units: Units, n_columns: int) -> Units:
    """Make one row of those with the same columns and need; only where levels are all 0.

    Rows are put together by a 64-bit signature and compared entry by entry with the first of
    their class; one that only shares the signature stays alone.
    """
    n = units.count
    if n == 0:
        return units
    keys = np.random.default_rng(1974).integers(0, 2**64, n_columns + 2, dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(keys[units.columns], dtype=np.uint64)])
    signature = sums[units.indptr[1:]] - sums[units.indptr[:-1]]
    signature = signature * np.uint64(2) + keys[n_columns + units.need.astype(np.int64) - 1]
    _, first, kind = np.unique(signature, return_index=True, return_inverse=True)
    leader = first[kind]
    lengths = np.diff(units.indptr)
    same = (lengths == lengths[leader]) & (units.need == units.need[leader])
    rows = np.flatnonzero(same)
    one, other = units.take(rows), units.take(leader[rows])
    differs = np.concatenate([[0], np.cumsum(one.columns != other.columns)])
    same[rows] = differs[one.indptr[1:]] == differs[one.indptr[:-1]]
    leader = np.where(same, leader, np.arange(n))
    kept, number = np.unique(leader, return_inverse=True)
    gather = sparse.csr_array((np.ones(n), (number, np.arange(n))), shape=(len(kept), n))
    slim = units.take(kept)
    return Units(
        indptr=slim.indptr,
        columns=slim.columns,
        level=slim.level,
        far=np.asarray(gather @ units.far),
        need=slim.need,
        measured=slim.measured,
        gain=sparse.csr_array(gather @ units.gain),
    )
