"""A programme as a mixed-integer programme in arrays.

Variables: ``x`` (columns), ``u`` (a row of demand is given up), ``z`` (a unit has nothing open up
to this level), ``s`` (missing quota), ``t`` (largest share lost by a fair group).

    coverage   sum of x over the row + need u >= need          (u left out where it must be 0)
    distance   z_l + sum of x on level l >= z_(l-1),  z_0 = 1  (a unit loses the steps between
                                                                its levels; the last z is its u)
    targets    sum of gain u <= slack
    rules      lower <= rules x (+ s on quotas) <= upper
    fair       FAIR sum of gain u / total - t <= - FAIR base / total

Chained levels have as many entries as there are pairs, where writing each level's whole
neighbourhood would square them, with the same linear relaxation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp
from optimise.programme.programme import FAIR, Programme

__all__ = ["entries_of", "write"]


@dataclass(slots=True)
class _Pad:
    """Collects rows as triples."""

    row: list[NDArray[np.int64]]
    column: list[NDArray[np.int64]]
    value: list[NDArray[np.float64]]
    lower: list[NDArray[np.float64]]
    upper: list[NDArray[np.float64]]
    height: int = 0

    def put(
        self,
        row: NDArray[np.integer],
        column: NDArray[np.integer],
        value: NDArray[np.float64] | float,
    ) -> None:
        """Add entries to the rows to come, counted from 0."""
        self.row.append(np.asarray(row, dtype=np.int64) + self.height)
        self.column.append(np.asarray(column, dtype=np.int64))
        self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), len(row)))

    def close(self, lower: NDArray[np.float64], upper: NDArray[np.float64]) -> None:
        """End a block of rows."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.height += len(lower)


def entries_of(programme: Programme) -> int:
    """About how many entries the mixed-integer programme has."""
    pairs = len(programme.units.columns)
    chained = bool((programme.units.level > 0).any())
    return pairs * (3 if chained else 1) + programme.rules.matrix.nnz


def write(programme: Programme) -> Milp:
    """Write a programme down; its value is the value of the plan."""
    units, rules = programme.units, programme.rules
    k = programme.columns.count
    measured = programme.distance_price > 0 or math.isfinite(programme.distance_cap)
    pad = _Pad([], [], [], [], [])
    must = programme.must
    # One variable for each level of each row, or one for each row that only matters as covered.
    entry_row = units.row_of
    starts = np.ones(len(units.columns), dtype=np.bool_)
    starts[1:] = entry_row[1:] != entry_row[:-1]
    fresh = starts.copy()
    fresh[1:] |= units.level[1:] > units.level[:-1]
    group = np.cumsum(fresh) - 1
    n_groups = int(fresh.sum())
    row_of_group = entry_row[fresh]
    ends = np.ones(n_groups, dtype=np.bool_)
    ends[:-1] = row_of_group[1:] != row_of_group[:-1]
    gone = ends & must[row_of_group]
    number = np.full(n_groups, -1, dtype=np.int64)
    number[~gone] = k + np.arange(n_groups - int(gone.sum()))
    need = units.need[row_of_group].astype(np.float64)
    pad.put(group, units.columns, 1.0)
    with_own = np.flatnonzero(~gone)
    pad.put(with_own, number[with_own], need[with_own])
    begins = starts[fresh]
    chained = np.flatnonzero(~begins)
    pad.put(chained, number[chained - 1], -1.0)
    pad.close(np.where(begins, need, 0.0), np.full(n_groups, np.inf))
    width = k + n_groups - int(gone.sum())

    of_row = np.full(units.count, -1, dtype=np.int64)
    of_row[row_of_group[ends]] = number[ends]
    gain = units.gain.tocoo()
    row, target, weight = gain.coords[0], gain.coords[1], gain.data
    kept = of_row[row] >= 0
    row, target, weight = row[kept], target[kept], weight[kept]
    cost = np.zeros(width)
    cost[:k] = programme.price
    np.add.at(cost, of_row[row], programme.target_price[target] * weight)
    offset, step, base = programme.offset, np.zeros(0), 0.0
    if measured:
        level = units.level[fresh]
        beyond = np.append(level[1:], 0.0)
        beyond[ends] = np.maximum(units.far[row_of_group[ends]], level[ends])
        # Rows of mere coverage have no levels, and lose nothing beyond them.
        step, base = beyond - level, float(level[begins].sum())
        cost[number[~gone]] += programme.distance_price * step[~gone]
        offset += programme.distance_price * base

    slack = programme.target_slack
    total = np.bincount(target, weights=weight, minlength=len(slack))
    limited = np.flatnonzero(np.isfinite(slack) & (total > slack))
    place = np.full(len(slack), -1, dtype=np.int64)
    place[limited] = np.arange(len(limited))
    some = place[target] >= 0
    # Weights of millions beside ones are scaled, so that tolerances mean the same everywhere.
    scale = np.maximum(1.0, slack)
    pad.put(place[target[some]], of_row[row[some]], weight[some] / scale[target[some]])
    pad.close(np.full(len(limited), -np.inf), slack[limited] / scale[limited])

    matrix = rules.matrix.tocoo()
    pad.put(matrix.coords[0], matrix.coords[1], matrix.data)
    upper_bounds = [np.ones(width)]
    whole = [np.ones(k, dtype=np.bool_), np.full(width - k, not measured)]
    forgiving = programme.shortfall_cap > 0
    quotas = np.flatnonzero(rules.quota) if forgiving else np.zeros(0, dtype=np.int64)
    pad.put(quotas, width + np.arange(len(quotas)), 1.0)
    pad.close(rules.lower, rules.upper)
    if len(quotas):
        if math.isfinite(programme.shortfall_cap):
            pad.put(np.zeros(len(quotas), dtype=np.int64), width + np.arange(len(quotas)), 1.0)
            pad.close(np.full(1, -np.inf), np.full(1, programme.shortfall_cap))
        upper_bounds.append(np.maximum(rules.lower[quotas], 0.0))
        whole.append(np.ones(len(quotas), dtype=np.bool_))
        cost = np.append(cost, np.full(len(quotas), programme.shortfall_price))
        width += len(quotas)
    if measured and math.isfinite(programme.distance_cap):
        cap = max(1.0, programme.distance_cap)
        pad.put(np.zeros(int((~gone).sum()), dtype=np.int64), number[~gone], step[~gone] / cap)
        pad.close(np.full(1, -np.inf), np.full(1, (programme.distance_cap - base) / cap))
    if len(programme.fair_target):
        fair = programme.fair_target
        place = np.full(len(slack), -1, dtype=np.int64)
        place[fair] = np.arange(len(fair))
        whole_weight = programme.target_total
        some = place[target] >= 0
        pad.put(
            place[target[some]], of_row[row[some]], FAIR * weight[some] / whole_weight[target[some]]
        )
        pad.put(np.arange(len(fair)), np.full(len(fair), width), -1.0)
        pad.close(np.full(len(fair), -np.inf), -FAIR * programme.fair_base / whole_weight[fair])
        upper_bounds.append(np.full(1, FAIR))
        whole.append(np.zeros(1, dtype=np.bool_))
        cost = np.append(cost, 1.0)
        width += 1
    return Milp(
        cost=cost,
        matrix=sparse.csr_array(
            (np.concatenate(pad.value), (np.concatenate(pad.row), np.concatenate(pad.column))),
            shape=(pad.height, width),
        ),
        row_lower=np.concatenate(pad.lower),
        row_upper=np.concatenate(pad.upper),
        whole=np.concatenate(whole),
        offset=offset,
        column_upper=np.concatenate(upper_bounds),
    )
