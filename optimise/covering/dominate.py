"""Columns that another column can always replace, rows that another row implies (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.incidence import Incidence

__all__ = ["dominated", "implied"]


def dominated(
    reach: Incidence,
    costs: NDArray[np.float64],
    zone: NDArray[np.int32],
    quota: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Mark columns that can be left out without losing an optimal plan.

    A column outside all quotas may go if one other column covers at least the same rows and
    costs no more. In a zone that still needs q columns it may go if q such columns lie in the
    same zone: then either one of them is closed and can take its place, or all are open and it
    is needed neither for the rows nor for the quota. Columns are judged one after the other, and
    only against those still there.

    Returns
    -------
    bool[k]
        True for columns to leave out.
    """
    columns = reach.transpose()
    size = columns.lengths
    order = np.lexsort((-np.arange(len(size)), -costs, size)).astype(np.int64)
    by_zone = np.argsort(zone, kind="stable").astype(np.int64)
    zone_start = np.searchsorted(zone[by_zone], np.arange(len(quota) + 1)).astype(np.int64)
    gone: NDArray[np.bool_] = _judge(
        order,
        columns.indptr,
        columns.indices,
        reach.indptr,
        reach.indices,
        costs,
        zone,
        quota,
        by_zone,
        zone_start,
    )
    return gone


def implied(reach: Incidence, must: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark rows that are covered whenever some other row is that stays and must be covered.

    A row goes if all columns of such a row are among its own; of equal rows the first stays.

    Parameters
    ----------
    must
        bool[rows], rows that no plan may leave out.
    """
    lengths = reach.lengths
    order = np.lexsort((np.arange(reach.n_rows), ~must, lengths)).astype(np.int64)
    use = np.bincount(reach.indices, minlength=reach.n_columns).astype(np.int64)
    gone: NDArray[np.bool_] = _implied(order, reach.indptr, reach.indices, use, must)
    return gone


@inner
def _within(col_ptr: NDArray[np.int64], rows: NDArray[np.int32], j: Any, k: Any) -> Any:
    """Tell whether the rows of column j are all rows of column k."""
    b, end = col_ptr[k], col_ptr[k + 1]
    for a in range(col_ptr[j], col_ptr[j + 1]):
        while b < end and rows[b] < rows[a]:
            b += 1
        if b == end or rows[b] != rows[a]:
            return False
    return True


@kernel
def _judge(
    order: NDArray[np.int64],
    col_ptr: NDArray[np.int64],
    rows: NDArray[np.int32],
    row_ptr: NDArray[np.int64],
    cols: NDArray[np.int32],
    costs: NDArray[np.float64],
    zone: NDArray[np.int32],
    quota: NDArray[np.int32],
    by_zone: NDArray[np.int64],
    zone_start: NDArray[np.int64],
) -> NDArray[np.bool_]:
    gone = np.zeros(len(order), dtype=np.bool_)
    for j in order:
        size = col_ptr[j + 1] - col_ptr[j]
        needed = quota[zone[j]] if zone[j] >= 0 else 1
        if size == 0:
            if zone[j] < 0:
                gone[j] = True
                continue
            found = 0
            for at in range(zone_start[zone[j]], zone_start[zone[j] + 1]):
                k = by_zone[at]
                if k != j and not gone[k] and costs[k] <= costs[j]:
                    found += 1
            gone[j] = found >= needed
            continue
        rare = rows[col_ptr[j]]
        for a in range(col_ptr[j], col_ptr[j + 1]):
            i = rows[a]
            if row_ptr[i + 1] - row_ptr[i] < row_ptr[rare + 1] - row_ptr[rare]:
                rare = i
        found = 0
        for b in range(row_ptr[rare], row_ptr[rare + 1]):
            k = cols[b]
            if k == j or gone[k] or costs[k] > costs[j]:
                continue
            if col_ptr[k + 1] - col_ptr[k] < size or (zone[j] >= 0 and zone[k] != zone[j]):
                continue
            if _within(col_ptr, rows, j, k):
                found += 1
                if found == needed:
                    gone[j] = True
                    break
    return gone


@kernel
def _implied(
    order: NDArray[np.int64],
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    use: NDArray[np.int64],
    must: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """``order`` lists short rows first: only a row before can lie within one after it.

    Each row that must be and stays is filed under its least used column, so that few are compared.
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
        if must[i] and not gone[i] and rare >= 0:
            below[i] = filed[rare]
            filed[rare] = i
    return gone
