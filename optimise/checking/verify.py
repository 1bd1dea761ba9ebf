"""Check a solution against the problem with nothing but numpy.

Shares no code with the solver, the reduction or the incidence: it walks the travel matrix of the
problem itself. One walk through the pairs, sums over units; no more memory than a block of pairs
and a few numbers for each unit.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimise.checking.fault import Fault, faults_at
from optimise.checking.flows import look_at_flows
from optimise.checking.reach import Reach, look_around, own_radius
from optimise.checking.sides import bad_sides, bad_sites
from optimise.cover_models import (
    CapacitatedCover,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    Radius,
)
from optimise.distance_models import CapacitatedMedian, FairMedian, PCenter, PMedian
from optimise.models import Model
from optimise.problem import Problem
from optimise.solution import Solution, Status

__all__ = ["Fault", "verify"]

#: Sums of distances are compared to this, relative; all else is exact but for its last digits.
_ROUNDING, _DIGITS = 1e-9, 1e-12
#: Relative slack of a share of weights that are not whole, and of weight served by flows.
_SHARE_SLACK, _FLOW_SLACK = 2e-9, 1e-7
_ENDS = ("gap", "work limit", "time limit", "cancelled")


def verify(problem: Problem, model: Model, solution: Solution) -> tuple[Fault, ...]:
    """Recount every claim of a solution from the problem.

    Checked are the open sites, every side constraint, who is served by which site and how far
    away that is, flows and capacities, targets, the value of the objective and of the second
    goal, and that bounds and gaps fit the values. That no plan is better than the bound cannot
    be recounted; that the bound is on the right side of the value is.

    Returns
    -------
    tuple of Fault
        Empty if every claim holds. Where units or sites are at fault in their thousands, the
        first thousand and how many more there are.
    """
    faults = bad_sites(problem, solution.open_sites) + _bad_lengths(problem, solution)
    if faults:
        return tuple(faults)
    is_open = np.zeros(problem.n_sites, dtype=np.bool_)
    is_open[solution.open_sites] = True
    limit = getattr(model, "p", getattr(model, "max_sites", None))
    faults = bad_sides(problem, is_open, limit)
    own = own_radius(problem, getattr(model, "radius", None))
    if isinstance(model, CapacitatedCover | CapacitatedMedian):
        name, value, found = _with_capacities(problem, model, solution, is_open, own)
        if solution.tie_break is not None:
            faults.append(Fault(what="tie-break", where="not asked for", claimed=1, found=0))
    else:
        reach = look_around(problem, is_open, own)
        faults += _bad_service(solution, reach)
        name, value, found = _answer(problem, model, is_open, own, reach)
        if solution.flows is not None:
            faults.append(Fault(what="flows", where="of no capacities", claimed=1, found=0))
        faults += _bad_tie_break(problem, model, solution, reach)
    faults += found
    if solution.objective != name:
        faults.append(Fault(what="objective", where=name, claimed=math.nan, found=math.nan))
    more_is_better = isinstance(model, CoverMost | CoverFairly)
    summed = isinstance(model, PMedian | CapacitatedMedian | FairMedian)
    return tuple(
        faults
        + _bad_certificate(
            solution,
            value,
            sense=-1.0 if more_is_better else 1.0,
            close=_ROUNDING if summed else _DIGITS,
        )
    )


def _bad_lengths(problem: Problem, solution: Solution) -> list[Fault]:
    return [
        Fault(what=name, where="length", claimed=array.size, found=problem.n_units)
        for name, array in (
            ("assignment", solution.assignment),
            ("distance", solution.distance),
        )
        if array.shape != problem.weights.shape
    ]


def _bad_service(solution: Solution, reach: Reach) -> list[Fault]:
    claimed, far = solution.assignment, np.where(reach.site >= 0, reach.nearest, np.nan)
    same = (solution.distance == far) | (np.isnan(solution.distance) & np.isnan(far))
    return [
        *faults_at("assignment", "unit", claimed != reach.site, claimed, reach.site),
        *faults_at("distance", "unit", ~same, solution.distance, far),
    ]


Answer = tuple[str, float, list[Fault]]


def _answer(
    problem: Problem,
    model: Model,
    is_open: NDArray[np.bool_],
    own: NDArray[np.float64],
    reach: Reach,
) -> Answer:
    """Name and value of the objective, and what of the question itself is not met."""
    weights = problem.weights.astype(np.float64)
    match model:
        case CoverAll():
            faults = _unserved(problem, reach.count == 0)
            return model.objective, _price(problem, is_open, model.objective), faults
        case CoverShare():
            faults = _bad_shares(problem, "target", model.targets, reach.count > 0)
            return model.objective, _price(problem, is_open, model.objective), faults
        case CoverTwice():
            faults = _bad_shares(problem, "target", model.targets, reach.count > 0)
            faults += _bad_shares(problem, "backup", model.backup, reach.count > 1)
            return model.objective, _price(problem, is_open, model.objective), faults
        case CoverMost():
            return "people", float(problem.weights[reach.count > 0].sum()), []
        case CoverFairly():
            return "share", _worst_share(problem, model, reach), []
        case PMedian():
            served = reach.count > 0
            value = float((weights[served] * reach.nearest[served]).sum())
            if model.unserved_cost is None:
                return "distance", value, _unserved(problem, ~served)
            return "distance", value + float(weights[~served].sum()) * model.unserved_cost, []
        case PCenter():
            heavy = problem.weights > 0
            value = float(reach.nearest[heavy].max(initial=0.0))
            return "radius", value, _unserved(problem, reach.count == 0)
        case FairMedian():
            value = _equivalent(problem, model, own, reach)
            return "equivalent", value, _unserved(problem, reach.count == 0)
    raise TypeError(type(model).__name__)


def _with_capacities(
    problem: Problem,
    model: CapacitatedCover | CapacitatedMedian,
    solution: Solution,
    is_open: NDArray[np.bool_],
    own: NDArray[np.float64],
) -> Answer:
    median = isinstance(model, CapacitatedMedian)
    served = look_at_flows(problem, solution, is_open, own, split=model.split, everybody=median)
    faults = served.faults
    if isinstance(model, CapacitatedMedian):
        if model.fixed_costs == "none":
            return "distance", served.cost, faults
        return "cost", served.cost + _price(problem, is_open, "cost"), faults
    for group, share in model.targets:
        members = problem.members(group)
        have, total = served.weight[members].sum(), float(problem.weights[members].sum())
        if not have >= share * total - _FLOW_SLACK * max(1.0, total):
            found = float(have / total)
            faults.append(Fault(what="target", where=group, claimed=float(share), found=found))
    return model.objective, _price(problem, is_open, model.objective), faults


def _price(problem: Problem, is_open: NDArray[np.bool_], objective: str) -> float:
    if objective == "sites":
        return float(np.count_nonzero(is_open))
    return float(problem.site_costs[is_open].sum())


def _unserved(problem: Problem, left: NDArray[np.bool_]) -> list[Fault]:
    bad = left & (problem.weights > 0)
    return faults_at("served", "unit", bad, problem.weights, 0)


def _bad_shares(
    problem: Problem,
    what: str,
    targets: tuple[tuple[str, float], ...],
    covered: NDArray[np.bool_],
) -> list[Fault]:
    """Shares are the decimals they are written as; whole weights are compared exactly."""
    weights, faults = problem.weights, []
    exact = weights.dtype.kind == "i" or bool((weights == np.rint(weights)).all())
    for group, share in targets:
        members = problem.members(group)
        total = float(weights[members].sum())
        have = float(weights[members[covered[members]]].sum())
        need = Fraction(repr(float(share))) * Fraction(total)
        if Fraction(have) < need and (exact or have < float(need) - _SHARE_SLACK * total):
            faults.append(Fault(what=what, where=group, claimed=float(share), found=have / total))
    return faults


def _worst_share(problem: Problem, model: CoverFairly, reach: Reach) -> float:
    weights = np.where(reach.count > 0, problem.weights, 0)
    shares = []
    for group in model.groups:
        members = problem.members(group)
        total = float(problem.weights[members].sum())
        shares.append(float(weights[members].sum()) / total if total else 1.0)
    return min(shares)


def _equivalent(
    problem: Problem, model: FairMedian, own: NDArray[np.float64], reach: Reach
) -> float:
    """Kolm-Pollak equivalent of the ways of those who have one."""
    scale = model.scale
    if scale is None:
        everything = look_around(problem, ~problem.forbidden, own)
        far = np.where(everything.count > 0, everything.nearest, 0.0)
        first = float((problem.weights * far).sum())
        scale = float((problem.weights * far**2).sum()) / first if first else math.nan
    k = model.aversion / scale
    counted = (problem.weights > 0) & (reach.count > 0)
    if not counted.any():
        return 0.0
    far, weights = reach.nearest[counted], problem.weights[counted]
    top = float(far.max())
    return top + math.log(float((weights * np.exp(k * (far - top))).sum() / weights.sum())) / k


def _bad_tie_break(problem: Problem, model: Model, solution: Solution, reach: Reach) -> list[Fault]:
    """The second goal; without one there is nothing to check."""
    claim, radius = solution.tie_break, getattr(model, "radius", None)
    if claim is None:
        return []
    if radius is None or claim.name != "distance":
        return [Fault(what="tie-break", where="name", claimed=claim.value, found=math.nan)]
    far = np.where(reach.count > 0, reach.nearest, _widest(radius))
    total = float((problem.weights * far).sum())
    faults = []
    if not math.isclose(claim.value, total, rel_tol=_ROUNDING):
        faults.append(Fault(what="tie-break", where="", claimed=claim.value, found=total))
    if claim.bound is not None and not claim.bound <= total + _ROUNDING * abs(total):
        faults.append(Fault(what="tie-break", where="bound", claimed=claim.bound, found=total))
    if claim.bound is not None or claim.gap is not None:
        faults += _bad_gap("tie-break", claim.gap, total, claim.bound)
    return faults


def _widest(radius: Radius) -> float:
    return max(value for _, value in radius) if isinstance(radius, tuple) else radius


def _bad_certificate(
    solution: Solution, value: float, *, sense: float, close: float
) -> list[Fault]:
    """Value, bound and gap as told; ``sense`` is 1 where less is better, -1 where more is."""
    faults = []
    if not math.isclose(solution.value, value, rel_tol=close, abs_tol=_DIGITS):
        faults.append(Fault(what="value", where="", claimed=solution.value, found=value))
    if not sense * (value - solution.bound) >= -_ROUNDING * abs(value):
        faults.append(Fault(what="bound", where="", claimed=solution.bound, found=value))
    faults += _bad_gap("gap", solution.gap, value, solution.bound)
    if solution.stopped not in _ENDS or (solution.status is Status.PROVEN and not solution.gap < 1):
        faults.append(Fault(what="status", where="", claimed=solution.gap, found=math.nan))
    return faults


def _bad_gap(what: str, claimed: float | None, value: float, bound: float | None) -> list[Fault]:
    if claimed is None or bound is None:
        return [Fault(what=what, where="gap", claimed=math.nan, found=math.nan)]
    gap = abs(value - bound) / max(1e-10, abs(value))
    if math.isclose(claimed, gap, rel_tol=1e-6, abs_tol=_ROUNDING):
        return []
    return [Fault(what=what, where="gap", claimed=claimed, found=gap)]
