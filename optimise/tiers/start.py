"""A good plan and a bound, before any programme is written.

A Lagrangian bound climbs and proposes sizes; a local search improves those, then the best of them
again and again after small random changes (iterated local search). All of it is counted in steps,
so that a busy machine finds what an idle one finds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.milp import Relaxation
from optimise.run import Run
from optimise.tiers.bound import Climb
from optimise.tiers.descent import descend, lay_out
from optimise.tiers.ground import Ground, ground_of
from optimise.tiers.plan import Ways, costs_of, sizes_for
from optimise.tiers.question import Tiers, TierSites
from optimise.tiers.rows import write

__all__ = ["Sought", "fitted", "seek", "seek_near"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Ways looked at, amounts times open stations times open centres: in all, and for each proposal.
_WORK, _FIRST_WORK = 800_000_000, 10_000_000
#: Proposals that are improved in earnest, and changes after which the best is improved again.
_BEST, _KICKS = 4, 40
#: A kick changes so many places at most.
_KICKED = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sought:
    """What a search found.

    Parameters
    ----------
    ways
        The best plan, None for none, which proves nothing.
    bound
        No plan costs less.
    rest
        The question without sizes of stations that no better plan has.
    """

    ways: Ways | None
    bound: float
    rest: Tiers


def seek(tiers: Tiers, run: Run) -> Sought:
    """Look for a plan and a bound."""
    search = _Search(tiers, run)
    if not len(search.ground.amount):
        search.descend(search.least, pairs=False, work=_FIRST_WORK)
        return Sought(ways=search.ways(), bound=0.0, rest=tiers)
    search.descend(search.few, pairs=False, work=_FIRST_WORK)
    search.descend(search.largest, pairs=False, work=1)
    climb = Climb(tiers, search.ground)
    for sizes in climb.steps(search.target()):
        if run.watch.look("search", 0.5 * climb.share) is not None:
            break
        search.descend(np.maximum(sizes, search.least), pairs=False, work=_FIRST_WORK)
        climb.aim(search.target())
    if search.found[0].faults > 0:
        search.descend(search.largest, pairs=False, work=_WORK)
    search.improve(climb.bound)
    ways = search.ways()
    if ways is None:
        return Sought(ways=None, bound=climb.bound, rest=tiers)
    hopeless = climb.hopeless(sum(costs_of(tiers, ways)))
    capacity = np.where(hopeless, 0.0, tiers.stations.capacity)
    rest = replace(tiers, stations=replace(tiers.stations, capacity=capacity))
    return Sought(ways=ways, bound=climb.bound, rest=rest)


def seek_near(tiers: Tiers, ways: Ways, run: Run) -> Ways | None:
    """Look for a plan that begins at the sizes of another one, say of one with split ways."""
    search = _Search(tiers, run)
    given = np.concatenate([ways.station_size, ways.centre_size])
    at = (search.ground.size == given[:, None]) & (search.ground.room > 0)
    begin = np.where(at.any(axis=1), at.argmax(axis=1), -1)
    search.descend(np.maximum(begin, search.least), pairs=True, work=_WORK)
    return search.ways()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Found:
    """Sizes at most, and what they come to."""

    faults: float
    cost: float
    limits: Ints

    @property
    def worth(self) -> tuple[float, float, list[int]]:
        """Less is better; equals are told apart by their sizes."""
        return self.faults, self.cost, self.limits.tolist()


class _Search:
    """Plans found so far, by what they come to."""

    def __init__(self, tiers: Tiers, run: Run) -> None:
        self._tiers, self._run = tiers, run
        self.ground: Ground = ground_of(tiers)
        n_s, n_c = self.ground.onward.shape
        self._none = np.zeros((0, tiers.n_streams, n_c))
        self.largest = self.ground.had - 1
        self.least = np.where(self.ground.kept, 0, -1)
        self.few = np.concatenate([self.least[:n_s], self.largest[n_s:]])
        self.found: list[_Found] = []
        self._left = _WORK

    def descend(self, begin: Ints, *, pairs: bool, work: int) -> _Found:
        """Improve sizes and remember what came of it."""
        limits = np.array(begin, np.int64)
        faults, cost, done = descend(self.ground, limits, pairs, work, self._none)
        found = _Found(faults=faults, cost=cost, limits=limits)
        self.found.append(found)
        self.found.sort(key=lambda one: one.worth)
        if pairs:
            self._left -= done
        return found

    def target(self) -> float:
        """Cost of the best plan; a guess if there is none."""
        best = self.found[0]
        return best.cost if best.faults <= 0 else max(one.cost for one in self.found)

    def improve(self, bound: float) -> None:
        """Improve the best in earnest, then what random changes make of it."""
        seen: list[list[int]] = []
        for one in list(self.found):
            if one.limits.tolist() not in seen and len(seen) < _BEST and self._goes_on(bound):
                seen.append(one.limits.tolist())
                self.descend(one.limits, pairs=True, work=self._left)
        draw = np.random.default_rng(self._run.seed)
        for _ in range(_KICKS):
            if not self._goes_on(bound):
                break
            self.descend(self._kicked(draw), pairs=True, work=self._left)

    def _goes_on(self, bound: float) -> bool:
        share = 1 - 0.5 * max(0, self._left) / _WORK
        best = self.found[0]
        done = best.faults <= 0 and best.cost <= bound * (1 + 1e-9)
        return self._left > 0 and not done and self._run.watch.look("search", share) is None

    def _kicked(self, draw: np.random.Generator) -> Ints:
        limits = self.found[0].limits.copy()
        for p in draw.integers(0, len(limits), int(draw.integers(1, _KICKED + 1))).tolist():
            drawn = int(draw.integers(0, max(1, self.ground.had[p])))
            closes = limits[p] >= 0 and not self.ground.kept[p]
            limits[p] = -1 if closes else min(drawn, int(self.ground.had[p]) - 1)
        return np.asarray(limits, np.int64)

    def ways(self) -> Ways | None:
        """The best plan, None if none was found."""
        tiers, ground, best = self._tiers, self.ground, self.found[0]
        if best.faults > 0:
            return None
        n_s, n_c = ground.onward.shape
        size = np.full(len(best.limits), -1, np.int64)
        sent = np.zeros((len(ground.amount), n_s))
        passed = np.zeros((n_s, tiers.n_streams, n_c))
        straight = np.zeros((len(ground.amount), n_c))
        lay_out(ground, best.limits, size, sent, passed, straight)
        collected = np.zeros((tiers.n_points, n_s, tiers.n_streams))
        direct = np.zeros((tiers.n_points, n_c, tiers.n_streams))
        collected[ground.point, :, ground.stream] = sent
        direct[ground.point, :, ground.stream] = straight
        column = np.where(size >= 0, ground.size[np.arange(len(size)), size], -1).astype(np.int32)
        ways = Ways(
            station_size=column[:n_s],
            centre_size=column[n_s:],
            collected=collected,
            onward=passed.transpose(0, 2, 1),
            direct=direct,
        )
        return self._transported(ways) if tiers.split else ways

    def _transported(self, ways: Ways) -> Ways:
        """The cheapest ways for these sizes, where they may be split: a transport problem."""
        tiers = self._tiers
        stations, centres = (
            _only(tier, size)
            for tier, size in (
                (tiers.stations, ways.station_size),
                (tiers.centres, ways.centre_size),
            )
        )
        written = write(replace(tiers, stations=stations, centres=centres, budget=None))
        solved = Relaxation(written.milp, self._run.watch).solve()
        if solved is None or solved.values is None:
            return ways
        told = written.ways(solved.values)
        told = replace(told, station_size=ways.station_size, centre_size=ways.centre_size)
        better = fitted(tiers, told)
        return min(ways, better, key=lambda one: sum(costs_of(tiers, one)))


def _only(tier: TierSites, size: NDArray[np.int32]) -> TierSites:
    """The same places, those that are open in the size they have, and open they must be."""
    rows = np.flatnonzero(size >= 0)
    capacity = np.zeros((len(size), 1))
    capacity[rows, 0] = tier.capacity[rows, size[rows]]
    kept = size >= 0
    return replace(tier, capacity=capacity, cost=np.zeros((len(size), 1)), kept=kept, at_most=None)


def fitted(tiers: Tiers, ways: Ways) -> Ways:
    """The same ways with the cheapest sizes that take them: a programme may stop above those."""
    loads = (ways.collected.sum(axis=(0, 2)), ways.onward.sum(axis=(0, 2)))
    loads = (loads[0], loads[1] + ways.direct.sum(axis=(0, 2)))
    sizes = []
    for tier, load, size in zip(
        (tiers.stations, tiers.centres), loads, (ways.station_size, ways.centre_size), strict=True
    ):
        least, _ = sizes_for(tier, load, slack=1e-6)
        rows = np.arange(len(least))
        dearer = (least >= 0) & (size >= 0) & (tier.cost[rows, least] > tier.cost[rows, size])
        sizes.append(np.where(dearer, size, least).astype(np.int32))
    return replace(ways, station_size=sizes[0], centre_size=sizes[1])
