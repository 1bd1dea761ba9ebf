"""Rows that need a site each (compiled)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.incidence import Incidence

__all__ = ["disjoint_rows"]


def disjoint_rows(reach: Incidence) -> int:
    """Count rows, chosen greedily, no two of which share a column: each needs its own site."""
    columns = reach.transpose()
    size = columns.lengths
    # Prefer rows whose columns are in few other rows: they stand least in the way.
    paid = np.concatenate([[0], np.cumsum(size[reach.indices])])
    crowd = paid[reach.indptr[1:]] - paid[reach.indptr[:-1]]
    order = np.lexsort((np.arange(reach.n_rows), crowd)).astype(np.int64)
    return int(_disjoint(order, reach.indptr, reach.indices, reach.n_columns))


@kernel
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
