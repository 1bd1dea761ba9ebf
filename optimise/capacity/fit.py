"""Units served whole: fit them into the open sites (generalised assignment), then exchange."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel

__all__ = ["fit"]

_PASSES = 40


@kernel
def fit(
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    by_site: NDArray[np.int64],
    site_start: NDArray[np.int64],
    row: NDArray[np.int32],
    weight: NDArray[np.float64],
    capacity: NDArray[np.float64],
    flow: NDArray[np.float64],
    dust: float,
) -> NDArray[np.float64]:
    """Give each unit, heavy ones first, to the site that has most of it where split, if it fits.

    Then, as long as it pays: move a unit; exchange two; move one where another makes room for it
    by moving to a third site.

    Parameters
    ----------
    dust
        Weight by which a capacity may be exceeded: rounding of sums.

    Returns
    -------
    float64[pairs], the weight of each unit at one of its pairs.
    """
    n, k = len(weight), len(capacity)
    load, chosen = np.zeros(k), np.empty(n, dtype=np.int64)
    room = capacity + dust
    for unit in np.argsort(-weight, kind="mergesort"):
        best = -1
        for entry in range(start[unit], start[unit + 1]):
            if load[column[entry]] + weight[unit] > room[column[entry]]:
                continue
            if best < 0 or (-flow[entry], cost[entry]) < (-flow[best], cost[best]):
                best = entry
        chosen[unit] = best
        load[column[best]] += weight[unit]
    for _ in range(_PASSES):
        moved = False
        for unit in range(n):
            here, heavy = chosen[unit], weight[unit]
            site = column[here]
            gain, to, other, third = 1e-9 * (1.0 + abs(cost[here] * heavy)), -1, -1, -1
            for entry in range(start[unit], start[unit + 1]):
                there = column[entry]
                saved = (cost[here] - cost[entry]) * heavy
                if saved <= gain:
                    continue
                if load[there] + heavy <= room[there]:
                    gain, to, other = saved, entry, -1
                    continue
                for at in range(site_start[there], site_start[there + 1]):
                    pair, second = by_site[at], row[at]
                    light = weight[second]
                    if chosen[second] != pair or load[there] - light + heavy > room[there]:
                        continue
                    for way in range(start[second], start[second + 1]):
                        goal = column[way]
                        if goal == there:
                            continue
                        left = load[goal] + light - (heavy if goal == site else 0.0)
                        if left > room[goal]:
                            continue
                        net = saved - (cost[way] - cost[pair]) * light
                        if net > gain:
                            gain, to, other, third = net, entry, second, way
            if to < 0:
                continue
            moved = True
            if other >= 0:
                load[column[chosen[other]]] -= weight[other]
                load[column[third]] += weight[other]
                chosen[other] = third
            load[site] -= heavy
            load[column[to]] += heavy
            chosen[unit] = to
        if not moved:
            break
    whole = np.zeros(len(cost))
    for unit in range(n):
        whole[chosen[unit]] = weight[unit]
    return whole
