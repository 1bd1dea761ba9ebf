"""Rows that other rows imply, and rows that need a site each (compiled)."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from optimise.incidence import Incidence

__all__ = ["disjoint_rows", "implied_rows"]


def implied_rows(reach: Incidence) -> NDArray[np.bool_]:
    """Mark rows that are covered whenever some row that stays is.

    A row goes if all columns of another row are among its own; of equal rows the first stays.

    Returns
    -------
    bool[rows]
    """
    lengths = reach.lengths
    order = np.lexsort((np.arange(reach.n_rows), lengths)).astype(np.int64)
    use = np.bincount(reach.indices, minlength=reach.n_columns).astype(np.int64)
    gone: NDArray[np.bool_] = _implied(order, reach.indptr, reach.indices, use)
    return gone


def disjoint_rows(reach: Incidence) -> int:
    """Count rows, chosen greedily, no two of which share a column: each needs its own site."""
    columns = reach.transpose()
    size = columns.lengths
    # Prefer rows whose columns are in few other rows: they stand least in the way.
    paid = np.concatenate([[0], np.cumsum(size[reach.indices])])
    crowd = paid[reach.indptr[1:]] - paid[reach.indptr[:-1]]
    order = np.lexsort((np.arange(reach.n_rows), crowd)).astype(np.int64)
    return int(_disjoint(order, reach.indptr, reach.indices, reach.n_columns))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _implied(
    order: NDArray[np.int64],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    use: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """``order`` lists short rows first: only a row before can lie within one after it.

    Each row that stays is filed under its least used column, so that few are compared.
    """
    n, k = len(order), len(use)
    gone = np.zeros(n, dtype=np.bool_)
    mark = np.full(k, -1, dtype=np.int64)
    filed = np.full(k, -1, dtype=np.int64)
    below = np.full(n, -1, dtype=np.int64)
    for i in order:
        for a in range(indptr[i], indptr[i + 1]):
            mark[indices[a]] = i
        rare = -1
        for a in range(indptr[i], indptr[i + 1]):
            c = indices[a]
            if rare < 0 or use[c] < use[rare]:
                rare = c
            other = filed[c]
            while other >= 0 and not gone[i]:
                inside = True
                for b in range(indptr[other], indptr[other + 1]):
                    if mark[indices[b]] != i:
                        inside = False
                        break
                gone[i] = inside
                other = below[other]
            if gone[i]:
                break
        if not gone[i] and rare >= 0:
            below[i] = filed[rare]
            filed[rare] = i
    return gone


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _disjoint(
    order: NDArray[np.int64], indptr: NDArray[np.int64], indices: NDArray[np.int32], k: Any
) -> Any:
    taken = np.zeros(k, dtype=np.bool_)
    count = 0
    for i in order:
        free = True
        for a in range(indptr[i], indptr[i + 1]):
            if taken[indices[a]]:
                free = False
                break
        if free:
            count += 1
            for a in range(indptr[i], indptr[i + 1]):
                taken[indices[a]] = True
    return count
