"""Exact facility location: arrays in, plans with certificates out.

>>> from optimise import CoverShare, Problem, Travel, solve, verify
>>> travel = Travel.from_dense([[100.0, 900.0], [800.0, 200.0], [950.0, 0.0]])
>>> problem = Problem(weights=[5, 3, 2], travel=travel, n_sites=2)
>>> question = CoverShare(radius=500.0, targets=(("all", 0.5),))
>>> plan = solve(problem, question)
>>> plan.open_sites.tolist(), plan.value, plan.bound, verify(problem, question, plan)
([0], 1.0, 1.0, ())
"""

from __future__ import annotations

from optimise.errors import (
    BudgetShort,
    CapacityShort,
    CostShort,
    Fact,
    Infeasible,
    OptimiseError,
    ProblemError,
    QuotaShort,
    RulesClash,
    SitesShort,
    TargetShort,
    Undecided,
)
from optimise.goals import InOrder, Ordered, Stage, Weighed, solve_in_order, solve_weighed
from optimise.models import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    Model,
    PCenter,
    PMedian,
    Radius,
)
from optimise.problem import EVERYBODY, Problem, quotas_per_households
from optimise.sides import Choice
from optimise.solution import Flows, Solution, Status, TieBreak
from optimise.solve import solve
from optimise.travel import Travel
from optimise.verify import Fault, verify
from optimise.watch import Progress

__all__ = [
    "EVERYBODY",
    "BudgetShort",
    "CapacitatedCover",
    "CapacitatedMedian",
    "CapacityShort",
    "Choice",
    "CostShort",
    "CoverAll",
    "CoverFairly",
    "CoverMost",
    "CoverShare",
    "CoverTwice",
    "Fact",
    "FairMedian",
    "Fault",
    "Flows",
    "InOrder",
    "Infeasible",
    "Model",
    "OptimiseError",
    "Ordered",
    "PCenter",
    "PMedian",
    "Problem",
    "ProblemError",
    "Progress",
    "QuotaShort",
    "Radius",
    "RulesClash",
    "SitesShort",
    "Solution",
    "Stage",
    "Status",
    "TargetShort",
    "TieBreak",
    "Travel",
    "Undecided",
    "Weighed",
    "quotas_per_households",
    "solve",
    "solve_in_order",
    "solve_weighed",
    "verify",
]
