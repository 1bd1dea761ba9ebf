"""Problems as plain tables, for tests: shares nothing with the code under test."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from optimise import Problem, Radius


def dense(problem: Problem) -> np.ndarray:
    """Impedance table with inf for what is absent."""
    table = np.full((problem.n_units, problem.n_sites), np.inf)
    for unit in range(problem.n_units):
        for entry in range(problem.travel.indptr[unit], problem.travel.indptr[unit + 1]):
            table[unit, problem.travel.indices[entry]] = problem.travel.impedance[entry]
    return table


def members_of(problem: Problem, group: str) -> list[int]:
    """Units of a group."""
    return list(range(problem.n_units)) if group == "all" else problem.groups[group].tolist()


def reachable(problem: Problem, radius: Radius | None) -> np.ndarray:
    """Impedance table with inf beyond each unit's own radius."""
    table = dense(problem)
    if radius is None:
        return table
    pairs = radius if isinstance(radius, tuple) else (("all", radius),)
    for unit in range(problem.n_units):
        own = [value for group, value in pairs if unit in members_of(problem, group)]
        for site in range(problem.n_sites):
            if not own or table[unit, site] > own[0]:
                table[unit, site] = np.inf
    return table


def widest_of(radius: Radius) -> float:
    """Largest radius there is."""
    return max(value for _, value in radius) if isinstance(radius, tuple) else radius


def nearest_of(table: np.ndarray, plan: tuple[int, ...]) -> np.ndarray:
    """Impedance to the nearest open site, inf for none."""
    return table[:, list(plan)].min(axis=1, initial=np.inf)


def weight_of(problem: Problem, units: Iterable[int]) -> Fraction:
    """Exact weight of some units."""
    return sum((Fraction(problem.weights[unit].item()) for unit in units), Fraction(0))
