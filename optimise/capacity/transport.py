"""The transportation problem: who is served by which open site, exactly, in milliseconds.

Few sites, many units. Every unit starts at its cheapest site; weight beyond a site's capacity is
pushed on along shortest paths between *sites*, where the way from one site to another costs what
the cheapest unit to be moved costs (successive shortest paths with potentials, Edmonds and Karp
1972, on the graph of the sites). The potentials left over are the prices of the capacities.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel

__all__ = ["transport"]


@inner
def _leave(
    site: int,
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    flow: NDArray[np.float64],
    held: NDArray[np.int64],
    follows: NDArray[np.int64],
    owner: NDArray[np.int32],
    least: NDArray[np.float64],
    mover: NDArray[np.int64],
    spare: NDArray[np.float64],
) -> None:
    """Cheapest way of moving weight from a site to each other one."""
    for other in range(len(least)):
        least[other] = np.inf
        mover[other] = -1
    # Pairs that serve nothing any more leave the list on the way.
    before, pair = -1, held[site]
    while pair >= 0:
        after = follows[pair]
        if flow[pair] <= 0.0:
            if before < 0:
                held[site] = after
            else:
                follows[before] = after
            follows[pair] = -2
            pair = after
            continue
        unit = owner[pair]
        for entry in range(start[unit], start[unit + 1]):
            more = cost[entry] - cost[pair]
            if more < least[column[entry]]:
                least[column[entry]] = more
                mover[column[entry]] = entry
                spare[column[entry]] = flow[pair]
        before, pair = pair, after
    least[site] = np.inf


@inner
def _pair_at(
    site: int,
    unit: int,
    start: NDArray[np.int64],
    column: NDArray[np.int32],
) -> Any:
    """The pair of the same unit with another site."""
    low, high = start[unit], start[unit + 1]
    while low < high:
        middle = (low + high) // 2
        if column[middle] < site:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def transport(
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    weight: NDArray[np.float64],
    capacity: NDArray[np.float64],
    grain: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share units out among sites at least cost.

    Parameters
    ----------
    start, column, cost
        Pairs, as in :class:`~optimise.capacity.ground.Ground`, at least one for each unit.
    weight, capacity
        float64[n] and float64[k]. Feasible where some site takes everything from everybody.
    grain
        Weights below this are rounding.

    Returns
    -------
    flow, price
        float64[pairs], weight of the unit the site serves; float64[k], what one more unit of each
        capacity would save.
    """
    n, k = len(weight), len(capacity)
    flow, load = np.zeros(len(cost)), np.zeros(k)
    held, follows = np.full(k, -1), np.full(len(cost), -2)
    owner = np.empty(len(cost), dtype=np.int32)
    for unit in range(n):
        best = start[unit]
        for entry in range(start[unit] + 1, start[unit + 1]):
            more = cost[entry] - cost[best]
            site, other = column[entry], column[best]
            if more < 0.0 or (
                more == 0.0 and capacity[site] - load[site] > capacity[other] - load[other]
            ):
                best = entry
        flow[best] = weight[unit]
        load[column[best]] += weight[unit]
        follows[best] = held[column[best]]
        held[column[best]] = best
        owner[start[unit] : start[unit + 1]] = unit
    height = np.zeros(k)
    least, mover, spare = np.full((k, k), np.inf), np.full((k, k), -1), np.zeros((k, k))
    stale = np.ones(k, dtype=np.bool_)
    away, came, done = np.empty(k), np.empty(k, dtype=np.int64), np.empty(k, dtype=np.bool_)
    for source in range(k):
        while load[source] > capacity[source] + grain:
            away[:], came[:], done[:] = np.inf, -1, False
            away[source] = 0.0
            goal = -1
            while True:
                here = -1
                for site in range(k):
                    known = not done[site] and away[site] < np.inf
                    if known and (here < 0 or away[site] < away[here]):
                        here = site
                if here < 0:
                    break
                done[here] = True
                if load[here] < capacity[here] - grain:
                    goal = here
                    break
                if stale[here]:
                    _leave(
                        here, start, column, cost, flow, held, follows, owner,
                        least[here], mover[here], spare[here],
                    )  # fmt: skip
                    stale[here] = False
                for site in range(k):
                    if not done[site] and least[here, site] < np.inf:
                        way = least[here, site] + height[here] - height[site]
                        way = away[here] + max(0.0, way)
                        if way < away[site]:
                            away[site] = way
                            came[site] = here
            if goal < 0:
                break
            for site in range(k):
                if done[site]:
                    height[site] += away[site] - away[goal]
            amount = min(load[source] - capacity[source], capacity[goal] - load[goal])
            site = goal
            while site != source:
                amount = min(amount, spare[came[site], site])
                site = came[site]
            site = goal
            while site != source:
                back = came[site]
                entry = mover[back, site]
                unit = owner[entry]
                pair = _pair_at(back, unit, start, column)
                flow[pair] -= amount
                if flow[pair] <= grain:
                    amount_left = flow[pair]
                    flow[pair] = 0.0
                    flow[entry] += amount_left
                    load[back] -= amount_left
                    load[site] += amount_left
                flow[entry] += amount
                load[back] -= amount
                load[site] += amount
                stale[back] = stale[site] = True
                if follows[entry] == -2:
                    follows[entry] = held[site]
                    held[site] = entry
                site = back
    return flow, -height
