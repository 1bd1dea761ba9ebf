"""Bounds for questions with capacities, by Lagrangian relaxation.

Prices are put on serving each row (unit), on the targets and on the side constraints that tie
columns (sites) to one another. What is left falls apart: each column, if it is open, serves what
is worth more than it costs until it is full (a continuous knapsack, which heeds both ``x <= y`` and
the capacity), and columns are opened where that pays, the quotas and the number of open ones heeded
(Geoffrion and McBride 1978; Beasley 1988). The best prices give the bound of the linear
relaxation with every ``x <= y`` in it, whatever found the prices; any others a valid, lower one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.ground import Ground
from optimise.compiled import kernel
from optimise.watch import Watch

__all__ = ["Dual", "Prices", "judge", "least_choice", "subgradient"]

#: Steps without a better bound until steps are halved; the shortest step worth trying.
_PATIENCE, _SHORTEST = 12, 0.004
#: Weight of the newest choice in how often columns are chosen.
_FRESH = 0.06


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prices:
    """What serving and side constraints are worth.

    Parameters
    ----------
    unit
        float64[n], for each weight of a row served.
    target
        float64[g], for each weight served in a target.
    side
        float64[rows], positive for a lower limit, negative for an upper one.
    """

    unit: NDArray[np.float64]
    target: NDArray[np.float64]
    side: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Dual:
    """A bound and where it comes from.

    Parameters
    ----------
    value
        No plan is below this.
    prices
        The prices it comes from.
    base, worth
        Cut of Benders': a plan's value without its fixed costs is at least ``base`` less the
        ``worth`` (float64[k]) of its open columns, whatever the side constraints.
    reduced
        float64[k], what opening a column adds to the relaxed value.
    chosen
        bool[k], columns of the relaxed plan.
    served
        float64[n], weight of each row that they serve.
    """

    value: float
    prices: Prices
    base: float
    worth: NDArray[np.float64]
    reduced: NDArray[np.float64]
    chosen: NDArray[np.bool_]
    served: NDArray[np.float64] = field(repr=False)


@kernel
def _knapsacks(
    site_start: NDArray[np.int64],
    row: NDArray[np.int32],
    cost: NDArray[np.float64],
    weight: NDArray[np.float64],
    capacity: NDArray[np.float64],
    price: NDArray[np.float64],
    fill: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fill each column with what is worth most; its worth, and ``fill`` for each pair by column."""
    k = len(capacity)
    worth = np.zeros(k)
    margin = np.empty(len(fill))
    place = np.empty(len(fill), dtype=np.int64)
    for site in range(k):
        count, total = 0, 0.0
        for at in range(site_start[site], site_start[site + 1]):
            fill[at] = 0.0
            gain = price[row[at]] - cost[at]
            if gain > 0.0:
                margin[count] = gain
                place[count] = at
                total += weight[row[at]]
                count += 1
        if total <= capacity[site]:
            for nth in range(count):
                fill[place[nth]] = weight[row[place[nth]]]
                worth[site] += margin[nth] * fill[place[nth]]
            continue
        left = capacity[site]
        order = np.argsort(-margin[:count], kind="mergesort")
        for nth in order:
            take = min(left, weight[row[place[nth]]])
            fill[place[nth]] = take
            worth[site] += margin[nth] * take
            left -= take
            if left <= 0.0:
                break
    return worth


@kernel
def _served(
    site_start: NDArray[np.int64],
    row: NDArray[np.int32],
    fill: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    n: int,
) -> NDArray[np.float64]:
    served = np.zeros(n)
    for site in range(len(chosen)):
        if chosen[site]:
            for at in range(site_start[site], site_start[site + 1]):
                served[row[at]] += fill[at]
    return served


def least_choice(ground: Ground, reduced: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Columns of least sum that heed the kept ones, the quotas and the most there may be.

    More than the most are chosen where kept ones and quotas ask for them: there is no plan then.
    """
    chosen = ground.kept.copy()
    order = np.argsort(reduced, kind="stable")
    zones = ground.zone[chosen]
    lacking = ground.quota - np.bincount(zones[zones >= 0], minlength=len(ground.quota))
    if (lacking > 0).any():
        open_order = order[~chosen[order] & (ground.zone[order] >= 0)]
        by_zone = open_order[np.argsort(ground.zone[open_order], kind="stable")]
        zone = ground.zone[by_zone]
        starts = np.searchsorted(zone, np.arange(len(ground.quota)))
        rank = np.arange(len(by_zone)) - starts[zone]
        chosen[by_zone[rank < lacking[zone]]] = True
    left = ground.most - int(chosen.sum())
    if left > 0:
        paying = order[~chosen[order] & (reduced[order] < 0)]
        chosen[paying[:left]] = True
    return chosen


def judge(ground: Ground, prices: Prices) -> Dual:
    """Bound that prices give; those that are not allowed are clipped."""
    rows = prices.side.copy()
    for at, (kind, _) in enumerate(ground.names):
        if kind in ("quota", "max_sites", "p"):
            rows[at] = 0.0
    rows[~np.isfinite(ground.lower)] = np.minimum(rows[~np.isfinite(ground.lower)], 0.0)
    rows[~np.isfinite(ground.upper)] = np.maximum(rows[~np.isfinite(ground.upper)], 0.0)
    target = np.maximum(prices.target, 0.0)
    ceiling = ground.inside.T @ target
    unit = np.maximum(prices.unit, 0.0)
    unit = np.where(ground.must, unit, np.minimum(unit, ceiling))
    fill = np.empty(len(ground.cost))
    worth = _knapsacks(
        ground.site_start,
        ground.row,
        ground.site_cost,
        ground.weight,
        ground.capacity,
        unit,
        fill,
    )
    reduced = ground.fixed - worth - ground.matrix.T @ rows
    chosen = least_choice(ground, reduced)
    free = ~ground.must
    base = float(
        ground.weight[ground.must] @ unit[ground.must]
        + target @ ground.need
        - ground.weight[free] @ (ceiling - unit)[free]
    )
    up, down = rows > 0, rows < 0
    side = float(rows[up] @ ground.lower[up] + rows[down] @ ground.upper[down])
    return Dual(
        value=base + side + float(reduced[chosen].sum()),
        prices=Prices(unit=unit, target=target, side=rows),
        base=base,
        worth=worth,
        reduced=reduced,
        chosen=chosen,
        served=_served(ground.site_start, ground.row, fill, chosen, len(ground.weight)),
    )


def subgradient(
    ground: Ground, start: Prices, *, goal: float, steps: int, watch: Watch
) -> tuple[Dual, list[Dual], NDArray[np.float64]]:
    """Better prices by subgradient steps (Held, Wolfe and Crowder 1974).

    Parameters
    ----------
    goal
        Value of a plan: the step is as long as if the best bound were there.

    Returns
    -------
    best, trail, often
        The best dual; every one that was the best when it was found; how often each column was
        chosen of late, float64[k] from 0 to 1 (the volume algorithm's primal, Barahona and Anbil
        2000).
    """
    best = judge(ground, start)
    trail = [best]
    often = best.chosen.astype(np.float64)
    at, stride, since = best, 1.0, 0
    way_unit, way_target = np.zeros(len(ground.weight)), np.zeros(len(ground.need))
    way_side = np.zeros(len(ground.names))
    scale = np.maximum(1e-12, abs(ground.matrix).sum(axis=1)) if len(ground.names) else None
    need = np.maximum(ground.need, 1e-12)
    for step in range(steps):
        if stride < _SHORTEST or goal - best.value <= 1e-9 * max(1.0, abs(goal)):
            break
        if step % 16 == 0 and watch.look("prove", step / steps) is not None:
            break
        # In the scale of one row's, one target's or one side constraint's own cost.
        pull_unit = 1.0 - at.served / ground.weight
        taken = ground.inside @ at.served
        pull_target = (ground.need - taken) / need
        pull_unit = np.where(~ground.must & (at.prices.unit <= 0) & (pull_unit < 0), 0.0, pull_unit)
        have = ground.matrix @ at.chosen.astype(np.float64)
        pull_side = np.where(
            have < ground.lower,
            ground.lower - have,
            np.where(have > ground.upper, ground.upper - have, 0.0),
        )
        inner = np.where(at.prices.side > 0, ground.lower - have, ground.upper - have)
        pull_side = np.where((at.prices.side != 0) & (pull_side == 0), inner, pull_side)
        if scale is not None:
            pull_side = pull_side / scale
        way_unit = pull_unit + 0.4 * way_unit
        way_target = pull_target + 0.4 * way_target
        way_side = pull_side + 0.4 * way_side
        size = float(way_unit @ way_unit + way_target @ way_target + way_side @ way_side)
        if size <= 0.0:
            break
        length = stride * max(goal - at.value, 1e-9 * abs(goal)) / size
        side = at.prices.side
        if scale is not None:
            side = side + length * way_side / scale
        target = at.prices.target + length * way_target / need
        # A row that need not be served is worth at most what its targets pay: move with them.
        drift = ground.inside.T @ (np.maximum(target, 0.0) - at.prices.target)
        unit = at.prices.unit + length * way_unit / ground.weight + np.where(ground.must, 0, drift)
        at = judge(ground, Prices(unit=unit, target=target, side=side))
        often = (1.0 - _FRESH) * often + _FRESH * at.chosen
        since += 1
        if at.value > best.value:
            if at.value > best.value + 1e-5 * abs(best.value):
                since = 0
            best = at
            trail.append(at)
        if since >= _PATIENCE:
            stride, since, at = stride * 0.6, 0, best
            way_unit, way_target, way_side = 0 * way_unit, 0 * way_target, 0 * way_side
    return best, trail, often
