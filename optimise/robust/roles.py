"""What each site of a plan is: core, replaceable, later, standing; or not tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.incidence import reach_within
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.robust.refusals import Refusal
from optimise.solution import serve

__all__ = ["Role", "SiteRole", "roles_of"]

Sites = NDArray[np.int32]

Role = Literal["standing", "core", "replaceable", "later", "untested"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRole:
    """What a site of the base plan is.

    Parameters
    ----------
    role
        The first that holds: ``"standing"``, it is there already; ``"later"``, most cases do
        without it and mostly nothing takes its place, or nothing has to where it is refused;
        ``"replaceable"``, a substitute is as good where it is refused; ``"replaceable"`` or
        ``"later"`` where some case does without it, by whether others mostly take its place;
        ``"untested"``, its refusal was not tried; ``"core"``, every case that could chose it and
        nothing is as good in its place.
    chosen, allowed
        Cases that chose it, of so many that could and had a plan.
    substitute
        Site, not of the base plan: the best in its place where it is refused; without one, that
        which most often took most of its people (or, where none took any, its place in the zone)
        in the cases without it. -1 for none.
    stood_in
        In so many of the ``missing`` cases it did.
    """

    site: int
    role: Role
    chosen: int
    allowed: int
    missing: int
    substitute: int
    stood_in: int


def roles_of(
    problem: Problem,
    model: CoverShare | CoverMost,
    base: Sites,
    problems: Sequence[Problem],
    plans: Sequence[Sites | None],
    refused: Mapping[int, Refusal],
    near: float,
) -> tuple[SiteRole, ...]:
    """Tell the role of each site of a plan.

    Parameters
    ----------
    problems, plans
        Each case, and what it chose; None where it has no plan.
    refused
        What becomes of the plan without a site.
    near
        Of the weight that a site serves, so much may be lost for a substitute to be as good.
    """
    assert isinstance(model.radius, float | int)
    assignment, _ = serve(problem, base, model.radius)
    chosen, allowed, missing = (np.zeros(problem.n_sites, np.int64) for _ in range(3))
    stood: dict[int, dict[int, tuple[int, float]]] = {int(site): {} for site in base}
    own = np.zeros(problem.n_sites, np.bool_)
    own[base] = True
    for case, plan in zip(problems, plans, strict=True):
        if plan is None:
            continue
        there = np.zeros(problem.n_sites, np.bool_)
        there[plan] = True
        allowed[~case.forbidden] += 1
        chosen[there] += 1
        missing[own & ~there] += 1
        newcomers = there & ~own
        gone = own & ~there
        if not newcomers.any() or not gone.any():
            continue
        taken = _taken(case, model.radius, assignment, gone, newcomers)
        for site in np.flatnonzero(gone).tolist():
            if site not in taken and problem.zones[site] >= 0:
                # Where nobody takes its people: a newcomer that takes its place in the quota.
                same = np.flatnonzero(newcomers & (problem.zones == problem.zones[site]))
                if len(same):
                    taken[site] = int(same[0]), 0.0
            if site in taken:
                other, weight = taken[site]
                times, before = stood[site].get(other, (0, 0.0))
                stood[site][other] = times + 1, before + weight
    found = []
    for site in base.tolist():
        told = refused.get(site)
        ranked = sorted(stood[site].items(), key=lambda item: (*(-x for x in item[1]), item[0]))
        substitute = ranked[0][0] if ranked else -1
        if told is not None and told.substitute >= 0:
            substitute = told.substitute
        replaced = sum(count for count, _ in stood[site].values())
        cases = int(allowed[site]), int(chosen[site]), int(missing[site]), replaced
        standing = bool(problem.existing[site] and not problem.closable[site])
        found.append(
            SiteRole(
                site=site,
                role="standing" if standing else _role(*cases, told, near),
                chosen=int(chosen[site]),
                allowed=int(allowed[site]),
                missing=int(missing[site]),
                substitute=substitute,
                stood_in=stood[site].get(substitute, (0, 0.0))[0],
            )
        )
    return tuple(found)


def _role(
    allowed: int, chosen: int, missing: int, replaced: int, told: Refusal | None, near: float
) -> Role:
    """Role of a site that does not stand yet, by its cases and its refusal."""
    alone = 2 * replaced < missing
    if alone and 2 * (allowed - chosen) > allowed:
        return "later"
    if told is not None and told.near(near):
        return "replaceable" if told.substitute >= 0 else "later"
    if missing:
        return "later" if alone else "replaceable"
    return "core" if told is not None else "untested"


def _taken(
    case: Problem,
    radius: float,
    assignment: Sites,
    gone: NDArray[np.bool_],
    newcomers: NDArray[np.bool_],
) -> dict[int, tuple[int, float]]:
    """Newcomer within the radius of most people of each site that is gone, and how many."""
    reach, _ = reach_within(case.travel, radius, case.n_sites)
    units = np.flatnonzero((assignment >= 0) & gone[assignment])
    weight: dict[tuple[int, int], float] = {}
    for unit in units.tolist():
        near = reach.indices[reach.indptr[unit] : reach.indptr[unit + 1]]
        for other in near[newcomers[near]].tolist():
            key = int(assignment[unit]), other
            weight[key] = weight.get(key, 0.0) + float(case.weights[unit])
    best: dict[int, tuple[int, float]] = {}
    for (site, other), people in sorted(weight.items()):
        if people > 0 and people > best.get(site, (-1, 0.0))[1]:
            best[site] = other, people
    return best
