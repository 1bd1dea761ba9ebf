"""The one way in: a problem and a question, an answer with its certificate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError
from optimise.formulate import formulate
from optimise.milp import Limits, minimise
from optimise.models import CoverShare, Model
from optimise.problem import EVERYBODY, Problem
from optimise.reduce import Core, reduce_problem
from optimise.solution import (
    Solution,
    Status,
    TieBreak,
    covered_weight,
    relative_gap,
    serve,
    weighted_distance,
)

__all__ = ["Progress", "solve"]

#: ``progress(phase, share)``, ``0 <= share <= 1``; phases: "reduce", "search", "prove", "improve".
Progress = Callable[[str, float], None]


def _silent(_phase: str, _share: float) -> None:
    """Say nothing."""


def _never() -> bool:
    return False


def solve(
    problem: Problem,
    model: Model,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a question about a problem.

    Parameters
    ----------
    problem, model
        Who, what, how far; and the question.
    gap
        Relative gap that counts as proven; a smaller one is reached where it costs little.
    seed
        Same problem, model and seed: same answer, whatever the machine or its threads.
    effort
        ``"exact"`` proves with HiGHS; ``"quick"`` answers in milliseconds with local search and
        a bound from a relaxation.
    time_limit_s
        Safety limit. Work is limited by counts first; an answer ended by this clock says so in
        ``stopped`` and is not repeatable.
    progress
        Told a phase and the share of it done.
    cancel
        Asked now and then; True ends the search with the best plan so far.

    Raises
    ------
    Infeasible
        If no plan can satisfy the question, with every reason.
    ProblemError
        For an unknown group, a radius beyond the travel cutoff or a senseless option.
    """
    _check(problem, model, gap=gap, time_limit_s=time_limit_s, effort=effort)
    progress, cancel = progress or _silent, cancel or _never
    started = time.monotonic()
    deadline_s = started + time_limit_s
    progress("reduce", 0.0)
    core = reduce_problem(problem, model)
    reduced = time.monotonic()
    log = [
        f"{problem.n_units} units x {problem.n_sites} sites reduced to "
        f"{core.reach.n_rows} rows x {len(core.sites)} sites"
    ]
    milp = formulate(core)
    limits = Limits(
        gap=gap,
        easy_work=50,
        work=20_000,
        deadline_s=deadline_s,
        cancel=cancel,
        progress=lambda share: progress("prove", share),
    )
    result = minimise(milp, limits, seed=seed)
    proven = time.monotonic()
    assert result.values is not None
    chosen = np.flatnonzero(result.values[: len(core.sites)] > 0.5)
    open_sites = np.union1d(np.flatnonzero(problem.existing), core.sites[chosen]).astype(np.int32)
    log.append(f"HiGHS: {result.nodes} nodes, {result.work} rounds, {result.stopped}")
    return _certify(
        problem,
        model,
        open_sites,
        bound=_bound(core, result.bound),
        gap=gap,
        stopped=result.stopped,
        proved_by="HiGHS",
        seconds={"reduce": reduced - started, "prove": proven - reduced},
        log=tuple(log),
    )


def _check(problem: Problem, model: Model, *, gap: float, time_limit_s: float, effort: str) -> None:
    if isinstance(model, CoverShare):
        for group, _ in model.targets:
            if group != EVERYBODY and group not in problem.groups:
                known = ", ".join([EVERYBODY, *problem.groups][:8])
                raise ProblemError(
                    "CoverShare.targets", f"no group {group!r}", remedy=f"There are: {known}."
                )
    if model.radius > problem.travel.cutoff:
        raise ProblemError(
            f"{type(model).__name__}.radius",
            f"{model.radius:g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    if not 0 <= gap < 1:
        raise ProblemError("solve.gap", f"{gap!r}", remedy="Give a share from 0 to below 1.")
    if not time_limit_s > 0:
        raise ProblemError("solve.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0.")
    if effort not in ("exact", "quick"):
        raise ProblemError("solve.effort", f"{effort!r}", remedy='Choose "exact" or "quick".')


def _bound(core: Core, least: float) -> float:
    """Turn the programme's bound into one on the objective."""
    if core.budget is None:
        return float(math.ceil(least - 1e-6)) if core.integral else least
    most = core.fixed_value + float(core.gain.sum()) - least
    return float(math.floor(most + 1e-6)) if core.integral else most


def _certify(
    problem: Problem,
    model: Model,
    open_sites: NDArray[np.int32],
    *,
    bound: float,
    gap: float,
    stopped: str,
    proved_by: str,
    seconds: dict[str, float],
    log: tuple[str, ...],
) -> Solution:
    assignment, distance = serve(problem, open_sites, model.radius)
    if not isinstance(model, CoverShare):
        objective, value = "people", covered_weight(problem, assignment)
        bound = max(bound, value)
    elif model.objective == "sites":
        objective, value = "sites", float(len(open_sites))
        bound = min(bound, value)
    else:
        objective, value = "cost", float(problem.site_costs[open_sites].sum())
        bound = min(bound, value)
    reached = relative_gap(value, bound)
    tie_break = None
    if model.tie_break is not None:
        tie_break = TieBreak(
            name="distance", value=weighted_distance(problem, distance, model.radius)
        )
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if reached <= gap else Status.FEASIBLE,
        stopped="gap" if reached <= gap else stopped,
        objective=objective,
        value=value,
        bound=bound,
        gap=reached,
        proved_by=proved_by,
        tie_break=tie_break,
        seconds=seconds,
        log=log,
    )
