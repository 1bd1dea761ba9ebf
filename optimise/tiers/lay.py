"""Given sizes at most: everything sent greedily, and what that comes to.

What would lose most by its second best way goes first (regret), so that the greedy ways come
near those of a transport problem.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner
from optimise.tiers.ground import Ground

__all__ = ["look"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@inner
def look(
    ground: Ground,
    limits: Ints,
    above: float,
    load: Floats,
    size: Ints,
    collected: Floats,
    passed: Floats,
    straight: Floats,
) -> tuple[float, float]:
    """Faults (amount without a way, places too many, money above the budget) and cost.

    Parameters
    ----------
    limits
        Size at most of each place, -1 for none.
    above
        Not looked at any further where cost would come to so much with every size as it is and
        everything its best way: then both are infinite.
    load, size
        Filled in: load of each place, and the cheapest size that takes it, -1 for closed.
    collected, passed, straight
        Added to, if they have any rows: float64[amounts, stations], [stations, streams, centres]
        and [amounts, centres], what goes which way.
    """
    n_s, places = ground.onward.shape[0], len(limits)
    space = np.zeros(places)
    opened = np.empty(places, np.int64)
    n_open_s, n_open, all_stay = 0, 0, 0.0
    for p in range(places):
        load[p] = 0.0
        if limits[p] >= 0:
            space[p] = ground.room[p, limits[p]]
            all_stay += ground.cost[p, limits[p]]
            opened[n_open] = p
            n_open += 1
            if p < n_s:
                n_open_s += 1
    opened_s, opened_c = opened[:n_open_s], opened[n_open_s:n_open] - n_s
    regret, least = _regrets(ground, opened_s, opened_c, space)
    if least + all_stay >= above:
        return np.inf, np.inf
    lost, total = 0.0, 0.0
    told = len(collected) > 0
    bound_to = np.full((n_s, passed.shape[1]), -1)
    for i in np.argsort(-regret, kind="mergesort"):
        m, left = ground.stream[i], ground.amount[i]
        while left > 0:
            at_s, at_c, price = _best_way(
                ground, i, left, opened_s, opened_c, space, load, bound_to
            )
            if at_c < 0:
                lost += left
                break
            sent = left
            if ground.split:
                sent = min(sent, space[n_s + at_c] - load[n_s + at_c])
                if at_s >= 0:
                    sent = min(sent, space[at_s] - load[at_s])
            load[n_s + at_c] += sent
            if at_s >= 0:
                load[at_s] += sent
                bound_to[at_s, m] = at_c
            if told and at_s >= 0:
                collected[i, at_s] += sent
                passed[at_s, m, at_c] += sent
            elif told:
                straight[i, at_c] += sent
            total += sent * price
            left -= sent
    faults, sites = _sized(ground, load, size)
    return lost + faults, sites + total


@inner
def _regrets(ground: Ground, opened_s: Ints, opened_c: Ints, space: Floats) -> tuple[Floats, float]:
    """What each amount would lose by its second best way; cost of all best ways.

    Where there is no way at all the cost counts as nothing, that it may be a fault.
    """
    regret, least = np.zeros(len(ground.amount)), 0.0
    for i in range(len(ground.amount)):
        first, second = np.inf, np.inf
        for k in opened_c:
            if not ground.takes[i, k]:
                continue
            price = ground.direct[i, k]
            if price < first:
                first, second = price, first
            elif price < second:
                second = price
            for j in opened_s:
                if not ground.split and space[j] < ground.amount[i] * (1 - 1e-9):
                    continue
                price = ground.to_station[i, j] + ground.onward[j, k]
                if price < first:
                    first, second = price, first
                elif price < second:
                    second = price
        if first == np.inf:
            return regret, -np.inf
        least += first * ground.amount[i]
        regret[i] = (second - first) * ground.amount[i]
    return regret, least


@inner
def _best_way(
    ground: Ground,
    i: int,
    left: float,
    opened_s: Ints,
    opened_c: Ints,
    space: Floats,
    load: Floats,
    bound_to: Ints,
) -> tuple[int, int, float]:
    """(station or -1, centre, price) of the cheapest way with room; centre -1 if there is none."""
    m, n_s = ground.stream[i], ground.onward.shape[0]
    need = 0.0 if ground.split else left * (1 - 1e-9)
    best, at_s, at_c = np.inf, -1, -1
    for k in opened_c:
        free = space[n_s + k] - load[n_s + k]
        if not ground.takes[i, k] or free <= 0 or free < need:
            continue
        if ground.direct[i, k] < best:
            best, at_s, at_c = ground.direct[i, k], -1, k
        for j in opened_s:
            price = ground.to_station[i, j] + ground.onward[j, k]
            if price >= best or space[j] <= load[j] or space[j] - load[j] < need:
                continue
            if ground.split or bound_to[j, m] < 0 or bound_to[j, m] == k:
                best, at_s, at_c = price, j, k
    return at_s, at_c, best


@inner
def _sized(ground: Ground, load: Floats, size: Ints) -> tuple[float, float]:
    """Fill in the cheapest sizes; faults and cost of the places."""
    n_s = ground.onward.shape[0]
    sites, faults = 0.0, 0.0
    counts = np.zeros(2, np.int64)
    for p in range(len(load)):
        size[p] = -1
        if load[p] > 0 or ground.kept[p]:
            cheapest = np.inf
            for s in range(ground.had[p]):
                if ground.room[p, s] >= load[p] * (1 - 1e-9) and ground.cost[p, s] < cheapest:
                    cheapest, size[p] = ground.cost[p, s], s
            sites += cheapest
            counts[int(p >= n_s)] += 1
    for tier in range(2):
        faults += max(0, counts[tier] - ground.most[tier])
    if sites > ground.budget * (1 + 1e-12):
        faults += sites - ground.budget
    return faults, sites
