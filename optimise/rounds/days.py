"""Which stop on which days: near stops together, each day about as much work.

A heuristic: stops are put, one after another, on the pattern of days where they lengthen the
days' tours least, dearer the fuller a day is already; then each is taken out and put back where
it is best, until nothing moves. Capacities and shifts are left to the rounds of each day.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimise.rounds.question import Rounds, day_patterns

__all__ = ["assign_days"]

Ints = NDArray[np.int64]
#: Times that all stops are moved, at most.
_PASSES = 6


class _Tours:
    """One tour a day and depot, without capacities, and the work of each day."""

    def __init__(self, question: Rounds, work_s: NDArray[np.float64], even_s: float) -> None:
        self._time_s, self._work_s, self._even_s = question.time_s, work_s, even_s
        self._depots = question.depots
        near = question.time_s[: question.depots] + question.time_s[:, : question.depots].T
        used = sorted({one.depot for one in question.fleet})
        self.home = np.array(used)[np.argmin(near[used], axis=0)]
        self._tour: list[dict[int, Ints]] = [
            {depot: np.array([depot, depot]) for depot in used} for _ in range(question.days)
        ]
        self.load_s = np.zeros(question.days)

    def price(self, stop: int, day: int) -> tuple[float, int]:
        """What a stop adds to a day, and where in its tour it would stand."""
        node = stop + self._depots
        tour = self._tour[day][int(self.home[node])]
        time_s = self._time_s
        longer = time_s[tour[:-1], node] + time_s[node, tour[1:]] - time_s[tour[:-1], tour[1:]]
        at = int(np.argmin(longer))
        more = float(longer[at]) + self._work_s[stop]
        load = self.load_s[day]
        fuller = ((load + more) ** 2 - load**2) / (2 * self._even_s)
        return float(longer[at]) + fuller, at + 1

    def put(self, stop: int, days: tuple[int, ...]) -> None:
        node = stop + self._depots
        for day in days:
            at, home = self.price(stop, day)[1], int(self.home[node])
            tour = self._tour[day][home]
            before, after = tour[at - 1], tour[at]
            longer = self._time_s[before, node] + self._time_s[node, after]
            self.load_s[day] += longer - self._time_s[before, after] + self._work_s[stop]
            self._tour[day][home] = np.insert(tour, at, node)

    def take(self, stop: int, days: tuple[int, ...]) -> None:
        node = stop + self._depots
        for day in days:
            home = int(self.home[node])
            tour = self._tour[day][home]
            at = 1 + int(np.flatnonzero(tour[1:] == node)[0])
            before, after = tour[at - 1], tour[at + 1]
            longer = self._time_s[before, node] + self._time_s[node, after]
            self.load_s[day] -= longer - self._time_s[before, after] + self._work_s[stop]
            self._tour[day][home] = np.delete(tour, at)


def assign_days(question: Rounds) -> tuple[tuple[int, ...], ...]:
    """Choose the days of each stop; the same for the same question.

    Returns
    -------
    tuple of tuples
        Days of each stop, ascending: one of :func:`day_patterns`.
    """
    stops = len(question.kg)
    if not stops:
        return ()
    room = max(one.capacity_kg / one.shift_s for one in question.fleet)
    work_s = np.maximum(question.service_s, question.kg / room).astype(np.float64)
    depots = question.depots
    used = sorted({one.depot for one in question.fleet})
    far_s = np.min(
        [question.time_s[d, depots:] + question.time_s[depots:, d] for d in used], axis=0
    )
    even_s = float(((work_s + far_s / 8) * question.visits).sum()) / question.days + 1.0
    tours = _Tours(question, work_s, even_s)
    patterns = {
        visits: day_patterns(visits, question.weeks, question.days_a_week)
        for visits in np.unique(question.visits).tolist()
    }
    order = np.lexsort((np.arange(stops), -far_s, -question.visits)).tolist()
    chosen: list[tuple[int, ...]] = [()] * stops

    def best(stop: int) -> tuple[tuple[int, ...], float]:
        known: dict[int, float] = {}
        found: tuple[int, ...] = ()
        least = np.inf
        for pattern in patterns[int(question.visits[stop])]:
            price = 0.0
            for day in pattern:
                if day not in known:
                    known[day] = tours.price(stop, day)[0]
                price += known[day]
            if price < least - 1e-9:
                found, least = pattern, price
        return found, least

    for stop in order:
        chosen[stop] = best(stop)[0]
        tours.put(stop, chosen[stop])
    for _ in range(_PASSES):
        moved = 0
        for stop in order:
            old = chosen[stop]
            tours.take(stop, old)
            kept = sum(tours.price(stop, day)[0] for day in old)
            new, price = best(stop)
            if price < kept - 1e-6:
                chosen[stop] = new
                moved += 1
            tours.put(stop, chosen[stop])
        if not moved:
            break
    return tuple(chosen)
