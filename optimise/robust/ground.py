"""Where a plan stands, counted so that one site more or less is told at once.

A plan's coverage is kept as the number of its sites near each unit. What taking one site out and
another in does to it is then told by the units near these two alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.checks import refuse
from optimise.covering.reduce import weight_needed
from optimise.incidence import Incidence, within
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem

__all__ = ["Ground", "Stand", "ground_of", "near_of", "prices_of"]

Sites = NDArray[np.int32]
Amounts = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """Who is near which site, and what is asked.

    Parameters
    ----------
    reach, cells
        Sites near each unit; units near each site.
    members
        bool[targets, units], who is in the group of each target.
    needs
        float64[targets], weight to be covered of each.
    """

    problem: Problem
    reach: Incidence
    cells: Incidence
    members: NDArray[np.bool_]
    needs: Amounts

    def stand(self, sites: Sites) -> Stand:
        """Count a plan; sites that cannot be had are left out."""
        there = np.zeros(self.problem.n_sites, np.bool_)
        there[sites] = True
        there &= ~self.problem.forbidden
        near = near_of(self.cells, np.flatnonzero(there))
        times = np.bincount(near, minlength=self.problem.n_units).astype(np.int64)
        covered = times > 0
        weights = self.problem.weights
        zones = self.problem.zones[there]
        return Stand(
            ground=self,
            there=there,
            times=times,
            covered=float(weights[covered].sum()),
            missed=self.needs - self.members[:, covered] @ weights[covered].astype(np.float64),
            have=np.bincount(zones[zones >= 0], minlength=len(self.problem.quotas)),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Stand:
    """A plan on its ground.

    Parameters
    ----------
    there
        bool[m], its sites.
    times
        int64[n], its sites near each unit.
    covered
        Weight covered.
    missed
        float64[targets], weight still missing to each; negative where more is covered.
    have
        int64[zones], its sites.
    """

    ground: Ground
    there: NDArray[np.bool_]
    times: NDArray[np.int64]
    covered: float
    missed: Amounts
    have: NDArray[np.int64]

    @property
    def good(self) -> bool:
        """Whether targets and quotas are met."""
        return bool((self.missed <= 0).all() and (self.have >= self.ground.problem.quotas).all())

    def exchanged(self, gone: int, newcomer: int) -> Stand:
        """The plan with one site out and another in."""
        ground, problem = self.ground, self.ground.problem
        there, times, have = self.there.copy(), self.times.copy(), self.have.copy()
        there[gone], there[newcomer] = False, True
        one, other = near_of(ground.cells, [gone]), near_of(ground.cells, [newcomer])
        times[one] -= 1
        times[other] += 1
        touched = np.union1d(one, other)
        change = (times[touched] > 0).astype(np.float64) - (self.times[touched] > 0)
        weighed = change * problem.weights[touched]
        for site, step in ((gone, -1), (newcomer, 1)):
            if 0 <= problem.zones[site] < len(have):
                have[problem.zones[site]] += step
        return Stand(
            ground=ground,
            there=there,
            times=times,
            covered=self.covered + float(weighed.sum()),
            missed=self.missed - ground.members[:, touched] @ weighed,
            have=have,
        )


def ground_of(problem: Problem, model: CoverShare | CoverMost) -> Ground:
    """Lay out a question for counting.

    Raises
    ------
    ProblemError
        For several radii.
    """
    if isinstance(model.radius, tuple):
        raise refuse("model.radius", f"{model.radius!r:.60}", "Give one radius for everybody.")
    reach = within(problem.travel, model.radius, problem.n_sites)
    targets = () if isinstance(model, CoverMost) else model.targets
    members = np.zeros((len(targets), problem.n_units), np.bool_)
    needs: list[float] = []
    for at, (group, share) in enumerate(targets):
        members[at, problem.members(group)] = True
        total: Any = problem.weights[members[at]].sum()
        needs.append(weight_needed(problem, share, float(total)))
    return Ground(
        problem=problem,
        reach=reach,
        cells=reach.transpose(),
        members=members,
        needs=np.array(needs, np.float64),
    )


def near_of(lists: Incidence, rows: Any) -> Sites:
    """What some rows of the lists hold, one after the other."""
    return lists.take(np.asarray(rows, np.int64)).indices


def prices_of(problem: Problem, model: CoverShare | CoverMost) -> Amounts:
    """What each site counts in the question: its cost, or all the same."""
    by_cost = isinstance(model, CoverShare) and model.objective == "cost"
    return np.asarray(problem.site_costs if by_cost else np.ones(problem.n_sites), np.float64)
