"""Repairs that the solvers find themselves, where the elastic programme would be too large.

How many sites, or how much money, would be enough is what a covering question without that limit
answers; how much of a target can be had is what maximal covering answers. Both come with a bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from optimise.errors import CostShort, Fact, Infeasible, ProblemError, SitesShort, Undecided
from optimise.models import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverMost,
    CoverShare,
    CoverTwice,
    Model,
)
from optimise.problem import Problem
from optimise.why.asked import Asked
from optimise.why.changes import Change, LowerTarget, MoreBudget, MoreSites
from optimise.why.plan import share_of, up_to

__all__ = ["DIRECT", "first_guesses", "limits_apart", "twin_of"]

#: Kinds that can be found so.
DIRECT = ("sites", "budget", "target")
#: How much is added to what a plan needed, should that plan not be found again.
_MORE = (0.0, 0.01, 0.03, 0.1)


def twin_of(problem: Problem, model: Model, asked: Asked) -> tuple[Problem, Model]:
    """Return the covering question that has a plan exactly where this one has."""
    problem = replace(problem, max_sites=asked.most)
    match model:
        case CoverAll() | CoverShare():
            return problem, replace(model, tie_break=None)
        case CoverTwice():
            return problem, model
    if asked.capacitated:
        return problem, model
    if not asked.needs:
        return problem, CoverShare(radius=1.0, tie_break=None)
    radius: Any = getattr(model, "radius", None)
    if radius is None:
        # Wide enough for every pair there is, and positive.
        radius = max(float(problem.travel.impedance.max(initial=0.0)), np.finfo(float).tiny)
    targets = tuple((need.group, need.share) for need in asked.needs)
    return problem, CoverShare(radius=radius, targets=targets, tie_break=None)


def limits_apart(doctor: Any, problem: Problem, model: Model) -> tuple[Fact, ...] | bool | None:
    """Judge a twin by its limits one by one, other rules left out: fast, if it settles anything.

    Returns
    -------
    Facts that make it impossible, True if it has a plan, None if that is not settled.
    """
    if isinstance(model, CapacitatedCover | CapacitatedMedian):
        return None
    none = np.zeros((0, 2), dtype=np.int32)
    bare = replace(problem, max_sites=None, budget=None, apart=none, together=(), choices=())
    facts: list[Fact] = []
    for objective, limit in (("sites", problem.max_sites), ("cost", problem.budget)):
        if limit is None:
            continue
        solution = _best(doctor, bare, replace(model, objective=objective))  # type: ignore[arg-type]
        if solution is None:
            return None
        alone = not problem.linked and (problem.max_sites is None or problem.budget is None)
        if alone and solution.value <= limit:
            return True
        if objective == "sites" and math.ceil(solution.bound - 1e-6) > limit:
            least, enough = math.ceil(solution.bound - 1e-6), int(solution.value)
            facts.append(
                SitesShort(max_sites=int(limit), least=least, enough=enough if alone else None)
            )
        elif objective == "cost" and solution.bound > limit * (1 + 1e-9):
            enough_cost = solution.value if alone else None
            facts.append(CostShort(budget=limit, least=solution.bound, enough=enough_cost))
    return tuple(facts) or None


def first_guesses(doctor: Any, kind: str) -> tuple[Iterator[tuple[Change, ...]], float] | None:
    """Changes of a kind that should be enough, the smallest first, and a bound on their price."""
    asked: Asked = doctor.asked
    problem, model = twin_of(doctor.problem, doctor.model, asked)
    if asked.capacitated or not asked.needs:
        return None
    if kind == "target":
        return _targets(doctor, problem, model)
    objective, free = (
        ("sites", {"max_sites": None}) if kind == "sites" else ("cost", {"budget": None})
    )
    solution = _best(doctor, replace(problem, **free), replace(model, objective=objective))  # type: ignore[arg-type]
    if solution is None:
        return None
    prices = doctor.prices
    if kind == "sites":
        limit = int(asked.most or 0)
        least = math.ceil(solution.bound - 1e-6) - limit
        counts = sorted({math.ceil(solution.value * (1 + more)) - limit for more in _MORE})
        return ((MoreSites(count=count),) for count in counts if count > 0), prices.site * least
    money = float(problem.budget or 0.0)
    mean = float(problem.site_costs.astype(np.float64).mean()) or 1.0
    amounts = [up_to(money, solution.value * (1 + more)) for more in _MORE]
    bound = prices.budget * (solution.bound - money) / mean
    return ((MoreBudget(amount=amount),) for amount in amounts if amount > 0), bound


def _targets(
    doctor: Any, problem: Problem, model: Model
) -> tuple[Iterator[tuple[Change, ...]], float] | None:
    """How much of the only target can be had."""
    needs = doctor.asked.needs
    need = needs[0]
    if len(needs) > 1 or need.field != "targets" or isinstance(model, CoverTwice):
        return None
    weights = np.zeros_like(problem.weights)
    weights[need.members] = problem.weights[need.members]
    most = problem.most()
    radius: Any = getattr(model, "radius", None)
    wish = CoverMost(radius=radius, max_sites=most, tie_break=None)
    solution = _best(doctor, replace(problem, weights=weights), wish)
    if solution is None:
        return None
    changes = [
        (LowerTarget(group=need.group, share=share, field=need.field),)
        for more in _MORE
        if (share := share_of(problem, need, solution.value * (1 - more))) is not None
    ]
    bound = 100 * doctor.prices.target * (need.need - solution.bound) / need.total
    return iter(changes), bound


def _best(doctor: Any, problem: Problem, model: Model) -> Any:
    try:
        return doctor.ask(problem, model, effort="quick", gap=0.01)
    except (Infeasible, Undecided, ProblemError):
        return None
