"""The p-median: few sites, near to everybody."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimise.covering.cover import solve_cover
from optimise.errors import (
    BudgetShort,
    Infeasible,
    ProblemError,
    SitesShort,
    TargetShort,
    Undecided,
)
from optimise.median.core import cost_of, lay_ground
from optimise.median.pursue import Ledger, begin, pursue
from optimise.median.search import complete, trim
from optimise.models import CoverShare, PMedian
from optimise.problem import EVERYBODY, Problem
from optimise.run import Run
from optimise.solution import Solution, Status, relative_gap, serve
from optimise.watch import Watch

__all__ = ["solve_median"]

#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9
#: Costs above this are refused: some hundred orders below where float64 ends.
_LARGEST = 1e100


def solve_median(problem: Problem, model: PMedian, run: Run) -> Solution:
    """Answer a p-median question without links between sites or a budget.

    Returns
    -------
    Solution
        ``objective`` is ``"distance"``: the sum of weight times impedance, plus what unserved
        weight counts.

    Raises
    ------
    Infeasible
        If units must be served that no allowed site can serve (a ``TargetShort`` with the units),
        ``p`` is below what existing sites and quotas need (a ``BudgetShort``), or more than ``p``
        sites are needed to serve everybody (a ``SitesShort``).
    ProblemError
        For a radius beyond the travel cutoff or a cost of not being served below an impedance.
    """
    _check_cutoff(problem, model)
    watch = run.watch
    radius = sys.float_info.max if model.radius is None else float(model.radius)
    _check_reach(problem, model, radius)
    start_s = time.perf_counter()
    watch.look("reduce", 0.0)
    ground, sites = lay_ground(
        problem, most=problem.most(model.p), radius=radius, unserved_cost=model.unserved_cost
    )
    laid_s = time.perf_counter()
    plan = complete(ground, ground.kept)
    if model.unserved_cost is None and len(ground.left) and cost_of(ground, plan) >= ground.left[0]:
        plan = complete(ground, _covering(problem, model, sites, radius, run))
    ledger = begin(ground, plan, run.gap)
    try:
        pursue(ledger, watch, run.seed)
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    open_sites = sites[trim(ground, ledger.plan)]
    watch.look("prove", 1.0)
    seconds = {
        "reduce": laid_s - start_s,
        "search and prove": time.perf_counter() - laid_s,
    }
    return _certify(problem, model, open_sites, radius, ledger, watch, seconds)


def _check_cutoff(problem: Problem, model: PMedian) -> None:
    if model.radius is not None and model.radius > problem.travel.cutoff:
        raise ProblemError(
            "PMedian.radius",
            f"{model.radius:g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )


def _check_reach(problem: Problem, model: PMedian, radius: float) -> None:
    """Refuse what can be seen to be impossible without any search."""
    zones = problem.zones[problem.kept & (problem.zones >= 0)]
    lacking = problem.quotas - np.bincount(zones, minlength=len(problem.quotas))
    existing, new = int(problem.kept.sum()), int(np.maximum(lacking, 0).sum())
    facts: list[BudgetShort | TargetShort] = []
    most = problem.most(model.p)
    if existing + new > most:
        facts.append(
            BudgetShort(max_sites=most, least=existing + new, existing=existing, new_for_quotas=new)
        )
    usable = _usable(problem, radius)
    farthest = float(problem.travel.impedance[usable].max(initial=0.0))
    if not float(problem.weights.sum()) * max(farthest, model.unserved_cost or 0.0) < _LARGEST:
        raise ProblemError(
            "Problem.travel.impedance",
            f"weight times an impedance of {farthest:g} is beyond what can be summed",
            remedy="Use a larger unit.",
        )
    if model.unserved_cost is None:
        facts += _stranded(problem, usable)
    elif model.unserved_cost < farthest:
        raise ProblemError(
            "PMedian.unserved_cost",
            f"{model.unserved_cost:g} is below an impedance of {farthest:g}",
            remedy="Raise it, or give a radius that is not above it.",
        )
    if facts:
        raise Infeasible(tuple(facts))


def _usable(problem: Problem, radius: float) -> NDArray[np.bool_]:
    """Pairs within the radius of a site that may be open, bool[nnz]."""
    travel = problem.travel
    near = travel.impedance.astype(np.float64) <= radius
    return np.asarray(near & ~problem.forbidden[travel.indices])


def _stranded(problem: Problem, usable: NDArray[np.bool_]) -> list[TargetShort]:
    """Units that weigh something and have no usable pair."""
    before = np.concatenate([[0], np.cumsum(usable)])
    lost = before[problem.travel.indptr[1:]] == before[problem.travel.indptr[:-1]]
    units = np.flatnonzero(lost & (problem.weights > 0)).astype(np.int32)
    if not len(units):
        return []
    total = float(problem.weights.sum())
    coverable = total - float(problem.weights[units].sum())
    return [
        TargetShort(
            group=EVERYBODY,
            share=1.0,
            attainable=coverable / total,
            total=total,
            coverable=coverable,
            stranded=units,
        )
    ]


def _covering(
    problem: Problem, model: PMedian, sites: NDArray[np.int32], radius: float, run: Run
) -> NDArray[np.bool_]:
    """Serve everybody from at most ``p`` sites, however far; bool[k]."""
    far = problem.travel.impedance[_usable(problem, radius)]
    cover = CoverShare(
        radius=max(float(far.max()), sys.float_info.min),
        targets=((EVERYBODY, 1.0),),
        tie_break=None,
    )
    answer = solve_cover(problem, cover, replace(run, gap=0.0))
    most = problem.most(model.p)
    if answer.value > most:
        least = math.ceil(answer.bound - 1e-6)
        if least > most:
            raise Infeasible((SitesShort(max_sites=most, least=least, enough=int(answer.value)),))
        raise Undecided(
            f"no plan of {most} sites that serves everybody was found ({answer.stopped}); at least "
            f"{least} are needed and {answer.value:g} would do",
            remedy="Allow more time or more sites, or say what an unserved unit costs.",
        )
    return np.isin(sites, answer.open_sites)


def _certify(
    problem: Problem,
    model: PMedian,
    open_sites: NDArray[np.int32],
    radius: float,
    ledger: Ledger,
    watch: Watch,
    seconds: dict[str, float],
) -> Solution:
    """Recompute everything from the problem."""
    assignment, distance = serve(problem, open_sites, radius)
    weights, served = problem.weights.astype(np.float64), assignment >= 0
    value = float(weights[served] @ distance[served])
    if model.unserved_cost is not None:
        value += float(weights[~served].sum()) * model.unserved_cost
    bound = min(value, ledger.rounded(ledger.bound))
    reached = relative_gap(value, bound)
    proven = reached <= max(ledger.gap, _EQUAL)
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if proven else Status.FEASIBLE,
        stopped="gap" if proven else watch.stopped or ledger.stopped or "work limit",
        objective="distance",
        value=value,
        bound=bound,
        gap=reached,
        proved_by=ledger.proved_by,
        tie_break=None,
        seconds=seconds,
        log=(
            f"{problem.n_units} units x {problem.n_sites} sites: {len(ledger.ground.left)} units "
            f"x {len(ledger.plan)} sites, {len(ledger.ground.unit_cost)} pairs",
            *ledger.log,
        ),
    )
