"""Who is within reach of what: the one place where a radius meets the travel matrix.

Everything works on the bare CSR arrays. An explicit ``0.0`` is a site at the same place and is
within every radius; sparse-matrix operators would lose it or invent entries for absent pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.cover_models import Radius
from optimise.problem import Problem
from optimise.travel import Travel

__all__ = ["Incidence", "narrowed", "reach_within", "widest", "within"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Incidence:
    """Sorted lists: for each row the columns it is incident to.

    Parameters
    ----------
    indptr
        int64[rows + 1]
    indices
        int32[nnz], increasing within a row
    n_columns
        Number of columns.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_columns: int

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Entries of each row, int64[rows]."""
        return np.diff(self.indptr)

    @property
    def row_of(self) -> NDArray[np.int32]:
        """Row of each entry, int32[nnz]."""
        return np.repeat(np.arange(self.n_rows, dtype=np.int32), self.lengths)

    def transpose(self) -> Incidence:
        """Swap rows and columns."""
        indptr = np.zeros(self.n_columns + 1, dtype=np.int64)
        rows = np.empty(len(self.indices), dtype=np.int32)
        _turn(self.indptr, self.indices, indptr, rows)
        return Incidence(indptr=indptr, indices=rows, n_columns=self.n_rows)

    def take(self, rows: NDArray[np.integer]) -> Incidence:
        """Keep the given rows, in the given order."""
        indptr = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(self.lengths[rows], out=indptr[1:])
        columns = np.empty(indptr[-1], dtype=np.int32)
        _take(self.indptr, self.indices, np.asarray(rows, dtype=np.int64), indptr, columns)
        return Incidence(indptr=indptr, indices=columns, n_columns=self.n_columns)

    def keep_columns(self, columns: NDArray[np.integer]) -> Incidence:
        """Keep the given columns (increasing) and number them from 0."""
        number = np.full(self.n_columns, -1, dtype=np.int32)
        number[columns] = np.arange(len(columns), dtype=np.int32)
        indptr = np.zeros_like(self.indptr)
        left = np.empty(len(self.indices), dtype=np.int32)
        count = _renumber(self.indptr, self.indices, number, indptr, left)
        return Incidence(indptr=indptr, indices=left[:count].copy(), n_columns=len(columns))

    def touches(self, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell for each row whether it has one of the marked columns, bool[rows]."""
        hit = np.zeros(self.n_rows, dtype=np.bool_)
        _touch(self.indptr, self.indices, columns, hit)
        return hit


def within(travel: Travel, radius: float, n_sites: int) -> Incidence:
    """Sites within ``radius`` (inclusive) of each demand unit."""
    return reach_within(travel, radius, n_sites)[0]


def reach_within(
    travel: Travel, radius: float, n_sites: int
) -> tuple[Incidence, NDArray[np.float64]]:
    """Sites within ``radius`` (inclusive) of each demand unit, and how far each is."""
    indptr = np.zeros_like(travel.indptr)
    _count_within(travel.indptr, travel.impedance, radius, indptr)
    sites = np.empty(indptr[-1], dtype=np.int32)
    far = np.empty(indptr[-1], dtype=np.float64)
    _fill_within(travel.indices, travel.impedance, radius, sites, far)
    return Incidence(indptr=indptr, indices=sites, n_columns=n_sites), far


def widest(radius: Radius) -> float:
    """Return the largest of the radii."""
    return float(max(value for _, value in radius) if isinstance(radius, tuple) else radius)


def narrowed(problem: Problem, radius: Radius) -> Problem:
    """Leave out the pairs beyond each unit's own radius; :func:`widest` does for the rest.

    Raises
    ------
    KeyError
        For a group that is not there.
    """
    if not isinstance(radius, tuple):
        return problem
    own = np.full(problem.n_units, -1.0)
    for group, value in reversed(radius):
        own[problem.members(group)] = value
    travel = problem.travel
    lengths = np.diff(travel.indptr)
    near = travel.impedance.astype(np.float64) <= np.repeat(own, lengths)
    before = np.concatenate([[0], np.cumsum(near)]).astype(np.int64)
    return replace(
        problem,
        travel=replace(
            travel,
            indptr=before[travel.indptr],
            indices=travel.indices[near],
            impedance=travel.impedance[near],
        ),
    )


@kernel
def _turn(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    start: NDArray[np.int64],
    rows: NDArray[np.int32],
) -> None:
    """Fill the transpose by counting; ``start`` comes zeroed."""
    for c in indices:
        start[c + 1] += 1
    for c in range(len(start) - 1):
        start[c + 1] += start[c]
    at = start.copy()
    for r in range(len(indptr) - 1):
        for a in range(indptr[r], indptr[r + 1]):
            rows[at[indices[a]]] = r
            at[indices[a]] += 1


@kernel
def _take(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    rows: NDArray[np.int64],
    start: NDArray[np.int64],
    columns: NDArray[np.int32],
) -> None:
    for i in range(len(rows)):
        first = indptr[rows[i]]
        for a in range(start[i + 1] - start[i]):
            columns[start[i] + a] = indices[first + a]


@kernel
def _renumber(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    number: NDArray[np.int32],
    start: NDArray[np.int64],
    left: NDArray[np.int32],
) -> Any:
    count = 0
    for r in range(len(indptr) - 1):
        for a in range(indptr[r], indptr[r + 1]):
            c = number[indices[a]]
            if c >= 0:
                left[count] = c
                count += 1
        start[r + 1] = count
    return count


@kernel
def _touch(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    columns: NDArray[np.bool_],
    hit: NDArray[np.bool_],
) -> None:
    for r in range(len(hit)):
        for a in range(indptr[r], indptr[r + 1]):
            if columns[indices[a]]:
                hit[r] = True
                break


@kernel
def _count_within(
    indptr: NDArray[np.int64],
    impedance: NDArray[np.floating[Any]],
    radius: Any,
    start: NDArray[np.int64],
) -> None:
    count = 0
    for u in range(len(indptr) - 1):
        for a in range(indptr[u], indptr[u + 1]):
            count += impedance[a] <= radius
        start[u + 1] = count


@kernel
def _fill_within(
    indices: NDArray[np.int32],
    impedance: NDArray[np.floating[Any]],
    radius: Any,
    sites: NDArray[np.int32],
    far: NDArray[np.float64],
) -> None:
    count = 0
    for a in range(len(indices)):
        if impedance[a] <= radius:
            sites[count] = indices[a]
            far[count] = impedance[a]
            count += 1
