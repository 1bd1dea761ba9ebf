"""A plan to begin with: greedy ways for given sizes, and a local search over those.

Places are opened, closed, exchanged (drop, add and swap; Kuehn and Hamburger 1963) and given other
sizes while that pays; the size that counts is the cheapest that takes the load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.tiers.plan import Ways, costs_of, sizes_for
from optimise.tiers.question import Tiers, TierSites
from optimise.watch import Watch

__all__ = ["first_ways", "ways_near"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

#: Sets of sizes that are looked at from each of the two beginnings, at most: a second or two.
_LOOKS = 3000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Tried:
    """What sizes at most come to: faults first (amount without a way), then cost."""

    worth: tuple[float, float]
    ways: Ways


def first_ways(tiers: Tiers, watch: Watch) -> Ways | None:
    """Look for a plan; None if none was found, which proves nothing."""
    search = _Search(tiers)
    s = tiers.stations.n_sites
    # From everything at its largest, closing; and from no station, opening: where few are worth
    # their cost, closing one by one ends early.
    few = [*search.least[:s], *search.largest[s:]]
    found = [search.descend(begin, watch) for begin in (search.largest, few)]
    best = min(found, key=lambda tried: tried.worth)
    return best.ways if best.worth[0] <= 0 else None


def ways_near(tiers: Tiers, ways: Ways, watch: Watch) -> Ways | None:
    """Look for a plan that begins at the sizes of another one, say of one with split ways."""
    search = _Search(tiers)
    begin = [*ways.station_size.tolist(), *ways.centre_size.tolist()]
    best = search.descend(begin, watch)
    return best.ways if best.worth[0] <= 0 else None


class _Search:
    """Sizes at most, place by place, stations first; counts what it looks at."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers
        self._prices = tiers.prices()
        amounts = tiers.supply.ravel()
        # The largest first: they are the hardest to find room for.
        self._order = np.argsort(-amounts, kind="stable")[: int((amounts > 0).sum())]
        self._sizes: list[list[int]] = []
        self.largest, self.least = [], []
        for tier in (tiers.stations, tiers.centres):
            assert tier.kept is not None
            for row in range(tier.n_sites):
                order = np.argsort(tier.capacity[row], kind="stable").tolist()
                had = [size for size in order if tier.capacity[row, size] > 0]
                self._sizes.append(had if tier.kept[row] else [-1, *had])
                self.largest.append(had[-1] if had else -1)
                self.least.append(self._sizes[-1][0])
        self.looks = 0

    def descend(self, begin: list[int], watch: Watch) -> _Tried:
        """Enlarge, shrink, open, close and exchange places while that pays."""
        self.looks = 0
        now, best = begin, self.look(begin)
        better = True
        while better and watch.look("search", self.looks / _LOOKS) is None:
            better = False
            for moves in (self._closings(now), self._changes(now), self._exchanges(now)):
                found, taken = self._best_of(moves)
                if found is not None and taken is not None and found.worth < best.worth:
                    now, best, better = taken, found, True
                    break
        return best

    def _closings(self, now: list[int]) -> Iterator[list[int]]:
        for row, sizes in enumerate(self._sizes):
            if now[row] >= 0 and sizes[0] < 0:
                yield [*now[:row], -1, *now[row + 1 :]]

    def _changes(self, now: list[int]) -> Iterator[list[int]]:
        for row, sizes in enumerate(self._sizes):
            for size in sizes:
                if size != now[row]:
                    yield [*now[:row], size, *now[row + 1 :]]

    def _exchanges(self, now: list[int]) -> Iterator[list[int]]:
        """Another place of the tier, in the same size, for an open one."""
        s = self._tiers.stations.n_sites
        for a, size in enumerate(now):
            for b in range(s) if a < s else range(s, len(now)):
                if size >= 0 and now[b] < 0 and -1 in self._sizes[a] and size in self._sizes[b]:
                    other = list(now)
                    other[a], other[b] = -1, size
                    yield other

    def _best_of(self, moves: Iterator[list[int]]) -> tuple[_Tried | None, list[int] | None]:
        best: _Tried | None = None
        taken: list[int] | None = None
        for tried in moves:
            if self.looks >= _LOOKS:
                break
            found = self.look(tried)
            if best is None or found.worth < best.worth:
                best, taken = found, tried
        return best, taken

    def look(self, limits: list[int]) -> _Tried:
        """Send everything the cheapest way that these sizes have room for."""
        self.looks += 1
        tiers, s = self._tiers, self._tiers.stations.n_sites
        stations, centres = tiers.stations, tiers.centres
        assert stations.takes is not None and centres.takes is not None
        collected = np.zeros((tiers.n_points, s, tiers.n_streams))
        onward = np.zeros((s, centres.n_sites, tiers.n_streams))
        direct = np.zeros((tiers.n_points, centres.n_sites, tiers.n_streams))
        faults = _send(
            self._order,
            tiers.supply,
            _room(stations, limits[:s]),
            _room(centres, limits[s:]),
            stations.takes,
            centres.takes,
            *self._prices,
            tiers.split,
            collected,
            onward,
            direct,
        )
        sizes = []
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


def _room(tier: TierSites, limits: list[int]) -> Floats:
    size = np.array(limits, np.int64)
    room = np.zeros(len(size))
    rows = np.flatnonzero(size >= 0)
    room[rows] = tier.capacity[rows, size[rows]]
    return room


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
