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
    Fact,
    Infeasible,
    OptimiseError,
    ProblemError,
    QuotaShort,
    TargetShort,
)
from optimise.models import CoverMost, CoverShare, Model
from optimise.problem import EVERYBODY, Problem, Travel
from optimise.solution import Solution, Status, TieBreak
from optimise.solve import solve
from optimise.verify import Fault, verify
from optimise.watch import Progress

__all__ = [
    "EVERYBODY",
    "BudgetShort",
    "CoverMost",
    "CoverShare",
    "Fact",
    "Fault",
    "Infeasible",
    "Model",
    "OptimiseError",
    "Problem",
    "ProblemError",
    "Progress",
    "QuotaShort",
    "Solution",
    "Status",
    "TargetShort",
    "TieBreak",
    "Travel",
    "solve",
    "verify",
]
