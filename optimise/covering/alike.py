"""Rows with the same columns become one, in one pass over the entries (compiled).

Rows are looked up by a 64-bit signature of their columns and compared entry by entry with the
class they may belong to, so that only equal rows are ever merged, and all of them are. Nothing as
long as the matrix is copied: twenty million units with a hundred sites need a number each and a
few thousand classes (Cordeau, Furini and Ljubic 2019 count on the same merge).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.incidence import Incidence
from optimise.travel import Travel

__all__ = ["OUT", "SERVED", "Classes", "classes", "merge", "tally", "totals"]

#: What stands for the class of a unit within reach of a site that is open anyway, and of one
#: without any site within reach.
SERVED, OUT = -1, -2
#: A column that is open anyway, and one that must not be.
_KEPT, _CLOSED = -1, -2
#: Entries whose sum is taken in one go, so that rounding does not add up over millions.
_BLOCK = 4096


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Classes:
    """Rows by the columns they are incident to.

    Parameters
    ----------
    of
        int32[rows], class of each row; ``SERVED`` or ``OUT`` for rows in none.
    reach
        Columns of each class; classes are numbered as their first rows come.
    """

    of: NDArray[np.int32]
    reach: Incidence


def classes(
    travel: Travel, radius: float, kept: NDArray[np.bool_], forbidden: NDArray[np.bool_]
) -> Classes:
    """Merge demand units with the same sites within ``radius`` (inclusive).

    Parameters
    ----------
    kept, forbidden
        bool[m], sites that are open anyway (the rest is numbered from 0, without gaps) and sites
        that must not be.
    """
    free = ~kept & ~forbidden
    number = np.full(len(kept), _CLOSED, dtype=np.int32)
    number[kept] = _KEPT
    number[free] = np.arange(free.sum(), dtype=np.int32)
    return _classes(travel.indptr, travel.indices, travel.impedance, radius, number, every=False)


def merge(reach: Incidence) -> Classes:
    """Merge equal rows; a row without columns is a class, too."""
    number = np.arange(reach.n_columns, dtype=np.int32)
    return _classes(
        reach.indptr, reach.indices, np.zeros(0, dtype=np.float32), 0.0, number, every=True
    )


def _classes(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[np.floating[Any]],
    radius: float,
    number: NDArray[np.int32],
    *,
    every: bool,
) -> Classes:
    n_columns = int((number >= 0).sum())
    key = np.random.default_rng(1971).integers(0, 2**64, n_columns, dtype=np.uint64)
    of, starts, columns = _sort_out(indptr, indices, impedance, radius, number, key, every)
    reach = Incidence(indptr=starts, indices=columns, n_columns=n_columns)
    return Classes(of=of, reach=reach)


def tally(found: Classes, weights: NDArray[Any], members: NDArray[np.int32]) -> NDArray[np.float64]:
    """Sum the weights of the members of each class, float64[classes]."""
    sums = np.zeros(found.reach.n_rows)
    _tally(found.of, weights, members, sums)
    return sums


def totals(
    of: NDArray[np.int32], weights: NDArray[Any], members: NDArray[np.int32]
) -> tuple[float, float, float]:
    """Weight of the members; of those with a site within reach; of those served anyway."""
    blocks = np.zeros((3, len(members) // _BLOCK + 1))
    _totals(of, weights, members, blocks, _BLOCK)
    total, coverable, served = blocks.sum(axis=1).tolist()
    return total, coverable, served


@kernel
def _sort_out(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[np.floating[Any]],
    radius: Any,
    number: NDArray[np.int32],
    key: NDArray[np.uint64],
    every: Any,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """``every``: every entry counts, however far, and rows without columns are a class."""
    n = len(indptr) - 1
    of = np.empty(n, dtype=np.int32)
    slots = np.full(2048, -1, dtype=np.int32)
    signatures = np.empty(1024, dtype=np.uint64)
    starts = np.zeros(1025, dtype=np.int64)
    columns = np.empty(16384, dtype=np.int32)
    row = np.empty(len(key) + 1, dtype=np.int32)
    count = 0
    for i in range(n):
        length, signature, served = 0, np.uint64(0), False
        for a in range(indptr[i], indptr[i + 1]):
            if every or impedance[a] <= radius:
                c = number[indices[a]]
                if c >= 0:
                    row[length] = c
                    length += 1
                    signature += key[c]
                elif c == _KEPT:
                    served = True
                    break
        if served or (length == 0 and not every):
            of[i] = SERVED if served else OUT
            continue
        mask = np.uint64(len(slots) - 1)
        slot = (signature ^ (signature >> np.uint64(32))) & mask
        while True:
            one = slots[slot]
            if one < 0:
                break
            if signatures[one] == signature and starts[one + 1] - starts[one] == length:
                equal = True
                for a in range(length):
                    if columns[starts[one] + a] != row[a]:
                        equal = False
                        break
                if equal:
                    break
            slot = (slot + np.uint64(1)) & mask
        if one < 0:
            one = np.int32(count)
            slots[slot] = one
            signatures[one] = signature
            end = starts[one] + length
            if end > len(columns):
                larger = np.empty(2 * end, dtype=np.int32)
                larger[: starts[one]] = columns[: starts[one]]
                columns = larger
            for a in range(length):
                columns[starts[one] + a] = row[a]
            starts[one + 1] = end
            count += 1
            if count == len(signatures):
                signatures = np.concatenate((signatures, np.empty(count, dtype=np.uint64)))
                starts = np.concatenate((starts, np.zeros(count, dtype=np.int64)))
                slots = np.full(4 * count, -1, dtype=np.int32)
                mask = np.uint64(len(slots) - 1)
                for other in range(count):
                    mark = signatures[other]
                    slot = (mark ^ (mark >> np.uint64(32))) & mask
                    while slots[slot] >= 0:
                        slot = (slot + np.uint64(1)) & mask
                    slots[slot] = other
        of[i] = one
    return of, starts[: count + 1].copy(), columns[: starts[count]].copy()


@kernel
def _tally(
    of: NDArray[np.int32],
    weights: NDArray[Any],
    members: NDArray[np.int32],
    sums: NDArray[np.float64],
) -> None:
    for u in members:
        if of[u] >= 0:
            sums[of[u]] += weights[u]


@kernel
def _totals(
    of: NDArray[np.int32],
    weights: NDArray[Any],
    members: NDArray[np.int32],
    blocks: NDArray[np.float64],
    block: Any,
) -> None:
    for a in range(len(members)):
        u = members[a]
        blocks[0, a // block] += weights[u]
        if of[u] != OUT:
            blocks[1, a // block] += weights[u]
        if of[u] == SERVED:
            blocks[2, a // block] += weights[u]
