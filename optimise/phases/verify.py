"""A second opinion on openings over the years: plain Python over the arrays, no shared code."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from optimise.checking.fault import Fault
from optimise.phases.plan import PhasesPlan
from optimise.phases.question import NEVER, Phases

__all__ = ["verify_phases"]


def verify_phases(phases: Phases, plan: PhasesPlan) -> tuple[Fault, ...]:
    """Count everything that a plan claims again; empty if it all holds.

    That no plan is better than the bound cannot be seen from the plan; that value, bound and gap
    fit one another can.
    """
    faults: list[Fault] = []

    def hold(truth: bool, what: str, where: str = "", told: Any = None, found: Any = None) -> None:
        if not truth:
            faults.append(Fault(what=what, where=where, claimed=told, found=found))

    problem, opened = phases.problem, plan.opened_in.tolist()
    stands = [bool(a) and not b for a, b in zip(problem.existing, problem.closable, strict=True)]
    if len(opened) != problem.n_sites:
        what = "opened_in does not name every site"
        return (Fault(what=what, where="", claimed=len(opened), found=problem.n_sites),)
    for site, year in enumerate(opened):
        hold(NEVER <= year < len(phases.years), "unknown year", f"site {site}")
        hold(not stands[site] or year == 0, "standing site is not open", f"site {site}")
        hold(not problem.forced[site] or year != NEVER, "forced site stays closed", f"site {site}")
        barred = problem.forbidden[site] and not stands[site]
        hold(not barred or year == NEVER, "forbidden site opens", f"site {site}")
    starts, sites = problem.travel.indptr.tolist(), problem.travel.indices.tolist()
    near = [far <= phases.radius for far in problem.travel.impedance.tolist()]
    total = 0.0
    for number, year in enumerate(phases.years):
        where = f"year {year.name}"
        there = {
            site for site, first in enumerate(opened) if first not in (NEVER,) and first <= number
        }
        weights = phases.weights[number].tolist()
        served = [
            any(near[at] and sites[at] in there for at in range(starts[unit], starts[unit + 1]))
            for unit in range(problem.n_units)
        ]
        covered = math.fsum(w for w, yes in zip(weights, served, strict=True) if yes)
        hold(
            _close(covered, plan.covered[number]),
            "covered differs",
            where,
            plan.covered[number],
            covered,
        )
        total += year.share * covered
        hold(year.max_sites is None or len(there) <= year.max_sites, "too many sites", where)
        cost = math.fsum(problem.site_costs[sorted(there)].tolist())
        hold(year.budget is None or cost <= year.budget * (1 + 1e-9) + 1e-9, "too dear", where)
        for zone, least in enumerate([] if year.quotas is None else year.quotas.tolist()):
            have = sum(int(problem.zones[site]) == zone for site in there)
            hold(have >= least, "quota not met", f"{where}, zone {zone}")
        for group, share in year.targets:
            members = problem.members(group).tolist()
            whole = math.fsum(weights[unit] for unit in members)
            have_people = math.fsum(weights[unit] for unit in members if served[unit])
            need = Fraction(repr(float(share))) * Fraction(whole)
            hold(have_people >= float(need) * (1 - 1e-9), "target missed", f"{where}, {group}")
        hold(plan.free_value[number] >= covered - 1e-9 * abs(covered), "free is less", where)
        fair = plan.free_bound[number] >= plan.free_value[number] - 1e-9 * abs(covered)
        hold(fair, "free bound is below its plan", where)
    changes = 0.0
    if phases.earlier is not None:
        for site, before in enumerate(phases.earlier.opened_in.tolist()):
            for number in range(len(phases.years)):
                had = before != NEVER and before <= number
                has = opened[site] != NEVER and opened[site] <= number
                changes += phases.earlier.drop * (had and not has)
                changes += phases.earlier.add * (has and not had)
    hold(_close(changes, plan.changes), "changes differ")
    hold(_close(total - changes, plan.value), "value differs", "", plan.value, total - changes)
    hold(plan.bound >= plan.value - 1e-9 * abs(plan.value), "bound below the value")
    gap = abs(plan.value - plan.bound) / max(1e-10, abs(plan.value))
    hold(math.isclose(gap, plan.gap, rel_tol=1e-6, abs_tol=1e-9), "gap differs")
    return tuple(faults)


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)
