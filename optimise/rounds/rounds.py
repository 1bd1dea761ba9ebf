"""Rounds over a cycle of weeks: days first, then the rounds of each day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimise.errors import Undecided
from optimise.rounds.bound import Bounds
from optimise.rounds.days import assign_days
from optimise.rounds.question import Rounds, RoundsShort
from optimise.watch import Progress

__all__ = ["Round", "RoundsPlan", "iterations_for", "solve_rounds"]

#: Stops of a day from which on few steps may leave rounds more than 3 % above the best.
_MANY = 50
_FEW_STEPS, _MANY_STEPS = 200, 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """A vehicle's way through a day.

    Parameters
    ----------
    day
        Of the cycle.
    vehicle
        Row of the fleet.
    stops
        Rows of the stops in their order.
    kg, length_m, travel_s, service_s
        Load, way, and what the shift is spent on.
    cost
        Ten-thousandths of a yuan.
    """

    day: int
    vehicle: int
    stops: tuple[int, ...]
    kg: int
    length_m: int
    travel_s: int
    service_s: int
    cost: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundsPlan:
    """Rounds of a cycle.

    Parameters
    ----------
    days
        Days of each stop, ascending.
    rounds
        By day and vehicle.
    value
        Cost of the cycle, millionths of a yuan.
    bound
        Rounds on any days cost at least so much.
    bound_of_days
        Rounds on these days do.
    status
        Always ``"heuristic"``: days and rounds are good, not proven; the bounds are.
    iterations, seed
        Of the search: with them it can be repeated; ``None``: :func:`iterations_for` each day.
    """

    days: tuple[tuple[int, ...], ...]
    rounds: tuple[Round, ...]
    value: int
    bound: int
    bound_of_days: int
    iterations: int | None
    seed: int
    status: str = "heuristic"

    @property
    def gap(self) -> float:
        """Distance of value and bound by the value: how much cheaper other rounds might be."""
        return (self.value - self.bound) / self.value if self.value else 0.0

    def vehicles(self, kinds: int) -> tuple[int, ...]:
        """Most rounds of each kind of vehicle on one day: so many are needed."""
        most = [0] * kinds
        for day in {one.day for one in self.rounds}:
            today = [one.vehicle for one in self.rounds if one.day == day]
            most = [max(most[kind], today.count(kind)) for kind in range(kinds)]
        return tuple(most)


def iterations_for(stops: int) -> int:
    """Steps of the search that a day with so many stops is worth.

    Measured on published instances (``benchmarks/rounds.py``): what 200 steps do for 30 stops
    takes 1,000 for 50 and more.
    """
    return _MANY_STEPS if stops >= _MANY else _FEW_STEPS


def solve_rounds(
    question: Rounds,
    *,
    iterations: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RoundsPlan:
    """Find cheap rounds.

    Parameters
    ----------
    iterations
        Of the search of each day; ``None``: :func:`iterations_for` its stops.

    Raises
    ------
    RoundsShort
        If a stop cannot be visited, or the vehicles were found not to do.
    Undecided
        If it was cancelled.
    """
    from optimise.rounds.search import rounds_of_day  # takes a while to load

    if len(impossible := question.impossible()):
        raise RoundsShort(stops=tuple(impossible.tolist()))
    days = assign_days(question)
    stops_of = [
        tuple(stop for stop, of in enumerate(days) if day in of) for day in range(question.days)
    ]
    bounds = Bounds(question)
    known: dict[tuple[int, ...], tuple[tuple[int, tuple[int, ...]], ...]] = {}
    rounds: list[Round] = []
    for day, stops in enumerate(stops_of):
        if progress is not None:
            progress("rounds", day / question.days)
        if cancel is not None and cancel():
            raise Undecided("The rounds were cancelled", remedy="Start again")
        if stops not in known:
            steps = iterations_for(len(stops)) if iterations is None else iterations
            found = rounds_of_day(question, stops, iterations=steps, seed=seed)
            if found is None:
                raise RoundsShort(day=day)
            known[stops] = found
        rounds += [_round(question, day, vehicle, order) for vehicle, order in known[stops]]
    of_days = sum(bounds.of_day(stops) for stops in stops_of)
    any_days = bounds.any_days()
    return RoundsPlan(
        days=days,
        rounds=tuple(rounds),
        value=sum(one.cost for one in rounds),
        bound=any_days,
        bound_of_days=max(any_days, of_days),
        iterations=iterations,
        seed=seed,
    )


def _round(question: Rounds, day: int, vehicle: int, stops: tuple[int, ...]) -> Round:
    one, rows = question.fleet[vehicle], np.array(stops)
    nodes = np.concatenate([[one.depot], rows + question.depots, [one.depot]])
    length_m = int(question.length_m[nodes[:-1], nodes[1:]].sum())
    travel_s = int(question.time_s[nodes[:-1], nodes[1:]].sum())
    service_s = int(question.service_s[rows].sum())
    return Round(
        day=day,
        vehicle=vehicle,
        stops=stops,
        kg=int(question.kg[rows].sum()),
        length_m=length_m,
        travel_s=travel_s,
        service_s=service_s,
        cost=one.cost_round + one.cost_m * length_m + one.cost_s * (travel_s + service_s),
    )
