"""The core: what remains to be decided once the obvious is settled."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from optimise.covering.alike import merge
from optimise.covering.dominate import dominated, implied
from optimise.incidence import Incidence

__all__ = ["Core", "must_cover", "settle", "shrink", "split", "value_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Core:
    """Choose columns (sites), in arrays.

    Without a budget: columns of least cost such that each target has its need covered and each
    quota its count. With a budget: at most so many columns, the quotas held, that leave least
    weight of the only target uncovered. Either way the *value* of a plan is minimised.

    Parameters
    ----------
    sites
        int32[k], the problem's index of each column, increasing.
    costs
        float64[k], all 0 with a budget.
    zone
        int32[k], row of ``quota`` the column counts for, -1 for none.
    quota
        int32[t], columns still needed in each zone, all positive.
    reach
        Columns that cover each merged row.
    gain
        float64[g, r], weight of each merged row in each target.
    need
        float64[g], weight still to be covered in each target; empty with a budget.
    budget
        Number of columns that may be opened, None for no limit.
    offset
        Value of what is settled already: cost, or weight that stays uncovered.
    integral
        Whether values are whole multiples of ``grain``.
    grain
        The largest number known to divide all values; 1 for whole values.
    opened
        int32, the problem's indices of columns opened on the way here; any order.
    """

    sites: NDArray[np.int32]
    costs: NDArray[np.float64]
    zone: NDArray[np.int32]
    quota: NDArray[np.int32]
    reach: Incidence
    gain: NDArray[np.float64]
    need: NDArray[np.float64]
    budget: int | None
    offset: float
    integral: bool
    grain: float = 1.0
    opened: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def sites_of(self, plan: NDArray[np.integer]) -> NDArray[np.int32]:
        """Sites of the problem that a plan opens, those settled before included; increasing."""
        return np.sort(np.concatenate([self.opened, self.sites[plan]])).astype(np.int32)

    def round_up(self, bound: float) -> float:
        """Strengthen a bound to the next value there can be."""
        if not self.integral or not math.isfinite(bound):
            return bound
        return float(math.ceil(bound / self.grain - 1e-6)) * self.grain

    @property
    def step(self) -> float:
        """Least improvement worth looking for."""
        return self.grain if self.integral else 1e-7 * max(1.0, abs(self.offset), self.costs.sum())


def must_cover(core: Core) -> NDArray[np.bool_]:
    """Rows no plan may leave out, bool[r]: they weigh more than a target can spare."""
    if core.budget is not None or not len(core.need):
        return np.zeros(core.reach.n_rows, dtype=np.bool_)
    spare = core.gain.sum(axis=1) - core.need
    return np.asarray((core.gain > spare[:, None]).any(axis=0))


def value_of(core: Core, plan: NDArray[np.integer]) -> float:
    """Value of a plan; infinite if it misses a target, a quota or the budget."""
    chosen = np.zeros(len(core.sites), dtype=np.bool_)
    chosen[plan] = True
    covered = core.gain[:, core.reach.touches(chosen)].sum(axis=1)
    zones = core.zone[chosen]
    if (np.bincount(zones[zones >= 0], minlength=len(core.quota)) < core.quota).any():
        return math.inf
    if core.budget is not None:
        if chosen.sum() > core.budget:
            return math.inf
        return core.offset + float(core.gain[0].sum() - covered[0])
    return (
        core.offset + float(core.costs[chosen].sum()) if (covered >= core.need).all() else math.inf
    )


def settle(core: Core, opened: NDArray[np.bool_], dropped: NDArray[np.bool_]) -> Core | None:
    """Open some columns for good and drop others; None if nothing feasible is left."""
    left = _without(core, opened, dropped)
    return None if left is None else shrink(left)


def _without(core: Core, opened: NDArray[np.bool_], dropped: NDArray[np.bool_]) -> Core | None:
    done = core.reach.touches(opened)
    left = np.flatnonzero(~opened & ~dropped)
    zones = core.zone[opened]
    have = np.bincount(zones[zones >= 0], minlength=len(core.quota))
    quota = np.maximum(core.quota - have, 0).astype(np.int32)
    asked = np.flatnonzero(quota)
    number = np.full(len(quota) + 1, -1, dtype=np.int32)
    number[asked] = np.arange(len(asked), dtype=np.int32)
    zone = number[core.zone[left]]
    reach = core.reach.keep_columns(left)
    open_rows = np.flatnonzero(~done & (reach.lengths > 0))
    gain = core.gain[:, open_rows]
    budget = core.budget
    need, offset = core.need, core.offset
    if budget is None:
        need = need - core.gain[:, done].sum(axis=1)
        offset += float(core.costs[opened].sum())
        asking = need > 0
        gain, need = gain[asking], need[asking]
        if (gain.sum(axis=1) < need).any():
            return None
        useful = (gain > 0).any(axis=0)
        open_rows, gain = open_rows[useful], gain[:, useful]
    else:
        budget -= int(opened.sum())
        offset += float(core.gain[0, ~done].sum() - gain[0].sum())
    counts = np.bincount(zone[zone >= 0], minlength=len(asked))
    if (counts < quota[asked]).any() or (budget is not None and budget < quota.sum()):
        return None
    return replace(
        core,
        sites=core.sites[left],
        costs=core.costs[left],
        zone=zone,
        quota=quota[asked],
        reach=reach.take(open_rows),
        gain=gain,
        need=need,
        budget=budget,
        offset=offset,
        opened=np.concatenate([core.opened, core.sites[opened]]),
    )


def shrink(core: Core) -> Core:
    """Merge rows, drop implied rows and dominated columns, open what must be, until none is left.

    A row goes if all columns of some row that must be covered are among its own: it is covered in
    any case. Where a row that must be covered has one column only, that column is opened.
    """
    while True:
        core = _merged(core)
        must = must_cover(core)
        if must.any():
            safe = implied(core.reach, must)
            if safe.any():
                core, must = _assured(core, safe), must[~safe]
            single = core.reach.indices[core.reach.indptr[:-1][must & (core.reach.lengths == 1)]]
            if len(single):
                opened = np.zeros(len(core.sites), dtype=np.bool_)
                opened[single] = True
                left = _without(core, opened, np.zeros_like(opened))
                assert left is not None  # what must be open contradicts nothing
                core = left
        gone = dominated(core.reach, core.costs, core.zone, core.quota)
        if not gone.any():
            return core
        kept = np.flatnonzero(~gone)
        core = replace(
            core,
            sites=core.sites[kept],
            costs=core.costs[kept],
            zone=core.zone[kept],
            reach=core.reach.keep_columns(kept),
        )


def _merged(core: Core) -> Core:
    """Make equal rows one."""
    found = merge(core.reach)
    if found.reach.n_rows == core.reach.n_rows:
        return core
    gain = np.zeros((len(core.gain), found.reach.n_rows))
    for merged, single in zip(gain, core.gain, strict=True):
        merged += np.bincount(found.of, weights=single, minlength=len(merged))
    return replace(core, reach=found.reach, gain=gain)


def _assured(core: Core, rows: NDArray[np.bool_]) -> Core:
    """Leave out rows that every plan covers."""
    left, gain = np.flatnonzero(~rows), core.gain[:, ~rows]
    asking = (gain > 0).any(axis=1)
    return replace(
        core,
        reach=core.reach.take(left),
        gain=gain[asking],
        need=(core.need - core.gain[:, rows].sum(axis=1))[asking],
    )


def split(core: Core) -> list[Core]:
    """Split into parts that share no column, row, quota or target.

    The offset and what is open already go to the first part. A budget ties everything together.
    """
    k, n = len(core.sites), core.reach.n_rows
    if core.budget is not None or k == 0:
        return [core]
    target, row = np.nonzero(core.gain > 0)
    counted = np.flatnonzero(core.zone >= 0)
    ones_at = [
        (core.reach.indices.astype(np.int64), k + core.reach.row_of.astype(np.int64)),
        (counted, k + n + core.zone[counted].astype(np.int64)),
        (k + row, k + n + len(core.quota) + target),
    ]
    one = np.concatenate([pair[0] for pair in ones_at])
    other = np.concatenate([pair[1] for pair in ones_at])
    size = k + n + len(core.quota) + len(core.need)
    graph = sparse.coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    if count == 1:
        return [core]
    of_column, of_row = label[:k], label[k : k + n]
    of_zone, of_target = label[k + n : k + n + len(core.quota)], label[k + n + len(core.quota) :]
    parts: list[Core] = []
    for part in np.unique(of_column):
        columns, rows = np.flatnonzero(of_column == part), np.flatnonzero(of_row == part)
        zones = np.flatnonzero(of_zone == part)
        number = np.full(len(core.quota) + 1, -1, dtype=np.int32)
        number[zones] = np.arange(len(zones), dtype=np.int32)
        targets = np.flatnonzero(of_target == part)
        parts.append(
            replace(
                core,
                sites=core.sites[columns],
                costs=core.costs[columns],
                zone=number[core.zone[columns]],
                quota=core.quota[zones],
                reach=core.reach.take(rows).keep_columns(columns),
                gain=core.gain[np.ix_(targets, rows)],
                need=core.need[targets],
                offset=0.0 if parts else core.offset,
                opened=core.opened[:0] if parts else core.opened,
            )
        )
    return parts
