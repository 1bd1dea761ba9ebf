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
                fixed_cost=one.cost_round,
                shift_duration=one.shift_s,
                unit_distance_cost=one.cost_m,
                unit_duration_cost=one.cost_s,
            )
            for one in question.fleet
        ],
        distance_matrices=[length_m],
        duration_matrices=[time_s],
    )
    found = _searched(data, iterations, seed, None)
    if not found.is_feasible():
        # Few steps may not come upon rounds that hold: more, from rounds of one stop each where
        # there are vehicles enough for those.
        alone = _alone(question, stops, data)
        found = _searched(data, iterations if alone else 4 * iterations, seed, alone)
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


def _alone(
    question: Rounds, stops: tuple[int, ...], data: pyvrp.ProblemData
) -> pyvrp.Solution | None:
    """Visit each stop on a round of its own; None where vehicles are counted."""
    routes = []
    for row, stop in enumerate(stops):
        node = question.depots + stop
        for kind, one in enumerate(question.fleet):
            way_s = question.time_s[one.depot, node] + question.time_s[node, one.depot]
            fits = question.kg[stop] <= one.capacity_kg
            if one.count is None and fits and way_s + question.service_s[stop] <= one.shift_s:
                routes.append(pyvrp.Route(data, [row], kind))
                break
        else:
            return None
    return pyvrp.Solution(data, routes)


def _clients(route: pyvrp.Route) -> list[int]:
    """List the rows of the clients of a round in their order."""
    return [visit.idx for visit in route if visit.is_client()]


def solver_version() -> str:
    """Version of PyVRP."""
    return metadata.version("pyvrp")
