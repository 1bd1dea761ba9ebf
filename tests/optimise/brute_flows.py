"""Who serves whom from given open sites with capacities, by walks and plain transportation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from optimise import CapacitatedCover, CapacitatedMedian, Problem
from tests.optimise.tables import members_of, reachable, weight_of

#: How much of each unit each site serves.
Served = dict[tuple[int, int], float]


def _capacity(problem: Problem) -> np.ndarray:
    free = np.full(problem.n_sites, np.inf)
    return free if problem.capacities is None else problem.capacities


def flows_of(
    problem: Problem, model: CapacitatedCover | CapacitatedMedian, plan: tuple[int, ...]
) -> Served | None:
    """Who serves whom: enough of each group, or everybody at the least cost; None if none can."""
    table = reachable(problem, model.radius)
    if isinstance(model, CapacitatedMedian):
        way = _cheapest_flow if model.split else _cheapest
        return way(problem, table, plan)
    needs = {
        group: Fraction(repr(share)) * weight_of(problem, members_of(problem, group))
        for group, share in model.targets
    }
    return (_enough if model.split else _packs)(problem, table, plan, needs)


def _pairs(problem: Problem, table: np.ndarray, plan: tuple[int, ...]) -> list[tuple[int, int]]:
    return [
        (unit, site)
        for unit in range(problem.n_units)
        for site in plan
        if np.isfinite(table[unit, site]) and problem.weights[unit] > 0
    ]


def _transport(
    problem: Problem,
    pairs: list[tuple[int, int]],
    costs: list[float],
    rows: list[list[float]],
    limits: list[float],
    *,
    whole: bool,
) -> Served | None:
    """Transportation problem with rows of its own besides."""
    weights, capacity = problem.weights.astype(float), _capacity(problem)
    units = np.array([[unit == one for one, _ in pairs] for unit in range(problem.n_units)], float)
    for site in np.flatnonzero(np.isfinite(capacity)):
        rows, limits = (
            [*rows, [float(site == other) for _, other in pairs]],
            [*limits, capacity[site]],
        )
    heavy = weights > 0
    found = linprog(
        costs,
        A_ub=np.array(rows).reshape(-1, len(pairs)) if whole else np.vstack([units, *rows]),
        b_ub=limits if whole else [*weights, *limits],
        A_eq=units[heavy] if whole else None,
        b_eq=weights[heavy] if whole else None,
    )
    assert found.status in (0, 2)
    if found.status == 2:
        return None
    return {pair: float(x) for pair, x in zip(pairs, found.x, strict=True) if x > 1e-9}


def _cheapest_flow(problem: Problem, table: np.ndarray, plan: tuple[int, ...]) -> Served | None:
    pairs = _pairs(problem, table, plan)
    if not pairs:
        return None if (problem.weights > 0).any() else {}
    return _transport(problem, pairs, [table[pair] for pair in pairs], [], [], whole=True)


def _enough(
    problem: Problem, table: np.ndarray, plan: tuple[int, ...], needs: dict[str, Fraction]
) -> Served | None:
    pairs = _pairs(problem, table, plan)
    if not pairs:
        return None if any(needs.values()) else {}
    rows = [
        [-float(unit in set(members_of(problem, group))) for unit, _ in pairs] for group in needs
    ]
    limits = [-float(need) for need in needs.values()]
    return _transport(problem, pairs, [0.0] * len(pairs), rows, limits, whole=False)


def _packs(
    problem: Problem, table: np.ndarray, plan: tuple[int, ...], needs: dict[str, Fraction]
) -> Served | None:
    """Units, each whole, into the sites so that every group has what it needs."""
    inside = {group: set(members_of(problem, group)) for group in needs}
    weights = [Fraction(weight.item()) for weight in problem.weights]
    capacity = _capacity(problem)

    def walk(unit: int, room: tuple[Fraction, ...], needs: dict[str, Fraction]) -> Served | None:
        if all(need <= 0 for need in needs.values()):
            return {}
        if unit == problem.n_units:
            return None
        for at, site in enumerate(plan):
            if np.isfinite(table[unit, site]) and 0 < weights[unit] <= room[at]:
                left = (*room[:at], room[at] - weights[unit], *room[at + 1 :])
                less = {
                    group: need - weights[unit] * (unit in inside[group])
                    for group, need in needs.items()
                }
                rest = walk(unit + 1, left, less)
                if rest is not None:
                    return {(unit, site): float(weights[unit]), **rest}
        return walk(unit + 1, room, needs)

    room = tuple(
        Fraction(capacity[site].item()) if np.isfinite(capacity[site]) else Fraction(10**9)
        for site in plan
    )
    return walk(0, room, needs)


def _cheapest(problem: Problem, table: np.ndarray, plan: tuple[int, ...]) -> Served | None:
    """Least cost of giving each unit, whole, to one of the sites."""
    heavy = np.flatnonzero(problem.weights > 0).tolist()
    best: list[tuple[float, Served | None]] = [(np.inf, None)]

    def walk(at: int, room: np.ndarray, cost: float, served: Served) -> None:
        if cost >= best[0][0]:
            return
        if at == len(heavy):
            best[0] = cost, served
            return
        unit = heavy[at]
        weight = float(problem.weights[unit])
        for site in plan:
            if np.isfinite(table[unit, site]) and weight <= room[site]:
                left = room.copy()
                left[site] -= weight
                more = {**served, (unit, site): weight}
                walk(at + 1, left, cost + weight * table[unit, site], more)

    walk(0, _capacity(problem).astype(float), 0.0, {})
    return best[0][1]
