"""Find the open sites near each unit by one walk through the travel matrix, plain numpy.

The walk goes block by block, so that a matrix of hundreds of millions of pairs needs no second
copy of itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import Radius
from optimise.problem import Problem

__all__ = ["Reach", "look_around", "own_radius", "pair_at"]

#: Pairs looked at in one go.
_BLOCK = 4_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reach:
    """What each unit has around it.

    Parameters
    ----------
    nearest
        float64[n], impedance to the nearest open site within the unit's radius, inf for none.
    site
        int64[n], that site, of equals the lowest; -1 for none.
    count
        int64[n], open sites within the unit's radius.
    """

    nearest: NDArray[np.float64]
    site: NDArray[np.int64]
    count: NDArray[np.int64]


def own_radius(problem: Problem, radius: Radius | None) -> NDArray[np.float64]:
    """Radius of each unit, float64[n]: that of the first group it is in; -1 if it is in none."""
    if radius is None:
        return np.full(problem.n_units, math.inf)
    if not isinstance(radius, tuple):
        return np.full(problem.n_units, float(radius))
    own = np.full(problem.n_units, -1.0)
    for group, value in reversed(radius):
        own[problem.members(group)] = value
    return own


def look_around(
    problem: Problem, is_open: NDArray[np.bool_], own: NDArray[np.float64], block: int = _BLOCK
) -> Reach:
    """Walk once through all pairs."""
    travel, n = problem.travel, problem.n_units
    nearest = np.full(n, np.inf)
    site, count = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    marks = np.searchsorted(travel.indptr, np.arange(0, travel.indptr[-1], block), side="right") - 1
    starts = np.unique(np.append(marks, [0, n]))
    for start, end in pairwise(starts.tolist()):
        first, last = travel.indptr[start], travel.indptr[end]
        columns = travel.indices[first:last]
        at = np.flatnonzero(is_open[columns])
        unit = np.searchsorted(travel.indptr[start : end + 1], first + at, side="right") - 1
        unit += start
        far = travel.impedance[first:last][at].astype(np.float64)
        near = far <= own[unit]
        unit, far, column = unit[near], far[near], columns[at[near]]
        if not len(unit):
            continue
        new = np.flatnonzero(np.append(True, unit[1:] != unit[:-1]))
        rows = unit[new]
        nearest[rows] = np.minimum.reduceat(far, new)
        equal = np.where(far == nearest[unit], column, problem.n_sites)
        site[rows] = np.minimum.reduceat(equal, new)
        count[rows] = np.diff(np.append(new, len(unit)))
    return Reach(nearest=nearest, site=site, count=count)


def pair_at(
    problem: Problem, unit: NDArray[np.int64], site: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Impedance of pairs, float64[k]; NaN where the matrix has none. All searched at once."""
    travel = problem.travel
    low, end = travel.indptr[unit], travel.indptr[unit + 1]
    high = end.copy()
    while (open_ := low < high).any():
        middle = np.where(open_, (low + high) // 2, 0)
        less = open_ & (travel.indices[middle] < site)
        low, high = np.where(less, middle + 1, low), np.where(open_ & ~less, middle, high)
    found = np.full(len(unit), np.nan)
    there = np.flatnonzero(low < end)
    there = there[travel.indices[low[there]] == site[there]]
    found[there] = travel.impedance[low[there]].astype(np.float64)
    return found
