"""The cheapest plan of three tiers by trying every set of sizes and, if single, every way.

Split flows take ``scipy.optimize.linprog`` on ways point-station-centre; shares nothing with the
code under test.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import linprog

from optimise.tiers.question import Tiers


def cheapest(tiers: Tiers) -> float:
    """Least cost; infinite if nothing will do."""
    best = np.inf
    options = [
        [(-1, 0.0, 0.0)] * (not tier.kept[row])
        + [
            (size, tier.capacity[row, size], tier.cost[row, size])
            for size in range(tier.capacity.shape[1])
            if tier.capacity[row, size] > 0
        ]
        for tier in (tiers.stations, tiers.centres)
        for row in range(tier.n_sites)
    ]
    s = tiers.stations.n_sites
    for chosen in itertools.product(*options):
        opened = [size >= 0 for size, _, _ in chosen]
        counts = (sum(opened[:s]), sum(opened[s:]))
        for tier, count in zip((tiers.stations, tiers.centres), counts, strict=True):
            if tier.at_most is not None and count > tier.at_most:
                break
        else:
            cost = sum(price for _, _, price in chosen)
            if tiers.budget is not None and cost > tiers.budget * (1 + 1e-12):
                continue
            if cost < best:
                room = [capacity for _, capacity, _ in chosen]
                way = (_split if tiers.split else _single)(tiers, room[:s], room[s:])
                best = min(best, cost + way)
    return best


def _paths(
    tiers: Tiers, i: int, m: int, room_s: list[float], room_c: list[float]
) -> list[tuple[int, int, float]]:
    """(station or -1, centre, price) of every way of a stream of a point."""
    found = []
    for k, room in enumerate(room_c):
        if room <= 0 or not tiers.centres.takes[k, m]:
            continue
        if tiers.direct is not None and np.isfinite(tiers.direct[i, k]):
            found.append((-1, k, tiers.rates[2] * tiers.direct[i, k]))
        for j, space in enumerate(room_s):
            far = (tiers.to_stations[i, j], tiers.onward[j, k])
            if space > 0 and tiers.stations.takes[j, m] and np.isfinite(far).all():
                found.append((j, k, tiers.rates[0] * far[0] + tiers.rates[1] * far[1]))
    return found


def _split(tiers: Tiers, room_s: list[float], room_c: list[float]) -> float:
    amounts = np.argwhere(tiers.supply > 0).tolist()
    ways = [
        (row, *path)
        for row, (i, m) in enumerate(amounts)
        for path in _paths(tiers, i, m, room_s, room_c)
    ]
    if len({row for row, *_ in ways}) < len(amounts):
        return np.inf
    if not ways:
        return 0.0
    equal = np.array([[float(w[0] == row) for w in ways] for row in range(len(amounts))])
    limits = [([float(w[1] == j) for w in ways], room) for j, room in enumerate(room_s)]
    limits += [([float(w[2] == k) for w in ways], room) for k, room in enumerate(room_c)]
    answer = linprog(
        [w[3] for w in ways],
        A_ub=[row for row, _ in limits],
        b_ub=[room for _, room in limits],
        A_eq=equal,
        b_eq=[tiers.supply[i, m] for i, m in amounts],
    )
    return float(answer.fun) if answer.status == 0 else np.inf


def _single(tiers: Tiers, room_s: list[float], room_c: list[float]) -> float:
    amounts = np.argwhere(tiers.supply > 0).tolist()
    choices = [_paths(tiers, i, m, room_s, room_c) for i, m in amounts]
    best = np.inf
    for taken in itertools.product(*choices):
        load_s, load_c = [0.0] * len(room_s), [0.0] * len(room_c)
        onward: dict[tuple[int, int], int] = {}
        cost, sound = 0.0, True
        for (i, m), (j, k, price) in zip(amounts, taken, strict=True):
            amount = float(tiers.supply[i, m])
            cost += amount * price
            load_c[k] += amount
            if j >= 0:
                load_s[j] += amount
                sound = sound and onward.setdefault((j, m), k) == k
        fits = all(a <= b + 1e-9 for a, b in zip(load_s + load_c, room_s + room_c, strict=True))
        if sound and fits:
            best = min(best, cost)
    return best
