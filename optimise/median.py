"""The p-median: few sites, near to everybody."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.errors import BudgetShort, Infeasible, ProblemError, TargetShort
from optimise.median_core import cost_of, lay_ground
from optimise.median_pursue import Ledger, begin, pursue
from optimise.median_search import complete, trim
from optimise.models import CoverShare
from optimise.problem import EVERYBODY, Problem
from optimise.solution import Solution, Status, relative_gap, serve
from optimise.solve import solve
from optimise.watch import Progress, Watch

__all__ = ["PMedian", "solve_median"]

#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9
#: Costs above this are refused: some hundred orders below where float64 ends.
_LARGEST = 1e100


@dataclass(frozen=True, kw_only=True, slots=True)
class PMedian:
    """Least total weighted impedance to the nearest of at most ``p`` open sites.

    The p-median problem (Hakimi 1964; ReVelle and Swain 1970). Existing sites stay open and
    count, forbidden ones stay closed, quotas hold. A site that brings nobody nearer and that no
    quota needs is left closed.

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included.
    radius
        A site serves only within this impedance; None: as far as the travel matrix goes.
    unserved_cost
        What a unit counts, for each of its weight, that no open site serves; not less than any
        impedance it could have. None: every unit that weighs something must be served.
    """

    p: int
    radius: float | None = None
    unserved_cost: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.p, bool) or not isinstance(self.p, int) or self.p < 1:
            raise ProblemError("PMedian.p", f"{self.p!r}", remedy="Give a whole number from 1 up.")
        for name, value in (("radius", self.radius), ("unserved_cost", self.unserved_cost)):
            fine = isinstance(value, int | float) and math.isfinite(value) and value > 0
            if value is not None and not fine:
                raise ProblemError(
                    f"PMedian.{name}", f"{value!r}", remedy="Give a positive number, or none."
                )


def solve_median(
    problem: Problem,
    model: PMedian,
    *,
    gap: float = 0.0,
    seed: int = 0,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a p-median question.

    Parameters
    ----------
    gap
        Relative gap that counts as proven; a smaller one is reached where it costs little.
    seed, time_limit_s, progress, cancel
        As in :func:`optimise.solve`: work is limited by counts first, so the same question has
        the same answer unless ``stopped`` names the clock or the caller.

    Returns
    -------
    Solution
        ``objective`` is ``"distance"``: the sum of weight times impedance, plus what unserved
        weight counts.

    Raises
    ------
    Infeasible
        If units must be served that no allowed site can serve (a ``TargetShort`` with the units),
        or ``p`` is below what existing sites and quotas need (a ``BudgetShort``).
    ProblemError
        If everybody must be served and more than ``p`` sites are needed for that; for a radius
        beyond the travel cutoff, a cost of not being served below an impedance, or a senseless
        option.
    """
    _check_options(problem, model, gap=gap, time_limit_s=time_limit_s)
    radius = sys.float_info.max if model.radius is None else float(model.radius)
    _check_reach(problem, model, radius)
    watch, start_s = Watch(time_limit_s, progress, cancel), time.perf_counter()
    watch.look("reduce", 0.0)
    ground, sites = lay_ground(
        problem, most=model.p, radius=radius, unserved_cost=model.unserved_cost
    )
    laid_s = time.perf_counter()
    plan = complete(ground, ground.kept)
    if model.unserved_cost is None and len(ground.left) and cost_of(ground, plan) >= ground.left[0]:
        plan = complete(ground, _covering(problem, model, sites, radius, watch))
    ledger = begin(ground, plan, gap)
    try:
        pursue(ledger, watch, seed)
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    open_sites = sites[trim(ground, ledger.plan)]
    watch.look("prove", 1.0)
    seconds = {
        "reduce": laid_s - start_s,
        "search and prove": time.perf_counter() - laid_s,
    }
    return _certify(problem, model, open_sites, radius, ledger, watch, seconds)


def _check_options(problem: Problem, model: PMedian, *, gap: float, time_limit_s: float) -> None:
    if model.radius is not None and model.radius > problem.travel.cutoff:
        raise ProblemError(
            "PMedian.radius",
            f"{model.radius:g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    if not 0 <= gap < 1:
        raise ProblemError("solve_median.gap", f"{gap!r}", remedy="Give a share from 0 to below 1.")
    if not time_limit_s > 0:
        raise ProblemError(
            "solve_median.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0."
        )


def _check_reach(problem: Problem, model: PMedian, radius: float) -> None:
    """Refuse what can be seen to be impossible without any search."""
    zones = problem.zones[problem.existing & (problem.zones >= 0)]
    lacking = problem.quotas - np.bincount(zones, minlength=len(problem.quotas))
    existing, new = int(problem.existing.sum()), int(np.maximum(lacking, 0).sum())
    facts: list[BudgetShort | TargetShort] = []
    if existing + new > model.p:
        facts.append(
            BudgetShort(
                max_sites=model.p, least=existing + new, existing=existing, new_for_quotas=new
            )
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
    problem: Problem, model: PMedian, sites: NDArray[np.int32], radius: float, watch: Watch
) -> NDArray[np.bool_]:
    """Serve everybody from at most ``p`` sites, however far; bool[k]."""
    far = problem.travel.impedance[_usable(problem, radius)]
    cover = CoverShare(
        radius=max(float(far.max()), sys.float_info.min),
        targets=((EVERYBODY, 1.0),),
        tie_break=None,
    )
    answer = solve(
        problem,
        cover,
        gap=0.0,
        time_limit_s=watch.left_s(),
        cancel=lambda: watch.look("search", 0.0) is not None,
    )
    if answer.value > model.p:
        least = math.ceil(answer.bound - 1e-6)
        cannot = (
            "cannot serve" if least > model.p else f"were not found ({answer.stopped}) to serve"
        )
        raise ProblemError(
            "PMedian.p",
            f"{model.p} sites {cannot} everybody, at least {least} are needed and "
            f"{answer.value:g} would do",
            remedy="Raise p, or say what an unserved unit costs.",
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
