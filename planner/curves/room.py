"""How many people more a plan's own number of sites could cover: a bound, had at once.

A plan of the fewest sites is one of many of that number, and its ties go to short ways. To pursue
people among them is a question of its own that may take a minute; how far it could lead at most
takes a tenth of a second. So the bound is told, and ``max_sites`` asks the question.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from geo.travel import TravelMatrix
from optimise import CoverMost, solve
from planner.plan import Plan
from planner.posed import pose

__all__ = ["has_room", "people_more"]


def has_room(plan: Plan) -> bool:
    """Whether the plan was asked for the fewest sites, and not for the most people."""
    return plan.scenario.max_sites is None and plan.scenario.objective == "sites"


def people_more(plan: Plan, travel: TravelMatrix) -> int:
    """Bound the people that another plan of as many sites may cover beyond this one's.

    Parameters
    ----------
    plan
        Any plan.
    travel
        Of the region as it was imported, at least to the scenario's limit.

    Returns
    -------
    int
        No plan of as many sites that keeps the quotas, edits and existing sites covers more than
        so many people more. Targets are left out: a plan that must meet them has no more room.
    """
    scenario = plan.scenario
    posed = pose(plan.bundle, scenario, travel)
    people = posed.bundle.demand.frame["people"].to_numpy(np.int64)
    problem = dataclasses.replace(posed.question.problem, weights=people)
    model = CoverMost(radius=scenario.limit, max_sites=len(plan.sites), tie_break=None)
    found = solve(problem, model, gap=scenario.gap, seed=scenario.seed, effort="quick")
    covered = int(plan.record["people"]["covered"])
    return max(0, int(np.floor(found.bound + 1e-6)) - covered)
