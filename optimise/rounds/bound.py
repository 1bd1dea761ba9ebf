"""What rounds cost at least.

Two relaxations. *Radial* (Haimovich and Rinnooy Kan 1985, Bounds and heuristics for capacitated
routing problems, Mathematics of Operations Research 10(4)): a round costs at least the way to and
from the farthest of its stops, and so the mean of its stops' ways by their shares of the load, or
of the shift. It does not know the days. *Assignment*: each stop has one way in and one out; the
cheapest such choice of ways, rounds or not, for the stops of a day.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from optimise.rounds.question import Rounds

__all__ = ["Bounds"]

Floats = NDArray[np.float64]
#: Stops of a day up to which the assignment is solved.
_MOST = 400
_LARGE = np.iinfo(np.int64).max


class Bounds:
    """Least costs of a question's visits, millionths of a yuan."""

    def __init__(self, question: Rounds) -> None:
        self._question = question
        depots = question.depots
        stops = len(question.kg)
        by_load, by_shift = np.full(stops, np.inf), np.full(stops, np.inf)
        for one in question.fleet:
            cost = question.length_m * one.cost_m + question.time_s * one.cost_s
            # A round may pass other stops on the way to one: by them it may be cheaper.
            both = _cheapest(cost, one.depot) + _cheapest(cost.T, one.depot)
            there = both[depots:].astype(np.float64) + one.cost_round
            own = question.service_s * float(one.cost_s)
            by_load = np.minimum(by_load, question.kg / one.capacity_kg * there + own)
            by_shift = np.minimum(by_shift, question.service_s / one.shift_s * there + own)
        self._by_load, self._by_shift = by_load, by_shift

    def any_days(self) -> int:
        """Whatever the days are."""
        visits = self._question.visits
        return _down(max((self._by_load * visits).sum(), (self._by_shift * visits).sum()))

    def of_day(self, stops: tuple[int, ...]) -> int:
        """On a day with these stops."""
        if not stops:
            return 0
        rows = np.array(stops)
        radial = max(self._by_load[rows].sum(), self._by_shift[rows].sum())
        if len(stops) > _MOST:
            return _down(radial)
        return max(_down(radial), _down(self._assigned(rows)))

    def _assigned(self, rows: NDArray[np.int64]) -> float:
        question, fleet = self._question, self._question.fleet
        nodes, n = rows + question.depots, len(rows)
        between = np.full((n, n), np.inf)
        out, back, service = np.full(n, np.inf), np.full(n, np.inf), np.full(n, np.inf)
        for one in fleet:
            length_m, time_s = (
                matrix.astype(np.float64) for matrix in (question.length_m, question.time_s)
            )
            cost = length_m * one.cost_m + time_s * one.cost_s
            between = np.minimum(between, cost[np.ix_(nodes, nodes)])
            out = np.minimum(out, cost[one.depot, nodes] + one.cost_round)
            back = np.minimum(back, cost[nodes, one.depot])
            service = np.minimum(service, question.service_s[rows] * float(one.cost_s))
        np.fill_diagonal(between, np.inf)
        largest = max(one.capacity_kg for one in fleet)
        longest = max(one.shift_s for one in fleet)
        least = max(
            1,
            -(-int(question.kg[rows].sum()) // largest),
            -(-int(question.service_s[rows].sum()) // longest),
        )
        # Depots stand in the matrix once for each round there may be; those not needed go to
        # themselves for nothing.
        k = n
        whole = np.full((n + k, n + k), np.inf)
        whole[:n, :n], whole[n:, :n], whole[:n, n:] = between, out[None, :], back[:, None]
        idle = np.arange(n + least, n + k)
        whole[idle, idle] = 0.0
        worst = float(whole[np.isfinite(whole)].max()) * (n + k) + 1.0
        whole[~np.isfinite(whole)] = worst
        row, column = linear_sum_assignment(whole)
        return math.fsum(whole[row, column].tolist()) + float(service.sum())


def _cheapest(cost: NDArray[np.int64], depot: int) -> NDArray[np.int64]:
    """Find the cheapest ways from a depot, over any stops: Dijkstra's search on all pairs."""
    away: NDArray[np.int64] = cost[depot].copy()
    away[depot] = 0
    done = np.zeros(len(away), np.bool_)
    done[depot] = True
    for _ in range(len(away) - 1):
        here = int(np.argmin(np.where(done, _LARGE, away)))
        done[here] = True
        np.minimum(away, away[here] + cost[here], out=away)
    return away


def _down(value: float) -> int:
    """Whole number below, float noise or not."""
    return max(0, math.ceil(float(value) * (1 - 1e-9) - 1e-3))
