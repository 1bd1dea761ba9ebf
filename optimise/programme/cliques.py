"""Pairs that exclude one another, gathered into cliques: fewer rows, and much stronger ones.

At most one site of a clique is open. In the linear relaxation pairs let every site be half open;
a clique does not (Padberg 1973). Each pair lies in at least one clique, so nothing is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.incidence import Incidence

__all__ = ["cliques_of"]


def cliques_of(pairs: NDArray[np.integer], n_columns: int) -> Incidence:
    """Cover the edges of a graph greedily with maximal cliques.

    Parameters
    ----------
    pairs
        int[q, 2], distinct columns that exclude one another.
    n_columns
        Number of columns.

    Returns
    -------
    Incidence
        The columns of each clique, increasing.
    """
    if not len(pairs):
        return Incidence(
            indptr=np.zeros(1, dtype=np.int64),
            indices=np.zeros(0, dtype=np.int32),
            n_columns=n_columns,
        )
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int64)
    code = np.unique(both[:, 0] * n_columns + both[:, 1])
    one, other = code // n_columns, (code % n_columns).astype(np.int32)
    starts = np.searchsorted(one, np.arange(n_columns + 1)).astype(np.int64)
    indptr, indices = _cover(starts, other)
    return Incidence(indptr=indptr, indices=indices, n_columns=n_columns)


@inner
def _edge(starts: NDArray[np.int64], others: NDArray[np.int32], a: Any, b: Any) -> Any:
    """Place of b among the neighbours of a, -1 if it is none."""
    low, high = starts[a], starts[a + 1]
    while low < high:
        middle = (low + high) // 2
        if others[middle] < b:
            low = middle + 1
        else:
            high = middle
    return low if low < starts[a + 1] and others[low] == b else np.int64(-1)


@kernel
def _cover(
    starts: NDArray[np.int64], others: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    done = np.zeros(len(others), dtype=np.bool_)
    # A new clique covers at least one edge that no other does.
    indptr = np.zeros(len(others) // 2 + 1, dtype=np.int64)
    indices = np.zeros(2 * len(others), dtype=np.int32)
    count = 0
    for a in range(len(starts) - 1):
        for e in range(starts[a], starts[a + 1]):
            if done[e]:
                continue
            first = indptr[count]
            end = first
            indices[end] = a
            indices[end + 1] = others[e]
            end += 2
            for f in range(starts[a], starts[a + 1]):
                fits = others[f] != others[e]
                for g in range(first + 1, end):
                    fits = fits and _edge(starts, others, indices[g], others[f]) >= 0
                if fits:
                    if end == len(indices):
                        indices = np.concatenate((indices, np.zeros_like(indices)))
                    indices[end] = others[f]
                    end += 1
            for g in range(first, end):
                for h in range(first, end):
                    if g != h:
                        done[_edge(starts, others, indices[g], indices[h])] = True
            indices[first:end].sort()
            count += 1
            indptr[count] = end
            if end + 2 > len(indices):
                indices = np.concatenate((indices, np.zeros_like(indices)))
    return indptr[: count + 1].copy(), indices[: indptr[count]].copy()
