"""Every answer by trying all subsets; shares nothing with the code under test.

``best(problem, model)`` is the truth about any model under any side constraints: the plans are
listed one by one, what a plan is worth is written down from the definition, with fractions where
shares are compared. Capacities take a transportation problem by ``scipy.optimize.linprog`` (split)
or a walk through all assignments (whole) for each plan.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from optimise import (
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
    Problem,
    Radius,
)
from tests.optimise.brute_flows import flows_of
from tests.optimise.draws import models, most_models, problems, radii, share_models, targets_of
from tests.optimise.tables import (
    dense,
    members_of,
    nearest_of,
    reachable,
    weight_of,
    widest_of,
)

__all__ = [
    "best",
    "broken",
    "dense",
    "flows_of",
    "members_of",
    "models",
    "most_models",
    "nearest_of",
    "outcome",
    "plans",
    "problems",
    "radii",
    "reachable",
    "share_models",
    "share_of",
    "sternness",
    "targets_of",
    "weight_of",
    "widest_of",
    "worth",
]


def broken(problem: Problem, plan: tuple[int, ...]) -> set[str]:
    """Which kinds of side constraints a set of open sites breaks."""
    open_sites, found = set(plan), set()
    for site in range(problem.n_sites):
        if site not in open_sites and problem.existing[site] and not problem.closable[site]:
            found.add("existing")
        if site not in open_sites and problem.forced[site]:
            found.add("forced")
        if site in open_sites and problem.forbidden[site]:
            found.add("forbidden")
    for zone, quota in enumerate(problem.quotas):
        if sum(1 for site in plan if problem.zones[site] == zone) < quota:
            found.add("quota")
    if problem.max_sites is not None and len(plan) > problem.max_sites:
        found.add("max_sites")
    if problem.budget is not None:
        costs = sum((Fraction(problem.site_costs[site].item()) for site in plan), Fraction(0))
        if costs > Fraction(problem.budget):
            found.add("budget")
    if any(one in open_sites and other in open_sites for one, other in problem.apart.tolist()):
        found.add("apart")
    if any(0 < len(open_sites & set(group)) < len(group) for group in problem.together):
        found.add("together")
    for choice in problem.choices:
        if not choice.least <= len(open_sites & set(choice.sites)) <= choice.most:
            found.add("choice")
    return found


def plans(problem: Problem) -> Iterator[tuple[int, ...]]:
    """All sets of open sites that keep every side constraint, small ones first."""
    for size in range(problem.n_sites + 1):
        for plan in itertools.combinations(range(problem.n_sites), size):
            if not broken(problem, plan):
                yield plan


def outcome(problem: Problem, plan: tuple[int, ...], radius: Radius) -> tuple[np.ndarray, float]:
    """Covered units and total weighted distance."""
    nearest = nearest_of(reachable(problem, radius), plan)
    covered = np.isfinite(nearest)
    far = np.where(covered, nearest, widest_of(radius))
    return covered, float((problem.weights * far).sum())


def share_of(problem: Problem, covered: np.ndarray, group: str) -> Fraction:
    """Exact covered share of a group; 1 for a group without weight."""
    members = members_of(problem, group)
    total = weight_of(problem, members)
    return weight_of(problem, [unit for unit in members if covered[unit]]) / total if total else 1


def _meets(problem: Problem, covered: np.ndarray, targets: tuple[tuple[str, float], ...]) -> bool:
    return all(
        share_of(problem, covered, group) >= Fraction(repr(share)) for group, share in targets
    )


def _price(problem: Problem, plan: tuple[int, ...], objective: str) -> float:
    return float(len(plan) if objective == "sites" else problem.site_costs[list(plan)].sum())


def best(problem: Problem, model: Model) -> tuple[float, float | None] | None:
    """Return the best value and, where it breaks ties, the least distance; None if infeasible."""
    sign = -1.0 if isinstance(model, CoverMost | CoverFairly) else 1.0
    value_of = worth(problem, model)
    most = getattr(model, "p", getattr(model, "max_sites", None))
    found = []
    for plan in plans(problem):
        if most is not None and len(plan) > most:
            continue
        value = value_of(plan)
        if value is not None:
            ties = isinstance(model, CoverAll | CoverShare | CoverMost)
            distance = outcome(problem, plan, model.radius)[1] if ties else 0.0
            found.append((sign * value, distance))
    if not found:
        return None
    value, distance = min(found)
    return sign * value, distance


def worth(problem: Problem, model: Model) -> Callable[[tuple[int, ...]], float | None]:
    """What a plan is worth to a model, None if it does not answer it; rules apart."""
    match model:
        case CoverAll():
            return lambda plan: _covered_price(problem, model, plan, [(1, "all", None)])
        case CoverShare():
            targets = [(1, group, share) for group, share in model.targets]
            return lambda plan: _covered_price(problem, model, plan, targets)
        case CoverTwice():
            targets = [(1, group, share) for group, share in model.targets]
            targets += [(2, group, share) for group, share in model.backup]
            return lambda plan: _covered_price(problem, model, plan, targets)
        case CoverMost():
            return lambda plan: float(
                problem.weights[outcome(problem, plan, model.radius)[0]].sum()
            )
        case CoverFairly():
            return lambda plan: float(
                min(
                    share_of(problem, outcome(problem, plan, model.radius)[0], group)
                    for group in model.groups
                )
            )
        case CapacitatedCover():
            return lambda plan: _capacitated_price(problem, model, plan)
        case PMedian():
            return lambda plan: _median(problem, model, plan)
        case PCenter():
            return lambda plan: _center(problem, plan)
        case CapacitatedMedian():
            return lambda plan: _capacitated_median(problem, model, plan)
        case FairMedian():
            return lambda plan: _equivalent(problem, model, plan)
    raise TypeError(model)


def _covered_price(
    problem: Problem,
    model: CoverAll | CoverShare | CoverTwice,
    plan: tuple[int, ...],
    targets: list[tuple[int, str, float | None]],
) -> float | None:
    sites = np.isfinite(reachable(problem, model.radius)[:, list(plan)]).sum(axis=1)
    for times, group, share in targets:
        if share is None:
            if ((sites < times) & (problem.weights > 0)).any():
                return None
        elif not _meets(problem, sites >= times, ((group, share),)):
            return None
    return _price(problem, plan, model.objective)


def _median(problem: Problem, model: PMedian, plan: tuple[int, ...]) -> float | None:
    nearest = nearest_of(reachable(problem, model.radius), plan)
    heavy = problem.weights > 0
    left = np.inf if model.unserved_cost is None else model.unserved_cost
    value = float((problem.weights[heavy] * np.minimum(nearest, left)[heavy]).sum())
    return value if np.isfinite(value) else None


def _center(problem: Problem, plan: tuple[int, ...]) -> float | None:
    nearest = nearest_of(dense(problem), plan)[problem.weights > 0]
    value = float(nearest.max(initial=0.0))
    return value if np.isfinite(value) else None


def sternness(problem: Problem, model: FairMedian) -> float:
    """The k of the Kolm-Pollak measure; nan where there is nothing to scale by."""
    if model.scale is not None:
        return model.aversion / model.scale
    allowed = tuple(np.flatnonzero(~problem.forbidden).tolist())
    nearest = nearest_of(reachable(problem, model.radius), allowed)
    near = np.isfinite(nearest)
    first = (problem.weights[near] * nearest[near]).sum()
    second = (problem.weights[near] * nearest[near] ** 2).sum()
    return float(model.aversion * first / second) if second > 0 else np.nan


def _equivalent(problem: Problem, model: FairMedian, plan: tuple[int, ...]) -> float | None:
    people = problem.weights > 0
    nearest = nearest_of(reachable(problem, model.radius), plan)[people]
    if not np.isfinite(nearest).all():
        return None
    if not people.any():
        return 0.0
    k = sternness(problem, model)
    mean = np.average(np.exp(k * nearest), weights=problem.weights[people])
    return float(np.log(mean) / k)


def _capacitated_price(
    problem: Problem, model: CapacitatedCover, plan: tuple[int, ...]
) -> float | None:
    served = flows_of(problem, model, plan)
    return None if served is None else _price(problem, plan, model.objective)


def _capacitated_median(
    problem: Problem, model: CapacitatedMedian, plan: tuple[int, ...]
) -> float | None:
    served = flows_of(problem, model, plan)
    if served is None:
        return None
    table = dense(problem)
    value = float(sum(amount * table[pair] for pair, amount in served.items()))
    return value + (_price(problem, plan, "cost") if model.fixed_costs == "add" else 0.0)
