"""The rounds of one day by PyVRP (https://pyvrp.org), its only importer here.

Wouda, Lan and Kool (2024), PyVRP: a high-performance VRP solver package, INFORMS Journal on
Computing 36(4). It stops after a number of iterations, never by the clock, and its seed is
given: the same question gives the same rounds.
"""

from __future__ import annotations

from importlib import metadata
from typing import Any, cast

import numpy as np
import pyvrp
from pyvrp.stop import MaxIterations

from optimise.rounds.question import Rounds

__all__ = ["rounds_of_day", "solver_version"]

#: The higher of the prices of a metre and a second, at most.
_PRICE = 200


def rounds_of_day(
    question: Rounds, stops: tuple[int, ...], *, iterations: int, seed: int
) -> tuple[tuple[int, tuple[int, ...]], ...] | None:
    """Find cheap rounds that visit some stops.

    Returns
    -------
    tuple or None
        Row of the fleet and stops in their order, a pair a round; None where no rounds were found
        that hold capacities, shifts and numbers of vehicles.
    """
    if not stops:
        return ()
    depots = question.depots
    # What a kilogram or a second too much is fined has a ceiling in PyVRP: prices must be small
    # beside it. Rounds are searched by rounded prices; what they cost is counted by the true ones.
    finest = max(1.0, max(max(one.cost_m, one.cost_s) for one in question.fleet) / _PRICE)
    nodes = np.concatenate([np.arange(depots), np.array(stops) + depots])
    time_s = cast("Any", np.ascontiguousarray(question.time_s[np.ix_(nodes, nodes)]))
    length_m = cast("Any", np.ascontiguousarray(question.length_m[np.ix_(nodes, nodes)]))
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in nodes],
        clients=[
            pyvrp.Client(
                location=depots + row,
                pickup=[int(question.kg[stop])],
                service_duration=int(question.service_s[stop]),
            )
            for row, stop in enumerate(stops)
        ],
        depots=[pyvrp.Depot(location=row) for row in range(depots)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=min(one.count or len(stops), len(stops)),
                capacity=[one.capacity_kg],
                start_depot=one.depot,
                end_depot=one.depot,
                fixed_cost=round(one.cost_round / finest),
                shift_duration=one.shift_s,
                unit_distance_cost=round(one.cost_m / finest),
                unit_duration_cost=round(one.cost_s / finest),
            )
            for one in question.fleet
        ],
        distance_matrices=[length_m],
        duration_matrices=[time_s],
    )
    found = _searched(data, iterations, seed, None)
    if not found.is_feasible():
        # Few steps may not come upon rounds that hold: more do, or those from rounds that do.
        start = _greedy(question, stops, data)
        found = _searched(data, iterations if start else 4 * iterations, seed, start)
    if not found.is_feasible():
        return None
    rounds = [
        (route.vehicle_type(), tuple(stops[row] for row in _clients(route)))
        for route in found.best.routes()
    ]
    return tuple(sorted(one for one in rounds if one[1]))


def _searched(
    data: pyvrp.ProblemData, iterations: int, seed: int, start: pyvrp.Solution | None
) -> pyvrp.Result:
    return pyvrp.solve(
        data,
        stop=MaxIterations(iterations),
        seed=seed,
        collect_stats=False,
        display=False,
        initial_solution=start,
    )


def _greedy(
    question: Rounds, stops: tuple[int, ...], data: pyvrp.ProblemData
) -> pyvrp.Solution | None:
    """Go to the nearest stop that fits, round after round; None where vehicles are counted."""
    if any(one.count is not None for one in question.fleet):
        return None
    left, routes = list(range(len(stops))), []
    while left:
        rounds = [
            _nearest_first(question, stops, left, kind) for kind in range(len(question.fleet))
        ]
        kind = max(range(len(rounds)), key=lambda one: len(rounds[one]))
        if not rounds[kind]:
            return None
        routes.append(pyvrp.Route(data, rounds[kind], kind))
        left = [row for row in left if row not in rounds[kind]]
    return pyvrp.Solution(data, routes)


def _nearest_first(
    question: Rounds, stops: tuple[int, ...], left: list[int], kind: int
) -> list[int]:
    """Fill one round of a kind of vehicle."""
    one = question.fleet[kind]
    time_s, here, spent_s, kg = question.time_s, one.depot, 0, 0
    order: list[int] = []
    open_rows = list(left)
    while open_rows:
        fits = []
        for row in open_rows:
            node = question.depots + stops[row]
            on_s = int(time_s[here, node] + question.service_s[stops[row]])
            back_s = int(time_s[node, one.depot])
            load = kg + int(question.kg[stops[row]])
            if load <= one.capacity_kg and spent_s + on_s + back_s <= one.shift_s:
                fits.append((int(time_s[here, node]), row, on_s, load))
        if not fits:
            break
        _, row, on_s, kg = min(fits)
        spent_s, here = spent_s + on_s, question.depots + stops[row]
        order.append(row)
        open_rows.remove(row)
    return order


def _clients(route: pyvrp.Route) -> list[int]:
    """List the rows of the clients of a round in their order."""
    return [visit.idx for visit in route if visit.is_client()]


def solver_version() -> str:
    """Version of PyVRP."""
    return metadata.version("pyvrp")
