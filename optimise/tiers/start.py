"""A plan to begin with: greedy ways for given open places, and a local search over those.

Everything is open at first; places are closed, opened and exchanged while that pays (drop, add
and swap; Kuehn and Hamburger 1963). Sizes follow from the loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.tiers.plan import Ways, costs_of, sizes_for
from optimise.tiers.question import Tiers, TierSites
from optimise.watch import Watch

__all__ = ["first_ways"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

#: Sets of open places that are looked at, at most: a second or two.
_LOOKS = 2000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Tried:
    """What one set of open places comes to: faults first (amount without a way), then cost."""

    worth: tuple[float, float]
    ways: Ways


def first_ways(tiers: Tiers, watch: Watch) -> Ways | None:
    """Look for a plan; None if none was found, which proves nothing."""
    usable = np.concatenate([tiers.stations.largest > 0, tiers.centres.largest > 0])
    assert tiers.stations.kept is not None and tiers.centres.kept is not None
    kept = np.concatenate([tiers.stations.kept, tiers.centres.kept])
    # From all places and from none: where few are worth their cost, closing one by one ends early.
    found = []
    for first in (usable, kept):
        search = _Search(tiers)
        found.append(search.descend(first, kept, usable, watch))
    best = min(found, key=lambda tried: tried.worth)
    return best.ways if best.worth[0] <= 0 else None


def _drops(now: Mask, kept: Mask) -> list[tuple[int, ...]]:
    return [(row,) for row in np.flatnonzero(now & ~kept).tolist()]


def _adds(now: Mask, usable: Mask) -> list[tuple[int, ...]]:
    return [(row,) for row in np.flatnonzero(usable & ~now).tolist()]


def _swaps(now: Mask, kept: Mask, usable: Mask) -> list[tuple[int, ...]]:
    closing = np.flatnonzero(now & ~kept).tolist()
    opening = np.flatnonzero(usable & ~now).tolist()
    return [(a, b) for a in closing for b in opening]


class _Search:
    """Counts the sets looked at."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers
        self._prices = tiers.prices()
        amounts = tiers.supply.ravel()
        # The largest first: they are the hardest to find room for.
        self._order = np.argsort(-amounts, kind="stable")[: int((amounts > 0).sum())]
        self.looks = 0

    def descend(self, first: Mask, kept: Mask, usable: Mask, watch: Watch) -> _Tried:
        """Close, open and exchange places while that pays."""
        now, best = first.copy(), self.look(first)
        better = True
        while better and watch.look("search", self.looks / _LOOKS) is None:
            better = False
            for moves in (_drops(now, kept), _adds(now, usable), _swaps(now, kept, usable)):
                found, taken = self.best_of(now, moves)
                if found is not None and taken is not None and found.worth < best.worth:
                    now, best, better = taken, found, True
                    break
        return best

    def best_of(self, now: Mask, moves: list[tuple[int, ...]]) -> tuple[_Tried | None, Mask | None]:
        best: _Tried | None = None
        taken: Mask | None = None
        for move in moves:
            if self.looks >= _LOOKS:
                break
            tried = now.copy()
            tried[list(move)] ^= True
            found = self.look(tried)
            if best is None or found.worth < best.worth:
                best, taken = found, tried
        return best, taken

    def look(self, is_open: Mask) -> _Tried:
        self.looks += 1
        tiers, s = self._tiers, self._tiers.stations.n_sites
        stations, centres = tiers.stations, tiers.centres
        assert stations.takes is not None and centres.takes is not None
        collected = np.zeros((tiers.n_points, s, tiers.n_streams))
        onward = np.zeros((s, centres.n_sites, tiers.n_streams))
        direct = np.zeros((tiers.n_points, centres.n_sites, tiers.n_streams))
        left = _send(
            self._order,
            tiers.supply,
            np.where(is_open[:s], stations.largest, 0.0),
            np.where(is_open[s:], centres.largest, 0.0),
            stations.takes,
            centres.takes,
            *self._prices,
            tiers.split,
            collected,
            onward,
            direct,
        )
        sizes, faults = [], left
        loads = (collected.sum(axis=(0, 2)), onward.sum(axis=(0, 2)) + direct.sum(axis=(0, 2)))
        for tier, load in zip((stations, centres), loads, strict=True):
            size, _ = sizes_for(tier, load)
            sizes.append(size)
            faults += _too_many(tier, size)
        ways = Ways(
            station_size=sizes[0],
            centre_size=sizes[1],
            collected=collected,
            onward=onward,
            direct=direct,
        )
        site_cost, way_cost = costs_of(tiers, ways)
        if tiers.budget is not None:
            faults += max(0.0, site_cost - tiers.budget * (1 + 1e-12))
        return _Tried(worth=(faults, site_cost + way_cost), ways=ways)


def _too_many(tier: TierSites, size: Ints) -> float:
    if tier.at_most is None:
        return 0.0
    return float(max(0, int((size >= 0).sum()) - tier.at_most))


@kernel
def _send(
    order: NDArray[np.int64],
    supply: Floats,
    room_s: Floats,
    room_c: Floats,
    takes_s: Mask,
    takes_c: Mask,
    price_s: Floats,
    price_on: Floats,
    price_d: Floats,
    split: bool,
    collected: Floats,
    onward: Floats,
    direct: Floats,
) -> float:
    """Send each amount the cheapest way that has room; what finds none is returned."""
    n_m = supply.shape[1]
    n_s, n_c = price_on.shape
    bound_to = np.full((n_s, n_m), -1, np.int64)
    lost = 0.0
    for place in order:
        i, m = place // n_m, place % n_m
        left = supply[i, m]
        while left > 0:
            best, at_s, at_c = np.inf, -1, -1
            need = 0.0 if split else left * (1 - 1e-9)
            for k in range(n_c):
                if not takes_c[k, m] or room_c[k] <= 0 or room_c[k] < need:
                    continue
                if price_d[i, k] < best:
                    best, at_s, at_c = price_d[i, k], -1, k
                for j in range(n_s):
                    if not takes_s[j, m] or room_s[j] <= 0 or room_s[j] < need:
                        continue
                    if not split and bound_to[j, m] >= 0 and bound_to[j, m] != k:
                        continue
                    price = price_s[i, j] + price_on[j, k]
                    if price < best:
                        best, at_s, at_c = price, j, k
            if at_c < 0:
                lost += left
                break
            sent = min(left, room_c[at_c])
            if not split:
                sent = left
            if at_s < 0:
                direct[i, at_c, m] += sent
            else:
                if split:
                    sent = min(sent, room_s[at_s])
                collected[i, at_s, m] += sent
                onward[at_s, at_c, m] += sent
                room_s[at_s] -= sent
                bound_to[at_s, m] = at_c
            room_c[at_c] -= sent
            left -= sent
    return lost
