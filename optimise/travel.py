"""How far: impedances between demand units and sites, sparse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimise.checks import frozen, refuse
from optimise.compiled import kernel

__all__ = ["Travel"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Travel:
    """Impedances between demand units (rows) and sites (columns), only those within a cutoff.

    An *absent* entry means "beyond the cutoff", an explicit ``0.0`` means "the same place":
    never hand this to a sparse-matrix library that drops zeros.

    Parameters
    ----------
    indptr
        int64[n + 1], start of each demand unit's entries.
    indices
        int32[nnz], sites, strictly increasing within a row.
    impedance
        float32 or float64[nnz], in metres or any other unit the radius is given in.
    cutoff
        Entries are complete up to here; a larger radius is refused. ``inf`` if nothing was cut.

    Raises
    ------
    ProblemError
        If the three arrays are not a well-formed matrix or an impedance is negative or NaN.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    impedance: NDArray[np.floating[Any]]
    cutoff: float = float("inf")

    def __post_init__(self) -> None:
        indptr = np.ascontiguousarray(self.indptr, dtype=np.int64)
        indices = np.ascontiguousarray(self.indices, dtype=np.int32)
        impedance = np.ascontiguousarray(self.impedance)
        if impedance.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            impedance = impedance.astype(np.float64)
        if indptr.ndim != 1 or len(indptr) == 0 or indptr[0] != 0 or not _rises(indptr):
            raise refuse("travel.indptr", "not a rising sequence from 0", "Give CSR row starts.")
        if len(indices) != indptr[-1] or len(impedance) != indptr[-1]:
            raise refuse(
                "travel",
                f"{len(indices)} indices and {len(impedance)} impedances for {indptr[-1]} entries",
                "Give one index and one impedance for each entry of the matrix.",
            )
        row, at = _first_faults(indptr, indices, impedance)
        if row >= 0:
            raise refuse(
                "travel.indices",
                f"unsorted or doubled sites in row {row}",
                "Sort each row and keep the shortest of doubled entries.",
            )
        if at >= 0:
            raise refuse(
                "travel.impedance",
                f"entry {at} is {impedance[at]}",
                "Impedances are numbers from 0 up; leave out what cannot be reached.",
            )
        if not self.cutoff > 0:
            raise refuse("travel.cutoff", f"{self.cutoff}", "Give the positive search radius.")
        object.__setattr__(self, "indptr", frozen(indptr))
        object.__setattr__(self, "indices", frozen(indices))
        object.__setattr__(self, "impedance", frozen(impedance))

    @classmethod
    def from_dense(cls, table: ArrayLike) -> Travel:
        """Make a matrix from a table [units x sites] in which NaN or inf means out of reach."""
        dense = np.asarray(table, dtype=np.float64)
        near = np.isfinite(dense)
        return cls(
            indptr=np.concatenate([[0], np.cumsum(near.sum(axis=1))]).astype(np.int64),
            indices=np.nonzero(near)[1].astype(np.int32),
            impedance=dense[near],
        )


@kernel
def _rises(indptr: NDArray[np.int64]) -> Any:
    rising = True
    for row in range(len(indptr) - 1):
        rising &= indptr[row + 1] >= indptr[row]
    return rising


@kernel
def _first_faults(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], impedance: NDArray[np.floating[Any]]
) -> Any:
    """First row whose sites do not rise and first entry that is no impedance; -1 for none."""
    odd_row, odd_entry = np.int64(-1), np.int64(-1)
    for row in range(len(indptr) - 1):
        for a in range(indptr[row], indptr[row + 1]):
            if a > indptr[row] and indices[a] <= indices[a - 1] and odd_row < 0:
                odd_row = np.int64(row)
            if not impedance[a] >= 0 and odd_entry < 0:
                odd_entry = np.int64(a)
    return odd_row, odd_entry
