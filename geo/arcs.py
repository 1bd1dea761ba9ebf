"""Arcs of a road graph: compressed rows, and the streets that they are the two directions of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["Arcs", "along", "rows", "streets_of"]

Ints = npt.NDArray[np.int64]
Cms = npt.NDArray[np.int32]
Kmh = npt.NDArray[np.uint8]
Arcs = csr_array[Any, tuple[int, int]]


def rows(
    nodes: int, tail: Ints, head: Ints, length_cm: Ints, kmh: npt.NDArray[Any]
) -> tuple[Ints, Cms, Cms, Kmh]:
    """Sort arcs into compressed rows; of parallel ones the shortest stays, of length 0 none.

    Parallel arcs are at most a piece of street long: which of them is the fastest matters little.
    """
    real = length_cm > 0
    tail, head, length_cm, kmh = tail[real], head[real], length_cm[real], kmh[real]
    order = np.lexsort((-kmh.astype(np.int64), length_cm, head, tail))
    tail, head, length_cm, kmh = tail[order], head[order], length_cm[order], kmh[order]
    new = np.ones(len(tail), np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tail[new], minlength=nodes), out=indptr[1:])
    return (
        indptr,
        head[new].astype(np.int32),
        length_cm[new].astype(np.int32),
        kmh[new].astype(np.uint8),
    )


def streets_of(arcs: Arcs) -> tuple[Ints, Ints, Ints, Ints]:
    """Pair the arcs: lower node, higher node, number of the arc there and back (-1: none)."""
    nodes, along = arcs.shape[0], arcs.tocoo()
    tail, head = (ends.astype(np.int64) for ends in along.coords)
    key = np.minimum(tail, head) * nodes + np.maximum(tail, head)
    streets, street = np.unique(key, return_inverse=True)
    there, back = np.full(len(streets), -1, np.int64), np.full(len(streets), -1, np.int64)
    upward = tail < head
    there[street[upward]] = np.flatnonzero(upward)
    back[street[~upward]] = np.flatnonzero(~upward)
    return streets // nodes, streets % nodes, there, back


def along(values: npt.NDArray[Any], arc: Ints) -> Ints:
    """Look up a value of each arc; 0 where there is none."""
    return np.where(arc >= 0, np.append(values, 0)[arc].astype(np.int64), 0)
