"""Check a solution against the problem with nothing but numpy.

Shares no code with the solver, the reduction or the incidence: it walks the travel matrix of the
problem itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from optimise.incidence import widest
from optimise.models import Cover, CoverMost, CoverShare
from optimise.problem import Problem
from optimise.solution import Solution

__all__ = ["Fault", "verify"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A claim that does not hold.

    Parameters
    ----------
    what
        Which claim, e.g. ``"quota"``.
    where
        Site, unit, zone or group.
    claimed, found
        What the solution or the problem says, and what was counted.
    """

    what: str
    where: str
    claimed: float
    found: float


def verify(problem: Problem, model: Cover, solution: Solution) -> tuple[Fault, ...]:
    """Recount every claim of a solution; an empty tuple means that all of them hold."""
    faults = _bad_sites(problem, solution)
    if faults:
        return tuple(faults)
    nearest, site = _nearest_open(problem, solution.open_sites, widest(model.radius))
    faults += _bad_service(solution, nearest, site)
    faults += _bad_quotas(problem, solution.open_sites)
    covered = np.isfinite(nearest)
    people = float(problem.weights[covered].sum())
    name: str
    if isinstance(model, CoverShare):
        faults += _bad_targets(problem, model, covered)
        value = (
            float(len(solution.open_sites))
            if model.objective == "sites"
            else float(problem.site_costs[solution.open_sites].sum())
        )
        name, sense = model.objective, 1.0
    else:
        faults += _bad_budget(problem, model, solution)
        value, name, sense = people, "people", -1.0
    if solution.objective != name:
        faults.append(Fault(what="objective", where=name, claimed=0, found=0))
    faults += _bad_certificate(solution, value, sense)
    if solution.tie_break is not None:
        reached = np.where(covered, nearest, widest(model.radius))
        total = float((problem.weights * reached).sum())
        if not np.isclose(solution.tie_break.value, total, rtol=1e-9, atol=1e-9):
            faults.append(
                Fault(what="tie-break", where="", claimed=solution.tie_break.value, found=total)
            )
    return tuple(faults)


def _bad_sites(problem: Problem, solution: Solution) -> list[Fault]:
    sites = solution.open_sites
    faults = []
    if len(sites) and (sites.min() < 0 or sites.max() >= problem.n_sites):
        bad = sites.min() if sites.min() < 0 else sites.max()
        return [Fault(what="site", where="number", claimed=float(bad), found=problem.n_sites)]
    if (sites[1:] <= sites[:-1]).any():
        faults.append(Fault(what="site", where="order", claimed=0, found=0))
    is_open = np.isin(np.arange(problem.n_sites), sites)
    faults += [
        Fault(what="existing", where=f"site {site}", claimed=1, found=0)
        for site in np.flatnonzero(problem.existing & ~is_open)
    ]
    faults += [
        Fault(what="forbidden", where=f"site {site}", claimed=0, found=1)
        for site in np.flatnonzero(problem.forbidden & is_open)
    ]
    for name, array in (("assignment", solution.assignment), ("distance", solution.distance)):
        if array.shape != problem.weights.shape:
            faults.append(
                Fault(what=name, where="length", claimed=array.size, found=problem.n_units)
            )
    return faults


def _nearest_open(
    problem: Problem, sites: NDArray[np.int32], radius: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nearest open site of each unit by a scan over the entries; inf and -1 for none."""
    travel, n = problem.travel, problem.n_units
    unit = np.searchsorted(travel.indptr, np.arange(len(travel.indices)), side="right") - 1
    far = travel.impedance.astype(np.float64)
    usable = np.isin(travel.indices, sites) & ~(far > radius)
    unit, far, column = unit[usable], far[usable], travel.indices[usable]
    nearest = np.full(n, np.inf)
    np.minimum.at(nearest, unit, far)
    site = np.full(n, problem.n_sites, dtype=np.int64)
    best = far == nearest[unit]
    np.minimum.at(site, unit[best], column[best])
    site[site == problem.n_sites] = -1
    return nearest, site


def _bad_service(
    solution: Solution, nearest: NDArray[np.float64], site: NDArray[np.int64]
) -> list[Fault]:
    faults = [
        Fault(what="assignment", where=f"unit {unit}", claimed=float(claimed), found=float(found))
        for unit, (claimed, found) in enumerate(zip(solution.assignment, site, strict=True))
        if claimed != found
    ]
    found = np.where(np.isfinite(nearest), nearest, np.nan)
    differs = ~np.isclose(solution.distance, found, rtol=0, atol=0, equal_nan=True)
    faults += [
        Fault(
            what="distance",
            where=f"unit {unit}",
            claimed=float(solution.distance[unit]),
            found=float(found[unit]),
        )
        for unit in np.flatnonzero(differs)
    ]
    return faults


def _bad_quotas(problem: Problem, sites: NDArray[np.int32]) -> list[Fault]:
    return [
        Fault(what="quota", where=f"zone {zone}", claimed=float(quota), found=float(have))
        for zone, quota in enumerate(problem.quotas)
        if (have := np.count_nonzero(problem.zones[sites] == zone)) < quota
    ]


def _bad_targets(problem: Problem, model: CoverShare, covered: NDArray[np.bool_]) -> list[Fault]:
    faults = []
    exact = problem.weights.dtype.kind == "i"
    for group, share in model.targets:
        members = problem.members(group)
        weights = problem.weights[members]
        have, total = weights[covered[members]].sum(), weights.sum()
        if exact:
            met = Decimal(int(have)) >= Decimal(str(float(share))) * Decimal(int(total))
        else:
            met = bool(have >= share * total - 2e-9 * total)
        if not met:
            faults.append(
                Fault(
                    what="target",
                    where=group,
                    claimed=float(share),
                    found=float(have / total),
                )
            )
    return faults


def _bad_budget(problem: Problem, model: CoverMost, solution: Solution) -> list[Fault]:
    n_open = len(solution.open_sites)
    most = problem.most(model.max_sites)
    if n_open <= most:
        return []
    return [Fault(what="budget", where="", claimed=most, found=n_open)]


def _bad_certificate(solution: Solution, value: float, sense: float) -> list[Fault]:
    faults = []
    if not np.isclose(solution.value, value, rtol=1e-12, atol=0):
        faults.append(Fault(what="value", where="", claimed=solution.value, found=value))
    if sense * (value - solution.bound) < -1e-9 * max(1.0, abs(value)):
        faults.append(Fault(what="bound", where="", claimed=solution.bound, found=value))
    gap = abs(value - solution.bound) / max(1e-10, abs(value))
    if not np.isclose(solution.gap, gap, rtol=1e-9, atol=1e-12):
        faults.append(Fault(what="gap", where="", claimed=solution.gap, found=gap))
    return faults
