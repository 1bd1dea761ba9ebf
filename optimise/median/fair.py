"""A fair p-median: long ways weigh more than their length.

The Kolm-Pollak equivalent of impedances d_i of weights w_i is

    E(d) = (1 / k) ln( sum_i w_i exp(k d_i) / sum_i w_i ),   k = aversion / scale > 0

between the mean (k -> 0) and the largest impedance (k -> inf). It rises with the sum inside, and
that sum is a p-median's objective over the impedances exp(k d): the exact way of Horton, Murrell,
Skipper, Speakman and Logan (2024, arXiv 2401.15452), by an engine that is exact for p-medians.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError, Undecided
from optimise.incidence import narrowed
from optimise.models import FairMedian, PMedian
from optimise.problem import EVERYBODY, Problem
from optimise.run import Run
from optimise.solution import Solution, Status, relative_gap, serve

__all__ = ["solve_fair"]

#: Beyond this power of e the worst-off would drown everybody else in the digits of a float64.
_LARGEST_POWER = 500.0
#: Powers of e by which a sum may be below its scale and still be told from 0.
_LOW_POWER = 5.0
#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9

Answer = Callable[[Problem, PMedian, Run], Solution]


def solve_fair(problem: Problem, model: FairMedian, run: Run, answer: Answer) -> Solution:
    """Answer a fair p-median question.

    Parameters
    ----------
    answer
        What solves a p-median on this problem's side constraints.

    Returns
    -------
    Solution
        ``objective`` is ``"equivalent"``, in the unit of the impedance.

    Raises
    ------
    Infeasible, Undecided
        As for a p-median.
    ProblemError
        If everybody lives at a site and no scale is given, or the aversion is beyond what can be
        computed.
    """
    if model.radius is not None:
        problem = narrowed(problem, ((EVERYBODY, model.radius),))
    scale = model.scale if model.scale is not None else _typical(problem)
    k = model.aversion / scale
    travel = problem.travel
    farthest = float(travel.impedance.max(initial=0.0))
    if k * farthest > _LARGEST_POWER:
        raise ProblemError(
            "FairMedian.aversion",
            f"{model.aversion:g} over a scale of {scale:g} is too much for impedances up to "
            f"{farthest:g}",
            remedy="Lower the aversion, or give a radius or a larger scale.",
        )
    ceiling = farthest
    solved, shrink = _bent(problem, model, run, answer, k, ceiling)
    value = _equivalent(problem, solved.open_sites, k)
    # With rules between sites, tolerances are absolute: a sum far below the scale is taken for 0.
    by_rules = problem.linked or problem.budget is not None
    while by_rules and k * (ceiling - value) > _LOW_POWER and run.watch.stopped is None:
        try:
            nearer, shrink = _bent(problem, model, run, answer, k, value)
        except Undecided:
            break
        ceiling = value
        now = _equivalent(problem, nearer.open_sites, k)
        # The plan of equal value that is known stays; the bound is the nearer one's.
        plan = nearer.open_sites if now < value else solved.open_sites
        solved, value = replace(nearer, open_sites=plan), min(now, value)
    total = float(problem.weights.sum())
    bound = _equivalent(problem, _allowed(problem), k)
    if total > 0 and not (by_rules and k * (ceiling - value) > _LOW_POWER):
        bound = max(bound, math.log1p(max(0.0, solved.bound) * k / (total * shrink)) / k)
    assignment, distance = serve(problem, solved.open_sites, farthest)
    bound = min(value, bound)
    reached = relative_gap(value, bound)
    proven = reached <= max(run.gap, _EQUAL)
    return replace(
        solved,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if proven else Status.FEASIBLE,
        objective="equivalent",
        value=value,
        bound=bound,
        gap=reached,
        log=(f"p-median over exp({k:.6g} d) - 1, d up to {farthest:g}", *solved.log),
    )


def _bent(
    problem: Problem, model: FairMedian, run: Run, answer: Answer, k: float, ceiling: float
) -> tuple[Solution, float]:
    """Solve the p-median over the powers, for plans whose equivalent is at most ``ceiling``.

    No unit of such a plan goes so far that it alone would cost more than everybody at the ceiling.

    Returns
    -------
    Solution, float
        The p-median's, and what its impedances are multiplied with.
    """
    travel, weights = problem.travel, problem.weights.astype(np.float64)
    share = np.where(weights > 0, weights, np.inf) / max(1.0, weights.sum())
    limit = ceiling + np.maximum(0.0, -np.log(share)) / k
    lengths = np.diff(travel.indptr)
    near = travel.impedance.astype(np.float64) <= np.repeat(limit, lengths) * (1.0 + 1e-9)
    # (exp(k d) - 1) / k keeps its digits where k d is small; shrunk, it does not overflow where
    # k d is large. Zero stays zero: nobody is worse off for a site at the door.
    shrink = math.exp(-k * ceiling)
    bent = replace(
        travel,
        indptr=np.concatenate([[0], np.cumsum(near)])[travel.indptr],
        indices=travel.indices[near],
        impedance=np.expm1(k * travel.impedance[near].astype(np.float64)) * (shrink / k),
        cutoff=math.inf,
    )
    return answer(replace(problem, travel=bent), PMedian(p=model.p), run), shrink


def _allowed(problem: Problem) -> NDArray[np.int32]:
    return np.flatnonzero(~problem.forbidden).astype(np.int32)


def _nearest(problem: Problem, open_sites: NDArray[np.int32]) -> NDArray[np.float64]:
    """Impedance of each unit to its nearest open site; NaN without one."""
    return serve(problem, open_sites, math.inf)[1]


def _typical(problem: Problem) -> float:
    """Contraharmonic mean of the impedances with everything open, which Kolm-Pollak scales by."""
    nearest = _nearest(problem, _allowed(problem))
    weighted = problem.weights * np.nan_to_num(nearest)
    first, second = float(weighted.sum()), float((weighted * np.nan_to_num(nearest)).sum())
    if second <= 0:
        raise ProblemError(
            "FairMedian.scale",
            "nothing to take it from: with everything open nobody has any way to go",
            remedy="Give a typical impedance.",
        )
    return second / first


def _equivalent(problem: Problem, open_sites: NDArray[np.int32], k: float) -> float:
    """Kolm-Pollak equivalent of the ways to the nearest open site; units without one left out."""
    nearest = _nearest(problem, open_sites)
    counted = ~np.isnan(nearest) & (problem.weights > 0)
    if not counted.any():
        return 0.0
    ways, weights = nearest[counted], problem.weights[counted].astype(np.float64)
    if k * float(ways.max()) < 1.0:  # keeps the digits that a difference from 1 loses
        return math.log1p(float((weights * np.expm1(k * ways)).sum() / weights.sum())) / k
    top = float(ways.max())
    return top + math.log(float((weights * np.exp(k * (ways - top))).sum() / weights.sum())) / k
