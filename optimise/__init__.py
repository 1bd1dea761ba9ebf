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

from optimise.checking.verify import Fault, verify
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
from optimise.general.goals import InOrder, Ordered, Stage, Weighed, solve_in_order, solve_weighed
from optimise.insight.frontier import Curve, people_curve, sites_curve
from optimise.insight.point import Point
from optimise.insight.prices import Moved, ShadowPrice, ShadowPrices, shadow_prices
from optimise.insight.worth import SiteWorth, site_worth
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
from optimise.phases.phases import solve_phases
from optimise.phases.plan import PhasesPlan
from optimise.phases.question import NEVER, Earlier, Phases, Year
from optimise.phases.refusal import PhaseFact, PhasesInfeasible
from optimise.phases.verify import verify_phases
from optimise.problem import EVERYBODY, Problem, quotas_per_households
from optimise.robust.answer import CaseAnswer
from optimise.robust.cases import Case, Fared
from optimise.robust.refusals import Refusal
from optimise.robust.regret import LeastRegret, least_regret
from optimise.robust.roles import SiteRole
from optimise.robust.study import RobustCore, robust_core
from optimise.rounds.question import Rounds, RoundsShort, Vehicles, day_patterns
from optimise.rounds.rounds import Round, RoundsPlan, iterations_for, solve_rounds
from optimise.rounds.verify import verify_rounds
from optimise.service.choice import (
    ServiceChoice,
    ServicePlan,
    ServiceShort,
    choose_service,
    verify_service,
)
from optimise.service.tariff import Tariff, break_even
from optimise.sides import Choice
from optimise.solution import Flows, Solution, Status, TieBreak
from optimise.solve import solve
from optimise.tiers.plan import TiersPlan
from optimise.tiers.question import Tiers, TierSites
from optimise.tiers.refusal import TiersFact, TiersInfeasible
from optimise.tiers.tiers import solve_tiers, solve_tiers_in_turn
from optimise.tiers.verify import verify_tiers
from optimise.travel import Travel
from optimise.watch import Progress
from optimise.why.changes import (
    AddCandidate,
    Allow,
    Change,
    CloseExisting,
    DropRule,
    LowerQuota,
    LowerTarget,
    MobileStop,
    MoreBudget,
    MoreRadius,
    MoreSites,
)
from optimise.why.made import FieldRepair, why_not_made
from optimise.why.radius import SmallestRadius
from optimise.why.remedy import Remedy
from optimise.why.tariff import Prices
from optimise.why.why import WhyNot, why_not

__all__ = [
    "EVERYBODY",
    "NEVER",
    "AddCandidate",
    "Allow",
    "BudgetShort",
    "CapacitatedCover",
    "CapacitatedMedian",
    "CapacityShort",
    "Case",
    "CaseAnswer",
    "Change",
    "Choice",
    "CloseExisting",
    "CostShort",
    "CoverAll",
    "CoverFairly",
    "CoverMost",
    "CoverShare",
    "CoverTwice",
    "Curve",
    "DropRule",
    "Earlier",
    "Fact",
    "FairMedian",
    "Fared",
    "Fault",
    "FieldRepair",
    "Flows",
    "InOrder",
    "Infeasible",
    "LeastRegret",
    "LowerQuota",
    "LowerTarget",
    "MobileStop",
    "Model",
    "MoreBudget",
    "MoreRadius",
    "MoreSites",
    "Moved",
    "OptimiseError",
    "Ordered",
    "PCenter",
    "PMedian",
    "PhaseFact",
    "Phases",
    "PhasesInfeasible",
    "PhasesPlan",
    "Point",
    "Prices",
    "Problem",
    "ProblemError",
    "Progress",
    "QuotaShort",
    "Radius",
    "Refusal",
    "Remedy",
    "RobustCore",
    "Round",
    "Rounds",
    "RoundsPlan",
    "RoundsShort",
    "RulesClash",
    "ServiceChoice",
    "ServicePlan",
    "ServiceShort",
    "ShadowPrice",
    "ShadowPrices",
    "SiteRole",
    "SiteWorth",
    "SitesShort",
    "SmallestRadius",
    "Solution",
    "Stage",
    "Status",
    "TargetShort",
    "Tariff",
    "TieBreak",
    "TierSites",
    "Tiers",
    "TiersFact",
    "TiersInfeasible",
    "TiersPlan",
    "Travel",
    "Undecided",
    "Vehicles",
    "Weighed",
    "WhyNot",
    "Year",
    "break_even",
    "choose_service",
    "day_patterns",
    "iterations_for",
    "least_regret",
    "people_curve",
    "quotas_per_households",
    "robust_core",
    "shadow_prices",
    "site_worth",
    "sites_curve",
    "solve",
    "solve_in_order",
    "solve_phases",
    "solve_rounds",
    "solve_tiers",
    "solve_tiers_in_turn",
    "solve_weighed",
    "verify",
    "verify_phases",
    "verify_rounds",
    "verify_service",
    "verify_tiers",
    "why_not",
    "why_not_made",
]
