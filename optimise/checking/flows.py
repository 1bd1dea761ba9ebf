"""Check who serves whom, where sites have capacities."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.checking.fault import Fault, faults_at
from optimise.checking.reach import pair_at
from optimise.problem import Problem
from optimise.solution import Flows, Solution

__all__ = ["Served", "look_at_flows"]

#: Relative slack of sums of flows: what a linear programme calls equal.
_SLACK = 1e-7


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Served:
    """What the flows come to.

    Parameters
    ----------
    weight
        float64[n], weight of each unit that is served.
    cost
        Sum of weight times impedance.
    faults
        What does not hold.
    """

    weight: NDArray[np.float64]
    cost: float
    faults: list[Fault]


def look_at_flows(
    problem: Problem,
    solution: Solution,
    is_open: NDArray[np.bool_],
    own: NDArray[np.float64],
    *,
    split: bool,
    everybody: bool,
) -> Served:
    """Recount the flows of a solution.

    Parameters
    ----------
    is_open
        bool[m]
    own
        Radius of each unit, float64[n].
    split
        Whether a unit may be served by several sites, or in part.
    everybody
        Whether every unit must be served whole.
    """
    flows = solution.flows
    shape = _bad_shape(problem, flows)
    if flows is None or shape:
        return Served(weight=np.zeros(problem.n_units), cost=math.nan, faults=shape)
    weights = problem.weights.astype(np.float64)
    unit = np.repeat(np.arange(problem.n_units), np.diff(flows.indptr))
    site, amount = flows.sites.astype(np.int64), flows.weight.astype(np.float64)
    far = pair_at(problem, unit, site)
    unordered = np.zeros(len(unit), dtype=np.bool_)
    unordered[1:] = (unit[1:] == unit[:-1]) & (site[1:] <= site[:-1])
    faults = faults_at("flows", "entry", unordered, site, math.nan)
    faults += faults_at("flows", "entry", ~((amount > 0) & np.isfinite(amount)), amount, 0)
    faults += faults_at("flows to a closed site", "entry", ~is_open[site], site, 0)
    faults += faults_at("flows beyond the radius", "entry", ~(far <= own[unit]), own[unit], far)
    served = np.bincount(unit, weights=amount, minlength=problem.n_units).astype(np.float64)
    slack = _SLACK * np.maximum(1.0, weights)
    faults += faults_at("flows above the weight", "unit", served > weights + slack, weights, served)
    if everybody:
        faults += faults_at("served", "unit", ~(served >= weights - slack), weights, served)
    if not split:
        torn = (np.diff(flows.indptr) > 1) | ((served > 0) & (abs(served - weights) > slack))
        faults += faults_at("single assignment", "unit", torn, weights, served)
    if problem.capacities is not None:
        load = np.bincount(site, weights=amount, minlength=problem.n_sites)
        room = problem.capacities
        over = load > room + _SLACK * np.maximum(1.0, np.where(np.isfinite(room), room, 1.0))
        faults += faults_at("capacity", "site", over, room, load)
    faults += _bad_assignment(problem, solution, unit, site, amount)
    return Served(weight=served, cost=float(amount @ far), faults=faults)


def _bad_shape(problem: Problem, flows: Flows | None) -> list[Fault]:
    """Find what is no list of flows at all."""
    if flows is None:
        return [Fault(what="flows", where="missing", claimed=0, found=problem.n_units)]
    pointer, size = flows.indptr, flows.sites.size
    whole = pointer.dtype.kind in "iu" and (size == 0 or flows.sites.dtype.kind in "iu")
    if not whole or pointer.shape != (problem.n_units + 1,) or flows.sites.ndim != 1:
        return [Fault(what="flows", where="shape", claimed=pointer.size, found=problem.n_units + 1)]
    rising = pointer[0] == 0 and pointer[-1] == size and not (np.diff(pointer) < 0).any()
    if not rising or flows.weight.shape != (size,):
        return [Fault(what="flows", where="entries", claimed=float(pointer[-1]), found=size)]
    outside = (flows.sites < 0) | (flows.sites >= problem.n_sites)
    return faults_at("flows", "entry", outside, flows.sites, problem.n_sites)


def _bad_assignment(
    problem: Problem,
    solution: Solution,
    unit: NDArray[Any],
    site: NDArray[np.int64],
    amount: NDArray[np.float64],
) -> list[Fault]:
    """Each unit belongs to the site that serves most of it, of equals the lowest."""
    most = np.full(problem.n_units, -1, dtype=np.int64)
    if len(unit):
        new = np.flatnonzero(np.append(True, unit[1:] != unit[:-1]))
        peak = np.repeat(np.maximum.reduceat(amount, new), np.diff(np.append(new, len(unit))))
        most[unit[new]] = np.minimum.reduceat(np.where(amount == peak, site, problem.n_sites), new)
    faults = faults_at("assignment", "unit", solution.assignment != most, solution.assignment, most)
    some = np.flatnonzero(most >= 0)
    far = np.full(problem.n_units, np.nan)
    far[some] = pair_at(problem, some, most[some])
    same = (solution.distance == far) | (np.isnan(solution.distance) & np.isnan(far))
    return faults + faults_at("distance", "unit", ~same, solution.distance, far)
