"""Who is within reach of what: the one place where a radius meets the travel matrix.

Everything works on the bare CSR arrays. An explicit ``0.0`` is a site at the same place and is
within every radius; sparse-matrix operators would lose it or invent entries for absent pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import Radius
from optimise.problem import Problem
from optimise.travel import Travel

__all__ = ["Incidence", "narrowed", "widest", "within"]


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
        order = np.argsort(self.indices, kind="stable")
        counts = np.bincount(self.indices, minlength=self.n_columns)
        return Incidence(
            indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            indices=self.row_of[order],
            n_columns=self.n_rows,
        )

    def take(self, rows: NDArray[np.integer]) -> Incidence:
        """Keep the given rows, in the given order."""
        lengths = self.lengths[rows]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        offset = np.repeat(self.indptr[rows] - indptr[:-1], lengths)
        return Incidence(
            indptr=indptr,
            indices=self.indices[offset + np.arange(indptr[-1])],
            n_columns=self.n_columns,
        )

    def keep_columns(self, columns: NDArray[np.integer]) -> Incidence:
        """Keep the given columns (increasing) and number them from 0."""
        number = np.full(self.n_columns, -1, dtype=np.int32)
        number[columns] = np.arange(len(columns), dtype=np.int32)
        return self._filter(number[self.indices] >= 0, number, len(columns))

    def _filter(
        self, keep: NDArray[np.bool_], number: NDArray[np.int32], n_columns: int
    ) -> Incidence:
        before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
        return Incidence(
            indptr=before[self.indptr],
            indices=number[self.indices[keep]],
            n_columns=n_columns,
        )

    def touches(self, columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell for each row whether it has one of the marked columns, bool[rows]."""
        hits = np.concatenate([[0], np.cumsum(columns[self.indices])])
        return np.asarray(hits[self.indptr[1:]] > hits[self.indptr[:-1]])


def within(travel: Travel, radius: float, n_sites: int) -> Incidence:
    """Sites within ``radius`` (inclusive) of each demand unit."""
    near = travel.impedance.astype(np.float64) <= radius
    before = np.concatenate([[0], np.cumsum(near)]).astype(np.int64)
    return Incidence(indptr=before[travel.indptr], indices=travel.indices[near], n_columns=n_sites)


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
