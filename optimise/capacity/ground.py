"""What a question with capacities comes down to: who may be served by whom, at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.models import CapacitatedCover, CapacitatedMedian

__all__ = ["Capacitated", "Ground", "settle"]

Capacitated = CapacitatedCover | CapacitatedMedian


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """Open columns (sites) and share rows (units) out among them, in arrays.

    Pairs are stored by unit, and once more by site.

    Parameters
    ----------
    sites
        int32[k], the problem's number of each column, increasing; forbidden ones are left out.
    fixed
        float64[k], what opening a column adds to the value.
    capacity
        float64[k], most weight a column takes, never more than it could be given.
    kept
        bool[k], columns that are open in every plan.
    weight
        float64[n], weight of each row, positive.
    first, member
        int64[n + 1] and int32: units of the problem that are merged in each row. Only equal ones,
        and only where units may be split.
    start, column, cost
        int64[n + 1], int32[pairs], float64[pairs]: columns that may serve each row, and what each
        weight served adds to the value.
    site_start, row, site_cost
        int64[k + 1], int32[pairs], float64[pairs]: where the pairs of each column begin, sorted by
        column, the row and the cost of each.
    must
        bool[n], rows that must be served whole.
    inside, need
        csr float64[g, n] of ones and float64[g]: weight still to be served among the other rows.
    groups
        Name of each of the ``g`` targets.
    matrix, lower, upper, names
        Side constraints over the columns, as in :class:`~optimise.sides.SideRows`; ``("p", 0)`` is
        the model's own limit.
    zone, quota, most
        int32[k], int64[zones] and the most columns that may be open: the part of them that a
        relaxed choice of columns can heed at no cost.
    split
        Whether a row may be shared out.
    grain
        The largest number known to divide all values, None if there is none.
    """

    sites: NDArray[np.int32]
    fixed: NDArray[np.float64]
    capacity: NDArray[np.float64]
    kept: NDArray[np.bool_]
    weight: NDArray[np.float64]
    first: NDArray[np.int64]
    member: NDArray[np.int32]
    start: NDArray[np.int64]
    column: NDArray[np.int32]
    cost: NDArray[np.float64]
    site_start: NDArray[np.int64]
    row: NDArray[np.int32]
    site_cost: NDArray[np.float64]
    must: NDArray[np.bool_]
    inside: sparse.csr_array
    need: NDArray[np.float64]
    groups: tuple[str, ...]
    matrix: sparse.csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    names: tuple[tuple[str, int], ...]
    zone: NDArray[np.int32]
    quota: NDArray[np.int64]
    most: int
    split: bool
    grain: float | None

    @property
    def row_of(self) -> NDArray[np.int32]:
        """Row of each pair, int32[pairs]."""
        rows = np.arange(len(self.weight), dtype=np.int32)
        return np.repeat(rows, np.diff(self.start))

    def keeps(self, is_open: NDArray[np.bool_]) -> bool:
        """Whether open columns heed every side constraint."""
        if (self.kept & ~is_open).any():
            return False
        have = self.matrix @ is_open.astype(np.float64)
        slack = 1e-9 * np.maximum(1.0, np.abs(have))
        return bool(((have >= self.lower - slack) & (have <= self.upper + slack)).all())

    @property
    def dust(self) -> float:
        """Weight so small that it is rounding: far below the lightest row and the heaviest."""
        light = float(self.weight.min(initial=np.inf))
        return min(1e-3 * light, 1e-10 * float(self.weight.max(initial=1.0)))

    @property
    def lack(self) -> float:
        """Weight in all that may be left out for rounding: never a whole row's."""
        light = float(self.weight.min(initial=np.inf))
        return min(0.5 * light, 1e-9 * float(self.weight.sum()))

    def row_at(self, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of some pairs."""
        return np.searchsorted(self.start, pairs, side="right") - 1

    def pair_of(self, row: NDArray[np.integer], column: NDArray[np.integer]) -> NDArray[np.int64]:
        """Pairs of rows and columns that there are."""
        k = np.int64(len(self.sites))
        return np.searchsorted(self.row_of * k + self.column, row * k + column).astype(np.int64)

    def round_up(self, bound: float) -> float:
        """Strengthen a bound to the next value there can be."""
        if self.grain is None or not math.isfinite(bound):
            return bound
        return float(math.ceil(bound / self.grain - 1e-6 - 1e-12 * abs(bound))) * self.grain


def settle(
    ground: Ground,
    *,
    dropped: NDArray[np.bool_],
    opened: NDArray[np.bool_],
    useless: NDArray[np.bool_] | None = None,
) -> Ground:
    """Leave out columns, bool[k], and pairs, bool[pairs]; open columns for good, bool[k]."""
    columns = np.flatnonzero(~dropped)
    number = np.full(len(ground.sites), -1, dtype=np.int32)
    number[columns] = np.arange(len(columns), dtype=np.int32)
    usable = number[ground.column] >= 0
    if useless is not None:
        usable &= ~useless
    before = np.concatenate([[0], np.cumsum(usable)]).astype(np.int64)
    column, cost, row_of = number[ground.column[usable]], ground.cost[usable], ground.row_of[usable]
    by_site = np.argsort(column, kind="stable")
    counts = np.bincount(column, minlength=len(columns))
    given = np.bincount(column, weights=ground.weight[row_of], minlength=len(columns))
    return replace(
        ground,
        sites=ground.sites[columns],
        fixed=ground.fixed[columns],
        capacity=np.minimum(ground.capacity[columns], given),
        kept=(ground.kept | opened)[columns],
        start=before[ground.start],
        column=column,
        cost=cost,
        site_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        row=row_of[by_site],
        site_cost=cost[by_site],
        matrix=ground.matrix[:, columns],
        zone=ground.zone[columns],
    )
